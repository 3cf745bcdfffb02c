"""The files of a small case to begin with: every number invented and said to be, with notes on all tables."""

from __future__ import annotations

import csv
import io
import re
from importlib.resources import as_file, files
from pathlib import Path

from corridor.model.schema import ID_PATTERN

TEMPLATE = "new_case"
LONGEST_ID = 40
"""Upper limit: characters of an id that is made of the name of a folder."""


def id_of(name: str) -> str:
    """An id made of the name of a folder.

    >>> id_of("Lobito 2025"), id_of("2025"), id_of("Порт")
    ('lobito_2025', 'case_2025', 'case')
    """
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:LONGEST_ID]
    made = words if re.fullmatch(ID_PATTERN, words) else f"case_{words}".rstrip("_")
    return made


def title_of(name: str) -> str:
    """A title made of the name of a folder: printable, on one line, and no formula of a spreadsheet.

    >>> title_of("lobito_2025"), title_of("=1+1")
    ('Lobito 2025', '1+1')
    """
    plain = "".join(sign if sign.isprintable() else " " for sign in name.replace("_", " ")).lstrip("=+-@ ").strip()
    return plain[:1].upper() + plain[1:] or "Case"


def files_of_new(name: str) -> dict[str, bytes]:
    """The files of a new case by their path in its folder; ``name`` is that of the folder."""
    with as_file(files("corridor.data") / TEMPLATE) as home:
        paths = sorted(path for path in Path(home).rglob("*") if path.is_file())
        made = {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([title_of(name)])
    made["case.csv"] = _filled(made["case.csv"], id_of(name), line.getvalue())
    made["README.md"] = _filled(made["README.md"], id_of(name), title_of(name))
    return made


def _filled(text: bytes, case_id: str, title: str) -> bytes:
    return text.replace(b"CASE_ID", case_id.encode()).replace(b"CASE_NAME", title.encode())
