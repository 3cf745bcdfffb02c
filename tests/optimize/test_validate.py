"""What the names in a test's formula stand for, derived by hand, and how the verdict is found."""

from __future__ import annotations

import math

import pytest

from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.optimize.studies.validate import COLUMNS
from tests.asked import validate
from tests.cases import Row, case_of, ferry, tables_of_case

MOVES = 500 * (14 + 17) / 504  # each way: 500 wagons of 14 m and 500 trucks of 17 m, on a deck of 504 m


def row(formula: str, *, study: str = "handled", **more: object) -> Row:
    return {"name": formula, "role": "test", "study": study, "formula": formula, "unit": "t", "source_id": "s1", **more}


def with_tests(*rows: Row) -> Case:
    tables = tables_of_case(ferry())
    tables["source"] = [{"source_id": "s1", "item": "x", "title": "y", "url": "https://a.b", "confidence": "high"}]
    tables["scope"] = [{"scope_id": "rail", "name": "rail", "demands": "commodity_id = by_wagon"}]
    tables["validation"] = [{"validation_id": f"v{number}", **row} for number, row in enumerate(rows)]
    return case_of(tables)


def no_scenario(name: str) -> Case:
    raise AssertionError(f"nobody asked for {name}")


@pytest.mark.parametrize(
    ("formula", "modelled"),
    [
        ("measure.handled.t", 80_000),
        ("segment.wagons.t + segment.trucks.t", 80_000),
        ("demand.trucks_west.t", 10_000),
        ("link.sea.t", 80_000),
        ("link.land.wagon", 1_000),
        ("link.sea.truck", 1_000),
        ("link.sea.moves", 2 * MOVES),
        ("resource.ferries.used", 2 * MOVES / 200),
        ("resource.ferries.available", 1),
        ("resource.ferries.share", 2 * MOVES / 200),
        ("measure.concurrent.t / measure.handled.t", 200 / (2 * MOVES)),
        ("kind.ship.first", 1),
        ("kind.quay.first", 0),
        ("limit.ferries.first", 1),
        ("limit.gate.first", 0),
        ("by_wagon.inland.far", 5 + 20 + 16.8 + 7),
        ("by_truck.far.port / 24", (20 + 16.8 + 7) / 24),
        ("packing.wagon_sea.payload_t * 2", 120),
        ("base.handled.t", 80_000),
        ("base.trucks.t", 20_000),
        ("base.wagons.t", 60_000 * (100 * 504 - 500 * 17) / (500 * 14)),  # T: wagons take what trucks leave of the deck
        ("scope.all.handled.t", 80_000),
        ("scope.rail.base.t", 60_000),
        ("scope.rail.least.t / scope.rail.most.t", 1),  # wagons carry more a metre of deck: all that is left is theirs
    ],
)
def test_names(formula: str, modelled: float) -> None:
    found = validate(with_tests(row(formula)), no_scenario)
    assert list(found.columns) == COLUMNS
    assert found["modelled"].iloc[0] == pytest.approx(modelled, rel=1e-6)


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"low": 79_000, "high": 81_000}, "pass"),
        ({"low": 80_001}, "fail"),
        ({"high": 79_999}, "fail"),
        ({"low": 79_999}, "pass"),
        ({"role": "input", "low": 90_000}, "input"),
        ({"role": "forecast", "low": 90_000}, "forecast"),
        ({"role": "shift", "low": 90_000}, "fail"),
        ({"role": "inference", "low": 90_000}, "inference"),
    ],
)
def test_verdict(more: Row, verdict: str) -> None:
    found = validate(with_tests(row("link.sea.t", published=100_000) | more), no_scenario)
    assert found["verdict"].iloc[0] == verdict
    assert found["difference"].iloc[0] == pytest.approx(-0.2)


