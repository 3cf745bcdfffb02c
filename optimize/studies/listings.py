"""Ports, ships and operators on a list: the base year's cargo that is still carried, and the worst few to be listed.

A listed row shuts every way over it for the whole year. The worst set is found by branching: of a set that is carried
best on some ways, only the listing of one of these ways costs anything more. No other set has to be tried (Israeli and
Wood, Networks 40, 2002, interdict a shortest path alike).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from corridor.model.case import Case
from corridor.model.graph import arcs, name_of
from corridor.model.horizon import Floats
from corridor.model.listings import users
from corridor.model.program import Label
from corridor.optimize.answer.setting import Setting
from corridor.optimize.program.solver import Solver
from corridor.optimize.studies.single_outages import shut_columns

GOAL = "carried"
NOTHING = 1e-6
"""Kt: upper limit of a flow that is none."""
CLASSES = ("port", "ship", "operator")
"""Classes of what may be listed."""
BEST = "segment_share"
"""Rule without which a demand that is cut off takes no other demand of its market with it."""


@dataclass(frozen=True)
class Listed:
    """A port, fleet or operator that may be listed, and the arcs that it shuts."""

    of: str
    table: str
    row: str
    name: str
    shut: frozenset[str]


@dataclass(frozen=True)
class Left:
    """Cargo of the base year that is carried, kt, and the arcs on which it is."""

    kt: float
    on: frozenset[str]


class Carried:
    """The most of the base year's cargo that a year carries, whatever is shut: each demand up to its own tonnes.

    The program is that of the year: each growing demand is held at its base year, and a fixed one may be left behind.
    """

    def __init__(self, setting: Setting) -> None:
        self.case = setting.case
        self.year = year = setting.open("handled")
        program, parts = year.program, year.layout.parts
        rows, columns = program.row_at, program.column_at
        count, across = program.matrix.shape
        grows = [part for part in parts if part.grows]
        fixed = [part for part in parts if not part.grows and ("demand_met", part.part_id) in rows]
        numbers = [1.0] * (len(grows) + len(fixed))
        down = [*range(count, count + len(grows)), *(rows["demand_met", part.part_id] for part in fixed)]
        over = [*(columns["served", part.part_id] for part in grows), *range(across, across + len(fixed))]
        goal = np.zeros(across + len(fixed))
        goal[[columns["served", part.part_id] for part in parts]] = 1.0
        self.program = program.extended(
            (np.array(numbers), np.array(down, dtype=np.int64), np.array(over, dtype=np.int64)),
            rows={("base_year", part.part_id): (1, part.base) for part in grows},
            columns=[("left", part.part_id) for part in fixed],
            goals={GOAL: goal},
        )
        self.due = float(sum(part.base for part in parts))
        self.solver = Solver(self.program)
        self.solves = 0
        self.known: dict[frozenset[str], Left] = {}
        positions = [
            (at, key[0]) for at, (name, key) in enumerate(self.program.columns) if name in ("flow", "loaded", "empty")
        ]
        self.arcs = sp.csr_array(
            (np.ones(len(positions)), ([0] * len(positions), [at for at, _ in positions])),
            shape=(1, len(self.program.columns)),
        )
        self.positions = positions

    def left(self, shut: frozenset[str] = frozenset(), offers: Mapping[Label, float] | None = None) -> Left:
        """The cargo that is carried with arcs shut, and with other givens, in the units of the program."""
        if offers is None and shut in self.known:
            return self.known[shut]
        self.solves += 1
        count = len(self.program.columns)
        most = np.full(count, np.inf)
        if shut:
            most[shut_columns(self.program, shut)] = 0.0
        self.solver.hold_columns(np.zeros(count), most)
        solution = self.solver.solve(GOAL, maximise=True, given=offers or {}, without=BEST)
        left = Left(0.0, frozenset()) if solution.status != "optimal" else self._left(solution.columns, solution.value)
        if offers is None:
            self.known[shut] = left
        return left

    def _left(self, columns: Floats, kt: float) -> Left:
        return Left(float(kt), frozenset(arc for at, arc in self.positions if columns[at] > NOTHING))


def candidates(case: Case) -> list[Listed]:
    """Every port (a place at an end of a sea leg or of the gate), fleet of ships and operator, with what it shuts."""
    at_sea = {row.mode_id for row in case.rows("mode") if row.at_sea}
    sea = [arc for arc in arcs(case) if arc.mode_id in at_sea or arc.gate]
    ends = dict.fromkeys(node for arc in sea for node in (arc.start, arc.end))
    carriers = {arc.carrier_id for arc in arcs(case) if arc.mode_id in at_sea or not at_sea}
    fleets = dict.fromkeys(row.resource_id for row in case.rows("carrier") if row.carrier_id in carriers)
    known = users(case)
    rows = [("port", "node", node) for node in ends] + [("ship", "resource", fleet) for fleet in fleets]
    rows += [("operator", "operator", row.operator_id) for row in case.rows("operator")]
    return [
        Listed(of, table, row, name_of(case, table, row), known[table, row])
        for of, table, row in rows
        if (table, row) in known
    ]


def worst(carried: Carried, listed: Iterable[Listed], most: int) -> tuple[Listed, ...]:
    """The rows, ``most`` at most, whose listing together leaves least cargo; fewest of equal ones, none without loss.

    Every set that could cost more than a part of it is tried: the answer is that of an enumeration.
    """
    every = list(listed)
    best: tuple[float, int, tuple[Listed, ...]] = (carried.left().kt, 0, ())
    seen: set[frozenset[Listed]] = set()

    def follow(chosen: tuple[Listed, ...]) -> None:
        nonlocal best
        left = carried.left(frozenset().union(*(each.shut for each in chosen)))
        if (round(left.kt, 9), len(chosen)) < (round(best[0], 9), best[1]):
            best = (left.kt, len(chosen), chosen)
        if len(chosen) == most:
            return
        for each in every:
            bigger = frozenset((*chosen, each))
            if each not in chosen and each.shut & left.on and bigger not in seen:
                seen.add(bigger)
                follow((*chosen, each))

    follow(())
    return best[2]
