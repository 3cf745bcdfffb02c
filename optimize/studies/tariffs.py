"""Tariffs of the owners of a way: as they are, each for itself, all together, and at cost; by market."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from corridor.model.case import Case, Cell
from corridor.model.evidence import evidence_of
from corridor.model.faults import CaseError, Fault, nearest, quoted
from corridor.model.language import say
from corridor.model.market import routes
from corridor.model.result.listing import Listing
from corridor.optimize.answer.choice import Base, Equilibrium, costs, equilibrium
from corridor.optimize.answer.expected import calibrated, way_usd
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import CHOICE, KILO
from corridor.optimize.studies.legs import legs_of
from corridor.optimize.studies.pricing import Played, apart, sold, together
from corridor.optimize.studies.trades import Trade, faults_of_names, trades_of

STATES = ("base", "apart", "together", "cost")
"""Tariffs as they are; each owner for itself; one through price; at cost."""
SELLERS = ("owner", "country")
"""Sellers that may set tariffs for themselves."""
STARTS = ("today", "cost", "twice")
"""Starts of the best answers: tariffs of today, operating cost, and twice the greater of both."""
SPAN, POINTS = 2.0, 60
"""Multiple of the price together at which the curve of a picture ends, and the number of its steps."""
ENDS = 0.01
"""USD per t: prices of two ends of best answers that differ by less are one."""
COLUMNS = (
    *("market", "name", "state", "t", "teu", "price_usd_per_t", "cost_usd_per_t", "freight_usd", "margin_usd"),
    *("rent_usd", "rival_usd_per_t", "even_usd_per_t", "together_low_usd_per_t", "together_high_usd_per_t"),
)


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
    * price_usd_per_t: tariffs of the whole way; cost_usd_per_t: its operating cost; rival_usd_per_t: generalised cost
      of the cheapest rival route; even_usd_per_t: the price at which the way has that cost, too; means of the demands
      by the tonnes of the base year
    * freight_usd, margin_usd (freight less operating cost, of owners), rent_usd (worth of full resources) a year
    * together_low_usd_per_t, together_high_usd_per_t: the through price at both ends of the range of theta

    ``facts``:

    * ``curve`` of the demand that earns most together: market, demand, ``points`` of usd_per_t (sum of the owners'
      prices), t, teu, freight_usd and margin_usd on the market's own curve; ``states`` with their usd_per_t;
      ``rest_usd_per_t``, the tariff of legs without an owner; ``rivals``: name and usd_per_t, the price at which the
      way costs shippers as much as the route
    * ``owners``: owner, country, state, freight_usd, margin_usd
    * ``ends``: demands whose best answers have several ends, with the price of each; ``unsettled``: those without one
    * ``starts``: demand, market, start (of ``STARTS``), from_usd_per_t, to_usd_per_t, rounds, settled
    * ``legs``: each leg of the ways: link, name, operator, commodity, tariff_usd_per_t, cost_usd_per_t, and the ground
      of both (``known``, ``derived``, ``assumed``, ``given`` without evidence, ``none`` where no number is stated)

    A ceiling below its cost binds an owner, too: it has to carry, at a loss. Raises CaseError with every fault of the
    question.
    """
    names, joined = list(names), list(coalition)
    faults = _faults(setting.case, names, subsidy, ceiling, joined, by)
    if faults:
        raise CaseError(faults, "the question")
    trades = trades_of(setting, names, progress)
    held, group = ceiling, frozenset(joined)
    _known(trades, group)
    prices: dict[str, dict[str, tuple[float, ...]]] = {state: {} for state in STATES}
    ends: list[dict[str, Any]] = []
    unsettled: list[str] = []
    starts: list[dict[str, Any]] = []
    for trade in trades:
        caps = None if held is None else [owner.tariff * held for owner in trade.owners]
        paid = _paid(trade, subsidy)
        played, others, tried = _apart(paid, trade, caps, _groups(trade, group, by))
        starts += tried
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
        frame = frame.merge(_by_theta(setting.case, trades, subsidy, held), on="market", how="left")
    facts = {
        "owners": owners,
        "curve": _curve(setting.case, trades, prices, subsidy),
        "ends": ends,
        "unsettled": unsettled,
        "starts": starts,
        "legs": _legs(setting.case, trades),
        "subsidy_usd_per_t": subsidy,
        "ceiling": ceiling,
        "coalition": sorted(group),
    }
    return Listing(setting.given, "tariffs", frame[list(COLUMNS)], facts)


