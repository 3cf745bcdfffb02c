"""The page of what can go wrong: single outages, the worst pair, drawn years, remedies, listings."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.language import marked, numeral, plural, say
from corridor.model.result.frame import rows
from corridor.model.result.risk import Risk
from corridor.reports.blocks import Block, Heading, Note, Paragraph, Strong, Table
from corridor.reports.charts.bars import LOSS, Step, bars_block
from corridor.reports.say.columns import number, table, tonnes, words
from corridor.reports.say.disrupt import t
from corridor.reports.say.words import capital, dollars, listed, mt, percent

SEEN_T = 0.5
"""Tonnes, or USD: lower limit of a loss that the page names."""
MOST, SHORT = 25, 10
"""Number of outages in the table of the long page and of the short one."""
DRAWN = 8
"""Number of outages in the figure."""
MEANING = marked(
    "An outage takes its share of the year's capacity. Cargo may wait for the rest of the year, so that this is the "
    "least loss; `corridor disrupt` has the queue by the clock. A resource that is out stops its background, too. A "
    "link without a limit of its own loses nothing of a year that it is open again in."
)
WHOLE = marked("A place is out with its links and what only they use, a pool with all its vehicles.")


def page(result: Risk, *, short: bool = False) -> list[Block]:
    """The page: single outages in rank, the worst pair, drawn years, remedies, listings."""
    return [
        *_outages(result, short),
        *_pair(result),
        *_years(result, short),
        *_remedies(result),
        *_listings(result),
    ]


def _outages(result: Risk, short: bool) -> list[Block]:
    every = rows(result.table)
    if not every:
        return [Paragraph((say("Nothing of the case can be out."),))]
    lose = [row for row in every if _loses(row)]
    opening = Paragraph((Strong(_worst(result, lose)), f" {_counted(result, len(every), len(lose))}"))
    if not lose:
        return [opening, Note(say(MEANING))]
    shown = lose[: SHORT if short else MOST]
    left = len(lose) - len(shown)
    blocks: list[Block] = [opening, *_picture(result, lose), _table(result, shown)]
    if left:
        blocks.append(Note(plural("{n} more outage loses something.", "{n} more outages lose something.", left)))
    return [*blocks, Note(f"{say(MEANING)} {say(WHOLE)} {_floor(result)}")]


def _loses(row: Any) -> bool:
    losses = (row.fits_lost_t, row.comes_lost_t, row.usd_lost)
    return any(abs(each) >= SEEN_T for each in losses if not math.isnan(each))


def _out(result: Risk, row: Any) -> str:
    """An outage in words: ``rail ferries, one ferry, 91 days``."""
    days = numeral(row.days, ",.4g")
    if row.of == "unit":
        return say(
            "{name}, one {step} less for {days} days", name=row.name, step=result.case.words(row.step), days=days
        )
    return say("{name}, out for {days} days", name=row.name, days=days)


def _worst(result: Risk, lose: list[Any]) -> str:
    if not lose:
        return say("No single outage of this length costs the year anything.")
    worst = lose[0]
    if math.isnan(result.base["comes_t"]):
        fits = t(worst.fits_lost_t)
        return say("{out}, costs most: {fits} less fit.", out=capital(_out(result, worst)), fits=fits)
    comes = 0.0 if math.isnan(worst.comes_lost_t) else worst.comes_lost_t
    if comes >= SEEN_T:
        return say("{out}, costs most: {comes} less come.", out=capital(_out(result, worst)), comes=t(comes))
    return say(
        "{out}, costs most: {fits} less fit, and what comes finds room in the rest of the year.",
        out=capital(_out(result, worst)),
        fits=t(worst.fits_lost_t),
    )


def _counted(result: Risk, every: int, lose: int) -> str:
    base = result.base
    comes = "" if math.isnan(base["comes_t"]) else say("{comes} come, ", comes=mt(base["comes_t"], 2))
    return plural(
        "{comes}{fits} fit without any outage; of {every} outages {n} loses something.",
        "{comes}{fits} fit without any outage; of {every} outages {n} lose something.",
        lose,
        comes=comes,
        fits=mt(base["fits_t"], 2),
        every=every,
    )


def _table(result: Risk, shown: list[Any]) -> Table:
    comes = not math.isnan(result.base["comes_t"])
    return table(
        shown,
        number("", "rank"),
        words(say("Out"), "name", wide=4),
        words(say("Of it"), lambda row: result.case.words(row.step) if row.of == "unit" else say("all"), wide=2),
        number(say("Days"), lambda row: numeral(row.days, ",.4g")),
        tonnes(say("Comes less"), "comes_lost_t") if comes else None,
        tonnes(say("Fits less"), "fits_lost_t"),
        number(say("Freight less"), lambda row: dollars(row.usd_lost)) if comes else None,
        number(say("Base year fits"), lambda row: percent(row.growth)),
        caption=say("Single outages, the worst first"),
    )


def _picture(result: Risk, lose: list[Any]) -> list[Block]:
    drawn = sorted(lose, key=lambda row: -row.fits_lost_t)[:DRAWN]
    steps = [
        Step(
            row.name,
            0.0,
            row.fits_lost_t,
            LOSS,
            t(row.fits_lost_t),
            under=result.case.words(row.step) if row.of == "unit" else "",
        )
        for row in drawn
        if row.fits_lost_t >= SEEN_T
    ]
    return bars_block(steps, say("Fits less with one thing out"), say("Mt a year")) if steps else []


def _floor(result: Risk) -> str:
    return say(
        "No market falls below {floor} of its base year in any of the runs.", floor=percent(min(1.0, result.floor))
    )


def _pair(result: Risk) -> list[Block]:
    pair = result.pair
    if not pair or pair["fits_lost_t"] < SEEN_T:
        return []
    both = listed([str(name) for name in pair["names"]])
    sentence = say(
        "Worst together: {both}. {lost} less fit; one by one it is {alone}.",
        both=both,
        lost=t(pair["fits_lost_t"]),
        alone=t(pair["alone_lost_t"]),
    )
    comes = pair["comes_lost_t"]
    if not math.isnan(comes):
        sentence += " " + (
            say("{comes} less come.", comes=t(comes)) if comes >= SEEN_T else say("All that comes still finds room.")
        )
    return [Heading(say("Two at once")), Paragraph((sentence,))]


BY_DAY = marked(
    "Years are drawn by day. The cargo of the base year comes evenly, on the ways on which all markets could grow "
    "most alike, and passes each place in turn; the queue is served in order. A tonne is late, or lost, after the days "
    "of waiting that its market has. No cargo takes another way, and each place is drawn for itself: a tonne that is "
    "late at two places counts at both. How often and how long: the table `hazard`, most of it assumed."
)


SEVERAL = marked(
    "With one place and one cargo the loss is that of `corridor disrupt`; with several it may be more or less."
)


def _years(result: Risk, short: bool) -> list[Block]:
    if not len(result.places):
        return []
    years = {row.measure: row for row in rows(result.years)}
    both, fewest = years["both"], years["short"]
    sentence = say(
        "In a mean year {late} are late and {lost} lost; in the worst {tail} of years {worst} together.",
        late=t(years["late"].mean_t),
        lost=t(years["lost"].mean_t),
        tail=percent(1.0 - result.level),
        worst=t(both.shortfall_t),
    )
    whole = (
        say("Even then the year as a whole has room for all of it.")
        if fewest.shortfall_t < SEEN_T
        else say("The year as a whole could not carry {t} of that.", t=t(fewest.shortfall_t))
    )
    named = {
        "late": say("Late"),
        "lost": say("Lost"),
        "both": say("Late and lost"),
        "short": say("Beyond the room of the year"),
    }
    return [
        Heading(say("Storms and breakdowns")),
        Paragraph((Strong(sentence), f" {whole}")),
        table(
            rows(result.years),
            words("", lambda row: named[row.measure], wide=3),
            tonnes(say("Mean"), "mean_t"),
            tonnes(say("Median"), "p50_t"),
            tonnes(say("19 of 20 years below"), "p95_t"),
            tonnes(say("Mean of the worst years"), "shortfall_t"),
            caption=plural("{n:,} drawn year", "{n:,} drawn years", result.draws),
        ),
        _places(result, short),
        _days(result, short),
        Note(f"{say(BY_DAY)} {say(SEVERAL)}"),
    ]


def _places(result: Risk, short: bool) -> Table:
    return table(
        rows(result.places)[: SHORT if short else MOST],
        words(say("Place"), "name", wide=4),
        tonnes(say("Cargo"), "t"),
        number(say("Room"), lambda row: percent(row.room)),
        number(say("Days lost"), lambda row: numeral(row.shut_d, ",.1f")),
        tonnes(say("Late"), "late_t"),
        tonnes(say("Lost"), "lost_t"),
        tonnes(say("Worst years"), "shortfall_t"),
        caption=say("Where it is lost: means of a year, and the mean of the worst years"),
    )


def _days(result: Risk, short: bool) -> Table:
    return table(
        rows(result.markets)[: SHORT if short else None],
        words(say("Cargo"), "name", wide=5),
        tonnes(say("A year"), "t"),
        number(say("Days stated"), lambda row: numeral(row.days, ",.1f")),
        number(say("Median"), lambda row: numeral(row.p50_d, ",.1f")),
        number(say("19 of 20 within"), lambda row: numeral(row.p95_d, ",.1f")),
        number(say("Spread stated"), lambda row: numeral(row.spread_d, ",.1f")),
        caption=say("Days on the way with storms, breakdowns and missed sailings"),
    )


def _remedies(result: Risk) -> list[Block]:
    every = rows(result.remedies)
    if not every:
        return []
    helps = [row for row in every if row.saved_t >= SEEN_T]
    first = next((row for row in helps if not math.isnan(row.usd_per_t)), None)
    opening = (
        say("No remedy of the case saves anything.")
        if first is None
        else say(
            "Cheapest: {name}. It saves {t} a year late or lost, for {usd} USD a tonne.",
            name=first.name,
            t=t(first.saved_t),
            usd=_per_t(first.usd_per_t),
        )
    )
    return [
        Heading(say("What helps, for its money")),
        Paragraph((Strong(opening),)),
        table(
            every,
            words(say("Remedy"), "name", wide=5),
            tonnes(say("Saves in a mean year"), "saved_t"),
            tonnes(say("In the worst years"), "shortfall_saved_t"),
            number(say("Cost a year"), lambda row: "" if math.isnan(row.usd_per_year) else dollars(row.usd_per_year)),
            number(say("USD a tonne"), lambda row: "" if math.isnan(row.usd_per_t) else _per_t(row.usd_per_t)),
            caption=say("Remedies in the same drawn years, each alone"),
        ),
    ]


def _per_t(usd: float) -> str:
    """USD a tonne, to the cent below ten dollars."""
    return numeral(usd, ",.2f" if usd < 10 else ",.0f")


def _listings(result: Risk) -> list[Block]:
    comes = not math.isnan(result.base["comes_t"])
    less = number(say("Comes less"), lambda row: "" if math.isnan(row.comes_lost_t) else t(row.comes_lost_t))
    worst, every = rows(result.worst), rows(result.listings)
    if not worst and not every:
        return []
    blocks: list[Block] = [Heading(say("Listings"))]
    alone = [row for row in worst if row.number == 1]
    if alone:
        first = max(alone, key=lambda row: row.lost_t)
        sentence = say(
            "Worst single listing: {name}. It leaves {left} of {due}.",
            name=first.names,
            left=t(first.carried_t),
            due=t(result.due_t),
        )
        blocks.append(Paragraph((Strong(sentence),)))
    if worst:
        titles = {"port": say("Ports"), "ship": say("Ships"), "operator": say("Operators")}
        blocks.append(
            table(
                worst,
                words(say("Listed"), lambda row: titles[row.of]),
                number(say("Number"), "number"),
                words(say("Worst"), "names", wide=5),
                tonnes(say("Left of the base year"), "carried_t"),
                tonnes(say("Lost"), "lost_t"),
                less if comes else None,
                caption=say("The ports, ships or operators whose listing would leave least"),
            )
        )
    if every:
        blocks.append(
            table(
                every,
                words(say("In force on {day}", day=result.listed_on), "name", wide=4),
                words(say("List"), "list"),
                words(say("Since"), "from_date"),
                tonnes(say("Not carried without it"), "carried_lost_t"),
                less if comes else None,
                caption=say("Listings of the case: cargo that takes no way over them"),
            )
        )
    return [*blocks, Note(say(SHUT))]


SHUT = marked(
    "A listed place, fleet or operator is out all year; each cargo of the base year takes the best of what is left. "
    "An operator takes all links, ships and terminals with it that name it."
)
