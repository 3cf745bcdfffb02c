"""The model beside what was published: groups, multiples, reasons."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest

from corridor.model.result.listing import Listing
from corridor.reports.blocks import Figure
from corridor.reports.charts.checks import Check
from corridor.reports.say.validation_figure import checks_of, validation_figure
from tests.cases import boxes

COLUMNS = ["name", "role", "scenario", "study", "unit", "published", "low", "high", "modelled", "difference",
           "verdict", "sources", "note"]  # fmt: skip
NAN, INF = float("nan"), math.inf


def drawn(*rows: tuple[object, ...]) -> Figure:
    (made,) = validation_figure(Listing(boxes(), "validate", pd.DataFrame(rows, columns=COLUMNS)))
    assert isinstance(made, Figure)
    return made


ROWS = (
    ("Tonnes of the port", "test", "", "handled", "t", 6e6, 5e6, 7e6, 6.1e6, 0.02, "pass", "s1 s2", ""),
    ("Queue", "test", "", "handled", "share of time", NAN, 0.8, INF, 0.7, NAN, "fail", "s3", "The year has no storms."),
    ("Plan", "forecast", "", "handled", "t", 5e6, -INF, INF, 4e6, -0.2, "forecast", "s4", ""),
    ("Sum", "input", "", "handled", "t", 5e6, 4e6, 6e6, 5e6, 0.0, "input", "s5", ""),
)


def test_the_title_counts_and_the_groups_stand_in_order() -> None:
    made = drawn(*ROWS)
    assert made.title == "1 of 2 tests agree with what was published"
    assert made.sources == ("s1", "s2", "s3")
    svg = made.draw(1000)
    places = [
        svg.index(f">{text}<")
        for text in ("Agrees", "Tonnes of the port", "Differs, and why", "Queue", "Not a test: forecasts", "Plan")
    ]
    assert places == sorted(places)
    assert "The year has no storms." in svg
    assert ">Sum<" not in svg
    assert made.numbers is not None
    assert [row[0] for row in made.numbers.rows] == ["Tonnes of the port", "Queue", "Plan", "Sum"]


def test_marks_are_multiples_of_what_was_published_or_of_the_limit() -> None:
    listing = Listing(boxes(), "validate", pd.DataFrame(ROWS, columns=COLUMNS))
    checks: list[Check] = [row for group in checks_of(listing) for row in group.rows]
    assert checks[0].at == pytest.approx(6.1 / 6)
    assert checks[0].ring == 1
    assert checks[0].low == pytest.approx(5 / 6)
    assert checks[1].at == pytest.approx(0.7 / 0.8)
    assert checks[1].low == 1
    assert checks[1].miss


def test_no_letter_is_small_and_a_case_without_tests_has_no_figure() -> None:
    assert min(float(each) for each in re.findall(r'font-size="([\d.]+)"', drawn(*ROWS).draw(358))) >= 10
    nothing = Listing(boxes(), "validate", pd.DataFrame([], columns=COLUMNS))
    assert validation_figure(nothing) == []
