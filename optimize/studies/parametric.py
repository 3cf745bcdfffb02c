"""A program along a line of its givens: its value there is made of straight pieces, found exactly by their tangents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from corridor.model.horizon import Floats
from corridor.model.program import Label, Program
from corridor.optimize.program.highs import Solution
from corridor.optimize.program.solver import Solver
from corridor.optimize.proof.certificate import certify

MEETING = 1e-8
"""Relative tolerance: a tangent that misses the value by less meets it."""
NARROWEST = 1e-7
"""Relative tolerance: a piece that is a smaller share of the range is dropped."""
SAME_SLOPE = 1e-7
"""Relative tolerance: slopes that differ by less are one."""


@dataclass(frozen=True)
class Tangent:
    """A line that touches at ``x``, where the value is ``value``, and passes the curve nowhere."""

    x: float
    value: float
    slope: float

    def at(self, x: float) -> float:
        return self.value + self.slope * (x - self.x)


@dataclass(frozen=True)
class Piece:
    """A straight piece between two values of the parameter."""

    low: float
    high: float
    line: Tangent


@dataclass
class Along:
    """A program whose givens move with a parameter: ``values + (x - origin) * direction``.

    ``goal`` is a name, maximised or minimised; ``without`` names a rule that is dropped. ``residual`` is the worst of
    the certificates of the ``solves`` so far.
    """

    program: Program
    solver: Solver
    goal: str
    maximise: bool
    origin: float
    values: Floats
    direction: Floats
    without: str = ""
    solves: int = 0
    residual: float = 0.0

    def __post_init__(self) -> None:
        self.rises = self.program.given_matrix @ self.direction

    def bounds(self, x: float, more: dict[Label, float] | None = None) -> tuple[Floats, Floats]:
        """Bounds of the rows at a value of the parameter, ``more`` added to some givens."""
        values = self.values + (x - self.origin) * self.direction
        for label, step in (more or {}).items():
            values[self.program.givens.every(label)] += step
        return self.program.bounds(values, self.without)

    def solve(self, x: float, more: dict[Label, float] | None = None) -> Solution:
        """The solution at a value of the parameter, whatever its status."""
        bounds = self.bounds(x, more)
        solution = self.solver.solve_rows(self.goal, *bounds, maximise=self.maximise)
        self.solves += 1
        if solution.status == "optimal":
            goal = self.program.goals[self.goal][0]
            proof = certify(self.program, goal, solution.columns, solution.prices, *bounds, maximise=self.maximise)
            self.residual = max(self.residual, proof.worst)
        return solution

    def tangent(self, x: float) -> Tangent:
        """The tangent at a value of the parameter, its slope the price of the givens that move: ``-y G g``.

        Raises ValueError where there is no optimum.
        """
        solution = self.solve(x)
        if solution.status != "optimal":
            raise ValueError(f"at {x:g} the program is {solution.status}")
        return Tangent(x, solution.value, -float(solution.prices @ self.rises))

    def pieces(self, low: float, high: float) -> list[Piece]:
        """The straight pieces from ``low`` to ``high``, in order; raises ValueError where there is no optimum."""
        if self.maximise:
            return pieces(self.tangent, low, high)

        def mirrored(x: float) -> Tangent:
            tangent = self.tangent(x)
            return Tangent(x, -tangent.value, -tangent.slope)

        mirror = pieces(mirrored, low, high)
        return [Piece(p.low, p.high, Tangent(p.line.x, -p.line.value, -p.line.slope)) for p in mirror]

    def reach(self, low: float, high: float) -> tuple[float, float] | None:
        """The part of a range in which the program has solutions; None where there is none."""
        base, reach = self.program, ("reach", None)
        rises = np.append(self.rises, 1.0)
        moved = np.flatnonzero(rises)
        values = self.values + (low - self.origin) * self.direction
        wider = base.extended(
            (rises[moved], moved, np.full(len(moved), len(base.columns))),
            rows={reach: (1, high - low)},
            columns=[reach],
            goals={"reach": np.append(np.zeros(len(base.columns)), 1.0)},
        )
        solver = Solver(wider)
        rows = wider.bounds(values, self.without)
        ends = [solver.solve_rows("reach", *rows, maximise=maximise) for maximise in (False, True)]
        if any(end.status != "optimal" for end in ends):
            return None
        least, most = (low + float(end.columns[-1]) for end in ends)
        # At the very end of what can be, a solver is not sure that it can.
        edge = 1e-8 * (high - low)
        return (least + edge if least > low + edge else low), (most - edge if most < high - edge else high)


def pieces(touch: Callable[[float], Tangent], low: float, high: float) -> list[Piece]:
    """The straight pieces of a concave function, given a tangent wherever one asks.

    Where the tangents at two ends cross, either the function meets the crossing, which is then a breakpoint and both
    tangents hold up to it; or it lies below, and its tangent there parts the range. At a breakpoint itself any tangent
    between the two slopes will do.
    """

    def between(a: Tangent, b: Tangent) -> list[Tangent]:
        meets = MEETING * max(1.0, abs(a.value), abs(b.value))
        if a.at(b.x) <= b.value + meets:
            return [a]
        if b.at(a.x) <= a.value + meets:
            return [b]
        x = (b.value - b.slope * b.x - a.value + a.slope * a.x) / (a.slope - b.slope)
        if min(x - a.x, b.x - x) <= NARROWEST * (high - low):
            return [a, b]
        c = touch(x)
        if a.at(x) <= c.value + meets:
            return [a, b]
        return [*between(a, c), *between(c, b)]

    lines: list[Tangent] = []
    for line in between(touch(low), touch(high)):
        if not lines or abs(line.slope - lines[-1].slope) > SAME_SLOPE * max(abs(line.slope), abs(lines[-1].slope)):
            lines.append(line)
    parts: list[Piece] = []
    start = low
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        end = high
        if after is not None:
            crossing = line.value - line.slope * line.x - after.value + after.slope * after.x
            end = min(max(crossing / (after.slope - line.slope), start), high)
        if end - start > NARROWEST * (high - low):
            parts.append(Piece(start, end, line))
            start = end
    if parts:
        parts[-1] = replace(parts[-1], high=high)
    return parts
