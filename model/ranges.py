"""Ranges of measures that are kept with a case: how sure a headline is without drawing it anew."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.language import ENGLISH, language
from corridor.model.schema import schemas

Key = tuple[str, bool, str]
"""Scope, whether in tonnes of cargo, and measure."""
Ranges = Mapping[Key, "Range"]
APART = (
    "band",
    "funding",
    "hazard",
    "listing",
    "outlay",
    "remedy",
    "source",
    "validation",
    "unknown",
    "project",
    "trade",
    "rival",
    "rival_leg",
    "cbam",
)
"""Tables on which no draw rests."""
WORDS = ("name", "note", "derivation", "assumes", "title", "operator", "pays", "ready", "url", "via", "states")
"""Columns that no draw reads, beside those of the grounds ``choice`` and ``services``."""
COMES = "expected"
"""The measure of the cargo that comes."""
ROUND = 1e-9
"""Share of a measure by which a draw may fall short of it and still reach it."""
QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
COLUMNS = ["scope", "net", "measure", "stated", *QUANTILES, "reached"]
"""Of :func:`range_row`; all in t a year but the share ``reached``."""


@dataclass(frozen=True)
class Range:
    """The possible draws of one measure, in t a year; ``reached`` is the share of them that reach the stated value."""

    stated_t: float
    p5_t: float
    p25_t: float
    p50_t: float
    p75_t: float
    p95_t: float
    reached: float

    @property
    def optimistic(self) -> bool:
        """True for a stated value above the middle half of the draws."""
        return self.stated_t > self.p75_t * (1 + ROUND)

    @property
    def cautious(self) -> bool:
        """True for a stated value below that half."""
        return self.stated_t < self.p25_t * (1 - ROUND)


def mark_of(case: Case, measure: str = "") -> str:
    """A short mark of the tables that draws rest on: the same for the same numbers, whatever they are called.

    Draws of the measure ``expected`` rest on markets, their rivals and timetables, too.
    """
    comes = measure == COMES

    def work_out() -> str:
        silent = ("services",) if comes else ("services", "choice")
        read = {
            name: [each.name for each in schema.fields if each.name not in WORDS and each.ground not in silent]
            for name, schema in schemas().items()
            if name not in APART or (comes and name == "rival")
        }
        evidence = [row for row in case.rows("evidence") if row.column in read.get(row.table, ())]
        drivers = {row.driver_id for row in evidence}
        of_draws = {"evidence": evidence, "driver": [row for row in case.rows("driver") if row.driver_id in drivers]}
        parts = []
        for name, columns in read.items():
            rows = of_draws.get(name, case.rows(name))
            if rows and columns:
                parts.append((name, [tuple(getattr(row, column) for column in columns) for row in rows]))
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    with language(ENGLISH):  # the mark is of the names in the files
        return case.known(("mark of the tables", comes), work_out)


def kept(case: Case) -> dict[Key, Range]:
    """The ranges that are kept with a case and still hold for it, by scope, tonnes and measure; empty without any."""
    rows = case.rows("band")
    if not rows:
        return {}
    held = [row for row in rows if row.drawn_from == mark_of(case, row.measure)]
    return {(row.scope, bool(row.net), row.measure): _range(row, "_t") for row in held}


def ranges_of(frame: pd.DataFrame) -> dict[Key, Range]:
    """The ranges of a band (columns :data:`COLUMNS`), by scope, tonnes and measure."""
    rows: list[Any] = list(frame.itertuples(index=False))
    return {(str(row.scope), bool(row.net), str(row.measure)): _range(row) for row in rows}


def _range(row: Any, unit: str = "") -> Range:
    return Range(*(getattr(row, name) for name in (*(f"{each}{unit}" for each in ("stated", *QUANTILES)), "reached")))


def range_row(scope: str, net: bool, measure: str, stated: float, draws: pd.Series) -> tuple[object, ...]:
    """One measure of a scope over its possible draws, as :data:`COLUMNS` has it."""
    cuts = draws.quantile(list(QUANTILES.values())).tolist()
    reached = float((draws >= stated * (1 - ROUND)).mean())
    return (scope, net, measure, stated, *cuts, reached)
