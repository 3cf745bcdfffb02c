"""A year by periods made by hand: a harvest that cannot wait for ever, a silo, a quay that is closed for works."""

from __future__ import annotations

from functools import cache

from corridor.model.case import Case
from corridor.model.horizon import Horizon
from corridor.model.result.answer import Answer
from tests.asked import solve
from tests.cases import case_of


@cache
def harvest() -> Case:
    """Grain is offered from July to September and waits 60 days at most; the quay takes 2 500 t a day, the silo 20 kt.

    Oil has its own quay, which is closed for the first ten days of February.
    """
    return case_of(
        {
            "gate": "gate_id, name, nameplate_t_per_year\n gate, the quays, 2000000",
            "commodity": "commodity_id, name\n grain, Grain\n oil, Oil",
            "resource": """
                resource_id, name, kind, capacity
                grain_quay, Grain quay, quay, 912500
                oil_quay, Oil <quay>, quay, 365000""",
            "link": """
                link_id, from_node_id, to_node_id, gate, commodities
                rail, field, port, 0, grain
                berth, port, far, 1, grain
                oil_berth, well, far, 1, oil""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                grain, grain_quay, berth, tonne, 1
                oil, oil_quay, oil_berth, tonne, 1""",
            "segment": "segment_id, name\n grain, Grain\n oil, Oil",
            "store": """
                store_id, name, node_id, commodities, capacity_t, kind
                silo, The silo, port, grain, 20000, quay""",
            "calendar": """
                calendar_id, table, row, column, kind, jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec
                harvest, demand, grain, t_per_year, season, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0""",
            "closure": """
                closure_id, table, row, from_day, to_day, left, kind, known
                works, resource, oil_quay, 02-01, 02-10, 0, works, 1""",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, segment_id, gate, t_per_year, wait_d, late_d
                grain, grain, field, far, grain, must, 300000, 60, 30
                oil, oil, well, far, oil, must, 100000, ,""",
        }
    )


@cache
def by(periods: str, study: str = "capability", *, cyclic: bool = True) -> Answer:
    """The harvest year by periods."""
    return solve(harvest(), study, Horizon.of(periods, 2025, cyclic=cyclic))
