"""The base of every result: its case, and its JSON from fields and frames."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, ClassVar

import pandas as pd

from corridor.model.case import Case
from corridor.model.horizon import Horizon
from corridor.model.showing import Shown

SCHEMA = 1
"""Number of the JSON contract of docs/json.md."""
LISTS = ("alternatives", "resources", "nearest", "farthest", "sources")
"""Columns of a listing that hold several ids in one text; JSON has them as lists."""


@dataclass(frozen=True, repr=False)
class Result(Shown):
    """The result of a study on a ``case``; ``JSON`` names its fields and properties in JSON, in order."""

    JSON: ClassVar[tuple[str, ...]] = ()

    case: Case = field(compare=False)

    @property
    def scenario(self) -> str:
        return self.case.scenario

    @property
    def base_year(self) -> int:
        return self.case.base_year

    def to_dict(self) -> dict[str, Any]:
        """The result in JSON, see docs/json.md: tables as lists of rows; NaN and infinity are null."""
        return {**self.head(), **self.part(*self.JSON)}

    def head(self) -> dict[str, Any]:
        """The first lines of every JSON answer: schema, case, scenario, status."""
        return {"schema": SCHEMA, "case": self.case.name, "scenario": self.scenario, "status": "optimal"}

    def part(self, *names: str) -> dict[str, Any]:
        """Fields and properties in JSON, by name."""
        return {name: plain(getattr(self, name)) for name in names}

    def to_json(self) -> str:
        """:meth:`to_dict` as text; nothing infinite, no NaN."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """A value in JSON: NaN and infinity are null, tuples are lists, frames are lists of rows."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, pd.DataFrame):
        return [plain(row) for row in value.to_dict("records")]
    if isinstance(value, Horizon):
        return {"periods": value.name, "count": value.count, "cyclic": value.cyclic}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return value


def records(frame: pd.DataFrame, *columns: str) -> list[dict[str, Any]]:
    """The rows of a frame in JSON, of these columns or of all."""
    listed: list[dict[str, Any]] = plain(frame[list(columns)] if columns else frame)
    return listed


def filled(value: Any) -> Any:
    """A value in JSON without its empty parts, however deep; NaN and None are left out, infinity is null."""
    if isinstance(value, Mapping):
        return {str(key): filled(each) for key, each in value.items() if not empty(each)}
    if isinstance(value, list | tuple):
        return [filled(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def empty(value: Any) -> bool:
    """True for None, NaN and an empty list of ids."""
    return value is None or value == () or (isinstance(value, float) and math.isnan(value))


def listed(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame in JSON without empty cells; columns of :data:`LISTS` as lists."""
    return [
        filled({name: ids_of(cell) if name in LISTS else cell for name, cell in row.items()})
        for row in frame.to_dict("records")
    ]


def ids_of(cell: Any) -> Any:
    """The ids in a cell that separates them by blanks or commas; any other cell as it is."""
    return cell.replace(",", " ").split() if isinstance(cell, str) else cell


def rows(frame: pd.DataFrame) -> list[Any]:
    """The rows of a frame as named tuples, without the index."""
    return list(frame.itertuples(index=False))
