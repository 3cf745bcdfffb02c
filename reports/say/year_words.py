"""What a year by periods says: its course by month, what only time reveals, in numbers and in plain words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.model.calendar import MONTHS
from corridor.model.case import Case
from corridor.model.horizon import DAY, Floats, Horizon
from corridor.model.result.answer import Answer
from corridor.reports.say.words import (
    by_period,
    capital,
    compared,
    limit_name,
    listed,
    mt_or_t,
    percent,
    period_name,
    whole_year,
)

FULL = 0.995
"""From this share on a limit is full: what rounds to 100 %."""
NEARLY = 0.9
HELPS = 1e-6
"""One more brings something only where the whole limit is worth more than this share of the answer."""
DUST_T = 0.5
"""Tonnes below this are the solver's."""
MOST_NAMED = 5
FEW = 12
"""Up to so many periods are shown as they are; more of them by calendar month."""
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Limit:
    """A limit through the year: by period its share used (NaN where nothing is known, or it is closed).

    ``helps``: where more of it would bring more; ``year`` its share used over the whole year.
    """

    resource: str
    name: str
    kind: str
    year: float
    share: Floats
    closed: Flags
    helps: Flags
    used: Floats
    available: Floats

    @property
    def full(self) -> Flags:
        return np.nan_to_num(self.share) >= FULL

    @property
    def peak(self) -> float:
        return float(np.nanmax(self.share)) if np.isfinite(self.share).any() else math.nan

    @property
    def always(self) -> bool:
        """Full in every period in which it is open."""
        return bool(np.all(self.full | self.closed) and np.any(self.full))

    @property
    def shut(self) -> bool:
        """Closed in some periods."""
        return bool(self.closed.any())


@dataclass(frozen=True)
class Wait:
    """A demand that waits at its origin: tonnes at the end of each period, and how old the oldest of them is."""

    demand: str
    name: str
    t: Floats
    late_t: Floats
    days: Floats


@dataclass(frozen=True)
class Stock:
    """A store through the year: tonnes at the end of each period, and before the first of them."""

    store: str
    name: str
    t: Floats
    before_t: float
    capacity_t: float

    @property
    def full(self) -> Flags:
        nothing = np.zeros(len(self.t), dtype=bool)
        return np.asarray(self.t >= FULL * self.capacity_t) if 0 < self.capacity_t < math.inf else nothing


@dataclass(frozen=True)
class Months:
    """The rows in which a year is shown: their names, the share of each period (columns) in each, their last period."""

    names: tuple[str, ...]
    share: Floats
    last: NDArray[np.int64]

    @property
    def grouped(self) -> bool:
        return bool(len(self.names) != self.share.shape[1])


def timed(answer: Answer) -> Horizon:
    """The horizon of an answer by periods."""
    assert answer.horizon is not None
    return answer.horizon


def months_of(horizon: Horizon) -> Months:
    """Periods as they are where they are few, and else the calendar months."""
    if horizon.count <= FEW:
        return Months(horizon.labels, np.eye(horizon.count), np.arange(horizon.count))
    ends = np.array(horizon.edges[1:])
    last = np.searchsorted(ends, np.array(horizon.month_edges[1:]) + 1e-6, side="right") - 1
    names = tuple(each.capitalize() for each in MONTHS)
    return Months(names, horizon.by_month().toarray(), np.maximum(last, 0))


def bound(answer: Answer) -> bool:
    """Whether any cargo is bound to time: offered in seasons, or unable to wait for ever."""
    return len(answer.tables["waiting"]) > 0


def passing(case: Case, answer: Answer) -> Floats:
    """Tonnes by period through the gate, in gate tonnes; delivered tonnes where the case has no gate."""
    column = "gate_t" if case.gate is not None else "arrived_t"
    return np.array(answer.tables["periods"][column], dtype=float)


def passing_name(case: Case) -> str:
    return "gate t" if case.gate is not None else "delivered t"


