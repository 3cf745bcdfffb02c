"""The page of the cut: the upper bound of the graph beside the model."""

from __future__ import annotations

from typing import Any

from corridor.model.case import Case
from corridor.model.graph import arcs, distinct
from corridor.model.language import Words, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Heading, Paragraph
from corridor.reports.say.columns import megatonnes, table, words

MOST_LINKS = 3
"""Links of a narrowest place that are named."""
DIRECTIONS = Words({"forward": "forward", "back": "back", "both": "both"})
"""Directions through the gate."""


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """The minimum cut of the graph beside the model's answer, by commodity and direction."""
    frame = listing.frame
    if not len(frame):
        return [] if not short else [Paragraph((say("No cargo crosses the gate in a market that grows."),))]
    names = _link_names(listing.case)
    one = all(row.nearest == row.farthest for row in rows(frame))
    place = say("Narrowest place") if one else say("Narrowest place nearest to the origins")
    shown = table(
        rows(frame),
        words(say("Commodity"), "name", wide=1.4),
        words(say("Direction"), lambda row: DIRECTIONS.get(row.direction, row.direction)),
        megatonnes(say("Model"), "lp_t"),
        megatonnes(say("Upper bound"), "cut_t"),
        words(place, lambda row: _links(row.nearest, names), wide=4 if one else 2.4),
        None if one else words(say("and nearest to the destinations"), lambda row: _far(row, names), wide=2.4),
        caption=say("The most of each commodity alone: this model, and the upper bound of the graph"),
        small=True,
    )
    note = say(
        "The graph alone, without fleets that are shared, without empties and with one commodity"
        " at a time, lets more pass than the model. Its narrowest place (minimum cut) is an upper"
        " bound, not an answer: the distance between the two is what shared ships, berths and"
        " wagons cost."
    )
    return [Heading(say("The graph alone: an upper bound")), Paragraph((note,)), shown]


def _link_names(case: Case) -> dict[str, str]:
    modes = {row.mode_id: case.words(row.mode_id.replace("_", " ")) for row in case.rows("mode")}
    nodes = {row.node_id: row.name for row in case.rows("node")}
    return distinct({arc.arc_id: f"{nodes[arc.start]} – {nodes[arc.end]} ({modes[arc.mode_id]})" for arc in arcs(case)})


def _far(row: Any, names: dict[str, str]) -> str:
    return say("the same") if row.nearest and row.nearest == row.farthest else _links(row.farthest, names)


def _links(cell: object, names: dict[str, str]) -> str:
    ids = [each.strip() for each in str(cell or "").split(",") if each.strip()]
    if not ids:
        return say("none")
    shown = [names.get(each, each) for each in ids[:MOST_LINKS]]
    return "; ".join(shown) + (say("; and {count} more", count=len(ids) - MOST_LINKS) if len(ids) > MOST_LINKS else "")
