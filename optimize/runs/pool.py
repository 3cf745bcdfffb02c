"""Many runs of one year model: in place where that can be, from the same bases, in one process or several."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any, Protocol

from corridor.model.case import Case
from corridor.model.horizon import Floats
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.period.streams import NeedsRebuild

CHUNK = 25
"""Runs that a process takes at once."""


class Renumbered:
    """The year of a setting that takes the numbers of case after case.

    Every run starts from the two bases that the case itself leaves (of the common growth, of the most tonnes), so that
    no answer depends on earlier questions. Raises InfeasibleError where the case itself cannot be carried.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.year = setting.open()
        common = self.year.concurrent()
        self.start = self.year.solver.start_from("growth")
        self.year.capability(share(common.value))
        self.year.solver.start_from("level")

    def at(self, case: Case, *, givens_only: bool) -> Year:
        """The year with the numbers of a case, built anew where a number takes a row or a column with it.

        ``givens_only`` as in :meth:`corridor.optimize.answer.year.Year.renumber`.
        """
        try:
            self.year.renumber(case, givens_only=givens_only)
        except NeedsRebuild:
            return self.setting.at(case).open()
        self.year.solver.start_from("growth", self.start)
        return self.year

    def given(self, case: Case, values: Floats) -> Year:
        """The model with the numbers of a case that differs in right-hand sides alone, its givens known already."""
        year = self.year
        year.program.values[:] = values
        year.case, year.period = case, replace(year.period, layout=year.layout.offered(case))
        year.solver.start_from("growth", self.start)
        return year


class Runner(Protocol):
    """What takes jobs, one after the other, and answers each."""

    def take(self, jobs: Sequence[Any]) -> list[Any]: ...


class Pool:
    """A runner here, or one a process, that take jobs chunk by chunk; the answers do not depend on how many.

    ``made`` is the runner of this process, ``make`` (a function of some module) makes another from ``known``, which is
    pickled: where that fails, as for a rule that is no function of a module, all jobs run here. A spawned process
    starts alike on every system.
    """

    def __init__(
        self,
        made: Runner,
        make: Callable[[Any], Runner],
        known: Any,
        processes: int,
        jobs: int,
        chunk: int = CHUNK,
        least: int = CHUNK,
    ) -> None:
        self.made, self.chunk = made, chunk
        count = min(processes, -(-jobs // least))
        if count > 1 and not _pickles(known):
            count = 1
        self.pool = ProcessPoolExecutor(count, get_context("spawn"), _start, (make, known)) if count > 1 else None

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *error: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def run(self, jobs: Sequence[Any], progress: Callable[[int, int], None] | None = None) -> list[Any]:
        """The answers, in the order of the jobs; ``progress`` receives how many are done, and of how many."""
        chunks = [jobs[at : at + self.chunk] for at in range(0, len(jobs), self.chunk)]
        answers: list[Any] = []
        answered: Iterable[list[Any]] = map(self.made.take, chunks)
        if self.pool is not None and len(chunks) > 1:
            answered = self.pool.map(_take, chunks)
        for chunk in answered:
            answers.extend(chunk)
            if progress:
                progress(len(answers), len(jobs))
        return answers


def _pickles(known: Any) -> bool:
    try:
        pickle.dumps(known)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


_ready: Runner | None = None
"""The runner of a process of the pool."""


def _start(make: Callable[[Any], Runner], known: Any) -> None:
    global _ready
    _ready = make(known)


def _take(jobs: Sequence[Any]) -> list[Any]:
    assert _ready is not None
    return _ready.take(jobs)
