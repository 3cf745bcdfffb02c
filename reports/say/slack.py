"""The page of unused capacity: room of every limit, by kind, as the cargo grows."""

from __future__ import annotations

from corridor.model.language import plural, say
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.model.units import amount
from corridor.reports.blocks import Block, Heading, Note, Paragraph
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.limits import of_scope
from corridor.reports.say.words import capital, percent, used_name


def page(listing: Listing, *, short: bool = False) -> list[Block]:
    """Room of every limit in three states of the cargo; the fullest of a kind comes first."""
    frame, case = listing.frame, listing.case
    if not len(frame):
        return [Paragraph((say("Nothing that runs out is used: there is no capacity to be left."),))]
    fullest = min(rows(frame), key=lambda row: (row.handled_left, row.resource))
    opening = say(
        "Least room today: {name}, {handled_left} unused.",
        name=fullest.name,
        handled_left=percent(fullest.handled_left),
    )
    if len(empty := frame[frame["handled_left"] >= 0.5]):
        opening += plural(
            " Of {count} limits {n} has at least half of the capacity unused.",
            " Of {count} limits {n} have at least half of the capacity unused.",
            len(empty),
            count=len(frame),
        )
    columns = (
        words(say("Limit"), lambda row: row.name, wide=3),
        words(say("Where"), lambda row: row.kind_name),
        number(say("Capacity"), lambda row: amount(row.available)),
        words(say("Unit"), lambda row: case.words(row.unit)),
        number(say("Unused, {used_name}", used_name=used_name(case)), lambda row: percent(row.handled_left)),
        number(say("All alike"), lambda row: percent(row.concurrent_left)),
        number(say("Each to its limit"), lambda row: percent(row.capability_left)),
    )
    caption = say("Unused capacity by kind of limit{listing}", listing=of_scope(listing))
    note = say("Where the cargo has grown, one of several answers of the same total decides where room is left.")
    return [
        Heading(say("What is left")),
        Paragraph((capital(opening),)),
        table(rows(frame), *columns, caption=caption),
        Note(note),
    ]
