"""Cases as workbooks for tests: written, changed by cell, and held against one another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from corridor.data.checks import faults_of
from corridor.data.excel import workbook_of
from corridor.data.read import read
from corridor.model.case import Case
from corridor.model.faults import CaseError


def book_of(case: Case, path: Path) -> Path:
    path.write_bytes(workbook_of(case))
    return path


def edited(path: Path, cells: dict[str, Any]) -> Path:
    """The workbook with cells (``sheet!A1``) set, under another name."""
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        sheet, _, at = place.partition("!")
        book[sheet][at].value = value
        if isinstance(value, str) and value[:1] == "=" and not value.startswith("=1"):
            book[sheet][at].data_type = "s"
    target = path.with_name(f"edited-{path.name}")
    book.save(target)
    return target


def told(path: Path) -> list[tuple[str, str]]:
    """Code and place of every fault of a case."""
    try:
        reading = read(path)
    except CaseError as error:
        return [(fault.code, fault.place) for fault in error.faults]
    return [(fault.code, fault.place) for fault in faults_of(reading.case, reading)]


def same(one: Case, other: Case) -> None:
    """Assert that two cases have the same cells to the last digit, and state the same numbers."""
    assert one.tables.keys() == other.tables.keys()
    for name, frame in one.tables.items():
        pd.testing.assert_frame_equal(frame, other.tables[name], check_exact=True)
    assert one.stated == other.stated
