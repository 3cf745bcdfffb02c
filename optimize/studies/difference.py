"""The difference of two answers to one study, and why a change has no effect."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from corridor.model.case import Case, Cell
from corridor.model.limit_facts import limit_names, segment_names
from corridor.model.limit_ids import BACK, limit_ids
from corridor.model.money import NOTHING_USD, bill, by_state, paid
from corridor.model.result.answer import Answer
from corridor.model.result.difference import Difference
from corridor.model.result.frame import rows
from corridor.model.schema import schemas
from corridor.model.scope import ALL
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.measures import Measures, smallest
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve as answered
from corridor.optimize.period.layout import CHOICE, COSTS, KILO, MEASURES
from corridor.optimize.period.offers import available
from corridor.optimize.studies.differences import changed_cells
from corridor.optimize.studies.explain import links_of
from corridor.optimize.studies.revenue import link_names
from corridor.optimize.studies.solve import solve

ALIKE = 1e-6
"""Relative difference below which two values are alike: the precision of a certificate."""
NOTHING_T = 0.5
"""Tonnes below which two amounts are alike."""
FULL = 1 - 1e-6
"""Share of use from which a resource counts as full."""
BY_TIME = ("cost_shipper", CHOICE)
"""Studies in which the time of cargo counts."""
UNKNOWN = ("held", "other", "time")
"""Grounds that hold for no single change of several."""
OF_FITS = (*UNKNOWN, "price", "choice", "carbon", "penalty", "calendar", "empty", "slack", "ceiling")
"""Grounds on which a change has no effect on the tonnes that fit, and may have one on the cargo that comes."""


def difference(
    base: Setting, setting: Setting, study: str = "capability", *, answer: Answer | None = None
) -> Difference:
    """The difference that the changes of a case make to ``base`` in a study, and its cause.

    ``answer`` is that of the case, if it is known. Measures in gate t a year, costs in USD a year. Capability is
    compared at one floor as well where their own floors differ; where closures cut the year of the case, the base is
    cut alike. Raises the errors of :func:`corridor.solve`.
    """
    now = solve(setting, study) if answer is None else answer
    alike = now.closures is None or base.closures is not None
    return _between(base, solve(base, study) if alike else _cut_alike(base, now), setting, now)


def _cut_alike(base: Setting, now: Answer) -> Answer:
    """The answer of the base over the periods into which closures of the other case cut its year."""
    cut = replace(base, horizon=now.horizon)
    before, *others = (answered(cut, each, most=None) for each in dict.fromkeys([now.study, *now.measures_t]))
    measures = {name: t for each in others for name, t in each.measures_t.items()} | dict(before.measures_t)
    growth = next((each.growth for each in others if each.growth is not None), before.growth)
    return replace(before, case=base.given, measures_t=measures, growth=growth, whole_t={})


def _between(of_base: Setting, before: Answer, setting: Setting, answer: Answer) -> Difference:
    """The difference between the answers of two cases to the same study over the same horizon."""
    base, case = of_base.given, setting.given
    measures, floor_t = _measures(of_base, before, setting, answer)
    firsts = [" together with ".join(each.first.names) if each.first else "" for each in (before, answer)]
    scopes = _scopes(before, answer)
    changed = _other(before.value, answer.value) or any(each["change"].any() for each in (measures, scopes))
    names = segment_names(base) | segment_names(case)
    return Difference(
        case=case,
        base=base.scenario,
        study=answer.study,
        changed=changed,
        periods="year" if answer.horizon is None else answer.horizon.name,
        first_base=firsts[0] if answer.closures is None else "",  # a year cut by closures has no order of limits
        first=firsts[1],
        floor_t=floor_t,
        measures=measures,
        scopes=scopes,
        limits=_limits(before, answer),
        markets=_markets(before, answer, names),
        comes=_comes(before, answer),
        totals=_totals(base, before, case, answer),
        earned=_earned(before, answer),
        changes=Grounds(base, before, case, answer, changed).table(),
    )


def _other(base: float | None, now: float | None) -> bool:
    if base is None or now is None:
        return base is not now
    return abs(now - base) > ALIKE * max(1.0, abs(base), abs(now))


def _measures(base: Setting, before: Answer, setting: Setting, answer: Answer) -> tuple[pd.DataFrame, dict[str, float]]:
    body: list[tuple[str, str, float, float]] = []
    floor_t: dict[str, float] = {}
    for name in (MEASURES[0], CHOICE, *MEASURES[1:]):
        for one, other in ((before.measures_t, answer.measures_t), (before.whole_t, answer.whole_t)):
            if name in one and name in other and (one is before.measures_t or name == CHOICE):
                body.append((name, answer.value_unit, one[name], other[name]))
    if before.growth is not None and answer.growth is not None:
        body.append(("growth", "times the base year", before.growth, answer.growth))
    if answer.study in COSTS:
        body.append((answer.study, "USD/year", paid(before.cost, answer.study), paid(answer.cost, answer.study)))
    elif answer.horizon is None and answer.scope == ALL and min(before.growth or 1.0, answer.growth or 1.0) < 1:
        floors = [
            {row.segment: share(each.growth or 1.0) * row.base_t for row in rows(each.segments)}
            for each in (before, answer)
        ]
        floor_t = smallest(floors)
        kt = {segment: t / KILO for segment, t in floor_t.items()}
        at_floor = [Measures.of(each.open(), kt).t("capability") for each in (base, setting)]
        body.append(("capability_common", answer.value_unit, at_floor[0], at_floor[1]))
    return _with_change(pd.DataFrame(body, columns=["measure", "unit", "base", "now"])), floor_t


def _with_change(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the change from ``base`` to ``now``; nothing where they are alike."""
    change = [now - base if _other(base, now) else 0.0 for base, now in zip(frame["base"], frame["now"], strict=True)]
    return frame.assign(change=change)


