"""The JSON of a result as tables: single values as one table, each list of rows as another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Cell = str | float | int | bool | None
Table = list[dict[str, Cell]]
SINGLE = "answer"
"""Name of the table of single values: field, value, unit."""
UNITS = (
    (r"usd_per_t_day$", "USD per t and day"),
    (r"usd_per_t$", "USD per t"),
    (r"usd_per_tkm$", "USD per t km"),
    (r"usd_per_day$", "USD per day"),
    (r"t_per_year$", "t a year"),
    (r"(^|_)usd$", "USD"),
    (r"(^|_)tkm$", "t km"),
    (r"(^|_)(t|t_co2e)$", "t"),
    (r"(^|_)teu$", "TEU"),
    (r"(^|_)h$|(^|_)hours$", "h"),
    (r"(^|_)(d|days)$", "days"),
    (r"(^|_)km$", "km"),
    (r"(^|_)(share|claimed_share)(\.|$)", "share"),
    (r"(^|_)seconds$", "s"),
)
"""Units by the end of a name, as docs/json.md gives them."""
UNSAFE = re.compile(r"[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?\d[\d.,]*([eE][+-]?\d+)?")


def tables_of(body: Mapping[str, Any]) -> dict[str, Table]:
    """The tables of a result in JSON: ``answer`` first, then a table for each list of rows, by its path.

    Parts of a row have the path in the name of their column; a list of ids is one text.
    """
    tables: dict[str, Table] = {SINGLE: []}
    _take("", body, tables)
    return tables


def _take(path: str, value: Any, tables: dict[str, Table]) -> None:
    if isinstance(value, Mapping):
        for name, part in value.items():
            _take(f"{path}.{name}" if path else str(name), part, tables)
    elif isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        tables[path] = squared([dict(_flat("", each)) for each in value])
    else:
        tables[SINGLE].append({"field": path, "value": _cell(value), "unit": unit_of(path)})


def _flat(path: str, value: Any) -> Iterator[tuple[str, Cell]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _flat(f"{path}.{name}" if path else str(name), part)
    elif isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        for number, each in enumerate(value, start=1):
            yield from _flat(f"{path}.{number}", each)
    else:
        yield path, _cell(value)


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        return " ".join(str(each) for each in value)
    return value if value is None or isinstance(value, str | float | int | bool) else str(value)


def squared(rows: Table) -> Table:
    """Rows that all have the same columns, in the order of their first appearance."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return [{name: row.get(name) for name in columns} for row in rows]


def unit_of(name: str) -> str:
    """The unit of a field by the end of its name; empty for none.

    >>> unit_of("measures_t"), unit_of("back_t"), unit_of("cost_usd"), unit_of("growth")
    ('t', 't', 'USD', '')
    """
    return next((unit for end, unit in UNITS if re.search(end, name)), "")


def harmless(value: Cell) -> Cell:
    """A cell for CSV: a text that a spreadsheet would take for a formula has an apostrophe in front.

    >>> harmless("=1+1"), harmless("-5.2"), harmless("-x"), harmless("rail")
    ("'=1+1", '-5.2', "'-x", 'rail')
    """
    if isinstance(value, str) and UNSAFE.match(value) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value
