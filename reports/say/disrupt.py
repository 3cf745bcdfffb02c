"""A link, resource or place out for some days: the queue, the cargo lost and late, the recovery."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from corridor.model.calendar import Outage
from corridor.model.days import MONTH_NAMES, month_and_day
from corridor.model.result.disruption import SEEN_T, Disruption
from corridor.model.result.frame import rows
from corridor.reports.blocks import Block, Figure, Heading, Note, Table, figure, lead
from corridor.reports.charts.disrupt import queue_figure
from corridor.reports.say.columns import number, table, tonnes, words
from corridor.reports.say.words import capital, listed

STRIP = 40
"""Characters of the longest line of the queue on a terminal."""
MOST_MARKETS = 12
MEANING = (
    "The cargo of the base year, with the outage and without it; all figures are the difference. Cargo counts on the"
    " day on which it leaves its origin. It waits there no longer than its market allows, or in a store on its way;"
    " then it is lost to the corridor."
)


def page(result: Disruption, *, short: bool = False) -> list[Block]:
    """The page on one disruption; ``short`` has the queue as lines of text."""
    blocks: list[Block] = [lead(disruption_sentences(result))]
    hit = [row for row in rows(result.markets) if touched(row)]
    if not hit:
        return [*blocks, Note(_surprise(result))]
    blocks.append(_markets(result, hit))
    blocks += [_picture(result), _strip(result) if short else _periods(result)]
    return [*blocks, Note(f"{MEANING} {_surprise(result)}")]


def closures_blocks(result: Disruption) -> list[Block]:
    """Closures of some days in short, above the answer of a case that has them."""
    cut = (
        "A year in one piece cannot see that, so the year is cut where closures begin and end."
        " Base-year tonnes below are those that are left."
    )
    blocks: list[Block] = [lead([*disruption_sentences(result), cut])]
    hit = [row for row in rows(result.markets) if touched(row)]
    return [*blocks, _markets(result, hit)] if hit else blocks


def disruption_section(result: Disruption) -> list[Block]:
    """The same under a heading, for a report."""
    return [Heading(f"Closed for some days: {_brief(result)}"), *page(result)]


def disruption_sentences(result: Disruption) -> list[str]:
    """Lost, late, elsewhere, the queue and its end, a sentence each."""
    out = outages_said(result.outages)
    if result.lost_t + result.elsewhere_t + result.late_t + result.queue_t < SEEN_T:
        return [f"{out}: the base year's cargo is carried as without it.", "Nothing waits longer, and nothing is lost."]
    sentences = [f"{out}: {_brief(result)}."]
    losers = [row for row in rows(result.markets) if row.lost_t + row.elsewhere_t >= SEEN_T]
    if losers:
        losers.sort(key=lambda row: -(row.lost_t + row.elsewhere_t))
        first = losers[0]
        share = (first.lost_t + first.elsewhere_t) / (result.lost_t + result.elsewhere_t)
        all_of = f"All of it is {first.name}" if len(losers) == 1 else f"{100 * share:.0f} % of it is {first.name}"
        sentences.append(f"{all_of}.")
    if result.queue_t >= SEEN_T:
        gone = (
            "it is not gone within a year"
            if result.recovery_d is None
            else f"it is gone {days(result.recovery_d)} after the end"
        )
        most = f"with {t(result.queue_t)} more than usual"
        sentences.append(f"The queue is longest at the end of {result.queue_label}, {most}; {gone}.")
    else:
        sentences.append("No queue stays.")
    late = (
        f"{t(result.late_t)} leave later than counts as in time."
        if result.late_t >= SEEN_T
        else "Nothing more is late."
    )
    sentences.append(late)
    return sentences


def _brief(result: Disruption) -> str:
    """Lost and elsewhere in half a sentence."""
    gone = []
    if result.lost_t >= SEEN_T:
        gone.append(f"{t(result.lost_t)} are lost, because they cannot wait longer")
    if result.elsewhere_t >= SEEN_T:
        gone.append(f"{t(result.elsewhere_t)} go another way")
    return listed(gone) if gone else "no cargo is lost; it waits"


def outages_said(outages: Sequence[Outage]) -> str:
    """The outages in words: ``Beineu–Mangystau (Rail) closed from 1 to 31 March``."""
    if not outages:
        return "No closure takes days from the year"
    spans: dict[tuple[str, str, float], list[str]] = {}
    for each in outages:
        spans.setdefault((each.from_day, each.to_day, each.left), []).append(each.name)
    sentences = []
    for (first, last, left), names in spans.items():
        how = "closed" if not left else f"with {100 * left:.4g} % of its capacity"
        sentences.append(f"{listed(names)} {how} {span(first, last)}")
    return capital("; ".join(sentences))


def span(first: str, last: str) -> str:
    """Days in words.

    >>> span("03-01", "03-31"), span("12-20", "01-05"), span("03-04", "03-04")
    ('from 1 to 31 March', 'from 20 December to 5 January', 'on 4 March')
    """
    (one, a), (other, b) = month_and_day(first), month_and_day(last)
    if first == last:
        return f"on {a} {MONTH_NAMES[one - 1]}"
    if one == other and a < b:
        return f"from {a} to {b} {MONTH_NAMES[one - 1]}"
    return f"from {a} {MONTH_NAMES[one - 1]} to {b} {MONTH_NAMES[other - 1]}"


def t(tonnes: float) -> str:
    """Tonnes as a planner reads them.

    >>> t(120_399.2), t(3_400_000)
    ('120,399 t', '3.40 Mt')
    """
    return f"{tonnes / 1e6:,.2f} Mt" if abs(tonnes) >= 1e6 else f"{tonnes:,.0f} t"


def days(number: float) -> str:
    """Days in words: ``46 days``, ``1 day``, ``less than a day``."""
    if number < 0.5:
        return "less than a day"
    return "1 day" if round(number) == 1 else f"{number:,.0f} days"


def gone_after(recovery_d: float | None) -> str:
    """Days until a queue is gone, in words; None and NaN are never."""
    return "not within a year" if recovery_d is None or math.isnan(recovery_d) else days(recovery_d)


def _surprise(result: Disruption) -> str:
    if result.outages and all(each.known for each in result.outages):
        return "The outage is known in advance: stores are filled before it."
    return "The outage is a surprise: until it begins, stores and waiting are as usual."


def touched(row: Any) -> bool:
    return any(getattr(row, name) >= SEEN_T for name in ("lost_t", "elsewhere_t", "late_t", "queue_t"))


def _markets(result: Disruption, touched: Sequence[Any]) -> Table:
    ordered = sorted(touched, key=lambda row: (-row.lost_t - row.elsewhere_t, -row.queue_t))[:MOST_MARKETS]
    return table(
        (*ordered, result),
        words("Market", lambda row: "All markets" if row is result else row.name, wide=3),
        tonnes("Cargo of the year", "due_t"),
        tonnes("Lost", "lost_t"),
        tonnes("Another way", "elsewhere_t") if result.elsewhere_t >= SEEN_T else None,
        tonnes("Late", "late_t"),
        tonnes("Most waiting", lambda row: row.queue_t if row.queue_t >= SEEN_T else 0),
        words("At the end of", "queue_label"),
        number("Gone after", lambda row: gone_after(row.recovery_d) if row.queue_t >= SEEN_T else ""),
        caption="By market: with the outage less without it",
        strong=(len(ordered),),
    )


def _strip(result: Disruption) -> Table:
    """The queue period by period as lines of text, from the outage to the end of it."""
    shown = _shown(result)
    peak = max(float(result.periods["queue_t"].max()), 1.0)
    return table(
        rows(result.periods.iloc[shown]),
        words("Period", "label"),
        words("", _closed),
        tonnes("Queue at its end", "queue_t"),
        tonnes("Lost in it", "lost_t"),
        words("", lambda row: "█" * round(STRIP * max(row.queue_t, 0.0) / peak)),
        caption="The queue",
    )


def _periods(result: Disruption) -> Table:
    heads = {"offered_t": "Offered", "usual_t": "Sent as usual", "sent_t": "Sent", "lost_t": "Lost"}
    return table(
        rows(result.periods.iloc[_shown(result)]),
        words("Period", "label"),
        words("", _closed),
        *(tonnes(head, name) for name, head in {**heads, "queue_t": "Queue at its end"}.items()),
        caption="Period by period, until the queue is gone",
        small=True,
    )


def _closed(row: Any) -> str:
    return "closed" if row.closed else ""


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
    title = "The queue, thousand t more than usual"
    caption = "Cargo that waits at its origin or lies in stores, by market; grey: the outage."
    return figure(queue_figure, result, title=title, caption=caption, alt=" ".join(disruption_sentences(result)))
