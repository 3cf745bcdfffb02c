"""Reasons why not everything can be carried, as facts: the shortfall, and limits that would have to give."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corridor.model.days import MONTHS
from corridor.model.facts import Fact, fact
from corridor.model.horizon import Floats
from corridor.model.kinds import kind_names
from corridor.model.limit_facts import limit_facts
from corridor.optimize.answer.compiled import Compiled
from corridor.optimize.answer.graph_cut import minimum_cut
from corridor.optimize.period.layout import KILO, Part
from corridor.optimize.period.planner.words import row_id
from corridor.optimize.program.solver import Solver

SHARE = 1e-6
"""Tolerance relative to the offer of a limit: a smaller breach is none."""
SHARE_OF_PERIOD = 1e-4
"""The same by periods, relative to the offer of a mean period."""
MOST = 4
"""Largest number of periods that a reason names of one limit."""


def reasons(year: Compiled) -> list[Fact]:
    """Demands that fall short and by how much, cuts of the graph that forbid it alone, limits that would have to give.

    First as much as possible is carried of what must be. Then all of it is carried, and each limit may be passed at a
    price: the least breach, each limit's as a share of its offer, names the limits that would have to give. Of a year
    by periods facts name the periods, and the first says whether all fits over the year as a whole.
    """
    breaches = _breaches(year)
    found = [fact("infeasible"), *_own(year), *_when(year, breaches)]
    return [*found, *_short(year), *_cuts(year), *_gives(year, breaches)]


def _when(year: Compiled, breaches: Sequence[Breach] | None) -> list[Fact]:
    """A fit over the year as a whole, the periods without one, and the demands that would fit if they waited."""
    if not year.layout.timed:
        return []
    program, plan = year.program, year.layout
    whole = Compiled(year.case, plan.study, rules=year.rules, scope=plan.scope)
    bounds = whole.program.bounds(whole.program.given({}))
    fits = whole.solver.solve_rows(np.zeros(len(whole.program.columns)), *bounds, maximise=True).status == "optimal"
    within = sorted({each.time for each in breaches or () if each.block == "period"})
    if fits and within:
        found = [fact("infeasible.periods.named", periods=spans(plan.horizon.labels, within))]
    else:
        found = [fact("infeasible.periods" if fits else "infeasible.whole")]
    patient = program.bounds(program.given({}), "demand_patience")
    waits = [part.demand_id for part in _must(year) if ("demand_patience", part.part_id) in program.row_at]
    if waits and year.solver.solve_rows(np.zeros(len(program.columns)), *patient, maximise=True).status == "optimal":
        found.append(fact("infeasible.patience", demands=list(dict.fromkeys(waits))))
    return found


def spans(labels: Sequence[str], chosen: Sequence[int]) -> str:
    """Periods in words, those that follow one another from the first to the last of them.

    >>> spans(["Jan", "Feb", "Mar", "Apr", "May", "Jun"], [0, 2, 3, 4])
    'Jan, Mar to May'
    """
    runs: list[list[int]] = []
    for each in sorted(chosen):
        if runs and runs[-1][-1] == each - 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    words = [labels[run[0]] if len(run) == 1 else f"{labels[run[0]]} to {labels[run[-1]]}" for run in runs]
    more = len(words) - MOST
    return ", ".join(words[:MOST]) + (f" and {more} more times" if more > 0 else "")


def _own(year: Compiled) -> list[Fact]:
    """The planner's rules, if all could be carried without them."""
    program, own = year.program, list(year.period.own.rows)
    if not own:
        return []
    lower, upper = (each.copy() for each in program.bounds(program.given({})))
    for label in own:
        lower[program.rows.every(label)], upper[program.rows.every(label)] = -np.inf, np.inf
    free = year.solver.solve_rows(np.zeros(len(program.columns)), lower, upper, maximise=True)
    return [fact("infeasible.rules", rules=list(map(row_id, own)))] if free.status == "optimal" else []


def _must(year: Compiled) -> list[Part]:
    """Parts of demands that have to be carried: none that grows, none that may go outside or stay."""
    choice = {key for name, key in year.program.columns if name in ("outside", "unmet")}
    return [part for part in year.layout.parts if not part.grows and part.part_id not in choice]


def _eased(year: Compiled) -> tuple[Floats, Floats]:
    """Bounds of the rows under which less may be carried than must be: by the year, or of what a period offers."""
    program = year.program
    lower, upper = (each.copy() for each in program.bounds(program.given({})))
    timed = [("demand_wait", part.part_id) for part in _must(year)]
    for label in program.rows.labels:
        if label[0] == "demand_met":
            lower[program.rows.every(label)] = 0.0
    for label in timed:
        if label in program.row_at:  # what is sent stands there with a minus: less of it than is offered
            upper[program.rows.every(label)] = np.inf
    return lower, upper


def _short(year: Compiled) -> list[Fact]:
    """Demands of which not all gets through when as much as possible of all does, and what is full then."""
    program, must = year.program, _must(year)
    goal = np.zeros(len(program.columns))
    sent = {part: program.columns.every(("served", part.part_id)) for part in must}
    for at in sent.values():
        goal[at] = 1.0
    most = year.solver.solve_rows(goal, *_eased(year), maximise=True)
    if most.status != "optimal":
        return [fact("infeasible.nothing")]
    found = list[Fact]()
    for part, at in sent.items():
        asked, passes = program.amount(("tonnes", part.part_id)), max(0.0, float(most.columns[at].sum()))
        if passes < asked * (1 - SHARE):
            ends = {"commodity": part.commodity, "origin": part.origin, "destination": part.destination}
            numbers = {"t": passes * KILO, "asked_t": asked * KILO}
            found.append(fact("infeasible.demand", demand=part.demand_id, **numbers, **ends))
    full = []
    for label in program.rows.labels:
        if label[0] == "resource_limit":
            times = np.flatnonzero(most.prices[program.rows.every(label)] > (1e-6 if year.layout.timed else 1e-9))
            if len(times):
                full.append(_full(year, str(label[1]), program.rows.block(label), times.tolist()))
    return [*found, fact("infeasible.full", limits=full) if full else fact("infeasible.full.none")]