def _faults(
    case: Case, names: list[str], subsidy: float, ceiling: float | None, joined: list[str], by: str
) -> list[Fault]:
    """Every fault of the question that its words and numbers have by themselves."""
    faults = faults_of_names(case, names)
    if by not in SELLERS:
        faults.append(Fault("C022", "by", say("{by} sets no tariff; {nearest}", by=by, nearest=nearest(by, SELLERS))))
    for name, value, unit in (("subsidy", subsidy, say("USD per t")), ("ceiling", ceiling, say("times a tariff"))):
        if value is not None and not 0 <= value < math.inf:
            faults.append(
                Fault(
                    "C193",
                    name,
                    say(
                        "{value:g} is no {name}; give a number from 0 on, in {unit}", value=value, name=name, unit=unit
                    ),
                )
            )
    there = {word for row in case.rows("operator") for word in (row.name, *(row.country or "").split())}
    for name in joined:
        if name not in there:
            named = say("{name} is no owner or country of an owner", name=quoted(name))
            faults.append(
                Fault("C022", "coalition", f"{named}; {nearest(name, there) if there else say('leave it out')}")
            )
    return faults


def _legs(case: Case, trades: list[Trade]) -> list[dict[str, Any]]:
    """The legs of all ways, each once for a commodity, with their tariff, cost and the ground of both."""
    every = {(arc, trade.commodity): trade.leg_costs[arc] for trade in trades for arc in trade.way}
    return legs_of(case, every)


def _curve(
    case: Case, trades: list[Trade], prices: Mapping[str, Mapping[str, tuple[float, ...]]], subsidy: float
) -> dict[str, Any]:
    """Tonnes, revenue and margin by price of the trade that earns most together; empty without a trade."""
    if not trades:
        return {}

    def comes(trade: Trade, price: float) -> float:
        return sold(_paid(trade, subsidy), price, trade.room_t)

    def margin(trade: Trade, price: float) -> float:
        return (price - math.fsum(trade.costs)) * comes(trade, price)

    best = max(trades, key=lambda trade: margin(trade, math.fsum(prices["together"][trade.demand])))
    states = {state: math.fsum(prices[state][best.demand]) for state in STATES}
    low = min(states["cost"], states["base"])
    span = max(states["together"], states["base"]) * SPAN - low
    steps = [low + span * number / POINTS for number in range(POINTS + 1)]
    payload = _payload(case, best)
    return {
        "market": best.market,
        "demand": best.demand,
        "states": states,
        "rest_usd_per_t": best.rest.tariff,
        "rivals": [
            {"name": route.name, "usd_per_t": best.even(route.usd)}
            for route in sorted(routes(case, best.market), key=lambda route: route.usd)
            if math.isfinite(route.usd)
        ],
        "points": [
            {
                "usd_per_t": price,
                "t": comes(best, price),
                "teu": comes(best, price) / payload if payload else math.nan,
                "freight_usd": price * comes(best, price),
                "margin_usd": margin(best, price),
            }
            for price in steps
        ],
    }


def _known(trades: list[Trade], joined: frozenset[str]) -> None:
    """Raises CaseError for a member of the coalition that owns no leg."""
    there = {name for trade in trades for owner in trade.owners for name in (owner.owner, owner.country)}
    unknown = sorted(joined - there)
    if unknown:
        faults = [
            Fault("C022", name, say("is no owner or country here; {nearest}", nearest=nearest(name, there)))
            for name in unknown
        ]
        raise CaseError(faults, "the question")


def _paid(trade: Trade, subsidy: float) -> Callable[[float], float]:
    """Tonnes by the owners' price, with a subsidy to shippers."""
    return lambda price: trade.quantity(price - subsidy)


