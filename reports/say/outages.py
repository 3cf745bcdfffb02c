"""The page of outages: every link and resource out by itself for some days, the worst first."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.result.disruption import Outages
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Column, Note, Table, lead
from corridor.reports.say.disrupt import DUST_T, MEANING, days, span, t, touched, whole

MOST_OUTAGES = 20
"""Outages of the short form."""


def page(result: Outages, *, short: bool = False) -> list[Block]:
    """The page on every outage by itself, the worst first; ``short`` is the form for a terminal."""
    table = result.table
    when = span(result.from_day, result.to_day)
    lost = table[table["lost_t"] + table["elsewhere_t"] >= DUST_T]
    waits = table[(table["lost_t"] + table["elsewhere_t"] < DUST_T) & (table["queue_t"] >= DUST_T)]
    links, resources = (int((table["table"] == each).sum()) for each in ("link", "resource"))
    how = "out" if not result.left else f"left with {100 * result.left:.4g} % of its capacity"
    every = f"Each of {links} links and {resources} resources {how} by itself {when}."
    said = [f"{len(lost)} of them lose cargo of the base year's {t(result.due_t)}; {len(waits)} more make it wait."]
    if len(lost):
        worst = lost.iloc[0]
        gone = float(worst["lost_t"] + worst["elsewhere_t"])
        said.append(f"The worst is {worst['name']}: {t(gone)} are lost, and {_gone(worst['recovery_d'])}.")
    body = [
        (
            str(row.rank),
            row.name,
            whole(row.lost_t + row.elsewhere_t),
            whole(row.late_t),
            whole(row.queue_t),
            _after(row) if row.queue_t >= DUST_T else "",
        )
        for row in rows(table)
        if touched(row)
    ]
    shown = body[:MOST_OUTAGES] if short else body
    columns = (
        Column("", right=True),
        Column("Out", wide=4),
        Column("Lost", "t", right=True),
        Column("Late", "t", right=True),
        Column("Most waiting", "t", right=True),
        Column("Gone after", right=True),
    )
    more = [f"{len(body) - len(shown)} more make cargo wait or late."] if len(body) > len(shown) else []
    idle = int(table["idle"].sum())
    rest = len(table) - len(body) - idle
    more += [f"{idle} are not used by the base year's cargo in these days."] if idle else []
    more += [f"{rest} have another way beside them: nothing waits."] if rest else []
    blocks: list[Block] = [lead([every, *said])]
    if shown:
        blocks.append(Table(columns, tuple(shown), caption="The worst outages first", small=len(shown) > 6))
    surprise = "Each is a surprise: until it begins, stores and waiting are as usual."
    return [*blocks, Note(" ".join([*more, MEANING, surprise]))]


def _gone(after: float) -> str:
    return "its queue is not gone within a year" if math.isnan(after) else f"its queue is gone {days(after)} after"


def _after(row: Any) -> str:
    after = float(row.recovery_d)
    return "not within a year" if math.isnan(after) else days(after)
