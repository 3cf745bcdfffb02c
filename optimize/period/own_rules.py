"""A planner's own rules: a few lines of Pyomo on a period, a month or the year, repeated and priced as ours are.

A file of rules holds functions ``rule(model, corridor)``. Each puts constraints on ``model.period`` (they hold in every
period), ``model.month`` or ``model.year`` (they hold once, over what passes in all periods); ``corridor`` is a
:class:`Corridor`, which speaks of the case by its ids and in tonnes. docs/own-rules.md shows how.
"""

from __future__ import annotations

import ast
import inspect
import logging
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyomo.core as pyo

from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.horizon import Floats, Horizon
from corridor.model.program import BLOCKS, Label
from corridor.optimize.period.coefficients import seen
from corridor.optimize.period.layout import KILO, Layout
from corridor.optimize.period.rules import RULES, find, linear

PLANNED = "planned"
"""The givens that a planner's rules declare, by name."""
SUBJECT = "the planner's rules"
PER = ("year", "month", "period")
DIRECTIONS = ("forward", "back", "both")
WORDS = {
    **dict.fromkeys(("flow", "passing", "served", "arrived", "outside", "unmet", "waiting", "late", "stock"), "t"),
    **dict.fromkeys(("move", "busy", "standing"), "moves"),
    **dict.fromkeys(("loaded", "empty"), "units"),
}
"""What variables count."""
RESERVED = frozenset(
    {rule.__name__ for rule in RULES}
    | set(WORDS)
    | {"objective", PLANNED, "available", "tonnes", "floor", "ceiling", "room", "fleet", "opening", "closing"}
    | {"level", "growth", "varied", "laid_up", "asked", "offered", "entered", "overstay", "began", "held"}
)
ALLOWED = (pyo.Constraint, pyo.Var, pyo.Param, pyo.Set, pyo.RangeSet, pyo.Expression)
MOST = 160
"""Letters of what Python says that a message takes over."""

Function = Callable[[Any, Any], object]


@dataclass(frozen=True)
class PlannersRule:
    """A function of a planner, ``function(model, corridor)``, with its name and the file that messages name."""

    name: str
    file: str
    function: Function

    @property
    def place(self) -> str:
        return f"{self.file}, {self.name}"

    def __reduce__(self) -> tuple[Callable[..., PlannersRule], tuple[Any, ...]]:
        """A rule of a file is read from it again by another process; a function is found in its module."""
        if self.function.__globals__.get("__file__") == self.file:
            return _again, (self.file, self.name)
        return PlannersRule, (self.name, self.file, self.function)


def _again(file: str, name: str) -> PlannersRule:
    return next(rule for rule in load_rules(file) if rule.name == name)


RuleSource = str | Path | Function | PlannersRule
"""A file of rules, a function, or what :func:`load_rules` gave."""


@dataclass(frozen=True)
class OwnRow:
    """A row that a planner's rule made: ``scale`` times what was written, in ``unit`` (t, moves, units, or unknown)."""

    rule: str
    block: str
    scale: float
    unit: str

    @property
    def step(self) -> float:
        """What a price is of, in the row's unit: 1,000 t, or one of anything else."""
        return KILO if self.unit == "t" else 1.0


@dataclass(frozen=True)
class OwnRules:
    """The rows that a planner's rules made, by label (name, key), and their givens by name, a number a time."""

    rows: Mapping[Label, OwnRow] = field(default_factory=dict)
    given: dict[str, Floats] = field(default_factory=dict)


def row_id(label: Label) -> str:
    """A row as tables name it.

    >>> row_id(("quota", None)), row_id(("quota", ("grain", "iran")))
    ('quota', 'quota(grain,iran)')
    """
    name, key = label
    if key is None:
        return name
    return f"{name}({','.join(map(str, key)) if isinstance(key, tuple) else key})"


def planners_rules(rules: RuleSource | Iterable[RuleSource]) -> list[PlannersRule]:
    """The rules of files, functions or a list of both, in their order; raises CaseError."""
    if isinstance(rules, (str, Path)):
        return load_rules(rules)
    if isinstance(rules, PlannersRule):
        return [rules]
    if callable(rules):
        name = getattr(rules, "__name__", type(rules).__name__)
        rule = PlannersRule(name, "rules", rules)
        _check_signature(rule)
        return [rule]
    return [rule for each in rules for rule in planners_rules(each)]


