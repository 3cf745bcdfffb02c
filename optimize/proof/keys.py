"""Rows of ids, and sums of amounts by them: the plain arrays in which an answer checks itself.

The tables of an answer are small and many, so that a frame for each step costs more than the sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.model.horizon import Floats

Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]
Ids = Sequence[Any]


@dataclass(frozen=True)
class Keys:
    """Columns of ids by name, all of ``count`` rows."""

    columns: Mapping[str, Ids]
    count: int

    @classmethod
    def of(cls, **columns: Ids) -> Keys:
        """Columns of one length; raises ValueError where they differ."""
        lengths = {len(ids) for ids in columns.values()}
        if len(lengths) > 1:
            raise ValueError(f"columns of {sorted(lengths)} rows")
        return cls(columns, lengths.pop() if lengths else 0)

    @classmethod
    def read(cls, frame: pd.DataFrame, names: Iterable[str]) -> Keys:
        """The columns ``names`` of a table; raises KeyError for one that it does not have."""
        return cls({name: frame[name].to_numpy(object).tolist() for name in names}, len(frame))

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, name: str) -> Ids:
        return self.columns[name]

    def rows(self, names: Iterable[str]) -> list[tuple[Any, ...]]:
        """The ids of ``names``, row by row."""
        return list(zip(*(self.columns[name] for name in names), strict=True))

    def put(self, **columns: Ids) -> Keys:
        """The same rows with other or further columns."""
        return Keys({**self.columns, **columns}, self.count)

    def take(self, chosen: Flags | Positions) -> Keys:
        """Rows at positions, or where flags are true."""
        at = (np.flatnonzero(chosen) if chosen.dtype == bool else chosen).tolist()
        return Keys({name: [ids[row] for row in at] for name, ids in self.columns.items()}, len(at))

    def where(self, name: str, value: object) -> Flags:
        """True for the rows whose id of ``name`` is ``value``."""
        return np.fromiter((each == value for each in self.columns[name]), bool, self.count)


def positions(rows: Iterable[Any]) -> tuple[dict[Any, int], Positions]:
    """The distinct rows in the order of their first, each with its position, and the position of every row."""
    known: dict[Any, int] = {}
    at = [known.setdefault(row, len(known)) for row in rows]
    return known, np.array(at, dtype=np.int64)


def summed(rows: Iterable[Any], amounts: Floats) -> tuple[dict[Any, int], Floats]:
    """The distinct rows with their positions, and amounts (rows by periods) added up by them."""
    known, at = positions(rows)
    sums = np.zeros((len(known), amounts.shape[1]))
    np.add.at(sums, at, amounts)
    return known, sums


def looked_up(values: Mapping[Any, float], ids: Iterable[Any]) -> Floats:
    """The number of each id; NaN where it has none."""
    return np.array([values.get(each, np.nan) for each in ids], dtype=float)
