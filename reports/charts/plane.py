"""Frontiers and the Pareto set as static SVG: pieces with their slopes, breakpoints marked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from corridor.model.result.frame import rows
from corridor.model.result.frontier import CostFrontier, Frontier, Pareto, Sweep
from corridor.reports.charts.bars import GAIN, GRID, NOBODY, RESULT, SIZE, drawn
from corridor.reports.map.labels import text_width
from corridor.reports.map.style import INK, MUTED
from corridor.reports.say.words import MEASURES, millions
from corridor.reports.terminal_frontier import (
    frontier_sentences,
    measure_name,
    number,
    pareto_sentences,
    sweep_headline,
)

if TYPE_CHECKING:
    import altair as alt

HEIGHT = 320.0
SWEPT = {"capability": GAIN, "concurrent": NOBODY}
TEXT: dict[str, Any] = {"fontSize": SIZE, "baseline": "middle", "color": INK}
HALO: dict[str, Any] = {**TEXT, "stroke": "#FFFFFF", "strokeWidth": 4, "strokeJoin": "round"}
DOT: dict[str, Any] = {"shape": "circle", "filled": True, "size": 46, "opacity": 1, "color": RESULT}
PADDING = {"left": 64, "right": 28, "top": 24, "bottom": 46}


def figure(found: Frontier | CostFrontier | Pareto, *, width: int = 800) -> str:
    """SVG of a frontier or a Pareto set."""
    if isinstance(found, Frontier):
        return _throughput(found, width)
    return _supply(found, width) if isinstance(found, CostFrontier) else _pareto(found, width)


def _throughput(found: Frontier, width: int) -> str:
    """Mt by the number; what one planner's unit brings stands at each piece."""
    points = pd.DataFrame({"x": found.points["at"], "y": found.points["t"] / 1e6})
    plane = Plane(points, width, f"{found.name}, {found.unit}", "Mt a year")
    layers = [*plane.line(points), plane.points(points)]
    pieces = found.pieces
    middles = pd.DataFrame(
        {
            "x": (pieces["from"] + pieces["to"]) / 2,
            "y": (pieces["from_t"] + pieces["to_t"]) / 2e6,
            "said": [_brings(value, found.step_unit) for value in pieces["per_step"]],
        }
    )
    room = [plane.px(length) for length in pieces["to"] - pieces["from"]]
    wide = [text_width(said, SIZE) <= px for said, px in zip(middles["said"], room, strict=True)]
    layers += plane.words(middles[wide], align="center", dy=16)
    if plane.low[0] <= found.stated <= plane.high[0]:
        layers += plane.mark(found.stated, f"as it is: {number(found.stated)}")
    title = f"{measure_name(found)} by {found.name}"
    return drawn(layers, plane.inner, HEIGHT, PADDING, title, " ".join(frontier_sentences(found)))


def _brings(t: float, unit: str) -> str:
    if abs(t) < 1e-3:
        return "nothing more"
    size = f"{millions(t)} Mt" if abs(t) >= 5e4 else f"{t:,.0f} t" if abs(t) >= 100 else f"{t:,.1f} t"
    return f"{'+' * (t > 0)}{size} per {unit}"


def _supply(found: CostFrontier, width: int) -> str:
    """USD of the next tonne by volume: a step a piece, with the market that grows on it."""
    pieces = found.pieces
    corners = [(t / 1e6, row.usd_per_t) for row in rows(pieces) for t in (row.from_t, row.to_t)]
    frame = pd.DataFrame(corners, columns=["x", "y"])
    plane = Plane(frame, width, "Mt a year over the gate", "USD for the next tonne", zero=True)
    names = pd.DataFrame(
        [
            (row.from_t / 1e6, row.usd_per_t, ", ".join(found.names.get(each, each) for each in row.grows))
            for row in rows(pieces)
        ],
        columns=["x", "y", "said"],
    )
    names = names[(names["said"] != names["said"].shift()) & (names["said"] != "")]
    layers = plane.line(frame)
    right = names["x"] > (plane.low[0] + plane.high[0]) / 2
    for side, align in ((~right, "left"), (right, "right")):
        layers += plane.words(names[side], align=align, dy=-12)
    first, last = found.points.iloc[0], found.points.iloc[-1]
    said = f"The least cost of {millions(first['t'])} to {millions(last['t'])} Mt a year, {len(pieces)} pieces."
    return drawn(layers, plane.inner, HEIGHT, PADDING, f"What the next tonne costs ({found.cost})", said)


def _pareto(found: Pareto, width: int) -> str:
    """Carbon by cost; at each corner its number and the million tonne-days."""
    points = found.points
    frame = pd.DataFrame(
        {
            "x": points["cost_usd"] / 1e6,
            "y": points["co2e_t"] / 1e3,
            "said": [f"{row.point}: {row.tonne_days / 1e6:,.2f} million t days" for row in rows(points)],
        }
    )
    plane = Plane(frame, width, "million USD a year", "kt CO2e a year")
    kept: list[int] = []
    for place, row in enumerate(rows(frame)):  # words on top of one another could not be read
        near = any(
            abs(plane.px(row.x - frame["x"][each])) < 190 and abs(plane.py(row.y - frame["y"][each])) < 16
            for each in kept
        )
        if not near:
            kept.append(place)
    said = frame.iloc[kept]
    right = said["x"] > (plane.low[0] + plane.high[0]) / 2
    layers = [plane.points(frame)]
    for side, align, dx in ((~right, "left", 10), (right, "right", -10)):
        layers += plane.words(said[side], align=align, dy=0, dx=dx)
    return drawn(layers, plane.inner, HEIGHT, PADDING, "Cost, carbon and time", " ".join(pareto_sentences(found)))