def course(case: Case, answer: Answer) -> pd.DataFrame:
    """The year row by row as it is shown.

    Columns: name, days, t (past the gate), offered_t, sent_t (of cargo bound to time), waiting_t, late_t, stock_t (at
    the end), full (limits that are full at some time), weakest (the period with least a day), weakest_t_day, worst (the
    period at whose end most waits), worst_t.
    """
    horizon = timed(answer)
    shown, periods = months_of(horizon), answer.tables["periods"]
    days = horizon.hours / DAY
    t, waiting = passing(case, answer), np.array(periods["waiting_t"], dtype=float)
    offers = answer.tables["waiting"].groupby("period")[["offered_t", "sent_t"]].sum().reindex(range(horizon.count))
    offers = offers.fillna(0.0)
    full = [each.full for each in limits_of(case, answer)]
    found = []
    for row, name in enumerate(shown.names):
        inside = shown.share[row]
        there = np.flatnonzero(inside > 0.5) if (inside > 0.5).any() else np.array([int(inside.argmax())])
        weakest = int(there[np.argmin((t / days)[there])])
        ends = np.arange(int(shown.last[row - 1]) + 1 if row else 0, int(shown.last[row]) + 1)
        worst = int(ends[np.argmax(waiting[ends])]) if len(ends) else int(shown.last[row])
        at = int(shown.last[row])
        found.append(
            {
                "name": name,
                "days": float(inside @ days),
                "t": float(inside @ t),
                "offered_t": float(inside @ np.array(offers["offered_t"])),
                "sent_t": float(inside @ np.array(offers["sent_t"])),
                "waiting_t": float(waiting[at]),
                "late_t": float(periods["late_t"].iloc[at]),
                "stock_t": float(periods["stock_t"].iloc[at]),
                "full": sum(bool(each[there].any()) for each in full),
                "weakest": horizon.labels[weakest],
                "weakest_t_day": float(t[weakest] / days[weakest]),
                "worst": horizon.labels[worst],
                "worst_t": float(waiting[worst]),
            }
        )
    return pd.DataFrame(found)


def limits_of(case: Case, answer: Answer) -> list[Limit]:
    """Every limit whose use is known by period, those that would help first, then the fullest."""
    table, worth = answer.tables["use_by_period"], HELPS * abs(answer.value or 0.0)
    found = []
    for resource, part in table.groupby("resource", sort=False):
        used, available = (np.array(part[column], dtype=float) for column in ("used", "available"))
        price = np.array(part["price"], dtype=float)
        finite = np.isfinite(available)
        whole = available[finite].sum()
        if not finite.any() or not whole > 0:
            continue
        found.append(
            Limit(
                resource=str(resource),
                name=limit_name(answer, str(resource)),
                kind=str(part["kind"].iloc[0]),
                year=float(used.sum() / whole) if finite.all() else math.nan,
                share=np.array(part["share"], dtype=float),
                closed=finite & (available <= 0),
                helps=finite & (available > 0) & (price * np.where(finite, available, 0.0) > worth / len(part)),
                used=used,
                available=available,
            )
        )
    return sorted(found, key=lambda each: (not each.helps.any(), -np.nan_to_num(each.peak), each.name))


def sometimes(limits: Sequence[Limit], least: float = FULL) -> list[Limit]:
    """Limits that are full (or used to a lesser share) or closed in some periods, but not full whenever they can be."""
    return [each for each in limits if not each.always and (each.peak >= least or each.shut)]


def by_month(limit: Limit, shown: Months) -> Floats:
    """Share used in each row of the year as it is shown; NaN where it is closed."""
    available = shown.share @ limit.available
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((available > 0) & np.isfinite(available), (shown.share @ limit.used) / available, np.nan)


def waits(case: Case, answer: Answer) -> list[Wait]:
    """Demands of which something waits, the longest wait first."""
    horizon, table = timed(answer), answer.tables["waiting"]
    found = []
    for demand, part in table.groupby("demand", sort=False):
        by = part.groupby("period")[["offered_t", "waiting_t", "late_t"]].sum().reindex(range(horizon.count))
        offered, t, late = (np.array(by[name], dtype=float) for name in ("offered_t", "waiting_t", "late_t"))
        t, late = np.where(t < DUST_T, 0.0, t), np.where(late < DUST_T, 0.0, late)
        if t.any():
            found.append(Wait(str(demand), _demand_name(case, str(demand)), t, late, oldest(horizon, offered, t)))
    return sorted(found, key=lambda each: (-float(each.days.max()), each.name))


def oldest(horizon: Horizon, offered: Floats, waiting: Floats) -> Floats:
    """Days since the oldest of what waits was offered, if what was offered first is sent first; by period."""
    edges = np.array(horizon.edges) / DAY
    whole, turn = edges[-1], float(offered.sum())
    back = np.concatenate([[0.0], np.cumsum(offered)])
    if horizon.cyclic:  # the year before was like this one
        edges, back = np.concatenate([edges[:-1] - whole, edges]), np.concatenate([back[:-1] - turn, back])
    ends = np.array(horizon.edges[1:]) / DAY
    found = np.zeros(horizon.count)
    for at, t in enumerate(waiting):
        target = back[len(back) - horizon.count + at] - t
        place = int(np.searchsorted(back, target + 1e-6 * max(1.0, t), side="right")) - 1
        if t <= 0:
            continue
        if place < 0:
            found[at] = ends[at] - edges[0]
            continue
        rise = back[place + 1] - back[place]
        since = edges[place] + (edges[place + 1] - edges[place]) * max(0.0, target - back[place]) / rise
        found[at] = ends[at] - since
    return found


