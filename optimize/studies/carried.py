"""The base year's cargo carried over a horizon, compiled once: closures change what its resources offer.

The algebra is that of :mod:`corridor.optimize.period.rules` for fixed tonnes (``CARRY``). As little as possible is
lost; then
shippers' cost decides, with what waiting costs: room that is scarce goes first to the cargo whose day is dearest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.model.case import Case
from corridor.model.days import days_of
from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.program import Program
from corridor.model.result.certificate import Certificate
from corridor.optimize.answer.course import Courses, courses, period_tables, sums
from corridor.optimize.answer.tables import SMALLEST, answer_tables
from corridor.optimize.period.build import build, givens
from corridor.optimize.period.costs import LEAST_DAY
from corridor.optimize.period.layout import CARRY, KILO
from corridor.optimize.program.compile import compile_period
from corridor.optimize.program.highs import Solution
from corridor.optimize.program.progress import Progress
from corridor.optimize.program.solver import Solver
from corridor.optimize.program.strategy import TIGHTENED
from corridor.optimize.proof.balances import worst_imbalance
from corridor.optimize.proof.certificate import certify

GOAL = "least_disruption"
LOST = 1e4
"""Cost of a lost tonne whose demand has no price for it, USD: more than any way or wait costs."""
LATE = 1.0
"""Least cost of being late, USD per tonne and day: the wait is shared out before any cargo is late."""
AT_ORIGIN = 1.05
"""Factor on the cost of a day at the origin, beside a day in a store: cargo goes as far as it can."""
FIRST = 1e-3
"""Relative premium on a day of the first demand by name, and USD per t on its loss: of equals it goes first."""
TIES = 1e-3
"""Weight of the resources' cost beside the shippers': it decides ties alone."""
DUAL_TOLERANCE = 1e-9
"""Absolute tolerance of reduced costs, as the solver scales them."""
NEAR_COLUMNS = 60_000
"""Columns up to which a year with closures is solved by simplex, from the vertex of the usual year.

