"""Solves of one program and the vertices from which they start: questions, second passes, limits that give way.

By simplex, the first optimal solve leaves the base basis, from which every later one starts. By interior point each
solve starts afresh, unless a vertex was kept for its goal. Rows that give way leave that vertex feasible: the primal
simplex method goes on from there. Answers do not depend on the solves before them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from corridor.model.horizon import Floats
from corridor.model.program import Label
from corridor.optimize.program.highs import AT_LOWER, BASIC, IntArray, Solution
from corridor.optimize.program.strategy import (
    FREE_COST,
    GO_ON,
    INTERIOR,
    LOOSENED,
    VERTEX_STEPS,
    Beside,
    Strategy,
    Way,
)

Signed = tuple[str, float]
"""The name of a goal, and 1, or -1 for one that is to be minimised."""
FACE = 1e-7
"""Absolute tolerance of a price or reduced cost: above it the second pass holds the row or column. HiGHS's own."""
FACES = (FACE, 1e-8, 1e-9)
"""Tolerances one after the other: a goal of small coefficients, as that of the common growth, loses by the first."""
LOST = 1e-7
"""Share of the goal that a second pass may lose; a certificate allows ten times as much."""
FACE_ROWS = 20_000
"""Programs by interior point with more rows look for the cheapest among the best from inside.

By simplex a grid of 14,500 rows took 2 s, half of the interior point's time. One of 27,800 took 46 s, ten times it.
"""
ON_FACE: list[Way] = [(0.0, {"solver": "simplex"}), (0.0, {"solver": "simplex", "presolve": "off"})]
VERTEX_COLUMNS = 40_000
"""Programs of many periods with more columns are solved afresh each time: their vertices are a long way off."""
WHOLE_COLUMNS = 400_000
"""The same for a year as one period. The crossover takes a fifth of the interior point's time, or several times it."""
CROSSED: list[Way] = [(FREE_COST, {"solver": "ipx", "run_crossover": "on", "simplex_iteration_limit": VERTEX_STEPS})]
WHOLE_CROSSED: list[Way] = [(0.0, {**CROSSED[0][1], "simplex_iteration_limit": 20 * VERTEX_STEPS}), *CROSSED]
"""Of a year as one period, whose list of limits would take many solves without a vertex.

A cost of free columns leaves simplex a long way: on a grid of 60,000 columns 80,000 steps, and 34 without. For a
single segment it is the shorter way (:attr:`Solver.single`): 14 s on a grid of 78,000 columns, 36 s without.
"""
MOST_LOOSENED = 50
"""Rows that may give way at once; with more of them the vertex says little."""
NO_PRESSURE = 1e-9
"""Relative tolerance: a row whose price times its bound is a smaller share of the goal holds nothing back."""


