"""The page of vehicles: by owner and type, at the cargo that is used, comes and fits; hours, and shared parks."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.case import Case
from corridor.model.language import Words, marked, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Heading, Note, Paragraph
from corridor.reports.countries import country_name
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.words import capital, inside, listed, mt, percent, used_name

TITLES = Words(
    {
        "expected": "Comes",
        "concurrent": "Fits if all grow alike",
        "capability": "Fits if each grows to its limit",
    }
)
SHORT = ("handled", "capability")
"""States that the short page has beside those of scenarios."""
NAMED = 4
"""Number of fleets that a sentence names as lacking."""
WHERE = Words({"border": "border", "port": "port", "gauge": "gauge"})
DIMENSIONS = Words({"t": "t", "teu": "TEU", "length_m": "length m", "area_m2": "area m2"})
"""Dimensions of carriers in the words of a reader."""
PLACES = 6
"""Number of places that the short page lists."""


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """Vehicles of each owner and type in every state; the short page keeps the base year and the limits."""
    frame, case = listing.frame, listing.case
    if not len(frame):
        return [Paragraph((say("The case names no vehicles: neither units nor carriers."),))]
    blocks: list[Block] = [Heading(say("Who provides locomotives, wagons and ships")), _opening(listing)]
    for state in frame["state"].unique():
        if short and state in ("expected", "concurrent"):
            continue
        own = rows(frame[(frame["state"] == state) & ~(short & frame["there"].isna())])
        title = used_name(case) if state == "handled" else TITLES.get(state) or _title(listing, state)
        blocks.append(_table(own, say("Vehicles in the mean of the year: {title}", title=title), state))
    blocks += _hours(listing, short)
    blocks += _pooling(listing)
    blocks += [] if short else _work(listing)
    blocks += _whole(listing, short)
    return [*blocks, Note(say(NOTE))]


NOTE = marked(
    "There: vehicles in work, less those in other traffic. At ports: ships and trains with the hours of port and "
    "waiting, wagons that load, unload or ride a ship in port. Units without an owner in the case have no number and "
    "cannot run out. Hire: of the vehicles in use, a year."
)


def _opening(listing: Listing) -> Paragraph:
    frame = listing.frame
    counted = [row for row in rows(frame) if not math.isnan(row.there) and not math.isinf(row.there)]
    full = [row for row in counted if row.state == "capability" and row.worth_t > 0]
    used = [row for row in counted if row.state == "handled"]
    said = [say("{count} fleets have a number.", count=len(used))]
    if full:
        names = listed([f"{inside(listing.case, row.name)}" for row in full])
        said.append(
            say(
                "Where each kind of cargo grows to its limit, one more of these lets more through: {names}.",
                names=names,
            )
        )
    else:
        said.append(say("None of them stops the cargo, even where each kind of cargo grows to its limit."))
    for name, share in listing.facts["fits"].items():
        lack = sorted((row for row in counted if row.state == name), key=lambda row: -row.lacking / (row.there or 1.0))
        lack = [row for row in lack if row.lacking > 0]
        named = [
            say("{inside} {lacking:,}", inside=inside(listing.case, row.name), lacking=math.ceil(row.lacking))
            for row in lack[:NAMED]
        ]
        more = say("; and others") if len(lack) > NAMED else ""
        said.append(
            say(
                "{listing} lacks: {named}{more}.",
                listing=_title(listing, name),
                named="; ".join(named) or say("no vehicle"),
                more=more,
            )
        )
        if share < 1:
            said.append(say("Other limits let {share} of that cargo pass.", share=percent(share)))
    return Paragraph((" ".join(said),))


def _title(listing: Listing, state: str) -> str:
    """The title of a scenario."""
    return capital(listing.case.words(listing.facts["titles"].get(state) or state))


def _table(own: list[Any], caption: str, state: str) -> Block:
    priced = state == "capability" and any(row.worth_t > 0 for row in own)
    return table(
        sorted(own, key=lambda row: (row.country == "", row.country, row.owner, row.name)),
        words(say("Country"), lambda row: country_name(row.country) if row.country else "–", wide=1.5, weight=0.6),
        words(say("Vehicles"), lambda row: capital(row.name), wide=4),
        number(say("There"), lambda row: _count(row.there)),
        number(say("Moving"), lambda row: _count(row.moving)),
        number(say("Terminals"), lambda row: _count(row.terminal), weight=0.5),
        number(say("Ports"), lambda row: _count(row.port), weight=0.8),
        number(say("Borders, gauge"), lambda row: _count(row.border + row.gauge), weight=0.8),
        number(say("Idle"), lambda row: _count(row.idle)),
        number(say("Lacking"), lambda row: _count(row.lacking)) if any(row.lacking > 0 for row in own) else None,
        number(say("One more"), lambda row: numeral(row.worth_t, ",.0f") if row.worth_t else say("nothing"), "t")
        if priced
        else None,
        number(say("Hire"), lambda row: _millions(row.hire_usd), say("m USD"), weight=0.4),
        caption=caption,
    )


def _count(value: float) -> str:
    """Vehicles: whole from ten, else with one decimal; no number as a dash."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return say("no limit")
    return numeral(value, ",.0f") if value >= 10 or value == 0 else numeral(value, ".1f")


