"""Cases side by side, and which change makes what of the difference between two of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pandas as pd

from corridor.model.result.frame import Result, plain
from corridor.model.scope import ALL


@dataclass(frozen=True, repr=False)
class Comparison(Result):
    """Scenarios side by side; the first is the one that the others are held against.

    ``study`` says what the flows answer, ``scope`` whose measures these are. ``floor_t``: tonnes by segment below which
    no run lets a market fall, the smallest of all scenarios; empty where each holds its own. ``first``: the first limit
    of each by name. ``reasons`` say why a scenario has no answer; it has NaN in every table then.

    ``titles``, ``notes`` and ``changes`` by scenario: its name in a list, its note, its changes in words.

    Each table has a column a scenario, and in its index what the row is:

    * ``measures`` by (measure, unit): handled, concurrent, capability, free, capability_own (at the floor that the
      scenario has by itself), expected where the case has markets, all in gate t/year; growth, in times the base year.
    * ``limits`` by (resource, name, kind, unit): what one planner's unit more brings in this study; NaN where it is no
      limit.
    * ``rungs`` by rung of the ladder: the names of the limits; ``ladder`` by rung: what passes there, gate t/year; both
      are empty for a case by periods
    * ``markets`` by (segment, name): t a year in this study.
    * ``comes`` by (market, name): t a year that come; empty where the case has no markets.
    * ``flows`` by (link, name): t a year in both directions, the greatest difference first.
    * ``totals`` by (quantity, unit): delivered, unmet, outside, gate (tonnes); cost_resource, cost_shipper (total and
      by gate tonne, of cargo carried here), revenue, and apart outside and penalty (USD a year); built (USD, once);
      co2e (total and by delivered tonne); days and days_without_waiting (means of all cargo on corridor links).
    * ``days`` by (segment, name): mean days on the way, waiting for ships included, weighted by tonnes.
    * ``countries`` by (country, quantity, unit): through (t), freight (USD of its operators), co2e (t).
    * ``earned`` by (by, name, study): freight of each country and each operator, of the cargo that is handled, expected
      and of this study (capability), USD a year.
    """

    page: ClassVar[str] = "compare"

    names: tuple[str, ...]
    study: str
    floor_t: Mapping[str, float]
    first: Mapping[str, str]
    reasons: Mapping[str, str]
    measures: pd.DataFrame
    limits: pd.DataFrame
    rungs: pd.DataFrame
    ladder: pd.DataFrame
    markets: pd.DataFrame
    comes: pd.DataFrame
    flows: pd.DataFrame
    totals: pd.DataFrame
    days: pd.DataFrame
    countries: pd.DataFrame
    earned: pd.DataFrame
    scope: str = ALL
    titles: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def titled(self) -> Comparison:
        """The same comparison, its scenarios called by their titles where no two are alike."""
        titles = {name: self.titles.get(name) or name for name in self.names}
        if len(set(titles.values())) < len(titles):
            return self
        tables: dict[str, Any] = {name: frame.rename(columns=titles) for name, frame in self.tables.items()}
        facts: dict[str, Any] = {
            name: {titles[key]: value for key, value in getattr(self, name).items()}
            for name in ("first", "reasons", "titles", "notes", "changes")
        }
        return replace(self, names=tuple(titles.values()), **tables, **facts)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return {name: getattr(self, name) for name in TABLES}

    @property
    def unit(self) -> str:
        """The unit of the measures: ``gate t/year``, say."""
        return str(self.measures.index.get_level_values("unit")[0])

    def measures_of(self, name: str) -> dict[str, float]:
        """The measures of one scenario by their names."""
        return dict(zip(self.measures.index.get_level_values("measure"), self.measures[name].tolist(), strict=True))

    def gain_t(self, name: str) -> float:
        """Capability of a scenario less that of the first; NaN where one of them has no answer."""
        return self.measures_of(name)["capability"] - self.measures_of(self.names[0])["capability"]

    def come_and_go(self, name: str) -> tuple[list[str], list[str]]:
        """Names of the limits of a scenario that are none of the first, and the other way round."""
        base = self.names[0]
        if name == base or {name, base} & set(self.reasons):
            return [], []
        named = self.limits.index.get_level_values("name")
        here, there = self.limits[name].notna().to_numpy(), self.limits[base].notna().to_numpy()
        return list(named[here & ~there]), list(named[there & ~here])

    @property
    def lowered(self) -> bool:
        """True where the common floor changes the capability of some scenario."""
        values = [self.measures_of(name) for name in self.names if name not in self.reasons]
        return any(abs(each["capability"] - each["capability_own"]) > 1e-6 * each["capability"] for each in values)

    @property
    def least_growth(self) -> tuple[str, float]:
        """The scenario whose base year fits least, and the number of times that it fits."""
        growth = {name: self.measures_of(name).get("growth", math.inf) for name in self.first}
        least = min(growth, key=lambda name: growth[name])
        return least, growth[least]

    def to_dict(self) -> dict[str, Any]:
        """The comparison as the JSON contract has it: see docs/json.md."""
        scenarios = [
            {
                "name": name,
                "title": self.titles.get(name, name),
                "note": self.notes.get(name, ""),
                "changes": list(self.changes.get(name, ())),
                "status": "infeasible" if name in self.reasons else "optimal",
                "message": self.reasons.get(name, ""),
                "first_limit": self.first.get(name, ""),
                "gain_t": plain(self.gain_t(name)),
                **dict(zip(("limits_come", "limits_go"), self.come_and_go(name), strict=True)),
            }
            for name in self.names
        ]
        return {
            **self.head(),
            "scenario": self.names[0],
            **self.part("study", "scope"),
            "status": "optimal" if len(self.reasons) < len(self.names) else "infeasible",
            "scenarios": scenarios,
            **self.part("floor_t"),
            **{name: _records(frame) for name, frame in self.tables.items()},
        }


TABLES = (
    *("measures", "limits", "rungs", "ladder", "markets", "comes", "flows", "totals", "days", "countries"),
    "earned",
)
"""Tables of :class:`Comparison`, in the order of its JSON."""


@dataclass(frozen=True, repr=False)
class Attribution(Result):
    """The difference between two scenarios in one measure, shared out among the changes that lead from one to the next.

    ``of`` is the study that is measured; ``start`` and ``end`` its values in ``a`` and ``b`` at the floor ``floor_t``
    (t by segment) that all runs hold. ``method``: ``exact`` (Shapley value over all subsets); ``sampled`` (mean over
    ``samples`` random orders, half of them the reverse of the others); or ``order`` (the one order asked for).
    ``runs``: cases that were solved.

    ``changes``, a row a change or group of changes that stand together: changes (their numbers as text, ``1+2``),
    words, share (of the difference; all add up to it), error (standard error of a sampled share, else NaN); alone (gain
    of ``a`` by it alone), last (loss of ``b`` without it); NaN where these were not worked out.
    """

    page: ClassVar[str] = "attribution"

    a: str
    b: str
    of: str
    unit: str
    method: str
    start: float
    end: float
    floor_t: Mapping[str, float]
    samples: int
    seed: int
    runs: int
    changes: pd.DataFrame

    @property
    def difference(self) -> float:
        """The measure of ``b`` less that of ``a``."""
        return self.end - self.start

    def to_dict(self) -> dict[str, Any]:
        """The attribution as the JSON contract has it: see docs/json.md."""
        sampled = self.method == "sampled"
        return {
            **self.part("of", "unit", "method"),
            "from": self.a,
            "to": self.b,
            **self.part("start", "end", "difference", "floor_t"),
            "samples": self.samples if sampled else None,
            "seed": self.seed if sampled else None,
            **self.part("runs", "changes"),
        }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table: their index, and ``values`` by scenario."""
    keys = list(map(str, frame.index.names))
    return [
        {**{name: row[name] for name in keys}, "values": {name: row[name] for name in frame.columns}}
        for row in plain(frame.reset_index())
    ]
