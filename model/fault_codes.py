"""Register of the codes of faults and warnings: one code, one meaning, one remedy."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple


class Kind(NamedTuple):
    """Meaning of a code, with its section of the page and its remedy; of a warning in the plural."""

    code: str
    section: str
    wrong: str
    remedy: str


@lru_cache(maxsize=1)
def codes() -> Mapping[str, Kind]:
    """Every code of a fault (``C…``) and of a warning (``W…``), in the order of docs/faults.md."""
    text = (files("corridor.model") / "fault_codes.csv").read_text(encoding="utf-8")
    return {row["code"]: Kind(**row) for row in csv.DictReader(text.splitlines())}
