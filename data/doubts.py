"""Doubts about a case without faults; one function a kind of warning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corridor.data.scenario import strangers
from corridor.data.size_rules import NEAR_KM, straight_lines, without_length
from corridor.data.view import Found, View
from corridor.model.case import Case, Cell
from corridor.model.derived import departures, following
from corridor.model.evidence import number
from corridor.model.language import say
from corridor.model.units import tonnes_in

SHORT = 0.95
"""Share of the straight line below which a length is doubted; a coordinate is rarely worse."""
SPAN = 1e8
"""Ratio of the largest to the smallest tonnes of a case beyond which the solver's digits do not hold both."""


def your_numbers(view: View) -> Iterator[Found]:
    """W001: a number of a copy that differs from the one that was copied has no source.

    A derived number that follows its formula rests on those of the planner, and needs none.
    """
    follows = following(view.case) if view.case.yours else set()
    for cell, was in view.case.yours.items():
        if cell in follows or cell in view.case.touched or cell in view.case.explained:
            continue
        value = number(view.case, cell)
        instead = "" if was is None else say(" instead of {was:.12g}", was=was)
        message = say("{value:.12g}{instead} is your number, without a source", value=value, instead=instead)
        remedy = say("leave it so, or give its source and range a row of evidence.csv")
        yield Found("W001", *cell, message, remedy=remedy)


def kept_numbers(view: View) -> Iterator[Found]:
    """W002: a derived number that a changed one no longer gives is kept as it stands."""
    for cell, stated, gives in departures(view.case):
        formula = _formulas(view.case)[cell].formula
        message = say(
            "{stated:.12g} is kept, though its formula gives {gives:.6g} now: {formula}",
            stated=stated,
            gives=gives,
            formula=formula,
        )
        remedy = say("leave it so, or recalculate it (corridor check --recalculate, or derived='recalculate' of load)")
        yield Found("W002", *cell, message, remedy=remedy)


def _formulas(case: Case) -> Mapping[Cell, Any]:
    return {(row.table, row.row, row.column): row for row in case.rows("evidence") if row.formula and not row.scenario}


def no_lengths(view: View) -> Iterator[Found]:
    """W004: modes have rates by kilometre, but no link has a length."""
    if any(row.length_km for row in view.case.rows("link")):
        return
    for link, rates in without_length(view.case):
        message = say(
            "no link has a length, so {rates} of {mode_id} by kilometre count for nothing",
            rates=rates,
            mode_id=link.mode_id,
        )
        yield Found("W004", "link", link.link_id, "length_km", message, remedy=say("give the km of the links"))
        return


def short_links(view: View) -> Iterator[Found]:
    """W005: a link is shorter than the straight line between its places."""
    for link, straight in straight_lines(view.case):
        if link.length_km < SHORT * straight and straight - link.length_km > NEAR_KM:
            message = say(
                "{length_km:g} km is less than the {straight:.0f} km of the straight line from"
                " {from_node_id} to {to_node_id}",
                length_km=link.length_km,
                straight=straight,
                from_node_id=link.from_node_id,
                to_node_id=link.to_node_id,
            )
            remedy = say("correct it, or x_coord and y_coord in node.csv")
            yield Found("W005", "link", link.link_id, "length_km", message, remedy=remedy)


def quay_links(view: View) -> Iterator[Found]:
    """W006, W007: a quay link beside others of its port uses none of the port's quays, or is no gate as they are."""
    case = view.case
    quays = {row.resource_id for row in case.rows("resource") if row.kind == "quay"}
    users: dict[str, set[str]] = defaultdict(set)
    for row in case.rows("use"):
        if row.resource_id in quays:
            users[row.link_id].add(row.resource_id)
    ports: dict[str, list[Any]] = defaultdict(list)
    for link in case.rows("link"):
        if link.kind == "quay":
            for node in (link.from_node_id, link.to_node_id):
                ports[node].append(link)
    doubted: set[tuple[str, str]] = set()
    for port, links in ports.items():
        there = sorted(set().union(*(users[link.link_id] for link in links)))
        for link in links:
            others = [each for each in links if each is not link]
            free = link.capacity_t_per_year == float("inf") and not users[link.link_id]
            if free and there and ("W006", link.link_id) not in doubted:
                doubted.add(("W006", link.link_id))
                message = say(
                    "{link_id} uses no quay of {port}, so nothing at the quay limits it",
                    link_id=link.link_id,
                    port=port,
                )
                remedy = say("add it to use.csv with {there}, or give it a capacity", there=say(" or ").join(there))
                yield Found("W006", "link", link.link_id, "link_id", message, remedy=remedy)
            if not link.gate and any(each.gate for each in others) and ("W007", link.link_id) not in doubted:
                doubted.add(("W007", link.link_id))
                message = say(
                    "{link_id} is no gate, as other quay links of {port} are: its cargo is not counted",
                    link_id=link.link_id,
                    port=port,
                )
                yield Found(
                    "W007", "link", link.link_id, "gate", message, remedy=say("write gate = 1, or another kind")
                )


def spans(view: View) -> Iterator[Found]:
    """W008: tonnes of a case lie so far apart that small ones drown in the digits of the large."""
    case = view.case
    cells = [("demand", row.demand_id, "t_per_year", row.t_per_year) for row in case.rows("demand")]
    cells += [("link", row.link_id, "capacity_t_per_year", row.capacity_t_per_year) for row in case.rows("link")]
    cells += [("gate", row.gate_id, "nameplate_t_per_year", row.nameplate_t_per_year) for row in case.rows("gate")]
    cells += [
        ("resource", row.resource_id, "capacity", row.capacity * (tonnes_in(row.unit) or 0))
        for row in case.rows("resource")
    ]
    known = [cell for cell in cells if 0 < cell[3] < float("inf")]
    if not known:
        return
    small, large = min(known, key=lambda cell: cell[3]), max(known, key=lambda cell: cell[3])
    if large[3] > SPAN * small[3]:
        other = f"{large[3]:,.12g} t of {large[0]}.{large[1]}"
        message = say(
            "{small:,.12g} t stands beside {other}: too far apart for one answer", small=small[3], other=other
        )
        yield Found("W008", *small[:3], message, remedy=say("check the units of both"))


def scenario_files(view: View) -> Iterator[Found]:
    """W009: a file or folder beside the scenarios is none."""
    for name, message, remedy in strangers(Path(view.case.home)) if view.case.home else ():
        yield Found("W009", f"scenario/{name}", "", "", message, remedy=remedy)
