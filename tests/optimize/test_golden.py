"""Every rule's rows as LP text, on a case so small that one reads them.

After a change that is meant: ``pytest tests/optimize/test_golden.py --golden-update``, then read the difference.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from corridor.model.case import Case
from corridor.model.horizon import Horizon
from corridor.optimize.period.build import build
from corridor.optimize.period.rules import RULES
from corridor.optimize.program.compile import compile_period
from tests.cases import boxes, case_of, choice, ferry, oil_and_boxes
from tests.optimize.lp import lp_text

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = sorted(rule.name for rule in RULES)


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


def open_halves() -> Case:
    """A harvest by rail to a silo and on by ship; in half years cargo of three days' waiting, a slow silo, a yard.

    Rail takes 20 h, the ship 40 h and 3.8 h in port. The silo keeps its grain for 200 days, longer than a half, so that
    it holds a stock; the yard keeps it for 5 days, so that it counts slots.
    """
    return case_of(
        {
            "resource": "resource_id, kind, capacity, unit\n fleet, ship, 2, ships",
            "carrier": "carrier_id, resource_id, port_h\n ship, fleet, 3.8",
            "size": "size_id, carrier_id, dimension, amount\n hold, ship, deadweight_t, 5000",
            "loading": "loading_id, dimension, item_id, loaded\n one, deadweight_t, cargo, 1",
            "link": """
                link_id, from_node_id, to_node_id, directed, time_h, carrier_id
                rail, a, b, 1, 20,
                sea, b, c, 0, 40, ship""",
            "store": """
                store_id, node_id, capacity_t, dwell_d, free_d, usd_per_t_day, opening_t, closing_t
                silo, b, 60000, 200, 10, 0.5, 3000, 2000
                yard, b, 4000, 5, 0, 0, 0, 0""",
            "demand": """
                demand_id, origin_id, destination_id, t_per_year, wait_d, late_d, late_usd_per_t_day
                harvest, a, c, 80000, 30, 10, 2""",
            "calendar": [
                {"calendar_id": "season", "table": "demand", "row": "harvest", "column": "t_per_year", "oct": 3}
            ],
        }
    )


def two_parks() -> Case:
    """Boxes on platforms of two parks, each on its own section; both stand at b from half year to half year."""
    return case_of(
        {
            "mode": "mode_id\n rail",
            "unit": "unit_id\n box\n platform",
            "packing": """
                packing_id, commodity_id, mode_id, unit_id, payload_t, on_unit_id, units_per
                one, cargo, rail, box, 10, platform, 2""",
            "link": """
                link_id, from_node_id, to_node_id, directed, mode_id, time_h
                east, a, b, 0, rail, 24
                west, b, c, 0, rail, 36""",
            "dwell": "dwell_id, link_id, direction, item_id, loaded_h, empty_h\n turn, west, forward, platform, 6, 3",
            "pool": """
                pool_id, unit_id, number, links
                first, platform, 100, east
                second, platform, 50, west""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 109500",
        }
    )


HALVES = Horizon.of("2", cyclic=False)
CASES: dict[str, tuple[Callable[[], Case], str, Horizon | None]] = {
    "cargo_balance": (choice, "cost_shipper", None),
    "cargo_balance.halves": (open_halves, "capability", HALVES),
    "carrier_balance": (open_halves, "capability", HALVES),
    "carrier_load": (ferry, "capability", None),
    "carrier_load.halves": (open_halves, "capability", HALVES),
    "carrier_standing": (open_halves, "capability", HALVES),
    "demand_end": (open_halves, "capability", HALVES),
    "demand_late": (open_halves, "cost_shipper", HALVES),
    "demand_met": (prices_for_everything, "cost_shipper", None),
    "demand_patience": (open_halves, "capability", HALVES),
    "demand_wait": (open_halves, "capability", HALVES),
    "market_step": (limits_of_all_kinds, "expected", None),
    "market_total": (limits_of_all_kinds, "expected", None),
    "pool_balance": (two_parks, "capability", HALVES),
    "pool_split": (two_parks, "capability", None),
    "resource_limit": (limits_of_all_kinds, "capability", None),
    "segment_ceiling": (choice, "capability", None),
    "segment_floor": (oil_and_boxes, "capability", None),
    "segment_share": (oil_and_boxes, "capability", None),
    "segment_total": (oil_and_boxes, "free", None),
    "store_closing": (open_halves, "capability", HALVES),
    "store_dwell": (open_halves, "capability", HALVES),
    "store_entry": (open_halves, "capability", HALVES),
    "store_limit": (open_halves, "capability", HALVES),
    "store_opening": (open_halves, "capability", HALVES),
    "store_overstay": (open_halves, "cost_shipper", HALVES),
    "unit_balance": (boxes, "capability", None),
    "unit_fill": (boxes, "capability", None),
}


def test_no_rule_is_without_a_golden_file() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.lp")) == sorted(CASES)
    assert sorted({name.partition(".")[0] for name in CASES}) == NAMES


@pytest.mark.parametrize("name", sorted(CASES))
def test_rule_reads_as_before(name: str, request: pytest.FixtureRequest) -> None:
    make, study, horizon = CASES[name]
    text = lp_text(compile_period(build(make(), study, horizon)), name.partition(".")[0])
    path = GOLDEN / f"{name}.lp"
    if request.config.getoption("--golden-update"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert text.count("\n") >= 1
