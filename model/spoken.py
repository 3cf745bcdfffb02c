"""Names and phrases of a kept result, which is kept in English, in the current language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from corridor.model.case import Case
from corridor.model.language import ENGLISH, known, localised, marked, now, say, texts_of

WORDED = frozenset(
    [
        "name",
        "names",
        "title",
        "first",
        "holds",
        "who",
        "pays",
        "ready",
        "step",
        "why",
        "reason",
        "limit",
        "scope_name",
        "phrases",
    ]
)
"""Columns and fields of results that hold names or phrases; ids among them are no text of a catalogue."""
BETWEEN = ("; ", " + ", " – ", ", ")
"""Between the names of a list, in the order in which a list is taken apart."""
AROUND = marked(("ceiling of {name}", "no way for {name}"))
"""Phrases around a name, or several."""
AMOUNT = re.compile(r"([+−-]?[\d,.]+) (\D.*)")
"""A number with its unit, as :func:`corridor.model.units.amount` writes them."""


def spoken(case: Case, value: Any) -> Any:
    """A text, or the texts of a tuple, list or mapping, in the current language; as it is where none is known."""
    if now() == ENGLISH:
        return value
    if isinstance(value, Mapping):
        return {key: spoken(case, each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(spoken(case, each) for each in value)
    return _text(case, value) if isinstance(value, str) and value else value


def _text(case: Case, text: str) -> str:
    if whole := texts_of(case.home).get(text, "") or known(text):
        return whole
    for phrase in AROUND:
        head = phrase.removesuffix("{name}")
        if text[:1].lower() + text[1 : len(head)] == head:
            made = say(phrase, name=_text(case, text[len(head) :]))
            return made if text[:1].islower() else made[:1].upper() + made[1:]
    for between in BETWEEN:
        if between in text:
            return between.join(_text(case, part) for part in text.split(between))
    amount = AMOUNT.fullmatch(text)
    return f"{localised(amount[1])} {_text(case, amount[2])}" if amount else case.words(text)
