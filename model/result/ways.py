"""The main ways of an answer leg by leg, beside the rival routes of their trades."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from corridor.model.case import Case
from corridor.model.graph import arcs
from corridor.model.result.carbon import Carbon
from corridor.model.result.frame import rows
from corridor.model.result.revenue import Revenue

LAND, SEA, PORT = "land", "sea", "port"
"""Sorts of legs: on land, by a ship, and at a place (below :data:`AT_A_PLACE_KM`)."""
AT_A_PLACE_KM = 1.0
MOST = 3
HOURS = 24.0


@dataclass(frozen=True)
class Leg:
    """A leg of a way: names of its ends, its sort, km, USD per unit (NaN where no tariff is known), and its days."""

    start: str
    end: str
    sort: str
    km: float
    usd: float
    moving_d: float
    standing_d: float
    waiting_d: float

    @property
    def days(self) -> float:
        return self.moving_d + self.standing_d + self.waiting_d


@dataclass(frozen=True)
class Route:
    """A rival: its name, km, days and USD per unit; NaN where unknown."""

    name: str
    km: float
    days: float
    usd: float


@dataclass(frozen=True)
class Way:
    """The widest way of a trade or of a demand; money is in USD per ``unit`` (``t``, or the unit of a trade)."""

    name: str
    unit: str
    legs: tuple[Leg, ...]
    rivals: tuple[Route, ...] = ()

    @property
    def km(self) -> float:
        return math.fsum(leg.km for leg in self.legs)

    @property
    def days(self) -> float:
        return math.fsum(leg.days for leg in self.legs)

    @property
    def usd(self) -> float:
        """All tariffs that are known."""
        return math.fsum(leg.usd for leg in self.legs if not math.isnan(leg.usd))

    @property
    def still_d(self) -> float:
        """Days of standing and waiting."""
        return math.fsum(leg.standing_d + leg.waiting_d for leg in self.legs)


def main_ways(revenue: Revenue, carbon: Carbon | None = None, most: int = MOST) -> tuple[Way, ...]:
    """The widest ways of the trades whose rivals have days, else of the greatest demands, one of each commodity.

    A trade that begins before its origin has that stretch as its first leg, all of it moving.
    """
    case = revenue.case
    legs = {str(demand): part[part["way"] == 1] for demand, part in revenue.legs.groupby("demand", sort=False)}
    sorts = _sorts(case)
    made = _of_trades(case, carbon, legs, sorts) if carbon is not None else []
    if not made:
        goods = {row.demand_id: row.commodity_id for row in case.rows("demand")}
        first: dict[str, str] = {}
        for demand in legs:
            first.setdefault(goods[demand], demand)
        made = [Way(str(legs[each]["name"].iloc[0]), "t", _legs(legs[each], sorts, 1.0)) for each in first.values()]
    return tuple(made[:most])


def _of_trades(case: Case, carbon: Carbon, legs: dict[str, pd.DataFrame], sorts: dict[str, str]) -> list[Way]:
    ends = {(row.commodity_id, row.origin_id, row.destination_id): row.demand_id for row in case.rows("demand")}
    names = {row.node_id: row.name for row in case.rows("node")}
    order, made = list(legs), []
    for trade in case.rows("trade"):
        demand = ends.get((trade.commodity_id, trade.origin_id, trade.destination_id))
        there = [row for row in rows(carbon.rivals) if row.trade == trade.trade_id and row.route != "corridor"]
        rivals = tuple(Route(row.route_name, row.km, row.days, row.usd_per_unit) for row in there if row.days > 0)
        if demand not in legs or not rivals:
            continue
        payload, unit = float(there[0].payload_t), str(there[0].unit)
        own = _legs(legs[demand], sorts, payload)
        if trade.lead_km:
            english = str(case["trade"]["name"].at[trade.trade_id])
            lead = Leg(case.words(english.partition(" to ")[0]), names[trade.origin_id], LAND, trade.lead_km,
                       trade.lead_usd_per_t * payload, trade.lead_h / HOURS, 0.0, 0.0)  # fmt: skip
            own = (lead, *own)
        units = {row.unit_id: row.name for row in case.rows("unit")}
        made.append((order.index(demand), Way(trade.name, units.get(unit, unit), own, rivals)))
    return [way for _, way in sorted(made, key=lambda pair: pair[0])]


def _sorts(case: Case) -> dict[str, str]:
    """The sort of each link."""
    at_sea = {row.mode_id for row in case.rows("mode") if row.at_sea}
    return {
        arc.link_id: SEA if arc.mode_id in at_sea else PORT if arc.length_km < AT_A_PLACE_KM else LAND
        for arc in arcs(case)
    }


def _legs(frame: pd.DataFrame, sorts: dict[str, str], payload: float) -> tuple[Leg, ...]:
    return tuple(
        Leg(row.start, row.end, sorts[row.link], row.km, row.usd_per_t * payload, row.moving_d, row.standing_d,
            row.waiting_d)
        for row in rows(frame.rename(columns={"from": "start", "to": "end"}))
    )  # fmt: skip
