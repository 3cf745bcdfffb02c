"""A year model that takes the numbers of another case in place answers as one built anew."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from corridor.data.checks import checked
from corridor.data.read import bundled, read
from corridor.data.scenario import read_scenario
from corridor.model.case import Case, Cell
from corridor.model.evidence import number
from corridor.model.horizon import Horizon
from corridor.model.program import Program
from corridor.model.schema import schemas
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.streams import NeedsRebuild
from tests.cases import boxes, case_of, choice, ferry, oil_and_boxes, series

Floats = NDArray[np.float64]


@cache
def everything() -> Case:
    """Every kind of number once: a fleet, a factor on its size and one on it, uses of all activities, ceilings."""
    return case_of(
        {
            "case": "case_id, base_year, sea_level_m\n test, 2025, 29",
            "gate": "gate_id, nameplate_t_per_year\n gate, 2000000",
            "commodity": "commodity_id, gate_factor\n box, 1.4\n oil, 1.1",
            "mode": "mode_id\n rail\n sea",
            "unit": "unit_id\n teu\n flat",
            "packing": """
                packing_id, commodity_id, mode_id, unit_id, payload_t, on_unit_id, units_per
                box_rail, box, rail, teu, 14, flat, 3
                box_sea, box, sea, teu, 13, ,
                oil_rail, oil, rail, , , ,
                oil_sea, oil, sea, , , ,""",
            "pool": "pool_id, unit_id, number, available, background, links\n flats, flat, 400, 0.9, 5, rail",
            "dwell": "dwell_id, link_id, item_id, loaded_h, empty_h\n turn, rail, flat, 12, 6\n call, sea, ship, 3, 0",
            "resource": """
                resource_id, kind, capacity, unit, background
                fleet, ship, 4, ships, 0.5
                line, line, 700000, t, 50000
                quay, quay, 900, calls, 20
                yard, west, 60000, TEU, 1000""",
            "carrier": "carrier_id, resource_id, hours_per_year, port_h, wait_h\n ship, fleet, 8000, 18, 6",
            "size": """
                size_id, carrier_id, dimension, amount
                slots, ship, teu, 220
                weight, ship, deadweight_t, 5000""",
            "factor": """
                factor_id, resource_id, size_id, kind, value
                storms, fleet, , weather, 0.85
                docks, fleet, , practical_use, 0.9
                shallow, , weight, draught, 0.8""",
            "draught": "draught_id, size_id, reference_m, lost_per_m\n low, weight, 30, 0.01",
            "loading": """
                loading_id, dimension, item_id, loaded, empty
                slot, teu, teu, 1, 1
                heavy, deadweight_t, teu, 15, 2.2
                bulk, deadweight_t, oil, 1, 0""",
            "link": """
                link_id, from_node_id, to_node_id, directed, mode_id, time_h, gate, carrier_id, capacity_t_per_year
                rail, a, p, 0, rail, 20, 0, , unlimited
                sea, p, f, 0, sea, 22, 1, ship, unlimited
                west, f, w, 0, rail, 10, 0, , 400000""",
            "use": """
                use_id, resource_id, link_id, direction, activity, item_id, amount
                u1, line, rail, both, tonne, oil, 1.2
                u2, line, rail, both, tonne, box, 1
                u3, quay, sea, both, move, , 1
                u4, yard, west, both, unit, , 1
                u5, yard, west, back, empty, , 0.4""",
            "segment": "segment_id, ceiling_t_per_year\n boxes, 900000\n oil, unlimited",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, segment_id, gate, t_per_year, elsewhere_t_per_year
                box_west, box, a, w, boxes, must, 90000, 0
                box_east, box, w, a, boxes, must, 40000, 0
                oil_west, oil, a, w, oil, must, 70000, 0
                oil_alone, oil, a, f, , may, 20000, 0
                stays, oil, a, p, , never, 15000, 0""",
        }
    )


SMALL: dict[str, Callable[[], Case]] = {
    each.__name__: each for each in (everything, boxes, ferry, choice, oil_and_boxes, series)
}
MOVING = {
    (name, column.name)
    for name, table in schemas().items()
    if name != "store"  # rooms are rows of a year by periods
    for column in table.fields
    if {"rhs", "coefficient"} & {column.enters, *column.enters_with.values()}
}
"""Columns whose numbers a program takes in place, by the schema."""


