"""Few ways of each stream of a large network to begin with, and the network of all that may be priced in.

The first ways are those of an assignment: the base year takes the cheapest ways, links that it overfills become longer,
and so on for some rounds. Further ways are columns that are priced in (:mod:`corridor.optimize.program.pricing`).
Source: Ford and Fulkerson, A suggested computation for maximal multi-commodity network flows, Management Science 5
(1958); Sheffi, Urban Transportation Networks (1985), ch. 5, for the assignment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corridor.model.case import Case
from corridor.model.graph import BEFORE, Edge, Place, layered, layers, open_arcs
from corridor.model.horizon import Floats
from corridor.model.network import Network, Source
from corridor.optimize.period.algebra import Term
from corridor.optimize.period.costs import cost_terms, tie_break_terms
from corridor.optimize.period.layout import COSTS, KILO, Layout, Part, Stream

FEW_COLUMNS = 30_000
"""Programs of a year as one period with more flow columns begin with few ways; the others are built with all."""
SUITED: Collection[str] = COSTS
"""Studies that begin with few ways."""
ROUNDS = 12
"""Rounds of the assignment that gives the first ways."""
STEEP = 4.0
"""Factor on the length of a link for each time that it is filled beyond its capacity."""
GOALS = ("cost_shipper", "cost_resource", "tie_break")
Key = tuple[str, str]
"""Arc and the layer that cargo leaves."""


@dataclass(frozen=True)
class Group:
    """Parts that share a stream, with what decides its edges: commodity, crosses, shut arcs, and values of time."""

    commodity: str
    destination: str
    crosses: str
    shut: frozenset[str]
    values: tuple[float, float]
    members: tuple[Part, ...]

    @property
    def kind(self) -> tuple[object, ...]:
        """Streams of a kind have the same edges at the same costs."""
        return self.commodity, self.crosses, self.shut, self.values


def suits(case: Case, study: str, groups: Sequence[Group], timed: bool) -> bool:
    """True for the cost of a large year as one period without stores, whose ways lead elsewhere.

    Measures keep all of their ways. Few ways find the common growth of 2,000 places six times as fast. Their free mix
    took over 80 s of simplex.
    """
    if timed or study not in SUITED or case.rows("store") or case.lost is not None:
        return False
    open_ = 2 * len(case.rows("link")) - sum(bool(row.directed) for row in case.rows("link"))
    if len(groups) * open_ <= FEW_COLUMNS:
        return False
    return all(part.origin != part.destination for group in groups for part in group.members)


def network_of(case: Case, layout: Layout, groups: Sequence[Group]) -> tuple[Network, Layout] | None:
    """The network of groups of parts, and the layout with a stream of each kind on all of its edges.

    None where a cost is below zero. ``layout`` has no stream yet.
    """
    places: dict[Place, int] = {}
    keys: list[Key] = []
    tail, head = list[int](), list[int]()
    kinds: list[slice] = []
    streams: list[Stream] = []
    kind_at: dict[tuple[object, ...], int] = {}
    for group in groups:
        if group.kind in kind_at:
            continue
        kind_at[group.kind] = len(kinds)
        graph = open_arcs(layered(case, group.commodity, group.crosses), group.shut)
        edges: Iterable[Edge] = sorted(graph.edges(keys=True), key=lambda edge: edge[2])
        start, columns = len(keys), list[Key]()
        for begins, ends, key in edges:
            tail.append(places.setdefault(begins, len(places)))
            head.append(places.setdefault(ends, len(places)))
            columns.append(key)
        keys += columns
        kinds.append(slice(start, len(keys)))
        name, (day, spread) = f"kind_{len(streams)}", group.values
        streams.append(
            Stream(
                name, group.commodity, group.destination, group.crosses, group.members, tuple(columns), (), day, spread
            )
        )
    for group in groups:
        for part in group.members:
            places.setdefault((part.origin, BEFORE), len(places))
        for layer in layers(group.crosses)[1]:
            places.setdefault((group.destination, layer), len(places))
    whole = replace(layout, streams=tuple(streams))
    at = {
        (stream.stream_id, *key): kinds[n].start + i
        for n, stream in enumerate(streams)
        for i, key in enumerate(stream.columns)
    }
    goals = {name: np.zeros(len(keys)) for name in GOALS}
    for name, costs in goals.items():
        terms: list[Term] = tie_break_terms(whole) if name == "tie_break" else cost_terms(whole, name)
        for coefficient, column, key in terms:
            if column == "flow":
                arc, stream, layer = key
                costs[at[stream, arc, layer]] += coefficient
    if any(costs.min(initial=0.0) < 0 for costs in goals.values()):
        return None
    network = Network(
        tuple(places),
        tuple(keys),
        np.array(tail, dtype=np.int64),
        np.array(head, dtype=np.int64),
        tuple(kinds),
        tuple(str(number) for number in range(len(groups))),
        tuple(kind_at[group.kind] for group in groups),
        tuple(tuple(places[group.destination, layer] for layer in layers(group.crosses)[1]) for group in groups),
        tuple(
            Source(part.part_id, number, places[part.origin, BEFORE])
            for number, group in enumerate(groups)
            for part in group.members
        ),
        goals,
    )
    return network, whole


def first_ways(network: Network, whole: Layout, study: str) -> Network:
    """The network with the ways of an assignment of the base year."""
    base = {part.part_id: part.base for part in whole.parts}
    costs = network.goals[study if study in COSTS else "cost_shipper"] + network.goals["tie_break"]
    capacity = np.array([whole.arcs[arc].capacity_t / KILO for arc, _ in network.keys])
    arc_at = {name: number for number, name in enumerate(whole.arcs)}
    arc_of = np.array([arc_at[arc] for arc, _ in network.keys], dtype=np.int64)
    load = np.zeros(len(arc_at))
    taken: dict[tuple[Source, tuple[int, ...]], None] = {}
    nothing: list[Floats] = [np.zeros(len(ends)) for ends in network.ends]
    for number in range(ROUNDS):
        over = np.maximum(load[arc_of] / max(number, 1) / capacity - 1.0, 0.0)
        toward = network.toward(costs * (1.0 + STEEP * over), nothing)
        for source in network.sources:
            if np.isfinite(toward.least[source.stream, source.place]):
                edges = tuple(toward.edges(source))
                taken[source, edges] = None
                np.add.at(load, arc_of[list(edges)], base[source.part_id])
        if not (load[arc_of] / (number + 1) > capacity).any():
            break
    return replace(network, first=tuple(taken))


def shortest(network: Network) -> list[dict[Key, tuple[Place, Place]]]:
    """By stream the edges of the first way of each of its sources, with tail and head."""
    edges: list[dict[Key, tuple[Place, Place]]] = [{} for _ in network.streams]
    known: set[Source] = set()
    for source, way in network.first:
        if source not in known:
            known.add(source)
            for at in way:
                ends = network.places[network.tail[at]], network.places[network.head[at]]
                edges[source.stream][network.keys[at]] = ends
    return edges


def of_streams(network: Network, streams: Sequence[Stream], groups: Sequence[int]) -> Network:
    """The network of the streams that were made of some of its groups, by their positions."""
    number_of = {part.part_id: number for number, stream in enumerate(streams) for part in stream.parts}

    def moved(source: Source) -> Source:
        return replace(source, stream=number_of[source.part_id])

    return replace(
        network,
        streams=tuple(stream.stream_id for stream in streams),
        kind=tuple(network.kind[group] for group in groups),
        ends=tuple(network.ends[group] for group in groups),
        sources=tuple(moved(source) for source in network.sources if source.part_id in number_of),
        first=tuple((moved(source), way) for source, way in network.first if source.part_id in number_of),
    )
