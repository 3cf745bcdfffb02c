"""The proof of an optimum in fractions: a program, a point of it and prices, of which all is checked exactly.

Numbers of a program are doubles. First each is read as the simplest fraction near it, and the vertex of the solver is
solved exactly. Where rounding leaves that vertex off, HiGHS goes on from it with the exact residuals magnified
(iterative refinement of linear programs, Gleixner, Steffy and Wolter 2016). Fractions may contradict one another, or
be too long. Then point and prices are doubles, and the numbers of the program that they contradict are moved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from corridor.model.horizon import Floats
from corridor.optimize.program.highs import AT_LOWER, BASIC, IntArray
from corridor.optimize.proof import exact
from corridor.optimize.proof.exact import ULPS, Exact, Factors, SingularError, exactly, fraction, simplest

EXACT_COLUMNS = 4_000
"""Columns up to which the vertex is solved exactly.

At 8,000 columns, a year by quarters, its fractions have 10,000 digits; at 23,000, by months, 30,000 and more.
"""
ROUNDS = 3
"""Upper limit of the rounds in which HiGHS mends a vertex."""
MAGNIFIED = 2.0**46
"""Upper limit of the factor by which residuals are magnified."""
PRECISE = 1e-9
"""Absolute tolerance of HiGHS in such a round."""


@dataclass(frozen=True)
class Numbers:
    """A program in fractions: maximise cost x subject to lower <= matrix x <= upper, x >= 0.

    ``matrix`` has the doubles by column, ``entries`` the fraction of each; a bound of None is no limit.
    """

    matrix: sp.csc_array
    entries: dict[float, Any]
    cost: list[Any]
    lower: list[Any]
    upper: list[Any]

    @classmethod
    def of(cls, matrix: sp.csc_array, cost: Floats, lower: Floats, upper: Floats, ulps: int = ULPS) -> Numbers:
        """The numbers, each read as the simplest fraction within ``ulps``; 0 takes the doubles themselves."""
        known: dict[float, Any] = {}

        def read(value: float) -> Any:
            if value not in known:
                known[value] = exactly(simplest(value, ulps))
            return known[value]

        entries = {value: read(value) for value in np.unique(matrix.data).tolist()}
        bounds = [[read(each) if math.isfinite(each) else None for each in side.tolist()] for side in (lower, upper)]
        return cls(matrix, entries, [read(value) for value in cost.tolist()], *bounds)

    def activity(self, point: Exact) -> list[Any]:
        """The rows' exact values at a point."""
        rows = [exact.rational(0)] * self.matrix.shape[0]
        pointers, indices, data = self.matrix.indptr.tolist(), self.matrix.indices, self.matrix.data
        for column, value in point.items():
            there = slice(pointers[column], pointers[column + 1])
            for row, entry in zip(indices[there].tolist(), data[there].tolist(), strict=True):
                rows[row] = rows[row] + self.entries[entry] * value
        return rows

    def worth(self, prices: Exact) -> list[Any]:
        """The worth of each column's rows at prices; one that is less than its cost is a wrong price."""
        pointers, indices, data = self.matrix.indptr.tolist(), self.matrix.indices.tolist(), self.matrix.data.tolist()
        found = []
        for start, end in pairwise(pointers):
            total = exact.rational(0)
            for at in range(start, end):
                if indices[at] in prices:
                    total = total + self.entries[data[at]] * prices[indices[at]]
            found.append(total)
        return found

    def value(self, point: Exact) -> Any:
        """The goal at a point."""
        return sum((self.cost[column] * value for column, value in point.items()), exact.rational(0))

    def bound(self, prices: Exact) -> Any:
        """The goal's upper bound by prices."""
        return sum(
            (price * (self.upper if price > 0 else self.lower)[row] for row, price in prices.items()), exact.rational(0)
        )


