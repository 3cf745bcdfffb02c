"""From the columns of a solved program back to labelled tables, in tonnes and USD."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from corridor.model.graph import AFTER
from corridor.model.horizon import Floats
from corridor.model.limit_facts import limit_facts
from corridor.model.limit_ids import limit_ids
from corridor.model.money import TOGETHER
from corridor.model.operators import earners, has_tariff
from corridor.model.pools import OTHERS
from corridor.model.program import Program
from corridor.optimize.answer.links import link_table
from corridor.optimize.period.costs import cost_items
from corridor.optimize.period.layout import KILO, Layout, Store
from corridor.optimize.period.offers import available, ceilings
from corridor.optimize.period.rules.resources import resource_terms
from corridor.optimize.period.rules.stores import slot_terms

SMALLEST = 1e-9
"""Thousandths below this are the solver's dust and are left out of the tables."""


def values_of(program: Program, columns: Floats) -> dict[str, dict[Any, float]]:
    """Column values by variable and key."""
    found: dict[str, dict[Any, float]] = {}
    for (name, key), value in zip(program.columns, columns.tolist(), strict=True):
        found.setdefault(name, {})[key] = value
    return found


def answer_tables(layout: Layout, values: Mapping[str, Mapping[Any, float]]) -> dict[str, pd.DataFrame]:
    """The tables of an answer but for ``limits``: flow, links, move, use, delivered, left, segments, freight, cost.

    ``values`` are those of the year by variable and key, with the views where there are periods.
    """
    flow = pd.DataFrame(
        [
            (
                arc.link_id,
                arc.direction,
                arc.arc_id,
                arc.start,
                arc.end,
                arc.mode_id,
                stream.commodity,
                stream.destination,
                stream.crosses,
                layer,
                value * KILO,
            )
            for (arc_id, name, layer), value in values.get("flow", {}).items()
            if value > SMALLEST and (arc := layout.arcs[arc_id]) and (stream := layout.stream[name])
        ],
        columns=["link", "direction", "arc", "from", "to", "mode", "commodity", "destination", "crosses", "layer", "t"],
    )
    use = _use(layout, values)
    return {
        "flow": flow,
        "links": link_table(layout.case, flow, use),
        "move": _move(layout, values),
        "use": use,
        "delivered": delivered(layout, values),
        "left": _left(layout, values),
        "segments": _segments(layout, values),
        "freight": _freight(layout, values),
        "cost": _cost(layout, values),
    }


def _left(layout: Layout, values: Mapping[str, Mapping[Any, float]]) -> pd.DataFrame:
    """Demands of which cargo stays or goes outside the case: demand, commodity, from, to, unmet_t, outside_t, no_way.

    Cargo that a measure leaves out, for want of an open way, counts as unmet.
    """
    astray = {part.part_id for part in layout.astray}
    rows: dict[str, list[Any]] = {}
    for part in (*layout.parts, *layout.astray):
        kept = [values.get(name, {}).get(part.part_id, 0.0) * KILO for name in ("unmet", "outside")]
        if part in layout.astray and part not in layout.parts:
            kept = [part.base * KILO, 0.0]
        elif part in layout.astray and part.demand_id in rows:
            continue
        if sum(kept) <= SMALLEST * KILO:
            continue
        row = rows.setdefault(part.demand_id, [part.commodity, part.origin, part.destination, 0.0, 0.0, False])
        row[3], row[4], row[5] = row[3] + kept[0], row[4] + kept[1], row[5] or part.part_id in astray
    body = [(demand, *rows[demand]) for demand in sorted(rows)]
    return pd.DataFrame(body, columns=["demand", "commodity", "from", "to", "unmet_t", "outside_t", "no_way"])


