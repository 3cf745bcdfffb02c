"""Frontiers as pictures and in words: what stands in them, and the same bytes for the same findings."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

import corridor
from corridor.reports.charts.plane import figure
from corridor.reports.terminal_frontier import (
    frontier_sentences,
    pareto_sentences,
    print_cost_frontier,
    print_frontier,
    print_pareto,
    print_sweep,
)
from tests.optimize.frontiers import three_ways, two_on_a_line
from tests.reports.test_figures import texts


def test_a_frontier_drawn() -> None:
    found = corridor.frontier(two_on_a_line(), "line", 30_000, 200_000)
    svg = figure(found)
    ET.fromstring(svg)
    said = texts(svg)
    assert {"+1,000 t per path", "+500 t per path", "nothing more", "as it is: 70,000"} <= set(said)
    assert said.count("Mt a year") == 1
    assert svg == figure(found)


def test_a_supply_curve_drawn() -> None:
    svg = figure(corridor.cost_frontier(two_on_a_line(100_000)))
    assert {"coal", "boxes"} <= set(texts(svg))


def test_a_pareto_set_drawn() -> None:
    svg = figure(corridor.pareto(three_ways()), width=600)
    assert "1: 1.00 million t days" in texts(svg)


def test_what_is_said_of_a_frontier(capsys: pytest.CaptureFixture[str]) -> None:
    found = corridor.frontier(two_on_a_line(), "line", 30_000, 200_000)
    assert frontier_sentences(found) == [
        "Fits if each grows to its limit: from 0.0200 to 0.0900 Mt as line goes from 30,000 to "
        "200,000 t, in 3 straight pieces.",
        "The case has 70,000 (0.0600 Mt); at the margin one less costs 1,000 t, one more brings 500 t a year, by path.",
        "Beyond 130,000 more of it changes nothing.",
    ]
    print_frontier(found)
    shown = capsys.readouterr().out
    assert "No market falls below its base year, all along." in shown
    assert "nothing" in shown


def test_what_is_said_of_costs_and_ways(capsys: pytest.CaptureFixture[str]) -> None:
    print_cost_frontier(corridor.cost_frontier(two_on_a_line(100_000)))
    assert "the next tonne costs 1 USD at first and 5 at last" in capsys.readouterr().out
    found = corridor.pareto(three_ways())
    (said,) = pareto_sentences(found)
    assert said.startswith(
        "0.10 Mt are carried in 4 corners of the Pareto set; over them cost by 200 %, carbon by 178 %"
    )
    print_pareto(found)
    assert "What corner 4 sends another way" in capsys.readouterr().out


def test_one_way_is_no_choice() -> None:
    found = corridor.pareto(two_on_a_line())
    assert "there is nothing to choose between" in pareto_sentences(found)[0]


def test_a_long_sweep_shows_its_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    found = corridor.sweep(two_on_a_line(), ["resource.line.capacity=30000:130000:2000"])
    print_sweep(found)
    shown = capsys.readouterr().out
    assert "… and 11 runs more; --out runs.csv has them all" in shown
    assert "Fits if each grows to its limit" in shown
