"""Tables as they are read: cells, lines and what is known of them, fault by fault, without any other judgement."""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import pytest

from corridor.data import read as reader
from corridor.data.read import Reading, located, read
from corridor.model.faults import CaseError
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

HEADER = "node_id,name\n"


def of(folder: Path, **tables: str | bytes) -> Reading:
    """The example with some tables changed, as read."""
    return read(write(folder / "case", EXAMPLE | tables))


def faults(reading: Reading) -> list[str]:
    return [f"{each.code} {each.place}: {each.message}" for each in reading.faults]


def test_cells_lines_and_statements(tmp_path: Path) -> None:
    reading = of(tmp_path)
    case = reading.case
    assert (faults(reading), reading.wrong, reading.partial) == ([], set(), set())
    assert case.lines["node"] == {"plain": 2, "harbour": 3, "shore": 4}
    assert case["link"]["capacity_t_per_year"].tolist() == [math.inf, 900_000]
    assert case["link"]["gate"].tolist() == [False, True]
    assert case["link"]["gate"].dtype == bool
    assert case["case"]["base_year"].dtype == np.int64
    assert case["link"]["carrier_id"].tolist() == [None, None]
    assert case["link"].index.name == "link_id"
    stated = {cell for cell in case.stated if cell[0] == "link" and cell[1] == "railway"}
    assert stated == {
        ("link", "railway", "length_km"),
        ("link", "railway", "time_h"),
        ("link", "railway", "capacity_t_per_year"),
    }
    assert case.home == str(tmp_path / "case")
    assert len(case["unit"]) == 0


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (HEADER + "a,A\na,B\n", ["C008 node.csv line 3, node_id: a stands in line 2 already; rename one of the two"]),
        (
            HEADER + "a,A,B\nb\n",
            [
                "C003 node.csv line 2: the row has 3 cells, the header 2; put a text that holds a comma in quotes",
                "C003 node.csv line 3: the row has 1 cell, the header 2; add the commas that are missing",
            ],
        ),
        (
            "name,node_id\nA\n",
            ["C003 node.csv line 2: the row has 1 cell, the header 2; add the commas that are missing"],
        ),
        (HEADER + 'a,"A\nb,B\n', ["C003 node.csv line 2: a quote opens here and is never closed; close it"]),
        (
            HEADER + 'a,"A\nb",B\n',
            [
                "C003 node.csv line 2: the cell 'A b' runs over several lines, and may hold rows of the table; "
                "close the quote that opens here, or write the text on one line"
            ],
        ),
        (
            HEADER + 'a,"A"b\n',
            ['C003 node.csv line 2: text follows a closing quote; write a quote that belongs to a cell twice ("")'],
        ),
        (
            HEADER + "a,A\n\n , \nnode_id, name\n",
            ["C003 node.csv line 5: the header stands here again; drop this line"],
        ),
        ("", ["C004 node.csv: the file is empty; its first line must name the columns: node_id, name, "]),
        (HEADER, ["C004 node.csv: the table has no rows below its header; a case needs at least one"]),
        (
            "node_id;name\na;A\n",
            ["C003 node.csv line 1: the columns stand apart by semicolons; save the file with commas"],
        ),
        ("node_id\tname\na\tA\n", ["C003 node.csv line 1: the columns stand apart by tabs; save the file with commas"]),
        ("node_id|name\na|A\n", ["C003 node.csv line 1: the columns stand apart by bars; save the file with commas"]),
        ("node_id,name,name\na,A,B\n", ["C015 node.csv line 1: column name stands there twice; drop one"]),
        ("node_id,,name\na,A,B\n", ["C015 node.csv line 1: column 2 has no name; name it, or drop it"]),
        ("node_id\na\n", ["C006 node.csv line 1: column name is missing; add it, it holds "]),
        (
            "node_id,nme\na,A\n",
            ["C005 node.csv line 1: 'nme' is no column of node.csv; did you mean name, which is missing?"],
        ),
        ("node_id,name,nme\na,A,B\n", ["C005 node.csv line 1: 'nme' is no column of node.csv; did you mean name?"]),
        (
            "nod_id,name\na,A\n",
            ["C005 node.csv line 1: 'nod_id' is no column of node.csv; did you mean node_id, which is missing?"],
        ),
    ],
)
def test_faults_of_a_table(tmp_path: Path, node: str, said: list[str]) -> None:
    found = faults(of(tmp_path, node=node))
    assert len(found) == len(said), found
    for fault, words in zip(found, said, strict=True):
        assert fault.startswith(words), fault


@pytest.mark.parametrize(
    ("node", "rows", "wrong", "partial"),
    [
        (HEADER + "a,A\na,B\nb,\n", ["a", "b"], {("node", "b", "name")}, False),
        (HEADER + "a,A,B\nb,B\n", ["a", "b"], {("node", "a", "name"), ("node", "a", "node_id")}, False),
        ("name,node_id\nA\nB,b\n", ["b"], set(), True),
        (
            HEADER + "A b,A\n ,C\n",
            ["A b", "(line 3)"],
            {("node", "A b", "node_id"), ("node", "(line 3)", "node_id")},
            False,
        ),
        (HEADER + "a,A\n" + 'b,"B\n', ["a"], set(), True),
        ("node_id\na\n", ["a"], {("node", "a", "name")}, False),
        ("", [], set(), True),
        (HEADER, [], set(), True),
        ("name\nA\n", [], set(), True),
        ("node_id;name\na;A\n", [], set(), True),
    ],
)
def test_what_is_known_of_a_table(
    tmp_path: Path, node: str, rows: list[str], wrong: set[tuple[str, str, str]], partial: bool
) -> None:
    reading = of(tmp_path, node=node)
    assert list(reading.case["node"].index) == rows
    assert {cell for cell in reading.wrong if cell[0] == "node" and cell[2] in ("node_id", "name")} >= wrong
    assert {cell for cell in reading.wrong if cell[0] != "node"} == set()
    assert bool(wrong) == bool(reading.wrong)
    assert reading.partial == ({"node"} if partial else set())


