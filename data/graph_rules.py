"""Rules of the graph of a case: ways, ways back, rivals, cycles, ceilings; one function a rule."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import networkx as nx

from corridor.data.view import Found, View
from corridor.model.graph import AFTER, BEFORE, Place, arcs, layered, layers, paying_cycle, rival_way
from corridor.model.language import say

if TYPE_CHECKING:
    Graph = nx.MultiDiGraph[Place]

DUST_USD = 1e-9
"""A cycle pays for itself only if it does so by more than rounding."""
FROM_ANY, TO_ANY = "(from any place)", "(to any place)"


def ceilings(view: View) -> Iterator[Found]:
    """C045: a segment's ceiling is not below its base year."""
    case = view.sound
    gated = bool(case.rows("gate"))
    weight = {row.commodity_id: row.gate_factor for row in case.rows("commodity")}
    base: Counter[str] = Counter()
    for row in case.rows("demand"):
        if row.segment_id and (row.gate != "never" or not gated):
            base[row.segment_id] += row.t_per_year * (weight[row.commodity_id] if gated else 1)
    for row in case.rows("segment"):
        if row.ceiling_t_per_year < base[row.segment_id] * (1 - 1e-9):
            numbers = {"ceiling": row.ceiling_t_per_year, "base": base[row.segment_id]}
            message = (
                say(
                    "{ceiling:.12g} t is below the {base:.12g} gate t of the base year; raise it, or write unlimited",
                    **numbers,
                )
                if gated
                else say(
                    "{ceiling:.12g} t is below the {base:.12g} t of the base year; raise it, or write unlimited",
                    **numbers,
                )
            )
            yield Found("C045", "segment", row.segment_id, "ceiling_t_per_year", message)


def reachable(view: View) -> Iterator[Found]:
    """C042: every demand with tonnes finds an open way; one over a doubtful link may be open.

    A demand with a price of what stays, or of routes outside the case, may have none: it is left behind.
    """
    case = view.sound
    graphs: dict[tuple[str, str], Graph] = {}
    ends = {row.destination_id for row in case.rows("demand")}
    seen: dict[tuple[str, str, str], set[Place]] = {}
    for row in case.rows("demand"):
        if view.unpacked(row.commodity_id) or row.unmet_usd_per_t is not None or row.outside_usd_per_t is not None:
            continue
        ways = [("elsewhere_t_per_year", "never")] if row.gate == "may" else []
        if row.gate == "never" or not view.doubtful.get("gate"):
            ways.append(("t_per_year", "never" if row.gate == "never" else "must"))
        for column, crosses in ways:
            if not getattr(row, column):
                continue
            key = (row.commodity_id, crosses)
            if key not in graphs:
                graphs[key] = layered(case, *key)
                if doubtful := list(_doubtful_ways(view, crosses)):
                    graphs[key] = nx.MultiDiGraph(graphs[key])
                    graphs[key].add_edges_from(doubtful)
            if (*key, row.origin_id) not in seen:
                found = nx.descendants(graphs[key], (row.origin_id, BEFORE))
                seen[*key, row.origin_id] = {place for place in found if place[0] in ends}
            if not any((row.destination_id, layer) in seen[*key, row.origin_id] for layer in layers(crosses)[1]):
                yield Found(
                    "C042", "demand", row.demand_id, "destination_id", _no_way(row, graphs[key], crosses), (column,)
                )


def _no_way(row: Any, graph: Graph, crosses: str) -> str:
    how = " through the gate" if crosses == "must" else ""
    told = f"no open way{how} leads {row.commodity_id} from {row.origin_id} to {row.destination_id}; "
    if not graph.in_degree((row.destination_id, layers(crosses)[1][0])):
        return told + f"no link admits it into {row.destination_id}: check direction, capacity, mode and commodities"
    if not graph.out_degree((row.origin_id, BEFORE)):
        return told + f"no link admits it out of {row.origin_id}: check direction, capacity, mode and commodities"
    return told + "check the links between: direction, capacity, mode (packing.csv) and commodities"


