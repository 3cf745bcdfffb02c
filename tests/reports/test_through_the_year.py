"""A year by periods as it is shown: the answer's numbers, plain words, no figure without data."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from corridor.model.horizon import Horizon
from corridor.model.result.answer import Answer
from corridor.model.result.findings import Findings
from corridor.optimize.answer.solve import solve
from corridor.reports.blocks import Document, Figure, Heading, Table
from corridor.reports.charts.year import cargo, heat_figure, passing_figure, stock_figure
from corridor.reports.numbers import rounded
from corridor.reports.out.html import html_of
from corridor.reports.out.pdf import pdf_of
from corridor.reports.say.report import document
from corridor.reports.say.words import compared, headline, millions
from corridor.reports.say.year import through_the_year
from corridor.reports.say.year_words import (
    course,
    limits_of,
    months_of,
    oldest,
    only_time,
    passing,
    sometimes,
    spans,
    stocks,
    ties,
    waits,
    why,
)
from corridor.reports.terminal import print_answer
from corridor.reports.terminal_year import print_year
from tests.cases import answered, series
from tests.reports.findings import solved
from tests.reports.harvest import by, harvest
from tests.reports.test_figures import texts
from tests.reports.test_html import text_of
from tests.reports.test_pdf import said, squeezed, words_of

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
CUTS = ["4", "quarter", "month", "week", "day"]


@cache
def report(periods: str) -> Document:
    return document(Findings(harvest(), by(periods)))


def printed(answer: Answer, capsys: pytest.CaptureFixture[str]) -> str:
    print_answer(harvest(), answer)
    return capsys.readouterr().out


def cells(text: str, first: str) -> list[str]:
    """The cells of the first line that begins so."""
    return next(line.split() for line in text.splitlines() if line.split()[:1] == [first])


@pytest.mark.parametrize("periods", CUTS)
def test_rows_of_the_year_add_up_to_the_answer(periods: str) -> None:
    answer = by(periods)
    frame, table = course(harvest(), answer), answer.tables["periods"]
    assert frame["t"].sum() == pytest.approx(table["gate_t"].sum()) == pytest.approx(answer.value)
    assert frame["offered_t"].sum() == pytest.approx(answer.tables["waiting"]["offered_t"].sum())
    assert frame["days"].sum() == pytest.approx(365)
    assert frame["waiting_t"].iloc[-1] == pytest.approx(table["waiting_t"].iloc[-1])
    assert cargo(harvest(), answer).sum(axis=1).to_numpy() == pytest.approx(passing(harvest(), answer))


@pytest.mark.parametrize("periods", ["week", "day"])
def test_weeks_and_days_are_shown_by_month(periods: str) -> None:
    answer = by(periods)
    frame = course(harvest(), answer)
    assert list(frame["name"]) == MONTHS
    assert months_of(Horizon.of(periods)).share.sum(axis=0) == pytest.approx(1.0)
    labels = list(answer.tables["periods"]["label"])
    waiting = answer.tables["periods"]["waiting_t"]
    september = frame.set_index("name").loc["Sep"]
    assert waiting[labels.index(str(september["worst"]))] == pytest.approx(september["worst_t"])
    assert frame["worst_t"].max() == pytest.approx(waiting.max())
    february = frame.set_index("name").loc["Feb"]
    assert february["weakest"] == {"week": "week 6", "day": "1 Feb"}[periods]


def test_months_are_shown_as_they_are() -> None:
    answer = by("month")
    table = answer.tables["periods"]
    frame = course(harvest(), answer)
    for shown, column in (("t", "gate_t"), ("waiting_t", "waiting_t"), ("late_t", "late_t"), ("stock_t", "stock_t")):
        assert list(frame[shown]) == pytest.approx(list(table[column]))
    assert list(frame["name"]) == MONTHS


def test_the_terminal_shows_the_numbers_of_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    answer = by("month")
    text = printed(answer, capsys)
    row = answer.tables["periods"].iloc[8]
    oil = 365_000 * 30 / 365  # of the quay in September; oil has no date, and only cargo with one is offered and sent
    assert cells(text, "Sep")[1:7] == [
        *(f"{t:,.0f}" for t in (row["gate_t"], row["offered_t"] - oil, row["sent_t"] - oil)),
        *(f"{row[name]:,.0f}" for name in ("waiting_t", "late_t", "stock_t")),
    ]
    line = next(line for line in text.splitlines() if line.startswith("Fits if each grows to its limit"))
    assert line.split()[-2:] == [rounded(each) for each in (answer.value or 0.0, answer.whole_t["capability"])]
    assert "Grain quay: full from Jul to Nov, 44\u00a0% over the year" in " ".join(text.split(" "))
    assert "Full all year: Oil <quay>." in text
    assert "nan" not in text.lower()


@pytest.mark.parametrize("periods", CUTS)
def test_no_number_is_missing(periods: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(by(periods), capsys) + " ".join(said(report(periods).blocks)) + report(periods).title
    assert not re.search(r"\b(nan|NaN|inf|None)\b", text)


@pytest.mark.parametrize("study", ["handled", "concurrent", "free", "cost_shipper"])
def test_every_study_is_shown(study: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = by("quarter", study)
    text = printed(answer, capsys)
    assert "Through the year, by quarter" in text
    shown = document(Findings(harvest(), answer))
    assert any(isinstance(each, Heading) and each.text.startswith("Through the year") for each in shown.blocks)
    assert not re.search(r"\bnan\b|None|\. \.", text + " ".join(said(shown.blocks)))


def test_a_year_that_time_does_not_touch_is_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    answer = solve(series(), "capability", Horizon.of("quarter"))
    assert compared(answer) == "0.20 Mt by quarter, the same as the year as one period"
    assert why(series(), answer) == "Nothing in this case changes through the year or ties cargo to a time of it."
    assert only_time(series(), answer) == ["Full all year: b–c (way)."]
    print_year(series(), answer)
    assert "waiting t" not in capsys.readouterr().out
    blocks = through_the_year(Findings(series(), answer))
    assert [each.title for each in blocks if isinstance(each, Figure)] == ["What arrives, by quarter"]


def test_a_year_as_one_period_has_no_such_page(capsys: pytest.CaptureFixture[str]) -> None:
    answer = answered(series())
    assert through_the_year(Findings(series(), answer)) == []
    print_year(series(), answer)
    assert capsys.readouterr().out == ""


def test_less_and_more_are_said_with_their_reason() -> None:
    case, answer = harvest(), by("month")
    whole = answer.whole_t["capability"]
    assert answer.value is not None
    assert (
        compared(answer)
        == f"{millions(answer.value)} Mt by month, 0.51 Mt (40\u00a0%) less than the year as one period"
    )
    assert ties(case, answer) == ["closures", "cargo that is offered in seasons", "cargo that waits 60 days at most"]
    assert why(case, answer).startswith("What ties cargo to a time of the year here: closures, cargo")
    assert "That is 0.51 Mt less than the year as one period gives." in headline(case, answer)
    more = replace(answer, value=whole + 3000)
    assert compared(more).endswith("3,000 t more than the year as one period")
    assert why(case, more) == ""
    assert why(case, replace(answer, value=whole)).startswith("What the case has of time costs nothing: closures")


def test_an_open_year_says_so() -> None:
    answer = by("month", cyclic=False)
    assert "an open year, in which what leaves late does not arrive" in ties(harvest(), answer)
    assert "an open year" in document(Findings(harvest(), answer)).subtitle
    assert spans(np.array([True, False, True]), ["a", "b", "c"], around=False) == "a and c"
    assert spans(np.array([True, False, True]), ["a", "b", "c"], "in") == "in c and a"


def test_the_oldest_waits_as_long_as_it_may() -> None:
    [grain] = waits(harvest(), by("day"))
    assert grain.name == "Grain, field – far"
    assert grain.days.max() == pytest.approx(60, abs=1.01)
    assert grain.t.max() == pytest.approx(by("day").tables["periods"]["waiting_t"].max())
    quarters = Horizon.of("4", equal=True)
    # A quarter's offer waits at the end of the third; nothing was offered in the third itself.
    days = oldest(quarters, np.array([0.0, 100.0, 0.0, 0.0]), np.array([0.0, 100.0, 50.0, 0.0]))
    assert list(days) == pytest.approx([0, 91.25, 91.25 + 45.625, 0])
    round_the_year = oldest(quarters, np.array([0.0, 0.0, 0.0, 80.0]), np.array([40.0, 0.0, 0.0, 80.0]))
    assert list(round_the_year) == pytest.approx([91.25 + 45.625, 0, 0, 91.25])


def test_limits_at_times_and_stores() -> None:
    case, answer = harvest(), by("day")
    [quay] = sometimes(limits_of(case, answer))
    assert quay.name == "Grain quay"
    use = answer.use.set_index("resource")
    assert quay.year == pytest.approx(use.at["grain_quay", "share"])
    oil = next(each for each in limits_of(case, answer) if each.resource == "oil_quay")
    assert int(oil.closed.sum()) == 10
    assert oil.always
    assert "Oil <quay>: closed from 1 Feb to 10 Feb, full in the rest of the year." in only_time(case, answer)
    [silo] = stocks(case, answer)
    assert silo.t.max() == pytest.approx(20_000)


@pytest.mark.parametrize(("periods", "width"), [("month", 358), ("month", 680), ("day", 680)])
def test_pictures_are_as_wide_as_asked_and_keep_their_words_inside(periods: str, width: int) -> None:
    case, answer = harvest(), by(periods)
    limits = limits_of(case, answer)
    drawn = [
        passing_figure(case, answer, width=width, title="t", description="d"),
        heat_figure(answer, limits, width=width, title="t", description="d"),
        stock_figure(answer, stocks(case, answer), waits(case, answer), width=width, title="t", description="d"),
    ]
    for svg in drawn:
        root = ET.fromstring(svg)
        assert float(root.get("width", "")) == pytest.approx(width, abs=1.5)
        assert ("Jul" if width > 358 else "J") in texts(svg)
        assert "NaN" not in svg
    assert {"Grain", "Oil", "thousand gate t a day"} <= set(texts(drawn[0]))
    assert "Oil <quay>" in texts(drawn[1])


def test_shares_of_months_stand_in_their_cells() -> None:
    answer = by("month")
    limits = sometimes(limits_of(harvest(), answer))
    words = texts(heat_figure(answer, limits, width=680, title="t", description="d"))
    assert words.count("100") == 5
    assert words.count("0") == 6
    assert "44\u00a0%" in words


@pytest.mark.slow
@pytest.mark.parametrize("periods", ["month", "week"])
def test_html_and_pdf_say_it(periods: str) -> None:
    shown = report(periods)
    blocks = through_the_year(Findings(harvest(), by(periods)))
    in_html, in_pdf = squeezed(text_of(html_of(shown))), words_of(pdf_of(shown))
    assert [text for text in said(blocks) if squeezed(text) not in in_html] == []
    assert [text for text in said(blocks) if squeezed(text) not in in_pdf] == []
    assert sum(isinstance(each, Figure) for each in blocks) == 3
    table = next(each for each in blocks if isinstance(each, Table))
    assert [row[0] for row in table.rows] == [*MONTHS, "Year"]
    assert math.fsum(float(row[1]) for row in table.rows[:-1]) == pytest.approx(float(table.rows[-1][1]), abs=0.007)
    ids = re.findall(r'\bid="([^"]+)"', html_of(shown))
    assert len(ids) == len(set(ids))


@pytest.mark.slow
def test_the_same_answer_gives_the_same_picture() -> None:
    case, answer = harvest(), by("month")
    once, again = (passing_figure(case, answer, width=680, title="t", description="d") for _ in range(2))
    assert once == again


def test_the_year_as_a_whole_is_as_it_was() -> None:
    case, answer = solved()
    assert headline(case, answer).startswith(f"In {case.base_year}, 7.8 Mt went through the ports of Aktau and Kuryk.")
