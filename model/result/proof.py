"""An optimum proved in fractions: its value, how far its numbers are from those solved, and the arrays of the proof."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from corridor.model.horizon import Horizon
from corridor.model.result.frame import Result


@dataclass(frozen=True, repr=False)
class Proof(Result):
    """The exact optimum of the program of one answer; primal, dual and equality hold as fractions.

    * ``value``, in ``value_unit``; ``exact``, the optimum of the program's goal as a fraction, in kt, thousand USD or
      as the common growth; ``solved``, the same by the solver in doubles
    * ``rows`` and ``columns`` of the program; ``digits`` of the longest number in the proof
    * ``read``: greatest relative distance of a number from the double solved, by reading it as a simple fraction
    * ``moved``: greatest relative move of a right-hand side or cost (to 1 + its size) that rounding made necessary;
      0 for a vertex that is exact
    * ``rounds``: of mending the vertex; ``arrays``: the proof as docs/reliability.md describes it
    """

    page: ClassVar[str] = "prove"
    JSON: ClassVar[tuple[str, ...]] = (
        "study",
        "value",
        "value_unit",
        "exact",
        "solved",
        "rows",
        "columns",
        "digits",
        "read",
        "moved",
        "rounds",
        "horizon",
        "scope",
    )

    study: str
    value: float
    value_unit: str
    exact: str
    solved: float
    rows: int
    columns: int
    digits: int
    read: float
    moved: float
    rounds: int
    scope: str
    horizon: Horizon | None = None
    arrays: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def to_arrays(self) -> str:
        """The arrays of the proof as JSON; docs/examples/check_proof.py confirms them."""
        return json.dumps(self.arrays, allow_nan=False, separators=(",", ":"))
