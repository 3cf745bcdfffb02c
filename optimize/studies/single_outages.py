"""One thing out for a share of the year (N-1): capability, growth, cargo that comes and revenue, in place.

An outage takes a share of the offers of a year as one period. Every question is then the same program with other
right-hand sides. A known optimum that keeps the smaller offers is one of the question with the outage, too: capacity
that is not used costs nothing when it goes. Only the other outages are solved, from the vertex of the year without any.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from corridor.model.case import Case
from corridor.model.days import days_of
from corridor.model.faults import CaseError, InfeasibleError
from corridor.model.graph import arcs, name_of
from corridor.model.horizon import Floats
from corridor.model.limit_facts import limit_facts
from corridor.model.limit_ids import BACK, limit_ids
from corridor.model.listings import users
from corridor.model.pools import parks
from corridor.model.program import Label, Positions, Program
from corridor.optimize.answer.choice import Equilibrium, equilibrium
from corridor.optimize.answer.expected import calibrated
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.tables import SMALLEST
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.costs import cost_items
from corridor.optimize.period.layout import CHOICE, KILO
from corridor.optimize.period.offers import available
from corridor.optimize.program.highs import Solution
from corridor.optimize.studies.coming import known_to_come, proved_t

KEPT = 1e-9
"""Relative tolerance: a row that is breached by less is kept."""
MOVED = ("flow", "loaded", "empty", "move")
"""Columns of an arc that are zero while it is shut."""


@dataclass(frozen=True, eq=False)
class Out:
    """A row out for some days of the year: all of it, or one planner's unit of a fleet.

    ``offers``: what is left by the label of its given, in the unit of the resource, t a year of a link; ``shut``: ids
    of arcs that nothing passes all year; ``change``: the same as a change of the case, empty where there is none.
    """

    table: str
    row: str
    name: str
    kind: str
    of: str
    days: float
    offers: Mapping[Label, float] = field(default_factory=dict)
    shut: frozenset[str] = frozenset()
    change: str = ""

    def with_(self, other: Out) -> Out:
        """Both at once; they are of different rows."""
        return Out(
            table="",
            row=f"{self.row} {other.row}",
            name=f"{self.name}, {other.name}",
            kind=self.kind,
            of="",
            days=max(self.days, other.days),
            offers={**self.offers, **other.offers},
            shut=self.shut | other.shut,
        )


def outs(case: Case, days: float, unit_days: float) -> list[Out]:
    """Every resource, link, pool and place out for ``days``, and one unit of every fleet out for ``unit_days``.

    A resource out gives nothing, and its background waits, too. A link is out in both directions; without a limit of
    its own it loses nothing of a year but by 365 days. A unit is the planner's step of a resource that carriers are of.
    """
    year, offer, facts, ids = days_of(case.base_year), available(case), limit_facts(case), limit_ids(case)
    fleets = {row.resource_id for row in case.rows("carrier")}
    share, part = (min(1.0, each / year) for each in (days, unit_days))
    listed = []
    for row in case.rows("resource"):
        there = offer[row.resource_id]
        if not 0 < there < math.inf:
            continue
        label: Label = ("available", row.resource_id)
        about = (row.resource_id, facts[row.resource_id].name, row.kind)
        # One unit of capacity offers so much, after factors, calendars and closures.
        more = available(case.at({("resource", row.resource_id, "capacity"): row.capacity + 1.0}))
        per_unit = more[row.resource_id] - there
        left = {label: there * (1.0 - share)}
        listed.append(Out("resource", *about, "all", days, left, frozenset(), _less(row, there * share / per_unit)))
        if row.resource_id in fleets and row.step and row.step < row.capacity:
            lost = min(row.step * part, there / per_unit)
            left = {label: there - lost * per_unit}
            listed.append(Out("resource", *about, "unit", unit_days, left, frozenset(), _less(row, lost)))
    for link in case.rows("link"):
        if not link.capacity_t_per_year > 0:
            continue
        ways = [each for each in (link.link_id, link.link_id + BACK) if ("link", each) in ids]
        limits = {ids["link", each] for each in ways}
        left = {
            ("available", each): offer[each] * (1.0 - share) for each in limits if offer.get(each, math.inf) < math.inf
        }
        shut = {arc.arc_id for arc in arcs(case) if arc.link_id == link.link_id} if share >= 1.0 else ()
        finite = math.isfinite(link.capacity_t_per_year)
        most = link.capacity_t_per_year * (1.0 - share) if finite else 0.0
        change = f"link.{link.link_id}.capacity_t_per_year={most!r}" if finite or shut else ""
        name = name_of(case, "link", link.link_id)
        kind = facts[ids["link", link.link_id]].kind
        listed.append(Out("link", link.link_id, name, kind, "all", days, left, frozenset(shut), change))
    return [*listed, *_pools(case, days, share), *_places(case, days, share, listed)]


def _pools(case: Case, days: float, share: float) -> list[Out]:
    """Parks of vehicles of which none runs for a share of the year, those in other traffic included."""
    listed = []
    for park in parks(case):
        if not 0 < park.number < math.inf:
            continue
        left: dict[Label, float] = {("available", park.limit_id): park.number * (1.0 - share)}
        own = park.rows[0]
        gone = park.number * share / (own.available or 1.0)
        change = f"pool.{own.pool_id}.number={own.number - gone!r}" if len(park.rows) == 1 else ""
        name = ", ".join(row.name for row in park.rows)
        kind = limit_facts(case)[park.limit_id].kind
        listed.append(Out("pool", park.park_id, name, kind, "all", days, left, frozenset(), change))
    return listed


def _places(case: Case, days: float, share: float, listed: Sequence[Out]) -> list[Out]:
    """Places at which every link is out, and every resource that only they take of; none without such a limit."""
    known, found = users(case), []
    whole = {(out.table, out.row): out for out in listed if out.of == "all"}
    for node in case.rows("node"):
        here = known.get(("node", node.node_id), frozenset())
        links = dict.fromkeys(arc.link_id for arc in arcs(case) if arc.arc_id in here)
        mine = [whole["link", link] for link in links if ("link", link) in whole]
        mine += [out for key, out in whole.items() if key[0] == "resource" and (own := known.get(key)) and own <= here]
        left = {label: amount for out in mine for label, amount in out.offers.items()}
        shut = here if share >= 1.0 else frozenset[str]()
        if left or shut:
            change = "; ".join(out.change for out in mine if out.change)
            name = name_of(case, "node", node.node_id)
            found.append(Out("node", node.node_id, name, "", "all", days, left, shut, change))
    return found


def _less(row: Any, lost: float) -> str:
    """The change of a case that takes ``lost`` of the capacity of a resource."""
    return f"resource.{row.resource_id}.capacity={row.capacity - lost!r}"


@dataclass
class Held:
    """Rows of the limits of a year, by which an optimum is checked against what outages leave."""

    year: Year

    def __post_init__(self) -> None:
        self._rows: dict[Out, tuple[Positions, Floats, Positions]] = {}

    def givens(self, out: Out) -> dict[Label, float]:
        """Offers that an outage leaves, in the units of the program; limits that nothing takes of are left out."""
        scales, places = self.year.period.scales, self.year.program.given_at
        return {label: amount * scales[str(label[1])] for label, amount in out.offers.items() if label in places}

    def keeps(self, activity: Floats, columns: Floats, out: Out) -> bool:
        """True where a point with this activity of the rows keeps what an outage leaves, and uses no shut arc."""
        if out not in self._rows:
            given, rows = self.givens(out), self.year.program.row_at
            at = np.array([rows["resource_limit", label[1]] for label in given], dtype=np.int64)
            shut = shut_columns(self.year.program, out.shut) if out.shut else np.zeros(0, dtype=np.int64)
            self._rows[out] = at, np.array(list(given.values())), shut
        at, most, shut = self._rows[out]
        return bool((activity[at] <= most * (1.0 + KEPT) + KEPT).all() and (columns[shut] <= KEPT).all())


class Screened:
    """A question to a year, with outages: solved where no known optimum keeps what they leave."""

    def __init__(self, year: Year, question: Question, held: Held) -> None:
        self.year, self.question, self.held = year, question, held
        self.solves = 0
        self.known: dict[Out | None, Solution] = {}
        self._activity: dict[Out | None, Floats] = {}
        self._learn(None, year.ask(question))
        year.solver.start_from(question.goal)

    def _learn(self, out: Out | None, solution: Solution) -> None:
        self.known[out] = solution
        if solution.status == "optimal":
            self._activity[out] = self.year.program.matrix @ solution.columns

    def of(self, out: Out, near: Sequence[Out] = ()) -> Solution | None:
        """The solution with an outage, None where there is none; ``near`` are smaller outages with known solutions.

        The least of the known optima that keep what is left bounds it from both sides.
        """
        if out not in self.known:
            kept = [
                each
                for each in (None, *near)
                if each in self._activity and self.held.keeps(self._activity[each], self.known[each].columns, out)
            ]
            if kept:
                least = min(kept, key=lambda each: self.known[each].value)
                self.known[out], self._activity[out] = self.known[least], self._activity[least]
            else:
                self._learn(out, self._solved(out))
        solution = self.known[out]
        return solution if solution.status == "optimal" else None

    def value(self, out: Out | None, near: Sequence[Out] = ()) -> float:
        """The goal with an outage, 0 where nothing is left."""
        solution = self.known[None] if out is None else self.of(out, near)
        return 0.0 if solution is None else float(solution.value)

    def _solved(self, out: Out) -> Solution:
        year, question = self.year, self.question
        self.solves += 1
        given = {**question.given, **self.held.givens(out)}
        with Shut(year, out.shut):
            return year.solver.solve(question.goal, maximise=question.maximise, given=given, without=question.without)


def shut_columns(program: Program, shut: frozenset[str]) -> Positions:
    """Positions of the columns of arcs."""
    return np.array(
        [
            at
            for at, (name, key) in enumerate(program.columns)
            if name in MOVED and (key if name == "move" else key[0]) in shut
        ],
        dtype=np.int64,
    )


class Shut:
    """A year of which nothing passes some arcs, as long as the context lasts."""

    def __init__(self, year: Year, shut: frozenset[str]) -> None:
        self.year, self.shut = year, shut

    def __enter__(self) -> None:
        if self.shut:
            program = self.year.program
            most = np.full(len(program.columns), np.inf)
            most[shut_columns(program, self.shut)] = 0.0
            self.year.solver.hold_columns(np.zeros(len(most)), most)

    def __exit__(self, *error: object) -> None:
        if self.shut:
            count = len(self.year.program.columns)
            self.year.solver.hold_columns(np.zeros(count), np.full(count, np.inf))


class Fitting:
    """Growth and capability of a year with outages, all at one floor: the least that fits with any of them."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.year = setting, setting.open()
        self.base = math.fsum(self.year.layout.base.values())
        self.held = Held(self.year)
        self.growth = Screened(self.year, Question("growth"), self.held)

    def floor_of(self, listed: Sequence[Out], near: Mapping[Out, Sequence[Out]] | None = None) -> float:
        """The share of the base year that fits with each of the outages."""
        near = near or {}
        return min([1.0, self.growth.value(None), *(self.growth.value(out, near.get(out, ())) for out in listed)])

    def capability(self, floor: float) -> Screened:
        """The most gate kt with outages at a floor, a share of the base year."""
        return Screened(self.year, self.year.question("capability", floor), self.held)


