"""The page of a timetable: the week as lines, what agreed hours save and bring, services, changes, berths."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.language import Words, marked, numeral, plural, say
from corridor.model.result.frame import rows
from corridor.model.result.timetable import Timetable, clock
from corridor.model.services import services
from corridor.model.units import amount
from corridor.reports.blocks import Block, Fold, Heading, Note, Table, figure, lead
from corridor.reports.charts.timetable import berths_figure, strings_figure
from corridor.reports.countries import country_name
from corridor.reports.numbers import whole
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.timetable_promise import promise_blocks, promise_words
from corridor.reports.say.timetable_read import SHOWN, kinds, millions, names_of, of_file
from corridor.reports.say.timetable_vehicles import rounding, vehicle_blocks
from corridor.reports.say.words import listed, signed

STATES = Words(
    {
        "today": "Today",
        "plan": "Whole departures, not agreed",
        "agreed": "This timetable",
        "steady": "With late trains and storms",
    }
)
STANDS = Words({"border": "hand-over at the border", "gauge": "change of gauge"})
EVENTS = Words({"departs": "departs", "arrives": "arrives"})
ON_DAYS = marked(
    "Departures of a service and direction leave at one hour, on days that the search chose, near those at which "
    "they are evenly spaced. A wait is that from the hour at which cargo is ready to the next departure, in the mean "
    "over its arrivals. Not agreed, cargo comes at any hour."
)
MEANING = marked(
    "Services leave evenly spaced through the week. A wait is that from the hour at which cargo is ready to the next "
    "departure, in the mean over its arrivals. Not agreed, cargo waits for half the headway of the same departures."
)
COST = marked(
    "Costs: ships and trains by the day, waiting by the value of time of the cargo. No timetable of these departures "
    "costs less: the search of the solver proves it."
)
READ_MEANING = marked(
    "Departures are those of the file. A wait is that from the hour at which cargo is ready to the next departure, in "
    "the mean over its arrivals; it is taken to find room there. Not agreed, cargo comes at any hour."
)
HOLDS = marked(
    "Hours of the case are taken to hold half a headway at each change. "
    "Links with departures of their own wait by these."
)


def page(result: Timetable, *, short: bool = False) -> list[Block]:
    """The finding, the week, what it brings, services, changes, other numbers of departures, berths."""
    blocks: list[Block] = [Heading(_headline(result)), lead(_opening(result))]
    pictures = [_strings(result)] if len(result.changes) else []
    blocks += [] if short else pictures
    blocks += kinds(result, short)
    blocks += _brings(result)
    blocks += [_services(result), *rounding(result), *_missing(result), *vehicle_blocks(result)]
    blocks += [_changes(result, short), *_handovers(result, short)]
    blocks += promise_blocks(result, short)
    blocks += _beats(result)
    meaning = say(READ_MEANING if result.read else ON_DAYS if result.days else MEANING)
    if short:
        return [*blocks, Note(meaning)]
    if len(result.stays):
        blocks.append(_berths(result))
    blocks.append(Note(meaning if result.read else f"{meaning} {say(COST) if result.gap < 1e-4 else _gap(result)}"))
    return [*blocks, Fold(say("Departures by place"), (_departures(result),))]


def _gap(result: Timetable) -> str:
    return say("The search ended before it was sure: its bound is {gap:.1f} % below this cost.", gap=100 * result.gap)


def _headline(result: Timetable) -> str:
    wait, chance = result.waiting
    if len(result.conflicts):
        return plural(
            "{file} breaks a rule at {n} place",
            "{file} breaks rules at {n} places",
            len(result.conflicts),
            file=result.read,
        )
    if not len(result.changes) or not result.changes["units"].sum():
        return say("A week of trains and ships; no cargo changes between them")
    return say("Agreed hours save {saved} of waiting at each change", saved=amount(chance - wait, "h"))


def _opening(result: Timetable) -> list[str]:
    wait, chance = result.waiting
    sentences = of_file(result) or [
        say(
            "Cargo waits {wait:.1f} h at a change by this timetable, and {chance:.1f} h where nothing is agreed.",
            wait=wait,
            chance=chance,
        )
    ]
    rated = [row for row in rows(result.changes) if row.units]
    if rated and wait < chance:
        best = max(rated, key=lambda row: row.units * (row.chance_h - row.wait_h))
        names = names_of(result)
        sentences.append(
            say(
                "Most is saved at {place}, from {came} to {goes}: {chance:.0f} h become {wait:.0f} h.",
                place=best.place_name,
                came=names[best.from_service],
                goes=names[best.to_service],
                chance=best.chance_h,
                wait=best.wait_h,
            )
        )
    runs, sets = int(result.services["departures"].sum()), int(result.services["sets"].sum())
    sentences.append(
        say(
            "The week has {runs} departures each way, for which {sets} ships and trains are needed.",
            runs=runs,
            sets=sets,
        )
    )
    states = {row.state: row for row in rows(result.states)}
    if states:
        today, plan, agreed = (states[name] for name in ("today", "plan", "agreed"))
        sentences.append(
            say(
                "{more} t a year more come by agreed hours than by the same departures without; "
                "{than_today} t more than today.",
                more=whole(agreed.comes_t - plan.comes_t),
                than_today=whole(agreed.comes_t - today.comes_t),
            )
        )
    if "steady" in states:
        sentences.append(
            say(
                "Where trains are late and storms close the sea it is {more} t more than today.",
                more=whole(states["steady"].comes_t - states["today"].comes_t),
            )
        )
    return [*sentences, *promise_words(result)]


def _strings(result: Timetable) -> Block:
    alt = " ".join(_opening(result))
    return figure(
        strings_figure,
        result,
        title=say("The week of trains and ships"),
        subtitle=say("places from above, hours from the left; a line is a trip"),
        caption=say(
            "Thick lines lead on from the top, thin ones back. Beside a place, cargo at its change: thin for the"
            " least hours, dashed where it waits for the next departure. Flat: a train at a hand-over or before a "
            "window."
        ),
        alt=alt,
    )


def _berths(result: Timetable) -> Block:
    alt = say(
        "{ships} calls of ships a week at {places} places, from arrival to departure.",
        ships=len(result.stays),
        places=result.stays["place"].nunique(),
    )
    title = say("Ships at their berths")
    return figure(berths_figure, result, title=title, subtitle=say("arrival to departure of each call"), alt=alt)


def _brings(result: Timetable) -> list[Block]:
    states = rows(result.states)
    if not states:
        return []
    first = states[0]
    boxes = not math.isnan(first.teu)
    made = table(
        states,
        words(say("Cargo that comes"), lambda row: STATES[row.state], wide=2),
        number(say("All cargo"), lambda row: numeral(row.comes_t / 1e6, ".3f"), say("Mt")),
        number(say("EU"), lambda row: whole(row.eu_t / 1e3), "kt"),
        number(say("Freight"), lambda row: numeral(row.freight_usd / 1e6, ".1f"), say("million USD")),
        number(say("Days"), lambda row: numeral(row.days, ".2f")),
        number(say("Boxes"), lambda row: whole(row.teu), "TEU") if boxes else None,
        caption=say("What agreed hours bring, a year"),
    )
    gains = [row for row in rows(result.countries) if abs(row.usd) >= 5e4 and len(row.country) == 2]
    if not gains:
        return [made, Note(say(HOLDS))]
    shares = listed([f"{country_name(row.country)} {signed(row.usd)}" for row in gains[:5]])
    more = say("Freight a year more than today, million USD: {shares}.", shares=shares)
    return [made, Note(f"{more} {say(HOLDS)}")]


def _services(result: Timetable) -> Table:
    return table(
        rows(result.services),
        words(say("Service"), "name", wide=3),
        number(say("In the flows"), lambda row: numeral(row.flow, ".1f"), weight=0.6),
        number(say("Departures"), "departures", say("a week")),
        number(say("Cargo, fuller way"), _fullest, say("a week"), weight=0.5),
        number(say("Full"), _full),
        number(
            say("Rounding"),
            lambda row: millions(row.usd_per_year - row.usd_flow),
            say("million USD a year"),
            weight=0.4,
        ),
        number(say("There"), lambda row: "" if math.isnan(row.fleet) else numeral(row.fleet, ".0f"), weight=0.7),
        number(say("Ships or trains"), "sets"),
        caption=say("Services: whole departures to either side, and the sets that run them"),
    )


def _fullest(row: Any) -> str:
    return "" if math.isnan(row.units) else whole(max(row.forward, row.back))


def _full(row: Any) -> str:
    room = row.departures * row.units
    return "" if math.isnan(row.units) or not room else f"{numeral(100 * max(row.forward, row.back) / room, '.0f')} %"


def _missing(result: Timetable) -> list[Block]:
    """Cargo without room, and services below their least departures."""
    said = [
        say("{name}: {left} a week find no room", name=row.name, left=whole(row.left))
        for row in rows(result.services)
        if row.left >= 0.5 and not math.isnan(row.units)
    ]
    said += [
        say("{name}: {short} departures a week below the least", name=row.name, short=row.short)
        for row in rows(result.services)
        if row.short
    ]
    return [Note(f"{'; '.join(said)}.")] if said else []


def _changes(result: Timetable, short: bool) -> Table:
    names = names_of(result)
    shown = [row for row in rows(result.changes) if row.units or not short]
    return table(
        shown[:SHOWN] if short else shown,
        words(say("Where"), "place_name", wide=2),
        words(say("From"), lambda row: names[row.from_service], wide=2),
        words(say("To"), lambda row: names[row.to_service], wide=2),
        number(say("Cargo"), lambda row: whole(row.units), say("a week"), weight=0.6),
        number(say("Least"), lambda row: numeral(row.least_h, ".0f"), "h", weight=0.5),
        number(say("Not agreed"), lambda row: numeral(row.chance_h, ".1f"), "h"),
        number(say("Wait"), lambda row: numeral(row.wait_h, ".1f"), "h"),
        caption=say("Changes of cargo between services, and its wait beyond the least hours"),
    )


def _handovers(result: Timetable, short: bool) -> list[Block]:
    """Hand-overs at borders and changes of gauge, each with its own hours."""
    names, listed = names_of(result), rows(result.handovers)
    places = {row.node_id: row.name for row in result.case.rows("node")}
    if not listed or short:
        return []
    return [
        table(
            listed,
            words(say("Where"), "place_name", wide=2),
            words("", lambda row: STANDS[row.what]),
            words(say("Service"), lambda row: names[row.service], wide=2),
            words(say("Toward"), lambda row: places[services(result.case)[row.service].ends(row.direction)[1]], wide=2),
            number(say("Least"), lambda row: numeral(row.least_h, ".1f"), "h"),
            number(say("By the timetable"), lambda row: numeral(row.stand_h, ".1f"), "h"),
            number(say("Longest"), lambda row: numeral(row.most_h, ".1f") if row.train else "", "h", weight=0.6),
            caption=say("Hand-overs at borders and changes of gauge: trains on their way, and cargo where they end"),
        )
    ]


def _beats(result: Timetable) -> list[Block]:
    if len(result.beats) < 2:
        return []
    return [
        table(
            rows(result.beats),
            words(say("Departures of all services"), lambda row: _beat(row.beat), wide=2),
            number(say("Below least"), lambda row: row.short or "", weight=0.5),
            number(say("Ships and trains"), "sets"),
            number(say("Their cost"), lambda row: millions(row.sets_usd), say("million USD a year")),
            number(say("Waiting"), lambda row: millions(row.wait_usd), say("million USD a year")),
            number(say("Not agreed"), lambda row: numeral(row.chance_h, ".1f"), "h", weight=0.7),
            number(say("Wait"), lambda row: numeral(row.wait_h, ".1f"), "h"),
            caption=say("One number of departures for all: services that keep step wait less"),
            strong=(0,) if not result.beat else (),
        )
    ]


def _beat(beat: int) -> str:
    return say("in step with {beat} a week", beat=beat) if beat else say("each its own number")


def _departures(result: Timetable) -> Table:
    return table(
        rows(result.departures()),
        words(say("Place"), "place", wide=2),
        words(say("Time", about="clock"), "clock"),
        words("", lambda row: EVENTS[row.event]),
        words(say("Service"), "service", wide=2),
        words(say("Toward"), "toward", wide=2),
        caption=say("Arrivals and departures of a week, from {clock}", clock=clock(0)),
        small=True,
    )
