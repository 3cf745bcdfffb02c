"""Limits of an answer in words and as a table."""

from __future__ import annotations

from corridor.model.case import Case
from corridor.model.kinds import KINDED, kinds_of
from corridor.model.language import Words, marked, said, say
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.result.listing import Listing
from corridor.model.scope import ALL, scope_of
from corridor.model.units import amount
from corridor.reports.blocks import Paragraph, Strong, Table
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.words import capital, first_limit, limit_name, listed, times

KIND = Words({"ship": "ships", "demand": "market", "gate": "claimed"})
"""Kinds whose word in a column is not their id."""


KINDS = marked(("quay", "line", "border", "west", "pool", "contract", "draught", "practical use", "weather", "store"))
"""Ids of kinds that cases have often."""
UNITS = marked(("t a year", "t of cargo a year", "USD a year", "Mt a year", "gate Mt/year", "net Mt/year", "Mt/year"))
"""Units of measures in words."""


def name_of_kind(kind: str) -> str:
    return KIND[kind] if kind in KIND else say(kind.replace("_", " "))


def kinds_said(case: Case) -> str:
    """A sentence on the kinds of limit whose names say more than their ids."""
    used = {row.kind for table in KINDED for row in case.rows(table)}
    told = [
        f"{name_of_kind(kind.kind_id)}, {kind.name}"
        for kind in kinds_of(case).values()
        if kind.kind_id in used and kind.name.rstrip("s") != name_of_kind(kind.kind_id)
    ]
    return say("Where: ") + "; ".join([*told, say("market, the ceiling of a market")]) + "."


def of_scope(listing: Listing) -> str:
    """The end of a title that names the measured cargo; empty where it is all."""
    scope = str(listing.facts.get("scope", ALL))
    if scope == ALL:
        return ""
    within = scope_of(listing.case, scope)
    return say(
        ": {name}, {words}, the other cargo as in the base year",
        name=within.name,
        words=say("tonnes of cargo") if within.net else say("gate tonnes"),
    )


def floor_note(floor: float | None) -> str:
    """A sentence on the share of the base year that each market keeps; empty where that is all of it."""
    return (
        say(" In every run each market keeps {floor:.4g} of its base year.", floor=floor)
        if floor and floor < 1 - 1e-9
        else ""
    )


def first_limit_said(answer: Answer) -> Paragraph:
    """The first limit, its multiple of the base year, and the limits that could be lifted instead."""
    assert answer.first is not None
    parts: list[str | Strong] = [say("First limit: "), Strong(first_limit(answer))]
    parts.append(say(", at {growth} times the base year if all cargo grows alike.", growth=times(answer.first.growth)))
    others = [limit_name(answer, name) for name in answer.first.alternatives]
    if others:
        parts.append(say(" Lifting one of these instead would do, too: {others}.", others=listed(others, "or")))
    return Paragraph(tuple(parts))


def limits_table(answer: Answer) -> Table:
    """The limits of an answer, and the gain of one step more of each."""
    measures = {unit_words(str(unit).partition(" per ")[0]) for unit in answer.limits["price_unit"]}
    one = measures.pop() if len(measures) == 1 else ""
    return table(
        rows(answer.limits),
        words(say("Limit"), lambda row: capital(row.name), wide=3),
        words(say("Where"), lambda row: name_of_kind(row.kind)),
        number(say("Used"), lambda row: amount(row.used)),
        number(say("Of"), lambda row: amount(row.available)),
        words(say("Unit"), lambda row: said(row.unit), wide=1),
        words(say("One more"), lambda row: said(row.price_unit.partition(" per ")[2]), wide=1),
        number(say("Brings"), lambda row: amount(row.price), one),
        None if one else words(say("of"), lambda row: unit_words(row.price_unit.partition(" per ")[0]), wide=2),
        caption=say("What stops it, and the gain of one step more of each limit"),
    )


AVAILABLE = marked(
    "Limits count after weather, draught and practical use, and less the traffic that is not modelled."
    " A ship that sails half of its time for this cargo counts as half."
)
"""The note on amounts of a resource."""


def unit_words(unit: str) -> str:
    """The unit of a measure in words.

    >>> unit_words("gate t/year"), unit_words("net t/year"), unit_words("USD/year")
    ('t a year', 't of cargo a year', 'USD a year')
    """
    return say(unit.replace("gate t", "t").replace("net t", "t of cargo").replace("/year", " a year"))
