"""The synthetic model written again by hand: in linopy, vectorised over the periods, and in plain Pyomo.

Both take the columns (ways without a circle) and the clock of each stream from the layout, and the times of arrival
from the horizon: what they repeat is the algebra, which is what is timed. Inside: kt, thousand USD, thousand moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from numpy.typing import NDArray

from corridor.model.calendar import daily, link_daily
from corridor.model.horizon import DAY, Floats
from corridor.model.limit_ids import BACK
from corridor.optimize.period.layout import KILO, Layout

Ints = NDArray[np.int64]
Place = tuple[str, str, str]
"""Stream, node, layer."""


@dataclass(frozen=True)
class Limit:
    """A row by period: how much of ``flow`` (by the calendar), ``busy`` and ``move`` may add up to ``most``."""

    name: str
    kind: str
    keys: tuple[int, ...]
    each: float
    most: Floats


class Corridor:
    """The numbers of a synthetic case over a horizon, as both twins read them off the tables."""

    def __init__(self, plan: Layout) -> None:
        self.case, self.horizon, self.plan = plan.case, plan.horizon, plan
        case, horizon = plan.case, plan.horizon
        self.places: dict[Place, int] = {
            (stream.stream_id, *place): 0 for stream in plan.streams for place in stream.nodes
        }
        self.places = {place: number for number, place in enumerate(self.places)}
        self.flows, self.moves, self.parts = plan.flows, plan.moves, plan.parts
        self.ends = [(stream.stream_id, stream.destination, stream.nodes[0][1]) for stream in plan.streams]
        arcs = [plan.arcs[key[0]] for key in self.flows]
        self.tail = [self.places[stream, arc.start, y] for arc, (_, stream, y) in zip(arcs, self.flows, strict=True)]
        self.head = [self.places[stream, arc.end, y] for arc, (_, stream, y) in zip(arcs, self.flows, strict=True)]
        self.origin = [
            self.places[stream.stream_id, part.origin, stream.nodes[0][1]]
            for part in self.parts
            for stream in plan.streams
            if part in stream.parts
        ]
        clock = [
            (plan.clock[stream, arc.start, y], plan.clock[stream, arc.end, y], plan.hours(arc))
            for arc, (_, stream, y) in zip(arcs, self.flows, strict=True)
        ]
        self.late = [self.lag(start) for start, _, _ in clock]
        self.residual = [self.lag(start + hours - end) for start, end, hours in clock]
        self.away = [plan.hours(plan.arcs[name]) for name in self.moves]
        modes = {row.mode_id: row.cost_usd_per_tkm for row in case.rows("mode")}
        self.cost = [modes[arc.mode_id] * arc.length_km for arc in arcs]
        self.carriers = [case.row("carrier", plan.arcs[name].carrier_id or "") for name in self.moves]
        self.stands = list(
            dict.fromkeys(
                (node, row.carrier_id)
                for name, row in zip(self.moves, self.carriers, strict=True)
                for node in (plan.arcs[name].end, plan.arcs[name].start)
            )
        )
        self.stocks = [
            (row, key)
            for row in case.rows("store")
            for stream in plan.streams
            for node, layer in stream.nodes
            if (key := (stream.stream_id, node, layer)) not in self.ends and node == row.node_id
        ]
        self.rows = [case.row("demand", part.demand_id) for part in self.parts]
        self.bound = [p for p, row in enumerate(self.rows) if np.isfinite(row.wait_d)]
        self.free = [p for p in range(len(self.parts)) if p not in set(self.bound)]
        self.offer = {
            p: self.parts[p].base * self.spread(daily(case, "demand", self.rows[p].demand_id, "t_per_year"))
            for p in self.bound
        }
        self.days = horizon.hours / DAY

    def lag(self, hours: float) -> sp.csr_array:
        return self._course("lag", round(hours, 6))

    def level(self, hours: float) -> sp.csr_array:
        return self._course("level", round(hours, 6))

    def busy(self, hours: float) -> sp.csr_array:
        return self._course("busy", hours)

    @cache  # noqa: B019  (a corridor lives for one measurement)
    def _course(self, kind: str, hours: float) -> sp.csr_array:
        if hours <= 1e-6 and kind != "busy":
            return sp.csr_array(sp.eye_array(self.horizon.count))
        found: sp.csr_array = getattr(self.horizon, kind)(hours)
        return found

    def spread(self, factor: Floats | None) -> Floats:
        """Share of a year's amount by period, after a factor by day."""
        even = self.horizon.share
        return even if factor is None else even * self.horizon.mean(factor)

    def lately(self, p: int, days: float) -> Floats:
        """What was offered of a part in so many days before the end of each period."""
        found: Floats = self.horizon.recent(days * DAY) @ self.offer[p]
        return found

    @cached_property
    def limits(self) -> list[Limit]:
        """Every row that limits flows or moves: links, lines, quays, fleets."""
        case, found = self.case, []
        on: dict[str, list[int]] = defaultdict(list)
        for number, key in enumerate(self.flows):
            on[key[0]].append(number)
        directions = {row.link_id: [row.link_id] if row.directed else [row.link_id, row.link_id + BACK]
                      for row in case.rows("link")}  # fmt: skip
        for row in case.rows("link"):
            shut = link_daily(case, row.link_id)
            for arc in directions[row.link_id]:
                if on[arc] and np.isfinite(row.capacity_t_per_year):
                    most = row.capacity_t_per_year * self.spread(shut)
                    found.append(Limit(arc, "flow", tuple(on[arc]), KILO, most))
                elif on[arc] and shut is not None:
                    most = np.where(self.horizon.mean(shut) > 0, np.inf, 0.0)
                    found.append(Limit(arc, "flow", tuple(on[arc]), KILO, most))
        for row in case.rows("resource"):
            most = row.capacity * self.spread(daily(case, "resource", row.resource_id, "capacity"))
            arcs = [arc for use in case.rows("use") if use.resource_id == row.resource_id
                    for arc in directions[use.link_id]]  # fmt: skip
            moves = [m for m, name in enumerate(self.moves) if name in arcs]
            fleet = [m for m, carrier in enumerate(self.carriers) if carrier.resource_id == row.resource_id]
            if row.kind == "line":
                found.append(Limit(row.resource_id, "flow", tuple(k for arc in arcs for k in on[arc]), KILO, most))
            elif row.kind == "quay":
                found.append(Limit(row.resource_id, "move", tuple(moves), KILO, most))
            else:  # carriers of one fleet are away equally long for one unit of its hours
                found.append(Limit(row.resource_id, "busy", tuple(fleet), KILO, most))
        return [each for each in found if each.keys]

    def hold(self, m: int) -> float:
        """What the carriers of a move take, t."""
        return float(
            next(row.amount for row in self.case.rows("size") if row.carrier_id == self.carriers[m].carrier_id)
        )

    def year_share(self, m: int) -> float:
        """Share of a carrier's year that a move takes."""
        return float(self.away[m] / self.carriers[m].hours_per_year)


