"""Cargo, revenue and margin of a market by the price of its way, with its rivals, as static SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from corridor.model.language import say
from corridor.reports.charts.bars import GAIN, RESULT
from corridor.reports.charts.plane import Plane
from corridor.reports.map.style import MUTED

MOST_RIVALS = 3
"""Rival routes with a line, the cheapest first."""


def price_figure(
    curve: Mapping[str, Any], names: Mapping[str, str], *, width: int, title: str, description: str
) -> str:
    """SVG of cargo (TEU or kt), revenue and margin (million USD) by the price of the way; lines of states and rivals.

    ``curve`` as of the study; ``names`` of the states that are marked.
    """
    points, rest = pd.DataFrame(curve["points"]), curve["rest_usd_per_t"]
    boxes = bool(points["teu"].notna().all())
    across = points["usd_per_t"] + rest
    cargo = pd.DataFrame({"x": across, "y": points["teu" if boxes else "t"] / 1e3})
    most = max(points["freight_usd"].max(), 1e-9)
    scale = cargo["y"].max() / most
    money = {
        column: pd.DataFrame({"x": across, "y": points[column] * scale}) for column in ("freight_usd", "margin_usd")
    }
    up = say("thousand TEU a year") if boxes else say("kt a year")
    plane = Plane(pd.concat([cargo, *money.values()]), width, say("USD a tonne, the whole way"), up, zero=True)
    layers = [
        *plane.line(cargo, GAIN),
        *plane.line(money["freight_usd"], MUTED),
        *plane.line(money["margin_usd"], RESULT),
    ]
    marks = [
        (usd + rest, say("{names}: {usd:,.0f}", names=names[state], usd=usd + rest))
        for state, usd in curve["states"].items()
        if state in names
    ]
    marks += [
        (rival["usd_per_t"] + rest, say("rival: {usd:,.0f}", usd=rival["usd_per_t"] + rest))
        for rival in curve["rivals"][:MOST_RIVALS]
    ]
    within = [mark for mark in marks if plane.low[0] <= mark[0] <= plane.high[0]]
    heads = pd.DataFrame(
        {
            "x": [usd for usd, _ in within],
            "y": [plane.high[1] - (number + 0.5) * 0.06 * plane.high[1] for number in range(len(within))],
            "text": [text for _, text in within],
        }
    )
    for usd, _ in within:
        layers += plane.mark(usd, "")
    layers += plane.beside(heads, dy=0, dx=6)
    texts = {
        "freight_usd": say("revenue, at most {usd:,.1f} million USD", usd=points["freight_usd"].max() / 1e6),
        "margin_usd": say("margin, at most {usd:,.1f} million USD", usd=points["margin_usd"].max() / 1e6),
    }
    ends = [(cargo["y"].iloc[-1], say("cargo")), *((money[name]["y"].iloc[-1], text) for name, text in texts.items())]
    ends.sort()
    low, apart = 0.0, 0.06 * plane.high[1]
    placed = []
    for y, text in ends:
        low = max(low + apart, y + apart / 2)
        placed.append((low, text))
    frame = pd.DataFrame(
        {"x": [across.iloc[-1]] * len(ends), "y": [y for y, _ in placed], "text": [t for _, t in placed]}
    )
    layers += plane.words(frame, align="right", dy=0)
    return plane.figure(layers, title, description)