def _scopes(before: Answer, answer: Answer) -> pd.DataFrame:
    """Measures of the scopes that somebody counts, in each scope's own tonnes."""
    was = {(each.scope, each.net): each for each in before.scopes}
    body = []
    for each in answer.scopes:
        one = was.get((each.scope, each.net))
        if each.scope == ALL or one is None:
            continue
        for measure in ("handled", "concurrent", "capability"):
            amounts = (getattr(one, f"{measure}_t"), getattr(each, f"{measure}_t"))
            body.append((each.scope, each.name, measure, each.unit, *amounts))
    return _with_change(pd.DataFrame(body, columns=["scope", "name", "measure", "unit", "base", "now"]))


def _limits(before: Answer, answer: Answer) -> pd.DataFrame:
    """Limits that came, went and stay; use and offer of each in both answers."""
    listed = [{row.resource: row for row in rows(each.limits)} for each in (before, answer)]
    uses = [{row.resource: (row.used, row.available) for row in rows(each.use)} for each in (before, answer)]
    body = []
    for resource in dict.fromkeys([*listed[1], *listed[0]]):
        known = listed[1].get(resource) or listed[0][resource]
        state = "stays" if all(resource in each for each in listed) else "came" if resource in listed[1] else "went"
        amounts: list[float] = []
        for limits, use in zip(listed, uses, strict=True):
            there = limits.get(resource)
            amounts += (there.used, there.available) if there else use.get(resource, (math.nan, math.nan))
        body.append((resource, known.name, known.kind, state, *amounts, known.unit))
    order = {"came": 0, "went": 1, "stays": 2}
    body.sort(key=lambda line: order[line[3]])
    columns = ["resource", "name", "kind", "state", "base_used", "base_available", "used", "available", "unit"]
    return pd.DataFrame(body, columns=columns)


def _markets(before: Answer, answer: Answer, names: Mapping[str, str]) -> pd.DataFrame:
    """Tonnes delivered by market that differ, the greatest gain first."""
    was, now = (each.delivered.groupby("segment")["t"].sum().to_dict() for each in (before, answer))
    body = [
        (segment, names.get(str(segment), str(segment)), was.get(segment, 0.0), now.get(segment, 0.0))
        for segment in dict.fromkeys([*was, *now])
        if abs(now.get(segment, 0.0) - was.get(segment, 0.0)) > NOTHING_T
    ]
    frame = pd.DataFrame(body, columns=["segment", "name", "base_t", "t"])
    frame = frame.assign(change_t=frame["t"] - frame["base_t"])
    return frame.sort_values("change_t", ascending=False, kind="stable", ignore_index=True)


def _comes(before: Answer, answer: Answer) -> pd.DataFrame:
    """Tonnes that come by market, where they differ, the greatest gain first; none where one is not known."""
    columns = ["market", "name", "base_t", "t", "change_t"]
    if "comes" not in before.tables or "comes" not in answer.tables:
        return pd.DataFrame([], columns=columns)
    was, now = ({row.market: row for row in rows(each.tables["comes"])} for each in (before, answer))
    body = []
    for market in dict.fromkeys([*was, *now]):
        one, other = (float(each[market].t) if market in each else 0.0 for each in (was, now))
        if abs(other - one) > NOTHING_T:
            body.append((market, (now.get(market) or was[market]).name, one, other, other - one))
    frame = pd.DataFrame(body, columns=columns)
    return frame.sort_values("change_t", ascending=False, kind="stable", ignore_index=True)


