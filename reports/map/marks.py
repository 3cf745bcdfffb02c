"""One view of the flow map, the main one or the inset: land, lines, symbols, names and numbered badges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, repeat
from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from corridor.model.language import numeral, say
from corridor.reports.map.areas import area_marks, land_marks
from corridor.reports.map.basemap import Basemap
from corridor.reports.map.labels import FAR, Box, Name, PlacedName, place_names, text_width, wrap
from corridor.reports.map.lines import Line, Link, Place, Scale, lines_on
from corridor.reports.map.plane import Points, View
from corridor.reports.map.style import (
    BADGE_RADIUS,
    BODY,
    FAINT,
    INK,
    MUTED,
    SEA,
    SMALL,
    arrow_mark,
    badge_mark,
    num,
    path_of,
    text_mark,
)
from corridor.reports.map.tracks import Track

_BADGE_AT = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
_TIED_AT = (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78)
NARROW = 480
"""Px: a page narrower than that shows the inset alone."""
_WORDS_PX, _WORDS_NARROW_PX = 130.0, 62.0
"""Widths at which the names of ships are broken."""
_SHOWN = 20
"""Points of a way over water in the view from which it is named."""
_ARROW_AT = (0.5, 0.62, 0.38, 0.72, 0.28)
_ARROW_PX = 34.0
"""Least length of a line with an arrow."""
_WITHIN_PX = 6.0
"""Width of a line from which its arrow lies within it."""
ONE_WAY = 0.75
"""Share of the tonnes in one direction from which a line has an arrow."""


class Tag(NamedTuple):
    """A number to be shown on the line of a link, else at a place."""

    number: int
    link: Link | None
    node_id: str
    name: str = ""


@dataclass(frozen=True)
class Subject:
    """Parts that every view shows.

    ``states`` are the codes of the countries of the corridor, ``named`` those of others with a place. ``steps`` are the
    steps of the base map in a kilometre.
    """

    basemap: Basemap
    states: frozenset[str]
    named: frozenset[str]
    places: Mapping[str, Place]
    links: Sequence[Link]
    tracks: Mapping[Track, Points]
    tags: Sequence[Tag]
    borders: bool = True
    steps: float = 1.0


def view_marks(
    subject: Subject,
    view: View,
    scale: Scale,
    prefix: str,
    *,
    named: Callable[[Place], bool],
    detail: bool,
    rim: Box | None = None,
    from_t: float = 0.0,
) -> tuple[str, list[str]]:
    """The marks of a view, and the names for which it had no room. The detailed view also says what sails.

    `rim` is a frame drawn over the view, which the names had better not cross. Ships that carry less than `from_t` in
    all on their line are not named.
    """
    frame = Box(view.left, view.top, view.left + view.width, view.top + view.height)
    lines = lines_on(view, subject.links, subject.tracks, scale)
    spots = {p.node_id: (float(x), float(y)) for p in subject.places.values() for x, y in view.place(p.point[None])}
    seen = [p for p in subject.places.values() if _in(frame, spots[p.node_id])]
    along = np.concatenate([np.empty((0, 2)), *(_breadth(line) for line in lines), _outline(rim)])
    along = along[((along >= frame[:2]) & (along <= frame[2:])).all(axis=1)]
    rivals = np.array([spots[p.node_id] for p in seen]).reshape(-1, 2)

    taken = [_around(spots[p.node_id], radius(p)) for p in seen]
    badges = _badges(subject, lines, spots, frame, taken)
    taken += [_around(spot, BADGE_RADIUS + 1) for _, spot in badges]

    asked = sorted((p for p in seen if p.label and named(p)), key=lambda p: not p.major)
    texts = [_name(p, spots[p.node_id]) for p in asked]
    names = place_names(texts, frame=frame, taken=taken, lines=along, rivals=rivals)
    unplaced = [place.name for place, name in zip(asked, names, strict=True) if name is None]
    taken += [name.box for name in names if name]
    areas, boxes = area_marks(subject.basemap, subject.states, view, frame, taken, along, subject.named)
    taken += boxes
    sailings = (
        _sailings(
            subject.places, spots, [line for line in lines if line.link.flow_t >= from_t], frame, taken, along, rivals
        )
        if detail
        else []
    )
    taken += [name.box for name, _ in sailings]

    marks = [land_marks(view, prefix, subject.borders, subject.steps), _lines(lines, subject.places), *areas]
    marks += [_arrow(line, taken) for line in lines if detail or line.flow_px >= 4]
    marks += [_symbol(p, spots[p.node_id]) for p in seen]
    marks += [_sailing_mark(name, colour) for name, colour in sailings]
    marks += [_name_mark(name) for name in names if name]
    marks += [badge_mark(tag.number, x, y, tag.name) for tag, (x, y) in badges]
    return "".join(marks), unplaced


def radius(place: Place) -> float:
    """Of the symbol of a place, px."""
    return 3.4 if place.major else 2.4 if place.label else 1.5


def _outline(box: Box | None) -> Points:
    """Points along the edges of a box."""
    if box is None:
        return np.empty((0, 2))
    t = np.linspace(0.0, 1.0, 60)[:, None]
    corners = [np.array([box[i], box[j]]) for i, j in ((0, 1), (2, 1), (2, 3), (0, 3), (0, 1))]
    return np.concatenate([a + (b - a) * t for a, b in pairwise(corners)])


def _breadth(line: Line) -> Points:
    """Points along a line, and along its edges where it is wide."""
    points, half = _stepped(line.points), max(line.outline_px, line.flow_px) / 2
    if half < 3 or len(points) < 2:
        return points
    step = np.gradient(points, axis=0)
    side = np.column_stack([-step[:, 1], step[:, 0]]) / np.maximum(np.hypot(*step.T), 1e-9)[:, None] * half
    return np.concatenate([points + side * part for part in (-1.0, -0.5, 0.0, 0.5, 1.0)])


def _stepped(points: Points) -> Points:
    """Points every 3 px or so."""
    pieces = [points[:1]]
    for a, b in pairwise(points):
        count = max(1, int(min(float(np.hypot(*(b - a))) / 3.0, 600)))
        pieces.append(a + (b - a) * (np.arange(1, count + 1) / count)[:, None])
    return np.concatenate(pieces)


def _in(frame: Box, spot: tuple[float, float]) -> bool:
    return frame.left <= spot[0] <= frame.right and frame.top <= spot[1] <= frame.bottom


def _around(spot: tuple[float, float], reach: float) -> Box:
    return Box(spot[0] - reach, spot[1] - reach, spot[0] + reach, spot[1] + reach)


def _lines(lines: Sequence[Line], places: Mapping[str, Place]) -> str:
    """No flow lowest, then outlines, then the widest flows, so that none hides a thinner one."""
    marks = [
        f'<path d="{path_of(line.points)}" stroke="{FAINT}" stroke-width="0.8"/>'
        for line in lines
        if not line.link.flow_t
    ]
    full = sorted((line for line in lines if line.link.flow_t), key=lambda line: -line.flow_px)
    for line in full:
        if line.outline_px:
            path = path_of(line.points)
            marks.append(f'<path d="{path}" stroke="{line.link.colour}" stroke-width="{line.outline_px + 1.6:.2f}"/>')
            marks.append(f'<path d="{path}" stroke="#FFFFFF" stroke-width="{line.outline_px:.2f}"/>')
    for line in full:
        ids, title = " ".join(link_id for link_id, _ in line.link.flows), escape(_said(line.link, places))
        path = f'd="{path_of(line.points)}" stroke="{line.link.colour}" stroke-width="{line.flow_px:.2f}"'
        marks.append(f'<g data-links="{escape(ids)}"><title>{title}</title><path {path}/></g>')
    return f'<g fill="none" stroke-linejoin="round" stroke-linecap="round">{"".join(marks)}</g>'


def _said(link: Link, places: Mapping[str, Place]) -> str:
    """A link in words, for the pointer and for readers who hear the page."""
    ends = [places[link.west].name, places[link.east].name]
    joint = " – "
    if link.flow_t and max(link.eastward, 1 - link.eastward) >= ONE_WAY:
        ends, joint = (ends if link.eastward >= ONE_WAY else ends[::-1]), say(" to ")
    limit = (
        say("capacity not known")
        if link.capacity_t is None
        else say("of {capacity_t:.2f} Mt", capacity_t=link.capacity_t / 1e6)
    )
    use = (
        say("use not known")
        if link.utilisation is None
        else say("use {utilisation:.0f}\u2009%", utilisation=100 * link.utilisation)
    )
    return say(
        "{ends}, {link}: {flow_t:.2f} Mt a year, {limit}, {use}",
        ends=joint.join(ends),
        link=_mode(link),
        flow_t=link.flow_t / 1e6,
        limit=limit,
        use=use,
    )


def _arrow(line: Line, taken: Sequence[Box]) -> str:
    """An arrowhead where most of the tonnes go one way: on the line if it is thin, within it if it is wide."""
    link, points = line.link, _stepped(line.points)
    if not link.flow_t or max(link.eastward, 1 - link.eastward) < ONE_WAY or 3.0 * len(points) < _ARROW_PX:
        return ""
    ahead = 1 if link.eastward >= ONE_WAY else -1
    within = line.flow_px >= _WITHIN_PX
    size = min(line.flow_px * 0.5, 6.0) if within else 3.4 + 0.9 * line.flow_px
    for share in _ARROW_AT:
        at = int(share * (len(points) - 1))
        spot, way = points[at], (points[min(at + 2, len(points) - 1)] - points[max(at - 2, 0)]) * ahead
        if not any(_around((float(spot[0]), float(spot[1])), size).overlap(box) for box in taken):
            return arrow_mark(spot, way, size, "#FFFFFF" if within else link.colour)
    return ""


def _symbol(place: Place, spot: tuple[float, float]) -> str:
    colour, stroke = (INK, "1.6") if place.major else (MUTED, "1.1")
    return (
        f'<circle cx="{num(spot[0])}" cy="{num(spot[1])}" r="{radius(place)}"'
        f' fill="#FFFFFF" stroke="{colour}" stroke-width="{stroke}"/>'
    )


def _name(place: Place, spot: tuple[float, float]) -> Name:
    size = BODY if place.major else SMALL
    return Name(place.name, spot[0], spot[1], size, bold=place.major, gap=radius(place) + 0.8)


def _name_mark(placed: PlacedName) -> str:
    name = placed.name
    rows = [text_mark(text, x, y, size=name.size, bold=name.bold, halo="#FFFFFF") for text, x, y in placed.baselines]
    return _leader(placed) + "".join(rows)


def _leader(placed: PlacedName) -> str:
    if placed.leader is None:
        return ""
    x1, y1, x2, y2 = (num(value) for value in placed.leader)
    return f'<path d="M{x1} {y1}L{x2} {y2}" stroke="{MUTED}" stroke-width="0.7"/>'


def _badges(
    subject: Subject,
    lines: Sequence[Line],
    spots: Mapping[str, tuple[float, float]],
    frame: Box,
    symbols: Sequence[Box],
) -> list[tuple[Tag, tuple[float, float]]]:
    """A spot for each tag whose link or place the view shows: on the line, or beside the place."""
    room = Box(frame.left + 9, frame.top + 9, frame.right - 9, frame.bottom - 9)
    by_link = {line.link: line for line in lines}
    placed: list[tuple[Tag, tuple[float, float]]] = []
    for tag in subject.tags:
        if tag.link is None:
            x, y = spots[tag.node_id]
            reach = BADGE_RADIUS + radius(subject.places[tag.node_id]) + 2
            ways = ((0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7), (1, 0), (-1, 0), (0, -1), (0, 1))
            options = [(x + dx * reach, y + dy * reach) for dx, dy in ways] if _in(frame, (x, y)) else []
        else:
            points = _stepped(by_link[tag.link].points)
            options = [(float(x), float(y)) for x, y in (points[int(t * (len(points) - 1))] for t in _BADGE_AT)]
        options = [spot for spot in options if _in(room, spot)]
        if options:
            others = [*symbols, *(_around(spot, BADGE_RADIUS + 0.8) for _, spot in placed)]
            clash = [sum(_around(spot, BADGE_RADIUS).overlap(other) for other in others) for spot in options]
            placed.append((tag, options[clash.index(min(clash))]))
    return placed


def _sailings(
    places: Mapping[str, Place],
    spots: Mapping[str, tuple[float, float]],
    lines: Sequence[Line],
    frame: Box,
    taken: Sequence[Box],
    along: Points,
    rivals: Points,
) -> list[tuple[PlacedName, list[str]]]:
    """Mt a year of each mode between two places by sea, and the colour of each line of the text, empty for none."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        if line.link.at_sea and line.link.flow_t:
            groups.setdefault((line.link.west, line.link.east), []).append(line)
    names, colours = [], []
    room = _WORDS_PX if frame.right - frame.left >= NARROW else _WORDS_NARROW_PX
    for group in sorted(groups.values(), key=lambda group: -max(line.link.flow_t for line in group)):
        middle = _stepped(group[len(group) // 2].points)
        shown = [(x, y) for x, y in middle.tolist() if _in(frame, (x, y))]
        if len(shown) > _SHOWN:
            (x, y), *also = (shown[int(share * (len(shown) - 1))] for share in _TIED_AT)
            ends = [places[end] for end in (group[0].link.west, group[0].link.east)]
            away = [say("to {name}", name=p.name) for p in ends if p.label and not _in(frame, spots[p.node_id])][:1]
            texts = [(f"{_mode(line.link)}\u00a0{tonnes(line.link.flow_t)}", line.link.colour) for line in group]
            rows = [
                (row, colour if first else "")
                for text, colour in [*texts, *((text, "") for text in away)]
                for row, first in zip(_rows(text, room), chain([True], repeat(False)), strict=False)
            ]
            text = "\n".join(row for row, _ in rows)
            names.append(Name(text, x, y, SMALL, gap=0.0, indent=12.0, distances=FAR, also=tuple(also)))
            colours.append([colour for _, colour in rows])
    placed = place_names(names, frame=frame, taken=taken, lines=along, rivals=rivals)
    return [(name, colour) for name, colour in zip(placed, colours, strict=True) if name]


def _rows(text: str, room: float) -> list[str]:
    """A text in rows of ``room`` px, or of its longest word: no word is broken."""
    return wrap(text, SMALL, max([room, *(text_width(word, SMALL) for word in text.split(" "))]))


def tonnes(t: float) -> str:
    """Mt a year with one decimal, two below a tenth.

    >>> tonnes(1.16e6), tonnes(3.7e4)
    ('1.2', '0.04')
    """
    return numeral(t / 1e6, ".1f") if t >= 1e5 else numeral(t / 1e6, ".2f")


def _sailing_mark(placed: PlacedName, colours: Sequence[str]) -> str:
    rows = [
        (f'<rect x="{num(x - 11)}" y="{num(y - 5.5)}" width="9" height="4" fill="{colour}"/>' if colour else "")
        + text_mark(text, x, y, size=SMALL, halo=SEA)
        for (text, x, y), colour in zip(placed.baselines, colours, strict=True)
    ]
    x, y, *_ = placed.leader or (placed.name.x, placed.name.y)
    return f'{_leader(placed)}<circle cx="{num(x)}" cy="{num(y)}" r="1.6" fill="{MUTED}"/>{"".join(rows)}'


def _mode(link: Link) -> str:
    return f"{link.mode[:1].lower()}{link.mode[1:]}"
