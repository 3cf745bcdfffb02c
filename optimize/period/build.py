"""One period of a case in Pyomo: variables, views, givens, rules, objectives."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyomo.core as pyo
from pyomo.common.gc_manager import PauseGC

from corridor.model.case import Case
from corridor.model.graph import AFTER, layers
from corridor.model.horizon import DAY, Floats, Horizon, Steps
from corridor.model.program import BLOCKS, Label
from corridor.model.scope import Scope
from corridor.optimize.period.coefficients import (
    Term,
    block_of,
    gate_terms,
    given_values,
    offer_share,
    resource_terms,
    varying_terms,
)
from corridor.optimize.period.costs import cost_terms, tie_break_terms
from corridor.optimize.period.layout import Layout, layout
from corridor.optimize.period.own_rules import PLANNED, OwnRules, PlannersRule, add_rules
from corridor.optimize.period.rules import rules_of, summed

Views = Mapping[Label, tuple[Label, Steps]]
"""Of a variable that shows another one: which, and through which steps (:func:`corridor.model.horizon.operator`)."""


@dataclass(frozen=True)
class Period:
    """A model with ``model.period`` (rules that repeat), ``model.month`` and ``model.year`` (rules that hold once).

    ``views`` says which variables show others, and how; they have no bounds of their own. ``factors`` has the numbers
    by period that views are multiplied with; ``given`` the values of the variables that are data, by name and key;
    ``objective`` rows are named after what they add up: ``growth``, ``level``, ``cost_shipper``, ``cost_resource``,
    ``tie_break``. ``own`` are the rows and givens of a planner's rules.
    """

    layout: Layout
    model: pyo.ConcreteModel
    views: Views
    factors: Mapping[str, Floats]
    given: Mapping[str, Mapping[str, Floats]]
    scales: Mapping[str, float]
    own: OwnRules = field(default_factory=OwnRules)


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is looked for meanwhile: a model is many objects and few circles, and the search takes a third."""
    with PauseGC():
        yield


@uncollected()
def build(
    case: Case,
    study: str,
    horizon: Horizon | None = None,
    rules: Sequence[PlannersRule] = (),
    scope: Scope | None = None,
) -> Period:
    """One period of the case with the rules of the study and those of a planner, for a horizon that repeats it.

    With a ``scope`` its demands alone grow.
    """
    plan = layout(case, study, horizon, scope)
    model = pyo.ConcreteModel(name=case.name)
    model.period, model.month, model.year = pyo.Block(), pyo.Block(), pyo.Block()
    scales = {resource: scale for resource, (scale, _) in resource_terms(plan).items()}
    given = given_values(plan, scales)
    _declare_given(model, plan, given)
    goals = _goals(plan)
    views, factors = _declare(model, plan, scales, goals)
    for rule in rules_of(plan):
        rule(model, plan)
    model.year.objective = pyo.Constraint(
        [name for name, terms in goals.items() if terms],
        rule=lambda _, name: (0.0, summed(model, goals[name]), None),
    )
    own = OwnRules()
    if rules:
        own = add_rules(model, plan, scales, {*given, *(name for name, _ in views)}, rules)
        given = {**given, PLANNED: own.given}
    return Period(plan, model, views, factors, given, scales, own)


def _declare_given(model: pyo.ConcreteModel, plan: Layout, given: Mapping[str, Mapping[str, Floats]]) -> None:
    """Each given in the block in which its rows hold."""

    def home(name: str, key: str) -> str:
        if name == "available":
            return block_of(plan.case, key)
        return "period" if name in ("room", "fleet") or (name == "tonnes" and key in plan.timed_parts) else "year"

    for name, values in given.items():
        for block in BLOCKS:
            keys = [key for key in values if home(name, key) == block]
            if keys:
                model.component(block).add_component(name, pyo.Var(keys))
    if not given["tonnes"]:
        model.year.tonnes = pyo.Var([])


