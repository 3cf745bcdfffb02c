"""A closure of some days: the base year's cargo with it beside the same year without it, and every outage in turn.

The year is cut where the closure begins and ends (:meth:`corridor.model.horizon.Horizon.around`), and cargo counts
where it leaves: the way takes no time by the calendar, so that 30 closed days stop the cargo of 30 days. The queue is
that of cumulative curves: what was offered less what has left. Cargo of the base year is offered by its calendar, or
evenly; it waits no longer than its demand allows, and is lost then.
"""

from __future__ import annotations

import math
from calendar import month_name
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.model.calendar import Outage, closed_days, lost_days
from corridor.model.case import Case
from corridor.model.change.changes import Close
from corridor.model.days import LENGTHS, days_of
from corridor.model.faults import CaseError, CertificateError, Fault, nearest, quoted
from corridor.model.graph import name_of
from corridor.model.horizon import Horizon
from corridor.model.language import say
from corridor.model.limit_facts import limit_facts
from corridor.model.limit_ids import BACK, limit_ids
from corridor.model.result.certificate import Certificate
from corridor.model.result.disruption import Disruption, Outages
from corridor.optimize.answer.setting import Setting
from corridor.optimize.period.layout import KILO
from corridor.optimize.program.progress import Progress
from corridor.optimize.studies.carried import CarriedYear
from corridor.optimize.studies.side_by_side import SideBySide


