"""Columns of a table, each together with the cells below its head."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from corridor.model.language import said, say
from corridor.reports.blocks import Column, Table
from corridor.reports.numbers import whole
from corridor.reports.say.words import millions

Get = str | Callable[[Any], Any]
"""The cell of a row: the name of its field, or a function of the row."""


class Field(NamedTuple):
    """A column, and the text of its cell in a row."""

    column: Column
    cell: Callable[[Any], str]


def _got(get: Get) -> Callable[[Any], Any]:
    return get if callable(get) else lambda row: getattr(row, get)


def words(title: str, get: Get, wide: float = 0.0, unit: str = "", weight: float = 1.0) -> Field:
    """A column of words; ``wide`` is its share of the width where they may wrap, ``weight`` as of :func:`number`."""
    value = _got(get)
    return Field(Column(title, said(unit), wide=wide, weight=weight), lambda row: str(value(row)))


def number(title: str, get: Get, unit: str = "", weight: float = 1.0, *, main: bool = False) -> Field:
    """A column of numbers that are texts already; a narrow page leaves out that of least ``weight`` first.

    A phone shows the ``main`` column beside the names.
    """
    value = _got(get)
    return Field(Column(title, said(unit), right=True, weight=weight, main=main), lambda row: str(value(row)))


def megatonnes(title: str, get: Get, digits: int = 2) -> Field:
    """A column of tonnes, shown as Mt."""
    value = _got(get)
    return Field(Column(title, say("Mt"), right=True), lambda row: millions(value(row), digits))


def tonnes(title: str, get: Get, unit: str = "t") -> Field:
    """A column of whole tonnes, or of another ``unit``."""
    value = _got(get)
    return number(title, lambda row: whole(value(row)), unit)


def table(rows: Iterable[Any], *fields: Field | None, last: Sequence[str] = (), **more: Any) -> Table:
    """A table of rows, and of sums in a ``last`` row, which is strong; fields that are None are left out.

    ``more`` as of :class:`corridor.reports.blocks.Table`.
    """
    kept = [field for field in fields if field is not None]
    lines = [tuple(field.cell(row) for field in kept) for row in rows]
    if last:
        more["strong"] = (len(lines),)
        lines.append(tuple(last))
    return Table(tuple(field.column for field in kept), tuple(lines), **more)
