"""Value of a forecast: a year planned with its storms known, and the same year met one period at a time.

A year solved at once knows every closure in advance. Here the tonnes that such a year sends become the demand, offered
through an open year, and are carried twice:

* with *foresight*: everything is known;
* *rolling*: in each period its own closures are known, later ones count by their expectation, decisions are fixed.

The algebra is that of :mod:`corridor.optimize.period.rules`, for a case of its own (:func:`carried`). Its tonnes are
fixed and given up only when their patience ends; there is room everywhere for cargo that a closure stops on its way.
A period of the rolling run is a change of bounds and givens of one live program, never a new one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.model.case import Case
from corridor.model.faults import CaseError, CertificateError, Fault, nearest
from corridor.model.graph import AFTER, layers
from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.language import say
from corridor.model.program import Label, Program
from corridor.model.result.foresight import Foresight
from corridor.optimize.answer.course import Courses, courses
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.period.build import Period, build
from corridor.optimize.period.layout import CARRY, KILO, MEASURES, Layout, Stream
from corridor.optimize.period.offers import offered
from corridor.optimize.program.compile import compile_period
from corridor.optimize.program.highs import Solution
from corridor.optimize.program.progress import Progress
from corridor.optimize.program.walk import Walk
from corridor.optimize.proof.certificate import certify

PLANNED = "month"
"""Periods of the plan for the year: months see no single storm."""
LANDED = 1_000.0
"""Worth of a gate tonne in the goal, USD: tonnes come first."""
FIRST = 2.0
"""Factor on the worth of a tonne that never crosses the gate: it is carried first, as in the measures."""
GIVEN_UP = 100.0
"""Cost of a tonne given up, USD: it waits for as long as it may."""
WAITING = 1.0
"""Cost of waiting at the origin, USD per tonne and day."""
HELD_UP = 2.0 * LANDED
"""Cost of a tonne held up on the way through one period, USD: more than its worth, so that none is sent for it."""
LEFT_BEHIND = 1e5
"""Cost of a wagon or box that is not back in place at the end, USD: none is left for the sake of cargo."""
MILLION = 1e-3
"""Million USD in a thousand: in millions the prices of the program stay small enough for the solver."""
HELD = "held_up_"
"""Beginning of the ids of the stores for cargo that is held up."""
DECIDED = ("served", "unmet", "outside")
"""Columns of the origin: their period is the calendar's."""
BEGINNING = ("laid_up", "began")
"""Columns of carriers and stocks as the year begins."""
DECISION_ROOMS = (0.0, 1e-8, 1e-7)
"""Relative tolerances for fixed columns, tried in order until a step has a solution."""
SAME_HOUR = 1e-6
"""Absolute tolerance in hours: times that differ by less are one."""


def foresight(
    setting: Setting,
    measure: str = "capability",
    *,
    plan: Mapping[str, float] | None = None,
    ahead: int = 0,
    step: int = 1,
) -> Foresight:
    """The worth of knowing the closures of a year in advance: the year solved at once, and rolling.

    ``measure`` is the study that makes the plan which both years carry: a steady year by months (by ``periods`` where
    these are longer); ``plan``, tonnes a year by demand, takes its place where it is given. ``ahead``: periods that
    are known beyond the present one, as by a forecast; ``step``: periods decided at a time, and known together.
    ``time_limit`` in seconds holds for the plan and both years together. Raises CaseError (unknown measure or period,
    nothing to carry), InfeasibleError, TimeLimitError, and CertificateError where a year does not prove itself.
    """
    case = setting.case
    if measure not in MEASURES:
        reason = say("{measure} is no measure; {nearest}", measure=measure, nearest=nearest(measure, MEASURES))
        raise CaseError([Fault("C070", "--study", reason)], "the question")
    horizon = replace(setting.horizon or Horizon.of("year", case.base_year), cyclic=False)
    if plan is None:
        steady = Horizon.of(PLANNED if horizon.count > 12 else horizon.name, case.base_year)
        if case.lost is not None:  # asked, and lost by closures: the plan means to carry it
            steady = case.lost.horizon
        delivered = solve(replace(setting, horizon=steady), measure).tables["delivered"]
        sent = delivered[delivered["grows"].astype(bool)]
        asked = (sent["t"] + sent["unmet_t"]).groupby(sent["demand"], sort=False).sum()
        plan = {str(demand): float(t) for demand, t in asked.items()}
    years = TwoYears(case, plan, horizon, deadline=setting.deadline, watch=setting.watch)
    known, rolled = years.foresight(), years.rolling(ahead=ahead, step=step)
    result = years.compared(measure, known, rolled, ahead, step)
    if not result.passed:
        raise CertificateError(f"the years do not prove themselves: {result.certificate}, {result.rolling_residual}")
    return result


