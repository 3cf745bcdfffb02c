"""Results kept with a case: their text, and the mark by which a stale one is known."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.language import ENGLISH, language
from corridor.model.result.frame import Result
from corridor.model.schema import schemas
from corridor.model.spoken import WORDED, spoken

FORMAT = 1
"""Number of the format; a file of another one is not read."""
APART = (
    *("band", "source", "unknown", "service", "service_link", "service_place"),
    *("hazard", "listing", "remedy", "funding", "outlay"),
)
"""Tables that no kept result reads; evidence of them is not read either."""
OF_WORKS = ("payer", "build_years", "life_years", "first_year")
"""Columns of projects that no kept result reads; evidence of them is not read either."""
SILENT = ("note", "derivation", "assumes", "title", "url", "via", "x_coord", "y_coord", *OF_WORKS)
"""Columns that no kept result reads."""
DIGITS = 12
"""Significant digits of a kept number."""
ROOM = "corridor.model.result."
"""Modules from which the classes of kept results come."""


def mark_of_tables(case: Case, beside: bytes = b"") -> str:
    """A short mark of the version, of all numbers and names of a case, and of bytes ``beside`` them."""

    def work_out() -> str:
        parts = []
        for name, schema in schemas().items():
            rows = [] if name in APART else case.rows(name)
            if name == "evidence":
                rows = [row for row in rows if row.table not in APART and row.column not in OF_WORKS]
            columns = [field.name for field in schema.fields if field.name not in SILENT]
            if rows:
                parts.append((name, [tuple(getattr(row, column) for column in columns) for row in rows]))
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    with language(ENGLISH):  # the mark is of the names in the files
        tables = case.known("mark of all tables", work_out)
    return hashlib.sha256(f"{version('freight-corridor')} {tables}".encode() + beside).hexdigest()[:16]


def text_of(result: Result, mark: str) -> str:
    """A result as the text that is kept; the same result gives the same bytes."""
    body = {"format": FORMAT, "mark": mark, "result": _written(result)}
    return json.dumps(body, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def result_of(text: str, case: Case, mark: str) -> Result | None:
    """The result of a kept text as one of ``case``; None where its mark or format is another, or it cannot be read."""
    try:
        body = json.loads(text)
        if body["format"] != FORMAT or body["mark"] != mark:
            return None
        read = _read(body["result"], case)
    except (ValueError, KeyError, TypeError, AttributeError, ImportError):
        return None
    return read if isinstance(read, Result) else None


def _written(value: Any) -> Any:
    """A value in JSON, from which :func:`_read` makes it again."""
    if isinstance(value, pd.DataFrame):
        columns = {str(name): [str(cells.dtype), [_written(cell) for cell in cells]] for name, cells in value.items()}
        return {"frame": columns}
    if is_dataclass(value):
        name = type(value).__module__.removeprefix(ROOM)
        own = {each.name: _written(getattr(value, each.name)) for each in fields(value) if each.name != "case"}
        return {"class": f"{name}:{type(value).__name__}", "fields": own}
    if isinstance(value, Mapping):
        return {"map": [[_written(key), _written(each)] for key, each in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [_written(each) for each in value]}
    if isinstance(value, list):
        return [_written(each) for each in value]
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else {"float": str(value)}
    return value


def _cells(name: str, cells: list[Any], case: Case) -> list[Any]:
    return [_worded(name, _read(cell, case), case) for cell in cells]


def _worded(name: str, value: Any, case: Case) -> Any:
    return spoken(case, value) if name in WORDED else value


def _read(value: Any, case: Case) -> Any:
    if isinstance(value, list):
        return [_read(each, case) for each in value]
    if not isinstance(value, dict):
        return value
    if "frame" in value:
        return pd.DataFrame(
            {name: pd.Series(_cells(name, cells, case), dtype=kind) for name, (kind, cells) in value["frame"].items()}
        )
    if "class" in value:
        module, _, name = value["class"].partition(":")
        made = getattr(import_module(f"{ROOM}{module}"), name)
        own = {name: _worded(name, _read(each, case), case) for name, each in value["fields"].items()}
        return made(**({"case": case} if issubclass(made, Result) else {}), **own)
    if "map" in value:
        return {_read(key, case): _read(each, case) for key, each in value["map"]}
    return tuple(_read(each, case) for each in value["tuple"]) if "tuple" in value else float(value["float"])
