"""The page of the ladder: each limit lifted without limit, and the next one that shows itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.language import numeral, plural, say
from corridor.model.limit_facts import limit_names
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.model.units import amount
from corridor.reports.blocks import Block, Column, Figure, Heading, Note, Paragraph, Strong, Table, figure
from corridor.reports.charts.bars import NOBODY_HAS, ladder_figure, ladder_steps
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.limits import of_scope
from corridor.reports.say.words import capital, listed, millions, mt, signed


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """The order of the limits, with the projects that add to them; other limits to lift on the long page."""
    frame, facts = listing.frame, listing.facts
    if not len(frame):
        return [Paragraph((say("Nothing grows: no market has tonnes in the base year."),))]
    return [
        Heading(say("In which order the limits come{listing}", listing=of_scope(listing))),
        _summary(listing),
        *([_beyond(facts)] if "beyond_t" in facts else []),
        _figure(listing.case, frame, facts),
        _steps(listing.case, frame, short=short),
        *_projects(frame),
    ]


def _summary(listing: Listing) -> Paragraph:
    facts, end = listing.facts, str(listing.facts["end"])
    if listing.frame["kind"].iloc[-1] == "gate":
        end = say("the {end}", end=end)
    first, last = mt(facts["first_t"]), mt(facts["last_t"])
    lead = say(
        "All cargo grows alike to {first}. Suppose its first limit were never short: the next one shows itself. ",
        first=first,
    )
    return Paragraph(
        (
            lead,
            Strong(plural("One step leads to {last}.", "{n} steps lead to {last}.", facts["steps"], last=last)),
            say(" Then {end} stops it.", end=end) if facts["end"] else "",
        )
    )


def _beyond(facts: Mapping[str, Any]) -> Paragraph:
    text = plural(
        "The terminals that can be named add up to {terminals_t}. {n} step goes beyond that sum, to ",
        "The terminals that can be named add up to {terminals_t}. {n} steps go beyond that sum, to ",
        facts["beyond_steps"],
        terminals_t=mt(facts["terminals_t"]),
    )
    return Paragraph(
        (
            text,
            Strong(say(NOBODY_HAS)),
            say(": {beyond_t} of the way to {last_t}.", beyond_t=mt(facts["beyond_t"]), last_t=mt(facts["last_t"])),
        )
    )


DRAWN = 6
"""Limits that the figure draws; all are in its numbers."""


def _figure(case: Case, frame: pd.DataFrame, facts: Mapping[str, Any]) -> Figure:
    """The first limits one after the other, each with the project that adds to it."""
    rungs = list(dict.fromkeys(frame["rung"]))
    drawn = frame[frame["rung"].isin(rungs[:DRAWN])]
    last = ladder_steps(frame, DRAWN)[-1].end_t
    count = len(set(drawn.loc[drawn["kind"] != "gate", "rung"]))
    title = plural(
        "From {first_t} to {last} one limit comes",
        "From {first_t} to {last} {n} limits come in turn",
        count,
        first_t=millions(facts["first_t"], 1),
        last=mt(last),
    )
    left = facts["steps"] - count
    more = say(" {left} more lead to {last_t}.", left=left, last_t=mt(facts["last_t"])) if left > 0 else ""
    beyond = say(" Grey: {nobody_has}.", nobody_has=say(NOBODY_HAS)) if bool(drawn["beyond"].any()) else ""
    names = [capital(str(row.name)) for row in rows(frame.drop_duplicates("rung").head(3))]
    return figure(
        ladder_figure,
        frame,
        facts.get("terminals_t"),
        DRAWN,
        title=title,
        caption=say(
            "Each bar: the gain if this limit and those before it were never short.{more}{beyond}",
            more=more,
            beyond=beyond,
        ),
        alt=f"{title}: {say(', then ').join(names)}.",
        name="ladder",
        subtitle=say("Mt a year that fit if all cargo grows alike"),
        numbers=_steps(case, frame),
    )


def _steps(case: Case, frame: pd.DataFrame, *, short: bool = False) -> Table:
    names = limit_names(case)
    lines: list[tuple[str, ...]] = []
    before = None
    for row in rows(frame):
        head = row.rung != before
        before = row.rung
        instead = zip(str(row.alternatives).split(), row.alternatives_t, strict=True)
        others = [f"{capital(names.get(other, other))} ({_gain(gain)})" for other, gain in instead]
        lines.append(
            (
                str(row.rung) if head else say("with"),
                capital(str(row.name)) + (f" ({say(NOBODY_HAS)})" if row.beyond else ""),
                amount(row.available) if not math.isnan(row.available) else "",
                case.words(str(row.unit).replace("gate t", "t a year")),
                millions(row.t) if head else "",
                _gain(row.gain) if head and row.gain else "",
                *(() if short else (listed(others, "or"),)),
            )
        )
    columns = (
        Column(say("Step"), right=True),
        Column(say("Limit"), wide=4),
        Column(say("There is"), right=True),
        Column(say("Unit"), wide=1),
        Column(say("Fits"), say("Mt"), right=True),
        Column(say("Lifted"), say("Mt"), right=True),
        *(() if short else (Column(say("Or lift instead"), wide=5, weight=0.5),)),
    )
    strong = (len(lines) - 1,) if frame["kind"].iloc[-1] == "gate" else ()
    return Table(columns, tuple(lines), caption=say("One limit lifted after the other"), strong=strong, paper=True)


def _gain(t: float) -> str:
    return signed(t) if math.isfinite(t) else say("no limit")


def _projects(frame: pd.DataFrame) -> list[Block]:
    """Projects that add to a limit of the ladder, each built alone, no limit lifted for nothing."""
    built = frame[frame["project"] != ""].drop_duplicates("project") if "project" in frame else frame.head(0)
    if not len(built):
        return []
    shown = table(
        rows(built),
        number(say("Step"), "rung"),
        words(say("Project"), "project", wide=4),
        number(
            say("Alone it adds"), lambda row: signed(row.adds_t) if row.adds_t else say("nothing"), say("Mt"), main=True
        ),
        number(say("USD a yearly t"), lambda row: numeral(row.usd_per_t, ",.0f") if row.adds_t else "–"),
        caption=say("Projects for these limits"),
    )
    note = say("Nothing else is built, no limit is lifted, and all cargo grows alike. In order: corridor projects.")
    return [shown, Note(note)]
