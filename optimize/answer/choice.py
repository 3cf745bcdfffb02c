"""The cargo that comes: shippers choose between the corridor and its rivals, and full resources take a rent.

The optimum of willingness less cost is the stochastic user equilibrium with capacities (Fisk, Transportation Research B
14, 1980; Evans, Transportation Research 10, 1976). The concave willingness is laid out in steps. They are made finer
around the solution, until the willingness of every market agrees with the cost of its way plus rents.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault
from corridor.model.horizon import DAY, Floats
from corridor.model.language import say
from corridor.model.market import crowded, potential_t, rise, routes, shippers
from corridor.model.program import Label
from corridor.optimize.answer.vertex import Vertex
from corridor.optimize.answer.willingness import Logit, Market, Stepped, headway_wait
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import KILO
from corridor.optimize.period.rules.choice import STEPS, chosen
from corridor.optimize.program.highs import Solution

TIE = 1e-6
"""USD per USD: weight of the tie-break beside the shippers' cost."""
CAPTIVE = 1e4
"""USD per t: willingness of cargo that comes at any price, above the cost of any way."""
AGREES = 1e-3
"""USD per t: upper limit of the difference between willingness and the cost of the way plus rents."""
FINEST = 12
"""Periods: upper limit by which many equilibria are computed. By months each takes a second or two."""
ROUNDS = 60
"""Upper limit, solves: beyond it the equilibrium is not found."""
HELD = 40
"""Lower limit, rounds: from there waits stay as they are, and willingness alone is brought to agree."""
NARROWER, WIDER = 8.0, 4.0
"""Factors of the window of fine steps: the last one is divided by the first; the distance to the cargo that would come
at the present price is multiplied by the other."""
DAMPED = 0.5
"""Lower limit: the part of a difference between a wait and its departures that a round takes over."""
GREATEST = 3.0
"""Upper limit of that part."""
LEAST_DEPARTURES = 1.0
"""Departures a week that a service keeps at least, where its cargo goes away; fewer where it has fewer today."""
SETTLED = 0.01
"""Hours: upper limit of the difference between a wait and that of the departures which the flow makes."""
APART = 1.0
"""Hours: waits of a service that differ by more belong to two states of it."""
MET = 1e-6
"""Share of the base year that may be missing where markets are calibrated."""


@dataclass(frozen=True)
class Base:
    """The base year in which markets are calibrated.

    ``came``: kt of each demand; ``cost``: generalised cost of one tonne more of it [USD per t]; ``tonnes``: kt by arc
    with a scheduled service; ``case``: the case whose base year it is. ``solution`` is that of the ``goal`` of its
    program; ``vertex`` is where equilibria start from, None where the solution is none.
    """

    case: Case
    came: Mapping[str, float]
    cost: Mapping[str, float]
    tonnes: Mapping[str, float]
    solution: Solution
    goal: Floats
    vertex: Vertex | None


@dataclass(frozen=True)
class Equilibrium:
    """The equilibrium of a year: ``solution`` and ``goal`` as the program has them, and its markets.

    * ``comes``: kt by demand; ``price``: cost of the way plus rents [USD per t]; ``markets``: inverse demand;
    * ``waits``: hours by arc that departures add to those of the base year;
    * ``apart``: hours by arc between these waits and those of the departures that the flow makes;
    * ``widths``: kt of the steps by demand; ``rounds``: solves.
    """

    solution: Solution
    goal: Floats
    widths: Mapping[str, Floats]
    comes: Mapping[str, float]
    price: Mapping[str, float]
    markets: Mapping[str, Market]
    waits: Mapping[str, float]
    apart: Mapping[str, float]
    rounds: int

    @property
    def given(self) -> dict[Label, float]:
        """Widths of the steps, as a question gives them to the program."""
        return {("step", (part, step)): float(kt) for part, each in self.widths.items() for step, kt in enumerate(each)}

    @property
    def settled(self) -> bool:
        """True where willingness and waits agree with the flow."""
        return self.residual <= AGREES and self.unsettled <= SETTLED

    @property
    def residual(self) -> float:
        """The greatest difference between the willingness of a market and its price [USD per t]; nan where one is."""
        apart = [_apart(market, self.comes[part], self.price[part]) for part, market in self.markets.items()]
        return float(np.max(apart, initial=0.0))

    @property
    def unsettled(self) -> float:
        """The greatest difference between a wait and that of the departures [h]."""
        return max(map(abs, self.apart.values()), default=0.0)


