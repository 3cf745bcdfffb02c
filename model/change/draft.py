"""A case while changes are made to it: each starts from what those before it have left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from corridor.model.change.changes import Cell, Change, Close, Effect, NewRow, Setting
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.schema import Value, schemas

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Draft:
    """Tables that changes are made to one after the other; those that it was made of stay as they are.

    ``touched`` has, for each cell that a change has set or added, the last of them; ``closed`` the number before in
    each cell that a closure has set.
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        touched: Mapping[Cell, Change] | None = None,
        closed: Mapping[Cell, Value] | None = None,
    ) -> None:
        self._tables = dict(tables)
        self._columns: dict[tuple[str, str], NDArray[Any]] = {}
        self._places: dict[str, dict[str, int]] = {}
        self.touched: dict[Cell, Change] = dict(touched or {})
        self.closed: dict[Cell, Value] = dict(closed or {})

    def make(self, change: Change) -> list[Effect]:
        """Make one change and say what it came down to; raises CaseError, with the change's place, and does nothing."""
        try:
            faults = list(self._unknown_sources(change))
            try:
                effects = change.effects(self)
            except CaseError as error:
                raise CaseError([*error.faults, *faults], "the changes") from None
            if faults:
                raise CaseError(faults, "the changes")
        except CaseError as error:
            if not change.place:
                raise
            faults = [Fault(each.code, f"{change.place}, {each.place}", each.message) for each in error.faults]
            raise CaseError(faults, "the changes") from None
        for effect in effects:
            if isinstance(effect, Setting):
                self._keep(change, effect)
                self._set(effect)
            else:
                self._add(effect)
            for cell, _ in effect.given:
                self.touched[cell] = change
        return effects

    def ids(self, table: str) -> dict[str, int]:
        """The rows of a table by id, with where they stand."""
        if table not in self._places:
            self._places[table] = {str(each): place for place, each in enumerate(self._tables[table].index)}
        return self._places[table]

    def column(self, table: str, column: str) -> list[Value]:
        """The values of a column, row by row; the ids for the id column."""
        if column == schemas()[table].id_column:
            return list(self.ids(table))
        values: list[Value] = self._values(table, column).tolist()
        return values

    def value(self, cell: Cell) -> Any:
        """What stands in a cell; None or NaN where it is empty."""
        table, row, column = cell
        return self._values(table, column)[self.ids(table)[row]]

    def rows(self, table: str, *columns: str) -> Iterator[tuple[Value, ...]]:
        """These columns of a table, row by row."""
        return zip(*(self.column(table, each) for each in columns), strict=True)

    def no_such(self, table: str, row: str, column: str) -> Fault | None:
        """What is wrong with an address of a cell, or of a column where the row is ``*``; None if it is there."""
        known, place = schemas(), f"{table}.{row}.{column}"
        if table not in known or table not in self._tables:
            return Fault("C021", place, f"{table} is no table; {nearest(table, known)}")
        if row != "*" and row not in self.ids(table):
            return Fault("C022", place, f"{row} is no row of {table}; {nearest(row, self.ids(table))}")
        if known[table].field(column) is None:
            names = [each.name for each in known[table].fields]
            return Fault("C023", place, f"{column} is no column of {table}; {nearest(column, names)}")
        if column == known[table].id_column:
            return Fault("C024", place, "an id cannot be changed; change the other columns of the row")
        return None

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables as they stand; those that nothing changed are the same objects as before."""
        for table in {table for table, _ in self._columns}:
            self._write(table)
        return self._tables

    def _values(self, table: str, column: str) -> NDArray[Any]:
        fresh = self._columns.get((table, column))
        return self._tables[table][column].to_numpy() if fresh is None else fresh

    def _keep(self, change: Change, effect: Setting) -> None:
        """Keep the number before a closure until the cell is set to another one."""
        if not isinstance(change, Close):
            self.closed.pop(effect.cell, None)
        elif before := self.value(effect.cell):
            self.closed[effect.cell] = before

    def _set(self, effect: Setting) -> None:
        table, row, column = effect.cell
        if (table, column) not in self._columns:
            self._columns[table, column] = self._tables[table][column].to_numpy(copy=True)
        values = self._columns[table, column]
        number = effect.value is None and values.dtype.kind == "f"
        values[self.ids(table)[row]] = np.nan if number else effect.value

    def _add(self, effect: NewRow) -> None:
        self._write(effect.table)
        frame, given = self._tables[effect.table], dict(effect.values)
        fields = schemas()[effect.table].fields
        index = pd.Index([*frame.index, effect.row], name=frame.index.name, dtype=object)
        columns = {}
        for each in fields[1:]:
            value = given[each.name] if each.name in given else each.fallback()
            values = [*frame[each.name].tolist(), np.nan if value is None and each.type == "number" else value]
            columns[each.name] = pd.Series(values, index=index, dtype=frame[each.name].dtype)
        self._tables[effect.table] = pd.DataFrame(columns, index=index)
        self._places.pop(effect.table, None)

    def _write(self, table: str) -> None:
        """Put the columns that were set into the frame of their table."""
        frame = self._tables[table]
        fresh = {column: values for (name, column), values in self._columns.items() if name == table}
        if fresh:
            same = {
                column: pd.Series(values, index=frame.index, dtype=frame[column].dtype)
                for column, values in fresh.items()
            }
            self._tables[table] = frame.assign(**same)
        for column in fresh:
            del self._columns[table, column]

    def _unknown_sources(self, change: Change) -> Iterator[Fault]:
        """C113: what a change names as its source is a figure of source.csv, or the word assumed."""
        for name in change.source.split():
            known = self.ids("source")
            if name != "assumed" and name not in known:
                hint = nearest(name, known) if known else "the case has none"
                remedy = hint if hint.startswith("did") else "add it there, or write assumed and say why"
                yield Fault("C113", "source", f"{name} is no figure of source.csv; {remedy}")
