"""The workbook of a new case on one sheet."""

from __future__ import annotations

import io
from typing import Any

from corridor.data.excel import HEAD, UNIT, missing, write_text
from corridor.data.sketch import BLOCKS, EXAMPLE, SKETCH
from corridor.model.language import marked, say

NOTES = marked(
    (
        "Every number is invented; write yours over it, and add rows below the last of a block.",
        "A place is named alike wherever it stands. Leave t a year of a link empty where nothing limits it.",
        "Both ways: yes or no. Then: corridor check --case FILE.xlsx",
        "It grows into tables: corridor copy FOLDER --case FILE.xlsx",
    )
)
"""Lines beside the blocks."""


def sketch_of(title: str) -> bytes:
    """The workbook of a case of three places on one sheet; raises CaseError where openpyxl is not installed."""
    try:
        from openpyxl import Workbook
        from openpyxl.styles import Font, PatternFill
    except ImportError:
        raise missing("openpyxl", "excel") from None
    book = Workbook()
    sheet: Any = book.active
    sheet.title = SKETCH.capitalize()
    heads = {SKETCH, *BLOCKS}
    headed = False
    for place, row in enumerate(EXAMPLE, start=1):
        block = len(row) == 1 and str(row[0]).lower() in heads
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(place, column)
            if isinstance(value, str):
                write_text(cell, title if value == "My corridor" else value)
            else:
                cell.value = value
            if block:
                cell.font = Font(bold=True, size=13, color=HEAD)
            elif headed:
                cell.font, cell.fill = Font(italic=True), PatternFill("solid", start_color=UNIT)
        headed = block
    notes = book.create_sheet("_notes")
    for place, text in enumerate(NOTES, start=1):
        write_text(notes.cell(place, 1), say(text))
    for letter in "ABCDEFGH":
        sheet.column_dimensions[letter].width = 18
    notes.column_dimensions["A"].width = 110
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
