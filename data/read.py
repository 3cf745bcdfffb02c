"""Reading a case: the folder's cells as text, then the schema; every fault is kept, none stops the reading."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corridor.data.book import WORKBOOKS, unpacked
from corridor.data.copies import Copied, copied, read_copied, yours
from corridor.data.places import BUNDLED
from corridor.data.places import EXAMPLES as EXAMPLES
from corridor.data.places import bundled as bundled
from corridor.data.places import located as located
from corridor.model.case import Case, Cell
from corridor.model.faults import CaseError, Fault, nearest, quoted
from corridor.model.language import marked, plural, say
from corridor.model.schema import CellError, Field, TableSchema, Value, schemas

LARGEST_MB = 50
KEPT_ASIDE = (".bak", ".old", ".orig", "~")
"""Endings of files that an editor keeps aside."""
TABULAR = ("txt", "csv", "tsv", "xls", "xlsx", "ods", "numbers", "json", "parquet", "gz", "zip")
"""Endings under which a table may lie that was meant for the case."""
LONGEST = 131_072
"""Letters of the longest cell; the limit of the module csv is of the whole process, and other packages lift it."""
CSV_REASONS = marked(
    {
        "unexpected end of data": "a quote opens here and is never closed; close it",
        "' expected after '": 'text follows a closing quote; write a quote that belongs to a cell twice ("")',
        "field larger than": "a cell is longer than any text should be; probably a quote is not closed",
    }
)


@dataclass
class Reading:
    """A folder as read: the case as far as it could be read, and the faults of its files and cells.

    ``wrong`` holds the cells whose value is unknown because of a fault, ``partial`` the tables of which rows are
    unknown: what rests on either is not judged again.
    """

    case: Case
    faults: list[Fault] = field(default_factory=list)
    wrong: set[Cell] = field(default_factory=set)
    partial: set[str] = field(default_factory=set)


@dataclass
class _Sheet:
    """A table as text: where its columns stand, and its rows with the line on which each begins."""

    position: dict[str, int] = field(default_factory=dict)
    width: int = 0
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    whole: bool = True


def read(folder: Path) -> Reading:
    """Read every table of a case's folder or workbook; raises CaseError only where there is none to read."""
    if folder.is_file() and folder.suffix.lower() in WORKBOOKS:
        return _read_book(folder)
    names = _names(folder)
    faults = list(_strangers(names))
    reading = Reading(Case({}), faults)
    tables: dict[str, pd.DataFrame] = {}
    lines: dict[str, dict[str, int]] = {}
    stated: set[Cell] = set()
    for name, schema in schemas().items():
        sheet = _sheet(folder / f"{name}.csv", schema, faults)
        if not sheet.whole:
            reading.partial.add(name)
        tables[name], lines[name] = _table(schema, sheet, reading, stated)
    reading.case = Case(tables, lines=lines, stated=frozenset(stated), home=str(folder))
    try:
        before = read_copied(folder) or _bundled_before(reading, folder)
    except CaseError as error:
        faults += error.faults
    else:
        if before is not None:
            own, explained = yours(reading.case, before)
            reading.case = replace(reading.case, yours=own, explained=explained)
    return reading


def _read_book(path: Path) -> Reading:
    """Read a workbook, its sheets laid out as tables in a folder of this run; faults name sheet and cell."""
    book = unpacked(path)
    reading = read(book.folder)
    case = replace(reading.case, letters=book.letters)
    faults = [replace(each, place=book.place(each.place)) for each in reading.faults]
    return replace(reading, case=case, faults=[*book.faults, *faults])


def _bundled_before(reading: Reading, folder: Path) -> Copied | None:
    """The numbers of the bundled case, for a folder that is a copy of it without saying so."""
    home = bundled()
    case = reading.case
    if list(case["case"].index) != [BUNDLED] or folder.resolve() == home.resolve():
        return None
    return copied(read(home).case)


def _names(folder: Path) -> list[str]:
    """Names of the folder's files; raises CaseError where there is none to read."""
    remedy = say("give the folder that holds link.csv and the other tables")
    place = str(folder)
    if not folder.exists():
        raise CaseError([Fault("C001", place, say("there is no such folder; {remedy}", remedy=remedy))])
    if not folder.is_dir():
        raise CaseError([Fault("C001", place, say("this is a file, not a folder; {remedy}", remedy=remedy))])
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise CaseError(
            [
                Fault(
                    "C001",
                    place,
                    say("the folder cannot be read: {strerror}; {remedy}", strerror=error.strerror, remedy=remedy),
                )
            ]
        ) from None
    if not any(f"{name}.csv" in names for name in schemas()):
        raise CaseError(
            [Fault("C001", place, say("the folder holds none of the tables of a case; {remedy}", remedy=remedy))]
        )
    return names