def carried(case: Case, plan: Mapping[str, float], horizon: Horizon) -> Case:
    """The case whose demands are a plan (tonnes a year by demand), and in which cargo can be held up anywhere.

    Demands that the plan does not name keep their tonnes. Nothing goes outside; what may wait for so long only is
    given up after that. A store of unlimited room at every place, too dear to plan for, holds what a closure stops.
    Stores begin as they are stated and need hold nothing at the end.
    """
    demand, columns = case["demand"].copy(), list(case["store"].columns)
    demand["t_per_year"] = [float(plan.get(str(name), t)) for name, t in demand["t_per_year"].items()]
    demand["outside_usd_per_t"], demand["late_usd_per_t_day"] = math.nan, 0.0
    demand["unmet_usd_per_t"] = np.where(np.isfinite(demand["wait_d"]), GIVEN_UP, np.nan)
    rows: dict[str, dict[str, Any]] = {row.store_id: row._asdict() for row in case.rows("store")}
    for row in rows.values():
        row |= {"closing_t": 0.0, "closing_usd_per_t": 0.0}
    for node in case["node"].index:
        name = f"{HELD}{node}"
        while name in rows:
            name += "_"
        numbers = dict.fromkeys(("dwell_d", "free_d", "opening_t", "closing_t", "closing_usd_per_t"), 0.0)
        rows[name] = {
            "name": f"Held up at {case['node'].loc[node, 'name']}",
            "node_id": node,
            "commodities": (),
            "capacity_t": math.inf,
            "kind": "practical",
            "usd_per_t_day": HELD_UP * DAY / float(horizon.hours.min()),
            "operator": None,
            **numbers,
        }
    stores = pd.DataFrame([[row[column] for column in columns] for row in rows.values()], columns=columns)
    stores.index = pd.Index(list(rows), name="store_id")
    return replace(case, tables={**case.tables, "demand": demand, "store": stores})


