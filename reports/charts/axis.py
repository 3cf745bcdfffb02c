"""Used, comes, fits and claimed on one axis, in tonnes or in USD: a bar a row, in groups, as static SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corridor.model.language import marked, numeral, say
from corridor.reports.charts.bars import GAIN, GRID, NOBODY
from corridor.reports.charts.canvas import SIZE, Canvas, Scale, name_room, scale_of
from corridor.reports.map.labels import text_width
from corridor.reports.map.style import INK, MUTED

PAINTS = {"used": INK, "comes": INK, "fits": GAIN, "named": NOBODY, "claimed": "none"}
"""Fill of a bar by its sort; what is claimed has an edge alone."""
LIKELY = "#BCD6E8"
"""Behind a bar of :data:`GAIN`: its range."""
ROW, HALF, GROUP, FOOT = 22.0, 6.0, 24.0, 26.0
"""Px: height of a row, half that of a bar, of the title of a group, of the axis below."""
MANY, CLOSE = 11, 17.0
"""Rows from which on they stand closer, and their height then, px."""


@dataclass(frozen=True)
class Row:
    """A bar of ``t`` tonnes (or USD) with its words; ``low_t`` to ``high_t`` is its likely range, where it is known."""

    sort: str
    name: str
    t: float
    text: str
    low_t: float | None = None
    high_t: float | None = None


@dataclass(frozen=True)
class Group:
    """Rows that count the same tonnes; ``title`` is empty where there is one group."""

    title: str
    rows: tuple[Row, ...]


def axis_figure(
    groups: Sequence[Group], unit: str = marked("Mt a year"), *, width: int, title: str, description: str
) -> str:
    """SVG of the bars of all groups over one axis, in millions of a ``unit``."""
    sheet = Canvas(width)
    every = [row for group in groups for row in group.rows]
    most = max(max(row.t, row.high_t or 0.0) for row in every) / 1e6 or 1.0
    names, room = name_room([row.name for row in every], 0.34 * width)
    left = max(room, text_width(say(unit), SIZE)) + 12
    beside = max(text_width(row.text, SIZE, bold=row.sort == "fits") for row in every)
    inside = most * 1e6
    right = max(8.0, *(_right(row, inside, width - left, beside) for row in every))
    row_px = ROW if len(every) <= MANY else CLOSE
    _, ticks = scale_of(most, wanted=6 if width > 480 else 3)
    at = Scale(0.0, most, left, width - right)
    tops, y = [], 2.0
    for group in groups:
        y += GROUP if group.title else 0.0
        tops.append(y)
        y += sum(row_px + 12.0 * (len(names[every.index(row)]) - 1) for row in group.rows) + 4
    low = y
    for tick in ticks:
        sheet.line(at(tick), 2, at(tick), low, GRID, wide=1)
        sheet.words(numeral(tick, ",.10g"), at(tick), low + 14, anchor="middle", colour=MUTED)
    sheet.words(say(unit), left - 9, low + 14, anchor="end", colour=MUTED)
    for group, top in zip(groups, tops, strict=True):
        if group.title:
            sheet.words(group.title, 2, top - GROUP / 2 + 3, bold=True, halo=True)
        for row in group.rows:
            lines = names[every.index(row)]
            high = row_px + 12.0 * (len(lines) - 1)
            _bar(sheet, row, lines, at, left, top + high / 2)
            top += high
    return sheet.svg(low + FOOT, title, description)


def _right(row: Row, most_t: float, plane: float, beside: float) -> float:
    """Px that the words beside a bar need right of the plane."""
    needed = text_width(row.text, SIZE, bold=row.sort == "fits") + 12
    end = max(row.t, row.high_t or 0.0) / most_t
    if end <= 0:
        return 0.0
    return needed if end >= 1 else max(0.0, (end * plane + needed - plane) / end)


def _bar(sheet: Canvas, row: Row, lines: list[str], at: Scale, left: float, middle: float) -> None:
    """The bar of a row, its range behind it, its name and its words."""
    end = at(row.t / 1e6)
    sheet.lines(lines, left - 9, middle, anchor="end", bold=row.sort == "fits")
    if row.low_t is not None and row.high_t is not None:
        start = at(row.low_t / 1e6)
        sheet.box(start, middle - HALF - 3, at(row.high_t / 1e6) - start, 2 * HALF + 6, LIKELY)
    fill = PAINTS[row.sort]
    sheet.box(left, middle - HALF, end - left, 2 * HALF, fill, edge=NOBODY if fill == "none" else "")
    words = max(end, at(row.high_t / 1e6) if row.high_t is not None else end) + 6
    sheet.words(row.text, words, middle, bold=row.sort == "fits", halo=True)
