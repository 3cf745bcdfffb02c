"""Departures from a CSV file: hours that follow, names, and every fault by its row at once."""

from pathlib import Path

import pytest

from corridor.data.departures import read_departures
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.result.frame import rows
from tests.cases import case_of

TABLES = {
    "gate": "gate_id, nameplate_t_per_year\n gate, 27000000",
    "commodity": "commodity_id\n box",
    "mode": "mode_id, at_sea\n rail, 0\n sea, 1",
    "unit": "unit_id\n teu",
    "packing": """
        packing_id, commodity_id, mode_id, unit_id, payload_t
        by_rail, box, rail, teu, 10
        by_sea, box, sea, teu, 10""",
    "link": """
        link_id, from_node_id, to_node_id, directed, mode_id, time_h, gate
        line, inland, middle, 0, rail, 30, 0
        branch, middle, port, 0, rail, 5, 0
        sea, port, far, 0, sea, 200, 1""",
    "segment": "segment_id\n boxes",
    "demand": """
        demand_id, commodity_id, origin_id, destination_id, segment_id, gate, t_per_year
        west, box, inland, far, boxes, must, 1000""",
    "service": """
        service_id, name, links, unit_id, units, turn_h
        train, Block train, line branch, teu, 100, 6
        ship, Feeder, sea, teu, 100, 12
        twin, Feeder, sea, teu, 100, 12""",
}


@pytest.fixture(scope="module")
def case() -> Case:
    return case_of(TABLES)


def hours(case: Case, tmp_path: Path, text: str) -> list[tuple[str, str, int, int, float, float]]:
    file = tmp_path / "week.csv"
    file.write_text(text, encoding="utf-8")
    found = rows(read_departures(case, file))
    return [(row.service, row.direction, row.trip, row.leg, row.departs_h, row.arrives_h) for row in found]


def test_a_departure_alone_is_a_trip_by_the_running_times(case: Case, tmp_path: Path) -> None:
    """30 h and 5 h from Tuesday 6:30; the second departure is of the first day, so it has the number before."""
    text = "service,toward,clock\nBlock train,port,Tue 06:30\ntrain,port,Mon 00:00\n"
    assert hours(case, tmp_path, text) == [
        ("train", "forward", 1, 0, 0.0, 30.0),
        ("train", "forward", 1, 1, 30.0, 35.0),
        ("train", "forward", 2, 0, 30.5, 60.5),
        ("train", "forward", 2, 1, 60.5, 65.5),
    ]


def test_hours_on_the_way_are_those_of_the_file(case: Case, tmp_path: Path) -> None:
    """From Sunday 160 h: it stands until 28 h of the next week; an arrival after 29 h of 30 is seen as too soon."""
    text = """place,hour,event,service,toward,trip
inland,160,departs,train,port,3
middle,28,departs,train,port,3
middle,21,arrives,train,port,3
"""
    assert hours(case, tmp_path, text) == [
        ("train", "forward", 3, 0, 160.0, 189.0),
        ("train", "forward", 3, 1, 196.0, 201.0),
    ]


def test_a_link_of_more_than_a_week_keeps_its_weeks(case: Case, tmp_path: Path) -> None:
    """The ship runs 200 h: from 10 h it arrives at 42 h of the week after."""
    text = "place,hour,event,service,toward,trip\nport,10,departs,ship,far,1\nfar,42,arrives,ship,far,1\n"
    assert hours(case, tmp_path, text) == [("ship", "forward", 1, 0, 10.0, 210.0)]


def test_every_row_with_a_fault_is_named_at_once(case: Case, tmp_path: Path) -> None:
    """A name of two services is none; other rows have one fault each."""
    file = tmp_path / "week.csv"
    file.write_text(
        """place,hour,clock,event,service,toward,trip
inland,1,,departs,Feeder,far,1
inland,1,,departs,train,moon,1
moon,1,,departs,train,port,1
,1,,arrives,train,port,1
inland,168,,departs,train,port,1
inland,,Tue 6,departs,train,port,1
inland,,,departs,train,port,1
inland,8,Tue 06:30,departs,train,port,1
inland,1,,leaves,train,port,1
inland,1,,departs,train,port,0
middle,1,,arrives,train,port,
middle,1,,arrives,train,port,4
inland,5,,departs,ship,far,1
port,5,,departs,ship,far,2
port,6,,departs,ship,far,2
""",
        encoding="utf-8",
    )
    with pytest.raises(CaseError) as caught:
        read_departures(case, file)
    found = sorted((int(fault.place.split()[2].strip(",")), fault.code) for fault in caught.value.faults)
    assert found == [
        (2, "C231"),
        (3, "C231"),
        (4, "C231"),
        (5, "C231"),
        (6, "C232"),
        (7, "C232"),
        (8, "C232"),
        (9, "C232"),
        (10, "C232"),
        (11, "C233"),
        (12, "C233"),
        (13, "C233"),
        (14, "C231"),
        (16, "C233"),
    ]


NO_TABLE = (
    "",
    "service,toward,hour\n",
    "service,hour\ntrain,1\n",
    "service,toward\ntrain,port\n",
    "service,toward,hour,ship\n,,,\n",
    "service,toward,hour\ntrain,port\n",
    "service,toward,hour,hour\ntrain,port,1,1\n",
)


@pytest.mark.parametrize("text", NO_TABLE)
def test_a_file_that_is_no_table_of_departures_is_refused(case: Case, tmp_path: Path, text: str) -> None:
    file = tmp_path / "week.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        read_departures(case, file)
    assert {fault.code for fault in caught.value.faults} == {"C230"}
    with pytest.raises(CaseError):
        read_departures(case, tmp_path / "none.csv")
