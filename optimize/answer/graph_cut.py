"""Minimum cuts of the relaxed graph by networkx: an upper bound on the tonnes of one commodity."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import networkx as nx

from corridor.model.graph import BEFORE, Arc, Place, layered, layers
from corridor.optimize.period.layout import Layout, Part
from corridor.optimize.period.offers import available, carrier_sizes, item_loading

SOURCE, SINK = ("(all origins)", ""), ("(all destinations)", "")
SMALL = 1e-6
"""Relative tolerance: below this share of its capacity the rest of an arc is none."""


def minimum_cut(plan: Layout, commodity: str, crosses: str, parts: list[Part]) -> tuple[float, list[str], list[str]]:
    """Value in tonnes of a minimum cut between all origins and all destinations, and the arcs of its two extremes."""
    graph, arcs_of = relaxed(plan, commodity, crosses)
    for part in parts:
        graph.add_edge(SOURCE, (part.origin, BEFORE))
        for layer in layers(crosses)[1]:
            graph.add_edge((part.destination, layer), SINK)
    try:
        residual = nx.algorithms.flow.shortest_augmenting_path(graph, SOURCE, SINK)
    except nx.NetworkXUnbounded:
        return math.inf, [], []
    left: Any = nx.DiGraph()
    left.add_nodes_from(residual)
    left.add_edges_from(
        (a, b) for a, b, data in residual.edges(data=True) if data["capacity"] - data["flow"] > SMALL * data["capacity"]
    )
    near = {SOURCE} | nx.descendants(left, SOURCE)
    far = set(left) - ({SINK} | nx.ancestors(left, SINK))

    def crossing(side: set[Place]) -> list[str]:
        return sorted({arc for (a, b), names in arcs_of.items() if a in side and b not in side for arc in names})

    return float(residual.graph["flow_value"]), crossing(near), crossing(far)


def relaxed(plan: Layout, commodity: str, crosses: str) -> tuple[Any, dict[tuple[Place, Place], list[str]]]:
    """The open arcs of a commodity as a DiGraph with capacities in tonnes, parallel ones summed; none is no limit."""
    graph: nx.DiGraph[Place] = nx.DiGraph()
    names: dict[tuple[Place, Place], list[str]] = defaultdict(list)
    bounds = link_bounds(plan, commodity)
    multi = layered(plan.case, commodity, crosses)
    for a, b, data in multi.edges(data=True):
        arc: Arc = data["arc"]
        capacity = bounds[arc.arc_id]
        names[a, b].append(arc.arc_id)
        if not graph.has_edge(a, b):
            graph.add_edge(a, b, capacity=0.0)
        graph[a][b]["capacity"] += capacity
    for _, _, data in graph.edges(data=True):
        if math.isinf(data["capacity"]):
            del data["capacity"]
    return graph, names


def link_bounds(plan: Layout, commodity: str) -> dict[str, float]:
    """The most tonnes of one commodity that each arc lets pass if it has every resource to itself, empties left out."""
    case, offer = plan.case, available(plan.case)
    uses: dict[str, list[tuple[str, str, str, str | None, float]]] = defaultdict(list)
    for row in case.rows("use"):
        uses[row.link_id].append((row.resource_id, row.direction, row.activity, row.item_id, row.amount))
    carriers = {row.carrier_id: row for row in case.rows("carrier")}
    found = {}
    for arc in plan.arcs.values():
        if commodity not in arc.commodities:
            continue
        unit = arc.unit[commodity]
        per_unit = 1.0 / arc.payload[commodity] if unit else 0.0
        per_move = 1.0 / tonnes_per_move(plan, arc, commodity) if arc.carrier_id else 0.0
        bound = offer.get(arc.arc_id, math.inf)
        taken: dict[str, float] = defaultdict(float)
        for resource, way, activity, item, amount in uses[arc.link_id]:
            if way not in (arc.direction, "both"):
                continue
            if activity == "tonne" and item in (None, commodity):
                taken[resource] += amount
            elif activity in ("loaded", "unit") and unit and item in (None, unit):
                taken[resource] += amount * per_unit
            elif activity == "move":
                taken[resource] += amount * per_move
        if arc.carrier_id:
            carrier = carriers[arc.carrier_id]
            taken[carrier.resource_id] += plan.hours(arc) / carrier.hours_per_year * per_move
        for resource, amount in taken.items():
            if amount:
                bound = min(bound, offer[resource] / amount)
        found[arc.arc_id] = bound
    return found


def tonnes_per_move(plan: Layout, arc: Arc, commodity: str) -> float:
    """The load of one carrier of a commodity on an arc if it takes nothing else."""
    unit = arc.unit[commodity]
    fits = []
    for dimension, (size, _) in carrier_sizes(plan.case, arc.carrier_id or "").items():
        loaded, _ = item_loading(plan.case, unit or commodity, dimension)
        if loaded:
            fits.append(size / loaded * (arc.payload[commodity] if unit else 1.0))
    return min(fits, default=math.inf)
