"""Tariffs of the owners of a way: as they are, each for itself, all together, and at cost; by market."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from corridor.model.case import Case, Cell
from corridor.model.evidence import evidence_of
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.market import market_of, routes
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.model.scope import Scope
from corridor.optimize.answer.choice import Base, Equilibrium, equilibrium, markets_of
from corridor.optimize.answer.expected import calibrated, expected
from corridor.optimize.answer.paths import paths
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.answer.willingness import Logit
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import CHOICE, KILO
from corridor.optimize.studies.legs import Part, costs_of, sellers
from corridor.optimize.studies.pricing import Played, apart, sold, together

STATES = ("base", "apart", "together", "cost")
"""Tariffs as they are; each owner for itself; one through price; at cost."""
SELLERS = ("owner", "country")
"""Sellers that may set tariffs for themselves."""
SPAN, POINTS = 2.0, 60
"""Multiple of the price together at which the curve of a picture ends, and the number of its steps."""
LIMITLESS = "C047"
"""Code of a question that nothing limits."""
ENDS = 0.01
"""USD per t: prices of two ends of best answers that differ by less are one."""
COLUMNS = (
    *("market", "name", "state", "t", "teu", "price_usd_per_t", "cost_usd_per_t", "freight_usd", "margin_usd"),
    *("rent_usd", "rival_usd_per_t", "together_low_usd_per_t", "together_high_usd_per_t"),
)


@dataclass(frozen=True)
class Trade:
    """The cargo of one demand and the owners of its widest way.

    * ``owners``: their tariffs and costs; ``rest``: those of legs that no owner of the case sells
    * ``curve``: its inverse demand; ``room_t``: tonnes a year for which there is room beside the other cargo
    """

    demand: str
    market: str
    commodity: str
    way: tuple[str, ...]
    owners: tuple[Part, ...]
    rest: Part
    curve: Logit
    room_t: float

    @property
    def tariff(self) -> float:
        """Sum of the owners' tariffs, USD per t."""
        return math.fsum(owner.tariff for owner in self.owners)

    @property
    def costs(self) -> list[float]:
        """Cost of each owner, USD per t."""
        return [owner.cost for owner in self.owners]

    def quantity(self, price: float) -> float:
        """Tonnes that come where the owners' tariffs add up to ``price``."""
        return self.curve.taken(self.curve.cost + price - self.tariff) * KILO


def tariffs(
    setting: Setting,
    names: Iterable[str] = (),
    *,
    subsidy: float = 0.0,
    ceiling: float | None = None,
    coalition: Iterable[str] = (),
    by: str = "owner",
    progress: Callable[[int, int], None] | None = None,
) -> Listing:
    """Markets at the tariffs of today, of each owner for itself, of all together, and at cost; those of ``names``.

    Each demand is sold along its widest way of the base year; the owners are the operators of its legs. Prices are
    found on the market's own curve and the room that other cargo leaves; tonnes, rents and money are those of one
    equilibrium a state, with all markets of the study at these prices. ``subsidy`` in USD per t is paid to shippers in
    every state but the base; ``ceiling`` is the most that an owner may ask, as a multiple of its tariff of today;
    ``coalition`` are owners, or countries of owners, who set one price in the state ``apart``; with ``by`` country the
    owners of one country do so, too. Columns:

    * market, name, state (of ``STATES``), t, teu (NaN without boxes)
    * price_usd_per_t: tariffs of the whole way; cost_usd_per_t: its operating cost; rival_usd_per_t: freight of the
      cheapest rival route; means of the demands by the tonnes of the base year
    * freight_usd, margin_usd (freight less operating cost, of owners), rent_usd (worth of full resources) a year
    * together_low_usd_per_t, together_high_usd_per_t: the through price at both ends of the range of theta

    ``facts``:

    * ``curve`` of the demand that earns most together: market, demand, ``points`` of usd_per_t (sum of the owners'
      prices), t and margin_usd on the market's own curve, and ``states`` with their usd_per_t
    * ``owners``: owner, country, state, freight_usd, margin_usd
    * ``ends``: demands whose best answers have several ends, with the price of each; ``unsettled``: those without one

    Raises CaseError for an unknown market.
    """
    if by not in SELLERS:
        raise CaseError([Fault("C022", "by", f"{by} sets no tariff; {nearest(by, SELLERS)}")], "the question")
    trades = trades_of(setting, names, progress)
    held = None if ceiling is None else ceiling
    joined = frozenset(coalition)
    _known(trades, joined)
    prices: dict[str, dict[str, tuple[float, ...]]] = {state: {} for state in STATES}
    ends: list[dict[str, Any]] = []
    unsettled: list[str] = []
    for trade in trades:
        caps = None if held is None else [owner.tariff * held for owner in trade.owners]
        paid = _paid(trade, subsidy)
        played, others = _apart(paid, trade, caps, _groups(trade, joined, by))
        if not played.settled:
            unsettled.append(trade.demand)
        if len(others) > 1:
            ends.append({"demand": trade.demand, "market": trade.market, "usd_per_t": others})
        whole = together(paid, trade.costs, room=trade.room_t, ceilings=caps)
        prices["base"][trade.demand] = tuple(owner.tariff for owner in trade.owners)
        prices["apart"][trade.demand] = played.prices
        prices["together"][trade.demand] = _shared(trade, whole)
        prices["cost"][trade.demand] = tuple(trade.costs)
    frame, owners = pd.DataFrame(columns=list(COLUMNS)), list[dict[str, Any]]()
    if trades:
        frame, owners = _evaluated(setting, trades, prices, subsidy)
        frame = frame.merge(_by_theta(setting.case, trades), on="market", how="left")
    facts = {
        "owners": owners,
        "curve": _curve(trades, prices),
        "ends": ends,
        "unsettled": unsettled,
        "subsidy_usd_per_t": subsidy,
        "ceiling": ceiling,
        "coalition": sorted(joined),
    }
    return Listing(setting.given, "tariffs", frame[list(COLUMNS)], facts)


