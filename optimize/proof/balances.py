"""Balances of an answer, from the tables of the case and of the answer alone: period by period, or of the year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.calendar import daily
from corridor.model.case import Case
from corridor.model.graph import AFTER, arcs, layers
from corridor.model.horizon import DAY, Floats
from corridor.model.pools import kept_by_period, parks
from corridor.optimize.proof.by_period import PLACE, STREAM, Ledger, Periods, Tables
from corridor.optimize.proof.limits import carrier_loads, overstep, resource_use, size_of, worst, yearly_offer
from corridor.optimize.proof.pools import carried_units, pool_balance, without_periods, yearly_pools


def worst_imbalance(case: Case, tables: Mapping[str, pd.DataFrame], *, instant: bool = False) -> float:
    """Worst relative breach of a balance or a limit, from the tables of the case and of the answer.

    A year without tables by period is a horizon of one period that repeats itself. ``instant``: the way takes no time
    by the calendar, as in :class:`corridor.model.horizon.Horizon`. Tables that contradict themselves are infinitely
    wrong.
    """
    try:
        ledger = Ledger.of(case, tables, instant=instant)
    except (KeyError, ValueError):
        return float("inf")
    return max(imbalances(ledger, tables).values())


def imbalances(ledger: Ledger, tables: Tables) -> dict[str, float]:
    """Worst relative breach by kind: of cargo and moves to a mean period, of limits to the limit.

    ``ledger`` is made of ``tables``. Cargo at a place that its stream does not reach is infinitely wrong.
    """
    entering = _Places()
    breaches = {
        "cargo": _cargo(ledger, entering),
        "calendar": _calendar(ledger),
        "units": _units(ledger),
        "turnover": _turnover(ledger, tables["move"]),
        "pools": pool_balance(ledger),
        "loads": carrier_loads(ledger),
        "carriers": _carriers(ledger),
        "stores": _stores(ledger, entering),
        "resources": resource_use(ledger, tables),
        "deliveries": _deliveries(ledger),
        "nameplate": _nameplate(ledger),
        "below zero": _below_zero(ledger),
    }
    if not ledger.whole:
        breaches |= {
            "sums": _sums(ledger, tables),
            "periods": _periods(ledger, tables["periods"]),
            "waiting": _waiting(ledger),
        }
        if any(park.yearly for park in parks(ledger.case)):
            breaches["pools of the year"] = yearly_pools(Ledger.of(ledger.case, without_periods(tables)))
    return {name: value if np.isfinite(value) else np.inf for name, value in breaches.items()}


class _Places:
    """Amounts added up by place and period."""

    def __init__(self) -> None:
        self._keys: list[pd.DataFrame] = []
        self._amounts: list[Floats] = []

    def add(self, keys: pd.DataFrame, amounts: Floats) -> None:
        """Add amounts (keys by periods) at the places of keys."""
        self._keys.append(keys[PLACE])
        self._amounts.append(amounts)

    def sum(self) -> tuple[pd.DataFrame, Floats]:
        """Every place once, and the sum of its amounts (places by periods)."""
        keys = pd.concat(self._keys, ignore_index=True)
        return keys[~keys.duplicated()], _summed(keys, PLACE, np.concatenate(self._amounts))

    def at(self, keys: pd.DataFrame) -> Floats:
        """The sums at the places of keys; nought at places without an amount."""
        places, amounts = self.sum()
        where = pd.MultiIndex.from_frame(places).get_indexer(pd.MultiIndex.from_frame(keys[PLACE]))
        return np.where(where[:, None] >= 0, amounts[where], 0.0) if len(amounts) else np.zeros((0, amounts.shape[1]))


def _summed(keys: pd.DataFrame, names: list[str], amounts: Floats) -> Floats:
    """Amounts (keys by periods) added up by the distinct ``names`` of their keys, in the order of their first row."""
    row = keys.groupby(names, sort=False).ngroup().to_numpy()
    sums = np.zeros((int(row.max(initial=-1)) + 1, amounts.shape[1]))
    np.add.at(sums, row, amounts)
    return sums


def _cargo(ledger: Ledger, entering: _Places) -> float:
    """Balance of each place: arrivals, origins and old stock against departures, deliveries and new stock.

    All by the cargo's own clock. ``entering`` takes arrivals and origins.
    """
    clock = ledger.flow["clock_t"]
    entering.add(ledger.heads, ledger.periods.arriving(clock, ledger.residual))
    entering.add(ledger.origins(), ledger.sent["sent_t"])
    rest = _Places()
    rest.add(*entering.sum())
    rest.add(ledger.tails, -clock)
    rest.add(ledger.arrived.keys.assign(node=ledger.arrived.keys["destination"]), -ledger.arrived["clock_t"])
    stock = ledger.stock["clock_t"]
    rest.add(ledger.stores(), ledger.periods.before(stock, ledger.stock.first) - stock)
    astray = np.isnan(ledger.departed).any()
    return np.inf if astray else worst(rest.sum()[1]) / ledger.tonnes


def _calendar(ledger: Ledger) -> float:
    """Flow and deliveries by the calendar against those by the cargo's own clock."""
    periods, flow, arrived = ledger.periods, ledger.flow, ledger.arrived
    passing = periods.arriving(flow["clock_t"], ledger.departed)
    hours = ledger.late(arrived.keys.assign(node=arrived.keys["destination"]))
    coming = periods.arriving(arrived["clock_t"], hours)
    return max(worst(flow["t"] - passing), worst(arrived["t"] - coming)) / ledger.tonnes


