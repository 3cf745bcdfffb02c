"""Results as pages of a notebook: HTML that is readable on any theme."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from corridor.model.showing import plain
from corridor.reports.blocks import Figure, tied
from corridor.reports.say import blocks

WIDTH = 800
"""Px that figures are drawn at; they shrink with the cell."""


def page(thing: Any) -> str:
    """A result as HTML that stands for itself: no script, nothing fetched, no colours but those of its figures."""
    return _template().render(blocks=blocks(thing, short=True)) if thing.page else plain(thing)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("corridor.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(tied=tied, picture=_picture)
    return environment.get_template("notebook.html")


def _picture(figure: Figure) -> str:
    """A figure as an address that holds it: an image runs nothing, and its names clash with no other figure's."""
    return "data:image/svg+xml," + quote(figure.draw(WIDTH), safe=" =:/;,()'!*")
