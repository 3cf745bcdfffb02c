"""The page of outages: every link and resource out by itself for some days, the worst first."""

from __future__ import annotations

import math

from corridor.model.language import say
from corridor.model.result.disruption import SEEN_T, Outages
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Note, lead
from corridor.reports.say.columns import number, table, tonnes, words
from corridor.reports.say.disrupt import MEANING, days, gone_after, span, t, touched

MOST_OUTAGES = 20
"""Outages of the short form."""
FEW = 6
"""Rows: a longer table is set small."""


def page(result: Outages, *, short: bool = False) -> list[Block]:
    """The page on every outage by itself, the worst first; ``short`` is the form for a terminal."""
    counts = result.counts
    links, resources = (int((result.table["table"] == name).sum()) for name in ("link", "resource"))
    dates = span(result.from_day, result.to_day)
    sentences = [
        say(
            "Each of {links} links and {resources} resources left with {left:.4g} % of its capacity by itself {dates}.",
            links=links,
            resources=resources,
            left=100 * result.left,
            dates=dates,
        )
        if result.left
        else say(
            "Each of {links} links and {resources} resources out by itself {dates}.",
            links=links,
            resources=resources,
            dates=dates,
        ),
        say(
            "{lose} of them lose cargo of the base year's {due_t}; {wait} more make it wait.",
            lose=counts["lose"],
            due_t=t(result.due_t),
            wait=counts["wait"],
        ),
    ]
    if counts["lose"]:
        worst = rows(result.table)[0]
        lost = t(worst.lost_t + worst.elsewhere_t)
        sentences.append(
            say(
                "The worst is {name}: {lost_t} are lost, and its queue is not gone within a year.",
                name=worst.name,
                lost_t=lost,
            )
            if math.isnan(worst.recovery_d)
            else say(
                "The worst is {name}: {lost_t} are lost, and its queue is gone {after} after.",
                name=worst.name,
                lost_t=lost,
                after=days(worst.recovery_d),
            )
        )
    hit = [row for row in rows(result.table) if touched(row)]
    shown = hit[:MOST_OUTAGES] if short else hit
    ranked = table(
        shown,
        number("", "rank"),
        words(say("Out"), "name", wide=4),
        tonnes(say("Lost"), lambda row: row.lost_t + row.elsewhere_t),
        tonnes(say("Late"), "late_t"),
        tonnes(say("Most waiting"), "queue_t"),
        number(say("Gone after"), lambda row: gone_after(row.recovery_d) if row.queue_t >= SEEN_T else ""),
        caption=say("The worst outages first"),
        small=len(shown) > FEW,
    )
    notes = [say("{count} more make cargo wait or late.", count=len(hit) - len(shown))] if len(hit) > len(shown) else []
    notes += (
        [say("{idle} are not used by the base year's cargo in these days.", idle=counts["idle"])]
        if counts["idle"]
        else []
    )
    notes += [say("{none} have another way beside them: nothing waits.", none=counts["none"])] if counts["none"] else []
    notes += [say(MEANING), say("Each is a surprise: until it begins, stores and waiting are as usual.")]
    return [lead(sentences), *([ranked] if shown else []), Note(" ".join(notes))]
