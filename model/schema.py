"""The schemas of a case's tables, and how the text of one cell becomes a value.

Each table has a Table Schema in ``model/schema/``; beyond the standard a field may say its ``unit``, whether
``unlimited`` is allowed (:attr:`Field.unlimited`), which tables it refers to and whether it holds several ids.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

Value = str | float | int | bool | tuple[str, ...] | None

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
THOUSANDS = re.compile(r"[+-]?\d{1,3}([,  '’]\d{3})+([.,]\d+)?|[+-]?\d+,\d+")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CellError(ValueError):
    """A cell does not hold what its column wants; ``code`` names the rule, the text says value, reason and remedy."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Field:
    """One column: name, type, meaning, unit, bounds, default and what it refers to."""

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

    def parse(self, text: str) -> Value:
        """The value of a cell.

        Raises CellError.
        """
        text = text.strip()
        if text == "":
            if self.required:
                raise CellError("C013", f"is empty; give {self.wanted()}")
            if self.default == "":
                return () if self.several else None
            text = self.default
        if self.type in ("number", "integer"):
            return self._number(text)
        if self.type == "boolean":
            if text not in ("0", "1"):
                raise CellError("C014", f"{text!r} is neither 0 nor 1; write 1 for yes, 0 for no")
            return text == "1"
        if self.enum and text not in self.enum:
            raise CellError("C014", f"{text!r} is not one of {', '.join(self.enum)}")
        if text.startswith(FORMULA):
            raise CellError("C010", f"{text!r} would start a formula in a spreadsheet; begin with a letter or a digit")
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise CellError("C009", f"{text!r} is no valid {self._noun()}; {self._pattern_remedy()}")
        return tuple(text.split()) if self.several else text

    def _number(self, text: str) -> float | int:
        if text == "unlimited":
            if self.unlimited:
                return math.inf
            raise CellError("C011", f"'unlimited' is not allowed here; give {self.wanted()}")
        lowered = text.lower().lstrip("+-")
        if lowered in ("nan", "na", "n/a", "null", "none"):
            raise CellError("C011", f"{text!r} is not a number; give {self.wanted()}, or leave the cell out if it may be")
        if lowered in ("inf", "infinity", "∞"):
            remedy = "write unlimited" if self.unlimited else f"give {self.wanted()}"
            raise CellError("C011", f"{text!r} is not a finite number; {remedy}")
        if THOUSANDS.fullmatch(text):
            raise CellError("C011", f"{text!r} has a thousands separator or a decimal comma; write digits with a decimal point")
        if not NUMBER.fullmatch(text):
            raise CellError("C011", f"{text!r} is not a number; give {self.wanted()}")
        value = float(text)
        if not math.isfinite(value):
            raise CellError("C011", f"{text!r} is too large for a number; {'write unlimited' if self.unlimited else 'check it'}")
        if self.type == "integer":
            if value != int(value):
                raise CellError("C011", f"{text!r} is not a whole number")
            value = int(value)
        if value < 0 and (self.minimum == 0 or self.exclusive_minimum == 0):
            remedy = "write 0 to close it" if "capacity" in self.name else "write its size without the sign"
            if "capacity" in self.name and self.name.endswith("t_per_year"):
                remedy = "write 0 to close the link"
            raise CellError("C012", f"{text} is negative; {remedy}")
        if self.exclusive_minimum is not None and value <= self.exclusive_minimum:
            raise CellError("C012", f"{text} is not above {self.exclusive_minimum:g}")
        if self.minimum is not None and value < self.minimum:
            raise CellError("C012", f"{text} is below {self.minimum:g}, the least allowed")
        if self.maximum is not None and value > self.maximum:
            raise CellError("C012", f"{text} is above {self.maximum:g}, the most allowed")
        return value

    def wanted(self) -> str:
        """What the cell should hold, in words."""
        if self.enum:
            return "one of " + ", ".join(self.enum)
        if self.refers_to:
            return "an id of table " + " or ".join(self.refers_to)
        if self.type == "boolean":
            return "0 or 1"
        if self.type in ("number", "integer"):
            unit = f" in {self.unit}" if self.unit else ""
            return f"a number{unit}" + (", or unlimited" if self.unlimited else "")
        return "a text"

    def _noun(self) -> str:
        return "id" if self.pattern.startswith("^[a-z]") else self.name

    def _pattern_remedy(self) -> str:
        if self.pattern.startswith("^[a-z]"):
            return "begin with a small letter, then small letters, digits and _"
        if self.pattern == "^[A-Z]{2}$":
            return "give two capital letters, as in KZ"
        return f"it must match {self.pattern}"


@dataclass(frozen=True)
class TableSchema:
    """One table: name, title, meaning, fields, id column, and whether a case must have it."""

    name: str
    title: str
    meaning: str
    required: bool
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
            schema = TableSchema(name, raw["title"], raw["description"], raw["requiredTable"], fields, raw)
            found.append((raw["order"], schema))
    return {schema.name: schema for _, schema in sorted(found, key=lambda pair: pair[0])}
