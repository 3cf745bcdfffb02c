"""The figure of vehicles and its finding, of fleets by hand."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from corridor.model.result.listing import Listing
from corridor.reports.blocks import Figure
from corridor.reports.say.fleet import hours_table, page
from corridor.reports.say.fleet_figure import vehicles_figure, vehicles_said, vehicles_title
from tests.cases import case_of

LINK = {
    "link": "link_id, from_node_id, to_node_id\n line, a, b",
    "demand": "demand_id, origin_id, destination_id, t_per_year\n d, a, b, 1",
}
WORK = dict.fromkeys(("terminal", "port", "border", "gauge", "lacking", "worth_t", "buy", "purchase_usd"), 0.0)


def listing(*fleets: tuple[str, bool, float, float, float]) -> Listing:
    """Fleets of (name, at sea, there, moving, worth of one more) in the states used and at the limits."""
    rows = [
        {
            **WORK,
            **{
                "state": state,
                "owner": "",
                "country": "KZ",
                "type": name,
                "at_sea": at_sea,
                "fleet": name,
                "name": name,
            },
            **{"there": there, "moving": moving, "idle": max(0.0, there - moving), "worth_t": worth, "hire_usd": 0.0},
            "lacking": max(0.0, moving - there),
        }
        for state in ("handled", "capability")
        for name, at_sea, there, moving, worth in fleets
    ]
    hours = [
        {"link": "line", "where": "port", "fleet": "wagons", "name": "Wagons", "frees": 3.0},
        {"link": "line", "where": "border", "fleet": "wagons", "name": "Wagons", "frees": 1.25},
        {"link": "line", "where": "border", "fleet": "trains", "name": "Trains", "frees": 0.001},
    ]
    facts = {"fits": {}, "titles": {}, "hours": hours, "pooling": {}, "bought": {}, "work": [], "whole": {}}
    return Listing(case_of(LINK), "fleet", pd.DataFrame(rows), facts)


@pytest.mark.parametrize(
    ("ships", "wagons", "title"),
    [
        (500.0, 0.0, "Ships run out; locomotives and wagons do not"),
        (0.0, 80.0, "Vehicles on land run out; ships do not"),
        (500.0, 80.0, "Ships run out, and so do vehicles on land"),
        (0.0, 0.0, "No fleet stops the cargo: every one has idle vehicles"),
    ],
)
def test_the_finding_follows_the_worth_of_one_more(ships: float, wagons: float, title: str) -> None:
    made = listing(("Ferries", True, 5.0, 5.0, ships), ("Wagons", False, 100.0, 40.0, wagons))
    assert vehicles_title(made) == title


def test_sentences_count_fleets_and_name_the_fullest_with_room() -> None:
    made = listing(("Ferries", True, 5, 5, 9), ("Wagons", False, 100, 40, 0), ("Trains", False, 10, 9, 0))
    assert vehicles_said(made) == [
        "One vehicle more lets more cargo through in 1 of 1 fleet of ships and in none of 2 fleets on land.",
        "The fullest on land with room: trains, 90\u00a0% at work.",
    ]


def test_a_bar_has_its_vehicles_and_letters_that_can_be_read() -> None:
    made = listing(("Ferries", True, 5, 5, 9), ("Wagons", False, 100, 40, 0))
    (figure,) = vehicles_figure(made)
    assert isinstance(figure, Figure)
    assert figure.title == "At work: ships 100\u00a0%, vehicles on land 40\u00a0%"
    for width in (1000, 680, 340):
        drawn = figure.draw(width)
        assert "40 of 100" in drawn
        assert min(float(each) for each in re.findall(r'font-size="([\d.]+)"', drawn)) >= 10


def test_a_fleet_that_lacks_vehicles_says_so() -> None:
    (figure,) = vehicles_figure(listing(("Wagons", False, 100, 140, 0)), "capability")
    assert isinstance(figure, Figure)
    assert "lacks 40" in figure.draw(680)


def test_borders_come_before_ports_and_dust_is_left_out() -> None:
    table = hours_table(listing(("Wagons", False, 100, 40, 0)))
    assert [row[1:] for row in table.rows] == [("border", "wagons 1.25"), ("port", "wagons 3.00")]


def test_a_page_without_scenarios_has_no_purchase() -> None:
    made = listing(("Ferries", True, 5, 5, 9), ("Wagons", False, 100, 40, 0))
    assert not any("purchase" in str(block) for block in page(made))
