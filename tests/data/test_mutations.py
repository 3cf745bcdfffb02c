"""One cell spoilt at a time, over every column of every table: a fault, a warning or a proved answer, soon."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from itertools import filterfalse
from pathlib import Path
from typing import NamedTuple

import pytest

from corridor.data.read import bundled
from corridor.model.schema import CellError, Field, schemas
from tests.corridor.command import Run, runner
from tests.data.complete import COMPLETE, SCENARIO
from tests.data.folder import told, write

SPOILT = (
    "",
    "a few",
    "-1",
    "0",
    "1e15",
    "1e300",
    "nan",
    "inf",
    "08-Jan",
    "2025-01-08",
    "1,5",
    "50%",
    "unlimited",
    "nowhere",
    "Ba\x1bku",
    "Ba\u202eku",
)
"""Cells that a spreadsheet, a script or a slip of the hand leaves behind."""
UNREAL = ("a few", "1e15", "1e300", "nan", "inf", "08-Jan", "2025-01-08", "1,5", "50%", "Ba\x1bku")
"""Cells that are no number of any corridor."""
SECONDS = 5.0
"""Greatest time of a check, in seconds of the processor: a busy machine fails no test."""
EVIDENCE = ("evidence", "driver", "validation", "source")
"""Tables that no answer reads; a case has all of them or none."""
QUESTIONS = (("solve", "--json"), ("waterfall",), ("carbon",), ("markets",), ("revenue",))
REPORT = ("report", "--draws", "0")
"""Verbs that read most tables between them; the report takes longer."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, monkeypatch)


class Spoilt(NamedTuple):
    """One cell replaced."""

    table: str
    line: int
    column: str
    text: str


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def spoil(text: str, spoilt: Spoilt) -> str:
    """The text of a table with one cell replaced, its column added where the table has none."""
    rows = rows_of(text)
    columns = [*rows[0], *([] if spoilt.column in rows[0] else [spoilt.column])]
    rows[spoilt.line][spoilt.column] = spoilt.text
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def ids(field: Field) -> list[str]:
    """Another id of the tables that a column refers to, else an id of any kind."""
    known = [
        row[schemas()[table].id_column] for table in field.refers_to or ("node",) for row in rows_of(COMPLETE[table])
    ]
    return known[:1] + known[-1:]


def every_cell() -> Iterator[Spoilt]:
    """Every column of every table with every spoilt cell, in some row of it."""
    rng = random.Random(11)
    for table, text in COMPLETE.items():
        lines = len(rows_of(text))
        for field in schemas()[table].fields:
            for cell in (*SPOILT, *dict.fromkeys(ids(field))):
                yield Spoilt(table, rng.randrange(lines), field.name, cell)


def tables_of(spoilt: Spoilt) -> dict[str, str]:
    """The complete case with a cell replaced, and with evidence where the cell is of it: C054 wants all or none."""
    tables = {name: text for name, text in COMPLETE.items() if spoilt.table in EVIDENCE or name not in EVIDENCE[:3]}
    return tables | {spoilt.table: spoil(tables[spoilt.table], spoilt)}


def folder_of(home: Path, spoilt: Spoilt) -> Path:
    folder = write(home, tables_of(spoilt))
    (folder / "scenario").mkdir(exist_ok=True)
    (folder / "scenario" / "better.yaml").write_text(SCENARIO, encoding="utf-8")
    return folder


def faults_in(folder: Path) -> list[str]:
    """Faults of the case in a folder, but for C054; fails where the check takes too long or a fault has no remedy."""
    began = time.process_time()
    faults = [fault for fault in told(folder) if not fault.startswith("C054")]
    assert time.process_time() - began < SECONDS
    for fault in faults:
        assert re.match(r"C\d{3} \S.*?: .*; ", fault, re.DOTALL), fault
        assert not re.search(r"\bNone\b|[\x00-\x08\x0b-\x1f\u202e]", fault), fault
    return faults


def assert_answered(run: Run, folder: Path, words: tuple[str, ...], spoilt: str) -> None:
    """The verb ends as a proved answer, a fault or an infeasibility with its reason."""
    code, out, err = run(*words, "--case", str(folder))
    assert code in (0, 2, 3), err
    assert "Traceback" not in out + err
    assert spoilt == "nan" or not re.search(r"\bnan\b|\bNone\b", out), out
    if code:
        assert err.strip()
    if "--json" in words:
        json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in the JSON"))


def refused(spoilt: Spoilt) -> bool:
    """A cell that the schema of its column refuses by itself."""
    field = schemas()[spoilt.table].field(spoilt.column)
    assert field is not None
    try:
        field.parse(spoilt.text)
    except CellError:
        return True
    return False


def sample(spoilt: Iterable[Spoilt], size: int, seed: int = 5) -> list[Spoilt]:
    """A sample without replacement, in the order of the tables."""
    known = list(spoilt)
    chosen = set(random.Random(seed).sample(range(len(known)), min(size, len(known))))
    return [cell for number, cell in enumerate(known) if number in chosen]


