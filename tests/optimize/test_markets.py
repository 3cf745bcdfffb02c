"""How far each market goes alone, derived by hand, and what stops it."""

import math
from typing import Any

import pytest

import corridor as api
from corridor.model.case import Case
from corridor.optimize.answer.year import Year
from tests.cases import boxes, case_of, choice, ferry, idle, oil_and_boxes
from tests.optimize.test_ladder import two_fleets


def alone(case: Case) -> dict[str, dict[str, Any]]:
    rows: list[dict[Any, Any]] = api.markets(case).frame.to_dict("records")
    return {row["segment"]: row for row in rows}


def test_each_market_to_its_own_limit() -> None:
    """Oil takes 0.4 of its tonnes from field b, whose line takes 100 kt: 250 kt; boxes fill their quay of 100 kt."""
    found = alone(oil_and_boxes())
    assert [found["oil"]["t"], found["oil"]["times"]] == pytest.approx([250e3, 2.5])
    assert (found["oil"]["resources"], found["oil"]["stops"]) == ("from_field_b", "field_b–port (way)")
    assert [found["boxes"]["t"], found["boxes"]["times"]] == pytest.approx([100e3, 2])
    assert (found["boxes"]["resources"], found["boxes"]["stops"]) == ("box_quay", "box_quay")
    assert [found["oil"]["base_t"], found["boxes"]["floor_t"]] == pytest.approx([100e3, 50e3])


def test_a_shared_fleet_stops_both_with_the_other_at_its_floor() -> None:
    """100 voyages a year of 504 m are 50 400 m each way. 500 wagons take 7 000 m of it, 500 trucks 8 500.

    Wagons: 41 900 m / 14 x 60 t, both ways; trucks: 43 400 m / 17 x 20 t, both ways.
    """
    found = alone(ferry())
    assert found["wagons"]["t"] == pytest.approx(2 * 41_900 / 14 * 60)
    assert found["trucks"]["t"] == pytest.approx(2 * 43_400 / 17 * 20)
    assert {row["resources"] for row in found.values()} == {"ferries"}


def test_a_ceiling_stops_one_and_the_line_the_other() -> None:
    """Of the line's 400 kt 40 never cross and 30 went by land; the bound market has 50: 280 kt for the free one."""
    found = alone(choice())
    assert found["bound"]["t"] == found["bound"]["ceiling_t"] == pytest.approx(120e3)
    assert (found["bound"]["resources"], found["bound"]["stops"]) == ("bound", "ceiling of bound")
    assert found["free"]["t"] == pytest.approx(280e3)
    assert found["free"]["resources"] == "line"
    assert math.isinf(found["free"]["ceiling_t"])


@pytest.mark.parametrize(("nameplate", "oil"), [(250_000, 200e3), (300_000, 250e3)], ids=["below", "coincides"])
def test_the_nameplate_stops_a_market(nameplate: int, oil: float) -> None:
    """Boxes are at 50 kt. On paper 250: oil stops at 200 kt; on paper 300: at 250 kt, where its line is full, too, so
    that to lift the line alone brings nothing, and a nameplate is not lifted.
    """
    found = alone(oil_and_boxes().with_([f"gate.gate.nameplate_t_per_year={nameplate}"]))
    assert found["oil"]["t"] == pytest.approx(oil)
    assert (found["oil"]["resources"], found["oil"]["stops"]) == ("gate", "claimed capacity of gate")
    assert found["boxes"]["resources"] == "box_quay"


def test_limits_that_coincide_and_alternatives_are_said_in_words() -> None:
    """Oil has 100 kt of the line from field b at 250 kt: a quay of 250 kt coincides with it. Of two fleets either."""
    both = alone(oil_and_boxes().with_(["resource.oil_quay.capacity=250000"]))["oil"]
    assert both["t"] == pytest.approx(250e3)
    assert both["resources"].split() == ["from_field_b", "oil_quay"]
    assert both["stops"] == "field_b–port (way) together with oil_quay"
    either = alone(two_fleets())["goods"]
    assert either["t"] == pytest.approx(300e3)
    assert (either["resources"], either["stops"]) == ("ferries", "ferries; or instead ro_ros")


def test_where_demand_does_not_fit_the_floor_is_the_common_growth() -> None:
    """Boxes of 400 kt where 100 kt fit: a quarter of each is the floor, 25 kt of oil and all of the boxes there are."""
    found = alone(oil_and_boxes().with_(["demand.box.t_per_year=400000"]))
    assert [found["oil"]["floor_t"], found["boxes"]["floor_t"]] == pytest.approx([25e3, 100e3])
    assert [found["oil"]["t"], found["boxes"]["t"]] == pytest.approx([250e3, 100e3])
    assert found["boxes"]["times"] == pytest.approx(0.25)


def test_a_market_without_tonnes_is_listed_and_takes_no_part() -> None:
    found = alone(idle())["sleeping"]
    assert (found["t"], found["base_t"], found["resources"], found["stops"]) == (0, 0, "", "nothing in the base year")
    assert math.isnan(found["times"])
    without = alone(oil_and_boxes().with_(["demand.box.t_per_year=0"]))
    assert without["boxes"]["stops"] == "nothing in the base year"
    assert without["oil"]["t"] == pytest.approx(250e3)


def side_by_side(capacity: object, second: str) -> Case:
    """Two markets on two ways: the first takes 300 kt, the second what is given."""
    return case_of(
        {
            "resource": f"resource_id, name, capacity\n new, The tunnel, {second}",
            "link": f"""
                link_id, from_node_id, to_node_id, capacity_t_per_year
                one, a, b, 300000
                two, a, c, {capacity}""",
            "use": "use_id, resource_id, link_id, activity, amount\n one, new, two, tonne, 1",
            "demand": """
                demand_id, origin_id, destination_id, t_per_year
                first, a, b, 100000
                second, a, c, 100000""",
        }
    )


def test_a_market_that_nothing_limits_says_so() -> None:
    found = alone(side_by_side("unlimited", "unlimited"))
    assert [found["first"]["t"], found["second"]["t"], found["second"]["times"]] == [300e3, math.inf, math.inf]
    assert (found["second"]["resources"], found["second"]["stops"]) == ("", "nothing limits it")


def test_a_market_whose_only_way_is_closed_says_so() -> None:
    found = alone(side_by_side("unlimited", "0"))
    assert [found["second"]["t"], found["first"]["floor_t"]] == [0, 0]
    assert found["second"]["stops"] == "The tunnel"
    assert found["first"]["t"] == pytest.approx(300e3)


def test_each_alone_is_at_least_its_part_of_capability() -> None:
    for case in (oil_and_boxes(), boxes(), ferry(), choice()):
        year = Year(case, "capability")
        most = year.capability(min(1.0, year.concurrent().value))
        for segment, row in alone(case).items():
            assert row["t"] / 1000 >= most.columns[year.program.column_at["level", segment]] - 1e-6
