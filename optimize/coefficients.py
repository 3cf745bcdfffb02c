"""The numbers of a case as the rules need them: one function for each, used to build a period and to update it.

Tonnes enter as kt, money as thousand USD, units and moves as thousands; what a resource offers keeps its own unit,
times a power of ten that brings its row near one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from corridor.model.case import Case
from corridor.model.graph import BACK
from corridor.optimize.layout import KILO, Layout

Term = tuple[float, str, Any]
"""Coefficient, variable of the period, key."""

NUDGE = 1e-3
"""USD per t, unit and move that the tie-break adds, so that nothing moves for nothing."""


def carrier_sizes(case: Case, carrier_id: str) -> dict[str, float]:
    """What one carrier takes by dimension, after factors (draught)."""
    factor: dict[str, float] = defaultdict(lambda: 1.0)
    for row in case.rows("factor"):
        if row.size_id:
            factor[row.size_id] *= row.value
    return {
        row.dimension: row.amount * factor[row.size_id] for row in case.rows("size") if row.carrier_id == carrier_id
    }


def item_loading(case: Case, item: str, dimension: str) -> tuple[float, float]:
    """What one loaded and one empty unit take of a dimension (a tonne and nothing, for bulk)."""
    for row in case.rows("loading"):
        if row.item_id == item and row.dimension == dimension:
            return float(row.loaded), float(row.empty)
    return 0.0, 0.0


def carried(layout: Layout, arc_id: str) -> list[tuple[str, str, Any]]:
    """What may ride on an arc: (tonne | loaded | empty, commodity or unit, key of the variable)."""
    arc = layout.arcs[arc_id]
    found: list[tuple[str, str, Any]] = []
    for key in layout.flows_on.get(arc_id, ()):
        commodity = layout.commodity_of(key)
        if arc.unit[commodity] is None:
            found.append(("tonne", commodity, key))
    for unit in arc.units:
        if (arc_id, unit) in layout.loaded_set:
            found.append(("loaded", unit, (arc_id, unit)))
        if (arc_id, unit) in layout.empty_set:
            found.append(("empty", unit, (arc_id, unit)))
    return found


def available(case: Case, kinds: Collection[str] | None = None) -> dict[str, float]:
    """What each resource offers a year in its own unit: capacity times factors, less background; no limit is infinite.

    Keys: resource id; the gate's id for its nameplate; the id of an arc for the capacity of a link's direction.
    With ``kinds`` only resources and factors of these kinds limit anything; the nameplate always does.
    """
    factor = case.derating(kinds)
    found = {row.resource_id: row.capacity * factor[row.resource_id] - row.background for row in case.rows("resource")}
    if kinds is not None:
        found |= {row.resource_id: math.inf for row in case.rows("resource") if row.kind not in kinds}
    if case.gate is not None:
        found[case.gate.gate_id] = case.gate.nameplate_t_per_year
    for link in case.rows("link"):
        if 0 < link.capacity_t_per_year < math.inf:
            for arc_id in [link.link_id] if link.directed else [link.link_id, link.link_id + BACK]:
                holds = kinds is None or link.kind in kinds
                found[arc_id] = link.capacity_t_per_year if holds else math.inf
    return found


def fill_terms(layout: Layout) -> dict[Any, list[Term]]:
    """What fills loaded units on an arc, by (arc, unit), less the units."""
    found: dict[Any, list[Term]] = {key: [(-1.0, "loaded", key)] for key in layout.loaded}
    for key in layout.flows:
        arc, commodity = layout.arcs[key[0]], layout.commodity_of(key)
        if unit := arc.unit[commodity]:
            found[key[0], unit].append((1.0 / arc.payload[commodity], "flow", key))
    return found


def load_terms(layout: Layout) -> dict[Any, list[Term]]:
    """What rides on the carriers of an arc, by (arc, dimension), less what they take."""
    found: dict[Any, list[Term]] = {}
    sizes = {row.carrier_id: carrier_sizes(layout.case, row.carrier_id) for row in layout.case.rows("carrier")}
    for arc_id in layout.moves:
        for dimension, size in sizes[layout.arcs[arc_id].carrier_id or ""].items():
            terms: list[Term] = []
            for kind, item, key in carried(layout, arc_id):
                share = item_loading(layout.case, item, dimension)[kind == "empty"]
                if share:
                    terms.append((share, {"tonne": "flow"}.get(kind, kind), key))
            if terms:
                found[arc_id, dimension] = [*terms, (-size, "move", arc_id)]
    return found


def share_terms(layout: Layout) -> dict[Any, list[Term]]:
    """Gate kt of each part that grows, less its share of its segment's level."""
    return {
        part.part_id: [
            (part.weight, "served", part.part_id),
            (-part.weight * part.base / layout.base[part.segment], "level", part.segment),
        ]
        for part in layout.parts
        if part.grows
    }


