"""The command: ``corridor solve``, ``ladder``, ``report`` and the others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from corridor import verbs_carbon as verbs_carbon
from corridor import verbs_case as verbs_case
from corridor import verbs_compare as verbs_compare
from corridor import verbs_disrupt as verbs_disrupt
from corridor import verbs_frontier as verbs_frontier
from corridor import verbs_library as verbs_library
from corridor import verbs_money as verbs_money
from corridor import verbs_projects as verbs_projects
from corridor import verbs_scenarios as verbs_scenarios
from corridor.command import (
    ALL,
    LISTED,
    SCHEMA,
    AsJson,
    CaseFolder,
    Limit,
    Limits,
    NoScope,
    OpenYear,
    Periods,
    Rules,
    Scenarios,
    ScopeName,
    Sets,
    Study,
    StudyName,
    Year,
    add_verb,
    answering,
    app,
    finding,
    limit_of_time,
    loaded_case,
    main,
    most_limits,
    print_json,
    progress,
    watching,
)
from corridor.studies import STUDIES

__all__ = ["app", "main"]


@app.command()
def solve(
    study: StudyName = Study.capability,
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    periods: Periods = "year",
    open_year: OpenYear = False,
    rules: Rules = None,
    scope: ScopeName = ALL,
    most: Limits = str(LISTED),
    time_limit: Limit = None,
    against_base: Annotated[
        bool,
        typer.Option("--difference/--no-difference", help="With changes: the difference to the case without them."),
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Answer a question: how much gets through, and what stops it."""
    from corridor.model.faults import TimeLimitError

    late: TimeLimitError | None = None
    with answering(as_json, study=study.value), watching("reading and solving the case") as told:
        from corridor.loading import solve as answer_of

        loaded = loaded_case(case, year, sets, scenario)
        try:
            answer = answer_of(
                loaded,
                study.value,
                periods=periods,
                open_year=open_year,
                rules=rules or (),
                scope=scope,
                limits=most_limits(most),
                time_limit=time_limit,
                watch=told,
            )
        except TimeLimitError as error:
            if error.answer is None:
                raise
            late, answer = error, error.answer
        against = None
        if late is None and against_base and (sets or scenario):
            from corridor.money import against_base as against_of

            against = against_of(
                loaded, answer, year=year, open_year=open_year, rules=rules or (), periods=periods, scope=scope
            )
    if as_json:
        body = answer.to_dict() if late is None else {**answer.to_dict(), **limit_of_time(late)}
        print_json(body if against is None else {**body, "difference": against.to_dict()})
    else:
        from corridor.reports.out.terminal import print_blocks
        from corridor.reports.say import blocks
        from corridor.reports.say.answer import page

        print_blocks([*page(answer, short=True), *(blocks(against, short=True) if against is not None else [])])
    if late is not None:
        raise late


