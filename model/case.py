"""A case: the tables that describe one corridor at one date, and changes to it."""

from __future__ import annotations

from collections import defaultdict, namedtuple
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pandas as pd

from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.schema import CellError, Value, schemas

Cell = tuple[str, str, str]
"""Table, row, column."""
WITH_CHANGES = " with changes"


@dataclass(frozen=True)
class Change:
    """One cell set to a text, as it would stand in the table: ``Change("link", "rail", "length_km", "40")``."""

    table: str
    row: str
    column: str
    text: str

    @classmethod
    def parse(cls, words: str) -> Change:
        """Read ``table.row.column=value``; raises CaseError if it is not of that form."""
        address, equals, text = words.partition("=")
        parts = address.strip().split(".")
        if not equals or len(parts) != 3 or not all(parts):
            raise CaseError(
                [
                    Fault(
                        "C020",
                        f"--set {words}",
                        "is not of the form table.row.column=value, as in link.rail.length_km=40",
                    )
                ],
                "the changes",
            )
        return cls(parts[0], parts[1], parts[2], text)

    @property
    def place(self) -> str:
        return f"{self.table}.{self.row}.{self.column}"


@dataclass(frozen=True, eq=False)
class Case:
    """One corridor at one date.

    ``tables`` maps a table's name to a frame indexed by its id column, with every column of the schema; a table
    that the folder does not have is an empty frame. Numbers are floats, no limit is infinity, flags are bool,
    empty cells are None or NaN. ``lines`` maps a table to the line of each id in its file; ``stated`` holds the
    (table, row, column) of the numbers that the files state, the others being defaults; ``changes`` are those made
    since, in order; ``home`` is the folder that it was read from; ``settled`` counts
    the changes that made the named scenario, before others on top.
    """

    tables: Mapping[str, pd.DataFrame]
    scenario: str = "base"
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    stated: frozenset[tuple[str, str, str]] = frozenset()
    changes: tuple[Change, ...] = ()
    home: str = ""
    settled: int = 0

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    @property
    def name(self) -> str:
        return str(self.tables["case"].index[0])

    @property
    def title(self) -> str:
        return str(self.tables["case"]["name"].iloc[0])

    @property
    def base_year(self) -> int:
        return int(self.tables["case"]["base_year"].iloc[0])

    @property
    def gate(self) -> Any | None:
        """The gate's row (``gate_id``, ``name``, ``nameplate_t_per_year``), or None."""
        rows = self.rows("gate")
        return rows[0] if rows else None

    def rows(self, table: str) -> list[Any]:
        """The rows of a table as named tuples, id column first; empty cells are None."""
        if table not in self._rows:
            frame = self.tables[table]
            row = namedtuple(table.capitalize(), [schemas()[table].id_column, *frame.columns])  # type: ignore[misc]
            columns = [frame.index.tolist(), *(frame[column].tolist() for column in frame.columns)]
            cells = ([None if cell != cell else cell for cell in column] for column in columns)  # NaN is not itself
            self._rows[table] = list(map(row, *cells))
        return self._rows[table]

    @cached_property
    def _rows(self) -> dict[str, list[Any]]:
        return {}

    def derating(self, kinds: Collection[str] | None = None) -> dict[str, float]:
        """What factors (of these kinds, or all) leave of one unit of capacity, by resource; 1 where nothing is said."""
        left: dict[str, float] = defaultdict(lambda: 1.0)
        for row in self.rows("factor"):
            if row.resource_id and row.value is not None and (kinds is None or row.kind in kinds):
                left[row.resource_id] *= row.value
        return left

    def place(self, table: str, row: str, column: str = "") -> str:
        """Where a cell stands, for a planner: file and line where the case was read, else table and row."""
        line = self.lines.get(table, {}).get(row)
        if line is None:
            return ".".join(part for part in (table, row, column) if part)
        return f"{table}.csv line {line}" + (f", {column}" if column else "")

    def row(self, table: str, row_id: str) -> Any:
        """One row of a table as a named tuple."""
        return self.rows(table)[int(self.tables[table].index.get_loc(row_id))]  # type: ignore[arg-type]

    def with_(self, changes: Iterable[Change | str], scenario: str | None = None) -> Case:
        """This case with cells set; each change is a :class:`Change` or ``"table.row.column=value"``.

        Later changes win over earlier ones. Without a name the scenario is called "… with changes". Raises CaseError
        with every fault of every change.
        """
        tables = dict(self.tables)
        faults: list[Fault] = []
        made: list[Change] = []
        copied: set[str] = set()
        for each in changes:
            try:
                change = Change.parse(each) if isinstance(each, str) else each
            except CaseError as error:
                faults += error.faults
                continue
            made.append(change)
            fault = self._fault(change)
            if fault:
                faults.append(fault)
                continue
            if change.table not in copied:
                tables[change.table] = tables[change.table].copy()
                copied.add(change.table)
            column = tables[change.table].columns.get_loc(change.column)
            row = tables[change.table].index.get_loc(change.row)
            tables[change.table].iat[row, column] = self._value(change)  # type: ignore[index, assignment]
        if faults:
            raise CaseError(faults, "the changes")
        whole = (*self.changes, *made)
        settled = len(whole) if scenario else self.settled
        if not scenario:
            scenario = self.scenario if self.scenario.endswith(WITH_CHANGES) else self.scenario + WITH_CHANGES
        return replace(self, tables=tables, scenario=scenario, changes=whole, settled=settled)

    def at(self, values: Mapping[Cell, float]) -> Case:
        """This case with numbers set by (table, row, column), unchecked: for draws, thousands at a time."""
        cells: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        for (table, row, column), value in values.items():
            cells[table][column][row] = value
        tables, rows = dict(self.tables), dict(self._rows)
        for table, columns in cells.items():
            frame, listed = self.tables[table], list(self.rows(table))
            fresh: dict[str, Any] = {}
            for column, numbers in columns.items():
                at = frame.index.get_indexer(pd.Index(list(numbers)))
                whole = frame[column].to_numpy(dtype=float, copy=True)
                whole[at] = list(numbers.values())
                fresh[column] = whole
                for place, number in zip(at.tolist(), numbers.values(), strict=True):
                    listed[place] = listed[place]._replace(**{column: number})
            tables[table], rows[table] = frame.assign(**fresh), listed
        new = replace(self, tables=tables)
        new._rows.update(rows)
        return new

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}  # named tuples do not travel

    def cell(self, address: str) -> Cell:
        """The cell that ``table.row.column`` names; raises CaseError, with the nearest name, where there is none."""
        parts = address.strip().split(".")
        if len(parts) != 3 or not all(parts):
            reason = "is not of the form table.row.column, as in resource.rail_ferries.capacity"
            raise CaseError([Fault("C020", address, reason)], "the question")
        cell = (parts[0], parts[1], parts[2])
        fault = self._no_cell(cell)
        if fault:
            raise CaseError([fault], "the question")
        return cell

    def _no_cell(self, cell: Cell) -> Fault | None:
        known, place = schemas(), ".".join(cell)
        table, row, column = cell
        if table not in known or table not in self.tables:
            return Fault("C021", place, f"{table} is no table; {nearest(table, known)}")
        if row not in self.tables[table].index:
            return Fault("C022", place, f"{row} is no row of {table}; {nearest(row, self.tables[table].index)}")
        if known[table].field(column) is None:
            names = [each.name for each in known[table].fields]
            return Fault("C023", place, f"{column} is no column of {table}; {nearest(column, names)}")
        if column == known[table].id_column:
            return Fault("C024", place, "an id cannot be changed; change the other columns of the row")
        return None

    def _fault(self, change: Change) -> Fault | None:
        missing = self._no_cell((change.table, change.row, change.column))
        if missing:
            return missing
        try:
            self._value(change)
        except CellError as error:
            return Fault(error.code, change.place, str(error))
        return None

    def _value(self, change: Change) -> Value:
        column = schemas()[change.table].field(change.column)
        assert column is not None
        value = column.parse(change.text)
        return float("nan") if value is None and column.type == "number" else value
