"""A linear program as arrays with names: rows, columns and givens of a horizon.

A datum that may change is a *given* column, and ``rhs = b - G g`` is all that a what-if is.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from corridor.model.horizon import Floats

Label = tuple[str, Any]
"""Name of a rule, variable or given, and its key."""
Positions = NDArray[np.int64]
Entries = tuple[Floats, Positions, Positions]
"""Coefficients with the position of the row and of the column or given of each."""
NONE: Entries = (np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
BLOCKS = ("period", "month", "year")
"""Names of the three blocks of an axis, in the order of their positions."""


class Axis(Collection[Label]):
    """The rows, columns or givens of a program: labels that repeat by period, by month, and those of the year.

    Positions run period by period, then month by month, then the year. The label of a position is without its time.
    """

    def __init__(self, blocks: Sequence[Sequence[Label]], times: Sequence[int]) -> None:
        self.blocks = [list(block) for block in blocks]
        self.times = list(times)
        sizes = [len(block) * time for block, time in zip(self.blocks, self.times, strict=True)]
        self.starts = [0, *np.cumsum(sizes).tolist()]
        self.place = {label: (b, i) for b, block in enumerate(self.blocks) for i, label in enumerate(block)}

    def __len__(self) -> int:
        return int(self.starts[-1])

    def __getitem__(self, index: int) -> Label:
        block, within = self._within(index)
        return self.blocks[block][within % len(self.blocks[block])]

    def __contains__(self, label: object) -> bool:
        return label in self.place

    def __iter__(self) -> Iterator[Label]:
        for block, time in zip(self.blocks, self.times, strict=True):
            for _ in range(time):
                yield from block

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Axis) and (self.blocks, self.times) == (other.blocks, other.times)

    __hash__ = None  # type: ignore[assignment]

    def _within(self, index: int) -> tuple[int, int]:
        if not 0 <= index < len(self):
            raise IndexError(index)
        block = next(b for b in reversed(range(len(self.blocks))) if self.blocks[b] and index >= self.starts[b])
        return block, index - self.starts[block]

    def time(self, index: int) -> tuple[str, int]:
        """Block (period, month, year) and number of the time of a position."""
        block, within = self._within(index)
        return BLOCKS[block], within // len(self.blocks[block])

    def every(self, label: Label) -> Positions:
        """The positions of a label, one a time; raises KeyError."""
        block, within = self.place[label]
        size = len(self.blocks[block])
        places: Positions = self.starts[block] + within + size * np.arange(self.times[block])
        return places

    def block(self, label: Label) -> str:
        """The block of a label; raises KeyError."""
        return BLOCKS[self.place[label][0]]

    @cached_property
    def first(self) -> dict[Label, int]:
        """Position of each label, of its first time where it repeats."""
        return {label: self.starts[block] + within for label, (block, within) in self.place.items()}

    @cached_property
    def names(self) -> NDArray[np.str_]:
        """The name of each position, without its key."""
        parts = [
            np.tile(np.array([name for name, _ in block], dtype=object), time)
            for block, time in zip(self.blocks, self.times, strict=True)
        ]
        return np.concatenate(parts).astype(str)

    @property
    def labels(self) -> list[Label]:
        """Each label once."""
        return [label for block in self.blocks for label in block]

    def with_year(self, labels: Iterable[Label]) -> Axis:
        """The axis with labels of the year added at its end."""
        *others, year = self.blocks
        return Axis([*others, [*year, *labels]], self.times)


@dataclass(frozen=True)
class Program:
    """A linear program: minimise or maximise one of ``goals`` subject to ``lower <= matrix x <= upper``, x >= 0.

    ``matrix`` (rows x columns) and ``given_matrix`` (rows x givens) are sparse; ``sense`` is -1 for >=, 0 for =,
    1 for <=; a goal is a pair of coefficients of the columns and of the givens. Axes name rows, columns, givens.
    The columns of the labels ``integer`` take whole numbers.
    """

    matrix: sp.csc_array
    given_matrix: sp.csr_array
    rhs: Floats
    sense: NDArray[np.int64]
    goals: Mapping[str, tuple[Floats, Floats]]
    rows: Axis
    columns: Axis
    givens: Axis
    values: Floats
    integer: frozenset[Label] = frozenset()

    @cached_property
    def integer_at(self) -> Positions:
        """Positions of the integer columns."""
        places = [self.columns.every(label) for label in self.columns.labels if label in self.integer]
        return np.concatenate([np.zeros(0, dtype=np.int64), *places])

    def __post_init__(self) -> None:
        for numbers in (self.matrix.data, self.values):
            numbers.flags.writeable = False

    @property
    def row_at(self) -> dict[Label, int]:
        """Position of each row, of its first time where it repeats."""
        return self.rows.first

    @property
    def column_at(self) -> dict[Label, int]:
        return self.columns.first

    @property
    def given_at(self) -> dict[Label, int]:
        return self.givens.first

    def with_values(self, values: Floats) -> Program:
        """The same program with other values of its givens."""
        return replace(self, values=values)

    def goal(self, name: str) -> Floats:
        """Coefficients of the columns in a goal; zeros where nothing adds to it."""
        return self.goals[name][0] if name in self.goals else np.zeros(len(self.columns))

    def amount(self, label: Label) -> float:
        """Sum of a given over its times: the year's amount of a capacity."""
        return float(self.values[self.givens.every(label)].sum())

    def given(self, values: Mapping[Label, float]) -> Floats:
        """The givens' values with some of them replaced; one that repeats keeps its course through the year."""
        out = self.values.copy()
        for label, value in values.items():
            at = self.givens.every(label)
            if len(at) == 1 or not math.isfinite(value):
                out[at] = value
                continue
            standing = out[at]
            whole = standing.sum()
            out[at] = standing * (value / whole) if 0 < whole < math.inf else value / len(at)
        return out

    @property
    def rules(self) -> NDArray[np.str_]:
        """The rule of each row."""
        return self.rows.names

    def extended(
        self,
        entries: Entries,
        *,
        rows: Mapping[Label, tuple[int, float]] | None = None,
        columns: Sequence[Label] = (),
        givens: Mapping[Label, float] | None = None,
        of_givens: Entries = NONE,
        goals: Mapping[str, Floats] | None = None,
        integer: Iterable[Label] = (),
    ) -> Program:
        """The program with rows (sense and right-hand side), columns and givens (value) of the year at its ends.

        ``entries`` are coefficients of columns, ``of_givens`` those of givens, both at positions of the extended
        program. ``goals`` are further goals; those of the program have no part in the new columns and givens.
        ``integer`` are the labels whose columns take whole numbers from now on.
        """
        rows, givens = rows or {}, givens or {}
        row_axis, column_axis = self.rows.with_year(rows), self.columns.with_year(columns)
        given_axis = self.givens.with_year(givens)
        no_column, no_given = np.zeros(len(columns)), np.zeros(len(givens))
        padded = {
            name: (np.append(goal, no_column), np.append(given, no_given)) for name, (goal, given) in self.goals.items()
        }
        return replace(
            self,
            matrix=sp.csc_array(_enlarged(self.matrix, entries, (len(row_axis), len(column_axis)))),
            given_matrix=sp.csr_array(_enlarged(self.given_matrix, of_givens, (len(row_axis), len(given_axis)))),
            rhs=np.append(self.rhs, [right for _, right in rows.values()]),
            sense=np.append(self.sense, np.array([sense for sense, _ in rows.values()], dtype=np.int64)),
            goals=padded | {name: (goal, np.zeros(len(given_axis))) for name, goal in (goals or {}).items()},
            rows=row_axis,
            columns=column_axis,
            givens=given_axis,
            values=np.append(self.values, list(givens.values())),
            integer=self.integer | frozenset(integer),
        )

    def bounds(self, values: Floats, without: str = "") -> tuple[Floats, Floats]:
        """Lower and upper bounds of the rows for these values of the givens, infinite where there is no limit.

        The rows of the rule called ``without`` limit nothing.
        """
        right = self.rhs - self.given_matrix @ values
        dropped = self.rules == without if without else np.zeros(len(right), dtype=bool)
        lower = np.where((self.sense == 1) | dropped, -np.inf, right)
        return lower, np.where((self.sense == -1) | dropped, np.inf, right)


def _enlarged(matrix: Any, entries: Entries, shape: tuple[int, int]) -> sp.coo_array:
    """A sparse matrix with further entries, in a larger shape."""
    own, (more, down, across) = matrix.tocoo(), entries
    at = (np.append(own.row, down), np.append(own.col, across))
    return sp.coo_array((np.append(own.data, more), at), shape=shape)
