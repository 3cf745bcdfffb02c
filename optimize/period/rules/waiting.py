"""Carriers that stand in port, and cargo that waits at its origin."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

from corridor.model.horizon import DAY, Floats, Steps
from corridor.optimize.period.algebra import BEFORE, DAYS, FIRST, LAST, Columns, Rows, rule
from corridor.optimize.period.layout import KILO, Layout
from corridor.optimize.period.offers import available, offer_share
from corridor.optimize.period.rules.markets import gone

UNITS = {
    **dict.fromkeys(("waiting", "opening_waiting", "closing_waiting", "late", "asked", "offered"), "t"),
    **dict.fromkeys(("lost", "lost_fixed", "patient", "patient_fixed", "prompt", "prompt_fixed"), "t"),
    **dict.fromkeys(("standing", "opening_standing", "beginning_standing", "laid_up", "fleet"), "moves"),
    **dict.fromkeys(("waiting_days", "late_days"), ""),
}
LOST = ("lost", "lost_fixed")
"""Views of what closures lose of parts that grow, and of those that do not."""


def columns(layout: Layout, columns: Columns) -> None:
    """``standing``, ``waiting``, ``late``, ``asked`` of parts that grow; offers, and those of lately, as views."""
    if not layout.timed:
        return
    columns.add("standing", layout.standing)
    columns.view("opening_standing", "standing", dict.fromkeys(layout.standing, BEFORE))
    if not layout.horizon.cyclic:
        columns.add("laid_up", layout.standing, "year")
        columns.view("beginning_standing", "laid_up", dict.fromkeys(layout.standing, FIRST))
    bound, grows = layout.timed_parts, _growing(layout)
    columns.add("waiting", bound)
    columns.add("late", _late(layout))
    columns.view("opening_waiting", "waiting", dict.fromkeys(bound, BEFORE))
    columns.view("waiting_days", "waiting", dict.fromkeys(bound, DAYS))
    columns.view("late_days", "late", dict.fromkeys(_late(layout), DAYS))
    if not layout.horizon.cyclic:
        columns.view("closing_waiting", "waiting", dict.fromkeys(bound, LAST))
    columns.add("asked", grows, "year")
    shown: dict[str, Steps] = {part: (("times", f"offer.{part}"),) for part in grows}
    columns.factors |= {f"offer.{part}": offer_share(layout, part) for part in grows}
    columns.view("offered", "asked", shown)
    for name, source, lost in (("lost", "asked", _lost(layout, True)), ("lost_fixed", "tonnes", _lost(layout, False))):
        columns.factors |= {f"lost.{part}": share for part, share in lost.items()}
        columns.view(name, source, {part: (("times", f"lost.{part}"),) for part in lost})
    for name, days in (("patient", "wait_d"), ("prompt", "late_d")):
        lately = {part: getattr(row, days) * DAY for part, row in bound.items() if math.isfinite(getattr(row, days))}
        columns.view(name, "asked", {p: (*shown[p], ("recent", h)) for p, h in lately.items() if p in grows})
        columns.view(f"{name}_fixed", "tonnes", {p: (("recent", h),) for p, h in lately.items() if p not in grows})


def _growing(layout: Layout) -> list[str]:
    """Parts bound to time that grow, in the order of :attr:`Layout.timed_parts`."""
    grows = {part.part_id for part in layout.parts if part.grows}
    return [part for part in layout.timed_parts if part in grows]


def _late(layout: Layout) -> list[str]:
    """Parts whose lateness has a price; of the others it is computed from the answer, as nothing fixes the column."""
    bound = {} if layout.measures else layout.timed_parts
    return [part for part, row in bound.items() if row.late_usd_per_t_day and math.isfinite(row.late_d)]


def _lost(layout: Layout, grows: bool) -> dict[str, Floats]:
    """Share that closures lose of a part's offer, by part and period."""
    lost: dict[str, Floats] = {}
    for part in layout.parts:
        if part.part_id in layout.timed_parts and part.lost and part.grows == grows:
            asked = np.broadcast_to(part.base + part.lost, layout.horizon.count)
            asked = asked if grows else asked * offer_share(layout, part.part_id)
            course = layout.lost_course(part)
            lost[part.part_id] = np.divide(course, asked, out=np.zeros(len(course)), where=asked > 0)
    return lost


