"""The page of an outage: sentences, tables and picture of a case derived by hand, on the terminal and in a report."""

from __future__ import annotations

from functools import cache

import pytest

from corridor import disrupt, outages
from corridor.model.result.disruption import Disruption
from corridor.reports.blocks import Block, Figure, Heading, Paragraph, Strong, Table
from corridor.reports.say import outages as outages_page
from corridor.reports.say.disrupt import disruption_section, page
from tests.cases import case_of


@cache
def lost() -> Disruption:
    """1 kt a day over a line of 2 kt a day, closed for thirty days; cargo waits ten: 20 kt lost, 10 kt wait and go."""
    case = case_of(
        {
            "link": "link_id, from_node_id, to_node_id, capacity_t_per_year\n one, a, b, 730000",
            "segment": "segment_id, name\n grain, Grain to the sea",
            "demand": """
                demand_id, origin_id, destination_id, segment_id, t_per_year, wait_d
                all, a, b, grain, 365000, 10""",
        }
    )
    return disrupt(case, "one", "03-02", "03-31")


def words(blocks: list[Block]) -> str:
    parts = [part for block in blocks if isinstance(block, Paragraph) for part in block.parts]
    return "".join(part.text if isinstance(part, Strong) else part for part in parts)


def table(blocks: list[Block], caption: str) -> Table:
    return next(block for block in blocks if isinstance(block, Table) and block.caption.startswith(caption))


@pytest.mark.parametrize("short", [True, False])
def test_the_sentences_have_the_figures(short: bool) -> None:
    said = words(page(lost(), short=short))
    for figure in (
        "A–b (way)",
        "from 2 to 31 March",
        "20,000 t are lost",
        "10,000 t more than usual",
        "10 days after the end",
    ):
        assert figure in said
    assert "All of it is Grain to the sea" in said
    assert "nan" not in said


def test_markets_are_called_by_their_names() -> None:
    rows = table(page(lost()), "By market").rows
    assert rows[0] == ("Grain to the sea", "365,000", "20,000", "0", "10,000", "24–31 Mar", "10 days")
    assert rows[-1][0] == "All markets"


def test_the_strip_shows_the_queue_grow_and_go() -> None:
    rows = table(page(lost(), short=True), "The queue").rows
    assert [row[0] for row in rows][:2] == ["1 Mar", "2–8 Mar"]
    longest = max(rows, key=lambda row: len(row[-1]))
    assert (longest[0], longest[2]) == ("24–31 Mar", "10,000")
    assert rows[-1][2] == "0"


def test_a_report_has_a_heading_and_a_picture() -> None:
    blocks = disruption_section(lost())
    assert isinstance(blocks[0], Heading)
    figure = next(block for block in blocks if isinstance(block, Figure))
    for width in (340, 900):
        svg = figure.draw(width)
        assert svg.startswith("<svg")
        assert "Grain to the sea" in svg


def test_all_outages_the_worst_first() -> None:
    case = case_of(
        {
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                one, a, b, 730000
                idle, b, a, 5000""",
            "demand": "demand_id, origin_id, destination_id, t_per_year, wait_d\n all, a, b, 365000, 10",
        }
    )
    blocks = outages_page.page(outages(case, month="apr"))
    assert "Each of 2 links and 0 resources out by itself from 1 to 30 April" in words(blocks)
    assert [row[2:] for row in table(blocks, "The worst").rows] == [("20,000", "0", "10,000", "10 days")]
