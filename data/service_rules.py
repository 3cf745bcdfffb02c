"""Rules on the services of a timetable, their links and their places; one function a rule."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from corridor.data.view import Found, View
from corridor.model.language import say

WEEK_H = 168.0


def ways(view: View) -> Iterator[Found]:
    """C218: links of a service follow one another, and lead back to the place where they began."""
    links = {row.link_id: row for row in view.case.rows("link")}
    for row in view.case.rows("service"):
        key = ("service", row.service_id)
        there = [links[name] for name in row.links if name in links]
        back = [links[name] for name in row.back_links if name in links]
        if not row.links or len(there) < len(row.links) or len(back) < len(row.back_links):
            continue
        end = yield from _followed((*key, "links"), there, there[0].from_node_id)
        if end is None:
            continue
        back = back or there[::-1]
        home = yield from _followed((*key, "back_links"), back, end)
        if home is not None and home != there[0].from_node_id:
            message = say(
                "the way back ends at {home}, not at {from_node_id}; end it where links begin",
                home=home,
                from_node_id=there[0].from_node_id,
            )
            yield Found("C218", *key, "back_links", message, ("links",))


def _followed(key: tuple[str, str, str], links: list[Any], at: str) -> Generator[Found, None, str | None]:
    """The place where links end that are followed from another, each the way that goes on; None after a fault."""
    for link in links:
        if None in (link.from_node_id, link.to_node_id):
            return None  # the table of links has this fault itself
        ends = {link.from_node_id: link.to_node_id}
        if not link.directed:
            ends.setdefault(link.to_node_id, link.from_node_id)
        if at not in ends:
            message = say(
                "{link_id} does not lead on from {at}; put the links in order, or name the way back",
                link_id=link.link_id,
                at=at,
            )
            yield Found("C218", *key, message, ("links",))
            return None
        at = ends[at]
    return at


def units(view: View) -> Iterator[Found]:
    """C219: a service has a unit and its number, or neither; a carrier gives hours in port where turn_h is empty."""
    links = {row.link_id: row for row in view.case.rows("link")}
    for row in view.case.rows("service"):
        key = ("service", row.service_id)
        if (row.unit_id is None) != (row.units is None):
            message = say("a unit and the units of a departure come together; give both, or neither")
            yield Found("C219", *key, "units", message, ("unit_id",))
        named = (*row.links, *row.back_links)
        its = [links[name] for name in named if name in links]
        if row.units is None and its and len(its) == len(named) and all(each.carrier_id is None for each in its):
            message = say("no carrier moves on its links, so its departures are not known; give unit_id and units")
            yield Found("C219", *key, "units", message, ("links",))


def windows(view: View) -> Iterator[Found]:
    """C221: a window has an hour and a length, both within its interval, of which a week is a multiple."""
    for row in view.case.rows("service_link"):
        key = ("service_link", row.service_link_id)
        if (row.slot_from_h is None) != (row.slot_h is None):
            message = say("the hour at which a window opens and its length come together; give both, or neither")
            yield Found("C221", *key, "slot_h", message, ("slot_from_h",))
        if row.slot_from_h is None or row.slot_h is None or row.slot_every_h is None:
            continue
        if WEEK_H % row.slot_every_h:
            message = say(
                "a week of 168 h is no multiple of {slot_every_h:g} h; give 24, 12, 168 or the like",
                slot_every_h=row.slot_every_h,
            )
            yield Found("C221", *key, "slot_every_h", message)
        for column in ("slot_from_h", "slot_h"):
            if getattr(row, column) >= row.slot_every_h:
                message = say(
                    "{hours:g} is not below the {slot_every_h:g} h between two windows",
                    hours=getattr(row, column),
                    slot_every_h=row.slot_every_h,
                )
                yield Found(
                    "C221", *key, column, say("{message}; correct one of them", message=message), ("slot_every_h",)
                )


def stands(view: View) -> Iterator[Found]:
    """C310: a hand-over or change of gauge has its kind, an end of the link and hours; the most are not below."""
    links = {row.link_id: row for row in view.case.rows("link")}
    for row in view.case.rows("service_link"):
        key = ("service_link", row.service_link_id)
        given = {name: getattr(row, name) for name in ("stand", "stand_node_id", "stand_h")}
        lacks = [name for name, value in given.items() if value is None]
        if 0 < len(lacks) < len(given):
            message = say("a stand has a kind, a place and hours; give {column}, or leave all out", column=lacks[0])
            yield Found("C310", *key, lacks[0], message, tuple(name for name in given if name not in lacks))
        link = links.get(row.link_id)
        if link is not None and row.stand_node_id not in (None, link.from_node_id, link.to_node_id):
            message = say(
                "{place} is no end of {link_id}; give {from_node_id} or {to_node_id}",
                place=row.stand_node_id,
                link_id=row.link_id,
                from_node_id=link.from_node_id,
                to_node_id=link.to_node_id,
            )
            yield Found("C310", *key, "stand_node_id", message, ("link_id",))
        if None not in (row.stand_h, row.stand_most_h) and row.stand_most_h < row.stand_h:
            message = say(
                "{most:g} h are below the least of {least:g} h; correct one", most=row.stand_most_h, least=row.stand_h
            )
            yield Found("C310", *key, "stand_most_h", message, ("stand_h",))


def once(view: View) -> Iterator[Found]:
    """C222: a link and a place have one row each in the tables of the timetable."""
    for table, column in (("service_link", "link_id"), ("service_place", "node_id")):
        seen: dict[str, str] = {}
        for row in view.case.rows(table):
            value = getattr(row, column)
            if value is None:
                continue
            first = seen.setdefault(value, row[0])
            if first != row[0]:
                yield Found(
                    "C222",
                    table,
                    row[0],
                    column,
                    say("{value} has the row {first} already; keep one of them", value=value, first=first),
                )
