"""The plane of the page: a projection centred on the corridor, windows on it, and their place on the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

Points = npt.NDArray[np.float64]  # rows of x, y, or of longitude, latitude

EARTH_KM = 6371.0
HALF_A_WORLD_KM = 8500.0
"""Reach from the centre above which a corridor is drawn on a map of the whole world."""


FAR_MERIDIAN = 179.9
"""Degrees from the centre up to which land is drawn: beyond, it would be projected to the other edge."""


class Window(NamedTuple):
    """A rectangle of the plane, km, y downwards."""

    west: float
    north: float
    east: float
    south: float

    @property
    def width(self) -> float:
        return self.east - self.west

    @property
    def height(self) -> float:
        return self.south - self.north

    @property
    def centre(self) -> tuple[float, float]:
        return (self.west + self.east) / 2, (self.north + self.south) / 2

    def wider(self, factor: float, taller: float | None = None) -> Window:
        """The window about the same centre."""
        (x, y), tall = self.centre, factor if taller is None else taller
        wide, high = self.width / 2 * factor, self.height / 2 * tall
        return Window(x - wide, y - high, x + wide, y + high)

    def shaped(self, ratio: float) -> Window:
        """The least window about the same centre that holds it and has this ratio of width to height.

        >>> Window(0, 0, 10, 10).shaped(2)
        Window(west=-5.0, north=0.0, east=15.0, south=10.0)
        """
        return self.wider(max(1.0, ratio * self.height / self.width), max(1.0, self.width / ratio / self.height))

    def moved(self, east: float, south: float) -> Window:
        """The window farther east and south."""
        return Window(self.west + east, self.north + south, self.east + east, self.south + south)

    def holds(self, points: Points) -> npt.NDArray[np.bool_]:
        """True for points in the window."""
        inside = (points >= (self.west, self.north)) & (points <= (self.east, self.south))
        return np.asarray(inside.all(axis=1))


def window_of(points: Points, least: float) -> Window:
    """The least window that holds the points; ``least`` km wide and high at least."""
    low, high = points.min(axis=0), points.max(axis=0)
    spare = np.maximum(0.0, least - (high - low)) / 2
    (west, north), (east, south) = (low - spare).tolist(), (high + spare).tolist()
    return Window(west, north, east, south)


@dataclass(frozen=True)
class Plane:
    """A projection in km with its centre, degrees."""

    projection: str
    lon: float
    lat: float

    def project(self, degrees: Points) -> Points:
        """Longitudes and latitudes to the plane, km, y downwards.

        >>> Plane(_equal_area(50.0, 43.0), 50.0, 43.0).project(np.array([[50.0, 43.0]])).round(6).tolist()
        [[0.0, 0.0]]
        """
        east, north = _transformer(self.projection).transform(degrees[:, 0], degrees[:, 1])
        return np.column_stack([east, 0.0 - np.asarray(north)])

    def degrees_around(self, window: Window) -> tuple[Points, Points]:
        """The box of degrees that holds a window: its low and its high corner, longitudes counted from the centre."""
        x, y = np.meshgrid(np.linspace(window.west, window.east, 25), np.linspace(window.north, window.south, 25))
        lon, lat = _transformer(self.projection).transform(x.ravel(), -y.ravel(), direction="INVERSE")
        known = np.isfinite(lon) & np.isfinite(lat)
        east = (np.asarray(lon)[known] - self.lon + 180.0) % 360.0 - 180.0
        low, high = (
            np.array([east.min(), np.asarray(lat)[known].min()]),
            np.array([east.max(), np.asarray(lat)[known].max()]),
        )
        spare = np.maximum((high - low) * 0.03, 0.05)
        low, high = low - spare, high + spare
        for pole in (-90.0, 90.0):
            there = self.project(np.array([[self.lon, pole]]))
            if np.isfinite(there).all() and window.holds(there)[0]:
                low, high = np.array([-180.0, min(low[1], pole)]), np.array([180.0, max(high[1], pole)])
        if not known.all():
            low, high = np.array([-180.0, -90.0]), np.array([180.0, 90.0])
        return np.maximum(low, (-FAR_MERIDIAN, -90.0)), np.minimum(high, (FAR_MERIDIAN, 90.0))


@cache
def _transformer(projection: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", projection, always_xy=True)


def _equal_area(lon: float, lat: float) -> str:
    return f"+proj=laea +lon_0={lon:.4f} +lat_0={lat:.4f} +R={EARTH_KM * 1000:.0f} +units=km"


def plane_of(degrees: Points) -> Plane:
    """The plane for places given by longitude and latitude: Lambert's equal-area one about their middle.

    Places on more than about half of the globe are drawn on the Equal Earth projection.
    """
    lon, lat = _middle(degrees)
    for _ in range(2):  # the middle of the places, then the middle of their extent
        plane = Plane(_equal_area(lon, lat), lon, lat)
        points = plane.project(degrees)
        if not np.isfinite(points).all() or float(np.hypot(*points.T).max()) > HALF_A_WORLD_KM:
            return Plane(f"+proj=eqearth +lon_0={lon:.4f} +R={EARTH_KM * 1000:.0f} +units=km", lon, 0.0)
        x, y = window_of(points, 0.0).centre
        east, north = _transformer(plane.projection).transform(x, -y, direction="INVERSE")
        lon, lat = round(float(east), 4), round(float(north), 4)
    return Plane(_equal_area(lon, lat), lon, lat)


def _middle(degrees: Points) -> tuple[float, float]:
    """The mean direction from the centre of the earth, degrees; on the equator where there is none."""
    lon, lat = np.radians(degrees).T
    x, y, z = (float(np.mean(v)) for v in (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    if float(np.hypot(np.hypot(x, y), z)) < 1e-6:
        return 0.0, 0.0
    middle = np.degrees([np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))]).round(4)
    return float(middle[0]), float(middle[1])


@dataclass(frozen=True)
class View:
    """A window of the plane, the scale, and where its north-west corner lies on the page, px."""

    window: Window
    px_per_km: float
    left: float
    top: float

    @property
    def width(self) -> float:
        return self.window.width * self.px_per_km

    @property
    def height(self) -> float:
        return self.window.height * self.px_per_km

    def place(self, points: Points) -> Points:
        """From km in the plane to px on the page."""
        corner = np.array([self.window.west, self.window.north])
        return np.asarray((points - corner) * self.px_per_km + np.array([self.left, self.top]))

    def back(self, spots: Points) -> Points:
        """From px on the page to km in the plane."""
        corner = np.array([self.window.west, self.window.north])
        return np.asarray((spots - np.array([self.left, self.top])) / self.px_per_km + corner)

    def columns(self, step_px: float) -> int:
        """Columns of :meth:`grid`."""
        return len(np.arange(step_px, self.width, step_px))

    def grid(self, step_px: float) -> Points:
        """Points of the plane at even steps over the window."""
        x, y = np.meshgrid(np.arange(step_px, self.width, step_px), np.arange(step_px, self.height, step_px))
        steps = np.column_stack([x.ravel(), y.ravel()]) / self.px_per_km
        return np.asarray(steps + np.array([self.window.west, self.window.north]), dtype=np.float64)


def view_of(window: Window, width: float, left: float = 0.0, top: float = 0.0) -> View:
    """A window as wide on the page as asked for."""
    return View(window, width / window.width, left, top)
