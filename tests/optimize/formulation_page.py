"""docs/formulation.md, from the rules and their golden LP texts: ``python -m tests.optimize.formulation_page``."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from corridor.optimize.period.rules import RULES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "formulation.md"
GOLDEN = ROOT / "tests" / "golden"
MATH = re.compile(r"\.\. math:: (.*?)\n\n", re.DOTALL)
HEAD = """# The formulation

One period of the linear program, rule by rule. Each rule is a function of `optimize/period/rules.py`; its rows carry
its name.
A horizon repeats the period ([year by periods](year-by-periods.md)). Inside the program cargo counts in kt, costs in
thousand USD, units and moves in thousands. The LP text below each rule is that of a case of a few links.

Variables: `flow` x (kt on an arc), `served` q (kt of a demand), `arrived` D, `loaded` and `empty` (thousand units on an
arc), `move` (thousand moves of carriers), `stock` z (kt in a store), `level` (gate kt of a segment), `growth` λ.
Views: a primed variable is the same variable, read the time of the way earlier.
"""


def section(name: str, docstring: str) -> str:
    """A rule as a section of the page."""
    text = inspect.cleandoc(docstring)
    title, _, rest = text.partition("\n\n")
    formula = MATH.search(f"{rest}\n\n")
    algebra = "" if formula is None else " ".join(formula[1].split())
    words = " ".join(MATH.sub("", f"{rest}\n\n").split())
    parts = re.split(r"\s*(?=\b(?:Keys|Unit|Price|Source): )", words)
    lines = [f"## {name}", "", " ".join(title.split())]
    if algebra:
        lines += ["", "```math", algebra, "```"]
    lines += ["", *(f"* {part}" for part in parts if part)]
    return "\n".join([*lines, "", "```", (GOLDEN / f"{name}.lp").read_text(encoding="utf-8").rstrip(), "```", ""])


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section(rule.name, rule.doc) for rule in RULES)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
