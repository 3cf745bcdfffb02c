"""A timetable moved by a few hours: each trip for itself, no rule broken, the least waiting."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.horizon import DAY
from corridor.model.result.timetable import TRIPS
from corridor.model.services import BACK, FORTH, WEEK_H, Service, places, services, tracks, transfer_h
from corridor.optimize.program.periodic import CLOSE, Moment, Periodic, Timed
from corridor.optimize.proof import timetable as proof
from corridor.optimize.studies.departures import Link

GAP = 0.005
"""Relative distance to the bound at which the search ends."""
NODES = 4_000
"""Upper limit of nodes of the search."""
NEAR = 1e-3
"""USD an hour by which a departure is moved: of timetables that wait alike, the nearest."""
DAYS_A_WEEK = 7
"""Days of service at most."""
IDLE = 1.0
"""USD an hour of a change that carries nothing."""
Riding = Mapping[tuple[str, str, int], float]
Stay = tuple[Moment, Moment]


@dataclass(frozen=True)
class Course:
    """A trip in the program: moments at which it leaves and reaches each leg."""

    service: Service
    leaves: tuple[Moment, ...]
    reaches: tuple[Moment, ...]


@dataclass(frozen=True)
class Moved:
    """The end of a search: the trips (None where no timetable keeps every rule), and the search itself."""

    trips: pd.DataFrame | None
    found: Timed


Courses = Mapping[proof.Trip, Course]


def shifted(
    case: Case,
    trips: pd.DataFrame,
    links: Sequence[Link],
    riding: Riding,
    shift_h: float,
    deadline: float | None,
    *,
    daily: bool = False,
) -> Moved:
    """The trips, each of which leaves at most ``shift_h`` hours earlier or later, with the least waiting of cargo.

    Sets turn onto the same departures as before, so that a service needs no more of them. A train stands longer on
    its way before windows alone. Every rule of :func:`corridor.optimize.proof.timetable.conflicts` on hours is kept.
    Numbers of departures and of sets are out of reach of a shift. With ``daily`` the departures of each service and
    direction are on days of their own, all at one hour; services with more than seven a week are left as they are.
    Raises TimeLimitError.
    """
    made, grouped = Periodic(), proof.by_trip(trips)
    number = Counter(trip[:2] for trip in grouped)
    courses = {
        trip: _course(made, case, trip, legs, riding, number[trip[:2]], shift_h) for trip, legs in grouped.items()
    }
    if daily:
        _daily(made, courses, number)
    stays = _turns(made, case, trips, courses, more=daily)
    _share(made, case, courses)
    for place, its in stays.items():
        _lie(made, case, place, its)
    for order, link in enumerate(links):
        _wait(made, case, courses, order, link)
    found = made.solve(deadline, GAP, NODES)
    if found.status != "optimal":
        return Moved(None, found)
    body = []
    for (name, way, trip), course in courses.items():
        first = course.leaves[0].at(found.values)
        back = math.floor(round(first, 3) / WEEK_H) * WEEK_H
        for leg, arc in enumerate(course.service.legs[way]):
            hours = (round(moment[leg].at(found.values) - back, 3) for moment in (course.leaves, course.reaches))
            body.append((name, way, trip, leg, arc.link_id, arc.start, arc.end, *hours))
    return Moved(pd.DataFrame(body, columns=TRIPS), found)


def _daily(made: Periodic, courses: Courses, number: Mapping[tuple[str, str], int]) -> None:
    """Departures at one hour of the day, on days of which no two are the same."""
    for key, count in number.items():
        if count > DAYS_A_WEEK:
            continue
        starts = [course.leaves[0] for trip, course in courses.items() if trip[:2] == key]
        starts.sort(key=lambda start: start.hours)
        clock = made.time(("clock", key), 0.0, DAY)
        for place, start in enumerate(starts):
            day = made.count(("day", (*key, place)), 2 * DAYS_A_WEEK + 2)
            made.bound(("daily", (*key, place)), start.plus(clock, -1.0).plus(day, -DAY), -WEEK_H, -WEEK_H)
        for place, (start, after) in enumerate(pairwise([*starts, starts[0].after(WEEK_H)])):
            made.bound(("apart", (*key, place)), after.plus(start, -1.0), low=DAY)


def _course(
    made: Periodic, case: Case, trip: proof.Trip, legs: Sequence[Any], riding: Riding, trips: int, shift_h: float
) -> Course:
    """The moments of a trip; hours on links are those of the trip, and at least those of the service."""
    service, known = services(case)[trip[0]], tracks(case)
    moves = made.time(("shift", trip), 0.0, 2 * shift_h)
    away = made.time(("away", trip), 0.0, shift_h)
    made.bound(("later", trip), away.plus(moves, -1.0), low=-shift_h)
    made.bound(("earlier", trip), away.plus(moves), low=shift_h)
    made.spend(away, NEAR)
    at = moves.after(legs[0].departs_h - shift_h)
    leaves, reaches = [], []
    for leg, (row, hours) in enumerate(zip(legs, service.hours[trip[1]], strict=True)):
        track, key = known.get(row.link), (*trip, leg)
        window = None if track is None else track.window
        stood = 0.0 if not leg else max(0.0, row.departs_h - legs[leg - 1].arrives_h)
        least, longest = service.stands[trip[1]][leg] if leg else (0.0, 0.0)
        most = max(stood, longest, least + window.every if window is not None else 0.0)
        if leg and most > 0:
            stand = made.time(("stand", key), 0.0, most - least)
            made.spend(stand, max(riding.get((*trip[:2], leg), 0.0), NEAR) / trips)
            at = at.plus(stand).after(least)
        if window is not None:
            made.span(("window", key), Moment(window.start), at, 0.0, window.length, window.every)
        leaves.append(at)
        at = at.after(max(hours, row.arrives_h - row.departs_h))
        reaches.append(at)
    return Course(service, tuple(leaves), tuple(reaches))


def _turns(
    made: Periodic, case: Case, trips: pd.DataFrame, courses: Courses, *, more: bool
) -> dict[str, list[tuple[proof.Trip, Stay]]]:
    """Turns of sets onto the departures that they take in the trips; the stays of ships by place.

    With ``more`` the sets of a train may turn onto the next departure after that, for the cost of a set.
    """
    first = {trip: legs[0].departs_h for trip, legs in proof.by_trip(trips).items()}
    last = {trip: legs[-1].arrives_h for trip, legs in proof.by_trip(trips).items()}
    found: dict[str, list[tuple[proof.Trip, Stay]]] = {}
    for name, service in services(case).items():
        for place, pairs in proof.turns(service, trips).items():
            spare = made.count(("spare", (name, place)), 1) if more and service.fleet is None else None
            if spare is not None:
                made.spend(spare, service.usd_per_h * WEEK_H)
            arriving, leaving = (FORTH, BACK) if service.ends(FORTH)[1] == place else (BACK, FORTH)
            for come, go, _, hours in pairs:
                one, other = (name, arriving, come), (name, leaving, go)
                weeks = round((hours - first[other] + last[one]) / WEEK_H)
                reach = courses[one].reaches[-1]
                turn = courses[other].leaves[0].after(weeks * WEEK_H).plus(reach, -1.0)
                if spare is None:
                    made.bound(("turn", one), turn, low=service.turn(place))
                else:
                    made.bound(("turn", one), turn.plus(spare, WEEK_H / len(pairs) + 4 * DAY), low=service.turn(place))
                    after = turn.plus(_after(courses, other), 1.0)
                    made.bound(("spared", one), after, low=service.turn(place))
                if service.ship:
                    found.setdefault(place, []).append((one, (reach, reach.plus(turn))))
    return found


def _after(courses: Courses, trip: proof.Trip) -> Moment:
    """Hours from a departure to the next one of the service in its direction."""
    starts = {one: course.leaves[0] for one, course in courses.items() if one[:2] == trip[:2]}
    order = sorted(starts, key=lambda one: starts[one].hours)
    place = order.index(trip)
    after = starts[order[0]].after(WEEK_H) if place + 1 == len(order) else starts[order[place + 1]]
    return after.plus(starts[trip], -1.0)


def _share(made: Periodic, case: Case, courses: Courses) -> None:
    """Trips on one link: apart by its headway in a direction; on a single line never two ways at once."""
    for link, track in tracks(case).items():
        on_it = [
            (trip, course, leg)
            for trip, course in courses.items()
            for leg, arc in enumerate(course.service.legs[trip[1]])
            if arc.link_id == link
        ]
        for (one, its, leg), (other, course, place) in combinations(on_it, 2):
            key = (link, one, other)
            if its.service.legs[one[1]][leg].start == course.service.legs[other[1]][place].start:
                gap = track.headway
                between = course.leaves[place].plus(its.leaves[leg], -1.0)
                if gap and not _surely(made, between, gap, WEEK_H - gap):
                    made.span(("headway", key), its.leaves[leg], course.leaves[place], gap, WEEK_H - gap, WEEK_H)
            elif track.single:
                first, second = (
                    (each.leaves[number], each.reaches[number]) for each, number in ((its, leg), (course, place))
                )
                if not _clear(made, first, second, track.headway):
                    made.apart(("single", key), first, second, track.headway, WEEK_H)


def _surely(made: Periodic, hours: Moment, low: float, high: float) -> bool:
    """True where hours lie between two bounds, modulo the week, whatever the shifts."""
    least, most = made.range(hours)
    weeks = math.ceil((low - least) / WEEK_H - CLOSE) * WEEK_H
    return least + weeks >= low - CLOSE and most + weeks <= high + CLOSE


def _clear(made: Periodic, first: Stay, second: Stay, gap: float) -> bool:
    """True where two stays never come nearer than a gap, whatever the shifts."""
    after, _ = made.range(second[0].plus(first[1], -1.0))
    before, _ = made.range(first[0].plus(second[1], -1.0))
    weeks = math.ceil((gap - after) / WEEK_H - CLOSE) * WEEK_H
    return before + WEEK_H - weeks >= gap - CLOSE


def _lie(made: Periodic, case: Case, place: str, stays: Sequence[tuple[proof.Trip, Stay]]) -> None:
    """Ships of a place at its berths: two that may meet lie at one berth one after the other, or at two."""
    row = places(case).get(place)
    if row is None or row.berths is None:
        return
    gap = float(row.berth_gap_h)
    pairs = [(one, other) for (one, stay), (other, its) in combinations(stays, 2) if not _clear(made, stay, its, gap)]
    at: dict[proof.Trip, list[Moment]] = {}
    for trip in sorted({trip for pair in pairs for trip in pair}) if row.berths > 1 else ():
        at[trip] = [made.count(("berth", (place, trip, number)), 1) for number in range(int(row.berths))]
        made.bound(("lies", (place, trip)), _sum(at[trip]), 1.0, 1.0)
    its = dict(stays)
    for one, other in pairs:
        key, elsewhere = ("berths", (place, one, other)), None
        if at:
            elsewhere = made.time(("elsewhere", key), 0.0, 1.0)
            for number in range(int(row.berths)):
                made.bound(("beside", (key, number)), elsewhere.plus(at[one][number]).plus(at[other][number]), high=2.0)
        made.apart(key, its[one], its[other], gap, WEEK_H, elsewhere)


def _sum(moments: Sequence[Moment]) -> Moment:
    total = Moment(0.0)
    for moment in moments:
        total = total.plus(moment)
    return total


def _wait(made: Periodic, case: Case, courses: Courses, number: int, link: Link) -> None:
    """Cargo of each arrival takes the next departure that it reaches, which shifts may change."""
    came = [(trip, course) for trip, course in courses.items() if trip[:2] == (link.from_service, link.from_direction)]
    goes = [course for trip, course in courses.items() if trip[:2] == (link.to_service, link.to_direction)]
    if not came or not goes:
        return
    least = link.between_h + transfer_h(case, goes[0].service.legs[link.to_direction][link.first].start)
    usd = max(link.usd_per_h, IDLE * (link.units == 0)) / len(came)
    for trip, course in came:
        ready = course.reaches[link.last].after(least)
        waits = list(_nexts(made, [its.leaves[link.first].plus(ready, -1.0) for its in goes]))
        if len(waits) == 1:
            made.bound(("reached", (number, trip)), waits[0], low=0.0)
            made.spend(waits[0], usd)
            continue
        most = max(made.range(each)[1] for each in waits)
        wait, chosen = made.time(("wait", (number, trip)), 0.0, most), []
        for place, each in enumerate(waits):
            takes = made.count(("takes", (number, trip, place)), 1)
            chosen.append(takes)
            low, high = made.range(each)
            made.bound(("reached", (number, trip, place)), each.plus(takes, min(0.0, low)), low=min(0.0, low))
            held = wait.plus(each, -1.0).plus(takes, -high)
            made.bound(("waits", (number, trip, place)), held, low=-high)
        made.bound(("one", (number, trip)), _sum(chosen), 1.0, 1.0)
        made.spend(wait, usd)


def _nexts(made: Periodic, hours: Sequence[Moment]) -> Iterator[Moment]:
    """Hours to the departures that may be the next one: none that is surely missed, none after one surely reached."""
    near = []
    for each in hours:
        low, high = made.range(each)
        first = math.ceil(-high / WEEK_H - CLOSE)
        near += [each.after((first + week) * WEEK_H) for week in range(1 + (low + first * WEEK_H < 0))]
    ranges = [made.range(each) for each in near]
    least = min(high for low, high in ranges if low >= 0)
    for each, (low, _) in zip(near, ranges, strict=True):
        if low <= least:
            yield each
