"""The ledger of an expansion, recomputed from its orders and the tables of its case alone."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import product

import pandas as pd

from corridor.model.case import Case
from corridor.model.result.frame import rows

NEAR = 1e-9
"""Relative tolerance of a capacity."""
ADDS = re.compile(r"\s*resource\.(?P<resource>[a-z0-9_]+)\.capacity\s*\+=\s*(?P<by>[0-9.eE+]+)\s*")
"""A change of a project that adds to the capacity of a resource."""
FAULTS = ["rule", "resource", "path", "year", "short"]
"""Columns of a table of breaches, and by how much."""


def adds_of(case: Case, project: str) -> Mapping[str, float]:
    """Capacity by resource that one time of a project adds, read off its row."""
    row = case.row("project", project)
    if not row.changes:
        return {row.resource_id: float(row.adds)}
    found: dict[str, float] = defaultdict(float)
    for words in str(row.changes).split(";"):
        if match := ADDS.fullmatch(words):
            found[match["resource"]] += float(match["by"])
    return found


def breaches(case: Case, ledger: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Every year in which a ledger does not hold: columns :data:`FAULTS`, none for a sound one.

    Rules: ``sum`` (opening + built - retired = closing), ``chain`` (opening is the closing of the year before, or the
    capacity of the case), ``built`` and ``retired`` (those of the orders by construction and life), ``times`` (no more
    of a project at once than it can be built), ``missing`` (a resource with a capacity has no entry of a year).
    """
    found: list[tuple[str, str, str, int, float]] = []
    first = int(ledger["year"].min()) if len(ledger) else 0
    closing: dict[tuple[str, str], float] = {}
    for row in rows(ledger):
        where = (row.resource, row.path, int(row.year))
        before = closing.get((row.resource, row.path), float(case.row("resource", row.resource).capacity))
        opened, retired = _moved(case, orders, row.resource, row.path, int(row.year), first)
        for rule, one, other in (
            ("sum", row.opening + row.built - row.retired, row.closing),
            ("chain", before, row.opening),
            ("built", opened, row.built),
            ("retired", retired, row.retired),
        ):
            if not math.isclose(one, other, rel_tol=NEAR, abs_tol=NEAR):
                found.append((rule, *where, one - other))
        closing[row.resource, row.path] = row.closing
    found += _missing(case, ledger)
    found += _times(case, orders, ledger)
    return pd.DataFrame(found, columns=FAULTS)


def _moved(case: Case, orders: pd.DataFrame, resource: str, path: str, year: int, first: int) -> tuple[float, float]:
    """Capacity of a resource that opens and retires at the begin of a year."""
    opened, retired = 0.0, 0.0
    for order in rows(orders):
        adds = adds_of(case, order.project).get(resource, 0.0)
        if not adds or order.path not in ("", path):
            continue
        row = case.row("project", order.project)
        opens = int(order.year) + int(row.build_years or 0)
        if opens == year:
            opened += adds * order.times
        if row.life_years is not None and opens + int(row.life_years) == year > first:
            retired += adds * order.times
    return opened, retired


def _missing(case: Case, ledger: pd.DataFrame) -> list[tuple[str, str, str, int, float]]:
    """Years of resources with a capacity that a ledger leaves out."""
    finite = [row.resource_id for row in case.rows("resource") if math.isfinite(row.capacity)]
    there = set(zip(ledger["resource"], ledger["path"], ledger["year"], strict=True))
    every = product(finite, sorted(set(ledger["path"])), sorted(set(ledger["year"])))
    return [
        ("missing", resource, path, int(year), 1.0)
        for resource, path, year in every
        if (resource, path, year) not in there
    ]


def _times(case: Case, orders: pd.DataFrame, ledger: pd.DataFrame) -> list[tuple[str, str, str, int, float]]:
    """Years in which more of a project is open or under construction than it can be built."""
    found = []
    for path in sorted(set(ledger["path"])):
        for year in sorted(set(ledger["year"])):
            there: dict[str, float] = defaultdict(float)
            for order in rows(orders):
                row = case.row("project", order.project)
                ends = math.inf if row.life_years is None else order.year + (row.build_years or 0) + row.life_years
                if order.path in ("", path) and order.year <= year < ends:
                    there[order.project] += order.times
            for project, times in there.items():
                most = int(case.row("project", project).at_most or 1)
                if times > most:
                    found.append(("times", project, path, int(year), times - most))
    return found
