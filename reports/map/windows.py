"""The windows of the flow map: the main one, and the busiest water of the corridor for its inset."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from corridor.reports.map.lines import Link, Place, track_of
from corridor.reports.map.plane import Points, Window, window_of
from corridor.reports.map.tracks import Track

LEAST_KM = 12.0
WIDEST, TALLEST = 2.6, 1.35
"""Ratios of width to height between which the main window is kept."""
_MARGINS = (1.09, 1.16)
_CORE_MARGIN = 1.4
CORE_SHARE, NAMED_SHARE = 0.2, 0.1
"""Shares of the tonnes over water from which a landing belongs to the busiest water, and is always named."""
_GOOD = 0.8
_MOVES = (0.0, -0.5, 0.5, -1.0, 1.0)
INSET_ZOOM = 1.6
"""Least magnification of an inset: with less, the main map shows as much."""
INSET_FROM_KM = 600.0
"""Width of the whole below which there is no inset: its coast is too coarse for more magnification."""
CROWDED, _CROWD_SHARE = 4, 0.22
"""Places in a crowd at least, and the width of its window as a share of the main one's."""


def main_window(points: Points, widest: float = WIDEST, tallest: float = TALLEST) -> Window:
    """The window around all places and ways, of a shape between two ratios of width to height."""
    window = window_of(points, LEAST_KM).wider(*_MARGINS)
    ratio = window.width / window.height
    return window.shaped(min(max(ratio, tallest), widest))


def core_of(links: Sequence[Link], places: Mapping[str, Place], gates: frozenset[str], main: Window) -> Window | None:
    """The busiest water: the gates and the landings over the water from them, or where places crowd; else None."""
    busy = landings(links, gates, CORE_SHARE)
    if len(busy) > 1:
        points = np.array([places[node_id].point for node_id in sorted(busy)])
        return window_of(points, LEAST_KM).wider(_CORE_MARGIN)
    return _crowd([place for place in places.values() if place.label], main)


def landings(links: Sequence[Link], gates: frozenset[str], share: float) -> frozenset[str]:
    """Gates, and places that have a share of the tonnes over water from them, or of all where there is no gate."""
    sailing = [link for link in links if link.at_sea and link.flow_t]
    sailing = [link for link in sailing if {link.west, link.east} & gates] or sailing
    total, landed = sum(link.flow_t for link in sailing), dict.fromkeys(gates, math.inf)
    for link in sailing:
        for end in (link.west, link.east):
            landed[end] = landed.get(end, 0.0) + link.flow_t
    return frozenset(end for end, t in landed.items() if t >= share * total)


def _crowd(places: Sequence[Place], main: Window) -> Window | None:
    """The window of a set width that holds most places, then the first by its corner; None where these are few."""
    wide = main.width * _CROWD_SHARE
    tall = wide * 0.8
    best: tuple[int, float, float] | None = None
    for west in sorted({place.x for place in places}):
        for north in sorted({place.y for place in places}):
            count = sum(west <= p.x <= west + wide and north <= p.y <= north + tall for p in places)
            if best is None or count > best[0]:
                best = count, west, north
    if best is None or best[0] < CROWDED or best[0] == len(places):
        return None
    return Window(best[1], best[2], best[1] + wide, best[2] + tall).wider(_CORE_MARGIN)


def inset_window(
    core: Window | None, ratio: float, main: Window, links: Sequence[Link], tracks: Mapping[Track, Points]
) -> Window | None:
    """The window of the inset at a ratio of width to height: the core, moved to where it shows most tonne-kilometres.

    None where there is no core, or where it is most of the map.
    """
    if core is None:
        return None
    window = core.shaped(ratio)
    if main.width < INSET_FROM_KM or main.width / window.width < INSET_ZOOM:
        return None
    ways = [(tracks[track_of(link)], link.flow_t) for link in links if link.flow_t]
    spare_x, spare_y = (window.width - core.width) / 2, (window.height - core.height) / 2
    moves = [window.moved(spare_x * east, spare_y * south) for east in _MOVES for south in _MOVES]
    shown = [sum(t * float(moved.holds(way).sum()) for way, t in ways) for moved in moves]
    return moves[0] if shown[0] >= _GOOD * max(shown) else moves[shown.index(max(shown))]
