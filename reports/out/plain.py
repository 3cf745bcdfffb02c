"""A document as plain data for the layout of a PDF: reading part, annex, and notes with the table they belong to."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, pairwise
from typing import Any

from corridor.model.language import say
from corridor.reports.blocks import (
    Block,
    Document,
    Figure,
    Fold,
    Heading,
    Live,
    Note,
    Pair,
    Paragraph,
    Source,
    Sources,
    Table,
    Tiles,
    leaves,
    tied,
)
from corridor.reports.map.labels import joints
from corridor.reports.out.archive import SOURCES, Files, on_paper
from corridor.reports.out.order import Order, by_publisher, webbed
from corridor.reports.out.picture import plain_svg
from corridor.reports.out.text import clipped, isolated

WIDTH, GAP = 680, 24
"""Px over the width of the text on A4, and between the sides of a pair: letters of 10 px come out at 7 pt."""
DENSE = 1.12
"""Px of a chart over those of its place: its letters of 12 px come out at 7.6 pt. Maps, whose letters are smaller, keep
theirs."""
SPACES = dict.fromkeys([*range(0x2000, 0x200B), 0x202F, 0x205F], "\u00a0")
"""Thin and wide spaces, which the font lacks."""
BREAK = "\u200b"
"""A place where a line may break, without a width of its own."""
LONGEST = 16
"""Signs of a word without blanks beyond which it may break."""
LETTER, HEAD, COLUMN = 5.5, 72, 110
"""Px of a letter of a table, of a heading that wraps, and of the narrowest column of text."""
CONTENTS = 3
"""Columns of the list of contents."""
TOGETHER, LONG = 8, 400
"""Rows of a table that is kept on one page, and signs of a cell from which on it may be parted."""
SHRINK = 0.85
"""Part of its size to which a drawing in a pair may shrink: letters of 10 px come out at 6 pt."""

MAPS = ("map", "inset")
"""Names of the figures that are maps."""

Plain = dict[str, Any]


def plain(report: Document) -> Plain:
    """The document as JSON has it; text read as data is never run as markup."""
    return Layout(report).document()


def laid(text: str) -> str:
    """A text that keeps what belongs together on one line, and whose longest words may break.

    >>> laid("27 t of container_terminal_of_the_port").count(BREAK)
    4
    """
    words = tied(isolated(text)).translate(SPACES)
    return re.sub(rf"[^\s\u00a0]{{{LONGEST + 1},}}", lambda word: BREAK.join(joints(word[0], LONGEST)), words)


class Layout:
    """Blocks as data with the numbers of their document."""

    def __init__(self, report: Document) -> None:
        self.report, self.behind = report, False
        self.order = Order(report)
        self.files = Files(report, self.order)
        self._keys = count(1)
        self.blocks, self.annex = report.blocks, report.annex
        if report.files:
            self.blocks, self.annex = on_paper(report.blocks), on_paper(report.annex)
        blocks = list(leaves((*self.blocks, *self.annex)))
        self._numbers: dict[Table, str] = {}
        for block in blocks:
            if isinstance(block, Figure) and block.numbers is not None and (block.numbers.paper or not report.files):
                self._numbers.setdefault(block.numbers, f"numbers-of-{self.order.slug(block)}")
        folds = [fold.blocks for fold in blocks if isinstance(fold, Fold)]
        later = leaves((*self.annex, *(each for inner in folds for each in inner)))
        self._elsewhere = {block for block in later if isinstance(block, Table)}
        self._marked: set[str] = set()

    def document(self) -> Plain:
        """The data that the template reads."""
        report, blocks, facts = self.report, self.blocks, self.report.facts
        first = next((place for place, block in enumerate(blocks) if _is_section(block)), len(blocks))
        if not self.order.contents:
            first = 0
        opening, reading = self._all(blocks[:first], WIDTH), self._all(blocks[first:], WIDTH)
        self.behind = True
        rows = (
            ((say("Computed"), facts.run), (say("Cite as"), facts.cite), (say("Licence"), facts.licence))
            if facts
            else ()
        )
        marks = [say("data to {newest}", newest=facts.newest)] if facts and facts.newest else []
        marks += (
            [say("model {version}", version=facts.version), say("case {case_hash}", case_hash=facts.case_hash)]
            if facts
            else []
        )
        return {
            "name": laid(report.name),
            "title": laid(report.title),
            "subtitle": laid(clipped(report.subtitle, 200)),
            "lead": laid(report.lead),
            "sure": laid(report.sure),
            "language": report.language,
            "words": {
                "figure": say("Figure", about="picture"),
                "sources": say("Sources"),
                "source": say("Source"),
                "numbers": say("The numbers are on page"),
            },
            "author": say("Corridor {version}", version=facts.version) if facts else say("Corridor"),
            "description": laid(f"{report.title} {report.lead}".strip()),
            "identity": laid(" · ".join(marks)),
            "foot": laid(" · ".join((clipped(report.name, 80), *marks[-2:]))),
            "facts": [[name, laid(words)] for name, words in rows],
            "contents": say("Contents"),
            "listed": bool(self.order.contents),
            "turns": self._turns(),
            "opening": opening,
            "reading": reading,
            "annex": list(self._annex()),
            "annex-head": _heading(say("Annex"), 2, listed=bool(self.order.contents)),
        }

    def _turns(self) -> list[str]:
        """The sections at which a column of the list of contents begins, but for the first column."""
        slugs = [section.slug for section in self.order.contents]
        tall = math.ceil((len(slugs) + 1) / CONTENTS)  # the annex is the last line
        return slugs[tall::tall][: CONTENTS - 1]

    def _all(self, blocks: Iterable[Block], wide: float, *, folds: bool = False) -> list[Plain]:
        made: list[Plain] = []
        for block in blocks:
            match block:
                case Note(text) if made and made[-1]["kind"] in ("figure", "table"):
                    made[-1]["notes"].append(laid(text))
                case Pair():
                    made += self._pair(block, wide, folds=folds)
                case Fold(title, inner):
                    if folds:
                        made += [_heading(title, 3), *self._all(inner, wide, folds=True)]
                case Live():
                    pass  # paper does not compute
                case _:
                    made.append(self._block(block, wide))
        for before, after in pairwise(made):
            if before["kind"] == "paragraph" and after["kind"] in ("figure", "pair"):
                before["sticky"] = True
        return made

    def _pair(self, pair: Pair, wide: float, *, folds: bool) -> list[Plain]:
        """Side by side where each side can be read at its width, else one below the other."""
        room = wide - GAP
        least = [max((_least(each) for each in side), default=0.0) for side in (pair.left, pair.right)]
        if sum(least) > room:
            return self._all((*pair.left, *pair.right), wide, folds=folds)
        left = min(max(room * pair.share, least[0]), room - least[1])
        sides = {
            "left": self._all(pair.left, left, folds=folds),
            "right": self._all(pair.right, room - left, folds=folds),
        }
        return [{"kind": "pair", "share": left / room, **sides}]

    def _annex(self) -> Iterator[Plain]:
        """The folds and the numbers of the reading part, each under its title, then the annex and its numbers."""
        for block in leaves(self.blocks):
            if isinstance(block, Fold):
                yield _heading(block.title, 3)
                yield from self._all(block.blocks, WIDTH)
            elif isinstance(block, Figure):
                yield from self._numbers_of(block)
        yield from self._all(self.annex, WIDTH, folds=True)
        for block in leaves(self.annex):
            if isinstance(block, Figure):
                yield from self._numbers_of(block)
        if self.report.files:
            yield from self._elsewhere_said()

    def _elsewhere_said(self) -> Iterator[Plain]:
        """The file of all tables, and those of it that the paper leaves out."""
        shown = {block for block in leaves((*self.blocks, *self.annex)) if isinstance(block, Table)}
        shown |= set(self._numbers)
        names = [name.removesuffix(".csv") for table, name in self.files.listed() if table not in shown]
        if names:
            yield _heading(say("The tables that are not printed"), 3)
            text = say(
                "{count} more tables are in the HTML report, and as CSV in {file} beside it: {names}.",
                count=len(names),
                file=self.report.files,
                names="; ".join(names),
            )
            yield {"kind": "note", "text": laid(text)}

    def _numbers_of(self, block: Figure) -> Iterator[Plain]:
        if block.numbers is not None and self._alone(block.numbers):
            yield _heading(
                say("The numbers of figure {block}: {title}", block=self.order.figure(block), title=block.title), 3
            )
            yield self._table(block.numbers)

    def _block(self, block: Block, wide: float) -> Plain:
        match block:
            case Heading():
                number = self.order.section(block)
                name = laid(f"{number} · {block.short}" if number else block.short)
                level = 3 if self.behind else block.level
                listed = level == 2 and bool(self.order.contents)
                return _heading(block.text, level, name=name, slug=self.order.slug(block), listed=listed)
            case Paragraph(parts):
                spans = [(part, False) if isinstance(part, str) else (part.text, True) for part in parts]
                spans = [(laid(text), strong) for text, strong in spans]
                return {
                    "kind": block.kind,
                    "sticky": False,
                    "spans": [{"text": text, "strong": strong} for text, strong in spans],
                }
            case Note(text):
                return {"kind": block.kind, "text": laid(text)}
            case Tiles(tiles):
                return {"kind": block.kind, "tiles": [_laid_all(vars(tile)) for tile in tiles]}
            case Figure():
                return self._figure(block, wide)
            case Table():
                return self._table(block)
            case Sources(sources):
                return self._sources(block, sources)
            case _:
                raise AssertionError(block.kind)

    def _figure(self, block: Figure, wide: float) -> Plain:
        cites = self.order.cites(block)
        dense = 1.0 if block.name in MAPS else DENSE
        return {
            "kind": block.kind,
            "number": self.order.figure(block),
            "slug": self.order.slug(block),
            "svg": plain_svg(block.draw(max(round(wide * dense), min(block.narrowest, WIDTH)))).translate(SPACES),
            "title": laid(block.title),
            "subtitle": laid(block.subtitle),
            "alt": isolated(block.alt or block.title),
            "notes": [laid(block.caption)] if block.caption else [],
            "sources": _cites(cites),
            "numbers": self._numbers.get(block.numbers, "") if block.numbers is not None else "",
            "file": self._file_of(block),
        }

    def _file_of(self, block: Figure) -> str:
        """The sentence on the file of numbers that the paper does not print."""
        if block.numbers is None or block.numbers in self._numbers:
            return ""
        name = self.files.name(block.numbers)
        return laid(say("Numbers: {name} of {file}", name=name, file=self.report.files))

    def _alone(self, numbers: Table) -> bool:
        """True for the numbers of a figure that no other part of the annex prints."""
        slug = self._numbers.get(numbers)
        return slug is not None and numbers not in self._elsewhere and slug not in self._marked

    def _table(self, block: Table) -> Plain:
        slug = self._numbers.get(block, "") if self.behind else ""
        slug = "" if slug in self._marked else slug
        self._marked |= {slug} - {""}
        return {
            "kind": block.kind,
            "key": next(self._keys),
            "slug": slug,
            "columns": [
                {"heading": laid(each.heading), "right": each.right, "wide": each.wide} for each in block.columns
            ],
            "rows": [[laid(cell) for cell in row] for row in block.rows],
            "caption": laid(block.caption),
            "continued": laid(
                say("{caption}, continued", caption=block.caption) if block.caption else say("continued")
            ),
            "bars": [None if bar is None else vars(bar) for bar in block.bars],
            "bar_title": laid(block.bar_title),
            "strong": block.strong,
            "small": block.small,
            "notes": [],
            "breaks": len(block.rows) > TOGETHER or any(len(cell) > LONG for row in block.rows for cell in row),
        }

    def _sources(self, block: Sources, sources: Sequence[Source]) -> Plain:
        """The sources that figures cite, by number; the others are counted."""
        cited, others = self.order.cited_of(block), self.order.uncited_of(block)
        summary = say(
            "{count} published figures of {count2} publishers are used. ",
            count=len(sources),
            count2=len(by_publisher(sources)),
        )
        summary += say("Those that the figures cite are listed here. ") if cited else ""
        if others:
            summary += say(
                "{words} are in the HTML report{files}.",
                words=say("The others") if cited else say("They"),
                files=say(" and in {name} of {files}", name=SOURCES, files=self.report.files)
                if self.report.files
                else "",
            )
        return {
            "kind": block.kind,
            "summary": laid(summary.strip()),
            "rows": [
                {
                    "number": self.order.number(each),
                    "text": _of_source(each),
                    "title": laid(each.title),
                    "url": each.url if webbed(each.url) else "",
                }
                for each in cited
            ],
        }


def _cites(cites: Sequence[tuple[int, str, Source]]) -> list[Plain]:
    """The sources of a figure as links; numbers without a publisher that follow one another are one link."""
    made: list[Plain] = []
    last = 0
    for number, who, _ in cites:
        if made and not who and not made[-1]["who"] and number == last + 1:
            made[-1]["said"] = f"{made[-1]['number']}\u2013{number}"
        else:
            made.append({"number": number, "who": laid(who), "said": str(number)})
        last = number
    return made


def _is_section(block: Block) -> bool:
    return isinstance(block, Heading) and block.level == 2


def _heading(text: str, level: int, *, name: str = "", slug: str = "", listed: bool = False) -> Plain:
    return {"kind": "heading", "text": laid(text), "level": level, "name": name, "slug": slug, "listed": listed}


def _laid_all(fields: Plain) -> Plain:
    return {name: laid(each) if isinstance(each, str) else each for name, each in fields.items()}


def _of_source(source: Source) -> str:
    value = f"{source.value} {source.unit}".strip()
    year = f" ({source.year})" if source.year else ""
    return laid(f"{source.item}{f': {value}' if value else ''}{year}")


def _least(block: Block) -> float:
    """Px of the page that a block needs; letters of a drawing may shrink to :data:`SHRINK`."""
    match block:
        case Figure():
            return block.narrowest * SHRINK
        case Table():
            return _least_of_table(block)
        case Pair() | Sources() | Tiles():
            return WIDTH
        case _:
            return 0.0


def _least_of_table(table: Table) -> float:
    """Px that a table needs: its numbers whole, its text wrapped."""
    width = float(COLUMN if table.bars else 0)
    for place, column in enumerate(table.columns):
        longest = LETTER * max((len(row[place]) for row in table.rows), default=1)
        head = min(LETTER * len(column.heading), HEAD)
        width += GAP / 2 + (COLUMN if column.wide and not column.right else max(longest, head))
    return width
