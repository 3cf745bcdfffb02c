"""A folder of runs: a Parquet data set whose chunks are written whole or not at all, and read again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corridor.model.faults import CaseError, Fault
from corridor.model.language import say

FORMAT = 1
"""Number of the format of a folder; one of another format is not read."""
HEAD, TIMES, WHOLE = "run.json", "times.csv", "runs.parquet"
"""Files of a folder: the question, seconds by chunk, and all runs once the last is done."""
SUBJECT = "the runs"
KINDS = {float: "DOUBLE", int: "BIGINT", bool: "BOOLEAN", str: "VARCHAR"}
"""Types of columns by those of their cells."""


class RunFolder:
    """The runs of one question in a folder of their own.

    ``run.json`` has the question with its versions, ``NAME-00000.parquet`` the first chunk of the table NAME. The
    seconds of each chunk are in ``times.csv``, so that the other files are the same bytes whenever they are made.
    ``head`` is the question: a folder that has another one, another case or another version is refused. Raises
    CaseError (C270, C271, C276).
    """

    def __init__(self, folder: str | Path, head: Mapping[str, Any]) -> None:
        self.folder = Path(folder)
        self.head = {"format": FORMAT, **json.loads(json.dumps(head))}
        duck()
        there = head_of(self.folder)
        if there is None:
            with writing(self.folder / HEAD):
                self.folder.mkdir(parents=True, exist_ok=True)
                text = json.dumps(self.head, ensure_ascii=False, indent=1) + "\n"
                _whole(self.folder / HEAD, lambda part: part.write_text(text, encoding="utf-8"))
        elif there != self.head:
            differ = [name for name in self.head if there.get(name) != self.head[name]]
            parts = [f"{name} {_short(there.get(name))}, asked for {_short(self.head[name])}" for name in differ]
            reason = f"its runs are of another question: {'; '.join(parts)}; name another folder, or remove this one"
            raise _fault("C270", str(self.folder), reason)

    def known(self, name: str, chunk: int, count: int) -> list[dict[str, Any]] | None:
        """The rows of a chunk; None where it is not there. Raises CaseError (C272) where it cannot be read."""
        path = self._path(name, chunk)
        if not path.is_file():
            return None
        rows = read_rows(path)
        if len(rows) != count:
            raise _fault("C272", str(path), f"it has {len(rows)} runs and not {count}; remove it: it is made anew")
        return rows

    def keep(self, name: str, chunk: int, rows: Sequence[Mapping[str, Any]], seconds: float) -> None:
        """Write a chunk whole; raises CaseError (C271) where that cannot be, and leaves the chunks before it."""
        write_rows(self._path(name, chunk), rows)
        path = self.folder / TIMES
        with writing(path):
            head = "" if path.is_file() else "table,chunk,runs,seconds\n"
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{head}{name},{chunk},{len(rows)},{seconds:.3f}\n")

    def finish(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write the whole table of the runs, once all are done; raises CaseError (C271)."""
        if not (self.folder / WHOLE).is_file():
            write_rows(self.folder / WHOLE, rows)

    def _path(self, name: str, chunk: int) -> Path:
        return self.folder / f"{name}-{chunk:05d}.parquet"


def head_of(folder: Path) -> dict[str, Any] | None:
    """The question of a folder of runs; None where it is none. Raises CaseError (C272) where it cannot be read."""
    path = folder / HEAD
    if not path.is_file():
        return None
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _fault("C272", str(path), say("it cannot be read; name another folder")) from error
    return read if isinstance(read, dict) else {}


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows as a Parquet file, whole or not at all; the same rows give the same bytes. Raises CaseError (C271)."""
    import numpy as np
    import pandas as pd

    kinds = {name: _kind([row[name] for row in rows]) for name in rows[0]} if rows else {"run": int}
    columns: dict[str, Any] = {}
    for name, kind in kinds.items():
        cells = [row[name] for row in rows]
        absent = kind is float and None in cells
        columns[name] = np.array(
            [np.nan if absent and cell is None else cell for cell in cells], dtype=object if kind is str else kind
        )
    frame = pd.DataFrame({name: pd.Series(cells, dtype=cells.dtype) for name, cells in columns.items()})
    listed = ", ".join(f"CAST({_quoted(name)} AS {KINDS[kind]}) AS {_quoted(name)}" for name, kind in kinds.items())

    def copy(part: Path) -> None:
        with duck().connect(config={"threads": 1}) as base:
            base.register("frame", frame)
            to = str(part).replace("'", "''")
            base.execute(f"COPY (SELECT {listed} FROM frame) TO '{to}' (FORMAT parquet, COMPRESSION zstd)")

    with writing(path):
        _whole(path, copy)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a Parquet file, NaN for a missing number; raises CaseError (C272) where it cannot be read."""
    import duckdb

    with duck().connect(config={"threads": 1}) as base:
        try:
            found = base.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names = [column[0] for column in found.description]
            numbers = [str(column[1]) == "DOUBLE" for column in found.description]
            rows = found.fetchall()
        except duckdb.Error:
            raise _fault("C272", str(path), "it is no whole Parquet file; remove it: it is made anew") from None
    nan = float("nan")
    return [
        {name: nan if cell is None and number else cell for name, cell, number in zip(names, row, numbers, strict=True)}
        for row in rows
    ]


def _kind(cells: Iterable[Any]) -> type:
    """The type of a column: a text, a flag, a whole number, else a number."""
    kinds = {type(cell) for cell in cells} - {type(None)}
    return kinds.pop() if len(kinds) == 1 and kinds <= set(KINDS) else str if str in kinds else float


def _whole(path: Path, write: Any) -> None:
    """Write a file beside its place, flush it to the disk, and put it there in one step."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
        _flush(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _flush(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the system can."""
    if os.name == "posix":
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Make a fault (C271) of a file that cannot be written."""
    import duckdb

    try:
        yield
    except (OSError, duckdb.Error) as error:
        said = getattr(error, "strerror", None) or str(error).splitlines()[0]
        reason = say(
            "it cannot be written: {said}; runs kept before stay; make room, or name another folder by --runs",
            said=said,
        )
        raise _fault("C271", str(path), reason) from None


def duck() -> Any:
    """The package duckdb; raises CaseError (C276) where it is missing."""
    try:
        import duckdb
    except ModuleNotFoundError:
        reason = "kept runs need the package duckdb: pip install freight-corridor[runs]"
        raise _fault("C276", "--runs", reason) from None
    return duckdb


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _fault(code: str, place: str, reason: str) -> CaseError:
    return CaseError([Fault(code, place, reason)], SUBJECT)
