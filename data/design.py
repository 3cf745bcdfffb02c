"""A table of runs from a CSV file, for a sweep."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from corridor.model.faults import CaseError, Fault, quoted
from corridor.model.language import say


def read_design(path: Path) -> pd.DataFrame:
    """The table in a file, cells as text; ``attrs["name"]`` is the file's name. Raises CaseError with every fault."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [line for line in csv.reader(file) if any(cell.strip() for cell in line)]
    except UnicodeDecodeError:
        raise _wrong(path.name, say("the file is not UTF-8; save it as CSV in UTF-8")) from None
    except csv.Error as error:
        raise _wrong(path.name, say("this is no CSV ({error}); save it as CSV, with commas", error=error)) from None
    except OSError as error:
        raise _wrong(
            str(path), say("the file cannot be read: {strerror}; check its name", strerror=error.strerror or error)
        ) from None
    if not lines:
        raise _wrong(
            path.name, say("the file is empty; write addresses in the first line and one run in each line below")
        )
    head = [cell.strip() for cell in lines[0]]
    faults = [
        Fault(
            "C148",
            say("{name} line {number}", name=path.name, number=number),
            say("it has {count} cells, and the first line {count2}; mend it", count=len(line), count2=len(head)),
        )
        for number, line in enumerate(lines[1:], 2)
        if len(line) != len(head)
    ]
    twice = sorted({name for name in head if head.count(name) > 1})
    faults += [
        Fault("C148", path.name, say("the column {name} stands there twice; keep one", name=quoted(name)))
        for name in twice
    ]
    faults += [Fault("C148", path.name, say("a column has no name; write its address"))] if "" in head else []
    if faults:
        raise CaseError(faults, "the design")
    frame = pd.DataFrame(lines[1:], columns=head, dtype=object)
    frame.attrs["name"] = path.name
    return frame


def _wrong(place: str, message: str) -> CaseError:
    return CaseError([Fault("C148", place, message)], "the design")