def disruption(
    case: Case,
    usual: Case,
    periods: str = "month",
    *,
    time_limit: float | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> Disruption:
    """The closures by which a checked case differs from ``usual``, asked of the base year's cargo.

    The year is cut by ``periods``, and where closures begin and end. Raises TimeLimitError, and CertificateError where
    it does not prove itself.
    """
    began = perf_counter()
    closures = tuple(each for each in lost_days(case) if each not in lost_days(usual))
    by_day = closed_days(lost_days(case), days_of(case.base_year))
    horizon = Horizon.around(case.base_year, by_day, periods)
    deadline = None if time_limit is None else began + time_limit
    begins = _begins(horizon, closures, days_of(case.base_year))
    year = CarriedYear(usual, horizon, begins, deadline=deadline, watch=watch)
    before = year.usual()
    after = year.run(case, before)
    held = max(year.balance(before, usual), year.balance(after, case))
    mask = _mask(closures, days_of(case.base_year))
    seen = SideBySide(year, before, after, mask)
    primal, dual, gap = map(max, before.certificate.residuals, after.certificate.residuals)
    proof = Certificate(primal, dual, gap, held, before.certificate.tolerance)
    if not proof.passed:
        raise CertificateError(f"the closures do not prove themselves: {proof}")
    return Disruption(
        case=case,
        outages=closures,
        horizon=horizon,
        due_t=seen.due_t,
        **seen.totals(),
        markets=seen.markets(),
        periods=seen.periods(),
        course=seen.course(),
        parts=seen.parts(),
        lost=seen.lost(),
        certificate=proof,
        solver=year.facts(began),
    )


def closed_year(
    case: Case,
    periods: str = "month",
    *,
    time_limit: float | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> tuple[Case, Disruption | None]:
    """The case without the cargo that its closures lose, and what they do; as it is where no closure takes days.

    Whatever is then asked of the case counts that cargo as asked and not carried. Raises TimeLimitError, and
    CertificateError where it does not prove itself.
    """
    if not lost_days(case):
        return case, None
    closure = case["closure"]
    usual = replace(case, tables={**case.tables, "closure": closure[closure["shape"].astype(bool)]}, lost=None)

    def work_out() -> Disruption:
        for table in case.tables:
            case.rows(table)  # the result rests on the case as a whole
        return disruption(case, usual, periods, time_limit=time_limit, watch=watch)

    found = case.known(("closed year", periods), work_out)
    return case._hand_on(replace(case, lost=found.lost)), found


TABLES = ("link", "resource", "node")
MONTH = "mar"
"""Month of an outage where none is given: storms are over, and the year's queues of winter not yet gone."""


def disrupt(
    setting: Setting,
    name: str,
    from_day: str = "",
    to_day: str = "",
    left: float = 0.0,
    *,
    month: str | int = MONTH,
) -> Disruption:
    """A link, resource or place out from day to day (``MM-DD``, both included), asked of the base year's cargo.

    ``name`` is its id, with its table before it (``link.line``) where several tables have one; ``left`` is the share of
    the capacity that is left, 0 or more and below 1. Without days it is out for a ``month``, a name or a number. All
    else in the case stays: its other closures are in the year with which it is compared. Raises CaseError,
    TimeLimitError, and CertificateError where the answer does not prove itself.
    """
    case = setting.given
    from_day, to_day = (from_day, to_day) if from_day or to_day else month_days(case, month)
    table, row = _address(case, name)
    closed = case.with_([Close(table, row, from_day=from_day, to_day=to_day, left=left)])
    periods = "month" if setting.horizon is None else setting.horizon.name
    found = disruption(closed, case, periods, time_limit=setting.time_limit, watch=setting.watch)
    return replace(found, case=case)


def outages(
    setting: Setting,
    *,
    month: str | int = MONTH,
    from_day: str = "",
    to_day: str = "",
    left: float = 0.0,
    progress: Callable[[int, int], None] | None = None,
) -> Outages:
    """Every open link and resource out by itself for a month (or from day to day), the worst first: N-1.

    ``month`` is a name or a number, March if left out. ``progress`` receives how many are done, and of how many.
    Links and resources that the base year's cargo does not use on these days cost nothing, and take no solve. Raises
    CaseError, and CertificateError where an answer does not prove itself.
    """
    began = perf_counter()
    case = setting.given
    from_day, to_day = (from_day, to_day) if from_day or to_day else month_days(case, month)
    out = {
        (table, str(row[0])): case.with_([Close(table, str(row[0]), from_day=from_day, to_day=to_day, left=left)])
        for table, column in (("link", "capacity_t_per_year"), ("resource", "capacity"))
        for row in case.rows(table)
        if getattr(row, column) > 0
    }
    closures = [Outage("", "", "", from_day, to_day, left)]
    days = days_of(case.base_year)
    mask = _mask(closures, days)
    horizon = Horizon.around(case.base_year, closed_days([*lost_days(case), *closures], days))
    year = CarriedYear(case, horizon, _begins(horizon, closures, days))
    before = year.usual()
    marked = horizon.mean(mask.astype(float)) > 0
    used, kinds, ids = year.used(before, marked), limit_facts(case), limit_ids(case)
    nothing, body, runs = SideBySide(year, before, before, mask).totals(), [], [before]
    for number, ((table, row), there) in enumerate(out.items(), 1):
        ways = {ids[table, way] for way in (row, row + BACK) if (table, way) in ids}
        idle = not ways & used
        facts = nothing
        if not idle:
            after = year.run(there, before)
            facts = SideBySide(year, before, after, mask).totals()
            runs.append(after)
        about = {"name": name_of(case, table, row), "kind": kinds[ids[table, row]].kind}
        body.append({"table": table, "row": row, **about, **facts, "idle": idle})
        if progress:
            progress(number, len(out))
    order = ["lost_t", "elsewhere_t", "queue_t", "late_t"]
    frame = pd.DataFrame(body).astype({"recovery_d": float})
    frame = frame.sort_values(order, ascending=False, kind="stable", ignore_index=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    result = Outages(
        case=case,
        from_day=from_day,
        to_day=to_day,
        left=left,
        horizon=horizon,
        due_t=math.fsum(part.base for part in year.layout.parts) * KILO,
        table=frame,
        solved=len(runs) - 1,
        worst_residual=max((run.certificate.worst for run in runs[1:]), default=0.0),
        passed=all(run.certificate.passed for run in runs),
        solver=year.facts(began),
    )
    if not result.passed:
        raise CertificateError(f"an outage does not prove itself: worst residual {result.worst_residual:.1e}")
    return result


def _mask(closures: Sequence[Outage], days: int) -> NDArray[np.bool_]:
    """Days on which any of the closures holds."""
    return np.asarray(closed_days(closures, days).any(axis=0), dtype=bool)


def _begins(horizon: Horizon, closures: Sequence[Outage], days: int) -> int | None:
    """The period in which a surprise begins; None where closures are known in advance, or last all year.

    Of several it is the first after the longest time without any.
    """
    shut = horizon.mean(_mask(closures, days).astype(float)) > 0
    if shut.all() or all(row.known for row in closures):
        return None
    edges, count = np.array(horizon.days), horizon.count
    gaps = {}
    for first in [at for at in range(count) if shut[at] and not shut[at - 1]]:
        at = first - 1
        while not shut[at % count]:
            at -= 1
        gaps[first] = (edges[first] - edges[at % count + 1]) % edges[-1] or edges[-1]
    return max(gaps, key=lambda each: (gaps[each], -each))


def month_days(case: Case, month: str | int) -> tuple[str, str]:
    """First and last day of a month (``mar``, ``March`` or 3) as ``MM-DD``; raises CaseError."""
    text = str(month).strip().lower()
    named = (n for n, each in enumerate(month_name) if n and len(text) >= 3 and each.lower().startswith(text))
    number = int(text) if text.isdigit() else next(named, 0)
    if not 1 <= number <= 12:
        reason = say(
            "{month} is no month; give a name, as in March, or a number from 1 to 12", month=quoted(str(month))
        )
        raise CaseError([Fault("C109", "--month", reason)], "the question")
    last = LENGTHS[number - 1] + (number == 2 and days_of(case.base_year) == 366)
    return f"{number:02d}-01", f"{number:02d}-{last:02d}"


def _address(case: Case, name: str) -> tuple[str, str]:
    """The table and the row that a name means; raises CaseError."""
    table, dot, row = name.partition(".")
    known = {each: list(case[each].index) for each in TABLES}
    if dot:
        if table not in TABLES:
            reason = say("{table} is no table of what can be out; name a row of link, resource or node", table=table)
            raise CaseError([Fault("C021", name, reason)], "the question")
        if row not in known[table]:
            reason = say(
                "{row} is no row of {table}; {nearest}", row=row, table=table, nearest=nearest(row, known[table])
            )
            raise CaseError([Fault("C022", name, reason)], "the question")
        return table, row
    there = [each for each in TABLES if name in known[each]]
    if len(there) == 1:
        return there[0], name
    if there:
        listed = f" {say('or')} ".join(f"{each}.{name}" for each in there)
        raise CaseError(
            [Fault("C077", name, say("several tables have a row of that id; write {listed}", listed=listed))],
            "the question",
        )
    every = [each for table in TABLES for each in known[table]]
    reason = say("it is no link, resource or place of this case; {nearest}", nearest=nearest(name, every))
    raise CaseError([Fault("C022", name, reason)], "the question")
