"""Projects by year as bars coloured by payer, and the cargo of each path under them; as static SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corridor.model.language import numeral
from corridor.reports.charts.canvas import LINE, SIZE, Canvas, name_room
from corridor.reports.map.labels import text_width
from corridor.reports.map.style import MUTED

COLOURS = ("#1F5A85", "#C46A1B", "#3E7B4F", "#7A1F3D", "#5B4B8A", "#8FB6D3", "#8A8A3A", "#5A6875")
"""Colours of payers, in the order of their names; more of them begin anew."""
USE = "#DDE5EB"
SERVED, UNSERVED = "#9DB7CA", "#E3A55C"
ROW, HIGH, HEAD, STRIP = 24.0, 11.0, 20.0, 56.0
NAMES = 0.38
"""Share of the width that names take at most."""


@dataclass(frozen=True)
class Works:
    """A bar: ``name``, years of order, opening and end; ``payers`` with their shares; ``text`` within its end."""

    name: str
    order: float
    opens: float
    ends: float
    payers: tuple[tuple[str, float], ...]
    text: str


@dataclass(frozen=True)
class Strip:
    """Cargo of a path by year, ``served`` and ``unserved``, in Mt."""

    name: str
    served: tuple[float, ...]
    unserved: tuple[float, ...]


def gantt(
    works: Sequence[Works],
    strips: Sequence[Strip],
    words: tuple[str, str],
    first: int,
    last: int,
    *,
    width: int,
    title: str,
    description: str,
) -> str:
    """SVG of one bar an order: the construction parted by payer from top to bottom, the use behind it.

    Under them on the same years a strip a path: ``words`` for what is served and what is not.
    """
    sheet = Canvas(width)
    payers = sorted({payer for each in works for payer, _ in each.payers})
    colours = {payer: COLOURS[at % len(COLOURS)] for at, payer in enumerate(payers)}
    down = _legend(sheet, [*colours.items(), *zip(words, (SERVED, UNSERVED), strict=True)])
    y = down + 12
    names, wide = name_room([*(each.name for each in works), *(each.name for each in strips)], NAMES * width)
    left, right = wide + 14, width - 8.0
    per = (right - left) / (last - first + 1)
    step = max(1, -(-int(text_width("2000", SIZE) + 10) // max(1, int(per))))
    for year in range(first, last + 1, step):
        sheet.words(str(year), left + (year - first) * per + 2, y + HEAD / 2, colour=MUTED)
    y += HEAD
    for each, lines in zip(works, names, strict=False):
        high = max(ROW, LINE * len(lines) + 4)
        middle = y + high / 2
        sheet.lines(lines, left - 9, middle, anchor="end")
        start, opens = (left + (at - first) * per for at in (each.order, max(each.opens, each.order + 0.35)))
        end = left + (min(each.ends, last + 1) - first) * per
        sheet.box(opens, middle - HIGH / 2, max(0.0, end - opens), HIGH, USE)
        top = middle - HIGH / 2
        for payer, share in each.payers:
            sheet.box(start, top, opens - start - 0.8, HIGH * share, colours[payer])
            top += HIGH * share
        if opens + 5 + text_width(each.text, SIZE) <= width:
            sheet.words(each.text, opens + 5, middle, colour=MUTED)
        else:
            sheet.words(each.text, start - 5, middle, anchor="end", colour=MUTED)
        y += high
    top = max((s + u for strip in strips for s, u in zip(strip.served, strip.unserved, strict=True)), default=1.0)
    for strip, lines in zip(strips, names[len(works) :], strict=True):
        base, scale = y + STRIP, (STRIP - LINE - 6) / max(top, 1e-9)
        sheet.lines(lines, left - 9, base - (STRIP - LINE) / 2, anchor="end")
        for at, (served, unserved) in enumerate(zip(strip.served, strip.unserved, strict=True)):
            x, here, more = left + at * per, served * scale, unserved * scale
            sheet.box(x, base - here, per - 1.5, here, SERVED)
            sheet.box(x, base - here - more, per - 1.5, more, UNSERVED)
            if at in (0, len(strip.served) - 1):
                edge, anchor = (x, "start") if at == 0 else (x + per - 1.5, "end")
                sheet.words(numeral(served, ".1f"), edge, base - here - more - 7, anchor=anchor, colour=MUTED)
        y = base + 6
    return sheet.svg(y + 8, title, description)


def _legend(sheet: Canvas, keys: Sequence[tuple[str, str]]) -> float:
    """Names beside their colours, as many in a line as there is room for; the middle of the last line."""
    across, down = 2.0, 9.0
    for name, colour in keys:
        wide = 20 + text_width(name, SIZE)
        if across > 2 and across + wide > sheet.width:
            across, down = 2.0, down + LINE + 4
        sheet.box(across, down - 5, 12, 10, colour)
        sheet.words(name, across + 17, down)
        across += wide + 14
    return down
