"""Streams of cargo from country to country over ports and ships."""

from __future__ import annotations

from corridor.model.language import numeral, say
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
    verb = say("used") if case.observed else say("carried")
    title = say(
        "{first}: {sums} of {used} Mt {verb}",
        first=capital(first),
        sums=rounded(sums[first]),
        used=rounded(used),
        verb=verb,
    )
    scope = headline_scope(case)
    outside = [each for each in listed if not each.counted]
    signs = (
        [capital(scope_of(case, scope).name), say("other cargo")] if scope and outside else [f"{verb} {case.base_year}"]
    )
    next_ones = ", ".join(f"{market} {rounded(sums[market])}" for market in others[:2])
    fitting = READER.get(answer.study) or say("fits")
    return [
        figure(
            sankey_figure,
            listed,
            signs,
            _mt,
            title=title,
            caption=say(
                "Inside: {verb} in {base_year}. Outline: {fitting}, {fits} Mt in all. Of several ways of"
                " one market the split is one of those that fit.",
                verb=verb,
                base_year=case.base_year,
                fitting=fitting,
                fits=rounded(fits),
            ),
            alt=say("{title}; {next_ones}. {fits} Mt fit.", title=title, next_ones=next_ones, fits=rounded(fits)),
            name="users",
            subtitle=say("Mt a year in port tonnes, {base_year}", base_year=case.base_year)
            if case.gate is not None
            else say("Mt a year, {base_year}", base_year=case.base_year),
            narrowest=340,
            numbers=table(
                listed,
                words(say("Market"), "market", wide=3),
                words(say("From"), lambda row: row.stations[0], wide=2),
                words(say("Sails from"), lambda row: row.stations[1], wide=2),
                words(say("Lands at"), lambda row: row.stations[2], wide=2),
                words(say("To"), lambda row: row.stations[3], wide=2),
                number(capital(verb), lambda row: rounded(row.used_t), say("Mt")),
                number(say("Fits"), lambda row: rounded(row.fits_t), say("Mt")),
            ),
        )
    ]


def _mt(tonnes: float) -> str:
    return numeral(tonnes / 1e6, ".1f") if tonnes >= 1e6 else numeral(tonnes / 1e6, ".2f")


def _named(stream: Stream) -> Stream:
    """A stream with the names of its countries and ports."""
    start, ship, landing, end = stream.stations
    named = (capital(country_name(start)), capital(ship), capital(landing), capital(country_name(end)))
    return Stream(stream.market, named, stream.used_t, stream.fits_t, stream.counted)
