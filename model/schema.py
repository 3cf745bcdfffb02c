"""The schemas of a case's tables, and how the text of one cell becomes a value.

Each table has a Table Schema in ``model/schema/``; beyond the standard a field may say its ``unit``, whether
``unlimited`` is allowed (:attr:`Field.unlimited`), which tables it refers to and whether it holds several ids.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from corridor.model.faults import nearest, quoted
from corridor.model.language import say

Value = str | float | int | bool | tuple[str, ...] | None

ID_PATTERN = "^[a-z][a-z0-9_]*$"
COUNTRY_PATTERN = "^[A-Z]{2}$"
COUNTRIES_PATTERN = "^[A-Z]{2}( [A-Z]{2})*$"
DEGREES = "^-?(180"
"""Start of the pattern of a way: pairs of longitude and latitude, which may begin with a sign."""
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
GROUPED = re.compile(r"[+-]?[0-9]+([,.'’_\s][0-9]+)+")
"""Digits in groups, or with a decimal comma: 1,000  1 000  1'000  1.000.000  1.000,5  12,5."""
MADE_A_DAY = re.compile(r"[0-9]{1,2}-[A-Z][a-z]{2}(-[0-9]{2,4})?|[A-Z][a-z]{2}-[0-9]{2}")
"""Texts that a spreadsheet makes of 1-8, 3/24 and the like."""
NO_NUMBER = ("nan", "na", "n/a", "null", "none", "-", "–", "?")
ENDLESS = ("inf", "infinity", "∞", "no limit", "unlimited", "none")
FORMULA = ("=", "+", "-", "@")
"""First signs that make a spreadsheet take a text for a formula; a tab or a line break before it is stripped first."""
LARGEST = {"USD": 1e13, "USD per": 1e7, "t per unit": 1e4, "": 1e11}
"""Largest number of a column without a maximum of its own, by unit or its beginning, or for all others.

All that the world ships in a year is 1e10 t; above these bounds a number is in another unit, or a slip of the keys.
"""
SMALLEST = {"t/year": 1e-3, "gate t/year": 1e-3, "": 1e-12}
"""Smallest number above 0, by unit, or for all others; a flow of less than a kilogram a year is a slip of units."""
UNSEEN = "\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Characters that are not seen and reorder, break or hide the text around them."""


ENTERS = {
    "rhs": "right-hand sides",
    "coefficient": "coefficients",
    "cost": "costs",
    "structure": "rows and columns",
    "none": "no part",
}
"""Parts of a linear program that a column's numbers enter, in words.

Numbers of ``rhs`` change right-hand sides alone, those of ``coefficient`` coefficients too, those of ``cost`` the goals
of cost studies alone; after a change of ``structure`` the program is built anew; ``none`` changes nothing.
"""


