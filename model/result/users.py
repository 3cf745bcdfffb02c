"""Users of an answer: streams of cargo by market, from one country over a ship to another, used and fitting."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

from corridor.model.graph import arcs
from corridor.model.language import marked, say
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.result.revenue import Revenue
from corridor.model.scope import headline_scope, scope_of

BY_LAND = marked("by land")
"""The ship and the landing of cargo that takes none."""


@dataclass(frozen=True)
class Stream:
    """Cargo of a market with the same stations, in port tonnes a year.

    ``stations``: country of origin (code), port and ship, landing, country of destination (code). ``used_t``: of the
    base year, on the ways of this answer; ``fits_t``: of this answer. ``counted``: in the scope of the headline.
    """

    market: str
    stations: tuple[str, str, str, str]
    used_t: float
    fits_t: float
    counted: bool


def streams(answer: Answer, revenue: Revenue) -> tuple[Stream, ...]:
    """The streams of an answer to a measure, the greatest first."""
    case = answer.case
    names = dict(zip(answer.segments["segment"], answer.segments["name"], strict=True))
    country = {row.node_id: row.country or "" for row in case.rows("node")}
    factor = {row.commodity_id: float(row.gate_factor) for row in case.rows("commodity")}
    scope = headline_scope(case)
    members = scope_of(case, scope).members if scope else frozenset(map(str, answer.delivered["demand"]))
    ways = {
        (str(demand), int(str(way))): part
        for (demand, way), part in revenue.legs.groupby(["demand", "way"], sort=False)
    }
    count: dict[str, int] = defaultdict(int)
    for demand, _ in ways:
        count[demand] += 1
    at_sea = {row.mode_id for row in case.rows("mode") if row.at_sea}
    ships = {arc.link_id for arc in arcs(case) if arc.mode_id in at_sea}
    gates = {arc.link_id for arc in arcs(case) if arc.gate}
    sums: dict[tuple[str, tuple[str, str, str, str], bool], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows(answer.delivered):
        weight = factor.get(row.commodity, 1.0) if case.gate is not None else 1.0
        for number in range(1, count[row.demand] + 1):
            part = ways[row.demand, number]
            share = float(part["share"].iloc[0])
            ends = (country[row.origin], *_ship(part, ships, gates), country[row.destination])
            market = str(names.get(row.segment, row.segment))
            both = sums[market, (ends[0], ends[1], ends[2], ends[3]), row.demand in members]
            both[0] += row.base_t * share * weight
            both[1] += row.t * share * weight
    made = [Stream(market, ends, used, fits, counted) for (market, ends, counted), (used, fits) in sums.items()]
    return tuple(sorted(made, key=lambda each: -max(each.used_t, each.fits_t)))


def _ship(legs: pd.DataFrame, ships: set[str], gates: set[str]) -> tuple[str, str]:
    """Port and ship, and landing, of a way: the voyage nearest to the gate, else the first one."""
    links = [str(each) for each in legs["link"]]
    voyages = [place for place, link in enumerate(links) if link in ships]
    if not voyages:
        return say(BY_LAND), say(BY_LAND)
    at = [place for place, link in enumerate(links) if link in gates]
    nearest = min(voyages, key=lambda place: min((abs(place - each) for each in at), default=0))
    leg = rows(legs.rename(columns={"from": "start", "to": "end"}))[nearest]
    return f"{_short(leg.start)}, {str(leg.mode).lower()}", _short(leg.end)


def _short(name: str) -> str:
    return str(name).partition(",")[0].partition(" (")[0]


def total(listed: tuple[Stream, ...], measure: str) -> float:
    """The sum of ``used_t`` or ``fits_t``."""
    return math.fsum(getattr(each, measure) for each in listed)
