"""Input that reads well and means something else: each is a fault or a warning, with its place and its remedy."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Any

import pytest

from corridor.data.checks import warnings_of
from corridor.data.read import read
from corridor.model.faults import CaseError
from corridor.model.schema import schemas
from tests.data.folder import FULL, Edit, case_in, told, write
from tests.data.format_page import EXAMPLE

PLACES: dict[str, str] = EXAMPLE | {
    "node": """\
node_id,name,x_coord,y_coord
plain,The plain,55.5,50.3
harbour,The harbour,51.15,43.6
shore,The far shore,49.85,40.38
"""
}
"""The example with places: 813 km from the plain to the harbour, 373 km on to the shore, on a sphere."""
RATES = ("mode", EXAMPLE["mode"], "mode_id,name,cost_usd_per_tkm\nrail,Railway,0.01\nsea,Ship,0.005\n")


def given(folder: Path) -> list[tuple[str, str]]:
    return [(each.code, each.place) for each in warnings_of(case_in(folder))]


# files


@pytest.mark.parametrize("sort", ["folder", "dangling link", "pipe", "device"])
def test_a_table_that_is_no_file(tmp_path: Path, sort: str) -> None:
    path = write(tmp_path, EXAMPLE) / "unit.csv"
    if sort == "folder":
        path.mkdir()
    elif sort == "dangling link":
        path.symlink_to("nowhere.csv")
    elif sort == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    (fault,) = told(tmp_path)
    assert fault.startswith("C003 unit.csv: this is no file but a ")
    assert fault.endswith("; put a CSV file in its place")


@pytest.mark.parametrize("name", ["unit.csv.txt", "unit.xlsx", "Unit.csv", "unit (1).csv", "unit_copy.csv", "unit"])
def test_a_table_under_another_name(tmp_path: Path, name: str) -> None:
    (write(tmp_path, EXAMPLE) / name).write_text("unit_id,name\nwagon,Wagon\n", encoding="utf-8")
    (fault,) = told(tmp_path)
    assert fault.startswith(f"C005 {name}: ")


@pytest.mark.parametrize("name", ["link.xlsx", "README.txt", "unit.csv.bak", ".~lock.unit.csv#", "notes.txt"])
def test_other_files_are_left_alone(tmp_path: Path, name: str) -> None:
    """The working copy of a table that is there, a backup, a lock file and notes are no tables of the case."""
    (write(tmp_path, EXAMPLE) / name).write_text("", encoding="utf-8")
    assert told(tmp_path) == []


@pytest.mark.parametrize("table", [name for name in FULL if name != "evidence"])
def test_a_quote_that_swallows_a_row(tmp_path: Path, table: str) -> None:
    """A quote before the last cell of one row and another at the end of the next make one row of two."""
    lines = FULL[table].rstrip("\n").splitlines()
    lines += [lines[-1]]
    first, _, last = lines[-2].rpartition(",")
    lines[-2:] = [f'{first},"{last}', f'{lines[-1]}"']
    faults = told(write(tmp_path, {**FULL, table: "\n".join(lines) + "\n"}))
    assert any(f"C003 {table}.csv line {len(lines) - 1}" in fault for fault in faults), faults


@pytest.mark.parametrize("table", list(FULL))
def test_a_header_given_twice(tmp_path: Path, table: str) -> None:
    header, rest = FULL[table].split("\n", 1)
    faults = told(write(tmp_path, {**FULL, table: f"{header}\n{header}\n{rest}"}))
    assert f"C003 {table}.csv line 2: the header stands here again; drop this line" in faults


# cells


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u200b", "\u202e", "\u2066", "\ufeff"])
def test_characters_that_are_not_seen(sign: str) -> None:
    """In every column of text of every table."""
    for schema in schemas().values():
        for field in schema.fields:
            if field.type == "string" and not field.pattern and not field.enum:
                with pytest.raises(ValueError, match=f"U\\+{ord(sign):04X}; delete it"):
                    field.parse(f"Ba{sign}ku")


@pytest.mark.parametrize("text", ["Ağdam", "Актау", "Şəki–Tbilisi", "می‌رود", "Ёлка", "里海"])
def test_letters_of_every_script_pass(text: str) -> None:
    name = schemas()["node"].field("name")
    assert name is not None
    assert name.parse(text) == text


@pytest.mark.parametrize("text", ["08-Jan", "1-Aug-25", "Mar-24"])
def test_texts_that_a_spreadsheet_made_a_day(text: str) -> None:
    for table, column in (("closure", "from_day"), ("source", "locator"), ("resource", "unit"), ("evidence", "year")):
        field = schemas()[table].field(column)
        assert field is not None
        with pytest.raises(ValueError, match="is a day that a spreadsheet made of another text"):
            field.parse(text)


def test_no_number_is_of_absurd_size() -> None:
    """Every column of numbers refuses 1e15 and 1e300, and what is above zero and next to nothing."""
    for schema in schemas().values():
        for field in schema.fields:
            if field.type not in ("number", "integer"):
                continue
            for text in ("1e15", "1e300", "1e-300"):
                with pytest.raises(ValueError, match=r"of a size that no corridor has|above|below|is not"):
                    field.parse(text)


def test_a_tonne_a_year_is_no_flow_of_a_corridor_in_micrograms(tmp_path: Path) -> None:
    (fault,) = told(write(tmp_path, EXAMPLE, ("demand", "400000", "4e-6")))
    assert fault.startswith("C012 demand.csv line 2, t_per_year: 4e-6 is a number of a size that no corridor has")


def test_tonnes_too_far_apart_are_warned_of(tmp_path: Path) -> None:
    """The nameplate of 1e6 t is 1e8 times 0.01 t, and no more; it is 1e9 times 0.001 t."""
    assert given(write(tmp_path / "within", EXAMPLE, ("demand", "400000", "0.01"))) == []
    beyond = write(tmp_path / "beyond", EXAMPLE, ("demand", "400000", "0.001"))
    assert given(beyond) == [("W008", "demand.csv line 2, t_per_year")]
    capacity = write(tmp_path / "capacity", EXAMPLE, ("resource", "600000,t", "0.001,t"))
    assert given(capacity) == [("W008", "resource.csv line 2, capacity")]


# units


@pytest.mark.parametrize(
    ("unit", "amount", "refused"),
    [
        ("t", "1", False),
        ("port t a year", "1.42", False),
        ("kt", "1", True),
        ("kt", "0.001", False),
        ("Mt a year", "1", True),
        ("Mt a year", "1e-6", False),
        ("thousand t", "1", True),
        ("thousand tonnes a year", "0.001", False),
        ("kg", "1000", False),
        ("kg", "1", True),
        ("mt", "1", True),
        ("TEU", "1", True),
        ("TEU a year", "0.07", False),
        ("thousand TEU", "0.07", True),
        ("trains a year", "1", True),
        ("trains a year", "0.0003", False),
        ("ships", "1", True),
        ("hours of a berth", "1", False),
    ],
)
def test_units_are_understood(tmp_path: Path, unit: str, amount: str, refused: bool) -> None:
    """One by a tonne is right of a resource in t; of one in kt it is a thousandth, of one in TEU a fourteenth."""
    edits: list[Edit] = [
        ("resource", "600000,t", f"600000,{unit}"),
        ("use", "tonne,1", f"tonne,{amount}"),
    ]
    faults = told(write(tmp_path, EXAMPLE, *edits))
    assert [fault[:4] for fault in faults] == ["C162"] * refused
    assert all("use.csv line 2, amount" in fault and "write" in fault for fault in faults)


# lengths


def test_a_link_far_below_the_straight_line_is_refused(tmp_path: Path) -> None:
    (fault,) = told(write(tmp_path, PLACES, ("link", "sea,450", "sea,37"), ("link", "rail,500", "rail,900")))
    assert fault.startswith("C161 link.csv line 3, length_km: 37 km is less than half of the 37")


def test_a_link_below_the_straight_line_is_warned_of(tmp_path: Path) -> None:
    """500 km of rail for 813 km; 450 km of sea for 373 km are fine."""
    assert given(write(tmp_path, PLACES)) == [("W005", "link.csv line 2, length_km")]


def test_a_link_without_length_beside_others_is_refused(tmp_path: Path) -> None:
    (fault,) = told(write(tmp_path, EXAMPLE, RATES, ("link", "rail,500", "rail,")))
    assert fault.startswith("C160 link.csv line 2, length_km: the cell is empty, but rail has a cost by kilometre")
    assert told(write(tmp_path / "said", EXAMPLE, RATES, ("link", "rail,500", "rail,0"))) == []
    assert told(write(tmp_path / "free", EXAMPLE, ("link", "rail,500", "rail,"))) == []


def test_a_case_without_any_length_is_warned_of_once(tmp_path: Path) -> None:
    folder = write(tmp_path, EXAMPLE, RATES, ("link", "rail,500", "rail,"), ("link", "sea,450", "sea,"))
    assert given(folder) == [("W004", "link.csv line 2, length_km")]


# quays


def test_a_new_quay_link_without_a_quay_and_without_the_gate(tmp_path: Path) -> None:
    """The quay of the harbour is a resource; a second link there uses none, and is no gate."""
    quay: list[Edit] = [
        ("resource", "", "berth,The berth,quay,900000,t\n"),
        ("use", "", "u2,berth,crossing,tonne,1\n"),
    ]
    new = ("link", "", "second,harbour,shore,sea,450,24,unlimited,quay,0\n")
    assert given(write(tmp_path / "before", EXAMPLE, *quay)) == []
    folder = write(tmp_path / "after", EXAMPLE, *quay, new)
    assert given(folder) == [("W006", "link.csv line 4, link_id"), ("W007", "link.csv line 4, gate")]
    (use, gate) = warnings_of(case_in(folder))
    assert "berth" in use.remedy
    assert gate.remedy == "write gate = 1, or another kind"
    mended = ("use", "", "u3,berth,second,tonne,1\n")
    whole = ("link", "", "second,harbour,shore,sea,450,24,unlimited,quay,1\n")
    assert given(write(tmp_path / "mended", EXAMPLE, *quay, whole, mended)) == []


# scenarios


def test_scenarios_of_both_endings_and_what_is_none(tmp_path: Path) -> None:
    folder = write(tmp_path, EXAMPLE)
    home = folder / "scenario"
    (home / "old").mkdir(parents=True)
    text = "changes:\n  - {set: resource.line.capacity, value: 700000}\n"
    for name in ("high.yml", "low.yaml", "low.yml", "more.yaml.txt", "README.md", ".hidden"):
        (home / name).write_text(text, encoding="utf-8")
    from corridor.data.scenario import read_scenario, scenarios

    assert {name: path.name for name, path in scenarios(folder).items()} == {"high": "high.yml", "low": "low.yaml"}
    case = read_scenario(folder, "high").apply(case_in(folder))
    assert case["resource"].at["line", "capacity"] == 700_000
    assert given(folder) == [
        ("W009", "scenario/low.yml"),
        ("W009", "scenario/more.yaml.txt"),
        ("W009", "scenario/old"),
    ]


@pytest.mark.parametrize("line", ["note: Dr\u202ey", "changes:\n  - {build: a, why: Dr\u202ey}"])
def test_scenarios_hold_no_unseen_characters(tmp_path: Path, line: str) -> None:
    from corridor.data.scenario import read_scenario

    home = write(tmp_path, EXAMPLE) / "scenario"
    home.mkdir()
    (home / "dry.yaml").write_text(line + "\n" + "changes: []\n" * line.startswith("note"), encoding="utf-8")
    with pytest.raises(CaseError, match=r"C062 .*the invisible character U\+202E; delete it"):
        read_scenario(tmp_path, "dry")


# size


def test_five_thousand_wrong_ids_are_told_at_once(tmp_path: Path) -> None:
    """Few words are compared: as many searches as there are different wrong ids would take minutes."""
    searched = 0
    close = difflib.get_close_matches

    def counting(word: str, words: list[str], **options: Any) -> list[str]:
        nonlocal searched
        searched += len(words)
        return close(word, words, **options)

    figures = "source_id,item,title,url,confidence\n"
    figures += "".join(f"book_{number},Item,Title,https://example.org,high\n" for number in range(5000))
    rows = "evidence_id,table,row,column,low,high,source_id,confidence,basis,note\n"
    rows += "".join(f"e{n},resource,line,capacity,5,700000,bok_{n},high,known,\n" for n in range(5000))
    folder = write(tmp_path, {**FULL, "source": figures, "evidence": rows})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(difflib, "get_close_matches", counting)
        found = told(folder)
    wrong = [fault for fault in found if fault.startswith("C007")]
    assert len(wrong) == 5000
    assert wrong[0].endswith("bok_0 is no source; did you mean book_0?")
    assert wrong[-1].endswith("add it to source.csv, or correct it")
    assert searched <= 200 * 400


def test_the_nearest_of_many_is_found_by_its_beginning_or_its_end() -> None:
    from corridor.model.faults import Names

    names = Names(f"place_{number}_west" for number in range(5000))
    assert names.nearest("place_4321_wst").word == "place_4321_west"
    assert names.nearest("plce_4321_west").word == "place_4321_west"


def test_a_sound_case_has_no_warnings(tmp_path: Path) -> None:
    assert given(write(tmp_path, EXAMPLE)) == []
    assert read(tmp_path).faults == []