def moving(case: Case) -> list[Cell]:
    """Every number above zero that a rule needs; the ends of ranges do not matter here."""
    found = []
    for table, column in sorted(MOVING):
        for row in case[table].index:
            value = number(case, (table, str(row), column))
            if value is not None and 0 < value < math.inf:
                found.append((table, str(row), column))
    return found


def changed(case: Case, seed: int, cells: Iterable[Cell] | None = None) -> Case:
    """The case with these numbers (or all) up to 15 % up or down; what others take only down, so that the rest fits."""
    cells = moving(case) if cells is None else list(cells)
    ratio = np.random.default_rng(seed).uniform(0.85, 1.15, len(cells)).tolist()
    at = {cell: 1 - abs(r - 1) if cell[2] == "background" else r for cell, r in zip(cells, ratio, strict=True)}
    return case.at({cell: float(number(case, cell) or 0) * r for cell, r in at.items()})


def unscaled(year: Year) -> tuple[Floats, ...]:
    """Matrix (places, numbers) and bounds, rows of resources in their own units: one built anew may scale another."""
    program = year.program
    scale = np.array([year.period.scales[key] if name == "resource_limit" else 1.0 for name, key in program.rows])
    matrix = sp.csc_array(sp.diags_array(1 / scale) @ program.matrix)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    lower, upper = program.bounds(program.values)
    places = (matrix.indptr.astype(float), matrix.indices.astype(float))
    return *places, matrix.data, lower / scale, upper / scale


def measures(year: Year) -> tuple[float, float]:
    """C (the common growth) and T (kt); raises InfeasibleError, which no case here should."""
    growth = year.concurrent().value
    return growth, year.capability(min(1.0, growth)).value


def assert_as_built_anew(year: Year, case: Case) -> None:
    anew = Year(case, "capability")
    assert (year.program.rows, year.program.columns, year.program.givens) == (
        anew.program.rows,
        anew.program.columns,
        anew.program.givens,
    )
    for ours, theirs in zip(unscaled(year), unscaled(anew), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=0)
    assert year.layout.base == pytest.approx(anew.layout.base, rel=1e-12)
    assert year.at_base() == pytest.approx(anew.at_base(), rel=1e-12)
    np.testing.assert_allclose(measures(year), measures(anew), rtol=1e-9)


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_numbers_at_once(name: str, seed: int) -> None:
    case = SMALL[name]()
    year = Year(case, "capability")
    other = changed(case, seed)
    year.renumber(other)
    assert year.case is other
    assert_as_built_anew(year, other)


def test_the_small_case_has_every_kind_of_number() -> None:
    assert {(table, column) for table, _, column in moving(everything())} == MOVING - {
        ("demand", "elsewhere_t_per_year")
    }


NO_MATTER = [("link", "rail", "time_h"), ("link", "west", "time_h")]
"""Hours matter where a carrier sails."""


@pytest.mark.parametrize("cell", [each for each in moving(everything()) if each not in NO_MATTER], ids=".".join)
def test_one_number_at_a_time(cell: Cell) -> None:
    """Each reaches the program in place as it does when it is built anew, and something does change."""
    case = everything()
    year = Year(case, "capability")
    before = unscaled(year)
    other = changed(case, 5, [cell])
    year.renumber(other)
    assert any((a != b).any() for a, b in zip(before, unscaled(year), strict=True))
    assert_as_built_anew(year, other)


def test_one_draw_after_another() -> None:
    """What was taken before leaves nothing behind."""
    case = everything()
    year = Year(case, "capability")
    for seed in range(4):
        other = changed(case, 10 + seed)
        year.renumber(other)
        assert_as_built_anew(year, other)


@pytest.mark.parametrize("givens_only", [False, True])
@pytest.mark.parametrize("periods", ["year", "quarter"])
def test_a_run_of_many_draws_keeps_one_of_them(givens_only: bool, periods: str) -> None:
    case = everything()
    year = Year(case, "capability", Horizon.of(periods, 2025))
    before = programs_alike(year)  # other tests may hold some of their own
    for factor in (0.99, 0.98, 0.97, 0.96, 0.95, 0.94):
        year.renumber(case.with_([f"resource.fleet.capacity={4 * factor}"]), givens_only=givens_only)
        year.capability(0.5)
    assert programs_alike(year) <= before + 1


def programs_alike(year: Year) -> int:
    """Programs in memory with the columns of a year."""
    gc.collect()
    return sum(each.columns == year.program.columns for each in gc.get_objects() if isinstance(each, Program))