def _curve(trades: list[Trade], prices: Mapping[str, Mapping[str, tuple[float, ...]]]) -> dict[str, Any]:
    """Tonnes and margin by price of the trade that earns most together; empty without a trade."""
    if not trades:
        return {}

    def margin(trade: Trade, price: float) -> float:
        return (price - math.fsum(trade.costs)) * sold(trade.quantity, price, trade.room_t)

    best = max(trades, key=lambda trade: margin(trade, math.fsum(prices["together"][trade.demand])))
    states = {state: math.fsum(prices[state][best.demand]) for state in STATES}
    low = min(states["cost"], states["base"])
    span = max(states["together"], states["base"]) * SPAN - low
    steps = [low + span * number / POINTS for number in range(POINTS + 1)]
    return {
        "market": best.market,
        "demand": best.demand,
        "states": states,
        "points": [
            {
                "usd_per_t": price,
                "t": sold(best.quantity, price, best.room_t),
                "margin_usd": margin(best, price),
            }
            for price in steps
        ],
    }


def trades_of(
    setting: Setting, names: Iterable[str] = (), progress: Callable[[int, int], None] | None = None
) -> list[Trade]:
    """The demands of markets that answer to price, with cargo in the base year; raises CaseError for unknown names."""
    case, wanted = setting.case, list(names)
    rows_of = {row.market_id: row for row in case.rows("market")}
    unknown = [name for name in wanted if name not in rows_of]
    if unknown:
        faults = [Fault("C022", name, f"is no market of the case; {nearest(name, rows_of)}") for name in unknown]
        raise CaseError(faults, "the question")
    base = calibrated(setting)
    answer = expected(setting, base=base, most=0)
    year = setting.open(CHOICE)
    curves, costs = markets_of(year, base), costs_of(case, answer)
    ways = paths(case, answer.flow, answer.delivered).sort_values("t", ascending=False, kind="stable")
    widest = {str(row.demand): row for row in reversed(rows(ways))}
    of_demand = {part.part_id: part.demand_id for part in year.layout.parts}
    market = market_of(case)
    made = []
    chosen = [
        (part, demand)
        for part, demand in of_demand.items()
        if isinstance(curves.get(part), Logit)
        and demand in widest
        and (not wanted or market[demand].market_id in wanted)
    ]
    for done, (part, demand) in enumerate(chosen, 1):
        way, curve = widest[demand], curves[part]
        assert isinstance(curve, Logit)
        owners, rest = sellers(case, way.commodity, way.ways, costs)
        if owners:
            room = _room(setting, demand)
            trade = Trade(demand, market[demand].market_id, way.commodity, way.ways, tuple(owners), rest, curve, room)
            made.append(trade)
        if progress is not None:
            progress(done, len(chosen))
    return made


