"""The page of vehicles: by owner and type, at the cargo that is used, comes and fits; hours, and shared parks."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.case import Case
from corridor.model.language import Words, marked, numeral, plural, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Heading, Note, Paragraph, Table
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.fleet_figure import counted, countries, full, vehicles, vehicles_figure
from corridor.reports.say.words import capital, inside, listed, mt, percent, used_name

TITLES = Words(
    {
        "expected": "Comes",
        "concurrent": "Fits if all grow alike",
        "capability": "Fits if each grows to its limit",
    }
)
NAMED = 4
"""Number of fleets that a sentence names."""
FEW = 0.25
"""Share of a fleet that is idle, below which the short page lists it."""
PORTS = 3
"""Number of ports of which the short page lists an hour."""
SELDOM = 6
"""Number of links with few runs that the short page names."""
SHOWN = 0.005
"""Vehicles that an hour frees below which they are not shown."""
WHERE = Words({"border": "border", "gauge": "change of gauge", "port": "port"})
"""Sorts of places in the order of the list, in words."""
DIMENSIONS = Words({"t": "t", "teu": "TEU", "length_m": "length m", "area_m2": "area m2"})
"""Dimensions of carriers in the words of a reader."""
SAME_T = 1_000.0
"""Tonnes that count as none."""


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """Vehicles of each owner and type in every state; the short page keeps the base year and the limits."""
    frame, case = listing.frame, listing.case
    if not len(frame):
        return [Paragraph((say("The case names no vehicles: neither units nor carriers."),))]
    blocks: list[Block] = [Heading(say("Who provides locomotives, wagons and ships")), _opening(listing)]
    blocks += [_asked(listing, name) for name in listing.facts["fits"]]
    for state in frame["state"].unique():
        if short and state in ("expected", "concurrent"):
            continue
        own = rows(frame[frame["state"] == state])
        title = used_name(case) if state == "handled" else TITLES.get(state) or _title(listing, state)
        if short:
            own, title = _chosen(own, title, state)
        blocks += [_table(own, say("Vehicles in the mean of the year: {title}", title=title), state)] if own else []
        if state in listing.facts["fits"]:
            blocks += vehicles_figure(listing, state, _title(listing, state))
    blocks += vehicles_figure(listing)
    blocks += [] if not listing.facts["hours"] else [hours_table(listing, short=short)]
    blocks += _pooling(listing)
    blocks += [] if short else _work(listing)
    blocks += _whole(listing, short)
    return [*blocks, Note(say(NOTE))]


NOTE = marked(
    "There: vehicles in work, less those in other traffic. Ports: ships with their hours of port and waiting, "
    "wagons that load, unload or ride a ship in port. Parks of several owners on the same links are busy in "
    "proportion to their numbers. Units without an owner in the case have no number and cannot run out. Buy: whole "
    "vehicles, with those in repair or held up by weather. Hire: of the vehicles in use, a year."
)


def _chosen(own: list[Any], title: str, state: str) -> tuple[list[Any], str]:
    """The rows of the short page and its title: fleets with a number; beyond the base year those that are short."""
    own = [row for row in own if not math.isnan(row.there)]
    if state == "handled":
        return own, title
    if state == "capability":
        fullest = [row for row in own if row.idle < FEW * row.there]
        return fullest, say("{title}; fleets with less than a quarter idle", title=title)
    return [row for row in own if row.lacking > 0], say("{title}; fleets that lack", title=title)


def _opening(listing: Listing) -> Paragraph:
    known, short = counted(listing, "handled"), full(listing)
    said = [plural("One fleet has a number.", "{n} fleets have a number.", len(known))]
    if short:
        said.append(
            say(
                "Where each kind of cargo grows to its limit, one more of these lets more through: {names}.",
                names=listed([inside(listing.case, row.name) for row in short]),
            )
        )
    else:
        said.append(say("None of them stops the cargo, even where each kind of cargo grows to its limit."))
    hire = math.fsum(row.hire_usd for row in known if not math.isnan(row.hire_usd))
    if hire > 0:
        said.append(say("Hire of the wagons and platforms in use: {hire:,.1f} million USD a year.", hire=hire / 1e6))
    return Paragraph((" ".join(said),))


def _asked(listing: Listing, name: str) -> Paragraph:
    """The cheapest purchase for the cargo of a scenario, and its price."""
    lack = sorted((row for row in counted(listing, name) if row.buy > 0), key=lambda row: -_usd(row.purchase_usd))
    title = _title(listing, name)
    said = []
    if lack:
        named = [
            say("{vehicles} {buy:,.0f}", vehicles=inside(listing.case, row.name), buy=row.buy) for row in lack[:NAMED]
        ]
        if len(lack) > NAMED:
            named.append(say("{count} other fleets", count=len(lack) - NAMED))
        said.append(say("{title}: the cheapest purchase is {named}.", title=title, named="; ".join(named)))
        cost = math.fsum(_usd(row.purchase_usd) for row in lack)
        if cost:
            said.append(say("It costs {cost:,.0f} million USD.", cost=cost / 1e6))
        if unpriced := [inside(listing.case, row.name) for row in lack if math.isnan(row.purchase_usd)]:
            said.append(say("No price is known of {names}.", names=listed(unpriced)))
    else:
        said.append(say("{title}: no vehicle lacks.", title=title))
    if (share := listing.facts["fits"][name]) < 1:
        said.append(
            say("Limits other than vehicles hold that cargo to {share}, all markets alike.", share=percent(share))
        )
    bought = listing.facts["bought"].get(name, {})
    if bought.get("buy", 0.0) >= 1:
        apart, shared = math.ceil(bought["buy"]), math.ceil(bought["shared_buy"])
        said.append(
            say(
                "Each owner apart needs {apart:,} wagons and platforms more; one shared park {pooled}.",
                apart=apart,
                pooled=numeral(shared, ",") if shared < apart else say("as many"),
            )
        )
    return Paragraph((" ".join(said),))


def _usd(value: float) -> float:
    """A price; nothing where it is not known."""
    return 0.0 if math.isnan(value) else value


def _title(listing: Listing, state: str) -> str:
    """The title of a scenario."""
    return capital(listing.case.words(listing.facts["titles"].get(state) or state))


def _table(own: list[Any], caption: str, state: str) -> Block:
    priced = state == "capability" and any(row.worth_t > 0 for row in own)
    lacks = any(row.lacking > 0 for row in own)
    return table(
        sorted(own, key=lambda row: (row.country == "", countries(row.country), row.owner, row.name)),
        words(say("Country"), lambda row: countries(row.country) or "–", wide=1.5, weight=0.6),
        words(say("Vehicles"), lambda row: capital(row.name), wide=4),
        number(say("There"), lambda row: vehicles(row.there)),
        number(say("Moving"), lambda row: vehicles(row.moving)),
        number(say("Terminals"), lambda row: vehicles(row.terminal), weight=0.5),
        number(say("Ports"), lambda row: vehicles(row.port), weight=0.8),
        number(say("Borders, gauge"), lambda row: vehicles(row.border + row.gauge), weight=0.8),
        number(say("Idle"), lambda row: vehicles(row.idle)),
        number(say("Lacking"), lambda row: vehicles(row.lacking)) if lacks else None,
        number(say("Buy"), lambda row: numeral(row.buy, ",.0f")) if lacks else None,
        number(say("Price"), lambda row: _millions(row.purchase_usd), say("m USD"), weight=0.9) if lacks else None,
        number(say("One more"), lambda row: numeral(row.worth_t / 1e3, ",.0f"), "kt") if priced else None,
        number(say("Hire"), lambda row: _millions(row.hire_usd), say("m USD"), weight=0.4),
        caption=caption,
    )


def _millions(usd: float) -> str:
    return "–" if math.isnan(usd) else numeral(usd / 1e6, ",.1f") if usd else "0"


def hours_table(listing: Listing, *, short: bool = False) -> Table:
    """Vehicles that one hour less of each border, change of gauge and port frees, by fleet, in one row a place."""
    names, case = _places(listing.case), listing.case
    freed: dict[tuple[str, str], list[Any]] = {}
    for row in listing.facts["hours"]:
        if row["frees"] >= SHOWN:
            freed.setdefault((row["where"], row["link"]), []).append(row)
    order = list(WHERE)
    places = sorted(freed, key=lambda key: (order.index(key[0]), -sum(row["frees"] for row in freed[key]), key[1]))
    ports = [key for key in places if key[0] == "port"]
    shown = [key for key in places if not short or key[0] != "port" or key in ports[:PORTS]]
    return table(
        shown,
        words(say("Place"), lambda key: names[key[1]], wide=3),
        words(say("Sort"), lambda key: WHERE[key[0]], wide=1.2),
        words(
            say("Freed"),
            lambda key: ", ".join(
                say("{vehicles} {frees:.2f}", vehicles=inside(case, row["name"]), frees=row["frees"])
                for row in freed[key]
            ),
            wide=5,
        ),
        caption=say("Vehicles that one hour less frees, at the cargo of {year}", year=str(case.base_year)),
    )


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


def _places(case: Case) -> dict[str, str]:
    names = {row.node_id: row.name for row in case.rows("node")}
    return {row.link_id: f"{names[row.from_node_id]}–{names[row.to_node_id]}" for row in case.rows("link")}


def _pooling(listing: Listing) -> list[Block]:
    facts = listing.facts["pooling"]
    if not facts:
        return []
    gain = facts["shared_capability_t"] - facts["capability_t"]
    alike = facts["shared_concurrent_t"] - facts["concurrent_t"]
    if max(gain, alike) < SAME_T:
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
        "In whole voyages a year and whole trains a week {t} of the {relaxed_t} fit; by the solver's search more than"
        " {bound_t} cannot.",
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
        for link, a_week in (links[:SELDOM] if short else links)
    ]
    return [Paragraph((say("{said} Less than one run a week at that: {few}.", said=said, few=listed(few)),))]
