"""Days and months of a year, and the days from one to another."""

from __future__ import annotations

import re
from calendar import isleap
from itertools import accumulate
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corridor.model.language import ENGLISH, now

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of the months of a common year."""
DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def month_name(month: int, *, dated: bool = False, short: bool = False) -> str:
    """The name of a month (1 to 12) in the current language, in the form that it takes after a day if ``dated``.

    >>> month_name(3), month_name(3, short=True)
    ('March', 'Mar')
    """
    if now() == ENGLISH:
        return MONTHS[month - 1].capitalize() if short else MONTH_NAMES[month - 1]
    from babel.dates import get_month_names

    width: Literal["abbreviated", "wide"] = "abbreviated" if short else "wide"
    return str(get_month_names(width, "format" if dated else "stand-alone", locale=now())[month])


def days_of(year: int) -> int:
    """Days of a year.

    >>> days_of(2024), days_of(2025), days_of(2100)
    (366, 365, 365)
    """
    return 366 if isleap(year) else 365


def month_edges(days: int) -> tuple[int, ...]:
    """The 13 edges of the months in days since the start of a year of 365 or 366; raises ValueError for others.

    >>> month_edges(365)
    (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365)
    """
    if days not in (365, 366):
        raise ValueError(f"a year has 365 or 366 days, not {days}")
    january, february, *others = LENGTHS
    return tuple(accumulate((january, february + days - 365, *others), initial=0))


def month_and_day(text: str) -> tuple[int, int]:
    """The month and the day that ``MM-DD`` names; February may have 29. Raises ValueError for any other text.

    >>> month_and_day("03-21")
    (3, 21)
    """
    match = DAY.fullmatch(text)
    month, day = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= month <= 12 or not 1 <= day <= LENGTHS[month - 1] + (month == 2):
        raise ValueError(f"{text!r} is no day of the year")
    return month, day


def days_from_to(from_day: str, to_day: str, days: int) -> NDArray[np.bool_]:
    """The days of the year from the first to the last ``MM-DD``, both included, over new year if need be.

    Shape: days of the year. 02-29 is no day of a common year. Raises ValueError as :func:`month_and_day` does.

    >>> days_from_to("12-31", "01-02", 365).nonzero()[0].tolist()
    [0, 1, 364]
    """
    edges = month_edges(days)
    first, last = month_and_day(from_day), month_and_day(to_day)
    start = edges[first[0] - 1] + first[1] - 1
    end = min(edges[last[0] - 1] + last[1], edges[last[0]])
    number = np.arange(days)
    if first <= last:
        return (number >= start) & (number < end)
    return (number >= start) | (number < end)
