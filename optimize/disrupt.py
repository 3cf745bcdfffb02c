"""A closure of some days: the base year's cargo with it beside the same year without it, and every outage in turn.

The year is cut where the closure begins and ends (:meth:`corridor.model.horizon.Horizon.around`), and cargo counts
where it leaves: the way takes no time by the calendar, so that 30 closed days stop the cargo of 30 days. The queue is
that of cumulative curves: what was offered less what has left. Cargo of the base year is offered by its calendar, or
evenly; it waits no longer than its demand allows, and is lost then.

The algebra is that of :mod:`corridor.optimize.rules` for fixed tonnes (``CARRY``). As little as possible is lost; then
shippers' cost decides, with what waiting costs: room that is scarce goes first to the cargo whose day is dearest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from corridor.model.answer import Certificate
from corridor.model.calendar import days_of
from corridor.model.case import Case
from corridor.model.closing import closed_days, lost_days, name_of
from corridor.model.disruption import Disruption, Outage, Outages
from corridor.model.faults import CertificateError
from corridor.model.graph import BACK
from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.lost import Lost
from corridor.optimize.certificate import certify, worst_imbalance
from corridor.optimize.coefficients import given_values
from corridor.optimize.compile import Program, compile_period
from corridor.optimize.costs import LEAST_DAY
from corridor.optimize.course import Courses, courses, period_tables, sums
from corridor.optimize.fifo import left_late
from corridor.optimize.layout import CARRY, KILO, Part
from corridor.optimize.period import build
from corridor.optimize.progress import Progress
from corridor.optimize.solver import Solution, Solver
from corridor.optimize.tables import SMALLEST, answer_tables, resource_facts

GOAL = "least_disruption"
LOST = 1e4
"""USD that a tonne lost counts for where its demand has no price for it: more than any way or wait costs."""
LATE = 1.0
"""USD that a tonne and day of being late counts for at least, so that the wait is shared out before anybody is late."""
AT_ORIGIN = 1.05
"""Worth of a day at the origin beside one in a store: cargo goes as far as it can."""
TIES = 1e-3
"""Weight of the resources' cost beside the shippers': it decides ties alone."""
NOTHING_T, NOTHING_SHARE = 1.0, 1e-3
"""A queue below so many tonnes, or such a share of its peak, is gone."""
KEPT = 1e-9
"""Wrong sign of a reduced cost, as the solver scales it, that a solve may leave."""
DUST_T = 1e-3
"""Tonnes that a part may lose and none is counted."""
USED = 1e-5
"""Thousands of a unit below which a resource or link is not used."""


@dataclass(frozen=True)
class _Run:
    """A solved year: what became of each part by period, kt, and how far the arrays are from an optimum."""

    courses: Courses
    columns: Floats
    solution: Solution
    certificate: Certificate

    def of(self, name: str, part: str, count: int) -> Floats:
        return self.courses.get(name, {}).get(part, np.zeros(count))


BEGINNINGS = {"waits_as_usual": "waiting", "lies_as_usual": "stock"}
"""Rows that hold the state before a surprise, and the columns that they hold."""


class CarriedYear:
    """The base year's cargo over a horizon, compiled once; closures are changes of what the resources offer."""

    def __init__(
        self,
        case: Case,
        horizon: Horizon,
        begins: int | None = None,
        *,
        deadline: float | None = None,
        watch: Callable[[Progress], None] | None = None,
    ) -> None:
        """``begins`` is the period in which a surprise begins: nobody prepares for it."""
        self.guards = _guards(case)
        self.case = self._guarded(_fixed(case))
        self.horizon = horizon
        self.period = build(self.case, CARRY, horizon)
        self.layout = self.period.layout
        self.begins = begins
        program = compile_period(self.period)
        if begins is not None and self.layout.timed:
            program = _with_beginning(program, begins)
        goal = self._goal(program.goals["cost_shipper"][0], program.goals["tie_break"][0], program.columns)
        self.program = replace(program, goals={**program.goals, GOAL: (goal, np.zeros(len(program.givens)))})
        self.solver = Solver(self.program, deadline=deadline, watch=watch, typical=self._typical)
        self.solver.highs.setOptionValue("dual_feasibility_tolerance", KEPT)

    def run(self, case: Case | None = None, usual: _Run | None = None) -> _Run:
        """The year with the closures of a case that differs from this one in closures alone, or as it is.

        Before a surprise waits no less, and lies no more in stores, than in the ``usual`` year.
        """
        lower, upper = self.program.bounds(self._values(case))
        for label in self.program.rows.labels:
            if label[0] in BEGINNINGS:
                at = self.program.rows.every(label)
                lower[at], upper[at] = -np.inf, np.inf
                if usual is not None and self.begins is not None:
                    name, side = BEGINNINGS[label[0]], lower if label[0] == "waits_as_usual" else upper
                    side[at] = usual.columns[self.program.columns.every((name, label[1]))[self.begins - 1]]
        bounds = lower, upper
        found = self.solver.solve_rows(GOAL, *bounds, maximise=False)
        if found.status != "optimal":
            raise RuntimeError(f"a year in which everything may be lost is {found.status}")
        goal = self.program.goals[GOAL][0]
        proof = certify(self.program, goal, found.columns, found.prices, *bounds, maximise=False, balance=0.0)
        columns = np.where(found.columns > SMALLEST, found.columns, 0.0)
        return _Run(courses(self.period, self.program, columns), columns, found, proof)

    def usual(self) -> _Run:
        """The year as it is, from whose vertex others start."""
        found = self.run()
        if self.solver.start_from(GOAL) is None:
            return found
        return self.run()

    def balance(self, run: _Run, case: Case) -> float:
        """Worst breach of a balance or limit of a run, from the tables of its case and of its answer."""
        there = self._guarded(_fixed(case))
        period = replace(self.period, layout=self.layout.offered(there))
        tables = answer_tables(period.layout, sums(run.courses))
        tables |= period_tables(period, self.program, run.courses, run.solution.prices, KILO)
        return worst_imbalance(there, tables, instant=True)

    def used(self, run: _Run, marked: NDArray[np.bool_]) -> set[str]:
        """Resources and directions of links of which a run uses something in the marked periods."""
        columns = np.where(run.columns > USED, run.columns, 0.0)
        matrix = abs(self.program.matrix).tocsr()
        busy = matrix @ columns > 0
        found = set()
        for label in self.program.rows.labels:
            if label[0] == "resource_limit":
                rows = busy[self.program.rows.every(label)]
                if (rows[marked] if len(rows) == len(marked) else rows).any():
                    found.add(str(label[1]))
        return found

    def _values(self, case: Case | None) -> Floats:
        values = self.program.values.copy()
        if case is not None:
            given = given_values(self.layout.offered(self._guarded(_fixed(case))), self.period.scales)
            for name in ("available", "fleet"):
                for key, offer in given[name].items():
                    if (name, key) in self.program.givens.place:
                        values[self.program.givens.every((name, key))] = offer
        return values

    def _guarded(self, case: Case) -> Case:
        """The case with a closure of every guarded link that leaves all of it, so that its rows exist."""
        if not len(self.guards):
            return case
        both = pd.concat([case["closure"], self.guards]) if len(case["closure"]) else self.guards
        return replace(case, tables={**case.tables, "closure": both})

    def _goal(self, shippers: Floats, ties: Floats, columns: Any) -> Floats:
        """Thousand USD by column: shippers' cost, time of what waits or lies, and ties."""
        goal: Floats = shippers + TIES * ties
        if not self.layout.timed:
            return goal
        days = self.horizon.hours / DAY
        worth = {row.commodity_id: max(LEAST_DAY, row.time_usd_per_t_day) for row in self.case.rows("commodity")}
        for part in self.layout.parts:
            goal[columns.every(("waiting", part.part_id))] += AT_ORIGIN * worth[part.commodity] * days
        for store in self.layout.stores:
            for key in store.stocks:
                goal[columns.every(("stock", key))] += worth[self.layout.stream[key[1]].commodity] * days
        return goal

    def _typical(self) -> Floats:
        """Amounts that the columns may come to, for the interior point: shares of the year as one period."""
        whole = CarriedYear(self.case, Horizon.of("year", self.horizon.year, cyclic=True))
        amounts = dict(zip(whole.program.columns, whole.run().columns.tolist(), strict=True))
        found = np.full(len(self.program.columns), np.nan)
        for label in self.program.columns.labels:
            at = self.program.columns.every(label)
            found[at] = amounts.get(label, np.nan) * (self.horizon.share if len(at) == self.horizon.count else 1.0)
        return found


