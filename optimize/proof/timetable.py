"""A timetable held against every row of its case, trip by trip, from its hours alone; waits and sets counted anew."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.result.frame import rows
from corridor.model.services import BACK, FORTH, WEEK_H, Service, places, services, tracks, transfer_h

TOLERANCE_H = 0.02
"""Hours: 72 seconds, more than the rounding of a table to minutes."""
CONFLICTS = ["rule", "place", "first", "second", "hour", "short_h"]
"""Columns of a table of conflicts: the two trips, the hour of the week, and the hours that lack."""
Trip = tuple[str, str, int]


def on(hour: float) -> float:
    """The hour of the week; rounding at its end is Monday 0:00."""
    within = hour % WEEK_H
    return 0.0 if within > WEEK_H - TOLERANCE_H / 2 else within


def until(start: float, end: float, period: float = WEEK_H) -> float:
    """Hours from one hour of the week to the next coming of another; as good as none counts as none.

    >>> until(160, 8), until(10, 9.999)
    (16.0, 0.0)
    """
    hours = (end - start) % period
    return 0.0 if hours > period - TOLERANCE_H else hours


def conflicts(
    case: Case, trips: pd.DataFrame, fleets: Mapping[str, int], counts: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """Every breach of a timetable: columns :data:`CONFLICTS`, none for one that can be run.

    ``trips`` has the columns :data:`TRIPS`; ``fleets`` the whole sets of each fleet that is limited; ``counts`` the
    least departures by service, those of the table if left out. Rules: hours, stops, stand, least, window, headway,
    single, turn, fleet, berths.
    """
    grouped = by_trip(trips)
    found = [
        *_runs(case, grouped),
        *_counts(case, grouped, counts),
        *_windows(case, trips),
        *_headways(case, trips),
        *_singles(case, trips),
        *_fleets(case, trips, fleets),
        *_berths(case, trips),
    ]
    return pd.DataFrame(found, columns=CONFLICTS)


def by_trip(trips: pd.DataFrame) -> dict[Trip, list[Any]]:
    """The legs of each trip, in order."""
    found: dict[Trip, list[Any]] = defaultdict(list)
    for row in rows(trips.sort_values(["service", "direction", "trip", "leg"], kind="stable")):
        found[row.service, row.direction, int(row.trip)].append(row)
    return dict(found)


def said(case: Case, trip: Trip) -> str:
    """A trip in words: service, places and number."""
    service = services(case)[trip[0]]
    names = {row.node_id: row.name for row in case.rows("node")}
    start, end = service.ends(trip[1])
    return f"{service.name}, {names[start]}–{names[end]}, {trip[2]}"


def _name(case: Case, row: Any) -> str:
    return said(case, (row.service, row.direction, int(row.trip)))


def _runs(case: Case, grouped: Mapping[Trip, Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Breaches of hours on links, of hand-overs and changes of gauge, and of the order of stops."""
    shut = {link for link, track in tracks(case).items() if track.window is not None}
    for trip, legs in grouped.items():
        service = services(case)[trip[0]]
        asked = [arc.link_id for arc in service.legs[trip[1]]]
        if [row.link for row in legs] != asked:
            yield ("stops", service.ends(trip[1])[0], said(case, trip), "", on(legs[0].departs_h), math.nan)
            continue
        for row, hours in zip(legs, service.hours[trip[1]], strict=True):
            if row.arrives_h - row.departs_h < hours - TOLERANCE_H:
                lacks = hours - (row.arrives_h - row.departs_h)
                yield ("hours", row.link, said(case, trip), "", on(row.departs_h), lacks)
        for row, after in pairwise(legs):
            stood, (least, most) = after.departs_h - row.arrives_h, service.stands[trip[1]][int(after.leg)]
            if after.link in shut:
                most = math.inf  # it waits for a window, too
            beyond = max(least - stood, stood - most) if least else 0.0
            if stood > -TOLERANCE_H and beyond > TOLERANCE_H:
                yield ("stand", row.end, said(case, trip), "", on(after.departs_h), beyond)
            if after.departs_h < row.arrives_h - TOLERANCE_H:
                yield ("stops", row.end, said(case, trip), "", on(after.departs_h), row.arrives_h - after.departs_h)


