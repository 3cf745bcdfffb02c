"""The cargo that comes: an equilibrium as tables, with the limits that hold it back and the worth of a place."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from corridor.model.market import rise, routes, shippers
from corridor.model.result.answer import Answer, Gate
from corridor.model.result.certificate import Certificate
from corridor.model.result.frame import rows
from corridor.model.scope import ALL, Scope
from corridor.optimize.answer.choice import Base, Equilibrium, base_of, base_year, costs, equilibrium, other_equilibrium
from corridor.optimize.answer.course import courses, period_tables, sums
from corridor.optimize.answer.course_of_year import course_of_year
from corridor.optimize.answer.limits import marginal_limits, rule_table
from corridor.optimize.answer.paths import paths
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import terminals
from corridor.optimize.answer.tables import SMALLEST, answer_tables, delivered, values_of
from corridor.optimize.answer.willingness import Logit
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.layout import CHOICE, KILO
from corridor.optimize.proof.balances import worst_imbalance
from corridor.optimize.proof.certificate import certify, tolerance

HELD = 0.01
"""USD per t: rents above it hold a market back; below it price, time or reliability does."""
MARKETS = [
    "demand",
    "market",
    "name",
    "kind",
    "commodity",
    "from",
    "to",
    "base_t",
    "potential_t",
    "t",
    "way_usd",
    "rent_usd",
    "turned_away_t",
    "holds",
    "rival",
]


def calibrated(setting: Setting) -> Base:
    """The base year on which the markets of a setting are calibrated; raises CaseError, InfeasibleError.

    It is computed once for all scenarios of a case that are asked alike.
    """
    own = setting.at(base_year(setting.case))
    key = ("the base year of markets", own.rules, own.horizon, own.scope)
    return own.case.known(key, lambda: base_of(own.open(CHOICE)))


def expected(
    setting: Setting,
    *,
    base: Base | None = None,
    grown: Mapping[str, float] | None = None,
    most: int | None = None,
    elsewhere: bool = False,
) -> Answer:
    """The cargo that comes at the prices, times and reliability of the case, by market; capacity takes a rent.

    ``base`` is the base year if it is known; ``grown`` the growth of the potential, by market; ``most`` the greatest
    number of limits that are listed. With ``elsewhere`` another state of the services is sought, in which departures
    and cargo agree, too: from services without a wait, and from their least departures. Beside the tables of
    :class:`corridor.model.result.answer.Answer`:

    * ``markets``: demand, market, name, kind, commodity, from, to, base_t (of the base year), potential_t, t,
      way_usd (generalised cost per t), rent_usd (rents of full resources per t), turned_away_t (they would come at the
      cost of the way alone), holds (names of full resources on the way; empty where price, time or reliability hold),
      rival (the route that most of the others take);
    * ``rivals``: market, rival, name, base_t, t; ``waits``: link, arc, hours (beside those of the
      base), apart_h (to the wait of the departures that the flow makes); other_h (hours in another state) where one
      was sought, NaN where there is none.

    Raises CaseError, InfeasibleError, TimeLimitError.
    """
    began = perf_counter()
    base = calibrated(setting) if base is None else base
    year = setting.open(CHOICE)
    state = equilibrium(year, base, grown=grown)
    program, timed, case = year.program, year.layout.timed, year.case
    columns = state.solution.columns
    course = courses(year.period, program, np.where(columns > SMALLEST, columns, 0.0))
    tables = answer_tables(year.layout, sums(course))
    if timed:
        tables |= period_tables(year.period, program, course, state.solution.prices, KILO)
    question = Question(CHOICE, given=state.given)
    listed = marginal_limits(year, question, state.solution, tables["use"], tables["segments"], most)
    tables["limits"] = listed.frame
    if year.period.own.rows:
        tables["rules"] = rule_table(year, question, columns, state.solution.prices)
    tables["markets"] = _markets(year, state, base, tables)
    tables["rivals"] = _rivals(year, state, base)
    tables["waits"] = pd.DataFrame(
        [(year.layout.arcs[arc].link_id, arc, hours, state.apart[arc]) for arc, hours in state.waits.items()],
        columns=["link", "arc", "hours", "apart_h"],
    )
    certificate = proof(year, state, tables)
    value, scope = _counted(tables["delivered"], setting.scope), setting.scope
    other = other_equilibrium(year, base, state, grown) if elsewhere else None
    if elsewhere:
        hours = [math.nan if other is None else other.waits[arc] for arc in tables["waits"]["arc"]]
        tables["waits"] = tables["waits"].assign(other_h=pd.Series(hours, dtype=float))
    gate, horizon = case.gate, year.layout.horizon if timed else None
    return Answer(
        case=case,
        study=CHOICE,
        status="optimal",
        value=value,
        value_unit=year.unit,
        gate=None
        if gate is None
        else Gate(gate.name, float(gate.nameplate_t_per_year), CHOICE, float(tables["delivered"]["gate_t"].sum())),
        measures_t={CHOICE: value},
        growth=None,
        floor=None,
        terminals_t=terminals(case),
        first=None,
        cost_usd=float(year.goal("cost_resource") @ columns) * KILO,
        tables=tables,
        certificate=certificate,
        solver=year.solver.facts(began),
        limits_left=listed.left,
        horizon=horizon,
        course=None if horizon is None else course_of_year(case, horizon, tables, value),
        scope=ALL if scope is None else scope.scope_id,
        other_t=None if other is None else came_t(year, other),
    )


def came_t(year: Year, state: Equilibrium) -> float:
    """Tonnes a year that come in an equilibrium of a year, in its unit."""
    columns = np.where(state.solution.columns > SMALLEST, state.solution.columns, 0.0)
    timed = year.layout.timed
    values = sums(courses(year.period, year.program, columns)) if timed else values_of(year.program, columns)
    return _counted(delivered(year.layout, values), year.layout.scope)


def _counted(frame: pd.DataFrame, scope: Scope | None) -> float:
    """Tonnes of a table ``delivered`` that a scope counts: gate tonnes, or those of its cargo."""
    counted = frame if scope is None else frame[frame["demand"].isin(scope.members)]
    return float(counted["t" if scope is not None and scope.net else "gate_t"].sum())


def by_market(answer: Answer) -> pd.DataFrame:
    """The cargo that comes by market: market (or demand without one), name, base_t, t; tonnes a year."""
    frame = answer.tables["markets"]
    own = frame.assign(market=frame["market"].where(frame["market"] != "", frame["demand"]))
    return own.groupby("market", sort=False).agg({"name": "first", "base_t": "sum", "t": "sum"}).reset_index()


def proof(year: Year, state: Equilibrium, tables: Mapping[str, pd.DataFrame]) -> Certificate:
    """The certificate of an equilibrium: optimum of its program, balances, willingness beside the price of the way."""
    program, horizon = year.program, year.layout.horizon
    return certify(
        program,
        state.goal,
        state.solution.columns,
        state.solution.prices,
        *program.bounds(program.given(state.given)),
        maximise=True,
        balance=worst_imbalance(year.case, tables, instant=horizon.instant),
        tolerance=tolerance(horizon),
        choice=state.residual,
    )


def _markets(year: Year, state: Equilibrium, base: Base, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The table ``markets`` of :func:`expected`."""
    case, layout = year.case, year.layout
    known = shippers(case)
    before = {row.demand_id: float(row.t_per_year) for row in base.case.rows("demand")}
    ways: dict[str, list[Any]] = defaultdict(list)
    for way in rows(paths(case, tables["flow"], tables["delivered"])):
        ways[way.demand].append(way)
    per_t = costs(year, state.waits)
    full = _full(year, state)
    body = []
    for part in layout.parts:
        own, name = known.get(part.demand_id), part.part_id
        market = state.markets[name]
        tonnes = math.fsum(way.t for way in ways[name])
        spent = [way.t * way_usd(year, per_t, name, way.ways) for way in ways[name]]
        price = state.price[name]
        cost = min(price, math.fsum(spent) / tonnes) if tonnes else price
        rent = max(0.0, price - cost)
        kt = state.comes[name]
        away = max(0.0, market.taken(cost) - kt) if rent > HELD else 0.0
        taken = {limit for way in ways[name] for arc in way.ways for limit in full.get(arc, ())}
        others = _shares(base, year, own.market_id) if own is not None and own.kind == "logit" else {}
        body.append(
            (
                part.demand_id,
                own.market_id if own else "",
                own.name if own else case.row("demand", part.demand_id).demand_id,
                own.kind if own else "fixed",
                part.commodity,
                part.origin,
                part.destination,
                before.get(part.demand_id, 0.0),
                market.potential * KILO,
                kt * KILO,
                cost,
                rent,
                away * KILO,
                ", ".join(sorted(taken)) if rent > HELD else "",
                max(others, key=lambda route: others[route]) if others else "",
            )
        )
    return pd.DataFrame(body, columns=MARKETS)