@dataclass(frozen=True)
class Proof:
    """A point and prices of a program, and the doubles that its numbers were read from.

    ``moved``: greatest relative move of a bound or cost, 0 where the vertex is exact; ``rounds`` of mending.
    """

    numbers: Numbers
    point: Exact
    prices: Exact
    cost: Floats
    lower: Floats
    upper: Floats
    moved: float = 0.0
    rounds: int = 0

    @property
    def value(self) -> Fraction:
        """The optimum."""
        return fraction(self.numbers.value(self.point))

    @property
    def holds(self) -> bool:
        """True where the point keeps every row, no price is wrong, and both values are the same number."""
        numbers, point, prices = self.numbers, self.point, self.prices
        rows = zip(numbers.activity(point), numbers.lower, numbers.upper, strict=True)
        feasible = min(point.values(), default=0) >= 0 and all(
            (low is None or row >= low) and (high is None or row <= high) for row, low, high in rows
        )
        sided = all((numbers.upper if price > 0 else numbers.lower)[row] is not None for row, price in prices.items())
        priced = all(worth >= cost for worth, cost in zip(numbers.worth(prices), numbers.cost, strict=True))
        return feasible and sided and priced and numbers.value(point) == numbers.bound(prices)


@dataclass(frozen=True)
class Vertex:
    """A basis: the basic columns, the rows at a bound, which of these is the lower one, and the states of HiGHS."""

    columns: IntArray
    rows: IntArray
    at_lower: list[bool]
    states: Any = field(compare=False)

    @classmethod
    def of(cls, basis: Any) -> Vertex:
        """The vertex of a basis of HiGHS."""
        columns = np.array([state == BASIC for state in basis.col_status])
        rows = [(row, state == AT_LOWER) for row, state in enumerate(basis.row_status) if state != BASIC]
        held = np.array([row for row, _ in rows], dtype=np.int32)
        return cls(np.flatnonzero(columns).astype(np.int32), held, [lower for _, lower in rows], basis)

    def matrix(self, whole: sp.csc_array) -> sp.csr_array:
        """The square part of a matrix."""
        return sp.csr_array(whole[:, self.columns].tocsr()[self.rows])


def prove(
    matrix: sp.csc_array, goal: Floats, lower: Floats, upper: Floats, basis: Any, *, maximise: bool = True
) -> Proof:
    """The proof of the optimum at a basis of HiGHS.

    The proof is of ``goal`` to be maximised; one to be minimised is taken with the other sign.
    """
    cost, vertex = goal if maximise else -goal, Vertex.of(basis)
    if matrix.shape[1] <= EXACT_COLUMNS:
        numbers, start = Numbers.of(matrix, cost, lower, upper), vertex
        for rounds in range(ROUNDS + 1):
            try:
                proof = Proof(numbers, *solved(numbers, start), cost, lower, upper, rounds=rounds)
            except SingularError:
                break
            if proof.holds:
                return proof
            better = mended(proof, start) if rounds < ROUNDS else None
            if better is None:
                break
            start = better
    return moved(matrix, cost, lower, upper, vertex)


def solved(numbers: Numbers, vertex: Vertex) -> tuple[Exact, Exact]:
    """The exact point and prices of a vertex; raises SingularError."""
    factors = Factors(vertex.matrix(numbers.matrix), numbers.entries)
    right, cost = {}, {}
    for at, (row, lower) in enumerate(zip(vertex.rows.tolist(), vertex.at_lower, strict=True)):
        value = (numbers.lower if lower else numbers.upper)[row]
        if value is None:
            raise SingularError
        if value != 0:
            right[at] = value
    for at, column in enumerate(vertex.columns.tolist()):
        if numbers.cost[column] != 0:
            cost[at] = numbers.cost[column]
    point = {int(vertex.columns[at]): value for at, value in factors.solve(right).items()}
    prices = {int(vertex.rows[at]): value for at, value in factors.solve_transposed(cost).items()}
    return point, prices