@dataclass(frozen=True)
class Came:
    """The cargo that comes and the freight that operators earn on it: t and USD a year."""

    t: float
    usd: float


NEVER = Came(math.nan, math.nan)


class Coming:
    """The equilibrium of the cargo that comes with outages; that without any stands where it keeps what is left."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.solves = setting, 0
        self.year: Year | None = None
        if not known_to_come(setting):
            return
        try:
            self.base = calibrated(setting)
            self.year = setting.open(CHOICE)
            self.state = equilibrium(self.year, self.base)
        except (CaseError, InfeasibleError):
            self.year = None
            return
        self.program, self.held = self.year.program, Held(self.year)
        self.earned = freight(self.year)
        self.activity = self.program.matrix @ self.state.solution.columns
        self.before = self._came(self.year, self.state)

    def of(self, out: Out | None) -> Came:
        """Cargo and freight with an outage; NaN where fixed cargo does not fit, or nothing is known to come."""
        year = self.year
        if year is None:
            return NEVER
        if out is None or self.held.keeps(self.activity, self.state.solution.columns, out):
            return self.before
        self.solves += 1
        try:
            if out.shut:  # a closed way has no column: a proof must not rest on bounds that the program does not have
                return self._anew(out)
            year.take(year.period, self.program.with_values(self.program.given(self.held.givens(out))))
            return self._came(year, equilibrium(year, self.base))
        except (CaseError, InfeasibleError):
            return NEVER
        finally:
            year.take(year.period, self.program)

    def _anew(self, out: Out) -> Came:
        """The equilibrium of a case whose links are closed all year."""
        links = dict.fromkeys(arc.link_id for arc in arcs(self.setting.case) if arc.arc_id in out.shut)
        case = self.setting.case.with_([f"link.{link}.capacity_t_per_year=0" for link in links])
        year = self.setting.at(case).open(CHOICE)
        held = Held(year).givens(out)
        year.take(year.period, year.program.with_values(year.program.given(held)))
        return self._came(year, equilibrium(year, self.base))

    def _came(self, year: Year, state: Equilibrium) -> Came:
        columns = state.solution.columns
        earned = self.earned if year is self.year else freight(year)
        usd = float(earned @ np.where(columns > SMALLEST, columns, 0.0))
        return Came(proved_t(year, state), usd)


def freight(year: Year) -> Floats:
    """Freight that operators earn by column of a year as one period, subsidies taken off [USD]."""
    earned = np.zeros(len(year.program.columns))
    for item, (usd, name, key) in cost_items(year.layout, "cost_shipper"):
        if item in ("freight", "subsidy"):
            earned[year.program.columns.every((name, key))] += usd * KILO
    return earned


@dataclass(frozen=True)
class Pair:
    """Two outages together: capability without and with them, kt, at ``floor`` times the base year."""

    one: Out
    other: Out
    both: Out
    before: float
    after: float
    floor: float


def worst_pair(fitting: Fitting, listed: Sequence[Out]) -> Pair | None:
    """The two outages of different rows that cost most capability together; None without two.

    Every pair is tried, but for places: a place is many rows at once. Pairs of which one known optimum keeps what the
    other leaves take no solve.
    """
    listed = [out for out in listed if out.table != "node"]
    pairs = {
        one.with_(other): (one, other)
        for at, one in enumerate(listed)
        for other in listed[at + 1 :]
        if (one.table, one.row) != (other.table, other.row)
    }
    if not pairs:
        return None
    floor = fitting.floor_of([*listed, *pairs], pairs)
    capability = fitting.capability(floor)
    for out in listed:
        capability.of(out)
    values = {both: capability.value(both, pair) for both, pair in pairs.items()}
    worst = min(values, key=lambda both: values[both])
    return Pair(*pairs[worst], worst, capability.value(None), values[worst], floor)
