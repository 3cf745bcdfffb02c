"""One period of a case: its columns, rows and goals as terms, and the Pyomo model that is made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import numpy as np
import pyomo.core as pyo
from pyomo.common.gc_manager import PauseGC

from corridor.model.case import Case
from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.program import BLOCKS
from corridor.model.scope import Scope
from corridor.optimize.period.algebra import Columns, Rows, Rule, Term, Views
from corridor.optimize.period.costs import cost_terms, tie_break_terms
from corridor.optimize.period.layout import COSTS, Layout
from corridor.optimize.period.offers import available
from corridor.optimize.period.planner.check import PLANNED, OwnRules, add_rules
from corridor.optimize.period.planner.read import PlannersRule
from corridor.optimize.period.planner.words import linear
from corridor.optimize.period.rules import RULE, RULES, VARIED, declare, givens_of
from corridor.optimize.period.rules.resources import gate_terms
from corridor.optimize.period.streams import NeedsRebuild, layout, layout_of

GOALS = ("cost_shipper", "cost_resource", "tie_break", "gate", "growth", "level")
"""Sums that a study may seek; ``growth`` and ``level`` are of measures alone."""


@dataclass(frozen=True)
class Period:
    """Rows and goals of one period as terms, and as a Pyomo model.

    * ``columns``: columns by block and name, views, and the factors by period that views are multiplied by;
    * ``rows``: left sides by (block, rule) and key; ``scales``: the scale of the row of each resource;
    * ``given``: values of the variables that are data, by name and key;
    * ``model``: ``model.period`` (rules that repeat), ``model.month`` and ``model.year`` (rules that hold once); their
      components are gone once it is compiled (:meth:`forget_model`);
    * ``own``: rows and givens of a planner's rules.
    """

    layout: Layout
    columns: Columns
    rows: Mapping[tuple[str, str], Rows]
    given: Mapping[str, Mapping[Any, Floats]]
    scales: Mapping[str, float]
    model: pyo.ConcreteModel = field(compare=False)
    own: OwnRules = field(default_factory=OwnRules)

    @property
    def views(self) -> Views:
        """Of each view its source and steps; views have no bounds of their own."""
        return self.columns.views

    @property
    def factors(self) -> Mapping[str, Floats]:
        """Numbers by period that views are multiplied by."""
        return self.columns.factors

    def goal(self, name: str) -> list[Term]:
        """Terms of one of :data:`GOALS`; none where nothing adds to it."""
        if name in COSTS:
            return cost_terms(self.layout, name)
        if name == "tie_break":
            return tie_break_terms(self.layout)
        if name == "gate":
            return gate_terms(self.layout)
        return [(1.0, name, key) for key in self.columns.keys.get(("year", name), ()) if self.layout.base]

    def homes_of_givens(self) -> dict[tuple[str, str], list[Any]]:
        """Keys of the givens by block and name: the block of a given is that of the row that names it."""
        named = {
            (name, key): block
            for (block, _), rows in self.rows.items()
            for terms in rows.values()
            for _, name, key in terms
            if name in self.given
        }
        homes: dict[tuple[str, str], list[Any]] = {}
        for name, keyed in self.given.items():
            for key in keyed:
                if block := named.get((name, key)):
                    homes.setdefault((block, name), []).append(key)
        return homes

    def forget_model(self) -> None:
        """Drop the components of the Pyomo model, a third of the memory of a large year: no solve reads them."""
        for block in BLOCKS:
            self.model.component(block).clear()  # a block holds itself: it would wait for the garbage collector

    def of(self, case: Case) -> Period:
        """The same rows and columns with the numbers of another case, in the scales of this one.

        The model keeps its first numbers. Raises NeedsRebuild where the other case has other rows or columns.
        """
        self._same_limits(case)
        if self.layout.network is not None:
            raise NeedsRebuild("ways were priced in by other numbers")
        now = _terms(layout_of(self.layout, case), dict(self.scales), self.model, self.rows)
        if _shape(now) != _shape(self):
            raise NeedsRebuild("there are other rows or columns")
        return replace(now, own=self.own, given={**now.given, PLANNED: self.own.given})

    def offered(self, case: Case) -> Period:
        """The same for a case that differs in capacities, backgrounds and ceilings alone."""
        self._same_limits(case)
        now = self.layout.offered(case)
        return replace(self, layout=now, given={**givens(now, self.scales), PLANNED: self.own.given})

    def _same_limits(self, case: Case) -> None:
        """Raises NeedsRebuild where another case has other limits."""
        if set(available(case)) != set(self.scales):
            raise NeedsRebuild("there are other limits")


def _shape(period: Period) -> tuple[object, ...]:
    """Everything in which a program keeps its rows and columns: keys, but no coefficient and no steps of a view."""
    rows = {at: list(rows) for at, rows in period.rows.items()}
    sources = {label: source for label, (source, _) in period.views.items() if label[0] != VARIED}
    return rows, period.columns.keys, sources


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause garbage collection: a model is many objects and few circles, and the search takes a third of the time."""
    with PauseGC():
        yield


