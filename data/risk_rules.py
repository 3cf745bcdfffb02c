"""Rules on hazards, listings and remedies; one function a rule."""

from __future__ import annotations

import math
from collections.abc import Iterator

from corridor.data.view import Found, View
from corridor.model.change.filters import ChangeError
from corridor.model.days import DATE, month_and_day
from corridor.model.faults import quoted
from corridor.model.language import say
from corridor.model.scope import passing_rows


def hazards(view: View) -> Iterator[Found]:
    """C260: a hazard hits rows that are there; C261: its numbers go together; C267: its season is of days."""
    scheduled = {row.link_id for row in view.case.rows("link") if row.departures_per_week}
    stepped = {row.resource_id for row in view.case.rows("resource") if row.step}
    for row in view.case.rows("hazard"):
        key = ("hazard", row.hazard_id)
        if row.table is None:
            continue
        known = view.names(row.table)
        for name in row.rows or ():
            if name not in view.case[row.table].index and row.table not in view.partial:
                message = say(
                    "{name} is no row of {table}; {hint}", name=name, table=row.table, hint=known.nearest(name)
                )
                yield Found("C260", *key, "rows", message, ("table",))
        if row.units is not None and row.left:
            message = say("units and a share that is left say the same; empty one of them")
            yield Found("C261", *key, "units", message, ("left",))
        elif row.units is not None and (row.table != "resource" or set(row.rows or ()) - stepped):
            message = say("units are planner's units of resources with a step; give the share that is left instead")
            yield Found("C261", *key, "units", message, ("table", "rows"))
        if row.missed and (row.table != "link" or set(row.rows or ()) - scheduled):
            message = say("departures are missed on links with departures_per_week; name such links")
            yield Found("C261", *key, "missed", message, ("table", "rows"))
        if not row.missed and not (row.per_year and row.days):
            column = "days" if row.per_year else "per_year"
            message = say("{column} is 0; give how often a year it happens and how long it lasts", column=column)
            yield Found("C261", *key, column, message, ("per_year", "days", "missed"))
        if bool(row.from_day) != bool(row.to_day):
            message = say("a season has a first and a last day; give both, or none")
            yield Found("C267", *key, "to_day" if row.from_day else "from_day", message, ("from_day", "to_day"))
        for column in ("from_day", "to_day"):
            text = getattr(row, column)
            if text and not _is_day(text):
                message = say("{text} is no day; write month and day, as in 03-21", text=quoted(text))
                yield Found("C267", *key, column, message)


def _is_day(text: str) -> bool:
    try:
        month_and_day(text)
    except ValueError:
        return False
    return True


def listings(view: View) -> Iterator[Found]:
    """C262: a listing names a row that is there; C263: its days are days, the last not before the first."""
    for row in view.case.rows("listing"):
        key = ("listing", row.listing_id)
        known = row.table is not None and row.row is not None and row.table not in view.partial
        if known and row.row not in view.case[row.table].index:
            hint = view.names(row.table).nearest(row.row)
            message = say("{row} is no row of {table}; {hint}", row=row.row, table=row.table, hint=hint)
            yield Found("C262", *key, "row", message, ("table",))
        for column in ("from_date", "to_date"):
            text = getattr(row, column)
            if text and not DATE.fullmatch(text):
                message = say("{text} is no day; write it as in 2026-03-10", text=quoted(text))
                yield Found("C263", *key, column, message)
        if row.from_date and row.to_date and row.to_date < row.from_date:
            message = say("the last day is before the first, {day}; correct one of them", day=row.from_date)
            yield Found("C263", *key, "to_date", message, ("from_date",))


def remedies(view: View) -> Iterator[Found]:
    """C264: a remedy builds a project or gives days, one of both, and its filter of demands can be read."""
    for row in view.case.rows("remedy"):
        key = ("remedy", row.remedy_id)
        days = row.buffer_d is not None and not math.isnan(row.buffer_d) and row.buffer_d > 0
        if bool(row.project_id) == days:
            message = say("a remedy builds a project or gives days by which cargo may be later; give one of both")
            yield Found("C264", *key, "project_id", message, ("buffer_d",))
        if row.demands:
            try:
                passing_rows(view.case, "demand", row.demands)
            except ChangeError as error:
                yield Found("C264", *key, "demands", str(error))
