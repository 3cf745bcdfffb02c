"""Identity of a case: a hash of its tables, and the date of the newest source."""

from __future__ import annotations

import hashlib
import re

from corridor.model.case import Case

SHORT = 8
"""Signs of a hash that are printed."""


def hash_of(case: Case) -> str:
    """SHA-256 of all tables of a case with its changes, in hexadecimal; the order of tables does not count."""

    def work_out() -> str:
        made = hashlib.sha256()
        for name in sorted(case.tables):
            made.update(f"{name}\n{case[name].to_csv()}".encode())
        return made.hexdigest()

    return case.known("hash of the tables", work_out)


def newest_source(case: Case) -> str:
    """The latest date, ``2026-05-14`` or ``2026-05``, that a source in use names as its place or in its title."""
    dates = [
        date
        for row in (case.rows("source") if len(case["source"]) else ())
        if not row.aside
        for date in re.findall(r"\b20\d\d-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?\b", f"{row.locator or ''} {row.title}")
    ]
    return max(dates, default="")
