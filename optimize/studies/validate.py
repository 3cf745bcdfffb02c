"""The model held against what was published: each test a formula over an answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache, cached_property

import networkx as nx
import pandas as pd

from corridor.model.evidence import stands_for
from corridor.model.faults import CaseError, Fault
from corridor.model.formula import FormulaError, value
from corridor.model.graph import arcs
from corridor.model.language import say
from corridor.model.result.answer import Answer
from corridor.model.result.listing import Listing
from corridor.model.scope import ALL, ScopeMeasures
from corridor.optimize.answer.journeys import hours
from corridor.optimize.answer.setting import Setting
from corridor.optimize.period.layout import CHOICE
from corridor.optimize.studies.scopes import scope_measures
from corridor.optimize.studies.solve import proved

VERDICTS = ("pass", "fail", "input", "inference", "forecast")
JUDGED = ("test", "shift")
"""Roles of which a row passes or fails."""
GROWN = "capability"
"""Study of the answer without a scenario that ``base`` names, but beside the cargo that comes."""
COLUMNS = ["test", "name", "role", "scenario", "study", "unit", "published", "low", "high", "modelled"]
COLUMNS += ["difference", "verdict", "sources", "tolerance", "note"]


class Names:
    """The number of a name in a test's formula, in one answer; ``base`` has those of the answer without a scenario."""

    def __init__(self, setting: Setting, answer: Answer, base: Names | None = None) -> None:
        self.setting, self.case, self.answer, self.base = setting, setting.case, answer, base or self
        self.scopes: dict[str, ScopeMeasures | None] = {}

    def __call__(self, name: str) -> float:
        """The number; raises FormulaError where the name stands for none."""
        head, middle, *tails = name.split(".") if name.count(".") > 1 else (name, "", "")
        tail = ".".join(tails)
        by_head: dict[str, Callable[[str, str], float | None]] = {
            "measure": self._measure,
            "base": self._base,
            "segment": self._segment,
            "demand": self._demand,
            "market": self._market,
            "rival": self._rival,
            "link": self._link,
            "resource": self._resource,
            "kind": self._kind,
            "limit": self._limit,
            "scope": self._scope,
        }
        found = by_head[head](middle, tail) if head in by_head else None
        if found is None and head in self.case["commodity"].index:
            found = self._hours(head, middle, tail)
        return stands_for(self.case, name) if found is None else found

    def _measure(self, measure: str, tail: str) -> float | None:
        return self.answer.measures_t.get(measure) if tail == "t" else None

    def _base(self, name: str, tail: str) -> float | None:
        """A measure, the tonnes of a segment, or any name of the answer without a scenario."""
        if tail != "t":
            return self.base(f"{name}.{tail}") if "." in tail else None
        known = self.base.answer.measures_t.get(name)
        return self.base._segment(name, tail) if known is None else known

    def _segment(self, segment: str, tail: str) -> float | None:
        if tail not in ("t", "base"):
            return None
        if "markets" not in self.answer.tables:
            return _sum(self.answer.segments, "segment", segment, {"t": "t", "base": "base_t"}[tail])
        its = self.answer.delivered[self.answer.delivered["segment"] == segment]
        if tail == "t":
            return _sum(its, "segment", segment, "gate_t")
        before = self.answer.tables["markets"]
        return float(before.loc[before["demand"].isin(its["demand"]), "base_t"].sum()) if len(its) else None

    def _demand(self, demand: str, tail: str) -> float | None:
        return _sum(self.answer.delivered, "demand", demand, "gate_t") if tail == "t" else None

    def _market(self, market: str, tail: str) -> float | None:
        """Tonnes of a market that come; ``wanted``: those that would come if nothing were full."""
        if "markets" not in self.answer.tables or tail not in ("t", "wanted"):
            return None
        table = self.answer.tables["markets"]
        wanted = _sum(table, "market", market, "turned_away_t") if tail == "wanted" else 0.0
        comes = _sum(table, "market", market, "t")
        return None if comes is None or wanted is None else comes + wanted

    def _rival(self, rival: str, tail: str) -> float | None:
        """Tonnes of the markets on a rival route, those of the base year as ``base``."""
        column = {"t": "t", "base": "base_t"}.get(tail)
        if column is None or "rivals" not in self.answer.tables or rival not in self.case["rival"].index:
            return None
        return _sum(self.answer.tables["rivals"], "rival", self.case.row("rival", rival).name, column)

    def _link(self, link: str, tail: str) -> float | None:
        if link not in self.case["link"].index:
            return None
        if tail == "t":
            return _sum(self.answer.flow, "link", link, "t") or 0.0
        moves = self.answer.move[self.answer.move["link"] == link]
        if tail == "moves":
            return float(moves.loc[moves["what"] == "carrier", "number"].sum())
        if tail in self.case["unit"].index:
            return float(moves.loc[moves["item"] == tail, "number"].sum())
        return None

    def _resource(self, resource: str, tail: str) -> float | None:
        return _sum(self.answer.use, "resource", resource, tail) if tail in ("used", "available", "share") else None

    def _kind(self, kind: str, tail: str) -> float | None:
        if tail != "first" or self.answer.first is None:
            return None
        kinds = self.case["resource"]["kind"]
        return float(any(kinds.get(each) == kind for each in self.answer.first.resources))

    def _limit(self, limit: str, tail: str) -> float | None:
        return float(limit in self.answer.first.resources) if tail == "first" and self.answer.first else None

    def _scope(self, name: str, tail: str) -> float | None:
        """A measure of a scope, as ``capability.t``; ``least.t`` and ``most.t`` where all demands reach their T."""
        if name not in self.scopes:
            there = name == ALL or name in self.case["scope"].index
            measures = scope_measures(self.setting, only=name) if there else ()
            self.scopes[name] = next(iter(measures), None)
        measures_of, (what, _, unit) = self.scopes[name], tail.partition(".")
        known = {"handled", "concurrent", "capability", "least", "most", "base"}
        if measures_of is None or unit != "t" or what not in known:
            return None
        return float(getattr(measures_of, f"{what}_t"))

    @cached_property
    def _graph(self) -> Mapping[str, nx.DiGraph[str]]:
        spent = hours(self.case)
        graphs: dict[str, nx.DiGraph[str]] = {str(each): nx.DiGraph() for each in self.case["commodity"].index}
        for arc in arcs(self.case):
            for commodity in arc.commodities if arc.capacity_t > 0 else ():
                known = graphs[commodity].get_edge_data(arc.start, arc.end)
                if known is None or spent[arc.arc_id].total < known["hours"]:
                    graphs[commodity].add_edge(arc.start, arc.end, hours=spent[arc.arc_id].total)
        return graphs

    def _hours(self, commodity: str, start: str, end: str) -> float | None:
        try:
            return float(nx.dijkstra_path_length(self._graph[commodity], start, end, weight="hours"))
        except (nx.NodeNotFound, nx.NetworkXNoPath):
            return None


