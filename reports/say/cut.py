"""The page of the cut: the upper bound of the graph beside the model."""

from __future__ import annotations

from corridor.model.case import Case
from corridor.model.graph import arcs, distinct
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Column, Heading, Paragraph, Table
from corridor.reports.say.words import millions

MOST_LINKS = 3
"""Links of a narrowest place that are named."""


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """The minimum cut of the graph beside the model's answer, by commodity and direction."""
    frame = listing.frame
    if not len(frame):
        return [] if not short else [Paragraph(("No cargo crosses the gate in a market that grows.",))]
    names = _link_names(listing.case)
    ends = [(str(row.nearest), str(row.farthest)) for row in rows(frame)]
    columns = [
        Column("Commodity", wide=1.4),
        Column("Direction"),
        Column("Model", "Mt", right=True),
        Column("Upper bound", "Mt", right=True),
        Column("Narrowest place", wide=4),
    ]
    places = [[_links(near, names)] for near, _ in ends]
    if any(near != far for near, far in ends):
        columns[-1:] = [
            Column("Narrowest place nearest to the origins", wide=2.4),
            Column("and nearest to the destinations", wide=2.4),
        ]
        places = [
            [_links(near, names), "the same" if near == far and near else _links(far, names)] for near, far in ends
        ]
    table = Table(
        tuple(columns),
        tuple(
            (str(row.name), str(row.direction), millions(row.lp_t), millions(row.cut_t), *place)
            for row, place in zip(rows(frame), places, strict=True)
        ),
        caption="The most of each commodity alone: this model, and the upper bound of the graph",
        small=True,
    )
    words = (
        "The graph alone, without fleets that are shared, without empties and with one commodity at a time, lets more"
        " pass than the model. Its narrowest place (minimum cut) is an upper bound, not an answer: the distance"
        " between the two is what shared ships, berths and wagons cost."
    )
    return [Heading("The graph alone: an upper bound"), Paragraph((words,)), table]


def _link_names(case: Case) -> dict[str, str]:
    nodes = {row.node_id: row.name for row in case.rows("node")}
    return distinct(
        {arc.arc_id: f"{nodes[arc.start]} – {nodes[arc.end]} ({arc.mode_id.replace('_', ' ')})" for arc in arcs(case)}
    )


def _links(cell: object, names: dict[str, str]) -> str:
    ids = [each.strip() for each in str(cell or "").split(",") if each.strip()]
    if not ids:
        return "none"
    shown = [names.get(each, each) for each in ids[:MOST_LINKS]]
    return "; ".join(shown) + (f"; and {len(ids) - MOST_LINKS} more" if len(ids) > MOST_LINKS else "")
