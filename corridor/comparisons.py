"""What a script calls to compare cases; each function joins the rooms and does nothing of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from corridor.loading import ready
from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault

if TYPE_CHECKING:
    from corridor.model.result.comparison import Attribution


def attribution(
    a: Case,
    b: Case,
    *,
    of: str = "capability",
    order: Sequence[int] = (),
    groups: Iterable[Iterable[int]] = (),
    samples: int = 100,
    seed: int = 1,
    names: Iterable[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Attribution:
    """Share out the difference between two cases in a study among the changes that lead from ``a`` to ``b``.

    Up to eight changes exactly (Shapley value), above by ``samples`` random orders, each with its reverse, and a
    standard error; or by one ``order`` of the numbers of changes, the others following. Changes of the same cell, and
    those of which one needs a row of the other, stand together; ``groups`` name others that shall. Shares add up to
    the difference; all runs hold one floor, in tonnes by segment. ``progress`` is told how many cases are solved, and
    of how many. Raises CaseError, and InfeasibleError where a case on the way has no answer.
    """
    from corridor.optimize.studies.attribution import attribution as attribution_of

    called = _called((a, b), names)
    return attribution_of(
        ready(a),
        ready(b),
        of=of,
        order=order,
        groups=[tuple(each) for each in groups],
        samples=samples,
        seed=seed,
        names=(called[0], called[1]),
        progress=progress,
    )


def _called(cases: Sequence[Case], names: Iterable[str] | None) -> list[str]:
    """What cases are called, each otherwise; raises CaseError."""
    called = [case.scenario for case in cases] if names is None else list(names)
    if len(called) != len(cases):
        reason = f"there are {len(called)} names for {len(cases)} cases; give one each"
        raise CaseError([Fault("C130", "names", reason)], "the question")
    twice = sorted({name for name in called if called.count(name) > 1})
    if twice:
        faults = [
            Fault("C131", name, "is named twice; give each case a name of its own by names=[…]") for name in twice
        ]
        raise CaseError(faults, "the question")
    return called
