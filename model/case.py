"""A case: the tables that describe one corridor at one date, and changes to it."""

from __future__ import annotations

from collections import Counter, defaultdict, namedtuple
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property
from typing import Any, ClassVar, TypeVar

import pandas as pd

from corridor.model.change.apply import made_on
from corridor.model.change.changes import Build, Cell, Change
from corridor.model.change.draft import Draft
from corridor.model.faults import CaseError, Fault
from corridor.model.language import ENGLISH, now, say, texts_of, translated
from corridor.model.lost import Lost
from corridor.model.schema import schemas
from corridor.model.showing import Shown

__all__ = ["WITH_CHANGES", "Case", "Cell", "Change"]

WITH_CHANGES = " with changes"
T = TypeVar("T")
PLACES = "places of rows"
NAMED = ("name", "phrase", "matters", "who")
"""Columns of names and short texts, which rows give in the current language."""


def cell_place(table: str, line: int, column: str, letters: Mapping[str, str]) -> str:
    """The place of a cell in a workbook; ``letters`` has columns by name, and the name of the sheet for no column.

    >>> cell_place("link", 5, "time_h", {"time_h": "G"}), cell_place("link", 5, "", {})
    ('link!G5, time_h', 'link!A5')
    """
    letter = letters.get(column, "A") if column else "A"
    return f"{letters.get('', table)}!{letter}{line}" + (f", {column}" if column else "")


@cache
def _row(table: str, *columns: str) -> Callable[..., Any]:
    """The named tuple of a row of a table."""
    return namedtuple(table.capitalize(), [schemas()[table].id_column, *columns])


