"""Orders of greatest worth: terms of the projects of a case, and the search that meets cuts where it needs them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from corridor.model.case import Case
from corridor.model.faults import CertificateError
from corridor.model.horizon import Floats
from corridor.model.market import potential_t
from corridor.optimize.program.expansion import Choice, Cut, Frame, Orders, Payment
from corridor.optimize.studies.expand_worth import ALL, SHIPPERS, TONNES, Worth

MILLION = 1e6
GAP = 1e-3
"""Relative gap between bound and worth of the orders at which a search ends."""
LEAST = 1e-3
"""Million USD, or kt: a gap below it counts as none."""
PASSES = 200
"""Upper limit of the searches for one plan."""
RELAXED = 8
"""Upper limit of the passes in which parts of projects are allowed, to find cuts before whole ones are sought."""
MET = 1e-4
"""Share of a target that may be missing: more than costs count for beside tonnes."""
DUST = 1e-6
"""Share of a year's worth by which cuts may fall short of it."""
SPARED = 1e-5
"""Share of a year's tonnes that a cheaper plan may bring less."""
NOBODY = ""
"""The payer of a project that names none."""


@dataclass(frozen=True)
class Terms:
    """The question of an expansion.

    * ``years``; ``paths`` of growth; ``known``: the year from which the path is known, None for never
    * ``goal``: npv, tonnes or target; ``whom``: all, shippers or a country, of npv
    * ``discount``: rate a year; ``budgets``: USD by payer and year, either may be None
    * ``targets``: t a year, TEU with ``boxes``, by the first year of it
    * ``grants``: project, share, first year of an order (None: any)
    """

    years: range
    paths: tuple[str, ...]
    goal: str
    whom: str
    discount: float
    known: int | None
    budgets: Mapping[tuple[str | None, int | None], float] = field(default_factory=dict)
    targets: Mapping[int, float] = field(default_factory=dict)
    grants: Sequence[tuple[str, float, int | None]] = ()
    boxes: bool = False

    @property
    def yardstick(self) -> str:
        """The yardstick of the worth of a year."""
        return self.whom if self.goal == "npv" else TONNES

    def factor(self, year: int) -> float:
        """Discount factor of a year counted from 0."""
        return (1.0 + self.discount) ** -year


@dataclass(frozen=True)
class Part:
    """The part of a payer in the cost of an order; ``kind`` own, grant, loan or partner; ``bears``: who bears it."""

    payer: str
    kind: str
    share: float
    bears: str


def parts(case: Case, terms: Terms, row: Any, year: int) -> list[Part]:
    """Parts of the cost of a project ordered in a year: grants, loans and partners, and what its payer has left."""
    own = row.payer or NOBODY
    found = [
        Part(each.payer, each.kind, float(each.share), own if each.kind == "loan" else each.payer)
        for each in case.rows("funding")
        if each.project_id == row.project_id
        and (each.from_year is None or each.from_year <= year)
        and (each.to_year is None or year <= each.to_year)
    ]
    found += [
        Part("grant", "grant", share, "grant")
        for project, share, since in terms.grants
        if project == row.project_id and (since is None or since <= year)
    ]
    left = 1.0 - math.fsum(part.share for part in found)
    return [*found, Part(own, "own", left, own)] if left > 0 else found


def spread(case: Case, row: Any, order: int) -> list[tuple[int, float]]:
    """Years in which an order is paid, and the part of each: by its outlays, or evenly over the construction."""
    own = [each for each in case.rows("outlay") if each.project_id == row.project_id]
    if own:
        return [(order + int(each.nth_year) - 1, float(each.share)) for each in own if each.share]
    lead = int(row.build_years or 0)
    return [(order + year, 1.0 / max(lead, 1)) for year in range(max(lead, 1))]


