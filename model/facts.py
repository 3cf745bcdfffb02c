"""Findings as facts: a code and its fields, of which a catalogue makes the sentence."""

from __future__ import annotations

import csv
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from corridor.model.units import amount


@dataclass(frozen=True)
class Fact:
    """One finding: ``code`` names the sentence, ``fields`` fill it; a field may be a list of facts.

    >>> str(Fact("explain.limits", {"names": ["Ships", "Port"]}))
    'Limits on its way: Ships, Port.'
    """

    code: str
    fields: Mapping[str, Any]

    def __str__(self) -> str:
        return _WORDS.vformat(sentences()[self.code], (), self.fields).rstrip()

    def to_dict(self) -> dict[str, Any]:
        """``code``, ``sentence`` in English, ``fields``, which :func:`corridor.model.result.frame.plain` makes JSON."""
        return {"code": self.code, "sentence": str(self).strip(), "fields": self.fields}


def fact(code: str, /, **fields: Any) -> Fact:
    """A fact of a code with its fields."""
    return Fact(code, fields)


def told(facts: Iterable[Fact]) -> str:
    """The sentences of facts, one a line."""
    return "\n".join(map(str, facts))


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, str]:
    """The catalogue: sentences with named fields, by code."""
    text = (files("corridor.model") / "sentences.csv").read_text(encoding="utf-8")
    return {row["code"]: row["sentence"] for row in csv.DictReader(text.splitlines())}


class _Words(string.Formatter):
    """Fields of a sentence: ``amount`` with three digits, ``list`` with commas, else as Python formats them."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "amount":
            return amount(value)
        if format_spec == "list":
            return ", ".join(map(str, value))
        return str(super().format_field(value, format_spec))


_WORDS = _Words()
