"""Operators of links and their countries: the earners of a leg's tariff."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from corridor.model.case import Case
from corridor.model.graph import Arc, arcs
from corridor.model.language import say

UNKNOWN = "unknown"
"""The country of a place that names none, and of an operator that no table places."""
TOGETHER = re.compile(r",\s*|\s+and\s+")
"""Between the names of operators that run a link together."""


@dataclass(frozen=True)
class Earner:
    """The earner of an arc's tariff.

    ``operator``: name as the link or its carrier has it, several names where they run it together; the name of the
    mode and "nobody named" where it has none. ``countries``: a country for each part, all parts alike; ``unknown``
    where no table says it.
    """

    operator: str
    countries: tuple[str, ...]

    @property
    def shares(self) -> dict[str, float]:
        """Share of each country; the parts are alike."""
        found: dict[str, float] = {}
        for country in self.countries:
            found[country] = found.get(country, 0.0) + 1 / len(self.countries)
        return found


def earners(case: Case) -> dict[str, Earner]:
    """The earner of each arc, by arc id.

    An operator has the countries of its row in the table ``operator``. Without such a row the leg on land belongs to
    the countries of its two ends, half each; a ship's operator is of no known country.
    """
    return dict(case.known("earners", lambda: _earners(case)))


def country_of(case: Case) -> dict[str, str]:
    """Countries of each operator, empty without one, by its name as links and carriers have it, in every language."""
    frame = case["operator"]
    return {
        str(name): country if isinstance(country, str) else ""
        for name, country in zip(frame["name"], frame["country"], strict=True)
    }


def _earners(case: Case) -> dict[str, Earner]:
    listed = {name: tuple((country or UNKNOWN).split()) for name, country in country_of(case).items()}
    modes = {row.mode_id: row for row in case.rows("mode")}
    carriers = {row.carrier_id: row.operator for row in case.rows("carrier")}
    home = {row.node_id: row.country or UNKNOWN for row in case.rows("node")}

    def earner(arc: Arc) -> Earner:
        named = (carriers.get(arc.carrier_id) if arc.carrier_id else None) or arc.operator
        if named:
            names = [named] if named in listed else TOGETHER.split(named)
            if any(name in listed for name in names):
                countries = [country for name in names for country in listed.get(name, (UNKNOWN,))]
                return Earner(named, tuple(countries))
        mode: Any = modes[arc.mode_id]
        ends = (UNKNOWN,) if mode.at_sea else (home[arc.start], home[arc.end])
        return Earner(named or say("{mode}, nobody named", mode=mode.name), ends)

    return {arc.arc_id: earner(arc) for arc in arcs(case)}


def has_tariff(case: Case, arc: Arc, commodity: str) -> bool:
    """True for a stated tariff of the arc for the commodity, in the tables or by a change; a default is none."""
    cell = arc.tariff_cell[commodity]
    return cell in case.stated or cell in case.touched
