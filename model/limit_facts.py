"""Names, kinds and units of everything that can be a limit."""

from __future__ import annotations

from corridor.model.case import Case
from corridor.model.graph import distinct
from corridor.model.limit_ids import BACK, gate_limit, limit_ids


def limit_names(case: Case) -> dict[str, str]:
    """Names of all limits by id: resources, the gate, links, stores, ceilings of markets."""
    return {limit: facts[0] for limit, facts in limit_facts(case).items()}


def limit_facts(case: Case) -> dict[str, tuple[str, str, str, float | None, str]]:
    """Name, kind, unit, planner's step (None: 1 %) and its name, of every limit.

    Limits are resources, the gate, links, ceilings of markets and stores.
    """
    facts: dict[str, tuple[str, str, str, float | None, str]] = {}
    ids = limit_ids(case)
    for row in case.rows("resource"):
        step_unit = row.step_unit or (f"{row.step:g} {row.unit}" if row.step else "1 %")
        facts[row.resource_id] = (row.name, row.kind, row.unit, row.step, step_unit)
    if case.gate is not None:
        facts[gate_limit(case) or ""] = (f"claimed capacity of {case.gate.name}", "gate", "gate t", None, "1 %")
    names = {row.node_id: row.name for row in case.rows("node")}
    for link in case.rows("link"):
        ways = [(link.link_id, link.from_node_id, link.to_node_id)]
        if not link.directed:
            ways.append((link.link_id + BACK, link.to_node_id, link.from_node_id))
        for way, start, end in ways:
            name = f"{names[start]}–{names[end]} ({link.mode_id.replace('_', ' ')})"
            facts[ids["link", way]] = (name, link.kind, "t", None, "1 %")
    for store in case.rows("store"):
        facts[ids["store", store.store_id]] = (store.name, store.kind, "t", None, "1 %")
    for segment in case.rows("segment"):
        unit = "t" if case.gate is None else "gate t"
        facts[ids["segment", segment.segment_id]] = (f"ceiling of {segment.name}", "demand", unit, None, "1 %")
    distinct_names = distinct({limit: fact[0] for limit, fact in facts.items()})
    return {limit: (distinct_names[limit], *fact[1:]) for limit, fact in facts.items()}
