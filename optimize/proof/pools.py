"""Pools of an answer, from the tables of the case and of the answer alone: vehicles in use, and balances by place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from corridor.model.graph import arcs
from corridor.model.horizon import Floats
from corridor.model.pools import OTHERS, YEAR_H, Park, dwell, kept_by_period, parks, parks_on
from corridor.optimize.proof.by_period import Ledger, Tables
from corridor.optimize.proof.keys import Keys, summed


def park_offer(park: Park) -> float:
    """Working vehicles of a park, less those in other traffic."""
    return float(sum(row.number * row.available - row.background for row in park.rows))


def _hours(ledger: Ledger) -> Floats:
    """Hours of each row of moves: the way with port and waiting of its carrier, and the dwell of a unit."""
    keys, stays = ledger.move.keys, dwell(ledger.case)
    own: Floats = ledger.hours_of(keys) + np.array([stays.get(row, 0.0) for row in keys.rows(("arc", "item", "what"))])
    return own


def pool_use(ledger: Ledger) -> Iterator[tuple[str, Floats]]:
    """Limit and vehicles of a year by period that the units of each park take, running and standing.

    Rows of runs and of standing units by periods. Parks that hold in the mean of the year are in a whole year alone.
    """
    keys, hours, year = ledger.move.keys, _hours(ledger), ledger.periods
    for park in parks(ledger.case):
        if park.yearly and not ledger.whole:
            continue
        mine = ~ledger.riding & keys.where("pool", park.park_id) & keys.where("item", park.unit_id)
        yield park.limit_id, ledger.move["number"][mine] * hours[mine, None] / YEAR_H
        stands = ledger.idle.keys.where("pool", park.park_id)
        yield park.limit_id, ledger.idle["number"][stands] * year.share


def pool_balance(ledger: Ledger) -> float:
    """Units of each park that come to a place or stood there against those that leave or stand.

    A unit of a park on a link that is not the park's, or of no park where it has one, is infinitely wrong.
    """
    case, keys, periods, idle = ledger.case, ledger.move.keys, ledger.periods, ledger.idle
    pooled = set(case["pool"]["unit_id"]) if ledger.whole else kept_by_period(case)
    of_others = keys.where("pool", OTHERS)
    if not pooled:
        return 0.0 if of_others.all() and not len(idle) else float("inf")
    known = {arc.arc_id: arc for arc in arcs(case)}
    mine = np.array([item in pooled for item in keys["item"]], dtype=bool) & ~ledger.riding
    if not of_others[~mine].all():
        return float("inf")
    runs = keys.take(mine)
    rows = runs.rows(("arc", "item", "pool"))
    if not all(arc in known and park in parks_on(case, known[arc], unit) for arc, unit, park in rows):
        return float("inf")
    number, hours = ledger.move["number"][mine], _hours(ledger)[mine]
    stands = idle["number"]
    changes = [periods.arriving(number, hours), -number, periods.before(stands, idle.first) - stands]
    ends = [runs.put(node=ledger.of_ways(runs, end)).rows(("node", "item", "pool")) for end in ("end", "start")]
    places = [*ends[0], *ends[1], *idle.keys.rows(("node", "unit", "pool"))]
    return float(np.abs(summed(places, np.concatenate(changes))[1]).max(initial=0.0)) / ledger.moves


def carried_units(ledger: Ledger, units: Keys, number: Floats) -> tuple[Keys, Floats]:
    """Units (arc, item) that other ``units`` fill, as boxes fill platforms, and the number of them that is filled."""
    inside = {
        (row.mode_id, row.unit_id): (row.on_unit_id, float(row.units_per or 1.0))
        for row in ledger.case.rows("packing")
        if row.unit_id and row.on_unit_id
    }
    rides = [inside.get(pair) for pair in zip(ledger.of_ways(units, "mode"), units["item"], strict=True)]
    chosen = np.array([at for at, ride in enumerate(rides) if ride is not None], dtype=np.int64)
    outer = [ride for ride in rides if ride is not None]
    most = np.array([ride[1] for ride in outer], dtype=float)
    return units.take(chosen).put(item=[ride[0] for ride in outer]), number[chosen] / most[:, None]


def without_periods(tables: Tables) -> Tables:
    """The tables of the year alone."""
    return {name: tables[name] for name in ("flow", "move", "delivered")}


def yearly_pools(year: Ledger) -> float:
    """Balance and number of the parks that hold in the mean of the year, of a ledger of the whole year."""
    over = 0.0
    used: dict[str, float] = defaultdict(float)
    for limit, vehicles in pool_use(year):
        used[limit] += float(vehicles.sum())
    for park in parks(year.case):
        if park.yearly:
            offer = park_offer(park)
            over = max(over, (used[park.limit_id] - offer) / (1.0 + abs(offer)))
    return max(over, pool_balance(year))
