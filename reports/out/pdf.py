"""The report as PDF, laid out by Typst: the same document as the HTML, tagged (PDF/UA-1), the same bytes again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from corridor.model.faults import CaseError, Fault
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
    Sources,
    Table,
    Tiles,
    leaves,
    tied,
)
from corridor.reports.map.labels import joints

if TYPE_CHECKING:
    from types import ModuleType

WIDTH = 680
"""Pixels over the width of the text on A4: letters of 10 px come out at 7 pt."""
SPACES = dict.fromkeys([*range(0x2000, 0x200B), 0x202F, 0x205F], "\u00a0")
"""Thin and wide spaces, which the font lacks."""
BREAK = "\u200b"
"""A place where a line may break, without a width of its own."""
LONGEST = 16
"""Signs of a word without blanks beyond which it may break."""
LACKING = "Letters that the font of this PDF lacks are shown as a question mark; the HTML report has them."


def pdf_of(report: Document) -> bytes:
    """Any document as a PDF; raises CaseError where typst is not installed."""
    typst = _typst()
    plain = _plain(report)
    if _lacking().search(_json(plain)):
        plain["blocks"].append({"kind": "note", "text": LACKING})
    folder = files("corridor.reports")
    with as_file(folder / "assets" / "fonts") as fonts:
        made = typst.compile(
            (folder / "templates" / "report.typ").read_bytes(),
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]),
            ignore_system_fonts=True,
            sys_inputs={"document": _lacking().sub("?", _json(plain))},
            format="pdf",
            pdf_standards=["ua-1"],
        )
    assert isinstance(made, bytes)
    return made


def _json(plain: dict[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False).translate(SPACES)


def _laid(text: str) -> str:
    """A text that keeps what belongs together on one line, and whose longest words may break.

    A word of the case without blanks, as an id, may be longer than its column.
    """
    return re.sub(rf"[^\s\u00a0]{{{LONGEST + 1},}}", lambda word: BREAK.join(joints(word[0], LONGEST)), tied(text))


def _typst() -> ModuleType:
    try:
        import typst
    except ModuleNotFoundError:
        message = "the PDF needs the package typst: pip install freight-corridor[pdf]"
        raise CaseError([Fault("C081", "report.pdf", message)], "the output") from None
    return typst


@cache
def _lacking() -> re.Pattern[str]:
    """Signs that our fonts cannot show; a PDF/UA may hold none of these."""
    ranges = (files("corridor.reports") / "assets" / "fonts" / "coverage.txt").read_text(encoding="ascii").split()
    known = "".join("-".join(f"\\U{int(end, 16):08X}" for end in each.split("-")) for each in ranges)
    return re.compile(f"[^{known}{BREAK}]|\\\\u00[01][0-9a-f]")


def _plain(report: Document) -> dict[str, Any]:
    """The document as JSON has it; what Typst reads as data is never run as markup."""
    return {
        "name": report.name,
        "title": _laid(report.title),
        "subtitle": report.subtitle,
        "lead": _laid(report.lead),
        "sure": _laid(report.sure),
        "language": report.language,
        "blocks": [_block(block) for block in (*_in_line(report.blocks), *_annex(report))],
    }


def _in_line(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks of the reading part, one below the other."""
    for block in blocks:
        match block:
            case Pair(left, right):
                yield from _in_line((*left, *right))
            case Fold() | Live():
                pass
            case _:
                yield block


def _annex(report: Document) -> Iterator[Block]:
    """The folds and the numbers of figures, each under its title, and the annex of the document."""
    for block in leaves(report.blocks):
        match block:
            case Fold(title, inner):
                yield Heading(title, 3)
                yield from _in_line(inner)
            case Figure() if block.numbers is not None:
                yield Heading(block.title, 3)
                yield block.numbers
    for block in report.annex:
        match block:
            case Fold(title, inner):
                yield Heading(title, 3)
                yield from _in_line(inner)
            case _:
                yield from _in_line((block,))


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph(parts):
            spans = [(part, False) if isinstance(part, str) else (part.text, True) for part in parts]
            return {"kind": block.kind, "spans": [{"text": _laid(text), "strong": strong} for text, strong in spans]}
        case Tiles(tiles):
            return {
                "kind": block.kind,
                "tiles": [
                    {name: _laid(text) if isinstance(text, str) else text for name, text in vars(tile).items()}
                    for tile in tiles
                ],
            }
        case Figure():
            svg = block.draw(WIDTH)
            return {
                "kind": block.kind,
                "svg": svg,
                "title": block.title,
                "subtitle": block.subtitle,
                "caption": _laid(block.caption),
                "alt": block.alt,
            }
        case Table():
            return {
                "kind": block.kind,
                "columns": [
                    {"heading": each.heading, "right": each.right, "wide": each.wide} for each in block.columns
                ],
                "rows": [[_laid(cell) for cell in row] for row in block.rows],
                "caption": block.caption,
                "bars": [None if bar is None else vars(bar) for bar in block.bars],
                "bar_title": block.bar_title,
                "strong": block.strong,
                "small": block.small,
            }
        case Sources(sources):
            return {"kind": block.kind, "sources": [vars(source) for source in sources]}
        case Heading(text, level):
            return {"kind": block.kind, "text": _laid(text), "level": level}
        case Note(text):
            return {"kind": block.kind, "text": _laid(text)}
        case _:
            raise AssertionError(block.kind)
