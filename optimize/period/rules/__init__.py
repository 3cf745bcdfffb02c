"""The rules of one period, one file a topic: its columns, its givens and its rules, called by the noun of planners.

The name of a rule is the prefix of its rows and the stem of its golden LP file. Inside: kt, thousand USD, thousands
of units and moves. Views show another column at another time:

* ``arriving_…``: departures of one time of the way ago;
* ``passing``: cargo by the calendar; ``busy``: carriers under way;
* ``opening_…``: amounts at the end of the period before.

In a year that is one period each view is the column itself.
"""

from __future__ import annotations

from typing import Any

from corridor.model.horizon import Floats
from corridor.optimize.period.algebra import Columns, Rule
from corridor.optimize.period.layout import Layout
from corridor.optimize.period.rules import cargo, carriers, choice, markets, pools, resources, stores, units, waiting

TOPICS = (cargo, units, pools, carriers, resources, markets, choice, stores, waiting)
"""In the order of their rows."""
RULES: tuple[Rule, ...] = tuple(found for topic in TOPICS for found in vars(topic).values() if isinstance(found, Rule))
RULE = {rule.name: rule for rule in RULES}
UNITS: dict[str, str] = {name: unit for topic in TOPICS for name, unit in topic.UNITS.items()}
"""Units of columns, views and givens of all topics, by name; empty where they are no tonnes, moves or units."""
VARIED = "varied"
"""The view of a column times a number that changes through the year."""


def declare(layout: Layout, columns: Columns) -> None:
    """Columns, views and factors of all topics."""
    for topic in TOPICS:
        if (own := getattr(topic, "columns", None)) is not None:
            own(layout, columns)


def givens_of(layout: Layout) -> dict[str, dict[Any, Floats]]:
    """Values of the givens of all topics, by name and key, as :func:`corridor.optimize.period.build.givens`."""
    made = (own(layout) for topic in TOPICS if (own := getattr(topic, "givens", None)) is not None)
    return {name: keyed for given in made for name, keyed in given.items()}
