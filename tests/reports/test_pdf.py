"""The PDF: the same words as the HTML, our fonts, tagged, the same bytes, text that is text."""

from __future__ import annotations

import hashlib
import io
import math
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pypdf
import pytest

import corridor
from corridor.model.faults import CaseError
from corridor.model.result.findings import Findings
from corridor.reports.blocks import (
    Block,
    Column,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Source,
    Sources,
    Strong,
    Table,
    Tiles,
    leaves,
    unfolded,
)
from corridor.reports.out.archive import on_paper
from corridor.reports.out.html import html_of
from corridor.reports.out.letters import lacking_in
from corridor.reports.out.order import Order
from corridor.reports.out.pdf import pdf_of
from corridor.reports.say import document as page_of
from corridor.reports.say.report import document
from corridor.reports.say.words import mt
from tests.reports.findings import findings, solved
from tests.reports.test_any_page import VERBS, odd
from tests.reports.test_html import text_of

RUDE = ["#panic(1)", "<b>bold</b>", "$x^2$", "*strong*", "= head", "@label", "\\u{41}", '"quoted"', "//", "`raw`", "~"]


@cache
def made() -> bytes:
    return pdf_of(document(findings()))


def printed(report: Document) -> list[Block]:
    """The blocks that paper has: folds hold the tables marked for it."""
    return list(leaves((*on_paper(report.blocks), *on_paper(report.annex))))


