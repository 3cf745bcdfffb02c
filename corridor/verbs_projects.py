"""The verb ``projects``: what building is worth, and in which order."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from corridor.command import (
    ALL,
    AsJson,
    CaseFolder,
    Scenarios,
    ScopeName,
    Sets,
    Year,
    answering,
    app,
    loaded_case,
    print_json,
    progress,
)


@app.command()
def projects(
    measure: Annotated[str, typer.Option("--of", help="Puts them in order: capability or concurrent.")] = "capability",
    least: Annotated[float, typer.Option("--least", help="Tonnes a year below which nothing more is built.")] = 5_000.0,
    draws: Annotated[int, typer.Option("--draws", help="Trials of how often the order holds.", min=0)] = 0,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the trials.")] = 1,
    processes: Annotated[int, typer.Option("--processes", help="Processes; 0 takes one a core.", min=0)] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="File for the cost curve (.svg).")] = None,
    scope: ScopeName = ALL,
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """What each project adds alone, after the best ones before it, and with all built; and the cost curve."""
    with answering(as_json):
        from corridor.investments import projects as projects_of
        from corridor.reports.out.terminal import counting
        from corridor.verbs_frontier import suffix, written

        suffix(out, ".svg")
        loaded = loaded_case(case, year, sets, scenario)
        price = partial(projects_of, measure=measure, least_t=least, scope=scope)
        if draws:
            count = processes or os.cpu_count() or 1
            with counting("trials") as told:
                found = price(loaded, draws=draws, seed=seed, processes=count, progress=told)
        else:
            with progress("pricing the projects"):
                found = price(loaded)
        if out is not None:
            from corridor.reports.say.projects import svg

            written(out, lambda: svg(found))
    if as_json:
        print_json(found.to_dict())
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say.projects import page

    print_blocks(page(found, short=True))
    if out is not None:
        print(f"Written: {out}")
