"""The cost curve of projects as static SVG: million USD spent against Mt that fit, and the list of its steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from corridor.model.language import numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.projects import Projects
from corridor.reports.charts.bars import GRID, WIDE
from corridor.reports.charts.canvas import LINE, PALETTE, SIZE, Canvas, Scale, scale_of
from corridor.reports.map.labels import text_width, wrap
from corridor.reports.map.style import INK, MUTED

BESIDE = 620
"""Px: from this width on the list stands right of the curve, else below it."""
LEFT, TOP, FOOT = 34.0, 28.0, 44.0
"""Px: room at the left of the plane, above and below."""
TALL, ROW = {True: 330.0, False: 240.0}, {True: 24.0, False: 20.0}
"""Px: height of the plane, and of a row of the list; True for a figure with room for airy rows."""
RADIUS = 8.5
DRAWN_GAIN, DRAWN_COST = 0.9, 0.4
"""Shares of gain and cost: dear segments at the end are left out where the rest has this much of the gain for less than
this much of the cost."""


@dataclass(frozen=True)
class Item:
    """A segment in words: the project, its cost in million USD, its gain in Mt."""

    name: str
    cost: str
    gain: str


def drawn_segments(result: Projects) -> int:
    """The number of segments that the figure draws; the dear ones at the end would flatten all others."""
    curve = result.curve
    if not len(curve):
        return 0
    base = float(result.base_t[result.measure])
    gained = (curve["t"] - base) / (curve["t"].iloc[-1] - base)
    spent = curve["total_usd"] / max(1.0, float(curve["total_usd"].iloc[-1]))
    enough = [place for place in range(len(curve)) if gained.iloc[place] >= DRAWN_GAIN]
    return enough[0] + 1 if spent.iloc[enough[0]] < DRAWN_COST else len(curve)


def paints_of(result: Projects) -> dict[str, str]:
    """Colours of the kinds of limits on the curve, by kind in the order of their first step."""
    kinds = list(dict.fromkeys(map(str, result.curve["kind"])))
    return {kind: PALETTE[place % len(PALETTE)] for place, kind in enumerate(kinds)}


def projects_figure(result: Projects, items: Sequence[Item], *, width: int, title: str, description: str) -> str:
    """SVG of the cost curve and its list; ``items`` has the words of each drawn segment."""
    sheet = Canvas(width)
    beside, airy = width >= BESIDE, not BESIDE <= width < WIDE
    plane = round((0.55 if airy else 0.42) * width) if beside else width
    _curve(sheet, result, len(items), plane, TALL[airy])
    foot = TOP + TALL[airy] + FOOT
    left, top = (plane + 24.0, 4.0) if beside else (4.0, foot + 12)
    end = _list(sheet, result, items, (left, top, width - left - 4), ROW[airy])
    return sheet.svg(max(foot, end), title, description)


def _curve(sheet: Canvas, result: Projects, count: int, width: int, tall: float) -> None:
    drawn = rows(result.curve.head(count))
    base = result.base_t[result.measure] / 1e6
    ends = [(0.0, base), *((row.total_usd / 1e6, row.t / 1e6) for row in drawn)]
    target = result.target_t / 1e6 if result.target_t is not None else None
    shown = target if target is not None and base < target <= 1.3 * ends[-1][1] else None
    high, low = max(ends[-1][1], shown or 0.0), base
    step = scale_of(high - low)[1][1]
    low, high = math.floor(low / step) * step, math.ceil(high / step + 0.15) * step
    x = Scale(0.0, ends[-1][0] or 1.0, LEFT, width - 16)
    y = Scale(low, high, TOP + tall, TOP)
    for tick in range(round((high - low) / step) + 1):
        value = low + tick * step
        sheet.line(LEFT, y(value), width - 4, y(value), GRID, wide=1)
        sheet.words(numeral(value, ",.4g"), LEFT - 6, y(value), anchor="end", colour=MUTED)
    sheet.words(say("Mt a year"), 2, 8, colour=MUTED)
    for tick_usd in scale_of(ends[-1][0] or 1.0, wanted=5 if width > 480 else 3)[1]:
        sheet.line(x(tick_usd), TOP, x(tick_usd), TOP + tall, GRID, wide=1)
        sheet.words(numeral(tick_usd, ",.10g"), x(tick_usd), TOP + tall + 14, anchor="middle", colour=MUTED)
    sheet.words(say("million USD spent, all together"), width - 4, TOP + tall + 32, anchor="end", colour=MUTED)
    if shown is not None:
        year = say(" in {target_year}", target_year=result.target_year) if result.target_year else ""
        sheet.line(LEFT, y(shown), width - 4, y(shown), INK, dash="3 2.5")
        sheet.words(say("wanted{year} {shown:,.3g}", year=year, shown=shown), LEFT + 6, y(shown) - 10, halo=True)
    paints = paints_of(result)
    for (a, b), (c, d), row in zip(ends, ends[1:], drawn, strict=False):
        sheet.line(x(a), y(b), x(c), y(d), paints[row.kind], wide=3)
    sheet.dot(x(0), y(base), 4.5, INK)
    sheet.words(say("today {base:,.1f}", base=base), x(0) + 12, y(base) + 6, bold=True, halo=True)
    before = (-math.inf, -math.inf)
    for place, ((a, b), row) in enumerate(zip(ends[1:], drawn, strict=True), 1):
        at = (x(a), y(b))
        apart = math.dist(at, before)
        spot = (at[0], at[1] - 2 * RADIUS) if apart < 1.7 * RADIUS else at
        if spot != at:
            sheet.dot(*at, 3.0, paints[row.kind])
        _badge(sheet, place, *spot, paints[row.kind])
        before = spot
    sheet.words(
        numeral(ends[-1][1], ",.1f"), before[0] + 4, before[1] - 2.2 * RADIUS, anchor="end", bold=True, halo=True
    )


def _badge(sheet: Canvas, number: int, x: float, y: float, paint: str) -> None:
    sheet.dot(x, y, RADIUS, paint)
    sheet.words(str(number), x, y, anchor="middle", colour="#FFFFFF", bold=True, size=10.5)


def _list(
    sheet: Canvas, result: Projects, items: Sequence[Item], place: tuple[float, float, float], row_px: float
) -> float:
    """The list of steps at px ``place`` (left, top, width), numbered as on the curve; the px at its foot."""
    left, top, wide = place
    heads = (say("million USD"), say("Mt more"))
    gain = max(text_width(each, SIZE) for each in (heads[1], *(item.gain for item in items))) + 10
    cost = max(text_width(each, SIZE) for each in (heads[0], *(item.cost for item in items))) + 10
    right = left + wide
    sheet.words(say("In this order"), left, top + 8, colour=MUTED)
    sheet.words(heads[0], right - gain, top + 8, anchor="end", colour=MUTED)
    sheet.words(heads[1], right, top + 8, anchor="end", colour=MUTED)
    paints, at = paints_of(result), top + 22.0
    for number, (item, row) in enumerate(zip(items, rows(result.curve), strict=False), 1):
        lines = wrap(item.name, SIZE, wide - gain - cost - 30)
        high = max(row_px, LINE * len(lines) + row_px - 16)
        middle = at + high / 2
        sheet.line(left, at, right, at, GRID, wide=1)
        _badge(sheet, number, left + RADIUS + 1, middle, paints[row.kind])
        sheet.lines(lines, left + 26, middle)
        sheet.words(item.cost, right - gain, middle, anchor="end")
        sheet.words(item.gain, right, middle, anchor="end", bold=True)
        at += high
    names = {row.kind_id: row.name for row in result.case.rows("kind")}
    across, at = left, at + 14.0
    for kind, paint in paints_of(result).items():
        if kind not in set(result.curve["kind"].head(len(items))):
            continue
        name = names.get(kind, kind)
        if across > left and across + 24 + text_width(name, SIZE) > right:
            across, at = left, at + 18
        sheet.box(across, at - 5, 12, 10, paint)
        sheet.words(name, across + 18, at)
        across += 18 + text_width(name, SIZE) + 18
    return at + 12
