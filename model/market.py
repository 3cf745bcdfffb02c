"""Markets of a case: their potential in a year, their cargo of the base year and their rival routes."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.case import Case

SLACK = 1e-9
"""Relative tolerance: a potential that passes a bound by less keeps it."""
RATES = {"low": "growth_low", "middle": "growth", "high": "growth_high"}
"""Column of the yearly growth by case of growth."""


def market_of(case: Case) -> dict[str, Any]:
    """The market of each demand that has one, as its row, by demand."""
    return {demand: row for row in case.rows("market") for demand in row.demands}


def base_t(case: Case, market: Any) -> float:
    """Tonnes of a market on the corridor in the base year, in t a year."""
    tonnes = {row.demand_id: row.t_per_year for row in case.rows("demand")}
    return math.fsum(tonnes.get(demand) or 0.0 for demand in market.demands)


def potential_t(case: Case, market: Any, year: int | None = None, growth: str = "middle") -> float:
    """Tonnes of a market over all routes in a year, in t a year; NaN where the market states none.

    ``year`` is the base year of the case if not given. The potential grows at the middle rate up to the base year, and
    at the rate of ``growth`` (low, middle, high) from there. The steps of a market of that kind grow alike.
    """
    stated = market.potential_t_per_year
    if market.kind == "steps":
        stated = math.fsum(step_t(case, market, step) for step in steps_of(case, market.market_id))
    if stated is None:
        return math.nan
    base_year = int(case.base_year)
    middle = market.growth or 0.0
    later = getattr(market, RATES[growth])
    since = 0 if market.potential_year is None else base_year - int(market.potential_year)
    ahead = 0 if year is None else year - base_year
    grown: float = stated * (1 + middle) ** since * (1 + (middle if later is None else later)) ** ahead
    return grown


def crowded(case: Case) -> list[tuple[Any, float, float]]:
    """Markets without room for choice, each with its tonnes of the base year and its potential, in t a year.

    The potential of a logit market must be above its cargo of the base year; the steps of a market must not be below.
    """
    found = []
    for row in case.rows("market"):
        base, potential = base_t(case, row), potential_t(case, row)
        least = {"logit": base * (1 + SLACK), "steps": base * (1 - SLACK)}.get(row.kind)
        if least is not None and (potential < least or (row.kind == "logit" and potential <= least)):
            found.append((row, base, potential))
    return found


def rivals_of(case: Case, market_id: str) -> list[tuple[Any, float | None]]:
    """Rival routes of a market, each with the share of the cargo off the corridor that it took in the base year."""
    routes = {row.rival_id: row for row in case.rows("rival")}
    tied = [row for row in case.rows("market_rival") if row.market_id == market_id and row.rival_id in routes]
    return [(routes[row.rival_id], row.share) for row in tied]


def steps_of(case: Case, market_id: str) -> list[Any]:
    """Steps of a market's willingness to pay, in the order of the table."""
    return [row for row in case.rows("market_step") if row.market_id == market_id]


def step_t(case: Case, market: Any, step: Any) -> float:
    """Tonnes of a step, in t a year; those of the base year where the step states none."""
    return base_t(case, market) if step.t_per_year is None else float(step.t_per_year)
