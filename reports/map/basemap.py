"""The base map under the flow map: countries and borders in the plane of the page, and where a place falls in it."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

Points = npt.NDArray[np.float64]  # rows of x, y

# The part of the plane that the crop of Natural Earth covers, km: west, north, east, south, y downwards.
COVERED = (-2950.0, -1850.0, 2950.0, 1450.0)
_RIM_PX = 14.0


@dataclass(frozen=True)
class Country:
    """A country: its name, its SVG path and the same as rings of points, km."""

    name: str
    path: str
    rings: tuple[Points, ...]

    def path_in(self, view: "View") -> str:
        """Its SVG path without the rings that lie outside the window."""
        low = np.array([view.west, view.north])
        high = low + np.array([view.width, view.height]) / view.px_per_km
        parts = zip(self.path.split("z"), self.rings, strict=False)  # the last part is empty
        return "".join(
            f"{part}z" for part, ring in parts if (ring.max(axis=0) >= low).all() and (ring.min(axis=0) <= high).all()
        )

    def holds(self, points: Points) -> npt.NDArray[np.bool_]:
        """True for points inside, by the even-odd rule."""
        inside = np.zeros(len(points), dtype=np.bool_)
        for ring in self.rings:
            low, high = ring.min(axis=0), ring.max(axis=0)
            near = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
            if near.size:
                inside[near] ^= _crossings(ring, points[near]) % 2 == 1
        return inside


def _crossings(ring: Points, points: Points) -> npt.NDArray[np.int64]:
    """Crossings of the ring by a ray from each point to the east."""
    x0, y0 = ring.T
    x1, y1 = np.roll(ring, -1, axis=0).T
    x, y = points[:, :1], points[:, 1:]
    spans = (y0 > y) != (y1 > y)
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    return np.asarray((spans & (x < x0 + (y - y0) * (x1 - x0) / rise)).sum(axis=1), dtype=np.int64)


@dataclass(frozen=True)
class Sea:
    """A sea: its name, and centres for it, the best one first, km."""

    name: str
    centres: Points


@dataclass(frozen=True)
class Basemap:
    """Countries, the borders between them and seas in one projection, km, y downwards."""

    projection: str
    countries: tuple[Country, ...]
    borders: str
    seas: tuple[Sea, ...] = ()

    def project(self, lon: Sequence[float], lat: Sequence[float]) -> Points:
        """Degrees to the plane of the base map.

        >>> load_basemap().project([50.0], [43.0]).round(6).tolist()
        [[0.0, 0.0]]
        """
        return _projected(self.projection, lon, lat)

    def on_land(self, points: Points) -> npt.NDArray[np.bool_]:
        """True for points in a country."""
        land = np.zeros(len(points), dtype=np.bool_)
        for country in self.countries:
            land |= country.holds(points)
        return land

    def holding(self, points: Points) -> tuple[Country, ...]:
        """Countries in which at least one of the points lies."""
        return tuple(country for country in self.countries if country.holds(points).any())


@cache
def _transformer(projection: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", projection, always_xy=True)


def _projected(projection: str, lon: Sequence[float], lat: Sequence[float]) -> Points:
    east, north = _transformer(projection).transform(np.asarray(lon, float), np.asarray(lat, float))
    return np.column_stack([east, 0.0 - north])


@cache
def load_basemap() -> Basemap:
    """The base map that is shipped: Natural Earth 1:50m, see assets/basemap/README.md."""
    assets = files("corridor.reports") / "assets" / "basemap"
    raw, names = (json.loads((assets / name).read_text(encoding="utf-8")) for name in ("basemap.json", "names.json"))
    known = names["countries"]
    countries = tuple(Country(known.get(c["name"], c["name"]), c["path"], _rings(c["path"])) for c in raw["countries"])
    seas = tuple(
        Sea(sea["name"], _projected(raw["projection"], *zip(*sea["at"], strict=True))) for sea in names["seas"]
    )
    return Basemap(raw["projection"], countries, raw["borders"], seas)


def _rings(path: str) -> tuple[Points, ...]:
    """Rings of a path made of one absolute move and relative steps each.

    >>> [ring.tolist() for ring in _rings("M10 20l5 0-5 5z")]
    [[[10.0, 20.0], [15.0, 20.0], [10.0, 25.0]]]
    """
    rings = []
    for part in path.split("z"):
        numbers = re.findall(r"-?\d+", part)
        if numbers:
            rings.append(np.cumsum(np.array(numbers, dtype=float).reshape(-1, 2), axis=0))
    return tuple(rings)


@dataclass(frozen=True)
class View:
    """A window on the plane: its north-west corner in km, the scale, and where it lies on the page, px."""

    west: float
    north: float
    px_per_km: float
    left: float
    top: float
    width: float
    height: float
    keeps_all: bool = False  # places outside the window are drawn at its edge

    def place(self, points: Points) -> Points:
        """From km in the plane to px on the page."""
        corner = np.array([self.left, self.top])
        placed: Points = (points - np.array([self.west, self.north])) * self.px_per_km + corner
        if self.keeps_all:
            size = np.array([self.width, self.height])
            placed = np.clip(placed, corner + _RIM_PX, corner + size - _RIM_PX)
        return np.asarray(placed)

    def shows(self, points: Points) -> npt.NDArray[np.bool_]:
        """True for points of the plane in the window."""
        low = np.array([self.west, self.north])
        high = low + np.array([self.width, self.height]) / self.px_per_km
        return np.asarray(((points >= low) & (points <= high)).all(axis=1))

    def grid(self, step_px: float) -> Points:
        """Points of the plane at even steps over the window."""
        x, y = np.meshgrid(np.arange(step_px, self.width, step_px), np.arange(step_px, self.height, step_px))
        steps = np.column_stack([x.ravel(), y.ravel()]) / self.px_per_km
        return np.asarray(steps + np.array([self.west, self.north]), dtype=np.float64)

    def transform(self) -> str:
        """Km in the plane to px on the page, as the value of an SVG transform."""
        x = self.left - self.west * self.px_per_km
        y = self.top - self.north * self.px_per_km
        return f"translate({x:.2f} {y:.2f}) scale({self.px_per_km:.5f})"


def view_of(points: Points, *, width: float) -> View:
    """A window of a given width around the points, kept on the base map where any point lies on it."""
    west, north, east, south = COVERED
    covered = bool(on_basemap(points).any())
    if covered:
        points = np.clip(points, (west, north), (east, south))
    low, high = points.min(axis=0), points.max(axis=0)
    wide, tall = np.maximum(high - low, (900.0, 360.0)) * (1.10, 1.20)
    tall = min(max(tall, wide / 2.5), wide / 1.5) if wide > tall * 1.5 else tall
    wide = max(wide, tall * 1.5)
    if covered:
        wide, tall = min(wide, east - west), min(tall, south - north)
    x, y = (low + high) / 2 - np.array([wide, tall]) / 2
    if covered:
        x, y = min(max(x, west), east - wide), min(max(y, north), south - tall)
    scale = width / wide
    return View(float(x), float(y), float(scale), 0.0, 0.0, float(width), float(tall * scale), keeps_all=True)


def on_basemap(points: Points) -> npt.NDArray[np.bool_]:
    """True for points in the part of the plane that the base map covers."""
    west, north, east, south = COVERED
    return np.asarray((points >= (west, north)).all(axis=1) & (points <= (east, south)).all(axis=1))
