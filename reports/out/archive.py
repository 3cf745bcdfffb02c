"""The tables of a document as files: names that say the place of each, and one archive of them as CSV."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import count

from corridor.reports.blocks import Block, Document, Figure, Fold, Heading, Live, Note, Pair, Sources, Table
from corridor.reports.out.order import Order
from corridor.reports.out.text import csv_of, csv_of_sources

SOURCES = "sources.csv"
"""The file of all sources."""
STEM_WORDS, LONGEST_STEM = 6, 60
"""Words and signs of the name of a file."""
OLDEST = (1980, 1, 1, 0, 0, 0)
"""Date of the files in an archive: the first that it can have, so that equal tables give equal bytes."""


class Files:
    """The names of the tables of a document; a table is known by its place in memory, as in :class:`Order`."""

    def __init__(self, report: Document, order: Order) -> None:
        self._names: dict[int, str] = {}
        self._tables: dict[str, Table | Sources] = {}
        self._known: dict[Table, str] = {}
        numbers = count(1)
        for block, title in titled((*report.blocks, *report.annex)):
            match block:
                case Figure(numbers=Table() as table):
                    self._enter(table, f"{order.slug(block)}.csv")
                case Live(instead=Table() as table):
                    self._enter(table, "panel.csv")
                case Table():
                    place = next(numbers)
                    self._enter(block, f"{place:02}-{_stem(block.caption or title)}.csv")
                case Sources() if block.sources:
                    self._tables[SOURCES] = block

    def _enter(self, table: Table, name: str) -> None:
        known = self._known.setdefault(table, name)
        self._names[id(table)] = known
        self._tables.setdefault(known, table)

    def __len__(self) -> int:
        return len(self._tables)

    def name(self, table: Table) -> str:
        """The file of a table; equal tables share one."""
        return self._names[id(table)]

    def stem(self, table: Table) -> str:
        """The file of a table without its ending."""
        return self.name(table).removesuffix(".csv")

    def listed(self) -> Iterator[tuple[Table, str]]:
        """Every table with its file, in the order of reading."""
        for name, table in self._tables.items():
            if isinstance(table, Table):
                yield table, name

    def archive(self) -> bytes:
        """All tables as CSV in one zip file: the same bytes for the same tables."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
            for name in sorted(self._tables):
                table = self._tables[name]
                words = csv_of(table) if isinstance(table, Table) else csv_of_sources(table.sources)
                zipped.writestr(zipfile.ZipInfo(name, OLDEST), f"\ufeff{words}".encode(), zipfile.ZIP_DEFLATED)
        return made.getvalue()


def _stem(title: str) -> str:
    """The first words of a title, in letters of any language.

    >>> _stem("Years: cargo, Mt"), _stem("\u0413\u043e\u0434\u044b"), _stem("!")
    ('years-cargo-mt', '\u0433\u043e\u0434\u044b', 'table')
    """
    return "-".join(re.findall(r"[^\W_]+", title.lower())[:STEM_WORDS])[:LONGEST_STEM] or "table"


def archive_of(report: Document) -> bytes:
    """The archive of the tables of a document."""
    return Files(report, Order(report)).archive()


def titled(blocks: Iterable[Block], title: str = "") -> Iterator[tuple[Block, str]]:
    """Every block in the order of reading, with the heading or the fold above it."""
    for block in blocks:
        match block:
            case Heading(text):
                title = text
            case Fold(name, inner):
                yield from titled(inner, name)
                continue
            case Pair(left, right):
                yield from titled((*left, *right), title)
                continue
        yield block, title


def on_paper(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks of a short paper: folds hold the tables marked for it, and no fold is empty."""
    made: list[Block] = []
    for block in blocks:
        if not isinstance(block, Fold):
            made.append(block)
        elif inner := printed(block.blocks):
            made.append(Fold(block.title, tuple(inner)))
    return tuple(made)


def printed(blocks: Iterable[Block]) -> list[Block]:
    """The blocks of a fold that a short paper has: tables marked for it with their notes.

    A table without a caption keeps the heading above it.
    """
    made: list[Block] = []
    heading: Heading | None = None
    kept = False
    for block in blocks:
        match block:
            case Heading():
                heading, kept = block, False
            case Table():
                kept = block.paper
                if kept:
                    made += [heading] if heading is not None and not block.caption else []
                    made.append(block)
                    heading = None
            case Note() if kept:
                made.append(block)
            case Fold(_, inner):
                made += printed(inner)
                kept = False
            case Pair(left, right):
                made += printed((*left, *right))
                kept = False
            case _:
                kept = False
    return made
