"""Ids of limits: the id of a row, after the name of its table where an earlier table has a row of this id, too."""

from __future__ import annotations

from collections.abc import Mapping

from corridor.model.case import Case

BACK = "_back"
"""Suffix of the second direction of a link."""
TABLES = ("resource", "gate", "store", "segment", "pool", "demand", "link")
"""Tables whose rows are limits, in the order in which they have an id of several tables for themselves."""


def limit_ids(case: Case) -> Mapping[tuple[str, str], str]:
    """Id of the limit of each row, by table and row; of a link also by its second direction (``railway_back``).

    A row of an id that an earlier one of ``TABLES`` has is called after its table: ``link.railway``. Demands are those
    that are a segment of their own.
    """
    return case.known("limit_ids", lambda: _limit_ids(case))


def _limit_ids(case: Case) -> dict[tuple[str, str], str]:
    rows = [(table, str(row)) for table in TABLES[:5] for row in case[table].index]
    rows += [("demand", row.demand_id) for row in case.rows("demand") if not row.segment_id]
    for link in case.rows("link"):
        rows.append(("link", link.link_id))
        if not link.directed:
            rows.append(("link", link.link_id + BACK))
    taken: set[str] = set()
    ids = {}
    for table, row in rows:
        ids[table, row] = f"{table}.{row}" if row in taken else row
        taken.add(row)
    return ids


def gate_limit(case: Case) -> str | None:
    """Id of the nameplate as a limit; None without a gate."""
    return None if case.gate is None else limit_ids(case)["gate", case.gate.gate_id]