def _full(year: Compiled, resource: str, block: str, times: Sequence[int]) -> Fact:
    """A full limit, with its periods or months unless it holds over the year."""
    named = {"resource": resource, "name": limit_facts(year.case)[resource].name}
    if not year.layout.timed or block == "year":
        return fact("infeasible.full.limit", **named)
    return fact("infeasible.full.limit.when", **named, periods=spans(_labels(year, block), times))


def _labels(year: Compiled, block: str) -> Sequence[str]:
    horizon = year.layout.horizon
    months = [month.capitalize() for month in MONTHS] if len(horizon.month_edges) == 13 else horizon.labels
    return months if block == "month" else horizon.labels


def _cuts(year: Compiled) -> list[Fact]:
    """Demands that a cut of the graph forbids by itself, whatever else moves."""
    found, must = list[Fact](), set(_must(year))
    for stream in year.layout.streams:
        parts = [part for part in stream.parts if part in must]
        if not parts:
            continue
        asked = math.fsum(part.base for part in parts) * KILO
        value, near, _ = minimum_cut(year.layout, stream.commodity, stream.crosses, parts)
        if value < asked * (1 - SHARE):
            about = {"commodity": stream.commodity, "destination": stream.destination, "links": list(near)}
            found.append(fact("infeasible.cut", t=value, asked_t=asked, **about))
    return found


@dataclass(frozen=True)
class Breach:
    """By how much a limit would have to give in one period or month, or over the year, in the resource's own unit."""

    resource: str
    block: str
    time: int
    by: float


def _breaches(year: Compiled) -> list[Breach] | None:
    """The least that limits would have to give for everything to be carried; None where none that gave would help."""
    program = year.program
    labels = [label for label in program.rows.labels if label[0] == "resource_limit"]
    offered = [program.amount(("available", label[1])) for label in labels]
    prices = [1.0 / each if math.isfinite(each) and each > 0 else 1.0 for each in offered]
    at = [program.rows.every(label) for label in labels]
    rows, price = np.concatenate([*at, []]).astype(np.int64), np.repeat(prices, [len(each) for each in at])
    elastic = program.extended(
        (-np.ones(len(rows)), rows, len(program.columns) + np.arange(len(rows))),
        columns=[("breach", int(row)) for row in rows],
        goals={"breach": np.append(np.zeros(len(program.columns)), price)},
    )
    found = Solver(elastic).solve("breach", maximise=False)
    if found.status != "optimal":
        return None
    breach, breaches = found.columns[len(program.columns) :], []
    for label, positions, yearly in zip(labels, at, offered, strict=True):
        least = (SHARE_OF_PERIOD if year.layout.timed else SHARE) * max(1e-9, yearly) / len(positions)
        mine, breach = breach[: len(positions)], breach[len(positions) :]
        scale, block = year.period.scales[str(label[1])], program.rows.block(label)
        breaches += [
            Breach(str(label[1]), block, int(time), float(mine[time]) / scale)
            for time in np.flatnonzero(mine > (least if math.isfinite(least) else SHARE))
        ]
    return breaches


def _gives(year: Compiled, breaches: Sequence[Breach] | None) -> list[Fact]:
    """Limits that would have to give, by kind; of a year by periods with the periods."""
    if breaches is None:
        return [fact("infeasible.no_breach")]
    facts = limit_facts(year.case)
    by_resource: dict[str, list[Breach]] = defaultdict(list)
    for each in breaches:
        by_resource[each.resource].append(each)
    grouped: dict[str, list[Fact]] = defaultdict(list)
    for resource, mine in by_resource.items():
        kind, unit = facts[resource].kind, facts[resource].unit
        named = {"resource": resource, "name": facts[resource].name}
        if not year.layout.timed or mine[0].block == "year":
            grouped[kind].append(fact("infeasible.gives.limit", **named, by=mine[0].by, unit=unit))
            continue
        labels, shares = _labels(year, mine[0].block), _shares(year, resource, mine[0].block)
        unit = unit.removesuffix(" a year")
        greatest = sorted(sorted(mine, key=lambda each: -each.by)[:MOST], key=lambda each: each.time)
        times = [
            fact("infeasible.gives.time", by=float(each.by / shares[each.time]), unit=unit, period=labels[each.time])
            for each in greatest
        ]
        code = "infeasible.gives.times.more" if len(mine) > MOST else "infeasible.gives.times"
        grouped[kind].append(fact(code, **named, times=times, others=len(mine) - MOST))
    names = kind_names(year.case)
    kinds = [fact("infeasible.gives.kind", kind=names.get(kind, kind), limits=each) for kind, each in grouped.items()]
    return [fact("infeasible.gives"), *kinds] if kinds else []


def _shares(year: Compiled, resource: str, block: str) -> Floats:
    """Divisors of an amount in each time of a block: a fleet counts ships at a time, other resources throughput."""
    horizon = year.layout.horizon
    share = horizon.month_share if block == "month" else horizon.share
    fleets = {carrier.resource_id for carrier in year.case.rows("carrier")}
    return share if resource in fleets else np.ones(len(share))
