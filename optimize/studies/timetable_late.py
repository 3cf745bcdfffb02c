"""Late trains and storms: the hours of a chain that hold nine times of ten, by drawing many journeys of its cargo."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.model.calendar import daily
from corridor.model.case import Case
from corridor.model.graph import Arc, arcs
from corridor.model.horizon import DAY, Floats
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.services import WEEK_H, Ride, rides, services, transfer_h
from corridor.optimize.answer.paths import paths
from corridor.optimize.studies.departures import Link
from corridor.optimize.studies.whole import WEEKS

IntArray = NDArray[np.int64]
DRAWS = 2000
"""Journeys that are drawn for each chain."""
MEDIAN, HIGH = 50, 95
"""Percentiles between which the case has its spread of time."""
TAIL = math.log(10)
"""Means of an exponential from which one late train in ten is later: the 95th percentile, as half are on time."""
EVEN_SPREAD = 0.45
"""Share of a headway between the 50th and the 95th percentile of a wait at any hour."""


@dataclass(frozen=True)
class Chain:
    """Services one after the other that cargo rides on, from place to place, with the arcs between two of them.

    ``units`` a week. ``between`` has the arcs before each ride but the first.
    """

    rides: tuple[Ride, ...]
    between: tuple[tuple[str, ...], ...]
    units: float

    def ends(self, case: Case) -> tuple[str, str]:
        """The places where the first ride begins and the last one ends."""
        first, last = self.rides[0], self.rides[-1]
        start = services(case)[first.service_id].legs[first.direction][first.first].start
        return start, services(case)[last.service_id].legs[last.direction][last.last].end


@dataclass(frozen=True)
class Journeys:
    """Draws of a chain: hours from its first departure, as timed and as drawn; by change lateness [h] and its miss.

    ``late``: hours by which cargo is ready after its time at each change; ``spent``: hours from that time to its
    departure; ``missed``: the departure of the timetable was missed. Shape: changes by draws.
    """

    timed: Floats
    drawn: Floats
    late: Floats
    spent: Floats
    missed: Floats


def chains(case: Case, answer: Answer) -> list[Chain]:
    """The chains of two services and more that the cargo of an answer rides on, the most units first."""
    known = {arc.arc_id: arc for arc in arcs(case)}
    units: dict[tuple[tuple[Ride, ...], tuple[tuple[str, ...], ...]], float] = defaultdict(float)
    for way in rows(paths(case, answer.flow, answer.delivered)):
        found = rides(case, way.ways, way.commodity)
        if len(found) < 2:
            continue
        between, at = list[tuple[str, ...]](), 0
        for ride in found:
            legs = services(case)[ride.service_id].legs[ride.direction]
            begin = list(way.ways).index(legs[ride.first].arc_id, at)
            between.append(tuple(way.ways[at:begin]))
            at = begin + ride.last - ride.first + 1
        payload = known[way.ways[at - 1]].payload[way.commodity]
        units[(replace(found[0], before_h=0.0), *found[1:]), tuple(between[1:])] += way.t / payload / WEEKS
    made = [Chain(*key, amount) for key, amount in units.items()]
    return sorted(made, key=lambda chain: -chain.units)


def journeys(case: Case, trips: pd.DataFrame, chain: Chain, seed: int, draws: int = DRAWS) -> Journeys:
    """Journeys of a chain by a timetable, each from a departure of the week and a week of the year by chance.

    Half of the trains on a link are on time; the others are late by an exponential, so that one in twenty is late by
    the spread of the link. Ships of a fleet that storms close leave when the storm is over; their link has no other
    lateness. Cargo takes the next departure that it reaches. Services leave on time but for storms.
    """
    rng = np.random.default_rng(seed)
    on = [_hours(trips, ride) for ride in chain.rides]
    start = rng.integers(len(on[0][0]), size=draws)
    begins = on[0][0][start] + WEEK_H * rng.integers(int(WEEKS), size=draws)
    storms = [_closed(case, ride) for ride in chain.rides]
    late = [_late(case, rng, _legs(case, ride), draws, storms[number]) for number, ride in enumerate(chain.rides)]
    after = [_late(case, rng, _arcs(case, names), draws, None) for names in chain.between]
    timed = _timed(case, chain, on, begins)
    at, held, shape = begins.copy(), np.zeros(draws), (len(chain.rides) - 1, draws)
    lateness, spent, missed = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for number, (leaves, hours) in enumerate(on):
        if number:
            ready = at + _least(case, chain, number)
            slow = late[number - 1] + after[number - 1] + held
            goes, first = _next(leaves, ready + slow), _next(leaves, ready)
            lateness[number - 1], missed[number - 1] = slow, goes > first + 1e-6
            spent[number - 1] = goes - ready
        else:
            goes = at
        shut = storms[number]
        sails = goes if shut is None else _sails(goes, shut)
        held = sails - goes
        at = goes + hours[_which(leaves, goes)]
        if number == len(chain.rides) - 1:
            at = at + late[number] + held
    return Journeys(timed, at - begins, lateness, spent, missed)


def _timed(case: Case, chain: Chain, on: Sequence[tuple[Floats, Floats]], begins: Floats) -> Floats:
    """Hours of the chain by the timetable, none late."""
    at = begins.copy()
    for number, (leaves, hours) in enumerate(on):
        goes = _next(leaves, at + _least(case, chain, number)) if number else at
        at = goes + hours[_which(leaves, goes)]
    hours_of: Floats = at - begins
    return hours_of


def _hours(trips: pd.DataFrame, ride: Ride) -> tuple[Floats, Floats]:
    """Departures of a ride by hour of the week, and the hours of each until it ends."""
    own = trips[(trips["service"] == ride.service_id) & (trips["direction"] == ride.direction)]
    go = own[own["leg"] == ride.first].set_index("trip")["departs_h"]
    come = own[own["leg"] == ride.last].set_index("trip")["arrives_h"]
    hours = (come - go).to_numpy()
    leaves = go.to_numpy() % WEEK_H
    order = np.argsort(leaves, kind="stable")
    return leaves[order], hours[order]


def _next(leaves: Floats, ready: Floats) -> Floats:
    """The first departure at an hour or after it; two minutes late is on time."""
    week = np.floor(ready / WEEK_H) * WEEK_H
    place = np.searchsorted(leaves, ready - week - 1 / 30)
    found: Floats = np.where(place < len(leaves), leaves[place % len(leaves)], leaves[0] + WEEK_H) + week
    return found


def _which(leaves: Floats, goes: Floats) -> IntArray:
    found: IntArray = np.searchsorted(leaves, np.mod(goes + 1e-7, WEEK_H) - 1e-6) % len(leaves)
    return found


def _least(case: Case, chain: Chain, number: int) -> float:
    """Least hours of the change before a ride."""
    ride = chain.rides[number]
    place = services(case)[ride.service_id].legs[ride.direction][ride.first].start
    return ride.before_h + transfer_h(case, place)


def _legs(case: Case, ride: Ride) -> Sequence[Arc]:
    return services(case)[ride.service_id].legs[ride.direction][ride.first : ride.last + 1]


def _arcs(case: Case, names: Sequence[str]) -> Sequence[Arc]:
    known = {arc.arc_id: arc for arc in arcs(case)}
    return [known[name] for name in names]


def _late(case: Case, rng: np.random.Generator, on: Sequence[Arc], draws: int, storm: Floats | None) -> Floats:
    """Hours of lateness on arcs, drawn for each apart; none on those of a ship whose storms are drawn."""
    total = np.zeros(draws)
    for arc in () if storm is not None else on:
        spread = float(case.row("link", arc.link_id).spread_d or 0.0) * DAY
        drawn = rng.exponential(spread / TAIL if spread else 1.0, draws) * (rng.random(draws) < 0.5)
        total += drawn if spread else 0.0
    return total


def _closed(case: Case, ride: Ride) -> Floats | None:
    """Days of the year on which storms or works close the fleet of a ride; None without any."""
    fleet = services(case)[ride.service_id].fleet
    left = None if fleet is None else daily(case, "resource", fleet, "capacity")
    if left is None or not (left <= 0).any():
        return None
    shut: Floats = (left <= 0).astype(float)
    return shut


def _sails(goes: Floats, shut: Floats) -> Floats:
    """Hours at which ships leave: at their time, or as the next day begins that no storm closes."""
    days = np.floor(goes / DAY).astype(int) % len(shut)
    wait = np.zeros(len(shut))
    for day in range(2 * len(shut) - 1, -1, -1):  # twice round: a storm may go on over New Year
        here, after = day % len(shut), (day + 1) % len(shut)
        wait[here] = 1 + wait[after] if shut[here] else 0
    hours = np.mod(goes, DAY)
    sails: Floats = np.where(wait[days] > 0, goes - hours + wait[days] * DAY, goes)
    return sails


def quantiles(hours: Floats, promise: float) -> tuple[float, float, float]:
    """The median, the hours that hold in so many draws, and the 95th percentile; each is a draw, none lower."""
    low, kept, high = np.quantile(hours, [MEDIAN / 100, promise, HIGH / 100], method="inverted_cdf")
    return float(low), float(kept), float(high)


def slack(changes: Mapping[Key, Change], links: Sequence[Link], promise: float) -> dict[Link, float]:
    """Hours of lateness of cargo at each change that are not exceeded in so many journeys."""
    return {
        link: float(np.quantile(changes[key].late, promise, method="inverted_cdf"))
        for link in links
        if (key := _key(link)) in changes
    }


@dataclass(frozen=True)
class Change:
    """Draws of a change: units a week of its chains, lateness, hours until the departure, departures missed."""

    units: float
    late: Floats
    spent: Floats
    missed: Floats


Key = tuple[str, str, int, str, str, int]


def _key(link: Link) -> Key:
    return link.from_service, link.from_direction, link.last, link.to_service, link.to_direction, link.first


def by_change(case: Case, trips: pd.DataFrame, listed: Sequence[Chain], seed: int) -> dict[Key, Change]:
    """Draws of each change, those of the chain with the most units on it."""
    found: dict[Key, Change] = {}
    for chain, drawn in _drawn(case, trips, listed, seed):
        for number, (one, other) in enumerate(pairwise(chain.rides)):
            key = (one.service_id, one.direction, one.last, other.service_id, other.direction, other.first)
            if key not in found:  # chains with the most units come first
                found[key] = Change(chain.units, drawn.late[number], drawn.spent[number], drawn.missed[number])
    return found


def _drawn(case: Case, trips: pd.DataFrame, listed: Sequence[Chain], seed: int) -> Iterator[tuple[Chain, Journeys]]:
    for number, chain in enumerate(listed):
        yield chain, journeys(case, trips, chain, seed + number)


def promises(case: Case, trips: pd.DataFrame, listed: Sequence[Chain], promise: float, seed: int) -> pd.DataFrame:
    """Hours of each chain: from, to, services, units, timed_h, p50_h, promise_h, p95_h, on_time, missed.

    ``on_time`` is the share of journeys as long as timed, two hours allowed; ``missed`` the share that misses a change.
    """
    body = []
    for chain, drawn in _drawn(case, trips, listed, seed):
        start, end = chain.ends(case)
        half, kept, high = quantiles(drawn.drawn, promise)
        names = [ride.service_id for ride in chain.rides]
        on_time = float((drawn.drawn <= drawn.timed + 2.0).mean())
        missed = float((drawn.missed.sum(axis=0) > 0).mean())
        body.append((start, end, names, chain.units, float(drawn.timed.mean()), half, kept, high, on_time, missed))
    columns = ["from", "to", "services", "units", "timed_h", "p50_h", "promise_h", "p95_h", "on_time", "missed"]
    return pd.DataFrame(body, columns=columns)


def together(table: pd.DataFrame) -> dict[str, float]:
    """Means over the units of a table of promises: timed_h, p50_h, promise_h, p95_h, on_time, missed."""
    units = float(table["units"].sum()) or 1.0
    names = ("timed_h", "p50_h", "promise_h", "p95_h", "on_time", "missed")
    return {name: float((table["units"] * table[name]).sum()) / units for name in names}


def halves(changes: Mapping[Key, Change], links: Sequence[Link], counts: Mapping[str, int]) -> dict[Link, float]:
    """Hours of each change that half of the cargo waits at most, beside half a headway where nothing is agreed.

    Cargo of the same lateness at any hour is what it is compared with.
    """
    return {
        link: headway / 2 + float(np.median(change.spent) - np.median(at_any_hour))
        for link, change, headway, at_any_hour in _beside(changes, links, counts)
    }


def spreads(changes: Mapping[Key, Change], links: Sequence[Link], counts: Mapping[str, int]) -> dict[Link, float]:
    """Hours of spread of each change, beside those of a wait at any hour, compared as in :func:`halves`."""
    found = {}
    for link, change, headway, at_any_hour in _beside(changes, links, counts):
        (half, _, high), (low, _, most) = quantiles(change.spent, 0.5), quantiles(at_any_hour, 0.5)
        found[link] = EVEN_SPREAD * headway + (high - half) - (most - low)
    return found


def _beside(
    changes: Mapping[Key, Change], links: Sequence[Link], counts: Mapping[str, int]
) -> Iterator[tuple[Link, Change, float, Floats]]:
    """Each change with the headway that cargo waits for, and its lateness with a wait at any hour."""
    for link in links:
        change = changes.get(_key(link))
        if change is None:
            continue
        headway, draws = WEEK_H / counts[link.to_service], len(change.late)
        evenly = np.random.default_rng(draws).permutation(draws)
        yield link, change, headway, change.late + headway * (evenly + 0.5) / draws
