"""Blocks of a document on a terminal: the printer of every page in :mod:`corridor.reports.say`."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table as Grid

from corridor.model.language import marked, say
from corridor.reports.blocks import (
    Block,
    Figure,
    Fold,
    Heading,
    Live,
    Note,
    Pair,
    Paragraph,
    Sources,
    Strong,
    Table,
    Tiles,
    tied,
)

PIPED_WIDTH = 100
"""Columns of text where stdout is no terminal."""
WIDEST = 100_000
"""Columns of a table of the case where stdout is no terminal: one line a row."""
GAPS = (2, 1)
"""Columns between two columns of a table: the usual ones, and those of a table that is too wide with them."""
ZERO = "\u200b"
"""A place without a width where a line may break."""
BREAKS = rf"[\s{ZERO}]+"
"""Places where the head of a column may break."""
NARROWEST = 12
"""Columns below which text of a table is not wrapped."""
LONG_WORD = 40
"""Columns from which a word of a table is broken between two letters."""
LEAST_WIDTH = 20
"""Lower limit of the columns that COLUMNS asks for."""
TIE = "\ue000"
"""A letter for a space at which no line breaks: rich breaks at every other one."""
ENDS = re.compile(r" +((?:\x1b\[[\d;]*m)*)$", re.MULTILINE)
"""Spaces at the end of a line, before the codes that end its style."""
LEFT_OUT = marked("Columns left out at this width:")
"""Words before the names of columns."""


def print_blocks(blocks: Iterable[Block], width: int | None = None) -> None:
    """Print the blocks to stdout; ``width`` in columns, of the terminal if left out.

    Figures are not printed: a table beside each has its numbers. Numbers are never cut: a table that is too wide with
    narrow columns leaves out its columns of least weight, and names them below. No line ends in spaces.
    """
    console = Console(highlight=False, file=sys.stdout, width=width)
    if width is None and not console.is_terminal:
        console.width = columns_asked() or PIPED_WIDTH
    for block in blocks:
        with console.capture() as capture:
            _print(console, block)
        sys.stdout.write(ENDS.sub(r"\1", capture.get().replace(TIE, " ")))


def columns_asked() -> int | None:
    """The width that the variable COLUMNS of the environment asks for; nothing without one."""
    asked = os.environ.get("COLUMNS", "")
    return max(LEAST_WIDTH, int(asked)) if asked.isdecimal() and int(asked) else None


def _typeset(text: str) -> str:
    """A text for rich: no number is parted from its unit, and no markup is read in it."""
    return escape(tied(text).replace("\u00a0", TIE))


def _print(console: Console, block: Block) -> None:
    match block:
        case Heading(text):
            console.print(f"[bold]{_typeset(text)}[/bold]")
            console.print()
        case Paragraph(parts):
            console.print("".join(_styled(part) for part in parts))
            console.print()
        case Note(text):
            console.print(_typeset(text), style="dim")
            console.print()
        case Tiles(tiles):
            for tile in tiles:
                console.print(
                    f"  [bold]{_typeset(tile.value)}[/bold]  {_typeset(tile.title)}: {_typeset(tile.meaning)}"
                )
            console.print()
        case Sources(sources):
            for source in sources:
                value = " ".join(part for part in (source.value, source.unit) if part)
                year = f" ({source.year})" if source.year else ""
                words = f"{source.item}{f': {value}' if value else ''}{year}"
                console.print(f"[bold]{escape(source.source_id)}[/bold]  {_typeset(words)}")
                console.print(Padding(_typeset(source.title), (0, 0, 0, 4), expand=False))
                if source.url.startswith(("http://", "https://")):
                    console.print(" " * 4 + escape(source.url), soft_wrap=True)  # an address stays whole
            console.print()
        case Figure() | Live():
            pass
        case Fold(title, blocks):
            console.print(f"[bold]{_typeset(title)}[/bold]")
            console.print()
            for inner in blocks:
                _print(console, inner)
        case Pair(left, right):
            for inner in (*left, *right):
                _print(console, inner)
        case Table():
            _print_table(console, block)


def _styled(part: str | Strong) -> str:
    return f"[bold]{_typeset(part.text)}[/bold]" if isinstance(part, Strong) else _typeset(part)


def _print_table(console: Console, table: Table) -> None:
    if table.caption:
        console.print(f"[bold]{_typeset(table.caption)}[/bold]")
    kept, gap, least = _fitting(table, console.width)
    if kept is None:
        _print_records(console, table)
    else:
        grid = Grid(box=None, pad_edge=False, padding=(0, gap, 0, 0))
        heads = [column.heading for column in kept.columns]
        grid.show_header = any(heads)
        for column, head, width in zip(kept.columns, heads, _widths(kept, console.width, gap, least), strict=True):
            justify: Literal["left", "right"] = "right" if column.right else "left"
            grid.add_column(escape(_broken(head, width)), justify=justify, overflow="fold", width=width)
        for index, row in enumerate(kept.rows):
            grid.add_row(*(_typeset(cell) for cell in row), style="bold" if index in kept.strong else None)
        console.print(grid)
        shown = [id(column) for column in kept.columns]
        if lacking := [column.heading.replace(ZERO, "") for column in table.columns if id(column) not in shown]:
            console.print(_typeset(f"{say(LEFT_OUT)} {'; '.join(lacking)}."), style="dim")
    console.print()


def _fitting(table: Table, room: int) -> tuple[Table | None, int, int]:
    """The table that fits a width, the gap between its columns, and the least width of its text.

    Columns of a weight below 1 are left out before text becomes narrow, all of one weight together; any but the first
    column thereafter. Nothing where no two columns fit.
    """
    for least, below in ((NARROWEST, 1.0), (0, math.inf)):
        kept = table
        while True:
            for gap in GAPS:
                if _least_width(kept, gap, least) <= room:
                    return kept, gap, least
            weights = [column.weight + column.main for column in kept.columns]
            spare = [index for index, weight in enumerate(weights) if index and weight < below]
            if not spare or len(kept.columns) <= 2:
                break
            least_of = min(weights[index] for index in spare)
            alike = [index for index in spare if weights[index] == least_of]
            for index in sorted(alike, reverse=True)[: None if least_of < 1 else 1]:
                kept = _without(kept, index)
    return None, 0, 0


def _without(table: Table, dropped: int) -> Table:
    """The table without one of its columns."""

    def rest(cells: tuple[Any, ...]) -> tuple[Any, ...]:
        return cells[:dropped] + cells[dropped + 1 :]

    return replace(table, columns=rest(table.columns), rows=tuple(rest(row) for row in table.rows))


def _broken(head: str, width: int) -> str:
    """The head of a column on lines of a width; it may break at spaces and at the signs that mark a place for it.

    >>> _broken("hub_\u200bwithout_\u200bships, kt", 11).split("\\n")
    ['hub_', 'without_', 'ships, kt']
    """
    lines = [""]
    for word in re.findall(rf"[^\s{ZERO}]+[\s{ZERO}]?", head):
        if lines[-1] and len(lines[-1]) + len(word.strip(f" {ZERO}")) > width:
            lines.append("")
        lines[-1] += word.replace(ZERO, "")
    return "\n".join(line.rstrip() for line in lines)


def _print_records(console: Console, table: Table) -> None:
    """One line a cell, the first cell of each row above them."""
    for index, row in enumerate(table.rows):
        console.print(f"[bold]{_typeset(row[0])}[/bold]")
        for column, cell in zip(table.columns[1:], row[1:], strict=True):
            if cell:
                console.print(f"  {_typeset(column.heading.replace(ZERO, ''))}: {_typeset(cell)}")
        if index < len(table.rows) - 1:
            console.print()


def _widths(table: Table, room: int, gap: int, least: int) -> list[int]:
    """Columns of the terminal for each column of a table: the least, and the rest of the room where it is needed."""
    widths = _least_widths(table, least)
    wanted = [
        max([cell_len(column.heading.replace(ZERO, "")), *(cell_len(row[index]) for row in table.rows)])
        for index, column in enumerate(table.columns)
    ]
    left = room - sum(widths) - gap * (len(widths) - 1)
    while left > 0 and any(width < want for width, want in zip(widths, wanted, strict=True)):
        short = max(range(len(widths)), key=lambda index: (wanted[index] - widths[index]) / max(1, widths[index]))
        widths[short] += 1
        left -= 1
    return widths


def _least_widths(table: Table, least: int) -> list[int]:
    """Columns of the terminal that each column of a table needs: whole numbers, text from its longest word.

    Text keeps at least ``least`` columns.
    """
    widths = []
    for index, column in enumerate(table.columns):
        cells = [tied(row[index]) for row in table.rows]
        head = max((cell_len(word) for word in re.split(BREAKS if not least else r"\s+", column.heading)), default=1)
        if column.right:
            widths.append(max([head, *map(cell_len, cells)]))
        else:
            longest = max(map(cell_len, cells), default=0)
            word = max((cell_len(word) for cell in cells for word in re.split("[ \n]+", cell)), default=0)
            widths.append(max(1, head, min(word, LONG_WORD), min(longest, least)))
    return widths


def _least_width(table: Table, gap: int, least: int) -> int:
    return sum(_least_widths(table, least)) + gap * (len(table.columns) - 1)
