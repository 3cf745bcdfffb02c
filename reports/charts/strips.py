"""Days and dollars of the main ways as strips, leg by leg, below those of their rivals; as static SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from corridor.model.language import localised, numeral, said, say
from corridor.model.result.ways import LAND, PORT, SEA, Leg, Way
from corridor.reports.charts.bars import GRID, NOBODY, WIDE
from corridor.reports.charts.canvas import LINE, SIZE, Canvas, Scale, name_room, scale_of
from corridor.reports.map.labels import text_width, wrap
from corridor.reports.map.style import MUTED

MOVES = {LAND: "#3A78A4", SEA: "#1B4F72", PORT: "#C27C12"}
STANDS, WAITS = "#C27C12", "#FFFFFF"
BESIDE = 640
"""Px: from this width on days and dollars stand side by side."""
ROW, HALF, HEAD, FOOT = 19.0, 5.0, 26.0, 30.0
NAMES = 0.36
"""Share of the width that names of routes take at most; longer ones have several lines."""
NAMED, FEWER = 3, 2
"""Legs that are named below a strip: on a wide page, and where days and dollars share a narrower one."""
Parts = Sequence[tuple[float, str, str]]
"""Length, fill and edge of the parts of a strip."""


def strips_figure(ways: Sequence[Way], *, width: int, title: str, description: str) -> str:
    """SVG of a strip of days and one of dollars a way, with the totals of its rivals above them."""
    sheet = Canvas(width)
    unit = ways[0].unit if len({way.unit for way in ways}) == 1 else say("unit")
    money = say("USD per {unit}", unit=said(unit[:1].lower() + unit[1:]))
    panels: list[tuple[str, Callable[[Way], Parts], Callable[[Way, int], str], Callable[[object], float], str]] = [
        (say("Days"), _days, _stands, lambda route: float(getattr(route, "days")), "{:,.1f}"),  # noqa: B009
        (money, _usd, _dearest, lambda route: float(getattr(route, "usd")), "{:,.0f}"),  # noqa: B009
    ]
    top = _key(sheet)
    beside = width >= BESIDE
    named = FEWER if beside and width < WIDE else NAMED
    room = (width - 24) / 2 if beside else float(width)
    feet: list[float] = []
    for place, (head, parts, words, total, form) in enumerate(panels):
        left = place * (room + 24) if beside else 0.0
        start = top if beside or not feet else feet[-1] + 8
        feet.append(_panel(sheet, ways, (left, start, room), (head, parts, _first(words, named), total, form)))
    return sheet.svg(max(feet), title, description)


def _key(sheet: Canvas) -> float:
    """Words of the colours; the px at its foot."""
    across, down = 2.0, 9.0
    signs = (
        (say("moving on land"), MOVES[LAND], ""), (say("by ship"), MOVES[SEA], ""),
        (say("standing; handled at a port"), STANDS, ""),
        (say("waiting for a ship or a train"), WAITS, STANDS), (say("rival"), NOBODY, ""),
    )  # fmt: skip
    for name, fill, edge in signs:
        if across > 2 and across + 20 + text_width(name, SIZE) > sheet.width:
            across, down = 2.0, down + 18
        sheet.box(across + 1, down - 5, 12, 10, fill, edge=edge)
        sheet.words(name, across + 19, down)
        across += 19 + text_width(name, SIZE) + 16
    return down + 14


def _panel(
    sheet: Canvas,
    ways: Sequence[Way],
    place: tuple[float, float, float],
    about: tuple[str, Callable[[Way], Parts], Callable[[Way], str], Callable[[object], float], str],
) -> float:
    """One measure of all ways; the px at its foot."""
    left, top, wide = place
    head, parts, words, total, form = about
    names = [route.name for way in ways for route in way.rivals]
    lines_of, widest = name_room([*names, say("corridor")], NAMES * wide)
    named = dict(zip(names, lines_of, strict=False))
    plane = left + 10 + widest
    sums = [total(each) for way in ways for each in (way, *way.rivals)]
    most = max((each for each in sums if not math.isnan(each)), default=1.0) or 1.0
    at = Scale(
        0.0,
        most,
        plane,
        left + wide - 12 - max(text_width(localised(form.format(each)), SIZE, bold=True) for each in sums),
    )
    sheet.words(head, left + 2, top + 10, bold=True)
    y = top + 22
    begin = y
    marks: list[tuple[Callable[..., None], tuple[object, ...]]] = []
    for way in ways:
        marks.append((_title, (sheet, way.name, left, y + HEAD / 2)))
        y += HEAD
        for route in sorted(way.rivals, key=lambda each: total(each)):
            high = ROW + LINE * (len(named[route.name]) - 1)
            marks.append((_rival, (sheet, named[route.name], total(route), form, at, plane, y + high / 2)))
            y += high
        marks.append((_strip, (sheet, parts(way), localised(form.format(total(way))), at, plane, y + ROW / 2 + 2)))
        y += ROW + 6
        lines = wrap(words(way), SIZE, left + wide - plane - 4)
        for line in lines:
            marks.append((_under, (sheet, line, plane, y + LINE / 2)))
            y += LINE
        y += 4
    for tick in scale_of(most, wanted=4)[1]:
        sheet.line(at(tick), begin, at(tick), y, GRID, wide=1)
        sheet.words(numeral(tick, ",.10g"), at(tick), y + 12, anchor="middle", colour=MUTED)
    for draw, given in marks:
        draw(*given)
    return y + FOOT - 8


def _first(words: Callable[[Way, int], str], named: int) -> Callable[[Way], str]:
    """The words of a way with so many of its legs."""
    return lambda way: words(way, named)


def _title(sheet: Canvas, name: str, left: float, middle: float) -> None:
    sheet.words(name, left + 2, middle + 2, bold=True, halo=True)


def _under(sheet: Canvas, text: str, left: float, middle: float) -> None:
    sheet.words(text, left, middle, colour=MUTED, halo=True)


def _rival(sheet: Canvas, name: Sequence[str], total: float, form: str, at: Scale, plane: float, middle: float) -> None:
    sheet.lines(name, plane - 8, middle, anchor="end")
    if math.isnan(total):
        sheet.words(say("not known"), plane + 4, middle, colour=MUTED)
        return
    sheet.box(plane, middle - HALF, at(total) - plane, 2 * HALF, NOBODY)
    sheet.words(localised(form.format(total)), at(total) + 6, middle)


def _strip(sheet: Canvas, parts: Parts, total: str, at: Scale, plane: float, middle: float) -> None:
    """The legs one after the other, with a white line between them."""
    sheet.words(say("corridor"), plane - 8, middle, anchor="end", bold=True)
    done = 0.0
    for length, fill, edge in parts:
        start, end = at(done), at(done + length)
        done += length
        if end - start > 0.3:
            inset = 0.7 if edge else 0.0
            gap = 0.8 if end - start > 3 else 0.0
            high = 2 * (HALF + 3 - inset)
            sheet.box(start + inset, middle - high / 2, max(0.5, end - start - 2 * inset - gap), high, fill, edge=edge)
    sheet.words(total, at(done) + 6, middle, bold=True)


def _days(way: Way) -> Parts:
    found = []
    for leg in way.legs:
        fill = MOVES[LAND if leg.sort == PORT else leg.sort]
        found += [(leg.waiting_d, WAITS, STANDS), (leg.moving_d, fill, ""), (leg.standing_d, STANDS, "")]
    joined: list[tuple[float, str, str]] = []
    for part in found:
        if part[0] > 0 and joined and joined[-1][1:] == part[1:]:
            joined[-1] = (joined[-1][0] + part[0], *part[1:])
        elif part[0] > 0:
            joined.append(part)
    return joined


def _usd(way: Way) -> Parts:
    return [(leg.usd, MOVES[leg.sort], "") for leg in way.legs if leg.usd > 0]


def _stands(way: Way, named: int) -> str:
    """The longest stops of a way in words."""
    stops = [(leg.standing_d, short(leg.end)) for leg in way.legs if leg.standing_d > 0]
    stops += [
        (leg.waiting_d, say("waiting at {start}", start=short(leg.start))) for leg in way.legs if leg.waiting_d > 0
    ]
    first = sorted(stops, key=lambda stop: -stop[0])[:named]
    return (
        say("Longest stops: ") + ", ".join(f"{name} {numeral(days, '.1f')}" for days, name in first)
        if first
        else say("No stop.")
    )


def _dearest(way: Way, named: int) -> str:
    first = sorted((leg for leg in way.legs if leg.usd > 0), key=lambda leg: -leg.usd)[:named]
    return (
        say("Dearest legs: ") + ", ".join(f"{_leg(leg)} {numeral(leg.usd, ',.0f')}" for leg in first)
        if first
        else say("No tariff known.")
    )


def _leg(leg: Leg) -> str:
    ends = [short(leg.start), short(leg.end)]
    return ends[0] if ends[0] == ends[1] else " – ".join(ends)


def short(name: str) -> str:
    """A place without what its name adds after a comma or in brackets.

    >>> short("Harbour, box berths"), short("Village (Port of Town)")
    ('Harbour', 'Village')
    """
    return name.partition(",")[0].partition(" (")[0]
