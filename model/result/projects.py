"""The worth of projects: each alone, after the best ones before it, and with all of them built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from corridor.model.result.frame import Result, plain

MEASURES = ("capability", "concurrent")
"""Measures of the tonnes that fit."""
COMES = "expected"
"""The measure of the tonnes that come."""
ORDERS = (*MEASURES, COMES)
"""Measures by which projects are put in order."""


BULK = 0.75
"""Share of the gain of the whole curve: the first step that reaches it ends the bulk of it."""


@dataclass(frozen=True, repr=False)
class Projects(Result):
    """Projects of a case priced by fresh solves, and the order of most tonnes for the money.

    The tonnes are those of ``scope`` (``scope_name``), in ``unit``, gate tonnes for all demands; ``target_t`` is wanted
    of the scope in ``target_year``. ``measure`` puts the projects in order; ``floor`` is the multiple of the base year
    below which no market falls, the same in all solves. ``least_t``: tonnes below which nothing more is built.
    ``base_t``, ``together_t`` (everything built at most) and ``built_t`` (the whole curve built): tonnes a year by
    measure, and ``expected``, the cargo that comes, where the case has markets. ``together_usd``, ``built_usd``: cost.

    * ``table``: project, name, resources (ids), limit (name), kind, cost_usd, low_usd, high_usd (NaN without a range),
      basis, price_year, pays, ready, at_most; concurrent_t, capability_t (gained alone, once), expected_t (more that
      comes with it alone; NaN without markets), usd_per_t (alone, of the measure; NaN for nothing);
      taken (times in the curve), after_t (gained in the curve by all of them, or once more at its end
      where none is taken), after_usd_per_t; with_others (ids that share after_t); needs (earlier ids without
      each of which it would gain nothing, where it gains nothing alone); left_out_t (lost of ``together_t`` with it
      alone left out).
    * ``curve``, a row a segment: step, projects (ids), names, times, kind, cost_usd, total_usd, gain_t, t (after it, of
      the measure), concurrent_t, capability_t, expected_t (after it), usd_per_t.
    * ``unpriced``: resource, name, kind of the limits in the ladder of the case that no project adds to.
    * ``trials`` (None unless asked for), a row a segment: step, best (share of the trials in which it is the best next
      one), gain_p5_t, gain_p50_t, gain_p95_t; ``draws``: how many trials were solved, of which ``possible`` carry the
      base year.
    """

    page: ClassVar[str] = "projects"

    scope: str
    scope_name: str
    unit: str
    measure: str
    floor: float
    least_t: float
    base_t: dict[str, float]
    built_t: dict[str, float]
    built_usd: float
    together_t: dict[str, float]
    together_usd: float
    table: pd.DataFrame
    curve: pd.DataFrame
    unpriced: pd.DataFrame
    solves: int
    residual: float
    trials: pd.DataFrame | None = None
    draws: int = 0
    possible: int = 0
    target_t: float | None = None
    target_year: int | None = None
    title: str = field(default="", compare=False)

    @property
    def bulk_step(self) -> int | None:
        """The first step of the curve with three quarters of its gain; None where nothing is built."""
        gained = self.curve["t"] - self.base_t[self.measure]
        steps = self.curve.loc[gained >= BULK * gained.max(), "step"]
        return int(steps.iloc[0]) if len(steps) else None

    @property
    def target_step(self) -> int | None:
        """The step after which the target fits, 0 for the case as it is; None without a target or if it never fits."""
        if self.target_t is None:
            return None
        if self.base_t[self.measure] >= self.target_t:
            return 0
        steps = self.curve.loc[self.curve["t"] >= self.target_t, "step"]
        return int(steps.iloc[0]) if len(steps) else None

    def gain_t(self, step: int) -> float:
        """Tonnes of the measure after a step more than with nothing built."""
        return float(self.curve["t"].iloc[step - 1]) - self.base_t[self.measure]

    def to_dict(self) -> dict[str, Any]:
        """The result as the JSON contract has it: see docs/json.md."""
        names = ("base_year", "scope", "unit", "target_t", "target_year", "measure", "floor", "least_t")
        totals = ("base_t", "built_t", "built_usd", "together_t", "together_usd")
        trials = self.part("draws", "possible", "trials") if self.trials is not None else {}
        tonnes = {name: {"expected": None} | getattr(self, name) for name in ("base_t", "built_t", "together_t")}
        return {
            **self.head(),
            **self.part(*names, "bulk_step", "target_step", *totals),
            **tonnes,
            "rows": plain(self.table),
            **self.part("curve", "unpriced", "solves", "residual"),
            **trials,
        }
