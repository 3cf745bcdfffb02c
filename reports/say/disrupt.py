"""A link, resource or place out for some days: the queue, the cargo lost and late, the recovery."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from corridor.model.calendar import Outage
from corridor.model.days import month_and_day, month_name
from corridor.model.language import marked, plural, say
from corridor.model.result.disruption import SEEN_T, Disruption
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Figure, Heading, Note, Table, figure, lead
from corridor.reports.charts.disrupt import queue_figure
from corridor.reports.say.columns import number, table, tonnes, words
from corridor.reports.say.periods import label_said
from corridor.reports.say.words import capital, listed

STRIP = 40
"""Characters of the longest line of the queue on a terminal."""
MOST_MARKETS = 12
MEANING = marked(
    "The cargo of the base year, with the outage and without it; all figures are the difference. Cargo counts on the"
    " day on which it leaves its origin. It waits there no longer than its market allows, or in a store on its way;"
    " then it is lost to the corridor."
)
TIES = marked(
    "Of cargo whose day is worth as much, and whose loss costs as much, that of the first demand by name goes first."
)


def page(result: Disruption, *, short: bool = False) -> list[Block]:
    """The page on one disruption; ``short`` has the queue as lines of text."""
    blocks: list[Block] = [lead(disruption_sentences(result))]
    hit = [row for row in rows(result.markets) if touched(row)]
    if not hit:
        return [*blocks, Note(_surprise(result))]
    blocks.append(_markets(result, hit))
    blocks += [_picture(result), _strip(result) if short else _periods(result)]
    return [*blocks, Note(f"{say(MEANING)} {_surprise(result)} {say(TIES)}")]


def closures_blocks(result: Disruption) -> list[Block]:
    """Closures of some days in short, above the answer of a case that has them."""
    cut = say(
        "A year in one piece cannot see that, so the year is cut where closures begin and end."
        " Base-year tonnes below are those that are left."
    )
    blocks: list[Block] = [lead([*disruption_sentences(result), cut])]
    hit = [row for row in rows(result.markets) if touched(row)]
    return [*blocks, _markets(result, hit)] if hit else blocks


def disruption_section(result: Disruption) -> list[Block]:
    """The same under a heading, for a report."""
    return [Heading(say("Closed for some days: {brief}", brief=_brief(result))), *page(result)]


def disruption_sentences(result: Disruption) -> list[str]:
    """Lost, late, elsewhere, the queue and its end, a sentence each."""
    out = outages_said(result.outages)
    if result.lost_t + result.elsewhere_t + result.late_t + result.queue_t < SEEN_T:
        return [
            say("{out}: the base year's cargo is carried as without it.", out=out),
            say("Nothing waits longer, and nothing is lost."),
        ]
    sentences = [f"{out}: {_brief(result)}."]
    losers = [row for row in rows(result.markets) if row.lost_t + row.elsewhere_t >= SEEN_T]
    if losers:
        losers.sort(key=lambda row: -(row.lost_t + row.elsewhere_t))
        first = losers[0]
        share = (first.lost_t + first.elsewhere_t) / (result.lost_t + result.elsewhere_t)
        all_of = (
            say("All of it is {name}", name=first.name)
            if len(losers) == 1
            else say("{share:.0f} % of it is {name}", share=100 * share, name=first.name)
        )
        sentences.append(f"{all_of}.")
    if result.queue_t >= SEEN_T:
        gone = (
            say("it is not gone within a year")
            if result.recovery_d is None
            else say("it is gone {recovery_d} after the end", recovery_d=days(result.recovery_d))
        )
        most = say("with {queue_t} more than usual", queue_t=t(result.queue_t))
        sentences.append(
            say(
                "The queue is longest at the end of {queue_label}, {most}; {gone}.",
                queue_label=label_said(result.queue_label),
                most=most,
                gone=gone,
            )
        )
    else:
        sentences.append(say("No queue stays."))
    late = (
        say("{late_t} leave later than counts as in time.", late_t=t(result.late_t))
        if result.late_t >= SEEN_T
        else say("Nothing more is late.")
    )
    sentences.append(late)
    return sentences


def _brief(result: Disruption) -> str:
    """Lost and elsewhere in half a sentence."""
    gone = []
    if result.lost_t >= SEEN_T:
        gone.append(say("{lost_t} are lost, because they cannot wait longer", lost_t=t(result.lost_t)))
    if result.elsewhere_t >= SEEN_T:
        gone.append(say("{elsewhere_t} go another way", elsewhere_t=t(result.elsewhere_t)))
    return listed(gone) if gone else say("no cargo is lost; it waits")


def outages_said(outages: Sequence[Outage]) -> str:
    """The outages in words: ``Beineu–Mangystau (Rail) closed from 1 to 31 March``."""
    if not outages:
        return say("No closure takes days from the year")
    spans: dict[tuple[str, str, float], list[str]] = {}
    for each in outages:
        spans.setdefault((each.from_day, each.to_day, each.left), []).append(each.name)
    sentences = []
    for (first, last, left), names in spans.items():
        closed, dates = listed(names), span(first, last)
        sentences.append(
            say("{names} with {left:.4g} % of its capacity {dates}", names=closed, left=100 * left, dates=dates)
            if left
            else say("{names} closed {dates}", names=closed, dates=dates)
        )
    return capital("; ".join(sentences))


def span(first: str, last: str) -> str:
    """Days in words.

    >>> span("03-01", "03-31"), span("12-20", "01-05"), span("03-04", "03-04")
    ('from 1 to 31 March', 'from 20 December to 5 January', 'on 4 March')
    """
    (one, a), (other, b) = month_and_day(first), month_and_day(last)
    if first == last:
        return say("on {day} {month}", day=a, month=month_name(one, dated=True))
    if one == other and a < b:
        return say("from {first} to {last} {month}", first=a, last=b, month=month_name(one, dated=True))
    return say(
        "from {first} {month} to {last} {other}",
        first=a,
        month=month_name(one, dated=True),
        last=b,
        other=month_name(other, dated=True),
    )


def t(tonnes: float) -> str:
    """Tonnes as a planner reads them.

    >>> t(120_399.2), t(3_400_000)
    ('120,399 t', '3.40 Mt')
    """
    return say("{tonnes:,.2f} Mt", tonnes=tonnes / 1e6) if abs(tonnes) >= 1e6 else say("{tonnes:,.0f} t", tonnes=tonnes)


def days(number: float) -> str:
    """Days in words: ``46 days``, ``1 day``, ``less than a day``."""
    if number < 0.5:
        return say("less than a day")
    return plural("{n:,.0f} day", "{n:,.0f} days", round(number))


def gone_after(recovery_d: float | None) -> str:
    """Days until a queue is gone, in words; None and NaN are never."""
    return say("not within a year") if recovery_d is None or math.isnan(recovery_d) else days(recovery_d)


def _surprise(result: Disruption) -> str:
    if result.outages and all(each.known for each in result.outages):
        return say("The outage is known in advance: stores are filled before it.")
    return say("The outage is a surprise: until it begins, stores and waiting are as usual.")


def touched(row: Any) -> bool:
    return any(getattr(row, name) >= SEEN_T for name in ("lost_t", "elsewhere_t", "late_t", "queue_t"))


def _markets(result: Disruption, touched: Sequence[Any]) -> Table:
    ordered = sorted(touched, key=lambda row: (-row.lost_t - row.elsewhere_t, -row.queue_t))[:MOST_MARKETS]
    return table(
        (*ordered, result),
        words(say("Market"), lambda row: say("All markets") if row is result else row.name, wide=3),
        tonnes(say("Cargo of the year"), "due_t"),
        tonnes(say("Lost"), "lost_t"),
        tonnes(say("Another way"), "elsewhere_t") if result.elsewhere_t >= SEEN_T else None,
        tonnes(say("Late"), "late_t"),
        tonnes(say("Most waiting"), lambda row: row.queue_t if row.queue_t >= SEEN_T else 0),
        words(say("At the end of"), lambda row: label_said(row.queue_label)),
        number(say("Gone after"), lambda row: gone_after(row.recovery_d) if row.queue_t >= SEEN_T else ""),
        caption=say("By market: with the outage less without it"),
        strong=(len(ordered),),
    )


def _strip(result: Disruption) -> Table:
    """The queue period by period as lines of text, from the outage to the end of it."""
    shown = _shown(result)
    peak = max(float(result.periods["queue_t"].max()), 1.0)
    return table(
        rows(result.periods.iloc[shown]),
        words(say("Period"), lambda row: label_said(row.label)),
        words("", _closed),
        tonnes(say("Queue at its end"), "queue_t"),
        tonnes(say("Lost in it"), "lost_t"),
        words("", lambda row: "█" * round(STRIP * max(row.queue_t, 0.0) / peak)),
        caption=say("The queue"),
    )


def _periods(result: Disruption) -> Table:
    heads = {"offered_t": say("Offered"), "usual_t": say("Sent as usual"), "sent_t": say("Sent"), "lost_t": say("Lost")}
    return table(
        rows(result.periods.iloc[_shown(result)]),
        words(say("Period"), lambda row: label_said(row.label)),
        words("", _closed),
        *(tonnes(head, name) for name, head in {**heads, "queue_t": say("Queue at its end")}.items()),
        caption=say("Period by period, until the queue is gone"),
        small=True,
    )


def _closed(row: Any) -> str:
    return say("closed") if row.closed else ""


def _shown(result: Disruption) -> list[int]:
    """Periods from the one before an outage to the one in which its queue is gone, in the order of time."""
    queue, closed = np.array(result.periods["queue_t"]), np.array(result.periods["closed"], dtype=bool)
    count = len(queue)
    busy = closed | (queue > SEEN_T + 1e-3 * queue.max())
    if not busy.any():
        return []
    starts = [at for at in range(count) if busy[at] and not busy[at - 1]]
    first = starts[0] if len(starts) == 1 else next((at for at in starts if closed[at]), 0)
    order = [(first - 1 + step) % count for step in range(count)]
    last = max(step for step, at in enumerate(order) if busy[at])
    return order[: min(last + 2, count)]


def _picture(result: Disruption) -> Figure:
    title = say("The queue, thousand t more than usual")
    caption = say("Cargo that waits at its origin or lies in stores, by market; grey: the outage.")
    return figure(queue_figure, result, title=title, caption=caption, alt=" ".join(disruption_sentences(result)))