def _counts(
    case: Case, grouped: Mapping[Trip, Sequence[Any]], counts: Mapping[str, int] | None
) -> Iterator[tuple[Any, ...]]:
    """Services with fewer departures than their least, or with more one way than the other."""
    for name, service in services(case).items():
        least = service.least if counts is None else counts.get(name, 0)
        count = {way: sum(trip[:2] == (name, way) for trip in grouped) for way in (FORTH, BACK)}
        for way in (FORTH, BACK):
            if count[way] < least:
                yield ("least", service.ends(way)[0], service.name, "", math.nan, least - count[way])
        if count[FORTH] != count[BACK]:
            more = FORTH if count[FORTH] > count[BACK] else BACK
            yield ("turn", service.ends(more)[1], service.name, "", math.nan, abs(count[FORTH] - count[BACK]))


def _windows(case: Case, trips: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    known = tracks(case)
    for row in rows(trips):
        track = known.get(row.link)
        if track is None or track.window is None:
            continue
        late = until(track.window.start, row.departs_h, track.window.every)
        if late > track.window.length + TOLERANCE_H:
            yield ("window", row.link, _name(case, row), "", on(row.departs_h), late - track.window.length)


def _headways(case: Case, trips: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    known = tracks(case)
    for (link, start), group in trips.groupby(["link", "start"], sort=False):
        headway = known[str(link)].headway if str(link) in known else 0.0
        ordered = sorted(rows(group), key=lambda row: row.departs_h % WEEK_H)
        for row, after in zip(ordered, [*ordered[1:], *ordered[:1]], strict=True):
            if len(ordered) < 2 or not headway:
                break
            apart = until(row.departs_h, after.departs_h)
            if apart < headway - TOLERANCE_H:
                pair = _name(case, row), _name(case, after)
                yield ("headway", str(start), *pair, on(after.departs_h), headway - apart)


def _overlap(stay: tuple[float, float], other: tuple[float, float], gap: float) -> float:
    """Hours by which two stays of the week come nearer to one another than a gap; none or less where they do not."""
    apart = until(stay[1], other[0]), until(other[1], stay[0])
    free = WEEK_H - (stay[1] - stay[0]) - (other[1] - other[0])
    if sum(apart) > free + TOLERANCE_H or free < 0:
        return max(gap, min(stay[1] - stay[0], other[1] - other[0]))
    return gap - min(apart)


def _singles(case: Case, trips: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    for link, track in tracks(case).items():
        if not track.single:
            continue
        on_it = rows(trips[trips["link"] == link])
        ahead = [row for row in on_it if row.start == on_it[0].start]
        for row in ahead:
            for other in (each for each in on_it if each.start != row.start):
                short = _overlap((row.departs_h, row.arrives_h), (other.departs_h, other.arrives_h), track.headway)
                if short > TOLERANCE_H:
                    yield ("single", link, _name(case, row), _name(case, other), on(other.departs_h), short)


def turns(service: Service, trips: pd.DataFrame) -> dict[str, list[tuple[int, int, float, float]]]:
    """Turns of sets at each end, first come first out: trips that arrive and depart, the hour, and the hours of it.

    Keys are places; the arriving direction of the far end is ``forward``. Empty where the two ways differ in number.
    """
    found: dict[str, list[tuple[int, int, float, float]]] = {}
    own = trips[trips["service"] == service.service_id]
    for arriving, leaving in ((FORTH, BACK), (BACK, FORTH)):
        last = len(service.legs[arriving]) - 1
        come = own[(own["direction"] == arriving) & (own["leg"] == last)]
        go = own[(own["direction"] == leaving) & (own["leg"] == 0)]
        if len(come) != len(go) or come.empty:
            return {}
        arrivals = sorted((row.arrives_h % WEEK_H, int(row.trip)) for row in rows(come))
        departs = sorted((row.departs_h % WEEK_H, int(row.trip)) for row in rows(go))
        best: list[tuple[int, int, float, float]] = []
        least = service.turn(service.ends(arriving)[1])
        for shift in range(len(arrivals)):
            pairs = zip(arrivals, [*departs[shift:], *departs[:shift]], strict=True)
            made = [(one, other, at, least + until(at + least, hour)) for (at, one), (hour, other) in pairs]
            if not best or sum(each[3] for each in made) < sum(each[3] for each in best) - TOLERANCE_H:
                best = made
        found[service.ends(arriving)[1]] = best
    return found


def sets(case: Case, trips: pd.DataFrame) -> dict[str, float]:
    """Sets that each service takes: hours of its trips and turns over those of the week; NaN where none can turn."""
    found, grouped = {}, by_trip(trips)
    for name, service in services(case).items():
        own = [legs for trip, legs in grouped.items() if trip[0] == name]
        if not own:
            continue
        turned = turns(service, trips)
        run = math.fsum(legs[-1].arrives_h - legs[0].departs_h for legs in own)
        stand = math.fsum(each[3] for made in turned.values() for each in made)
        found[name] = (run + stand) / WEEK_H if turned else math.nan
    return found


def _fleets(case: Case, trips: pd.DataFrame, fleets: Mapping[str, int]) -> Iterator[tuple[Any, ...]]:
    taken: dict[str, float] = defaultdict(float)
    for name, number in sets(case, trips).items():
        fleet = services(case)[name].fleet
        if fleet is not None and fleet in fleets and not math.isnan(number):
            taken[fleet] += number
    for fleet, number in taken.items():
        if number > fleets[fleet] + TOLERANCE_H:
            yield ("fleet", fleet, str(case.row("resource", fleet).name), "", math.nan, number - fleets[fleet])


def stays(case: Case, trips: pd.DataFrame, place: str) -> list[tuple[Trip, float, float]]:
    """Ships at a place: the trip that arrives, the hours of its arrival and of its departure."""
    found = []
    for name, service in services(case).items():
        if not service.ship or place not in service.ends(FORTH):
            continue
        arriving = FORTH if service.ends(FORTH)[1] == place else BACK
        for one, _, at, hours in turns(service, trips).get(place, []):
            found.append(((name, arriving, one), at, at + hours))
    return found


def _berths(case: Case, trips: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Hours at which more ships lie at a place than it has berths; the gap between two ships counts as lying."""
    for place, row in places(case).items():
        if row.berths is None:
            continue
        lying = stays(case, trips, place)
        for trip, start, _ in lying:
            there = [
                other
                for other, begin, end in lying
                if until(begin, start) < min(end + row.berth_gap_h - begin, 2 * WEEK_H) - TOLERANCE_H
            ]
            if len(there) > row.berths:
                others = ", ".join(said(case, other) for other in there if other != trip)
                yield ("berths", place, said(case, trip), others, on(start), math.nan)


def waits(case: Case, trips: pd.DataFrame, changes: Sequence[Any]) -> list[float]:
    """Mean hours of waiting of each change of cargo, from every arrival to the next departure; NaN without one.

    A change has ``from_service``, ``from_direction``, ``last``, ``to_service``, ``to_direction``, ``first`` and
    ``between_h``.
    """
    found = []
    for each in changes:
        came = _at(trips, each.from_service, each.from_direction, each.last, "arrives_h")
        goes = _at(trips, each.to_service, each.to_direction, each.first, "departs_h")
        place = services(case)[each.to_service].legs[each.to_direction][each.first].start
        ready = [hour + each.between_h + transfer_h(case, place) for hour in came]
        hours = [min(until(hour, go) for go in goes) for hour in ready] if goes else []
        found.append(math.fsum(hours) / len(hours) if hours else math.nan)
    return found


def chance(trips: pd.DataFrame, service: str, direction: str, leg: int = 0) -> float:
    """Mean hours to the next departure of a leg for cargo that comes at any hour; NaN without departures."""
    goes = sorted(hour % WEEK_H for hour in _at(trips, service, direction, leg, "departs_h"))
    if not goes:
        return math.nan
    apart = [after - before for before, after in pairwise([*goes, goes[0] + WEEK_H])]
    return math.fsum(gap**2 for gap in apart) / 2 / WEEK_H


def _at(trips: pd.DataFrame, service: str, direction: str, leg: int, column: str) -> list[float]:
    own = trips[(trips["service"] == service) & (trips["direction"] == direction) & (trips["leg"] == leg)]
    return [float(hour) for hour in own[column]]
