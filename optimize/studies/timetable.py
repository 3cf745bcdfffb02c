"""The weekly timetable: evenly spaced trains and ships that wait little for one another, by periodic scheduling."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, InfeasibleError
from corridor.model.graph import arcs
from corridor.model.horizon import DAY
from corridor.model.language import say
from corridor.model.result.frame import rows
from corridor.model.result.timetable import Timetable
from corridor.model.services import BACK, FORTH, WEEK_H, services
from corridor.optimize.answer.expected import expected
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.answer.willingness import headway_wait
from corridor.optimize.period.layout import CHOICE
from corridor.optimize.proof import timetable as proof
from corridor.optimize.studies.coming import known_to_come
from corridor.optimize.studies.departures import Link, Loads, loads
from corridor.optimize.studies.levers import Runs, mean_days
from corridor.optimize.studies.timetable_late import (
    EVEN_SPREAD,
    Chain,
    Change,
    Key,
    by_change,
    chains,
    halves,
    promises,
    spreads,
    together,
)
from corridor.optimize.studies.timetable_late import slack as slack_of
from corridor.optimize.studies.timetable_program import Weights, weights_of
from corridor.optimize.studies.timetable_stands import by_arc, handovers
from corridor.optimize.studies.timetable_vehicles import vehicles
from corridor.optimize.studies.timetable_week import (
    Week,
    begins,
    beside,
    best_week,
    days_week,
    even_week,
    moved_week,
    other_weeks,
    read_week,
    slack_week,
    stays,
    windows,
)

MOST_SHIFT = 48.0
"""Hours: a departure that may move by more is another one."""
SMALLEST = 1e-6
"""Units a week on an arc that nothing rides on."""
MOST_WEIGHT = 1e4
"""Times that waiting may count beside sets."""
MOVED = 0.01
"""Hours from which a departure has been moved."""


def timetable(
    setting: Setting,
    *,
    study: str = "",
    aim: str = "both",
    weight: float = 1.0,
    beat: int | None = None,
    days: bool = False,
    read: str | Path | None = None,
    shift: float = 0.0,
    promise: float = 0.9,
    slack: bool = False,
    seed: int = 1,
    choice: bool = True,
    trips: Callable[[str | Path], pd.DataFrame],
) -> Timetable:
    """A week of trains and ships by service, from the cargo of an answer, and the cargo that the week brings.

    ``study`` is the answer whose cargo rides: ``expected`` where the case has markets, else ``handled``. ``aim`` is
    ``both`` (waiting, ``weight`` times, and sets by their costs), ``wait`` or ``sets``. With a ``beat`` the departures
    of each service divide it, or are multiples of it. With ``days`` they are moved by some hours, onto days of service.
    The search chooses these days; those of a service and direction have one hour. Without ``choice`` the cargo that the
    timetable brings is not computed.

    ``read`` is a CSV file of departures, as the result's ``to_csv`` writes it. Its timetable is checked and set beside
    the best one. With ``shift`` its departures are moved by at most so many hours, so that rules are kept and cargo
    waits least; the result is the moved timetable.

    Journeys of the cargo are drawn with late trains and storms: ``promise`` is the share of them for which the hours
    of a chain hold, ``seed`` that of the draws. With ``slack`` each change has hours more for late cargo, as
    many as its lateness takes in that share of journeys.

    Services are evenly spaced, those that are read as the file has them. Waits are those between services, beyond the
    least hours of a change. Raises CaseError for a case without services or a file with faults, InfeasibleError where
    no timetable keeps every rule, TimeLimitError.
    """
    began, case = perf_counter(), setting.case
    if not case.rows("service"):
        reason = say("the case has no services; give the trains and ships of the timetable in service.csv")
        raise CaseError([Fault("C220", "service.csv", reason)])
    _refuse(beat, read, shift, promise, slack)
    _refuse_days(weight, days, read, slack)
    timed = None if read is None else trips(read)
    study = study or (CHOICE if known_to_come(setting) else "handled")
    asked = replace(setting, watch=None)
    answer = expected(asked, most=0) if study == CHOICE else solve(asked, study, most=0)
    known, deadline = loads(case, answer), _deadline(setting)
    weights = weights_of(aim, weight)
    best = best_week(case, known, weights, beat, deadline)
    if timed is None:
        daily = days_week(case, known, best, deadline) if days else None
        if days and daily is None:
            raise InfeasibleError(say("no days of service near the best timetable were found that keep every rule"))
        week, kinds = daily or best, {}
        others = [] if beat else list(other_weeks(case, known, weights, deadline))
    else:
        kinds, others = _kinds(case, known, timed, shift, best, weights, deadline), []
        week = kinds.get("moved", kinds["read"])
    late = Late(setting.given, chains(case, answer), promise, seed)
    promised = {"plain": week}
    if timed is None and late.chains:
        hours = late.slack(week)
        if max(hours.values(), default=0.0) > MOVED:
            promised["slack"] = slack_week(case, known, week, weights, hours, deadline)
    week = promised["slack"] if slack and "slack" in promised else week
    tables = {kind: late.table(each) for kind, each in promised.items()} if late.chains else {}
    states, countries = _states(setting, known, week, late) if choice else (_none(), _nobody())
    found, (own, fleets) = week.found, vehicles(case, answer, known, week.services)
    return Timetable(
        case=setting.given,
        study=study,
        aim=aim,
        weight=weight,
        days=days,
        beat=beat,
        read="" if timed is None else str(timed.attrs["name"]),
        shift=shift,
        promise=promise,
        slack=slack,
        services=week.services,
        vehicles=own,
        fleets=fleets,
        trips=week.trips,
        changes=week.changes,
        begins=begins(case, known, week),
        windows=windows(case, week.trips),
        handovers=handovers(case, week.trips),
        stays=stays(case, week.trips),
        beats=pd.DataFrame([beside(each) for each in (best, *others)]),
        kinds=pd.DataFrame(
            [{"kind": kind, **beside(each), "conflicts": len(each.conflicts)} for kind, each in kinds.items()]
        ),
        moves=_moves(kinds),
        promises=late.named(tables["slack" if slack and "slack" in tables else "plain"] if tables else None),
        promised=pd.DataFrame([{"kind": kind, **together(table)} for kind, table in tables.items()]),
        states=states,
        countries=countries,
        cost_usd=found.cost,
        bound_usd=found.bound,
        gap=found.gap,
        conflicts=kinds["read"].conflicts if kinds else week.conflicts,
        solver={
            "name": "HiGHS",
            "seconds": round(perf_counter() - began, 3),
            "columns": found.columns,
            "integers": found.integers,
        },
    )


@dataclass(frozen=True)
class Late:
    """The lateness of a case, drawn for its chains of services."""

    case: Case
    chains: Sequence[Chain]
    promise: float
    seed: int

    def changes(self, week: Week) -> Mapping[Key, Change]:
        """Draws of each change of a timetable."""
        return by_change(self.case, week.trips, self._run(week), self.seed)

    def slack(self, week: Week) -> dict[Link, float]:
        """Hours by which each change waits for late cargo."""
        return slack_of(self.changes(week), week.links, self.promise)

    def table(self, week: Week) -> pd.DataFrame:
        """The promises of a timetable by chain."""
        return promises(self.case, week.trips, self._run(week), self.promise, self.seed)

    def named(self, table: pd.DataFrame | None) -> pd.DataFrame:
        """A table of promises with the names of places, empty without chains."""
        names = {row.node_id: row.name for row in self.case.rows("node")}
        frame = promises(self.case, pd.DataFrame(), (), self.promise, self.seed) if table is None else table
        return frame.assign(from_name=frame["from"].map(names), to_name=frame["to"].map(names))

    def _run(self, week: Week) -> list[Chain]:
        """The chains whose services all run in a week."""
        there = {(row.service, row.direction) for row in rows(week.trips[week.trips["leg"] == 0])}
        return [
            chain for chain in self.chains if all((ride.service_id, ride.direction) in there for ride in chain.rides)
        ]


def _refuse(beat: int | None, read: str | Path | None, shift: float, promise: float, slack: bool) -> None:
    """Raise CaseError for options that do not go together."""
    faults = []
    if not 0.5 <= promise < 1:
        reason = say("{promise:g} is no share of journeys for a promise; give 0.5 to below 1", promise=promise)
        faults.append(Fault("C235", "--promise", reason))
    if read is not None and slack:
        reason = say("a timetable that is read has the slack of its file; leave --slack out")
        faults.append(Fault("C234", "--slack", reason))
    if read is None and shift:
        faults.append(Fault("C234", "--shift", say("departures that are read are moved; name their file by --read")))
    if not 0 <= shift <= MOST_SHIFT:
        reason = say("{shift:g} h is no shift; give 0 to {most:g} hours", shift=shift, most=MOST_SHIFT)
        faults.append(Fault("C234", "--shift", reason))
    if read is not None and beat is not None:
        reason = say("a timetable that is read has departures of its own; leave --beat out")
        faults.append(Fault("C234", "--beat", reason))
    if faults:
        raise CaseError(faults, "the question")


def _refuse_days(weight: float, days: bool, read: str | Path | None, slack: bool) -> None:
    """Raise CaseError for a weight, or days of service, that this question cannot have."""
    faults = []
    if not 0 < weight <= MOST_WEIGHT:
        reason = say(
            "{weight:g} is no weight of waiting; give more than 0, at most {most:g}", weight=weight, most=MOST_WEIGHT
        )
        faults.append(Fault("C311", "--weight", reason))
    if days and (read is not None or slack):
        other = "--slack" if read is None else "--read"
        faults.append(
            Fault("C311", "--days", say("days of service do not go with {other}; leave one out", other=other))
        )
    if faults:
        raise CaseError(faults, "the question")


def _kinds(
    case: Case, known: Loads, trips: pd.DataFrame, shift: float, best: Week, weights: Weights, deadline: float | None
) -> dict[str, Week]:
    """The timetable that is read, and those beside it that exist: moved, evenly spaced, the best."""
    given = read_week(case, known, trips)
    found: dict[str, Week | None] = {"read": given}
    if shift:
        found["moved"] = moved_week(case, known, given, shift, deadline)
    found["even"] = even_week(case, known, given, weights, deadline)
    return {kind: week for kind, week in {**found, "best": best}.items() if week is not None}


def _moves(kinds: Mapping[str, Week]) -> pd.DataFrame:
    """Departures that were moved: service, direction, trip, from and to which hour, by how many hours."""
    body = []
    if "moved" in kinds:
        before, after = (proof.by_trip(kinds[kind].trips) for kind in ("read", "moved"))
        for trip, legs in after.items():
            was, now = before[trip][0].departs_h, legs[0].departs_h
            hours = (now - was + WEEK_H / 2) % WEEK_H - WEEK_H / 2
            if abs(hours) >= MOVED:
                body.append((*trip, was % WEEK_H, now % WEEK_H, round(hours, 3)))
    return pd.DataFrame(body, columns=["service", "direction", "trip", "was_h", "now_h", "hours"])


def _deadline(setting: Setting) -> float | None:
    if setting.deadline is None and setting.time_limit is not None:
        return perf_counter() + setting.time_limit
    return setting.deadline


AMOUNTS = ["comes_t", "teu", "eu_t", "freight_usd", "days"]


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=["state", *AMOUNTS])


def _nobody() -> pd.DataFrame:
    return pd.DataFrame(columns=["country", "usd"])


def _states(setting: Setting, known: Loads, week: Week, late: Late) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cargo that comes today, with whole departures, with the timetable, and with its spread of time, too.

    The other table is the freight by country that the timetable adds.
    """
    if not known_to_come(setting):
        return _none(), _nobody()
    runs = Runs(replace(setting, watch=None))
    today = runs.before()
    case, trips = setting.case, week.trips
    by_link = dict(zip(week.links, proof.waits(case, trips, week.links), strict=True))
    plan = runs.held(dict(_held(case, known, week.counts, trips, None)), today)
    agreed = runs.held(dict(_held(case, known, week.counts, trips, by_link)), today)
    states = [("today", today), ("plan", plan), ("agreed", agreed)]
    changes = late.changes(week)
    if changes:
        hours = dict(_held(case, known, week.counts, trips, {**by_link, **halves(changes, week.links, week.counts)}))
        steady = dict(
            _held(case, known, week.counts, trips, spreads(changes, week.links, week.counts), 2 * EVEN_SPREAD)
        )
        states.append(("steady", runs.held(hours, today, _steady(case, known, steady))))
    body = []
    for state, its in states:
        body.append((state, *({**its.amounts, "days": mean_days(case, today, its)}[name] for name in AMOUNTS)))
    earned = {name: agreed.countries.get(name, 0.0) - usd for name, usd in today.countries.items()}
    gained = sorted(((name, usd) for name, usd in earned.items() if abs(usd) >= 1.0), key=lambda each: -each[1])
    return pd.DataFrame(body, columns=["state", *AMOUNTS]), pd.DataFrame(gained, columns=["country", "usd"])


