"""Results kept beside the tables of a case, where answers and reports find them again."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault
from corridor.model.kept import mark_of_tables, result_of, text_of
from corridor.model.language import ENGLISH, now, say
from corridor.model.ranges import mark_of
from corridor.model.result.band import Band
from corridor.model.result.frame import Result
from corridor.model.schema import schemas
from corridor.model.writing import put

FILE = "band.csv"
FOLDER = "kept"
"""Folder of kept results in that of the case."""


def keep(case: Case, study: str, result: Result) -> Path:
    """Write a result to ``kept/`` in the folder of its case, and give the path; a band writes its ranges, too.

    The file has the mark of the tables and scenarios that the result rests on. Raises CaseError where the case has no
    folder, its folder cannot be written to, or a band has no possible draw.
    """
    if now() != ENGLISH:
        raise _fault(say("results are kept with the names of the tables; leave --lang out"))
    if isinstance(result, Band):
        keep_ranges(case, result)
    path = _path(case, study)
    _write(path, text_of(result, mark_with_scenarios(case)))
    return path


def kept(case: Case, study: str) -> Result | None:
    """The result of a study that is kept with a case; None where there is none or it no longer holds."""
    if not case.home:
        return None
    path = _path(case, study)
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return None
    return result_of(text, case, mark_with_scenarios(case)) if text else None


def _path(case: Case, study: str) -> Path:
    if not case.home:
        raise _fault(say("the case was not read from a folder, so there is no place to keep it"))
    if case.letters:
        raise _fault(say("the case was read from a workbook; bring it into a folder by corridor copy"))
    of = "" if case.scenario == "base" else f".{_plain(case.scenario)}"
    return Path(case.home) / FOLDER / f"{study}{of}.json"


def mark_with_scenarios(case: Case) -> str:
    """A short mark of the tables of a case and of the scenarios in its folder."""
    if not case.home:
        return mark_of_tables(case)
    files = sorted((Path(case.home) / "scenario").glob("*.yaml"))
    return mark_of_tables(case, b"".join(path.name.encode() + path.read_bytes() for path in files))


def _plain(name: str) -> str:
    """A name as part of an id or of a file's name."""
    return "".join(sign if sign.isalnum() else "_" for sign in name.lower())


def _write(path: Path, text: str) -> None:
    """Write a file whole; raises CaseError where it cannot be written."""
    try:
        put({path: text.encode()})
    except OSError as error:
        reason = error.strerror or error
        raise _fault(
            say("{path} cannot be written: {reason}; copy the case to a folder of yours", path=path, reason=reason)
        ) from None


def keep_ranges(case: Case, band: Band) -> Path:
    """Write the ranges of a band to ``band.csv`` in the folder of its case, and give the path.

    Rows of the same scenario are replaced, those of others stay. Raises CaseError where the case has no folder, its
    folder cannot be written to, or the band has no possible draw.
    """
    if not case.home:
        raise _fault(say("the case was not read from a folder, so there is no place to keep it"))
    if band.capacities_only or not len(band.ranges):
        raise _fault(say("no draw of all numbers was possible, so there is no range to keep"))
    path = Path(case.home) / FILE
    names = [each.name for each in schemas()["band"].fields]
    prefix = _plain(f"{case.scenario}_{case.base_year}")
    fresh = []
    rows: list[Any] = list(band.ranges.itertuples(index=False))
    for row in rows:
        ends = (row.stated, row.p5, row.p25, row.p50, row.p75, row.p95)
        key = f"{prefix}_{row.scope}_{'net' if row.net else 'gate'}_{row.measure}"
        numbers = [*(f"{end:.0f}" for end in ends), f"{row.reached:.4f}", band.draws, band.possible, band.seed]
        fresh.append([key, row.scope, int(row.net), row.measure, *numbers, mark_of(case, row.measure)])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    replaced = {str(row[0]) for row in fresh}
    writer.writerows([*(row for row in _there(path) if row[0] not in replaced), *fresh])
    _write(path, text.getvalue())
    return path


def _there(path: Path) -> list[list[str]]:
    """The rows of the file as it is, without its header."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.reader(file) if row][1:]


def _fault(reason: str) -> CaseError:
    return CaseError([Fault("C174", "--keep", reason)], "the question")
