"""Blocks of a document on a terminal: the printer of every page in :mod:`corridor.reports.say`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table as Grid

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


@contextmanager
def counting(name: str) -> Iterator[Callable[[int, int], None]]:
    """A function that shows a part of a whole as a bar on stderr; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(name), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_blocks(blocks: Iterable[Block], width: int | None = None) -> None:
    """Print the blocks to stdout; ``width`` in columns, of the terminal if left out.

    Figures are not printed: a table beside each has its numbers. Numbers are never cut: a table that is wider than the
    terminal with narrow columns, too, prints one line a cell.
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
        case Sources(sources):
            for source in sources:
                value = " ".join(part for part in (source.value, source.unit) if part)
                year = f" ({source.year})" if source.year else ""
                words = f"{source.item}{f': {value}' if value else ''}{year}"
                console.print(f"[bold]{escape(source.source_id)}[/bold]  {escape(words)}")
                console.print(Padding(escape(source.title), (0, 0, 0, 4), expand=False))
                if source.url.startswith(("http://", "https://")):
                    console.print(" " * 4 + escape(source.url), soft_wrap=True)  # an address stays whole
            console.print()
        case Figure() | Live():
            pass
        case Fold(title, blocks):
            console.print(f"[bold]{escape(title)}[/bold]")
            console.print()
            for inner in blocks:
                _print(console, inner)
        case Pair(left, right):
            for inner in (*left, *right):
                _print(console, inner)
        case Table():
            _print_table(console, block)


def _styled(part: str | Strong) -> str:
    return f"[bold]{escape(part.text)}[/bold]" if isinstance(part, Strong) else escape(part)


def _print_table(console: Console, table: Table) -> None:
    if table.caption:
        console.print(f"[bold]{escape(table.caption)}[/bold]")
    heads = [column.heading for column in table.columns]
    fits = next((gap for gap in GAPS if _least_width(table, gap) <= console.width), None)
    if fits is None:
        _print_records(console, heads, table)
    else:
        grid = Grid(box=None, pad_edge=False, padding=(0, fits, 0, 0))
        grid.show_header = any(heads)
        for column, head, width in zip(table.columns, heads, _widths(table, console.width, fits), strict=True):
            justify: Literal["left", "right"] = "right" if column.right else "left"
            grid.add_column(escape(_broken(head, width)), justify=justify, overflow="fold", width=width)
        for index, row in enumerate(table.rows):
            grid.add_row(*(escape(cell) for cell in row), style="bold" if index in table.strong else None)
        console.print(grid)
    console.print()


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


def _print_records(console: Console, heads: Sequence[str], table: Table) -> None:
    """One line a cell, the first cell of each row above them."""
    for index, row in enumerate(table.rows):
        console.print(f"[bold]{escape(row[0])}[/bold]")
        for head, cell in zip(heads[1:], row[1:], strict=True):
            if cell:
                console.print(f"  {escape(head.replace(ZERO, ''))}: {escape(cell)}")
        if index < len(table.rows) - 1:
            console.print()


def _widths(table: Table, room: int, gap: int) -> list[int]:
    """Columns of the terminal for each column of a table: the least, and the rest of the room where it is needed."""
    widths = _least_widths(table, gap)
    wanted = [
        max([len(column.heading.replace(ZERO, "")), *(len(row[index]) for row in table.rows)])
        for index, column in enumerate(table.columns)
    ]
    left = room - sum(widths) - gap * len(widths)
    while left > 0 and any(width < want for width, want in zip(widths, wanted, strict=True)):
        short = max(range(len(widths)), key=lambda index: (wanted[index] - widths[index]) / max(1, widths[index]))
        widths[short] += 1
        left -= 1
    return widths


def _least_widths(table: Table, gap: int) -> list[int]:
    """Columns of the terminal that each column of a table needs: whole numbers, text from its longest word.

    With the usual gap text keeps at least :data:`NARROWEST` columns.
    """
    widths = []
    for index, column in enumerate(table.columns):
        cells = [row[index] for row in table.rows]
        head = max((len(word) for word in re.split(BREAKS, column.heading)), default=1)
        if column.right:
            widths.append(max([head, *map(len, cells)]))
        else:
            longest = max((len(cell) for cell in cells), default=0)
            word = max((len(word) for cell in cells for word in cell.split()), default=0)
            widths.append(max(head, word, min(longest, NARROWEST if gap == GAPS[0] else 0)))
    return widths


def _least_width(table: Table, gap: int) -> int:
    return sum(_least_widths(table, gap)) + gap * len(table.columns)
