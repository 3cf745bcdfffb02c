"""A corridor on one sheet, for a beginner: places, links and demands in three blocks, read as the tables of a case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corridor.data.start import id_of
from corridor.model.faults import Fault, nearest, quoted
from corridor.model.language import say

SKETCH = "corridor"
"""Name of the sheet, in small letters."""
BLOCKS: Mapping[str, Mapping[str, str]] = {
    "corridor": {"title": "name", "year": "base_year"},
    "places": {"place": "name", "country": "country", "degrees east": "x_coord", "degrees north": "y_coord"},
    "links": {
        "from": "from_node_id",
        "to": "to_node_id",
        "mode": "mode_id",
        "both ways": "directed",
        "km": "length_km",
        "hours": "time_h",
        "t a year": "capacity_t_per_year",
        "usd per t": "tariff_usd_per_t",
    },
    "demands": {"cargo": "commodity_id", "from": "origin_id", "to": "destination_id", "t a year": "t_per_year"},
}
"""Headings of each block, and the columns that they stand for."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "corridor": ("title", "year"),
    "places": ("place",),
    "links": ("from", "to", "mode"),
    "demands": ("cargo", "from", "to", "t a year"),
}
"""Headings that a block may not lack."""
TABLES = {"corridor": "case", "places": "node", "links": "link", "demands": "demand"}
YES, NO = ("yes", "1", "both", "true"), ("no", "0", "one", "false", "")
EXAMPLE: Sequence[Sequence[str | float]] = (
    ("Corridor",),
    ("Title", "Year"),
    ("My corridor", 2025),
    (),
    ("Places",),
    ("Place", "Country", "Degrees east", "Degrees north"),
    ("Plain", "", 4, 7),
    ("Harbour", "", 2, 5),
    ("Far shore", "", -2, 2),
    (),
    ("Links",),
    ("From", "To", "Mode", "Both ways", "km", "Hours", "t a year", "USD per t"),
    ("Plain", "Harbour", "Rail", "yes", 360, 18, 800_000, 10),
    ("Harbour", "Far shore", "Sea", "yes", 570, 24, 1_200_000, 9),
    (),
    ("Demands",),
    ("Cargo", "From", "To", "t a year"),
    ("Wheat", "Plain", "Far shore", 350_000),
    ("Goods", "Far shore", "Plain", 150_000),
)
"""The sheet of a new case, every number invented."""

Rows = dict[str, list[list[str]]]
"""Rows of text by table, each in the row of its sheet."""


@dataclass
class Sketch:
    """The tables of a sheet: rows of text by table, letters of the columns by table, and faults.

    It is not ``whole`` where a heading is wrong, so that rows are unknown.
    """

    length: int
    sheet: str
    tables: Rows = field(default_factory=dict)
    letters: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    whole: bool = True

    def put(self, table: str, place: int, row: Mapping[str, str], header: int) -> None:
        """Put a row of a table into row ``place`` of the sheet, counted from 0; ``header`` is that of the names."""
        names = list(row)
        if table not in self.tables:
            self.tables[table] = [[] for _ in range(self.length)]
            self.tables[table][header] = names
        if not self.tables[table][place]:
            self.tables[table][place] = list(row.values())


def sketched(sheet: str, rows: list[list[str]]) -> Sketch:
    """The tables that a sheet of places, links and demands stands for; faults name its cells.

    Ids are made of names. Each sort of cargo is a segment of its own, and its tonnes may grow without a bound.
    """
    made = Sketch(len(rows), sheet)
    block, header, columns = "", -1, dict[str, int]()
    for place, row in enumerate(rows):
        first = row[0].strip().lower() if row else ""
        if not any(row):
            continue
        if first in BLOCKS and not any(row[1:]):
            block, header, columns = first, -1, {}
        elif not block:
            names = ", ".join(name.capitalize() for name in BLOCKS)
            reason = say("{text} stands before any block; begin one with a row that holds one of {names} alone",
                         text=quoted(row[0]), names=names)  # fmt: skip
            made.faults.append(Fault("C294", f"{sheet}!A{place + 1}", reason))
            made.whole = False
            break
        elif header < 0:
            header, columns = place, _columns(block, row, place, made)
        else:
            cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
            _take(block, cells, place, header, made)
    for name in BLOCKS:
        if TABLES[name] not in made.tables and not made.faults:
            reason = say("the sheet has no block {block}, or no row in it", block=name.capitalize())
            made.faults.append(Fault("C294", sheet, reason))
            made.whole = False
    return made


