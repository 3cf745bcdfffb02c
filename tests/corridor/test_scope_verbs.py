"""Scopes on the command line: verbs that take one, verbs that refuse it, and measures that name their floor."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import corridor
from corridor.reports.blocks import Table
from corridor.reports.say import blocks
from corridor.reports.say.frontier import frontier_sentences
from tests.cases import case_of, tables_of
from tests.corridor.command import Run
from tests.optimize.test_scopes import one_link


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """The link of 300 kt that two demands of 100 kt share; see tests/optimize/test_scopes.py."""
    tables = {
        "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
        "commodity": "commodity_id\n inner\n outer",
        "resource": "resource_id, kind, capacity\n shared, ship, 300000",
        "link": "link_id, from_node_id, to_node_id, gate\n sea, a, b, 1",
        "use": "use_id, resource_id, link_id, activity, amount\n all, shared, sea, tonne, 1",
        "scope": "scope_id, name, demands\n ours, our cargo, commodity_id = inner",
        "demand": """
            demand_id, commodity_id, origin_id, destination_id, gate, t_per_year
            inner, inner, a, b, must, 100000
            outer, outer, a, b, must, 100000""",
    }
    made = tmp_path / "case"
    (made / "scenario").mkdir(parents=True)
    for name, rows in tables_of(tables).items():
        with (made / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    wider = "name: wider\nchanges:\n  - {set: resource.shared.capacity, value: 400000}\n"
    (made / "scenario" / "wider.yaml").write_text(wider, encoding="utf-8")
    return str(made)


def test_solve_takes_a_scope(run: Run, folder: str) -> None:
    answer = json.loads(run("solve", "--case", folder, "--scope", "ours", "--json")[1])
    assert (answer["scope"], answer["value"]) == ("ours", pytest.approx(200_000))
    assert [segment["segment"] for segment in answer["segments"]] == ["inner"]
    listed = {each["scope"]: each for each in json.loads(run("solve", "--case", folder, "--json")[1])["scopes"]}
    assert (listed["ours"]["least_t"], listed["ours"]["most_t"]) == pytest.approx((100_000, 200_000))


def test_a_scope_grows_by_itself_in_words_of_its_own(run: Run, folder: str) -> None:
    """Both markets alike: 150 of 300 kt; our cargo alone: 200. The two never have one name."""
    whole, own = run("solve", "--case", folder)[1], run("solve", "--case", folder, "--scope", "ours")[1]
    whole, own = " ".join(whole.split()), " ".join(own.split())
    assert "would fit if all cargo grew alike" in whole
    assert "would fit if its cargo grew alike" in own
    assert "Fits if its markets grow alike" in " ".join(own.split())
    assert "Fits if all grow alike" not in " ".join(own.split())


def test_library_and_comparison_take_a_scope(run: Run, folder: str) -> None:
    """400 kt leave 300 for the scope, where 300 left 200."""
    rows = json.loads(run("library", "--case", folder, "--scope", "ours", "--json")[1])["rows"]
    assert {row["scenario"]: row["capability_t"] for row in rows} == pytest.approx({"base": 200_000, "wider": 300_000})
    said = json.loads(run("compare", "base", "wider", "--case", folder, "--scope", "ours", "--json")[1])
    values = {row["measure"]: row["values"] for row in said["measures"]}
    assert values["capability"] == pytest.approx({"base": 200_000, "wider": 300_000})
    assert values["growth"] == pytest.approx({"base": 2, "wider": 3})


@pytest.mark.parametrize(
    "verb",
    [
        ("waterfall",),
        ("foresight",),
        ("disrupt", "shared"),
        ("frontier", "--cost", "resource"),
        ("frontier", "--pareto"),
    ],
)
def test_what_takes_no_scope_says_not_yet(run: Run, folder: str, verb: tuple[str, ...]) -> None:
    code, out, err = run(*verb, "--case", folder, "--scope", "ours")
    assert (code, out) == (2, "")
    assert "C173 --scope" in err
    assert "yet" in err


def test_a_wrong_scope_is_a_fault(run: Run, folder: str) -> None:
    code, _, err = run("solve", "--case", folder, "--scope", "our")
    assert code == 2
    assert "did you mean ours?" in err


def test_capability_below_a_floor_of_one_names_its_floor() -> None:
    """Of 200 kt asked 150 fit at the lower end: T of every value is then held to three quarters of the base year."""
    case = one_link()
    found = corridor.frontier(case, "shared", 150_000, 300_000)
    assert found.measure_name == found.to_dict()["measure_name"] == "capability at floor 0.75"
    assert "Fits if each grows to its limit at floor 0.75: from 0.15 to 0.30 Mt" in frontier_sentences(found)[0]
    assert corridor.frontier(case, "shared", 200_000, 300_000).measure_name == "capability"
    swept = corridor.sweep(case, ["resource.shared.capacity=150000,300000"])
    assert swept.capability_name == swept.to_dict()["capability_name"] == "capability at floor 0.75"
    assert "Each to its limit at floor 0.75, Mt" in heads(swept)
    assert swept.runs["capability_t"].tolist() == pytest.approx([150_000, 300_000])
    fits = corridor.sweep(case, ["resource.shared.capacity=200000,300000"])
    assert fits.capability_name == "capability"
    assert "Each to its limit, Mt" in heads(fits)


def heads(result: object) -> list[str]:
    """Heads of the first table of a page."""
    return [column.heading for column in next(each for each in blocks(result) if isinstance(each, Table)).columns]


def test_a_scope_without_a_demand_has_nothing() -> None:
    case = case_of(
        {
            "link": "link_id, from_node_id, to_node_id, capacity_t_per_year\n one, a, b, 200000",
            "scope": "scope_id, name, demands\n none, none, t_per_year > 1",
            "demand": """
                demand_id, origin_id, destination_id, t_per_year
                some, a, b, 100000""",
        }
    )
    emptied = case.with_(["demand.some.t_per_year=0.5"])
    with pytest.raises(corridor.CaseError, match="no row of demand has t_per_year > 1"):
        corridor.solve(emptied, scope="none")
