"""A queue through the weeks of an outage as static SVG: by market, with the days of the outage in grey."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from corridor.model.horizon import Floats
from corridor.model.language import numeral, say
from corridor.model.result.disruption import Disruption
from corridor.reports.charts.bands import box_sign, key_above
from corridor.reports.charts.bars import GRID, SIZE, WIDE, drawn
from corridor.reports.charts.canvas import scale_of
from corridor.reports.charts.unchecked import unchecked
from corridor.reports.charts.year import (
    COMMODITIES,
    KT,
    REST,
    Plane,
    grid_lines,
    month_names,
    paints,
    placed,
    words_at,
)
from corridor.reports.map.labels import text_width
from corridor.reports.map.style import MUTED


@unchecked
def queue_figure(result: Disruption, *, width: int, title: str, description: str) -> str:
    """SVG of the queue by market, straight between the ends of periods, and of the days that are closed."""
    import altair as alt

    horizon = result.horizon
    queues = by_market(result)
    total = sum(queues.values(), np.zeros(horizon.count)) / KT
    most, ticks = scale_of(float(total.max()))
    left = 12 + max(text_width(numeral(each, ",.0f"), SIZE) for each in ticks)
    plane = Plane(horizon, width - left - 10)
    tall = 200.0 if width >= WIDE else 160.0
    layers: list[Any] = []
    closed = np.concatenate([[0], np.array(result.periods["closed"], dtype=int), [0]])
    first, end = np.flatnonzero(np.diff(closed) > 0), np.flatnonzero(np.diff(closed) < 0)
    grey = pd.DataFrame({"x": plane.at[first], "x2": plane.at[end], "y": 0.0, "y2": tall})
    layers.append(placed(alt.Chart(grey).mark_rect(color=GRID, opacity=1)))
    layers += grid_lines(plane, ticks, most, 0.0, tall)
    under = np.zeros(horizon.count + 1)
    colours = paints(queues)
    for name, queue in queues.items():
        level = np.concatenate([[queue[-1] if horizon.cyclic else 0.0], queue]) / KT
        over = under + level
        frame = pd.DataFrame({"x": plane.at, "y": tall * (1 - over / most), "y2": tall * (1 - under / most)})
        layers.append(placed(alt.Chart(frame).mark_area(color=colours[name], opacity=1), wide=False))
        under = over
    layers += words_at([say("thousand t")], [-left + 4], [-14], align="left", color=MUTED)
    layers += month_names(plane, tall)
    entries = [(name, box_sign(paint, paint)) for name, paint in colours.items()]
    key, above = key_above(entries, left, width, 18)
    padding = {"left": left, "right": 10, "top": above, "bottom": 26.0}
    return drawn([*layers, *key], plane.inner, tall, padding, title, description)


def by_market(result: Disruption) -> dict[str, Floats]:
    """Tonnes that wait more than usual by period, of the markets that wait most; the others together."""
    names = dict(zip(result.markets["segment"], result.markets["name"], strict=True))
    queues: dict[str, Floats] = {}
    for segment, part in result.course.groupby("segment", sort=False):
        queue = np.maximum(np.array(part["queue_t"], dtype=float), 0.0)
        if queue.max(initial=0.0) > 0:
            queues[str(names[segment])] = queue
    order = sorted(queues, key=lambda name: (-float(queues[name].max()), name))
    kept = order if len(order) <= len(COMMODITIES) else order[: len(COMMODITIES) - 1]
    shown = {name: queues[name] for name in kept}
    if len(kept) < len(order):
        shown[say(REST)] = sum((queues[name] for name in order[len(kept) :]), np.zeros(result.horizon.count))
    return shown