def _strangers(names: list[str]) -> Iterator[Fault]:
    """C005: a file that looks like a table of a case is one, under its own name."""
    known = [f"{name}.csv" for name in schemas()]
    for name in names:
        if name in known or name.startswith(".") or name.lower().endswith(KEPT_ASIDE):
            continue
        stem, _, ending = name.lower().partition(".")
        table = re.split(r"[ ()_-]*(copy|[0-9])", stem)[0].strip()
        if name.lower().endswith(".csv"):
            yield Fault("C005", name, say("this is no table of a case; {name}", name=nearest(name.lower(), known)))
        elif table in schemas() and f"{table}.csv" not in names and (not ending or ending.split(".")[-1] in TABULAR):
            message = say(
                "the table {table} is read from {table}.csv alone; save this as {table}.csv, or take it away",
                table=table,
            )
            yield Fault("C005", name, message)


def _table(
    schema: TableSchema, sheet: _Sheet, reading: Reading, stated: set[Cell]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The frame of a table and the line of each of its rows; faults and wrong cells are added to ``reading``.

    A row whose id is wrong stays, so that the rest of it is judged as well; one whose id is taken does not.
    """
    name, key = schema.name, schema.id_column
    columns: dict[str, list[Value]] = {each.name: [] for each in schema.fields}
    empty = {each.name: each.fallback() for each in schema.fields}
    ids: dict[str, int] = {}
    for line, cells in sheet.rows:
        ragged = len(cells) != sheet.width
        at = sheet.position[key]
        row_id = (cells[at].strip() if at < len(cells) else "") or f"(line {line})"
        taken = row_id in ids
        if taken:
            message = say(
                "{row_id} stands in line {ids} already; rename one of the two", row_id=row_id, ids=ids[row_id]
            )
            reading.faults.append(
                Fault("C008", say("{name}.csv line {line}, {column}", name=name, line=line, column=key), message)
            )
        else:
            ids[row_id] = line
        for each in schema.fields:
            value, wrong = empty[each.name], True
            where = sheet.position.get(each.name)
            text = cells[where] if where is not None and not ragged else ""
            if not text.strip() and not each.required and not ragged:
                wrong = False
            elif not (where is None and each.required) and not ragged:
                try:
                    value, wrong = each.parse(text), False
                except CellError as error:
                    reading.faults.append(
                        Fault(
                            error.code,
                            say("{name}.csv line {line}, {column}", name=name, line=line, column=each.name),
                            str(error),
                        )
                    )
            if taken:
                continue
            columns[each.name].append(value)
            if wrong:
                reading.wrong.add((name, row_id, each.name))
            elif text.strip() and each.type in ("number", "integer"):
                stated.add((name, row_id, each.name))
    frame = pd.DataFrame(
        {each.name: _column(each, columns[each.name]) for each in schema.fields[1:]},
        index=pd.Index(list(ids), name=key, dtype=object),
    )
    return frame, ids


def _column(column: Field, values: list[Value]) -> np.ndarray[Any, Any]:
    """The values of a column: numbers as floats (empty is NaN), flags as bool, the rest as objects (empty is None)."""
    if column.type == "number":
        return np.array([np.nan if each is None else each for each in values], dtype=float)
    if column.type == "integer":
        return np.array([0 if each is None else each for each in values], dtype=int)
    if column.type == "boolean":
        return np.array([bool(each) for each in values], dtype=bool)
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _sheet(path: Path, schema: TableSchema, faults: list[Fault]) -> _Sheet:
    """The text of a table; faults of the file are added to ``faults``."""
    if not path.is_file() and (path.is_symlink() or path.exists()):
        faults.append(
            Fault(
                "C003", path.name, say("this is no file but {path}; put a CSV file in its place", path=_sort_of(path))
            )
        )
        return _Sheet(whole=False)
    if not path.is_file():
        if schema.required:
            message = say("the table is missing; every case needs it ({title})", title=schema.title.lower())
            faults.append(Fault("C001", path.name, message))
        return _Sheet(whole=not schema.required)
    text = _text(path, faults)
    if text is None:
        return _Sheet(whole=False)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    sheet, header = _Sheet(), list[str]()
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
            if max(map(len, cells), default=0) > LONGEST:
                raise csv.Error("field larger than field limit")
        except StopIteration:
            break
        except csv.Error as error:
            faults.append(Fault("C003", say("{name} line {line}", name=path.name, line=line), _csv_reason(error)))
            sheet.whole = False
            if not sheet.width:
                return sheet
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if not sheet.width:
            header = [cell.strip() for cell in cells]
            if not _take_header(header, say("{name} line {line}", name=path.name, line=line), schema, sheet, faults):
                return _Sheet(whole=False)
            continue
        if [cell.strip() for cell in cells] == header:
            faults.append(
                Fault(
                    "C003",
                    say("{name} line {line}", name=path.name, line=line),
                    say("the header stands here again; drop this line"),
                )
            )
            continue
        if broken := [cell for cell in cells if "\n" in cell or "\r" in cell]:
            reason = say(
                "the cell {broken} runs over several lines, and may hold rows of the table", broken=quoted(broken[0])
            )
            remedy = say("close the quote that opens here, or write the text on one line")
            faults.append(Fault("C003", say("{name} line {line}", name=path.name, line=line), f"{reason}; {remedy}"))
            sheet.whole = False
            continue
        if len(cells) != sheet.width:
            many = len(cells) > sheet.width
            remedy = say("put a text that holds a comma in quotes") if many else say("add the commas that are missing")
            count = plural("{n} cell", "{n} cells", len(cells))
            reason = say(
                "the row has {count}, the header {width}; {remedy}", count=count, width=sheet.width, remedy=remedy
            )
            faults.append(Fault("C003", say("{name} line {line}", name=path.name, line=line), reason))
            if sheet.position[schema.id_column] >= len(cells):
                sheet.whole = False
                continue
        sheet.rows.append((line, cells))
    if not sheet.width:
        names = ", ".join(each.name for each in schema.fields[:5])
        faults.append(
            Fault(
                "C004",
                path.name,
                say("the file is empty; its first line must name the columns: {names} …", names=names),
            )
        )
        return _Sheet(whole=False)
    if not sheet.rows and schema.required and sheet.whole:
        faults.append(
            Fault("C004", path.name, say("the table has no rows below its header; a case needs at least one"))
        )
        sheet.whole = False
    return sheet


def _sort_of(path: Path) -> str:
    """The sort of a directory entry that is no regular file, in words."""
    if path.is_dir():
        return "a folder"
    if not path.exists():
        return say("a link to a file that is not there")
    return "a pipe" if path.is_fifo() else say("a device or a socket")


def _text(path: Path, faults: list[Fault]) -> str | None:
    """The characters of a file, or None and a fault."""
    remedy = say("save the file as 'CSV UTF-8'")
    try:
        size = path.stat().st_size / 1e6
        if size > LARGEST_MB:
            message = say(
                "the file has {size:g} MB, the most allowed is {largest_mb} MB",
                size=math.ceil(size * 10) / 10,
                largest_mb=LARGEST_MB,
            )
            faults.append(
                Fault("C002", path.name, say("{message}; leave out what the case does not need", message=message))
            )
            return None
        raw = path.read_bytes()
    except OSError as error:
        faults.append(
            Fault(
                "C003",
                path.name,
                say("the file cannot be read: {strerror}; check its rights", strerror=error.strerror or error),
            )
        )
        return None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw:
        faults.append(
            Fault(
                "C003", path.name, say("the file is not UTF-8 but UTF-16, or no text at all; {remedy}", remedy=remedy)
            )
        )
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = error.start + raw.startswith(b"\xef\xbb\xbf") * 3  # counted without the mark
        line = len(raw[:start].splitlines()) or 1
        line += raw[:start].endswith((b"\n", b"\r"))
        message = say(
            "the file is not UTF-8: byte 0x{raw:02x} is no character; {remedy}", raw=raw[start], remedy=remedy
        )
        faults.append(Fault("C003", say("{name} line {line}", name=path.name, line=line), message))
        return None


def _csv_reason(error: csv.Error) -> str:
    return next(
        (say(reason) for key, reason in CSV_REASONS.items() if key in str(error)),
        say("cannot be read as CSV: {error}", error=error),
    )


def _take_header(header: list[str], place: str, schema: TableSchema, sheet: _Sheet, faults: list[Fault]) -> bool:
    """Note where the columns stand; False where no row can be read by this header."""
    names = [each.name for each in schema.fields]
    for separator, called in ((";", say("semicolons")), ("\t", say("tabs")), ("|", say("bars"))):
        if len(header) == 1 and separator in header[0]:
            faults.append(
                Fault(
                    "C003", place, say("the columns stand apart by {called}; save the file with commas", called=called)
                )
            )
            return False
    sheet.width = len(header)
    absent = [each for each in schema.fields if each.required and each.name not in header]
    for position, name in enumerate(header):
        if name in sheet.position:
            faults.append(Fault("C015", place, say("column {name} stands there twice; drop one", name=name)))
        elif name in names:
            sheet.position[name] = position
        elif not name:
            faults.append(
                Fault("C015", place, say("column {position} has no name; name it, or drop it", position=position + 1))
            )
        else:
            unused = [each for each in names if each not in header]
            near = nearest(name, unused)
            near = near if near.word else nearest(name, names)
            missing = [each for each in absent if each.name == near.word]
            hint = say("did you mean {word}, which is missing?", word=near.word) if missing else near
            absent = [each for each in absent if each not in missing]
            faults.append(
                Fault(
                    "C005",
                    place,
                    say("{name} is no column of {name2}.csv; {hint}", name=quoted(name), name2=schema.name, hint=hint),
                )
            )
    for each in absent:
        faults.append(
            Fault(
                "C006",
                place,
                say("column {name} is missing; add it, it holds {wanted}", name=each.name, wanted=each.wanted()),
            )
        )
    return schema.id_column in sheet.position