def disruption(
    case: Case,
    usual: Case,
    periods: str = "month",
    *,
    time_limit: float | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> Disruption:
    """The closures by which a checked case differs from ``usual``, asked of the base year's cargo.

    The year is cut by ``periods``, and where closures begin and end. Raises TimeLimitError.
    """
    began = perf_counter()
    closures = tuple(each for each in lost_days(case) if each not in lost_days(usual))
    by_day = closed_days(lost_days(case), days_of(case.base_year))
    horizon = Horizon.around(case.base_year, by_day, periods)
    deadline = None if time_limit is None else began + time_limit
    begins = _begins(horizon, closures, days_of(case.base_year))
    year = CarriedYear(usual, horizon, begins, deadline=deadline, watch=watch)
    before = year.usual()
    after = year.run(case, before)
    held = max(year.balance(before, usual), year.balance(after, case))
    mask = closed_days(closures, days_of(case.base_year)).any(axis=0)
    seen = _Compared(year, before, after, mask)
    worst = [max(getattr(each.certificate, name) for each in (before, after)) for name in _RESIDUALS]
    return Disruption(
        case=case.name,
        scenario=case.scenario,
        outages=closures,
        horizon=horizon,
        due_t=seen.due_t,
        **seen.totals(),
        markets=seen.markets(),
        periods=seen.periods(),
        course=seen.course(),
        parts=seen.parts(),
        lost=seen.lost(),
        certificate=Certificate(*worst, balance=held, tolerance=before.certificate.tolerance),
        solver=_solver(year, began),
    )


def closed_year(
    case: Case,
    periods: str = "month",
    *,
    time_limit: float | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> tuple[Case, Disruption | None]:
    """The case without the cargo that its closures lose, and what they do; as it is where no closure takes days.

    Whatever is then asked of the case counts that cargo as asked and not carried. Raises TimeLimitError, and
    CertificateError where it does not prove itself.
    """
    if not lost_days(case):
        return case, None
    closure = case["closure"]
    usual = replace(case, tables={**case.tables, "closure": closure[closure["shape"].astype(bool)]}, lost=None)

    def work_out() -> Disruption:
        found = disruption(case, usual, periods, time_limit=time_limit, watch=watch)
        if not found.certificate.passed:
            raise CertificateError(f"the closures do not prove themselves: {found.certificate}")
        return found

    found = case.known(("closed year", periods), tuple(case.tables), work_out)
    return case._hand_on(replace(case, lost=found.lost)), found


_RESIDUALS = ("primal_residual", "dual_residual", "gap")


def outages(
    case: Case,
    out: Mapping[tuple[str, str], Case],
    from_day: str,
    to_day: str,
    left: float = 0.0,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Outages:
    """Every outage of ``out`` (table and row: the case with it) by itself, the worst first.

    The links and resources that the base year's cargo does not use on these days cost nothing, and take no solve.
    """
    began = perf_counter()
    closures = [Outage("", "", "", from_day, to_day, left)]
    days = days_of(case.base_year)
    mask = closed_days(closures, days).any(axis=0)
    horizon = Horizon.around(case.base_year, closed_days([*lost_days(case), *closures], days))
    year = CarriedYear(case, horizon, _begins(horizon, closures, days))
    before = year.usual()
    marked = horizon.mean(mask.astype(float)) > 0
    used, kinds = year.used(before, marked), resource_facts(case)
    found, worst, passed, solved = [], 0.0, before.certificate.passed, 0
    for number, ((table, row), there) in enumerate(out.items(), 1):
        idle = not ({row, f"{row}{BACK}"} & used)
        facts: dict[str, Any] = dict(_NOTHING)
        if not idle:
            after = year.run(there, before)
            facts = _Compared(year, before, after, mask).totals()
            proof = after.certificate
            worst, passed = max(worst, *(getattr(proof, name) for name in _RESIDUALS)), passed and proof.passed
            solved += 1
        facts["recovery_d"] = math.nan if facts["recovery_d"] is None else facts["recovery_d"]
        found.append(
            {
                "table": table,
                "row": row,
                "name": name_of(case, table, row),
                "kind": kinds[row][1],
                **facts,
                "idle": idle,
            }
        )
        if progress:
            progress(number, len(out))
    frame = pd.DataFrame(found).sort_values(
        ["lost_t", "elsewhere_t", "queue_t", "late_t"], ascending=False, kind="stable"
    )
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return Outages(
        case=case.name,
        scenario=case.scenario,
        from_day=from_day,
        to_day=to_day,
        left=left,
        horizon=horizon,
        due_t=math.fsum(part.base for part in year.layout.parts) * KILO,
        table=frame.reset_index(drop=True),
        solved=solved,
        worst_residual=worst,
        passed=passed,
        solver=_solver(year, began),
    )


class _Compared:
    """Two years side by side: with the closures, and without."""

    def __init__(self, year: CarriedYear, before: _Run, after: _Run, mask: NDArray[np.bool_]) -> None:
        self.year, self.before, self.after = year, before, after
        self.horizon, self.count = year.horizon, year.horizon.count
        self.parts_of: dict[str, list[Part]] = {}
        for part in year.layout.parts:
            self.parts_of.setdefault(part.segment, []).append(part)
        self.mask = mask
        self.stocked = {
            segment: self._stock(segment, after) - self._stock(segment, before) for segment in self.parts_of
        }

    @property
    def due_t(self) -> float:
        return math.fsum(part.base for part in self.year.layout.parts) * KILO

    def totals(self) -> dict[str, Any]:
        """Lost, elsewhere, late, queue and recovery of all cargo, t and days."""
        return self._facts(self.year.layout.parts, sum(self.stocked.values(), np.zeros(self.count)))

    def markets(self) -> pd.DataFrame:
        named = {row.segment_id: row.name for row in self.year.case.rows("segment")}
        found = []
        for segment, parts in self.parts_of.items():
            facts = self._facts(parts, self.stocked[segment])
            facts["recovery_d"] = math.nan if facts["recovery_d"] is None else facts["recovery_d"]
            due = math.fsum(part.base for part in parts) * KILO
            found.append({"segment": segment, "name": named.get(segment, segment), "due_t": due, **facts})
        return pd.DataFrame(found)

    def parts(self) -> pd.DataFrame:
        found = []
        for part in self.year.layout.parts:
            row: dict[str, Any] = {"part": part.part_id, "demand": part.demand_id, "crosses": part.crosses}
            row |= {"base_t": part.base * KILO}
            for prefix, run in (("", self.after), ("usual_", self.before)):
                row[f"{prefix}lost_t"] = float(run.of("unmet", part.part_id, self.count).sum()) * KILO
                row[f"{prefix}elsewhere_t"] = float(run.of("outside", part.part_id, self.count).sum()) * KILO
            found.append(row)
        return pd.DataFrame(found)

    def lost(self) -> Lost:
        """What is not carried on the corridor with the closures, by part."""
        gone = {
            part: self.after.of("unmet", part.part_id, self.count) + self.after.of("outside", part.part_id, self.count)
            for part in self.year.layout.parts
        }
        lose = {part: each for part, each in gone.items() if float(each.sum()) * KILO > DUST_T}
        return Lost(
            self.horizon,
            {part.part_id: each for part, each in lose.items()},
            {part.part_id: part.base for part in lose},
            {part.part_id: part.demand_id for part in lose},
        )

    def periods(self) -> pd.DataFrame:
        horizon, parts = self.horizon, self.year.layout.parts
        total = {
            f"{prefix}{name}": KILO * sum((run.of(name, p.part_id, self.count) for p in parts), np.zeros(self.count))
            for prefix, run in (("", self.after), ("usual_", self.before))
            for name in ("served", "unmet", "outside", "waiting")
        }
        stock = [
            sum((self._stock(s, run) for s in self.parts_of), np.zeros(self.count)) for run in (self.after, self.before)
        ]
        columns = {
            "period": np.arange(self.count),
            "label": list(horizon.labels),
            "from_day": np.array(horizon.days[:-1]),
            "days": horizon.hours / DAY,
            "closed": horizon.mean(self.mask.astype(float)) > 0,
            "offered_t": sum((self._offer(p) for p in parts), np.zeros(self.count)) * KILO,
            "sent_t": total["served"],
            "usual_t": total["usual_served"],
            "lost_t": total["unmet"] - total["usual_unmet"],
            "elsewhere_t": total["outside"] - total["usual_outside"],
            "waiting_t": total["waiting"],
            "stock_t": stock[0] * KILO,
            "usual_waiting_t": total["usual_waiting"],
            "usual_stock_t": stock[1] * KILO,
        }
        columns["queue_t"] = columns["waiting_t"] + columns["stock_t"] - total["usual_waiting"] - stock[1] * KILO
        return pd.DataFrame(columns)

    def course(self) -> pd.DataFrame:
        frames = []
        for segment, parts in self.parts_of.items():
            queue = self._queue(parts, self.stocked[segment]) * KILO
            lost, elsewhere = (self._more(name, parts) * KILO for name in ("unmet", "outside"))
            if max(abs(queue).max(), lost.sum(), elsewhere.sum()) > NOTHING_T:
                columns = {"period": np.arange(self.count), "queue_t": queue, "lost_t": lost, "elsewhere_t": elsewhere}
                frames.append(pd.DataFrame({"segment": segment, **columns}))
        empty = pd.DataFrame(columns=["segment", "period", "queue_t", "lost_t", "elsewhere_t"])
        return pd.concat(frames, ignore_index=True) if frames else empty

    def _facts(self, parts: Sequence[Part], stocked: Floats) -> dict[str, Any]:
        queue = self._queue(parts, stocked) * KILO
        lost, elsewhere = (float(self._more(name, parts).sum()) * KILO for name in ("unmet", "outside"))
        late = math.fsum(self._late(part) for part in parts) * KILO
        peak = int(queue.argmax())
        there = float(queue[peak]) > NOTHING_T
        gate = math.fsum(
            part.weight * float((self._more("unmet", [part]) + self._more("outside", [part])).sum()) for part in parts
        )
        return {
            "lost_t": _clean(lost),
            "elsewhere_t": _clean(elsewhere),
            "late_t": _clean(late),
            "queue_t": float(queue[peak]) if there else 0.0,
            "queue_label": self.horizon.labels[peak] if there else "",
            "recovery_d": recovery(self.horizon, queue, self.mask) if there else 0.0,
            "gate_lost_t": _clean(gate * KILO),
        }

    def _more(self, name: str, parts: Sequence[Part]) -> Floats:
        """Kt by period with the closures more than without."""
        found = np.zeros(self.count)
        for part in parts:
            found += self.after.of(name, part.part_id, self.count) - self.before.of(name, part.part_id, self.count)
        return found

    def _queue(self, parts: Sequence[Part], stocked: Floats) -> Floats:
        return self._more("waiting", parts) + stocked

    def _stock(self, segment: str, run: _Run) -> Floats:
        """Kt in stores of a market's streams; of a stream of several markets by their cargo."""
        found = np.zeros(self.count)
        shares: dict[str, float] = {}
        for stream in self.year.layout.streams:
            own = math.fsum(part.base for part in stream.parts if part.segment == segment)
            shares[stream.stream_id] = own / math.fsum(part.base for part in stream.parts)
        for key, values in run.courses.get("held", {}).items():
            if shares[key[1]]:
                found += shares[key[1]] * values
        return found

    def _offer(self, part: Part) -> Floats:
        return np.asarray(self.year.period.given["tonnes"][part.part_id], dtype=float)

    def _late(self, part: Part) -> float:
        """Kt that leave later than in time with the closures, more than without."""
        late_d = float(self.year.layout.timed_parts[part.part_id].late_d)
        if not late_d < self.horizon.length / DAY:
            return 0.0
        found = []
        for run in (self.after, self.before):
            sent, unmet, outside, waiting = (
                run.of(name, part.part_id, self.count) for name in ("served", "unmet", "outside", "waiting")
            )
            found.append(left_late(self.horizon, self._offer(part), sent, unmet + outside, float(waiting[-1]), late_d))
        return found[0] - found[1]


def recovery(horizon: Horizon, queue: Floats, closed: NDArray[np.bool_]) -> float | None:
    """Days from the end of a closure until a queue (by period, at its end) is gone; the longest of several closures.

    Within a period it goes on as in the period before. None: it never goes.

    >>> days = np.arange(365) < 10
    >>> year = Horizon.of("365")
    >>> recovery(year, np.array([*range(1, 11), *range(9, -1, -1), *[0] * 345], dtype=float) * 1e3, days)
    10.0
    """
    gone = max(NOTHING_T, NOTHING_SHARE * float(queue.max()))
    edges, count = np.array(horizon.days), horizon.count
    shut = horizon.mean(closed.astype(float)) > 0
    longest = 0.0
    for end in [at for at in range(count) if shut[at] and not shut[(at + 1) % count]]:
        passed = 0.0
        for step in range(count):
            at = (end + step) % count
            if queue[at] <= gone:
                longest = max(longest, passed)
                break
            after = (at + 1) % count
            long = edges[after + 1] - edges[after]
            if queue[after] <= gone:
                long = min(long, _vanishing(queue, edges, at, end)) if step else long
            passed += long
        else:
            return None
    return float(longest)


def _vanishing(queue: Floats, edges: Floats, at: int, end: int) -> float:
    """Days in which what waits at the end of a period goes, at the pace of that period."""
    fell = queue[at - 1] - queue[at]
    pace = fell / (edges[at + 1] - edges[at])
    return float(queue[at] / pace) if pace > 0 else math.inf


def _begins(horizon: Horizon, closures: Sequence[Outage], days: int) -> int | None:
    """The period in which a surprise begins; None where closures are known in advance, or last all year.

    Of several it is the first after the longest time without any.
    """
    shut = horizon.mean(closed_days(closures, days).any(axis=0).astype(float)) > 0
    if shut.all() or all(row.known for row in closures):
        return None
    edges, count = np.array(horizon.days), horizon.count
    gaps = {}
    for first in [at for at in range(count) if shut[at] and not shut[at - 1]]:
        at = first - 1
        while not shut[at % count]:
            at -= 1
        gaps[first] = (edges[first] - edges[at % count + 1]) % edges[-1] or edges[-1]
    return max(gaps, key=lambda each: (gaps[each], -each))


def _with_beginning(program: Program, begins: int) -> Program:
    """The program with a row for each level as it stands before the period in which a surprise begins."""
    labels = [
        (row, key) for row, name in BEGINNINGS.items() for column, key in program.columns.labels if column == name
    ]
    at = [program.columns.every((BEGINNINGS[row], key))[begins - 1] for row, key in labels]
    shape = len(labels), len(program.columns)
    more = sp.csr_array((np.ones(len(at)), (np.arange(len(at)), at)), shape=shape)
    return replace(
        program,
        matrix=sp.csc_array(sp.vstack([program.matrix, more], format="csc")),
        given_matrix=sp.csr_array(
            sp.vstack([program.given_matrix, sp.csr_array((len(labels), len(program.givens)))], format="csr")
        ),
        rhs=np.concatenate([program.rhs, np.zeros(len(labels))]),
        sense=np.concatenate([program.sense, np.ones(len(labels), dtype=np.int64)]),
        rows=program.rows.with_year(labels),
    )


def _fixed(case: Case) -> Case:
    """The case whose cargo is fixed: what nothing prices may be lost at :data:`LOST` a tonne, and all has a date."""
    demand = case["demand"].copy()
    demand["unmet_usd_per_t"] = np.where(
        np.isnan(demand["unmet_usd_per_t"].astype(float)), LOST, demand["unmet_usd_per_t"]
    )
    demand["late_usd_per_t_day"] = np.maximum(demand["late_usd_per_t_day"].astype(float), LATE)
    demand["late_d"] = np.minimum(demand["late_d"].astype(float), days_of(case.base_year))
    return replace(case, tables={**case.tables, "demand": demand})


def _guards(case: Case) -> pd.DataFrame:
    """A closure of each link that leaves everything: so each has a limit of its own, whatever is closed later."""
    links = [row.link_id for row in case.rows("link") if row.capacity_t_per_year > 0]
    columns = list(case["closure"].columns)
    facts = {"table": "link", "from_day": "01-01", "to_day": "12-31", "left": 1.0, "shape": False, "known": True}
    rows = {f"guard of {link}": {"name": link, "row": link, "kind": "other", **facts} for link in links}
    frame = pd.DataFrame([[row.get(each) for each in columns] for row in rows.values()], columns=columns)
    frame.index = pd.Index(list(rows), name="closure_id", dtype=object)
    return frame


_NOTHING = {
    "lost_t": 0.0,
    "elsewhere_t": 0.0,
    "late_t": 0.0,
    "queue_t": 0.0,
    "queue_label": "",
    "recovery_d": 0.0,
    "gate_lost_t": 0.0,
}


def _clean(tonnes: float) -> float:
    """Tonnes without what the solver leaves behind."""
    return tonnes if abs(tonnes) > NOTHING_T / 2 else 0.0


def _solver(year: CarriedYear, began: float) -> dict[str, Any]:
    return {
        "name": "HiGHS",
        "version": year.solver.version(),
        "iterations": year.solver.iterations,
        "seconds": round(perf_counter() - began, 3),
        "rows": len(year.program.rows),
        "columns": len(year.program.columns),
    }
