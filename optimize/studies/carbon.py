"""Carbon of an answer: by mode, country, market and unit, of ships by what they burn, beside rivals, and at a price."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import networkx as nx
import pandas as pd

from corridor.model.case import Case
from corridor.model.evidence import evidence_of
from corridor.model.faults import CaseError, Fault
from corridor.model.graph import BEFORE, Arc, arcs, layered, layers
from corridor.model.language import say
from corridor.model.operators import UNKNOWN
from corridor.model.result.answer import Answer
from corridor.model.result.carbon import PRICES, SEA, UNION, Carbon, grams_per_t
from corridor.model.result.frame import rows
from corridor.optimize.answer.journeys import hours
from corridor.optimize.answer.paths import paths
from corridor.optimize.answer.setting import Setting
from corridor.optimize.period.offers import carrier_sizes, item_loading
from corridor.optimize.studies.solve import answer_of, of_another

KILO, MEGA = 1e3, 1e6
DAY = 24.0
SMALLEST_T = 0.5
"""Tonnes a year that count as none."""


def carbon(
    setting: Setting,
    answer: Answer | None = None,
    *,
    study: str = "capability",
    prices: Iterable[float] | None = None,
) -> Carbon:
    """Emissions of the cargo of an answer, beside rival routes and at a price; the goods' own carbon (CBAM), apart.

    Of ``study`` where no answer is given. ``prices`` are USD per t CO2e, beside the case's own; 0, 85 and 150 where
    none are given. Raises CaseError for a price below zero, and the errors of :func:`corridor.solve`.
    """
    case = setting.given
    wanted = PRICES if prices is None else prices
    asked = sorted({*(float(each) for each in wanted), float(case.rows("case")[0].carbon_usd_per_t)})
    faults = [
        Fault("C155", say("the price of carbon"), say("{each:g} is no price; give 0 or more USD per t CO2e", each=each))
        for each in asked
        if not 0 <= each < math.inf
    ] + of_another(setting, answer)
    if faults:
        raise CaseError(faults, "the question")
    return emitted(case, answer_of(setting, answer, study), asked)


def emitted(case: Case, answer: Answer, asked: Sequence[float] = ()) -> Carbon:
    """The carbon of an answer at sorted prices, USD per t CO2e; the case's own if left out."""
    asked = list(asked) or [float(case.rows("case")[0].carbon_usd_per_t)]
    links, grams = _links(case, answer), grams_per_t(case)
    ways = paths(case, answer.flow, answer.delivered)
    total, tkm = (float(links[name].sum()) for name in ("t_co2e", "tkm"))
    freight = answer.revenue_usd
    delivered = float(answer.delivered["t"].sum())
    told = case.rows("case")[0]
    rivals = _rivals(case, ways, grams)
    return Carbon(
        case=case,
        study=answer.study,
        t_co2e=total,
        delivered_t=delivered,
        gate_t=float(answer.delivered["gate_t"].sum()),
        tkm=tkm,
        freight_usd=freight,
        carbon_usd_per_t=float(told.carbon_usd_per_t),
        cbam_usd_per_t=float(told.cbam_usd_per_t),
        cbam_free_share=float(told.cbam_free_share),
        modes=_modes(case, links),
        countries=_countries(case, links),
        segments=_segments(case, answer, ways, grams),
        units=_units(case, links),
        voyages=_voyages(case, answer),
        rivals=rivals,
        prices=_prices(asked, total, delivered, freight),
        route_prices=_route_prices(asked, rivals),
        cbam=_cbam(case, answer),
    )


def _links(case: Case, answer: Answer) -> pd.DataFrame:
    """A row for each commodity on each arc: arc, mode, commodity, t, tkm, t_co2e."""
    known, grams = {arc.arc_id: arc for arc in arcs(case)}, grams_per_t(case)
    found = []
    on: Any = answer.flow.groupby(["arc", "commodity"], as_index=False)["t"].sum()
    for row in rows(on):
        arc = known[row.arc]
        moved = (row.arc, arc.mode_id, row.commodity, row.t, row.t * arc.length_km)
        found.append((*moved, row.t * grams[row.arc] / MEGA))
    return pd.DataFrame(found, columns=["arc", "mode", "commodity", "t", "tkm", "t_co2e"])


