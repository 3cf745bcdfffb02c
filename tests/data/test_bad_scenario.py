"""Mistakes that a planner makes in a scenario file, and what each of them is told."""

from __future__ import annotations

from pathlib import Path

import pytest

import corridor as api
from corridor.model.faults import CaseError
from tests.data.folder import FULL, write

OTHER = """\
name: other
changes:
  - {set: resource.line.capacity, value: 500000}
  - {add: resource.ships.capacity, value: 1}
"""
PROJECT = "project_id,name,resource_id,adds,cost_usd\nshipyard,A ship,ships,1,40000000\n"
FORM = "write {set: table.row.column, value: …}"
ANY = "write set, add, scale, close, open or build, as in {set: table.row.column, value: …}"
SIGNS = "write column = value, or !=, <, >, in a, b; several joined by and"
MORE = "demand_id: more, origin_id: plain, destination_id: shore"

MISTAKES = {
    # what the change is
    "{sett: resource.line.capacity, value: 5}": "C062 change 1: 'sett' is no change; did you mean set?",
    "{remove: link.railway}": f"C062 change 1: 'remove' is no change; {ANY}",
    "{value: 5}": f"C062 change 1: it does not say what to do; {ANY}",
    "{set: resource.line.capacity, by: 5}": f"C062 change 1: 'by' is no key of a change; {FORM}",
    "{set: resource.line.capacity, valu: 5}": "C062 change 1: 'valu' is no key of a change; did you mean value?",
    "{set: link.railway.time_h, value: 5, scale: link.railway.time_h}": (
        "C062 change 1: set and scale are two changes; write each on a line of its own"
    ),
    "{add: resource.line.capacity}": (
        "C062 change 1: 'value' is missing; write {add: table.row.column, value: …} or {add: table, row: {…}}"
    ),
    # what it is about
    "{set: resources.line.capacity, value: 5}": (
        "C021 change 1, resources.line.capacity: resources is no table; did you mean resource?"
    ),
    "{set: resource.lin.capacity, value: 5}": (
        "C022 change 1, resource.lin.capacity: lin is no row of resource; did you mean line?"
    ),
    "{set: resource.line.capacty, value: 5}": (
        "C023 change 1, resource.line.capacty: capacty is no column of resource; did you mean capacity?"
    ),
    "{set: resource.line, value: 5}": (
        "C062 change 1: 'resource.line' is not of the form table.row.column; "
        "write table.row.column, as in link.railway.length_km, or table.*.column for every row"
    ),
    "{set: resource.line.resource_id, value: way}": (
        "C024 change 1, resource.line.resource_id: an id cannot be changed; change the other columns of the row"
    ),
    # numbers
    '{set: resource.line.capacity, value: "1,000"}': (
        "C011 change 1, resource.line.capacity: '1,000' has a thousands separator or a decimal comma; "
        "write it as in 1234567.5"
    ),
    "{set: resource.line.capacity, value: -3}": (
        "C012 change 1, resource.line.capacity: -3 is negative; write 0 to close the resource"
    ),
    "{add: resource.line.capacity, value: -700000}": (
        "C012 change 1, resource.line.capacity: 600000 - 700000: -100000 is negative; write 0 to close the resource"
    ),
    "{scale: resource.line.capacity, by: 70 %}": "C011 change 1: '70 %' is a percentage; write 0.7",
    "{scale: link.railway.capacity_t_per_year, by: 0.7}": (
        "C106 change 1, link.railway.capacity_t_per_year: the cell is unlimited, and stays so; set it instead"
    ),
    "{scale: packing.*.payload_t, by: 2, where: mode_id = sea}": (
        "C106 change 1, packing.*.payload_t: all of these cells are empty or unlimited, and stay so; set them instead"
    ),
    "{add: packing.grain_sea.payload_t, value: 1}": (
        "C106 change 1, packing.grain_sea.payload_t: the cell is empty, which is no number; set it instead"
    ),
    "{scale: resource.line.kind, by: 2}": ("C106 change 1, resource.line.kind: kind holds no numbers; set it instead"),
    # filters
    "{scale: demand.t_per_year, by: 1.3, where: commodity = grain}": (
        "C023 change 1, demand.*.t_per_year where: commodity is no column of demand; did you mean commodity_id?"
    ),
    "{scale: demand.t_per_year, by: 1.3, where: commodity_id = grian}": (
        "C105 change 1, demand.*.t_per_year where: no row of demand has commodity_id = grian; did you mean grain?"
    ),
    "{scale: demand.t_per_year, by: 1.3, where: t_per_year > 1e9}": (
        "C105 change 1, demand.*.t_per_year where: no row of demand has t_per_year > 1e9; "
        "loosen it, or look at the rows by corridor show demand"
    ),
    "{scale: demand.t_per_year, by: 1.3, where: commodity_id == grain}": (
        f"C104 change 1: 'commodity_id == grain' has a sign too many; {SIGNS}"
    ),
    "{scale: demand.t_per_year, by: 1.3, where: commodity_id is grain}": (
        f"C104 change 1: 'commodity_id is grain' is no test of a row; {SIGNS}"
    ),
    "{scale: demand.t_per_year, by: 1.3, where: commodity_id > grain}": (
        "C104 change 1, demand.*.t_per_year where: commodity_id > grain: commodity_id of demand holds no numbers; "
        "compare it by =, != or in"
    ),
    "{scale: demand.t_per_year, by: 1.3, where: t_per_year > many}": (
        "C104 change 1, demand.*.t_per_year where: t_per_year > many: 'many' is not a number; give a number"
    ),
    "{scale: demand.grain_out.t_per_year, by: 1.3, where: commodity_id = grain}": (
        "C104 change 1: grain_out is one row, and a filter chooses among all; "
        "write demand.*.t_per_year, or drop the filter"
    ),
    # rows
    "{add: demand, row: {demand_id: grain_out, commodity_id: grain, origin_id: plain, destination_id: shore, "
    "t_per_year: 5}}": (
        "C107 change 1, demand.grain_out: grain_out is a row of demand already; "
        "give the new row another demand_id, or set its cells"
    ),
    f"{{add: demand, row: {{{MORE}, t_per_year: 5}}}}": (
        "C013 change 1, demand.more.commodity_id: commodity_id is missing; add it, it holds an id of commodity.csv"
    ),
    f"{{add: demand, row: {{{MORE}, commodity_id: grian, gate: must, t_per_year: 5}}}}": (
        "C007 change 1, demand.more.commodity_id: grian is no commodity; did you mean grain?"
    ),
    "{add: demand, row: more}": (
        "C062 change 1: row is not the cells of one row; write row: {node_id: harbour, name: Harbour}"
    ),
    # closing, opening, building
    "{close: link.ships}": "C022 change 1, link.ships: ships is no row of link; did you mean resource.ships?",
    "{close: demand.grain_out}": (
        "C108 change 1, demand.grain_out: rows of demand cannot be closed; name a row of link, resource or node"
    ),
    "{close: link.railway, from: 01-10}": (
        "C109 change 1, link.railway: to is missing; "
        "give the first and the last day as in from 01-10 to 01-22, or neither for all year"
    ),
    "{close: link.railway, from: 13-10, to: 10-22}": (
        "C109 change 1, link.railway: '13-10' is no day of the year; write month and day, as in 03-21"
    ),
    "{close: resource.line, from: 02-29, to: 02-29}": (
        "C109 change 1, resource.line: 2025 has no 02-29, since it is no leap year; write 02-28 or 03-01"
    ),
    "{close: resource.line, left: 0.5}": (
        "C109 change 1, resource.line: left is of a closure from day to day; add the days, or scale the capacity"
    ),
    "{close: link.railway}": (
        "C042 demand.csv line 2, destination_id: no open way through the gate leads grain from plain to shore; "
        "no link admits it out of plain: check direction, capacity, mode and commodities"
    ),
    "{open: link.crossing}": (
        "C110 change 1, link.crossing.capacity_t_per_year: it is open already, with a capacity of 900000; "
        "set it, or add to it"
    ),
    "{build: shipyrd}": "C022 change 1, build shipyrd: shipyrd is no row of project; did you mean shipyard?",
    "{build: shipyard, times: 1.5}": ("C112 change 1: '1.5' is no number of times; give a whole number above 0"),
    # grounds
    "{set: resource.line.capacity, value: 650000, source: yearbok}": (
        "C113 change 1, source: yearbok is no figure of source.csv; did you mean yearbook?"
    ),
    # what the whole case must be
    "{set: resource.line.background, value: 590000}": (
        "C037 change 1, resource.line.background: 590000 t is more than the 540000 that there is after factors; "
        "correct one of them"
    ),
}
"""A change, and the fault that it is answered with (without the file)."""

