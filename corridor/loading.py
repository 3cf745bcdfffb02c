"""What a script calls; each function joins the rooms and does nothing of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakSet

from corridor.data.checks import checked, faults_of, warnings_of
from corridor.data.read import bundled, read
from corridor.data.scenario import Scenario, compose, read_scenario
from corridor.data.scenario import scenarios as scenario_files
from corridor.model.case import Case, Change
from corridor.model.change.changes import Set
from corridor.model.derived import recalculated
from corridor.model.evidence import Figure, Provenance
from corridor.model.faults import CaseError, CaseWarning, Fault
from corridor.model.result.answer import Answer
from corridor.model.result.band import Band
from corridor.model.result.explanation import Explanation
from corridor.model.result.findings import Findings
from corridor.model.result.waterfall import Waterfall
from corridor.model.scope import ALL, Scope

if TYPE_CHECKING:
    import pandas as pd

    from corridor.model.result.carbon import Carbon
    from corridor.optimize.answer.setting import Setting
    from corridor.optimize.answer.year import Year
    from corridor.optimize.period.planner.read import PlannersRule, RuleSource

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
    """Read and check a case: a folder of tables, or the bundled middle corridor.

    ``year`` takes the scenario ``base_<year>`` of the folder; ``scenario`` is the name of another one, the path of a
    scenario file, or several of these, made in order after it; ``changes`` come last, as words
    (``"resource.line.capacity=5"``) or :class:`Change`. Numbers derived from one that was changed, here or in a copy,
    are kept (:func:`warnings` lists them), or set to what their formula gives (``derived="recalculate"``). Raises
    CaseError with every fault.
    """
    home = Path(folder) if folder is not None else bundled()
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
                [Fault("C063", "--year", f"{year} is no base year of this case; it has {', '.join(years)}")],
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
    home = Path(folder) if folder is not None else bundled()
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


def ready(case: Case) -> Case:
    """The case checked, and without the cargo that closures of some days lose; raises CaseError with every fault.

    Every study takes it: what closures lose is asked, and not carried, however the year is asked.
    """
    check(case)
    if not len(case["closure"]):
        return case
    from corridor.optimize.studies.disrupt import closed_year

    return closed_year(case)[0]


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


def solve(*given: Any, **asked: Any) -> Answer:
    """The answer of :func:`corridor.solve`."""
    import corridor

    answer: Answer = corridor.solve(*given, **asked)
    return answer


def not_yet(what: str) -> CaseError:
    """The fault of a study that takes no scope but all."""
    reason = f"{what} cannot be taken of a scope, not yet; leave --scope out"
    return CaseError([Fault("C173", "--scope", reason)], "the question")


def scoped(case: Case, scope: str, rules: RuleSource | Iterable[RuleSource] = ()) -> Scope | None:
    """The scope of this name, the other demands held at their base year; None for all. Raises CaseError."""
    return setting(case, rules, scope).scope


def setting(case: Case, rules: RuleSource | Iterable[RuleSource] = (), scope: str = ALL) -> Setting:
    """The setting of the year as one period."""
    from corridor.optimize.studies.asked import setting_of

    check(case)
    return setting_of(case, rules=rules, scope=scope, whole=True)


def _rules(rules: RuleSource | Iterable[RuleSource]) -> list[PlannersRule]:
    from corridor.optimize.period.planner.read import planners_rules

    return planners_rules(rules)


def waterfall(case: Case) -> Waterfall:
    """From the nameplate down to what is handled, by kind of limit; raises CaseError for a case without a nameplate."""
    from corridor.optimize.studies.waterfall import waterfall as waterfall_of

    case = ready(case)
    return waterfall_of(case)


def prices(case: Case, *, rules: RuleSource | Iterable[RuleSource] = (), scope: str = ALL) -> pd.DataFrame:
    """What one planner's unit more or less of each resource does to C and T; raises CaseError, InfeasibleError."""
    from corridor.optimize.studies.prices import prices as prices_of

    return prices_of(_year(case, rules, scope))


def cut(case: Case) -> pd.DataFrame:
    """Minimum cuts of the graph by commodity and direction, beside what the program sends; raises CaseError."""
    from corridor.optimize.studies.cut import cut as cut_of

    return cut_of(_year(case))


def evidence(case: Case, cell: str) -> Provenance | Figure:
    """Where the number in a cell (``table.row.column``) comes from, or what a published figure (its id) is used for.

    Raises CaseError where there is neither.
    """
    from corridor.model.evidence import figure, provenance

    return figure(case, cell) if "." not in cell else provenance(case, cell)


def in_scenario(case: Case, name: str) -> Case:
    """A case in a scenario of its folder, its own changes on top; checked, raises CaseError."""
    there = read_scenario(Path(case.home), name).apply(case.origin or case).with_(case.changes)
    check(there)
    return there


