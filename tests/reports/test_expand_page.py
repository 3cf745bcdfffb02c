"""The page of an expansion: orders, payers, budgets, boxes and grants of a case derived by hand."""

from __future__ import annotations

from functools import cache

from corridor.model.result.expansion import Expansion
from corridor.reports.blocks import Block, Column, Figure, Heading, Note, Paragraph, Strong, Table
from corridor.reports.say.expand import page
from tests.optimize.test_expand import asked, corridor

BOXES = {
    "link": "link_id, from_node_id, to_node_id, directed, length_km, tariff_usd_per_t\nway, a, b, 0, 400, 40",
    "unit": "unit_id, name\nteu, Box",
    "packing": "packing_id, commodity_id, mode_id, unit_id, payload_t\none, cargo, way, teu, 10",
}


@cache
def boxes() -> Expansion:
    """10,600 TEU of 10 t wanted from 2027: A, of 6 kt, for 50 million, at 0.9 of it; half is given from 2027 on."""
    case = corridor(
        **BOXES, funding="funding_id, project_id, payer, kind, share, from_year\neu, a, EU, grant, 0.5, 2027"
    )
    question = {"goal": "target", "target": ["10.6kTEU@2027"], "budget": ["AA@2027=25e6", "60e6"]}
    return asked(case, first=2026, last=2028, paths="low,middle", known=2028, **question)


@cache
def idle() -> Expansion:
    """A for 1 million brings 0.54; B for the same only adds to a yard that is never full."""
    project = "project_id, name, resource_id, adds, cost_usd\n a, Line, line, 6000, 1e6\n b, Yard, yard, 6000, 1e6"
    resource = "resource_id, capacity\nline, 100000\nyard, 900000"
    use = "use_id, resource_id, link_id, activity, amount\nline, line, way, tonne, 1\nyard, yard, way, tonne, 1"
    case = corridor(project=project, resource=resource, use=use)
    return asked(case, first=2026, last=2026, paths="middle", discount=0)


def words(blocks: list[Block]) -> str:
    parts = [part for block in blocks if isinstance(block, Paragraph) for part in block.parts]
    return "".join(part.text if isinstance(part, Strong) else part for part in parts)


def _title(column: Column) -> str:
    return f"{column.title}, {column.unit}" if column.unit else column.title


def row(blocks: list[Block], column: str, first: str) -> dict[str, str]:
    """The row of the first table with a column whose first cell is this, by the titles of columns."""
    for block in blocks:
        if isinstance(block, Table) and column in (titles := [_title(each) for each in block.columns]):
            return next(dict(zip(titles, map(str, cells), strict=True)) for cells in block.rows if cells[0] == first)
    raise AssertionError(f"no table with {column}")


def test_the_target_its_money_and_its_payers() -> None:
    blocks = page(boxes())
    said = words(blocks)
    assert "10,600 TEU a year from 2027 cost 22.5 million USD at least." in said
    assert "The orders cost 50.0 million USD in all." in said
    order = row(blocks, "Who pays", "A")
    assert (order["Ordered"], order["Opens"]) == ("2027", "2027")
    assert order["Who pays"] == "AA 50\xa0% and EU 50\xa0%"


def test_budgets_stand_beside_what_is_spent() -> None:
    found = {(row.payer, row.usd): row.spent_usd for row in boxes().budgets.itertuples()}
    assert found == {("AA", 25e6): 25e6, ("", 60e6): 50e6}
    assert row(page(boxes()), "At most, million USD", "all payers")["Spent, million USD"] == "50.0"


def test_served_and_unserved_by_year_in_tonnes_and_boxes() -> None:
    """300 kt would come; 106 of them pass from 2027 on."""
    blocks = page(boxes())
    year = row(blocks, "Unserved, TEU", "2027")
    assert (year["Served, Mt"], year["Unserved, Mt"]) == ("0.11", "0.19")
    assert (year["Served, TEU"], year["Unserved, TEU"]) == ("10,600", "19,400")
    figure = next(block for block in blocks if isinstance(block, Figure))
    assert "0.1 Mt served, 0.2 Mt not" in figure.alt
    drawn = figure.draw(800)
    assert drawn == figure.draw(800)
    assert "NaN" not in drawn
    assert ">2027<" in drawn


def test_the_grant_that_turns_a_project_and_those_that_none_turns() -> None:
    blocks = page(idle())
    turn = row(blocks, "Grant, million USD", "Line")
    assert (turn["Ordered"], turn["Brings, million USD"], turn["of its cost"]) == ("2026", "0.5", "46\xa0%")
    assert any("Yard" in block.text for block in blocks if isinstance(block, Note))


def test_one_path_has_no_worth_of_waiting() -> None:
    headings = [block.text for block in page(idle()) if isinstance(block, Heading)]
    assert "What waiting is worth" not in headings
    assert "What waiting is worth" in [block.text for block in page(boxes()) if isinstance(block, Heading)]
