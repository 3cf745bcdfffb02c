"""What can go wrong, by hand; single outages in place beside the same case with --set, solved anew."""

from __future__ import annotations

import math
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from corridor.model.case import Case
from corridor.model.faults import CaseError, InfeasibleError
from corridor.model.horizon import Horizon
from corridor.model.listings import in_force
from corridor.model.result.frame import rows
from corridor.model.result.risk import Risk
from corridor.model.scope import scope_of
from corridor.optimize.answer.measures import Measures
from corridor.optimize.answer.year import Year
from corridor.optimize.studies.disrupt import disrupt
from corridor.optimize.studies.hazards import Crossing, Place, Sailing, Way, Years, drawn, shortfall, waits_d
from corridor.optimize.studies.listings import Carried, candidates, worst
from corridor.optimize.studies.risk import risk
from tests.asked import setting
from tests.cases import Tables, case_of, oil_and_boxes
from tests.optimize.test_expected import corridor as one_market
from tests.random_cases import gated_tables


def anew(case: Case, change: str, floor: float) -> tuple[float, float]:
    """Growth and capability, t, of the case with a change, compiled anew and asked at a floor."""
    year = Year(case.with_(change.split("; ")), "capability")
    return year.concurrent().value, Measures.of(year, floor).t("capability")


MOST = 5
"""Number of outages of a case that are compiled anew, those with the greatest losses first."""


