"""The base year's cargo in drawn years: its places and ways, tonnes late and lost, days by market, remedies."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.case import Case
from corridor.model.change.changes import Build
from corridor.model.graph import arcs, name_of
from corridor.model.horizon import DAY, Floats
from corridor.model.limit_facts import limit_facts
from corridor.model.limit_ids import BACK, limit_ids
from corridor.model.listings import users
from corridor.model.result.frame import rows
from corridor.model.scope import passing_rows
from corridor.optimize.answer.course_of_year import demand_name
from corridor.optimize.answer.journeys import hours
from corridor.optimize.answer.paths import paths
from corridor.optimize.answer.scaled import scaled
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.tables import SMALLEST, answer_tables, values_of
from corridor.optimize.answer.year import Question, Year, asked, flows
from corridor.optimize.period.layout import KILO
from corridor.optimize.period.offers import available
from corridor.optimize.studies.hazards import (
    ENDLESS,
    Crossing,
    Drawn,
    Place,
    Sailing,
    Way,
    Years,
    drawn,
    shortfall,
    with_offers,
)
from corridor.optimize.studies.listings import Carried

QUANTILES = (0.5, 0.95)
MARKETS = ["demand", "name", "t", "days", "p50_d", "p95_d", "spread_d"]
PLACES = ["table", "row", "name", "t", "room", "shut_d", "late_t", "lost_t", "shortfall_t"]
REMEDIES = ["remedy", "name", "kind", "saved_t", "shortfall_saved_t", "usd_per_year", "usd_per_t"]


class DrawnYears:
    """The base year of a setting in drawn years; ``level`` is that of the conditional value at risk."""

    def __init__(self, setting: Setting, draws: int, seed: int, level: float, carried: Carried) -> None:
        self.case, self.level, self.program = setting.case, level, carried
        self.places, self.ways, self.carried = laid_out(setting)
        self.years = Years(self.case, self.places, draws, seed)
        self.drawn = drawn(self.years, self.places, self.ways)

    def summary(self) -> pd.DataFrame:
        """Rows late, lost, both, short: measure, mean_t, p50_t, p95_t, shortfall_t."""
        late, lost = self.drawn.late.sum(axis=1), self.drawn.lost.sum(axis=1)
        body = [
            (name, float(t.mean()), *np.quantile(t, QUANTILES).tolist(), shortfall(t, self.level))
            for name, t in (("late", late), ("lost", lost), ("both", late + lost), ("short", self.short()))
        ]
        return pd.DataFrame(body, columns=["measure", "mean_t", "p50_t", "p95_t", "shortfall_t"])

    def short(self) -> Floats:
        """Tonnes by year that the year as one period cannot carry, whatever waits: its program with the offers drawn.

        Where every place passes its cargo of the year, the base year's flow is a solution: nothing is short.
        """
        short = np.zeros(self.years.years)
        left = 1.0 - self.drawn.shut / self.years.length
        for at, place in enumerate(self.places):
            left[:, at] /= 1.0 - self.years.usual(place)
        offers = np.array([place.offers for place in self.places])
        resources = [at for at, place in enumerate(self.places) if place.table == "resource"]
        for year in np.flatnonzero((left * offers < 1.0 - 1e-9).any(axis=1)):
            given = {
                ("available", row): float(self.program.program.amount(("available", row)) * left[year, at])
                for at in resources
                if ("available", row := self.places[at].row) in self.program.program.given_at
            }
            short[year] = max(0.0, self.program.due - self.program.left(offers=given).kt) * KILO
        return short

    def by_place(self) -> pd.DataFrame:
        """Places that hazards hit, those that cost most first: :data:`PLACES`; means but for the shortfall."""
        body = []
        for at, place in enumerate(self.places):
            both = self.drawn.late[:, at] + self.drawn.lost[:, at]
            means = [float(each[:, at].mean()) for each in (self.drawn.shut, self.drawn.late, self.drawn.lost)]
            about = (place.table, place.row, place.name, place.t, place.offers - 1.0)
            body.append((*about, *means, shortfall(both, self.level)))
        frame = pd.DataFrame(body, columns=PLACES)
        return frame.sort_values(["shortfall_t", "late_t"], ascending=False, kind="stable", ignore_index=True)

    def markets(self) -> pd.DataFrame:
        """Days by demand: as stated, and the median and 95th percentile of one departure in each year."""
        spread = {row.link_id: float(row.spread_d) for row in self.case.rows("link")}
        links = {arc.arc_id: arc.link_id for arc in arcs(self.case)}
        body = []
        for demand, days in self.drawn.days.items():
            mine = self.carried[self.carried["demand"] == demand]
            t = float(mine["t"].sum())
            stated = math.fsum(way.share * way.days for way in self.ways if way.demand == demand)
            wide = math.fsum(row.t / t * math.fsum(spread[links[arc]] for arc in row.ways) for row in rows(mine))
            name = demand_name(self.case, demand)
            body.append((demand, name, t, stated, *np.quantile(days, QUANTILES).tolist(), wide))
        return pd.DataFrame(body, columns=MARKETS).sort_values("t", ascending=False, kind="stable", ignore_index=True)

    def remedies(self) -> pd.DataFrame:
        """Every remedy of the case in the same years, the cheapest a tonne first: :data:`REMEDIES`.

        ``saved_t`` is the mean of tonnes late and lost less with it, ``shortfall_saved_t`` that of the worst years;
        ``usd_per_t`` its cost a year over ``saved_t``, NaN where it has no cost or saves nothing.
        """
        before = self._costs(self.drawn)
        body = []
        for row in self.case.rows("remedy"):
            after = self._costs(self._with(row))
            saved = float((before - after).mean())
            usd = math.nan if row.usd_per_year is None else float(row.usd_per_year)
            per_t = usd / saved if saved >= 0.5 else math.nan
            tail = shortfall(before, self.level) - shortfall(after, self.level)
            body.append((row.remedy_id, row.name, row.kind, saved, tail, usd, per_t))
        frame = pd.DataFrame(body, columns=REMEDIES)
        return frame.sort_values(["usd_per_t", "saved_t"], kind="stable", ignore_index=True)

    def _with(self, row: Any) -> Drawn:
        """The same years with a remedy; only places that it changes are computed again."""
        offers: dict[tuple[str, str], float] = {}
        buffers: dict[str, float] = {}
        if row.project_id:
            built = self.case.with_([Build(row.project_id)])
            first, now, ids = available(self.case), available(built), limit_ids(self.case)
            for place in self.places:
                limit = ids.get((place.table, place.row), place.row)
                if first.get(limit, 0.0) and now.get(limit) != first[limit]:
                    offers[place.table, place.row] = place.offers * now[limit] / first[limit]
        else:
            names = passing_rows(self.case, "demand", row.demands) if row.demands else self.drawn.days
            buffers = dict.fromkeys(names, float(row.buffer_d))
        changed = [
            at
            for at, place in enumerate(self.places)
            if (place.table, place.row) in offers or any(each.demand in buffers for each in place.cargo)
        ]
        if not changed:
            return self.drawn
        after = drawn(self.years, with_offers([self.places[at] for at in changed], offers), buffers=buffers)
        late, lost = self.drawn.late.copy(), self.drawn.lost.copy()
        late[:, changed], lost[:, changed] = after.late, after.lost
        return Drawn(late, lost, self.drawn.shut, self.drawn.days)

    @staticmethod
    def _costs(found: Drawn) -> Floats:
        total: Floats = (found.late + found.lost).sum(axis=1)
        return total


def laid_out(setting: Setting) -> tuple[list[Place], list[Way], pd.DataFrame]:
    """The places that hazards of a case hit, the ways of the base year's cargo, and that cargo by way.

    Raises InfeasibleError, TimeLimitError.
    """
    case = setting.case
    year = setting.open("handled")
    columns = _columns(year)
    tables = answer_tables(year.layout, values_of(year.program, np.where(columns > SMALLEST, columns, 0.0)))
    carried = paths(case, tables["flow"], tables["delivered"])
    hit = [(row.table, name) for row in case.rows("hazard") if not row.missed for name in row.rows]
    takers = users(case)
    use = dict(zip(tables["use"]["resource"], tables["use"]["used"], strict=True)) if len(tables["use"]) else {}
    places = [
        place
        for table, row in dict.fromkeys(hit)
        if (place := _place(case, year, table, row, takers, carried, use)) is not None
    ]
    return places, _ways(case, carried, places, takers), carried


def _columns(year: Year) -> Floats:
    """The base year's flow on the ways of the growth that is common to all markets: no place is fuller than need be.

    Where that flow proves nothing of the base year, it is the cheapest of those that carry it.
    """
    question = Question("growth")
    common = year.ask(question)
    alike, _ = flows(year, "concurrent", question, common)
    even = scaled(year, year.question("handled", 1.0), replace(common, columns=alike))
    if even is not None:
        return even.columns
    question, found, _ = asked(year, "handled")
    return flows(year, "handled", question, found)[0]


def _place(
    case: Case,
    year: Year,
    table: str,
    row: str,
    takers: Mapping[tuple[str, str], frozenset[str]],
    carried: pd.DataFrame,
    use: Mapping[str, float],
) -> Place | None:
    """The place of a row with the cargo on it; None where there is none."""
    mine = takers.get((table, row), frozenset())
    tonnes: dict[str, float] = defaultdict(float)
    for way in rows(carried):
        if mine & set(way.ways):
            tonnes[way.demand] += way.t
    if not tonnes:
        return None
    demands = {name: case.row("demand", name) for name in tonnes}
    cargo = tuple(Crossing(name, t, demands[name].late_d, demands[name].wait_d) for name, t in tonnes.items())
    there, ids = available(case), limit_ids(case)
    if table == "resource":
        used, name = use.get(row, 0.0), limit_facts(case)[row].name
        offers = there[row] / used if used > 0 else ENDLESS
        own = case.row("resource", row)
        more = available(case.at({("resource", row, "capacity"): own.capacity + 1.0}))[row] - there[row]
        step = more / there[row] if 0 < there[row] < math.inf else 0.0
    else:
        limits = [ids[table, way] for way in (row, row + BACK) if (table, way) in ids]
        rooms = [there[each] / use[each] for each in limits if each in there and use.get(each, 0.0) > 0]
        offers, name, step = min(rooms, default=ENDLESS), name_of(case, table, row), 0.0
    return Place(table, row, name, min(max(offers, 1.0), ENDLESS), step, cargo)


def _ways(
    case: Case, carried: pd.DataFrame, places: list[Place], takers: Mapping[tuple[str, str], frozenset[str]]
) -> list[Way]:
    """The ways of every demand that is carried, with the places and the sailings on them."""
    on = hours(case)
    departures = {row.link_id: row.departures_per_week for row in case.rows("link") if row.departures_per_week}
    missed = {name: row.missed for row in case.rows("hazard") if row.missed for name in row.rows}
    links = {arc.arc_id: arc.link_id for arc in arcs(case)}
    total = carried.groupby("demand")["t"].sum()
    listed = []
    for row in rows(carried):
        crossed = [links[arc] for arc in row.ways]
        listed.append(
            Way(
                demand=row.demand,
                share=float(row.t / total[row.demand]),
                days=math.fsum(on[arc].total for arc in row.ways) / DAY,
                places=tuple(at for at, place in enumerate(places) if takers[place.table, place.row] & set(row.ways)),
                sailings=tuple(
                    Sailing(float(departures[link]), missed.get(link, 0.0)) for link in crossed if link in departures
                ),
            )
        )
    return listed
