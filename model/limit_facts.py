"""Names, kinds and units of everything that can be a limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from corridor.model.case import Case
from corridor.model.graph import distinct
from corridor.model.language import say
from corridor.model.limit_ids import BACK, gate_limit, limit_ids
from corridor.model.pools import parks


@dataclass(frozen=True)
class LimitFacts:
    """A limit in words: name, kind, ``unit`` of its amounts, planner's ``step`` in it (None: 1 %) and its name."""

    name: str
    kind: str
    unit: str
    step: float | None = None
    step_unit: str = "1 %"


def limit_names(case: Case) -> dict[str, str]:
    """Names of all limits by id: resources, the gate, links, stores, ceilings of markets."""
    return {limit: facts.name for limit, facts in limit_facts(case).items()}


def segment_names(case: Case) -> dict[str, str]:
    """Names of the segments of a case by id; a demand without one is a segment of its own, and has none."""
    return {row.segment_id: row.name for row in case.rows("segment")}


def limit_facts(case: Case) -> Mapping[str, LimitFacts]:
    """Every limit by id: resources, the gate, links, stores and ceilings of markets."""
    return case.known("limit facts", lambda: _limit_facts(case))


def _limit_facts(case: Case) -> Mapping[str, LimitFacts]:
    facts: dict[str, LimitFacts] = {}
    ids = limit_ids(case)
    for row in case.rows("resource"):
        step_unit = row.step_unit or (f"{row.step:g} {row.unit}" if row.step else "1 %")
        facts[row.resource_id] = LimitFacts(row.name, row.kind, row.unit, row.step, step_unit)
    if case.gate is not None:
        facts[gate_limit(case) or ""] = LimitFacts(
            say("claimed capacity of {name}", name=case.gate.name), "gate", "gate t"
        )
    names = {row.node_id: row.name for row in case.rows("node")}
    for link in case.rows("link"):
        ways = [(link.link_id, link.from_node_id, link.to_node_id)]
        if not link.directed:
            ways.append((link.link_id + BACK, link.to_node_id, link.from_node_id))
        for way, start, end in ways:
            name = f"{names[start]}–{names[end]} ({case.words(link.mode_id.replace('_', ' '))})"
            facts[ids["link", way]] = LimitFacts(name, link.kind, "t")
    for store in case.rows("store"):
        facts[ids["store", store.store_id]] = LimitFacts(store.name, store.kind, "t")
    for park in parks(case):
        first = next(row for row in park.rows if row.pool_id == park.park_id)
        unit = case.row("unit", park.unit_id).name.lower()
        facts[park.limit_id] = LimitFacts(first.name, first.kind, "vehicles", 1.0, first.step_unit or unit)
    for segment in case.rows("segment"):
        unit = "t" if case.gate is None else "gate t"
        facts[ids["segment", segment.segment_id]] = LimitFacts(
            say("ceiling of {name}", name=segment.name), "demand", unit
        )
    names = distinct({limit: each.name for limit, each in facts.items()})
    return {limit: replace(each, name=names[limit]) for limit, each in facts.items()}
