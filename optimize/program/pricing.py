"""Ways priced into a program that has few of them: the proof that no other would better the goal.

The prices of all rows but the balances of cargo are those of the solver. Balances have no right-hand side, so that any
prices of theirs leave the bound as it is: the least length from each place to the delivery, over all edges of the
network, makes them right for every column. A source that has a shorter way than it pays for is given that way. Where
none has, the program with few ways and the one with all have the same optimum, and the same prices.
Source: Ford and Fulkerson, Management Science 5 (1958); Desaulniers, Desrosiers and Solomon, Column Generation (2005).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from corridor.model.horizon import Floats
from corridor.model.network import Mask, NeedsAllWays, Source, Ways
from corridor.model.program import Label, Positions, Program
from corridor.optimize.period.build import Period
from corridor.optimize.period.rules import RULES

BALANCE, FLOW, SENT, ARRIVED = "cargo_balance", "flow", "served", "arrived"
PRICED_IN = 1e-9
"""Relative tolerance of a way's gain, by the longest way: above it the way is priced in."""
BESIDE, APART = 6, 0.05
"""Number of further ways of a source in a round, and their penalty on edges of the ways before, as a share of the gain.

Without them a network with ten demands took 460 rounds to its common growth.
"""


@dataclass(frozen=True)
class Call:
    """Prices with balances that are right for every way, and the ways that they call for: source and edges."""

    prices: Floats
    ways: Ways
    new: list[tuple[Source, tuple[int, ...]]]


