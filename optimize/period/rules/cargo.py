"""Cargo that flows from origin to destination."""

from __future__ import annotations

from collections import defaultdict

from corridor.model.graph import AFTER, layers
from corridor.optimize.period.algebra import Columns, Rows, lag, rule
from corridor.optimize.period.layout import Layout

UNITS = dict.fromkeys(("flow", "served", "arrived", "passing", "arriving_flow"), "t")


def columns(layout: Layout, columns: Columns) -> None:
    """``flow``, ``served``, ``arrived``; by periods ``passing`` and ``arriving_flow``."""
    columns.add("flow", layout.flows)
    columns.add("served", [part.part_id for part in layout.parts])
    columns.add("arrived", [(s.stream_id, layer) for s in layout.streams for layer in layers(s.crosses)[1]])
    if not layout.timed:
        return
    late, residual = {}, {}
    for key in layout.flows:
        name, stream, layer = key
        arc = layout.arcs[name]
        start = layout.clock[stream, arc.start, layer]
        end = layout.clock[stream, arc.end, AFTER if arc.gate else layer]
        late[key] = lag(start)
        residual[key] = lag(start + layout.hours(arc) - end)
    columns.view("passing", "flow", late)
    columns.view("arriving_flow", "flow", residual)


@rule("=", ones=True)
def cargo_balance(layout: Layout) -> Rows:
    r"""Cargo of a stream that arrives at a place, begins there or lay there leaves it, stays or is delivered there.

    .. math:: \sum_{a \in in(n)} x'_{a,s,y} + \sum_{p: o_p = n} q_p + z'_{n,s,y} =
        \sum_{a \in out(n)} x_{a,s,y} + z_{n,s,y} + D_{s,y}

    Keys: stream, node, layer.  Unit: kt.  A gate arc leaves the layer before and enters the layer after, so a tonne
    is counted once.  Periods are those of the stream's own clock.  Price: objective per kt more to be sent on.
    Source: Ahuja, Magnanti and Orlin, Network Flows (1993), ch. 17.
    """
    rows = entering(layout)
    for key in layout.flows:
        rows[key[1], layout.arcs[key[0]].start, key[2]].append((-1.0, "flow", key))
    for stream in layout.streams:
        for layer in layers(stream.crosses)[1]:
            arrived = -1.0, "arrived", (stream.stream_id, layer)
            rows[stream.stream_id, stream.destination, layer].append(arrived)
    for store in layout.stores:
        for stock in store.stocks:
            rows[stock[1:]] += [(1.0, "opening_stock", stock), (-1.0, "stock", stock)]
            if not layout.horizon.cyclic:
                rows[stock[1:]].append((1.0, "beginning_stock", stock))
    places = ((stream.stream_id, *place) for stream in layout.streams for place in stream.nodes)
    return {place: rows[place] for place in places if place in rows}


def entering(layout: Layout) -> Rows:
    """Cargo that comes to (stream, node, layer): off its arcs, and of the demands that begin there."""
    rows: Rows = defaultdict(list)
    arriving = "arriving_flow" if layout.timed else "flow"
    for key in layout.flows:
        arc = layout.arcs[key[0]]
        rows[key[1], arc.end, AFTER if arc.gate else key[2]].append((1.0, arriving, key))
    for stream in layout.streams:
        on, _ = layers(stream.crosses)
        for part in stream.parts:
            rows[stream.stream_id, part.origin, on[0]].append((1.0, "served", part.part_id))
    return rows
