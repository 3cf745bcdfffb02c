"""A copy of a case: its files, and which of its numbers a planner has changed since."""

from __future__ import annotations

import csv
import io
import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corridor.model.case import Case, Cell
from corridor.model.evidence import ABOUT, number
from corridor.model.faults import CaseError, Fault
from corridor.model.language import say
from corridor.model.schema import schemas

MANIFEST = "copied.json"
"""The file of a copy that holds the numbers as they were copied."""
SAID = ("table", "row", "column", "scenario", "low", "high", "source_id", "basis", "formula", "note")
"""Columns of evidence that make it the evidence of one number."""


@dataclass(frozen=True)
class Copied:
    """Numbers of a case as they were copied, by table, row and column, and a check sum of each row of evidence."""

    case: str
    numbers: Mapping[Cell, float] = field(default_factory=dict)
    evidence: Mapping[str, int] = field(default_factory=dict)


def copied(case: Case) -> Copied:
    """The numbers that a case states, for its copies to be held against."""
    stated = {cell: number(case, cell) for cell in sorted(case.stated) if cell[0] not in ABOUT}
    numbers = {cell: value for cell, value in stated.items() if value is not None}
    return Copied(case.name, numbers, {row.evidence_id: _sum(row) for row in case.rows("evidence")})


def files_of(folder: Path, case: Case) -> dict[str, bytes]:
    """The files of a copy by their path in it: tables, scenarios, names, kept results, and the numbers.

    A copy of a copy keeps the numbers that the first began with.
    """
    names = [f"{name}.csv" for name in schemas()]
    names += [f"kept/{path.name}" for path in sorted((folder / "kept").glob("*.json"))]
    files = {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    return {**files, **_beside(folder, read_copied(folder) or copied(case))}


def files_of_copy(case: Case) -> dict[str, bytes]:
    """The files of a case beside its tables: scenarios, names, and the numbers as its folder had them."""
    folder = Path(case.home) if case.home else None
    there = (folder and read_copied(folder)) or copied(case.origin or case)
    return _beside(folder, there)


def _beside(folder: Path | None, there: Copied) -> dict[str, bytes]:
    """Scenarios and names of a folder, and the file of the numbers as they were copied."""
    files: dict[str, bytes] = {}
    if folder is not None:
        names = [f"scenario/{path.name}" for path in sorted((folder / "scenario").glob("*")) if path.is_file()]
        names += [f"language/{path.name}" for path in sorted((folder / "language").glob("*.po"))]
        files = {name: (folder / name).read_bytes() for name in names}
    numbers: dict[str, dict[str, dict[str, float | str]]] = {}
    for (table, row, column), value in there.numbers.items():
        numbers.setdefault(table, {}).setdefault(row, {})[column] = value if math.isfinite(value) else "unlimited"
    body = {"case": there.case, "numbers": numbers, "evidence": there.evidence}
    return {**files, MANIFEST: (json.dumps(body, indent=1) + "\n").encode()}


def read_copied(folder: Path) -> Copied | None:
    """The numbers that a copy began with; None for a folder that is no copy.

    Raises CaseError where the file is there and cannot be read.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        numbers = {
            (table, row, column): math.inf if value == "unlimited" else float(value)
            for table, rows in body["numbers"].items()
            for row, columns in rows.items()
            for column, value in columns.items()
        }
        return Copied(str(body["case"]), numbers, dict(body["evidence"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        reason = say("the numbers as they were copied cannot be read; copy the file again, or delete it")
        raise CaseError([Fault("C003", MANIFEST, reason)]) from None


def yours(case: Case, before: Copied) -> tuple[dict[Cell, float | None], frozenset[Cell]]:
    """Numbers that differ from those that were copied, with the former (None for a new one), and those explained.

    Explained are numbers whose own row of evidence is new, or has changed since.
    """
    rows = [row for row in case.rows("evidence") if before.evidence.get(row.evidence_id) != _sum(row)]
    found: dict[Cell, float | None] = {}
    for cell in sorted(case.stated | set(before.numbers)):
        value, was = number(case, cell), before.numbers.get(cell)
        if cell[0] not in ABOUT and value is not None and value != was:
            found[cell] = was
    return found, frozenset((row.table, row.row, row.column) for row in rows) & frozenset(found)


def rewritten(folder: Path, case: Case, numbers: Mapping[Cell, float]) -> dict[str, bytes]:
    """The tables of a folder with numbers set in them, by the name of the file; only the lines of these change."""
    lines: dict[str, list[str]] = {}
    for (table, row, column), value in numbers.items():
        name = f"{table}.csv"
        if name not in lines:
            lines[name] = (folder / name).read_bytes().decode("utf-8").splitlines(keepends=True)
        at = case.lines[table][row] - 1
        first = next(cells for cells in csv.reader(lines[name]) if any(cell.strip() for cell in cells))
        header = [cell.strip().removeprefix("\ufeff") for cell in first]
        line = lines[name][at]
        cells = next(csv.reader([line]))
        cells[header.index(column)] = f"{value:.12g}"
        out = io.StringIO()
        csv.writer(out, lineterminator=line[len(line.rstrip("\r\n")) :]).writerow(cells)
        lines[name][at] = out.getvalue()
    return {name: "".join(text).encode() for name, text in lines.items()}


def _sum(row: Any) -> int:
    return zlib.crc32(repr([getattr(row, name) for name in SAID]).encode())
