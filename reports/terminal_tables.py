"""Tables of text on a terminal, and explanations."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from corridor.reports.blocks import Block, Column, Note, Table
from corridor.reports.out.terminal import print_blocks

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


def t(value: float) -> str:
    """Tonnes as a terminal shows them."""
    return "no limit" if math.isinf(value) else f"{round(value) or 0:,}"
