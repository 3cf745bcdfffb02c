"""Changes to a case: cells set, added to or scaled, rows added, things closed, opened and built."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from corridor.model.change.filters import (
    ChangeError,
    Condition,
    figure,
    nothing_passes,
    passing,
    plain_or_quoted,
)
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.schema import CellError, Field, Value, schemas

if TYPE_CHECKING:
    from corridor.model.change.draft import Draft

Cell = tuple[str, str, str]
"""Table, row, column."""
EVERY = "*"
CAPACITY = {"link": "capacity_t_per_year", "resource": "capacity"}
"""The column that says how much gets through, by table."""
MISREAD = re.compile(r"""["']|^\s|\s$|(^|\s)where(\s|$)""")
"""What in a text could be taken for the quotes or the filter of a change of many rows."""
FROM_TO = "give the first and the last day as in from 01-10 to 01-22, or neither for all year"


@dataclass(frozen=True)
class Setting:
    """One cell set to a value; what a change comes down to, beside :class:`NewRow`."""

    cell: Cell
    value: Value

    @property
    def given(self) -> list[tuple[Cell, Value]]:
        """What it puts into which cell."""
        return [(self.cell, self.value)]


@dataclass(frozen=True)
class NewRow:
    """One row added: its table and id, and the values of the columns that are given."""

    table: str
    row: str
    values: tuple[tuple[str, Value], ...]

    @property
    def given(self) -> list[tuple[Cell, Value]]:
        """What it puts into which cell."""
        return [((self.table, self.row, column), value) for column, value in self.values]


