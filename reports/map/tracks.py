"""The ways of links on the map: through points that the case gives, in a bow over water, or straight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from corridor.reports.map.basemap import Basemap
from corridor.reports.map.plane import Plane, Points

_BENDS = (0.0, *(sign * step / 100 for step in (4, 9, 14, 19, 24, 30, 36) for sign in (1, -1)))
"""Bows of a way over water, as shares of its length, to the right of west to east."""
_APART = 0.07
"""Distance between ways over water below which they crowd, as a share of the length."""
_STEPS = 33
_TAPER = 0.18
"""Share of a way at each end over which a lane leaves the middle."""
_TOLERANCE_PX = 0.25


Via = tuple[tuple[float, float], ...]
"""Points on a way: longitude and latitude."""


class Track(NamedTuple):
    """The way between two places: over open water, or through points of longitude and latitude."""

    west: str
    east: str
    water: bool
    via: Via = ()


def tracks_of(
    tonnes: Mapping[Track, float], spots: Mapping[str, Points], plane: Plane, basemap: Basemap
) -> dict[Track, Points]:
    """Points of each way, km, from west to east.

    Ways over open water take the gentlest bow that crosses little land and keeps away from the others; those that
    carry most choose first.
    """
    ways = {
        track: _through([spots[track.west], *plane.project(np.array(track.via)), spots[track.east]])
        if track.via
        else np.linspace(spots[track.west], spots[track.east], 9)
        for track in tonnes
        if not track.water
    }
    sailed = [way for track, way in ways.items() if track.via and tonnes[track]]
    for track in sorted((t for t in tonnes if t.water), key=lambda t: (-tonnes[t], t)):
        ways[track] = _bow(spots[track.west], spots[track.east], basemap, sailed)
        if tonnes[track]:
            sailed.append(ways[track])
    return ways


def _bow(start: Points, end: Points, basemap: Basemap, sailed: Sequence[Points]) -> Points:
    along = end - start
    across = np.array([-along[1], along[0]])
    t = np.linspace(0.0, 1.0, _STEPS)[:, None]
    bows = [start + along * t + across * (4 * t * (1 - t)) * bend for bend in _BENDS]
    ashore = basemap.on_land(np.concatenate([bow[2:-2] for bow in bows])).reshape(len(bows), -1).mean(axis=1)
    near = _APART * float(np.hypot(*along))
    crowds = [_crowding(bow[4:-4], sailed, near) for bow in bows]
    costs = [2 * land + 0.6 * crowd + abs(b) for land, crowd, b in zip(ashore, crowds, _BENDS, strict=True)]
    return bows[costs.index(min(costs))]


def _crowding(bow: Points, sailed: Sequence[Points], near: float) -> float:
    """Share of a way that runs close to earlier ones."""
    if not sailed:
        return 0.0
    others = np.concatenate(sailed)
    away = np.hypot(*(bow[:, None, :] - others[None, :, :]).transpose(2, 0, 1)).min(axis=1)
    return float((away < near).mean())


def _through(points: Iterable[Points]) -> Points:
    """A smooth way through points: cubic, the tangent at each by its neighbours, shortened to the nearer one."""
    knots = np.array(list(points))
    gaps = np.hypot(*np.diff(knots, axis=0).T)
    inner = (knots[2:] - knots[:-2]) / np.maximum(gaps[1:] + gaps[:-1], 1e-9)[:, None]
    tangents = np.concatenate(
        [[knots[1] - knots[0]] / max(gaps[0], 1e-9), inner, [knots[-1] - knots[-2]] / max(gaps[-1], 1e-9)]
    )
    t = np.linspace(0.0, 1.0, 13)[:-1, None]
    pieces = []
    for a, b, u, v, gap in zip(knots, knots[1:], tangents, tangents[1:], gaps, strict=False):
        u, v = u * gap, v * gap
        pieces.append(
            (2 * t**3 - 3 * t**2 + 1) * a + (t**3 - 2 * t**2 + t) * u + (3 * t**2 - 2 * t**3) * b + (t**3 - t**2) * v
        )
    return np.concatenate([*pieces, knots[-1:]])


def beside(way: Points, offset: float) -> Points:
    """A lane beside a way, px, that leaves the middle after its start and comes back to it before its end."""
    even = _even(way)
    if not offset or len(even) < 3:
        return even
    step = np.gradient(even, axis=0)
    across = np.column_stack([-step[:, 1], step[:, 0]]) / np.maximum(np.hypot(*step.T), 1e-9)[:, None]
    share = np.linspace(0.0, 1.0, len(even))
    rise = np.clip(np.minimum(share, 1 - share) / _TAPER, 0.0, 1.0)
    return np.asarray(even + across * (offset * rise * (2 - rise))[:, None])


def _even(way: Points, step: float = 3.0) -> Points:
    """The way by even steps of about 3 px."""
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))])
    if run[-1] <= 0:
        return way[:1]
    at = np.linspace(0.0, run[-1], max(3, int(min(run[-1] / step, 2000)) + 1))
    return np.column_stack([np.interp(at, run, way[:, 0]), np.interp(at, run, way[:, 1])])


def simple(points: Points) -> Points:
    """The points without those that the line does not need (Douglas and Peucker)."""
    kept = np.zeros(len(points), dtype=bool)
    kept[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        start, along = points[first], points[last] - points[first]
        off = points[first + 1 : last] - start
        length = float(np.hypot(*along))
        away = np.abs(off[:, 0] * along[1] - off[:, 1] * along[0]) / length if length else np.hypot(*off.T)
        worst = int(np.argmax(away))
        if away[worst] > _TOLERANCE_PX:
            kept[first + 1 + worst] = True
            spans += [(first, first + 1 + worst), (first + 1 + worst, last)]
    return points[kept]
