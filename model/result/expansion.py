"""Projects by year: orders, who pays, what they bring on each path of growth, and how far from the best at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from corridor.model.result.frame import Result

GOALS = ("npv", "tonnes", "target")
"""Goals of an expansion: net present value, tonnes of the scope, least cost of a target."""


@dataclass(frozen=True, repr=False)
class Expansion(Result):
    """Orders of projects over years, decided now until the path of growth is known, and by path from then on.

    ``goal`` of :data:`GOALS`; ``whom``: all, shippers or a country; ``known``: first year in which the path is known,
    None for never. ``value``, ``bound``: gain over nothing built, or cost of the target, in ``unit``, and the bound on
    that of any other plan; ``gap`` between them, relative. A path is ``""`` for what is decided before it is known.

    * ``orders``: project, name, path, year, opens, retires (NaN beyond the end), times, cost_usd (undiscounted).
    * ``payments``: project, payer (empty where nobody is named), kind (own, grant, loan, partner), path, year, usd.
    * ``targets``: year, amount, unit (t or TEU a year); ``budgets``: payer, year (empty and NaN: any), usd, spent_usd
      (on the path that spends most).
    * ``years``: path, year, wanted_t (would come where nothing is full), served_t, unserved_t (of the plan);
      comes_t, none_t: come by the shippers' own choice, with the plan and with nothing built; served_teu, unserved_teu
      (of the plan; NaN where no cargo rides in boxes).
    * ``ledger``: resource, name, unit, path, year, opening, built, retired, closing: capacity, before factors.
    * ``countries``: country, margin_usd, paid_usd, npv_usd: mean of the paths, discounted, by the shippers' own choice:
      freight less operation over nothing built, and its part of the costs less what is left of them at the end.
    * ``states``: state (one_plan, adapts, known), value, bound: the path never known, known from ``known``, from the
      first year. The second less the first is the worth of waiting.
    * ``regret``: path, best, adapts, one_plan (values on that path), adapts_regret, one_plan_regret.
    * ``turns``: project, name, ordered (times in the mean of the paths), gain, cost, grant, share, year: of one more
      beside the plan, in ``unit``, discounted. Its worth is ``gain``. Those who bear it pay ``cost``. The sum
      ``grant`` turns
      it, a ``share`` of that cost. Its order is in ``year``. Without room for one more they are zero or NaN.
    * ``order``: project, name, year (first order, mean of the paths), trials (share with an order), same (share with
      the first order within a year of the plan's on the trial's path, or with none as the plan); empty without trials.
      ``draws``: trials of the band's numbers, costs and a path; ``possible``: those whose base year fits, of which
      shares are. ``found``: share of the best plans' value that the way of the trials finds with the stated numbers,
      NaN without trials.
    * ``apart_t``: largest difference between the tonnes of the plan and those of the shippers' own choice.
    """

    page: ClassVar[str] = "expand"
    JSON: ClassVar[tuple[str, ...]] = (
        *("goal", "whom", "unit", "first", "last", "paths", "known", "discount", "value", "bound", "gap", "orders"),
        *(
            "payments",
            "targets",
            "budgets",
            "years",
            "ledger",
            "countries",
            "states",
            "regret",
            "turns",
            "order",
            "draws",
            "possible",
            "found",
            "apart_t",
        ),
        *("scope", "solver"),
    )

    goal: str
    whom: str
    unit: str
    first: int
    last: int
    paths: tuple[str, ...]
    known: int | None
    discount: float
    value: float
    bound: float
    gap: float
    orders: pd.DataFrame
    payments: pd.DataFrame
    targets: pd.DataFrame
    budgets: pd.DataFrame
    years: pd.DataFrame
    ledger: pd.DataFrame
    countries: pd.DataFrame
    states: pd.DataFrame
    regret: pd.DataFrame
    turns: pd.DataFrame
    order: pd.DataFrame
    draws: int
    possible: int
    found: float
    apart_t: float
    scope: str
    solver: Mapping[str, Any] = field(default_factory=dict)

    @property
    def waiting(self) -> float:
        """The worth of waiting: the plan that adapts to the path less the one that never does, in ``unit``."""
        worth = dict(zip(self.states["state"], self.states["value"], strict=True))
        sign = -1.0 if self.goal == "target" else 1.0
        return sign * (float(worth["adapts"]) - float(worth["one_plan"]))