def _millions(usd: float) -> str:
    return "–" if math.isnan(usd) else numeral(usd / 1e6, ",.1f")


def _hours(listing: Listing, short: bool) -> list[Block]:
    hours = listing.facts["hours"]
    if not hours:
        return []
    names = _places(listing.case)
    shown = hours[:PLACES] if short else hours
    body = [_Freed(names[row["link"]], row["where"], row["name"], row["frees"]) for row in shown]
    return [
        table(
            body,
            words(say("Place"), "place", wide=4),
            words(say("Sort"), lambda row: WHERE[row.where]),
            words(say("Vehicles"), "name", wide=3),
            number(say("Freed"), lambda row: numeral(row.frees, ".2f")),
            caption=say("Vehicles that one hour less frees, at the cargo of the base year"),
        )
    ]


def _work(listing: Listing) -> list[Block]:
    """Work of each fleet of carriers, and how full its moves are."""
    found = listing.facts["work"]
    return (
        [
            table(
                found,
                words(say("Fleet"), lambda row: row["name"], wide=4),
                number(say("Work"), lambda row: numeral(row["tkm"] / 1e9, ",.2f"), say("bn t km")),
                words(
                    say("Fullest in"),
                    lambda row: DIMENSIONS.get(row["dimension"]) or row["dimension"].replace("_", " "),
                    wide=2,
                ),
                number(say("Offered"), lambda row: numeral(row["offered"], ",.0f")),
                number(say("Carried"), lambda row: numeral(row["carried"], ",.0f")),
                number(say("Share"), lambda row: percent(row["carried"] / row["offered"]) if row["offered"] else "–"),
                caption=say("Work of trains and ships, and how full they are, at the cargo of the base year"),
            )
        ]
        if found
        else []
    )


class _Freed:
    """A row of the table of hours."""

    def __init__(self, place: str, where: str, name: str, frees: float) -> None:
        self.place, self.where, self.name, self.frees = place, where, name, frees


def _places(case: Case) -> dict[str, str]:
    names = {row.node_id: row.name for row in case.rows("node")}
    return {row.link_id: f"{names[row.from_node_id]}–{names[row.to_node_id]}" for row in case.rows("link")}


def _pooling(listing: Listing) -> list[Block]:
    facts = listing.facts["pooling"]
    if not facts:
        return []
    gain = facts["shared_capability_t"] - facts["capability_t"]
    alike = facts["shared_concurrent_t"] - facts["concurrent_t"]
    if max(gain, alike) < 1_000:
        said = say(
            "Parks of all owners shared let no more through today: each owner's own is not what stops the cargo."
        )
    else:
        said = say(
            "Parks of all owners shared let {gain} more through where each kind grows to its limit,"
            " and {alike} more where all cargo grows alike.",
            gain=mt(gain),
            alike=mt(alike),
        )
    return [Paragraph((said,))]


def _whole(listing: Listing, short: bool) -> list[Block]:
    """The capability in whole voyages and weekly trains, and the links that run less than once a week."""
    facts, case = listing.facts["whole"], listing.case
    if not facts:
        return []
    said = say(
        "In whole voyages a year and whole trains a week {t} of the {relaxed_t} fit; more than {bound_t} cannot.",
        t=mt(facts["t"], 2),
        relaxed_t=mt(facts["relaxed_t"], 2),
        bound_t=mt(facts["bound_t"], 2),
    )
    seldom = listing.facts["seldom"]
    if not seldom:
        return [Paragraph((said,))]
    names = _places(case)
    links = list(dict.fromkeys((row["link"], row["a_week"]) for row in seldom))
    few = [
        say("{names} ({a_week:.1f})", names=names[link], a_week=a_week)
        for link, a_week in (links[:PLACES] if short else links)
    ]
    return [Paragraph((say("{said} Less than one run a week at that: {few}.", said=said, few=listed(few)),))]
