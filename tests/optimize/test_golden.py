"""Every rule's rows as LP text, on a case so small that one reads them.

After a change that is meant: ``pytest tests/optimize/test_golden.py --golden-update``, then read the difference.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from corridor.model.case import Case
from corridor.optimize.compile import compile_period, lp_text
from corridor.optimize.period import build
from corridor.optimize.rules import COST_RULES, MEASURE_RULES
from tests.cases import boxes, case_of, choice, ferry, oil_and_boxes

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = sorted({rule.__name__ for rule in (*MEASURE_RULES, *COST_RULES)})


def limits_of_all_kinds() -> Case:
    """One link with a capacity of its own, a fleet, a quay per move, a yard per unit, and the gate."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "unit": "unit_id\n teu",
            "packing": "packing_id, commodity_id, mode_id, unit_id, payload_t\n one, cargo, way, teu, 10",
            "resource": """
                resource_id, kind, capacity, unit, background
                fleet, ship, 2, ships, 0
                quay, quay, 300, calls, 50
                yard, west, 40000, TEU, 0
                empties, west, 9000, TEU, 0
                weigh, line, 80000, t, 0""",
            "carrier": "carrier_id, resource_id, hours_per_year, port_h, wait_h\n ship, fleet, 8000, 12, 8",
            "size": "size_id, carrier_id, dimension, amount\n slots, ship, teu, 200",
            "loading": "loading_id, dimension, item_id, loaded, empty\n one, teu, teu, 1, 1",
            "link": """
                link_id, from_node_id, to_node_id, directed, time_h, gate, carrier_id, capacity_t_per_year
                sea, a, b, 0, 20, 1, ship, 70000""",
            "use": """
                use_id, resource_id, link_id, direction, activity, amount
                one, quay, sea, both, move, 2
                two, yard, sea, both, unit, 1
                three, empties, sea, back, empty, 1
                four, weigh, sea, both, tonne, 1.5""",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n all, a, b, must, 50000",
        }
    )


def prices_for_everything() -> Case:
    """One demand that must be met, one with a rival outside, one that may be left behind."""
    return case_of(
        {
            "link": "link_id, from_node_id, to_node_id, capacity_t_per_year\n only, a, b, 100",
            "demand": """
                demand_id, origin_id, destination_id, t_per_year, outside_usd_per_t, unmet_usd_per_t
                must, a, b, 10, ,
                rival, a, b, 20, 5,
                optional, a, b, 30, 5, 9""",
        }
    )


CASES: dict[str, tuple[Callable[[], Case], str]] = {
    "cargo_balance": (choice, "cost_shipper"),
    "carrier_balance": (boxes, "capability"),
    "carrier_load": (ferry, "capability"),
    "demand_met": (prices_for_everything, "cost_shipper"),
    "gate_choice": (choice, "cost_shipper"),
    "resource_limit": (limits_of_all_kinds, "capability"),
    "segment_ceiling": (choice, "capability"),
    "segment_floor": (oil_and_boxes, "capability"),
    "segment_share": (oil_and_boxes, "capability"),
    "segment_total": (oil_and_boxes, "free"),
    "unit_balance": (boxes, "capability"),
    "unit_fill": (boxes, "capability"),
}


def test_no_rule_is_without_a_golden_file() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.lp")) == NAMES
    assert sorted(CASES) == NAMES


@pytest.mark.parametrize("rule", NAMES)
def test_rule_reads_as_before(rule: str, request: pytest.FixtureRequest) -> None:
    make, study = CASES[rule]
    text = lp_text(compile_period(build(make(), study)), rule)
    path = GOLDEN / f"{rule}.lp"
    if request.config.getoption("--golden-update"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert text.count("\n") >= 1
