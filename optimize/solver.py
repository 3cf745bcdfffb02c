"""HiGHS, kept alive for one program: solve, change givens in place, solve again.

Small programs by simplex, each solve from the base basis; large ones by interior point, each solve afresh. Long solves
say how far they are, keep to a deadline, and stop when they are interrupted.
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from types import FrameType
from typing import Any, Literal

import highspy
import numpy as np

from corridor.model.faults import Interrupted, TimeLimitError
from corridor.model.horizon import Floats
from corridor.optimize.compile import Program
from corridor.optimize.period import Label

Algorithm = Literal["choose", "simplex", "ipm"]
IPM_COLUMNS = 8_000
"""Programs with more columns are solved by interior point where the algorithm is left to choose."""
HEARD_COLUMNS = 10_000
"""Programs with more columns can be interrupted within a solve; on smaller ones listening would cost some percent."""
EASE = 2e-12
"""Cost by interior point of columns without one, for each column; a unit of the goal is a kt or a thousand USD."""
PRECISE = 1e-6
"""Relative residuals and gap above which an interior solution is not taken for an optimum."""
TOLD_EVERY = 0.25
"""Seconds between what one who watches is told."""
MEANINGFUL = 1e-3
"""Relative infeasibility up to which the objective of an interior point says something."""
METHODS = {"interior point": "the interior point method", "simplex": "the simplex method"}
UNITS = {"level": (1e-3, "Mt"), "growth": (1.0, "times the base year"), "cost_": (1e-3, "million USD")}
"""Goals, by how their names begin, with the factor to the unit in which a planner reads them."""
Status = highspy.HighsModelStatus
SURE = (Status.kOptimal, Status.kInfeasible, Status.kUnbounded, Status.kModelEmpty)
MORE = 8.0
_INTERIOR = re.compile(r" *(\d+)\*?" + r" +([-+.\de]+)" * 5 + r" +[.\d]+\s*")
"""Iteration, primal and dual objective, their infeasibilities, gap, time."""
_SIMPLEX = re.compile(r" *(\d+) +([-+.\de]+) Pr: \d+\(([^)]*)\)(?:; Du: \d+\(([^)]*)\))?")
"""Iteration, objective, sums of primal and of dual infeasibilities; not in phase 1, which has another objective."""


@dataclass(frozen=True)
class Progress:
    """How far a run of the solver is.

    ``phase`` is presolve, simplex, interior point or crossover; ``value`` the goal's at the point reached, ``bound``
    what the goal cannot pass, both in the goal's unit, unproved, and None where the solver does not know them yet;
    ``infeasibility`` how far the point is from meeting the rows, relative for the interior point and a sum for the
    simplex method; ``seconds`` of this run; ``goal`` its name, empty for coefficients without one.
    """

    phase: str
    iterations: int
    value: float | None
    seconds: float
    infeasibility: float | None = None
    bound: float | None = None
    goal: str = ""
    maximise: bool = True

    def __str__(self) -> str:
        """As a planner reads it: ``interior point, iteration 34, 10.12 Mt, 12 s``."""
        steps = f"iteration {self.iterations:,}" if self.iterations else ""
        return ", ".join(part for part in (self.phase, steps, self.reached, f"{self.seconds:.0f} s") if part)

    @property
    def reached(self) -> str:
        """Value and bound in words; empty where neither is known, or the goal has no unit."""
        factor, unit = next((words for start, words in UNITS.items() if self.goal.startswith(start)), (0.0, ""))
        known = sorted(each for each in (self.value, self.bound) if each is not None)
        if not unit or not known:
            return ""
        numbers = " to ".join(dict.fromkeys(f"{each * factor:,.2f}" for each in known))
        side = "" if self.value is not None else "at most " if self.maximise else "at least "
        return f"{side}{numbers} {unit}"


@dataclass(frozen=True)
class Solution:
    """Where a program stands: ``status`` optimal, infeasible, unbounded, or unknown where one attempt had to do.

    ``value`` is the goal's, ``columns`` the values, ``prices`` the change of the goal per unit of each row's
    right-hand side, both in the program's order; empty unless optimal.
    """

    status: str
    value: float
    columns: Floats
    prices: Floats
    iterations: int
    seconds: float


class _Listener:
    """What HiGHS says during one run, for the one who watches; and a word to stop it."""

    def __init__(self, watch: Callable[[Progress], None] | None, goal: str, sign: float) -> None:
        self.watch, self.goal, self.sign = watch, goal, sign
        self.phase, self.iterations = "presolve", 0
        self.value: float | None = None
        self.bound: float | None = None
        self.infeasibility: float | None = None
        self.began = perf_counter()
        self.told = 0.0
        self.stopped = False
        self.failure: BaseException | None = None

    def progress(self) -> Progress:
        seconds = perf_counter() - self.began
        return Progress(
            self.phase,
            self.iterations,
            self.value,
            seconds,
            self.infeasibility,
            self.bound,
            self.goal,
            maximise=self.sign < 0,
        )

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Take SIGINT: an exception here would go right through HiGHS."""
        self.stopped = True

    @contextmanager
    def on(self, highs: Any) -> Iterator[None]:
        """Hear HiGHS, and SIGINT in its stead where this is the main thread; all is as it was afterwards.

        Raises Interrupted if SIGINT came, or what the one who watches raised.
        """
        former: Any = signal.getsignal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else None
        takes = callable(former)  # not where it is ignored, ends the process, or was not set from Python
        highs.setOptionValue("log_to_console", False)
        highs.setOptionValue("output_flag", True)  # else nothing is said
        highs.cbLogging += self.read
        highs.cbSimplexInterrupt += self.pulse
        highs.cbIpmInterrupt += self.pulse
        if takes:
            signal.signal(signal.SIGINT, self.stop)
        try:
            yield
        finally:
            if takes:
                signal.signal(signal.SIGINT, former)
            highs.cbLogging -= self.read
            highs.cbSimplexInterrupt -= self.pulse
            highs.cbIpmInterrupt -= self.pulse
            highs.setOptionValue("output_flag", False)
        if self.stopped or self.failure is not None:
            highs.clearSolver()
        if self.stopped:
            if former is not signal.default_int_handler:
                former(signal.SIGINT, None)
            raise Interrupted(f"{far(self.progress())}; nothing is proved")
        if self.failure is not None:
            raise self.failure

    def read(self, event: Any) -> None:
        """Take a line of the log. The numbers beside it (``data_out``) are not set by HiGHS 1.15."""
        line = event.message
        if found := _INTERIOR.fullmatch(line):
            self.phase, self.iterations = "interior point", int(found[1])
            value, bound, self.infeasibility, dual = (float(found[at]) for at in range(2, 6))
            self.value = self.sign * value if self.infeasibility <= MEANINGFUL else None
            self.bound = self.sign * bound if dual <= MEANINGFUL else None
        elif found := _SIMPLEX.match(line):
            self.phase, self.iterations, self.infeasibility = "simplex", int(found[1]), float(found[3])
            value, dual = self.sign * float(found[2]), float(found[4] or 0.0)
            self.value = value if self.infeasibility == 0 else None
            self.bound = value if self.infeasibility > 0 and dual <= MEANINGFUL else None
        elif line.startswith("Running crossover"):
            self.phase = "crossover"
        self._tell()

    def pulse(self, event: Any) -> None:
        """Take one of the many moments at which HiGHS can be stopped; simplex says its iterations here."""
        steps = event.data_out.simplex_iteration_count
        if event.callback_type == highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt and steps > 0:
            self.phase, self.iterations = "simplex", steps
        self._tell()
        event.interrupt(self.stopped or self.failure is not None)  # False, too: HiGHS keeps the word for the next run

    def _tell(self) -> None:
        now = perf_counter()
        if self.watch is None or now - self.told < TOLD_EVERY or self.failure is not None:
            return
        self.told = now
        try:
            self.watch(self.progress())
        except BaseException as error:  # it must not go through HiGHS either
            self.failure = error


