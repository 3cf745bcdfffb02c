"""The headline of an answer: facts of small cases that are worked out beside them, and no number said in two ways."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corridor import band, load, solve
from corridor.data.keep import keep_ranges
from corridor.model.ranges import Range, kept, mark_of
from corridor.reports.numbers import doubt, likely, part, rounded
from corridor.reports.out.terminal import print_blocks
from corridor.reports.say.headline import headline
from corridor.reports.say.measures import measures, tiles
from tests.cases import Tables, case_of, proven, tables_of

KT = {
    "gate": "gate_id, name, nameplate_t_per_year\n gate, the gate, 27000000",
    "case": "case_id, name, base_year, base_kind\n test, Test, 2025, observed",
    "commodity": "commodity_id, gate_factor\n inner, 1.5\n outer, 1",
    "resource": "resource_id, name, kind, capacity\n shared, Shared ships, ship, 12000000",
    "link": "link_id, from_node_id, to_node_id, gate\n sea, a, b, 1",
    "use": "use_id, resource_id, link_id, activity, amount\n all, shared, sea, tonne, 1",
    "scope": """
        scope_id, name, demands, net, target_t_per_year, target_year
        ours, our own cargo, commodity_id = inner, 1, 16000000, 2030""",
    "demand": """
        demand_id, commodity_id, origin_id, destination_id, gate, t_per_year
        inner, inner, a, b, must, 4000000
        outer, outer, a, b, must, 4000000""",
}
"""Ships take 12 Mt of cargo, of which 4 + 4 came: each 1.5 times, or 8 Mt of ours where the other has its 4.

