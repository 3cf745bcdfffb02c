"""The lines of the flow map: places that coincide, links of one mode as one line, widths and colours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from corridor.reports.map.labels import shortened
from corridor.reports.map.plane import Plane, Points, View
from corridor.reports.map.tracks import Track, Via, beside, simple

CLASSES = ((0.50, "#5B93BD"), (0.90, "#C27C12"), (0.99, "#A83E14"), (math.inf, "#4F0712"))
"""Upper ends of the classes of use, and the colour of each."""
UNKNOWN_USE = "#8A949D"

LONGEST_NAME = 40
"""Signs of a name on the map; the end of a longer one is left out."""
SAME_PLACE_KM = 12.0
"""Distance below which two places are one on a map of a continent, and a link between them is not drawn."""
SAME_PLACE_SHARE = 0.005
"""The same as a share of the extent of the places, where that is less."""
LEAST_PX, WIDEST_PX = 0.9, 16.0
"""Width of a flow next to nothing, and of the widest flow: in between, width grows evenly with the tonnes."""
OUTLINE_FROM, OUTLINE_MOST = 0.5, 3.0
"""Use from which the capacity is outlined, and the most that the outline is wider than the flow."""
MEMBER_SHARE = 0.1
"""Share of a line's tonnes from which the use of one of its links counts."""
_LANE_GAP_PX = 2.0


@dataclass(frozen=True)
class Place:
    """One place on the map, which may stand for several nodes, in km of the plane."""

    node_id: str
    name: str
    x: float
    y: float
    label: bool
    major: bool
    country: str = ""

    @property
    def point(self) -> Points:
        return np.array([self.x, self.y])


@dataclass(frozen=True)
class Link:
    """The links of one mode between two places as one line; the first end is the western one.

    ``eastward`` is the share of its tonnes that goes from west to east; ``flows`` are the tonnes of each link.
    """

    west: str
    east: str
    mode_id: str
    flow_t: float
    capacity_t: float | None
    utilisation: float | None
    mode: str = ""
    at_sea: bool = False
    eastward: float = 0.5
    flows: tuple[tuple[str, float], ...] = ()
    via: Via = ()

    @property
    def colour(self) -> str:
        """Colour of its class of use."""
        return colour_of(self.utilisation)


def colour_of(use: float | None) -> str:
    """Colour of the class of a use, 0 to 1; grey where it is not known."""
    if use is None or math.isnan(use):
        return UNKNOWN_USE
    return next(colour for below, colour in CLASSES if use < below)


@dataclass(frozen=True)
class Line:
    """A line on one view: its points and widths, px; ``outline_px`` is zero where the capacity is not drawn."""

    link: Link
    points: Points
    flow_px: float
    outline_px: float


@dataclass(frozen=True)
class Scale:
    """Tonnes a year to px: a hairline for next to nothing, and from there evenly."""

    px_per_t: float
    least_px: float = LEAST_PX

    def width(self, t: float) -> float:
        """Width of a flow or a capacity."""
        return self.least_px + t * self.px_per_t if t > 0 else 0.0

    def times(self, factor: float) -> Scale:
        """The same for a view on which all is drawn wider."""
        return Scale(self.px_per_t * factor, self.least_px * math.sqrt(factor))


def scale_for(links: Sequence[Link], widest_px: float = WIDEST_PX) -> Scale:
    """The scale on which the widest flow is as wide as asked for; capacities have no part in it."""
    most = max((link.flow_t for link in links), default=0.0)
    return Scale((widest_px - LEAST_PX) / (most or 1.0))


def places_of(nodes: pd.DataFrame, plane: Plane) -> tuple[dict[str, Place], dict[str, str]]:
    """The places to draw, and which of them stands for each node.

    Of nodes that lie at almost the same place the first with a name stands for all. Columns of ``nodes``: node_id,
    name, x_coord, y_coord, label, major, country.
    """
    rows = list(nodes.itertuples(index=False))
    points = plane.project(nodes[["x_coord", "y_coord"]].to_numpy(float))
    reach = min(SAME_PLACE_KM, SAME_PLACE_SHARE * float(np.hypot(*(points.max(axis=0) - points.min(axis=0)))))
    places: dict[str, Place] = {}
    stands_for: dict[str, str] = {}
    for i in sorted(range(len(rows)), key=lambda i: (not rows[i].label, not rows[i].major, i)):
        row, (x, y) = rows[i], points[i]
        node_id = str(row.node_id)
        near = (p.node_id for p in places.values() if math.hypot(p.x - x, p.y - y) <= reach)
        stands_for[node_id] = next(near, node_id)
        if stands_for[node_id] == node_id:
            name, country = shortened(str(row.name), LONGEST_NAME), str(row.country or "")
            places[node_id] = Place(node_id, name, float(x), float(y), bool(row.label), bool(row.major), country)
    return places, stands_for


