"""Verbs that are more than one call of a study, and those that are no studies: show, check, copy, scenarios.

A function of the first kind takes the options of its verb. It gives the result, and the results beside it by their name
in JSON.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corridor.command import AsJson, CaseFolder, Given, Scenarios, Sets, Whole, Year
from corridor.model.language import plural, say
from corridor.shell import (
    SCHEMA,
    answering,
    app,
    counting,
    head,
    loaded_case,
    print_json,
    progress,
    warn,
    warnings_given,
)

if TYPE_CHECKING:
    from corridor.data.scenario import Scenario
    from corridor.model.case import Case

Results = tuple[Any, dict[str, Any]]
"""A result, and the results beside it."""
LISTED = 100
"""Most lines of warnings that ``check`` prints."""
WIDEST = 100_000
"""Columns of a table of the case where stdout is no terminal: one line a row."""
BASE = "base"
"""The word for the case itself."""


def solve(given: Given, question: dict[str, Any]) -> Results:
    """The answer, and the difference to the case without its changes."""
    import corridor
    from corridor.model.faults import InfeasibleError

    limits, against = most_limits(given.own["limits"]), given.own["against_base"]
    case = given.case()
    answer = corridor.solve(case, given.own["study"], limits=limits, **question)
    if not against or not (given.sets or given.scenario):
        return answer, {}
    base = corridor.load(case.home or None, year=given.year) if given.year is not None else case.origin or case
    try:
        made = corridor.difference(base, case, given.own["study"], answer=answer, **question | {"watch": None})
    except InfeasibleError:
        return answer, {}
    return answer, {"difference": made}


def most_limits(text: str) -> int | None:
    """The greatest number of limits that ``--limits`` names, None for all; raises CaseError."""
    from corridor.model.faults import CaseError, Fault, quoted

    if text in ("all", "none"):
        return None if text == "all" else 0
    if text.isascii() and text.isdigit():
        return int(text)
    reason = say("{word} is no number of limits; give a whole number, all or none", word=quoted(text))
    raise CaseError([Fault("C074", "--limits", reason)], "the question")


def disrupt(given: Given, question: dict[str, Any]) -> Results:
    """One outage, or every link and resource in turn."""
    import corridor

    case, own = given.case(), dict(given.own)
    if own["name"] is not None:
        return corridor.disrupt(case, **own, **question), {}
    del own["name"]
    with counting(say("outages")) as told:
        return corridor.outages(case, **own, **question | {"watch": None}, progress=told), {}


def frontier(given: Given, question: dict[str, Any]) -> Results:
    """The frontier of a capacity, of a cost, or the Pareto set."""
    import corridor
    from corridor.model.faults import CaseError, Fault

    own = dict(given.own)
    address, cost, pareto, points = (own.pop(name) for name in ("address", "cost", "pareto", "points"))
    if (address is not None) + (cost is not None) + pareto != 1:
        reason = say("name one of three: a capacity (as rail_ferries), --cost resource, or --pareto")
        raise CaseError([Fault("C149", "corridor frontier", reason)], "the question")
    for name, end in {"--from": own["low"], "--to": own["high"]}.items():
        if end is not None and address is None:
            reason = say("it belongs to the frontier of a capacity; leave it out, or name the capacity")
            raise CaseError([Fault("C149", name, reason)], "the question")
    case = given.case()
    if address is not None:
        return corridor.frontier(case, address, **own, **question), {}
    if cost is not None:
        return corridor.cost_frontier(case, cost, **question), {}
    return corridor.pareto(case, points, **question), {}


def compare(given: Given, question: dict[str, Any]) -> Results:
    """The comparison of scenarios, and the shares of the single changes where two are compared."""
    import corridor

    own, told = given.own, question.pop("progress")
    asked = own["attribute"] or own["of"] is not None or own["order"] is not None or bool(own["groups"])
    order = _numbers("--order", own["order"] or "")
    groups = [_numbers("--group", group) for group in own["groups"] or ()]
    cases = _cases(own["names"] or [], given, two=asked)
    shares = None
    if asked:
        with counting(say("cases between the two")) as counted:
            shares = corridor.attribution(
                *cases.values(),
                of=str(own["of"] or own["study"]),
                order=order,
                groups=groups,
                samples=own["samples"],
                seed=own["seed"],
                names=list(cases),
                progress=counted,
                **question,
            )
    made = corridor.compare(
        *cases.values(),
        names=list(cases),
        study=str(own["study"]),
        floor_t=shares.floor_t if shares is not None and shares.floor_t else None,
        own_floor=own["own_floor"],
        progress=told,
        **question,
    )
    return made, {"attribution": shares}


def _cases(names: Sequence[str], given: Given, *, two: bool) -> dict[str, Case]:
    """The case with each scenario made, by name; raises CaseError with the faults of all."""
    from corridor.loading import load
    from corridor.model.faults import CaseError, Fault

    faults = []
    if len(names) < 2:
        reason = say("give two scenarios or more, as in: corridor compare base ships_plus_2 (base is the case itself)")
        faults.append(Fault("C130", names[0] if names else "compare", reason))
    twice = sorted({name for name in names if names.count(name) > 1})
    faults += [Fault("C131", name, say("is named twice; name each scenario once")) for name in twice]
    if two and len(names) > 2:
        reason = say(
            "a difference is shared out between two scenarios, and {names} are named; name two", names=len(names)
        )
        faults.append(Fault("C134", "--attribute", reason))
    subject = "the question"
    cases: dict[str, Case] = {}
    for name in dict.fromkeys(names):
        words = [name] if Path(name).is_file() else name.split("+")
        try:
            loaded = load(
                given.folder,
                year=given.year,
                scenario=[word for word in words if word != BASE],
                changes=given.sets or (),
            )
        except CaseError as error:
            faults += error.faults
            subject = error.subject
        else:
            short = Path(name).stem if Path(name).is_file() else name
            cases[name if short in cases else short] = loaded
    if faults:
        raise CaseError(faults, subject)
    warn(*cases.values())
    return cases


def _numbers(option: str, text: str) -> list[int]:
    """Numbers of changes with commas between them; raises CaseError."""
    from corridor.model.faults import CaseError, Fault

    words = [word for word in re.split(r"[,\s]+", text) if word]
    if any(not word.isdecimal() for word in words):
        reason = say(
            "{word} is no list of numbers of changes; write {option} 2,1 (--attribute prints the numbers)",
            word=text,
            option=option,
        )
        raise CaseError([Fault("C133", option, reason)], "the question")
    return [int(word) for word in words]


@app.command()
def scenarios(
    name: Annotated[str | None, typer.Argument(help="One of them, or a file: what it changes, in words.")] = None,
    case: CaseFolder = None,
    as_json: AsJson = False,
) -> None:
    """The scenarios of the case, or what one of them changes and on what ground."""
    with answering(as_json), progress(say("reading the scenarios")):
        from corridor.data.scenario import read_scenario
        from corridor.loading import scenarios as scenarios_of
        from corridor.loading import with_scenarios

        loaded = loaded_case(case, None, None)
        if name is None:
            listed = scenarios_of(case)
        else:
            one = read_scenario(Path(loaded.home), name)
            with_scenarios(loaded, [one])  # a scenario that is shown can be made
            listed = list(one.whole)
    if as_json:
        body = {**head(loaded), "scenario": name or BASE, "rows": [_record(each, name is not None) for each in listed]}
        print_json(body)
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say.scenarios import changes_page, page

    if name is None:
        print_blocks(page(loaded.title, [(each.name, each.note, _bases(each), len(each.changes)) for each in listed]))
    else:
        print_blocks(changes_page([(each.name, each.note, each.changes) for each in listed]))


def _bases(scenario: Scenario) -> list[str]:
    return [each.name for each in scenario.base]


def _record(scenario: Scenario, whole: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"name": scenario.name, "note": scenario.note, "base": _bases(scenario)}
    row["changes"] = len(scenario.changes)
    if whole:
        row["made"] = [
            {"words": each.words, "source": each.source.split(), "why": each.why} for each in scenario.changes
        ]
    return row


@app.command()
def evidence(
    cell: Annotated[str, typer.Argument(help="Cell as table.row.column, or the id of a published figure.")],
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    whole: Whole = False,
    as_json: AsJson = False,
) -> None:
    """The source of a number, the other figures, and the reason of the choice."""
    with answering(as_json, cell=cell), progress(say("reading the case")):
        from corridor.loading import evidence as evidence_of
        from corridor.model.result.frame import filled

        loaded = loaded_case(case, year, sets, scenario)
        known = evidence_of(loaded, cell)
    if as_json:
        print_json({**head(loaded), **filled(known.to_dict())})
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say.evidence import page

    print_blocks(page(loaded, known, short=not whole))


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
    with answering(as_json, table=table), progress(say("reading the case")):
        from corridor.model.faults import CaseError, Fault, nearest
        from corridor.model.result.frame import filled
        from corridor.model.schema import schemas

        if table not in schemas():
            message = say("{table} is no table of a case; {nearest}", table=table, nearest=nearest(table, schemas()))
            raise CaseError([Fault("C021", "show", message)], "the question")
        loaded = loaded_case(case, year, sets, scenario)
    if as_json:
        print_json({**head(loaded), "table": table, "rows": [filled(row._asdict()) for row in loaded.rows(table)]})
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say.table import page

    print_blocks(page(loaded, table), None if sys.stdout.isatty() else WIDEST)


@app.command()
def copy(
    folder: Annotated[Path, typer.Argument(help="Folder for the copy; a new one, or an empty one.")],
    case: CaseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write a copy of the case to edit: tables, scenarios, and the numbers as they were."""
    with answering(as_json), progress(say("copying the case")):
        from corridor.copies import copy as copy_to

        target = copy_to(folder, case)
    if as_json:
        files = sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())
        print_json({"schema": SCHEMA, "status": "written", "folder": str(target), "files": files})
        return
    print(say("Copied to {target}. Edit its tables, then: corridor check --case {target}", target=target))
    print(say("Any verb takes it by --case {target}. A number that you change is reported as your own.", target=target))


