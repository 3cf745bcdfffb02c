"""Kinds of limit: rows of the case's table ``kind``, and neutral ones where it has no row for them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from corridor.model.case import Case

KINDED = ("resource", "link", "factor", "store", "pool")
"""Tables whose rows are of a kind."""
ASKED = "demand"
"""The kind of what markets ask for: it comes last."""
OTHERS = {"gate": "nameplate", "rule": "planner's rules"}
"""Kinds of what is no row of those tables, in words; they have no bar."""


@dataclass(frozen=True)
class Kind:
    """One kind: its name, its place in the waterfall, and how a sentence on what comes first begins."""

    kind_id: str
    name: str
    order: float
    phrase: str


NEUTRAL = (
    Kind("quay", "quays and berths", 10, "Quays and berths come"),
    Kind("ship", "ships", 20, "Ships come"),
    Kind("draught", "draught", 30, "Draught comes"),
    Kind("practical_use", "practical use", 40, "Practical use comes"),
    Kind("weather", "weather", 50, "Weather comes"),
    Kind("line", "lines", 60, "Lines come"),
    Kind("pool", "wagons, platforms and boxes", 65, "Wagons, platforms and boxes come"),
    Kind("border", "borders", 70, "Borders come"),
    Kind("contract", "contracts", 90, "Contracts come"),
    Kind(ASKED, "what markets asked for", math.inf, "Ceilings of markets come"),
)
"""Kinds that every case has; a factor comes after the rows that it multiplies."""


def kinds_of(case: Case) -> dict[str, Kind]:
    """The kinds of a case by id, in the order of its waterfall: the neutral ones, its own, and what its rows name."""
    found = {kind.kind_id: kind for kind in NEUTRAL}
    for row in case.rows("kind"):
        order = math.inf if row.kind_id == ASKED else float(row.order)
        phrase = row.phrase or f"{_capital(row.name)} come"
        found[row.kind_id] = Kind(row.kind_id, row.name, order, phrase)
    for table in KINDED:
        for row in case.rows(table):
            if row.kind and row.kind not in found:
                name = row.kind.replace("_", " ")
                found[row.kind] = Kind(row.kind, name, 80, f"{_capital(name)} comes")
    return {kind.kind_id: kind for kind in sorted(found.values(), key=lambda kind: (kind.order, kind.kind_id))}


def kind_names(case: Case) -> dict[str, str]:
    """The names of all kinds by id, those of the nameplate and of a planner's rules, too."""
    return OTHERS | {kind_id: kind.name for kind_id, kind in kinds_of(case).items()}


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
