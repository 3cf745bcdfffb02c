"""HiGHS, kept alive for one program: solve, change givens in place, solve again from the base basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import highspy
import numpy as np

from corridor.model.faults import TimeLimitError
from corridor.optimize.compile import Floats, Label, Program


@dataclass(frozen=True)
class Solution:
    """Where a program stands: ``status`` optimal, infeasible or unbounded.

    ``value`` is the goal's, ``columns`` the values, ``prices`` the change of the goal per unit of each row's
    right-hand side, both in the program's order; empty unless optimal.
    """

    status: str
    value: float
    columns: Floats
    prices: Floats
    iterations: int
    seconds: float


class Solver:
    """One HiGHS instance that holds one program."""

    def __init__(self, program: Program, *, time_limit: float | None = None) -> None:
        self.program = program
        self.highs: Any = highspy.Highs()
        self.highs.silent()
        self.highs.setOptionValue("threads", 1)
        if time_limit is not None:
            self.highs.setOptionValue("time_limit", float(time_limit))
        self.load()
        self.base: Any = None
        self.own: dict[str, Any] = {}
        self.iterations = 0
        self.seconds = 0.0

    def load(self) -> None:
        """Hand the program's arrays to HiGHS, anew if its coefficients were changed; the base basis stays."""
        program = self.program
        self.lower, self.upper = program.bounds(program.values)
        rows, columns = program.matrix.shape
        matrix = program.matrix
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
            self.lower,
            self.upper,
            matrix.indptr.astype(np.int32),
            matrix.indices.astype(np.int32),
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
        """From now on solves for this goal start from a basis: the one that stands, or one that this gave before."""
        self.own[goal] = self.highs.getBasis() if basis is None else basis
        return self.own[goal]

    def solve(
        self,
        goal: str | Floats,
        *,
        maximise: bool,
        given: Mapping[Label, float] | None = None,
        without: str = "",
    ) -> Solution:
        """Solve for a goal (its name, or coefficients of the columns) with some givens replaced and a rule dropped.

        The first optimal solve leaves the base basis, from which every later one starts, so that the answer does
        not depend on what was asked before. Raises TimeLimitError.
        """
        self._set_rows(*self.program.bounds(self.program.given(given or {}), without))
        return self._run(goal, maximise)

    def solve_rows(self, goal: str | Floats, lower: Floats, upper: Floats, *, maximise: bool) -> Solution:
        """Solve with these bounds of the rows."""
        self._set_rows(lower, upper)
        return self._run(goal, maximise)

    def second_pass(self, goal: Floats, least: float, minimise: str) -> Solution:
        """Minimise another goal while ``goal`` stays at least ``least``, the rows as they are."""
        at = np.flatnonzero(goal).astype(np.int32)
        self.highs.addRow(least, np.inf, len(at), at, goal[at])
        try:
            return self._run(minimise, maximise=False, keep=True)
        finally:
            self.highs.deleteRows(1, np.array([len(self.lower)], dtype=np.int32))

    def _set_rows(self, lower: Floats, upper: Floats) -> None:
        changed = np.flatnonzero((lower != self.lower) | (upper != self.upper)).astype(np.int32)
        if len(changed):
            self.highs.changeRowsBounds(len(changed), changed, lower[changed], upper[changed])
            self.lower, self.upper = lower, upper

    def _run(self, goal: str | Floats, maximise: bool, keep: bool = False) -> Solution:
        columns = self.program.matrix.shape[1]
        start = self.own.get(goal, self.base) if isinstance(goal, str) else self.base
        if isinstance(goal, str):
            goal = self.program.goals[goal][0] if goal in self.program.goals else np.zeros(columns)
        sign = -1.0 if maximise else 1.0
        self.highs.changeColsCost(columns, np.arange(columns, dtype=np.int32), sign * goal)
        if start is not None and not keep:
            self.highs.clearSolver()  # else the last factorisation shows in the last bits
            self.highs.setBasis(start)
        began = perf_counter()
        self.highs.run()
        seconds = perf_counter() - began
        status = self.highs.getModelStatus()
        if status in (highspy.HighsModelStatus.kUnboundedOrInfeasible, highspy.HighsModelStatus.kUnknown):
            self.highs.clearSolver()
            self.highs.setOptionValue("presolve", "off")
            self.highs.run()
            self.highs.setOptionValue("presolve", "choose")
            status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kTimeLimit:
            raise TimeLimitError("the solver reached its limit of time")
        info = self.highs.getInfo()
        iterations = max(int(info.simplex_iteration_count), 0)
        self.iterations += iterations
        self.seconds += seconds
        nothing = np.zeros(0)
        if status == highspy.HighsModelStatus.kInfeasible:
            return Solution("infeasible", np.nan, nothing, nothing, iterations, seconds)
        if status == highspy.HighsModelStatus.kUnbounded:
            return Solution("unbounded", np.inf if maximise else -np.inf, nothing, nothing, iterations, seconds)
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty):
            raise RuntimeError(f"HiGHS stopped with {self.highs.modelStatusToString(status)}")
        if self.base is None:
            self.base = self.highs.getBasis()
        found = self.highs.getSolution()
        values = np.array(found.col_value)
        prices = sign * np.array(found.row_dual)[: len(self.lower)]
        return Solution("optimal", float(goal @ values), values, prices, iterations, seconds)
