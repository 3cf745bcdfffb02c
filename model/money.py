"""Items of the costs of an answer, and sums of them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping

import pandas as pd

from corridor.model.language import Words

ITEMS = Words(
    {
        "freight": "freight",
        "time": "time of the cargo",
        "reliability": "spread of its time",
        "carbon": "price of carbon",
        "subsidy": "subsidies",
        "lateness": "lateness",
        "storage": "storage",
        "stock": "cargo in store at the end",
        "operation": "operation",
        "outside": "freight on other routes",
        "penalty": "penalty for cargo left behind",
    }
)
"""Items of the two costs, in the order of a bill. ``operation`` is of ``cost_resource`` alone."""
APART = ("outside", "penalty")
"""Items that nobody earns or spends on the corridor: cargo that is not carried here."""
STATES = ("handled", "expected", "capability")
"""Studies of the cargo that is used, comes and fits: freight is earned in each of these states."""
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
    amounts: dict[str, list[float]] = defaultdict(list)
    for item, usd in zip(mine["item"], mine["usd"], strict=True):
        amounts[item].append(usd)
    sums = {item: math.fsum(amounts[item]) for item in ITEMS}
    return {item: usd for item, usd in sums.items() if abs(usd) > NOTHING_USD}


TOGETHER = " "
"""Between the countries of a leg that several run together."""


def by_operator(freight: pd.DataFrame) -> pd.DataFrame:
    """Revenue by operator, from a table of freight; columns of :class:`corridor.model.result.revenue.Revenue`."""
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in freight.itertuples(index=False):
        found = sums[str(row.operator), TOGETHER.join(sorted(set(str(row.countries).split())))]
        found[0] += float(str(row.tkm))
        found[1] += float(str(row.usd))
    whole = math.fsum(usd for _, usd in sums.values())
    order = sorted(sums, key=lambda key: (-sums[key][1], key))
    listed = [(*key, *sums[key], sums[key][1] / whole if whole else 0.0) for key in order]
    return pd.DataFrame(listed, columns=["operator", "country", "tkm", "usd", "share"])


def by_country(freight: pd.DataFrame) -> pd.DataFrame:
    """Revenue by country in equal parts of shared legs, from a table of freight.

    Columns as :class:`corridor.model.result.revenue.Revenue` has them.
    """
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for parts, usd in zip(freight["countries"].tolist(), freight["usd"].tolist(), strict=True):
        parties = Counter(parts.split())
        for country, times in parties.items():
            sums[country][0] += usd * times / parties.total()
            sums[country][1] += usd if len(parties) == 1 else 0.0
            sums[country][2] += usd
    listed = [(country, *sums[country]) for country in sorted(sums, key=lambda each: (-sums[each][0], each))]
    return pd.DataFrame(listed, columns=["country", "usd", "alone_usd", "most_usd"])


def by_state(freights: Mapping[str, pd.DataFrame], *, countries: bool) -> pd.DataFrame:
    """Revenue by country, or by operator, with a column a state: one table for every page and file.

    ``freights`` has a table of freight by study. Columns: country, or operator and country; then USD a year by study,
    in the order of ``freights``, nothing where one earns nothing. The greatest revenue in any state first.
    """
    keys = ["country"] if countries else ["operator", "country"]
    sums: dict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    for study, freight in freights.items():
        frame = by_country(freight) if countries else by_operator(freight)
        for name, usd in zip(zip(*(frame[key] for key in keys), strict=True), frame["usd"].tolist(), strict=True):
            sums[tuple(map(str, name))][study] = usd
    order = sorted(sums, key=lambda name: (-max(sums[name].values()), name))
    body = [(*name, *(sums[name].get(study, 0.0) for study in freights)) for name in order]
    return pd.DataFrame(body, columns=[*keys, *freights])
