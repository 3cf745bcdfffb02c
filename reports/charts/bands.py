"""Certainty as static SVG: the bands of the measures, and what each driver alone does to one of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from corridor.model.language import Words, marked, say
from corridor.model.result.band import Band, Swing
from corridor.model.result.frame import rows
from corridor.reports.charts.bars import GAIN, LINE, LOSS, NOBODY, RESULT, SIZE, WIDE, drawn, mt_axis
from corridor.reports.charts.unchecked import unchecked
from corridor.reports.map.labels import text_width, wrap
from corridor.reports.map.style import INK, MUTED
from corridor.reports.say.words import MEASURES, capital, millions

if TYPE_CHECKING:
    import altair as alt

OF = Words({"possible": "possible trials", "all": "all trials"})
BASIS = {"sourced": (GAIN, GAIN), "partly assumed": ("#F0D3A5", LOSS), "assumed": ("#FFFFFF", LOSS)}
"""Fill and edge of a driver's bar: the less is known, the emptier it is."""
BASIS_SAID = Words({"sourced": "sourced", "partly assumed": "partly assumed", "assumed": "assumed"})
DRAWS = {"possible": (GAIN, 6.5, "#FFFFFF", INK), "all": (NOBODY, 3.0, INK, MUTED)}
"""Of the draws: colour of the bar, half its height, colour of the line at its middle, colour of its figures."""
TALL, GAP = 20, 12
KEY = 24
"""Height of a line of the key."""
HIGH_END = marked("cause at its high end")
DOT: dict[str, Any] = {"shape": "circle", "filled": True, "color": INK, "size": 30, "opacity": 1}
STATED: dict[str, Any] = {
    "shape": "diamond", "filled": True, "color": RESULT, "size": 70, "opacity": 1, "stroke": "#FFFFFF",
    "strokeWidth": 1.2,
}  # fmt: skip
TEXT: dict[str, Any] = {"fontSize": SIZE, "baseline": "middle"}
Sign = Callable[[float, float], list[Any]]
"""Draws the sign of an entry of the key, given its left end and its middle."""


@unchecked
def band_figure(band: Band, *, width: int, title: str, description: str) -> str:
    """SVG of the ranges: possible trials thick, all trials thin; the middle and the stated value marked."""
    import altair as alt

    frame, height = _bands(band, digits=2 if width > WIDE / 2 else 1)
    left = 12 + round(max(text_width(name, SIZE, bold=True) for name in frame["name"]))
    right = 14 + round(max(text_width(said, SIZE, bold=True) for said in frame["said"]))
    inner = width - left - right
    least, most = min(frame[["low", "stated"]].min()), max(frame[["high", "stated"]].max())
    room = 0.04 * (most - least) or max(0.1, 0.04 * most)
    scale = alt.Scale(domain=[max(0.0, least - room), most + room], nice=False)
    y, top, bottom = _y("at", height), _y("top", height), alt.Y2("bottom:Q")
    layers: list[Any] = []
    for of, (paint, _, middle, ink) in DRAWS.items():
        part = alt.Chart(frame[frame["of"] == of])
        bar = part.mark_rect(color=paint, opacity=1)
        layers.append(bar.encode(alt.X("low:Q", scale=scale, axis=mt_axis(width)), alt.X2("high:Q"), top, bottom))
        line = part.mark_rule(color=middle, strokeWidth=2)
        layers.append(line.encode(alt.X("middle:Q", scale=scale), top, bottom))
        said = part.mark_text(**TEXT, align="right", color=ink)
        layers.append(said.encode(y, x=alt.value(inner + right - 4), text=alt.Text("said:N")))
    layers.append(alt.Chart(frame).mark_point(**STATED).encode(alt.X("stated:Q", scale=scale), y))
    names = alt.Chart(frame.drop_duplicates("name")).mark_text(**TEXT, align="right", fontWeight=600, color=INK)
    layers.append(names.encode(y, x=alt.value(-9), text=alt.Text("name:N")))
    there = [of for of in DRAWS if (frame["of"] == of).any()]
    entries: list[tuple[str, Sign]] = [(OF[of], _bar_sign(*DRAWS[of][:2])) for of in there]
    entries += [(say("middle trial"), _middle_sign), (say("stated value"), _point_sign(STATED))]
    signs, above = key_above(entries, left, width)
    padding = {"left": left, "right": right, "top": above, "bottom": 40}
    return drawn(layers + signs, inner, height, padding, title, description)


