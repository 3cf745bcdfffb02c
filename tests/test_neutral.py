"""The product serves any corridor: names of the bundled case are in its tables, and in no line of code."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from corridor.data.read import bundled

ROOT = Path(__file__).parents[1]
ROOMS = ("model", "data", "optimize", "reports", "corridor")
NAMED = ("case", "node", "mode", "commodity", "unit", "gate", "resource", "carrier", "store", "operator", "project")
"""Tables of the bundled case whose names are those of things of this corridor."""
AROUND = (
    "Caspian",
    "Black Sea",
    "Mediterranean",
    "China",
    "Kazakhstan",
    "Turkmenistan",
    "Uzbekistan",
    "Azerbaijan",
    "Armenia",
    "Georgia",
    "Turkey",
    "Türkiye",
    "Russia",
    "Iran",
    "Ukraine",
    "TRIPP",
    "INSTC",
)
"""Seas, countries and projects around the corridor."""
EXAMPLES = {
    "corridor/command.py": {"Middle Corridor"},  # the help of --case names the case that is bundled
    "model/units.py": {"tanker", "feeder"},  # words of any sea for units of ships
    "reports/assets/basemap/remake.py": {"Russia", "Ukraine"},  # makes a map of this part of the world, by hand
}
"""Names that a file may hold, with the reason."""


def rows(table: str) -> list[dict[str, str]]:
    with (bundled() / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def pattern() -> re.Pattern[str]:
    """Names, and the proper names in them, of the bundled case; ids of its modes."""
    names = {row["name"] for table in NAMED for row in rows(table)}
    proper = {word for name in names for word in re.findall(r"\b[A-Z][a-zöüğışç]{3,}\b", name[1:])}
    proper -= {"Corridor"}  # a common noun
    modes = {row["mode_id"] for row in rows("mode")}
    known = {name for name in names | proper | modes | set(AROUND) if len(name) > 3}
    return re.compile(r"\b(" + "|".join(map(re.escape, sorted(known, key=len, reverse=True))) + r")\b")


def files() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if room != "corridor" or path.relative_to(ROOT).parts[1] not in ROOMS:
                yield path


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Line and value of every string of a module but its docstrings."""
    tree = ast.parse(source)
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node.lineno, node.value


def names_in(source: str) -> set[str]:
    return {name for _, text in strings(source) for name in pattern().findall(text)}


def test_no_name_of_the_bundled_case_is_in_the_code() -> None:
    found = {str(path.relative_to(ROOT)): names_in(path.read_text(encoding="utf-8")) for path in files()}
    assert {path: names for path, names in found.items() if names} == EXAMPLES


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ('SEA = "west of the Caspian"', "Caspian"),
        ('def f():\n    return f"{x} with China"', "China"),
        ('if mode == "rail_1435": pass', "rail_1435"),
        ('PORTS = ["Aktau"]', "Aktau"),
    ],
)
def test_a_name_in_the_code_is_seen(source: str, name: str) -> None:
    assert names_in(source) == {name}


def test_docstrings_may_hold_examples() -> None:
    assert names_in('"""As in Aktau."""\ndef f():\n    """Of China."""') == set()
