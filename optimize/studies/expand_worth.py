"""The worth of a year for expansion: what it is with projects open and markets grown, and an upper bound beside it.

The program of a year is concave in capacities and in the growth of markets together. Its prices at one point therefore
bound its worth at any other: capacities at their prices, and each market at its surplus.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from corridor.model.case import Case
from corridor.model.change.changes import Build
from corridor.model.faults import CaseError, Fault
from corridor.model.horizon import Floats
from corridor.model.language import say
from corridor.model.market import market_of
from corridor.model.operators import earners
from corridor.optimize.answer.choice import CAPTIVE, Base, costs, equilibrium, markets_of, services_of
from corridor.optimize.answer.limit import Limit
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.willingness import Market
from corridor.optimize.answer.year import Year
from corridor.optimize.period.costs import cost_items
from corridor.optimize.period.layout import CHOICE, KILO
from corridor.optimize.period.rules.choice import STEPS
from corridor.optimize.program.compile import values
from corridor.optimize.program.expansion import Cut
from corridor.optimize.program.highs import Solution
from corridor.optimize.studies.coming import in_place

MODES = 64
"""Upper limit of the combinations of projects that change coefficients; each has a program of its own."""
NEAR = 1e-9
"""Relative tolerance: below it the amounts that a project adds are the same each time."""
FIRST = 10.0
"""Weight of a tonne that comes at any price, beside one of the scope: it goes first."""
ROUNDS = 12
"""Upper limit of the solves of a point, each with finer steps of willingness."""
CLOSE_USD = 2.0
"""Thousand USD a year between the worth of a point and its bound, below which its steps are fine enough."""
NARROWER = 6.0
"""Factor of the window of fine steps from one solve to the next."""
TIE_KT = 1e-7
"""Kt that a thousand USD of the shippers counts for beside tonnes: it decides between ways that carry as much."""
TRANSFERS = ("freight", "subsidy")
"""Items of the shippers' cost that somebody else on the corridor receives or pays."""
ALL, SHIPPERS, TONNES = "all", "shippers", "tonnes"
"""Yardsticks beside the countries: everybody, shippers with the owners of scarce places, and tonnes."""


@dataclass(frozen=True)
class Point:
    """The worth of a year at one point, the upper bound that its prices give, kt that come by demand, flows, prices."""

    worth: float
    cut: Cut
    comes: Mapping[str, float]
    columns: Floats
    prices: Floats


@dataclass(frozen=True)
class Chosen:
    """The choice of shippers on their own in a year: kt by demand, and freight less operation by country, kUSD."""

    comes: Mapping[str, float]
    margins: Mapping[str, float]