def links_of(links: pd.DataFrame, places: Mapping[str, Place], stands_for: Mapping[str, str]) -> list[Link]:
    """The lines that are drawn: none within one place, one for all links of a mode on the same way."""
    groups: dict[tuple[str, str, str, Via], list[tuple[Any, bool]]] = {}
    rows: list[Any] = list(links.itertuples(index=False))
    for row in rows:
        start, end = (places[stands_for[str(node_id)]] for node_id in (row.from_node_id, row.to_node_id))
        if start is end:
            continue
        turned = (end.x, end.y) < (start.x, start.y)
        west, east = (end, start) if turned else (start, end)
        via = tuple(row.via)[::-1] if turned else tuple(row.via)
        groups.setdefault((west.node_id, east.node_id, str(row.mode_id), via), []).append((row, turned))
    return [_joined(*key, members) for key, members in groups.items()]


def _joined(west: str, east: str, mode_id: str, via: Via, members: Sequence[tuple[Any, bool]]) -> Link:
    flows = [max(_known(row.flow_t) or 0.0, 0.0) for row, _ in members]
    total = math.fsum(flows)
    eastward = math.fsum(
        flow * (row.back_share if turned else 1.0 - row.back_share)
        for flow, (row, turned) in zip(flows, members, strict=True)
    )
    carrying = [row for flow, (row, _) in zip(flows, members, strict=True) if flow > 0]
    counted = [row for flow, (row, _) in zip(flows, members, strict=True) if flow > MEMBER_SHARE * total]
    capacities = [_known(row.capacity_t) for row in carrying]
    uses = [use for row in counted if (use := _known(row.utilisation)) is not None]
    first = members[0][0]
    return Link(
        west,
        east,
        mode_id,
        total,
        None if None in capacities or not capacities else math.fsum(c for c in capacities if c is not None),
        max(uses, default=None),
        str(first.mode),
        bool(first.at_sea),
        eastward / total if total else 0.5,
        tuple((str(row.link_id), flow) for flow, (row, _) in zip(flows, members, strict=True)),
        via,
    )


def _known(value: Any) -> float | None:
    """The number, or None if it is missing or infinite."""
    return float(value) if pd.notna(value) and math.isfinite(value) else None


def lines_on(view: View, links: Sequence[Link], tracks: Mapping[Track, Points], scale: Scale) -> list[Line]:
    """Each link as a curve on the view; those on the same way lie side by side."""
    groups: dict[Track, list[Link]] = {}
    for link in links:
        groups.setdefault(track_of(link), []).append(link)
    lines = []
    for track, group in groups.items():
        way = view.place(tracks[track])
        ordered = sorted(group, key=lambda link: (link.mode_id, link.flows))
        flows = [scale.width(link.flow_t) for link in ordered]
        outlines = [_outline(link, flow, scale) for link, flow in zip(ordered, flows, strict=True)]
        rooms = [max(o, f, 1.0) + _LANE_GAP_PX for o, f in zip(outlines, flows, strict=True)]
        middle = -math.fsum(rooms) / 2
        for link, flow, outline, room in zip(ordered, flows, outlines, rooms, strict=True):
            offset = middle + room / 2 if len(ordered) > 1 else 0.0
            middle += room
            lines.append(Line(link, simple(beside(way, offset)), flow, outline))
    return lines


def track_of(link: Link) -> Track:
    """The way of a link, which others may share."""
    return Track(link.west, link.east, link.at_sea and not link.via, link.via)


def _outline(link: Link, flow_px: float, scale: Scale) -> float:
    """Width of the outline of the capacity, zero for none: only where it is known and more than half used."""
    if link.capacity_t is None or link.utilisation is None or not link.flow_t or link.utilisation <= OUTLINE_FROM:
        return 0.0
    wide = min(scale.width(link.capacity_t), OUTLINE_MOST * flow_px)
    return wide if wide > flow_px + 1.5 else 0.0
