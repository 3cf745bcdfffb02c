"""A timetable as a GTFS feed: tables that refer to one another, times beyond midnight, and a reader that takes it."""

import csv
import io
import zipfile

import pytest

from corridor.model.faults import CaseError
from corridor.reports.out.gtfs import gtfs_of
from tests.optimize.test_timetable import case, made

NODES = "node_id, name, x_coord, y_coord\n inland, Inland, 80, 44\n port, Port, 51, 43\n far, Far, 49, 40"


@pytest.fixture(scope="module")
def feed() -> bytes:
    """Two trains and two ships a week each way: 30 h to the port, 20 h over the sea."""
    return gtfs_of(made(case(100, 100, node=NODES), beat=2))


def tables(feed: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(feed)) as archive:
        return {
            name.removesuffix(".txt"): list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
        }


def hours(text: str) -> float:
    hour, minute, second = map(int, text.split(":"))
    return hour + minute / 60 + second / 3600


def test_every_departure_is_a_trip_of_the_day_on_which_it_leaves(feed: bytes) -> None:
    found = tables(feed)
    assert set(found) == {"agency", "stops", "routes", "calendar", "trips", "stop_times"}
    assert {(row["route_id"], row["route_type"]) for row in found["routes"]} == {("train", "2"), ("ship", "4")}
    assert len(found["trips"]) == 8
    for row in found["trips"]:
        stops = [stop for stop in found["stop_times"] if stop["trip_id"] == row["trip_id"]]
        first, last = hours(stops[0]["departure_time"]), hours(stops[-1]["arrival_time"])
        assert 0 <= first < 24
        assert last - first == pytest.approx(30 if row["route_id"] == "train" else 20)


def test_names_refer_to_one_another(feed: bytes) -> None:
    found = tables(feed)
    stops, trips = ({row[f"{name}_id"] for row in found[f"{name}s"]} for name in ("stop", "trip"))
    assert {row["stop_id"] for row in found["stop_times"]} == stops == {"inland", "port", "far"}
    assert {row["trip_id"] for row in found["stop_times"]} == trips
    assert {row["service_id"] for row in found["trips"]} <= {row["service_id"] for row in found["calendar"]}
    assert {row["monday"] for row in found["calendar"]} == {"0", "1"}


def test_places_need_coordinates() -> None:
    with pytest.raises(CaseError, match="C236") as caught:
        gtfs_of(made(case(100, 100, node="node_id, name\n inland, Inland\n port, Port\n far, Far"), beat=2))
    assert len(caught.value.faults) == 3
