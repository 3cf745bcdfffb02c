"""The verb of the report: the answer, the year by periods beside it, and the files."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.command import CaseFolder, Limit, Periods, Rules, Scenarios, Sets, StudyName, Year
from corridor.model.language import say
from corridor.shell import app, counting, loaded_case, watching
from corridor.study import Measured

if TYPE_CHECKING:
    from corridor.model.case import Case
    from corridor.model.result.answer import Answer
    from corridor.optimize.program.progress import Progress

PROCESSES = os.cpu_count() or 1
"""Number of processes of a report."""


def _by_periods(
    case: Case,
    study: str,
    periods: str,
    rules: Sequence[str],
    *,
    watch: Callable[[Progress], None] | None = None,
) -> Answer:
    """The answer by periods; all else of the year as one period is in the answer to that."""
    import corridor

    return corridor.solve(case, study, periods=periods, rules=rules, all_scopes=False, watch=watch)


class Borders(StrEnum):
    """Borders between countries on a map: thin and dashed, or none."""

    thin = "thin"
    none = "none"


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="Folder to write report.html and map.svg into.")] = Path("out"),
    pdf: Annotated[bool, typer.Option("--pdf", help="Write report.pdf too.")] = False,
    draws: Annotated[int, typer.Option("--draws", help="Draws for the band; 0 takes what is kept.", min=0)] = 2000,
    whole: Annotated[
        bool, typer.Option("--whole", help="Compute levers, scenarios and growth, where none are kept.")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live/--no-live", help="A panel of levers in the HTML page that solves the year again.")
    ] = True,
    borders: Annotated[Borders, typer.Option("--borders", help="Borders of countries on the maps.")] = Borders.thin,
    study: StudyName = Measured.capability,
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    periods: Periods = "month",
    rules: Rules = None,
    time_limit: Limit = None,
    scope: Annotated[str, typer.Option("--scope", hidden=True)] = "all",
) -> None:
    """Solve the case and write the report: one HTML file that opens anywhere, and a PDF if asked for."""
    with watching(say("solving the case and writing the report")) as watch:
        import corridor
        from corridor.asking import by_verb, refuse
        from corridor.loading import REPORT_FILES
        from corridor.model.writing import ready
        from corridor.optimize.runs.beside import Beside, worth_a_process

        refuse(by_verb("findings"), {"scope": scope})
        ready(out, REPORT_FILES)
        loaded, own = loaded_case(case, year, sets, scenario), rules or ()
        if pdf:
            from corridor.reports.out.letters import check_names

            check_names(loaded)  # before the work and not after it
        alone = periods == "year" or time_limit is not None or not worth_a_process(loaded)
        by_periods = partial(_by_periods, loaded, study, periods, own)
        with Beside(by_periods, 1 if alone else PROCESSES) as beside, counting(say("draws")) as told:
            answer = corridor.solve(loaded, study, rules=own, time_limit=time_limit)
            path = corridor.report(
                loaded,
                answer,
                out,
                course=None if periods == "year" else partial(beside.result, watch=watch),
                rules=own,
                pdf=pdf,
                draws=draws,
                whole=whole,
                live=live,
                borders=borders is Borders.thin,
                processes=PROCESSES,
                progress=told,
            )
    from corridor.reports.say.headline import headline

    print(headline(loaded, answer))
    print(say("Report: {path}", path=path))
