"""The findings on a terminal: ladder, markets, waterfall, prices, cut, explanations."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from corridor.model.answer import Explanation, Waterfall, rows
from corridor.model.case import Case
from corridor.model.scope import ALL, scope_of
from corridor.model.units import amount
from corridor.reports.document import Block, Column, Note, Table
from corridor.reports.terminal_blocks import print_blocks
from corridor.reports.words import times

PIPED_WIDTH = 170
"""Columns of a table where stdout is no terminal."""


class Lines(NamedTuple):
    """A table of text, before anybody prints it: ``right`` numbers the columns that hold numbers."""

    title: str
    head: Sequence[str]
    body: Sequence[Sequence[str]]
    right: Sequence[int]
    note: str = ""


def print_rows(
    title: str, head: Sequence[str], body: Iterable[Sequence[str]], right: Sequence[int], note: str = ""
) -> None:
    """Print a table as wide as its text; no number is cut: where the terminal is too narrow, one line a cell."""
    columns = tuple(Column(" ".join(text.split()), right=place in right) for place, text in enumerate(head))
    lines = tuple(tuple(str(cell) for cell in line) for line in body)
    blocks: list[Block] = [Table(columns, lines, caption=title), *([Note(note)] if note else [])]
    print_blocks(blocks, None if sys.stdout.isatty() else PIPED_WIDTH)


def of_scope(case: Case, scope: str) -> str:
    """The end of a title that says which cargo is measured; nothing where it is all."""
    if scope == ALL:
        return ""
    within = scope_of(case, scope)
    return f": {within.name}, {'tonnes of cargo' if within.net else 'gate tonnes'}, the other cargo as in the base year"


def t(value: float) -> str:
    """Tonnes as a terminal shows them."""
    return "no limit" if math.isinf(value) else f"{round(value) or 0:,}"


def print_ladder(frame: pd.DataFrame, terminals_t: float | None, of: str, names: Mapping[str, str]) -> None:
    """The rungs, one line a resource; ``names`` has the name of each limit of the case by its id."""
    body = []
    for row in rows(frame):
        project = f"{row.project}: {_alone(row.adds_t, row.usd_per_t)}" if row.project else ""
        body.append(
            (
                str(row.rung),
                row.name + (" (berths nobody has)" if row.beyond else ""),
                amount(row.available, row.unit),
                t(row.t),
                f"+{t(row.gain)}" if row.gain else "",
                ", ".join(
                    f"{names.get(other, other)} (+{t(gain)})"
                    for other, gain in zip(row.alternatives.split(), row.alternatives_t, strict=True)
                ),
                project,
            )
        )
    note = "" if len(frame) else "Nothing grows: no market has tonnes in the base year."
    if terminals_t is not None and frame["beyond"].any():
        note = f"The terminals that can be named add up to {t(terminals_t)} t; rungs beyond need berths nobody has."
    if (frame["project"] != "").any():
        note = f"{note}\nProjects in the order of most tonnes for the money: corridor projects.".strip()
    head = (
        "rung",
        "limit",
        "available",
        "passes t/year",
        "lifting it",
        "or instead",
        "project",
    )
    print_rows("All markets growing together, one limit lifted after the other" + of, head, body, (0, 3, 4), note)


def _alone(adds_t: float, usd_per_t: float) -> str:
    """The worth of a project built with nothing else."""
    return f"alone +{t(adds_t)} t, {usd_per_t:,.0f} USD a yearly t" if adds_t else "alone nothing"


def print_markets(frame: pd.DataFrame, of: str = "") -> None:
    """How far each market goes alone."""
    body = []
    for row in rows(frame):
        grown = "–" if math.isnan(row.times) else times(row.times)
        body.append((row.name, t(row.base_t), t(row.t), grown, t(row.ceiling_t), row.stops))
    head = ("market", "base year t", "alone t", "times", "ceiling", "what stops it")
    print_rows("Each market alone, the others at their floor" + of, head, body, (1, 2, 3, 4))


def print_waterfall(found: Waterfall) -> None:
    """The bars from nameplate to handled."""
    body = [("nameplate", t(found.nameplate_t), "", "", "", "")]
    for row in rows(found.bars):
        name = row.name
        body.append((name, t(row.after_t), t(-row.bar_t), t(row.first_in_t), t(row.last_in_t), t(row.shapley_t)))
        if row.kind == found.capability_step:
            body.append(("= capability (T)", t(found.capability_t), "", "", "", ""))
    body.append(("= handled (H)", t(found.handled_t), "", "", "", ""))
    note = f"Floor of every run: {found.floor:.4g} times the base year."
    if found.capability_step is None:
        note += f" Capability (T) is {t(found.capability_t)}; ceilings of markets bind, so it stands at no step."
    if found.terminals_t is not None:
        gap = found.nameplate_t - found.terminals_t
        note += f" No named terminal explains {t(max(0.0, gap))} t of the nameplate."
    head = ("kind of limit", "left t", "bar t", "alone it takes", "without it alone", "Shapley share t")
    print_rows("From the nameplate to what is handled", head, body, (1, 2, 3, 4, 5), note)


def print_prices(frame: pd.DataFrame, of: str = "") -> None:
    """Finite steps up and down."""
    body = [
        (
            row.measure,
            row.name,
            row.kind,
            row.step_unit,
            f"+{t(row.up_t)}",
            f"-{t(row.down_t)}",
            t(row.up_t) if abs(row.up_t - row.down_t) <= 1 else f"{t(row.up_t)} to {t(row.down_t)}",
        )
        for row in rows(frame)
    ]
    note = f"All runs hold the floor of {frame.attrs.get('floor', 1.0):.4g} times the base year. Where a step more and"
    note += " a step less differ, the price is a range. What has no line here changes nothing."
    head = ("measure", "limit", "kind", "step", "a step more", "a step less", "price t/year")
    print_rows("What one planner's unit is worth" + of, head, body, (4, 5, 6), note)


def print_cut(frame: pd.DataFrame) -> None:
    """Graph cuts beside the linear program."""
    body = [(row.name, row.direction, t(row.lp_t), t(row.cut_t), row.nearest, row.farthest) for row in rows(frame)]
    note = (
        "The cut is an upper bound: one commodity in one direction alone, links as pipes, fleets not shared, no"
        " empties. The linear program knows better."
    )
    head = ("commodity", "direction", "program t", "cut t", "nearest cut", "farthest cut")
    print_rows("Minimum cut of the graph", head, body, (2, 3), note)


def print_explanation(found: Explanation, most: int = 12) -> None:
    """Sentences, then the first rows of each table."""
    for sentence in found.sentences:
        print(sentence)
    print()
    for title, frame in found.tables.items():
        if not len(frame):
            continue
        numbers = [i for i, column in enumerate(frame.columns) if pd.api.types.is_float_dtype(frame[column])]
        body = [[_cell(cell) for cell in row] for row in frame.head(most).itertuples(index=False)]
        more = len(frame) - most
        print_rows(title, [str(c) for c in frame.columns], body, numbers, f"… and {more} more" if more > 0 else "")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return amount(value) if isinstance(value, float) else str(value)