def _columns(block: str, row: list[str], place: int, made: Sketch) -> dict[str, int]:
    """Places of the columns of a block by heading; a heading that it does not know is a fault."""
    known, found = BLOCKS[block], dict[str, int]()
    for at, text in enumerate(row):
        heading = re.sub(r"\s+", " ", text.strip().lower())
        if heading in known and heading not in found:
            found[heading] = at
        elif heading:
            reason = say("{text} is no heading of {block}; {hint}", text=quoted(text), block=block,
                         hint=nearest(heading, known))  # fmt: skip
            made.faults.append(Fault("C294", f"{made.sheet}!{letter(at)}{place + 1}", reason))
            made.whole = False
    for heading in NEEDED[block]:
        if heading not in found:
            made.whole = False
            reason = say("{block} has no column {heading}; add it", block=block, heading=quoted(heading))
            made.faults.append(Fault("C294", f"{made.sheet}!A{place + 1}", reason))
    made.letters[TABLES[block]] = {known[heading]: letter(at) for heading, at in found.items()}
    return found


def letter(at: int) -> str:
    """The letter of a column of a sheet, counted from 0; a block has no more than 26."""
    return chr(ord("A") + at) if at < 26 else "A"


def _take(block: str, cells: Mapping[str, str], place: int, header: int, made: Sketch) -> None:
    """Put the rows that a row of the sheet stands for into their tables."""
    named = {column: cells.get(heading, "") for heading, column in BLOCKS[block].items()}
    if block == "corridor":
        made.put("case", place, {"case_id": id_of(named["name"]), **named, "base_kind": "plan"}, header)
    elif block == "places":
        made.put("node", place, {"node_id": _id(named["name"]), **named}, header)
    elif block == "links":
        ends = {end: _id(named[end]) for end in ("from_node_id", "to_node_id")}
        mode, both = _id(named["mode_id"]), named["directed"].lower()
        if both not in (*YES, *NO):
            reason = say("{text} is neither yes nor no", text=quoted(named["directed"]))
            at = made.letters["link"].get("directed", "A")
            made.faults.append(Fault("C294", f"{made.sheet}!{at}{place + 1}", reason))
        link = {"link_id": "_".join(filter(None, (*ends.values(), mode))), **named, **ends, "mode_id": mode}
        made.put("link", place, {**link, "directed": str(int(both not in YES))}, header)
        _once(made, "mode", mode, named["mode_id"], place, header)
    else:
        cargo, ends = _id(named["commodity_id"]), {end: _id(named[end]) for end in ("origin_id", "destination_id")}
        demand = {"demand_id": "_".join(filter(None, (cargo, *ends.values()))), **named, **ends, "commodity_id": cargo}
        made.put("demand", place, {**demand, "segment_id": cargo}, header)
        for table in ("commodity", "segment"):
            _once(made, table, cargo, named["commodity_id"], place, header)


def _once(made: Sketch, table: str, row_id: str, name: str, place: int, header: int) -> None:
    """Put a row with a name into a table where it has none of that id."""
    if row_id and not any(row[:1] == [row_id] for row in made.tables.get(table, ())):
        made.put(table, place, {f"{table}_id": row_id, "name": name}, header)


def _id(name: str) -> str:
    """The id of a name; empty for none."""
    return id_of(name) if name.strip() else ""
