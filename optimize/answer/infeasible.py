"""Why not everything can be carried, in the planner's words: what falls short, and what would have to give."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corridor.model.days import MONTHS
from corridor.model.horizon import Floats
from corridor.model.kinds import kind_names
from corridor.model.limit_facts import limit_facts
from corridor.model.units import amount
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


def reasons(year: Compiled) -> str:
    """What cannot be met and by how much, which cut of the graph alone forbids it, and what would have to give.

    First as much as possible is carried of what must be; then, with all of it carried, each limit may be passed at a
    price, and the least breach (each limit's as a share of what it offers) says what would have to give. Of a year by
    periods it says in which of them, and whether it fits over the year as a whole.
    """
    breaches = _breaches(year)
    lines = ["not everything that must be carried can be:"]
    lines += [f"  {line}" for line in _own(year)]
    lines += [f"  {line}" for line in _when(year, breaches)]
    lines += [f"  {line}" for line in _short(year)]
    lines += [f"  {line}" for line in _cuts(year)]
    lines += [f"  {line}" for line in _gives(year, breaches)]
    return "\n".join(lines)


def _when(year: Compiled, breaches: Sequence[Breach] | None) -> list[str]:
    """Whether it fits over the year as a whole, in which periods it does not, and whether waiting would help."""
    if not year.layout.timed:
        return []
    program, plan = year.program, year.layout
    whole = Compiled(year.case, plan.study, rules=year.rules, scope=plan.scope)
    bounds = whole.program.bounds(whole.program.given({}))
    fits = whole.solver.solve_rows(np.zeros(len(whole.program.columns)), *bounds, maximise=True).status == "optimal"
    within = sorted({each.time for each in breaches or () if each.block == "period"})
    where = f"not in {spans(plan.horizon.labels, within)}" if within else "not period by period"
    lines = [f"it fits over the year as a whole, but {where}" if fits else "it does not fit over the year as a whole"]
    patient = program.bounds(program.given({}), "demand_patience")
    waits = [part.demand_id for part in _must(year) if ("demand_patience", part.part_id) in program.row_at]
    if waits and year.solver.solve_rows(np.zeros(len(program.columns)), *patient, maximise=True).status == "optimal":
        lines.append(f"it would fit if what is offered could wait longer: {', '.join(dict.fromkeys(waits))}")
    return lines


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


def _own(year: Compiled) -> list[str]:
    """Whether a planner's rules are what forbids it."""
    program, own = year.program, list(year.period.own.rows)
    if not own:
        return []
    lower, upper = (each.copy() for each in program.bounds(program.given({})))
    for label in own:
        lower[program.rows.every(label)], upper[program.rows.every(label)] = -np.inf, np.inf
    free = year.solver.solve_rows(np.zeros(len(program.columns)), lower, upper, maximise=True)
    names = ", ".join(map(row_id, own))
    return [f"without the planner's rules ({names}) all of it can be carried"] if free.status == "optimal" else []


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


def _short(year: Compiled) -> list[str]:
    """Demands of which not all gets through when as much as possible of all does, and what is full then."""
    program, must = year.program, _must(year)
    goal = np.zeros(len(program.columns))
    sent = {part: program.columns.every(("served", part.part_id)) for part in must}
    for at in sent.values():
        goal[at] = 1.0
    most = year.solver.solve_rows(goal, *_eased(year), maximise=True)
    if most.status != "optimal":
        return ["no part of it can: a limit is below zero, or a floor above what fits"]
    facts, lines = limit_facts(year.case), []
    for part, at in sent.items():
        asked, passes = program.amount(("tonnes", part.part_id)), max(0.0, float(most.columns[at].sum()))
        if passes < asked * (1 - SHARE):
            lines.append(
                f"demand {part.demand_id}: {passes * KILO:,.0f} of {asked * KILO:,.0f} t of "
                f"{part.commodity} get from {part.origin} to {part.destination}"
            )
    full = []
    for label in program.rows.labels:
        if label[0] == "resource_limit":
            times = np.flatnonzero(most.prices[program.rows.every(label)] > (1e-6 if year.layout.timed else 1e-9))
            if len(times):
                full.append(facts[str(label[1])].name + _in(year, program.rows.block(label), times.tolist()))
    return [*lines, f"what is full: {', '.join(full)}" if full else "no resource is full: look for closed links"]


def _in(year: Compiled, block: str, times: Sequence[int]) -> str:
    """In which periods or months, as an addition in brackets; nothing where it is the year."""
    return f" ({spans(_labels(year, block), times)})" if year.layout.timed and block != "year" else ""


def _labels(year: Compiled, block: str) -> Sequence[str]:
    horizon = year.layout.horizon
    months = [month.capitalize() for month in MONTHS] if len(horizon.month_edges) == 13 else horizon.labels
    return months if block == "month" else horizon.labels


def _cuts(year: Compiled) -> list[str]:
    """Demands that a cut of the graph forbids by itself, whatever else moves."""
    lines, must = [], set(_must(year))
    for stream in year.layout.streams:
        parts = [part for part in stream.parts if part in must]
        if not parts:
            continue
        asked = math.fsum(part.base for part in parts) * KILO
        value, near, _ = minimum_cut(year.layout, stream.commodity, stream.crosses, parts)
        if value < asked * (1 - SHARE):
            lines.append(
                f"no more than {value:,.0f} of {asked:,.0f} t of {stream.commodity} to {stream.destination} "
                f"fit over {', '.join(near)}, even alone"
            )
    return lines


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


def _gives(year: Compiled, breaches: Sequence[Breach] | None) -> list[str]:
    """What limits would have to give, by sort of limit; of a year by periods in which of them."""
    if breaches is None:
        return ["no limit that gave way would help: some demand has no way at all, or demands contradict each other"]
    facts = limit_facts(year.case)
    by_resource: dict[str, list[Breach]] = defaultdict(list)
    for each in breaches:
        by_resource[each.resource].append(each)
    grouped: dict[str, list[str]] = defaultdict(list)
    for resource, mine in by_resource.items():
        name, kind, unit = facts[resource].name, facts[resource].kind, facts[resource].unit
        if not year.layout.timed or mine[0].block == "year":
            grouped[kind].append(f"{name} by {amount(mine[0].by, unit)}")
            continue
        labels, shares = _labels(year, mine[0].block), _shares(year, resource, mine[0].block)
        unit = unit.removesuffix(" a year")
        greatest = sorted(sorted(mine, key=lambda each: -each.by)[:MOST], key=lambda each: each.time)
        said = [f"{amount(each.by / shares[each.time], unit)} in {labels[each.time]}" for each in greatest]
        more = f" and no more in {len(mine) - MOST} others" if len(mine) > MOST else ""
        grouped[kind].append(f"{name} by {', '.join(said)}{more}")
    names = kind_names(year.case)
    lines = [f"{names.get(kind, kind)} would have to give: {', '.join(each)}" for kind, each in grouped.items()]
    return ["for all of it to be carried:", *(f"  {line}" for line in lines)] if lines else []


def _shares(year: Compiled, resource: str, block: str) -> Floats:
    """What an amount in each time of a block is divided by: a fleet counts ships at a time, all else what passes."""
    horizon = year.layout.horizon
    share = horizon.month_share if block == "month" else horizon.share
    fleets = {carrier.resource_id for carrier in year.case.rows("carrier")}
    return share if resource in fleets else np.ones(len(share))
