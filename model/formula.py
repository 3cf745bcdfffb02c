"""Formulas of derived numbers: names, numbers, ``+ - * /`` and brackets, nothing else.

>>> value("(p11 + 2) * link.rail.length_km / 4", {"p11": 6.0, "link.rail.length_km": 10.0}.__getitem__)
20.0
>>> names("(p11 + 2) * link.rail.length_km / 4")
['p11', 'link.rail.length_km']
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from functools import cache

from corridor.model.language import marked, say

TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![\w.])"
    r"|(?P<name>(?:scope\.|base\.)?[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)?)(?![\w.])|(?P<sign>[-+*/()]))\s*"
)
BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
PARTS = (ast.Name, ast.Load, ast.BinOp, *BINARY, ast.UnaryOp, ast.USub)
"""Nodes of a tree that a formula may have."""
NO_FORMULA = marked("is no formula; write names, numbers, + - * / and brackets")


class FormulaError(ValueError):
    """A text is no formula, or has no value; the text says why and what to do."""


def value(formula: str, lookup: Callable[[str], float]) -> float:
    """The value of a formula, its names looked up.

    Raises FormulaError where it is no formula or has no finite value, and what ``lookup`` raises.
    """
    tree, words = _parsed(formula)

    def of(node: ast.expr) -> float:
        if isinstance(node, ast.Name):
            kind, word = words[int(node.id[1:])]
            return float(word) if kind == "number" else lookup(word)
        if isinstance(node, ast.UnaryOp):
            return -of(node.operand)
        assert isinstance(node, ast.BinOp)
        left, right = of(node.left), of(node.right)
        if isinstance(node.op, ast.Div) and right == 0:
            raise FormulaError(say("divides by zero; mend it"))
        return BINARY[type(node.op)](left, right)

    try:
        result = of(tree)
    except RecursionError:
        raise FormulaError(say(NO_FORMULA)) from None
    if not math.isfinite(result):
        raise FormulaError(say("gives no finite number; mend it"))
    return result


def names(formula: str) -> list[str]:
    """The names of a formula, in order, each once; raises FormulaError where it is none."""
    return list(dict.fromkeys(word for kind, word in _parsed(formula)[1] if kind == "name"))


@cache
def _parsed(formula: str) -> tuple[ast.expr, list[tuple[str, str]]]:
    """The formula as Python's tree of it, whose names ``_0``, ``_1`` … number its words (number | name, word)."""
    words: list[tuple[str, str]] = []
    text, place, depth = "", 0, 0
    while place < len(formula):
        token = TOKEN.match(formula, place)
        if not token or not token.lastgroup:
            raise FormulaError(say(NO_FORMULA))
        kind, word, place = token.lastgroup, token[token.lastgroup], token.end()
        if kind != "sign":
            words.append((kind, word))
            word = f"_{len(words) - 1}"
        text += f" {word}"
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth < 0:
            raise FormulaError(say("closes a bracket that was not opened; mend it"))
    if depth:
        raise FormulaError(say("opens a bracket that is not closed; mend it"))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError):
        raise FormulaError(say(NO_FORMULA)) from None
    if not all(isinstance(node, PARTS) for node in ast.walk(tree)):
        raise FormulaError(say(NO_FORMULA))
    return tree, words


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
