"""A year by periods checked in every period, from the tables of the case and of the answer alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.calendar import daily, link_daily, size_left
from corridor.model.case import Case
from corridor.model.graph import AFTER, BEFORE, arcs, layers
from corridor.model.horizon import DAY, Floats
from corridor.optimize.proof.by_period import PLACE, STREAM, Course, Tables, Year


def imbalances(year: Year, tables: Tables) -> dict[str, float]:
    """The worst breach of every sort in any period, relative: of cargo and moves to a mean period, of limits to them.

    ``year`` is made of ``tables``. Cargo where it has no business is infinitely wrong.
    """
    entering = _Places()
    found = {
        "cargo": _cargo(year, entering),
        "calendar": _calendar(year),
        "sums": _sums(year, tables),
        "periods": _periods(year, tables["periods"]),
        "units": _units(year),
        "loads": _loads(year),
        "carriers": _carriers(year),
        "waiting": _waiting(year),
        "stores": _stores(year, entering),
        "resources": _resources(year, tables),
        "below zero": _below_zero(year),
    }
    return {name: value if np.isfinite(value) else np.inf for name, value in found.items()}


def left_over(year: Year) -> tuple[pd.Series, pd.Series]:
    """What came in or began and did not go on within the year: tonnes by ``PLACE``, carriers by (carrier, node).

    On the way as the year ends, more in stock or in port than as it began, and at destinations what arrived beyond what
    was sent; all of it zero where the year repeats itself.
    """
    clock, late = year.flow["clock_t"], year.residual
    ahead = clock.sum(axis=1) - year.course.arriving(clock, late).sum(axis=1)
    stock = year.stock["clock_t"]
    gained = stock[:, -1] - year.course.before(stock, year.stock.first)[:, 0]
    arrived, parts = year.arrived, year.parts
    ends = parts[STREAM].assign(node=parts["destination"])
    after = parts["crossed_t"].where(parts["crosses"] == "may", parts["t"].where(parts["crosses"] == "must", 0.0))
    cargo = pd.concat(
        [
            year.heads.assign(t=ahead),
            year.stores().assign(t=gained),
            arrived.keys.assign(node=arrived.keys["destination"], t=arrived["clock_t"].sum(axis=1)),
            *(ends.assign(layer=layer, t=-t) for layer, t in ((AFTER, after), (BEFORE, parts["t"] - after))),
        ]
    )
    keys, number, hours = year.carriers()
    ahead = number.sum(axis=1) - year.course.arriving(number, hours).sum(axis=1)
    port = year.standing
    stands = port["number"][:, -1] - year.course.before(port["number"], port.first)[:, 0]
    carriers = pd.concat(
        [
            pd.DataFrame({"item": keys["item"], "node": keys["arc"].map(year.ways["end"]), "number": ahead}),
            pd.DataFrame({"item": port.keys["carrier"], "node": port.keys["node"], "number": stands}),
        ]
    )
    return cargo.groupby(PLACE)["t"].sum(), carriers.groupby(["item", "node"])["number"].sum()


def owed(year: Year) -> pd.Series:
    """Tonnes by part that leave within the year: its base year, or what is offered less what still waits."""
    found: pd.Series = year.parts["base_t"].copy()
    for at, part in enumerate(year.waiting.keys["part"]):
        found[part] *= _offer(year.case, year.course, str(year.parts["demand"][part])).sum()
        if not year.course.cyclic:
            found[part] -= year.waiting["waiting_t"][at, -1]
    return found


def by_calendar(flow: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The table ``flow`` with what passes within the year, not what would by the cargo's own clock."""
    if not len(flow):
        return flow
    keys = ["arc", *STREAM, "layer"]
    passing = tables["flow_by_period"].groupby(keys)["t"].sum()
    return flow.drop(columns="t").join(passing, on=keys).fillna({"t": 0.0})


