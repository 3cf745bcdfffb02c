"""The graph of a case: arcs, who may use them, and what can be said of it without a solver (networkx)."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any, cast

import networkx as nx

from corridor.model.case import Case, Cell
from corridor.model.limit_ids import BACK, limit_ids

BEFORE, AFTER = "before", "after"
Place = tuple[str, str]
"""A node and a layer."""
Edge = tuple[Place, Place, tuple[str, str]]
"""Tail, head, and key: arc and the layer it leaves."""


@dataclass(frozen=True)
class Arc:
    """One direction of a link.

    ``arc_id`` is the link's id, with ``_back`` for the second direction, as :func:`~corridor.model.limit_ids.limit_ids`
    has it. ``tariff`` is USD per t by commodity, ``tariff_cell`` its cell; ``payload`` is t per unit by commodity for
    those that ride in a unit; ``unit`` the unit of each commodity or None; ``carried_in`` has for units that ride in
    another unit that unit and how many it takes.
    """

    arc_id: str
    link_id: str
    direction: str
    start: str
    end: str
    mode_id: str
    length_km: float
    time_h: float
    capacity_t: float
    kind: str
    gate: bool
    carrier_id: str | None
    rival: bool
    operator: str | None
    commodities: tuple[str, ...]
    unit: dict[str, str | None]
    payload: dict[str, float]
    carried_in: dict[str, tuple[str, float]]
    tariff: dict[str, float]
    tariff_cell: dict[str, Cell]

    @property
    def units(self) -> list[str]:
        """Units that may stand on this arc, in order."""
        return sorted({unit for unit in self.unit.values() if unit} | {outer for outer, _ in self.carried_in.values()})


def distinct(names: Mapping[str, str]) -> dict[str, str]:
    """Names by id, those that several ids share with the id behind them.

    >>> distinct({"a": "Plain–Port (rail)", "b": "Plain–Port (rail)", "c": "Port–Shore (sea)"})
    {'a': 'Plain–Port (rail), a', 'b': 'Plain–Port (rail), b', 'c': 'Port–Shore (sea)'}
    """
    counts = Counter(names.values())
    return {key: name if counts[name] == 1 else f"{name}, {key.removesuffix(BACK)}" for key, name in names.items()}


def arcs(case: Case) -> tuple[Arc, ...]:
    """Every direction of every link of the case, in the order of the table."""
    return case.known("arcs", lambda: _arcs(case))


def _arcs(case: Case) -> tuple[Arc, ...]:
    everything = [row.commodity_id for row in case.rows("commodity")]
    packing: dict[str, dict[str, tuple[str | None, float | None]]] = defaultdict(dict)
    outer: dict[str, dict[str, tuple[str, float]]] = defaultdict(dict)
    for row in case.rows("packing"):
        packing[row.mode_id][row.commodity_id] = (row.unit_id, row.payload_t)
        if row.unit_id and row.on_unit_id:
            outer[row.mode_id][row.unit_id] = (row.on_unit_id, float(row.units_per or 1.0))
    tariffs: dict[str, list[tuple[str, str | None, float, str]]] = defaultdict(list)
    for row in case.rows("tariff"):
        tariffs[row.link_id].append((row.direction, row.commodity_id, row.usd_per_t, row.tariff_id))
    packed, ids = bool(case.rows("packing")), limit_ids(case)

    found = []
    for link in case.rows("link"):
        ways = [(ids["link", link.link_id], "forward", link.from_node_id, link.to_node_id)]
        if not link.directed:
            ways.append((ids["link", link.link_id + BACK], "back", link.to_node_id, link.from_node_id))
        rides = packing[link.mode_id] if packed else dict.fromkeys(everything, (None, None))
        admitted = tuple(
            each for each in everything if each in rides and (not link.commodities or each in link.commodities)
        )
        for arc_id, direction, start, end in ways:
            tariff = dict.fromkeys(admitted, float(link.tariff_usd_per_t))
            cells: dict[str, Cell] = dict.fromkeys(admitted, ("link", link.link_id, "tariff_usd_per_t"))
            named = [each for each in tariffs[link.link_id] if each[0] in (direction, "both")]
            # The more a row names the more it counts, whatever their order: a commodity, then a direction.
            named.sort(key=lambda row: (row[1] is not None, row[0] != "both", row[3]))
            for _, commodity, price, row_id in named:
                for each in admitted if commodity is None else [commodity]:
                    tariff[each], cells[each] = float(price), ("tariff", row_id, "usd_per_t")
            found.append(
                Arc(
                    arc_id=arc_id,
                    link_id=link.link_id,
                    direction=direction,
                    start=start,
                    end=end,
                    mode_id=link.mode_id,
                    length_km=link.length_km,
                    time_h=link.time_h,
                    capacity_t=link.capacity_t_per_year,
                    kind=link.kind,
                    gate=link.gate,
                    carrier_id=link.carrier_id,
                    rival=link.rival,
                    operator=link.operator,
                    commodities=admitted,
                    unit={each: rides[each][0] for each in admitted},
                    payload={each: float(rides[each][1] or 0) for each in admitted if rides[each][0]},
                    carried_in={
                        unit: ride
                        for unit, ride in outer[link.mode_id].items()
                        if unit in {rides[each][0] for each in admitted}
                    },
                    tariff=tariff,
                    tariff_cell=cells,
                )
            )
    return tuple(found)


def layers(crosses: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The layers that cargo lives on and those on which it may be delivered, for ``must``, ``may``, ``never``."""
    if crosses == "must":
        return (BEFORE, AFTER), (AFTER,)
    if crosses == "may":
        return (BEFORE, AFTER), (BEFORE, AFTER)
    return (BEFORE,), (BEFORE,)


