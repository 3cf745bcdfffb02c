"""A plane with two axes for lines, points and words, as static SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from corridor.reports.charts.bars import GAIN, GRID, RESULT, SIZE, drawn
from corridor.reports.map.style import INK, MUTED

if TYPE_CHECKING:
    import altair as alt

HEIGHT = 320.0
TEXT: dict[str, Any] = {"fontSize": SIZE, "baseline": "middle", "color": INK}
HALO: dict[str, Any] = {**TEXT, "stroke": "#FFFFFF", "strokeWidth": 4, "strokeJoin": "round"}
DOT: dict[str, Any] = {"shape": "circle", "filled": True, "size": 46, "opacity": 1, "color": RESULT}
PADDING = {"left": 64, "right": 28, "top": 24, "bottom": 46}


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

    def figure(self, layers: list[Any], title: str, description: str) -> str:
        """SVG of the layers on this plane."""
        return drawn(layers, self.inner, HEIGHT, PADDING, title, description)

    def line(self, frame: pd.DataFrame, paint: str = GAIN) -> list[Any]:
        """The line through all rows in their order."""
        import altair as alt

        chart = alt.Chart(frame.reset_index(names="order"))
        return [
            chart.mark_line(color=paint, strokeWidth=3, opacity=1).encode(
                self.x(), self.y(), order=alt.Order("order:Q")
            )
        ]

    def points(self, frame: pd.DataFrame) -> Any:
        import altair as alt

        return alt.Chart(frame).mark_point(**DOT).encode(self.x(), self.y())

    def beside(self, frame: pd.DataFrame, *, dy: float, dx: float = 0) -> list[Any]:
        """Words right of their points in the left half of the plane, and left of them in the right half."""
        right = frame["x"] > (self.low[0] + self.high[0]) / 2
        sides = ((~right, "left", dx), (right, "right", -dx))
        return [mark for side, align, far in sides for mark in self.words(frame[side], align=align, dy=dy, dx=far)]

    def words(self, frame: pd.DataFrame, *, align: str, dy: float, dx: float = 0) -> list[Any]:
        import altair as alt

        place: dict[str, Any] = {"align": align, "dy": dy, "dx": dx}
        charts = [alt.Chart(frame).mark_text(**style, **place) for style in (HALO, TEXT)] if len(frame) else []
        return [chart.encode(self.x(), self.y(), text=alt.Text("text:N")) for chart in charts]

    def mark(self, x: float, text: str) -> list[Any]:
        """A line across, with words at its head."""
        import altair as alt

        here = alt.Chart(pd.DataFrame({"x": [x], "text": [text]}))
        over: dict[str, Any] = {**TEXT, "baseline": "bottom", "dy": -5, "color": MUTED}
        return [
            here.mark_rule(color=INK, strokeDash=[3, 2.5], strokeWidth=1.2).encode(self.x()),
            here.mark_text(**over).encode(self.x(), y=alt.value(0), text=alt.Text("text:N")),
        ]


def _axis(title: str, ticks: int, **style: Any) -> alt.Axis:
    import altair as alt

    names = {"anchor": "titleAnchor", "angle": "titleAngle", "align": "titleAlign", "y": "titleY", "x": "titleX"}
    return alt.Axis(
        title=title, grid=True, gridColor=GRID, domain=False, ticks=False, labelColor=MUTED, labelFontSize=SIZE,
        titleColor=MUTED, titleFontWeight="normal", titleFontSize=SIZE, tickCount=ticks,
        **{names[name]: value for name, value in style.items()},
    )  # fmt: skip
