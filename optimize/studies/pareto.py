"""The ways to carry a year's tonnes of which none is better in cost, carbon and time at once."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from corridor.model.faults import CaseError, Fault, InfeasibleError
from corridor.model.horizon import DAY, Floats
from corridor.model.language import say
from corridor.model.limit_facts import limit_names
from corridor.model.program import Program
from corridor.model.result.carbon import grams_per_t
from corridor.model.result.frontier import Pareto
from corridor.optimize.answer.infeasible import reasons
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import KILO, Layout
from corridor.optimize.program.highs import Solution
from corridor.optimize.program.solver import Solver
from corridor.optimize.studies.sweep import proved, residual

OBJECTIVES = ("cost_usd", "co2e_t", "tonne_days")
WEIGHTS = ("cost", "carbon", "time")
BETTER = 1e-7
"""Tolerance relative to the range of an objective: a solution that is better by less is no new corner."""
MOVED_T = 1.0
"""Absolute threshold in tonnes a year: links that differ by less are not listed."""
SAME_CORNER = 1e-3
"""Tolerance relative to the range of an objective: corners nearer than this in all objectives are one."""
TOGETHER = "together"
FLOOR_DEPTH = 100.0
"""Depth of the floor below all planes, whose levels are between 0 and about 1."""
NOT_CARRIED = "not all demand can be carried on the corridor: some of it goes outside or is left, at the price it names"


def pareto(setting: Setting, points: int = 50) -> Pareto:
    """The corners of the Pareto set of cost, carbon and time, at most ``points`` of them, for the base year's tonnes.

    All demands are met on the corridor; those that may cross choose their way. Cost is the resources' (operating cost,
    empties included), carbon that of the moves by mode, time the tonne-days under way. A corner is what some weights of
    the three find best; the weights are parted until no vertex of the parting finds another. Raises CaseError,
    InfeasibleError, CertificateError.
    """
    if points < 1:
        raise CaseError(
            [Fault("C144", "--points", say("{points} points are none; give 1 or more", points=points))],
            "the Pareto set",
        )
    case, year = setting.case, setting.open("cost_resource")
    program, goals = _all_carried(year), objectives(year)
    if year.solver.solve("tie_break", maximise=False).status == "infeasible":
        raise InfeasibleError(reasons(year))
    search = _Search(program, goals)
    corners = search.corners(points)
    proved("a point", [search.residual])
    order = told_apart(corners, search.scale)
    frame = pd.DataFrame(
        [(number, *(corner.values * KILO), *_rounded(corner.weights)) for number, corner in enumerate(order, 1)],
        columns=["point", *OBJECTIVES, *WEIGHTS],
    )
    first = frame.iloc[0]
    frame["more_usd"] = frame["cost_usd"] - first["cost_usd"]
    frame["less_co2e_t"] = first["co2e_t"] - frame["co2e_t"]
    frame["less_tonne_days"] = first["tonne_days"] - frame["tonne_days"]
    return Pareto(
        case=case,
        t=math.fsum(part.base for part in year.layout.parts) * KILO,
        points=frame,
        moves=_moves(year.layout, program, [corner.columns for corner in order]),
        complete=search.complete,
        solves=search.solves,
        residual=search.residual,
    )


def objectives(year: Year) -> Floats:
    """Coefficients of the columns in each objective, a row each: thousand USD, kt CO2e, kt-days."""
    layout, program = year.layout, year.program
    grams = grams_per_t(layout.case)
    goals = np.zeros((3, len(program.columns)))
    goals[0] = year.goal("cost_resource")
    for key in layout.flows:
        arc, at = layout.arcs[key[0]], program.column_at["flow", key]
        goals[1, at] = grams[key[0]] / 1e6
        goals[2, at] = layout.hours(arc) / DAY
    return goals


def _all_carried(year: Year) -> Program:
    """The program with one row more: nothing goes outside, nothing is left."""
    program = year.program
    left = np.flatnonzero([name in ("outside", "unmet") for name, _ in program.columns])
    entries = np.ones(len(left)), np.full(len(left), len(program.rows)), left
    return program.extended(entries, rows={("all_carried", None): (1, 0.0)})


class _Corner:
    """A way to carry it all: its objectives, the weights that found it best, and its columns."""

    def __init__(self, values: Floats, weights: Floats, columns: Floats) -> None:
        self.values, self.weights, self.columns = values, weights, columns


class _Search:
    """Corners of what three objectives can reach together, found by weights (Benson's method, in its dual form).

    The least weighted sum, as a function of the weights, is the lower envelope of one plane a corner. As long as the
    envelope of the corners known lies above it at one of its vertices, the solution there is another corner.
    """

    def __init__(self, program: Program, goals: Floats) -> None:
        self.goals = goals
        self.solves, self.residual, self.complete = 0, 0.0, True
        self.solver, self.low, self.scale = Solver(program), np.zeros(3), np.ones(3)
        ends = np.array([goals @ self._solve(row).columns for row in goals])
        spread, size = ends.max(axis=0) - ends.min(axis=0), np.abs(ends).max(axis=0)
        self.low, self.scale = ends.min(axis=0), np.where(spread > 1e-9 * size, spread, np.maximum(size, 1.0))
        together = (goals / self.scale[:, None]).sum(axis=0)
        self.solver = Solver(replace(program, goals={TOGETHER: (together, np.zeros(len(program.givens)))}))

    def corners(self, most: int) -> list[_Corner]:
        """The corners, at most so many."""
        corners: list[_Corner] = []
        tried: set[tuple[float, ...]] = set()
        waiting = list(np.eye(3))
        while waiting:
            for weights in waiting:
                tried.add(_rounded(weights))
                corner = self._best(weights)
                known = min((float(weights @ self._level(other)) for other in corners), default=math.inf)
                if float(weights @ self._level(corner)) < known - BETTER:
                    if len(corners) == most:
                        self.complete = False
                        return corners
                    corners.append(corner)
            levels = np.array([self._level(corner) for corner in corners])
            waiting = [weights for weights in envelope_vertices(levels) if _rounded(weights) not in tried]
        return corners

    def _level(self, corner: _Corner) -> Floats:
        return np.asarray((corner.values - self.low) / self.scale)

    def _best(self, weights: Floats) -> _Corner:
        """The solution that is best for these weights; among equals the one of least sum, which nothing dominates."""
        goal = (weights / self.scale) @ self.goals
        found = self._solve(goal)
        second = self.solver.second_pass(-goal, TOGETHER)
        self.solves += 1
        columns = second.columns if second.status == "optimal" else found.columns
        return _Corner(self.goals @ columns, weights, columns)

    def _solve(self, goal: Floats) -> Solution:
        program = self.solver.program
        found = self.solver.solve(goal, maximise=False)
        self.solves += 1
        if found.status != "optimal":
            raise InfeasibleError(NOT_CARRIED)
        bounds = program.bounds(program.values)
        self.residual = max(self.residual, residual(program, goal, found, bounds, maximise=False))
        return found


def told_apart(found: list[_Corner], scale: Floats) -> list[_Corner]:
    """The corners by cost, without those that hardly differ from one before."""
    kept: list[_Corner] = []
    for corner in sorted(found, key=lambda each: tuple(each.values)):
        if not any(bool(np.all(np.abs(corner.values - each.values) <= SAME_CORNER * scale)) for each in kept):
            kept.append(corner)
    return kept


def envelope_vertices(levels: Floats) -> list[Floats]:
    """Weights at which the lower envelope of the planes ``w @ level`` has a vertex; weights add up to one."""
    from scipy.spatial import HalfspaceIntersection

    # Unknowns are the first two weights and the height below all planes; rows say a @ x + b <= 0.
    frame = [[-1, 0, 0, 0], [0, -1, 0, 0], [1, 1, 0, -1], [0, 0, -1, -FLOOR_DEPTH]]
    planes = [[c - a, c - b, 1, -c] for a, b, c in levels]
    inside = np.array([1 / 3, 1 / 3, min(0.0, float(levels.min())) - 1])
    found = HalfspaceIntersection(np.array([*frame, *planes], dtype=float), inside).intersections
    weights = [np.clip([a, b, 1 - a - b], 0, 1) for a, b, height in found if height > -FLOOR_DEPTH / 2]
    unique = {_rounded(each): each for each in weights}
    return [unique[key] for key in sorted(unique)]


def _rounded(weights: Floats) -> tuple[float, ...]:
    return tuple(round(float(each), 9) + 0.0 for each in weights)


def _moves(layout: Layout, program: Program, columns: list[Floats]) -> pd.DataFrame:
    """The links that carry other tonnes than at the first corner."""
    at = [(layout.arcs[key[0]].link_id, program.column_at["flow", key]) for key in layout.flows]
    links = list(dict.fromkeys(link for link, _ in at))
    carried = []
    for each in columns:
        t = dict.fromkeys(links, 0.0)
        for link, place in at:
            t[link] += float(each[place]) * KILO
        carried.append(t)
    names = limit_names(layout.case)
    rows = [
        (number, link, names[link], t[link], carried[0][link])
        for number, t in enumerate(carried, 1)
        for link in links
        if abs(t[link] - carried[0][link]) > MOVED_T
    ]
    return pd.DataFrame(rows, columns=["point", "link", "name", "t", "cheapest_t"])
