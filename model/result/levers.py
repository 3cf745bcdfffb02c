"""The worth of levers: what each of them brings alone, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from corridor.model.language import Words
from corridor.model.result.frame import Result

KINDS = Words(
    {
        "tariff": "Tariffs",
        "hours": "Hours at borders and ports",
        "spread": "Reliability",
        "departures": "Services",
        "fleet": "Capacity",
        "project": "Projects",
        "scenario": "Scenarios",
        "together": "All together",
    }
)
"""Kinds of levers, each with its title, in the order of the table."""
GROUPS = Words(
    {
        "tariffs": "Tariffs",
        "hours": "Hours at borders and ports",
        "timetable": "Timetable: departures and reliability",
        "fleets": "Ships and trains",
        "lines": "Ports and lines",
        "union": "Links to the European Union",
        "scenarios": "Scenarios",
        "together": "All together",
    }
)
"""Groups of levers as a reader looks for them, each with its title, in the order of the page."""


@dataclass(frozen=True, repr=False)
class Levers(Result):
    """Levers of a case, each in its own unit, as changes against the cargo that comes without any of them.

    * ``unit`` of ``comes_t`` and ``fits_t``: gate t/year, or t/year in a case without a gate.
    * ``base``, amounts without any lever:
      comes_t; teu (NaN where no cargo is in boxes); eu_t (net tonnes from or to countries of the European Union);
      fits_t (capability); freight_usd (of all operators, less subsidies, a year); days (mean of median days, shippers
      who choose, weighted by the base year); t_co2e (of moving cargo on the corridor, rivals not counted).
    * ``table``: lever (id), name, group (of :data:`GROUPS`), kind (of :data:`KINDS`), step (in words), and the changes
      of the same amounts; fits_t at one floor, NaN where it does not fit; country, country_usd (the greatest gain of
      freight, where more or less comes); settled (False: departures and flow agree on no wait); why (the reason of a
      zero, else empty).
    * ``countries``: lever, country, usd: change of freight by country, shared legs in equal parts.
    * ``absent``: kinds of levers that the case has none of, each with the reason.
    """

    page: ClassVar[str] = "levers"
    JSON: ClassVar[tuple[str, ...]] = ("unit", "base", "table", "countries", "absent", "solves", "residual")

    unit: str
    base: Mapping[str, float]
    table: pd.DataFrame
    countries: pd.DataFrame
    absent: Mapping[str, str]
    solves: int
    residual: float