def squeezed(text: str) -> str:
    """Text without blanks and hyphens: lines break in a PDF where they do not in HTML."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


@cache
def words_of(source: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(source)).pages
    return squeezed("".join(re.sub(r"\n[^\n]*\d+ / \d+\s*$", "", page.extract_text()) for page in pages))


def said(blocks: Iterable[Block]) -> list[str]:
    """Every text of a document, cell by cell."""
    found: list[str] = []
    for block in blocks:
        match block:
            case Heading(text) | Note(text):
                found.append(text)
            case Paragraph(parts):
                found += [part if isinstance(part, str) else part.text for part in parts]
            case Tiles(tiles):
                found += [text for tile in tiles for text in (tile.title, tile.value, tile.share, tile.meaning)]
            case Figure():
                found += [block.title, block.caption, *said([block.numbers] if block.numbers is not None else [])]
            case Table():
                found += [block.caption, block.bar_title, *(column.heading for column in block.columns)]
                found += [cell for row in block.rows for cell in row]
            case Sources(sources):
                found.append(str(len(sources)))
    return found


@cache
def whole() -> tuple[Document, bytes]:
    """The report of the bundled case with all results that are kept with it, and its PDF."""
    report = document(corridor.findings(*solved()))
    return report, pdf_of(report)


@pytest.mark.slow
def test_html_and_pdf_say_what_the_document_says() -> None:
    """The whole report of the bundled case, with all results that are kept with it."""
    report, source = whole()
    in_html, in_pdf = squeezed(text_of(html_of(report))), words_of(source)
    heads = [report.title, report.lead, report.subtitle]
    texts = [*heads, *said(leaves((*report.blocks, *report.annex)))]
    assert len(texts) > 1000
    assert [text for text in texts if squeezed(text) not in in_html] == []
    blocks = [
        replace(block, numbers=None) if isinstance(block, Figure) and not _on_paper(block) else block
        for block in printed(report)
    ]
    texts = [*heads, *said(blocks)]
    assert len(texts) > 1000
    assert [text for text in texts if squeezed(text) not in in_pdf] == []


def _on_paper(block: Figure) -> bool:
    return block.numbers is not None and block.numbers.paper


@pytest.mark.slow
def test_the_report_of_the_bundled_case_has_eighteen_pages_at_most() -> None:
    assert len(pypdf.PdfReader(io.BytesIO(whole()[1])).pages) <= 18


@pytest.mark.slow
def test_totals_agree_with_the_answer() -> None:
    _, answer = solved()
    text = words_of(made())
    for name in ("handled", "concurrent", "capability"):
        assert squeezed(mt(answer.measures_t[name])) in text
    report = document(findings())
    assert mt(answer.measures_t["free"]) not in report.title + report.lead  # an upper bound is no headline


@pytest.mark.slow
def test_sums_printed_are_those_of_the_findings() -> None:
    found = findings()
    assert found.ladder is not None
    assert found.waterfall is not None
    text = words_of(made())
    frame = found.ladder.frame.drop_duplicates("rung")
    last = float(frame["t"].iloc[0]) + math.fsum(gain for gain in frame["gain"] if math.isfinite(gain))
    assert squeezed(f"more lead to {mt(last)}.") in text
    total = found.waterfall.nameplate_t - found.waterfall.handled_t
    assert squeezed(f"Used 2025, and sums {total / 1e6:.2f} {found.waterfall.handled_t / 1e6:.2f}") in text


@pytest.mark.slow
def test_what_no_terminal_explains_of_27_and_of_21() -> None:
    text = squeezed(text_of(html_of(document(findings()))))
    assert squeezed("Of the 27 Mt claimed, 6.4 Mt is explained by no named terminal.") in text
    assert squeezed("Of the 21 Mt that is the lowest figure published for it, 0.43 Mt is not explained.") in text


def test_unequal_steps_are_a_range() -> None:
    text = words_of(made())
    assert "0to1,337,840" in text
    assert "11,666to12,666" in text
    assert "500,001to" not in text


@pytest.mark.slow
def test_the_same_findings_give_the_same_bytes() -> None:
    assert pdf_of(document(findings())) == made()
    assert b"CreationDate" not in made()


def tags(source: bytes) -> list[str]:
    """The kinds of the tags of a PDF, in the order of reading; a row header is TH/Row."""
    reader = pypdf.PdfReader(io.BytesIO(source))
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if not isinstance(node, dict):
            return
        kind = str(node.get("/S", "")).strip("/")
        scope = [str(each["/Scope"]) for each in node.get("/A", []) if isinstance(each, dict) and "/Scope" in each]
        if kind:
            found.append(kind + "".join(scope))
        inner = node.get("/K", [])
        for each in inner if isinstance(inner, list) else [inner]:
            walk(each)

    walk(reader.trailer["/Root"].get_object()["/StructTreeRoot"])  # type: ignore[index]
    return found


def test_it_is_tagged_and_every_picture_has_its_words() -> None:
    reader = pypdf.PdfReader(io.BytesIO(made()))
    root = reader.trailer["/Root"].get_object()
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/Lang"] == "en"  # type: ignore[index]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()  # type: ignore[index]
    figures = sum(isinstance(block, Figure) for block in printed(document(findings())))
    alts = [
        each["/Alt"]  # type: ignore[index]
        for number in range(1, int(reader.trailer["/Size"]))  # type: ignore[call-overload]
        if isinstance(each := reader.get_object(pypdf.generic.IndirectObject(number, 0, reader)), dict)
        and each.get("/S") == "/Figure"
    ]
    assert len(alts) == figures >= 3
    assert all(alts)


def test_captions_and_row_headers_are_tagged() -> None:
    found = tags(made())
    blocks = printed(document(findings()))
    tables = [block for block in blocks if isinstance(block, Table)]
    figures = [block for block in blocks if isinstance(block, Figure)]
    assert found.count("Caption") >= len([table for table in tables if table.caption]) + len(figures)
    assert found.count("TH/Row") >= sum(len(table.rows) for table in tables if len(table.columns) > 1)
    assert found.count("H1") == 1


def test_headings_captions_and_figures_come_in_the_order_of_the_blocks() -> None:
    """A walk through the words of the pages finds each title after the one before it."""
    report = document(findings())
    order, text, at = Order(report), words_of(made()), 0
    for block in leaves(unfolded(report.blocks)):
        match block:
            case Heading(title):
                wanted = title
            case Figure():
                wanted = f"Figure {order.figure(block)} {block.title}"
            case Table() if block.caption:
                wanted = block.caption
            case Note(title):
                wanted = title
            case _:
                continue
        place = text.find(squeezed(wanted), at)
        assert place >= 0, wanted
        at = place


def test_its_fonts_are_ours_and_embedded() -> None:
    names: set[str] = set()
    for page in pypdf.PdfReader(io.BytesIO(made())).pages:
        for font in page["/Resources"].get("/Font", {}).values():  # type: ignore[attr-defined]
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            names.add(str(inner["/BaseFont"]).split("+")[-1])
            assert "/FontFile2" in inner["/FontDescriptor"].get_object()
    assert names <= {"FiraGO-Regular", "FiraGO-SemiBold", "FiraGO-Italic"}
    assert len(names) >= 2


def test_the_fonts_are_those_described() -> None:
    folder = files("corridor.reports") / "assets" / "fonts"
    readme = (folder / "README.md").read_text(encoding="utf-8")
    fonts = [file for file in folder.iterdir() if file.name.endswith((".ttf", ".woff2"))]
    assert len(fonts) == 7
    for font in fonts:
        assert f"`{font.name}`: `{hashlib.sha256(font.read_bytes()).hexdigest()}`" in readme


@pytest.mark.parametrize("verb", ["solve", "growth", "compare"])
def test_the_pages_of_a_study_are_numbered(verb: str) -> None:
    """The list of contents ends on the first page, and what follows begins on the next."""
    pages = pypdf.PdfReader(io.BytesIO(pdf_of(page_of([VERBS[verb](odd("two markets"))], verb)))).pages
    assert len(pages) > 1
    feet = [page.extract_text().split()[-3:] for page in pages]
    assert ["".join(foot)[-3:] for foot in feet] == [f"{number}/{len(pages)}" for number in range(1, len(pages) + 1)]


def small(*texts: str, url: str = "") -> Document:
    """A document that holds each text in each kind of place."""
    blocks: list[Block] = []
    for text in texts:
        row = (Column(text, wide=1), Column("n", right=True))
        source = Source(text, text, text, text, text, text, url)
        blocks += [Heading(text), Paragraph((text, Strong(text))), Note(text), Table(row, ((text, "1"),), caption=text)]
        blocks.append(Sources((source,)))
    return Document("name", " ".join(texts), "subtitle", "lead", tuple(blocks))


@pytest.mark.slow
def test_text_is_text() -> None:
    found = words_of(pdf_of(small(*RUDE)))
    for text in RUDE:
        assert found.count(squeezed(text)) >= 6
    case, answer = solved()
    rude = case.with_(["case.middle_corridor.name=#panic(1) $x$ <b>"])
    assert "#panic(1)$x$<b>" in words_of(pdf_of(document(Findings(rude, answer))))


def test_letters_of_the_corridor_are_there() -> None:
    names = "Ələt Türkmenbaşı İstanbul Қызылорда Ұлытау Һ Ғ Ө Шымкент Тбилиси თბილისი Constanța Černá"
    assert squeezed(names) in words_of(pdf_of(small(names)))


def test_names_in_chinese_and_arabic_are_there() -> None:
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 20"><text y="15">重庆 باكو</text></svg>'
    blocks = (
        Paragraph(("西安 乌鲁木齐 Urumqi",)),
        Paragraph(("بندر عباس 12 t",)),
        Figure(lambda _: picture, "", "", "A name"),
    )
    source = pdf_of(Document("name", "title", "", "", blocks))
    found = words_of(source)
    assert "西安乌鲁木齐Urumqi" in found
    assert "重庆" in found
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in pypdf.PdfReader(io.BytesIO(source)).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert {"Vazirmatn-Regular", "NotoSansSC-Regular"} <= fonts
    assert ".notdef" not in source.decode("latin-1")


def test_letters_that_no_font_has_are_refused_by_name() -> None:
    with pytest.raises(CaseError, match=r"C085 report.pdf: no font of the PDF has 🚢 \(U\+1F6A2\); write"):
        pdf_of(small("Aktau 🚢"))
    assert lacking_in("Ələt ₸ \x07") == ["\x07", "₸"]


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "file:///etc/passwd", "http://", "https://a.org/?q=1&b=<>"])
def test_any_address_of_a_source_is_harmless(url: str) -> None:
    source = pdf_of(small("words", url=url))
    links = [
        str(note.get_object()["/A"]["/URI"])
        for page in pypdf.PdfReader(io.BytesIO(source)).pages
        for note in page.get("/Annots", [])
    ]
    assert all(link.startswith(("http://", "https://")) for link in links)


def test_a_missing_typst_is_a_fault_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(CaseError, match=r"C081 .*pip install freight-corridor\[pdf\]"):
        pdf_of(small("words"))


@pytest.mark.slow
@pytest.mark.parametrize("study", ["cost_shipper", "concurrent"])
def test_other_studies_have_a_report(study: str) -> None:
    import corridor

    case, _ = solved()
    found = Findings(case, corridor.solve(case, study))
    report = document(found)
    assert report.title in text_of(html_of(report))
    assert squeezed(report.title) in words_of(pdf_of(report))
