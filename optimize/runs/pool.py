"""Many runs of one year model: in place where that can be, from the same bases, in one process or several."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
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
from corridor.optimize.runs.work import Job, Reply, Row, Runner, Table, Tried, Work, timed

CHUNK, MOST, CHUNKS = 25, 1_000, 2_000
"""Number of jobs that a process gets at once, least and most; and of chunks, until they hold the most."""
KILLED = 3
"""Times that the processes of a pool are made anew after one was killed."""
Known = TypeVar("Known")


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
    """A runner here, one a process, or one a worker of a cluster, for jobs chunk by chunk.

    ``runner`` gives the reply to a job in this process. ``make``, a function or class of some module, makes another
    from ``known``; a spawned process starts alike on every system. ``chunk`` jobs are sent to a process at once: the
    default depends on the number of ``jobs`` alone. Replies depend neither on chunks nor on processes. Where ``known``
    cannot be pickled, as for a rule that is no function of a module, all jobs run in this process.
    """

    def __init__(
        self,
        runner: Runner[Job, Reply],
        make: Callable[[Known], Runner[Job, Reply]],
        known: Known,
        work: Work,
        jobs: int,
        chunk: int | None = None,
    ) -> None:
        self.runner, self.make, self.known, self.work = runner, make, known, work
        self.chunk = chunk or min(max(CHUNK, -(-jobs // CHUNKS)), MOST)
        count = min(work.processes, -(-jobs // self.chunk))
        self.processes = count if count > 1 and not work.cluster and _pickles(known) else 1
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Pool[Job, Reply]:
        return self

    def __exit__(self, *error: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def run(self, jobs: Sequence[Job], table: Table[Job, Reply] | None = None, *, told: bool = True) -> list[Reply]:
        """The replies, in the order of the jobs.

        With a ``table`` chunks are kept as they are done, and those that are kept are not computed again. ``told``
        False keeps the progress to itself.
        """
        kept = self.work.kept if table is not None else None
        parts = [jobs[start : start + self.chunk] for start in range(0, len(jobs), self.chunk)]
        replies: dict[int, list[Reply]] = {}
        if kept is not None and table is not None:
            for number, part in enumerate(parts):
                rows = kept.known(table.name, number, len(part))
                if rows is not None:
                    replies[number] = [table.reply(row) for row in rows]
        done = sum(map(len, replies.values()))
        if self.work.dry:
            raise self._tried(
                [job for number, part in enumerate(parts) if number not in replies for job in part], done, table
            )
        progress = self.work.progress if told else None
        if progress and done:
            progress(done, len(jobs))
        left = {number: part for number, part in enumerate(parts) if number not in replies}
        for number, done_now, seconds in self._worked_off(left):
            replies[number] = done_now
            if kept is not None and table is not None:
                first = number * self.chunk + 1
                pairs = zip(range(first, first + len(done_now)), parts[number], done_now, strict=True)
                made: list[Row] = [{"run": run, **table.row(job, reply)} for run, job, reply in pairs]
                kept.keep(table.name, number, made, seconds)
            done += len(done_now)
            if progress:
                progress(done, len(jobs))
        return [reply for number in range(len(parts)) for reply in replies[number]]

    def _tried(self, left: Sequence[Job], kept: int, table: Table[Job, Reply] | None) -> Tried:
        """The first, the middle and the last of the jobs that are left, made one by one."""
        chosen = sorted({0, len(left) // 2, len(left) - 1} & set(range(len(left))))
        seconds, letters = [], []
        for place in chosen:
            replies, took = timed(self.runner, [left[place]])
            seconds.append(took)
            if table is not None:
                letters.append(len(",".join(str(cell) for cell in table.row(left[place], replies[0]).values())))
        return Tried(len(left) + kept, kept, self.processes, seconds, letters)

    def _worked_off(self, parts: Mapping[int, Sequence[Job]]) -> Iterator[tuple[int, list[Reply], float]]:
        """Number, replies and seconds of each chunk, as they are done."""
        if self.work.cluster and parts:
            from corridor.optimize.runs.cluster import worked_off

            yield from worked_off(self.work.cluster, self.make, self.known, parts)
        elif self.processes == 1 or len(parts) == 1:
            for number, part in parts.items():
                yield number, *timed(self.runner, part)
        else:
            yield from self._by_processes(dict(parts))

    def _by_processes(self, parts: dict[int, Sequence[Job]]) -> Iterator[tuple[int, list[Reply], float]]:
        """The same in processes; chunks of a process that was killed are given to new ones, a few times."""
        for left in reversed(range(KILLED + 1)):
            if self.pool is None:
                start = (self.make, self.known, now())
                self.pool = ProcessPoolExecutor(self.processes, get_context("spawn"), _start, start)
            try:
                futures = {self.pool.submit(_run, part): number for number, part in parts.items()}
                for future in as_completed(futures):
                    replies, seconds = future.result()
                    number = futures.pop(future)
                    del parts[number]
                    yield number, replies, seconds
                return
            except BrokenProcessPool:
                self.pool.shutdown(cancel_futures=True)
                self.pool = None
                if not left:
                    raise


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


def _run(jobs: Sequence[Any]) -> tuple[list[Any], float]:
    assert _runner is not None
    return timed(_runner, jobs)