class _Places:
    """Amounts added up by place and period."""

    def __init__(self) -> None:
        self._keys: list[pd.DataFrame] = []
        self._amounts: list[Floats] = []

    def add(self, keys: pd.DataFrame, amounts: Floats) -> None:
        """Amounts (keys by periods) at the places of keys."""
        self._keys.append(keys[PLACE])
        self._amounts.append(amounts)

    def sum(self) -> tuple[pd.MultiIndex, Floats]:
        """Every place once, and what was added there (places by periods)."""
        keys = pd.concat(self._keys, ignore_index=True)
        row = keys.groupby(PLACE, sort=False).ngroup().to_numpy()
        amounts = np.concatenate(self._amounts)
        out = np.zeros((int(row.max(initial=-1)) + 1, amounts.shape[1]))
        np.add.at(out, row, amounts)
        return pd.MultiIndex.from_frame(keys[~keys.duplicated()]), out

    def at(self, keys: pd.DataFrame) -> Floats:
        """What was added at the places of keys."""
        index, amounts = self.sum()
        where = index.get_indexer(pd.MultiIndex.from_frame(keys[PLACE]))
        return np.where(where[:, None] >= 0, amounts[where], 0.0)


def _worst(amounts: Floats) -> float:
    return float(np.max(np.abs(amounts), initial=0.0))


def _over(amounts: Floats) -> float:
    return float(np.max(amounts, initial=0.0))


def _size(limit: float) -> float:
    """What a breach of a limit is measured by; any where there is no limit."""
    return 1.0 + limit if np.isfinite(limit) else 1.0


def _cargo(year: Year, entering: _Places) -> float:
    """What comes to a place, begins or lay there against what goes on, stays or is delivered, by its own clock.

    ``entering`` takes what comes and begins.
    """
    clock = year.flow["clock_t"]
    entering.add(year.heads, year.course.arriving(clock, year.residual))
    entering.add(year.origins(), year.sent["sent_t"])
    rest = _Places()
    rest.add(*_as_frame(entering))
    rest.add(year.tails, -clock)
    rest.add(year.arrived.keys.assign(node=year.arrived.keys["destination"]), -year.arrived["clock_t"])
    stock = year.stock["clock_t"]
    rest.add(year.stores(), year.course.before(stock, year.stock.first) - stock)
    return _worst(rest.sum()[1]) / year.tonnes


def _as_frame(places: _Places) -> tuple[pd.DataFrame, Floats]:
    index, amounts = places.sum()
    return index.to_frame(index=False), amounts


def _calendar(year: Year) -> float:
    """Flow and deliveries by the calendar against those by the cargo's own clock."""
    course, flow, arrived = year.course, year.flow, year.arrived
    passing = course.arriving(flow["clock_t"], year.departed)
    there = year.late(arrived.keys.assign(node=arrived.keys["destination"]))
    coming = course.arriving(arrived["clock_t"], there)
    return max(_worst(flow["t"] - passing), _worst(arrived["t"] - coming)) / year.tonnes


def _sums(year: Year, tables: Tables) -> float:
    """The tables of the year against the sums of those by periods."""
    flow, move, delivered = tables["flow"], tables["move"], tables["delivered"]
    keys = ["arc", *STREAM, "layer"]
    found = [_apart(flow.groupby(keys)["t"].sum(), tables["flow_by_period"].groupby(keys)["clock_t"].sum())]
    of_part = delivered.set_index("part")
    sent = tables["sent"].groupby("part")[["sent_t", "outside_t", "unmet_t"]].sum()
    for column, total in (("sent_t", "t"), ("outside_t", "outside_t"), ("unmet_t", "unmet_t")):
        found.append(_apart(of_part[total], sent[column]))
    chosen = delivered["crosses"] == "may"
    crossed = delivered[chosen].groupby(STREAM)["crossed_t"].sum()
    arrived = tables["arrived"][(tables["arrived"]["layer"] == AFTER) & (tables["arrived"]["crosses"] == "may")]
    found.append(_apart(crossed, arrived.groupby(STREAM)["clock_t"].sum()))
    keys = ["arc", "what", "item"]
    within, numbers = _within_the_year(year), move.groupby(keys)["number"].sum()
    told = [what == "carrier" or (arc, item) in within for arc, what, item in numbers.index]
    moved = tables["move_by_period"].groupby(keys)["number"].sum()
    apart = _apart(numbers[told], moved) / (1.0 + float(numbers.sum()))
    return max(apart, max(found) / (1.0 + float(delivered["t"].sum())))


