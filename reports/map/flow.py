"""The flow map: width by flow, colour by use, an outline where little room is left, and an inset of the busiest water.

It is SVG text with presentation attributes only, so that browsers, Typst and resvg agree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from corridor.model.language import marked, say
from corridor.reports.map.areas import land_defs, steps_per_km
from corridor.reports.map.basemap import basemap_of
from corridor.reports.map.labels import Box, wrap
from corridor.reports.map.legend import Callout, panel
from corridor.reports.map.lines import Link, links_of, places_of, scale_for, track_of
from corridor.reports.map.marks import NARROW, Subject, Tag, view_marks
from corridor.reports.map.plane import View, Window, plane_of, view_of
from corridor.reports.map.style import FONT, INK, MUTED, SMALL, num, text_mark
from corridor.reports.map.tracks import Track, tracks_of
from corridor.reports.map.windows import NAMED_SHARE, core_of, inset_window, landings, main_window

__all__ = ["MOST_CALLOUTS", "Callout", "flow_map"]

MOST_CALLOUTS = 6
NOTE = marked(
    "Coasts and borders: Natural Earth, simplified. Borders are indicative; no position on any of them is implied."
)
NOTE_WITHOUT = marked("Coasts: Natural Earth, simplified.")

INSET_WIDE, INSET_TALLER = 0.6, 55 / 45
"""Width of the inset as a share of the page, and its height as a multiple of the main map's."""
INSET_WIDER = 1.25
SAILING_SHARE = 0.04
"""Share of all tonnes over water from which a narrow page names the ships of a line."""
_ALONE_RATIO = 0.92
_GUTTER = 18.0


@dataclass(frozen=True)
class _Drawing:
    """The subject, the window of the whole, and that of the busiest water before it is shaped."""

    subject: Subject
    main: Window
    core: Window | None


def flow_map(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    *,
    width: int = 1000,
    callouts: Sequence[Callout] = (),
    states: Iterable[str] = (),
    gates: Iterable[str] = (),
    inset: bool = True,
    alone: bool = False,
    borders: bool = True,
    title: str,
    description: str,
) -> str:
    """SVG text of the map; the same input gives the same bytes.

    `nodes`: node_id, name, country (ISO 3166-1 alpha-2), x_coord, y_coord (degrees), label and major (bool). Of nodes
    at almost the same place the first with a label stands for all. `links`: link_id, from_node_id, to_node_id, mode_id,
    mode (name), at_sea, flow_t (both directions, tonnes a year), back_share (of the tonnes, from the second end to the
    first), capacity_t (NaN or infinite: not known), utilisation (0 to 1 of the busiest resource, or NaN), via (pairs of
    longitude and latitude). `states` are the codes of the countries of the corridor: tinted and named. `gates` are
    nodes whose names are always wanted, and around which the inset lies. `alone` draws the inset alone, as does a
    narrow page. Raises ValueError for nodes without coordinates and for callouts that are too many or name nothing on
    the map.
    """
    drawing = _drawing(nodes, links, callouts, frozenset(states), frozenset(gates), borders)
    key = (
        width,
        callouts,
        inset,
        alone,
        borders,
        sorted(drawing.subject.states),
        drawing.subject.links,
        *nodes.to_numpy().tolist(),
    )
    prefix = "map-" + hashlib.sha256(repr((title, key)).encode()).hexdigest()[:8]
    if alone or width < NARROW:
        body, height, views = _alone(drawing, callouts, width, prefix)
    else:
        body, height, views = _whole(drawing, callouts, width, prefix, inset)
    defs = land_defs(drawing.subject.basemap, drawing.subject.states, views, prefix, borders=borders)
    clips = "".join(_clip(f"{prefix}-{n}", view) for n, view in enumerate(views))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{num(height)}"'
        f' viewBox="0 0 {width} {num(height)}" role="img" aria-labelledby="{prefix}-title {prefix}-desc"'
        f' font-family="{FONT}" fill="{INK}"><title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-desc">{escape(description)}</desc><defs>{defs}{clips}</defs>{body}</svg>\n'
    )


def _drawing(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    callouts: Sequence[Callout],
    states: frozenset[str],
    gates: frozenset[str],
    borders: bool,
) -> _Drawing:
    degrees = nodes[["x_coord", "y_coord"]].to_numpy(float)
    lost = nodes["node_id"][~np.isfinite(degrees).all(axis=1)]
    if len(lost):
        raise ValueError(f"no place on the map for {', '.join(lost)}: give x_coord (longitude) and y_coord (latitude)")
    via = [point for points in links["via"] for point in points]
    plane = plane_of(np.concatenate([degrees, np.array(via, dtype=float).reshape(-1, 2)]))
    places, stands_for = places_of(nodes, plane)
    drawn = links_of(links, places, stands_for)
    at_gate = frozenset(stands_for[node_id] for node_id in gates if node_id in stands_for)
    ports = landings(drawn, at_gate, NAMED_SHARE)
    places = {
        key: replace(
            p, label=p.label or key in at_gate, major=p.major or (key in ports and (p.label or key in at_gate))
        )
        for key, p in places.items()
    }
    spots = {node_id: place.point for node_id, place in places.items()}
    tonnes: dict[Track, float] = {}
    for link in drawn:
        tonnes[track_of(link)] = tonnes.get(track_of(link), 0.0) + link.flow_t
    rough = main_window(np.array([place.point for place in places.values()]))
    basemap = basemap_of(plane, rough.wider(1.6))
    tracks = tracks_of(tonnes, spots, plane, basemap)
    main = main_window(np.concatenate([np.array(list(spots.values())), *tracks.values()]))
    held = (country.code for country in basemap.holding(np.array(list(spots.values()))))
    named = frozenset([*(p.country for p in places.values()), *held]) - {""}
    tags = _tags(callouts, links, drawn, stands_for)
    subject = Subject(basemap, states or named, named, places, drawn, tracks, tags, borders)
    return _Drawing(subject, main, core_of(drawn, places, at_gate, main))


