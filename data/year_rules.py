"""Rules of the course of the year: calendars, closures, stores, waiting; one function a rule."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from corridor.data.view import Found, View
from corridor.model.calendar import daily, link_daily
from corridor.model.case import Case
from corridor.model.days import DAY, LENGTHS, MONTHS, days_from_to, days_of, month_and_day, month_name
from corridor.model.faults import nearest, quoted
from corridor.model.language import marked, say
from corridor.model.schema import schemas, varying

ADDRESS = ("table", "row", "column")
NOTHING_LEFT = marked(
    "all shapes taken together, no day is left that could make up for it; leave something, or write shape = 0"
)


def calendars(view: View) -> Iterator[Found]:
    """C058, C059: a calendar speaks of a cell that is there, and that can change within the year."""
    for row in view.case.rows("calendar"):
        key = ("calendar", row.calendar_id)
        if row.table is None or row.column is None or row.row is None:
            continue
        if row.table not in schemas():
            yield Found(
                "C058",
                *key,
                "table",
                say("{table} is no table; {table2}", table=row.table, table2=nearest(row.table, varying())),
            )
            continue
        if row.table not in varying():
            *tables, last = sorted(varying())
            remedy = say("name one of {tables} and {last}, or drop the calendar", tables=", ".join(tables), last=last)
            message = say("no number of {table} can change within the year; {remedy}", table=row.table, remedy=remedy)
            yield Found("C059", *key, "table", message)
            continue
        can = varying()[row.table]
        columns = [each.name for each in schemas()[row.table].fields]
        if row.column not in columns:
            near = nearest(row.column, columns)
            hint = near if near.word else nearest(row.column, can)
            yield Found(
                "C058",
                *key,
                "column",
                say("{column} is no column of {table}; {hint}", column=row.column, table=row.table, hint=hint),
                ("table",),
            )
        elif row.column not in can:
            remedy = say("{can} can", can=say(" and ").join(can))
            if (row.table, row.column) == ("link", "capacity_t_per_year"):
                remedy += say(", and closure.csv closes links")
            message = say(
                "{column} of a {table} cannot change within the year; {remedy}",
                column=row.column,
                table=row.table,
                remedy=remedy,
            )
            yield Found("C059", *key, "column", message, ("table",))
        yield from _no_row(view, "calendar", row)


def closures(view: View) -> Iterator[Found]:
    """C058: a closure speaks of a link, a resource or a place that is there."""
    for row in view.case.rows("closure"):
        if row.table is not None and row.row is not None:
            yield from _no_row(view, "closure", row)


def _no_row(view: View, table: str, row: Any) -> Iterator[Found]:
    """C058: the row that a calendar or closure names is there."""
    if row.row in view.case[row.table].index or row.table in view.partial or row.table in view.nameless:
        return
    known = view.names(row.table)
    near = known.nearest(row.row)
    if near.word in view.misnamed[row.table]:
        return  # it is that row whose id is wrong
    hint = near if known.known else known.instead
    yield Found(
        "C058",
        table,
        row[0],
        "row",
        say("{row} is no row of {table}; {hint}", row=row.row, table=row.table, hint=hint),
        ("table",),
    )


def days(view: View) -> Iterator[Found]:
    """C066: a closure begins and ends on days that the year has."""
    years = [row.base_year for row in view.case.rows("case")]
    common = bool(years) and days_of(years[0]) == 365 and ("case", view.case.name, "base_year") not in view.wrong
    for row in view.case.rows("closure"):
        for column in ("from_day", "to_day"):
            text = getattr(row, column)
            try:
                if text is not None and month_and_day(text) == (2, 29) and common:
                    message = say(
                        "{text} is no day of {years}, which is no leap year; write 02-28 or 03-01",
                        text=quoted(text),
                        years=years[0],
                    )
                    yield Found("C066", "closure", row.closure_id, column, message)
            except ValueError:
                yield Found("C066", "closure", row.closure_id, column, f"{quoted(text)} {_no_day(text)}")


def _no_day(text: str) -> str:
    match = DAY.fullmatch(text)
    month = int(match[1]) if match else 0
    if match and 1 <= month <= 12 and int(match[2]):
        most = LENGTHS[month - 1] + (month == 2)
        return say("is no day of the year; {month} has at most {most}", month=month_name(month), most=most)
    return say("is no day of the year; write month and day, as in 03-21")


def shapes(view: View) -> Iterator[Found]:
    """C065: what is a shape leaves something of the year, onto which the rest can be scaled."""
    if not view.case.rows("calendar") and not view.case.rows("closure"):
        return
    case = _without(view.case, {name: view.doubtful.get(name, set()) for name in ("calendar", "closure")})
    year = days_of(case.base_year)
    empty = {row.calendar_id for row in case.rows("calendar") if not any(getattr(row, month) for month in MONTHS)}
    shut = {
        row.closure_id
        for row in case.rows("closure")
        if row.left == 0 and days_from_to(row.from_day, row.to_day, year).all()
    }
    for row in case.rows("calendar"):
        if row.shape and row.calendar_id in empty:
            message = say("every month is 0, so that none can hold the number of the year; ")
            remedy = say("give one above 0, or write shape = 0 to have nothing all year")
            yield Found("C065", "calendar", row.calendar_id, "shape", message + remedy, MONTHS)
    for row in case.rows("closure"):
        if row.shape and row.closure_id in shut:
            message = say(
                "it leaves nothing all year, so that no day can make up for it; leave something, or write shape = 0"
            )
            yield Found("C065", "closure", row.closure_id, "shape", message)
    case = _without(case, {"calendar": empty, "closure": shut})
    for row in case.rows("calendar"):
        if row.shape and _nothing_left(partial(daily, case, row.table, row.row, row.column)):
            yield Found("C065", "calendar", row.calendar_id, "shape", say(NOTHING_LEFT))
    touching: dict[tuple[str, str], list[str]] = defaultdict(list)
    for link in case.rows("link"):
        for key in (("link", link.link_id), ("node", link.from_node_id), ("node", link.to_node_id)):
            touching[key].append(link.link_id)
    for row in case.rows("closure"):
        asked = [partial(link_daily, case, link) for link in touching[row.table, row.row]] if row.shape else []
        if row.shape and row.table == "resource":
            asked = [partial(daily, case, "resource", row.row, "capacity")]
        if any(map(_nothing_left, asked)):
            yield Found("C065", "closure", row.closure_id, "shape", say(NOTHING_LEFT))


def _without(case: Case, rows: Mapping[str, Collection[str]]) -> Case:
    tables = dict(case.tables)
    for name, ids in rows.items():
        tables[name] = tables[name][~tables[name].index.isin(list(ids))]
    return replace(case, tables=tables)


def _nothing_left(factor: Callable[[], object]) -> bool:
    try:
        factor()
    except ValueError:
        return True
    return False


def weather(view: View) -> Iterator[Found]:
    """C035: weather that a capacity contains already, or that a factor takes off, is not lost again within the year."""
    resource = view.case["resource"]
    basis = dict(zip(resource.index, resource["basis"], strict=True))
    factors = {row.resource_id: row.factor_id for row in view.case.rows("factor") if row.kind == "weather"}
    for table in ("calendar", "closure"):
        for row in view.case.rows(table):
            capacity = row.table == "resource" and (table == "closure" or row.column == "capacity")
            if row.kind != "weather" or row.shape or not capacity:
                continue
            remedy = say("write shape = 1, so that it only says when")
            if basis.get(row.row) in ("net_of_weather", "observed"):
                why = say("its capacity is {basis}, which contains it already", basis=basis[row.row])
                remedy += say(", or correct the basis in resource.csv")
            elif row.row in factors:
                why = say("factor {factors} takes it off already", factors=factors[row.row])
                remedy += say(", or drop the factor")
            else:
                continue
            message = say("{row} is derated twice for weather: {why}; {remedy}", row=row.row, why=why, remedy=remedy)
            yield Found("C035", table, row[0], "kind", message, (*ADDRESS, "shape"))


def stores(view: View) -> Iterator[Found]:
    """C067: what stands in a store at the start and at the end fits into it."""
    for row in view.case.rows("store"):
        if row.capacity_t is None:
            continue
        for column, when in (("opening_t", say("at the start")), ("closing_t", say("at the end"))):
            stock = getattr(row, column) or 0
            if stock > row.capacity_t:
                message = say(
                    "{stock:.12g} t {when} are more than the {capacity_t:.12g} t that fit; correct one of them",
                    stock=stock,
                    when=when,
                    capacity_t=row.capacity_t,
                )
                yield Found("C067", "store", row.store_id, column, message, ("capacity_t",))


def waits(view: View) -> Iterator[Found]:
    """C068: a demand is late before it has waited as long as it may, and a price of lateness has a time."""
    for row in view.case.rows("demand"):
        if row.late_d is None or row.wait_d is None:
            continue
        if math.isfinite(row.late_d) and row.late_d > row.wait_d:
            message = say(
                "late after {late_d:g} days, but it waits {wait_d:g} at most; lower it, or raise wait_d",
                late_d=row.late_d,
                wait_d=row.wait_d,
            )
            yield Found("C068", "demand", row.demand_id, "late_d", message, ("wait_d",))
        if row.late_usd_per_t_day and math.isinf(row.late_d):
            message = say(
                "{late_usd_per_t_day:g} USD are never paid, since it is never late; give late_d, or write 0",
                late_usd_per_t_day=row.late_usd_per_t_day,
            )
            yield Found("C068", "demand", row.demand_id, "late_usd_per_t_day", message, ("late_d",))


def draughts(view: View) -> Iterator[Found]:
    """C069: a size has one draught, open at its reference; a water level has sizes that depend on it."""
    case = view.case
    first: dict[str, str] = {}
    for row in case.rows("draught"):
        if row.size_id is not None and first.setdefault(row.size_id, row.draught_id) != row.draught_id:
            message = say(
                "{size_id} has draught {first} already; drop one of the two",
                size_id=row.size_id,
                first=first[row.size_id],
            )
            yield Found("C069", "draught", row.draught_id, "size_id", message)
        if row.closes_below_m is not None and row.reference_m is not None and row.closes_below_m > row.reference_m:
            message = say(
                "below {closes_below_m:g} m nothing can load, not even at the reference of"
                " {reference_m:g} m; correct one of them",
                closes_below_m=row.closes_below_m,
                reference_m=row.reference_m,
            )
            yield Found("C069", "draught", row.draught_id, "closes_below_m", message, ("reference_m",))
    if case.rows("draught"):
        return
    for row in case.rows("case"):
        if row.sea_level_m is not None:
            message = say(
                "no size depends on a water level of {sea_level_m:g} m; add draught.csv, or empty this cell",
                sea_level_m=row.sea_level_m,
            )
            yield Found("C069", "case", row.case_id, "sea_level_m", message)
