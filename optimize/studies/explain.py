"""One resource, link or demand explained: who uses it, what it costs, which limit holds it, what would change it."""

from __future__ import annotations

import math
from collections import defaultdict

import pandas as pd

from corridor.model.case import Case
from corridor.model.facts import fact
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.graph import arcs
from corridor.model.horizon import DAY
from corridor.model.language import say
from corridor.model.limit_facts import limit_facts, limit_names
from corridor.model.limit_ids import gate_limit, limit_ids
from corridor.model.pools import parks
from corridor.model.program import Label
from corridor.model.result.answer import Answer
from corridor.model.result.explanation import Explanation
from corridor.model.result.frame import rows
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.journeys import journey
from corridor.optimize.answer.limit import lift
from corridor.optimize.answer.measures import Measures
from corridor.optimize.answer.paths import paths
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.tables import answer_tables, values_of
from corridor.optimize.period.layout import KILO, segment_of
from corridor.optimize.period.offers import available
from corridor.optimize.studies.markets import alone
from corridor.optimize.studies.revenue import legs
from corridor.optimize.studies.solve import answer_of


def explain(setting: Setting, name: str, answer: Answer | None = None, *, study: str = "capability") -> Explanation:
    """Explain a resource, store, pool, link or demand in the answer to a study, by its id, or as ``link.railway``.

    ``answer`` is that of the case, if it is known. A demand without cargo is tried in the year as one period. Raises
    CaseError for a name of none of these, and for one of several, and the errors of :func:`corridor.solve`.
    """
    case = setting.case
    table, row = _meant(case, name)
    answer = answer_of(setting, answer, study)
    ways = paths(case, answer.flow, answer.delivered)
    limit = limit_ids(case).get((table, row), "")
    if table == "demand":
        return _demand(setting, answer, ways, row)
    if table == "store" or limit in available(case):
        return _resource(setting, answer, ways, table, row)
    return _link(case, answer, ways, row)


EXPLAINED = ("resource", "gate", "store", "pool", "link", "demand")
"""Tables whose rows can be explained."""


def _meant(case: Case, name: str) -> tuple[str, str]:
    """Table and row that a name means; of a link also its second direction."""
    rows_of = {table: [str(row) for row in case[table].index] for table in EXPLAINED}
    rows_of["link"] = [row for table, row in limit_ids(case) if table == "link"]
    table, dot, row = name.partition(".")
    if dot and row in rows_of.get(table, ()):
        return table, row
    meant = [table for table in EXPLAINED if name in rows_of[table]]
    if len(meant) == 1:
        return meant[0], name
    code, reason = (
        "C077",
        say(
            "several tables have a row of that id; write {listed}",
            listed=f" {say('or')} ".join(f"{t}.{name}" for t in meant),
        ),
    )
    if not meant:
        code, known = "C022", (row for rows in rows_of.values() for row in rows)
        reason = say(
            "{name} is no resource, store, pool, link or demand; {nearest}", name=name, nearest=nearest(name, known)
        )
    raise CaseError([Fault(code, "explain", reason)], "the question")


def _names(case: Case) -> dict[str, dict[str, str]]:
    """Names by table and id of all that the tables of an explanation may hold; a demand is named by its ends."""
    places = {row.node_id: row.name for row in case.rows("node")}
    goods = {row.commodity_id: row.name for row in case.rows("commodity")}
    limits = limit_names(case)
    demands = {
        row.demand_id: f"{goods[row.commodity_id]}, {places[row.origin_id]} – {places[row.destination_id]}"
        for row in case.rows("demand")
    }
    ids = limit_ids(case)
    links = {str(link): limits[ids["link", str(link)]] for link in case["link"].index}
    return {"commodity": goods, "link": links, "resource": limits, "demand": demands}


