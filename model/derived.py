"""Numbers that a formula derives from others: those that no longer follow it, and what they would become."""

from __future__ import annotations

from typing import Any

import networkx as nx

from corridor.model.case import Case, Cell
from corridor.model.evidence import case_cell, number, stands_for
from corridor.model.formula import FormulaError, names, rounds_to, value

DIGITS = 6
"""Significant digits of a recalculated number."""


def departures(case: Case) -> list[tuple[Cell, float, float]]:
    """Derived numbers that a changed one no longer gives: the cell, the number there, and what its formula gives.

    Changed are numbers that differ in a copy, and those set by a change that belongs to no scenario.
    """
    changed = set(case.yours) | {cell for cell, change in case.touched.items() if not change.scenario}
    if not changed:
        return []
    found = []
    for cell, formula in _formulas(case).items():
        named = {case_cell(name) for name in names(formula) if "." in name}
        stated = number(case, cell)
        if stated is None or cell in case.touched or not named & changed:
            continue
        gives = _given(case, formula)
        if gives is not None and not rounds_to(gives, stated):
            found.append((cell, stated, gives))
    return found


def following(case: Case) -> set[Cell]:
    """Derived numbers that are what their formula gives."""
    cells = set()
    for cell, formula in _formulas(case).items():
        stated, gives = number(case, cell), _given(case, formula)
        if stated is not None and gives is not None and rounds_to(gives, stated):
            cells.add(cell)
    return cells


def recalculated(case: Case) -> dict[Cell, tuple[float, float]]:
    """Derived numbers that rest on changed ones, directly or by others: the number there, and the new one.

    In the order in which one follows from the other. A number that the planner has changed itself keeps its value.
    """
    changed = {cell for cell, change in case.touched.items() if not change.scenario}
    formulas = _formulas(case)
    own = {cell for cell in case.yours if cell not in formulas} | changed
    graph: nx.DiGraph[Any] = nx.DiGraph()
    for cell, formula in formulas.items():
        graph.add_edges_from((case_cell(name), cell) for name in names(formula) if "." in name)
    moved, there, found = own | set(case.yours), case, dict[Cell, tuple[float, float]]()
    for cell in nx.lexicographical_topological_sort(graph) if nx.is_directed_acyclic_graph(graph) else ():
        stated = number(case, cell)
        if cell not in formulas or cell in own or stated is None or not moved & set(graph.predecessors(cell)):
            continue
        gives = _given(there, formulas[cell])
        if gives is None or rounds_to(gives, stated):
            continue
        new = float(f"{gives:.{DIGITS}g}")
        found[cell] = (stated, new)
        there = there.at({cell: new})
        moved.add(cell)
    return found


def _formulas(case: Case) -> dict[Cell, str]:
    """The formula of each number of the case itself that has one and that no scenario has set."""
    return {
        (row.table, row.row, row.column): row.formula
        for row in case.rows("evidence")
        if row.formula
        and not row.scenario
        and row.row != "*"
        and ((change := case.touched.get((row.table, row.row, row.column))) is None or not change.scenario)
    }


def _given(case: Case, formula: str) -> float | None:
    try:
        return value(formula, lambda name: stands_for(case, name))
    except FormulaError:
        return None
