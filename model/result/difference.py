"""The difference that changes to a case make in the answer to a question, and the ground where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from corridor.model.result.frame import Result

REASONS = (
    "same",
    "price",
    "penalty",
    "spending",
    "carbon",
    "choice",
    "services",
    "hazards",
    "words",
    "store",
    "calendar",
    "time",
    "ceiling",
    "empty",
    "slack",
    "held",
    "other",
)
"""Grounds on which a change has no effect on a study.

* ``same``: the cell held that value before.
* ``price``: tariffs, subsidies and the value of time do not enter the study, and as much cargo comes with them.
* ``penalty``: the price of cargo left behind, late or sent elsewhere does not enter the study.
* ``spending``: operating costs do not enter the study.
* ``carbon``: emissions and the price of carbon do not enter the study.
* ``choice``: markets, their rivals, spreads of time and timetables do not enter the study, and as much cargo comes
  with them, where that is known.
* ``services``: trains and ships of a timetable enter no study but that of the timetable.
* ``words``: names, places on the map, sources and the like; no study computes with them.
* ``store``: stores and waiting of cargo need a year by periods.
* ``calendar``: a calendar moves the number within the year and leaves its mean, in a year of one piece.
* ``time``: hours of a link take nobody's time but the cargo's.
* ``ceiling``: the market does not reach its ceiling.
* ``empty``: nothing uses the link or resource, before and after.
* ``slack``: the resource is not full, before and after.
* ``held``: the resource was or is full, and another limit holds the same cargo.
* ``other``: none of these.
"""


@dataclass(frozen=True, repr=False)
class Difference(Result):
    """The answer to a study with changes, against the same study of the base.

    ``changed`` says whether the value of the study or one of its measures differs. ``first_base`` and ``first`` are the
    first limits by name, empty in a cost study. ``floor_t`` is the floor of ``capability_common``, t by segment.

    * ``measures``: measure, unit, base, now, change. Measures in gate t a year, ``growth`` in times the base year, a
      cost study in USD a year for cargo carried here. ``capability_common`` is capability with both cases at one floor,
      where their own floors differ. ``expected`` beside a measure by periods is that of the year as one period.
    * ``scopes``: scope, name, measure, unit, base, now, change: the same of each scope of the case that both have.
    * ``limits``: resource, name, kind, state (came, went, stays), base_used, base_available, used, available, unit.
    * ``markets``: segment, name, base_t, t, change_t (tonnes delivered a year), the greatest gain first.
    * ``comes``: market, name, base_t, t, change_t: tonnes a year that come by market, where they differ; empty where
      one of the cases has no markets.
    * ``totals``: quantity (delivered, unmet, outside in t; revenue, cost_shipper, cost_resource, penalty,
      outside_freight in USD a year; built in USD), base, now, change.
    * ``earned``: by (country or operator), name, study (handled, expected, capability, and this one), base, now,
      change: freight in USD a year, where it differs.
    * ``changes``, a row a change and ground: words, reason (of :data:`REASONS`, empty where the change may have its
      part in the difference), names (of things that it is about); base_share and share (of the fullest of them, NaN
      where it has none), beside (names of limits that hold, too).
    """

    page: ClassVar[str] = "difference"

    base: str
    study: str
    changed: bool
    periods: str
    first_base: str
    first: str
    floor_t: Mapping[str, float]
    measures: pd.DataFrame
    scopes: pd.DataFrame
    limits: pd.DataFrame
    markets: pd.DataFrame
    comes: pd.DataFrame
    totals: pd.DataFrame
    earned: pd.DataFrame
    changes: pd.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """The difference as the JSON contract has it: see docs/json.md."""
        names = ("base", "study", "periods", "changed")
        first = {"first_limit_base": self.first_base, "first_limit": self.first}
        head = {name: each for name, each in self.head().items() if name != "status"}
        return {**head, **self.part(*names), **first, **self.part("floor_t", *TABLES)}


TABLES = ("measures", "scopes", "limits", "markets", "comes", "totals", "earned", "changes")
"""Tables of :class:`Difference`."""
