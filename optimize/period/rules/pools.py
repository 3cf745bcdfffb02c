"""Pools of vehicles: the units of each park, their balance and the vehicles that running and standing take."""

from __future__ import annotations

from collections import defaultdict

from corridor.model.pools import OTHERS, YEAR_H, dwell, kept_by_period, parks
from corridor.optimize.period.algebra import BEFORE, FIRST, Columns, Rows, Term, lag, rule
from corridor.optimize.period.layout import KILO, Layout

WHATS = ("loaded", "empty")
"""States of a unit that runs."""
NAMES = tuple(f"{prefix}{what}" for prefix in ("", "own_") for what in WHATS)
"""Columns that units of parks have."""
UNITS = {
    **dict.fromkeys(("own_loaded", "own_empty", *(f"arriving_{name}" for name in NAMES)), "units"),
    **dict.fromkeys(("idle", "opening_idle", "beginning_idle", "idle_first"), "units"),
    "idle_share": "",
}


def columns(layout: Layout, columns: Columns) -> None:
    """``own_loaded`` and ``own_empty`` of units with several parks; by periods ``idle`` and arrivals."""
    for what in WHATS:
        keys = [key for name, key in layout.parked.values() if name == f"own_{what}"]
        columns.add(f"own_{what}", [key for key in keys if _home(layout, key) == "period"])
        columns.add(f"own_{what}", [key for key in keys if _home(layout, key) == "year"], "year")
    if not layout.timed:
        return
    columns.add("idle", layout.idle)
    columns.factors["share"] = layout.horizon.share
    columns.view("opening_idle", "idle", dict.fromkeys(layout.idle, BEFORE))
    columns.view("idle_share", "idle", dict.fromkeys(layout.idle, (("times", "share"),)))
    if not layout.horizon.cyclic:
        columns.add("idle_first", layout.idle, "year")
        columns.view("beginning_idle", "idle_first", dict.fromkeys(layout.idle, FIRST))
    for name in NAMES:
        hours = {
            key: hours_of(layout, arc, unit, what)
            for (what, arc, unit, _), (column, key) in layout.parked.items()
            if column == name and _home(layout, ("", unit)) == "period"
        }
        columns.view(f"arriving_{name}", name, {key: lag(away) for key, away in hours.items()})


def _home(layout: Layout, key: tuple[str, ...]) -> str:
    """The block of the rows and own columns of a unit, the second of the key: by period, or of the year."""
    return "period" if not layout.timed or key[1] in kept_by_period(layout.case) else "year"


def hours_of(layout: Layout, arc: str, unit: str, what: str) -> float:
    """Hours of a unit on an arc: the way, its carrier's port and waiting, and the dwell at both ends."""
    return layout.hours(layout.arcs[arc]) + dwell(layout.case).get((arc, unit, what), 0.0)


@rule("=", lambda layout, key: _home(layout, key[1:]), ones=True)
def pool_split(layout: Layout) -> Rows:
    r"""Units on a link belong to one of the parks that run there.

    .. math:: \sum_p own_{l,u,p} = units_{l,u}

    Keys: loaded or empty, link direction, unit, where a unit has several parks.  Unit: thousand units.
    Price: objective per thousand units more.
    """
    rows: Rows = defaultdict(list)
    for (what, arc, unit, _), (name, key) in layout.parked.items():
        if name.startswith("own_"):
            rows[what, arc, unit].append((1.0, name, key))
    return {key: [*terms, (-1.0, key[0], key[1:])] for key, terms in rows.items()}


@rule("=", _home, ones=True)
def pool_balance(layout: Layout) -> Rows:
    r"""Units of a park that come to a place leave it again, loaded or empty, or stand there until a later period.

    .. math:: \sum_{l \in in(n)} own'_{l,u,p} + idle'_{n,u,p} = \sum_{l \in out(n)} own_{l,u,p} + idle_{n,u,p}

    Keys: node, unit, park.  Unit: thousand units.  Price: objective per thousand units more at the place.
    Source: Dejax and Crainic, A review of empty flows, Transportation Science 21 (1987).
    """
    rows: Rows = defaultdict(list)
    for (_, arc_id, unit, park), (name, key) in layout.parked.items():
        lagged = layout.timed and _home(layout, ("", unit)) == "period"
        arc, arriving = layout.arcs[arc_id], f"arriving_{name}" if lagged else name
        rows[arc.end, unit, park].append((1.0, arriving, key))
        rows[arc.start, unit, park].append((-1.0, name, key))
    for key in layout.idle:
        rows[key] += [(1.0, "opening_idle", key), (-1.0, "idle", key)]
        if not layout.horizon.cyclic:
            rows[key].append((1.0, "beginning_idle", key))
    return rows


def pool_terms(layout: Layout) -> dict[str, list[Term]]:
    """Vehicles of a year that running and standing take, by limit, for a thousand units."""
    terms: dict[str, list[Term]] = {park.limit_id: [] for park in parks(layout.case)}
    limits = {park.park_id: park.limit_id for park in parks(layout.case)}
    for (what, arc, unit, park), (name, key) in layout.parked.items():
        if park != OTHERS:
            terms[limits[park]].append((KILO * hours_of(layout, arc, unit, what) / YEAR_H, name, key))
    for key in layout.idle:
        if key[2] != OTHERS:
            terms[limits[key[2]]].append((KILO, "idle_share", key))
    return terms