def _shared(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with what each row is of all carbon, the greatest first."""
    whole = frame["t_co2e"].sum()
    frame = frame.assign(share=frame["t_co2e"] / whole if whole else 0.0)
    return frame.sort_values("t_co2e", ascending=False, kind="stable", ignore_index=True)


def _modes(case: Case, links: pd.DataFrame) -> pd.DataFrame:
    """By mode, with the ends of the factor's range where it has evidence."""
    by_mode: Any = links.groupby("mode")[["tkm", "t_co2e"]].sum()
    known = evidence_of(case)
    found = []
    for row in case.rows("mode"):
        if row.mode_id in by_mode.index:
            tkm, co2e = by_mode.at[row.mode_id, "tkm"], by_mode.at[row.mode_id, "t_co2e"]
            told = known.get(("mode", row.mode_id, "g_co2e_per_tkm"))
            ends = (told.low, told.high) if told else (None if co2e else 0.0,) * 2
            low, high = (math.nan if end is None else end * tkm / MEGA for end in ends)
            found.append((row.mode_id, row.name, tkm, row.g_co2e_per_tkm, co2e, low, high))
    head = ["mode", "name", "tkm", "g_per_tkm", "t_co2e", "low_t_co2e", "high_t_co2e"]
    return _shared(pd.DataFrame(found, columns=head))


def _countries(case: Case, links: pd.DataFrame) -> pd.DataFrame:
    """Half of what a land link emits by the country of each end; ships are at sea."""
    known = {arc.arc_id: arc for arc in arcs(case)}
    country = {row.node_id: row.country or UNKNOWN for row in case.rows("node")}
    at_sea = {row.mode_id for row in case.rows("mode") if row.at_sea}
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows(links):
        arc = known[row.arc]
        ends = (SEA, SEA) if arc.mode_id in at_sea else (country[arc.start], country[arc.end])
        for end in ends:
            found[end][0] += row.tkm / 2
            found[end][1] += row.t_co2e / 2
    listed = [(end, *found[end]) for end in sorted(found)]
    return _shared(pd.DataFrame(listed, columns=["country", "tkm", "t_co2e"]))


def _segments(case: Case, answer: Answer, ways: pd.DataFrame, grams: dict[str, float]) -> pd.DataFrame:
    """By market, over the ways that its cargo takes; what a way carries below half a tonne is left out."""
    length = {arc.arc_id: arc.length_km for arc in arcs(case)}
    of = dict(zip(answer.delivered["demand"], answer.delivered["segment"], strict=True))
    found: dict[str, list[float]] = {each: [0.0, 0.0] for each in dict.fromkeys(of.values())}
    for row in rows(ways):
        sums = found[of[row.demand]]
        sums[0] += row.t * sum(length[arc] for arc in row.ways)
        sums[1] += row.t * sum(grams[arc] for arc in row.ways) / MEGA
    t = answer.delivered.groupby("segment")["t"].sum()
    names = {row.segment_id: row.name for row in case.rows("segment")}
    listed = [
        (each, names.get(each, each), t[each], tkm, co2e, KILO * co2e / t[each], MEGA * co2e / tkm)
        for each, (tkm, co2e) in found.items()
        if t[each] > SMALLEST_T and tkm
    ]
    head = ["segment", "name", "t", "tkm", "t_co2e", "kg_per_t", "g_per_tkm"]
    return _shared(pd.DataFrame(listed, columns=head))


def _units(case: Case, links: pd.DataFrame) -> pd.DataFrame:
    """By loaded unit: its kilometres, and what its cargo emits."""
    known = {arc.arc_id: arc for arc in arcs(case)}
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows(links):
        arc = known[row.arc]
        if unit := arc.unit[row.commodity]:
            found[unit][0] += row.tkm / arc.payload[row.commodity]
            found[unit][1] += row.t_co2e
    names = {row.unit_id: row.name for row in case.rows("unit")}
    listed = [(each, names[each], km, co2e, KILO * co2e / km) for each, (km, co2e) in sorted(found.items()) if km]
    return pd.DataFrame(listed, columns=["unit", "name", "unit_km", "t_co2e", "kg_per_unit_km"])


def _voyages(case: Case, answer: Answer) -> pd.DataFrame:
    """The fuel of ships on the voyages of a link, laid on items by their share of the fullest dimension."""
    head = ["link", "carrier", "name", "item", "item_name", "moves", "tkm", "t_co2e", "g_per_tkm", "factor_g_per_tkm"]
    names = {row[0]: row.name for table in ("commodity", "unit") for row in case.rows(table)}
    known = {arc.arc_id: arc for arc in arcs(case)}
    factor = {row.mode_id: row.g_co2e_per_tkm for row in case.rows("mode")}
    burning = {row.carrier_id: row for row in case.rows("carrier") if row.t_co2e_per_day_under_way}
    found = []
    for link, moved in answer.move.groupby("link", sort=False):
        voyages = moved[(moved["what"] == "carrier") & moved["item"].isin(list(burning))]
        if not len(voyages):
            continue
        carrier = burning[voyages["item"].iloc[0]]
        burned = sum(
            row.number
            * (
                known[row.arc].time_h * carrier.t_co2e_per_day_under_way
                + (carrier.port_h + carrier.wait_h) * carrier.t_co2e_per_day_in_port
            )
            / DAY
            for row in rows(voyages)
        )
        arc = known[voyages["arc"].iloc[0]]
        on = answer.flow[answer.flow["link"] == link]
        tonnes: dict[str, float] = defaultdict(float)
        for row in rows(on):
            tonnes[arc.unit[row.commodity] or row.commodity] += row.t
        taken = _taken(case, carrier.carrier_id, moved, {each for each in tonnes if each not in arc.units}, tonnes)
        whole = sum(taken.values())
        for item in sorted(taken):
            tkm, share = tonnes[item] * arc.length_km, taken[item] / whole
            gram = MEGA * burned * share / tkm if tkm else math.nan
            on_link = (link, carrier.carrier_id, carrier.name, item, names[item], float(voyages["number"].sum()))
            found.append((*on_link, tkm, burned * share, gram, factor[arc.mode_id]))
    return pd.DataFrame(found, columns=head)


def _taken(
    case: Case, carrier_id: str, moved: pd.DataFrame, bulk: set[str], tonnes: dict[str, float]
) -> dict[str, float]:
    """The share that each item takes of a carrier in its fullest dimension, empty units with it."""
    fullest: dict[str, float] = {}
    most = 0.0
    for dimension, (size, _) in carrier_sizes(case, carrier_id).items():
        taken: dict[str, float] = defaultdict(float)
        for row in rows(moved[moved["what"] != "carrier"]):
            taken[row.item] += row.number * item_loading(case, row.item, dimension)[row.what == "empty"]
        for item in bulk:
            taken[item] += tonnes[item] * item_loading(case, item, dimension)[0]
        if sum(taken.values()) / size > most:
            most, fullest = sum(taken.values()) / size, taken
    return fullest


RIVALS = [
    "trade",
    "name",
    "route",
    "route_name",
    "way",
    "at_sea",
    "unit",
    "payload_t",
    "km",
    "kg_per_t",
    "kg_per_unit",
    "days",
    "waiting_days",
    "usd_per_unit",
    "cost_usd_per_unit",
    "break_even_usd_per_t",
    "verdict",
]


def _rivals(case: Case, ways: pd.DataFrame, grams: dict[str, float]) -> pd.DataFrame:
    """Each trade's way on the corridor, then its rivals."""
    factor = {row.mode_id: row.g_co2e_per_tkm for row in case.rows("mode")}
    sea = {row.mode_id for row in case.rows("mode") if row.at_sea}
    spent = hours(case)
    found: list[tuple[Any, ...]] = []
    for trade in case.rows("trade"):
        way, listed = _ways_of(case, trade, ways)
        unit, payload = _unit_of(case, trade.commodity_id)
        lead = factor[trade.lead_mode_id] * trade.lead_km if trade.lead_mode_id else 0.0
        km, kg, days, waiting, usd = (
            _mean((t, start + sum(rule(arc) for arc in each)) for t, each in listed)
            for start, rule in (
                (trade.lead_km, lambda arc: arc.length_km),
                (lead / KILO, lambda arc: grams[arc.arc_id] / KILO),
                (trade.lead_h / DAY, lambda arc: spent[arc.arc_id].total / DAY),
                (0.0, lambda arc: spent[arc.arc_id].waiting / DAY),
                (trade.lead_usd_per_t, lambda arc, each=trade.commodity_id: arc.tariff[each]),
            )
        )
        day = float(case.row("commodity", trade.commodity_id).time_usd_per_t_day)
        own = (payload * (usd + day * days), payload * kg / KILO)
        _, widest = max(listed, key=lambda each: each[0], default=(0.0, []))
        ships = " ".join(arc.link_id for arc in widest if arc.mode_id in sea)
        here = (trade.trade_id, trade.name, "corridor", "The corridor", way, ships, unit, payload)
        found.append((*here, km, kg, payload * kg, days, waiting, payload * usd, own[0], math.nan, ""))
        for rival in case.rows("rival"):
            if rival.trade_id != trade.trade_id:
                continue
            legs = [leg for leg in case.rows("rival_leg") if leg.rival_id == rival.rival_id]
            kg = sum(factor[leg.mode_id] * leg.length_km for leg in legs) / KILO
            usd = math.nan if rival.usd_per_t is None else rival.usd_per_t
            days = math.nan if rival.days is None else rival.days
            cost = payload * (usd + day * days)
            met = break_even(*own, cost, payload * kg / KILO)
            km = sum(leg.length_km for leg in legs)
            there = (trade.trade_id, trade.name, rival.rival_id, rival.name, "stated", "", unit, payload)
            found.append((*there, km, kg, payload * kg, days, math.nan, payload * usd, cost, *met))
    return pd.DataFrame(found, columns=RIVALS)


def break_even(usd: float, t: float, rival_usd: float, rival_t: float) -> tuple[float, str]:
    """The price of carbon (USD per t) above zero at which two routes cost the same, else NaN; and which is cheaper.

    From the cost in USD and the emissions in t CO2e of each.

    >>> break_even(300.0, 3.0, 200.0, 5.0)
    (50.0, 'corridor above 50 USD')
    >>> break_even(300.0, 3.0, 200.0, 2.0)
    (nan, 'rival')
    """
    dearer, dirtier = usd - rival_usd, t - rival_t
    if math.isnan(dearer) or math.isnan(dirtier):
        return math.nan, ""
    if dearer * dirtier < 0:
        price = -dearer / dirtier
        return price, f"corridor {'above' if dearer > 0 else 'below'} {price:,.0f} USD"
    if not dearer and not dirtier:
        return math.nan, "neither"
    return math.nan, "corridor" if dearer < 0 or dirtier < 0 else "rival"


def _mean(weighted: Iterable[tuple[float, float]]) -> float:
    """The mean of (weight, number); NaN of none."""
    pairs = list(weighted)
    weight = sum(each for each, _ in pairs)
    return sum(each * number for each, number in pairs) / weight if weight else math.nan


def _ways_of(case: Case, trade: Any, ways: pd.DataFrame) -> tuple[str, list[tuple[float, list[Arc]]]]:
    """The ways of a trade and the tonnes on each: those of the flows, else the cheapest, else none (``closed``)."""
    known = {arc.arc_id: arc for arc in arcs(case)}
    ends = (trade.commodity_id, trade.origin_id, trade.destination_id)
    demands = [row for row in case.rows("demand") if (row.commodity_id, row.origin_id, row.destination_id) == ends]
    names = {row.demand_id for row in demands}
    taken = [(row.t, [known[arc] for arc in row.ways]) for row in rows(ways) if row.demand in names]
    if taken:
        return "flows", taken
    crosses = demands[0].gate if demands else "must" if case.gate is not None else "never"
    graph, spent = layered(case, trade.commodity_id, crosses), hours(case)
    day, grams = float(case.row("commodity", trade.commodity_id).time_usd_per_t_day), grams_per_t(case)
    carbon_usd = float(case.rows("case")[0].carbon_usd_per_t)

    def cost(arc: Arc) -> float:
        way = arc.tariff[trade.commodity_id] + day * spent[arc.arc_id].total / DAY
        return max(0.0, way + carbon_usd * grams[arc.arc_id] / MEGA)

    cheapest: nx.DiGraph[Any] = nx.DiGraph()
    edges: Any = graph.edges(data="arc")
    for tail, head, arc in edges:
        if not cheapest.has_edge(tail, head) or cost(arc) < cheapest[tail][head]["cost"]:
            cheapest.add_edge(tail, head, cost=cost(arc), arc=arc)
    found: list[tuple[float, list[Arc]]] = []
    for layer in layers(crosses)[1]:
        try:
            usd: Any
            usd, places = nx.single_source_dijkstra(
                cheapest, (trade.origin_id, BEFORE), (trade.destination_id, layer), weight="cost"
            )
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            continue
        found.append((usd, [cheapest[tail][head]["arc"] for tail, head in pairwise(places)]))
    return ("cheapest", [(1.0, min(found, key=lambda each: each[0])[1])]) if found else ("closed", [])


def _unit_of(case: Case, commodity: str) -> tuple[str, float]:
    """The unit in which a commodity rides and the tonnes in it; one tonne where it rides in none."""
    for row in case.rows("packing"):
        if row.commodity_id == commodity and row.unit_id:
            return str(row.unit_id), float(row.payload_t)
    return "t", 1.0


def _prices(asked: list[float], total: float, delivered: float, freight: float) -> pd.DataFrame:
    listed = [
        (
            price,
            price * total,
            price * total / delivered if delivered else math.nan,
            price * total / freight if freight else math.nan,
        )
        for price in asked
    ]
    return pd.DataFrame(listed, columns=["usd_per_t_co2e", "usd", "usd_per_t", "share_of_freight"])


def _route_prices(asked: list[float], rivals: pd.DataFrame) -> pd.DataFrame:
    listed = [
        (row.trade, row.route, price, row.cost_usd_per_unit + price * row.kg_per_unit / KILO)
        for row in rows(rivals)
        for price in asked
        if not math.isnan(row.cost_usd_per_unit)
    ]
    return pd.DataFrame(listed, columns=["trade", "route", "usd_per_t_co2e", "cost_usd_per_unit"])


def _cbam(case: Case, answer: Answer) -> pd.DataFrame:
    """The charge of importers in the Union for the carbon of goods that came from outside it."""
    told = case.rows("case")[0]
    country = {row.node_id: row.country for row in case.rows("node")}
    found = []
    for goods in case.rows("cbam"):
        came: dict[tuple[str, str], float] = defaultdict(float)
        for row in rows(answer.delivered[answer.delivered["commodity"] == goods.commodity_id]):
            made, bought = country[row.origin], country[row.destination]
            if row.t > SMALLEST_T and bought in UNION and made not in UNION and goods.country in (None, made):
                came[made or UNKNOWN, bought] += row.t
        charged = max(0.0, goods.embedded_t_per_t - told.cbam_free_share * goods.benchmark_t_per_t)
        for (made, bought), t in sorted(came.items()):
            each, of = told.cbam_usd_per_t * charged, t * goods.share
            full = of * goods.embedded_t_per_t * told.cbam_usd_per_t
            where = (goods.cbam_id, goods.name, goods.commodity_id, made, bought, t, of)
            found.append((*where, of * goods.embedded_t_per_t, of * charged, of * each, each, full))
    head = ["cbam", "name", "commodity", "origin", "destination", "t", "goods_t"]
    return pd.DataFrame(found, columns=[*head, "embedded_t_co2e", "charged_t_co2e", "usd", "usd_per_t", "full_usd"])
