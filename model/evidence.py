"""The grounds of the numbers of a case: the evidence of each cell, its formula, and figures set aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any

from corridor.model.case import Case, Cell, Change
from corridor.model.faults import CaseError, Fault, nearest, quoted
from corridor.model.formula import FormulaError, names
from corridor.model.formula import value as value_of
from corridor.model.language import say
from corridor.model.schema import schemas

ABOUT = ("evidence", "source", "driver", "validation", "band", "kind", "unknown")
"""Tables that speak of numbers, and need no evidence of their own."""


def evidence_of(case: Case) -> dict[Cell, Any]:
    """The row of evidence of each cell that has one, as the case stands.

    A cell set by a scenario that has evidence of its own has that one; a cell set otherwise has none, and is taken as
    it is.
    """
    speaks = speaking(case)
    found: dict[Cell, Any] = {}
    spread: dict[Cell, Any] = {}
    for row in case.rows("evidence"):
        cells = [(row.table, row.row, row.column)]
        if row.row == "*":
            there = case[row.table].index if row.table in case.tables else ()
            cells = [(row.table, str(each), row.column) for each in there]
        for cell in cells:
            if speaks(row, cell):
                (spread if row.row == "*" else found)[cell] = row
    return spread | found


def speaking(case: Case) -> Callable[[Any, Cell], bool]:
    """A test of evidence and cell: true for evidence of the cell's present number, not of another scenario's."""
    by_scenario, by_hand = set_cells(case)

    def speaks(row: Any, cell: Cell) -> bool:
        return cell not in by_hand and (row.scenario or "") == by_scenario.get(cell, "")

    return speaks


def set_cells(case: Case) -> tuple[dict[Cell, str], set[Cell]]:
    """Cells that a scenario with evidence of its own has set, with its name, and cells set besides.

    Those are set as a what-if, or in a copy of a case.
    """
    told = {row.scenario for row in case.rows("evidence")} - {None, ""}
    by_scenario = {cell: change.scenario for cell, change in case.touched.items() if change.scenario in told}
    return by_scenario, (set(case.touched) | set(case.yours) - case.explained) - set(by_scenario)


def case_cell(name: str) -> Cell:
    """The cell that a name in a formula stands for, ``table.row.column``."""
    table, row, column = name.split(".", 2)
    return table, row, column


def number(case: Case, cell: Cell) -> float | None:
    """The number in a cell, or None where there is no such cell or it holds none."""
    table, row, column = cell
    value = case.cells(table).get(column, {}).get(row) if table in case.tables else None
    return float(value) if isinstance(value, Real) and not isinstance(value, bool) and value == value else None


def stands_for(case: Case, name: str) -> float:
    """The number of a name in a formula: the value of a figure, or the number in a cell.

    Raises FormulaError for a name that stands for no number.
    """
    if "." in name:
        value = number(case, case_cell(name))
        if value is None:
            raise FormulaError(say("names {name}, which is no number of the case; correct the name", name=name))
        return value
    if name not in case.cells("source")["value"]:
        raise FormulaError(
            say("names {name}, which is no figure of source.csv; add it there, or correct the name", name=name)
        )
    stated = case.row("source", name).value
    try:
        return float(stated or "")
    except ValueError:
        reason = say(
            "names {name}, whose figure ({stated}) is not one number; take the number into the formula",
            name=name,
            stated=stated,
        )
        raise FormulaError(reason) from None


def said_besides(case: Case) -> dict[str, list[str]]:
    """Figures that were set aside, by each figure (id) and cell (table.row.column) that they name instead."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in case.rows("source"):
        for name in row.instead if row.aside else ():
            found[name].append(row.source_id)
    return dict(found)


@dataclass(frozen=True)
class Provenance:
    """The origin of one number.

    ``basis`` is known, derived, assumed, unknown, set, yours or none. Set is by a change, whose sources and reason are
    given; yours is in a copy of a case, without a source. ``gives``
    is what the formula gives, and ``named`` what its names stand for. ``sources`` are the rows of the figures that it
    rests on, ``besides`` those of figures that were set aside for it: what else was said. ``other`` has the other
    evidence of the same cell: in other scenarios, or before a change.
    """

    cell: Cell
    value: Any
    unit: str
    meaning: str
    basis: str
    low: float | None
    high: float | None
    year: str
    confidence: str
    derivation: str
    formula: str
    gives: float | None
    named: Mapping[str, float]
    note: str
    driver: str
    sources: tuple[Any, ...]
    besides: tuple[Any, ...]
    other: tuple[Any, ...]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        out = {each.name: getattr(self, each.name) for each in fields(self)}
        rows = {name: [row._asdict() for row in out[name]] for name in ("sources", "besides", "other")}
        return {**out, "cell": ".".join(self.cell), "named": dict(self.named), **rows}


