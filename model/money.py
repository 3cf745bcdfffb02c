"""Items of the costs of an answer, and sums of them."""

from __future__ import annotations

import math

import pandas as pd

ITEMS = {
    "freight": "freight",
    "time": "time of the cargo",
    "carbon": "price of carbon",
    "subsidy": "subsidies",
    "lateness": "lateness",
    "storage": "storage",
    "stock": "cargo in store at the end",
    "operation": "operation",
    "outside": "freight on other routes",
    "penalty": "penalty for cargo left behind",
}
"""Items of the two costs, in the order of a bill. ``operation`` is of ``cost_resource`` alone."""
APART = ("outside", "penalty")
"""Items that nobody earns or spends on the corridor: cargo that is not carried here."""
NOTHING_USD = 0.5
"""USD a year that count as none."""


def paid(cost: pd.DataFrame, study: str, *, apart: bool = False) -> float:
    """USD a year of a cost study in a table of costs, for the cargo carried here.

    With ``apart`` instead the outside freight and the penalties.
    """
    mine = cost[cost["study"] == study]
    return math.fsum(mine.loc[mine["item"].isin(APART) == apart, "usd"].tolist())


def bill(cost: pd.DataFrame, study: str = "cost_shipper") -> dict[str, float]:
    """USD a year of a cost study by item, in the order of :data:`ITEMS`; items without an amount are left out."""
    mine = cost[cost["study"] == study]
    sums = {item: math.fsum(mine.loc[mine["item"] == item, "usd"].tolist()) for item in ITEMS}
    return {item: usd for item, usd in sums.items() if abs(usd) > NOTHING_USD}


def revenue_by(cost: pd.DataFrame, column: str) -> dict[str, float]:
    """USD a year of revenue (freight) by ``operator`` or ``country`` in a table of costs, the greatest first."""
    mine = cost[(cost["study"] == "cost_shipper") & (cost["item"] == "freight")]
    sums = {str(name): math.fsum(part["usd"].tolist()) for name, part in mine.groupby(column)}
    return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))
