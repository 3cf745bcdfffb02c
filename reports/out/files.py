"""Every answer to a file, by its ending: one place for all verbs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from corridor.model.faults import CaseError, Fault
from corridor.model.result.timetable import Timetable
from corridor.reports.blocks import Figure
from corridor.reports.out.geo import features, geojson_of, geopackage_of
from corridor.reports.out.gtfs import gtfs_of
from corridor.reports.out.tables import SINGLE, Table, harmless, tables_of
from corridor.reports.out.workbook import workbook_of
from corridor.reports.say import blocks


def files_of(result: Any, body: Mapping[str, Any], out: Path) -> dict[str, bytes]:
    """The files of an answer, by name: the one that ``out`` names, and others beside it where one table is not enough.

    ``body`` is the answer in JSON. Raises CaseError where the result has nothing of that kind.
    """
    return MAKERS[out.suffix.lower()](result, body, out)


def _json(result: Any, body: Mapping[str, Any], out: Path) -> dict[str, bytes]:
    if hasattr(result, "to_arrays"):  # of a proof, which another program confirms
        return {out.name: str(result.to_arrays()).encode()}
    return {out.name: (json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()}


def _xlsx(result: Any, body: Mapping[str, Any], out: Path) -> dict[str, bytes]:
    return {out.name: workbook_of(tables_of(body), result.case.title)}


def _csv(result: Any, body: Mapping[str, Any], out: Path) -> dict[str, bytes]:
    if hasattr(result, "to_csv"):
        return {out.name: str(result.to_csv()).encode()}
    return {name: _csv_of(table).encode() for name, table in _named(body, out).items()}


def _csv_of(table: Table) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(list(table[0]) if table else ["field"])
    writer.writerows([harmless(cell) for cell in row.values()] for row in table)
    return made.getvalue()


def _parquet(result: Any, body: Mapping[str, Any], out: Path) -> dict[str, bytes]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        reason = "pyarrow is not installed; install it with: pip install freight-corridor[parquet]"
        raise CaseError([Fault("C081", "pyarrow", reason)], "the output") from None
    files = {}
    for name, table in _named(body, out).items():
        columns = {column: _alike([row[column] for row in table]) for column in (table[0] if table else ())}
        sink = io.BytesIO()
        parquet.write_table(pa.table(columns), sink)
        files[name] = sink.getvalue()
    return files


def _alike(values: list[Any]) -> list[Any]:
    """Values of one type: numbers, flags, or else texts."""
    known = [value for value in values if value is not None]
    if all(isinstance(value, bool) for value in known) or all(isinstance(value, str) for value in known):
        return values
    if all(isinstance(value, float | int) and not isinstance(value, bool) for value in known):
        return [None if value is None else float(value) for value in values]
    return [None if value is None else str(value) for value in values]


def _named(body: Mapping[str, Any], out: Path) -> dict[str, Table]:
    """Tables by the name of their file: single values in the one that was named, the others beside it."""
    tables = {name: table for name, table in tables_of(body).items() if table or name == SINGLE}
    return {
        out.name if name == SINGLE else f"{out.stem}.{name.replace('.', '-')}{out.suffix}": table
        for name, table in tables.items()
    }


def _svg(result: Any, body: Mapping[str, Any], out: Path) -> dict[str, bytes]:
    figure = next((block for block in blocks(result) if isinstance(block, Figure)), None)
    if figure is None:
        raise _lacks(out, "the page has no figure; name a folder for it, or a file that ends in .xlsx")
    return {out.name: figure.draw(800).encode()}


def _geo(write: Callable[[Any], bytes]) -> Callable[[Any, Mapping[str, Any], Path], dict[str, bytes]]:
    def made(result: Any, body: Mapping[str, Any], out: Path) -> dict[str, bytes]:
        links = body.get("links")
        if not isinstance(links, list) or not all("t" in row and "link" in row for row in links):
            raise _lacks(out, "the result has no flow by link, as corridor solve has; end the file in .xlsx")
        return {out.name: write(features(result.case, links))}

    return made


def _zip(result: Any, body: Mapping[str, Any], out: Path) -> dict[str, bytes]:
    if not isinstance(result, Timetable):
        raise _lacks(out, "only a timetable is written as a GTFS feed; end the file in .xlsx, or name a folder")
    return {out.name: gtfs_of(result)}


def _lacks(out: Path, reason: str) -> CaseError:
    return CaseError([Fault("C083", f"--out {out}", reason)], "the output")


MAKERS: Mapping[str, Callable[[Any, Mapping[str, Any], Path], dict[str, bytes]]] = {
    ".csv": _csv,
    ".svg": _svg,
    ".xlsx": _xlsx,
    ".parquet": _parquet,
    ".json": _json,
    ".geojson": _geo(geojson_of),
    ".gpkg": _geo(geopackage_of),
    ".zip": _zip,
}
"""Makers of the files of an answer, by ending."""