def residual(row: Any, order: int, end: int) -> float:
    """Share of an order's cost that its life has left at the end of the question: by years, in a straight line."""
    if row.life_years is None:
        return 0.0
    used = end - (order + int(row.build_years or 0))
    return max(0.0, 1.0 - used / int(row.life_years))


def counts(part: Part, whom: str) -> bool:
    """True for a part of the cost that a yardstick bears: a country its own, all others what nobody gives."""
    return part.kind != "grant" if whom in (ALL, SHIPPERS, TONNES) else part.kind != "grant" and part.bears == whom


def frame_of(worth: Worth, terms: Terms, costs_usd: Mapping[str, float] | None = None) -> Frame:
    """Projects that can be ordered and their terms, as the program takes them: million USD, years from 0."""
    case, years = worth.case, len(terms.years)
    rows = worth.rows
    cost = np.full((len(rows), years), np.nan)
    payments: list[Payment] = []
    for p, row in enumerate(rows):
        usd = (costs_usd or {}).get(row.project_id, float(row.cost_usd)) / MILLION
        for y in range(years):
            year = terms.years[y]
            if y + int(row.build_years or 0) >= years or (row.first_year is not None and year < row.first_year):
                continue
            shares = parts(case, terms, row, year)
            borne = math.fsum(part.share for part in shares if counts(part, terms.yardstick))
            paid = math.fsum(share * terms.factor(at) for at, share in spread(case, row, y))
            cost[p, y] = usd * borne * (paid - residual(row, y, years) * terms.factor(years))
            payments += [
                Payment(
                    p, y, part.payer if part.kind != "grant" else f"grant {part.payer}", at, usd * part.share * share
                )
                for part in shares
                for at, share in spread(case, row, y)
            ]
    growth = np.array([[grown(case, worth.markets, year, path) for path in terms.paths] for year in terms.years])
    chance = 1.0 / len(terms.paths)
    factor = np.array([terms.factor(y) if terms.goal == "npv" else 1.0 for y in range(years)])
    none = np.zeros(len(rows))
    base = np.array([[worth.at(none, growth[y, s]).worth for s in range(len(terms.paths))] for y in range(years)])
    return Frame(
        lead=[int(row.build_years or 0) for row in rows],
        life=[int(row.life_years or 0) for row in rows],
        most=worth.most,
        cost=cost,
        weight=np.repeat(chance * factor[:, None], len(terms.paths), axis=1),
        growth=growth,
        known=years if terms.known is None else terms.known - terms.years[0],
        modal=worth.modal,
        base=base,
        payments=payments,
        budgets={
            (payer, None if year is None else year - terms.years[0]): usd / MILLION
            for (payer, year), usd in terms.budgets.items()
        },
        least=_least(terms),
    )


def grown(case: Case, markets: Sequence[str], year: int, path: str) -> list[float]:
    """Potential of each market in a year as a multiple of that of the base year."""
    found = []
    for name in markets:
        market = case.row("market", name)
        now = potential_t(case, market)
        found.append(potential_t(case, market, year, path) / now if now > 0 else 1.0)
    return found


def _least(terms: Terms) -> Floats | None:
    """Least kt by year and path: a target holds from its year until the next one."""
    if terms.goal != "target":
        return None
    rising = [(since, t * (1 - MET) / 1000.0) for since, t in sorted(terms.targets.items())]
    by_year = [max((t for since, t in rising if since <= year), default=np.nan) for year in terms.years]
    return np.repeat(np.array(by_year)[:, None], len(terms.paths), axis=1)


@dataclass(frozen=True)
class Plan:
    """Orders by project, year and path, what is open, the worth of each year, the value, and the bound on any other's.

    ``status`` is optimal or infeasible; value and bound are the gain over nothing built, or the cost of a target, in
    million USD; kt for tonnes.
    """

    status: str
    orders: Floats
    open: Floats
    worth: Floats
    value: float
    bound: float
    passes: int

    @property
    def gap(self) -> float:
        """Relative distance of the bound; none below :data:`LEAST`."""
        apart = abs(self.bound - self.value)
        return 0.0 if apart <= LEAST else apart / max(abs(self.value), LEAST)


