"""What a forecast is worth: by hand, and what must hold of every case."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridor.model.case import Case
from corridor.model.days import MONTHS
from corridor.model.faults import CaseError
from corridor.model.horizon import Horizon
from corridor.model.result.foresight import Foresight
from corridor.optimize.studies.foresight import HELD_UP, LANDED, TwoYears, carried
from tests.asked import foresight
from tests.cases import Row, boxes, case_of, ferry, tables_of_case

OWN: dict[str, float] = {}
"""The plan that changes no demand."""


def two_markets(*, known: bool = False) -> Case:
    """A fleet of 100 a day serves b, 1 a tonne, and a, 2 a tonne; 100 t and 50 t a day are offered in January.

    Cargo may wait 31 days. The way to a is closed from 1 to 20 February.
    """
    january = {"jan": 365 / 31, **dict.fromkeys(MONTHS[1:], 0)}
    return case_of(
        {
            "resource": "resource_id, kind, capacity\n fleet, ship, 36500",
            "link": "link_id, from_node_id, to_node_id\n near, port, b\n far, port, a",
            "use": """
                use_id, resource_id, link_id, activity, amount
                near, fleet, near, tonne, 1
                far, fleet, far, tonne, 2""",
            "demand": """
                demand_id, origin_id, destination_id, t_per_year, wait_d
                a, port, a, 1550, 31
                b, port, b, 3100, 31""",
            "calendar": [
                {"calendar_id": name, "table": "demand", "row": name, "column": "t_per_year", **january}
                for name in "ab"
            ],
            "closure": [
                {
                    "closure_id": "storm",
                    "table": "link",
                    "row": "far",
                    "from_day": "02-01",
                    "to_day": "02-20",
                    "known": known,
                }
            ],
        }
    )


def sea(case: Case, closures: list[Row], **demand: object) -> Case:
    """A case with closures, and with its demands changed."""
    tables = tables_of_case(case)
    tables["closure"] = closures
    for row in tables["demand"]:
        row.update(demand)
    return case_of(tables)


def storm(name: str, table: str, row: str, first: str, last: str, *, left: float = 0.0, known: bool = False) -> Row:
    return {
        "closure_id": name,
        "table": table,
        "row": row,
        "from_day": first,
        "to_day": last,
        "left": left,
        "known": known,
    }


def test_a_shared_fleet_by_hand() -> None:
    # Least waiting serves b first: 3,100 t in January, and plans a for 50 t a day from 1 February on. After the storm,
    # at the end of 20 February (day 51), what waits was offered in the last 31 days: 11 days of January, 550 t; 1,000 t
    # have gone. Who knows of it sends 1,000 t to a in January (2,000 of the fleet's 3,100), 1,100 t to b, and the other
    # 2,000 t to b during the storm.
    found = foresight(two_markets(), "handled", "day", plan=OWN)
    assert found.foresight_t == pytest.approx(4_650)
    assert found.rolling_t == pytest.approx(3_650)
    assert found.worth_t == pytest.approx(1_000)
    rows = found.segments.set_index("segment")
    assert rows.loc["a", "given_up_rolling_t"] == pytest.approx(1_000)
    assert rows.loc["b", "waiting_foresight_t"] == pytest.approx(2_000)
    assert rows.loc["a", "waiting_rolling_t"] == pytest.approx(1_550)
    assert found.passed
    assert found.periods["held_up_rolling_t"].max() == pytest.approx(0, abs=1e-6)


def test_a_forecast_of_twenty_days_is_worth_the_half_of_it() -> None:
    # On day d he sees the way closed until day d + 20, so that 50 (d - 11) t have to leave in January; b first, he puts
    # it off until day 22, when 50 t a day for the ten days that are left are just not enough: 500 t go.
    found = foresight(two_markets(), "handled", "day", plan=OWN, ahead=20)
    assert found.rolling_t == pytest.approx(4_150)


def test_known_closures_make_no_difference() -> None:
    found = foresight(two_markets(known=True), "handled", "week", plan=OWN)
    assert found.closures == 0
    assert found.worth_t == pytest.approx(0, abs=1e-6)
    assert found.passed


def test_without_closures_both_are_equal() -> None:
    for case in (boxes(), ferry()):
        found = foresight(case, "handled", "month")
        assert found.rolling_t == pytest.approx(found.foresight_t, rel=1e-9)
        assert found.foresight_t <= found.due_t + 1e-6 <= found.plan_t + 2e-6
        assert found.passed


def test_all_known_in_advance_is_foresight() -> None:
    found = foresight(two_markets(), "handled", "week", plan=OWN, ahead=52)
    assert found.worth_t == pytest.approx(0, abs=1e-6)
    assert foresight(two_markets(), "handled", "week", plan=OWN, step=52).worth_t == pytest.approx(0, abs=1e-6)


def test_a_closure_within_its_month_is_no_surprise_by_months() -> None:
    # What one expects of a month is its mean, and the mean is what a period of a month knows.
    fast = sea(ferry(), [storm("s", "resource", "ferries", "01-08", "01-10")])
    found = foresight(fast, "handled", "month")
    assert found.closures == 1
    assert found.worth_t == pytest.approx(0, abs=1e-3)


def test_the_same_again() -> None:
    case = sea(ferry(), [storm("s", "resource", "ferries", "02-05", "02-20")], wait_d=20)
    one, two = (foresight(case, "handled", "week", plan=OWN) for _ in range(2))
    assert one.rolling_t == two.rolling_t
    assert one.periods.equals(two.periods)
    assert one.segments.equals(two.segments)


def test_the_totals_agree() -> None:
    found = foresight(two_markets(), "handled", "week", plan=OWN)
    for name in ("foresight_t", "rolling_t", "due_t"):
        assert found.segments[name].sum() == pytest.approx(found.periods[name].sum())
    assert found.segments["worth_t"].sum() == pytest.approx(found.worth_t)
    assert found.plan_t == pytest.approx(4_650)
    text = json.dumps(found.to_dict(), allow_nan=False)
    assert json.loads(text)["worth_t"] == pytest.approx(found.worth_t)


def test_the_case_of_a_plan() -> None:
    case = carried(two_markets(), {"a": 700.0}, Horizon.of("week", cyclic=False))
    assert case["demand"]["t_per_year"].to_dict() == {"a": 700.0, "b": 3100.0}
    assert set(case["store"]["node_id"]) == set(case["node"].index)
    assert HELD_UP > LANDED  # a period held up costs more than the tonne is worth


def test_no_such_question() -> None:
    with pytest.raises(CaseError, match="cost_shipper is no measure"):
        foresight(boxes(), "cost_shipper")
    with pytest.raises(CaseError, match="fortnight is no period"):
        foresight(boxes(), periods="fortnight")


DAYS = ("01-05", "01-20", "02-03", "02-18", "03-02")


@st.composite
def stormy(draw: st.DrawFn) -> Case:
    """A ferry or feeder line with storms on its ships, its sea or a land line, and cargo that waits so long."""
    case, ship = draw(st.sampled_from([(boxes(), "feeders"), (ferry(), "ferries")]))
    closures = []
    for number in range(draw(st.integers(1, 3))):
        table, row = draw(st.sampled_from([("resource", ship), ("link", "sea")]))
        first = draw(st.integers(0, len(DAYS) - 2))
        left = draw(st.sampled_from([0.0, 0.4]))
        closures.append(storm(f"s{number}", table, row, DAYS[first], DAYS[first + 1], left=left))
    return sea(case, closures, wait_d=draw(st.sampled_from([10, 30, 1000])))


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(stormy(), st.sampled_from(["30", "week"]), st.sampled_from([0, 1]), st.sampled_from([1, 3]))
def test_rolling_never_beats_foresight(case: Case, periods: str, ahead: int, step: int) -> None:
    horizon = Horizon.of(periods, cyclic=False)
    years = TwoYears(case, OWN, horizon)
    known, rolled = years.foresight(), years.rolling(ahead=ahead, step=step)
    assert known.value <= rolled.value + 1e-6 * abs(known.value)  # least cost, tonnes first
    found: Foresight = years.compared("handled", known, rolled, ahead, step)
    assert found.passed, (found.certificate, found.rolling_residual)
    assert found.foresight_t <= found.due_t * (1 + 1e-7)
    if found.left_behind < 1e-6 and found.periods["held_up_rolling_t"].max() < 1e-6:
        assert found.rolling_t <= found.foresight_t * (1 + 1e-7)
    assert found.segments["given_up_rolling_t"].min() >= -1e-6
    assert np.isfinite(found.periods.select_dtypes("number").to_numpy()).all()


def test_ships_at_sea_when_their_fleet_stops() -> None:
    # Nothing of the fleet is there for a fortnight: what is under way can be called back, and all may stand in port.
    case = sea(boxes(), [storm("s", "resource", "feeders", "02-03", "02-17")], wait_d=30)
    found = foresight(case, "handled", "week", plan=OWN)
    assert found.passed
    assert found.worth_t >= -found.periods["held_up_rolling_t"].max()
