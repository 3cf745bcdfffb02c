"""Periods of a year in words: their labels, stretches of them, and days of waiting."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corridor.model.days import MONTHS, month_name
from corridor.model.horizon import Horizon
from corridor.model.language import ENGLISH, now, plural, say
from corridor.model.result.course import Flags
from corridor.reports.say.words import listed

MONTH = re.compile(r"(\d+ )?\b(" + "|".join(name.capitalize() for name in MONTHS) + r")\b")
NUMBERED = re.compile(r"(week |Q)(\d+)")


def label_said(label: object) -> str:
    """The label of a period in the current language: ``Jul``, ``3 Feb``, ``28 Feb to 2 Mar``, ``week 5``, ``Q1``.

    >>> label_said("28 Feb to 2 Mar")
    '28 Feb to 2 Mar'
    """
    text = str(label)
    if now() == ENGLISH:
        return text
    if numbered := NUMBERED.fullmatch(text):
        return say("week {n}", n=numbered[2]) if numbered[1] == "week " else say("Q{n}", n=numbered[2])
    first, to, last = text.partition(" to ")
    if to:
        return say("{low} to {high}", low=label_said(first), high=label_said(last))
    return MONTH.sub(lambda match: f"{match[1] or ''}{_month(match[2], dated=bool(match[1]))}", text)


def month_said(month: str) -> str:
    """A month of the table of a calendar (``jan``) in short; as it is where it is none."""
    return _month(month, dated=False) if month.lower() in MONTHS else label_said(month)


def _month(month: str, *, dated: bool) -> str:
    return month_name(MONTHS.index(month.lower()) + 1, dated=dated, short=True)


def when(horizon: Horizon, flags: Flags, *, told: bool = False) -> str:
    """The marked periods: ``Jul to Nov``; in a sentence ``from Jul to Nov``, ``on 3 Feb``."""
    before = ("on" if horizon.name == "day" else "in") if told else ""
    return spans(flags, horizon.labels, before, around=horizon.cyclic)


def spans(flags: Flags, labels: Sequence[str], before: str = "", *, most: int = 3, around: bool = True) -> str:
    """The periods that are marked, in stretches, which run over new year where the year goes ``around``.

    ``before`` is the word that a sentence needs before a period (``in``, ``on``), nothing in a table.

    >>> import numpy as np
    >>> spans(np.array([True, False, True, True]), ["1 Jan", "2 Jan", "3 Jan", "4 Jan"], "on", most=1)
    'from 3 Jan to 1 Jan'
    """
    count = len(flags)
    if flags.all() or not flags.any():
        return say("all year") if count and flags.all() else say("never")
    stretches = []
    for start in [at for at in range(count) if flags[at] and not (flags[at - 1] and (at or around))]:
        long = 1
        while flags[(start + long) % count] and (around or start + long < count):
            long += 1
        stretches.append((long, start, _stretch(labels[start], labels[(start + long - 1) % count], long, before)))
    kept = sorted(sorted(stretches, key=lambda item: (-item[0], item[1]))[:most], key=lambda item: item[1])
    more, words = len(stretches) - len(kept), [item[2] for item in kept]
    return say("{stretches} and {more} more", stretches=", ".join(words), more=more) if more else listed(words)


def _stretch(first: str, last: str, long: int, before: str) -> str:
    """One stretch of periods, from its first label to its last."""
    one, other = label_said(first), label_said(last)
    if long == 1:
        return {"in": say("in {period}", period=one), "on": say("on {period}", period=one)}.get(before, one)
    if long == 2:
        return {
            "in": say("in {first} and {last}", first=one, last=other),
            "on": say("on {first} and {last}", first=one, last=other),
        }.get(before) or say("{first} and {last}", first=one, last=other)
    if before:
        return say("from {first} to {last}", first=one, last=other)
    return say("{low} to {high}", low=one, high=other)


def days_said(days: float) -> str:
    """Days in words: ``23 days``, ``1 day``, ``2.5 days``."""
    return plural("{n:g} day", "{n:g} days", round(days) if days >= 10 else round(days, 1))
