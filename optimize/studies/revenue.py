"""Money of an answer: the shippers' bill, the revenue of operators and countries, cost and days by leg."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.graph import arcs, distinct
from corridor.model.language import say
from corridor.model.money import APART, bill, by_country, by_operator
from corridor.model.operators import earners
from corridor.model.result.answer import Answer
from corridor.model.result.carbon import grams_per_t
from corridor.model.result.frame import rows
from corridor.model.result.revenue import Revenue
from corridor.optimize.answer.journeys import days, hours
from corridor.optimize.answer.paths import paths
from corridor.optimize.answer.setting import Setting
from corridor.optimize.studies.solve import answer_of


def revenue(
    setting: Setting, answer: Answer | None = None, *, study: str = "capability", demand: str | None = None
) -> Revenue:
    """Revenue by operator and country, the shippers' bill, cost and days by leg, in USD a year and USD per t.

    Of the answer to ``study`` where none is given; with a ``demand`` the legs are those of this demand alone. Raises
    CaseError for the answer of another case and an unknown demand, and the errors of :func:`corridor.solve`.
    """
    case = setting.given
    known = [str(name) for name in case["demand"].index]
    if demand is not None and demand not in known:
        reason = say("{demand} is no demand of the case; {nearest}", demand=demand, nearest=nearest(demand, known))
        raise CaseError([Fault("C022", "revenue", reason)], "the question")
    answer = answer_of(setting, answer, study)
    ways = paths(case, answer.flow, answer.delivered)
    freight = answer.tables["freight"]
    items, by_leg = bill(answer.cost), legs(case, answer, ways)
    return Revenue(
        case=case,
        study=answer.study,
        delivered_t=float(answer.delivered["t"].sum()),
        outside_t=float(answer.delivered["outside_t"].sum()),
        unmet_t=float(answer.delivered["unmet_t"].sum()),
        gate_t=float(answer.delivered["gate_t"].sum()),
        tkm=math.fsum(freight["tkm"].tolist()),
        freight_usd=math.fsum(freight["usd"].tolist()),
        bill=pd.DataFrame([(item, usd, item not in APART) for item, usd in items.items()], columns=BILL),
        operators=by_operator(freight),
        countries=by_country(freight),
        untariffed=_untariffed(case, freight),
        days=days(case, answer, ways),
        legs=by_leg if demand is None else by_leg[by_leg["demand"] == demand].reset_index(drop=True),
        demand=demand or "",
        states=answer.states,
    )


BILL = ["item", "usd", "here"]


def _untariffed(case: Case, freight: pd.DataFrame) -> pd.DataFrame:
    """Legs on which cargo moves without a known tariff, both directions together, the most tonnes first."""
    names = link_names(case)
    without = freight[~freight["known"]]
    keys = ["link", "operator", "commodity"]
    sums: Any = without.groupby(keys, sort=True)[["t", "tkm"]].sum().reset_index()
    listed = [(row.link, names[row.link], row.operator, row.commodity, row.t, row.tkm) for row in rows(sums)]
    listed.sort(key=lambda line: float(line[4]), reverse=True)
    return pd.DataFrame(listed, columns=["link", "name", "operator", "commodity", "t", "tkm"])


def link_names(case: Case) -> dict[str, str]:
    """Names of links by id: the places of both ends, and the mode; of parallel links the id, too."""
    names = {row.node_id: row.name for row in case.rows("node")}
    modes = {row.mode_id: row.name for row in case.rows("mode")}
    told = {
        row.link_id: f"{names[row.from_node_id]} – {names[row.to_node_id]}, {modes[row.mode_id]}"
        for row in case.rows("link")
    }
    return distinct(told)


LEGS = ["demand", "name", "way", "share", "leg", "link", "from", "to", "mode", "operator", "km", "usd_per_t"]
LEGS += ["time_usd_per_t", "carbon_usd_per_t", "cost_usd_per_t", "moving_d", "standing_d", "waiting_d"]


def legs(case: Case, answer: Answer, ways: pd.DataFrame) -> pd.DataFrame:
    """Cost of a tonne and days on each leg of each way of each demand, the widest way first.

    The tariff is the revenue of the arc per tonne of that commodity; columns of
    :class:`corridor.model.result.revenue.Revenue`.
    """
    names = {row.node_id: row.name for row in case.rows("node")}
    modes = {row.mode_id: row.name for row in case.rows("mode")}
    goods = {row.commodity_id: row for row in case.rows("commodity")}
    demands = {row.demand_id: row for row in case.rows("demand")}
    price = float(case.rows("case")[0].carbon_usd_per_t)
    on, earner, grams, times = {arc.arc_id: arc for arc in arcs(case)}, earners(case), grams_per_t(case), hours(case)
    paid = {
        (row.arc, row.commodity): row.usd / row.t if row.known and row.t else math.nan
        for row in rows(answer.tables["freight"])
    }
    whole = ways.groupby("demand")["t"].sum()
    body = []
    for demand, its in ways.sort_values("t", ascending=False, kind="stable").groupby("demand", sort=False):
        row = demands[str(demand)]
        title = f"{goods[row.commodity_id].name}, {names[row.origin_id]} to {names[row.destination_id]}"
        for number, way in enumerate(rows(its), 1):
            head = (demand, title, number, way.t / whole[demand])
            for place, arc_id in enumerate(way.ways, 1):
                arc, spent = on[arc_id], times[arc_id]
                tariff = paid.get((arc_id, way.commodity), math.nan)
                day = goods[way.commodity].time_usd_per_t_day * math.fsum(spent.days)
                carbon = price * grams[arc_id] / 1e6
                cost = (0.0 if math.isnan(tariff) else tariff) + day + carbon
                where = (names[arc.start], names[arc.end], modes[arc.mode_id], earner[arc_id].operator)
                body.append((*head, place, arc.link_id, *where, arc.length_km, tariff, day, carbon, cost, *spent.days))
    return pd.DataFrame(body, columns=LEGS)
