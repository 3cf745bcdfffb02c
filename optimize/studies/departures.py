"""The service plan: whole departures a week by service, sets of ships and trains, and the cargo that rides on them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from corridor.model.case import Case
from corridor.model.horizon import DAY
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.services import BACK, FORTH, WEEK_H, Ride, Service, places, rides, services, tracks
from corridor.optimize.answer.paths import paths
from corridor.optimize.period.offers import available
from corridor.optimize.program.periodic import Moment, Periodic
from corridor.optimize.studies.whole import WEEKS

LEFT_USD = 1e5
"""USD a unit and week: cargo is left behind where nothing else is possible."""
SHORT_USD = 1e7
"""USD a departure and week below the least."""
RUN_USD = 1.0
"""USD a departure and week: of plans that cost the same the one of fewest departures."""
MOST = 56
"""Upper limit of departures a week: one in three hours."""
CLOSE = 1e-6
"""Share by which cargo may be above the room of whole departures."""
Board = tuple[str, str, int]
"""Service, direction and number of the leg at which cargo boards."""


@dataclass(frozen=True)
class Link:
    """Cargo that changes from one service to another: units a week, and the USD of an hour of their waiting."""

    from_service: str
    from_direction: str
    last: int
    to_service: str
    to_direction: str
    first: int
    between_h: float
    units: float
    usd_per_h: float


@dataclass(frozen=True)
class Loads:
    """Cargo of an answer on the services, a week.

    ``units`` by service, direction and leg; ``changes`` from service to service; ``begins`` where no service brings the
    cargo: units and USD per hour of waiting; ``usd`` of an hour of all cargo on a leg; ``runs``: departures of the
    flows, of services without units.
    """

    units: Mapping[tuple[str, str, int], float]
    usd: Mapping[tuple[str, str, int], float]
    changes: tuple[Link, ...]
    begins: Mapping[Board, tuple[float, float]]
    runs: Mapping[str, float] = field(default_factory=dict)

    def most(self, service: Service, direction: str) -> float:
        """Units a week on the fullest leg of a direction."""
        return max(
            self.units.get((service.service_id, direction, leg), 0.0) for leg in range(len(service.legs[direction]))
        )


def loads(case: Case, answer: Answer) -> Loads:
    """The cargo of an answer on the services of a case, taken apart by the ways that it goes."""
    units: dict[tuple[str, str, int], float] = defaultdict(float)
    worth: dict[tuple[str, str, int], float] = defaultdict(float)
    changes: dict[tuple[str, str, int, str, str, int, float], list[float]] = defaultdict(lambda: [0.0, 0.0])
    begins: dict[Board, list[float]] = defaultdict(lambda: [0.0, 0.0])
    every = services(case)
    day = {row.commodity_id: float(row.time_usd_per_t_day or 0.0) for row in case.rows("commodity")}
    for way in rows(paths(case, answer.flow, answer.delivered)):
        before: Ride | None = None
        for ride in rides(case, way.ways, way.commodity):
            legs = every[ride.service_id].legs[ride.direction]
            week = way.t / legs[ride.first].payload[way.commodity] / WEEKS
            usd = way.t / WEEKS * day[way.commodity] / DAY
            for leg in range(ride.first, ride.last + 1):
                units[ride.service_id, ride.direction, leg] += week
                worth[ride.service_id, ride.direction, leg] += usd
            if before is None:
                at = begins[ride.service_id, ride.direction, ride.first]
            else:
                came = (before.service_id, before.direction, before.last)
                at = changes[*came, ride.service_id, ride.direction, ride.first, ride.before_h]
            at[0] += week
            at[1] += usd
            before = ride
    moved: dict[str, float] = defaultdict(float)
    for row in rows(answer.move):
        if row.what == "carrier":
            moved[row.arc] += row.number / WEEKS
    runs = {
        name: max(moved[arc.arc_id] for own in service.legs.values() for arc in own)
        for name, service in every.items()
        if service.units is None
    }
    return Loads(
        dict(units),
        dict(worth),
        tuple(Link(*key, *amount) for key, amount in changes.items()),
        {key: (each[0], each[1]) for key, each in begins.items()},
        runs,
    )


def meeting(case: Case, known: Loads) -> tuple[Link, ...]:
    """The changes of cargo, and those of services that carry nothing in the answer, at the places where they end.

    Such a change joins a chain that cargo does not take yet; it has no units, and leads no cargo back.
    """
    every, listed = services(case), list(known.changes)
    idle = {name for name in every if not any(name in (each.from_service, each.to_service) for each in listed)}
    for one in every.values():
        for other in every.values():
            if one is other or not {one.service_id, other.service_id} & idle:
                continue
            if one.unit_id is None or one.unit_id != other.unit_id:
                continue
            for way in (FORTH, BACK):
                for on in (FORTH, BACK):
                    if one.ends(way)[1] == other.ends(on)[0] and one.ends(way)[0] != other.ends(on)[1]:
                        last, stood = len(one.legs[way]) - 1, one.stands[way][-1][0] + other.stands[on][0][0]
                        listed.append(Link(one.service_id, way, last, other.service_id, on, 0, stood, 0.0, 0.0))
    return tuple(listed)


def berths(case: Case) -> dict[tuple[str, str], tuple[int, int, float]]:
    """Berths of the ships of a service at a place: number of the first, how many, and the hours between two ships.

    Each service has berths of its own where there are enough; else several share one.
    """
    found = {}
    for place, row in places(case).items():
        if row.berths is None:
            continue
        calls = [each for each in services(case).values() if each.ship and place in each.ends(FORTH)]
        share = max(1, int(row.berths) // max(1, len(calls)))
        for number, service in enumerate(calls):
            first = number * share if share * len(calls) <= row.berths else number % int(row.berths)
            found[service.service_id, place] = (first, share, float(row.berth_gap_h))
    return found


def possible(case: Case, service: Service, beat: int | None = None) -> list[int]:
    """Departures a week that evenly spaced sets can make, in step with a common ``beat``.

    Windows, headways, single lines and berths are kept by the service for itself.
    """
    known, own = tracks(case), berths(case)
    listed = []
    for count in range(1, MOST + 1):
        apart = WEEK_H / count
        fits = beat is None or beat % count == 0 or count % beat == 0
        legs, hours = (*service.legs[FORTH], *service.legs[BACK]), (*service.hours[FORTH], *service.hours[BACK])
        for arc, run in zip(legs, hours, strict=True):
            track = known.get(arc.link_id)
            if track is not None:
                fits &= track.headway <= apart
                fits &= not track.single or 2 * (run + track.headway) <= apart
                fits &= track.window is None or (WEEK_H / track.window.every) % count == 0
        for place in service.ends(FORTH):
            _, share, gap = own.get((service.service_id, place), (0, MOST, 0.0))
            fits &= service.turn(place) + gap <= share * apart
        if fits:
            listed.append(count)
    return listed


def sets_of(service: Service, count: int) -> int:
    """Least whole sets of so many departures a week."""
    return math.ceil(count * service.cycle_h / WEEK_H - CLOSE)


def fleets(case: Case) -> dict[str, int]:
    """Whole ships or trains that are there, of each fleet that limits a service."""
    offers = available(case)
    named = {service.fleet for service in services(case).values() if service.fleet}
    return {fleet: math.floor(offers[fleet] + CLOSE) for fleet in sorted(named) if math.isfinite(offers[fleet])}


def departures(case: Case, known: Loads, beat: int | None = None, weight: float = 1.0) -> pd.DataFrame:
    """Whole departures a week of each service: its cargo fits, its least is kept, its fleet is not exceeded.

    The plan of least cost of sets and, ``weight`` times, of waiting for half a headway. With a ``beat`` each number of
    departures divides it, or is a multiple of it. Columns:

    * service, name, forward, back (units a week on the fullest leg), units (of one departure)
    * flow (departures a week of the flows), least, departures
    * cycle_h, sets_flow, sets (at least), fleet (whole sets that are there; NaN without a limit)
    * short (departures below the least), left (units a week for which there is no room)
    * usd_per_year (sets and departures), usd_flow (those of the flows)

    A beat is for services that cargo changes to; those without units keep their own number.
    """
    made, every = Periodic(), services(case)
    boards: dict[str, float] = defaultdict(float)
    for (name, _, _), (_, usd) in known.begins.items():
        boards[name] += usd
    for each in known.changes:
        boards[each.to_service] += each.usd_per_h
    needs, choices, room = (
        dict[str, float](),
        dict[str, dict[int, Moment]](),
        defaultdict[str, Moment](lambda: Moment(0.0)),
    )
    left: dict[str, Moment] = {}
    for name, service in every.items():
        needs[name] = needed(known, service)
        counts = [0, *possible(case, service, beat if service.unit_id else None)]
        choices[name] = {count: made.count((name, count), 1) for count in counts}
        left[name] = made.time(("left", name), 0.0, max(1.0, 2 * needs[name]))
        one, runs = Moment(0.0), left[name]
        for count, chosen in choices[name].items():
            one, runs = one.plus(chosen), runs.plus(chosen, count)
            sets = sets_of(service, count)
            wait = weight * boards[name] * WEEK_H / 2 / max(count, 0.5)
            short = max(0, service.least - count) * SHORT_USD
            made.spend(chosen, sets * service.usd_per_h * WEEK_H + wait + short + (service.run_usd + RUN_USD) * count)
            if service.fleet:
                room[service.fleet] = room[service.fleet].plus(chosen, sets)
        made.bound(("one", name), one, 1.0, 1.0)
        made.bound(("room", name), runs, needs[name] * (1 - CLOSE))
        made.spend(left[name], service.units * LEFT_USD if service.units else SHORT_USD)
    for fleet, number in fleets(case).items():
        made.bound(("fleet", fleet), room[fleet], high=number)
    found = made.solve()
    numbers = {
        name: next(count for count, one in its.items() if one.at(found.values) > 0.5) for name, its in choices.items()
    }
    return plan(case, known, numbers, {name: each.at(found.values) for name, each in left.items()})


def needed(known: Loads, service: Service) -> float:
    """Departures a week that the cargo of the flows takes."""
    if service.units is None:
        return known.runs.get(service.service_id, 0.0)
    return max(known.most(service, way) for way in (FORTH, BACK)) / service.units


def plan(case: Case, known: Loads, counts: Mapping[str, int], left: Mapping[str, float] | None = None) -> pd.DataFrame:
    """The table of :func:`departures` for departures that are given; cargo above their room is ``left``.

    ``left`` has departures a week that lack, where they are known.
    """
    body, there = [], fleets(case)
    for name, service in services(case).items():
        count, needs = counts.get(name, 0), needed(known, service)
        lacks = needs * (1 - CLOSE) - count if left is None else left[name]
        flow_sets, sets = needs * service.cycle_h / WEEK_H, sets_of(service, count)
        year = service.usd_per_h * DAY * 365
        body.append(
            {
                "service": name,
                "name": service.name,
                "forward": known.most(service, FORTH) if service.units else math.nan,
                "back": known.most(service, BACK) if service.units else math.nan,
                "units": math.nan if service.units is None else service.units,
                "flow": needs,
                "least": service.least,
                "departures": count,
                "cycle_h": service.cycle_h,
                "sets_flow": flow_sets,
                "sets": sets,
                "fleet": there.get(service.fleet or "", math.nan),
                "short": max(0, service.least - count),
                "left": max(0.0, lacks) * (service.units or 1.0),
                "usd_per_year": sets * year + count * service.run_usd * WEEKS,
                "usd_flow": flow_sets * year + needs * service.run_usd * WEEKS,
            }
        )
    return pd.DataFrame(body)