def _doubtful_ways(view: View, crosses: str) -> Iterator[tuple[Place, Place]]:
    """Edges for the links that are in doubt.

    An end that could not be read may be any place. An unknown one may be itself, or the place most like it.
    """
    nodes = {str(each) for each in view.case["node"].index}
    on = layers(crosses)[0]
    stays = [(layer, layer) for layer in on]
    passes = [(BEFORE, AFTER)] if AFTER in on else []
    used: set[str] = set()
    for link in view.doubtful_links:
        steps = passes if link.gate else stays
        if ("link", link.link_id, "gate") in view.wrong:
            steps = stays + passes
        start, end = link.from_node_id, link.to_node_id
        ends = [(start, None if start == end else end)]
        if not link.directed or ("link", link.link_id, "directed") in view.wrong:
            ends.append((ends[0][1], start))
        for first, last in ends:
            starts, stops = _may_be(view, first, nodes, FROM_ANY), _may_be(view, last, nodes, TO_ANY)
            used.update(starts, stops)
            for here, there in steps:
                yield from (((a, here), (b, there)) for a in starts for b in stops)
    for layer in on:
        if FROM_ANY in used:
            yield from (((node, layer), (FROM_ANY, layer)) for node in nodes)
        if TO_ANY in used:
            yield from (((TO_ANY, layer), (node, layer)) for node in nodes)


def _may_be(view: View, node: str | None, nodes: set[str], anywhere: str) -> list[str]:
    """Places that the end of a doubtful link may be: any, where no more names are compared."""
    if node is None or node in nodes:
        return [anywhere if node is None else node]
    near = view.names("node").nearest(node)
    if not near.searched:
        return [anywhere]
    return [node, near.word] if near.word else [node]


def returns(view: View) -> Iterator[Found]:
    """C049: carriers and units that leave a place can come back, or nothing that needs them would ever move."""
    case = view.sound
    if view.doubtful.get("link"):
        return
    ways: dict[tuple[str, str], Any] = defaultdict(nx.DiGraph)
    for arc in arcs(case):
        if arc.capacity_t > 0:
            items = [("carrier", arc.carrier_id)] if arc.carrier_id else []
            for item in [*items, *(("unit", unit) for unit in arc.units)]:
                if not ways[item].has_edge(arc.start, arc.end):
                    ways[item].add_edge(arc.start, arc.end, link=arc.link_id)
    for (sort, name), graph in sorted(ways.items()):
        part = {node: number for number, nodes in enumerate(nx.strongly_connected_components(graph)) for node in nodes}
        for start, end, link in graph.edges(data="link"):
            if part[start] != part[end]:
                message = say(
                    "{name} gets from {start} to {end} but has no open way back, so none could ever move;"
                    " write directed = 0, or add the links that it returns by",
                    name=name,
                    start=start,
                    end=end,
                )
                yield Found("C049", "link", str(link), "carrier_id" if sort == "carrier" else "mode_id", message)
                break


def rivals(view: View) -> Iterator[Found]:
    """C044: a demand has an outside price or rival links, not both."""
    case = view.sound
    if not any(row.rival for row in case.rows("link")):
        return
    for row in case.rows("demand"):
        if row.outside_usd_per_t is None:
            continue
        if rival_way(case, row.commodity_id, row.origin_id, row.destination_id):
            message = say(
                "{outside_usd_per_t:g} is the price of a rival route, but rival links lead there, too, so"
                " that the rival would count twice; empty this cell, or take the rival links out",
                outside_usd_per_t=row.outside_usd_per_t,
            )
            yield Found("C044", "demand", row.demand_id, "outside_usd_per_t", message)


def paying_cycles(view: View) -> Iterator[Found]:
    """C046: no commodity is paid to go round in a circle."""
    case = view.sound
    ways = {arc.arc_id: arc for arc in arcs(case)}
    order = {arc: place for place, arc in enumerate(ways)}
    told: set[frozenset[str]] = set()
    for row in case.rows("commodity"):
        cycle = paying_cycle(case, row.commodity_id)
        if not cycle or frozenset(cycle) in told:
            continue
        told.add(frozenset(cycle))
        first = cycle.index(min(cycle, key=lambda arc: order[arc]))
        cycle = cycle[first:] + cycle[:first]
        time = row.time_usd_per_t_day / 24
        round_trip = [ways[arc] for arc in cycle]
        gain = -math.fsum(arc.tariff[row.commodity_id] + time * arc.time_h for arc in round_trip)
        if gain <= DUST_USD:
            continue
        lowest = min(round_trip, key=lambda arc: arc.tariff[row.commodity_id])
        message = say(
            "{commodity_id} earns {gain:g} USD per t each time it goes round over {cycle}, so that"
            " the cycle pays for itself; raise the {tariff:g} of {link_id}, or put the payment into"
            " demand.csv, subsidy_usd_per_t",
            commodity_id=row.commodity_id,
            gain=gain,
            cycle=", ".join(cycle),
            tariff=lowest.tariff[row.commodity_id],
            link_id=lowest.link_id,
        )
        yield Found("C046", *lowest.tariff_cell[row.commodity_id], message)
