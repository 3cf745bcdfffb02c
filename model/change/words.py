"""The words of a change: ``resource.line.capacity=5``, ``close link.railway from 01-10 to 01-22``, and the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from corridor.model.change.changes import EVERY, Add, AddRow, Build, Change, Close, Open, Scale, Set
from corridor.model.change.filters import (
    QUOTED,
    ChangeError,
    Condition,
    conditions,
    parsed_number,
    split,
    unquoted,
)
from corridor.model.faults import CaseError, Fault, nearest, quoted
from corridor.model.language import say
from corridor.model.schema import CellError

VERBS = ("close", "open", "build", "add")
FORM = "is not of the form table.row.column=value; write it as in link.railway.length_km=40"
SIGN = re.compile(r"([^=\s]*?)\s*(\+=|-=|\*=|=)(.*)", re.DOTALL)
ADDRESS = "write table.row.column, as in link.railway.length_km, or table.*.column for every row"
CLOSE = re.compile(r"(\S+)(?:\s+from\s+(\S+)\s+to\s+(\S+))?(?:\s+left\s+(\S+))?")
OPEN = re.compile(r"([^\s=]+)\s*(?:=\s*(\S+))?")
BUILD = re.compile(r"(\S+)(?:\s+times\s+(\S+))?")
ROW = re.compile(r"(\w+)\s*(\{.*\})", re.DOTALL)


def parse_change(words: str) -> Change:
    """The change that words stand for; raises CaseError. All words are in docs/scenario-files.md.

    >>> import corridor
    >>> corridor.parse_change("resource.line.capacity += 2").words
    'resource.line.capacity+=2'
    """
    try:
        return _parsed(words)
    except (ChangeError, CellError) as error:
        raise CaseError([Fault(error.code, f"--set {words}", str(error))], say("the changes")) from None


def _parsed(words: str) -> Change:
    """The change of words; raises ChangeError or CellError."""
    verb, _, rest = words.strip().partition(" ")
    if verb in VERBS:
        return _BY_VERB[verb](rest.strip())
    match = SIGN.fullmatch(words.strip())
    if not match:
        if verb.isalpha() and rest and nearest(verb, VERBS).word:
            raise ChangeError(
                "C020", say("{verb} begins no change; {verb2}", verb=quoted(verb), verb2=nearest(verb, VERBS))
            )
        raise ChangeError("C020", FORM)
    address, sign, text = match[1], match[2], match[3].strip()
    table, row, column = cell_address(address, filtered=_filtered(text), reason=FORM, code="C020")
    if row != EVERY and sign != "=" and _filtered(text):
        raise one_row(address)
    where: tuple[Condition, ...] = ()
    if row == EVERY:
        text, where = _text_and_where(text)
    if sign == "=":
        return Set(table, row, column, text, where)
    by = parsed_number(text)
    if sign == "*=":
        return Scale(table, row, column, by, where)
    return Add(table, row, column, -by if sign == "-=" else by, where)


def cell_address(text: str, *, filtered: bool, reason: str = "", code: str = "C062") -> tuple[str, str, str]:
    """Table, row and column of an address; with a filter the row may be left out. Raises ChangeError."""
    parts = text.strip().split(".")
    if len(parts) == 2 and filtered and all(parts):
        parts.insert(1, EVERY)
    if len(parts) != 3 or not all(parts) or "=" in text:
        raise ChangeError(
            code,
            reason or say("{text} is not of the form table.row.column; {address}", text=quoted(text), address=ADDRESS),
        )
    return parts[0], parts[1], parts[2]


def row_address(text: str, filtered: bool) -> tuple[str, str]:
    """Table and row of what is closed or opened; with a filter the row may be left out. Raises ChangeError."""
    parts = text.strip().split(".")
    if len(parts) == 1 and filtered and all(parts):
        parts.append(EVERY)
    if len(parts) != 2 or not all(parts):
        raise ChangeError(
            "C062", say("{text} is not of the form table.row; write it as in link.railway", text=quoted(text))
        )
    if filtered and parts[1] != EVERY:
        raise one_row(text)
    return parts[0], parts[1]


def one_row(address: str) -> ChangeError:
    """The fault of a filter beside the name of one row."""
    table, row, *column = address.split(".")
    every = ".".join((table, EVERY, *column))
    return ChangeError(
        "C104",
        say(
            "{row} is one row, and a filter chooses among all; write {every}, or drop the filter", row=row, every=every
        ),
    )


def times_of(text: str) -> int:
    """The number of times that a project is built; raises ChangeError."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) == 0:
        raise ChangeError("C112", say("{text} is no number of times; give a whole number above 0", text=quoted(text)))
    return int(text)


def _filtered(text: str) -> bool:
    return len(split(text, r"(?:^|\s)where\s")) > 1


def _text_and_where(text: str) -> tuple[str, tuple[Condition, ...]]:
    """A value, out of its quotes, and the filter behind it."""
    value, *behind = split(f" {text}", r"\swhere\s")
    value = value.strip()
    if QUOTED.fullmatch(value):
        value = unquoted(value)
    return value, conditions(" where ".join(behind)) if behind else ()


def _close(rest: str) -> Change:
    rest, where = _text_and_where(rest)
    match = CLOSE.fullmatch(rest)
    if not match:
        form = say(
            "write close link.railway, or close link.railway from 01-10 to 01-22, with left 0.5 where half is left"
        )
        raise ChangeError("C020", say("{rest} is nothing that can be closed so; {form}", rest=quoted(rest), form=form))
    address, from_day, to_day, left = match.groups()
    share = parsed_number(left) if left else 0.0
    return Close(*row_address(address, bool(where)), from_day or "", to_day or "", share, where)


def _open(rest: str) -> Change:
    rest, where = _text_and_where(rest)
    match = OPEN.fullmatch(rest)
    if not match:
        form = say("write open link.railway, or open link.railway = 500000")
        raise ChangeError("C020", say("{rest} is nothing that can be opened so; {form}", rest=quoted(rest), form=form))
    return Open(*row_address(match[1], bool(where)), match[2] or "", where)


def _build(rest: str) -> Change:
    match = BUILD.fullmatch(rest)
    if not match:
        form = say("write build bridge, or build bridge times 2")
        raise ChangeError("C020", say("{rest} is nothing that can be built so; {form}", rest=quoted(rest), form=form))
    return Build(match[1], times_of(match[2]) if match[2] else 1)


def _add(rest: str) -> Change:
    match = ROW.fullmatch(rest)
    form = "write add node {node_id: harbour, name: Harbour}, or table.row.column+=2 to add to a number"
    if not match:
        raise ChangeError("C020", say("{rest} is no row to add; {form}", rest=quoted(rest), form=form))
    import yaml

    try:
        cells: Any = yaml.load(match[2], yaml.BaseLoader)
    except yaml.YAMLError:
        cells = None
    if not isinstance(cells, dict) or not all(isinstance(each, str) for pair in cells.items() for each in pair):
        raise ChangeError(
            "C020", say("{match} cannot be read as the cells of a row; {form}", match=quoted(match[2]), form=form)
        )
    return AddRow(match[1], tuple(cells.items()))


_BY_VERB: dict[str, Callable[[str], Change]] = {"close": _close, "open": _open, "build": _build, "add": _add}
