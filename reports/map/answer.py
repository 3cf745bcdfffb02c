"""The flow map of an answer, and the table of links that it draws."""

from __future__ import annotations

import math
from collections import defaultdict

import pandas as pd

from corridor.model.case import Case
from corridor.model.graph import arcs
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.reports.map.flow import MOST_CALLOUTS, Callout, flow_map
from corridor.reports.map.lines import SAME_PLACE_KM
from corridor.reports.say.words import headline


def link_table(case: Case, answer: Answer) -> pd.DataFrame:
    """The rows of the map: one row a link with its tonnes (both ways) and the use of its busiest resource.

    Columns: link_id, from_node_id, to_node_id, mode_id, mode (name), at_sea, length_km, flow_t, capacity_t,
    utilisation, busiest. capacity_t are the tonnes that would pass if the busiest resource were full with the same mix,
    at most the nameplate; NaN where none is known.
    """
    flow = answer.flow.groupby("link")["t"].sum()
    share = {
        row.resource: row.share for row in rows(answer.use) if math.isfinite(row.available) and row.share == row.share
    }
    taken: dict[str, set[str]] = defaultdict(set)
    for row in case.rows("use"):
        taken[row.link_id].add(row.resource_id)
    fleet = {row.carrier_id: row.resource_id for row in case.rows("carrier")}
    for arc in arcs(case):
        taken[arc.link_id].add(arc.arc_id)
        if arc.carrier_id:
            taken[arc.link_id].add(fleet[arc.carrier_id])
    widest = float(case.gate.nameplate_t_per_year) if case.gate is not None else math.inf
    modes = {row.mode_id: row for row in case.rows("mode")}
    found = []
    for link in case.rows("link"):
        mode = modes[link.mode_id]
        known = sorted((share[each], each) for each in taken[link.link_id] if each in share)
        t = float(flow.get(link.link_id, 0.0))
        used, busiest = known[-1] if known else (math.nan, "")
        # A hardly used resource would give a pipe wider than the sea: no pipe is drawn wider than the nameplate.
        capacity = min(t / used, widest) if used and used > 0 else math.nan
        what = (link.mode_id, mode.name, bool(mode.at_sea), float(link.length_km or 0.0))
        found.append((link.link_id, link.from_node_id, link.to_node_id, *what, t, capacity, used, busiest))
    columns = ["link_id", "from_node_id", "to_node_id", "mode_id", "mode", "at_sea", "length_km"]
    columns += ["flow_t", "capacity_t", "utilisation", "busiest"]
    return pd.DataFrame(found, columns=columns)


def answer_map(case: Case, answer: Answer, width: int = 1000) -> str:
    """The flow map of an answer as SVG, or nothing where the places have no coordinates."""
    nodes = case["node"].reset_index()
    nodes = nodes[nodes["x_coord"].notna() & nodes["y_coord"].notna()]
    if not len(nodes):
        return ""
    links = link_table(case, answer)
    links = links[links["from_node_id"].isin(nodes["node_id"]) & links["to_node_id"].isin(nodes["node_id"])]
    callouts: list[Callout] = []
    for row in rows(answer.limits):
        users = links[(links["busiest"] == row.resource) & (links["length_km"] >= SAME_PLACE_KM)]
        if len(users) and len(callouts) < MOST_CALLOUTS:
            busiest = users.sort_values(["flow_t", "link_id"], ascending=[False, True]).iloc[0]
            callouts.append(Callout(len(callouts) + 1, str(row.name), link_id=str(busiest["link_id"])))
    title = f"{case.title} {case.base_year}: yearly tonnes"
    description = f"Map of the corridor. {headline(case, answer)}"
    nodes = nodes.assign(label=nodes["label"].astype(bool), major=False)
    return flow_map(
        nodes[["node_id", "name", "x_coord", "y_coord", "label", "major"]],
        links,
        width=width,
        callouts=callouts,
        title=title,
        description=description,
    )
