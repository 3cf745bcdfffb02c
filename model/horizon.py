"""Periods of a year, and how what leaves in one arrives, waits or counts in another: the time side of a model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from corridor.model.days import MONTHS

Floats = NDArray[np.float64]

PERIODS = ("year", "quarter", "month", "week", "day")
"""Names of horizons, coarse to fine."""
DAY = 24.0
PIECE = 1e-9
"""Hours below which two edges are one."""
PIECE_D, MOST_PIECES = 8, 6
"""Days of a piece of a closure, and the most pieces of one."""
AFTER = (2, 5, 10, 15, 20, 25, 30, 45)
"""Days after a closure at which the year is cut, so that its queue is seen to go."""


@dataclass(frozen=True)
class Horizon:
    """A year cut into periods.

    ``edges`` are hours from the start (periods + 1); ``days`` the same edges in days of the calendar, by which factors
    of days are averaged (they differ only where months are made equal). ``cyclic``: what leaves at the end arrives at
    the start, a steady year; else the year is open. ``month_edges`` as ``edges``. ``instant``: the way takes no time
    by the calendar, so that a closed day stops the cargo of this day alone, however long the periods are. ``cut`` is
    the name of the periods that closures cut once more; empty where there are none.
    """

    name: str
    year: int
    edges: tuple[float, ...]
    days: tuple[float, ...]
    month_edges: tuple[float, ...]
    labels: tuple[str, ...] = field(repr=False)
    cyclic: bool = True
    instant: bool = False
    cut: str = ""

    @classmethod
    def of(cls, name: str, year: int = 2025, *, cyclic: bool = True, equal: bool = False) -> Horizon:
        """The year by ``year``, ``quarter``, ``month``, ``week`` or ``day``, or in a number of equal parts (``"4"``).

        With ``equal`` every period is as long as every other, yet stands for its own stretch of the calendar. Raises
        ValueError for a name that is none of these.

        >>> [Horizon.of(name).count for name in (*PERIODS, "4")]
        [1, 4, 12, 52, 365, 4]
        """
        first = date(year, 1, 1)
        total = (date(year + 1, 1, 1) - first).days
        months = [(date(year + (m == 12), m % 12 + 1, 1) - first).days for m in range(13)]
        months[0] = 0
        if name == "year":
            days, labels = [0, total], [str(year)]
        elif name == "quarter":
            days, labels = months[::3], [f"Q{n}" for n in range(1, 5)]
        elif name == "month":
            days, labels = months, [each.capitalize() for each in MONTHS]
        elif name == "week":
            days, labels = [*range(0, 364, 7), total], [f"week {n}" for n in range(1, 53)]
        elif name == "day":
            days = list(range(total + 1))
            labels = [f"{(first + timedelta(n)):%d %b}".lstrip("0") for n in range(total)]
        elif name.isdigit() and int(name):
            days = [total * n / int(name) for n in range(int(name) + 1)]  # type: ignore[misc]
            labels = [str(n + 1) for n in range(int(name))]
        else:
            raise ValueError(f"{name} is no period")
        count = len(days) - 1
        edges = [DAY * total * n / count for n in range(count + 1)] if equal else [DAY * each for each in days]
        even = [DAY * total * n / 12 for n in range(13)] if equal else [DAY * each for each in months]
        coarse = edges if count < 12 else even
        return cls(name, year, tuple(edges), tuple(map(float, days)), tuple(coarse), tuple(labels), cyclic)

    @classmethod
    def around(cls, year: int, closed: NDArray[np.bool_], name: str = "month") -> Horizon:
        """The year by ``name`` (a period of :meth:`of`), cut besides where days begin or cease to be closed.

        ``closed`` has a row a closure, a column a day. A long closure and the weeks after it are cut more finely
        (:data:`AFTER`), and the way takes no time by the calendar. Labels are the days of shorter pieces.

        >>> days = np.arange(365)
        >>> Horizon.around(2025, ((days >= 59) & (days < 90))[None, :]).labels[1:6]
        ('Feb', '1–7 Mar', '8–15 Mar', '16–23 Mar', '24–31 Mar')
        """
        usual = cls.of(name, year)
        total = closed.shape[1]
        cuts = {round(each) for each in usual.days}
        for by_day in closed:
            ends = np.flatnonzero(np.diff(by_day.astype(int), prepend=by_day[-1])).tolist()
            cuts.update(ends)
            for first, last in _stretches(by_day) if not by_day.all() else ():
                pieces = min(math.ceil((last - first) / PIECE_D), MOST_PIECES)
                inside = (first + (last - first) * n // pieces for n in range(1, pieces))
                cuts.update(each % total for each in (*inside, *(last + more for more in AFTER)))
        days = sorted({0, total, *cuts})
        edges = tuple(DAY * each for each in days)
        named = dict(zip(pairwise(usual.days), usual.labels, strict=True))
        labels = tuple(named.get((float(a), float(b))) or _dates(year, a, b) for a, b in pairwise(days))
        return cls("closure", year, edges, tuple(map(float, days)), usual.month_edges, labels, True, True, name)

    @property
    def count(self) -> int:
        """Number of periods."""
        return len(self.edges) - 1

    @property
    def timed(self) -> bool:
        """False for one period that runs in a circle: time does not show in it."""
        return self.count > 1 or not self.cyclic

    @property
    def length(self) -> float:
        """Hours of the year."""
        return self.edges[-1]

    @property
    def hours(self) -> Floats:
        """Hours of each period."""
        return np.diff(self.edges)

    @property
    def share(self) -> Floats:
        """Share of the year of each period."""
        return self.hours / self.length

    @property
    def month_share(self) -> Floats:
        """The share of a month in a year's contract: a twelfth; of each period where those are longer."""
        count = len(self.month_edges) - 1
        return np.full(count, 1.0 / count)

    def mean(self, daily: Floats) -> Floats:
        """Means over each period of a factor by day of the year (365 or 366 numbers)."""
        run = np.concatenate([[0.0], np.cumsum(daily)])
        at: Floats = np.interp(self.days, np.arange(len(run)), run)
        means: Floats = np.diff(at) / np.diff(self.days)
        return means

    def lag(self, hours: float) -> sp.csr_array:
        """Arrivals (rows) of what left evenly over each period (columns) so many hours before; split by overlap.

        In an open year what arrives after the end is left out.
        """
        if self.instant:
            return sp.csr_array(sp.eye_array(self.count))
        to, source, long = self._overlap(hours)
        return self._matrix(to, source, long / self.hours[source])

    def level(self, hours: float) -> sp.csr_array:
        """A level (a stock) as it stood so many hours before: rows add up to one."""
        if self.instant:
            return sp.csr_array(sp.eye_array(self.count))
        to, source, long = self._overlap(hours, first=True)
        return self._matrix(to, source, long / self.hours[to])

    def before(self) -> sp.csr_array:
        """One period before."""
        matrix = sp.csr_array(sp.eye_array(self.count, k=-1))
        if self.cyclic:
            matrix = sp.csr_array(matrix + sp.csr_array(([1.0], ([0], [self.count - 1])), shape=(self.count,) * 2))
        return matrix

    def recent(self, hours: float) -> sp.csr_array:
        """Arrivals of so many hours before the end of each period, at most once round the year."""
        hours = min(hours, self.length)
        edges = np.array(self.edges)
        since, until = edges[1:] - hours, edges[1:]
        found = sp.csr_array((self.count, self.count))
        for turn in (0.0, self.length) if self.cyclic else (0.0,):
            low = np.maximum(since[:, None], edges[None, :-1] - turn)
            high = np.minimum(until[:, None], edges[None, 1:] - turn)
            found = found + sp.csr_array(np.maximum(high - low, 0.0) / self.hours[None, :])
        return found

    def busy(self, hours: float) -> sp.csr_array:
        """Share of so many hours that falls into each period (rows) of what left evenly over each period (columns)."""
        if hours < PIECE or self.instant:
            return sp.csr_array(sp.eye_array(self.count))
        turns = int(np.ceil(hours / self.length)) + 1
        starts = np.concatenate([np.array(self.edges[:-1]) + turn * self.length for turn in range(turns + 1)])
        ends = np.append(starts[1:], (turns + 1) * self.length)
        rows, columns, values = [], [], []
        for k in range(self.count):
            a, b = self.edges[k], self.edges[k + 1]
            stop = int(np.searchsorted(starts, b + hours - PIECE))
            span = slice(k, max(stop, k + 1))

            def until(x: Floats, a: float = a, b: float = b) -> Floats:
                return (_ramp(x - a) - _ramp(x - b) - _ramp(x - a - hours) + _ramp(x - b - hours)) / ((b - a) * hours)

            part = until(ends[span]) - until(starts[span])
            to = np.arange(span.start, span.stop)
            kept = part > 1e-12
            if not self.cyclic:
                kept &= to < self.count
            rows.append(to[kept] % self.count)
            columns.append(np.full(int(kept.sum()), k))
            values.append(part[kept])
        return self._matrix(np.concatenate(rows), np.concatenate(columns), np.concatenate(values))

    def by_month(self) -> sp.csr_array:
        """Share of each period (columns) that lies in each calendar month (rows)."""
        months, periods = np.array(self.month_edges), np.array(self.edges)
        low = np.maximum(months[:-1, None], periods[None, :-1])
        high = np.minimum(months[1:, None], periods[None, 1:])
        return sp.csr_array(np.maximum(high - low, 0.0) / self.hours[None, :])

    def _overlap(self, shift: float, *, first: bool = False) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """Periods, periods shifted by so many hours, and the hours that they share.

        In an open year what lies before the start is left out, or taken for the first period (``first``).
        """
        edges, whole = np.array(self.edges), self.length
        moved = np.mod(edges[:-1] + shift, whole)
        every = np.sort(np.concatenate([edges, moved, [np.mod(shift, whole)]]))
        pieces = np.diff(every)
        long = pieces > PIECE
        middle = (every[:-1] + pieces / 2)[long]
        to = np.searchsorted(edges, middle, side="right") - 1
        left = middle - shift
        source = np.searchsorted(edges, np.mod(left, whole), side="right") - 1
        if not self.cyclic:
            if first:
                source = np.where(left < 0, 0, source)
            else:
                inside = left >= 0
                to, source, hours = to[inside], source[inside], pieces[long][inside]
                return to, source, hours
        return to, source, pieces[long]

    def _matrix(self, rows: NDArray[np.int64], columns: NDArray[np.int64], values: Floats) -> sp.csr_array:
        return sp.csr_array((values, (rows, columns)), shape=(self.count, self.count))


