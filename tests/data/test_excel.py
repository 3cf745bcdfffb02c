"""A case as a workbook: nothing is lost, every fault has its sheet and cell, no text becomes a formula."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

import corridor
from corridor.data.checks import checked
from corridor.data.exchange.tables import files_of_case
from corridor.data.read import bundled, read
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.schema import schemas
from tests.cases import SUITE, case_of
from tests.corridor.command import Run, runner
from tests.data.books import book_of, edited, same, told
from tests.data.complete import COMPLETE
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

HOSTILE = ['=HYPERLINK("http://x")', "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, monkeypatch)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return book_of(corridor.load(write(tmp_path / "two", EXAMPLE)), tmp_path / "two.xlsx")


def back(case: Case, folder: Path) -> Case:
    return checked(read(book_of(case, folder / "case.xlsx")))


@pytest.mark.parametrize("made", [*SUITE.values()], ids=[*SUITE])
def test_a_workbook_gives_the_case_back(made: Callable[[], Case], tmp_path: Path) -> None:
    same(made(), back(made(), tmp_path))


def test_every_column_of_every_table_comes_back(tmp_path: Path) -> None:
    case = read(write(tmp_path / "whole", COMPLETE)).case
    same(case, read(book_of(case, tmp_path / "case.xlsx")).case)


def test_numbers_keep_all_of_their_digits(tmp_path: Path) -> None:
    digits = [130.20000000000002, 0.1 + 0.2, 1e-3, 123456789.12345679, 1 / 3, 6e5]
    rows = "\n".join(f"l{number}, a, b, {digit!r}" for number, digit in enumerate(digits))
    case = case_of(
        {
            "link": f"link_id, from_node_id, to_node_id, capacity_t_per_year\n{rows}",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n d, a, b, 1",
        }
    )
    assert list(back(case, tmp_path)["link"]["capacity_t_per_year"]) == digits


@pytest.mark.slow
def test_the_bundled_case_comes_back_with_its_scenarios(tmp_path: Path) -> None:
    case = corridor.load()
    there = back(case, tmp_path)
    same(case, there)
    assert corridor.warnings(there) == corridor.warnings(case)
    for path in (bundled() / "scenario").iterdir():
        assert (Path(there.home) / "scenario" / path.name).read_bytes() == path.read_bytes()


def test_tables_of_a_workbook_become_files_that_are_the_case(book: Path, tmp_path: Path) -> None:
    home = corridor.copy(tmp_path / "laid", book)
    same(corridor.load(book), corridor.load(home))
    assert sorted(files_of_case(corridor.load(book))) == sorted(path.name for path in home.iterdir())


def test_faults_name_sheet_and_cell(book: Path) -> None:
    """In the order of the schema a link's ends stand in B and C, its length in F, its capacity in J."""
    wrong = {"link!C3": "harbor", "link!F4": "long", "link!J4": -5, "demand!G3": None, "node!B3": "=bad"}
    assert sorted(told(edited(book, wrong))) == [
        ("C007", "link!C3, to_node_id"),
        ("C010", "node!B3, name"),
        ("C011", "link!F4, length_km"),
        ("C012", "link!J4, capacity_t_per_year"),
        ("C013", "demand!G3, t_per_year"),
    ]


def test_a_date_a_broken_formula_and_two_lines_are_no_cells(book: Path) -> None:
    wrong = {"link!F3": datetime(2025, 8, 1), "link!F4": "=1+1", "node!B4": "a\nb"}
    faults = told(edited(book, wrong))
    assert {("C292", "link!F3"), ("C291", "link!F4"), ("C293", "node!B4")} <= set(faults)


def test_a_sheet_that_is_no_table_is_told(book: Path) -> None:
    made = openpyxl.load_workbook(book)
    made.create_sheet("links")["A1"].value = "x"
    made.create_sheet("_mine")["A1"].value = "x"
    made.save(book)
    assert told(book) == [("C290", "links")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"link_id,from\n"])
def test_a_file_that_is_no_workbook_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "case.xlsx"
    path.write_bytes(content)
    assert told(path) == [("C290", "case.xlsx")]


