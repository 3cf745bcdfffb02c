"""Cases read and checked, their scenarios, the report, and files written whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from weakref import WeakSet

from corridor.data.checks import checked, faults_of, warnings_of
from corridor.data.places import located
from corridor.data.read import read
from corridor.data.scenario import Scenario, compose, read_scenario
from corridor.data.scenario import scenarios as scenario_files
from corridor.model.case import Case, Cell, Change
from corridor.model.change.changes import Set
from corridor.model.derived import recalculated
from corridor.model.evidence import Figure, Provenance
from corridor.model.faults import CaseError, CaseWarning, Fault
from corridor.model.language import say, texts_of
from corridor.model.result.answer import Answer
from corridor.model.result.listing import Described
from corridor.model.writing import ready, write

if TYPE_CHECKING:
    from corridor.optimize.period.planner.read import RuleSource

_SOUND: WeakSet[Case] = WeakSet()
"""Cases that were found without a fault; a case is never changed in place."""


def load(
    folder: str | Path | None = None,
    *,
    year: int | None = None,
    scenario: str | Path | Scenario | Iterable[str | Path | Scenario] = (),
    changes: Iterable[Change | str] = (),
    derived: Literal["keep", "recalculate"] = "keep",
) -> Case:
    """Read and check a case: a folder of tables, a workbook, or a bundled case, by its name; else the middle corridor.

    ``year`` takes the scenario ``base_<year>`` of the folder; ``scenario`` is the name of another one, the path of a
    scenario file, or several of these, made in order after it; ``changes`` come last, as words
    (``"resource.line.capacity=5"``) or :class:`Change`. Numbers derived from one that was changed, here or in a copy,
    are kept (:func:`warnings` lists them), or set to what their formula gives (``derived="recalculate"``). Raises
    CaseError with every fault.
    """
    home = located(folder)
    case = checked(read(home))
    _SOUND.add(case)
    names: list[str] = []
    if year is not None and year != case.base_year:
        name = f"base_{year}"
        if name not in scenario_files(home):
            years = [
                str(case.base_year),
                *(each.removeprefix("base_") for each in scenario_files(home) if each.startswith("base_")),
            ]
            raise CaseError(
                [
                    Fault(
                        "C063",
                        "--year",
                        say("{year} is no base year of this case; it has {listed}", year=year, listed=", ".join(years)),
                    )
                ],
                "the question",
            )
        names.append(name)
    listed = [scenario] if isinstance(scenario, (str, Path, Scenario)) else list(scenario)
    case = with_scenarios(case, [*names, *listed])
    if changes:
        case = case.with_(changes)
        check(case)
    if derived == "recalculate" and (new := recalculated(case)):
        case = case.with_([Set(*cell, f"{number:.12g}") for cell, (_, number) in new.items()])
        check(case)
    return case


def with_scenarios(case: Case, names: Iterable[str | Path | Scenario]) -> Case:
    """A case with scenarios of its folder (or files, by their path) made in order, and checked; raises CaseError."""
    found: list[Scenario] = []
    faults: list[Fault] = []
    for name in names:
        try:
            found.append(name if isinstance(name, Scenario) else read_scenario(Path(case.home), str(name)))
        except CaseError as error:
            faults += error.faults
    if faults:
        raise CaseError(faults, "the scenario" if len(found) + len(faults) == 1 else "the scenarios")
    there = compose(case, found)
    check(there)
    return there


def scenarios(folder: str | Path | None = None) -> list[Scenario]:
    """The scenarios that lie in a case's folder, or with the bundled middle corridor; raises CaseError."""
    home = located(folder)
    found: list[Scenario] = []
    faults: list[Fault] = []
    for name in scenario_files(home):
        try:
            found.append(read_scenario(home, name))
        except CaseError as error:
            faults += error.faults
    if faults:
        raise CaseError(faults, "the scenarios")
    return found


def check(case: Case) -> None:
    """Raise CaseError with every fault of a case; needed after changes made in Python."""
    if case in _SOUND:
        return
    faults = faults_of(case)
    if faults:
        raise CaseError(faults)
    _SOUND.add(case)


def warnings(case: Case) -> tuple[CaseWarning, ...]:
    """The doubts about a case that stop no answer, by code: place, message and remedy each.

    Raises CaseError where the case has faults.
    """
    check(case)
    return warnings_of(case)


