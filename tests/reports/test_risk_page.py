"""The page of risk: outages, drawn years, remedies and listings of cases derived by hand, on the terminal."""

from __future__ import annotations

from functools import cache

import pytest

from corridor.model.result.risk import Risk
from corridor.optimize.studies.risk import risk
from corridor.reports.blocks import Block, Column, Paragraph, Strong, Table
from corridor.reports.out.terminal import print_blocks
from corridor.reports.say.risk import page
from tests.asked import setting
from tests.cases import case_of
from tests.optimize.test_expected import corridor as one_market
from tests.optimize.test_risk import TWO_WAYS, drawn_storms, ports


@cache
def two_ways() -> Risk:
    """Ways of 60 and 40 kt, each out for a year."""
    return risk(setting(case_of(TWO_WAYS)), days=365.0)


def words(blocks: list[Block]) -> str:
    parts = [part for block in blocks if isinstance(block, Paragraph) for part in block.parts]
    return " ".join(part.text if isinstance(part, Strong) else part for part in parts)


def row(blocks: list[Block], caption: str, first: str) -> dict[str, str]:
    """The row of a table that has this text in it, by the titles of columns."""
    table = next(block for block in blocks if isinstance(block, Table) and block.caption.startswith(caption))
    cells = next(cells for cells in table.rows if first in cells)
    return dict(zip(map(_title, table.columns), map(str, cells), strict=True))


def _title(column: Column) -> str:
    return f"{column.title}, {column.unit}" if column.unit else column.title


def test_without_markets_nothing_is_said_of_what_comes() -> None:
    """A place out for a year takes all 100 kt that fit."""
    said = words(page(two_ways()))
    assert "costs most: 100,000 t less fit." in said
    assert "comes" not in said
    assert "4 lose something" in said
    assert "100,000 t less fit; one by one it is 100,000 t" in said


def test_what_comes_and_freight_stand_beside_what_fits() -> None:
    blocks = page(risk(setting(one_market(capacity=120.0)), days=182.5, pair=False))
    assert "costs most: 40 t less come." in words(blocks)
    assert {"Comes less, t", "Fits less, t", "Freight less"} <= set(row(blocks, "Single outages", "182.5"))


def test_years_markets_and_remedies_have_their_figures() -> None:
    found = drawn_storms()
    blocks = page(found)
    both = found.years.set_index("measure").loc["both"]
    line = row(blocks, "100 drawn years", "Late and lost")
    for name in ("mean_t", "p50_t", "p95_t", "shortfall_t"):
        assert f"{both[name]:,.0f}" in line.values()
    days = row(blocks, "Days on the way", found.markets["name"][0])
    assert f"{found.markets['p50_d'][0]:,.1f}" == days["Median"]
    assert f"{found.markets['p95_d'][0]:,.1f}" == days["19 of 20 within"]
    for remedy in found.remedies.itertuples():
        cells = row(blocks, "Remedies in the same", str(remedy.name))
        assert f"{remedy.saved_t:,.0f}" in cells.values()
        assert f"{remedy.usd_per_t:,.2f}" == cells["USD a tonne"]


def test_the_listing_of_an_operator_leaves_forty() -> None:
    """Without the way of 60 kt that of 40 is left; of what comes nothing is known, and no column says it."""
    cells = row(page(risk(setting(ports()), pair=False)), "The ports, ships or operators", "North line")
    assert (cells["Left of the base year, t"], cells["Lost, t"]) == ("40,000", "40,000")
    assert "Comes less" not in cells


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("result", [two_ways, drawn_storms])
def test_no_line_is_wider_than_the_terminal(result: object, width: int, capsys: pytest.CaptureFixture[str]) -> None:
    print_blocks(page(result()), width)  # type: ignore[operator]
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= width
    assert "nan" not in out.lower().split()