def _sums(ledger: Ledger, tables: Tables) -> float:
    """The tables of the year against the sums of those by periods."""
    flow, move, delivered = tables["flow"], tables["move"], tables["delivered"]
    keys = ["arc", *STREAM, "layer"]
    apart = [_apart(flow.groupby(keys)["t"].sum(), tables["flow_by_period"].groupby(keys)["clock_t"].sum())]
    of_part = delivered.set_index("part")
    sent = tables["sent"].groupby("part")[["sent_t", "outside_t", "unmet_t"]].sum()
    for column, total in (("sent_t", "t"), ("outside_t", "outside_t"), ("unmet_t", "unmet_t")):
        apart.append(_apart(of_part[total], sent[column]))
    chosen = delivered["crosses"] == "may"
    crossed = delivered[chosen].groupby(STREAM)["crossed_t"].sum()
    arrived = tables["arrived"][(tables["arrived"]["layer"] == AFTER) & (tables["arrived"]["crosses"] == "may")]
    apart.append(_apart(crossed, arrived.groupby(STREAM)["clock_t"].sum()))
    keys = ["arc", "what", "item"]
    by_period, numbers = _units_by_period(ledger), move.groupby(keys)["number"].sum()
    known = [what == "carrier" or (arc, item) in by_period for arc, what, item in numbers.index]
    moved = tables["move_by_period"].groupby(keys)["number"].sum()
    moves = _apart(numbers[known], moved) / (1.0 + float(numbers.sum()))
    return max(moves, max(apart) / (1.0 + float(delivered["t"].sum())))


def _apart(one: pd.Series, other: pd.Series) -> float:
    if not len(one) and not len(other):
        return 0.0
    return float(one.rename(None).sub(other.rename(None), fill_value=0.0).abs().max())


def _periods(ledger: Ledger, frame: pd.DataFrame) -> float:
    """The table ``periods`` against the sums of the others."""
    case, flow, periods = ledger.case, ledger.flow, ledger.periods
    weight = flow.keys["commodity"].map(case["commodity"]["gate_factor"]).to_numpy(float)
    gate = flow.keys["arc"].map(ledger.ways["gate"]).to_numpy(bool) & (case.gate is not None)
    free = ~ledger.sent.keys["part"].isin(ledger.waiting.keys["part"]).to_numpy()
    sums = {
        "offered_t": ledger.waiting["offered_t"].sum(axis=0)
        + sum(ledger.sent[column][free].sum(axis=0) for column in ("sent_t", "outside_t", "unmet_t")),
        **{column: ledger.sent[column].sum(axis=0) for column in ("sent_t", "outside_t", "unmet_t")},
        "gate_t": (weight * gate) @ flow["t"],
        "arrived_t": ledger.arrived["t"].sum(axis=0),
        **{column: ledger.waiting[column].sum(axis=0) for column in ("waiting_t", "late_t")},
        "stock_t": ledger.held["t"].sum(axis=0),
    }
    apart = max(worst(frame[column].to_numpy(float) - values) for column, values in sums.items()) / ledger.tonnes
    follows = np.append(periods.count - 1 if periods.cyclic else -1, np.arange(periods.count - 1))
    start = 0.0 if (frame["follows"].to_numpy() == follows).all() else np.inf
    whole: float = abs(float(frame["days"].sum()) - periods.days[-1]) / periods.days[-1]
    ordered = 0.0 if (np.diff(periods.days) > 0).all() and periods.days[0] == 0 else np.inf
    return max(apart, start, whole, ordered)