class TwoYears:
    """The year of a plan, compiled once, to be carried with foresight or rolling."""

    def __init__(
        self,
        case: Case,
        plan: Mapping[str, float],
        horizon: Horizon,
        *,
        deadline: float | None = None,
        watch: Callable[[Progress], None] | None = None,
    ) -> None:
        self.began = perf_counter()
        self.case, self.horizon = carried(case, plan, horizon), horizon
        self.held_up = set(self.case["store"].index) - set(case["store"].index)
        self.period: Period = build(self.case, CARRY, horizon)
        self.layout: Layout = self.period.layout
        if not self.layout.parts:
            reason = say("there is nothing to carry: no demand has tonnes that fit; give one tonnes, and open its way")
            raise CaseError([Fault("C075", "demand.csv", reason)])
        program: Program = _with_fleets(_with_units_left(compile_period(self.period)), self.period)
        self.within = {
            (s.stream_id, layer): self._counted(s.stream_id, layer)
            for s in self.layout.streams
            for layer in layers(s.crosses)[1]
        }
        self.offer = self._offer()
        offers = {("tonnes", part): offer for part, offer in self.offer.items()}
        values = program.values.copy()
        for label in offers.keys() & program.givens.place.keys():
            values[program.givens.every(label)] = offers[label]
        self.program = program.with_values(values)
        self.goal = self._goal()
        self.truth, self.expected = (offered(self.layout, foreseen=foreseen) for foreseen in (False, True))
        self.walk = Walk(self.program, deadline=deadline, watch=watch)
        self.steps = 0

    def foresight(self) -> Solution:
        """The best course with everything known; the goal is in million USD, tonnes first."""
        return _sound(self.walk.begin(self.goal, *self.program.bounds(self._known(self.horizon.count))))

    def rolling(self, *, ahead: int = 0, step: int = 1) -> Solution:
        """The course of one who decides period by period; to be asked after :meth:`foresight`.

        The columns of the last step hold all decisions, and meet the rows of the true year.
        """
        count, size = self.horizon.count, len(self.program.columns)
        begins, ends = self._spans()
        edges = np.array(self.horizon.edges)
        least, most, fixed = np.zeros(size), np.full(size, np.inf), np.zeros(size, dtype=bool)
        held, solution = abs(self.program.matrix).tocsr(), Solution("unknown", math.nan)
        for first in range(0, count, step):
            last = min(first + step, count) - 1
            rows = self.program.bounds(self._known(last + ahead))
            past = held @ ~fixed == 0  # what is decided met them, and no later step can mend the last digit
            rows = np.where(past, -np.inf, rows[0]), np.where(past, np.inf, rows[1])
            for room in DECISION_ROOMS:
                wider = room * (1 + np.where(np.isfinite(most), most, 0.0))
                solution = self.walk.go_on(self.goal, *rows, np.maximum(least - room * (1 + least), 0.0), most + wider)
                if solution.status == "optimal":
                    break
            solution = _sound(solution)
            self.steps += 1
            now, values = edges[last + 1], np.maximum(solution.columns, 0.0)
            begun, done = begins < now - SAME_HOUR, ends <= now + SAME_HOUR
            most = np.where(begun & ~fixed, np.minimum(values, most), most)
            least = np.where(done & ~fixed, np.minimum(values, most), least)
            fixed |= done
        return solution

    def compared(self, measure: str, known: Solution, rolled: Solution, ahead: int, step: int) -> Foresight:
        """Both years side by side."""
        program, bounds = self.program, self.program.bounds(self._known(self.horizon.count))
        proofs = [
            certify(program, self.goal, year.columns, year.prices, *bounds, maximise=False) for year in (known, rolled)
        ]
        course = [courses(self.period, program, year.columns) for year in (known, rolled)]
        segments, periods = self._segments(course), self._periods(course)
        left = [label for label in program.columns.labels if label[0] == "left_behind"]
        return Foresight(
            case=self.case,
            measure=measure,
            horizon=self.horizon,
            ahead=ahead,
            step=step,
            closures=sum(not row.known for row in self.case.rows("closure")),
            plan_t=math.fsum(part.weight * part.base for part in self.layout.parts) * KILO,
            due_t=float(periods["due_t"].sum()),
            foresight_t=float(segments["foresight_t"].sum()),
            rolling_t=float(segments["rolling_t"].sum()),
            left_behind=KILO * math.fsum(float(rolled.columns[program.columns.every(label)].sum()) for label in left),
            segments=segments,
            periods=periods,
            certificate=proofs[0],
            rolling_residual=proofs[1].primal_residual,
            solver={**self.walk.solver.facts(self.began), "steps": self.steps},
        )

    def _counted(self, stream_id: str, layer: str) -> float:
        """Hours from the origin to where a stream's cargo counts: its first gate, or its destination."""
        stream = self.layout.stream[stream_id]
        gates = [place for place, on in stream.columns if self.layout.arcs[place].gate and on != AFTER]
        if stream.crosses == "must" and gates:
            return min(
                self.layout.clock[stream_id, self.layout.arcs[name].start, on]
                for name, on in stream.columns
                if name in gates and on != AFTER
            )
        return self.layout.clock.get((stream_id, stream.destination, layer), 0.0)

    def _share(self, hours: float) -> Floats:
        """Share of what leaves in each period that counts before the year ends."""
        within: Floats = np.asarray(self.horizon.lag(hours).sum(axis=0), dtype=float).ravel()
        return within

    def _offer(self) -> dict[str, Floats]:
        """Kt offered of each part by period; what could not count within the year any more is left out."""
        offers = {}
        for stream in self.layout.streams:
            within = max(self._share(self.within[stream.stream_id, layer]) for layer in layers(stream.crosses)[1][-1:])
            for part in stream.parts:
                offers[part.part_id] = self.period.given["tonnes"][part.part_id] * within
        return offers

    def _goal(self) -> Floats:
        """Million USD by column (kt, thousands): tonnes first, then waiting and what the resources cost."""
        program, days = self.program, self.horizon.hours / DAY
        goal = program.goal("tie_break").copy()
        for (stream_id, layer), hours in self.within.items():
            worth = LANDED * _weight(self.layout.stream[stream_id])
            goal[program.columns.every(("arrived", (stream_id, layer)))] -= worth * self._share(hours)
        for part in self.layout.timed_parts:
            goal[program.columns.every(("waiting", part))] += WAITING * days
        for label in program.columns.labels:
            if label[0] in ("left_behind", "missing"):
                goal[program.columns.every(label)] += LEFT_BEHIND
        return MILLION * goal

    def _known(self, last: int) -> Floats:
        """The givens as one knows them who knows the periods up to ``last``."""
        values = self.program.values.copy()
        edges = np.array(self.horizon.edges)
        known = {
            "period": np.arange(self.horizon.count) <= last,
            "month": np.array(self.horizon.month_edges[:-1]) < edges[min(last + 1, self.horizon.count)] - SAME_HOUR,
            "year": np.ones(1, dtype=bool),  # what holds by the year is a contract's
        }
        for label in self.program.givens.labels:
            if label[0] == "available":
                resource = str(label[1])
                there = known[self.program.givens.block(label)]
                mixed = np.where(there, self.truth[resource], self.expected[resource])
                values[self.program.givens.every(label)] = mixed * self.period.scales[resource]
        return values

    def _spans(self) -> tuple[Floats, Floats]:
        """Hours at which each column begins and is done with: it can only be cut after the one, not after the other.

        Infinite for what follows from other columns. What is on its way begins, in the rolling run, with the period in
        which the middle of it passes; it can be stopped until the last of it has arrived.
        """
        layout, axis = self.layout, self.program.columns
        edges = np.array(self.horizon.edges)
        start, stop = edges[:-1], edges[1:]
        longest = float((stop - start).max())
        begins, ends = np.full(len(axis), np.inf), np.full(len(axis), np.inf)
        through = {
            stream.stream_id: max(
                (
                    layout.clock[stream.stream_id, layout.arcs[name].start, layer]
                    + layout.hours(layout.arcs[name])
                    + (longest if layout.arcs[name].carrier_id else 0.0)
                    for name, layer in stream.columns
                ),
                default=0.0,
            )
            for stream in layout.streams
        }
        for label in axis.labels:
            name, key = label
            at = axis.every(label)
            if name in DECIDED:
                begins[at], ends[at] = start, stop
            elif name in BEGINNING:
                begins[at], ends[at] = 0.0, 0.0
            elif name == "move" or (name == "empty" and axis.block(label) == "period"):
                arc = layout.arcs[key if name == "move" else key[0]]
                begins[at], ends[at] = start, stop + (layout.hours(arc) if arc.carrier_id else 0.0)
            elif name in ("flow", "arrived"):
                if name == "flow":
                    stream, late = key[1], layout.clock[key[1], layout.arcs[key[0]].start, key[2]]
                else:
                    stream = key[0]
                    late = layout.clock.get((stream, layout.stream[stream].destination, key[1]), 0.0)
                begins[at], ends[at] = (start + stop) / 2 + late, stop + max(through[stream], late)
        return begins, ends

    def _landed(self, course: Courses, part: Any, stream: Stream) -> Floats:
        """Gate kt of a part by the calendar, when they pass the gate; shared with its stream as it was sent."""
        sent = {sender.part_id: float(course["served"][sender.part_id].sum()) for sender in stream.parts}
        total = math.fsum(sent.values())
        landed = np.zeros(self.horizon.count)
        for layer in layers(stream.crosses)[1]:
            key = stream.stream_id, layer
            landed += self.horizon.lag(self.within[key]) @ course["arrived"][key]
        return landed * (part.weight * sent[part.part_id] / total if total > 0 else 0.0)

    def _segments(self, course: list[Courses]) -> pd.DataFrame:
        count = self.horizon.count
        segments: dict[str, dict[str, Any]] = {}
        waits: dict[tuple[str, str], Floats] = {}
        for stream in self.layout.streams:
            for part in stream.parts:
                if not part.weight:
                    continue
                row = segments.setdefault(part.segment, dict.fromkeys(_COLUMNS, 0.0))
                row["plan_t"] += part.weight * part.base * KILO
                row["due_t"] += part.weight * float(self.offer[part.part_id].sum()) * KILO
                for name, one in zip(("foresight", "rolling"), course, strict=True):
                    row[f"{name}_t"] += float(self._landed(one, part, stream).sum()) * KILO
                    lost = one.get("unmet", {}).get(part.part_id, np.zeros(count))
                    row[f"given_up_{name}_t"] += part.weight * float(lost.sum()) * KILO
                    waiting = part.weight * one["waiting"][part.part_id] * KILO
                    waits[part.segment, name] = waits.get((part.segment, name), np.zeros(count)) + waiting
        for (segment, name), waiting in waits.items():
            segments[segment][f"waiting_{name}_t"] = float(waiting.max())
        for row in segments.values():
            row["worth_t"] = row["foresight_t"] - row["rolling_t"]
        names = {row.segment_id: row.name for row in self.case.rows("segment")}
        body = [{"segment": key, "name": names.get(key, key), **row} for key, row in segments.items()]
        return pd.DataFrame(body)

    def _periods(self, course: list[Courses]) -> pd.DataFrame:
        horizon, count = self.horizon, self.horizon.count
        columns: dict[str, Any] = {
            "period": np.arange(count),
            "label": list(horizon.labels),
            "from_day": np.array(horizon.days[:-1]),
            "days": horizon.hours / DAY,
            "due_t": sum((p.weight * self.offer[p.part_id] for p in self.layout.parts), np.zeros(count)) * KILO,
        }
        pairs = [(part, stream) for stream in self.layout.streams for part in stream.parts if part.weight]
        for name, one in zip(("foresight", "rolling"), course, strict=True):
            columns[f"{name}_t"] = sum((self._landed(one, *pair) for pair in pairs), np.zeros(count)) * KILO
            waiting = (part.weight * one["waiting"][part.part_id] for part, _ in pairs)
            columns[f"waiting_{name}_t"] = sum(waiting, np.zeros(count)) * KILO
            held = (values for key, values in one.get("held", {}).items() if key[0] in self.held_up)
            columns[f"held_up_{name}_t"] = sum(held, np.zeros(count)) * KILO
        order = [*list(columns)[:5], "foresight_t", "rolling_t"]
        return pd.DataFrame(columns)[[*order, *(name for name in columns if name not in order)]]


