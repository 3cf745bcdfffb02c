"""Markets: potential in a year, cargo of the base year, shippers who choose, and their rival routes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Shippers:
    """Shippers of one demand, as its market describes them.

    * ``potential_t``: tonnes a year over all routes; nan where none is stated;
    * ``theta``: sensitivity per USD per t; nan in a market of steps;
    * ``day_usd``, ``spread_usd``: USD per t for a day on the way, and for a day of its spread;
    * ``steps``: willingness [USD per t] and tonnes, falling.
    """

    demand_id: str
    market_id: str
    name: str
    kind: str
    base_t: float
    potential_t: float
    theta: float
    day_usd: float
    spread_usd: float
    steps: tuple[tuple[float, float], ...] = ()

    @property
    def chooses(self) -> bool:
        """True where shippers answer to price and time."""
        return self.kind != "fixed"


@dataclass(frozen=True)
class Route:
    """A rival route of a market: generalised cost [USD per t], and its share of the cargo off the corridor.

    ``usd`` is infinite where the route is closed, nan where nobody knows its price; ``share`` is nan where it follows
    the generalised cost.
    """

    rival_id: str
    name: str
    usd: float
    share: float


def shippers(case: Case) -> Mapping[str, Shippers]:
    """Shippers by demand; the potential of a market is divided among its demands as their base year."""
    return case.known("shippers", lambda: _shippers(case))


def _shippers(case: Case) -> dict[str, Shippers]:
    demand = {row.demand_id: row for row in case.rows("demand")}
    made: dict[str, Shippers] = {}
    for market in case.rows("market"):
        whole, potential = base_t(case, market), potential_t(case, market)
        falling = sorted(
            ((float(step.netback_usd_per_t), step_t(case, market, step)) for step in steps_of(case, market.market_id)),
            reverse=True,
        )
        for name in market.demands:
            tonnes = float(demand[name].t_per_year)
            if not tonnes:
                continue
            share = tonnes / whole
            made[name] = Shippers(
                demand_id=name,
                market_id=market.market_id,
                name=market.name,
                kind=market.kind,
                base_t=tonnes,
                potential_t=share * potential,
                theta=math.nan if market.theta_per_usd is None else float(market.theta_per_usd),
                day_usd=day_usd(case, market),
                spread_usd=float(market.value_of_reliability_usd_per_t_day),
                steps=tuple((usd, share * t) for usd, t in falling),
            )
    return made


def day_usd(case: Case, market: Any) -> float:
    """USD per t that shippers of a market set on a day: their own value, or that of their commodity."""
    if market.value_of_time_usd_per_t_day is not None:
        return float(market.value_of_time_usd_per_t_day)
    commodity = case.row("demand", market.demands[0]).commodity_id
    return float(case.row("commodity", commodity).time_usd_per_t_day)


def routes(case: Case, market_id: str) -> list[Route]:
    """Rival routes of a market, at the value that its shippers set on days and on their spread."""
    market = case.row("market", market_id)
    day, spread = day_usd(case, market), float(market.value_of_reliability_usd_per_t_day)
    found = []
    for rival, share in rivals_of(case, market_id):
        usd = math.nan
        if rival.usd_per_t is not None and rival.days is not None:
            usd = float(rival.usd_per_t) + day * float(rival.days) + spread * float(rival.spread_d)
        found.append(Route(rival.rival_id, rival.name, usd, math.nan if share is None else float(share)))
    return found


def rise(base: Sequence[Route], now: Sequence[Route], theta: float) -> float:
    """Rise of the rivals' logsum from one case to another [USD per t]; infinite where all of them close.

    Shares of the base year weigh the routes where they are known, so that the base year's split comes out; a route
    without a price in either case counts as unchanged. Source: Ben-Akiva and Lerman, Discrete Choice Analysis (1985).
    """
    cost = {route.rival_id: route.usd for route in now}
    known = [route for route in base if math.isfinite(route.share)]
    if len(known) == len(base):
        weights = {route.rival_id: route.share for route in base}
    else:
        priced = [route for route in base if math.isfinite(route.usd)]
        least = min((route.usd for route in priced), default=0.0)
        weights = {route.rival_id: math.exp(-theta * (route.usd - least)) for route in priced}
    whole = math.fsum(weights.values())
    if not whole:
        return 0.0
    left = 0.0
    for route in base:
        weight = weights.get(route.rival_id, 0.0)
        usd = cost.get(route.rival_id, math.inf)
        change = usd - route.usd if not (math.isnan(usd) or math.isnan(route.usd)) else 0.0
        left += weight / whole * math.exp(-theta * change) if math.isfinite(change) else 0.0
    return -math.log(left) / theta if left > 0 else math.inf
