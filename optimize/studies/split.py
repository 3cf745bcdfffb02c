"""The margin of a corridor split among countries or owners: Shapley value, nucleolus, core; with and without a way."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

import networkx as nx
import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, InfeasibleError, nearest
from corridor.model.graph import BEFORE, Arc, arcs, layered, layers
from corridor.model.horizon import DAY
from corridor.model.language import say
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
from corridor.optimize.studies.tariffs import SELLERS
from corridor.optimize.studies.trades import Trade, faults_of_names, trades_of

PLAYERS = 12
"""Upper limit of countries or owners that play; those of least freight count as sellers at their tariff of today."""
COLUMNS = (
    *("state", "owner", "country", "alone_usd", "own_usd", "km_usd", "cost_usd", "shapley_usd", "nucleolus_usd"),
    *("core_least_usd", "core_most_usd", "change_usd"),
)
TODAY = "today"
"""The case without a scenario."""


@dataclass(frozen=True)
class Way:
    """A way of a coalition, USD per t: ``cost`` of its players, ``tariff`` of all others, ``rest`` of the shippers.

    ``km``, ``costs`` and ``tariffs`` by player, of the legs that they own; ``players``: all that own one.
    """

    cost: float
    tariff: float
    rest: float
    km: Mapping[str, float]
    costs: Mapping[str, float]
    tariffs: Mapping[str, float]
    players: frozenset[str]


def split(
    setting: Setting,
    names: Iterable[str] = (),
    *,
    opened: Iterable[str] = (),
    by: str = "country",
    scenario: Callable[[str], Setting],
    notes: Callable[[], Mapping[str, Described]],
) -> Listing:
    """The margin at one through price of all countries, or owners, of the ways, split among them; of markets ``names``.

    A coalition sells the ways of which it owns every leg, at its best through price; legs without an owner in the case
    and those of further players keep their tariff. ``opened`` are scenarios, or changes as after ``--set``, that open
    another way or close one. Columns:

    * state (``today`` or a scenario), owner (empty where countries play), country; alone_usd: what it could have
      without the others
    * own_usd: its margin at the tariffs of today; km_usd, cost_usd: of the whole margin by kilometres, by cost
    * shapley_usd, nucleolus_usd; core_least_usd, core_most_usd: NaN where the core is empty
    * change_usd: Shapley value less that of today

    ``facts``: ``by``; ``whole_usd`` by state; ``lacking_usd``: what coalitions would have to be given besides, by
    state, zero where there is a core; ``others``: players that keep their tariffs; ``markets``; ``titles`` by state.
    Raises CaseError.
    """
    known, asked = notes(), list(dict.fromkeys(opened))
    faults = (
        []
        if by in SELLERS
        else [Fault("C022", "by", say("{by} shares nothing; {nearest}", by=by, nearest=nearest(by, SELLERS)))]
    )
    faults += [
        Fault("C060", name, say("is no scenario of this case; {nearest}", nearest=nearest(name, known)))
        for name in asked
        if name not in known and not _is_change(name)
    ]
    faults += faults_of_names(setting.case, names)
    if faults:
        raise CaseError(faults, "the question")
    trades = trades_of(setting, names)
    cases = {TODAY: setting.case} | {
        name: setting.case.with_([name]) if _is_change(name) else scenario(name).case for name in asked
    }
    roads: dict[str, Roads] = {}
    for state, case in cases.items():
        roads[state] = Roads(case, setting, trades, by, roads.get(TODAY))
    players, others = _players(roads, trades)
    homes = {row.name: row.country or "" for row in setting.case.rows("operator")}
    body: list[dict[str, Any]] = []
    whole: dict[str, float] = {}
    lacking: dict[str, float] = {}
    first: dict[str, float] = {}
    everyone = frozenset(players)
    for state, road in roads.items() if players else ():
        game = game_of(players, partial(road.worth, players=everyone))
        whole[state] = game[everyone]
        values, kernel, limits = shapley(players, game), nucleolus(players, game), core(players, game)
        lacking[state] = limits.lacking
        km, cost, own = road.shares(everyone)
        first = first or values
        for player in players:
            body.append(
                {
                    "state": state,
                    "owner": player if by == "owner" else "",
                    "country": homes.get(player, "") if by == "owner" else player,
                    "alone_usd": game[frozenset([player])],
                    "own_usd": own[player] if state == TODAY else math.nan,
                    "km_usd": game[everyone] * km[player],
                    "cost_usd": game[everyone] * cost[player],
                    "shapley_usd": values[player],
                    "nucleolus_usd": kernel[player],
                    "core_least_usd": limits.least.get(player, math.nan),
                    "core_most_usd": limits.most.get(player, math.nan),
                    "change_usd": values[player] - first[player],
                }
            )
    facts = {
        "by": by,
        "whole_usd": whole,
        "lacking_usd": lacking,
        "others": others,
        "markets": list(dict.fromkeys(trade.market for trade in trades)),
        "titles": {name: known[name].title if name in known else name for name in asked},
    }
    return Listing(setting.given, "split", pd.DataFrame(body, columns=list(COLUMNS)), facts)


def _is_change(name: str) -> bool:
    """True for the words of a change: a scenario's name has neither a blank nor a sign of equality."""
    return " " in name.strip() or "=" in name