def stocks(case: Case, answer: Answer) -> list[Stock]:
    """Stores that hold something, the fullest first."""
    horizon, table = timed(answer), answer.tables["stock"]
    of = {row.store_id: row for row in case.rows("store")}
    found = []
    for store, part in table.groupby("store", sort=False):
        t = np.array(part.groupby("period")["t"].sum().reindex(range(horizon.count)), dtype=float)
        t = np.where(t < DUST_T, 0.0, t)
        if t.any():
            row = of[str(store)]
            before = float(t[-1]) if horizon.cyclic else float(row.opening_t or 0.0)
            found.append(Stock(str(store), str(row.name), t, before, float(row.capacity_t)))
    return sorted(found, key=lambda each: (-float(each.t.max()) / each.capacity_t if each.capacity_t else 0, each.name))


def _demand_name(case: Case, demand: str) -> str:
    row = case.row("demand", demand)
    commodity = case.row("commodity", row.commodity_id).name
    return f"{commodity}, {case.row('node', row.origin_id).name} – {case.row('node', row.destination_id).name}"


def spans(flags: Flags, labels: Sequence[str], before: str = "", *, most: int = 3, around: bool = True) -> str:
    """The periods that are marked, in stretches, which run over new year where the year goes ``around``.

    ``before`` is the word that a sentence needs before a period (``in``, ``on``), nothing in a table.

    >>> spans(np.array([True, True, False, True]), ["Q1", "Q2", "Q3", "Q4"])
    'Q4 to Q2'
    >>> spans(np.array([True, False, True, True]), ["1 Jan", "2 Jan", "3 Jan", "4 Jan"], "on", most=1)
    'from 3 Jan to 1 Jan'
    """
    count = len(flags)
    if flags.all():
        return "all year"
    found = []
    for start in [at for at in range(count) if flags[at] and not (flags[at - 1] and (at or around))]:
        long = 1
        while flags[(start + long) % count] and (around or start + long < count):
            long += 1
        first, last = labels[start], labels[(start + long - 1) % count]
        between, word = ("and", before) if long == 2 else ("to", "from" if before else "")
        words = f"{before} {first}" if long == 1 else f"{word} {first} {between} {last}"
        found.append((long, start, words.strip()))
    kept = sorted(sorted(found, key=lambda each: (-each[0], each[1]))[:most], key=lambda each: each[1])
    more, said = len(found) - len(kept), [each[2] for each in kept]
    return f"{', '.join(said)} and {more} more" if more else listed(said)


def when(answer: Answer, flags: Flags, *, told: bool = False) -> str:
    """The marked periods: ``Jul to Nov``; as a sentence tells it ``from Jul to Nov``, ``on 3 Feb``."""
    horizon = timed(answer)
    before = ("on" if horizon.name == "day" else "in") if told else ""
    return spans(flags, horizon.labels, before, around=horizon.cyclic)


def ties(case: Case, answer: Answer) -> list[str]:
    """What ties cargo to a time of the year in a case, and so can make the year by periods less than the whole."""
    cells = {(row.table, row.column) for row in case.rows("calendar")}
    closed = {row.table for row in case.rows("closure")}
    found = []
    if ("resource", "capacity") in cells or ("resource", "background") in cells:
        found.append("capacities that change by month")
    if closed:
        found.append("closures")
    if ("demand", "t_per_year") in cells:
        found.append("cargo that is offered in seasons")
    patience = sorted({row.wait_d for row in case.rows("demand") if row.wait_d is not None and row.wait_d < math.inf})
    if patience:
        days = f"{patience[0]:g} to {patience[-1]:g} days" if len(patience) > 1 else f"{patience[0]:g} days"
        found.append(f"cargo that waits {days} at most")
    if not timed(answer).cyclic:
        found.append("an open year, in which what leaves late does not arrive")
    return found


def gains(case: Case) -> list[str]:
    """What changes by month in a case that can make the year by periods more than the whole, which takes the mean."""
    cells = {(row.table, row.column) for row in case.rows("calendar")}
    found = []
    if ("size", "amount") in cells:
        found.append("what a carrier takes")
    if ("carrier", "wait_h") in cells:
        found.append("how long carriers wait in port")
    return found