class Worth:
    """The worth of a year of a case by open projects and growth, each point solved once.

    ``goal`` is the yardstick, in million USD or kt:

    * ``all``: willingness of the shippers less what the corridor spends: operation, time, spread and carbon;
    * ``shippers``: willingness less what they pay and spend, where shippers choose: their surplus and scarcity rents;
    * a country: freight on its legs less their operation;
    * ``tonnes``: those of ``counted``, by demand.

    Only cargo that would come at today's tariffs counts. Where places are short they go to what the yardstick gains
    most by, for shippers to who pays most. Cargo that comes at any price goes first. Waits are those of the base year.
    """

    def __init__(
        self,
        setting: Setting,
        base: Base,
        markets: Sequence[str],
        goal: str,
        counted: Mapping[str, float] | None = None,
    ) -> None:
        self.setting, self.base, self.goal = setting, base, goal
        self.case = case = setting.case
        self.markets = list(markets)
        self.rows = case.rows("project")
        self.names = [row.project_id for row in self.rows]
        self.most = [int(row.at_most or 1) for row in self.rows]
        self.years: dict[tuple[int, ...], Year] = {}
        self.added: dict[tuple[int, ...], list[Floats]] = {}
        self.points: dict[tuple[tuple[float, ...], tuple[float, ...]], Point] = {}
        self.solves, self.residual = 0, 0.0
        plain = self._opened(())
        once = [self._more(plain, {p: 1}) for p in range(len(self.rows))]
        self.modal = [p for p, more in enumerate(once) if not self._adds_only(p, plain, more)]
        modes = math.prod(self.most[p] + 1 for p in self.modal)
        if modes > MODES:
            names = ", ".join(self.names[p] for p in self.modal)
            reason = say(
                "{names} change more than capacities, in {modes} combinations; give at most {most}, by fewer of them "
                "or a lower at_most",
                names=names,
                modes=modes,
                most=MODES,
            )
            raise CaseError([Fault("C253", "project.csv", reason)], "the projects")
        self.modes = list(product(*(range(self.most[p] + 1) for p in self.modal)))
        for mode in self.modes:
            self.years[mode] = self._opened(mode)
        self.counted = counted or {}
        self.scale = 1.0 if goal == TONNES else 1 / KILO
        self._take_numbers(once)

    def numbered(self, case: Case, base: Base) -> Worth:
        """The worth of the same years with the numbers of another case of the same rows, in place: no year is compiled.

        ``base`` is the base year of that case. Programs are shared: the worth before is to be asked no more until its
        own case is taken again.
        """
        other = copy(self)
        other.setting, other.case, other.base = self.setting.at(case), case, base
        other.rows, other.points, other.solves = case.rows("project"), {}, 0
        other.years, other.added = {}, {}
        for mode, year in self.years.items():
            counts = dict(zip(self.modal, mode, strict=True))
            other.years[mode] = in_place(other.setting, year, other._with(counts))
        plain = other.years[self.modes[0]]
        other._take_numbers([other._more(plain, {p: 1}) for p in range(len(other.rows))])
        return other

    def _take_numbers(self, once: list[Floats]) -> None:
        """All that rests on numbers; ``once`` is the change of givens by each project, built once."""
        case, base, goal = self.case, self.base, self.goal
        plain = self.years[self.modes[0]]
        for mode in self.modes:
            self._add(mode, once)
        self.market_of = market_of(case)
        self.steps_of = plain.program.rules == "market_step"
        self.served_by = services_of(plain, base)
        self.places = {
            part.part_id: plain.program.columns.every(("served", part.part_id)) for part in plain.layout.parts
        }
        captive = {part for part in self.places if self._captive(part)}
        ahead = {TONNES: FIRST, ALL: 0.0, SHIPPERS: 0.0}.get(goal, CAPTIVE)
        self.weights = {
            part: (self.counted.get(part, 0.0) if goal == TONNES else 0.0) + (ahead if part in captive else 0.0)
            for part in self.places
        }
        self.easy = self._uncrowded()
        self.first = ahead * math.fsum(base.came[part] for part in captive)
        self.earned = margins(plain)
        self.cost = self._cost()

    def _with(self, counts: Mapping[int, int]) -> Case:
        builds = [Build(self.names[p], times) for p, times in counts.items() if times]
        return self.case.with_(builds) if builds else self.case

    def _opened(self, mode: tuple[int, ...]) -> Year:
        counts = dict(zip(self.modal, mode, strict=True)) if mode else {}
        return self.setting.at(self._with(counts)).open(CHOICE)

    def _add(self, mode: tuple[int, ...], once: list[Floats]) -> None:
        """Amounts that projects add in a mode: those that they add alone, unless they do not together."""
        year = self.years[mode]
        counts = dict(zip(self.modal, mode, strict=True))
        nothing = np.zeros(len(year.program.values))
        linear = [p for p in range(len(self.rows)) if p not in self.modal]
        together = self._more(year, {**counts, **{p: 1 for p in linear if once[p].any()}})
        if not np.allclose(together, sum((once[p] for p in linear), nothing), rtol=NEAR, atol=NEAR):
            once = [nothing if p in self.modal else self._more(year, {**counts, p: 1}) for p in range(len(self.rows))]
        self.added[mode] = [nothing if p in self.modal else more for p, more in enumerate(once)]

    def _more(self, year: Year, counts: Mapping[int, int]) -> Floats:
        """Change of the givens of a year with projects built so often; none where all that they add to is unlimited."""
        try:
            case = self._with(counts)
        except CaseError:
            return np.zeros(len(year.program.values))
        now, before = values(year.program.givens, year.period.offered(case)), year.program.values
        change = np.zeros(len(now))
        apart = now != before
        change[apart] = now[apart] - before[apart]
        return change

    def _adds_only(self, project: int, year: Year, once: Floats) -> bool:
        """True for a project that adds to capacities alone, the same each time."""
        try:
            case = self._with({project: 1})
        except CaseError:
            return True
        touched = [cell for cell in case.touched if self.case.touched.get(cell) is not case.touched[cell]]
        if any(self.case.enters(cell) != "rhs" or cell[0] != "resource" for cell in touched):
            return False
        often = once if self.most[project] == 1 else self._more(year, {project: self.most[project]})
        if not np.isfinite(often).all() or (once < 0).any():
            return False
        return bool(np.allclose(often, self.most[project] * once, rtol=NEAR, atol=NEAR))

    def mode(self, built: Floats) -> tuple[int, ...]:
        """The mode of open projects: how often each that changes coefficients is open, to the nearest whole number."""
        return tuple(round(float(built[p])) for p in self.modal)

    def at(self, built: Floats, grown: Floats) -> Point:
        """The worth with so many open projects, by project, and growth of the potential, by market."""
        key = (tuple(np.round(built, 9).tolist()), tuple(grown.tolist()))
        if key not in self.points:
            self.points[key] = self._solved(built, grown)
            self.solves += 1
        return self.points[key]

    def wanted(self, grown: Floats, rebate_usd: float = 0.0) -> dict[str, float]:
        """Kt by demand that would come at today's tariffs, less a rebate [USD per t], where nothing is full."""
        times = dict(zip(self.markets, grown.tolist(), strict=True))
        markets = markets_of(self.years[self.modes[0]], self.base, times)
        return {part: market.taken(self.easy[part] - rebate_usd) for part, market in markets.items()}

    def holders(self, built: Floats, grown: Floats) -> list[tuple[Limit, float]]:
        """Full limits of a year, and the worth of one step more of each by its price, the most first."""
        prices, year = self.at(built, grown).prices, self.years[self.mode(built)]
        own = self._take(year, built)
        try:
            full = [year.limits.of(label) for label in year.limits.priced(prices)]
        finally:
            year.take(year.period, year.program.with_values(own))
        rows = year.program.rows
        worth = [limit.from_price(float(np.abs(prices[rows.every(limit.row)]).max())) * self.scale for limit in full]
        pairs = zip(full, worth, strict=True)
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0].limit_id))

    def chosen(self, built: Floats, grown: Floats) -> Chosen:
        """The choice of shippers on their own, waits for departures included."""
        year = self.years[self.mode(built)]
        own = self._take(year, built)
        try:
            times = dict(zip(self.markets, grown.tolist(), strict=True))
            state = equilibrium(year, self.base, grown=times)
        finally:
            year.take(year.period, year.program.with_values(own))
        return Chosen(state.comes, {name: float(usd @ state.solution.columns) for name, usd in self.earned.items()})

    def _take(self, year: Year, built: Floats) -> Floats:
        """Take the capacities of open projects in place; the givens as they were."""
        own = year.program.values
        now = own.copy()
        for p, more in enumerate(self.added[self.mode(built)]):
            if built[p] and p not in self.modal:
                at = more != 0
                now[at] += built[p] * more[at]
        year.take(year.period, year.program.with_values(now))
        return own

    def _solved(self, built: Floats, grown: Floats) -> Point:
        mode = self.mode(built)
        year, added = self.years[mode], self.added[mode]
        times = dict(zip(self.markets, grown.tolist(), strict=True))
        self._now, self._grown = np.where(np.isin(np.arange(len(built)), self.modal), 0.0, built), grown
        own = self._take(year, built)
        try:
            made = self._comes if self.goal == SHIPPERS else self._planned
            return made(year, mode, added, times)
        finally:
            year.take(year.period, year.program.with_values(own))

    def _comes(self, year: Year, mode: tuple[int, ...], added: list[Floats], times: Mapping[str, float]) -> Point:
        """The worth to shippers and to the owners of scarce places, where shippers choose."""
        state = equilibrium(year, self.base, grown=times, held=dict.fromkeys(self.served_by, 0.0))
        self.residual = max(self.residual, state.residual)
        columns = state.solution.columns
        worth = math.fsum(market.worth(state.comes[part]) for part, market in state.markets.items())
        worth -= float(costs(year) @ columns)
        surplus = {part: market.surplus(state.price[part]) for part, market in state.markets.items()}
        cut = self._cut(year, mode, added, state.solution, surplus, times)
        return Point(worth * self.scale, cut, state.comes, columns, state.solution.prices)

    def _planned(self, year: Year, mode: tuple[int, ...], added: list[Floats], times: Mapping[str, float]) -> Point:
        """The worth to the yardstick where short places go to what it gains most by; steps are refined until it is."""
        program, goal = year.program, self.goal
        markets = markets_of(year, self.base, times)
        wanted = {part: market.taken(self.easy[part]) for part, market in markets.items()}
        middle, width = dict(wanted), {part: market.potential / 2 for part, market in markets.items()}
        worth, best = -math.inf, Point(-math.inf, Cut(mode, 0.0, self._now, self._grown), {}, self.cost, self.cost)
        for _ in range(ROUNDS):
            now, widths = -self.cost, program.values.copy()
            for part, market in markets.items():
                usd, kt = self._steps(part, market, wanted[part], middle[part], width[part])
                at, given = program.column_at["taken", (part, 0)], program.given_at["step", (part, 0)]
                widths[given : given + STEPS] = 0.0
                widths[given : given + len(kt)] = kt
                now[at : at + len(usd)] += usd
            solution = year.sound(year.solver.solve_rows(now, *program.bounds(widths), maximise=True))
            year.solver.own[""] = year.solver.highs.getBasis()
            comes = {part: float(solution.columns[self.places[part]].sum()) for part in markets}
            prices = {part: -float(solution.prices[program.row_at["market_total", part]]) for part in markets}
            own = math.fsum(self._worth(part, market, comes[part]) for part, market in markets.items())
            own -= float(self.cost @ solution.columns) + self.first
            surplus = {
                part: self._surplus(part, market, wanted[part], prices[part]) for part, market in markets.items()
            }
            cut = self._cut(year, mode, added, solution, surplus, times)
            if own * self.scale > worth:
                worth = own * self.scale
                best = Point(worth, cut, comes, solution.columns, solution.prices)
            if goal != ALL or cut.at(self._now, self._grown) - worth <= CLOSE_USD * self.scale:
                break
            for part in markets:
                middle[part], width[part] = comes[part], max(width[part] / NARROWER, 1e-7 * markets[part].potential)
        return replace(best, cut=cut)

    def _steps(self, part: str, market: Market, wanted: float, middle: float, width: float) -> tuple[Floats, Floats]:
        """USD and kt of the steps of a demand, none beyond what would come where nothing is full."""
        if self.goal != ALL:
            return np.array([self.weights[part]]), np.array([wanted])
        kt, usd = market.steps(middle, width)
        before = np.concatenate([[0.0], np.cumsum(kt)[:-1]])
        return usd, np.minimum(kt, np.maximum(wanted - before, 0.0))

    def _worth(self, part: str, market: Market, kt: float) -> float:
        return market.worth(kt) if self.goal == ALL else self.weights[part] * kt

    def _surplus(self, part: str, market: Market, wanted: float, price: float) -> float:
        """Most that the worth of a demand exceeds a price of its tonnes, of those that would come."""
        if self.goal != ALL:
            return wanted * max(0.0, self.weights[part] - price)
        kt = min(market.taken(price), wanted)
        return max(0.0, market.worth(kt) - price * kt)

    def _uncrowded(self) -> dict[str, float]:
        """Generalised cost of each demand's way where no resource is full [USD per t]."""
        year = self.years[self.modes[0]]
        goal = -costs(year)
        given = {("step", (part.part_id, 0)): part.base for part in year.layout.parts}
        for part in year.layout.parts:
            goal[year.program.column_at["taken", (part.part_id, 0)]] += CAPTIVE
        solution = year.sound(year.solver.solve(goal, maximise=True, given=given, without="resource_limit"))
        rows = year.program.row_at
        return {part.part_id: -float(solution.prices[rows["market_total", part.part_id]]) for part in year.layout.parts}

    def _captive(self, part: str) -> bool:
        """True for a demand that comes at any price."""
        market = market_of(self.case).get(part)
        return market is None or market.kind == "fixed"

    def _cost(self) -> Floats:
        """Cost of each column to the yardstick [thousand USD]: negative for what it earns; zeros for tonnes."""
        year = self.years[self.modes[0]]
        if self.goal == TONNES:
            return TIE_KT * costs(year)
        if self.goal == ALL:
            items = cost_items(year.layout, "cost_shipper") + cost_items(year.layout, "cost_resource")
            made = np.zeros(len(year.program.columns))
            for item, (usd, name, key) in items:
                if item not in TRANSFERS:
                    made[year.program.columns.every((name, key))] += usd
            return made
        return -self.earned.get(self.goal, np.zeros(len(year.program.columns)))

    def _cut(
        self,
        year: Year,
        mode: tuple[int, ...],
        added: list[Floats],
        solution: Solution,
        surplus: Mapping[str, float],
        times: Mapping[str, float],
    ) -> Cut:
        """The upper bound that the prices of a solution give: rows at their sides, markets at their surplus."""
        program = year.program
        prices = np.where(self.steps_of, 0.0, solution.prices)
        finite = np.where(np.isfinite(program.values), program.values, 0.0)
        gained = -(prices @ program.given_matrix)
        slopes = np.array([float(gained @ more) for more in added])
        now = float(prices @ program.rhs) + float(gained @ finite) - float(slopes @ self._now)
        by_market = dict.fromkeys(self.markets, 0.0)
        for part, usd in surplus.items():
            market = self.market_of.get(part)
            if market is not None and market.market_id in times:
                by_market[market.market_id] += usd / times[market.market_id]
            else:
                now += usd
        growing = np.array([by_market[name] for name in self.markets])
        return Cut(mode, (now - self.first) * self.scale, slopes * self.scale, growing * self.scale)


def margins(year: Year) -> dict[str, Floats]:
    """Freight less operation of each country by column of a year [thousand USD]; a leg of several in equal parts."""
    made: dict[str, Floats] = {}
    known = earners(year.case)
    for study, sign, wanted in (("cost_shipper", 1.0, "freight"), ("cost_resource", -1.0, "operation")):
        for item, (usd, name, key) in cost_items(year.layout, study):
            if item != wanted:
                continue
            arc = key if name == "move" else key[0]
            for country, share in known[arc].shares.items():
                into = made.setdefault(country, np.zeros(len(year.program.columns)))
                into[year.program.columns.every((name, key))] += sign * share * usd
    return made
