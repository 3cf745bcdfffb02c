"""The verb ``disrupt``: a link, resource or place out for some days, and every one of them in turn."""

from __future__ import annotations

from typing import Annotated

import typer

from corridor.command import (
    AsJson,
    CaseFolder,
    Limit,
    Scenarios,
    Sets,
    Year,
    answering,
    app,
    loaded_case,
    print_json,
    watching,
)


@app.command()
def disrupt(
    name: Annotated[
        str | None, typer.Argument(help="Id of a link, resource or place; every link and resource in turn if left out.")
    ] = None,
    from_day: Annotated[str, typer.Option("--from", metavar="MM-DD", help="First day.")] = "",
    to_day: Annotated[str, typer.Option("--to", metavar="MM-DD", help="Last day, included.")] = "",
    left: Annotated[float, typer.Option("--left", help="Share of the capacity that is left.")] = 0.0,
    month: Annotated[str, typer.Option("--month", help="A whole month instead of --from and --to.")] = "March",
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    time_limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """What an outage of some days does: the queue, the cargo lost, late or elsewhere, the days until it is gone."""
    with answering(as_json):
        from corridor.disruptions import disrupt as disrupt_it
        from corridor.disruptions import month_days, outages
        from corridor.reports.out.terminal import counting

        loaded = loaded_case(case, year, sets, scenario)
        if not from_day and not to_day:
            from_day, to_day = month_days(loaded, month)
        if name is not None:
            with watching("carrying the year with the outage and without it") as told:
                found = disrupt_it(loaded, name, from_day, to_day, left, time_limit=time_limit, watch=told)
        else:
            with counting("outages") as told_of:
                every = outages(loaded, from_day=from_day, to_day=to_day, left=left, progress=told_of)
    if as_json:
        print_json(every.to_dict() if name is None else found.to_dict())
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say import blocks

    print_blocks(blocks(every if name is None else found, short=True))