def load_rules(path: str | Path) -> list[PlannersRule]:
    """The public functions of a Python file, in the order in which they are defined; the file is run.

    Each must take ``(model, corridor)``; a name with ``_`` in front is the file's own business. Raises CaseError where
    the file cannot be read or run (C090, C091: the line and what is wrong), holds no rule, or defines one twice.
    """
    file = str(path)
    try:
        source = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        _refuse("C090", file, f"it cannot be read: {error.strerror or error}; give a Python file of rules")
    except UnicodeDecodeError:
        _refuse("C090", file, "it is no text in UTF-8; give a Python file of rules")
    namespace: dict[str, Any] = {"__name__": Path(path).stem, "__file__": file}
    with _said(file, file):
        defined = [node.name for node in ast.parse(source, file).body if isinstance(node, ast.FunctionDef)]
        exec(compile(source, file, "exec", dont_inherit=True), namespace)
    for name in dict.fromkeys(defined):
        if defined.count(name) > 1:
            _refuse("C095", f"{file}, {name}", "it is defined twice, and the first would be lost; give it another name")
    rules = [
        PlannersRule(name, file, function)
        for name in defined
        if not name.startswith("_") and callable(function := namespace.get(name))
    ]
    if not rules:
        _refuse("C090", file, "there is no rule in it: define a function that takes (model, corridor)")
    for rule in rules:
        _check_signature(rule)
    return rules


def _check_signature(rule: PlannersRule) -> None:
    try:
        inspect.signature(rule.function).bind(None, None)
    except TypeError:
        reason = "a rule takes (model, corridor); put _ in front of the name of a function that is no rule"
        _refuse("C090", rule.place, reason)
    except ValueError:
        return


