"""docs/what-stops-it.md shows the present ladders, markets and waterfalls."""

from __future__ import annotations

from pathlib import Path

import pytest

import corridor

PAGE = (Path(__file__).parents[1] / "docs" / "what-stops-it.md").read_text(encoding="utf-8")


def mt(tonnes: float) -> str:
    return f"{tonnes / 1e6:.2f}"


def section(heading: str) -> str:
    """The text below a heading, up to the next one."""
    return PAGE.split(f"\n{heading}\n")[1].split("\n#")[0]


@pytest.mark.parametrize(("year", "nameplate"), [(2025, 27), (2025, 21), (2022, 27)])
def test_ladder(year: int, nameplate: int) -> None:
    case = corridor.load(year=year, changes=[f"gate.aktau_kuryk.nameplate_t_per_year={nameplate}000000"])
    shown = [line for line in section(f"### {year}, nameplate {nameplate} Mt").splitlines() if line.startswith("| ")][
        1:
    ]
    rungs = corridor.ladder(case).to_dict("records")
    assert len(shown) == len(rungs)
    for line, rung in zip(shown, rungs, strict=True):
        star = " *" if rung["beyond"] else ""
        assert line.startswith(f"| {rung['rung']} | {rung['name']}{star} | {rung['kind']} | {mt(rung['t'])} |")
        assert not rung["gain"] or f"| {mt(rung['gain'])} |" in line


@pytest.mark.slow
def test_markets() -> None:
    for year in (2025, 2022):
        for market in corridor.markets(corridor.load(year=year)).to_dict("records"):
            line = next(line for line in PAGE.splitlines() if line.startswith(f"| {market['name']} |"))
            assert f"| {mt(market['base_t'])} | {mt(market['t'])} | {market['stops'].split(';')[0]} |" in line


@pytest.mark.slow
@pytest.mark.parametrize("year", [2025, 2022])
def test_waterfall(year: int) -> None:
    shown = section(f"### {year}")
    for nameplate in (27, 21):
        case = corridor.load(year=year, changes=[f"gate.aktau_kuryk.nameplate_t_per_year={nameplate}000000"])
        for bar in corridor.waterfall(case).bars.to_dict("records"):
            line = next(line for line in shown.splitlines() if line.startswith(f"| {bar['name']} |"))
            for column in ("after_t", "bar_t", "shapley_t"):
                assert f" {mt(bar[column])} " in line
