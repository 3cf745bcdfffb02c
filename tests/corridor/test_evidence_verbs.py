"""The verbs evidence, validate and band: JSON held to docs/json.md, words, and cases that were tampered with."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import corridor
from corridor.data.read import bundled
from corridor.model.faults import CaseError
from tests.corridor.command import Run
from tests.corridor.test_json import documented, strict
from tests.data.folder import write
from tests.data.format_page import EXAMPLE


def fields(value: Any, path: str = "") -> set[str]:
    """The fields of a JSON value as the page writes them, with a * for names that are data."""
    if isinstance(value, list):
        return set().union(*(fields(each, f"{path}[]") for each in value)) if value else set()
    found: set[str] = set()
    for key, each in value.items() if isinstance(value, dict) else ():
        name = "*" if path in ("named", "kinds") else key
        inner = f"{path}.{name}" if path else name
        found |= {inner} | fields(each, inner)
    return found


@pytest.mark.parametrize(
    "cell",
    [
        "resource.rail_ferries.background",
        "resource.rail_ferries.step",
        "factor.rail_ferries_weather.value",
        "gate.aktau_kuryk.nameplate_t_per_year",
    ],
)
def test_evidence_as_json(run: Run, cell: str) -> None:
    code, out, _ = run("evidence", cell, "--json")
    assert code == 0
    answer = strict(out)
    assert answer["cell"] == cell
    # An evidence row or a figure leaves out what it does not have.
    assert fields(answer) <= documented("corridor evidence")


def test_every_documented_field_of_evidence_occurs(run: Run) -> None:
    told: set[str] = set()
    for cell in ("resource.rail_ferries.background", "resource.feeders.capacity", "demand.oil_baku.t_per_year"):
        told |= fields(strict(run("evidence", cell, "--json")[1]))
    never = {"sources[].aside", "sources[].instead", "sources[].why"}  # what is cited is not set aside
    assert told == documented("corridor evidence") - never


def test_a_figure_as_json(run: Run) -> None:
    used, aside = strict(run("evidence", "g015", "--json")[1]), strict(run("evidence", "p30", "--json")[1])
    tested = strict(run("evidence", "p84", "--json")[1])
    assert tested["tests"] == ["queue_grain_2025"]
    assert "demand.wagon_baku_almaty.t_per_year" in used["cells"]
    assert aside["figure"]["aside"] == "contradicted"
    assert "g015" in aside["figure"]["instead"]
    assert fields(used) | fields(aside) | fields(tested) == documented("corridor evidence of a figure")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("resource.rail_feries.capacity", "rail_feries is no row of resource; did you mean rail_ferries?"),
        ("resource.rail_ferries", "not of the form table.row.column"),
        ("p999", "p999: is no figure of source.csv"),
        ("resource.rail_ferries.capacty", "did you mean capacity?"),
    ],
)
def test_what_is_not_there(run: Run, asked: str, message: str) -> None:
    code, out, err = run("evidence", asked)
    assert code == 2
    assert message in err
    assert "Traceback" not in out + err


def test_words_of_evidence(run: Run) -> None:
    _, out, _ = run("evidence", "resource.rail_ferries.background", "--all")
    out = " ".join(out.split())
    assert "Derived" in out
    assert "is 5.5843 ships" in out
    assert "Other published figures" in out
    assert "p30" in out
    assert "None" not in out
    assert " nan" not in out
    _, out, _ = run("evidence", "factor.rail_ferries_practical.value")
    assert out.startswith("Assumed")


@pytest.mark.slow
def test_validate(run: Run) -> None:
    code, out, _ = run("validate", "--json")
    assert code == 0
    answer = strict(out)
    assert fields(answer) == documented("corridor validate")
    assert sum(answer[verdict] for verdict in ("pass", "fail", "input", "forecast", "inference")) == len(answer["rows"])
    assert answer["forecast"] == sum(row["role"] == "forecast" for row in answer["rows"]) > 0
    assert answer["fail"] > 0, "a model without a failure was fitted to its tests"
    for row in answer["rows"]:
        if row["role"] not in ("test", "shift"):
            assert row["verdict"] == row["role"]
        else:
            high = row["high"] if row.get("high") is not None else float("inf")
            low = row["low"] if row.get("low") is not None else float("-inf")
            assert (row["verdict"] == "pass") == (low <= row["modelled"] <= high)


@pytest.mark.slow
def test_a_what_if_is_validated_under_every_scenario(run: Run) -> None:
    code, out, err = run("validate", "--set", "resource.rail_ferries.capacity=30")
    assert code == 0
    assert all(line.startswith("warning W002 ") for line in err.splitlines())  # derived numbers that are kept
    assert "pass" in out
    assert "nan" not in out.lower().split()


@pytest.mark.slow
def test_band(run: Run) -> None:
    code, out, _ = run("band", "--draws", "10", "--json", "--processes", "1")
    assert code == 0
    answer = strict(out)
    assert fields(answer) == documented("corridor band")
    assert answer["draws"] == 10
    again = strict(run("band", "--draws", "10", "--json", "--processes", "2")[1])
    assert again == answer
    code, out, _ = run("band", "--draws", "10", "--capacities", "--processes", "1")
    assert code == 0
    assert "possible trials" in out


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    home = tmp_path / "case"
    shutil.copytree(bundled(), home)
    return home


def edited(home: Path, table: str, old: str, new: str) -> Path:
    path = home / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old} stands {text.count(old)} times in {table}.csv"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return home


def line_of(home: Path, table: str, start: str) -> str:
    lines = (home / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(start))


def test_a_source_removed_is_told_with_its_cell(run: Run, copy: Path) -> None:
    edited(copy, "source", line_of(copy, "source", "p24,") + "\n", "")
    code, _, err = run("check", "--case", str(copy))
    assert code == 2
    assert "C007 evidence.csv line" in err
    assert "source_id: p24 is no source" in err


@pytest.mark.slow
def test_a_derived_number_changed_is_told_with_its_cell(run: Run, copy: Path) -> None:
    row = line_of(copy, "resource", "aktau_dry_quay,")
    edited(copy, "resource", row, row.replace("3700000", "3900000"))
    code, out, err = run("check", "--case", str(copy))
    assert (code, err) == (0, "")
    assert "warning W001 resource.csv line" in out
    assert "capacity: 3900000 instead of 3700000 is your number, without a source" in out


def test_a_figure_changed_is_told_by_what_rests_on_it(run: Run, copy: Path) -> None:
    row = line_of(copy, "source", "p08,")
    edited(copy, "source", row, row.replace(",12,", ",13,", 1))
    code, _, err = run("check", "--case", str(copy))
    assert code == 2
    assert "C056 resource.csv line" in err


def test_a_number_without_provenance_is_told_with_its_cell(run: Run, copy: Path) -> None:
    rows = (copy / "evidence.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    left = [row for row in rows if ",resource,rail_ferries,capacity,," not in row]
    assert len(left) == len(rows) - 1
    (copy / "evidence.csv").write_text("".join(left), encoding="utf-8")
    code, _, err = run("check", "--case", str(copy))
    assert code == 2
    assert "C054 resource.csv line 10, capacity: 13 has no evidence" in err


def test_a_forgotten_figure_is_told(run: Run, copy: Path) -> None:
    row = line_of(copy, "source", "p06,")
    aside = row.rstrip().split(",contradicted,")[0] + ",,,\n"
    edited(copy, "source", row + "\n", aside)
    code, _, err = run("check", "--case", str(copy))
    assert code == 2
    assert "C055 source.csv line" in err
    assert "p06 is cited by no evidence" in err


def test_a_what_if_is_not_held_to_the_formulas() -> None:
    case = corridor.load(changes=["resource.rail_ferries.capacity=20"])
    assert case["resource"].at["rail_ferries", "capacity"] == 20


def test_a_case_without_tests_or_ranges(run: Run, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "small", EXAMPLE))
    code, out, _ = run("validate", "--case", folder)
    assert code == 0
    assert out.startswith("The case has no validation.csv")
    code, out, _ = run("band", "--case", folder, "--draws", "3", "--processes", "1")
    assert code == 0
    assert "No number of the case has a range" in out


def test_a_scenario_is_not_validated() -> None:
    """The tests name their scenarios themselves."""
    with pytest.raises(CaseError, match="base_2022: is a scenario") as error:
        corridor.validate(corridor.load(year=2022))
    assert [fault.code for fault in error.value.faults] == ["C064"]


@pytest.mark.slow
def test_a_scenario_is_checked_too(run: Run, copy: Path) -> None:
    path = copy / "scenario" / "base_2022.yaml"
    text = path.read_text(encoding="utf-8")
    old = "products_batumi.t_per_year, value: 142926"
    assert text.count(old) == 1
    text = text.replace(old, "products_batumi.t_per_year, value: 182926")
    extra = "  - {set: resource.buzachi_pipeline.capacity, value: 9000000}\n"
    path.write_text(text.rstrip("\n") + "\n" + extra, encoding="utf-8")
    code, _, err = run("check", "--case", str(copy))
    assert code == 2
    assert "C052 scenario/base_2022.yaml, evidence.csv line" in err
    assert "demand.products_batumi.t_per_year is 182926, outside its range" in err
    assert "9000000, set by base_2022, has no evidence" in err
