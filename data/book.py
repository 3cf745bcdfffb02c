"""A workbook read as a case: its sheets become tables of text in a folder, and keep the place of every cell."""

from __future__ import annotations

import atexit
import csv
import io
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from corridor.data.excel import BESIDE, COVER, UNITS, missing
from corridor.data.sketch import SKETCH, sketched
from corridor.model.case import cell_place
from corridor.model.faults import CaseError, Fault, nearest, quoted
from corridor.model.language import say
from corridor.model.schema import schemas

WORKBOOKS = (".xlsx", ".xlsm")
"""Endings of workbooks that are read."""
LARGEST_MB = 50
PLACE = re.compile(r"(\w+)\.csv line (\d+)(?:, (\w+))?")
WIDEST = 200
"""Upper limit: columns of a sheet that are read."""


@dataclass(frozen=True)
class Book:
    """A workbook as tables: their ``folder``, ``letters`` of the columns by table, and the faults of its cells.

    The letter of no column is the name of the sheet.
    """

    folder: Path
    letters: Mapping[str, Mapping[str, str]]
    faults: tuple[Fault, ...] = ()

    def place(self, text: str) -> str:
        """A place in a table of the folder as a place in the workbook; any other text as it is."""
        found = PLACE.fullmatch(text)
        if found and found[1] in self.letters:
            return cell_place(found[1], int(found[2]), found[3] or "", self.letters[found[1]])
        return re.sub(r"^(\w+)\.csv\b", r"\1", text) if text.split(".")[0] in schemas() else text