@cache
def corridor_of(scenario: str = "") -> Case:
    case = checked(read(bundled()))
    return read_scenario(bundled(), scenario).apply(case) if scenario else case


@pytest.mark.parametrize(("scenario", "seed"), [("", 1), ("", 2), ("base_2022", 4)])
def test_the_bundled_case(scenario: str, seed: int) -> None:
    case = corridor_of(scenario)
    year = Year(case, "capability")
    other = changed(case, seed)
    year.renumber(other)
    assert_as_built_anew(year, other)


@pytest.mark.parametrize("make", [*SMALL.values(), corridor_of], ids=lambda each: each.__name__)
def test_back_again_gives_the_first_answer_to_the_bit(make: Callable[[], Case]) -> None:
    case = make()
    year = Year(case, "capability")
    year.concurrent()  # leaves the base basis

    def answers() -> tuple[float, bytes, bytes, float, bytes]:
        growth = year.concurrent()
        most = year.capability(min(1.0, growth.value))
        return growth.value, growth.columns.tobytes(), growth.prices.tobytes(), most.value, most.columns.tobytes()

    first, data = answers(), year.program.matrix.data.copy()
    for seed in (1, 2):
        year.renumber(changed(case, seed))
        assert answers() != first
    year.renumber(case)
    np.testing.assert_array_equal(year.program.matrix.data, data)
    assert answers() == first


def test_the_same_numbers_give_the_same_bits_whatever_came_between() -> None:
    case = everything()
    draws = [changed(case, seed) for seed in range(4)]

    def run(order: Iterable[int]) -> dict[int, tuple[float, float]]:
        year = Year(case, "capability")
        measures(year)
        found = {}
        for at in order:
            year.renumber(draws[at])
            found[at] = measures(year)
        return found

    assert run([0, 1, 2, 3]) == run([3, 1, 0, 2])


CAPACITY_CELLS: dict[str, list[Cell]] = {
    "everything": [
        ("resource", "fleet", "capacity"),
        ("resource", "line", "background"),
        ("factor", "storms", "value"),
        ("link", "west", "capacity_t_per_year"),
        ("segment", "boxes", "ceiling_t_per_year"),
    ],
    "choice": [("resource", "line", "capacity"), ("segment", "bound", "ceiling_t_per_year")],
    "series": [("link", "two", "capacity_t_per_year")],
}


@pytest.mark.parametrize("name", CAPACITY_CELLS)
def test_givens_only_is_enough_for_capacities(name: str) -> None:
    case = SMALL[name]()
    for seed in range(3):
        other = changed(case, seed, CAPACITY_CELLS[name])
        year = Year(case, "capability")
        year.renumber(other, givens_only=True)
        assert_as_built_anew(year, other)


def test_givens_only_takes_a_ceiling_below_the_base_year() -> None:
    """What is handled must not pass a ceiling of this draw: 30 kt, though 50 kt came and 120 kt are stated."""
    case = choice()
    other = case.at({("segment", "bound", "ceiling_t_per_year"): 30_000.0})
    year = Year(case, "capability")
    for only in (False, True):
        year.renumber(case)
        year.renumber(other, givens_only=only)
        assert year.at_base()["ceiling", "bound"] == pytest.approx(30.0), f"givens_only={only}"


DROPS: dict[str, tuple[Callable[[], Case], Mapping[Cell, float]]] = {
    "demand": (everything, {("demand", "oil_alone", "t_per_year"): 0.0}),
    "fixed demand": (everything, {("demand", "stays", "t_per_year"): 0.0}),
    "link": (everything, {("link", "west", "capacity_t_per_year"): 0.0}),
    "comes": (everything, {("demand", "oil_alone", "elsewhere_t_per_year"): 1000.0}),
    "no limit any more": (everything, {("link", "west", "capacity_t_per_year"): math.inf}),
    "a limit that was not": (everything, {("link", "rail", "capacity_t_per_year"): 500_000.0}),
}
NO_MORE: dict[str, tuple[Callable[[], Case], Mapping[Cell, float]]] = {
    "use": (everything, {("use", "u1", "amount"): 0.0}),
    "loading": (everything, {("loading", "bulk", "loaded"): 0.0}),
    "two loadings": (everything, {("loading", "bulk", "empty"): 0.0, ("loading", "heavy", "empty"): 0.0}),
    "hours": (
        ferry,
        {
            ("link", "sea", "time_h"): 0.0,
            ("carrier", "ferry", "port_h"): 0.0,
            ("carrier", "ferry", "wait_h"): 0.0,
        },
    ),
}
"""Numbers that become zero: terms go, rows and columns stay."""


