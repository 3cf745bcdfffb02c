"""Years of storms and breakdowns, drawn by day: cargo that is late or lost at each place, and the days of markets.

A place is a row of a hazard: a resource or a link with the cargo of the base year on it. Its cargo comes evenly, as
much every day, and passes in the order in which it came; whatever the place cannot pass waits. That queue is one of
fluid, by day: with the capacity C from day to day, cargo that comes on day d behind a queue q waits until C has passed
q. It is late after ``late_d`` of its demand. Whatever would wait longer than ``wait_d`` is lost, and does not come.
Each place is drawn for itself: no cargo finds another way, and none comes in a bunch from the queue before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.model.case import Case
from corridor.model.days import days_from_to, days_of
from corridor.model.horizon import Floats

ENDLESS = 1e4
"""Capacity of a link without a limit, in its cargo of a year."""
BEYOND = 60
"""Days: lower limit of the time after the year in which its queues are served."""
A_WEEK = 7.0


@dataclass(frozen=True)
class Crossing:
    """The base year's cargo of a demand at a place: t a year, and the days after which it is late, and is lost."""

    demand: str
    t: float
    late_d: float = math.inf
    wait_d: float = math.inf


@dataclass(frozen=True)
class Place:
    """A row that hazards hit.

    ``offers`` is its capacity as a multiple of the use of the base year, 1 or more where that fits; ``step`` the share
    of this capacity that is one planner's unit, 0 without one.
    """

    table: str
    row: str
    name: str
    offers: float
    step: float
    cargo: tuple[Crossing, ...]

    @property
    def t(self) -> float:
        return math.fsum(each.t for each in self.cargo)


@dataclass(frozen=True)
class Sailing:
    """A scheduled link on a way: departures a week, and the share of them that do not sail."""

    departures: float
    missed: float = 0.0

    @property
    def headway_d(self) -> float:
        return A_WEEK / self.departures

    @property
    def mean_wait_d(self) -> float:
        """Half the headway, and a headway for each departure missed: they are as many as a geometric number."""
        return self.headway_d * (0.5 + self.missed / (1.0 - self.missed))


