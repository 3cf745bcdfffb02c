"""The report as one HTML file: no script, nothing fetched, the same bytes for the same answer."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from corridor.model.answer import Answer, rows
from corridor.model.case import Case
from corridor.model.graph import arcs
from corridor.reports.flow_map import Callout, flow_map
from corridor.reports.terminal import certificate_line
from corridor.reports.words import MEASURES, amount, first_limit, headline, limit_name, mt

BASES = {
    "known": "published by a named source",
    "derived": "computed from published figures",
    "assumed": "ours, for want of a source",
    "unknown": "not known to anybody we found",
}
KIND = {
    "quay": "quay",
    "ship": "ships",
    "line": "line east of the sea",
    "border": "border with China",
    "west": "west of the Caspian",
    "contract": "contract",
    "demand": "ceiling of a market",
    "gate": "nameplate",
}


def html(case: Case, answer: Answer) -> str:
    """The report on one answer as the text of a self-contained HTML file."""
    environment = Environment(
        loader=PackageLoader("corridor.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(
        case=case,
        answer=answer,
        headline=headline(case, answer),
        tiles=_tiles(answer),
        first=first_limit(answer) if answer.first else None,
        alternatives=[limit_name(answer, each) for each in answer.first.alternatives] if answer.first else [],
        limits=[_limit(row) for row in rows(answer.limits)],
        segments=_segments(answer),
        uses=_uses(answer),
        map=answer_map(case, answer),
        flows=_flows(case, answer),
        evidence=_evidence(case),
        sources=_sources(case),
        certificate=certificate_line(answer),
        amount=amount,
    )


def _tiles(answer: Answer) -> list[dict[str, Any]]:
    nameplate = answer.gate.nameplate_t if answer.gate else math.inf
    tiles: list[dict[str, Any]] = []
    for name, value in answer.measures_t.items():
        title, meaning = MEASURES[name]
        share = f"{value / nameplate:.0%} of the nameplate" if math.isfinite(nameplate) else ""
        tiles.append(
            {"title": title, "value": mt(value, 2), "share": share, "meaning": meaning, "main": name == answer.study}
        )
    return tiles


def _limit(row: Any) -> dict[str, str]:
    return {
        "name": row.name,
        "kind": KIND.get(row.kind, row.kind),
        "used": amount(row.used),
        "available": amount(row.available),
        "unit": row.unit,
        "price": amount(row.price),
        "price_unit": row.price_unit,
    }


def _segments(answer: Answer) -> list[dict[str, Any]]:
    most = max([1.0, *answer.segments["t"], *answer.segments["base_t"]]) if len(answer.segments) else 1.0
    return [
        {
            "name": row.name,
            "base": amount(row.base_t / 1e6),
            "t": amount(row.t / 1e6),
            "times": f"{row.t / row.base_t:.2f}" if row.base_t else "–",
            "ceiling": amount(row.ceiling_t / 1e6) if math.isfinite(row.ceiling_t) else "none",
            "base_share": 100 * row.base_t / most,
            "share": 100 * row.t / most,
        }
        for row in rows(answer.segments)
    ]


def _uses(answer: Answer) -> list[dict[str, Any]]:
    frame = answer.use.sort_values(["share", "resource"], ascending=[False, True], na_position="last")
    priced = set(answer.limits["resource"])
    return [
        {
            "name": row.name,
            "kind": KIND.get(row.kind, row.kind),
            "used": amount(row.used),
            "available": amount(row.available),
            "unit": row.unit,
            "share": None if math.isnan(row.share) or not math.isfinite(row.available) else min(1.0, row.share),
            "limit": row.resource in priced,
        }
        for row in rows(frame)
        if row.used > 0 or row.available > 0
    ]


def link_table(case: Case, answer: Answer) -> pd.DataFrame:
    """What the map draws: one row a link with its tonnes (both ways) and the use of its busiest resource.

    Columns: link_id, from_node_id, to_node_id, mode_id, flow_t, capacity_t (tonnes that would pass if the busiest
    resource were full with the same mix, at most the nameplate; NaN where none is known), utilisation, busiest.
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
    found = []
    for link in case.rows("link"):
        known = sorted((share[each], each) for each in taken[link.link_id] if each in share)
        t = float(flow.get(link.link_id, 0.0))
        used, busiest = known[-1] if known else (math.nan, "")
        # A hardly used resource would give a pipe wider than the sea: no pipe is drawn wider than the nameplate.
        capacity = min(t / used, widest) if used and used > 0 else math.nan
        found.append((link.link_id, link.from_node_id, link.to_node_id, link.mode_id, t, capacity, used, busiest))
    columns = ["link_id", "from_node_id", "to_node_id", "mode_id", "flow_t", "capacity_t", "utilisation", "busiest"]
    return pd.DataFrame(found, columns=columns)


def answer_map(case: Case, answer: Answer) -> str:
    """The flow map of an answer as SVG, or nothing where the places have no coordinates."""
    nodes = case["node"].reset_index()
    nodes = nodes[nodes["x_coord"].notna() & nodes["y_coord"].notna()]
    if not len(nodes):
        return ""
    links = link_table(case, answer)
    links = links[links["from_node_id"].isin(nodes["node_id"]) & links["to_node_id"].isin(nodes["node_id"])]
    callouts: list[Callout] = []
    for row in rows(answer.limits):
        users = links[
            (links["busiest"] == row.resource) & (links["mode_id"].str.startswith(("quay", "handling")).eq(False))
        ]
        if len(users) and len(callouts) < 5:
            busiest = users.sort_values(["flow_t", "link_id"], ascending=[False, True]).iloc[0]
            callouts.append(Callout(len(callouts) + 1, str(row.name), link_id=str(busiest["link_id"])))
    title = f"{case.title} {case.base_year}: yearly tonnes"
    description = f"Map of the corridor. {headline(case, answer)}"
    nodes = nodes.assign(label=nodes["label"].astype(bool), major=False)
    return flow_map(
        nodes[["node_id", "name", "x_coord", "y_coord", "label", "major"]],
        links,
        callouts=callouts,
        title=title,
        description=description,
    )


def _flows(case: Case, answer: Answer) -> list[dict[str, str]]:
    names = {row.node_id: row.name for row in case.rows("node")}
    links = link_table(case, answer)
    uses = {row.resource: row.name for row in rows(answer.use)}
    links = links[links["flow_t"] > 0].sort_values(["flow_t", "link_id"], ascending=[False, True])
    return [
        {
            "name": f"{names[row.from_node_id]} – {names[row.to_node_id]}",
            "mode": str(row.mode_id).replace("_", " "),
            "t": amount(row.flow_t / 1e6),
            "share": "not known" if math.isnan(row.utilisation) else f"{row.utilisation:.0%}",
            "busiest": uses.get(str(row.busiest), ""),
        }
        for row in rows(links)
    ]


def _evidence(case: Case) -> list[dict[str, Any]]:
    frame = case["evidence"]
    if not len(frame):
        return []
    counts = frame["basis"].value_counts()
    return [
        {"basis": basis, "count": int(counts.get(basis, 0)), "meaning": meaning} for basis, meaning in BASES.items()
    ]


def _sources(case: Case) -> list[dict[str, str]]:
    used = {each for cell in case["evidence"]["source_id"] for each in (cell or ())} if len(case["evidence"]) else set()
    return [
        {
            "id": row.source_id,
            "item": row.item,
            "value": row.value or "",
            "unit": row.unit or "",
            "year": row.year or "",
            "title": row.title,
            "url": row.url,
        }
        for row in case.rows("source")
        if row.source_id in used
    ]
