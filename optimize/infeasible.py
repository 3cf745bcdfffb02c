"""Why not everything can be carried, in the planner's words: what falls short, and what would have to give."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from corridor.model.units import amount
from corridor.optimize.compile import Program
from corridor.optimize.cut import minimum_cut
from corridor.optimize.layout import KILO, Part
from corridor.optimize.solver import Solver
from corridor.optimize.tables import resource_facts, values_of

if TYPE_CHECKING:
    from corridor.optimize.studies import YearModel

CONCEPTS = {
    "quay": "quays and berths",
    "ship": "ships",
    "line": "lines",
    "border": "borders",
    "west": "west of the Caspian",
    "contract": "contracts and quotas",
    "gate": "the nameplate",
}
SHARE = 1e-6


def reasons(year: YearModel) -> str:
    """What cannot be met and by how much, which cut of the graph alone forbids it, and what would have to give.

    First as much as possible is carried of what must be; then, with all of it carried, each limit may be passed at a
    price, and the least breach (each limit's as a share of what it offers) says what would have to give.
    """
    lines = ["not everything that must be carried can be:"]
    lines += [f"  {line}" for line in _short(year)]
    lines += [f"  {line}" for line in _cuts(year)]
    lines += [f"  {line}" for line in _gives(year)]
    return "\n".join(lines)


def _must(year: YearModel) -> list[Part]:
    """Parts of demands that have to be carried: none that grows, none that may go outside or stay."""
    choice = {key for name, key in year.program.columns if name in ("outside", "unmet")}
    return [part for part in year.layout.parts if not part.grows and part.part_id not in choice]


def _fixed(year: YearModel) -> list[int]:
    return [row for label, row in year.program.row_at.items() if label[0] == "demand_met"]


def _short(year: YearModel) -> list[str]:
    """Demands of which not all gets through when as much as possible of all does, and what is full then."""
    program, must = year.program, _must(year)
    lower, upper = program.bounds(program.given({}))
    lower, goal = lower.copy(), np.zeros(len(program.columns))
    lower[_fixed(year)] = 0.0
    for part in must:
        goal[program.column_at["served", part.part_id]] = 1.0
    most = year.solver.solve_rows(goal, lower, upper, maximise=True)
    if most.status != "optimal":
        return ["no part of it can: a limit is below zero, or a floor above what fits"]
    served, facts, lines = values_of(program, most.columns)["served"], resource_facts(year.case), []
    for part in must:
        if served[part.part_id] < part.base * (1 - SHARE):
            passes = max(0.0, served[part.part_id]) * KILO
            lines.append(
                f"demand {part.demand_id}: {passes:,.0f} of {part.base * KILO:,.0f} t of "
                f"{part.commodity} get from {part.origin} to {part.destination}"
            )
    full = [
        facts[str(label[1])][0]
        for label, row in program.row_at.items()
        if label[0] == "resource_limit" and most.prices[row] > 1e-9
    ]
    return [*lines, f"what is full: {', '.join(full)}" if full else "no resource is full: look for closed links"]


def _cuts(year: YearModel) -> list[str]:
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


def _gives(year: YearModel) -> list[str]:
    """The least that limits would have to give for everything to be carried, by sort of limit."""
    program, facts = year.program, resource_facts(year.case)
    values = program.given({})
    rows = [row for label, row in program.row_at.items() if label[0] == "resource_limit"]
    ids = [str(program.rows[row][1]) for row in rows]
    offered = np.array([values[program.given_at["available", each]] for each in ids])
    price = 1.0 / np.where(np.isfinite(offered) & (offered > 0), offered, 1.0)
    slack = sp.csc_array((-np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(len(program.rows), len(rows)))
    goal = np.concatenate([np.zeros(len(program.columns)), price])
    elastic = Program(
        matrix=sp.csc_array(sp.hstack([program.matrix, slack])),
        given_matrix=program.given_matrix,
        rhs=program.rhs,
        sense=program.sense,
        goals={"breach": (goal, np.zeros(len(program.givens)))},
        rows=program.rows,
        columns=(*program.columns, *(("breach", each) for each in ids)),
        givens=program.givens,
        values=program.values,
    )
    found = Solver(elastic).solve("breach", maximise=False)
    if found.status != "optimal":
        return ["no limit that gave way would help: some demand has no way at all, or demands contradict each other"]
    grouped: dict[str, list[str]] = defaultdict(list)
    for each, breach in zip(ids, found.columns[len(program.columns) :], strict=True):
        if breach > SHARE * max(1e-9, offered[ids.index(each)]):
            name, kind, unit = facts[each][:3]
            scale = year.period.scales[each]
            grouped[kind].append(f"{name} by {amount(breach / scale, unit)}")
    lines = [f"{CONCEPTS.get(kind, kind)} would have to give: {', '.join(each)}" for kind, each in grouped.items()]
    return ["for all of it to be carried:", *(f"  {line}" for line in lines)] if lines else []