class Search:
    """Plans of one case under several terms: cuts found for one serve all."""

    def __init__(self, worth: Worth) -> None:
        self.worth = worth
        self.cuts: list[Cut] = []
        self.known: set[int] = set()
        full = np.array(worth.most, dtype=float)
        self._ends = (np.zeros(len(full)), full)

    def _modes(self, ends: Floats, mode: tuple[int, ...]) -> Floats:
        built = ends.copy()
        built[self.worth.modal] = mode
        return built

    def _solved(self, built: Floats, growth: Floats) -> float:
        point = self.worth.at(built, growth)
        if id(point) not in self.known:
            self.known.add(id(point))
            self.cuts.append(point.cut)
        return point.worth

    def _tightest(self, built: Floats, growth: Floats) -> tuple[float, Cut]:
        """The least bound that the known cuts of the mode give at a point."""
        mode = self.worth.mode(built)
        return min(((cut.at(built, growth), cut) for cut in self.cuts if cut.mode == mode), key=lambda pair: pair[0])

    def best(self, frame: Frame, goal: str, *, gap: float = GAP, deadline: float | None = None) -> Plan:
        """The orders of greatest gain, of least cost with ``goal`` target, of most tonnes; raises TimeLimitError.

        Of the orders that bring most tonnes it is the cheapest: costs count for nothing beside tonnes.
        """
        if goal != TONNES:
            return self._best(frame, goal, gap, deadline)
        free = replace(frame, cost=0.0 * frame.cost)
        most = self._best(free, "npv", gap, deadline)
        if most.status != "optimal":
            return most
        least = most.worth - SPARED * np.maximum(1.0, np.abs(most.worth))
        cheap = self._best(replace(frame, least=least), "target", gap, deadline)
        chosen = cheap if cheap.status == "optimal" else most
        value = float((frame.weight * (chosen.worth - frame.base)).sum())
        return replace(chosen, value=value, bound=max(most.bound, value), passes=most.passes + cheap.passes)

    def _best(self, frame: Frame, goal: str, gap: float, deadline: float | None) -> Plan:
        _, years, paths = frame.shape
        cells = [(y, s) for s in range(paths) for y in range(years)]
        floors, tops = frame.base.copy(), frame.base.copy()
        for y, s in {(0, 0), *((years - 1, s) for s in range(paths))}:
            for mode in self.worth.modes:
                for end in self._ends:
                    self._solved(self._modes(end, mode), frame.growth[y, s])
        for y, s in cells:
            for mode in self.worth.modes:
                low = self._solved(self._modes(self._ends[0], mode), frame.growth[y, s]) if self.worth.modal else None
                floors[y, s] = min(floors[y, s], math.inf if low is None else low)
                tops[y, s] = max(tops[y, s], self._tightest(self._modes(self._ends[1], mode), frame.growth[y, s])[0])
        # Solved worths agree to some digits only: with the exact base a cut could leave nothing, not even no order.
        floors -= DUST * np.maximum(1.0, np.abs(floors))
        given, frame = frame, replace(frame, base=floors)
        orders = Orders(frame, LEAST + tops - floors)
        for y, s in cells:
            for mode in self.worth.modes:
                for end in self._ends:
                    self._meet(orders, y, s, self._tightest(self._modes(end, mode), frame.growth[y, s])[1])
        for _ in range(RELAXED):
            choice = orders.solve(_goal(goal), relaxed=True, deadline=deadline)
            if choice.status != "optimal" or not self._separated(orders, choice, gap):
                break
        for number in range(1, PASSES + 1):
            choice = orders.solve(_goal(goal), deadline=deadline, gap=gap / 4)
            if choice.status != "optimal":
                return Plan(choice.status, choice.orders, choice.orders, choice.worth, math.nan, math.nan, number)
            if not self._separated(orders, choice, gap):
                plan = self._plan(given, choice, goal, number, float((frame.weight * (floors - given.base)).sum()))
                if goal == "target" or plan.gap <= gap:
                    return plan
                if not self._separated(orders, choice, 0.0):
                    return plan
        raise CertificateError(f"the orders are not found in {PASSES} searches")

    def worth_of(self, built: Floats, growth: Floats) -> float:
        """The worth of a year with these open, solved."""
        return self._solved(built, growth)

    def bound(self, built: Floats, growth: Floats) -> float:
        """The least bound on the worth of a year that the known cuts give; infinite where the mode has none."""
        mode = self.worth.mode(built)
        return min((cut.at(built, growth) for cut in self.cuts if cut.mode == mode), default=math.inf)

    def gain(self, built: Floats, growth: Floats, worth: float) -> float:
        """Worth of a year above that of a plan; zero without a solve where the known bounds leave none."""
        known = self._tightest(built, growth)[0] - worth
        return 0.0 if known <= LEAST else max(0.0, self._solved(built, growth) - worth)

    def _meet(self, orders: Orders, year: int, path: int, cut: Cut) -> bool:
        """Add a cut to a year, unless it is there; True where it is new."""
        if any(cut is each for each in orders.cuts[year, path]):
            return False
        orders.add(year, path, cut)
        return True

    def _separated(self, orders: Orders, choice: Choice, gap: float) -> bool:
        """Add cuts that the worth of a choice breaks; True where there were any."""
        frame, found = orders.frame, False
        built = frame.open(choice.orders)
        _, years, paths = frame.shape
        scale = max(abs(choice.value), LEAST) * gap / 4
        for s in range(paths):
            for y in reversed(range(years)):
                weight = frame.weight[y, s] * years * paths
                apart = max(scale / max(weight, LEAST), LEAST / 100)
                if frame.least is not None:
                    apart = 1e-6 * max(1.0, abs(float(frame.base[y, s])))
                bound, cut = self._tightest(built[:, y, s], frame.growth[y, s])
                if bound >= choice.worth[y, s] - apart:
                    self._solved(built[:, y, s], frame.growth[y, s])
                    bound, cut = self._tightest(built[:, y, s], frame.growth[y, s])
                if bound < choice.worth[y, s] - apart:
                    found = self._meet(orders, y, s, cut) or found
        return found

    def _plan(self, frame: Frame, choice: Choice, goal: str, number: int, shift: float) -> Plan:
        """The plan of a choice with the worth of its years solved, not bounded; ``shift``: of its bound to the base."""
        built = frame.open(choice.orders)
        worth = self.value(frame, built)
        spent = float((frame.spent(choice.orders) * _chances(frame)).sum())
        if goal == "target":
            return Plan("optimal", choice.orders, built, worth, spent, choice.bound, number)
        value = float((frame.weight * (worth - frame.base)).sum()) - spent
        return Plan("optimal", choice.orders, built, worth, value, max(choice.bound + shift, value), number)

    def value(self, frame: Frame, built: Floats) -> Floats:
        """The worth of each year and path with these open."""
        _, years, paths = frame.shape
        return np.array(
            [[self._solved(built[:, y, s], frame.growth[y, s]) for s in range(paths)] for y in range(years)]
        )


def _goal(goal: str) -> str:
    return "cost" if goal == "target" else "gain"


def _chances(frame: Frame) -> Floats:
    """The chance of each path."""
    share: Floats = frame.weight.sum(axis=0) / frame.weight.sum()
    return share


def alone(frame: Frame, path: int) -> Frame:
    """The terms of one path, known from the first year."""
    some = slice(path, path + 1)
    return replace(
        frame,
        weight=frame.weight[:, some] / _chances(frame)[path],
        growth=frame.growth[:, some],
        base=frame.base[:, some],
        least=None if frame.least is None else frame.least[:, some],
        known=0,
    )
