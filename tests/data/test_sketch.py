"""A case on one sheet: places, links and demands, for a beginner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import corridor
from corridor.model.faults import CaseError
from tests.data.books import edited, same, told


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return corridor.new(tmp_path / "first_try.xlsx")


def test_it_is_solved(sheet: Path) -> None:
    """The railway takes 800 kt each way; grain and goods are 350 and 150 kt, 800 / 350 = 2.29 times."""
    case = corridor.load(sheet)
    assert case.title == "First try"
    assert corridor.solve(case, "capability").value == pytest.approx(1_600_000)
    assert corridor.solve(case, "concurrent").value == pytest.approx(500_000 * 800 / 350)


def test_it_grows_into_tables(sheet: Path, tmp_path: Path) -> None:
    same(corridor.load(sheet), corridor.load(corridor.copy(tmp_path / "tables", sheet)))


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"Corridor!D14": "maybe"}, ("C294", "Corridor!D14")),
        ({"Corridor!C19": "Far shor"}, ("C007", "Corridor!C19, destination_id")),
        ({"Corridor!G13": -4}, ("C012", "Corridor!G13, capacity_t_per_year")),
        ({"Corridor!E12": "miles"}, ("C294", "Corridor!E12")),
        ({"Corridor!A17": None}, ("C294", "Corridor!A17")),
        ({"Corridor!A1": "Hello"}, ("C294", "Corridor!A1")),
        ({"Corridor!D19": None}, ("C013", "Corridor!D19, t_per_year")),
        ({"Corridor!A13": None}, ("C013", "Corridor!A13, from_node_id")),
    ],
)
def test_faults_name_the_cell(sheet: Path, cells: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault in told(edited(sheet, cells))


def test_it_is_not_written_over(sheet: Path) -> None:
    with pytest.raises(CaseError, match="C082"):
        corridor.new(sheet)
