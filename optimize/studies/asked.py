"""The setting of a checked case: its horizon, what closures take of it, a planner's rules and the scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from time import perf_counter

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.horizon import PERIODS, Horizon
from corridor.model.language import say
from corridor.model.scope import ALL
from corridor.optimize.answer.setting import Setting
from corridor.optimize.period.planner.read import RuleSource, planners_rules
from corridor.optimize.program.progress import Progress
from corridor.optimize.studies.disrupt import closed_year


def setting_of(
    case: Case,
    *,
    periods: str = "year",
    open_year: bool = False,
    rules: RuleSource | Iterable[RuleSource] = (),
    scope: str = ALL,
    time_limit: float | None = None,
    watch: Callable[[Progress], None] | None = None,
    whole: bool = False,
) -> Setting:
    """The setting of a case whose tables have been checked.

    Closures that take days from the year cut it where they begin and end, by months at least; with ``whole`` the year
    stays one period, and only the cargo that they lose is left out. Raises CaseError (C073, C170), InfeasibleError,
    TimeLimitError.
    """
    deadline = None if time_limit is None else perf_counter() + time_limit
    horizon = _horizon(case, periods, open_year)
    asked, closed = case, None
    if len(case["closure"]):
        cut = "month" if periods in ("year", "quarter", "month") else periods
        case, closed = closed_year(case, cut, time_limit=time_limit, watch=watch)
        if closed is not None and not whole:
            horizon = replace(closed.horizon, cyclic=not open_year)
    setting = Setting(
        case,
        tuple(planners_rules(rules)),
        horizon if horizon.timed else None,
        time_limit=time_limit,
        deadline=deadline,
        watch=watch,
        closures=closed,
        asked=asked,
    )
    return setting if scope == ALL else setting.within(scope)


def _horizon(case: Case, periods: str, open_year: bool) -> Horizon:
    try:
        return Horizon.of(periods, case.base_year, cyclic=not open_year)
    except ValueError:
        reason = say(
            "{periods} is no period; {nearest} (or a number of equal parts)",
            periods=periods,
            nearest=nearest(periods, PERIODS),
        )
        raise CaseError([Fault("C073", "--periods", reason)], "the question") from None
