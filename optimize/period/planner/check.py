"""A planner's rules on the model of a period: run, checked, scaled near one, their givens in the block of the rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyomo.core as pyo

from corridor.model.faults import CaseError, Fault
from corridor.model.horizon import Floats, Horizon
from corridor.model.language import say
from corridor.model.program import BLOCKS, Label
from corridor.optimize.period.layout import KILO, Layout
from corridor.optimize.period.planner.read import PlannersRule, file_of, said
from corridor.optimize.period.planner.words import SUBJECT, Corridor, Planned, find, linear, refuse, row_id
from corridor.optimize.period.rules import RULES, UNITS, VARIED

PLANNED = "planned"
"""Name of the givens that a planner's rules declare."""
RESERVED = frozenset({rule.name for rule in RULES} | set(UNITS) | {"objective", PLANNED, VARIED})
"""Names that a planner's rule cannot take, in any study and horizon."""
ALLOWED = (pyo.Constraint, pyo.Var, pyo.Param, pyo.Set, pyo.RangeSet, pyo.Expression)


@dataclass(frozen=True)
class OwnRow:
    """A row that a planner's rule made: ``scale`` times the planner's, in ``unit`` (t, moves, units, or unknown)."""

    rule: str
    block: str
    scale: float
    unit: str

    @property
    def step(self) -> float:
        """The amount that a price is for, in the row's unit: 1,000 t, or one of anything else."""
        return KILO if self.unit == "t" else 1.0


@dataclass(frozen=True)
class OwnRules:
    """The rows that a planner's rules made, by label (name, key), and their givens by name, a number a time."""

    rows: Mapping[Label, OwnRow] = field(default_factory=dict)
    given: dict[str, Floats] = field(default_factory=dict)


@dataclass
class _Written:
    """A row as a planner wrote it: ``least <= sum of terms - sum of given terms <= most``, one of both infinite."""

    rule: PlannersRule
    block: int
    label: Label
    terms: list[tuple[float, Any]]
    given: list[tuple[float, str]]
    least: float
    most: float
    unit: str

    @property
    def scale(self) -> float:
        return float(10.0 ** -round(math.log10(max(abs(coefficient) for coefficient, _ in self.terms))))


def add_rules(
    model: pyo.ConcreteModel,
    layout: Layout,
    scales: Mapping[str, float],
    data: Iterable[str],
    rules: Sequence[PlannersRule],
) -> OwnRules:
    """Put a planner's rules on a model that has ours, each row scaled near one, its givens in the block of its row.

    ``data`` names the variables that are givens or views. Raises CaseError (C091 to C099) with all that is wrong in the
    rules, by file and rule.
    """
    givens: dict[str, Planned] = {}
    corridor = Corridor(model, layout, scales, givens)
    faults: list[Fault] = []
    rows: list[_Written] = []
    own: set[int] = set()
    taken = RESERVED | set(scales) | set(layout.case["segment"].index)
    for rule in rules:
        try:
            before, top = _components(model), set(model.component_map())
            corridor._place, corridor._spoke = rule.place, False
            with said(rule.place, file_of(rule)):
                rule.function(model, corridor)
            _check_ours(model, rule, before, top, own, set(data))
            made = {at: component for at, component in _components(model).items() if at not in before}
            _check_names(rule, made, before, taken)
            own |= {id(component) for component in made.values()}
            rows += _rows(model, rule, made, givens, own, corridor._spoke)
        except CaseError as error:
            faults += error.faults
            if error.subject == BROKEN:
                break
    if faults:
        raise CaseError(faults, SUBJECT)
    mentions = {name: [row.block for row in rows if any(name == each for _, each in row.given)] for name in givens}
    home = {name: min(blocks, default=2) for name, blocks in mentions.items()}
    home = {name: 0 if givens[name].per == "period" else block for name, block in home.items()}
    for block, where in enumerate(BLOCKS):
        keys = [each for each, at in home.items() if at == block]
        if keys:
            model.component(where).add_component(PLANNED, pyo.Var(keys))
    by_name: dict[tuple[int, str], dict[Any, Any]] = {}
    for row in rows:
        terms = [*row.terms, *((c, find(model, PLANNED, given)) for c, given in row.given)]
        body = linear([(row.scale * c, variable) for c, variable in terms])
        bounds = [None if math.isinf(each) else row.scale * each for each in (row.least, row.most)]
        equal = row.least == row.most
        by_name.setdefault((row.block, row.label[0]), {})[row.label[1]] = (
            (body, bounds[0]) if equal else (bounds[0], body, bounds[1])
        )
    for (at, name), keyed in by_name.items():
        _replace(model.component(BLOCKS[at]), name, keyed)
    return OwnRules(
        {row.label: OwnRow(row.rule.name, BLOCKS[row.block], row.scale, row.unit) for row in rows},
        {name: spread(layout.horizon, given.amount, given.per, BLOCKS[home[name]]) for name, given in givens.items()},
    )


