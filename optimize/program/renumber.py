"""A compiled program with other numbers: the same rows and columns, coefficients from the terms of a period."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from corridor.model.horizon import Floats
from corridor.model.program import Program
from corridor.optimize.period.build import GOALS, Period
from corridor.optimize.period.rules import RULE
from corridor.optimize.period.streams import NeedsRebuild
from corridor.optimize.program.compile import Sheet, repeat, values


def renumbered(program: Program, sheet: Sheet, period: Period) -> Program:
    """The program of a period that has the rows and columns of this one; a planner's rows keep their numbers.

    ``sheet`` is the matrix of one period that the program was made of. Raises NeedsRebuild where a term names a column
    that is not in the program.
    """
    return repeat(period, sheet.of(period)) if period.layout.timed else _whole(program, period)


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


class _Goals(MutableMapping[str, tuple[Floats, Floats]]):
    """Goals of a year as one period, each computed when it is first asked for: most draws ask for one or two.

    It keeps nothing of the program before it, which would keep the one before that.
    """

    def __init__(self, program: Program, period: Period) -> None:
        self._column_at, self._givens, self._period = program.column_at, len(program.givens), period
        self._known: dict[str, tuple[Floats, Floats]] = {}

    def __getitem__(self, name: str) -> tuple[Floats, Floats]:
        if name not in self._known:
            if name not in GOALS or not (terms := self._period.goal(name)):
                raise KeyError(name)
            goal = np.zeros(len(self._column_at))
            for coefficient, column, key in terms:
                goal[self._column_at[column, key]] += coefficient
            self._known[name] = goal, np.zeros(self._givens)
        return self._known[name]

    def __setitem__(self, name: str, goal: tuple[Floats, Floats]) -> None:
        self._known[name] = goal

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*(name for name in GOALS if self._period.goal(name)), *self._known]))

    def __len__(self) -> int:
        return len(list(iter(self)))
