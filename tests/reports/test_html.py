"""The report: true to the answer, whole in one file, readable in a browser."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import shutil
import subprocess
import zipfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from corridor.model.result.findings import Findings
from corridor.model.units import amount
from corridor.reports.blocks import Table
from corridor.reports.map.answer import answer_map, map_links
from corridor.reports.numbers import rounded
from corridor.reports.out.archive import archive_of
from corridor.reports.out.html import html_of, shown_columns
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.headline import sentences
from corridor.reports.say.report import document
from tests.reports.findings import findings, solved

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@cache
def page() -> str:
    return html_of(document(findings()))


class Words(HTMLParser):
    """Collects the text of a page and the tags that are open at its end."""

    VOID = ("meta", "br", "link", "img", "hr", "input")

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def text_of(source: str) -> str:
    words = Words()
    words.feed(re.sub(r"<(\w+)([^<>]*)/>", r"<\1\2></\1>", source))
    assert words.open == []
    return " ".join(" ".join(words.words).split())


@pytest.mark.slow
def test_it_says_what_the_answer_says() -> None:
    case, answer = solved()
    text = text_of(html_of(document(Findings(case, answer))))
    for sentence in sentences(case, answer):
        assert " ".join(sentence.split()) in text
    for name in ("handled", "concurrent", "capability"):
        assert f"{rounded(answer.measures_t[name])} Mt" in text
    for row in answer.limits.to_dict("records"):
        assert row["name"] in text
        assert amount(row["price"]) in text
    for row in answer.segments.to_dict("records"):
        assert row["name"] in text
    assert "Certificate passed" in text


@pytest.mark.slow
def test_every_source_used_is_listed_with_its_address() -> None:
    case, _ = solved()
    used = {each for cell in case["evidence"]["source_id"] for each in cell}
    with zipfile.ZipFile(io.BytesIO(archive_of(document(findings())))) as archive:
        listed = archive.read("sources.csv").decode("utf-8-sig")
    for source in used:
        url = case["source"].at[source, "url"]
        assert f"\n{source}," in listed
        if str(url).startswith("http"):
            assert str(url).replace("&", "&amp;") in page()


@pytest.mark.slow
def test_nothing_is_fetched_and_only_the_script_of_tables_runs() -> None:
    """The script that makes CSV files of the tables is allowed by its hash, and nothing beside it."""
    (script,) = re.findall(r"<script>(.*?)</script>", page(), re.DOTALL)
    assert page().count("<script") == 1
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert re.findall(r"script-src ([^;]*)", page()) == [f"'sha256-{digest}'"]
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|import)\b\(?", script)
    assert not re.search(r"""\b(src|href)=["'](?!https?://|#|data:text/csv;)""", page())
    assert not re.search(r"<(link|img|iframe)\b", page())
    assert "default-src 'none'" in page()


@pytest.mark.slow
def test_the_same_findings_give_the_same_bytes() -> None:
    assert html_of(document(findings())) == page()


def test_text_of_a_case_is_text() -> None:
    case, answer = solved()
    rude = case.with_(['case.middle_corridor.name=<b>&"Middle'])
    made = html_of(document(Findings(rude, answer)))
    assert "&lt;b&gt;&amp;" in made
    assert "<b>&" not in made


def test_every_table_says_what_the_document_says() -> None:
    text = text_of(page())
    for block in document(findings()).blocks:
        if isinstance(block, Table):
            for row in block.rows:
                assert " ".join(" ".join(row).split()) in text


def test_no_two_pictures_share_an_id() -> None:
    ids = re.findall(r'\bid="([^"]+)"', page())
    assert ids
    assert len(ids) == len(set(ids))


def test_map_shows_the_flows_of_the_answer() -> None:
    case, answer = solved()
    links = map_links(case, answer).set_index("link_id")
    flow = answer.flow.groupby("link")["t"].sum()
    for link, t in flow.items():
        assert links.at[link, "flow_t"] == pytest.approx(t)
    assert links.at["kuryk_alat_ferry", "utilisation"] == pytest.approx(1.0, abs=1e-6)
    assert links.at["kuryk_alat_ferry", "busiest"] == "rail_ferries"
    assert answer_map(case, answer).startswith("<svg")


@pytest.mark.slow
@pytest.mark.browser
def test_it_opens_in_a_browser_and_fits_the_window(tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    file = tmp_path / "report.html"
    # The page measures itself: the width that it needs is written into its title for the test to read.
    probe = "<script>document.title = document.documentElement.scrollWidth + ' of ' + window.innerWidth</script></body>"
    file.write_text(page().replace("</body>", probe).replace("default-src 'none'", "script-src 'unsafe-inline'"))
    for width in (1200, 800, 390):
        done = subprocess.run(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--user-data-dir={tmp_path / 'profile'}",
                f"--window-size={width},900",
                "--dump-dom",
                file.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        found = re.search(r"<title>(\d+) of (\d+)</title>", done.stdout)
        assert found, done.stdout[:300]
        assert int(found[1]) <= int(found[2])


def test_a_phone_shows_the_main_column_of_numbers_beside_the_names() -> None:
    rows = [("Storm", -2, -1)]
    fields = (words("Suppose", lambda row: row[0]), number("Fits", lambda row: row[1], main=True))
    assert shown_columns(table(rows, *fields, number("Comes", lambda row: row[2]))) == [0, 1]
