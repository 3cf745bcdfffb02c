"""The library of scenarios on a terminal."""

from __future__ import annotations

import math
import textwrap
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from corridor.model.result.frame import rows
from corridor.reports.say.words import capital, millions, signed, times
from corridor.reports.terminal_tables import PIPED_WIDTH

SMALLEST = 5_000
"""Tonnes of change below which nothing is said to change."""
HEAD = ("scenario", "asked", "times", "carried", "all alike", "each grows", "± base", "USD/t", "what stops it first")


def print_library(title: str, year: int, frame: pd.DataFrame, kind: str = "gate") -> None:
    """One line a scenario, the case first and then those that bring most; those without an answer below."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    answered = frame[frame["status"] == "optimal"]
    console.print(f"[bold]{escape(title)}, {year}, and its scenarios[/bold], {kind} Mt a year")
    console.print()
    table = Table(*HEAD, box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in table.columns[1:-1]:
        column.justify, column.no_wrap = "right", True
    table.columns[0].no_wrap = True
    for row in [*rows(answered.head(1)), *rows(by_gain(answered.iloc[1:]))]:
        table.add_row(*(escape(cell) for cell in cells(row)))
    console.print(table)
    console.print()
    for row in rows(frame[frame["status"] != "optimal"]):
        _say(console, f"{row.scenario}: {row.status}. {capital(str(row.reason))}")
    for line in notes(frame):
        _say(console, line)


def by_gain(frame: pd.DataFrame) -> pd.DataFrame:
    """The scenarios that bring the most capability first, then by name."""
    return frame.assign(_=-frame["change_t"].round(-1)).sort_values(["_", "scenario"], kind="stable").drop(columns="_")


def cells(row: Any) -> tuple[str, ...]:
    """The cells of a scenario's line, for any table of text."""
    change = float(row.change_t)
    changed = "" if row.scenario == "base" else "=" if abs(change) < SMALLEST else signed(change)
    star = "*" if row.growth < 1 - 1e-9 else ""
    return (
        str(row.scenario),
        millions(row.asked_t),
        "–" if math.isnan(row.growth) else times(row.growth),
        millions(row.handled_t),
        millions(row.concurrent_t),
        millions(row.capability_t) + star,
        changed,
        "–" if math.isnan(row.shipper_usd_per_t) else f"{row.shipper_usd_per_t:.0f}",
        capital(str(row.first) or "no resource"),
    )


def notes(frame: pd.DataFrame) -> list[str]:
    """What the columns mean, and which of them must not be compared."""
    said = [
        "asked: the base year with what the scenario changes of it, less what an outage of some days loses. times: how "
        "much of that fits, all markets alike. carried: what passes of it. all alike, each grows: fits if all grow "
        "alike, and if each grows to its limit.",
        "± base: the last of these more or less than that of the case, both with the smaller of their floors of each "
        "market; = is less than 5,000 t.",
        "USD/t: what shippers pay for a tonne of cargo of all that is asked, with time and carbon; – where it does not "
        "fit.",
    ]
    if (frame["growth"] < 1 - 1e-9).any():
        said.append(
            "* Not all that is asked fits: the amount holds each market only at the share in times, so it may not be "
            "set beside another; ± base may."
        )
    return said


def _say(console: Console, text: str) -> None:
    for line in textwrap.wrap(text, console.width, subsequent_indent="  ", break_on_hyphens=False):
        console.print(escape(line), soft_wrap=True)
