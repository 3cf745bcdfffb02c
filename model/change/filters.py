"""Filters: which rows of a table a change speaks of, as in ``commodity_id = grain and t_per_year > 1000``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corridor.model.faults import nearest, quoted
from corridor.model.language import marked, say
from corridor.model.schema import CellError, CodedError, Field, Value

SIGNS = ("=", "!=", "<", "<=", ">", ">=", "in")
FORM = marked("write column = value, or !=, <, >, in a, b; several joined by and")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^']|'')*'", re.DOTALL)
PLAIN = re.compile(r"[A-Za-z0-9_.+-]+")
CONDITION = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*(!=|<=|>=|=|<|>|\bin\b)\s*(.*?)\s*", re.DOTALL)


class ChangeError(CodedError):
    """Words that make no change, or one that cannot be made; the text says why."""


@dataclass(frozen=True)
class Condition:
    """One test of a row: a column, a sign of :data:`SIGNS`, and what it is compared with (several for ``in``)."""

    column: str
    sign: str
    values: tuple[str, ...]

    @property
    def words(self) -> str:
        return f"{self.column} {self.sign} {', '.join(map(plain_or_quoted, self.values))}"

    def holds(self, column: Field, cell: Value) -> bool:
        """True for a cell of the column that passes; an empty cell passes only ``!=`` and ``""``."""
        values = [each for each in self.values if each]
        if cell is None or cell == () or cell != cell:  # NaN is not itself
            same = "" in self.values
        elif not values:
            same = False
        elif column.several:
            assert isinstance(cell, tuple)
            same = any(each in cell for each in values)
        elif column.type in ("number", "integer"):
            assert isinstance(cell, (int, float))
            wanted = [number(self, each) for each in values]
            if self.sign[0] in "<>":
                return (cell < wanted[0] if "<" in self.sign else cell > wanted[0]) or (
                    "=" in self.sign and cell == wanted[0]
                )
            same = cell in wanted
        else:
            same = (str(int(cell)) if isinstance(cell, bool) else str(cell)) in values
        return not same if self.sign == "!=" else same and self.sign[0] not in "<>"


def number(condition: Condition, text: str) -> float:
    """The number that a column is compared with; raises ChangeError."""
    if text == "unlimited":
        return math.inf
    try:
        return parsed_number(text)
    except CellError as error:
        raise ChangeError("C104", f"{condition.column} {condition.sign} {text}: {error}") from None


def parsed_number(text: str) -> float:
    """A finite number as a cell would hold it; raises CellError, which says what is wrong."""
    share = re.fullmatch(r"([+-]?[0-9.]+)\s*%", text.strip())
    if share:
        raise CellError(
            "C011", say("{word} is a percentage; write {share:g}", word=quoted(text), share=float(share[1]) / 100)
        )
    value = _NUMBER.parse(text)
    assert isinstance(value, float)
    return value


_NUMBER = Field("", "number", "", "", True, None, None, None, (), "", False, "", (), False)


def figure(value: float) -> str:
    """A number in the fewest digits that give it back.

    >>> figure(12.0), figure(0.1), figure(1e-7)
    ('12', '0.1', '1e-07')
    """
    return repr(float(value)).removesuffix(".0")


def conditions(text: str) -> tuple[Condition, ...]:
    """The conditions of a filter; raises ChangeError.

    >>> [each.words for each in conditions("commodity_id in grain, oil and t_per_year>5")]
    ['commodity_id in grain, oil', 't_per_year > 5']
    """
    return tuple(_condition(part) for part in split(text, r"\sand\s"))


def _condition(text: str) -> Condition:
    match = CONDITION.fullmatch(text)
    if not match:
        raise ChangeError("C104", say("{test} is no test of a row; {form}", test=quoted(text.strip()), form=say(FORM)))
    column, sign, rest = match.groups()
    values = tuple(map(unquoted, split(rest, ","))) if sign == "in" else (unquoted(rest),)
    if not rest or (sign == "in" and not all(part.strip() for part in split(rest, ","))):
        raise ChangeError(
            "C104",
            say('{test} compares with nothing; give a value, or "" for an empty cell', test=quoted(text.strip())),
        )
    if rest.startswith("="):
        raise ChangeError("C104", say("{test} has a sign too many; {form}", test=quoted(text.strip()), form=say(FORM)))
    return Condition(column, sign, values)


def split(text: str, by: str) -> list[str]:
    """A text cut at each match of a pattern that does not stand in quotes.

    >>> split('name = "a and b" and kind = ship', r"\\sand\\s")
    ['name = "a and b"', 'kind = ship']
    """
    pattern = re.compile(by)
    if not pattern.search(text):
        return [text]
    parts, at, begin = [], 0, 0
    while at < len(text):
        inside = QUOTED.match(text, at)
        cut = pattern.match(text, at)
        if inside:
            at = inside.end()
        elif cut:
            parts.append(text[begin:at])
            at = begin = cut.end()
        else:
            at += 1
    return [*parts, text[begin:]]


def plain_or_quoted(text: str) -> str:
    """A value as it stands in words: in quotes where it could be misread.

    >>> plain_or_quoted("grain"), plain_or_quoted('the "big" one')
    ('grain', '"the \\\\"big\\\\" one"')
    """
    if PLAIN.fullmatch(text) and text not in ("and", "where"):
        return text
    signs = (
        each if each.isprintable() and each not in '"\\' else f"\\{each}" if each in '"\\' else f"\\U{ord(each):08x}"
        for each in text
    )
    return '"' + "".join(signs) + '"'


def unquoted(text: str) -> str:
    """A value as words give it, without its quotes; raises ChangeError where they are not closed."""
    text = text.strip()
    if text[:1] not in ('"', "'"):
        return text
    if not QUOTED.fullmatch(text):
        raise ChangeError(
            "C104", say("{word} opens a quote that is not closed, or goes on after it; mend it", word=quoted(text))
        )
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    return re.sub(r"\\(U[0-9a-fA-F]{8}|.)", _sign, text[1:-1], flags=re.DOTALL)


def _sign(match: re.Match[str]) -> str:
    return chr(int(match[1][1:], 16)) if len(match[1]) > 1 else match[1]


def passing(
    found: tuple[Condition, ...], table: str, fields: Iterable[Field], columns: Iterable[Iterable[Value]]
) -> Iterator[bool]:
    """True for each row that passes all conditions; ``fields`` and ``columns`` are theirs, in their order.

    Raises ChangeError where a column cannot be compared so.
    """
    listed = list(zip(found, fields, columns, strict=True))
    for condition, column, _ in listed:
        if condition.sign[0] in "<>" and column.type not in ("number", "integer"):
            reason = say(
                "{words}: {column} of {table} holds no numbers; compare it by =, != or in",
                words=condition.words,
                column=condition.column,
                table=table,
            )
            raise ChangeError("C104", reason)
        if column.type in ("number", "integer"):
            for each in condition.values:
                if each:
                    number(condition, each)
    cells = [list(column) for _, _, column in listed]
    for row in zip(*cells, strict=True):
        yield all(condition.holds(column, cell) for (condition, column, _), cell in zip(listed, row, strict=True))


def nothing_passes(found: tuple[Condition, ...], table: str, columns: Iterable[Iterable[Value]]) -> str:
    """Why no row passes, naming the nearest value that there is where one condition is never met by itself."""
    for condition, column in zip(found, columns, strict=True):
        cells = list(column)
        there = {
            each for cell in cells for each in (cell if isinstance(cell, tuple) else (cell,)) if isinstance(each, str)
        }
        if condition.sign in ("=", "in") and there and not there & set(condition.values):
            return say(
                "no row of {table} has {words}; {nearest}",
                table=table,
                words=condition.words,
                nearest=nearest(condition.values[0], there),
            )
    words = " and ".join(each.words for each in found)
    return say(
        "no row of {table} has {words}; loosen it, or look at the rows by corridor show {table}",
        table=table,
        words=words,
    )
