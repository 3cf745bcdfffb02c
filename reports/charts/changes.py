"""Changes against today as static SVG: rows in groups, a dot on a stem from nothing, a ring for a second measure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from corridor.model.language import numeral, say
from corridor.reports.charts.bars import GAIN, GRID
from corridor.reports.charts.canvas import LINE, SIZE, Canvas, Scale, scale_of
from corridor.reports.map.labels import text_width, wrap
from corridor.reports.map.style import INK, MUTED

LOST, SECOND = "#B0451A", "#8A5A00"
"""Colour of a loss, and of the rings of a second measure."""
GROUP, FOOT, PHONE = 24.0, 40.0, 520
"""Px: height of the title of a group, room for the axis, width below which the names stand above their rows."""


@dataclass(frozen=True)
class Line:
    """A row: ``name``, ``under`` it in grey, the changes in the unit of the axis, and the words of the columns."""

    name: str
    first: float
    second: float | None = None
    under: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A group of rows; ``title`` may be empty."""

    title: str
    lines: tuple[Line, ...]


def changes_figure(
    parts: Sequence[Part], heads: Sequence[str], unit: str, signs: Sequence[str], *,
    width: int, title: str, description: str,
) -> str:  # fmt: skip
    """SVG of the rows; ``heads`` of the columns at the right, ``signs`` the words of dot and ring."""
    sheet = Canvas(width)
    lines = [line for part in parts for line in part.lines]
    rooms = [
        max(text_width(each, SIZE, bold=True) for each in (head, *(line.words[at] for line in lines))) + 12
        for at, head in enumerate(heads)
    ]
    narrow = width < PHONE
    left = 20.0 if narrow else 12 + min(0.36 * width, max(_widest(line) for line in lines))
    right = width - sum(rooms) - 4
    ends = [0.0, *(value for line in lines for value in (line.first, line.second) if value is not None)]
    low, high = min(ends), max(ends)
    room = 0.04 * (high - low or 1.0)
    at = Scale(low - (room if low < 0 else 0.0), high + room, left, right - 8)
    top = 6.0
    if len(signs) > 1 or len(heads) > 0:
        top = _key(sheet, signs) if len(signs) > 1 else 2.0
        for place, head in enumerate(heads):
            sheet.words(head, _column(right, rooms, place), top + 8, anchor="end", colour=MUTED)
        top += 20
    marks, y = [], top
    for part in parts:
        y += GROUP if part.title else 0.0
        for line in part.lines:
            texts = _texts(line, width - 8 if narrow else left - 12)
            high_px = (LINE * len(texts) + 24 if narrow else max(22.0, LINE * len(texts) + 6)) + 0.0
            marks.append((line, texts, y, high_px))
            y += high_px
        y += 6
    _grid(sheet, at, (top, y), unit)
    starts = {part.lines[0]: part.title for part in parts if part.title}
    for line, texts, start, high_px in marks:
        if line in starts:
            sheet.words(starts[line], 2, start - GROUP / 2 + 2, bold=True, halo=True)
        _row(sheet, line, texts, at, (start, high_px, left), narrow=narrow)
        for place, word in enumerate(line.words):
            down = start + (high_px - 12 if narrow else high_px / 2)
            sheet.words(word, _column(right, rooms, place), down, anchor="end", bold=place == 0)
    return sheet.svg(y + FOOT - 8, title, description)


def _widest(line: Line) -> float:
    return max(text_width(line.name, SIZE), text_width(line.under, SIZE))


def _texts(line: Line, room: float) -> list[tuple[str, str]]:
    """Lines of the name and, in grey, of the words under it."""
    names = [(text, INK) for text in wrap(line.name, SIZE, room)]
    return [*names, *((text, MUTED) for text in wrap(line.under, SIZE, room))] if line.under else names


def _column(right: float, rooms: Sequence[float], place: int) -> float:
    """Px of the right edge of a column."""
    return right + sum(rooms[: place + 1])


def _key(sheet: Canvas, signs: Sequence[str]) -> float:
    """Words of the dot and of the ring; the px at its foot."""
    sheet.dot(8, 9, 5, GAIN)
    sheet.words(signs[0], 20, 9)
    across = 20 + text_width(signs[0], SIZE) + 18
    down = 9.0
    if across + text_width(signs[1], SIZE) + 20 > sheet.width:
        across, down = 8.0, 27.0
    sheet.dot(across, down, 4.5, "#FFFFFF", SECOND, 2)
    sheet.words(signs[1], across + 12, down)
    return down + 11


def _grid(sheet: Canvas, at: Scale, ends: tuple[float, float], unit: str) -> None:
    top, low = ends
    step = scale_of(at.high - at.low, wanted=6 if sheet.width > PHONE else 3)[1][1]
    for number in range(math.floor(at.low / step), math.ceil(at.high / step) + 1):
        value = number * step
        if at.low <= value <= at.high:
            sheet.line(at(value), top, at(value), low, GRID if value else MUTED, wide=1)
            sign = "" if not value else "+" if value > 0 else "−"
            said = f"{sign}{numeral(abs(value), ',.4g')}" if value else say("today")
            sheet.words(said, at(value), low + 12, anchor="middle", colour=MUTED)
    sheet.words(unit, sheet.width - 4, low + 12, anchor="end", colour=MUTED)


def _row(
    sheet: Canvas,
    line: Line,
    texts: list[tuple[str, str]],
    at: Scale,
    place: tuple[float, float, float],
    *,
    narrow: bool,
) -> None:
    top, high, left = place
    middle = top + high - 12 if narrow else top + high / 2
    first = top + LINE / 2 if narrow else middle - LINE * (len(texts) - 1) / 2
    for number, (text, colour) in enumerate(texts):
        where = (2.0, "start") if narrow else (left - 10, "end")
        sheet.words(text, where[0], first + LINE * number, anchor=where[1], colour=colour, halo=True)
    paint = GAIN if line.first >= 0 else LOST
    sheet.line(at(0), middle, at(line.first), middle, paint, wide=4)
    if line.second is not None:
        sheet.dot(at(line.second), middle, 4.5, "#FFFFFF", SECOND, 2)
    sheet.dot(at(line.first), middle, 5, paint)
