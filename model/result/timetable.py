"""A weekly timetable of trains and ships: departures, trips, waits between services, and the cargo that it brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from corridor.model.language import marked, say
from corridor.model.result.frame import Result, rows

DAYS = marked(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
TRIPS = ["service", "direction", "trip", "leg", "link", "start", "end", "departs_h", "arrives_h"]
"""Columns of a table of trips. Hours count from Monday 0:00, and go on beyond 168 on a long trip."""
KINDS = ("read", "moved", "even", "best")
"""Timetables beside one that is read: itself; moved by a few hours; its departures evenly spaced; the best."""
AIMS = ("both", "wait", "sets")
"""Aims of a timetable: waiting and sets by their costs, or one of them before the other."""
STATES = ("today", "plan", "agreed", "steady")
"""States of the cargo that comes: hours of the case; whole departures, not agreed; the timetable; with its spread."""


def once(names: Mapping[str, str]) -> dict[str, str]:
    """Names by id; the id itself where another one has the same name.

    >>> once({"a": "Aktau", "b": "Baku", "c": "Baku"})
    {'a': 'Aktau', 'b': 'b', 'c': 'c'}
    """
    number = Counter(names.values())
    return {one: name if number[name] == 1 else one for one, name in names.items()}


def clock(hour: float) -> str:
    """An hour of the week as day and time, to the minute, in the current language.

    >>> clock(0), clock(167.999), clock(30.5)
    ('Mon 00:00', 'Mon 00:00', 'Tue 06:30')
    """
    minutes = round(hour * 60) % (168 * 60)
    return f"{say(DAYS[minutes // 1440])} {minutes % 1440 // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, repr=False)
class Timetable(Result):
    """A week of trains and ships, made to wait little for one another, or read from a file.

    * ``study``: the answer whose cargo rides; ``aim``, one of :data:`AIMS`; ``weight`` of waiting beside sets;
      ``days``: True where departures are on days of service at one hour; ``beat``: number that all departures divide
      or are multiples of, None without one.
    * ``read``: name of the file whose timetable it is, empty where it is made; ``shift``: hours by which it was moved.
    * ``services``: service, name, forward, back (units a week on the fullest leg; NaN where only departures are
      counted), units (of one departure), flow (departures a week of the flows), least, departures, cycle_h, sets_flow,
      sets, fleet (NaN without a limit), short (departures below the least), left (units a week without room),
      usd_per_year, usd_flow.
    * ``vehicles``: service, kind (``ship``, ``locomotive``, ``wagon``), fleet (empty without a number), name, type,
      flow (vehicles for its cargo in the flows), plan (for its whole departures).
    * ``fleets``: fleet, name, type, there, used (by all cargo of the flows), services (of that by services), others
      (the rest), plan (of all services in whole departures), left (there less others and plan).
    * ``trips``: service, direction, trip, leg, link, start, end, departs_h, arrives_h (hours from Monday 0:00).
    * ``changes``: place, place_name, from_service, from_direction, to_service, to_direction, units a week, usd_per_h of
      their waiting, least_h, wait_h (mean, beyond the least), chance_h (half the headway, where nothing is agreed).
    * ``begins``: service, direction, place, units, wait_h of cargo that no service brings: half the headway.
    * ``windows``: service, direction, link, place, wait_h before a window, chance_h without an agreed hour.
    * ``handovers``: service, direction, place, place_name, what (``border``, ``gauge``), train (True where it stands on
      its way, False where cargo changes), least_h, stand_h (mean of the timetable), most_h.
    * ``stays``: place, place_name, service, trip, arrives_h, departs_h of ships at berths; berths there.
    * ``beats``: beat (0: each service its own number), departures of all services, wait_h and chance_h (means over
      units), wait_usd and sets_usd a year, sets, short (departures below the least), left (units a week).
    * ``kinds``: the same by kind of :data:`KINDS`, with conflicts; empty where nothing is read.
    * ``moves``: service, direction, trip, was_h, now_h (of the week), hours of departures that were moved.
    * ``promise``: share of journeys for which hours hold; ``slack``: True where changes have hours for late cargo.
    * ``promises``: from, to, from_name, to_name, services (of a chain, a list), units a week, timed_h, p50_h,
      promise_h, p95_h from the first departure to the last arrival, on_time and missed (shares of journeys).
    * ``promised``: kind (``plain``, ``slack``), and means over the units of all chains, as in ``promises``.
    * ``states``: state of :data:`STATES`, comes_t, teu, eu_t, freight_usd, days; empty where markets are not known.
    * ``countries``: country, usd: freight a year of the timetable more than today.
    * ``cost_usd``, ``bound_usd`` a week of waiting beyond the least and of sets; ``gap`` between them, relative. Of a
      moved timetable those of waiting; bound and gap are NaN for one that is read.
    * ``conflicts``: rule, place, first, second, hour, short_h, by a check of every trip apart from the solver; empty
      where the timetable can be run. Of a file that is read, as the file has it.
    """

    page: ClassVar[str] = "timetable"
    JSON: ClassVar[tuple[str, ...]] = (
        *(
            "study",
            "aim",
            "weight",
            "days",
            "beat",
            "read",
            "shift",
            "services",
            "vehicles",
            "fleets",
            "changes",
            "begins",
            "windows",
            "handovers",
            "stays",
            "trips",
            "beats",
            "kinds",
            "moves",
            "promise",
            "slack",
            "promises",
            "promised",
            "states",
            "countries",
        ),
        *("cost_usd", "bound_usd", "gap", "conflicts", "solver"),
    )

    study: str
    aim: str
    weight: float
    days: bool
    beat: int | None
    read: str
    shift: float
    promise: float
    slack: bool
    services: pd.DataFrame
    vehicles: pd.DataFrame
    fleets: pd.DataFrame
    trips: pd.DataFrame
    changes: pd.DataFrame
    begins: pd.DataFrame
    windows: pd.DataFrame
    handovers: pd.DataFrame
    stays: pd.DataFrame
    beats: pd.DataFrame
    kinds: pd.DataFrame
    moves: pd.DataFrame
    promises: pd.DataFrame
    promised: pd.DataFrame
    states: pd.DataFrame
    countries: pd.DataFrame
    cost_usd: float
    bound_usd: float
    gap: float
    conflicts: pd.DataFrame
    solver: Mapping[str, Any] = field(default_factory=dict)

    def departures(self) -> pd.DataFrame:
        """Arrivals and departures by place and hour of the week: place, hour, clock, event, service, toward, trip.

        A name that two places or services have gives way to their ids.
        """
        names = once({row.node_id: row.name for row in self.case.rows("node")})
        titles = once(dict(zip(self.services["service"], self.services["name"], strict=True)))
        ends = self.trips.groupby(["service", "direction", "trip"], sort=False)["end"].last()
        body = []
        for row in rows(self.trips):
            toward = names[ends[row.service, row.direction, row.trip]]
            for place, hour, event in ((row.start, row.departs_h, "departs"), (row.end, row.arrives_h, "arrives")):
                within = float(hour) % 168.0
                body.append(
                    (names[place], round(within, 3), clock(within), event, titles[row.service], toward, row.trip)
                )
        columns = ["place", "hour", "clock", "event", "service", "toward", "trip"]
        frame = pd.DataFrame(body, columns=columns)
        return frame.sort_values(["place", "hour", "event", "service"], kind="stable").reset_index(drop=True)

    def to_csv(self) -> str:
        """Arrivals and departures by place as CSV."""
        return self.departures().to_csv(index=False, lineterminator="\n")

    @property
    def waiting(self) -> tuple[float, float]:
        """Mean hours that a unit waits at a change: by the timetable, and where nothing is agreed."""
        units = float(self.changes["units"].sum())
        if not units:
            return 0.0, 0.0
        weighed = [float((self.changes["units"] * self.changes[name]).sum()) / units for name in ("wait_h", "chance_h")]
        return weighed[0], weighed[1]