class Pricing:
    """The network of a program with few ways, and where its rows and columns stand. Rows and columns may be added."""

    def __init__(self, period: Period, program: Program) -> None:
        assert period.layout.network is not None
        self.network = replace(period.layout.network, matrix=_coefficients(period, program))
        network = self.network
        rows, columns = program.row_at, program.column_at
        self.size = program.matrix.shape[0]
        self.row = np.full((len(network.streams), len(network.places)), -1, dtype=np.int64)
        self.has: set[tuple[int, int]] = set()
        at = {name: number for number, name in enumerate(network.streams)}
        for name, key in program.rows.labels:
            if name == BALANCE:
                self.row[at[key[0]], network.place_at[key[1], key[2]]] = rows[name, key]
        for name, key in program.columns.labels:
            if name == FLOW:
                stream = at[key[1]]
                self.has.add((stream, network.edge_at[network.kind[stream]][key[0], key[2]]))
        self.sent = np.array([columns[SENT, source.part_id] for source in network.sources], dtype=np.int64)
        self.origin = tuple(np.array([getattr(each, name) for each in network.sources]) for name in ("stream", "place"))
        ends = [
            [columns[ARRIVED, (name, network.places[end][1])] for end in own]
            for name, own in zip(network.streams, network.ends, strict=True)
        ]
        self.stops = np.cumsum([len(own) for own in ends])[:-1]
        self.arrived = np.array([column for own in ends for column in own], dtype=np.int64)

    def lengths(self, goal: Mapping[str, float], prices: Floats) -> Floats:
        """The price of each edge: its part in goals by weight, to be minimised, less the prices of its rows."""
        network = self.network
        assert network.matrix is not None
        cost = np.zeros(len(network.keys))
        for name, weight in goal.items():
            if name in network.goals:
                cost = cost + weight * network.goals[name]
        lengths: Floats = cost - network.matrix.T @ prices[: self.size]
        return lengths

    def call(
        self,
        program: Program,
        goal: Mapping[str, float],
        prices: Floats,
        closed: Mapping[int, Mask] | None = None,
        beside: Ways | None = None,
    ) -> Call:
        """The ways that prices call for, of a goal to be minimised (weights by name).

        ``closed`` edges of a stream are left out. Where ``beside`` has the lengths of a goal before this one, edges are
        never shorter by both than by none. Raises NeedsAllWays.
        """
        own = self.row[self.row >= 0]
        others = prices.copy()
        others[own] = 0.0
        cost = sum((weight * program.goal(name) for name, weight in goal.items()), np.zeros(len(program.columns)))
        reduced = cost - program.matrix.T @ others
        delivery = np.split(reduced[self.arrived], self.stops)
        lengths, factor = self.lengths(goal, others), 0.0
        if beside is not None and (below := lengths < 0).any():
            long = below & (beside.lengths > 0)
            factor = float(np.max(-lengths[long] / beside.lengths[long], initial=0.0)) * (1 + 1e-9)
            lengths = lengths + factor * beside.lengths
            ends = zip(self.network.ends, beside.finite, delivery, strict=True)
            delivery = [own + factor * far[list(at)] for at, far, own in ends]
        ways = self.network.toward(lengths, delivery, closed)
        least = ways.finite
        stream, place = self.origin
        far = ways.least[stream, place]
        if factor:
            assert beside is not None
            least, far = least - factor * beside.finite, far - factor * beside.finite[stream, place]
        right = prices.copy()
        right[own] = -least[self.row >= 0]
        gain = reduced[self.sent] + far
        known = far[np.isfinite(far)]
        tolerance = PRICED_IN * float(np.max(np.abs(known), initial=0.0))
        called = np.flatnonzero(gain < -tolerance)
        new = [(self.network.sources[at], tuple(ways.edges(self.network.sources[at]))) for at in called]
        if new and not factor and lengths.min() >= -PRICED_IN * abs(lengths).max():
            new += self._beside(lengths, delivery, closed, called, reduced[self.sent], gain, new)
        return Call(right, ways, new)

    def _beside(
        self,
        lengths: Floats,
        delivery: Sequence[Floats],
        closed: Mapping[int, Mask] | None,
        called: Positions,
        sent: Floats,
        gain: Floats,
        new: Sequence[tuple[Source, tuple[int, ...]]],
    ) -> list[tuple[Source, tuple[int, ...]]]:
        """Further ways that gain, of the sources that were called, on other edges than the ways before them."""
        network, used, last = self.network, np.zeros(len(lengths)), new
        lengths = np.maximum(lengths, 0.0)
        more: list[tuple[Source, tuple[int, ...]]] = []
        longer = APART * float(-gain[called].min())
        for _ in range(BESIDE):
            for _, edges in last:
                used[list(edges)] += 1.0
            ways = network.toward(lengths + longer * used, delivery, closed)
            last = []
            for at in called:
                source = network.sources[at]
                edges = tuple(ways.edges(source))
                end = int(np.flatnonzero(np.array(network.ends[source.stream]) == network.head[edges[-1]])[0])
                if sent[at] + lengths[list(edges)].sum() + delivery[source.stream][end] < 0:
                    last.append((source, edges))
            if not last:
                break
            more += last
        return more

    def priced(self, call: Call, size: int) -> Floats:
        """The prices of a call for so many rows, with those of balances that were added since."""
        prices = np.append(call.prices, np.zeros(size - len(call.prices)))
        known = self.row >= 0
        prices[self.row[known]] = -call.ways.finite[known]
        return prices

    def off_face(self, ways: Ways, face: float) -> dict[int, Mask]:
        """By stream the edges of its kind whose price is above ``face``: those of no best solution."""
        closed = {}
        network, least = self.network, ways.finite
        for stream, kind in enumerate(network.kind):
            edges = network.kinds[kind]
            far = least[stream]
            closed[stream] = ways.lengths[edges] + far[network.head[edges]] - far[network.tail[edges]] > face
        return closed

    def with_edges(self, program: Program, edges: Iterable[tuple[int, int]]) -> Program:
        """The program with columns of streams on edges; the same where it has them all."""
        new = [each for each in edges if each not in self.has]
        return self._extended(program, new) if new else program

    def _extended(self, program: Program, new: Sequence[tuple[int, int]]) -> Program:
        """The program with columns of streams on edges, and balances of the places that they are the first to touch."""
        network = self.network
        assert network.matrix is not None
        rows: dict[Label, tuple[int, float]] = {}
        size = len(program.rows)
        labels: list[Label] = []
        down, across, numbers = list[int](), list[int](), list[float]()
        begin, edges = len(program.columns), np.array([edge for _, edge in new], dtype=np.int64)
        for at, (stream, edge) in enumerate(new, begin):
            name, (arc, layer) = network.streams[stream], network.keys[edge]
            labels.append((FLOW, (arc, name, layer)))
            self.has.add((stream, edge))
            for sign, place in ((-1.0, int(network.tail[edge])), (1.0, int(network.head[edge]))):
                if self.row[stream, place] < 0:
                    self.row[stream, place] = size + len(rows)
                    rows[BALANCE, (name, *network.places[place])] = (0, 0.0)
                down.append(int(self.row[stream, place]))
                across.append(at)
                numbers.append(sign)
        beside = sp.coo_array(network.matrix[:, edges])
        entries = (
            np.concatenate([numbers, beside.data]),
            np.concatenate([np.array(down, dtype=np.int64), beside.row]),
            np.concatenate([np.array(across, dtype=np.int64), beside.col + begin]),
        )
        now = program.extended(entries, rows=rows, columns=labels)
        goals = dict(now.goals)
        for name, costs in network.goals.items():
            if name in goals:
                goals[name][0][begin:] = costs[edges]
        now.matrix.sort_indices()
        return replace(now, goals=goals)


def _coefficients(period: Period, program: Program) -> sp.csc_array:
    """Coefficients of every edge in the rows that are no balances of cargo."""
    layout = period.layout
    assert layout.network is not None
    assert layout.kinds is not None
    network, kinds = layout.network, layout.kinds
    at = {
        (stream.stream_id, *key): edges.start + number
        for stream, edges in zip(kinds.streams, network.kinds, strict=True)
        for number, key in enumerate(stream.columns)
    }
    scales, row_at = dict(period.scales), program.row_at
    numbers, down, across = list[float](), list[int](), list[int]()
    for rule in RULES:
        if rule.name == BALANCE:
            continue
        for key, terms in rule.rows(kinds, scales).items():
            for coefficient, name, column in terms:
                if name != FLOW:
                    continue
                if (rule.name, key) not in row_at:
                    raise NeedsAllWays(f"{rule.name} of {key} is no row with few ways")
                arc, stream, layer = column
                down.append(row_at[rule.name, key])
                across.append(at[stream, arc, layer])
                numbers.append(coefficient)
    return sp.csc_array((numbers, (down, across)), shape=(len(program.rows), len(network.keys)))
