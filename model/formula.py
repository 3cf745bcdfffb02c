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
from collections.abc import Callable
from functools import cache

OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class FormulaError(ValueError):
    """A text is no formula, or has no value; the text says why and what to do."""


def value(formula: str, lookup: Callable[[str], float]) -> float:
    """What a formula gives, its names looked up.

    Raises FormulaError where it is no formula or divides by zero, and what ``lookup`` raises.
    """
    try:
        found = _value(_tree(formula), lookup)
    except ZeroDivisionError:
        raise FormulaError("divides by zero; mend it") from None
    if not math.isfinite(found):
        raise FormulaError("gives no finite number; mend it")
    return found


def names(formula: str) -> list[str]:
    """The names of a formula, in order, each once; raises FormulaError where it is none."""
    return list(dict.fromkeys(_names(_tree(formula))))


def _names(node: ast.expr) -> list[str]:
    if isinstance(node, ast.BinOp):
        return _names(node.left) + _names(node.right)
    if isinstance(node, ast.UnaryOp):
        return _names(node.operand)
    return [] if isinstance(node, ast.Constant) else [_name(node)]


@cache
def _tree(formula: str) -> ast.expr:
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError("is no formula; write names, numbers, + - * / and brackets") from None
    _judge(tree)
    return tree


def _judge(node: ast.expr) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        _judge(node.left)
        _judge(node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        _judge(node.operand)
    elif not _name(node) and not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
        raise FormulaError("holds more than names, numbers, + - * / and brackets; take it apart")


def _name(node: ast.AST) -> str:
    """The dotted name that a node stands for: a figure, or a cell as table.row.column; empty where it is none."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or len(parts) not in (0, 2):
        return ""
    return ".".join([node.id, *reversed(parts)])


def _value(node: ast.expr, lookup: Callable[[str], float]) -> float:
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_value(node.left, lookup), _value(node.right, lookup))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, lookup)
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    return lookup(_name(node))


def rounds_to(found: float, stated: float) -> bool:
    """Whether a stated number is a formula's result, rounded at its last digit that is not zero, and within 2 %.

    >>> rounds_to(0.9234, 0.92), rounds_to(0.9234, 0.93), rounds_to(14400.0, 10000.0)
    (True, False, False)
    """
    gap = abs(found - stated)
    if gap <= 1e-9 * max(1.0, abs(stated)):
        return True
    mantissa, _, exponent = f"{stated:.12e}".partition("e")
    digits = len(mantissa.rstrip("0").partition(".")[2])
    return gap <= 0.5000001 * 10.0 ** (int(exponent) - digits) and gap <= 0.02 * abs(stated)