def way_usd(year: Year, per_t: np.ndarray, part: str, way: tuple[str, ...]) -> float:
    """Generalised cost of a way for a part of a demand [USD per t], without rents: the mean over the periods.

    ``per_t`` are the costs of the columns with the waits of the state (:func:`corridor.optimize.answer.choice.costs`).
    """
    stream = next(each.stream_id for each in year.layout.streams if any(part == one.part_id for one in each.parts))
    columns = year.program.columns
    total = float(per_t[columns.every(("served", part))].mean())
    for arc in way:
        keys = [key for key in year.layout.flows_on[arc] if key[1] == stream]
        total += min((float(per_t[columns.every(("flow", key))].mean()) for key in keys), default=0.0)
    return total


def _full(year: Year, state: Equilibrium) -> dict[str, set[str]]:
    """Names of the limits with a rent that cargo, units or carriers on an arc take of, by arc."""
    matrix = sp.csr_array(year.program.matrix)
    found: dict[str, set[str]] = defaultdict(set)
    for label in year.limits.priced(state.solution.prices):
        limit = year.limits.of(label)
        for at in year.program.rows.every(limit.row):
            for column in matrix.indices[matrix.indptr[at] : matrix.indptr[at + 1]]:
                name, key = year.program.columns[int(column)]
                if name in ("flow", "loaded", "empty"):
                    found[key[0]].add(limit.name)
                elif name == "move":
                    found[key].add(limit.name)
    return found