def _totals(base: Case, before: Answer, case: Case, answer: Answer) -> pd.DataFrame:
    def of(there: Case, found: Answer) -> dict[str, float]:
        items = bill(found.cost, found.study if found.study in COSTS else "cost_shipper")
        return {
            "delivered": float(found.delivered["t"].sum()),
            "unmet": float(found.delivered["unmet_t"].sum()),
            "outside": float(found.delivered["outside_t"].sum()),
            "revenue": found.revenue_usd,
            **{study: paid(found.cost, study) for study in COSTS},
            "penalty": items.get("penalty", 0.0),
            "outside_freight": items.get("outside", 0.0),
            "built": math.fsum(project.cost_usd * times for project, times in there.built),
        }

    was, now = of(base, before), of(case, answer)
    return pd.DataFrame(
        [(name, was[name], now[name], now[name] - was[name]) for name in was],
        columns=["quantity", "base", "now", "change"],
    )


def _earned(before: Answer, answer: Answer) -> pd.DataFrame:
    """Freight by country and by operator in each state that both answers have, where it differs."""
    body = []
    for by in ("country", "operator"):
        frames = [by_state(each.states, countries=by == "country") for each in (before, answer)]
        for study in (study for study in answer.states if study in before.states):
            was, now = (each.groupby(by, sort=False)[study].sum().to_dict() for each in frames)
            for name in dict.fromkeys([*now, *was]):
                one, other = was.get(name, 0.0), now.get(name, 0.0)
                if abs(other - one) > NOTHING_USD:
                    body.append((by, name, study, one, other, other - one))
    return pd.DataFrame(body, columns=["by", "name", "study", "base", "now", "change"])