@dataclass
class Net:
    """The links of one demand: tail, head and arc of each, its USD per t (cost, tariff, rest), and its owners."""

    links: list[tuple[Any, Any, Arc, tuple[float, float, float], frozenset[str]]]
    start: Any
    ends: list[Any]
    ways: dict[frozenset[str], Way | None] = field(default_factory=dict)


class Roads:
    """Ways of coalitions in one case, and what they are worth at the demand of the base year."""

    def __init__(self, case: Case, setting: Setting, trades: list[Trade], by: str, today: Roads | None) -> None:
        """``today``: the roads of the case without a scenario, whose empty runs count where not all cargo has a way."""
        self.case, self.trades = case, trades
        try:
            self.answer = solve(setting.at(case), "cost_shipper", most=0)
        except InfeasibleError:
            if today is None:
                raise
            self.answer = today.answer
        self.costs, self.hours, self.grams = costs_of(case, self.answer), hours(case), grams_per_t(case)
        self.spread = {row.link_id: float(row.spread_d or 0.0) for row in case.rows("link")}
        self.carbon = float(case.rows("case")[0].carbon_usd_per_t)
        self.shippers = shippers(setting.case)
        self.by, self.owners = by, _owners(case, by)
        # The base year is that of the case without a scenario, in which the ways of the trades are open.
        spent = {trade.demand: self._spent(trade) for trade in trades} if today is None else today.spent
        self.spent: Mapping[str, float] = spent
        self.nets: dict[tuple[str, frozenset[str]], Net] = {}
        self.margins: dict[tuple[str, int], float] = {}
        self.everywhere: frozenset[str] = frozenset(name for pairs in self.owners.values() for name, _ in pairs if name)

    def worth(self, some: frozenset[str], players: frozenset[str]) -> float:
        """USD a year that a coalition has: each demand at the through price of greatest margin."""
        return math.fsum(self.margin(trade, some, players) for trade in self.trades)

    def margin(self, trade: Trade, some: frozenset[str], players: frozenset[str]) -> float:
        """USD a year of one demand for a coalition; nothing where it owns no way."""
        way = self.way(trade, some, players)
        if way is None:
            return 0.0
        key = trade.demand, id(way)
        if key not in self.margins:
            self.margins[key] = self._best(trade, way)
        return self.margins[key]

    def _best(self, trade: Trade, way: Way) -> float:
        """The greatest margin of a way, USD a year."""
        now = self.spent[trade.demand]

        def comes(price: float) -> float:
            more = price + way.tariff + way.rest - (trade.tariff + trade.rest.tariff + now)
            return trade.curve.taken(trade.curve.cost + more) * 1000.0

        price = best_price(comes, way.cost, 0.0, room=trade.room_t)
        return max(0.0, (price - way.cost) * sold(comes, price, trade.room_t))

    def way(self, trade: Trade, some: frozenset[str], players: frozenset[str]) -> Way | None:
        """The way of least cost to coalition and shippers of which the coalition owns every leg of a player.

        Found by leaving out, one after the other, players of the best way who are not of the coalition: the best way
        of more players is that of fewer, where these own all of it.
        """
        net, allowed = self._net(trade, players), players
        while True:
            if allowed not in net.ways:
                net.ways[allowed] = self._way(trade, net, allowed)
            way = net.ways[allowed]
            beyond = way.players - some if way is not None else frozenset()
            if not beyond:
                return way
            allowed = allowed - {min(beyond)}

    def _net(self, trade: Trade, players: frozenset[str]) -> Net:
        key = trade.demand, players
        if key not in self.nets:
            row = self.case.row("demand", trade.demand)
            edges: Any = layered(self.case, trade.commodity, row.gate).edges(data="arc")
            links = []
            for tail, head, arc in edges:
                own = frozenset(name for name, _ in self.owners[arc.arc_id]) & players
                links.append((tail, head, arc, self.usd(trade, arc, players), own))
            ends = [(row.destination_id, layer) for layer in layers(row.gate)[1]]
            self.nets[key] = Net(links, (row.origin_id, BEFORE), ends)
        return self.nets[key]

    def _way(self, trade: Trade, net: Net, allowed: frozenset[str]) -> Way | None:
        wanted: nx.DiGraph[Any] = nx.DiGraph()
        for tail, head, arc, usd, own in net.links:
            if own <= allowed and (not wanted.has_edge(tail, head) or math.fsum(usd) < wanted[tail][head]["usd"]):
                wanted.add_edge(tail, head, usd=math.fsum(usd), arc=arc, parts=usd, own=own)
        if net.start not in wanted:
            return None
        found: Any = nx.single_source_dijkstra(wanted, net.start, weight="usd")
        far, paths = found
        reached = [end for end in net.ends if end in far]
        if not reached:
            return None
        nodes = paths[min(reached, key=lambda end: float(far[end]))]
        sums, members = [0.0, 0.0, 0.0], frozenset[str]()
        km, costs, tariffs = (defaultdict[str, float](float) for _ in range(3))
        for edge in (wanted[tail][head] for tail, head in pairwise(nodes)):
            taken: Arc = edge["arc"]
            members |= edge["own"]
            for at, part in enumerate(edge["parts"]):
                sums[at] += part
            for name, share in self.owners[taken.arc_id]:
                if name in edge["own"]:
                    km[name] += taken.length_km * share
                    costs[name] += self.costs[taken.arc_id, trade.commodity] * share
                    tariffs[name] += taken.tariff[trade.commodity] * share
        return Way(sums[0], sums[1], sums[2], km, costs, tariffs, members)

    def usd(self, trade: Trade, arc: Arc, some: frozenset[str]) -> tuple[float, float, float]:
        """USD per t on an arc: cost of the coalition, tariff of all others, and what the shippers bear besides."""
        mine = math.fsum(share for name, share in self.owners[arc.arc_id] if name in some)
        cost, tariff = self.costs[arc.arc_id, trade.commodity] * mine, arc.tariff[trade.commodity] * (1 - mine)
        own = self.shippers[trade.demand]
        rest = own.day_usd * self.hours[arc.arc_id].total / DAY + own.spread_usd * self.spread[arc.link_id]
        return cost, tariff, rest + self.carbon * self.grams[arc.arc_id] / 1e6

    def shares(self, everyone: frozenset[str]) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
        """Shares of kilometres and of cost on the ways of all, and the margin at today's tariffs, by player."""
        km, cost, own = (dict.fromkeys(everyone, 0.0) for _ in range(3))
        for trade in self.trades:
            way = self.way(trade, everyone, everyone)
            tonnes = trade.curve.base * 1000.0
            for name in everyone:
                if way is not None:
                    km[name] += way.km.get(name, 0.0) * tonnes
                    cost[name] += way.costs.get(name, 0.0) * tonnes
            for part in trade.owners:
                for name, share in _shares(part.owner, part.country, self.by):
                    if name in own:
                        own[name] += (part.tariff - part.cost) * share * tonnes
        return _normed(km), _normed(cost), own

    def _spent(self, trade: Trade) -> float:
        """Cost of the shippers beside tariffs, on the way of a trade in the base year, USD per t."""
        on = {arc.arc_id: arc for arc in arcs(self.case)}
        return math.fsum(self.usd(trade, on[arc_id], frozenset())[2] for arc_id in trade.way)


