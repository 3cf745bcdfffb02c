"""One period before any algebra: parts of demands, streams, stores, and the columns that can matter.

Everything comes in the order of its id: the order of rows in a table of the case never decides between answers.

Exact reductions happen here:

* a stream has a column only on arcs between its origins and its destination;
* a unit has one only where loaded ones pass or empty ones may return;
* a carrier has one only if something rides on it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import networkx as nx

from corridor.model.calendar import daily
from corridor.model.case import Case, Cell
from corridor.model.graph import AFTER, BEFORE, Arc, Place, arcs, between, earliest, layers
from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.limit_ids import limit_ids
from corridor.model.network import Network
from corridor.model.pools import kept_by_period, parks_of, parks_on
from corridor.model.scope import Scope

KILO = 1000.0
"""Inside, tonnes are kt, dollars are thousands, units and moves are thousands."""

MEASURES = ("handled", "concurrent", "capability", "free")
COSTS = ("cost_shipper", "cost_resource")
CHOICE = "expected"
"""The study in which shippers choose: demands of a market grow or shrink, all others stay as they are."""
WHOLE = (*COSTS, CHOICE)
"""Studies whose parts are whole demands: the way decides where they pass the gate."""
CARRY = "carry"
"""The study of :mod:`corridor.optimize.studies.foresight`: fixed tonnes by part, by its calendar or evenly."""
OFFER = ("demand", "t_per_year")
"""Table and column of a calendar that times the offer of a demand."""
COLUMNS = ("flows", "flows_on", "_units", "moves", "loaded_set", "empty_set")
"""Cached columns of a layout: they depend on its structure alone."""


@dataclass(frozen=True)
class Part:
    """Cargo of a demand that goes one way.

    * ``crosses``: must, may or never;
    * ``weight``: gate tonnes per tonne, 0 where it counts nothing;
    * ``base``: kt of the base year;
    * ``grows``: a measure multiplies it;
    * ``counts``: tonnes of the measure per tonne;
    * ``lost``: kt of the base year that are asked besides, and lost by closures.
    """

    part_id: str
    demand_id: str
    commodity: str
    origin: str
    destination: str
    crosses: str
    segment: str
    weight: float
    base: float
    grows: bool
    counts: float = 1.0
    lost: float = 0.0


@dataclass(frozen=True)
class Stream:
    """Parts of one commodity to one destination, alike at the gate: they share their flow columns.

    ``columns`` holds (arc id, layer that the cargo leaves); ``day`` and ``spread`` are USD per t for a day on the way
    and for a day of its spread.
    """

    stream_id: str
    commodity: str
    destination: str
    crosses: str
    parts: tuple[Part, ...]
    columns: tuple[tuple[str, str], ...]
    nodes: tuple[tuple[str, str], ...]
    day: float = 0.0
    spread: float = 0.0


@dataclass(frozen=True)
class Store:
    """A row of the table ``store`` and the cargo that may lie there; with ``slots`` its dwell takes slots, else stock.

    ``keys`` are (stream, node, layer).
    """

    row: Any
    slots: bool
    keys: tuple[tuple[str, str, str], ...]

    @property
    def stocks(self) -> list[tuple[str, str, str, str]]:
        """Keys of its stock columns: (store, stream, node, layer); none where it counts slots."""
        return [] if self.slots else [(self.row.store_id, *key) for key in self.keys]


@dataclass(frozen=True)
class Layout:
    """Parts, streams and columns of one period of a case, for one study, and the horizon that repeats it.

    With a ``scope`` its demands alone grow; the others are held at their base year. ``astray`` are parts without an
    open way; where their demand has a price of that, a measure leaves them out, and a cost pays the price. Streams
    with few of the ways of a large network have that ``network``, and ``kinds``: a stream of each kind with all edges.
    """

    case: Case
    study: str
    parts: tuple[Part, ...]
    streams: tuple[Stream, ...]
    horizon: Horizon
    scope: Scope | None = None
    astray: tuple[Part, ...] = ()
    network: Network | None = field(default=None, compare=False, repr=False)
    kinds: Layout | None = field(default=None, compare=False, repr=False)

    def offered(self, case: Case) -> Layout:
        """The same in everything for a case that differs in capacities, backgrounds and ceilings alone."""
        now = replace(self, case=case)
        for name in ("arcs", "stream", "base", *COLUMNS):
            now.__dict__[name] = getattr(self, name)
        return now

    @property
    def timed(self) -> bool:
        """True for more than one period, or an open year: else lags, stocks and waiting cancel out."""
        return self.horizon.timed

    @property
    def chooses(self) -> bool:
        """True in the study in which shippers choose between the corridor and its rivals."""
        return self.study == CHOICE

    @property
    def measures(self) -> bool:
        """True for the four measures; else it is a cost study."""
        return self.study in MEASURES

    @cached_property
    def arcs(self) -> dict[str, Arc]:
        return {arc.arc_id: arc for arc in ordered(self.case)}

    @cached_property
    def flows(self) -> list[tuple[str, str, str]]:
        """Keys of the flow columns: (arc, stream, layer left)."""
        return [(arc, stream.stream_id, layer) for stream in self.streams for arc, layer in stream.columns]

    @cached_property
    def stream(self) -> dict[str, Stream]:
        return {stream.stream_id: stream for stream in self.streams}

    @cached_property
    def flows_on(self) -> dict[str, list[tuple[str, str, str]]]:
        """Flow keys by arc."""
        by_arc: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for key in self.flows:
            by_arc[key[0]].append(key)
        return by_arc

    def commodity_of(self, key: tuple[str, str, str]) -> str:
        """Commodity of a flow key."""
        return self.stream[key[1]].commodity

    @property
    def loaded(self) -> list[tuple[str, str]]:
        """(arc, unit) on which loaded units may pass; a unit is loaded, too, where it carries empty ones."""
        return self._units[0]

    @property
    def empty(self) -> list[tuple[str, str]]:
        """(arc, unit) on which empty units may pass: the open arcs between places where loaded ones stand."""
        return self._units[1]

    @cached_property
    def _units(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Keys of loaded and of empty units: those that cargo fills, and those that carry them."""
        if self.kinds is not None:
            return self.kinds._units
        filled = {
            (key[0], unit) for key in self.flows if (unit := self.arcs[key[0]].unit[self.commodity_of(key)]) is not None
        }
        back = self._returning(filled)
        carrying = {
            (arc, self.arcs[arc].carried_in[unit][0])
            for arc, unit in filled | back
            if unit in self.arcs[arc].carried_in
        }
        chosen = (filled | carrying, back | self._returning(carrying))
        loaded, empty = (
            [(arc, unit) for arc in self.arcs for unit in self.arcs[arc].units if (arc, unit) in keys]
            for keys in chosen
        )
        return loaded, empty

    def _returning(self, loaded: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """(arc, unit) of the open arcs between the places where loaded units stand."""
        open_: set[tuple[str, str]] = set()
        for unit in sorted({unit for _, unit in loaded}):
            graph: nx.MultiDiGraph[Place] = nx.MultiDiGraph()
            for arc in self.arcs.values():
                if unit in arc.units and arc.capacity_t > 0:
                    graph.add_edge((arc.start, BEFORE), (arc.end, BEFORE), arc=arc.arc_id)
            ends = {(self.arcs[a].start, BEFORE) for a, u in loaded if u == unit}
            ends |= {(self.arcs[a].end, BEFORE) for a, u in loaded if u == unit}
            useful = between(graph, sorted(ends), sorted(ends))
            edges: Any = graph.edges(data="arc")
            open_ |= {(name, unit) for a, b, name in edges if a in useful and b in useful}
        return open_

    @cached_property
    def loaded_set(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.loaded)

    @cached_property
    def empty_set(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.empty)

    @cached_property
    def moves(self) -> list[str]:
        """Arcs with a carrier that something in the period could ride on."""
        if self.kinds is not None:
            return self.kinds.moves
        # Empties too: they may return by carriers on which no cargo rides.
        busy = {self.arcs[key[0]].carrier_id for key in (*self.flows, *self.empty)}
        return [name for name, arc in self.arcs.items() if arc.carrier_id in busy - {None} and arc.capacity_t > 0]

    @cached_property
    def standing(self) -> list[tuple[str, str]]:
        """(node, carrier) where carriers may stand."""
        arcs = (self.arcs[name] for name in self.moves)
        return list(dict.fromkeys((node, arc.carrier_id or "") for arc in arcs for node in (arc.end, arc.start)))

    @cached_property
    def ridden(self) -> frozenset[tuple[str, str]]:
        """(arc, unit) whose units take of something that runs out within the year: a carrier, or a resource."""
        if not self.timed:
            return frozenset((*self.loaded, *self.empty))
        taken = {
            (row.link_id, direction)
            for row in self.case.rows("use")
            if row.activity in ("unit", "loaded", "empty")
            for direction in (("forward", "back") if row.direction == "both" else (row.direction,))
        }
        pooled = kept_by_period(self.case)
        keys = [
            (name, unit)
            for name, unit in (*self.loaded, *self.empty)
            if self.arcs[name].carrier_id
            or (self.arcs[name].link_id, self.arcs[name].direction) in taken
            or unit in pooled
            or self.arcs[name].carried_in.get(unit, ("",))[0] in pooled
        ]
        return frozenset(keys)

    @cached_property
    def parked(self) -> dict[tuple[str, str, str, str], tuple[str, Any]]:
        """Name and key of the column by (loaded | empty, arc, unit, park), of the units that parks have.

        Where a unit has several parks each has a column of its own, else it is that of the unit.
        """
        columns: dict[tuple[str, str, str, str], tuple[str, Any]] = {}
        every = parks_of(self.case)
        for what, keys in (("loaded", self.loaded), ("empty", self.empty)):
            for arc, unit in keys:
                for park in parks_on(self.case, self.arcs[arc], unit) if unit in every else ():
                    alone = len(every[unit]) == 1
                    own: tuple[str, Any] = (what, (arc, unit)) if alone else (f"own_{what}", (arc, unit, park))
                    columns[what, arc, unit, park] = own
        return columns

    @cached_property
    def idle(self) -> list[tuple[str, str, str]]:
        """(node, unit, park) where units of parks may stand from one period to the next."""
        if not self.timed:
            return []
        kept = kept_by_period(self.case)
        ends = ((self.arcs[arc], unit, park) for _, arc, unit, park in self.parked if unit in kept)
        return list(dict.fromkeys((node, unit, park) for arc, unit, park in ends for node in (arc.end, arc.start)))

    @cached_property
    def clock(self) -> dict[tuple[str, str, str], float]:
        """Hours by which the clock of a stream is late at (stream, node, layer): the least from its nearest origin."""
        clock: dict[tuple[str, str, str], float] = {}
        for stream in self.streams:
            graph: nx.MultiDiGraph[Place] = nx.MultiDiGraph()
            hours = {}
            for name, layer in stream.columns:
                arc = self.arcs[name]
                graph.add_edge((arc.start, layer), (arc.end, AFTER if arc.gate else layer), key=(name, layer))
                hours[name, layer] = self.hours(arc)
            least = earliest(graph, sorted({(part.origin, BEFORE) for part in stream.parts}), hours)
            clock |= {(stream.stream_id, *place): late for place, late in least.items()}
        return clock

    @cached_property
    def timed_parts(self) -> dict[str, Any]:
        """The demand's row of the parts whose offer or waiting is bound to time, by part."""
        if not self.timed:
            return {}
        seasonal = {row.row for row in self.case.rows("calendar") if (row.table, row.column) == OFFER}
        rows = {part.part_id: self.case.row("demand", part.demand_id) for part in self.parts}
        return {
            part: row
            for part, row in rows.items()
            if self.study == CARRY
            or row.demand_id in seasonal
            or math.isfinite(row.wait_d)
            or math.isfinite(row.late_d)
        }

    @cached_property
    def stores(self) -> list[Store]:
        """Stores that hold something in this horizon, with the cargo that may lie there."""
        stores = []
        longest = float(self.horizon.hours.max()) / DAY
        for row in sorted(self.case.rows("store"), key=lambda store: store.store_id):
            slots = 0 < row.dwell_d < longest or (row.dwell_d > 0 and not self.timed)
            keys = tuple(
                (stream.stream_id, node, layer)
                for stream in self.streams
                if not row.commodities or stream.commodity in row.commodities
                for node, layer in stream.nodes
                if node == row.node_id and (node, layer) != (stream.destination, layers(stream.crosses)[1][-1])
            )
            if keys and (slots or self.timed):
                stores.append(Store(row, slots, keys))
        return stores

    def lost_course(self, part: Part) -> Floats:
        """Kt of a part that closures lose, by period."""
        assert self.case.lost is not None
        shares = self.case.lost.course(lost_of(self.case, self.study, part), self.horizon)
        return part.lost * shares

    def term(self, coefficient: float, cell: Cell, name: str, key: Any) -> tuple[float, str, Any]:
        """A term whose coefficient holds the number of a cell that may change through the year.

        Where it does, the variable is the view ``varied`` of (name, key) under that cell; in an untimed year the
        coefficient is the mean.
        """
        factor = self.factor(cell)
        if factor is None:
            return coefficient, name, key
        if not self.timed:
            return coefficient * float(factor[0]), name, key
        return coefficient, "varied", (name, *(key if isinstance(key, tuple) else (key,)), ".".join(cell))

    def factor(self, cell: Cell) -> Floats | None:
        """By period the factor of a number that changes through the year; None where it does not."""
        if cell not in self._factors:
            days = daily(self.case, *cell) if self.case.rows("calendar") or self.case.rows("closure") else None
            self._factors[cell] = None if days is None else self.horizon.mean(days)
        return self._factors[cell]

    @cached_property
    def _factors(self) -> dict[Cell, Floats | None]:
        return {}

    @cached_property
    def net_share(self) -> dict[str, float]:
        """Tonnes of the measure per gate tonne of each segment that takes part."""
        gate: dict[str, float] = defaultdict(float)
        for part in self.parts:
            if part.grows:
                gate[part.segment] += part.weight * part.base
        return {segment: base / gate[segment] for segment, base in self.base.items()}

    @cached_property
    def base(self) -> dict[str, float]:
        """Base-year kt of each segment that takes part, in tonnes of the measure: gate tonnes, but in a net scope."""
        base: dict[str, float] = defaultdict(float)
        for part in self.parts:
            if part.grows and self.measures:
                base[part.segment] += part.counts * part.base
        return dict(base)

    def hours(self, arc: Arc) -> float:
        """Hours on an arc: the way, and the carrier's port and waiting where it has one."""
        if arc.carrier_id is None:
            return arc.time_h
        carrier = self.case.row("carrier", arc.carrier_id)
        return float(arc.time_h + carrier.port_h + carrier.wait_h)


def segment_of(case: Case, demand_id: str) -> str:
    """The segment of a demand; one without has a segment of its own, called by the id of its limit."""
    return str(case.row("demand", demand_id).segment_id or limit_ids(case)["demand", demand_id])


def ordered(case: Case) -> list[Arc]:
    """The arcs of a case by id."""
    return sorted(arcs(case), key=lambda arc: arc.arc_id)


def lost_of(case: Case, study: str, part: Part) -> list[str]:
    """Parts of the closures' account that a part of a study represents."""
    if case.lost is None:
        return []
    return case.lost.parts(part.demand_id) if study in WHOLE else [part.part_id] if part.part_id in case.lost.kt else []
