"""Ships and trains that carry cargo and units over links."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from corridor.optimize.period.algebra import Columns, Rows, Term, lag, rule, seen
from corridor.optimize.period.layout import Layout
from corridor.optimize.period.offers import carrier_sizes, item_loading

UNITS = dict.fromkeys(("move", "arriving_move", "busy"), "moves")


def columns(layout: Layout, columns: Columns) -> None:
    """``move``; by periods ``arriving_move`` and ``busy``."""
    columns.add("move", layout.moves)
    if layout.timed:
        away = {name: layout.hours(layout.arcs[name]) for name in layout.moves}
        columns.view("arriving_move", "move", {name: lag(hours) for name, hours in away.items()})
        columns.view("busy", "move", {name: (("busy", hours),) if hours else () for name, hours in away.items()})


@rule("<=")
def carrier_load(layout: Layout) -> Rows:
    r"""Cargo and units on the carriers of a link fit them, in each dimension that can fill up.

    .. math:: \sum_i w_{i,\delta}\, load_{l,i} \le size_{c,\delta}\, move_l

    Keys: link direction, dimension.  Unit: thousands of the dimension's unit (deck metres, t, TEU).
    Price: objective per thousand more places.
    Source: Christiansen, Fagerholt, Nygreen and Ronen, Ship routing and scheduling, EJOR 228 (2013).
    """
    rows: Rows = {}
    sizes = {row.carrier_id: carrier_sizes(layout.case, row.carrier_id) for row in layout.case.rows("carrier")}
    for arc_id in layout.moves:
        for dimension, (size, size_id) in sizes[layout.arcs[arc_id].carrier_id or ""].items():
            terms: list[Term] = []
            for kind, item, key in _carried(layout, arc_id):
                share = item_loading(layout.case, item, dimension)[kind == "empty"]
                if share:
                    terms.append((share, seen(layout, "flow") if kind == "tonne" else kind, key))
            if terms or layout.kinds is not None:  # ways that load it may be priced in
                rows[arc_id, dimension] = [*terms, layout.term(-size, ("size", size_id, "amount"), "move", arc_id)]
    return rows


def _carried(layout: Layout, arc_id: str) -> list[tuple[str, str, Any]]:
    """Cargo and units that may ride on an arc: (tonne | loaded | empty, commodity or unit, key of the variable)."""
    arc = layout.arcs[arc_id]
    carried: list[tuple[str, str, Any]] = []
    for key in layout.flows_on.get(arc_id, ()):
        commodity = layout.commodity_of(key)
        if arc.unit[commodity] is None:
            carried.append(("tonne", commodity, key))
    for unit in arc.units:
        if (arc_id, unit) in layout.loaded_set:
            carried.append(("loaded", unit, (arc_id, unit)))
        if (arc_id, unit) in layout.empty_set:
            carried.append(("empty", unit, (arc_id, unit)))
    return carried


@rule("=", ones=True)
def carrier_balance(layout: Layout) -> Rows:
    r"""Carriers that come to a place leave it again, or stand there until a later period.

    .. math:: \sum_{l \in in(n)} move'_l + stand'_{n,c} = \sum_{l \in out(n)} move_l + stand_{n,c}

    Keys: node, carrier.  Unit: thousand moves.  Price: objective per thousand carriers more at the place.
    Source: Christiansen, Fagerholt, Nygreen and Ronen, EJOR 228 (2013).
    """
    rows: Rows = defaultdict(list)
    arriving = "arriving_move" if layout.timed else "move"
    for arc_id in layout.moves:
        arc = layout.arcs[arc_id]
        rows[arc.end, arc.carrier_id].append((1.0, arriving, arc_id))
        rows[arc.start, arc.carrier_id].append((-1.0, "move", arc_id))
    if layout.timed:
        for key, terms in rows.items():
            terms += [(1.0, "opening_standing", key), (-1.0, "standing", key)]
            if not layout.horizon.cyclic:
                terms.append((1.0, "beginning_standing", key))
    return rows
