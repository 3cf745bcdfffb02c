"""Figures of changes against today: scenarios in groups, the best lever of each kind."""

from __future__ import annotations

import re

import pandas as pd

from corridor.model.result.levers import Levers
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Figure
from corridor.reports.say.levers_figure import levers_figure
from corridor.reports.say.scenarios_figure import scenarios_figure
from tests.cases import boxes

NAN = float("nan")
COLUMNS = ["scenario", "title", "group", "asked_t", "expected_t", "capability_t", "change_t", "comes_change_t", "first"]


def scenarios(*rows: tuple[object, ...]) -> Figure:
    today = ("base", "Today", "", 5e6, 5e6, 8e6, 0.0, 0.0, "Ships")
    frame = pd.DataFrame([today, *rows], columns=COLUMNS)
    (made,) = scenarios_figure(Listing(boxes(), "library", frame, {"scope": "all", "base_year": 2025}))
    assert isinstance(made, Figure)
    return made


def test_scenarios_stand_in_their_groups_with_the_greater_change_first() -> None:
    made = scenarios(
        ("a", "New quay", "helps", 5e6, 5e6, 9e6, 1e6, 0.0, "Ships"),
        ("b", "Cheap rail", "helps", 5e6, 7e6, 8e6, 0.0, 2e6, "Ships"),
        ("c", "Low water", "hurts", 5e6, 4e6, 6e6, -2e6, -1e6, "Draught"),
        ("d", "Year 2022", "year", 4e6, 4e6, 6e6, -2e6, -1e6, "Draught"),
    )
    assert made.title == "Cheap rail: +2.0 Mt a year"
    svg = made.draw(1000)
    places = [svg.index(f">{name}<") for name in ("What helps", "Cheap rail", "New quay", "What hurts", "Low water")]
    assert places == sorted(places)
    assert "Year 2022" not in svg
    assert made.numbers is not None
    assert [row[0] for row in made.numbers.rows] == ["Cheap rail", "New quay", "Low water", "Year 2022"]


def test_two_scenarios_that_change_alike_are_drawn_once() -> None:
    made = scenarios(
        ("a", "All measures of the plan", "helps", 5e6, 5e6, 9e6, 1e6, 0.0, "Ships"),
        ("b", "The plan", "helps", 5e6, 5e6, 9e6, 1e6 + 10, 0.0, "Ships"),
    )
    assert ">The plan<" in made.draw(680)
    assert ">All measures of the plan<" not in made.draw(680)
    assert "Not drawn: 1 " in made.caption


def test_a_case_without_markets_has_dots_and_no_rings() -> None:
    made = scenarios(("a", "New quay", "helps", 5e6, NAN, 9e6, 1e6, NAN, "Ships"))
    assert ">comes<" not in made.draw(1000)


def levers(*rows: tuple[object, ...]) -> Levers:
    frame = pd.DataFrame(rows, columns=["lever", "name", "group", "step", "comes_t", "fits_t"])
    nothing = pd.DataFrame()
    return Levers(boxes(), "t/year", {"comes_t": 5e6}, frame, nothing, {}, 1, 0.0)


def test_the_best_lever_of_each_group_and_all_together_are_drawn() -> None:
    made = levers_figure(
        levers(
            ("t", "all tariffs", "tariffs", "10 % less", 3e5, 0.0),
            ("h", "Quay", "hours", "1 h less", 1_000.0, 0.0),
            ("g", "Border", "hours", "1 h less", 2_000.0, 0.0),
            ("all", "All of these together", "together", "", 3.1e5, 2e6),
        )
    )
    (figure,) = made
    assert isinstance(figure, Figure)
    assert figure.title == "All tariffs, 10 % less: +300 kt come"
    svg = figure.draw(1000)
    assert "Border, 1 h less" in svg
    assert "Quay, 1 h less" not in svg
    assert re.search(r">\+310<.*>\+2\.00<", svg)
    assert levers_figure(levers(("h", "Quay", "hours", "1 h less", 0.0, 0.0))) == []
