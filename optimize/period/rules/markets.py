"""Demands and the segments in which they grow together; rivals outside and cargo that is left behind."""

from __future__ import annotations

from typing import Any

import numpy as np

from corridor.model.horizon import Floats
from corridor.optimize.period.algebra import Columns, Rows, Term, rule
from corridor.optimize.period.layout import Layout
from corridor.optimize.period.offers import ceilings, offer_share

UNITS = {
    **dict.fromkeys(("outside", "unmet", "tonnes"), "t"),
    **dict.fromkeys(("level", "growth", "floor", "ceiling"), ""),
}


def columns(layout: Layout, columns: Columns) -> None:
    """``outside`` and ``unmet``, where the demand has a price for them; of a measure ``level`` and ``growth``."""
    for name in OUTSIDE:
        columns.add(name, [part.part_id for part in layout.parts if _has(layout, part.demand_id, name)])
    if layout.measures:
        columns.add("level", layout.base, "year")
        columns.add("growth", [None], "year")


OUTSIDE = ("outside", "unmet")


def _has(layout: Layout, demand: str, name: str) -> bool:
    return (
        not (layout.measures or layout.chooses)
        and getattr(layout.case.row("demand", demand), f"{name}_usd_per_t") is not None
    )


def gone(layout: Layout) -> Rows:
    """By part, the tonnes that are not carried here: outside, or unmet."""
    return {
        part.part_id: [(-1.0, name, part.part_id) for name in OUTSIDE if _has(layout, part.demand_id, name)]
        for part in layout.parts
    }


def givens(layout: Layout) -> dict[str, dict[Any, Floats]]:
    """``tonnes`` of parts that do not grow, ``floor`` and ``ceiling`` of segments; kt. Studies set the floors."""
    tonnes = {
        part.part_id: (part.base + (part.lost if part.part_id in layout.timed_parts else 0.0))
        * offer_share(layout, part.part_id)
        for part in layout.parts
        if not part.grows
    }
    floor = {segment: np.zeros(1) for segment in layout.base}
    ceiling = {segment: np.array([most]) for segment, most in ceilings(layout).items()}
    return {"tonnes": tonnes, "floor": floor, "ceiling": ceiling}


@rule("=", "year")
def segment_share(layout: Layout) -> Rows:
    r"""Inside a segment every demand keeps its share of the base year.

    .. math:: w_p\, q_p = \frac{w_p\, base_p}{\sum_{i \in s} w_i\, base_i}\; level_s

    Keys: part of a demand that grows.  Unit: gate kt.  Price: objective per gate kt more of this part alone.
    """
    return {
        part.part_id: [
            (part.counts, "served", part.part_id),
            (-part.counts * part.base / layout.base[part.segment], "level", part.segment),
        ]
        for part in layout.parts
        if part.grows and layout.measures
    }


@rule("=", "year")
def segment_total(layout: Layout) -> Rows:
    r"""A segment's level is the sum of its deliveries, in any proportion.

    .. math:: \sum_{p \in s} w_p\, q_p = level_s

    Keys: segment.  Unit: gate kt.  Where ``segment_share`` holds too it adds nothing; the study ``free`` drops that
    one and keeps this.  Price: objective per gate kt more.
    """
    rows: Rows = {segment: [(-1.0, "level", segment)] for segment in layout.base}
    for part in layout.parts:
        if part.grows and layout.measures:
            rows[part.segment].append((part.counts, "served", part.part_id))
    return rows


@rule(">=", "year")
def segment_floor(layout: Layout) -> Rows:
    r"""No segment falls below its floor, nor below the growth that is common to all.

    .. math:: level_s \ge floor_s + base_s\, growth

    Keys: segment.  Unit: gate kt.  In the study ``concurrent`` the floors are zero and growth is what is sought; in
    ``capability`` growth is zero and the floor is given.  Price: objective per gate kt less of floor.
    """
    return {
        segment: [(1.0, "level", segment), (-base, "growth", None), (-1.0, "floor", segment)]
        for segment, base in layout.base.items()
    }


@rule("<=", "year", ones=True)
def segment_ceiling(layout: Layout) -> Rows:
    r"""No segment passes its ceiling.

    .. math:: level_s \le ceiling_s

    Keys: segment.  Unit: gate kt.  Price: objective per gate kt more of ceiling.
    """
    return {segment: [(1.0, "level", segment), (-1.0, "ceiling", segment)] for segment in layout.base}


@rule("=", "year", ones=True)
def demand_met(layout: Layout) -> Rows:
    r"""Tonnes carried on the corridor, by the rival outside or not at all add up to the demand of the year.

    .. math:: q_p + outside_p + unmet_p = tonnes_p

    Keys: part of a demand that does not grow and is not bound to time.  Unit: kt.  Outside and unmet exist where the
    demand has a price for them.  Price: objective per kt more of demand.
    """
    elsewhere = gone(layout)

    def terms(part: str) -> list[Term]:
        others = [(1.0, name, key) for _, name, key in elsewhere[part]]
        return [(1.0, "served", part), (-1.0, "tonnes", part), *others]

    return {
        part.part_id: terms(part.part_id)
        for part in layout.parts
        if not part.grows and part.part_id not in layout.timed_parts
    }
