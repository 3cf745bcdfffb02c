"""The lines of the flow map: places that coincide, links side by side, curves over water, widths and colours."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from corridor.reports.map.basemap import Basemap, Points, View

CLASSES = ((0.50, "#B9D6E8"), (0.75, "#74A5C9"), (0.90, "#C27C12"), (0.99, "#A83E14"), (math.inf, "#4F0712"))
UNKNOWN_USE = "#7C8791"

SAME_PLACE_KM = 12.0
"""Distance below which two places are one on the map, and a link between them is not drawn."""
LEAST_FLOW_PX = 1.3
_LANE_GAP_PX = 2.6
_BENDS = tuple(sign * step / 100 for step in (4, 9, 14, 19, 24, 30, 36) for sign in (1, -1))
_APART_KM = 32.0
_STEPS = 24
_SWING = 0.3


@dataclass(frozen=True)
class Place:
    """One place on the map, which may stand for several nodes, in km of the base map."""

    node_id: str
    name: str
    x: float
    y: float
    label: bool
    major: bool


@dataclass(frozen=True)
class Link:
    """The drawn part of a link between two places; the first end is the western one, ``mode`` the name of its mode."""

    link_id: str
    west: str
    east: str
    mode_id: str
    flow_t: float
    capacity_t: float | None
    utilisation: float | None
    mode: str = ""
    at_sea: bool = False

    @property
    def colour(self) -> str:
        """Colour of its class of use."""
        if self.utilisation is None:
            return UNKNOWN_USE
        return next(colour for below, colour in CLASSES if self.utilisation < below)


@dataclass(frozen=True)
class Line:
    """A link with its curve on one view, px."""

    link: Link
    path: str
    points: Points
    flow_px: float
    capacity_px: float | None


@dataclass(frozen=True)
class Scale:
    """Tonnes a year to px, the same for flow and capacity of a view."""

    px_per_t: float

    def flow(self, flow_t: float) -> float:
        """Width of a flow; a small one gets the least width that is seen."""
        return max(flow_t * self.px_per_t, LEAST_FLOW_PX) if flow_t > 0 else 0.0

    def times(self, factor: float) -> "Scale":
        """The same for a view on which all is drawn wider."""
        return Scale(self.px_per_t * factor)


def scale_for(links: Sequence[Link], width: int) -> Scale:
    """The widest flow is at most 1 % of the page, the widest pipe 3 %."""
    flow = max((link.flow_t for link in links), default=0.0)
    pipe = max((link.capacity_t or 0.0 for link in links if link.flow_t > 0), default=0.0)
    return Scale(min(0.010 * width / (flow or 1.0), 0.030 * width / (pipe or 1.0)))


def places_of(nodes: pd.DataFrame, basemap: Basemap) -> tuple[dict[str, Place], dict[str, str]]:
    """The places to draw, and which of them stands for each node.

    Of nodes that lie at almost the same place the first with a name stands for all.
    """
    rows = list(nodes.itertuples(index=False))
    points = basemap.project(nodes["x_coord"].tolist(), nodes["y_coord"].tolist())
    lost = [str(row.node_id) for row, point in zip(rows, points, strict=True) if not np.isfinite(point).all()]
    if lost:
        raise ValueError(f"no place on the map for {', '.join(lost)}: give x_coord (longitude) and y_coord (latitude)")
    places: dict[str, Place] = {}
    stands_for: dict[str, str] = {}
    order = sorted(range(len(rows)), key=lambda i: (not rows[i].label, not rows[i].major, i))
    for i in order:
        row, (x, y) = rows[i], points[i]
        near = (p.node_id for p in places.values() if math.hypot(p.x - x, p.y - y) < SAME_PLACE_KM)
        node_id = str(row.node_id)
        stands_for[node_id] = next(near, node_id)
        if stands_for[node_id] == node_id:
            places[node_id] = Place(node_id, str(row.name), float(x), float(y), bool(row.label), bool(row.major))
    return places, stands_for


def links_of(links: pd.DataFrame, places: dict[str, Place], stands_for: dict[str, str]) -> list[Link]:
    """The links that are drawn: none within one place."""
    drawn = []
    for row in links.itertuples(index=False):
        ends = [places[stands_for[str(row.from_node_id)]], places[stands_for[str(row.to_node_id)]]]
        west, east = sorted(ends, key=lambda p: (p.x, p.y))
        if west is not east:
            capacity, use = _known(row.capacity_t), _known(row.utilisation)
            flow = _known(row.flow_t) or 0.0
            ends_and_mode = (str(row.link_id), west.node_id, east.node_id, str(row.mode_id))
            drawn.append(Link(*ends_and_mode, max(flow, 0.0), capacity, use, str(row.mode), bool(row.at_sea)))
    return drawn


def _known(value: Any) -> float | None:
    """The number, or None if it is missing or infinite."""
    return float(value) if pd.notna(value) and math.isfinite(value) else None


def bends_of(links: Sequence[Link], places: dict[str, Place], basemap: Basemap) -> dict[tuple[str, str], float]:
    """Swing of the ships between two places, as a share of the distance, to the right of west to east.

    The gentlest bend that crosses little land and keeps away from ships between other places; those that carry most
    choose first.
    """
    tonnes: dict[tuple[str, str], float] = {}
    for link in links:
        if link.at_sea:
            tonnes[link.west, link.east] = tonnes.get((link.west, link.east), 0.0) + link.flow_t
    chosen: dict[tuple[str, str], float] = {}
    sailed = np.empty((0, 2))
    for pair in sorted(tonnes, key=lambda pair: (-tonnes[pair], pair)):
        start, end = (np.array([places[node_id].x, places[node_id].y]) for node_id in pair)
        length = float(np.hypot(*(end - start)))
        tracks = [_track(start, end, length * bend, _SWING)[2:-2] for bend in _BENDS]
        ashore = basemap.on_land(np.concatenate(tracks)).reshape(len(_BENDS), -1).mean(axis=1)
        costs = [
            2.0 * land + 0.6 * _crowding(track, sailed) + abs(bend)
            for bend, track, land in zip(_BENDS, tracks, ashore, strict=True)
        ]
        best = costs.index(min(costs))
        chosen[pair] = _BENDS[best]
        if tonnes[pair]:
            sailed = np.concatenate([sailed, tracks[best]])
    return chosen


def _crowding(track: Points, sailed: Points) -> float:
    """Share of a track that runs close to earlier ones."""
    if not len(sailed):
        return 0.0
    away = np.hypot(*(track[:, None, :] - sailed[None, :, :]).transpose(2, 0, 1)).min(axis=1)
    return float((away < _APART_KM).mean())


def lines_on(
    view: View, links: Sequence[Link], places: dict[str, Place], scale: Scale, bends: dict[tuple[str, str], float]
) -> list[Line]:
    """Each link as a curve on the view; those between the same two places lie side by side."""
    groups: dict[tuple[str, str, bool], list[Link]] = {}
    for link in links:
        groups.setdefault((link.west, link.east, link.at_sea), []).append(link)
    lines = []
    for (west, east, ships), group in groups.items():
        start, end = view.place(np.array([(places[node_id].x, places[node_id].y) for node_id in (west, east)]))
        lines += _lanes(group, start, end, bends[west, east] if ships else 0.0, scale)
    return lines


def _lanes(links: Sequence[Link], start: Points, end: Points, bend: float, scale: Scale) -> list[Line]:
    ordered = sorted(links, key=lambda link: (link.mode_id, link.link_id))
    flows = [scale.flow(link.flow_t) for link in ordered]
    pipes = [
        None if link.capacity_t is None or not link.flow_t else max(link.capacity_t * scale.px_per_t, flow)
        for link, flow in zip(ordered, flows, strict=True)
    ]
    wide = [max(pipe or 0.0, flow, 1.0) + _LANE_GAP_PX for pipe, flow in zip(pipes, flows, strict=True)]
    middle = -sum(wide) / 2
    lines = []
    for link, flow, pipe, room in zip(ordered, flows, pipes, wide, strict=True):
        offset = bend * float(np.hypot(*(end - start))) + (middle + room / 2 if len(ordered) > 1 else 0.0)
        middle += room
        path, points = _curve(start, end, offset, _SWING if bend else 0.12)
        lines.append(Line(link, path, points, flow, pipe))
    return lines


def _curve(start: Points, end: Points, offset: float, shoulder: float) -> tuple[str, Points]:
    """A line whose middle lies `offset` px to the side, as a path and as points along it."""
    points = _track(start, end, offset, shoulder, every=3.0)
    if abs(offset) < 0.05:
        return f"M{_pair(start)}L{_pair(end)}", points
    first, second = _controls(start, end, offset, shoulder)
    return f"M{_pair(start)}C{_pair(first)} {_pair(second)} {_pair(end)}", points


def _controls(start: Points, end: Points, offset: float, shoulder: float) -> tuple[Points, Points]:
    along = end - start
    side = np.array([-along[1], along[0]]) / (float(np.hypot(*along)) or 1.0) * offset / 0.75
    return start + along * shoulder + side, end - along * shoulder + side


def _track(start: Points, end: Points, offset: float, shoulder: float, every: float = math.inf) -> Points:
    """Points along the curve, at least 24."""
    first, second = _controls(start, end, offset, shoulder)
    steps = max(_STEPS, int(float(np.hypot(*(end - start))) / every))
    t = np.linspace(0.0, 1.0, steps)[:, None]
    curve = (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * end
    return np.asarray(curve, dtype=np.float64)


def _pair(point: Points) -> str:
    return f"{point[0] + 0.0:.1f} {point[1] + 0.0:.1f}"
