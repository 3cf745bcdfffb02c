"""Every residual of a certificate by hand: maximise 3x + 2y where x + y ≤ 4, x - y ≥ -2 and x = 1."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from corridor.model.horizon import Horizon
from corridor.model.program import Axis, Program
from corridor.optimize.proof.certificate import BY_DAYS, TOLERANCE, certify, tolerance

INF = math.inf
PROGRAM = Program(
    matrix=sp.csc_array(np.array([[1.0, 1.0], [1.0, -1.0], [1.0, 0.0]])),
    given_matrix=sp.csr_array((3, 0)),
    rhs=np.array([4.0, -2.0, 1.0]),
    sense=np.array([1, -1, 0]),
    goals={},
    rows=Axis([[], [], [("row", 0), ("row", 1), ("row", 2)]], [1, 1, 1]),
    columns=Axis([[], [], [("x", None), ("y", None)]], [1, 1, 1]),
    givens=Axis([[], [], []], [1, 1, 1]),
    values=np.zeros(0),
)
"""At the optimum x = 1 and y = 3, of value 9; prices 2 of the first row and 1 of the last: 2·4 + 1·1."""
BEST: dict[str, Any] = {
    "columns": [1.0, 3.0],
    "prices": [2.0, 0.0, 1.0],
    "lower": [-INF, -2.0, 1.0],
    "upper": [4.0, INF, 1.0],
    "goal": [3.0, 2.0],
}
SCALE = 4.0
"""One and the largest coefficient of the goal."""


def proof(program: Program = PROGRAM, *, maximise: bool = True, **other: Any) -> Any:
    given = {name: np.array(value, dtype=float) for name, value in {**BEST, **other}.items() if name in BEST}
    more = {name: value for name, value in other.items() if name not in BEST}
    goal, columns, prices = given["goal"], given["columns"], given["prices"]
    return certify(program, goal, columns, prices, given["lower"], given["upper"], maximise=maximise, **more)


def test_an_optimum_has_no_residual() -> None:
    for each in (proof(), proof(goal=[-3, -2], prices=[-2, 0, -1], maximise=False)):
        assert (each.primal_residual, each.dual_residual, each.gap) == (0.0, 0.0, 0.0)
        assert each.passed
        assert (each.tolerance, each.balance, each.choice) == (TOLERANCE, None, None)


@pytest.mark.parametrize(
    ("columns", "residual"),
    [
        ([1.0, 3.5], 0.5 / 5),  # half above the first, over one and its bound of 4; the second's half is over 3
        ([1.0, 4.0], 1.0 / 3),  # one below the second, over one and its bound of 2
        ([1.5, 0.0], 0.5 / 2),  # above the equality
        ([0.5, 0.0], 0.5 / 2),  # below it
        ([1.0, -0.25], 0.25),  # below zero, as it is
    ],
)
def test_primal_by_hand(columns: list[float], residual: float) -> None:
    assert proof(columns=columns).primal_residual == pytest.approx(max(residual, 0.5 / 3 if columns[1] == 3.5 else 0))


@pytest.mark.parametrize(
    ("prices", "residual"),
    [
        ([2.0, 0.0, 0.5], 0.5 / SCALE),  # x is worth half a unit less than it brings
        ([1.0, 0.0, 2.0], 1.0 / SCALE),  # so is y by one
        ([2.0, 0.25, 1.0], 0.25 / SCALE),  # a price above zero of a row without an upper bound; y, too
        ([-0.5, 0.0, 9.0], 2.5 / SCALE),  # y by two and a half; the wrong sign of the first is less
        ([-3.0, -9.0, 15.0], 3.0 / SCALE),  # the wrong sign alone: -3 of a row without a lower bound
        ([9.0, 3.5, 9.0], 3.5 / SCALE),  # and 3.5 of one without an upper
        ([2.5, 0.5, 0.0], 0.5 / SCALE),  # a small one of a row without an upper bound
        ([-0.5, -2.5, 6.0], 0.5 / SCALE),  # and of one without a lower
        ([3.0, -1.0, 3.0], 0.0),  # feasible, not best
    ],
)
def test_dual_by_hand(prices: list[float], residual: float) -> None:
    assert proof(prices=prices).dual_residual == pytest.approx(residual)
    turned = proof(goal=[-3, -2], prices=[-each for each in prices], maximise=False)
    assert turned.dual_residual == pytest.approx(residual)


@pytest.mark.parametrize(
    ("columns", "prices", "gap"),
    [
        ([1.0, 2.0], [2.0, 0.0, 1.0], 2 / 8),  # 7 of 9, over one and 7
        ([1.0, 3.0], [3.0, 0.0, 1.0], 4 / 10),  # 9 of 13
        ([1.0, 3.0], [3.0, -1.0, 1.0], 6 / 10),  # the second row adds 2
        ([1.0, 3.0], [2.0, 0.0, -4.0], 5 / 10),  # 8 less 4
        ([1.0, 3.0], [2.0, 5.0, 1.0], 0.0),  # a price without a bound counts among the wrong ones alone
    ],
)
def test_gap_by_hand(columns: list[float], prices: list[float], gap: float) -> None:
    assert proof(columns=columns, prices=prices).gap == pytest.approx(gap)
    turned = proof(goal=[-3, -2], columns=columns, prices=[-each for each in prices], maximise=False)
    assert turned.gap == pytest.approx(gap)


@pytest.mark.parametrize("prices", [[2.5, 0.5, 0.0], [1.5, -0.5, 2.0]])
def test_a_row_without_bounds_has_no_price(prices: list[float]) -> None:
    made = proof(lower=[-INF, -INF, 1.0], upper=[4.0, INF, 1.0], prices=prices)
    assert made.dual_residual == pytest.approx(0.5 / SCALE)


def test_a_small_goal_has_a_small_scale() -> None:
    made = proof(goal=[0.3, 0.2], prices=[0.2, 0.0, 0.05])
    assert made.dual_residual == pytest.approx(0.05 / 1.3)


def test_a_range_takes_the_side_of_its_price() -> None:
    """The first row from 1 to 4: 1 · -2 for a price below zero."""
    made = proof(lower=[1.0, -2.0, 1.0], prices=[-2.0, 0.0, 11.0])
    assert made.gap == pytest.approx(0.0)
    assert made.dual_residual == pytest.approx(4.0 / SCALE)
    assert proof(lower=[1.0, -2.0, 1.0], columns=[1.0, 0.0]).primal_residual == 0.0
    assert proof(lower=[2.0, -2.0, 1.0], columns=[1.0, 0.0]).primal_residual == pytest.approx(1 / 5)


WHOLE = replace(PROGRAM, integer=frozenset({("y", None)}))


def test_whole_numbers_by_hand() -> None:
    made = proof(WHOLE, bound=10.0, balance=0.5, tolerance=1.0)
    assert (made.primal_residual, made.dual_residual) == (0.0, None)
    assert made.gap == pytest.approx(1 / 10)
    assert (made.balance, made.tolerance) == (0.5, 1.0)
    assert proof(WHOLE, bound=8.0).gap == pytest.approx(1 / 10)
    assert proof(WHOLE, columns=[1.0, 2.75]).primal_residual == pytest.approx(0.25)
    assert proof(WHOLE, columns=[1.0, 2.25]).primal_residual == pytest.approx(0.25)
    assert math.isnan(proof(WHOLE).gap)
    assert not proof(WHOLE).passed


@pytest.mark.parametrize("place", ["columns", "prices"])
def test_no_number_is_no_proof(place: str) -> None:
    other: dict[str, Any] = {place: [math.nan, *BEST[place][1:]]}
    made = proof(PROGRAM, **other)
    assert math.isnan(made.primal_residual if place == "columns" else made.dual_residual)
    assert not made.passed


def test_parts_that_are_given_are_kept() -> None:
    made = proof(balance=2e-7, tolerance=1e-5, choice=0.001)
    assert (made.balance, made.tolerance, made.choice) == (2e-7, 1e-5, 0.001)


def test_tolerance_of_a_horizon() -> None:
    assert tolerance(Horizon.of("month", 2025)) == TOLERANCE == 1e-6
    assert tolerance(Horizon.of("day", 2025)) == BY_DAYS == 1e-4
    assert tolerance(Horizon.of("week", 2025)) == 1e-6
    cut = (0.0, 24.0, 8760.0)  # one day of a closure, and the rest
    mixed = replace(Horizon.of("2", 2025), edges=cut, days=(0.0, 1.0, 365.0))
    assert tolerance(mixed) == 1e-4
