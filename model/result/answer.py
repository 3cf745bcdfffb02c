"""The answer to a question asked of a case: labelled tables, totals and a certificate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from corridor.model.horizon import Horizon
from corridor.model.money import ITEMS, bill, by_country, by_operator, paid
from corridor.model.result.certificate import Certificate
from corridor.model.result.course import CourseOfYear
from corridor.model.result.disruption import Disruption
from corridor.model.result.frame import Result, plain, records
from corridor.model.scope import ALL, ScopeMeasures

LIMITS = ("resource", "kind", "used", "available", "unit", "price", "price_unit")
"""Columns of the limits in JSON."""


@dataclass(frozen=True)
class Gate:
    """The throughput of the gate: ``t`` gate tonnes of the study called ``measure``, against the nameplate."""

    name: str
    nameplate_t: float
    measure: str
    t: float

    @property
    def share(self) -> float:
        return self.t / self.nameplate_t

    def to_dict(self) -> dict[str, Any]:
        """The gate in JSON: its fields and its share."""
        return {name: plain(getattr(self, name)) for name in ("name", "nameplate_t", "measure", "t", "share")}


NEAR = 0.05
"""Share of the first limit's growth within which further limits count as reached at about the same point."""


@dataclass(frozen=True)
class Rung:
    """The limits that are reached first as all markets grow together.

    ``resources`` have to be lifted together for more (one, or several where limits coincide); ``alternatives``: any
    one of these would do instead, with the growth that lifting it gives; ``near``: the limits that stop the markets
    next within :data:`NEAR` of the first growth, by id with their growth. Each is found with those before it lifted.
    """

    resources: tuple[str, ...]
    names: tuple[str, ...]
    growth: float
    next_growth: float
    alternatives: Mapping[str, float] = field(default_factory=dict)
    near: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Answer(Result):
    """An answer; every report, sheet and JSON comes from it.

    Tables, in tonnes and USD a year:

    * ``flow``: link, arc, commodity, …, t. ``move``: loaded and empty units, carriers by arc.
    * ``use``: resource, kind, used, available, unit, share. ``limits``: as the JSON has them.
    * ``delivered`` by demand; ``segments``.
    * ``freight``: link, arc, operator, countries in equal parts, commodity, t, tkm, usd, known (a tariff is stated).
    * ``cost``: operator, country, study, item (of :data:`corridor.model.money.ITEMS`), usd.
    * ``comes``, where the cargo that comes is known: market (or demand without one), name, base_t, t.

    A year by periods has its ``horizon`` and ``course``, the tables of
    :func:`corridor.optimize.answer.course.period_tables`, and in ``whole_t`` the measures of the year as one period.
    The measures are those of the ``scope``; ``scopes`` has those of every scope of the case, of the year as one period.
    ``closures`` is the disruption by closures that take days from the year, where there are any. ``limits_left`` priced
    limits are not in the list; ``unfinished`` where time ran out before list or first limit. ``other_t`` is the
    value in another state of services whose departures follow the cargo; None where none was found. ``states`` has the
    table of freight by study: of :data:`corridor.model.money.STATES`, the year as one period, and of this answer's own.
    """

    page: ClassVar[str] = "answer"

    study: str
    status: str
    value: float | None
    value_unit: str
    gate: Gate | None
    measures_t: Mapping[str, float]
    growth: float | None
    floor: float | None
    terminals_t: float | None
    first: Rung | None
    cost_usd: float | None
    tables: Mapping[str, pd.DataFrame]
    certificate: Certificate
    solver: Mapping[str, Any]
    horizon: Horizon | None = None
    course: CourseOfYear | None = None
    whole_t: Mapping[str, float] = field(default_factory=dict)
    limits_left: int = 0
    unfinished: bool = False
    scope: str = ALL
    scopes: tuple[ScopeMeasures, ...] = ()
    closures: Disruption | None = None
    other_t: float | None = None
    states: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def of_scope(self, scope: str, *, net: bool) -> ScopeMeasures | None:
        """The measures of a scope in tonnes of cargo or of the ports, where they were worked out."""
        return next((each for each in self.scopes if each.scope == scope and each.net == net), None)

    @property
    def flow(self) -> pd.DataFrame:
        return self.tables["flow"]

    @property
    def move(self) -> pd.DataFrame:
        return self.tables["move"]

    @property
    def use(self) -> pd.DataFrame:
        return self.tables["use"]

    @property
    def limits(self) -> pd.DataFrame:
        return self.tables["limits"]

    @property
    def delivered(self) -> pd.DataFrame:
        return self.tables["delivered"]

    @property
    def left(self) -> pd.DataFrame:
        """Demands left behind: demand, commodity, from, to, unmet_t, outside_t, no_way (no open way leads there)."""
        return self.tables["left"]

    @property
    def segments(self) -> pd.DataFrame:
        return self.tables["segments"]

    @property
    def freight(self) -> pd.DataFrame:
        return self.tables["freight"]

    @property
    def revenue_usd(self) -> float:
        """Revenue of all operators, USD a year: tariff times tonnes."""
        return math.fsum(self.freight["usd"].tolist())

    @property
    def cost(self) -> pd.DataFrame:
        return self.tables["cost"]

    @property
    def claimed_share(self) -> dict[str, float]:
        """Each measure of all cargo as a share of the nameplate of the gate; none without a nameplate."""
        nameplate = self.gate.nameplate_t if self.gate is not None and self.scope == ALL else math.inf
        return {name: t / nameplate for name, t in self.measures_t.items()} if math.isfinite(nameplate) else {}

    @property
    def delivered_t(self) -> float:
        return float(self.delivered["t"].sum())

    @property
    def unmet_t(self) -> float:
        return float(self.delivered["unmet_t"].sum())

    @property
    def outside_t(self) -> float:
        return float(self.delivered["outside_t"].sum())

    def to_dict(self) -> dict[str, Any]:
        """The answer in JSON, see docs/json.md."""
        flows = self.flow.groupby(["link", "commodity"], sort=True)["t"].sum().reset_index()
        return {
            **self.head(),
            **self.part("study", "scope", "status", "value", "value_unit", "delivered_t", "unmet_t", "outside_t"),
            "left_behind": records(self.left),
            **self.part("cost_usd", "gate", "measures_t", "claimed_share", "scopes", "growth", "floor", "terminals_t"),
            "first_limit": plain(self.first),
            "limits": records(self.limits, *LIMITS),
            "limits_left": self.limits_left,
            "limits_finished": not self.unfinished,
            "segments": records(self.segments, "segment", "name", "base_t", "t", "times", "ceiling_t"),
            "resources": records(self.use, "resource", "name", "kind", "used", "available", "unit", "share"),
            "links": records(self.tables["links"], "link", "t", "back_t", "capacity_t", "share", "busiest"),
            "flows": records(flows[flows["t"] > 0.5e-3], "link", "commodity", "t"),
            **self._money(),
            **self._course(),
            **({"closures": self.closures.facts()} if self.closures is not None else {}),
            "comes": records(self.tables["comes"]) if "comes" in self.tables else [],
            **self._choice(),
            **self.part("certificate", "solver"),
        }

    def _choice(self) -> dict[str, Any]:
        """Markets, rival routes and waits, where shippers choose."""
        if "markets" not in self.tables:
            return {}
        names = ("markets", "rivals", "waits")
        return {"choice": {name: records(self.tables[name]) for name in names} | {"other_t": self.other_t}}

    def _money(self) -> dict[str, Any]:
        """Revenue, and the two costs by item; cargo that is not carried here is apart."""
        freight = self.freight
        without = freight[~freight["known"]].groupby(["link", "commodity"], sort=True)["t"].sum().reset_index()
        costs = {
            study: {
                "usd": paid(self.cost, study),
                "apart_usd": paid(self.cost, study, apart=True),
                "items": {f"{item}_usd": usd for item, usd in items.items()},
            }
            for study in ("cost_shipper", "cost_resource")
            for items in [dict.fromkeys(ITEMS, 0.0) | bill(self.cost, study)]
        }
        return {
            "revenue": {
                "usd": self.revenue_usd,
                "tkm": math.fsum(freight["tkm"].tolist()),
                "operators": records(by_operator(freight), "operator", "country", "tkm", "usd"),
                "countries": records(by_country(freight), "country", "usd", "alone_usd", "most_usd"),
                "without_tariff": records(without, "link", "commodity", "t"),
                "states": states_of(self.states),
            },
            "costs": costs,
        }

    def _course(self) -> dict[str, Any]:
        """The part of the JSON on a year by periods; empty for a whole one."""
        if self.horizon is None:
            return {}
        return {
            "horizon": {**plain(self.horizon), "whole_year_t": plain(self.whole_t)},
            "periods": records(self.tables["periods"]),
            "stocks": records(self.tables["stock"], "store", "commodity", "period", "t", "capacity_t"),
            "course": plain(self.course),
        }


def states_of(freights: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Revenue by operator and country in JSON, a state an entry."""
    return [
        {
            "study": study,
            "usd": math.fsum(freight["usd"].tolist()),
            "tkm": math.fsum(freight["tkm"].tolist()),
            "operators": records(by_operator(freight), "operator", "country", "tkm", "usd"),
            "countries": records(by_country(freight), "country", "usd", "alone_usd", "most_usd"),
        }
        for study, freight in freights.items()
    ]
