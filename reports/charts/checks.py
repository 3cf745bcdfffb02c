"""The model beside what was published, as static SVG: a row a test, its fair range, a dot and a ring."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from corridor.model.language import say
from corridor.reports.charts.bars import GRID
from corridor.reports.charts.canvas import LINE, SIZE, Canvas, Scale
from corridor.reports.map.labels import text_width, wrap
from corridor.reports.map.style import INK, MUTED

RANGE, MISS = "#C9D0D6", "#B0451A"
LOW, HIGH = 0.4, 1.6
"""Ends of the axis, as multiples of what was published; marks beyond them are drawn at the end, with an arrow."""
PHONE, GROUP, FOOT = 520, 26.0, 34.0
REASONS = 800
"""Px: from this width on the reason of a miss stands below its row; a narrower page has it in a table."""


@dataclass(frozen=True)
class Check:
    """A row: multiples of the reference at which model, published and range lie (NaN where there is none).

    ``model`` and ``published`` are their words with ``unit``; ``why`` is the reason of a miss.
    """

    name: str
    at: float
    ring: float
    low: float
    high: float
    model: str
    published: str
    unit: str
    miss: bool = False
    why: str = ""


@dataclass(frozen=True)
class Checks:
    """A group of rows."""

    title: str
    rows: tuple[Check, ...]


def checks_figure(groups: Sequence[Checks], *, width: int, title: str, description: str) -> str:
    """SVG of all groups over one axis: what was published is 1."""
    sheet = Canvas(width)
    narrow = width < PHONE
    every = [row for group in groups for row in group.rows]
    units = not narrow and width >= 660
    room = [
        max(text_width(each, SIZE, bold=bold) for each in (head, *words)) + 14
        for head, bold, words in (
            (say("model"), True, [row.model for row in every]),
            (say("published"), False, [row.published for row in every]),
        )
    ]
    unit = min(0.16 * width, max(text_width(row.unit, SIZE) for row in every) + 8) if units else 0.0
    left = 8.0 if narrow else 12 + min(0.36 * width, max(text_width(row.name, SIZE) for row in every))
    right = width - sum(room) - unit - 4
    at = Scale(LOW, HIGH, left + 6, right - 14)
    top = _key(sheet) + 4
    sheet.words(say("model"), right + room[0], top + 8, anchor="end", colour=MUTED)
    sheet.words(say("published"), right + sum(room), top + 8, anchor="end", colour=MUTED)
    y = begin = top + 20
    places = []
    for group in groups:
        y += GROUP
        for row in group.rows:
            names = wrap(row.name, SIZE, width - 8 if narrow else left - 12)
            reason = (
                wrap(row.why, SIZE, (width if narrow else width - left) - 10) if row.why and width >= REASONS else []
            )
            high = LINE * len(names) + 22 if narrow else max(20.0, LINE * len(names) + 4)
            places.append((row, names, reason, y, high))
            y += high + LINE * len(reason) + (6 if reason else 0)
        y += 4
    for tick in (0.5, 1.0, 1.5):
        sheet.line(at(tick), begin, at(tick), y, MUTED if tick == 1 else GRID, wide=1)
        said = say("as published") if tick == 1 else say("{tick:.0f}\u00a0%", tick=100 * tick)
        sheet.words(said, at(tick), y + 12, anchor="middle", colour=MUTED)
    starts = {id(group.rows[0]): group.title for group in groups}
    for row, names, reason, start, high in places:
        if id(row) in starts:
            sheet.words(starts[id(row)], 2, start - GROUP / 2 + 1, bold=True, halo=True)
        middle = start + (high - 11 if narrow else high / 2)
        first = start + LINE / 2 if narrow else middle - LINE * (len(names) - 1) / 2
        for number, text in enumerate(names):
            sheet.words(text, 2 if narrow else left - 8, first + LINE * number, anchor="start" if narrow else "end")
        _marks(sheet, row, at, middle)
        sheet.words(row.model, right + room[0], middle, anchor="end", bold=True, colour=MISS if row.miss else INK)
        sheet.words(row.published, right + sum(room), middle, anchor="end")
        if units:
            sheet.words(wrap(row.unit, SIZE, unit - 4)[0] if row.unit else "", width - unit, middle, colour=MUTED)
        for number, text in enumerate(reason):
            down = start + high + LINE * number + LINE / 2
            sheet.words(text, 2 if narrow else left + 2, down, colour=MUTED, halo=True)
    return sheet.svg(y + FOOT - 10, title, description)


def _key(sheet: Canvas) -> float:
    across, down = 2.0, 9.0
    signs = ("model", "outside", "published", "range")
    names = (say("model"), say("model, outside its range"), say("published"), say("fair range"))
    for sign, name in zip(signs, names, strict=True):
        if across > 2 and across + 22 + text_width(name, SIZE) > sheet.width:
            across, down = 2.0, down + 18
        if sign == "range":
            sheet.box(across, down - 5, 16, 10, RANGE)
        elif sign == "published":
            sheet.dot(across + 8, down, 4.5, "#FFFFFF", INK, 2)
        else:
            sheet.dot(across + 8, down, 4.5, MISS if sign == "outside" else INK)
        sheet.words(name, across + 22, down)
        across += 22 + text_width(name, SIZE) + 16
    return down + 10


def _marks(sheet: Canvas, row: Check, at: Scale, middle: float) -> None:
    low = LOW if row.low < LOW else row.low
    high = HIGH if row.high > HIGH else row.high
    if math.isinf(row.low) and math.isinf(row.high):
        low = high = math.nan
    if high > low:
        sheet.box(at(low), middle - 5, at(high) - at(low), 10, RANGE)
    elif row.low == row.high:
        sheet.box(at(row.low) - 3, middle - 5, 6, 10, RANGE)
    if LOW <= row.ring <= HIGH:
        sheet.dot(at(row.ring), middle, 5.5, "none", INK, 1.8)
    if math.isnan(row.at):
        return
    shown = min(max(row.at, LOW), HIGH)
    paint = MISS if row.miss else INK
    sheet.dot(at(shown), middle, 3.8, paint)
    if shown != row.at:
        way = 1 if row.at > HIGH else -1
        sheet.line(at(shown), middle, at(shown) + 11 * way, middle, paint, wide=2)
        sheet.path(
            f"M{at(shown) + 13 * way:.1f} {middle:.1f}l{-5 * way} -3.5v7z",
            paint,
        )
