"""The page of the library: the scenarios of a case in one table, the case first and then those that bring most."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from corridor.model.language import Words, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.model.scope import ALL, scope_of
from corridor.reports.blocks import Block, Column, Heading, Note, Table
from corridor.reports.say.columns import megatonnes, number, table, words
from corridor.reports.say.scenarios_figure import scenarios_figure
from corridor.reports.say.words import SHORT, capital, millions, signed, times

SMALLEST = 5_000
"""Tonnes of change below which two scenarios count as alike."""
SMALL_USD = 50_000.0
"""USD a year of freight below which two scenarios count as alike."""
GROUPS = Words(
    {
        "helps": "Built or agreed: more fits or comes",
        "hurts": "Broken or taken away: less fits or comes",
        "asked": "More cargo is asked for",
        "year": "Other years",
        "same": "Neither more nor less",
    }
)
"""Captions of the groups of scenarios."""
REASONS = Words(
    {
        "room": "the capacity that changes is not full: cargo waits for a better price or time",
        "elsewhere": "another full resource holds the cargo, too",
        "ways": "new ways are neither cheaper nor quicker for the cargo of a market",
        "unused": "no cargo that comes takes the links that change",
        "captive": "the cargo on the links that change comes at any price, or in steps",
        "small": "prices or times change too little",
        "asked": "only the cargo that is asked for changes: no price, no time",
        "nothing": "no number of the program changes",
    }
)
"""Words of the reasons for which as much comes."""
STATUS = Words({"infeasible": "infeasible", "error": "error"})
UNITS = Words({"gate": "gate", "net": "net"})
"""Tonnes at the gate, and tonnes of cargo."""
CLOSED = "closures"
"""Code of a year whose closures lose cargo."""


def page(result: Listing, *, short: bool = False) -> list[Block]:
    """One row a scenario; those without an answer below, with the reason."""
    case, frame = result.case, result.frame
    scope = scope_of(case, result.facts["scope"])
    kind = "net" if scope.net else "gate"
    title = case.title if scope.scope_id == ALL else f"{case.title}, {scope.name}"
    failed = [
        Note(f"{row.title}: {STATUS.get(row.status) or row.status}. {capital(str(row.reason))}")
        for row in rows(frame[frame["status"] != "optimal"])
    ]
    return [
        Heading(say("{title}, {base_year}, and its scenarios", title=title, base_year=case.base_year)),
        *scenarios_figure(result),
        *library_tables(frame, kind),
        *failed,
        *map(Note, _notes(frame)),
        *_stays(frame),
    ]


def library_tables(frame: pd.DataFrame, kind: str = "gate") -> list[Table]:
    """The scenarios that have an answer, a table a group, each with the case first and then by gain."""
    answered = frame[frame["status"] == "optimal"]
    base, others = answered.iloc[:1], answered.iloc[1:]
    parts = {title: pd.concat([base, others[others["group"] == name]]) for name, title in GROUPS.items()}
    made = [library_table(part, kind, title) for title, part in parts.items() if len(part) > len(base)]
    return made or [library_table(base, kind)]


def library_table(frame: pd.DataFrame, kind: str = "gate", title: str = "", *, ids: bool = False) -> Table:
    """The scenarios that have an answer, the case first and then by gain; with ``ids`` in place of their titles."""
    answered = frame[frame["status"] == "optimal"]
    comes = bool(answered["expected_t"].notna().any())
    others = answered.iloc[1:].assign(order=-answered["change_t"].iloc[1:].round(-1))
    ordered = others.sort_values(["order", "scenario"], kind="stable").drop(columns="order")
    return table(
        (*rows(answered.head(1)), *rows(ordered)),
        words(say("Scenario"), "scenario" if ids else "title", wide=2),
        megatonnes(say("Asked"), "asked_t"),
        number(say("Times"), lambda row: "–" if math.isnan(row.growth) else times(row.growth)),
        megatonnes(say("Carried"), "handled_t"),
        megatonnes(say("Comes"), "expected_t") if comes else None,
        number(say("± comes"), _comes, "kt") if comes else None,
        megatonnes(SHORT["concurrent"], "concurrent_t"),
        number(SHORT["capability"], _capability, say("Mt")),
        number(say("± base"), _change, say("Mt"), main=True),
        number(say("Pay"), _pay, "USD/t"),
        number(say("± freight"), _earns, say("million USD")) if _known(answered) else None,
        words(say("First limit"), lambda row: capital(str(row.first) or say("no resource")), wide=3),
        caption=say("{title}, {kind} Mt a year", title=title or say("Scenarios"), kind=UNITS[kind]),
        small=True,
    )


def _stays(frame: pd.DataFrame) -> list[Block]:
    """Scenarios in which as much comes as in the case, by the reason; empty for a case without markets."""
    reasons: dict[str, list[str]] = {}
    for row in rows(frame[frame["status"] == "optimal"]):
        if row.comes in REASONS:
            reasons.setdefault(REASONS[row.comes], []).append(str(row.title))
    if not reasons:
        return []
    lines = tuple((capital(reason), "; ".join(names)) for reason, names in reasons.items())
    columns = (Column(say("As much comes as today: the reason"), wide=3), Column(say("Scenarios"), wide=4))
    return [Table(columns, lines, small=True)]


def _capability(row: Any) -> str:
    return f"{millions(row.capability_t)}{'*' * (row.growth < 1 - 1e-9)}"


def _comes(row: Any) -> str:
    """The change of the cargo that comes, in kt; = is less than a tonne."""
    if row.scenario == "base" or math.isnan(row.comes_change_t):
        return ""
    return "=" if abs(row.comes_change_t) < 1.0 else numeral(row.comes_change_t / 1000.0, "+,.1f").replace("-", "−")


def _pay(row: Any) -> str:
    return "–" if math.isnan(row.shipper_usd_per_t) else numeral(row.shipper_usd_per_t, ".0f")


def _known(frame: pd.DataFrame) -> bool:
    """True where the freight of the scenarios is computed."""
    return "earned_change_usd" in frame and bool(frame["earned_change_usd"].abs().gt(SMALL_USD).any())


def _earns(row: Any) -> str:
    """The change of the freight that operators earn; = is less than 50,000 USD."""
    if row.scenario == "base" or math.isnan(row.earned_change_usd):
        return ""
    return (
        "="
        if abs(row.earned_change_usd) < SMALL_USD
        else numeral(row.earned_change_usd / 1e6, "+,.1f").replace("-", "−")
    )


def _change(row: Any) -> str:
    if row.scenario == "base":
        return ""
    return "=" if abs(row.change_t) < SMALLEST else signed(row.change_t)


def _notes(frame: pd.DataFrame) -> list[str]:
    """The meaning of the columns, and those that must not be compared."""
    notes = [
        say("corridor scenarios has the name of each for a command."),
        say(
            "Asked: the base year with the scenario's changes of it, less the loss of an outage of"
            " some days. Times: the multiple of it that fits, all markets alike. Carried: the part of"
            " it that passes. All alike, each to its limit: fits if all grow alike, and if each grows"
            " to its limit."
        ),
        say(
            "Comes: the cargo that shippers send at the scenario's prices, times and reliability. ±"
            " comes: more or less than in the case; = is less than a tonne."
        ),
        say(
            "± base: the last of these more or less than that of the case, both with the smaller of"
            " their floors of each market; = is less than 5,000 t."
        ),
        say(
            "Pay: USD that shippers pay for a tonne of cargo of all that is asked, with time and"
            " carbon; – where it does not fit."
        ),
    ]
    if _known(frame):
        notes.append(say("± freight: earned by all operators with what comes, more or less than in the case."))
    closed = [str(row.title) for row in rows(frame) if row.comes == CLOSED]
    if closed:
        notes.append(
            say(
                "Closures lose cargo in: {closed}. What comes there is that of the year as one period,"
                " less the cargo lost.",
                closed="; ".join(closed),
            )
        )
    if (frame["growth"] < 1 - 1e-9).any():
        notes.append(
            say(
                "* Not all that is asked fits: the amount holds each market only at the share in times,"
                " so it may not be set beside another; ± base may."
            )
        )
    return notes
