"""Solves of one program in a row, each from the vertex of the one before, with other bounds of rows and columns."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from corridor.model.horizon import Floats
from corridor.model.program import Program
from corridor.optimize.program.highs import Solution
from corridor.optimize.program.progress import Progress
from corridor.optimize.program.solver import Solver

DUAL, PRIMAL = 1, 4
"""Strategies of the simplex method in HiGHS, in the order in which they are tried."""
PRECISE_ROWS = 1e-8
"""Absolute tolerance of a row, as the solver scales it, in every step: the fixed past has to hold to the end."""
STEPS, UNLIMITED = 10_000, 2**31 - 1
"""Iterations of one step from the last vertex, some hundreds are usual; beyond them the step is solved afresh."""


class Walk:
    """A program whose bounds move step by step, to be minimised."""

    def __init__(
        self,
        program: Program,
        *,
        deadline: float | None = None,
        watch: Callable[[Progress], None] | None = None,
    ) -> None:
        self.solver = Solver(program, deadline=deadline, crossover=True, watch=watch)

    def begin(self, goal: Floats, lower: Floats, upper: Floats) -> Solution:
        """Solve afresh; a large program by interior point, from whose vertex the first step is taken at once."""
        solver, interior = self.solver, self.solver.algorithm == "ipm"
        solver.highs.setOptionValue("presolve", "off")  # the interior point stumbles over what presolve leaves
        solution = solver.solve(goal, maximise=False)
        solver.highs.setOptionValue("presolve", "choose")
        solver.algorithm = "simplex"
        solver.highs.setOptionValue("primal_feasibility_tolerance", PRECISE_ROWS)
        if not interior or solution.status != "optimal":
            return solution
        size = len(goal)  # the vertex of an interior solution is only nearly one
        return self.go_on(goal, lower, upper, np.zeros(size), np.full(size, np.inf))

    def go_on(self, goal: Floats, lower: Floats, upper: Floats, least: Floats, most: Floats) -> Solution:
        """Solve with these bounds of rows and of columns from the last vertex, and stay there without an optimum."""
        solver, highs = self.solver, self.solver.highs
        solver.hold(lower, upper)
        solver.hold_columns(least, most)
        basis = highs.getBasis()
        highs.setOptionValue("simplex_iteration_limit", STEPS)
        solution = Solution("unknown", math.nan)
        for strategy in (DUAL, PRIMAL):  # what crossover leaves can be too much for the dual simplex method
            if solution.status != "unknown":
                break
            highs.setOptionValue("simplex_strategy", strategy)
            try:
                solution = solver.run(goal, maximise=False, keep=True)
            except RuntimeError:
                solution = Solution("unknown", math.nan)
            if solution.status != "optimal":
                solver.start(basis)
        highs.setOptionValue("simplex_strategy", DUAL)
        highs.setOptionValue("simplex_iteration_limit", UNLIMITED)
        if solution.status == "unknown":
            solver.forget()
            solution = solver.run(goal, maximise=False, keep=True)
        return solution
