"""Balances of an answer, from the tables of the case and of the answer alone: period by period, or of the year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.calendar import daily
from corridor.model.case import Case
from corridor.model.graph import AFTER, arcs, layers
from corridor.model.horizon import DAY, Floats
from corridor.model.pools import kept_by_period, parks
from corridor.optimize.proof.by_period import PLACE, STREAM, Ledger, Periods, Tables
from corridor.optimize.proof.keys import Keys, looked_up, summed
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
        self._rows: list[tuple[Any, ...]] = []
        self._amounts: list[Floats] = []

    def add(self, rows: Iterable[tuple[Any, ...]], amounts: Floats) -> None:
        """Add amounts (rows by periods) at places, rows of ids as ``PLACE`` has them."""
        self._rows += rows
        self._amounts.append(amounts)

    def sum(self) -> tuple[dict[tuple[Any, ...], int], Floats]:
        """Every place once with its position, and the sum of its amounts (places by periods)."""
        return summed(self._rows, np.concatenate(self._amounts))

    def at(self, keys: Keys) -> Floats:
        """The sums at the places of keys; nought at places without an amount."""
        places, amounts = self.sum()
        where = [places.get(row, len(places)) for row in keys.rows(PLACE)]
        return np.concatenate([amounts, np.zeros((1, amounts.shape[1]))])[where]


def _cargo(ledger: Ledger, entering: _Places) -> float:
    """Balance of each place: arrivals, origins and old stock against departures, deliveries and new stock.

    All by the cargo's own clock. ``entering`` takes arrivals and origins.
    """
    clock = ledger.flow["clock_t"]
    entering.add(ledger.heads.rows(PLACE), ledger.periods.arriving(clock, ledger.residual))
    entering.add(ledger.origins().rows(PLACE), ledger.sent["sent_t"])
    rest = _Places()
    rest.add(*entering.sum())
    rest.add(ledger.tails.rows(PLACE), -clock)
    rest.add(ledger.destinations().rows(PLACE), -ledger.arrived["clock_t"])
    stock = ledger.stock["clock_t"]
    rest.add(ledger.stores().rows(PLACE), ledger.periods.before(stock, ledger.stock.first) - stock)
    astray = np.isnan(ledger.departed).any()
    return np.inf if astray else worst(rest.sum()[1]) / ledger.tonnes


def _calendar(ledger: Ledger) -> float:
    """Flow and deliveries by the calendar against those by the cargo's own clock."""
    periods, flow, arrived = ledger.periods, ledger.flow, ledger.arrived
    passing = periods.arriving(flow["clock_t"], ledger.departed)
    coming = periods.arriving(arrived["clock_t"], ledger.late(ledger.destinations()))
    return max(worst(flow["t"] - passing), worst(arrived["t"] - coming)) / ledger.tonnes


def _sums(ledger: Ledger, tables: Tables) -> float:
    """The tables of the year against the sums of those by periods."""
    delivered, arrived = ledger.parts, ledger.arrived
    keys = ["arc", *STREAM, "layer"]
    apart = [_apart(_by(tables["flow"], keys, "t"), _added(ledger.flow.keys.rows(keys), ledger.flow["clock_t"]))]
    for column, total in (("sent_t", "t"), ("outside_t", "outside_t"), ("unmet_t", "unmet_t")):
        sent = _added(ledger.sent.keys["part"], ledger.sent[column])
        apart.append(_apart(dict(zip(delivered["part"], delivered[total], strict=True)), sent))
    crossed: dict[Any, float] = defaultdict(float)
    for *stream, crosses, tonnes in delivered.rows([*STREAM, "crosses", "crossed_t"]):
        if crosses == "may":
            crossed[tuple(stream)] += tonnes
    behind = arrived.keys.where("layer", AFTER) & arrived.keys.where("crosses", "may")
    apart.append(_apart(crossed, _added(arrived.keys.take(behind).rows(STREAM), arrived["clock_t"][behind])))
    keys = ["arc", "what", "item"]
    by_period, numbers = _units_by_period(ledger), _by(tables["move"], keys, "number")
    known = {key: number for key, number in numbers.items() if key[1] == "carrier" or (key[0], key[2]) in by_period}
    moved = _added(ledger.move.keys.rows(keys), ledger.move["number"])
    moves = _apart(known, moved) / (1.0 + sum(numbers.values()))
    return max(moves, max(apart) / (1.0 + sum(delivered["t"])))


