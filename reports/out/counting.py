"""Runs counted on stderr as they are done: a bar, plain lines, or JSON for scripts, with rate and time left."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from corridor.model.language import numeral, say

FIRST, EVERY = 2.0, 10.0
"""Seconds of work before the first plain line, and between two."""
Told = Callable[[int, int], None]


class Pace:
    """The rate of work, from the first count on: runs that were kept already took no time."""

    def __init__(self) -> None:
        self.began, self.before = perf_counter(), 0
        self.first = True

    def at(self, done: int, total: int) -> tuple[float, float]:
        """Runs a second, and seconds left; both 0 until something is done."""
        elapsed = perf_counter() - self.began
        if self.first and elapsed < FIRST:
            self.before = done
        self.first = False
        rate = (done - self.before) / elapsed if elapsed > 0 else 0.0
        return rate, (total - done) / rate if rate else 0.0


@contextmanager
def counting(name: str, *, as_json: bool = False) -> Iterator[Told]:
    """A function that shows a part of a whole on stderr: a bar on a terminal, elsewhere a line every ten seconds.

    ``as_json`` gives lines of JSON instead: done, of, per_second, seconds_left.
    """
    if as_json or not sys.stderr.isatty():
        yield _lines(name, as_json)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    rated = TextColumn("{task.fields[rate]}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rated, TimeRemainingColumn())
    pace = Pace()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(name), total=None, rate="")

        def tell(done: int, total: int) -> None:
            rate, _ = pace.at(done, total)
            words = say("{rate} a second", rate=numeral(rate, ".3g")) if rate else ""
            bar.update(task, completed=done, total=total, rate=words)

        yield tell


def _lines(name: str, as_json: bool) -> Told:
    """The function that writes lines: none in the first seconds, then one every ten."""
    pace, said = Pace(), [-EVERY]

    def tell(done: int, total: int) -> None:
        elapsed = perf_counter() - pace.began
        rate, left = pace.at(done, total)
        if elapsed < FIRST or elapsed - said[0] < EVERY:
            return
        said[0] = elapsed
        if as_json:
            line = json.dumps({"done": done, "of": total, "per_second": round(rate, 3), "seconds_left": round(left)})
        else:
            line = say(
                "{name}: {done} of {total}, {rate} a second, {left} s left …",
                name=name,
                done=numeral(done, ","),
                total=numeral(total, ","),
                rate=numeral(rate, ".3g"),
                left=numeral(left, ",.0f"),
            )
        print(line, file=sys.stderr, flush=True)

    return tell
