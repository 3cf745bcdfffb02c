"""The band: measures over many draws of all uncertain numbers together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from corridor.model.ranges import COLUMNS
from corridor.model.result.frame import Result

DRIVEN = {"concurrent": "c", "capability": "t"}
"""Measures that are taken apart by driver, and the beginning of their columns."""
LEAST_SWING_T = 0.5
"""Lower limit, tonnes: a smaller swing is rounding."""


@dataclass(frozen=True)
class Swing:
    """A measure with one driver alone at its 5 and 95 per cent, the others as stated; gate t."""

    name: str
    basis: str
    low_t: float
    high_t: float
    stated_t: float
    share: float

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the most that it makes of the stated value."""
        three = (self.low_t, self.high_t, self.stated_t)
        return min(three), max(three)

    @property
    def size_t(self) -> float:
        return self.ends[1] - self.ends[0]

    @property
    def moves(self) -> bool:
        """The driver has an effect at all."""
        return self.size_t > LEAST_SWING_T


@dataclass(frozen=True, repr=False)
class Band(Result):
    """H, C and T over many draws of all uncertain numbers together.

    A draw is *possible* where the cargo of the base year fits (growth at least 1): the others contradict what happened.
    By measure (``concurrent``, ``capability``): ``r2``; ``assumed``, the explained share that rests on numbers assumed
    outright; ``partly``, with those that have an assumed part. ``phrases`` begin a sentence on each kind of limit. NaN
    here and in ``drivers`` where there are too few draws to tell.

    ``choosing``: numbers by which shippers choose, drawn for the cargo that comes alone; its base year is calibrated
    anew in each draw, so that where the case is its own base year they change nothing.

    * ``sample``, a row a draw: growth, handled, concurrent, capability, and expected where the case has markets (gate
      t; NaN where the draw is not possible), first (ids), kind, possible.
    * ``quantiles``: measure, of (``all`` or ``possible``), stated, p5, p50, p95 (gate t), above (share of these draws
      above the stated value).
    * ``ranges``: scope, net (tonnes of cargo), measure, stated, p5, p25, p50, p75, p95 (t) of the possible draws;
      reached (share of them that reach the stated value): all demands, and the scope that the headline names.
    * ``first``: resource, name, kind, share (of the possible draws in which it comes first), share_all.
    * ``drivers``, those that would narrow the band most first: driver, name, who, basis (sourced, partly assumed,
      assumed), numbers (moved by it); c_share, t_share (of the variance of C and T); c_low, c_high, t_low,
      t_high (gate t, the driver alone at its 5 and 95 per cent); c_narrows, t_narrows (share of the spread that would
      vanish if it were known); c_together, t_together (at least, if it and all above it were).
    """

    page: ClassVar[str] = "band"

    JSON = (
        *("base_year", "draws", "seed", "capacities_only", "inputs", "choosing", "possible", "r2", "assumed", "partly"),
        *("kinds", "ranges", "quantiles", "first", "drivers"),
    )

    draws: int
    seed: int
    capacities_only: bool
    inputs: int
    possible: int
    sample: pd.DataFrame
    quantiles: pd.DataFrame
    first: pd.DataFrame
    drivers: pd.DataFrame
    r2: Mapping[str, float]
    assumed: Mapping[str, float]
    partly: Mapping[str, float]
    ranges: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))
    phrases: Mapping[str, str] = field(default_factory=dict)
    choosing: int = 0

    def quantile(self, measure: str, of: str = "possible") -> tuple[float, float, float]:
        """5, 50 and 95 per cent of a measure in gate t."""
        rows = self.quantiles[(self.quantiles["measure"] == measure) & (self.quantiles["of"] == of)]
        return float(rows["p5"].iloc[0]), float(rows["p50"].iloc[0]), float(rows["p95"].iloc[0])

    def swings(self, measure: str) -> list[Swing]:
        """The drivers whose swing of ``concurrent`` or ``capability`` is known, the greatest first."""
        begins = DRIVEN[measure]
        stated = float(self.quantiles.loc[self.quantiles["measure"] == measure, "stated"].iloc[0])
        frame = self.drivers[["name", "basis", f"{begins}_low", f"{begins}_high", f"{begins}_share"]]
        swings = [
            Swing(str(name), str(basis), float(low), float(high), stated, float(share))
            for name, basis, low, high, share in frame.itertuples(index=False)
            if math.isfinite(low) and math.isfinite(high)
        ]
        return sorted(swings, key=lambda swing: -swing.size_t)

    @property
    def enough(self) -> bool:
        """There were draws enough to tell what drives the band."""
        return any(math.isfinite(self.r2.get(measure, math.nan)) for measure in DRIVEN)

    @property
    def needed(self) -> int:
        """Possible draws that it takes to tell what drives the band."""
        return draws_needed(len(self.drivers))

    @property
    def kinds(self) -> dict[str, float]:
        """Share of the possible draws in which each kind of limit comes first, the greatest first.

        ``several`` where limits of different kinds come first together.
        """
        kinds = self.sample.loc[self.sample["possible"], "kind"]
        shares = kinds.value_counts(normalize=True).sort_index().sort_values(ascending=False, kind="stable")
        return {str(kind): float(share) for kind, share in shares.items()}


def draws_needed(drivers: int) -> int:
    """Possible draws that it takes to tell what each of so many drivers does: two each, and ten more."""
    return 2 * drivers + 10
