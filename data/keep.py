"""Ranges of a band written beside the tables of a case, where the answer finds them again."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault
from corridor.model.ranges import mark_of
from corridor.model.result.band import Band
from corridor.model.schema import schemas

FILE = "band.csv"


def keep(case: Case, band: Band) -> Path:
    """Write the ranges of a band to ``band.csv`` in the folder of its case, and give the path.

    Rows of the same scenario are replaced, those of others stay. Raises CaseError where the case has no folder, its
    folder cannot be written to, or the band has no possible draw.
    """
    if not case.home:
        raise _fault("the case was not read from a folder, so there is no place to keep it")
    if band.capacities_only or not len(band.ranges):
        raise _fault("no draw of all numbers was possible, so there is no range to keep")
    path, mark = Path(case.home) / FILE, mark_of(case)
    names = [each.name for each in schemas()["band"].fields]
    prefix = "".join(sign if sign.isalnum() else "_" for sign in f"{case.scenario}_{case.base_year}".lower())
    fresh = []
    rows: list[Any] = list(band.ranges.itertuples(index=False))
    for row in rows:
        ends = (row.stated, row.p5, row.p25, row.p50, row.p75, row.p95)
        key = f"{prefix}_{row.scope}_{'net' if row.net else 'gate'}_{row.measure}"
        numbers = [*(f"{end:.0f}" for end in ends), f"{row.reached:.4f}", band.draws, band.possible, band.seed]
        fresh.append([key, row.scope, int(row.net), row.measure, *numbers, mark])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    replaced = {str(row[0]) for row in fresh}
    writer.writerows([*(row for row in _there(path) if row[0] not in replaced), *fresh])
    part = path.with_name(f".{FILE}.part")
    try:
        part.write_text(text.getvalue(), encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _fault(
            f"{path} cannot be written: {error.strerror or error}; copy the case to a folder of yours"
        ) from None
    return path


def _there(path: Path) -> list[list[str]]:
    """The rows of the file as it is, without its header."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.reader(file) if row][1:]


def _fault(reason: str) -> CaseError:
    return CaseError([Fault("C174", "--keep", reason)], "the question")
