"""Scenario files, and changes to a case."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import corridor as api
from corridor.data.read import bundled
from corridor.data.scenario import Scenario, read_scenario, scenarios
from corridor.model.case import Case
from corridor.model.change.changes import Set
from corridor.model.change.words import parse_change
from corridor.model.faults import CaseError
from tests.data.folder import FULL, case_in, write
from tests.data.format_page import EXAMPLE, EXAMPLE_SCENARIO

HEAD = "changes:\n"
FORM = "write {set: table.row.column, value: …}"
ANY = f"write set, add, scale, close, open or build, as in {FORM.removeprefix('write ')}"


def folder_with(tmp_path: Path, text: str | bytes, name: str = "base_2022") -> Path:
    """The example with a scenario file."""
    folder = write(tmp_path, EXAMPLE)
    (folder / "scenario").mkdir()
    raw = text if isinstance(text, bytes) else text.encode()
    (folder / "scenario" / f"{name}.yaml").write_bytes(raw)
    return folder


def told(error: pytest.ExceptionInfo[CaseError]) -> list[str]:
    return [str(fault) for fault in error.value.faults]


def test_a_year(tmp_path: Path) -> None:
    case = api.load(folder_with(tmp_path, EXAMPLE_SCENARIO), year=2022)
    assert (case.base_year, case.scenario) == (2022, "base_2022")
    assert case["demand"].at["grain_out", "t_per_year"] == 300_000
    assert api.load(tmp_path, year=2025).scenario == "base"


def test_changes_come_after_the_year(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, EXAMPLE_SCENARIO)
    case = api.load(folder, year=2022, changes=["demand.grain_out.t_per_year=7"])
    assert case["demand"].at["grain_out", "t_per_year"] == 7


def test_a_mark_at_the_start_is_fine(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, b"\xef\xbb\xbf" + EXAMPLE_SCENARIO.encode())
    assert read_scenario(folder, "base_2022").name == "base_2022"


def test_name_is_that_of_the_file_if_none_is_given(tmp_path: Path) -> None:
    found = read_scenario(folder_with(tmp_path, "changes: []\n", "calm"), "calm")
    assert (found.name, found.note, found.changes) == ("calm", "", ())


def test_scenario_without_a_file(tmp_path: Path) -> None:
    made = Scenario("closed", "", (Set("link", "railway", "capacity_t_per_year", "0"),))
    case = made.apply(case_in(write(tmp_path, EXAMPLE)))
    assert case.scenario == "closed"
    with pytest.raises(CaseError, match=r"C022 link\.road\.gate: road is no row of link"):
        Scenario("odd", "", (Set("link", "road", "gate", "0"),)).apply(case)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "name: x\nnote: y\n",
            "C061 scenario/base_2022.yaml: there is no list of changes; "
            "write 'changes:' and below it lines as '- {set: link.railway.time_h, value: 9}'",
        ),
        (
            "",
            "C061 scenario/base_2022.yaml: there is no list of changes; "
            "write 'changes:' and below it lines as '- {set: link.railway.time_h, value: 9}'",
        ),
        (
            "changes: all\n",
            "C061 scenario/base_2022.yaml: there is no list of changes; "
            "write 'changes:' and below it lines as '- {set: link.railway.time_h, value: 9}'",
        ),
        (
            HEAD + "  - {set: case.two.base_year, value: 2022\n",
            "C061 scenario/base_2022.yaml line 3: this cannot be read as YAML "
            "(expected ',' or '}', but got '<stream end>'); mend the line or the one before",
        ),
        (
            b"changes: \x00\n",
            "C061 scenario/base_2022.yaml: the file holds signs that YAML does not allow; "
            "save it as plain text in UTF-8",
        ),
        (b"name: caf\xe9\n", "C061 scenario/base_2022.yaml: the file is not UTF-8; save it as UTF-8"),
        ("nmae: x\nchanges: []\n", "C062 scenario/base_2022.yaml: 'nmae' is no key of a scenario; did you mean name?"),
        ("note: [x]\nchanges: []\n", "C062 scenario/base_2022.yaml, note: this is a list or a table; write a text"),
        (HEAD + "  - faster\n", f"C062 scenario/base_2022.yaml, change 1: 'faster' is no change; {ANY}"),
        (
            HEAD + "  - {set: link.railway.time_h}\n",
            f"C062 scenario/base_2022.yaml, change 1: 'value' is missing; {FORM}",
        ),
        (HEAD + "  - {value: 3}\n", f"C062 scenario/base_2022.yaml, change 1: it does not say what to do; {ANY}"),
        (
            HEAD + "  - {set: link.railway.time_h, value: [3]}\n",
            f"C062 scenario/base_2022.yaml, change 1: 'value' is a list or a table, not one text; {FORM}",
        ),
        (
            HEAD + "  - {set: link.railway.time_h, value: 3, reason: x}\n",
            f"C062 scenario/base_2022.yaml, change 1: 'reason' is no key of a change; {FORM}",
        ),
        (
            HEAD + "  - {set: link.railway, value: 3}\n",
            "C062 scenario/base_2022.yaml, change 1: 'link.railway' is not of the form table.row.column; "
            "write table.row.column, as in link.railway.length_km, or table.*.column for every row",
        ),
        (
            HEAD + "  - {set: link.railwya.time_h, value: 3}\n",
            "C022 scenario/base_2022.yaml, change 1, link.railwya.time_h: "
            "railwya is no row of link; did you mean railway?",
        ),
        (
            HEAD + "  - {set: link.railway.time_h, value: .nan}\n",
            "C011 scenario/base_2022.yaml, change 1, link.railway.time_h: '.nan' is not a number; "
            "give a number in h, or leave the cell empty",
        ),
    ],
)
def test_bad_scenario(tmp_path: Path, text: str | bytes, expected: str) -> None:
    folder = folder_with(tmp_path, text)
    with pytest.raises(CaseError) as error:
        api.load(folder, year=2022)
    assert told(error) == [expected]
    assert str(error.value).startswith("1 fault in the scenario\n")


def test_all_faults_of_a_scenario_at_once(tmp_path: Path) -> None:
    rows = "  - {set: link, value: 3}\n  - {set: lnk.railway.time_h}\n  - 3\n"
    with pytest.raises(CaseError) as error:
        api.load(folder_with(tmp_path, "author: me\n" + HEAD + rows), year=2022)
    assert len(error.value.faults) == 4


def test_all_faults_of_the_changes_at_once(tmp_path: Path) -> None:
    rows = "  - {set: lnk.railway.time_h, value: 3}\n  - {set: link.railway.time_h, value: -3}\n"
    with pytest.raises(CaseError) as error:
        api.load(folder_with(tmp_path, HEAD + rows), year=2022)
    assert [fault.code for fault in error.value.faults] == ["C012", "C021"]


def test_a_scenario_can_break_a_rule(tmp_path: Path) -> None:
    rows = "  - {set: demand.grain_out.destination_id, value: shor}\n"
    with pytest.raises(CaseError) as error:
        api.load(folder_with(tmp_path, HEAD + rows), year=2022)
    assert told(error) == [
        "C007 scenario/base_2022.yaml, change 1, demand.grain_out.destination_id: shor is no node; did you mean shore?"
    ]


def test_no_such_scenario(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, EXAMPLE_SCENARIO)
    with pytest.raises(CaseError, match="C060 base_2202: is no scenario of this case; did you mean base_2022"):
        read_scenario(folder, "base_2202")
    with pytest.raises(CaseError, match="C063 --year: 2023 is no base year of this case; it has 2025, 2022"):
        api.load(folder, year=2023)


@pytest.mark.slow
def test_scenarios_of_the_bundled_case_are_sound() -> None:
    home = bundled()
    base = case_in(home)
    for name in scenarios(home):
        api.check(read_scenario(home, name).apply(base))
    assert "base_2022" in scenarios(home)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    tables = {name: text for name, text in FULL.items() if name not in ("source", "evidence")}
    return case_in(write(tmp_path, tables))


def test_later_changes_win(case: Case) -> None:
    changed = case.with_(["link.railway.time_h=1", "link.railway.time_h=2"])
    assert changed["link"].at["railway", "time_h"] == 2
    assert changed.with_(["link.railway.time_h=3"])["link"].at["railway", "time_h"] == 3


def test_the_original_stays_as_it_was(case: Case) -> None:
    before = {name: frame.copy() for name, frame in case.tables.items()}
    rows = case.rows("link")
    changed = case.with_(["link.railway.time_h=1", "resource.line.capacity=unlimited"])
    for name, frame in case.tables.items():
        assert frame.equals(before[name])
    assert case.rows("link") is rows
    assert changed.row("link", "railway").time_h == 1
    assert changed.tables["node"] is case.tables["node"]


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("resource.line.capacity=unlimited", math.inf),
        ("resource.line.capacity=1e5", 100_000.0),
        ("resource.line.capacity= 5 ", 5.0),
        ("link.railway.time_h=", 0.0),
        ("link.crossing.directed=1", True),
        ("link.crossing.directed=", True),
        ("link.crossing.commodities=grain", ("grain",)),
        ("link.crossing.commodities=", ()),
        ("link.crossing.carrier_id=", None),
        ("case.two.base_year=2030", 2030),
        ("node.plain.name=The steppe = wide", "The steppe = wide"),
        ("resource.line.basis=", "nominal"),
    ],
)
def test_types(case: Case, change: str, value: object) -> None:
    address = change.split("=")[0]
    table, row, column = address.split(".")
    changed = case.with_([change])
    found = getattr(changed.row(table, row), column)
    assert found == value
    assert type(found) is type(value)
    assert changed[table][column].dtype == case[table][column].dtype


def test_an_empty_number_is_none(case: Case) -> None:
    changed = case.with_(["packing.grain_rail.payload_t=", "packing.grain_rail.unit_id="])
    assert changed.row("packing", "grain_rail").payload_t is None
    assert changed.row("packing", "grain_rail").unit_id is None
    api.check(changed)


def test_changes_as_objects_and_as_texts_are_the_same(case: Case) -> None:
    texts = case.with_(["link.railway.time_h=1.5"])
    objects = case.with_([Set("link", "railway", "time_h", "1.5")])
    assert texts["link"].equals(objects["link"])
    assert parse_change("link.railway.time_h=1.5") == Set("link", "railway", "time_h", "1.5")


@pytest.mark.parametrize("words", ["", "=", "link", "link.railway=3", "link.railway.time_h", "a.b.c.d=1", "..=1"])
def test_not_a_change(words: str) -> None:
    with pytest.raises(CaseError, match=r"C020 --set .*is not of the form table\.row\.column=value"):
        parse_change(words)
