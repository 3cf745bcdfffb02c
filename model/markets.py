"""Markets: demands whose shippers choose between the corridor and its rival routes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corridor.model.case import Case

TABLES = ("market", "market_rival", "market_step", "rival", "demand", "commodity", "case")
"""Tables that markets are read from."""


@dataclass(frozen=True)
class Shippers:
    """Shippers of one demand, as its market describes them.

    * ``potential_t``: tonnes a year over all routes; infinite in a market of steps;
    * ``theta``: sensitivity per USD per t; nan in a market of steps;
    * ``day_usd``, ``spread_usd``: USD per t for a day on the way, and for a day of its spread;
    * ``growth``: yearly growth of the potential, low, middle and high;
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
    growth: tuple[float, float, float]
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
    return case.known("shippers", TABLES, lambda: _shippers(case))


def _shippers(case: Case) -> dict[str, Shippers]:
    day = {row.commodity_id: float(row.time_usd_per_t_day) for row in case.rows("commodity")}
    demand = {row.demand_id: row for row in case.rows("demand")}
    steps: dict[str, list[tuple[float, float]]] = {}
    for row in case.rows("market_step"):
        tonnes = math.nan if row.t_per_year is None else float(row.t_per_year)
        steps.setdefault(row.market_id, []).append((float(row.netback_usd_per_t), tonnes))
    made: dict[str, Shippers] = {}
    for row in case.rows("market"):
        base = {name: _base_t(demand[name]) for name in row.demands if _base_t(demand[name]) > 0}
        whole = math.fsum(base.values())
        falling = sorted(steps.get(row.market_id, ()), reverse=True)
        for name, tonnes in base.items():
            share = tonnes / whole
            made[name] = Shippers(
                name,
                row.market_id,
                row.name,
                row.kind,
                tonnes,
                share * potential(case, row) if row.kind == "logit" else math.inf,
                float(row.theta_per_usd) if row.theta_per_usd is not None else math.nan,
                float(row.value_of_time_usd_per_t_day)
                if row.value_of_time_usd_per_t_day is not None
                else day[demand[name].commodity_id],
                float(row.value_of_reliability_usd_per_t_day),
                growth(row),
                tuple((usd, tonnes if math.isnan(kt) else share * kt) for usd, kt in falling),
            )
    return made


def _base_t(row: object) -> float:
    return float(row.t_per_year + row.elsewhere_t_per_year)  # type: ignore[attr-defined]


def growth(row: object) -> tuple[float, float, float]:
    """Yearly growth of a market's potential: low, middle, high; the middle one where another is empty."""
    middle = float(row.growth)  # type: ignore[attr-defined]
    low, high = (getattr(row, name) for name in ("growth_low", "growth_high"))
    return (middle if low is None else float(low), middle, middle if high is None else float(high))


def potential(case: Case, row: object) -> float:
    """Tonnes of a market over all routes in the base year of the case, grown at the middle rate from its own year."""
    stated = float(row.potential_t_per_year or 0.0)  # type: ignore[attr-defined]
    year = row.potential_year  # type: ignore[attr-defined]
    years = 0.0 if year is None else case.base_year - float(year)
    return float(stated * (1.0 + growth(row)[1]) ** years)


def routes(case: Case, market_id: str) -> list[Route]:
    """Rival routes of a market, by the value that its shippers set on days and on their spread."""
    market = case.row("market", market_id)
    first = case.row("demand", market.demands[0])
    day = market.value_of_time_usd_per_t_day
    if day is None:
        day = case.row("commodity", first.commodity_id).time_usd_per_t_day
    found = []
    for row in case.rows("market_rival"):
        if row.market_id != market_id:
            continue
        rival = case.row("rival", row.rival_id)
        usd = math.nan
        if rival.usd_per_t is not None and rival.days is not None:
            usd = float(rival.usd_per_t) + float(day) * float(rival.days)
            usd += float(market.value_of_reliability_usd_per_t_day) * float(rival.spread_d or 0.0)
        found.append(Route(row.rival_id, rival.name, usd, math.nan if row.share is None else float(row.share)))
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


def logsum(costs: Sequence[float], theta: float) -> float:
    """Generalised cost of several routes together, as shippers of this sensitivity see them [USD per t].

    Infinite where there is none. Source: Ben-Akiva and Lerman, Discrete Choice Analysis (1985), ch. 5.
    """
    open_ones = [cost for cost in costs if math.isfinite(cost)]
    if not open_ones:
        return math.inf
    least = min(open_ones)
    return least - math.log(math.fsum(math.exp(-theta * (cost - least)) for cost in open_ones)) / theta
