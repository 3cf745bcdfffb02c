"""The page of one figure: the figure."""

from __future__ import annotations

from typing import Any

from corridor.reports.blocks import Block


def page(result: Any, *, short: bool = False) -> list[Block]:
    """The figure with its numbers."""
    return [result.figure]
