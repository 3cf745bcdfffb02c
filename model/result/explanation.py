"""The explanation of one resource, link or demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from corridor.model.result.frame import Result


@dataclass(frozen=True, repr=False)
class Explanation(Result):
    """One resource, link or demand explained: sentences, and tables by title.

    ``names`` has the names of the demands, links, resources and commodities of the tables, by table and id.
    """

    page: ClassVar[str] = "explain"
    JSON = ("name", "kind", "sentences", "tables")

    name: str
    kind: str
    sentences: list[str]
    tables: Mapping[str, pd.DataFrame]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
