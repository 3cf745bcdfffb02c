"""The cost curve of projects as static SVG: million USD spent against Mt that fit, segment by segment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from corridor.model.result.frame import rows
from corridor.model.result.projects import Projects
from corridor.reports.charts.bars import GAIN, LOSS, RESULT, SIZE, TOTAL
from corridor.reports.charts.plane import Plane
from corridor.reports.map.labels import text_width

PAINTS = {"ship": GAIN, "quay": LOSS, "border": TOTAL}
"""Colours of segments by kind of limit; the other kinds have :data:`OTHER`."""
OTHER, LEADER = RESULT, "#9AA3AB"
ROW = 16
"""Px between two lines of words."""
CLEAR = 12
"""Px between a segment and its words."""
DRAWN_GAIN, DRAWN_COST = 0.9, 0.4
"""Shares of gain and cost: dear segments at the end are left out where the rest has this much of the gain for less than
this much of the cost."""


def drawn_segments(result: Projects) -> int:
    """The number of segments that the figure draws; the dear ones at the end would flatten all others."""
    curve = result.curve
    if not len(curve):
        return 0
    base = float(result.base_t[result.measure])
    gained = (curve["t"] - base) / (curve["t"].iloc[-1] - base)
    spent = curve["total_usd"] / max(1.0, float(curve["total_usd"].iloc[-1]))
    enough = [place for place in range(len(curve)) if gained.iloc[place] >= DRAWN_GAIN]
    return enough[0] + 1 if spent.iloc[enough[0]] < DRAWN_COST else len(curve)


def projects_figure(result: Projects, labels: list[str], *, width: int, title: str, description: str) -> str:
    """SVG of the cost curve; ``labels`` has the words of each drawn segment."""
    import altair as alt

    base = result.base_t[result.measure] / 1e6
    ends = [(0.0, base), *((row.total_usd / 1e6, row.t / 1e6) for row in rows(result.curve.head(len(labels))))]
    plane = Plane(pd.DataFrame(ends, columns=["x", "y"]), width, "million USD spent, all together", "Mt a year")
    layers: list[Any] = []
    for place, row in enumerate(rows(result.curve.head(len(labels)))):
        segment = pd.DataFrame(ends[place : place + 2], columns=["x", "y"])
        layers += plane.line(segment, PAINTS.get(row.kind, OTHER))
    layers.append(plane.points(pd.DataFrame(ends, columns=["x", "y"])))
    words = _placed(plane, ends, labels)
    leaders = alt.Chart(words[words["far"]]).mark_rule(color=LEADER, strokeWidth=1)
    ends_at = (alt.X2("to_x:Q"), alt.Y2("to_y:Q"))
    layers.append(leaders.encode(plane.x("from_x"), plane.y("from_y"), *ends_at))
    layers += plane.words(words, align="left", dy=0, dx=3)
    return plane.figure(layers, title, description)


def _placed(plane: Plane, ends: list[tuple[float, float]], labels: list[str]) -> pd.DataFrame:
    """Places of words below their segments, in the units of the axes; the last segment is placed first."""
    taken: list[tuple[float, float, float]] = []
    placed = []
    for place in reversed(range(len(labels))):
        x, y = ((ends[place][axis] + ends[place + 1][axis]) / 2 for axis in (0, 1))
        begin, line = plane.px(x - plane.low[0]), plane.py(plane.high[1] - y)
        wide = text_width(labels[place], SIZE)
        left = max(0.0, min(begin + 6, plane.inner - wide))
        at = CLEAR + max(line, plane.py(plane.high[1] - _height(ends, plane.low[0] + left / plane.px(1.0))))
        while any(left < right and start < left + wide and abs(at - other) < ROW for start, right, other in taken):
            at += ROW
        taken.append((left - 8, left + wide + 8, at))
        nearest = min(max(begin, left + 8), left + wide)
        spots = [(left, at), (begin, line), (nearest, at - ROW / 2)]
        across, down = plane.px(1.0), plane.py(1.0)
        places = [each for px, py in spots for each in (plane.low[0] + px / across, plane.high[1] - py / down)]
        placed.append((*places, labels[place], at > line + CLEAR + 1))
    return pd.DataFrame(placed, columns=["x", "y", "from_x", "from_y", "to_x", "to_y", "text", "far"])


def _height(ends: list[tuple[float, float]], x: float) -> float:
    """The height of the curve at a place across, or at its nearer end."""
    return float(np.interp(x, [end[0] for end in ends], [end[1] for end in ends]))
