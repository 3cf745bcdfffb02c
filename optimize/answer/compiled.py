"""One year compiled: its period, its program and its solver, and other numbers taken in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from corridor.model.case import Case
from corridor.model.horizon import Floats, Horizon
from corridor.model.program import Label, Program
from corridor.model.scope import Scope
from corridor.optimize.period.build import Period, build
from corridor.optimize.period.coefficients import Term, available, ceilings, given_values, varying_terms
from corridor.optimize.period.layout import Layout
from corridor.optimize.period.own_rules import PLANNED, PlannersRule
from corridor.optimize.program.compile import compile_period
from corridor.optimize.program.progress import Progress
from corridor.optimize.program.solver import Solver
from corridor.optimize.program.strategy import IPM_COLUMNS, Algorithm


def share(growth: float) -> float:
    """Share of the base year below which no segment falls: all of it, or the common growth where that is less."""
    return min(1.0, growth)


class Compiled:
    """One year of a case, whole or by periods, compiled once for a study, with the solver of its program."""

    def __init__(
        self,
        case: Case,
        study: str,
        horizon: Horizon | None = None,
        *,
        rules: Sequence[PlannersRule] = (),
        time_limit: float | None = None,
        deadline: float | None = None,
        watch: Callable[[Progress], None] | None = None,
        scope: Scope | None = None,
    ) -> None:
        self.case, self.study, self.rules = case, study, rules
        self.period = build(case, study, horizon, rules, scope)
        self.program: Program = compile_period(self.period)
        if time_limit is not None and deadline is None:
            deadline = perf_counter() + time_limit
        self.solver = Solver(
            self.program, time_limit=time_limit, deadline=deadline, algorithm=self._algorithm(), watch=watch
        )
        self._varying: list[tuple[float, Label, str, Any]] | None = None
        self._places = np.zeros(0, dtype=np.int64)

    def _algorithm(self) -> Algorithm:
        """Measures of a large year as a whole by interior point: growth common to many is slow by simplex."""
        large = len(self.program.columns) > IPM_COLUMNS
        return "ipm" if large and self.layout.measures and not self.layout.timed else "choose"

    @property
    def layout(self) -> Layout:
        return self.period.layout

    @property
    def unit(self) -> str:
        """The unit of the measures: gate tonnes, in a net scope tonnes of cargo, in a case without a gate tonnes."""
        scope = self.layout.scope
        return "t/year" if self.case.gate is None else "net t/year" if scope and scope.net else "gate t/year"

    def renumber(self, case: Case, *, givens_only: bool = False) -> None:
        """Take the numbers of another case: coefficients, right-hand sides and base years, not the costs.

        With ``givens_only`` what the other case changes are capacities, backgrounds and ceilings alone. The rows keep
        their scales and every solve starts from the same base basis, so that the answer does not depend on what was
        asked before. Raises ValueError where the other case needs other rows or columns: build it anew.
        """
        scales = self.period.scales
        if set(available(case)) != set(scales):
            raise ValueError("there are other limits")
        if givens_only:
            self._take(self.layout.offered(case))
            return
        layout = self.layout.of(case)
        terms = list(_terms(varying_terms(layout, scales)))
        if self._varying is None:
            self._varying = list(_terms(varying_terms(self.layout, scales)))
            self._places = self.program.places(self._varying)
        if len(terms) != len(self._varying) or any(
            new[3] != old[3] or new[2] != old[2] or new[1] != old[1]
            for new, old in zip(terms, self._varying, strict=True)
        ):
            raise ValueError("other rows have other terms")
        real = self._places >= 0
        numbers = [coefficient for coefficient, *_ in terms]
        self.program = self.program.with_coefficients(self._places[real], np.array(numbers)[real])
        self._take(layout)

    def _take(self, layout: Layout) -> None:
        given = {**given_values(layout, self.period.scales), PLANNED: self.period.own.given}
        values = self.program.values.copy()
        for label in self.program.givens.labels:
            values[self.program.givens.every(label)] = given[label[0]][label[1]]
        self.take_values(values, replace(self.period, layout=layout, given=given))

    def take_values(self, values: Floats, period: Period) -> None:
        """Take other values of the givens, and the period that has them."""
        self.case, self.period, self.program = period.layout.case, period, self.program.with_values(values)
        self.solver.take(self.program)

    def goal(self, name: str) -> Floats:
        """Coefficients of the columns in a goal; zeros where nothing adds to it."""
        return self.program.goal(name)

    def floors(self, floor: float | Mapping[str, float]) -> dict[Label, float]:
        """The floors of all segments as givens: a multiple of their base year, or kt by segment."""
        kt = floor if isinstance(floor, Mapping) else {name: floor * base for name, base in self.layout.base.items()}
        labels = self.program.givens.labels
        return {label: kt.get(str(label[1]), 0.0) for label in labels if label[0] == "floor"}

    def at_base(self) -> dict[Label, float]:
        """Ceilings of one: no segment passes its base year, nor its own ceiling."""
        own = ceilings(self.layout)
        return {
            label: min(own[str(label[1])], self.layout.base[str(label[1])])
            for label in self.program.givens.labels
            if label[0] == "ceiling"
        }


def _terms(rules: Mapping[str, Mapping[Any, list[Term]]]) -> Iterator[tuple[float, Label, str, Any]]:
    """Coefficient, row, variable and key of every term."""
    for rule, keyed in rules.items():
        for key, terms in keyed.items():
            row = (rule, key)
            for coefficient, name, at in terms:
                yield coefficient, row, name, at
