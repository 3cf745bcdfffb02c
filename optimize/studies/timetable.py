"""The weekly timetable: evenly spaced trains and ships that wait little for one another, by periodic scheduling."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, CertificateError, Fault, InfeasibleError
from corridor.model.language import say
from corridor.model.pools import YEAR_H
from corridor.model.result.frame import rows
from corridor.model.result.timetable import Timetable
from corridor.model.services import BACK, FORTH, WEEK_H, Service, services, tracks, transfer_h
from corridor.optimize.answer.expected import expected
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.answer.willingness import headway_wait
from corridor.optimize.period.layout import CHOICE
from corridor.optimize.program.periodic import Timed
from corridor.optimize.proof import timetable as proof
from corridor.optimize.studies.coming import known_to_come
from corridor.optimize.studies.departures import Link, Loads, departures, fleets, loads, meeting
from corridor.optimize.studies.levers import Runs, mean_days
from corridor.optimize.studies.timetable_program import Plan, plan_of, why
from corridor.optimize.studies.whole import WEEKS

BEATS = (6, 7, 8)
"""Numbers of departures a week that are tried as a common beat: one a day but Sunday, one a day, one in 21 hours."""


def timetable(
    setting: Setting, *, study: str = "", aim: str = "both", beat: int | None = None, choice: bool = True
) -> Timetable:
    """A week of trains and ships by service, from the cargo of an answer, and the cargo that the week brings.

    ``study`` is the answer whose cargo rides: ``expected`` where the case has markets, else ``handled``. ``aim`` is
    ``both`` (waiting and sets by their costs), ``wait`` or ``sets``. With a ``beat`` the departures of each service
    divide it, or are multiples of it. Without ``choice`` the cargo that the timetable brings is not computed.

    Services are evenly spaced. Waits are those between services, beyond the least hours of a change. Raises CaseError
    for a case without services, InfeasibleError where no timetable keeps every rule, TimeLimitError.
    """
    began, case = perf_counter(), setting.case
    if not case.rows("service"):
        reason = say("the case has no services; give the trains and ships of the timetable in service.csv")
        raise CaseError([Fault("C220", "service.csv", reason)])
    study = study or (CHOICE if known_to_come(setting) else "handled")
    asked = replace(setting, watch=None)
    answer = expected(asked, most=0) if study == CHOICE else solve(asked, study, most=0)
    known, deadline = loads(case, answer), _deadline(setting)
    week = _week(case, known, aim, beat, deadline)
    others = [] if beat else list(_others(case, known, aim, deadline))
    states, countries = _states(setting, known, week) if choice else (_none(), _nobody())
    found = week.found
    return Timetable(
        case=setting.given,
        study=study,
        aim=aim,
        beat=beat,
        services=week.services,
        trips=week.trips,
        changes=week.changes,
        begins=_begins(case, known, week.counts),
        windows=_windows(case, week.trips),
        stays=_stays(case, week.trips),
        beats=pd.DataFrame([_beside(each) for each in (week, *others)]),
        states=states,
        countries=countries,
        cost_usd=found.cost,
        bound_usd=found.bound,
        gap=found.gap,
        conflicts=week.conflicts,
        solver={
            "name": "HiGHS",
            "seconds": round(perf_counter() - began, 3),
            "columns": found.columns,
            "integers": found.integers,
        },
    )


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


def _week(case: Case, known: Loads, aim: str, beat: int | None, deadline: float | None) -> Week:
    """The best timetable with a beat, or without; raises InfeasibleError, CertificateError, TimeLimitError."""
    frame = departures(case, known, beat)
    counts = {row.service: int(row.departures) for row in rows(frame) if row.departures}
    links = [each for each in meeting(case, known) if {each.from_service, each.to_service} <= set(counts)]
    plan = plan_of(case, counts, links, known.usd, aim)
    found = plan.program.solve(deadline)
    if found.status != "optimal":
        raise InfeasibleError(why(case, counts, links, known.usd, aim))
    trips = _trips(plan, counts, found)
    broken = proof.conflicts(case, trips, fleets(case), counts)
    if len(broken):
        raise CertificateError(f"the timetable breaks its own rules: {broken.to_dict('records')[:3]}")
    taken = proof.sets(case, trips)
    frame["sets"] = [round(taken.get(name, 0.0)) for name in frame["service"]]
    frame["usd_per_year"] = [_usd(services(case)[row.service], row) for row in rows(frame)]
    return Week(beat, counts, frame, found, trips, links, _changes(case, trips, links, counts), broken)


def _others(case: Case, known: Loads, aim: str, deadline: float | None) -> Iterator[Week]:
    """Timetables with each common beat that keeps every rule."""
    for beat in BEATS:
        try:
            yield _week(case, known, aim, beat, deadline)
        except InfeasibleError:
            continue


def _usd(service: Service, row: Any) -> float:
    """Cost of the sets and departures of a service, USD a year."""
    return float(row.sets * service.usd_per_h * YEAR_H + row.departures * service.run_usd * WEEKS)


def _beside(week: Week) -> dict[str, Any]:
    """A timetable in one row: its beat, departures, mean waits, sets and their cost a year."""
    changes, frame = week.changes, week.services
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


def _deadline(setting: Setting) -> float | None:
    if setting.deadline is None and setting.time_limit is not None:
        return perf_counter() + setting.time_limit
    return setting.deadline


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
                    moment[leg].at(found.values) + shift + trip * run.apart for moment in (run.leaves, run.reaches)
                )
                body.append((name, way, trip + 1, leg, arc.link_id, arc.start, arc.end, leaves, reaches))
    return pd.DataFrame(body, columns=proof.TRIPS)


def _changes(case: Case, trips: pd.DataFrame, links: Sequence[Link], counts: Mapping[str, int]) -> pd.DataFrame:
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
                "chance_h": WEEK_H / 2 / counts[each.to_service],
            }
        )
    columns = ["place", "place_name", "from_service", "from_direction", "to_service", "to_direction"]
    frame = pd.DataFrame(body, columns=[*columns, "units", "usd_per_h", "least_h", "wait_h", "chance_h"])
    return frame.sort_values("units", ascending=False, kind="stable").reset_index(drop=True)


def _begins(case: Case, known: Loads, counts: Mapping[str, int]) -> pd.DataFrame:
    body = [
        (name, way, services(case)[name].legs[way][leg].start, units, WEEK_H / 2 / counts[name])
        for (name, way, leg), (units, _) in known.begins.items()
        if name in counts
    ]
    return pd.DataFrame(body, columns=["service", "direction", "place", "units", "wait_h"])


def _windows(case: Case, trips: pd.DataFrame) -> pd.DataFrame:
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
                stood = [
                    row.departs_h - hours[name, way, int(row.trip), leg - 1].arrives_h if leg else 0.0 for row in its
                ]
                shut = track.window.every - track.window.length
                wait = max(0.0, math.fsum(stood) / len(stood))
                body.append((name, way, arc.link_id, arc.start, wait, shut**2 / 2 / track.window.every))
    return pd.DataFrame(body, columns=["service", "direction", "link", "place", "wait_h", "chance_h"])


def _stays(case: Case, trips: pd.DataFrame) -> pd.DataFrame:
    names, body = {row.node_id: row.name for row in case.rows("node")}, []
    for row in case.rows("service_place"):
        for (name, _, trip), start, end in proof.stays(case, trips, row.node_id) if row.berths else ():
            body.append((row.node_id, names[row.node_id], name, trip, start, end, int(row.berths)))
    columns = ["place", "place_name", "service", "trip", "arrives_h", "departs_h", "berths"]
    return pd.DataFrame(body, columns=columns)


AMOUNTS = ["comes_t", "teu", "eu_t", "freight_usd", "days"]


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=["state", *AMOUNTS])


def _nobody() -> pd.DataFrame:
    return pd.DataFrame(columns=["country", "usd"])


def _states(setting: Setting, known: Loads, week: Week) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cargo that comes today, with whole departures, and with the timetable; freight by country that it adds."""
    if not known_to_come(setting):
        return _none(), _nobody()
    runs = Runs(replace(setting, watch=None))
    today = runs.before()
    case, trips = setting.case, week.trips
    by_link = dict(zip(week.links, proof.waits(case, trips, week.links), strict=True))
    plan = runs.held(dict(_held(case, known, week.counts, trips, None)), today)
    agreed = runs.held(dict(_held(case, known, week.counts, trips, by_link)), today)
    body = []
    for state, its in (("today", today), ("plan", plan), ("agreed", agreed)):
        body.append((state, *({**its.amounts, "days": mean_days(case, today, its)}[name] for name in AMOUNTS)))
    earned = {name: agreed.countries.get(name, 0.0) - usd for name, usd in today.countries.items()}
    gained = sorted(((name, usd) for name, usd in earned.items() if abs(usd) >= 1.0), key=lambda each: -each[1])
    return pd.DataFrame(body, columns=["state", *AMOUNTS]), pd.DataFrame(gained, columns=["country", "usd"])


