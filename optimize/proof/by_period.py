"""An answer as arrays of keys by periods, from the tables of the case and of the answer alone: the input of its checks.

Nothing here knows the model. Departures are even over a period, so that their sum so far is a straight line.
Arrivals, stocks and moves under way are the same line, read some hours earlier.
A year without tables by period is one period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd

from corridor.model.case import Case
from corridor.model.days import days_of
from corridor.model.graph import AFTER, BEFORE, arcs, taken
from corridor.model.horizon import DAY, Floats
from corridor.optimize.proof.keys import Flags, Keys, Positions, looked_up, positions

Tables = Mapping[str, pd.DataFrame]

STREAM = ["commodity", "destination", "crosses"]
"""Columns that cargo shares whose flow is one."""
PLACE = [*STREAM, "node", "layer"]


@dataclass(frozen=True)
class Periods:
    """The periods of a year: ``edges`` in hours from its start and in ``days`` of the calendar (periods + 1 each).

    ``cyclic``: the year repeats itself; ``instant``: the way takes no time by the calendar.
    Amounts are arrays of keys by periods, and so are answers; ``hours`` is one
    number a key.
    """

    edges: Floats
    days: Floats
    cyclic: bool
    instant: bool = False

    @classmethod
    def whole(cls, days: int) -> Periods:
        """One period that repeats itself, whose ways take no time."""
        return cls(np.array([0.0, days * DAY]), np.array([0.0, days]), cyclic=True, instant=True)

    @classmethod
    def of(cls, periods: pd.DataFrame, instant: bool = False) -> Periods:
        """The periods of the table ``periods`` of an answer."""
        edges = np.concatenate([[0.0], np.cumsum(periods["days"].to_numpy(float))]) * DAY
        days = np.append(periods["from_day"].to_numpy(float), round(edges[-1] / DAY))
        return cls(edges, days, bool(periods["follows"].iloc[0] >= 0), instant)

    @property
    def count(self) -> int:
        return len(self.edges) - 1

    @property
    def hours(self) -> Floats:
        return np.diff(self.edges)

    @property
    def share(self) -> Floats:
        """Share of the year of each period."""
        shares: Floats = self.hours / self.edges[-1]
        return shares

    def until(self, amounts: Floats, at: Floats) -> Floats:
        """Departures until each time ``at`` (keys by times, hours), amounts even over their periods.

        None before the start of an open year; a year that repeats itself counts back into the year before.
        """
        turn, at, period = self._found(at)
        done = np.concatenate([np.zeros((len(amounts), 1)), np.cumsum(amounts, axis=1)], axis=1)
        within = np.take_along_axis(amounts / self.hours, period, axis=1) * (at - self.edges[period])
        out: Floats = np.take_along_axis(done, period, axis=1) + within + turn * done[:, -1:]
        return out

    def arriving(self, amounts: Floats, hours: Floats) -> Floats:
        """Arrivals in each period of amounts that leave evenly over the periods and travel so many hours."""
        hours = np.zeros_like(hours) if self.instant else hours
        return np.diff(self.until(amounts, self.edges[None, :] - hours[:, None]), axis=1)

    def recent(self, amounts: Floats, hours: Floats) -> Floats:
        """Arrivals within so many hours before the end of each period, at most once round the year."""
        ends = np.broadcast_to(self.edges[None, 1:], amounts.shape)
        return self.until(amounts, ends) - self.until(amounts, ends - np.minimum(hours, self.edges[-1])[:, None])

    def before(self, levels: Floats, first: Floats) -> Floats:
        """Levels one period before; ``first`` (one a key) as an open year begins."""
        start = levels[:, -1:] if self.cyclic else first[:, None]
        return np.concatenate([start, levels[:, :-1]], axis=1)

    def level(self, levels: Floats, hours: Floats) -> Floats:
        """The mean in each period of levels as they stood so many hours before."""
        at = self.edges[None, :] - (np.zeros_like(hours) if self.instant else hours)[:, None]
        area = self.until(levels * self.hours, at)
        if not self.cyclic:  # before the start it stands as in the first period
            area += np.minimum(at, 0.0) * levels[:, :1]
        return np.diff(area, axis=1) / self.hours

    def busy(self, moves: Floats, hours: Floats) -> Floats:
        """Moves spread over the time that they take: the share of their hours that falls into each period."""
        ends = np.broadcast_to(self.edges, (len(moves), self.count + 1))
        short = (hours < 1e-9) | self.instant
        long = np.where(short, 1.0, hours)[:, None]
        away = self._area(moves, ends) - self._area(moves, ends - long)
        return np.where(short[:, None], moves, np.diff(away, axis=1) / long)

    def mean(self, by_day: Floats | None) -> Floats:
        """The mean in each period of a factor by day; ones where there is none."""
        if by_day is None:
            return np.ones(self.count)
        sums = np.concatenate([[0.0], np.cumsum(by_day)])
        means: Floats = np.diff(np.interp(self.days, np.arange(len(sums)), sums)) / np.diff(self.days)
        return means

    def within(self, edges: Floats) -> Floats:
        """Share of each period (columns) that lies in each of the spans between other edges (rows)."""
        low = np.maximum(edges[:-1, None], self.edges[None, :-1])
        high = np.minimum(edges[1:, None], self.edges[None, 1:])
        shares: Floats = np.maximum(high - low, 0.0) / self.hours
        return shares

    def _found(self, at: Floats) -> tuple[Floats, Floats, Positions]:
        """Turns round the year, time within it and period of each time."""
        turn = np.floor(at / self.edges[-1]) if self.cyclic else np.zeros_like(at)
        at = at - turn * self.edges[-1] if self.cyclic else np.maximum(at, 0.0)
        return turn, at, np.clip(np.searchsorted(self.edges, at, side="right") - 1, 0, self.count - 1)

    def _area(self, amounts: Floats, at: Floats) -> Floats:
        """The integral over time of :meth:`until`, from the start."""
        turn, within, period = self._found(at)
        done = np.concatenate([np.zeros((len(amounts), 1)), np.cumsum(amounts, axis=1)], axis=1)
        areas = np.cumsum((done[:, :-1] + done[:, 1:]) / 2 * self.hours, axis=1)
        areas = np.concatenate([np.zeros((len(amounts), 1)), areas], axis=1)
        on = within - self.edges[period]
        out: Floats = np.take_along_axis(areas, period, axis=1) + np.take_along_axis(done, period, axis=1) * on
        out += np.take_along_axis(amounts / self.hours, period, axis=1) * on**2 / 2
        total, year = done[:, -1:], self.edges[-1]
        out += turn * areas[:, -1:] + total * (year * turn * (turn - 1) / 2 + turn * within)
        return out


@dataclass(frozen=True)
class Amounts:
    """A table by periods laid out: a row of ``keys`` for each row of every array (keys by periods).

    ``first`` has what the table says of the beginning of an open year, one number a key.
    """

    keys: Keys
    of: Mapping[str, Floats]
    first: Floats

    @classmethod
    def read(cls, frame: pd.DataFrame, names: Sequence[str], columns: Sequence[str], count: int) -> Amounts:
        """A table of ``names``, period and the number ``columns``; raises ValueError for a period out of the year."""
        values = {column: frame[column].to_numpy(float) for column in columns}
        return cls.laid(Keys.read(frame, names), values, frame["period"].to_numpy(np.int64), count)

    @classmethod
    def laid(cls, keys: Keys, values: Mapping[str, Floats], period: Positions, count: int) -> Amounts:
        """Numbers of each row of keys and its period, laid out; raises ValueError for a period out of the year."""
        if len(period) and not (period.min() >= -1 and period.max() < count):
            raise ValueError("a period that the year does not have")
        known, row = positions(keys.rows(keys.columns))
        of = {column: np.zeros((len(known), count + 1)) for column in values}  # the column 0 is the beginning
        for column, numbers in values.items():
            np.add.at(of[column], (row, period + 1), numbers)
        ids = zip(*known, strict=True) if known else ((),) * len(keys.columns)
        distinct = Keys(dict(zip(keys.columns, ids, strict=True)), len(known))
        first = next(iter(of.values()))[:, 0]
        return cls(distinct, {column: numbers[:, 1:] for column, numbers in of.items()}, first)

    def __getitem__(self, column: str) -> Floats:
        return self.of[column]

    def __len__(self) -> int:
        return len(self.keys)


class Way(NamedTuple):
    """One direction of a link: its ends, and its ``hours`` with port and waiting of its carrier."""

    start: str
    end: str
    gate: bool
    link: str
    direction: str
    carrier: str | None
    mode: str
    hours: float
    capacity_t: float


@dataclass(frozen=True)
class Ledger:
    """The tables of an answer by periods, laid out once for all checks."""

    case: Case
    periods: Periods
    flow: Amounts
    sent: Amounts
    arrived: Amounts
    move: Amounts
    standing: Amounts
    idle: Amounts
    waiting: Amounts
    stock: Amounts
    held: Amounts
    ways: Mapping[str, Way]
    """By arc."""
    parts: Keys
    """The table ``delivered``."""
    rows_of: Mapping[str, int]
    """The row of ``parts`` of each part."""
    whole: bool
    """True for a year without tables by period."""

    @classmethod
    def of(cls, case: Case, tables: Tables, *, instant: bool = False) -> Ledger:
        """The tables of an answer as arrays (:func:`corridor.optimize.answer.course.period_tables`).

        ``instant`` as in :class:`corridor.model.horizon.Horizon`. Raises KeyError or ValueError for tables that make no
        sense, such as a period that the year does not have.
        """
        whole = "periods" not in tables
        periods = Periods.whole(days_of(case.base_year)) if whole else Periods.of(tables["periods"], instant)
        amounts = _of_the_year(tables) if whole else _by_period(tables, periods.count)
        return cls(
            case=case,
            periods=periods,
            **amounts,
            ways=_ways(case),
            parts=Keys.read(tables["delivered"], tables["delivered"].columns),
            rows_of={part: row for row, part in enumerate(tables["delivered"]["part"])},
            whole=whole,
        )

    @cached_property
    def clock(self) -> Mapping[tuple[str, ...], float]:
        """Least hours from an origin by (commodity, destination, crosses, node, layer)."""
        return clocks(self.case, pd.DataFrame(self.parts.columns))

    @property
    def tonnes(self) -> float:
        """Tonnes that balances are measured by: what is sent in a mean period, and one."""
        return 1.0 + float(self.sent["sent_t"].sum()) / self.periods.count

    @property
    def moves(self) -> float:
        """Units and carriers that balances are measured by: all that move in a mean period, and one."""
        return 1.0 + float(self.move["number"].sum()) / self.periods.count

    def late(self, keys: Keys) -> Floats:
        """Least hours from an origin of keys with the columns of ``PLACE``; NaN where cargo has no business."""
        return looked_up(self.clock, keys.rows(PLACE))

    def of_ways(self, keys: Keys, name: str) -> list[Any]:
        """A fact of the way of each key, of those that :class:`Way` has; None where no such arc is known."""
        return [getattr(self.ways.get(arc), name, None) for arc in keys["arc"]]

    def hours_of(self, keys: Keys) -> Floats:
        """Hours of the way of each key; NaN where no such arc is known."""
        return np.array(self.of_ways(keys, "hours"), dtype=float)

    @cached_property
    def tails(self) -> Keys:
        """The place that each flow leaves."""
        return self.flow.keys.put(node=self.of_ways(self.flow.keys, "start"))

    @cached_property
    def heads(self) -> Keys:
        """The place that each flow comes to."""
        keys = self.flow.keys
        gates = zip(keys["layer"], self.of_ways(keys, "gate"), strict=True)
        return keys.put(node=self.of_ways(keys, "end"), layer=[AFTER if gate else layer for layer, gate in gates])

    @cached_property
    def departed(self) -> Floats:
        """Least hours from an origin to where each flow leaves."""
        return self.late(self.tails)

    @cached_property
    def residual(self) -> Floats:
        """Hours that each flow takes to the end of its arc beyond the least."""
        hours_beyond: Floats = self.departed + self.hours_of(self.flow.keys) - self.late(self.heads)
        return np.where(np.abs(hours_beyond) < 1e-6, 0.0, hours_beyond)

    def part(self, name: str, parts: Iterable[str]) -> list[Any]:
        """A column of the table ``delivered`` at some parts; raises KeyError for one that it does not have."""
        column = self.parts[name]
        return [column[self.rows_of[part]] for part in parts]

    def origins(self) -> Keys:
        """The places at which what is sent begins, one for each key of ``sent``."""
        parts = self.sent.keys["part"]
        streams = {name: self.part(name, parts) for name in STREAM}
        return Keys.of(**streams, node=self.part("origin", parts), layer=[BEFORE] * len(parts))

    def destinations(self) -> Keys:
        """The places at which cargo arrives, one for each key of ``arrived``."""
        return self.arrived.keys.put(node=self.arrived.keys["destination"])

    def stores(self) -> Keys:
        """The place of each key of ``stock``."""
        nodes = {row.store_id: row.node_id for row in self.case.rows("store")}
        return self.stock.keys.put(node=[nodes.get(store) for store in self.stock.keys["store"]])

    @cached_property
    def riding(self) -> Flags:
        """True for the moves of carriers; the others are of units."""
        return self.move.keys.where("what", "carrier")

    def carriers(self) -> tuple[Keys, Floats, Floats]:
        """Keys, numbers and hours of the moves of carriers."""
        keys = self.move.keys.take(self.riding)
        return keys, self.move["number"][self.riding], self.hours_of(keys)


_COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "flow": (("arc", *STREAM, "layer"), ("t", "clock_t")),
    "sent": (("part",), ("sent_t", "outside_t", "unmet_t")),
    "arrived": ((*STREAM, "layer"), ("t", "clock_t")),
    "move": (("arc", "what", "item", "pool"), ("number",)),
    "standing": (("node", "carrier"), ("number",)),
    "idle": (("node", "unit", "pool"), ("number",)),
    "waiting": (("part",), ("offered_t", "sent_t", "waiting_t", "late_t", "outside_t", "unmet_t")),
    "stock": (("store", *STREAM, "layer"), ("clock_t",)),
    "held": (("store", "commodity"), ("t",)),
}
"""Ids and numbers of each table of a ledger."""
_TABLES = {"flow": "flow_by_period", "move": "move_by_period", "stock": "stock_by_stream", "held": "stock"}


def _by_period(tables: Tables, count: int) -> dict[str, Amounts]:
    """The tables by period of an answer, laid out."""
    out = {}
    for name, (ids, numbers) in _COLUMNS.items():
        frame = tables[_TABLES.get(name, name)]
        more = ("overstay_t",) if name == "stock" and "overstay_t" in frame else ()
        out[name] = Amounts.read(frame, ids, (*numbers, *more), count)
    return out


def _of_the_year(tables: Tables) -> dict[str, Amounts]:
    """The tables by period of a year as one period, from its tables ``flow``, ``move`` and ``delivered``."""
    flow, move, delivered = tables["flow"], tables["move"], tables["delivered"]
    tonnes, crosses = delivered["t"].to_numpy(float), delivered["crosses"].to_numpy(object)
    crossed = np.where(
        crosses == "may", delivered["crossed_t"].to_numpy(float), np.where(crosses == "never", 0, tonnes)
    )
    streams = Keys.read(delivered, STREAM)
    layers = {"layer": [AFTER] * len(streams) + [BEFORE] * len(streams)}
    arrived = Keys.of(**{name: [*ids, *ids] for name, ids in streams.columns.items()}, **layers)
    coming = np.concatenate([crossed, tonnes - crossed])
    flowing = flow["t"].to_numpy(float)
    sent = {"sent_t": tonnes, **{name: delivered[name].to_numpy(float) for name in ("outside_t", "unmet_t")}}
    known = {
        "flow": (Keys.read(flow, _COLUMNS["flow"][0]), {"t": flowing, "clock_t": flowing}),
        "sent": (Keys.read(delivered, ["part"]), sent),
        "arrived": (arrived, {"t": coming, "clock_t": coming}),
        "move": (Keys.read(move, _COLUMNS["move"][0]), {"number": move["number"].to_numpy(float)}),
    }
    none = np.zeros(0)
    for name, (ids, numbers) in _COLUMNS.items():
        known.setdefault(name, (Keys(dict.fromkeys(ids, ()), 0), dict.fromkeys(numbers, none)))
    return {
        name: Amounts.laid(keys, values, np.zeros(len(keys), dtype=np.int64), 1)
        for name, (keys, values) in known.items()
    }


def clocks(case: Case, delivered: pd.DataFrame) -> dict[tuple[str, ...], float]:
    """Least hours from the nearest origin to each place of every stream of the table ``delivered``.

    Keys are (commodity, destination, crosses, node, layer). Only ways without a circle count.
    """
    hours = {arc: way.hours for arc, way in _ways(case).items()}
    clock: dict[tuple[str, ...], float] = {}
    for key, members in delivered.groupby(STREAM, sort=False):
        commodity, destination, crosses = map(str, key)
        origins = tuple(sorted(map(str, members["origin"].unique())))
        starts = [(origin, BEFORE) for origin in origins]
        quick: nx.DiGraph[Any] = nx.DiGraph()
        quick.add_nodes_from(starts)
        for (arc, _), (tail, head) in taken(case, commodity, crosses, origins, destination).items():
            if hours[arc] < quick.get_edge_data(tail, head, {"hours": np.inf})["hours"]:
                quick.add_edge(tail, head, hours=hours[arc])
        least = nx.multi_source_dijkstra_path_length(quick, set(starts), weight="hours")
        clock |= {(commodity, destination, crosses, *place): late for place, late in least.items()}
    return clock


def _ways(case: Case) -> dict[str, Way]:
    stay = {row.carrier_id: float(row.port_h + row.wait_h) for row in case.rows("carrier")} | {None: 0.0}
    return {
        a.arc_id: Way(
            a.start,
            a.end,
            a.gate,
            a.link_id,
            a.direction,
            a.carrier_id,
            a.mode_id,
            a.time_h + stay[a.carrier_id],
            a.capacity_t,
        )
        for a in arcs(case)
    }
