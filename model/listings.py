"""Arcs that a place, a resource or an operator is part of, and the rows of the table ``listing`` in force on a day."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from corridor.model.case import Case
from corridor.model.graph import arcs
from corridor.model.operators import TOGETHER

PROPOSED = "proposed"
"""Status of a listing that is not in force."""


def users(case: Case) -> dict[tuple[str, str], frozenset[str]]:
    """Ids of arcs by table and row: those that touch a node, take of a resource, are of a link, or name an operator.

    An arc takes of a resource by its carrier's fleet or by a row of the table ``use``. It names an operator by its
    link, its carrier, or a resource that it takes of.
    """
    return dict(case.known("users of rows", lambda: _users(case)))


def _users(case: Case) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    carriers = {row.carrier_id: row for row in case.rows("carrier")}
    links = {row.link_id: row for row in case.rows("link")}
    resources = {row.resource_id: row for row in case.rows("resource")}
    operators = {row.name: row.operator_id for row in case.rows("operator")}
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in case.rows("use"):
        for way in ("forward", "back") if row.direction == "both" else (row.direction,):
            used[row.link_id, way].add(row.resource_id)
    for arc in arcs(case):
        taken = set(used[arc.link_id, arc.direction])
        names = [links[arc.link_id].operator]
        if arc.carrier_id:
            taken.add(carriers[arc.carrier_id].resource_id)
            names.append(carriers[arc.carrier_id].operator)
        names += [resources[each].operator for each in taken if each in resources]
        rows = [("node", arc.start), ("node", arc.end), ("link", arc.link_id)]
        rows += [("resource", each) for each in taken]
        every = [name for text in names if text for name in (text, *TOGETHER.split(text))]
        rows += [("operator", operators[name]) for name in every if name in operators]
        for key in rows:
            found[key].add(arc.arc_id)
    return {key: frozenset(its) for key, its in found.items()}


def in_force(case: Case, date: str = "") -> list[Any]:
    """Rows of the table ``listing`` in force on a day (``2026-03-10``), or on that of the newest row, in its order."""
    listed = [row for row in case.rows("listing") if row.status != PROPOSED]
    day = date or max((row.from_date for row in listed), default="")
    return [row for row in listed if row.from_date <= day and (not row.to_date or day <= row.to_date)]


def shut_by(case: Case, date: str = "") -> frozenset[str]:
    """Ids of arcs that cargo without a listed port, ship or operator cannot take on a day."""
    known = users(case)
    return frozenset(arc for row in in_force(case, date) for arc in known.get((row.table, row.row), ()))


def lists_of(case: Case, table: str) -> dict[str, tuple[str, ...]]:
    """Names of the lists that have each node or resource in force on the newest day; an operator's with its resources.

    A row of a listing without a list is on the list ``listed``.
    """
    found: dict[str, list[str]] = defaultdict(list)
    operators = {row.operator_id: row.name for row in case.rows("operator")}
    for row in in_force(case):
        name = row.list or "listed"
        if row.table == table:
            found[row.row].append(name)
        elif row.table == "operator" and table == "resource":
            own = operators.get(row.row)
            for resource in case.rows("resource"):
                if own in (resource.operator, *TOGETHER.split(resource.operator or "")):
                    found[resource.resource_id].append(name)
    return {each: tuple(dict.fromkeys(names)) for each, names in found.items()}
