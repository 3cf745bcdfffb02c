"""One year compiled: its period, its program and its solver, and other numbers taken in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from time import perf_counter

from corridor.model.case import Case
from corridor.model.horizon import Floats, Horizon
from corridor.model.language import now
from corridor.model.program import Label, Program
from corridor.model.scope import Scope
from corridor.optimize.period.build import Period, build
from corridor.optimize.period.layout import MEASURES, Layout
from corridor.optimize.period.offers import ceilings
from corridor.optimize.period.planner.read import PlannersRule
from corridor.optimize.program.by_ways import WaySolver
from corridor.optimize.program.compile import Sheet, repeat, standard_form, values
from corridor.optimize.program.pricing import Pricing
from corridor.optimize.program.progress import Progress
from corridor.optimize.program.renumber import renumbered
from corridor.optimize.program.solver import VERTEX_COLUMNS, Solver
from corridor.optimize.program.strategy import IPM_COLUMNS, Algorithm

SHARED = 6
"""Programs of a year as one period that are kept for the next who asks: an answer asks each several times."""


def share(growth: float) -> float:
    """Share of the base year below which no segment falls: all of it, or the common growth where that is less."""
    return min(1.0, growth)


def _compiled(
    case: Case,
    study: str,
    horizon: Horizon | None,
    rules: Sequence[PlannersRule],
    scope: Scope | None,
    few: bool = False,
) -> tuple[Period, Sheet, Program]:
    """One period of a study, its matrix, and the program that repeats it; raises CaseError."""
    period = build(case, study, horizon, rules, scope, few=few)
    sheet = standard_form(period)
    period.forget_model()
    return period, sheet, repeat(period, sheet)


@lru_cache(maxsize=SHARED)
def _shared(case: Case, study: str, scope: Scope | None, code: str) -> dict[bool, tuple[Period, Sheet, Program]]:
    """The same of a year as one period, for all who ask it of this case in a language: with few ways, and with all."""
    return {}


def _of_year(case: Case, study: str, scope: Scope | None, few: bool) -> tuple[Period, Sheet, Program]:
    """The same of a year as one period, compiled once; all measures have one program.

    A network that is not large has all of its ways in either case.
    """
    kind = MEASURES[0] if study in MEASURES else study
    made = _shared(case, kind, scope, now())
    if few not in made:
        there = made.get(True)
        made[few] = there if there and there[0].layout.network is None else _compiled(case, kind, None, (), scope, few)
    period, sheet, program = made[few]
    if study != kind:
        period = replace(period, layout=replace(period.layout, study=study))
    return period, sheet, replace(program, goals=dict(program.goals))  # studies add goals of their own


class Compiled:
    """One year of a case, whole or by periods, compiled once for a study, with the solver of its program.

    With ``few`` a large network has few ways, and others are priced in.
    """

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
        few: bool = False,
    ) -> None:
        self.case, self.study, self.rules = case, study, rules
        if horizon is None and not rules:
            self.period, self._sheet, program = _of_year(case, study, scope, few)
        else:
            self.period, self._sheet, program = _compiled(case, study, horizon, rules, scope)
        if time_limit is not None and deadline is None:
            deadline = perf_counter() + time_limit
        if self.layout.network is not None:
            pricing = Pricing(self.period, program)
            self.solver: Solver = WaySolver(program, pricing, time_limit=time_limit, deadline=deadline, watch=watch)
        else:
            algorithm = self._algorithm(len(program.columns))
            self.solver = Solver(program, time_limit=time_limit, deadline=deadline, algorithm=algorithm, watch=watch)
        self._tune()

    def _tune(self) -> None:
        """Set the solver to the questions of a year; here there are none."""

    def _algorithm(self, columns: int) -> Algorithm:
        """Measures of a large year as a whole by interior point: growth common to many is slow by simplex.

        The cargo that comes is solved round after round from the last vertex, which the interior point does not have.
        """
        if self.layout.chooses and columns <= VERTEX_COLUMNS:
            return "simplex"
        large = columns > IPM_COLUMNS
        return "ipm" if large and self.layout.measures and not self.layout.timed else "choose"

    @property
    def program(self) -> Program:
        """The arrays as they are now: where there are few ways, more columns are priced in by each solve."""
        return self.solver.program

    @property
    def layout(self) -> Layout:
        return self.period.layout

    @property
    def unit(self) -> str:
        """The unit of the measures: gate tonnes, in a net scope tonnes of cargo, in a case without a gate tonnes."""
        scope = self.layout.scope
        return "t/year" if self.case.gate is None else "net t/year" if scope and scope.net else "gate t/year"

    def renumber(self, case: Case, *, givens_only: bool = False) -> None:
        """Take the numbers of another case in place: coefficients, costs, lags, right-hand sides and base years.

        With ``givens_only`` the other case differs in right-hand sides alone (``enters`` of the schema). Rows keep
        their scales and every solve starts from the same base basis: no answer depends on earlier questions.
        A planner's rule keeps its numbers. Raises NeedsRebuild where the other case has other rows or columns.
        """
        givens_only = givens_only and case["demand"] is self.case["demand"]  # tonnes of parts are base years too
        if givens_only:
            period = self.period.offered(case)
            self.take(period, self.program.with_values(values(self.program.givens, period)))
        else:
            period = self.period.of(case)
            self.take(period, renumbered(self.program, self._sheet, period))

    def take(self, period: Period, program: Program) -> None:
        """Go on with another period and its program, which has the same rows and columns."""
        self.case, self.period = period.layout.case, period
        self.solver.take(program)

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
