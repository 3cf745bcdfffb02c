"""The worth of levers: the equilibrium of the cargo that comes, and the capability, with each of them and with all."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.boxes import payloads
from corridor.model.case import Case
from corridor.model.change.changes import Change
from corridor.model.faults import CaseError, CertificateError, Fault, InfeasibleError, nearest
from corridor.model.graph import arcs
from corridor.model.language import say
from corridor.model.market import shippers
from corridor.model.money import by_country
from corridor.model.result.carbon import UNION, grams_per_t
from corridor.model.result.frame import rows
from corridor.model.result.levers import Levers
from corridor.model.result.listing import Described
from corridor.model.schema import schemas
from corridor.optimize.answer.choice import Equilibrium, equilibrium
from corridor.optimize.answer.course import courses, sums
from corridor.optimize.answer.expected import calibrated, proof
from corridor.optimize.answer.journeys import hours
from corridor.optimize.answer.measures import Measures
from corridor.optimize.answer.paths import paths
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.tables import SMALLEST, answer_tables
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import CHOICE
from corridor.optimize.period.streams import NeedsRebuild
from corridor.optimize.studies.differences import changed_cells
from corridor.optimize.studies.lever_rows import Lever, group_of, levers_of

HELD_T = 1.0
"""Tonnes: lower limit of a change that counts as one."""
DUST = 1e-9
"""Share of the amount without levers: below it a change is the solver's dust."""
AMOUNTS = ["comes_t", "teu", "eu_t", "fits_t", "freight_usd", "days", "t_co2e"]
COLUMNS = ["lever", "name", "group", "kind", "step", *AMOUNTS, "country", "country_usd", "settled", "why"]


@dataclass(frozen=True)
class State:
    """One equilibrium in the amounts of the table: freight by country, days by demand, tonnes and demands by link."""

    amounts: Mapping[str, float]
    countries: Mapping[str, float]
    days: Mapping[str, float]
    tonnes: Mapping[str, float]
    users: Mapping[str, frozenset[str]]
    settled: bool
    residual: float


