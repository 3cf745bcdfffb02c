"""The page of the minimum cuts."""

from __future__ import annotations

from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block
from corridor.reports.say.limits import cut_blocks


def page(result: Listing, *, short: bool = False) -> list[Block]:
    """The cuts by commodity and direction; terminal and report print the same."""
    return cut_blocks(result.case, result.frame)
