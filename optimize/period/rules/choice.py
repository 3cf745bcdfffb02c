"""Shippers who choose: the tonnes that come of a market, step by step of their willingness to pay."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from corridor.model.horizon import Floats
from corridor.optimize.period.algebra import Columns, Rows, rule
from corridor.optimize.period.layout import Layout

UNITS = {"taken": "t", "step": "t"}
"""Units of the columns and givens of this topic."""
STEPS = 36
"""Upper limit, steps: a market has at most so many; the study sets their widths and heights."""


def chosen(layout: Layout) -> list[str]:
    """Demands of the study in which shippers choose; cargo that comes at any price has a single step."""
    return [part.part_id for part in layout.parts] if layout.chooses else []


def _steps(layout: Layout) -> list[tuple[str, int]]:
    return [(part, step) for part in chosen(layout) for step in range(STEPS)]


def columns(layout: Layout, columns: Columns) -> None:
    """``taken``: kt of each step that come to the corridor."""
    columns.add("taken", _steps(layout), "year")


def givens(layout: Layout) -> dict[str, dict[Any, Floats]]:
    """``step``: width of each step in kt, none until the study sets it."""
    return {"step": {key: np.zeros(1) for key in _steps(layout)}}


@rule("=", "year")
def market_total(layout: Layout) -> Rows:
    r"""The tonnes that come of a demand are those of its steps.

    .. math:: q_p = \sum_k taken_{p,k}

    Keys: demand whose shippers choose.  Unit: kt.  Price: generalised cost of the way plus rents of full resources.
    Source: Fisk, Some developments in equilibrium traffic assignment, Transportation Research B 14 (1980).
    """
    rows: Rows = defaultdict(list)
    for part in chosen(layout):
        rows[part].append((1.0, "served", part))
        rows[part] += [(-1.0, "taken", (part, step)) for step in range(STEPS)]
    return dict(rows)


@rule("<=", "year")
def market_step(layout: Layout) -> Rows:
    r"""No more comes of a step than its width.

    .. math:: taken_{p,k} \le step_{p,k}

    Keys: demand whose shippers choose, step.  Unit: kt.  Price: willingness to pay of the step less the cost.
    """
    return {key: [(1.0, "taken", key), (-1.0, "step", key)] for key in _steps(layout)}
