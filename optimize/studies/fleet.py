"""Vehicles by owner and type: moving, at terminals, ports and borders, idle and lacking, by amount of cargo."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.graph import Arc, arcs
from corridor.model.operators import TOGETHER, country_of
from corridor.model.pools import OTHERS, YEAR_H, dwell, parks, parks_of
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.result.listing import Described, Listing
from corridor.optimize.answer.expected import expected
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.period.offers import available, carrier_sizes, item_loading
from corridor.optimize.studies.whole import seldom, whole

STATES = ("handled", "expected", "concurrent", "capability")
"""Amounts of cargo at which the account is taken, beside scenarios; ``expected`` where the case has markets."""
PLACES = ("terminal", "port", "border", "gauge")
PLENTY = 100.0
"""Multiple of the vehicles of today at which they are taken not to limit anything."""
DUST = 1e-6
"""Share of the vehicles in use below which a rest is rounding."""
COLUMNS = (
    *("state", "owner", "country", "type", "fleet", "name", "there", "moving", *PLACES, "idle", "lacking"),
    *("worth_t", "hire_usd", "purchase_usd"),
)


@dataclass(frozen=True)
class Group:
    """Vehicles of one limit: a park of units, or the fleet of carriers; ``limit`` is None for units without a number.

    ``names`` are pools or carriers; ``owner`` and ``country`` in words, empty where the case has none.
    """

    limit: str | None
    name: str
    type: str
    owner: str
    country: str
    there: float
    hire_usd: float = math.nan
    price_usd: float = math.nan


def fleet(
    setting: Setting,
    names: Iterable[str] = (),
    *,
    scenario: Callable[[str], Setting],
    notes: Callable[[], Mapping[str, Described]],
) -> Listing:
    """Vehicles by owner and type at the cargo that is used, comes, fits, and is asked for by scenarios (``names``).

    One row a state and fleet. Columns:

    * state: one of ``STATES``, or a scenario: of it the need is taken with every limit of vehicles lifted
    * owner, country, type; fleet (id of the limit, empty for units without a number), name
    * there: vehicles that work and are not in other traffic
    * moving, terminal, port, border, gauge: vehicles that are busy so in the mean of the year; idle or lacking: the
      rest
    * worth_t: tonnes of capability that one vehicle more is worth, of the state ``capability``
    * hire_usd: hire of the vehicles in use a year; purchase_usd: purchase of those that lack

    ``facts``:

    * ``fits``, ``titles``: of scenarios, the share of their cargo that the other limits let pass, and their titles
    * ``hours``: place, fleet, name and the vehicles that one hour less there frees, at the cargo of the base year
    * ``work``: by fleet of carriers at the cargo of the base year: tkm a year, and in the dimension that is fullest
      the amount offered and carried a year
    * ``pooling``: tonnes of concurrent and capability with each owner's park for itself, and with all parks shared
    * ``whole``: the capability in whole voyages and weekly trains; ``seldom``: links with less than one run a week

    Raises CaseError, InfeasibleError.
    """
    known = notes()
    unknown = [name for name in names if name not in known]
    if unknown:
        faults = [Fault("C060", name, f"is no scenario of this case; {nearest(name, known)}") for name in unknown]
        raise CaseError(faults, "the question")
    body: list[dict[str, Any]] = []
    answers = dict(_answers(setting))
    worth = dict(zip(answers["capability"].limits["resource"], answers["capability"].limits["price"], strict=True))
    for state, answer in answers.items():
        body += _account(setting.case, state, answer, worth if state == "capability" else {})
    fits: dict[str, float] = {}
    for name in names:
        asked = scenario(name)
        answer = solve(asked.at(asked.case.with_(_lifted(asked.case))), "handled", most=0)
        fits[name] = min(1.0, answer.growth or 0.0)
        body += _account(asked.case, name, answer, {})
    facts = {
        "scope": setting.scope_id,
        "base_year": setting.case.base_year,
        "fits": fits,
        "titles": {name: known[name].title for name in fits},
        "hours": _hours(setting.case, answers["handled"]),
        "work": _work(setting.case, answers["handled"]),
        "pooling": _pooling(setting, answers["capability"]),
        "whole": whole(setting, answers["capability"]),
        "seldom": list(seldom(setting.case, answers["capability"])),
    }
    return Listing(setting.given, "fleet", pd.DataFrame(body, columns=list(COLUMNS)), facts)


def _answers(setting: Setting) -> Iterator[tuple[str, Answer]]:
    for state in STATES:
        if state != "expected":
            yield state, solve(setting, state, most=None if state == "capability" else 0)
        elif setting.case.rows("market"):
            yield state, expected(setting)


def _lifted(case: Case) -> list[str]:
    """Changes that lift every limit of vehicles; far above the need, since without an end nothing may limit a case."""
    fleets = dict.fromkeys(row.resource_id for row in case.rows("carrier"))
    return [
        *(f"pool.{row.pool_id}.number={PLENTY * max(1.0, row.number):g}" for row in case.rows("pool")),
        *(f"resource.{fleet}.capacity={PLENTY * max(1.0, case.row('resource', fleet).capacity):g}" for fleet in fleets),
    ]


def groups(case: Case) -> dict[tuple[str, str], Group]:
    """The group of vehicles by (unit, park) and (carrier, ``""``), of every unit and carrier of the case."""
    offers, countries = available(case), {row.operator_id: row for row in case.rows("operator")}
    named = country_of(case)
    found: dict[tuple[str, str], Group] = {}
    units = {row.unit_id: row for row in case.rows("unit")}
    for park in parks(case):
        owners = [countries[row.operator_id] for row in park.rows if row.operator_id in countries]
        owner, country = (
            " and ".join(dict.fromkeys(getattr(row, column) or "" for row in owners)) for column in ("name", "country")
        )
        first = next(row for row in park.rows if row.pool_id == park.park_id)
        found[park.unit_id, park.park_id] = Group(
            park.limit_id,
            first.name,
            units[park.unit_id].name,
            owner,
            country,
            offers[park.limit_id],
            _or_nan(first.hire_usd_per_day),
            _or_nan(first.price_usd),
        )
    for unit in units.values():
        if unit.unit_id not in parks_of(case) or OTHERS in parks_of(case)[unit.unit_id]:
            found[unit.unit_id, OTHERS] = Group(None, unit.name, unit.name, "", "", math.nan)
    for row in case.rows("carrier"):
        resource = case.row("resource", row.resource_id)
        owner = resource.operator or row.operator or ""
        parts = [named[part] for part in TOGETHER.split(owner) if part in named]
        country = " ".join(dict.fromkeys(parts))
        price = [each.cost_usd / each.adds for each in case.rows("project") if each.resource_id == row.resource_id]
        found[row.carrier_id, OTHERS] = Group(
            row.resource_id,
            resource.name,
            resource.step_unit or row.name,
            owner,
            country or "",
            offers[row.resource_id],
            price_usd=min(price, default=math.nan),
        )
    return found


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else float(value)


def busy(case: Case, move: pd.DataFrame) -> dict[tuple[str, str], dict[str, float]]:
    """Vehicles in the mean of the year by (unit or carrier, park) and state, from a table of moves."""
    known: dict[str, Arc] = {arc.arc_id: arc for arc in arcs(case)}
    stays, spent = _stays(case), defaultdict[tuple[str, str], dict[str, float]](lambda: defaultdict(float))
    for row in rows(move):
        arc, key = known[row.arc], (row.item, row.pool)
        if row.what == "carrier":
            carrier = case.row("carrier", row.item)
            share = row.number * carrier.vehicles / carrier.hours_per_year
            spent[key]["moving"] += share * arc.time_h
            spent[key]["port"] += share * (carrier.port_h + carrier.wait_h)
        else:
            share = row.number / YEAR_H
            carrier = None if arc.carrier_id is None else case.row("carrier", arc.carrier_id)
            spent[key]["moving"] += share * arc.time_h
            spent[key]["port"] += share * (carrier.port_h + carrier.wait_h) if carrier is not None else 0.0
        for where, hours in stays.get((row.arc, row.item, row.what), {}).items():
            spent[key][where] += share * hours
    return spent


def _stays(case: Case) -> dict[tuple[str, str, str], dict[str, float]]:
    """Hours of dwell by arc, item and what, and sort of place."""
    found: dict[tuple[str, str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for place in PLACES:
        if any(row.where == place for row in case.rows("dwell")):
            for key, hours in dwell(case, place).items():
                found[key][place] += hours
    return found


def _account(case: Case, state: str, answer: Answer, worth: Mapping[str, float]) -> list[dict[str, Any]]:
    """The rows of one state; carriers of one fleet are one row."""
    spent, every = busy(case, answer.move), groups(case)
    merged: dict[tuple[str | None, str], dict[str, Any]] = {}
    for key, group in every.items():
        own = spent.get(key, {})
        row = merged.setdefault(
            (group.limit, group.name if group.limit is None else ""),
            {
                "state": state,
                "owner": group.owner,
                "country": group.country,
                "type": group.type,
                "fleet": group.limit or "",
                "name": group.name,
                "there": group.there,
                "group": group,
                **dict.fromkeys(("moving", *PLACES), 0.0),
            },
        )
        for name, vehicles in own.items():
            row[name] += vehicles
    body = []
    for row in merged.values():
        group = row.pop("group")
        used = math.fsum(row[name] for name in ("moving", *PLACES))
        if group.limit is None and not used:
            continue
        left = group.there - used
        left = 0.0 if abs(left) <= DUST * max(1.0, used) else left
        row["idle"], row["lacking"] = max(0.0, left), max(0.0, -left)
        if math.isnan(group.there):
            row["idle"] = row["lacking"] = math.nan
        row["worth_t"] = worth.get(group.limit or "", 0.0) if worth or state == "capability" else math.nan
        row["hire_usd"] = used * group.hire_usd * 365
        row["purchase_usd"] = math.ceil(row["lacking"] - 1e-6) * group.price_usd if row["lacking"] > 1e-6 else 0.0
        body.append(row)
    return body


def _hours(case: Case, answer: Answer) -> list[dict[str, Any]]:
    """Vehicles that one hour less of dwell frees, by place of the table ``dwell`` and fleet, the most first."""
    every, found = groups(case), defaultdict[tuple[str, str, str], float](float)
    of_link = {arc.arc_id: arc for arc in arcs(case)}
    places = {(row.link_id, row.where) for row in case.rows("dwell") if row.where in ("border", "port", "gauge")}
    stays = _stays(case)
    for row in rows(answer.move):
        arc = of_link[row.arc]
        group = every[row.item, row.pool]
        for where in stays.get((row.arc, row.item, row.what), {}):
            if (arc.link_id, where) in places and group.limit:
                year = case.row("carrier", row.item) if row.what == "carrier" else None
                share = YEAR_H if year is None else year.hours_per_year / year.vehicles
                found[arc.link_id, where, group.limit] += row.number / share
    names = {group.limit: group.name for group in every.values()}
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        {"link": link, "where": where, "fleet": limit, "name": names[limit], "frees": vehicles}
        for (link, where, limit), vehicles in ordered
    ]


def _work(case: Case, answer: Answer) -> list[dict[str, Any]]:
    """Tonne-kilometres of each fleet of carriers, and what its fullest dimension offers and carries in a year."""
    known = {arc.arc_id: arc for arc in arcs(case)}
    tkm = defaultdict[str, float](float)
    for row in rows(answer.flow):
        if carrier := known[row.arc].carrier_id:
            tkm[case.row("carrier", carrier).resource_id] += row.t * known[row.arc].length_km
    offered, carried = defaultdict[tuple[str, str], float](float), defaultdict[tuple[str, str], float](float)
    for row in rows(answer.move):
        carrier = known[row.arc].carrier_id
        if not carrier:
            continue
        resource = case.row("carrier", carrier).resource_id
        for dimension, (size, _) in carrier_sizes(case, carrier).items():
            if row.what == "carrier":
                offered[resource, dimension] += row.number * size
            else:
                share = item_loading(case, row.item, dimension)[row.what == "empty"]
                carried[resource, dimension] += row.number * share
    for row in rows(answer.flow):
        arc = known[row.arc]
        if arc.carrier_id and arc.unit[row.commodity] is None:
            resource = case.row("carrier", arc.carrier_id).resource_id
            for dimension in carrier_sizes(case, arc.carrier_id):
                carried[resource, dimension] += row.t * item_loading(case, row.commodity, dimension)[0]
    fullest: dict[str, tuple[float, str]] = {}
    for (resource, dimension), amount in offered.items():
        share = carried[resource, dimension] / amount if amount else 0.0
        fullest[resource] = max(fullest.get(resource, (-1.0, "")), (share, dimension))
    return [
        {
            "fleet": resource,
            "name": case.row("resource", resource).name,
            "tkm": tkm[resource],
            "dimension": dimension,
            "offered": offered[resource, dimension],
            "carried": carried[resource, dimension],
        }
        for resource, (_, dimension) in sorted(fullest.items(), key=lambda pair: (-tkm[pair[0]], pair[0]))
    ]


def _pooling(setting: Setting, answer: Answer) -> dict[str, float]:
    """Tonnes that fit with each owner's park for itself and with all parks of a unit shared."""
    first: dict[str, str] = {}
    changes = []
    for park in parks(setting.case):
        if first.setdefault(park.unit_id, park.park_id) != park.park_id:
            changes.append(f"pool.{park.park_id}.with_pool_id={first[park.unit_id]}")
    if not changes:
        return {}
    shared = solve(setting.at(setting.case.with_(changes)), "capability", most=0)
    return {
        "concurrent_t": answer.measures_t["concurrent"],
        "capability_t": answer.measures_t["capability"],
        "shared_concurrent_t": shared.measures_t["concurrent"],
        "shared_capability_t": shared.measures_t["capability"],
    }