def test_the_complete_case_has_a_value_in_every_column() -> None:
    for table, schema in schemas().items():
        if table == "band":  # written by the command alone
            continue
        rows = rows_of(COMPLETE[table])
        assert [field.name for field in schema.fields if not any(row.get(field.name) for row in rows)] == []


def test_the_complete_case_is_sound(run: Run, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, Spoilt("unit", 0, "name", "Wagon"))
    assert faults_in(folder) == []
    code, out, _ = run("solve", "--json", "--case", str(folder))
    assert code == 0
    assert json.loads(out)["certificate"]["passed"]


def test_no_number_column_takes_a_cell_that_is_no_number() -> None:
    """Nor does any column take a character that is not seen, or a day that a spreadsheet made."""
    for cell in every_cell():
        field = schemas()[cell.table].field(cell.column)
        assert field is not None
        number = field.type in ("number", "integer") and cell.text in UNREAL
        unseen = any(not sign.isprintable() for sign in cell.text)
        if number or unseen or (field.type == "string" and cell.text == "08-Jan") or (field.required and not cell.text):
            assert refused(cell), cell


@pytest.mark.slow
def test_refused_cells_are_faults_of_the_case(tmp_path: Path) -> None:
    for cell in sample(filter(refused, every_cell()), 40):
        (tmp_path / "case").mkdir(exist_ok=True)
        assert faults_in(folder_of(tmp_path / "case", cell)), cell
        shutil.rmtree(tmp_path / "case")


@pytest.mark.slow
def test_spoilt_cells_end_as_a_fault_or_a_proved_answer(run: Run, tmp_path: Path) -> None:
    for number, cell in enumerate(sample(filterfalse(refused, every_cell()), 70)):
        folder = folder_of(tmp_path / str(number), cell)
        if not faults_in(folder) and cell.table not in EVIDENCE:
            words = REPORT if number % 20 == 0 else QUESTIONS[number % len(QUESTIONS)]
            assert_answered(
                run, folder, (*words, "--out", str(folder / "out")) if words is REPORT else words, cell.text
            )


def columns_of_the_bundled_case() -> Iterator[tuple[str, Field]]:
    """Every column of every table of the bundled case that a planner writes."""
    for table, schema in schemas().items():
        if table != "band" and (bundled() / f"{table}.csv").is_file():
            yield from ((table, field) for field in schema.fields)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the bundled case."""
    return Path(shutil.copytree(bundled(), tmp_path / "case"))


@pytest.mark.slow
def test_every_column_of_the_bundled_case_spoilt_once(copy: Path) -> None:
    """A cell that its column refuses is a fault of its table; any other ends as a sound case or a fault, soon.

    One column of every table is spoilt at a time, so that a check serves all tables.
    """
    rng = random.Random(3)
    columns: dict[str, list[Field]] = {}
    for table, field in columns_of_the_bundled_case():
        columns.setdefault(table, []).append(field)
    for turn in range(max(map(len, columns.values()))):
        cells = []
        for number, (table, fields) in enumerate(columns.items()):
            text = (bundled() / f"{table}.csv").read_text(encoding="utf-8")
            if turn < len(fields):
                word = SPOILT[(turn + number) % len(SPOILT)]
                cells.append(Spoilt(table, rng.randrange(len(rows_of(text))), fields[turn].name, word))
                text = spoil(text, cells[-1])
            (copy / f"{table}.csv").write_text(text, encoding="utf-8")
        faults = faults_in(copy)
        for cell in filter(refused, cells):
            assert any(f"{cell.table}.csv" in fault for fault in faults), cell


@pytest.mark.slow
def test_a_column_of_wrong_ids_is_reported_soon(copy: Path) -> None:
    """Each reference of a long table is wrong: the column has faults, within the time of a check.

    One such column of every table is wrong at a time, so that a check serves all tables.
    """
    columns: dict[str, list[str]] = {}
    for table, field in columns_of_the_bundled_case():
        text = (bundled() / f"{table}.csv").read_text(encoding="utf-8")
        if field.refers_to and any(row.get(field.name) for row in rows_of(text)):
            columns.setdefault(table, []).append(field.name)
    assert sum(map(len, columns.values())) > 50
    for turn in range(max(map(len, columns.values()))):
        wrong = {table: names[turn] for table, names in columns.items() if turn < len(names)}
        for table in columns:
            text = (bundled() / f"{table}.csv").read_text(encoding="utf-8")
            (copy / f"{table}.csv").write_text(misnamed(text, wrong.get(table, "")), encoding="utf-8")
        faults = [fault for fault in faults_in(copy) if fault.startswith("C007")]
        for table, name in wrong.items():
            assert any(re.match(rf"C007 {table}\.csv line \d+, {name}:", fault) for fault in faults), (table, name)


def misnamed(text: str, column: str) -> str:
    """The text of a table with every id of a column wrong."""
    rows = rows_of(text)
    for row in rows:
        if row.get(column):
            row[column] = " ".join(f"{name}_x" for name in row[column].split())
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
