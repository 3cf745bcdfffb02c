"""A twin: a year by periods written directly, period by period, in plain Pyomo.

It shares nothing with :mod:`corridor.optimize` but the tables of a case and the edges of a horizon: no views, givens or
Kronecker products; overlaps, seasons and closures are worked out anew. For small cases; kt, thousand USD, single units
and moves.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyomo.environ as pyo

from corridor.model.case import Case
from corridor.model.horizon import Horizon

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
Spot = tuple[str, str]
"""Place and layer."""
Shares = list[list[float]]
"""By period: shares of periods."""


@dataclass(frozen=True)
class Way:
    """A link in one direction."""

    name: str
    link: Any
    forward: bool
    start: str
    end: str
    hours: float
    rides: Mapping[str, tuple[str | None, float]]


@dataclass
class Stream:
    """Cargo of one commodity to one place; ``clock`` is the least time from an origin to each of its spots."""

    name: str
    commodity: str
    crosses: str
    ends: list[Spot]
    parts: list[dict[str, Any]]
    ways: list[tuple[Way, str]] = field(default_factory=list)
    clock: dict[Spot, float] = field(default_factory=dict)


def overlap(a: float, b: float, c: float, d: float) -> float:
    return max(0.0, min(b, d) - max(a, c))


class Time:
    """Periods of a horizon, and what of one period falls into another."""

    def __init__(self, horizon: Horizon) -> None:
        self.edges, self.days, self.cyclic = horizon.edges, horizon.days, horizon.cyclic
        self.count, self.year = len(horizon.edges) - 1, horizon.edges[-1]
        self.all = range(self.count)
        self.hours = [horizon.edges[t + 1] - horizon.edges[t] for t in self.all]
        self.share = [hours / self.year for hours in self.hours]
        months = horizon.month_edges
        self.in_month = [
            [overlap(*self.span(t), months[m], months[m + 1]) / self.hours[t] for t in self.all]
            for m in range(len(months) - 1)
        ]
        self.month_share = [(months[m + 1] - months[m]) / self.year for m in range(len(months) - 1)]

    def span(self, t: int) -> tuple[float, float]:
        return self.edges[t], self.edges[t + 1]

    def turns(self, hours: float) -> Iterable[float]:
        """The year, and as many years after as so many hours can reach."""
        return [n * self.year for n in range(int(hours // self.year) + 2)] if self.cyclic else [0.0]

    def later(self, hours: float) -> Shares:
        """[t][k]: share of what leaves evenly in k that is there so many hours later, in t."""
        return [
            [
                sum(overlap(a + hours, b + hours, c + turn, d + turn) for turn in self.turns(hours)) / (b - a)
                for a, b in map(self.span, self.all)
            ]
            for c, d in map(self.span, self.all)
        ]

    def earlier(self, hours: float) -> Shares:
        """[t][k]: weight of k for a level as it stood so many hours before t; before an open year as in the first."""
        found = [[0.0] * self.count for _ in self.all]
        for t in self.all:
            a, b = (edge - hours for edge in self.span(t))
            for k in self.all:
                c, d = self.span(k)
                found[t][k] = sum(overlap(a, b, c - turn, d - turn) for turn in self.turns(hours)) / (b - a)
            if not self.cyclic:
                found[t][0] += overlap(a, b, -math.inf, 0.0) / (b - a)
        return found

    def lately(self, hours: float) -> Shares:
        """[t][k]: share of what comes evenly in k that came in the last so many hours before the end of t.

        Patience of a year or more is patience of a year.
        """
        hours, found = min(hours, self.year), []
        for t in self.all:
            end = self.edges[t + 1]
            found.append(
                [
                    sum(overlap(end - hours, end, c - turn, d - turn) for turn in self.turns(hours)) / (d - c)
                    for c, d in map(self.span, self.all)
                ]
            )
        return found

    def away(self, hours: float) -> Shares:
        """[t][k]: share of its so many hours that what leaves evenly in k is away in t."""
        if not hours:
            return [[float(t == k) for k in self.all] for t in self.all]
        found = [[0.0] * self.count for _ in self.all]
        for k in self.all:
            a, b = self.span(k)
            for t in self.all:
                for turn in self.turns(hours):
                    c, d = (edge + turn for edge in self.span(t))
                    # The time that one spends in t is linear in its departure between these.
                    bends = sorted({a, b, *(min(max(x, a), b) for x in (c, d, c - hours, d - hours))})
                    spent = [overlap(u, u + hours, c, d) for u in bends]
                    area = sum((bends[i + 1] - bends[i]) * (spent[i] + spent[i + 1]) / 2 for i in range(len(bends) - 1))
                    found[t][k] += area / ((b - a) * hours)
        return found

    def mean(self, days: list[float]) -> list[float]:
        """Means over the periods of a number by day."""
        return [
            sum(value * overlap(self.days[t], self.days[t + 1], n, n + 1) for n, value in enumerate(days))
            / (self.days[t + 1] - self.days[t])
            for t in self.all
        ]


class Seasons:
    """What calendars and closures of a case make of its numbers."""

    def __init__(self, case: Case, time: Time) -> None:
        self.case, self.time = case, time
        first = date(case.base_year, 1, 1)
        self.dates = [first + timedelta(n) for n in range((date(case.base_year + 1, 1, 1) - first).days)]

    def by_day(self, table: str, row: str, column: str) -> list[float] | None:
        said: list[tuple[list[float], bool]] = []
        for each in self.case.rows("calendar"):
            if (each.table, each.row, each.column) == (table, row, column):
                said.append(([getattr(each, MONTHS[day.month - 1]) for day in self.dates], each.shape))
        if column == "capacity":
            said += [self.closed(each) for each in self.case.rows("closure") if (each.table, each.row) == (table, row)]
        return self.together(said)

    def of_link(self, link: Any) -> list[float] | None:
        ends = {("link", link.link_id), ("node", link.from_node_id), ("node", link.to_node_id)}
        return self.together(
            [self.closed(each) for each in self.case.rows("closure") if (each.table, each.row) in ends]
        )

    def closed(self, row: Any) -> tuple[list[float], bool]:
        def inside(day: date) -> bool:
            now = f"{day:%m-%d}"
            if row.from_day <= row.to_day:
                return bool(row.from_day <= now <= row.to_day)
            return bool(now >= row.from_day or now <= row.to_day)

        return [row.left if inside(day) else 1.0 for day in self.dates], row.shape

    def together(self, said: list[tuple[list[float], bool]]) -> list[float] | None:
        if not said:
            return None
        shape = [math.prod(days[n] for days, is_shape in said if is_shape) for n in range(len(self.dates))]
        lost = [math.prod(days[n] for days, is_shape in said if not is_shape) for n in range(len(self.dates))]
        mean = sum(shape) / len(shape)
        return [a / mean * b for a, b in zip(shape, lost, strict=True)]

    def of(self, table: str, row: str, column: str) -> list[float]:
        """Factor by period."""
        days = self.by_day(table, row, column)
        return [1.0] * self.time.count if days is None else self.time.mean(days)

    def year(self, table: str, row: str, column: str) -> float:
        days = self.by_day(table, row, column)
        return 1.0 if days is None else sum(days) / len(days)


Nudge = Mapping[tuple[str, str, int], float]
"""What is added to a datum, by (available | room | tonnes | opening, id, period), in its own unit or kt."""


@dataclass
class Twin:
    """The model of a case, a study and a horizon, and its optimum in kt or thousand USD; None if there is none."""

    case: Case
    study: str
    horizon: Horizon
    nudge: Nudge = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.time = Time(self.horizon)
        self.seasons = Seasons(self.case, self.time)
        self.measures = not self.study.startswith("cost")
        self.m = pyo.ConcreteModel()
        self.m.rules = pyo.ConstraintList()
        self.parts = self._parts()
        self.ways = self._ways()
        self.streams = self._streams()
        self._cargo()
        self._units()
        self._carriers()
        self._stores()
        self._balances()
        self._resources()
        self._demand()

    def optimum(self, floor: float = 1.0) -> float | None:
        """The best of the study; ``floor`` is the least share of its base year that each segment keeps."""
        self._aim(floor)
        solver = pyo.SolverFactory("appsi_highs")
        solver.config.load_solution = False
        solver.highs_options = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}
        found = solver.solve(self.m, load_solutions=False)
        if found.solver.termination_condition != pyo.TerminationCondition.optimal:
            return None
        solver.load_vars()
        return float(pyo.value(self.m.goal))

    # What there is.

    def _parts(self) -> list[dict[str, Any]]:
        gated, found = self.case.gate is not None, []
        weight = {row.commodity_id: row.gate_factor for row in self.case.rows("commodity")}
        for row in self.case.rows("demand"):
            counts = weight[row.commodity_id] if gated else 1.0
            across, around = row.t_per_year / 1000, row.elsewhere_t_per_year / 1000
            common = {"row": row, "segment": row.segment_id or row.demand_id}

            def part(name: str, crosses: str, kt: float, grows: bool, w: float, common: Any = common) -> None:
                if kt > 0:
                    found.append({**common, "id": name, "crosses": crosses, "kt": kt, "grows": grows, "weight": w})

            if not self.measures:
                part(row.demand_id, row.gate, across + around, False, counts)
            elif gated and row.gate == "never":
                part(row.demand_id, "never", across, False, 0.0)
            else:
                part(row.demand_id, "must" if gated else "never", across, True, counts)
                part(f"{row.demand_id}_elsewhere", "never", around, False, 0.0)
        return found

    def _ways(self) -> list[Way]:
        packing: dict[str, dict[str, tuple[str | None, float]]] = defaultdict(dict)
        packed = bool(self.case.rows("packing"))
        for row in self.case.rows("packing"):
            packing[row.mode_id][row.commodity_id] = (row.unit_id, row.payload_t or 0.0)
        carriers = {row.carrier_id: row for row in self.case.rows("carrier")}
        everything = {row.commodity_id: (None, 0.0) for row in self.case.rows("commodity")}
        found = []
        for link in self.case.rows("link"):
            rides = packing[link.mode_id] if packed else everything
            rides = {name: how for name, how in rides.items() if not link.commodities or name in link.commodities}
            carrier = carriers.get(link.carrier_id)
            hours = link.time_h + (carrier.port_h + carrier.wait_h if carrier else 0.0)
            if link.capacity_t_per_year > 0:
                found.append(Way(link.link_id, link, True, link.from_node_id, link.to_node_id, hours, rides))
                if not link.directed:
                    back = f"{link.link_id}_back"
                    found.append(Way(back, link, False, link.to_node_id, link.from_node_id, hours, rides))
        return found

    def _streams(self) -> list[Stream]:
        found: dict[tuple[str, str, str], Stream] = {}
        for part in self.parts:
            row, crosses = part["row"], part["crosses"]
            last = {"must": ["after"], "may": ["before", "after"], "never": ["before"]}[crosses]
            ends = [(row.destination_id, layer) for layer in last]
            stream = Stream(
                "_".join((row.commodity_id, row.destination_id, crosses)), row.commodity_id, crosses, ends, []
            )
            found.setdefault((row.commodity_id, row.destination_id, crosses), stream).parts.append(part)
        for stream in found.values():
            self._lay(stream)
        return list(found.values())

    def _lay(self, stream: Stream) -> None:
        """The ways that some path without a circle takes, and the clock of each spot on them."""
        out: dict[Spot, list[tuple[Way, str, Spot]]] = defaultdict(list)
        for way in self.ways:
            if stream.commodity in way.rides:
                for layer in ["before"] if stream.crosses == "never" or way.link.gate else ["before", "after"]:
                    if way.link.gate and stream.crosses == "never":
                        continue
                    head = (way.end, "after" if way.link.gate else layer)
                    out[way.start, layer].append((way, layer, head))
        taken: set[tuple[str, str]] = set()

        def walk(path: list[Spot], steps: list[tuple[str, str]]) -> None:
            if path[-1] in stream.ends:
                taken.update(steps)
            for way, layer, head in out[path[-1]]:
                if head not in path:
                    walk([*path, head], [*steps, (way.name, layer)])

        starts = {(part["row"].origin_id, "before") for part in stream.parts}
        for start in starts:
            walk([start], [])
        stream.ways = [(way, layer) for way in self.ways for layer in ("before", "after") if (way.name, layer) in taken]
        stream.clock = dict.fromkeys(starts, 0.0)
        for _ in range(2 * len(stream.ways)):
            for way, layer in stream.ways:
                late = stream.clock.get((way.start, layer), math.inf) + way.hours
                head = self.head(way, layer)
                stream.clock[head] = min(stream.clock.get(head, math.inf), late)
        stream.clock = {spot: late for spot, late in stream.clock.items() if late < math.inf}

    @staticmethod
    def head(way: Way, layer: str) -> Spot:
        return way.end, "after" if way.link.gate else layer

    # Variables and rows.

    def variables(self, name: str, keys: Iterable[Any]) -> Any:
        """One a key and period, zero or more; by key a list of periods."""
        keys = list(keys)
        made = pyo.Var(range(len(keys)), self.time.all, domain=pyo.NonNegativeReals)
        setattr(self.m, name, made)
        return {key: [made[n, t] for t in self.time.all] for n, key in enumerate(keys)}

    def mixed(self, shares: Shares, course: list[Any]) -> list[Any]:
        return [sum(share * course[k] for k, share in enumerate(row) if share > 1e-13) for row in shares]

    def before(self, course: list[Any]) -> list[Any]:
        return [course[t - 1] if t or self.time.cyclic else 0.0 for t in self.time.all]

    def add(self, rule: Any) -> None:
        if not isinstance(rule, bool):
            self.m.rules.add(rule)
        elif not rule:
            self.m.rules.add(pyo.Constraint.Infeasible)

    def _cargo(self) -> None:
        keys = [(stream.name, way.name, layer) for stream in self.streams for way, layer in stream.ways]
        self.flow = self.variables("flow", keys)
        self.served = self.variables("served", [part["id"] for part in self.parts])
        self.arrived = self.variables("arrived", [(s.name, end) for s in self.streams for end in s.ends])
        self.entering: dict[tuple[str, Spot], list[list[Any]]] = defaultdict(list)
        self.passing: dict[tuple[str, str, str], list[Any]] = {}
        for stream in self.streams:
            for way, layer in stream.ways:
                key, head = (stream.name, way.name, layer), self.head(way, layer)
                leaves = stream.clock[way.start, layer]
                self.passing[key] = self.mixed(self.time.later(leaves), self.flow[key])
                slower = max(0.0, leaves + way.hours - stream.clock[head])
                self.entering[stream.name, head].append(self.mixed(self.time.later(slower), self.flow[key]))
            for part in stream.parts:
                self.entering[stream.name, (part["row"].origin_id, "before")].append(self.served[part["id"]])

    def on(self, way: Way, commodity: str | None = None) -> list[Any]:
        """Cargo on a way by the calendar."""
        found = [
            self.passing[stream.name, way.name, layer]
            for stream in self.streams
            if commodity in (None, stream.commodity)
            for other, layer in stream.ways
            if other is way
        ]
        return [sum(course[t] for course in found) for t in self.time.all]

    def _units(self) -> None:
        units = {(way.name, unit) for way in self.ways for unit, _ in way.rides.values() if unit}
        self.loaded, self.empty = (self.variables(name, sorted(units)) for name in ("loaded", "empty"))
        turnover: dict[tuple[str, str], Any] = defaultdict(float)
        for way in self.ways:
            for unit in {unit for unit, _ in way.rides.values() if unit}:
                goods = [(c, payload) for c, (u, payload) in way.rides.items() if u == unit]
                for t in self.time.all:
                    fill = sum(1000 / payload * self.on(way, c)[t] for c, payload in goods)
                    self.add(self.loaded[way.name, unit][t] == fill)
                total = sum(self.loaded[way.name, unit]) + sum(self.empty[way.name, unit])
                turnover[way.end, unit] += total
                turnover[way.start, unit] -= total
        for balance in turnover.values():
            self.add(balance == 0)

    def _carriers(self) -> None:
        moved = [way for way in self.ways if way.link.carrier_id]
        self.move = self.variables("move", [way.name for way in moved])
        places = sorted({(end, way.link.carrier_id) for way in moved for end in (way.start, way.end)})
        standing, began = self.variables("standing", places), self.variables("began_standing", places)
        for key in places:
            for t in self.time.all:
                if t or self.time.cyclic:
                    self.add(began[key][t] == 0)
                come = sum(
                    self.mixed(self.time.later(way.hours), self.move[way.name])[t]
                    for way in moved
                    if (way.end, way.link.carrier_id) == key
                )
                go = sum(self.move[way.name][t] for way in moved if (way.start, way.link.carrier_id) == key)
                here = self.before(standing[key])[t] + began[key][t]
                self.add(come + here == go + standing[key][t])
        fleets = {row.carrier_id: row.resource_id for row in self.case.rows("carrier")}
        for fleet in set(fleets.values()):
            there = [standing[key] for key in places if fleets[key[1]] == fleet]
            for t in self.time.all:
                if there:
                    self.add(sum(course[t] for course in there) <= self.yearly(fleet))
        factor: dict[str, float] = defaultdict(lambda: 1.0)
        for row in self.case.rows("factor"):
            if row.size_id:
                factor[row.size_id] *= row.value
        for size in self.case.rows("size"):
            course = self.seasons.of("size", size.size_id, "amount")
            for way in moved:
                if way.link.carrier_id == size.carrier_id:
                    load = self._load(way, size.dimension)
                    for t in self.time.all:
                        most = size.amount * factor[size.size_id] * course[t] * self.move[way.name][t]
                        self.add(load[t] <= most)

    def _load(self, way: Way, dimension: str) -> list[Any]:
        total: list[Any] = [0.0] * self.time.count
        for row in self.case.rows("loading"):
            if row.dimension != dimension:
                continue
            for t in self.time.all:
                if (way.name, row.item_id) in self.loaded:
                    total[t] += row.loaded * self.loaded[way.name, row.item_id][t]
                    total[t] += (row.empty or 0.0) * self.empty[way.name, row.item_id][t]
                elif row.item_id in way.rides and way.rides[row.item_id][0] is None:
                    total[t] += 1000 * row.loaded * self.on(way, row.item_id)[t]
        return total

    def _stores(self) -> None:
        self.lying: dict[tuple[str, Spot], list[list[Any]]] = defaultdict(list)
        self.paid: list[tuple[float, Any]] = []
        time, longest = self.time, max(self.time.hours) / 24
        for row in self.case.rows("store"):
            keys = [
                (stream, spot)
                for stream in self.streams
                if not row.commodities or stream.commodity in row.commodities
                for spot in stream.clock
                if spot[0] == row.node_id and spot != stream.ends[-1]
            ]
            room = [row.capacity_t / 1000 * (1.0 if row.dwell_d in (0, None) or row.dwell_d >= longest else share)
                    for share in time.share]  # fmt: skip
            room = [most + self.nudge.get(("room", row.store_id, t), 0.0) for t, most in enumerate(room)]
            if 0 < row.dwell_d < longest:
                leaving = [
                    self.passing[stream.name, way.name, layer]
                    for stream, spot in keys
                    for way, layer in stream.ways
                    if (way.start, layer) == spot
                ]
                for t in time.all:
                    if leaving and math.isfinite(room[t]):
                        self.add(row.dwell_d * 24 / time.year * sum(course[t] for course in leaving) <= room[t])
                continue
            stock = self.variables(f"stock_{row.store_id}", [(stream.name, spot) for stream, spot in keys])
            began = self.variables(f"began_{row.store_id}", stock)
            over = self.variables(f"over_{row.store_id}", stock)
            held = []
            for stream, spot in keys:
                key = stream.name, spot
                course = stock[key]
                self.lying[key].append(
                    [had + first - has for had, first, has in zip(self.before(course), began[key], course, strict=True)]
                )
                for t in time.all:
                    if t or time.cyclic:
                        self.add(began[key][t] == 0)
                held.append(self.mixed(time.earlier(stream.clock[spot]), course))
                came = [sum(each[t] for each in self.entering[key]) for t in time.all]
                if row.dwell_d:
                    for has, least in zip(course, self.mixed(time.lately(row.dwell_d * 24), came), strict=True):
                        self.add(has >= least)
                pays = course
                if row.free_d:
                    pays = over[key]
                    free = self.mixed(time.lately(row.free_d * 24), came)
                    for t in time.all:
                        self.add(pays[t] >= course[t] - free[t])
                self.paid += [(row.usd_per_t_day * time.hours[t] / 24, pays[t]) for t in time.all]
                if not time.cyclic:
                    self.paid.append((-row.closing_usd_per_t, course[-1]))
            for t in time.all:
                if held and math.isfinite(room[t]):
                    self.add(sum(each[t] for each in held) <= room[t])
            if keys and not time.cyclic:
                opening = row.opening_t / 1000 + self.nudge.get(("opening", row.store_id, 0), 0.0)
                self.add(sum(course[0] for course in began.values()) == opening)
                self.add(sum(course[-1] for course in stock.values()) >= row.closing_t / 1000)

    def _balances(self) -> None:
        for stream in self.streams:
            for spot in stream.clock:
                for t in self.time.all:
                    come = sum(each[t] for each in [*self.entering[stream.name, spot], *self.lying[stream.name, spot]])
                    go = sum(
                        self.flow[stream.name, way.name, layer][t]
                        for way, layer in stream.ways
                        if (way.start, layer) == spot
                    )
                    if spot in stream.ends:
                        go += self.arrived[stream.name, spot][t]
                    self.add(come == go)

    def yearly(self, resource: str) -> float:
        """What a resource offers in the year's mean."""
        row = self.case.row("resource", resource)
        whole = row.capacity * self._left(resource) * self.seasons.year("resource", resource, "capacity")
        return float(whole - row.background * self.seasons.year("resource", resource, self._background(resource)))

    def _background(self, resource: str) -> str:
        """The column whose seasons the background of a resource has: its own, or those of the capacity."""
        own = {row.row for row in self.case.rows("calendar") if row.column == "background"}
        return "background" if resource in own else "capacity"

    def _left(self, resource: str) -> float:
        return math.prod(float(row.value) for row in self.case.rows("factor") if row.resource_id == resource)

    def _resources(self) -> None:
        time = self.time
        uses: dict[str, list[Any]] = {row.resource_id: [0.0] * time.count for row in self.case.rows("resource")}

        def take(resource: str, amount: float, course: list[Any]) -> None:
            uses[resource] = [have + amount * each for have, each in zip(uses[resource], course, strict=True)]

        for row in self.case.rows("use"):
            for way in self.ways:
                if way.link.link_id != row.link_id or row.direction not in (
                    "both",
                    "forward" if way.forward else "back",
                ):
                    continue
                if row.activity == "tonne":
                    take(row.resource_id, 1000 * row.amount, self.on(way, row.item_id))
                elif row.activity == "move":
                    take(row.resource_id, row.amount, self.move[way.name])
                for what, counted in ((self.loaded, ("loaded", "unit")), (self.empty, ("empty", "unit"))):
                    for (name, unit), course in what.items():
                        if row.activity in counted and name == way.name and row.item_id in (None, unit):
                            take(row.resource_id, row.amount, course)
        for carrier in self.case.rows("carrier"):
            wait = self.seasons.of("carrier", carrier.carrier_id, "wait_h")
            for way in self.ways:
                if way.link.carrier_id == carrier.carrier_id:
                    steady = way.link.time_h + carrier.port_h
                    away = self.mixed(time.away(way.hours), self.move[way.name])
                    hours = [(steady + carrier.wait_h * wait[t]) * away[t] for t in time.all]
                    take(carrier.resource_id, 1 / carrier.hours_per_year, hours)
        for row in self.case.rows("resource"):
            there = self.seasons.of("resource", row.resource_id, "capacity")
            taken = self.seasons.of("resource", row.resource_id, self._background(row.resource_id))
            spans = {
                "always": ([[float(t == k) for k in time.all] for t in time.all], time.share),
                "month": (time.in_month, time.month_share),
                "year": ([[1.0] * time.count], [1.0]),
            }[row.per]
            for number, (inside, share) in enumerate(zip(*spans, strict=True)):
                weights = [inside[t] * time.share[t] for t in time.all]
                up, down = (
                    sum(w * f for w, f in zip(weights, each, strict=True)) / sum(weights) for each in (there, taken)
                )
                if math.isinf(row.capacity) and up > 0:
                    continue
                offer = row.capacity * up * self._left(row.resource_id) if up > 0 else 0.0
                most = share * max(0.0, offer - row.background * down)
                most += self.nudge.get(("available", row.resource_id, number), 0.0)
                used = sum(w * u for w, u in zip(inside, uses[row.resource_id], strict=True))
                self.add(used <= most)
        for way in self.ways:
            days = self.seasons.of_link(way.link)
            left = [1.0] * time.count if days is None else time.mean(days)
            for t in time.all:
                if left[t] <= 0:
                    self.add(self.on(way)[t] <= 0)
                elif math.isfinite(way.link.capacity_t_per_year):
                    most = way.link.capacity_t_per_year / 1000 * left[t] * time.share[t]
                    self.add(self.on(way)[t] <= most + self.nudge.get(("available", way.name, t), 0.0) / 1000)
        gate = self.case.gate
        if gate is not None:
            must = [part for part in self.parts if part["crosses"] == "must"]
            through = sum(part["weight"] * sum(self.served[part["id"]]) for part in must)
            through += sum(
                stream.parts[0]["weight"] * sum(self.arrived[stream.name, stream.ends[-1]])
                for stream in self.streams
                if stream.crosses == "may"
            )
            if math.isfinite(gate.nameplate_t_per_year):
                self.add(through <= gate.nameplate_t_per_year / 1000)

    def _demand(self) -> None:
        time, m = self.time, self.m
        seasonal = {
            row.row for row in self.case.rows("calendar") if (row.table, row.column) == ("demand", "t_per_year")
        }
        ids = [part["id"] for part in self.parts]
        self.outside, self.unmet = self.variables("outside", ids), self.variables("unmet", ids)
        waiting, late = self.variables("waiting", ids), self.variables("late", ids)
        m.asked = pyo.Var(ids, domain=pyo.NonNegativeReals)
        self.waits: list[tuple[float, Any]] = []
        for part in self.parts:
            name, row = part["id"], part["row"]
            for other, price in ((self.outside, row.outside_usd_per_t), (self.unmet, row.unmet_usd_per_t)):
                if self.measures or price is None:
                    for variable in other[name]:
                        self.add(variable == 0)
            gone = [sum(each[name][t] for each in (self.served, self.outside, self.unmet)) for t in time.all]
            tonnes = m.asked[name] if part["grows"] else part["kt"]
            timed = row.demand_id in seasonal or math.isfinite(row.wait_d) or math.isfinite(row.late_d)
            if not timed:
                nudge = self.nudge.get(("tonnes", name, 0), 0.0)
                self.add(sum(gone) == tonnes + nudge)
                continue
            factor = self.seasons.of("demand", row.demand_id, "t_per_year")
            offer = [
                tonnes * share * f + self.nudge.get(("tonnes", name, t), 0.0)
                for t, (share, f) in enumerate(zip(time.share, factor, strict=True))
            ]
            before = self.before(waiting[name])
            for t in time.all:
                self.add(waiting[name][t] == before[t] + offer[t] - gone[t])
            if math.isfinite(row.wait_d):
                for has, most in zip(waiting[name], self.mixed(time.lately(24 * row.wait_d), offer), strict=True):
                    self.add(has <= most)
            if math.isfinite(row.late_d):
                prompt = self.mixed(time.lately(24 * row.late_d), offer)
                for t in time.all:
                    self.add(late[name][t] >= waiting[name][t] - prompt[t])
                    self.waits.append((row.late_usd_per_t_day * time.hours[t] / 24, late[name][t]))
            if (part["grows"] or not math.isfinite(row.wait_d)) and not time.cyclic:
                self.add(waiting[name][-1] == 0)

    def _aim(self, floor: float) -> None:
        self.m.del_component("goal")
        if self.measures:
            self._growth(floor)
        else:
            self.m.goal = pyo.Objective(expr=self._cost())

    def _growth(self, floor: float) -> None:
        m = self.m
        base: dict[str, float] = defaultdict(float)
        sent: dict[str, Any] = defaultdict(float)
        grows = [part for part in self.parts if part["grows"]]
        for part in grows:
            base[part["segment"]] += part["weight"] * part["kt"]
            sent[part["segment"]] += part["weight"] * sum(self.served[part["id"]])
        if self.study != "free":
            for part in grows:
                share = part["kt"] / base[part["segment"]]
                self.add(sum(self.served[part["id"]]) == share * sent[part["segment"]])
        most = {row.segment_id: row.ceiling_t_per_year / 1000 for row in self.case.rows("segment")}
        m.growth = pyo.Var(domain=pyo.NonNegativeReals)
        for segment, kt in base.items():
            ceiling = most.get(segment, math.inf)
            if self.study == "handled":
                ceiling = min(ceiling, kt)
            if math.isfinite(ceiling):
                self.add(sent[segment] <= ceiling)
            if self.study == "concurrent":
                self.add(sent[segment] >= kt * m.growth)
            elif self.study != "free":
                self.add(sent[segment] >= floor * (1 - 1e-9) * kt - 1e-8)
        aim = m.growth * sum(base.values()) if self.study == "concurrent" else sum(sent.values())
        m.goal = pyo.Objective(expr=aim, sense=pyo.maximize)

    def _cost(self) -> Any:
        case, time, shipper = self.case, self.time, self.study == "cost_shipper"
        modes = {row.mode_id: row for row in case.rows("mode")}
        value = {row.commodity_id: row.time_usd_per_t_day for row in case.rows("commodity")}
        carbon = case.rows("case")[0].carbon_usd_per_t
        total: Any = sum(usd * what for usd, what in [*self.paid, *self.waits])
        for stream in self.streams:
            for way, layer in stream.ways:
                key, mode, km = (stream.name, way.name, layer), modes[way.link.mode_id], way.link.length_km
                if shipper:
                    price = self._tariff(way, stream.commodity)
                    total += sum(usd * kt for usd, kt in zip(price, self.passing[key], strict=True))
                    each = value[stream.commodity] * way.hours / 24 + carbon * mode.g_co2e_per_tkm * km / 1e6
                else:
                    each = mode.cost_usd_per_tkm * km
                total += each * sum(self.flow[key])
        if not shipper:
            km_of = {way.name: way.link.length_km for way in self.ways}
            per_km = {row.unit_id: row.cost_usd_per_km for row in case.rows("unit")}
            for what in (self.loaded, self.empty):
                for (name, unit), course in what.items():
                    total += per_km[unit] * km_of[name] / 1000 * sum(course)
            hourly = {row.carrier_id: row.cost_usd_per_h for row in case.rows("carrier")}
            for way in self.ways:
                if way.link.carrier_id:
                    total += hourly[way.link.carrier_id] * way.hours / 1000 * sum(self.move[way.name])
        for part in self.parts:
            row = part["row"]
            for column, what, sign in (
                ("outside_usd_per_t", self.outside, 1),
                ("unmet_usd_per_t", self.unmet, 1),
                ("subsidy_usd_per_t", self.served, -1 if shipper else 0),
            ):
                usd, course = getattr(row, column), self.seasons.of("demand", row.demand_id, column)
                if usd is not None:
                    total += sum(sign * usd * course[t] * what[part["id"]][t] for t in time.all)
        return total

    def _tariff(self, way: Way, commodity: str) -> list[float]:
        """USD a tonne by period: of the row that names the commodity, else the direction, else of the link."""
        found = way.link.tariff_usd_per_t, ("link", way.link.link_id, "tariff_usd_per_t")
        direction = "forward" if way.forward else "back"
        rows = [
            row
            for row in self.case.rows("tariff")
            if row.link_id == way.link.link_id and row.direction in (direction, "both")
        ]
        for named in (None, commodity):
            for row in rows:
                if row.commodity_id == named:
                    found = row.usd_per_t, ("tariff", row.tariff_id, "usd_per_t")
        return [found[0] * factor for factor in self.seasons.of(*found[1])]
