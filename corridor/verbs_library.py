"""The verb ``library``: the scenarios of a case in one table."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from corridor.command import (
    ALL,
    SCHEMA,
    AsJson,
    CaseFolder,
    ScopeName,
    Sets,
    Year,
    answering,
    app,
    print_json,
    warn,
)


@app.command()
def library(
    names: Annotated[list[str] | None, typer.Argument(help="Scenarios; all of the case if left out.")] = None,
    case: CaseFolder = None,
    year: Year = None,
    sets: Sets = None,
    scope: ScopeName = ALL,
    as_json: AsJson = False,
) -> None:
    """The scenarios of the case, one by one: what each asks for, how much passes, what stops it."""
    with answering(as_json):
        from corridor.loading import load
        from corridor.reports.out.terminal import counting
        from corridor.scenario_library import library as library_of

        loaded = load(case, year=year, changes=sets or ())
        warn(loaded)
        with counting("scenarios") as told:
            count = os.cpu_count() or 1
            frame = library_of(
                case, names or (), year=year, changes=sets or (), scope=scope, processes=count, progress=told
            )
    if as_json:
        body = {"schema": SCHEMA, "case": loaded.name, "scenario": loaded.scenario, "status": "optimal"}
        from corridor.model.result.frame import listed

        body_rows = [{**row, "stops": row["stops"].split()} for row in listed(frame)]
        print_json({**body, "scope": scope, "base_year": loaded.base_year, "rows": body_rows})
        return
    from corridor.model.scope import scope_of
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say.library import page

    within = scope_of(loaded, scope)
    kind = "net" if within.net else "gate"
    title = loaded.title if scope == ALL else f"{loaded.title}, {within.name}"
    print_blocks(page(title, loaded.base_year, frame, kind))
