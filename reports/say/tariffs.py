"""The page of tariffs: each market at today's prices, of each owner for itself, of all together, and at cost."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from corridor.model.language import Words, marked, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Heading, Note, Paragraph, Strong, figure
from corridor.reports.charts.prices import price_figure
from corridor.reports.countries import country_name
from corridor.reports.say.columns import Field, number, table, words
from corridor.reports.say.words import listed, operator_said

STATES = Words({"base": "today", "apart": "each for itself", "cost": "at cost", "together": "together"})
"""States in the order of columns; the last one is left on a telephone."""
STARTS = Words({"today": "today's tariffs", "cost": "operating cost", "twice": "twice the greater of both"})
"""Starts of the best answers."""
GROUNDS = Words(
    {
        "known": "published",
        "derived": "derived",
        "assumed": "assumed",
        "given": "without source",
        "none": "not in the case",
    }
)
"""Grounds of a tariff or a cost."""
WEIGHTS = {"base": 0.9, "apart": 0.6, "together": 1.0, "cost": 0.5}
"""Weight of the column of a state: a narrow page leaves out the least first."""
SMALL_USD = 500.0
"""USD a year below which a rent counts as none."""
NOTE = marked(
    "Price: tariffs of the whole way for a tonne. Margin: freight less operating cost, of the owners of the way; cost "
    "of track and buildings is not in it. Together: the one price of greatest margin, not of most cargo. Prices "
    "rest on the sensitivity of shippers, which is assumed; the range beside them is that of its range."
)


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """A row a market, with price and boxes or tonnes in each state; the margin by owner."""
    frame = listing.frame
    if not len(frame):
        why = (
            say("No owner of the case sells a leg to a market that answers to price, so that no tariff can be found.")
            if listing.case.rows("market")
            else say("The case has no market, so that no cargo answers to price and no tariff can be found.")
        )
        return [Paragraph((why,))]
    by_market: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows(frame):
        by_market[row.market][row.state] = row
    ordered = sorted(by_market.values(), key=lambda own: -own["base"].margin_usd)
    blocks: list[Block] = [Heading(say("What a common tariff is worth")), _opening(listing), *_asked(listing)]
    blocks.append(
        table(
            ordered,
            words(say("Market"), lambda own: own["base"].name, wide=4),
            *(
                _of(state, say("Price {states}", states=STATES[state]), lambda row: _usd(row.price_usd_per_t), "USD/t")
                for state in STATES
            ),
            number(say("Range"), lambda own: _range(own["together"]), weight=0.7),
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
            number(say("Even with the cheapest rival at"), lambda own: _usd(own["base"].even_usd_per_t), "USD/t", 0.8),
            *(_of(state, STATES[state].capitalize(), lambda row: _millions(row.margin_usd)) for state in STATES),
            caption=say("Margin of the owners, million USD a year; price at which a rival costs shippers as much"),
        )
    )
    blocks += _picture(listing, by_market)
    blocks += [*_owners(listing), *_rents(ordered, short=short), *_ends(listing, short=short)]
    return [*blocks, *_grounds(listing, short=short), Note(say(NOTE))]


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
    rest = curve["rest_usd_per_t"]
    states = {state: usd + rest for state, usd in curve["states"].items()}
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
    rivals = [say("{name} at {usd:,.0f}", name=row["name"], usd=row["usd_per_t"] + rest) for row in curve["rivals"]]
    caption = say("Price of the whole way, on the market's own curve.")
    if rivals:
        even = say("Rival routes cost shippers as much, time and spread counted, where the way is priced so:")
        caption = f"{caption} {even} {listed(rivals)}."
    return [figure(price_figure, curve, STATES, title=title, alt=f"{alt} {caption}", caption=caption, name="price")]


def _asked(listing: Listing) -> list[Block]:
    """The options of the question in words: subsidy, ceiling, coalition."""
    facts, frame, said = listing.facts, listing.frame, []
    if facts["subsidy_usd_per_t"]:
        each = facts["subsidy_usd_per_t"]
        t = float(frame.loc[frame["state"] == "together", "t"].sum())
        said.append(
            say(
                "A subsidy of {each:,.10g} USD a tonne goes to shippers in every state but today's;"
                " together it costs {spent:,.1f} million USD a year.",
                each=each,
                spent=each * t / 1e6,
            )
        )
    if facts["ceiling"] is not None:
        said.append(
            say(
                "No owner may ask more than {times:,.10g} times its tariff of today, even where that is"
                " below its cost.",
                times=facts["ceiling"],
            )
        )
    if len(facts["coalition"]) > 1:
        names = listed([_member(listing, name) for name in facts["coalition"]])
        said.append(say("In each for itself these set one price: {names}.", names=names))
    elif facts["coalition"]:
        (name,) = facts["coalition"]
        said.append(say("In each for itself all owners of {name} set one price.", name=_member(listing, name)))
    return [Paragraph((" ".join(said),))] if said else []


def _member(listing: Listing, name: str) -> str:
    """A member of a coalition: a country in words, an owner as it is called."""
    return country_name(name) if len(name) == 2 and name.isupper() else operator_said(listing.case, name)


def _rents(ordered: list[dict[str, Any]], *, short: bool) -> list[Block]:
    """Rents of full resources by state, of the markets that pay any; apart from the margins."""
    paying = [own for own in ordered if any(own[state].rent_usd > SMALL_USD for state in STATES)]
    if not paying:
        return [Paragraph((say("No resource is full in any state, so that none has a rent."),))]
    sums = {state: math.fsum(own[state].rent_usd for own in ordered) for state in STATES}
    if short:
        parts = [f"{STATES[state]} {_millions(usd)}" for state, usd in sums.items()]
        text = say("Rents of full resources, in nobody's margin, million USD a year: {parts}.", parts=listed(parts))
        return [Paragraph((text,))]
    return [
        table(
            paying,
            words(say("Market"), lambda own: own["base"].name, wide=4),
            *(_of(state, STATES[state].capitalize(), lambda row: _millions(row.rent_usd)) for state in STATES),
            last=(say("All"), *(_millions(usd) for usd in sums.values())),
            caption=say("Rents of full resources, in nobody's margin, million USD a year"),
        )
    ]


def _grounds(listing: Listing, *, short: bool) -> list[Block]:
    """The ground of the cost of every leg: counts in words, and each leg in the long form."""
    legs = listing.facts["legs"]
    counts = Counter(leg["cost_ground"] for leg in legs)
    parts = [say("{count} {ground}", count=n, ground=GROUNDS[ground]) for ground, n in counts.most_common()]
    said = [say("Costs of the {count} legs are averages: {parts}.", count=len(legs), parts=listed(parts))]
    if counts["none"]:
        said.append(say("A leg without a cost (handling at a quay, say) gives its owner the whole tariff as margin."))
    blocks: list[Block] = [Paragraph((" ".join(said),))]
    if short:
        return blocks
    shown = table(
        legs,
        words(say("Leg"), lambda leg: leg["name"], wide=4),
        words(say("Operator"), lambda leg: operator_said(listing.case, leg["operator"]), wide=2),
        words(say("Cargo"), lambda leg: leg["commodity"], wide=2),
        number(say("Tariff"), lambda leg: numeral(leg["tariff_usd_per_t"], ",.2f"), "USD/t"),
        words(say("Ground"), lambda leg: GROUNDS[leg["tariff_ground"]]),
        number(say("Cost"), lambda leg: numeral(leg["cost_usd_per_t"], ",.2f"), "USD/t"),
        words(say("Ground"), lambda leg: GROUNDS[leg["cost_ground"]]),
        caption=say("Tariff and operating cost of each leg, and the ground of both"),
        small=True,
    )
    return [*blocks, shown]


def _owners(listing: Listing) -> list[Block]:
    by_owner: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in listing.facts["owners"]:
        by_owner[row["owner"], row["country"]][row["state"]] = row["margin_usd"]
    ordered = sorted(by_owner.items(), key=lambda pair: -pair[1]["together"])
    return [
        table(
            ordered,
            words(say("Owner"), lambda pair: operator_said(listing.case, pair[0][0]), wide=3),
            words(say("Country"), lambda pair: listed([country_name(each) for each in pair[0][1].split()]), wide=2),
            *(_margin(state) for state in STATES),
            caption=say("Margin by owner, million USD a year; together in equal parts (corridor split has others)"),
        )
    ]


def _ends(listing: Listing, *, short: bool) -> list[Block]:
    """Starts and ends of the best answers: in words, and each in the long form."""
    ends, loose = listing.facts["ends"], listing.facts["unsettled"]
    said = []
    if ends:
        names = {row.market: row.name for row in rows(listing.frame)}
        several = [
            f"{names[each['market']]} ({', '.join(_usd(price) for price in each['usd_per_t'])})" for each in ends
        ]
        said.append(
            say("Several ends, by the start of the best answers, in USD/t: {several}.", several=listed(several))
        )
    else:
        said.append(
            say(
                "Best answers from today's tariffs, from cost and from twice the greater of both end at the"
                " same prices."
            )
        )
    if loose:
        said.append(say("Without an end: {loose}.", loose=listed(loose)))
    blocks: list[Block] = [Paragraph((" ".join(said),))]
    if short:
        return blocks
    names = {row.market: row.name for row in rows(listing.frame)}
    shown = table(
        listing.facts["starts"],
        words(say("Market"), lambda row: names[row["market"]], wide=3),
        words(say("Demand"), lambda row: row["demand"], wide=2),
        words(say("Starts from"), lambda row: STARTS[row["start"]], wide=2),
        number(say("Start"), lambda row: _usd(row["from_usd_per_t"]), "USD/t"),
        number(say("End"), lambda row: _usd(row["to_usd_per_t"]) if row["settled"] else say("none"), "USD/t"),
        number(say("Rounds"), lambda row: f"{row['rounds']}", weight=0.5),
        caption=say("Each for itself: starts and ends of the best answers, owners' prices"),
        small=True,
    )
    return [*blocks, shown]


def _of(state: str, title: str, text: Callable[[Any], str], unit: str = "") -> Field:
    """A column of one state of a market's rows by state."""
    return number(title, lambda own: text(own[state]), unit, WEIGHTS[state])


def _margin(state: str) -> Field:
    """The margin of an owner in a state, of a pair of the owner and its margins."""
    return number(STATES[state].capitalize(), lambda pair: _millions(pair[1][state]), weight=WEIGHTS[state])


def _millions(usd: float) -> str:
    return "–" if math.isnan(usd) else numeral(usd / 1e6 + 0.0, ",.2f").replace("-", "−")


def _usd(value: float) -> str:
    return "–" if math.isnan(value) else numeral(value, ",.0f")


def _range(row: Any) -> str:
    low, high = row.together_low_usd_per_t, row.together_high_usd_per_t
    return "–" if math.isnan(low) or math.isnan(high) else say("{low:,.0f} to {high:,.0f}", low=low, high=high)
