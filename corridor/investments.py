"""What a script calls for projects; the function joins the rooms and does nothing of its own."""

from __future__ import annotations

from collections.abc import Callable

from corridor.loading import check, scoped
from corridor.model.case import Case
from corridor.model.result.projects import Projects
from corridor.model.scope import ALL


def projects(
    case: Case,
    *,
    measure: str = "capability",
    least_t: float = 5_000.0,
    draws: int = 0,
    seed: int = 1,
    processes: int = 1,
    scope: str = ALL,
    progress: Callable[[int, int], None] | None = None,
) -> Projects:
    """The projects of a case priced alone, in the order of most tonnes for the money, and all together.

    ``measure`` (``capability`` or ``concurrent``) puts them in order; building ends where nothing gains ``least_t``
    tonnes a year. With ``draws`` the steps are taken again in so many trials of all uncertain numbers and costs, by
    ``seed``; the digits do not depend on ``processes``. With a ``scope`` of the case its cargo alone grows.
    ``progress`` receives the number of trials done, and of all.
    Raises CaseError (no project, or nothing grows), InfeasibleError, CertificateError.
    """
    from corridor.optimize.studies.projects import projects as projects_of

    check(case)
    within = scoped(case, scope)
    found = projects_of(case, measure=measure, least_t=least_t, scope=within)
    if draws:
        from corridor.optimize.studies.project_trials import with_trials

        found = with_trials(case, found, draws=draws, seed=seed, processes=processes, scope=within, progress=progress)
    return found
