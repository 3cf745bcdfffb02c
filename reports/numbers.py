"""Numbers as a page says them: rounded as a reader would repeat them, with their range, as a part of a whole."""

from __future__ import annotations

import math

from corridor.model.language import Words, localised, marked, numeral, said, say
from corridor.model.ranges import Range

SMALL_T = 1e5
"""Tonnes below which an amount in Mt keeps three significant digits."""
NO_T = 500.0
"""Tonnes below which an amount in Mt is printed as any other: differences of solves leave a few tonnes."""


def decimals(tonnes: float, least: int) -> int:
    """Decimals of an amount in Mt: ``least``, and those that keep three digits of a small one.

    >>> decimals(7_812_496, 2), decimals(22_000, 2), decimals(3, 2)
    (2, 4, 2)
    """
    if not NO_T <= abs(tonnes) < SMALL_T:
        return least
    return max(least, 2 - math.floor(math.log10(abs(tonnes) / 1e6)))


def few(tonnes: float, least: int) -> str:
    """Tonnes as a bare number of Mt in a sentence: ``least`` decimals, two below 1 Mt, more where small."""
    if 0 < abs(tonnes) < 1e6:
        least = max(least, 2)
    text = f"{tonnes / 1e6:,.{decimals(tonnes, least)}f}"
    kept = len(text.partition(".")[0]) + 1 + least
    return localised(text[:kept] + text[kept:].rstrip("0") if least else text)


PARTS = Words(
    {
        0.1: "a tenth",
        0.2: "a fifth",
        0.25: "a quarter",
        1 / 3: "a third",
        0.4: "two fifths",
        0.5: "half",
        0.6: "three fifths",
        2 / 3: "two thirds",
        0.75: "three quarters",
        0.8: "four fifths",
        0.9: "nine tenths",
    }
)
SINGLE = ("tenth", "fifth", "quarter", "third", "half", "all")
"""Ends of the parts that are one."""
COUNTS = marked(("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
WHOLE_MT = 5e6
"""Tonnes from which the ends of a range are whole Mt."""


def rounded(tonnes: float) -> str:
    """Mt as every page shows them, bare: one decimal, more where small. Ends of a range are :func:`likely`.

    >>> rounded(9_234_162), rounded(50_000), rounded(3_100)
    ('9.2', '0.05', '0.0031')
    """
    return say("no limit") if math.isinf(tonnes) else few(tonnes, 1)


def number(value: float) -> str:
    """A number of the case in its own unit, with five digits where it is small.

    >>> number(12_500.4), number(8.25), number(math.inf)
    ('12,500', '8.25', 'unlimited')
    """
    if math.isinf(value):
        return "unlimited"
    return numeral(value, ",.0f") if abs(value) >= 10_000 else numeral(value, ".5g")


def whole(value: float) -> str:
    """A number without decimals, nothing without a sign.

    >>> whole(-0.3), whole(1234.4)
    ('0', '1,234')
    """
    return numeral(round(value), ",")


def likely(within: Range, measure: str = "") -> str:
    """The ends between which nine of ten possible trials lie, bare: whole Mt for a large measure that was not counted.

    >>> likely(Range(9_501_694, 7.98e6, 8.4e6, 8.8e6, 9.1e6, 10.28e6, 0.15))
    '8 to 10'
    """
    digits = 0 if coarse(within, measure) else 1
    return say("{p5_t} to {p95_t}", p5_t=few(within.p5_t, digits), p95_t=few(within.p95_t, digits))


def coarse(within: Range, measure: str) -> bool:
    return measure != "handled" and within.stated_t >= WHOLE_MT


def about(tonnes: float, within: Range | None = None, measure: str = "") -> str:
    """Tonnes as a sentence has them: ``9.2 Mt``, with a range ``about 9 Mt, likely 8 to 10``."""
    if within is None:
        return say("{tonnes} Mt", tonnes=rounded(tonnes))
    return say("about {tonnes} Mt, likely {within}", tonnes=rounded(tonnes), within=likely(within, measure))


def clause(text: str) -> str:
    """A number of :func:`about` before more words: its range, if there is one, stands between commas."""
    return f"{text}," if ", likely" in text else text


def least_to_most(least: float, most: float) -> str:
    """A number that is not unique, bare: ``4.2 to 5.1``, or one number where both ends read alike.

    >>> least_to_most(4_200_000, 5_100_000), least_to_most(4_200_000, 4_200_001)
    ('4.2 to 5.1', '4.2')
    """
    low, high = rounded(least), rounded(most)
    return low if low == high else say("{low} to {high}", low=low, high=high)


def part(share: float) -> str:
    """A share in words: the nearest plain part.

    >>> part(0.6), part(0.02), part(1.3)
    ('about three fifths', 'less than a tenth', 'all')
    """
    if share >= 0.95:
        return say("all") if share >= 1 - 1e-9 else say("nearly all")
    if share < 0.07:
        return say("less than a tenth")
    return say("about {parts}", parts=PARTS[min(PARTS, key=lambda each: abs(each - share))])


def doubt(within: Range) -> str:
    """The word for a stated value outside the middle half of its trials; nothing where it is within.

    >>> doubt(Range(9.2, 7.0, 7.5, 8.0, 9.0, 9.9, 0.21))
    'optimistic: one trial in five reaches it'
    """
    if within.optimistic:
        times = round(1 / within.reached) if within.reached > 0 else 0
        how = (
            say("one trial in {times} reaches it", times=_count(times), number=times)
            if times
            else say("no trial reaches it")
        )
        return say("optimistic: {how}", how=how)
    if within.cautious:
        tenths = min(10, round(10 * within.reached))
        return say("cautious: {counts} trials in ten reach it", counts=said(COUNTS)[tenths])
    return ""


def _count(number: int) -> str:
    return str(said(COUNTS)[number]) if number < len(COUNTS) else str(number)
