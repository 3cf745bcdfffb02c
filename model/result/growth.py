"""The growth of markets: when each of them changes from capacity that waits for cargo to cargo that waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from corridor.model.result.frame import Result


@dataclass(frozen=True, repr=False)
class Growth(Result):
    """The cargo that comes year by year, as the potential of markets grows over capacities and prices of the case.

    * ``unit`` of comes_t; ``to``: the last year; ``fits_t``: capability of the case, in that unit.
    * ``years``: growth (low, middle or high), year, comes_t; turned_away_t (would come at the cost of the way alone);
      waiting (number of markets that wait for capacity).
    * ``markets``: growth, year, market, name, kind; potential_t (over all routes); t; rent_usd (per t, mean of its
      demands by tonnes); turned_away_t; holds (names of full resources on the way).
    * ``turns``: growth, market, name; year (the first in which its cargo waits for capacity; NaN for none); holds (the
      full resources of that year); base_t; t and unmet_t (comes, and is turned away, in the last year).
    """

    page: ClassVar[str] = "growth"
    JSON: ClassVar[tuple[str, ...]] = ("unit", "base_year", "to", "fits_t", "years", "markets", "turns", "residual")

    unit: str
    to: int
    fits_t: float
    years: pd.DataFrame
    markets: pd.DataFrame
    turns: pd.DataFrame
    residual: float