FILES = {
    "name: trail\nchanges: []\n": (
        "C100 scenario/trial.yaml, name: the scenario is called 'trail', its file trial; call both the same"
    ),
    "base: otter\n": "C060 scenario/trial.yaml, base: otter is no scenario of this case; did you mean other?",
    "base: trial\n": (
        "C101 scenario/trial.yaml, base: the scenarios are based on each other in a circle, trial on trial; "
        "drop one base"
    ),
    "base: {other: 1}\n": ("C062 scenario/trial.yaml, base: this is no list of names; write base: a, or base: [a, b]"),
    "note: a\nnote: b\nchanges: []\n": "C061 scenario/trial.yaml line 2: note stands twice; drop one of the two",
    "changes:\n  - {set: resource.line.capacity, value: 5, value: 6}\n": (
        "C061 scenario/trial.yaml line 2: value stands twice; drop one of the two"
    ),
    "changes:\n  - set: resource.line.capacity\n     value: 5\n": (
        "C061 scenario/trial.yaml line 3: this cannot be read as YAML (mapping values are not allowed here); "
        "mend the line or the one before"
    ),
}
"""A file that cannot be read as a scenario, and its fault."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tables = {name: text for name, text in FULL.items() if name != "evidence"} | {"project": PROJECT}
    made = write(tmp_path, tables)
    (made / "scenario").mkdir()
    (made / "scenario" / "other.yaml").write_text(OTHER, encoding="utf-8")
    return made


def told(folder: Path, text: str, *names: str) -> list[str]:
    """The faults of a scenario called trial."""
    (folder / "scenario" / "trial.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CaseError) as error:
        api.load(folder, scenario=names or "trial")
    return [str(fault) for fault in error.value.faults]


@pytest.mark.parametrize(("change", "fault"), MISTAKES.items())
def test_a_mistake_in_a_change(folder: Path, change: str, fault: str) -> None:
    code, rest = fault.split(" ", 1)
    assert told(folder, f"changes:\n  - {change}\n") == [f"{code} scenario/trial.yaml, {rest}"]


@pytest.mark.parametrize(("text", "fault"), FILES.items())
def test_a_mistake_in_a_file(folder: Path, text: str, fault: str) -> None:
    assert told(folder, text) == [fault]


def test_a_misspelt_list_is_said_so(folder: Path) -> None:
    no_list, misspelt = told(folder, "chnages:\n  - {close: resource.line}\n")
    assert "there is no list of changes" in no_list
    assert misspelt == "C062 scenario/trial.yaml: 'chnages' is no key of a scenario; did you mean changes?"


def test_a_longer_circle_is_named(folder: Path) -> None:
    for name, base in (("one", "two"), ("two", "trial")):
        (folder / "scenario" / f"{name}.yaml").write_text(f"base: {base}\n", encoding="utf-8")
    assert told(folder, "base: one\n") == [
        "C101 scenario/trial.yaml, base: the scenarios are based on each other in a circle, "
        "trial on one on two on trial; drop one base"
    ]


def test_contradictions_between_scenarios(folder: Path) -> None:
    text = "changes:\n  - {set: resource.line.capacity, value: 550000}\n  - {set: resource.ships.capacity, value: 6}\n"
    assert told(folder, text, "other", "trial") == [
        "C102 scenario/trial.yaml, change 1, resource.line.capacity: trial makes it 550000 and other "
        "(scenario/other.yaml, change 1) 500000; take one of the two, "
        "or write base: other into trial, and trial holds",
        "C103 scenario/trial.yaml, change 2, resource.ships.capacity: trial makes it 6, and what other "
        "(scenario/other.yaml, change 2) adds to it is lost; name trial before other",
    ]


def test_all_mistakes_at_once(folder: Path) -> None:
    changes = ["{close: link.railwya}", "{build: shipyrd}", "{set: resource.line.capacity, value: many, source: x}"]
    faults = told(folder, "changes:\n" + "".join(f"  - {change}\n" for change in changes))
    assert [fault.split(":")[0] for fault in faults] == [
        "C011 scenario/trial.yaml, change 3, resource.line.capacity",
        "C022 scenario/trial.yaml, change 1, link.railwya",
        "C022 scenario/trial.yaml, change 2, build shipyrd",
        "C113 scenario/trial.yaml, change 3, source",
    ]


def test_a_file_that_is_not_there(folder: Path) -> None:
    with pytest.raises(CaseError) as error:
        api.load(folder, scenario=["other", "plans/hub.yaml", "ohter"])
    assert [str(fault) for fault in error.value.faults] == [
        "C060 plans/hub.yaml: is no file; give the path of one, or the name of a scenario of this case (other)",
        "C060 ohter: is no scenario of this case; did you mean other?",
    ]