@dataclass
class _Laid:
    """Tables as text while they are laid out: a row of texts for each row of the sheet, the empty ones too."""

    rows: dict[str, list[list[str]]] = field(default_factory=dict)
    letters: dict[str, dict[str, str]] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def unpacked(path: Path) -> Book:
    """The workbook as a folder of tables, made anew where the file has changed; raises CaseError.

    The folder lasts as long as the run.
    """
    state = path.stat()
    return _unpacked(path.resolve(), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _unpacked(path: Path, changed: int, size: int) -> Book:
    if size > LARGEST_MB * 1e6:
        reason = say("the workbook has more than {most} MB; leave out what the case does not need", most=LARGEST_MB)
        raise CaseError([Fault("C002", path.name, reason)])
    formulas = _opened(path, values=False)
    shown = _opened(path, values=True) if _has_formula(formulas) else formulas
    laid = _Laid()
    beside: dict[str, list[str]] = {}
    for sheet in shown.worksheets:
        if sheet.title == COVER:
            continue
        if sheet.title == BESIDE:
            beside = _beside(sheet)
            continue
        rows = _texts(sheet, formulas[sheet.title], laid)
        if sheet.title.strip().lower() == SKETCH:
            sketch = sketched(sheet.title, rows)
            if not sketch.whole:
                raise CaseError([*sketch.faults, *laid.faults])
            laid.rows |= sketch.tables
            laid.letters |= sketch.letters
            laid.faults += sketch.faults
            laid.sheets |= dict.fromkeys(sketch.tables, sheet.title)
        elif sheet.title in schemas():
            laid.rows[sheet.title] = [[] if row[:1] == [UNITS] else row for row in rows]
        elif any(any(row) for row in rows) and not sheet.title.startswith("_"):
            hint = nearest(sheet.title.lower(), [*schemas(), SKETCH])
            reason = say("the sheet is no table of a case; {hint} A sheet of your own begins with _", hint=f"{hint}.")
            laid.faults.append(Fault("C290", sheet.title, reason))
    if not laid.rows:
        raise CaseError([Fault("C290", path.name, say("the workbook has none of the tables of a case")), *laid.faults])
    folder = Path(tempfile.mkdtemp(prefix="corridor-book-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    letters = {}
    for name, rows in laid.rows.items():
        found = _lay(folder / f"{name}.csv", rows)
        letters[name] = {"": laid.sheets.get(name, name), **laid.letters.get(name, found)}
    for name, lines in beside.items():
        target = (folder / name).resolve()
        if target.is_relative_to(folder.resolve()) and target.suffix != ".csv":
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("\n".join(lines), encoding="utf-8", newline="")
    return Book(folder, letters, tuple(laid.faults))


def _has_formula(book: Any) -> bool:
    return any(cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


def _opened(path: Path, *, values: bool) -> Any:
    """The workbook, its formulas as they are or as the numbers that they gave; raises CaseError."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise missing("openpyxl", "excel") from None
    try:
        return load_workbook(path, data_only=values)
    except Exception as error:  # openpyxl raises what its parsers raise
        reason = say("the file cannot be read as a workbook ({error}); save it as .xlsx", error=type(error).__name__)
        raise CaseError([Fault("C290", path.name, reason)]) from None


def _texts(sheet: Any, formulas: Any, laid: _Laid) -> list[list[str]]:
    """The cells of a sheet as text, row by row; faults of cells are noted."""
    rows = []
    for row, beneath in zip(
        sheet.iter_rows(max_col=min(sheet.max_column, WIDEST)),
        formulas.iter_rows(max_col=min(sheet.max_column, WIDEST)),
        strict=True,
    ):
        texts = []
        for cell, under in zip(row, beneath, strict=True):
            text, code, reason = _text(cell.value, under)
            if code:
                laid.faults.append(Fault(code, f"{sheet.title}!{cell.coordinate}", reason))
            texts.append(text)
        rows.append(texts)
    return rows


def _text(value: Any, under: Any) -> tuple[str, str, str]:
    """The text of a cell as a table has it, with the code and reason of its fault; both empty where it is sound."""
    formula = under.data_type == "f"
    if formula and value is None:
        reason = say("the formula has no value; open the workbook in a spreadsheet and save it, or write the number")
        return "", "C291", reason
    if isinstance(value, datetime | date | time | timedelta):
        remedy = say("set the cell to text, and write it again")
        return "", "C292", say("{value} is a date; the spreadsheet made it of another text; {remedy}",
                               value=quoted(str(value)), remedy=remedy)  # fmt: skip
    if value is None:
        return "", "", ""
    if isinstance(value, bool):
        return str(int(value)), "", ""
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value)), "", ""
    text = str(value)
    if under.data_type == "e" or (formula and text.startswith("#")):
        return "", "C291", say("the cell has an error ({value}); write the number", value=quoted(text))
    if re.search(r"[\r\n]", text.strip()):
        return "", "C293", say("{text} runs over more than one line; write it on one", text=quoted(text))
    return text.strip(), "", ""


def _lay(path: Path, rows: list[list[str]]) -> dict[str, str]:
    """Write a table, a line for each row of the sheet; the letters of its columns."""
    from openpyxl.utils import get_column_letter

    header = next((row for row in rows if any(row)), [])
    width = max((place for place, text in enumerate(header, start=1) if text), default=0)
    for row in rows:  # a column without a name that holds something is a fault of the table
        width = max(width, max((place for place, text in enumerate(row, start=1) if text), default=0))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        if any(row):
            writer.writerow([*row, *[""] * width][:width])
        else:
            out.write("\n")
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return {name: get_column_letter(place) for place, name in enumerate(header, start=1) if name}


def _beside(sheet: Any) -> dict[str, list[str]]:
    """Files of the hidden sheet by their path: lines of text."""
    files: dict[str, list[str]] = {}
    current: list[str] = []
    for path, text in _pairs(sheet):
        if path:
            current = files.setdefault(path, [])
            current.append(text)
        elif current:
            current[-1] += text
    return files


def _pairs(sheet: Any) -> Iterator[tuple[str, str]]:
    for row in sheet.iter_rows(max_col=2, values_only=True):
        yield str(row[0] or ""), str(row[1] or "|")[1:]
