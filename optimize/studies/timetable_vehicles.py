"""Locomotives, platforms and ships of each service: in the flows, in whole departures, and beside other cargo."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.graph import Arc, arcs
from corridor.model.pools import OTHERS, YEAR_H, dwell, parks_on
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.services import BACK, FORTH, Service, services
from corridor.optimize.period.offers import carrier_sizes, item_loading
from corridor.optimize.studies.departures import Loads
from corridor.optimize.studies.fleet_account import Group, busy, groups, shared_out
from corridor.optimize.studies.whole import WEEKS

Key = tuple[str, str]
"""Unit or carrier, and the park: a key of the groups of vehicles."""
VEHICLES = ["service", "kind", "fleet", "name", "type", "flow", "plan"]
FLEETS = ["fleet", "name", "type", "there", "used", "services", "others", "plan", "left"]


def vehicles(case: Case, answer: Answer, known: Loads, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Vehicles by service, and by fleet; ``table`` is that of services with departures and sets.

    By service: service, kind (``ship``, ``locomotive``, ``wagon``), fleet (id of the limit, empty without one), name,
    type, flow (vehicles in the mean of the year for its cargo in the flows), plan (of its whole departures). By fleet:
    fleet, name, type, there, used (by all cargo of the flows), services (of that by services), others (the rest), plan
    (of all services), left (there less others and plan).

    Moves on a link are shared out among its services by the units that ride on their fuller way. Boxes take as
    much of a train as their share of its load in the dimension that is fullest. In the plan ships are the whole sets.
    Platforms and locomotives are those of full trains in the mean of the week, by the hours and the dwell of the flows:
    both more than ``flow`` by rounding and by room that stays empty.
    """
    every, own = groups(case), [name for name in table["service"] if not services(case)[name].ship]
    move = shared_out(case, answer.move)
    used = _by_group(every, busy(case, move))
    flows = {
        name: _by_group(every, busy(case, move.assign(number=list(_parts(case, known, move, name)))))
        for name in table["service"]
    }
    plans = {row.service: dict(_ship(case, every, row)) for row in rows(table)}
    for row in rows(table[table["service"].isin(own)]):
        plans[row.service] = _by_group(every, _train(case, services(case)[row.service], row))
    pulls = {every[row.carrier_id, OTHERS] for row in case.rows("carrier")}
    body, sums = list[tuple[object, ...]](), defaultdict[Group, list[float]](lambda: [0.0, 0.0])
    for name, its in plans.items():
        boxes = services(case)[name].unit_id
        for group in dict.fromkeys([*flows[name], *its]):
            if (boxes, OTHERS) in every and every[boxes or "", OTHERS] is group:
                continue
            numbers = flows[name].get(group, 0.0), its.get(group, 0.0)
            if max(numbers) > 0:
                kind = "ship" if services(case)[name].ship else "locomotive" if group in pulls else "wagon"
                body.append((name, kind, group.limit or "", group.name, group.type, *numbers))
                sums[group] = [one + other for one, other in zip(sums[group], numbers, strict=True)]
    fleets = [
        (
            *(group.limit, group.name, group.type, group.there, used[group], flow, used[group] - flow, plan),
            group.there - (used[group] - flow) - plan,
        )
        for group, (flow, plan) in sums.items()
        if group.limit
    ]
    return pd.DataFrame(body, columns=VEHICLES), pd.DataFrame(fleets, columns=FLEETS)


def _by_group(every: Mapping[Key, Group], spent: Mapping[Key, Mapping[str, float]]) -> dict[Group, float]:
    """Vehicles by limit, however they are busy; carriers of one fleet are one group."""
    first, found = _first(every), defaultdict[Group, float](float)
    for key, its in spent.items():
        if key in every:
            found[first.get(every[key].limit or "", every[key])] += math.fsum(its.values())
    return found


def _first(every: Mapping[Key, Group]) -> dict[str, Group]:
    """The first group of each limit."""
    return {group.limit: group for group in reversed(tuple(every.values())) if group.limit}


def _parts(case: Case, known: Loads, move: pd.DataFrame, name: str) -> Iterator[float]:
    """The part of each row of moves that is a service's."""
    service, of_arc = services(case)[name], {arc.arc_id: arc for arc in arcs(case)}
    share, boxes = _shares(case, known, name), _boxes(case, move)
    for row in rows(move):
        arc = of_arc[row.arc]
        part = share.get(arc.link_id, 0.0)
        if row.what == "carrier":
            part *= 1.0 if service.unit_id is None else boxes.get((row.arc, service.unit_id), 0.0)
        elif service.unit_id is None or row.item not in _with(case, arc, service.unit_id):
            part = 0.0
        yield row.number * part


