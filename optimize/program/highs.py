"""HiGHS, kept alive for one program: solve, change givens in place, solve again.

A year as one period is solved by simplex, each solve from the base basis, as long as the first solve keeps to a budget
of iterations. Else, and by many periods, it is solved by interior point, each solve afresh unless a vertex was asked
for to start from. Rows that give way leave that vertex feasible: the primal simplex method goes on from there.
Long solves report how far they are, keep to a deadline, and stop when interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Literal

import highspy
import numpy as np
import scipy.sparse as sp

from corridor.model.faults import TimeLimitError
from corridor.model.horizon import Floats
from corridor.model.program import Label, Program
from corridor.optimize.program.progress import Listener, Progress, far

Algorithm = Literal["choose", "simplex", "ipm"]
IPM_COLUMNS = 8_000
"""Programs of many periods with more columns are solved by interior point where the algorithm is left to choose."""
RACE = 1
"""Iterations a row that the first solve by simplex may take; beyond them the interior point takes over.

Grids of 12,000 to 48,000 columns took 0.8 at least cost, and an eighth of the interior point's time. For the common
growth they took 3 and more, and seven times its time: measures of this size do without the race.
A budget in seconds would give other answers on other machines.
"""
HEARD_COLUMNS = 10_000
"""Programs with more columns can be interrupted within a solve; on smaller ones listening would cost some percent."""
EASE = 1e-8
"""Cost by interior point of a kt, or other unit, of what has none."""
LARGEST_COST = 1024.0
"""Of a scaled column by interior point; the tolerances of HiGHS are absolute."""
COLUMN_LOGS = (-3, 9)
"""Least and largest logarithm to the base 2 of the scale of a column; smaller ones let large reduced costs pass."""
PRECISE = 1e-8
"""Relative residuals and gap at which the interior point method stops, where no others are asked for."""
ROUGH = 100.0
"""How many times those an interior solution may miss and be taken for an optimum: presolve is undone on the way."""
SCALINGS = 8
"""Rounds in which geometric means of rows and columns are brought to one; more change next to nothing."""
LEAST = 1e-4
"""Kt below which a value is no typical one."""
Status = highspy.HighsModelStatus
BASIC = highspy.HighsBasisStatus.kBasic
SETTLED = (Status.kInfeasible, Status.kUnbounded, Status.kModelEmpty)
Options = Mapping[str, str | int | float]
Way = tuple[float, Options]
IntArray = np.ndarray[Any, np.dtype[np.int32]]
Beside = tuple[float, str]
"""A weight and the name of a goal."""
IPX: Options = {"solver": "ipx", "run_crossover": "off"}
HIPO: Options = {"solver": "hipo", "run_crossover": "off"}
INTERIOR: list[Way] = [
    (EASE, IPX),
    (EASE, HIPO),  # crossover and simplex may take hours on large programs
    (8 * EASE, IPX),
    (EASE, {"solver": "ipx", "run_crossover": "on"}),
    (0.0, {"solver": "simplex"}),
    (0.0, {"solver": "simplex", "presolve": "off"}),
]
"""What is tried in turn by interior point: the cost of columns without one, options of HiGHS."""
SIMPLEX: list[Way] = [(0.0, {}), (0.0, {"presolve": "off"})]
FACE = 1e-7
"""Price or reduced cost above which a row or a column is held in the second pass: the solver's own tolerance."""
FACE_ROWS = 20_000
"""Programs by interior point with more rows look for the cheapest among the best from inside.

By simplex a grid of 14,500 rows took 2 s, half of the interior point's time. One of 27,800 took 46 s, ten times it.
"""
ON_FACE: list[Way] = [(0.0, {"solver": "simplex"}), (0.0, {"solver": "simplex", "presolve": "off"})]
VERTEX_COLUMNS = 40_000
"""Programs of many periods with more columns are solved afresh each time: their vertices are a long way off."""
WHOLE_COLUMNS = 400_000
"""The same for a year as one period. The crossover takes a fifth of the interior point's time, or several times it."""
VERTEX_STEPS = 4_000
"""Iterations of the simplex method in which a solve by interior point would be done as well."""
CROSSED: list[Way] = [(EASE, {"solver": "ipx", "run_crossover": "on", "simplex_iteration_limit": VERTEX_STEPS})]
WHOLE_CROSSED: list[Way] = [(EASE, {**CROSSED[0][1], "simplex_iteration_limit": 20 * VERTEX_STEPS})]
"""Of a year as one period, whose list of limits would take many solves without a vertex."""
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
"""From the vertex that stands."""
LOOSENED: list[Way] = [(0.0, {"solver": "simplex", "simplex_strategy": 4, "simplex_iteration_limit": 4 * VERTEX_STEPS})]
"""From there by the primal simplex method: rows that give way leave the vertex feasible. Its steps take less time."""
MOST_LOOSENED = 50
"""Rows that may give way at once; with more of them the vertex says little."""
RELEASED = 1e-9
"""Share of the goal below which the price of a row times its bound is none."""
USUAL = {
    "simplex_dual_edge_weight_strategy": -1,
    "dual_simplex_cost_perturbation_multiplier": 1.0,
    "simplex_iteration_limit": 2**31 - 1,
    "simplex_strategy": 1,
}
"""What options that are no words are set back to; those that are, to "choose"."""


