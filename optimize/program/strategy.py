"""Ways to solve a program: simplex, a race, or the interior point method, one after the other until HiGHS is sure.

A year as one period is solved by simplex, each solve from the base basis. Beyond a budget of iterations in the first
solve, and by many periods, it is solved by interior point. Programs with integer columns are solved by branch and
bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import highspy
import numpy as np

from corridor.model.horizon import Floats
from corridor.model.program import Program
from corridor.optimize.program.highs import PRECISE, Highs, Options, Solution, Status
from corridor.optimize.program.progress import Progress
from corridor.optimize.program.scaling import scales

Algorithm = Literal["choose", "simplex", "ipm"]
Way = tuple[float, Options]
"""Cost of columns without one, and options of HiGHS."""
Beside = tuple[float, str]
"""A weight and the name of a goal."""
IPM_COLUMNS = 8_000
"""Programs of many periods with more columns are solved by interior point where the algorithm is left to choose."""
RACE = 1
"""Iterations a row that the first solve by simplex may take; beyond them the interior point takes over.

Grids of 12,000 to 48,000 columns took 0.8 at least cost, and an eighth of the interior point's time. For the common
growth they took 3 and more, and seven times its time: measures of this size do without the race.
A budget in seconds would give other answers on other machines.
"""
FREE_COST = 1e-8
"""Cost by interior point, per kt or other unit, of a column without one: it gives free columns an analytic centre."""
LARGEST_COST = 1024.0
"""Largest cost of a scaled column by interior point; the tolerances of HiGHS are absolute."""
SETTLED = (Status.kInfeasible, Status.kUnbounded, Status.kModelEmpty)
IPX: Options = {"solver": "ipx", "run_crossover": "off"}
HIPO: Options = {"solver": "hipo", "run_crossover": "off"}
INTERIOR: list[Way] = [
    (FREE_COST, IPX),
    (FREE_COST, HIPO),  # crossover and simplex may take hours on large programs
    (8 * FREE_COST, IPX),
    (FREE_COST, {"solver": "ipx", "run_crossover": "on"}),
    (0.0, {"solver": "simplex"}),
    (0.0, {"solver": "simplex", "presolve": "off"}),
]
"""Ways by interior point, in order."""
SIMPLEX: list[Way] = [(0.0, {}), (0.0, {"presolve": "off"})]
WHOLE_GAP = 1e-9
"""Relative gap at which branch and bound stops."""
VERTEX_STEPS = 4_000
"""Iterations of the simplex method in which a solve by interior point would be done as well."""
GO_ON: list[Way] = [
    # Weights of steepest edges would have to be worked out anew each time, which takes ten times as long as the steps;
    # what perturbed costs leave behind has to be cleaned up, which takes a fifth.
    (
        0.0,
        {
            "solver": "simplex",
            "simplex_dual_edge_weight_strategy": 1,
            "dual_simplex_cost_perturbation_multiplier": 0.0,
            "simplex_iteration_limit": VERTEX_STEPS,
        },
    )
]
"""From the vertex of the last solve."""
LOOSENED: list[Way] = [(0.0, {"solver": "simplex", "simplex_strategy": 4, "simplex_iteration_limit": 4 * VERTEX_STEPS})]
"""From there by the primal simplex method: rows that give way leave the vertex feasible. Its steps take less time."""
TIGHTENED: list[Way] = [
    (
        0.0,
        {
            "solver": "simplex",
            "simplex_scale_strategy": 0,
            "dual_simplex_cost_perturbation_multiplier": 0.0,
            "simplex_iteration_limit": VERTEX_STEPS,
        },
    )
]
"""From the vertex of other bounds by the dual simplex method: rows that tighten leave its prices right.

