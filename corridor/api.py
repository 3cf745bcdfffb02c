"""What a script calls; each function joins the rooms and does nothing of its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from corridor.data.checks import checked, faults_of
from corridor.data.read import bundled, read
from corridor.data.scenario import read_scenario, scenarios
from corridor.model.answer import Answer
from corridor.model.case import Case, Change
from corridor.model.faults import CaseError, Fault


def load(folder: str | Path | None = None, *, year: int | None = None, changes: Iterable[Change | str] = ()) -> Case:
    """Read and check a case: a folder of tables, or the bundled middle corridor.

    ``year`` takes the scenario ``base_<year>`` of the folder; ``changes`` are ``"table.row.column=value"`` or
    :class:`Change`, made in order. Raises CaseError with every fault.
    """
    home = Path(folder) if folder is not None else bundled()
    case = checked(read(home))
    if year is not None and year != case.base_year:
        name = f"base_{year}"
        if name not in scenarios(home):
            years = [
                str(case.base_year),
                *(each.removeprefix("base_") for each in scenarios(home) if each.startswith("base_")),
            ]
            raise CaseError(
                [Fault("C063", "--year", f"{year} is no base year of this case; it has {', '.join(years)}")],
                "the question",
            )
        case = read_scenario(home, name).apply(case)
        check(case)
    listed = list(changes)
    if listed:
        case = case.with_(listed)
        check(case)
    return case


def check(case: Case) -> None:
    """Raise CaseError with every fault of a case; needed after changes made in Python."""
    faults = faults_of(case)
    if faults:
        raise CaseError(faults)


def solve(case: Case, study: str = "capability", *, time_limit: float | None = None) -> Answer:
    """Answer a study: ``capability``, ``concurrent``, ``handled``, ``free``, ``cost_shipper``, ``cost_resource``.

    Raises CaseError, InfeasibleError or TimeLimitError (``time_limit`` in seconds for each run of the solver).
    """
    from corridor.optimize.studies import solve as answer_of

    check(case)
    return answer_of(case, study, time_limit=time_limit)


def report(case: Case, answer: Answer, folder: str | Path) -> Path:
    """Write ``report.html`` and, where places have coordinates, ``map.svg`` into the folder, made if need be.

    Returns the path of the report; raises CaseError if the folder cannot be written to.
    """
    from corridor.reports.html import answer_map, html

    picture, text = answer_map(case, answer), html(case, answer)
    if picture:
        write(Path(folder), "map.svg", picture)
    return write(Path(folder), "report.html", text)


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file whole or not at all; raises CaseError where the folder cannot be written to."""
    target, part = folder / name, folder / f".{name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True) if folder.is_dir() else None
        reason = error.strerror or str(error)
        raise CaseError(
            [Fault("C080", str(target), f"cannot be written: {reason}; give another folder by --out")], "the output"
        ) from None
    return target