@uncollected()
def build(
    case: Case,
    study: str,
    horizon: Horizon | None = None,
    rules: Sequence[PlannersRule] = (),
    scope: Scope | None = None,
    *,
    few: bool = False,
) -> Period:
    """One period of the case with the rules of the study and those of a planner, for a horizon that repeats it.

    With a ``scope`` its demands alone grow; with ``few`` a large network has few ways.
    """
    model = pyo.ConcreteModel(name=case.name)
    period = _terms(layout(case, study, horizon, scope, few=few), {}, model)
    _write(period)
    if not rules:
        return period
    data = {*period.given, *(name for name, _ in period.views)}
    own = add_rules(model, period.layout, period.scales, data, rules)
    return replace(period, own=own, given={**period.given, PLANNED: own.given})


def _terms(
    plan: Layout,
    scales: dict[str, float],
    model: pyo.ConcreteModel,
    former: Mapping[tuple[str, str], Rows] | None = None,
) -> Period:
    """Everything of a period but its Pyomo; scales of rows that are not yet in ``scales`` are computed.

    In a year as one period, rules of ones keep their ``former`` rows: they depend on the columns alone.
    """
    columns = Columns()
    if plan.timed:
        columns.factors["days"] = plan.horizon.hours / DAY
        if not plan.horizon.cyclic:
            columns.factors["first"], columns.factors["last"] = np.eye(plan.horizon.count)[[0, -1]]
    declare(plan, columns)
    rows: dict[tuple[str, str], Rows] = {}
    known = {} if former is None or plan.timed else former
    if plan.kinds is not None:  # scales are those of all ways
        for rule in RULES:
            if rule.scaled:
                rule.rows(plan.kinds, scales)
    for rule in RULES:
        if rule.ones and known:
            rows |= {at: keyed for at, keyed in known.items() if at[1] == rule.name}
            continue
        for key, terms in rule.rows(plan, scales).items():
            rows.setdefault((rule.home(plan, key), rule.name), {})[key] = terms
    period = Period(plan, columns, rows, givens(plan, scales), scales, model)
    if plan.timed:
        sides = (terms for keyed in rows.values() for terms in keyed.values())
        _vary(plan, columns, chain(*sides, *map(period.goal, GOALS)))
    return period


def _vary(plan: Layout, columns: Columns, terms: Iterable[Term]) -> None:
    """The views of columns times a number that changes through the year (:meth:`Layout.term`), for these terms."""
    for _, name, key in terms:
        if name == VARIED:
            *column, cell = key
            label = column[0], column[1] if len(column) == 2 else tuple(column[1:])
            source, steps = columns.views.get(label, (label, ()))
            table, row, number = cell.split(".")
            factor = plan.factor((table, row, number))
            assert factor is not None
            columns.factors[cell] = factor
            columns.views[VARIED, key] = source, (*steps, ("times", cell))


def givens(plan: Layout, scales: Mapping[str, float]) -> dict[str, dict[Any, Floats]]:
    """Values of the givens by name and key, in the units of the rules; studies set the floors.

    Each is an array: one number for the year, one a month or one a period, as its row holds.
    """
    given = givens_of(plan)
    offers = given["available"]
    given["available"] = {resource: offers[resource] * scale for resource, scale in scales.items()}
    return given


def _write(period: Period) -> None:
    """Variables, rows and goals of a period in its Pyomo model."""
    model = period.model
    for block in BLOCKS:
        model.add_component(block, pyo.Block())
    variables: dict[str, dict[Any, Any]] = {}

    def declare(block: str, name: str, keys: Sequence[Any], **domain: Any) -> None:
        # Keys of moves are shorter than those of cargo.
        index = pyo.Set(initialize=keys, dimen=None) if name == VARIED else keys
        component = pyo.Var(**domain) if list(keys) == [None] else pyo.Var(index, **domain)
        model.component(block).add_component(name, component)
        variables.setdefault(name, {}).update(component.items())

    for (block, name), keys in period.columns.keys.items():
        declare(block, name, keys, domain=pyo.NonNegativeReals)
    views: dict[str, list[Any]] = {}
    for name, key in period.views:
        views.setdefault(name, []).append(key)
    for name, keys in views.items():
        declare("period", name, keys)
    for (block, name), keys in period.homes_of_givens().items():
        declare(block, name, keys)

    def summed(terms: Iterable[Term]) -> Any:
        return linear([(coefficient, variables[name][key]) for coefficient, name, key in terms])

    for (block, name), rows in period.rows.items():
        relations = {key: _relation(RULE[name], summed(terms)) for key, terms in rows.items()}
        constraint = pyo.Constraint(list(rows), rule=lambda _, *key, of=relations: of[key if len(key) > 1 else key[0]])
        model.component(block).add_component(name, constraint)
    goals = {name: summed(terms) for name in GOALS if (terms := period.goal(name))}
    model.year.objective = pyo.Constraint(list(goals), rule=lambda _, name: (0.0, goals[name], None))


def _relation(rule: Rule, body: Any) -> tuple[Any, ...]:
    """The row of a rule as Pyomo takes it."""
    if rule.sense == "=":
        return body, rule.right
    return (None, body, rule.right) if rule.sense == "<=" else (rule.right, body, None)