def givens(layout: Layout) -> dict[str, dict[Any, Floats]]:
    """``fleet``: thousand carriers of each fleet, in each period."""
    if not layout.timed:
        return {}
    yearly, count = available(layout.case), layout.horizon.count
    fleets = {layout.case.row("carrier", carrier).resource_id for _, carrier in layout.standing}
    return {"fleet": {fleet: np.full(count, yearly[fleet] / KILO) for fleet in sorted(fleets)}}


@rule("<=", ones=True)
def carrier_standing(layout: Layout) -> Rows:
    r"""No more carriers stand in port than a fleet has.

    .. math:: \sum_{n,c \in r} stand_{n,c} \le fleet_r

    Keys: resource of a fleet.  Unit: thousand carriers.  Price: objective per thousand carriers more.
    """
    rows: Rows = defaultdict(list)
    for node, carrier in layout.standing if layout.timed else ():
        rows[layout.case.row("carrier", carrier).resource_id].append((1.0, "standing", (node, carrier)))
    return {fleet: [*terms, (-1.0, "fleet", fleet)] for fleet, terms in rows.items()}


@rule("=", ones=True)
def demand_wait(layout: Layout) -> Rows:
    r"""Cargo that is offered and does not leave, on the corridor or otherwise, waits at its origin.

    .. math:: wait_p = wait'_p + offer_p - q_p - outside_p - unmet_p

    Keys: part of a demand that is bound to time.  Unit: kt.  Price: objective per kt more offered in the period.
    """
    if not layout.timed:
        return {}
    grows, elsewhere = set(_growing(layout)), gone(layout)
    rows: Rows = {
        part: [
            (1.0, "opening_waiting", part),
            (-1.0, "waiting", part),
            (-1.0, "served", part),
            (1.0, "offered" if part in grows else "tonnes", part),
            *elsewhere[part],
        ]
        for part in layout.timed_parts
    }
    for name, growing in zip(LOST, (True, False), strict=True):
        for part in _lost(layout, growing):
            rows[part].append((-1.0, name, part))
    return rows


def _lately(layout: Layout, name: str) -> dict[str, str]:
    """The view of the tonnes offered lately of each part bound to time, whether it grows or not."""
    grows = set(_growing(layout))
    return {part: name if part in grows else f"{name}_fixed" for part in layout.timed_parts}


@rule("<=", ones=True)
def demand_patience(layout: Layout) -> Rows:
    r"""Nothing waits longer than it may: cargo that waits was offered within that time.

    .. math:: wait_p \le offer_p(\text{the last } wait\_d_p)

    Keys: part of a demand with a longest wait.  Unit: kt.  Price: objective per kt that may wait longer.
    """
    patient = _lately(layout, "patient")
    bound = [part for part, row in layout.timed_parts.items() if math.isfinite(row.wait_d)]
    return {part: [(1.0, "waiting", part), (-1.0, patient[part], part)] for part in bound}


@rule(">=", ones=True)
def demand_late(layout: Layout) -> Rows:
    r"""Cargo that waits and was not offered within the days that count as in time is late.

    .. math:: late_p \ge wait_p - offer_p(\text{the last } late\_d_p)

    Keys: part of a demand that can be late.  Unit: kt.
    """
    prompt = _lately(layout, "prompt")
    return {part: [(1.0, "late", part), (-1.0, "waiting", part), (1.0, prompt[part], part)] for part in _late(layout)}


@rule("=", "year", ones=True)
def demand_end(layout: Layout) -> Rows:
    r"""Nothing waits as an open year ends of a demand that grows, or that may wait for ever: it would never leave.

    .. math:: wait^T_p = 0

    Keys: part of such a demand that is bound to time.  Unit: kt.
    """
    grows = set() if layout.horizon.cyclic else set(_growing(layout))
    bound = {} if layout.horizon.cyclic else layout.timed_parts
    parts = [part for part, row in bound.items() if part in grows or not math.isfinite(row.wait_d)]
    return {part: [(1.0, "closing_waiting", part)] for part in parts}
