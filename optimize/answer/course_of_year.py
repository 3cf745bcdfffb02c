"""Findings about a year by periods, computed from the tables of its answer."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from corridor.model.case import Case
from corridor.model.days import MONTHS
from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.result.course import DUST_T, CourseOfYear, LimitCourse, Stock, Wait

HELPS = 1e-6
"""Share of the answer: a limit helps where all of it is worth more than this in each period."""
FEW = 12
"""Upper limit, periods: above it the rows of the year are calendar months."""


def course_of_year(
    case: Case, horizon: Horizon, tables: Mapping[str, pd.DataFrame], value: float | None
) -> CourseOfYear:
    """The course of an answer by periods, of its ``tables`` and its ``value``."""
    names, share, last = _rows(horizon)
    periods = tables["periods"]
    passing = np.array(periods["gate_t" if case.gate is not None else "arrived_t"], dtype=float)
    limits = _limits(horizon, share, tables, value)
    ties, patience = _ties(case, horizon)
    return CourseOfYear(
        horizon=horizon,
        gated=case.gate is not None,
        bound=len(tables["waiting"]) > 0,
        passing_t=passing,
        frame=_frame(horizon, names, share, last, passing, tables, limits),
        share=share,
        limits=tuple(limits),
        waits=_waits(case, horizon, tables["waiting"]),
        stocks=_stocks(case, horizon, tables["stock"]),
        lost_t={name: np.array(periods[f"{name}_t"], dtype=float) for name in ("outside", "unmet")},
        ties=ties,
        patience_d=patience,
        varies=_varies(case),
    )


def _rows(horizon: Horizon) -> tuple[tuple[str, ...], Floats, np.ndarray]:
    """Names of the rows of a year, the part of each period in each of them, and the last period of each."""
    if horizon.count <= FEW:
        return horizon.labels, np.eye(horizon.count), np.arange(horizon.count)
    ends = np.array(horizon.edges[1:])
    last = np.searchsorted(ends, np.array(horizon.month_edges[1:]) + 1e-6, side="right") - 1
    return tuple(name.capitalize() for name in MONTHS), horizon.by_month().toarray(), np.maximum(last, 0)


def _frame(
    horizon: Horizon,
    names: tuple[str, ...],
    share: Floats,
    last: np.ndarray,
    passing: Floats,
    tables: Mapping[str, pd.DataFrame],
    limits: list[LimitCourse],
) -> pd.DataFrame:
    """The year row by row: see :class:`corridor.model.result.course.CourseOfYear`."""
    periods, days = tables["periods"], horizon.hours / DAY
    waiting = np.array(periods["waiting_t"], dtype=float)
    bound = tables["waiting"].groupby("period")[["offered_t", "sent_t"]].sum().reindex(range(horizon.count))
    bound = bound.fillna(0.0)
    lines = []
    for row, name in enumerate(names):
        inside = share[row]
        there = np.flatnonzero(inside > 0.5) if (inside > 0.5).any() else np.array([int(inside.argmax())])
        weakest = int(there[np.argmin((passing / days)[there])])
        ends = np.arange(int(last[row - 1]) + 1 if row else 0, int(last[row]) + 1)
        worst = int(ends[np.argmax(waiting[ends])]) if len(ends) else int(last[row])
        at = int(last[row])
        lines.append(
            {
                "name": name,
                "days": float(inside @ days),
                "t": float(inside @ passing),
                "offered_t": float(inside @ np.array(bound["offered_t"])),
                "sent_t": float(inside @ np.array(bound["sent_t"])),
                "waiting_t": float(waiting[at]),
                "late_t": float(periods["late_t"].iloc[at]),
                "stock_t": float(periods["stock_t"].iloc[at]),
                "full": sum(bool(limit.full[there].any()) for limit in limits),
                "weakest": horizon.labels[weakest],
                "weakest_t_day": float(passing[weakest] / days[weakest]),
                "worst": horizon.labels[worst],
                "worst_t": float(waiting[worst]),
            }
        )
    return pd.DataFrame(lines)


def _limits(
    horizon: Horizon, rows: Floats, tables: Mapping[str, pd.DataFrame], value: float | None
) -> list[LimitCourse]:
    """Limits whose use is known by period, those that would help first, then the fullest."""
    named = dict(zip(tables["use"]["resource"], tables["use"]["name"], strict=True))
    worth, limits = HELPS * abs(value or 0.0) / horizon.count, []
    for resource, part in tables["use_by_period"].groupby("resource", sort=False):
        used, available = (np.array(part[column], dtype=float) for column in ("used", "available"))
        price = np.array(part["price"], dtype=float)
        finite = np.isfinite(available)
        whole = available[finite].sum()
        if not finite.any() or not whole > 0:
            continue
        there = rows @ available
        with np.errstate(divide="ignore", invalid="ignore"):
            by_row = np.where((there > 0) & np.isfinite(there), (rows @ used) / there, np.nan)
        limits.append(
            LimitCourse(
                resource=str(resource),
                name=str(named.get(resource, resource)),
                kind=str(part["kind"].iloc[0]),
                year=float(used.sum() / whole) if finite.all() else math.nan,
                share=np.array(part["share"], dtype=float),
                closed=finite & (available <= 0),
                helps=finite & (available > 0) & (price * np.where(finite, available, 0.0) > worth),
                used=used,
                available=available,
                rows=by_row,
            )
        )
    return sorted(limits, key=lambda limit: (not limit.helps.any(), -np.nan_to_num(limit.peak), limit.name))


def _waits(case: Case, horizon: Horizon, table: pd.DataFrame) -> tuple[Wait, ...]:
    """Demands of which some cargo waits, the longest wait first."""
    waits = []
    for demand, part in table.groupby("demand", sort=False):
        by = part.groupby("period")[["offered_t", "waiting_t", "late_t"]].sum().reindex(range(horizon.count))
        offered, t, late = (np.array(by[name], dtype=float) for name in ("offered_t", "waiting_t", "late_t"))
        t, late = np.where(t < DUST_T, 0.0, t), np.where(late < DUST_T, 0.0, late)
        if t.any():
            name = demand_name(case, str(demand))
            waits.append(Wait(str(demand), name, t, late, oldest(horizon, offered, t)))
    return tuple(sorted(waits, key=lambda wait: (-float(wait.days.max()), wait.name)))


def demand_name(case: Case, demand: str) -> str:
    """The name of a demand: its commodity and its ends."""
    row = case.row("demand", demand)
    commodity = case.row("commodity", row.commodity_id).name
    return f"{commodity}, {case.row('node', row.origin_id).name} – {case.row('node', row.destination_id).name}"


def oldest(horizon: Horizon, offered: Floats, waiting: Floats) -> Floats:
    """Days since the oldest waiting cargo was offered, by period; cargo leaves in the order of its offer."""
    edges = np.array(horizon.edges) / DAY
    whole, turn = edges[-1], float(offered.sum())
    back = np.concatenate([[0.0], np.cumsum(offered)])
    if horizon.cyclic:  # the year before was like this one
        edges, back = np.concatenate([edges[:-1] - whole, edges]), np.concatenate([back[:-1] - turn, back])
    ends = np.array(horizon.edges[1:]) / DAY
    days = np.zeros(horizon.count)
    for at, t in enumerate(waiting):
        target = back[len(back) - horizon.count + at] - t
        place = int(np.searchsorted(back, target + 1e-6 * max(1.0, t), side="right")) - 1
        if t <= 0:
            continue
        if place < 0:
            days[at] = ends[at] - edges[0]
            continue
        rise = back[place + 1] - back[place]
        since = edges[place] + (edges[place + 1] - edges[place]) * max(0.0, target - back[place]) / rise
        days[at] = ends[at] - since
    return days


def _stocks(case: Case, horizon: Horizon, table: pd.DataFrame) -> tuple[Stock, ...]:
    """Stores that hold cargo at some time, the fullest first."""
    stores = {row.store_id: row for row in case.rows("store")}
    stocks = []
    for store, part in table.groupby("store", sort=False):
        t = np.array(part.groupby("period")["t"].sum().reindex(range(horizon.count)), dtype=float)
        t = np.where(t < DUST_T, 0.0, t)
        if t.any():
            row = stores[str(store)]
            before = float(t[-1]) if horizon.cyclic else float(row.opening_t or 0.0)
            stocks.append(Stock(str(store), str(row.name), t, before, float(row.capacity_t)))
    return tuple(sorted(stocks, key=lambda s: (-float(s.t.max()) / s.capacity_t if s.capacity_t else 0, s.name)))


def _ties(case: Case, horizon: Horizon) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Codes of what ties cargo to a time of the year, and the least and the most days of patience."""
    cells = {(row.table, row.column) for row in case.rows("calendar")}
    patience = sorted({row.wait_d for row in case.rows("demand") if row.wait_d is not None and row.wait_d < math.inf})
    there = {
        "capacity": bool(cells & {("resource", "capacity"), ("resource", "background")}),
        "closure": bool(case.rows("closure")),
        "season": ("demand", "t_per_year") in cells,
        "patience": bool(patience),
        "open_year": not horizon.cyclic,
    }
    ends = tuple(float(days) for days in dict.fromkeys((patience[0], patience[-1]))) if patience else ()
    return tuple(code for code, is_there in there.items() if is_there), ends


def _varies(case: Case) -> tuple[str, ...]:
    """Codes of what changes by month and can make the year by periods more than the whole, which takes the mean."""
    cells = {(row.table, row.column) for row in case.rows("calendar")}
    codes = {("size", "amount"): "size", ("carrier", "wait_h"): "port_wait"}
    return tuple(code for cell, code in codes.items() if cell in cells)
