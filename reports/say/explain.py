"""The page that explains one resource, link or demand: sentences, then the first rows of each table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from corridor.model.language import Words, say
from corridor.model.result.explanation import Explanation
from corridor.model.units import amount
from corridor.reports.blocks import Block, Column, Note, Paragraph, Table
from corridor.reports.say.words import capital

MOST, LONG = 8, 60
"""Rows of a table that are shown, on a short and on a long page."""
HEADS = Words(
    {
        "t": "t a year",
        "usd_per_t": "USD a tonne",
        "without_waiting_d": "days without waiting",
        "moving_d": "days moving",
        "standing_d": "days standing",
        "waiting_d": "days waiting",
        "share": "share used",
    }
)
"""Heads of columns that are not their name."""
NUMBER = re.compile(r"[a-z_]+: ")
"""The begin of a sentence on a number of the case: the name of its column."""
NO_NAMES: Mapping[str, str] = {}


def page(found: Explanation, *, short: bool = False) -> list[Block]:
    """Sentences, and tables with names instead of ids."""
    most = MOST if short else LONG
    made: list[Block] = [Paragraph((text,)) for text in _paragraphs(found.sentences)]
    for title, frame in found.tables.items():
        if not len(frame):
            continue
        shown = frame.rename(columns=str).head(most)
        if {"demand", "commodity"} <= set(shown) and "demand" in found.names:
            shown = shown.drop(columns="commodity")  # the name of a demand begins with its commodity
        columns = [_column(str(name), shown[name]) for name in shown]
        body = zip(*(_cells(shown[name], found.names.get(str(name), NO_NAMES)) for name in shown), strict=True)
        made.append(Table(tuple(columns), tuple(body), caption=capital(title)))
        made += [Note(say("{count} more", count=len(frame) - most))] if len(frame) > most else []
    return made


def _paragraphs(sentences: Sequence[str]) -> list[str]:
    """The answer in one paragraph, and one for each number of the case, which its column introduces."""
    answer = [sentence for sentence in sentences if not NUMBER.match(sentence)]
    return [*([" ".join(answer)] if answer else []), *(capital(text) for text in sentences if NUMBER.match(text))]


def _column(name: str, values: pd.Series) -> Column:
    number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return Column(capital(HEADS.get(name, name.replace("_", " "))), right=number)


def _cells(values: pd.Series, names: Mapping[str, str]) -> list[str]:
    return [names.get(str(value)) or _cell(value) for value in values]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return say("yes") if value else "no"
    return amount(value) if isinstance(value, float) else str(value)
