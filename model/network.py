"""The edges that streams of cargo may take, by kind of stream, and the least lengths to where each is delivered.

A program with few ways has a flow column on some edges of a stream. All others are edges of its network, with the
coefficients that their columns would have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from corridor.model.horizon import Floats
from corridor.model.program import Positions

Place = tuple[str, str]
"""A node and a layer."""
Mask = NDArray[np.bool_]
Hops = NDArray[np.int32]


class NeedsAllWays(Exception):  # noqa: N818 - a larger program is no error
    """Ways of the network have no least length: its program takes all of them at once."""


@dataclass(frozen=True)
class Source:
    """A part of a stream: its id, the position of its stream and of the place where it begins."""

    part_id: str
    stream: int
    place: int


@dataclass(frozen=True)
class Network:
    """Edges of all kinds of streams one after the other; streams of a kind have the same edges and coefficients.

    * ``keys``: (arc, layer left) of each edge; ``tail`` and ``head``: positions of its ``places``;
    * ``kinds``: the edges of each kind;
    * ``streams``: ids; ``kind``: that of each stream; ``ends``: places where it is delivered;
    * ``sources``: where the parts of streams begin;
    * ``goals``: coefficient of each edge in each goal; ``matrix``: in each row of the program but balances (rows x
      edges);
    * ``first``: ways to begin with, as source and edges.
    """

    places: tuple[Place, ...]
    keys: tuple[tuple[str, str], ...]
    tail: Positions
    head: Positions
    kinds: tuple[slice, ...]
    streams: tuple[str, ...]
    kind: tuple[int, ...]
    ends: tuple[tuple[int, ...], ...]
    sources: tuple[Source, ...]
    goals: Mapping[str, Floats]
    matrix: sp.csc_array | None = None
    first: tuple[tuple[Source, tuple[int, ...]], ...] = ()

    @cached_property
    def place_at(self) -> dict[Place, int]:
        return {place: at for at, place in enumerate(self.places)}

    @cached_property
    def edge_at(self) -> tuple[dict[tuple[str, str], int], ...]:
        """Of each kind the position of an edge by its key."""
        return tuple({self.keys[at]: at for at in range(edges.start, edges.stop)} for edges in self.kinds)

    @cached_property
    def _pairs(self) -> list[tuple[Positions, Positions, Positions, Positions]]:
        """Of each kind: edges in the order of their ends, the first of those with equal ends, and these two ends."""
        pairs = []
        for edges in self.kinds:
            tail, head = self.tail[edges], self.head[edges]
            order = np.lexsort((tail, head))
            both = head[order] * len(self.places) + tail[order]
            first = np.flatnonzero(np.diff(both, prepend=-1) != 0)
            pairs.append((order + edges.start, first, head[order][first], tail[order][first]))
        return pairs

    @cached_property
    def between(self) -> tuple[dict[tuple[int, int], list[int]], ...]:
        """Of each kind the edges from a place to another, by both positions."""
        every = []
        for edges in self.kinds:
            joined: dict[tuple[int, int], list[int]] = {}
            ends = zip(self.tail[edges].tolist(), self.head[edges].tolist(), strict=True)
            for at, both in enumerate(ends, edges.start):
                joined.setdefault(both, []).append(at)
            every.append(joined)
        return tuple(every)

    def toward(self, lengths: Floats, delivery: Sequence[Floats], closed: Mapping[int, Mask] | None = None) -> Ways:
        """The least lengths from every place to the delivery of each stream.

        ``lengths`` of the edges and, by stream, those of ``delivery`` at each of its ends. ``closed`` has for streams
        whose edges are not all open a mask of the closed ones, over the edges of its kind. Raises NeedsAllWays where
        ways in a circle are shorter than none.
        """
        least = np.full((len(self.streams), len(self.places)), np.inf)
        nexts: list[list[Hops]] = [[] for _ in self.streams]
        nearest: list[Any] = [None] * len(self.streams)
        groups: dict[tuple[int, int], list[int]] = {}
        for number, kind in enumerate(self.kind):
            own = number if closed is not None and number in closed else -1
            groups.setdefault((kind, own), []).append(number)
        for (kind, own), members in groups.items():
            mask = closed[own] if closed is not None and own >= 0 else None
            targets = sorted({end for number in members for end in self.ends[number]})
            far, hops = self._least(kind, lengths, targets, mask)
            at = {target: row for row, target in enumerate(targets)}
            for number in members:
                rows = [at[end] for end in self.ends[number]]
                total = far[rows] + np.asarray(delivery[number])[:, None]
                nearest[number] = total.argmin(axis=0)
                least[number] = total.min(axis=0)
                nexts[number] = [hops[row] for row in rows]
        return Ways(self, lengths, least, nearest, nexts)

    def _least(self, kind: int, lengths: Floats, targets: list[int], closed: Mask | None) -> tuple[Floats, Hops]:
        """Least lengths from all places to each target, and the next place on the way."""
        from scipy.sparse.csgraph import NegativeCycleError, dijkstra, johnson

        order, first, head, tail = self._pairs[kind]
        if closed is not None:
            lengths = lengths.copy()
            lengths[self.kinds[kind]][closed] = np.inf
        short = np.minimum.reduceat(lengths[order], first) if len(first) else np.zeros(0)
        open_ = np.isfinite(short)
        size = len(self.places)
        graph = sp.csr_array((short[open_], (head[open_], tail[open_])), shape=(size, size))
        if len(graph.data) and graph.data.min() < -DUST * (1 + abs(graph.data).max()):
            try:
                found: tuple[Floats, Hops] = johnson(graph, indices=targets, return_predecessors=True)
            except NegativeCycleError:
                raise NeedsAllWays("a way in a circle has a price below zero") from None
            return found
        graph.data = np.maximum(graph.data, 0.0)
        found = dijkstra(graph, indices=targets, return_predecessors=True)
        return found


DUST = 1e-11
"""Relative tolerance: a length less far below zero counts as zero."""


@dataclass(frozen=True)
class Ways:
    """Least lengths (streams x places) to the delivery of each stream, infinite where there is no way."""

    network: Network
    lengths: Floats
    least: Floats
    nearest: Sequence[Any]
    nexts: Sequence[Sequence[Hops]]

    def edges(self, source: Source) -> list[int]:
        """Positions of the edges of a least way from a source."""
        network, stream = self.network, source.stream
        hops = self.nexts[stream][int(self.nearest[stream][source.place])]
        edges, place = [], source.place
        while (after := int(hops[place])) >= 0:
            edges.append(self._shortest(network.kind[stream], place, after))
            place = after
        return edges

    def _shortest(self, kind: int, tail: int, head: int) -> int:
        choices = self.network.between[kind][tail, head]
        return min(choices, key=lambda edge: (float(self.lengths[edge]), edge)) if len(choices) > 1 else choices[0]

    @property
    def finite(self) -> Floats:
        """The least lengths, those without a way longer than all others."""
        known = np.isfinite(self.least)
        most, fewest = (float(end(self.least[known], initial=0.0)) for end in (np.max, np.min))
        return np.where(known, self.least, 1.0 + 2.0 * most - fewest)
