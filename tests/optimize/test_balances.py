"""A year by periods proves itself from its tables alone, and one wrong number of one period in any of them is found."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest

from corridor.loading import load
from corridor.model.case import Case
from corridor.model.horizon import Floats, Horizon
from corridor.model.result.answer import Answer
from corridor.optimize.period.streams import layout
from corridor.optimize.proof.balances import imbalances, worst_imbalance
from corridor.optimize.proof.by_period import Ledger, Periods, clocks
from corridor.optimize.proof.certificate import BY_DAYS, TOLERANCE, tolerance
from tests.asked import solve
from tests.cases import Row, boxes, case_of, choice, ferry, oil_and_boxes, series

Tables = dict[str, pd.DataFrame]
HORIZONS = [("month", True), ("month", False), ("12", True), ("7", False), ("week", True)]


def course_of(horizon: Horizon) -> Periods:
    return Periods(np.array(horizon.edges), np.array(horizon.days), horizon.cyclic)


@pytest.mark.parametrize(("name", "cyclic"), HORIZONS)
@pytest.mark.parametrize("hours", [0.0, 1.5, 24.0, 400.0, 1000.0, 5000.0, 8700.0, 9000.0])
def test_the_same_course_by_straight_lines_and_by_matrices(name: str, cyclic: bool, hours: float) -> None:
    """Two ways to say what is lagged, which know nothing of each other."""
    horizon = Horizon.of(name, 2025, cyclic=cyclic)
    course, long = course_of(horizon), np.full(2, hours)
    amounts = np.random.default_rng(1).random((2, horizon.count))
    assert pytest.approx(horizon.lag(hours) @ amounts.T, abs=1e-9) == course.arriving(amounts, long).T
    assert pytest.approx(horizon.level(hours) @ amounts.T, abs=1e-9) == course.level(amounts, long).T
    assert pytest.approx(horizon.busy(hours) @ amounts.T, abs=1e-6) == course.busy(amounts, long).T
    if hours < horizon.length or cyclic:
        assert pytest.approx(horizon.recent(hours) @ amounts.T, abs=1e-9) == course.recent(amounts, long).T
    first = np.zeros(2)
    assert pytest.approx(horizon.before() @ amounts.T) == course.before(amounts, first).T
    months = np.array(horizon.month_edges)
    assert course.within(months) == pytest.approx(horizon.by_month().toarray())
    by_day: Floats = np.random.default_rng(2).random(365)
    assert course.mean(by_day) == pytest.approx(horizon.mean(by_day))


def demand(name: str, commodity: str, start: str, end: str, segment: str, gate: str, t: int, **more: int) -> Row:
    """A row of the table of demands."""
    row = {"demand_id": name, "commodity_id": commodity, "origin_id": start, "destination_id": end}
    return {**row, "segment_id": segment, "gate": gate, "t_per_year": t, **more}


@cache
def seasons() -> Case:
    """Grain by rail and ship over a port with a silo, boxes on the same ships; everything that a year can change does.

    The grain may wait 40 days and is late after 10, comes mostly in autumn and may stand in the silo; the boxes stand
    in a yard for 9 days. The strait closes for seven weeks, the ships wait longer and take less in winter; the line is
    a contract by the month, the yard's crane one by the year.
    """
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "commodity": "commodity_id\n grain\n box",
            "mode": "mode_id, cost_usd_per_tkm\n rail, 0.05\n sea, 0.01",
            "unit": "unit_id, cost_usd_per_km\n teu, 0.1",
            "packing": """
                packing_id, commodity_id, mode_id, unit_id, payload_t
                box_rail, box, rail, teu, 14
                box_sea, box, sea, teu, 14
                grain_rail, grain, rail, ,
                grain_sea, grain, sea, ,""",
            "resource": """
                resource_id, kind, capacity, unit, background, per
                ships, ship, 4, ships, 0, always
                line, line, 420000, t, 20000, month
                crane, quay, 40000, moves, 0, year
                berth, quay, 600, calls, 0, always""",
            "carrier": "carrier_id, resource_id, hours_per_year, port_h, wait_h\n ship, ships, 8760, 24, 30",
            "size": """
                size_id, carrier_id, dimension, amount
                deadweight, ship, deadweight_t, 4000
                slots, ship, teu, 150""",
            "draught": "draught_id, size_id, reference_m, lost_per_m\n low, deadweight, -28, 0.1",
            "case": [{"case_id": "seasons", "base_year": 2025, "sea_level_m": -29}],
            "loading": """
                loading_id, dimension, item_id, loaded, empty
                one, teu, teu, 1, 1
                heavy, deadweight_t, teu, 16, 2
                loose, deadweight_t, grain, 1, 0""",
            "link": """
                link_id, from_node_id, to_node_id, directed, mode_id, time_h, gate, carrier_id, capacity_t_per_year
                rail, a, p, 0, rail, 90, 0, , unlimited
                sea, p, f, 0, sea, 40, 1, ship, 900000
                on, f, z, 0, rail, 30, 0, , unlimited""",
            "use": """
                use_id, resource_id, link_id, direction, activity, item_id, amount
                one, line, rail, both, tonne, , 1
                two, crane, sea, both, unit, teu, 1
                three, berth, sea, forward, move, , 1
                four, berth, sea, back, move, , 1""",
            "store": """
                store_id, node_id, commodities, capacity_t, dwell_d, free_d, usd_per_t_day, opening_t, closing_t
                silo, p, grain, 15000, 0, 10, 0.1, 3000, 2000
                yard, p, box, 20000, 9, 0, 0, 0, 0""",
            "calendar": """
                calendar_id, table, row, column, shape, jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec
                harvest, demand, grain, t_per_year, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 1, 2, 2, 2, 1
                storms, carrier, ship, wait_h, 0, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2
                ice, size, deadweight, amount, 0, 0.8, 0.8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
                cold, resource, line, capacity, 1, 0.9, 0.9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1""",
            "closure": "closure_id, table, row, from_day, to_day\n works, link, sea, 02-20, 04-10",
            "segment": "segment_id\n grain\n boxes",
            "demand": [
                demand("grain", "grain", "a", "z", "grain", "must", 100000, wait_d=40, late_d=10, late_usd_per_t_day=1),
                demand("west", "box", "a", "z", "boxes", "must", 60000),
                demand("east", "box", "z", "a", "boxes", "may", 30000),
                demand("inland", "grain", "a", "p", "", "never", 12000, wait_d=60),
            ],
        }
    )


CASES: dict[str, Callable[[], Case]] = {
    "seasons": seasons,
    "boxes": boxes,
    "choice": choice,
    "ferry": ferry,
    "oil_and_boxes": oil_and_boxes,
    "series": series,
}


@cache
def by_periods(name: str, study: str = "capability", periods: str = "month", cyclic: bool = True) -> Answer:
    """The answer over periods; nobody may change its tables."""
    return solve(CASES[name](), study, Horizon.of(periods, 2025, cyclic=cyclic))


ASKED = [
    *((name, periods, "capability") for name in sorted(CASES) for periods in ("month", "7")),
    *((name, "month", study) for name in sorted(CASES) for study in ("concurrent", "cost_shipper")),
    ("seasons", "52", "capability"),
]


@pytest.mark.parametrize("cyclic", [True, False])
@pytest.mark.parametrize(("name", "periods", "study"), ASKED)
def test_sound_answers_pass(name: str, periods: str, study: str, cyclic: bool) -> None:
    answer = by_periods(name, study, periods, cyclic)
    found = imbalances(Ledger.of(CASES[name](), answer.tables), answer.tables)
    assert max(found.values()) <= TOLERANCE, found
    assert worst_imbalance(CASES[name](), answer.tables) <= TOLERANCE


def test_every_sort_of_table_is_there() -> None:
    """So that what is tampered with below is no empty table."""
    for name in NUMBERS:
        assert len(by_periods("seasons", cyclic=False).tables[name]), name


def test_the_clock_is_that_of_the_layout() -> None:
    """Least hours from an origin, by the graph alone, at every place that the columns touch."""
    for make in CASES.values():
        case = make()
        plan = layout(case, "capability", Horizon.of("month", 2025))
        found = clocks(case, by_periods(make.__name__).tables["delivered"])
        for (stream_id, node, layer), hours in plan.clock.items():
            stream = plan.stream[stream_id]
            key = (stream.commodity, stream.destination, stream.crosses, node, layer)
            assert found[key] == pytest.approx(hours)


NUMBERS: dict[str, list[str]] = {
    "periods": [
        *("days", "offered_t", "sent_t", "gate_t", "arrived_t", "waiting_t", "late_t", "stock_t"),
    ],
    "use_by_period": ["used", "available", "share"],
    "use_by_month": ["used", "available", "share", "days"],
    "waiting": ["offered_t", "sent_t", "waiting_t"],
    "stock": ["t"],
    "flow_by_period": ["t", "clock_t"],
    "sent": ["sent_t"],
    "arrived": ["t", "clock_t"],
    "move_by_period": ["number"],
    "standing": ["number"],
    "stock_by_stream": ["clock_t"],
}
"""The tables by period and their numbers that the case fills."""


@pytest.mark.parametrize("cyclic", [True, False])
@pytest.mark.parametrize(("table", "column"), [(table, each) for table, columns in NUMBERS.items() for each in columns])
@pytest.mark.parametrize("factor", [0.99, 1.01])
def test_one_wrong_number_of_one_period_is_found(table: str, column: str, factor: float, cyclic: bool) -> None:
    answer = by_periods("seasons", cyclic=cyclic)
    whole = answer.tables[table]
    values = whole[column].where(np.isfinite(whole[column]), 0.0)
    order = np.argsort(-values.to_numpy())
    assert values.iloc[order[0]] > 0
    for at in order[[0, int((values > values.max() / 2).sum()) - 1]]:  # the greatest, and one half as great
        frame = whole.copy()
        frame[column] = frame[column] * np.where(np.arange(len(frame)) == at, factor, 1.0)
        tables: Tables = {**answer.tables, table: frame}
        assert worst_imbalance(seasons(), tables) > 1e-5, whole.iloc[at].to_dict()


@pytest.mark.parametrize("table", [name for name in NUMBERS if name not in ("periods", "use_by_period")])
@pytest.mark.parametrize("cyclic", [True, False])
def test_a_missing_row_is_found(table: str, cyclic: bool) -> None:
    answer = by_periods("seasons", cyclic=cyclic)
    column = next(each for each in NUMBERS[table])
    frame = answer.tables[table]
    without = frame.drop(index=frame[column].idxmax()).reset_index(drop=True)
    assert worst_imbalance(seasons(), {**answer.tables, table: without}) > 1e-5


@pytest.mark.parametrize("table", ["flow_by_period", "sent", "move_by_period", "standing", "stock_by_stream"])
def test_an_amount_in_another_period_is_found(table: str) -> None:
    """The sums of the year stay as they are."""
    answer = by_periods("seasons")
    frame = answer.tables[table].copy()
    column = NUMBERS[table][-1]
    later = np.arange(len(frame)) == np.argmax(frame[column])
    frame["period"] = (frame["period"] + later) % 12
    assert worst_imbalance(seasons(), {**answer.tables, table: frame}) > 1e-5


@pytest.mark.parametrize("change", ["resource.ships.capacity=2", "store.silo.capacity_t=100", "demand.grain.wait_d=5"])
def test_an_answer_of_another_case_is_found(change: str) -> None:
    """All balances hold; a limit of this case does not."""
    assert worst_imbalance(seasons().with_([change]), by_periods("seasons").tables) > 1e-3


@pytest.mark.parametrize(
    "change",
    [
        *("link.sea.time_h=60", "carrier.ship.port_h=10", "link.rail.time_h=10", "closure.works.to_day=04-25"),
        *("calendar.harvest.sep=1", "calendar.storms.jan=9", "calendar.ice.jan=0.1", "calendar.cold.jan=0.1"),
        *("store.yard.dwell_d=28", "use.two.amount=100", "packing.box_sea.payload_t=10", "use.three.amount=9"),
    ],
)
def test_what_the_case_says_counts_in_every_period(change: str) -> None:
    """Hours, calendars, closures and uses: each of them another would make the answer wrong."""
    assert worst_imbalance(seasons().with_([change]), by_periods("seasons").tables) > 1e-5


def test_nonsense_is_infinitely_wrong() -> None:
    tables = by_periods("seasons").tables
    flow = tables["flow_by_period"].copy()
    flow.loc[0, "destination"] = "p"
    assert worst_imbalance(seasons(), {**tables, "flow_by_period": flow}) == np.inf
    flow = tables["flow_by_period"].copy()
    flow.loc[0, "period"] = 12
    assert worst_imbalance(seasons(), {**tables, "flow_by_period": flow}) == np.inf
    flow = tables["flow_by_period"].copy()
    flow.loc[0, "t"] = np.nan
    assert worst_imbalance(seasons(), {**tables, "flow_by_period": flow}) == np.inf


def test_an_open_year_begins_and_ends_with_stocks() -> None:
    """The silo gives what it may, and cargo is on its way as the year ends."""
    tables = by_periods("seasons", cyclic=False).tables
    stock = tables["stock_by_stream"]
    assert stock.query("store == 'silo' and period == -1")["clock_t"].sum() == pytest.approx(3000)
    assert stock.query("store == 'silo' and period == 11")["clock_t"].sum() >= 2000 - 1e-6
    assert tables["flow"]["t"].sum() > tables["flow_by_period"]["t"].sum()


@pytest.mark.parametrize("change", ["resource.ships.capacity=2", "packing.box_sea.payload_t=10"])
def test_a_year_as_one_period_is_checked_alike(change: str) -> None:
    """The same engine: the tables of the year alone pass, and another case is found in them."""
    case = seasons()
    tables = solve(case, "capability").tables
    assert "periods" not in tables
    found = imbalances(Ledger.of(case, tables), tables)
    assert max(found.values()) <= TOLERANCE, found
    assert not {"sums", "periods", "waiting"} & set(found)
    assert worst_imbalance(case.with_([change]), tables) > 1e-3


def test_tolerance_is_that_of_the_periods() -> None:
    assert tolerance(Horizon.of("year")) == tolerance(Horizon.of("week")) == TOLERANCE
    assert tolerance(Horizon.of("day")) == BY_DAYS
    assert by_periods("boxes").certificate.tolerance == TOLERANCE


@pytest.mark.slow
def test_the_bundled_case_by_quarters() -> None:
    """A real year: it passes, and a tonne too much of the greatest flow does not."""
    case = load()
    answer = solve(case, "capability", Horizon.of("quarter", 2025))
    assert worst_imbalance(case, answer.tables) <= 1e-6
    for table, column in (("flow_by_period", "clock_t"), ("move_by_period", "number"), ("sent", "sent_t")):
        frame = answer.tables[table].copy()
        frame[column] *= np.where(np.arange(len(frame)) == np.argmax(frame[column]), 1.001, 1.0)
        assert worst_imbalance(case, {**answer.tables, table: frame}) > 1e-6
