"""Risks of a corridor: single outages, the worst pair, a year of storms and breakdowns, listings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from corridor.model.result.frame import Result

TABLES = (
    *("draws", "seed", "level", "years", "places", "markets", "remedies"),
    *("listed_on", "listings", "due_t", "worst", "solves"),
)
"""Fields of :class:`Risk` in JSON after those of single outages, in order."""


@dataclass(frozen=True, repr=False)
class Risk(Result):
    """Outages of a year as one period, each alone, ranked, and the worst pair; drawn years; listings.

    * ``unit`` of tonnes that fit and come: gate t/year, or t/year in a case without a gate.
    * ``days``, ``unit_days``: of a row out as a whole, and of one unit of a fleet.
    * ``floor``: share of the base year below which no market falls in any run: all of them are compared at it.
    * ``base``: growth (common to all markets), fits_t (capability at the floor), comes_t, freight_usd; NaN where no
      market of the case says what comes.
    * ``table``, the worst first: rank, table, row, name, kind, of (all, unit), step (the unit in words), days, growth,
      fits_lost_t, comes_lost_t, usd_lost (freight), change (the same outage as a change of the case; empty where it
      has none). A loss of NaN: fixed cargo does not fit.
    * ``pair``: one, other, names of both, fits_lost_t, alone_lost_t (the sum of their single losses), comes_lost_t,
      usd_lost, floor; empty where it was not sought.
    * ``draws``, ``seed``: of years of storms and breakdowns; ``level``: of the mean of the worst years, 0.95 for the
      worst twentieth (CVaR).
    * ``years``: measure (late, lost, both, and short: what the year as a whole could not carry, however late), mean_t,
      p50_t, p95_t, shortfall_t (CVaR).
    * ``places``, those that cost most first: table, row, name, t (cargo of the base year), room (capacity over use,
      less 1), shut_d (days of capacity lost), late_t, lost_t (means), shortfall_t of both.
    * ``markets``: demand, name, t, days (as stated), p50_d, p95_d (with hazards and missed sailings), spread_d (95th
      less 50th percentile, as the case states it).
    * ``remedies``, the cheapest a tonne first: remedy, name, kind, saved_t (mean late and lost less),
      shortfall_saved_t, usd_per_year, usd_per_t (NaN: without cost, or it saves nothing).
    * ``listed_on``: day of the listings; ``listings``: listing, name, list, from_date, carried_lost_t, comes_lost_t of
      each in force, the last row (all) of all together where there are several.
    * ``due_t``: tonnes of the base year; ``worst``: of (port, ship, operator), number, names, rows (``table.row``),
      carried_t, lost_t of the listing that leaves least; comes_lost_t, NaN where it was not computed.
    * ``solves``: growth, fits, comes, listed: number of outages that took a solve; all others
      keep an optimum that is known already.
    """

    page: ClassVar[str] = "risk"
    JSON: ClassVar[tuple[str, ...]] = ("unit", "days", "unit_days", "floor", "base", "table", "pair", *TABLES)

    unit: str
    days: float
    unit_days: float
    floor: float
    base: Mapping[str, float]
    table: pd.DataFrame
    pair: Mapping[str, Any]
    draws: int
    seed: int
    level: float
    years: pd.DataFrame
    places: pd.DataFrame
    markets: pd.DataFrame
    remedies: pd.DataFrame
    listed_on: str
    listings: pd.DataFrame
    due_t: float
    worst: pd.DataFrame
    solves: Mapping[str, int]