def _shares(case: Case, known: Loads, name: str) -> dict[str, float]:
    """A service's part of the moves on each of its links: by its fuller way, as empties bring the two ways level.

    Services without units share the moves of a ferry evenly.
    """
    counts = services(case)[name].unit_id is None
    fuller: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for one, service in services(case).items():
        if (service.unit_id is None) != counts:
            continue
        for way, legs in service.legs.items():
            for leg, arc in enumerate(legs):
                units = 1.0 if counts else known.units.get((one, way, leg), 0.0)
                fuller[arc.link_id][one] = max(fuller[arc.link_id][one], units)
    return {link: its[name] / math.fsum(its.values()) for link, its in fuller.items() if its.get(name)}


def _with(case: Case, arc: Arc, unit: str) -> frozenset[str]:
    """A unit, and the units that it rides on along an arc, as boxes on platforms."""
    on = {row.on_unit_id for row in case.rows("packing") if row.mode_id == arc.mode_id and row.unit_id == unit}
    return frozenset({unit, *(each for each in on if each)})


def _boxes(case: Case, move: pd.DataFrame) -> dict[tuple[str, str], float]:
    """By arc and unit of a service, its part of the load of trains and ships in the dimension that is fullest."""
    units = {service.unit_id for service in services(case).values() if service.unit_id}
    found: dict[tuple[str, str], float] = {}
    of_arc = {arc.arc_id: arc for arc in arcs(case)}
    for name, group in move[move["what"] != "carrier"].groupby("arc", sort=False):
        arc = of_arc[str(name)]
        if arc.carrier_id is None:
            continue
        fullest: tuple[float, dict[str, float]] = 0.0, {}
        for dimension, (size, _) in carrier_sizes(case, arc.carrier_id).items():
            loads: dict[str, float] = defaultdict(float)
            for row in rows(group):
                loads[row.item] += row.number * item_loading(case, row.item, dimension)[row.what == "empty"]
            fullest = max(fullest, (math.fsum(loads.values()) / size, loads), key=lambda each: each[0])
        total = math.fsum(fullest[1].values())
        for unit in units if total else ():
            found[arc.arc_id, unit] = math.fsum(fullest[1].get(each, 0.0) for each in _with(case, arc, unit)) / total
    return found


def _ship(case: Case, every: Mapping[Key, Group], row: Any) -> Iterator[tuple[Group, float]]:
    service = services(case)[row.service]
    carrier = service.legs[FORTH][0].carrier_id
    if service.ship and carrier is not None:
        own = every[carrier, OTHERS]
        yield _first(every).get(own.limit or "", own), float(row.sets)


def _train(case: Case, service: Service, row: Any) -> dict[Key, dict[str, float]]:
    """Locomotives and platforms of full trains, by the hours of each leg and the dwell at its ends, as in the flows."""
    stays, unit = dwell(case), service.unit_id or ""
    found: dict[Key, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    each = math.ceil((service.units or 0.0) / _units_per(case, service))
    for way in (FORTH, BACK):
        for arc in service.legs[way]:
            spent = arc.time_h
            if arc.carrier_id is not None:
                its = case.row("carrier", arc.carrier_id)
                spent += its.port_h + its.wait_h
                stand = stays.get((arc.arc_id, arc.carrier_id, "carrier"), 0.0)
                run = row.departures * WEEKS * its.vehicles / its.hours_per_year
                found[arc.carrier_id, OTHERS]["moving"] += run * (spent + stand)
            for outer in _with(case, arc, unit) - {unit}:
                stand = stays.get((arc.arc_id, outer, "loaded"), 0.0)
                for park, part in _owned(case, arc, outer):
                    found[outer, park]["moving"] += row.departures * WEEKS * each * part * (spent + stand) / YEAR_H
    return found


def _owned(case: Case, arc: Arc, unit: str) -> Iterator[tuple[str, float]]:
    """The parks on an arc with their parts, by their numbers."""
    numbers = {row.pool_id: float(row.number) for row in case.rows("pool")}
    names = parks_on(case, arc, unit)
    total = math.fsum(numbers.get(name, 1.0) for name in names)
    for name in names:
        yield name, numbers.get(name, 1.0) / total if total else 1.0 / len(names)


def _units_per(case: Case, service: Service) -> float:
    """Units of a service on one vehicle."""
    modes = {arc.mode_id for arc in service.legs[FORTH]}
    fits = [
        row.units_per
        for row in case.rows("packing")
        if row.mode_id in modes and row.unit_id == service.unit_id and row.units_per
    ]
    return float(max(fits, default=1.0))
