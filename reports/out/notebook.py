"""Results as pages of a notebook: HTML that is readable on any theme."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from corridor.model.showing import plain
from corridor.reports.blocks import Figure
from corridor.reports.out.html import template_of
from corridor.reports.out.text import words
from corridor.reports.say import blocks

WIDTH = 800
"""Px that figures are drawn at; they shrink with the cell."""


def page(thing: Any) -> str:
    """A result as HTML that stands for itself: no script, nothing fetched, no colours but those of its figures."""
    return (
        template_of("notebook.html", words=words, picture=_picture).render(blocks=blocks(thing, short=True))
        if thing.page
        else plain(thing)
    )


def _picture(figure: Figure) -> str:
    """A figure as an address that holds it: an image runs nothing, and its names clash with no other figure's."""
    return "data:image/svg+xml," + quote(figure.draw(WIDTH), safe=" =:/;,()'!*")
