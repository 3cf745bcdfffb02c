"""Measures by scope: H, C and T of its demands, and the least and most that it can have where all reach their T."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import numpy as np

from corridor.model.case import Case
from corridor.model.horizon import Floats
from corridor.model.result.answer import Answer
from corridor.model.scope import ALL, Scope, ScopeMeasures, headline_scope, scope_of, scopes_of, tare_counts
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.measures import Measures
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.layout import KILO
from corridor.optimize.program.highs import Solution

AMONG = "among"
"""The goal of the program that is least or most among the answers of equal T."""


def scope_measures(setting: Setting, *, only: str = "") -> tuple[ScopeMeasures, ...]:
    """The measures of every scope of the case in its own tonnes, and of all demands in gate tonnes and in net ones.

    The scope of the headline comes in both tonnes where tare counts. ``only`` names the one scope that is wanted.
    Nothing is computed of a case in which nothing grows. Raises CaseError, InfeasibleError, TimeLimitError.
    """
    case, year = setting.case, setting.open()
    if not year.layout.base or (only and only != ALL and not scope_of(case, only)):
        return ()
    every = Measures.of(year)
    held, question, best = share(every.growth), every.question("capability"), every.solution("capability")
    found = []
    for scope in _asked(case, only):
        least, most = among(year, question, best, scope)
        alone = scope.scope_id != ALL or scope.net
        own = replace(setting, scope=replace(scope, held=held)).open() if alone else year
        found.append(_measured(Measures.of(own), scope, least, most))
    return tuple(found)


def of_all_alone(answer: Answer) -> tuple[ScopeMeasures, ...]:
    """The measures of all demands from their answer, where the case has no other scope; none where it has."""
    case, known = answer.case, answer.measures_t
    whole = answer.horizon is None and answer.scope == ALL and answer.growth is not None
    if not whole or "capability" not in known or len(list(_asked(case, ""))) > 1:
        return ()
    return (
        ScopeMeasures(
            scope=ALL,
            name=scope_of(case, ALL).name,
            unit=answer.value_unit,
            net=False,
            base_t=float(answer.segments["base_t"].sum()),
            growth=answer.growth or 0.0,
            handled_t=known["handled"],
            concurrent_t=known["concurrent"],
            capability_t=known["capability"],
            least_t=known["capability"],
            most_t=known["capability"],
        ),
    )


def _asked(case: Case, only: str) -> Iterator[Scope]:
    """The scopes, each in the tonnes in which it is measured."""
    both = tare_counts(case)
    listed = [scope_of(case, ALL), *scopes_of(case)]
    for scope in [each for each in listed if only in ("", each.scope_id)]:
        yield scope
        if both and scope.scope_id in (ALL, headline_scope(case)):
            yield replace(scope, net=not scope.net, target_t=None, target_year=None)


def among(year: Year, question: Question, best: Solution, scope: Scope) -> tuple[float, float]:
    """The least and the most kt of a scope among all answers as good as this one."""
    growing = [part for part in year.layout.parts if part.grows]
    if not scope.net and all(part.demand_id in scope.members for part in growing):
        return best.value, best.value  # the goal itself
    program, solver = year.program, year.solver
    goals = cast("dict[str, tuple[Floats, Floats]]", program.goals)
    goal: Floats = np.zeros(len(program.columns))
    for part in growing:
        if part.demand_id in scope.members:
            goal[program.column_at["served", part.part_id]] = 1.0 if scope.net else part.weight
    ends = [float(goal @ best.columns)]
    for sign in (1.0, -1.0):
        goals[AMONG] = (sign * goal, goals["level"][1])
        try:
            # The second pass begins at a best answer.
            solver.solve("level", maximise=True, given=question.given, without=question.without)
            solution = solver.second_pass(year.goal("level"), minimise=AMONG)
        finally:
            del goals[AMONG]
        if solution.status == "optimal":
            ends.append(sign * solution.value)
    return min(ends), max(ends)


def _measured(own: Measures, scope: Scope, least: float, most: float) -> ScopeMeasures:
    """H, C and T of a scope by a program of its own, in which its demands alone grow."""
    return ScopeMeasures(
        scope=scope.scope_id,
        name=scope.name,
        unit=own.year.unit,
        net=scope.net,
        base_t=own.base * KILO,
        growth=own.growth,
        handled_t=own.t("handled"),
        concurrent_t=own.t("concurrent"),
        capability_t=own.t("capability"),
        least_t=least * KILO,
        most_t=most * KILO,
        target_t=scope.target_t,
        target_year=scope.target_year,
    )
