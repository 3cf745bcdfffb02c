"""Fleets as bars of one length, parted by their vehicles' work; as static SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from corridor.model.language import marked, say
from corridor.model.result.ways import LAND
from corridor.reports.charts.bars import REACHED
from corridor.reports.charts.canvas import LINE, SIZE, Canvas, name_room
from corridor.reports.charts.strips import MOVES, STANDS
from corridor.reports.map.labels import text_width
from corridor.reports.map.style import MUTED

LACKS = "#7A1F3D"
PARTS = (
    (marked("moving"), MOVES[LAND], ""),
    (marked("terminals"), "#8FB6D3", ""),
    (marked("ports"), STANDS, ""),
    (marked("borders, gauge"), "#5A6875", ""),
    (marked("idle"), REACHED, ""),
    (marked("lacking"), "#FFFFFF", LACKS),
)
"""Name, fill and edge of the parts of a bar, in their order."""
ROW, HIGH, HEAD = 17.5, 12.0, 21.0
BESIDE = 520
"""Px: from this width on names stand beside the bars, else above them."""
NAMES = 0.4
"""Share of the width that names take at most."""


@dataclass(frozen=True)
class Fleet:
    """A bar: its ``group``, its ``name``, vehicles by part (:data:`PARTS`), and the ``text`` at its end."""

    group: str
    name: str
    parts: tuple[float, ...]
    text: str
    strong: bool = False


def fleet_figure(fleets: Sequence[Fleet], *, width: int, title: str, description: str) -> str:
    """SVG of one bar a fleet, below the head of its group; every bar is as long as the next."""
    sheet = Canvas(width)
    used = [place for place in range(len(PARTS)) if any(each.parts[place] for each in fleets)]
    y = _key(sheet, used)
    beside = width >= BESIDE
    names, wide = name_room([each.name for each in fleets], NAMES * width if beside else width - 4)
    left = wide + 12 if beside else 2.0
    right = width - 12 - max(text_width(each.text, SIZE, bold=True) for each in fleets)
    lines = dict(zip(fleets, names, strict=True))
    for group, members in groupby(fleets, key=lambda each: each.group):
        sheet.words(group, 2, y + HEAD / 2 + 2, bold=True)
        y += HEAD
        for each in members:
            own = lines[each]
            if beside:
                high = max(ROW, LINE * len(own) + 4)
                sheet.lines(own, left - 9, y + high / 2, anchor="end")
            else:
                sheet.lines(own, 2, y + LINE * len(own) / 2)
                y += LINE * len(own)
                high = ROW
            _bar(sheet, each, left, right, y + high / 2)
            y += high
    return sheet.svg(y + 8, title, description)


def _bar(sheet: Canvas, fleet: Fleet, left: float, right: float, middle: float) -> None:
    per = (right - left) / (sum(fleet.parts) or 1.0)
    at = left
    for amount, (_, fill, edge) in zip(fleet.parts, PARTS, strict=True):
        wide = amount * per
        if wide > 0.3:
            inset = 0.7 if edge else 0.0
            gap = 0.8 if wide > 3 else 0.0
            sheet.box(at + inset, middle - HIGH / 2 + inset, wide - gap - 2 * inset, HIGH - 2 * inset, fill, edge=edge)
        at += wide
    sheet.words(fleet.text, right + 6, middle, bold=fleet.strong, colour=LACKS if fleet.strong else MUTED)


def _key(sheet: Canvas, used: Sequence[int]) -> float:
    """Words of the colours that are drawn; the px at its foot."""
    across, down = 2.0, 9.0
    for place in used:
        name, fill, edge = PARTS[place]
        name = say(name)
        wide = 20 + text_width(name, SIZE)
        if across > 2 and across + wide > sheet.width:
            across, down = 2.0, down + LINE + 4
        sheet.box(across, down - 5, 12, 10, fill, edge=edge)
        sheet.words(name, across + 17, down)
        across += wide + 14
    return down + 10
