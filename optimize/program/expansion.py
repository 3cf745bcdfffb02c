"""Orders by project and year, several futures at once: the program that chooses them, under cuts on a year's worth.

The worth of a year is a concave function of what is open in it. The program knows it by upper bounds alone, which are
added where a choice uses one that is too high (Benders, Numerische Mathematik 4, 1962; Geoffrion, Journal of
Optimization Theory and Applications 10, 1972).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from corridor.model.horizon import Floats
from corridor.model.program import Axis, Label, Program
from corridor.optimize.program.solver import Solver

SEARCH_GAP = 2e-4
"""Relative gap at which a search over orders ends; bounds beyond it come from the cuts."""
NODES = 20_000
"""Upper limit of nodes of one search; a count, so that the answer does not depend on the machine."""
WHOLE = 1e-6
"""Distance to a whole number within which an order is one."""


@dataclass(frozen=True)
class Cut:
    """An upper bound on the worth of any year: ``constant`` + ``slopes`` times what is open + ``surplus`` times growth.

    It holds where the projects that change coefficients are open as often as ``mode`` says; ``slopes`` are those of
    all projects, zero for these.
    """

    mode: tuple[int, ...]
    constant: float
    slopes: Floats
    surplus: Floats

    def at(self, built: Floats, grown: Floats) -> float:
        """The bound at so many open projects and such growth."""
        return self.constant + float(self.slopes @ built) + float(self.surplus @ grown)


@dataclass(frozen=True)
class Payment:
    """Money of a payer for one order of a project placed in year ``order``, paid in ``year``; both count from 0."""

    project: int
    order: int
    payer: str
    year: int
    usd: float


@dataclass(frozen=True)
class Frame:
    """Projects that can be ordered, and their terms; years count from 0, money and worth are in one unit.

    * ``lead``, ``life``, ``most``: by project: years to the opening, years of use (0: beyond the end), times at once;
    * ``cost``: by project and year of the order, discounted; nan where it cannot be ordered;
    * ``weight``: of the worth of a year, by year and path; ``growth``: by year, path and market;
    * ``known``: the year from which orders may differ by path;
    * ``modal``: projects that change coefficients; ``budgets``: by payer and year, either may be left open;
    * ``payments``: cash by order; ``least``: least worth by year and path, nan for none;
    * ``forced``: least and most orders by project; ``base``: worth of a year with nothing built.
    """

    lead: Sequence[int]
    life: Sequence[int]
    most: Sequence[int]
    cost: Floats
    weight: Floats
    growth: Floats
    known: int
    modal: Sequence[int]
    base: Floats
    payments: Sequence[Payment] = ()
    budgets: Mapping[tuple[str | None, int | None], float] = field(default_factory=dict)
    least: Floats | None = None
    forced: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Projects, years, paths."""
        return len(self.lead), *self.weight.shape

    def in_use(self, project: int, order: int, year: int) -> bool:
        """True where an order of a year is open in another one."""
        opens = order + self.lead[project]
        return opens <= year and (not self.life[project] or year < opens + self.life[project])

    def taken(self, project: int, order: int, year: int) -> bool:
        """True where an order of a year is under construction or open in another one."""
        return order <= year and (year < order + self.lead[project] or self.in_use(project, order, year))

    def open(self, orders: Floats) -> Floats:
        """Open projects by project, year and path, from orders of the same shape."""
        projects, years, _ = self.shape
        found = np.zeros_like(orders)
        for p in range(projects):
            for order in range(years):
                for year in range(order, years):
                    if self.in_use(p, order, year):
                        found[p, year] += orders[p, order]
        return found

    def spent(self, orders: Floats) -> Floats:
        """Discounted cost by path."""
        cost: Floats = np.einsum("py,pys->s", np.nan_to_num(self.cost), orders)
        return cost


@dataclass(frozen=True)
class Choice:
    """The end of a search: ``status`` optimal or infeasible, orders by project, year and path, worth by year and path.

    ``value`` is that of the program under its cuts; ``bound`` holds for every choice.
    """

    status: str
    orders: Floats
    worth: Floats
    value: float
    bound: float
    nodes: int = 0


