"""The waterfall: from the nameplate down to the tonnes handled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from corridor.model.result.frame import Result, filled, listed

FACTS = ("nameplate_t", "handled_t", "capability_t", "capability_step", "terminals_t", "floor")
"""Fields in JSON beside the bars."""


@dataclass(frozen=True, repr=False)
class Waterfall(Result):
    """From the nameplate down to what is handled, by kind of limit.

    ``bars`` in physical order: kind, name, after_t (left after the bar), bar_t; first_in_t (lost if this kind
    alone were there), last_in_t (gained if this kind alone went), shapley_t. ``capability_step`` is the kind before
    whose bar stands T, None where a ceiling of a market binds.
    """

    page: ClassVar[str] = "waterfall"

    nameplate_t: float
    handled_t: float
    floor: float
    terminals_t: float | None
    capability_t: float
    capability_step: str | None
    bars: pd.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """The waterfall in JSON, see docs/json.md; ``rows`` are its bars."""
        return {**self.head(), **filled({name: getattr(self, name) for name in FACTS}), "rows": listed(self.bars)}
