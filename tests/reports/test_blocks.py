"""Blocks that hold blocks, in every printer: each word once, figures with their numbers, a short page without folds."""

import re
from dataclasses import replace

import pytest

from corridor.reports.blocks import Column, Document, Figure, Fold, Heading, Note, Pair, Paragraph, Table
from corridor.reports.out import text
from corridor.reports.out.html import html_of, template_of
from corridor.reports.out.pdf import pdf_of
from corridor.reports.out.terminal import print_blocks
from tests.reports.test_html import text_of
from tests.reports.test_pdf import squeezed, words_of

NUMBERS = Table((Column("Kind"), Column("Adds", "Mt", right=True)), (("Kuryk ferries", "1.25"),))
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="10" height="10"><path d="M1 1h8v8z"/></svg>'
)
PICTURE = Figure(
    lambda width: SQUARE,
    "Two ships add 1.25 Mt",
    "Of the fleet.",
    "A rise of 1.25 Mt.",
    subtitle="Mt a year, 2025",
    name="ships",
    numbers=NUMBERS,
)
BLOCKS = (
    Heading("Ships stop it"),
    Pair((PICTURE,), (Heading("Beside it", 3), Note("At the right."))),
    Fold("By port", (Paragraph(("Aktau first.",)),)),
    Heading("Ships stop it"),
)
REPORT = Document("Case", "A finding of 1.25 Mt", "2025", "", BLOCKS, annex=(Fold("Links", (Note("Ten links."),)),))
WORDS = (
    "Beside it",
    "At the right.",
    "By port",
    "Aktau first.",
    "Mt a year, 2025",
    "Links",
    "Ten links.",
    "Kuryk ferries",
)


def test_html_folds_and_pairs() -> None:
    page = html_of(REPORT)
    found = text_of(page)
    assert all(found.count(words) >= 1 for words in WORDS)
    assert page.count("<details") == 3
    ids = re.findall(r'<h\d id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 4
    assert 'id="figure-ships"' in page


def test_the_pdf_has_folds_and_numbers_in_its_annex() -> None:
    words = words_of(pdf_of(REPORT))
    assert all(squeezed(each) in words for each in WORDS)
    reading, annex = words.index("Attheright."), words.index("Aktaufirst.")
    assert reading < annex < words.index("Tenlinks.")
    assert words.index("Kuryk") > reading


def test_the_terminal_prints_the_words_of_folds_and_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    print_blocks(BLOCKS, 80)
    out = capsys.readouterr().out
    for words in ("Beside it", "At the right.", "By port", "Aktau first."):
        assert words in out
    assert "Kuryk ferries" not in out  # the numbers of a figure


def test_a_notebook_folds() -> None:
    page = template_of("notebook.html", words=text.words, picture=lambda figure: "data:,").render(blocks=BLOCKS)
    for words in ("Beside it", "At the right.", "Aktau first.", "Mt a year, 2025"):
        assert words in page
    assert "<details>" in page


def test_numbers_are_in_the_annex_of_a_pdf_once() -> None:
    """Two figures with the same numbers, one with those of a table in a fold, and one in the annex itself."""
    other = replace(NUMBERS, rows=(("Aktau quays", "2.5"),))
    third = replace(NUMBERS, rows=(("Baku yards", "3.5"),))
    fold = Fold("More", (other,))
    blocks = (PICTURE, PICTURE, replace(PICTURE, numbers=other), fold)
    words = words_of(pdf_of(replace(REPORT, blocks=blocks, annex=(replace(PICTURE, numbers=third),))))
    assert [words.count(each) for each in ("Kurykferries", "Aktauquays", "Bakuyards")] == [1, 1, 1]
    assert words.count("Thenumbersareonpage") == 4
