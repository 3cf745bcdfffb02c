"""Resources that cargo, units and moves take of: fleets, quays, yards, lines, links, and the nameplate of the gate."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from corridor.model.graph import AFTER
from corridor.model.horizon import Floats
from corridor.model.limit_ids import gate_limit
from corridor.model.pools import dwell
from corridor.optimize.period.algebra import Rows, Term, rule, seen
from corridor.optimize.period.layout import KILO, Layout
from corridor.optimize.period.offers import available, block_of, offered
from corridor.optimize.period.rules.pools import pool_terms

UNITS = {"available": ""}


def givens(layout: Layout) -> dict[str, dict[str, Floats]]:
    """``available``, in the unit of the resource."""
    return {"available": offered(layout)}


@rule("<=", lambda layout, resource: block_of(layout.case, resource), scaled="available")
def resource_limit(layout: Layout) -> Rows:
    r"""Cargo, units and moves take no more of a resource than it offers.

    .. math:: \sum_i a_{r,i}\, activity_i \le available_r

    Keys: resource (a fleet, a quay, the gate's nameplate, a link's own capacity ...).  Unit: the resource's own,
    times the scale of the row, a power of ten that brings it near one.  The nameplate holds once a year, a contract
    once a year or a month.  Price: objective per unit more, >= 0.
    Source: Ahuja, Magnanti and Orlin, Network Flows (1993), ch. 17.
    """
    return {resource: [*terms, (-1.0, "available", resource)] for resource, terms in resource_terms(layout).items()}


def resource_terms(layout: Layout) -> dict[str, list[Term]]:
    """Activities that take of each resource, in its own unit a thousand of the activity."""
    taken: dict[str, dict[tuple[str, Any], float]] = {name: defaultdict(float) for name in available(layout.case)}
    _take_hours(layout, taken)
    _take_uses(layout, taken)
    for limit, terms in pool_terms(layout).items():
        for amount, name, key in terms:
            taken[limit][name, key] += amount
    flow = seen(layout, "flow")
    for arc_id, keys in layout.flows_on.items():
        if arc_id in taken:
            for key in keys:
                taken[arc_id][flow, key] += KILO
    if layout.case.gate is not None:
        for coefficient, name, key in gate_terms(layout):
            taken[gate_limit(layout.case) or ""][name, key] += KILO * coefficient
    return {
        resource: [(amount, name, key) for (name, key), amount in amounts.items() if amount]
        for resource, amounts in sorted(taken.items())
    }


def _take_hours(layout: Layout, taken: dict[str, dict[tuple[str, Any], float]]) -> None:
    """Carriers take of their fleet while they are under way, in port, dwell at an end, or wait for weather."""
    move = seen(layout, "move")
    for carrier in sorted(layout.case.rows("carrier"), key=lambda carrier: carrier.carrier_id):
        fleet = taken[carrier.resource_id]
        for arc_id in layout.moves:
            if layout.arcs[arc_id].carrier_id == carrier.carrier_id:
                stay = dwell(layout.case).get((arc_id, carrier.carrier_id, "carrier"), 0.0)
                steady = layout.hours(layout.arcs[arc_id]) - carrier.wait_h + stay
                year = carrier.hours_per_year / carrier.vehicles
                fleet[move, arc_id] += KILO * steady / year
                wait = ("carrier", carrier.carrier_id, "wait_h")
                waiting, name, key = layout.term(KILO * carrier.wait_h / year, wait, move, arc_id)
                fleet[name, key] += waiting


def _take_uses(layout: Layout, taken: dict[str, dict[tuple[str, Any], float]]) -> None:
    """The rows of the table ``use``: moves, tonnes and units over a link take of a resource."""
    flow, moving = seen(layout, "flow"), set(layout.moves)
    by_link: dict[str, list[str]] = defaultdict(list)
    for arc in layout.arcs.values():
        by_link[arc.link_id].append(arc.arc_id)
    for row in sorted(layout.case.rows("use"), key=lambda use: use.use_id):
        amounts = taken[row.resource_id]
        for arc_id in by_link[row.link_id]:
            if row.direction not in (layout.arcs[arc_id].direction, "both"):
                continue
            if row.activity == "move":
                if arc_id in moving:
                    amounts["move", arc_id] += KILO * row.amount
            elif row.activity == "tonne":
                for key in layout.flows_on.get(arc_id, ()):
                    if row.item_id in (None, layout.commodity_of(key)):
                        amounts[flow, key] += KILO * row.amount
            else:
                for unit in layout.arcs[arc_id].units:
                    if row.item_id not in (None, unit):
                        continue
                    if row.activity != "empty" and (arc_id, unit) in layout.loaded_set:
                        amounts["loaded", (arc_id, unit)] += KILO * row.amount
                    if row.activity != "loaded" and (arc_id, unit) in layout.empty_set:
                        amounts["empty", (arc_id, unit)] += KILO * row.amount


def gate_terms(layout: Layout) -> list[Term]:
    """Gate kt delivered: by parts that must cross and streams that chose to; every delivery where there is no gate."""
    terms: list[Term] = []
    for part in layout.parts:
        if part.weight and (part.crosses == "must" or layout.case.gate is None):
            terms.append((part.weight, "served", part.part_id))
    for stream in layout.streams:
        if stream.crosses == "may" and layout.case.gate is not None:
            terms.append((stream.parts[0].weight, "arrived", (stream.stream_id, AFTER)))
    return terms
