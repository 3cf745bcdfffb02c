"""Letters of the fonts of the PDF, and the refusal of those that none of them has."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault
from corridor.model.language import say
from corridor.reports.out.text import clean

FAMILIES = ["FiraGO", "Vazirmatn", "Noto Sans SC"]
"""Families of the fonts, the first that has a letter is taken."""
WITHOUT_SHAPE = "\u200b\u2068\u2069"
"""Signs without a shape that the layout uses."""
SHOWN = 12
"""Letters that a fault names."""


def check_letters(text: str, place: str = "report.pdf") -> None:
    """Raise CaseError with the letters of a text that no font of the PDF has."""
    lacking = lacking_in(text)
    if lacking:
        raise CaseError([letters_fault(lacking, place)], "the PDF")


def check_names(case: Case) -> None:
    """Raise CaseError with every name of a case, and its letters, that no font of the PDF has."""
    faults = [
        letters_fault(lacking, case.place(table, str(row), "name"))
        for table in case.tables
        if "name" in case[table].columns
        for row, name in case[table]["name"].items()
        if isinstance(name, str) and (lacking := lacking_in(clean(name)))
    ]
    if faults:
        raise CaseError(faults, "the PDF")


def letters_fault(letters: list[str], place: str) -> Fault:
    """The fault of letters that no font has."""
    named = ", ".join(f"{_shown(letter)} (U+{ord(letter):04X})" for letter in letters[:SHOWN])
    more = say(" and {more} more", more=len(letters) - SHOWN) if len(letters) > SHOWN else ""
    reason = say(
        "no font of the PDF has {named}{more}; write the names without them, or make the report without --pdf",
        named=named,
        more=more,
    )
    return Fault("C085", place, reason)


def lacking_in(text: str) -> list[str]:
    """Letters of a text that no font of the PDF has, in order of code points."""
    return sorted(set(_lacking().findall(text)))


def _shown(letter: str) -> str:
    return unicodedata.name(letter, say("a sign of control")).lower() if not letter.isprintable() else letter


@cache
def _lacking() -> re.Pattern[str]:
    ranges = (files("corridor.reports") / "assets" / "fonts" / "coverage.txt").read_text(encoding="ascii").split()
    known = "".join("-".join(f"\\U{int(end, 16):08X}" for end in each.split("-")) for each in ranges)
    return re.compile(f"[^{known}{WITHOUT_SHAPE}]")
