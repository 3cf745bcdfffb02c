"""Amounts that a case offers: resources, links, carriers and demands, and the givens of its rows.

Tonnes enter as kt; the amount that a resource offers keeps its own unit.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection

import numpy as np

from corridor.model.calendar import daily, link_daily, size_left
from corridor.model.case import Case
from corridor.model.horizon import Floats, Horizon
from corridor.model.limit_ids import BACK, gate_limit, limit_ids
from corridor.model.pools import parks
from corridor.optimize.period.layout import KILO, OFFER, Layout


def carrier_sizes(case: Case, carrier_id: str) -> dict[str, tuple[float, str]]:
    """Room of one carrier by dimension, after factors and at the water's level, and the id of its size."""
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
    """Room that one loaded and one empty unit take in a dimension (a tonne and nothing, for bulk)."""
    for row in case.rows("loading"):
        if row.item_id == item and row.dimension == dimension:
            return float(row.loaded), float(row.empty)
    return 0.0, 0.0


def available(case: Case, kinds: Collection[str] | None = None) -> dict[str, float]:
    """Offer of each resource a year in its own unit: capacity times factors, less background; no limit is infinite.

    Keys: resource id; the gate's limit for its nameplate; the id of an arc for the capacity of a link's direction.
    With ``kinds`` only resources and factors of these kinds limit anything; the nameplate always does.
    """
    chosen = None if kinds is None else frozenset(kinds)
    return dict(case.known(("available", chosen), lambda: _available(case, chosen)))


def _available(case: Case, kinds: frozenset[str] | None) -> dict[str, float]:
    factor = case.derating(kinds)
    offers = {
        row.resource_id: row.capacity
        * factor[row.resource_id]
        * _year(daily(case, "resource", row.resource_id, "capacity"))
        - row.background * _year(daily(case, "resource", row.resource_id, "background"))
        for row in case.rows("resource")
    }
    if kinds is not None:
        offers |= {row.resource_id: math.inf for row in case.rows("resource") if row.kind not in kinds}
    if case.gate is not None:
        offers[gate_limit(case) or ""] = case.gate.nameplate_t_per_year
    for park in parks(case):
        holds = kinds is None or any(row.kind in kinds for row in park.rows)
        offers[park.limit_id] = park.number if holds else math.inf
    shut, ids = _closed(case), limit_ids(case)
    for link in case.rows("link"):
        if link.capacity_t_per_year > 0 and (link.capacity_t_per_year < math.inf or link.link_id in shut):
            for way in [link.link_id] if link.directed else [link.link_id, link.link_id + BACK]:
                holds = kinds is None or link.kind in kinds
                left = _year(link_daily(case, link.link_id))
                open_ = link.capacity_t_per_year * left if left else 0.0  # a link without a limit can be closed, too
                offers[ids["link", way]] = open_ if holds else math.inf
    return offers


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


def offer_share(layout: Layout, part_id: str) -> Floats:
    """Share of a part's year by period in which it is offered, for parts bound to time; else one number, 1."""
    row = layout.timed_parts.get(part_id)
    if row is None:
        return np.ones(1)
    factor = layout.factor((OFFER[0], row.demand_id, OFFER[1]))
    return layout.horizon.share * (factor if factor is not None else 1.0)


def block_of(case: Case, resource: str) -> str:
    """The block of the row of a resource: every ``period``, once a ``month`` or once a ``year``."""
    if resource == gate_limit(case):
        return "year"
    if resource not in case["resource"].index:
        return "year" if any(park.limit_id == resource and park.yearly for park in parks(case)) else "period"
    return {"always": "period"}.get(per := str(case.row("resource", resource).per), per)


def offered(layout: Layout, *, foreseen: bool = False) -> dict[str, Floats]:
    """Offer of each resource in its own unit by period (month, year), after its calendars and closures.

    With ``foreseen`` it is the offer expected beforehand: see :func:`corridor.model.calendar.daily`.
    """
    case, horizon = layout.case, layout.horizon
    yearly = available(case)
    shares = {"period": horizon.share, "month": horizon.month_share, "year": np.ones(1)}
    offers = {resource: offer * shares[block_of(case, resource)] for resource, offer in yearly.items()}
    if not (case.rows("calendar") or case.rows("closure")):
        return offers
    left, ids = case.derating(), limit_ids(case)
    for row in case.rows("resource"):
        cells = (("resource", row.resource_id, column) for column in ("capacity", "background"))
        known = [daily(case, *cell, foreseen=foreseen) for cell in cells]
        if all(factor is None for factor in known):
            continue
        block = block_of(case, row.resource_id)
        share, taken = (_by(horizon, block, factor) for factor in known)
        offer = np.where(share > 0, row.capacity, 0.0) * share * left[row.resource_id] - row.background * taken
        offers[row.resource_id] = shares[block] * np.maximum(offer, 0.0)
    for link in case.rows("link"):
        by_day = link_daily(case, link.link_id, foreseen=foreseen)
        if by_day is not None:
            factor = _by(horizon, "period", by_day)
            for way in (link.link_id, link.link_id + BACK):
                if (arc_id := ids.get(("link", way))) in offers:
                    # Half a day of no limit is no limit; a closed day is closed.
                    open_ = np.where(factor > 0, math.inf, 0.0)
                    finite = math.isfinite(link.capacity_t_per_year)
                    offers[arc_id] = horizon.share * link.capacity_t_per_year * factor if finite else open_
    return offers


def _by(horizon: Horizon, block: str, daily_factor: Floats | None) -> Floats:
    """Means of a daily factor by the spans of a block; ones where it is None."""
    if daily_factor is None:
        return np.ones({"period": horizon.count, "month": len(horizon.month_edges) - 1, "year": 1}[block])
    means = horizon.mean(daily_factor)
    if block == "period":
        return means
    weights = horizon.share[None, :] * (horizon.by_month().toarray() if block == "month" else 1.0)
    mean: Floats = (weights * means[None, :]).sum(axis=1) / weights.sum(axis=1)
    return mean


def ceilings(layout: Layout) -> dict[str, float]:
    """Ceilings of the segments that take part, in kt of the measure, less the kt held outside the scope."""
    rows = {row.segment_id: row.ceiling_t_per_year / KILO for row in layout.case.rows("segment")}
    if layout.scope is None:
        return {segment: rows.get(segment, math.inf) for segment in layout.base}
    held: dict[str, float] = defaultdict(float)
    for part in layout.parts:
        if not part.grows and part.demand_id not in layout.scope.members:
            held[part.segment] += part.weight * part.base
    left = {segment: max(0.0, rows.get(segment, math.inf) - held[segment]) for segment in layout.base}
    return {segment: most * layout.net_share[segment] for segment, most in left.items()}
