"""The verb ``library``: the scenarios of a case in one table."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from corridor.shell import SCHEMA, AsJson, CaseFolder, Sets, Year, answering, app, print_json, records, warn


@app.command()
def library(
    names: Annotated[list[str] | None, typer.Argument(help="Scenarios; all of the case if left out.")] = None,
    case: CaseFolder = None,
    year: Year = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """The scenarios of the case, one by one: what each asks for, how much passes, what stops it."""
    with answering(as_json):
        from corridor.api import load
        from corridor.reports.terminal import counting
        from corridor.scenario_library import library as library_of

        loaded = load(case, year=year, changes=sets or ())
        warn(loaded)
        with counting("scenarios") as told:
            frame = library_of(
                case, names or (), year=year, changes=sets or (), processes=os.cpu_count() or 1, progress=told
            )
    if as_json:
        body = {"schema": SCHEMA, "case": loaded.name, "scenario": loaded.scenario, "status": "optimal"}
        listed = [{**row, "stops": row["stops"].split()} for row in records(frame)]
        print_json({**body, "base_year": loaded.base_year, "rows": listed})
        return
    from corridor.reports.terminal_scenarios import print_library

    print_library(loaded.title, loaded.base_year, frame)
