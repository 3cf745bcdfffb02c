"""A case as a workbook: a sheet for each table, with units, notes, lists to choose from and locked ids."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import Any

from corridor.data.copies import files_of_copy
from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault
from corridor.model.language import say
from corridor.model.schema import Field, TableSchema, schemas

COVER = "Read me"
"""Name of the first sheet, which no table has."""
BESIDE = "_files"
"""Name of the hidden sheet: files of the case that are no tables, a line of text a row."""
UNITS = "(unit)"
"""First cell of the row of units; no id begins with a bracket."""
FIRST_ROW = 3
"""Row of the first row of a table, after the names of the columns and the units."""
SPARE_ROWS = 500
"""Rows below a table for which its lists and bounds hold, too."""
WIDEST = 48
"""Upper limit: width of a column, in characters."""
HEAD, UNIT, LOCKED = "FF1F4E5F", "FFE7EEF1", "FFF3F3F3"
"""Colours: the names of the columns, the units, the locked ids."""
TOGETHER = 32_767
"""Upper limit: characters of a cell."""


def missing(package: str, extra: str) -> CaseError:
    """C081: a package that a file of this sort needs is not installed."""
    reason = say(
        "{package} is not installed; install it with: pip install freight-corridor[{extra}]",
        package=package,
        extra=extra,
    )
    return CaseError([Fault("C081", package, reason)], "the output")


def workbook_of(case: Case) -> bytes:
    """The workbook of a case: every table that has rows, and its scenarios on a hidden sheet.

    Numbers that the case does not state are empty cells. Texts are never formulas. Raises CaseError where openpyxl is
    not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise missing("openpyxl", "excel") from None
    book = Workbook()
    cover: Any = book.active
    cover.title = COVER
    there = {name: schema for name, schema in schemas().items() if len(case[name]) or schema.required}
    _cover(cover, case, there)
    for schema in there.values():
        _table(book.create_sheet(schema.name), schema, case, there)
    _files(book.create_sheet(BESIDE), case)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_text(cell: Any, text: str) -> None:
    """Put a text into a cell of openpyxl, as text whatever it begins with."""
    cell.value = text[:TOGETHER]
    cell.data_type = "s"
    if text[:1] in "=+-@":
        cell.quotePrefix = True  # editing the cell keeps it a text


def write_number(cell: Any, value: float) -> None:
    """Put a number into a cell of openpyxl with all of its digits; openpyxl itself writes sixteen of seventeen."""
    cell.value = value
    if float(f"{value:.16g}") != value:
        cell._value = repr(value)


def _cover(sheet: Any, case: Case, there: Mapping[str, TableSchema]) -> None:
    from openpyxl.styles import Alignment, Font

    write_text(sheet["A1"], case.title)
    sheet["A1"].font = Font(bold=True, size=16)
    words = (
        say("A case of Corridor. Give this file to any verb: corridor check --case FILE.xlsx"),
        say("Each sheet is a table: names of columns, units, then its rows. Notes at the names say what they hold."),
        say("Grey ids are locked, because other sheets refer to them; new rows go below. The sheets have no password."),
        say("Write unlimited where there is no limit, 1 for yes, 0 for no. An empty cell takes its default."),
        say("A number that you change is reported as your own until its row of evidence changes, too."),
    )
    for place, text in enumerate(words, start=3):
        write_text(sheet.cell(place, 1), text)
    for place, schema in enumerate(there.values(), start=len(words) + 4):
        link = sheet.cell(place, 1)
        write_text(link, schema.name)
        link.hyperlink = f"#'{schema.name}'!A1"
        link.font = Font(color="FF0563C1", underline="single")
        write_text(sheet.cell(place, 2), schema.title)
        write_text(sheet.cell(place, 3), schema.meaning)
        sheet.cell(place, 3).alignment = Alignment(wrap_text=True, vertical="top")
    for column, width in zip("ABC", (24, 26, 100), strict=True):
        sheet.column_dimensions[column].width = width


