"""The account of vehicles in an answer: busy so or so, idle or lacking, by fleet; hours that free them, and work."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.graph import Arc, arcs
from corridor.model.operators import TOGETHER, country_of
from corridor.model.pools import OTHERS, YEAR_H, dwell, parks, parks_of
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.optimize.period.offers import available, carrier_sizes, item_loading
from corridor.optimize.studies.purchase import at_work, fleets_at_sea

PLACES = ("terminal", "port", "border", "gauge")
ROUND = 1e-3
"""Part of a vehicle that is none: rounding of the solver, times the vehicles there."""
DUST = 1e-5
"""Share of the vehicles in use below which a rest is rounding."""


@dataclass(frozen=True)
class Group:
    """Vehicles of one limit: a park of units, or the fleet of carriers; ``limit`` is None for units without a number.

    ``owner`` in words and ``country`` by code, empty where the case has none; ``working``: vehicles at work of one
    that is bought.
    """

    limit: str | None
    name: str
    type: str
    owner: str
    country: str
    there: float
    working: float = 1.0
    hire_usd: float = math.nan
    price_usd: float = math.nan


def groups(case: Case) -> dict[tuple[str, str], Group]:
    """The group of vehicles by (unit, park) and (carrier, ``""``), of every unit and carrier of the case."""
    offers, countries = available(case), {row.operator_id: row for row in case.rows("operator")}
    named = country_of(case)
    found: dict[tuple[str, str], Group] = {}
    working = at_work(case)
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
            working.get(park.limit_id, 1.0),
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
            working.get(row.resource_id, 1.0),
            price_usd=min(price, default=math.nan),
        )
    return found


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else float(value)


def busy(case: Case, move: pd.DataFrame) -> dict[tuple[str, str], dict[str, float]]:
    """Vehicles in the mean of the year by (unit or carrier, park) and state, from a table of moves."""
    known: dict[str, Arc] = {arc.arc_id: arc for arc in arcs(case)}
    sea = {row.mode_id for row in case.rows("mode") if row.at_sea}
    stays, spent = _stays(case), defaultdict[tuple[str, str], dict[str, float]](lambda: defaultdict(float))
    for row in rows(move):
        arc, key = known[row.arc], (row.item, row.pool)
        if row.what == "carrier":
            carrier = case.row("carrier", row.item)
            share = row.number * carrier.vehicles / carrier.hours_per_year
            spent[key]["moving"] += share * arc.time_h
            spent[key]["port" if arc.mode_id in sea else "terminal"] += share * (carrier.port_h + carrier.wait_h)
        else:
            share = row.number / YEAR_H
            carrier = None if arc.carrier_id is None else case.row("carrier", arc.carrier_id)
            spent[key]["moving"] += share * arc.time_h
            if carrier is not None:
                spent[key]["port" if arc.mode_id in sea else "terminal"] += share * (carrier.port_h + carrier.wait_h)
        for where, hours in stays.get((row.arc, row.item, row.what), {}).items():
            spent[key][where] += share * hours
    return spent


def shared_out(case: Case, move: pd.DataFrame) -> pd.DataFrame:
    """A table of moves in which parks on the same links run in proportion to their numbers.

    The program may choose any of them; a balance and a limit that hold for their sum hold for each of them, too.
    """
    alike: dict[tuple[str, frozenset[str] | None], dict[str, float]] = defaultdict(dict)
    for park in parks(case):
        alike[park.unit_id, park.links][park.park_id] = park.number
    frames = [move]
    for numbers in alike.values():
        total = math.fsum(numbers.values())
        if len(numbers) == 1 or not total:
            continue
        frame = pd.concat(frames)
        mine = frame["pool"].isin(numbers)
        names = [name for name in frame.columns if name not in ("pool", "number")]
        sums = frame[mine].groupby(names, sort=False, dropna=False, as_index=False)["number"].sum()
        shares = [sums.assign(pool=name, number=sums["number"] * part / total) for name, part in numbers.items()]
        frames = [frame[~mine], *(each[list(frame.columns)] for each in shares)]
    return pd.concat(frames, ignore_index=True)


def _stays(case: Case) -> dict[tuple[str, str, str], dict[str, float]]:
    """Hours of dwell by arc, item and what, and sort of place."""
    found: dict[tuple[str, str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for place in PLACES:
        if any(row.where == place for row in case.rows("dwell")):
            for key, hours in dwell(case, place).items():
                found[key][place] += hours
    return found


def account(case: Case, state: str, answer: Answer, worth: Mapping[str, float]) -> list[dict[str, Any]]:
    """The rows of one state; carriers of one fleet are one row."""
    spent, every = busy(case, shared_out(case, answer.move)), groups(case)
    ships = fleets_at_sea(case)
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
                "at_sea": group.limit in ships,
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
        row["buy"] = math.ceil(row["lacking"] / group.working - ROUND) if row["lacking"] > 0 else row["lacking"]
        row["purchase_usd"] = row["buy"] * group.price_usd if row["buy"] else 0.0
        body.append(row)
    return body


def freed(case: Case, answer: Answer) -> list[dict[str, Any]]:
    """Vehicles that one hour less of dwell frees, by place of the table ``dwell`` and fleet, the most first."""
    every, found = groups(case), defaultdict[tuple[str, str, str], float](float)
    of_link = {arc.arc_id: arc for arc in arcs(case)}
    places = {(row.link_id, row.where) for row in case.rows("dwell") if row.where in ("border", "port", "gauge")}
    stays = _stays(case)
    for row in rows(shared_out(case, answer.move)):
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


def work(case: Case, answer: Answer) -> list[dict[str, Any]]:
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