def test_a_scenario_is_asked_for_by_name_and_base_stays_what_it_was() -> None:
    case = with_tests(
        row("measure.concurrent.t / base.concurrent.t", scenario="two_ferries"),
        row("measure.concurrent.t / base.concurrent.t"),
    )
    asked: list[str] = []

    def scenario(name: str) -> Case:
        asked.append(name)
        return case.with_(["resource.ferries.capacity=2"], scenario=name)

    assert list(validate(case, scenario)["modelled"]) == pytest.approx([2, 1])
    assert asked == ["two_ferries"]


def test_without_a_published_figure_there_is_no_difference() -> None:
    found = validate(with_tests(row("link.sea.t", low=1)), no_scenario)
    assert math.isnan(found["difference"].iloc[0])
    assert found["verdict"].iloc[0] == "pass"


def test_names_that_stand_for_nothing_are_told_all_at_once() -> None:
    case = with_tests(
        row("link.see.t"),
        row("measure.handled.usd"),
        row("link.sea.t"),
        row("by_wagon.far.nowhere"),
        row("s1"),
        row("scope.rail.free.t"),
        row("scope.road.capability.t"),
        row("measure.handled.t.t"),
        row("link.sea.t / (segment.wagons.t - segment.wagons.t)"),
    )
    with pytest.raises(CaseError) as error:
        validate(case, no_scenario)
    assert [fault.code for fault in error.value.faults] == ["C057"] * 8
    assert "names link.see.t, which is no number of the case" in error.value.faults[0].message
    assert "divides by zero" in error.value.faults[-1].message


THETA = 0.05
CHOOSE = {
    "link": "link_id, from_node_id, to_node_id, tariff_usd_per_t, time_h\nway, a, b, 40, 30",
    "demand": "demand_id, origin_id, destination_id, t_per_year, segment_id\ncargo, a, b, 100, boxes",
    "segment": "segment_id, name\nboxes, Boxes",
    "resource": "resource_id, capacity\nline, 120",
    "use": "use_id, resource_id, link_id, activity, amount\nline, line, way, tonne, 1",
    "market": f"market_id, kind, demands, potential_t_per_year, theta_per_usd\nshippers, logit, cargo, 400, {THETA}",
    "rival": "rival_id, name, usd_per_t, days\nsea, Sea, 50, 20",
    "market_rival": "market_rival_id, market_id, rival_id, share\nby_sea, shippers, sea, 1",
}
"""100 of 400 t by the way, 300 by sea; the way carries 120."""


def observed(*formulas: str) -> list[float]:
    """Numbers of formulas over the cargo that comes, where the sea costs ten dollars a tonne more."""
    tests = [row(each, study="expected", scenario="dear_sea", role="shift", low=0) for each in formulas]
    source = [{"source_id": "s1", "item": "x", "title": "y", "url": "https://a.b", "confidence": "high"}]
    named = [{"validation_id": f"v{number}", **each} for number, each in enumerate(tests)]
    case = case_of({**CHOOSE, "source": source, "validation": named})
    found = validate(case, lambda name: case.with_(["rival.sea.usd_per_t=60"], scenario=name))
    assert set(found["verdict"]) == {"pass"}
    return list(found["modelled"])


def test_an_observed_change_is_that_of_the_cargo_that_comes() -> None:
    """Odds of 1/3 rise by e^(10 theta): 142 t want to come, 120 t find room."""
    wanted = 400 / (1 + 3 * math.exp(-10 * THETA))
    known = {
        "market.shippers.t": 120,
        "market.shippers.wanted": wanted,
        "base.market.shippers.t": 100,
        "segment.boxes.t": 120,
        "segment.boxes.base": 100,
        "base.boxes.t": 100,
        "rival.sea.t": 280,
        "rival.sea.base": 300,
        "measure.expected.t": 120,
    }
    assert observed(*known) == pytest.approx(list(known.values()), rel=1e-4)
    assert observed("rival.sea.usd_per_t - base.rival.sea.usd_per_t") == pytest.approx([10])


def test_a_case_without_tests_is_not_solved() -> None:
    assert not len(validate(ferry(), no_scenario))
