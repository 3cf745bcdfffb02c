"""A program solved over few of its ways: columns of streams on links that a way takes, and more as prices call for.

A column for each way instead of each link was measured, too. On 2,000 places it was far from the optimum after 28
rounds, because ways over full links have to be put together anew. Interior points took six times as long as simplex.
Source: Ford and Fulkerson, Management Science 5 (1958); Desaulniers, Desrosiers and Solomon, Column Generation (2005).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from corridor.model.horizon import Floats
from corridor.model.network import Mask, NeedsAllWays, Ways
from corridor.model.program import Program
from corridor.optimize.program.highs import Solution
from corridor.optimize.program.pricing import Call, Pricing
from corridor.optimize.program.solver import FACES, LOST, ON_FACE, Signed, Solver
from corridor.optimize.program.strategy import VERTEX_STEPS, Beside, Way

WARM: list[Way] = [(0.0, {"solver": "simplex", "simplex_strategy": 4, "simplex_iteration_limit": VERTEX_STEPS})]
"""From the last vertex by the primal simplex method: new columns leave it feasible."""
NEAR = 50
"""Number of ways that are called for; with more of them a solve starts afresh.

On 2,000 places, 97 ways took 8 s from the last vertex and 2 s afresh. 36 ways took 2 s either way.
"""
FAR_ROWS = 2_000
"""Programs with more rows start afresh by interior point and crossover to a vertex, smaller ones by simplex.

On 2,000 places with a hundred demands (22,000 rows) the first ways took 1.9 s, 63 of 20,000 steps of simplex were left.
By simplex alone they took 9.7 s. With ten demands both took a tenth of a second.
"""
FAR: list[Way] = [
    (0.0, {"solver": "ipx", "run_crossover": "on", "simplex_iteration_limit": 20 * VERTEX_STEPS}),
    *ON_FACE,
]
"""From no vertex at all."""


class WaySolver(Solver):
    """One program of a network; as :class:`Solver`, but each solve adds the columns that its prices call for.

    Solves raise NeedsAllWays where the goal has no name, or ways have no least length.
    """

    def __init__(self, program: Program, pricing: Pricing, **own: Any) -> None:
        edges = dict.fromkeys((source.stream, edge) for source, way in pricing.network.first for edge in way)
        super().__init__(pricing.with_edges(program, edges), algorithm="simplex", **own)
        self.pricing = pricing
        self.call: Call | None = None
        self.closed: Mapping[int, Mask] | None = None
        self.beside: Ways | None = None

    def run(
        self,
        goal: str | Floats,
        maximise: bool,
        *,
        keep: bool = False,
        beside: Beside | None = None,
        ways: Sequence[Way] | None = None,
        start: Any = None,
    ) -> Solution:
        """Solve over the ways that are known, and again with those that its prices call for, until there are none."""
        if not isinstance(goal, str):
            raise NeedsAllWays("coefficients of the other ways are not known")
        steps, seconds = self.iterations, self.seconds
        if ways is None and start is None and self.own.get(goal, self.base) is None:
            ways = self._far
        solution = super().run(goal, maximise, beside=beside, ways=ways, start=start)
        while (call := self._call(goal, maximise, beside, solution)) is not None and self._add(call):
            known = solution.status == "optimal" and self.at_vertex
            many = len(call.new) > NEAR
            solution = self._again(goal, maximise, beside, self.highs.getBasis() if known and not many else None)
        if solution.status == "optimal":
            self.call = call
        return replace(solution, iterations=self.iterations - steps, seconds=self.seconds - seconds)

    def _again(self, goal: str, maximise: bool, beside: Beside | None, near: Any) -> Solution:
        """The solution with more columns: from a near vertex where it is known, else afresh."""
        if near is not None:
            solution = super().run(goal, maximise, beside=beside, ways=WARM, start=near)
            if solution.status in ("optimal", "unbounded"):
                return solution
        solution = super().run(goal, maximise, beside=beside, ways=self._far)
        if solution.status == "unknown":
            raise NeedsAllWays("HiGHS was not sure")
        return solution

    @property
    def _far(self) -> Sequence[Way]:
        """Ways of a solve that starts afresh."""
        return FAR if len(self.program.rows) > FAR_ROWS else ON_FACE

    def _add(self, call: Call) -> bool:
        """Take the columns that are called for; False where there are none."""
        edges = dict.fromkeys((source.stream, edge) for source, way in call.new for edge in way)
        now = self.pricing.with_edges(self.program, edges)
        if now is self.program:
            return False
        self.extend(now)
        return True

    def _call(self, goal: str, maximise: bool, beside: Beside | None, solution: Solution) -> Call | None:
        """The ways that a solution calls for, or the lack of one."""
        sign = -1.0 if maximise else 1.0
        if solution.status == "optimal":
            weights = {goal: sign}
            if beside is not None:
                weights[beside[1]] = weights.get(beside[1], 0.0) + beside[0]
            prices = sign * solution.prices
        elif solution.status == "infeasible":
            ray = self.ray()
            if ray is None:
                raise NeedsAllWays("nothing shows which ways are missing")
            weights, prices = {}, ray
        else:
            return None
        return self.pricing.call(self.program, weights, prices, self.closed, self.beside)

    def proved(self, goal: str, sign: float, solution: Solution) -> Call:
        """The prices of a solution over all ways, with those of balances that were added since."""
        return self.pricing.call(self.program, {goal: sign}, sign * self.sized(solution.prices))

    def second_pass(self, goal: Signed | Floats, minimise: str = "tie_break", weight: float = 3e-7) -> Solution:
        """As of :class:`Solver`; the ways among the best are those on edges without a reduced cost."""
        if not isinstance(goal, tuple) or self.call is None:
            raise NeedsAllWays("coefficients of the other ways are not known")
        name, sign = goal
        call, lower, upper = self.call, self.lower, self.upper
        best = sign * float(self.program.goal(name) @ np.array(self.highs.getSolution().col_value))
        try:
            for face in FACES:
                self.closed, self.beside = self.pricing.off_face(call.ways, face), call.ways
                prices = self.pricing.priced(call, len(self.program.rows))
                reduced = np.abs(-sign * self.program.goal(name) - self.program.matrix.T @ prices)
                least, most = self.sized(lower), self.sized(upper)
                self.hold(np.where(prices < -face, most, least), np.where(prices > face, least, most))
                self.hold_columns(np.zeros(len(reduced)), np.where(reduced > face, 0.0, np.inf))
                solution = self.run(minimise, maximise=False, ways=ON_FACE)
                if solution.status != "optimal":
                    return solution
                if best - sign * float(self.program.goal(name) @ solution.columns) <= LOST * (1 + abs(best)):
                    return solution
            return Solution("unknown", np.nan)
        finally:
            self.closed = self.beside = None
            self.call = call
            self.hold(lower, upper)
            columns = len(self.program.columns)
            self.hold_columns(np.zeros(columns), np.full(columns, np.inf))