def _whole(
    drawing: _Drawing, callouts: Sequence[Callout], width: int, prefix: str, inset: bool
) -> tuple[str, float, list[View]]:
    """The main map, the inset under it, and the key beside the inset."""
    main = view_of(drawing.main, width)
    subject, scale = drawing.subject, scale_for(drawing.subject.links)
    wide = round(width * INSET_WIDE)
    tall = min(max(main.height * INSET_TALLER, 0.62 * wide), 1.05 * wide)
    window = inset_window(drawing.core, wide / tall, drawing.main, subject.links, subject.tracks) if inset else None
    detail = view_of(window, wide, top=round(main.height + 14, 1)) if window else None
    views = [main, detail] if detail else [main]
    subject = replace(subject, steps=steps_per_km(views))
    twice, rim = set[str](), None
    if detail:
        twice = {p.node_id for p in subject.places.values() if detail.window.holds(p.point[None])[0]}
        corners = main.place(np.array([detail.window[:2], detail.window[2:]]))
        rim = Box(*(float(v) for v in corners.ravel()))
    marks, missing = view_marks(
        subject, main, scale, prefix, named=lambda p: p.major or p.node_id not in twice, detail=not detail, rim=rim
    )
    missing = [name for name in missing if name not in {subject.places[node_id].name for node_id in twice}]
    body = [f'<g clip-path="url(#{prefix}-0)">{marks}</g>']
    scales, left, bottom = {"map": scale}, 0.0, main.height + 14
    if detail and rim:
        scales["inset"] = scale.times(INSET_WIDER)
        marks, more = view_marks(subject, detail, scales["inset"], prefix, named=lambda p: True, detail=True)
        frame = Box(detail.left, detail.top, detail.left + detail.width, detail.top + detail.height)
        body += [_rim(rim), f'<g clip-path="url(#{prefix}-1)">{marks}</g>', _rim(frame)]
        missing += more
        left = detail.width + _GUTTER
    key, key_height = panel(callouts, subject.links, scales, left, width - left, short=not inset)
    body.append(f'<g transform="translate(0 {num(bottom)})">{key}</g>')
    bottom += max(key_height, detail.height if detail else 0.0)
    return _noted(body, missing, bottom, width, subject.borders, views)


def _alone(drawing: _Drawing, callouts: Sequence[Callout], width: int, prefix: str) -> tuple[str, float, list[View]]:
    """The busiest water alone, or the whole where there is none, with a short key under it."""
    subject = drawing.subject
    window = inset_window(drawing.core, _ALONE_RATIO, drawing.main, subject.links, subject.tracks)
    view = view_of(window or drawing.main, width)
    subject = replace(subject, steps=steps_per_km([view]))
    scale = scale_for(subject.links).times(INSET_WIDER if window else 1.0)
    least = SAILING_SHARE * sum(link.flow_t for link in subject.links if link.at_sea)
    marks, missing = view_marks(subject, view, scale, prefix, named=lambda p: True, detail=True, from_t=least)
    key, key_height = panel(callouts, subject.links, {"inset" if window else "map": scale}, 0.0, width, short=True)
    body = [f'<g clip-path="url(#{prefix}-0)">{marks}</g>']
    body.append(f'<g transform="translate(0 {num(view.height + 12)})">{key}</g>')
    return _noted(body, missing, view.height + 12 + key_height, width, subject.borders, [view])


def _noted(
    body: list[str], missing: Sequence[str], bottom: float, width: float, borders: bool, views: list[View]
) -> tuple[str, float, list[View]]:
    note = say(NOTE) if borders else say(NOTE_WITHOUT)
    note += say(" Names left out for want of room: {missing}.", missing=", ".join(missing)) if missing else ""
    for line in wrap(note, SMALL, width):
        bottom += 13
        body.append(text_mark(line, 0, bottom + 3, size=SMALL, colour=MUTED))
    return "".join(body), bottom + 8, views


def _tags(
    callouts: Sequence[Callout], links: pd.DataFrame, drawn: Sequence[Link], stands_for: dict[str, str]
) -> list[Tag]:
    """Callouts by line or node; a callout of a link that is not drawn goes to the place at its start."""
    if len(callouts) > MOST_CALLOUTS:
        raise ValueError(f"{len(callouts)} callouts: a map carries at most {MOST_CALLOUTS}")
    starts = dict(zip(links["link_id"].astype(str), links["from_node_id"].astype(str), strict=True))
    line_of = {link_id: link for link in drawn for link_id, _ in link.flows}
    tags = []
    for callout in callouts:
        node_id = callout.node_id or starts.get(callout.link_id or "")
        if node_id not in stands_for:
            raise ValueError(f"callout {callout.number}: {callout.link_id or callout.node_id} is not on the map")
        line = line_of.get(callout.link_id or "")
        tags.append(Tag(callout.number, line, stands_for[node_id], callout.text))
    return tags


def _clip(name: str, view: View) -> str:
    size = f'width="{num(view.width)}" height="{num(view.height)}"'
    return f'<clipPath id="{name}"><rect x="{num(view.left)}" y="{num(view.top)}" {size}/></clipPath>'


def _rim(box: Box) -> str:
    size = f'width="{num(box.right - box.left)}" height="{num(box.bottom - box.top)}"'
    return f'<rect x="{num(box.left)}" y="{num(box.top)}" {size} fill="none" stroke="{INK}" stroke-width="0.9"/>'
