"""Streams of cargo from country to country: what they add up to, and how they are drawn."""

from __future__ import annotations

import re

import pytest

import corridor
from corridor.model.result.users import Stream, streams, total
from corridor.reports.blocks import Figure
from corridor.reports.charts.sankey import MOST, REST, sankey_figure
from corridor.reports.say.users import users_figure
from tests.reports.findings import solved


@pytest.mark.slow
def test_the_streams_of_the_bundled_case_add_up_to_what_is_used_and_what_fits() -> None:
    case, answer = solved()
    revenue = corridor.revenue(case)
    listed = streams(answer, revenue)
    assert total(listed, "fits_t") == pytest.approx(answer.measures_t["capability"], rel=1e-3)
    assert total(listed, "used_t") == pytest.approx(answer.measures_t["handled"], rel=1e-3)
    (figure,) = users_figure(answer, revenue)
    assert isinstance(figure, Figure)
    assert figure.numbers is not None
    assert len(figure.numbers.rows) <= len(listed)
    for width in (1000, 680, 358):
        assert min(float(each) for each in re.findall(r'font-size="([\d.]+)"', figure.draw(width))) >= 10


def test_a_band_is_as_wide_as_its_cargo_and_small_nodes_are_one() -> None:
    places = [f"Port {number}" for number in range(MOST + 3)]
    made = [Stream("Grain", ("A", place, "Shore", "B"), 1e6, 2e6, True) for place in places]
    svg = sankey_figure(made, ["counted"], str, width=1000, title="t", description="d")
    assert f">{REST} " in svg
    assert len(re.findall(r">Port \d", svg)) == MOST - 1
    nodes = [float(tall) for tall in re.findall(r'width="7" height="([\d.]+)"', svg)]
    assert nodes[0] == pytest.approx(330, abs=0.1)  # all of it begins at one place