def total_terms(layout: Layout) -> dict[Any, list[Term]]:
    """Gate kt of all parts of a segment, less its level."""
    found: dict[Any, list[Term]] = {segment: [(-1.0, "level", segment)] for segment in layout.base}
    for part in layout.parts:
        if part.grows:
            found[part.segment].append((part.weight, "served", part.part_id))
    return found


def floor_terms(layout: Layout) -> dict[Any, list[Term]]:
    """The level of each segment less its base year times the common growth, and less its floor."""
    return {
        segment: [(1.0, "level", segment), (-base, "growth", None), (-1.0, "floor", segment)]
        for segment, base in layout.base.items()
    }


def limit_terms(layout: Layout, scales: Mapping[str, float] | None = None) -> dict[Any, list[Term]]:
    """What is taken of each resource, less what it offers, scaled (by ``scales`` where they are given)."""
    return {
        resource: [*terms, (-1.0, "available", resource)]
        for resource, (_, terms) in resource_terms(layout, scales).items()
    }


def resource_terms(layout: Layout, scales: Mapping[str, float] | None = None) -> dict[str, tuple[float, list[Term]]]:
    """For each resource the scale of its row and what takes of it, already scaled.

    The scale brings the row near one; ``scales`` are taken instead where they are given.
    """
    case = layout.case
    uses: dict[str, dict[tuple[str, Any], float]] = {resource: defaultdict(float) for resource in available(case)}
    for carrier in case.rows("carrier"):
        for arc_id in layout.moves:
            if layout.arcs[arc_id].carrier_id == carrier.carrier_id:
                hours = layout.hours(layout.arcs[arc_id])
                uses[carrier.resource_id]["move", arc_id] += KILO * hours / carrier.hours_per_year
    by_link: dict[str, list[str]] = defaultdict(list)
    for arc in layout.arcs.values():
        by_link[arc.link_id].append(arc.arc_id)
    moving = set(layout.moves)
    for row in case.rows("use"):
        for arc_id in by_link[row.link_id]:
            if row.direction not in (layout.arcs[arc_id].direction, "both"):
                continue
            taken = uses[row.resource_id]
            if row.activity == "move":
                if arc_id in moving:
                    taken["move", arc_id] += KILO * row.amount
            elif row.activity == "tonne":
                for key in layout.flows_on.get(arc_id, ()):
                    if row.item_id in (None, layout.commodity_of(key)):
                        taken["flow", key] += KILO * row.amount
            else:
                for unit in layout.arcs[arc_id].units:
                    if row.item_id not in (None, unit):
                        continue
                    if row.activity != "empty" and (arc_id, unit) in layout.loaded_set:
                        taken["loaded", (arc_id, unit)] += KILO * row.amount
                    if row.activity != "loaded" and (arc_id, unit) in layout.empty_set:
                        taken["empty", (arc_id, unit)] += KILO * row.amount
    for arc_id, keys in layout.flows_on.items():
        if arc_id in uses:
            for key in keys:
                uses[arc_id]["flow", key] += KILO
    if case.gate is not None:
        for coefficient, name, key in gate_terms(layout):
            uses[case.gate.gate_id][name, key] += KILO * coefficient
    found = {}
    for resource, taken in uses.items():
        amounts = {at: amount for at, amount in taken.items() if amount}
        if scales is not None:
            scale = scales[resource]
        else:
            scale = 10.0 ** -round(math.log10(max(amounts.values()))) if amounts else 1.0
        found[resource] = (scale, [(amount * scale, name, key) for (name, key), amount in amounts.items()])
    return found