def why(case: Case, answer: Answer) -> str:
    """Why the year by periods is equal to, less or more than the year as one period; nothing where nobody knows."""
    whole = whole_year(answer)
    if whole is None or answer.value is None:
        return ""
    tied, varies = ties(case, answer), gains(case)
    difference = answer.value - whole
    if abs(difference) <= 1e-6 * max(1.0, abs(whole)):
        if not tied and not varies:
            return "Nothing in this case changes through the year or ties cargo to a time of it."
        return f"What the case has of time costs nothing: {listed(tied + varies)}."
    if difference < 0:
        return f"What ties cargo to a time of the year here: {listed(tied)}." if tied else ""
    if varies:
        plural = "change" if len(varies) > 1 else "changes"
        return (
            f"{capital(listed(varies))} {plural} by month: the year as one period takes the mean, while by"
            f" {period_name(answer)} more goes in the good months."
        )
    return ""


def title(case: Case, answer: Answer) -> str:
    """The finding about the year by periods as the title of its page."""
    told = compared(answer)
    if told:
        return f"Through the year: {told}"
    return f"Through the year, {by_period(answer)}"


def only_time(case: Case, answer: Answer) -> list[str]:
    """What only time reveals, a sentence each: full at times, cargo that waits or is lost, stores that fill."""
    return [*limits_said(case, answer), *_waiting(case, answer), *lost_said(answer), *_stores(case, answer)]


def limits_said(case: Case, answer: Answer) -> list[str]:
    """When limits are full or closed, a sentence each; those that are full all year in one."""
    limits, said = limits_of(case, answer), []
    at_times = [each for each in sometimes(limits) if each.full.any()]
    for each in at_times[:MOST_NAMED]:
        over = f", {percent(each.year)} over the year" if not math.isnan(each.year) else ""
        helps = ""
        if each.helps.any() and not (each.helps == each.full).all():
            helps = f"; more of it would bring more {when(answer, each.helps, told=True)}"
        elif each.helps.any():
            helps = "; more of it would bring more just then"
        said.append(f"{each.name}: full {when(answer, each.full, told=True)}{over}{helps}.")
    if len(at_times) > MOST_NAMED:
        more = _counted(len(at_times) - MOST_NAMED, "more limit is", "more limits are")
        said.append(f"{more} full for a part of the year.")
    for each in [each for each in limits if each.shut][:MOST_NAMED]:
        rest = ", full in the rest of the year" if each.always else ""
        said.append(f"{each.name}: closed {when(answer, each.closed, told=True)}{rest}.")
    always = [each.name for each in limits if each.always and not each.shut]
    if always:
        said.append(f"Full all year: {listed(always)}.")
    return said


def _waiting(case: Case, answer: Answer) -> list[str]:
    labels, found, said = timed(answer).labels, waits(case, answer), []
    for each in found[:MOST_NAMED]:
        at, most = int(each.days.argmax()), int(each.t.argmax())
        late = f"; up to {each.late_t.max():,.0f} t late" if each.late_t.any() else ""
        said.append(
            f"{each.name}: waits up to {days_said(float(each.days[at]))}, at the end of {labels[at]}; most waits at the"
            f" end of {labels[most]}, {each.t[most]:,.0f} t{late}."
        )
    if len(found) > MOST_NAMED:
        said.append(f"{_counted(len(found) - MOST_NAMED, 'more demand waits', 'more demands wait')} at some time.")
    if bound(answer) and not found:
        said.append(f"No cargo that is bound to time waits at the end of any {period_name(answer)}.")
    return said


def lost_said(answer: Answer) -> list[str]:
    """What goes another way or is not carried, and when most of it."""
    labels, periods, said = timed(answer).labels, answer.tables["periods"], []
    for column, what in (("outside_t", "goes another way"), ("unmet_t", "is not carried at all")):
        lost = np.array(periods[column], dtype=float)
        if lost.sum() > DUST_T:
            said.append(f"{mt_or_t(float(lost.sum()))} {what}, most in {labels[int(lost.argmax())]}.")
    return said


def _stores(case: Case, answer: Answer) -> list[str]:
    labels, said = timed(answer).labels, []
    for store in stocks(case, answer)[:MOST_NAMED]:
        peak = int(store.t.argmax())
        if store.full.any():
            room = f"all {store.capacity_t:,.0f} t"
            said.append(f"{store.name}: full at the end of {when(answer, store.full)} ({room}).")
        else:
            of = f" of {store.capacity_t:,.0f} t" if math.isfinite(store.capacity_t) else ""
            said.append(f"{store.name}: at most {store.t[peak]:,.0f} t{of}, at the end of {labels[peak]}.")
    return said


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def days_said(days: float) -> str:
    """Days in words: ``23 days``, ``1 day``, ``2.5 days``."""
    if days >= 10:
        return f"{days:.0f} days"
    return "1 day" if 0.95 <= days < 1.05 else f"{days:.1f} days".replace(".0 ", " ")
