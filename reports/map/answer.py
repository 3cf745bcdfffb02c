"""The flow map of an answer, and its inset alone, from the table of its links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.language import plural, say
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.reports.map.borders import drawn
from corridor.reports.map.flow import MOST_CALLOUTS, Callout, flow_map
from corridor.reports.map.lines import CLASSES
from corridor.reports.say.headline import headline

ROOMY = 800
"""Px: from this width on a map has the busiest part below it; a sheet of paper has that as a figure of its own."""
Order = Mapping[str, int]
"""The number of each limit by the id of its resource: the order in which they come, as in the ladder."""


def map_links(case: Case, answer: Answer) -> pd.DataFrame:
    """The links of an answer as the map draws them.

    Columns: link_id, from_node_id, to_node_id, mode_id, mode (name), at_sea, flow_t, back_share, capacity_t,
    utilisation, busiest, via (pairs of longitude and latitude).
    """
    modes = case["mode"]
    names = {"link": "link_id", "from": "from_node_id", "to": "to_node_id", "mode": "mode_id", "t": "flow_t"}
    frame = answer.tables["links"].rename(columns={**names, "share": "utilisation"})
    return frame.assign(
        mode=frame["mode_id"].map({row.mode_id: row.name for row in case.rows("mode")}),
        at_sea=frame["mode_id"].map(modes["at_sea"]).astype(bool),
        back_share=(frame["back_t"] / frame["flow_t"].where(frame["flow_t"] > 0)).fillna(0.5),
        via=frame["link_id"].map(case["link"]["via"]).map(via_of),
    )


def via_of(cell: object) -> tuple[tuple[float, float], ...]:
    """Pairs of longitude and latitude of a cell of ``link.via``.

    >>> via_of("50.9 41.2; -0.5 40")
    ((50.9, 41.2), (-0.5, 40.0))
    """
    pairs = (pair.split() for pair in str(cell).split(";")) if isinstance(cell, str) else ()
    return tuple((float(lon), float(lat)) for lon, lat in pairs)


def answer_map(case: Case, answer: Answer, width: int = 1000, order: Order | None = None) -> str:
    """The flow map of an answer as SVG, or nothing where no place has coordinates. ``order`` numbers the limits."""
    subject = _subject(case, answer, order)
    return flow_map(width=width, inset=width >= ROOMY, borders=drawn(), **subject) if subject else ""


def inset(answer: Answer, width: int = 430, order: Order | None = None) -> str:
    """The busiest part of the flow map alone as SVG, for a narrow column; the whole map where it is small.

    Empty where no place has coordinates. ``order`` numbers the limits.
    """
    subject = _subject(answer.case, answer, order)
    return flow_map(width=width, alone=True, borders=drawn(), **subject) if subject else ""


def unplaced(case: Case) -> list[str]:
    """Names of the places without coordinates, which no map shows."""
    return [row.name for row in case.rows("node") if row.x_coord is None or row.y_coord is None]


def finding(case: Case, answer: Answer) -> str:
    """The finding of the map: lines that are full, of those over water where there are any."""
    links = map_links(case, answer)
    links = links[links["flow_t"] > 0]
    water = bool(links["at_sea"].any())
    links = links[links["at_sea"]] if water else links
    use = links.groupby(["from_node_id", "to_node_id", "mode_id"])["utilisation"].max()
    full = int((use >= CLASSES[-2][0]).sum())
    if not len(use):
        return say("No cargo flows in this answer")
    if water:
        lines = plural("{n} line over water", "{n} lines over water", len(use))
    else:
        lines = plural("{n} line", "{n} lines", len(use))
    if not full:
        return say("None of {lines} is full", lines=lines)
    if full == 1:
        return say("1 of {lines} is full", lines=lines)
    return say("{full} of {lines} are full", full=full, lines=lines)


def order_of(answer: Answer) -> dict[str, int]:
    """The order of the limits by the answer alone: those that come first, those soon after, then by their worth."""
    first = answer.first
    if first is None:
        return {row.resource: number for number, row in enumerate(rows(answer.limits), 1)}
    near = sorted(first.near, key=lambda resource: (first.near[resource], resource))
    return dict.fromkeys(first.resources, 1) | {resource: number for number, resource in enumerate(near, 2)}


def _subject(case: Case, answer: Answer, order: Order | None) -> dict[str, Any]:
    """Arguments of the map; empty where no place has coordinates."""
    nodes = case["node"].assign(name=[row.name for row in case.rows("node")]).reset_index()
    nodes = nodes[nodes["x_coord"].notna() & nodes["y_coord"].notna()]
    if not len(nodes):
        return {}
    links = map_links(case, answer)
    links = links[links["from_node_id"].isin(nodes["node_id"]) & links["to_node_id"].isin(nodes["node_id"])]
    names = {row.resource: str(row.name) for row in rows(answer.use)}
    ranked = order or order_of(answer)
    callouts: list[Callout] = []
    for resource, number in sorted(ranked.items(), key=lambda item: item[1]):
        users = links[(links["busiest"] == resource) & (links["flow_t"] > 0)]
        if len(users) and len(callouts) < MOST_CALLOUTS:
            busiest = users.sort_values(["flow_t", "link_id"], ascending=[False, True]).iloc[0]
            callouts.append(Callout(number, names.get(resource, resource), link_id=str(busiest["link_id"])))
    gates = case["link"]["from_node_id"][case["link"]["gate"].astype(bool)] if case.gate is not None else ()
    nodes = nodes.assign(label=nodes["label"].astype(bool), major=False, country=nodes["country"].fillna(""))
    return {
        "nodes": nodes[["node_id", "name", "country", "x_coord", "y_coord", "label", "major"]],
        "links": links,
        "callouts": callouts,
        "states": case["case"]["states"].iloc[0] or (),
        "gates": tuple(dict.fromkeys(gates)),
        "title": say("{title} {base_year}: yearly tonnes", title=case.title, base_year=case.base_year),
        "description": say("Map of the corridor. {headline}", headline=headline(case, answer)),
    }
