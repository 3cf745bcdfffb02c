"""Sellers in series: Cournot's complements by hand, and that nobody gains by another price."""

from __future__ import annotations

import math

import pytest

from corridor.optimize.answer.willingness import Logit
from corridor.optimize.studies.pricing import apart, best_price, clearing, sold, together


def line(price: float) -> float:
    return max(0.0, 120.0 - price)


@pytest.mark.parametrize("count", [1, 2, 4, 6])
def test_sellers_in_series_add_their_margins(count: int) -> None:
    found = apart(line, [0.0] * count, [0.0] * count)
    assert found.settled
    assert found.price == pytest.approx(120 * count / (count + 1), abs=1e-3)


def test_four_sellers_by_hand() -> None:
    found = apart(line, [0.0] * 4, [30.0, 10.0, 5.0, 0.0])
    assert found.price == pytest.approx(96, abs=1e-3)
    assert line(found.price) == pytest.approx(24, abs=1e-3)
    assert found.price * line(found.price) == pytest.approx(2304, abs=0.1)
    price = together(line, [0.0] * 4)
    assert (price, line(price), price * line(price)) == pytest.approx((60, 60, 3600), abs=1e-3)


def test_a_full_resource_raises_the_price_of_all_together() -> None:
    price = together(line, [0.0] * 4, room=40)
    assert (price, sold(line, price, 40), price * sold(line, price, 40)) == pytest.approx((80, 40, 3200), abs=1e-3)
    assert clearing(line, 0.0, 40) == pytest.approx(80, abs=1e-5)
    assert clearing(line, 90.0, 40) == 90.0


def test_costs_a_ceiling_and_a_coalition() -> None:
    # A cost of 20 is passed on by half; a ceiling of 10 binds; two who agree are one seller.
    assert together(line, [20.0]) == pytest.approx(70, abs=1e-3)
    held = apart(line, [0.0, 0.0], [5.0, 5.0], ceilings=[10.0, math.inf])
    assert held.prices == pytest.approx((10, 55), abs=1e-3)
    assert apart(line, [0.0] * 3, [0.0] * 3).price == pytest.approx(90, abs=1e-3)
    assert best_price(line, 30.0, 0.0, ceiling=20.0) == 20.0


@pytest.mark.parametrize("theta", [0.005, 0.02, 0.1])
def test_nobody_gains_by_any_step_of_a_finer_grid(theta: float) -> None:
    market = Logit(base=100.0, potential=900.0, cost=200.0, theta=theta)
    costs, rest = [20.0, 35.0, 10.0], 90.0

    def quantity(price: float) -> float:
        return market.taken(price + rest)

    for room in (math.inf, 60.0):
        found = apart(quantity, costs, [40.0, 50.0, 20.0], room=room)
        assert found.settled
        for number, cost in enumerate(costs):
            others = found.price - found.prices[number]
            mine = (found.prices[number] - cost) * sold(quantity, found.price, room)
            for step in range(-200, 201):
                other = found.prices[number] + 0.037 * step
                assert (other - cost) * sold(quantity, other + others, room) <= mine * (1 + 1e-6) + 1e-9
