"""The limits of an answer, with the price of a finite step of each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from corridor.model.faults import TimeLimitError
from corridor.model.horizon import Floats
from corridor.model.program import Label
from corridor.optimize.answer.limit import PRICED, ROWS, Limit
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.layout import CHOICE, KILO
from corridor.optimize.period.planner.check import OwnRow
from corridor.optimize.period.planner.words import row_id
from corridor.optimize.program.highs import Solution

RAISES = 1e-7
"""A step changes the answer only if it does so by more than this share of it."""
MARGINAL = 1e-5
"""A price of an interior solution counts only if a step brings more than this share of the answer."""


COLUMNS = ["resource", "name", "kind", "used", "available", "unit", "price", "price_unit", "step"]
TRIES = 3
"""Times the number asked for that steps may be solved to fill the list."""


@dataclass(frozen=True)
class Listed:
    """The list of limits: its ``frame``, how many priced limits it leaves out, and whether time ended it."""

    frame: pd.DataFrame
    left: int = 0
    unfinished: bool = False


def limits(
    year: Year,
    question: Question,
    found: Solution,
    use: pd.DataFrame,
    segments: pd.DataFrame,
    most: int | None = None,
) -> Listed:
    """Limits and a planner's rules of which a finite step changes the answer, the greatest effect first.

    Columns: resource, name, kind, used, available, unit, price (per step: gate t/year, or USD/year saved),
    price_unit, step (in what is available). Floors are those of the question, the same for every run. A planner's rule
    is of kind ``rule``: its left side is used, its right-hand side available, and the step gives way.

    With ``most`` the steps are solved in the order of the prices of the program, until so many limits are found. Each
    price bounds the gain of its step. Every step starts from the vertex of the question's own goal. Where time runs out
    the list ends unfinished.
    """
    if question.goal == "tie_break" or most == 0:
        return Listed(pd.DataFrame(columns=COLUMNS))
    rows: list[tuple[object, ...]] = []
    waiting = _by_bound(year, question, found)
    unfinished = False
    used = _used(year, use, segments)
    to_tonnes = _to_tonnes(year, question)
    try:
        found = _at_vertex(year, question, found)
        waiting = _by_bound(year, question, found)
        tries = len(waiting) if most is None else TRIES * most
        while waiting and tries and (most is None or len(rows) < most):
            limit, tries = waiting[0], tries - 1
            given = {**question.given, **limit.given(limit.step)}
            after = year.solver.solve(question.goal, maximise=question.maximise, given=given, without=question.without)
            waiting.pop(0)
            change = abs(after.value - found.value) if after.status == "optimal" else math.inf
            if change > RAISES * max(1.0, abs(found.value)):
                rows.append(_row(limit, used, change * to_tonnes, question))
        rows += _rule_limits(year, question, found, to_tonnes)
    except TimeLimitError:
        unfinished = True
    return Listed(_frame(rows), len(waiting), unfinished)


def _at_vertex(year: Year, question: Question, found: Solution) -> Solution:
    """The solution at a vertex of the question's goal, from which every step then starts.

    The prices of an interior solution stand on many rows that no step changes: one crossover is made of it.
    """
    if not year.vertex(question):
        return found
    again = year.solver.solve(question.goal, maximise=question.maximise, given=question.given, without=question.without)
    return again if again.status == "optimal" else found


def _by_bound(year: Year, question: Question, found: Solution) -> list[Limit]:
    """The priced limits, that first whose step may bring most; ceilings that the study itself sets are none."""
    bounds = []
    for label in year.limits.priced(found.prices):
        limit = year.limits.of(label)
        if label in question.given or not limit.step or not 0 <= limit.offers < math.inf:
            continue
        price = float(np.abs(found.prices[year.program.rows.every(limit.row)]).max())
        bounds.append((-limit.from_price(price), limit.limit_id, limit))
    return [limit for *_, limit in sorted(bounds, key=lambda each: each[:2])]


def _used(year: Year, use: pd.DataFrame, segments: pd.DataFrame) -> dict[str, float]:
    """Amounts used, by id of the limit."""
    names = [year.limits.id_of(("ceiling", segment)) for segment in segments["segment"]]
    return dict(zip(names, segments["t"], strict=True)) | dict(zip(use["resource"], use["used"], strict=True))


def _to_tonnes(year: Year, question: Question) -> float:
    """Tonnes, or USD, for one of the goal."""
    return KILO * (sum(year.layout.base.values()) if question.goal == "growth" else 1.0)


def _row(limit: Limit, used: Mapping[str, float], price: float, question: Question) -> tuple[object, ...]:
    per = f"{_brought(question)} per {limit.step_unit}"
    taken = used.get(limit.limit_id, 0.0)
    return limit.limit_id, limit.name, limit.kind, taken, limit.offers, limit.unit, price, per, limit.step


def _brought(question: Question) -> str:
    if question.goal == CHOICE:
        return "USD/year of rent"
    return "gate t/year" if question.maximise else "USD/year saved"


def _frame(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["price", "resource"], ascending=[False, True], ignore_index=True)


def marginal_limits(
    year: Year,
    question: Question,
    found: Solution,
    use: pd.DataFrame,
    segments: pd.DataFrame,
    most: int | None = None,
) -> Listed:
    """The list of :func:`limits` for a year by periods, by the prices of the program.

    A step is spread over the year as the limit itself is. Finite steps would each need a solve of minutes.
    """
    program, used, to_tonnes = year.program, _used(year, use, segments), _to_tonnes(year, question)
    rows: list[tuple[object, ...]] = []
    for label in year.limits.labels if most != 0 else ():
        rule = (ROWS[str(label[0])], label[1])
        standing = program.values[program.givens.every(label)]
        whole = standing.sum()
        if label in question.given or not 0 < whole < math.inf or rule not in program.rows.place:
            continue
        limit = year.limits.of(label)
        prices = np.abs(found.prices[program.rows.every(rule)])
        change = limit.from_price(float((prices * standing).sum()) / whole)
        if change > MARGINAL * max(1.0, abs(found.value)):
            rows.append(_row(limit, used, change * to_tonnes, question))
    rows += _rule_limits(year, question, found, to_tonnes) if most != 0 else []
    frame = _frame(rows)
    kept = frame if most is None else frame.head(most)
    return Listed(kept, len(frame) - len(kept))


def _places(year: Year, label: Label, own: OwnRow) -> tuple[np.ndarray, Floats]:
    """Positions of a planner's row, one a time, and the share of a step that each of them takes."""
    horizon = year.layout.horizon
    shares = {"period": horizon.share, "month": horizon.month_share, "year": np.ones(1)}
    return year.program.rows.every(label), shares[own.block]


