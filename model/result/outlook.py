"""The outlook of many runs before they are made: their number, time and size, by a few of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from corridor.model.result.frame import Result


@dataclass(frozen=True, repr=False)
class Outlook(Result):
    """Number, time and size of the runs that a study would make.

    * ``runs`` in all; ``kept``, those that the folder has already; ``tried``, how many were made to measure
    * ``run_s``: mean seconds of a run in one process; ``processes`` at work; ``seconds``: of all runs that are left
    * ``row_bytes``: mean letters of the row that is kept of a run, before it is packed
    """

    page: ClassVar[str] = "outlook"
    JSON: ClassVar[tuple[str, ...]] = ("runs", "kept", "tried", "run_s", "processes", "seconds", "row_bytes")

    runs: int
    kept: int
    tried: int
    run_s: float
    processes: int
    seconds: float
    row_bytes: float