def agrees(case: Case, found: Risk) -> None:
    lone = found.table["table"].isin(["resource", "link"]) & (found.table["change"] == "")
    assert not found.table.loc[lone, "fits_lost_t"].any()
    changed = found.table[found.table["change"] != ""]
    some = changed.iloc[:: max(1, len(changed) // MOST)]
    for row in rows(some):
        growth, fits_t = anew(case, row.change, found.floor)
        assert row.growth == pytest.approx(growth, rel=1e-6, abs=1e-9), row
        assert found.base["fits_t"] - row.fits_lost_t == pytest.approx(fits_t, rel=1e-6, abs=1.0), row


@pytest.mark.slow
@given(gated_tables(fixed=False))
@settings(max_examples=5)
def test_in_place_equals_the_change_solved_anew(tables: Tables) -> None:
    case = case_of(tables)
    try:
        found = risk(setting(case), days=90.0, unit_days=182.5, pair=False)
    except InfeasibleError:
        return
    agrees(case, found)


def test_losses_by_hand() -> None:
    """Half a year: a field of 100 kt of 250 stops at 50, an oil quay of 400 kt at 200, a box quay of 100 at 50."""
    case = oil_and_boxes()
    found = risk(setting(case), days=182.5)
    agrees(case, found)
    lost = {row.row: row.fits_lost_t for row in rows(found.table)}
    assert lost["oil_quay"] == pytest.approx(50_000)
    assert lost["from_field_b"] == pytest.approx(125_000)
    assert lost["box_quay"] == pytest.approx(50_000)
    assert found.pair["fits_lost_t"] == pytest.approx(175_000)
    assert {found.pair["one"], found.pair["other"]} == {"link.from_field_b", "resource.box_quay"}
    assert math.isnan(found.base["comes_t"])


def test_what_comes_and_its_freight_by_hand() -> None:
    """Half a year without the line of 120 t leaves 60 of the 100 that come, at 40 USD of freight each.

    A full line raises the rent of its room, not the freight of a tonne.
    """
    found = risk(setting(one_market(capacity=120.0)), days=182.5, pair=False)
    lost = {row.row: (row.comes_lost_t, row.usd_lost) for row in rows(found.table) if row.table == "resource"}
    assert found.base["freight_usd"] == pytest.approx(4000.0, rel=1e-4)
    assert lost["line"] == pytest.approx((40.0, 1600.0), rel=1e-3)


TWO_WAYS: Tables = {
    "link": [
        {"link_id": "north", "from_node_id": "a", "to_node_id": "b", "capacity_t_per_year": 60_000},
        {"link_id": "south", "from_node_id": "a", "to_node_id": "b", "capacity_t_per_year": 40_000},
    ],
    "demand": [{"demand_id": "cargo", "origin_id": "a", "destination_id": "b", "gate": "never", "t_per_year": 80_000}],
}


def test_a_year_out_and_a_pair_that_costs_more_than_both() -> None:
    """Ways of 60 and 40 kt: a year out leaves the other; what fits is no sum where one way stands for the other."""
    found = risk(setting(case_of(TWO_WAYS)), days=365.0)
    left = {row.row: found.base["fits_t"] - row.fits_lost_t for row in rows(found.table)}
    assert left == pytest.approx({"north": 40_000, "south": 60_000, "a": 0, "b": 0})
    growth = {row.row: row.growth for row in rows(found.table)}
    assert growth == pytest.approx({"north": 0.5, "south": 0.75, "a": 0, "b": 0})
    assert found.pair["fits_lost_t"] == pytest.approx(100_000)


def test_a_place_is_out_with_its_links_and_its_own_resources() -> None:
    """A way of 60 and one of 40 kt over a port each, whose quay takes 50: half a year out leaves 25 of the north.

    The port of the north stops its line and its quay alike; what passes the other port stays.
    """
    case = case_of(
        {
            "resource": "resource_id, capacity\n quay, 50000",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                to_north, a, north, 60000
                over_north, north, b, unlimited
                over_south, a, b, 40000""",
            "use": "use_id, resource_id, link_id, activity, amount\n quay, quay, over_north, tonne, 1",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n cargo, a, b, never, 80000",
        }
    )
    found = risk(setting(case), days=182.5, pair=False)
    agrees(case, found)
    assert found.base["fits_t"] == pytest.approx(90_000)
    lost = {(row.table, row.row): row.fits_lost_t for row in rows(found.table)}
    assert lost["node", "north"] == pytest.approx(25_000)
    assert lost["link", "to_north"] == pytest.approx(20_000)
    assert lost["node", "b"] == pytest.approx(25_000 + 20_000)


def test_a_pool_is_out_with_all_its_vehicles() -> None:
    """Ten wagons carry all; half a year without them carries half, and so does a pool of five."""
    case = case_of(
        {
            "unit": "unit_id, name\n wagon, Wagon",
            "packing": "packing_id, commodity_id, mode_id, unit_id, payload_t\n one, cargo, way, wagon, 50",
            "link": "link_id, from_node_id, to_node_id, time_h, directed\n rail, a, b, 24, 0",
            "pool": "pool_id, name, unit_id, number\n wagons, Wagons, wagon, 10",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n cargo, a, b, never, 50000",
        }
    )
    found = risk(setting(case), days=182.5, pair=False)
    agrees(case, found)
    (pool,) = (row for row in rows(found.table) if row.table == "pool")
    assert pool.fits_lost_t == pytest.approx(found.base["fits_t"] / 2)
    assert pool.change == "pool.wagons.number=5.0"


def test_a_ferry_out_three_months_is_a_quarter_of_its_year() -> None:
    case = case_of(
        {
            "resource": "resource_id, kind, capacity, unit, step, step_unit\n ferries, ship, 4, ships, 1, ferry",
            "carrier": "carrier_id, resource_id, hours_per_year, port_h\n ferry, ferries, 8760, 10",
            "size": "size_id, carrier_id, dimension, amount\n hold, ferry, t, 1000",
            "loading": "loading_id, dimension, item_id, loaded, empty\n one, t, cargo, 1, 0",
            "link": """
                link_id, from_node_id, to_node_id, time_h, carrier_id
                sea, a, b, 20, ferry
                back, b, a, 20, ferry""",
            "demand": """
                demand_id, origin_id, destination_id, gate, t_per_year
                cargo, a, b, never, 300000""",
        }
    )
    found = risk(setting(case), days=14.0, unit_days=91.25, pair=False)
    unit = next(row for row in rows(found.table) if row.of == "unit")
    assert unit.step == "ferry"
    assert unit.change == "resource.ferries.capacity=3.75"
    assert unit.fits_lost_t == pytest.approx(found.base["fits_t"] / 16)


def place(offers: float, *, late_d: float = math.inf, wait_d: float = math.inf, step: float = 0.0) -> Place:
    """A line with 365 kt of one demand a year."""
    return Place("resource", "line", "Line", offers, step, (Crossing("cargo", 365_000.0, late_d, wait_d),))


def hazard_case(hazard: str, *, units: bool = False) -> Case:
    """A line of 2 kt a day with 1 kt a day on it, and one hazard."""
    return case_of(
        {
            "resource": f"resource_id, capacity, step, step_unit\n line, 730000, {182500 if units else ''}, track",
            "link": "link_id, from_node_id, to_node_id, time_h, capacity_t_per_year\n rail, a, b, 24, unlimited",
            "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
            "demand": """
                demand_id, origin_id, destination_id, gate, t_per_year, wait_d, late_d
                cargo, a, b, never, 365000, 20, 5""",
            "hazard": f"hazard_id, kind, table, rows, per_year, days, units, left, shape, missed\n {hazard}",
        }
    )


def one_event(case: Case, offers: Place, first: float, days: float) -> Years:
    """Drawn years of which the first has one event of the hazard of a case, and the other has none."""
    years = Years(case, [offers], 2, 1)
    row = case.rows("hazard")[0]
    years.events = [(row, np.array([0]), np.array([first]), np.array([days]))]
    return years


def test_a_queue_by_day_is_that_of_cumulative_curves() -> None:
    """Closed 30 days at twice the use.

    Where cargo may wait no longer than 20 days, that of the first ten closed days is lost. Where it may wait for ever,
    the wait falls from 30 days to none within 60, half a day each day: cargo of the first 20 waits more than 20 days.
    """
    case = hazard_case("shut, other, resource, line, 1, 30, , 0, 0, 0")
    found = drawn(one_event(case, place(2.0), 90.0, 30.0), [place(2.0, late_d=5.0, wait_d=20.0)])
    assert found.shut[:, 0] == pytest.approx([30.0, 0.0])
    assert found.lost[:, 0] == pytest.approx([10_000.0, 0.0])
    without = drawn(one_event(case, place(2.0), 90.0, 30.0), [place(2.0, late_d=20.0)])
    assert without.late[:, 0] == pytest.approx([20_000.0, 0.0])
    assert not without.lost.any()


@pytest.mark.slow
def test_the_queue_by_day_loses_what_disrupt_loses() -> None:
    """The same closure by the clock of days and by the drawn years: the same tonnes lost."""
    case = hazard_case("shut, other, resource, line, 1, 30, , 0, 0, 0")
    clock = disrupt(setting(case, Horizon.of("month")), "line", "04-01", "04-30")
    demand = case.row("demand", "cargo")
    line = place(2.0, late_d=demand.late_d, wait_d=demand.wait_d)
    found = drawn(one_event(case, line, 90.0, 30.0), [line])
    assert found.lost[0, 0] == pytest.approx(clock.lost_t, rel=1e-6)


def test_a_shape_leaves_a_mean_year_as_it_is_and_units_take_their_share() -> None:
    case = hazard_case("shut, other, resource, line, 2, 10, , 0, 1, 0")
    years = Years(case, [place(2.0)], 1000, 1)
    assert years.usual(place(2.0)) == pytest.approx(20 / 365)
    found = drawn(years, [place(2.0)])
    left = (1 - found.shut[:, 0] / 365) / (1 - 20 / 365)
    assert left.mean() == pytest.approx(1.0, abs=0.01)
    half = hazard_case("shut, other, resource, line, 2, 10, 1, , 0, 0", units=True)
    taken = drawn(Years(half, [place(2.0)], 1000, 1), [place(2.0, step=0.25)])
    assert taken.shut.mean() == pytest.approx(5.0, rel=0.15)


def test_shortfall_by_hand() -> None:
    losses = np.array([0.0] * 8 + [50.0, 100.0])
    assert shortfall(losses, 0.8) == pytest.approx(75.0)
    assert shortfall(losses, 0.9) == pytest.approx(100.0)
    assert shortfall(losses, 0.85) == pytest.approx((100 + 0.5 * 50) / 1.5)
    assert shortfall(losses, 0.0) == pytest.approx(15.0)


def test_a_weekly_ship_that_misses_one_sailing_in_five() -> None:
    """Half a week, and a week for each sailing missed: 3.5 + 1.75 days in the mean, as drawn."""
    weekly = Sailing(1.0, 0.2)
    assert weekly.mean_wait_d == pytest.approx(3.5 + 1.75)
    waits = waits_d(weekly, 200_000, np.random.default_rng(1))
    assert waits.mean() == pytest.approx(5.25, rel=0.01)
    way = Way("cargo", 1.0, 10.0, (), (weekly,))
    case = hazard_case("shut, other, resource, line, 1, 1, , 0, 0, 0")
    days = drawn(Years(case, [], 20_000, 1), [], [way]).days["cargo"]
    assert days.mean() == pytest.approx(10.0 + 1.75, rel=0.01)


def ports() -> Case:
    """Two ways over ports, of 60 and 40 kt, for 80 kt; a ship on each, and an operator of one."""
    return case_of(
        {
            "mode": "mode_id, at_sea\n rail, 0\n sea, 1",
            "operator": "operator_id, name\n line, North line",
            "link": """
                link_id, from_node_id, to_node_id, mode_id, capacity_t_per_year, operator
                to_north, a, north, rail, unlimited,
                to_south, a, south, rail, unlimited,
                over_north, north, b, sea, 60000, North line
                over_south, south, b, sea, 40000,""",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n cargo, a, b, never, 80000",
            "listing": """
                listing_id, table, row, list, status, from_date, to_date
                north, node, north, one, listed, 2025-01-01,
                south, node, south, two, listed, 2024-01-01, 2024-12-31
                later, operator, line, one, proposed, 2026-01-01,""",
        }
    )


def test_the_worst_single_listing_leaves_forty() -> None:
    case = ports()
    carried = Carried(setting(case))
    assert carried.left().kt == pytest.approx(80.0)
    some = [each for each in candidates(case) if each.row in ("north", "south")]
    assert [each.row for each in worst(carried, some, 1)] == ["north"]
    assert carried.left(some[0].shut).kt == pytest.approx(40.0)
    assert {each.row for each in worst(carried, some, 2)} == {"north", "south"}
    assert [each.row for each in candidates(case) if each.of == "operator"] == ["line"]


def test_branching_is_an_enumeration() -> None:
    """The worst two of every case are those of all pairs tried."""
    case = ports()
    carried = Carried(setting(case))
    every = candidates(case)
    pairs = [carried.left(one.shut | other.shut).kt for one, other in combinations(every, 2)]
    chosen = worst(carried, every, 2)
    shut = frozenset().union(*(each.shut for each in chosen))
    assert carried.left(shut).kt == pytest.approx(min(pairs))


def test_listings_hold_on_their_days_and_filter_scopes() -> None:
    case = ports()
    assert [row.listing_id for row in in_force(case)] == ["north"]
    assert [row.listing_id for row in in_force(case, "2024-06-01")] == ["south"]
    assert not in_force(case, "2023-06-01")
    clean = case.with_(['add scope {scope_id: clean, name: Clean, avoid_nodes: "listed = one"}'])
    shut = scope_of(clean, "clean").shut
    assert shut == {"to_north", "over_north"}


def storms() -> Case:
    """A line that is shut for 30 days once a year in the mean; a second track of it, and a stock for a year."""
    return hazard_case("shut, other, resource, line, 1, 30, , 0, 0, 0").with_(
        [
            "add project {project_id: track, name: Track, resource_id: line, adds: 730000, cost_usd: 1}",
            "add remedy {remedy_id: track, name: Track, kind: vehicle, project_id: track, usd_per_year: 1000}",
            "add remedy {remedy_id: stock, name: Stock, kind: stock, buffer_d: 366, usd_per_year: 1000}",
        ]
    )


@cache
def drawn_storms() -> Risk:
    return risk(setting(storms()), draws=100, seed=7)


def test_risk_of_listings_hazards_and_remedies_together() -> None:
    found = drawn_storms()
    again = risk(setting(storms()), draws=100, seed=7)
    assert found.to_json() == again.to_json()
    years: dict[str, Any] = {row.measure: row for row in rows(found.years)}
    assert years["both"].mean_t == pytest.approx(years["late"].mean_t + years["lost"].mean_t)
    assert years["both"].p95_t <= years["both"].shortfall_t
    saved: dict[str, Any] = {row.remedy: row for row in rows(found.remedies)}
    assert saved["stock"].saved_t == pytest.approx(years["late"].mean_t)
    assert 0 < saved["track"].saved_t < years["both"].mean_t
    assert saved["stock"].usd_per_t == pytest.approx(1000 / saved["stock"].saved_t)


@pytest.mark.parametrize("asked", [{"listed": "March"}, {"level": 1.0}])
def test_a_question_that_is_none(asked: dict[str, Any]) -> None:
    with pytest.raises(CaseError, match=r"C265|C266"):
        risk(setting(ports()), **asked)