def links_of(case: Case) -> dict[str, set[str]]:
    """Links on which each resource and each park is used; of a store the links that lead away from it."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in case.rows("use"):
        found[row.resource_id].add(row.link_id)
    fleet = {row.carrier_id: row.resource_id for row in case.rows("carrier")}
    stores = defaultdict(list)
    for row in case.rows("store"):
        stores[row.node_id].append(limit_ids(case)["store", row.store_id])
    for arc in arcs(case):
        found[arc.arc_id].add(arc.link_id)
        for store in stores[arc.start]:
            found[store].add(arc.link_id)
        for park in parks(case):
            if park.runs_on(arc):
                found[park.limit_id].add(arc.link_id)
        if arc.carrier_id:
            found[fleet[arc.carrier_id]].add(arc.link_id)
        if arc.gate and (gate := gate_limit(case)):
            found[gate].add(arc.link_id)
    return found


def users(case: Case, ways: pd.DataFrame, links: set[str]) -> pd.DataFrame:
    """Select-link: demand, commodity and tonnes of the cargo that passes any of the links."""
    link_of = {arc.arc_id: arc.link_id for arc in arcs(case)}
    passes = ways["ways"].map(lambda way: any(link_of[arc] in links for arc in way)).astype(bool)
    found = ways[passes].groupby(["demand", "commodity"])["t"].sum().reset_index()
    return found.sort_values(["t", "demand"], ascending=[False, True], ignore_index=True)


def _measures(setting: Setting, label: Label) -> list[tuple[str, float, float]]:
    """C and T as they are and with a limit lifted: (name, t, t lifted)."""
    year = setting.open()
    if not year.layout.base:
        return []
    measures = Measures.of(year)
    lifted = lift([label]) if label in year.program.given_at else {}
    higher = year.solver.solve("growth", maximise=True, given=lifted)
    more = year.solver.solve("level", maximise=True, given={**measures.question("capability").given, **lifted})
    return [
        ("concurrent", measures.t("concurrent"), higher.value * measures.base * KILO),
        ("capability", measures.t("capability"), more.value * KILO),
    ]


def _resource(setting: Setting, answer: Answer, ways: pd.DataFrame, table: str, name: str) -> Explanation:
    case = setting.case
    limit = limit_ids(case)[table, name]
    facts = limit_facts(case)[limit]
    kind = "store" if table == "store" else "resource"
    there = case.row("store", name).capacity_t if kind == "store" else available(case)[limit]
    row = next(iter(rows(answer.use[answer.use["resource"] == limit])), None)
    used, full = (float(row.used), row.share > 1 - 1e-6) if row is not None else (0.0, False)
    links = links_of(case)[limit]
    price = answer.limits[answer.limits["resource"] == limit]
    found = [fact("explain.used", name=facts.name, used=used, available=there, unit=facts.unit)]
    found += [fact("explain.closed")] if there == 0 else []
    if len(price):
        unit, _, step = str(price["price_unit"].iloc[0]).partition(" per ")
        step = step if step[:1].isdigit() else f"1 {step}"
        gain = {"gain": float(price["price"].iloc[0]), "gain_unit": unit.replace("/year", " a year")}
        found.append(fact("explain.limit", step=step, **gain))
    elif answer.limits_left or answer.unfinished:
        found.append(fact("explain.unlisted"))
    else:
        found.append(fact("explain.full" if full else "explain.no_limit"))
    for measure, before, after in _measures(setting, ("room", name) if kind == "store" else ("available", limit)):
        case_of = ".free" if math.isinf(after) else ".same" if after - before <= 1 else ""
        found.append(fact(f"explain.{measure}{case_of}", t=before, lifted_t=after))
    for each in case.rows("evidence"):
        if (each.table, each.row) == (table, name) and each.scenario in (None, case.scenario):
            kind_of = ".range" * (each.low is not None and each.high is not None) + ".source" * bool(each.source_id)
            numbers = {"low": each.low, "high": each.high, "source_id": list(each.source_id or ())}
            about = {"column": each.column, "basis": each.basis, "note": each.note or ""}
            found.append(fact(f"explain.evidence{kind_of}", **about, **numbers))
    tables = {"used on": _flows(answer, links), "used by": users(case, ways, links)}
    return Explanation(case, name, kind, found, tables, _names(case))


def _link(case: Case, answer: Answer, ways: pd.DataFrame, name: str) -> Explanation:
    link = case.row("link", name)
    names = {row.node_id: row.name for row in case.rows("node")}
    share = answer.use.set_index("resource")
    flow = float(answer.flow.loc[answer.flow["link"] == name, "t"].sum())
    ends = {"origin": names[link.from_node_id], "destination": names[link.to_node_id]}
    numbers = {"km": float(link.length_km), "hours": float(link.time_h), "t": flow}
    code = "explain.link" if link.directed else "explain.link.both"
    found = [fact(code, mode=link.mode_id.replace("_", " "), **ends, **numbers)]
    holding = [resource for resource, links in links_of(case).items() if name in links and resource in share.index]
    limits = set(answer.limits["resource"])
    table = pd.DataFrame(
        [(each, share.at[each, "name"], share.at[each, "share"], each in limits) for each in sorted(holding)],
        columns=["resource", "name", "share", "limit"],
    )
    if not len(table):
        found.append(fact("explain.link.bare"))
    tables = {"resources": table, "used by": users(case, ways, {name})}
    return Explanation(case, name, "link", found, tables, _names(case))


def _demand(setting: Setting, answer: Answer, ways: pd.DataFrame, name: str) -> Explanation:
    case = setting.case
    row = case.row("demand", name)
    names = {each.node_id: each.name for each in case.rows("node")}
    mine, on = ways[ways["demand"] == name], {arc.arc_id: arc for arc in arcs(case)}
    mine = mine.sort_values("t", ascending=False, kind="stable")
    served = float(answer.delivered.loc[answer.delivered["demand"] == name, "t"].sum())
    asked = row.t_per_year + (row.elsewhere_t_per_year or 0)
    goods = case.row("commodity", row.commodity_id).name
    ends = {"origin": names[row.origin_id], "destination": names[row.destination_id]}
    found = [fact("explain.demand", commodity=goods, **ends, base_t=float(asked), t=served)]
    tried = None
    if not len(mine):
        tried = Trial(setting, name)
        mine = tried.ways
        found += tried.facts
    by_leg = legs(case, answer, mine)
    body = []
    for number, (t, way) in enumerate(zip(mine["t"], mine["ways"], strict=True), 1):
        spent = journey(case, way)
        freight = float(by_leg.loc[by_leg["way"] == number, "usd_per_t"].sum(min_count=1))
        places = [names[on[way[0]].start], *(names[on[arc].end] for arc in way)]
        km = math.fsum(on[arc].length_km for arc in way)
        body.append(
            (number, t, km, spent.total / DAY, (spent.total - spent.waiting) / DAY, freight, " > ".join(places))
        )
    table = pd.DataFrame(body, columns=["number", "t", "km", "days", "without_waiting_d", "usd_per_t", "way"])
    passed = {on[arc].link_id for way in mine["ways"] for arc in way}
    full = set(answer.limits["resource"])
    holds = sorted(each for each, links in links_of(case).items() if each in full and links & passed)
    facts = limit_facts(case)
    if tried is not None and not holds:
        holds = [each for each in tried.stops if each in facts]
    if holds:
        found.append(fact("explain.limits", resources=holds, names=[facts[each].name for each in holds]))
    elif len(mine):
        found.append(fact("explain.limits.none"))
    by_leg = by_leg[LEGS_SHOWN]
    return Explanation(case, name, "demand", found, {"ways": table, "legs": by_leg}, _names(case))


TRIED_T = 1000.0
"""Tonnes of a demand that carries nothing, with which its way and what stops it are sought."""


class Trial:
    """A demand without cargo in the answer, tried with 1,000 t of its own: its cheapest way, and what stops it.

    The way is the cheapest by operating cost where nothing limits it. ``stops`` are the ids of the limits that stop
    the demand as it grows alone. The others stay at the base year, or at the part of it that fits.
    """

    def __init__(self, setting: Setting, name: str) -> None:
        case = setting.case
        row = case.row("demand", name)
        tonnes = [] if row.t_per_year else [f"demand.{name}.t_per_year={TRIED_T:g}"]
        tried = case.with_([*tonnes, f"demand.{name}.segment_id="])
        self.ways = pd.DataFrame(columns=["demand", "commodity", "t", "ways"])
        self.stops: list[str] = []
        year = setting.whole.at(tried).open()
        segment = segment_of(tried, name)
        free = {**lift(year.limits.labels), ("floor", segment): year.layout.base.get(segment, 0.0)}
        found = year.solver.solve("tie_break", maximise=False, given=free)
        if found.status != "optimal" or segment not in year.layout.base:
            self.facts = [fact("explain.no_way" if found.status != "optimal" else "explain.no_gate")]
            return
        tables = answer_tables(year.layout, values_of(year.program, found.columns))
        ways = paths(tried, tables["flow"], tables["delivered"])
        self.ways = ways[ways["demand"] == name].reset_index(drop=True)
        common = year.concurrent({("floor", segment): 0.0}).value
        most, self.stops, stops = alone(year, segment, share(common))
        code = ("explain.alone" if row.t_per_year else "explain.tried") + ".free" * math.isinf(most)
        by = {"resources": self.stops, "stops": stops}
        self.facts = [fact(code, tried_t=TRIED_T, t=most, **by), fact("explain.cheapest")]


LEGS_SHOWN = ["way", "leg", "from", "to", "operator", "km", "usd_per_t", "moving_d", "standing_d", "waiting_d"]
"""Columns of the legs of a demand that are explained."""


def _flows(answer: Answer, links: set[str]) -> pd.DataFrame:
    on = answer.flow[answer.flow["link"].isin(links)]
    return on.groupby(["link", "direction", "commodity"])["t"].sum().reset_index()