def _by(frame: pd.DataFrame, names: list[str], column: str) -> dict[Any, float]:
    """A column of a table added up by the ids of ``names``."""
    return _added(Keys.read(frame, names).rows(names), frame[column].to_numpy(float)[:, None])


def _added(rows: Iterable[Any], amounts: Floats) -> dict[Any, float]:
    """Amounts (rows by periods) added up over the periods, by their rows."""
    known, sums = summed(rows, amounts)
    return dict(zip(known, sums.sum(axis=1).tolist(), strict=True))


def _apart(one: Mapping[Any, float], other: Mapping[Any, float]) -> float:
    """The greatest difference of two sums of one key; a key that one of them lacks has nought there."""
    return worst(np.array([one.get(key, 0.0) - other.get(key, 0.0) for key in {*one, *other}], dtype=float))


def _periods(ledger: Ledger, frame: pd.DataFrame) -> float:
    """The table ``periods`` against the sums of the others."""
    case, flow, periods = ledger.case, ledger.flow, ledger.periods
    weight = looked_up(_gate_factors(case), flow.keys["commodity"])
    gate = np.array(ledger.of_ways(flow.keys, "gate"), dtype=bool) & (case.gate is not None)
    waits = set(ledger.waiting.keys["part"])
    free = np.array([part not in waits for part in ledger.sent.keys["part"]], dtype=bool)
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
    used = {
        (row.link_id, direction)
        for row in ledger.case.rows("use")
        if row.activity in ("unit", "loaded", "empty")
        for direction in (("forward", "back") if row.direction == "both" else (row.direction,))
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


def _needed(ledger: Ledger, units: Keys, number: Floats) -> tuple[list[tuple[str, str]], Floats]:
    """Units that cargo and other ``units`` (arc, item; their ``number``) fill: rows (arc, item), and how many."""
    rows, filled = _filled(ledger)
    outer, carried = carried_units(ledger, units, number)
    filled = filled if number.shape[1] > 1 else filled.sum(axis=1, keepdims=True)
    return [*rows, *outer.rows(("arc", "item"))], np.concatenate([filled, carried])


def _filled(ledger: Ledger) -> tuple[list[tuple[str, str]], Floats]:
    """Units that cargo fills: rows of arc and item, and their number by period."""
    rides = {
        (row.commodity_id, row.mode_id): (row.unit_id, row.payload_t)
        for row in ledger.case.rows("packing")
        if row.unit_id
    }
    keys = ledger.flow.keys
    packed = [rides.get(pair) for pair in zip(keys["commodity"], ledger.of_ways(keys, "mode"), strict=True)]
    chosen = [at for at, ride in enumerate(packed) if ride is not None]
    payload = np.array([ride[1] for ride in packed if ride is not None], dtype=float)
    items = [ride[0] for ride in packed if ride is not None]
    arcs_of = [keys["arc"][at] for at in chosen]
    return list(zip(arcs_of, items, strict=True)), ledger.flow["t"][chosen] / payload[:, None]


def _units(ledger: Ledger) -> float:
    """Loaded units in each period against the cargo that fills them, as far as the moves are known by period."""
    by_period, runs, moves = _units_by_period(ledger), ~ledger.riding, ledger.move
    rows, number = _needed(ledger, moves.keys.take(runs), moves["number"][runs])
    chosen = [at for at, row in enumerate(rows) if row in by_period]
    loaded = moves.keys.where("what", "loaded")
    both = [*(rows[at] for at in chosen), *moves.keys.take(loaded).rows(("arc", "item"))]
    return worst(summed(both, np.concatenate([number[chosen], -moves["number"][loaded]]))[1]) / ledger.moves


def _turnover(ledger: Ledger, move: pd.DataFrame) -> float:
    """Units of the year: they fill with its cargo, and as many leave each place as come to it."""
    keys, numbers = Keys.read(move, ("arc", "what", "item")), move["number"].to_numpy(float)[:, None]
    runs = ~keys.where("what", "carrier")
    units, number = keys.take(runs), numbers[runs]
    ends = [units.put(node=ledger.of_ways(units, end)).rows(("item", "node")) for end in ("end", "start")]
    rest = summed([*ends[0], *ends[1]], np.concatenate([number, -number]))[1]
    rows, needed = _needed(ledger, units, number)
    needed = needed.sum(axis=1, keepdims=True)
    loaded = keys.where("what", "loaded")
    both = [*rows, *keys.take(loaded).rows(("arc", "item"))]
    short = overstep(summed(both, np.concatenate([needed, -numbers[loaded]]))[1]) / (1.0 + float(needed.sum()))
    return max(worst(rest) / (1.0 + float(number.sum())), short)


def _carriers(ledger: Ledger) -> float:
    """Carriers that come to a place and stood there against those that leave or stand, and no more than the fleet."""
    periods, standing = ledger.periods, ledger.standing
    keys, number, hours = ledger.carriers()
    ends = [keys.put(node=ledger.of_ways(keys, end)).rows(("node", "item")) for end in ("end", "start")]
    rows = [*ends[0], *ends[1], *standing.keys.rows(("node", "carrier"))]
    stands = standing["number"]
    changes = [periods.arriving(number, hours), -number, periods.before(stands, standing.first) - stands]
    rest = summed(rows, np.concatenate(changes))[1]
    fleet_of = {row.carrier_id: row.resource_id for row in ledger.case.rows("carrier")}
    fleets, together = summed([fleet_of.get(carrier) for carrier in standing.keys["carrier"]], stands)
    over = 0.0
    for resource, at in fleets.items():
        yearly = yearly_offer(ledger.case, str(resource))
        over = max(over, overstep(together[at] - yearly) / (1.0 + abs(yearly)))
    wrong = list(keys["item"]) != ledger.of_ways(keys, "carrier")
    return np.inf if wrong else max(worst(rest) / ledger.moves, over)


def _offer(case: Case, periods: Periods, demand: str) -> Floats:
    """Share of a demand's year that is offered in each period."""
    return periods.share * periods.mean(daily(case, "demand", demand, "t_per_year"))


def _waiting(ledger: Ledger) -> float:
    """Cargo that is offered and has not left waits, no longer than it may; the late part of it is reported."""
    periods, waiting = ledger.periods, ledger.waiting
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
    demands = ledger.part("demand", names)
    shares = np.array([_offer(ledger.case, periods, demand) for demand in demands])
    grows, offered = np.array(ledger.part("grows", names), dtype=bool), waiting["offered_t"]
    base = np.array(ledger.part("base_t", names), dtype=float)
    total = np.where(grows, offered.sum(axis=1) / shares.sum(axis=1), base)
    breaches.append(worst(offered - total[:, None] * shares))
    if not periods.cyclic:
        breaches.append(worst(waiting["waiting_t"][grows, -1]))
    demand = ledger.case["demand"].loc[demands]
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
    known = set(demand.index[bound])
    return {part for part, each in ledger.parts.rows(("part", "demand")) if each in known}


def _stores(ledger: Ledger, entering: _Places) -> float:
    """Room, dwell and overstay of stores; their stock by the calendar, and as an open year begins and ends."""
    case, periods, stock, held = ledger.case, ledger.periods, ledger.stock, ledger.held
    store = {row.store_id: row for row in case.rows("store")}
    breaches = [_slots(ledger, row) for row in store.values()]
    places, rows = ledger.stores(), [store[name] for name in stock.keys["store"]]
    kinds = zip(rows, stock.keys["commodity"], strict=True)
    if not all(not row.commodities or commodity in row.commodities for row, commodity in kinds):
        return np.inf
    at = periods.level(stock["clock_t"], ledger.late(places))
    keys = ("store", "commodity")
    both = [*stock.keys.rows(keys), *held.keys.rows(keys)]
    breaches.append(worst(summed(both, np.concatenate([at, -held["t"]]))[1]) / ledger.tonnes)
    entered = entering.at(places)
    dwell, free = (np.array([getattr(row, name) for row in rows], dtype=float) * DAY for name in ("dwell_d", "free_d"))
    breaches.append(overstep(periods.recent(entered, dwell) - stock["clock_t"]) / ledger.tonnes)
    pays = (free > 0) & (np.array([row.usd_per_t_day for row in rows], dtype=float) > 0)
    if "overstay_t" in stock.of:
        over = stock["clock_t"] - periods.recent(entered, free) - stock["overstay_t"]
        breaches.append(overstep(over[pays]) / ledger.tonnes)
    for row in case.rows("store"):
        mine = stock.keys.where("store", row.store_id)
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
    chosen = [
        node == row.node_id
        and (not row.commodities or commodity in row.commodities)
        and not (node == destination and layer == layers(crosses)[1][-1])
        for commodity, destination, crosses, node, layer in ledger.tails.rows(PLACE)
    ]
    lying = ledger.flow["t"][chosen].sum(axis=0) * row.dwell_d * DAY / ledger.periods.hours
    return overstep(lying - row.capacity_t) / size_of(row.capacity_t)


def _deliveries(ledger: Ledger) -> float:
    """Gate tonnes recounted from deliveries; demands that do not grow are met, less cargo that still waits."""
    case, periods, parts = ledger.case, ledger.periods, ledger.parts
    tonnes = {name: np.array(parts[name], dtype=float) for name in ("t", "gate_t", "base_t", "outside_t", "unmet_t")}
    if case.gate is None:
        recount = tonnes["t"]
    else:
        weight = looked_up(_gate_factors(case), parts["commodity"])
        recount = np.array(parts["crossed_t"], dtype=float) * weight
    apart = worst(recount - tonnes["gate_t"]) / (1.0 + worst(recount))
    due = tonnes["base_t"].copy()
    for at, part in enumerate(ledger.waiting.keys["part"]):
        row = ledger.rows_of[part]
        due[row] *= _offer(case, periods, str(parts["demand"][row])).sum()
        if not periods.cyclic:
            due[row] -= ledger.waiting["waiting_t"][at, -1]
    fixed = ~np.array(parts["grows"], dtype=bool)
    short = (due - tonnes["t"] - tonnes["outside_t"] - tonnes["unmet_t"]) / (1.0 + tonnes["base_t"])
    return max(apart, worst(short[fixed]))


def _gate_factors(case: Case) -> dict[str, float]:
    return {row.commodity_id: row.gate_factor for row in case.rows("commodity")}


def _nameplate(ledger: Ledger) -> float:
    """Gate tonnes of the year beyond the nameplate, relative."""
    nameplate = np.inf if ledger.case.gate is None else float(ledger.case.gate.nameplate_t_per_year)
    return max(0.0, sum(ledger.parts["gate_t"]) - nameplate) / size_of(nameplate)


def _below_zero(ledger: Ledger) -> float:
    """The most negative amount of any table."""
    tonnes = (ledger.flow, ledger.sent, ledger.arrived, ledger.waiting, ledger.stock, ledger.held)
    return max(
        overstep(-numbers) / size
        for tables, size in ((tonnes, ledger.tonnes), ((ledger.move, ledger.standing, ledger.idle), ledger.moves))
        for amounts in tables
        for numbers in (*amounts.of.values(), amounts.first)
    )
