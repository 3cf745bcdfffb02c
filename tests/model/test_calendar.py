"""Factors by day, against numbers worked out by hand; 2025 is a common year, 2024 a leap year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from corridor.model.calendar import Factor, daily, link_daily, size_left
from corridor.model.case import Case
from corridor.model.days import MONTHS, days_from_to, days_of, month_edges
from corridor.model.schema import schemas, varying
from corridor.optimize.period.offers import available
from tests.cases import case_of

CELL = ("resource", "yard", "capacity")
YARD = dict(zip(("table", "row", "column"), CELL, strict=True))
Rows = Sequence[Mapping[str, object]]


def made(year: int = 2025, **tables: str | Rows) -> Case:
    """Two links in a row, a b and b c, of which a resource called yard limits the first."""
    return case_of(
        {
            "case": f"case_id, base_year\n test, {year}",
            "resource": "resource_id, capacity\n yard, 36500",
            "link": "link_id, from_node_id, to_node_id\n first, a, b\n second, b, c",
            "use": "use_id, resource_id, link_id, activity, amount\n one, yard, first, tonne, 1",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 100",
            **tables,
        }
    )


def said(factor: Factor | None) -> Factor:
    assert factor is not None
    return factor


def months(factor: Factor | None) -> list[float]:
    """The mean of each month."""
    return [float(part.mean()) for part in np.split(said(factor), month_edges(len(said(factor)))[1:-1])]


def test_nothing_varies() -> None:
    case = made()
    assert daily(case, *CELL) is None
    assert link_daily(case, "first") is None


@pytest.mark.parametrize(("year", "days"), [(1900, 365), (2000, 366), (2024, 366), (2025, 365)])
def test_days_of_a_year(year: int, days: int) -> None:
    assert days_of(year) == days
    edges = month_edges(days)
    assert len(edges) == 13
    assert edges[2] == days - 306  # ten months from March on
    assert edges[-1] == days


def test_months_are_of_a_year() -> None:
    with pytest.raises(ValueError, match="not 360"):
        month_edges(360)


@pytest.mark.parametrize("year", [2024, 2025])
def test_a_shape_keeps_the_year(year: int) -> None:
    """January counts twice: all other days are worth 365 / (365 + 31), or 366 / (366 + 31)."""
    days = days_of(year)
    factor = said(daily(made(year, calendar=[{"calendar_id": "one", **YARD, "jan": 2}]), *CELL))
    assert factor.shape == (days,)
    assert factor.mean() == pytest.approx(1)
    assert factor[31] == pytest.approx(days / (days + 31))
    assert factor[30] == pytest.approx(2 * days / (days + 31))


def test_without_a_shape_the_year_loses() -> None:
    """Half of February's 28 days: 14 days of 365 are lost."""
    factor = said(daily(made(calendar=[{"calendar_id": "one", **YARD, "shape": 0, "feb": 0.5}]), *CELL))
    assert factor.sum() == pytest.approx(365 - 14)
    assert factor[[30, 31, 58, 59]].tolist() == [1, 0.5, 0.5, 1]


def test_calendars_multiply_and_shapes_are_scaled_together() -> None:
    """January x 2 x 3, or x 2 and April x 0: 6 x 31 + 304 = 490 and 6 x 31 + 334 = 520 days' worth, over 365."""
    rows: list[dict[str, object]] = [
        {"calendar_id": "two", **YARD, "jan": 2},
        {"calendar_id": "three", **YARD, "jan": 3},
    ]
    factor = said(daily(made(calendar=rows), *CELL))
    assert factor.mean() == pytest.approx(1)
    assert factor[0] == pytest.approx(6 * 365 / 520)
    rows.append({"calendar_id": "april", **YARD, "apr": 0, "shape": 0})
    lost = said(daily(made(calendar=rows), *CELL))
    assert lost[0] == factor[0]
    assert months(lost)[3] == 0
    rows[-1]["shape"] = 1
    assert said(daily(made(calendar=rows), *CELL))[0] == pytest.approx(6 * 365 / 490)


@pytest.mark.parametrize(
    ("table", "row", "column"), [("demand", "all", "t_per_year"), ("resource", "yard", "background")]
)
def test_a_calendar_is_of_its_cell_alone(table: str, row: str, column: str) -> None:
    calendar = [{"calendar_id": "one", "table": table, "row": row, "column": column, "dec": 0}]
    closure = [{"closure_id": "shut", "table": "resource", "row": "yard", "from_day": "01-01", "to_day": "01-31"}]
    case = made(calendar=calendar, closure=closure)
    assert months(daily(case, table, row, column)) == pytest.approx([365 / 334] * 11 + [0])
    assert months(daily(case, *CELL)) == [0] + [1] * 11


