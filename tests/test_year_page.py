"""The statements of docs/year-by-periods.md about 2025 by months and weeks hold of the case."""

from __future__ import annotations

from functools import cache

import pytest

import corridor
from corridor import Answer

WINTER = (0, 1, 2, 10, 11)
"""January to March, November and December."""


@cache
def year(periods: str) -> Answer:
    return corridor.solve(corridor.load(), periods=periods)


def fits(periods: str) -> float:
    value = year(periods).value
    assert value is not None
    return value


@pytest.mark.slow
def test_the_mean_year_is_nearly_right() -> None:
    months = year("month")
    whole = months.whole_t["capability"]
    assert fits("month") == pytest.approx(whole, rel=0.01)
    # Of what is full all year by months, all is full in the year as one period, too, and the other way round.
    assert set(months.limits["resource"]) == set(corridor.solve(corridor.load()).limits["resource"])


@pytest.mark.slow
def test_less_fits_by_weeks_than_by_months() -> None:
    assert 0.99 * fits("month") < fits("week") < fits("month")
    proof = year("week").certificate
    assert proof is not None
    assert proof.passed


@pytest.mark.slow
def test_the_winter_is_short_of_ships_and_full_of_waiting_cargo() -> None:
    periods = year("month").tables["periods"]
    gate = periods["gate_t"] / periods["days"]
    summer = [month for month in range(12) if month not in WINTER]
    assert gate[list(WINTER)].mean() < gate[summer].mean()
    for column in ("waiting_t", "stock_t"):
        assert periods[column].idxmax() in (1, 2, 3)  # at the end of February, March or April


@pytest.mark.slow
def test_costs_by_weeks_prove_themselves() -> None:
    proof = corridor.solve(corridor.load(), "cost_shipper", periods="week").certificate
    assert proof is not None
    assert proof.passed
    assert proof.balance is not None
    assert proof.balance < 1e-9  # the tables hold what the figures of use hold
