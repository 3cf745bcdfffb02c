"""Every kind of bad input: where it is, what value, what is wrong, what to do; and nothing told twice."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

import corridor as api
from corridor.data import read as reading
from corridor.model.faults import CaseError
from tests.corridor.command import runner, without_progress
from tests.data.folder import FULL, Edit, told, write

PLAIN = {name: text for name, text in FULL.items() if name not in ("source", "evidence")}
"""The full case without evidence, so that not every number asks for some."""

ONE_EDIT: dict[str, tuple[Edit, str]] = {
    "unknown node": (
        ("link", "harbour,shore", "harbour,shor"),
        "C007 link.csv line 3, to_node_id: shor is no node; did you mean shore?",
    ),
    "unknown node, none like it": (
        ("demand", "plain,shore", "plain,atlantis"),
        "C007 demand.csv line 2, destination_id: atlantis is no node; known: harbour, plain, shore",
    ),
    "unknown commodity of a tariff": (
        ("tariff", "grain", "grian"),
        "C007 tariff.csv line 2, commodity_id: grian is no commodity; did you mean grain?",
    ),
    "unknown item": (
        ("loading", ",grain,", ",grian,"),
        "C007 loading.csv line 2, item_id: grian is no unit or commodity; did you mean grain?",
    ),
    "duplicate id": (
        ("node", "", "harbour,Again\n"),
        "C008 node.csv line 5, node_id: harbour stands in line 3 already; rename one of the two",
    ),
    "capital letter": (
        ("node", "plain", "Plain"),
        "C009 node.csv line 2, node_id: 'Plain' is no id; begin with a small letter, then small letters, digits and _",
    ),
    "digit first": (
        ("node", "plain,", "2plain,"),
        "C009 node.csv line 2, node_id: '2plain' is no id; begin with a small letter, then small letters, digits and _",
    ),
    "no id": (("node", "plain,", ","), "C013 node.csv line 2, node_id: the cell is empty; give an id"),
    "country": (
        ("node", FULL["node"], "node_id,name,country\nplain,P,Kz\nharbour,H,\nshore,S,"),
        "C009 node.csv line 2, country: 'Kz' is no country code; give two capital letters, as in KZ",
    ),
    "negative capacity of a link": (
        ("link", "900000", "-40"),
        "C012 link.csv line 3, capacity_t_per_year: -40 is negative; write 0 to close the link",
    ),
    "negative capacity of a resource": (
        ("resource", "600000", "-1"),
        "C012 resource.csv line 2, capacity: -1 is negative; write 0 to close the resource",
    ),
    "negative length": (("link", "450", "-4"), "C012 link.csv line 3, length_km: -4 is negative; give 0 or more"),
    "not above zero": (("size", "5000", "0"), "C012 size.csv line 2, amount: 0 is not above 0; give a number above 0"),
    "above the most": (("factor", "0.9", "90"), "C012 factor.csv line 2, value: 90 is above 1; above 0 and at most 1"),
    "not a number": (
        ("link", "450", "abc"),
        "C011 link.csv line 3, length_km: 'abc' is not a number; give a number in km, or leave the cell empty",
    ),
    "not a number, required": (
        ("demand", "200000", "much"),
        "C011 demand.csv line 2, t_per_year: 'much' is not a number; give a number in t/year",
    ),
    "NaN": (
        ("link", "450", "NaN"),
        "C011 link.csv line 3, length_km: 'NaN' is not a number; give a number in km, or leave the cell empty",
    ),
    "infinite": (
        ("link", "450", "inf"),
        "C011 link.csv line 3, length_km: 'inf' is not a finite number; give a number in km, or leave the cell empty",
    ),
    "infinite where unlimited may be": (
        ("link", "900000", "Infinity"),
        "C011 link.csv line 3, capacity_t_per_year: 'Infinity' is not a finite number; write unlimited for no limit",
    ),
    "too large": (
        ("link", "900000", "1e400"),
        "C011 link.csv line 3, capacity_t_per_year: '1e400' is too large for a number; "
        "write unlimited if there is no limit",
    ),
    "unlimited where it may not be": (
        ("link", "450", "unlimited"),
        "C011 link.csv line 3, length_km: 'unlimited' is not allowed here; "
        "give a number in km, or leave the cell empty",
    ),
    "year with a fraction": (
        ("case", "2025", "2025.5"),
        "C011 case.csv line 2, base_year: '2025.5' is not a whole number; drop its fraction",
    ),
    "flag": (
        ("link", "shore,0", "shore,no"),
        "C014 link.csv line 3, directed: 'no' is neither 0 nor 1; write 1 for yes, 0 for no",
    ),
    "word": (
        ("resource", "net_of_weather", "net of weather"),
        "C014 resource.csv line 3, basis: 'net of weather' is not one of nominal, net_of_weather, observed; "
        "did you mean net_of_weather?",
    ),
    "formula in a number": (
        ("link", "450", "=9*50"),
        "C011 link.csv line 3, length_km: '=9*50' is a formula; write the number that it gives",
    ),
    "formula =": (
        ("node", "The plain", "=HYPERLINK(1)"),
        "C010 node.csv line 2, name: '=HYPERLINK(1)' would start a formula in a spreadsheet; "
        "begin with a letter or a digit",
    ),
    "formula @": (
        ("node", "The plain", "@plain"),
        "C010 node.csv line 2, name: '@plain' would start a formula in a spreadsheet; begin with a letter or a digit",
    ),
    "formula +": (
        ("node", "The plain", "+7 plain"),
        "C010 node.csv line 2, name: '+7 plain' would start a formula in a spreadsheet; begin with a letter or a digit",
    ),
    "formula after a tab": (
        ("node", "The plain", "\t-1+1"),
        "C010 node.csv line 2, name: '-1+1' would start a formula in a spreadsheet; begin with a letter or a digit",
    ),
    "unknown column": (
        ("link", "time_h", "tyme_h"),
        "C005 link.csv line 1: 'tyme_h' is no column of link.csv; did you mean time_h?",
    ),
    "required column by another name": (
        ("link", "mode_id", "mode"),
        "C005 link.csv line 1: 'mode' is no column of link.csv; did you mean mode_id, which is missing?",
    ),
    "column twice": (
        ("link", "time_h", "length_km"),
        "C015 link.csv line 1: column length_km stands there twice; drop one",
    ),
    "column without a name": (
        ("link", "time_h", ""),
        "C015 link.csv line 1: column 7 has no name; name it, or drop it",
    ),
    "missing column": (
        ("demand", FULL["demand"], "demand_id,commodity_id,origin_id,gate,t_per_year\ngrain_out,grain,plain,must,1\n"),
        "C006 demand.csv line 1: column destination_id is missing; add it, it holds an id of node.csv",
    ),
    "header only": (
        ("demand", "grain_out,grain,plain,shore,harvest,must,200000\n", ""),
        "C004 demand.csv: the table has no rows below its header; a case needs at least one",
    ),
    "empty table": (
        ("node", FULL["node"], ""),
        "C004 node.csv: the file is empty; its first line must name the columns: "
        "node_id, name, country, x_coord, y_coord …",
    ),
    "too many cells": (
        ("node", "The harbour", "The, harbour"),
        "C003 node.csv line 3: the row has 3 cells, the header 2; put a text that holds a comma in quotes",
    ),
    "too few cells": (
        ("node", ",The harbour", ""),
        "C003 node.csv line 3: the row has 1 cell, the header 2; add the commas that are missing",
    ),
    "quote inside quotes": (
        ("node", "The harbour", '"The" harbour'),
        'C003 node.csv line 3: text follows a closing quote; write a quote that belongs to a cell twice ("")',
    ),
    "quote left open": (
        ("node", "The harbour", '"The harbour'),
        "C003 node.csv line 3: a quote opens here and is never closed; close it",
    ),
    "cell over two lines": (
        ("node", "plain,The plain\nharbour,", 'plain,"The\nplain"\nharbour,'),
        "C003 node.csv line 2: the cell 'The plain' runs over several lines, and may hold rows of the table; "
        "close the quote that opens here, or write the text on one line",
    ),
    "header again": (
        ("node", "harbour,The harbour", "node_id,name\nharbour,The harbour"),
        "C003 node.csv line 3: the header stands here again; drop this line",
    ),
    "escape sequence": (
        ("node", "The harbour", "The \x1b[31mharbour"),
        "C010 node.csv line 3, name: 'The \ufffd[31mharbour' holds the control character U+001B; delete it",
    ),
    "text that runs backwards": (
        ("node", "The harbour", "The \u202eharbour"),
        "C010 node.csv line 3, name: 'The  harbour' holds the invisible character U+202E; delete it",
    ),
    "semicolons": (
        ("mode", FULL["mode"], FULL["mode"].replace(",", ";")),
        "C003 mode.csv line 1: the columns stand apart by semicolons; save the file with commas",
    ),
    "nobody can reach": (
        ("demand", "must", "never"),
        "C042 demand.csv line 2, destination_id: no open way leads grain from plain to shore; "
        "no link admits it into shore: check direction, capacity, mode and commodities",
    ),
    "nobody can leave": (
        ("link", "unlimited", "0"),
        "C042 demand.csv line 2, destination_id: no open way through the gate leads grain from plain to shore; "
        "no link admits it out of plain: check direction, capacity, mode and commodities",
    ),
    "cycle that pays, by the tariff table": (
        ("tariff", "grain,10", "grain,-50"),
        "C046 tariff.csv line 2, usd_per_t: grain earns 41 USD per t each time it goes round over crossing, "
        "crossing_back, so that the cycle pays for itself; raise the -50 of crossing, "
        "or put the payment into demand.csv, subsidy_usd_per_t",
    ),
    "cycle that pays, by the link": (
        ("link", "0,,12", "0,,-1"),
        "C046 link.csv line 2, tariff_usd_per_t: grain earns 2 USD per t each time it goes round over railway, "
        "railway_back, so that the cycle pays for itself; raise the -1 of railway, "
        "or put the payment into demand.csv, subsidy_usd_per_t",
    ),
    "derated twice, by two factors": (
        ("factor", "", "again,line,,practical_use,0.5\n"),
        "C035 factor.csv line 4, kind: line is derated twice for practical_use, first by used; "
        "drop one of the two, or join them",
    ),
    "derated twice, observed": (
        ("resource", "nominal", "observed"),
        "C035 factor.csv line 3, kind: line is derated twice for practical_use: its capacity is observed, "
        "which contains it already; drop the factor, or correct the basis in resource.csv",
    ),
    "derated twice, net of weather": (
        ("factor", "used,line,,practical_use", "windy,ships,,weather"),
        "C035 factor.csv line 3, kind: ships is derated twice for weather: its capacity is net_of_weather, "
        "which contains it already; drop the factor, or correct the basis in resource.csv",
    ),
    "factor of nothing": (
        ("factor", "shallow,,ship_t", "shallow,,"),
        "C036 factor.csv line 2, resource_id: the factor names neither a resource nor a size; name one of them",
    ),
    "factor of two": (
        ("factor", "used,line,", "used,line,ship_t"),
        "C036 factor.csv line 3, size_id: the factor names both line and ship_t; make it two factors",
    ),
    "background over capacity": (
        ("resource", "t,0,", "t,590000,"),
        "C037 resource.csv line 2, background: 590000 t is more than the 540000 that there is after factors; "
        "correct one of them",
    ),
    "two cases": (
        ("case", "", "three,Three,2025\n"),
        "C030 case.csv line 3, case_id: three is one row too many; case.csv holds one, so drop the others",
    ),
    "gate without links": (
        ("link", "1,ship", "0,ship"),
        "C041 gate.csv line 2, gate_id: port has no links; mark them by gate = 1 in link.csv",
    ),
    "link into itself": (
        ("link", "plain,harbour", "harbour,harbour"),
        "C031 link.csv line 2, to_node_id: harbour is where the link begins, too; give another end",
    ),
    "unit without payload": (
        ("packing", "wagon,70", "wagon,"),
        "C032 packing.csv line 2, payload_t: wagon has no payload; give the tonnes in one unit, "
        "or drop the unit for bulk",
    ),
    "payload without unit": (
        ("packing", "sea,,", "sea,,5"),
        "C032 packing.csv line 3, unit_id: a payload of 5 t has no unit; name the unit, or drop the payload for bulk",
    ),
    "ceiling below the base year": (
        ("segment", "unlimited", "100000"),
        "C045 segment.csv line 2, ceiling_t_per_year: 100000 t is below the 200000 gate t of the base year; "
        "raise it, or write unlimited",
    ),
    "nothing to fill a carrier": (
        ("loading", "grain,1", "wagon,1"),
        "C038 link.csv line 3, carrier_id: ship could carry any amount of grain, which takes up nothing of it; "
        "give grain a row in loading.csv, in a dimension that ship has in size.csv",
    ),
    "move without a carrier": (
        ("use", "tonne", "move"),
        "C039 use.csv line 2, activity: railway has no carrier whose moves could be counted; "
        "name one in link.csv, carrier_id",
    ),
}

EDITS: dict[str, tuple[list[Edit], list[str]]] = {
    "outside price and rival links": (
        [
            ("demand", "t_per_year", "t_per_year,outside_usd_per_t"),
            ("demand", "200000", "200000,55"),
            ("link", "tariff_usd", "rival,tariff_usd"),
            ("link", "0,,12", "0,,0,12"),
            ("link", "ship,9", "ship,1,9"),
        ],
        [
            "C044 demand.csv line 2, outside_usd_per_t: 55 is the price of a rival route, but rival links lead there, "
            "too, so that the rival would count twice; empty this cell, or take the rival links out"
        ],
    ),
    "must with tonnes elsewhere": (
        [("demand", "t_per_year", "t_per_year,elsewhere_t_per_year"), ("demand", "200000", "200000,5")],
        [
            "C043 demand.csv line 2, elsewhere_t_per_year: 5 t took another way, but this demand must cross the gate "
            "and has no choice; write 0 here, or may in gate"
        ],
    ),
    "tariff back on a way out": (
        [("tariff", "forward", "back"), ("link", "shore,0", "shore,1")],
        [
            "C039 tariff.csv line 2, direction: crossing leads one way, so nothing goes back; "
            "write directed = 0 in link.csv, or forward"
        ],
    ),
    "a doubtful link may be the way": (
        [("link", "harbour,shore", "harbour,shor"), ("link", "plain,harbour", "plain,harbor")],
        [
            "C007 link.csv line 2, to_node_id: harbor is no node; did you mean harbour?",
            "C007 link.csv line 3, to_node_id: shor is no node; did you mean shore?",
        ],
    ),
    "no way even over a doubtful link": (
        [("node", "", "island,The island\n"), ("demand", "plain,shore", "plain,island"), ("link", "450", "-450")],
        [
            "C012 link.csv line 3, length_km: -450 is negative; give 0 or more",
            "C042 demand.csv line 2, destination_id: no open way through the gate leads grain from plain to island; "
            "no link admits it into island: check direction, capacity, mode and commodities",
        ],
    ),
}


@pytest.mark.parametrize("name", ONE_EDIT)
def test_one_fault(tmp_path: Path, name: str) -> None:
    edit, expected = ONE_EDIT[name]
    assert told(write(tmp_path, PLAIN, edit)) == [expected]


@pytest.mark.parametrize("name", EDITS)
def test_faults(tmp_path: Path, name: str) -> None:
    edits, expected = EDITS[name]
    assert told(write(tmp_path, PLAIN, *edits)) == expected


def test_the_cases_themselves_are_sound(tmp_path: Path) -> None:
    assert told(write(tmp_path, PLAIN)) == []


@pytest.mark.parametrize(
    "text",
    [
        *('"600,000"', "600 000", "600\u00a0000", "600\u202f000", "600'000", "600’000", "600_000", '"6,00,000"'),
        *("600.000.000", '"600.000,5"', '"600000,5"'),
    ],
)
def test_thousands_separators(tmp_path: Path, text: str) -> None:
    (fault,) = told(write(tmp_path, PLAIN, ("resource", "600000", text)))
    shown = text.strip('"').replace("\u00a0", " ").replace("\u202f", " ")
    reason = "has a thousands separator or a decimal comma; write it as in 1234567.5"
    assert fault == f"C011 resource.csv line 2, capacity: '{shown}' {reason}"


def test_typographic_minus(tmp_path: Path) -> None:
    (fault,) = told(write(tmp_path, PLAIN, ("link", ",9\n", ",−9\n")))
    assert fault == "C011 link.csv line 3, tariff_usd_per_t: '−9' has a dash for a minus; write -9"


@pytest.mark.parametrize("table", ["case", "node", "commodity", "mode", "link", "demand"])
def test_missing_table(tmp_path: Path, table: str) -> None:
    """The table is told to be missing, not every id that would stand in it."""
    tables = {name: text for name, text in PLAIN.items() if name != table}
    (fault,) = told(write(tmp_path, tables))
    assert fault.startswith(f"C001 {table}.csv: the table is missing; every case needs it (")


def test_no_gate(tmp_path: Path) -> None:
    (fault,) = told(write(tmp_path, {name: text for name, text in PLAIN.items() if name != "gate"}))
    assert fault == "C041 link.csv line 3, gate: 1 marks a gate, but there is no gate.csv; add it, or write 0"


def test_stranger_among_the_tables(tmp_path: Path) -> None:
    assert told(write(tmp_path, {**PLAIN, "nodes": "node_id\n"})) == [
        "C005 nodes.csv: this is no table of a case; did you mean node.csv?"
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            FULL["node"].replace("The far", "Thé far").encode("latin-1"),
            "C003 node.csv line 4: the file is not UTF-8: byte 0xe9 is no character; save the file as 'CSV UTF-8'",
        ),
        (
            FULL["node"].replace("The far", "Thé far").encode("cp1251", errors="replace").replace(b"?", b"\xf1"),
            "C003 node.csv line 4: the file is not UTF-8: byte 0xf1 is no character; save the file as 'CSV UTF-8'",
        ),
        (
            b"\xef\xbb\xbf" + FULL["node"].replace("plain,", "pla\xeen,").encode("latin-1"),
            "C003 node.csv line 2: the file is not UTF-8: byte 0xee is no character; save the file as 'CSV UTF-8'",
        ),
        *[
            (
                FULL["node"].encode(encoding),
                "C003 node.csv: the file is not UTF-8 but UTF-16, or no text at all; save the file as 'CSV UTF-8'",
            )
            for encoding in ("utf-16", "utf-16-le", "utf-16-be")
        ],
    ],
    ids=["latin-1", "cp1251", "mark and latin-1", "utf-16", "utf-16-le", "utf-16-be"],
)
def test_not_utf8(tmp_path: Path, raw: bytes, expected: str) -> None:
    assert told(write(tmp_path, {**PLAIN, "node": raw})) == [expected]


def test_mark_and_line_ends_are_fine(tmp_path: Path) -> None:
    spoilt = {name: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for name, text in PLAIN.items()}
    assert told(write(tmp_path, spoilt)) == []


def test_blank_lines_and_blanks_are_fine(tmp_path: Path) -> None:
    edits = [("node", "", "\n , \n\n"), ("node", "plain,The plain", " plain , The plain ")]
    assert told(write(tmp_path, {**PLAIN, "mode": "\n\n" + FULL["mode"]}, *edits)) == []


def test_too_large_is_said_before_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, PLAIN)
    with (folder / "link.csv").open("r+b") as file:
        file.truncate(60_000_000)
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        assert path.name != "link.csv"
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert told(folder) == [
        "C002 link.csv: the file has 60 MB, the most allowed is 50 MB; leave out what the case does not need"
    ]


@pytest.mark.parametrize("lifted", [False, True])
def test_cell_too_long(tmp_path: Path, lifted: bool) -> None:
    """Whether or not another package has lifted the limit of the module csv, which is of the whole process."""
    before = csv.field_size_limit(10**9 if lifted else 131_072)
    try:
        found = told(write(tmp_path, PLAIN, ("node", "The plain", "x" * 200_000)))
    finally:
        csv.field_size_limit(before)
    (fault,) = found
    assert fault == "C003 node.csv line 2: a cell is longer than any text should be; probably a quote is not closed"


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("missing", "there is no such folder"),
        ("file", "this is a file, not a folder"),
        ("empty", "the folder holds none of the tables of a case"),
    ],
)
def test_no_folder(tmp_path: Path, made: str, reason: str) -> None:
    folder = tmp_path / made
    if made == "file":
        folder.write_text("node_id\n", encoding="utf-8")
    if made == "empty":
        folder.mkdir()
    assert told(folder) == [f"C001 {folder}: {reason}; give the folder that holds link.csv and the other tables"]


def test_evidence(tmp_path: Path) -> None:
    """Evidence of cells that do not exist, ranges that do not hold or are not there, sources that are not there."""
    rows = [
        "lost_row,resource,lin,capacity,1,2,yearbook,high,known,",
        "lost_table,resurce,line,capacity,1,2,,high,assumed,why",
        "lost_column,link,crossing,tim_h,1,5,,high,assumed,why",
        "turned,resource,line,capacity,5,2,yearbook,high,known,",
        "outside,resource,line,capacity,1,5,,high,assumed,why",
        "nobody,resource,line,capacity,600000,600000,,high,known,",
        "no_reason,resource,*,capacity,,,,high,assumed,",
        "unknown_source,resource,line,capacity,600000,unlimited,yearbok almanac,high,known,",
        "no_range,resource,line,capacity,,,yearbook,high,known,",
        "half_a_range,resource,ships,capacity,4,,,high,assumed,why",
        "no_number,resource,ships,background,none,5,,high,assumed,why",
    ]
    faults = told(write(tmp_path, FULL, ("evidence", "", "\n".join(rows) + "\n")))
    assert [fault for fault in faults if not fault.startswith("C054")] == [
        "C007 evidence.csv line 10, source_id: yearbok is no source; did you mean yearbook?",
        "C007 evidence.csv line 10, source_id: almanac is no source; known: yearbook",
        "C011 evidence.csv line 13, low: 'none' is not a number; "
        "give a number in unit of the column, or unlimited, or leave the cell empty",
        "C050 evidence.csv line 3, row: lin is no row of resource; did you mean line?",
        "C050 evidence.csv line 4, table: resurce is no table; did you mean resource?",
        "C050 evidence.csv line 5, column: tim_h is no column of link; did you mean time_h?",
        "C051 evidence.csv line 6, low: 5 is above high, which is 2; exchange them",
        "C051 evidence.csv line 11, low: it has no range; "
        "give low and high, the same number twice where there is no doubt",
        "C051 evidence.csv line 12, high: it has no range; "
        "give low and high, the same number twice where there is no doubt",
        "C052 evidence.csv line 7, high: resource.line.capacity is 600000, outside its range 1 to 5; "
        "correct one of them",
        "C053 evidence.csv line 8, source_id: it is known but names no source; "
        "name it, or write assumed and say why in note",
        "C053 evidence.csv line 9, note: it is assumed but does not say why; say it here",
    ]
    unproven = [fault for fault in faults if fault.startswith("C054")]
    assert unproven[0] == (
        "C054 case.csv line 2, base_year: 2025 has no evidence; add a row to evidence.csv, assumed if need be"
    )
    # The number of the line has evidence; those of the crossing's time and the resources' may, by the lost rows.
    assert not any("resource.csv line 2, capacity" in fault for fault in unproven)
    assert not any("link.csv line 3, time_h" in fault for fault in unproven)
    assert any("link.csv line 2, time_h" in fault for fault in unproven)


ALL_AT_ONCE: list[Edit] = [
    ("link", "", "unknown,harbour,nowhere,1,rail,1,1,1,0,,1\n"),  # C007
    ("node", "", "harbour,Again\nisland,The island\nBad,Bad\n"),  # C008, C009
    ("node", "The plain", "=1"),  # C010
    ("tariff", "", "odd,crossing,both,,NaN\n"),  # C011
    ("link", "450", "-4"),  # C012
    ("mode", "", "air,\n"),  # C013
    ("resource", "nominal", "guessed"),  # C014
    ("use", "amount", "amount,colour"),  # C005
    ("use", "tonne,1", "tonne,1,red"),
    ("unit", "Hopper wagon", "Hopper, wagon"),  # C003
    ("link", "", "circle,shore,shore,1,rail,1,1,1,0,,1\n"),  # C031
    ("factor", "", "again,line,,practical_use,0.5\n"),  # C035
    ("demand", "", "marooned,grain,plain,island,,never,5\n"),  # C042
    ("link", "", "wheel,plain,harbour,0,rail,1,1,5,0,,-3\n"),  # C046
]


def test_all_at_once(tmp_path: Path) -> None:
    faults = told(write(tmp_path, PLAIN, *ALL_AT_ONCE))
    assert " ".join(fault[:4] for fault in faults) == (
        "C003 C005 C007 C008 C009 C010 C011 C012 C013 C014 C031 C035 C042 C046"
    )


def test_long_lists_are_cut_with_counts(tmp_path: Path) -> None:
    many = "".join(f"link_{number},plain,nowhere,0,rail,1,1,1,0,,1\n" for number in range(25))
    folder = write(tmp_path, PLAIN, ("link", "", many), ("link", "450", "-4"))
    with pytest.raises(CaseError) as error:
        api.load(folder)
    assert len(error.value.faults) == 26
    lines = str(error.value).splitlines()
    assert lines[0] == "26 faults in the case (C007: 25, C012: 1)"
    assert lines[1] == "  C007 link.csv line 4, to_node_id: nowhere is no node; known: harbour, plain, shore"
    assert lines[11] == "  C007 … and 15 more of this rule, 25 in all"
    assert lines[12].startswith("  C012 link.csv line 3")
    assert len(lines) == 13


@pytest.mark.slow
def test_many_unknown_ids_are_told_quickly(tmp_path: Path) -> None:
    nodes = "node_id,name\n" + "".join(f"place_{number},P\n" for number in range(3000))
    links = "".join(f"link_{number},nowhere_{number},nobody_{number},0,rail,1,1,1,0,,1\n" for number in range(3000))
    faults = told(write(tmp_path, {**PLAIN, "node": nodes}, ("link", "", links)))
    assert len(faults) == 6006
    assert faults[-1].endswith("add it to node.csv, or correct it")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("lnk.railway.time_h=1", "C021 lnk.railway.time_h: lnk is no table; did you mean link?"),
        ("link.railwy.time_h=1", "C022 link.railwy.time_h: railwy is no row of link; did you mean railway?"),
        ("link.railway.tyme_h=1", "C023 link.railway.tyme_h: tyme_h is no column of link; did you mean time_h?"),
        (
            "link.railway.link_id=x",
            "C024 link.railway.link_id: an id cannot be changed; change the other columns of the row",
        ),
        (
            "link.railway.time_h=soon",
            "C011 link.railway.time_h: 'soon' is not a number; give a number in h, or leave the cell empty",
        ),
        (
            "link.railway.time_h=NaN",
            "C011 link.railway.time_h: 'NaN' is not a number; give a number in h, or leave the cell empty",
        ),
        ("link.railway.time_h=1e400", "C011 link.railway.time_h: '1e400' is too large for a number; check it"),
        (
            "link.railway.time_h=unlimited",
            "C011 link.railway.time_h: 'unlimited' is not allowed here; give a number in h, or leave the cell empty",
        ),
        (
            "resource.line.capacity=inf",
            "C011 resource.line.capacity: 'inf' is not a finite number; write unlimited for no limit",
        ),
        ("resource.line.capacity=-1", "C012 resource.line.capacity: -1 is negative; write 0 to close the resource"),
        (
            "demand.grain_out.t_per_year=1,000",
            "C011 demand.grain_out.t_per_year: '1,000' has a thousands separator or a decimal comma; "
            "write it as in 1234567.5",
        ),
        (
            "demand.grain_out.t_per_year=",
            "C013 demand.grain_out.t_per_year: the cell is empty; give a number in t/year",
        ),
        (
            "node.plain.name==1",
            "C010 node.plain.name: '=1' would start a formula in a spreadsheet; begin with a letter or a digit",
        ),
        (
            "link.railway",
            "C020 --set link.railway: is not of the form table.row.column=value; "
            "write it as in link.railway.length_km=40",
        ),
    ],
)
def test_changes(tmp_path: Path, change: str, expected: str) -> None:
    with pytest.raises(CaseError) as error:
        api.load(write(tmp_path, PLAIN), changes=[change])
    assert [str(fault) for fault in error.value.faults] == [expected]
    assert str(error.value).startswith("1 fault in the changes\n  C0")


def test_a_change_can_break_a_rule(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as error:
        api.load(write(tmp_path, PLAIN), changes=["demand.grain_out.origin_id=shor"])
    (fault,) = error.value.faults
    assert str(fault) == "C007 demand.grain_out.origin_id: shor is no node; did you mean shore?"


def test_faults_of_several_changes_are_told_together(tmp_path: Path) -> None:
    changes = ["link.railway", "link.railway.time_h=soon", "lnk.railway.time_h=1", "resource.line.capacity=-1"]
    with pytest.raises(CaseError) as error:
        api.load(write(tmp_path, PLAIN), changes=changes)
    assert [fault.code for fault in error.value.faults] == ["C011", "C012", "C020", "C021"]


@pytest.mark.parametrize("verb", ["check", "solve", "report", "show"])
@pytest.mark.parametrize("name", ["unknown node", "NaN", "cycle that pays, by the link", "quote left open"])
def test_exit_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, verb: str
) -> None:
    edit, expected = ONE_EDIT[name]
    folder = write(tmp_path / "case", PLAIN, edit)
    words = [verb, *(["link"] if verb == "show" else []), "--case", str(folder)]
    words += ["--out", str(tmp_path / "out")] if verb == "report" else []
    code, out, err = runner(capsys, monkeypatch)(*words)
    assert (code, out) == (2, "")
    assert err == f"1 fault in the case\n  {expected}\n"
    assert not (tmp_path / "out").exists()


def test_in_a_process_of_its_own(tmp_path: Path) -> None:
    folder = write(tmp_path, PLAIN, *ALL_AT_ONCE)
    words = [sys.executable, "-m", "corridor", "check", "--case", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert without_progress(done.stderr).startswith("14 faults in the case\n  C003 unit.csv line 2: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("below", ["taken", "taken/deeper"])
def test_output_that_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    """A file is in the way of the folder: said before anything is solved; what is there stays as it is."""
    monkeypatch.setattr(api, "solve", lambda *_, **__: pytest.fail("solved"))
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    folder = write(tmp_path / "case", PLAIN)
    code, out, err = runner(capsys, monkeypatch)("report", "--case", str(folder), "--out", str(tmp_path / below))
    assert (code, out) == (2, "")
    assert err.startswith(f"1 fault in the output\n  C080 {tmp_path / below}")
    assert "cannot be written" in err
    assert err.rstrip().endswith("give another folder by --out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "taken"]
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_bundled_case_is_sound() -> None:
    assert told(reading.bundled()) == []
