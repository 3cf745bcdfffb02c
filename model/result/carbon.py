"""Emissions of moving cargo, their cost, and apart from them the charge on the goods themselves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from corridor.model.case import Case
from corridor.model.graph import arcs
from corridor.model.result.frame import Result, plain

PRICES = (0.0, 85.0, 150.0)
"""USD per t CO2e that are shown beside the case's own price, unless others are asked for."""
SEA = "sea"
"""Country of the emissions of ships: none."""
# fmt: off
UNION = frozenset([
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
])
# fmt: on
"""Countries of the European Union, into which goods are charged for their own carbon (CBAM)."""


def grams_per_t(case: Case) -> dict[str, float]:
    """Grams of CO2e, well to wheel, of moving one tonne of cargo over each arc: the mode's factor times the length.

    Keys: arc id. The one rule for it: ``cost_shipper`` charges these grams, and :class:`Carbon` adds them up.
    """
    factor = {row.mode_id: row.g_co2e_per_tkm for row in case.rows("mode")}
    return {arc.arc_id: float(factor[arc.mode_id] * arc.length_km) for arc in arcs(case)}


@dataclass(frozen=True, repr=False)
class Carbon(Result):
    """The carbon of an answer; tonnes of CO2e a year, well to wheel.

    The boundary: every tonne of cargo on every link, by the factor of the link's mode; nothing for handling at quays,
    for building ships and tracks. The factor holds the mean empty running of its trade, and no empties beyond that
    count. ``voyages`` reckons the ships a second time, from what they burn.

    Tables:

    * ``modes``: mode, name, tkm, g_per_tkm, t_co2e, low_t_co2e, high_t_co2e (at the ends of the range that the
      factor's evidence gives, NaN without), share.
    * ``countries``: country (``sea`` for ships), tkm, t_co2e, share. Of a land link half goes to the country of each
      end.
    * ``segments``: segment, name, t (delivered), tkm, t_co2e, kg_per_t, g_per_tkm, share.
    * ``units``: unit, name, unit_km (loaded), t_co2e, kg_per_unit_km: for containers kg per TEU-km.
    * ``voyages``, where carriers say what they burn: link, carrier, name, item (unit or bulk commodity), item_name,
      moves, tkm, t_co2e, g_per_tkm, factor_g_per_tkm. The fuel of all voyages of a link is shared by the deck (TEU, t)
      that items and empties take; ``factor_g_per_tkm`` is the factor of ``modes``. Never added to it.
    * ``rivals``: trade, name, route (``corridor`` or a rival's id), route_name, way (``flows``, ``cheapest`` or
      ``stated``, ``closed`` where the corridor has none); at_sea (links by ship on its widest way), unit, payload_t,
      km, kg_per_t, kg_per_unit; days (waiting for ships included), waiting_days (of these, NaN of a rival);
      usd_per_unit (freight), cost_usd_per_unit (freight and the commodity's value of
      time, as ``cost_shipper`` has them), break_even_usd_per_t, verdict. ``break_even_usd_per_t`` is the price of
      carbon at which corridor and rival cost the same, NaN where there is none above zero; ``verdict`` says which is
      cheaper (``corridor``, ``rival``, ``corridor above … USD``, ``neither``), ``""`` where freight or days are
      unknown.
    * ``prices``: usd_per_t_co2e, usd (a year), usd_per_t (of cargo), share_of_freight.
    * ``route_prices``: trade, route, usd_per_t_co2e, cost_usd_per_unit: freight, time and carbon.
    * ``cbam``: cbam, name, commodity, origin, destination (countries), t (of the commodity), goods_t,
      embedded_t_co2e, charged_t_co2e, usd, usd_per_t (of goods), full_usd (once nothing is deducted). The importer in
      the country of destination pays. Never added to the carbon of transport.
    """

    page: ClassVar[str] = "carbon"

    study: str
    t_co2e: float
    delivered_t: float
    gate_t: float
    tkm: float
    freight_usd: float
    carbon_usd_per_t: float
    cbam_usd_per_t: float
    cbam_free_share: float
    modes: pd.DataFrame
    countries: pd.DataFrame
    segments: pd.DataFrame
    units: pd.DataFrame
    voyages: pd.DataFrame
    rivals: pd.DataFrame
    prices: pd.DataFrame
    route_prices: pd.DataFrame
    cbam: pd.DataFrame

    @property
    def without_factor(self) -> dict[str, float]:
        """Modes that carry cargo over a length and have no factor: their names, and their share of the tonne-km."""
        frame = self.modes[(self.modes["g_per_tkm"] == 0) & (self.modes["tkm"] > 0)]
        return {str(row["name"]): _ratio(float(row["tkm"]), self.tkm) for row in frame.to_dict("records")}

    @property
    def known(self) -> bool:
        """True where cargo goes some length by a mode with an emission factor; else its carbon is unknown, not zero."""
        if not self.tkm:
            return not self.delivered_t
        return math.fsum(self.without_factor.values()) < 1 - 1e-9

    @property
    def kg_per_t(self) -> float:
        """Kilograms of CO2e per tonne delivered; NaN where nothing is."""
        return _ratio(1e3 * self.t_co2e, self.delivered_t)

    @property
    def kg_per_gate_t(self) -> float:
        """Kilograms of CO2e, of all cargo, per tonne that passed the gate; NaN where there is none."""
        return _ratio(1e3 * self.t_co2e, self.gate_t)

    @property
    def g_per_tkm(self) -> float:
        """Grams of CO2e per tonne and kilometre; NaN where nothing moves."""
        return _ratio(1e6 * self.t_co2e, self.tkm)

    @property
    def range_t_co2e(self) -> tuple[float, float]:
        """The carbon with every factor at the low, and at the high end of its range; NaN without evidence."""
        low, high = (float(self.modes[name].sum(skipna=False)) for name in ("low_t_co2e", "high_t_co2e"))
        return low, high

    @property
    def carbon_usd(self) -> float:
        """The cost of the emissions, USD a year at the case's price."""
        return self.t_co2e * self.carbon_usd_per_t

    @property
    def ships(self) -> pd.DataFrame:
        """``voyages`` by ship and item: name, item_name, tkm, t_co2e (burnt), counted_t_co2e (by the mode's factor)."""
        frame = self.voyages.assign(counted_t_co2e=self.voyages["tkm"] * self.voyages["factor_g_per_tkm"] / 1e6)
        sums = frame.groupby(["name", "item_name"], sort=False)[["tkm", "t_co2e", "counted_t_co2e"]].sum()
        return sums.reset_index()

    @property
    def goods(self) -> pd.DataFrame:
        """``cbam`` by goods and country of origin, all countries of the Union together.

        Columns: cbam, name, origin, destinations (a tuple of codes), goods_t, embedded_t_co2e, charged_t_co2e, usd,
        usd_per_t, full_usd.
        """
        sums = ["goods_t", "embedded_t_co2e", "charged_t_co2e", "usd", "full_usd"]
        body = [
            {
                "cbam": cbam,
                "name": part["name"].iloc[0],
                "origin": origin,
                "destinations": tuple(sorted(set(part["destination"]))),
                "usd_per_t": float(part["usd_per_t"].iloc[0]),
                **{name: float(part[name].sum()) for name in sums},
            }
            for (cbam, origin), part in self.cbam.groupby(["cbam", "origin"], sort=False)
        ]
        return pd.DataFrame(body, columns=["cbam", "name", "origin", "destinations", *sums[:-1], "usd_per_t", sums[-1]])

    @property
    def cbam_usd(self) -> float:
        """The charge on importers in the Union, USD a year, for the carbon of the goods themselves."""
        return float(self.cbam["usd"].sum())

    def to_dict(self) -> dict[str, Any]:
        """The carbon in JSON: totals, and tables as lists of rows; unknown amounts are null."""
        low, high = self.range_t_co2e
        totals = {"t_co2e": self.t_co2e, "low_t_co2e": low, "high_t_co2e": high}
        totals |= {name: getattr(self, name) for name in TOTALS}
        if not self.known:
            totals |= dict.fromkeys(("t_co2e", "kg_per_t", "kg_per_gate_t", "g_per_tkm", "carbon_usd"), math.nan)
        return {**self.head(), "study": self.study, **plain(totals), **self.part(*TABLES, "ships", "goods")}


TOTALS = (
    *("delivered_t", "gate_t", "tkm", "kg_per_t", "kg_per_gate_t", "g_per_tkm", "freight_usd", "carbon_usd_per_t"),
    *("carbon_usd", "cbam_usd_per_t", "cbam_free_share", "cbam_usd"),
)
"""Totals of :class:`Carbon` in JSON, beside the emissions and their range."""
TABLES = (
    *("modes", "countries", "segments", "units", "voyages"),
    *("rivals", "prices", "route_prices", "cbam"),
)
"""Tables of :class:`Carbon`, in the order of its JSON."""


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
