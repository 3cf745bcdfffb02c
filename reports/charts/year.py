"""A year by periods as static SVG: what passes and waits, how full the limits are, what lies in the stores."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from corridor.model.days import MONTHS
from corridor.model.graph import arcs
from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.language import marked, numeral, say
from corridor.model.result.answer import Answer
from corridor.model.result.course import DUST_T, FULL, CourseOfYear, LimitCourse, Stock, Wait
from corridor.reports.charts.bands import TEXT, box_sign, key_above
from corridor.reports.charts.bars import GRID, LINE, NOBODY, SIZE, WIDE, drawn
from corridor.reports.charts.canvas import scale_of
from corridor.reports.charts.unchecked import unchecked
from corridor.reports.map.labels import text_width, wrap
from corridor.reports.map.legend import CLASS_NAMES
from corridor.reports.map.lines import CLASSES
from corridor.reports.map.style import INK, MUTED
from corridor.reports.say.periods import label_said, month_said
from corridor.reports.say.words import percent

FEW = 12
"""Upper limit, periods: above it they are drawn without gaps and named by month."""
COMMODITIES = ("#3A78A4", "#B58A2A", "#3F8F73", "#A0628F", "#6E9CC0", "#8C5A2B", "#4A5560")
REST = marked("other cargo")
WAITS, LATE, HELD, ROOM = "#4C86B0", "#A83E14", "#C9B98F", INK
SHUT = "#FFFFFF"
CLOSED = marked("closed")
KT = 1e3
Align = Literal["left", "center", "right"]
FOOT = 26.0
"""Room below a plane for the names of the months."""


@dataclass(frozen=True)
class Plane:
    """Days across a plane of so many px."""

    horizon: Horizon
    inner: float

    @property
    def at(self) -> Floats:
        """The edges of the periods, px."""
        days = np.array(self.horizon.days)
        return np.asarray(days / days[-1] * self.inner)

    def names(self) -> list[tuple[str, float]]:
        """Periods where they are few, else the months: name and middle, px; single letters where there is no room."""
        if self.horizon.count <= FEW:
            edges, names = self.at, [label_said(each) for each in self.horizon.labels]
        else:
            months = np.array(self.horizon.month_edges)
            edges, names = months / months[-1] * self.inner, [month_said(each) for each in MONTHS]
        room = float(np.diff(edges).min())
        if any(text_width(each, SIZE) + 4 > room for each in names):
            short = [each[:1] for each in names]
            names = short if self.horizon.count == 12 or self.horizon.count > FEW else [""] * len(names)
        return [(name, (a + b) / 2) for name, a, b in zip(names, edges[:-1], edges[1:], strict=True)]


def cargo(answer: Answer) -> pd.DataFrame:
    """Gate tonnes by period (rows) and commodity by name; delivered tonnes of all cargo where there is no gate."""
    case, course = answer.case, answer.course
    assert course is not None
    whole = course.passing_t
    if case.gate is None:
        return pd.DataFrame({say("delivered"): whole})
    crossing = {arc.arc_id for arc in arcs(case) if arc.gate}
    flow = answer.tables["flow_by_period"]
    flow = flow[flow["arc"].isin(crossing)]
    by = flow.pivot_table(index="period", columns="commodity", values="t", aggfunc="sum", fill_value=0.0)
    by = by.reindex(range(len(whole)), fill_value=0.0)
    names = {row.commodity_id: row for row in case.rows("commodity")}
    found = pd.DataFrame({row.name: by[each] * float(row.gate_factor) for each, row in names.items() if each in by})
    found = found.loc[:, found.sum() > 0]
    if len(found.columns) > len(COMMODITIES):
        order = found.sum().sort_values(ascending=False, kind="stable").index
        least = [each for each in found.columns if each in set(order[len(COMMODITIES) - 1 :])]
        found = found.drop(columns=least).assign(**{say(REST): found[least].sum(axis=1)})
    return found


def paints(names: Iterable[str]) -> dict[str, str]:
    """The colour of each name, in their order; that of the rest is its own."""
    return {name: NOBODY if name == say(REST) else paint for name, paint in zip(names, COMMODITIES, strict=False)}


@unchecked
def passing_figure(answer: Answer, *, width: int, title: str, description: str) -> str:
    """SVG of what passes a day, by commodity; below it, where anything waits, how much and how much of it is late."""
    assert answer.course is not None
    horizon, gated, found = answer.course.horizon, answer.course.gated, cargo(answer)
    daily = found.to_numpy(dtype=float) / (horizon.hours / DAY)[:, None] / KT
    most, ticks = scale_of(float(daily.sum(axis=1).max()))
    waiting, late = (np.array(answer.tables["periods"][name], dtype=float) for name in ("waiting_t", "late_t"))
    waits = bool(waiting.max(initial=0.0) > DUST_T)
    marks = [*ticks, *(scale_of(float(waiting.max()) / KT, few=True)[1] if waits else [])]
    left, right = 10 + max(text_width(_tick(each), SIZE) for each in marks), 10.0
    plane = Plane(horizon, width - left - right)
    tall = 210.0 if width >= WIDE else 170.0
    layers = grid_lines(plane, ticks, most, 0.0, tall)
    at, under = plane.at, np.zeros(horizon.count)
    colours = paints(found.columns)
    for place, paint in enumerate(colours.values()):
        over = under + daily[:, place]
        layers += _steps(plane, tall * (1 - over / most), tall * (1 - under / most), paint)
        under = over
    if horizon.count <= FEW:
        said = [_figure(each) for each in under]
        if all(text_width(each, SIZE) + 6 <= room for each, room in zip(said, np.diff(at), strict=True)):
            layers += words_at(said, (at[:-1] + at[1:]) / 2, tall * (1 - under / most) - 8)
    layers += words_at(
        [say("thousand gate t a day") if gated else say("thousand t a day")],
        [-left + 4],
        [-14],
        align="left",
        color=MUTED,
    )
    low = tall
    if waits:
        first = waiting[-1] if horizon.cyclic else 0.0
        top = tall + FOOT + 32
        layers += month_names(plane, tall)
        late = late if late.max() > DUST_T else np.zeros(0)
        words = say("Waiting at the origins, thousand t") + (say(" (dark: late)") if len(late) else "")
        layers += _course(plane, words, waiting / KT, first / KT, top, 64.0, left, WAITS, darker=late / KT)
        low = top + 64
    layers += month_names(plane, low)
    entries = [(name, box_sign(paint, paint)) for name, paint in colours.items()]
    signs, above = key_above(entries, left, width, below=24) if len(entries) > 1 else ([], 24.0)
    padding = {"left": left, "right": right, "top": above, "bottom": FOOT}
    return drawn(layers + signs, plane.inner, low, padding, title, description)


@unchecked
def heat_figure(
    course: CourseOfYear, limits: Sequence[LimitCourse], *, width: int, title: str, description: str
) -> str:
    """SVG of how full limits (rows) are through the year, with their use over the whole year at the right."""
    import altair as alt

    horizon = course.horizon
    names = [wrap(each.name, SIZE, (0.34 if width >= WIDE / 2 else 0.4) * width) for each in limits]
    left = 12 + max(text_width(line, SIZE) for lines in names for line in lines)
    year = [percent(each.year) for each in limits]
    right = 14 + max(text_width(each, SIZE) for each in (say("year"), *year))
    plane = Plane(horizon, width - left - right)
    at = plane.at
    band = [max(24.0, LINE * len(lines) + 8) for lines in names]
    tops = np.concatenate([[0.0], np.cumsum(band)])
    cells, words = [], []
    roomy = horizon.count <= FEW and float(np.diff(at).min()) >= 24
    gap = 1.0 if horizon.count <= FEW else 0.0
    for row, limit in enumerate(limits):
        paints = [_paint(limit, period) for period in range(horizon.count)]
        start = 0
        for period in range(1, horizon.count + 1):
            if gap == 0.0 and period < horizon.count and paints[period] == paints[start]:
                continue
            edge = paints[start] == SHUT
            cells.append((at[start], at[period] - gap, tops[row] + 1.5, tops[row + 1] - 1.5, paints[start], edge))
            start = period
        if roomy:
            for period in range(horizon.count):
                share = limit.share[period]
                said = "–" if not math.isfinite(share) else numeral(100 * share, ".0f")
                ink = "#FFFFFF" if paints[period] in (CLASSES[-1][1], CLASSES[-2][1]) else INK
                words.append((said, (at[period] + at[period + 1]) / 2, (tops[row] + tops[row + 1]) / 2, ink))
    frame = pd.DataFrame(cells, columns=["x", "x2", "y", "y2", "paint", "edge"])
    layers: list[Any] = []
    for edged, part in frame.groupby("edge"):
        style: dict[str, Any] = {"stroke": MUTED, "strokeWidth": 0.8} if edged else {}
        marks = alt.Chart(part).mark_rect(opacity=1, **style)
        layers.append(placed(marks, color=alt.Color("paint:N", scale=None)))
    for ink in dict.fromkeys(each[3] for each in words):
        part_of = [each for each in words if each[3] == ink]
        layers += words_at(*([each[n] for each in part_of] for n in range(3)), color=ink)
    for row, lines in enumerate(names):
        middle = (tops[row] + tops[row + 1]) / 2
        heights = [middle + LINE * (n - (len(lines) - 1) / 2) for n in range(len(lines))]
        layers += words_at(lines, [-9.0] * len(lines), heights, align="right")
    middles = (tops[:-1] + tops[1:]) / 2
    layers += words_at(year, [plane.inner + right - 4] * len(limits), middles, align="right")
    layers += words_at([say("year")], [plane.inner + right - 4], [tops[-1] + 14], align="right", color=MUTED)
    layers += month_names(plane, float(tops[-1]))
    there = set(frame["paint"])
    entries = [
        (say(name) if name == "full" else f"{name} %", box_sign(paint, paint))
        for (_, paint), name in zip(CLASSES, CLASS_NAMES, strict=True)
        if paint in there
    ]
    if SHUT in there:
        entries.append((say(CLOSED), box_sign(SHUT, MUTED)))
    signs, above = key_above(entries, left, width)
    padding = {"left": left, "right": right, "top": above, "bottom": FOOT}
    return drawn(layers + signs, plane.inner, float(tops[-1]), padding, title, description)


@unchecked
def stock_figure(
    horizon: Horizon, stocks: Sequence[Stock], waits: Sequence[Wait], *, width: int, title: str, description: str
) -> str:
    """SVG of what lies in each store and waits of each demand through the year, one below another."""
    panels = [
        (say("{name}, thousand t", name=each.name), each.t, each.before_t, each.capacity_t, HELD) for each in stocks
    ]
    for each in waits:
        before = each.t[-1] if horizon.cyclic else 0.0
        panels.append((say("Waiting: {name}, thousand t", name=each.name), each.t, before, math.inf, WAITS))
    left = 10 + max(text_width(_tick(scale_of(float(t.max()) / KT, few=True)[1][-1]), SIZE) for _, t, *_ in panels)
    left = max(left, *(10 + text_width(_tick(room / KT), SIZE) for *_, room, _ in panels if math.isfinite(room)), 30.0)
    plane = Plane(horizon, width - left - 10)
    layers: list[Any] = []
    top, tall = 24.0, 58.0
    for words, t, before, room, paint in panels:
        layers += _course(plane, words, t / KT, before / KT, top, tall, left, paint, room=room / KT)
        top += tall + 36
    low = top - 36
    layers += month_names(plane, low)
    padding = {"left": left, "right": 10, "top": 2, "bottom": FOOT}
    return drawn(layers, plane.inner, low, padding, title, description)


def _course(
    plane: Plane,
    words: str,
    values: Floats,
    first: float,
    top: float,
    tall: float,
    left: float,
    paint: str,
    *,
    darker: Floats | None = None,
    room: float = math.inf,
) -> list[Any]:
    """A level through the year as an area, straight between the ends of periods; a dashed line where there is room."""
    import altair as alt

    peak = float(values.max())
    shown = room if math.isfinite(room) and room <= 3 * peak else math.inf
    most, ticks = (shown * 1.08, [0.0, shown]) if math.isfinite(shown) else scale_of(peak, few=True)
    layers = grid_lines(plane, ticks, most, top, tall)
    for each, colour in ((values, paint), (darker, LATE)):
        if each is None or not len(each):
            continue
        start = first if colour == paint else (each[-1] if plane.horizon.cyclic else 0.0)
        level = np.concatenate([[start], each])
        frame = pd.DataFrame({"x": plane.at, "y": top + tall * (1 - level / most), "y2": top + tall})
        layers.append(placed(alt.Chart(frame).mark_area(color=colour, opacity=1), wide=False))
    if math.isfinite(shown):
        here = top + tall * (1 - shown / most)
        frame = pd.DataFrame({"x": [0.0], "x2": [plane.inner], "y": [here]})
        rule = alt.Chart(frame).mark_rule(color=ROOM, strokeDash=[3, 2.5], strokeWidth=1.2)
        layers.append(placed(rule, high=False))
        words += say(" (dashed: room for {room})", room=_tick(room))
    elif math.isfinite(room):
        words += say(" (room for {room})", room=_tick(room))
    said = wrap(words, SIZE, plane.inner + left - 8)
    return layers + words_at([said[0] + ("…" if len(said) > 1 else "")], [-left + 4], [top - 14], align="left")


def _steps(plane: Plane, high: Floats, low: Floats, paint: str) -> list[Any]:
    """Columns where periods are few, else one shape in steps."""
    import altair as alt

    at = plane.at
    if plane.horizon.count <= FEW:
        gap = min(8.0, 0.16 * float(np.diff(at).min())) / 2
        frame = pd.DataFrame({"x": at[:-1] + gap, "x2": at[1:] - gap, "y": high, "y2": low})
        return [placed(alt.Chart(frame[low - high > 0.05]).mark_rect(color=paint, opacity=1))]
    ends = [*range(len(high)), len(high) - 1]
    frame = pd.DataFrame({"x": at, "y": high[ends], "y2": low[ends]})
    return [placed(alt.Chart(frame).mark_area(color=paint, opacity=1, interpolate="step-after"), wide=False)]


def grid_lines(plane: Plane, ticks: Sequence[float], most: float, top: float, tall: float) -> list[Any]:
    import altair as alt

    heights = [top + tall * (1 - each / most) for each in ticks]
    frame = pd.DataFrame({"x": 0.0, "x2": plane.inner, "y": heights})
    lines = placed(alt.Chart(frame).mark_rule(color=GRID, strokeWidth=1), high=False)
    return [lines, *words_at([_tick(each) for each in ticks], [-6.0] * len(ticks), heights, align="right", color=MUTED)]


def month_names(plane: Plane, low: float) -> list[Any]:
    names = [each for each in plane.names() if each[0]]
    return words_at([each[0] for each in names], [each[1] for each in names], [low + 14] * len(names), color=MUTED)


def words_at(said: Sequence[str], across: Any, down: Any, *, align: Align = "center", color: str = INK) -> list[Any]:
    import altair as alt

    if not len(said):
        return []
    frame = pd.DataFrame({"said": list(said), "x": list(across), "y": list(down)})
    marks = alt.Chart(frame).mark_text(**TEXT, align=align, color=color)
    return [placed(marks, wide=False, high=False, text=alt.Text("said:N"))]


def placed(marks: Any, *, wide: bool = True, high: bool = True, **encodings: Any) -> Any:
    """Marks at px across and down; ``wide`` and ``high`` where they have a second end each way."""
    import altair as alt

    scale = alt.Scale(domain=[0, 1000], range=[0, 1000], nice=False, zero=False)
    found: dict[str, Any] = {"x": alt.X("x:Q", axis=None, scale=scale), "y": alt.Y("y:Q", axis=None, scale=scale)}
    if wide:
        found["x2"] = alt.X2("x2:Q")
    if high:
        found["y2"] = alt.Y2("y2:Q")
    return marks.encode(**found, **encodings)


def _paint(limit: LimitCourse, period: int) -> str:
    share = limit.share[period]
    if limit.closed[period]:
        return SHUT
    if not math.isfinite(share):
        return NOBODY
    if share >= FULL:
        return CLASSES[-1][1]
    return next((paint for most, paint in CLASSES[:-1] if round(share, 2) < most), CLASSES[-2][1])


def _tick(value: float) -> str:
    return numeral(value, ",.0f") if value == round(value) and (value >= 1 or value == 0) else numeral(value, ",.3g")


def _figure(value: float) -> str:
    return numeral(value, ",.0f") if value >= 100 else numeral(value, ".1f") if value >= 10 else numeral(value, ".2g")
