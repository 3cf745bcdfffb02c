"""The page of the validation: digits and units, verdicts as words, and forecasts that no verdict judges."""

from __future__ import annotations

import pandas as pd
import pytest

from corridor.model.result.findings import Findings
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Heading, Note, Paragraph, Table
from corridor.reports.say import validation as validation_page
from corridor.reports.say.held import held
from corridor.reports.say.report import document
from corridor.reports.say.validation import NOTHING, failures, strays_said, verdicts_said
from tests.cases import series
from tests.reports.findings import solved
from tests.reports.sure import validation


def page(frame: pd.DataFrame) -> list[Block]:
    return validation_page.page(Listing(series(), "validation", frame))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def of(*roles: str) -> pd.DataFrame:
    frame = validation()
    return frame[frame["role"].isin(roles)]


def tables(blocks: list[Block]) -> dict[str, Table]:
    return {block.caption: block for block in blocks if isinstance(block, Table)}


def lead(blocks: list[Block]) -> str:
    paragraph = next(block for block in blocks if isinstance(block, Paragraph))
    return plain("".join(part if isinstance(part, str) else part.text for part in paragraph.parts))


def test_tests_are_shown_with_digits_and_units_that_suit() -> None:
    shown = {each.name: each for each in held(validation())}
    ports = shown["Both ports"]
    assert (ports.published, ports.fair, ports.modelled, ports.unit) == ("7.5", "7 to 8", "7.81", "Mt")
    assert (plain(ports.difference), ports.answer, ports.verdict) == ("+4 %", "base year: used", "input")
    queue = shown["Queue"]
    assert (queue.published, queue.fair, queue.modelled, queue.unit) == ("80", "at least 80", "82.7", "% of ferry time")
    first = shown["Ships first"]
    assert (first.published, first.fair, first.modelled, first.unit, first.difference) == ("yes", "yes", "no", "", "–")
    days = shown["Days"]
    assert (days.published, days.fair, days.modelled, days.difference) == ("–", "at most 11", "9.34", "–")
    assert plain(shown["Route"].difference) == "−12 %"
    plan = shown["Plan"]
    assert (plan.answer, plan.published, plan.modelled) == ("Later: fits if all grow alike", "5", "4.00")


def test_a_number_that_fails_by_a_hair_is_not_rounded_into_its_range() -> None:
    calls = next(each for each in held(validation()) if each.name == "Calls")
    assert (calls.fair, calls.modelled, calls.verdict) == ("647 to 791", "791.0004", "fail")


@pytest.mark.parametrize(
    ("roles", "sentences"),
    [
        (("test", "input", "forecast"), ["3 pass, 2 fail.", "2 published figures fed the model", "1 forecast is"]),
        (("test", "input"), ["3 pass, 2 fail.", "2 published figures fed the model"]),
        (("test",), ["3 pass, 2 fail."]),
    ],
)
def test_verdicts_are_counted_in_words(roles: tuple[str, ...], sentences: list[str]) -> None:
    said = lead(page(of(*roles)))
    assert [each for each in sentences if each not in said] == []
    assert said.count(".") == len(sentences)


def test_one_test_alone_is_singular() -> None:
    frame = of("test")
    assert verdicts_said(frame.iloc[[0, 2]]) == "1 passes, 1 fails."


def test_failures_have_their_notes_and_inputs_astray_are_named() -> None:
    frame = validation()
    assert failures(frame) == [("Ships first", "Berths stop it."), ("Calls", "The case gives no reason.")]
    assert plain(strays_said(frame)) == "This input lies outside its range: Old count (+70 %)."
    assert strays_said(frame.drop(index=1)) == ""


def test_tests_inputs_and_forecasts_are_three_tables() -> None:
    blocks = page(validation())
    shown = tables(blocks)
    tests = shown["Tests"]
    assert [row[-1] for row in tests.rows] == list(of("test")["verdict"])
    assert tests.strong == (2, 3)
    assert [row[0] for row in shown["Figures that fed the model"].rows] == ["Both ports", "Old count"]
    assert [row[0] for row in shown["Beside forecasts"].rows] == ["Plan"]
    assert any("Old count" in block.text for block in blocks if isinstance(block, Note))
    assert any(row == ("Plan", "Mix.") for block in blocks if isinstance(block, Table) for row in block.rows)


def test_a_forecast_is_neither_passed_nor_failed() -> None:
    """4 against 5 Mt, outside any range: the row has no verdict, and the counts are those without it."""
    assert verdicts_said(validation()) == verdicts_said(of("test", "input"))
    assert "Plan" not in [name for name, _ in failures(validation())]
    assert not any(row[0] == "Plan" for row in tables(page(validation()))["Tests"].rows)


def test_only_tests_make_one_table_and_a_case_without_rows_says_so() -> None:
    passing = of("test").query("verdict == 'pass'")
    assert list(tables(page(passing))) == ["Tests"]
    assert lead(page(passing.head(0))) == NOTHING
    for listing in (Listing(series(), "validation", passing.head(0)), None):
        report = document(Findings(*solved(), validation=listing))
        assert not [block for block in report.blocks if isinstance(block, Heading) and "happened" in block.text]


def test_observed_changes_and_inferences_have_tables_of_their_own() -> None:
    """An inference has its number and its note, and no verdict."""
    frame = of("test").head(2).copy()
    first, second = frame.index
    frame.loc[first, ["role", "name", "verdict", "note"]] = ["shift", "boxes of a year", "fail", "A reason."]
    frame.loc[second, ["role", "name", "verdict", "note"]] = [
        "inference",
        "the price behind it",
        "inference",
        "Unlikely.",
    ]
    shown = tables(page(frame))
    assert shown[validation_page.CHANGES].rows[0][0] == "Boxes of a year"
    assert shown["The changes that fail"].rows == (("Boxes of a year", "A reason."),)
    inferred = next(each for caption, each in shown.items() if "inferences" in caption)
    assert (inferred.rows[0][0], inferred.rows[0][-1]) == ("The price behind it", "Unlikely.")
