"""The flow map of an answer, from the table of its links."""

from __future__ import annotations

import pandas as pd

from corridor.model.case import Case
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.reports.map.flow import MOST_CALLOUTS, Callout, flow_map
from corridor.reports.map.lines import SAME_PLACE_KM
from corridor.reports.say.headline import headline


def map_links(case: Case, answer: Answer) -> pd.DataFrame:
    """The links of an answer as the map draws them.

    Columns: link_id, from_node_id, to_node_id, mode_id, mode (name), at_sea, length_km, flow_t, capacity_t,
    utilisation, busiest.
    """
    modes = case["mode"]
    names = {"link": "link_id", "from": "from_node_id", "to": "to_node_id", "mode": "mode_id", "t": "flow_t"}
    frame = answer.tables["links"].rename(columns={**names, "share": "utilisation"})
    return frame.assign(
        mode=frame["mode_id"].map(modes["name"]),
        at_sea=frame["mode_id"].map(modes["at_sea"]).astype(bool),
        length_km=frame["link_id"].map(case["link"]["length_km"]).astype(float).fillna(0.0),
    )


def answer_map(case: Case, answer: Answer, width: int = 1000) -> str:
    """The flow map of an answer as SVG, or nothing where the places have no coordinates."""
    nodes = case["node"].reset_index()
    nodes = nodes[nodes["x_coord"].notna() & nodes["y_coord"].notna()]
    if not len(nodes):
        return ""
    links = map_links(case, answer)
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