@pytest.mark.parametrize("what", NO_MORE)
def test_a_term_that_goes_leaves_its_row(what: str) -> None:
    make, values = NO_MORE[what]
    year = Year(make(), "capability")
    year.renumber(make().at(values))
    assert_same_arrays(year, make().at(values))
    year.renumber(make())
    assert_as_built_anew(year, make())


def assert_same_arrays(year: Year, case: Case) -> None:
    """Rows, columns, matrix and bounds are those of a year that is built anew, up to the scales of rows; goals, too."""
    anew = Year(case, year.study, year.layout.horizon)
    assert (year.program.rows, year.program.columns, year.program.givens) == (
        anew.program.rows,
        anew.program.columns,
        anew.program.givens,
    )
    for ours, theirs in zip(unscaled(year), unscaled(anew), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=0)
    for name in ("cost_shipper", "cost_resource", "tie_break", "level", "growth", "gate"):
        np.testing.assert_allclose(year.goal(name), anew.goal(name), rtol=1e-9, atol=0)


@pytest.mark.parametrize("periods", ["quarter", "month"])
@pytest.mark.parametrize("cyclic", [True, False])
@pytest.mark.parametrize("study", ["capability", "cost_shipper"])
def test_a_year_by_periods_takes_numbers_in_place(periods: str, cyclic: bool, study: str) -> None:
    """Hours on the way change lags, which stand in other places of the matrix."""
    case = everything()
    year = Year(case, study, Horizon.of(periods, cyclic=cyclic))
    for seed in (1, 2):
        other = changed(case, seed).at({("link", "sea", "time_h"): 900.0 * seed})
        assert year.program.matrix.nnz
        year.renumber(other)
        assert_same_arrays(year, other)
    year.renumber(case)
    assert_same_arrays(year, case)


@pytest.mark.parametrize("study", ["cost_shipper", "cost_resource"])
def test_costs_are_taken_in_place(study: str) -> None:
    usd = [("mode", mode, "cost_usd_per_tkm") for mode in ("rail", "sea")]
    usd += [("commodity", name, "time_usd_per_t_day") for name in ("box", "oil")]
    case, dear = (everything().at(dict.fromkeys(usd, price)) for price in (1.0, 3.0))
    year = Year(case, study)
    first = year.ask(Question(study, maximise=False)).value
    year.renumber(dear)
    assert_same_arrays(year, dear)
    second = year.ask(Question(study, maximise=False)).value
    assert second == pytest.approx(Year(dear, study).ask(Question(study, maximise=False)).value, rel=1e-9)
    assert second == pytest.approx(3 * first)


@pytest.mark.parametrize("what", DROPS)
def test_other_rows_are_refused_and_leave_the_model_usable(what: str) -> None:
    make, values = DROPS[what]
    case = make()
    year = Year(case, "capability")
    growth = year.concurrent()
    first, columns = measures(year), year.program.matrix.toarray()
    for _ in range(2):  # before the places are known, and after
        with pytest.raises(NeedsRebuild):
            year.renumber(case.at(values))
        assert year.case is case
        np.testing.assert_array_equal(year.program.matrix.toarray(), columns)
        assert measures(year) == first
        assert year.concurrent().value == pytest.approx(growth.value, rel=1e-12)
        year.renumber(case)
    other = changed(case, 7)
    year.renumber(other)
    assert_as_built_anew(year, other)


def test_a_link_that_closes_is_refused_among_givens_too() -> None:
    """The right-hand sides alone cannot close it, as it has no row any more."""
    case = series()
    year = Year(case, "capability")
    with pytest.raises(NeedsRebuild):
        year.renumber(case.at({("link", "two", "capacity_t_per_year"): 0.0}), givens_only=True)


@pytest.mark.parametrize("make", [*SMALL.values(), corridor_of], ids=lambda each: each.__name__)
def test_every_varying_term_has_its_place(make: Callable[[], Case]) -> None:
    """Taking the case's own numbers changes not one bit, so that each term goes where it came from."""
    year = Year(make(), "capability")
    data, values = year.program.matrix.data.copy(), year.program.values.copy()
    year.renumber(year.case)
    np.testing.assert_array_equal(year.program.matrix.data, data)
    np.testing.assert_array_equal(year.program.values, values)