def _ramp(x: Floats) -> Floats:
    return np.square(np.maximum(x, 0.0)) / 2


def _stretches(by_day: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First day and day after the last of each stretch of marked days; one over new year ends in the next year."""
    total = len(by_day)
    if by_day.all():
        return [(0, total)]
    starts = np.flatnonzero(by_day & ~np.roll(by_day, 1)).tolist()
    ends = np.flatnonzero(~by_day & np.roll(by_day, 1)).tolist()
    return [(first, min((end if end > first else end + total) for end in ends if end != first)) for first in starts]


def _dates(year: int, first: int, end: int) -> str:
    """The days from the first to before the end: ``8–15 Mar``, ``28 Feb to 2 Mar``, ``3 Mar``."""
    a, b = (date(year, 1, 1) + timedelta(each) for each in (first, end - 1))
    one, other = (MONTHS[each.month - 1].capitalize() for each in (a, b))
    if a == b:
        return f"{a.day} {one}"
    return f"{a.day}–{b.day} {one}" if one == other else f"{a.day} {one} to {b.day} {other}"


@lru_cache(maxsize=16)
def whole(year: int) -> Horizon:
    """One period that is the whole year."""
    return Horizon.of("year", year)


Step = tuple[str, float] | tuple[str, str]
Steps = tuple[Step, ...]
"""Steps of a view, first step first: (lag | level | busy | recent, hours), (before, ""), (times, name of factors)."""


def operator(
    horizon: Horizon, steps: Steps, factors: Mapping[str, Floats], start: sp.csr_array | None = None
) -> sp.csr_array:
    """The matrix of steps over the periods, done on ``start`` (the periods themselves if left out).

    ``factors`` has the numbers by period of each name in a step ``times``.
    """
    found = start
    for step in _matrices(horizon, steps, factors):
        found = step if found is None else sp.csr_array(step @ found)
    return _diagonal(np.ones(horizon.count)) if found is None else found


def done(horizon: Horizon, steps: Steps, factors: Mapping[str, Floats], values: Floats) -> Floats:
    """The values after these steps, by period (first axis), as :func:`operator` times them."""
    for step in _matrices(horizon, steps, factors):
        values = np.asarray(step @ values)
    return values


def _matrices(horizon: Horizon, steps: Steps, factors: Mapping[str, Floats]) -> Iterator[sp.csr_array]:
    for kind, value in steps:
        yield _diagonal(factors[str(value)]) if kind == "times" else _step(horizon, kind, float(value or 0))


def _diagonal(numbers: Floats) -> sp.csr_array:
    size = len(numbers)
    return sp.csr_array((np.asarray(numbers, dtype=float), np.arange(size), np.arange(size + 1)), shape=(size, size))


@lru_cache(maxsize=512)
def _step(horizon: Horizon, kind: str, hours: float) -> sp.csr_array:
    if kind == "before":
        return horizon.before()
    made: sp.csr_array = getattr(horizon, kind)(hours)
    return made
