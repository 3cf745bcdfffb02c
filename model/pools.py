"""Pools of vehicles: parks that are used together, the links on which they run, and dwell at the ends of links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corridor.model.case import Case
from corridor.model.graph import Arc, arcs
from corridor.model.horizon import DAY
from corridor.model.limit_ids import limit_ids

OTHERS = ""
"""Park of the vehicles that no pool names: it has no limit."""
YEAR_H = 365 * DAY
"""Hours of a vehicle and year."""


@dataclass(frozen=True)
class Park:
    """Pools that are shared: one limit.

    * ``park_id``: id of the first of them, ``limit_id`` that of its limit;
    * ``rows``: their rows of the table ``pool``;
    * ``number``: working vehicles less those in other traffic;
    * ``links``: links on which they run; None for all that take the unit;
    * ``yearly``: the number holds in the mean of the year, else in every period.
    """

    park_id: str
    limit_id: str
    unit_id: str
    rows: tuple[Any, ...]
    number: float
    links: frozenset[str] | None
    yearly: bool = False

    def runs_on(self, arc: Arc) -> bool:
        """True for an arc that takes the unit, on a link of the park."""
        return self.unit_id in arc.units and (self.links is None or arc.link_id in self.links)


def parks(case: Case) -> tuple[Park, ...]:
    """The parks of a case, in the order of their ids; a pool that is shared has the id of the pool that it joins."""
    return case.known("parks", lambda: _parks(case))


def _parks(case: Case) -> tuple[Park, ...]:
    rows = {row.pool_id: row for row in case.rows("pool")}
    members: dict[str, list[Any]] = defaultdict(list)
    for row in rows.values():
        members[joined(rows, row.pool_id)].append(row)
    ids = limit_ids(case)
    return tuple(
        Park(
            root,
            ids["pool", root],
            rows[root].unit_id,
            tuple(members[root]),
            sum(working(row) for row in members[root]),
            None
            if any(not row.links for row in members[root])
            else frozenset(link for row in members[root] for link in row.links),
            rows[root].per == "year",
        )
        for root in sorted(members)
    )


def working(row: Any) -> float:
    """Working vehicles of a row of the table ``pool``, less those in other traffic."""
    return float(row.number * row.available if row.available else 0.0) - float(row.background)


def joined(rows: Mapping[str, Any], pool_id: str) -> str:
    """The last pool of the chain that a pool joins; the pool itself where the chain is a circle or leads nowhere."""
    seen = [pool_id]
    while (after := rows[seen[-1]].with_pool_id) is not None:
        if after in seen or after not in rows:
            return pool_id
        seen.append(after)
    return seen[-1]


def parks_of(case: Case) -> Mapping[str, tuple[str, ...]]:
    """The parks that run somewhere, by unit; ``OTHERS`` among them where some arc of the unit has none."""
    return case.known("parks of units", lambda: _parks_of(case))


def _parks_of(case: Case) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    units = {park.unit_id for park in parks(case)}
    for arc in arcs(case):
        for unit in arc.units:
            if unit in units:
                found[unit].update(dict.fromkeys(parks_on(case, arc, unit)))
    return {unit: tuple(sorted(names)) for unit, names in found.items()}


def kept_by_period(case: Case) -> frozenset[str]:
    """Units with a park whose number holds in every period; the parks of other units hold in the mean of the year."""
    return frozenset(park.unit_id for park in parks(case) if not park.yearly)


def parks_on(case: Case, arc: Arc, unit: str) -> tuple[str, ...]:
    """Ids of the parks whose vehicles may run on an arc; ``OTHERS`` alone where no pool names its link."""
    here = tuple(park.park_id for park in parks(case) if park.unit_id == unit and park.runs_on(arc))
    return here or (OTHERS,)


def dwell(case: Case, where: str | None = None) -> Mapping[tuple[str, str, str], float]:
    """Hours at the ends of a link by (link direction's arc id, item, loaded | empty | carrier).

    A row without an item holds for every unit of the link, beside the rows that name one. ``where``: of this sort of
    place alone.
    """
    return case.known(("dwell", where), lambda: _dwell(case, where))


def _dwell(case: Case, where: str | None) -> Mapping[tuple[str, str, str], float]:
    hours: dict[tuple[str, str, str], float] = defaultdict(float)
    by_link: dict[str, list[Arc]] = defaultdict(list)
    for arc in arcs(case) if case.rows("dwell") else ():
        by_link[arc.link_id].append(arc)
    for row in case.rows("dwell"):
        if where not in (None, row.where):
            continue
        for arc in by_link[row.link_id]:
            if row.direction not in (arc.direction, "both"):
                continue
            if row.item_id is not None and row.item_id == arc.carrier_id:
                hours[arc.arc_id, row.item_id, "carrier"] += row.loaded_h
                continue
            for unit in arc.units if row.item_id is None else [row.item_id]:
                hours[arc.arc_id, unit, "loaded"] += row.loaded_h
                hours[arc.arc_id, unit, "empty"] += row.empty_h
    return dict(hours)
