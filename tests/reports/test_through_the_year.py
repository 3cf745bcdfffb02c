"""A year by periods as it is shown: the answer's numbers, plain words, no figure without data."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from corridor.model.days import MONTH_NAMES
from corridor.model.horizon import Horizon
from corridor.model.result.answer import Answer
from corridor.model.result.course import CourseOfYear
from corridor.model.result.findings import Findings
from corridor.optimize.answer.course_of_year import oldest
from corridor.reports.blocks import Block, Document, Figure, Heading, Paragraph, Table
from corridor.reports.charts.year import cargo, heat_figure, passing_figure, stock_figure
from corridor.reports.out.html import html_of
from corridor.reports.out.pdf import pdf_of
from corridor.reports.out.terminal import print_blocks
from corridor.reports.say import year
from corridor.reports.say.answer import page as answer_page
from corridor.reports.say.headline import headline
from corridor.reports.say.periods import spans
from corridor.reports.say.report import document
from corridor.reports.say.words import compared, millions
from corridor.reports.say.year import page
from corridor.reports.say.year_findings import findings, ties, why
from tests.asked import solve
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


def course_of(answer: Answer) -> CourseOfYear:
    assert answer.course is not None
    return answer.course


def printed(answer: Answer, capsys: pytest.CaptureFixture[str]) -> str:
    print_blocks(answer_page(answer, short=True))
    return capsys.readouterr().out


def tables(blocks: list[Block]) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


@pytest.mark.parametrize("periods", CUTS)
def test_rows_of_the_year_add_up_to_the_answer(periods: str) -> None:
    answer = by(periods)
    course, table = course_of(answer), answer.tables["periods"]
    frame = course.frame
    assert frame["t"].sum() == pytest.approx(table["gate_t"].sum()) == pytest.approx(answer.value)
    assert frame["offered_t"].sum() == pytest.approx(answer.tables["waiting"]["offered_t"].sum())
    assert frame["days"].sum() == pytest.approx(365)
    assert frame["waiting_t"].iloc[-1] == pytest.approx(table["waiting_t"].iloc[-1])
    assert cargo(answer).sum(axis=1).to_numpy() == pytest.approx(course.passing_t)
    assert course.share.sum(axis=0) == pytest.approx(1.0)


@pytest.mark.parametrize("periods", ["week", "day"])
def test_weeks_and_days_are_shown_by_month(periods: str) -> None:
    answer = by(periods)
    frame = course_of(answer).frame
    assert list(frame["name"]) == MONTHS
    labels = list(answer.tables["periods"]["label"])
    waiting = answer.tables["periods"]["waiting_t"]
    september = frame.set_index("name").loc["Sep"]
    assert waiting[labels.index(str(september["worst"]))] == pytest.approx(september["worst_t"])
    assert frame["worst_t"].max() == pytest.approx(waiting.max())
    february = frame.set_index("name").loc["Feb"]
    assert february["weakest"] == {"week": "week 6", "day": "1 Feb"}[periods]


def test_months_are_shown_as_they_are() -> None:
    answer = by("month")
    table, frame = answer.tables["periods"], course_of(answer).frame
    for shown, column in (("t", "gate_t"), ("waiting_t", "waiting_t"), ("late_t", "late_t"), ("stock_t", "stock_t")):
        assert list(frame[shown]) == pytest.approx(list(table[column]))
    assert list(frame["name"]) == MONTHS


def test_the_page_shows_the_numbers_of_the_answer() -> None:
    answer = by("month")
    row = answer.tables["periods"].iloc[8]
    oil = 365_000 * 30 / 365  # of the quay in September; oil has no date, and only cargo with one is offered and sent
    months, used, waits = tables(page(answer, short=True))
    september = next(line for line in months.rows if line[0] == "Sep")
    assert september[1:7] == (
        *(millions(t, 3) for t in (row["gate_t"], row["offered_t"] - oil, row["sent_t"] - oil)),
        *(f"{row[name]:,.0f}" for name in ("waiting_t", "late_t", "stock_t")),
    )
    assert used.rows == (("Grain quay", *["0"] * 6, *["100"] * 5, "26", "44"),)
    assert waits.rows[0][0] == "Grain, field – far"
    assert "Full all year: Oil <quay>." in findings(answer)


def test_json_has_what_the_page_shows() -> None:
    answer = by("month")
    course, [grain] = answer.to_dict()["course"], course_of(answer).waits
    quay = next(limit for limit in course["limits"] if limit["resource"] == "grain_quay")
    assert quay["full"] == [6, 7, 8, 9, 10]
    assert quay["share"] == pytest.approx(answer.use.set_index("resource").at["grain_quay", "share"])
    [wait], [store] = course["waits"], course["stores"]
    assert (wait["demand"], wait["longest_at"]) == ("grain", MONTHS[int(np.argmax(grain.days))])
    assert wait["longest_d"] == pytest.approx(max(grain.days))
    assert store["most_t"] <= store["capacity_t"] == 20_000
    assert course["ties"] == ["closure", "season", "patience"]
    assert course["patience_d"] == [60]
    assert [row["name"] for row in course["rows"]] == MONTHS


@pytest.mark.parametrize("periods", CUTS)
def test_no_number_is_missing(periods: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(by(periods), capsys) + " ".join(said(report(periods).blocks)) + report(periods).title
    assert not re.search(r"\b(nan|NaN|inf|None)\b", text)


@pytest.mark.parametrize("study", ["handled", "concurrent", "free", "cost_shipper"])
def test_every_study_is_shown(study: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = by("quarter", study)
    text = printed(answer, capsys)
    assert "Through the year" in text
    assert "by quarter" in text
    shown = document(Findings(harvest(), answer))
    assert any(isinstance(each, Heading) and each.short == "What could go wrong" for each in shown.blocks)
    assert not re.search(r"\bnan\b|None|\. \.", text + " ".join(said(shown.blocks)))


def test_a_year_that_time_does_not_touch_is_the_same() -> None:
    answer = solve(series(), "capability", Horizon.of("quarter"))
    assert compared(answer) == "0.20 Mt by quarter, the same as the year as one period"
    assert (course_of(answer).ties, course_of(answer).varies) == ((), ())
    assert why(answer)
    assert findings(answer) == ["Full all year: b–c (way)."]
    blocks = page(answer)
    assert [each.title for each in blocks if isinstance(each, Figure)] == ["Arriving, by quarter"]
    assert not [column for column in tables(blocks)[0].columns if column.title == "Waiting"]


def test_a_year_as_one_period_has_no_such_page() -> None:
    assert page(answered(series())) == []


def test_less_and_more_are_said_with_their_reason() -> None:
    case, answer = harvest(), by("month")
    whole = answer.whole_t["capability"]
    assert answer.value is not None
    assert (
        compared(answer)
        == f"{millions(answer.value)} Mt by month, 0.51 Mt (40\u00a0%) less than the year as one period"
    )
    words = ["closures", "cargo that is offered in seasons", "cargo that waits 60 days at most"]
    assert ties(course_of(answer)) == words
    assert all(each in why(answer) for each in words)
    assert "0.51 Mt less" in headline(case, answer)
    more = replace(answer, value=whole + 3000)
    assert compared(more).endswith("3,000 t more than the year as one period")
    assert why(more) == ""
    assert "closures" in why(replace(answer, value=whole))


def test_an_open_year_says_so() -> None:
    answer = by("month", cyclic=False)
    assert course_of(answer).ties[-1] == "open_year"
    assert "an open year" in document(Findings(harvest(), answer)).subtitle
    assert spans(np.array([True, False, True]), ["a", "b", "c"], around=False) == "a and c"
    assert spans(np.array([True, False, True]), ["a", "b", "c"], "in") == "in c and a"


def test_the_oldest_waits_as_long_as_it_may() -> None:
    [grain] = course_of(by("day")).waits
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
    answer = by("day")
    course = course_of(answer)
    [quay] = course.sometimes()
    assert quay.name == "Grain quay"
    use = answer.use.set_index("resource")
    assert quay.year == pytest.approx(use.at["grain_quay", "share"])
    oil = next(each for each in course.limits if each.resource == "oil_quay")
    assert int(oil.closed.sum()) == 10
    assert oil.always
    assert "Oil <quay>: closed from 1 Feb to 10 Feb, full in the rest of the year." in findings(answer)
    [silo] = course.stocks
    assert silo.t.max() == pytest.approx(20_000)


@pytest.mark.parametrize(("periods", "width"), [("month", 358), ("month", 680), ("day", 680)])
def test_pictures_are_as_wide_as_asked_and_keep_their_words_inside(periods: str, width: int) -> None:
    answer = by(periods)
    course = course_of(answer)
    drawn = [
        passing_figure(answer, width=width, title="t", description="d"),
        heat_figure(course, course.limits, width=width, title="t", description="d"),
        stock_figure(course.horizon, course.stocks, course.waits, width=width, title="t", description="d"),
    ]
    for svg in drawn:
        root = ET.fromstring(svg)
        assert float(root.get("width", "")) == pytest.approx(width, abs=1.5)
        assert ("Jul" if width > 358 else "J") in texts(svg)
        assert "NaN" not in svg
    assert {"Grain", "Oil", "thousand gate t a day"} <= set(texts(drawn[0]))
    assert "Oil <quay>" in texts(drawn[1])


def test_shares_of_months_stand_in_their_cells() -> None:
    course = course_of(by("month"))
    words = texts(heat_figure(course, course.sometimes(), width=680, title="t", description="d"))
    assert words.count("100") == 5
    assert words.count("0") == 6
    assert "44\u00a0%" in words


@pytest.mark.slow
@pytest.mark.parametrize("periods", ["month", "week"])
def test_html_and_pdf_say_it(periods: str) -> None:
    shown = report(periods)
    blocks = page(by(periods))
    in_html, in_pdf = squeezed(text_of(html_of(shown))), words_of(pdf_of(replace(shown, files="")))
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
    answer = by("month")
    once, again = (passing_figure(answer, width=680, title="t", description="d") for _ in range(2))
    assert once == again


def test_the_year_as_a_whole_is_as_it_was() -> None:
    case, answer = solved()
    assert headline(case, answer).startswith(f"In {case.base_year}, 7.8 Mt went through the ports of Aktau and Kuryk.")


def test_the_title_of_the_year_names_its_weakest_and_its_strongest_month() -> None:
    answer = by("month")
    assert answer.course is not None
    daily = answer.course.passing_t / answer.course.horizon.hours
    said = year.uneven(answer)
    weakest, strongest = MONTH_NAMES[int(daily.argmin())], MONTH_NAMES[int(daily.argmax())]
    assert re.fullmatch(rf"{weakest} carries \d+\s% less a day than {strongest}", said)
    (block,) = year.in_one_figure(answer)
    assert isinstance(block, Figure if year.telling(answer) else Paragraph)