@app.command()
def show(
    table: Annotated[str, typer.Argument(help="Table: node, link, resource, demand, …")],
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """Print a table of the case."""
    with answering(as_json, table=table), progress("reading the case"):
        from corridor.model.faults import CaseError, Fault, nearest
        from corridor.model.schema import schemas

        if table not in schemas():
            message = f"{table} is no table of a case; {nearest(table, schemas())}"
            raise CaseError([Fault("C021", "show", message)], "the question")
        loaded = loaded_case(case, year, sets, scenario)
    if as_json:
        body = {"schema": SCHEMA, "case": loaded.name, "scenario": loaded.scenario, "status": "sound", "table": table}
        from corridor.model.result.frame import filled

        print_json({**body, "rows": [filled(row._asdict()) for row in loaded.rows(table)]})
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say.table import page

    print_blocks(page(loaded, table), wide=True)


for line in STUDIES[1:4]:
    add_verb(line)


@app.command()
def waterfall(
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    scope: NoScope = ALL,
    as_json: AsJson = False,
) -> None:
    """From the nameplate down to what is handled, by kind of limit."""
    with finding("waterfall", case, year, sets, as_json, scenario) as (loaded, show_rows):
        from corridor.loading import waterfall as waterfall_of
        from corridor.reports.out.terminal import print_blocks
        from corridor.reports.say.waterfall import page

        found = waterfall_of(loaded)
        totals = {
            "nameplate_t": found.nameplate_t,
            "handled_t": found.handled_t,
            "capability_t": found.capability_t,
            "capability_step": found.capability_step,
            "terminals_t": found.terminals_t,
            "floor": found.floor,
        }
        show_rows(found.bars, lambda: print_blocks(page(found, short=True)), **totals)


@app.command()
def prices(
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    rules: Rules = None,
    scope: ScopeName = ALL,
    as_json: AsJson = False,
) -> None:
    """What one planner's unit more, or less, of each resource brings: a ferry, a path a day, 1 %."""
    with finding("prices", case, year, sets, as_json, scenario) as (loaded, show_rows):
        from corridor.loading import prices as prices_of
        from corridor.model.result.listing import Listing
        from corridor.reports.out.terminal import print_blocks
        from corridor.reports.say.prices import page

        frame = prices_of(loaded, rules=rules or (), scope=scope)
        listing = Listing(loaded, "prices", frame, {"scope": scope, "floor": frame.attrs.get("floor")})
        show_rows(frame, lambda: print_blocks(page(listing, short=True)), **listing.facts)


@app.command()
def cut(
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    scope: NoScope = ALL,
    as_json: AsJson = False,
) -> None:
    """Minimum cuts of the graph by commodity and direction: an upper bound beside the program's answer."""
    with finding("cut", case, year, sets, as_json, scenario) as (loaded, show_rows):
        from corridor.loading import cut as cut_of
        from corridor.model.result.listing import Listing
        from corridor.reports.out.terminal import print_blocks
        from corridor.reports.say.cut import page

        frame = cut_of(loaded)
        show_rows(frame, lambda: print_blocks(page(Listing(loaded, "cut", frame), short=True)))


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="Id of a resource, a link or a demand.")],
    study: StudyName = Study.capability,
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    scope: NoScope = ALL,
    as_json: AsJson = False,
) -> None:
    """Who uses a resource, link or demand, which limit holds it, what would change it."""
    with answering(as_json, name=name), progress("solving the case"):
        from corridor.loading import explain as explain_it
        from corridor.loading import solve as answer_of

        loaded = loaded_case(case, year, sets, scenario)
        found = explain_it(loaded, name, answer_of(loaded, study.value))
    if as_json:
        print_json(found.to_dict())
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say.explain import page

    print_blocks(page(found, short=True))


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="Folder to write report.html and map.svg into.")] = Path("out"),
    pdf: Annotated[bool, typer.Option("--pdf", help="Write report.pdf too.")] = False,
    draws: Annotated[int, typer.Option("--draws", help="Draws for the band; 0 leaves it out.", min=0)] = 2000,
    study: StudyName = Study.capability,
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    periods: Periods = "month",
    rules: Rules = None,
    time_limit: Limit = None,
    scope: NoScope = ALL,
) -> None:
    """Solve the case and write the report: one HTML file that opens anywhere, and a PDF if asked for."""
    with watching("solving the case and writing the report") as watch:
        from corridor.loading import report as write_report
        from corridor.loading import solve as answer_of
        from corridor.reports.out.terminal import counting

        loaded = loaded_case(case, year, sets, scenario)
        answer = answer_of(loaded, study.value, rules=rules or (), time_limit=time_limit)
        course = (
            answer_of(loaded, study.value, periods=periods, rules=rules or (), watch=watch)
            if periods != "year"
            else None
        )
        with counting("draws") as told:
            path = write_report(
                loaded,
                answer,
                out,
                course=course,
                rules=rules or (),
                pdf=pdf,
                draws=draws,
                processes=os.cpu_count() or 1,
                progress=told,
            )
    from corridor.reports.say.words import headline

    print(headline(loaded, answer))
    print(f"Report: {path}")


@app.command()
def evidence(
    cell: Annotated[str, typer.Argument(help="Cell as table.row.column, or the id of a published figure.")],
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """Where a number comes from, what else was said, which was chosen and why."""
    with answering(as_json, cell=cell), progress("reading the case"):
        from corridor.loading import evidence as evidence_of

        loaded = loaded_case(case, year, sets, scenario)
        found = evidence_of(loaded, cell)
    if as_json:
        body = {"schema": SCHEMA, "case": loaded.name, "scenario": loaded.scenario, "status": "sound"}
        from corridor.model.result.frame import filled

        print_json({**body, **filled(found.to_dict())})
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say.evidence import page

    print_blocks(page(loaded, found, short=True))


@app.command()
def validate(case: CaseFolder = None, sets: Sets = None, scope: NoScope = ALL, as_json: AsJson = False) -> None:
    """What was published beside what the model says: pass, fail, input or forecast."""
    with finding("validation", case, None, sets, as_json) as (loaded, show_rows):
        from corridor.loading import validate as validate_it
        from corridor.model.result.listing import Listing
        from corridor.optimize.studies.validate import VERDICTS
        from corridor.reports.out.terminal import print_blocks
        from corridor.reports.say.validation import page

        frame = validate_it(loaded)
        counts = {verdict: int((frame["verdict"] == verdict).sum()) for verdict in VERDICTS}
        show_rows(frame, lambda: print_blocks(page(Listing(loaded, "validation", frame), short=True)), **counts)


@app.command()
def band(
    draws: Annotated[int, typer.Option("--draws", help="How many draws.", min=1)] = 2000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws; the same seed gives the same digits.")] = 1,
    processes: Annotated[int, typer.Option("--processes", help="Processes; 0 takes one a core.", min=0)] = 0,
    capacities: Annotated[bool, typer.Option("--capacities", help="Draw capacities and backgrounds only.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the ranges with the case, for solve and report.")] = False,
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    scope: NoScope = ALL,
    as_json: AsJson = False,
) -> None:
    """How sure: the ranges of all inputs carried to H, C and T, what comes first how often, what drives it."""
    with answering(as_json):
        from corridor.loading import band as band_of
        from corridor.reports.out.terminal import counting

        loaded = loaded_case(case, year, sets, scenario)
        with counting("draws") as told:
            count = processes or os.cpu_count() or 1
            found = band_of(
                loaded,
                draws=draws,
                seed=seed,
                processes=count,
                capacities_only=capacities,
                keep=keep,
                progress=told,
            )
    if as_json:
        print_json(found.to_dict())
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say.band import page

    print_blocks(page(found, short=True))
