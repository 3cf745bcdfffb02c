"""The tables of a case as CSV, as a planner would have written them: numbers that it states, columns that it uses."""

from __future__ import annotations

import csv
import io

from corridor.data.copies import files_of_copy
from corridor.data.excel import cell_of
from corridor.model.case import Case
from corridor.model.schema import Field, TableSchema, schemas


def csv_of(case: Case) -> dict[str, bytes]:
    """The tables of a case as CSV, by the name of the file; a table without rows is left out.

    A case that is read from these files has the same cells, and states the same numbers.
    """
    return {f"{name}.csv": _csv(case, schema) for name, schema in schemas().items() if len(case[name])}


def files_of_case(case: Case) -> dict[str, bytes]:
    """The tables of a case, its scenarios and names, and the numbers as they were copied, by their path."""
    return csv_of(case) | files_of_copy(case)


def _csv(case: Case, schema: TableSchema) -> bytes:
    rows = [
        [_text(cell_of(case, schema, column, row)) for column in schema.fields]
        for row in case._english(schema.name, case.tables[schema.name])
    ]
    kept = [
        at
        for at, column in enumerate(schema.fields)
        if column.required or any(row[at] not in ("", *_unsaid(column)) for row in rows)
    ]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([schema.fields[at].name for at in kept])
    writer.writerows([row[at] for at in kept] for row in rows)
    return out.getvalue().encode()


def _unsaid(column: Field) -> tuple[str, ...]:
    """The default of a column where it need not be written: a number that is stated stays one that is stated."""
    return () if column.type in ("number", "integer") else (column.default,)


def _text(value: str | float | int | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(value)
