"""The words of a planner's rule: tonnes, sent, moves, units, available and given, by the ids of a case."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import pyomo.core as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.language import say
from corridor.model.program import BLOCKS, Label
from corridor.optimize.period.algebra import seen
from corridor.optimize.period.layout import KILO, Layout

SUBJECT = "the planner's rules"
PER = ("year", "month", "period")
DIRECTIONS = ("forward", "back", "both")


def linear(terms: Iterable[tuple[float, Any]]) -> Any:
    """The sum of coefficient times variable."""
    pairs = list(terms)
    return LinearExpression(constant=0, linear_coefs=[c for c, _ in pairs], linear_vars=[v for _, v in pairs])


def find(model: pyo.ConcreteModel, name: str, key: Any) -> Any:
    """The variable of this name and key, in whichever block it is; raises KeyError."""
    for block in BLOCKS:
        component = model.component(block).component(name)
        if component is not None and key in component:
            return component[key]
    raise KeyError((name, key))


def row_id(label: Label) -> str:
    """A row as tables name it.

    >>> row_id(("quota", None)), row_id(("quota", ("grain", "iran")))
    ('quota', 'quota(grain,iran)')
    """
    name, key = label
    if key is None:
        return name
    return f"{name}({','.join(map(str, key)) if isinstance(key, tuple) else key})"


class Corridor:
    """Words of a planner's rule, by the ids of the case: tonnes, moves, units, offers of resources, givens.

    Amounts are counted as in the tables of a case and of an answer: tonnes, moves (departures of a ship or train),
    units (wagons, boxes, trucks). A word gives a linear expression over one period; on ``model.year`` and
    ``model.month`` it adds up. Give one id or several. An id that the case does not have is refused with the nearest
    one; an id of the case that cannot move gives an expression that is zero.
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
        """The offer of a resource after background and factors, in its own unit: a given, which sweeps change."""
        self._known("resource", resource, self._scales)
        self._spoke = True
        return linear([(1.0 / self._scales[resource], find(self._model, "available", resource))])

    def given(self, name: str, amount: float, per: str = "year") -> Any:
        """A number of the rule's own that can be changed and has a price: a quota, a promised minimum.

        ``amount`` is in the unit of the expression that it bounds. It is ``per`` year, month or period. An amount per
        year or month is spread evenly over the hours of the periods where the rule holds in each period. It adds up
        where the rule holds once a year. A given can be added and multiplied by numbers, not by variables.
        """
        if not re.fullmatch(r"[a-z][a-z0-9_]*", str(name)):
            refuse("C092", self._place, say("{name} is no name of a given; use small letters, digits and _", name=name))
        if per not in PER:
            refuse("C092", self._place, say("a given is per year, month or period, not per {per}", per=per))
        if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not math.isfinite(amount):
            refuse("C092", self._place, say("the given {name} is {amount}; give a number", name=name, amount=amount))
        if name not in self._givens:
            column = pyo.Var()
            column.construct()
            column.name = name
            self._givens[name] = Planned(column, float(amount), per)
        known = self._givens[name]
        if (known.amount, known.per) != (float(amount), per):
            already = say("{amount:g} per {per}", amount=known.amount, per=known.per)
            refuse(
                "C095",
                self._place,
                say(
                    "the given {name} is {already} already; give the other one another name", name=name, already=already
                ),
            )
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

    def _known(self, kind: str, asked: str | Iterable[str] | None, known: Iterable[Any]) -> set[str] | None:
        """Names as a set; raises CaseError with the nearest name where one is not known."""
        if asked is None:
            return None
        names, ids = {asked} if isinstance(asked, str) else set(asked), {str(name) for name in known}
        for name in sorted(map(str, names)):
            if name not in ids:
                refuse(
                    "C092",
                    self._place,
                    say("{name} is no {kind}; {nearest}", name=name, kind=kind, nearest=nearest(name, ids)),
                )
        return names


@dataclass(frozen=True)
class Planned:
    """A given that a rule declares: its column in the expressions of the planner, its amount, and its time."""

    column: Any
    amount: float
    per: str


def refuse(code: str, place: str, message: str, subject: str = SUBJECT) -> NoReturn:
    """Raises CaseError."""
    raise CaseError([Fault(code, place, message)], subject) from None
