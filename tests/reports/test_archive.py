"""The tables beside a report: one file each, named by their place, the same bytes again; paper that leaves some out."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corridor.reports.blocks import Column, Document, Figure, Fold, Heading, Note, Paragraph, Source, Sources, Table
from corridor.reports.out.archive import Files, archive_of, on_paper, printed
from corridor.reports.out.html import html_of
from corridor.reports.out.order import Order
from corridor.reports.out.pdf import pdf_of
from corridor.reports.out.text import csv_of
from tests.browser import CHROMIUM, Browser
from tests.reports.test_pdf import squeezed, words_of

DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img"><title>t</title></svg>'
HEADS = (Column("Port, quay", wide=1), Column("Takes", "Mt", right=True))


def table(place: str, amount: str, caption: str = "", *, paper: bool = False) -> Table:
    return Table(HEADS, ((place, amount), ('The "old" one', "+1,234.5"), ("both", "43\u00a0%")), caption, paper=paper)


NUMBERS, SHORT, LONG, BARE = (
    table("Aktau", "\u22122.5"),
    table("Kuryk", "1.5", "The ports", paper=True),
    table("Baku", "0.5", "Every quay"),
    table("Poti", "3", paper=True),
)
PICTURE = Figure(lambda _: DRAWN, "Two ports take 4 Mt", "", "two ports", name="ports", numbers=NUMBERS)
INNER = (Heading("By port"), SHORT, Note("Of 2025."), LONG, Note("Of 2024."), Heading("By sea", 3), BARE)
BLOCKS = (
    Heading("A", short="A"),
    PICTURE,
    Fold("More of it", (*INNER, replace(PICTURE, name="again", numbers=None))),
    Fold("Nothing for paper", (LONG, Paragraph(("Some words.",)))),
)
CITED = Sources((Source("s1", "Ships", "3", "", "2025", "News", ""),))
REPORT = Document("Case", "Two ports", "", "", BLOCKS, annex=(CITED,), files="tables.zip")


@pytest.fixture(scope="module")
def held() -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(archive_of(REPORT))) as zipped:
        return {name: zipped.read(name).decode() for name in zipped.namelist()}


def test_every_table_is_a_file_named_by_its_place(held: dict[str, str]) -> None:
    assert list(held) == ["01-the-ports.csv", "02-every-quay.csv", "03-by-sea.csv", "figure-ports.csv", "sources.csv"]
    assert held["figure-ports.csv"] == f"\ufeff{csv_of(NUMBERS)}"
    assert list(csv.reader(io.StringIO(held["01-the-ports.csv"][1:])))[1:3] == [
        ["Kuryk", "1.5"],
        ['The "old" one', "1234.5"],
    ]
    assert "Ships" in held["sources.csv"]


def test_the_same_tables_are_the_same_bytes() -> None:
    assert archive_of(REPORT) == archive_of(replace(REPORT))


def test_a_long_name_has_a_short_file() -> None:
    own = replace(REPORT, blocks=(table("x", "1", "A" * 5000), table("y", "2", "ميناء!")))
    files = Files(own, Order(own))
    assert [name for _, name in files.listed()] == [f"01-{'a' * 60}.csv", "02-ميناء.csv"]


def test_paper_has_the_tables_marked_for_it_with_their_notes() -> None:
    assert printed(INNER) == [SHORT, Note("Of 2025."), Heading("By sea", 3), BARE]
    assert [block.title for block in on_paper(BLOCKS) if isinstance(block, Fold)] == ["More of it"]


def test_the_pdf_names_the_tables_that_it_leaves_out() -> None:
    words = words_of(pdf_of(REPORT))
    assert [words.count(each) for each in ("Kuryk", "Poti", "Baku", "Aktau")] == [1, 1, 0, 0]
    assert squeezed("Numbers: figure-ports.csv of tables.zip") in words
    assert squeezed("2 more tables are in the HTML report, and as CSV in tables.zip beside it") in words
    assert squeezed("beside it: figure-ports; 02-every-quay.") in words
    assert "Figure1" in words
    assert "FigureA1" not in words
    whole = words_of(pdf_of(replace(REPORT, files="")))
    assert [whole.count(each) for each in ("Kuryk", "Poti", "Baku", "Aktau")] == [1, 1, 2, 1]
    assert "FigureA1" in whole


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    file: Path = tmp_path_factory.mktemp("tables") / "report.html"
    file.write_text(html_of(REPORT), encoding="utf-8")
    with Browser(file) as opened:
        yield opened


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here")
def test_the_page_makes_the_same_files(browser: Browser, held: dict[str, str]) -> None:
    names = browser.run("[...document.querySelectorAll('button.file')].map((each) => each.dataset.name).join()")
    texts = browser.run(
        "[...document.querySelectorAll('button.file')].map((each) => csvOf(document.getElementById(each.dataset.of)))"
        ".join('\\f')"
    )
    made = dict(zip(names.split(","), texts.split("\f"), strict=True))
    assert {f"{name}.csv" for name in made} == set(held) - {"sources.csv"}
    for name, text in made.items():
        assert text == held[f"{name}.csv"].removeprefix(codecs.BOM_UTF8.decode())


def test_a_page_without_scripts_has_no_dead_buttons() -> None:
    assert re.findall(r"<button(?! class=\"file\" type=\"button\" hidden)", html_of(REPORT)) == []
