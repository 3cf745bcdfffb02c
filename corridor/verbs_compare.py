"""The verb ``compare``: scenarios side by side, and what each change makes of the difference between two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.command import (
    ALL,
    AsJson,
    CaseFolder,
    ScopeName,
    Sets,
    Study,
    StudyName,
    Year,
    answering,
    app,
    print_json,
    warn,
)

if TYPE_CHECKING:
    from corridor.model.case import Case

BASE = "base"
"""The word for the case itself."""


@app.command()
def compare(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="A B …", help="Scenarios or files of them; A+B is both, base the case itself.", show_default=False
        ),
    ] = None,
    study: StudyName = Study.capability,
    attribute: Annotated[
        bool, typer.Option("--attribute", help="Share out the difference between two among the single changes.")
    ] = False,
    of: Annotated[
        Study | None, typer.Option("--of", help="What is shared out (capability if left out); implies --attribute.")
    ] = None,
    order: Annotated[
        str | None,
        typer.Option("--order", metavar="3,1,…", help="One order of the changes, instead of the mean over all."),
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option("--group", metavar="1,2", help="Changes that are made together; may be repeated."),
    ] = None,
    samples: Annotated[
        int, typer.Option("--samples", help="Orders that are drawn where there are more than eight changes.", min=4)
    ] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.", min=0)] = 1,
    own_floor: Annotated[
        bool, typer.Option("--own-floor", help="Each scenario holds its own floor, not the least of all.")
    ] = False,
    case: CaseFolder = None,
    year: Year = None,
    sets: Sets = None,
    scope: ScopeName = ALL,
    as_json: AsJson = False,
) -> None:
    """Scenarios side by side: measures, limits, ladder, flows, cost, carbon, time, countries."""
    with answering(as_json):
        from corridor import compare as compare_them
        from corridor.comparisons import attribution as attribution_of
        from corridor.loading import not_yet
        from corridor.reports.out.terminal import counting

        asked = attribute or of is not None or order is not None or bool(groups)
        first, together = _numbers("--order", order or ""), [_numbers("--group", each) for each in groups or ()]
        cases = _cases(names or [], case, year, sets, two=asked)
        if asked and scope != ALL:
            raise not_yet("the difference between two scenarios")
        shares = None
        if asked:
            with counting("cases between the two") as told:
                shares = attribution_of(
                    *cases.values(),
                    of=(of or study).value,
                    order=first,
                    groups=together,
                    samples=samples,
                    seed=seed,
                    names=list(cases),
                    progress=told,
                )
        with counting("steps of the comparison") as told:
            floor_t = shares.floor_t if shares is not None and shares.floor_t else None
            found = compare_them(
                *cases.values(),
                names=list(cases),
                study=study.value,
                floor_t=floor_t,
                own_floor=own_floor,
                scope=scope,
                progress=told,
            )
    if as_json:
        print_json({**found.to_dict(), "attribution": shares.to_dict() if shares is not None else None})
        return
    from corridor.reports.out.terminal import print_blocks
    from corridor.reports.say import blocks

    shown = [found, *([shares] if shares is not None else [])]
    print_blocks(block for result in shown for block in blocks(result, short=True))


def _cases(
    names: Sequence[str], folder: Path | None, year: int | None, sets: list[str] | None, *, two: bool
) -> dict[str, Case]:
    """The case with each scenario made, by name; raises CaseError with the faults of all."""
    from corridor.loading import load
    from corridor.model.faults import CaseError, Fault

    faults = []
    if len(names) < 2:
        reason = "give two scenarios or more, as in: corridor compare base ships_plus_2 (base is the case itself)"
        faults.append(Fault("C130", names[0] if names else "compare", reason))
    twice = sorted({name for name in names if names.count(name) > 1})
    faults += [Fault("C131", name, "is named twice; name each scenario once") for name in twice]
    if two and len(names) > 2:
        reason = f"a difference is shared out between two scenarios, and {len(names)} are named; name two"
        faults.append(Fault("C134", "--attribute", reason))
    subject = "the question"
    found: dict[str, Case] = {}
    for name in dict.fromkeys(names):
        words = [name] if Path(name).is_file() else name.split("+")
        try:
            loaded = load(folder, year=year, scenario=[each for each in words if each != BASE], changes=sets or ())
        except CaseError as error:
            faults += error.faults
            subject = error.subject
        else:
            short = Path(name).stem if Path(name).is_file() else name
            found[name if short in found else short] = loaded
    if faults:
        raise CaseError(faults, subject)
    warn(*found.values())
    return found


def _numbers(option: str, text: str) -> list[int]:
    """Numbers of changes with commas between them; raises CaseError."""
    from corridor.model.faults import CaseError, Fault

    words = [each for each in re.split(r"[,\s]+", text) if each]
    if any(not each.isdecimal() for each in words):
        reason = f"{text} is no list of numbers of changes; write {option} 2,1 (--attribute prints the numbers)"
        raise CaseError([Fault("C133", option, reason)], "the question")
    return [int(each) for each in words]