Effect = Setting | NewRow


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change to a case: made of words by :meth:`parse`, by a scenario file, or as one of the classes below.

    ``source`` has ids of ``source.csv`` or ``assumed``, and ``why`` says more. ``scenario`` is the name of the
    scenario that it belongs to, empty for one made by hand; ``place`` is where it stands in a file.
    """

    source: str = ""
    why: str = ""
    scenario: str = field(default="", compare=False)
    place: str = field(default="", compare=False)
    relative: ClassVar[bool] = False
    """Whether it starts from what there is, as adding does, or replaces it, as setting does."""

    @staticmethod
    def parse(words: str) -> Change:
        """The change that words stand for; raises CaseError. All words are in docs/scenario-files.md.

        >>> Change.parse("resource.line.capacity += 2").words
        'resource.line.capacity+=2'
        """
        from corridor.model.change.words import parse

        try:
            return parse(words)
        except (ChangeError, CellError) as error:
            raise CaseError([Fault(error.code, f"--set {words}", str(error))], "the changes") from None

    @property
    def words(self) -> str:
        """The change in words, from which :meth:`parse` makes it again, without ``source`` and ``why``."""
        raise NotImplementedError

    def effects(self, draft: Draft) -> list[Effect]:
        """The cells that it sets and the rows that it adds to a draft as it stands; raises CaseError."""
        raise NotImplementedError


@dataclass(frozen=True)
class _OfCells(Change):
    """A change of one column, in one row or (``*``) in every row that passes ``where``."""

    table: str
    row: str
    column: str

    @property
    def address(self) -> str:
        return f"{self.table}.{self.row}.{self.column}"

    def _value(self, column: Field, there: Value) -> Value:
        """What the cell is set to, by what stands there; raises CellError, ChangeError."""
        raise NotImplementedError

    def _cells(self, draft: Draft, where: tuple[Condition, ...]) -> list[Cell]:
        wrong = draft.no_such(self.table, self.row, self.column)
        if wrong:
            raise CaseError([wrong], "the changes")
        return [(self.table, row, self.column) for row in rows_of(draft, self.table, self.row, where, self.address)]

    def _settings(self, draft: Draft, cells: Iterable[Cell]) -> list[Effect]:
        column = schemas()[self.table].field(self.column)
        assert column is not None
        made: list[Effect] = []
        faults: dict[str, Fault] = {}
        for cell in cells:
            try:
                made.append(Setting(cell, self._value(column, draft.value(cell))))
            except (CellError, ChangeError) as error:
                faults.setdefault(str(error), Fault(error.code, ".".join(cell), str(error)))
        if faults:
            raise CaseError(faults.values(), "the changes")
        return made


@dataclass(frozen=True)
class Set(_OfCells):
    """Cells set to a text, as it would stand in the table: ``Set("link", "rail", "length_km", "40")``."""

    text: str
    where: tuple[Condition, ...] = ()

    @property
    def words(self) -> str:
        misread = self.row == EVERY and MISREAD.search(self.text)
        text = plain_or_quoted(self.text) if misread else self.text
        return f"{self.address}={text}{_where(self.where)}"

    def effects(self, draft: Draft) -> list[Effect]:
        return self._settings(draft, self._cells(draft, self.where))

    def _value(self, column: Field, there: Value) -> Value:
        return column.parse(self.text)


@dataclass(frozen=True)
class _OfNumbers(_OfCells):
    """A change that starts from the number in each cell; among many, those without a finite number are passed over."""

    by: float
    where: tuple[Condition, ...] = ()
    relative: ClassVar[bool] = True

    def effects(self, draft: Draft) -> list[Effect]:
        cells = self._cells(draft, self.where)
        column = schemas()[self.table].field(self.column)
        assert column is not None
        if column.type not in ("number", "integer"):
            raise _one("C106", self.address, f"{self.column} holds no numbers; set it instead")
        if self.row == EVERY:
            cells = [cell for cell in cells if _finite(draft.value(cell))]
            if not cells:
                reason = "all of these cells are empty or unlimited, and stay so; set them instead"
                raise _one("C106", self.address, reason)
        return self._settings(draft, cells)

    def _value(self, column: Field, there: Value) -> Value:
        if not _finite(there):
            state = "unlimited, and stays so" if there == math.inf else "empty, which is no number"
            raise ChangeError("C106", f"the cell is {state}; set it instead")
        assert isinstance(there, (int, float))
        value, told = self._of(float(there))
        try:
            return column.parse(figure(value))
        except CellError as error:
            raise CellError(error.code, f"{told}: {error}") from None

    def _of(self, there: float) -> tuple[float, str]:
        """What becomes of a number, and how that is said."""
        raise NotImplementedError


@dataclass(frozen=True)
class Add(_OfNumbers):
    """A number added to cells (taken off where negative): ``Add("resource", "ferries", "capacity", 2)``."""

    @property
    def words(self) -> str:
        return f"{self.address}+={figure(self.by)}{_where(self.where)}"

    def unlimited(self, draft: Draft) -> bool:
        """Whether it adds to a cell that has no limit, and keeps none."""
        there = self.row != EVERY and draft.no_such(self.table, self.row, self.column) is None
        return there and draft.value((self.table, self.row, self.column)) == math.inf

    def _of(self, there: float) -> tuple[float, str]:
        sign = "-" if self.by < 0 else "+"
        return there + self.by, f"{there:.12g} {sign} {abs(self.by):.12g}"


@dataclass(frozen=True)
class Scale(_OfNumbers):
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

    def effects(self, draft: Draft) -> list[Effect]:
        known = schemas()
        if self.table not in known:
            raise _one("C021", f"add {self.table}", f"{self.table} is no table; {nearest(self.table, known)}")
        schema, given = known[self.table], dict(self.cells)
        row = given.get(schema.id_column, "").strip()
        place = f"{self.table}.{row}" if row else f"add {self.table}"
        names = [each.name for each in schema.fields]
        faults = [
            Fault("C023", place, f"{name} is no column of {self.table}; {nearest(name, names)}")
            for name in given
            if name not in names
        ]
        values: list[tuple[str, Value]] = []
        for each in schema.fields:
            if each.name not in given and not each.required:
                continue
            try:
                if each.name not in given:
                    raise CellError("C013", f"{each.name} is missing; add it, it holds {each.wanted()}")
                values.append((each.name, each.parse(given[each.name])))
            except CellError as error:
                faults.append(Fault(error.code, f"{place}.{each.name}", str(error)))
        if row and row in draft.ids(self.table):
            earlier = draft.touched.get((self.table, row, schema.id_column))
            if isinstance(earlier, AddRow) and earlier == self and not faults:
                return []  # another scenario has brought the same row
            since = f" since {earlier.place}" if earlier and earlier.place else ""
            remedy = f"give the new row another {schema.id_column}, or set its cells"
            faults.append(Fault("C107", place, f"{row} is a row of {self.table} already{since}; {remedy}"))
        if faults:
            raise CaseError(faults, "the changes")
        return [NewRow(self.table, row, tuple(values))]


@dataclass(frozen=True)
class Close(Change):
    """Links, resources or places closed: all year, or from day to day (``MM-DD``), when ``left`` is the share left.

    All year sets the capacity to 0, and others' use of a resource too. From day to day adds rows to the table of
    closures, for a link or a place also for the resources that serve nothing else that is open: the year loses what
    they could have done on these days.
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

    def effects(self, draft: Draft) -> list[Effect]:
        rows = _closed_or_opened(draft, self, ("link", "resource", "node"), "closed")
        if not self.from_day and not self.to_day:
            if self.left:
                reason = "left is of a closure from day to day; add the days, or scale the capacity"
                raise _one("C109", f"{self.table}.{self.row}", reason)
            return _all_year(draft, self.table, rows)
        from corridor.model.change.closing import from_day_to_day

        return from_day_to_day(draft, self, rows)


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

    def effects(self, draft: Draft) -> list[Effect]:
        rows = _closed_or_opened(draft, self, tuple(CAPACITY), "opened")
        name = CAPACITY[self.table]
        column = schemas()[self.table].field(name)
        assert column is not None
        address = f"{self.table}.{self.row}.{name}"
        try:
            value = column.parse(self.text or "unlimited")
        except CellError as error:
            raise _one(error.code, address, str(error)) from None
        if value == 0:
            raise _one("C110", address, "a capacity of 0 opens nothing; give one above 0, or leave it out for no limit")
        made: list[Effect] = []
        for row in rows:
            cell = (self.table, row, name)
            there = draft.value(cell)
            again = isinstance(draft.touched.get(cell), Open) and (there == value or not self.text)
            if there == 0:
                made += self._opened(draft, cell, value)
            elif self.row != EVERY and not again:
                amount = "no limit" if there == math.inf else f"a capacity of {there:.12g}"
                raise _one("C110", ".".join(cell), f"it is open already, with {amount}; set it, or add to it")
        if not made and self.row == EVERY:
            raise _one("C110", address, "all of these are open already; set them, or add to them")
        return made

    def _opened(self, draft: Draft, cell: Cell, value: Value) -> list[Effect]:
        """The capacity, and the use by others that was set aside as the row was closed."""
        table, row, _ = cell
        others = (table, row, "background")
        made: list[Effect] = [Setting(cell, value if self.text else draft.closed.get(cell, value))]
        if others in draft.closed and not draft.value(others):
            made.append(Setting(others, draft.closed[others]))
        return made


