"""What stops it: finite-step prices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy.sparse as sp

from corridor.model.horizon import Floats
from corridor.optimize.layout import KILO
from corridor.optimize.own_rules import OwnRow, row_id
from corridor.optimize.period import Label
from corridor.optimize.solver import Solution
from corridor.optimize.tables import resource_facts

if TYPE_CHECKING:
    from corridor.optimize.studies import Question, YearModel

RAISES = 1e-7
"""A step changes the answer only if it does so by more than this share of it."""
PRICED = 1e-9
MARGINAL = 1e-5
"""A price of an interior solution counts only if a step brings more than this share of the answer."""


def limits(
    year: YearModel, question: Question, found: Solution, use: pd.DataFrame, segments: pd.DataFrame
) -> pd.DataFrame:
    """Resources, ceilings and a planner's rules of which a finite step changes the answer, the greatest effect first.

    Columns: resource, name, kind, used, available, unit, price (per step: gate t/year, or USD/year saved),
    price_unit, step (in what is available). Floors are those of the question, the same for every run. A planner's rule
    is of kind ``rule``: what stands on its left is used, its right-hand side available, and the step gives way.
    """
    program, facts, left = year.program, resource_facts(year.case), year.case.derating()
    used = dict(zip(use["resource"], use["used"], strict=True))
    level = dict(zip(segments["segment"], segments["t"], strict=True))
    to_tonnes = KILO * (sum(year.layout.base.values()) if question.goal == "growth" else 1.0)
    rows: list[tuple[object, ...]] = []
    for label in priced(year, found) if question.goal != "tie_break" else []:
        name, key = label
        scale = year.period.scales[key] if name == "available" else 1 / KILO
        if label in question.given:
            continue  # a ceiling that the study itself sets is no limit of the corridor
        title, kind, unit, step, step_unit = facts[key]
        before = program.amount(label)
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
    rows += _rule_limits(year, question, found, to_tonnes)
    columns = ["resource", "name", "kind", "used", "available", "unit", "price", "price_unit", "step"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["price", "resource"], ascending=[False, True], ignore_index=True)


def marginal_limits(
    year: YearModel, question: Question, found: Solution, use: pd.DataFrame, segments: pd.DataFrame
) -> pd.DataFrame:
    """Columns of :func:`limits` for a year by periods, by the prices of the program: what the next step brings.

    A step is spread over the year as the resource itself is. Finite steps would each need a solve of minutes.
    """
    program, facts, left = year.program, resource_facts(year.case), year.case.derating()
    used = dict(zip(use["resource"], use["used"], strict=True))
    level = dict(zip(segments["segment"], segments["t"], strict=True))
    to_tonnes = KILO * (sum(year.layout.base.values()) if question.goal == "growth" else 1.0)
    rows: list[tuple[object, ...]] = []
    for name, key in [label for label in program.givens.labels if label[0] in ("available", "ceiling")]:
        rule = "resource_limit" if name == "available" else "segment_ceiling"
        standing = program.values[program.givens.every((name, key))]
        whole = standing.sum()
        if (name, key) in question.given or not 0 < whole < math.inf:
            continue
        scale = year.period.scales[key] if name == "available" else 1 / KILO
        title, kind, unit, step, step_unit = facts[key]
        step = step * left[key] if step else 0.01 * whole / scale
        prices = np.abs(found.prices[program.rows.every((rule, key))])
        change = float((prices * standing).sum()) * step * scale / whole
        if change <= MARGINAL * max(1.0, abs(found.value)):
            continue
        taken = used[key] if name == "available" else level[key]
        what = "gate t/year" if question.maximise else "USD/year saved"
        rows.append((key, title, kind, taken, whole / scale, unit, change * to_tonnes, f"{what} per {step_unit}", step))
    rows += _rule_limits(year, question, found, to_tonnes)
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


def _places(year: YearModel, label: Label, own: OwnRow) -> tuple[np.ndarray, Floats]:
    """Positions of a planner's row, one a time, and the share of a step that each of them takes."""
    horizon = year.layout.horizon
    shares = {"period": horizon.share, "month": horizon.month_share, "year": np.ones(1)}
    return year.program.rows.every(label), shares[own.block]


def _rule_limits(year: YearModel, question: Question, found: Solution, to_tonnes: float) -> list[tuple[object, ...]]:
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
        what = "gate t/year" if question.maximise else "USD/year saved"
        per = f"{what} per {own.step:,.0f} {own.unit}".rstrip() if own.unit else f"{what} per 1 of its right-hand side"
        name = row_id(label)
        rows.append(
            (name, rule_name(name), "rule", used, right.sum() / own.scale, own.unit, change * to_tonnes, per, own.step)
        )
    return rows


def rule_name(name: str) -> str:
    """A planner's row in words."""
    return f"the planner's rule {name}"


def rule_prices(year: YearModel, found: Solution) -> list[Label]:
    """The rows of a planner's rules that have a price in this solution."""
    rows = year.period.own.rows
    return [label for label in rows if np.abs(found.prices[year.program.rows.every(label)]).max() > PRICED]


def rule_table(year: YearModel, question: Question, columns: Floats, prices: Floats) -> pd.DataFrame:
    """Every row of a planner's rules at every time of its block.

    Columns: row (its name and key), rule (the function), holds (period, month or year), time (from 0), unit, left (what
    it limits), relation (``<=``, ``>=``, ``=``), right (with its givens), price (change of the answer, gate t or USD a
    year, for one more on the right-hand side; at its own time only).
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
