"""Changes to a case: cells set, added to or scaled, rows added, things closed, opened and built."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import ClassVar

from corridor.model.change.filters import ChangeError, Condition, figure, plain_or_quoted
from corridor.model.schema import CellError, Field, Value

Cell = tuple[str, str, str]
"""Table, row, column."""
EVERY = "*"
MISREAD = re.compile(r"""["']|^\s|\s$|(^|\s)where(\s|$)""")
"""Parts of a text that read like the quotes or the filter of a change of many rows."""


@dataclass(frozen=True)
class Setting:
    """One cell set to a value: an effect of a change, beside :class:`NewRow`."""

    cell: Cell
    value: Value

    @property
    def given(self) -> list[tuple[Cell, Value]]:
        """The cells that it fills, with their values."""
        return [(self.cell, self.value)]


@dataclass(frozen=True)
class NewRow:
    """One row added: its table and id, and the values of the columns that are given."""

    table: str
    row: str
    values: tuple[tuple[str, Value], ...]

    @property
    def given(self) -> list[tuple[Cell, Value]]:
        """The cells that it fills, with their values."""
        return [((self.table, self.row, column), value) for column, value in self.values]


Effect = Setting | NewRow


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change to a case: parsed from words, read from a scenario file, or made as one of the classes below.

    ``source`` has ids of ``source.csv`` or ``assumed``, and ``why`` adds a reason. ``scenario`` is the name of its
    scenario, empty for a change made by hand; ``place`` is its place in a file.
    """

    source: str = ""
    why: str = ""
    scenario: str = field(default="", compare=False)
    place: str = field(default="", compare=False)
    relative: ClassVar[bool] = False
    """True for a change of the value before, as adding is; false for one that replaces it, as setting does."""

    @property
    def words(self) -> str:
        """The change in words, which parse to an equal change; without ``source`` and ``why``."""
        raise NotImplementedError


@dataclass(frozen=True)
class OfCells(Change):
    """A change of one column, in one row or (``*``) in every row that passes ``where``."""

    table: str
    row: str
    column: str

    @property
    def address(self) -> str:
        return f"{self.table}.{self.row}.{self.column}"

    def value(self, column: Field, there: Value) -> Value:
        """The new value of a cell that holds ``there``; raises CellError, ChangeError."""
        raise NotImplementedError


@dataclass(frozen=True)
class Set(OfCells):
    """Cells set to a text, as it would stand in the table: ``Set("link", "rail", "length_km", "40")``."""

    text: str
    where: tuple[Condition, ...] = ()

    @property
    def words(self) -> str:
        misread = self.row == EVERY and MISREAD.search(self.text)
        text = plain_or_quoted(self.text) if misread else self.text
        return f"{self.address}={text}{_where(self.where)}"

    def value(self, column: Field, there: Value) -> Value:
        return column.parse(self.text)


@dataclass(frozen=True)
class OfNumbers(OfCells):
    """A change that starts from the number in each cell; among many, those without a finite number are passed over."""

    by: float
    where: tuple[Condition, ...] = ()
    relative: ClassVar[bool] = True

    def value(self, column: Field, there: Value) -> Value:
        if not finite(there):
            state = "unlimited, and stays so" if there == math.inf else "empty, which is no number"
            raise ChangeError("C106", f"the cell is {state}; set it instead")
        assert isinstance(there, (int, float))
        value, told = self._of(float(there))
        try:
            return column.parse(figure(value))
        except CellError as error:
            raise CellError(error.code, f"{told}: {error}") from None

    def _of(self, there: float) -> tuple[float, str]:
        """The new number, and the sum or product in words."""
        raise NotImplementedError


@dataclass(frozen=True)
class Add(OfNumbers):
    """A number added to cells (taken off where negative): ``Add("resource", "ferries", "capacity", 2)``."""

    @property
    def words(self) -> str:
        return f"{self.address}+={figure(self.by)}{_where(self.where)}"

    def _of(self, there: float) -> tuple[float, str]:
        sign = "-" if self.by < 0 else "+"
        return there + self.by, f"{there:.12g} {sign} {abs(self.by):.12g}"


@dataclass(frozen=True)
class Scale(OfNumbers):
    """Cells multiplied by a number: ``Scale("tariff", "*", "usd_per_t", 0.7)``."""

    @property
    def words(self) -> str:
        return f"{self.address}*={figure(self.by)}{_where(self.where)}"

    def _of(self, there: float) -> tuple[float, str]:
        return there * self.by, f"{there:.12g} x {self.by:.12g}"


@dataclass(frozen=True)
class AddRow(Change):
    """A new row, its cells as they would stand in the table; columns that are left out take their defaults."""

    table: str
    cells: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        return f"add {self.table} {{{', '.join(f'{name}: {plain_or_quoted(text)}' for name, text in self.cells)}}}"


@dataclass(frozen=True)
class Close(Change):
    """Links, resources or places closed: all year, or from day to day (``MM-DD``), when ``left`` is the share left.

    All year sets the capacity to 0, and others' use of a resource too. From day to day adds rows to the table of
    closures: the year loses these days. A link or a place takes the resources along that serve nothing else open.
    """

    table: str
    row: str
    from_day: str = ""
    to_day: str = ""
    left: float = 0.0
    where: tuple[Condition, ...] = ()

    @property
    def words(self) -> str:
        days = f" from {self.from_day} to {self.to_day}" if self.from_day or self.to_day else ""
        left = f" left {figure(self.left)}" if self.left else ""
        return f"close {self.table}.{self.row}{days}{left}{_where(self.where)}"


@dataclass(frozen=True)
class Open(Change):
    """Links or resources opened whose capacity was 0: to a capacity, to what they had before they were closed.

    Without a capacity a row that no change has closed is opened without limit.
    """

    table: str
    row: str
    text: str = ""
    where: tuple[Condition, ...] = ()

    @property
    def words(self) -> str:
        to = f" = {self.text}" if self.text else ""
        return f"open {self.table}.{self.row}{to}{_where(self.where)}"


@dataclass(frozen=True)
class Build(Change):
    """A project built, once or several times: its capacity added to its resource, or its own changes made."""

    project: str
    times: int = 1
    relative: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"build {self.project}" + (f" times {self.times}" if self.times != 1 else "")


def finite(value: Value) -> bool:
    """True for a number that is neither empty nor unlimited."""
    return isinstance(value, (int, float)) and math.isfinite(value)


def _where(found: tuple[Condition, ...]) -> str:
    return " where " + " and ".join(each.words for each in found) if found else ""
