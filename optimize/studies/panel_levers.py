"""The levers of the panel, chosen from the tables of a case by the order of its limits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.language import say
from corridor.model.limit_facts import limit_facts
from corridor.model.result.panel import PanelLever
from corridor.optimize.period.offers import available
from corridor.optimize.studies.lever_rows import hour_levers
from corridor.optimize.studies.projects import can_be_built
from corridor.optimize.studies.revenue import link_names

PROJECT, WATER = "project", "water"
"""Kinds of the levers that build a project, and of the water's level."""
FLEETS, TERMINALS, SERVICES, PLACES = 4, 2, 1, 1
"""Number of levers of each kind at most: fleets, other resources, services with departures, places with hours."""
NOTCHES = 20
"""Number of notches of a slider where no planner's unit gives them, about."""
SHARE = 50.0
"""Per cent by which all tariffs may rise and fall."""
HOURS = 48.0
"""Hours by which the time at a place may rise, and fall where it is as long."""
LEVEL_M = 3.0
"""Metres by which the water may fall below the level of the case."""
LEVEL_STEP = 0.05
"""Metres of a notch of the water's level."""
WIDEST = 2.0
"""Factor on a capacity: upper end of its slider."""


def levers_of(case: Case, order: Sequence[str], worth: Sequence[str], tonnes: Mapping[str, float]) -> list[PanelLever]:
    """The levers of a case: fleets and terminals, the water, hours, tariffs, departures.

    ``order`` are ids of limits in the order in which they come, by which fleets are chosen; ``worth`` those with the
    dearest step first, for terminals; ``tonnes`` the cargo by link.
    """
    place = {limit: number for number, limit in enumerate(order)}
    carriers = {row.resource_id for row in case.rows("carrier")}
    known = [row for row in case.rows("resource") if row.resource_id in available(case) and row.capacity > 0]
    known = [row for row in known if math.isfinite(row.capacity)]
    ranked = sorted(known, key=lambda row: (place.get(row.resource_id, len(place)), row.resource_id))
    fleets = [row for row in ranked if row.resource_id in carriers][:FLEETS]
    rows = {row.resource_id: row for row in known}
    others = [rows[limit] for limit in worth if limit in rows and limit not in carriers]
    made = [_capacity(case, row, "fleet") for row in fleets]
    made += [_capacity(case, row, "terminal") for row in others[:TERMINALS]]
    made += [*_water(case), *_waits(case, fleets[:1]), *_tariffs(case), *_hours(case, tonnes)]
    made += _departures(case, tonnes)
    return [lever for lever in made if _can_be(case, lever)]


def projects_of(case: Case) -> tuple[list[PanelLever], dict[str, float]]:
    """The projects that can be built as levers, and what each costs once, USD by id of its lever."""
    rows = [row for row in case.rows("project") if can_be_built(case, row.project_id)]
    levers = [
        PanelLever(
            f"build_{row.project_id}",
            row.name,
            PROJECT,
            say("times"),
            0.0,
            0.0,
            float(int(row.at_most or 1)),
            1.0,
            (f"build {row.project_id} times {{}}",),
            "times",
        )
        for row in rows
    ]
    return levers, {f"build_{row.project_id}": float(row.cost_usd) for row in rows}


def _can_be(case: Case, lever: PanelLever) -> bool:
    """True for a lever that moves, both ends of which the case takes."""
    try:
        for value in (lever.low, lever.high):
            case.with_(lever.changes(value))
    except CaseError:
        return False
    return lever.low < lever.high


