"""A case while changes are made to it: each starts from what those before it have left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from corridor.model.change.changes import EVERY, Cell, Change, Effect, NewRow, Setting
from corridor.model.change.filters import ChangeError, Condition, nothing_passes, passing
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.language import say
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

    def take(self, effect: Effect, change: Change, *, closes: bool) -> None:
        """Fill cells or add a row; ``closes`` keeps the number before until the cell is set to another one."""
        if isinstance(effect, NewRow):
            self._add(effect)
        else:
            if not closes:
                self.closed.pop(effect.cell, None)
            elif before := self.value(effect.cell):
                self.closed[effect.cell] = before
            self._set(effect)
        for cell, _ in effect.given:
            self.touched[cell] = change

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
        """The value of a cell; None or NaN where it is empty."""
        table, row, column = cell
        return self._values(table, column)[self.ids(table)[row]]

    def rows(self, table: str, *columns: str) -> Iterator[tuple[Value, ...]]:
        """These columns of a table, row by row."""
        return zip(*(self.column(table, each) for each in columns), strict=True)

    def no_such(self, table: str, row: str, column: str) -> Fault | None:
        """The fault of an address of a cell, or of a column where the row is ``*``; None if it is there."""
        known, place = schemas(), f"{table}.{row}.{column}"
        if table not in known or table not in self._tables:
            return Fault("C021", place, say("{table} is no table; {table2}", table=table, table2=nearest(table, known)))
        if row != "*" and row not in self.ids(table):
            return Fault(
                "C022",
                place,
                say(
                    "{row} is no row of {table}; {nearest}", row=row, table=table, nearest=nearest(row, self.ids(table))
                ),
            )
        if known[table].field(column) is None:
            names = [each.name for each in known[table].fields]
            return Fault(
                "C023",
                place,
                say(
                    "{column} is no column of {table}; {column2}",
                    column=column,
                    table=table,
                    column2=nearest(column, names),
                ),
            )
        if column == known[table].id_column:
            return Fault("C024", place, say("an id cannot be changed; change the other columns of the row"))
        return None

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables as they stand; those that nothing changed are the same objects as before."""
        for table in {table for table, _ in self._columns}:
            self._write(table)
        return self._tables

    def _values(self, table: str, column: str) -> NDArray[Any]:
        fresh = self._columns.get((table, column))
        return self._tables[table][column].to_numpy() if fresh is None else fresh

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


def rows_of(draft: Draft, table: str, row: str, where: tuple[Condition, ...], address: str) -> list[str]:
    """The rows that an address means: one, or those that pass all conditions; raises CaseError where there is none."""
    if row != EVERY:
        return [row]
    schema = schemas()[table]
    names = [each.name for each in schema.fields]
    unknown = [each.column for each in where if each.column not in names]
    if unknown:
        reasons = [
            say("{name} is no column of {table}; {name2}", name=name, table=table, name2=nearest(name, names))
            for name in unknown
        ]
        raise CaseError([Fault("C023", f"{address} where", reason) for reason in reasons], say("the changes"))
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
        raise CaseError([Fault(error.code, f"{address} where", str(error))], say("the changes")) from None
    if not found:
        reason = (
            nothing_passes(where, table, columns)
            if ids
            else say("{table} has no rows; add some, or drop the change", table=table)
        )
        raise CaseError([Fault("C105", f"{address} where" if where else address, reason)], say("the changes"))
    return found
