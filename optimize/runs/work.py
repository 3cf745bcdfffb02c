"""Means for many runs: processes, a cluster, the folder that keeps them, and rows of a table for replies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Generic, Protocol, TypeVar

Cell = float | int | bool | str | None
Row = dict[str, Cell]
"""A job and its reply as the row of a table, by column; every row of a table has the same columns in their order."""
Job = TypeVar("Job")
Reply = TypeVar("Reply")
Runner = Callable[[Job], Reply]
Progress = Callable[[int, int], None]
"""Receives the number of jobs done, and that of all."""


class Kept(Protocol):
    """Replies on disk, chunk by chunk; each is there whole, or not at all."""

    def known(self, name: str, chunk: int, count: int) -> Sequence[Mapping[str, Any]] | None:
        """The ``count`` rows of a chunk of the table ``name``; None where it is not there."""

    def keep(self, name: str, chunk: int, rows: Sequence[Row], seconds: float) -> None:
        """Write a chunk, which took so many seconds; raises CaseError where that cannot be."""

    def finish(self, rows: Sequence[Row]) -> None:
        """Write the whole table once all runs are done; raises CaseError where that cannot be."""


Store = Callable[[str | Path, Mapping[str, Any]], Kept]
"""Opens a folder for the runs of a question; raises CaseError where it holds those of another."""


@dataclass(frozen=True)
class Table(Generic[Job, Reply]):
    """Rows of a table for jobs and replies.

    ``row`` makes the row of a job with its reply, ``reply`` the reply again of a row that was read: a missing number is
    NaN there. ``name`` is that of the table.
    """

    name: str
    row: Callable[[Job, Reply], Row]
    reply: Callable[[Mapping[str, Any]], Reply]


@dataclass(frozen=True)
class Work:
    """The means for many runs; replies depend on none of them.

    * ``processes``: of this machine; ``cluster``: address or file of the scheduler of a Dask cluster, instead of them
    * ``kept``: the folder in which replies are kept, and from which those that are there are taken
    * ``progress``: receives the number of runs done, and that of all
    * ``dry``: some runs alone are made, for an outlook on all (:class:`Tried`)
    """

    processes: int = 1
    cluster: str = ""
    kept: Kept | None = None
    progress: Progress | None = field(default=None, compare=False)
    dry: bool = False

    @classmethod
    def of(
        cls,
        processes: int,
        cluster: str | None,
        runs: str | Path | None,
        store: Store | None,
        question: Mapping[str, Any],
        count: int,
        progress: Progress | None,
        dry: bool = False,
    ) -> Work:
        """The means that a study was given; its runs are kept in the folder ``runs``, where one is named.

        ``question`` has what decides its ``count`` runs beside the setting. Raises CaseError where the folder has the
        runs of another question.
        """
        kept = None if runs is None or store is None else store(runs, {**question, "runs": count})
        return cls(processes, cluster or "", kept, progress, dry)


class Tried(Exception):  # noqa: N818 - no error: it ends a study whose runs are not wanted
    """A few of the runs of a study were made, and no more: ``jobs`` in all, ``kept`` of them on disk already.

    ``seconds`` has those of each run that was made, ``letters`` those of its row; ``processes`` would be at work.
    """

    def __init__(self, jobs: int, kept: int, processes: int, seconds: list[float], letters: list[int]) -> None:
        super().__init__(jobs)
        self.jobs, self.kept, self.processes, self.seconds, self.letters = jobs, kept, processes, seconds, letters


HERE = Work()
"""One process, nothing kept."""


def mark_of(value: Any) -> str:
    """SHA-256 of the text of a value, 16 hexadecimal digits; the same in every process."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def joined(ids: Iterable[str]) -> str:
    """Ids in one text, with blanks between them; as a list in JSON where an id has a blank."""
    listed = list(ids)
    return json.dumps(listed, ensure_ascii=False) if any(" " in each for each in listed) else " ".join(listed)


def parted(text: str) -> tuple[str, ...]:
    """The ids of a text that :func:`joined` has made."""
    return tuple(json.loads(text)) if text.startswith("[") else tuple(text.split())


def timed(runner: Runner[Job, Reply], jobs: Sequence[Job]) -> tuple[list[Reply], float]:
    """The replies to some jobs, and the seconds that they took."""
    began = perf_counter()
    return [runner(job) for job in jobs], perf_counter() - began
