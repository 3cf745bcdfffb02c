"""The page of tariffs: each market at today's prices, of each owner for itself, of all together, and at cost."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Heading, Note, Paragraph, Strong, figure
from corridor.reports.charts.prices import price_figure
from corridor.reports.countries import country_name
from corridor.reports.say.columns import Field, number, table, words
from corridor.reports.say.words import listed

STATES = {"base": "today", "apart": "each for itself", "together": "together", "cost": "at cost"}
NOTE = (
    "Price: tariffs of the whole way for a tonne. Margin: freight less operating cost, of the owners of the way; cost "
    "of track and buildings is not in it. Together: the one price of greatest margin, not of most cargo. Prices "
    "rest on the sensitivity of shippers, which is assumed; the range beside them is that of its range."
)


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """A row a market, with price and boxes or tonnes in each state; the margin by owner."""
    frame = listing.frame
    if not len(frame):
        return [Paragraph(("No market of the case answers to price, so that no tariff can be found.",))]
    by_market: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows(frame):
        by_market[row.market][row.state] = row
    ordered = sorted(by_market.values(), key=lambda own: -own["base"].margin_usd)
    blocks: list[Block] = [Heading("What a common tariff is worth"), _opening(listing)]
    blocks.append(
        table(
            ordered,
            words("Market", lambda own: own["base"].name, wide=4),
            *(_of(state, f"Price {STATES[state]}", lambda row: _usd(row.price_usd_per_t), "USD/t") for state in STATES),
            number("Range", lambda own: _range(own["together"])),
            *(_of(state, f"Cargo {STATES[state]}", lambda row: f"{row.t / 1e3:,.1f}", "kt") for state in STATES),
            caption="Price of the way and cargo that comes, by market",
        )
    )
    blocks.append(
        table(
            ordered,
            words("Market", lambda own: own["base"].name, wide=4),
            *(_of(state, STATES[state].capitalize(), lambda row: _millions(row.margin_usd)) for state in STATES),
            number("Rents, together", lambda own: _millions(own["together"].rent_usd)),
            number("Cheapest rival", lambda own: _usd(own["base"].rival_usd_per_t), "USD/t"),
            caption="Margin of the owners and rents of full resources, million USD a year",
        )
    )
    blocks += _picture(listing, by_market)
    blocks += _owners(listing)
    return [*blocks, *([] if short else _ends(listing)), Note(NOTE)]


def _opening(listing: Listing) -> Paragraph:
    frame = listing.frame
    sums = {state: frame[frame["state"] == state][["t", "margin_usd"]].sum() for state in STATES}
    base, both, own, cost = (sums[state] for state in ("base", "together", "apart", "cost"))
    first = (
        f"One price for the whole way would earn the owners {both['margin_usd'] / 1e6:,.1f} million USD a year above "
        f"cost, today's tariffs earn {base['margin_usd'] / 1e6:,.1f}."
    )
    more = "less" if both["t"] < base["t"] else "more"
    rest = (
        f" It would carry {abs(both['t'] - base['t']) / 1e3:,.0f} kt {more} than today. Each owner for itself ends at "
        f"{own['t'] / 1e3:,.0f} kt and {own['margin_usd'] / 1e6:,.1f} million USD: every owner adds a margin to those "
        f"of the others. At cost {cost['t'] / 1e3:,.0f} kt come."
    )
    return Paragraph((Strong(first), rest))


def _picture(listing: Listing, by_market: dict[str, dict[str, Any]]) -> list[Block]:
    """Cargo and margin by price, of the market that earns most together."""
    curve = listing.facts["curve"]
    if not curve:
        return []
    states = curve["states"]
    name = by_market[curve["market"]]["base"].name
    title = f"{name}: margin is greatest at {states['together']:,.0f} USD a tonne"
    alt = (
        f"Cargo falls and margin first rises with the price. Today {states['base']:,.0f} USD a tonne, at cost "
        f"{states['cost']:,.0f}, together {states['together']:,.0f}, each for itself {states['apart']:,.0f}."
    )
    return [figure(price_figure, curve, STATES, title=title, alt=alt, caption="On the market's own curve.")]


def _owners(listing: Listing) -> list[Block]:
    by_owner: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in listing.facts["owners"]:
        by_owner[row["owner"], row["country"]][row["state"]] = row["margin_usd"]
    ordered = sorted(by_owner.items(), key=lambda pair: -pair[1]["together"])
    return [
        table(
            ordered,
            words("Owner", lambda pair: pair[0][0], wide=3),
            words("Country", lambda pair: listed([country_name(each) for each in pair[0][1].split()]), wide=2),
            *(_margin(state) for state in STATES),
            caption="Margin by owner, million USD a year; together in equal parts (corridor split has others)",
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
        said.append(f"Other starts of the best answers end at other prices in USD/t: {listed(several)}.")
    else:
        said.append("Best answers from today's tariffs, from cost and from twice today's end at the same prices.")
    if loose:
        said.append(f"Without an end: {listed(loose)}.")
    return [Paragraph((" ".join(said),))]


def _of(state: str, title: str, text: Callable[[Any], str], unit: str = "") -> Field:
    """A column of one state of a market's rows by state."""
    return number(title, lambda own: text(own[state]), unit)


def _margin(state: str) -> Field:
    """The margin of an owner in a state, of a pair of the owner and its margins."""
    return number(STATES[state].capitalize(), lambda pair: _millions(pair[1][state]))


def _millions(usd: float) -> str:
    return "–" if math.isnan(usd) else f"{usd / 1e6 + 0.0:,.2f}".replace("-", "−")


def _usd(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:,.0f}"


def _range(row: Any) -> str:
    low, high = row.together_low_usd_per_t, row.together_high_usd_per_t
    return "–" if math.isnan(low) or math.isnan(high) else f"{low:,.0f} to {high:,.0f}"
