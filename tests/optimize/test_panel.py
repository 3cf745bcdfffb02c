"""The panel: numbers of a program as formulas of its levers, as programs compiled anew have them."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from corridor import solve
from corridor.model.case import Case
from corridor.model.result.listing import Described, Listing
from corridor.model.result.panel import Panel
from corridor.optimize.answer.setting import Setting
from corridor.optimize.studies.panel import FITS, Pair, panel, presets_of
from corridor.optimize.studies.panel_levers import notch
from tests.cases import ferry
from tests.optimize.test_levers import corridor


def made(case: Case, presets: dict[str, list[str]] = MappingProxyType({})) -> Panel:  # type: ignore[assignment]
    """The panel of a case with presets that are made of changes."""
    return panel(
        Setting(case),
        dict.fromkeys(presets, Described("", "a note")),
        scenario=lambda name: Setting(case.with_(presets[name], scenario=name)),
    )


def numbers_at(own: Panel, program: str, values: list[float], preset: int = 0) -> np.ndarray:
    """The numbers of a program with levers at values, by the formulas that a page gets."""
    today, chosen = own.presets[0], own.presets[preset]
    numbers = np.array(today.programs[program]["numbers"])
    for at, value in chosen.programs[program].get("differs", []):
        numbers[at] = value
    moves = {} if "numbers" in chosen.programs[program] else {entry: terms for entry, *terms in today.moves[program]}
    moves |= {entry: terms for entry, *terms in chosen.moves[program]}
    values = [*values, *(0.0 for _ in own.projects)][: len(own.levers) + len(own.projects)]
    for entry, terms in moves.items():
        for factor, *parts in terms:
            for lever, shape in parts:
                start = (*own.levers, *own.projects)[lever].value
                factor *= (1 / values[lever] - 1 / start) if shape else values[lever] - start
            numbers[entry] += factor
    return numbers


@pytest.mark.parametrize("case", [ferry, corridor], ids=["ferry", "corridor"])
def test_formulas_meet_programs_compiled_anew(case: object) -> None:
    own = made(case())  # type: ignore[operator]
    assert own.levers
    pair, random = Pair(Setting(own.case)), np.random.default_rng(7)
    for _ in range(3):
        values = [lever.low + random.random() * (lever.high - lever.low) for lever in own.levers]
        changes = [words for lever, value in zip(own.levers, values, strict=True) for words in lever.changes(value)]
        for program, wanted in pair.numbers(own.case.with_(changes)).items():
            assert numbers_at(own, program, values) == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_a_preset_of_the_same_rows_is_a_difference_and_has_its_own_answer() -> None:
    case = corridor()
    own = made(case, {"wider": ["resource.line.capacity=180", "link.way.tariff_usd_per_t=30"]})
    preset = own.presets[1]
    assert len(preset.programs[FITS]["differs"]) < 5
    line = next(number for number, lever in enumerate(own.levers) if lever.lever_id == "line")
    assert (own.levers[line].value, preset.start[line]) == (150, 180)
    wider = case.with_(["resource.line.capacity=180", "link.way.tariff_usd_per_t=30"])
    assert preset.answer["each"] == pytest.approx(solve(wider).value) == pytest.approx(180)
    assert preset.answer["comes"] == pytest.approx(solve(wider, "expected").value, rel=1e-6)
    wanted = Pair(Setting(wider)).numbers(wider)
    for program, numbers in wanted.items():
        assert numbers_at(own, program, list(preset.start), preset=1) == pytest.approx(numbers, rel=1e-9, abs=1e-12)


def test_presets_are_the_scenarios_that_do_most() -> None:
    known = {name: Described("", "") for name in ("base_2020", "low", "lower", "new", "more", "same", "twin")}
    frame = pd.DataFrame(
        [
            ("low", "hurts", -1e6, -3e6),
            ("lower", "hurts", -2e6, 0.0),
            ("new", "helps", 9e6, 0.0),
            ("twin", "helps", 9e6, 0.0),
            ("more", "asked", 99e6, 0.0),
            ("same", "same", 0.0, 0.0),
        ],
        columns=["scenario", "group", "change_t", "comes_change_t"],
    )
    case = corridor()
    assert list(presets_of(Listing(case, "library", frame), known)) == ["new", "low", "lower"]
    assert list(presets_of(None, known)) == ["low", "lower", "new", "more"]


def test_a_preset_of_other_rows_brings_its_own_program() -> None:
    own = made(corridor(), {"second": ["add node {node_id: c, name: C}", "demand.cargo.t_per_year=0"]})
    today, other = own.presets
    assert other.programs[FITS].keys() == today.programs[FITS].keys()
    assert other.answer["used"] == 0


def test_what_cannot_be_asked_is_left_out_with_the_reason() -> None:
    case = corridor()
    assert "scope" in panel(replace(Setting(case), scope=object()), scenario=lambda name: Setting(case)).reason  # type: ignore[arg-type]
    own = made(case, {"wrong": ["resource.nothing.capacity=1"]})
    assert "nothing" in own.left_out["wrong"]
    assert len(own.presets) == 1


def test_notches_are_round() -> None:
    assert [notch(size) for size in (5250, 0.7, 20, 1)] == [5000, 0.5, 20, 1]
