"""Answers as files: each ending is read back by another program, and no text of a case does harm."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow.parquet
import pyogrio
import pytest

from corridor.command import FILES
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.reports.out.files import MAKERS, files_of
from corridor.reports.out.geo import features, geojson_of, geopackage_of
from corridor.reports.out.tables import harmless, tables_of
from corridor.reports.out.workbook import workbook_of
from tests.asked import solve
from tests.cases import answered, boxes, case_of

HOSTILE = [
    '=HYPERLINK("http://x")',
    "+1+cmd",
    "-cmd",
    "@SUM(A1)",
    "<script>",
    "a\x07b\u202e",
    "a,b\n\"c'",
    "x" * 40_000,
]


def on_a_map() -> Case:
    return case_of(
        {
            "node": "node_id, x_coord, y_coord\n a, 10, 50\n b, 11, 51\n c, ,",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, via
                one, a, b, 300000, 10.2 50.1; 10.5 50.7
                two, b, c, unlimited,""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 100000",
        }
    )


def body() -> dict[str, Any]:
    return answered(boxes()).to_dict()


def made(suffix: str) -> dict[str, bytes]:
    return files_of(answered(boxes()), body(), Path(f"answer{suffix}"))


def test_the_command_names_the_endings_that_are_made() -> None:
    assert set(FILES) == set(MAKERS)


def test_a_workbook_has_typed_cells_and_units(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(made(".xlsx")["answer.xlsx"])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames[0] == "answer"
    links: Any = book["links"]
    names = [cell.value for cell in links[1]]
    at = names.index("t") + 1
    assert (links.cell(2, at).value, links.freeze_panes) == ("t", "B3")
    assert isinstance(links.cell(3, at).value, int | float)
    passed = next(row for row in book["answer"].iter_rows() if row[0].value == "certificate.passed")
    assert passed[1].value is True
    assert links._charts
    for sheet in book.worksheets:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_csv_and_parquet_have_the_same_rows(tmp_path: Path) -> None:
    texts, tables = made(".csv"), made(".parquet")
    assert [name.removesuffix(".csv") for name in texts] == [name.removesuffix(".parquet") for name in tables]
    (tmp_path / "a.parquet").write_bytes(tables["answer.links.parquet"])
    read = pyarrow.parquet.read_table(tmp_path / "a.parquet").to_pylist()
    rows = list(csv.DictReader(texts["answer.links.csv"].decode().splitlines()))
    assert [float(row["t"]) for row in rows] == [row["t"] for row in read] == [500_000, 500_000]


def test_json_is_the_answer() -> None:
    assert json.loads(made(".json")["answer.json"]) == body()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_texts(text: str, tmp_path: Path) -> None:
    """Every format gives back a text, not a formula and not a broken file."""
    tables = tables_of({"name": text, "rows": [{"name": text, "t": 1.0}, {"name": "b", "t": 2.0}]})
    (tmp_path / "a.xlsx").write_bytes(workbook_of(tables, text))
    cell: Any = openpyxl.load_workbook(tmp_path / "a.xlsx")["rows"]["A3"]
    assert cell.data_type == "s"
    assert cell.value[:5] in (text[:5], "a\ufffdb")
    assert not str(harmless(text)).startswith(("=", "+", "-", "@"))
    case = case_of(
        {
            "link": "link_id, from_node_id, to_node_id\n l, a, b",
            "node": "node_id, x_coord, y_coord\n a, 1, 2\n b, 2, 3",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 1",
        }
    )
    named = case["node"].assign(name=[text, "b"])
    case = replace(case, tables={**case.tables, "node": named})
    layers = features(case)
    assert json.loads(geojson_of(layers))["features"][0]["properties"]["name"] == text
    (tmp_path / "a.gpkg").write_bytes(geopackage_of(layers))
    fields = pyogrio.raw.read(tmp_path / "a.gpkg", layer="node")[3]
    assert fields[1][0][:40] == text[:40]


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_flows_lie_on_links_for_a_map(suffix: str, tmp_path: Path) -> None:
    """Read by GDAL, as QGIS does: the link to the place without coordinates is left out."""
    answer = solve(on_a_map())
    path = tmp_path / f"answer{suffix}"
    path.write_bytes(files_of(answer, answer.to_dict(), path)[path.name])
    layer = "link" if suffix == ".gpkg" else None
    meta, _, shapes, fields = pyogrio.raw.read(path, layer=layer, where="link_id IS NOT NULL")
    known = dict(zip(meta["fields"], (column[0] for column in fields), strict=True))
    assert len(shapes) == 1
    assert (known["link_id"], known["t"], known["share"]) == ("one", 300_000, 1.0)
    assert str(meta["crs"]).endswith("4326")
    assert np.frombuffer(shapes[0][9:], dtype="<f8").tolist() == [10, 50, 10.2, 50.1, 10.5, 50.7, 11, 51]


def test_a_map_is_made_of_coordinates_and_flows() -> None:
    with pytest.raises(CaseError, match="C083 node: the case has no coordinates"):
        files_of(answered(boxes()), body(), Path("a.geojson"))
    with pytest.raises(CaseError, match=r"C083 --out a\.gpkg: the result has no flow by link"):
        files_of(answered(boxes()), {"rows": []}, Path("a.gpkg"))


def test_the_same_map_has_the_same_bytes() -> None:
    layers = features(on_a_map())
    assert geopackage_of(layers) == geopackage_of(layers)
