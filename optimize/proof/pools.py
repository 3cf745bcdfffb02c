"""Pools of an answer, from the tables of the case and of the answer alone: vehicles in use, and balances by place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd

from corridor.model.graph import arcs
from corridor.model.horizon import Floats
from corridor.model.pools import OTHERS, YEAR_H, Park, dwell, kept_by_period, parks, parks_on
from corridor.optimize.proof.by_period import Ledger, Tables


def park_offer(park: Park) -> float:
    """Working vehicles of a park, less those in other traffic."""
    return float(sum(row.number * row.available - row.background for row in park.rows))


def _hours(ledger: Ledger) -> Floats:
    """Hours of each row of moves: the way with port and waiting of its carrier, and the dwell of a unit."""
    keys, stays = ledger.move.keys, dwell(ledger.case)
    ways = keys["arc"].map(ledger.ways["hours"]).to_numpy(float)
    rows = zip(keys["arc"], keys["item"], keys["what"], strict=True)
    own: Floats = ways + np.array([stays.get((arc, item, what), 0.0) for arc, item, what in rows], dtype=float)
    return own


def pool_use(ledger: Ledger) -> Iterator[tuple[str, Floats]]:
    """Limit and vehicles of a year by period that the units of each park take, running and standing.

    Rows of runs and of standing units by periods. Parks that hold in the mean of the year are in a whole year alone.
    """
    keys, hours, year = ledger.move.keys, _hours(ledger), ledger.periods
    units = (keys["what"] != "carrier").to_numpy()
    for park in parks(ledger.case):
        if park.yearly and not ledger.whole:
            continue
        mine = units & ((keys["pool"] == park.park_id) & (keys["item"] == park.unit_id)).to_numpy()
        yield park.limit_id, ledger.move["number"][mine] * hours[mine, None] / YEAR_H
        stands = (ledger.idle.keys["pool"] == park.park_id).to_numpy()
        yield park.limit_id, ledger.idle["number"][stands] * year.share


def pool_balance(ledger: Ledger) -> float:
    """Units of each park that come to a place or stood there against those that leave or stand.

    A unit of a park on a link that is not the park's, or of no park where it has one, is infinitely wrong.
    """
    case, keys, periods, idle = ledger.case, ledger.move.keys, ledger.periods, ledger.idle
    pooled = set(case["pool"]["unit_id"]) if ledger.whole else kept_by_period(case)
    if not pooled:
        return float("inf") if (keys["pool"] != OTHERS).any() or len(idle) else 0.0
    known = {arc.arc_id: arc for arc in arcs(case)}
    mine = keys["item"].isin(pooled).to_numpy() & (keys["what"] != "carrier").to_numpy()
    if (keys["pool"][~mine] != OTHERS).any():
        return float("inf")
    runs = keys[mine]
    rows = zip(runs["arc"], runs["item"], runs["pool"], strict=True)
    if not all(park in parks_on(case, known[arc], unit) for arc, unit, park in rows):
        return float("inf")
    number, hours = ledger.move["number"][mine], _hours(ledger)[mine]
    stands = idle["number"]
    changes = [periods.arriving(number, hours), -number, periods.before(stands, idle.first) - stands]
    ends = [zip(runs["arc"].map(ledger.ways[end]), runs["item"], runs["pool"], strict=True) for end in ("end", "start")]
    places = [*ends[0], *ends[1], *zip(idle.keys["node"], idle.keys["unit"], idle.keys["pool"], strict=True)]
    rest: dict[tuple[str, str, str], Floats] = defaultdict(lambda: np.zeros(periods.count))
    for place, change in zip(places, np.concatenate(changes), strict=True):
        rest[place] += change
    return max((float(np.abs(left).max()) for left in rest.values()), default=0.0) / ledger.moves


def carried_units(ledger: Ledger, units: pd.DataFrame, number: Floats) -> tuple[pd.DataFrame, Floats]:
    """Units (arc, item) that other ``units`` fill, as boxes fill platforms, and the number of them that is filled."""
    inside = {
        (row.mode_id, row.unit_id): (row.on_unit_id, float(row.units_per or 1.0))
        for row in ledger.case.rows("packing")
        if row.unit_id and row.on_unit_id
    }
    rides = [inside.get(pair) for pair in zip(units["arc"].map(ledger.ways["mode"]), units["item"], strict=True)]
    chosen = [at for at, ride in enumerate(rides) if ride is not None]
    outer = [ride for ride in rides if ride is not None]
    most = np.array([ride[1] for ride in outer], dtype=float)
    keys = units[["arc"]].iloc[chosen].assign(item=[ride[0] for ride in outer])
    return keys, number[chosen] / most[:, None]


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
