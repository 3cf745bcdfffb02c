"""Fleets by moves: loaded both ways, empties back, decks that are shared, water that falls."""

import pytest

from corridor.model.case import Case
from tests.cases import answered, case_of, ferry, rows_of, tables_of_case


def feeders(west: float, east: float) -> Case:
    """Six feeders of 225 TEU; a move takes 22 + 24 + 20 = 66 h of 8 712 h, so a ship sails 66 times each way a year."""
    rows = [("west", "aktau", "baku", west), ("east", "baku", "aktau", east)]
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 27000000",
            "unit": "unit_id\n teu",
            "packing": "packing_id, commodity_id, mode_id, unit_id, payload_t\n one, cargo, way, teu, 10",
            "resource": "resource_id, kind, capacity, unit, step, step_unit\n feeders, ship, 6, ships, 1, feeder",
            "carrier": "carrier_id, resource_id, hours_per_year, port_h, wait_h\n feeder, feeders, 8712, 24, 20",
            "size": "size_id, carrier_id, dimension, amount\n slots, feeder, teu, 225",
            "loading": "loading_id, dimension, item_id, loaded, empty\n one, teu, teu, 1, 1",
            "link": """
                link_id, from_node_id, to_node_id, directed, time_h, gate, carrier_id
                sea, aktau, baku, 0, 22, 1, feeder""",
            "segment": "segment_id\n boxes",
            "demand": [
                {
                    "demand_id": name,
                    "origin_id": start,
                    "destination_id": end,
                    "segment_id": "boxes",
                    "gate": "must",
                    "t_per_year": t,
                }
                for name, start, end, t in rows
            ],
        }
    )


WAY = 6 * 66 * 225
"""TEU each way: 89 100, in words 89 000."""


def moves(case: Case) -> dict[tuple[str, str], float]:
    """Number by (arc, loaded | empty | carrier)."""
    move = answered(case).move
    return {(row.arc, row.what): row.number for row in move.itertuples()}  # type: ignore[misc]


def test_six_feeders_carry_89_000_teu_each_way() -> None:
    assert round(WAY, -3) == 89_000
    case = feeders(50_000, 50_000)
    found = moves(case)
    assert found["sea", "loaded"] == pytest.approx(WAY)
    assert found["sea_back", "loaded"] == pytest.approx(WAY)
    assert found["sea", "carrier"] == found["sea_back", "carrier"] == pytest.approx(6 * 66)
    assert ("sea", "empty") not in found
    assert answered(case).value == pytest.approx(2 * WAY * 10)  # 178 000 TEU of 10 t in all


def test_empties_come_back_and_cost_the_way_west_nothing() -> None:
    found = moves(feeders(50_000, 0))
    assert found["sea", "loaded"] == pytest.approx(WAY)
    assert found["sea_back", "empty"] == pytest.approx(WAY)
    assert ("sea_back", "loaded") not in found


def test_uneven_trade_fills_the_difference_with_empties() -> None:
    """Three west for one east: the way west is full, two thirds of the way back are empties."""
    case = feeders(60_000, 20_000)
    found = moves(case)
    assert found["sea", "loaded"] == pytest.approx(WAY)
    assert found["sea_back", "loaded"] == pytest.approx(WAY / 3)
    assert found["sea_back", "empty"] == pytest.approx(WAY * 2 / 3)
    assert answered(case).value == pytest.approx(WAY * 4 / 3 * 10)


def test_one_more_feeder_brings_a_sixth() -> None:
    limits = answered(feeders(50_000, 50_000)).limits
    assert list(limits["resource"]) == ["feeders"]
    assert limits["price"].iloc[0] == pytest.approx(2 * 66 * 225 * 10)
    assert limits["price_unit"].iloc[0] == "gate t/year per feeder"


def test_a_yard_sees_loaded_and_empty_in_both_directions() -> None:
    """A yard of 60 000 TEU handled: west alone it moves 30 000 loaded out and as many empty in."""
    yard = case_of(
        tables_of_case(feeders(50_000, 0))
        | {
            "resource": rows_of("""
                resource_id, kind, capacity, unit
                feeders, ship, 6, ships
                yard, west, 60000, TEU"""),
            "use": rows_of("use_id, resource_id, link_id, activity, amount\n one, yard, sea, unit, 1"),
        }
    )
    assert answered(yard).value == pytest.approx(30_000 * 10)


