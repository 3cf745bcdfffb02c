"""Wagons, boxes and trucks, loaded and empty."""

from __future__ import annotations

from collections import defaultdict

from corridor.model.pools import parks_of
from corridor.optimize.period.algebra import Columns, Rows, rule, seen
from corridor.optimize.period.layout import Layout

UNITS = dict.fromkeys(("loaded", "empty"), "units")


def columns(layout: Layout, columns: Columns) -> None:
    """``loaded`` and ``empty``: by period where a carrier or a resource limits them within the year, else once."""
    for name, keys in (("loaded", layout.loaded), ("empty", layout.empty)):
        columns.add(name, [key for key in keys if key in layout.ridden])
        columns.add(name, [key for key in keys if key not in layout.ridden], "year")


@rule("=", lambda layout, key: "period" if key in layout.ridden else "year")
def unit_fill(layout: Layout) -> Rows:
    r"""Cargo that rides in units fills loaded ones; so do units that ride in other units, as boxes on platforms.

    .. math:: \sum_{s,y} x_{l,s,y} / payload_{l,k(s)} = loaded_{l,u}

    Keys: link direction, unit.  Unit: thousand units.  Where nothing within the year limits the units of an arc the
    row holds once a year.  Price: objective per thousand loaded units more.
    Source: Crainic and Laporte, Planning models for freight transportation, EJOR 97 (1997).
    """
    rows: Rows = {key: [(-1.0, "loaded", key)] for key in layout.loaded}
    flow = seen(layout, "flow")
    for key in layout.flows:
        arc, commodity = layout.arcs[key[0]], layout.commodity_of(key)
        if unit := arc.unit[commodity]:
            rows[key[0], unit].append((1.0 / arc.payload[commodity], flow, key))
    for name, keys in (("loaded", layout.loaded), ("empty", layout.empty)):
        for arc_id, unit in keys:
            if unit in (inside := layout.arcs[arc_id].carried_in):
                outer, most = inside[unit]
                rows[arc_id, outer].append((1.0 / most, name, (arc_id, unit)))
    return rows


@rule("=", "year", ones=True)
def unit_balance(layout: Layout) -> Rows:
    r"""Units that come to a place within the year leave it again, loaded or empty; meanwhile they may stand there.

    .. math:: \sum_{l \in in(n)} (loaded_{l,u} + empty_{l,u}) = \sum_{l \in out(n)} (loaded_{l,u} + empty_{l,u})

    Keys: node, unit, of units without a pool.  Unit: thousand units.  Price: objective per thousand more at the place.
    Source: Dejax and Crainic, A review of empty flows, Transportation Science 21 (1987).
    """
    rows: Rows = defaultdict(list)
    pooled = parks_of(layout.case)
    for name, keys in (("loaded", layout.loaded), ("empty", layout.empty)):
        for arc, unit in (key for key in keys if key[1] not in pooled):
            rows[layout.arcs[arc].end, unit].append((1.0, name, (arc, unit)))
            rows[layout.arcs[arc].start, unit].append((-1.0, name, (arc, unit)))
    return rows
