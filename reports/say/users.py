"""Streams of cargo from country to country over ports and ships."""

from __future__ import annotations

from corridor.model.result.answer import Answer
from corridor.model.result.revenue import Revenue
from corridor.model.result.users import Stream, streams, total
from corridor.model.scope import headline_scope, scope_of
from corridor.reports.blocks import Block, figure
from corridor.reports.charts.sankey import sankey_figure
from corridor.reports.countries import country_name
from corridor.reports.numbers import rounded
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.words import READER, capital

SMALLEST_T = 500.0
"""Tonnes below which a stream is left out."""


def users_figure(answer: Answer, revenue: Revenue) -> list[Block]:
    """The streams with their numbers; nothing for a cost, a year by periods, or where nothing is carried."""
    listed = tuple(_named(each) for each in streams(answer, revenue) if max(each.used_t, each.fits_t) >= SMALLEST_T)
    if not listed or not answer.measures_t or answer.horizon is not None:
        return []
    case = answer.case
    used, fits = total(listed, "used_t"), total(listed, "fits_t")
    sums: dict[str, float] = {}
    for each in listed:
        sums[each.market] = sums.get(each.market, 0.0) + each.used_t
    first, *others = sorted(sums, key=lambda market: -sums[market])
    verb = "used" if case.observed else "carried"
    title = f"{capital(first)}: {rounded(sums[first])} of {rounded(used)} Mt {verb}"
    scope = headline_scope(case)
    outside = [each for each in listed if not each.counted]
    signs = [capital(scope_of(case, scope).name), "other cargo"] if scope and outside else [f"{verb} {case.base_year}"]
    next_ones = ", ".join(f"{market} {rounded(sums[market])}" for market in others[:2])
    fitting = READER.get(answer.study, "fits")
    return [
        figure(
            sankey_figure,
            listed,
            signs,
            _mt,
            title=title,
            caption=f"Inside: {verb} in {case.base_year}. Outline: {fitting}, {rounded(fits)} Mt in all. "
            "Of several ways of one market the split is one of those that fit.",
            alt=f"{title}; {next_ones}. {rounded(fits)} Mt fit.",
            name="users",
            subtitle=f"Mt a year in port tonnes, {case.base_year}"
            if case.gate is not None
            else f"Mt a year, {case.base_year}",
            narrowest=340,
            numbers=table(
                listed,
                words("Market", "market", wide=3),
                words("From", lambda row: row.stations[0], wide=2),
                words("Sails from", lambda row: row.stations[1], wide=2),
                words("Lands at", lambda row: row.stations[2], wide=2),
                words("To", lambda row: row.stations[3], wide=2),
                number(capital(verb), lambda row: rounded(row.used_t), "Mt"),
                number("Fits", lambda row: rounded(row.fits_t), "Mt"),
            ),
        )
    ]


def _mt(tonnes: float) -> str:
    return f"{tonnes / 1e6:.1f}" if tonnes >= 1e6 else f"{tonnes / 1e6:.2f}"


def _named(stream: Stream) -> Stream:
    """A stream with the names of its countries and ports."""
    start, ship, landing, end = stream.stations
    named = (capital(country_name(start)), capital(ship), capital(landing), capital(country_name(end)))
    return Stream(stream.market, named, stream.used_t, stream.fits_t, stream.counted)