def test_a_wrong_number_is_no_statement(tmp_path: Path) -> None:
    link = EXAMPLE["link"].replace("500,20", "x,20").replace("450", "")
    reading = of(tmp_path, link=link)
    assert [each.split(":")[0] for each in faults(reading)] == ["C011 link.csv line 2, length_km"]
    assert ("link", "railway", "length_km") in reading.wrong
    assert ("link", "railway", "length_km") not in reading.case.stated
    assert ("link", "crossing", "length_km") not in reading.case.stated
    assert ("link", "railway", "time_h") in reading.case.stated


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xff\xfen\0", "C003 node.csv: the file is not UTF-8 but UTF-16, or no text at all; save"),
        (b"\xfe\xffn", "C003 node.csv: the file is not UTF-8 but UTF-16, or no text at all; save"),
        (b"node_id\0", "C003 node.csv: the file is not UTF-8 but UTF-16, or no text at all; save"),
        (
            b"node_id,name\na,A\nb,\xe9\n",
            "C003 node.csv line 3: the file is not UTF-8: byte 0xe9 is no character; save",
        ),
        (b"node_id,name\n\xe9,A\n", "C003 node.csv line 2: the file is not UTF-8: byte 0xe9 is no character; save"),
        (b"\xef\xbb\xbf\xe9", "C003 node.csv line 1: the file is not UTF-8: byte 0xe9 is no character; save"),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, raw: bytes, said: str) -> None:
    reading = of(tmp_path, node=raw)
    assert len(reading.faults) == 1
    assert faults(reading)[0].startswith(said)
    assert reading.partial == {"node"}


def test_files_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "case", {name: text for name, text in EXAMPLE.items() if name not in ("node", "mode")})
    (folder / "node.csv").mkdir()
    (folder / "unit.csv").symlink_to(folder / "nowhere.csv")
    os.mkfifo(folder / "size.csv")
    reading = read(folder)
    assert sorted(faults(reading)) == [
        "C001 mode.csv: the table is missing; every case needs it (modes)",
        "C003 node.csv: this is no file but a folder; put a CSV file in its place",
        "C003 size.csv: this is no file but a pipe; put a CSV file in its place",
        "C003 unit.csv: this is no file but a link to a file that is not there; put a CSV file in its place",
    ]
    assert reading.partial == {"mode", "node", "size", "unit"}


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = HEADER + "a,A\n" + "\n" * 150_000
    monkeypatch.setattr(reader, "LARGEST_MB", len(node) / 1e6)
    assert not [each for each in faults(of(tmp_path / "just", node=node)) if each.startswith("C002")]
    monkeypatch.setattr(reader, "LARGEST_MB", len(node) / 1e6 - 1e-6)
    found = [each for each in faults(of(tmp_path / "over", node=node)) if each.startswith("C002")]
    assert found == [
        f"C002 node.csv: the file has 0.2 MB, the most allowed is {len(node) / 1e6 - 1e-6} MB; "
        "leave out what the case does not need"
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("links.csv", "C005 links.csv: this is no table of a case; did you mean link.csv?"),
        ("Unit.CSV", "C005 Unit.CSV: this is no table of a case; did you mean unit.csv?"),
        (
            "unit.xlsx",
            "C005 unit.xlsx: the table unit is read from unit.csv alone; save this as unit.csv, or take it away",
        ),
        ("unit (2).txt", "C005 unit (2).txt: the table unit is read from unit.csv alone; "),
        ("unit_copy.ods", "C005 unit_copy.ods: the table unit is read from unit.csv alone; "),
        ("unit", "C005 unit: the table unit is read from unit.csv alone; "),
        ("unit.csv.gz", "C005 unit.csv.gz: the table unit is read from unit.csv alone; "),
        ("node.xlsx", ""),
        ("unit.md", ""),
        (".unit.csv", ""),
        ("unit.csv.bak", ""),
        ("unit.csv~", ""),
        ("notes.txt", ""),
    ],
)
def test_strangers(tmp_path: Path, name: str, said: str) -> None:
    folder = write(tmp_path / "case", EXAMPLE)
    (folder / name).write_text("x", encoding="utf-8")
    found = faults(read(folder))
    assert len(found) == bool(said)
    assert not said or found[0].startswith(said)


def test_places_of_a_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert located(None).name == "middle_corridor"
    monkeypatch.chdir(tmp_path)
    assert located("lobito_corridor") == located(None).parent / "lobito_corridor"
    assert located("x/lobito_corridor") == Path("x/lobito_corridor")
    assert located("elsewhere") == Path("elsewhere")
    (tmp_path / "lobito_corridor").mkdir()
    assert located("lobito_corridor") == Path("lobito_corridor")
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    for path, reason in (
        (tmp_path / "none", "there is no such folder"),
        (file, "this is a file, not a folder"),
        (tmp_path / "lobito_corridor", "the folder holds none of the tables of a case"),
    ):
        with pytest.raises(CaseError, match=rf"C001 .*{reason}"):
            read(path)