def layered(case: Case, commodity: str, crosses: str) -> nx.MultiDiGraph[Place]:
    """The open arcs of one commodity on its layers: nodes are (node, layer), edge keys (arc id, layer left).

    A gate arc leads from the layer before to the layer after, and nothing else does. The graph is frozen.
    """
    return case.known(("layered", commodity, crosses), lambda: _layered(case, commodity, crosses))


def _layered(case: Case, commodity: str, crosses: str) -> nx.MultiDiGraph[Place]:
    graph: nx.MultiDiGraph[Place] = nx.MultiDiGraph()
    on, _ = layers(crosses)
    graph.add_nodes_from((row.node_id, layer) for row in case.rows("node") for layer in on)
    for arc in arcs(case):
        if commodity not in arc.commodities or arc.capacity_t <= 0:
            continue
        if arc.gate:
            if AFTER in on:
                graph.add_edge((arc.start, BEFORE), (arc.end, AFTER), key=(arc.arc_id, BEFORE), arc=arc)
            continue
        for layer in on:
            graph.add_edge((arc.start, layer), (arc.end, layer), key=(arc.arc_id, layer), arc=arc)
    nx.freeze(graph)
    return graph


def open_arcs(graph: nx.MultiDiGraph[Place], shut: frozenset[str]) -> nx.MultiDiGraph[Place]:
    """A layered graph without some arcs, by their ids."""
    if not shut:
        return graph
    every = cast("Iterable[Edge]", graph.edges(keys=True))
    left: Any = [edge for edge in every if edge[2][0] not in shut]
    return graph.edge_subgraph(left)


def between(graph: nx.MultiDiGraph[Place], starts: Iterable[Place], ends: Iterable[Place]) -> set[Place]:
    """Nodes of a layered graph that lie on a way from one of the starts to one of the ends."""
    forth, back = _reached(graph, starts), _reached(graph.reverse(copy=False), ends)
    return forth & back


def taken(
    case: Case,
    commodity: str,
    crosses: str,
    origins: tuple[str, ...],
    destination: str,
    shut: frozenset[str] = frozenset(),
) -> Mapping[Any, tuple[Place, Place]]:
    """Tail and head of each edge that cargo could take from its origins to its destination, by key; see :func:`ways`.

    Edges and keys are those of :func:`layered`, without the arcs that are ``shut``.
    """
    question = (commodity, crosses, origins, destination, shut)
    return case.known(("taken", question), lambda: _taken(case, *question))


def _taken(
    case: Case, commodity: str, crosses: str, origins: tuple[str, ...], destination: str, shut: frozenset[str]
) -> Mapping[Any, tuple[Place, Place]]:
    graph = open_arcs(layered(case, commodity, crosses), shut)
    starts, ends = [(origin, BEFORE) for origin in origins], [(destination, layer) for layer in layers(crosses)[1]]
    inner, every = between(graph, starts, ends), cast("Iterable[Edge]", graph.edges(keys=True))
    edges = [(tail, head, key) for tail, head, key in every if tail in inner and head in inner]
    return MappingProxyType({key: (tail, head) for tail, head, key in ways(edges, starts, ends)})