@dataclass(frozen=True)
class Solution:
    """Where a program stands: ``status`` optimal, infeasible, unbounded, or unknown where one attempt had to do.

    ``value`` is the goal's, ``columns`` the values, ``prices`` the change of the goal per unit of each row's
    right-hand side, both in the program's order; empty unless optimal. ``tied``: another goal decided ties.
    """

    status: str
    value: float
    columns: Floats
    prices: Floats
    iterations: int
    seconds: float
    tied: bool = False


class Solver:
    """One HiGHS instance that holds one program.

    ``time_limit`` (seconds from now) and ``deadline`` (on the clock of ``time.perf_counter``, the earlier one counts)
    hold for all its runs together; give ``time_limit`` with ``deadline`` as what was asked for, to be named.
    ``algorithm`` is simplex or ipm, or chosen: see above; ``crossover`` makes a vertex of what the interior point
    finds; ``typical`` gives values that the columns may come to, nan where not known, for its scaling,
    and is asked as the arrays are handed over (:meth:`load`); ``precision`` is that of its residuals and gap, relative.
    ``watch`` is told of the progress of each run, a few times a second; what it raises ends the run and comes out.

    SIGINT in the main thread stops a run that is watched or large, and raises Interrupted with what is known.
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
        self.program = program
        columns = program.matrix.shape[1]
        timed = max(getattr(program.columns, "times", (1,))) > 1
        self.races = algorithm == "choose" and not timed and columns > IPM_COLUMNS
        self.timed = timed
        if algorithm == "choose":
            algorithm = "ipm" if timed and columns > IPM_COLUMNS else "simplex"
        self.algorithm, self.crossover, self.watch = algorithm, crossover, watch
        self.typical = typical
        self.heard = watch is not None or columns > HEARD_COLUMNS
        self.time_limit, self.deadline = time_limit, deadline
        if time_limit is not None:
            self.deadline = min(perf_counter() + time_limit, np.inf if deadline is None else deadline)
        self.highs: Any = highspy.Highs()
        self.highs.silent()
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("ipm_optimality_tolerance", precision)
        self.precision = precision
        self.loaded = False
        self.base: Any = None
        self.own: dict[str, Any] = {}
        self.asked: dict[str, tuple[bool, Beside | None]] = {}
        self.iterations = 0
        self.seconds = 0.0
        self.at_vertex = False

    def load(self) -> None:
        """Hand the program's arrays to HiGHS, anew if its coefficients were changed; the base basis stays.

        The first solve does it where nobody did. For the interior point, which fails on them as they are, they are
        scaled by powers of two: no digit is lost.
        """
        program, self.loaded = self.program, True
        self.lower, self.upper = self.own_bounds = program.bounds(program.values)
        rows, columns = program.matrix.shape
        matrix = program.matrix
        self.row_scale, self.column_scale = np.broadcast_to(1.0, rows), np.broadcast_to(1.0, columns)
        if self.algorithm == "ipm":
            typical = np.full(columns, np.nan) if self.typical is None else self.typical()
            self.row_scale, self.column_scale = scales(matrix, typical)
            matrix = sp.csc_array(sp.diags_array(self.row_scale) @ matrix @ sp.diags_array(self.column_scale))
        status = self.highs.passModel(
            columns,
            rows,
            matrix.nnz,
            1,
            1,
            0.0,
            np.zeros(columns),
            np.zeros(columns),
            np.full(columns, np.inf),
            self.lower * self.row_scale,
            self.upper * self.row_scale,
            matrix.indptr.astype(np.int32, copy=False),
            matrix.indices.astype(np.int32, copy=False),
            matrix.data,
            np.zeros(columns, dtype=np.int32),
        )
        # A model that HiGHS refuses leaves an empty one behind, which "solves".
        if status == highspy.HighsStatus.kError:
            raise RuntimeError("HiGHS refused the model")

    @staticmethod
    def version() -> str:
        return str(highspy.Highs().version())

    def start_from(self, goal: str, basis: Any = None) -> Any:
        """From now on solves for this goal start from a basis: the one that stands, or one that this gave before.

        By interior point that is a vertex, worked out from what was last solved for the goal, of programs of some size;
        where it would take long, or nothing was solved, every solve starts afresh, and this gives None.
        """
        if self.algorithm == "ipm":
            self.own[goal] = self._vertex(goal) if basis is None else basis
        else:
            self.own[goal] = self.highs.getBasis() if basis is None else basis
        return self.own[goal]

    @property
    def crosses(self) -> bool:
        """Whether the program is small enough for a crossover."""
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
        for ways in (crossing, GO_ON):  # the second undoes what columns without a cost were given
            solution = self._run(goal, maximise, beside=beside, ways=ways)
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
            solution = self._run(goal, maximise, ways=LOOSENED)
            if solution.status == "optimal":
                self.own[goal] = self.highs.getBasis()
                return solution
        if self.algorithm == "ipm":
            self.asked[goal] = maximise, None
            crossed = self._crossed(goal)
            if crossed is not None:
                return crossed
        solution = self._run(goal, maximise)
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
            states[row] = highspy.HighsBasisStatus.kLower
        basis.col_status, basis.row_status, basis.valid = start.col_status, states, True
        scale = self.row_scale[rows]
        self.highs.changeRowsBounds(len(rows), rows, scale * former, scale * self.upper[rows])
        self.own[goal] = basis
        try:
            solution = self._run(goal, maximise, ways=LOOSENED)
        finally:
            self.own[goal] = start
            self.highs.changeRowsBounds(len(rows), rows, scale * self.lower[rows], scale * self.upper[rows])
        if solution.status != "optimal":
            return solution if solution.status == "unbounded" else None
        pressed = (-1.0 if maximise else 1.0) * solution.prices[rows] * np.abs(former)
        return solution if pressed.max() <= RELEASED * max(1.0, abs(solution.value)) else None

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

        By simplex, the first optimal solve leaves the base basis, from which every later one starts; by interior
        point every solve starts afresh, or from where :meth:`start_from` says: the answer does not depend on what was
        asked before. Raises TimeLimitError, Interrupted (a KeyboardInterrupt).
        """
        self.hold(*self.program.bounds(self.program.given(given or {}), without))
        loosened = self._loosened(goal)
        if beside is not None or not len(loosened):
            return self._run(goal, maximise, beside=beside)
        name = str(goal)
        solution = self._given_way(name, maximise, loosened)
        if solution is None:
            start = self.own.pop(name)
            try:
                solution = self._run(name, maximise)
            finally:
                self.own[name] = start
        return solution

    def solve_rows(self, goal: str | Floats, lower: Floats, upper: Floats, *, maximise: bool) -> Solution:
        """Solve with these bounds of the rows."""
        self.hold(lower, upper)
        return self._run(goal, maximise)

    def second_pass(self, goal: Floats, minimise: str = "tie_break", weight: float = 3e-7) -> Solution:
        """Minimise another goal among the best solutions for ``goal`` (to be maximised), the rows as they are.

        At a vertex the best solutions are those that keep to its prices: columns with a reduced cost stay zero, rows
        with a price stay at their bound. Away from one, or on a very large program, the interior point takes both
        goals: the other counts by so small a ``weight`` that it decides ties alone. Where that fails the status is
        unknown, and the first pass has to do.
        """
        if not self.at_vertex or (self.algorithm == "ipm" and len(self.lower) > FACE_ROWS):
            found = self._run(goal, maximise=True, beside=(weight, minimise), ways=INTERIOR[:1])
            other = self.program.goals[minimise][0]
            return replace(found, value=float(other @ found.columns)) if found.status == "optimal" else found
        found = self.highs.getSolution()
        kept, prices = np.abs(found.col_dual) > FACE, np.array(found.row_dual)
        lower, upper = self.lower, self.upper
        nothing = np.zeros(len(kept))
        self.hold(np.where(prices < -FACE, upper, lower), np.where(prices > FACE, lower, upper))
        self.hold_columns(nothing, np.where(kept, 0.0, np.inf))
        try:
            return self._run(minimise, maximise=False, ways=ON_FACE)
        finally:
            self.hold(lower, upper)
            self.hold_columns(nothing, np.full(len(kept), np.inf))

    def hold(self, lower: Floats, upper: Floats) -> None:
        """Take these bounds of the rows, without a solve."""
        self._ready()
        changed = np.flatnonzero((lower != self.lower) | (upper != self.upper)).astype(np.int32)
        if len(changed):
            scale = self.row_scale[changed]
            self.highs.changeRowsBounds(len(changed), changed, scale * lower[changed], scale * upper[changed])
            self.lower, self.upper = lower, upper

    def hold_columns(self, least: Floats, most: Floats) -> None:
        """Take these bounds of the columns, without a solve."""
        self._ready()
        count, scale = len(least), self.column_scale
        self.highs.changeColsBounds(count, np.arange(count, dtype=np.int32), least / scale, most / scale)

    def _run(
        self,
        goal: str | Floats,
        maximise: bool,
        keep: bool = False,
        beside: Beside | None = None,
        ways: Sequence[Way] | None = None,
    ) -> Solution:
        """Try one way after the other until HiGHS is sure; of ``ways`` that are given none may lead there."""
        self._ready()
        columns = self.program.matrix.shape[1]
        name = goal if isinstance(goal, str) else ""
        asked = goal
        if name:
            self.asked[name] = maximise, beside
        start = self.own.get(name, self.base)
        if isinstance(goal, str):
            goal = self.program.goals[goal][0] if goal in self.program.goals else np.zeros(columns)
        interior = self.algorithm == "ipm"
        sign = -1.0 if maximise else 1.0
        cost = sign * goal
        if beside is not None:
            weight, other = beside
            cost += weight * self.program.goals[other][0]
        cost *= self.column_scale
        factor = LARGEST_COST / (np.max(abs(cost), initial=0.0) or 1.0) if interior else 1.0
        cost *= factor
        if not interior and start is not None and not keep and ways is None:
            self.highs.clearSolver()  # else the last factorisation shows in the last bits
            self.highs.setBasis(start)
        tried = ways or self._ways(start)
        racing = self.races and not interior and start is None and not keep and ways is None
        status, iterations, seconds = None, 0, 0.0
        for number, (ease, options) in enumerate(tried):
            if interior or number or ways is not None:
                self.highs.clearSolver()
            if interior and options in (GO_ON[0][1], LOOSENED[0][1]):
                self.highs.setBasis(start)
            # What may be anything at no cost has no middle, and the interior point method would not end.
            self.highs.changeColsCost(
                columns, np.arange(columns, dtype=np.int32), np.where(cost == 0, ease * self.column_scale, cost)
            )
            budget = {"simplex_iteration_limit": RACE * len(self.lower)} if racing else {}
            self.at_vertex = "run_crossover" not in options or options["run_crossover"] == "on"
            status, steps, lasted = self._try(name, sign / factor, {**options, **budget})
            iterations, seconds = iterations + steps, seconds + lasted
            if status == Status.kOptimal or status in SETTLED:
                break
            if not interior and status not in (Status.kUnboundedOrInfeasible, Status.kUnknown):
                break
        self.iterations += iterations
        self.seconds += seconds
        if racing and status == Status.kIterationLimit:
            self._change_over()
            return self._run(asked, maximise, beside=beside)
        nothing = np.zeros(0)
        if status == Status.kInfeasible:
            return Solution("infeasible", np.nan, nothing, nothing, iterations, seconds)
        if status == Status.kUnbounded:
            return Solution("unbounded", np.inf if maximise else -np.inf, nothing, nothing, iterations, seconds)
        if status not in (Status.kOptimal, Status.kModelEmpty):
            if ways is not None:
                return Solution("unknown", np.nan, nothing, nothing, iterations, seconds)
            raise RuntimeError(f"HiGHS stopped with {self.highs.modelStatusToString(status)}")
        if self.base is None and not interior:
            self.base = self.highs.getBasis()
        found = self.highs.getSolution()
        values = self.column_scale * np.array(found.col_value)
        prices = sign / factor * self.row_scale * np.array(found.row_dual)[: len(self.lower)]
        return Solution("optimal", float(goal @ values), values, prices, iterations, seconds, beside is not None)

    def _change_over(self) -> None:
        """Go on by interior point, with the rows as they are."""
        lower, upper = self.lower, self.upper
        self.algorithm, self.races = "ipm", False
        self.load()
        self.hold(lower, upper)

    def _ways(self, start: Any) -> Sequence[Way]:
        if self.algorithm != "ipm":
            return SIMPLEX
        if self.crossover:
            return INTERIOR[3:]
        return INTERIOR if start is None else [*GO_ON, *INTERIOR]

    def _ready(self) -> None:
        if not self.loaded:
            self.load()

    def _try(self, goal: str, sign: float, options: Options) -> tuple[Any, int, float]:
        """One run of HiGHS: status (unknown for an interior point that is not there yet), iterations, seconds."""
        listener = Listener(self.watch, goal, sign)
        self._keep_to_deadline(listener)
        for option, value in options.items():
            self.highs.setOptionValue(option, value)
        try:
            if self.heard:
                with listener.on(self.highs):
                    self.highs.run()
            else:
                self.highs.run()
        finally:
            seconds = perf_counter() - listener.began
            for option in options:
                self.highs.setOptionValue(option, USUAL.get(option, "choose"))
        status, info = self.highs.getModelStatus(), self.highs.getInfo()
        steps = _steps(info)
        if status == Status.kTimeLimit:
            if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
                listener.value = sign * info.objective_function_value
            listener.iterations = steps
            if info.simplex_iteration_count > 0:
                listener.phase = "simplex"
            raise self._late(listener.progress())
        if (
            status == Status.kOptimal
            and options.get("run_crossover") == "off"
            and not _precise(info, ROUGH * self.precision)
        ):
            status = Status.kUnknown
        return status, steps, seconds

    def _keep_to_deadline(self, listener: Listener) -> None:
        if self.deadline is None:
            return
        left = self.deadline - perf_counter()
        if left <= 0:
            raise self._late(listener.progress())
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + left)  # its clock runs on from run to run

    def _late(self, progress: Progress) -> TimeLimitError:
        limit = "the time limit" if self.time_limit is None else f"the time limit of {self.time_limit:g} s"
        large = self.program.matrix.shape[1] > IPM_COLUMNS
        remedy = "give more time" + (", or coarser periods by --periods month" if large else "")
        return TimeLimitError(f"{limit} was reached: {far(progress)}; {remedy}")


