"""Days of cargo on its way: moving, standing and waiting for a ship, the same for every study and page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from corridor.model.case import Case
from corridor.model.graph import Arc, arcs
from corridor.model.horizon import DAY
from corridor.model.language import say
from corridor.model.limit_facts import segment_names
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows

ROUNDED_H = 0.1
"""Hours: a rest below it comes from rounded hours of a link, and counts as moving."""

WITHIN_KM = 1.0
"""Length in km: a link below it lies within one place."""


@dataclass(frozen=True)
class Hours:
    """Hours of a tonne on an arc: ``moving``, ``standing`` (border, yard, quay, port of a ship), ``waiting`` for it."""

    moving: float = 0.0
    standing: float = 0.0
    waiting: float = 0.0

    @property
    def total(self) -> float:
        """All hours, as ``cost_shipper`` charges them."""
        return self.moving + self.standing + self.waiting

    @property
    def days(self) -> tuple[float, float, float]:
        """The same in days."""
        return self.moving / DAY, self.standing / DAY, self.waiting / DAY

    def __add__(self, other: Hours) -> Hours:
        return Hours(self.moving + other.moving, self.standing + other.standing, self.waiting + other.waiting)


def hours(case: Case) -> Mapping[str, Hours]:
    """Hours on each arc, by arc id.

    Hours of a link beyond its length at the usual speed of its mode are standing. Between two places of one country
    they are those of a slow line, which moves. A carrier adds its hours in port (standing) and its waiting.
    """
    return case.known("hours", lambda: _hours(case))


def _hours(case: Case) -> dict[str, Hours]:
    speed = {row.mode_id: row.speed_km_h for row in case.rows("mode")}
    carriers = {row.carrier_id: row for row in case.rows("carrier")}
    country = {row.node_id: row.country for row in case.rows("node")}

    def on(arc: Arc) -> Hours:
        pace = speed[arc.mode_id]
        moving = min(arc.time_h, arc.length_km / pace) if pace else arc.time_h
        inland = arc.length_km >= WITHIN_KM and country.get(arc.start) and country[arc.start] == country.get(arc.end)
        if arc.time_h - moving < ROUNDED_H or inland:
            moving = arc.time_h
        port, wait = 0.0, 0.0
        if arc.carrier_id is not None:
            port, wait = carriers[arc.carrier_id].port_h, carriers[arc.carrier_id].wait_h
        return Hours(moving, arc.time_h - moving + port, wait)

    return {arc.arc_id: on(arc) for arc in arcs(case)}


def journey(case: Case, way: Iterable[str]) -> Hours:
    """Hours of a way, given as arc ids."""
    on = hours(case)
    return sum((on[arc] for arc in way), Hours())


def mean(weighted: Iterable[tuple[float, Hours]]) -> Hours:
    """The mean of (tonnes, hours); NaN of none."""
    pairs = list(weighted)
    t = math.fsum(tonnes for tonnes, _ in pairs)
    if not t:
        return Hours(math.nan, math.nan, math.nan)

    def of(part: Callable[[Hours], float]) -> float:
        return math.fsum(tonnes * part(each) for tonnes, each in pairs) / t

    return Hours(of(lambda each: each.moving), of(lambda each: each.standing), of(lambda each: each.waiting))


def days(case: Case, answer: Answer, ways: pd.DataFrame) -> pd.DataFrame:
    """Mean days of each market, and of all in the last row, over the ways that its cargo takes.

    Columns as the table ``days`` of :class:`corridor.model.result.revenue.Revenue`.
    """
    segment = dict(zip(answer.delivered["demand"], answer.delivered["segment"], strict=True))
    names = segment_names(case)
    found: dict[str, list[tuple[float, Hours]]] = {each: [] for each in dict.fromkeys(segment.values())}
    for row in rows(ways):
        found[segment[row.demand]].append((float(row.t), journey(case, row.ways)))
    everything = [pair for pairs in found.values() for pair in pairs]
    listed = [(each, names.get(each, each), pairs) for each, pairs in found.items() if pairs]
    listed += [("", say("All cargo"), everything)] if everything else []
    body = []
    for each, name, pairs in listed:
        parts = mean(pairs).days
        body.append((each, name, math.fsum(t for t, _ in pairs), *parts, math.fsum(parts), parts[0] + parts[1]))
    columns = ["segment", "name", "t", "moving_d", "standing_d", "waiting_d", "days", "without_waiting_d"]
    return pd.DataFrame(body, columns=columns)
