"""A timetable as a GTFS feed, the format in which planning software reads the departures of a week."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence

from corridor.model.faults import CaseError, Fault
from corridor.model.language import say
from corridor.model.result.frame import rows
from corridor.model.result.timetable import Timetable
from corridor.model.services import FORTH, WEEK_H, services

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RAIL, FERRY = 2, 4
"""Types of route in GTFS."""
ZONE, SITE = "Etc/UTC", "https://example.org/"
"""Time zone and address that a feed must have: hours of a case have no zone, and its services no site."""
MADE = (1980, 1, 1, 0, 0, 0)
"""Date of every file in the archive, so that the same week gives the same bytes."""
Lines = Iterable[Sequence[object]]


def gtfs_of(result: Timetable) -> bytes:
    """A zip of the tables of GTFS Schedule: a route a service, a trip a departure, each in the calendar of its day.

    Hours go on beyond 24 on a long trip. Freight is carried; route types are rail (2) and ferry (4). Raises CaseError
    (C236) for places without coordinates. Source: gtfs.org/documentation/schedule/reference.
    """
    case, every = result.case, services(result.case)
    used = list(dict.fromkeys([*result.trips["start"], *result.trips["end"]]))
    places = {row.node_id: row for row in case.rows("node")}
    bare = [name for name in used if places[name].x_coord is None or places[name].y_coord is None]
    if bare:
        reason = say("the place has no coordinates, which a GTFS feed needs; give x_coord and y_coord")
        raise CaseError([Fault("C236", f"node {name}", reason) for name in bare], "the output")
    year = case.base_year
    listed = {row.service: row.name for row in rows(result.services) if row.service in set(result.trips["service"])}
    trips, times = list[Sequence[object]](), list[Sequence[object]]()
    for (name, way, trip), legs in result.trips.groupby(["service", "direction", "trip"], sort=False):
        own = rows(legs)
        day = int(own[0].departs_h % WEEK_H // 24)
        midnight = own[0].departs_h - own[0].departs_h % 24
        key = f"{name}_{way}_{trip}"
        trips.append((name, DAYS[day], key, places[own[-1].end].name, int(way != FORTH)))
        stops = [(own[0].start, own[0].departs_h, own[0].departs_h)]
        stops += [
            (row.end, row.arrives_h, after.departs_h) for row, after in zip(own, [*own[1:], None], strict=True) if after
        ]
        stops.append((own[-1].end, own[-1].arrives_h, own[-1].arrives_h))
        times += [
            (key, _time(arrives - midnight), _time(departs - midnight), place, number)
            for number, (place, arrives, departs) in enumerate(stops, 1)
        ]
    tables: dict[str, tuple[str, Lines]] = {
        "agency": ("agency_id,agency_name,agency_url,agency_timezone", [(case.name, case.title, SITE, ZONE)]),
        "stops": (
            "stop_id,stop_name,stop_lat,stop_lon",
            [(name, places[name].name, places[name].y_coord, places[name].x_coord) for name in used],
        ),
        "routes": (
            "route_id,agency_id,route_short_name,route_long_name,route_type",
            [(one, case.name, one, name, FERRY if every[one].ship else RAIL) for one, name in listed.items()],
        ),
        "calendar": (
            f"service_id,{','.join(DAYS)},start_date,end_date",
            [(day, *(int(day == other) for other in DAYS), f"{year}0101", f"{year}1231") for day in DAYS],
        ),
        "trips": ("route_id,service_id,trip_id,trip_headsign,direction_id", trips),
        "stop_times": ("trip_id,arrival_time,departure_time,stop_id,stop_sequence", times),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (head, body) in tables.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.txt", MADE), _table(head, body))
    return packed.getvalue()


def _table(head: str, body: Lines) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head.split(","))
    writer.writerows(body)
    return text.getvalue()


def _time(hours: float) -> str:
    seconds = round(hours * 3600)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