def _wait(hours: float) -> float:
    """A wait; a week where a direction has no departure."""
    return WEEK_H if math.isnan(hours) else hours


def _held(
    case: Case,
    known: Loads,
    counts: Mapping[str, int],
    trips: pd.DataFrame,
    waits: Mapping[Link, float] | None,
    share: float = 1.0,
) -> Iterator[tuple[str, float]]:
    """Hours by arc that a timetable adds to those of the case: waits for a service, and before windows.

    A wait is the mean over the units on the arc at which they board. Without ``waits`` nothing is agreed: half the
    headway of the plan. The wait of a link with departures is that of the case before; else that of the plan. With a
    ``share`` the hours are those of a spread, which is so many times the wait where nothing is agreed.
    """
    before = {row.link_id: row.departures_per_week for row in case.rows("link")}
    hours: dict[str, float] = defaultdict(float)
    carried: dict[str, float] = defaultdict(float)
    for name, count in counts.items():
        service, chance = services(case)[name], share * WEEK_H / 2 / count
        for way in (FORTH, BACK):
            for leg, arc in enumerate(service.legs[way]):
                any_hour = chance if waits is None else share * _wait(proof.chance(trips, name, way, leg))
                units = known.units.get((name, way, leg), 0.0)
                boards = [(known.begins.get((name, way, leg), (0.0, 0.0))[0], any_hour)]
                for each in known.changes:
                    if (each.to_service, each.to_direction, each.first) == (name, way, leg):
                        boards.append((each.units, chance if waits is None else _wait(waits.get(each, any_hour))))
                first = before.get(arc.link_id)
                was = chance if first is None else share * headway_wait(float(first))
                if leg == 0 and first is not None and not units:
                    boards.append((1.0, any_hour))  # nothing rides on it in the answer: its departures are known
                    units = 1.0
                hours[arc.arc_id] += math.fsum(amount * (wait - was) for amount, wait in boards)
                carried[arc.arc_id] += units
    hours = defaultdict(float, {arc: each / carried[arc] for arc, each in hours.items() if each})
    if waits is not None and share == 1.0:
        for arc_id, more in by_arc(case, trips, known.units).items():
            hours[arc_id] += more
    yield from hours.items()


def _steady(case: Case, known: Loads, hours: Mapping[str, float]) -> Case:
    """The case whose links have the spread of a timetable: ``hours`` more by arc, in the mean of what rides there."""
    carried: dict[str, float] = defaultdict(float)
    for (name, way, leg), units in known.units.items():
        carried[services(case)[name].legs[way][leg].arc_id] += units
    by_link: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for arc in arcs(case):
        if arc.arc_id in hours:
            by_link[arc.link_id].append((carried[arc.arc_id] or SMALLEST, hours[arc.arc_id]))
    cells = {}
    for link, its in by_link.items():
        more = math.fsum(units * each for units, each in its) / math.fsum(units for units, _ in its)
        spread = max(0.0, float(case.row("link", link).spread_d or 0.0) + more / DAY)
        cells["link", link, "spread_d"] = spread
    return case.at(cells)
