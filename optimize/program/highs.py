"""HiGHS, kept alive for one program: its arrays handed over, bounds and costs changed in place, runs that can be ended.

Runs report how far they are, keep to a deadline, and stop when interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from corridor.model.faults import TimeLimitError
from corridor.model.horizon import Floats
from corridor.model.language import numeral, say
from corridor.model.program import Program
from corridor.optimize.program.progress import Listener, Progress, far

HEARD_COLUMNS = 10_000
"""Programs with more columns can be interrupted within a solve; on smaller ones listening would cost some percent."""
LARGE_COLUMNS = 8_000
"""Programs with more columns have coarser periods as a remedy for a time limit."""
PRECISE = 1e-8
"""Relative tolerance of residuals and gap at which the interior point method stops, where no other is given."""
POSTSOLVED = 100.0
"""Factor on the precision of an interior solution: beyond it the solution is no optimum. Postsolve loses digits."""
Status = highspy.HighsModelStatus
BASIC, AT_LOWER = highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kLower
Options = Mapping[str, str | int | float]
IntArray = np.ndarray[Any, np.dtype[np.int32]]
USUAL = {
    "simplex_dual_edge_weight_strategy": -1,
    "dual_simplex_cost_perturbation_multiplier": 1.0,
    "simplex_iteration_limit": 2**31 - 1,
    "simplex_strategy": 1,
    "simplex_scale_strategy": 2,
}
"""Values of the options with a number after a run; those with a word are set back to "choose"."""


@dataclass(frozen=True)
class Solution:
    """The end of a solve: ``status`` optimal, infeasible, unbounded, or unknown where one attempt had to do.

    * ``value`` is the goal's, ``columns`` the values in the program's order; empty unless optimal.
    * ``prices``: change of the goal per unit of each row's right-hand side; empty where columns are integer.
    * ``tied``: another goal decided ties.
    * ``bound``: best value that the search of a program with integer columns leaves possible; None without them.
    """

    status: str
    value: float
    columns: Floats = field(default_factory=lambda: np.zeros(0))
    prices: Floats = field(default_factory=lambda: np.zeros(0))
    iterations: int = 0
    seconds: float = 0.0
    tied: bool = False
    bound: float | None = None


class Highs:
    """One HiGHS instance that holds one program, in rows and columns scaled by powers of two: no digit is lost.

    ``time_limit`` (seconds from now) and ``deadline`` (on the clock of ``time.perf_counter``, the earlier one counts)
    hold for all its runs together; a ``time_limit`` beside a ``deadline`` is named in messages. ``precision`` is the
    relative tolerance of the interior point. ``watch`` takes the progress of each run, a few times a second; an
    exception that it raises ends the run and comes out.

    SIGINT in the main thread stops a run that is watched or large, and raises Interrupted with its progress.
    """

    def __init__(
        self,
        program: Program,
        *,
        time_limit: float | None = None,
        deadline: float | None = None,
        watch: Callable[[Progress], None] | None = None,
        precision: float = PRECISE,
    ) -> None:
        self.program, self.watch, self.precision = program, watch, precision
        self.heard = watch is not None or program.matrix.shape[1] > HEARD_COLUMNS
        self.time_limit, self.deadline = time_limit, deadline
        if time_limit is not None:
            self.deadline = min(perf_counter() + time_limit, np.inf if deadline is None else deadline)
        self.highs: Any = highspy.Highs()
        self.highs.silent()
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("ipm_optimality_tolerance", precision)
        self.loaded = False
        self.iterations, self.seconds = 0, 0.0

    def facts(self, began: float) -> dict[str, Any]:
        """The solver in JSON: name, version, iterations, seconds since ``began``, rows, columns."""
        rows, columns = self.program.matrix.shape
        seconds = round(perf_counter() - began, 3)
        return {
            "name": "HiGHS",
            "version": str(self.highs.version()),
            "iterations": self.iterations,
            "seconds": seconds,
            "rows": rows,
            "columns": columns,
        }

    def load(self) -> None:
        """Hand the program's arrays to HiGHS; the first solve does it where nobody did."""
        rows, columns = self.program.matrix.shape
        self.pass_arrays(np.broadcast_to(1.0, rows), np.broadcast_to(1.0, columns))

    def pass_arrays(self, row_scale: Floats, column_scale: Floats) -> None:
        """Hand over the arrays with rows and columns times their scales."""
        program, self.loaded = self.program, True
        self.lower, self.upper = self.own_bounds = program.bounds(program.values)
        self.row_scale, self.column_scale = row_scale, column_scale
        rows, columns = program.matrix.shape
        matrix = program.matrix
        if (row_scale != 1.0).any() or (column_scale != 1.0).any():
            matrix = sp.csc_array(sp.diags_array(row_scale) @ matrix @ sp.diags_array(column_scale))
        integer = np.zeros(columns, dtype=np.int32)
        integer[program.integer_at] = int(highspy.HighsVarType.kInteger)
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
            self.lower * row_scale,
            self.upper * row_scale,
            matrix.indptr.astype(np.int32, copy=False),
            matrix.indices.astype(np.int32, copy=False),
            matrix.data,
            integer,
        )
        # A model that HiGHS refuses leaves an empty one behind, which "solves".
        if status == highspy.HighsStatus.kError:
            raise RuntimeError("HiGHS refused the model")

    def extend(self, program: Program) -> None:
        """Go on with rows of equality to zero and columns added at the ends of the program; the new ones are idle."""
        known, self.program = self.program, program
        if not self.loaded:
            return
        rows, columns = known.matrix.shape
        new = program.matrix[:, columns:]
        added, count = program.matrix.shape[0] - rows, new.shape[1]
        nothing, none = np.zeros(max(added, count)), np.zeros(0, dtype=np.int32)
        if added:
            self.highs.addRows(added, nothing[:added], nothing[:added], 0, none, none, np.zeros(0))
        starts, at = (each.astype(np.int32) for each in (new.indptr[:-1], new.indices))
        most = np.full(count, np.inf)
        self.highs.addCols(count, nothing[:count], nothing[:count], most, new.nnz, starts, at, new.data)
        self.lower, self.upper = self.sized(self.lower), self.sized(self.upper)
        self.own_bounds = program.bounds(program.values)
        self.row_scale = np.append(self.row_scale, np.ones(added))
        self.column_scale = np.append(self.column_scale, np.ones(count))

    def sized(self, numbers: Floats) -> Floats:
        """Bounds or prices of the rows, zero for rows that were added since."""
        missing = self.program.matrix.shape[0] - len(numbers)
        return np.append(numbers, np.zeros(missing)) if missing else numbers

    def fitted(self, basis: Any) -> Any:
        """A basis with the rows and columns that were added since it was taken, idle."""
        rows, columns = self.program.matrix.shape
        more, others = rows - len(basis.row_status), columns - len(basis.col_status)
        if not (more or others):
            return basis
        now = highspy.HighsBasis()
        now.row_status = [*basis.row_status, *[BASIC] * more]
        now.col_status, now.valid = [*basis.col_status, *[AT_LOWER] * others], True
        return now

    def take(self, program: Program) -> None:
        """Go on with other numbers of the same program; its arrays are handed over anew if coefficients differ."""
        known, self.program = self.program, program
        if self.loaded and program.matrix is not known.matrix:
            self.load()

    def ready(self) -> None:
        if not self.loaded:
            self.load()

    def hold(self, lower: Floats, upper: Floats) -> None:
        """Take these bounds of the rows, without a solve."""
        self.ready()
        lower, upper = self.sized(lower), self.sized(upper)
        changed = np.flatnonzero((lower != self.lower) | (upper != self.upper)).astype(np.int32)
        if len(changed):
            self.hold_some(changed, lower[changed], upper[changed])
            self.lower, self.upper = lower, upper

    def hold_some(self, rows: IntArray, lower: Floats, upper: Floats) -> None:
        """Hand over bounds of some rows; the bounds that :meth:`hold` compares with stay."""
        scale = self.row_scale[rows]
        self.highs.changeRowsBounds(len(rows), rows, scale * lower, scale * upper)

    def hold_columns(self, least: Floats, most: Floats) -> None:
        """Take these bounds of the columns, without a solve."""
        self.ready()
        count, scale = len(least), self.column_scale
        self.highs.changeColsBounds(count, np.arange(count, dtype=np.int32), least / scale, most / scale)

    def cost(self, cost: Floats) -> None:
        """Take these costs of the scaled columns, to be minimised."""
        self.highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def forget(self) -> None:
        """Drop basis, solution and factorisation of the last run: its last bits would show in the next one."""
        self.highs.clearSolver()

    def start(self, basis: Any) -> None:
        """Start the next run from a basis, afresh in all else."""
        self.forget()
        self.highs.setBasis(self.fitted(basis))

    def ray(self) -> Floats | None:
        """Weights of the rows, of both signs, that prove the bounds held to be out of reach; None where not known."""
        self.forget()
        self.attempt("", 1.0, {"solver": "simplex", "presolve": "off"})
        _, known, ray = self.highs.getDualRay()
        return np.array(ray) * self.row_scale if known else None

    def attempt(self, goal: str, sign: float, options: Options) -> tuple[Any, int, float]:
        """One run of HiGHS: status (unknown for an imprecise interior solution), iterations, seconds.

        ``sign`` turns the cost of HiGHS into the goal's value. Raises TimeLimitError, Interrupted.
        """
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
        interior = options.get("run_crossover") == "off"
        if status == Status.kOptimal and interior and not _precise(info, POSTSOLVED * self.precision):
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
        if self.time_limit is None:
            reached = say("the time limit was reached: {far}", far=far(progress))
        else:
            limit = numeral(self.time_limit, "g")
            reached = say("the time limit of {limit} s was reached: {far}", limit=limit, far=far(progress))
        large = self.program.matrix.shape[1] > LARGE_COLUMNS
        remedy = say("give more time, or coarser periods by --periods month") if large else say("give more time")
        return TimeLimitError(f"{reached}; {remedy}")


def _steps(info: Any) -> int:
    counts = (info.simplex_iteration_count, info.ipm_iteration_count, info.crossover_iteration_count)
    return sum(max(int(count), 0) for count in counts)


def _precise(info: Any, most: float) -> bool:
    """True for an interior solution whose residuals and gap, as HiGHS reports them, are within a tolerance."""
    residuals = (
        info.max_relative_primal_infeasibility,
        info.max_relative_dual_infeasibility,
        info.primal_dual_objective_error,
    )
    return all(residual <= most for residual in residuals)