def _apart(
    paid: Callable[[float], float], trade: Trade, caps: list[float] | None, groups: list[list[int]]
) -> tuple[Played, list[float], list[dict[str, Any]]]:
    """Best answers of groups of owners from today's tariffs; the price of every end; and each start with its end."""
    costs = [math.fsum(trade.owners[at].cost for at in group) for group in groups]
    tariff = [math.fsum(trade.owners[at].tariff for at in group) for group in groups]
    limits = None if caps is None else [math.fsum(caps[at] for at in group) for group in groups]
    high = [2 * max(price, cost) + 1.0 for price, cost in zip(tariff, costs, strict=True)]
    begun = dict(zip(STARTS, (tariff, costs, high), strict=True))
    found = [apart(paid, costs, start, room=trade.room_t, ceilings=limits) for start in begun.values()]
    ends: list[float] = []
    for each in found:
        if each.settled and all(abs(each.price - end) > ENDS for end in ends):
            ends.append(each.price)
    tried = [
        {
            "demand": trade.demand,
            "market": trade.market,
            "start": name,
            "from_usd_per_t": math.fsum(start),
            "to_usd_per_t": each.price,
            "rounds": each.turns,
            "settled": each.settled,
        }
        for (name, start), each in zip(begun.items(), found, strict=True)
    ]
    first, prices = found[0], [0.0] * len(trade.owners)
    for group, price in zip(groups, first.prices, strict=True):
        margin = price - math.fsum(trade.owners[at].cost for at in group)
        for at in group:
            prices[at] = trade.owners[at].cost + margin / len(group)
    return Played(tuple(prices), first.turns, first.settled), ends, tried


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
        per_t = costs(year, solved.waits)
        ways = {trade.demand: way_usd(year, per_t, trade.demand, trade.way) for trade in trades}
        by_market: dict[str, list[Trade]] = defaultdict(list)
        for trade in trades:
            by_market[trade.market].append(trade)
            t = solved.comes[trade.demand] * KILO
            for owner, price in zip(trade.owners, prices[state][trade.demand], strict=True):
                own = money[owner.owner, owner.country, state]
                own[0] += price * t
                own[1] += (price - owner.cost) * t
        body += [
            _row(setting.case, market, state, own, prices[state], solved, ways) for market, own in by_market.items()
        ]
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
    ways: Mapping[str, float],
) -> dict[str, Any]:
    """The row of a market in a state; ``ways``: generalised cost of the way of each demand, waits in it, rents not."""
    tonnes = [solved.comes[trade.demand] * KILO for trade in trades]
    weights = [max(trade.curve.base, 1e-9) for trade in trades]

    def mean(values: Iterable[float]) -> float:
        return math.fsum(w * v for w, v in zip(weights, values, strict=True)) / math.fsum(weights)

    sums = [math.fsum(prices[trade.demand]) for trade in trades]
    payload = _payload(case, trades[0])
    rivals = [route.usd for route in routes(case, market) if math.isfinite(route.usd)]
    rent = math.fsum(
        max(0.0, solved.price[trade.demand] - ways[trade.demand]) * t for trade, t in zip(trades, tonnes, strict=True)
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
        "even_usd_per_t": mean(trade.even(min(rivals, default=math.nan)) + trade.rest.tariff for trade in trades),
    }


def _payload(case: Case, trade: Trade) -> float:
    """Tonnes in a box of the market, 0 where its cargo rides in no unit that a ship counts."""
    for row in case.rows("packing"):
        if row.commodity_id == trade.commodity and row.unit_id == "teu" and row.payload_t:
            return float(row.payload_t)
    return 0.0


def _by_theta(case: Case, trades: list[Trade], subsidy: float, held: float | None) -> pd.DataFrame:
    """The through price of each market at both ends of the range of theta, calibrated anew on the base year."""

    def through(trade: Trade) -> float:
        caps = None if held is None else [owner.tariff * held for owner in trade.owners]
        price = together(_paid(trade, subsidy), trade.costs, room=trade.room_t, ceilings=caps)
        return price + trade.rest.tariff

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
            through_prices = [through(trade) for trade in other]
            ends.append(math.fsum(w * p for w, p in zip(weights, through_prices, strict=True)) / math.fsum(weights))
        body.append((market, *ends))
    return pd.DataFrame(body, columns=["market", "together_low_usd_per_t", "together_high_usd_per_t"])