class Corridor:
    """What a planner's rule can speak of, by the ids of the case: tonnes, moves, units, what resources offer, givens.

    Everything is counted as the tables of a case and of an answer count it: tonnes, moves (departures of a ship or
    train), units (wagons, boxes, trucks). What is asked for is a linear expression over one period; on ``model.year``
    and ``model.month`` it adds up. Give one id or several. An id that the case does not have is refused with the
    nearest one; what the case has and what cannot move gives an expression that is zero.
    """

    def __init__(
        self, model: pyo.ConcreteModel, layout: Layout, scales: Mapping[str, float], givens: dict[str, Planned]
    ) -> None:
        self._model, self._layout, self._scales, self._givens = model, layout, scales, givens
        self._place = ""
        self._spoke = False

    def tonnes(
        self,
        link: str | Iterable[str],
        commodity: str | Iterable[str] | None = None,
        direction: str = "both",
    ) -> Any:
        """Tonnes that start over links, by the calendar: of some commodities, ``forward``, ``back`` or both."""
        arcs, wanted = self._arcs(link, direction), self._commodities(commodity)
        flows = [
            key
            for arc in arcs
            for key in self._layout.flows_on.get(arc, ())
            if wanted is None or self._layout.commodity_of(key) in wanted
        ]
        return self._sum(seen(self._layout, "flow"), flows)

    def sent(
        self,
        demand: str | Iterable[str] | None = None,
        segment: str | Iterable[str] | None = None,
        commodity: str | Iterable[str] | None = None,
    ) -> Any:
        """Tonnes that leave their origins, of some demands, segments or commodities; of all if none is named."""
        case = self._layout.case
        demands = self._known("demand", demand, case["demand"].index)
        segments = self._known("segment", segment, {*case["segment"].index, *(p.segment for p in self._layout.parts)})
        commodities = self._commodities(commodity)
        parts = [
            part.part_id
            for part in self._layout.parts
            if (demands is None or part.demand_id in demands)
            and (segments is None or part.segment in segments)
            and (commodities is None or part.commodity in commodities)
        ]
        return self._sum("served", parts)

    def moves(
        self,
        link: str | Iterable[str] | None = None,
        carrier: str | Iterable[str] | None = None,
        direction: str = "both",
    ) -> Any:
        """Departures of carriers over links (all if none is named), of some carriers, forward, back or both."""
        carriers = self._known("carrier", carrier, self._layout.case["carrier"].index)
        arcs = self._arcs(link, direction)
        moving = [
            arc
            for arc in self._layout.moves
            if arc in arcs and (carriers is None or self._layout.arcs[arc].carrier_id in carriers)
        ]
        return self._sum("move", moving)

    def units(
        self,
        link: str | Iterable[str],
        unit: str | Iterable[str] | None = None,
        direction: str = "both",
        state: str = "both",
    ) -> Any:
        """Units that pass links: ``state`` is ``loaded``, ``empty`` or both."""
        arcs = self._arcs(link, direction)
        units = self._known("unit", unit, self._layout.case["unit"].index)
        self._known("state", state, ("loaded", "empty", "both"))
        terms: list[tuple[float, Any]] = []
        for name, keys in (("loaded", self._layout.loaded), ("empty", self._layout.empty)):
            if state in (name, "both"):
                chosen = [key for key in keys if key[0] in arcs and (units is None or key[1] in units)]
                terms += [(KILO, find(self._model, name, key)) for key in chosen]
        self._spoke = True
        return linear(terms)

    def available(self, resource: str) -> Any:
        """What a resource offers after its background and factors, in its own unit: a given, which sweeps change."""
        self._known("resource", resource, self._scales)
        self._spoke = True
        return linear([(1.0 / self._scales[resource], find(self._model, "available", resource))])

    def given(self, name: str, amount: float, per: str = "year") -> Any:
        """A number of the rule's own that can be changed and has a price: a quota, a promised minimum.

        ``amount`` is in the unit of what it is compared with. It is ``per`` year, month or period. What is per year or
        per month is spread evenly over the hours of the periods where the rule holds in each period, and adds up where
        it holds once a year. A given can be added and multiplied by numbers, not by what moves.
        """
        if not re.fullmatch(r"[a-z][a-z0-9_]*", str(name)):
            _refuse("C092", self._place, f"{name} is no name of a given; use small letters, digits and _")
        if per not in PER:
            _refuse("C092", self._place, f"a given is per year, month or period, not per {per}")
        if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not math.isfinite(amount):
            _refuse("C092", self._place, f"the given {name} is {amount}; give a number")
        if name not in self._givens:
            column = pyo.Var()
            column.construct()
            column.name = name
            self._givens[name] = Planned(column, float(amount), per)
        known = self._givens[name]
        if (known.amount, known.per) != (float(amount), per):
            already = f"{known.amount:g} per {known.per}"
            _refuse("C095", self._place, f"the given {name} is {already} already; give the other one another name")
        return known.column

    def _sum(self, name: str, keys: Iterable[Any]) -> Any:
        self._spoke = True
        variable = self._model.period.component(name)
        return linear([(KILO, variable[key]) for key in keys])

    def _arcs(self, link: str | Iterable[str] | None, direction: str) -> set[str]:
        self._known("direction", direction, DIRECTIONS)
        links = self._known("link", link, self._layout.case["link"].index)
        return {
            arc.arc_id
            for arc in self._layout.arcs.values()
            if (links is None or arc.link_id in links) and direction in (arc.direction, "both")
        }

    def _commodities(self, commodity: str | Iterable[str] | None) -> set[str] | None:
        return self._known("commodity", commodity, self._layout.case["commodity"].index)

    def _known(self, what: str, asked: str | Iterable[str] | None, known: Iterable[Any]) -> set[str] | None:
        """What is asked for as a set; raises CaseError with the nearest name where it is not known."""
        if asked is None:
            return None
        names, there = {asked} if isinstance(asked, str) else set(asked), {str(each) for each in known}
        for name in sorted(map(str, names)):
            if name not in there:
                _refuse("C092", self._place, f"{name} is no {what}; {nearest(name, there)}")
        return names


