"""From the nameplate down to what is handled, by kind of limit: each kind is a switch on rows and on factors."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pandas as pd

from corridor.model.change.changes import Set
from corridor.model.faults import CaseError, Fault
from corridor.model.kinds import kinds_of
from corridor.model.language import say
from corridor.model.program import Label
from corridor.model.result.waterfall import Waterfall
from corridor.optimize.answer.measures import share_of
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import terminals
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import KILO
from corridor.optimize.period.offers import available
from corridor.optimize.studies.game import shapley

Kinds = frozenset[str]
RULE = "rule"
"""The kind of a planner's rules."""
SAME = 1e-9


class Switchboard:
    """T of a case with only some kinds of limit active, the gate's nameplate always, at the floors of the full case."""

    def __init__(self, setting: Setting) -> None:
        self.setting, case = setting, setting.case
        self.full = setting.open()
        if case.gate is None or math.isinf(case.gate.nameplate_t_per_year) or not self.full.layout.base:
            reason = say("a waterfall falls from a nameplate: the case needs a gate with one, and demands")
            raise CaseError([Fault("C071", "gate.csv", reason)], "the question")
        self.case = case
        self.floor = share_of(self.full)
        self.compiled = frozenset([*(row.kind for row in case.rows("factor") if row.size_id), *self.ruled])
        self.models: dict[Kinds, Year] = {self.compiled: self.full}
        self.known: dict[Kinds, float] = {}
        self.shut: dict[str, float] = {}
        if shut := {row.resource_id: 0.0 for row in case.rows("resource") if row.capacity == 0}:
            # Closed, or still to be built: a limit only where the nameplate cannot be reached without it.
            most, self.shut = self._value(frozenset()), shut
            if self._value(frozenset()) < most * (1 - SAME):
                self.shut = {}

    @property
    def ruled(self) -> tuple[str, ...]:
        """The kind of a planner's rules, if there are any: the first of all kinds."""
        return (RULE,) if self.setting.rules else ()

    def tonnes(self, kinds: Kinds) -> float:
        """v(K): gate tonnes with these kinds active."""
        if kinds not in self.known:
            self.known[kinds] = self._value(kinds)
        return self.known[kinds]

    def _value(self, kinds: Kinds) -> float:
        year = self._model(kinds & self.compiled)
        return year.capability(self.floor, self._given(year, kinds)).value * KILO

    def _model(self, kinds: Kinds) -> Year:
        """The year with the factors of these kinds on sizes, and a planner's rules: each set is compiled once."""
        if kinds not in self.models:
            changes = [
                Set("factor", row.factor_id, "value", "1")
                for row in self.case.rows("factor")
                if row.size_id and row.kind not in kinds
            ]
            rules = self.setting.rules if RULE in kinds else ()
            self.models[kinds] = replace(self.setting, rules=rules).at(self.case.with_(changes)).open()
        return self.models[kinds]

    def _given(self, year: Year, kinds: Kinds) -> dict[Label, float]:
        offer = available(self.case, kinds) | self.shut
        given: dict[Label, float] = {
            ("available", key): offer[key] * scale for key, scale in year.period.scales.items()
        }
        stores = {row.store_id: row for row in self.case.rows("store")}
        for label in year.program.givens.labels:
            if label[0] == "room":
                row = stores[str(label[1])]
                given[label] = year.program.amount(label) if row.kind in kinds else math.inf
        base = year.at_base()
        given |= base if "demand" in kinds else dict.fromkeys(base, math.inf)
        return given

    def all_between(self, low: Kinds, high: Kinds) -> None:
        """Know v of every set from ``low`` to ``high``: where the two ends agree, so does all between."""
        most, least = self.tonnes(low), self.tonnes(high)
        # What takes most alone splits first: the halves then agree soonest, and half of a half need not be solved.
        rest = sorted(high - low, key=lambda kind: (self.tonnes(frozenset({kind})), kind))
        if len(rest) < 2:
            return
        if most - least <= SAME * most:
            for kinds in subsets(rest):
                self.known.setdefault(low | kinds, least)
            return
        self.all_between(low, high - {rest[0]})
        self.all_between(low | {rest[0]}, high)


def subsets(kinds: list[str]) -> Iterator[Kinds]:
    """Every subset of the kinds."""
    for size in range(len(kinds) + 1):
        yield from map(frozenset, combinations(kinds, size))


def waterfall(setting: Setting) -> Waterfall:
    """From the nameplate down to the tonnes handled, by kind of limit, exact to the tonne.

    Bars in physical order sum to nameplate less handled; beside them what each kind loses alone, what its removal
    alone gains, and its Shapley share of the whole. A planner's rules are the first
    kind. Raises CaseError for a case without a nameplate, InfeasibleError.
    """
    board, case = Switchboard(setting), setting.given
    named = {kind: row.name for kind, row in kinds_of(case).items()} | dict.fromkeys(board.ruled, "planner's rules")
    kinds = [*board.ruled, *kinds_of(case)]
    everything = frozenset(kinds)
    board.all_between(frozenset(), everything)
    places = range(len(kinds))
    losses = {
        frozenset(made): -board.tonnes(frozenset(kinds[place] for place in made))
        for size in range(len(kinds) + 1)
        for made in combinations(places, size)
    }
    shares, rows = shapley(range(len(kinds)), losses), []
    for place, kind in enumerate(kinds):
        before, after = (board.tonnes(frozenset(kinds[:end])) for end in (place, place + 1))
        first_in = board.tonnes(frozenset()) - board.tonnes(frozenset({kind}))
        last_in = board.tonnes(everything - {kind}) - board.tonnes(everything)
        rows.append((kind, named[kind], after, *map(_whole, (before - after, first_in, last_in, shares[place]))))
    columns = ["kind", "name", "after_t", "bar_t", "first_in_t", "last_in_t", "shapley_t"]
    most = board.full.capability(board.floor).value * KILO
    step = board.tonnes(everything - {"demand"})
    return Waterfall(
        case=case,
        nameplate_t=board.tonnes(frozenset()),
        handled_t=board.tonnes(everything),
        floor=board.floor,
        terminals_t=terminals(case),
        capability_t=most,
        capability_step=kinds[-2] if abs(step - most) <= 1e-6 * most else None,
        bars=pd.DataFrame(rows, columns=columns),
    )


def _whole(tonnes: float) -> float:
    """Tonnes without the solver's dust: less than a kilogram is nothing."""
    return 0.0 if abs(tonnes) < 1e-3 else tonnes
