"""The page of a split: parts of the common margin by country and rule, and the loss or gain by another way."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.language import marked, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Heading, Note, Paragraph, Strong
from corridor.reports.countries import country_name
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.words import listed, operator_said

NOTE = marked(
    "Own: margin at today's tariffs. By km, by cost: parts of the common margin. Mean over orders: the Shapley value, "
    "which each adds as it joins. Least complaint: the nucleolus, which leaves the least cause to go apart. Least and "
    "most: splits that no group could better by itself. Operating margins; track is not in them. Each market is priced "
    "by itself, on the best way of a group; corridor tariffs has all markets at once, on their ways of the base year."
)
SMALL_USD = 5_000.0
"""USD a year below which a share counts as unchanged."""


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """One table a state: today, and with each way that is opened."""
    frame, facts = listing.frame, listing.facts
    if not len(frame):
        return [Paragraph((say("No owner of the case sells a leg to a market that answers to price."),))]
    blocks: list[Block] = [Heading(say("How to split what a common tariff earns")), _opening(listing)]
    for state in frame["state"].unique():
        own = rows(frame[frame["state"] == state])
        title = say("Today's ways") if state == "today" else facts["titles"].get(state) or state
        blocks.append(
            table(
                own,
                words(say("Owner"), lambda row: operator_said(listing.case, row.owner), wide=2)
                if facts["by"] == "owner"
                else None,
                words(say("Country"), _countries, wide=2),
                number(say("Own"), lambda row: _millions(row.own_usd)) if state == "today" else None,
                number(say("By km"), lambda row: _millions(row.km_usd)),
                number(say("By cost"), lambda row: _millions(row.cost_usd)),
                number(say("Mean over orders"), lambda row: _millions(row.shapley_usd)),
                number(say("Least complaint"), lambda row: _millions(row.nucleolus_usd)),
                number(say("Least"), lambda row: _millions(row.core_least_usd)),
                number(say("Most"), lambda row: _millions(row.core_most_usd)),
                number(say("Change"), lambda row: _signed(row.change_usd)) if state != "today" else None,
                caption=say(
                    "{title}: {whole_usd:,.1f} million USD a year",
                    title=title,
                    whole_usd=facts["whole_usd"][state] / 1e6,
                ),
            )
        )
        if facts["lacking_usd"][state] > 0:
            need = facts["lacking_usd"][state] / 1e6
            blocks.append(
                Paragraph(
                    (
                        say(
                            "No split satisfies every group: {need:,.1f} million USD more would.",
                            need=need,
                        ),
                    )
                )
            )
    if facts["others"]:
        names = listed(
            [
                operator_said(listing.case, each) if facts["by"] == "owner" else country_name(each)
                for each in facts["others"]
            ]
        )
        blocks.append(Paragraph((say("Sold at their tariff of today, without a part: {names}.", names=names),)))
    return [*blocks, Note(say(NOTE))]


def _opening(listing: Listing) -> Paragraph:
    frame, facts = listing.frame, listing.facts
    today = sorted(rows(frame[frame["state"] == "today"]), key=lambda row: -row.shapley_usd)
    first = say(
        "A common price would earn {today:,.1f} million USD a year; as much as it adds in the"
        " mean over all orders, {country} would have {shapley_usd}.",
        today=facts["whole_usd"]["today"] / 1e6,
        country=_called(listing, today[0]),
        shapley_usd=_millions(today[0].shapley_usd),
    )
    said = []
    for state, title in facts["titles"].items():
        changed = rows(frame[(frame["state"] == state) & (frame["change_usd"].abs() > SMALL_USD)])
        ordered = sorted(changed, key=lambda row: row.change_usd)
        parts = [f"{_called(listing, row)} {_signed(row.change_usd)}" for row in ordered]
        said.append(
            say("{title}: {parts} million USD.", title=title or state, parts=listed(parts))
            if parts
            else say("{title}: no change.", title=title or state)
        )
    return Paragraph((Strong(first), "".join(f" {text}" for text in said)))


def _called(listing: Listing, row: Any) -> str:
    """The player of a row."""
    return operator_said(listing.case, str(row.owner)) or country_name(row.country)


def _countries(row: Any) -> str:
    """The countries of a row; a dash where no table names one."""
    return listed([country_name(each) for each in row.country.split()]) or "–"


def _millions(usd: float) -> str:
    return "–" if math.isnan(usd) else numeral(round(usd / 1e6, 2) + 0.0, ",.2f").replace("-", "−")


def _signed(usd: Any) -> str:
    return numeral(usd / 1e6, "+,.2f").replace("-", "−")
