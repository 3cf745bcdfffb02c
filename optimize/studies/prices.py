"""What one planner's unit more, or less, of each resource does to C and T."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pandas as pd

from corridor.model.program import Label
from corridor.model.result.listing import Listing
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.limit import Limit
from corridor.optimize.answer.limits import RAISES, moved, right_side, rule_name
from corridor.optimize.answer.measures import Measures
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.layout import KILO
from corridor.optimize.period.planner.words import row_id
from corridor.optimize.program.highs import Solution


def prices(setting: Setting) -> Listing:
    """The effect on C and T of one planner's unit more or less of each resource: finite steps up and down.

    One row a resource (or ceiling, or row of a planner's rules) and measure that a step changes. Columns: measure
    (concurrent or capability), resource, name, kind, unit, available, step (in the unit of what is available),
    step_unit, up_t (gained by a step more), down_t (lost by a step less, or by all of it where there is less than a
    step; everything, where a step less leaves too little for cargo that never crosses). Where the two differ the price
    is a range. A resource without a row changes nothing. All runs hold the same ``floor``, the smallest common growth
    among them, or 1; a step less that cuts a market off is compared without floors. ``facts``: scope, floor. Raises
    CaseError, InfeasibleError.
    """
    year = setting.open()
    facts = {"scope": setting.scope_id, "floor": None}
    if not year.layout.base:
        return Listing(setting.given, "prices", pd.DataFrame(columns=COLUMNS), facts)
    measures = Measures.of(year)
    common, total = measures.common, measures.base * KILO
    year.keep_vertex("growth")
    steps = [*_limit_steps(year), *_rule_steps(year)]

    def value(step: Step, sign: float, question: Question) -> float:
        solution = step.solve(question, sign)
        return solution.value if solution.status == "optimal" else math.nan

    growths = [tuple(value(step, sign, Question("growth")) for sign in (1.0, -1.0)) for step in steps]
    left = [down for _, down in growths if down > SMALLEST]
    floor = share(min(common.value, *left) if left else common.value)
    most = {held: year.ask(year.question("capability", held)).value * KILO for held in (floor, 0.0)}
    year.keep_vertex("level")
    body = []
    for step, (up, down) in zip(steps, growths, strict=True):
        body += _row("concurrent", step, common.value * total, up * total, common.value * total, down * total)
    for step, (_, down) in zip(steps, growths, strict=True):
        held = 0.0 if down <= SMALLEST else floor
        more = value(step, 1.0, year.question("capability", floor)) * KILO
        less = value(step, -1.0, year.question("capability", held)) * KILO
        body += _row("capability", step, most[floor], more, most[held], less)
    frame = pd.DataFrame(body, columns=COLUMNS)
    frame = frame.sort_values(
        ["measure", "up_t", "down_t", "resource"], ascending=[False, False, False, True], ignore_index=True
    )
    return Listing(setting.given, "prices", frame, facts | {"floor": floor})


@dataclass(frozen=True)
class Step:
    """One planner's step of a limit: its columns of the table, and the solution with so many steps more of it."""

    facts: tuple[object, ...]
    solve: Callable[[Question, float], Solution]


def _limit_steps(year: Year) -> Iterator[Step]:
    for limit in (year.limits.of(label) for label in year.limits.labels):
        if limit.step and math.isfinite(limit.offers):
            facts = (limit.limit_id, limit.name, limit.kind, limit.unit, limit.offers, limit.step, limit.step_unit)
            yield Step(facts, partial(_with_limit, year, limit))


def _rule_steps(year: Year) -> Iterator[Step]:
    for label, own in year.period.own.rows.items():
        name, unit = row_id(label), f"{own.step:,.0f} {own.unit}" if own.unit else "1 of its right-hand side"
        facts = (name, rule_name(name), "rule", own.unit, right_side(year, label), own.step, unit)
        yield Step(facts, partial(_with_rule, year, label))


def _with_limit(year: Year, limit: Limit, question: Question, steps: float) -> Solution:
    given = {**question.given, **limit.given(steps * limit.step)}
    return year.solver.solve(question.goal, maximise=True, given=given)


def _with_rule(year: Year, label: Label, question: Question, steps: float) -> Solution:
    return year.solver.solve_rows(question.goal, *moved(year, question, label, steps), maximise=True)


def _row(measure: str, step: Step, base: float, up: float, held: float, down: float) -> list[tuple[object, ...]]:
    """The row of a step, if it changes the measure; ``base`` and ``held`` are its tonnes without the step."""
    up, down = (0.0 if math.isnan(each) else each for each in (up, down))
    gain, loss = max(0.0, up - base), max(0.0, held - down)
    return [(measure, *step.facts, gain, loss)] if max(gain, loss) > RAISES * max(1.0, base) else []


SMALLEST = 1e-9
"""Common growth up to which a market is cut off."""
COLUMNS = ["measure", "resource", "name", "kind", "unit", "available", "step", "step_unit", "up_t", "down_t"]
