"""One entry for changes: a change or its words, made on a draft of the tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import singledispatch

from corridor.model.change.changes import (
    EVERY,
    Add,
    AddRow,
    Build,
    Cell,
    Change,
    Close,
    Effect,
    NewRow,
    OfNumbers,
    Open,
    Set,
    Setting,
    finite,
)
from corridor.model.change.closing import from_day_to_day
from corridor.model.change.draft import Draft, rows_of
from corridor.model.change.filters import ChangeError
from corridor.model.change.words import parse_change
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.language import say
from corridor.model.schema import CellError, Value, schemas


def make(draft: Draft, change: Change) -> list[Effect]:
    """The effects of one change, made on the draft; raises CaseError with its place, and then changes nothing."""
    try:
        faults = list(_unknown_sources(draft, change))
        try:
            made = effects(change, draft)
        except CaseError as error:
            raise CaseError([*error.faults, *faults], say("the changes")) from None
        if faults:
            raise CaseError(faults, say("the changes"))
    except CaseError as error:
        if not change.place:
            raise
        faults = [Fault(each.code, f"{change.place}, {each.place}", each.message) for each in error.faults]
        raise CaseError(faults, say("the changes")) from None
    for effect in made:
        draft.take(effect, change, closes=isinstance(change, Close))
    return made


def made_on(draft: Draft, changes: Iterable[Change | str], scenario: str | None = None) -> list[Change]:
    """The changes made on a draft in order, words parsed; raises CaseError with every fault of every change."""
    faults: list[Fault] = []
    made: list[Change] = []
    for each in [changes] if isinstance(changes, (str, Change)) else changes:
        try:
            change = parse_change(each) if isinstance(each, str) else each
            if scenario and not change.scenario:
                change = replace(change, scenario=scenario)
            make(draft, change)
        except CaseError as error:
            faults += error.faults
        else:
            made.append(change)
    if faults:
        raise CaseError(faults, say("the changes"))
    return made


@singledispatch
def effects(change: Change, draft: Draft) -> list[Effect]:
    """The cells that a change sets and the rows that it adds to a draft; raises CaseError."""
    raise NotImplementedError


@effects.register
def _set(change: Set, draft: Draft) -> list[Effect]:
    return _settings(change, draft, _cells(change, draft))


@effects.register
def _of_numbers(change: OfNumbers, draft: Draft) -> list[Effect]:
    cells = _cells(change, draft)
    column = schemas()[change.table].field(change.column)
    assert column is not None
    if column.type not in ("number", "integer"):
        raise _one("C106", change.address, say("{column} holds no numbers; set it instead", column=change.column))
    if change.row == EVERY:
        cells = [cell for cell in cells if finite(draft.value(cell))]
        if not cells:
            reason = say("all of these cells are empty or unlimited, and stay so; set them instead")
            raise _one("C106", change.address, reason)
    return _settings(change, draft, cells)


@effects.register
def _add_row(change: AddRow, draft: Draft) -> list[Effect]:
    known = schemas()
    if change.table not in known:
        raise _one(
            "C021",
            f"add {change.table}",
            say("{table} is no table; {table2}", table=change.table, table2=nearest(change.table, known)),
        )
    schema, given = known[change.table], dict(change.cells)
    row = given.get(schema.id_column, "").strip()
    place = f"{change.table}.{row}" if row else f"add {change.table}"
    names = [each.name for each in schema.fields]
    faults = [
        Fault(
            "C023",
            place,
            say("{name} is no column of {table}; {name2}", name=name, table=change.table, name2=nearest(name, names)),
        )
        for name in given
        if name not in names
    ]
    values: list[tuple[str, Value]] = []
    for each in schema.fields:
        if each.name not in given and not each.required:
            continue
        try:
            if each.name not in given:
                raise CellError(
                    "C013", say("{name} is missing; add it, it holds {wanted}", name=each.name, wanted=each.wanted())
                )
            values.append((each.name, each.parse(given[each.name])))
        except CellError as error:
            faults.append(Fault(error.code, f"{place}.{each.name}", str(error)))
    if row and row in draft.ids(change.table):
        earlier = draft.touched.get((change.table, row, schema.id_column))
        if isinstance(earlier, AddRow) and earlier == change and not faults:
            return []  # another scenario has brought the same row
        since = say(" since {place}", place=earlier.place) if earlier and earlier.place else ""
        remedy = say("give the new row another {id_column}, or set its cells", id_column=schema.id_column)
        faults.append(
            Fault(
                "C107",
                place,
                say(
                    "{row} is a row of {table} already{since}; {remedy}",
                    row=row,
                    table=change.table,
                    since=since,
                    remedy=remedy,
                ),
            )
        )
    if faults:
        raise CaseError(faults, say("the changes"))
    return [NewRow(change.table, row, tuple(values))]


@effects.register
def _close(change: Close, draft: Draft) -> list[Effect]:
    rows = _closed_or_opened(draft, change, "closed")
    if not change.from_day and not change.to_day:
        if change.left:
            reason = say("left is of a closure from day to day; add the days, or scale the capacity")
            raise _one("C109", f"{change.table}.{change.row}", reason)
        return _all_year(draft, change.table, rows)
    return from_day_to_day(draft, change, rows)


@effects.register
def _open(change: Open, draft: Draft) -> list[Effect]:
    rows = _closed_or_opened(draft, change, "opened")
    name = schemas()[change.table].limit
    column = schemas()[change.table].field(name)
    assert column is not None
    address = f"{change.table}.{change.row}.{name}"
    try:
        value = column.parse(change.text or "unlimited")
    except CellError as error:
        raise _one(error.code, address, str(error)) from None
    if value == 0:
        raise _one(
            "C110", address, say("a capacity of 0 opens nothing; give one above 0, or leave it out for no limit")
        )
    made: list[Effect] = []
    for row in rows:
        cell = (change.table, row, name)
        there = draft.value(cell)
        again = isinstance(draft.touched.get(cell), Open) and (there == value or not change.text)
        if there == 0:
            made += _opened(change, draft, cell, value)
        elif change.row != EVERY and not again:
            amount = say("no limit") if there == math.inf else say("a capacity of {there:.12g}", there=there)
            raise _one(
                "C110", ".".join(cell), say("it is open already, with {amount}; set it, or add to it", amount=amount)
            )
    if not made and change.row == EVERY:
        raise _one("C110", address, say("all of these are open already; set them, or add to them"))
    return made


def _opened(change: Open, draft: Draft, cell: Cell, value: Value) -> list[Effect]:
    """The capacity, and the use by others that was set aside as the row was closed."""
    table, row, _ = cell
    others = (table, row, "background")
    made: list[Effect] = [Setting(cell, value if change.text else draft.closed.get(cell, value))]
    if others in draft.closed and not draft.value(others):
        made.append(Setting(others, draft.closed[others]))
    return made


@effects.register
def _build(change: Build, draft: Draft) -> list[Effect]:
    known = draft.ids("project")
    if change.project not in known:
        reason = say(
            "{project} is no row of project; {project2}",
            project=change.project,
            project2=nearest(change.project, known),
        )
        raise _one("C022", f"build {change.project}", reason)
    words = draft.value(("project", change.project, "changes"))
    if isinstance(words, str):
        made = [parse_change(each) for each in words.split(";")]
        many = [replace(each, by=each.by * change.times) if isinstance(each, Add) else each for each in made]
        limited = [each for each in many if not _adds_to_no_limit(each, draft)]
        return [effect for each in limited or many for effect in effects(each, draft)]
    resource = str(draft.value(("project", change.project, "resource_id")))
    adds = float(draft.value(("project", change.project, "adds")))
    return effects(Add("resource", resource, "capacity", adds * change.times), draft)


def _adds_to_no_limit(change: Change, draft: Draft) -> bool:
    """True for an addition to a cell without a limit, which keeps none."""
    if not isinstance(change, Add) or change.row == EVERY:
        return False
    there = draft.no_such(change.table, change.row, change.column) is None
    return there and draft.value((change.table, change.row, change.column)) == math.inf


def _cells(change: Set | OfNumbers, draft: Draft) -> list[Cell]:
    wrong = draft.no_such(change.table, change.row, change.column)
    if wrong:
        raise CaseError([wrong], say("the changes"))
    rows = rows_of(draft, change.table, change.row, change.where, change.address)
    return [(change.table, row, change.column) for row in rows]


def _settings(change: Set | OfNumbers, draft: Draft, cells: Iterable[Cell]) -> list[Effect]:
    column = schemas()[change.table].field(change.column)
    assert column is not None
    made: list[Effect] = []
    faults: dict[str, Fault] = {}
    for cell in cells:
        try:
            made.append(Setting(cell, change.value(column, draft.value(cell))))
        except (CellError, ChangeError) as error:
            faults.setdefault(str(error), Fault(error.code, ".".join(cell), str(error)))
    if faults:
        raise CaseError(faults.values(), say("the changes"))
    return made


def _closed_or_opened(draft: Draft, change: Close | Open, done: str) -> list[str]:
    """The rows that are to be closed or opened; raises CaseError where there are none."""
    closed = schemas()["closure"].field("table")
    assert closed is not None
    tables = [table for table in closed.enum if done == "closed" or schemas()[table].limit]
    table, address = change.table, f"{change.table}.{change.row}"
    if table not in tables:
        *others, last = tables
        what = say("{others} or {last}", others=", ".join(others), last=last)
        if table not in schemas():
            raise _one(
                "C021", address, say("{table} is no table; {table2}", table=table, table2=nearest(table, tables))
            )
        raise _one(
            "C108",
            address,
            say("rows of {table} cannot be {done}; name a row of {what}", table=table, done=done, what=what),
        )
    if change.row != EVERY and change.row not in draft.ids(table):
        near = nearest(change.row, draft.ids(table))
        others = [other for other in tables if other != table and change.row in draft.ids(other)]
        hint = near.otherwise(say("did you mean {others}.{row}?", others=others[0], row=change.row)) if others else near
        raise _one("C022", address, say("{row} is no row of {table}; {hint}", row=change.row, table=table, hint=hint))
    return rows_of(draft, table, change.row, change.where, address)


def _all_year(draft: Draft, table: str, rows: list[str]) -> list[Effect]:
    if table == "node":
        places = set(rows)
        ends = draft.rows("link", "link_id", "from_node_id", "to_node_id")
        table, rows = "link", [str(link) for link, start, end in ends if {start, end} & places]
    made: list[Effect] = [Setting((table, row, schemas()[table].limit), 0.0) for row in rows]
    if table == "resource":  # nobody else uses what is closed
        made += [Setting((table, row, "background"), 0.0) for row in rows if draft.value((table, row, "background"))]
    return made


def _unknown_sources(draft: Draft, change: Change) -> Iterator[Fault]:
    """C113: what a change names as its source is a figure of source.csv, or the word assumed."""
    for name in change.source.split():
        known = draft.ids("source")
        if name != "assumed" and name not in known:
            remedy = nearest(name, known).otherwise(say("add it there, or write assumed and say why"))
            yield Fault("C113", "source", say("{name} is no figure of source.csv; {remedy}", name=name, remedy=remedy))


def _one(code: str, place: str, reason: str) -> CaseError:
    return CaseError([Fault(code, place, reason)], say("the changes"))