@dataclass(frozen=True)
class Planned:
    """A given that a rule declares: the column that stands for it in what the planner wrote, its amount, per what."""

    column: Any
    amount: float
    per: str


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
            with _said(rule.place, _file_of(rule)):
                rule.function(model, corridor)
            _check_ours(model, rule, before, top, own, set(data))
            made = {at: each for at, each in _components(model).items() if at not in before}
            _check_names(rule, made, before, taken)
            own |= {id(each) for each in made.values()}
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
    """What stands on the blocks, by block and name."""
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
    """A rule adds; it replaces, binds and drops nothing that was there. Raises CaseError."""
    for where in BLOCKS:
        if model.component(where) is None:
            _refuse("C098", rule.place, f"it takes model.{where} away; a rule only adds", BROKEN)
    for name in set(model.component_map()) - top:
        reason = f"{name} stands on the model itself; put it on model.period, model.month or model.year"
        _refuse("C096", rule.place, reason, BROKEN)
    now = _components(model)
    for (block, name), component in before.items():
        there = now.get((block, name))
        if there is None:
            _refuse("C098", rule.place, f"it takes {name} away; a rule only adds", BROKEN)
        if there is not component:
            _refuse("C095", rule.place, f"{name} is the name of something that exists; take another name", BROKEN)
        if id(component) in own:
            continue
        if component.ctype is pyo.Constraint:
            if not all(each.active for each in component.values()):
                _refuse("C098", rule.place, f"it switches {name} off; a rule only adds", BROKEN)
        elif component.ctype is pyo.Var:
            least = None if name in data else 0
            for key, each in component.items():
                if each.fixed or each.ub is not None or each.lb != least or not each.is_continuous():
                    which = row_id((name, key))
                    reason = f"it binds {which} itself; write the limit as a constraint, which has a price"
                    _refuse("C097", rule.place, reason, BROKEN)


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
            reason = f"{name} is an objective; the study says what is sought, a rule what must hold"
            faults.append(Fault("C098", rule.place, reason))
        elif component.ctype not in ALLOWED:
            kind = type(component).__name__.removeprefix("Scalar").removeprefix("Indexed").removeprefix("Abstract")
            reason = f"{name} is a {kind}; a rule is made of constraints and of variables that are zero or more"
            faults.append(Fault("C098", rule.place, reason))
        elif name in taken or name in known or names.count(name) > 1:
            reason = f"{name} is the name of something that exists; take another name"
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
    constraints = {at: each for at, each in made.items() if each.ctype is pyo.Constraint and each.active}
    for (_, name), component in made.items():
        if component.ctype is pyo.Var:
            faults += [fault for key, each in component.items() for fault in _of_variable(rule, (name, key), each)]
    if not any(len(each) for each in constraints.values()):
        reason = "it has no constraint; put one on model.period, model.month or model.year"
        faults.append(Fault("C096", rule.place, reason))
    names = {id(given.column): name for name, given in givens.items()}
    for (block, name), component in constraints.items():
        for key, each in component.items():
            if not each.active:
                continue
            try:
                with _said(rule.place, _file_of(rule)):
                    rows.append(_row(model, rule, block, (name, key), each, names, own, spoke))
            except CaseError as error:
                faults += error.faults
    if faults:
        raise CaseError(faults, SUBJECT)
    return rows