def _held(
    case: Case,
    known: Loads,
    counts: Mapping[str, int],
    trips: pd.DataFrame,
    waits: Mapping[Link, float] | None,
) -> Iterator[tuple[str, float]]:
    """Hours by arc that a timetable adds to those of the case: waits for a service, and before windows.

    A wait is the mean over the units on the arc at which they board. Without ``waits`` nothing is agreed: half the
    headway of the plan. The wait of a link with departures is that of the case before; else that of the plan.
    """
    before = {row.link_id: row.departures_per_week for row in case.rows("link")}
    hours: dict[str, float] = defaultdict(float)
    carried: dict[str, float] = defaultdict(float)
    for name, count in counts.items():
        service, chance = services(case)[name], WEEK_H / 2 / count
        for way in (FORTH, BACK):
            for leg, arc in enumerate(service.legs[way]):
                units = known.units.get((name, way, leg), 0.0)
                boards = [(known.begins.get((name, way, leg), (0.0, 0.0))[0], chance)]
                for each in known.changes:
                    if (each.to_service, each.to_direction, each.first) == (name, way, leg):
                        boards.append((each.units, chance if waits is None else waits.get(each, chance)))
                first = before.get(arc.link_id)
                was = chance if first is None else headway_wait(float(first))
                if leg == 0 and first is not None and not units:
                    boards.append((1.0, chance))  # nothing rides on it in the answer: its departures are known
                    units = 1.0
                hours[arc.arc_id] += math.fsum(amount * (wait - was) for amount, wait in boards)
                carried[arc.arc_id] += units
    hours = defaultdict(float, {arc: each / carried[arc] for arc, each in hours.items() if each})
    if waits is not None:
        for row in rows(_windows(case, trips)):
            arc = next(each for each in services(case)[row.service].legs[row.direction] if each.link_id == row.link)
            at = services(case)[row.service].legs[row.direction].index(arc)
            hours[arc.arc_id] += services(case)[row.service].hours[row.direction][at] + row.wait_h - arc.time_h
    yield from hours.items()
