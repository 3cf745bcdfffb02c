"""Sources of the numbers behind a figure, for its footnote."""

from __future__ import annotations

from collections.abc import Iterable

from corridor.model.case import Case
from corridor.model.evidence import evidence_of


def cited(case: Case, table: str, ids: Iterable[str], *columns: str) -> tuple[str, ...]:
    """Ids of the sources of these cells, each once, in their order."""
    rows = evidence_of(case)
    found = (rows.get((table, each, column)) for each in ids for column in columns)
    return tuple(dict.fromkeys(source for row in found if row is not None for source in row.source_id or ()))
