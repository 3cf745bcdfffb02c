"""Formulas of derived numbers: what is one, what it gives, and when a stated number is its result rounded."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.model.formula import FormulaError, names, rounds_to, value

NAMED = {"p11": 6.0, "s045": 0.5, "link.rail.length_km": 10.0, "nothing": 0.0, "gap": -3.0}


def found(formula: str) -> float:
    return value(formula, NAMED.__getitem__)


GOOD: dict[str, tuple[float, list[str]]] = {
    "1": (1.0, []),
    "0.25": (0.25, []),
    ".5": (0.5, []),
    "2.": (2.0, []),
    "1e3": (1000.0, []),
    "1.5E-2": (0.015, []),
    "p11": (6.0, ["p11"]),
    "  p11 ": (6.0, ["p11"]),
    "link.rail.length_km": (10.0, ["link.rail.length_km"]),
    "-p11": (-6.0, ["p11"]),
    "--p11": (6.0, ["p11"]),
    "p11 - -s045": (6.5, ["p11", "s045"]),
    "p11+s045*2": (7.0, ["p11", "s045"]),
    "(p11+s045)*2": (13.0, ["p11", "s045"]),
    "8 / 2 / 2": (2.0, []),
    "8 - 2 - 2": (4.0, []),
    "8 / 2 * 2": (8.0, []),
    "-2 * -3": (6.0, []),
    "nothing / p11": (0.0, ["nothing", "p11"]),
    "link.rail.length_km / p11 * link.rail.length_km": (100 / 6, ["link.rail.length_km", "p11"]),
    "gap * (p11 + gap)": (-9.0, ["gap", "p11"]),
    "((((p11))))": (6.0, ["p11"]),
}
"""Formula, what it gives, its names in order."""

BAD = [
    "",
    "   ",
    "p11 +",
    "* p11",
    "p11 s045",
    "(p11",
    "p11)",
    "()",
    "1 000",
    "1,5",
    "=p11",
    "p11 = 2",
    "p11 := 2",
    "p11; s045",
    "+p11",
    "~p11",
    "not p11",
    "p11 ** 2",
    "p11 ^ 2",
    "p11 // 2",
    "p11 % 2",
    "p11 @ s045",
    "p11 | s045",
    "p11 << 1",
    "p11 < s045",
    "p11 == s045",
    "p11 and s045",
    "p11 if s045 else 1",
    "abs(p11)",
    "max(p11, 1)",
    "__import__('os')",
    "link.rail.length_km()",
    "link.rail",
    "link.rail.length_km.real",
    "a.b.c.d.e",
    "(p11 + s045).real.imag",
    "(1).real.imag",
    "1.5.real.imag",
    "'p11'",
    '"1"',
    "f'{p11}'",
    "b'1'",
    "True",
    "None",
    "...",
    "1j",
    "[p11]",
    "{p11}",
    "(p11,)",
    "p11[0]",
    "p11, s045",
    "lambda: 1",
    "[p for p in (1, 2)]",
    "p\0",
    "\ud800",
    "p11\ns045",
    "P11",
    "p11.",
    "1.2.3",
    "12p",
    "1e",
    "2 p11",
    ")p11(",
    "p11 - * 2",
    "link.1.length_km",
    "link..length_km",
    ".rail.length_km",
]


@pytest.mark.parametrize("formula", GOOD)
def test_a_formula_gives_its_value_and_its_names(formula: str) -> None:
    gives, words = GOOD[formula]
    assert found(formula) == pytest.approx(gives, rel=1e-15)
    assert names(formula) == words


@pytest.mark.parametrize("formula", BAD, ids=ascii)
def test_what_is_no_formula_is_refused_by_both(formula: str) -> None:
    with pytest.raises(FormulaError, match="; "):  # what is wrong; what to do
        names(formula)
    with pytest.raises(FormulaError, match="; "):
        value(formula, lambda _: 1.0)


def test_nothing_is_looked_up_of_what_is_refused() -> None:
    asked: list[str] = []

    def lookup(name: str) -> float:
        asked.append(name)
        return 1.0

    with pytest.raises(FormulaError):
        value("p11 + abs(s045)", lookup)
    assert asked == []


@pytest.mark.parametrize(
    ("formula", "gives"),
    [
        pytest.param("(" * 5000 + "1" + ")" * 5000, 1.0, id="brackets"),
        pytest.param("-" * 20_000 + "1", 1.0, id="minus signs"),
        pytest.param(" + ".join(["p11"] * 1500), 9000.0, id="a sum of 1500"),
        pytest.param(" + ".join(["p11"] * 50_000), 300_000.0, id="a sum of 50000"),
    ],
)
def test_very_deep_formulas_have_a_value_or_are_refused(formula: str, gives: float) -> None:
    """Whatever the depth the answer is the value or a FormulaError, nothing else: a planner must never see a trace."""
    try:
        assert found(formula) == pytest.approx(gives)
    except FormulaError:
        assert len(formula) > 2000  # nobody writes that


def test_a_moderately_long_sum_is_a_formula() -> None:
    assert found(" + ".join(["p11"] * 100)) == 600.0
    assert found("(" * 50 + "p11" + ")" * 50) == 6.0


def test_a_whole_number_too_long_for_a_float_is_refused() -> None:
    with pytest.raises(FormulaError):
        found("1" * 400)


def test_rows_called_like_words_of_python_can_be_named() -> None:
    """An id may be any word of small letters: a demand called ``import`` is nothing unusual."""
    named = {"demand.import.t_per_year": 5.0}
    assert value("2 * demand.import.t_per_year", named.__getitem__) == 10.0


@pytest.mark.parametrize("formula", ["1 / 0", "p11 / nothing", "p11 / (s045 - 0.5)", "nothing / nothing", "1 / -0.0"])
def test_division_by_zero_is_a_formula_error(formula: str) -> None:
    names(formula)  # it is a formula all the same
    with pytest.raises(FormulaError, match="divides by zero"):
        found(formula)


@pytest.mark.parametrize("formula", ["1e999", "1e200 * 1e200", "-1e308 - 1e308", "1e999 - 1e999", "0 * 1e999"])
def test_what_is_not_finite_is_a_formula_error(formula: str) -> None:
    with pytest.raises(FormulaError, match="no finite number"):
        found(formula)


def test_what_the_lookup_raises_comes_through() -> None:
    with pytest.raises(KeyError, match="p12"):
        found("p11 + p12")


Tree = tuple[str, float, list[str]]
"""A formula as text, its value by Python's own arithmetic, its names in order; NaN where Python divides by zero."""
SIGNS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _leaf_number(number: float) -> Tree:
    return repr(number), number, []


