"""The page of the prices: the worth of one step of each limit, by both measures."""

from __future__ import annotations

from corridor.model.case import Case
from corridor.model.language import say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.model.units import amount
from corridor.reports.blocks import Block, Note, Paragraph
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.limits import AVAILABLE, floor_note, name_of_kind, of_scope
from corridor.reports.say.words import capital


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """The worth of one step of each resource, both measures side by side; a range where up and down differ."""
    frame, case = listing.frame, listing.case
    if not len(frame):
        return [Paragraph((say("One step more or less of any resource changes nothing."),))]
    cells = {(row.measure, row.resource): _range(row.up_t, row.down_t) for row in rows(frame)}
    order = frame.sort_values("measure", kind="stable").drop_duplicates("resource")  # those of T come first
    shown = table(
        rows(order),
        words(say("Limit"), lambda row: capital(row.name), wide=3),
        words(say("Where"), lambda row: name_of_kind(row.kind)),
        number(say("There is"), lambda row: amount(row.available)),
        words(say("Unit"), lambda row: case.words(row.unit), wide=1),
        words(say("Step"), lambda row: _step(case, str(row.step_unit)), wide=1),
        number(say("If all grow alike"), lambda row: cells.get(("concurrent", row.resource), "0"), say("t a year")),
        number(
            say("If each grows to its limit"), lambda row: cells.get(("capability", row.resource), "0"), say("t a year")
        ),
        caption=say("The worth of one step of each limit{listing}", listing=of_scope(listing)),
        paper=True,
    )
    note = say(
        "Each figure is the difference between two solved models. Of two figures, the smaller and"
        " the larger are what a step more brings and what a step less takes. Limits that are not"
        " listed change neither by a step."
    )
    return [shown, Note(f"{note}{floor_note(listing.facts.get('floor'))} {say(AVAILABLE)}")]


def _step(case: Case, unit: str) -> str:
    """One step in words: ``1 ferry``, ``1,000 t``."""
    return case.words(unit) if unit[:1].isdigit() else f"1 {case.words(unit)}"


def _range(up: float, down: float) -> str:
    """One figure, or two where they differ by more than a thousandth."""
    low, high = sorted((max(0.0, up), max(0.0, down)))
    if high - low <= max(1.0, 1e-3 * high):
        return amount(round(up))
    return say("{low} to {high}", low=amount(round(low)), high=amount(round(high)))
