"""Stores: stocks that are kept over periods, or slots that cargo takes for its dwell."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from corridor.model.horizon import DAY, Floats
from corridor.optimize.period.algebra import BEFORE, DAYS, FIRST, LAST, Columns, Rows, Term, rule, seen
from corridor.optimize.period.layout import KILO, Layout
from corridor.optimize.period.rules.cargo import entering

UNITS = {
    **dict.fromkeys(("stock", "opening_stock", "beginning_stock", "closing_stock", "held", "began", "overstay"), "t"),
    **dict.fromkeys(("entered", "recent_entered", "free_entered", "room", "opening", "closing"), "t"),
    **dict.fromkeys(("stock_days", "overstay_days"), ""),
}
Stock = tuple[str, str, str, str]
"""Store, stream, node, layer."""


def columns(layout: Layout, columns: Columns) -> None:
    """``stock``, ``overstay``, ``entered`` and their views; in an open year ``began``."""
    if not layout.timed:
        return
    stocks = _stocks(layout)
    columns.add("stock", stocks)
    columns.view("opening_stock", "stock", dict.fromkeys(stocks, BEFORE))
    columns.view("stock_days", "stock", dict.fromkeys(stocks, DAYS))
    late = {key: round(layout.clock[key[1:]], 6) for key in stocks}
    columns.view("held", "stock", {key: (("level", hours),) if hours else () for key, hours in late.items()})
    pays, stays = _paying(layout), [key for key, row in stocks.items() if row.dwell_d]
    columns.add("overstay", pays)
    columns.view("overstay_days", "overstay", dict.fromkeys(pays, DAYS))
    columns.add("entered", dict.fromkeys([*stays, *pays]))
    columns.view("recent_entered", "entered", {key: (("recent", stocks[key].dwell_d * DAY),) for key in stays})
    columns.view("free_entered", "entered", {key: (("recent", stocks[key].free_d * DAY),) for key in pays})
    if not layout.horizon.cyclic:
        columns.view("closing_stock", "stock", dict.fromkeys(stocks, LAST))
        columns.add("began", stocks, "year")
        columns.view("beginning_stock", "began", dict.fromkeys(stocks, FIRST))


def _stocks(layout: Layout) -> dict[Stock, Any]:
    """Keys of stocks, with the row of their store."""
    return {key: store.row for store in layout.stores for key in store.stocks}


def _paying(layout: Layout) -> list[Stock]:
    """Stocks that pay after a free time."""
    return [key for key, row in _stocks(layout).items() if row.free_d and row.usd_per_t_day and not layout.measures]


def givens(layout: Layout) -> dict[str, dict[Any, Floats]]:
    """``room`` of stores; in an open year ``opening`` and ``closing``; kt."""
    horizon = layout.horizon
    room = {
        store.row.store_id: store.row.capacity_t / KILO * (horizon.share if store.slots else np.ones(horizon.count))
        for store in layout.stores
    }
    if horizon.cyclic:
        return {"room": room}
    stocked = [store.row for store in layout.stores if store.stocks]
    return {
        "room": room,
        "opening": {row.store_id: np.array([row.opening_t / KILO]) for row in stocked},
        "closing": {row.store_id: np.array([row.closing_t / KILO]) for row in stocked},
    }


@rule("<=")
def store_limit(layout: Layout) -> Rows:
    r"""Cargo in a store fits it: its stock, or by Little's law the cargo that passes times its dwell; never both.

    .. math:: \sum_{s,y} z_{i,s,y} \le room_i \quad\text{or}\quad \sum_{s,y} dwell_i\, x_{s,y} \le room_i\, hours

    Keys: store.  Unit: kt.  Price: objective per kt more room.
    Source: Little, A proof for the queuing formula L = lambda W, Operations Research 9 (1961).
    """
    slots = slot_terms(layout)
    return {
        store.row.store_id: [
            *(slots[store.row.store_id] if store.slots else [(1.0, "held", key) for key in store.stocks]),
            (-1.0, "room", store.row.store_id),
        ]
        for store in layout.stores
        if math.isfinite(store.row.capacity_t)
    }


def slot_terms(layout: Layout) -> dict[str, list[Term]]:
    """By store that counts slots: the kt that lie there in the mean of the year."""
    slots: dict[str, list[Term]] = {}
    flow = seen(layout, "flow")
    for store in layout.stores:
        if store.slots:
            leaves, dwell = set(store.keys), store.row.dwell_d * DAY / layout.horizon.length
            passing = (key for key in layout.flows if (key[1], layout.arcs[key[0]].start, key[2]) in leaves)
            slots[store.row.store_id] = [(dwell, flow, key) for key in passing]
    return slots


@rule("=", ones=True)
def store_entry(layout: Layout) -> Rows:
    r"""Cargo that comes to a store's place, for stores where it stays a while or pays after a while.

    .. math:: in_{i,s,y} = \sum_{a \in in(n)} x'_{a,s,y} + \sum_{p: o_p = n} q_p

    Keys: store, stream, node, layer.  Unit: kt.
    """
    keys = dict.fromkeys([*_staying(layout), *_paying(layout)])
    comes = entering(layout) if keys else {}
    return {key: [*comes.get(key[1:], ()), (-1.0, "entered", key)] for key in keys}


def _staying(layout: Layout) -> list[Stock]:
    """Stocks that stay for a dwell."""
    return [key for key, row in _stocks(layout).items() if row.dwell_d]


@rule(">=", ones=True)
def store_dwell(layout: Layout) -> Rows:
    r"""Cargo that entered within the dwell is still there.

    .. math:: z_{i,s,y} \ge in_{i,s,y}(\text{the last } dwell_i)

    Keys: store, stream, node, layer.  Unit: kt.  Only where the dwell is longer than a period.
    """
    return {key: [(1.0, "stock", key), (-1.0, "recent_entered", key)] for key in _staying(layout)}


@rule(">=", ones=True)
def store_overstay(layout: Layout) -> Rows:
    r"""Cargo that did not enter within the free time has overstayed it.

    .. math:: over_{i,s,y} \ge z_{i,s,y} - in_{i,s,y}(\text{the last } free_i)

    Keys: store, stream, node, layer.  Unit: kt.
    """
    return {key: [(1.0, "overstay", key), (-1.0, "stock", key), (1.0, "free_entered", key)] for key in _paying(layout)}


@rule("=", "year", ones=True)
def store_opening(layout: Layout) -> Rows:
    r"""Cargo in a store as an open year begins.

    .. math:: \sum_{s,y} z^0_{i,s,y} = opening_i

    Keys: store.  Unit: kt.  Price: objective per kt more in the beginning.
    """
    return _at_end(layout, "began", "opening")


@rule(">=", "year", ones=True)
def store_closing(layout: Layout) -> Rows:
    r"""Cargo that a store holds at least as an open year ends.

    .. math:: \sum_{s,y} z^T_{i,s,y} \ge closing_i

    Keys: store.  Unit: kt.  Price: objective per kt less in the end.
    """
    return _at_end(layout, "closing_stock", "closing")


def _at_end(layout: Layout, column: str, given: str) -> Rows:
    """By store, its stocks at an end of an open year less a given."""
    if layout.horizon.cyclic:
        return {}
    return {
        store.row.store_id: [*((1.0, column, key) for key in store.stocks), (-1.0, given, store.row.store_id)]
        for store in layout.stores
        if store.stocks
    }
