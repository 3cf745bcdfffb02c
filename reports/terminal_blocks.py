"""Blocks of a document on a terminal: the printer of every page in :mod:`corridor.reports.say`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from corridor.reports.document import Block, Column, Figure, Heading, Note, Paragraph, Strong, Table, Tiles

PIPED_WIDTH = 100
"""Columns of text where stdout is no terminal."""
GAP = 2
"""Columns between two columns of a table."""
NARROWEST = 12
"""Columns below which text of a table is not wrapped."""


def print_blocks(blocks: Iterable[Block], width: int | None = None) -> None:
    """Print the blocks to stdout; ``width`` in columns, of the terminal if left out.

    Figures print as their title and alternative text. Numbers are never cut: a table that is wider than the terminal
    prints one line a cell.
    """
    console = Console(highlight=False, file=sys.stdout, width=width)
    if width is None and not console.is_terminal:
        console.width = PIPED_WIDTH
    for block in blocks:
        _print(console, block)


def _print(console: Console, block: Block) -> None:
    match block:
        case Heading(text):
            console.print(f"[bold]{escape(text)}[/bold]")
            console.print()
        case Paragraph(parts):
            console.print("".join(_styled(part) for part in parts))
            console.print()
        case Note(text):
            console.print(escape(text), style="dim")
            console.print()
        case Tiles(tiles):
            for tile in tiles:
                console.print(f"  [bold]{escape(tile.value)}[/bold]  {escape(tile.title)}: {escape(tile.meaning)}")
            console.print()
        case Figure():
            console.print(f"[bold]{escape(block.title)}[/bold]")
            console.print(escape(block.alt))
            console.print()
        case Table():
            _print_table(console, block)


def _styled(part: str | Strong) -> str:
    return f"[bold]{escape(part.text)}[/bold]" if isinstance(part, Strong) else escape(part)


def _print_table(console: Console, table: Table) -> None:
    if table.caption:
        console.print(f"[bold]{escape(table.caption)}[/bold]")
    heads = [column.heading for column in table.columns]
    if _least_width(table.columns, table.rows) > console.width:
        for index, row in enumerate(table.rows):
            console.print(f"[bold]{escape(row[0])}[/bold]")
            for head, cell in zip(heads[1:], row[1:], strict=True):
                if cell:
                    console.print(f"  {escape(head)}: {escape(cell)}")
            if index < len(table.rows) - 1:
                console.print()
    else:
        grid = Grid(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
        for column, head, width in zip(table.columns, heads, _widths(table, console.width), strict=True):
            justify: Literal["left", "right"] = "right" if column.right else "left"
            grid.add_column(escape(head), justify=justify, overflow="fold", width=width)
        for index, row in enumerate(table.rows):
            grid.add_row(*(escape(cell) for cell in row), style="bold" if index in table.strong else None)
        console.print(grid)
    console.print()


def _widths(table: Table, room: int) -> list[int]:
    """Columns of the terminal for each column of a table: the least, and the rest of the room where it is needed."""
    widths = _least_widths(table.columns, table.rows)
    wanted = [
        max([len(column.heading), *(len(row[index]) for row in table.rows)])
        for index, column in enumerate(table.columns)
    ]
    left = room - sum(widths) - GAP * len(widths)
    while left > 0 and any(width < want for width, want in zip(widths, wanted, strict=True)):
        short = max(range(len(widths)), key=lambda index: (wanted[index] - widths[index]) / max(1, widths[index]))
        widths[short] += 1
        left -= 1
    return widths


def _least_widths(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    """Columns of the terminal that each column of a table needs: whole numbers, text from its longest word."""
    widths = []
    for index, column in enumerate(columns):
        cells = [row[index] for row in rows]
        head = max((len(word) for word in column.heading.split()), default=1)
        if column.right:
            widths.append(max([head, *map(len, cells)]))
        else:
            longest = max((len(cell) for cell in cells), default=0)
            word = max((len(word) for cell in cells for word in cell.split()), default=0)
            widths.append(max(head, word, min(longest, NARROWEST)))
    return widths


def _least_width(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> int:
    return sum(_least_widths(columns, rows)) + GAP * len(columns)
