"""The page of the markets: how far each goes alone, and what stops it."""

from __future__ import annotations

from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block
from corridor.reports.say.limits import markets_table, of_scope


def page(result: Listing, *, short: bool = False) -> list[Block]:
    """The table of the markets; terminal and report print the same."""
    return markets_table(result.frame, of=of_scope(result.case, result.facts["scope"]))
