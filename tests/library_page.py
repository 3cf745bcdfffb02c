"""The table of docs/scenarios.md: ``python -m tests.library_page`` writes it; a test holds it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import corridor
from corridor.reports.say.library import library_table

PAGE = Path(__file__).parents[1] / "docs" / "scenarios.md"
MARKS = ("<!-- begin library -->\n", "<!-- end library -->")


def table(library: Any) -> str:
    """The library as the terminal has it."""
    grid = library_table(library, ids=True)
    body = [[f"`{name}`" if name != "base" else "**base**", *rest] for name, *rest in grid.rows]
    rule = ["---:" if column.right else "---" for column in grid.columns]
    return "\n".join(f"| {' | '.join(line)} |" for line in [[each.heading for each in grid.columns], rule, *body])


def shown() -> str:
    """What the page has between the marks."""
    return PAGE.read_text(encoding="utf-8").split(MARKS[0])[1].split(MARKS[1])[0].strip("\n")


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(MARKS[0])
    found = table(corridor.library(corridor.load(), processes=os.cpu_count() or 1).frame)
    PAGE.write_text(f"{before}{MARKS[0]}{found}\n{MARKS[1]}{rest.split(MARKS[1])[1]}", encoding="utf-8")
