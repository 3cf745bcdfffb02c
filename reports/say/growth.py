"""The page of growth: the cargo that comes by year, and the year in which each market begins to wait for capacity."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.language import Words, marked, numeral, plural, say
from corridor.model.market import RATES
from corridor.model.result.frame import rows
from corridor.model.result.growth import Growth
from corridor.reports.blocks import Block, Heading, Note, Paragraph, Strong
from corridor.reports.say.columns import Field, megatonnes, number, table, words
from corridor.reports.say.words import capital, listed, mt

RATE = Words({"low": "Low growth", "middle": "Middle growth", "high": "High growth"})
"""Titles of the cases of growth."""
COMES = Words({"low": "Low: comes", "middle": "Middle: comes", "high": "High: comes"})
"""Heads of columns of the cases of growth."""
NOTE = marked(
    "The potential of each market grows by its yearly rate; capacities, prices, times and rivals stay as they are. "
    "Cargo that comes at any price does not grow. Waits: cargo that would come at the cost of the way alone, and finds "
    "a full resource."
)


def page(result: Growth, *, short: bool = False) -> list[Block]:
    """Tonnes by year, and the turn of each market; on the long page every market in the last year."""
    blocks: list[Block] = [_opening(result), Heading(say("Year by year")), _years(result), Note(say(NOTE))]
    blocks += _turns(result)
    return blocks if short else [*blocks, *_last(result)]


def _opening(result: Growth) -> Paragraph:
    said = []
    for rate in _rates(result):
        its = result.years[result.years["growth"] == rate]
        said.append(say("{iloc} at {rate} growth", iloc=mt(float(its["comes_t"].iloc[-1]), 2), rate=at_growth(rate)))
    first = float(result.years["comes_t"].iloc[0])
    lead = say(
        "In {to} {said} come; in {base_year} {first}.",
        to=result.to,
        said=listed(said),
        base_year=result.base_year,
        first=mt(first, 2),
    )
    fits = say(" {fits_t} fit if each market grows to its limit.", fits_t=mt(result.fits_t, 2))
    return Paragraph((Strong(lead), fits, _first_turn(result)))


def _first_turn(result: Growth) -> str:
    """The first year in which further cargo begins to wait, and its resources; at middle growth where that is known."""
    rates = _rates(result)
    rate = "middle" if "middle" in rates else rates[-1]
    its = result.turns[(result.turns["growth"] == rate) & (result.turns["year"] > result.base_year)]
    if not len(its):
        return say(
            " At {rate} growth no further market waits for capacity by {to}.", rate=at_growth(rate), to=result.to
        )
    first = its[its["year"] == its["year"].min()]
    names = list(dict.fromkeys(name for holds in first["holds"] for name in str(holds).split(", ")))
    return plural(
        " At {rate} growth {n} further market begins to wait in {year:.0f}, for: {names}.",
        " At {rate} growth {n} further markets begin to wait in {year:.0f}, for: {names}.",
        len(first),
        rate=at_growth(rate),
        year=first["year"].iloc[0],
        names="; ".join(names),
    )


def at_growth(rate: str) -> str:
    """A case of growth within a sentence: ``at low growth``."""
    return {
        "low": say("low", about="growth"),
        "middle": say("middle", about="growth"),
        "high": say("high", about="growth"),
    }[rate]


def _rates(result: Growth) -> list[str]:
    return [rate for rate in RATES if (result.years["growth"] == rate).any()]


def _years(result: Growth) -> Block:
    rates = _rates(result)
    by_year: dict[int, dict[str, Any]] = {}
    for row in rows(result.years):
        by_year.setdefault(row.year, {})[row.growth] = row
    fields = [words(say("Year"), lambda pair: pair[0])]
    for rate in rates:
        fields += _of(rate)
    return table(list(by_year.items()), *fields, paper=True)


def _of(rate: str) -> tuple[Field, Field]:
    """Columns of one case of growth."""
    return (
        megatonnes(COMES[rate], lambda pair: pair[1][rate].comes_t),
        number(say("markets wait"), lambda pair: pair[1][rate].waiting or ""),
    )


def _turns(result: Growth) -> list[Block]:
    """Markets whose cargo waits for capacity by the last year, the first ones first."""
    made: list[Block] = [Heading(say("When cargo begins to wait for capacity"))]
    for rate in _rates(result):
        its = result.turns[(result.turns["growth"] == rate) & result.turns["year"].notna()]
        if not len(its):
            text = say("{rate}: to {to} capacity waits for cargo in every market.", rate=RATE[rate], to=result.to)
            made.append(Paragraph((text,)))
            continue
        turns = sorted(rows(its), key=lambda row: (row.year, -row.unmet_t, row.name))
        made.append(
            table(
                turns,
                words(say("Market"), lambda row: capital(row.name), wide=4),
                number(say("From"), lambda row: numeral(row.year, ".0f")),
                words(say("Waits for"), lambda row: capital(row.holds), wide=4),
                number(say("Comes"), lambda row: numeral(row.t / 1000.0, ",.1f"), "kt"),
                number(say("Waits"), lambda row: numeral(row.unmet_t / 1000.0, ",.1f"), "kt"),
                caption=say("{rate}, tonnes of {to}", rate=RATE[rate], to=result.to),
            )
        )
    return made


def _last(result: Growth) -> list[Block]:
    """Every market in the last year of each case of growth."""
    made: list[Block] = [Heading(say("Every market in {to}", to=result.to))]
    for rate in _rates(result):
        frame = result.markets
        its = frame[(frame["growth"] == rate) & (frame["year"] == result.to)]
        made.append(
            table(
                sorted(rows(its), key=lambda row: (-row.t, row.name)),
                words(say("Market"), lambda row: capital(row.name), wide=4),
                number(say("All routes"), lambda row: numeral(row.potential_t / 1000.0, ",.0f"), "kt"),
                number(say("Comes"), lambda row: numeral(row.t / 1000.0, ",.1f"), "kt"),
                number(say("Rent"), lambda row: numeral(row.rent_usd, ",.1f") if row.rent_usd >= 0.05 else "", "USD/t"),
                words(say("Held by"), lambda row: capital(row.holds) or _free(row), wide=4),
                caption=RATE[rate],
                small=True,
            )
        )
    return made


def _free(row: Any) -> str:
    return say("comes at any price") if row.kind == "fixed" or math.isnan(row.potential_t) else say("price and time")