def _bands(band: Band, digits: int) -> tuple[pd.DataFrame, float]:
    """A row a bar, with where it stands in px and what is said beside it; the height of them all."""
    found, height, before = [], 0.0, ""
    for row in rows(band.quantiles):
        if math.isnan(row.p50):
            continue
        height += GAP if before and before != row.measure else 0
        before = row.measure
        at, half = height + TALL / 2, DRAWS[row.of][1]
        height += TALL
        said = " – ".join(millions(each, digits) for each in (row.p5, row.p50, row.p95))
        name = MEASURES[row.measure][0]
        t = (each / 1e6 for each in (row.p5, row.p50, row.p95, row.stated))
        found.append((row.of, name, said, at, at - half, at + half, *t))
    columns = ["of", "name", "said", "at", "top", "bottom", "low", "middle", "high", "stated"]
    return pd.DataFrame(found, columns=columns), height


@unchecked
def tornado_figure(found: Sequence[Swing], span_t: float, *, width: int, title: str, description: str) -> str:
    """SVG of what each driver alone does to a measure; ``span_t`` is the width of the plane, so that two can compare.

    A bar goes from the least to the most; a dot marks the end where the driver is at its high end.
    """
    import altair as alt

    wide = width > WIDE / 2
    names = [wrap(capital(each.name), SIZE, (0.37 if wide else 0.5) * width) for each in found]
    left = 12 + round(max(text_width(line, SIZE) for lines in names for line in lines))
    said = [_swing_said(each) for each in found]
    right = 14 + round(max(text_width(each, SIZE) for each in said)) if wide else 14
    tall = max(25 if width >= WIDE else 21, LINE * max(len(lines) for lines in names) + 4)
    inner, height = width - left - right, float(tall * len(found))
    frame = _swings(found, said, tall)
    least, most = float(frame["least"].min()), float(frame["most"].max())
    span = 1.06 * max(span_t / 1e6, most - least, 0.1)
    low = max(0.0, (least + most - span) / 2)
    scale = alt.Scale(domain=[low, low + span], nice=False)
    layers: list[Any] = []
    for basis, (fill, edge) in BASIS.items():
        bars = alt.Chart(frame[frame["moves"] & (frame["basis"] == basis)])
        bars = bars.mark_rect(fill=fill, stroke=edge, strokeWidth=1.4, opacity=1)
        x = alt.X("least:Q", scale=scale, axis=mt_axis(width))
        layers.append(bars.encode(x, alt.X2("most:Q"), _y("top", height), alt.Y2("bottom:Q")))
    stated = found[0].stated_t
    line = alt.Chart(pd.DataFrame({"t": [stated / 1e6], "said": [say("stated {stated}", stated=millions(stated))]}))
    x = alt.X("t:Q", scale=scale)
    layers.append(line.mark_rule(color=INK, strokeDash=[3, 2.5], strokeWidth=1.2).encode(x))
    over: dict[str, Any] = {**TEXT, "baseline": "bottom", "dy": -5, "color": INK}
    layers.append(line.mark_text(**over).encode(x, y=alt.value(0), text=alt.Text("said:N")))
    dots = alt.Chart(frame[frame["moves"]]).mark_point(**DOT)
    layers.append(dots.encode(alt.X("high:Q", scale=scale), _y("at", height)))
    words = alt.Chart(_lines(names, tall)).mark_text(**TEXT, align="right", color=INK)
    layers.append(words.encode(_y("at", height), x=alt.value(-9), text=alt.Text("line:N")))
    beside = alt.Chart(frame if wide else frame[~frame["moves"]])
    where = alt.value(inner + right - 4)
    layers.append(
        beside.mark_text(**TEXT, align="right", color=INK).encode(_y("at", height), x=where, text=alt.Text("said:N"))
    )
    there = [basis for basis in BASIS if (frame["basis"] == basis).any()]
    entries: list[tuple[str, Sign]] = [(BASIS_SAID[basis], box_sign(*BASIS[basis])) for basis in there]
    signs, above = key_above([*entries, (say(HIGH_END), _point_sign(DOT))], left, width, below=18)
    padding = {"left": left, "right": right, "top": above, "bottom": 40}
    return drawn(layers + signs, inner, height, padding, title, description)


