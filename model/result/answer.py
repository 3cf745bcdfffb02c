"""The answer to a question asked of a case: labelled tables, totals and a certificate."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.horizon import Horizon
from corridor.model.money import ITEMS, bill, by_country, by_operator, paid
from corridor.model.ranges import COLUMNS
from corridor.model.result.course import CourseOfYear
from corridor.model.scope import ALL, ScopeMeasures
from corridor.model.showing import Shown

if TYPE_CHECKING:
    from corridor.model.result.disruption import Disruption
    from corridor.model.result.projects import Projects
    from corridor.model.result.revenue import Revenue

SCHEMA = 1


@dataclass(frozen=True)
class Certificate:
    """How well an answer proves itself, recomputed outside the solver; all relative.

    ``primal_residual``: worst breach of a row; ``dual_residual``: worst wrong sign of a price or reduced cost;
    ``gap``: between the goal and the value of the prices; ``balance``: worst breach of a balance of cargo, units or
    carriers, or of a resource, recomputed from the case's tables and the answer's tables.
    """

    primal_residual: float
    dual_residual: float
    gap: float
    balance: float
    tolerance: float = 1e-6

    @property
    def passed(self) -> bool:
        worst = (self.primal_residual, self.dual_residual, self.gap, self.balance)
        return all(math.isfinite(each) and each <= self.tolerance for each in worst)


@dataclass(frozen=True)
class Gate:
    """What passed the gate: ``t`` gate tonnes of the study called ``measure``, against the nameplate."""

    name: str
    nameplate_t: float
    measure: str
    t: float

    @property
    def share(self) -> float:
        return self.t / self.nameplate_t


NEAR = 0.05
"""Share of the first limit's growth within which further limits count as reached at about the same point."""