def band(
    case: Case,
    *,
    draws: int = 2000,
    seed: int = 1,
    processes: int = 1,
    capacities_only: bool = False,
    keep: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Band:
    """How sure H, C and T are: the ranges of all inputs drawn together and solved, ``draws`` times.

    The same ``seed`` gives the same digits with any number of ``processes``; with more than one, a script needs the
    usual ``if __name__ == "__main__":``. ``capacities_only`` draws capacities, backgrounds and ceilings alone. With
    ``keep`` the ranges are written to ``band.csv`` in the folder of the case, from which headlines take them.
    ``progress`` is told how many draws are done, and of how many. Raises CaseError, CertificateError.
    """
    from corridor.optimize.studies.band import band as band_of

    case = ready(case)
    made = band_of(
        case, draws=draws, seed=seed, processes=processes, capacities_only=capacities_only, progress=progress
    )
    if keep:
        from corridor.data.keep import keep as keep_it

        keep_it(case, made)
    return made


def carbon(
    case: Case, answer: Answer | None = None, *, study: str = "capability", prices: Iterable[float] | None = None
) -> Carbon:
    """What the cargo of an answer emits, beside rival routes and at a price; the goods' own carbon (CBAM), apart.

    Of ``study`` where no answer is given. ``prices`` are USD per t CO2e, beside the case's own; 0, 85 and 150 where
    none are given. Raises CaseError, and what :func:`solve` raises.
    """
    from corridor.model.result.carbon import PRICES
    from corridor.optimize.studies.carbon import carbon as carbon_of

    case = ready(case)
    return carbon_of(case, answer or solve(case, study), PRICES if prices is None else prices)


def explain(case: Case, name: str, answer: Answer | None = None) -> Explanation:
    """Explain a resource, a link or a demand in an answer (``capability`` if none is given); raises CaseError."""
    from corridor.optimize.studies.explain import explain as explain_it

    return explain_it(case, answer or solve(case), name)


def findings(
    case: Case,
    answer: Answer,
    *,
    course: Answer | None = None,
    rules: RuleSource | Iterable[RuleSource] = (),
    draws: int = 0,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Findings:
    """The answer with ladder, waterfall, markets, prices, cuts and projects beside it, for the report.

    ``course`` is the same question answered by periods, for what only time reveals.

    With ``draws`` the band too (by :func:`band`, seed 1), and with a validation table what :func:`validate` says. What
    the case cannot have (a waterfall without a nameplate, say) is left out; with a planner's ``rules``, with which the
    answer was worked out, too, so are waterfall, projects, band and validation, which know nothing of them.
    """
    from corridor.optimize.studies.cut import cut as cut_of
    from corridor.optimize.studies.ladder import ladder as ladder_of
    from corridor.optimize.studies.markets import markets as markets_of
    from corridor.optimize.studies.prices import prices as prices_of
    from corridor.optimize.studies.projects import projects as projects_of
    from corridor.optimize.studies.revenue import revenue as revenue_of
    from corridor.optimize.studies.waterfall import waterfall as waterfall_of

    money = revenue_of(case, answer)
    if answer.growth is None:
        return Findings(case, answer, course=course, revenue=money)
    own = _rules(rules)
    asked = setting(case, own)
    year = asked.open()
    gated = case.gate is not None and math.isfinite(case.gate.nameplate_t_per_year)
    return Findings(
        case,
        answer,
        ladder=ladder_of(asked).frame,
        waterfall=waterfall_of(case) if gated and not own else None,
        markets=markets_of(asked).frame,
        prices=prices_of(year),
        cut=cut_of(year),
        projects=projects_of(case) if case.rows("project") and not own else None,
        band=band(case, draws=draws, processes=processes, progress=progress) if draws and not own else None,
        validation=validate(case) if _validated(case) and not own else None,
        course=course,
        revenue=money,
    )


def validate(case: Case) -> pd.DataFrame:
    """The table of :func:`corridor.validate`."""
    import corridor

    frame: pd.DataFrame = corridor.validate(case).frame
    return frame


def _validated(case: Case) -> bool:
    """Whether the tests of a case speak of it as it stands: they are about what happened, not about a what-if."""
    return bool(case.rows("validation")) and not case.changes


def _year(case: Case, rules: RuleSource | Iterable[RuleSource] = (), scope: str = ALL) -> Year:
    return setting(case, rules, scope).open()


def report(
    case: Case,
    answer: Answer,
    folder: str | Path,
    *,
    course: Answer | None = None,
    rules: RuleSource | Iterable[RuleSource] = (),
    pdf: bool = False,
    draws: int = 0,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write ``report.html``, ``map.svg`` where places have coordinates, and ``report.pdf`` if asked for.

    The folder is made if need be. For a measure the report holds what :func:`findings` works out, with the band where
    ``draws`` are asked for, and the same question by periods where ``course`` answers it. Returns the path of
    the HTML report. Files that an earlier report has left in the folder, and that this one does not write, are taken
    away: a folder holds one run. Raises CaseError if the folder cannot be written to (then none of them is written
    anew) or the package typst is missing.
    """
    from corridor.reports.map.answer import answer_map
    from corridor.reports.out.html import html
    from corridor.reports.out.pdf import pdf as pdf_of

    found = findings(case, answer, course=course, rules=rules, draws=draws, processes=processes, progress=progress)
    files = {"report.html": html(found).encode()}
    picture = answer_map(case, answer)
    if picture:
        files["map.svg"] = picture.encode()
    if pdf:
        files["report.pdf"] = pdf_of(found)
    write(Path(folder), files, REPORT_FILES)
    return Path(folder) / "report.html"


REPORT_FILES = ("report.html", "map.svg", "report.pdf")
"""Files that a report may consist of."""


def write(folder: Path, files: Mapping[str, bytes], instead_of: Iterable[str] = ()) -> None:
    """Write files whole, and all or none of them; raises CaseError where the folder cannot be written to.

    Files ``instead_of`` which they are written are taken away where they are not among them.
    """
    parts = {folder / f".{name}.part": folder / name for name in files}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for (part, target), content in zip(parts.items(), files.values(), strict=True):
            if target.is_dir():
                raise IsADirectoryError(21, "a folder of that name is in the way")
            part.write_bytes(content)
        for part, target in parts.items():
            part.replace(target)
        for name in set(instead_of) - set(files):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        for part in parts if folder.is_dir() else ():
            part.unlink(missing_ok=True)
        reason = f"it cannot be written: {error.strerror or error}; give another folder by --out"
        raise CaseError([Fault("C080", str(folder / next(iter(files))), reason)], "the output") from None
