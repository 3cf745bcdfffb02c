"""Kinds of limit: rows of the case's table ``kind``, and neutral ones where it has no row for them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from corridor.model.case import Case
from corridor.model.language import Words, marked, say

KINDED = ("resource", "link", "factor", "store", "pool")
"""Tables whose rows are of a kind."""
ASKED = "demand"
"""The kind of what markets ask for: it comes last."""
OTHERS = Words({"gate": "nameplate", "rule": "planner's rules"})
"""Kinds of what is no row of those tables, in words; they have no bar."""


@dataclass(frozen=True)
class Kind:
    """One kind: its name, its place in the waterfall, and how a sentence on what comes first begins."""

    kind_id: str
    name: str
    order: float
    phrase: str


NEUTRAL = (
    Kind("quay", marked("quays and berths"), 10, marked("Quays and berths come")),
    Kind("ship", marked("ships"), 20, marked("Ships come")),
    Kind("draught", marked("draught"), 30, marked("Draught comes")),
    Kind("practical_use", marked("practical use"), 40, marked("Practical use comes")),
    Kind("weather", marked("weather"), 50, marked("Weather comes")),
    Kind("line", marked("lines"), 60, marked("Lines come")),
    Kind("pool", marked("wagons, platforms and boxes"), 65, marked("Wagons, platforms and boxes come")),
    Kind("border", marked("borders"), 70, marked("Borders come")),
    Kind("contract", marked("contracts"), 90, marked("Contracts come")),
    Kind(ASKED, marked("what markets asked for"), math.inf, marked("Ceilings of markets come")),
)
"""Kinds that every case has; a factor comes after the rows that it multiplies."""


def kinds_of(case: Case) -> dict[str, Kind]:
    """The kinds of a case by id, in the order of its waterfall: the neutral ones, its own, and what its rows name."""
    found = {kind.kind_id: replace(kind, name=say(kind.name), phrase=say(kind.phrase)) for kind in NEUTRAL}
    for row in case.rows("kind"):
        order = math.inf if row.kind_id == ASKED else float(row.order)
        phrase = row.phrase or say("{name} come", name=_capital(row.name))
        found[row.kind_id] = Kind(row.kind_id, row.name, order, phrase)
    for table in KINDED:
        for row in case.rows(table):
            if row.kind and row.kind not in found:
                name = row.kind.replace("_", " ")
                found[row.kind] = Kind(row.kind, name, 80, say("{name} comes", name=_capital(name)))
    return {kind.kind_id: kind for kind in sorted(found.values(), key=lambda kind: (kind.order, kind.kind_id))}


def kind_names(case: Case) -> dict[str, str]:
    """The names of all kinds by id, those of the nameplate and of a planner's rules, too."""
    return OTHERS | {kind_id: kind.name for kind_id, kind in kinds_of(case).items()}


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
