"""A compiled program with other numbers: the same rows and columns, coefficients from the terms of a period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from corridor.model.horizon import Floats
from corridor.model.program import Axis, Label, Program
from corridor.optimize.period.algebra import Rows
from corridor.optimize.period.build import GOALS, Period
from corridor.optimize.period.rules import RULE
from corridor.optimize.period.streams import NeedsRebuild
from corridor.optimize.program.compile import OBJECTIVE, _repeat


def renumbered(program: Program, period: Period) -> Program:
    """The program of a period that has the rows and columns of this one; a planner's rows keep their numbers.

    Raises NeedsRebuild where a term names a column that is not in the program.
    """
    return _by_period(program, period) if period.layout.timed else _whole(program, period)


def values(givens: Axis, period: Period) -> Floats:
    """Values of the givens of a program."""
    numbers = np.zeros(len(givens))
    for label in givens.labels:
        numbers[givens.every(label)] = period.given[label[0]][label[1]]
    return numbers


def _whole(program: Program, period: Period) -> Program:
    """A year as one period has the terms themselves as coefficients; rules of ones keep theirs."""
    row_at, column_at = program.row_at, program.column_at
    numbers: list[float] = []
    down: list[int] = []
    across: list[int] = []
    changing = [(name, rows) for (_, name), rows in period.rows.items() if not RULE[name].ones]
    try:
        for name, rows in changing:
            for key, terms in rows.items():
                row = row_at[name, key]
                for coefficient, column, at in terms:
                    if column not in period.given:
                        numbers.append(coefficient)
                        down.append(row)
                        across.append(column_at[column, at])
    except KeyError:
        raise NeedsRebuild("a column had no coefficient before") from None
    kept = program.matrix.tocoo()
    stays = ~np.isin(program.rules, [name for name, _ in changing])[kept.row]
    places = np.concatenate([down, kept.row[stays]]), np.concatenate([across, kept.col[stays]])
    matrix = sp.csc_array((np.concatenate([numbers, kept.data[stays]]), places), shape=program.matrix.shape)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return replace(program, matrix=matrix, goals=_Goals(program, period), values=values(program.givens, period))


class _Goals(dict[str, tuple[Floats, Floats]]):
    """Goals of a year as one period, each computed when it is first asked for: most draws ask for one or two."""

    def __init__(self, program: Program, period: Period) -> None:
        super().__init__()
        self.program, self.period = program, period

    def __missing__(self, name: str) -> tuple[Floats, Floats]:
        if name not in GOALS or not (terms := self.period.goal(name)):
            raise KeyError(name)
        goal = np.zeros(len(self.program.columns))
        for coefficient, column, key in terms:
            goal[self.program.column_at[column, key]] += coefficient
        self[name] = goal, np.zeros(len(self.program.givens))
        return self[name]

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (name in GOALS and bool(self.period.goal(str(name))))


def _by_period(program: Program, period: Period) -> Program:
    """The matrix of the period from its terms, repeated over the horizon."""
    rows = list(_labels(program.rows))
    goals = [name for name in program.goals if name in GOALS]
    rows += [(2, (OBJECTIVE, name)) for name in goals]
    sides: Rows = {(name, key): terms for (_, name), keyed in period.rows.items() for key, terms in keyed.items()}
    sides |= {label: row.terms for label, row in period.own.rows.items()}
    sides |= {(OBJECTIVE, name): period.goal(name) for name in goals}
    shown = list(dict.fromkeys([*_labels(program.columns), *_labels(program.givens), *((0, v) for v in period.views)]))
    row_at, column_at = ({label: at for at, (_, label) in enumerate(axis)} for axis in (rows, shown))
    entries: list[tuple[float, int, int]] = []
    try:
        for label, terms in sides.items():
            entries += ((c, row_at[label], column_at[name, key]) for c, name, key in terms)
    except KeyError:
        raise NeedsRebuild("a column had no coefficient before") from None
    numbers, down, across = map(np.array, zip(*entries, strict=True))
    matrix = sp.csc_array((numbers, (down, across)), shape=(len(rows), len(shown)))
    once = len(rows) - len(goals)
    first = [program.row_at[label] for _, label in rows[:once]]
    right = np.concatenate([program.rhs[first], np.zeros(len(goals))])
    sense = np.concatenate([program.sense[first], np.ones(len(goals), dtype=np.int64)])
    is_goal = [at >= once for at in range(len(rows))]
    return _repeat(period, matrix, right, sense, rows, is_goal, shown)


def _labels(axis: Axis) -> Iterator[tuple[int, Label]]:
    """Block and label of each row, column or given, once."""
    for block, labels in enumerate(axis.blocks):
        for label in labels:
            yield block, label