def _move(layout: Layout, values: Mapping[str, Mapping[Any, float]]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for (what, arc_id, unit, park), (name, key) in unit_columns(layout).items():
        value = values.get(name, {}).get(key, 0.0)
        if value > SMALLEST:
            rows.append((layout.arcs[arc_id].link_id, arc_id, what, unit, park, value * KILO))
    for arc_id, value in values.get("move", {}).items():
        if value > SMALLEST:
            arc = layout.arcs[str(arc_id)]
            rows.append((arc.link_id, arc.arc_id, "carrier", arc.carrier_id, OTHERS, value * KILO))
    return pd.DataFrame(rows, columns=["link", "arc", "what", "item", "pool", "number"])


def unit_columns(layout: Layout) -> dict[tuple[str, str, str, str], tuple[str, Any]]:
    """Name and key of the column of all units by (loaded | empty, arc, unit, park); no park is ``OTHERS``."""
    columns: dict[tuple[str, str, str, str], tuple[str, Any]] = {}
    pooled = {key[:3] for key in layout.parked}
    for what, keys in (("loaded", layout.loaded), ("empty", layout.empty)):
        for arc, unit in keys:
            if (what, arc, unit) not in pooled:
                columns[what, arc, unit, OTHERS] = (what, (arc, unit))
    return columns | layout.parked


def _use(layout: Layout, values: Mapping[str, Mapping[Any, float]]) -> pd.DataFrame:
    offer, facts, ids = available(layout.case), limit_facts(layout.case), limit_ids(layout.case)
    rows = []
    every = resource_terms(layout)
    for resource in offer:  # as the case lists them
        used = sum(c * values.get(name, {}).get(key, 0.0) for c, name, key in every[resource])
        limit, there = facts[resource], offer[resource]
        rows.append((resource, limit.name, limit.kind, used, there, limit.unit, _share(used, there)))
    for store, t in _lying(layout, values):
        key, room = ids["store", store.row.store_id], store.row.capacity_t
        rows.append((key, facts[key].name, facts[key].kind, t, room, "t", _share(t, room)))
    return pd.DataFrame(rows, columns=["resource", "name", "kind", "used", "available", "unit", "share"])


def _share(used: float, there: float) -> float:
    return used / there if 0 < there < math.inf else (0.0 if there else math.nan)


def _lying(layout: Layout, values: Mapping[str, Mapping[Any, float]]) -> Iterator[tuple[Store, float]]:
    """Tonnes that lie in each store in the mean of the year."""
    slots = slot_terms(layout)
    for store in layout.stores:
        if store.slots:
            lying = math.fsum(c * values.get(name, {}).get(key, 0.0) for c, name, key in slots[store.row.store_id])
        else:
            lying = math.fsum(values.get("held", {}).get(key, 0.0) for key in store.stocks) / layout.horizon.count
        yield store, lying * KILO


def delivered(layout: Layout, values: Mapping[str, Mapping[Any, float]]) -> pd.DataFrame:
    """The table ``delivered`` of an answer: demands with their tonnes, and the gate tonnes that are counted of them."""
    served, arrived = values.get("served", {}), values.get("arrived", {})
    carried = {s.stream_id: sum(served.get(p.part_id, 0.0) for p in s.parts) for s in layout.streams}
    stream_of = {p.part_id: s for s in layout.streams for p in s.parts}
    rows = []
    for part in layout.parts:
        t = served.get(part.part_id, 0.0)
        if part.crosses == "may":
            stream = stream_of[part.part_id]
            total = carried[stream.stream_id]
            through = t * arrived.get((stream.stream_id, AFTER), 0.0) / total if total > 0 else 0.0
        else:
            through = t if part.crosses == "must" else 0.0
        # By periods what closures lose is in the balance of what waits; else it goes with what is carried.
        lost = part.lost * (t / part.base if part.grows else 1.0) if part.part_id not in layout.timed_parts else 0.0
        counted = through if layout.case.gate is not None else t
        rows.append(
            (
                part.part_id,
                part.demand_id,
                part.segment,
                part.commodity,
                part.origin,
                part.destination,
                part.crosses,
                part.grows,
                (part.base + part.lost) * KILO,
                t * KILO,
                through * KILO,
                counted * part.weight * KILO,
                values.get("outside", {}).get(part.part_id, 0.0) * KILO,
                (values.get("unmet", {}).get(part.part_id, 0.0) + lost) * KILO,
            )
        )
    names = ["part", "demand", "segment", "commodity", "origin", "destination", "crosses", "grows"]
    return pd.DataFrame(rows, columns=[*names, "base_t", "t", "crossed_t", "gate_t", "outside_t", "unmet_t"])


def _segments(layout: Layout, values: Mapping[str, Mapping[Any, float]]) -> pd.DataFrame:
    names = {row.segment_id: row.name for row in layout.case.rows("segment")}
    own = {row.segment_id: row.ceiling_t_per_year for row in layout.case.rows("segment")}
    if layout.scope is not None:
        own = {segment: most * KILO for segment, most in ceilings(layout).items()}
    level = values.get("level", {})
    listed = layout.measures and layout.scope is None
    order = [segment for segment in names if segment in layout.base or listed]
    order += [segment for segment in layout.base if segment not in names]
    rows = [
        (
            segment,
            names.get(segment, segment),
            layout.base.get(segment, 0.0) * KILO,
            level.get(segment, 0.0) * KILO,
            own.get(segment, math.inf),
        )
        for segment in order
    ]
    frame = pd.DataFrame(rows, columns=["segment", "name", "base_t", "t", "ceiling_t"])
    frame.insert(4, "times", frame["t"] / frame["base_t"].where(frame["base_t"] > 0))
    return frame


SHIPPERS = ("time", "reliability", "carbon", "subsidy", "lateness", "storage", "stock", "outside", "penalty")
"""Items that shippers bear and no operator of a link earns."""


def _cost(layout: Layout, values: Mapping[str, Mapping[Any, float]]) -> pd.DataFrame:
    """Both costs by item, operator and country: freight and operation are its operators', the rest the shippers'.

    Countries share what operators have together, in equal parts (:func:`corridor.model.operators.earners`).
    """
    earner = earners(layout.case)
    rows = []
    for study in ("cost_shipper", "cost_resource"):
        for item, arc_id, _, usd in _amounts(layout, values, study):
            if item in SHIPPERS or arc_id is None:
                rows.append(("shippers", "", study, item, usd))
            else:
                who = earner[arc_id]
                rows += [(who.operator, country, study, item, usd * part) for country, part in who.shares.items()]
    keys = ["operator", "country", "study", "item"]
    frame = pd.DataFrame(rows, columns=[*keys, "usd"])
    return frame.groupby(keys)["usd"].sum().reset_index()


def _freight(layout: Layout, values: Mapping[str, Mapping[Any, float]]) -> pd.DataFrame:
    """Revenue of each arc and commodity: the tariff as it is through the year, times the tonnes.

    Where no tariff is stated, ``known`` is False and the revenue nothing.
    """
    earned: dict[tuple[str, str], float] = defaultdict(float)
    for item, arc_id, commodity, usd in _amounts(layout, values, "cost_shipper"):
        if item == "freight" and arc_id is not None:
            earned[arc_id, commodity] += usd
    carried: dict[tuple[str, str], float] = defaultdict(float)
    for key, value in values.get("flow", {}).items():
        if value > SMALLEST:
            carried[key[0], layout.commodity_of(key)] += value * KILO
    earner = earners(layout.case)
    rows = []
    for (arc_id, commodity), t in carried.items():
        arc = layout.arcs[arc_id]
        known = has_tariff(layout.case, arc, commodity)
        who, usd = earner[arc_id], earned[arc_id, commodity]
        parts = TOGETHER.join(who.countries)
        rows.append((arc.link_id, arc_id, who.operator, parts, commodity, t, t * arc.length_km, usd, known))
    columns = ["link", "arc", "operator", "countries", "commodity", "t", "tkm", "usd", "known"]
    return pd.DataFrame(rows, columns=columns).astype({"known": bool})


def _amounts(
    layout: Layout, values: Mapping[str, Mapping[Any, float]], study: str
) -> Iterator[tuple[str, str | None, str, float]]:
    """USD of each term of a cost: item, arc (None for what is on none), commodity (of cargo), amount."""
    for item, (coefficient, name, key) in cost_items(layout, study):
        usd = coefficient * values.get(name, {}).get(key, 0.0) * KILO
        if not usd:
            continue
        name, key = (key[0], key[1:-1] if len(key) > 3 else key[1]) if name == "varied" else (name, key)
        cargo = name in ("flow", "passing")
        arc_id = (key if isinstance(key, str) else key[0]) if item in ON_LINKS else None
        yield item, arc_id, layout.commodity_of(key) if cargo else "", usd


ON_LINKS = ("freight", "time", "reliability", "carbon", "operation")
"""Items whose terms are of arcs."""