def _room(setting: Setting, demand: str) -> float:
    """Tonnes of a demand for which there is room, the other cargo held at the base year; infinite without a limit."""
    alone = Scope(demand, demand, frozenset([demand]), net=True)
    try:
        answer = solve(replace(setting, scope=alone), "capability", most=0)
    except CaseError as error:
        if {fault.code for fault in error.faults} == {LIMITLESS}:
            return math.inf
        raise
    of_it = answer.delivered[answer.delivered["demand"] == demand]
    return float(of_it["t"].sum())


def _known(trades: list[Trade], joined: frozenset[str]) -> None:
    """Raises CaseError for a member of the coalition that owns no leg."""
    there = {name for trade in trades for owner in trade.owners for name in (owner.owner, owner.country)}
    unknown = sorted(joined - there)
    if unknown:
        faults = [Fault("C022", name, f"is no owner or country here; {nearest(name, there)}") for name in unknown]
        raise CaseError(faults, "the question")


def _paid(trade: Trade, subsidy: float) -> Callable[[float], float]:
    """Tonnes by the owners' price, with a subsidy to shippers."""
    return lambda price: trade.quantity(price - subsidy)


def _apart(
    paid: Callable[[float], float], trade: Trade, caps: list[float] | None, groups: list[list[int]]
) -> tuple[Played, list[float]]:
    """Best answers of groups of owners from today's tariffs, and the price of every end that other starts lead to."""
    costs = [math.fsum(trade.owners[at].cost for at in group) for group in groups]
    tariff = [math.fsum(trade.owners[at].tariff for at in group) for group in groups]
    limits = None if caps is None else [math.fsum(caps[at] for at in group) for group in groups]
    high = [2 * max(price, cost) + 1.0 for price, cost in zip(tariff, costs, strict=True)]
    found = [apart(paid, costs, start, room=trade.room_t, ceilings=limits) for start in (tariff, costs, high)]
    ends: list[float] = []
    for each in found:
        if each.settled and all(abs(each.price - end) > ENDS for end in ends):
            ends.append(each.price)
    first, prices = found[0], [0.0] * len(trade.owners)
    for group, price in zip(groups, first.prices, strict=True):
        margin = price - math.fsum(trade.owners[at].cost for at in group)
        for at in group:
            prices[at] = trade.owners[at].cost + margin / len(group)
    return Played(tuple(prices), first.turns, first.settled), ends


def _groups(trade: Trade, joined: frozenset[str], by: str) -> list[list[int]]:
    """Places of the owners that set one price: those of the coalition, those of one country, or each for itself."""
    groups: dict[str, list[int]] = defaultdict(list)
    for at, owner in enumerate(trade.owners):
        inside = bool({owner.owner, owner.country} & joined)
        groups["" if inside else owner.country if by == "country" and owner.country else owner.owner].append(at)
    return list(groups.values())


def _shared(trade: Trade, price: float) -> tuple[float, ...]:
    """A through price by owner: its cost, and an equal part of the margin."""
    margin = (price - math.fsum(trade.costs)) / len(trade.owners)
    return tuple(cost + margin for cost in trade.costs)