The scaling of HiGHS made steps take ten milliseconds where a park of locomotives was shut: its factors fill up.
"""


UNSURE = (Status.kUnboundedOrInfeasible, Status.kUnknown, Status.kNotset, Status.kSolveError)
"""Ends of a run of which another way may tell more; a run that began at a foreign basis may end without a status."""


ENDED = (Status.kSolutionLimit, Status.kIterationLimit)
"""Ends of a search at its limit of nodes: its best whole numbers are a solution, with a bound and a gap."""
FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)
"""Status of a point that keeps every row."""


class Strategy(Highs):
    """A program in HiGHS with an algorithm: simplex, ipm, or chosen by size.

    ``crossover`` makes a vertex of an interior solution. ``typical`` gives values that the columns may come to, nan
    where not known, for the scales; it is called as the arrays are handed over. ``own`` holds a basis by goal from
    which its solves start, ``base`` the basis of the first optimal solve by simplex.
    """

    def __init__(
        self,
        program: Program,
        *,
        time_limit: float | None = None,
        deadline: float | None = None,
        algorithm: Algorithm = "choose",
        crossover: bool = False,
        watch: Callable[[Progress], None] | None = None,
        typical: Callable[[], Floats] | None = None,
        precision: float = PRECISE,
    ) -> None:
        super().__init__(program, time_limit=time_limit, deadline=deadline, watch=watch, precision=precision)
        columns, self.timed = program.matrix.shape[1], max(program.columns.times) > 1
        self.races = algorithm == "choose" and not self.timed and columns > IPM_COLUMNS and not program.integer
        if algorithm == "choose":
            algorithm = "ipm" if self.timed and columns > IPM_COLUMNS else "simplex"
        self.algorithm: Algorithm = "simplex" if program.integer else algorithm
        if program.integer:
            self.highs.setOptionValue("mip_rel_gap", WHOLE_GAP)
        self.crossover, self.typical = crossover, typical
        self.base: Any = None
        self.own: dict[str, Any] = {}
        self.asked: dict[str, tuple[bool, Beside | None]] = {}
        self.at_vertex = False

    def load(self) -> None:
        """Hand the program's arrays to HiGHS, scaled for the interior point; bases stay."""
        if self.algorithm != "ipm":
            super().load()
            return
        columns = self.program.matrix.shape[1]
        typical = np.full(columns, np.nan) if self.typical is None else self.typical()
        self.pass_arrays(*scales(self.program.matrix, typical))

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
        """Try one way after the other until HiGHS is sure; of ``ways`` that are given none may lead there.

        ``keep`` goes on from the factorisation of the last run. ``beside`` adds another goal with its weight. ``start``
        is a basis close to the optimum, from which the ways go on; the primal simplex method where none are given.
        """
        self.ready()
        if start is not None and ways is None:
            ways = LOOSENED
        name = goal if isinstance(goal, str) else ""
        coefficients = self.program.goal(goal) if isinstance(goal, str) else goal
        if name:
            self.asked[name] = maximise, beside
        basis = self.own.get(name, self.base) if start is None else start
        interior = self.algorithm == "ipm"
        cost, sign = self._cost(coefficients, maximise, beside)
        fresh = not interior and not keep and ways is None
        if fresh and basis is not None and not self.program.integer:
            self.start(basis)
        racing = self.races and fresh and basis is None
        status, iterations, seconds = None, 0, 0.0
        for number, (free_cost, options) in enumerate(ways or self._ways(basis)):
            if interior or number or ways is not None:
                self.forget()
            if start is not None or (interior and options in (GO_ON[0][1], LOOSENED[0][1])):
                self.highs.setBasis(self.fitted(basis))
            self.cost(np.where(cost == 0, free_cost * self.column_scale, cost))
            budget = {"simplex_iteration_limit": RACE * len(self.lower)} if racing else {}
            self.at_vertex = "run_crossover" not in options or options["run_crossover"] == "on"
            status, steps, lasted = self.attempt(name, sign, {**options, **budget})
            iterations, seconds = iterations + steps, seconds + lasted
            if status == Status.kOptimal or status in SETTLED:
                break
            if not interior and status not in UNSURE:
                break
        self.iterations += iterations
        self.seconds += seconds
        if racing and status == Status.kIterationLimit:
            self._change_over()
            return self.run(goal, maximise, beside=beside)
        solution = self._solution(status, coefficients, maximise, sign)
        if solution.status == "unknown" and ways is None:
            raise RuntimeError(f"HiGHS stopped with {self.highs.modelStatusToString(status)}")
        if solution.status == "optimal" and self.base is None and not interior and self.at_vertex:
            self.base = self.highs.getBasis()
        return replace(solution, iterations=iterations, seconds=seconds, tied=beside is not None)

    def _cost(self, goal: Floats, maximise: bool, beside: Beside | None) -> tuple[Floats, float]:
        """Costs of the scaled columns, and the factor from HiGHS's objective to the goal."""
        sign = -1.0 if maximise else 1.0
        cost = sign * goal
        if beside is not None:
            weight, other = beside
            cost += weight * self.program.goals[other][0]
        cost *= self.column_scale
        factor = LARGEST_COST / (np.max(abs(cost), initial=0.0) or 1.0) if self.algorithm == "ipm" else 1.0
        cost *= factor
        return cost, sign / factor

    def _solution(self, status: Any, goal: Floats, maximise: bool, sign: float) -> Solution:
        """The solution that HiGHS holds, in the units of the program."""
        if status == Status.kInfeasible:
            return Solution("infeasible", np.nan)
        if status == Status.kUnbounded:
            return Solution("unbounded", np.inf if maximise else -np.inf)
        ended = status in ENDED and self.program.integer and self.highs.getInfo().primal_solution_status == FEASIBLE
        if status not in (Status.kOptimal, Status.kModelEmpty) and not ended:
            return Solution("unknown", np.nan)
        point = self.highs.getSolution()
        values = self.column_scale * np.array(point.col_value)
        if self.program.integer:
            bound = sign * float(self.highs.getInfo().mip_dual_bound)
            return Solution("optimal", float(goal @ values), values, bound=bound)
        prices = sign * self.row_scale * np.array(point.row_dual)[: len(self.lower)]
        return Solution("optimal", float(goal @ values), values, prices)

    def _change_over(self) -> None:
        """Go on by interior point, with the rows as they are."""
        lower, upper = self.lower, self.upper
        self.algorithm, self.races = "ipm", False
        self.load()
        self.hold(lower, upper)

    def _ways(self, basis: Any) -> Sequence[Way]:
        if self.algorithm != "ipm":
            return SIMPLEX
        if self.crossover:
            return INTERIOR[3:]
        return INTERIOR if basis is None else [*GO_ON, *INTERIOR]
