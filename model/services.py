"""Services of a timetable: their arcs and hours, the rides of cargo on them, and places where it changes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corridor.model.case import Case
from corridor.model.graph import Arc, arcs

WEEK_H = 168.0
"""Hours of a week, the period of every timetable."""
FORTH, BACK = "forward", "back"
"""Directions of a service."""


@dataclass(frozen=True)
class Service:
    """A row of the table of services.

    * ``legs``: arcs by direction, in order; ``hours``: on each of them by the timetable, without stands;
    * ``stands``: least and most hours before each leg and, as the last one, at the end;
    * ``units``: of one departure at most, None where only departures are counted; ``least``: departures a week;
    * ``turn_h``: least hours at each end; ``fleet``: resource that limits its sets, None without a limit;
    * ``usd_per_h``: cost of a set, ``run_usd``: of a departure and its way back;
    * ``ship``: True for one that lies at berths.
    """

    service_id: str
    name: str
    unit_id: str | None
    units: float | None
    least: int
    turn_h: float
    fleet: str | None
    usd_per_h: float
    run_usd: float
    ship: bool
    legs: Mapping[str, tuple[Arc, ...]]
    hours: Mapping[str, tuple[float, ...]]
    stands: Mapping[str, tuple[tuple[float, float], ...]]

    def ends(self, direction: str) -> tuple[str, str]:
        """The places where a direction begins and ends."""
        legs = self.legs[direction]
        return legs[0].start, legs[-1].end

    @property
    def cycle_h(self) -> float:
        """Least hours of a set from one departure to the next one of the same direction."""
        turned = [self.turn(place) for place in self.ends(FORTH)]
        stood = [least for way in (FORTH, BACK) for least, _ in self.stands[way][1:-1]]
        return math.fsum((*self.hours[FORTH], *self.hours[BACK], *stood, *turned))

    def turn(self, place: str) -> float:
        """Least hours of a set at an end, with the hand-over or change of gauge of the way there and back."""
        arriving, leaving = (FORTH, BACK) if self.ends(FORTH)[1] == place else (BACK, FORTH)
        return math.fsum((self.turn_h, self.stands[arriving][-1][0], self.stands[leaving][0][0]))


@dataclass(frozen=True)
class Window:
    """Hours in which a train may enter a link, from ``start`` for ``length`` in each ``every`` hours."""

    start: float
    length: float
    every: float


@dataclass(frozen=True)
class Stand:
    """Hours for which trains of a link stand at one of its ends: ``what`` is done there, ``border`` or ``gauge``."""

    place: str
    what: str
    least: float
    most: float


@dataclass(frozen=True)
class Track:
    """A link in the timetable: least ``headway`` in a direction, a ``single`` line without a loop, a ``window``.

    ``stand``: the hand-over at a border or the change of gauge at one end of it.
    """

    headway: float
    single: bool
    window: Window | None
    stand: Stand | None = None


@dataclass(frozen=True)
class Ride:
    """A stretch of a way on one service: its direction, the first and the last of its legs; ``before_h``: hours of
    links between it and the ride before."""

    service_id: str
    direction: str
    first: int
    last: int
    before_h: float


def services(case: Case) -> dict[str, Service]:
    """The services of a case by id, in the order of the table."""
    return case.known("services", lambda: _services(case))


def _services(case: Case) -> dict[str, Service]:
    by_link: dict[tuple[str, str], Arc] = {(arc.link_id, arc.direction): arc for arc in arcs(case)}
    agreed = {row.link_id: row.time_h for row in case.rows("service_link") if row.time_h is not None}
    at_sea = {row.mode_id for row in case.rows("mode") if row.at_sea}
    port_h = {row.carrier_id: float(row.port_h) for row in case.rows("carrier")}
    found = {}
    for row in case.rows("service"):
        forth = _on(by_link, row.links, by_link[row.links[0], FORTH].start)
        back = _on(by_link, row.back_links or row.links[::-1], forth[-1].end)
        legs = {FORTH: forth, BACK: back}
        turn = row.turn_h if row.turn_h is not None else port_h.get(forth[0].carrier_id or "", 0.0)
        hours = {
            direction: tuple(float(agreed.get(arc.link_id, arc.time_h)) for arc in own)
            for direction, own in legs.items()
        }
        found[row.service_id] = Service(
            row.service_id,
            row.name,
            row.unit_id,
            None if row.units is None else float(row.units),
            math.ceil(row.least_per_week),
            float(turn),
            row.resource_id,
            float(row.set_usd_per_day) / 24,
            float(row.run_usd),
            forth[0].mode_id in at_sea,
            legs,
            hours,
            {direction: _stands(case, own) for direction, own in legs.items()},
        )
    return found


def _stands(case: Case, legs: Sequence[Arc]) -> tuple[tuple[float, float], ...]:
    """Least and most hours of stands before each leg, and at the end: of the link that ends there, and of the next."""
    known = tracks(case)
    found = []
    for before, after in zip((None, *legs), (*legs, None), strict=True):
        here = after.start if after is not None else legs[-1].end
        its = [
            track.stand
            for arc in (before, after)
            if arc is not None and (track := known.get(arc.link_id)) is not None and track.stand is not None
        ]
        own = [stand for stand in its if stand.place == here]
        found.append((math.fsum(stand.least for stand in own), math.fsum(stand.most for stand in own)))
    return tuple(found)


def _on(by_link: Mapping[tuple[str, str], Arc], links: Sequence[str], at: str) -> tuple[Arc, ...]:
    """The arcs of links from a place on, each in the direction that goes on."""
    found = []
    for link in links:
        forth, back = by_link[link, FORTH], by_link.get((link, BACK))
        arc = back if back is not None and forth.start != at and back.start == at else forth
        found.append(arc)
        at = arc.end
    return tuple(found)


def tracks(case: Case) -> dict[str, Track]:
    """Rows of the table of links in the timetable, by link."""
    found = {}
    for row in case.rows("service_link"):
        window = None
        if row.slot_from_h is not None:
            window = Window(float(row.slot_from_h), float(row.slot_h), float(row.slot_every_h))
        stand = None
        if row.stand_node_id is not None:
            most = row.stand_h if row.stand_most_h is None else row.stand_most_h
            stand = Stand(row.stand_node_id, row.stand, float(row.stand_h), float(most))
        found[row.link_id] = Track(float(row.headway_h), bool(row.single), window, stand)
    return found


def places(case: Case) -> dict[str, Any]:
    """Rows of the table of places in the timetable, by place."""
    return {row.node_id: row for row in case.rows("service_place")}


def transfer_h(case: Case, place: str) -> float:
    """Least hours from one service to the next at a place, beside those of links between."""
    row = places(case).get(place)
    return 0.0 if row is None else float(row.transfer_h)


def rides(case: Case, way: Sequence[str], commodity: str) -> list[Ride]:
    """The services that a way of a commodity rides on, one after the other; each takes it as far as it goes.

    A service takes cargo that rides in its unit. Links of the way that no service runs over lie before the ride that
    follows.
    """
    known = {arc.arc_id: arc for arc in arcs(case)}
    begins: dict[str, list[tuple[str, str, int]]] = {}
    for service in services(case).values():
        for direction, legs in service.legs.items():
            for place, arc in enumerate(legs):
                if service.unit_id is None or arc.unit.get(commodity) != service.unit_id:
                    continue
                begins.setdefault(arc.arc_id, []).append((service.service_id, direction, place))
    found, at, between = list[Ride](), 0, 0.0
    while at < len(way):
        longest: tuple[int, tuple[str, str, int]] | None = None
        for start in begins.get(way[at], ()):
            legs = services(case)[start[0]].legs[start[1]][start[2] :]
            count = next(
                (n for n, (arc, leg) in enumerate(zip(way[at:], legs, strict=False)) if arc != leg.arc_id),
                min(len(legs), len(way) - at),
            )
            if longest is None or count > longest[0]:
                longest = count, start
        if longest is None:
            between += known[way[at]].time_h
            at += 1
            continue
        count, (service_id, direction, first) = longest
        between += services(case)[service_id].stands[direction][first][0]
        if found:
            was = found[-1]
            between += services(case)[was.service_id].stands[was.direction][was.last + 1][0]
        found.append(Ride(service_id, direction, first, first + count - 1, between))
        at, between = at + count, 0.0
    return found
