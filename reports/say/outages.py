"""The page of outages: every link and resource out by itself for some days, the worst first."""

from __future__ import annotations

import math

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
    how = "out" if not result.left else f"left with {100 * result.left:.4g} % of its capacity"
    sentences = [
        f"Each of {links} links and {resources} resources {how} by itself {span(result.from_day, result.to_day)}.",
        f"{counts['lose']} of them lose cargo of the base year's {t(result.due_t)}; "
        f"{counts['wait']} more make it wait.",
    ]
    if counts["lose"]:
        worst = rows(result.table)[0]
        sentences.append(
            f"The worst is {worst.name}: {t(worst.lost_t + worst.elsewhere_t)} are lost, and {_gone(worst.recovery_d)}."
        )
    hit = [row for row in rows(result.table) if touched(row)]
    shown = hit[:MOST_OUTAGES] if short else hit
    ranked = table(
        shown,
        number("", "rank"),
        words("Out", "name", wide=4),
        tonnes("Lost", lambda row: row.lost_t + row.elsewhere_t),
        tonnes("Late", "late_t"),
        tonnes("Most waiting", "queue_t"),
        number("Gone after", lambda row: gone_after(row.recovery_d) if row.queue_t >= SEEN_T else ""),
        caption="The worst outages first",
        small=len(shown) > FEW,
    )
    notes = [f"{len(hit) - len(shown)} more make cargo wait or late."] if len(hit) > len(shown) else []
    notes += [f"{counts['idle']} are not used by the base year's cargo in these days."] if counts["idle"] else []
    notes += [f"{counts['none']} have another way beside them: nothing waits."] if counts["none"] else []
    notes += [MEANING, "Each is a surprise: until it begins, stores and waiting are as usual."]
    return [lead(sentences), *([ranked] if shown else []), Note(" ".join(notes))]


def _gone(after: float) -> str:
    return f"its queue is {'not gone within a year' if math.isnan(after) else f'gone {days(after)} after'}"
