"""A link, resource or place out for some days: the queue, the cargo lost, late or elsewhere, and the recovery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from corridor.model.calendar import Outage
from corridor.model.horizon import Horizon
from corridor.model.lost import Lost
from corridor.model.result.certificate import Certificate
from corridor.model.result.frame import Result, plain


@dataclass(frozen=True, repr=False)
class Disruption(Result):
    """The base year's cargo with closures beside the same year without them; tonnes of cargo, differences of the two.

    Cargo waits at its origin (in a store where there is one), no longer than its demand allows; then it is lost. Where
    the demand has a price for another way or for staying behind, the cheapest for the shipper is taken. ``lost_t`` is
    not carried; ``elsewhere_t`` goes outside; ``late_t`` leaves later than counts as in time; ``queue_t`` is the most
    that waits or lies in stores beyond the usual, at the end of ``queue_label``; ``recovery_d`` days pass from the end
    of the closure until nothing more of it does (of the longest, where there are several; None: it never does).
    ``due_t`` is a year's cargo; ``gate_lost_t`` gate tonnes lost or gone elsewhere.

    * ``markets``: segment, name, due_t, lost_t, elsewhere_t, late_t, queue_t, queue_label, recovery_d (NaN: never),
      gate_lost_t.
    * ``periods``: period, label, from_day, days, closed (a closure holds), offered_t, sent_t, usual_t (sent without the
      closures); lost_t, elsewhere_t, waiting_t and stock_t at its end, usual_waiting_t, usual_stock_t, queue_t.
    * ``course``: segment, period, queue_t, lost_t, elsewhere_t, for each market that is touched.
    ``lost`` has by part and period what is not carried on the corridor.

    * ``parts``: part, demand, crosses, base_t, lost_t (not carried at all), elsewhere_t; usual_lost_t and
      usual_elsewhere_t without the closures.
    """

    page: ClassVar[str] = "disrupt"

    outages: tuple[Outage, ...]
    horizon: Horizon
    due_t: float
    lost_t: float
    elsewhere_t: float
    late_t: float
    queue_t: float
    queue_label: str
    recovery_d: float | None
    gate_lost_t: float
    markets: pd.DataFrame
    periods: pd.DataFrame
    course: pd.DataFrame
    parts: pd.DataFrame
    lost: Lost
    certificate: Certificate
    solver: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The disruption in JSON, see docs/json.md."""
        return {**self.head(), **self.facts(), **self.part("certificate", "solver")}

    def facts(self) -> dict[str, Any]:
        """The part of the JSON that other answers carry, too."""
        return {**self.part(*FACTS), "demands": plain(self.parts)}


SEEN_T = 0.5
"""Tonnes below which an effect of an outage counts as none."""
FACTS = (
    *("outages", "horizon", "due_t", "lost_t", "elsewhere_t", "late_t", "queue_t", "queue_label", "recovery_d"),
    *("gate_lost_t", "markets", "periods", "course"),
)
"""Fields of :class:`Disruption` in JSON, in order."""


@dataclass(frozen=True, repr=False)
class Outages(Result):
    """Every link and resource out by itself for the same days, the worst first (N-1).

    ``table``: rank, table, row, name, kind, lost_t, elsewhere_t, late_t, queue_t, queue_label, recovery_d (NaN: never),
    idle (nothing of the base year's cargo uses it on these days). Quantities as in :class:`Disruption`. ``solved``
    counts the outages that took a solve: one that nothing uses costs nothing. ``worst_residual`` is the worst of all
    their certificates, relative; ``passed``: all of them hold.
    """

    page: ClassVar[str] = "outages"

    from_day: str
    to_day: str
    left: float
    horizon: Horizon
    due_t: float
    table: pd.DataFrame
    solved: int
    worst_residual: float
    passed: bool
    solver: Mapping[str, Any] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Outages by their effect: lose (cargo lost or elsewhere), wait (a queue alone), late, idle, none."""
        table = self.table
        lose = table["lost_t"] + table["elsewhere_t"] >= SEEN_T
        wait, late = ~lose & (table["queue_t"] >= SEEN_T), table["late_t"] >= SEEN_T
        idle = table["idle"].astype(bool) & ~(lose | wait | late)
        effects = {"lose": lose, "wait": wait, "late": late & ~(lose | wait), "idle": idle}
        counts = {name: int(rows.sum()) for name, rows in effects.items()}
        return {**counts, "none": len(table) - sum(counts.values())}

    def to_dict(self) -> dict[str, Any]:
        """The ranking in JSON, see docs/json.md."""
        return {
            **self.head(),
            **self.part("from_day", "to_day", "left", "horizon", "due_t", "solved", "counts"),
            "certificate": {"worst_residual": self.worst_residual, "passed": self.passed},
            "rows": plain(self.table),
            **self.part("solver"),
        }
