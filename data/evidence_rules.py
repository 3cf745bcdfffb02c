"""Rules of evidence: numbers have it, ranges hold them, formulas give them; one function a rule."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corridor.data.scenario import sources_of_scenarios
from corridor.data.view import Found, View
from corridor.model.case import Case, Cell
from corridor.model.evidence import ABOUT, case_cell, evidence_of, number, set_cells, speaking, stands_for
from corridor.model.faults import CaseError, nearest, quoted
from corridor.model.formula import FormulaError, names, rounds_to, value
from corridor.model.language import say
from corridor.model.schema import schemas


def evidence(view: View) -> Iterator[Found]:
    """C050-C053: evidence speaks of cells that exist, has a range that holds the value, and says what it rests on."""
    case, tables, speaks = view.case, schemas(), speaking(view.case)
    for row in case.rows("evidence"):
        key = ("evidence", row.evidence_id)
        if row.table is None or row.row is None or row.column is None:
            continue
        if row.table not in tables:
            yield Found(
                "C050",
                *key,
                "table",
                say("{table} is no table; {table2}", table=row.table, table2=nearest(row.table, tables)),
            )
            continue
        columns = [each.name for each in tables[row.table].fields]
        if row.column not in columns:
            yield Found(
                "C050",
                *key,
                "column",
                say(
                    "{column} is no column of {table}; {column2}",
                    column=row.column,
                    table=row.table,
                    column2=nearest(row.column, columns),
                ),
            )
            continue
        there = row.row == "*" or row.row in case.cells(row.table)[columns[-1]]
        if not there and row.table not in view.partial:
            message = say(
                "{row} is no row of {table}; {nearest}",
                row=row.row,
                table=row.table,
                nearest=view.names(row.table).nearest(row.row),
            )
            yield Found("C050", *key, "row", message)
            continue
        if row.low is not None and row.high is not None and row.low > row.high:
            message = say("{low:g} is above high, which is {high:g}; exchange them", low=row.low, high=row.high)
            yield Found("C051", *key, "low", message, ("high",))
        elif there and row.row != "*" and row.column != columns[0] and speaks(row, (row.table, row.row, row.column)):
            yield from _out_of_range(view, row)
        measured = tables[row.table].fields[columns.index(row.column)].type in ("number", "integer")
        if measured and row.row != "*" and (row.low is None or row.high is None):
            message = say("it has no range; give low and high, the same number twice where there is no doubt")
            yield Found("C051", *key, "low" if row.low is None else "high", message)
        if row.basis in ("known", "derived") and not row.source_id:
            message = say(
                "it is {basis} but names no source; name it, or write assumed and say why in note", basis=row.basis
            )
            yield Found("C053", *key, "source_id", message, ("basis",))
        if row.basis == "assumed" and not row.note:
            yield Found("C053", *key, "note", say("it is assumed but does not say why; say it here"), ("basis",))


def _out_of_range(view: View, row: Any) -> Iterator[Found]:
    """C052: the value lies in the range that its evidence gives."""
    value = view.case.cells(row.table)[row.column][row.row]
    if not isinstance(value, float) or math.isnan(value) or (row.table, row.row, row.column) in view.wrong:
        return
    low = -math.inf if row.low is None else row.low
    high = math.inf if row.high is None else row.high
    slack = 1e-9 * max([1.0, *(abs(end) for end in (low, high) if math.isfinite(end))])
    if not low - slack <= value <= high + slack:
        what = f"{row.table}.{row.row}.{row.column} is {value:g}"
        message = say(
            "{what}, outside its range {low:g} to {high:g}; correct one of them", what=what, low=low, high=high
        )
        yield Found("C052", "evidence", row.evidence_id, "low" if value < low else "high", message, ("low", "high"))


def figures(view: View) -> Iterator[Found]:
    """C055: a figure is used, or set aside with the reason and what stands in its place."""
    case = view.case
    if not case.rows("evidence"):
        return
    cited = {each for row in case.rows("evidence") for each in row.source_id}
    used = cited | {each for row in case.rows("validation") for each in row.source_id}
    if any(not row.aside and row.source_id not in used for row in case.rows("source")):
        used |= sources_of_scenarios(Path(case.home)) if case.home else set()
    for row in case.rows("source"):
        key = ("source", row.source_id)
        if not row.aside:
            if row.source_id not in used:
                reason = say("say in aside why it is not, and in instead what is")
                yield Found(
                    "C055",
                    *key,
                    "aside",
                    say(
                        "{source_id} is cited by no evidence; cite it, or {reason}",
                        source_id=row.source_id,
                        reason=reason,
                    ),
                )
            continue
        if row.source_id in cited:
            message = say(
                "{source_id} is set aside but evidence cites it; empty this cell, or drop the citation",
                source_id=row.source_id,
            )
            yield Found("C055", *key, "aside", message)
        if not row.why:
            yield Found("C055", *key, "why", say("it is set aside but does not say why; say it here"), ("aside",))
        if row.aside in ("superseded", "contradicted", "duplicate") and not row.instead:
            message = say("it is {aside} but names nothing in its place; name the figure or the cell", aside=row.aside)
            yield Found("C055", *key, "instead", message, ("aside",))
        for name in row.instead:
            yield from _no_such(view, name, key)


def _no_such(view: View, name: str, key: tuple[str, str]) -> Iterator[Found]:
    case = view.case
    if "." in name:
        try:
            case.cell(name)
        except CaseError as error:
            yield Found("C055", *key, "instead", f"{name}: {error.faults[0].message}")
    elif name not in case["source"].index:
        hint = view.names("source").nearest(name)
        yield Found("C055", *key, "instead", say("{name} is no figure of source.csv; {hint}", name=name, hint=hint))


def formulas(view: View) -> Iterator[Found]:
    """C056: a derived number is what its formula gives."""
    case = view.case
    by_hand = set_cells(case)[1] | set(case.yours)
    named: dict[tuple[str, str, str], tuple[Any, list[str]]] = {}
    for cell, row in evidence_of(case).items():
        key = ("evidence", row.evidence_id, "formula")
        if row.evidence_id in view.doubtful.get("evidence", ()):
            continue
        if not row.formula:
            if row.basis == "derived" and (row.row != "*" or cell[1] == str(case[row.table].index[0])):
                message = say("it is derived but has no formula; write it, as in p11 * link.railway.length_km / 2")
                yield Found("C056", *key, message, ("basis",))
            continue
        try:
            named[cell] = (row, names(row.formula))
        except FormulaError as error:
            yield Found("C056", *key, f"{quoted(row.formula)} {error}")
    for cell, (row, words) in named.items():
        cells = [case_cell(word) for word in words if "." in word]
        if any(each in view.wrong for each in (cell, *cells)) or by_hand & {cell, *cells}:
            continue
        if circle := _circle(cell, named):
            message = say(
                "{formula} goes in a circle by {circle}; break it",
                formula=quoted(row.formula),
                circle=say(" and ").join(circle),
            )
            yield Found("C056", "evidence", row.evidence_id, "formula", message)
            continue
        stated = number(case, cell)
        try:
            gives = value(row.formula, lambda name: stands_for(case, name))
        except FormulaError as error:
            yield Found("C056", "evidence", row.evidence_id, "formula", f"{quoted(row.formula)} {error}")
            continue
        if stated is not None and not rounds_to(gives, stated):
            message = say(
                "{stated:.12g} is not what its formula gives: {formula} = {gives:.6g}; correct one of them",
                stated=stated,
                formula=row.formula,
                gives=gives,
            )
            yield Found("C056", *cell, message)


def _circle(cell: Cell, named: dict[Cell, tuple[Any, list[str]]]) -> list[str]:
    """The names on a way from a cell by its formula back to itself; empty where there is none."""
    seen: dict[Cell, list[str]] = {}
    ahead = [(case_cell(word), [word]) for word in named[cell][1] if "." in word]
    while ahead:
        at, way = ahead.pop()
        if at == cell:
            return way
        if at in seen or at not in named:
            continue
        seen[at] = way
        ahead += [(case_cell(word), [*way, word]) for word in named[at][1] if "." in word]
    return []


def unproven(view: View) -> Iterator[Found]:
    """C054: no number of a case that has evidence is without.

    Evidence whose own address is wrong counts for every cell that it could have meant.
    """
    case = view.case
    if not len(case["evidence"]):
        return
    covered: set[tuple[str, str, str]] = set()
    for row in case.rows("evidence"):
        if row.scenario:
            continue
        address = (row.table, row.row, row.column)
        covered.add(address)
        if row.evidence_id in view.doubtful.get("evidence", ()):
            covered |= {("", *address[1:]), (address[0], "", address[2]), (*address[:2], "")}
    bare = []
    for cell in case.stated - covered:
        table, row_id, column = cell
        ways = {(table, "*", column), ("", row_id, column), (table, "", column), (table, row_id, "")}
        if table not in ABOUT and cell not in case.yours and not ways & covered:
            bare.append(cell)
    for cell in sorted(bare, key=lambda cell: _reading_order(case, cell)):
        message = say("{told} has no evidence; add a row to evidence.csv, assumed if need be", told=_told(case, *cell))
        yield Found("C054", *cell, message)
    by_scenario, _ = set_cells(case)
    without = {cell for cell in set(by_scenario) - set(evidence_of(case)) if not case.touched[cell].source}
    for cell in sorted(without, key=lambda cell: _reading_order(case, cell)):
        if isinstance(case[cell[0]].at[cell[1], cell[2]], (int, float)):
            remedy = say("name its source in the scenario, or add a row of evidence for it")
            message = say(
                "{told}, set by {by_scenario}, has no evidence; {remedy}",
                told=_told(case, *cell),
                by_scenario=by_scenario[cell],
                remedy=remedy,
            )
            yield Found("C054", *cell, message)


def _reading_order(case: Case, cell: Cell) -> tuple[int, int, int]:
    table, row_id, column = cell
    names = [each.name for each in schemas()[table].fields]
    return list(schemas()).index(table), case.lines.get(table, {}).get(row_id, 0), names.index(column)


def _told(case: Case, table: str, row_id: str, column: str) -> str:
    value = case[table].at[row_id, column] if column in case[table] and row_id in case[table].index else "the number"
    return ("unlimited" if math.isinf(value) else f"{value:.12g}") if isinstance(value, (int, float)) else str(value)
