"""How sure, in the report: the figures of the band and of the tests, words for what they are, and nothing stray."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from corridor.model.result.band import Band
from corridor.model.result.findings import Findings
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Figure, Heading, Sources, Table
from corridor.reports.charts.bands import band_figure, tornado_figure
from corridor.reports.out.html import html_of
from corridor.reports.out.pdf import pdf_of
from corridor.reports.say import validation as validation_page
from corridor.reports.say.band import line as band_line
from corridor.reports.say.band import page, sentences
from corridor.reports.say.band import too_few as too_few_trials
from corridor.reports.say.report import document
from corridor.reports.say.words import millions
from tests.cases import series
from tests.reports.findings import solved
from tests.reports.sure import band, certain, impossible, too_few, validation
from tests.reports.test_html import text_of
from tests.reports.test_pdf import said, squeezed, words_of

SVG = "{http://www.w3.org/2000/svg}"
RUDE = "<b> & $x$ #panic \" ' \\n ]]>"
STRAY = re.compile(r"\b(None|nan|NaN|inf)\b")


def found(of: Band | None = None, *, tests: bool = True) -> Findings:
    return Findings(*solved(), band=of or band(), validation=held() if tests else None)


def held() -> Listing:
    return Listing(series(), "validation", validation())


def quantiles(of: Band) -> list[tuple[str, ...]]:
    return [
        row
        for block in page(of)
        if isinstance(block, Table) and block.columns[0].title == "Measure"
        for row in block.rows
    ]


def words(blocks: list[Block]) -> str:
    return " ".join(said(blocks))


def table(blocks: list[Block], caption: str) -> Table:
    return next(block for block in blocks if isinstance(block, Table) and block.caption.startswith(caption))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_headline_has_the_band_what_it_rests_on_and_what_comes_first() -> None:
    whole, rests, first = sentences(band())
    assert "9.3 to 13.4 Mt (10.8) fits if each grows to its limit" in whole
    assert "7.6 to 10.0 Mt (8.6) fits if all grow alike" in whole
    assert "7.1 to 8.5 Mt (7.8) used" in whole
    assert plain(rests) == (
        "38 % of the range of “Each to its limit” and 32 % of the range of “All alike” rest on numbers"
        " assumed outright; 86 % and 68 % with those assumed in part."
    )
    assert plain(first) == "Ships come first in 75 % of the possible trials."
    blocks = page(band())
    assert all(sentence in words(blocks) for sentence in (whole, rests, first))
    assert "In 8 of 10 trials the cargo of the base year fits" in words(blocks)
    assert "The other 2 contradict what happened." in words(blocks)
    assert "triangle from its low to its high end" in words(blocks)
    assert "Seed 7." in words(blocks)


@pytest.mark.parametrize(
    ("study", "line"),
    [
        (
            "capability",
            "Fits if each grows to its limit, from 5 to 95 % of the possible trials: "
            "9.3 to 13.4 Mt; 38 % of the range rests",
        ),
        (
            "concurrent",
            "Fits if all grow alike, from 5 to 95 % of the possible trials: 7.6 to 10.0 Mt; 32 % of the range rests",
        ),
        ("handled", "Used, from 5 to 95 % of the possible trials: 7.1 to 8.5 Mt."),
        ("free", "Fits if each grows to its limit, from"),
    ],
)
def test_one_line_beside_the_headline(study: str, line: str) -> None:
    assert plain(band_line(band(), study)).startswith(line)


def test_trials_and_causes_are_in_their_section() -> None:
    report = document(found())
    texts = words(list(report.blocks))
    assert f"Of {band().draws:,} trials {band().possible:,} agree with the base year." in texts
    assert "comes from numbers that nobody has published" in texts


def test_without_band_and_tests_nothing_is_said() -> None:
    report = document(Findings(*solved()))
    assert report.sure == ""
    heads = [block.text for block in report.blocks if isinstance(block, Heading)]
    assert "How sure" not in heads
    assert "Held against what happened" not in heads
    assert 'class="sure"' not in html_of(replace(report, blocks=()))


def test_tables_have_the_numbers_of_the_frames() -> None:
    blocks = page(band())
    for row in rows(band().quantiles):
        line = next(each for each in quantiles(band()) if each[2] == millions(row.p5))
        assert line[2:6] == tuple(millions(each) for each in (row.p5, row.p50, row.p95, row.stated))
        assert any(line in block.rows for block in blocks if isinstance(block, Table))
    firsts = table(blocks, "The limit that comes first")
    assert [tuple(map(plain, row)) for row in firsts.rows] == [
        ("Rail ferries", "ships", "75 %", "80 %"),
        ("Box berths", "quay", "25 %", "20 %"),
    ]
    assert [bar.share for bar in firsts.bars if bar] == [0.75, 0.25]
    alone = table(blocks, "One driver alone")
    assert [tuple(map(plain, row)) for row in alone.rows] == [
        ("Hours of ferries", "assumed", "9.25", "12.75", "25 %", "7.10", "9.30", "50 %"),
        ("Berths", "sourced", "10.10", "11.90", "50 %", "8.20", "8.20", "20 %"),
        ("Boxes", "partly assumed", "10.90", "10.90", "under 1 %", "8.20", "8.20", "under 1 %"),
    ]
    following = table(blocks, "What to measure next")
    assert [tuple(map(plain, row)) for row in following.rows] == [
        ("1", "Hours of ferries", "ASCO", "assumed", "31 %", "32 %", "11 %", "12 %"),
        ("2", "Berths", "Aktau port", "sourced", "13 %", "44 %", "21 %", "33 %"),
        ("3", "Boxes", "not known", "partly assumed", "under 1 %", "45 %", "under 1 %", "34 %"),
    ]
    assert "R² is 0.52 for “All alike” and 0.89 for “Each to its limit”" in words(blocks)


def test_draws_above_the_stated_value_are_counted() -> None:
    above = {(line[0], line[1]): plain(line[6]) for line in quantiles(band())}
    assert above["Fits if each grows to its limit", "possible"] == "62 %"  # five of eight
    assert above["Fits if each grows to its limit", "all"] == "50 %"
    assert above["Used", "all"] == "0 %"


def test_swings_are_ranked_by_their_size() -> None:
    t, c = band().swings("capability"), band().swings("concurrent")
    assert [(each.name, each.ends) for each in t] == [
        ("hours of ferries", (9.25e6, 12.75e6)),
        ("Berths", (10.1e6, 11.9e6)),
        ("Boxes", (10.9e6, 10.9e6)),
    ]
    assert [each.moves for each in c] == [True, False, False]


def test_a_swing_to_one_side_reaches_from_the_stated_value() -> None:
    drivers = band().drivers.assign(t_low=10e6, t_high=10.2e6)
    assert replace(band(), drivers=drivers).swings("capability")[0].ends == (10e6, 10.9e6)


def test_too_few_draws_say_how_many_are_needed() -> None:
    few = too_few()
    # Two draws for each of four drivers and ten more; eight of ten draws are possible, and a tenth more for luck.
    assert "at least 18 possible trials for 4 drivers; there are 8. Some 100 trials in all" in too_few_trials(few)
    blocks = page(few)
    assert too_few_trials(few) in words(blocks)
    assert "How sure" in words(blocks)
    assert not [block for block in blocks if isinstance(block, Table) and block.caption.startswith(("One", "What to"))]
    assert sum(isinstance(block, Figure) for block in blocks) == 1
    assert "needs more trials" in band_line(few, "capability")
    assert too_few_trials(band()) == ""


def test_no_possible_draw_is_said_plainly() -> None:
    none = impossible()
    assert sentences(none) == [band_line(none, "capability")]
    assert "In none of the trials" in band_line(none, "capability")
    assert {line[1] for line in quantiles(none)} == {"all"}
    assert "come first in" not in words(page(none))


def test_a_case_without_ranges_is_a_point() -> None:
    assert "10.9 Mt fits if each grows to its limit," in sentences(certain())[0]
    text = words(page(certain()))
    assert "every trial is the stated one" in text
    assert "more trials" not in text
    assert "more trials" not in band_line(certain(), "capability")


@pytest.mark.parametrize("of", [band(), too_few(), impossible(), certain()], ids=["band", "few", "none", "certain"])
def test_nothing_stray(of: Band) -> None:
    given = found(of)
    blocks = [*page(of), *validation_page.page(held())]
    drawn = " ".join(text for block in blocks if isinstance(block, Figure) for text in texts(block.draw(680)))
    assert not STRAY.search(f"{document(given).sure} {words(blocks)} {drawn}")


@pytest.mark.slow
def test_html_and_pdf_say_what_the_document_says() -> None:
    given = found()
    report = document(given)
    short = replace(report, blocks=(*page(band()), *validation_page.page(held())))
    in_html, in_pdf = squeezed(text_of(html_of(short))), words_of(pdf_of(replace(short, files="")))
    texts = [report.sure, *said(short.blocks)]
    assert len(texts) > 150
    assert [text for text in texts if squeezed(text) not in in_html] == []
    assert [text for text in texts if squeezed(text) not in in_pdf] == []


def texts(svg: str) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("width", [358, 680, 1000])
def test_figures_have_the_numbers_and_the_width(width: int) -> None:
    svg = band_figure(band(), width=width, title="t", description="d")
    assert ET.fromstring(svg).get("width") == str(width)
    digits = 1 if width < 400 else 2
    for row in rows(band().quantiles):
        assert " – ".join(millions(each, digits) for each in (row.p5, row.p50, row.p95)) in texts(svg)
    those = band().swings("capability")
    svg = tornado_figure(those, 4e6, width=width, title="t", description="d")
    assert ET.fromstring(svg).get("width") == str(width)
    shown = texts(svg)
    assert "stated 10.90" in shown
    assert "no effect" in shown
    assert ("9.25 – 12.75" in shown) == (width > 400)
    assert {"sourced", "partly assumed", "assumed", "cause at its high end"} <= set(shown)


def test_the_kind_of_basis_is_seen_without_colour() -> None:
    """A bar of assumed numbers is hollow: it differs in lightness and has an edge."""
    those = band().swings("capability")[:1]
    svg = tornado_figure(those, 4e6, width=680, title="t", description="d")
    hollow = [each for each in ET.fromstring(svg).iter(f"{SVG}path") if each.get("fill", "").lower() == "#ffffff"]
    assert [each for each in hollow if each.get("stroke", "").lower() == "#c27c12"]


def test_figures_are_the_same_twice_and_names_are_text() -> None:
    drivers = band().drivers.assign(name=RUDE)
    those = replace(band(), drivers=drivers).swings("capability")
    one, two = (tornado_figure(those, 4e6, width=1000, title=RUDE, description="d") for _ in range(2))
    assert one == two
    assert ET.fromstring(one).findtext(f"{SVG}title") == RUDE
    assert any(RUDE in each for each in texts(one))


def test_only_known_quantiles_are_drawn() -> None:
    svg = band_figure(impossible(), width=680, title="t", description="d")
    assert "possible trials" not in texts(svg)
    assert "all trials" in texts(svg)
    assert not STRAY.search(" ".join(texts(svg)))


def test_drivers_that_do_nothing_are_not_drawn() -> None:
    figures = [block for block in page(band()) if isinstance(block, Figure)]
    assert [figure.name for figure in figures] == ["range", "causes"]
    assert re.fullmatch(r"Hours of ferries: [\d.]+ to [\d.]+ Mt", figures[1].title)
    assert not any("Paper" in each or "Boxes" in each for each in texts(figures[1].draw(680)))


def test_nothing_to_gain_is_nothing_to_measure() -> None:
    rows = table(page(band()), "What to measure next").rows
    assert [row[1] for row in rows] == ["Hours of ferries", "Berths", "Boxes"]


def test_sources_of_tests_are_listed() -> None:
    case, answer = solved()
    cited = {each for cell in case["evidence"]["source_id"] for each in cell}
    test_only = next(each for each in case["source"].index if each not in cited)
    frame = validation().assign(sources=test_only)
    listed = [
        source.source_id
        for block in document(Findings(case, answer, validation=Listing(case, "validation", frame))).annex
        if isinstance(block, Sources)
        for source in block.sources
    ]
    assert test_only in listed
    assert cited & set(listed)
