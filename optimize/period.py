"""One period of a case in Pyomo: variables, views, givens, rules, objectives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from corridor.model.case import Case
from corridor.optimize.coefficients import (
    Term,
    cost_terms,
    gate_terms,
    given_values,
    resource_terms,
    tie_break_terms,
)
from corridor.optimize.layout import Layout, layout
from corridor.optimize.rules import COST_RULES, MEASURE_RULES, linear


@dataclass(frozen=True)
class View:
    """A variable that shows another one: what left ``lag_h`` ago; it has no bounds of its own."""

    variable: str
    source: str
    lag_h: Mapping[Any, float]


@dataclass(frozen=True)
class Period:
    """A model with ``model.period`` (rules that repeat) and ``model.year`` (rules that hold once).

    ``given`` has the values of the variables that are data, by name and key; ``objective`` rows are named after what
    they add up: ``growth``, ``level``, ``cost_shipper``, ``cost_resource``, ``tie_break``.
    """

    layout: Layout
    model: pyo.ConcreteModel
    views: tuple[View, ...]
    given: Mapping[str, Mapping[str, float]]
    scales: Mapping[str, float]


def build(case: Case, study: str) -> Period:
    """One period of the case with the rules of the study."""
    plan = layout(case, study)
    model = pyo.ConcreteModel(name=case.name)
    model.period, model.year = pyo.Block(), pyo.Block()
    period = model.period
    views = _declare(period, plan)
    scales = {resource: scale for resource, (scale, _) in resource_terms(plan).items()}
    given = given_values(plan, scales)
    for name, values in given.items():
        period.add_component(name, pyo.Var(list(values)))
    for rule in MEASURE_RULES if plan.measures else COST_RULES:
        rule(period, plan)
    goals = _goals(plan)
    model.year.objective = pyo.Constraint(
        [name for name, terms in goals.items() if terms],
        rule=lambda _, name: (0.0, linear([(c, period.component(v)[key]) for c, v, key in goals[name]]), None),
    )
    return Period(plan, model, views, given, scales)


def _declare(period: pyo.Block, plan: Layout) -> tuple[View, ...]:
    positive = {"domain": pyo.NonNegativeReals}
    lag = {arc_id: plan.hours(arc) if arc.carrier_id else arc.time_h for arc_id, arc in plan.arcs.items()}
    views = []
    for name, keys in (("flow", plan.flows), ("loaded", plan.loaded), ("empty", plan.empty), ("move", plan.moves)):
        period.add_component(name, pyo.Var(keys, **positive))
        period.add_component(f"arriving_{name}", pyo.Var(keys))
        views.append(
            View(f"arriving_{name}", name, {key: lag[key if isinstance(key, str) else key[0]] for key in keys})
        )
    period.served = pyo.Var([part.part_id for part in plan.parts], **positive)
    period.crossed = pyo.Var([stream.stream_id for stream in plan.streams if stream.crosses == "may"], **positive)
    if plan.measures:
        period.level = pyo.Var(list(plan.base), **positive)
        period.growth = pyo.Var(**positive)
        period.outside, period.unmet = pyo.Var([]), pyo.Var([])
    else:
        rows = {part.part_id: plan.case.row("demand", part.demand_id) for part in plan.parts}
        period.outside = pyo.Var([p for p, row in rows.items() if row.outside_usd_per_t is not None], **positive)
        period.unmet = pyo.Var([p for p, row in rows.items() if row.unmet_usd_per_t is not None], **positive)
    return tuple(views)


def _goals(plan: Layout) -> dict[str, list[Term]]:
    costs = {study: cost_terms(plan, study) for study in ("cost_shipper", "cost_resource")}
    goals = {**costs, "tie_break": tie_break_terms(plan), "gate": gate_terms(plan)}
    if plan.measures:
        goals["growth"] = [(1.0, "growth", None)] if plan.base else []
        goals["level"] = [(1.0, "level", segment) for segment in plan.base]
    return goals
