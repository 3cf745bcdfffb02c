"""Projects priced by fresh solves: alone, in the order of most tonnes for the money, and all together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from corridor.model.case import Case, Cell
from corridor.model.change.changes import Build
from corridor.model.evidence import evidence_of
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.language import say
from corridor.model.limit_facts import limit_facts
from corridor.model.result.projects import MEASURES, ORDERS, Projects
from corridor.model.scope import ALL
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.lifting import ladder
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import CHOICE, KILO
from corridor.optimize.program.highs import Solution
from corridor.optimize.runs.pool import Renumbered
from corridor.optimize.studies.coming import coming
from corridor.optimize.studies.sweep import Measured, proved

LEAST_T = 5_000.0
"""Gate tonnes a year: a project that gains less than this is not built."""
EQUAL = 1e-7
"""Share by which the gains for a dollar of two projects may differ and still count as equal."""
Counts = Mapping[str, int]
"""Times that each project is built."""


class Builds:
    """The measures of a case with projects built, each set of them solved once.

    The floor of every solve is that of the case with nothing built. With ``comes`` the cargo that comes is known, too,
    where the case has markets. Raises InfeasibleError where the floor cannot be carried.
    """

    def __init__(
        self,
        setting: Setting,
        model: Renumbered | None = None,
        costs_usd: Mapping[str, float] | None = None,
        *,
        comes: bool = False,
    ) -> None:
        self.case = case = setting.case
        self.model = model or Renumbered(setting)
        self.rows = {row.project_id: row for row in case.rows("project")}
        self.order = sorted(self.rows)
        self.useless = {project for project in self.order if not can_be_built(case, project)}
        stated = {project: float(row.cost_usd) for project, row in self.rows.items()}
        self.costs_usd = stated if costs_usd is None else {**stated, **costs_usd}
        self.at_most = {project: int(self.rows[project].at_most or 1) for project in self.order}
        self.solves, self.residual = 0, 0.0
        self.coming = coming(setting) if comes else None
        self._comes: dict[tuple[tuple[str, int], ...], float] = {}
        self._spare: dict[tuple[tuple[str, int], ...], frozenset[str]] = {}
        self._known: dict[tuple[str, tuple[tuple[str, int], ...]], float] = {}
        self._most: dict[tuple[str, tuple[tuple[str, int], ...]], dict[str, float]] = {}
        self._rewriting = {project for project in self.order if not self._capacities_only(project)}
        self._written: tuple[tuple[str, int], ...] | None = None if model else ()
        year = self._year(())
        self.total = math.fsum(year.layout.base.values()) * KILO
        self.floor = share(year.concurrent().value)

    def t(self, built: Counts, measure: str) -> float:
        """Gate tonnes a year of a measure with projects built."""
        made = self._made(built)
        if measure == CHOICE:
            return self.come_t(built)
        if (measure, made) not in self._known:
            year = self._year(made)
            measured = Measured(year, self.floor)
            found = measured.solution(measure)
            to_tonnes = self.total if measure == "concurrent" else KILO
            self._known[measure, made] = found.value * to_tonnes
            self._most[measure, made] = self._bounds(year, found, to_tonnes)
            self.solves += 1
            self.residual = max(self.residual, measured.residual)
        return self._known[measure, made]

    def come_t(self, built: Counts) -> float:
        """Tonnes a year that come with projects built; NaN where that is not known."""
        made = self._made(built)
        if self.coming is not None and made not in self._comes:
            self._comes[made] = self.coming.t(self._with(made))
            self._spare[made] = self.coming.spare()
            self.solves += 1
        return self._comes.get(made, math.nan)

    def _with(self, made: tuple[tuple[str, int], ...]) -> Case:
        return self.case.with_([Build(project, times) for project, times in made]) if made else self.case

    def most(self, built: Counts, measure: str, project: str) -> float:
        """Tonnes that a project cannot exceed once these are built: its capacity at the price of its resource.

        A measure is concave: no step gains more than its price. Infinite where coefficients change, or a closed
        resource opens. More of a resource without a rent brings no cargo.
        """
        self.t(built, measure)
        if measure == CHOICE:
            row = self.rows[project]
            return 0.0 if not row.changes and row.resource_id in self._spare[self._made(built)] else math.inf
        return self._most[measure, self._made(built)].get(project, math.inf)

    def _made(self, built: Counts) -> tuple[tuple[str, int], ...]:
        """The projects of a set that change a number, in the order of ids."""
        return tuple((each, built[each]) for each in self.order if built.get(each) and each not in self.useless)

    def _bounds(self, year: Year, found: Solution, to_tonnes: float) -> dict[str, float]:
        program, left, bounds = year.program, year.case.derating(), dict[str, float]()
        gained = -(found.prices @ program.given_matrix)
        for project, row in self.rows.items():
            label = ("available", row.resource_id)
            if row.changes or label not in program.given_at or program.amount(label) <= 0:
                continue
            added = row.adds * left[row.resource_id] * year.period.scales[row.resource_id]
            bounds[project] = max(0.0, float(gained[program.given_at[label]])) * added * to_tonnes
        return bounds

    def _year(self, made: tuple[tuple[str, int], ...]) -> Year:
        case = self._with(made)
        written = tuple(each for each in made if each[0] in self._rewriting)
        year = self.model.at(case, givens_only=written == self._written)
        self._written = written
        return year

    def _capacities_only(self, project: str) -> bool:
        """True for a project that changes right-hand sides alone, so that the coefficients of the program stay."""
        cells = changed_cells(self.case, self.rows[project])
        return all(self.case.enters(cell) == "rhs" for cell in cells)

    def cost(self, built: Counts) -> float:
        """The cost of a set of projects, USD."""
        return math.fsum(self.costs_usd[project] * times for project, times in built.items())

    def left(self, taken: Counts) -> dict[str, int]:
        """Times that each project can still be built."""
        return {each: self.at_most[each] - taken.get(each, 0) for each in self.order}


@dataclass(frozen=True)
class Segment:
    """A stretch of the cost curve: projects built together, and the measure before and after."""

    built: dict[str, int]
    before_t: float
    after_t: float

    @property
    def gain_t(self) -> float:
        return self.after_t - self.before_t


def priced(setting: Setting, measure: str, least_t: float) -> Projects:
    """The projects of a case priced, without trials."""
    case, scope = setting.case, setting.scope
    faults = []
    if measure not in ORDERS:
        faults.append(
            Fault(
                "C070",
                "--of",
                say(
                    "projects are not ordered by {measure}; {nearest}",
                    measure=measure,
                    nearest=nearest(measure, ORDERS),
                ),
            )
        )
    if not (least_t > 0 and math.isfinite(least_t)):
        faults.append(
            Fault(
                "C192", "--least", say("{least_t:g} is no tonnage that counts; give a number above 0", least_t=least_t)
            )
        )
    if not case.rows("project"):
        faults.append(Fault("C194", "project.csv", say("the case has no projects; add some, each with its cost")))
    if faults:
        raise CaseError(faults, "the projects")
    builds = Builds(setting, comes=True)
    if measure == CHOICE and builds.coming is None:
        reason = say("what comes is not known: the case has no markets, or its base year does not fit")
        raise CaseError([Fault("C318", "--of", reason)], "the projects")
    if not builds.total:
        nothing = say("nothing grows in this case: no demand crosses in the base year")
        raise CaseError([Fault("C076", "project.csv", nothing)], "the projects")
    segments = curve(builds, measure, least_t)
    taken = _sum(segment.built for segment in segments)
    table, together = _table(builds, measure, segments, taken), dict(builds.at_most)
    found = Projects(
        case=case,
        scope=scope.scope_id if scope else ALL,
        scope_name=scope.name if scope else "",
        unit=builds.model.year.unit,
        measure=measure,
        floor=builds.floor,
        least_t=least_t,
        base_t=_both(builds, {}),
        built_t=_both(builds, taken),
        built_usd=builds.cost(taken),
        together_t=_both(builds, together),
        together_usd=builds.cost(together),
        table=table,
        curve=_curve_table(builds, segments),
        unpriced=_unpriced(setting, table),
        solves=builds.solves,
        residual=builds.residual,
        target_t=scope.target_t if scope else None,
        target_year=scope.target_year if scope else None,
        title=case.title,
    )
    proved("a solve", [builds.residual])
    return found


def _both(builds: Builds, built: Counts) -> dict[str, float]:
    """Tonnes of both measures, and of the cargo that comes where it is known."""
    comes = {CHOICE: builds.come_t(built)} if builds.coming is not None else {}
    return {each: builds.t(built, each) for each in MEASURES} | comes


def curve(builds: Builds, measure: str, least_t: float) -> list[Segment]:
    """The segments of the cost curve, in order; the same project taken again is one segment with that before it."""
    taken: Counter[str] = Counter()
    segments: list[Segment] = []
    while True:
        following = best(builds, taken, measure, least_t) or _jointly(builds, taken, measure, least_t)
        if following is None:
            return segments
        before = builds.t(taken, measure)
        taken.update(following)
        after = builds.t(taken, measure)
        last = segments[-1] if segments else None
        if last is not None and list(last.built) == list(following) and len(following) == 1:
            segments[-1] = Segment({each: last.built[each] + 1 for each in following}, last.before_t, after)
        else:
            segments.append(Segment(following, before, after))


def best(builds: Builds, taken: Counts, measure: str, least_t: float) -> dict[str, int] | None:
    """The project of most tonnes for a dollar once these are built; None where none gains enough."""
    before = builds.t(taken, measure)
    left = builds.left(taken)
    bounds = {each: builds.most(taken, measure, each) for each in builds.order if left[each] > 0}
    worth: dict[str, float] = {}
    most = 0.0
    for project in sorted(bounds, key=lambda each: (-_per_dollar(bounds[each], builds.cost({each: 1})), each)):
        bound = bounds[project] * (1 + EQUAL) + 1.0
        if bound < least_t or _per_dollar(bound, builds.cost({project: 1})) < most:
            continue
        gain = builds.t({**taken, project: taken.get(project, 0) + 1}, measure) - before
        if gain >= least_t:
            worth[project] = _per_dollar(gain, builds.cost({project: 1}))
            most = max(most, worth[project] * (1 - EQUAL))
    return {min(project for project in worth if worth[project] >= most): 1} if worth else None


def _per_dollar(gain: float, cost: float) -> float:
    return gain / cost if cost else math.inf


def _jointly(builds: Builds, taken: Counts, measure: str, least_t: float) -> dict[str, int] | None:
    """Projects that gain enough together where none does alone: all that is left, less all that is not worth it.

    The dearest is put back first, whole and then one by one, wherever the rest gains as much for a dollar.
    """
    before = builds.t(taken, measure)

    def gain(built: Counts) -> float:
        return builds.t(Counter(taken) + Counter(built), measure) - before

    chosen = {project: left for project, left in builds.left(taken).items() if left > 0}
    if not chosen or gain(chosen) < least_t:
        return None
    for whole in (True, False):
        better = True
        while better:
            better = False
            for project in sorted(chosen, key=lambda each: (-builds.cost({each: chosen[each]}), each)):
                fewer = {each: n - (each == project) * (n if whole else 1) for each, n in chosen.items()}
                fewer = {each: n for each, n in fewer.items() if n}
                if not fewer:
                    continue
                now = gain(fewer)
                worth = _per_dollar(gain(chosen), builds.cost(chosen)) * (1 - EQUAL)
                if now >= least_t and _per_dollar(now, builds.cost(fewer)) >= worth:
                    chosen, better = fewer, True
    return chosen


def _table(builds: Builds, measure: str, segments: list[Segment], taken: Counts) -> pd.DataFrame:
    """The projects, those of most tonnes for a dollar alone first, then those that gain later."""
    case, known, facts = builds.case, evidence_of(builds.case), limit_facts(builds.case)
    everything, records = dict(builds.at_most), []
    for project in builds.order:
        row = builds.rows[project]
        resources = resources_of(case, row)
        alone = {each: builds.t({project: 1}, each) - builds.t({}, each) for each in ORDERS}
        proof = known.get(("project", project, "cost_usd"))
        own = [segment for segment in segments if project in segment.built]
        others = tuple(sorted({each for segment in own for each in segment.built if each != project}))
        if own:
            after, spent = math.fsum(each.gain_t for each in own), builds.cost(_sum(each.built for each in own))
        elif builds.left(taken)[project] > 0:
            after = builds.t({**taken, project: 1}, measure) - builds.t(taken, measure)
            spent = builds.cost({project: 1})
        rest = {each: times for each, times in everything.items() if each != project}
        cost = float(row.cost_usd)
        records.append(
            {
                "project": project,
                "name": row.name,
                "resources": resources,
                "limit": " and ".join(facts[each].name for each in resources),
                "kind": facts[resources[0]].kind if resources else "",
                "cost_usd": cost,
                "low_usd": _number(proof.low if proof else None),
                "high_usd": _number(proof.high if proof else None),
                "basis": (proof.basis if proof else "") or "",
                "price_year": row.price_year or "",
                "pays": row.pays or "",
                "ready": row.ready or "",
                "at_most": builds.at_most[project],
                **{f"{each}_t": _clean(gain) for each, gain in alone.items()},
                "usd_per_t": _usd_per_t(cost, alone[measure]),
                "taken": taken.get(project, 0),
                "after_t": _clean(after),
                "after_usd_per_t": _usd_per_t(spent, after),
                "with_others": others,
                "needs": _needs(builds, measure, segments, project) if own and _clean(alone[measure]) == 0 else (),
                "left_out_t": _clean(builds.t(everything, measure) - builds.t(rest, measure)),
            }
        )
    frame = pd.DataFrame(records)
    order = frame.assign(alone=frame["usd_per_t"].fillna(math.inf), later=frame["after_usd_per_t"].fillna(math.inf))
    return frame.loc[order.sort_values(["alone", "later", "cost_usd", "project"]).index].reset_index(drop=True)


def _needs(builds: Builds, measure: str, segments: list[Segment], project: str) -> tuple[str, ...]:
    """Projects of earlier segments without which the first one of a project would gain nothing."""
    before: Counter[str] = Counter()
    for segment in segments:
        if project in segment.built:
            break
        before.update(segment.built)
    needed = []
    for each in before:
        rest = {other: times for other, times in before.items() if other != each}
        if _clean(builds.t({**rest, **segment.built}, measure) - builds.t(rest, measure)) == 0:
            needed.append(each)
    return tuple(sorted(needed))


def _sum(built: Iterable[Counts]) -> Counter[str]:
    return sum(map(Counter, built), Counter())


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _clean(gain: float) -> float:
    """A gain without the last bits of two solves; NaN stays."""
    return 0.0 if abs(gain) <= 1.0 else gain


def _usd_per_t(cost: float, gain: float) -> float:
    return cost / gain if gain > 1.0 else math.nan


def resources_of(case: Case, row: Any) -> tuple[str, ...]:
    """Resources that a project adds to, or that its changes reach: themselves, their factors, or those of a size."""
    if row.resource_id:
        return (str(row.resource_id),)
    fleet = {each.carrier_id: each.resource_id for each in case.rows("carrier")}
    carrier = {each.size_id: each.carrier_id for each in case.rows("size")}
    found: dict[str, None] = {}
    for table, key, _ in changed_cells(case, row):
        if table == "resource":
            found[key] = None
        elif table == "factor":
            factor = case.row("factor", key)
            found[factor.resource_id or fleet[carrier[factor.size_id]]] = None
    return tuple(found)


def changed_cells(case: Case, row: Any) -> list[Cell]:
    """The cells that building a project sets."""
    if not row.changes:
        return [("resource", str(row.resource_id), "capacity")]
    if not can_be_built(case, row.project_id):
        return []
    built = case.with_([Build(row.project_id)]).touched
    return [cell for cell, change in built.items() if case.touched.get(cell) is not change]


def can_be_built(case: Case, project: str) -> bool:
    """True for a project that changes a number of the case; an unlimited capacity stays unlimited."""
    try:
        case.with_([Build(project)])
    except CaseError:
        return False
    return True


def _curve_table(builds: Builds, segments: list[Segment]) -> pd.DataFrame:
    facts = limit_facts(builds.case)
    columns = ["step", "projects", "names", "times", "kind", "cost_usd", "total_usd", "gain_t", "t"]
    columns += [*(f"{each}_t" for each in (*MEASURES, CHOICE)), "usd_per_t"]
    records, taken = [], Counter[str]()
    for number, segment in enumerate(segments, 1):
        taken.update(segment.built)
        ids, cost = tuple(segment.built), builds.cost(segment.built)
        resources = resources_of(builds.case, builds.rows[ids[0]])
        records.append(
            {
                "step": number,
                "projects": ids,
                "names": tuple(str(builds.rows[each].name) for each in ids),
                "times": tuple(segment.built.values()),
                "kind": facts[resources[0]].kind if resources else "",
                "cost_usd": cost,
                "total_usd": builds.cost(taken),
                "gain_t": segment.gain_t,
                "t": segment.after_t,
                **{f"{each}_t": builds.t(taken, each) for each in MEASURES},
                "expected_t": builds.come_t(taken),
                "usd_per_t": _usd_per_t(cost, segment.gain_t),
            }
        )
    return pd.DataFrame(records, columns=columns)


def _unpriced(setting: Setting, table: pd.DataFrame) -> pd.DataFrame:
    """Limits that come as all markets grow, to which no project adds; gate and ceilings of markets are none."""
    priced = {each for resources in table["resources"] for each in resources}
    frame = ladder(setting.open())
    known = frame["resource"].isin([row.resource_id for row in setting.case.rows("resource")])
    frame = frame[known & ~frame["resource"].isin(priced)]
    return frame[["resource", "name", "kind"]].drop_duplicates(ignore_index=True)