def _units_by_period(ledger: Ledger) -> set[tuple[str, str]]:
    """(arc, unit) of the units that the table of moves has by period: they ride on a carrier or use a resource.

    In a year as one period that is every unit.
    """
    use = ledger.case["use"]
    use = use[use["activity"].isin(["unit", "loaded", "empty"])]
    used = {
        (link, direction)
        for link, stated in zip(use["link_id"], use["direction"], strict=True)
        for direction in (("forward", "back") if stated == "both" else (stated,))
    }
    pooled = kept_by_period(ledger.case)
    return {
        (arc.arc_id, unit)
        for arc in arcs(ledger.case)
        for unit in arc.units
        if ledger.whole
        or arc.carrier_id
        or (arc.link_id, arc.direction) in used
        or unit in pooled
        or arc.carried_in.get(unit, ("",))[0] in pooled
    }


def _needed(ledger: Ledger, units: pd.DataFrame, number: Floats) -> tuple[pd.DataFrame, Floats]:
    """Units that cargo and other ``units`` (arc, item; their ``number``) fill: their arc and item, and their number."""
    keys, filled = _filled(ledger)
    outer, carried = carried_units(ledger, units, number)
    return pd.concat([keys, outer], ignore_index=True), np.concatenate(
        [filled if number.shape[1] > 1 else filled.sum(axis=1, keepdims=True), carried]
    )


def _filled(ledger: Ledger) -> tuple[pd.DataFrame, Floats]:
    """Units that cargo fills: their arc and item, and their number by period."""
    packing = ledger.case["packing"]
    packing = packing[packing["unit_id"].notna()].set_index(["commodity_id", "mode_id"])[["unit_id", "payload_t"]]
    keys = ledger.flow.keys
    at = pd.MultiIndex.from_arrays([keys["commodity"], keys["arc"].map(ledger.ways["mode"])])
    rides = packing.reindex(at).reset_index(drop=True)
    packed = rides["unit_id"].notna().to_numpy()
    number = ledger.flow["t"][packed] / rides["payload_t"].to_numpy(float)[packed, None]
    return keys.loc[packed, ["arc"]].assign(item=rides["unit_id"][packed].to_numpy()), number


def _units(ledger: Ledger) -> float:
    """Loaded units in each period against the cargo that fills them, as far as the moves are known by period."""
    by_period = _units_by_period(ledger)
    runs = (ledger.move.keys["what"] != "carrier").to_numpy()
    keys, number = _needed(ledger, ledger.move.keys.loc[runs, ["arc", "item"]], ledger.move["number"][runs])
    chosen = np.array([pair in by_period for pair in zip(keys["arc"], keys["item"], strict=True)], dtype=bool)
    loaded = (ledger.move.keys["what"] == "loaded").to_numpy()
    both = pd.concat([keys[chosen], ledger.move.keys.loc[loaded, ["arc", "item"]]], ignore_index=True)
    amounts = np.concatenate([number[chosen], -ledger.move["number"][loaded]])
    return worst(_summed(both, ["arc", "item"], amounts)) / ledger.moves


def _turnover(ledger: Ledger, move: pd.DataFrame) -> float:
    """Units of the year: they fill with its cargo, and as many leave each place as come to it."""
    units = move[move["what"] != "carrier"]
    ends = [units.assign(node=units["arc"].map(ledger.ways[end])) for end in ("end", "start")]
    number = units["number"].to_numpy(float)
    rest = _summed(pd.concat(ends), ["item", "node"], np.concatenate([number, -number])[:, None])
    keys, needed = _needed(ledger, units[["arc", "item"]], number[:, None])
    loaded = units[units["what"] == "loaded"]
    both = pd.concat([keys, loaded[["arc", "item"]]], ignore_index=True)
    amounts = np.concatenate([needed.sum(axis=1), -loaded["number"].to_numpy(float)])
    short = overstep(_summed(both, ["arc", "item"], amounts[:, None])) / (1.0 + float(needed.sum()))
    return max(worst(rest) / (1.0 + float(number.sum())), short)