def _normed(amounts: dict[str, float]) -> dict[str, float]:
    whole = math.fsum(amounts.values())
    return {name: amount / whole if whole else 1 / len(amounts) for name, amount in amounts.items()}


def _shares(owner: str, country: str, by: str) -> list[tuple[str, float]]:
    """Players of an owner with equal parts: its countries, or itself."""
    names = country.split() if by == "country" else [owner]
    return [(name, 1 / len(names)) for name in names]


def _owners(case: Case, by: str) -> dict[str, list[tuple[str, float]]]:
    """Players of each arc with their parts, by the operators of the case; without a row an operator has none."""
    known = country_of(case)
    shares: dict[str, list[tuple[str, float]]] = {}
    for arc_id, earner in earners(case).items():
        names = [earner.operator] if earner.operator in known else TOGETHER.split(earner.operator)
        sums: dict[str, float] = defaultdict(float)
        for name in (name for name in names if name in known):
            for player, share in _shares(name, known[name], by):
                sums[player] += share / len(names)
        shares[arc_id] = list(sums.items())
    return shares


def _players(roads: Mapping[str, Roads], trades: list[Trade]) -> tuple[list[str], list[str]]:
    """Players that own a leg of a way in some state, those of most freight at today's tariffs first; and the others.

    Players of the ways that are left where one of them refuses come after these.
    """
    work, beside = defaultdict[str, float](float), defaultdict[str, float](float)
    for road in roads.values():
        for trade in trades:
            way = road.way(trade, road.everywhere, road.everywhere)
            for name in way.players if way is not None else ():
                work[name] += way.tariffs[name] * trade.curve.base if way is not None else 0.0
            for refuses in way.players if way is not None else ():
                other = road.way(trade, road.everywhere - {refuses}, road.everywhere)
                for name in other.players if other is not None else ():
                    beside[name] += other.tariffs[name] * trade.curve.base if other is not None else 0.0
    ranked = sorted({*work, *beside}, key=lambda each: (-work.get(each, 0.0), -beside.get(each, 0.0), each))
    return ranked[:PLAYERS], ranked[PLAYERS:]
