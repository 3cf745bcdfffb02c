"""The margin of a corridor split among its countries: Shapley value, nucleolus, core; with and without another way."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import networkx as nx
import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.graph import BEFORE, Arc, arcs, layered, layers
from corridor.model.horizon import DAY
from corridor.model.market import shippers
from corridor.model.operators import TOGETHER, country_of, earners
from corridor.model.result.carbon import grams_per_t
from corridor.model.result.listing import Described, Listing
from corridor.optimize.answer.journeys import hours
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.studies.game import core, game_of, nucleolus, shapley
from corridor.optimize.studies.legs import costs_of
from corridor.optimize.studies.pricing import best_price, sold
from corridor.optimize.studies.tariffs import Trade, trades_of

PLAYERS = 8
"""Upper limit of countries that play; those of least freight count as sellers at their tariff of today."""
COLUMNS = (
    *("state", "country", "alone_usd", "own_usd", "km_usd", "cost_usd", "shapley_usd", "nucleolus_usd"),
    *("core_least_usd", "core_most_usd", "change_usd"),
)
TODAY = "today"
"""The case without a scenario."""


@dataclass(frozen=True)
class Way:
    """A way of a coalition, USD per t: ``cost`` of its countries, ``tariff`` of all others, ``rest`` of the shippers.

    ``km`` and ``costs`` by country, of the legs that they own.
    """

    cost: float
    tariff: float
    rest: float
    km: Mapping[str, float]
    costs: Mapping[str, float]


def split(
    setting: Setting,
    names: Iterable[str] = (),
    *,
    opened: Iterable[str] = (),
    scenario: Callable[[str], Setting],
    notes: Callable[[], Mapping[str, Described]],
) -> Listing:
    """The margin that all countries of the ways have at one through price, split among them; of the markets ``names``.

    A coalition sells the ways of which it owns every leg, at its best through price; legs without an owner in the case
    and those of further countries keep their tariff. ``opened`` are scenarios that open another way. Columns:

    * state (``today`` or a scenario), country; alone_usd: what it could have without the others
    * own_usd: its margin at the tariffs of today; km_usd, cost_usd: of the whole margin by kilometres, by cost
    * shapley_usd, nucleolus_usd; core_least_usd, core_most_usd: NaN where the core is empty
    * change_usd: Shapley value less that of today

    ``facts``: ``whole_usd`` by state; ``lacking_usd``: what coalitions would have to be given besides, by state, zero
    where there is a core; ``others``: countries that keep their tariffs; ``markets``. Raises CaseError.
    """
    known, asked = notes(), list(opened)
    unknown = [name for name in asked if name not in known]
    if unknown:
        faults = [Fault("C060", name, f"is no scenario of this case; {nearest(name, known)}") for name in unknown]
        raise CaseError(faults, "the question")
    trades = trades_of(setting, names)
    cases = {TODAY: setting.case} | {name: scenario(name).case for name in asked}
    roads = {state: Roads(case, setting, trades) for state, case in cases.items()}
    players, others = _players(roads, trades)
    if not players:
        nothing: dict[str, Any] = {"whole_usd": {}, "lacking_usd": {}, "others": [], "markets": [], "titles": {}}
        return Listing(setting.given, "split", pd.DataFrame(columns=list(COLUMNS)), nothing)
    body: list[dict[str, Any]] = []
    whole: dict[str, float] = {}
    lacking: dict[str, float] = {}
    first: dict[str, float] = {}
    for state, road in roads.items():
        everyone = frozenset(players)
        game = game_of(players, partial(road.worth, players=everyone))
        whole[state] = game[everyone]
        values, kernel, limits = shapley(players, game), nucleolus(players, game), core(players, game)
        lacking[state] = limits.lacking
        km, cost, own = road.shares(everyone)
        first = first or values
        for country in players:
            body.append(
                {
                    "state": state,
                    "country": country,
                    "alone_usd": game[frozenset([country])],
                    "own_usd": own[country] if state == TODAY else math.nan,
                    "km_usd": game[everyone] * km[country],
                    "cost_usd": game[everyone] * cost[country],
                    "shapley_usd": values[country],
                    "nucleolus_usd": kernel[country],
                    "core_least_usd": limits.least.get(country, math.nan),
                    "core_most_usd": limits.most.get(country, math.nan),
                    "change_usd": values[country] - first[country],
                }
            )
    facts = {
        "whole_usd": whole,
        "lacking_usd": lacking,
        "others": others,
        "markets": list(dict.fromkeys(trade.market for trade in trades)),
        "titles": {name: known[name].title for name in asked},
    }
    return Listing(setting.given, "split", pd.DataFrame(body), facts)


class Roads:
    """Ways of coalitions in one case, and what they are worth at the demand of the base year."""

    def __init__(self, case: Case, setting: Setting, trades: list[Trade]) -> None:
        self.case, self.trades = case, trades
        answer = solve(setting.at(case), "cost_shipper", most=0)
        self.costs, self.hours, self.grams = costs_of(case, answer), hours(case), grams_per_t(case)
        self.spread = {row.link_id: float(row.spread_d or 0.0) for row in case.rows("link")}
        self.carbon = float(case.rows("case")[0].carbon_usd_per_t)
        self.shippers = shippers(setting.case)
        self.owners = _owners(case)
        self.known: dict[tuple[str, frozenset[str]], Way | None] = {}
        self.everywhere: frozenset[str] = frozenset(
            country for pairs in self.owners.values() for country, _ in pairs if country
        )

    def worth(self, some: frozenset[str], players: frozenset[str]) -> float:
        """USD a year that a coalition has: each demand at the through price of greatest margin."""
        return math.fsum(self.margin(trade, some, players) for trade in self.trades)

    def margin(self, trade: Trade, some: frozenset[str], players: frozenset[str]) -> float:
        """USD a year of one demand for a coalition; nothing where it owns no way."""
        way = self.way(trade, some, players)
        if way is None:
            return 0.0
        now = _spent(self, trade)

        def comes(price: float) -> float:
            more = price + way.tariff + way.rest - (trade.tariff + trade.rest.tariff + now)
            return trade.curve.taken(trade.curve.cost + more) * 1000.0

        price = best_price(comes, way.cost, 0.0, room=trade.room_t)
        return max(0.0, (price - way.cost) * sold(comes, price, trade.room_t))

    def way(self, trade: Trade, some: frozenset[str], players: frozenset[str]) -> Way | None:
        """The way of least cost to coalition and shippers of which the coalition owns every leg of a player."""
        key = (trade.demand, some)
        if key not in self.known:
            self.known[key] = self._way(trade, some, players)
        return self.known[key]

    def _way(self, trade: Trade, some: frozenset[str], players: frozenset[str]) -> Way | None:
        row = self.case.row("demand", trade.demand)
        graph = layered(self.case, trade.commodity, row.gate)
        wanted: nx.DiGraph[Any] = nx.DiGraph()
        edges: Any = graph.edges(data="arc")
        for tail, head, arc in edges:
            if any(country in players and country not in some for country, _ in self.owners[arc.arc_id]):
                continue
            cost, tariff, rest = self.usd(trade, arc, some)
            if not wanted.has_edge(tail, head) or cost + tariff + rest < wanted[tail][head]["usd"]:
                wanted.add_edge(tail, head, usd=cost + tariff + rest, arc=arc)
        start = (row.origin_id, BEFORE)
        ends = [(row.destination_id, layer) for layer in layers(row.gate)[1]]
        ways: list[tuple[float, list[Any]]] = [
            (nx.dijkstra_path_length(wanted, start, end, "usd"), nx.dijkstra_path(wanted, start, end, "usd"))
            for end in ends
            if start in wanted and end in wanted and nx.has_path(wanted, start, end)
        ]
        if not ways:
            return None
        _, nodes = min(ways, key=lambda way: way[0])
        taken: list[Arc] = [wanted[tail][head]["arc"] for tail, head in pairwise(nodes)]
        sums, km, own = [0.0, 0.0, 0.0], defaultdict[str, float](float), defaultdict[str, float](float)
        for arc in taken:
            for at, usd in enumerate(self.usd(trade, arc, some)):
                sums[at] += usd
            for country, share in self.owners[arc.arc_id]:
                if country in some:
                    km[country] += arc.length_km * share
                    own[country] += self.costs[arc.arc_id, trade.commodity] * share
        return Way(sums[0], sums[1], sums[2], km, own)

    def usd(self, trade: Trade, arc: Arc, some: frozenset[str]) -> tuple[float, float, float]:
        """USD per t on an arc: cost of the coalition, tariff of all others, and what the shippers bear besides."""
        mine = math.fsum(share for country, share in self.owners[arc.arc_id] if country in some)
        cost, tariff = self.costs[arc.arc_id, trade.commodity] * mine, arc.tariff[trade.commodity] * (1 - mine)
        own = self.shippers[trade.demand]
        rest = own.day_usd * self.hours[arc.arc_id].total / DAY + own.spread_usd * self.spread[arc.link_id]
        return cost, tariff, rest + self.carbon * self.grams[arc.arc_id] / 1e6

    def shares(self, everyone: frozenset[str]) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
        """Shares of kilometres and of cost on the ways of all, and the margin at today's tariffs, by country."""
        km, cost, own = (dict.fromkeys(everyone, 0.0) for _ in range(3))
        for trade in self.trades:
            way = self.way(trade, everyone, everyone)
            tonnes = trade.curve.base * 1000.0
            for country in everyone:
                if way is not None:
                    km[country] += way.km.get(country, 0.0) * tonnes
                    cost[country] += way.costs.get(country, 0.0) * tonnes
            for part in trade.owners:
                for country, share in _countries(part.country):
                    if country in own:
                        own[country] += (part.tariff - part.cost) * share * tonnes
        return _normed(km), _normed(cost), own


