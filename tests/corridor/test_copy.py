"""A copy of a case: a planner's own numbers are warnings, and what is derived from them is kept or written anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import corridor
from corridor.model import writing
from corridor.model.evidence import provenance
from tests.cases import Tables, proven
from tests.corridor.command import Run
from tests.corridor.test_json import documented, printed, strict
from tests.data.folder import write

TABLES: dict[str, str] = {
    "node": "node_id\nplain\nport\nshore\n",
    "link": """\
link_id, from_node_id, to_node_id, kind, gate, capacity_t_per_year
rail, plain, port, line, 0, unlimited
quay, port, shore, quay, 1, 900000
""",
    "gate": "gate_id, nameplate_t_per_year\ngate, 1000000\n",
    "resource": """\
resource_id, capacity, unit
ferries, 15, ships
paths, 30, paths a day
""",
    "use": """\
use_id, resource_id, link_id, activity, amount
u1, ferries, quay, tonne, 0.00002
u2, paths, rail, tonne, 0.00004
""",
    "demand": "demand_id, origin_id, destination_id, gate, t_per_year\nall, plain, shore, must, 100000\n",
    "source": "source_id, item, title, url, confidence\nbook, Ferries, Yearbook, https://example.org, high\n",
    "evidence": """\
evidence_id, table, row, column, low, high, source_id, confidence, basis, formula, note
e1, resource, ferries, capacity, 13, 18, book, high, known, ,
e2, resource, paths, capacity, 20, 40, book, high, derived, resource.ferries.capacity * 2,
e3, gate, gate, nameplate_t_per_year, 1000000, 1000000, book, high, known, ,
""",
}
"""Fifteen ferries, and as a derived number two paths for each of them."""


def text_of(tables: Tables) -> dict[str, str]:
    texts = {}
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines = [",".join(str("" if row.get(column) is None else row[column]) for column in columns) for row in rows]
        texts[name] = "\n".join([",".join(columns), *lines]) + "\n"
    return texts


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The case, as its owner has it."""
    return write(tmp_path / "home", text_of(proven(TABLES)))


