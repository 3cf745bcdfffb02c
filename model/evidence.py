"""What the numbers of a case rest on: the evidence of each cell, its formula, and figures set aside."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from corridor.model.case import WITH_CHANGES, Case, Cell
from corridor.model.formula import FormulaError


def evidence_of(case: Case) -> dict[Cell, Any]:
    """The row of evidence of each cell that has one, as the case stands.

    A cell that changes have set has the evidence of the scenario that set it, as long as its value lies in the range
    given there; one set otherwise has none, and is taken as it is.
    """
    changed = {(change.table, change.row, change.column) for change in case.changes}
    scenario = case.scenario.removesuffix(WITH_CHANGES)
    found: dict[Cell, Any] = {}
    spread: dict[Cell, Any] = {}
    for row in case.rows("evidence"):
        cells = [(row.table, row.row, row.column)]
        if row.row == "*":
            cells = [(row.table, str(each), row.column) for each in case[row.table].index]
        for cell in cells:
            if not row.scenario and cell not in changed:
                (spread if row.row == "*" else found)[cell] = row
            elif row.scenario == scenario and cell in changed and _holds(case, cell, row):
                found[cell] = row
    return spread | found


def _holds(case: Case, cell: Cell, row: Any) -> bool:
    value = number(case, cell)
    if value is None:
        return True
    return not ((row.low is not None and value < row.low) or (row.high is not None and value > row.high))


def number(case: Case, cell: Cell) -> float | None:
    """The number in a cell, or None where there is no such cell or it holds none."""
    table, row, column = cell
    if table not in case.tables or column not in case[table] or row not in case[table].index:
        return None
    value = case[table].at[row, column]
    return float(value) if isinstance(value, (int, float)) and value == value else None


def stands_for(case: Case, name: str) -> float:
    """What a name in a formula stands for: the value of a figure, or the number in a cell.

    Raises FormulaError for a name that stands for no number.
    """
    if "." in name:
        table, row, column = name.split(".")
        value = number(case, (table, row, column))
        if value is None:
            raise FormulaError(f"names {name}, which is no number of the case")
        return value
    if name not in case["source"].index:
        raise FormulaError(f"names {name}, which is no figure of source.csv")
    stated = case.row("source", name).value
    try:
        return float(stated or "")
    except ValueError:
        raise FormulaError(f"names {name}, whose figure ({stated}) is not one number") from None


def said_besides(case: Case) -> dict[str, list[str]]:
    """Figures that were set aside, by each figure (id) and cell (table.row.column) that they name instead."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in case.rows("source"):
        for name in row.instead if row.aside else ():
            found[name].append(row.source_id)
    return dict(found)