def test_a_workbook_without_tables_is_told(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "none.xlsx")
    assert told(tmp_path / "none.xlsx") == [("C290", "none.xlsx")]


def test_numbers_of_a_copy_are_known_as_ones_own(book: Path) -> None:
    """The workbook keeps the numbers as they were, as a copy in a folder does."""
    same(corridor.load(book), corridor.load(edited(book, {})))
    case = corridor.load(edited(book, {"link!J4": 700_000}))
    assert case.yours == {("link", "crossing", "capacity_t_per_year"): 900_000}
    assert corridor.solve(case).value == pytest.approx(600_000)


def test_changes_are_in_the_workbook(tmp_path: Path) -> None:
    case = corridor.load(write(tmp_path / "two", EXAMPLE), changes=["link.crossing.capacity_t_per_year=500000"])
    path = corridor.export(case, tmp_path / "two.xlsx")
    assert corridor.solve(corridor.load(path)).value == pytest.approx(500_000)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_never_a_formula(text: str, tmp_path: Path) -> None:
    """A case refuses texts that a spreadsheet would run; a case made in Python may have them all the same."""
    case = read(write(tmp_path / "two", EXAMPLE)).case
    case.tables["node"].loc["plain", "name"] = text
    path = book_of(case, tmp_path / "two.xlsx")
    cell = openpyxl.load_workbook(path)["node"]["B3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert all(b"<f>" not in ZipFile(path).read(name) for name in ZipFile(path).namelist())
    with pytest.raises(CaseError, match="C010 node!B3"):
        corridor.load(path)


def test_sheets_have_lists_notes_units_and_locked_ids(book: Path) -> None:
    sheet: Any = openpyxl.load_workbook(book)["link"]
    names = [cell.value for cell in sheet[1]]
    assert names == [field.name for field in schemas()["link"].fields]
    assert sheet.freeze_panes == "B3"
    assert sheet.protection.sheet
    assert sheet["A3"].protection.locked
    assert not sheet["B3"].protection.locked
    assert sheet.cell(2, names.index("length_km") + 1).value == "km"
    assert "Length." in sheet.cell(1, names.index("length_km") + 1).comment.text
    lists = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation if each.type == "list"}
    assert any("'node'!$A$3" in formula for formula in lists.values())
    assert '"0,1"' in lists.values()
    assert isinstance(sheet.cell(3, names.index("length_km") + 1).value, int)


def test_nothing_is_kept_with_a_workbook(book: Path, run: Run) -> None:
    code, _, err = run("levers", "--case", str(book), "--keep")
    assert code == 2, err


OFFICE = shutil.which("soffice")


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="needs soffice of LibreOffice")
def test_libreoffice_opens_saves_and_the_case_is_the_same(tmp_path: Path, run: Run) -> None:
    """Written here, saved by LibreOffice, changed, and solved: 1.1 Mt of the line less 0.1 Mt of others."""
    code, _, err = run("new", str(tmp_path / "mine"))
    assert code == 0, err
    code, _, err = run("export", str(tmp_path / "mine.xlsx"), "--case", str(tmp_path / "mine"))
    assert code == 0, err
    saved = tmp_path / "saved"
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    words = [
        str(OFFICE),
        home,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(saved),
        str(tmp_path / "mine.xlsx"),
    ]
    done = subprocess.run(words, capture_output=True, text=True, timeout=180, check=True)
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line and "javaldx" not in line]
    assert len(lines) == 1, lines
    assert lines[0].startswith("convert ")
    same(corridor.load(tmp_path / "mine"), corridor.load(saved / "mine.xlsx"))
    line = next(
        row for row in openpyxl.load_workbook(saved / "mine.xlsx")["resource"].iter_rows() if row[0].value == "line"
    )
    case = corridor.load(edited(saved / "mine.xlsx", {f"resource!D{line[0].row}": 1_100_000}))
    assert [each.code for each in corridor.warnings(case)] == ["W001"]
    assert corridor.solve(case).value == pytest.approx(1_000_000)
