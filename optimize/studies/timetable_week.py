"""A week of trains and ships with its tables: the best one, one that is read, and one that is moved by a few hours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CertificateError, InfeasibleError
from corridor.model.pools import YEAR_H
from corridor.model.result.frame import rows
from corridor.model.result.timetable import TRIPS
from corridor.model.services import BACK, FORTH, Service, services, tracks, transfer_h
from corridor.optimize.program.periodic import Timed
from corridor.optimize.proof import timetable as proof
from corridor.optimize.studies.departures import Link, Loads, departures, fleets, meeting, plan, possible, sets_of
from corridor.optimize.studies.timetable_program import Plan, Weights, plan_of, why
from corridor.optimize.studies.timetable_shifts import shifted
from corridor.optimize.studies.whole import WEEKS

BEATS = (6, 7, 8)
"""Numbers of departures a week that are tried as a common beat: one a day but Sunday, one a day, one in 21 hours."""
OF_DAYS = 14.0
"""Hours by which a departure is moved at most to a day of service: six a week, 28 h apart, take 10 h."""
OF_HOURS = ("hours", "stops", "stand", "window", "headway", "single", "berths")
"""Rules that a shift of departures keeps; numbers of departures, sets and fleets are out of its reach."""


@dataclass(frozen=True)
class Week:
    """One timetable: its plan of departures, its trips, and its changes of cargo with their waits."""

    beat: int | None
    counts: Mapping[str, int]
    services: pd.DataFrame
    found: Timed
    trips: pd.DataFrame
    links: Sequence[Link]
    changes: pd.DataFrame
    conflicts: pd.DataFrame


def best_week(case: Case, known: Loads, weights: Weights, beat: int | None, deadline: float | None) -> Week:
    """The best timetable with a beat, or without; raises InfeasibleError, CertificateError, TimeLimitError."""
    return _solved(case, known, departures(case, known, beat, weights.departures), weights, beat, deadline)


def slack_week(
    case: Case, known: Loads, week: Week, weights: Weights, late: Mapping[Link, float], deadline: float | None
) -> Week:
    """The best timetable of the same departures in which cargo changes so many hours later; errors as before."""
    return _solved(case, known, plan(case, known, week.counts), weights, week.beat, deadline, late)


def _solved(
    case: Case,
    known: Loads,
    frame: pd.DataFrame,
    weights: Weights,
    beat: int | None,
    deadline: float | None,
    late: Mapping[Link, float] | None = None,
) -> Week:
    """The best timetable of evenly spaced departures, which a table of services gives."""
    counts = {row.service: int(row.departures) for row in rows(frame) if row.departures}
    links = [each for each in meeting(case, known) if {each.from_service, each.to_service} <= set(counts)]
    timed = [replace(each, between_h=each.between_h + (late or {}).get(each, 0.0)) for each in links]
    made = plan_of(case, counts, timed, known.usd, weights)
    found = made.program.solve(deadline)
    if found.status != "optimal":
        raise InfeasibleError(why(case, counts, links, known.usd, weights))
    trips = _trips(made, counts, found)
    broken = proof.conflicts(case, trips, fleets(case), counts)
    if len(broken):
        raise CertificateError(f"the timetable breaks its own rules: {broken.to_dict('records')[:3]}")
    return Week(beat, counts, _counted(case, frame, trips), found, trips, links, changes(case, trips, links), broken)


def _counted(case: Case, frame: pd.DataFrame, trips: pd.DataFrame) -> pd.DataFrame:
    """The table of services with the sets of the trips, the least ones where a service cannot turn, and their cost."""
    taken, every = proof.sets(case, trips), services(case)
    least = {row.service: sets_of(every[row.service], int(row.departures)) for row in rows(frame)}
    frame = frame.assign(
        sets=[
            least[name] if math.isnan(taken.get(name, 0.0)) else round(taken.get(name, 0.0))
            for name in frame["service"]
        ]
    )
    return frame.assign(usd_per_year=[_usd(every[row.service], row) for row in rows(frame)])


def read_week(case: Case, known: Loads, trips: pd.DataFrame) -> Week:
    """A timetable that is given: its tables, and the rules that it breaks."""
    number = {
        (name, way): int((group["leg"] == 0).sum())
        for (name, way), group in trips.groupby(["service", "direction"], sort=False)
    }
    counts = {
        name: max(number.get((name, way), 0) for way in (FORTH, BACK))
        for name in services(case)
        if any((name, way) in number for way in (FORTH, BACK))
    }
    links = [each for each in meeting(case, known) if {each.from_service, each.to_service} <= set(counts)]
    frame, table = _counted(case, plan(case, known, counts), trips), changes(case, trips, links)
    cost = float((table["usd_per_h"] * table["wait_h"]).sum()) + float(frame["usd_per_year"].sum()) / WEEKS
    found = Timed("read", np.zeros(0), cost, math.nan, 0, 0)
    return Week(None, counts, frame, found, trips, links, table, proof.conflicts(case, trips, fleets(case)))


def moved_week(
    case: Case, known: Loads, week: Week, shift_h: float, deadline: float | None, *, daily: bool = False
) -> Week | None:
    """A timetable whose departures are at most so many hours from those of another; None where no rule can be kept.

    Raises CertificateError, TimeLimitError.
    """
    moved = shifted(case, week.trips, week.links, known.usd, shift_h, deadline, daily=daily)
    if moved.trips is None:
        return None
    made = read_week(case, known, moved.trips)
    broken = made.conflicts[made.conflicts["rule"].isin(OF_HOURS)]
    if len(broken):
        raise CertificateError(f"the moved timetable breaks rules: {broken.to_dict('records')[:3]}")
    return replace(made, found=moved.found)


def even_week(case: Case, known: Loads, week: Week, weights: Weights, deadline: float | None) -> Week | None:
    """The best timetable of as many departures, evenly spaced; None where they keep no rule so."""
    if any(count not in possible(case, services(case)[name]) for name, count in week.counts.items()):
        return None
    try:
        return _solved(case, known, plan(case, known, week.counts), weights, None, deadline)
    except InfeasibleError:
        return None


def days_week(case: Case, known: Loads, week: Week, deadline: float | None) -> Week | None:
    """The departures of a week on days of service, each service and direction at one hour; None where none is found.

    A departure is at most :data:`OF_DAYS` from its own in the week. Raises CertificateError, TimeLimitError.
    """
    return moved_week(case, known, week, OF_DAYS, deadline, daily=True)


def other_weeks(case: Case, known: Loads, weights: Weights, deadline: float | None) -> Iterator[Week]:
    """Timetables with each common beat that keeps every rule."""
    for beat in BEATS:
        try:
            yield best_week(case, known, weights, beat, deadline)
        except InfeasibleError:
            continue


def _usd(service: Service, row: Any) -> float:
    """Cost of the sets and departures of a service, USD a year."""
    return float(row.sets * service.usd_per_h * YEAR_H + row.departures * service.run_usd * WEEKS)


def beside(week: Week) -> dict[str, Any]:
    """A timetable in one row: its beat, departures, mean waits, sets and their cost a year."""
    changes, frame = week.changes[week.changes["wait_h"].notna()], week.services
    units = float(changes["units"].sum())
    waits = {name: float((changes["units"] * changes[name]).sum()) / (units or 1.0) for name in ("wait_h", "chance_h")}
    return {
        "beat": week.beat or 0,
        "departures": int(frame["departures"].sum()),
        **waits,
        "wait_usd": float((changes["usd_per_h"] * changes["wait_h"]).sum()) * WEEKS,
        "sets": int(frame["sets"].sum()),
        "sets_usd": float(frame["usd_per_year"].sum()),
        "short": int(frame["short"].sum()),
        "left": float(frame["left"].sum()),
    }


def _trips(plan: Plan, counts: Mapping[str, int], found: Timed) -> pd.DataFrame:
    """Every trip of the week, leg by leg; the first departure of each direction comes first."""
    body = []
    for (name, way), run in plan.runs.items():
        start = run.leaves[0].at(found.values)
        shift = start % run.apart - start
        shift = -start if run.apart - (start % run.apart) < proof.TOLERANCE_H / 2 else shift
        for trip in range(counts[name]):
            for leg, arc in enumerate(run.service.legs[way]):
                leaves, reaches = (
                    round(moment[leg].at(found.values) + shift + trip * run.apart, 3)
                    for moment in (run.leaves, run.reaches)
                )
                body.append((name, way, trip + 1, leg, arc.link_id, arc.start, arc.end, leaves, reaches))
    return pd.DataFrame(body, columns=TRIPS)


def changes(case: Case, trips: pd.DataFrame, links: Sequence[Link]) -> pd.DataFrame:
    """The changes of cargo with their waits, the most first."""
    names, body = {row.node_id: row.name for row in case.rows("node")}, []
    for each, wait in zip(links, proof.waits(case, trips, links), strict=True):
        place = services(case)[each.to_service].legs[each.to_direction][each.first].start
        body.append(
            {
                "place": place,
                "place_name": names[place],
                "from_service": each.from_service,
                "from_direction": each.from_direction,
                "to_service": each.to_service,
                "to_direction": each.to_direction,
                "units": each.units,
                "usd_per_h": each.usd_per_h,
                "least_h": each.between_h + transfer_h(case, place),
                "wait_h": wait,
                "chance_h": proof.chance(trips, each.to_service, each.to_direction, each.first),
            }
        )
    columns = ["place", "place_name", "from_service", "from_direction", "to_service", "to_direction"]
    frame = pd.DataFrame(body, columns=[*columns, "units", "usd_per_h", "least_h", "wait_h", "chance_h"])
    return frame.sort_values("units", ascending=False, kind="stable").reset_index(drop=True)


def begins(case: Case, known: Loads, week: Week) -> pd.DataFrame:
    """Cargo that no service brings, and its wait."""
    body = [
        (name, way, services(case)[name].legs[way][leg].start, units, proof.chance(week.trips, name, way, leg))
        for (name, way, leg), (units, _) in known.begins.items()
        if name in week.counts
    ]
    return pd.DataFrame(body, columns=["service", "direction", "place", "units", "wait_h"])


def windows(case: Case, trips: pd.DataFrame) -> pd.DataFrame:
    """Hours before each window: by the timetable, and of a train that comes at any hour."""
    known, body = tracks(case), []
    hours = {(row.service, row.direction, int(row.trip), int(row.leg)): row for row in rows(trips)}
    for name, service in services(case).items():
        for way, legs in service.legs.items():
            for leg, arc in enumerate(legs):
                track = known.get(arc.link_id)
                its = [row for key, row in hours.items() if (key[0], key[1], key[3]) == (name, way, leg)]
                if track is None or track.window is None or not its:
                    continue
                least = service.stands[way][leg][0] if leg else 0.0
                stood = [
                    row.departs_h - hours[name, way, int(row.trip), leg - 1].arrives_h - least if leg else 0.0
                    for row in its
                ]
                shut = track.window.every - track.window.length
                wait = max(0.0, math.fsum(stood) / len(stood))
                body.append((name, way, arc.link_id, arc.start, wait, shut**2 / 2 / track.window.every))
    return pd.DataFrame(body, columns=["service", "direction", "link", "place", "wait_h", "chance_h"])


def stays(case: Case, trips: pd.DataFrame) -> pd.DataFrame:
    """Calls of ships at places with berths."""
    names, body = {row.node_id: row.name for row in case.rows("node")}, []
    for row in case.rows("service_place"):
        for (name, _, trip), start, end in proof.stays(case, trips, row.node_id) if row.berths else ():
            body.append((row.node_id, names[row.node_id], name, trip, start, end, int(row.berths)))
    columns = ["place", "place_name", "service", "trip", "arrives_h", "departs_h", "berths"]
    return pd.DataFrame(body, columns=columns)