_COLUMNS = (
    "plan_t",
    "due_t",
    "foresight_t",
    "rolling_t",
    "worth_t",
    "waiting_foresight_t",
    "waiting_rolling_t",
    "given_up_foresight_t",
    "given_up_rolling_t",
)


def _weight(stream: Stream) -> float:
    """Factor on the worth of a tonne of a stream: its gate tonnes; :data:`FIRST` where it never crosses."""
    return max(part.weight for part in stream.parts) or FIRST


def _with_units_left(program: Program) -> Program:
    """The program with two columns more for each balance of units: left behind at the end, and missing there."""
    rows = [label for label in program.rows.labels if label[0] == "unit_balance"]
    if not rows:
        return program
    at: NDArray[np.int64] = np.concatenate([program.rows.every(label) for label in rows])
    labels: list[Label] = [(name, key) for name in ("left_behind", "missing") for _, key in rows]
    entries = np.repeat([-1.0, 1.0], len(rows)), np.tile(at, 2), len(program.columns) + np.arange(len(labels))
    return program.extended(entries, columns=labels)


def _with_fleets(program: Program, period: Period) -> Program:
    """The program with a row for each fleet: no more carriers begin the year than it has, so that all may stand."""
    layout = period.layout
    rows: dict[str, list[int]] = {}
    for label in program.columns.labels:
        if label[0] == "laid_up":
            fleet = layout.case.row("carrier", label[1][1]).resource_id
            rows.setdefault(fleet, []).extend(program.columns.every(label).tolist())
    down = len(program.rows) + np.repeat(np.arange(len(rows)), [len(at) for at in rows.values()])
    across = np.array([place for at in rows.values() for place in at], dtype=np.int64)
    sizes = {("fleet_begins", fleet): (1, float(period.given["fleet"][fleet].min())) for fleet in rows}
    return program.extended((np.ones(len(across)), down, across), rows=sizes)


def _sound(solution: Solution) -> Solution:
    """The solution, if it is an optimum; cargo can be held up anywhere, so that one exists."""
    if solution.status != "optimal":
        raise RuntimeError(f"a year in which everything may wait is {solution.status}")
    return solution
