"""Small cases of which a frontier is known by hand."""

from __future__ import annotations

from functools import cache

from corridor.model.case import Case
from tests.cases import case_of


@cache
def two_on_a_line(line: float = 70_000, never: float = 0) -> Case:
    """Coal takes 1 t of the line a tonne, boxes 2; behind it a quay of 50 kt for coal and one of 40 kt for boxes.

    Each has 10 kt in the base year, and boxes cost five times as much. So with the floor at the base year coal grows
    first, to 50 kt (the line has 70 kt then), and boxes after it, to 40 kt (130 kt).
    """
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "commodity": "commodity_id\n coal\n box",
            "mode": """
                mode_id, cost_usd_per_tkm, g_co2e_per_tkm
                rail, 0, 0
                bulk, 0.01, 10
                liner, 0.05, 20""",
            "resource": f"""
                resource_id, kind, capacity, unit, step, step_unit
                line, line, {line}, t, 1000, path
                coal_quay, quay, 50000, t, ,
                box_quay, quay, 40000, t, ,""",
            "link": """
                link_id, from_node_id, to_node_id, mode_id, length_km, gate, tariff_usd_per_t
                rail, a, p, rail, 100, 0, 1
                coal_berth, p, f, bulk, 100, 1, 2
                box_berth, p, g, liner, 100, 1, 3""",
            "use": """
                use_id, resource_id, link_id, activity, item_id, amount
                coal_line, line, rail, tonne, coal, 1
                box_line, line, rail, tonne, box, 2
                coal_over, coal_quay, coal_berth, tonne, , 1
                box_over, box_quay, box_berth, tonne, , 1""",
            "segment": "segment_id\n coal\n boxes",
            "demand": f"""
                demand_id, commodity_id, origin_id, destination_id, segment_id, gate, t_per_year
                coal, coal, a, f, coal, must, 10000
                box, box, a, g, boxes, must, 10000
                local, coal, a, p, , never, {never}""",
        }
    )


@cache
def three_ways(clean: float = 60_000) -> Case:
    """100 kt go by a cheap way, a clean one (of so much capacity), a fast one, or one that is worse in everything."""
    return case_of(
        {
            "mode": """
                mode_id, cost_usd_per_tkm, g_co2e_per_tkm
                cheap, 0.01, 50
                clean, 0.02, 10
                fast, 0.03, 30
                poor, 0.04, 60""",
            "link": f"""
                link_id, from_node_id, to_node_id, mode_id, length_km, time_h, capacity_t_per_year
                slow_boat, a, b, cheap, 100, 240, unlimited
                electric, a, b, clean, 100, 120, {clean}
                truck, a, b, fast, 100, 24, unlimited
                mule, a, b, poor, 100, 480, unlimited""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 100000",
        }
    )
