"""Results kept with a case: read again as they were, and not read once the case is another."""

import shutil
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

import corridor
from corridor.data.keep import FOLDER, kept
from corridor.model.result.projects import Projects
from tests.cases import written_to

TABLES = {
    "gate": "gate_id, name, nameplate_t_per_year\n gate, the gate, 30000000",
    "resource": "resource_id, name, kind, capacity\n ships, Ships, ship, 12000000\n quay, Quay, quay, 14000000",
    "link": "link_id, from_node_id, to_node_id, gate\n sea, a, b, 1",
    "use": """
        use_id, resource_id, link_id, activity, amount
        of_ships, ships, sea, tonne, 1
        of_quay, quay, sea, tonne, 1""",
    "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n cargo, a, b, must, 8000000",
    "project": """
        project_id, name, resource_id, adds, cost_usd, at_most
        ship, A ship, ships, 1000000, 20000000, 3
        berth, A berth, quay, 5000000, 90000000, 1""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "case" / "scenario").mkdir(parents=True)
    path = written_to(tmp_path / "case", TABLES)
    (path / "scenario" / "more.yaml").write_text(
        "name: more\nnote: More ships.\nchanges:\n  - {set: resource.ships.capacity, value: 13000000}\n", "utf-8"
    )
    return path


def test_a_kept_result_is_read_as_it_was(folder: Path) -> None:
    case = corridor.load(folder)
    made = corridor.projects(case, keep=True)
    read = kept(corridor.load(folder), "projects")
    assert isinstance(read, Projects)
    assert list(read.curve["names"]) == list(made.curve["names"])
    assert read.curve["t"].tolist() == pytest.approx(made.curve["t"].tolist(), rel=1e-11)
    for each in fields(made):
        one, two = getattr(made, each.name), getattr(read, each.name)
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, two, rtol=1e-9)
        elif each.name not in ("case", "residual"):
            assert two == one, each.name


def test_a_listing_keeps_its_rows_and_facts(folder: Path) -> None:
    case = corridor.load(folder)
    made = corridor.library(case, keep=True)
    read = kept(case, "library")
    assert read is not None
    assert read.to_dict() == made.to_dict()
    assert read.to_dict()["rows"][1]["change_t"] == pytest.approx(1e6)


def test_a_kept_result_is_stale_with_another_number(folder: Path) -> None:
    corridor.projects(corridor.load(folder), keep=True)
    other = corridor.load(folder, changes=["resource.ships.capacity=11000000"])
    assert kept(other, "projects") is None
    path = folder / "resource.csv"
    path.write_text(path.read_text("utf-8").replace("12000000", "12500000"), "utf-8")
    assert kept(corridor.load(folder), "projects") is None


def test_a_kept_result_is_stale_with_another_scenario_file(folder: Path) -> None:
    case = corridor.load(folder)
    corridor.library(case, keep=True)
    path = folder / "scenario" / "more.yaml"
    path.write_text(path.read_text("utf-8").replace("13000000", "13500000"), "utf-8")
    assert kept(case, "library") is None


def test_a_spoilt_file_and_another_case_are_no_result(folder: Path, tmp_path: Path) -> None:
    case = corridor.load(folder)
    corridor.projects(case, keep=True)
    file = folder / FOLDER / "projects.json"
    text = file.read_text("utf-8")
    for spoilt in (
        text[:-50],
        "[]",
        "null",
        text.replace("projects:Projects", "os:system"),
    ):
        file.write_text(spoilt, "utf-8")
        assert kept(case, "projects") is None
    file.write_text(text, "utf-8")
    assert kept(case, "projects") is not None
    shutil.copytree(folder, tmp_path / "moved")
    assert kept(corridor.load(tmp_path / "moved"), "projects") is not None


def test_only_the_question_of_a_report_is_kept(folder: Path) -> None:
    case = corridor.load(folder)
    with pytest.raises(corridor.CaseError) as caught:
        corridor.projects(case, measure="concurrent", least_t=1.0, keep=True)
    assert [fault.code for fault in caught.value.faults] == ["C174", "C174"]
    assert "leave --of out" in str(caught.value)
    assert not (folder / FOLDER).exists()


@pytest.mark.slow
@pytest.mark.parametrize("study", ["levers", "growth", "projects", "library", "waterfall", "validate"])
def test_the_bundled_case_keeps_its_long_results(study: str) -> None:
    assert kept(corridor.load(), study) is not None, f"stale; make kept computes it anew: {study}"
