"""The result of a study that is one table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from corridor.model.result.frame import Result, filled, listed


@dataclass(frozen=True, repr=False)
class Listing(Result):
    """One table of a study: its ``frame``, and the ``facts`` beside its rows in JSON."""

    study: str
    frame: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def page(self) -> str:  # type: ignore[override]
        """The name of its page: its study."""
        return self.study

    def to_csv(self) -> str:
        """The table as CSV; a missing number is empty, and no limit is ``unlimited``."""
        return self.frame.replace(math.inf, "unlimited").to_csv(index=False, lineterminator="\n")

    def to_dict(self) -> dict[str, Any]:
        """The listing in JSON, see docs/json.md: empty cells of ``rows`` are left out."""
        return {**self.head(), **filled(self.facts), "rows": listed(self.frame)}