@pytest.mark.parametrize(
    ("first", "last", "year", "shut"),
    [
        ("03-01", "03-01", 2025, [59]),
        ("03-01", "03-01", 2024, [60]),
        ("02-27", "03-01", 2025, [57, 58, 59]),
        ("02-27", "03-01", 2024, [57, 58, 59, 60]),
        ("02-28", "02-29", 2025, [58]),
        ("02-29", "02-29", 2025, []),
        ("02-29", "02-29", 2024, [59]),
        ("12-31", "01-02", 2025, [0, 1, 364]),
        ("12-31", "12-31", 2024, [365]),
        ("01-01", "12-31", 2025, list(range(365))),
        ("03-01", "02-28", 2025, list(range(365))),
    ],
)
def test_days_closed(first: str, last: str, year: int, shut: list[int]) -> None:
    assert days_from_to(first, last, days_of(year)).nonzero()[0].tolist() == shut


@pytest.mark.parametrize(
    "text", ["02-30", "13-01", "00-10", "04-31", "04-00", "4-3", "2025-04-03", "", "aa-bb", "٠٣-٠١"]
)
def test_no_day(text: str) -> None:
    with pytest.raises(ValueError, match="no day of the year"):
        days_from_to(text, "12-31", 365)


def closed(**row: object) -> Case:
    """The yard closed from the eleventh to the twentieth of April, or otherwise by what the row says."""
    shut = {"table": "resource", "row": "yard", "from_day": "04-11", "to_day": "04-20"}
    return made(closure=[{"closure_id": "shut", **shut, **row}])


def test_a_closure_takes_its_days() -> None:
    factor = said(daily(closed(), *CELL))
    assert factor.sum() == 355
    assert factor[[99, 100, 109, 110]].tolist() == [1, 0, 0, 1]
    assert said(daily(closed(left=0.4), *CELL))[100] == 0.4


def test_a_closure_over_new_year() -> None:
    factor = daily(closed(from_day="12-22", to_day="01-31"), *CELL)
    assert months(factor) == pytest.approx([0] + [1] * 10 + [21 / 31])


def test_a_closure_that_the_year_contains() -> None:
    """Ten days of 365 at 0.27: the days' worth is 357.7, so other days are 365 / 357.7 of the mean."""
    factor = said(daily(closed(left=0.27, shape=1), *CELL))
    assert factor.mean() == pytest.approx(1)
    assert factor[0] == pytest.approx(365 / 357.7)
    assert factor[100] == pytest.approx(0.27 * 365 / 357.7)


def test_what_is_known_is_foreseen_as_it_is() -> None:
    case = closed(known=1)
    assert (said(daily(case, *CELL, foreseen=True)) == said(daily(case, *CELL))).all()


def test_a_surprise_is_foreseen_by_the_month() -> None:
    """Ten of April's thirty days: two thirds are expected on each, and the month as a whole is the same."""
    factor = said(daily(closed(), *CELL, foreseen=True))
    assert factor[90:120].tolist() == pytest.approx([2 / 3] * 30)
    assert factor.sum() == pytest.approx(355)
    assert factor[[89, 120]].tolist() == [1, 1]


def test_a_surprise_over_new_year_is_foreseen_in_both_months() -> None:
    factor = daily(closed(from_day="12-22", to_day="01-31"), *CELL, foreseen=True)
    assert said(factor)[[0, 364]].tolist() == pytest.approx([0, 21 / 31])


def test_a_surprise_that_the_year_contains() -> None:
    """The other days make up for it in either view."""
    factor = said(daily(closed(shape=1), *CELL, foreseen=True))
    assert factor.mean() == pytest.approx(1)
    assert factor[0] == pytest.approx(365 / 355)
    assert factor[90] == pytest.approx(2 / 3 * 365 / 355)


def test_surprises_of_a_month_are_foreseen_together() -> None:
    """Days 1 to 3 and 3 to 6 of April: six of thirty days, the third of which is closed once."""
    shut = {"table": "resource", "row": "yard"}
    rows: list[Mapping[str, object]] = [
        {"closure_id": "one", **shut, "from_day": "04-01", "to_day": "04-03"},
        {"closure_id": "two", **shut, "from_day": "04-03", "to_day": "04-06"},
        {"closure_id": "works", **shut, "from_day": "04-30", "to_day": "04-30", "known": 1, "kind": "works"},
    ]
    factor = said(daily(made(closure=rows), *CELL, foreseen=True))
    assert factor[90:120].tolist() == pytest.approx([24 / 30] * 29 + [0])


