"""The rule of prose in docstrings: a noun is the subject, and a sentence has one fact.

No docstring begins with What, How, Whether, Where, Who or Which; no sentence has more than 25 words. Formulas, code
spans, words in brackets and lists of columns do not count.
"""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BEGINS = re.compile(r"(That which|What|How|Whether|Where|Who|Which)\b")
MOST = 25
"""Upper limit: words of a sentence."""
LIST = 5
"""Commas from which a sentence is a list."""


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of the docstrings of modules, classes, functions and constants."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module)) and (text := ast.get_docstring(node)):
            yield getattr(node, "lineno", 1), text
        body = getattr(node, "body", None)
        for before, after in pairwise(body) if isinstance(body, list) else ():
            constant = isinstance(before, (ast.Assign, ast.AnnAssign)) and isinstance(after, ast.Expr)
            if constant and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
                yield after.lineno, after.value.value


def sentences(text: str) -> Iterator[str]:
    """The sentences of a docstring, of its paragraphs and items apart."""
    text = re.sub(r"(?m)^\s*\.\. math::(.*\n)(\s{4,}.*\n)*", "\n\n", text + "\n")
    text = re.sub(r"``[^`]*``|:\w+:`[^`]*`", "X", text)
    text = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", text))
    for part in re.split(r"\n\s*\n|\n\s*(?=[*>|])", text):
        yield from re.split(r"(?<=[.;:])\s+", " ".join(part.split()))


def breaches(source: str) -> list[str]:
    found = []
    for line, text in docstrings(source):
        if BEGINS.match(text.strip()):
            found.append(f"line {line} begins with {text.split()[0]}")
        for sentence in sentences(text):
            if len(sentence.split()) > MOST and sentence.count(",") < LIST:
                found.append(f"line {line}, {len(sentence.split())} words: {sentence[:60]} …")
    return found


@pytest.mark.parametrize("room", ["model", "data", "optimize", "reports", "corridor"])
def test_docstrings_are_plain(room: str) -> None:
    folder = ROOT / room
    files = sorted(folder.glob("*.py") if room == "corridor" else folder.rglob("*.py"))
    faults = [f"{path.relative_to(ROOT)} {fault}" for path in files for fault in breaches(path.read_text("utf-8"))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The tonnes of a link.", 0),
        ("What a link carries.", 1),
        ("Whether it is full; raises CaseError.", 1),
        ("The tonnes " + "of a link " * 9 + "go.", 1),
        ("Columns: " + "link, " * 30 + "t.", 0),
    ],
)
def test_breaches_are_seen(text: str, count: int) -> None:
    assert len(breaches(f'def f():\n    """{text}"""\n')) == count
