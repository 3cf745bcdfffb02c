"""Numbers of rules by hand where the golden cases have ones and zeros: lost cargo, gate factors, several vehicles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corridor.model.horizon import Horizon
from corridor.model.lost import Lost
from corridor.optimize.period.costs import cost_items, tie_break_terms
from corridor.optimize.period.rules.markets import givens
from corridor.optimize.period.rules.resources import resource_terms
from corridor.optimize.period.rules.stores import givens as rooms
from corridor.optimize.period.rules.stores import slot_terms
from corridor.optimize.period.rules.units import unit_fill
from corridor.optimize.period.streams import layout
from tests.cases import case_of
from tests.optimize.test_golden import open_halves

HALVES = Horizon.of("2", cyclic=False)


def test_lost_cargo_is_asked_of_parts_that_are_bound_to_time() -> None:
    """Of 100 kt that may wait 10 are lost and asked by half year; of 200 kt of the year 20 are lost and left out."""
    case = case_of(
        {
            "link": "link_id, from_node_id, to_node_id\n only, a, b",
            "demand": """
                demand_id, origin_id, destination_id, t_per_year, wait_d
                timed, a, b, 100000, 30
                plain, a, b, 200000,""",
        }
    )
    lost = Lost(
        HALVES,
        {"timed": np.array([10.0, 0.0]), "plain": np.array([0.0, 20.0])},
        {"timed": 100.0, "plain": 200.0},
        {"timed": "timed", "plain": "plain"},
    )
    made = layout(replace(case, lost=lost), "cost_shipper", HALVES)
    assert [part.part_id for part in made.parts] == ["plain", "timed"]
    assert [part.base for part in made.parts] == pytest.approx([180, 90])
    assert [part.lost for part in made.parts] == pytest.approx([20, 10])
    tonnes = givens(made)["tonnes"]
    assert tonnes["timed"] == pytest.approx(100 * HALVES.share)
    assert tonnes["plain"] == pytest.approx([180])
    grows = layout(case, "capability", HALVES)
    assert givens(grows)["tonnes"] == {}
    assert {name: most.tolist() for name, most in givens(grows)["floor"].items()} == {
        name: [0.0] for name in grows.base
    }


def test_a_gate_and_a_fleet_take_by_their_factors() -> None:
    """1.25 gate tonnes a tonne; a move of two ships takes 20 + 12 + 8 of their 8,000 h, 0.01 ships."""
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "commodity": "commodity_id, gate_factor\n oil, 1.25",
            "resource": "resource_id, kind, capacity, unit\n fleet, ship, 2, ships",
            "carrier": """
                carrier_id, resource_id, hours_per_year, port_h, wait_h, vehicles
                ship, fleet, 8000, 12, 8, 2""",
            "size": "size_id, carrier_id, dimension, amount\n hold, ship, deadweight_t, 5000",
            "loading": "loading_id, dimension, item_id, loaded\n one, deadweight_t, oil, 1",
            "link": """
                link_id, from_node_id, to_node_id, directed, time_h, gate, carrier_id
                sea, a, b, 0, 20, 1, ship""",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, gate, t_per_year
                all, oil, a, b, must, 50000""",
        }
    )
    terms = resource_terms(layout(case, "capability"))
    assert terms["gate"] == [(1250.0, "served", "all")]
    assert [(name, key) for _, name, key in terms["fleet"]] == [("move", "sea"), ("move", "sea_back")]
    assert [amount for amount, *_ in terms["fleet"]] == pytest.approx([1000 * (20 + 12 + 8) * 2 / 8000] * 2)


def test_rooms_of_stores() -> None:
    """A silo of 60 kt at any time; a yard of 4 kt by its slots: a tonne of five days takes 5/365 of the year."""
    made = layout(open_halves(), "capability", HALVES)
    given = rooms(made)
    assert given["room"]["silo"].tolist() == [60, 60]
    assert given["room"]["yard"] == pytest.approx(4 * HALVES.share)
    assert (given["opening"]["silo"].tolist(), given["closing"]["silo"].tolist()) == ([3], [2])
    assert "yard" not in given["opening"]
    slots = slot_terms(made)
    assert list(slots) == ["yard"]
    assert [(name, key[0]) for _, name, key in slots["yard"]] == [("passing", "sea")]
    assert slots["yard"][0][0] == pytest.approx(5 / 365)
    assert list(rooms(layout(open_halves(), "capability", Horizon.of("2")))) == ["room"]


def test_empties_take_by_their_number_and_boxes_a_half_of_a_platform() -> None:
    """Boxes of 20 t, two to a platform; a platform moved takes 4 of a siding, loaded or empty, an empty box 3."""
    case = case_of(
        {
            "unit": "unit_id\n box\n platform",
            "packing": """
                packing_id, commodity_id, mode_id, unit_id, payload_t, on_unit_id, units_per
                one, cargo, way, box, 20, platform, 2""",
            "resource": "resource_id, capacity, unit\n siding, 90000, slots",
            "link": "link_id, from_node_id, to_node_id, directed\n way, a, b, 0",
            "use": """
                use_id, resource_id, link_id, direction, activity, item_id, amount
                empties, siding, way, both, empty, box, 3
                platforms, siding, way, both, unit, platform, 4""",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, t_per_year
                all, cargo, a, b, 40000""",
        }
    )
    made = layout(case, "capability")
    taken = {(name, key): amount for amount, name, key in resource_terms(made)["siding"]}
    kinds = {(name, unit): amount for (name, (_, unit)), amount in taken.items()}
    assert kinds == {
        ("empty", "box"): pytest.approx(3000),
        ("empty", "platform"): pytest.approx(4000),
        ("loaded", "platform"): pytest.approx(4000),
    }
    filled = {(name, key): amount for amount, name, key in unit_fill.terms(made)["way", "platform"]}
    assert filled["loaded", ("way", "box")] == pytest.approx(0.5)
    assert unit_fill.terms(made)["way", "box"][1][0] == pytest.approx(1 / 20)


def test_a_closing_stock_is_worth_its_price_and_waiting_the_time_of_its_cargo() -> None:
    """7 USD for a tonne that the silo keeps; a day of waiting is worth 0.1 USD, more where its cargo says so."""
    case = open_halves().with_(["store.silo.closing_usd_per_t=7"])
    made = layout(case, "cost_shipper", HALVES)
    stock = [term for item, term in cost_items(made, "cost_shipper") if item == "stock"]
    assert {amount for amount, *_ in stock} == {-7.0}
    assert {name for _, name, _ in stock} == {"closing_stock"}
    for price, day in (("0", 0.1), ("0.5", 0.5)):
        ties = tie_break_terms(layout(case.with_([f"commodity.cargo.time_usd_per_t_day={price}"]), "handled", HALVES))
        assert [amount for amount, name, _ in ties if name == "waiting_days"] == pytest.approx([day])


@pytest.mark.parametrize(
    ("first", "second"),
    [("a, b, 90, 10", "a, b, 100, 10"), ("a, b, 90, 9", "a, b, 90, 10"), ("a, b, 90, 9", "a, b, 90, 9")],
)
def test_ways_of_equal_cost_go_by_length_then_hours_then_name(first: str, second: str) -> None:
    """A nudge is smaller for fewer km, then for fewer hours, then for the first name."""
    case = case_of(
        {
            "link": f"""
                link_id, from_node_id, to_node_id, length_km, time_h, directed
                north, {first}, 1
                south, {second}, 1""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 100000",
        }
    )
    ties = {key[0]: amount for amount, name, key in tie_break_terms(layout(case, "capability")) if name == "flow"}
    assert 0 < ties["north"] < ties["south"]