class Runs:
    """The equilibrium and the capability of case after case, in place where the rows stay the same."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.base = setting, calibrated(setting)
        self.comes = setting.open(CHOICE)
        self.fits = setting.open()
        self.floors = Measures.of(self.fits).floors
        self.full: frozenset[str] = frozenset()

    def before(self) -> State:
        """The state without levers; raises as :meth:`at`."""
        state = self._solved(self.setting.case, self._fits(self.setting.case))
        prices, limits = self.prices, self.comes.limits
        self.full = frozenset(limits.id_of(label) for label in limits.priced(prices))
        return state

    def at(self, case: Case, before: State) -> State:
        """The state of a case; raises CaseError, InfeasibleError, CertificateError, TimeLimitError.

        An optimum stays one where room without a price grows: the state before is that of the case, too. Prices and
        times that are in no row leave the cargo that fits as it is.
        """
        cells = changed_cells(self.setting.case, case)
        ids = {name: schema.id_column for name, schema in schemas().items()}
        kept = not any(column == ids[table] for table, _, column in cells)
        timed = self.setting.horizon is not None
        rowless = kept and all(case.enters(cell, timed=timed) in ("cost", "none") for cell in cells)
        fits_t = before.amounts["fits_t"] if rowless else self._fits(case)
        if kept and all(self._idle(case, cell) for cell in cells):
            return replace(before, amounts={**before.amounts, "fits_t": fits_t})
        return self._solved(case, fits_t)

    def _idle(self, case: Case, cell: tuple[str, str, str]) -> bool:
        """True for more capacity of a resource that has no price."""
        table, row, column = cell
        if (table, column) != ("resource", "capacity") or row in self.full:
            return False
        return bool(case.row(table, row).capacity >= self.setting.case.row(table, row).capacity)

    def held(self, hours: Mapping[str, float], before: State, case: Case | None = None) -> State:
        """The state with hours by arc that a timetable adds to those of the base year; raises as :meth:`at`.

        ``case`` has other spreads of time where they are known.
        """
        return self._solved(case or self.setting.case, before.amounts["fits_t"], hours)

    def _solved(self, case: Case, fits_t: float, hours: Mapping[str, float] | None = None) -> State:
        """The equilibrium of a case, proved."""
        year = self._in_place(self.comes, case)
        state = equilibrium(year, self.base, held=hours)
        self.prices = state.solution.prices
        columns = state.solution.columns
        values = sums(courses(year.period, year.program, np.where(columns > SMALLEST, columns, 0.0)))
        tables = answer_tables(year.layout, values)
        certificate = proof(year, state, tables)
        if not certificate.passed:
            raise CertificateError(f"the answer does not prove itself: {certificate}")
        return _state(case, state, tables, fits_t, max(certificate.residuals))

    def _fits(self, case: Case) -> float:
        """Capability at the floor of the case without levers; NaN where the floor does not fit."""
        year = self._in_place(self.fits, case)
        try:
            return Measures.of(year, self.floors).t("capability")
        except InfeasibleError:
            return math.nan

    def _in_place(self, year: Year, case: Case) -> Year:
        try:
            year.renumber(case)
        except NeedsRebuild:
            return self.setting.at(case).open(year.study)
        return year


def levers(
    setting: Setting,
    names: Iterable[str] = (),
    *,
    scenario: Callable[[str], Setting],
    notes: Callable[[], Mapping[str, Described]],
    progress: Callable[[int, int], None] | None = None,
) -> Levers:
    """The effect of every lever of a case on the cargo that comes: each alone, and all of them together.

    Levers are made of the tables of the case: tariffs a tenth lower, and a dollar a tonne less; an hour less, and a day
    of spread less, at the places with the most cargo; a departure a week more on each scheduled link; a planner's step
    more of each resource without a project; each project built once; and the scenarios of ``names``. Markets are
    calibrated once, on the base year. ``all together`` leaves scenarios out. ``progress`` receives how many are done,
    and of how many.

    Raises CaseError where a name is unknown, the case has no markets, or closures lose cargo; InfeasibleError,
    TimeLimitError; CertificateError, a fault of Corridor's own.
    """
    _check(setting, asked := list(names), notes)
    if setting.time_limit is not None and setting.deadline is None:
        setting = replace(setting, deadline=perf_counter() + setting.time_limit)
    case, runs = setting.case, Runs(setting)
    before = runs.before()
    listed, absent = levers_of(case, before.tonnes)
    known = notes() if asked else {}
    jobs: list[tuple[Lever, Case]] = [(lever, case.with_(lever.changes)) for lever in listed]
    jobs += [
        (Lever(name, case.words(known[name].title or name), "scenario", "", ()), scenario(name).case) for name in asked
    ]
    if listed:
        changes: list[Change | str] = [change for lever in listed for change in lever.changes]
        name = say("All of these together") if not asked else say("All of these together, without the scenarios")
        jobs.append((Lever("together", name, "together", "", tuple(changes)), case.with_(changes)))
    body, earned, worst = [], [], before.residual
    for number, (lever, changed) in enumerate(jobs, 1):
        after = runs.at(changed, before)
        worst = max(worst, after.residual)
        body.append(_row(case, lever, before, after))
        gains = _gains(before, after) if body[-1][-1] == "" else {}
        earned += [(lever.lever_id, country, usd) for country, usd in sorted(gains.items()) if abs(usd) >= 1.0]
        if progress:
            progress(number, len(jobs))
    return Levers(
        case=setting.given,
        unit=runs.comes.unit,
        base={**before.amounts, "days": mean_days(case, before, before)},
        table=pd.DataFrame(body, columns=COLUMNS),
        countries=pd.DataFrame(earned, columns=["lever", "country", "usd"]),
        absent=absent,
        solves=2 * (len(jobs) + 1),
        residual=worst,
    )


def _check(setting: Setting, asked: list[str], notes: Callable[[], Mapping[str, Described]]) -> None:
    """Raise CaseError with every reason for which the levers cannot be priced."""
    known = notes() if asked else {}
    faults = [
        Fault("C060", name, say("is no scenario of this case; {nearest}", nearest=nearest(name, known)))
        for name in asked
        if name not in known
    ]
    if setting.closures is not None:
        reason = say("the cargo that comes is not known where closures lose cargo, not yet; leave the closures out")
        faults.append(Fault("C173", "corridor levers", reason))
    if faults:
        raise CaseError(faults, "the question")


def _state(case: Case, state: Equilibrium, tables: Mapping[str, pd.DataFrame], fits_t: float, residual: float) -> State:
    flow, delivered, freight, cost = (tables[name] for name in ("flow", "delivered", "freight", "cost"))
    ways = paths(case, flow, delivered)
    subsidy = cost.loc[(cost["study"] == "cost_shipper") & (cost["item"] == "subsidy"), "usd"].sum()
    grams = grams_per_t(case)
    on = hours(case)
    link_of = {arc.arc_id: arc.link_id for arc in arcs(case)}
    users: dict[str, set[str]] = defaultdict(set)
    spent: dict[str, list[float]] = {}
    for way in rows(ways):
        sums_of = spent.setdefault(way.demand, [0.0, 0.0])
        sums_of[0] += way.t
        for arc in way.ways:
            users[link_of[arc]].add(way.demand)
        sums_of[1] += way.t * math.fsum(on[arc].total + state.waits.get(arc, 0.0) for arc in way.ways)
    amounts = {
        "comes_t": float(delivered["gate_t"].sum()),
        "teu": _boxes(case, delivered),
        "eu_t": _union(case, delivered),
        "fits_t": fits_t,
        "freight_usd": math.fsum(freight["usd"].tolist()) + float(subsidy),
        "t_co2e": math.fsum(t * grams[arc] for t, arc in zip(flow["t"], flow["arc"], strict=True)) / 1e6,
    }
    return State(
        amounts=amounts,
        countries={row.country: float(row.usd) for row in rows(by_country(freight))},
        days={demand: sums_of[1] / sums_of[0] / 24.0 for demand, sums_of in spent.items() if sums_of[0]},
        tonnes={str(link): float(t) for link, t in flow.groupby("link")["t"].sum().items()},
        users={link: frozenset(demands) for link, demands in users.items()},
        settled=state.settled,
        residual=residual,
    )


def _boxes(case: Case, delivered: pd.DataFrame) -> float:
    """Boxes of the cargo that comes, in TEU; NaN where no cargo of the case is in boxes."""
    payload = payloads(case)
    if not payload:
        return math.nan
    return math.fsum(row.t / payload[row.commodity] for row in rows(delivered) if row.commodity in payload)


def _union(case: Case, delivered: pd.DataFrame) -> float:
    """Net tonnes from or to countries of the European Union."""
    within = {row.node_id for row in case.rows("node") if row.country in UNION}
    demands = {row.demand_id: row for row in case.rows("demand")}
    ends = {name: {row.origin_id, row.destination_id} for name, row in demands.items()}
    return math.fsum(row.t for row in rows(delivered) if ends[row.demand] & within)


def mean_days(case: Case, other: State, state: State) -> float:
    """Mean days of a state over demands of both that choose, weighted by the base year; NaN where there is none."""
    known = shippers(case)
    weight = {
        name: each.base_t for name, each in known.items() if each.chooses and name in other.days and name in state.days
    }
    whole = math.fsum(weight.values())
    return math.fsum(weight[name] * state.days[name] for name in weight) / whole if whole else math.nan


def _gains(before: State, after: State) -> dict[str, float]:
    countries = {*before.countries, *after.countries}
    return {name: after.countries.get(name, 0.0) - before.countries.get(name, 0.0) for name in countries}


def _row(case: Case, lever: Lever, before: State, after: State) -> tuple[Any, ...]:
    first = {**before.amounts, "days": mean_days(case, after, before)}
    last = {**after.amounts, "days": mean_days(case, before, after)}
    change = {name: last[name] - first[name] for name in AMOUNTS}
    change = {name: 0.0 if abs(each) <= DUST * abs(first[name]) else each for name, each in change.items()}
    why = _why(case, lever, before) if abs(change["comes_t"]) < HELD_T else ""
    gains = _gains(before, after)
    country = max(sorted(gains), key=lambda name: gains[name], default="")
    gain = gains.get(country, 0.0)
    won = (country, gain) if gain >= 1.0 and not why else ("", 0.0)
    return (
        lever.lever_id,
        lever.name,
        group_of(case, lever),
        lever.kind,
        lever.step,
        *change.values(),
        *won,
        after.settled,
        why,
    )


def _why(case: Case, lever: Lever, before: State) -> str:
    """The reason for which as much comes as without a lever: the cargo on its links, the room of its resources."""
    known = shippers(case)
    if not any(each.chooses for each in known.values()):
        return say("all cargo of the case comes at any price")
    if lever.resources:
        return say("there is room for the cargo that comes")
    if lever.kind not in ("hours", "spread", "departures", "tariff"):
        return say("nothing that it changes holds the cargo that comes")
    kinds = {
        known[demand].kind if demand in known else "fixed"
        for link in lever.links
        for demand in before.users.get(link, ())
    }
    if not kinds:
        return say("no cargo takes it")
    if kinds == {"fixed"}:
        return say("its cargo comes at any price")
    if "logit" not in kinds:
        return say("its cargo comes at any price, or moves in steps")
    return say("its cargo has another way of the corridor at the same cost")
