"""The inverse demand of a market: values, integrals and steps by hand."""

import math

import numpy as np
import pytest

from corridor.model.market import Route, rise
from corridor.optimize.answer.willingness import INERTIA, Logit, Stepped, headway_wait


def share(corridor: float, rivals: list[float], theta: float) -> float:
    """The share of the corridor in a multinomial logit, from first principles."""
    weights = [math.exp(-theta * cost) for cost in (corridor, *rivals)]
    return weights[0] / sum(weights)


@pytest.mark.parametrize(
    ("rivals", "part"), [([70.0], 1 / 2), ([70.0, 70.0], 1 / 3), ([70.0 + math.log(2) / 0.05], 2 / 3)]
)
def test_equal_routes_share_alike_and_ln_2_gives_two_to_one(rivals: list[float], part: float) -> None:
    assert share(70.0, rivals, 0.05) == pytest.approx(part)
    market = Logit(base=100 * part, potential=100.0, cost=70.0, theta=0.05)
    assert market.at(100 * part)[0] == pytest.approx(70.0)


def test_a_room_for_a_quarter_has_a_rent_of_ln_3_over_theta() -> None:
    market = Logit(base=50.0, potential=100.0, cost=40.0, theta=0.02)
    assert market.at(25.0)[0] - 40.0 == pytest.approx(math.log(3) / 0.02)


@pytest.mark.parametrize("cost", [20.0, 70.0, 150.0])
def test_willingness_is_the_inverse_of_a_logit(cost: float) -> None:
    theta, rivals = 0.03, [60.0, 90.0]
    base = 1000 * share(80.0, rivals, theta)
    market = Logit(base, 1000.0, 80.0, theta)
    assert market.at(1000 * share(cost, rivals, theta))[0] == pytest.approx(cost)


def test_dearer_rivals_raise_the_willingness_by_their_logsum() -> None:
    theta, before, after = 0.03, [60.0, 90.0], [75.0, math.inf]
    base = 1000 * share(80.0, before, theta)
    old, new = ([Route(str(i), "", usd, math.nan) for i, usd in enumerate(rivals)] for rivals in (before, after))
    market = Logit(base, 1000.0, 80.0, theta, shift=rise(old, new, theta))
    now = 1000 * share(80.0, [75.0], theta)
    assert market.at(now)[0] == pytest.approx(80.0)


def test_steps_add_up_to_the_integral_and_fall() -> None:
    market = Logit(base=200.0, potential=1000.0, cost=100.0, theta=0.02)
    kt, usd = market.steps(200.0, 50.0)
    assert (np.diff(usd) < 0).all()
    assert kt.sum() == pytest.approx(1000.0)
    ends = np.cumsum(kt)
    assert np.abs(ends - 200.0).min() < 1e-9
    below = ends <= 200.0 + 1e-9
    assert (kt * usd)[below].sum() == pytest.approx(float(market.integral(np.array([200.0]))[0]))
    dense = np.linspace(1e-6, 200.0, 400_001)
    mean = (dense[1:] + dense[:-1]) / 2
    assert float(market.integral(np.array([200.0]))[0]) == pytest.approx(
        sum(market.at(float(q))[0] for q in mean[::40]) * (dense[1] - dense[0]) * 40, rel=1e-3
    )


def test_a_market_of_steps_sits_between_its_steps() -> None:
    market = Stepped(base=5.0, kt=(5.0, 3.0, 2.0), usd=(60.0, 50.0, 40.0))
    assert market.at(5.0) == (50.0, 60.0)
    assert market.at(6.0) == (50.0, 50.0)
    assert market.at(10.0) == (-math.inf, 40.0)
    assert market.at(0.0) == (60.0, math.inf)


def test_shippers_of_steps_keep_to_their_base_year_where_ways_tie() -> None:
    kt, usd = Stepped(base=6.0, kt=(5.0, 3.0), usd=(60.0, 50.0)).steps(6.0, 1.0)
    assert kt.tolist() == [5.0, 1.0, 2.0]
    assert usd.tolist() == [60.0 + INERTIA, 50.0 + INERTIA, 50.0 - INERTIA]


def test_without_a_rival_the_logsum_has_no_end_and_a_service_that_never_departs_waits_without_end() -> None:
    assert rise([Route("sea", "", 50.0, math.nan)], [], 0.1) == math.inf
    assert headway_wait(0) == math.inf
    assert headway_wait(3) == 28.0