def mended(proof: Proof, vertex: Vertex) -> Vertex | None:
    """The vertex at which HiGHS ends with the exact residuals magnified; None where it finds no optimum."""
    numbers, (rows, columns) = proof.numbers, proof.numbers.matrix.shape
    activity = numbers.activity(proof.point)
    least = _doubles([None if low is None else low - row for low, row in zip(numbers.lower, activity, strict=True)], -1)
    most = _doubles([None if high is None else high - row for high, row in zip(numbers.upper, activity, strict=True)])
    zeros = [0] * columns
    for column, value in proof.point.items():
        zeros[column] = -value
    below = _doubles(zeros)
    worth = zip(numbers.worth(proof.prices), numbers.cost, strict=True)
    reduced = _doubles([each - cost for each, cost in worth])
    off = max(float(np.max(least)), -float(np.min(most)), float(np.max(below)))
    wrong = -float(np.min(reduced))
    near, far = (min(MAGNIFIED, 1.0 / each) if each > 0 else MAGNIFIED for each in (off, wrong))
    highs = highspy.Highs()
    highs.silent()
    for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        highs.setOptionValue(option, PRECISE)
    highs.setOptionValue("presolve", "off")
    highs.setOptionValue("simplex_scale_strategy", 0)
    highs.setOptionValue("threads", 1)
    matrix = numbers.matrix
    highs.passModel(
        columns,
        rows,
        matrix.nnz,
        1,
        1,
        0.0,
        far * reduced,
        near * below,
        np.full(columns, np.inf),
        near * least,
        near * most,
        matrix.indptr.astype(np.int32, copy=False),
        matrix.indices.astype(np.int32, copy=False),
        matrix.data,
        np.zeros(columns, dtype=np.int32),
    )
    highs.setBasis(vertex.states)
    highs.run()
    return Vertex.of(highs.getBasis()) if highs.getModelStatus() == highspy.HighsModelStatus.kOptimal else None


def _doubles(values: list[Any], side: int = 1) -> Floats:
    """Exact numbers as doubles; None is infinite."""
    return np.array([side * math.inf if value is None else float(fraction(exact.rational(value))) for value in values])


def moved(matrix: sp.csc_array, cost: Floats, lower: Floats, upper: Floats, vertex: Vertex) -> Proof:
    """The proof of a program that differs from this one by moved bounds and costs: point and prices are doubles."""
    factors = splu(sp.csc_array(vertex.matrix(matrix)))
    right = np.where(vertex.at_lower, lower[vertex.rows], upper[vertex.rows])
    values = np.maximum(_refined(factors, vertex.matrix(matrix), right, "N"), 0.0)
    worth = _refined(factors, vertex.matrix(matrix), cost[vertex.columns], "T")
    worth[np.isinf(np.where(worth > 0, upper[vertex.rows], lower[vertex.rows]))] = 0.0
    point = {c: exactly(Fraction(x)) for c, x in zip(vertex.columns.tolist(), values.tolist(), strict=True) if x}
    prices = {r: exactly(Fraction(y)) for r, y in zip(vertex.rows.tolist(), worth.tolist(), strict=True) if y}
    numbers = Numbers.of(matrix, cost, lower, upper, 0)
    low, high, own = list(numbers.lower), list(numbers.upper), list(numbers.cost)
    for row, activity in enumerate(numbers.activity(point)):
        price = prices.get(row, 0)
        equal = lower[row] == upper[row]
        if low[row] is not None and (activity < low[row] or equal or price < 0):
            low[row] = activity
        if high[row] is not None and (activity > high[row] or equal or price > 0):
            high[row] = activity
    for column, value in enumerate(numbers.worth(prices)):
        if column in point or value < own[column]:
            own[column] = value
    far = max(
        _greatest(low, numbers.lower),
        _greatest(high, numbers.upper),
        _greatest(own, numbers.cost, float(np.max(np.abs(cost), initial=0.0))),
    )
    return Proof(replace(numbers, cost=own, lower=low, upper=high), point, prices, cost, lower, upper, far)


def _refined(factors: Any, matrix: sp.csr_array, right: Floats, side: str) -> Floats:
    """The solution of a system by its factors, once corrected by its residual."""
    square = matrix if side == "N" else matrix.T
    first: Floats = factors.solve(right, side)
    corrected: Floats = first + factors.solve(right - square @ first, side)
    return corrected


def _greatest(new: list[Any], old: list[Any], size: float | None = None) -> float:
    """The greatest move, relative to 1 + the size of the number, or to 1 + ``size``."""
    moves = [
        abs(float(fraction(value - former))) / (1 + (abs(float(fraction(former))) if size is None else size))
        for value, former in zip(new, old, strict=True)
        if value is not None and value != former
    ]
    return max(moves, default=0.0)
