"""Mistakes in what changes within the year: where it is, what is wrong, what to do."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.folder import FULL, Edit, told, write
from tests.data.test_any_input import IDS, NASTY, Spoilt, spoil

HEADER = "calendar_id,name,table,row,column,kind,shape,jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec\n"
ONES = ",1" * 12
YEAR = {name: text for name, text in FULL.items() if name not in ("source", "evidence", "factor")} | {
    "case": "case_id,name,base_year,sea_level_m\ntwo,Two links,2025,-28.9\n",
    "factor": "factor_id,resource_id,size_id,kind,value\nwindy,line,,weather,0.9\n",
    "demand": """\
demand_id,commodity_id,origin_id,destination_id,segment_id,gate,t_per_year,wait_d,late_d,late_usd_per_t_day
grain_out,grain,plain,shore,harvest,must,200000,30,10,0.5
""",
    "calendar": f"""\
{HEADER}harvest_time,Harvest,demand,grain_out,t_per_year,season,1,0,0,0,0,0,0,1,2,2,1,0,0
winds,Winds,resource,ships,capacity,weather,1{",1" * 10},0.8,0.8
works,Works,resource,line,capacity,works,0{",1" * 11},0.5
""",
    "closure": """\
closure_id,name,table,row,from_day,to_day,left,shape,known,kind
storm,Storm,node,harbour,12-30,01-02,,0,0,weather
gale,Gale,resource,ships,11-03,11-05,0.2,1,0,weather
holiday,Holiday,link,railway,03-21,03-23,0,0,1,custom
""",
    "store": """\
