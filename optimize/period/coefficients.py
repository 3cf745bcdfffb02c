"""The numbers of a case as the rules need them: one function for each, used to build a period and to update it.

Tonnes enter as kt, money as thousand USD, units and moves as thousands; what a resource offers keeps its own unit,
times a power of ten that brings its row near one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from corridor.model.calendar import daily, link_daily, size_left
from corridor.model.case import Case
from corridor.model.graph import AFTER
from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.limit_ids import BACK, gate_limit, limit_ids
from corridor.optimize.period.layout import KILO, OFFER, Layout

Term = tuple[float, str, Any]
"""Coefficient, variable of the period, key."""


def carrier_sizes(case: Case, carrier_id: str) -> dict[str, tuple[float, str]]:
    """What one carrier takes by dimension, after factors and at the water's level, and the size that says so."""
    factor: dict[str, float] = defaultdict(lambda: 1.0)
    for row in case.rows("factor"):
        if row.size_id:
            factor[row.size_id] *= row.value
    return {
        row.dimension: (row.amount * factor[row.size_id] * size_left(case, row.size_id), row.size_id)
        for row in sorted(case.rows("size"), key=lambda size: size.size_id)
        if row.carrier_id == carrier_id
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


OFFERS = ("case", "resource", "factor", "gate", "link", "calendar", "closure")
"""The tables from which follows what is offered."""


def available(case: Case, kinds: Collection[str] | None = None) -> dict[str, float]:
    """What each resource offers a year in its own unit: capacity times factors, less background; no limit is infinite.

    Keys: resource id; the gate's limit for its nameplate; the id of an arc for the capacity of a link's direction.
    With ``kinds`` only resources and factors of these kinds limit anything; the nameplate always does.
    """
    chosen = None if kinds is None else frozenset(kinds)
    return dict(case.known(("available", chosen), OFFERS, lambda: _available(case, chosen)))


def _available(case: Case, kinds: frozenset[str] | None) -> dict[str, float]:
    factor = case.derating(kinds)
    found = {
        row.resource_id: row.capacity
        * factor[row.resource_id]
        * _year(daily(case, "resource", row.resource_id, "capacity"))
        - row.background * _year(daily(case, "resource", row.resource_id, "background"))
        for row in case.rows("resource")
    }
    if kinds is not None:
        found |= {row.resource_id: math.inf for row in case.rows("resource") if row.kind not in kinds}
    if case.gate is not None:
        found[gate_limit(case) or ""] = case.gate.nameplate_t_per_year
    shut, ids = _closed(case), limit_ids(case)
    for link in case.rows("link"):
        if link.capacity_t_per_year > 0 and (link.capacity_t_per_year < math.inf or link.link_id in shut):
            for way in [link.link_id] if link.directed else [link.link_id, link.link_id + BACK]:
                holds = kinds is None or link.kind in kinds
                left = _year(link_daily(case, link.link_id))
                there = link.capacity_t_per_year * left if left else 0.0  # nothing is left of no limit, either
                found[ids["link", way]] = there if holds else math.inf
    return found


def _year(factor: Floats | None) -> float:
    """The year's mean of a factor by day; 1 where there is none."""
    return 1.0 if factor is None else float(factor.mean())


def _closed(case: Case) -> set[str]:
    """Links that are closed for a part of the year, by themselves or with a node."""
    rows = {(row.table, row.row) for row in case.rows("closure")}
    return {
        link.link_id
        for link in (case.rows("link") if rows else ())
        if {("link", link.link_id), ("node", link.from_node_id), ("node", link.to_node_id)} & rows
    }


def fill_terms(layout: Layout) -> dict[Any, list[Term]]:
    """What fills loaded units on an arc, by (arc, unit), less the units."""
    found: dict[Any, list[Term]] = {key: [(-1.0, "loaded", key)] for key in layout.loaded}
    for key in layout.flows:
        arc, commodity = layout.arcs[key[0]], layout.commodity_of(key)
        if unit := arc.unit[commodity]:
            found[key[0], unit].append((1.0 / arc.payload[commodity], seen(layout, "flow"), key))
    return found


def seen(layout: Layout, name: str) -> str:
    """The variable that shows cargo or moves by the calendar: ``passing``, ``busy``; in one period itself."""
    return {"flow": "passing", "move": "busy"}.get(name, name) if layout.timed else name


def load_terms(layout: Layout) -> dict[Any, list[Term]]:
    """What rides on the carriers of an arc, by (arc, dimension), less what they take."""
    found: dict[Any, list[Term]] = {}
    sizes = {row.carrier_id: carrier_sizes(layout.case, row.carrier_id) for row in layout.case.rows("carrier")}
    for arc_id in layout.moves:
        for dimension, (size, size_id) in sizes[layout.arcs[arc_id].carrier_id or ""].items():
            terms: list[Term] = []
            for kind, item, key in carried(layout, arc_id):
                share = item_loading(layout.case, item, dimension)[kind == "empty"]
                if share:
                    terms.append((share, seen(layout, "flow") if kind == "tonne" else kind, key))
            if terms:
                found[arc_id, dimension] = [*terms, layout.term(-size, ("size", size_id, "amount"), "move", arc_id)]
    return found


def slot_terms(layout: Layout) -> dict[str, list[Term]]:
    """By store that counts slots: the kt that lie there in the mean of the year, less its room."""
    found = {}
    flow = seen(layout, "flow")
    for store in layout.stores:
        if store.slots:
            leaves, dwell = set(store.keys), store.row.dwell_d * DAY / layout.horizon.length
            terms: list[Term] = [
                (dwell, flow, key) for key in layout.flows if (key[1], layout.arcs[key[0]].start, key[2]) in leaves
            ]
            found[store.row.store_id] = [*terms, (-1.0, "room", store.row.store_id)]
    return found


def share_terms(layout: Layout) -> dict[Any, list[Term]]:
    """Kt of the measure of each part that grows, less its share of its segment's level."""
    return {
        part.part_id: [
            (part.counts, "served", part.part_id),
            (-part.counts * part.base / layout.base[part.segment], "level", part.segment),
        ]
        for part in layout.parts
        if part.grows
    }


def total_terms(layout: Layout) -> dict[Any, list[Term]]:
    """Kt of the measure of all parts of a segment, less its level."""
    found: dict[Any, list[Term]] = {segment: [(-1.0, "level", segment)] for segment in layout.base}
    for part in layout.parts:
        if part.grows:
            found[part.segment].append((part.counts, "served", part.part_id))
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
    move = seen(layout, "move")
    uses: dict[str, dict[tuple[str, Any], float]] = {resource: defaultdict(float) for resource in available(case)}
    for carrier in sorted(case.rows("carrier"), key=lambda carrier: carrier.carrier_id):
        for arc_id in layout.moves:
            if layout.arcs[arc_id].carrier_id == carrier.carrier_id:
                steady = layout.hours(layout.arcs[arc_id]) - carrier.wait_h
                taken = uses[carrier.resource_id]
                taken[move, arc_id] += KILO * steady / carrier.hours_per_year
                wait = ("carrier", carrier.carrier_id, "wait_h")
                waiting, name, key = layout.term(KILO * carrier.wait_h / carrier.hours_per_year, wait, move, arc_id)
                taken[name, key] += waiting
    by_link: dict[str, list[str]] = defaultdict(list)
    flow = seen(layout, "flow")
    for arc in layout.arcs.values():
        by_link[arc.link_id].append(arc.arc_id)
    moving = set(layout.moves)
    for row in sorted(case.rows("use"), key=lambda use: use.use_id):
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
                        taken[flow, key] += KILO * row.amount
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
                uses[arc_id][flow, key] += KILO
    if case.gate is not None:
        for coefficient, name, key in gate_terms(layout):
            uses[gate_limit(case) or ""][name, key] += KILO * coefficient
    found = {}
    for resource, taken in sorted(uses.items()):
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
            found.append((stream.parts[0].weight, "arrived", (stream.stream_id, AFTER)))
    return found


def given_values(layout: Layout, scales: Mapping[str, float]) -> dict[str, dict[str, Floats]]:
    """Values of the givens by name and key, in the units of the rules; studies set the floors.

    Each is an array: one number for the year, one a month or one a period, as its row holds.
    """
    offer, horizon = offered(layout), layout.horizon
    fixed = {
        part.part_id: part.base + (part.lost if part.part_id in layout.timed_parts else 0.0)
        for part in layout.parts
        if not part.grows
    }
    found = {
        "available": {resource: offer[resource] * scale for resource, scale in scales.items()},
        "tonnes": {part: base * offer_share(layout, part) for part, base in fixed.items()},
        "floor": {segment: np.zeros(1) for segment in layout.base},
        "ceiling": {segment: np.array([most]) for segment, most in ceilings(layout).items()},
    }
    if layout.stores:
        found["room"] = {
            store.row.store_id: store.row.capacity_t / KILO * (horizon.share if store.slots else np.ones(horizon.count))
            for store in layout.stores
        }
    if layout.timed:
        yearly = available(layout.case)
        fleets = sorted(
            {layout.case.row("carrier", layout.arcs[arc].carrier_id or "").resource_id for arc in layout.moves}
        )
        found["fleet"] = {fleet: np.full(horizon.count, yearly[fleet] / KILO) for fleet in fleets}
        if not horizon.cyclic:
            stocked = [store.row for store in layout.stores if store.stocks]
            found["opening"] = {row.store_id: np.array([row.opening_t / KILO]) for row in stocked}
            found["closing"] = {row.store_id: np.array([row.closing_t / KILO]) for row in stocked}
    return found


def offer_share(layout: Layout, part_id: str) -> Floats:
    """Share of a part's year by period in which it is offered, for parts bound to time; else one number, 1."""
    row = layout.timed_parts.get(part_id)
    if row is None:
        return np.ones(1)
    factor = layout.factor((OFFER[0], row.demand_id, OFFER[1]))
    return layout.horizon.share * (factor if factor is not None else 1.0)


def block_of(case: Case, resource: str) -> str:
    """Where the row of a resource holds: in every ``period``, once a ``month`` or once a ``year``."""
    if resource == gate_limit(case):
        return "year"
    if resource not in case["resource"].index:
        return "period"
    return {"always": "period"}.get(per := str(case.row("resource", resource).per), per)


def offered(layout: Layout, *, foreseen: bool = False) -> dict[str, Floats]:
    """What each resource offers in its own unit by period (month, year), after its calendars and closures.

    With ``foreseen`` it is what one expects beforehand: see :func:`corridor.model.calendar.daily`.
    """
    case, horizon = layout.case, layout.horizon
    yearly = available(case)
    shares = {"period": horizon.share, "month": horizon.month_share, "year": np.ones(1)}
    found = {resource: offer * shares[block_of(case, resource)] for resource, offer in yearly.items()}
    if not (case.rows("calendar") or case.rows("closure")):
        return found
    left, ids = case.derating(), limit_ids(case)
    for row in case.rows("resource"):
        cells = (("resource", row.resource_id, column) for column in ("capacity", "background"))
        known = [daily(case, *cell, foreseen=foreseen) for cell in cells]
        if all(each is None for each in known):
            continue
        block = block_of(case, row.resource_id)
        there, taken = (_by(horizon, block, each) for each in known)
        offer = np.where(there > 0, row.capacity, 0.0) * there * left[row.resource_id] - row.background * taken
        found[row.resource_id] = shares[block] * np.maximum(offer, 0.0)
    for link in case.rows("link"):
        each = link_daily(case, link.link_id, foreseen=foreseen)
        if each is not None:
            factor = _by(horizon, "period", each)
            for way in (link.link_id, link.link_id + BACK):
                if (arc_id := ids.get(("link", way))) in found:
                    # Half a day of no limit is no limit; a closed day is closed.
                    open_ = np.where(factor > 0, math.inf, 0.0)
                    finite = math.isfinite(link.capacity_t_per_year)
                    found[arc_id] = horizon.share * link.capacity_t_per_year * factor if finite else open_
    return found


def _by(horizon: Horizon, block: str, daily_factor: Floats | None) -> Floats:
    """Means of a daily factor by the spans of a block; ones where it is None."""
    if daily_factor is None:
        return np.ones({"period": horizon.count, "month": len(horizon.month_edges) - 1, "year": 1}[block])
    means = horizon.mean(daily_factor)
    if block == "period":
        return means
    weights = horizon.share[None, :] * (horizon.by_month().toarray() if block == "month" else 1.0)
    found: Floats = (weights * means[None, :]).sum(axis=1) / weights.sum(axis=1)
    return found


def ceilings(layout: Layout) -> dict[str, float]:
    """Ceilings of the segments that take part, in kt of the measure, less what is held of them outside the scope."""
    rows = {row.segment_id: row.ceiling_t_per_year / KILO for row in layout.case.rows("segment")}
    if layout.scope is None:
        return {segment: rows.get(segment, math.inf) for segment in layout.base}
    held: dict[str, float] = defaultdict(float)
    for part in layout.parts:
        if not part.grows and part.demand_id not in layout.scope.members:
            held[part.segment] += part.weight * part.base
    left = {segment: max(0.0, rows.get(segment, math.inf) - held[segment]) for segment in layout.base}
    return {segment: most * layout.net_share[segment] for segment, most in left.items()}


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
