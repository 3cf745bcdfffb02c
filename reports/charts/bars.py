"""The ladder and the waterfall as static SVG, drawn at the width they are shown at; the same input, the same bytes."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import pandas as pd

from corridor.model.language import ENGLISH, localised, marked, now, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.waterfall import Waterfall
from corridor.reports.blocks import Block, figure
from corridor.reports.charts.unchecked import unchecked
from corridor.reports.map.labels import text_width, wrap
from corridor.reports.map.style import FONT, INK, MUTED
from corridor.reports.say.words import READER, capital, millions

if TYPE_CHECKING:
    import altair as alt

TOTAL, LOSS, RESULT, GAIN, NOBODY, REACHED = INK, "#C27C12", "#4F0712", "#4C86B0", "#8A949D", "#E9EDF1"
GRID = "#D8DDE2"
NOBODY_HAS = marked("berths nobody has")
SMALLEST_T = 500.0
"""Tonnes: a loss below it is none."""
UNDER = 520
"""Px: below this width there is no room for words under a name."""
THICK = 18.0
WIDE = 800
"""From this width on there is room for airy rows."""
LINE, SIZE, BOLD = 14, 12, 1.08


@dataclass(frozen=True)
class Step:
    """A bar from ``start_t`` to ``end_t``: its colour, ``text`` beside it, and ``under`` in grey below its name."""

    name: str
    start_t: float
    end_t: float
    paint: str
    text: str
    total: bool = False
    under: str = ""

    @property
    def t(self) -> float:
        return self.end_t - self.start_t


def ladder_steps(ladder: pd.DataFrame, most: int | None = None) -> list[Step]:
    """Bars of the ladder: the amount before the first limit, the gain of each rung, at most so many, and the end."""
    steps: list[Step] = []
    groups = [rung for _, rung in ladder.groupby("rung", sort=True)]
    for rung in groups[:most]:
        first = rung.iloc[0]
        here, gain = float(first["t"]), float(first["gain"])
        name = " + ".join(capital(str(each)) for each in rung["name"])
        if not steps:
            steps.append(Step(say("Before the first limit"), 0.0, here, RESULT, millions(here), total=True))
        if rung is groups[-1] and gain == 0:
            steps.append(Step(name, 0.0, here, TOTAL, millions(here), total=True))
        elif math.isfinite(gain):
            beyond = "beyond" in rung and bool(first["beyond"])
            label = f"{first['rung']}  {name}"
            paint = NOBODY if beyond else GAIN
            steps.append(Step(label, here, here + gain, paint, f"+{millions(gain)}", under=_project(rung)))
        else:
            steps.append(Step(f"{first['rung']}  {name}", here, here, GAIN, say("then no limit")))
    return steps


def _project(rung: pd.DataFrame) -> str:
    """The first project that adds to a limit of a rung, with its cost and its gain alone; empty without one."""
    if "project" not in rung:
        return ""
    for row in rows(rung):
        if isinstance(row.project, str) and row.project:
            cost = numeral(row.cost_usd / 1e6, ",.0f")
            alone = (
                say("alone +{adds_t} Mt", adds_t=millions(row.adds_t))
                if row.adds_t >= SMALLEST_T
                else say("alone nothing")
            )
            return say("{project}, {cost} million USD: {alone}", project=row.project, cost=cost, alone=alone)
    return ""


def waterfall_steps(result: Waterfall, used: str | None = None) -> list[Step]:
    """Bars of the waterfall: the claimed capacity, the loss of each kind, T at its step, and the tonnes used."""
    steps = [Step(say("Claimed"), 0.0, result.nameplate_t, TOTAL, millions(result.nameplate_t), total=True)]
    for row in rows(result.bars):
        start, loss = row.after_t + row.bar_t, row.bar_t
        unnamed = start - max(row.after_t, result.terminals_t) if len(steps) == 1 and result.terminals_t else 0.0
        if unnamed > SMALLEST_T:
            gone = start - unnamed
            steps.append(Step(capital(say(NOBODY_HAS)), start, gone, NOBODY, f"−{millions(unnamed)}"))
            start, loss = gone, loss - unnamed
        if loss > SMALLEST_T:
            steps.append(Step(capital(row.name), start, row.after_t, LOSS, f"−{millions(loss)}"))
        if row.kind == result.capability_step:
            steps.append(
                Step(capital(READER["capability"]), 0.0, row.after_t, RESULT, millions(row.after_t), total=True)
            )
    steps.append(
        Step(capital(used or say("used")), 0.0, result.handled_t, RESULT, millions(result.handled_t), total=True)
    )
    return steps


def ladder_figure(
    ladder: pd.DataFrame, terminals_t: float | None, most: int | None = None, *,
    width: int, title: str, description: str,
) -> str:  # fmt: skip
    """SVG of the first rungs of the ladder; a line marks the sum of the terminals that can be named."""
    steps = ladder_steps(ladder, most)
    right = say(NOBODY_HAS) if any(step.paint == NOBODY for step in steps) else ""
    marks = (
        [Mark(terminals_t, say("named terminals {terminals_t}", terminals_t=millions(terminals_t, 1)), right)]
        if terminals_t
        else []
    )
    marks = [mark for mark in marks if mark.t <= max(max(step.start_t, step.end_t) for step in steps)]
    return _bars(steps, marks, width, title, description, behind=True)


def waterfall_figure(result: Waterfall, used: str | None = None, *, width: int, title: str, description: str) -> str:
    """SVG of the waterfall; lines mark the named terminals, and T where no bar ends at it."""
    marks = []
    if result.terminals_t:
        marks.append(
            Mark(
                result.terminals_t,
                say("named terminals {terminals_t}", terminals_t=millions(result.terminals_t, 1)),
                "",
            )
        )
    if result.capability_step is None:
        marks.append(Mark(result.capability_t, f"{READER['capability']} {millions(result.capability_t)}", ""))
    return _bars(waterfall_steps(result, used), marks, width, title, description, behind=False)


def bars_block(steps: Sequence[Step], title: str, unit: str) -> list[Block]:
    """Bars in the order given as a figure of a page; nothing where all are nothing."""
    if max((max(step.start_t, step.end_t) for step in steps), default=0.0) <= 0:
        return []
    alt = f"{title}, {unit}: " + ", ".join(f"{step.name} {step.text}" for step in steps)
    return [figure(steps_figure, steps, unit, title=title, alt=alt)]


def steps_figure(steps: Sequence[Step], unit: str, *, width: int, title: str, description: str) -> str:
    """SVG of any bars, in the order given; ``unit`` of the axis is that of millions of the steps."""
    return _bars(steps, [], width, title, description, behind=False, unit=unit)


@dataclass(frozen=True)
class Mark:
    """A line across all bars, with words at its left and, in grey, at its right."""

    t: float
    left: str
    right: str


@unchecked
def _bars(
    steps: Sequence[Step],
    marks: list[Mark],
    width: int,
    title: str,
    description: str,
    *,
    behind: bool,
    unit: str | None = None,
) -> str:
    """Horizontal bars in the order given, each named at its left and with its figure at its right."""
    import altair as alt

    most_left = 0.36 * width
    heads = [wrap(step.name, SIZE, most_left / (BOLD if step.total else 1.0)) for step in steps]
    unders = [wrap(step.under, SIZE, most_left) if step.under and width >= UNDER else [] for step in steps]
    names = [[*head, *under] for head, under in zip(heads, unders, strict=True)]
    widest = max(
        text_width(line, SIZE, bold=step.total) for step, name in zip(steps, names, strict=True) for line in name
    )
    left, right = 12 + round(widest), 10 + round(max(text_width(step.text, SIZE, bold=True) for step in steps))
    band = max(25 if width >= WIDE else 21, LINE * max(len(lines) for lines in names) + 2)
    inner, height = width - left - right, band * len(steps)
    thick = min(THICK, 0.68 * band)
    most = max([max(step.start_t, step.end_t) for step in steps] + [mark.t for mark in marks]) / 1e6
    frame = pd.DataFrame(
        {
            "row": range(len(steps)),
            "start": [min(step.start_t, step.end_t) / 1e6 for step in steps],
            "end": [max(step.start_t, step.end_t) / 1e6 for step in steps],
            "paint": [step.paint for step in steps],
            "text": [step.text for step in steps],
            "total": [step.total for step in steps],
        }
    )
    px = inner / most
    crossed = [  # a line right at the head of a figure would be read as part of it: the figure steps over it
        next((mark.t / 1e6 for mark in marks if -3 <= (mark.t / 1e6 - end) * px <= 12), end) for end in frame["end"]
    ]
    frame["text_at"] = crossed
    lines = pd.DataFrame(
        [
            (
                row,
                line,
                steps[row].total,
                band * row + band / 2 + LINE * (place - (len(name) - 1) / 2),
                MUTED if place >= len(heads[row]) else INK,
            )
            for row, name in enumerate(names)
            for place, line in enumerate(name)
        ],
        columns=["row", "line", "total", "at", "ink"],
    )
    x_axis = mt_axis(width, unit)
    scale = alt.Scale(domain=[0, most], nice=False)
    order = alt.Scale(domain=list(range(len(steps))), paddingInner=0.3, paddingOuter=0.15)
    y = alt.Y("row:O", axis=None, scale=order)
    text: dict[str, Any] = {"fontSize": SIZE, "baseline": "middle", "color": INK}
    halo: dict[str, Any] = {**text, "stroke": "#FFFFFF", "strokeWidth": 4, "strokeJoin": "round"}
    base = alt.Chart(frame)
    layers: list[Any] = []
    if behind:
        reached = alt.Chart(frame[~frame["total"]].assign(zero=0.0)).mark_bar(color=REACHED, size=thick)
        layers.append(reached.encode(alt.X("zero:Q", scale=scale), alt.X2("start:Q"), y))
    layers.append(
        base.mark_bar(size=thick).encode(
            alt.X("start:Q", scale=scale, axis=x_axis), alt.X2("end:Q"), y, alt.Color("paint:N", scale=None)
        )
    )
    for mark in marks:
        here = alt.Chart(pd.DataFrame({"t": [mark.t / 1e6], "left": [mark.left], "right": [mark.right]}))
        x = alt.X("t:Q", scale=scale)
        above: dict[str, Any] = {**text, "baseline": "bottom", "dy": -5}
        layers.append(here.mark_rule(color=INK, strokeDash=[3, 2.5], strokeWidth=1.2).encode(x))
        layers.append(here.mark_text(**above, align="right", dx=2).encode(x, y=alt.value(0), text=alt.Text("left:N")))
        if text_width(mark.right, SIZE) + 8 <= (most - mark.t / 1e6) * px + right:
            above["color"] = MUTED
            layers.append(
                here.mark_text(**above, align="left", dx=10).encode(x, y=alt.value(0), text=alt.Text("right:N"))
            )
    for total in (False, True):
        weight: dict[str, Any] = {"fontWeight": 600 if total else 400}
        at = alt.Y("at:Q", axis=None, scale=alt.Scale(domain=[0, height], range=[0, height], nice=False))
        for ink in (INK, MUTED):
            its = lines[(lines["total"] == total) & (lines["ink"] == ink)]
            named = alt.Chart(its).mark_text(**{**text, "color": ink}, align="right", **weight)
            layers.append(named.encode(at, x=alt.value(-9), text=alt.Text("line:N")))
        figures = alt.Chart(frame[frame["total"] == total])
        for style in (halo, text):
            marked = figures.mark_text(**style, align="left", dx=5, **weight)
            layers.append(marked.encode(alt.X("text_at:Q", scale=scale), y, text=alt.Text("text:N")))
    padding = {"left": left, "right": right, "top": 20 if marks else 4, "bottom": 40}
    return drawn(layers, inner, height, padding, title, description)


def mt_axis(width: int, unit: str | None = None) -> alt.Axis:
    """The axis of Mt a year, or of another unit, below a figure."""
    import altair as alt

    return alt.Axis(
        title=unit or say("Mt a year"), grid=True, gridColor=GRID, domain=False, ticks=False,
        labelColor=MUTED, labelFontSize=SIZE,
        titleColor=MUTED, titleFontWeight="normal", titleFontSize=SIZE, titleAnchor="end",
        tickCount=6 if width > WIDE / 2 else 4, labelFlush=False, labelOverlap=False,
    )  # fmt: skip


def drawn(
    layers: list[Any], inner: float, height: float, padding: Mapping[str, float], title: str, description: str
) -> str:
    """Layers over each other as SVG: the plane they are drawn on and the room around it, in px."""
    import altair as alt

    chart = (
        alt.layer(*layers)
        .resolve_scale(y="independent")
        .properties(
            width=inner,
            height=height,
            padding=dict(padding),
            autosize=alt.AutoSizeParams(type="none"),
            background="transparent",
        )
        .configure(font="FiraGO", aria=False)
        .configure_view(strokeWidth=0)
    )
    return _svg(chart, title, description)


def _signs() -> dict[str, Any] | None:
    """The signs of numbers on axes, as vega takes them; None for its own, which are those of English."""
    if now() == ENGLISH:
        return None
    return {"decimal": localised("."), "thousands": localised(","), "grouping": [3], "currency": ["", ""]}


def _svg(chart: alt.LayerChart, title: str, description: str) -> str:
    """A chart as SVG text with title, description and our list of fonts."""
    import vl_convert

    text = str(vl_convert.vegalite_to_svg(chart.to_dict(validate=False), format_locale=_signs()))
    text = text.replace('font-family="FiraGO"', f'font-family="{FONT}"')
    prefix = "chart-" + hashlib.sha256((text + title + description).encode()).hexdigest()[:8]
    text = re.sub(r"\bclip(\d+)\b", rf"{prefix}-clip\1", text)
    head, body = text.split(">", 1)
    return (
        f'{head} role="img" aria-labelledby="{prefix}-title {prefix}-desc"><title id="{prefix}-title">{escape(title)}'
        f'</title><desc id="{prefix}-desc">{escape(description)}</desc>{body}\n'
    )