def _sum(table: pd.DataFrame, key: str, wanted: str, column: str) -> float | None:
    """The sum of a column over the rows of a key; None without a row, or where one is not known."""
    rows = table[table[key] == wanted]
    return float(rows[column].sum()) if len(rows) and rows[column].notna().all() else None


def validate(setting: Setting, *, scenario: Callable[[str], Setting]) -> Listing:
    """The published figures beside those of the model: one row a test of ``validation.csv``, in order.

    Columns: test, name, role, scenario, study, unit, published, low, high, modelled, difference (share of the published
    figure), verdict (pass, fail, input, inference, forecast), sources (ids), tolerance, note. ``facts``: how many of
    each verdict. A change that was observed has the role ``shift``: it passes or fails as a test does.
    Scenarios are those of the folder that the case was read from, under its changes; a case that is a scenario already
    (``load(year=2022)``) is refused. Raises CaseError, also where a formula names an unknown quantity, InfeasibleError.
    """
    case = setting.case
    if any(change.scenario for change in case.changes):
        reason = say("is a scenario, and the tests name their own; validate the case without it")
        raise CaseError([Fault("C064", case.scenario, reason)], "the question")
    named: dict[tuple[str, str], Names] = {}
    there = cache(lambda scenario_id: scenario(scenario_id) if scenario_id else setting)

    def names(scenario_id: str, study: str) -> Names:
        """Names of an answer, which is computed once."""
        usual = ("", study if study == CHOICE else GROWN)
        if (scenario_id, study) not in named:
            own = there(scenario_id)
            before = None if (scenario_id, study) == usual else names(*usual)
            named[scenario_id, study] = Names(own, proved(own, study), before)
        return named[scenario_id, study]

    rows, faults, modelled_of = [], [], {}
    for row in sorted(case.rows("validation"), key=lambda row: row.scenario or ""):  # one scenario after another
        try:
            modelled_of[row.validation_id] = value(row.formula, names(row.scenario or "", row.study))
        except FormulaError as error:
            place = case.place("validation", row.validation_id, "formula")
            faults.append(Fault("C057", place, say("the formula {error}", error=error)))
    if faults:
        raise CaseError(faults)
    for row in case.rows("validation"):
        key, modelled = (row.scenario or "", row.study), modelled_of[row.validation_id]
        published = math.nan if row.published is None else row.published
        low = -math.inf if row.low is None else row.low
        high = math.inf if row.high is None else row.high
        verdict = row.role if row.role not in JUDGED else "pass" if low <= modelled <= high else "fail"
        difference = modelled / published - 1 if published else math.nan
        words = (" ".join(row.source_id), row.tolerance or "", row.note or "")
        head = (row.validation_id, row.name, row.role, *key, row.unit)
        rows.append((*head, published, low, high, modelled, difference, verdict, *words))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    counts = {verdict: int((frame["verdict"] == verdict).sum()) for verdict in VERDICTS}
    return Listing(setting.given, "validation", frame, counts)