def _apart(one: pd.Series, other: pd.Series) -> float:
    if not len(one) and not len(other):
        return 0.0
    return float(one.rename(None).sub(other.rename(None), fill_value=0.0).abs().max())


def _periods(year: Year, periods: pd.DataFrame) -> float:
    """The table ``periods`` against the sums of the others."""
    case, flow = year.case, year.flow
    weight = flow.keys["commodity"].map(case["commodity"]["gate_factor"]).to_numpy(float)
    gate = flow.keys["arc"].map(year.ways["gate"]).to_numpy(bool) & (case.gate is not None)
    timed = set(year.waiting.keys["part"])
    free = ~year.sent.keys["part"].isin(timed).to_numpy()
    sums = {
        "offered_t": year.waiting["offered_t"].sum(axis=0)
        + sum(year.sent[each][free].sum(axis=0) for each in ("sent_t", "outside_t", "unmet_t")),
        **{column: year.sent[column].sum(axis=0) for column in ("sent_t", "outside_t", "unmet_t")},
        "gate_t": (weight * gate) @ flow["t"],
        "arrived_t": year.arrived["t"].sum(axis=0),
        **{column: year.waiting[column].sum(axis=0) for column in ("waiting_t", "late_t")},
        "stock_t": year.held["t"].sum(axis=0),
    }
    apart = max(_worst(periods[column].to_numpy(float) - values) for column, values in sums.items()) / year.tonnes
    follows = np.append(year.course.count - 1 if year.course.cyclic else -1, np.arange(year.course.count - 1))
    start = 0.0 if (periods["follows"].to_numpy() == follows).all() else np.inf
    whole: float = abs(float(periods["days"].sum()) - year.course.days[-1]) / year.course.days[-1]
    ordered = 0.0 if (np.diff(year.course.days) > 0).all() and year.course.days[0] == 0 else np.inf
    return max(apart, start, whole, ordered)


def _within_the_year(year: Year) -> set[tuple[str, str]]:
    """(arc, unit) whose units take of something in each period: of a carrier, or of a resource."""
    use = year.case["use"]
    use = use[use["activity"].isin(["unit", "loaded", "empty"])]
    taken = {
        (link, direction)
        for link, said in zip(use["link_id"], use["direction"], strict=True)
        for direction in (("forward", "back") if said == "both" else (said,))
    }
    return {
        (arc.arc_id, unit)
        for arc in arcs(year.case)
        if arc.carrier_id or (arc.link_id, arc.direction) in taken
        for unit in arc.units
    }


def _units(year: Year) -> float:
    """Loaded units in each period against the cargo that fills them, where they are told by period."""
    packing = year.case["packing"]
    packing = packing[packing["unit_id"].notna()]
    how = packing.set_index(["commodity_id", "mode_id"])[["unit_id", "payload_t"]]
    keys = year.flow.keys
    at = pd.MultiIndex.from_arrays([keys["commodity"], keys["arc"].map(year.ways["mode"])])
    rides = how.reindex(at)
    within = _within_the_year(year)
    units = list(zip(keys["arc"], rides["unit_id"], strict=True))
    chosen = np.array([each in within for each in units], dtype=bool)
    needed = year.flow["t"][chosen] / rides["payload_t"].to_numpy(float)[chosen, None]
    loaded = (year.move.keys["what"] == "loaded").to_numpy()
    there = year.move.keys[loaded]
    labels = [each for each, told in zip(units, chosen, strict=True) if told]
    labels += list(zip(there["arc"], there["item"], strict=True))
    row, names = pd.factorize(pd.Series(labels, dtype=object))
    rest = np.zeros((len(names), year.course.count))
    np.add.at(rest, row, np.concatenate([needed, -year.move["number"][loaded]]))
    return _worst(rest) / year.moves