@dataclass(frozen=True)
class Build(Change):
    """A project built, once or several times: its capacity added to its resource, or its own changes made."""

    project: str
    times: int = 1
    relative: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"build {self.project}" + (f" times {self.times}" if self.times != 1 else "")

    def effects(self, draft: Draft) -> list[Effect]:
        known = draft.ids("project")
        if self.project not in known:
            reason = f"{self.project} is no row of project; {nearest(self.project, known)}"
            raise _one("C022", f"build {self.project}", reason)
        words = draft.value(("project", self.project, "changes"))
        if isinstance(words, str):
            made = [Change.parse(each) for each in words.split(";")]
            many = [replace(each, by=each.by * self.times) if isinstance(each, Add) else each for each in made]
            limited = [each for each in many if not (isinstance(each, Add) and each.unlimited(draft))]
            return [effect for each in limited or many for effect in each.effects(draft)]
        resource = str(draft.value(("project", self.project, "resource_id")))
        adds = float(draft.value(("project", self.project, "adds")))
        return Add("resource", resource, "capacity", adds * self.times).effects(draft)


def rows_of(draft: Draft, table: str, row: str, where: tuple[Condition, ...], address: str) -> list[str]:
    """The rows that an address means: one, or those that pass all conditions; raises CaseError where there is none."""
    if row != EVERY:
        return [row]
    schema = schemas()[table]
    names = [each.name for each in schema.fields]
    unknown = [each.column for each in where if each.column not in names]
    if unknown:
        reasons = [f"{name} is no column of {table}; {nearest(name, names)}" for name in unknown]
        raise CaseError([Fault("C023", f"{address} where", reason) for reason in reasons], "the changes")
    fields = [schema.fields[names.index(each.column)] for each in where]
    columns = [draft.column(table, each.column) for each in where]
    ids = list(draft.ids(table))
    try:
        found = (
            [row for row, passes in zip(ids, passing(where, table, fields, columns), strict=True) if passes]
            if where
            else ids
        )
    except ChangeError as error:
        raise _one(error.code, f"{address} where", str(error)) from None
    if not found:
        reason = nothing_passes(where, table, columns) if ids else f"{table} has no rows; add some, or drop the change"
        raise _one("C105", f"{address} where" if where else address, reason)
    return found


def _closed_or_opened(draft: Draft, change: Close | Open, tables: tuple[str, ...], done: str) -> list[str]:
    """The rows that are to be closed or opened; raises CaseError where there are none."""
    table, address = change.table, f"{change.table}.{change.row}"
    if table not in tables:
        *others, last = tables
        what = f"{', '.join(others)} or {last}"
        if table not in schemas():
            raise _one("C021", address, f"{table} is no table; {nearest(table, tables)}")
        raise _one("C108", address, f"rows of {table} cannot be {done}; name a row of {what}")
    if change.row != EVERY and change.row not in draft.ids(table):
        hint = nearest(change.row, draft.ids(table))
        others = [other for other in tables if other != table and change.row in draft.ids(other)]
        if others and not hint.startswith("did"):
            hint = f"did you mean {others[0]}.{change.row}?"
        raise _one("C022", address, f"{change.row} is no row of {table}; {hint}")
    return rows_of(draft, table, change.row, change.where, address)


def _all_year(draft: Draft, table: str, rows: list[str]) -> list[Effect]:
    if table == "node":
        places = set(rows)
        ends = draft.rows("link", "link_id", "from_node_id", "to_node_id")
        table, rows = "link", [str(link) for link, start, end in ends if {start, end} & places]
    made: list[Effect] = [Setting((table, row, CAPACITY[table]), 0.0) for row in rows]
    if table == "resource":  # nobody else uses what is closed
        made += [Setting((table, row, "background"), 0.0) for row in rows if draft.value((table, row, "background"))]
    return made


def _finite(value: Value) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _where(found: tuple[Condition, ...]) -> str:
    return " where " + " and ".join(each.words for each in found) if found else ""


def _one(code: str, place: str, reason: str) -> CaseError:
    return CaseError([Fault(code, place, reason)], "the changes")
