"""What a script calls to compare cases; each function joins the rooms and does nothing of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.api import ready, solve
from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault
from corridor.model.scope import ALL

if TYPE_CHECKING:
    from corridor.model.result.comparison import Attribution, Comparison


def compare(
    *cases: Case,
    names: Iterable[str] | None = None,
    study: str = "capability",
    floor_t: Mapping[str, float] | None = None,
    own_floor: bool = False,
    scope: str = ALL,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Cases side by side: measures, limits, ladders, flows, cost, carbon, time, countries, all at one floor.

    The measures are those of a ``scope``. The first is what the others are held against. ``names`` are those of their
    scenarios if left out; ``study`` is what the flows answer. All runs hold one floor, in tonnes by segment: the
    smallest of min(1, λ*) times the base year among the cases, and of ``floor_t``; with ``own_floor`` each holds its
    own, and T may fall where a capacity rises. A case without an answer says why in ``reasons``. ``progress`` is told
    how many steps are done, and of how many. Raises CaseError, and InfeasibleError where no case has an answer.
    """
    from corridor.optimize.studies.compare import compare as compare_them

    called = _called(cases, names)
    if len(cases) < 2:
        raise CaseError([Fault("C130", "compare", "give two cases or more to compare")], "the question")
    named = dict(zip(called, map(ready, cases), strict=True))
    found = compare_them(named, study, floor_t=floor_t, own_floor=own_floor, scope=scope, progress=progress)
    return _cut(found, named, scope)


def _cut(found: Comparison, cases: Mapping[str, Case], scope: str) -> Comparison:
    """The measures of cases with closures as their own answers have them: of a year cut where closures begin and end.

    The year in one piece does not see that a closure takes time from what fits.
    """
    measures = found.measures.copy()
    for name, case in cases.items():
        if case.lost is None or name in found.reasons:
            continue
        answer = solve(case, scope=scope)
        values = {**answer.measures_t, "growth": answer.growth, "capability_own": answer.value}
        for measure, unit in measures.index:
            if values.get(measure) is not None:
                measures.loc[(measure, unit), name] = values[measure]
    return replace(found, measures=measures)


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
