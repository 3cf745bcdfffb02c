"""The verb ``revenue``: who earns, what shippers pay, and how long cargo is on its way."""

from __future__ import annotations

from typing import Annotated

import typer

from corridor.command import (
    AsJson,
    CaseFolder,
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
def revenue(
    demand: Annotated[
        str | None, typer.Argument(help="Id of a demand: its cost and days by leg, instead of the totals.")
    ] = None,
    study: StudyName = Study.capability,
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """Freight that operators and countries earn, the shippers' bill, cost and days by leg."""
    with answering(as_json, study=study.value), progress("solving the case"):
        from corridor.model.faults import CaseError, Fault, nearest
        from corridor.money import revenue as revenue_of

        loaded = loaded_case(case, year, sets, scenario)
        known = [str(name) for name in loaded["demand"].index]
        if demand is not None and demand not in known:
            reason = f"{demand} is no demand of the case; {nearest(demand, known)}"
            raise CaseError([Fault("C022", "revenue", reason)], "the question")
        found = revenue_of(loaded, study=study.value)
    if as_json:
        body = found.to_dict()
        if demand is not None:
            body["legs"] = [leg for leg in body["legs"] if leg["demand"] == demand]
        print_json(body)
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say.revenue import demand_blocks, page

    print_blocks(page(found, short=True) if demand is None else demand_blocks(found, demand))
