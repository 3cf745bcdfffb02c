"""A week of trains and ships as static SVG: places against hours, one line a trip; and ships at their berths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corridor.model.language import said
from corridor.model.result.frame import rows
from corridor.model.result.timetable import DAYS, Timetable
from corridor.model.services import BACK, FORTH, WEEK_H, services
from corridor.reports.charts.bars import GRID, WIDE
from corridor.reports.charts.canvas import LINE, PALETTE, SIZE, Canvas, Scale, name_room
from corridor.reports.map.labels import text_width, wrap
from corridor.reports.map.style import INK, MUTED

LEAST_GAP = 17.0
"""Px: least distance of two places, so that their names can be read."""
TALL = 560.0
"""Px: height of a chain of services."""
STOP = 34.0
"""Px: height for each place of a chain, up to that."""
HEAD, FOOT = 22.0, 26.0
"""Px above and below a plane, for its title and the days."""
BERTH = 18.0
"""Px: height of a berth."""
WAIT = "3 2.5"
"""Dashes of cargo that waits."""
ASIDE = 3.0
"""Px below the line of a place for cargo on its way forward, above it for cargo on its way back."""


@dataclass(frozen=True)
class Chain:
    """Services one after the other, and the km at which each of their places lies."""

    services: tuple[str, ...]
    at: Mapping[tuple[str, int], float]
    stops: tuple[tuple[float, str], ...]


def chains(result: Timetable) -> list[Chain]:
    """The longest chains of services that meet, until each that meets another is drawn once.

    A chain begins at most one service before the first that is new in it.
    """
    onward: dict[str, list[str]] = {}
    for row in rows(result.changes):
        if row.from_direction == row.to_direction == FORTH:
            onward.setdefault(row.from_service, []).append(row.to_service)
    drawn, found = set[str](), list[Chain]()
    meets = set(onward) | {name for names in onward.values() for name in names}
    length = {name: sum(arc.length_km for arc in services(result.case)[name].legs[FORTH]) for name in meets}
    while meets - drawn:
        ways = [way for name in sorted(meets) for way in _ways(onward, (name,))]
        best = max(ways, key=lambda way: (sum(length[name] for name in way if name not in drawn), -len(way), way))
        new = [place for place, name in enumerate(best) if name not in drawn]
        kept = best[max(0, new[0] - 1) : new[-1] + 1]
        drawn |= set(kept)
        found.append(_chain(result, kept))
    return found


def _ways(onward: Mapping[str, Sequence[str]], way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield way
    for name in onward.get(way[-1], ()):
        if name not in way:
            yield from _ways(onward, (*way, name))


def _chain(result: Timetable, names: Sequence[str]) -> Chain:
    titles = {row.node_id: row.name for row in result.case.rows("node")}
    at, km, stops = dict[tuple[str, int], float](), 0.0, list[tuple[float, str]]()
    for name in names:
        legs = services(result.case)[name].legs[FORTH]
        at[name, 0] = km
        if not stops or stops[-1][0] != km:
            stops.append((km, titles[legs[0].start]))
        for leg, arc in enumerate(legs, 1):
            km += arc.length_km
            at[name, leg] = km
            stops.append((km, titles[arc.end]))
    return Chain(tuple(names), at, tuple(stops))


def colours(names: Sequence[str]) -> dict[str, str]:
    """The colour of each service of a plane, in their order."""
    return {name: PALETTE[place % len(PALETTE)] for place, name in enumerate(names)}


def strings_figure(result: Timetable, *, width: int, title: str, description: str) -> str:
    """SVG of the week: a plane a chain, with the places of it from above, and the hours from the left."""
    sheet = Canvas(width)
    names = {row.service: row.name for row in rows(result.services)}
    top = 4.0
    for chain in chains(result):
        paints = colours(chain.services)
        top = _key(sheet, [(names[name], paints[name]) for name in chain.services], top, width)
        top = _plane(sheet, result, chain, paints, top, width) + 16
    return sheet.svg(top, title, description)


def _key(sheet: Canvas, entries: Sequence[tuple[str, str]], top: float, width: int) -> float:
    x, y = 4.0, top + 8
    for name, paint in entries:
        wide = 26 + text_width(name, SIZE) + 16
        if x > 4 and x + wide > width:
            x, y = 4.0, y + LINE + 3
        sheet.line(x, y, x + 20, y, paint, wide=2.4)
        sheet.words(name, x + 26, y)
        x += wide
    return y + 12


def _plane(sheet: Canvas, result: Timetable, chain: Chain, paints: Mapping[str, str], top: float, width: int) -> float:
    """The plane of one chain; the px at its foot."""
    room = 150.0 if width >= WIDE else 92.0
    most = chain.stops[-1][0]
    high = min(TALL, STOP * len(chain.stops)) * (1.0 if width >= WIDE else 0.8)
    y, x = Scale(0.0, most, top + HEAD, top + HEAD + high), Scale(0.0, WEEK_H, room, width - 8)
    last = -LEAST_GAP
    ends = {chain.at[name, leg] for name, leg in chain.at if leg == 0} | {most}
    stands = {
        chain.at[name, leg]
        for name in chain.services
        for leg, (least, _) in enumerate(services(result.case)[name].stands[FORTH])
        if least
    }
    kept = set[float]()
    for km, _ in sorted(chain.stops, key=lambda stop: (stop[0] not in ends, stop[0] not in stands, stop[0])):
        if all(abs(y(km) - y(other)) >= LEAST_GAP for other in kept):
            kept.add(km)
    for km, name in chain.stops:
        strong = km in ends
        sheet.line(room, y(km), width - 8, y(km), GRID, wide=1.4 if strong else 0.7)
        if km in kept and y(km) != last:
            text = wrap(name, SIZE, room - 10)[0]
            sheet.words(text, room - 6, y(km), anchor="end", bold=strong, colour=INK if strong else MUTED)
            last = y(km)
    _days(sheet, x, top + HEAD, top + HEAD + high)
    legs = _legs(result)
    for name in chain.services:
        for way in (FORTH, BACK):
            _trips(sheet, x, y, chain, name, way, legs.get((name, way), ()), paints[name])
    _waits(sheet, x, y, result, chain, legs)
    return top + HEAD + high + FOOT


def _days(sheet: Canvas, x: Scale, top: float, foot: float) -> None:
    for number, day in enumerate(said(DAYS)):
        sheet.line(x(24.0 * number), top, x(24.0 * number), foot, GRID, wide=1)
        sheet.words(day, x(24.0 * number + 12), foot + 14, anchor="middle", colour=MUTED)
    sheet.line(x(WEEK_H), top, x(WEEK_H), foot, GRID, wide=1)


def _legs(result: Timetable) -> dict[tuple[str, str], list[Any]]:
    found: dict[tuple[str, str], list[Any]] = {}
    for row in rows(result.trips):
        found.setdefault((row.service, row.direction), []).append(row)
    return found


def _spot(chain: Chain, name: str, way: str, leg: int, count: int) -> float:
    """The km at which the leg of a direction begins, on the places of the way out."""
    return chain.at[name, leg if way == FORTH else count - leg]


def _trips(
    sheet: Canvas, x: Scale, y: Scale, chain: Chain, name: str, way: str, legs: Sequence[Any], paint: str
) -> None:
    count = max(leg for service, leg in chain.at if service == name)
    before: dict[int, Any] = {}
    for row in legs:
        start, end = (y(_spot(chain, name, way, row.leg + each, count)) for each in (0, 1))
        _line(sheet, x, row.departs_h, row.arrives_h, start, end, paint, 1.6 if way == FORTH else 1.0)
        stood = before.get(row.trip)
        if stood is not None and row.departs_h - stood.arrives_h > 0.05:
            beside = start + (ASIDE / 2 if way == FORTH else -ASIDE / 2)
            _line(sheet, x, stood.arrives_h, row.departs_h, beside, beside, paint, 2.4)
        before[row.trip] = row


def _line(
    sheet: Canvas, x: Scale, begin: float, end: float, top: float, foot: float, paint: str, wide: float, dash: str = ""
) -> None:
    """A line from one hour to another, cut where a week ends and gone on with where it begins."""
    hours = end - begin
    shift = begin - begin % WEEK_H
    begin, end = begin - shift, end - shift
    while True:
        part_end = min(end, WEEK_H)
        share = (part_end - begin) / hours if hours else 1.0
        middle = top + (foot - top) * share
        sheet.line(x(begin), top, x(part_end), middle, paint, wide=wide, dash=dash)
        if end <= WEEK_H + 1e-9:
            return
        hours, top, begin, end = hours - (part_end - begin), middle, 0.0, end - WEEK_H


def _waits(
    sheet: Canvas, x: Scale, y: Scale, result: Timetable, chain: Chain, legs: Mapping[tuple[str, str], list[Any]]
) -> None:
    """Cargo between an arrival and its next departure: thin for the least hours of the change, then dashed."""
    for row in rows(result.changes):
        if not {row.from_service, row.to_service} <= set(chain.services) or not row.units:
            continue
        last = max(leg.leg for leg in legs[row.from_service, row.from_direction])
        came = [leg for leg in legs[row.from_service, row.from_direction] if leg.leg == last]
        goes = [leg.departs_h for leg in legs[row.to_service, row.to_direction] if leg.start == row.place]
        count = max(leg for service, leg in chain.at if service == row.from_service)
        at = y(_spot(chain, row.from_service, row.from_direction, last + 1, count))
        at += ASIDE if row.from_direction == FORTH else -ASIDE
        for leg in came:
            ready = leg.arrives_h + row.least_h
            wait = min(((go - ready + 0.02) % WEEK_H - 0.02 for go in goes), default=0.0)
            if row.least_h:
                _line(sheet, x, leg.arrives_h, ready, at, at, MUTED, 0.6)
            if wait > 0.05:
                _line(sheet, x, ready, ready + wait, at, at, INK, 2.0, WAIT)


def berths_figure(result: Timetable, *, width: int, title: str, description: str) -> str:
    """SVG of ships at berths: a row a berth, a bar from the arrival of a ship to its departure."""
    sheet, frame = Canvas(width), result.stays
    names = {row.service: row.name for row in rows(result.services)}
    shown = [name for name in names if name in set(frame["service"])]
    paints = colours(shown)
    top = _key(sheet, [(names[name], paints[name]) for name in shown], 4.0, width) + 4
    room = 150.0 if width >= WIDE else 92.0
    x, begin = Scale(0.0, WEEK_H, room, width - 8), top
    for _, group in frame.groupby("place", sort=False):
        berths = berthed(rows(group))
        title_lines, _ = name_room([str(group["place_name"].iloc[0])], room - 10)
        high = BERTH * max(len(berths), len(title_lines[0]))
        sheet.lines(title_lines[0], room - 6, top + high / 2, anchor="end", bold=True)
        for number, stays in enumerate(berths):
            for name, start, end in stays:
                sheet.box(x(start), top + BERTH * number + 2, x(end) - x(start), BERTH - 4, paints[name])
        top += high + 6
        sheet.line(room, top - 3, width - 8, top - 3, GRID, wide=1)
    _days(sheet, x, begin, top)
    return sheet.svg(top + FOOT, title, description)


def berthed(stays: Sequence[Any]) -> list[list[tuple[str, float, float]]]:
    """Service, begin and end [h] of the stays of a week by berth.

    Each takes a free berth, that of its own service before another. A ship that lies there as the week ends may have
    lain at another berth as it began: of an odd number of calls two berths take turns from week to week.
    """
    listed = ((part, stay) for stay in stays for part in _parts(stay.arrives_h, stay.departs_h) if part[1] > part[0])
    found: list[list[tuple[str, float, float]]] = []
    for (start, end), stay in sorted(listed, key=lambda each: each[0]):
        free = [berth for berth in found if berth[-1][2] <= start + 0.05]
        own = [berth for berth in free if berth[-1][0] == stay.service]
        if own or (free and len(found) >= stay.berths):
            (own or free)[0].append((stay.service, start, end))
        else:
            found.append([(stay.service, start, end)])
    return found


def _parts(start: float, end: float) -> Iterator[tuple[float, float]]:
    """A stay within the week, in two parts where the week ends in it."""
    length, start = end - start, start % WEEK_H
    if start + length <= WEEK_H:
        yield start, start + length
    else:
        yield start, WEEK_H
        yield 0.0, min(start, start + length - WEEK_H)
