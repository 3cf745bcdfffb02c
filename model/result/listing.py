"""A study whose result is one table: the table, and what the JSON has beside its rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.result.answer import SCHEMA
from corridor.model.showing import Shown

LISTS = ("alternatives", "resources", "nearest", "farthest", "sources", "stops")
"""Columns whose cells hold several ids, with spaces or commas between them."""
WORDS = {"markets": ("stops",)}
"""Columns of these names that hold words instead, by study."""


@dataclass(frozen=True, repr=False, eq=False)
class Listing(Shown):
    """The result of a study that is one table.

    ``study`` names the study (``ladder``, ``markets``, ``prices``, ``cut``, …), ``frame`` is its table, ``facts`` are
    the numbers and names that belong to the whole table: the scope, the floor.
    """

    case: Case
    study: str
    frame: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def page(self) -> str:
        """The name of its page."""
        return self.study

    def to_dict(self) -> dict[str, Any]:
        """The listing as the JSON contract has it: see docs/json.md."""
        head = {"schema": SCHEMA, "case": self.case.name, "scenario": self.case.scenario, "status": "optimal"}
        return {**head, **record(dict(self.facts)), "rows": records(self.frame, WORDS.get(self.study, ()))}

    def to_csv(self) -> str:
        """The table as CSV; a missing number is empty, and no limit is ``unlimited``."""
        return self.frame.replace(math.inf, "unlimited").to_csv(index=False, lineterminator="\n")


def records(frame: pd.DataFrame, words: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The rows of a frame for JSON: NaN is left out, no limit is null, ids are lists but in columns of ``words``."""
    lists = [column for column in LISTS if column not in words]
    return [
        record(
            {
                str(column): value.replace(",", " ").split() if column in lists else value
                for column, value in row.items()
                if not (isinstance(value, float) and math.isnan(value))
            }
        )
        for row in frame.to_dict("records")
    ]


def record(row: dict[str, Any]) -> dict[str, Any]:
    """A row for JSON: empty cells are left out, no limit is null."""
    return {column: _plain(value) for column, value in row.items() if value is not None and value != ()}


def _plain(value: Any) -> Any:
    """A value for JSON, however deep: no limit is null, and empty cells of a row are left out."""
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return record(value)
    return None if isinstance(value, float) and math.isinf(value) else value