def _shares(base: Base, year: Year, market_id: str) -> dict[str, float]:
    """Shares of the rivals, by name, among the cargo of a market that does not come."""
    own = next(each for each in shippers(year.case).values() if each.market_id == market_id)
    before, now = routes(base.case, market_id), routes(year.case, market_id)
    whole = rise(before, now, own.theta)
    shares = {}
    for route in before:
        alone = rise([route], [each for each in now if each.rival_id == route.rival_id], own.theta)
        first = route.share if math.isfinite(route.share) else 1.0
        shares[route.name] = first * math.exp(-own.theta * (alone - whole)) if math.isfinite(alone) else 0.0
    total = math.fsum(shares.values())
    return {name: share / total for name, share in shares.items()} if total else {}


def _rivals(year: Year, state: Equilibrium, base: Base) -> pd.DataFrame:
    """Tonnes of each rival route of each market, in the base year and now."""
    off: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    known, before = shippers(year.case), shippers(base.case)
    for part, market in state.markets.items():
        own = known.get(part)
        if own is not None and isinstance(market, Logit):
            off[own.market_id][0] += before[part].potential_t / KILO - base.came[part]
            off[own.market_id][1] += market.potential - state.comes[part]
    body = []
    for market_id, (first, last) in off.items():
        split = {route.name: route.share for route in routes(base.case, market_id)}
        for name, share in _shares(base, year, market_id).items():
            body.append((market_id, name, split.get(name, math.nan) * first * KILO, share * last * KILO))
    return pd.DataFrame(body, columns=["market", "rival", "base_t", "t"])