def costs(year: Year, waits: Mapping[str, float] | None = None) -> Floats:
    """Generalised cost of each column with the tie-break: thousand USD; ``waits`` are hours more, by arc."""
    goal = year.goal("cost_shipper") + TIE * year.goal("tie_break")
    layout = year.layout
    for arc, hours in (waits or {}).items():
        for key in layout.flows_on.get(arc, ()):
            goal[year.program.columns.every(("flow", key))] += layout.stream[key[1]].day * hours / DAY
    return goal


def scheduled(year: Year, case: Case | None = None) -> dict[str, float]:
    """Departures a week of arcs with a scheduled service, as the year's own case has them, or another one."""
    rows = {row.link_id: row.departures_per_week for row in (case or year.case).rows("link")}
    named = {name: rows.get(arc.link_id) for name, arc in year.layout.arcs.items()}
    return {name: float(departures) for name, departures in named.items() if departures is not None}


def services_of(year: Year, base: Base) -> dict[str, tuple[float, float]]:
    """Departures a week now and in the base year, of arcs scheduled in both that had cargo in the base year."""
    before = scheduled(year, base.case)
    return {arc: (now, before[arc]) for arc, now in scheduled(year).items() if arc in before and base.tonnes.get(arc)}


class _Places:
    """Places of a year's columns, rows and givens that an equilibrium reads, found once for all its rounds."""

    def __init__(self, year: Year) -> None:
        program, layout = year.program, year.layout
        columns, flows_on, none = program.columns, layout.flows_on, [np.zeros(0, dtype=np.int64)]
        parts = chosen(layout)
        self.served = {part: columns.every(("served", part)) for part in parts}
        self.total = {part: program.rows.every(("market_total", part)) for part in parts}
        self.taken = {part: int(program.column_at["taken", (part, 0)]) for part in parts}
        self.step = {part: int(program.given_at["step", (part, 0)]) for part in parts}
        self.flows = {
            arc: np.concatenate([columns.every(("flow", key)) for key in flows_on.get(arc, ())] or none)
            for arc in scheduled(year)
        }

    def tonnes(self, solution: Solution) -> dict[str, float]:
        """Kt on each arc with a scheduled service."""
        return {arc: float(solution.columns[at].sum()) for arc, at in self.flows.items()}

    def comes(self, solution: Solution) -> dict[str, float]:
        """Kt that come of each demand."""
        return {part: float(solution.columns[at].sum()) for part, at in self.served.items()}

    def prices(self, solution: Solution) -> dict[str, float]:
        """Cost of the way plus rents of one tonne more of each demand that chooses [USD per t]."""
        return {part: -float(solution.prices[at].sum()) for part, at in self.total.items()}


def base_of(year: Year) -> Base:
    """The base year of a case: the cheapest flow of its tonnes, and the cost of one tonne more of each demand.

    ``year`` is of the study ``expected``. Raises CaseError where the base year does not fit, InfeasibleError where
    fixed cargo does not.
    """
    if none := crowded(year.case):
        raise CaseError([_crowded(year.case, market.market_id, most) for market, _, most in none])
    parts = chosen(year.layout)
    base = {part.part_id: part.base for part in year.layout.parts}
    goal = -costs(year)
    columns = year.program.columns
    for part in parts:
        goal[columns.every(("taken", (part, 0)))] += _ceiling(year.case, part)
    given = {("step", (part, 0)): base[part] for part in parts}
    solution = year.sound(year.solver.solve(goal, maximise=True, given=given))
    short = [
        part
        for part in parts
        if _ceiling(year.case, part) == CAPTIVE
        and solution.columns[columns.every(("taken", (part, 0)))].sum() < base[part] * (1 - MET) - MET
    ]
    if short:
        reason = say(
            "the cargo of the base year does not fit, of {listed}: markets are calibrated where it does; "
            "raise the capacity that stops it, or take these demands out of their market",
            listed=", ".join(short),
        )
        raise CaseError([Fault("C213", "market.csv", reason)])
    places = _Places(year)
    vertex = _vertex(year, places.comes(solution))
    return Base(year.case, base, places.prices(solution), places.tonnes(solution), solution, goal, vertex)


def at_base(year: Year, base: Base) -> Equilibrium | None:
    """The equilibrium of the base year itself, without a solve; None where a market would send more, or less, of it.

    ``year`` is that of which ``base`` was made.
    """
    markets, comes = markets_of(year, base), _Places(year).comes(base.solution)
    still = dict.fromkeys(services_of(year, base), 0.0)
    widths = {part: np.array([base.came[part]]) for part in markets}
    state = Equilibrium(base.solution, base.goal, widths, comes, base.cost, markets, still, still, 0)
    return state if state.settled else None