def provenance(case: Case, address: str) -> Provenance:
    """The origin of the number in a cell (``table.row.column``); raises CaseError where there is no such cell."""
    cell = case.cell(address)
    table, row_id, column = cell
    field = schemas()[table].field(column)
    assert field is not None
    row = evidence_of(case).get(cell)
    figures = case["source"].index
    besides = said_besides(case)
    change = None if row else case.touched.get(cell)
    told = tuple(row.source_id) if row else tuple(change.source.split()) if change else ()
    address = ".".join(cell)
    aside = [each for name in (address, *told) for each in besides.get(name, ()) if each not in told]
    formula = (row.formula or "") if row else ""
    try:
        named = {name: stands_for(case, name) for name in names(formula)} if formula else {}
        gives = value_of(formula, named.__getitem__) if formula else None
    except FormulaError as error:
        assert row is not None
        place = case.place("evidence", row.evidence_id, "formula")
        raise CaseError([Fault("C056", place, f"{quoted(formula)} {error}")]) from None
    value = getattr(case.row(table, row_id), column)
    return Provenance(
        cell=cell,
        value=value,
        unit=_unit(case, cell, field.unit),
        meaning=field.meaning,
        basis=row.basis if row else "set" if change else "yours" if cell in case.yours else "none",
        low=row.low if row else None,
        high=row.high if row else None,
        year=(row.year or "") if row else "",
        confidence=row.confidence if row else "",
        derivation=(row.derivation or "") if row else "",
        formula=formula,
        gives=gives,
        named=named,
        note=(row.note or "") if row else _ground(change) if change else _former(case, cell),
        driver=(row.driver_id or "") if row else "",
        sources=tuple(case.row("source", each) for each in told if each in figures),
        besides=tuple(case.row("source", each) for each in dict.fromkeys(aside) if each in figures),
        other=tuple(
            each for each in case.rows("evidence") if (each.table, each.row, each.column) == cell and each is not row
        ),
    )


def _ground(change: Change) -> str:
    """Scenario, words and reason of a change."""
    words = f"{change.scenario}: {change.words}" if change.scenario else change.words
    return f"{words}; {change.why}" if change.why else words


def _former(case: Case, cell: Cell) -> str:
    """The number that stood in a cell when the case was copied, in words; empty where that is not known."""
    was = case.yours.get(cell)
    return "" if was is None else f"{was:.12g} in the case that was copied"


def _unit(case: Case, cell: Cell, unit: str) -> str:
    """The unit of a cell; where the schema says that it is the resource's own, that one."""
    if not unit.startswith("unit of the resource"):
        return unit
    row = case.row(cell[0], cell[1])
    return str(case.row("resource", row.resource_id).unit)


@dataclass(frozen=True)
class Figure:
    """A published figure: its row in ``source.csv``, the cells that rest on it, and the figures that it replaced."""

    row: Any
    cells: tuple[str, ...]
    tests: tuple[str, ...]
    replaced: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return {"figure": self.row._asdict(), "cells": self.cells, "tests": self.tests, "replaced": self.replaced}


def figure(case: Case, source_id: str) -> Figure:
    """The uses of a published figure; raises CaseError where there is none of that id."""
    if source_id not in case["source"].index:
        reason = say(
            "is no figure of source.csv, nor a cell as table.row.column; {nearest}",
            nearest=nearest(source_id, case["source"].index),
        )
        raise CaseError([Fault("C022", source_id, reason)], "the question")
    cells = [f"{row.table}.{row.row}.{row.column}" for row in case.rows("evidence") if source_id in row.source_id]
    tests = [row.validation_id for row in case.rows("validation") if source_id in row.source_id]
    replaced = said_besides(case).get(source_id, [])
    return Figure(case.row("source", source_id), tuple(dict.fromkeys(cells)), tuple(tests), tuple(replaced))