store_id,name,node_id,commodities,capacity_t,opening_t,closing_t
silo,Silo,harbour,grain,20000,500,500
""",
    "draught": "draught_id,size_id,reference_m,lost_per_m,closes_below_m\nhold,ship_t,-28,0.1,-31\n",
}
"""A case with every table of the year, and nothing wrong in it."""

SHAPES = "all shapes taken together, no day is left that could make up for it; leave something, or write shape = 0"
ALL_YEAR = "it leaves nothing all year, so that no day can make up for it; leave something, or write shape = 0"

ONE_EDIT: dict[str, tuple[Edit, str]] = {
    "calendar of an unknown table": (
        ("calendar", "resource,ships", "resurce,ships"),
        "C058 calendar.csv line 3, table: resurce is no table; did you mean resource?",
    ),
    "calendar of an unknown row": (
        ("calendar", "resource,ships", "resource,ship"),
        "C058 calendar.csv line 3, row: ship is no row of resource; did you mean ships?",
    ),
    "calendar of an unknown column": (
        ("calendar", "ships,capacity", "ships,capacty"),
        "C058 calendar.csv line 3, column: capacty is no column of resource; did you mean capacity?",
    ),
    "calendar of a column like none": (
        ("calendar", "ships,capacity", "ships,weight"),
        "C058 calendar.csv line 3, column: weight is no column of resource; known: background, capacity",
    ),
    "closure of an unknown row": (
        ("closure", "node,harbour", "node,harbor"),
        "C058 closure.csv line 2, row: harbor is no row of node; did you mean harbour?",
    ),
    "closure of what cannot close": (
        ("closure", "node,harbour", "demand,grain_out"),
        "C014 closure.csv line 2, table: 'demand' is not one of link, resource, node; write one of these",
    ),
    "calendar of a table that does not change": (
        ("calendar", "resource,ships,capacity", "node,shore,x_coord"),
        "C059 calendar.csv line 3, table: no number of node can change within the year; "
        "name one of carrier, demand, link, resource, size and tariff, or drop the calendar",
    ),
    "calendar of a column that does not change": (
        ("calendar", "resource,ships,capacity", "carrier,ship,port_h"),
        "C059 calendar.csv line 3, column: port_h of a carrier cannot change within the year; wait_h can",
    ),
    "calendar of a column that does not change, where several do": (
        ("calendar", "ships,capacity", "ships,step"),
        "C059 calendar.csv line 3, column: step of a resource cannot change within the year; "
        "capacity and background can",
    ),
    "calendar of the capacity of a link": (
        ("calendar", "resource,ships,capacity", "link,crossing,capacity_t_per_year"),
        "C059 calendar.csv line 3, column: capacity_t_per_year of a link cannot change within the year; "
        "tariff_usd_per_t can, and closure.csv closes links",
    ),
    "negative month": (
        ("calendar", "0.8,0.8", "0.8,-0.8"),
        "C012 calendar.csv line 3, dec: -0.8 is negative; give 0 or more",
    ),
    "empty month": (
        ("calendar", "0.8,0.8", "0.8,"),
        "C013 calendar.csv line 3, dec: the cell is empty; give a number in factor",
    ),
    "a shape without anything": (
        ("calendar", "1,2,2,1", "0,0,0,0"),
        "C065 calendar.csv line 2, shape: every month is 0, so that none can hold the number of the year; "
        "give one above 0, or write shape = 0 to have nothing all year",
    ),
    "a closure all year that the year contains": (
        ("closure", "11-03,11-05,0.2", "01-01,12-31,0"),
        f"C065 closure.csv line 3, shape: {ALL_YEAR}",
    ),
    "a closure over new year, up to the day before": (
        ("closure", "node,harbour,12-30,01-02,,0", "node,harbour,06-15,06-14,,1"),
        f"C065 closure.csv line 2, shape: {ALL_YEAR}",
    ),
    "no such day": (
        ("closure", "03-21,03-23", "03-21,02-30"),
        "C066 closure.csv line 4, to_day: '02-30' is no day of the year; February has at most 29",
    ),
    "no such month": (
        ("closure", "03-21,03-23", "21-03,03-23"),
        "C066 closure.csv line 4, from_day: '21-03' is no day of the year; write month and day, as in 03-21",
    ),
    "a day with its year": (
        ("closure", "03-21,03-23", "2025-03-21,03-23"),
        "C066 closure.csv line 4, from_day: '2025-03-21' is no day of the year; write month and day, as in 03-21",
    ),
    "more than all left": (
        ("closure", "0.2", "20"),
        "C012 closure.csv line 3, left: 20 is above 1; at least 0 and at most 1",
    ),
    "weather twice, net of it": (
        ("calendar", "weather,1", "weather,0"),
        "C035 calendar.csv line 3, kind: ships is derated twice for weather: its capacity is net_of_weather, "
        "which contains it already; write shape = 1, so that it only says when, or correct the basis in resource.csv",
    ),
    "weather twice, by a closure": (
        ("closure", "0.2,1", "0.2,0"),
        "C035 closure.csv line 3, kind: ships is derated twice for weather: its capacity is net_of_weather, "
        "which contains it already; write shape = 1, so that it only says when, or correct the basis in resource.csv",
    ),
    "weather twice, by a factor": (
        ("calendar", "capacity,works", "capacity,weather"),
        "C035 calendar.csv line 4, kind: line is derated twice for weather: factor windy takes it off already; "
        "write shape = 1, so that it only says when, or drop the factor",
    ),
    "store at an unknown place": (
        ("store", "harbour", "harbor"),
        "C007 store.csv line 2, node_id: harbor is no node; did you mean harbour?",
    ),
    "store of an unknown commodity": (
        ("store", ",grain,", ",grian,"),
        "C007 store.csv line 2, commodities: grian is no commodity; did you mean grain?",
    ),
    "store fuller than full, at the start": (
        ("store", "20000,500", "20000,30000"),
        "C067 store.csv line 2, opening_t: 30000 t at the start are more than the 20000 t that fit; "
        "correct one of them",
    ),
    "store fuller than full, at the end": (
        ("store", "500,500", "500,20001"),
        "C067 store.csv line 2, closing_t: 20001 t at the end are more than the 20000 t that fit; correct one of them",
    ),
    "negative stay": (
        (
            "store",
            "capacity_t,opening_t,closing_t\nsilo,Silo,harbour,grain,20000,500,500",
            "capacity_t,dwell_d\nsilo,Silo,harbour,grain,20000,-2",
        ),
        "C012 store.csv line 2, dwell_d: -2 is negative; give 0 or more",
    ),
    "negative free time": (
        (
            "store",
            "capacity_t,opening_t,closing_t\nsilo,Silo,harbour,grain,20000,500,500",
            "capacity_t,free_d\nsilo,Silo,harbour,grain,20000,-2",
        ),
        "C012 store.csv line 2, free_d: -2 is negative; give 0 or more",
    ),
    "late when it may wait no more": (
        ("demand", "30,10,", "30,31,"),
        "C068 demand.csv line 2, late_d: late after 31 days, but it waits 30 at most; lower it, or raise wait_d",
    ),
    "a price of what is never late": (
        ("demand", "30,10,", "30,,"),
        "C068 demand.csv line 2, late_usd_per_t_day: 0.5 USD are never paid, since it is never late; "
        "give late_d, or write 0",
    ),
    "draught of an unknown size": (
        ("draught", "ship_t", "ship_d"),
        "C007 draught.csv line 2, size_id: ship_d is no size; did you mean ship_t?",
    ),
    "two draughts of one size": (
        ("draught", "", "again,ship_t,-28,0.2,\n"),
        "C069 draught.csv line 3, size_id: ship_t has draught hold already; drop one of the two",
    ),
    "closed at its reference": (
        ("draught", "-31", "-27.5"),
        "C069 draught.csv line 2, closes_below_m: below -27.5 m nothing can load, "
        "not even at the reference of -28 m; correct one of them",
    ),
    "level without draughts": (
        ("draught", "hold,ship_t,-28,0.1,-31\n", ""),
        "C069 case.csv line 2, sea_level_m: no size depends on a water level of -28.9 m; "
        "add draught.csv, or empty this cell",
    ),
    "when a capacity holds": (
        (
            "resource",
            FULL["resource"],
            FULL["resource"].replace("basis", "per").replace("net_of_weather", "weekly").replace("nominal", "always"),
        ),
        "C014 resource.csv line 3, per: 'weekly' is not one of always, month, year; write one of these",
    ),
}

EDITS: dict[str, tuple[list[Edit], list[str]]] = {
    "weather twice, observed": (
        [("resource", "net_of_weather", "observed"), ("calendar", "weather,1", "weather,0")],
        [
            "C035 calendar.csv line 3, kind: ships is derated twice for weather: its capacity is observed, "
            "which contains it already; write shape = 1, so that it only says when, "
            "or correct the basis in resource.csv"
        ],
    ),
    "shapes that leave nothing only together": (
        [
            ("calendar", f"weather,1{',1' * 10},0.8,0.8", f"custom,1{',0' * 11},1"),
            ("closure", "11-03,11-05,0.2", "12-01,12-31,0"),
        ],
        [f"C065 calendar.csv line 3, shape: {SHAPES}", f"C065 closure.csv line 3, shape: {SHAPES}"],
    ),
    "a row whose id is wrong is not unknown as well": (
        [("resource", "ships,Ships", "Ships,Ships")],
        [
            "C009 resource.csv line 3, resource_id: 'Ships' is no id; "
            "begin with a small letter, then small letters, digits and _"
        ],
    ),
    "what hangs on a wrong cell is not judged": (
        [("closure", "11-03,11-05,0.2,1", "11-31,11-05,0.2,yes"), ("store", "20000", "much")],
        [
            "C011 store.csv line 2, capacity_t: 'much' is not a number; give a number in t, or unlimited",
            "C014 closure.csv line 3, shape: 'yes' is neither 0 nor 1; write 1 for yes, 0 for no",
            "C066 closure.csv line 3, from_day: '11-31' is no day of the year; November has at most 30",
        ],
    ),
}


@pytest.mark.parametrize("name", ONE_EDIT)
def test_one_fault(tmp_path: Path, name: str) -> None:
    edit, expected = ONE_EDIT[name]
    assert told(write(tmp_path, YEAR, edit)) == [expected]


@pytest.mark.parametrize("name", EDITS)
def test_faults(tmp_path: Path, name: str) -> None:
    edits, expected = EDITS[name]
    assert told(write(tmp_path, YEAR, *edits)) == expected


@pytest.mark.parametrize(
    "edit",
    [
        ("closure", "12-30,01-02,,0", "12-30,12-29,,0"),
        ("calendar", "1,2,2,1", "0,0,0,3"),
        ("calendar", "season,1,0,0,0,0,0,0,1,2,2,1", "season,0,0,0,0,0,0,0,0,0,0,0"),
        ("store", "20000", "unlimited"),
        ("demand", "30,10,0.5", ",,0"),
        ("demand", "30,10,", "30,30,"),
        ("draught", "-31", ""),
        ("calendar", "", f"again,Again,resource,ships,capacity,season,0{ONES}\n"),
    ],
    ids=str,
)
def test_what_is_allowed(tmp_path: Path, edit: Edit) -> None:
    assert told(write(tmp_path, YEAR, edit)) == []


def test_leap_day_belongs_to_a_leap_year(tmp_path: Path) -> None:
    edit = ("closure", "03-21,03-23", "02-29,02-29")
    (first, last) = told(write(tmp_path / "common", YEAR, edit))
    assert "from_day: '02-29' is no day of 2025, which is no leap year; write 02-28 or 03-01" in first
    assert "to_day: '02-29'" in last
    assert told(write(tmp_path / "leap", YEAR, edit, ("case", "2025", "2024"))) == []


def test_the_case_itself_is_sound(tmp_path: Path) -> None:
    assert told(write(tmp_path, YEAR)) == []


@pytest.mark.parametrize("table", ["calendar", "closure", "store", "draught"])
def test_each_table_may_be_missing(tmp_path: Path, table: str) -> None:
    tables = {name: text for name, text in YEAR.items() if name != table}
    if table == "draught":
        tables["case"] = FULL["case"]
    assert told(write(tmp_path, tables)) == []


@pytest.mark.parametrize("table", ["resource", "size", "node", "demand", "case"])
def test_a_table_that_cannot_be_read_has_no_unknown_rows(tmp_path: Path, table: str) -> None:
    faults = told(write(tmp_path, YEAR, (table, YEAR[table], '"')))
    assert [fault for fault in faults if not fault.startswith(("C003", "C004"))] == []


WORDS = [
    "resource",
    "node",
    "link",
    "demand",
    "capacity",
    "t_per_year",
    "02-29",
    "02-30",
    "weather",
    "ships",
    "(line 2)",
]
SPOILT = st.tuples(
    st.sampled_from(["calendar", "closure", "store", "draught", "case", "resource", "demand"]),
    st.integers(0, 5),
    st.integers(0, 18),
    st.sampled_from(NASTY + IDS + WORDS),
)


@pytest.mark.slow
@settings(max_examples=50)
@given(st.lists(SPOILT, min_size=1, max_size=6), st.sets(st.sampled_from(sorted(YEAR)), max_size=1))
def test_spoilt_cells(cells: list[Spoilt], dropped: set[str]) -> None:
    """Whatever stands in these tables, a planner is told why it is wrong and what to do."""
    tables = {name: text for name, text in spoil(YEAR, cells).items() if name not in dropped}
    with tempfile.TemporaryDirectory() as folder:
        for fault in told(write(Path(folder), tables)):
            message = fault.split(": ", 1)[1]
            assert "; " in message, fault
            assert "None" not in message, fault
            assert "nan" not in message, fault