def _leaf_name(name: str) -> Tree:
    return name, NAMED[name], [name]


def _joined(parts: tuple[Tree, str, Tree, bool]) -> Tree:
    left, sign, right, spaced = parts
    try:
        gives = SIGNS[sign](left[1], right[1])
    except ZeroDivisionError:
        gives = math.nan
    gap = " " if spaced else ""
    return f"({left[0]}){gap}{sign}{gap}({right[0]})", gives, left[2] + right[2]


def _turned(tree: Tree) -> Tree:
    return f"-({tree[0]})", -tree[1], tree[2]


leaves = st.one_of(
    st.floats(0, 1e6, allow_nan=False).map(_leaf_number),
    st.integers(0, 10**6).map(float).map(_leaf_number),
    st.sampled_from(sorted(NAMED)).map(_leaf_name),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(sorted(SIGNS)), inner, st.booleans()).map(_joined), inner.map(_turned)
    ),
    max_leaves=12,
)


@given(trees)
def test_a_generated_formula_gives_what_python_gives(tree: Tree) -> None:
    formula, gives, words = tree
    assert names(formula) == list(dict.fromkeys(words))
    if math.isfinite(gives):
        assert found(formula) == gives  # to the bit: it is the same arithmetic
    else:
        with pytest.raises(FormulaError):
            found(formula)


@given(
    st.lists(st.sampled_from(["7", "2.5", "p11", "s045"]), min_size=2, max_size=6),
    st.lists(st.sampled_from(["+", "-", "*", "/"]), min_size=5, max_size=5),
)
def test_signs_bind_as_in_python(terms: list[str], signs: list[str]) -> None:
    """Without brackets, against Python's own reading of the same text."""
    text = terms[0] + "".join(f" {sign} {term}" for sign, term in zip(signs, terms[1:], strict=False))
    assert found(text) == eval(text, {"__builtins__": {}}, dict(NAMED))


@pytest.mark.parametrize(
    ("gives", "stated", "close"),
    [
        (0.92, 0.92, True),
        (0.9234, 0.92, True),
        (0.9249, 0.92, True),
        (0.9251, 0.92, False),
        (0.9151, 0.92, True),
        (0.9149, 0.92, False),
        (0.925, 0.92, True),  # a tie may be rounded either way
        (0.925, 0.93, True),
        (0.9234, 0.923, True),
        (0.9234, 0.924, False),
        (14499.0, 14000.0, False),  # within the last digit, but more than 2 % away
        (14279.0, 14000.0, True),
        (14281.0, 14000.0, False),
        (14800.0, 15000.0, True),
        (123456.7, 123457.0, True),
        (123456.4, 123457.0, False),
        (101.0, 100.0, True),
        (103.0, 100.0, False),
        (-0.9234, -0.92, True),
        (-0.9234, 0.92, False),
        (0.0, 0.0, True),
        (0.01, 0.0, False),
        (0.3, 0.0, False),
        (0.1 + 0.2, 0.3, True),
        (1e9 + 0.4, 1e9, True),
        (5e-7, 5.04e-7, False),
        (0.000123, 0.00012, False),  # 2.5 % away
        (0.0001216, 0.00012, True),
        (math.nan, 1.0, False),
        (math.inf, 1.0, False),
        (5.0, math.inf, False),  # unlimited is not what a formula gives
        (2e-10, 1e-10, False),  # twice as much, however small
    ],
)
def test_rounds_to(gives: float, stated: float, close: bool) -> None:
    assert rounds_to(gives, stated) is close


@given(st.floats(1e-3, 1e9), st.integers(2, 9))
def test_whatever_is_rounded_to_two_digits_or_more_rounds_to_it(gives: float, digits: int) -> None:
    """Half a unit of the second digit is up to 5 % of the number: only what stays within 2 % counts."""
    stated = float(f"{gives:.{digits - 1}e}")
    assert rounds_to(gives, stated) is (abs(gives - stated) <= 0.02 * stated)


@given(st.floats(1e-3, 1e9), st.floats(0.021, 10.0))
def test_nothing_beyond_two_per_cent_rounds_to_it(stated: float, off: float) -> None:
    assert not rounds_to(stated * (1 + off), stated)
    assert not rounds_to(stated * (1 - off), stated)
