"""Cargo that a year loses by closures: it is asked of the year, and not carried."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corridor.model.horizon import Floats, Horizon


@dataclass(frozen=True)
class Lost:
    """Cargo of the base year that is lost or goes another way, by part of a demand: only parts that lose any.

    ``kt`` by period of ``horizon``; ``base`` kt of the year that were asked; ``demand`` the demand of a part.
    """

    horizon: Horizon
    kt: Mapping[str, Floats]
    base: Mapping[str, float]
    demand: Mapping[str, str]

    def parts(self, demand: str) -> list[str]:
        """The parts of a demand that lose any."""
        return [part for part, each in self.demand.items() if each == demand]

    def share(self, parts: Sequence[str], kt: float) -> float:
        """Share of so many kt asked of parts that they lose; of those asked when it was computed."""
        lost = math.fsum(float(self.kt[part].sum()) for part in parts if part in self.kt)
        return min(1.0, lost / kt) if kt > 0 else 0.0

    def course(self, parts: Sequence[str], horizon: Horizon) -> Floats:
        """Shares of what parts lose in the periods of a horizon, even over the days of a period; they add up to 1.

        >>> lost = Lost(Horizon.of("quarter"), {"all": np.array([0.0, 91.0, 0.0, 0.0])}, {"all": 365.0}, {"all": "all"})
        >>> (91 * lost.course(["all"], Horizon.of("month")))[2:6].round(6).tolist()
        [0.0, 30.0, 31.0, 30.0]
        """
        total = sum((self.kt[part] for part in parts if part in self.kt), np.zeros(self.horizon.count))
        done = np.concatenate([[0.0], np.cumsum(total)])
        shares: Floats = np.diff(np.interp(horizon.days, self.horizon.days, done)) / (done[-1] or 1.0)
        return shares
