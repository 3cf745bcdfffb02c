"""The base year as a share of the largest common growth: a solve that is saved where the certificate holds."""

from __future__ import annotations

import numpy as np

from corridor.optimize.answer.year import Question, Year
from corridor.optimize.program.highs import Solution

BREACH = 1e-9
"""Relative breach of a row up to which the scaled solution is feasible."""


def scaled(year: Year, question: Question, common: Solution) -> Solution | None:
    """The solution of H as a share of that of the common growth, without prices; None where that proves nothing.

    The share that handles the base year is optimal where no row is breached, since every segment is at its ceiling.
    Fixed cargo, floors and planner's rules do not scale, and breach a row.
    """
    if common.value < 1.0:
        return None
    program = year.program
    columns = common.columns / common.value
    columns[program.columns.every(("growth", None))] = 0.0
    value = float(year.goal(question.goal) @ columns)
    lower, upper = program.bounds(program.given(question.given), question.without)
    activity = program.matrix @ columns
    with np.errstate(invalid="ignore"):
        size = 1 + np.where(np.isfinite(upper), np.abs(upper), np.where(np.isfinite(lower), np.abs(lower), 0))
        breach = np.maximum(lower - activity, activity - upper) / size
    most = sum(year.at_base().values())
    feasible = breach.max(initial=0.0) <= BREACH and columns.min(initial=0.0) >= -BREACH
    if not feasible or abs(value - most) > BREACH * (1 + most):
        return None
    return Solution("optimal", value, columns, np.zeros(0), 0, 0.0)
