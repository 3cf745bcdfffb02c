"""Vertices from which the next solve of an equilibrium goes on: the flows stay as they are, only the steps are new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from corridor.model.horizon import Floats
from corridor.model.program import Axis, Program
from corridor.optimize.period.rules.choice import STEPS
from corridor.optimize.program.highs import AT_LOWER, BASIC

AT_UPPER = highspy.HighsBasisStatus.kUpper
END = 1e-9
"""Share of the potential within which cargo ends with a step."""


@dataclass(frozen=True)
class Vertex:
    """A basis of the solver with the rows and columns of its program, and the kt that come of each demand in it."""

    basis: Any
    rows: Axis
    columns: Axis
    comes: Mapping[str, float]

    def laid_out(self, program: Program, widths: Mapping[str, Floats], potential: Mapping[str, float]) -> Any:
        """The basis in a program whose steps have these ``widths`` [kt], by demand, with the same cargo in them.

        Steps below the cargo of a demand are full, those above it empty. The step in which it ends is between both
        where the demand had such a step. A program may have other rows and columns: new ones start idle.
        """
        columns = _moved(self.basis.col_status, self.columns, program.columns, AT_LOWER)
        rows = _moved(self.basis.row_status, self.rows, program.rows, BASIC)
        for part, kt in widths.items():
            at = program.columns.first["taken", (part, 0)]
            row = program.rows.first["market_step", (part, 0)]
            states = [*columns[at : at + STEPS], *rows[row : row + STEPS]]
            between = sum(state == BASIC for state in states) > STEPS
            count, near = int(np.count_nonzero(kt)), END * potential[part]
            ends, comes = np.cumsum(kt[:count]), self.comes.get(part, 0.0)
            full = int(np.searchsorted(ends, comes + near, side="right"))
            columns[at : at + STEPS] = [BASIC] * full + [AT_LOWER] * (STEPS - full)
            rows[row : row + STEPS] = [AT_UPPER] * full + [BASIC] * (STEPS - full)
            if between and full < count and (not full or comes > ends[full - 1] + near):
                columns[at + full] = BASIC
            elif between and full:
                rows[row + full - 1] = BASIC
        basis = highspy.HighsBasis()
        basis.col_status, basis.row_status, basis.valid = columns, rows, True
        return basis


def _moved(states: list[Any], before: Axis, now: Axis, idle: Any) -> list[Any]:
    """States of rows or columns by their labels in another program; ``idle`` is that of new ones."""
    if before is now or before == now:
        return list(states)
    old = np.array(states, dtype=object)
    moved = np.full(len(now), idle, dtype=object)
    for label in now.labels:
        if label in before:
            here, there = now.every(label), before.every(label)
            if len(here) == len(there):
                moved[here] = old[there]
    return moved.tolist()