def _swings(found: Sequence[Swing], said: Sequence[str], tall: float) -> pd.DataFrame:
    middles = [tall * place + tall / 2 for place in range(len(found))]
    return pd.DataFrame(
        {
            "at": middles,
            "top": [at - 6.5 for at in middles],
            "bottom": [at + 6.5 for at in middles],
            "least": [each.ends[0] / 1e6 for each in found],
            "most": [each.ends[1] / 1e6 for each in found],
            "high": [each.high_t / 1e6 for each in found],
            "basis": [each.basis for each in found],
            "moves": [each.moves for each in found],
            "said": said,
        }
    )


def _lines(names: Sequence[Sequence[str]], tall: float) -> pd.DataFrame:
    """Every line of every name, with its middle in px."""
    return pd.DataFrame(
        [
            (line, tall * (place + 0.5) + LINE * (number - (len(lines) - 1) / 2))
            for place, lines in enumerate(names)
            for number, line in enumerate(lines)
        ],
        columns=["line", "at"],
    )


def _swing_said(swing: Swing) -> str:
    return " – ".join(millions(each) for each in swing.ends) if swing.moves else say("no effect")


def _y(column: str, height: float) -> alt.Y:
    """A column of px from the top of the plane."""
    import altair as alt

    return alt.Y(f"{column}:Q", axis=None, scale=alt.Scale(domain=[0, height], range=[0, height], nice=False))


def key_above(
    entries: Sequence[tuple[str, Sign]], left: float, width: int, below: float = 0
) -> tuple[list[Any], float]:
    """The key above the plane, from the left edge on as many lines as it needs, and its height."""
    import altair as alt

    spots: list[tuple[float, int]] = []
    across, line = 4.0, 0
    for name, _ in entries:
        needed = 22 + text_width(name, SIZE) + 16
        if spots and across + needed > width:
            across, line = 4.0, line + 1
        spots.append((across, line))
        across += needed
    top = KEY * (line + 1) + below + 4
    layers: list[Any] = []
    for (name, sign), (at, row) in zip(entries, spots, strict=True):
        middle = KEY * row + KEY / 2 - top
        layers += sign(at - left, middle)
        words = alt.Chart(pd.DataFrame({"name": [name]})).mark_text(**TEXT, align="left", color=INK)
        layers.append(words.encode(x=alt.value(at - left + 22), y=alt.value(middle), text=alt.Text("name:N")))
    return layers, top


def _box(left: float, middle: float, width: float, half: float, **style: Any) -> Any:
    import altair as alt

    box = alt.Chart(pd.DataFrame({"one": [1]})).mark_rect(opacity=1, **style)
    ends: dict[str, Any] = {"x": left, "x2": left + width, "y": middle - half, "y2": middle + half}
    return box.encode(**{name: alt.value(place) for name, place in ends.items()})


def _bar_sign(paint: str, half: float) -> Sign:
    return lambda left, middle: [_box(left, middle, 16, half, color=paint)]


def box_sign(fill: str, edge: str) -> Sign:
    return lambda left, middle: [_box(left + 1, middle, 14, 6, fill=fill, stroke=edge, strokeWidth=1.4)]


def _middle_sign(left: float, middle: float) -> list[Any]:
    paint, half, line, _ = DRAWS["possible"]
    return [_box(left, middle, 16, half, color=paint), _box(left + 7, middle, 2, half, color=line)]


def _point_sign(style: dict[str, Any]) -> Sign:
    import altair as alt

    def sign(left: float, middle: float) -> list[Any]:
        point = alt.Chart(pd.DataFrame({"one": [1]})).mark_point(**style)
        return [point.encode(x=alt.value(left + 8), y=alt.value(middle))]

    return sign
