"""Many runs of one year model: in place where that can be, from the same bases, in one process or several."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any, Generic, TypeVar

from corridor.model.case import Case
from corridor.model.horizon import Floats
from corridor.model.language import choose, now
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.period.streams import NeedsRebuild

CHUNK = 25
"""Number of jobs that a process gets at once."""
Known = TypeVar("Known")
Job = TypeVar("Job")
Reply = TypeVar("Reply")
Runner = Callable[[Job], Reply]


class Renumbered:
    """The year of a setting that takes the numbers of case after case.

    Every run starts from the two bases of the case itself, for the common growth and for the most tonnes. No answer
    depends on earlier runs. Raises InfeasibleError where the case itself cannot be carried.
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
        year.take(replace(year.period, layout=year.layout.offered(case)), year.program.with_values(values))
        year.solver.start_from("growth", self.start)
        return year


class Pool(Generic[Job, Reply]):
    """A runner here, or one a process, for jobs chunk by chunk; replies do not depend on the number of processes.

    ``runner`` gives the reply to a job in this process. ``make``, a function or class of some module, makes another
    from ``known``; a spawned process starts alike on every system. ``chunk`` jobs are sent to a process at once.
    Where ``known`` cannot be pickled, as for a rule that is no function of a module, all jobs run in this process.
    """

    def __init__(
        self,
        runner: Runner[Job, Reply],
        make: Callable[[Known], Runner[Job, Reply]],
        known: Known,
        processes: int,
        jobs: int,
        chunk: int | None = None,
    ) -> None:
        self.runner, self.chunk = runner, chunk or CHUNK
        count = min(processes, -(-jobs // self.chunk))
        count = count if count > 1 and _pickles(known) else 1
        self.pool = (
            ProcessPoolExecutor(count, get_context("spawn"), _start, (make, known, now())) if count > 1 else None
        )

    def __enter__(self) -> Pool[Job, Reply]:
        return self

    def __exit__(self, *error: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def run(self, jobs: Sequence[Job], progress: Callable[[int, int], None] | None = None) -> list[Reply]:
        """The replies, in the order of the jobs; ``progress`` gets the number of jobs done and that of all."""
        replies: list[Reply] = []
        for reply in self.replies(jobs):
            replies.append(reply)
            if progress and (len(replies) % self.chunk == 0 or len(replies) == len(jobs)):
                progress(len(replies), len(jobs))
        return replies

    def replies(self, jobs: Sequence[Job]) -> Iterable[Reply]:
        """The replies one after the other, in the order of the jobs."""
        if self.pool is None or len(jobs) <= self.chunk:
            return map(self.runner, jobs)
        return self.pool.map(_run, jobs, chunksize=self.chunk)


def _pickles(known: Any) -> bool:
    try:
        pickle.dumps(known)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


_runner: Runner[Any, Any] | None = None
"""The runner of a process of the pool."""


def _start(make: Callable[[Any], Runner[Any, Any]], known: Any, code: str) -> None:
    global _runner
    choose(code)
    _runner = make(known)


def _run(job: Any) -> Any:
    assert _runner is not None
    return _runner(job)
