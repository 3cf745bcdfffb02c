"""Functions of a script for money and for the difference that changes make; each joins the rooms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from corridor.loading import check, load, solve
from corridor.model.case import Case
from corridor.model.result.answer import Answer
from corridor.model.scope import ALL

if TYPE_CHECKING:
    from corridor.model.result.difference import Difference
    from corridor.model.result.revenue import Revenue
    from corridor.optimize.period.planner.read import RuleSource


def revenue(case: Case, answer: Answer | None = None, *, study: str = "capability") -> Revenue:
    """Revenue by operator and country, the shippers' bill, cost and days by leg, in USD a year and USD per t.

    Of the answer to ``study`` where none is given. Raises CaseError for the answer of another case, and the errors of
    :func:`corridor.solve`.
    """
    from corridor.optimize.studies.revenue import revenue as revenue_of

    check(case)
    return revenue_of(case, answer or solve(case, study))


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
        import corridor

        return corridor.difference(
            base, case, answer.study, answer=answer, periods=periods, open_year=open_year, rules=rules, scope=scope
        )
    except InfeasibleError:
        return None
