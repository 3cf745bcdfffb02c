"""Tonnes and margin of a market by the price of its way, as static SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from corridor.model.language import say
from corridor.reports.charts.bars import GAIN, RESULT
from corridor.reports.charts.plane import Plane


def price_figure(
    curve: Mapping[str, Any], names: Mapping[str, str], *, width: int, title: str, description: str
) -> str:
    """SVG of the margin (million USD) and the cargo (kt) by price; ``names`` of the states that are marked."""
    points = pd.DataFrame(curve["points"])
    cargo = pd.DataFrame({"x": points["usd_per_t"], "y": points["t"] / 1e3})
    scale = cargo["y"].max() / max(points["margin_usd"].max(), 1e-9)
    margin = pd.DataFrame({"x": points["usd_per_t"], "y": points["margin_usd"] * scale})
    plane = Plane(pd.concat([cargo, margin]), width, say("USD a tonne, owners of the way"), say("kt a year"), zero=True)
    layers = [*plane.line(cargo, GAIN), *plane.line(margin, RESULT)]
    within = {state: usd for state, usd in curve["states"].items() if state in names and usd <= plane.high[0]}
    heads = pd.DataFrame(
        {
            "x": list(within.values()),
            "y": [plane.high[1] - (number + 0.5) * 0.07 * plane.high[1] for number in range(len(within))],
            "text": [say("{names}: {usd:,.0f}", names=names[state], usd=usd) for state, usd in within.items()],
        }
    )
    for usd in within.values():
        layers += plane.mark(usd, "")
    layers += plane.beside(heads, dy=0, dx=6)
    ends = pd.DataFrame(
        {
            "x": [cargo["x"].iloc[-1]] * 2,
            "y": [cargo["y"].iloc[-1], margin["y"].iloc[-1]],
            "text": [
                "cargo",
                say("margin, at most {margin_usd:,.1f} million USD", margin_usd=points["margin_usd"].max() / 1e6),
            ],
        }
    )
    layers += plane.words(ends, align="right", dy=-12)
    return plane.figure(layers, title, description)
