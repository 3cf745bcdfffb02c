"""Boxes of cargo: TEU by tonne of the demands that ride in them."""

from __future__ import annotations

from corridor.model.case import Case

BOX = "teu"
"""Id of the unit that counts as a box."""


def payloads(case: Case) -> dict[str, float]:
    """Tonnes in a TEU by commodity that may ride in boxes; empty where none does."""
    return {
        row.commodity_id: float(row.payload_t) for row in case.rows("packing") if row.unit_id == BOX and row.payload_t
    }


def boxes_per_t(case: Case) -> dict[str, float]:
    """TEU per tonne by demand, 0 for cargo that rides in none; empty for a case without boxes."""
    known = payloads(case)
    if not known:
        return {}
    return {
        row.demand_id: 1.0 / known[row.commodity_id] if row.commodity_id in known else 0.0
        for row in case.rows("demand")
    }
