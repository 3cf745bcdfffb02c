"""Closing from day to day: the rows that it adds to the table of closures."""

from __future__ import annotations

from collections import defaultdict

from corridor.model.change.changes import Close, Effect, NewRow, Setting
from corridor.model.change.draft import Draft
from corridor.model.days import days_of, month_and_day
from corridor.model.faults import CaseError, Fault, quoted
from corridor.model.language import marked, say
from corridor.model.schema import schemas

FROM_TO = marked("give the first and the last day as in from 01-10 to 01-22, or neither for all year")


def from_day_to_day(draft: Draft, change: Close, rows: list[str]) -> list[Effect]:
    """The rows of the table of closures that close these rows as the change says; raises CaseError."""
    _check_days(draft, change)
    made: list[Effect] = []
    closed = [(change.table, row) for row in rows]
    closed += [("resource", row) for row in serving_only(draft, change.table, rows)]
    for table, row in closed:
        closure = f"closed_{table}_{row}_{change.from_day}_{change.to_day}".replace("-", "")
        if closure in draft.ids("closure"):
            made.append(Setting(("closure", closure, "left"), change.left))
            continue
        texts = {
            "closure_id": closure,
            "name": say(
                "{draft} closed from {from_day} to {to_day}",
                draft=_name(draft, table, row),
                from_day=change.from_day,
                to_day=change.to_day,
            ),
            "table": table,
            "row": row,
            "from_day": change.from_day,
            "to_day": change.to_day,
            "kind": "other",
        }
        # Not a shape: the year loses these days, also as one period, and nothing makes up for them.
        made.append(NewRow("closure", closure, (*texts.items(), ("left", change.left), ("shape", False))))
    return made


def _check_days(draft: Draft, change: Close) -> None:
    """C109: the days of a closure are days that the year has."""
    place = f"{change.table}.{change.row}"
    if not change.from_day or not change.to_day:
        missing = "to" if change.from_day else "from"
        raise CaseError(
            [Fault("C109", place, say("{missing} is missing; {from_to}", missing=missing, from_to=say(FROM_TO)))],
            say("the changes"),
        )
    if not 0 <= change.left < 1:
        reason = say("left {left:.12g} is no share that a closure leaves; give 0 or more, below 1", left=change.left)
        raise CaseError([Fault("C109", place, reason)], say("the changes"))
    faults = []
    for day in (change.from_day, change.to_day):
        try:
            month_and_day(day)
        except ValueError:
            reason = say("{day} is no day of the year; write month and day, as in 03-21", day=quoted(day))
            faults.append(Fault("C109", place, reason))
    if faults:
        raise CaseError(faults, say("the changes"))
    year = int(draft.column("case", "base_year")[0])  # type: ignore[arg-type]
    if days_of(year) == 365 and "02-29" in (change.from_day, change.to_day):
        reason = say("{year} has no 02-29, since it is no leap year; write 02-28 or 03-01", year=year)
        raise CaseError([Fault("C109", place, reason)], say("the changes"))


def serving_only(draft: Draft, table: str, rows: list[str]) -> list[str]:
    """Resources that serve closed links, or links at closed places, and no other link that is open.

    They are idle while these are closed. The year as one period sees that in the resources only: most links have no
    limit of their own, and a share of no limit is none. A contract of the month or year keeps its tonnes.
    """
    if table == "resource":
        return []
    closed = set(rows)
    fleet = dict(zip(draft.column("carrier", "carrier_id"), draft.column("carrier", "resource_id"), strict=True))
    columns = ("link_id", "from_node_id", "to_node_id", "capacity_t_per_year", "carrier_id")
    shut: dict[object, bool] = {}
    serves: dict[object, set[object]] = defaultdict(set)
    for link, start, end, capacity, carrier in draft.rows("link", *columns):
        if capacity == 0:
            continue
        shut[link] = link in closed if table == "link" else bool({start, end} & closed)
        if carrier in fleet:
            serves[fleet[carrier]].add(link)
    for resource, link in draft.rows("use", "resource_id", "link_id"):
        if link in shut:
            serves[resource].add(link)
    holds = dict(zip(draft.column("resource", "resource_id"), draft.column("resource", "per"), strict=True))
    return [
        resource
        for resource in draft.ids("resource")
        if holds[resource] == "always" and serves[resource] and all(map(shut.get, serves[resource]))
    ]


def _name(draft: Draft, table: str, row: str) -> str:
    named = schemas()[table].field("name") is not None
    return str(draft.value((table, row, "name"))) if named else row