In gate tonnes 6 + 4 came, 15 fit alike; as the inner cargo weighs more at the gate it has all of the growth, 12 + 4.
"""


def test_the_ports_and_the_scope_are_both_named() -> None:
    case = case_of(KT)
    said = headline(case, solve(case))
    assert said.startswith(
        "In 2025, 10.0 Mt went through the gate. 15.0 Mt would fit if all cargo grew alike, and 16.0 Mt"
    )
    assert "Our own cargo had 4.0 Mt of this, without the own weight of wagons and trucks." in said
    assert "Of the 16 Mt wanted of it in 2030, about half fits: at most 8.0 Mt, and 8.0 Mt where all" in said
    assert "Shared ships" in said


@pytest.mark.parametrize("plan", [{"case": "case_id, name, base_year, base_kind\n test, Test, 2026, plan"}, {}])
def test_a_plan_and_a_what_if_did_not_go_through(plan: dict[str, str]) -> None:
    case = case_of({**KT, **plan})
    if not plan:
        case = case.with_(["resource.shared.capacity=10000000"])
    said = headline(case, solve(case))
    assert "went through" not in said
    assert f"Asked of the gate in {case.base_year}: 10.0 Mt, all of it is carried." in said
    assert f"Carried {case.base_year}" in tiles(case, solve(case))[0].title
    short = case.with_(["resource.shared.capacity=4000000"])
    assert "10.0 Mt, of which" in headline(short, solve(short))


def test_another_base_year_went_through(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "case", tables_of(KT))
    (folder / "scenario").mkdir()
    change = "name: base_2022\nchanges:\n  - {set: case.test.base_year, value: 2022}\n"
    (folder / "scenario" / "base_2022.yaml").write_text(change, encoding="utf-8")
    assert load(folder, year=2022).observed
    assert not load(folder, year=2022, changes=["resource.shared.capacity=9000000"]).observed


def _folder(path: Path, tables: Tables) -> Path:
    """The tables as files of a folder."""
    path.mkdir()
    for name, rows in tables.items():
        with (path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(column for row in rows for column in row)))
            writer.writeheader()
            writer.writerows(rows)
    return path


def test_upper_bounds_stay_out_of_the_headline(capsys: pytest.CaptureFixture[str]) -> None:
    case = case_of(KT)
    answer = solve(case)
    print_blocks(measures(case, answer), 80)
    shown = capsys.readouterr().out + headline(case, answer) + str(tiles(case, answer))
    assert "Free" not in shown
    assert "upper bound" not in shown
    assert not re.search(r"\b(nan|inf|None)\b", shown)
    print_blocks(measures(case, solve(case, "free")), 80)
    assert "an upper bound" in capsys.readouterr().out


@pytest.mark.parametrize("width", [60, 80, 100])
def test_every_number_of_the_table_is_whole(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    """10, 15 and 16 gate Mt; 8, 12 and 12 of cargo; 4, 6 and 8 of ours, 8 by itself."""
    case = case_of(KT)
    print_blocks(measures(case, solve(case)), width)
    out = capsys.readouterr().out
    assert {"10.0", "15.0", "16.0", "8.0", "12.0", "4.0", "6.0", "16 (2030)"} <= {
        *re.findall(r"\d+\.\d|\d+ \(2030\)", out)
    }
    assert "…" not in out


SHIPS = {"evidence_id": "ships", "table": "resource", "row": "shared", "column": "capacity"}
TOLD = {"low": 9e6, "high": 15e6, "confidence": "low", "basis": "assumed", "note": "a test's"}
RANGED = proven({**KT, "evidence": [{**SHIPS, **TOLD}]})
"""The same ships, between 9 and 15 Mt, in a triangle whose top is the stated 12."""


def test_the_ranges_of_a_band_say_how_sure() -> None:
    """C is 1.25 times the ships in gate tonnes, so its ends are those of the ships; our own T is the ships less 4."""
    case = case_of(RANGED)
    found = band(case, draws=120)
    frame: dict[Any, Any] = found.ranges.set_index(["scope", "net", "measure"]).to_dict("index")
    assert (found.sample["growth"] >= 1).all()
    alike, own = frame["all", False, "concurrent"], frame["ours", True, "capability"]
    for name in ("stated", "p5", "p50", "p95"):
        assert alike[name] / 1.25 == pytest.approx(own[name] + 4e6, rel=1e-6)
    assert own["reached"] == pytest.approx(0.5, abs=0.03)
    assert 9.5e6 < alike["p5"] / 1.25 < 10.2e6 < 13.8e6 < alike["p95"] / 1.25 < 14.5e6
    used = frame["all", False, "handled"]
    assert (used["p5"], used["p95"]) == pytest.approx((10e6, 10e6))


def test_kept_ranges_are_found_again_for_the_same_numbers_alone(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "case", RANGED)
    case = load(folder)
    assert kept(case) == {}
    before = headline(case, solve(case))
    assert "likely" not in before
    band(case, draws=40, keep=True)
    again = load(folder)
    assert kept(again)["all", False, "concurrent"].stated_t == pytest.approx(15e6, abs=1)
    said = headline(again, solve(again))
    found = kept(again)["all", False, "concurrent"]
    low, high = (f"{each / 1e6:.0f}" for each in (found.p5_t, found.p95_t))
    assert f"About 15.0 Mt, likely {low} to {high}, would fit if all cargo grew alike" in said
    assert kept(again.with_(["resource.shared.capacity=11000000"])) == {}
    assert mark_of(again) == mark_of(case)
    keep_ranges(case, band(case, draws=20))  # rows of the same scenario are replaced
    assert len(load(folder)["band"]) == len(again["band"])


def test_a_stated_value_outside_the_middle_half_is_marked() -> None:
    middle = Range(9.2e6, 7e6, 9e6, 9.2e6, 9.5e6, 10e6, 0.5)
    assert doubt(middle) == ""
    high = replace(middle, stated_t=9.7e6, reached=0.2)
    low = replace(middle, stated_t=8e6, reached=0.8)
    assert doubt(high) == "optimistic: one trial in five reaches it"
    assert doubt(low) == "cautious: eight trials in ten reach it"
    assert doubt(replace(high, reached=0.0)) == "optimistic: no trial reaches it"


def test_two_measures_do_not_round_to_one_number() -> None:
    """9.5 and 10.4 Mt, both with ranges: the ends are whole Mt, the values keep a decimal."""
    alike = Range(9.50e6, 7.98e6, 8.4e6, 8.8e6, 9.1e6, 10.28e6, 0.1)
    apart = Range(10.36e6, 9.2e6, 9.6e6, 10.3e6, 11.7e6, 13.1e6, 0.5)
    assert [rounded(each.stated_t) for each in (alike, apart)] == ["9.5", "10.4"]
    assert [likely(each) for each in (alike, apart)] == ["8 to 10", "9 to 13"]
    assert rounded(7_812_706) == "7.8"


def test_parts_in_words() -> None:
    assert [part(each) for each in (0.5, 0.34, 0.97, 1.0, 0.01)] == [
        "about half",
        "about a third",
        "nearly all",
        "all",
        "less than a tenth",
    ]
