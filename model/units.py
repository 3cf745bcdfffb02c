"""Numbers in words, the same in every room."""

from __future__ import annotations

import math


def amount(value: float | None, unit: str = "") -> str:
    """A number with as many digits as it deserves, and its unit.

    >>> amount(31_400.2, "TEU"), amount(5.092), amount(0.684), amount(math.inf), amount(-0.0)
    ('31,400 TEU', '5.1', '0.68', 'no limit', '0')
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "no limit"
    if abs(value) >= 100 or value == round(value):
        text = f"{round(value) or 0:,}"
    elif abs(value) >= 1:
        text = f"{value:,.1f}"
    else:
        text = f"{value:.2g}"
    return f"{text} {unit}".strip()
