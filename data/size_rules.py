"""Sizes that contradict each other: lengths beside places, amounts beside units; one function a rule."""

from __future__ import annotations

from collections.abc import Iterator
from math import asin, cos, radians, sin, sqrt
from typing import Any

from corridor.data.view import Found, View
from corridor.model.case import Case
from corridor.model.language import say
from corridor.model.units import AMBIGUOUS, pieces_in, tonnes_in

EARTH_KM = 6371.0
NEAR_KM = 20.0
"""Km by which a length may fall short of the straight line: places are points, and ports are wide."""
HEAVIEST_T = 500.0
"""Most tonnes that one wagon, box or truck takes of anything."""
MOST_A_TONNE = 0.5
"""Boxes, wagons, trains or ships that a tonne takes at most; a box of two tonnes is the lightest."""


def lengths(view: View) -> Iterator[Found]:
    """C160, C161: a link has the length that its mode is paid or emits by, and no less than half the straight line.

    A case in which no link has a length is warned of, by :func:`corridor.data.doubts.no_lengths`.
    """
    if any(row.length_km for row in view.case.rows("link")):
        for link, rates in without_length(view.case):
            message = say(
                "the cell is empty, but {mode_id} has {rates} by kilometre, so the link would be free of"
                " it; give the km, or write 0",
                mode_id=link.mode_id,
                rates=rates,
            )
            yield Found("C160", "link", link.link_id, "length_km", message, ("mode_id",))
    for link, straight in straight_lines(view.case):
        if link.length_km < straight / 2 and straight - link.length_km > NEAR_KM:
            message = say(
                "{length_km:g} km is less than half of the {straight:.0f} km between {from_node_id} and"
                " {to_node_id}; correct it, or x_coord and y_coord in node.csv",
                length_km=link.length_km,
                straight=straight,
                from_node_id=link.from_node_id,
                to_node_id=link.to_node_id,
            )
            yield Found("C161", "link", link.link_id, "length_km", message, ("from_node_id", "to_node_id"))


def without_length(case: Case) -> Iterator[tuple[Any, str]]:
    """Links whose length is left empty, though their mode has rates by kilometre, with these in words."""
    by_km = {row.mode_id: _by_km(row) for row in case.rows("mode")}
    for link in case.rows("link"):
        cell = ("link", link.link_id, "length_km")
        if not link.length_km and by_km.get(link.mode_id) and cell not in case.stated and cell not in case.touched:
            yield link, by_km[link.mode_id]


def _by_km(mode: Any) -> str:
    """The rates of a mode by kilometre that are not zero, in words."""
    rates = {say("a cost"): mode.cost_usd_per_tkm, say("emissions"): mode.g_co2e_per_tkm}
    return say(" and ").join(words for words, rate in rates.items() if rate)


def straight_lines(case: Case) -> Iterator[tuple[Any, float]]:
    """Links with a length, and the km of the great circle between their places, where both have coordinates."""
    places = {
        row.node_id: (radians(row.x_coord), radians(row.y_coord))
        for row in case.rows("node")
        if row.x_coord is not None and row.y_coord is not None
    }
    for link in case.rows("link"):
        if link.length_km and link.from_node_id in places and link.to_node_id in places:
            (x, y), (u, v) = places[link.from_node_id], places[link.to_node_id]
            half = sin((v - y) / 2) ** 2 + cos(y) * cos(v) * sin((u - x) / 2) ** 2
            yield link, 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def units(view: View) -> Iterator[Found]:
    """C162: an amount fits the unit of its resource: a tonne takes no kilotonne, and no whole train."""
    unit_of = {row.resource_id: row.unit for row in view.case.rows("resource")}
    for row in view.case.rows("use"):
        unit = unit_of.get(row.resource_id)
        if not unit or not row.amount or row.activity == "move":
            continue
        tonnes, pieces = tonnes_in(unit), pieces_in(unit)
        on = ("use", row.use_id, "amount")
        if tonnes is None and AMBIGUOUS.match(unit) and row.activity == "tonne":
            message = say(
                "{amount:g} {unit} by a tonne may be metric tons or million tonnes; write t, kt or Mt as the unit",
                amount=row.amount,
                unit=unit,
            )
            yield Found("C162", *on, message, ("activity",))
        elif tonnes not in (None, 1.0) and row.activity == "tonne" and not 0.05 <= row.amount * (tonnes or 0) <= 20:
            message = say(
                "{amount:g} {unit} by a tonne is {amount2:g} t by a tonne; write {tonnes:g}, or give the resource in t",
                amount=row.amount,
                unit=unit,
                amount2=row.amount * (tonnes or 0),
                tonnes=1 / (tonnes or 1),
            )
            yield Found("C162", *on, message, ("activity", "resource_id"))
        elif tonnes not in (None, 1.0) and row.activity != "tonne" and row.amount * (tonnes or 0) > HEAVIEST_T:
            message = say(
                "{amount:g} {unit} by a unit is {amount2:g} t; write the {unit} of one unit",
                amount=row.amount,
                unit=unit,
                amount2=row.amount * (tonnes or 0),
            )
            yield Found("C162", *on, message, ("activity", "resource_id"))
        elif pieces and row.activity == "tonne" and row.amount * pieces >= MOST_A_TONNE:
            message = say(
                "{amount:g} {unit} by a tonne is too much; write one through the tonnes of one, count"
                " units or moves in activity, or give the resource in t",
                amount=row.amount,
                unit=unit,
            )
            yield Found("C162", *on, message, ("activity", "resource_id"))
