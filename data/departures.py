"""A timetable made by hand: departures and arrivals of a week from a CSV file, as trips of the services of a case."""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, nearest, quoted
from corridor.model.language import said, say
from corridor.model.result.timetable import DAYS, TRIPS
from corridor.model.services import BACK, FORTH, WEEK_H, Service, services

SUBJECT = "the timetable"
COLUMNS = ("place", "hour", "clock", "event", "service", "toward", "trip")
"""Columns of the file: ``service``, ``toward`` and one of ``hour`` and ``clock`` are needed."""
EVENTS = ("departs", "arrives")
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUTE = 1 / 60 + 1e-3
"""Hours by which hour and clock of a row may differ: a clock is to the minute."""
ONE = re.compile(r"(\S+)\s+(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class Event:
    """A row of the file: line, service, direction, trip (None where the row has none), leg, departure or arrival."""

    line: int
    service: str
    direction: str
    trip: int | None
    leg: int
    event: str
    hour: float


def read_departures(case: Case, file: str | Path) -> pd.DataFrame:
    """The trips of a file, with the columns :data:`TRIPS`; raises CaseError (C230 to C233) with the faults of all rows.

    A row is a departure or arrival: place, event (``departs`` or ``arrives``), service, toward (where the trip ends),
    hour of the week or clock (``Tue 06:30``), trip. Names or ids are taken. A row without a place is the departure at
    the start. Hours that no row gives follow from the running times of the service. ``attrs["name"]`` is the file's
    name.
    """
    path = Path(file)
    lines = _lines(path)
    faults: list[Fault] = []
    known, found = Names(case), list[Event]()
    for number, cells in lines:
        event = _event(case, known, path.name, number, cells, faults)
        if event is not None:
            found.append(event)
    trips = _trips(case, path.name, found, faults)
    if faults:
        raise CaseError(faults, SUBJECT)
    frame = pd.DataFrame(trips, columns=TRIPS)
    frame.attrs["name"] = path.name
    return frame


def _lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Number and cells of each row, by column; raises CaseError (C230)."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            whole = [(reader.line_num, [cell.strip() for cell in line]) for line in reader]
    except UnicodeDecodeError:
        raise _wrong(path.name, say("the file is not UTF-8; save it as CSV in UTF-8")) from None
    except csv.Error as error:
        raise _wrong(path.name, say("this is no CSV ({error}); save it as CSV, with commas", error=error)) from None
    except OSError as error:
        reason = say("the file cannot be read: {error}; check its name", error=error.strerror or error)
        raise _wrong(str(path), reason) from None
    whole = [(number, line) for number, line in whole if any(line)]
    if len(whole) < 2:
        raise _wrong(path.name, say("the file has no departures; write one in each line below the names of columns"))
    head = whole[0][1]
    faults = [
        Fault("C230", path.name, say("the column {name} stands there twice; keep one", name=quoted(name)))
        for name in sorted({name for name in head if head.count(name) > 1})
    ]
    needed = [name for name in ("service", "toward") if name not in head]
    needed += [] if {"hour", "clock"} & set(head) else [say("hour or clock")]
    faults += [Fault("C230", path.name, say("the column {name} is missing; add it", name=name)) for name in needed]
    faults += [
        Fault("C230", path.name, say("{name} is no column of a timetable; {remedy}", name=quoted(name), remedy=remedy))
        for name in head
        if name not in COLUMNS
        for remedy in [nearest(name, COLUMNS)]
    ]
    faults += [
        Fault(
            "C230",
            _line(path.name, number),
            say("it has {count} cells, and the first line {count2}; mend it", count=len(line), count2=len(head)),
        )
        for number, line in whole[1:]
        if len(line) != len(head)
    ]
    if faults:
        raise CaseError(faults, SUBJECT)
    return [(number, dict(zip(head, line, strict=True))) for number, line in whole[1:]]


def _wrong(place: str, message: str) -> CaseError:
    return CaseError([Fault("C230", place, message)], SUBJECT)


def _line(name: str, number: int) -> str:
    return say("{name} line {number}", name=name, number=number)


class Names:
    """Services and places by id and by name; a name that two of them have stands for neither."""

    def __init__(self, case: Case) -> None:
        self.services = _known({name: service.name for name, service in services(case).items()})
        self.places = _known({row.node_id: row.name for row in case.rows("node")})


def _known(names: Mapping[str, str]) -> dict[str, str]:
    by_name: dict[str, list[str]] = defaultdict(list)
    for one, name in names.items():
        by_name[name].append(one)
    return {name: ones[0] for name, ones in by_name.items() if len(ones) == 1} | {one: one for one in names}


def _event(
    case: Case, known: Names, name: str, number: int, cells: Mapping[str, str], faults: list[Fault]
) -> Event | None:
    """The event of a row; None with its faults added where it is none."""
    place, before = _line(name, number), len(faults)
    service_id = known.services.get(cells["service"])
    if service_id is None:
        text, remedy = quoted(cells["service"]), nearest(cells["service"], known.services)
        reason = say("the case has no service {text}; {remedy}", text=text, remedy=remedy)
        faults.append(Fault("C231", f"{place}, service", reason))
    direction = None
    if service_id is not None:
        service = services(case)[service_id]
        ends = {service.ends(way)[1]: way for way in (FORTH, BACK)}
        direction = ends.get(known.places.get(cells["toward"], ""))
        if direction is None:
            reason = say(
                "{service} does not end at {text}; give {places}",
                service=service.name,
                text=quoted(cells["toward"]),
                places=say(" or ").join(case.row("node", end).name for end in ends),
            )
            faults.append(Fault("C231", f"{place}, toward", reason))
    event = cells.get("event", "") or "departs"
    if event not in EVENTS:
        reason = say("{text} is no event; write departs or arrives", text=quoted(cells["event"]))
        faults.append(Fault("C232", f"{place}, event", reason))
    hour = _hour(place, cells, faults)
    trip = _number(place, cells.get("trip", ""), faults)
    leg = None
    if service_id is not None and direction is not None and event in EVENTS:
        leg = _leg(case, known, services(case)[service_id], direction, event, place, cells.get("place", ""), faults)
    if len(faults) > before or service_id is None or direction is None or leg is None:
        return None
    return Event(number, service_id, direction, trip, leg, event, hour)


def _number(place: str, text: str, faults: list[Fault]) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and int(text):
        return int(text)
    reason = say("{text} is no number of a trip; write 1, 2, 3 and so on", text=quoted(text))
    faults.append(Fault("C233", f"{place}, trip", reason))
    return None


def _hour(place: str, cells: Mapping[str, str], faults: list[Fault]) -> float:
    """The hour of the week of a row; NaN with a fault added where it has none."""
    number, clock = cells.get("hour", ""), cells.get("clock", "")
    hour, by_clock = math.nan, math.nan
    if number:
        try:
            hour = float(number)
        except ValueError:
            hour = math.nan
        if not 0 <= hour < WEEK_H:
            reason = say("{text} is no hour of the week; write a number from 0 to below 168", text=quoted(number))
            faults.append(Fault("C232", f"{place}, hour", reason))
            return math.nan
    if clock:
        by_clock = _clock(clock)
        if math.isnan(by_clock):
            reason = say("{text} is no day and time; write them as Tue 06:30", text=quoted(clock))
            faults.append(Fault("C232", f"{place}, clock", reason))
            return math.nan
    if not number and not clock:
        faults.append(Fault("C232", place, say("the row has no time; give hour or clock")))
        return math.nan
    if number and clock:
        apart = abs(hour - by_clock)
        if min(apart, WEEK_H - apart) > MINUTE:
            reason = say("{hour} h and {clock} are two times; correct one, or leave it out", hour=number, clock=clock)
            faults.append(Fault("C232", place, reason))
    return hour if number else by_clock


def _clock(text: str) -> float:
    """The hour of the week of a day and time, in English or the current language; NaN where it is none.

    >>> _clock("Tue 06:30"), _clock("Tue 25:00")
    (30.5, nan)
    """
    parts = ONE.fullmatch(text)
    days = {day: number for names in (DAY_NAMES, said(DAYS)) for number, day in enumerate(names)}
    if parts is None or parts[1] not in days or int(parts[2]) > 23 or int(parts[3]) > 59:
        return math.nan
    return 24.0 * days[parts[1]] + int(parts[2]) + int(parts[3]) / 60


def _leg(
    case: Case,
    known: Names,
    service: Service,
    direction: str,
    event: str,
    place: str,
    text: str,
    faults: list[Fault],
) -> int | None:
    """The leg that a departure begins or an arrival ends; None with a fault added."""
    legs = service.legs[direction]
    if not text:
        if event == "departs":
            return 0
        faults.append(Fault("C231", f"{place}, place", say("an arrival needs its place; give it")))
        return None
    node = known.places.get(text)
    at = [number for number, arc in enumerate(legs) if node == (arc.start if event == "departs" else arc.end)]
    if len(at) == 1:
        return at[0]
    facts = {"service": service.name, "text": quoted(text), "start": case.row("node", legs[0].start).name}
    if at:
        reason = say("{service} passes {text} twice, so its leg is not known; leave the row out", **facts)
    else:
        reason = say("{service} has no such event at {text}; give a place on its way, {start} first", **facts)
    faults.append(Fault("C231", f"{place}, place", reason))
    return None


def _trips(case: Case, name: str, events: Sequence[Event], faults: list[Fault]) -> list[tuple[object, ...]]:
    """The legs of all trips, in the order of services, directions and numbers."""
    grouped: dict[tuple[str, str], dict[int, dict[tuple[str, int], Event]]] = defaultdict(lambda: defaultdict(dict))
    bare: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events:
        key = (event.service, event.direction)
        if event.trip is None:
            if (event.event, event.leg) != ("departs", 0):
                reason = say("a row beside the departure at the start needs the number of its trip; give it")
                faults.append(Fault("C233", _line(name, event.line), reason))
                continue
            bare[key].append(event)
            continue
        first = grouped[key][event.trip].setdefault((event.event, event.leg), event)
        if first is not event:
            reason = say("line {line} has this event of the trip already; keep one", line=first.line)
            faults.append(Fault("C233", _line(name, event.line), reason))
    for key, rows in bare.items():
        free = (number for number in range(1, len(rows) + len(grouped[key]) + 1) if number not in grouped[key])
        numbers = list(free)[: len(rows)]
        for number, event in zip(numbers, sorted(rows, key=lambda one: one.hour), strict=True):
            grouped[key][number] = {("departs", 0): event}
    found: list[tuple[object, ...]] = []
    for service_id, service in services(case).items():
        for way in (FORTH, BACK):
            for trip, its in sorted(grouped.get((service_id, way), {}).items()):
                if ("departs", 0) not in its:
                    line = min(event.line for event in its.values())
                    reason = say(
                        "trip {trip} of {service} has no departure at {place}; give it",
                        trip=trip,
                        service=service.name,
                        place=case.row("node", service.ends(way)[0]).name,
                    )
                    faults.append(Fault("C233", _line(name, line), reason))
                    continue
                hours = {key: event.hour for key, event in its.items()}
                found += [(service_id, way, trip, *leg) for leg in _legs(service, way, hours)]
    return found


def _legs(service: Service, way: str, hours: Mapping[tuple[str, int], float]) -> Iterator[tuple[object, ...]]:
    """The legs of a trip: an hour that is given is the next one of its name after the one before.

    An arrival is taken within half a week of the running time, so that one that is too soon is seen.
    """
    at = hours["departs", 0]
    for leg, (arc, run) in enumerate(zip(service.legs[way], service.hours[way], strict=True)):
        least = service.stands[way][leg][0] if leg else 0.0
        stands = (hours.get(("departs", leg), at + least) - at) % WEEK_H
        at += stands if stands < WEEK_H - MINUTE else stands - WEEK_H
        given = hours.get(("arrives", leg))
        hour = run if given is None else run + (given - at - run + WEEK_H / 2) % WEEK_H - WEEK_H / 2
        departs, at = at, at + hour
        yield (leg, arc.link_id, arc.start, arc.end, round(departs, 3), round(at, 3))
