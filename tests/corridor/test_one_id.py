"""Rows of several tables may have one id: every verb answers as if each had an id of its own."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from corridor.model.schema import schemas
from tests.corridor.command import Run
from tests.data.complete import COMPLETE, SCENARIO
from tests.data.folder import write

SAME = {
    "gate": {"port": "line"},
    "link": {"railway": "line", "crossing": "ships"},
    "store": {"silo": "line"},
    "segment": {"harvest": "line"},
    "demand": {"grain_home": "line"},
}
"""New ids by table and old id: those of the two resources."""
VERBS = {
    "solve": ("solve",),
    "ladder": ("ladder",),
    "markets": ("markets",),
    "waterfall": ("waterfall",),
    "prices": ("prices",),
    "projects": ("projects",),
    "cut": ("cut",),
    "compare": ("compare", "base", "better"),
    "frontier": ("frontier", "resource.line.capacity"),
    "sweep": ("sweep", "--over", "resource.line.capacity=x0.8,x1"),
    "carbon": ("carbon",),
    "revenue": ("revenue",),
    "disrupt": ("disrupt", "--from", "06-01", "--to", "06-05"),
    "foresight": ("foresight", "--periods", "quarter"),
    "band": ("band", "--draws", "5"),
    "validate": ("validate",),
    "evidence": ("evidence", "resource.line.capacity"),
    "by quarters": ("solve", "--periods", "quarter"),
}
QUICK = ("solve", "cut", "evidence", "carbon")
"""Verbs that the fast part runs."""


def renamed(tables: dict[str, str]) -> dict[str, str]:
    """Tables in which limits of six kinds share the ids of two."""
    found = {}
    for name, text in tables.items():
        rows = list(csv.DictReader(io.StringIO(text)))
        fields = {field.name: field.refers_to for field in schemas()[name].fields}
        for row in rows:
            for column, old in row.items():
                refers = [name] if column == schemas()[name].id_column else list(fields[column] or ())
                if column in ("row", "rows") and "table" in row:
                    refers = [row["table"]]
                new = {before: after for table in refers for before, after in SAME.get(table, {}).items()}
                field = schemas()[name].field(column)
                several = field is not None and field.several
                row[column] = " ".join(new.get(each, each) for each in old.split()) if several else new.get(old, old)
            if row.get("changes"):
                row["changes"] = row["changes"].replace("link.railway.", "link.line.")
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        found[name] = out.getvalue()
    return found


def with_evidence(tables: dict[str, str]) -> dict[str, str]:
    """The tables with a row of evidence for every column of numbers."""
    text = tables["evidence"]
    for name in set(tables) - {"evidence", "source", "driver", "validation"}:
        present = tables[name].splitlines()[0].split(",")
        numbers = [field.name for field in schemas()[name].fields if field.type in ("number", "integer")]
        for column in set(numbers) & set(present):
            row = dict.fromkeys(text.splitlines()[0].split(","), "")
            row |= {"evidence_id": f"{name}_{column}", "table": name, "row": "*", "column": column, "basis": "assumed"}
            row |= {"confidence": "low", "note": "A guess."}
            text += ",".join(row.values()) + "\n"
    return {**tables, "evidence": text}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The case with an id for each limit, and with ids that several share."""
    folder = tmp_path_factory.mktemp("cases")
    made = []
    whole = with_evidence(COMPLETE)
    for name, tables in (("apart", whole), ("shared", renamed(whole))):
        case = write(folder / name, tables)
        (case / "scenario").mkdir()
        (case / "scenario" / "better.yaml").write_text(SCENARIO)
        made.append(case)
    return made[0], made[1]


def figures(body: Any, at: tuple[str, ...] = ()) -> dict[tuple[str, ...], list[float]]:
    """Numbers by place in a JSON answer, in order of size: lists have no order, and ids that are keys no name."""
    found: dict[tuple[str, ...], list[float]] = defaultdict(list)
    if isinstance(body, dict):
        keys = set(body)
        ids = keys & {"line", "ships", "railway", "crossing", "silo", "harvest", "port", "grain_home", "grain_out"}
        ids |= {key for key in keys if "." in key or key.endswith("_back")}
        for key, value in body.items():
            for place, numbers in figures(value, (*at, "*" if key in ids else key)).items():
                found[place] += numbers
    elif isinstance(body, list):
        for value in body:
            for place, numbers in figures(value, at).items():
                found[place] += numbers
    elif isinstance(body, (int, float)):
        found[at].append(float(body))
    return {place: sorted(numbers) for place, numbers in found.items() if not {"solver", "seconds"} & set(place)}


def body_of(run: Run, case: Path, words: tuple[str, ...]) -> Any:
    code, out, err = run(*words, "--case", str(case), "--json")
    assert code == 0, err
    return json.loads(out)


def assert_same_figures(apart: Any, shared: Any) -> None:
    one, other = figures(apart), figures(shared)
    assert one
    assert set(one) == set(other)
    for place, numbers in one.items():
        assert other[place] == pytest.approx(numbers, rel=1e-5, abs=1e-3), place


@pytest.mark.parametrize("verb", [pytest.param(verb, marks=[pytest.mark.slow] * (verb not in QUICK)) for verb in VERBS])
def test_a_shared_id_changes_no_figure(run: Run, two: tuple[Path, Path], verb: str) -> None:
    assert_same_figures(*(body_of(run, case, VERBS[verb]) for case in two))


def test_limits_of_one_id_are_told_apart(run: Run, two: tuple[Path, Path]) -> None:
    """Both have rows of their own in the table of uses, and each is called by its own name."""
    rows = body_of(run, two[1], ("prices",))["rows"]
    assert len({row["resource"] for row in rows if row["measure"] == "capability"}) == len(
        {row["name"] for row in rows if row["measure"] == "capability"}
    )
    ladder = body_of(run, two[1], ("ladder",))["rows"]
    apart = body_of(run, two[0], ("ladder",))["rows"]
    assert [row["name"] for row in ladder] == [row["name"] for row in apart]


@pytest.mark.parametrize(("old", "table"), [("railway", "link"), ("silo", "store"), ("line", "resource")])
def test_explain_asks_for_the_table_of_a_shared_id(run: Run, two: tuple[Path, Path], old: str, table: str) -> None:
    code, _, err = run("explain", "line", "--case", str(two[1]))
    assert code == 2
    assert "C077" in err
    assert f"{table}.line" in err
    apart, shared = (
        body_of(run, case, ("explain", name)) for case, name in zip(two, (old, f"{table}.line"), strict=True)
    )
    assert_same_figures(apart, shared)
    assert apart["sentences"] == shared["sentences"]