@app.command()
def check(
    case: CaseFolder = None,
    year: Year = None,
    scenario: Scenarios = None,
    sets: Sets = None,
    recalculate: Annotated[
        bool,
        typer.Option("--recalculate", help="First write the derived numbers of a copy anew, where others changed."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check every table of a case and print all faults and warnings."""
    rewritten = {}
    with answering(as_json), progress(say("checking the case")):
        from corridor.loading import check_scenarios, load

        if recalculate:
            from corridor.copies import recalculate as write_anew

            rewritten = write_anew(case)
        loaded = load(case, year=year, scenario=scenario or (), changes=sets or ())
        warn(loaded, quiet=True)
        names = check_scenarios(loaded) if not loaded.changes else []
    sizes = {name: len(frame) for name, frame in loaded.tables.items() if len(frame)}
    if as_json:
        anew = [
            {"cell": ".".join(cell), "former": former, "value": value} for cell, (former, value) in rewritten.items()
        ]
        body = {**head(loaded), "base_year": loaded.base_year, "rows": sizes, "recalculated": anew, "faults": []}
        print_json(body)
        return
    if recalculate:
        print(
            plural(
                "{n} derived number written anew in {case}",
                "{n} derived numbers written anew in {case}",
                len(rewritten),
                case=case,
            )
        )
        for cell, (former, value) in rewritten.items():
            place = loaded.place(*cell)
            print("  " + say("{place}: {former:.12g} becomes {value:.12g}", place=place, former=former, value=value))
    print(
        say(
            "{title}, {year}: no faults in {rows} rows of {tables} tables",
            title=loaded.title,
            year=loaded.base_year,
            rows=sum(sizes.values()),
            tables=len(sizes),
        )
    )
    print("  " + ", ".join(f"{name} {count}" for name, count in sizes.items()))
    if names:
        print(say("No faults in its scenarios: {names}", names=", ".join(names)))
    if doubts := warnings_given():
        from corridor.model.faults import counted, warning_lines

        print(plural("{n} warning: {counted}", "{n} warnings: {counted}", len(doubts), counted=counted(doubts)))
        for line in warning_lines(doubts, LISTED, "corridor check --json"):
            print(f"  {line}")
