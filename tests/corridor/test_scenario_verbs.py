"""Scenarios on the command line: the same change by three ways, several together, and the verb that lists them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import corridor as api
from corridor.model.case import Case
from corridor.model.faults import CaseError
from tests.corridor.command import Run
from tests.corridor.test_json import documented
from tests.data.folder import write
from tests.data.format_page import EXAMPLE, EXAMPLE_SCENARIO

PROJECT = "project_id,name,resource_id,adds,cost_usd\ntrack,A second track,line,400000,90000000\n"
CHANGES = {
    "{set: resource.line.capacity, value: 650000}": "resource.line.capacity=650000",
    "{add: link.crossing.capacity_t_per_year, value: -500000}": "link.crossing.capacity_t_per_year+=-500000",
    "{scale: demand.t_per_year, by: 0.5, where: commodity_id = grain}": (
        "demand.*.t_per_year*=0.5 where commodity_id = grain"
    ),
    "{close: link.railway, from: 02-01, to: 04-30, left: 0.25}": "close link.railway from 02-01 to 04-30 left 0.25",
    "{close: resource.line, from: 02-01, to: 04-30}": "close resource.line from 02-01 to 04-30",
    "{build: track, times: 2}": "build track times 2",
    "{add: demand, row: {demand_id: more, commodity_id: grain, origin_id: plain, destination_id: shore, gate: must, "
    "t_per_year: 100000}}": (
        "add demand {demand_id: more, commodity_id: grain, origin_id: plain, destination_id: shore, gate: must, "
        "t_per_year: 100000}"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write(tmp_path / "case", EXAMPLE | {"project": PROJECT})
    (made / "scenario").mkdir()
    (made / "scenario" / "base_2022.yaml").write_text(EXAMPLE_SCENARIO, encoding="utf-8")
    return made


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / "scenario" / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def but_the_name(answer: dict[str, Any]) -> dict[str, Any]:
    apart = ("scenario", "seconds", "solver", "difference")  # only the command holds an answer against its base
    return {key: value for key, value in answer.items() if key not in apart}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(*pair, marks=[pytest.mark.slow] * (at % 3 != 0), id=pair[1])
        for at, pair in enumerate(CHANGES.items())
    ],
)
def test_one_change_by_three_ways(run: Run, folder: Path, text: str, words: str) -> None:
    """In a file, by --set and in Python, with and without the year: the very same answer."""
    put(folder, "trial", f"changes:\n  - {text}\n")
    for year in ([], ["--year", "2022"]):
        answers = []
        for way in (["--scenario", "trial"], ["--set", words]):
            code, out, err = run("solve", "--case", str(folder), *year, *way, "--json")
            assert (code, err) == (0, "")
            answers.append(json.loads(out))
            assert answers[-1].pop("warnings") == []
        case = api.load(folder, year=2022 if year else None).with_([words])
        answers.append(json.loads(json.dumps(api.solve(case).to_dict())))
        before = "base_2022" if year else "base"
        told = ["base_2022 + trial" if year else "trial", f"{before} with changes", f"{before} with changes"]
        assert [answer["scenario"] for answer in answers] == told
        first, *others = map(but_the_name, answers)
        assert all(other == first for other in others)
        assert same_tables(case, api.load(folder, year=2022 if year else None, scenario="trial"))
        unchanged = but_the_name(api.solve(api.load(folder, year=2022 if year else None)).to_dict())
        assert first != unchanged


def test_the_difference_is_to_the_same_year_without_the_changes(run: Run, folder: Path) -> None:
    """A line of 650 kt against 600 kt, in either year."""
    words = ("--case", str(folder), "--set", "resource.line.capacity=650000", "--json")
    for year, base in (([], "base"), (["--year", "2022"], "base_2022")):
        found = json.loads(run("solve", *year, *words)[1])["difference"]
        assert found["base"] == base
        (capability,) = (row for row in found["measures"] if row["measure"] == "capability")
        assert capability["change"] == pytest.approx(50_000)


def same_tables(one: Case, other: Case) -> bool:
    return all(one[name].equals(other[name]) for name in one.tables)


def test_a_year_is_its_scenario(folder: Path) -> None:
    by_year, by_name = api.load(folder, year=2022), api.load(folder, scenario="base_2022")
    assert same_tables(by_year, by_name)
    assert by_year.changes == by_name.changes
    assert (by_year.scenario, by_name.scenario) == ("base_2022", "base_2022")


def test_scenarios_are_made_in_order_and_once(folder: Path) -> None:
    put(folder, "wide", "changes:\n  - {set: resource.line.capacity, value: 1000000}\n")
    put(folder, "wider", "base: wide\nchanges:\n  - {add: resource.line.capacity, value: 100000}\n")
    put(folder, "double", "base: [wide]\nchanges:\n  - {scale: resource.line.capacity, by: 2}\n")

    def line(*names: str) -> float:
        return float(api.load(folder, scenario=names).row("resource", "line").capacity)

    assert line("wider", "double") == 2_200_000
    assert line("double", "wider") == 2_100_000
    assert line("double", "wide", "wider", "wide") == 2_100_000
    assert [each.name for each in api.scenarios(folder)] == ["base_2022", "double", "wide", "wider"]


def test_a_later_scenario_holds_over_its_base_and_over_a_year(folder: Path) -> None:
    put(folder, "wide", "changes:\n  - {set: resource.line.capacity, value: 1000000}\n")
    put(folder, "narrow", "base: wide\nchanges:\n  - {set: resource.line.capacity, value: 5}\n")
    put(folder, "harvest", "changes:\n  - {set: demand.grain_out.t_per_year, value: 350000}\n")
    assert api.load(folder, scenario="narrow")["resource"].at["line", "capacity"] == 5
    assert api.load(folder, year=2022, scenario="harvest")["demand"].at["grain_out", "t_per_year"] == 350_000
    with pytest.raises(CaseError, match="C102"):
        api.load(folder, scenario=["harvest", "base_2022"])


def test_a_file_anywhere_with_a_base_beside_it(run: Run, folder: Path, tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    (plans / "ours.yaml").write_text("changes:\n  - {build: track}\n", encoding="utf-8")
    (plans / "all.yaml").write_text("base: [ours, base_2022]\n", encoding="utf-8")
    code, out, _ = run("show", "resource", "--case", str(folder), "--scenario", str(plans / "all.yaml"), "--json")
    body = json.loads(out)
    assert (code, body["scenario"], body["rows"][0]["capacity"]) == (0, "all", 1_000_000)


def test_check_names_the_scenario_of_a_fault(run: Run, folder: Path) -> None:
    put(folder, "cut", "changes:\n  - {close: link.railway}\n")
    put(folder, "lost", "changes:\n  - {set: demand.grain_out.origin_id, value: plian}\n")
    code, _, err = run("check", "--case", str(folder))
    assert code == 2
    assert "C042 scenario/cut.yaml, demand.csv line 2, destination_id: no open way" in err
    assert "C007 scenario/lost.yaml, change 1, demand.grain_out.origin_id: plian is no node; did you mean plain?" in err


def fields_of(value: Any, path: str = "") -> set[str]:
    """The fields of a JSON value as docs/json.md writes them."""
    if isinstance(value, list):
        return set().union(*(fields_of(each, f"{path}[]") for each in value))
    if not isinstance(value, dict):
        return set()
    names = {key: f"{path}.{key}" if path else key for key in value}
    return set(names.values()).union(*(fields_of(value[key], name) for key, name in names.items()))


def test_the_list_and_one_of_it(run: Run, folder: Path) -> None:
    put(
        folder,
        "trial",
        "note: Narrow\nbase: base_2022\n"
        "changes:\n  - {scale: resource.line.capacity, by: 0.9, source: assumed, why: x}\n",
    )
    code, out, err = run("scenarios", "--case", str(folder))
    assert (code, err) == (0, "")
    assert "base_2022 (2 changes): The" in out
    assert "trial (1 change on base_2022): Narrow" in out
    code, out, _ = run("scenarios", "trial", "--case", str(folder))
    assert code == 0
    assert "trial: Narrow" in out
    assert "1  resource.line.capacity*=0.9  assumed  x" in out
    assert out.index("demand.grain_out.t_per_year=300000") < out.index("trial: Narrow")
    fields: set[str] = set()
    for words in ([], ["trial"]):
        code, out, _ = run("scenarios", *words, "--case", str(folder), "--json")
        assert code == 0
        fields |= fields_of(json.loads(out))
    assert fields == documented("corridor scenarios")


def test_a_case_without_scenarios(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("scenarios", "--case", str(write(tmp_path / "case", EXAMPLE)))
    assert (code, out.strip()) == (0, "Two links has no scenarios; write one into its folder scenario/.")


def test_every_verb_of_a_case_takes_scenarios(run: Run) -> None:
    for verb in ("solve", "check", "show", "ladder", "markets", "waterfall", "prices", "cut", "explain", "report"):
        assert "--scenario" in run(verb, "-h")[1]
    for verb in ("evidence", "band", "foresight"):
        assert "--scenario" in run(verb, "-h")[1]