def sweep_figure(found: Sweep, *, width: int = 800) -> str:
    """SVG of a sweep over one number: T and C at every run; nothing where that is no line."""
    if len(found.over) != 1:
        return ""
    one = found.over[0]
    runs = found.answered[found.answered[one.address].map(math.isfinite)].sort_values(one.address, kind="stable")
    if runs[one.address].nunique() < 2:
        return ""
    lines = {name: pd.DataFrame({"x": runs[one.address], "y": runs[f"{name}_t"] / 1e6}) for name in SWEPT}
    title = f"{' and '.join(MEASURES[name][0].lower() for name in SWEPT)} by {one.address}".capitalize()
    across = f"{one.address}, {'times what the case has' if one.relative else one.unit}"
    plane = Plane(pd.concat(lines.values()), width, across, "Mt a year")
    layers: list[Any] = []
    for name, frame in lines.items():
        layers += [*plane.line(frame.reset_index(drop=True), SWEPT[name]), plane.points(frame)]
        rises = frame["y"].iloc[-1] >= frame["y"].iloc[0]
        end, align = (frame.tail(1), "right") if rises else (frame.head(1), "left")
        layers += plane.words(end.assign(said=MEASURES[name][0]), align=align, dy=-14)
    stated = 1.0 if one.relative else one.stated
    if stated is not None and plane.low[0] <= stated <= plane.high[0]:
        layers += plane.mark(stated, f"as it is: {number(stated)}")
    return drawn(layers, plane.inner, HEIGHT, PADDING, title, sweep_headline(found))


class Plane:
    """The plane of a figure: both scales, and marks on it."""

    def __init__(self, frame: pd.DataFrame, width: int, across: str, up: str, *, zero: bool = False) -> None:
        import altair as alt

        self.inner = width - PADDING["left"] - PADDING["right"]
        self.low = [float(frame["x"].min()), 0.0 if zero else float(frame["y"].min())]
        self.high = [float(frame["x"].max()), float(frame["y"].max())]
        for axis, room in ((0, 0.03), (1, 0.12)):
            span = self.high[axis] - self.low[axis] or max(1e-6, 0.1 * abs(self.high[axis]) or 1.0)
            self.high[axis] += room * span
            if not (zero and axis == 1):
                self.low[axis] = max(self.low[axis] - room * span, min(0.0, self.low[axis]))
        self.xs = alt.Scale(domain=[self.low[0], self.high[0]], nice=False, zero=False)
        self.ys = alt.Scale(domain=[self.low[1], self.high[1]], nice=False, zero=False)
        self.across, self.up, self.drawn = across, up, False

    def px(self, distance: float) -> float:
        """Px of a distance across."""
        return float(distance) * self.inner / (self.high[0] - self.low[0])

    def py(self, distance: float) -> float:
        """Px of a distance up."""
        return float(distance) * HEIGHT / (self.high[1] - self.low[1])

    def x(self, column: str = "x") -> alt.X:
        import altair as alt

        return alt.X(f"{column}:Q", scale=self.xs, axis=_axis(self.across, 7, anchor="end"))

    def y(self, column: str = "y") -> alt.Y:
        import altair as alt

        # Layers do not share this scale, so that each would draw its axis.
        first, self.drawn = not self.drawn, True
        axis = _axis(self.up, 5, anchor="start", angle=0, align="left", y=-10, x=-56) if first else None
        return alt.Y(f"{column}:Q", scale=self.ys, axis=axis)

    def line(self, frame: pd.DataFrame, paint: str = GAIN) -> list[Any]:
        """The line through all rows in their order."""
        import altair as alt

        chart = alt.Chart(frame.reset_index(names="order"))
        return [chart.mark_line(color=paint, strokeWidth=3, opacity=1).encode(self.x(), self.y(), order="order:Q")]

    def points(self, frame: pd.DataFrame) -> Any:
        import altair as alt

        return alt.Chart(frame).mark_point(**DOT).encode(self.x(), self.y())

    def words(self, frame: pd.DataFrame, *, align: str, dy: float, dx: float = 0) -> list[Any]:
        import altair as alt

        place: dict[str, Any] = {"align": align, "dy": dy, "dx": dx}
        charts = [alt.Chart(frame).mark_text(**style, **place) for style in (HALO, TEXT)] if len(frame) else []
        return [chart.encode(self.x(), self.y(), text="said:N") for chart in charts]

    def mark(self, x: float, said: str) -> list[Any]:
        """A line across, said at its head."""
        import altair as alt

        here = alt.Chart(pd.DataFrame({"x": [x], "said": [said]}))
        over: dict[str, Any] = {**TEXT, "baseline": "bottom", "dy": -5, "color": MUTED}
        return [
            here.mark_rule(color=INK, strokeDash=[3, 2.5], strokeWidth=1.2).encode(self.x()),
            here.mark_text(**over).encode(self.x(), y=alt.value(0), text="said:N"),
        ]


def _axis(title: str, ticks: int, **style: Any) -> alt.Axis:
    import altair as alt

    names = {"anchor": "titleAnchor", "angle": "titleAngle", "align": "titleAlign", "y": "titleY", "x": "titleX"}
    return alt.Axis(
        title=title, grid=True, gridColor=GRID, domain=False, ticks=False, labelColor=MUTED, labelFontSize=SIZE,
        titleColor=MUTED, titleFontWeight="normal", titleFontSize=SIZE, tickCount=ticks,
        **{names[name]: value for name, value in style.items()},
    )  # fmt: skip