def _crowded(case: Case, market_id: str, kt: float) -> Fault:
    """The fault of a market that leaves its shippers no choice."""
    reason = say(
        "a potential of {t:,.0f} t a year leaves no rival route any cargo of the base year; "
        "raise the potential, or make the market fixed",
        t=kt,
    )
    return Fault("C203", case.place("market", market_id, "potential_t_per_year"), reason)


def markets_of(year: Year, base: Base, grown: Mapping[str, float] | None = None) -> dict[str, Market]:
    """Markets of a year by demand, calibrated on a base year; ``grown`` is the growth of potentials, by market.

    A market grows on all its routes alike: at the cost of the base year the share of the corridor holds. Cargo without
    a market, or that the base year does not have, comes as asked, up to the price of other ways. Raises CaseError where
    a potential is below the cargo of the base year.
    """
    before, now = shippers(base.case), shippers(year.case)
    asked = {part.part_id: part.base for part in year.layout.parts}
    shift: dict[str, float] = {}
    growth: dict[str, float] = {}
    made: dict[str, Market] = {}
    for part in chosen(year.layout):
        own = now.get(part)
        fresh = part not in before or part not in base.cost
        if own is None or not own.chooses or (fresh and own.kind != "steps"):
            made[part] = Stepped(asked[part], (asked[part],), (_ceiling(year.case, part),))
            continue
        name, came = own.market_id, 0.0 if fresh else base.came[part]
        times = (grown or {}).get(name, 1.0)
        if own.kind == "steps":
            kt = tuple(t * times / KILO for _, t in own.steps)
            made[part] = Stepped(came * times, kt, tuple(usd for usd, _ in own.steps))
            continue
        if name not in shift:
            shift[name] = rise(routes(base.case, name), routes(year.case, name), own.theta)
        if name not in growth:
            growth[name] = _times(base.case, year.case, name)
        times *= growth[name]
        came, potential = came * times, before[part].potential_t * times / KILO
        if potential <= came:
            raise CaseError([_crowded(year.case, name, own.potential_t)])
        if math.isinf(shift[name]):  # no rival is left: all of the market comes at any price
            made[part] = Stepped(came, (potential,), (CAPTIVE,))
        else:
            made[part] = Logit(came, potential, base.cost[part], own.theta, shift[name])
    return made


def _times(before: Case, now: Case, market_id: str) -> float:
    """Potential of a market as a multiple of that of another case, its growth up to the base year in it."""
    was, here = (potential_t(case, case.row("market", market_id)) for case in (before, now))
    return here / was


def equilibrium(
    year: Year,
    base: Base,
    *,
    grown: Mapping[str, float] | None = None,
    waits: Mapping[str, float] | None = None,
    held: Mapping[str, float] | None = None,
) -> Equilibrium:
    """The equilibrium of a year of the study ``expected``, from the base year or from the ``waits`` that are given.

    ``held`` are hours by arc that a timetable adds to those of the base year, or takes off: they do not follow the
    flow. Raises InfeasibleError where fixed cargo does not fit.
    """
    markets = markets_of(year, base, grown)
    fixed, places = dict(held or {}), _Places(year)
    services = {arc: own for arc, own in services_of(year, base).items() if arc not in fixed}
    own = {arc: headway_wait(now) - headway_wait(before) for arc, (now, before) in services.items()}
    waits = own | dict(waits or {}) | fixed
    middle = {part: market.base for part, market in markets.items()}
    width = {part: market.potential / 2 for part, market in markets.items()}
    before: dict[str, tuple[float, float]] = {}
    vertex = base.vertex
    potential = {part: market.potential for part, market in markets.items()}
    for number in range(1, ROUNDS + 1):
        cost = costs(year, waits)
        goal, widths = _laid_out(places, markets, cost, middle, width)
        start = None if vertex is None else vertex.laid_out(year.program, widths, potential)
        solution = year.sound(_solved(year, goal, _values(year, places, widths), start))
        price, comes, flow = places.prices(solution), places.comes(solution), places.tonnes(solution)
        vertex = _vertex(year, comes)
        target = {arc: _wait(*services[arc], flow[arc], base.tonnes[arc]) for arc in services}
        apart = {arc: target[arc] - waits[arc] for arc in services}
        state = Equilibrium(solution, goal, widths, comes, price, markets, dict(waits), apart, number)
        if state.settled or (number > HELD and state.residual <= AGREES):
            return state
        now = {arc: (waits[arc], apart[arc]) for arc in services}
        if number <= HELD:
            waits = fixed | {arc: waits[arc] + _part(now[arc], before.get(arc)) * apart[arc] for arc in services}
        before = now
        for part, market in markets.items():
            away = WIDER * abs(market.taken(price[part]) - comes[part])
            width[part] = min(market.potential, max(width[part] / NARROWER, away, 1e-7 * market.potential))
            middle[part] = comes[part]
    return state


