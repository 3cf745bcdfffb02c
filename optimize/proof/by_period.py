"""An answer as arrays of keys by periods, from the tables of the case and of the answer alone: the input of its checks.

Nothing here knows the model. Departures are even over a period, so that their sum so far is a straight line.
Arrivals, stocks and moves under way are the same line, read some hours earlier.
A year without tables by period is one period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.model.case import Case
from corridor.model.days import days_of
from corridor.model.graph import AFTER, BEFORE, arcs, taken
from corridor.model.horizon import DAY, Floats

Tables = Mapping[str, pd.DataFrame]
Positions = NDArray[np.int64]

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

    keys: pd.DataFrame
    of: Mapping[str, Floats]
    first: Floats

    @classmethod
    def read(cls, frame: pd.DataFrame, names: list[str], columns: list[str], count: int) -> Amounts:
        """A table of ``names``, period and the number ``columns``; raises ValueError for a period out of the year."""
        grouped = frame.groupby(names, sort=False)
        row, period = grouped.ngroup().to_numpy(np.int64), frame["period"].to_numpy(np.int64)
        if len(period) and not (period.min() >= -1 and period.max() < count):
            raise ValueError("a period that the year does not have")
        keys = frame[names][~frame.duplicated(names)].reset_index(drop=True)
        of: dict[str, Floats] = {}
        for column in columns:  # the column 0 is the beginning
            values = frame[column].to_numpy(float)
            of[column] = np.zeros((len(keys), count + 1))
            np.add.at(of[column], (row, period + 1), values)
        return cls(keys, {column: numbers[:, 1:] for column, numbers in of.items()}, of[columns[0]][:, 0])

    def __getitem__(self, column: str) -> Floats:
        return self.of[column]

    def __len__(self) -> int:
        return len(self.keys)


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
    ways: pd.DataFrame
    """By arc: start, end, gate, link, direction, carrier, mode, hours (way, port, waiting), capacity_t."""
    parts: pd.DataFrame
    """The table ``delivered`` by part."""
    whole: bool
    """True for a year without tables by period."""

    @classmethod
    def of(cls, case: Case, tables: Tables, *, instant: bool = False) -> Ledger:
        """The tables of an answer as arrays (:func:`corridor.optimize.answer.course.period_tables`).

        ``instant`` as in :class:`corridor.model.horizon.Horizon`. Raises KeyError or ValueError for tables that make no
        sense, such as a period that the year does not have.
        """
        whole = "periods" not in tables
        if whole:
            tables = {**tables, **_of_the_year(tables)}
        periods = Periods.whole(days_of(case.base_year)) if whole else Periods.of(tables["periods"], instant)
        count = periods.count
        stocks = [column for column in ("clock_t", "overstay_t") if column in tables["stock_by_stream"]]
        states = ["offered_t", "sent_t", "waiting_t", "late_t", "outside_t", "unmet_t"]
        return cls(
            case=case,
            periods=periods,
            flow=Amounts.read(tables["flow_by_period"], ["arc", *STREAM, "layer"], ["t", "clock_t"], count),
            sent=Amounts.read(tables["sent"], ["part"], ["sent_t", "outside_t", "unmet_t"], count),
            arrived=Amounts.read(tables["arrived"], [*STREAM, "layer"], ["t", "clock_t"], count),
            move=Amounts.read(tables["move_by_period"], ["arc", "what", "item", "pool"], ["number"], count),
            standing=Amounts.read(tables["standing"], ["node", "carrier"], ["number"], count),
            idle=Amounts.read(tables["idle"], ["node", "unit", "pool"], ["number"], count),
            waiting=Amounts.read(tables["waiting"], ["part"], states, count),
            stock=Amounts.read(tables["stock_by_stream"], ["store", *STREAM, "layer"], stocks, count),
            held=Amounts.read(tables["stock"], ["store", "commodity"], ["t"], count),
            ways=_ways(case),
            parts=tables["delivered"].set_index("part"),
            whole=whole,
        )

    @cached_property
    def clock(self) -> Mapping[tuple[str, ...], float]:
        """Least hours from an origin by (commodity, destination, crosses, node, layer)."""
        return clocks(self.case, self.parts)

    @property
    def tonnes(self) -> float:
        """Tonnes that balances are measured by: what is sent in a mean period, and one."""
        return 1.0 + float(self.sent["sent_t"].sum()) / self.periods.count

    @property
    def moves(self) -> float:
        """Units and carriers that balances are measured by: all that move in a mean period, and one."""
        return 1.0 + float(self.move["number"].sum()) / self.periods.count

    def late(self, keys: pd.DataFrame) -> Floats:
        """Least hours from an origin of keys with the columns of ``PLACE``; NaN where cargo has no business."""
        places = zip(*(keys[column].to_numpy(object).tolist() for column in PLACE), strict=True)
        return np.array([self.clock.get(place, np.nan) for place in places])

    @cached_property
    def tails(self) -> pd.DataFrame:
        """The place that each flow leaves."""
        keys = self.flow.keys
        return keys[STREAM].assign(node=keys["arc"].map(self.ways["start"]), layer=keys["layer"])

    @cached_property
    def heads(self) -> pd.DataFrame:
        """The place that each flow comes to."""
        keys = self.flow.keys
        gate = keys["arc"].map(self.ways["gate"]).to_numpy(bool)
        return keys[STREAM].assign(node=keys["arc"].map(self.ways["end"]), layer=keys["layer"].where(~gate, AFTER))

    @cached_property
    def departed(self) -> Floats:
        """Least hours from an origin to where each flow leaves."""
        return self.late(self.tails)

    @cached_property
    def residual(self) -> Floats:
        """Hours that each flow takes to the end of its arc beyond the least."""
        hours = self.flow.keys["arc"].map(self.ways["hours"]).to_numpy(float)
        hours_beyond: Floats = self.departed + hours - self.late(self.heads)
        return np.where(np.abs(hours_beyond) < 1e-6, 0.0, hours_beyond)

    def origins(self) -> pd.DataFrame:
        """The places at which what is sent begins, one for each key of ``sent``."""
        parts = self.parts.reindex(self.sent.keys["part"])
        return parts[STREAM].assign(node=parts["origin"], layer=BEFORE).reset_index(drop=True)

    def stores(self) -> pd.DataFrame:
        """The place of each key of ``stock``."""
        keys = self.stock.keys
        return keys[STREAM].assign(node=keys["store"].map(self.case["store"]["node_id"]), layer=keys["layer"])

    def carriers(self) -> tuple[pd.DataFrame, Floats, Floats]:
        """Keys, numbers and hours of the moves of carriers."""
        chosen = (self.move.keys["what"] == "carrier").to_numpy()
        keys = self.move.keys[chosen].reset_index(drop=True)
        return keys, self.move["number"][chosen], keys["arc"].map(self.ways["hours"]).to_numpy(float)


def _of_the_year(tables: Tables) -> dict[str, pd.DataFrame]:
    """The tables by period of a year as one period, from its tables ``flow``, ``move`` and ``delivered``."""
    flow, move, delivered = (tables[name].assign(period=0) for name in ("flow", "move", "delivered"))
    crossed = delivered["crossed_t"].where(delivered["crosses"] == "may", delivered["t"])
    crossed = crossed.where(delivered["crosses"] != "never", 0.0)
    arrived = pd.concat(
        [delivered.assign(layer=layer, t=t) for layer, t in ((AFTER, crossed), (BEFORE, delivered["t"] - crossed))]
    )
    empty = {
        "standing": ["node", "carrier", "period", "number"],
        "idle": ["node", "unit", "pool", "period", "number"],
        "waiting": ["part", "period", "offered_t", "sent_t", "waiting_t", "late_t", "outside_t", "unmet_t"],
        "stock_by_stream": ["store", *STREAM, "layer", "period", "clock_t"],
        "stock": ["store", "commodity", "period", "t"],
    }
    return {
        "flow_by_period": flow.assign(clock_t=flow["t"]),
        "sent": delivered.rename(columns={"t": "sent_t"}),
        "arrived": arrived.assign(clock_t=arrived["t"]),
        "move_by_period": move,
        **{name: pd.DataFrame(columns=columns) for name, columns in empty.items()},
    }


def clocks(case: Case, delivered: pd.DataFrame) -> dict[tuple[str, ...], float]:
    """Least hours from the nearest origin to each place of every stream of the table ``delivered``.

    Keys are (commodity, destination, crosses, node, layer). Only ways without a circle count.
    """
    hours = _ways(case)["hours"].to_dict()
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


def _ways(case: Case) -> pd.DataFrame:
    stay = {row.carrier_id: float(row.port_h + row.wait_h) for row in case.rows("carrier")} | {None: 0.0}
    rows = [(a.arc_id, a.link_id, a.direction, a.start, a.end, a.gate, a.carrier_id, a.mode_id) for a in arcs(case)]
    hours = [a.time_h + stay[a.carrier_id] for a in arcs(case)]
    columns = ["arc", "link", "direction", "start", "end", "gate", "carrier", "mode"]
    frame = pd.DataFrame(rows, columns=columns).set_index("arc")
    return frame.assign(hours=hours, capacity_t=[a.capacity_t for a in arcs(case)])