def test_joint_deck_by_hand() -> None:
    """100 voyages each way of a deck of 504 m are 50 400 m; the base year is 500 wagons of 14 m and 500 trucks of 17 m.

    H: 2 x (500 x 60 t + 500 x 20 t) = 80 kt. C: 50 400 / (500 x 31) = 3.2516 times that. T: trucks stay at 500,
    8 500 m, and wagons, which bring more for a metre, take 41 900 m: 2 x (41 900 / 14 x 60 + 10 000). U: wagons alone.
    """
    answer = answered(ferry())
    assert answer.measures_t == pytest.approx(
        {
            "handled": 80e3,
            "concurrent": 80e3 * 50_400 / 15_500,
            "capability": 2 * (41_900 / 14 * 60 + 10_000),
            "free": 2 * (50_400 / 14 * 60),
        },
        rel=1e-9,
    )
    number = answer.move.set_index(["arc", "item"])["number"]
    assert number["sea", "truck"] == number["sea_back", "truck"] == pytest.approx(500)
    assert number["sea", "wagon"] == pytest.approx(41_900 / 14)
    assert number["sea", "ferry"] == pytest.approx(100)


def test_empty_wagons_return() -> None:
    """Only west: as many wagons go back empty, inland too, and take their metres of deck."""
    case = ferry().with_(["demand.wagons_east.t_per_year=0", "demand.trucks_east.t_per_year=0"])
    answer = answered(case)
    number = answer.move.set_index(["arc", "what", "item"])["number"]
    for unit in ("wagon", "truck"):
        for way in ("sea", "land"):
            assert number[way, "loaded", unit] == pytest.approx(number[f"{way}_back", "empty", unit])
    assert answer.measures_t["concurrent"] == pytest.approx(40e3 * 50_400 / 15_500)
    # Empties use deck and count nothing.
    assert answer.delivered["gate_t"].sum() == pytest.approx(answer.value, rel=1e-8)


def test_wagons_that_return_by_another_ship_need_it() -> None:
    """Cargo crosses by a bridge that takes 3 Mt; wagons come home empty by a ferry on which no cargo rides.

    The ferry makes 8 760 / 87.6 = 100 round trips with 10 wagons: 1 000 wagons a year, so 60 kt of cargo.
    """
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 27000000",
            "commodity": "commodity_id\n cargo\n stone",
            "unit": "unit_id\n wagon",
            "packing": """
                packing_id, commodity_id, mode_id, unit_id, payload_t
                one, cargo, way, wagon, 60
                two, stone, way, ,""",
            "resource": "resource_id, kind, capacity, unit\n ferries, ship, 1, ships",
            "carrier": "carrier_id, resource_id\n ferry, ferries",
            "size": "size_id, carrier_id, dimension, amount\n deck, ferry, wagons, 10",
            "loading": """
                loading_id, dimension, item_id, loaded, empty
                one, wagons, wagon, 1, 1
                two, wagons, stone, 1, 0""",
            "link": """
                link_id, from_node_id, to_node_id, time_h, carrier_id, gate, capacity_t_per_year, commodities
                bridge, a, b, 1, , 1, 3000000, cargo
                home, b, a, 43.8, ferry, 1, unlimited, cargo
                light, a, b, 43.8, ferry, 1, unlimited, stone""",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n all, a, b, must, 6000",
        }
    )
    answer = answered(case)
    assert answer.value == pytest.approx(1_000 * 60)
    assert list(answer.limits["resource"]) == ["ferries"]


def bulk(value: str = "1") -> Case:
    """One tanker of 5 000 t that makes 100 moves each way; oil goes one way and the ship comes back in ballast."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 27000000",
            "resource": "resource_id, kind, capacity, unit, step, step_unit\n tankers, ship, 2, ships, 1, tanker",
            "carrier": "carrier_id, resource_id\n tanker, tankers",
            "size": "size_id, carrier_id, dimension, amount\n weight, tanker, deadweight_t, 5000",
            "factor": f"factor_id, size_id, kind, value\n shallow, weight, draught, {value}",
            "loading": "loading_id, dimension, item_id, loaded\n one, deadweight_t, cargo, 1",
            "link": """
                link_id, from_node_id, to_node_id, directed, time_h, gate, carrier_id
                sea, aktau, baku, 0, 43.8, 1, tanker""",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n oil, aktau, baku, must, 100000",
        }
    )


@pytest.mark.parametrize("value", ["1", "0.85", "0.5"])
def test_draught_cuts_what_a_ship_takes(value: str) -> None:
    answer = answered(bulk(value))
    assert answer.value == pytest.approx(2 * 100 * 5_000 * float(value))
    number = answer.move.set_index("arc")["number"]
    assert number["sea"] == number["sea_back"] == pytest.approx(200)


def test_a_derated_fleet_gains_a_derated_ship() -> None:
    """Weather leaves 0.8 of the fleet's hours: a third tanker brings 0.8 of what it would in calm water."""
    storms = rows_of("factor_id, resource_id, kind, value\n storms, tankers, weather, 0.8")
    stormy = case_of(tables_of_case(bulk()) | {"factor": storms})
    answer = answered(stormy)
    assert answer.value == pytest.approx(0.8 * 2 * 100 * 5_000)
    assert answer.limits["price"].iloc[0] == pytest.approx(0.8 * 100 * 5_000)
