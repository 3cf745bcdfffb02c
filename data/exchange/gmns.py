"""Networks of GMNS (General Modeling Network Specification, version 0.97): a case out, and back or a new one in.

``node.csv`` and ``link.csv`` have the columns of GMNS; ``use_definition.csv`` has the modes. Lengths are in km, speeds
in km/h, as ``config.csv`` says. Numbers in ids of nodes and links are given in the order of the tables. Whatever GMNS
has no column for lies beside it in the folder ``corridor/``: the tables of the case.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from corridor.data.exchange.tables import files_of_case
from corridor.data.start import id_of
from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault
from corridor.model.language import say

BESIDE = "corridor"
"""Folder of the tables of a case in the folder of a network."""
LENGTHS = {"km": 1.0, "kilometers": 1.0, "kilometres": 1.0, "m": 1e-3, "meters": 1e-3, "metres": 1e-3}
LENGTHS |= {"mi": 1.609344, "mile": 1.609344, "miles": 1.609344, "ft": 3.048e-4, "feet": 3.048e-4}
"""Kilometres in a unit of length."""
SPEEDS = {"kph": 1.0, "km/h": 1.0, "kmh": 1.0, "kmph": 1.0, "mph": 1.609344}
"""Kilometres an hour in a unit of speed."""
Row = Mapping[str, str]


def network_of(case: Case) -> dict[str, bytes]:
    """The network of a case as GMNS, by the name of the file, and its own tables in ``corridor/``.

    A link of both directions is two links of GMNS. Capacity of GMNS counts vehicles, so tonnes stay beside it.
    """
    number = {row.node_id: place for place, row in enumerate(case.rows("node"), start=1)}
    nodes = [
        (number[row.node_id], row.node_id, row.x_coord, row.y_coord, row.name, row.country) for row in case.rows("node")
    ]
    links: list[Sequence[Any]] = []
    places = {row.node_id: row for row in case.rows("node")}
    for row in case.rows("link"):
        speed = row.length_km / row.time_h if row.length_km and row.time_h else None
        ends = (row.from_node_id, row.to_node_id)
        for name, (start, end) in ((row.link_id, ends), (f"{row.link_id}_back", ends[::-1]))[
            : 1 if row.directed else 2
        ]:
            line = _line(places[start], places[end], row.via, turned=name != row.link_id)
            shared = (row.mode_id, row.length_km, speed, row.mode_id, line, row.time_h, row.capacity_t_per_year)
            links.append((len(links) + 1, name, number[start], number[end], 1, *shared))
    head = ("link_id", "name", "from_node_id", "to_node_id", "directed")
    own = ("facility_type", "length", "free_speed", "allowed_uses", "geometry", "time_h", "capacity_t_per_year")
    uses = [(row.mode_id, 1, 1, row.name) for row in case.rows("mode")]
    made = {
        "config.csv": _csv(
            ("dataset_name", "short_length", "long_length", "speed", "crs", "geometry_field_format", "version_number"),
            [(case.name, "m", "km", "kph", "EPSG:4326", "WKT", 0.97)],
        ),
        "node.csv": _csv(("node_id", "name", "x_coord", "y_coord", "description", "country"), nodes),
        "link.csv": _csv((*head, *own), links),
        "use_definition.csv": _csv(("use", "persons_per_vehicle", "pce", "description"), uses),
    }
    return made | {f"{BESIDE}/{name}": content for name, content in files_of_case(case).items()}


def tables_of_network(folder: Path) -> dict[str, bytes]:
    """The tables of the network in a folder, to be read as a case: those beside it, or made of GMNS.

    A network of another program has no cargo: its case has one commodity and one demand of 0 t from the first node to
    the last, and no limits, as GMNS counts vehicles. Raises CaseError for a folder that holds no network.
    """
    beside = folder / BESIDE
    if (beside / "link.csv").is_file():
        paths = sorted(path for path in beside.rglob("*") if path.is_file())
        return {path.relative_to(beside).as_posix(): path.read_bytes() for path in paths}
    nodes, links, config = (_rows(folder / f"{name}.csv") for name in ("node", "link", "config"))
    faults = [*_lacking("node.csv", nodes, ("node_id",)), *_lacking("link.csv", links, ("from_node_id", "to_node_id"))]
    if faults:
        raise CaseError(faults, "the network")
    return _made(folder, nodes, links, config[0] if config else {})


def _made(folder: Path, nodes: list[Row], links: list[Row], config: Row) -> dict[str, bytes]:
    """Tables of a case made of a network of another program."""
    faults: list[Fault] = []
    length = _factor(config.get("long_length", ""), LENGTHS, "long_length", faults)
    speed = _factor(config.get("speed", ""), SPEEDS, "speed", faults)
    ids = {row["node_id"].strip(): f"n_{id_of(row['node_id']).removeprefix('case_')}" for row in nodes}
    places = [
        (ids[row["node_id"].strip()], _plain(row.get("name", "") or row["node_id"]), *_point(row)) for row in nodes
    ]
    ways: list[Sequence[Any]] = []
    modes: dict[str, str] = {}
    for line, row in enumerate(links, start=2):
        ends = [row["from_node_id"].strip(), row["to_node_id"].strip()]
        unknown = [end for end in ends if end not in ids]
        numbers = [
            _number(row.get(name, ""), f"link.csv line {line}, {name}", faults) for name in ("length", "free_speed")
        ]
        for end in unknown:
            faults.append(Fault("C296", f"link.csv line {line}", say("{end} is no node of node.csv", end=end)))
        if unknown or ends[0] == ends[1]:
            continue
        name = _plain(row.get("allowed_uses", "") or row.get("facility_type", "") or "way")
        modes.setdefault(id_of(name), name)
        km = numbers[0] * length if numbers[0] is not None else None
        hours = km / (numbers[1] * speed) if km is not None and numbers[1] else None
        directed = row.get("directed", "1").strip().lower() not in ("0", "false")
        ways.append((f"l_{len(ways) + 1}", ids[ends[0]], ids[ends[1]], int(directed), id_of(name), km, hours))
    if faults:
        raise CaseError(faults, "the network")
    first, last = places[0][0], places[-1][0]
    title = _plain(config.get("dataset_name", "") or folder.name)
    return {
        "case.csv": _csv(("case_id", "name", "base_year", "base_kind"), [(id_of(title), title, 2025, "plan")]),
        "node.csv": _csv(("node_id", "name", "x_coord", "y_coord"), places),
        "mode.csv": _csv(("mode_id", "name"), modes.items()),
        "commodity.csv": _csv(("commodity_id", "name"), [("cargo", "Cargo")]),
        "link.csv": _csv(("link_id", "from_node_id", "to_node_id", "directed", "mode_id", "length_km", "time_h"), ways),
        "demand.csv": _csv(
            ("demand_id", "commodity_id", "origin_id", "destination_id", "t_per_year"),
            [("first", "cargo", first, last, 0)],
        ),
    }


def _lacking(name: str, rows: list[Row], columns: Iterable[str]) -> list[Fault]:
    """C295: a table of GMNS is missing, is empty, or lacks a column."""
    if not rows:
        return [Fault("C295", name, say("the network has no such table, or no row in it; GMNS needs it"))]
    return [
        Fault("C295", name, say("column {column} of GMNS is missing; add it", column=column))
        for column in columns
        if column not in rows[0]
    ]


def _rows(path: Path) -> list[Row]:
    """The rows of a table; none where it is missing. Raises CaseError where it is no text."""
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [{str(key): value or "" for key, value in row.items() if key} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = say("the file cannot be read as CSV in UTF-8 ({error}); save it so", error=type(error).__name__)
        raise CaseError([Fault("C295", path.name, reason)], "the network") from None


def _factor(unit: str, known: Mapping[str, float], column: str, faults: list[Fault]) -> float:
    """Kilometres (an hour) in a unit; 1 where none is given."""
    if not unit.strip():
        return 1.0
    if unit.strip().lower() not in known:
        reason = say("{unit} is no unit that is known; give one of {known}", unit=unit, known=", ".join(known))
        faults.append(Fault("C296", f"config.csv, {column}", reason))
    return known.get(unit.strip().lower(), 1.0)


def _number(text: str, place: str, faults: list[Fault]) -> float | None:
    """A number above 0; None for an empty cell and for 0."""
    try:
        value = float(text) if text.strip() else 0.0
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        faults.append(Fault("C296", place, say("{text} is no number from 0 on", text=text)))
    return value if value > 0 else None


def _point(row: Row) -> tuple[str, str]:
    """Degrees east and north; nothing where they are not both on the globe."""
    try:
        x, y = float(row.get("x_coord", "")), float(row.get("y_coord", ""))
    except ValueError:
        return "", ""
    return (repr(x), repr(y)) if abs(x) <= 180 and abs(y) <= 90 else ("", "")


def _plain(text: str) -> str:
    """A text that a case takes as a name."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text).strip()
    return plain.lstrip("=+-@ ") or "unnamed"


def _line(start: Any, end: Any, via: str | None, *, turned: bool) -> str:
    """The way of a link as WKT; empty where an end is not on the map."""
    if None in (start.x_coord, start.y_coord, end.x_coord, end.y_coord):
        return ""
    between = [point.strip() for point in (via or "").split(";") if point.strip()]
    points = [
        f"{start.x_coord} {start.y_coord}",
        *(between[::-1] if turned else between),
        f"{end.x_coord} {end.y_coord}",
    ]
    return f"LINESTRING ({', '.join(points)})"


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow("" if cell is None or cell == math.inf else cell for cell in row)
    return out.getvalue().encode()
