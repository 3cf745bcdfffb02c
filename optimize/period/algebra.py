"""The form of a rule: rows of terms that name their columns, the sense of the rows and the block in which they hold.

From this form are made the rows in Pyomo (:mod:`corridor.optimize.period.build`), the update of a compiled program by
other numbers, and docs/formulation.md.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from corridor.model.horizon import Floats, Steps
from corridor.model.program import Label
from corridor.optimize.period.layout import Layout

Term = tuple[float, str, Any]
"""Coefficient, column of the period, key."""
Rows = dict[Any, list[Term]]
"""Left sides of the rows of a rule, by key."""
Views = Mapping[Label, tuple[Label, Steps]]
"""Of a variable that shows another one: the source and its steps (:func:`corridor.model.horizon.operator`)."""
Block = str | Callable[[Layout, Any], str]
BEFORE: Steps = (("before", ""),)
FIRST: Steps = (("times", "first"),)
LAST: Steps = (("times", "last"),)
DAYS: Steps = (("times", "days"),)


@dataclass(frozen=True)
class Rule:
    """Rows ``terms`` ``sense`` ``right``, named ``name``; ``doc`` has algebra, keys, unit, price and source.

    * ``block``: period, month or year, or a function of layout and key;
    * ``scaled``: a given; each row is brought near one by a power of ten, and the given is in the scaled unit;
    * ``ones``: coefficients are 1 and -1, whatever the numbers of the case.
    """

    name: str
    doc: str
    terms: Callable[[Layout], Rows]
    sense: Literal["<=", "=", ">="]
    block: Block
    right: float = 0.0
    scaled: str = ""
    ones: bool = False

    def home(self, layout: Layout, key: Any) -> str:
        """The block of the row of this key."""
        return self.block if isinstance(self.block, str) else self.block(layout, key)

    def rows(self, layout: Layout, scales: dict[Any, float]) -> Rows:
        """Left sides by key, scaled; scales that are not yet in ``scales`` are computed and put there."""
        rows = self.terms(layout)
        if self.scaled:
            for key, terms in rows.items():
                if key not in scales:
                    largest = max((abs(c) for c, name, _ in terms if name != self.scaled), default=1.0)
                    scales[key] = 10.0 ** -round(math.log10(largest))
                rows[key] = [(c if name == self.scaled else c * scales[key], name, at) for c, name, at in terms]
        return rows


def rule(
    sense: Literal["<=", "=", ">="],
    block: Block = "period",
    *,
    right: float = 0.0,
    scaled: str = "",
    ones: bool = False,
) -> Callable[[Callable[[Layout], Rows]], Rule]:
    """A rule made of the function that gives its rows: its name and docstring are those of the function."""

    def made(terms: Callable[[Layout], Rows]) -> Rule:
        return Rule(terms.__name__, inspect.cleandoc(terms.__doc__ or ""), terms, sense, block, right, scaled, ones)

    return made


@dataclass
class Columns:
    """Columns by block and name, views, and the factors by period that views are multiplied by."""

    keys: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    views: dict[Label, tuple[Label, Steps]] = field(default_factory=dict)
    factors: dict[str, Floats] = field(default_factory=dict)

    def add(self, name: str, keys: Iterable[Any], block: str = "period") -> None:
        """Columns that are zero or more."""
        self.keys[block, name] = list(keys)

    def view(self, name: str, source: str, steps: Mapping[Any, Steps]) -> None:
        """Columns of every period that show another column through steps, by key."""
        self.views.update({(name, key): ((source, key), done) for key, done in steps.items()})


def lag(hours: float) -> Steps:
    """The steps of an arrival so many hours later."""
    return (("lag", round(hours, 6)),) if hours > 1e-6 else ()


def seen(layout: Layout, name: str) -> str:
    """The variable that shows cargo or moves by the calendar: ``passing``, ``busy``; in one period itself."""
    return {"flow": "passing", "move": "busy"}.get(name, name) if layout.timed else name