def _carriers(ledger: Ledger) -> float:
    """Carriers that come to a place and stood there against those that leave or stand, and no more than the fleet."""
    periods, standing = ledger.periods, ledger.standing
    keys, number, hours = ledger.carriers()
    ends = [keys["arc"].map(ledger.ways[end]) for end in ("end", "start")]
    labels = pd.concat(
        [
            *(pd.DataFrame({"node": end, "carrier": keys["item"]}) for end in ends),
            standing.keys[["node", "carrier"]],
        ],
        ignore_index=True,
    )
    stands = standing["number"]
    changes = [periods.arriving(number, hours), -number, periods.before(stands, standing.first) - stands]
    rest = _summed(labels, ["node", "carrier"], np.concatenate(changes))
    wrong = keys["arc"].map(ledger.ways["carrier"]) != keys["item"]
    fleets = standing.keys["carrier"].map(ledger.case["carrier"]["resource_id"])
    over = 0.0
    for resource, rows in fleets.groupby(fleets):
        yearly = yearly_offer(ledger.case, str(resource))
        over = max(over, overstep(stands[rows.index].sum(axis=0) - yearly) / (1.0 + abs(yearly)))
    return np.inf if wrong.any() else max(worst(rest) / ledger.moves, over)


def _offer(case: Case, periods: Periods, demand: str) -> Floats:
    """Share of a demand's year that is offered in each period."""
    return periods.share * periods.mean(daily(case, "demand", demand, "t_per_year"))


def _waiting(ledger: Ledger) -> float:
    """Cargo that is offered and has not left waits, no longer than it may; the late part of it is reported."""
    periods, waiting, parts = ledger.periods, ledger.waiting, ledger.parts
    names = waiting.keys["part"]
    if set(names) != _bound_to_time(ledger):
        return np.inf
    if not len(names):
        return 0.0
    sent = {part: at for at, part in enumerate(ledger.sent.keys["part"])}
    left = sum(waiting[column] for column in ("sent_t", "outside_t", "unmet_t"))
    rest = periods.before(waiting["waiting_t"], np.zeros(len(names))) + waiting["offered_t"] - left
    breaches = [worst(rest - waiting["waiting_t"])]
    for column in ("sent_t", "outside_t", "unmet_t"):
        known = [ledger.sent[column][sent[part]] if part in sent else np.zeros(periods.count) for part in names]
        breaches.append(worst(waiting[column] - np.array(known)))
    rows = parts.loc[names]
    shares = np.array([_offer(ledger.case, periods, demand) for demand in rows["demand"]])
    grows, offered = rows["grows"].to_numpy(bool), waiting["offered_t"]
    total = np.where(grows, offered.sum(axis=1) / shares.sum(axis=1), rows["base_t"].to_numpy(float))
    breaches.append(worst(offered - total[:, None] * shares))
    if not periods.cyclic:
        breaches.append(worst(waiting["waiting_t"][grows, -1]))
    demand = ledger.case["demand"].loc[rows["demand"]]
    for column, states in (("wait_d", 0.0), ("late_d", waiting["late_t"])):
        days = demand[column].to_numpy(float)
        lately = periods.recent(offered, np.where(np.isfinite(days), days * DAY, 0.0))
        over = np.where(np.isfinite(days)[:, None], waiting["waiting_t"] - lately - states, 0.0)
        breaches.append(overstep(over))
    return max(breaches) / ledger.tonnes


def _bound_to_time(ledger: Ledger) -> set[str]:
    """Parts of demands that are offered by a calendar, or may not wait for ever, or can be late."""
    calendar, demand = ledger.case["calendar"], ledger.case["demand"]
    seasonal = calendar[(calendar["table"] == "demand") & (calendar["column"] == "t_per_year")]["row"]
    bound = demand.index.isin(seasonal) | np.isfinite(demand["wait_d"]) | np.isfinite(demand["late_d"])
    return set(ledger.parts.index[ledger.parts["demand"].isin(demand.index[bound])])


