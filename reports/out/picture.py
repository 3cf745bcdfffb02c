"""A drawing as a page takes it: one image with a title and a description, without roles inside it."""

from __future__ import annotations

import re

INNER = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*"|aria-label="[^"]*")')
"""Roles that Vega gives to the groups of a chart; the image as a whole has a name."""


def plain_svg(svg: str) -> str:
    """An SVG without roles in it; its own role, title and description stay."""
    head, end, inner = svg.partition(">")
    return head + end + INNER.sub("", inner)
