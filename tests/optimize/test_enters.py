"""The flag ``enters`` of the schema, held against the compiled programs of small cases."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from corridor.model.case import Case, Cell
from corridor.model.evidence import number
from corridor.model.horizon import Horizon
from corridor.model.program import Program
from corridor.model.schema import ENTERS, schemas, varying
from corridor.optimize.answer.compiled import Compiled
from tests.cases import case_of, choice, tables_of_case
from tests.data.format_page import page
from tests.optimize.test_renumber import everything

Floats = NDArray[np.float64]
STUDIES = ("capability", "cost_shipper", "cost_resource")
PARTS = ("rhs", "coefficient", "cost")


@cache
def priced() -> Case:
    """A case with a number in every column of costs, two stores, and demands that may stay, wait or be late."""
    tables = tables_of_case(everything())
    tables["case"][0] |= {"carbon_usd_per_t": 80, "cbam_usd_per_t": 70, "cbam_free_share": 0.9}
    for row in tables["commodity"]:
        row["time_usd_per_t_day"] = 3
    for row in tables["mode"]:
        row |= {"cost_usd_per_tkm": 0.02, "g_co2e_per_tkm": 20, "speed_km_h": 40}
    for row in tables["unit"]:
        row["cost_usd_per_km"] = 0.1
    for row in tables["carrier"]:
        row |= {"cost_usd_per_h": 100, "t_co2e_per_day_under_way": 20, "t_co2e_per_day_in_port": 4}
    for row in tables["link"]:
        row |= {"length_km": 300, "tariff_usd_per_t": 5}
    for row in tables["demand"]:
        row |= {"unmet_usd_per_t": 900, "outside_usd_per_t": 700, "subsidy_usd_per_t": 2}
        row |= {"wait_d": 20, "late_d": 5, "late_usd_per_t_day": 4}
    for row in tables["node"]:
        row |= {"x_coord": 50, "y_coord": 40}
    tables["tariff"] = [{"tariff_id": "sea_box", "link_id": "sea", "commodity_id": "box", "usd_per_t": 11}]
    store = {"free_d": 2, "usd_per_t_day": 3, "opening_t": 10, "closing_t": 5, "closing_usd_per_t": 6}
    tables["store"] = [
        {"store_id": f"at_{place}", "node_id": place, "capacity_t": 90000, "dwell_d": days, **store}
        for place, days in (("p", 0), ("f", 1))  # a stock, and slots
    ]
    return case_of(tables)


CASES: dict[str, tuple[Callable[[], Case], Horizon | None]] = {
    "priced": (priced, None),
    "priced by quarters of an open year": (priced, Horizon.of("quarter", cyclic=False)),
    "choice": (choice, None),
}


def numbers(case: Case) -> list[Cell]:
    """Every cell of the case with a finite number other than zero, in a column that enters no structure."""
    cells = [
        (name, str(row), column.name)
        for name, table in schemas().items()
        for column in table.fields
        if column.type in ("number", "integer") and column.enters != "structure"
        for row in case[name].index
    ]
    return [cell for cell in cells if (value := number(case, cell)) and math.isfinite(value)]


def compiled(case: Case, horizon: Horizon | None) -> list[Program]:
    return [Compiled(case, study, horizon).program for study in STUDIES]


def parts_moved(before: list[Program], after: list[Program]) -> set[str]:
    """The parts in which programs differ: ``rhs``, ``coefficient``, ``cost`` (goals)."""
    moved = set()
    for one, other in zip(before, after, strict=True):
        assert (one.rows, one.columns, one.givens) == (other.rows, other.columns, other.givens)
        givens = [(each.values, each.rhs) for each in (one, other)]
        moved |= {"rhs"} if any(not np.array_equal(a, b) for a, b in zip(*givens, strict=True)) else set()
        matrices = [(each.matrix.toarray(), each.given_matrix.toarray()) for each in (one, other)]
        if any(not np.array_equal(a, b) for a, b in zip(*matrices, strict=True)):
            moved.add("coefficient")
        if any(not np.array_equal(one.goal(name), other.goal(name)) for name in one.goals):
            moved.add("cost")
    return moved


@cache
def seen(name: str) -> dict[Cell, frozenset[str]]:
    """Parts of the programs of a case that each of its numbers moves."""
    make, horizon = CASES[name]
    case = make()
    before = compiled(case, horizon)
    return {
        cell: frozenset(parts_moved(before, compiled(case.at({cell: float(number(case, cell) or 0) * 0.9}), horizon)))
        for cell in numbers(case)
    }


ALLOWED = {
    "structure": {"rhs", "coefficient", "cost"},
    "rhs": {"rhs"},
    "coefficient": {"rhs", "coefficient", "cost"},
    "cost": {"cost"},
    "none": set[str](),
}
"""Parts that a number may move, by its flag."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * ("quarters" in name)) for name in CASES]
)
def test_a_number_moves_no_other_part(name: str) -> None:
    make, horizon = CASES[name]
    flag = {cell: make().enters(cell, timed=horizon is not None) for cell in seen(name)}
    assert not {cell: moved for cell, moved in seen(name).items() if not moved <= ALLOWED[flag[cell]]}


@pytest.mark.slow
def test_every_flag_is_true_of_some_number() -> None:
    """Each column of these cases moves its part in one of them at least, and none of the four flags is missing."""
    moved: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for name, (make, horizon) in CASES.items():
        for cell, parts in seen(name).items():
            moved[cell[0], cell[2], make().enters(cell, timed=horizon is not None)] |= parts
    idle = {key for key, parts in moved.items() if key[2] in PARTS and key[2] not in parts}
    assert not idle
    flagged = {(name, each.name) for name, table in schemas().items() for each in table.fields if each.enters in PARTS}
    assert flagged == {key[:2] for key in moved if key[2] in PARTS}


def test_every_column_has_a_flag_that_the_page_shows() -> None:
    columns = [column for schema in schemas().values() for column in schema.fields]
    assert {column.enters for column in columns} == set(ENTERS)
    assert {how for column in columns for how in column.enters_with.values()} == {"coefficient"}
    text = page()
    for words in ENTERS.values():
        assert words in text
    for table, names in varying().items():
        section = text[text.index(f"\n### {table}\n") :]
        for name in names:
            (line,) = [each for each in section.split("\n### ")[1].splitlines() if each.startswith(f"| `{name}` ")]
            assert "varies" in line
