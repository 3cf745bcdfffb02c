"""Reading a case: the folder's cells as text, then the schema; every fault is kept, none stops the reading."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.schema import CellError, Field, TableSchema, Value, schemas

BUNDLED = "middle_corridor"
LARGEST_MB = 50


@dataclass
class Reading:
    """What was read of a folder: the case as far as it could be, and the faults of its files and cells."""

    case: Case
    faults: list[Fault] = field(default_factory=list)


def bundled() -> Path:
    """The folder of the bundled case."""
    with as_file(files("corridor.data") / BUNDLED) as path:
        return Path(path)


def read(folder: Path) -> Reading:
    """Read every table of a case's folder; raises CaseError only where there is no folder to read."""
    if not folder.is_dir():
        raise CaseError(
            [Fault("C001", str(folder), "there is no such folder; give the folder that holds link.csv and the other tables")]
        )
    faults = list(_strangers(folder))
    tables: dict[str, pd.DataFrame] = {}
    lines: dict[str, dict[str, int]] = {}
    stated: set[tuple[str, str, str]] = set()
    for name, schema in schemas().items():
        rows, row_lines = _rows(folder / f"{name}.csv", schema, faults)
        columns: dict[str, list[Value]] = {each.name: [] for each in schema.fields}
        ids: dict[str, int] = {}
        for row, line in zip(rows, row_lines, strict=True):
            row_id = row.get(schema.id_column, "").strip()
            if row_id in ids:
                faults.append(Fault("C008", f"{name}.csv line {line}", f"{row_id} stands in line {ids[row_id]} already; rename one"))
                continue
            ids[row_id] = line
            for each in schema.fields:
                text = row.get(each.name, "")
                try:
                    value = each.parse(text)
                except CellError as error:
                    faults.append(Fault(error.code, f"{name}.csv line {line}, {each.name}", str(error)))
                    value = None
                columns[each.name].append(value)
                if text.strip() and each.type in ("number", "integer"):
                    stated.add((name, row_id, each.name))
        lines[name] = ids
        tables[name] = pd.DataFrame(
            {each.name: _column(each, columns[each.name]) for each in schema.fields[1:]},
            index=pd.Index(list(ids), name=schema.id_column, dtype=object),
        )
    return Reading(Case(tables, lines=lines, stated=frozenset(stated)), faults)


def _column(column: Field, values: list[Value]) -> np.ndarray[Any, Any]:
    """The values of a column: numbers as floats (empty is NaN), flags as bool, the rest as objects (empty is None)."""
    if column.type == "number":
        return np.array([np.nan if each is None else each for each in values], dtype=float)
    if column.type == "integer":
        return np.array([0 if each is None else each for each in values], dtype=int)
    if column.type == "boolean":
        return np.array([bool(each) for each in values], dtype=bool)
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _strangers(folder: Path) -> Iterator[Fault]:
    known = schemas()
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in known:
            yield Fault("C005", path.name, f"is no table of a case; {nearest(path.stem, known)}")


def _rows(path: Path, schema: TableSchema, faults: list[Fault]) -> tuple[list[dict[str, str]], list[int]]:
    """Rows as column -> text and the line on which each begins; faults of the file are added to ``faults``."""
    if not path.is_file():
        if schema.required:
            faults.append(Fault("C001", path.name, f"is missing; a case needs the table {schema.name} ({schema.title.lower()})"))
        return [], []
    size = path.stat().st_size / 1e6
    if size > LARGEST_MB:
        faults.append(
            Fault("C002", path.name, f"has {size:.0f} MB; a table has at most {LARGEST_MB} MB; cut it, or take rows together")
        )
        return [], []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(Fault("C003", path.name, f"byte {error.start} is not UTF-8; save the file as 'CSV UTF-8'"))
        return [], []
    if "\0" in text:
        faults.append(Fault("C003", path.name, "has a zero byte, so it is no text; save the file as 'CSV UTF-8'"))
        return [], []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[dict[str, str]] = []
    row_lines: list[int] = []
    try:
        header = [each.strip() for each in next(reader, [])]
        if not _good_header(header, path, schema, faults):
            return [], []
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                reason = f"has {len(cells)} cells where the header has {len(header)}; put a text that holds a comma in quotes"
                faults.append(Fault("C003", f"{path.name} line {line}", reason))
                continue
            rows.append(dict(zip(header, cells, strict=True)))
            row_lines.append(line)
    except csv.Error as error:
        faults.append(Fault("C003", f"{path.name} line {reader.line_num}", f"cannot be read as CSV: {error}"))
    if not rows and schema.required and not any(fault.place.startswith(path.name) for fault in faults):
        faults.append(Fault("C004", path.name, "has no rows; a case needs at least one"))
    return rows, row_lines


def _good_header(header: list[str], path: Path, schema: TableSchema, faults: list[Fault]) -> bool:
    names = [each.name for each in schema.fields]
    if not header or header == [""]:
        faults.append(Fault("C004", path.name, f"is empty; its first line names the columns: {', '.join(names[:5])} …"))
        return False
    for position, name in enumerate(header):
        if name not in names:
            faults.append(Fault("C005", f"{path.name} line 1", f"{name or '(empty)'} is no column of {schema.name}; {nearest(name, names)}"))
        elif name in header[:position]:
            faults.append(Fault("C005", f"{path.name} line 1", f"column {name} stands there twice; drop one"))
    for each in schema.fields:
        if each.required and each.name not in header:
            faults.append(Fault("C006", f"{path.name} line 1", f"column {each.name} is missing; it holds {each.wanted()}"))
    return all(each.name in header for each in schema.fields if each.required) and len(set(header)) == len(header)