def ways(edges: list[Edge], starts: Collection[Place], ends: Collection[Place]) -> list[Edge]:
    """The edges (tail, head, key) that a way without a circle from a start to an end could take.

    An edge is left out (dominators) where every way to its tail has passed its head; and where every way on from its
    head passes its tail again. Edges that only ways with a circle take may remain.
    Source: Prosser (1959); Allen and Cocke (1972).
    """
    places = dict.fromkeys((*starts, *ends, *(place for edge in edges for place in edge[:2])))
    bit = {place: 1 << number for number, place in enumerate(places)}  # a set of places is a number
    while True:
        after: dict[Place, list[Place]] = defaultdict(list)
        back: dict[Place, list[Place]] = defaultdict(list)
        for tail, head, _ in edges:
            after[tail].append(head)
            back[head].append(tail)
        before, behind = _passed(after, back, starts, bit), _passed(back, after, ends, bit)
        kept = [
            (tail, head, key)
            for tail, head, key in edges
            if tail in before and head in behind and not (before[tail] & bit[head] or behind[head] & bit[tail])
        ]
        if len(kept) == len(edges):
            return kept
        edges = kept


def _passed(
    after: Mapping[Place, list[Place]],
    back: Mapping[Place, list[Place]],
    starts: Collection[Place],
    bit: Mapping[Place, int],
) -> dict[Place, int]:
    """The places that every way from the starts to a place passes, itself among them, by place: a bit for each."""
    reached: dict[Place, int] = {}
    waiting = deque(starts)
    while waiting:
        place = waiting.popleft()
        passed = 0 if place in starts else -1
        for each in back.get(place, ()):
            passed &= reached.get(each, -1)
        passed |= bit[place]
        if reached.get(place) != passed:
            reached[place] = passed
            waiting.extend(after.get(place, ()))
    return reached


def earliest(
    graph: nx.MultiDiGraph[Place], starts: Collection[Place], hours: Mapping[Any, float]
) -> dict[Place, float]:
    """Least hours from the nearest of the starts to each place, by hours of the edges' keys."""
    quickest: nx.DiGraph[Place] = nx.DiGraph()
    for tail, head, key in graph.edges(keys=True):
        known = quickest.get_edge_data(tail, head)
        if known is None or hours[key] < known["hours"]:
            quickest.add_edge(tail, head, hours=hours[key])
    quickest.add_nodes_from(starts)
    found: dict[Place, float] = nx.multi_source_dijkstra_path_length(quickest, set(starts), weight="hours")
    return found


def _reached(graph: nx.MultiDiGraph[Place], starts: Iterable[Place]) -> set[Place]:
    seen: set[Place] = set()
    for start in starts:
        if start in graph and start not in seen:
            seen |= {start} | nx.descendants(graph, start)
    return seen


def reaches(case: Case, commodity: str, crosses: str, origin: str, destination: str) -> bool:
    """True where a tonne of the commodity finds an open way from origin to destination."""
    graph = layered(case, commodity, crosses)
    ends = [(destination, layer) for layer in layers(crosses)[1]]
    return bool(between(graph, [(origin, BEFORE)], ends))


def paying_cycle(case: Case, commodity: str) -> list[str] | None:
    """Arc ids of a cycle on which the commodity is paid to go round (tariffs and time below zero), or None."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    day = float(case.row("commodity", commodity).time_usd_per_t_day)
    for arc in arcs(case):
        if commodity not in arc.commodities or arc.capacity_t <= 0:
            continue
        cost = arc.tariff[commodity] + day * arc.time_h / 24
        if not graph.has_edge(arc.start, arc.end) or cost < graph[arc.start][arc.end]["weight"]:
            graph.add_edge(arc.start, arc.end, weight=cost, arc=arc.arc_id)
    weights: Any = graph.edges(data="weight")
    if not any(weight < 0 for _, _, weight in weights):
        return None
    for part in nx.strongly_connected_components(graph):
        if len(part) < 2:
            continue
        inner = graph.subgraph(part)
        try:
            cycle = nx.find_negative_cycle(inner, next(iter(sorted(part))))
        except nx.NetworkXError:
            continue
        return [str(inner[a][b]["arc"]) for a, b in pairwise(cycle)]
    return None


def rival_way(case: Case, commodity: str, origin: str, destination: str) -> bool:
    """True where the commodity could go from origin to destination over a link of a rival route."""
    graph = layered(case, commodity, "may")
    ends = [(destination, layer) for layer in (BEFORE, AFTER)]
    useful = between(graph, [(origin, BEFORE)], ends)
    edges: Any = graph.edges(data="arc")
    return any(arc.rival and a in useful and b in useful for a, b, arc in edges)


def name_of(case: Case, table: str, row: str) -> str:
    """The name of a resource or place; of a link its ends and its mode."""
    if table != "link":
        return str(case.row(table, row).name)
    link = case.row("link", row)
    ends = (case.row("node", each).name for each in (link.from_node_id, link.to_node_id))
    mode = getattr(case.row("mode", link.mode_id), "name", link.mode_id)
    return f"{'–'.join(map(str, ends))} ({mode})"
