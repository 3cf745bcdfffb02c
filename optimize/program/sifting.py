"""A program by days over few of its ways: those of the same year by weeks, and those that its prices then call for.

The others are priced: where none of them would better the goal, the answer over few ways is the answer over all.
Source: Bixby and others, Very large-scale linear programming, Operations Research 40 (1992), section on sifting.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from corridor.model.horizon import Floats
from corridor.model.program import Label, Program
from corridor.optimize.program.highs import Solution
from corridor.optimize.program.solver import Solver

SIFTED, BALANCE, FILL = "flow", "cargo_balance", "unit_fill"
"""The variable whose columns are sifted, and the rules of the rows between them, and of what they ride in."""
ROUNDS = 6
"""Number of rounds after which all ways are let in."""
REDUCED = 1e-4
"""Absolute tolerance of a reduced cost, in units of the goal a kt: below its negative a way is let in."""
IDLE = 1e-6
"""Absolute threshold in kt: below it nothing passes a place."""
HOPS = 200
"""Number of links of the longest way."""

Mask = NDArray[np.bool_]


def sifted(
    solver: Solver, goal: Floats, used: Collection[Label], solve: Callable[[], Solution], *, maximise: bool
) -> Solution:
    """The solution of ``solve`` with the columns of few labels first, and then of more until no other would help.

    ``goal`` holds the coefficients of the columns, ``used`` the labels to begin with. Where few ways have no answer
    all are let in. The prices of the solution hold for all columns, too.
    """
    program = solver.program
    kept = _columns(program, used)
    nothing = np.zeros(len(kept))
    for number in range(ROUNDS + 1):
        if number == ROUNDS:
            kept[:] = True
        solver.hold_columns(nothing, np.where(kept, np.inf, 0.0))
        solution = solve()
        if kept.all():
            break
        if solution.status != "optimal":
            kept[:] = True
            continue
        sign = -1.0 if maximise else 1.0
        priced, idle = _repaired(program, sign * goal, solution.columns, sign * solution.prices)
        reduced = sign * goal - program.matrix.T @ priced
        solution = replace(solution, prices=sign * priced)
        wrong = reduced < -REDUCED  # of a kept one, too, that a way left out would carry on from
        if not wrong.any():
            break
        opened = _opened(program, wrong, idle, reduced) & ~kept
        kept |= _columns(program, {program.columns[int(place)] for place in np.flatnonzero(opened)}, only=True)
        if not opened.any():
            kept[:] = True
    return solution


def _columns(program: Program, labels: Collection[Label], *, only: bool = False) -> Mask:
    """The columns of these labels; unless ``only`` these with all that are not sifted."""
    mask = np.zeros(len(program.columns), dtype=bool)
    for label in program.columns.labels:
        if label in labels or (not only and label[0] != SIFTED):
            mask[program.columns.every(label)] = True
    return mask


def _repaired(program: Program, cost: Floats, columns: Floats, prices: Floats) -> tuple[Floats, Mask]:
    """Prices with those of idle balances the least that every column leaving them allows; and the idle balances.

    A balance that no way kept passes has any price; the solver gives it none. To be minimised.
    """
    matrix = program.matrix
    busy = np.bincount(matrix.indices, np.repeat(columns > IDLE, np.diff(matrix.indptr)), matrix.shape[0]) > 0
    names = program.rules
    prices = _filled(program, cost, prices, (names == FILL) & ~busy)
    idle: Mask = (names == BALANCE) & ~busy
    if not idle.any():
        return prices, idle
    prices = np.where(idle, -1e3 * (1 + np.abs(prices).max()), prices)
    entries = matrix.tocoo()
    rows, at = entries.coords
    leaving = idle[rows] & (entries.data < 0)
    rows, at, numbers = rows[leaving], at[leaving], entries.data[leaving]
    order = np.argsort(rows, kind="stable")
    rows, at, numbers = rows[order], at[order], numbers[order]
    places, first = np.unique(rows, return_index=True)
    if not len(places):
        return prices, idle
    ways, way = np.unique(at, return_inverse=True)
    into = sp.csr_array(matrix[:, ways].T)
    for _ in range(HOPS):
        asked = np.maximum.reduceat(prices[rows] + (cost[ways] - into @ prices)[way] / numbers, first)
        if not (asked > prices[places] + 1e-10).any():
            break
        prices[places] = np.maximum(prices[places], asked)
    return prices, idle


def _filled(program: Program, cost: Floats, prices: Floats, empty: Mask) -> Floats:
    """Prices with those of units that carry nothing the least that a loaded one allows, which is best for cargo."""
    entries = program.matrix.tocoo()
    rows, at = entries.coords
    units = empty[rows] & (entries.data < 0)
    rows, at, numbers = rows[units], at[units], entries.data[units]
    spare = (cost - program.matrix.T @ prices)[at] / numbers
    least = np.full(len(prices), -np.inf)
    np.maximum.at(least, rows, spare)
    return np.where(np.isfinite(least), prices + least, prices)


def _opened(program: Program, wrong: Mask, idle: Mask, reduced: Floats) -> Mask:
    """Wrong columns with those that carry on from them: forward through idle balances, along columns of no cost."""
    entries = program.matrix.tocoo()
    rows, at = entries.coords
    near = idle[rows]
    into, out = near & (entries.data > 0), near & (entries.data < 0) & (reduced[at] <= REDUCED)
    rows_in, at_in, rows_out, at_out = rows[into], at[into], rows[out], at[out]
    opened, front = wrong.copy(), wrong
    while front.any():
        reached = np.zeros(len(idle), dtype=bool)
        reached[rows_in[front[at_in]]] = True
        fresh = np.zeros(len(opened), dtype=bool)
        fresh[at_out[reached[rows_out]]] = True
        front = fresh & ~opened
        opened |= front
    return opened
