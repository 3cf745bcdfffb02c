"""The second bundled case: another corridor, by its name, with nothing in the code that speaks of the first."""

from __future__ import annotations

from pathlib import Path

import pytest

import corridor
from corridor.data.read import EXAMPLES, bundled
from corridor.loading import check_scenarios
from tests.data.test_format_page import objections


def test_it_is_found_by_its_name_and_sound() -> None:
    case = corridor.load("lobito_corridor")
    assert case.title == "Lobito Corridor"
    assert check_scenarios(case) == ["goal_2026"]
    assert corridor.warnings(case) == ()
    assert objections(bundled("lobito_corridor")) == []


def test_the_line_of_the_congo_is_full_first() -> None:
    """480 of the 600 kt that it is assumed to take: all grows by a quarter. The goal of 2026 is 960 kt."""
    case = corridor.load("lobito_corridor")
    answer = corridor.solve(case, "capability")
    assert answer.value == pytest.approx(600_000)
    assert answer.measures_t["handled"] == pytest.approx(480_000)
    assert answer.first is not None
    assert [row["resource"] for row in answer.to_dict()["limits"]] == ["congo_line"]
    goal = corridor.solve(corridor.load("lobito_corridor", scenario="goal_2026"), "handled")
    assert goal.value == pytest.approx(600_000)


def test_numbers_are_sourced_or_assumed() -> None:
    case = corridor.load("lobito_corridor")
    for row in case.rows("evidence"):
        assert row.source_id or (row.basis == "assumed" and row.note)
    assert all(row.url.startswith("https://") for row in case.rows("source"))


def test_a_folder_of_that_name_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    corridor.new(tmp_path / "lobito_corridor")
    assert corridor.load("lobito_corridor").rows("demand")[0].demand_id == "grain_out"


def test_every_example_can_be_copied(tmp_path: Path) -> None:
    assert EXAMPLES[0] == "middle_corridor"
    copied = corridor.copy(tmp_path / "mine", "lobito_corridor")
    assert corridor.load(copied).title == "Lobito Corridor"
