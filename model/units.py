"""Numbers in words, and units in numbers, the same in every room."""

from __future__ import annotations

import math
import re

from corridor.model.language import localised, marked, said, say

UNITS = marked((
        "t", "kt", "Mt", "TEU", "USD", "USD/t", "km", "h", "days", "t a year", "million USD", "m USD",
        "t CO2e", "t a day", "kg CO2e",
))  # fmt: skip
"""Units in the words of a language; a unit of a case is translated by the case."""
TIMES = {"k": 1e3, "thousand": 1e3, "thousands": 1e3, "ths": 1e3, "thous.": 1e3, "1000": 1e3, "1,000": 1e3, "000": 1e3}
TIMES |= {"million": 1e6, "millions": 1e6, "mln": 1e6, "mio": 1e6, "mn": 1e6, "mill.": 1e6, "billion": 1e9, "bn": 1e9}
"""Words before a unit, and how many times the unit they stand for."""
TONNES = {"t": 1.0, "ton": 1.0, "tons": 1.0, "tonne": 1.0, "tonnes": 1.0, "kt": 1e3, "Mt": 1e6, "Gt": 1e9, "kg": 1e-3}
# fmt: off
PIECES = frozenset([
    "teu", "feu", "box", "boxes", "container", "containers", "wagon", "wagons",
    "train", "trains", "path", "paths", "truck", "trucks", "ship", "ships",
    "vessel", "vessels", "ferry", "ferries", "tanker", "tankers", "feeder", "feeders",
    "call", "calls", "voyage", "voyages", "locomotive", "locomotives", "platforms",
])
# fmt: on
"""Units of which a tonne never takes a whole one."""
AMBIGUOUS = re.compile(r"(mt|MT|mT)\b")
"""Units that some write for metric tons and others for million tonnes."""
YEARLY = re.compile(r"(\s*/\s*|\s+an?\s+|\s+per\s+)(year|yr|y|a|annum)$|\s+(annually|yearly|p\.a\.)$")


def tonnes_in(unit: str) -> float | None:
    """The tonnes in one of a unit; None for a unit that is no mass.

    >>> tonnes_in("t a year"), tonnes_in("port t a year"), tonnes_in("thousand tonnes"), tonnes_in("TEU")
    (1.0, 1.0, 1000.0, None)
    """
    words = YEARLY.sub("", unit.strip()).replace("'", "").split()
    mass = TONNES.get(words[-1], TONNES.get(words[-1].lower()) if words[-1] != "mt" else None) if words else None
    return None if mass is None else mass * math.prod(TIMES.get(word.lower(), 1.0) for word in words[:-1])


def pieces_in(unit: str) -> float | None:
    """The pieces (boxes, wagons, trains, ships) in one of a unit; None for a unit that counts none.

    >>> pieces_in("TEU a year"), pieces_in("thousand TEU"), pieces_in("kTEU"), pieces_in("t")
    (1.0, 1000.0, 1000.0, None)
    """
    words = YEARLY.sub("", unit.strip()).replace("'", "").lower().split()
    times = math.prod(TIMES.get(word, 1.0) for word in words)
    for word in words:
        if word in PIECES:
            return times
        if word[:1] == "k" and word[1:] in PIECES:
            return times * 1e3
    return None


def amount(value: float | None, unit: str = "") -> str:
    """A number with as many digits as it deserves, and its unit.

    >>> amount(31_400.2, "TEU"), amount(5.092), amount(0.684), amount(math.inf), amount(-0.0)
    ('31,400 TEU', '5.1', '0.68', 'no limit', '0')
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return say("no limit")
    if abs(value) >= 100 or value == round(value):
        text = f"{round(value) or 0:,}"
    elif abs(value) >= 1:
        text = f"{value:,.1f}"
    else:
        text = f"{value:.2g}"
    return f"{localised(text)} {said(unit)}".strip()
