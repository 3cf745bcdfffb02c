"""The ladder and the waterfall as pictures: sums that hold, the same bytes, text that is text."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from corridor.model.result.waterfall import Waterfall
from corridor.reports.charts.bars import Step, ladder_figure, ladder_steps, waterfall_figure, waterfall_steps
from corridor.reports.say.words import millions
from tests.reports.findings import falls, findings

SVG = "{http://www.w3.org/2000/svg}"
RUDE = "<b> & $x$ #panic \" ' \\n ]]>"


def rungs() -> pd.DataFrame:
    ladder = findings().ladder
    assert ladder is not None
    return ladder.frame


def fall() -> Waterfall:
    found = findings().waterfall
    assert found is not None
    return found


def texts(svg: str) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(svg).iter(f"{SVG}text")]


def chain(steps: list[Step]) -> None:
    """Every bar between two totals starts where the one before it ended."""
    at = steps[0].end_t
    for step in steps[1:]:
        if step.total:
            assert step.end_t == pytest.approx(at, abs=1e-3)
        else:
            assert step.start_t == pytest.approx(at, abs=1e-3)
        at = step.end_t


@pytest.mark.slow
def test_gains_of_the_ladder_lead_from_the_first_limit_to_the_nameplate() -> None:
    steps = ladder_steps(rungs())
    chain(steps)
    gains = math.fsum(step.t for step in steps if not step.total)
    assert gains == pytest.approx(27e6 - steps[0].t, abs=1.0)
    assert steps[-1].t == pytest.approx(27e6)
    assert len(steps) == rungs()["rung"].nunique() + 1


@pytest.mark.slow
def test_losses_of_the_waterfall_lead_to_what_is_handled() -> None:
    found = fall()
    steps = waterfall_steps(found)
    chain(steps)
    losses = math.fsum(step.t for step in steps if not step.total)
    assert losses == pytest.approx(found.handled_t - found.nameplate_t, abs=1e-3)
    totals = [step.t for step in steps if step.total]
    assert totals == pytest.approx([found.nameplate_t, found.capability_t, found.handled_t])


@pytest.mark.parametrize("width", [358, *(pytest.param(width, marks=pytest.mark.slow) for width in (680, 1000))])
def test_every_figure_is_in_the_picture(width: int) -> None:
    svg = ladder_figure(rungs(), 20.57e6, width=width, title="t", description="d")
    assert ET.fromstring(svg).get("width") == str(width)
    said = texts(svg)
    for gain in rungs()["gain"]:
        assert gain == 0 or f"+{millions(gain)}" in said
    assert "named terminals 20.6" in said
    said = texts(waterfall_figure(fall(), width=width, title="t", description="d"))
    for bar in fall().bars["bar_t"]:
        assert f"−{millions(bar)}" in said


def test_limits_that_coincide_share_a_bar() -> None:
    ladder = rungs().head(3).assign(rung=[1, 1, 2], gain=[5e5, 0.0, 0.0], t=[9e6, 9e6, 9.5e6])
    first, joint, last = ladder_steps(ladder)
    assert (first.t, joint.t, last.t) == (9e6, 5e5, 9.5e6)
    assert all(name in joint.name for name in ladder["name"][:2])


def test_a_ladder_without_a_nameplate_ends_without_limit() -> None:
    ladder = rungs().drop_duplicates("rung").head(2).assign(gain=[5e5, math.inf])
    assert ladder_steps(ladder)[-1].text == "then no limit"
    assert "then no limit" in texts(ladder_figure(ladder, None, width=680, title="t", description="d"))


def test_capability_is_marked_where_a_ceiling_binds() -> None:
    found = falls(27e6, 7.8e6, 10e6, 20e6)
    found = Waterfall(found.case, found.nameplate_t, found.handled_t, 1.0, 20e6, 11e6, None, found.bars)
    assert [step.name for step in waterfall_steps(found) if step.total] == ["Claimed", "Used"]
    assert "fits if each grows to its limit 11.00" in texts(
        waterfall_figure(found, width=680, title="t", description="d")
    )


def test_a_kind_that_takes_nothing_has_no_bar() -> None:
    found = fall()
    bars = found.bars.assign(bar_t=[-1e-9, *found.bars["bar_t"][1:]])
    empty = Waterfall(found.case, found.nameplate_t, found.handled_t, 1.0, None, found.capability_t, "ship", bars)
    assert "Quays and berths" not in [step.name for step in waterfall_steps(empty)]


def test_berths_that_cannot_be_named_are_a_bar_of_their_own() -> None:
    found = fall()
    some = found.bars.assign(after_t=[20e6, *found.bars["after_t"][1:]], bar_t=[7e6, *found.bars["bar_t"][1:]])
    split = Waterfall(found.case, 27e6, found.handled_t, 1.0, 20.57e6, found.capability_t, "ship", some)
    unnamed, quays = waterfall_steps(split)[1:3]
    assert [unnamed.name, quays.name] == ["Berths nobody has", "Quays and berths"]
    assert [unnamed.t, quays.t] == pytest.approx([-6.43e6, -0.57e6])


def test_a_rung_names_the_project_that_adds_to_it_and_the_figure_has_the_first_rungs() -> None:
    ladder = rungs().drop_duplicates("rung").head(3)
    ladder = ladder.assign(project=["New ships", "", ""], cost_usd=4e7, adds_t=[4.5e5, 0.0, 0.0])
    steps = ladder_steps(ladder, 2)
    assert len(steps) == 3
    assert steps[1].under == "New ships, 40 million USD: alone +0.45 Mt"
    assert "million USD" in "".join(texts(ladder_figure(ladder, None, 2, width=1000, title="t", description="d")))


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes() -> None:
    def draw() -> str:
        return ladder_figure(rungs(), 20.57e6, width=680, title="t", description="d")

    assert draw() == draw()
    assert waterfall_figure(fall(), width=680, title="t", description="d") == waterfall_figure(
        fall(), width=680, title="t", description="d"
    )


def test_title_and_description_are_in_it_and_names_are_text() -> None:
    ladder = rungs().assign(name=RUDE)
    svg = ladder_figure(ladder, None, width=1000, title=RUDE, description="what it shows")
    root = ET.fromstring(svg)
    assert root.findtext(f"{SVG}title") == RUDE
    assert root.findtext(f"{SVG}desc") == "what it shows"
    assert any(RUDE in said for said in texts(svg))
    assert not [each for each in root.iter() if each.tag == f"{SVG}b"]
