"""The page of the markets: the most of each alone, the others as in the base year."""

from __future__ import annotations

import math

from corridor.model.language import say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Note
from corridor.reports.say.columns import megatonnes, number, table, words
from corridor.reports.say.limits import of_scope
from corridor.reports.say.words import capital, times


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """The most of each market alone, and the limits that stop it there."""
    shown = table(
        rows(listing.frame),
        words(say("Market"), "name", wide=3),
        megatonnes(say("Base year"), "base_t"),
        megatonnes(say("Alone"), "t"),
        number(say("Times"), lambda row: "–" if math.isnan(row.times) else times(row.times)),
        words(say("Stopped by"), lambda row: capital(row.stops), wide=4),
        caption=say(
            "The most of each market alone, the others as in the base year{listing}", listing=of_scope(listing)
        ),
    )
    return [shown, Note(say("The figures do not add up: each market takes all that the others leave."))]
