"""The page of projects: plain words, the same facts in table and figure, and a curve that is drawn at any width."""

from __future__ import annotations

import re
from functools import cache

import pytest

from corridor import projects
from corridor.model.result.projects import Projects
from corridor.reports.blocks import Figure, Heading, Table
from corridor.reports.charts.projects import drawn_segments
from corridor.reports.out.notebook import page as notebook_page
from corridor.reports.out.terminal import print_blocks
from corridor.reports.say.projects import page
from tests.optimize.test_projects import A, B, D, apart, of_what_comes

BANNED = ("nan", "rung", "capability", "concurrent", "nameplate", "floor", "draw", "lp", "inf")


@cache
def three() -> Projects:
    return projects(apart(A, B, D))


def words(found: Projects, capsys: pytest.CaptureFixture[str], width: int = 100) -> str:
    print_blocks(page(found), width)
    return capsys.readouterr().out


@pytest.mark.parametrize("measure", ["capability", "concurrent"])
def test_a_minister_can_read_it(measure: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = words(projects(apart(A, B, D), measure=measure), capsys)
    assert not set(re.findall(r"[a-z]+", out.lower())) & set(BANNED)
    after = " ".join(out.partition("Nothing alone, but of use after others")[2].split())
    assert re.search(r"a_line \+0\.\d+ b_quay", after)


def test_the_heading_speaks_of_three_quarters_of_the_gain() -> None:
    """The curve gains 30, 80 and 130 kt; three quarters, 97.5, need all of it, for 36 million."""
    heading = page(three())[0]
    assert heading == Heading("36 million USD buys 0.13 Mt a year more")


def test_figure_and_table_hold_the_same_steps() -> None:
    blocks = page(three())
    figure = next(block for block in blocks if isinstance(block, Figure))
    table = next(block for block in blocks if isinstance(block, Table) and block.columns[0].title == "Step")
    assert [row[1] for row in table.rows] == ["D_box", "B_quay", "A_line"]
    assert [row[4] for row in table.rows] == ["+0.03", "+0.05", "+0.05"]
    for name in ("d_box, 6 million USD: +0.03 Mt", "b_quay, 20 million USD: +0.05 Mt"):
        assert name in figure.alt
    drawn = figure.draw(800)
    assert drawn.index(">d_box<") < drawn.index(">+0.03<") < drawn.index(">b_quay<")


@pytest.mark.parametrize("width", [320, 560, 900])
def test_the_curve_is_the_same_bytes_at_each_width(width: int) -> None:
    svg, again = (next(block for block in page(three()) if isinstance(block, Figure)).draw(width) for _ in range(2))
    assert svg == again
    assert "NaN" not in svg


def test_a_dear_step_that_adds_little_is_named_but_not_drawn() -> None:
    """Crane 100 kt for 6 million, quay 6 for 1, berth 44 for 20 until the line stops it; the line adds 6 kt of 156 for
    900 million. The first three hold 96 per cent of the gain for 3 per cent of the cost, and are drawn alone.
    """
    found = projects(
        apart(
            "b_quay, berth, 50000, 20000000, 1",
            "d_box, crane, 100000, 6000000, 1",
            "e_line, line, 6000, 900000000, 1",
            "f_quay, berth, 6000, 1000000, 1",
        )
    )
    assert list(found.curve["projects"]) == [("d_box",), ("f_quay",), ("b_quay",), ("e_line",)]
    assert drawn_segments(found) == 3
    figure = next(block for block in page(found) if isinstance(block, Figure))
    assert "Not drawn" in figure.caption
    assert "e_line" in figure.caption


def test_nothing_worth_building_has_no_curve() -> None:
    found = projects(apart(A))
    blocks = page(found)
    assert blocks[0] == Heading("No project adds 5,000 t a year")
    assert not any(isinstance(block, Figure) for block in blocks)


def test_a_notebook_shows_it() -> None:
    assert "b_quay" in notebook_page(three())


@pytest.mark.parametrize("width", [80, 100])
def test_the_page_of_what_comes(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    """B brings 12 kt of cargo that comes, A after it 6, and the yard nothing: 18 kt for 140 million USD."""
    out = words(of_what_comes(), capsys, width)
    assert max(map(len, out.splitlines())) <= width
    said = " ".join(out.split())
    assert "140 million USD buys 0.018 Mt a year more" in said
    assert "comes at these prices and times" in said
    assert not set(re.findall(r"[a-z]+", out.lower())) & {"nan", "capability", "concurrent", "rung"}
