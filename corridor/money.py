"""Functions of a script for money and for the difference that changes make; each joins the rooms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.api import check, load, solve
from corridor.model.case import Case
from corridor.model.result.answer import Answer
from corridor.model.scope import ALL

if TYPE_CHECKING:
    from corridor.model.result.difference import Difference
    from corridor.model.result.revenue import Revenue
    from corridor.optimize.period.own_rules import PlannersRule, RuleSource


def revenue(case: Case, answer: Answer | None = None, *, study: str = "capability") -> Revenue:
    """Revenue by operator and country, the shippers' bill, cost and days by leg, in USD a year and USD per t.

    Of the answer to ``study`` where none is given. Raises CaseError for the answer of another case, and the errors of
    :func:`corridor.solve`.
    """
    from corridor.optimize.studies.revenue import revenue as revenue_of

    check(case)
    return revenue_of(case, answer or solve(case, study))


def difference(
    base: Case,
    case: Case,
    study: str = "capability",
    *,
    answer: Answer | None = None,
    periods: str = "year",
    open_year: bool = False,
    rules: RuleSource | Iterable[RuleSource] = (),
    scope: str = ALL,
    time_limit: float | None = None,
) -> Difference:
    """The difference that the changes of ``case`` make to ``base`` in a study, and its cause.

    ``answer`` is that of ``case``, if it is known. Measures in gate t a year, costs in USD a year. Raises the errors of
    :func:`corridor.solve`.
    """
    from corridor.optimize.period.own_rules import planners_rules
    from corridor.optimize.studies.difference import difference as difference_of

    def answered(each: Case) -> Answer:
        return solve(each, study, periods=periods, open_year=open_year, rules=rules, scope=scope, time_limit=time_limit)

    own = planners_rules(rules)
    now = answer if answer is not None else answered(case)
    before = answered(base) if now.closures is None or len(base["closure"]) else _cut_alike(base, now, own, scope)
    return difference_of(base, before, case, now, rules=own)


def _cut_alike(base: Case, now: Answer, rules: Sequence[PlannersRule], scope: str) -> Answer:
    """The answer of the base over the periods into which closures of the other case cut its year."""
    from corridor.optimize.answer.solve import solve as answer_of
    from corridor.optimize.studies.scopes import held

    within = held(base, scope, rules=rules)
    before, *others = (
        answer_of(base, each, now.horizon, rules=rules, scope=within)
        for each in dict.fromkeys([now.study, *now.measures_t])
    )
    measures = {name: t for each in others for name, t in each.measures_t.items()} | dict(before.measures_t)
    growth = next((each.growth for each in others if each.growth is not None), before.growth)
    return replace(before, measures_t=measures, growth=growth, whole_t={})


def against_base(
    case: Case,
    answer: Answer,
    *,
    year: int | None = None,
    periods: str = "year",
    open_year: bool = False,
    rules: RuleSource | Iterable[RuleSource] = (),
    scope: str = ALL,
) -> Difference | None:
    """The difference to the same case, of the same year, without its changes; None where that has no answer.

    Raises CaseError.
    """
    from corridor.model.faults import InfeasibleError

    base = load(case.home or None, year=year) if year is not None else case.origin or case
    try:
        return difference(
            base, case, answer.study, answer=answer, periods=periods, open_year=open_year, rules=rules, scope=scope
        )
    except InfeasibleError:
        return None
