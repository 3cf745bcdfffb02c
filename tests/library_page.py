"""The table of docs/scenarios.md: ``python -m tests.library_page`` writes it; a test holds it."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

import corridor
from corridor.model.result.frame import rows
from corridor.reports.terminal_scenarios import HEAD, by_gain, cells

PAGE = Path(__file__).parents[1] / "docs" / "scenarios.md"
MARKS = ("<!-- begin library -->\n", "<!-- end library -->")


def table(frame: pd.DataFrame) -> str:
    """The library as the terminal has it."""
    listed = [*rows(frame.head(1)), *rows(by_gain(frame.iloc[1:]))]
    body = [[f"`{name}`" if name != "base" else "**base**", *rest] for name, *rest in map(cells, listed)]
    rule = ["---", *["---:"] * (len(HEAD) - 2), "---"]
    return "\n".join(f"| {' | '.join(line)} |" for line in [list(HEAD), rule, *body])


def shown() -> str:
    """What the page has between the marks."""
    return PAGE.read_text(encoding="utf-8").split(MARKS[0])[1].split(MARKS[1])[0].strip("\n")


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(MARKS[0])
    found = table(corridor.library(processes=os.cpu_count() or 1))
    PAGE.write_text(f"{before}{MARKS[0]}{found}\n{MARKS[1]}{rest.split(MARKS[1])[1]}", encoding="utf-8")
