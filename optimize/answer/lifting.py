"""The order of the limits: what all markets reach first as they grow together, what next, up to the nameplate."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from corridor.model.limit_ids import gate_limit
from corridor.model.program import Label
from corridor.model.result.answer import NEAR, Rung
from corridor.optimize.answer.limit import lift
from corridor.optimize.answer.limits import RAISES, right_side, rule_name, rule_prices
from corridor.optimize.answer.year import Year, priced
from corridor.optimize.period.layout import KILO
from corridor.optimize.period.planner.words import row_id
from corridor.optimize.program.highs import Solution

JOINED = 0.005
"""A rung less than this share above the one before joins it."""
COLUMNS = [
    "rung",
    "resource",
    "name",
    "kind",
    "unit",
    "available",
    "t",
    "growth",
    "alternatives",
    "alternatives_t",
    "next_slack",
    "gain",
]


@dataclass(frozen=True)
class Lifting:
    """Limits whose joint lifting raises a goal, none of which can be left out; ``others``: each would do alone."""

    labels: tuple[Label, ...]
    value: float
    others: Mapping[Label, float] = field(default_factory=dict)


def lifting(
    year: Year, found: Solution, solve: Callable[[Iterable[Label]], Solution], lifted: Iterable[Label] = ()
) -> Lifting | None:
    """Limits that have to be lifted, besides ``lifted``, for the goal to rise above ``found``; None without any.

    ``solve`` gives the goal with a set of limits lifted. Each limit with a price is lifted alone; those that raise
    the goal are alternatives, and the one of greatest gain is taken (then by id). If none does, limits coincide: all
    are lifted, those with a price then too, until it rises, and each that is not needed is put back. The nameplate is
    never lifted. A capacity of zero, closed or still to be built, is lifted where nothing that is open would do, and
    an alternative elsewhere.
    """
    gate = year.case.gate
    nameplate = ("available", gate_limit(year.case)) if gate is not None else None
    done = list(lifted)

    def can_be(label: Label) -> bool:
        return label != nameplate and label not in done

    def rises(now: Solution) -> bool:
        return now.status == "unbounded" or now.value > found.value * (1 + RAISES) + 1e-12

    def shut(label: Label) -> bool:
        return year.program.amount(label) == 0

    candidates = [label for label in priced(year, found) if can_be(label)]
    alone = {label: solve([*done, label]) for label in candidates}
    raising = {label: now.value for label, now in alone.items() if rises(now)}
    if raising:
        chosen = {label: value for label, value in raising.items() if not shut(label)} or raising
        most = max(chosen.values()) * (1 - RAISES)  # equal gains differ in their last bits
        best = min((label for label in chosen if chosen[label] >= most), key=lambda label: str(label[1]))
        others = {label: raising[label] for label in sorted(raising, key=_by_id) if label != best}
        return Lifting((best,), raising[best], others)
    together = list(candidates)
    while together:
        now = solve([*done, *together])
        if rises(now):
            break
        more = [label for label in priced(year, now) if can_be(label) and label not in together]
        if not more:
            return None
        together += more
    for label in sorted(together, key=lambda each: (not shut(each), str(each[1]))):
        rest = [each for each in together if each != label]
        if rest and rises(solve([*done, *rest])):
            together = rest
    if not together:
        return None
    return Lifting(tuple(sorted(together, key=_by_id)), solve([*done, *together]).value)


def _by_id(label: Label) -> str:
    return str(label[1])


def next_rung(year: Year, common: Solution, lifted: Iterable[Label] = ()) -> tuple[Rung, tuple[Label, ...]] | None:
    """The next rung above ``common`` with some limits lifted already, and the labels that it lifts."""

    def growth(labels: Iterable[Label]) -> Solution:
        return year.solver.solve("growth", maximise=True, given=lift(labels))

    found = lifting(year, common, growth, lifted)
    if found is None:
        return None
    ids = tuple(map(year.limits.id_of, found.labels))
    others = {year.limits.id_of(label): value for label, value in found.others.items()}
    names = tuple(year.limits.of(label).name for label in found.labels)
    return Rung(ids, names, common.value, found.value, others), found.labels


def first_rung(year: Year, common: Solution, *, near: bool = False) -> Rung | None:
    """The first rung, or the nameplate or a planner's rules where nothing else stops the corridor.

    ``near`` adds the limits that are reached at about the same point. Raises TimeLimitError.
    """
    rung = next_rung(year, common)
    if rung is not None:
        return with_near(year, *rung) if near else rung[0]
    gate = year.case.gate
    if gate is not None and _at_nameplate(year, common):
        limit = gate_limit(year.case) or ""
        return Rung((limit,), (year.limits.facts[limit].name,), common.value, common.value)
    rules = [row_id(label) for label in rule_prices(year, common)]
    return Rung(tuple(rules), tuple(map(rule_name, rules)), common.value, common.value) if rules else None


def with_near(year: Year, first: Rung, lifted: tuple[Label, ...]) -> Rung:
    """The first rung with the limits that are reached at about the same point once its own are lifted."""
    near: dict[str, float] = {}
    reached, start = first.next_growth, year.solver.own.get("growth")
    while reached <= first.growth * (1 + NEAR):
        now = year.solver.solve("growth", maximise=True, given=lift(lifted))
        year.solver.stay("growth")
        rung = next_rung(year, now, lifted)
        if rung is None:
            break
        near |= dict.fromkeys(rung[0].resources, now.value)
        reached, lifted = rung[0].next_growth, lifted + rung[1]
    if start is not None:
        year.solver.start_from("growth", start)
    return replace(first, near=near)


def _at_nameplate(year: Year, common: Solution) -> bool:
    """True if all that grows together fills the nameplate; a limit that coincides with it may have its price."""
    filled = math.fsum(year.layout.base.values()) * common.value * KILO
    return year.case.gate is not None and filled >= float(year.case.gate.nameplate_t_per_year) * (1 - RAISES)


def ladder(year: Year) -> pd.DataFrame:
    """The rungs from the first limit to the nameplate, one row a resource.

    * rung (from 1), resource, name, kind, unit, available, growth.
    * t: tonnes a year at the rung. gain: tonnes to the next rung, on the first row of a rung.
    * alternatives: ids of limits, each of which would do instead.
    * alternatives_t: gain of lifting each of them, in the same order; infinite if no limit is left.
    * next_slack: the most that can be free of the next rung's first resource, in its unit; NaN on the last rung.

    The last rung is the nameplate, or a row that binds and is no limit. A rung less than half a per cent above the one
    before joins it. Gains sum to the last rung less the first. Without tonnes in the base year there is no rung.
    """
    if not year.layout.base:
        return pd.DataFrame(columns=COLUMNS)
    total = math.fsum(year.layout.base.values()) * KILO
    lifted = list[Label]()
    rungs: list[tuple[Rung, tuple[Label, ...]]] = []
    common = year.concurrent()
    while (found := next_rung(year, common, lifted)) is not None:
        rungs.append(found)
        lifted += found[1]
        common = year.solver.solve("growth", maximise=True, given=lift(lifted))
        if common.status != "optimal":
            break
    rows: list[tuple[object, ...]] = []
    number, joined_at = 0, 0.0
    slacks = _slacks(year, rungs)
    for (rung, labels), slack in zip(rungs, slacks, strict=True):
        if not number or rung.growth >= joined_at * (1 + JOINED):
            number, joined_at = number + 1, rung.growth
        others = " ".join(rung.alternatives)
        gains = tuple((value - rung.growth) * total for value in rung.alternatives.values())
        for label in labels:
            limit = year.limits.of(label)
            what = (limit.limit_id, limit.name, limit.kind, limit.unit, limit.offers)
            rows.append((number, *what, rung.growth * total, rung.growth, others, gains, slack))
    if common.status == "optimal":
        rows.append((number + 1, *_end(year, common), common.value * total, common.value, "", (), math.nan))
    frame = pd.DataFrame(rows, columns=COLUMNS[:-1])
    reached = frame.groupby("rung")["t"].first()
    gain = (reached.shift(-1) - reached).fillna(0.0 if common.status == "optimal" else math.inf)
    frame["gain"] = frame["rung"].map(gain).where(~frame["rung"].duplicated(), 0.0)
    frame["t"] = frame["rung"].map(reached)
    return frame


def _slacks(year: Year, rungs: list[tuple[Rung, tuple[Label, ...]]]) -> list[float]:
    """For each rung the most that can be free of the next one's first resource, in its own unit, at this growth."""
    program, found = year.program, []
    gate = year.case.gate
    lifted: list[Label] = []
    for place, (rung, labels) in enumerate(rungs):
        floors = year.floors(rung.growth * (1 - RAISES))
        if place + 1 < len(rungs):
            following = rungs[place + 1][1][0]
        elif gate is not None and math.isfinite(gate.nameplate_t_per_year):
            following = ("available", gate_limit(year.case))
        else:
            found.append(math.nan)
            continue
        limit = year.limits.of(following)
        use = program.matrix[program.rows.every(limit.row)].toarray().sum(axis=0)
        least = year.solver.solve(use, maximise=False, given={**floors, **lift(lifted)})
        free = limit.offers - limit.from_given(least.value)
        found.append(max(0.0, free) if least.status == "optimal" else math.nan)
        lifted += labels
    return found


def _end(year: Year, common: Solution) -> tuple[str, str, str, str, float]:
    """Id, name, kind, unit and size of what binds when nothing is left to lift."""
    gate = year.case.gate
    if gate is not None and _at_nameplate(year, common):
        limit = gate_limit(year.case) or ""
        facts = year.limits.facts[limit]
        return limit, facts.name, facts.kind, facts.unit, float(gate.nameplate_t_per_year)
    rules = rule_prices(year, common)
    ids = [row_id(label) for label in rules]
    what = [rule_name(each) for each in ids]
    if not what:
        return "", "no open way" if common.value == 0 else "what must be carried beside", "", "", math.nan
    if len(what) > 1 or not rules:
        return "", "; ".join(what), "rule" if rules else "", "", math.nan
    return ids[0], what[0], "rule", year.period.own.rows[rules[0]].unit, right_side(year, rules[0])