def _of_variable(rule: PlannersRule, label: Label, variable: Any) -> list[Fault]:
    name = row_id(label)
    if not variable.is_continuous():
        kind = "yes or no" if variable.is_binary() else "whole numbers"
        reason = f"{name} takes {kind} only; the model is continuous, and prices need it to be: let it be any number"
        return [Fault("C093", rule.place, reason)]
    if variable.lb != 0 or variable.ub is not None or variable.fixed:
        reason = f"{name} must be zero or more (within=pyo.NonNegativeReals); write other limits as constraints"
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
    """A constraint as a row, turned so that what is positive stands on its left; raises CaseError."""
    from pyomo.repn import generate_standard_repn

    name = row_id(label)
    found = generate_standard_repn(constraint.body, quadratic=False)
    if not found.is_linear():
        reason = (
            f"{name} multiplies or divides two things that the model chooses (or a given and one of them), or bends "
            "one; a rule is linear: instead of a / b >= 0.3 write a >= 0.3 * b"
        )
        _refuse("C094", rule.place, reason)
    constant = pyo.value(found.constant)
    least, most = (
        math.copysign(math.inf, sign) if bound is None else pyo.value(bound) - constant
        for sign, bound in ((-1, constraint.lower), (1, constraint.upper))
    )
    coefficients = [float(pyo.value(each)) for each in found.linear_coefs]
    if not all(map(math.isfinite, coefficients)) or math.isnan(least) or math.isnan(most):
        _refuse("C094", rule.place, f"a number in {name} is not finite")
    pairs = [(c, each) for c, each in zip(coefficients, found.linear_vars, strict=True) if c]
    terms = [(c, each) for c, each in pairs if id(each) not in names]
    given = [(c, names[id(each)]) for c, each in pairs if id(each) in names]
    if not terms:
        reason = f"{name} limits nothing: no cargo, move or unit that it speaks of can move in this case"
        _refuse("C096", rule.place, reason)
    if math.isinf(least) == math.isinf(most) and least != most:
        reason = "has two limits at once; write two constraints" if math.isfinite(least) else "has no limit"
        _refuse("C096", rule.place, f"{name} {reason}")
    counted = set()
    for _, variable in terms:
        component = variable.parent_component()
        home = component.parent_block()
        stands = next((b for b, where in enumerate(BLOCKS) if model.component(where) is home), None)
        if stands is None:
            reason = f"{name} speaks of {variable.name}, which stands on none of model.period, model.month, model.year"
            _refuse("C096", rule.place, reason)
        counted.add(WORDS.get(component.local_name, ""))
        if stands > block and id(component) not in own and component.local_name != "growth":
            where, here = BLOCKS[stands], BLOCKS[block]
            which = row_id((component.local_name, variable.index()))
            reason = f"{name} holds in every {here}, but {which} stands for a whole {where}; put it on model.{where}"
            _refuse("C099", rule.place, reason)
    if all(c < 0 for c, _ in terms):
        terms, given, (least, most) = [(-c, v) for c, v in terms], [(-c, n) for c, n in given], (-most, -least)
    unit = counted.pop() if len(counted) == 1 else ""
    if unit and not spoke:
        unit = "kt" if unit == "t" else f"thousand {unit}"
    return _Written(rule, block, label, terms, given, least, most, unit)


def _replace(block: Any, name: str, keyed: Mapping[Any, Any]) -> None:
    """A constraint of this name with these rows in place of what the planner wrote."""
    block.del_component(name)
    if list(keyed) == [None]:
        block.add_component(name, pyo.Constraint(expr=keyed[None]))
        return
    block.add_component(name, pyo.Constraint(list(keyed), rule=lambda _, *key: keyed[key if len(key) > 1 else key[0]]))


def _file_of(rule: PlannersRule) -> str:
    code = getattr(rule.function, "__code__", None)
    return str(code.co_filename) if code is not None else rule.file


@contextmanager
def _said(place: str, file: str) -> Iterator[None]:
    """Run what a planner wrote: its errors become a fault with the line, and Pyomo keeps its log to itself."""
    log = logging.getLogger("pyomo")
    former = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    except CaseError as error:
        line = _line(error, file)
        faults = [Fault(each.code, each.place + line, each.message) for each in error.faults]
        raise CaseError(faults, SUBJECT) from None
    except SyntaxError as error:
        where = f", line {error.lineno}" if error.lineno else ""
        _refuse("C091", place + where, f"Python cannot read it: {error.msg}")
    except (Exception, SystemExit) as error:
        place += _line(error, file)
        said = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
        if isinstance(error, SystemExit):
            said = "it ends the program; a rule returns"
        elif "trivial Boolean" in str(error):
            _refuse("C096", place, "a constraint compares numbers only; a rule limits something that moves")
        elif isinstance(error, AttributeError) and isinstance(error.obj, Corridor):
            words = [word for word in dir(Corridor) if not word.startswith("_")]
            _refuse("C092", place, f"corridor has no {error.name}; {nearest(error.name or '', words)}")
        elif "Boolean context" in str(error):
            said = "what the model chooses is not known yet: a rule cannot ask if it is more or less than something"
        shown = said if len(said) <= MOST else said[: MOST - 1] + "…"
        _refuse("C091", place, f"{type(error).__name__}: {shown}".rstrip(": "))
    finally:
        log.setLevel(former)


def _line(error: BaseException, file: str) -> str:
    """The last line of the file that an error passed through."""
    lines, trace = [], error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f", line {lines[-1]}" if lines else ""


def _refuse(code: str, place: str, message: str, subject: str = SUBJECT) -> NoReturn:
    raise CaseError([Fault(code, place, message)], subject) from None