def notch(size: float) -> float:
    """A round number near a part of a size: 1, 2 or 5 times a power of ten.

    >>> notch(105000 / 20), notch(0.7)
    (5000.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(size))
    return max(each * power for each in (1, 2, 5) if each * power <= size * (1 + 1e-9))


def _capacity(case: Case, row: Any, kind: str) -> PanelLever:
    facts = limit_facts(case)[row.resource_id]
    step = float(row.step) if row.step and row.step <= row.capacity / 2 else notch(row.capacity / NOTCHES)
    left = case.derating()[row.resource_id]
    least = row.background / left if left else 0.0
    low = row.capacity - step * math.floor((row.capacity - least) / step * (1 + 1e-12))
    high = row.capacity + step * math.ceil(max((WIDEST - 1) * row.capacity, 6 * step) / step)
    return PanelLever(
        row.resource_id,
        facts.name,
        kind,
        case.words(row.unit),
        float(row.capacity),
        max(0.0, low),
        high,
        step,
        (f"resource.{row.resource_id}.capacity={{}}",),
        cell=("resource", row.resource_id, "capacity"),
    )


def _water(case: Case) -> list[PanelLever]:
    """The level of the water, where the draught of sizes follows it; from where a carrier has to stop."""
    row = case.rows("case")[0]
    drawn = case.rows("draught")
    reference = {float(each.reference_m) for each in drawn}
    if not reference or (row.sea_level_m is None and len(reference) > 1):
        return []
    level = float(row.sea_level_m) if row.sea_level_m is not None else min(reference)
    ends = [float(each.closes_below_m) for each in drawn if each.closes_below_m is not None]
    ends += [float(each.reference_m - 1.0 / each.lost_per_m) for each in drawn if each.lost_per_m]
    low = max([level - LEVEL_M, *(end for end in ends if end < level)])
    high = max(level, min(reference))
    name, address = say("Water level"), f"case.{row.case_id}.sea_level_m"
    low = level - LEVEL_STEP * math.floor((level - low) / LEVEL_STEP + 1e-9)
    cell = ("case", str(row.case_id), "sea_level_m")
    return [PanelLever("water", name, WATER, say("m"), level, low, high, LEVEL_STEP, (f"{address}={{}}",), cell=cell)]


def _waits(case: Case, fleets: Iterable[Any]) -> list[PanelLever]:
    made = []
    for fleet in fleets:
        carrier = next(row for row in case.rows("carrier") if row.resource_id == fleet.resource_id)
        if carrier.wait_h:
            hours = float(carrier.wait_h)
            address, cell = f"carrier.{carrier.carrier_id}.wait_h", ("carrier", carrier.carrier_id, "wait_h")
            name, unit = say("{carrier}: wait at each call", carrier=carrier.name), say("h")
            made.append(
                PanelLever(
                    f"wait_{carrier.carrier_id}",
                    name,
                    "turn",
                    unit,
                    hours,
                    0.0,
                    2.0 * hours,
                    notch(hours / NOTCHES),
                    (f"{address}={{}}",),
                    cell=cell,
                )
            )
    return made


def _tariffs(case: Case) -> list[PanelLever]:
    words = ["link.*.tariff_usd_per_t*={}"] if any(row.tariff_usd_per_t for row in case.rows("link")) else []
    words += ["tariff.*.usd_per_t*={}"] if any(row.usd_per_t for row in case.rows("tariff")) else []
    if not words:
        return []
    return [PanelLever("tariffs", say("All tariffs"), "tariff", "%", 0.0, -SHARE, SHARE, 5.0, tuple(words), "percent")]


def _hours(case: Case, tonnes: Mapping[str, float]) -> list[PanelLever]:
    made = []
    for lever in hour_levers(case, tonnes)[:PLACES]:
        links = sorted(lever.links)
        least = min(float(case.row("link", link).time_h) for link in links)
        low = -float(min(HOURS, math.floor(least)))
        words = tuple(f"link.{link}.time_h+={{}}" for link in links)
        made.append(
            PanelLever(
                lever.lever_id, say("Time at {place}", place=lever.name), "hours", say("h"), 0.0, low, HOURS, 1.0, words
            )
        )
    return made


def _departures(case: Case, tonnes: Mapping[str, float]) -> list[PanelLever]:
    names = link_names(case)
    rows = [row for row in case.rows("link") if row.departures_per_week and tonnes.get(row.link_id, 0.0) > 0]
    rows.sort(key=lambda row: (-tonnes[row.link_id], row.link_id))
    return [
        PanelLever(
            f"departures_{row.link_id}",
            say("Departures {link}", link=names[row.link_id]),
            "departures",
            say("a week"),
            float(row.departures_per_week),
            notch(row.departures_per_week / 4),
            math.ceil(3.0 * row.departures_per_week),
            notch(row.departures_per_week / 4),
            (f"link.{row.link_id}.departures_per_week={{}}",),
            cell=("link", row.link_id, "departures_per_week"),
        )
        for row in rows[:SERVICES]
    ]