def _rule_limits(year: Year, question: Question, found: Solution, to_tonnes: float) -> list[tuple[object, ...]]:
    """Rows of the limits for a planner's rules: in one period by a finite step, else by the prices of the program.

    A step of a year by periods is spread over them as their hours are.
    """
    if question.goal == "tie_break" or not year.period.own.rows:
        return []
    program = year.program
    rows: list[tuple[object, ...]] = []
    lower, upper = program.bounds(program.given(question.given), question.without)
    matrix = sp.csr_array(program.matrix)
    for label, own in year.period.own.rows.items():
        at, share = _places(year, label, own)
        price = found.prices[at]
        if np.abs(price).max() <= PRICED:
            continue
        right = np.where(np.isfinite(upper[at]), upper[at], lower[at])
        used, moves = (float((each[at] @ found.columns).sum()) for each in (matrix, abs(matrix)))
        used = used / own.scale if abs(used) > MARGINAL * moves else 0.0  # what cancels out leaves dust
        step = own.step * own.scale
        change = float((np.abs(price) * share).sum()) * step
        if not year.layout.timed:
            least, most = lower.copy(), upper.copy()
            relaxed = most if (price[0] > 0) == question.maximise else least
            relaxed[at] += step if relaxed is most else -step
            after = year.solver.solve_rows(question.goal, least, most, maximise=question.maximise)
            change = abs(after.value - found.value) if after.status == "optimal" else math.inf
            if change <= RAISES * max(1.0, abs(found.value)):
                continue
        else:
            # Whether it is a limit is asked of all that the rule moves: a step may be very small beside that.
            if change * max(1.0, moves / step) <= MARGINAL * max(1.0, abs(found.value)):
                continue
        what = _brought(question)
        per = f"{what} per {own.step:,.0f} {own.unit}".rstrip() if own.unit else f"{what} per 1 of its right-hand side"
        name = row_id(label)
        rows.append(
            (name, rule_name(name), "rule", used, right.sum() / own.scale, own.unit, change * to_tonnes, per, own.step)
        )
    return rows


def moved(year: Year, question: Question, label: Label, steps: float) -> tuple[Floats, Floats]:
    """Bounds of all rows for a question, a planner's row giving way by so many of its steps (drawn in, if below 0)."""
    lower, upper = (each.copy() for each in year.program.bounds(year.program.given(question.given), question.without))
    own = year.period.own.rows[label]
    at, share = _places(year, label, own)
    change, sense = steps * own.step * own.scale * share, year.program.sense[at[0]]
    if sense >= 0:
        upper[at] += change
    if sense <= 0:
        lower[at] += change if sense == 0 else -change
    return lower, upper


def right_side(year: Year, label: Label) -> float:
    """The right-hand side of a planner's row over the year, in its own unit."""
    at = year.program.rows.every(label)
    lower, upper = (each[at] for each in year.program.bounds(year.program.given({})))
    return float(np.where(np.isfinite(upper), upper, lower).sum()) / year.period.own.rows[label].scale


def rule_name(name: str) -> str:
    """A planner's row in words."""
    return f"the planner's rule {name}"


def rule_prices(year: Year, found: Solution) -> list[Label]:
    """The rows of a planner's rules that have a price in this solution."""
    rows = year.period.own.rows
    return [label for label in rows if np.abs(found.prices[year.program.rows.every(label)]).max() > PRICED]


def rule_table(year: Year, question: Question, columns: Floats, prices: Floats) -> pd.DataFrame:
    """Every row of a planner's rules at every time of its block.

    Columns: row (its name and key), rule (the function), holds (period, month or year), time (from 0), unit, left (its
    left side), relation (``<=``, ``>=``, ``=``), right (with its givens), price. The price is the change of the answer,
    gate t or USD a year, for one more on the right-hand side at its own time.
    """
    program, matrix = year.program, sp.csr_array(year.program.matrix)
    lower, upper = program.bounds(program.given(question.given), question.without)
    to_tonnes = KILO * (sum(year.layout.base.values()) if question.goal == "growth" else 1.0)
    frames = []
    for label, own in year.period.own.rows.items():
        at, _ = _places(year, label, own)
        frames.append(
            pd.DataFrame(
                {
                    "row": row_id(label),
                    "rule": own.rule,
                    "holds": own.block,
                    "time": np.arange(len(at)),
                    "unit": own.unit,
                    "left": (matrix[at] @ columns) / own.scale,
                    "relation": {-1: ">=", 0: "=", 1: "<="}[int(program.sense[at[0]])],
                    "right": np.where(np.isfinite(upper[at]), upper[at], lower[at]) / own.scale,
                    "price": prices[at] * own.scale * to_tonnes,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