Outages of the bundled case take a tenth of the interior point's time so. Beyond the budget of steps the interior point
takes over.
"""
USED = 1e-5
"""Absolute threshold in thousands of a unit: below it a resource or link is not used."""


@dataclass(frozen=True)
class Run:
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
        goal = self._goal(program.goal("cost_shipper"), program.goal("tie_break"), program.columns)
        self.program = replace(program, goals={**program.goals, GOAL: (goal, np.zeros(len(program.givens)))})
        self.solver = Solver(self.program, deadline=deadline, watch=watch, typical=self._typical)
        self.near: Solver | None = None
        if self.program.matrix.shape[1] <= NEAR_COLUMNS:
            self.near = Solver(self.program, deadline=deadline, algorithm="simplex", watch=watch)
        for solver in (self.solver, self.near):
            if solver is not None:
                solver.highs.setOptionValue("dual_feasibility_tolerance", DUAL_TOLERANCE)

    def run(self, case: Case | None = None, usual: Run | None = None) -> Run:
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
        solution = self._solve(*bounds)
        if solution.status != "optimal":
            raise RuntimeError(f"a year in which everything may be lost is {solution.status}")
        goal = self.program.goals[GOAL][0]
        proof = certify(self.program, goal, solution.columns, solution.prices, *bounds, maximise=False)
        columns = np.where(solution.columns > SMALLEST, solution.columns, 0.0)
        return Run(courses(self.period, self.program, columns), columns, solution, proof)

    def usual(self) -> Run:
        """The year as it is, from whose vertex others start."""
        run = self.run()
        if self.near is not None or self.solver.start_from(GOAL) is None:
            return run
        return self.run()

    def facts(self, began: float) -> dict[str, Any]:
        """The solver in JSON, as of :meth:`Solver.facts`, with the iterations of both methods."""
        near = 0 if self.near is None else self.near.iterations
        facts = self.solver.facts(began)
        return {**facts, "iterations": facts["iterations"] + near}

    def _solve(self, lower: Floats, upper: Floats) -> Solution:
        """From the vertex of the first solve, where it is near enough; by the solver's own choice otherwise."""
        if self.near is None:
            return self.solver.solve_rows(GOAL, lower, upper, maximise=False)
        if self.near.base is None:
            return self.near.solve_rows(GOAL, lower, upper, maximise=False)
        self.near.hold(lower, upper)
        solution = self.near.run(GOAL, False, ways=TIGHTENED, start=self.near.base)
        if solution.status != "unknown":
            return solution
        return self.solver.solve_rows(GOAL, lower, upper, maximise=False)

    def balance(self, run: Run, case: Case) -> float:
        """Worst breach of a balance or limit of a run, from the tables of its case and of its answer."""
        there = self._guarded(_fixed(case))
        period = replace(self.period, layout=self.layout.offered(there))
        tables = answer_tables(period.layout, sums(run.courses))
        tables |= period_tables(period, self.program, run.courses, run.solution.prices, KILO)
        return worst_imbalance(there, tables, instant=True)

    def used(self, run: Run, marked: NDArray[np.bool_]) -> set[str]:
        """Resources and directions of links of which a run uses something in the marked periods."""
        columns = np.where(run.columns > USED, run.columns, 0.0)
        matrix = abs(self.program.matrix).tocsr()
        busy = matrix @ columns > 0
        names = set()
        for label in self.program.rows.labels:
            if label[0] == "resource_limit":
                rows = busy[self.program.rows.every(label)]
                if (rows[marked] if len(rows) == len(marked) else rows).any():
                    names.add(str(label[1]))
        return names

    def _values(self, case: Case | None) -> Floats:
        values = self.program.values.copy()
        if case is not None:
            given = givens(self.layout.offered(self._guarded(_fixed(case))), self.period.scales)
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
        """Thousand USD by column: shippers' cost, time of what waits or lies, and ties.

        Cargo whose day is worth the same, and whose loss costs the same, goes in the order of the names of its demands:
        a linear premium makes the schedule that is best a single one.
        """
        goal: Floats = shippers + TIES * ties
        names = sorted(part.part_id for part in self.layout.parts)
        ahead = {name: FIRST * (1.0 - place / len(names)) for place, name in enumerate(names)}
        for name in names:
            goal[columns.every(("unmet", name))] += ahead[name]
        if not self.layout.timed:
            return goal
        days = self.horizon.hours / DAY
        worth = {row.commodity_id: max(LEAST_DAY, row.time_usd_per_t_day) for row in self.case.rows("commodity")}
        for part in self.layout.parts:
            own = AT_ORIGIN * worth[part.commodity] * (1.0 + ahead[part.part_id])
            goal[columns.every(("waiting", part.part_id))] += own * days
        for store in self.layout.stores:
            for key in store.stocks:
                stream = self.layout.stream[key[1]]
                first = max(ahead[part.part_id] for part in stream.parts)
                goal[columns.every(("stock", key))] += worth[stream.commodity] * (1.0 + first) * days
        return goal

    def _typical(self) -> Floats:
        """Amounts that the columns may come to, for the interior point: shares of the year as one period."""
        whole = CarriedYear(self.case, Horizon.of("year", self.horizon.year, cyclic=True))
        amounts = dict(zip(whole.program.columns, whole.run().columns.tolist(), strict=True))
        typical = np.full(len(self.program.columns), np.nan)
        for label in self.program.columns.labels:
            at = self.program.columns.every(label)
            typical[at] = amounts.get(label, np.nan) * (self.horizon.share if len(at) == self.horizon.count else 1.0)
        return typical


def _with_beginning(program: Program, begins: int) -> Program:
    """The program with a row for each level as it stands before the period in which a surprise begins."""
    labels = [
        (row, key) for row, name in BEGINNINGS.items() for column, key in program.columns.labels if column == name
    ]
    at = [program.columns.every((BEGINNINGS[row], key))[begins - 1] for row, key in labels]
    entries = np.ones(len(at)), len(program.rows) + np.arange(len(at)), np.array(at, dtype=np.int64)
    return program.extended(entries, rows=dict.fromkeys(labels, (1, 0.0)))


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
    """A closure of each link that leaves everything: each has a limit of its own, whatever is closed later."""
    links = [row.link_id for row in case.rows("link") if row.capacity_t_per_year > 0]
    columns = list(case["closure"].columns)
    facts = {"table": "link", "from_day": "01-01", "to_day": "12-31", "left": 1.0, "shape": False, "known": True}
    rows = {f"guard of {link}": {"name": link, "row": link, "kind": "other", **facts} for link in links}
    frame = pd.DataFrame([[row.get(column) for column in columns] for row in rows.values()], columns=columns)
    frame.index = pd.Index(list(rows), name="closure_id", dtype=object)
    return frame
