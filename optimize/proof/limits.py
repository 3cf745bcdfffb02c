"""Limits of an answer, from the tables of the case and of the answer alone: carriers, resources, ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.calendar import daily, link_daily, size_left
from corridor.model.case import Case
from corridor.model.horizon import DAY, Floats
from corridor.model.pools import dwell, parks
from corridor.optimize.proof.by_period import Ledger, Tables
from corridor.optimize.proof.keys import Keys, summed
from corridor.optimize.proof.pools import park_offer, pool_use


def worst(amounts: Floats) -> float:
    """The greatest amount on either side of zero."""
    return float(np.max(np.abs(amounts), initial=0.0))


def overstep(amounts: Floats) -> float:
    """The greatest amount above zero."""
    return float(np.max(amounts, initial=0.0))


def size_of(limit: float) -> float:
    """Divisor of a breach of a limit: one more than the limit; 1 where it is infinite."""
    return 1.0 + limit if np.isfinite(limit) else 1.0


def _activities(ledger: Ledger) -> tuple[Keys, Floats]:
    """All activities that use resources: rows of arc, activity and item, with tonnes or numbers by period."""
    flow, move = ledger.flow, ledger.move
    units = move.keys.take(~ledger.riding)
    does = ["move" if what == "carrier" else what for what in move.keys["what"]]
    keys = Keys.of(
        arc=[*flow.keys["arc"], *move.keys["arc"], *units["arc"]],
        activity=["tonne"] * len(flow) + does + ["unit"] * len(units),
        item=[*flow.keys["commodity"], *move.keys["item"], *units["item"]],
    )
    return keys, np.concatenate([flow["t"], move["number"], move["number"][~ledger.riding]])


def carrier_loads(ledger: Ledger) -> float:
    """Load on the carriers of an arc against their size, in each period and dimension."""
    case, periods = ledger.case, ledger.periods
    if not case.rows("carrier"):
        return 0.0
    in_unit = {(row.commodity_id, row.mode_id) for row in case.rows("packing") if row.unit_id}
    loadings: dict[str, list[Any]] = defaultdict(list)
    for row in case.rows("loading"):
        loadings[row.item_id].append(row)
    sizes = {(row.carrier_id, row.dimension): row for row in case.rows("size")}
    keys, amounts = _activities(ledger)
    loads, rows, weights = [], [], []
    ways = zip(ledger.of_ways(keys, "mode"), ledger.of_ways(keys, "carrier"), strict=True)
    for at, ((arc, activity, item), (mode, carrier)) in enumerate(zip(keys.rows(keys.columns), ways, strict=True)):
        rides = activity == "tonne" and (item, mode) in in_unit
        if carrier is None or rides or activity not in ("tonne", "loaded", "empty"):
            continue
        for row in loadings[item]:
            if size := sizes.get((carrier, row.dimension)):
                loads.append((arc, size))
                rows.append(at)
                weights.append(row.empty if activity == "empty" else row.loaded)
    if not loads:
        return 0.0
    known, load = summed(loads, np.array(weights, dtype=float)[:, None] * amounts[rows])
    factors = _factors(case, "size_id")
    takes = np.zeros_like(load)
    going, number, _ = ledger.carriers()
    number_of = dict(zip(going["arc"], number, strict=True))
    one = np.zeros(len(known))
    for (arc, size), at in known.items():
        one[at] = size.amount * factors.get(size.size_id, 1.0) * size_left(case, size.size_id)
        takes[at] = one[at] * periods.mean(daily(case, "size", size.size_id, "amount")) * number_of.get(arc, 0.0)
    # A millionth of a carrier is the dust that tables leave out: it must not look like much.
    return overstep((load - takes) / (1.0 + load + 10 * one[:, None]))


def _factors(case: Case, column: str) -> dict[str, float]:
    """Product of the factors of each id of a column of the table ``factor``."""
    of: dict[str, float] = {}
    for row in case.rows("factor"):
        if (name := getattr(row, column)) is not None:
            of[name] = of.get(name, 1.0) * float(row.value)
    return of


def yearly_offer(case: Case, resource: str) -> float:
    """Offer of a resource in the mean of the year, in its own unit."""
    row = case.row("resource", resource)
    means = [daily(case, "resource", resource, column) for column in ("capacity", "background")]
    there, taken = (1.0 if by_day is None else float(by_day.mean()) for by_day in means)
    left = float(np.prod([factor.value for factor in case.rows("factor") if factor.resource_id == resource]))
    return float(row.capacity * left * there - row.background * taken)


def resource_use(ledger: Ledger, tables: Tables) -> float:
    """Use of every resource and way against its offer, in each period or month or in the year, and as tables have it.

    In a year as one period the offer of a month is that of the year.
    """
    periods, used = ledger.periods, _used(ledger)
    reported = {} if ledger.whole else {name: _by_resource(tables[f"use_by_{name}"]) for name in ("period", "month")}
    edges = periods.edges
    if reported.get("month"):
        first = next(iter(reported["month"].values()))
        edges = np.append(first["from_day"], first["from_day"][-1] + first["days"][-1]) * DAY
        if any(
            len(row["days"]) != len(first["days"]) or worst(np.diff(edges) / DAY - row["days"]) > 1e-9
            for row in reported["month"].values()
        ):
            return np.inf
    blocks = {"always": periods.edges, "month": edges, "year": periods.edges[[0, -1]]}
    breaches = [0.0]
    for name, (per, offer) in _offers(ledger, blocks).items():
        taken = periods.within(blocks[per]) @ used.get(name, np.zeros(periods.count))
        known = np.isfinite(offer)
        breaches.append(overstep((taken - offer)[known] / (1.0 + np.abs(offer[known]))))
        if per != "year" and not ledger.whole:
            row = reported["month" if per == "month" else "period"].get(name)
            breaches.append(_misreported(row, taken, offer))
    unknown = {name for rows in reported.values() for name in rows}
    unknown -= {*ledger.case["resource"].index, *ledger.ways, *(park.limit_id for park in parks(ledger.case))}
    return np.inf if unknown else max(breaches)


def _misreported(row: Mapping[str, Floats] | None, taken: Floats, offer: Floats) -> float:
    """Worst difference between the rows of a resource in a table of use and its use and offer."""
    if row is None or len(row["used"]) != len(taken):
        return np.inf if row is not None or taken.any() else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where((offer > 0) & np.isfinite(offer), taken / offer, np.nan)
    apart = [0.0]
    for column, values in (("used", taken), ("available", offer), ("share", share)):
        same = (row[column] == values) | (np.isnan(row[column]) & np.isnan(values))
        with np.errstate(invalid="ignore"):  # no limit against no limit is the same
            differences = np.where(same, 0.0, np.abs(row[column] - values) / (1.0 + np.abs(values)))
        apart.append(np.inf if np.isnan(differences).any() else worst(differences))
    return max(apart)


def _by_resource(frame: pd.DataFrame) -> dict[str, dict[str, Floats]]:
    """The columns of numbers of a table of use, by resource."""
    names = ("from_day", "days", "used", "available", "share")
    numbers = {name: frame[name].to_numpy(float) for name in names if name in frame}
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, resource in enumerate(frame["resource"]):
        rows_of[str(resource)].append(row)
    return {resource: {name: column[rows] for name, column in numbers.items()} for resource, rows in rows_of.items()}


def _used(ledger: Ledger) -> dict[str, Floats]:
    """Use of each resource and of each way in every period."""
    case, periods = ledger.case, ledger.periods
    keys, amounts = _activities(ledger)
    done: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, pair in enumerate(keys.rows(("arc", "activity"))):
        done[pair].append(at)
    arcs_of: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for arc, way in ledger.ways.items():
        arcs_of[way.link].append((arc, way.direction))
    names: list[str] = []
    taken: list[int] = []
    each: list[float] = []
    for row in case.rows("use"):
        for arc, direction in arcs_of[row.link_id]:
            if row.direction not in ("both", direction):
                continue
            rows = done.get((arc, row.activity), ())
            mine = [at for at in rows if row.item_id in (None, keys["item"][at]) or row.activity == "move"]
            names += [row.resource_id] * len(mine)
            taken += mine
            each += [row.amount] * len(mine)
    parts = [np.array(each, dtype=float)[:, None] * amounts[taken]] if taken else []
    going, number, hours = ledger.carriers()
    busy = periods.busy(number, hours)
    for item in dict.fromkeys(going["item"]):
        chosen = going.where("item", item)
        row = case.row("carrier", item)
        waits = row.wait_h * periods.mean(daily(case, "carrier", item, "wait_h"))
        stay = [dwell(case).get((arc, item, "carrier"), 0.0) for arc in going.take(chosen)["arc"]]
        steady = hours[chosen, None] - row.wait_h + np.array(stay)[:, None]
        names += [row.resource_id] * len(stay)
        parts.append(busy[chosen] * (steady + waits) / row.hours_per_year * row.vehicles)
    for limit, vehicles in pool_use(ledger):
        names += [limit] * len(vehicles)
        parts.append(vehicles)
    names += ledger.flow.keys["arc"]
    parts.append(ledger.flow["t"])
    resources, out = summed(names, np.concatenate(parts))
    return dict(zip(resources, out, strict=True))


def _offers(ledger: Ledger, blocks: Mapping[str, Floats]) -> dict[str, tuple[str, Floats]]:
    """Offer of each resource and each way with a limit in every span of its block, after calendars and closures."""
    case, periods = ledger.case, ledger.periods
    offers = {}
    factors = _factors(case, "resource_id")
    weights = {per: periods.within(edges) * periods.hours for per, edges in blocks.items()}
    # A contract gives a twelfth each month, however long that is.
    shares = {
        per: np.full(len(edges) - 1, 1 / (len(edges) - 1)) if per == "month" else np.diff(edges) / periods.edges[-1]
        for per, edges in blocks.items()
    }
    for row in case.rows("resource"):
        known = [daily(case, "resource", row.resource_id, column) for column in ("capacity", "background")]
        there, taken = (_mean(weights[row.per], periods.mean(by_day)) for by_day in known)
        left = factors.get(row.resource_id, 1.0)
        capacity = np.where(there > 0, row.capacity, 0.0) * there * left
        offer = capacity - row.background * taken
        limited = any(by_day is not None for by_day in known)
        offers[row.resource_id] = (row.per, shares[row.per] * (np.maximum(offer, 0.0) if limited else offer))
    for park in parks(case):
        if park.yearly:
            offers[park.limit_id] = ("year", np.array([park_offer(park)]))
        else:
            offers[park.limit_id] = ("always", periods.share * park_offer(park))
    for arc, way in ledger.ways.items():
        by_day = link_daily(case, way.link)
        if not np.isfinite(way.capacity_t) and by_day is None:
            continue
        factor = periods.mean(by_day)
        open_ = np.where(factor > 0, way.capacity_t, 0.0)
        offers[arc] = ("always", periods.share * open_ * np.where(factor > 0, factor, 1.0))
    return offers


def _mean(weights: Floats, values: Floats) -> Floats:
    """The mean of values by period in each span, by the hours that it has of each."""
    means: Floats = weights @ values / weights.sum(axis=1)
    return means