@dataclass(frozen=True)
class Way:
    """A way of a demand: its share of the demand, days without hazards, positions of places, and its sailings."""

    demand: str
    share: float
    days: float
    places: tuple[int, ...]
    sailings: tuple[Sailing, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """Years that were drawn: late and lost, t by year and place; days on the way by demand, one departure a year.

    ``shut``: days of capacity lost, by year and place.
    """

    late: Floats
    lost: Floats
    shut: Floats
    days: Mapping[str, Floats]


def shortfall(losses: Floats, level: float) -> float:
    """The mean of the worst ``1 - level`` of the losses: the conditional value at risk (CVaR), equal to its minimum.

    Source: Rockafellar and Uryasev, Journal of Risk 2 (2000).

    >>> shortfall(np.array([0.0] * 8 + [50.0, 100.0]), 0.8), shortfall(np.array([0.0] * 8 + [50.0, 100.0]), 0.9)
    (75.0, 100.0)
    """
    ordered = np.sort(np.asarray(losses, dtype=float))[::-1]
    if not len(ordered):
        return 0.0
    tail = round((1.0 - level) * len(ordered), 9)
    whole = int(tail)
    if tail <= 1.0:
        return float(ordered[0])
    rest = (tail - whole) * (ordered[whole] if whole < len(ordered) else 0.0)
    return float((ordered[:whole].sum() + rest) / tail)


def waits_d(sailing: Sailing, years: int, rng: np.random.Generator) -> Floats:
    """Waits for a sailing, days: for its next hour, evenly within the headway, and for those that did not sail."""
    missed = rng.geometric(1.0 - sailing.missed, years) - 1
    drawn: Floats = sailing.headway_d * (rng.random(years) + missed)
    return drawn


class Years:
    """The capacity of places day by day in drawn years: the same years for the same seed, with any remedy."""

    def __init__(self, case: Case, places: Sequence[Place], years: int, seed: int) -> None:
        self.case, self.places, self.years = case, list(places), years
        self.seed, self.rng = seed, np.random.default_rng(seed)
        self.length = days_of(case.base_year)
        longest = [each.wait_d for place in places for each in place.cargo if math.isfinite(each.wait_d)]
        late = [each.late_d for place in places for each in place.cargo if math.isfinite(each.late_d)]
        self.whole = self.length + math.ceil(max([BEYOND, *longest, *late])) + 2
        self.events = [self._events(row) for row in case.rows("hazard") if not row.missed]

    def _events(self, row: Any) -> tuple[Any, NDArray[np.int64], Floats, Floats]:
        """Year, first day and length of each time a hazard happens."""
        times = self.rng.poisson(row.per_year, self.years)
        year = np.repeat(np.arange(self.years), times)
        season = self._season(row)
        first = self.rng.choice(season, len(year)) + self.rng.random(len(year))
        return row, year, first, self.rng.exponential(row.days, len(year))

    def _season(self, row: Any) -> NDArray[np.int64]:
        if not row.from_day or not row.to_day:
            return np.arange(self.length)
        return np.flatnonzero(days_from_to(row.from_day, row.to_day, self.length))

    def lost(self, place: Place) -> Floats:
        """Share of the capacity of a place lost, by day and year; no day loses more than all.

        Hazards that come together add up.
        """
        lost = np.zeros((self.whole, self.years))
        for row, year, begin, days in self.events:
            if place.table != row.table or place.row not in row.rows:
                continue
            share = _share(row, place)
            ends = np.minimum(begin + days, float(self.length))
            for edge, sign in ((begin, share), (ends, -share)):  # a day that begins within counts in part
                day = edge.astype(np.int64)
                np.add.at(lost, (day, year), sign * (1.0 - (edge - day)))
                np.add.at(lost, (day + 1, year), sign * (edge - day))
        taken: Floats = np.clip(np.cumsum(lost, axis=0), 0.0, 1.0)
        return taken

    def usual(self, place: Place) -> float:
        """Mean share that hazards take which the capacity of the year contains already."""
        return math.fsum(
            _share(row, place) * row.per_year * row.days / self.length
            for row, *_ in self.events
            if row.shape and place.table == row.table and place.row in row.rows
        )


def _share(row: Any, place: Place) -> float:
    """Share of the capacity of a place that a hazard takes while it lasts."""
    return min(1.0, float(row.units) * place.step) if row.units is not None else 1.0 - float(row.left)


def drawn(
    years: Years, places: Sequence[Place], ways: Sequence[Way] = (), *, buffers: Mapping[str, float] | None = None
) -> Drawn:
    """The cargo at these places in the years: late, lost, days on the way.

    ``buffers`` are days that a demand may be later. A remedy is the same call with other places. Days of demands are
    drawn where there are ``ways``: those of one departure in each year, on a day of its own, by a way of the demand.
    """
    rng = np.random.default_rng([years.seed, 1])
    leaves = rng.integers(0, years.length, years.years)
    late, lost, shut, wait = (np.zeros((years.years, len(places))) for _ in range(4))
    for at, place in enumerate(places):
        taken = years.lost(place)
        shut[:, at] = taken[: years.length].sum(axis=0)
        capacity = place.offers / (1.0 - years.usual(place)) * (1.0 - taken)
        short = np.flatnonzero((capacity[: years.length] < 1.0).any(axis=0))  # in no other year is there a queue
        if len(short):
            passed = np.zeros((years.whole + 1, len(short)))
            np.cumsum(capacity[:, short], axis=0, out=passed[1:])
            queue, late[short, at], lost[short, at] = _queue(years, place, passed, buffers or {})
            wait[short, at] = _wait(passed, queue, leaves[short])
    days = {}
    for demand, picks in _chosen(ways, years.years, rng).items():
        days[demand] = np.zeros(years.years)
        for at in np.unique(picks):
            mine, way = picks == at, ways[at]
            days[demand][mine] += way.days + wait[mine][:, list(way.places)].sum(axis=1)
            for sailing in way.sailings:  # the days as stated contain half a headway
                days[demand][mine] += waits_d(sailing, int(mine.sum()), rng) - sailing.headway_d / 2
    per_day = np.array([place.t for place in places]) / years.length
    return Drawn(late * per_day, lost * per_day, shut, days)


def _queue(years: Years, place: Place, passed: Floats, buffers: Mapping[str, float]) -> tuple[Floats, Floats, Floats]:
    """Queue before each day, by day and year, in days of cargo; and days of cargo of each year late, and lost."""
    count = passed.shape[1]
    queue, late, lost = np.zeros((years.length + 1, count)), np.zeros(count), np.zeros(count)
    classes = _classes(place, buffers)
    for day in range(years.length):
        behind = queue[day] + 1.0
        gone = np.zeros(count)
        for share, late_d, wait_d in classes:
            away = np.zeros(count)
            if math.isfinite(wait_d):
                away = np.clip(behind - _ahead(passed, day, wait_d + 1.0), 0.0, 1.0)
            if math.isfinite(late_d):
                first = queue[day] - _ahead(passed, day, late_d)
                late += share * np.maximum(_positive(first, behind - _ahead(passed, day, late_d + 1.0)) - away, 0.0)
            gone += share * away
        lost += gone
        queue[day + 1] = np.maximum(behind - gone - (passed[day + 1] - passed[day]), 0.0)
    return queue, late, lost


def _positive(first: Floats, last: Floats) -> Floats:
    """Share of a day on which a number that goes straight from ``first`` to ``last`` is above nothing."""
    above = np.maximum(first, 0.0) + np.maximum(last, 0.0)
    part: Floats = above / np.where(above > 0, np.abs(first) + np.abs(last), 1.0)
    return part


def _classes(place: Place, buffers: Mapping[str, float]) -> list[tuple[float, float, float]]:
    """Shares of the cargo of a place that is alike in days until it is late, and lost."""
    sums: dict[tuple[float, float], float] = {}
    for each in place.cargo:
        key = (each.late_d + buffers.get(each.demand, 0.0), each.wait_d)
        sums[key] = sums.get(key, 0.0) + each.t
    total = place.t
    return [(t / total, *key) for key, t in sums.items()] if total else []


def _ahead(passed: Floats, day: int, days: float) -> Floats:
    """Cargo that a place passes from a day on within so many days, straight between days."""
    end = min(day + days, passed.shape[0] - 1.0)
    whole = int(end)
    part = end - whole
    reached = passed[whole] if not part else (1 - part) * passed[whole] + part * passed[whole + 1]
    ahead: Floats = reached - passed[day]
    return ahead


def _chosen(ways: Sequence[Way], years: int, rng: np.random.Generator) -> dict[str, NDArray[np.int64]]:
    """Position of the way that the departure of each year takes, by demand."""
    of: dict[str, list[int]] = {}
    for at, way in enumerate(ways):
        of.setdefault(way.demand, []).append(at)
    chosen = {}
    for demand, its in of.items():
        shares = np.array([ways[at].share for at in its])
        chosen[demand] = rng.choice(np.array(its), years, p=shares / shares.sum())
    return chosen


def _wait(passed: Floats, queue: Floats, leaves: NDArray[np.int64]) -> Floats:
    """Days until the queue before a departure of each year has passed, and the place passes anything."""
    years = np.arange(len(leaves))
    target = passed[leaves, years] + queue[leaves, years] + 1e-9
    reached = np.minimum((passed < target).sum(axis=0), passed.shape[0] - 1)
    before = np.maximum(reached - 1, leaves)
    step = passed[reached, years] - passed[before, years]
    part = np.where(step > 0, (target - passed[before, years]) / np.where(step > 0, step, 1.0), 0.0)
    waits: Floats = np.maximum(before - leaves + np.clip(part, 0.0, 1.0), 0.0)
    return waits


def with_offers(places: Sequence[Place], offers: Mapping[tuple[str, str], float]) -> list[Place]:
    """The same places with other capacities, by table and row, as multiples of the use of the base year."""
    return [replace(place, offers=offers.get((place.table, place.row), place.offers)) for place in places]
