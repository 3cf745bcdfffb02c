"""The course of a year by periods: full and closed limits, waiting cargo, stores, and the year row by row."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corridor.model.horizon import Floats, Horizon
from corridor.model.result.frame import plain

Flags = NDArray[np.bool_]
FULL = 0.995
"""Share of use: from it on a limit or a store counts as full, as it rounds to 100 %."""
DUST_T = 0.5
"""Upper limit, tonnes: amounts below it are residues of the solver."""


@dataclass(frozen=True)
class LimitCourse:
    """A limit through the year, by period: ``share`` used (NaN where unknown or closed), ``used``, ``available``.

    ``helps`` marks periods in which more of it would bring more; ``year`` is the share used over the whole year, and
    ``rows`` the share in each row of :attr:`CourseOfYear.frame` (NaN where it is closed).
    """

    resource: str
    name: str
    kind: str
    year: float
    share: Floats
    closed: Flags
    helps: Flags
    used: Floats
    available: Floats
    rows: Floats

    @property
    def full(self) -> Flags:
        return np.nan_to_num(self.share) >= FULL

    @property
    def peak(self) -> float:
        return float(np.nanmax(self.share)) if np.isfinite(self.share).any() else math.nan

    @property
    def always(self) -> bool:
        """Full in every period in which it is open."""
        return bool(np.all(self.full | self.closed) and np.any(self.full))

    @property
    def shut(self) -> bool:
        """Closed in some periods."""
        return bool(self.closed.any())


@dataclass(frozen=True)
class Wait:
    """A demand that waits at its origin: tonnes, late tonnes and days of its oldest cargo at the end of each period."""

    demand: str
    name: str
    t: Floats
    late_t: Floats
    days: Floats


@dataclass(frozen=True)
class Stock:
    """A store through the year: tonnes at the end of each period, and before the first of them."""

    store: str
    name: str
    t: Floats
    before_t: float
    capacity_t: float

    @property
    def full(self) -> Flags:
        nothing = np.zeros(len(self.t), dtype=bool)
        return np.asarray(self.t >= FULL * self.capacity_t) if 0 < self.capacity_t < math.inf else nothing


@dataclass(frozen=True)
class CourseOfYear:
    """Findings about a year by periods.

    * ``passing_t``: tonnes by period, past the gate in gate tonnes where ``gated``, else delivered.
    * ``frame``, the year row by row: name, days, t (passing), offered_t, sent_t (of cargo bound to time); waiting_t,
      late_t, stock_t (at the end); full (limits that are full at some time), weakest (period with least a day),
      weakest_t_day, worst (period at whose end most waits), worst_t. Rows are the periods where they are few, else
      months.
    * ``share``: part of each period (columns) in each row.
    * ``limits``: limits of which more would help first, then the fullest; ``waits``: the longest first; ``stocks``:
      the fullest first.
    * ``ties``: codes of what ties cargo to a time: capacity, closure, season, patience, open_year; ``patience_d`` has
      the least and the most days of patience.
    * ``varies``: codes of what changes by month and can make the year more than its mean: size, port_wait.
    """

    horizon: Horizon
    gated: bool
    bound: bool
    passing_t: Floats
    frame: pd.DataFrame
    share: Floats
    limits: tuple[LimitCourse, ...] = ()
    waits: tuple[Wait, ...] = ()
    stocks: tuple[Stock, ...] = ()
    lost_t: dict[str, Floats] = field(default_factory=dict)
    ties: tuple[str, ...] = ()
    patience_d: tuple[float, ...] = ()
    varies: tuple[str, ...] = ()

    @property
    def grouped(self) -> bool:
        """Months are the rows, as there are too many periods."""
        return bool(len(self.frame) != self.horizon.count)

    def sometimes(self, least: float = FULL) -> list[LimitCourse]:
        """Limits used to a share of ``least`` or closed in some periods, but not full whenever they are open."""
        return [limit for limit in self.limits if not limit.always and (limit.peak >= least or limit.shut)]

    def to_dict(self) -> dict[str, Any]:
        """The course as the JSON contract has it, periods by their number: see docs/json.md."""
        labels = self.horizon.labels
        return {
            "rows": [
                {str(key): value.item() if isinstance(value, np.generic) else value for key, value in row.items()}
                for row in self.frame.to_dict("records")
            ],
            "limits": [
                {
                    "resource": limit.resource,
                    "name": limit.name,
                    "kind": limit.kind,
                    "share": plain(limit.year),
                    "most_share": plain(limit.peak),
                    "row_shares": plain(limit.rows.tolist()),
                    "full": np.flatnonzero(limit.full).tolist(),
                    "closed": np.flatnonzero(limit.closed).tolist(),
                    "helps": np.flatnonzero(limit.helps).tolist(),
                }
                for limit in self.limits
            ],
            "waits": [
                {
                    "demand": wait.demand,
                    "name": wait.name,
                    "longest_d": float(wait.days.max()),
                    "longest_at": labels[int(wait.days.argmax())],
                    "most_t": float(wait.t.max()),
                    "most_at": labels[int(wait.t.argmax())],
                    "most_late_t": float(wait.late_t.max()),
                }
                for wait in self.waits
            ],
            "stores": [
                {
                    "store": stock.store,
                    "name": stock.name,
                    "most_t": float(stock.t.max()),
                    "most_at": labels[int(stock.t.argmax())],
                    "capacity_t": plain(stock.capacity_t),
                    "full": np.flatnonzero(stock.full).tolist(),
                }
                for stock in self.stocks
            ],
            "lost": {
                name: {"t": float(t.sum()), "most_at": labels[int(t.argmax())]}
                for name, t in self.lost_t.items()
                if t.sum() > DUST_T
            },
            "ties": list(self.ties),
            "patience_d": list(self.patience_d),
            "varies": list(self.varies),
        }