def _table(sheet: Any, schema: TableSchema, case: Case, there: Mapping[str, TableSchema]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill, Protection
    from openpyxl.utils import get_column_letter

    rows = case._english(schema.name, case.tables[schema.name])
    last = FIRST_ROW + len(rows) + SPARE_ROWS
    fill = {colour: PatternFill("solid", start_color=colour) for colour in (HEAD, UNIT, LOCKED)}
    free = Protection(locked=False)
    for number, column in enumerate(schema.fields, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].protection = free
        head, unit = sheet.cell(1, number), sheet.cell(2, number)
        write_text(head, column.name)
        head.font, head.fill = Font(bold=True, color="FFFFFFFF"), fill[HEAD]
        head.comment = Comment(f"{column.meaning}\n{_wants(column)}", "Corridor", height=110, width=320)
        write_text(unit, UNITS if number == 1 else column.unit)
        unit.font, unit.fill = Font(italic=True), fill[UNIT]
        widest = len(column.name) + 2
        for place, row in enumerate(rows, start=FIRST_ROW):
            value = cell_of(case, schema, column, row)
            cell = sheet.cell(place, number)
            if isinstance(value, str):
                write_text(cell, value)
                widest = max(widest, len(value) + 1)
            elif value is not None:
                write_number(cell, value)
                widest = max(widest, len(f"{value:g}") + 2)
            if number == 1:
                cell.fill = fill[LOCKED]
            else:
                cell.protection = free
        sheet.column_dimensions[letter].width = min(widest, WIDEST)
        if validation := _validation(column, case, there):
            sheet.add_data_validation(validation)
            validation.add(f"{letter}{FIRST_ROW}:{letter}{last}")
    sheet.freeze_panes = f"B{FIRST_ROW}"
    end = get_column_letter(len(schema.fields))
    sheet.auto_filter.ref = f"A2:{end}{max(FIRST_ROW, FIRST_ROW + len(rows) - 1)}"
    sheet.protection.sheet = True
    for right in ("formatCells", "formatColumns", "formatRows", "insertRows", "sort", "autoFilter"):
        setattr(sheet.protection, right, False)  # False allows it


def cell_of(case: Case, schema: TableSchema, column: Field, row: Any) -> str | float | int | None:
    """The content of a cell: a number, a text, or None for a default that the case does not state."""
    value = getattr(row, column.name)
    if value is None or value == ():
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, str):
        return value
    if (schema.name, row[0], column.name) not in case.stated:
        return None
    if math.isinf(value):
        return "unlimited"
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)


def _wants(column: Field) -> str:
    """Content of a cell in words: kind, bounds, default."""
    parts = [column.wanted(), column.bounds() if column.type in ("number", "integer") else ""]
    parts.append(say("required") if column.required else "")
    parts.append(say("empty: {default}", default=column.default) if column.default else "")
    return "; ".join(part for part in parts if part)


def _validation(column: Field, case: Case, there: Mapping[str, TableSchema]) -> Any | None:
    """The list or the bounds of a column for Excel; None where it takes any text."""
    from openpyxl.worksheet.datavalidation import DataValidation

    made = None
    if column.type == "boolean" or column.enum:
        listed = ",".join(column.enum or ("0", "1"))
        made = DataValidation("list", formula1=f'"{listed}"') if len(listed) < 255 else None
    elif len(column.refers_to) == 1 and not column.several and column.refers_to[0] in there:
        other = column.refers_to[0]
        last = FIRST_ROW + len(case[other]) + SPARE_ROWS
        made = DataValidation("list", formula1=f"'{other}'!$A${FIRST_ROW}:$A${last}")
    elif column.type in ("number", "integer") and not column.unlimited:
        least = column.minimum if column.exclusive_minimum is None else column.exclusive_minimum
        low, high = -1e300 if least is None else least, 1e300 if column.maximum is None else column.maximum
        kind: Any = "decimal" if column.type == "number" else "whole"
        made = DataValidation(kind, operator="between", formula1=f"{low:g}", formula2=f"{high:g}")
    if made is not None:
        made.allow_blank = True
        made.showErrorMessage = True
        made.error = say("Give {wanted}.", wanted=column.wanted())[:220]
    return made


def _files(sheet: Any, case: Case) -> None:
    """Scenarios, names in other languages and the numbers as they were, a line of text a row."""
    sheet.sheet_state = "hidden"
    place = 1
    for path, content in sorted(files_of_copy(case).items()):
        for line in content.decode("utf-8", "replace").split("\n"):
            for start in range(0, max(len(line), 1), TOGETHER - 1):
                write_text(sheet.cell(place, 1), path if start == 0 else "")
                write_text(sheet.cell(place, 2), "|" + line[start : start + TOGETHER - 1])
                place += 1
