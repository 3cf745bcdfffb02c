"""The certificate: residuals of a solution, recomputed outside the solver from the arrays of its program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

import numpy as np

from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.program import Program
from corridor.model.result.certificate import Certificate

TOLERANCE = 1e-6
"""Relative tolerance of all residuals of an answer."""
BY_DAYS = 1e-4
"""The same of a horizon with periods of a day or less."""


def tolerance(horizon: Horizon) -> float:
    """Relative tolerance of the residuals of an answer over a horizon."""
    return BY_DAYS if float(horizon.hours.min()) <= DAY else TOLERANCE


class Pair(NamedTuple):
    """The arrays of a certificate: a program, a goal, flows and prices, and the bounds of its rows."""

    certificate: Certificate
    program: Program
    goal: Floats
    columns: Floats
    prices: Floats
    lower: Floats
    upper: Floats
    maximise: bool


_PAIRS: ContextVar[list[Pair] | None] = ContextVar("pairs", default=None)


@contextmanager
def paired() -> Iterator[list[Pair]]:
    """Collect the arrays of the certificates that are made meanwhile; none of integer columns or of priced-in ways."""
    pairs: list[Pair] = []
    before = _PAIRS.set(pairs)
    try:
        yield pairs
    finally:
        _PAIRS.reset(before)


def certify(
    program: Program,
    goal: Floats,
    columns: Floats,
    prices: Floats,
    lower: Floats,
    upper: Floats,
    *,
    maximise: bool,
    bound: float | None = None,
    balance: float | None = None,
    tolerance: float = TOLERANCE,
    choice: float | None = None,
    beyond: float | None = None,
) -> Certificate:
    """Residuals and gap of a pair of flows and prices, by numpy from the compiled arrays.

    ``prices`` are changes of the goal per unit of right-hand side; the pair may come from two passes. ``balance`` is
    the result of :func:`corridor.optimize.proof.balances.worst_imbalance`, None where it was not computed.

    ``beyond`` is the breach by columns that the program leaves out (:func:`corridor.optimize.proof.ways.worst_way`);
    None where it leaves out none.

    A program with integer columns has no prices. Its gap is that to ``bound``, the best value that the search of the
    solver left possible; whole numbers count among the primal residuals.
    """
    activity = program.matrix @ columns
    with np.errstate(invalid="ignore"):
        breach = np.maximum(
            np.where(np.isfinite(lower), lower - activity, 0), np.where(np.isfinite(upper), activity - upper, 0)
        )
    size = 1 + np.where(np.isfinite(upper), np.abs(upper), np.where(np.isfinite(lower), np.abs(lower), 0))
    whole = columns[program.integer_at]
    primal = _greatest(breach / size, -columns, np.abs(whole - np.round(whole)))
    if program.integer:
        value = float(goal @ columns)
        gap = np.nan if bound is None else abs(value - bound) / (1 + abs(value))
        return Certificate(primal, None, gap, balance, tolerance)

    sign = -1.0 if maximise else 1.0
    y, c = sign * prices, sign * goal
    reduced = c - program.matrix.T @ y
    wrong = np.where((y > 0) & ~np.isfinite(lower), y, 0) + np.where((y < 0) & ~np.isfinite(upper), -y, 0)
    scale = 1 + float(np.max(np.abs(goal), initial=0))
    dual = _greatest(-reduced, wrong, np.array([beyond or 0.0])) / scale
    limits = np.where(y > 0, lower, upper)
    worth = float(np.sum(np.where(np.isfinite(limits), y * np.where(np.isfinite(limits), limits, 0), 0)))
    value = float(c @ columns)
    certificate = Certificate(primal, dual, abs(value - worth) / (1 + abs(value)), balance, tolerance, choice)
    pairs = _PAIRS.get()
    if pairs is not None and beyond is None:
        pairs.append(Pair(certificate, program, goal, columns, prices, lower, upper, maximise))
    return certificate


def _greatest(*parts: Floats) -> float:
    """The greatest number of all, not below zero; nan where one of them is."""
    return float(np.max(np.concatenate(parts), initial=0))
