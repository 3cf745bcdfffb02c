"""The proof of an answer: residuals recomputed outside the solver."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from corridor.model.result.frame import plain

CHOICE_USD = 0.01
"""USD per t: upper limit of the difference between willingness and price in an answer that passes."""


@dataclass(frozen=True)
class Certificate:
    """Residuals of an answer, recomputed outside the solver; all relative.

    * ``primal_residual``: worst breach of a row, or of a whole number.
    * ``dual_residual``: worst wrong sign of a price or reduced cost; None where columns are integer.
    * ``gap``: between the goal and the value of the prices, or the bound of the search where columns are integer.
    * ``balance``: worst breach of a balance of cargo, units or carriers, or of a limit, from the tables of the case and
      of the answer; None where it was not computed.
    * ``choice``: greatest difference between a market's willingness to pay and the cost of its way plus rents, USD per
      t; None where shippers do not choose.
    """

    primal_residual: float
    dual_residual: float | None
    gap: float
    balance: float | None = None
    tolerance: float = 1e-6
    choice: float | None = None

    @property
    def residuals(self) -> list[float]:
        """All residuals that were computed."""
        every = (self.primal_residual, self.dual_residual, self.gap, self.balance)
        return [residual for residual in every if residual is not None]

    @property
    def worst(self) -> float:
        """The greatest residual; not a number where one of them is none."""
        return math.nan if any(math.isnan(residual) for residual in self.residuals) else max(self.residuals)

    @property
    def passed(self) -> bool:
        return self.worst <= self.tolerance and (self.choice is None or self.choice <= CHOICE_USD)

    def to_dict(self) -> dict[str, Any]:
        """The certificate in JSON, see docs/json.md; residuals that are infinite or not computed are null."""
        names = ("primal_residual", "dual_residual", "gap", "balance", "choice", "passed")
        return {name: plain(getattr(self, name)) for name in names}
