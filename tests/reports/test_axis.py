"""Used, comes, fits and claimed on one axis."""

from __future__ import annotations

import re

import pytest

import corridor
from corridor.reports.blocks import Figure
from corridor.reports.say.axis import axis, axis_groups
from tests.reports.findings import solved


def drawn(answer: corridor.Answer) -> Figure:
    (made,) = axis(answer)
    assert isinstance(made, Figure)
    return made


@pytest.mark.slow
def test_the_axis_has_a_bar_for_every_measure_in_one_order() -> None:
    _, answer = solved()
    assert answer.gate is not None
    assert answer.terminals_t is not None
    gate, scope = axis_groups(answer, {})
    known = answer.measures_t
    assert [row.t for row in gate.rows] == [
        *(known[name] for name in ("handled", "expected", "concurrent", "capability")),
        answer.terminals_t,
        answer.gate.nameplate_t,
    ]
    own = next(each for each in answer.scopes if each.target_t)
    assert [row.t for row in scope.rows][-2:] == [own.capability_t, own.target_t]


@pytest.mark.slow
def test_the_bars_are_as_long_as_their_tonnes() -> None:
    _, answer = solved()
    svg = drawn(answer).draw(1000)
    bars = [float(wide) for wide in re.findall(r'width="([\d.]+)" height="12"', svg)]
    rows = [row.t for group in axis_groups(answer, {}) for row in group.rows]
    assert len(bars) == len(rows)
    for wide, t in zip(bars, rows, strict=True):
        assert abs(wide / bars[5] - t / rows[5]) < 2e-3


def test_the_title_is_the_finding_and_no_letter_is_small() -> None:
    _, answer = solved()
    figure = drawn(answer)
    assert answer.gate is not None
    assert f"{answer.gate.nameplate_t / 1e6:.0f} Mt" in figure.title
    assert f"{answer.measures_t['capability'] / 1e6:.0f} fit" in figure.title
    assert figure.numbers is not None
    assert len(figure.numbers.rows) == 10
    assert min(float(each) for each in re.findall(r'font-size="([\d.]+)"', figure.draw(358))) >= 10