@dataclass(frozen=True)
class About:
    """Resources (or arcs, or the gate) and links that a cell has to do with."""

    resources: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class Grounds:
    """Why changes have, or may have, no effect, from the answers with and without them."""

    def __init__(self, base: Case, before: Answer, case: Case, answer: Answer, changed: bool) -> None:
        self.base, self.case, self.answer, self.changed = base, case, answer, changed
        self.shares = [_shares(each) for each in (before, answer)]
        self.used = [dict(zip(each.use["resource"], each.use["used"], strict=True)) for each in (before, answer)]
        self.offers = [available(each) for each in (base, case)]
        self.flows = [each.flow.groupby("link")["t"].sum().to_dict() for each in (before, answer)]
        self.limits = set(answer.limits["resource"])
        self.facts = limit_names(base) | limit_names(case)
        self.links = link_names(base) | link_names(case)
        self.using = [links_of(each) for each in (base, case)]
        values = [each.measures_t if CHOICE in each.measures_t else each.whole_t for each in (before, answer)]
        self.comes = all(CHOICE in each for each in values) and _other(values[0][CHOICE], values[1][CHOICE])

    def table(self) -> pd.DataFrame:
        """A row a change and ground."""
        body: list[tuple[object, ...]] = []
        for words, cells in self._by_change().items():
            grouped: dict[str, list[Cell]] = defaultdict(list)
            for cell in cells:
                grouped[self._ground(cell)].append(cell)
            if not cells:
                grouped["same"] = []
            for reason, its in grouped.items():
                # With a difference only grounds that hold for a change by itself are given.
                open_ = () if not self.changed else UNKNOWN if not self.comes else OF_FITS
                certain = "" if reason in open_ else reason
                body.append((words, certain, *self._beside(its, certain)))
        columns = ["words", "reason", "names", "base_share", "share", "beside"]
        return pd.DataFrame(body, columns=columns)

    def _by_change(self) -> dict[str, list[Cell]]:
        """Cells that differ by the change that has set them; changes that set what was there have none."""
        made = self.case.touched
        found: dict[str, list[Cell]] = {}
        earlier = set(map(id, self.base.changes))
        for change in self.case.changes:
            if id(change) not in earlier and change not in self.base.changes and change in made.values():
                found[change.words] = []
        for cell in changed_cells(self.base, self.case):
            words = made[cell].words if cell in made else ".".join(cell)
            found.setdefault(words, []).append(cell)
        return found

    def _ground(self, cell: Cell) -> str:
        """The ground on which one cell that differs has no effect."""
        table, _, column = cell
        study = self.answer.study
        unread = {"words": "words", "services": "services", "hazards": "hazards"} | (
            {} if study == CHOICE else {"choice": "choice"}
        )
        if study not in ("cost_shipper", CHOICE):
            unread |= {"price": "price", "carbon": "carbon"}
        if study != "cost_resource":
            unread["spending"] = "spending"
        if study in MEASURES:
            unread |= {"penalty": "penalty", "length": "spending"}
        if self.answer.horizon is None:
            unread["store"] = "store"
        schema = schemas()[table]
        field = schema.field(column) or schema.fields[0]  # a row stands for its id
        if field.ground in unread:
            return unread[field.ground]
        about = self._about(cell)
        if self.answer.horizon is None and table == "calendar" and self._row(cell).shape and not self.changed:
            return "calendar"
        if table == "segment" and column == "ceiling_t_per_year":
            return "other" if cell[1] in self.limits else "ceiling"
        if about.links and not any(flow.get(link, 0.0) > NOTHING_T for flow in self.flows for link in about.links):
            return "empty"
        if not about.resources:
            return "time" if (table, column) == ("link", "time_h") and study not in BY_TIME else "other"
        return self._full(about.resources, table, column)

    def _full(self, resources: Iterable[str], table: str, column: str) -> str:
        """``slack``, ``held`` or ``other`` by how full the resources are."""
        listed = list(resources)
        if all(share.get(each, 0.0) < FULL for share in self.shares for each in listed):
            field = schemas()[table].field(column)
            capacity = field is not None and field.enters == "rhs"
            fits = all(self.used[1].get(each, 0.0) < FULL * self.offers[0].get(each, math.inf) for each in listed)
            return "slack" if not self.changed or (capacity and fits) else "other"
        return "other" if self.limits & set(listed) and self.changed else "held"

    def _row(self, cell: Cell) -> Any:
        """The row of a cell, with the changes if it is there then."""
        table, row, _ = cell
        return (self.case if row in self.case[table].index else self.base).row(table, row)

    def _about(self, cell: Cell) -> About:
        """Resources and links that a cell has to do with."""
        table, row, column = cell
        case = self.case if row in self.case[table].index else self.base
        if table in ("resource", "gate"):
            return About((limit_ids(case)[table, row],))
        if table == "link":
            arc_ids = [limit_ids(case).get((table, way)) for way in (row, row + BACK)]
            arcs_of = tuple(arc for arc in arc_ids if arc and any(arc in offer for offer in self.offers))
            carrier = case.row("link", row).carrier_id
            fleet = (str(case.row("carrier", carrier).resource_id),) if carrier and column == "time_h" else ()
            return About(fleet if column == "time_h" else arcs_of, (row,))
        if table == "carrier":
            return About((str(case.row(table, row).resource_id),))
        if table == "size":
            return About((str(case.row("carrier", case.row(table, row).carrier_id).resource_id),))
        if table == "use":
            use = case.row(table, row)
            return About((str(use.resource_id),), (str(use.link_id),))
        if table == "factor":
            factor = case.row(table, row)
            return self._about(("size", factor.size_id, "amount")) if factor.size_id else About((factor.resource_id,))
        if table in ("calendar", "closure"):
            about = case.row(table, row)
            if about.table == "node":
                ends = case["link"][["from_node_id", "to_node_id"]].eq(about.row).any(axis=1)
                return About(links=tuple(map(str, case["link"].index[ends])))
            return self._about((about.table, about.row, "capacity"))
        return About()

    def _beside(self, cells: list[Cell], reason: str) -> tuple[tuple[str, ...], float, float, tuple[str, ...]]:
        """Names of what the cells are about, shares of use of the fullest, and names of limits that hold, too."""
        about = [self._about(cell) for cell in cells] if reason not in ("same", "words", "price", "carbon") else []
        resources = list(dict.fromkeys(name for each in about for name in each.resources))
        links = list(dict.fromkeys(name for each in about for name in each.links))
        names = tuple(self.links[each] for each in links) if links and reason in ("empty", "time") else ()
        names = names or tuple(self.facts[each] for each in resources if each in self.facts)
        if reason == "ceiling":
            segments = {row.segment_id: row.name for row in self.case.rows("segment")}
            names = tuple(segments[row] for _, row, _ in cells if row in segments)
        shares = [[share[each] for each in resources if each in share] for share in self.shares]
        most = [max(each, default=math.nan) for each in shares]
        full = [name for name, share in self.shares[1].items() if share >= FULL and name in self.facts]
        there = [row.name for row in rows(self.answer.limits)] or [self.facts[name] for name in full]
        beside = tuple(name for name in there if name not in names) if reason == "held" else ()
        return names, most[0], most[1], beside


def _shares(answer: Answer) -> dict[str, float]:
    """Use of each resource as a share of its offer, in the fullest period of the year; nothing of what has none."""
    frame = answer.use if answer.horizon is None else answer.tables["use_by_period"]
    shares = frame["share"].astype(float).groupby(frame["resource"], sort=False).max()
    return {str(resource): share for resource, share in shares.items() if not math.isnan(share)}
