"""The page of the prices: one planner's unit more, or less, of each resource."""

from __future__ import annotations

from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block
from corridor.reports.say.limits import of_scope, price_blocks


def page(result: Listing, *, short: bool = False) -> list[Block]:
    """The tables of the steps, by measure; terminal and report print the same."""
    return price_blocks(result.frame, of=of_scope(result.case, result.facts["scope"]))