def _stores(ledger: Ledger, entering: _Places) -> float:
    """Room, dwell and overstay of stores; their stock by the calendar, and as an open year begins and ends."""
    case, periods, stock, held = ledger.case, ledger.periods, ledger.stock, ledger.held
    store = case["store"]
    breaches = [_slots(ledger, row) for row in case.rows("store")]
    places = ledger.stores()
    accepted = [
        not store.loc[name, "commodities"] or commodity in store.loc[name, "commodities"]
        for name, commodity in zip(stock.keys["store"], stock.keys["commodity"], strict=True)
    ]
    if not all(accepted):
        return np.inf
    at = periods.level(stock["clock_t"], ledger.late(places))
    keys = ["store", "commodity"]
    labels = pd.concat([stock.keys[keys], held.keys[keys]], ignore_index=True)
    breaches.append(worst(_summed(labels, keys, np.concatenate([at, -held["t"]]))) / ledger.tonnes)
    rows = store.reindex(stock.keys["store"])
    entered = entering.at(places)
    dwell, free = (rows[column].to_numpy(float) * DAY for column in ("dwell_d", "free_d"))
    breaches.append(overstep(periods.recent(entered, dwell) - stock["clock_t"]) / ledger.tonnes)
    pays = (free > 0) & (rows["usd_per_t_day"].to_numpy(float) > 0)
    if "overstay_t" in stock.of:
        over = stock["clock_t"] - periods.recent(entered, free) - stock["overstay_t"]
        breaches.append(overstep(over[pays]) / ledger.tonnes)
    for row in case.rows("store"):
        mine = (stock.keys["store"] == row.store_id).to_numpy()
        breaches.append(overstep(at[mine].sum(axis=0) - row.capacity_t) / size_of(row.capacity_t))
        if not periods.cyclic and _holds(ledger, row):
            breaches.append(abs(float(stock.first[mine].sum()) - row.opening_t) / (1.0 + row.opening_t))
            last = float(stock["clock_t"][mine, -1].sum())
            breaches.append((row.closing_t - last) / (1.0 + row.closing_t))
    return max([0.0, *breaches])


def _holds(ledger: Ledger, row: Any) -> bool:
    """True for a store with a stock: no slots, and cargo that it accepts comes by and goes on."""
    if _counts_slots(ledger, row):
        return False
    return any(
        node == row.node_id
        and (not row.commodities or commodity in row.commodities)
        and not (node == destination and layer == layers(crosses)[1][-1])
        for commodity, destination, crosses, node, layer in ledger.clock
    )


def _counts_slots(ledger: Ledger, row: Any) -> bool:
    return bool(row.dwell_d > 0 and (ledger.whole or row.dwell_d * DAY < float(ledger.periods.hours.max()) - 1e-9))


def _slots(ledger: Ledger, row: Any) -> float:
    """Room of a store with slots: by Little's law, tonnes that leave it times their dwell fill it."""
    if not _counts_slots(ledger, row):
        return 0.0
    keys = ledger.tails
    chosen = (keys["node"] == row.node_id).to_numpy()
    if row.commodities:
        chosen = chosen & keys["commodity"].isin(row.commodities).to_numpy()
    last = keys["crosses"].map(lambda crosses: layers(crosses)[1][-1])
    chosen = chosen & ~((keys["node"] == keys["destination"]) & (keys["layer"] == last)).to_numpy(bool)
    lying = ledger.flow["t"][chosen].sum(axis=0) * row.dwell_d * DAY / ledger.periods.hours
    return overstep(lying - row.capacity_t) / size_of(row.capacity_t)


def _deliveries(ledger: Ledger) -> float:
    """Gate tonnes recounted from deliveries; demands that do not grow are met, less cargo that still waits."""
    case, periods, parts = ledger.case, ledger.periods, ledger.parts
    gated = case.gate is not None
    weight = parts["commodity"].map(case["commodity"]["gate_factor"]) if gated else 1.0
    recount = (parts["crossed_t"] if gated else parts["t"]) * weight
    apart = worst((recount - parts["gate_t"]).to_numpy(float)) / (1.0 + worst(recount.to_numpy(float)))
    due = parts["base_t"].astype(float).copy()
    for at, part in enumerate(ledger.waiting.keys["part"]):
        due[part] *= _offer(case, periods, str(parts["demand"][part])).sum()
        if not periods.cyclic:
            due[part] -= ledger.waiting["waiting_t"][at, -1]
    fixed = parts[~parts["grows"].astype(bool)]
    short = (due[fixed.index] - fixed["t"] - fixed["outside_t"] - fixed["unmet_t"]).abs() / (1.0 + fixed["base_t"])
    return max(apart, worst(short.to_numpy(float)))


def _nameplate(ledger: Ledger) -> float:
    """Gate tonnes of the year beyond the nameplate, relative."""
    nameplate = np.inf if ledger.case.gate is None else float(ledger.case.gate.nameplate_t_per_year)
    return max(0.0, float(ledger.parts["gate_t"].sum()) - nameplate) / size_of(nameplate)


def _below_zero(ledger: Ledger) -> float:
    """The most negative amount of any table."""
    tonnes = (ledger.flow, ledger.sent, ledger.arrived, ledger.waiting, ledger.stock, ledger.held)
    return max(
        overstep(-numbers) / size
        for tables, size in ((tonnes, ledger.tonnes), ((ledger.move, ledger.standing, ledger.idle), ledger.moves))
        for amounts in tables
        for numbers in (*amounts.of.values(), amounts.first)
    )
