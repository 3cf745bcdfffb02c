"""The flow map: capacity as a white pipe, flow as its fill, use as its colour, with an inset where places crowd.

It is SVG text with presentation attributes only, so that browsers, Typst and resvg agree.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from corridor.reports.map.basemap import View, load_basemap, view_of
from corridor.reports.map.labels import Box
from corridor.reports.map.legend import Callout, panel
from corridor.reports.map.lines import Link, Place, bends_of, links_of, places_of, scale_for
from corridor.reports.map.style import FONT, INK, MUTED, SMALL, num, text_mark
from corridor.reports.map.view import Subject, Tag, base_marks, view_marks

__all__ = ["MOST_CALLOUTS", "Callout", "flow_map"]

MOST_CALLOUTS = 5
NOTE = "Borders: Natural Earth, indicative, no position implied."

INSET_SHARE, INSET_SHAPE = 0.22, 0.62
"""Width of the inset's window as a share of the map's, and its height as a share of its width."""
CROWDED = 4
"""Labelled places that an inset shows at least."""
INSET_ZOOM = 2.5
INSET_WIDER = 2.0
_WIDEST_PIPE = 0.044  # of the page, in the inset
_GUTTER = 16.0


def flow_map(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    *,
    width: int = 1000,
    callouts: Sequence[Callout] = (),
    inset: bool = True,
    title: str,
    description: str,
) -> str:
    """SVG text of the map; the same input gives the same bytes.

    `nodes`: node_id, name, x_coord, y_coord (degrees), label and major (bool). Of nodes within 12 km of each other the
    first with a label stands for all. `links`: link_id, from_node_id, to_node_id, mode_id, mode (name), at_sea, flow_t
    (both directions, tonnes a year), capacity_t (NaN or infinite: not known), utilisation (0 to 1 of the busiest
    resource, or NaN). The inset shows the window in which most labelled places lie; it is left out where these are
    few. Raises ValueError for nodes without coordinates and for callouts that are too many or name nothing on the map.
    """
    basemap = load_basemap()
    places, stands_for = places_of(nodes, basemap)
    drawn = links_of(links, places, stands_for)
    points = np.array([(place.x, place.y) for place in places.values()])
    subject = Subject(
        basemap,
        basemap.holding(points),
        places,
        drawn,
        bends_of(drawn, places, basemap),
        scale_for(drawn, width),
        _tags(callouts, links, drawn, stands_for),
    )
    main = view_of(points, width=width)
    window = _crowd(main, [place for place in places.values() if place.label]) if inset else None
    inset = window is not None
    detail = _detail_of(main, window or Box(0.0, 0.0, 1.0, 1.0))
    widest = max([subject.scale.px_per_t * (link.capacity_t or 0.0) for link in drawn if link.flow_t] + [1.0])
    wider = replace(subject, scale=subject.scale.times(min(INSET_WIDER, _WIDEST_PIPE * width / widest)))

    prefix = "map-" + hashlib.sha256(repr((title, width, inset, callouts, places, drawn)).encode()).hexdigest()[:8]
    shown_twice = {p.node_id for p in places.values() if inset and detail.shows(np.array([[p.x, p.y]]))[0]}
    rim = None
    if inset:
        left, top = (float(v) for v in main.place(np.array([[detail.west, detail.north]]))[0])
        rim = Box(left, top, left + detail.width / INSET_ZOOM, top + detail.height / INSET_ZOOM)
    marks, missing = view_marks(
        subject,
        main,
        prefix,
        named=lambda place: place.major or place.node_id not in shown_twice,
        detail=False,
        rim=rim,
    )
    missing = [name for name in missing if name not in {places[node_id].name for node_id in shown_twice}]
    body = [f'<g clip-path="url(#{prefix}-main)">{marks}</g>']
    clips = _clip(prefix + "-main", main)
    left, bottom = 0.0, main.height + 12
    if rim:
        body.append(_rim(rim))
        marks, more = view_marks(wider, detail, prefix, named=lambda place: True, detail=True)
        body.append(f'<g clip-path="url(#{prefix}-inset)">{marks}</g>')
        body.append(_rim(Box(detail.left, detail.top, detail.left + detail.width, detail.top + detail.height)))
        clips += _clip(prefix + "-inset", detail)
        missing += more
        left = detail.width + _GUTTER
    scales = {"map": subject.scale} | ({"inset": wider.scale} if inset else {})
    key, key_height = panel(callouts, drawn, scales, left, width - left)
    body.append(f'<g transform="translate(0 {num(bottom)})">{key}</g>')
    bottom += max(key_height, detail.height if inset else 0.0)
    note = NOTE + (f" Names left out for want of room: {', '.join(missing)}." if missing else "")
    body.append(text_mark(note, 0, bottom + 16, size=SMALL, colour=MUTED))
    height = num(bottom + 22)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" aria-labelledby="{prefix}-title {prefix}-desc" font-family="{FONT}" fill="{INK}">'
        f'<title id="{prefix}-title">{escape(title)}</title><desc id="{prefix}-desc">{escape(description)}</desc>'
        f"<defs>{base_marks(subject, main, prefix)}{clips}</defs>{''.join(body)}</svg>\n"
    )


def inset_map(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    *,
    width: int = 430,
    callouts: Sequence[Callout] = (),
    title: str,
    description: str,
) -> str:
    """SVG text of the inset alone, as wide as asked for; empty where the map has no inset.

    Arguments as for :func:`flow_map`.
    """
    basemap = load_basemap()
    places, stands_for = places_of(nodes, basemap)
    drawn = links_of(links, places, stands_for)
    points = np.array([(place.x, place.y) for place in places.values()])
    main = view_of(points, width=width)
    window = _crowd(main, [place for place in places.values() if place.label])
    if window is None:
        return ""
    scale = width / (window.right - window.left)
    view = View(window.left, window.top, scale, 0.0, 0.0, width, (window.bottom - window.top) * scale)
    subject = Subject(
        basemap,
        basemap.holding(points),
        places,
        drawn,
        bends_of(drawn, places, basemap),
        scale_for(drawn, width),
        _tags(callouts, links, drawn, stands_for),
    )
    prefix = "inset-" + hashlib.sha256(repr((title, width, callouts, places, drawn)).encode()).hexdigest()[:8]
    marks, _ = view_marks(subject, view, prefix, named=lambda place: True, detail=True)
    height = num(view.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" aria-labelledby="{prefix}-title {prefix}-desc" font-family="{FONT}" fill="{INK}">'
        f'<title id="{prefix}-title">{escape(title)}</title><desc id="{prefix}-desc">{escape(description)}</desc>'
        f"<defs>{base_marks(subject, view, prefix)}{_clip(prefix, view)}</defs>"
        f'<g clip-path="url(#{prefix})">{marks}</g></svg>\n'
    )


def _crowd(main: View, places: Sequence[Place]) -> Box | None:
    """The window of the inset, km of the base map: that with most places, then the first by its corner."""
    wide = main.width / main.px_per_km * INSET_SHARE
    tall, rim = wide * INSET_SHAPE, 0.08 * wide
    best: tuple[int, float, float] | None = None
    for west in sorted({place.x - rim for place in places}):
        for north in sorted({place.y - rim for place in places}):
            count = sum(west <= p.x <= west + wide - rim and north <= p.y <= north + tall - rim for p in places)
            if best is None or count > best[0]:
                best = count, west, north
    if best is None or best[0] < CROWDED or best[0] == len(places):
        return None
    return Box(best[1], best[2], best[1] + wide, best[2] + tall)


def _detail_of(main: View, window: Box) -> View:
    """The inset, below the main view at its left."""
    scale = main.px_per_km * INSET_ZOOM
    wide, tall = (window.right - window.left) * scale, (window.bottom - window.top) * scale
    return View(window.left, window.top, scale, 0.0, round(main.height + 12, 1), wide, tall)


def _tags(
    callouts: Sequence[Callout], links: pd.DataFrame, drawn: Sequence[Link], stands_for: dict[str, str]
) -> list[Tag]:
    """Callouts by link or node; a callout of a link that is not drawn goes to the place at its start."""
    if len(callouts) > MOST_CALLOUTS:
        raise ValueError(f"{len(callouts)} callouts: a map carries at most {MOST_CALLOUTS}")
    starts = dict(zip(links["link_id"].astype(str), links["from_node_id"].astype(str), strict=True))
    on_map = {link.link_id for link in drawn}
    tags = []
    for callout in callouts:
        node_id = callout.node_id or starts.get(callout.link_id or "")
        if node_id not in stands_for:
            raise ValueError(f"callout {callout.number}: {callout.link_id or callout.node_id} is not on the map")
        tags.append(Tag(callout.number, callout.link_id if callout.link_id in on_map else None, stands_for[node_id]))
    return tags


def _clip(name: str, view: View) -> str:
    size = f'width="{num(view.width)}" height="{num(view.height)}"'
    return f'<clipPath id="{name}"><rect x="{num(view.left)}" y="{num(view.top)}" {size}/></clipPath>'


def _rim(box: Box) -> str:
    size = f'width="{num(box.right - box.left)}" height="{num(box.bottom - box.top)}"'
    return f'<rect x="{num(box.left)}" y="{num(box.top)}" {size} fill="none" stroke="{INK}" stroke-width="0.9"/>'