def _vertex(year: Year, comes: Mapping[str, float]) -> Vertex | None:
    """The vertex at which the last solve of a year ended; None where it ended within, as the interior point does."""
    solver, program = year.solver, year.program
    return Vertex(solver.highs.getBasis(), program.rows, program.columns, comes) if solver.at_vertex else None


def _solved(year: Year, goal: Floats, values: Floats, start: Any) -> Solution:
    """The solution of a round: from a vertex close to it, unless there is none, or it leads nowhere."""
    solver, bounds = year.solver, year.program.bounds(values)
    if start is not None:
        solver.hold(*bounds)
        solution = solver.run(goal, maximise=True, start=start)
        if solution.status != "unknown":
            return solution
    return solver.solve_rows(goal, *bounds, maximise=True)


def _part(now: tuple[float, float], before: tuple[float, float] | None) -> float:
    """The part of a difference between a wait and its departures that a round takes over: Newton's, by two rounds.

    ``now`` and ``before`` are pairs of a wait and that difference [h]. A difference that does not fall as the wait
    rises gives no slope.
    """
    if before is None:
        return 1.0
    run, rise_h = now[0] - before[0], now[1] - before[1]
    return min(max(-run / rise_h, DAMPED), GREATEST) if run * rise_h < 0 else DAMPED


def _ceiling(case: Case, demand: str) -> float:
    """Most that a demand without a market pays for its way: the price of its rival outside, or of staying [USD/t]."""
    row = case.row("demand", demand)
    priced = [usd for usd in (row.outside_usd_per_t, row.unmet_usd_per_t) if usd is not None]
    return float(min(priced, default=CAPTIVE))


def _wait(departures: float, before: float, tonnes: float, base: float) -> float:
    """Hours of waiting beside the base year's, where ``departures`` of its tonnes follow the flow.

    ``before`` is the number of departures in the base year, ``base`` its kt.
    """
    now = max(departures * tonnes / base, min(departures, LEAST_DEPARTURES))
    return headway_wait(now) - headway_wait(before)


def _apart(market: Market, kt: float, price: float) -> float:
    """Distance of a price from the willingness of the marginal shipper [USD per t]."""
    low, high = market.at(kt)
    return max(low - price, price - high, 0.0)


def _laid_out(
    places: _Places,
    markets: Mapping[str, Market],
    cost: Floats,
    middle: Mapping[str, float],
    width: Mapping[str, float],
) -> tuple[Floats, dict[str, Floats]]:
    """Willingness by step less cost, as a goal, and the widths of the steps by demand."""
    goal, widths = -cost, dict[str, Floats]()
    for part, market in markets.items():
        kt, usd = market.steps(middle[part], width[part])
        steps = np.zeros(STEPS)
        steps[: len(kt)] = kt
        widths[part], at = steps, places.taken[part]  # the columns of the steps of a demand follow one another
        goal[at : at + len(usd)] += usd
    return goal, widths


def _values(year: Year, places: _Places, widths: Mapping[str, Floats]) -> Floats:
    """The givens of a year with these widths of steps."""
    values = year.program.values.copy()
    for part, kt in widths.items():
        values[places.step[part] : places.step[part] + STEPS] = kt
    return values


def other_equilibrium(
    year: Year, base: Base, first: Equilibrium, grown: Mapping[str, float] | None = None
) -> Equilibrium | None:
    """Another fixed point of departures and flow, that of most cargo; None where the search finds none.

    The search begins at services without any wait, and at their least departures. Raises TimeLimitError.
    """
    services = services_of(year, base)
    found = []
    for start in (
        {arc: -headway_wait(before) for arc, (_, before) in services.items()},
        {arc: _wait(now, before, 0.0, 1.0) for arc, (now, before) in services.items()},
    ):
        other = equilibrium(year, base, grown=grown, waits=start) if services else first
        if other.settled and any(abs(other.waits[arc] - first.waits[arc]) > APART for arc in services):
            found.append(other)
    return max(found, key=lambda state: math.fsum(state.comes.values()), default=None)


def base_year(case: Case) -> Case:
    """The case in which markets are calibrated: without its changes, but those of another base year."""
    kept = [change for change in case.changes if change.scenario.startswith("base_")]
    origin = case.origin or case
    if len(kept) == len(case.changes):
        return case
    return origin.with_(kept, kept[-1].scenario) if kept else origin