@dataclass(frozen=True)
class Rung:
    """What is reached first as all markets grow together.

    ``resources`` have to be lifted together for more (one, or several where limits coincide); ``alternatives``: any
    one of these would do instead, with the growth that lifting it gives; ``near``: the limits that stop the markets
    next, by id with the growth at which they do, as far as that is within :data:`NEAR` of the first. Each is found
    with those before it lifted.
    """

    resources: tuple[str, ...]
    names: tuple[str, ...]
    growth: float
    next_growth: float
    alternatives: Mapping[str, float] = field(default_factory=dict)
    near: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Answer(Shown):
    """An answer; every report, sheet and JSON comes from it.

    Tables: ``flow`` (link, arc, commodity, …, t), ``move`` (loaded and empty units, carriers by arc), ``use``
    (resource, kind, used, available, unit, share), ``limits`` (as the JSON has them), ``delivered`` (by demand),
    ``segments``, ``freight`` (link, arc, operator, countries in equal parts, commodity, t, tkm, usd, known: whether a
    tariff is stated), ``cost`` (operator, country, study, item, usd; items of :data:`corridor.model.money.ITEMS`).
    Tonnes and USD a year. A year by periods has its ``horizon`` and ``course``, the tables of
    :func:`corridor.optimize.answer.course.period_tables`, and in ``whole_t`` the measures of the year as one period.
    ``asked``
    is the case that was asked, where it is known. The measures are those of the ``scope``; ``scopes`` has those of
    every scope of the case, of the year as one period. ``closures`` has what
    closures do that take days from the year, where there are any. ``limits_left`` priced limits are not in the
    list; ``unfinished`` where time ran out before list or first limit.
    """

    case: str
    scenario: str
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
    asked: Case | None = field(default=None, compare=False)
    scope: str = ALL
    scopes: tuple[ScopeMeasures, ...] = ()
    closures: Disruption | None = None

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

    def to_dict(self) -> dict[str, Any]:
        """The answer as the JSON contract has it: see docs/json.md."""
        flows = self.flow.groupby(["link", "commodity"], sort=True)["t"].sum().reset_index()
        flows = flows[flows["t"] > 0.5e-3]
        certificate = self.certificate
        return {
            "schema": SCHEMA,
            "case": self.case,
            "scenario": self.scenario,
            "study": self.study,
            "scope": self.scope,
            "status": self.status,
            "value": _finite(self.value),
            "value_unit": self.value_unit,
            "delivered_t": float(self.delivered["t"].sum()),
            "unmet_t": float(self.delivered["unmet_t"].sum()),
            "outside_t": float(self.delivered["outside_t"].sum()),
            "left_behind": _records(self.left, list(self.left.columns)),
            "cost_usd": _finite(self.cost_usd),
            "gate": None
            if self.gate is None
            else {
                "name": self.gate.name,
                "nameplate_t": _finite(self.gate.nameplate_t),
                "measure": self.gate.measure,
                "t": self.gate.t,
                "share": _finite(self.gate.share),
            },
            "measures_t": {name: _finite(value) for name, value in self.measures_t.items()},
            "scopes": [each.to_dict() for each in self.scopes],
            "growth": _finite(self.growth),
            "floor": _finite(self.floor),
            "terminals_t": _finite(self.terminals_t),
            "first_limit": None
            if self.first is None
            else {
                "resources": list(self.first.resources),
                "names": list(self.first.names),
                "growth": _finite(self.first.growth),
                "next_growth": _finite(self.first.next_growth),
                "alternatives": {name: _finite(value) for name, value in self.first.alternatives.items()},
                "near": {name: _finite(value) for name, value in self.first.near.items()},
            },
            "limits": _records(self.limits, ["resource", "kind", "used", "available", "unit", "price", "price_unit"]),
            "limits_left": self.limits_left,
            "limits_finished": not self.unfinished,
            "segments": _records(self.segments, ["segment", "base_t", "t", "ceiling_t"]),
            "flows": _records(flows, ["link", "commodity", "t"]),
            **self._money(),
            **self._course(),
            **self._closed(),
            "certificate": {
                "primal_residual": _finite(certificate.primal_residual),
                "dual_residual": _finite(certificate.dual_residual),
                "gap": _finite(certificate.gap),
                "balance": _finite(certificate.balance),
                "passed": certificate.passed,
            },
            "solver": dict(self.solver),
        }

    def _money(self) -> dict[str, Any]:
        """Revenue, and the two costs by item; cargo that is not carried here is apart."""
        freight = self.freight
        without = freight[~freight["known"]].groupby(["link", "commodity"], sort=True)["t"].sum().reset_index()
        costs = {
            study: {
                "usd": paid(self.cost, study),
                "apart_usd": paid(self.cost, study, apart=True),
                "items": {f"{item}_usd": bill(self.cost, study).get(item, 0.0) for item in ITEMS},
            }
            for study in ("cost_shipper", "cost_resource")
        }
        return {
            "revenue": {
                "usd": self.revenue_usd,
                "tkm": math.fsum(freight["tkm"].tolist()),
                "operators": _records(by_operator(freight), ["operator", "country", "tkm", "usd"]),
                "countries": _records(by_country(freight), ["country", "usd", "alone_usd", "most_usd"]),
                "without_tariff": _records(without, ["link", "commodity", "t"]),
            },
            "costs": costs,
        }

    def _closed(self) -> dict[str, Any]:
        """The part of the JSON on closures of some days; nothing where no closure takes days from the year."""
        if self.closures is None:
            return {}
        return {"closures": self.closures.facts()}

    def _course(self) -> dict[str, Any]:
        """What the JSON says of a year by periods; nothing of a whole one."""
        if self.horizon is None:
            return {}
        whole = {name: _finite(value) for name, value in self.whole_t.items()}
        horizon = {"periods": self.horizon.name, "count": self.horizon.count, "cyclic": self.horizon.cyclic}
        periods = self.tables["periods"]
        return {
            "horizon": {**horizon, "whole_year_t": whole},
            "periods": _records(periods, [str(each) for each in periods.columns]),
            "stocks": _records(self.tables["stock"], ["store", "commodity", "period", "t", "capacity_t"]),
            "course": None if self.course is None else self.course.to_dict(),
        }

    def to_json(self) -> str:
        """:meth:`to_dict` as text; nothing infinite, no NaN."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, repr=False)
class Waterfall(Shown):
    """From the nameplate down to what is handled, by kind of limit.

    ``bars`` in physical order: kind, name, after_t (what is left after the bar), bar_t, first_in_t (lost if this kind
    alone were there), last_in_t (gained if this kind alone went), shapley_t. ``capability_step`` is the kind before
    whose bar stands T, None where a ceiling of a market binds.
    """

    nameplate_t: float
    handled_t: float
    floor: float
    terminals_t: float | None
    capability_t: float
    capability_step: str | None
    bars: pd.DataFrame


@dataclass(frozen=True, repr=False)
class Findings(Shown):
    """An answer and what was found out about what stops it; tables that were not asked for are None.

    ``ladder``: rung, resource, name, kind, unit, available, t, gain, growth, alternatives,
    alternatives_t, next_slack, beyond, and of a project that adds to it project, cost_usd, adds_t and usd_per_t (built
    alone, NaN for nothing), pays, gains. ``projects``: all of them priced. ``markets``: segment, name, base_t, floor_t,
    t, times, ceiling_t, resources, stops. ``prices``: measure, resource, name, kind, unit, available, step, step_unit,
    up_t, down_t. ``cut``: commodity, name, direction, lp_t, cut_t, nearest, farthest. ``band``: how sure it is;
    ``validation``: as :func:`corridor.validate` gives it; ``course``: the same question answered by periods;
    ``revenue``: money and days of the answer.
    """

    case: Case
    answer: Answer
    ladder: pd.DataFrame | None = None
    waterfall: Waterfall | None = None
    markets: pd.DataFrame | None = None
    prices: pd.DataFrame | None = None
    cut: pd.DataFrame | None = None
    projects: Projects | None = None
    band: Band | None = None
    validation: pd.DataFrame | None = None
    course: Answer | None = None
    revenue: Revenue | None = None


@dataclass(frozen=True, repr=False)
class Explanation(Shown):
    """What can be said of one resource, link or demand: sentences, and tables by title.

    ``names`` has the names of the demands, links, resources and commodities of the tables, by table and id.
    """

    name: str
    kind: str
    sentences: list[str]
    tables: Mapping[str, pd.DataFrame]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def rows(frame: pd.DataFrame) -> list[Any]:
    """The rows of a frame as named tuples, without the index."""
    return list(frame.itertuples(index=False))


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _records(frame: pd.DataFrame, columns: list[str]) -> list[dict[str, Any]]:
    rows = frame[columns].to_dict("records")
    return [{str(k): _finite(v) if isinstance(v, float) else v for k, v in row.items()} for row in rows]


@dataclass(frozen=True, repr=False)
class Band(Shown):
    """How sure: H, C and T over many draws of all uncertain numbers together.

    A draw is *possible* where the cargo of the base year fits (growth at least 1): the others contradict what
    happened. ``r2``, ``assumed`` (share of what is explained that rests on numbers assumed outright) and
    ``partly`` (with those that have an assumed part) by measure (``concurrent``,
    ``capability``); ``phrases`` begin a sentence on each kind of limit.
    NaN here and in ``drivers`` where there are too few draws to tell.

    * ``sample``, a row a draw: growth, handled, concurrent, capability (gate t), first (ids), kind, possible.
    * ``quantiles``: measure, of (``all`` or ``possible``), stated, p5, p50, p95 (gate t).
    * ``ranges``: scope, net (tonnes of cargo), measure, stated, p5, p25, p50, p75, p95 (t) of the possible draws,
      reached (share of them that reach the stated value): all demands, and the scope that the headline names.
    * ``first``: resource, name, kind, share (of the possible draws in which it comes first), share_all.
    * ``drivers``, those that would narrow the band most first: driver, name, who, basis (sourced, partly assumed,
      assumed), numbers (how many it moves), c_share, t_share (of the variance of C and T), c_low, c_high, t_low,
      t_high (gate t, the driver alone at its 5 and 95 per cent), c_narrows, t_narrows (how much of the spread would
      vanish if it were known), c_together, t_together (at least how much if it and all above it were).
    """

    case: str
    scenario: str
    base_year: int
    draws: int
    seed: int
    capacities_only: bool
    inputs: int
    possible: int
    sample: pd.DataFrame
    quantiles: pd.DataFrame
    first: pd.DataFrame
    drivers: pd.DataFrame
    r2: Mapping[str, float]
    assumed: Mapping[str, float]
    partly: Mapping[str, float]
    ranges: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))
    phrases: Mapping[str, str] = field(default_factory=dict)

    def quantile(self, measure: str, of: str = "possible") -> tuple[float, float, float]:
        """5, 50 and 95 per cent of a measure in gate t."""
        rows = self.quantiles[(self.quantiles["measure"] == measure) & (self.quantiles["of"] == of)]
        return float(rows["p5"].iloc[0]), float(rows["p50"].iloc[0]), float(rows["p95"].iloc[0])

    def to_dict(self) -> dict[str, Any]:
        """The band as the JSON contract has it, without the single draws: see docs/json.md."""
        return {
            "schema": SCHEMA,
            "case": self.case,
            "scenario": self.scenario,
            "status": "optimal",
            "base_year": self.base_year,
            "draws": self.draws,
            "seed": self.seed,
            "capacities_only": self.capacities_only,
            "inputs": self.inputs,
            "possible": self.possible,
            "r2": {name: _finite(value) for name, value in self.r2.items()},
            "assumed": {name: _finite(value) for name, value in self.assumed.items()},
            "partly": {name: _finite(value) for name, value in self.partly.items()},
            "kinds": self.kinds(),
            "ranges": _records(self.ranges, COLUMNS),
            "quantiles": _records(self.quantiles, list(self.quantiles.columns)),
            "first": _records(self.first, list(self.first.columns)),
            "drivers": _records(self.drivers, list(self.drivers.columns)),
        }

    @property
    def needed(self) -> int:
        """Possible draws that it takes to tell what drives the band."""
        return draws_needed(len(self.drivers))

    def kinds(self) -> dict[str, float]:
        """Share of the possible draws in which each kind of limit comes first, the greatest first.

        ``several`` where limits of different kinds come first together.
        """
        kinds = self.sample.loc[self.sample["possible"], "kind"]
        shares = kinds.value_counts(normalize=True).sort_index().sort_values(ascending=False, kind="stable")
        return {str(kind): float(share) for kind, share in shares.items()}


def draws_needed(drivers: int) -> int:
    """Possible draws that it takes to tell what each of so many drivers does: two each, and ten more."""
    return 2 * drivers + 10
