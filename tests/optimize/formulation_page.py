"""docs/formulation.md, from the rules and their golden LP texts: ``python -m tests.optimize.formulation_page``."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from types import ModuleType

from corridor.optimize.period.algebra import Rule
from corridor.optimize.period.rules import RULE, TOPICS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "formulation.md"
GOLDEN = ROOT / "tests" / "golden"
MATH = re.compile(r"\.\. math:: (.*?)\n\n", re.DOTALL)
TIMES = {"period": "in every period", "month": "once a month", "year": "once a year"}
HEAD = """# The formulation

One period of the linear program, topic by topic. A topic is a file of `optimize/period/rules/`: its columns, its data
and its rules. A horizon repeats the period ([year by periods](year-by-periods.md)).

* **Units.** Cargo is in kt, money in thousand USD, units and moves in thousands.
* **Columns** are zero or more. They repeat by period; a few hold once a year.
* **Views** (primed in the formulas) are columns read at another time: `arriving_…` one time of the way ago, `passing`
  and `busy` by the calendar, `opening_…` one period before. In a year that is one period each is the column itself.
* **Data** that may change, as capacities and floors, are columns with a fixed value. They go to the right-hand side,
  and every limit is a row with a price.
* **LP text.** The text below each rule is that of a case of a few links, in `tests/golden/`.

Letters: x flow, q served, D arrived, z stock; a and l arc, s stream, n node, y layer (before or after the gate),
p part of a demand, k commodity, u unit, c carrier, r resource, i store or item, δ dimension.

## The form of a rule

A rule is a function of the layout of a period. It gives the left side of each row, by key, as terms: coefficient, name
and key of a column. The decorator gives the sense, the time and, where it is not zero, the right-hand side:

```python
{example}```

From these terms are made the rows in Pyomo, the update of a compiled program by the numbers of another case, and this
page.
"""


def topic(module: ModuleType) -> list[str]:
    """The head of a topic: its subject, and its columns, views and data."""
    subject = (module.__doc__ or "").splitlines()[0]
    names = ", ".join(f"`{name}`" for name in module.UNITS)
    return [f"## {module.__name__.rpartition('.')[2].capitalize()}", "", subject, "", f"Names: {names}.", ""]


def section(rule: Rule) -> str:
    """A rule as a section of the page."""
    title, _, rest = rule.doc.partition("\n\n")
    formula = MATH.search(f"{rest}\n\n")
    algebra = "" if formula is None else " ".join(formula[1].split())
    words = " ".join(MATH.sub("", f"{rest}\n\n").split())
    parts = re.split(r"\s*(?=\b(?:Keys|Unit|Price|Source): )", words)
    times = TIMES[rule.block] if isinstance(rule.block, str) else "in every period, or once a month or a year"
    lines = [f"### {rule.name}", "", " ".join(title.split()), "", "```math", algebra, "```", ""]
    lines += [f"* Time: {times}.", *(f"* {part}" for part in parts if part)]
    text = (GOLDEN / f"{rule.name}.lp").read_text(encoding="utf-8").rstrip()
    return "\n".join([*lines, "", "```", text, "```", ""])


def page() -> str:
    """The whole page."""
    lines = [HEAD.format(example=inspect.getsource(RULE["segment_ceiling"].terms))]
    for module in TOPICS:
        lines += [*topic(module), *(section(rule) for rule in vars(module).values() if isinstance(rule, Rule))]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