def _declare(
    model: pyo.ConcreteModel, plan: Layout, scales: Mapping[str, float], goals: Mapping[str, list[Term]]
) -> tuple[Views, dict[str, Floats]]:
    period, year = model.period, model.year
    views: dict[Label, tuple[Label, Steps]] = {}
    factors: dict[str, Floats] = {}

    def column(block: pyo.Block, name: str, keys: Iterable[Any]) -> None:
        block.add_component(name, pyo.Var(list(keys), domain=pyo.NonNegativeReals))

    def view(name: str, source: str, steps: Mapping[Any, Steps]) -> None:
        period.add_component(name, pyo.Var(list(steps)))
        views.update({(name, key): ((source, key), done) for key, done in steps.items()})

    column(period, "flow", plan.flows)
    column(period, "move", plan.moves)
    for name, keys in (("loaded", plan.loaded), ("empty", plan.empty)):
        column(period, name, [key for key in keys if key in plan.ridden])
        column(year, name, [key for key in keys if key not in plan.ridden])
    column(period, "served", [part.part_id for part in plan.parts])
    column(period, "arrived", [(s.stream_id, layer) for s in plan.streams for layer in layers(s.crosses)[1]])
    demand = {part.part_id: plan.case.row("demand", part.demand_id) for part in plan.parts if not plan.measures}
    column(period, "outside", [p for p, row in demand.items() if row.outside_usd_per_t is not None])
    column(period, "unmet", [p for p, row in demand.items() if row.unmet_usd_per_t is not None])
    if plan.measures:
        column(year, "level", plan.base)
        year.growth = pyo.Var(domain=pyo.NonNegativeReals)
    if not plan.timed:
        return views, factors

    late, residual = {}, {}
    for key in plan.flows:
        name, stream, layer = key
        arc = plan.arcs[name]
        start = plan.clock[stream, arc.start, layer]
        end = plan.clock[stream, arc.end, AFTER if arc.gate else layer]
        late[key] = _lag(start)
        residual[key] = _lag(start + plan.hours(arc) - end)
    view("passing", "flow", late)
    view("arriving_flow", "flow", residual)
    away = {name: plan.hours(plan.arcs[name]) for name in plan.moves}
    view("arriving_move", "move", {name: _lag(hours) for name, hours in away.items()})
    view("busy", "move", {name: (("busy", hours),) if hours else () for name, hours in away.items()})
    column(period, "standing", plan.standing)
    view("opening_standing", "standing", dict.fromkeys(plan.standing, BEFORE_IT))
    if not plan.horizon.cyclic:
        column(year, "laid_up", plan.standing)
        view("beginning_standing", "laid_up", dict.fromkeys(plan.standing, FIRST))

    factors["days"] = plan.horizon.hours / DAY
    _declare_waiting(plan, column, view, factors, model)
    _declare_stocks(plan, column, view, model)
    if not plan.horizon.cyclic:
        factors["first"] = np.eye(plan.horizon.count)[0]
        factors["last"] = np.eye(plan.horizon.count)[-1]
    terms = [term for rule in varying_terms(plan, scales).values() for row in rule.values() for term in row]
    terms += [term for goal in goals.values() for term in goal]
    varied = {}
    for _, name, key in terms:
        if name == "varied":
            source = key[0], key[1] if len(key) == 3 else tuple(key[1:-1])
            (source, steps) = views.get(source, (source, ()))
            cell = key[-1].split(".")
            factor = plan.factor((cell[0], cell[1], cell[2]))
            assert factor is not None
            factors[key[-1]] = factor
            varied[key] = source, (*steps, ("times", key[-1]))
    # Keys of moves are shorter than those of cargo.
    period.varied = pyo.Var(pyo.Set(initialize=list(varied), dimen=None))
    views.update({("varied", key): shown for key, shown in varied.items()})
    return views, factors


BEFORE_IT: Steps = (("before", ""),)
FIRST: Steps = (("times", "first"),)


def _lag(hours: float) -> Steps:
    return (("lag", round(hours, 6)),) if hours > 1e-6 else ()


