"""Progress of a run of HiGHS, read from its log, and the signal that stops it."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from types import FrameType
from typing import Any

import highspy

from corridor.model.faults import Interrupted
from corridor.model.language import Words, numeral, say

REPORT_EVERY = 0.25
"""Least time in seconds between two reports of progress."""
FEASIBLE_ENOUGH = 1e-3
"""Relative tolerance of the infeasibilities of an interior point: above it no objective is reported."""
PHASES = Words(
    {
        "presolve": "presolve",
        "simplex": "simplex",
        "interior point": "interior point",
        "crossover": "crossover",
    }
)
METHODS = Words({"interior point": "the interior point method", "simplex": "the simplex method"})
UNITS = Words({"level": (1e-3, "Mt"), "growth": (1.0, "times the base year"), "cost_": (1e-3, "million USD")})
"""Goals, by how their names begin, with the factor to the unit in which a planner reads them."""
_INTERIOR = re.compile(r" *(\d+)\*?" + r" +([-+.\de]+)" * 5 + r" +[.\d]+\s*")
"""Iteration, primal and dual objective, their infeasibilities, gap, time."""
_SIMPLEX = re.compile(r" *(\d+) +([-+.\de]+) Pr: \d+\(([^)]*)\)(?:; Du: \d+\(([^)]*)\))?")
"""Iteration, objective, sums of primal and of dual infeasibilities; not in phase 1, which has another objective."""


@dataclass(frozen=True)
class Progress:
    """Progress of a run of the solver.

    * ``phase``: presolve, simplex, interior point or crossover.
    * ``value``: that of the goal at the current point; ``bound``: one that the goal cannot pass. Both are unproved, in
      the goal's unit, and None where the solver does not know them yet.
    * ``infeasibility``: breach of the rows, relative for the interior point and a sum for the simplex method.
    * ``seconds``: of this run; ``goal``: its name, empty for coefficients without one.
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
        phase = PHASES.get(self.phase, self.phase)
        steps = say("iteration {number:,}", number=self.iterations) if self.iterations else ""
        seconds = say("{seconds:.0f} s", seconds=self.seconds)
        return ", ".join(part for part in (phase, steps, self.reached, seconds) if part)

    @property
    def reached(self) -> str:
        """Value and bound in words; empty where neither is known, or the goal has no unit."""
        factor, unit = next((words for start, words in UNITS.items() if self.goal.startswith(start)), (0.0, ""))
        known = sorted(number for number in (self.value, self.bound) if number is not None)
        if not unit or not known:
            return ""
        numbers = say(" to ").join(dict.fromkeys(numeral(number * factor, ",.2f") for number in known))
        if self.value is not None:
            return f"{numbers} {unit}"
        if self.maximise:
            return say("at most {numbers} {unit}", numbers=numbers, unit=unit)
        return say("at least {numbers} {unit}", numbers=numbers, unit=unit)


class Listener:
    """Reader of the log of one run, which calls ``watch`` and stops the run on a signal."""

    def __init__(self, watch: Callable[[Progress], None] | None, goal: str, sign: float) -> None:
        self.watch, self.goal, self.sign = watch, goal, sign
        self.phase, self.iterations = "presolve", 0
        self.value: float | None = None
        self.bound: float | None = None
        self.infeasibility: float | None = None
        self.began = perf_counter()
        self.reported = 0.0
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
            raise Interrupted(say("{far}; nothing is proved", far=far(self.progress())))
        if self.failure is not None:
            raise self.failure

    def read(self, event: Any) -> None:
        """Take a line of the log. The numbers beside it (``data_out``) are not set by HiGHS 1.15."""
        line = event.message
        if entries := _INTERIOR.fullmatch(line):
            self.phase, self.iterations = "interior point", int(entries[1])
            value, bound, self.infeasibility, dual = (float(entries[at]) for at in range(2, 6))
            self.value = self.sign * value if self.infeasibility <= FEASIBLE_ENOUGH else None
            self.bound = self.sign * bound if dual <= FEASIBLE_ENOUGH else None
        elif entries := _SIMPLEX.match(line):
            self.phase, self.iterations, self.infeasibility = "simplex", int(entries[1]), float(entries[3])
            value, dual = self.sign * float(entries[2]), float(entries[4] or 0.0)
            self.value = value if self.infeasibility == 0 else None
            self.bound = value if self.infeasibility > 0 and dual <= FEASIBLE_ENOUGH else None
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
        if self.watch is None or now - self.reported < REPORT_EVERY or self.failure is not None:
            return
        self.reported = now
        try:
            self.watch(self.progress())
        except BaseException as error:  # it must not go through HiGHS either
            self.failure = error


def far(progress: Progress) -> str:
    """Progress of a run that ended before its time, as a half-sentence."""
    if not progress.iterations:
        return say("the solver had not begun to iterate")
    reached = f", {progress.reached}" if progress.reached else ""
    return say(
        "{method} was at iteration {number:,} after {seconds} s{reached}",
        method=METHODS.get(progress.phase, say("the solver")),
        number=progress.iterations,
        seconds=numeral(progress.seconds, f".{0 if progress.seconds >= 10 else 1}f"),
        reached=reached,
    )