def _activities(year: Year) -> tuple[pd.DataFrame, Floats]:
    """All that may take of something: rows of arc, activity and item with tonnes or numbers by period."""
    flow, move = year.flow, year.move
    tonnes = flow.keys[["arc"]].assign(activity="tonne", item=flow.keys["commodity"])
    moves = move.keys[["arc"]].assign(activity=move.keys["what"].replace("carrier", "move"), item=move.keys["item"])
    units = (move.keys["what"] != "carrier").to_numpy()
    keys = pd.concat([tonnes, moves, moves[units].assign(activity="unit")], ignore_index=True)
    return keys.assign(at=np.arange(len(keys))), np.concatenate([flow["t"], move["number"], move["number"][units]])


def _loads(year: Year) -> float:
    """What rides on the carriers of an arc against what they take, in each period and dimension."""
    case, course = year.case, year.course
    if not len(case["carrier"]):
        return 0.0
    keys, amounts = _activities(year)
    keys = keys[keys["activity"].isin(["tonne", "loaded", "empty"])]
    packed = case["packing"][case["packing"]["unit_id"].notna()]
    in_unit = set(zip(packed["commodity_id"], packed["mode_id"], strict=True))
    mode = keys["arc"].map(year.ways["mode"])
    bulk = np.array([each not in in_unit for each in zip(keys["item"], mode, strict=True)], dtype=bool)
    keys = keys[(keys["activity"] != "tonne") | bulk].assign(carrier_id=lambda f: f["arc"].map(year.ways["carrier"]))
    loads = keys[keys["carrier_id"].notna()].merge(case["loading"], left_on="item", right_on="item_id")
    loads = loads.merge(case["size"].reset_index(), on=["carrier_id", "dimension"])
    if not len(loads):
        return 0.0
    each = loads["empty"].where(loads["activity"] == "empty", loads["loaded"]).to_numpy(float)
    row = loads.groupby(["arc", "size_id"], sort=False).ngroup().to_numpy()
    sizes = loads[~loads.duplicated(["arc", "size_id"])]
    load = np.zeros((len(sizes), course.count))
    np.add.at(load, row, each[:, None] * amounts[loads["at"]])
    factors = case["factor"][case["factor"]["size_id"].notna()].groupby("size_id")["value"].prod()
    takes = np.zeros_like(load)
    going, number, _ = year.carriers()
    number_of = dict(zip(going["arc"], number, strict=True))
    one = np.zeros(len(sizes))
    for at, (arc, size_id, amount) in enumerate(zip(sizes["arc"], sizes["size_id"], sizes["amount"], strict=True)):
        one[at] = amount * factors.get(size_id, 1.0) * size_left(case, size_id)
        takes[at] = one[at] * course.mean(daily(case, "size", size_id, "amount")) * number_of.get(arc, 0.0)
    # A millionth of a carrier is the dust that tables leave out: it must not look like much.
    return _over((load - takes) / (1.0 + load + 10 * one[:, None]))


def _carriers(year: Year) -> float:
    """Carriers that come to a place and stood there against those that leave or stand, and no more than the fleet."""
    course, standing = year.course, year.standing
    keys, number, hours = year.carriers()
    ends = [keys["arc"].map(year.ways[end]) for end in ("end", "start")]
    labels = pd.concat(
        [
            *(pd.DataFrame({"node": end, "carrier": keys["item"]}) for end in ends),
            standing.keys[["node", "carrier"]],
        ],
        ignore_index=True,
    )
    stands = standing["number"]
    rest = np.zeros((len(labels.drop_duplicates()), course.count))
    changes = [course.arriving(number, hours), -number, course.before(stands, standing.first) - stands]
    np.add.at(rest, labels.groupby(["node", "carrier"], sort=False).ngroup().to_numpy(), np.concatenate(changes))
    wrong = keys["arc"].map(year.ways["carrier"]) != keys["item"]
    fleets = standing.keys["carrier"].map(year.case["carrier"]["resource_id"])
    over = 0.0
    for resource, rows in fleets.groupby(fleets):
        yearly = _yearly(year.case, str(resource))
        over = max(over, _over(stands[rows.index].sum(axis=0) - yearly) / (1.0 + abs(yearly)))
    return np.inf if wrong.any() else max(_worst(rest) / year.moves, over)