class Solver(Strategy):
    """One HiGHS instance that holds one program; parameters as of :class:`Highs` and :class:`Strategy`.

    ``single`` is true for a program of one segment: its crossover begins with a cost of free columns.
    """

    single = False

    def start_from(self, goal: str, basis: Any = None) -> Any:
        """From now on solves for this goal start from a basis: that of the last solve, or one that this gave before.

        By interior point that is a vertex of the last solution for the goal. Where it would take long, or nothing was
        solved, every solve starts afresh, and this gives None.
        """
        if self.algorithm == "ipm":
            self.own[goal] = self._vertex(goal) if basis is None else basis
        else:
            self.own[goal] = self.highs.getBasis() if basis is None else basis
        return self.own[goal]

    @property
    def crosses(self) -> bool:
        """True for a program that is small enough for a crossover."""
        return self.program.matrix.shape[1] <= (VERTEX_COLUMNS if self.timed else WHOLE_COLUMNS)

    def _vertex(self, goal: str) -> Any:
        self.own.pop(goal, None)
        if goal in self.asked:
            self._crossed(goal)
        return self.own.get(goal)

    def _crossed(self, goal: str) -> Solution | None:
        """The solution for a goal at a vertex, which is kept, by one crossover; None where that leads to none."""
        self.own.pop(goal, None)
        if not self.crosses:
            return None
        maximise, beside = self.asked[goal]
        crossing = CROSSED if self.timed else WHOLE_CROSSED
        if self.single and not self.timed:
            crossing = [(FREE_COST, WHOLE_CROSSED[0][1])]
        for ways in (crossing, GO_ON):  # the second undoes what columns without a cost were given
            solution = self.run(goal, maximise, beside=beside, ways=ways)
            if solution.status != "optimal":
                self.own.pop(goal, None)
                return solution if solution.status == "infeasible" else None
            self.own[goal] = self.highs.getBasis()
        return solution

    def solve_vertex(
        self,
        goal: str,
        *,
        maximise: bool,
        given: Mapping[Label, float] | None = None,
        without: str = "",
        start: Any = None,
    ) -> Solution:
        """Solve for a named goal at a vertex, from which later solves for it start, where one is in reach.

        ``start`` is a feasible basis near it. Other arguments and errors are those of :meth:`solve`; the interior
        point and its crossover are one run.
        """
        self.hold(*self.program.bounds(self.program.given(given or {}), without))
        if start is not None:
            self.own[goal] = start
            solution = self.run(goal, maximise, ways=LOOSENED)
            if solution.status == "optimal":
                self.own[goal] = self.highs.getBasis()
                return solution
        if self.algorithm == "ipm":
            self.asked[goal] = maximise, None
            crossed = self._crossed(goal)
            if crossed is not None:
                return crossed
        solution = self.run(goal, maximise)
        if self.algorithm == "ipm":
            self.own[goal] = None
        elif solution.status == "optimal":
            self.start_from(goal)
        return solution

    def stay(self, goal: str) -> None:
        """Start later solves for a goal from the vertex that its last solve ended at; by simplex nothing changes."""
        if self.algorithm == "ipm" and self.at_vertex and self.own.get(goal) is not None:
            self.own[goal] = self.highs.getBasis()

    def _loosened(self, goal: str | Floats) -> IntArray:
        """The rows at their upper bound in the vertex of a goal for which that bound is higher now; few, or none."""
        none = np.zeros(0, dtype=np.int32)
        if self.algorithm != "ipm" or not isinstance(goal, str) or self.own.get(goal) is None:
            return none
        higher = np.flatnonzero((self.upper > self.own_bounds[1]) & np.isinf(self.lower))
        if not 0 < len(higher) <= MOST_LOOSENED:
            return none
        states = self.own[goal].row_status
        return np.array([row for row in higher if states[row] != BASIC], dtype=np.int32)

    def _given_way(self, goal: str, maximise: bool, rows: IntArray) -> Solution | None:
        """The solution from the vertex of a goal, of which some rows have higher bounds; None where not proved.

        Each row is held above its former bound, so that the vertex is feasible. One that is not pressed down to that
        in the end is held back by nothing: by convexity the solution is optimal without.
        """
        start, former = self.own[goal], self.own_bounds[1][rows]
        basis, states = highspy.HighsBasis(), list(start.row_status)
        for row in rows:
            states[row] = AT_LOWER
        basis.col_status, basis.row_status, basis.valid = start.col_status, states, True
        self.hold_some(rows, former, self.upper[rows])
        self.own[goal] = basis
        try:
            solution = self.run(goal, maximise, ways=LOOSENED)
        finally:
            self.own[goal] = start
            self.hold_some(rows, self.lower[rows], self.upper[rows])
        if solution.status != "optimal":
            return solution if solution.status == "unbounded" else None
        pressed = (-1.0 if maximise else 1.0) * solution.prices[rows] * np.abs(former)
        return solution if pressed.max() <= NO_PRESSURE * max(1.0, abs(solution.value)) else None

    def solve(
        self,
        goal: str | Floats,
        *,
        maximise: bool,
        given: Mapping[Label, float] | None = None,
        without: str = "",
        beside: Beside | None = None,
    ) -> Solution:
        """Solve for a goal (its name, or coefficients of the columns) with some givens replaced and a rule dropped.

        ``beside`` is another goal, to be minimised, with a weight so small that it decides ties alone.

        Raises TimeLimitError, Interrupted (a KeyboardInterrupt).
        """
        self.hold(*self.program.bounds(self.program.given(given or {}), without))
        loosened = self._loosened(goal)
        if beside is not None or not len(loosened):
            return self.run(goal, maximise, beside=beside)
        name = str(goal)
        solution = self._given_way(name, maximise, loosened)
        if solution is None:
            start = self.own.pop(name)
            try:
                solution = self.run(name, maximise)
            finally:
                self.own[name] = start
        return solution

    def solve_rows(self, goal: str | Floats, lower: Floats, upper: Floats, *, maximise: bool) -> Solution:
        """Solve with these bounds of the rows."""
        self.hold(lower, upper)
        return self.run(goal, maximise)

    def second_pass(self, goal: Signed | Floats, minimise: str = "tie_break", weight: float = 3e-7) -> Solution:
        """Minimise another goal among the best solutions for ``goal`` (to be maximised), the rows as they are.

        ``goal`` is its coefficients, or its name and sign.

        At a vertex the best solutions are those that keep to its prices: columns with a reduced cost stay zero, rows
        with a price stay at their bound. Away from one, or on a very large program, the interior point takes both
        goals: the other counts by so small a ``weight`` that it decides ties alone. Where that fails the status is
        unknown, and the first pass has to do.
        """
        if isinstance(goal, tuple):
            goal = goal[1] * self.program.goal(goal[0])
        if not self.at_vertex or (self.algorithm == "ipm" and len(self.lower) > FACE_ROWS):
            solution = self.run(goal, maximise=True, beside=(weight, minimise), ways=INTERIOR[:1])
            other = self.program.goals[minimise][0]
            return (
                replace(solution, value=float(other @ solution.columns)) if solution.status == "optimal" else solution
            )
        point = self.highs.getSolution()
        reduced, prices = np.abs(point.col_dual), np.array(point.row_dual)
        best = float(goal @ (self.column_scale * np.array(point.col_value)))
        lower, upper, nothing = self.lower, self.upper, np.zeros(len(reduced))
        solution = Solution("unknown", np.nan)
        try:
            for face in FACES:
                self.hold(np.where(prices < -face, upper, lower), np.where(prices > face, lower, upper))
                self.hold_columns(nothing, np.where(reduced > face, 0.0, np.inf))
                solution = self.run(minimise, maximise=False, ways=ON_FACE)
                if solution.status != "optimal" or best - float(goal @ solution.columns) <= LOST * (1 + abs(best)):
                    return solution
            return Solution("unknown", np.nan)
        finally:
            self.hold(lower, upper)
            self.hold_columns(nothing, np.full(len(reduced), np.inf))
