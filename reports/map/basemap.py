"""The base map under the flow map: countries, coasts and borders of the world, cut to a window and projected."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from corridor.model.language import now, say
from corridor.reports.countries import country_name
from corridor.reports.map.plane import FAR_MERIDIAN, Plane, Points, Window

_MARGIN = 0.06
"""Share of the window by which the land is cut farther out."""
_LONG_DEGREES = 2.0
_SEAM, _POLE = 179.97, 89.9


@dataclass(frozen=True)
class Shape:
    """A country of the world: its ISO 3166-1 alpha-2 code, empty for none, its name, and its rings of lon and lat."""

    code: str
    name: str
    rings: tuple[Points, ...]


@dataclass(frozen=True)
class World:
    """Countries, coasts and borders in degrees; ``seas`` are names with spots for them, the best one first."""

    countries: tuple[Shape, ...]
    coasts: tuple[Points, ...]
    borders: tuple[Points, ...]
    seas: tuple[tuple[str, Points], ...]


@dataclass(frozen=True)
class Country:
    """A country in the plane of the page: its code, its name and its rings, km."""

    code: str
    name: str
    rings: tuple[Points, ...]

    def holds(self, points: Points) -> npt.NDArray[np.bool_]:
        """True for points inside, by the even-odd rule."""
        inside = np.zeros(len(points), dtype=np.bool_)
        for ring in self.rings:
            low, high = ring.min(axis=0), ring.max(axis=0)
            near = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
            if near.size:
                inside[near] ^= _crossings(ring, points[near]) % 2 == 1
        return inside


@dataclass(frozen=True)
class Basemap:
    """Countries, coasts and borders of a window in the plane, km; names of seas with spots for them."""

    countries: tuple[Country, ...]
    coasts: tuple[Points, ...]
    borders: tuple[Points, ...]
    seas: tuple[tuple[str, Points], ...]

    def on_land(self, points: Points) -> npt.NDArray[np.bool_]:
        """True for points in a country."""
        land = np.zeros(len(points), dtype=np.bool_)
        for country in self.countries:
            land |= country.holds(points)
        return land

    def holding(self, points: Points) -> tuple[Country, ...]:
        """Countries in which at least one of the points lies."""
        return tuple(country for country in self.countries if country.holds(points).any())


def _crossings(ring: Points, points: Points) -> npt.NDArray[np.int64]:
    """Crossings of the ring by a ray from each point to the east."""
    x0, y0 = ring.T
    x1, y1 = np.roll(ring, -1, axis=0).T
    x, y = points[:, :1], points[:, 1:]
    spans = (y0 > y) != (y1 > y)
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    return np.asarray((spans & (x < x0 + (y - y0) * (x1 - x0) / rise)).sum(axis=1), dtype=np.int64)


def load_world() -> World:
    """The world that is shipped: Natural Earth 1:50m, simplified; see assets/basemap/README.md."""
    return _world(now())


@cache
def _world(language: str) -> World:
    """The world with the names of countries and seas in a language, which is the current one."""
    assets = files("corridor.reports") / "assets" / "basemap"
    raw, names = (json.loads((assets / name).read_text(encoding="utf-8")) for name in ("basemap.json", "names.json"))
    arcs = [_arc(text) / raw["steps_per_degree"] for text in raw["arcs"]]
    used = Counter(arc if arc >= 0 else ~arc for c in raw["countries"] for ring in c["rings"] for arc in ring)
    shapes = (
        Shape(
            c["code"],
            country_name(c["code"]) if c["code"] else c["name"],
            tuple(np.concatenate([_directed(arcs, arc)[:-1] for arc in ring]) for ring in c["rings"]),
        )
        for c in raw["countries"]
    )
    return World(
        tuple(shapes),
        tuple(piece for n, arc in enumerate(arcs) if used[n] == 1 for piece in _off_the_seam(arc)),
        tuple(arc for n, arc in enumerate(arcs) if used[n] > 1),
        tuple((say(sea["name"]), np.array(sea["at"], dtype=float)) for sea in names["seas"]),
    )


def _arc(text: str) -> Points:
    """Points of an arc, in steps.

    >>> _arc("10 20 5 0-5 5").tolist()
    [[10.0, 20.0], [15.0, 20.0], [10.0, 25.0]]
    """
    return np.cumsum(np.array(re.findall(r"-?\d+", text), dtype=float).reshape(-1, 2), axis=0)


def _directed(arcs: Sequence[Points], number: int) -> Points:
    return arcs[number] if number >= 0 else arcs[~number][::-1]


def _off_the_seam(arc: Points) -> Iterable[Points]:
    """Parts of a coast that are no cut of the source: neither along the 180th meridian nor along the pole."""
    on_cut = (np.abs(arc[:, 0]) >= _SEAM) | (arc[:, 1] <= -_POLE)
    return _runs(arc, ~(on_cut[:-1] & on_cut[1:]))


def _runs(points: Points, kept: npt.NDArray[np.bool_]) -> list[Points]:
    """The points of consecutive segments that are kept."""
    if kept.all():
        return [points]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(int)))
    return [points[start : end + 1] for start, end in edges.reshape(-1, 2)]


def basemap_of(plane: Plane, window: Window) -> Basemap:
    """The land of a window of the plane, its names in the current language."""
    return _basemap_of(plane, window, now())


@lru_cache(maxsize=4)
def _basemap_of(plane: Plane, window: Window, language: str) -> Basemap:
    world = load_world()
    low, high = plane.degrees_around(window.wider(1 + _MARGIN))
    countries = []
    for shape in world.countries:
        rings = [plane.project(_dense(part)) for ring in shape.rings for part in _clipped(ring, plane.lon, low, high)]
        if rings:
            countries.append(Country(shape.code, shape.name, tuple(rings)))
    coasts, borders = (
        tuple(plane.project(part) for line in lines for part in _within(line, plane.lon, low, high))
        for lines in (world.coasts, world.borders)
    )
    seas = tuple((name, plane.project(spots)) for name, spots in world.seas)
    return Basemap(tuple(countries), coasts, borders, seas)


def _turns(line: Points, lon: float, low: Points, high: Points) -> Iterable[Points]:
    """A line on each turn of the globe on which it comes near the box; longitudes are counted from ``lon``."""
    for turn in (-360.0, 0.0, 360.0):
        moved = line + np.array([turn - lon, 0.0])
        if (moved.max(axis=0) >= low).all() and (moved.min(axis=0) <= high).all():
            yield moved


def _clipped(ring: Points, lon: float, low: Points, high: Points) -> Iterable[Points]:
    for moved in _turns(ring, lon, low, high):
        part = moved
        for axis in (0, 1):
            part = _half(part, axis, float(low[axis]), 1.0)
            part = _half(part, axis, float(high[axis]), -1.0)
        if len(part) > 2:
            yield part + np.array([lon, 0.0])


def _half(ring: Points, axis: int, limit: float, sign: float) -> Points:
    """The part of a ring on one side of a line across an axis (Sutherland and Hodgman)."""
    if not len(ring):
        return ring
    inside = sign * (ring[:, axis] - limit) >= 0
    if inside.all():
        return ring
    following = np.roll(ring, -1, axis=0)
    leaves = inside != np.roll(inside, -1)
    way = following[:, axis] - ring[:, axis]
    share = (limit - ring[:, axis]) / np.where(way == 0, 1.0, way)
    both = np.stack([ring, ring + (following - ring) * share[:, None]], axis=1).reshape(-1, 2)
    return np.asarray(both[np.column_stack([inside, leaves]).ravel()])


def _within(line: Points, lon: float, low: Points, high: Points) -> Iterable[Points]:
    for moved in _turns(line, lon, low, high):
        inside = np.asarray(((moved >= low) & (moved <= high)).all(axis=1))
        on_turn = np.asarray(np.abs(moved[:, 0]) <= FAR_MERIDIAN)
        for part in _runs(moved, (inside[:-1] | inside[1:]) & on_turn[:-1] & on_turn[1:]):
            yield part + np.array([lon, 0.0])


def _dense(ring: Points) -> Points:
    """The ring with points on its long edges, which are curves in the plane."""
    following = np.roll(ring, -1, axis=0)
    parts = np.maximum(1, np.ceil(np.abs(following - ring).max(axis=1) / _LONG_DEGREES)).astype(int)
    if (parts == 1).all():
        return ring
    edges = [a + (b - a) * np.arange(n)[:, None] / n for a, b, n in zip(ring, following, parts, strict=True)]
    return np.concatenate(edges)
