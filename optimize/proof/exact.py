"""Exact linear algebra of a vertex: numbers read as fractions, sparse elimination, primal and dual by substitution.

python-flint (the extra ``exact``) makes it ten times as fast; without it Python's own fractions do.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any

import scipy.sparse as sp

rational: Any = Fraction
with suppress(ImportError):
    from flint import fmpq as rational

ULPS = 4
"""Units in the last place within which a number is read as the simplest fraction: rounding of a few operations."""
Exact = Mapping[int, Any]
"""Numbers by position; zeros are left out."""


def simplest(value: float, ulps: int = ULPS) -> Fraction:
    """The fraction of least denominator within ``ulps`` units in the last place of a finite number.

    By continued fractions (Stern and Brocot); with 0 the number itself.

    >>> simplest(31 / 365), simplest(0.1 + 0.2), simplest(-0.5)
    (Fraction(31, 365), Fraction(3, 10), Fraction(-1, 2))
    """
    own = Fraction(value)
    if not ulps or own.denominator == 1:
        return own
    reach = ulps * Fraction(math.ulp(value))
    low, high = abs(own) - reach, abs(own) + reach
    before, last = (0, 1), (1, 0)
    while True:
        whole = math.ceil(low)
        if whole <= high:
            made = Fraction(whole * last[0] + before[0], whole * last[1] + before[1])
            return made if value > 0 else -made
        whole -= 1
        before, last = last, (whole * last[0] + before[0], whole * last[1] + before[1])
        low, high = 1 / (high - whole), 1 / (low - whole)


def exactly(value: Fraction) -> Any:
    """A fraction as a number of the arithmetic in use."""
    return rational(value.numerator, value.denominator)


def fraction(value: Any) -> Fraction:
    """A number of the arithmetic in use as a fraction."""
    return Fraction(int(value.numerator), int(value.denominator))


class SingularError(ArithmeticError):
    """The rows and columns of a basis depend on one another once they are taken exactly."""


class Factors:
    """A square sparse matrix, eliminated exactly in the order of Markowitz: singletons first, without a new entry.

    ``entries`` are the exact values of the matrix's data. Raises SingularError.
    """

    def __init__(self, matrix: sp.csr_array, entries: Mapping[float, Any]) -> None:
        self._rows: list[dict[int, Any]] = [
            dict(zip(columns.tolist(), (entries[value] for value in values.tolist()), strict=True))
            for columns, values in _lines(matrix)
        ]
        self._columns: list[set[int]] = [set() for _ in range(matrix.shape[1])]
        for at, row in enumerate(self._rows):
            for column in row:
                self._columns[column].add(at)
        self.steps: list[tuple[int, int, Any]] = []
        """Row, row of the pivot, and the multiple of it that was taken away."""
        self.pivots: list[tuple[int, int, Any, dict[int, Any]]] = []
        """Row, column, value, and the rest of the row, in order."""
        self._eliminate()

    def _eliminate(self) -> None:
        counts = [(len(row), 0, at) for at, row in enumerate(self._rows)]
        counts += [(len(column), 1, at) for at, column in enumerate(self._columns)]
        heapq.heapify(counts)
        done: tuple[set[int], set[int]] = (set(), set())
        while counts:
            known, side, at = heapq.heappop(counts)
            if at in done[side]:
                continue
            size = len((self._rows, self._columns)[side][at])
            if size != known:
                continue  # another entry has its count of now
            if not size:
                raise SingularError
            if side:
                row, column = min((len(self._rows[each]), each) for each in self._columns[at])[1], at
            else:
                row, column = at, min((len(self._columns[each]), each) for each in self._rows[at])[1]
            done[0].add(row)
            done[1].add(column)
            changed = self._pivot(row, column)
            for each in self._rows[row]:
                heapq.heappush(counts, (len(self._columns[each]), 1, each))
            for each in changed:
                heapq.heappush(counts, (len(self._rows[each]), 0, each))

    def _pivot(self, row: int, column: int) -> set[int]:
        """Take the row of a pivot away from all rows that its column has still; these rows."""
        own = self._rows[row]
        pivot = own.pop(column)
        for each in own:
            self._columns[each].discard(row)
        self._columns[column].discard(row)
        for other in self._columns[column]:
            line = self._rows[other]
            multiple = line.pop(column) / pivot
            self.steps.append((other, row, multiple))
            for each, value in own.items():
                rest = line.get(each, 0) - multiple * value
                if rest != 0:
                    line[each] = rest
                    self._columns[each].add(other)
                elif each in line:
                    del line[each]
                    self._columns[each].discard(other)
        self.pivots.append((row, column, pivot, own))
        return self._columns[column]

    def solve(self, right: Exact) -> dict[int, Any]:
        """The columns x with M x = right."""
        rest, found = dict(right), dict[int, Any]()
        for other, row, multiple in self.steps:
            if row in rest:
                rest[other] = rest.get(other, 0) - multiple * rest[row]
        for row, column, pivot, line in reversed(self.pivots):
            value = rest.get(row, 0)
            for each, entry in line.items():
                if each in found:
                    value = value - entry * found[each]
            if value != 0:
                found[column] = value / pivot
        return found

    def solve_transposed(self, right: Exact) -> dict[int, Any]:
        """The rows y with Mᵀ y = right."""
        rest, found = dict(right), dict[int, Any]()
        for row, column, pivot, line in self.pivots:
            value = rest.get(column, 0)
            if value == 0:
                continue
            found[row] = value / pivot
            for each, entry in line.items():
                rest[each] = rest.get(each, 0) - entry * found[row]
        for other, row, multiple in reversed(self.steps):
            if other in found:
                found[row] = found.get(row, 0) - multiple * found[other]
        return {row: value for row, value in found.items() if value != 0}


def _lines(matrix: sp.csr_array) -> Iterator[tuple[Any, Any]]:
    for start, end in zip(matrix.indptr, matrix.indptr[1:], strict=False):
        yield matrix.indices[start:end], matrix.data[start:end]
