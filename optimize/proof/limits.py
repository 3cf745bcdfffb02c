"""Limits of an answer, from the tables of the case and of the answer alone: carriers, resources, ways."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from corridor.model.calendar import daily, link_daily, size_left
from corridor.model.case import Case
from corridor.model.horizon import DAY, Floats
from corridor.model.pools import dwell, parks
from corridor.optimize.proof.by_period import Ledger, Tables
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


def _activities(ledger: Ledger) -> tuple[pd.DataFrame, Floats]:
    """All activities that use resources: rows of arc, activity and item, with tonnes or numbers by period."""
    flow, move = ledger.flow, ledger.move
    tonnes = flow.keys[["arc"]].assign(activity="tonne", item=flow.keys["commodity"])
    moves = move.keys[["arc"]].assign(activity=move.keys["what"].replace("carrier", "move"), item=move.keys["item"])
    units = (move.keys["what"] != "carrier").to_numpy()
    keys = pd.concat([tonnes, moves, moves[units].assign(activity="unit")], ignore_index=True)
    return keys.assign(at=np.arange(len(keys))), np.concatenate([flow["t"], move["number"], move["number"][units]])


def carrier_loads(ledger: Ledger) -> float:
    """Load on the carriers of an arc against their size, in each period and dimension."""
    case, periods = ledger.case, ledger.periods
    if not len(case["carrier"]):
        return 0.0
    keys, amounts = _activities(ledger)
    keys = keys[keys["activity"].isin(["tonne", "loaded", "empty"])]
    packed = case["packing"][case["packing"]["unit_id"].notna()]
    in_unit = set(zip(packed["commodity_id"], packed["mode_id"], strict=True))
    mode = keys["arc"].map(ledger.ways["mode"])
    bulk = np.array([pair not in in_unit for pair in zip(keys["item"], mode, strict=True)], dtype=bool)
    keys = keys[(keys["activity"] != "tonne") | bulk].assign(carrier_id=lambda f: f["arc"].map(ledger.ways["carrier"]))
    loads = keys[keys["carrier_id"].notna()].merge(case["loading"], left_on="item", right_on="item_id")
    loads = loads.merge(case["size"].reset_index(), on=["carrier_id", "dimension"])
    if not len(loads):
        return 0.0
    weight = loads["empty"].where(loads["activity"] == "empty", loads["loaded"]).to_numpy(float)
    row = loads.groupby(["arc", "size_id"], sort=False).ngroup().to_numpy()
    sizes = loads[~loads.duplicated(["arc", "size_id"])]
    load = np.zeros((len(sizes), periods.count))
    np.add.at(load, row, weight[:, None] * amounts[loads["at"]])
    factors = case["factor"][case["factor"]["size_id"].notna()].groupby("size_id")["value"].prod()
    takes = np.zeros_like(load)
    going, number, _ = ledger.carriers()
    number_of = dict(zip(going["arc"], number, strict=True))
    one = np.zeros(len(sizes))
    for at, (arc, size_id, amount) in enumerate(zip(sizes["arc"], sizes["size_id"], sizes["amount"], strict=True)):
        one[at] = amount * factors.get(size_id, 1.0) * size_left(case, size_id)
        takes[at] = one[at] * periods.mean(daily(case, "size", size_id, "amount")) * number_of.get(arc, 0.0)
    # A millionth of a carrier is the dust that tables leave out: it must not look like much.
    return overstep((load - takes) / (1.0 + load + 10 * one[:, None]))


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
    unknown -= {*ledger.case["resource"].index, *ledger.ways.index, *(park.limit_id for park in parks(ledger.case))}
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
    rows_of = frame.groupby("resource", sort=False).indices.items()
    return {str(resource): {name: column[rows] for name, column in numbers.items()} for resource, rows in rows_of}


def _used(ledger: Ledger) -> dict[str, Floats]:
    """Use of each resource and of each way in every period."""
    case, periods = ledger.case, ledger.periods
    keys, amounts = _activities(ledger)
    use = case["use"].reset_index()[["resource_id", "link_id", "direction", "activity", "item_id", "amount"]]
    use = use.merge(ledger.ways.reset_index(), left_on="link_id", right_on="link", suffixes=("", "_way"))
    use = use[(use["direction"] == "both") | (use["direction"] == use["direction_way"])]
    taken = use.merge(keys, on=["arc", "activity"])
    taken = taken[taken["item_id"].isna() | (taken["item_id"] == taken["item"]) | (taken["activity"] == "move")]
    names = taken["resource_id"].to_list()
    parts = [taken["amount"].to_numpy(float)[:, None] * amounts[taken["at"]]]
    going, number, hours = ledger.carriers()
    busy = periods.busy(number, hours)
    for item, rows in going.groupby("item").indices.items():
        row = case.row("carrier", str(item))
        waits = row.wait_h * periods.mean(daily(case, "carrier", str(item), "wait_h"))
        stay = [dwell(case).get((arc, str(item), "carrier"), 0.0) for arc in going["arc"].iloc[rows]]
        steady = hours[rows, None] - row.wait_h + np.array(stay)[:, None]
        names += [row.resource_id] * len(rows)
        parts.append(busy[rows] * (steady + waits) / row.hours_per_year * row.vehicles)
    for limit, vehicles in pool_use(ledger):
        names += [limit] * len(vehicles)
        parts.append(vehicles)
    names += ledger.flow.keys["arc"].to_list()
    parts.append(ledger.flow["t"])
    at, resources = pd.factorize(pd.Series(names, dtype=object))
    out = np.zeros((len(resources), periods.count))
    np.add.at(out, at, np.concatenate(parts))
    return dict(zip(resources, out, strict=True))


def _offers(ledger: Ledger, blocks: Mapping[str, Floats]) -> dict[str, tuple[str, Floats]]:
    """Offer of each resource and each way with a limit in every span of its block, after calendars and closures."""
    case, periods = ledger.case, ledger.periods
    offers = {}
    factors = case["factor"][case["factor"]["resource_id"].notna()].groupby("resource_id")["value"].prod()
    for row in case.rows("resource"):
        edges = blocks[row.per]
        # A contract gives a twelfth each month, however long that is.
        share = (
            np.diff(edges) / periods.edges[-1] if row.per != "month" else np.full(len(edges) - 1, 1 / (len(edges) - 1))
        )
        known = [daily(case, "resource", row.resource_id, column) for column in ("capacity", "background")]
        weights = periods.within(edges) * periods.hours
        there, taken = (weights @ periods.mean(by_day) / weights.sum(axis=1) for by_day in known)
        left = factors.get(row.resource_id, 1.0)
        capacity = np.where(there > 0, row.capacity, 0.0) * there * left
        offer = capacity - row.background * taken
        limited = any(by_day is not None for by_day in known)
        offers[row.resource_id] = (row.per, share * (np.maximum(offer, 0.0) if limited else offer))
    for park in parks(case):
        if park.yearly:
            offers[park.limit_id] = ("year", np.array([park_offer(park)]))
        else:
            offers[park.limit_id] = ("always", periods.share * park_offer(park))
    for arc, link, capacity in zip(ledger.ways.index, ledger.ways["link"], ledger.ways["capacity_t"], strict=True):
        by_day = link_daily(case, link)
        if not np.isfinite(capacity) and by_day is None:
            continue
        factor = periods.mean(by_day)
        open_ = np.where(factor > 0, capacity, 0.0)
        offers[arc] = ("always", periods.share * open_ * np.where(factor > 0, factor, 1.0))
    return offers
