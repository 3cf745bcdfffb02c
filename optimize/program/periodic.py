"""Periodic event scheduling: moments of a period, hours between them, and the best timetable by branch and bound.

Each hour between two moments holds modulo a period of its own: evenly spaced services repeat sooner than the week.
Source: Serafini and Ukovich, SIAM Journal on Discrete Mathematics 2 (1989); Liebchen, Periodic Timetable Optimization
in Public Transport (2006).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import highspy
import numpy as np
import scipy.sparse as sp

from corridor.model.program import Axis, Label, Program
from corridor.optimize.program.solver import Solver

GAP = 1e-6
"""Relative gap between bound and answer at which the search ends."""
NODES = 20_000
"""Upper limit of nodes of the search; a count, so that the answer does not depend on the machine."""
PRECISE = 1e-9
"""Distance to a whole number within which a count of periods is one: a week of hours stays exact to a second."""
CLOSE = 1e-7
"""Hours by which a bound of whole periods may be missed in rounding."""


@dataclass(frozen=True)
class Moment:
    """Hours that are known, and variables with their coefficients: a time, or the difference of two."""

    hours: float
    parts: Mapping[int, float] = field(default_factory=dict)

    def after(self, hours: float) -> Moment:
        """The moment so many hours later."""
        return Moment(self.hours + hours, self.parts)

    def plus(self, other: Moment, times: float = 1.0) -> Moment:
        """The sum with another one, taken so many times."""
        parts = dict(self.parts)
        for column, coefficient in other.parts.items():
            parts[column] = parts.get(column, 0.0) + times * coefficient
        return Moment(self.hours + times * other.hours, {column: each for column, each in parts.items() if each})

    def at(self, values: np.ndarray) -> float:
        """Its value where the variables have these."""
        return self.hours + math.fsum(each * float(values[column]) for column, each in self.parts.items())


@dataclass(frozen=True)
class Timed:
    """The end of a search: ``status`` optimal, infeasible, or unknown where its nodes gave no timetable.

    Its variables, cost, and the bound on the least cost, too.
    """

    status: str
    values: np.ndarray
    cost: float
    bound: float
    columns: int
    integers: int

    @property
    def gap(self) -> float:
        """Distance to the bound as a share of the cost."""
        return abs(self.cost - self.bound) / (1.0 + abs(self.cost))


class Periodic:
    """A periodic timetable as a program: variables are added by :meth:`time`, what holds between them by the others."""

    def __init__(self) -> None:
        self.columns: list[Label] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.integer: list[Label] = []
        self.rows: list[Label] = []
        self.entries: list[tuple[float, int, int]] = []
        self.right: list[float] = []
        self.sense: list[int] = []
        self.cost = Moment(0.0)

    def time(self, label: Label, low: float, high: float) -> Moment:
        """A new variable between two bounds, zero or more [h]."""
        return Moment(0.0, {self._column(label, low, high): 1.0})

    def count(self, label: Label, most: int) -> Moment:
        """A new whole number from zero up."""
        return Moment(0.0, {self._column(label, 0.0, most, whole=True): 1.0})

    def span(self, label: Label, start: Moment, end: Moment, low: float, high: float, period: float) -> Moment:
        """The hours from one moment to another, modulo a period, kept between ``low`` and ``high``."""
        bare = end.plus(start, -1.0)
        least, most = self.range(bare)
        first = math.ceil((low - most) / period - CLOSE)
        last = math.floor((high - least) / period + CLOSE)
        hours = bare.after(first * period)
        if last > first:
            count = self._column(("periods", label), 0.0, last - first, whole=True)
            hours = hours.plus(Moment(0.0, {count: period}))
        self.bound(label, hours, low, high)
        return hours

    def apart(
        self,
        label: Label,
        first: tuple[Moment, Moment],
        second: tuple[Moment, Moment],
        gap: float,
        period: float,
        unless: Moment | None = None,
    ) -> None:
        """Two stays, each from its first moment to its second, that never overlap and lie ``gap`` hours apart.

        Where the moment ``unless`` is one or more, they may lie as they like.
        """
        between = second[0].plus(first[1], -1.0)
        least, most = self.range(between)
        low = math.ceil((gap - most) / period - CLOSE)
        high = math.floor((2 * period - least) / period + CLOSE)
        count = self._column(("periods", label), 0.0, max(0, high - low), whole=True)
        between = between.after(low * period).plus(Moment(0.0, {count: period}))
        around = first[0].plus(second[1], -1.0).after((1 - low) * period).plus(Moment(0.0, {count: -period}))
        if unless is not None:
            between, around = between.plus(unless, 3 * period), around.plus(unless, 3 * period)
        self._row(label, between, gap, -1)
        self._row(("around", label), around, gap, -1)

    def bound(self, label: Label, moment: Moment, low: float = -math.inf, high: float = math.inf) -> None:
        """Keep a moment, or a difference of two, between bounds."""
        if math.isfinite(low):
            self._row(("least", label), moment, low, -1)
        if math.isfinite(high):
            self._row(("most", label), moment, high, 1)

    def spend(self, moment: Moment, weight: float) -> None:
        """Add a moment, so many times, to the cost."""
        self.cost = self.cost.plus(moment, weight)

    def program(self) -> Program:
        """The program, with its goal ``cost``, of which the part without variables is left out."""
        bounds = [(("below", label), Moment(0.0, {at: 1.0}), self.high[at], 1) for at, label in enumerate(self.columns)]
        bounds += [
            (("above", label), Moment(0.0, {at: 1.0}), self.low[at], -1)
            for at, label in enumerate(self.columns)
            if self.low[at] > 0
        ]
        rows, entries = list(self.rows), list(self.entries)
        right, sense = list(self.right), list(self.sense)
        for label, moment, limit, way in bounds:
            entries += [(each, len(rows), column) for column, each in moment.parts.items()]
            rows.append(label)
            right.append(limit)
            sense.append(way)
        values, down, across = zip(*entries, strict=True) if entries else ((), (), ())
        goal = np.zeros(len(self.columns))
        for column, each in self.cost.parts.items():
            goal[column] += each
        return Program(
            matrix=sp.csc_array((values, (down, across)), shape=(len(rows), len(self.columns)), dtype=float),
            given_matrix=sp.csr_array((len(rows), 0)),
            rhs=np.array(right, dtype=float),
            sense=np.array(sense, dtype=np.int64),
            goals={"cost": (goal, np.zeros(0))},
            rows=Axis([[], [], rows], [1, 1, 1]),
            columns=Axis([[], [], self.columns], [1, 1, 1]),
            givens=Axis([[], [], []], [1, 1, 1]),
            values=np.zeros(0),
            integer=frozenset(self.integer),
        )

    def solve(self, deadline: float | None = None, gap: float = GAP, nodes: int = NODES) -> Timed:
        """The timetable of least cost, or the best that so many nodes give; raises TimeLimitError."""
        program = self.program()
        solver = Solver(program, deadline=deadline)
        solver.highs.setOptionValue("mip_rel_gap", gap)
        solver.highs.setOptionValue("mip_feasibility_tolerance", PRECISE)
        solver.highs.setOptionValue("mip_max_nodes", nodes)
        shape = len(self.columns), len(self.integer)
        try:
            found = solver.solve("cost", maximise=False)
        except RuntimeError:
            if solver.highs.getModelStatus() != highspy.HighsModelStatus.kSolutionLimit:
                raise
            return Timed("unknown", np.zeros(0), math.nan, math.nan, *shape)
        if found.status != "optimal":
            return Timed("infeasible", np.zeros(0), math.nan, math.nan, *shape)
        value = found.value + self.cost.hours
        bound = value if found.bound is None else found.bound + self.cost.hours
        return Timed("optimal", found.columns, value, min(bound, value), *shape)

    def _column(self, label: Label, low: float, high: float, *, whole: bool = False) -> int:
        self.columns.append(label)
        self.low.append(low)
        self.high.append(high)
        if whole:
            self.integer.append(label)
        return len(self.columns) - 1

    def _row(self, label: Label, moment: Moment, limit: float, way: int) -> None:
        self.entries += [(each, len(self.rows), column) for column, each in moment.parts.items()]
        self.rows.append(label)
        self.right.append(limit - moment.hours)
        self.sense.append(way)

    def range(self, moment: Moment) -> tuple[float, float]:
        """Least and most that a moment may be by the bounds of its variables."""
        ends = [(each * self.low[at], each * self.high[at]) for at, each in moment.parts.items()]
        return moment.hours + sum(map(min, ends)), moment.hours + sum(map(max, ends))