def _yearly(case: Case, resource: str) -> float:
    """What a resource offers in the mean of the year, in its own unit."""
    row = case.row("resource", resource)
    means = [daily(case, "resource", resource, column) for column in ("capacity", "background")]
    there, taken = (1.0 if each is None else float(each.mean()) for each in means)
    left = float(np.prod([each.value for each in case.rows("factor") if each.resource_id == resource]))
    return float(row.capacity * left * there - row.background * taken)


def _offer(case: Case, course: Course, demand: str) -> Floats:
    """Share of a demand's year that is offered in each period."""
    return course.share * course.mean(daily(case, "demand", demand, "t_per_year"))


def _waiting(year: Year) -> float:
    """What is offered and has not left waits, no longer than it may; what is late is."""
    course, waiting, parts = year.course, year.waiting, year.parts
    names = waiting.keys["part"]
    timed = _bound_to_time(year)
    if set(names) != timed:
        return np.inf
    if not len(names):
        return 0.0
    sent = {part: at for at, part in enumerate(year.sent.keys["part"])}
    left = sum(waiting[column] for column in ("sent_t", "outside_t", "unmet_t"))
    rest = course.before(waiting["waiting_t"], np.zeros(len(names))) + waiting["offered_t"] - left
    rest = rest - waiting["waiting_t"]
    found = [_worst(rest)]
    for column in ("sent_t", "outside_t", "unmet_t"):
        told = [year.sent[column][sent[part]] if part in sent else np.zeros(course.count) for part in names]
        found.append(_worst(waiting[column] - np.array(told)))
    rows = parts.loc[names]
    shares = np.array([_offer(year.case, course, demand) for demand in rows["demand"]])
    grows, offered = rows["grows"].to_numpy(bool), waiting["offered_t"]
    total = np.where(grows, offered.sum(axis=1) / shares.sum(axis=1), rows["base_t"].to_numpy(float))
    found.append(_worst(offered - total[:, None] * shares))
    if not course.cyclic:
        found.append(_worst(waiting["waiting_t"][grows, -1]))
    demand = year.case["demand"].loc[rows["demand"]]
    for column, states in (("wait_d", 0.0), ("late_d", waiting["late_t"])):
        days = demand[column].to_numpy(float)
        lately = course.recent(offered, np.where(np.isfinite(days), days * DAY, 0.0))
        found.append(_over(np.where(np.isfinite(days)[:, None], waiting["waiting_t"] - lately - states, 0.0)))
    return max(found) / year.tonnes


def _bound_to_time(year: Year) -> set[str]:
    """Parts of demands that are offered by a calendar, or may not wait for ever, or can be late."""
    calendar, demand = year.case["calendar"], year.case["demand"]
    seasonal = calendar[(calendar["table"] == "demand") & (calendar["column"] == "t_per_year")]["row"]
    bound = demand.index.isin(seasonal) | np.isfinite(demand["wait_d"]) | np.isfinite(demand["late_d"])
    return set(year.parts.index[year.parts["demand"].isin(demand.index[bound])])


def _stores(year: Year, entering: _Places) -> float:
    """Room, dwell and overstay of stores; what lies there by the calendar; stock as an open year begins and ends."""
    case, course, stock, held = year.case, year.course, year.stock, year.held
    store = case["store"]
    found = [_slots(year, row) for row in case.rows("store")]
    places = year.stores()
    accepted = [
        not store.loc[name, "commodities"] or commodity in store.loc[name, "commodities"]
        for name, commodity in zip(stock.keys["store"], stock.keys["commodity"], strict=True)
    ]
    if not all(accepted):
        return np.inf
    at = course.level(stock["clock_t"], year.late(places))
    labels = pd.concat([stock.keys[["store", "commodity"]], held.keys[["store", "commodity"]]], ignore_index=True)
    rest = np.zeros((len(labels.drop_duplicates()), course.count))
    np.add.at(
        rest,
        labels.groupby(["store", "commodity"], sort=False).ngroup().to_numpy(),
        np.concatenate([at, -held["t"]]),
    )
    found.append(_worst(rest) / year.tonnes)
    rows = store.reindex(stock.keys["store"])
    entered = entering.at(places)
    dwell, free = (rows[column].to_numpy(float) * DAY for column in ("dwell_d", "free_d"))
    found.append(_over(course.recent(entered, dwell) - stock["clock_t"]) / year.tonnes)
    pays = (free > 0) & (rows["usd_per_t_day"].to_numpy(float) > 0)
    if "overstay_t" in stock.of:
        over = stock["clock_t"] - course.recent(entered, free) - stock["overstay_t"]
        found.append(_over(over[pays]) / year.tonnes)
    for row in case.rows("store"):
        mine = (stock.keys["store"] == row.store_id).to_numpy()
        found.append(_over(at[mine].sum(axis=0) - row.capacity_t) / _size(row.capacity_t))
        if not course.cyclic and _holds(year, row):
            found.append(abs(float(stock.first[mine].sum()) - row.opening_t) / (1.0 + row.opening_t))
            last = float(stock["clock_t"][mine, -1].sum())
            found.append((row.closing_t - last) / (1.0 + row.closing_t))
    return max([0.0, *found])