class Orders:
    """The program of orders: cuts are added year by year, as they are needed."""

    def __init__(self, frame: Frame, span: Floats) -> None:
        """``span``: most by which the worth of a year may differ between two modes, by year and path."""
        self.frame, self.span = frame, span
        self.cuts: dict[tuple[int, int], list[Cut]] = defaultdict(list)
        self._columns: list[Label] = []
        self._at: dict[Label, int] = {}
        self._whole: list[Label] = []
        self._rows: list[tuple[dict[int, float], float, int]] = []
        self._write()

    def _column(self, label: Label, *, whole: bool = False) -> int:
        if label not in self._at:
            self._at[label] = len(self._columns)
            self._columns.append(label)
            if whole:
                self._whole.append(label)
        return self._at[label]

    def order(self, project: int, year: int, path: int) -> int:
        """The column of orders: one for all paths before the year in which the path is known."""
        key = (project, year, path if year >= self.frame.known else 0)
        return self._column(("order", key), whole=True)

    def _write(self) -> None:
        frame = self.frame
        projects, years, paths = frame.shape
        for p in range(projects):
            free = [y for y in range(years) if np.isfinite(frame.cost[p, y])]
            for s in range(paths):
                for y in range(years):
                    count = {self.order(p, o, s): 1.0 for o in free if frame.taken(p, o, y)}
                    if count:
                        self._rows.append((count, float(frame.most[p]), 1))
                    made = {self.order(p, o, s): 1.0 for o in free if frame.in_use(p, o, y)}
                    self._rows.append(({self._column(("open", (p, y, s))): -1.0, **made}, 0.0, 0))
                if p in frame.forced:
                    low, high = frame.forced[p]
                    whole = {self.order(p, o, s): 1.0 for o in free}
                    self._rows += [(whole, float(low), -1), (whole, float(high), 1)]
        for p in frame.modal:
            for y in range(years):
                for s in range(paths):
                    steps = [self._column(("step", (p, y, s, k)), whole=True) for k in range(frame.most[p])]
                    self._rows.append(
                        ({self._at["open", (p, y, s)]: -1.0, **dict.fromkeys(steps, 1.0)}, 0.0, 0),
                    )
                    self._rows += [({step: 1.0}, 1.0, 1) for step in steps]
                    pairs = pairwise(steps)
                    self._rows += [({first: 1.0, second: -1.0}, 0.0, -1) for first, second in pairs]
        for (payer, year), usd in frame.budgets.items():
            for s in range(paths):
                spent: dict[int, float] = defaultdict(float)
                for each in frame.payments:
                    if payer in (None, each.payer) and year in (None, each.year):
                        spent[self.order(each.project, each.order, s)] += each.usd
                if spent:
                    self._rows.append((dict(spent), usd, 1))
        for y in range(years):
            for s in range(paths):
                at = self._column(("worth", (y, s)))
                if frame.least is not None and np.isfinite(frame.least[y, s]):
                    self._rows.append(({at: 1.0}, float(frame.least[y, s] - frame.base[y, s]), -1))

    def add(self, year: int, path: int, cut: Cut) -> None:
        """Bound the worth of a year on a path by a cut."""
        self.cuts[year, path].append(cut)

    def _cut(self, year: int, path: int, cut: Cut) -> tuple[dict[int, float], float, int]:
        frame = self.frame
        row = {self._at["worth", (year, path)]: 1.0}
        for p, slope in enumerate(cut.slopes):
            if slope:
                row[self._at["open", (p, year, path)]] = -float(slope)
        span = float(self.span[year, path])
        right = cut.constant + float(cut.surplus @ frame.growth[year, path]) - frame.base[year, path]
        for p, times in zip(frame.modal, cut.mode, strict=True):
            if times < frame.most[p]:
                at = self._at["step", (p, year, path, times)]
                row[at] = row.get(at, 0.0) - span
            if times:
                at = self._at["step", (p, year, path, times - 1)]
                row[at] = row.get(at, 0.0) + span
                right += span
        return row, float(right), 1

    def program(self, *, relaxed: bool = False) -> Program:
        """The program with its goals ``gain`` and ``cost``; with ``relaxed`` no column takes whole numbers alone."""
        frame = self.frame
        rows = [*self._rows, *(self._cut(y, s, cut) for (y, s), cuts in self.cuts.items() for cut in cuts)]
        entries = [(value, at, column) for at, (row, _, _) in enumerate(rows) for column, value in row.items()]
        values, down, across = zip(*entries, strict=True)
        gain, cost = np.zeros(len(self._columns)), np.zeros(len(self._columns))
        share = frame.weight.sum(axis=0) / frame.weight.sum()
        for (name, key), at in self._at.items():
            if name == "worth":
                gain[at] += frame.weight[key]
            elif name == "order":
                p, y, s = key
                cost[at] += frame.cost[p, y] * (share[s] if y >= frame.known else 1.0)
        labels: list[Label] = [("row", at) for at in range(len(rows))]
        return Program(
            matrix=sp.csc_array((values, (down, across)), shape=(len(rows), len(self._columns)), dtype=float),
            given_matrix=sp.csr_array((len(rows), 0)),
            rhs=np.array([right for _, right, _ in rows], dtype=float),
            sense=np.array([sense for _, _, sense in rows], dtype=np.int64),
            goals={"gain": (gain - cost, np.zeros(0)), "cost": (cost, np.zeros(0))},
            rows=Axis([[], [], labels], [1, 1, 1]),
            columns=Axis([[], [], list(self._columns)], [1, 1, 1]),
            givens=Axis([[], [], []], [1, 1, 1]),
            values=np.zeros(0),
            integer=frozenset() if relaxed else frozenset(self._whole),
        )

    def solve(
        self, goal: str, *, relaxed: bool = False, deadline: float | None = None, gap: float = SEARCH_GAP
    ) -> Choice:
        """The orders of most ``gain``, or of least ``cost``; raises TimeLimitError."""
        program = self.program(relaxed=relaxed)
        solver = Solver(program, deadline=deadline, algorithm="simplex")
        if not relaxed:
            solver.highs.setOptionValue("mip_rel_gap", gap)
            solver.highs.setOptionValue("mip_max_nodes", NODES)
        projects, years, paths = self.frame.shape
        solution = solver.solve(goal, maximise=goal == "gain")
        orders, worth = np.zeros((projects, years, paths)), np.zeros((years, paths))
        if solution.status != "optimal":
            return Choice(solution.status, orders, worth, np.nan, np.nan)
        for (name, key), at in self._at.items():
            value = float(solution.columns[at])
            if name == "worth":
                worth[key] = value + self.frame.base[key]
            elif name == "order":
                p, y, s = key
                value = value if relaxed or abs(value - round(value)) > WHOLE else round(value)
                orders[p, y, slice(None) if y < self.frame.known else s] = value
        bound = solution.value if solution.bound is None else solution.bound
        return Choice("optimal", orders, worth, solution.value, bound)
