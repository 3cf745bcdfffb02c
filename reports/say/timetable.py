"""The page of a timetable: the week as lines, what agreed hours save and bring, services, changes, berths."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.result.frame import rows
from corridor.model.result.timetable import Timetable, clock
from corridor.model.units import amount
from corridor.reports.blocks import Block, Fold, Heading, Note, Table, figure, lead
from corridor.reports.charts.timetable import berths_figure, strings_figure
from corridor.reports.countries import country_name
from corridor.reports.numbers import whole
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.words import listed, signed

SHOWN = 8
"""Changes of cargo on a short page."""
STATES = {
    "today": "Today",
    "plan": "Whole departures, not agreed",
    "agreed": "This timetable",
}
MEANING = (
    "Services leave evenly spaced through the week. A wait is that from the hour at which cargo is ready to the next "
    "departure, in the mean over its arrivals. Not agreed, cargo waits for half the headway of the same departures."
)
COST = (
    "Costs: ships and trains by the day, waiting by the value of time of the cargo. No timetable of these departures "
    "costs less: the search of the solver proves it."
)
HOLDS = (
    "Hours of the case are taken to hold half a headway at each change. "
    "Links with departures of their own wait by these."
)


def page(result: Timetable, *, short: bool = False) -> list[Block]:
    """The finding, the week, what it brings, services, changes, other numbers of departures, berths."""
    blocks: list[Block] = [Heading(_headline(result)), lead(_opening(result))]
    pictures = [_strings(result)] if len(result.changes) else []
    blocks += [] if short else pictures
    blocks += _brings(result)
    blocks += [_services(result), *_missing(result), _changes(result, short)]
    blocks += _beats(result)
    if short:
        return [*blocks, Note(MEANING)]
    if len(result.stays):
        blocks.append(_berths(result))
    blocks.append(Note(f"{MEANING} {COST if result.gap < 1e-4 else _gap(result)}"))
    return [*blocks, Fold("Departures by place", (_departures(result),))]


def _gap(result: Timetable) -> str:
    return f"The search ended {100 * result.gap:.1f} % above the least cost that is still possible."


def _headline(result: Timetable) -> str:
    wait, chance = result.waiting
    if not len(result.changes) or not result.changes["units"].sum():
        return "A week of trains and ships; no cargo changes between them"
    return f"Agreed hours save {amount(chance - wait, 'h')} of waiting at each change"


def _opening(result: Timetable) -> list[str]:
    wait, chance = result.waiting
    sentences = [f"Cargo waits {wait:.1f} h at a change by this timetable, and {chance:.1f} h where nothing is agreed."]
    rated = [row for row in rows(result.changes) if row.units]
    if rated:
        best = max(rated, key=lambda row: row.units * (row.chance_h - row.wait_h))
        names = _names(result)
        saved = f"{best.chance_h:.0f} h become {best.wait_h:.0f} h"
        sentences.append(
            f"Most is saved at {best.place_name}, from {names[best.from_service]} to {names[best.to_service]}: {saved}."
        )
    runs, sets = int(result.services["departures"].sum()), int(result.services["sets"].sum())
    sentences.append(f"The week has {runs} departures each way, for which {sets} ships and trains are needed.")
    states = {row.state: row for row in rows(result.states)}
    if states:
        today, plan, agreed = (states[name] for name in STATES)
        sentences.append(
            f"{whole(agreed.comes_t - plan.comes_t)} t a year more come by agreed hours than by the same departures "
            f"without; {whole(agreed.comes_t - today.comes_t)} t more than today."
        )
    return sentences


def _names(result: Timetable) -> dict[str, str]:
    return {row.service: row.name for row in rows(result.services)}


def _strings(result: Timetable) -> Block:
    alt = " ".join(_opening(result))
    return figure(
        strings_figure,
        result,
        title="The week of trains and ships",
        subtitle="places from above, hours from the left; a line is a trip",
        caption="Thick lines lead on from the top, thin ones back. Dashed: cargo at its change, the least hours of it "
        "included. Flat: a train that waits for a window.",
        alt=alt,
    )


def _berths(result: Timetable) -> Block:
    ships = len(result.stays)
    alt = f"{ships} calls of ships a week at {result.stays['place'].nunique()} places, from arrival to departure."
    title = "Ships at their berths"
    return figure(berths_figure, result, title=title, subtitle="arrival to departure of each call", alt=alt)


def _brings(result: Timetable) -> list[Block]:
    states = rows(result.states)
    if not states:
        return []
    first = states[0]
    boxes = not math.isnan(first.teu)
    made = table(
        states,
        words("Cargo that comes", lambda row: STATES[row.state], wide=2),
        number("All cargo", lambda row: f"{row.comes_t / 1e6:.3f}", "Mt"),
        number("EU", lambda row: whole(row.eu_t / 1e3), "kt"),
        number("Freight", lambda row: f"{row.freight_usd / 1e6:.1f}", "million USD"),
        number("Days", lambda row: f"{row.days:.2f}"),
        number("Boxes", lambda row: whole(row.teu), "TEU") if boxes else None,
        caption="What agreed hours bring, a year",
    )
    gains = [row for row in rows(result.countries) if abs(row.usd) >= 5e4 and len(row.country) == 2]
    if not gains:
        return [made, Note(HOLDS)]
    said = listed([f"{country_name(row.country)} {signed(row.usd)}" for row in gains[:5]])
    return [made, Note(f"Freight a year more than today, million USD: {said}. {HOLDS}")]


def _services(result: Timetable) -> Table:
    return table(
        rows(result.services),
        words("Service", "name", wide=3),
        number("In the flows", lambda row: f"{row.flow:.1f}", weight=0.6),
        number("Departures", "departures", "a week"),
        number("Cargo, fuller way", _fullest, "a week", weight=0.5),
        number("Full", _full),
        number("Rounding", lambda row: _millions(row.usd_per_year - row.usd_flow), "million USD a year", weight=0.4),
        number("There", lambda row: "" if math.isnan(row.fleet) else f"{row.fleet:.0f}", weight=0.7),
        number("Ships or trains", "sets"),
        caption="Services: whole departures to either side, and the sets that run them",
    )


def _fullest(row: Any) -> str:
    return "" if math.isnan(row.units) else whole(max(row.forward, row.back))


def _full(row: Any) -> str:
    room = row.departures * row.units
    return "" if math.isnan(row.units) or not room else f"{100 * max(row.forward, row.back) / room:.0f} %"


def _millions(usd: float) -> str:
    return f"{usd / 1e6:.1f}"


def _missing(result: Timetable) -> list[Block]:
    """Cargo without room, and services below their least departures."""
    said = [
        f"{row.name}: {whole(row.left)} a week find no room"
        for row in rows(result.services)
        if row.left >= 0.5 and not math.isnan(row.units)
    ]
    said += [f"{row.name}: {row.short} departures a week below the least" for row in rows(result.services) if row.short]
    return [Note(f"{'; '.join(said)}.")] if said else []


def _changes(result: Timetable, short: bool) -> Table:
    names = _names(result)
    shown = [row for row in rows(result.changes) if row.units or not short]
    return table(
        shown[:SHOWN] if short else shown,
        words("Where", "place_name", wide=2),
        words("From", lambda row: names[row.from_service], wide=2),
        words("To", lambda row: names[row.to_service], wide=2),
        number("Cargo", lambda row: whole(row.units), "a week", weight=0.6),
        number("Least", lambda row: f"{row.least_h:.0f}", "h", weight=0.5),
        number("Not agreed", lambda row: f"{row.chance_h:.1f}", "h"),
        number("Wait", lambda row: f"{row.wait_h:.1f}", "h"),
        caption="Changes of cargo between services, and its wait beyond the least hours",
    )


def _beats(result: Timetable) -> list[Block]:
    if len(result.beats) < 2:
        return []
    return [
        table(
            rows(result.beats),
            words("Departures of all services", lambda row: _beat(row.beat), wide=2),
            number("Below least", lambda row: row.short or "", weight=0.5),
            number("Ships and trains", "sets"),
            number("Their cost", lambda row: _millions(row.sets_usd), "million USD a year"),
            number("Waiting", lambda row: _millions(row.wait_usd), "million USD a year"),
            number("Not agreed", lambda row: f"{row.chance_h:.1f}", "h", weight=0.7),
            number("Wait", lambda row: f"{row.wait_h:.1f}", "h"),
            caption="One number of departures for all: services that keep step wait less",
            strong=(0,) if not result.beat else (),
        )
    ]


def _beat(beat: int) -> str:
    return f"in step with {beat} a week" if beat else "each its own number"


def _departures(result: Timetable) -> Table:
    return table(
        rows(result.departures()),
        words("Place", "place", wide=2),
        words("Time", "clock"),
        words("", "event"),
        words("Service", "service", wide=2),
        words("Toward", "toward", wide=2),
        caption=f"Arrivals and departures of a week, from {clock(0)}",
        small=True,
    )
