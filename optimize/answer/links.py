"""The links of an answer: their tonnes, and the use of the busiest resource of each."""

from __future__ import annotations

import math
from collections import defaultdict

import pandas as pd

from corridor.model.case import Case
from corridor.model.graph import arcs
from corridor.model.result.frame import rows


def link_table(case: Case, flow: pd.DataFrame, use: pd.DataFrame) -> pd.DataFrame:
    """One row a link with its tonnes a year (both ways) and the use of its busiest resource.

    Columns: link, from, to, mode, t, back_t (of these, from its second end to its first), capacity_t (tonnes that would
    pass if the busiest resource were full with the same mix, at most the nameplate; NaN where none is known), share (of
    the busiest resource, NaN), busiest (its id).
    """
    moved = flow.groupby("link")["t"].sum()
    back = flow[flow["direction"] == "back"].groupby("link")["t"].sum()
    share = {row.resource: row.share for row in rows(use) if math.isfinite(row.available) and row.share == row.share}
    taken: dict[str, set[str]] = defaultdict(set)
    for row in case.rows("use"):
        taken[row.link_id].add(row.resource_id)
    fleet = {row.carrier_id: row.resource_id for row in case.rows("carrier")}
    for arc in arcs(case):
        taken[arc.link_id].add(arc.arc_id)
        if arc.carrier_id:
            taken[arc.link_id].add(fleet[arc.carrier_id])
    widest = float(case.gate.nameplate_t_per_year) if case.gate is not None else math.inf
    lines = []
    for link in case.rows("link"):
        known = sorted((share[name], name) for name in taken[link.link_id] if name in share)
        t = float(moved.get(link.link_id, 0.0))
        used, busiest = known[-1] if known else (math.nan, "")
        # A hardly used resource would give a pipe wider than the sea: no pipe is wider than the nameplate.
        capacity = min(t / used, widest) if used > 0 else math.nan
        tonnes = (t, float(back.get(link.link_id, 0.0)), capacity)
        lines.append((link.link_id, link.from_node_id, link.to_node_id, link.mode_id, *tonnes, used, busiest))
    return pd.DataFrame(lines, columns=["link", "from", "to", "mode", "t", "back_t", "capacity_t", "share", "busiest"])
