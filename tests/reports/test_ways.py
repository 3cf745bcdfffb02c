"""Days and dollars of the main ways, leg by leg, beside their rivals."""

from __future__ import annotations

import math
import re

import pytest

import corridor
from corridor.model.result.ways import SEA, main_ways
from corridor.reports.blocks import Figure
from corridor.reports.charts.distance import points
from corridor.reports.say.ways import ways_figures
from tests.cases import case_of
from tests.reports.findings import solved

LINKS = [
    {"link_id": "rail", "from_node_id": "town", "to_node_id": "quay", "length_km": 480, "time_h": 24,
     "tariff_usd_per_t": 10},
    {"link_id": "sea", "from_node_id": "quay", "to_node_id": "shore", "length_km": 240, "time_h": 36,
     "tariff_usd_per_t": 5},
]  # fmt: skip


def two_legs() -> corridor.Revenue:
    case = case_of(
        {
            "mode": [{"mode_id": "way", "speed_km_h": 20}],
            "link": LINKS,
            "demand": [{"demand_id": "d", "origin_id": "town", "destination_id": "shore", "t_per_year": 1000}],
        }
    )
    return corridor.revenue(case, study="cost_shipper")


def test_a_way_without_a_trade_is_that_of_the_demand() -> None:
    """The second link takes 36 hours for 12 hours of way: a day of them is standing."""
    (way,) = main_ways(two_legs())
    assert (way.unit, way.km, way.usd) == ("t", 720, 15)
    assert way.days == pytest.approx(2.5)
    assert way.still_d == pytest.approx(1.0)
    assert points(way, "days") == [(0, 0), (0, 0), (480, 1), (480, 1), (480, 1), (720, 1.5), (720, 2.5)]


def test_figures_name_the_longest_stop_and_the_dearest_leg() -> None:
    strips, distance = ways_figures(two_legs())
    assert isinstance(strips, Figure)
    assert isinstance(distance, Figure)
    assert "1.0 of 2.5 days stand still" in strips.title
    assert distance.title.endswith("1.0 of 2.5 days at shore")
    svg = strips.draw(680)
    assert "Longest stops: shore 1.0" in svg
    assert "Dearest legs: town – quay 10, quay – shore 5" in svg
    assert min(float(each) for each in re.findall(r'font-size="([\d.]+)"', distance.draw(358))) >= 10


@pytest.mark.slow
def test_the_ways_of_the_bundled_case_are_those_of_its_trades() -> None:
    case, _ = solved()
    made = corridor.carbon(case)
    ways = main_ways(corridor.revenue(case), made)
    listed = made.rivals.set_index(["trade", "route"])
    names = {row.name: row.trade_id for row in case.rows("trade")}
    assert ways
    for way in ways:
        stated = listed.loc[(names[way.name], "corridor")]
        assert way.days == pytest.approx(stated["days"], rel=0.05)
        assert way.usd == pytest.approx(stated["usd_per_unit"], rel=0.05)
        assert way.rivals
        assert 1 <= sum(leg.sort == SEA for leg in way.legs) <= 3
        assert not math.isnan(way.usd)
