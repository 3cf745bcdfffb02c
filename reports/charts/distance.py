"""Days and dollars from the start against the distance, as static SVG: a line a way, upright where cargo stands."""

from __future__ import annotations

import math
from collections.abc import Sequence

from corridor.model.language import numeral, said, say
from corridor.model.result.ways import Way
from corridor.reports.charts.bars import GRID
from corridor.reports.charts.canvas import PALETTE, SIZE, Canvas, Labels, Scale, scale_of
from corridor.reports.charts.strips import BESIDE, short
from corridor.reports.map.labels import text_width
from corridor.reports.map.style import MUTED

TALL, LEFT, HEAD, FOOT = 270.0, 40.0, 26.0, 46.0
RIVAL = "#8A949D"
FAR = 1.3
"""Rivals longer than this many times the longest way are left out: the picture would be theirs."""
NAMED = 4
"""Steps of the longest way that are named."""
SMALL = 0.02
"""Share of the whole below which a step has no name."""
Point = tuple[float, float]


def distance_figure(ways: Sequence[Way], *, width: int, title: str, description: str) -> str:
    """SVG of two planes, days and dollars, over the km from the start."""
    sheet = Canvas(width)
    beside = width >= BESIDE
    room = (width - 20) / 2 if beside else float(width)
    top = _key(sheet, ways)
    unit = ways[0].unit if len({way.unit for way in ways}) == 1 else say("unit")
    money = say("USD per {unit}", unit=said(unit[:1].lower() + unit[1:]))
    _plane(sheet, ways, (0.0, top, room), "days", say("Days"))
    down = top if beside else top + HEAD + TALL + FOOT
    _plane(sheet, ways, (room + 20 if beside else 0.0, down, room), "usd", money)
    return sheet.svg(down + HEAD + TALL + FOOT, title, description)


def _key(sheet: Canvas, ways: Sequence[Way]) -> float:
    across, down = 2.0, 9.0
    for place, way in enumerate(ways):
        if across > 2 and across + 26 + text_width(way.name, SIZE) > sheet.width:
            across, down = 2.0, down + 18
        sheet.line(across, down, across + 18, down, PALETTE[place], wide=3)
        sheet.words(way.name, across + 24, down)
        across += 24 + text_width(way.name, SIZE) + 18
    return down + 14


def points(way: Way, measure: str) -> list[Point]:
    """Corners of the line of a way: waits and ports upright, the rest by km."""
    x = y = 0.0
    found = [(x, y)]
    for leg in way.legs:
        if measure == "usd":
            steps = [(leg.km, 0.0 if math.isnan(leg.usd) else leg.usd)]
        else:
            steps = [(0.0, leg.waiting_d), (leg.km, leg.moving_d), (0.0, leg.standing_d)]
        for km, more in steps:
            x, y = x + km, y + more
            found.append((x, y))
    return found


def _plane(sheet: Canvas, ways: Sequence[Way], place: tuple[float, float, float], measure: str, head: str) -> None:
    left, top, wide = place
    longest = max(ways, key=lambda way: way.km)
    rivals = {
        route.name: route
        for way in ways
        for route in way.rivals
        if route.km <= FAR * longest.km and not math.isnan(getattr(route, measure))
    }
    far = max([longest.km, *(route.km for route in rivals.values())])
    tops = [*(getattr(way, measure) for way in ways), *(getattr(route, measure) for route in rivals.values())]
    most = max(tops) * 1.08 or 1.0
    x, y = Scale(0.0, far * 1.02, left + LEFT, left + wide - 12), Scale(0.0, most, top + HEAD + TALL, top + HEAD)
    sheet.words(head, left + 2, top + 8, bold=True)
    for tick in scale_of(most)[1]:
        sheet.line(x(0), y(tick), left + wide - 4, y(tick), GRID, wide=1)
        sheet.words(numeral(tick, ",.10g"), x(0) - 6, y(tick), anchor="end", colour=MUTED)
    for tick in scale_of(far, wanted=4)[1]:
        sheet.words(numeral(tick, ",.10g"), x(tick), top + HEAD + TALL + 14, anchor="middle", colour=MUTED)
    sheet.words(say("km"), left + wide - 4, top + HEAD + TALL + 30, anchor="end", colour=MUTED)
    labels = Labels(sheet, left, left + wide)
    for route in rivals.values():
        sheet.line(x(0), y(0), x(route.km), y(getattr(route, measure)), RIVAL, wide=1.6, dash="5 3")
        labels.avoid([(x(0), y(0)), (x(route.km), y(getattr(route, measure)))])
    for number in sorted(range(len(ways)), key=lambda each: -ways[each].km):
        corners = points(ways[number], measure)
        line = "L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in corners)
        sheet.path(f"M{line}", edge=PALETTE[number], line=2.4)
        labels.avoid([(x(a), y(b)) for a, b in corners])
        end = (x(corners[-1][0]), y(corners[-1][1]))
        sheet.dot(*end, 4, PALETTE[number])
        text = f"{short(ways[number].legs[-1].end)} {_said(corners[-1][1])}"
        labels.place(text, [(end[0] - 8, end[1] - 8 - 3 * n, "end") for n in range(12)], bold=True)
    for name, route in rivals.items():
        end = (x(route.km), y(getattr(route, measure)))
        spots = [(end[0] + 4, end[1] + 12 + 4 * n, "end") for n in range(8)]
        labels.place(f"{name} {_said(getattr(route, measure))}", spots, colour=MUTED)
    for text, at, middle in _steps(longest, measure):
        spots = [(x(at) + 9, y(middle) + 3 * n, "start") for n in range(1, 5)]
        spots += [(x(at) - 9, y(middle) - 3 * n, "end") for n in range(1, 5)]
        labels.place(text, spots, colour=MUTED)


def _steps(way: Way, measure: str) -> list[tuple[str, float, float]]:
    """Names of the greatest steps of a way, with km and value of their middle, the greatest first."""
    km = total = 0.0
    found: list[tuple[float, str, float, float]] = []
    for leg in way.legs:
        if measure == "days":
            more, value = leg.waiting_d + leg.standing_d, leg.days
            name, at, middle = short(leg.end), km + leg.km, total + value - more / 2
        else:
            more = value = 0.0 if math.isnan(leg.usd) else leg.usd
            name, at, middle = f"{short(leg.start)} – {short(leg.end)}", km + leg.km / 2, total + value / 2
        km, total = km + leg.km, total + value
        found.append((more, f"{name} {_said(more)}", at, middle))
    greatest = sorted(found, key=lambda step: -step[0])[:NAMED]
    return [(text, at, middle) for more, text, at, middle in greatest if more > SMALL * total]


def _said(value: float) -> str:
    return numeral(value, ",.1f") if value < 100 else numeral(value, ",.0f")