# ---- plain Pyomo


def in_pyomo(data: Corridor) -> pyo.ConcreteModel:
    """The model of all periods in Pyomo, every variable and row indexed by period."""
    model, horizon = pyo.ConcreteModel(), data.horizon
    times = range(horizon.count)
    plus = pyo.NonNegativeReals
    model.flow = pyo.Var(range(len(data.flows)), times, domain=plus)
    model.move = pyo.Var(range(len(data.moves)), times, domain=plus)
    model.served = pyo.Var(range(len(data.parts)), times, domain=plus)
    model.unmet = pyo.Var(range(len(data.parts)), times, domain=plus)
    model.arrived = pyo.Var(range(len(data.ends)), times, domain=plus)
    model.stock = pyo.Var(range(len(data.stocks)), times, domain=plus)
    model.standing = pyo.Var(data.stands, times, domain=plus)
    model.waiting = pyo.Var(data.bound, times, domain=plus)
    model.late = pyo.Var(data.bound, times, domain=plus)

    def at(matrix: sp.csr_array, variable: Any, key: Any, t: int) -> list[Any]:
        start, stop = matrix.indptr[t], matrix.indptr[t + 1]
        pairs = zip(matrix.data[start:stop], matrix.indices[start:stop], strict=True)
        return [float(share) * variable[key, int(source)] for share, source in pairs]

    into: dict[int, list[int]] = defaultdict(list)
    out: dict[int, list[int]] = defaultdict(list)
    for k, (tail, head) in enumerate(zip(data.tail, data.head, strict=True)):
        out[tail].append(k)
        into[head].append(k)
    begins = _by(data.origin)
    ends = _by([data.places[end] for end in data.ends])
    lies = _by([data.places[key] for _, key in data.stocks])
    before = [t - 1 if t else horizon.count - 1 for t in times]

    def cargo(m: Any, n: int, t: int) -> Any:
        terms = [term for k in into[n] for term in at(data.residual[k], m.flow, k, t)]
        terms += [m.served[p, t] for p in begins[n]] + [-m.flow[k, t] for k in out[n]]
        terms += [m.stock[i, before[t]] - m.stock[i, t] for i in lies[n]] + [-m.arrived[e, t] for e in ends[n]]
        return pyo.quicksum(terms) == 0

    model.cargo_balance = pyo.Constraint(range(len(data.places)), times, rule=cargo)

    arriving = [data.lag(hours) for hours in data.away]
    busy = [data.busy(hours) for hours in data.away]
    comes, leaves = (
        _by([_stand(data, m, "end") for m in range(len(data.moves))]),
        _by([_stand(data, m, "start") for m in range(len(data.moves))]),
    )

    def carriers(m: Any, node: str, carrier: str, t: int) -> Any:
        key = (node, carrier)
        terms = [term for k in comes[key] for term in at(arriving[k], m.move, k, t)]
        terms += [-m.move[k, t] for k in leaves[key]]
        return pyo.quicksum(terms) + m.standing[key, before[t]] - m.standing[key, t] == 0

    model.carrier_balance = pyo.Constraint(data.stands, times, rule=carriers)
    fleets = _by([data.case.row("carrier", carrier).resource_id for _, carrier in data.stands])

    def stand(m: Any, fleet: str, t: int) -> Any:
        most = data.case.row("resource", fleet).capacity / KILO
        return pyo.quicksum(m.standing[data.stands[i], t] for i in fleets[fleet]) <= most

    model.carrier_standing = pyo.Constraint(list(fleets), times, rule=stand)
    on = _by([key[0] for key in data.flows])

    def load(m: Any, k: int, t: int) -> Any:
        terms = [term for f in on[data.moves[k]] for term in at(data.late[f], m.flow, f, t)]
        return pyo.quicksum(terms) <= data.hold(k) * m.move[k, t]

    model.carrier_load = pyo.Constraint([k for k, name in enumerate(data.moves) if on[name]], times, rule=load)
    limits = data.limits

    def limit(m: Any, number: int, t: int) -> Any:
        row = limits[number]
        if row.kind == "flow":
            terms = [term for k in row.keys for term in at(data.late[k], m.flow, k, t)]
        elif row.kind == "busy":
            terms = [data.year_share(k) * term for k in row.keys for term in at(busy[k], m.move, k, t)]
        else:
            terms = [m.move[k, t] for k in row.keys]
        return row.each * pyo.quicksum(terms) <= row.most[t] if np.isfinite(row.most[t]) else pyo.Constraint.Skip

    model.resource_limit = pyo.Constraint(range(len(limits)), times, rule=limit)
    stores = _by([row.store_id for row, _ in data.stocks])
    held = [data.level(data.plan.clock[key]) for _, key in data.stocks]

    def room(m: Any, store: str, t: int) -> Any:
        terms = [term for i in stores[store] for term in at(held[i], m.stock, i, t)]
        return pyo.quicksum(terms) <= data.case.row("store", store).capacity_t / KILO

    model.store_limit = pyo.Constraint(list(stores), times, rule=room)

    def wait(m: Any, p: int, t: int) -> Any:
        gone = m.served[p, t] + m.unmet[p, t]
        return m.waiting[p, before[t]] + float(data.offer[p][t]) - m.waiting[p, t] - gone == 0

    model.demand_wait = pyo.Constraint(data.bound, times, rule=wait)
    patient = {p: data.lately(p, data.rows[p].wait_d) for p in data.bound}
    prompt = {p: data.lately(p, data.rows[p].late_d) for p in data.bound}
    model.demand_patience = pyo.Constraint(
        data.bound, times, rule=lambda m, p, t: m.waiting[p, t] <= float(patient[p][t])
    )
    model.demand_late = pyo.Constraint(
        data.bound, times, rule=lambda m, p, t: m.late[p, t] >= m.waiting[p, t] - float(prompt[p][t])
    )
    model.demand_met = pyo.Constraint(
        data.free, rule=lambda m, p: pyo.quicksum(m.served[p, t] + m.unmet[p, t] for t in times) == data.parts[p].base
    )
    usd = [data.carriers[k].cost_usd_per_h * data.away[k] for k in range(len(data.moves))]
    terms = [data.cost[k] * model.flow[k, t] for k in range(len(data.flows)) for t in times]
    terms += [usd[k] * model.move[k, t] for k in range(len(data.moves)) for t in times]
    terms += [row.unmet_usd_per_t * model.unmet[p, t] for p, row in enumerate(data.rows) for t in times]
    days = data.days.tolist()
    terms += [data.rows[p].late_usd_per_t_day * days[t] * model.late[p, t] for p in data.bound for t in times]
    terms += [row.usd_per_t_day * days[t] * model.stock[i, t] for i, (row, _) in enumerate(data.stocks) for t in times]
    model.cost = pyo.Objective(expr=pyo.quicksum(terms))
    return model