def scales(matrix: sp.csc_array, typical: Floats) -> tuple[Floats, Floats]:
    """Powers of two for rows and columns: what is typical becomes one, and so does the largest typical term of a row.

    ``typical`` are values of the columns, nan or nought where they are not known; there, and in rows without such a
    column, the geometric mean of the entries becomes one (Fulkerson and Wolfe, An algorithm for scaling matrices, SIAM
    Review 4, 1962). Else a residual could pass that is small for one
    column of a row and means much to another.
    """
    entries = matrix.tocoo()
    rows, columns = entries.coords
    sizes = np.log2(abs(entries.data))
    in_row, in_column = (
        np.maximum(np.bincount(at, minlength=n), 1) for at, n in ((rows, matrix.shape[0]), (columns, matrix.shape[1]))
    )
    known = typical > LEAST
    column_logs = np.log2(np.where(known, typical, 1.0))
    largest = np.full(matrix.shape[0], -np.inf)
    there = known[columns]
    np.maximum.at(largest, rows[there], (sizes + column_logs[columns])[there])
    led = np.isfinite(largest)
    row_logs = np.where(led, -largest, 0.0)
    for _ in range(SCALINGS):
        means = np.bincount(columns, sizes + row_logs[rows], len(column_logs)) / in_column
        column_logs = np.where(known, column_logs, -means)
        means = np.bincount(rows, sizes + column_logs[columns], len(row_logs)) / in_row
        row_logs = np.where(led, row_logs, -means)
    return np.exp2(np.round(row_logs)), np.exp2(np.clip(np.round(column_logs), *COLUMN_LOGS))


def _steps(info: Any) -> int:
    counts = (info.simplex_iteration_count, info.ipm_iteration_count, info.crossover_iteration_count)
    return sum(max(int(count), 0) for count in counts)


def _precise(info: Any, most: float) -> bool:
    """Whether an interior solution that HiGHS calls optimal is so in all that it says of it."""
    residuals = (
        info.max_relative_primal_infeasibility,
        info.max_relative_dual_infeasibility,
        info.primal_dual_objective_error,
    )
    return all(residual <= most for residual in residuals)