def _holds(year: Year, row: Any) -> bool:
    """Whether a store holds a stock of anything: not slots, and cargo that it takes comes by and goes on."""
    if _counts_slots(year, row):
        return False
    return any(
        node == row.node_id
        and (not row.commodities or commodity in row.commodities)
        and not (node == destination and layer == layers(crosses)[1][-1])
        for commodity, destination, crosses, node, layer in year.clock
    )


def _counts_slots(year: Year, row: Any) -> bool:
    return bool(0 < row.dwell_d * DAY < float(year.course.hours.max()) - 1e-9)


def _slots(year: Year, row: Any) -> float:
    """By Little's law what leaves a store times its dwell takes its room, where that is shorter than a period."""
    if not _counts_slots(year, row):
        return 0.0
    keys = year.tails
    chosen = (keys["node"] == row.node_id).to_numpy()
    if row.commodities:
        chosen = chosen & keys["commodity"].isin(row.commodities).to_numpy()
    last = keys["crosses"].map(lambda crosses: layers(crosses)[1][-1])
    chosen = chosen & ~((keys["node"] == keys["destination"]) & (keys["layer"] == last)).to_numpy()
    lying = year.flow["t"][chosen].sum(axis=0) * row.dwell_d * DAY / year.course.hours
    return _over(lying - row.capacity_t) / _size(row.capacity_t)


def _resources(year: Year, tables: Tables) -> float:
    """Use of every resource and way against what it offers, in each period, month or the year; and as tables say."""
    case, course = year.case, year.course
    used, month = _used(year), tables["use_by_month"]
    found = [0.0]
    by_period, by_month = (_by_resource(tables[name]) for name in ("use_by_period", "use_by_month"))
    edges = course.edges
    if len(month):
        one = next(iter(by_month.values()))
        edges = np.append(one["from_day"], one["from_day"][-1] + one["days"][-1]) * DAY
        if any(
            len(each["days"]) != len(one["days"]) or _worst(np.diff(edges) / DAY - each["days"]) > 1e-9
            for each in by_month.values()
        ):
            return np.inf
    blocks = {"always": course.edges, "month": edges, "year": course.edges[[0, -1]]}
    for name, (per, offer) in _offers(year, blocks).items():
        taken = course.within(blocks[per]) @ used.get(name, np.zeros(course.count))
        known = np.isfinite(offer)
        found.append(_over((taken - offer)[known] / (1.0 + np.abs(offer[known]))))
        told = (by_month if per == "month" else by_period).get(name)
        if per == "year" or (told is None and not taken.any()):
            continue
        if told is None or len(told["used"]) != len(taken):
            return np.inf
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where((offer > 0) & known, taken / offer, np.nan)
        for column, values in (("used", taken), ("available", offer), ("share", share)):
            said = told[column]
            same = (said == values) | (np.isnan(said) & np.isnan(values))
            with np.errstate(invalid="ignore"):  # no limit against no limit is the same
                apart = np.where(same, 0.0, np.abs(said - values) / (1.0 + np.abs(values)))
            found.append(np.inf if np.isnan(apart).any() else _worst(apart))
    unknown = (set(by_period) | set(by_month)) - set(case["resource"].index) - set(year.ways.index)
    return np.inf if unknown else max(found)


