"""What a script calls; each function joins the rooms and does nothing of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
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
from corridor.model.faults import CaseError, CaseWarning, CertificateError, Fault, TimeLimitError, nearest
from corridor.model.horizon import PERIODS, Horizon
from corridor.model.result.answer import Answer
from corridor.model.result.band import Band
from corridor.model.result.explanation import Explanation
from corridor.model.result.findings import Findings
from corridor.model.result.waterfall import Waterfall
from corridor.model.scope import ALL, Scope, ScopeMeasures

if TYPE_CHECKING:
    import pandas as pd

    from corridor.model.result.carbon import Carbon
    from corridor.model.result.disruption import Disruption
    from corridor.model.result.foresight import Foresight
    from corridor.optimize.answer.year import Year
    from corridor.optimize.period.own_rules import PlannersRule, RuleSource
    from corridor.optimize.program.progress import Progress

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


def solve(
    case: Case,
    study: str = "capability",
    *,
    periods: str = "year",
    open_year: bool = False,
    rules: RuleSource | Iterable[RuleSource] = (),
    scope: str = ALL,
    limits: int | None = None,
    all_scopes: bool = True,
    time_limit: float | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> Answer:
    """Answer a study: ``capability``, ``concurrent``, ``handled``, ``free``, ``cost_shipper``, ``cost_resource``.

    The measures are those of a ``scope`` of the case, the other demands held at their base year; ``all`` is every
    demand. ``answer.scopes`` has the measures of every scope, unless ``all_scopes`` is left out (False) for speed.

    ``periods`` cuts the year: ``year``, ``quarter``, ``month``, ``week``, ``day`` or a number of equal parts; the year
    is steady (what leaves in December arrives in January) unless ``open_year``. Closures that take days from the year
    cut it where they begin and end, by months at least, and ``answer.closures`` has what they do. ``rules`` are a
    planner's own: a Python file, a function ``rule(model, corridor)``, or a list of these (docs/own-rules.md).
    ``limits`` is the greatest number of limits that are listed; 0 leaves out the first limit, too. ``time_limit`` is in
    seconds for the whole question: where the program itself was solved in time the answer comes with an unfinished
    list. ``watch`` is called with the progress of the solver.

    Raises CaseError, InfeasibleError, or TimeLimitError, whose ``answer`` is that of the finest horizon that was
    finished, if any; and CertificateError, a fault of Corridor's own, where the answer does not prove itself.
    """
    check(case)
    finest = _horizon(case, periods, open_year)
    coarser = [each for each in PERIODS[: PERIODS.index(periods)] if each in COARSER] if periods in PERIODS else []
    limit = None if time_limit is None else (time_limit, perf_counter() + time_limit)
    asked, (case, closed) = case, _closed(case, periods, time_limit, watch)
    if closed is not None:  # the year as one period cannot see a closure
        finest, coarser = replace(closed.horizon, cyclic=not open_year), []
    answer: Answer | None = None
    own = _rules(rules)
    if scope != ALL and study.startswith("cost"):
        raise not_yet("the costs")
    for horizon in [*(_horizon(case, each, open_year) for each in coarser if time_limit is not None), finest]:
        try:
            answer = _solve(case, study, horizon, own, limit, watch, scope, limits)
        except TimeLimitError as error:
            if answer is not None:
                error.answer = answer
                error.known = f"known by then: {answer.value or 0.0:,.0f} {answer.value_unit}, by {_by(answer)}"
            raise
    assert answer is not None
    if all_scopes and closed is None:
        answer = replace(answer, scopes=_scopes(case, study, own, None if limit is None else limit[1]))
    if closed is None:
        return answer
    together = _solve(case, "concurrent", finest, own, limit, watch, scope, 0) if study == "capability" else answer
    growth = together.growth if answer.growth is None else answer.growth
    measures = {**together.measures_t, **answer.measures_t}
    if growth is not None and growth >= 1:  # all of what is left of the base year fits
        measures = {"handled": float(answer.segments["base_t"].sum()), **measures}
    return replace(answer, case=asked, closures=closed, measures_t=measures, growth=growth, whole_t={})


def _closed(
    case: Case, periods: str, time_limit: float | None, watch: Callable[[Progress], None] | None
) -> tuple[Case, Disruption | None]:
    """The case without the cargo that its closures lose, and what they do; by months unless finer periods are asked."""
    if not len(case["closure"]):
        return case, None
    from corridor.optimize.studies.disrupt import closed_year

    cut = "month" if periods in ("year", "quarter", "month") else periods
    return closed_year(case, cut, time_limit=time_limit, watch=watch)


COARSER = ("year", "month", "week")
"""Horizons that are worked out before a finer one where time is limited: there is an answer when it runs out."""


def _by(answer: Answer) -> str:
    return "the year as a whole" if answer.horizon is None else f"{answer.horizon.name}s"


def _horizon(case: Case, periods: str, open_year: bool) -> Horizon:
    try:
        return Horizon.of(periods, case.base_year, cyclic=not open_year)
    except ValueError:
        reason = f"{periods} is no period; {nearest(periods, PERIODS)}, or a number of equal parts"
        raise CaseError([Fault("C073", "--periods", reason)], "the question") from None


def _solve(
    case: Case,
    study: str,
    horizon: Horizon,
    rules: Sequence[PlannersRule],
    limit: tuple[float, float] | None,
    watch: Callable[[Progress], None] | None,
    scope: str = ALL,
    most: int | None = None,
) -> Answer:
    """The proved answer over one horizon; ``limit`` is the seconds asked for and when they end."""
    from corridor.optimize.answer.solve import solve as answer_of
    from corridor.optimize.studies.scopes import held

    seconds, end = limit or (None, None)
    within = held(case, scope, rules=rules)
    timing: dict[str, Any] = {"time_limit": seconds, "deadline": end, "watch": watch}
    answer = answer_of(case, study, horizon, rules=rules, scope=within, most=most, **timing)
    if not answer.certificate.passed:
        raise CertificateError(f"the answer does not prove itself: {answer.certificate}")
    return answer


def _scopes(case: Case, study: str, rules: Sequence[PlannersRule], end: float | None) -> tuple[ScopeMeasures, ...]:
    """The measures of every scope; none beside a cost, nor where the time is over."""
    from corridor.optimize.studies.scopes import scope_measures

    if study.startswith("cost"):
        return ()
    try:
        return scope_measures(case, rules=rules, deadline=end)
    except TimeLimitError:
        return ()


def not_yet(what: str) -> CaseError:
    """The fault of a study that takes no scope but all."""
    reason = f"{what} cannot be taken of a scope, not yet; leave --scope out"
    return CaseError([Fault("C173", "--scope", reason)], "the question")


def scoped(case: Case, scope: str, rules: RuleSource | Iterable[RuleSource] = ()) -> Scope | None:
    """The scope of this name, the other demands held at their base year; None for all. Raises CaseError."""
    from corridor.optimize.studies.scopes import held

    return held(case, scope, rules=_rules(rules)) if scope != ALL else None


def _rules(rules: RuleSource | Iterable[RuleSource]) -> list[PlannersRule]:
    from corridor.optimize.period.own_rules import planners_rules

    return planners_rules(rules)


def foresight(
    case: Case,
    measure: str = "capability",
    *,
    periods: str = "24",
    ahead: int = 0,
    time_limit: float | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> Foresight:
    """What it would be worth to know the closures of a year in advance: solved at once, and rolling.

    ``measure`` makes the plan that both carry; ``ahead`` periods of a forecast that is never wrong help the rolling
    year. Raises CaseError, InfeasibleError, TimeLimitError, and CertificateError where a year does not prove itself.
    """
    from corridor.optimize.studies.foresight import foresight as foresight_of

    case = ready(case)
    found = foresight_of(case, measure, periods, ahead=ahead, time_limit=time_limit, watch=watch)
    if not found.passed:
        raise CertificateError(f"the years do not prove themselves: {found.certificate}, {found.rolling_residual}")
    return found


def ladder(case: Case, *, rules: RuleSource | Iterable[RuleSource] = (), scope: str = ALL) -> pd.DataFrame:
    """The order of the limits, from the first to the nameplate: one row a resource, with a project that adds to it.

    ``rules`` and ``scope`` as in :func:`solve`; no rule is lifted. Columns as in
    :class:`corridor.model.result.answer.Findings`. Raises CaseError, InfeasibleError.
    """
    return _ladder(case, _year(case, rules, scope))


def markets(case: Case, *, rules: RuleSource | Iterable[RuleSource] = (), scope: str = ALL) -> pd.DataFrame:
    """How far each market goes alone, the others at their floor, and what stops it.

    Raises CaseError, InfeasibleError.
    """
    from corridor.optimize.studies.markets import markets as markets_of

    return markets_of(_year(case, rules, scope))


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


def validate(case: Case) -> pd.DataFrame:
    """What was published beside what the model says: one row a test of ``validation.csv``.

    Columns: test, name, role, scenario, study, unit, published, low, high, modelled, difference, verdict (pass, fail,
    input, forecast), sources, tolerance, note. Scenarios are those of the folder that the case was read from, under its
    changes; a case that is a scenario already (``load(year=2022)``) is refused. Raises CaseError, InfeasibleError.
    """
    from corridor.optimize.studies.validate import validate as validate_it

    if any(change.scenario for change in case.changes):
        reason = "is a scenario, and the tests name their own; validate the case without it"
        raise CaseError([Fault("C064", case.scenario, reason)], "the question")
    check(case)

    def scenario(name: str) -> Case:
        there = read_scenario(Path(case.home), name).apply(case.origin or case)
        there = there.with_(case.changes)  # what was set stays on top
        check(there)
        return there

    return validate_it(case, scenario)


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
    from corridor.optimize.studies.markets import markets as markets_of
    from corridor.optimize.studies.prices import prices as prices_of
    from corridor.optimize.studies.projects import projects as projects_of
    from corridor.optimize.studies.revenue import revenue as revenue_of
    from corridor.optimize.studies.waterfall import waterfall as waterfall_of

    money = revenue_of(case, answer)
    if answer.growth is None:
        return Findings(case, answer, course=course, revenue=money)
    own = _rules(rules)
    year = _year(case, own)
    gated = case.gate is not None and math.isfinite(case.gate.nameplate_t_per_year)
    return Findings(
        case,
        answer,
        ladder=_ladder(case, year),
        waterfall=waterfall_of(case) if gated and not own else None,
        markets=markets_of(year),
        prices=prices_of(year),
        cut=cut_of(year),
        projects=projects_of(case) if case.rows("project") and not own else None,
        band=band(case, draws=draws, processes=processes, progress=progress) if draws and not own else None,
        validation=validate(case) if _validated(case) and not own else None,
        course=course,
        revenue=money,
    )


def _validated(case: Case) -> bool:
    """Whether the tests of a case speak of it as it stands: they are about what happened, not about a what-if."""
    return bool(case.rows("validation")) and not case.changes


def _ladder(case: Case, year: Year) -> pd.DataFrame:
    from corridor.optimize.answer.lifting import ladder as rungs_of
    from corridor.optimize.answer.solve import solve as answer_of
    from corridor.optimize.answer.solve import terminals
    from corridor.optimize.studies.ladder_projects import with_projects

    named = terminals(case)
    rungs = rungs_of(year)
    # At these rungs more passes than the terminals that can be named would take.
    beyond = rungs["t"] > (named if named is not None else math.inf) * (1 + 1e-9)
    rungs["beyond"] = beyond & (rungs["kind"] != "gate")
    flows = answer_of(case, "concurrent", rules=year.rules, scope=year.layout.scope) if case.rows("project") else None
    return with_projects(year, rungs, flows)


def _year(case: Case, rules: RuleSource | Iterable[RuleSource] = (), scope: str = ALL) -> Year:
    from corridor.optimize.answer.year import Year

    case = ready(case)
    return Year(case, "capability", rules=_rules(rules), scope=scoped(case, scope, rules))


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