def _evaluated(
    setting: Setting, trades: list[Trade], prices: Mapping[str, Mapping[str, tuple[float, ...]]], subsidy: float
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Tonnes, rents and money of each state in the equilibrium of the whole case, by market and by owner."""
    base, year = calibrated(setting), setting.open(CHOICE)
    body, money = [], defaultdict[tuple[str, str, str], list[float]](lambda: [0.0, 0.0])
    for state in STATES:
        more = 0.0 if state == "base" else subsidy
        solved = _solved(setting, year, base, trades, prices[state], more)
        by_market: dict[str, list[Trade]] = defaultdict(list)
        for trade in trades:
            by_market[trade.market].append(trade)
            t = solved.comes[trade.demand] * KILO
            for owner, price in zip(trade.owners, prices[state][trade.demand], strict=True):
                own = money[owner.owner, owner.country, state]
                own[0] += price * t
                own[1] += (price - owner.cost) * t
        body += [_row(setting.case, market, state, own, prices[state], solved) for market, own in by_market.items()]
    owners = [
        {"owner": owner, "country": country, "state": state, "freight_usd": freight, "margin_usd": margin}
        for (owner, country, state), (freight, margin) in money.items()
    ]
    return pd.DataFrame(body), owners


def _solved(
    setting: Setting,
    year: Year,
    base: Base,
    trades: list[Trade],
    prices: Mapping[str, tuple[float, ...]],
    subsidy: float,
) -> Equilibrium:
    """The equilibrium at these prices: their change against today is a subsidy of the demand, below zero a charge."""
    paid: dict[Cell, float] = {}
    for trade in trades:
        today = setting.case.row("demand", trade.demand).subsidy_usd_per_t or 0.0
        more = math.fsum(prices[trade.demand]) - trade.tariff
        paid["demand", trade.demand, "subsidy_usd_per_t"] = today - more + subsidy
    year.renumber(setting.case.at(paid))
    return equilibrium(year, base)


def _row(
    case: Case,
    market: str,
    state: str,
    trades: list[Trade],
    prices: Mapping[str, tuple[float, ...]],
    solved: Equilibrium,
) -> dict[str, Any]:
    tonnes = [solved.comes[trade.demand] * KILO for trade in trades]
    weights = [max(trade.curve.base, 1e-9) for trade in trades]

    def mean(values: Iterable[float]) -> float:
        return math.fsum(w * v for w, v in zip(weights, values, strict=True)) / math.fsum(weights)

    sums = [math.fsum(prices[trade.demand]) for trade in trades]
    payload = _payload(case, trades[0])
    rivals = [route.usd for route in routes(case, market) if math.isfinite(route.usd)]
    rent = math.fsum(
        max(0.0, solved.price[trade.demand] - trade.curve.cost - (price - trade.tariff)) * t
        for trade, price, t in zip(trades, sums, tonnes, strict=True)
    )
    return {
        "market": market,
        "name": case.row("market", market).name,
        "state": state,
        "t": math.fsum(tonnes),
        "teu": math.fsum(tonnes) / payload if payload else math.nan,
        "price_usd_per_t": mean(price + trade.rest.tariff for price, trade in zip(sums, trades, strict=True)),
        "cost_usd_per_t": mean(math.fsum(trade.costs) + trade.rest.cost for trade in trades),
        "freight_usd": math.fsum(price * t for price, t in zip(sums, tonnes, strict=True)),
        "margin_usd": math.fsum(
            (price - math.fsum(trade.costs)) * t for trade, price, t in zip(trades, sums, tonnes, strict=True)
        ),
        "rent_usd": rent,
        "rival_usd_per_t": min(rivals, default=math.nan),
    }


def _payload(case: Case, trade: Trade) -> float:
    """Tonnes in a box of the market, 0 where its cargo rides in no unit that a ship counts."""
    for row in case.rows("packing"):
        if row.commodity_id == trade.commodity and row.unit_id == "teu" and row.payload_t:
            return float(row.payload_t)
    return 0.0


def _by_theta(case: Case, trades: list[Trade]) -> pd.DataFrame:
    """The through price of each market at both ends of the range of theta, calibrated anew on the base year."""
    known, body = evidence_of(case), []
    by_market: dict[str, list[Trade]] = defaultdict(list)
    for trade in trades:
        by_market[trade.market].append(trade)
    for market, own in by_market.items():
        row = known.get(("market", market, "theta_per_usd"))
        ends = []
        for theta in (None if row is None else row.high, None if row is None else row.low):
            if not theta:
                ends.append(math.nan)
                continue
            weights = [max(trade.curve.base, 1e-9) for trade in own]
            other = [replace(trade, curve=replace(trade.curve, theta=theta)) for trade in own]
            through = [together(trade.quantity, trade.costs, room=trade.room_t) + trade.rest.tariff for trade in other]
            ends.append(math.fsum(w * p for w, p in zip(weights, through, strict=True)) / math.fsum(weights))
        body.append((market, *ends))
    return pd.DataFrame(body, columns=["market", "together_low_usd_per_t", "together_high_usd_per_t"])
