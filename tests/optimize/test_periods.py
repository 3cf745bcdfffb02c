"""A year by periods against the year as a whole, and small ones solved by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridor.data.checks import checked
from corridor.data.read import bundled, read
from corridor.model.case import Case
from corridor.model.days import MONTHS
from corridor.model.horizon import Horizon
from corridor.model.result.answer import Answer
from corridor.optimize.answer.year import Year
from corridor.optimize.period.build import build
from corridor.optimize.program.compile import compile_period
from tests.asked import solve
from tests.cases import SUITE, Row, Tables, case_of, rows_of, series, tables_of_case
from tests.random_cases import gated_tables

MONTH, QUARTER = Horizon.of("month"), Horizon.of("quarter")
EQUAL_MONTHS = Horizon.of("month", equal=True)


def measured(case: Case, study: str = "capability", horizon: Horizon | None = None) -> float:
    """The value of a study, without the answer's tables: in tonnes or USD."""
    year = Year(case, study, horizon)
    if study not in ("handled", "concurrent", "capability", "free"):
        return year.sound(year.solver.solve(study, maximise=False)).value * 1000
    if not year.layout.base:
        return 0.0
    common = year.concurrent().value
    if study == "concurrent":
        return common * sum(year.layout.base.values()) * 1000
    return year.ask(year.question(study, min(1.0, common))).value * 1000


def season(row: str, months: Mapping[str, float], table: str = "demand", column: str = "t_per_year") -> Row:
    """A calendar in which the months that are not named have nothing."""
    return {"calendar_id": f"season_of_{row}", "table": table, "row": row, "column": column} | {
        month: months.get(month, 0) for month in MONTHS
    }


