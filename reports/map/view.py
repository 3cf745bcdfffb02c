"""One view of the flow map, the main one or the inset: base, pipes, symbols, names and numbered tags."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from corridor.reports.map.basemap import Basemap, Country, Points, View, on_basemap
from corridor.reports.map.labels import FAR, Box, Name, PlacedName, place_centred, place_names, text_width
from corridor.reports.map.lines import Line, Link, Place, Scale, lines_on
from corridor.reports.map.style import (
    BADGE_RADIUS,
    BODY,
    BORDER,
    COAST,
    FAINT,
    INK,
    LAND,
    MUTED,
    SEA,
    SMALL,
    STATE,
    STATE_INK,
    WATER_INK,
    badge_mark,
    num,
    pipe_marks,
    text_mark,
)

_BADGE_AT = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
_TIED_AT = (0.5, 0.4, 0.6, 0.3, 0.7)
_SPACED = 1.5
_WIDE_PX = 16.0
_NAMES_EVERY_PX = 12.0


class Tag(NamedTuple):
    """A number to be shown on a link, else at a place."""

    number: int
    link_id: str | None
    node_id: str


@dataclass(frozen=True)
class Subject:
    """Parts that every view shows."""

    basemap: Basemap
    states: tuple[Country, ...]  # those with a place in them
    places: dict[str, Place]
    links: Sequence[Link]
    bends: dict[tuple[str, str], float]
    scale: Scale
    tags: Sequence[Tag]


def base_marks(subject: Subject, view: View, prefix: str) -> str:
    """The base map, cut to the window, for use by every view."""
    land = "".join(country.path_in(view) for country in subject.basemap.countries)
    states = "".join(country.path_in(view) for country in subject.states)
    return (
        f'<path id="{prefix}-land" d="{land}"/><path id="{prefix}-states" d="{states}" fill="{STATE}"/>'
        f'<path id="{prefix}-borders" d="{subject.basemap.borders}" fill="none" stroke="{BORDER}"/>'
    )


def view_marks(
    subject: Subject, view: View, prefix: str, *, named: Callable[[Place], bool], detail: bool, rim: Box | None = None
) -> tuple[str, list[str]]:
    """The marks of a view, and the names for which it had no room. The detailed view also says what sails.

    `rim` is a frame drawn over the view, which the names had better not cross.
    """
    frame = Box(view.left, view.top, view.left + view.width, view.top + view.height)
    lines = lines_on(view, subject.links, subject.places, subject.scale, subject.bends)
    spots = {p.node_id: (float(x), float(y)) for p in subject.places.values() for x, y in view.place(_xy(p))}
    seen = [p for p in subject.places.values() if _in(frame, spots[p.node_id])]
    along = np.concatenate([np.empty((0, 2)), *(_breadth(line) for line in lines), _outline(rim)])
    rivals = np.array([spots[p.node_id] for p in seen]).reshape(-1, 2)

    taken = [_around(spots[p.node_id], radius(p)) for p in seen]
    badges = _badges(subject, lines, spots, frame, taken)
    taken += [_around(spot, BADGE_RADIUS + 1) for _, spot in badges]

    asked = sorted((p for p in seen if p.label and named(p)), key=lambda p: not p.major)
    texts = [_name(p, spots[p.node_id]) for p in asked]
    names = place_names(texts, frame=frame, taken=taken, lines=along, rivals=rivals)
    unplaced = [place.name for place, found in zip(asked, names, strict=True) if found is None]
    taken += [found.box for found in names if found]
    sailings = _sailings(lines, frame, taken, along, rivals) if detail else []
    taken += [found.box for found, _ in sailings]
    waters = _areas(_seas(subject, view), frame, taken, along, WATER_INK, italic=True)
    taken += [box for _, box in waters]
    lands = _areas(_countries(subject, view), frame, taken, along, STATE_INK, italic=False)

    marks = [_base(view, prefix), _lines(lines, subject.places)]
    marks += [mark for mark, _ in waters + lands]
    marks += [_symbol(p, spots[p.node_id]) for p in seen]
    marks += [_sailing_mark(found, colours) for found, colours in sailings]
    marks += [_name_mark(found) for found in names if found]
    marks += [badge_mark(number, x, y) for number, (x, y) in badges]
    return "".join(marks), unplaced


def radius(place: Place) -> float:
    """Of the symbol of a place, px."""
    return 3.6 if place.major else 2.5 if place.label else 1.5


def _normal(points: Points) -> Points:
    """Unit vector across a line, between its ends."""
    x, y = points[-1] - points[0]
    return np.array([-y, x]) / (float(np.hypot(x, y)) or 1.0)


def _outline(box: Box | None) -> Points:
    """Points along the edges of a box."""
    if box is None:
        return np.empty((0, 2))
    t = np.linspace(0.0, 1.0, 60)[:, None]
    corners = [np.array([box[i], box[j]]) for i, j in ((0, 1), (2, 1), (2, 3), (0, 3), (0, 1))]
    return np.concatenate([a + (b - a) * t for a, b in pairwise(corners)])


def _breadth(line: Line) -> Points:
    """Points along a line, and along its edges where it is wide."""
    half = max(line.capacity_px or 0.0, line.flow_px) / 2
    if half < 3:
        return line.points
    step = np.gradient(line.points, axis=0)
    side = np.column_stack([-step[:, 1], step[:, 0]]) / np.hypot(*step.T)[:, None] * half
    return np.concatenate([line.points + side * part for part in (-1.0, -0.5, 0.0, 0.5, 1.0)])


def _xy(place: Place) -> Points:
    return np.array([[place.x, place.y]])


def _in(frame: Box, spot: tuple[float, float]) -> bool:
    return frame.left <= spot[0] <= frame.right and frame.top <= spot[1] <= frame.bottom


def _around(spot: tuple[float, float], reach: float) -> Box:
    return Box(spot[0] - reach, spot[1] - reach, spot[0] + reach, spot[1] + reach)


def _base(view: View, prefix: str) -> str:
    thin = f'stroke-width="{0.8 / view.px_per_km:.3f}"'
    dash = f'stroke-dasharray="{3 / view.px_per_km:.2f} {2.5 / view.px_per_km:.2f}"'
    return (
        f'<rect x="{num(view.left)}" y="{num(view.top)}" width="{num(view.width)}" height="{num(view.height)}"'
        f' fill="{SEA}"/><g transform="{view.transform()}" stroke-linejoin="round">'
        f'<use href="#{prefix}-land" fill="{LAND}" stroke="{COAST}" {thin}/><use href="#{prefix}-land" fill="{LAND}"/>'
        f'<use href="#{prefix}-states"/><use href="#{prefix}-borders" {thin} {dash}/></g>'
    )


def _lines(lines: Sequence[Line], places: dict[str, Place]) -> str:
    """No flow lowest, then wide pipes, then the others; edges before insides, so that no pipe cuts another."""
    empty = [line for line in lines if not line.link.flow_t]
    full = sorted((line for line in lines if line.link.flow_t), key=lambda line: line.link.utilisation or 0.0)
    marks = [f'<path d="{line.path}" stroke="{FAINT}" stroke-width="1"/>' for line in empty]
    for wide in (True, False):
        layer = [line for line in full if ((line.capacity_px or 0.0) > _WIDE_PX) == wide]
        pipes = [pipe_marks(line.path, line.flow_px, line.capacity_px, line.link.colour) for line in layer]
        marks += [edge for edge, _, _ in pipes] + [inside for _, inside, _ in pipes]
        marks += [
            f"<g><title>{escape(_said(line.link, places))}</title>{fill}</g>"
            for line, (_, _, fill) in zip(layer, pipes, strict=True)
        ]
    marks += [
        f'<path d="{line.path}" stroke="#FFFFFF" stroke-width="0.9" stroke-dasharray="1 4"/>'
        for line in full
        if line.link.at_sea and line.flow_px >= 3
    ]
    return f'<g fill="none">{"".join(marks)}</g>'


def _said(link: Link, places: dict[str, Place]) -> str:
    """A link in words, for the pointer and for readers who hear the page."""
    ends = f"{places[link.west].name} – {places[link.east].name}"
    limit = "capacity not known" if link.capacity_t is None else f"of {link.capacity_t / 1e6:.2f} Mt"
    use = "use not known" if link.utilisation is None else f"use {100 * link.utilisation:.0f}\u2009%"
    return f"{ends}, {_mode(link)}: {link.flow_t / 1e6:.2f} Mt a year, {limit}, {use}"


def _symbol(place: Place, spot: tuple[float, float]) -> str:
    colour, stroke = (INK, "1.6") if place.major else (MUTED, "1.1")
    return (
        f'<circle cx="{num(spot[0])}" cy="{num(spot[1])}" r="{radius(place)}"'
        f' fill="#FFFFFF" stroke="{colour}" stroke-width="{stroke}"/>'
    )


def _name(place: Place, spot: tuple[float, float]) -> Name:
    text = place.name
    if not on_basemap(_xy(place))[0]:  # drawn at the edge of the window
        text = f"{text} →" if place.x > 0 else f"← {text}"
    size = BODY if place.major else SMALL
    return Name(text, spot[0], spot[1], size, bold=place.major, gap=radius(place) + 0.8)


def _name_mark(found: PlacedName) -> str:
    rows = [
        text_mark(text, x, y, size=found.name.size, bold=found.name.bold, halo="#FFFFFF")
        for text, x, y in found.baselines
    ]
    return _leader(found) + "".join(rows)


def _leader(found: PlacedName) -> str:
    if found.leader is None:
        return ""
    x1, y1, x2, y2 = (num(value) for value in found.leader)
    return f'<path d="M{x1} {y1}L{x2} {y2}" stroke="{MUTED}" stroke-width="0.7"/>'


def _badges(
    subject: Subject,
    lines: Sequence[Line],
    spots: dict[str, tuple[float, float]],
    frame: Box,
    symbols: Sequence[Box],
) -> list[tuple[int, tuple[float, float]]]:
    """A spot for each tag whose link or place the view shows: on the link, or beside the place."""
    room = Box(frame.left + 9, frame.top + 9, frame.right - 9, frame.bottom - 9)
    by_link = {line.link.link_id: line for line in lines}
    placed: list[tuple[int, tuple[float, float]]] = []
    for tag in subject.tags:
        if tag.link_id is None:
            x, y = spots[tag.node_id]
            reach = BADGE_RADIUS + radius(subject.places[tag.node_id]) + 2
            ways = ((0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7), (1, 0), (-1, 0), (0, -1), (0, 1))
            options = [(x + dx * reach, y + dy * reach) for dx, dy in ways] if _in(frame, (x, y)) else []
        else:
            points = by_link[tag.link_id].points
            options = [(float(x), float(y)) for x, y in (points[int(t * (len(points) - 1))] for t in _BADGE_AT)]
            aside = (BADGE_RADIUS + 5) * _normal(points)
            options += [(float(x), float(y)) for x, y in (points[len(points) // 2] + aside * s for s in (1, -1))]
        options = [spot for spot in options if _in(room, spot)]
        if options:
            others = [*symbols, *(_around(spot, BADGE_RADIUS + 0.8) for _, spot in placed)]
            clash = [sum(_around(spot, BADGE_RADIUS).overlap(other) for other in others) for spot in options]
            placed.append((tag.number, options[clash.index(min(clash))]))
    return placed


def _sailings(
    lines: Sequence[Line], frame: Box, taken: Sequence[Box], along: Points, rivals: Points
) -> list[tuple[PlacedName, list[str]]]:
    """Mt a year of each mode between two places by sea, and the colour of each line of the text."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        if line.link.at_sea and line.link.flow_t:
            groups.setdefault((line.link.west, line.link.east), []).append(line)
    names, colours = [], []
    for group in groups.values():
        middle = group[len(group) // 2].points
        shown = [(x, y) for x, y in middle.tolist() if _in(frame, (x, y))]
        if len(shown) > len(middle) / 2:
            (x, y), *also = (shown[int(share * (len(shown) - 1))] for share in _TIED_AT)
            text = "\n".join(f"{_mode(line.link)} {line.link.flow_t / 1e6:.1f}" for line in group)
            names.append(Name(text, x, y, SMALL, gap=0.0, indent=12.0, distances=FAR, also=tuple(also)))
            colours.append([line.link.colour for line in group])
    found = place_names(names, frame=frame, taken=taken, lines=along, rivals=rivals)
    return [(name, colour) for name, colour in zip(found, colours, strict=True) if name]


def _sailing_mark(found: PlacedName, colours: Sequence[str]) -> str:
    rows = [
        f'<rect x="{num(x - 11)}" y="{num(y - 5.5)}" width="9" height="4" fill="{colour}"/>'
        + text_mark(text, x, y, size=SMALL, colour=MUTED, halo=SEA)
        for (text, x, y), colour in zip(found.baselines, colours, strict=True)
    ]
    x, y, *_ = found.leader or (found.name.x, found.name.y)
    return f'{_leader(found)}<circle cx="{num(x)}" cy="{num(y)}" r="1.8" fill="{MUTED}"/>{"".join(rows)}'


def _mode(link: Link) -> str:
    return f"{link.mode[:1].lower()}{link.mode[1:]}"


def _seas(subject: Subject, view: View) -> list[tuple[str, Points]]:
    return [(sea.name, view.place(sea.centres)) for sea in subject.basemap.seas]


def _countries(subject: Subject, view: View) -> list[tuple[str, Points]]:
    """Names of the states of the corridor, each with centres so far inside that the text stays in the state."""
    grid = view.grid(_NAMES_EVERY_PX)
    found = []
    for state in subject.states:
        name = state.name.upper()
        reach = np.array([_spaced(name) / 2 / view.px_per_km, 0.0])
        inside = state.holds(grid)
        fits = grid[inside & state.holds(grid - reach) & state.holds(grid + reach)]
        if len(fits):
            away = np.hypot(*(fits - grid[inside].mean(axis=0)).T)
            found.append((name, view.place(fits[np.argsort(away, kind="stable")])))
    return found


def _spaced(text: str) -> float:
    return text_width(text, SMALL) + _SPACED * len(text)


def _areas(
    wanted: Sequence[tuple[str, Points]], frame: Box, taken: Sequence[Box], along: Points, colour: str, *, italic: bool
) -> list[tuple[str, Box]]:
    """Marks and boxes of the names of seas and states for which there is room."""
    placed: list[tuple[str, Box]] = []
    for text, centres in wanted:
        spacing = 0.0 if italic else _SPACED
        wide = _spaced(text) if spacing else text_width(text, BODY)
        box = place_centred(
            (wide + 4, BODY + 3), centres, frame=frame, taken=[*taken, *(b for _, b in placed)], lines=along
        )
        if box:
            x, y = (box.left + box.right) / 2, box.bottom - 4.5
            size = BODY if italic else SMALL
            mark = text_mark(text, x, y, size=size, colour=colour, italic=italic, anchor="middle", spacing=spacing)
            placed.append((mark, box))
    return placed
