"""The flow map of an answer, and its inset alone, from the table of its links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.reports.map.flow import MOST_CALLOUTS, Callout, flow_map, inset_map
from corridor.reports.map.lines import SAME_PLACE_KM
from corridor.reports.say.headline import headline

Order = Mapping[str, int]
"""The number of each limit by the id of its resource: the order in which they come, as in the ladder."""


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


def answer_map(case: Case, answer: Answer, width: int = 1000, order: Order | None = None) -> str:
    """The flow map of an answer as SVG, or nothing where the places have no coordinates."""
    subject = _subject(case, answer, order)
    return flow_map(width=width, **subject) if subject else ""


def inset(answer: Answer, width: int = 430, order: Order | None = None) -> str:
    """The busiest part of the flow map alone as SVG, for a narrow column; the whole map where it is small.

    Empty where the places have no coordinates. ``order`` numbers the limits.
    """
    subject = _subject(answer.case, answer, order)
    return (inset_map(width=width, **subject) or flow_map(width=width, **subject)) if subject else ""


def _subject(case: Case, answer: Answer, order: Order | None) -> dict[str, Any]:
    """Arguments of the map; empty where no place has coordinates."""
    nodes = case["node"].reset_index()
    nodes = nodes[nodes["x_coord"].notna() & nodes["y_coord"].notna()]
    if not len(nodes):
        return {}
    links = map_links(case, answer)
    links = links[links["from_node_id"].isin(nodes["node_id"]) & links["to_node_id"].isin(nodes["node_id"])]
    names = {row.resource: str(row.name) for row in rows(answer.use)}
    ranked = order or {row.resource: number for number, row in enumerate(rows(answer.limits), 1)}
    callouts: list[Callout] = []
    for resource, number in sorted(ranked.items(), key=lambda item: item[1]):
        users = links[(links["busiest"] == resource) & (links["length_km"] >= SAME_PLACE_KM)]
        if len(users) and len(callouts) < MOST_CALLOUTS:
            busiest = users.sort_values(["flow_t", "link_id"], ascending=[False, True]).iloc[0]
            callouts.append(Callout(number, names.get(resource, resource), link_id=str(busiest["link_id"])))
    nodes = nodes.assign(label=nodes["label"].astype(bool), major=False)
    return {
        "nodes": nodes[["node_id", "name", "x_coord", "y_coord", "label", "major"]],
        "links": links,
        "callouts": callouts,
        "title": f"{case.title} {case.base_year}: yearly tonnes",
        "description": f"Map of the corridor. {headline(case, answer)}",
    }
