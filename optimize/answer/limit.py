"""Every limit of a case with its unit, planner's step and scale: resources, gate, links, ceilings, stores.

A price is brought into the planner's unit here alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corridor.model.horizon import Floats
from corridor.model.language import say
from corridor.model.limit_facts import LimitFacts, limit_facts
from corridor.model.limit_ids import limit_ids
from corridor.model.program import Label
from corridor.model.units import amount
from corridor.optimize.answer.compiled import Compiled
from corridor.optimize.period.layout import KILO

ROWS = {"available": "resource_limit", "ceiling": "segment_ceiling", "room": "store_limit"}
"""The given of a limit, by name, and the rule of its rows."""
TABLES = {"ceiling": "segment", "room": "store"}
"""Table of the rows that are the keys of a given; others have ids of limits for keys."""
SHARE = 0.01
"""Step of a limit that names no planner's unit: this share of what it offers."""
PRICED = 1e-9
"""Price of a row below which it is the solver's dust."""


@dataclass(frozen=True)
class Limit:
    """One limit: ``offers`` a year in its own ``unit``; ``scale`` brings that unit into the unit of its given.

    ``step`` is one planner's unit, after factors, in the unit of the limit; ``step_unit`` its name;
    ``stated``: the case names the step.
    """

    label: Label
    limit_id: str
    name: str
    kind: str
    unit: str
    offers: float
    step: float
    step_unit: str
    scale: float
    stated: bool

    @property
    def row(self) -> Label:
        """Rule and key of its row."""
        return ROWS[self.label[0]], self.label[1]

    def to_given(self, amount: float) -> float:
        """An amount of the limit, in the unit of its given."""
        return amount * self.scale

    def from_given(self, value: float) -> float:
        """A value of the given, in the unit of the limit."""
        return value / self.scale

    def from_price(self, dual: float) -> float:
        """The change of the goal by one step, at a dual price of the given."""
        return dual * self.to_given(self.step)

    def given(self, more: float) -> dict[Label, float]:
        """The given with so much more of the limit, in its own unit; never below zero."""
        return {self.label: self.to_given(max(0.0, self.offers + more))}


class Limits:
    """The limits of a compiled year, by the label of their given."""

    def __init__(self, year: Compiled) -> None:
        self.year, self.case = year, year.case
        self.facts = limit_facts(year.case)
        self.ids = limit_ids(year.case)
        self.left = year.case.derating()

    @cached_property
    def projects(self) -> Mapping[str, float]:
        """The addition of the smallest project of a resource, in its unit."""
        found: dict[str, float] = {}
        for row in self.year.case.rows("project"):
            if row.resource_id is None or row.adds is None:  # a project of changes adds to no single resource
                continue
            found[row.resource_id] = min(float(row.adds), found.get(row.resource_id, math.inf))
        return found

    @property
    def labels(self) -> list[Label]:
        """The labels of all limits that have rows."""
        return [label for label in self.year.program.givens.labels if label[0] in ROWS]

    def id_of(self, label: Label) -> str:
        """Id of the limit of a label, unlike that of any other limit."""
        name, key = str(label[0]), str(label[1])
        return self.ids.get((TABLES.get(name, ""), key), key)

    def of(self, label: Label) -> Limit:
        """The limit of a label."""
        name, key = str(label[0]), self.id_of(label)
        facts = self.facts.get(key) or LimitFacts(say("ceiling of {name}", name=key), "demand", "gate t")
        step, step_unit = facts.step, facts.step_unit
        scale = self.scale(label)
        offers = self.year.program.amount(label) / scale
        if step is None and offers == 0:
            # One per cent of nothing is no step: the smallest project, else about what a thousand tonnes take.
            step = self.projects.get(key, 1.0 / scale if name == "available" else KILO)
            step_unit = amount(step, facts.unit)
        step = step * self.left[key] if step else SHARE * offers
        words = (facts.name, facts.kind, facts.unit)
        return Limit((name, label[1]), key, *words, offers, step, step_unit, scale, bool(facts.step))

    def scale(self, label: Label) -> float:
        """The sum of a given over the year, for one of the limit's own unit."""
        name, key = str(label[0]), str(label[1])
        if name == "available":
            return float(self.year.period.scales[key])
        times = len(self.year.program.givens.every(label)) if name == "room" and key in self._stocked else 1
        return times / KILO

    @cached_property
    def _stocked(self) -> frozenset[str]:
        """Stores whose room holds in every period anew."""
        return frozenset(store.row.store_id for store in self.year.layout.stores if store.stocks)

    def priced(self, prices: Floats) -> list[Label]:
        """The limits whose row has a price; the others cannot change the answer."""
        program = self.year.program
        rows = ((label, program.rows.every((ROWS[str(label[0])], label[1]))) for label in self.labels)
        return [label for label, at in rows if len(at) and np.abs(prices[at]).max() > PRICED]


def lift(labels: Iterable[Label]) -> dict[Label, float]:
    """Givens that lift limits without end."""
    return dict.fromkeys(labels, math.inf)
