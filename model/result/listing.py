"""The result of a study that is one table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from corridor.model.result.frame import Result, filled, ids_of, listed


class Described(NamedTuple):
    """A scenario in words: ``title`` in a list or a figure, ``note`` in a sentence; both may be empty."""

    title: str
    note: str


@dataclass(frozen=True, repr=False)
class Listing(Result):
    """One table of a study: its ``frame``, and the ``facts`` beside its rows in JSON.

    ``ids`` are columns of ids with blanks between them, beside those of :data:`LISTS`: lists in JSON.
    """

    study: str
    frame: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)
    ids: tuple[str, ...] = ()

    @property
    def page(self) -> str:  # type: ignore[override]
        """The name of its page: its study."""
        return self.study

    def to_csv(self) -> str:
        """The table as CSV; a missing number is empty, and no limit is ``unlimited``."""
        return self.frame.replace(math.inf, "unlimited").to_csv(index=False, lineterminator="\n")

    def to_dict(self) -> dict[str, Any]:
        """The listing in JSON, see docs/json.md: empty cells of ``rows`` are left out."""
        return {**self.head(), **filled(self.facts), "rows": [self._row(row) for row in listed(self.frame)]}

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: ids_of(cell) if name in self.ids else cell for name, cell in row.items()}