def check_scenarios(case: Case) -> list[str]:
    """The names of the scenarios in the folder that a case was read from; raises CaseError with every fault of each."""
    names = list(scenario_files(Path(case.home))) if case.home else []
    faults: list[Fault] = []
    for name in names:
        try:
            there = read_scenario(Path(case.home), name).apply(case)
        except CaseError as error:
            faults += error.faults  # these say the file themselves
            continue
        faults += faults_of(there)
    if faults:
        raise CaseError(faults, "the scenarios")
    return names


def in_scenario(case: Case, name: str) -> Case:
    """A case in another scenario of its folder, its own changes on top; checked, raises CaseError."""
    year = [change for change in case.changes if change.scenario]
    start = (case.origin or case).with_(year) if year else case.origin or case
    there = read_scenario(Path(case.home), name).apply(start)
    there = there.with_([change for change in case.changes if not change.scenario])
    check(there)
    return there


def notes(case: Case) -> dict[str, Described]:
    """Title and note of the scenarios in the folder of a case, by name; empty for a file with faults.

    Both are in the current language where the folder has them in it.
    """
    listed, words = {}, texts_of(case.home)
    for name in scenario_files(Path(case.home)):
        try:
            scenario = read_scenario(Path(case.home), name)
            note = scenario.note.strip()
            listed[str(name)] = Described(words.get(scenario.title, scenario.title), words.get(note, note))
        except CaseError:
            listed[str(name)] = Described("", "")
    return listed


def faults_with(case: Case, cells: Mapping[Cell, float]) -> Sequence[Fault]:
    """The faults of a case with numbers in some of its cells."""
    text = {cell: "unlimited" if value == float("inf") else f"{value:.17g}" for cell, value in cells.items()}
    return faults_of(case.with_([Set(*cell, value) for cell, value in text.items()]))


def evidence(case: Case, cell: str) -> Provenance | Figure:
    """The source of the number in a cell (``table.row.column``), or the uses of a published figure (its id).

    Raises CaseError where there is neither.
    """
    from corridor.model.evidence import figure, provenance

    return figure(case, cell) if "." not in cell else provenance(case, cell)


def report(
    case: Case,
    answer: Answer,
    folder: str | Path,
    *,
    course: Answer | Callable[[], Answer] | None = None,
    rules: RuleSource | Iterable[RuleSource] = (),
    pdf: bool = False,
    draws: int = 0,
    whole: bool = False,
    live: bool = True,
    borders: bool = True,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write ``report.html``, ``tables.zip``, ``map.svg`` where places have coordinates, and ``report.pdf`` if asked.

    The folder is made if need be. For a measure the report holds the studies of :func:`findings`. It has a band of so
    many ``draws``, and the year by periods where ``course`` answers the same question. A function in place of that
    answer is called once it is needed. ``whole`` computes levers, scenarios and growth, too, where none are kept with
    the case. With ``live`` the HTML page has levers, and solves the year again. Without ``borders`` maps have coasts,
    and no borders between countries. Returns the path of the HTML report. Files that an earlier report has left in the
    folder, and that this one does not write, are removed: a folder holds one run. Raises CaseError if the folder cannot
    be written to; then none of them is written anew. Raises it, too, if typst is missing or no font of the PDF has a
    letter of a name.
    """
    import corridor
    from corridor.reports.map.answer import answer_map
    from corridor.reports.map.borders import borders as drawn_borders
    from corridor.reports.out.archive import archive_of
    from corridor.reports.out.html import html_of
    from corridor.reports.out.letters import check_names
    from corridor.reports.out.pdf import pdf_of
    from corridor.reports.say.first import order_of
    from corridor.reports.say.report import document

    ready(Path(folder), REPORT_FILES)
    if pdf:
        check_names(case)
    made = corridor.findings(
        case,
        answer,
        rules=rules,
        draws=draws,
        whole=whole,
        live=live,
        processes=processes,
        progress=progress,
    )
    if course is not None:
        by_periods = course() if callable(course) else course
        made = replace(made, course=replace(by_periods, case=answer.case))  # one case, and what it knows already
    page = document(made)
    with drawn_borders(borders):
        files = {"report.html": html_of(page).encode(), page.files: archive_of(page)}
        picture = answer_map(case, answer, order=order_of(made))
        if picture:
            files["map.svg"] = picture.encode()
        if pdf:
            files["report.pdf"] = pdf_of(page)
    write(Path(folder), files, REPORT_FILES)
    return Path(folder) / "report.html"


REPORT_FILES = ("report.html", "tables.zip", "map.svg", "report.pdf")
"""Files that a report may consist of."""
