"""The changes between two cases: changes that stand together, and the cases in which only some of them are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from corridor.model.case import Case, Cell
from corridor.model.faults import CaseError, Fault
from corridor.model.language import say
from corridor.model.schema import schemas

ASIDE = ("evidence", "source", "driver", "validation", "unknown")
"""Tables that say where numbers come from; no answer depends on them."""
WHOLE = ""
"""The column of a cell that stands for a row which only one of two cases has."""


@dataclass(frozen=True)
class Step:
    """Changes that are made together or not at all, by their numbers, in words, and the cells that differ by them."""

    numbers: tuple[int, ...]
    words: tuple[str, ...]
    cells: frozenset[Cell]

    @property
    def label(self) -> str:
        return "+".join(map(str, self.numbers))


def steps(a: Case, b: Case, groups: Iterable[Collection[int]] = ()) -> list[Step]:
    """The steps that lead from a to b, as it was written: the changes of a that b lacks, undone, then b's own.

    Numbers count from 1. Changes belong together in four cases:

    * they touch the same cell
    * one touches a row that another adds, or names it
    * alone they would leave less of a resource than its background
    * ``groups`` name them

    A difference that is due to no change is a step of its own, a row a step. A change that makes no difference is a
    step without cells. Raises CaseError where a group names a number that is no change's.
    """
    undone, made = beyond(a.changes, b.changes), beyond(b.changes, a.changes)
    words = [say("without {words}", words=each.words) for each in undone] + [each.words for each in made]
    different = differences(a, b)
    cells = [_of(each, different) for each in (*_touched(b, undone), *_touched(a, made))]
    known: set[Cell] = set().union(*cells)
    loose: dict[tuple[str, str], set[Cell]] = {}
    for cell in sorted(different - known):
        loose.setdefault(cell[:2], set()).add(cell)
    words += [_said(a, b, each) for each in loose.values()]
    cells += [frozenset(each) for each in loose.values()]
    wrong = sorted({number for group in groups for number in group if not 1 <= number <= len(words)})
    if wrong:
        listed = "; ".join(f"{number} {each}" for number, each in enumerate(words, 1))
        reason = say(
            "there is no change {wrong}; the changes are: {listed}",
            wrong=", ".join(map(str, wrong)),
            listed=listed or say("none"),
        )
        raise CaseError([Fault("C133", "--group", reason)], "the question")
    together = _joined(len(words), [*_bound(a, b, cells), *([n - 1 for n in group] for group in groups)])
    return [
        Step(
            tuple(n + 1 for n in members),
            tuple(words[n] for n in members),
            frozenset().union(*(cells[n] for n in members)),
        )
        for members in together
    ]


def _of(touched: Iterable[Cell], different: frozenset[Cell]) -> frozenset[Cell]:
    """The touched cells that differ in the end; a cell of a new row stands for the row."""
    whole = (
        (table, row, WHOLE) if (table, row, WHOLE) in different else (table, row, column)
        for table, row, column in touched
    )
    return different.intersection(whole)


def beyond(changes: Sequence[Any], known: Sequence[Any]) -> list[Any]:
    """The changes that are not among those known, by their words; each of these stands for one."""
    left = Counter(each.words for each in known)
    found = []
    for each in changes:
        if left[each.words]:
            left[each.words] -= 1
        else:
            found.append(each)
    return found


def differences(a: Case, b: Case) -> frozenset[Cell]:
    """The cells in which two cases differ; a row that only one of them has is one cell, whose column is empty."""
    ids = {table: schema.id_column for table, schema in schemas().items()}
    return frozenset(
        (table, row, WHOLE if column == ids[table] else column)
        for table, row, column in changed_cells(a, b)
        if table not in ASIDE
    )


def changed_cells(base: Case, case: Case) -> list[Cell]:
    """Cells that differ between two cases, in the order of the schema; of added and dropped rows the id."""
    cells: list[Cell] = []
    for name, schema in schemas().items():
        was, now = base[name], case[name]
        if was is now:
            continue
        common = was.index.intersection(now.index)
        apart = [*now.index.difference(common, sort=False), *was.index.difference(common, sort=False)]
        cells += [(name, str(row), schema.id_column) for row in apart]
        for column in now.columns:
            here, there = was[column].reindex(common).tolist(), now[column].reindex(common).tolist()
            differ = [row for row, x, y in zip(common, here, there, strict=True) if not _same(x, y)]
            cells += [(name, str(row), str(column)) for row in differ]
    return cells


def _same(x: object, y: object) -> bool:
    return bool(x == y or (_empty(x) and _empty(y)))


def _empty(x: object) -> bool:
    return x is None or x != x  # NaN is not itself


def mixed(a: Case, b: Case, cells: Collection[Cell]) -> Case:
    """Case a with these cells, of those in which they differ, as they stand in b; unchecked."""
    tables = dict(a.tables)
    for table in dict.fromkeys(cell[0] for cell in cells):
        own = {(row, column) for name, row, column in cells if name == table}
        rows = {row for row, column in own if column == WHOLE}
        one, other = a[table], b[table]
        index = [row for row in one.index if row not in rows]
        index += [row for row in other.index if row in rows]
        columns = {}
        for column in one.columns:
            here, there = (
                dict(zip(one.index, one[column], strict=True)),
                dict(zip(other.index, other[column], strict=True)),
            )
            values = [there[row] if row in rows or (row, column) in own else here[row] for row in index]
            columns[column] = pd.Series(values, index=index, dtype=(one if len(one) else other)[column].dtype)
        tables[table] = pd.DataFrame(columns, index=pd.Index(index, name=one.index.name, dtype=one.index.dtype))
    new = replace(a, tables=tables, changes=(), lost=None)
    new._rows.update({name: rows for name, rows in a._rows.items() if tables[name] is a.tables[name]})
    return new


def _touched(case: Case, changes: Iterable[Any]) -> list[frozenset[Cell]]:
    """The cells that each change touches, made one after the other; nothing where it cannot be made on this case."""
    found = []
    for change in changes:
        try:
            after = case.with_([change])
        except CaseError:
            found.append(frozenset[Cell]())
            continue
        found.append(differences(case, after))
        case = after
    return found


def _said(a: Case, b: Case, cells: set[Cell]) -> str:
    """A difference that no change made, in words."""
    table, row, column = min(cells)
    if column == WHOLE:
        return f"{table}.{row} {'added' if row in b[table].index else 'left out'}"
    return "; ".join(f"{table}.{row}.{each}={b[table].at[row, each]!s}" for _, _, each in sorted(cells))


def _bound(a: Case, b: Case, cells: Sequence[frozenset[Cell]]) -> list[list[int]]:
    """Sets of changes that cannot stand alone: they share a cell, or one needs a row that another brings or takes."""
    at: dict[Cell, list[int]] = {}
    for number, each in enumerate(cells):
        for cell in each:
            at.setdefault(cell, []).append(number)
    for table, row, column in list(at):
        if (table, column) == ("resource", "background") and (whole := at.get((table, row, "capacity"))):
            one, other = a.row(table, row), b.row(table, row)
            if other.background > one.capacity or one.background > other.capacity:
                at[table, row, column] += whole  # others would use more than there is
    brings: dict[str, list[int]] = {}
    for (_, row, column), numbers in at.items():
        if column == WHOLE:
            brings.setdefault(row, []).extend(numbers)
    bound = list(at.values())
    for cell, numbers in at.items():
        bound += [[*numbers, *brings[row]] for row in {cell[1], *_named(a, cell), *_named(b, cell)} if row in brings]
    return bound


def _named(case: Case, cell: Cell) -> set[str]:
    """The texts in a cell, or in all cells of a row: ids that it may name."""
    table, row, column = cell
    if row not in case[table].index:
        return set()
    values = [case[table].at[row, each] for each in (case[table].columns if column == WHOLE else [column])]
    return {
        text for value in values for text in (value if isinstance(value, tuple) else (value,)) if isinstance(text, str)
    }


def _joined(count: int, bound: Iterable[Iterable[int]]) -> list[list[int]]:
    """Numbers from 0 in groups, each with all that are bound to it, in order."""
    home = list(range(count))
    for group in bound:
        members = {home[n] for n in group}
        if len(members) > 1:
            least = min(members)
            home = [least if each in members else each for each in home]
    return [[n for n in range(count) if home[n] == first] for first in dict.fromkeys(home)]
