"""The verb ``carbon``: what the cargo of an answer emits, and what that costs."""

from __future__ import annotations

from typing import Annotated

import typer

from corridor.command import (
    ALL,
    AsJson,
    CaseFolder,
    NoScope,
    Scenarios,
    Sets,
    Study,
    StudyName,
    Year,
    answering,
    app,
    loaded_case,
    print_json,
    progress,
)


@app.command()
def carbon(
    study: StudyName = Study.capability,
    prices: Annotated[
        list[float] | None,
        typer.Option("--price", help="USD per t CO2e; may be repeated. 0, 85 and 150 if left out.", min=0.0),
    ] = None,
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    scope: NoScope = ALL,
    as_json: AsJson = False,
) -> None:
    """What moving the cargo emits: by mode, country and market, beside rival routes, and at a price."""
    with answering(as_json, study=study.value), progress("solving the case"):
        from corridor.loading import carbon as carbon_of

        found = carbon_of(loaded_case(case, year, sets, scenario), study=study.value, prices=prices or None)
    if as_json:
        print_json(found.to_dict())
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say import blocks

    print_blocks(blocks(found, short=True))
