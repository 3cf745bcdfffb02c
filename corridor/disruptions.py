"""What a script calls to take a link, resource or place out for some days; it joins the rooms and does no more."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.loading import check
from corridor.model.case import Case
from corridor.model.change.changes import Close
from corridor.model.days import LENGTHS, days_of
from corridor.model.faults import CaseError, CertificateError, Fault, nearest, quoted

if TYPE_CHECKING:
    from corridor.model.result.disruption import Disruption, Outages
    from corridor.optimize.program.progress import Progress

TABLES = ("link", "resource", "node")
MONTH = "mar"
"""Month of an outage where none is given: storms are over, and the year's queues of winter not yet gone."""


def disrupt(
    case: Case,
    name: str,
    from_day: str,
    to_day: str,
    left: float = 0.0,
    *,
    time_limit: float | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> Disruption:
    """A link, resource or place out from day to day (``MM-DD``, both included), asked of the base year's cargo.

    ``name`` is its id, with its table before it (``link.line``) where several tables have one; ``left`` is the share of
    the capacity that is left, 0 or more and below 1. Everything that the case has besides stays: its other closures
    are in the year with which it is compared. Raises CaseError, TimeLimitError, and CertificateError where the answer
    does not prove itself.
    """
    from corridor.optimize.studies.disrupt import disruption

    check(case)
    table, row = _address(case, name)
    closed = case.with_([Close(table, row, from_day=from_day, to_day=to_day, left=left)])
    found = disruption(closed, case, time_limit=time_limit, watch=watch)
    if not found.certificate.passed:
        raise CertificateError(f"the answer does not prove itself: {found.certificate}")
    return replace(found, case=case)


def outages(
    case: Case,
    *,
    month: str | int = MONTH,
    from_day: str = "",
    to_day: str = "",
    left: float = 0.0,
    progress: Callable[[int, int], None] | None = None,
) -> Outages:
    """Every open link and resource out by itself for a month (or from day to day), the worst first: N-1.

    ``month`` is a name or a number, March if left out. ``progress`` is given how many are done, and of how many.
    Raises CaseError, and CertificateError where an answer does not prove itself.
    """
    from corridor.optimize.studies.disrupt import outages as outages_of

    check(case)
    if not from_day and not to_day:
        from_day, to_day = month_days(case, month)
    out = {
        (table, str(row[0])): case.with_([Close(table, str(row[0]), from_day=from_day, to_day=to_day, left=left)])
        for table, column in (("link", "capacity_t_per_year"), ("resource", "capacity"))
        for row in case.rows(table)
        if getattr(row, column) > 0
    }
    found = outages_of(case, out, from_day, to_day, left, progress=progress)
    if not found.passed:
        raise CertificateError(f"an outage does not prove itself: worst residual {found.worst_residual:.1e}")
    return found


def month_days(case: Case, month: str | int) -> tuple[str, str]:
    """First and last day of a month (``mar``, ``March`` or 3) as ``MM-DD``; raises CaseError."""
    text = str(month).strip().lower()
    named = (n for n, each in enumerate(month_name) if n and len(text) >= 3 and each.lower().startswith(text))
    number = int(text) if text.isdigit() else next(named, 0)
    if not 1 <= number <= 12:
        reason = f"{quoted(str(month))} is no month; give a name, as in March, or a number from 1 to 12"
        raise CaseError([Fault("C109", "--month", reason)], "the question")
    last = LENGTHS[number - 1] + (number == 2 and days_of(case.base_year) == 366)
    return f"{number:02d}-01", f"{number:02d}-{last:02d}"


def _address(case: Case, name: str) -> tuple[str, str]:
    """The table and the row that a name means; raises CaseError."""
    table, dot, row = name.partition(".")
    known = {each: list(case[each].index) for each in TABLES}
    if dot:
        if table not in TABLES:
            reason = f"{table} is no table of what can be out; name a row of link, resource or node"
            raise CaseError([Fault("C021", name, reason)], "the question")
        if row not in known[table]:
            reason = f"{row} is no row of {table}; {nearest(row, known[table])}"
            raise CaseError([Fault("C022", name, reason)], "the question")
        return table, row
    there = [each for each in TABLES if name in known[each]]
    if len(there) == 1:
        return there[0], name
    if there:
        listed = " or ".join(f"{each}.{name}" for each in there)
        raise CaseError([Fault("C077", name, f"several tables have a row of that id; write {listed}")], "the question")
    every = [each for table in TABLES for each in known[table]]
    reason = f"it is no link, resource or place of this case; {nearest(name, every)}"
    raise CaseError([Fault("C022", name, reason)], "the question")
