"""What stops it: finite-step prices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from corridor.optimize.compile import Label
from corridor.optimize.layout import KILO
from corridor.optimize.solver import Solution
from corridor.optimize.tables import resource_facts

if TYPE_CHECKING:
    from corridor.optimize.studies import Question, YearModel

RAISES = 1e-7
"""A step changes the answer only if it does so by more than this share of it."""
PRICED = 1e-9


def limits(
    year: YearModel, question: Question, found: Solution, use: pd.DataFrame, segments: pd.DataFrame
) -> pd.DataFrame:
    """Resources and ceilings of which a finite step up changes the answer, the greatest effect first.

    Columns: resource, name, kind, used, available, unit, price (per step: gate t/year, or USD/year saved),
    price_unit, step (in what is available). Floors are those of the question, the same for every run.
    """
    program, facts, left = year.program, resource_facts(year.case), year.case.derating()
    used = dict(zip(use["resource"], use["used"], strict=True))
    level = dict(zip(segments["segment"], segments["t"], strict=True))
    to_tonnes = KILO * (sum(year.layout.base.values()) if question.goal == "growth" else 1.0)
    rows = []
    for label in priced(year, found) if question.goal != "tie_break" else []:
        name, key = label
        scale = year.period.scales[key] if name == "available" else 1 / KILO
        if label in question.given:
            continue  # a ceiling that the study itself sets is no limit of the corridor
        title, kind, unit, step, step_unit = facts[key]
        before = program.values[program.given_at[label]]
        # A step of capacity brings what factors leave of it; 1 % is of what is there after them.
        step = step * left[key] if step else 0.01 * (before / scale)
        if not step or before <= 0:
            continue
        given = {**question.given, label: before + step * scale}
        after = year.solver.solve(question.goal, maximise=question.maximise, given=given, without=question.without)
        change = abs(after.value - found.value) if after.status == "optimal" else math.inf
        if change <= RAISES * max(1.0, abs(found.value)):
            continue
        there = before / scale
        taken = used[key] if name == "available" else level[key]
        what = "gate t/year" if question.maximise else "USD/year saved"
        rows.append((key, title, kind, taken, there, unit, change * to_tonnes, f"{what} per {step_unit}", step))
    columns = ["resource", "name", "kind", "used", "available", "unit", "price", "price_unit", "step"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["price", "resource"], ascending=[False, True], ignore_index=True)


def priced(year: YearModel, found: Solution) -> list[Label]:
    """Givens of resources and ceilings whose row has a price in this solution; the others cannot change the answer."""
    rows = {"resource_limit": "available", "segment_ceiling": "ceiling"}
    return [
        (rows[name], key)
        for (name, key), row in year.program.row_at.items()
        if name in rows and abs(found.prices[row]) > PRICED
    ]
