"""The explanation of one resource, link or demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from corridor.model.facts import Fact
from corridor.model.result.frame import Result, listed


@dataclass(frozen=True, repr=False)
class Explanation(Result):
    """Findings on one resource, link or demand as facts, and tables by title.

    ``names`` has the names of the demands, links, resources and commodities of the tables, by table and id.
    """

    page: ClassVar[str] = "explain"
    JSON = ("name", "kind", "sentences", "facts", "tables")

    name: str
    kind: str
    facts: list[Fact]
    tables: Mapping[str, pd.DataFrame]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def sentences(self) -> list[str]:
        """The sentences of the facts."""
        return list(map(str, self.facts))

    def to_dict(self) -> dict[str, Any]:
        """The explanation in JSON; tables without their empty cells."""
        return {**super().to_dict(), "tables": {title: listed(frame) for title, frame in self.tables.items()}}
