"""An answer as a workbook: a sheet for each table, names and units frozen at the top, a chart where one helps."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from corridor.model.faults import CaseError, Fault
from corridor.reports.out.tables import Cell, Table, unit_of
from corridor.reports.out.text import clean

LONGEST_NAME = 31
"""Upper limit: characters of the name of a sheet."""
LONGEST_TEXT = 32_767
"""Upper limit: characters of a cell."""
HEAD, UNIT = "FF1F4E5F", "FFE7EEF1"
CHARTED = ("share", "t", "usd", "comes_t", "capability_t")
"""Columns of which a chart is drawn, the first that a table has."""
BARS = (2, 30)
"""Fewest and most rows of a table with a chart."""


def workbook_of(tables: Mapping[str, Table], title: str) -> bytes:
    """The workbook of tables; ``title`` is a property of the file.

    Numbers are numbers, flags are flags, texts are never formulas. Raises CaseError where openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        reason = "openpyxl is not installed; install it with: pip install freight-corridor[excel]"
        raise CaseError([Fault("C081", "openpyxl", reason)], "the output") from None
    book = Workbook()
    book.properties.title = clean(title)
    first: Any = book.active
    names: set[str] = set()
    for number, (path, table) in enumerate(tables.items()):
        sheet = first if number == 0 else book.create_sheet()
        sheet.title = _name(path, names)
        _fill(sheet, table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _name(path: str, taken: set[str]) -> str:
    """A name of a sheet that no other has, whatever the case of its letters."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", path)[:LONGEST_NAME] or "table"
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[: LONGEST_NAME - 1 - len(str(number))]} {number}"
    taken.add(name.lower())
    return name


def _fill(sheet: Any, table: Table) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    columns = list(table[0]) if table else []
    for at, name in enumerate(columns, start=1):
        head, unit = sheet.cell(1, at), sheet.cell(2, at)
        _put(head, name)
        head.font, head.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", start_color=HEAD)
        _put(unit, unit_of(name))
        unit.font, unit.fill = Font(italic=True), PatternFill("solid", start_color=UNIT)
        widest = len(name) + 2
        for place, row in enumerate(table, start=3):
            cell = sheet.cell(place, at)
            _put(cell, row[name])
            if isinstance(row[name], float):
                cell.number_format = "#,##0" if abs(float(row[name] or 0)) >= 1000 else "0.###"
            widest = max(widest, min(len(str(row[name])), 60))
        sheet.column_dimensions[get_column_letter(at)].width = min(widest, 60)
    sheet.freeze_panes = "B3"
    if columns:
        sheet.auto_filter.ref = f"A2:{get_column_letter(len(columns))}{len(table) + 2}"
        _chart(sheet, table, columns)


def _put(cell: Any, value: Cell) -> None:
    """Put a value into a cell: texts as text whatever they begin with, signs of control shown."""
    if not isinstance(value, str):
        cell.value = value
        return
    text = clean(value)[:LONGEST_TEXT]
    cell.value = text
    cell.data_type = "s"
    if text[:1] in "=+-@":
        cell.quotePrefix = True


def _chart(sheet: Any, table: Table, columns: list[str]) -> None:
    """Draw bars of the first column of :data:`CHARTED` beside a table of a few rows that has it."""
    from openpyxl.chart import BarChart, Reference

    drawn = next((name for name in CHARTED if name in columns), None)
    if drawn is None or not BARS[0] <= len(table) <= BARS[1] or not isinstance(table[0][columns[0]], str):
        return
    label = columns.index("name") + 1 if "name" in columns else 1
    at, last = columns.index(drawn) + 1, len(table) + 2
    chart = BarChart()
    chart.type = "bar"
    chart.title, chart.legend = f"{drawn} ({unit_of(drawn)})", None
    chart.add_data(Reference(sheet, min_col=at, min_row=3, max_row=last), titles_from_data=False)
    chart.set_categories(Reference(sheet, min_col=label, min_row=3, max_row=last))
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.height = max(6.0, 0.8 * len(table))
    sheet.add_chart(chart, f"A{last + 3}")