@pytest.fixture
def mine(home: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return corridor.copy(tmp_path / "mine", home)


def edit(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def given(folder: Path) -> list[tuple[str, str]]:
    return [(each.code, each.place) for each in corridor.warnings(corridor.load(folder))]


def test_a_copy_is_the_case(home: Path, mine: Path) -> None:
    for path in home.iterdir():
        assert (mine / path.name).read_bytes() == path.read_bytes()
    assert corridor.warnings(corridor.load(mine)) == ()


def test_a_number_of_ones_own_is_a_warning_even_within_its_range(mine: Path) -> None:
    """16 lies within 13 to 18; 2 · 16 = 32 paths would follow, and 30 are kept."""
    edit(mine, "resource", "ferries,15", "ferries,16")
    assert given(mine) == [("W001", "resource.csv line 2, capacity"), ("W002", "resource.csv line 3, capacity")]
    own, kept = corridor.warnings(corridor.load(mine))
    assert "16 instead of 15 is your number" in own.message
    assert "30 is kept, though its formula gives 32 now" in kept.message


def test_a_number_beyond_its_range_is_a_warning(home: Path, mine: Path) -> None:
    edit(mine, "resource", "ferries,15", "ferries,50")
    assert given(mine)[0] == ("W001", "resource.csv line 2, capacity")
    edit(home, "resource", "ferries,15", "ferries,50")  # the case itself owes an explanation
    with pytest.raises(corridor.CaseError, match="C052"):
        corridor.load(home)


def test_ones_own_number_has_no_evidence(mine: Path) -> None:
    edit(mine, "resource", "ferries,15", "ferries,16")
    found = provenance(corridor.load(mine), "resource.ferries.capacity")
    assert (found.basis, found.value, found.low, found.sources) == ("yours", 16.0, None, ())
    assert found.note == "15 in the case that was copied"


def test_evidence_of_ones_own_settles_the_doubt(mine: Path) -> None:
    edit(mine, "resource", "ferries,15", "ferries,16")
    edit(mine, "evidence", "capacity,13,18", "capacity,15,17")
    assert given(mine) == [("W002", "resource.csv line 3, capacity")]
    assert provenance(corridor.load(mine), "resource.ferries.capacity").basis == "known"


def test_a_new_row_needs_no_evidence(mine: Path) -> None:
    header, first = (mine / "demand.csv").read_text(encoding="utf-8").splitlines()
    row = dict(zip(header.split(","), first.split(","), strict=True))
    row |= {"demand_id": "more", "t_per_year": "5000", "name": "More"}
    with (mine / "demand.csv").open("a", encoding="utf-8") as file:
        file.write(",".join(row[name] for name in header.split(",")))
    (one,) = corridor.warnings(corridor.load(mine))
    assert one.place == "demand.csv line 3, t_per_year"
    assert one.message == "5000 is your number, without a source"


def test_derived_numbers_follow_in_memory(mine: Path) -> None:
    edit(mine, "resource", "ferries,15", "ferries,16")
    case = corridor.load(mine, derived="recalculate")
    assert case["resource"].at["paths", "capacity"] == 32
    assert corridor.load(mine)["resource"].at["paths", "capacity"] == 30


def test_derived_numbers_follow_a_change(home: Path) -> None:
    """A what-if keeps derived numbers too, and reports them; they follow where that is wanted."""
    kept = corridor.load(home, changes=["resource.ferries.capacity=16"])
    assert kept["resource"].at["paths", "capacity"] == 30
    assert [each.code for each in corridor.warnings(kept)] == ["W002"]
    followed = corridor.load(home, changes=["resource.ferries.capacity=16"], derived="recalculate")
    assert followed["resource"].at["paths", "capacity"] == 32
    assert corridor.warnings(followed) == ()


def test_derived_numbers_are_written_anew(mine: Path) -> None:
    edit(mine, "resource", "ferries,15", "ferries,16")
    before = (mine / "resource.csv").read_text(encoding="utf-8")
    assert corridor.recalculate(mine) == {("resource", "paths", "capacity"): (30.0, 32.0)}
    assert (mine / "resource.csv").read_text(encoding="utf-8") == before.replace("paths,30", "paths,32")
    assert given(mine) == [("W001", "resource.csv line 2, capacity")]
    assert corridor.recalculate(mine) == {}


def test_a_derived_number_of_ones_own_is_not_overwritten_by_a_change(home: Path) -> None:
    changes = ["resource.ferries.capacity=16", "resource.paths.capacity=25"]
    case = corridor.load(home, changes=changes, derived="recalculate")
    assert case["resource"].at["paths", "capacity"] == 25


def test_a_copy_of_a_copy_remembers_the_first(mine: Path, tmp_path: Path) -> None:
    edit(mine, "resource", "ferries,15", "ferries,16")
    second = corridor.copy(tmp_path / "second", mine)
    assert ("W001", "resource.csv line 2, capacity") in given(second)


def test_a_folder_that_has_files_is_left_alone(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "full"
    target.mkdir()
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(corridor.CaseError, match=r"C082 .*the folder has files"):
        corridor.copy(target, home)
    assert [path.name for path in target.iterdir()] == ["notes.txt"]


def test_a_copy_is_whole_or_not_at_all(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole = writing._write

    def full(part: Path, content: bytes) -> None:
        if part.name == ".use.csv.part":
            raise OSError(28, "No space left on device")
        write_whole(part, content)

    monkeypatch.setattr(writing, "_write", full)
    with pytest.raises(corridor.CaseError, match=r"C080 .*No space left on device"):
        corridor.copy(tmp_path / "mine", home)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_spoilt_record_of_the_copy_is_a_fault(mine: Path) -> None:
    (mine / "copied.json").write_text("{", encoding="utf-8")
    with pytest.raises(corridor.CaseError, match=r"C003 copied\.json"):
        corridor.load(mine)


def test_the_bundled_case_is_not_written_to() -> None:
    with pytest.raises(corridor.CaseError, match=r"C084 .*corridor copy FOLDER"):
        corridor.recalculate(None)


def test_the_verbs(run: Run, home: Path, tmp_path: Path) -> None:
    """Copy, edit, check, recalculate: exit code 0 throughout, and the warnings in JSON and on stderr."""
    target = tmp_path / "mine"
    code, out, err = run("copy", str(target), "--case", str(home), "--json")
    assert (code, err) == (0, "")
    assert set(printed(strict(out))) == documented("corridor copy")
    edit(target, "resource", "ferries,15", "ferries,16")
    code, out, err = run("solve", "--case", str(target), "--json")
    assert code == 0
    assert err.count("warning W00") == 2
    assert [each["code"] for each in strict(out)["warnings"]] == ["W001", "W002"]
    assert set(strict(out)["warnings"][0]) == {"code", "place", "message", "remedy"}
    code, out, err = run("check", "--case", str(target))
    assert (code, err) == (0, "")
    assert "2 warnings: numbers of your own, without a source (1), derived" in out
    code, out, err = run("check", "--case", str(target), "--recalculate", "--json")
    assert code == 0
    body = json.loads(out)
    assert body["recalculated"] == [{"cell": "resource.paths.capacity", "former": 30.0, "value": 32.0}]
    assert {field for field in printed(body) if not field.startswith("warnings[")} == documented("corridor check")