def pyomo_to_highs(data: Corridor) -> Any:
    """The HiGHS object that Pyomo's own interface fills with the model."""
    from pyomo.contrib.appsi.solvers.highs import Highs

    solver = Highs()
    solver.set_instance(in_pyomo(data))
    return solver._solver_model


def _by(groups: Sequence[Any]) -> dict[Any, list[int]]:
    """Numbers by what they belong to."""
    found: dict[Any, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        found[group].append(number)
    return found


def _stand(data: Corridor, m: int, end: str) -> tuple[str, str]:
    return getattr(data.plan.arcs[data.moves[m]], end), data.carriers[m].carrier_id


# ---- linopy


def in_linopy(data: Corridor) -> Any:
    """The model of all periods in linopy: arrays over (period, key), sparse rows by ``groupby(...).sum()``."""
    import linopy
    import pandas as pd
    import xarray as xr

    linopy.options["semantics"] = "v1"
    model, horizon = linopy.Model(sparse=True), data.horizon
    times = pd.RangeIndex(horizon.count, name="period")

    def variable(name: str, count: int) -> Any:
        return model.add_variables(lower=0, coords=[times, pd.RangeIndex(count, name="key")], name=name)

    flow, move = variable("flow", len(data.flows)), variable("move", len(data.moves))
    served, unmet = variable("served", len(data.parts)), variable("unmet", len(data.parts))
    arrived, stock = variable("arrived", len(data.ends)), variable("stock", len(data.stocks))
    standing = variable("standing", len(data.stands))
    waiting, late = variable("waiting", len(data.bound)), variable("late", len(data.bound))
    same, before = sp.csr_array(sp.eye_array(horizon.count)), horizon.before()

    def rows(name: str, sign: str, right: Any, *terms: tuple[Any, Sequence[int], Sequence[int], Any, Any]) -> None:
        """Rows by period: of each term its variable, keys, the row of each key, course(s) and coefficient(s)."""
        group = np.concatenate([np.asarray(row, dtype=np.int64) for _, _, row, _, _ in terms])
        packed = [_gathered(of.labels.values, keys, courses, numbers) for of, keys, _, courses, numbers in terms]
        width = max(labels.shape[2] for labels, _ in packed)
        labels, numbers = (
            np.concatenate([np.pad(each, ((0, 0), (0, 0), (0, width - each.shape[2])), constant_values=fill)
                            for each in chosen], axis=1)
            for chosen, fill in (([a for a, _ in packed], -1), ([b for _, b in packed], np.nan))
        )  # fmt: skip
        dims = ("period", "entry", "_term")
        entries = pd.RangeIndex(len(group), name="entry")
        found = xr.Dataset(
            {"coeffs": (dims, numbers), "vars": (dims, labels), "const": (dims[:2], np.zeros(labels.shape[:2]))},
            coords={"period": times, "entry": entries},
        )
        left = linopy.LinearExpression(found, model).groupby(pd.Series(group, index=entries, name="row")).sum()
        if not np.isscalar(right):
            right = xr.DataArray(right, dims=("period", "row"), coords={"period": times, "row": np.unique(group)})
        model.add_constraints(left, sign, right, name=name)

    every = range(len(data.flows))
    lies = [data.places[key] for _, key in data.stocks]
    rows(
        "cargo_balance",
        "=",
        0,
        (flow, every, data.head, data.residual, 1.0),
        (flow, every, data.tail, same, -1.0),
        (served, range(len(data.parts)), data.origin, same, 1.0),
        (arrived, range(len(data.ends)), [data.places[end] for end in data.ends], same, -1.0),
        (stock, range(len(data.stocks)), lies, before, 1.0),
        (stock, range(len(data.stocks)), lies, same, -1.0),
    )
    if data.moves:
        _carriers_in_linopy(data, rows, flow, move, standing, same, before)
    limits = data.limits
    for kind, of, courses, each in (
        ("flow", flow, data.late, np.full(len(data.flows), KILO)),
        ("busy", move, [data.busy(hours) for hours in data.away],
         KILO * np.array([data.year_share(m) for m in range(len(data.moves))])),
        ("move", move, [same] * len(data.moves), np.full(len(data.moves), KILO)),
    ):  # fmt: skip
        chosen = [limit for limit in limits if limit.kind == kind]
        if not chosen:
            continue
        keys = [key for limit in chosen for key in limit.keys]
        row = [number for number, limit in enumerate(chosen) for _ in limit.keys]
        most = np.column_stack([limit.most for limit in chosen])
        rows(f"limit_{kind}", "<=", most, (of, keys, row, [courses[key] for key in keys], each[keys]))
    stores = list(dict.fromkeys(row.store_id for row, _ in data.stocks))
    if stores:
        held = [data.level(data.plan.clock[key]) for _, key in data.stocks]
        row = [stores.index(each.store_id) for each, _ in data.stocks]
        room = np.array([data.case.row("store", store).capacity_t / KILO for store in stores])
        most = np.tile(room, (horizon.count, 1))
        rows("store_limit", "<=", most, (stock, range(len(data.stocks)), row, held, 1.0))
    bound = range(len(data.bound))
    offer = np.column_stack([data.offer[p] for p in data.bound])
    rows(
        "demand_wait",
        "=",
        -offer,
        (waiting, bound, bound, before, 1.0),
        (waiting, bound, bound, same, -1.0),
        (served, data.bound, bound, same, -1.0),
        (unmet, data.bound, bound, same, -1.0),
    )
    patient = np.column_stack([data.lately(p, data.rows[p].wait_d) for p in data.bound])
    prompt = np.column_stack([data.lately(p, data.rows[p].late_d) for p in data.bound])
    rows("demand_patience", "<=", patient, (waiting, bound, bound, same, 1.0))
    rows("demand_late", ">=", -prompt, (late, bound, bound, same, 1.0), (waiting, bound, bound, same, -1.0))
    if data.free:
        base = xr.DataArray([data.parts[p].base for p in data.free], dims="key", coords={"key": data.free})
        sent = served.sel(key=data.free).sum("period") + unmet.sel(key=data.free).sum("period")
        model.add_constraints(sent, "=", base, name="demand_met")

    def usd(of: Any, by_key: Sequence[float], by_period: Floats | float = 1.0) -> Any:
        numbers = np.multiply.outer(np.broadcast_to(by_period, horizon.count), np.asarray(by_key))
        return (of * xr.DataArray(numbers, coords=of.coords, dims=of.dims)).sum()

    model.add_objective(
        usd(flow, data.cost)
        + usd(move, [row.cost_usd_per_h * hours for row, hours in zip(data.carriers, data.away, strict=True)])
        + usd(unmet, [row.unmet_usd_per_t for row in data.rows])
        + usd(late, [data.rows[p].late_usd_per_t_day for p in data.bound], data.days)
        + usd(stock, [row.usd_per_t_day for row, _ in data.stocks], data.days)
    )
    return model


def _carriers_in_linopy(
    data: Corridor, rows: Callable[..., None], flow: Any, move: Any, standing: Any, same: Any, before: Any
) -> None:
    """The rows of carriers: they leave where they came to, stand within their fleet, and take what rides on them."""
    stands = {stand: number for number, stand in enumerate(data.stands)}
    moves, ports = range(len(data.moves)), range(len(data.stands))
    rows(
        "carrier_balance",
        "=",
        0,
        (move, moves, [stands[_stand(data, m, "end")] for m in moves], [data.lag(h) for h in data.away], 1.0),
        (move, moves, [stands[_stand(data, m, "start")] for m in moves], same, -1.0),
        (standing, ports, ports, before, 1.0),
        (standing, ports, ports, same, -1.0),
    )
    fleet_of = [data.case.row("carrier", carrier).resource_id for _, carrier in data.stands]
    fleets = list(dict.fromkeys(fleet_of))
    ships = np.array([data.case.row("resource", fleet).capacity / KILO for fleet in fleets])
    most = np.tile(ships, (data.horizon.count, 1))
    rows("carrier_standing", "<=", most, (standing, ports, [fleets.index(fleet) for fleet in fleet_of], same, 1.0))
    number_of = {name: m for m, name in enumerate(data.moves)}
    ride = [k for k, key in enumerate(data.flows) if key[0] in number_of]
    ridden = sorted({number_of[data.flows[k][0]] for k in ride})
    rows(
        "carrier_load",
        "<=",
        0,
        (flow, ride, [number_of[data.flows[k][0]] for k in ride], [data.late[k] for k in ride], 1.0),
        (move, ridden, ridden, same, -np.array([data.hold(m) for m in ridden])),
    )


def _gathered(labels: Ints, keys: Sequence[int], courses: Any, numbers: Any) -> tuple[Ints, Floats]:
    """Labels and coefficients (period, key, term) of variables seen through a course each, or one for all."""
    chosen = np.asarray(keys, dtype=np.int64)
    shared = not isinstance(courses, list)
    made: dict[int, tuple[Ints, Floats]] = {}
    for course in [courses] if shared else courses:
        if id(course) not in made:
            made[id(course)] = _padded(course)
    width = max(source.shape[1] for source, _ in made.values())
    count = labels.shape[0]
    source = np.zeros((count, len(keys), width), dtype=np.int64)
    share = np.zeros((count, len(keys), width))
    for number in range(len(keys)):
        at, weight = made[id(courses if shared else courses[number])]
        source[:, number, : at.shape[1]], share[:, number, : at.shape[1]] = at, weight
    share *= np.broadcast_to(np.asarray(numbers, dtype=float), len(keys))[None, :, None]
    found = np.where(share != 0, labels[source, chosen[None, :, None]], -1)
    return found, np.where(share != 0, share, np.nan)


def _padded(course: sp.csr_array) -> tuple[Ints, Floats]:
    """The columns and values of each row of a sparse matrix, filled up with zeros to the longest row."""
    longest = np.diff(course.indptr)
    within = np.arange(course.nnz) - np.repeat(course.indptr[:-1], longest)
    row = np.repeat(np.arange(course.shape[0]), longest)
    at = np.zeros((course.shape[0], int(longest.max(initial=1))), dtype=np.int64)
    weight = np.zeros(at.shape)
    at[row, within], weight[row, within] = course.indices, course.data
    return at, weight


def linopy_to_highs(data: Corridor) -> Any:
    """The HiGHS object that linopy fills with the model."""
    from linopy.io import to_highspy

    return to_highspy(in_linopy(data))


TWINS: dict[str, Callable[[Corridor], Any]] = {"linopy": linopy_to_highs, "Pyomo": pyomo_to_highs}
