"""Frontiers, the Pareto set and sweeps as static SVG: pieces with their slopes, breakpoints marked."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from corridor.model.language import say
from corridor.model.result.frame import rows
from corridor.model.result.frontier import FLAT, CostFrontier, Frontier, Pareto, Sweep
from corridor.reports.charts.bars import GAIN, NOBODY, SIZE
from corridor.reports.charts.plane import Plane
from corridor.reports.charts.unchecked import unchecked
from corridor.reports.map.labels import text_width
from corridor.reports.numbers import number
from corridor.reports.say.words import MEASURES, millions

SWEPT = {"capability": GAIN, "concurrent": NOBODY}
"""Measures that are drawn over a number, and their colours."""
CLEAR, ROW = 8.0, 16.0
"""Px between a piece and its words, and between two lines of words."""


@unchecked
def frontier_figure(result: Frontier, *, width: int, title: str, description: str) -> str:
    """SVG of Mt by the number; the gain of one planner's unit is written at each piece."""
    points = pd.DataFrame({"x": result.points["at"], "y": result.points["t"] / 1e6})
    plane = Plane(points, width, f"{result.name}, {result.case.words(result.unit)}", say("Mt a year"))
    layers = [*plane.line(points), plane.points(points)]
    if plane.low[0] <= result.stated <= plane.high[0]:
        layers += plane.mark(result.stated, say("as it is: {stated}", stated=number(result.stated)))
    pieces = result.pieces
    middles = pd.DataFrame(
        {
            "x": (pieces["from"] + pieces["to"]) / 2,
            "y": (pieces["from_t"] + pieces["to_t"]) / 2e6,
            "text": [_brings(value, result.case.words(result.step_unit)) for value in pieces["per_step"]],
        }
    )
    lengths = [text_width(words, SIZE) for words in middles["text"]]
    wide = np.array(lengths) <= (pieces["to"] - pieces["from"]).to_numpy() * plane.px(1.0)
    slopes = pieces["slope"].to_numpy()
    ends = [plane.px(x - plane.low[0]) + length for x, length in zip(middles["x"], lengths, strict=True)]
    flat, inside = abs(slopes) <= FLAT, np.array(ends) + CLEAR <= plane.inner
    for kind, align, side, down in (
        (flat, "center", 0, 1),
        (~flat & (slopes > 0) & inside, "left", 1, 1),  # right of a rising piece, else left of it
        (~flat & (slopes > 0) & ~inside, "right", -1, -1),
        (~flat & (slopes < 0), "right", -1, 1),
    ):
        layers += plane.words(middles[wide & kind], align=align, dy=15 * down, dx=CLEAR * side)
    return plane.figure(layers, title, description)


def _brings(t: float, unit: str) -> str:
    if abs(t) < 1e-3:
        return say("nothing more")
    size = (
        say("{t} Mt", t=millions(t))
        if abs(t) >= 5e4
        else say("{t:,.0f} t", t=t)
        if abs(t) >= 100
        else say("{t:,.1f} t", t=t)
    )
    return say("{words}{size} per {unit}", words="+" * (t > 0), size=size, unit=unit)


@unchecked
def cost_figure(result: CostFrontier, *, width: int, title: str, description: str) -> str:
    """SVG of USD of the next tonne by volume: a step a piece, with the market that grows on it."""
    pieces = result.pieces
    corners = [(t / 1e6, row.usd_per_t) for row in rows(pieces) for t in (row.from_t, row.to_t)]
    frame = pd.DataFrame(corners, columns=["x", "y"])
    plane = Plane(frame, width, say("Mt a year over the gate"), say("USD for the next tonne"), zero=True)
    grows = [", ".join(result.names.get(each, each) for each in row.grows) for row in rows(pieces)]
    names = pd.DataFrame({"x": pieces["to_t"] / 1e6, "y": pieces["usd_per_t"], "text": grows})
    names = names[names["text"] != ""].drop_duplicates("text", keep="last")
    kept: list[int] = []
    for place in names.index:  # the plane is free above and left of a step that rises, but for the words of the last
        if not kept or plane.py(names["y"][place] - names["y"][kept[-1]]) > ROW:
            kept.append(place)
    names = names.loc[kept]
    widths = names["text"].map(lambda text: text_width(text, SIZE))
    first = names["x"].map(lambda x: plane.px(x - plane.low[0])) < widths
    layers = plane.words(names[~first], align="right", dy=-12, dx=-4)
    layers += plane.words(names[first].assign(x=frame["x"].iloc[0]), align="left", dy=-12)
    return plane.figure([*plane.line(frame), *layers], title, description)


@unchecked
def pareto_figure(result: Pareto, *, width: int, title: str, description: str) -> str:
    """SVG of carbon by cost; at each corner its number and the million tonne-days."""
    points = result.points
    frame = pd.DataFrame(
        {
            "x": points["cost_usd"] / 1e6,
            "y": points["co2e_t"] / 1e3,
            "text": [
                say("{point}: {tonne_days:,.2f} million t days", point=row.point, tonne_days=row.tonne_days / 1e6)
                for row in rows(points)
            ],
        }
    )
    plane = Plane(frame, width, say("million USD a year"), say("kt CO2e a year"))
    kept: list[int] = []
    for place, row in enumerate(rows(frame)):  # words on top of one another could not be read
        near = any(
            abs(plane.px(row.x - frame["x"][other])) < 190 and abs(plane.py(row.y - frame["y"][other])) < ROW
            for other in kept
        )
        if not near:
            kept.append(place)
    return plane.figure([plane.points(frame), *plane.beside(frame.iloc[kept], dy=0, dx=10)], title, description)


def sweep_line(result: Sweep) -> pd.DataFrame | None:
    """The answered runs in the order of the one number that is swept; None where they make no line."""
    if len(result.over) != 1 or not len(result.answered):
        return None
    address = result.over[0].address
    runs = result.answered[result.answered[address].map(math.isfinite)].sort_values(address, kind="stable")
    return runs if runs[address].nunique() > 1 else None


@unchecked
def sweep_figure(result: Sweep, across: str, *, width: int, title: str, description: str) -> str:
    """SVG of a sweep over one number: T and C at every run; ``across`` names the axis of the number."""
    runs, one = sweep_line(result), result.over[0]
    assert runs is not None
    lines = {name: pd.DataFrame({"x": runs[one.address], "y": runs[f"{name}_t"] / 1e6}) for name in SWEPT}
    plane = Plane(pd.concat(lines.values()), width, across, say("Mt a year"))
    layers = []
    for name, frame in lines.items():
        layers += [*plane.line(frame.reset_index(drop=True), SWEPT[name]), plane.points(frame)]
        rises = frame["y"].iloc[-1] >= frame["y"].iloc[0]
        end, align = (frame.tail(1), "right") if rises else (frame.head(1), "left")
        layers += plane.words(end.assign(text=MEASURES[name][0]), align=align, dy=-14)
    stated = 1.0 if one.relative else one.stated
    if stated is not None and plane.low[0] <= stated <= plane.high[0]:
        layers += plane.mark(stated, say("as it is: {stated}", stated=number(stated)))
    return plane.figure(layers, title, description)
