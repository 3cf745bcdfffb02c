"""Folders of runs asked: their list, two of them compared, and SQL over their runs."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.data.run_folder import HEAD, TIMES, WHOLE, duck, head_of
from corridor.model.faults import CaseError, Fault
from corridor.model.language import say

SUBJECT = "the runs"
LISTED = ("folder", "study", "case", "scenario", "done", "runs", "seconds", "version")
"""Columns of the list."""
COMPARED = ("column", "runs", "same", "mean", "least", "most")
"""Columns of a comparison: numbers of the runs that both have, and of the differences of the second to the first."""
WORDS_OF_SQL = ("select", "with", "from", "describe", "summarize", "explain", "values")
KEYS = ("run", "status")


def is_sql(words: str) -> bool:
    """True for words that begin as a question in SQL does."""
    first, *others = words.split() or [""]
    return bool(others) and first.lower() in WORDS_OF_SQL


def run_folders(places: Sequence[str | Path]) -> list[Path]:
    """The folders of runs among some places, and directly below them; raises CaseError (C278) where one has none."""
    found: list[Path] = []
    for place in map(Path, places):
        inner = sorted(path.parent for path in place.glob(f"*/{HEAD}")) if place.is_dir() else []
        here = [place] if (place / HEAD).is_file() else inner
        if not here:
            reason = say("no runs are kept there; keep some by --runs FOLDER of sweep, band, library or projects")
            raise CaseError([Fault("C278", str(place), reason)], SUBJECT)
        found += here
    return found


def listed(places: Sequence[str | Path]) -> pd.DataFrame:
    """The folders of runs at some places, a row each: :data:`LISTED`; raises CaseError (C272, C278)."""
    rows = []
    for folder in run_folders(places):
        head = head_of(folder) or {}
        question, times = head.get("question", {}), _times(folder)
        done = sum(runs for table, runs, _ in times if table == "runs")
        seconds = sum(each for _, _, each in times)
        version = head.get("versions", {}).get("corridor", "")
        named = [str(folder), *(str(head.get(name, "")) for name in ("study", "case", "scenario"))]
        rows.append((*named, done, int(question.get("runs", done)), seconds, version))
    return pd.DataFrame(rows, columns=list(LISTED))


def asked(places: Sequence[str | Path], sql: str) -> pd.DataFrame:
    """The answer to a question in SQL over folders of runs.

    Each folder is a table of its name; a single one is called ``runs``, too. Raises CaseError (C277) for words that are
    no question, or that DuckDB cannot answer.
    """
    folders = run_folders(places)
    duckdb = duck()
    with duckdb.connect() as base:
        for folder in folders:
            names = {folder.name, "runs"} if len(folders) == 1 else {folder.name}
            for name in names:
                called = name.replace('"', '""')
                base.execute(f'CREATE VIEW "{called}" AS SELECT * FROM {_files(folder)}')
        try:
            statements = base.extract_statements(sql)
            kinds = {str(each.type).rpartition(".")[2] for each in statements}
            if len(statements) != 1 or not kinds <= {"SELECT", "EXPLAIN"}:
                raise _fault(f"it is no single question; begin with select, as in select * from {folders[0].name}")
            frame: pd.DataFrame = base.execute(sql).df()
        except duckdb.Error as error:
            raise _fault(str(error).splitlines()[0]) from None
    return frame


def compared(first: str | Path, second: str | Path) -> pd.DataFrame:
    """Two folders of runs compared, a row a column of numbers: :data:`COMPARED`.

    Runs are joined by their changes, where both have the same columns of these; else by their number. Raises CaseError
    (C272, C278).
    """
    frames = [asked([each], "select * from runs") for each in (first, second)]
    changes = [[each for each in map(str, frame) if "." in each and each[:9] != "floor_kt."] for frame in frames]
    keys = changes[0] if changes[0] and changes[0] == changes[1] else ["run"]
    both = frames[0].merge(frames[1], on=keys, suffixes=("", " of the second"))
    rows = []
    for name in map(str, frames[0]):
        if name in (*keys, *KEYS) or name not in frames[1] or frames[0][name].dtype.kind not in "fi":
            continue
        differ = (both[f"{name} of the second"] - both[name]).dropna()
        if len(differ):
            same = int((differ == 0).sum())
            rows.append((name, len(differ), same, float(differ.mean()), float(differ.min()), float(differ.max())))
    return pd.DataFrame(rows, columns=list(COMPARED))


def _files(folder: Path) -> str:
    """The runs of a folder in SQL: its whole table, or the chunks that are done."""
    whole = folder / WHOLE
    paths = [whole] if whole.is_file() else sorted(folder.glob("runs-*.parquet"))
    if not paths:
        raise CaseError([Fault("C278", str(folder), "no chunk of its runs is done yet; let it go on first")], SUBJECT)
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{listed}], union_by_name = true)"


def _times(folder: Path) -> list[tuple[str, int, float]]:
    """Table, runs and seconds of each chunk; a line that was cut off is passed over."""
    path, times = folder / TIMES, []
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                try:
                    times.append((str(row["table"]), int(row["runs"]), float(row["seconds"])))
                except (TypeError, ValueError):
                    continue
    return times


def _fault(reason: str) -> CaseError:
    return CaseError([Fault("C277", "the question in SQL", reason)], SUBJECT)


def numbers_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame for JSON; nothing that is not a number, no infinity."""
    from corridor.model.result.frame import records

    return records(frame)
