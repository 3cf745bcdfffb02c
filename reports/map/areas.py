"""The land of a view, and the names of its countries and seas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from corridor.reports.map.basemap import Basemap
from corridor.reports.map.labels import Box, place_centred, text_width
from corridor.reports.map.plane import Points, View, Window
from corridor.reports.map.style import (
    BODY,
    BORDER,
    COAST,
    LAND,
    SEA,
    SMALL,
    STATE,
    STATE_INK,
    WATER_INK,
    num,
    path_of,
    text_mark,
)

_SPACED = 1.2
_EVERY_PX = 9.0
_MOST_CENTRES = 80
_LED_PX = (8.0, 16.0, 26.0, 38.0, 52.0, 70.0)
_SEA_KM = 260.0
"""Distance from its spots at which a sea may still be named."""
_FINEST_PX = 0.4
"""Size of a step of the coast on the page."""


def land_defs(
    basemap: Basemap, states: frozenset[str], views: Sequence[View], prefix: str, *, borders: bool = True
) -> str:
    """The base map for use by every view, in steps of a power of ten of a kilometre."""
    steps = steps_per_km(views)
    windows = [view.window for view in views]
    land, tinted = (
        _paths((ring for c in basemap.countries if (c.code in states) == tint for ring in c.rings), steps, windows, "z")
        for tint in (False, True)
    )
    coasts, between = (_paths(lines, steps, windows, "") for lines in (basemap.coasts, basemap.borders))
    edges = f'<path id="{prefix}-borders" d="{between}" fill="none" stroke="{BORDER}"/>' if borders else ""
    return (
        f'<path id="{prefix}-land" d="{land}" fill="{LAND}" stroke="{LAND}"/>'
        f'<path id="{prefix}-states" d="{tinted}" fill="{STATE}" stroke="{STATE}"/>'
        f'<path id="{prefix}-coasts" d="{coasts}" fill="none" stroke="{COAST}"/>' + edges
    )


def steps_per_km(views: Sequence[View]) -> float:
    """Steps of the paths of the base map in a kilometre, a power of ten."""
    finest = max(view.px_per_km for view in views)
    return float(10.0 ** math.ceil(math.log10(finest / _FINEST_PX)))


def _paths(lines: Iterable[Points], steps: float, windows: Sequence[Window], end: str) -> str:
    """Lines that come near a window, as one path of relative steps."""
    pieces = []
    for line in lines:
        low, high = line.min(axis=0), line.max(axis=0)
        if not any((high >= (w.west, w.north)).all() and (low <= (w.east, w.south)).all() for w in windows):
            continue
        points = np.rint(line * steps).astype(int)
        moves = np.diff(points, axis=0)
        moves = moves[(moves != 0).any(axis=1)]
        if len(moves) > (1 if end else 0):
            way = "".join(f"{x: d}{y: d}" for x, y in moves.tolist()).replace(" -", "-").lstrip()
            pieces.append(f"M{points[0][0]} {points[0][1]}l{way}{end}")
    return "".join(pieces)


def land_marks(view: View, prefix: str, borders: bool, steps: float) -> str:
    """The base map in the window of a view."""
    factor = view.px_per_km / steps
    x = view.left - view.window.west * view.px_per_km
    y = view.top - view.window.north * view.px_per_km
    thin = f'stroke-width="{0.8 / factor:.3f}"'
    dash = f'stroke-dasharray="{3 / factor:.2f} {2.5 / factor:.2f}"'
    uses = f'<use href="#{prefix}-land" {thin}/><use href="#{prefix}-states" {thin}/>'
    uses += f'<use href="#{prefix}-borders" {thin} {dash}/>' if borders else ""
    return (
        f'<rect x="{num(view.left)}" y="{num(view.top)}" width="{num(view.width)}" height="{num(view.height)}"'
        f' fill="{SEA}"/><g transform="translate({x:.2f} {y:.2f}) scale({factor:.6f})" stroke-linejoin="round">'
        f'{uses}<use href="#{prefix}-coasts" {thin}/></g>'
    )


def area_marks(
    basemap: Basemap,
    states: frozenset[str],
    view: View,
    frame: Box,
    taken: Sequence[Box],
    along: Points,
    countries: frozenset[str],
) -> tuple[list[str], list[Box]]:
    """Marks and boxes of the names of countries and seas.

    The states of the corridor are always named, over lines where there is no other room; the other ``countries`` with
    a place, and the seas, where nothing is covered.
    """
    marks: list[str] = []
    boxes: list[Box] = []
    grid, across = view.grid(_EVERY_PX), view.columns(_EVERY_PX)
    if not len(grid):
        return marks, boxes
    inside = {country.code or country.name: country.holds(grid) for country in basemap.countries}
    for country in sorted(basemap.countries, key=lambda c: (c.code not in states, c.name)):
        held = inside[country.code or country.name]
        if not held.any() or (country.code not in states and country.code not in countries):
            continue
        text, sure = country.name.upper(), country.code in states
        size = (text_width(text, SMALL, bold=sure) + _SPACED * len(text) + 4, SMALL + 4)
        box, leader = None, ""
        for centres, lines in _centres(grid, held, _clear(held, across, size[0]), view, along, sure):
            box = place_centred(size, centres, frame=frame, taken=[*taken, *boxes], lines=lines)
            if box:
                break
        if box is None and sure and held.mean() < 0.5:
            spots = _around(view.place(grid[held]).mean(axis=0), size)
            elsewhere = [c for c in basemap.countries if c.code in states and c is not country]
            for other in elsewhere:
                spots = spots[~other.holds(view.back(spots))]
            box, leader = _led(size, view.place(grid[held]).mean(axis=0), spots, frame, [*taken, *boxes], along)
        if box:
            boxes.append(box)
            marks.append(leader + _mark(text, box, STATE_INK, bold=sure, halo=STATE if sure else LAND))
    water = ~np.any(list(inside.values()), axis=0) if inside else np.ones(len(grid), dtype=bool)
    for name, spots in basemap.seas:
        wide = text_width(name, BODY)
        centres = _water(spots, grid[_clear(water, across, wide)], view)
        box = place_centred((wide + 4, BODY + 4), centres, frame=frame, taken=[*taken, *boxes], lines=along)
        if box:
            boxes.append(box)
            marks.append(_mark(name, box, WATER_INK, italic=True))
    return marks, boxes


def _clear(held: npt.NDArray[np.bool_], across: int, wide: float) -> npt.NDArray[np.bool_]:
    """True for points of a grid of ``across`` columns about which a text of that width, px, stays in the area."""
    half = math.ceil(wide / 2 / _EVERY_PX)
    runs = np.cumsum(np.pad(held.reshape(-1, across), ((0, 0), (half + 1, half))), axis=1)
    return np.asarray(runs[:, 2 * half + 1 :] - runs[:, : -2 * half - 1] == 2 * half + 1).ravel()


def _centres(
    grid: Points,
    held: npt.NDArray[np.bool_],
    clear: npt.NDArray[np.bool_],
    view: View,
    along: Points,
    sure: bool,
) -> Iterable[tuple[Points, Points]]:
    """Centres for the name of a country, best first, and the lines that it must not cover there."""
    middle, none = grid[held].mean(axis=0), np.empty((0, 2))
    for area, lines in ((clear, along), (held, along), (clear, none), (held, none))[: 4 if sure else 1]:
        spots = grid[area]
        away = np.hypot(*(spots - middle).T)
        yield view.place(spots[np.argsort(away, kind="stable")][:_MOST_CENTRES]), lines


def _water(spots: Points, wet: Points, view: View) -> Points:
    """Centres for the name of a sea on the page: points of water near a spot, the nearest first."""
    spots = spots[np.isfinite(spots).all(axis=1)]
    if not len(wet) or not len(spots):
        return np.empty((0, 2))
    away = np.hypot(*(wet[:, None, :] - spots[None, :, :]).transpose(2, 0, 1)).min(axis=1)
    near = away <= _SEA_KM
    return view.place(wet[near][np.argsort(away[near], kind="stable")][:_MOST_CENTRES])


def _around(spot: Points, size: tuple[float, float]) -> Points:
    """Centres for a name about a spot, px, the nearest first."""
    turns = np.radians(np.arange(0, 360, 30))
    ways = np.column_stack([np.cos(turns), np.sin(turns)])
    return np.concatenate([spot + ways * (np.array(size) / 2 + reach) for reach in _LED_PX])


def _led(
    size: tuple[float, float], spot: Points, spots: Points, frame: Box, taken: Sequence[Box], along: Points
) -> tuple[Box | None, str]:
    """A box near a country in which there is no room, and the line from it to the country."""
    box = place_centred(size, spots, frame=frame, taken=taken, lines=along) or place_centred(
        size, spots, frame=frame, taken=taken, lines=np.empty((0, 2))
    )
    if box is None:
        return None, ""
    end = np.clip(spot, (box.left, box.top), (box.right, box.bottom))
    return box, f'<path d="{path_of(np.array([spot, end]))}" stroke="{STATE_INK}" stroke-width="0.7"/>'


def _mark(
    text: str, box: Box, colour: str, *, bold: bool = False, italic: bool = False, halo: str | None = None
) -> str:
    x, y = (box.left + box.right) / 2, box.bottom - 4.5
    size, spacing = (BODY, 0.0) if italic else (SMALL, _SPACED)
    return text_mark(
        text, x, y, size=size, colour=colour, bold=bold, italic=italic, halo=halo, anchor="middle", spacing=spacing
    )
