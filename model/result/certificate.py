"""The proof of an answer: residuals recomputed outside the solver."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from corridor.model.result.frame import plain


@dataclass(frozen=True)
class Certificate:
    """How well an answer proves itself, recomputed outside the solver; all relative.

    ``primal_residual``: worst breach of a row; ``dual_residual``: worst wrong sign of a price or reduced cost;
    ``gap``: between the goal and the value of the prices; ``balance``: worst breach of a balance of cargo, units or
    carriers, or of a resource, recomputed from the case's tables and the answer's tables.
    """

    primal_residual: float
    dual_residual: float
    gap: float
    balance: float
    tolerance: float = 1e-6

    def to_dict(self) -> dict[str, Any]:
        """The certificate in JSON, see docs/json.md; infinite residuals are null."""
        names = ("primal_residual", "dual_residual", "gap", "balance", "passed")
        return {name: plain(getattr(self, name)) for name in names}

    @property
    def passed(self) -> bool:
        worst = (self.primal_residual, self.dual_residual, self.gap, self.balance)
        return all(math.isfinite(each) and each <= self.tolerance for each in worst)
