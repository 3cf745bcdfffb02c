"""Money and days of an answer: the bill of the shippers, the revenue of operators and countries, days by leg."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from corridor.model.result.answer import states_of
from corridor.model.result.frame import Result


@dataclass(frozen=True, repr=False)
class Revenue(Result):
    """Revenue and cost of the flows of an answer, USD a year, and days on the way.

    Revenue is tariff times tonnes. ``freight_usd`` is its sum, ``delivered_t``, ``outside_t`` and ``unmet_t`` are
    tonnes, ``tkm`` tonne kilometres of cargo on links. ``states``: tables of freight by study, as the answer has them.

    Tables:

    * ``bill``: item (of :data:`corridor.model.money.ITEMS`), usd, here (False for outside freight and penalties).
    * ``operators``: operator, country (several in equal parts), tkm, usd, share; the greatest revenue first.
    * ``countries``: country (``unknown`` where no table says it), usd, alone_usd (of legs that no other country
      shares); most_usd (with the whole of the legs that it shares). Parts of a shared leg are alike, an assumption.
    * ``untariffed``: link, name, operator, commodity, t, tkm. No tariff of these legs is known: their revenue is
      counted as nothing.
    * ``days``: segment, name, t, moving_d, standing_d, waiting_d, days (all three), without_waiting_d: means over the
      tonnes of a market, the last row all of them (segment empty).
    * ``legs``: demand, name, way (from 1), share (of the demand's tonnes), leg (from 1), link, from, to (names), mode,
      operator, km; usd_per_t (tariff, NaN where none is known), time_usd_per_t, carbon_usd_per_t, cost_usd_per_t (all
      that is known), moving_d, standing_d, waiting_d; of ``demand`` alone, where one is named.
    """

    page: ClassVar[str] = "revenue"
    JSON = (
        *("study", "delivered_t", "outside_t", "unmet_t", "gate_t", "tkm", "freight_usd", "usd_per_t"),
        *("untariffed_share", "bill_usd", "bill", "operators", "countries", "untariffed", "days", "legs"),
    )

    study: str
    delivered_t: float
    outside_t: float
    unmet_t: float
    gate_t: float
    tkm: float
    freight_usd: float
    bill: pd.DataFrame
    operators: pd.DataFrame
    countries: pd.DataFrame
    untariffed: pd.DataFrame
    days: pd.DataFrame
    legs: pd.DataFrame
    demand: str = ""
    states: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def untariffed_share(self) -> float:
        """Share of the tonne-kilometres for which no tariff is known; 0 where nothing moves."""
        return math.fsum(self.untariffed["tkm"]) / self.tkm if self.tkm else 0.0

    @property
    def bill_usd(self) -> float:
        """The shippers' bill for cargo carried here, USD a year."""
        return math.fsum(self.bill.loc[self.bill["here"].astype(bool), "usd"])

    @property
    def usd_per_t(self) -> float:
        """Revenue per tonne delivered, USD; NaN where nothing is."""
        return self.freight_usd / self.delivered_t if self.delivered_t else math.nan

    def to_dict(self) -> dict[str, Any]:
        """The money in JSON, see docs/json.md: the states with their operators and countries last."""
        return {**super().to_dict(), "states": states_of(self.states)}