def test_a_place_closes_its_links() -> None:
    rows: list[Mapping[str, object]] = [
        {"closure_id": "all", "table": "node", "row": "b", "from_day": "01-01", "to_day": "01-31"},
        {"closure_id": "end", "table": "node", "row": "c", "from_day": "02-01", "to_day": "02-28", "left": 0.5},
        {"closure_id": "way", "table": "link", "row": "second", "from_day": "02-01", "to_day": "03-31", "left": 0.5},
        {"closure_id": "other", "table": "resource", "row": "yard", "from_day": "12-01", "to_day": "12-31"},
    ]
    case = made(closure=rows)
    assert months(link_daily(case, "first")) == [0] + [1] * 11
    assert months(link_daily(case, "second")) == [0, 0.25, 0.5] + [1] * 9
    assert link_daily(made(closure=rows[1:]), "first") is None


def test_shapes_that_leave_nothing() -> None:
    case = made(calendar=[{"calendar_id": "one", **YARD, "jan": 1}])
    case = case.at({("calendar", "one", month): 0.0 for month in MONTHS})
    with pytest.raises(ValueError, match="leave nothing"):
        daily(case, *CELL)


def drawn(level: str, closes: str = "") -> Case:
    return made(
        case=f"case_id, base_year, sea_level_m\n test, 2025, {level}",
        carrier="carrier_id, resource_id\n ship, yard",
        size="size_id, carrier_id, dimension, amount\n hold, ship, deadweight_t, 5000\n deck, ship, deck_m, 500",
        draught=f"draught_id, size_id, reference_m, lost_per_m, closes_below_m\n one, hold, -28, 0.2, {closes}",
    )


@pytest.mark.parametrize(
    ("level", "closes", "left"),
    [
        ("", "", 1),
        ("-27", "", 1),
        ("-28", "", 1),
        ("-29.5", "", 0.7),
        ("-29.5", "-29.5", 0.7),
        ("-29.5", "-29", 0),
        ("-40", "", 0),
    ],
)
def test_low_water(level: str, closes: str, left: float) -> None:
    """A fifth is lost with each metre below -28 m; what no draught speaks of keeps its size."""
    case = drawn(level, closes)
    assert size_left(case, "hold") == pytest.approx(left)
    assert size_left(case, "deck") == 1


def test_water_may_be_changed() -> None:
    assert size_left(drawn("").with_(["case.test.sea_level_m=-30"]), "hold") == pytest.approx(0.6)
    assert size_left(drawn("-28").at({("case", "test", "sea_level_m"): -30.0}), "hold") == pytest.approx(0.6)


def test_what_varies_is_a_number_of_the_schema() -> None:
    for table, columns in varying().items():
        for column in columns:
            field = schemas()[table].field(column)
            assert field is not None
            assert field.type == "number"


def test_the_months_are_columns() -> None:
    assert [each.name for each in schemas()["calendar"].fields][-12:] == list(MONTHS)


def test_cases_share_what_follows_from_tables_that_they_share() -> None:
    """What is worked out of a table is kept by cases that have the same one, and by no other."""
    calendar = (
        f"calendar_id, table, row, column, kind, shape, {', '.join(MONTHS)}\n c, resource, yard, capacity, works, 0, "
    )
    case = made(calendar=calendar + ", ".join(["1"] * 11 + ["0.5"]))
    factor = daily(case, *CELL)
    assert months(factor)[11] == 0.5
    drawn = case.at({CELL: 1000.0})
    assert daily(drawn, *CELL) is factor
    assert drawn.row("resource", "yard").capacity == 1000
    slower = case.with_(["calendar.c.dec=0.25"])
    assert months(daily(slower, *CELL))[11] == 0.25
    assert months(daily(case.at({("calendar", "c", "dec"): 0.125}), *CELL))[11] == 0.125
    assert daily(case, *CELL) is factor
    assert available(drawn)["yard"] == pytest.approx(1000 * said(factor).mean())
    assert available(case)["yard"] == pytest.approx(36500 * said(factor).mean())
    added = case.with_(["add resource {resource_id: second, name: second, kind: line, unit: t, capacity: 5}"])
    assert added.row("resource", "second").capacity == 5
    with pytest.raises(KeyError):
        case.row("resource", "second")


@pytest.mark.parametrize(("row", "place"), [("first", "link"), ("b", "node")])
def test_another_end_of_a_closure_is_seen_in_a_case_made_of_one_that_knew_the_first(row: str, place: str) -> None:
    """The factor of a link follows from the table of closures: it is not handed on when that table changes."""
    case = closed(table=place, row=row, from_day="02-01", to_day="02-10")
    assert said(link_daily(case, "first")).sum() == 355
    longer = case.with_([f"closure.{case['closure'].index[0]}.to_day=02-20"])
    assert said(link_daily(longer, "first")).sum() == 345
