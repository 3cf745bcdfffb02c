"""The figure of vehicles: one bar a fleet, by country; and the finding that it shows."""

from __future__ import annotations

from typing import Any

from corridor.model.language import marked, numeral, plural, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, figure
from corridor.reports.charts.fleet import Fleet, fleet_figure
from corridor.reports.countries import country_name
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.words import capital, inside, listed, percent

LIMITS = "capability"
"""The state of the figure where none is asked for."""
NAMED = 3
"""Fleets that a sentence names."""
DRAWN = 13
"""Fleets of the figure: those most at work."""
NOBODY = marked("Of other owners")


def counted(listing: Listing, state: str) -> list[Any]:
    """The rows of a state that have a finite number of vehicles."""
    frame = listing.frame
    own = frame[(frame["state"] == state) & frame["there"].notna() & (frame["there"] < float("inf"))]
    return rows(own)


def full(listing: Listing) -> list[Any]:
    """The fleets of which one vehicle more lets more through, where each kind of cargo grows to its limit."""
    return [row for row in counted(listing, LIMITS) if row.worth_t > 0]


def vehicles_title(listing: Listing) -> str:
    """The finding in ten words: ships, vehicles on land, both or neither stop the cargo."""
    known = counted(listing, LIMITS)
    kinds = {row.at_sea for row in known}
    short = {row.at_sea for row in full(listing)}
    if not short:
        return say("No fleet stops the cargo: every one has idle vehicles") if known else ""
    if short == {True, False}:
        return say("Ships run out, and so do vehicles on land")
    if short == {True}:
        return say("Ships run out; locomotives and wagons do not") if False in kinds else say("Ships run out")
    return say("Vehicles on land run out; ships do not") if True in kinds else say("Vehicles on land run out")


def vehicles_said(listing: Listing) -> list[str]:
    """Sentences: the fleets that are short, and the fullest of the others on land."""
    known, short = counted(listing, LIMITS), full(listing)
    sorts = []
    for at_sea in (True, False):
        fleets = sum(row.at_sea == at_sea for row in known)
        scarce = sum(row.at_sea == at_sea for row in short)
        count = numeral(scarce) if scarce else say("none", about="fleets")
        if fleets and at_sea:
            sorts.append(
                plural("in {count} of {n} fleet of ships", "in {count} of {n} fleets of ships", fleets, count=count)
            )
        elif fleets:
            sorts.append(
                plural("in {count} of {n} fleet on land", "in {count} of {n} fleets on land", fleets, count=count)
            )
    said = [say("One vehicle more lets more cargo through {sorts}.", sorts=listed(sorts))] if sorts else []
    rest = [row for row in known if not row.at_sea and row.there > 0 and row not in short]
    if rest:
        fullest = min(rest, key=lambda row: (row.idle / row.there, row.name))
        share = percent(1 - fullest.idle / fullest.there)
        name = inside(listing.case, fullest.name)
        said.append(say("The fullest on land with room: {name}, {share} at work.", name=name, share=share))
    return said


def vehicles_figure(listing: Listing, state: str = LIMITS, named: str = "") -> list[Block]:
    """One bar a fleet in a state; ``named`` is the state in words. Nothing where no fleet has a number."""
    known = [row for row in counted(listing, state) if row.there > 0 or row.lacking > 0]
    if not known:
        return []
    drawn = sorted(known, key=lambda row: (row.lacking <= 0, row.idle / (row.there or 1.0), row.name))[:DRAWN]
    known.sort(key=lambda row: (row.country == "", countries(row.country), row.at_sea, row.idle / (row.there or 1.0)))
    bars = tuple(_fleet(row) for row in known if row in drawn)
    left = len(known) - len(drawn)
    lacks = [row for row in known if row.lacking > 0]
    title = (
        _at_work(known)
        if state == LIMITS
        else say("{lacks} of {count} fleets lack vehicles", lacks=len(lacks), count=len(known))
    )
    least = sorted(lacks or known, key=lambda row: (-row.lacking / (row.there or 1.0), row.idle / (row.there or 1.0)))
    alt = f"{title}: {listed([f'{row.name} {_fleet(row).text}' for row in least[:NAMED]])}."
    return [
        figure(
            fleet_figure,
            bars,
            title=title,
            alt=alt,
            subtitle=say(
                "Vehicles in the mean of the year: {state}",
                state=named or say("each kind of cargo grows to its limit"),
            ),
            caption=say(
                "Every bar is one fleet, of one length. At its end: vehicles busy, of those that work and are not in "
                "other traffic."
            )
            + (say(" {left} fleets that are less at work are not drawn.", left=left) if left else ""),
            name="fleet" if state == LIMITS else "",
            numbers=table(
                known,
                words(say("Country"), lambda row: countries(row.country), wide=2),
                words(say("Fleet"), lambda row: capital(row.name), wide=4),
                number(say("There"), lambda row: vehicles(row.there)),
                number(say("Moving"), lambda row: vehicles(row.moving)),
                number(say("Terminals"), lambda row: vehicles(row.terminal)),
                number(say("Ports"), lambda row: vehicles(row.port)),
                number(say("Borders, gauge"), lambda row: vehicles(row.border + row.gauge)),
                number(say("Idle"), lambda row: vehicles(row.idle)),
                number(say("Lacking"), lambda row: vehicles(row.lacking)) if lacks else None,
            ),
        )
    ]


def _at_work(known: list[Any]) -> str:
    """The share of ships, and of vehicles on land, that is at work."""
    shares = {}
    for at_sea in (True, False):
        own = [row for row in known if row.at_sea == at_sea]
        if there := sum(row.there for row in own):
            shares[at_sea] = percent(1 - sum(row.idle for row in own) / there)
    if len(shares) == 2:
        return say("At work: ships {ships}, vehicles on land {land}", ships=shares[True], land=shares[False])
    return say("At work: {share} of the vehicles", share="".join(shares.values()))


def _fleet(row: Any) -> Fleet:
    parts = (row.moving, row.terminal, row.port, row.border + row.gauge, row.idle, row.lacking)
    busy = sum(parts[:4]) - row.lacking
    text = (
        say("lacks {number}", number=vehicles(row.lacking))
        if row.lacking > 0
        else say("{busy} of {there}", busy=vehicles(busy), there=vehicles(row.there))
    )
    shown = tuple(part * busy / sum(parts[:4]) if sum(parts[:4]) else part for part in parts[:4]) + parts[4:]
    return Fleet(countries(row.country) or say(NOBODY), capital(row.name), shown, text, row.lacking > 0)


def countries(codes: str) -> str:
    """The names of countries by their codes with blanks between; empty for none."""
    return ", ".join(country_name(code) for code in codes.replace(" and ", " ").split())


def vehicles(value: float) -> str:
    """A number of vehicles: whole from ten, else with one decimal; no number as a dash.

    >>> vehicles(1350.4), vehicles(2.07), vehicles(0), vehicles(float("nan"))
    ('1,350', '2.1', '0', '–')
    """
    if value != value:
        return "–"
    if value == float("inf"):
        return say("no limit")
    return numeral(value, ",.0f") if value >= 9.95 or value == 0 else numeral(value, ".1f")
