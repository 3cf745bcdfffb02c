"""A drawing as a page takes it: one image with a title and a description, without roles inside it, in few bytes."""

from __future__ import annotations

import re

INNER = re.compile(
    r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*"|aria-label="[^"]*"|aria-hidden="true"'
    r'|pointer-events="none"|opacity="1"|class="(?:mark-|background|foreground|root)[^"]*")'
)
"""Roles, classes and defaults that Vega gives to the parts of a chart; the image as a whole has a name."""
EMPTY = re.compile(r'<path d="(?:M0,0h0v0h0Z)?"[^>]*/>')
"""Frames of Vega without a size."""
FAMILY = re.compile(r' font-family="[^"]*"')
TAG = re.compile(r"<[^>]+>")
LONG = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
"""Places of marks to more digits than a screen shows."""
DEEP = re.compile(r'<path id="([^"]+)" (d="[^"]{400,}"[^>]*)/>')
"""Paths for use in a drawing, such as the land of a map."""


def plain_svg(svg: str) -> str:
    """An SVG without roles in it; its own role, title and description stay.

    Places are rounded to a hundredth of a px, and one font family stands at the image alone.

    >>> plain_svg('<svg><g opacity="1"><text font-family="A" x="1.23456">1.23456</text></g></svg>')
    '<svg font-family="A"><g><text x="1.23">1.23456</text></g></svg>'
    """
    head, end, inner = svg.partition(">")
    inner = EMPTY.sub("", INNER.sub("", inner))
    inner = TAG.sub(lambda tag: tag[0] if "scale(" in tag[0] else LONG.sub(_short, tag[0]), inner)
    families = set(FAMILY.findall(inner))
    if len(families) == 1 and "font-family" not in head:
        family = families.pop()
        head, inner = head + family, inner.replace(family, "")
    return head + end + inner


def _short(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2) + 0.0:g}" if abs(float(number[0])) < 1e4 else f"{float(number[0]):.2f}"


def shared(page: str) -> str:
    """A page in which each long path for use stands once; where it comes again, it is a use of the first.

    >>> land = "M0 0" + "l1 1" * 100
    >>> shared(f'<path id="a" d="{land}"/><path id="b" d="{land}"/>').endswith('<use id="b" href="#a"/>')
    True
    """
    first: dict[str, str] = {}

    def used(path: re.Match[str]) -> str:
        known = first.setdefault(path[2], path[1])
        return path[0] if known == path[1] else f'<use id="{path[1]}" href="#{known}"/>'

    return DEEP.sub(used, page)
