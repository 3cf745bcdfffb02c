"""Many runs of one year model: in place where that can be, from the same bases, in one process or several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any, Protocol

from corridor.model.case import Case
from corridor.model.horizon import Floats
from corridor.model.scope import Scope
from corridor.optimize.answer.year import Year
from corridor.optimize.period.streams import NeedsRebuild

CHUNK = 25
"""Runs that a process takes at once."""


class Renumbered:
    """One year model that takes the numbers of case after case.

    Every run starts from the two bases that the case itself leaves (of the common growth, of the most tonnes), so that
    no answer depends on what was asked before. Raises InfeasibleError where the case itself cannot be carried.
    """

    def __init__(self, case: Case, scope: Scope | None = None) -> None:
        self.year = Year(case, "capability", scope=scope)
        common = self.year.concurrent()
        self.start = self.year.solver.start_from("growth")
        self.year.capability(min(1.0, common.value))
        self.year.solver.start_from("level")

    def at(self, case: Case, *, givens_only: bool) -> Year:
        """The model with the numbers of a case, built anew where a number takes a row or a column with it.

        ``givens_only`` as in :meth:`corridor.optimize.answer.year.Year.renumber`.
        """
        try:
            self.year.renumber(case, givens_only=givens_only)
        except NeedsRebuild:
            scope = self.year.layout.scope
            return Year(case, "capability", scope=scope.of(case)) if scope else Year(case, "capability")
        self.year.solver.start_from("growth", self.start)
        return self.year

    def given(self, case: Case, values: Floats) -> Year:
        """The model with the numbers of a case that differs in right-hand sides alone, its givens known already."""
        year = self.year
        year.take(replace(year.period, layout=year.layout.offered(case)), year.program.with_values(values))
        year.solver.start_from("growth", self.start)
        return year


class Runner(Protocol):
    """What takes jobs, one after the other, and answers each."""

    def take(self, jobs: Sequence[Any]) -> list[Any]: ...


class Pool:
    """A runner here, or one a process, that take jobs chunk by chunk; the answers do not depend on how many.

    ``made`` is the runner of this process, ``make`` (a function of some module) makes another from ``known``. A
    spawned process starts alike on every system.
    """

    def __init__(self, made: Runner, make: Callable[[Any], Runner], known: Any, processes: int, jobs: int) -> None:
        self.made = made
        count = min(processes, -(-jobs // CHUNK))
        self.pool = ProcessPoolExecutor(count, get_context("spawn"), _start, (make, known)) if count > 1 else None

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *error: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def run(self, jobs: Sequence[Any], progress: Callable[[int, int], None] | None = None) -> list[Any]:
        """The answers, in the order of the jobs; ``progress`` is told how many are done and how many there are."""
        chunks = [jobs[at : at + CHUNK] for at in range(0, len(jobs), CHUNK)]
        found: list[Any] = []
        answers: Iterable[list[Any]] = map(self.made.take, chunks)
        if self.pool is not None and len(chunks) > 1:
            answers = self.pool.map(_take, chunks)
        for each in answers:
            found.extend(each)
            if progress:
                progress(len(found), len(jobs))
        return found


_ready: Runner | None = None
"""The runner of a process of the pool."""


def _start(make: Callable[[Any], Runner], known: Any) -> None:
    global _ready
    _ready = make(known)


def _take(jobs: Sequence[Any]) -> list[Any]:
    assert _ready is not None
    return _ready.take(jobs)