def spread(horizon: Horizon, amount: float, per: str, block: str) -> Floats:
    """An amount per year, month or period as one number for each time of a block."""
    if per == "period":
        return np.full(horizon.count, amount)
    if per == "year":
        shares = {"period": horizon.share, "month": horizon.month_share, "year": np.ones(1)}
        return amount * shares[block]
    if block == "year":
        return np.full(1, 12 * amount)
    if block == "month" and len(horizon.month_edges) == 13:
        return np.full(12, amount)
    first = date(horizon.year, 1, 1)
    months = [(date(horizon.year + m // 12, m % 12 + 1, 1) - first).days for m in range(13)]
    edges = np.array(horizon.days)
    low = np.maximum(edges[:-1, None], np.array(months[:-1])[None, :])
    high = np.minimum(edges[1:, None], np.array(months[1:])[None, :])
    parts: Floats = (np.maximum(high - low, 0.0) / np.diff(months)[None, :]).sum(axis=1)
    return amount * parts


BROKEN = "broken"
"""Subject of a fault after which the other rules cannot be run: the model is no longer whole."""


def _components(model: pyo.ConcreteModel) -> dict[tuple[int, str], Any]:
    """Components of the blocks, by block and name."""
    return {
        (block, str(name)): component
        for block, where in enumerate(BLOCKS)
        for name, component in model.component(where).component_map().items()
    }


def _check_ours(
    model: pyo.ConcreteModel,
    rule: PlannersRule,
    before: Mapping[tuple[int, str], Any],
    top: set[str],
    own: set[int],
    data: set[str],
) -> None:
    """A rule adds; it replaces, binds and drops nothing. Raises CaseError."""
    for where in BLOCKS:
        if model.component(where) is None:
            refuse("C098", rule.place, say("it takes model.{where} away; a rule only adds", where=where), BROKEN)
    for name in set(model.component_map()) - top:
        reason = say("{name} stands on the model itself; put it on model.period, model.month or model.year", name=name)
        refuse("C096", rule.place, reason, BROKEN)
    now = _components(model)
    for (block, name), component in before.items():
        present = now.get((block, name))
        if present is None:
            refuse("C098", rule.place, say("it takes {name} away; a rule only adds", name=name), BROKEN)
        if present is not component:
            refuse(
                "C095",
                rule.place,
                say("{name} is the name of something that exists; take another name", name=name),
                BROKEN,
            )
        if id(component) in own:
            continue
        if component.ctype is pyo.Constraint:
            if not all(each.active for each in component.values()):
                refuse("C098", rule.place, say("it switches {name} off; a rule only adds", name=name), BROKEN)
        elif component.ctype is pyo.Var:
            least = None if name in data else 0
            for key, each in component.items():
                if each.fixed or each.ub is not None or each.lb != least or not each.is_continuous():
                    which = row_id((name, key))
                    reason = say(
                        "it binds {which} itself; write the limit as a constraint, which has a price", which=which
                    )
                    refuse("C097", rule.place, reason, BROKEN)


def _check_names(
    rule: PlannersRule,
    made: Mapping[tuple[int, str], Any],
    before: Mapping[tuple[int, str], Any],
    taken: frozenset[str] | set[str],
) -> None:
    """Each name once, whatever block; no kinds of component but constraints and what they need. Raises CaseError."""
    names = [name for _, name in made]
    known = {name for _, name in before}
    faults = []
    for (_, name), component in made.items():
        if component.ctype is pyo.Objective:
            reason = say("{name} is an objective; the study says what is sought, a rule what must hold", name=name)
            faults.append(Fault("C098", rule.place, reason))
        elif component.ctype not in ALLOWED:
            kind = type(component).__name__.removeprefix("Scalar").removeprefix("Indexed").removeprefix("Abstract")
            reason = say(
                "{name} is a {kind}; a rule is made of constraints and of variables that are zero or more",
                name=name,
                kind=kind,
            )
            faults.append(Fault("C098", rule.place, reason))
        elif name in taken or name in known or names.count(name) > 1:
            reason = say("{name} is the name of something that exists; take another name", name=name)
            faults.append(Fault("C095", rule.place, reason))
    if faults:
        raise CaseError(dict.fromkeys(faults), BROKEN)


def _rows(
    model: pyo.ConcreteModel,
    rule: PlannersRule,
    made: Mapping[tuple[int, str], Any],
    givens: Mapping[str, Planned],
    own: set[int],
    spoke: bool,
) -> list[_Written]:
    """The rows of a rule; raises CaseError with all that is wrong with them and with the rule's own variables."""
    faults, rows = [], []
    constraints = {at: made[at] for at in made if made[at].ctype is pyo.Constraint and made[at].active}
    for (_, name), component in made.items():
        if component.ctype is pyo.Var:
            faults += [fault for key, each in component.items() for fault in _of_variable(rule, (name, key), each)]
    if not any(len(each) for each in constraints.values()):
        reason = say("it has no constraint; put one on model.period, model.month or model.year")
        faults.append(Fault("C096", rule.place, reason))
    names = {id(given.column): name for name, given in givens.items()}
    for (block, name), component in constraints.items():
        for key, each in component.items():
            if not each.active:
                continue
            try:
                with said(rule.place, file_of(rule)):
                    rows.append(_row(model, rule, block, (name, key), each, names, own, spoke))
            except CaseError as error:
                faults += error.faults
    if faults:
        raise CaseError(faults, SUBJECT)
    return rows


def _of_variable(rule: PlannersRule, label: Label, variable: Any) -> list[Fault]:
    """Faults of a variable of the planner: whole numbers, or bounds."""
    name = row_id(label)
    if not variable.is_continuous():
        kind = say("yes or no") if variable.is_binary() else say("whole numbers")
        reason = say(
            "{name} takes {kind} only; the model is continuous, and prices need it to be: let it be any number",
            name=name,
            kind=kind,
        )
        return [Fault("C093", rule.place, reason)]
    if variable.lb != 0 or variable.ub is not None or variable.fixed:
        reason = say(
            "{name} must be zero or more (within=pyo.NonNegativeReals); write other limits as constraints", name=name
        )
        return [Fault("C097", rule.place, reason)]
    return []


def _row(
    model: pyo.ConcreteModel,
    rule: PlannersRule,
    block: int,
    label: Label,
    constraint: Any,
    names: Mapping[int, str],
    own: set[int],
    spoke: bool,
) -> _Written:
    """A constraint as a row, turned so that positive terms are on its left; raises CaseError."""
    from pyomo.repn import generate_standard_repn

    name = row_id(label)
    form = generate_standard_repn(constraint.body, quadratic=False)
    if not form.is_linear():
        reason = say(
            "{name} multiplies or divides two things that the model chooses (or a given and one of them), or bends "
            "one; a rule is linear: instead of a / b >= 0.3 write a >= 0.3 * b",
            name=name,
        )
        refuse("C094", rule.place, reason)
    constant = pyo.value(form.constant)
    least, most = (
        math.copysign(math.inf, sign) if bound is None else pyo.value(bound) - constant
        for sign, bound in ((-1, constraint.lower), (1, constraint.upper))
    )
    coefficients = [float(pyo.value(c)) for c in form.linear_coefs]
    if not all(map(math.isfinite, coefficients)) or math.isnan(least) or math.isnan(most):
        refuse("C094", rule.place, say("a number in {name} is not finite", name=name))
    pairs = [(c, variable) for c, variable in zip(coefficients, form.linear_vars, strict=True) if c]
    terms = [(c, variable) for c, variable in pairs if id(variable) not in names]
    given = [(c, names[id(variable)]) for c, variable in pairs if id(variable) in names]
    if not terms:
        reason = say("{name} limits nothing: no cargo, move or unit that it speaks of can move in this case", name=name)
        refuse("C096", rule.place, reason)
    if math.isinf(least) == math.isinf(most) and least != most:
        reason = say("has two limits at once; write two constraints") if math.isfinite(least) else say("has no limit")
        refuse("C096", rule.place, f"{name} {reason}")
    counted = set()
    for _, variable in terms:
        component = variable.parent_component()
        home = component.parent_block()
        holds = next((b for b, where in enumerate(BLOCKS) if model.component(where) is home), None)
        if holds is None:
            reason = say(
                "{name} speaks of {variable}, which stands on none of model.period, model.month, model.year",
                name=name,
                variable=variable.name,
            )
            refuse("C096", rule.place, reason)
        counted.add(UNITS.get(component.local_name, ""))
        if holds > block and id(component) not in own and component.local_name != "growth":
            where, here = BLOCKS[holds], BLOCKS[block]
            which = row_id((component.local_name, variable.index()))
            reason = say(
                "{name} holds in every {here}, but {which} stands for a whole {where}; put it on model.{where}",
                name=name,
                here=here,
                which=which,
                where=where,
            )
            refuse("C099", rule.place, reason)
    if all(c < 0 for c, _ in terms):
        terms, given, (least, most) = [(-c, v) for c, v in terms], [(-c, n) for c, n in given], (-most, -least)
    unit = counted.pop() if len(counted) == 1 else ""
    if unit and not spoke:
        unit = "kt" if unit == "t" else f"thousand {unit}"
    return _Written(rule, block, label, terms, given, least, most, unit)


def _replace(block: Any, name: str, keyed: Mapping[Any, Any]) -> None:
    """A constraint of this name with these rows in place of the planner's own."""
    block.del_component(name)
    if list(keyed) == [None]:
        block.add_component(name, pyo.Constraint(expr=keyed[None]))
        return
    block.add_component(name, pyo.Constraint(list(keyed), rule=lambda _, *key: keyed[key if len(key) > 1 else key[0]]))