def far(progress: Progress) -> str:
    """How far a run was when it ended before its time, as a half-sentence."""
    if not progress.iterations:
        return "the solver had not begun to iterate"
    reached = f", {progress.reached}" if progress.reached else ""
    method = METHODS.get(progress.phase, "the solver")
    seconds = f"{progress.seconds:.{0 if progress.seconds >= 10 else 1}f}"
    return f"{method} was at iteration {progress.iterations:,} after {seconds} s{reached}"


class Solver:
    """One HiGHS instance that holds one program.

    ``time_limit`` (seconds from now) and ``deadline`` (on the clock of ``time.perf_counter``, the earlier one counts)
    hold for all its runs together; give ``time_limit`` with ``deadline`` as what was asked for, to be named.
    ``algorithm`` is simplex or ipm, or chosen by the number of columns; ``crossover`` makes a vertex of what the
    interior point finds; ``sizes`` says how many kt a unit of a goal is, where it is another. ``watch`` is told of the
    progress of each run, a few times a second; what it raises ends the run and comes out of it.

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
        sizes: Mapping[str, float] | None = None,
    ) -> None:
        self.program = program
        columns = program.matrix.shape[1]
        if algorithm == "choose":
            algorithm = "ipm" if columns > IPM_COLUMNS else "simplex"
        self.algorithm, self.crossover, self.watch, self.sizes = algorithm, crossover, watch, sizes or {}
        self.heard = watch is not None or columns > HEARD_COLUMNS
        self.time_limit, self.deadline = time_limit, deadline
        if time_limit is not None:
            self.deadline = min(perf_counter() + time_limit, np.inf if deadline is None else deadline)
        self.highs: Any = highspy.Highs()
        self.highs.silent()
        self.highs.setOptionValue("threads", 1)
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
        """From now on solves for this goal start from a basis: the one that stands, or one that this gave before.

        By interior point every solve starts afresh, and this gives None.
        """
        if self.algorithm == "ipm":
            return None
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

        By simplex, the first optimal solve leaves the base basis, from which every later one starts; by interior
        point every solve starts afresh: the answer does not depend on what was asked before. Raises TimeLimitError,
        Interrupted (a KeyboardInterrupt).
        """
        self.hold(*self.program.bounds(self.program.given(given or {}), without))
        return self._run(goal, maximise)

    def solve_rows(self, goal: str | Floats, lower: Floats, upper: Floats, *, maximise: bool) -> Solution:
        """Solve with these bounds of the rows."""
        self.hold(lower, upper)
        return self._run(goal, maximise)

    def second_pass(self, goal: Floats, least: float, minimise: str, weight: float = 3e-7) -> Solution:
        """Minimise another goal while ``goal`` stays at least ``least``, the rows as they are.

        By interior point, where a row that leaves no room would leave no inside, the other goal counts by so small a
        ``weight`` beside ``goal`` that it decides ties alone; where that fails the status is unknown, and the first
        pass has to do.
        """
        if self.algorithm == "ipm":
            other = self.program.goals[minimise][0]
            found = self._run(goal - weight * other, maximise=True, size=3e-7 / weight, once=True)
            return replace(found, value=float(other @ found.columns)) if found.status == "optimal" else found
        at = np.flatnonzero(goal).astype(np.int32)
        self.highs.addRow(least, np.inf, len(at), at, goal[at])
        try:
            return self._run(minimise, maximise=False, keep=True)
        finally:
            self.highs.deleteRows(1, np.array([len(self.lower)], dtype=np.int32))

    def hold(self, lower: Floats, upper: Floats) -> None:
        """Take these bounds of the rows, without a solve."""
        changed = np.flatnonzero((lower != self.lower) | (upper != self.upper)).astype(np.int32)
        if len(changed):
            self.highs.changeRowsBounds(len(changed), changed, lower[changed], upper[changed])
            self.lower, self.upper = lower, upper

    def _run(
        self,
        goal: str | Floats,
        maximise: bool,
        keep: bool = False,
        size: float | None = None,
        once: bool = False,
    ) -> Solution:
        columns = self.program.matrix.shape[1]
        name = goal if isinstance(goal, str) else ""
        start = self.own.get(name, self.base)
        if isinstance(goal, str):
            goal = self.program.goals[goal][0] if goal in self.program.goals else np.zeros(columns)
        sign = -1.0 if maximise else 1.0
        cost, factor = sign * goal, 1.0
        if self.algorithm == "ipm":  # what may be anything at no cost has no middle, and the method would not end
            factor = size or self.sizes.get(name, 1.0)
            cost = np.where(cost == 0, EASE * columns, factor * cost)
        self.highs.changeColsCost(columns, np.arange(columns, dtype=np.int32), cost)
        if self.algorithm == "ipm":
            self.highs.clearSolver()
        elif start is not None and not keep:
            self.highs.clearSolver()  # else the last factorisation shows in the last bits
            self.highs.setBasis(start)
        status, iterations, seconds = self._try(name, sign / factor, once or self.algorithm == "ipm")
        if self.algorithm == "ipm" and not once and status == Status.kOptimal and _rough(self.highs.getInfo()):
            status = Status.kUnknown
        if self.algorithm == "ipm" and not once and status not in SURE:
            # Another cost of what has none is another inside; crossover and simplex may take hours on large programs.
            self.highs.changeColsCost(
                columns, np.arange(columns, dtype=np.int32), np.where(goal == 0, MORE * cost, cost)
            )
            self.highs.clearSolver()
            status, more, longer = self._try(name, sign / factor, once=False)
            iterations, seconds = iterations + more, seconds + longer
        self.iterations += iterations
        self.seconds += seconds
        nothing = np.zeros(0)
        if status == Status.kInfeasible:
            return Solution("infeasible", np.nan, nothing, nothing, iterations, seconds)
        if status == Status.kUnbounded:
            return Solution("unbounded", np.inf if maximise else -np.inf, nothing, nothing, iterations, seconds)
        if once and (status != Status.kOptimal or _rough(self.highs.getInfo())):
            return Solution("unknown", np.nan, nothing, nothing, iterations, seconds)
        if status not in (Status.kOptimal, Status.kModelEmpty):
            raise RuntimeError(f"HiGHS stopped with {self.highs.modelStatusToString(status)}")
        if self.base is None and self.algorithm == "simplex":
            self.base = self.highs.getBasis()
        found = self.highs.getSolution()
        values = np.array(found.col_value)
        prices = sign / factor * np.array(found.row_dual)[: len(self.lower)]
        return Solution("optimal", float(goal @ values), values, prices, iterations, seconds)

    def _try(self, goal: str, sign: float, once: bool) -> tuple[Any, int, float]:
        """Run HiGHS until it is sure: status, iterations and seconds of all attempts together."""
        attempts: list[dict[str, str]] = [{}, {"presolve": "off"}]
        if self.algorithm == "ipm":
            attempts = [{"solver": "ipx", "run_crossover": "on"}, *({"solver": "simplex", **each} for each in attempts)]
            if not self.crossover:
                attempts.insert(0, {"solver": "ipx", "run_crossover": "off"})
        if once:
            attempts = attempts[:1]
        status, iterations, seconds = None, 0, 0.0
        for number, options in enumerate(attempts):
            if number:
                self.highs.clearSolver()
            for option, value in options.items():
                self.highs.setOptionValue(option, value)
            listener = _Listener(self.watch, goal, sign)
            self._keep_to_deadline(listener)
            try:
                if self.heard:
                    with listener.on(self.highs):
                        self.highs.run()
                else:
                    self.highs.run()
            finally:
                seconds += perf_counter() - listener.began
                for option in options:
                    self.highs.setOptionValue(option, "choose")
            status, info = self.highs.getModelStatus(), self.highs.getInfo()
            steps = _steps(info)
            iterations += steps
            if status == Status.kTimeLimit:
                if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
                    listener.value = sign * info.objective_function_value
                listener.iterations = steps
                if info.simplex_iteration_count > 0:
                    listener.phase = "simplex"
                raise self._late(listener.progress())
            interior = options.get("run_crossover") == "off"
            if status in (Status.kInfeasible, Status.kUnbounded, Status.kModelEmpty) or (
                status == Status.kOptimal and not (interior and _rough(info))
            ):
                break
            if self.algorithm == "simplex" and status not in (Status.kUnboundedOrInfeasible, Status.kUnknown):
                break
        return status, iterations, seconds

    def _keep_to_deadline(self, listener: _Listener) -> None:
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


def _steps(info: Any) -> int:
    counts = (info.simplex_iteration_count, info.ipm_iteration_count, info.crossover_iteration_count)
    return sum(max(int(count), 0) for count in counts)


def _rough(info: Any) -> bool:
    """Whether an interior solution that HiGHS calls optimal is so only nearly."""
    residuals = (
        info.max_relative_primal_infeasibility,
        info.max_relative_dual_infeasibility,
        info.primal_dual_objective_error,
    )
    return not all(residual <= PRECISE for residual in residuals)