@dataclass(frozen=True, eq=False, repr=False)
class Case(Shown):
    """One corridor at one date.

    ``tables`` maps a table's name to a frame indexed by its id column, with every column of the schema; a table
    that the folder does not have is an empty frame. Numbers are floats, no limit is infinity, flags are bool,
    empty cells are None or NaN. ``lines`` maps a table to the line of each id in its file; ``stated`` holds the
    (table, row, column) of the numbers that the files state, the others being defaults; ``changes`` are those made
    since, in order; ``touched`` is the last of them for each cell that they have set or added; ``closed`` has the
    numbers before in cells that closures have set; ``origin`` is the case before all of them, if there are any.
    ``home`` is the folder that it was read from. ``yours`` has the numbers of a
    copy that differ from those that were copied, with the former (None for a new one); those ``explained`` have
    evidence of their own. ``lost`` is the cargo of the base year that its closures lose, where that is computed; a
    change of the case drops it. ``letters`` has the letters of the columns by table, where the case was a workbook.
    """

    page: ClassVar[str] = "case"
    tables: Mapping[str, pd.DataFrame]
    scenario: str = "base"
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    stated: frozenset[tuple[str, str, str]] = frozenset()
    changes: tuple[Change, ...] = ()
    home: str = ""
    touched: Mapping[Cell, Change] = field(default_factory=dict)
    closed: Mapping[Cell, Any] = field(default_factory=dict)
    origin: Case | None = None
    yours: Mapping[Cell, float | None] = field(default_factory=dict)
    explained: frozenset[Cell] = frozenset()
    lost: Lost | None = None
    letters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Case({self.name!r}, {self.base_year}, scenario={self.scenario!r}, changes={len(self.changes)})"

    def __getitem__(self, table: str) -> pd.DataFrame:
        if self._reading:
            self._reading[-1].add(table)
        return self.tables[table]

    @property
    def name(self) -> str:
        return str(self["case"].index[0])

    @property
    def title(self) -> str:
        return str(self.rows("case")[0].name)

    @property
    def base_year(self) -> int:
        return int(self["case"]["base_year"].iloc[0])

    @property
    def base_kind(self) -> str:
        """``observed`` where the base year's tonnes were counted, ``plan`` where they are planned or assumed."""
        table = self["case"]
        return str(table["base_kind"].iloc[0]) if "base_kind" in table else "observed"

    @property
    def observed(self) -> bool:
        """True where the tonnes of the demand table went through: no plan, and nothing changed in the base year.

        The changes of scenarios ``base_<year>`` make another base year, and no what-if.
        """
        return self.base_kind != "plan" and all(
            change.scenario.removeprefix("base_").isdigit() for change in self.changes
        )

    @property
    def gate(self) -> Any | None:
        """The gate's row (``gate_id``, ``name``, ``nameplate_t_per_year``), or None."""
        rows = self.rows("gate")
        return rows[0] if rows else None

    def rows(self, table: str) -> list[Any]:
        """The rows of a table as named tuples, id column first; empty cells are None.

        Names are in the current language, where the folder of the case has them (``language/<code>.po``).
        """
        frame = self[table]
        if now() != ENGLISH:
            return self._translated(table)
        return self._english(table, frame)

    def words(self, text: str) -> str:
        """A text of the case, as a unit or several names, in the current language; as it is without a translation."""
        return translated(text, texts_of(self.home))

    def _translated(self, table: str) -> list[Any]:
        key = (table, now())
        if key not in self._foreign:
            known, english = texts_of(self.home), self._english(table, self.tables[table])
            columns = [name for name in NAMED if english and name in english[0]._fields]
            self._foreign[key] = [
                row._replace(**{name: known.get(getattr(row, name), getattr(row, name)) for name in columns})
                for row in english
            ]
        return self._foreign[key]

    @cached_property
    def _foreign(self) -> dict[tuple[str, str], list[Any]]:
        """Rows by table and language."""
        return {}

    def _english(self, table: str, frame: pd.DataFrame) -> list[Any]:
        if table not in self._rows:
            columns = [frame.index.tolist(), *(column.tolist() for _, column in frame.items())] if len(frame) else []
            cells = ([None if cell != cell else cell for cell in column] for column in columns)  # NaN is not itself
            self._rows[table] = list(map(_row(table, *frame.columns), *cells)) if columns else []
        return self._rows[table]

    @cached_property
    def _rows(self) -> dict[str, list[Any]]:
        return {}

    def cells(self, table: str) -> Mapping[str, Mapping[str, Any]]:
        """The cells of a table as plain values, by column and row id; empty cells are None or NaN."""

        def work_out() -> Mapping[str, Mapping[str, Any]]:
            frame = self[table]
            ids = frame.index.tolist()
            return {str(name): dict(zip(ids, column.tolist(), strict=True)) for name, column in frame.items()}

        return self._once(("cells", table), work_out)

    def known(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """The value of ``work_out``, computed once by key; it may follow from tables of this case alone.

        The tables that ``work_out`` reads are noted. Cases made of this one keep the value for as long as they share
        these tables, so nobody may change it.
        """
        return self._once(key if now() == ENGLISH else (now(), key), work_out)

    def _once(self, key: Hashable, work_out: Callable[[], T]) -> T:
        if key not in self._known:
            self._reading.append(set())
            try:
                value = work_out()
            finally:
                tables = self._reading.pop()
            self._known[key] = (frozenset(tables), value)
        tables_of, kept = self._known[key]
        if self._reading:
            self._reading[-1] |= tables_of
        found: T = kept
        return found

    @cached_property
    def _known(self) -> dict[Hashable, tuple[frozenset[str], Any]]:
        return {}

    @cached_property
    def _reading(self) -> list[set[str]]:
        """Tables read so far by each value that is being computed, the innermost last."""
        return []

    def _hand_on(self, new: Case) -> Case:
        """A case made of this one, with what is known already of the tables that they share."""
        same = {name for name, frame in new.tables.items() if frame is self.tables.get(name)}
        new._rows.update({name: rows for name, rows in self._rows.items() if name in same})
        new._known.update({what: each for what, each in self._known.items() if same.issuperset(each[0])})
        return new

    def derating(self, kinds: Collection[str] | None = None) -> dict[str, float]:
        """Share of a capacity that factors (of these kinds, or all) leave, by resource; 1 without a factor."""
        left: dict[str, float] = defaultdict(lambda: 1.0)
        for row in self.rows("factor"):
            if row.resource_id and row.value is not None and (kinds is None or row.kind in kinds):
                left[row.resource_id] *= row.value
        return left

    @property
    def built(self) -> list[tuple[Any, int]]:
        """Rows of ``project`` that the changes build, with the number of times, in order."""
        times: Counter[str] = Counter()
        for change in self.changes:
            if isinstance(change, Build):
                times[change.project] += change.times
        return [(self.row("project", project), count) for project, count in times.items()]

    def place(self, table: str, row: str, column: str = "") -> str:
        """The place of a cell, for a planner: file and line, or sheet and cell, else table and row."""
        line = self.lines.get(table, {}).get(row)
        if line is None:
            return ".".join(part for part in (table, row, column) if part)
        if table in self.letters:
            return cell_place(table, line, column, self.letters[table])
        return say("{table}.csv line {line}", table=table, line=line) + (f", {column}" if column else "")

    def row(self, table: str, row_id: str) -> Any:
        """One row of a table as a named tuple; raises KeyError."""
        return self.rows(table)[self._place_of(table)[row_id]]

    def _place_of(self, table: str) -> dict[str, int]:
        """The place of each row in its table."""
        return self._once((PLACES, table), lambda: {row: place for place, row in enumerate(self[table].index.tolist())})

    def with_(self, changes: Iterable[Change | str], scenario: str | None = None) -> Case:
        """This case with changes made in order, each a :class:`Change` or its words, as ``resource.line.capacity=5``.

        Later changes start from what earlier ones have left. With a name the case is that scenario, to which all
        changes belong that name none; without, it is called "… with changes". Raises CaseError with every fault of
        every change.
        """
        draft = Draft(self.tables, self.touched, self.closed)
        made = made_on(draft, changes, scenario)
        if not scenario:
            scenario = self.scenario if self.scenario.endswith(WITH_CHANGES) else self.scenario + WITH_CHANGES
        tables, whole = draft.tables(), (*self.changes, *made)
        origin = self.origin or self
        new = replace(self, tables=tables, scenario=scenario, changes=whole, origin=origin, lost=None)
        new = replace(new, touched=draft.touched, closed=draft.closed)
        return self._hand_on(new)

    def at(self, values: Mapping[Cell, float]) -> Case:
        """This case with numbers set by (table, row, column), unchecked: for draws, thousands at a time."""
        cells: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        for (table, row, column), value in values.items():
            cells[table][column][row] = value
        tables, rows = dict(self.tables), {}
        for table, columns in cells.items():
            frame, place_of = self.tables[table], self._place_of(table)
            listed = list(self._english(table, frame))
            fresh: dict[str, Any] = {}
            for column, numbers in columns.items():
                at = [place_of[row] for row in numbers]
                whole = frame[column].to_numpy(dtype=float, copy=True)
                whole[at] = list(numbers.values())
                fresh[column] = whole
                for place, number in zip(at, numbers.values(), strict=True):
                    listed[place] = listed[place]._replace(**{column: number})
            tables[table], rows[table] = frame.assign(**fresh), listed
        new = self._hand_on(replace(self, tables=tables))
        new._rows.update(rows)
        new._known.update({(PLACES, table): self._known[PLACES, table] for table in cells})
        return new

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}  # named tuples do not travel

    def enters(self, cell: Cell, *, timed: bool = False) -> str:
        """The part of the program that a cell's number enters, one of :data:`corridor.model.schema.ENTERS`.

        ``timed``: of a year by periods. Rows that are new, or whole (an empty column), enter the structure.
        """
        table, row, column = cell
        field = schemas()[table].field(column)
        if field is None or row not in self[table].index:
            return "structure"
        if timed and field.enters_timed:
            return field.enters_timed
        beside = next((how for other, how in field.enters_beside.items() if self.rows(other)), None)
        if beside is not None:
            return beside
        with_ = (how for other, how in field.enters_with.items() if getattr(self.row(table, row), other) is not None)
        return next(with_, field.enters)

    def cell(self, address: str) -> Cell:
        """The cell that ``table.row.column`` names; raises CaseError, with the nearest name, where there is none."""
        parts = address.strip().split(".")
        if len(parts) != 3 or not all(parts):
            reason = say("is not of the form table.row.column, as in resource.rail_ferries.capacity")
            raise CaseError([Fault("C020", address, reason)], "the question")
        cell = (parts[0], parts[1], parts[2])
        fault = Draft(self.tables).no_such(*cell)
        if fault:
            raise CaseError([fault], "the question")
        return cell


def other_cells(one: Case, other: Case) -> list[Cell]:
    """The cells (table, row, column) in which two cases differ; of a row that one of them lacks the column is empty."""
    cells: list[Cell] = []
    for table, before in one.tables.items():
        after = other.tables[table]
        if before is after:
            continue
        if not before.index.equals(after.index):
            rows = set(before.index) ^ set(after.index) or set(before.index)
            cells += [(table, str(row), "") for row in sorted(rows)]
            continue
        for column in before.columns:
            was, now_is = before[column], after[column]
            if was is not now_is and not was.equals(now_is):
                differ = (was != now_is) & ~(was.isna() & now_is.isna())
                cells += [(table, str(row), str(column)) for row in before.index[differ]]
    return cells
