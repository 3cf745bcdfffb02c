"""The page of a table of the case."""

from __future__ import annotations

import math

import pandas as pd

from corridor.model.case import Case
from corridor.model.language import numeral, say
from corridor.model.result.frame import empty, rows
from corridor.reports.blocks import Block, Column, Paragraph, Table


def page(case: Case, name: str) -> list[Block]:
    """The rows of a table; columns without any value are left out."""
    frame = case[name].reset_index()
    if not len(frame):
        return [Paragraph((say("{name}: no rows", name=name),))]
    kept = [column for column in frame.columns if not frame[column].map(empty).all()]
    columns = tuple(Column(str(name), right=_is_number(frame[name])) for name in kept)
    return [Table(columns, tuple(tuple(_cell(value) for value in row) for row in rows(frame[kept])))]


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _cell(value: object) -> str:
    if empty(value):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return say("unlimited") if math.isinf(value) else numeral(value, ".12g")
    return " ".join(value) if isinstance(value, tuple) else str(value)