def _spent(road: Roads, trade: Trade) -> float:
    """Cost of the shippers beside tariffs, on the way of a trade in the base year, USD per t."""
    on = {arc.arc_id: arc for arc in arcs(road.case)}
    return math.fsum(road.usd(trade, on[arc_id], frozenset())[2] for arc_id in trade.way if arc_id in on)


def _normed(amounts: dict[str, float]) -> dict[str, float]:
    whole = math.fsum(amounts.values())
    return {name: amount / whole if whole else 1 / len(amounts) for name, amount in amounts.items()}


def _countries(text: str) -> list[tuple[str, float]]:
    """Countries of an owner with equal parts."""
    names = text.split()
    return [(name, 1 / len(names)) for name in names]


def _owners(case: Case) -> dict[str, list[tuple[str, float]]]:
    """Countries of each arc with their parts, by the operators of the case; without a row an operator has none."""
    known = country_of(case)
    found: dict[str, list[tuple[str, float]]] = {}
    for arc_id, earner in earners(case).items():
        names = [earner.operator] if earner.operator in known else TOGETHER.split(earner.operator)
        sums: dict[str, float] = defaultdict(float)
        for name in names:
            for country, share in _countries(known.get(name, "")):
                sums[country] += share / len(names)
        found[arc_id] = list(sums.items())
    return found


def _players(roads: Mapping[str, Roads], trades: list[Trade]) -> tuple[list[str], list[str]]:
    """Countries that own a leg of a way in some state, those of most tonne-kilometres first; and the others.

    Countries of the ways that are left where one of them refuses come after these.
    """
    work, beside = defaultdict[str, float](float), defaultdict[str, float](float)
    for road in roads.values():
        for trade in trades:
            way = road._way(trade, road.everywhere, road.everywhere)
            for country, km in (way.km if way is not None else {}).items():
                work[country] += km * trade.curve.base
            for refuses in way.km if way is not None else ():
                other = road._way(trade, road.everywhere - {refuses}, road.everywhere)
                for country, km in (other.km if other is not None else {}).items():
                    beside[country] += km * trade.curve.base
    ranked = sorted({*work, *beside}, key=lambda each: (-work.get(each, 0.0), -beside.get(each, 0.0), each))
    return ranked[:PLAYERS], ranked[PLAYERS:]