@pytest.mark.parametrize("name", SUITE)
def test_a_horizon_of_one_period_is_the_year(name: str) -> None:
    """To the letter where it runs in a circle; and where it is open, if nothing is on its way as it ends."""
    case = SUITE[name]()
    for study in ("capability", "cost_shipper"):
        year, once = (compile_period(build(case, study, each)) for each in (None, Horizon.of("1")))
        assert (year.rows, year.columns, year.givens) == (once.rows, once.columns, once.givens)
        np.testing.assert_array_equal(year.matrix.toarray(), once.matrix.toarray())
        np.testing.assert_array_equal(year.values, once.values)
    if not case.rows("carrier"):
        shut = Horizon.of("year", case.base_year, cyclic=False)
        assert shut.timed
        assert measured(case, horizon=shut) == pytest.approx(measured(case), rel=1e-6)


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(gated_tables(), st.sampled_from([EQUAL_MONTHS, MONTH, Horizon.of("quarter"), Horizon.of("5", equal=True)]))
def test_periods_alone_change_nothing(tables: Tables, horizon: Horizon) -> None:
    """Without seasons and stocks a steady year is as good as any, whatever the ways take: lags only shift it."""
    case = case_of(tables)
    assert measured(case, horizon=horizon) == pytest.approx(measured(case), rel=1e-6, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("study", ["capability", "cost_resource"])
def test_periods_alone_change_nothing_of_the_bundled_case(study: str) -> None:
    tables = tables_of_case(checked(read(bundled())))
    for name in ("calendar", "closure", "store"):
        tables.pop(name, None)
    for row in tables["demand"]:
        row |= {"wait_d": math.inf, "late_d": math.inf, "late_usd_per_t_day": 0}
    case = case_of({name: rows for name, rows in tables.items() if name not in ("evidence", "validation")})
    assert measured(case, study, EQUAL_MONTHS) == pytest.approx(measured(case, study), rel=1e-6)


@settings(max_examples=5)
@given(gated_tables(fixed=False), st.sampled_from([7, 90, 1000]))
def test_twice_the_hours_do_not_matter_in_a_steady_year(tables: Tables, hours: int) -> None:
    """Without seasons and stocks the hours of ways without a carrier shift what arrives, and what fits stays."""
    found = [
        measured(case_of({**tables, "link": [slower(row, hours * times) for row in tables["link"]]}), horizon=QUARTER)
        for times in (1, 2)
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-6, abs=1e-3)


def slower(row: Row, hours: float) -> Row:
    return row if row["carrier_id"] else {**row, "time_h": hours}


@pytest.mark.parametrize("hours", [0, 730, 1460])
def test_whole_months_on_the_way_do_not_matter_with_a_season(hours: float) -> None:
    """The second of three ways in a row, of 200 kt, is shut in one month of twelve: 183.3 kt, whenever they left.

    Hours that are no whole months would spread what leaves in one over two, and some of it would come to a shut way.
    """
    tables = tables_of_case(series())
    for row in tables["link"]:
        row["time_h"] = hours
    tables["closure"] = rows_of(
        "closure_id, name, table, row, from_day, to_day, kind\n ice, ice, link, two, 01-01, 01-31, weather"
    )
    assert measured(case_of(tables), horizon=EQUAL_MONTHS) == pytest.approx(200_000 * 11 / 12, rel=1e-6)


def shape(data: st.DataObject, resource: str, column: str = "capacity") -> Row:
    months: Row = {month: data.draw(st.sampled_from([0, 1, 2, 5])) for month in MONTHS}
    months["may"] = 1
    return {"calendar_id": f"{column}_of_{resource}", "table": "resource", "row": resource, "column": column} | months


@settings(max_examples=6)
@given(gated_tables(fixed=False), st.sampled_from([MONTH, Horizon.of("quarter"), Horizon.of("7")]), st.data())
def test_what_changes_at_the_right_never_helps(tables: Tables, horizon: Horizon, data: st.DataObject) -> None:
    """The mean over the periods of a course that fits is a year that fits: T by periods is at most T of the year."""
    closed: Row = {"closure_id": "storm", "table": "link", "row": "west_0", "from_day": "12-20", "to_day": "01-15"}
    seasonal: Row = {"calendar_id": "crop", "table": "demand", "row": "d0", "column": "t_per_year"}
    seasonal |= {month: data.draw(st.integers(1, 4)) for month in MONTHS}
    case = case_of({**tables, "calendar": [shape(data, "line"), shape(data, "fleet"), seasonal], "closure": [closed]})
    year, periods = measured(case), measured(case, horizon=horizon)
    assert periods <= year * (1 + 1e-7)


def sailings(per: str, amounts: Mapping[str, float]) -> Case:
    """Ships of 1 000 t in the year's mean, 100 sailings of which a year, or as many a month as its share of it."""
    return case_of(
        {
            "resource": f"""
                resource_id, kind, capacity, unit, per
                fleet, ship, 50, ships, always
                sailings, contract, 100, sailings, {per}""",
            "carrier": "carrier_id, resource_id\n ship, fleet",
            "size": "size_id, carrier_id, dimension, amount\n hold, ship, deadweight_t, 1000",
            "loading": "loading_id, dimension, item_id, loaded\n one, deadweight_t, cargo, 1",
            "link": "link_id, from_node_id, to_node_id, directed, carrier_id, time_h\n sea, a, b, 0, ship, 1",
            "use": "use_id, resource_id, link_id, direction, activity, amount\n one, sailings, sea, forward, move, 1",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 1000",
            "calendar": [season("hold", amounts, "size", "amount") | {"shape": 0, "kind": "draught"}],
        }
    )


def test_a_year_by_months_can_be_worth_more_than_the_year() -> None:
    """Deep water from July: 100 sailings of the year all sail then, 1 500 t each, 150 kt; the year's mean sees 1 008 t.

    181 days at 500 t and 184 at 1 500 t are a mean of 1 004.11 t, so 100.4 kt. Sold by the month, a twelfth each, the
    sailings carry 6 x 8.333 x (500 + 1 500) t = 100 kt.
    """
    water = dict.fromkeys(MONTHS[:6], 0.5) | dict.fromkeys(MONTHS[6:], 1.5)
    mean = (181 * 500 + 184 * 1500) / 365
    by_year = sailings("year", water)
    assert measured(by_year) == pytest.approx(100 * mean)
    assert measured(by_year, horizon=MONTH) == pytest.approx(150_000)
    assert measured(by_year, horizon=MONTH) > 1.4 * measured(by_year)
    assert measured(sailings("month", water), horizon=EQUAL_MONTHS) == pytest.approx(100_000)


def yard(dwell_d: float, capacity_t: float = 10_000) -> Case:
    return case_of(
        {
            "link": "link_id, from_node_id, to_node_id\n rail, a, b\n sea, b, c",
            "store": [{"store_id": "yard", "node_id": "b", "capacity_t": capacity_t, "dwell_d": dwell_d}],
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 1000",
        }
    )


@pytest.mark.parametrize("name", ["year", "month", "week"])
@pytest.mark.parametrize("dwell_d", [5, 20, 45])
def test_littles_law_holds_with_slots_and_with_stocks(name: str, dwell_d: float) -> None:
    """10 kt that stay 20 days let 10 x 365 / 20 = 182.5 kt a year pass: slots by the month, a stock by the week."""
    horizon = Horizon.of(name, equal=True)
    case = yard(dwell_d)
    slots = Year(case, "capability", horizon).layout.stores[0].slots
    assert slots == (name == "year" or dwell_d * 24 < horizon.hours[0])
    assert measured(case, horizon=horizon) == pytest.approx(10_000 * 365 / dwell_d, rel=1e-6)


def bridge(store: float | None) -> Case:
    """Rail brings 1 kt a day; ships take 2 kt a day, but none in January."""
    tables: Mapping[str, str | list[Row]] = {
        "link": """
            link_id, from_node_id, to_node_id, capacity_t_per_year
            rail, a, b, 365000
            sea, b, c, 730000""",
        "closure": "closure_id, table, row, from_day, to_day\n ice, link, sea, 01-01, 01-31",
        "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 1000",
    }
    return case_of(
        {**tables, "store": [] if store is None else [{"store_id": "yard", "node_id": "b", "capacity_t": store}]}
    )


@pytest.mark.parametrize(("store", "most"), [(None, 334), (0, 334), (20_000, 354), (31_000, 365), (math.inf, 365)])
def test_a_store_bridges_a_closed_month(store: float | None, most: float) -> None:
    """Without a store nothing leaves in January: 334 days of 1 kt. On top comes what fits into one, at most 31 kt.

    The year as a whole, 365 kt by rail and 668 by sea, sees nothing of it.
    """
    case = bridge(store)
    assert measured(case) == pytest.approx(365_000)
    answer = proven(case, MONTH)
    assert answer.value == pytest.approx(most * 1000)
    flow = answer.tables["flow_by_period"].pivot_table(index="link", columns="period", values="t", aggfunc="sum")
    assert flow.reindex(columns=range(12)).fillna(0.0).loc["sea", 0] == pytest.approx(0.0, abs=1e-3)
    if store in (20_000, 31_000):
        stock = answer.tables["stock"].set_index("period")["t"]
        assert stock[0] == pytest.approx(store)  # full as the ice breaks


def proven(case: Case, horizon: Horizon, study: str = "capability") -> Answer:
    answer = solve(case, study, horizon)
    assert answer.certificate.primal_residual < 1e-7
    assert answer.certificate.gap < 1e-7
    return answer


def crop(wait_d: float) -> Case:
    """All is offered in October; the line takes 1 kt a day."""
    return case_of(
        {
            "link": "link_id, from_node_id, to_node_id, capacity_t_per_year\n rail, a, b, 365000",
            "demand": [
                {"demand_id": "crop", "origin_id": "a", "destination_id": "b", "t_per_year": 100, "wait_d": wait_d}
            ],
            "calendar": [season("crop", {"oct": 1})],
        }
    )


@pytest.mark.parametrize("cyclic", [True, False])
@pytest.mark.parametrize(
    ("wait_d", "most"), [(0, 31), (10, 31 * 31 / 21), (40, 61 * 31 / 21), (400, 365)], ids=["0", "10", "40", "400"]
)
def test_what_cannot_wait_is_lost(wait_d: float, most: float, cyclic: bool) -> None:
    """A kt are offered evenly in October, 31 kt can leave then, and 30 kt in November.

    With no patience A = 31. With 10 days, what waits on 31 October came in its last ten days: A - 31 <= 10/31 A, and
    all of that leaves in November: A = 31 x 31/21 = 45.8. With 40 days nothing of October may wait beyond its end but
    what came after the 21st: A - 61 <= 10/31 A on 30 November, and it leaves in December: A = 61 x 31/21 = 90.0. With
    more than a year of patience the line is all that matters: 365 kt where December's rest may wait for next summer,
    and in an open year, in which nothing may be left waiting, October to December: 92 kt.
    """
    if wait_d == 400 and not cyclic:
        most = 92
    answer = proven(crop(wait_d), Horizon.of("month", cyclic=cyclic))
    assert answer.value == pytest.approx(most * 1000)


def test_late_cargo_pays_for_its_days() -> None:
    """62 kt come in October, 2 kt a day; 1 kt a day leaves, so 31 kt wait on 31 October and 1 kt on 30 November.

    In time is what came within 10 days, 20 kt on 31 October and none on 30 November: 11 kt are late in October and 1 kt
    in November, 11 x 31 + 1 x 30 = 371 kt days at 2 USD: 742 000 USD.
    """
    case = case_of(
        {
            "link": "link_id, from_node_id, to_node_id, capacity_t_per_year\n rail, a, b, 365000",
            "demand": """
                demand_id, origin_id, destination_id, t_per_year, late_d, late_usd_per_t_day
                crop, a, b, 62000, 10, 2""",
            "calendar": [season("crop", {"oct": 1})],
        }
    )
    answer = proven(case, MONTH, "cost_shipper")
    assert answer.value == pytest.approx(742_000)
    waiting = answer.tables["waiting"].set_index("period")
    assert waiting["late_t"][[8, 9, 10, 11]].tolist() == pytest.approx([0, 11_000, 1_000, 0], abs=1e-3)
    assert waiting["waiting_t"][[8, 9, 10, 11]].tolist() == pytest.approx([0, 31_000, 1_000, 0], abs=1e-3)
    assert waiting["sent_t"][[8, 9, 10, 11]].tolist() == pytest.approx([0, 31_000, 30_000, 1_000], abs=1e-3)


@pytest.mark.parametrize(("elevator", "most"), [(0, 30), (40_000, 70), (60_000, 90), (200_000, 90)])
def test_a_harvest_is_what_the_elevator_can_hold_until_it_sails(elevator: float, most: float) -> None:
    """In September's 30 days trains can bring 3 kt a day and ships take 1 kt; it rots in the field, not at the port.

    30 kt sail at once, the elevator holds the rest until it sails in autumn; beyond 60 kt the trains are the limit. By
    the quarter (92 days) the ships could take 92 kt without any elevator, but September's trains bring no more than 90.
    """
    case = case_of(
        {
            "resource": "resource_id, capacity\n trains, 1095000",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                rail, field, port, unlimited
                sea, port, far, 365000""",
            "use": "use_id, resource_id, link_id, activity, amount\n one, trains, rail, tonne, 1",
            "store": [{"store_id": "elevator", "node_id": "port", "capacity_t": elevator}],
            "demand": "demand_id, origin_id, destination_id, t_per_year, wait_d\n grain, field, far, 100, 0",
            "calendar": [season("grain", {"sep": 1})],
        }
    )
    assert proven(case, MONTH).value == pytest.approx(most * 1000)
    assert proven(case, Horizon.of("month", cyclic=False)).value == pytest.approx(most * 1000)


@pytest.mark.parametrize(("per", "most"), [("year", 120_000), ("month", 60_000), ("always", 120_000 * 184 / 365)])
def test_a_contract_by_the_year_can_be_used_when_the_line_is_open(per: str, most: float) -> None:
    """A contract of 120 kt on a line that is closed until July.

    By the year all of it goes then; by the month six twelfths do; as a limit of every moment its share of 184 days.
    """
    case = case_of(
        {
            "resource": f"resource_id, kind, capacity, per\n quota, contract, 120000, {per}",
            "link": "link_id, from_node_id, to_node_id\n rail, a, b",
            "use": "use_id, resource_id, link_id, activity, amount\n one, quota, rail, tonne, 1",
            "closure": "closure_id, table, row, from_day, to_day, kind\n works, link, rail, 01-01, 06-30, works",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 1000",
        }
    )
    assert proven(case, MONTH).value == pytest.approx(most)
    assert measured(case) == pytest.approx(120_000)
    if per == "month":  # a month's contract holds for the month also where days are told apart
        assert measured(case, horizon=Horizon.of("day")) == pytest.approx(most)


def test_a_ship_stays_where_its_next_cargo_is() -> None:
    """Two ships, voyages of a day; oil goes west until June, grain east from July, 1 000 t a voyage.

    A half has 2 x 182.5 = 365 voyages. Each with cargo needs one back without, but for the two ships that stand in the
    west as June ends and in the east as December does: L + E = 365 and L - E = 2, so L = 183.5 voyages with cargo a
    half, 367 kt a year. Ships at sea as a half ends, and July's first day and a half, make a hair of difference.
    """
    case = case_of(
        {
            "resource": "resource_id, kind, capacity, unit\n fleet, ship, 2, ships",
            "commodity": "commodity_id\n oil\n grain",
            "carrier": "carrier_id, resource_id\n ship, fleet",
            "size": "size_id, carrier_id, dimension, amount\n hold, ship, deadweight_t, 1000",
            "loading": """
                loading_id, dimension, item_id, loaded
                oil, deadweight_t, oil, 1
                grain, deadweight_t, grain, 1""",
            "link": "link_id, from_node_id, to_node_id, directed, carrier_id, time_h\n sea, e, w, 0, ship, 24",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, segment_id, t_per_year, wait_d
                west, oil, e, w, both, 1000, 0
                east, grain, w, e, both, 1000, 0""",
            "segment": "segment_id\n both",
            "calendar": [
                season("west", dict.fromkeys(MONTHS[:6], 1.0)),
                season("east", dict.fromkeys(MONTHS[6:], 1.0)),
            ],
        }
    )
    answer = proven(case, Horizon.of("2", equal=True))
    assert answer.value == pytest.approx(367_000, rel=1e-4)