def _by_resource(frame: pd.DataFrame) -> dict[str, dict[str, Floats]]:
    """The columns of numbers of a table of use, by resource."""
    told = ("from_day", "days", "used", "available", "share")
    numbers = {name: frame[name].to_numpy(float) for name in told if name in frame}
    rows_of = frame.groupby("resource", sort=False).indices.items()
    return {str(resource): {name: each[rows] for name, each in numbers.items()} for resource, rows in rows_of}


def _used(year: Year) -> dict[str, Floats]:
    """What is taken of each resource and of each way in every period."""
    case, course = year.case, year.course
    keys, amounts = _activities(year)
    use = case["use"].reset_index()[["resource_id", "link_id", "direction", "activity", "item_id", "amount"]]
    use = use.merge(year.ways.reset_index(), left_on="link_id", right_on="link", suffixes=("", "_way"))
    use = use[(use["direction"] == "both") | (use["direction"] == use["direction_way"])]
    taken = use.merge(keys, on=["arc", "activity"])
    taken = taken[taken["item_id"].isna() | (taken["item_id"] == taken["item"]) | (taken["activity"] == "move")]
    names = taken["resource_id"].to_list()
    parts = [taken["amount"].to_numpy(float)[:, None] * amounts[taken["at"]]]
    going, number, hours = year.carriers()
    busy = course.busy(number, hours)
    for item, rows in going.groupby("item").indices.items():
        row = case.row("carrier", str(item))
        waits = row.wait_h * course.mean(daily(case, "carrier", str(item), "wait_h"))
        steady = hours[rows, None] - row.wait_h
        names += [row.resource_id] * len(rows)
        parts.append(busy[rows] * (steady + waits) / row.hours_per_year)
    names += year.flow.keys["arc"].to_list()
    parts.append(year.flow["t"])
    at, resources = pd.factorize(pd.Series(names, dtype=object))
    out = np.zeros((len(resources), course.count))
    np.add.at(out, at, np.concatenate(parts))
    return dict(zip(resources, out, strict=True))


def _offers(year: Year, blocks: Mapping[str, Floats]) -> dict[str, tuple[str, Floats]]:
    """What each resource and each way with a limit offers in every span of its block, after calendars and closures."""
    case, course = year.case, year.course
    found = {}
    factors = case["factor"][case["factor"]["resource_id"].notna()].groupby("resource_id")["value"].prod()
    for row in case.rows("resource"):
        edges = blocks[row.per]
        # A contract gives a twelfth each month, however long that is.
        share = (
            np.diff(edges) / course.edges[-1] if row.per != "month" else np.full(len(edges) - 1, 1 / (len(edges) - 1))
        )
        known = [daily(case, "resource", row.resource_id, column) for column in ("capacity", "background")]
        weights = course.within(edges) * course.hours
        there, taken = (weights @ course.mean(each) / weights.sum(axis=1) for each in known)
        left = factors.get(row.resource_id, 1.0)
        capacity = np.where(there > 0, row.capacity, 0.0) * there * left
        offer = capacity - row.background * taken
        limited = any(each is not None for each in known)
        found[row.resource_id] = (row.per, share * (np.maximum(offer, 0.0) if limited else offer))
    for arc, link, capacity in zip(year.ways.index, year.ways["link"], year.ways["capacity_t"], strict=True):
        by_day = link_daily(case, link)
        if not np.isfinite(capacity) and by_day is None:
            continue
        factor = course.mean(by_day)
        open_ = np.where(factor > 0, capacity, 0.0)
        found[arc] = ("always", course.share * open_ * np.where(factor > 0, factor, 1.0))
    return found


def _below_zero(year: Year) -> float:
    """Nothing is less than nothing."""
    tonnes = (year.flow, year.sent, year.arrived, year.waiting, year.stock, year.held)
    found = [
        _over(-each) / size
        for tables, size in ((tonnes, year.tonnes), ((year.move, year.standing), year.moves))
        for amounts in tables
        for each in (*amounts.of.values(), amounts.first)
    ]
    return max(found)