def gate_terms(layout: Layout) -> list[Term]:
    """Gate kt delivered: by parts that must cross and streams that chose to; every delivery where there is no gate."""
    found: list[Term] = []
    for part in layout.parts:
        if part.weight and (part.crosses == "must" or layout.case.gate is None):
            found.append((part.weight, "served", part.part_id))
    for stream in layout.streams:
        if stream.crosses == "may" and layout.case.gate is not None:
            found.append((stream.parts[0].weight, "crossed", stream.stream_id))
    return found


def cost_terms(layout: Layout, study: str) -> list[Term]:
    """Thousand USD of a cost study, ``cost_shipper`` or ``cost_resource``, by variable of the period."""
    case, shipper = layout.case, study == "cost_shipper"
    carbon = float(case.rows("case")[0].carbon_usd_per_t)
    modes = {row.mode_id: row for row in case.rows("mode")}
    day = {row.commodity_id: row.time_usd_per_t_day for row in case.rows("commodity")}
    found: list[Term] = []
    for key in layout.flows:
        arc, commodity = layout.arcs[key[0]], layout.commodity_of(key)
        mode = modes[arc.mode_id]
        if shipper:
            hours = layout.hours(arc) if arc.carrier_id else arc.time_h
            cost = arc.tariff[commodity] + day[commodity] * hours / 24
            cost += carbon * mode.g_co2e_per_tkm * arc.length_km / 1e6
        else:
            cost = mode.cost_usd_per_tkm * arc.length_km
        found.append((cost, "flow", key))
    if not shipper:
        per_km = {row.unit_id: row.cost_usd_per_km for row in case.rows("unit")}
        for name, keys in (("loaded", layout.loaded), ("empty", layout.empty)):
            found += [(per_km[unit] * layout.arcs[arc].length_km, name, (arc, unit)) for arc, unit in keys]
        hourly = {row.carrier_id: row.cost_usd_per_h for row in case.rows("carrier")}
        for arc_id in layout.moves:
            arc = layout.arcs[arc_id]
            found.append((hourly[arc.carrier_id] * layout.hours(arc), "move", arc_id))
    if not layout.measures:
        for part in layout.parts:
            row = case.row("demand", part.demand_id)
            if row.outside_usd_per_t is not None:
                found.append((row.outside_usd_per_t, "outside", part.part_id))
            if row.unmet_usd_per_t is not None:
                found.append((row.unmet_usd_per_t, "unmet", part.part_id))
            if shipper and row.subsidy_usd_per_t:
                found.append((-row.subsidy_usd_per_t, "served", part.part_id))
    return [term for term in found if term[0]]


def tie_break_terms(layout: Layout) -> list[Term]:
    """What the second pass minimises: the resources' cost, and a nudge on everything that moves."""
    nudges: list[Term] = [(NUDGE, "flow", key) for key in layout.flows]
    # A loaded unit without cargo is an empty one: it must not look cheaper.
    nudges += [(2 * NUDGE, "loaded", key) for key in layout.loaded] + [(NUDGE, "empty", key) for key in layout.empty]
    nudges += [(NUDGE, "move", key) for key in layout.moves]
    return cost_terms(layout, "cost_resource") + nudges


def given_values(layout: Layout, scales: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Values of the givens of a period by name and key, in the units of the rules; studies set the floors."""
    offer = available(layout.case)
    fixed = {part.part_id: part.base for part in layout.parts if not part.grows}
    return {
        "available": {resource: offer[resource] * scale for resource, scale in scales.items()},
        "tonnes": fixed,
        "floor": dict.fromkeys(layout.base, 0.0),
        "ceiling": ceilings(layout),
    }


def ceilings(layout: Layout) -> dict[str, float]:
    """Ceilings of the segments that take part, in gate kt."""
    rows = {row.segment_id: row.ceiling_t_per_year / KILO for row in layout.case.rows("segment")}
    return {segment: rows.get(segment, math.inf) for segment in layout.base}


def varying_terms(layout: Layout, scales: Mapping[str, float]) -> dict[str, dict[Any, list[Term]]]:
    """Every term whose coefficient comes from the numbers of a case, by rule and key of its row; not the costs."""
    found: dict[str, dict[Any, list[Term]]] = {
        "unit_fill": fill_terms(layout),
        "carrier_load": load_terms(layout),
        "resource_limit": limit_terms(layout, scales),
    }
    if layout.measures:
        found |= {
            "segment_share": share_terms(layout),
            "segment_total": total_terms(layout),
            "segment_floor": floor_terms(layout),
        }
    return found
