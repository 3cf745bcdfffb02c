"""The question of a study: a case, its horizon, a planner's rules, a scope, and the time that the work may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

from corridor.model.case import Case
from corridor.model.horizon import Horizon
from corridor.model.result.disruption import Disruption
from corridor.model.scope import ALL, Scope, scope_of
from corridor.optimize.answer.measures import share_of
from corridor.optimize.answer.year import Year
from corridor.optimize.period.planner.read import PlannersRule
from corridor.optimize.program.progress import Progress


@dataclass(frozen=True)
class Setting:
    """One question, put to a case: every study takes it, and opens its years by it alone.

    * ``case``: checked, without the cargo that its closures lose
    * ``rules``: of a planner; ``horizon``: None for the year as one period
    * ``scope``: None for all demands; else its cargo alone grows, the others held at ``scope.held`` of their base year
    * ``time_limit``: seconds of the whole question; ``deadline``: its end on the clock of ``time.perf_counter``
    * ``watch``: receives the progress of each solver
    * ``closures``: the effect of closures on the base year's cargo, where days are closed; ``asked``: the case with it
    """

    case: Case
    rules: tuple[PlannersRule, ...] = ()
    horizon: Horizon | None = None
    scope: Scope | None = None
    time_limit: float | None = None
    deadline: float | None = None
    watch: Callable[[Progress], None] | None = None
    closures: Disruption | None = None
    asked: Case | None = None

    def open(self, study: str = "capability", *, few: bool = False) -> Year:
        """The compiled year of a study, to be asked; with ``few`` of few ways where it is large. Raises CaseError."""
        deadline = self.deadline
        if deadline is None and self.time_limit is not None:
            deadline = perf_counter() + self.time_limit
        return Year(
            self.case,
            study,
            self.horizon,
            rules=self.rules,
            scope=self.scope,
            time_limit=self.time_limit,
            deadline=deadline,
            watch=self.watch,
            few=few,
        )

    def at(self, case: Case) -> Setting:
        """The same question of another case, in which the other demands of a scope are held at the same share."""
        return replace(self, case=case, scope=None if self.scope is None else self.scope.of(case))

    def within(self, name: str) -> Setting:
        """The same question of a scope of the case, by its name.

        The other demands are held at their base year, or at the part of it that fits the year as one period. Raises
        CaseError for a scope that the case does not have, InfeasibleError.
        """
        scope = scope_of(self.case, name)
        if name == ALL:
            return replace(self, scope=None)
        year = replace(self, horizon=None, scope=None, watch=None).open()
        return replace(self, scope=replace(scope, held=share_of(year)))

    @property
    def given(self) -> Case:
        """The case as it was given, with the cargo that its closures lose."""
        return self.asked or self.case

    @property
    def whole(self) -> Setting:
        """The same question of the year as one period."""
        return replace(self, horizon=None)

    @property
    def scope_id(self) -> str:
        """The name of its scope: ``all`` for all demands."""
        return ALL if self.scope is None else self.scope.scope_id
