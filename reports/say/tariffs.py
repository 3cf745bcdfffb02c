"""The page of tariffs: each market at today's prices, of each owner for itself, of all together, and at cost."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from corridor.model.language import Words, marked, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Heading, Note, Paragraph, Strong, figure
from corridor.reports.charts.prices import price_figure
from corridor.reports.countries import country_name
from corridor.reports.say.columns import Field, number, table, words
from corridor.reports.say.words import listed

STATES = Words({"base": "today", "apart": "each for itself", "together": "together", "cost": "at cost"})
NOTE = marked(
    "Price: tariffs of the whole way for a tonne. Margin: freight less operating cost, of the owners of the way; cost "
    "of track and buildings is not in it. Together: the one price of greatest margin, not of most cargo. Prices "
    "rest on the sensitivity of shippers, which is assumed; the range beside them is that of its range."
)


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """A row a market, with price and boxes or tonnes in each state; the margin by owner."""
    frame = listing.frame
    if not len(frame):
        return [Paragraph((say("No market of the case answers to price, so that no tariff can be found."),))]
    by_market: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows(frame):
        by_market[row.market][row.state] = row
    ordered = sorted(by_market.values(), key=lambda own: -own["base"].margin_usd)
    blocks: list[Block] = [Heading(say("What a common tariff is worth")), _opening(listing)]
    blocks.append(
        table(
            ordered,
            words(say("Market"), lambda own: own["base"].name, wide=4),
            *(
                _of(state, say("Price {states}", states=STATES[state]), lambda row: _usd(row.price_usd_per_t), "USD/t")
                for state in STATES
            ),
            number(say("Range"), lambda own: _range(own["together"])),
            *(
                _of(
                    state,
                    say("Cargo {states}", states=STATES[state]),
                    lambda row: numeral(row.t / 1000.0, ",.1f"),
                    "kt",
                )
                for state in STATES
            ),
            caption=say("Price of the way and cargo that comes, by market"),
        )
    )
    blocks.append(
        table(
            ordered,
            words(say("Market"), lambda own: own["base"].name, wide=4),
            *(_of(state, STATES[state].capitalize(), lambda row: _millions(row.margin_usd)) for state in STATES),
            number(say("Rents, together"), lambda own: _millions(own["together"].rent_usd)),
            number(say("Cheapest rival"), lambda own: _usd(own["base"].rival_usd_per_t), "USD/t"),
            caption=say("Margin of the owners and rents of full resources, million USD a year"),
        )
    )
    blocks += _picture(listing, by_market)
    blocks += _owners(listing)
    return [*blocks, *([] if short else _ends(listing)), Note(say(NOTE))]


def _opening(listing: Listing) -> Paragraph:
    frame = listing.frame
    sums = {state: frame[frame["state"] == state][["t", "margin_usd"]].sum() for state in STATES}
    base, both, own, cost = (sums[state] for state in ("base", "together", "apart", "cost"))
    first = say(
        "One price for the whole way would earn the owners {margin_usd:,.1f} million USD a year"
        " above cost, today's tariffs earn {margin_usd2:,.1f}.",
        margin_usd=both["margin_usd"] / 1e6,
        margin_usd2=base["margin_usd"] / 1e6,
    )
    more = say("less") if both["t"] < base["t"] else say("more")
    rest = say(
        " It would carry {t:,.0f} kt {more} than today. Each owner for itself ends at {t2:,.0f}"
        " kt and {margin_usd:,.1f} million USD: every owner adds a margin to those of the others."
        " At cost {t3:,.0f} kt come.",
        t=abs(both["t"] - base["t"]) / 1000.0,
        more=more,
        t2=own["t"] / 1000.0,
        margin_usd=own["margin_usd"] / 1e6,
        t3=cost["t"] / 1000.0,
    )
    return Paragraph((Strong(first), rest))


def _picture(listing: Listing, by_market: dict[str, dict[str, Any]]) -> list[Block]:
    """Cargo and margin by price, of the market that earns most together."""
    curve = listing.facts["curve"]
    if not curve:
        return []
    states = curve["states"]
    name = by_market[curve["market"]]["base"].name
    title = say("{name}: margin is greatest at {together:,.0f} USD a tonne", name=name, together=states["together"])
    alt = say(
        "Cargo falls and margin first rises with the price. Today {base:,.0f} USD a tonne, at"
        " cost {cost:,.0f}, together {together:,.0f}, each for itself {apart:,.0f}.",
        base=states["base"],
        cost=states["cost"],
        together=states["together"],
        apart=states["apart"],
    )
    return [figure(price_figure, curve, STATES, title=title, alt=alt, caption=say("On the market's own curve."))]


def _owners(listing: Listing) -> list[Block]:
    by_owner: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in listing.facts["owners"]:
        by_owner[row["owner"], row["country"]][row["state"]] = row["margin_usd"]
    ordered = sorted(by_owner.items(), key=lambda pair: -pair[1]["together"])
    return [
        table(
            ordered,
            words(say("Owner"), lambda pair: pair[0][0], wide=3),
            words(say("Country"), lambda pair: listed([country_name(each) for each in pair[0][1].split()]), wide=2),
            *(_margin(state) for state in STATES),
            caption=say("Margin by owner, million USD a year; together in equal parts (corridor split has others)"),
        )
    ]


def _ends(listing: Listing) -> list[Block]:
    ends, loose = listing.facts["ends"], listing.facts["unsettled"]
    said = []
    if ends:
        names = {row.market: row.name for row in rows(listing.frame)}
        several = [
            f"{names[each['market']]} ({', '.join(_usd(price) for price in each['usd_per_t'])})" for each in ends
        ]
        said.append(
            say("Other starts of the best answers end at other prices in USD/t: {several}.", several=listed(several))
        )
    else:
        said.append(say("Best answers from today's tariffs, from cost and from twice today's end at the same prices."))
    if loose:
        said.append(say("Without an end: {loose}.", loose=listed(loose)))
    return [Paragraph((" ".join(said),))]


def _of(state: str, title: str, text: Callable[[Any], str], unit: str = "") -> Field:
    """A column of one state of a market's rows by state."""
    return number(title, lambda own: text(own[state]), unit)


def _margin(state: str) -> Field:
    """The margin of an owner in a state, of a pair of the owner and its margins."""
    return number(STATES[state].capitalize(), lambda pair: _millions(pair[1][state]))


def _millions(usd: float) -> str:
    return "–" if math.isnan(usd) else numeral(usd / 1e6 + 0.0, ",.2f").replace("-", "−")


def _usd(value: float) -> str:
    return "–" if math.isnan(value) else numeral(value, ",.0f")


def _range(row: Any) -> str:
    low, high = row.together_low_usd_per_t, row.together_high_usd_per_t
    return "–" if math.isnan(low) or math.isnan(high) else say("{low:,.0f} to {high:,.0f}", low=low, high=high)