class CodedError(ValueError):
    """A text that cannot be read; ``code`` names the rule."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CellError(CodedError):
    """A cell does not hold what its column wants; the text says value, reason and remedy."""


@dataclass(frozen=True)
class Field:
    """One column: name, type, meaning, unit, bounds, default and the tables it refers to.

    ``enters``: the part of the program that its numbers are in, one of :data:`ENTERS`; ``enters_with``: the part where
    the named column of the same row is filled; ``enters_beside``: the part where the case has rows of the named table;
    ``enters_timed``: the part in a year by periods. ``varies``: a calendar
    may vary it within the year. ``drawn``: draws of uncertain numbers move it. ``ground``: the ground on
    which a change of it has no effect on a study that does not read it.
    """

    name: str
    type: str
    meaning: str
    unit: str
    required: bool
    minimum: float | None
    exclusive_minimum: float | None
    maximum: float | None
    enum: tuple[str, ...]
    pattern: str
    unlimited: bool
    default: str
    refers_to: tuple[str, ...]
    several: bool
    enters: str = "none"
    enters_with: Mapping[str, str] = field(default_factory=dict)
    enters_beside: Mapping[str, str] = field(default_factory=dict)
    enters_timed: str = ""
    varies: bool = False
    drawn: bool = True
    ground: str = ""

    def parse(self, text: str) -> Value:
        """The value of a cell.

        Raises CellError.
        """
        text = text.strip()
        if text == "":
            if self.required:
                raise CellError("C013", say("the cell is empty; give {wanted}", wanted=self.wanted()))
            return self.fallback()
        if self.type in ("number", "integer"):
            return self._number(text)
        if self.type == "boolean":
            if text not in ("0", "1"):
                raise CellError("C014", say("{word} is neither 0 nor 1; write 1 for yes, 0 for no", word=quoted(text)))
            return text == "1"
        if self.enum:
            return self._choice(text)
        if reason := unprintable(text):
            raise CellError("C010", f"{quoted(text)} {reason}")
        if MADE_A_DAY.fullmatch(text):
            remedy = say("write the text again, in a column that the spreadsheet treats as text")
            raise CellError(
                "C010",
                say(
                    "{word} is a day that a spreadsheet made of another text; {remedy}",
                    word=quoted(text),
                    remedy=remedy,
                ),
            )
        if text.startswith(FORMULA) and not NUMBER.fullmatch(text) and not self.pattern.startswith(DEGREES):
            remedy = say("begin with a letter or a digit")
            raise CellError(
                "C010", say("{word} would start a formula in a spreadsheet; {remedy}", word=quoted(text), remedy=remedy)
            )
        if self.pattern and not re.fullmatch(self.pattern, text):
            noun, remedy = self._form()
            raise CellError("C009", say("{word} is no {noun}; {remedy}", word=quoted(text), noun=noun, remedy=remedy))
        return tuple(text.split()) if self.several else text

    def fallback(self) -> Value:
        """The value of an empty cell: the default, else nothing."""
        if self.default and not self.required:
            return self.parse(self.default)
        return () if self.several else None

    def _choice(self, text: str) -> str:
        if text in self.enum:
            return text
        remedy = nearest(text, self.enum).otherwise(say("write one of these"))
        raise CellError(
            "C014",
            say(
                "{word} is not one of {listed}; {remedy}", word=quoted(text), listed=", ".join(self.enum), remedy=remedy
            ),
        )

    def _number(self, text: str) -> float | int:
        if text == "unlimited" and self.unlimited:
            return math.inf
        if not NUMBER.fullmatch(text):
            raise CellError("C011", self._no_number(text))
        value = float(text)
        if not math.isfinite(value):
            remedy = say("write unlimited if there is no limit") if self.unlimited else say("check it")
            raise CellError("C011", say("{word} is too large for a number; {remedy}", word=quoted(text), remedy=remedy))
        if self.type == "integer":
            if value != int(value):
                raise CellError("C011", say("{word} is not a whole number; drop its fraction", word=quoted(text)))
            value = int(value)
        wrong = self._out_of_bounds(value)
        if wrong:
            raise CellError("C012", f"{text} {wrong}")
        return value

    def _no_number(self, text: str) -> str:
        """Why a text is no number, and what to write."""
        lowered = text.lower().lstrip("+-") or text
        wanted = self.wanted()
        give = (
            say("give {wanted}", wanted=wanted)
            if self.required
            else say("give {wanted}, or leave the cell empty", wanted=wanted)
        )
        word = quoted(text)
        if lowered in ENDLESS and lowered not in NO_NUMBER:
            if self.unlimited and not text.startswith("-"):
                return say("{word} is not a finite number; write unlimited for no limit", word=word)
            if lowered == "unlimited":
                return say("{word} is not allowed here; {give}", word=word, give=give)
            return say("{word} is not a finite number; {give}", word=word, give=give)
        if lowered in NO_NUMBER:
            return say("{word} is not a number; {give}", word=word, give=give)
        if text.startswith("="):
            return say("{word} is a formula; write the number that it gives", word=word)
        if GROUPED.fullmatch(text):
            return say("{word} has a thousands separator or a decimal comma; write it as in 1234567.5", word=word)
        if text[0] in "−–—" and NUMBER.fullmatch(text[1:]):
            return say("{word} has a dash for a minus; write -{digits}", word=word, digits=text[1:])
        return say("{word} is not a number; {give}", word=word, give=give)

    def _out_of_bounds(self, value: float) -> str:
        """The reason and remedy for a number that is too small or too large; empty for any other."""
        if value < 0 and self.exclusive_minimum == 0:
            return say("is negative; give a number above 0")
        if value < 0 and self.minimum == 0:
            if "capacity" in self.name:
                link = "t_per_year" in self.name
                return (
                    say("is negative; write 0 to close the link")
                    if link
                    else say("is negative; write 0 to close the resource")
                )
            return say("is negative; give 0 or more")
        if self.exclusive_minimum is not None and value <= self.exclusive_minimum:
            return say("is not above {least:g}; give a number above {least:g}", least=self.exclusive_minimum)
        if self.minimum is not None and value < self.minimum:
            return say("is below {least:g}; {bounds}", least=self.minimum, bounds=self.bounds())
        if self.maximum is not None and value > self.maximum:
            return say("is above {most:g}; {bounds}", most=self.maximum, bounds=self.bounds())
        return self._out_of_scale(value)

    def _out_of_scale(self, value: float) -> str:
        """The reason and remedy for a number of a size that no corridor has; empty for any other.

        A number of no column, as in the words of a change, may have any size.
        """
        if self.type not in ("number", "integer") or not self.name:
            return ""
        unit = f" {self.unit}" if self.unit else ""
        rate = "USD per" if self.unit.startswith("USD per") else self.unit
        largest = LARGEST.get(rate, LARGEST[""])
        if abs(value) > largest:
            no_limit = say(", or write unlimited") if self.unlimited and value > 0 else ""
            return say(
                "is a number of a size that no corridor has (at most {largest:g}{unit}); check its unit{no_limit}",
                largest=largest,
                unit=unit,
                no_limit=no_limit,
            )
        smallest = SMALLEST.get(self.unit, SMALLEST[""])
        if 0 < abs(value) < smallest:
            return say(
                "is a number of a size that no corridor has (at least {smallest:g}{unit}); check its unit, or write 0",
                smallest=smallest,
                unit=unit,
            )
        return ""

    def bounds(self) -> str:
        """The bounds of a number in words, or nothing."""
        low = self.minimum if self.exclusive_minimum is None else self.exclusive_minimum
        least = [] if low is None else [say("at least {least:g}", least=low)]
        if self.exclusive_minimum is not None:
            least = [say("above {least:g}", least=self.exclusive_minimum)]
        most = [] if self.maximum is None else [say("at most {most:g}", most=self.maximum)]
        return f" {say('and')} ".join([*least, *most])

    def wanted(self) -> str:
        """The content that the cell should have, in words."""
        if self.enum:
            return say("one of {listed}", listed=", ".join(self.enum))
        if self.refers_to:
            tables = f" {say('or')} ".join(self.refers_to)
            return (
                say("ids of {tables}.csv", tables=tables)
                if self.several
                else say("an id of {tables}.csv", tables=tables)
            )
        if self.type == "boolean":
            return say("0 or 1")
        if self.type in ("number", "integer"):
            unit = say(" in {unit}", unit=self.unit) if self.unit else ""
            endless = say(", or unlimited") if self.unlimited else ""
            return (say("a whole number") if self.type == "integer" else say("a number")) + unit + endless
        return say("an id") if self.pattern == ID_PATTERN else say("a text")

    def _form(self) -> tuple[str, str]:
        """The noun for a text that matches the pattern, and the remedy for one that does not."""
        if self.pattern == COUNTRIES_PATTERN:
            return (
                say("list of country codes"),
                say("give two capital letters each, with a blank between them, as in AZ GE"),
            )
        if self.pattern.startswith(DEGREES):
            pair = say(
                "give longitude and latitude in degrees, a semicolon between two points, as in 50.9 41.2; -0.5 40"
            )
            reach = say("longitudes reach from -180 to 180, latitudes from -90 to 90")
            return say("list of points"), f"{pair}; {reach}"
        if self.several:
            return say("list of ids"), say("write ids of small letters, digits and _, with a blank between them")
        known = {
            ID_PATTERN: ("id", say("begin with a small letter, then small letters, digits and _")),
            COUNTRY_PATTERN: (say("country code"), say("give two capital letters, as in KZ")),
        }
        return known.get(
            self.pattern, (say("valid {name}", name=self.name), say("it must match {pattern}", pattern=self.pattern))
        )


def unprintable(text: str) -> str:
    """The reason and remedy for a character that harms whatever prints the text; empty for a text without.

    >>> unprintable("Baku"), unprintable("Ba\\x1bku")
    ('', 'holds the control character U+001B; delete it')
    """
    if text.isascii() and text.isprintable():
        return ""
    for sign in text:
        if unicodedata.category(sign) in ("Cc", "Cs", "Cn") or sign in UNSEEN:
            if sign in "\n\r":
                return say("runs over more than one line; write it on one, or close the quote")
            number = f"U+{ord(sign):04X}"
            if unicodedata.category(sign) == "Cc":
                return say("holds the control character {number}; delete it", number=number)
            return say("holds the invisible character {number}; delete it", number=number)
    return ""


@dataclass(frozen=True)
class TableSchema:
    """One table: name, title, meaning, fields, id column; ``required`` of every case; ``limit``: column of capacity."""

    name: str
    title: str
    meaning: str
    required: bool
    limit: str
    fields: tuple[Field, ...]
    descriptor: dict[str, Any]

    @property
    def id_column(self) -> str:
        return self.fields[0].name

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)


def _field(raw: dict[str, Any]) -> Field:
    limits = raw.get("constraints", {})
    return Field(
        name=raw["name"],
        type=raw["type"],
        meaning=raw["description"],
        unit=raw.get("unit", ""),
        required=limits.get("required", False),
        minimum=limits.get("minimum"),
        exclusive_minimum=limits.get("exclusiveMinimum"),
        maximum=limits.get("maximum"),
        enum=tuple(limits.get("enum", ())),
        pattern=limits.get("pattern", ""),
        unlimited=raw.get("unlimited", False),
        default=raw.get("default", ""),
        refers_to=tuple(raw["refersTo"].split("|")) if "refersTo" in raw else (),
        several=raw.get("list", False),
        enters=raw["enters"],
        enters_with=raw.get("entersWith", {}),
        enters_beside=raw.get("entersBeside", {}),
        enters_timed=raw.get("entersTimed", ""),
        varies=raw.get("varies", False),
        drawn=raw.get("drawn", True),
        ground=raw.get("ground", ""),
    )


@cache
def schemas() -> dict[str, TableSchema]:
    """All table schemas by name, in the order in which a planner reads them."""
    found = []
    for file in (files("corridor.model") / "schema").iterdir():
        if file.name.endswith(".json"):
            raw = json.loads(file.read_text(encoding="utf-8"))
            fields = tuple(_field(each) for each in raw["fields"])
            name = file.name.removesuffix(".json")
            schema = TableSchema(
                name, raw["title"], raw["description"], raw["requiredTable"], raw.get("limit", ""), fields, raw
            )
            found.append((raw["order"], schema))
    return {schema.name: schema for _, schema in sorted(found, key=lambda pair: pair[0])}


def varying() -> dict[str, tuple[str, ...]]:
    """The columns that a calendar may vary within the year, by table."""
    columns = {name: tuple(each.name for each in table.fields if each.varies) for name, table in schemas().items()}
    return {name: names for name, names in columns.items() if names}