def _declare_waiting(
    plan: Layout, column: Any, view: Any, factors: dict[str, Floats], model: pyo.ConcreteModel
) -> None:
    """Waiting at the origin, what is offered of demands that grow, and what was offered lately."""
    bound, grows = plan.timed_parts, {part.part_id for part in plan.parts if part.grows}
    column(model.period, "waiting", bound)
    # Where being late costs nothing it is told of an answer, not sought: a column that may be anything has no middle.
    priced = {} if plan.measures else {part: row for part, row in bound.items() if row.late_usd_per_t_day}
    column(model.period, "late", [part for part, row in priced.items() if math.isfinite(row.late_d)])
    view("opening_waiting", "waiting", dict.fromkeys(bound, BEFORE_IT))
    view("waiting_days", "waiting", dict.fromkeys(bound, (("times", "days"),)))
    view("late_days", "late", dict.fromkeys(model.period.late, (("times", "days"),)))
    if not plan.horizon.cyclic:
        view("closing_waiting", "waiting", dict.fromkeys(bound, (("times", "last"),)))
    column(model.year, "asked", [part for part in bound if part in grows])
    shown: dict[str, Steps] = {}
    for part in bound:
        if part in grows:
            factors[f"offer.{part}"] = offer_share(plan, part)
            shown[part] = (("times", f"offer.{part}"),)
    view("offered", "asked", shown)
    lost: dict[bool, dict[str, Steps]] = {True: {}, False: {}}
    for each in plan.parts:
        if each.part_id in bound and each.lost:
            asked = np.broadcast_to(each.base + each.lost, plan.horizon.count)
            asked = asked if each.grows else asked * offer_share(plan, each.part_id)
            course = plan.lost_course(each)
            factors[f"lost.{each.part_id}"] = np.divide(course, asked, out=np.zeros(len(course)), where=asked > 0)
            lost[each.grows][each.part_id] = (("times", f"lost.{each.part_id}"),)
    if any(lost.values()):
        view("lost", "asked", lost[True])
        view("lost_fixed", "tonnes", lost[False])
    for name, days in (("patient", "wait_d"), ("prompt", "late_d")):
        lately = {part: getattr(row, days) * DAY for part, row in bound.items() if math.isfinite(getattr(row, days))}
        view(name, "asked", {part: (*shown[part], ("recent", lately[part])) for part in lately if part in grows})
        view(f"{name}_fixed", "tonnes", {part: (("recent", lately[part]),) for part in lately if part not in grows})


def _declare_stocks(plan: Layout, column: Any, view: Any, model: pyo.ConcreteModel) -> None:
    keys = {key: store.row for store in plan.stores for key in store.stocks}
    column(model.period, "stock", keys)
    view("opening_stock", "stock", dict.fromkeys(keys, BEFORE_IT))
    view("stock_days", "stock", dict.fromkeys(keys, (("times", "days"),)))
    late = {key: plan.clock[key[1:]] for key in keys}
    view("held", "stock", {key: (("level", round(hours, 6)),) if hours > 1e-6 else () for key, hours in late.items()})
    pays = [key for key, row in keys.items() if row.free_d and row.usd_per_t_day and not plan.measures]
    column(model.period, "overstay", pays)
    view("overstay_days", "overstay", dict.fromkeys(pays, (("times", "days"),)))
    stays = [key for key, row in keys.items() if row.dwell_d]
    column(model.period, "entered", dict.fromkeys([*stays, *pays]))
    view("recent_entered", "entered", {key: (("recent", keys[key].dwell_d * DAY),) for key in stays})
    view("free_entered", "entered", {key: (("recent", keys[key].free_d * DAY),) for key in pays})
    if not plan.horizon.cyclic:
        view("closing_stock", "stock", dict.fromkeys(keys, (("times", "last"),)))
        column(model.year, "began", keys)
        view("beginning_stock", "began", dict.fromkeys(keys, FIRST))


def _goals(plan: Layout) -> dict[str, list[Term]]:
    costs = {study: cost_terms(plan, study) for study in ("cost_shipper", "cost_resource")}
    goals = {**costs, "tie_break": tie_break_terms(plan), "gate": gate_terms(plan)}
    if plan.measures:
        goals["growth"] = [(1.0, "growth", None)] if plan.base else []
        goals["level"] = [(1.0, "level", segment) for segment in plan.base]
    return goals
