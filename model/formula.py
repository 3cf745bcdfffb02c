"""Formulas of derived numbers: names, numbers, ``+ - * /`` and brackets, nothing else.

>>> value("(p11 + 2) * link.rail.length_km / 4", {"p11": 6.0, "link.rail.length_km": 10.0}.__getitem__)
20.0
>>> names("(p11 + 2) * link.rail.length_km / 4")
['p11', 'link.rail.length_km']
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from functools import cache

TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![\w.])"
    r"|(?P<name>(?:scope\.)?[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)?)(?![\w.])|(?P<sign>[-+*/()]))\s*"
)
RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "negative": 3}
BINARY: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
NO_FORMULA = "is no formula; write names, numbers, + - * / and brackets"


class FormulaError(ValueError):
    """A text is no formula, or has no value; the text says why and what to do."""


def value(formula: str, lookup: Callable[[str], float]) -> float:
    """The value of a formula, its names looked up.

    Raises FormulaError where it is no formula or has no finite value, and what ``lookup`` raises.
    """
    stack: list[float] = []
    for kind, word in _ordered(formula):
        if kind == "number":
            stack.append(float(word))
        elif kind == "name":
            stack.append(lookup(word))
        elif word == "negative":
            stack.append(-stack.pop())
        else:
            right, left = stack.pop(), stack.pop()
            if word == "/" and right == 0:
                raise FormulaError("divides by zero; mend it")
            stack.append(BINARY[word](left, right))
    if not math.isfinite(stack[0]):
        raise FormulaError("gives no finite number; mend it")
    return stack[0]


def names(formula: str) -> list[str]:
    """The names of a formula, in order, each once; raises FormulaError where it is none."""
    return list(dict.fromkeys(word for kind, word in _ordered(formula) if kind == "name"))


@cache
def _ordered(formula: str) -> tuple[tuple[str, str], ...]:
    """The formula with each sign after what it joins (Dijkstra's shunting yard): (number | name | sign, word)."""
    out: list[tuple[str, str]] = []
    waiting: list[str] = []
    wants_operand = True
    for kind, word in _tokens(formula):
        if kind != "sign":
            if not wants_operand:
                raise FormulaError(NO_FORMULA)
            out.append((kind, word))
            wants_operand = False
        elif word == "(":
            if not wants_operand:
                raise FormulaError(NO_FORMULA)
            waiting.append(word)
        elif word == ")":
            if wants_operand:
                raise FormulaError(NO_FORMULA)
            while waiting and waiting[-1] != "(":
                out.append(("sign", waiting.pop()))
            if not waiting:
                raise FormulaError("closes a bracket that was not opened; mend it")
            waiting.pop()
        elif wants_operand:
            if word != "-":
                raise FormulaError(NO_FORMULA)
            waiting.append("negative")
        else:
            while waiting and waiting[-1] != "(" and RANK[waiting[-1]] >= RANK[word]:
                out.append(("sign", waiting.pop()))
            waiting.append(word)
            wants_operand = True
    if wants_operand:
        raise FormulaError(NO_FORMULA)
    if "(" in waiting:
        raise FormulaError("opens a bracket that is not closed; mend it")
    return (*out, *(("sign", word) for word in reversed(waiting)))


def _tokens(formula: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while place < len(formula):
        token = TOKEN.match(formula, place)
        if not token or not token.lastgroup:
            raise FormulaError(NO_FORMULA)
        found.append((token.lastgroup, token.group(token.lastgroup)))
        place = token.end()
    return found


def rounds_to(found: float, stated: float) -> bool:
    """True for a stated number that is a formula's result, rounded at its last digit that is not zero, and within 2 %.

    >>> rounds_to(0.9234, 0.92), rounds_to(0.9234, 0.93), rounds_to(14400.0, 10000.0)
    (True, False, False)
    """
    if not math.isfinite(stated):
        return False
    gap = abs(found - stated)
    if gap <= 1e-9 * abs(stated):
        return True
    mantissa, _, exponent = f"{stated:.12e}".partition("e")
    digits = len(mantissa.rstrip("0").partition(".")[2])
    return gap <= 0.5000001 * 10.0 ** (int(exponent) - digits) and gap <= 0.02 * abs(stated)
