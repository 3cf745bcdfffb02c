"""The page of growth: the cargo that comes by year, and the year in which each market begins to wait for capacity."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.market import RATES
from corridor.model.result.frame import rows
from corridor.model.result.growth import Growth
from corridor.reports.blocks import Block, Heading, Note, Paragraph, Strong
from corridor.reports.say.columns import Field, megatonnes, number, table, words
from corridor.reports.say.words import capital, listed, mt

RATE = {"low": "Low growth", "middle": "Middle growth", "high": "High growth"}
"""Titles of the cases of growth."""
NOTE = (
    "The potential of each market grows by its yearly rate; capacities, prices, times and rivals stay as they are. "
    "Cargo that comes at any price does not grow. Waits: cargo that would come at the cost of the way alone, and finds "
    "a full resource."
)


def page(result: Growth, *, short: bool = False) -> list[Block]:
    """Tonnes by year, and the turn of each market; on the long page every market in the last year."""
    blocks: list[Block] = [_opening(result), Heading("Year by year"), _years(result), Note(NOTE)]
    blocks += _turns(result)
    return blocks if short else [*blocks, *_last(result)]


def _opening(result: Growth) -> Paragraph:
    said = []
    for rate in _rates(result):
        its = result.years[result.years["growth"] == rate]
        said.append(f"{mt(float(its['comes_t'].iloc[-1]), 2)} at {rate} growth")
    first = float(result.years["comes_t"].iloc[0])
    lead = f"In {result.to} {listed(said)} come; in {result.base_year} {mt(first, 2)}."
    fits = f" {mt(result.fits_t, 2)} fit if each market grows to its limit."
    return Paragraph((Strong(lead), fits, _first_turn(result)))


def _first_turn(result: Growth) -> str:
    """The first year in which further cargo begins to wait, and its resources; at middle growth where that is known."""
    rates = _rates(result)
    rate = "middle" if "middle" in rates else rates[-1]
    its = result.turns[(result.turns["growth"] == rate) & (result.turns["year"] > result.base_year)]
    if not len(its):
        return f" At {rate} growth no further market waits for capacity by {result.to}."
    first = its[its["year"] == its["year"].min()]
    names = list(dict.fromkeys(name for holds in first["holds"] for name in str(holds).split(", ")))
    count = f"{len(first)} further {'market begins' if len(first) == 1 else 'markets begin'}"
    return f" At {rate} growth {count} to wait in {first['year'].iloc[0]:.0f}, for: {'; '.join(names)}."


def _rates(result: Growth) -> list[str]:
    return [rate for rate in RATES if (result.years["growth"] == rate).any()]


def _years(result: Growth) -> Block:
    rates = _rates(result)
    by_year: dict[int, dict[str, Any]] = {}
    for row in rows(result.years):
        by_year.setdefault(row.year, {})[row.growth] = row
    fields = [words("Year", lambda pair: pair[0])]
    for rate in rates:
        fields += _of(rate)
    return table(list(by_year.items()), *fields)


def _of(rate: str) -> tuple[Field, Field]:
    """Columns of one case of growth."""
    return (
        megatonnes(f"{capital(rate)}: comes", lambda pair: pair[1][rate].comes_t),
        number("markets wait", lambda pair: pair[1][rate].waiting or ""),
    )


def _turns(result: Growth) -> list[Block]:
    """Markets whose cargo waits for capacity by the last year, the first ones first."""
    made: list[Block] = [Heading("When cargo begins to wait for capacity")]
    for rate in _rates(result):
        its = result.turns[(result.turns["growth"] == rate) & result.turns["year"].notna()]
        if not len(its):
            text = f"{RATE[rate]}: to {result.to} capacity waits for cargo in every market."
            made.append(Paragraph((text,)))
            continue
        turns = sorted(rows(its), key=lambda row: (row.year, -row.unmet_t, row.name))
        made.append(
            table(
                turns,
                words("Market", lambda row: capital(row.name), wide=4),
                number("From", lambda row: f"{row.year:.0f}"),
                words("Waits for", lambda row: capital(row.holds), wide=4),
                number("Comes", lambda row: f"{row.t / 1e3:,.1f}", "kt"),
                number("Waits", lambda row: f"{row.unmet_t / 1e3:,.1f}", "kt"),
                caption=f"{RATE[rate]}, tonnes of {result.to}",
            )
        )
    return made


def _last(result: Growth) -> list[Block]:
    """Every market in the last year of each case of growth."""
    made: list[Block] = [Heading(f"Every market in {result.to}")]
    for rate in _rates(result):
        frame = result.markets
        its = frame[(frame["growth"] == rate) & (frame["year"] == result.to)]
        made.append(
            table(
                sorted(rows(its), key=lambda row: (-row.t, row.name)),
                words("Market", lambda row: capital(row.name), wide=4),
                number("All routes", lambda row: f"{row.potential_t / 1e3:,.0f}", "kt"),
                number("Comes", lambda row: f"{row.t / 1e3:,.1f}", "kt"),
                number("Rent", lambda row: f"{row.rent_usd:,.1f}" if row.rent_usd >= 0.05 else "", "USD/t"),
                words("Held by", lambda row: capital(row.holds) or _free(row), wide=4),
                caption=RATE[rate],
                small=True,
            )
        )
    return made


def _free(row: Any) -> str:
    return "comes at any price" if row.kind == "fixed" or math.isnan(row.potential_t) else "price and time"
