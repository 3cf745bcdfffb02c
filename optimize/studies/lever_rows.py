"""The levers of a case, made of its tables: tariffs, hours, spread, departures, fleets and projects."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corridor.model.case import Case
from corridor.model.change.changes import Build, Change
from corridor.model.graph import arcs
from corridor.model.language import Words, marked, say
from corridor.model.pools import parks
from corridor.model.result.carbon import UNION
from corridor.model.units import amount
from corridor.optimize.answer.journeys import WITHIN_KM, hours
from corridor.optimize.period.offers import available
from corridor.optimize.studies.projects import can_be_built, resources_of
from corridor.optimize.studies.revenue import link_names

CUT = 0.1
"""Share by which tariffs fall."""
LESS = marked("10 % less")
"""Step in words of :data:`CUT`."""
DOLLAR = 1.0
"""USD per t that a lever takes off the way of each demand."""
HOUR, DAY = 1.0, 1.0
"""Hours that cargo stands less, and days of spread less."""
CALL = marked("1 h less a trip")
"""Step in words of an hour less of loading and unloading."""
DEPARTURE = 1.0
"""Departures a week more."""
LARGEST = 8
"""Number of places at which hours, and days of spread, are levers: those with the most tonnes."""


PARK_STEP = 100
"""Step of a park of units: so many vehicles more."""
MORE = marked("100 more")
"""Step in words of :data:`PARK_STEP`."""


@dataclass(frozen=True)
class Lever:
    """One lever: its ``step`` in words, its ``changes``, and the links or resources that these reach."""

    lever_id: str
    name: str
    kind: str
    step: str
    changes: tuple[Change | str, ...]
    links: frozenset[str] = frozenset()
    resources: tuple[str, ...] = ()


def levers_of(case: Case, tonnes: Mapping[str, float]) -> tuple[list[Lever], dict[str, str]]:
    """Levers of a case, and the kinds that it has none of with the reason; ``tonnes`` are those by link without any."""
    made = {
        "tariff": _tariffs(case),
        "hours": hour_levers(case, tonnes),
        "spread": _spread(case, tonnes),
        "departures": _departures(case),
        "fleet": _fleets(case),
        "project": _projects(case),
    }
    return [lever for levers in made.values() for lever in levers], {
        kind: ABSENT[kind] for kind, levers in made.items() if not levers
    }


def group_of(case: Case, lever: Lever) -> str:
    """The group of a lever; capacity on a link that ends in the European Union is one to the Union."""
    groups = {"tariff": "tariffs", "spread": "timetable", "departures": "timetable", "scenario": "scenarios"}
    if lever.kind not in ("fleet", "project"):
        return groups.get(lever.kind, lever.kind)
    within = {row.node_id for row in case.rows("node") if row.country in UNION}
    fleets = {row.carrier_id: row.resource_id for row in case.rows("carrier")}
    vehicles = {*fleets.values(), *(park.limit_id for park in parks(case))}
    used = {row.link_id for row in case.rows("use") if row.resource_id in lever.resources}
    ends = [
        {row.from_node_id, row.to_node_id}
        for row in case.rows("link")
        if row.link_id in used or fleets.get(row.carrier_id) in lever.resources
    ]
    if any(each & within for each in ends):
        return "union"
    adds = {row.project_id for row in case.rows("project") if row.resource_id}
    bought = all(change.project in adds for change in lever.changes if isinstance(change, Build))
    return "fleets" if bought and set(lever.resources) & vehicles else "lines"


ABSENT = Words(
    {
        "tariff": "the case has no cargo with a tariff",
        "hours": "no link with cargo has an hour of standing",
        "spread": "no link with cargo has a day of spread",
        "departures": "no link has departures a week",
        "fleet": "no resource has a planner's step without a project",
        "project": "the case has no project that can be built",
    }
)
"""Kinds of levers that a case may be without, each with the reason."""


def _tariffs(case: Case) -> list[Lever]:
    links = [row.link_id for row in case.rows("link") if row.tariff_usd_per_t]
    own = [row.tariff_id for row in case.rows("tariff") if row.usd_per_t]
    cut = [f"link.{each}.tariff_usd_per_t*={1 - CUT}" for each in links]
    cut += [f"tariff.{each}.usd_per_t*={1 - CUT}" for each in own]
    priced = frozenset(links) | {row.link_id for row in case.rows("tariff") if row.usd_per_t}
    dollar = [
        f"demand.{row.demand_id}.subsidy_usd_per_t={(row.subsidy_usd_per_t or 0.0) + DOLLAR}"
        for row in case.rows("demand")
    ]
    made = [Lever("tariffs", say("All tariffs"), "tariff", say(LESS), tuple(cut), priced)] if cut else []
    name = say("All cargo, paid as a subsidy")
    return [*made, Lever("dollar", name, "tariff", say("1 USD/t less"), tuple(dollar))] if dollar else made


def _places(case: Case, links: Iterable[Any], tonnes: Mapping[str, float]) -> list[tuple[str, str, list[Any]]]:
    """Id, name and links of the places with the most tonnes: both ways of a pair of ends, or links within one place."""
    names = {row.node_id: row.name for row in case.rows("node")}
    groups: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for link in links:
        if tonnes.get(link.link_id, 0.0) > 0:
            ends = (link.from_node_id, link.to_node_id)
            within = link.length_km is not None and link.length_km < WITHIN_KM
            key = ends[:1] if within else ends[::-1] if ends[::-1] in groups else ends
            groups[key].append(link)
    ranked = sorted(groups, key=lambda key: -sum(tonnes[link.link_id] for link in groups[key]))
    return [("_".join(key), " – ".join(names[end] for end in key), groups[key]) for key in ranked[:LARGEST]]


def hour_levers(case: Case, tonnes: Mapping[str, float]) -> list[Lever]:
    """An hour less of standing at each of the places with the most tonnes."""
    on, stands = hours(case), defaultdict[str, float](float)
    for arc in arcs(case):
        stands[arc.link_id] = max(stands[arc.link_id], on[arc.arc_id].standing if arc.carrier_id is None else 0.0)
    links = [row for row in case.rows("link") if stands[row.link_id] >= HOUR]
    return [*_less(case, links, tonnes, ("hour", "hours", say("1 h less")), "time_h", HOUR), *_calls(case, tonnes)]


def _calls(case: Case, tonnes: Mapping[str, float]) -> list[Lever]:
    """An hour less of loading and unloading at the ends of a trip: carriers of one mode together."""
    modes = {row.mode_id: row.name for row in case.rows("mode")}
    carriers = {row.carrier_id: row for row in case.rows("carrier") if (row.port_h or 0.0) >= HOUR}
    links: dict[str, list[Any]] = defaultdict(list)
    for row in case.rows("link"):
        if row.carrier_id in carriers and tonnes.get(row.link_id, 0.0) > 0:
            links[row.mode_id].append(row)
    made = []
    for mode, its in links.items():
        ids = list(dict.fromkeys(str(row.carrier_id) for row in its))
        name = str(carriers[ids[0]].name) if len(ids) == 1 else str(modes[mode] or mode)
        changes = tuple(f"carrier.{each}.port_h={carriers[each].port_h - HOUR:.6g}" for each in ids)
        reached = frozenset(row.link_id for row in its)
        made.append(
            Lever(f"hour_call_{mode}", f"{name}, {say('loading and unloading')}", "hours", say(CALL), changes, reached)
        )
    return made


def _spread(case: Case, tonnes: Mapping[str, float]) -> list[Lever]:
    links = [row for row in case.rows("link") if (row.spread_d or 0.0) >= DAY]
    return _less(case, links, tonnes, ("spread", "spread", say("1 day of spread less")), "spread_d", DAY)


def _less(
    case: Case,
    links: Iterable[Any],
    tonnes: Mapping[str, float],
    names: tuple[str, str, str],
    column: str,
    less: float,
) -> list[Lever]:
    """A lever a place: ``less`` of a column of its links; ``names`` are the beginning of its id, its kind and step."""
    beginning, kind, step = names
    return [
        Lever(
            f"{beginning}_{place}",
            name,
            kind,
            step,
            tuple(f"link.{row.link_id}.{column}={getattr(row, column) - less:.6g}" for row in members),
            frozenset(row.link_id for row in members),
        )
        for place, name, members in _places(case, links, tonnes)
    ]


def _departures(case: Case) -> list[Lever]:
    names = link_names(case)
    return [
        Lever(
            f"departure_{row.link_id}",
            names[row.link_id],
            "departures",
            say("1 more a week"),
            (f"link.{row.link_id}.departures_per_week={row.departures_per_week + DEPARTURE:.6g}",),
            frozenset([row.link_id]),
        )
        for row in case.rows("link")
        if row.departures_per_week
    ]


def _fleets(case: Case) -> list[Lever]:
    """One planner's step more of each resource that no project adds to, and a vehicle more of each park."""
    reached = {name for row in case.rows("project") for name in resources_of(case, row)}
    vehicles = [
        Lever(
            f"step_{park.limit_id}",
            str(case.row("pool", park.park_id).name),
            "fleet",
            say(MORE),
            (f"pool.{park.park_id}.number+={PARK_STEP}",),
            resources=(park.limit_id,),
        )
        for park in parks(case)
        if not math.isinf(park.number)
    ]
    return vehicles + [
        Lever(
            f"step_{row.resource_id}",
            row.name,
            "fleet",
            case.words(str(row.step_unit)) if row.step_unit else amount(float(row.step), case.words(row.unit)),
            (f"resource.{row.resource_id}.capacity+={row.step:.12g}",),
            resources=(row.resource_id,),
        )
        for row in case.rows("resource")
        if row.step and row.resource_id in available(case) and row.resource_id not in reached
    ]


def _projects(case: Case) -> list[Lever]:
    fleets = {row.resource_id for row in case.rows("carrier")}
    return [
        Lever(
            f"build_{row.project_id}",
            row.name,
            "project",
            say("one more") if row.resource_id in fleets else say("built once"),
            (Build(row.project_id),),
            resources=resources_of(case, row),
        )
        for row in case.rows("project")
        if can_be_built(case, row.project_id)
    ]
