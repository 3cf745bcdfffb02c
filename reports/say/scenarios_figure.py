"""The figure of scenarios in groups: the change of what fits, and of what comes, against the case as it is."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from corridor.model.language import Words, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Table, figure
from corridor.reports.charts.changes import Line, Part, changes_figure
from corridor.reports.numbers import rounded
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.words import signed

GROUPS = Words({"helps": "What helps", "hurts": "What hurts", "asked": "More cargo is asked for"})
MOST = 6
"""Scenarios of a group that are drawn."""
ALIKE = 2e4
"""Tonnes within which two changes are drawn once."""
SMALLEST = 5e3
"""Tonnes of change below which a scenario counts as none."""


def scenarios_figure(result: Listing) -> list[Block]:
    """The scenarios that change most, in three groups; all of them in the numbers; nothing where none changes."""
    frame = result.frame
    base = frame.iloc[0]
    parts = tuple(
        Part(title, tuple(map(_line, _apart(rows(_strongest(frame, group)))[:MOST])))
        for group, title in GROUPS.items()
        if (frame["group"] == group).any()
    )
    if not parts:
        return []
    today, comes = rounded(base["capability_t"]), base["expected_t"]
    title = _title(frame)
    chosen = bool(frame["comes_change_t"].iloc[1:].notna().any())
    signs = (
        [say("fits if each grows to its limit"), say("comes")] if chosen else [say("fits if each grows to its limit")]
    )
    heads = [say("fits"), say("comes")] if chosen else [say("fits")]
    if not chosen:
        parts = tuple(Part(part.title, tuple(_alone(line) for line in part.lines)) for part in parts)
    left = int((frame["group"] != "").sum()) - sum(len(part.lines) for part in parts)
    alt = "; ".join(
        say("{name} {words} Mt", name=line.name, words=line.words[0]) for part in parts for line in part.lines[:2]
    )
    start = (
        say("Today {today} Mt fit and {comes} Mt come.", today=today, comes=rounded(comes))
        if chosen
        else say("Today {today} Mt fit.", today=today)
    )
    rest = say(" Not drawn: {left} that change less, change alike, or are of another year.", left=left) if left else ""
    return [
        figure(
            changes_figure,
            parts,
            heads,
            say("Mt a year"),
            signs,
            title=title,
            caption=say(
                "{start} Each scenario alone, both with the same least amount of each market.{rest}",
                start=start,
                rest=rest,
            ),
            alt=f"{title}. {alt}.",
            name="scenarios",
            subtitle=say("Change against today, Mt a year, {base_year}", base_year=result.base_year),
            numbers=_numbers(frame, chosen),
        )
    ]


def _title(frame: pd.DataFrame) -> str:
    """The best scenario of those that help, or the worst of those that hurt."""
    for group in GROUPS:
        its = _strongest(frame, group)
        if len(its):
            first = min(_alike(its), key=lambda row: len(row.title))
            return say("{title}: {first} Mt a year", title=first.title, first=_said(_change(first), 1))
    return ""


def _alike(its: pd.DataFrame) -> list[Any]:
    """The first scenario and those that change as much."""
    first, *others = rows(its)
    return [first, *(row for row in others if abs(_change(row) - _change(first)) < ALIKE)]


def _change(row: Any) -> float:
    """The greater of the two changes of a scenario, in t a year."""
    changes = [float(row.change_t), float(row.comes_change_t)]
    return max((each for each in changes if math.isfinite(each)), key=abs, default=0.0)


def _strongest(frame: pd.DataFrame, group: str) -> pd.DataFrame:
    its = frame[frame["group"] == group]
    order = its.apply(_change, axis=1).abs() if len(its) else pd.Series(dtype=float)
    return its.loc[order.sort_values(ascending=False, kind="stable").index]


def _apart(listed: list[Any]) -> list[Any]:
    """Scenarios of which no two change both measures alike; of those that do the one with the shortest title."""
    shown: dict[tuple[int, ...], Any] = {}
    for row in sorted(listed, key=lambda row: len(row.title)):
        changes = (row.change_t, row.comes_change_t)
        shown.setdefault(tuple(round(each / ALIKE) for each in changes if math.isfinite(each)), row)
    kept = {row.scenario for row in shown.values()}
    return [row for row in listed if row.scenario in kept]


def _line(row: Any) -> Line:
    comes = None if math.isnan(row.comes_change_t) else row.comes_change_t / 1e6
    said = (_said(row.change_t), _said(row.comes_change_t))
    return Line(str(row.title), row.change_t / 1e6, comes, words=said)


def _alone(line: Line) -> Line:
    return Line(line.name, line.first, words=line.words[:1])


def _said(tonnes: float, digits: int = 2) -> str:
    return "" if math.isnan(tonnes) else "=" if abs(tonnes) < SMALLEST else signed(tonnes, digits).replace("-", "−")


def _numbers(frame: pd.DataFrame, chosen: bool) -> Table:
    listed = [row for group in (*GROUPS, "year", "same") for row in rows(_strongest(frame, group))]
    return table(
        listed,
        words(say("Scenario"), "title", wide=3),
        number(say("Fits"), lambda row: _said(row.change_t), say("Mt"), main=True),
        number(say("Comes"), lambda row: _said(row.comes_change_t), say("Mt")) if chosen else None,
        words(say("First limit"), "first", wide=3),
        paper=True,
    )
