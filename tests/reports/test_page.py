"""The page around the blocks: numbers, contents, sources, identity, policy, a phone's columns, rude names."""

from __future__ import annotations

import base64
import codecs
import csv
import hashlib
import io
import re
import zipfile

import pytest

from corridor.reports.blocks import (
    Block,
    Column,
    Document,
    Facts,
    Figure,
    Heading,
    Note,
    Paragraph,
    Source,
    Sources,
    Table,
)
from corridor.reports.out.archive import archive_of
from corridor.reports.out.html import html_of, shown_columns, too_wide
from corridor.reports.out.order import Order, by_publisher
from corridor.reports.out.text import csv_of
from tests.reports.test_html import text_of

SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img"><title>t</title><path d="M1 1h8v8z"/></svg>'
)
LIMITS = Table(
    (Column("Step", right=True), Column("Limit", wide=1), Column("Adds", "t", right=True), Column("Of", right=True)),
    (("1", "Ferries", "1,234,567", ""), ("2", "Quay, old", "\u22120.5", "")),
    caption="Limits",
)


def source(name: str, url: str, title: str = "News") -> Source:
    return Source(name, f"Ships of {name}", "12", "ships", "2025", title, url)


SOURCES = (
    source("a1", "https://www.one.org/x"),
    source("b2", "https://two.org/y?q=<1>"),
    source("c3", "https://one.org/z", "Other page"),
    source("d4", "javascript:alert(1)", "A talk at a fair of ships and of quays in 2024"),
)


def drawn(title: str, *sources: str) -> Figure:
    return Figure(lambda width: SQUARE, title, "", title, narrowest=300, sources=sources)


REPORT = Document(
    "Case 2025",
    "Ferries hold it to 1.2 Mt",
    "Case",
    "All of it.",
    (
        Heading("Two ferries stop it", short="What stops it"),
        drawn("Two add 1 Mt", "b2", "d4"),
        LIMITS,
        Heading("A quay costs 3 million", short="What to build"),
        drawn("Three add 2 Mt", "b2", "a1", "nobody"),
        Heading("How sure"),
    ),
    facts=Facts("1.2.3", "0a1b2c3d", "May 2026", "MIT licence", "Corridor 1.2.3, case 0a1b2c3d", "The case."),
    annex=(Sources(SOURCES),),
)


def test_figures_and_sections_are_numbered_and_listed() -> None:
    page = html_of(REPORT)
    text = text_of(page)
    assert "Figure 1 Two add 1 Mt" in text
    assert "Figure 2 Three add 2 Mt" in text
    contents = re.search(r"<nav.*?</nav>", page, re.DOTALL)
    assert contents is not None
    links = re.findall(r'href="#([^"]+)">([^<]*)<', contents[0])
    assert [label for _, label in links] == ["Summary", "1 What stops it", "2 What to build", "How sure", "Annex"]
    assert all(f'id="{target}"' in page for target, _ in links)


def test_sources_are_numbered_as_they_are_cited_and_grouped_by_publisher() -> None:
    order = Order(REPORT)
    first, second = (block for block in REPORT.blocks if isinstance(block, Figure))
    assert [(number, cited.source_id) for number, _, cited in order.cites(first)] == [(1, "b2"), (2, "d4")]
    assert [(number, cited.source_id) for number, _, cited in order.cites(second)] == [(1, "b2"), (3, "a1")]
    assert [(who.name, who.count) for who in by_publisher(SOURCES)] == [
        ("one.org", 2),
        ("two.org", 1),
        ("without an address", 1),
    ]
    page = html_of(REPORT)
    assert set(re.findall(r'href="#source-(\d)"', page)) == {"1", "2", "3"}
    assert all(page.count(f'id="source-{number}"') == 1 for number in (1, 2, 3))
    assert "javascript:" not in page


def test_the_identity_stands_at_head_and_foot() -> None:
    text = text_of(html_of(REPORT))
    assert "data to May 2026 · model 1.2.3 · case 0a1b2c3d" in text
    assert "Cite as Corridor 1.2.3, case 0a1b2c3d" in text
    assert "Licence MIT licence" in text


def test_the_policy_allows_the_style_of_the_page_and_nothing_else() -> None:
    page = html_of(REPORT)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert policy is not None
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy[1].replace("&#39;", "'")
    assert "unsafe-inline" not in policy[1]
    assert "style=" not in page.replace(style[0], "")


def test_a_table_is_there_as_csv_with_plain_numbers() -> None:
    rows = list(csv.reader(io.StringIO(csv_of(LIMITS))))
    assert rows == [["Step", "Limit", "Adds, t", "Of"], ["1", "Ferries", "1234567", ""], ["2", "Quay, old", "-0.5", ""]]
    with zipfile.ZipFile(io.BytesIO(archive_of(REPORT))) as held:
        assert csv_of(LIMITS).encode() in [held.read(name).removeprefix(codecs.BOM_UTF8) for name in held.namelist()]


def test_a_phone_shows_the_name_and_the_last_full_column_of_numbers() -> None:
    assert shown_columns(LIMITS) == [1, 2]
    main = (Column("Limit"), Column("Adds", right=True, main=True), Column("Of", right=True))
    assert shown_columns(Table(main, (("a", "1", "2"),))) == [0, 1]
    assert shown_columns(Table((Column("Term"),), (("a",),))) == [0]
    page = html_of(REPORT)
    assert '<th scope="row" class="wide key">Ferries</th>' in page
    assert page.count('type="checkbox"') == 1


def test_a_table_takes_the_keyboard_only_where_it_may_scroll() -> None:
    assert not too_wide(LIMITS)
    assert too_wide(Table(tuple(Column(f"Number {n}", right=True) for n in range(20)), (("1,234,567",) * 20,)))
    assert '<div class="scroll">' in html_of(REPORT)


RUDE = (
    "<script>alert(1)</script>",
    "\"quoted\" 'twice' `and` & so on",
    "Port \U0001f6a2",
    "Har\u202ebour \u200f x",
    "bell\x07 and null\x00",
    "ميناء بندر 12",
    "A" * 5000,
    "{{ 7 * 7 }} {% raw %}",
)


@pytest.mark.parametrize("name", RUDE, ids=lambda name: name[:12].encode("unicode_escape").decode())
def test_a_rude_name_is_text_and_no_more(name: str) -> None:
    blocks: tuple[Block, ...] = (
        Heading(name, short=name),
        Paragraph((name,)),
        Note(name),
        Table((Column(name), Column("n", right=True)), ((name, "1"),), caption=name),
        drawn(name),
    )
    page = html_of(Document(name, name, name, name, blocks))
    text_of(page)  # every tag is closed
    body = page[page.index("<body>") :]
    assert page.count("<script") == 1  # that of the tables
    assert name not in page[page.index("<script") :]
    assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\u200f]", page)
    assert "49" not in re.sub("[^0-9]+", " ", body).split()
    if "ميناء" in name:
        assert "<bdi>ميناء بندر</bdi> 12" in body
    if "bell" in name:
        assert "bell\ufffd and null\ufffd" in body
    if "Har" in name:
        assert "Harbour" in body


def test_equal_blocks_have_numbers_and_addresses_of_their_own() -> None:
    figures = [drawn("Two add 1 Mt"), drawn("Two add 1 Mt")]
    order = Order(Document("n", "t", "", "", (Heading("A"), *figures, Heading("A"))))
    assert [order.figure(each) for each in figures] == ["1", "2"]
    assert len({order.slug(each) for each in figures}) == 2
