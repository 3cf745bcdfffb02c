"""A timetable that is read beside others: the rules that it breaks, its cost, and the departures that were moved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from corridor.model.language import Words, numeral, plural, say
from corridor.model.result.frame import rows
from corridor.model.result.timetable import Timetable, clock
from corridor.model.services import services
from corridor.reports.blocks import Block
from corridor.reports.numbers import whole
from corridor.reports.say.columns import number, table, words

SHOWN = 8
"""Changes of cargo on a short page."""
KINDS = Words(
    {
        "read": "As read",
        "moved": "Moved",
        "even": "The same departures, evenly spaced",
        "best": "The best timetable",
    }
)
RULES = Words(
    {
        "hours": "shorter than the running time",
        "stops": "stops out of order",
        "stand": "hand-over or change of gauge",
        "least": "departures below the least",
        "window": "outside of the window",
        "headway": "headway",
        "single": "both ways on a single line",
        "turn": "more departures one way than the other",
        "fleet": "more sets than there are",
        "berths": "more ships than berths",
    }
)
COUNTED = ("least", "turn", "fleet")
"""Rules whose breach is counted in departures or sets, not in hours."""


def of_file(result: Timetable) -> list[str]:
    """The file beside the best timetable, and the hours by which it was moved."""
    by_kind = {row.kind: row for row in rows(result.kinds)}
    if not by_kind:
        return []
    moved = by_kind.get("moved")
    found = [
        say(
            "By {file} cargo waits {read:.1f} h at a change, by the best timetable {best:.1f} h.",
            file=result.read,
            read=by_kind["read"].wait_h,
            best=by_kind["best"].wait_h,
        )
    ]
    if not len(result.conflicts):
        found.insert(0, say("{file} keeps every rule.", file=result.read))
    if moved is not None:
        moves = len(result.moves)
        found.append(
            plural(
                "{n} departure moved by at most {shift:g} h brings it to {wait:.1f} h.",
                "{n} departures moved by at most {shift:g} h bring it to {wait:.1f} h.",
                moves,
                shift=result.shift,
                wait=moved.wait_h,
            )
        )
    elif result.shift:
        found.append(
            say(
                "No shift of departures by at most {shift:g} h keeps every rule; the timetable is shown as read.",
                shift=result.shift,
            )
        )
    return found


def kinds(result: Timetable, short: bool) -> list[Block]:
    """Conflicts of a timetable that is read, the others beside it, and departures that were moved."""
    if not len(result.kinds):
        return []
    names = names_of(result)
    places = {row.node_id: row.name for row in result.case.rows("node")}
    broken, moved = rows(result.conflicts), rows(result.moves)
    blocks: list[Block] = []
    if broken:
        blocks.append(
            table(
                broken[:SHOWN] if short else broken,
                words(say("Rule"), lambda row: RULES[row.rule], wide=2),
                words(say("Where"), lambda row: _place(result, row.place, places), wide=2),
                words(say("Time", about="clock"), lambda row: "" if math.isnan(row.hour) else clock(row.hour)),
                words(say("Train or ship"), "first", wide=2),
                words(say("The other"), "second", wide=2),
                number(say("Lacks"), _lacks, weight=0.6),
                caption=say("Conflicts in {file}", file=result.read),
            )
        )
    blocks.append(
        table(
            rows(result.kinds),
            words(say("Timetable"), lambda row: KINDS[row.kind], wide=2),
            number(say("Departures"), "departures", say("a week")),
            number(say("Conflicts"), "conflicts", weight=0.6),
            number(say("Ships and trains"), "sets"),
            number(say("Their cost"), lambda row: millions(row.sets_usd), say("million USD a year")),
            number(say("Waiting"), lambda row: millions(row.wait_usd), say("million USD a year")),
            number(say("Without room"), lambda row: whole(row.left) if row.left >= 0.5 else "", say("a week")),
            number(say("Wait"), lambda row: numeral(row.wait_h, ".1f"), "h"),
            caption=say("{file} beside other timetables of the same cargo", file=result.read),
        )
    )
    if moved:
        blocks.append(
            table(
                moved[:SHOWN] if short else moved,
                words(say("Service"), lambda row: names[row.service], wide=2),
                words(say("Toward"), lambda row: places[services(result.case)[row.service].ends(row.direction)[1]]),
                number(say("Trip"), "trip", weight=0.4),
                words(say("As read"), lambda row: clock(row.was_h)),
                words(say("Moved"), lambda row: clock(row.now_h)),
                number(say("By"), lambda row: numeral(row.hours, "+.1f"), "h", weight=0.6),
                caption=say("Departures that were moved"),
            )
        )
    return blocks


def _place(result: Timetable, name: str, places: Mapping[str, str]) -> str:
    """A place, the two ends of a link, or a fleet, by name."""
    link = next((row for row in result.case.rows("link") if row.link_id == name), None)
    if link is not None:
        return f"{places[link.from_node_id]}–{places[link.to_node_id]}"
    fleet = next((row for row in result.case.rows("resource") if row.resource_id == name), None)
    return places.get(name) or (name if fleet is None else str(fleet.name))


def _lacks(row: Any) -> str:
    if math.isnan(row.short_h):
        return ""
    hours = numeral(row.short_h, ".1f")
    return hours if row.rule in COUNTED else f"{hours} {say('h')}"


def names_of(result: Timetable) -> dict[str, str]:
    return {row.service: row.name for row in rows(result.services)}


def millions(usd: float) -> str:
    return numeral(usd / 1e6, ".1f")
