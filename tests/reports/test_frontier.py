"""Frontiers as pictures and in words: what stands in them, and the same bytes for the same findings."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

import corridor
from corridor.reports.blocks import Figure, Table
from corridor.reports.out.terminal import print_blocks
from corridor.reports.say import blocks
from corridor.reports.say.cost_frontier import cost_sentence
from corridor.reports.say.frontier import frontier_sentences
from corridor.reports.say.pareto import pareto_sentences
from tests.optimize.frontiers import three_ways, two_on_a_line
from tests.reports.test_figures import texts


def figure(result: object, width: int = 800) -> str:
    """SVG of the figure of a page."""
    return next(block for block in blocks(result) if isinstance(block, Figure)).draw(width)


def printed(result: object, capsys: pytest.CaptureFixture[str]) -> str:
    print_blocks(blocks(result, short=True), 100)
    return " ".join(capsys.readouterr().out.split())


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


def test_a_frontier_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Both ends and the pieces, the worth of a step at the case, the end of every gain: the numbers of the JSON."""
    found = corridor.frontier(two_on_a_line(), "line", 30_000, 200_000)
    ends, here, flat = frontier_sentences(found)
    assert "from 0.0200 to 0.0900 Mt with line from 30,000 to 200,000 t, in 3 straight pieces" in ends
    told = found.to_dict()
    assert told["here"] == pytest.approx({"t": 60_000, "less_t": 1_000, "more_t": 500})
    assert "The case has 70,000 (0.0600 Mt)" in here
    assert "1,000 t a year" in here
    assert "500 t a year" in here
    assert told["flat_from"] == pytest.approx(130_000)
    assert "130,000" in flat
    assert "No market falls below its base year, all along." in printed(found, capsys)


def test_costs_and_ways_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    costs = corridor.cost_frontier(two_on_a_line(100_000))
    assert "the next tonne costs 1 USD at first and 5 at last" in cost_sentence(costs)
    assert "boxes" in printed(costs, capsys)
    found = corridor.pareto(three_ways())
    (said,) = pareto_sentences(found)
    assert "0.10 Mt are carried in 4 corners" in said
    assert "cost by 200 %, carbon by 178 %" in said.replace("\xa0", " ")
    assert found.to_dict()["spans"]["cost_usd"] == pytest.approx(2.0)
    assert "Cargo that corner 4 sends another way" in printed(found, capsys)


def test_one_way_is_no_choice() -> None:
    found = corridor.pareto(two_on_a_line())
    assert "there is nothing to choose between" in pareto_sentences(found)[0]
    assert not [block for block in blocks(found) if isinstance(block, Figure)]


def test_a_long_sweep_shows_its_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    """The short page has 40 runs, the long one all; range and first limits are those of the JSON."""
    found = corridor.sweep(two_on_a_line(), ["resource.line.capacity=30000:130000:2000"])
    assert "11 runs more are not listed" in printed(found, capsys)
    runs, spread = [block for block in blocks(found) if isinstance(block, Table)]
    assert len(runs.rows) == 51
    told = found.to_dict()
    (fits,) = (row for row in told["spread"] if row["measure"] == "capability")
    assert (fits["least_run"], fits["most_run"]) == (1, 51)
    assert [fits["least_t"], fits["most_t"]] == pytest.approx([20_000, 90_000])
    assert spread.rows[-1][1:] == ("0.0200", "0.0900", "30,000", "130,000")
    assert sum(row["runs"] for row in told["first_limits"]) == 51
