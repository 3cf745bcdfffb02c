"""The page of the markets: the most of each alone, the others as in the base year."""

from __future__ import annotations

import math

from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Column, Note, Table
from corridor.reports.say.limits import of_scope
from corridor.reports.say.words import capital, millions, times


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """The most of each market alone, and the limits that stop it there."""
    columns = (
        Column("Market", wide=3),
        Column("Base year", "Mt", right=True),
        Column("Alone", "Mt", right=True),
        Column("Times", right=True),
        Column("Stopped by", wide=4),
    )
    lines = tuple(
        (
            str(row.name),
            millions(row.base_t),
            millions(row.t),
            "–" if math.isnan(row.times) else times(row.times),
            capital(str(row.stops)),
        )
        for row in rows(listing.frame)
    )
    caption = f"The most of each market alone, the others as in the base year{of_scope(listing)}"
    note = "The figures do not add up: each market takes all that the others leave."
    return [Table(columns, lines, caption=caption), Note(note)]
