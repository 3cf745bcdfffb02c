"""The page of the evidence: the base of a number, or the use of a published figure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from corridor.model.case import Case
from corridor.model.evidence import Figure, Provenance, number
from corridor.model.language import Words, numeral, plural, say
from corridor.reports.blocks import Block, Column, Heading, Note, Paragraph, Source, Sources, Strong, Table
from corridor.reports.say.words import capital

BASES = Words(
    {
        "known": "Known, published by a named source",
        "derived": "Derived from published figures",
        "assumed": "Assumed by us, for want of a source",
        "unknown": "Unknown to anybody we found",
        "set": "Set by a change",
        "yours": "Your number, without a source",
        "none": "Without evidence",
    }
)
ASIDE = Words(
    {
        "superseded": "superseded, a newer or better one is used",
        "contradicted": "contradicted, another is believed",
        "duplicate": "the same as another",
        "out_of_scope": "out of scope",
        "context": "context, no number rests on it",
    }
)
SET_ASIDE = Words(
    {
        "superseded": "superseded",
        "contradicted": "contradicted",
        "duplicate": "duplicate",
        "out_of_scope": "out of scope",
        "context": "context",
    }
)


def trusted(confidence: str) -> str:
    """The trust of a number in the current language."""
    levels = {
        "high": say("high", about="trust"),
        "medium": say("medium", about="trust"),
        "low": say("low", about="trust"),
    }
    return levels.get(confidence, confidence)


def page(case: Case, found: Provenance | Figure, *, short: bool = False) -> list[Block]:
    """The base of a number with other published figures beside it, or the use of a published figure."""
    return _figure(case, found) if isinstance(found, Figure) else _number(case, found, short=short)


def _number(case: Case, found: Provenance, *, short: bool = False) -> list[Block]:
    cell, unit = ".".join(found.cell), "" if found.unit in ("1", "year") else case.words(found.unit)
    lead = say(
        "{bases}: {cell} is {value}.",
        bases=BASES.get(found.basis, capital(found.basis)),
        cell=cell,
        value=_plain(found.value, unit),
    )
    trust = (
        say("{confidence}; the year of the number is {year}", confidence=trusted(found.confidence), year=found.year)
        if found.year
        else trusted(found.confidence)
    )
    gives = "" if found.gives is None else say(" gives {gives}", gives=_plain(found.gives, unit))
    facts = [
        (say("Meaning"), found.meaning),
        (say("Range"), _range(found.low, found.high, unit)),
        (say("Trust"), trust),
        (say("Driver"), _driver(case, found.driver) if found.driver else ""),
        (say("How it comes about"), found.derivation),
        (say("Note"), found.note),
        (say("Formula"), f"{found.formula}{gives}" if found.formula else ""),
    ]
    for name, value in (found.named if found.formula else {}).items():
        meaning = _title(case, name) if "." in name else _name(case, name)
        facts.append((name, f"{_plain(value)}{f': {meaning}' if meaning else ''}"))
    made: list[Block] = [Paragraph((Strong(lead),)), _facts(facts)]
    if found.sources:
        made += [Heading(say("Sources")), _sources(found.sources)]
    elif found.basis == "assumed":
        made.append(Note(say("Sources: none.")))
    if short and (found.besides or found.other):
        return [*made, _left(found)]
    made += [Heading(say("Other published figures")), _sources(found.besides)] if found.besides else []
    if found.other:
        made.append(Heading(say("In other scenarios")))
        made += [_facts(_elsewhere(row, unit)) for row in found.other]
    return made


def _left(found: Provenance) -> Note:
    """The count of published figures and scenarios that the long page has."""
    besides, other = len(found.besides), len(found.other)
    parts = [plural("{n} other published figure", "{n} other published figures", besides)] if besides else []
    if other:
        parts.append(plural("{n} scenario with evidence of its own", "{n} scenarios with evidence of its own", other))
    return Note(say("With --all, too: {parts}.", parts=say(" and ").join(parts)))


def _elsewhere(row: Any, unit: str) -> list[tuple[str, str]]:
    """The evidence of the same cell in a scenario."""
    year = say(", of {year}", year=row.year) if row.year else ""
    basis = say(
        "{bases}; trust {confidence}{year}",
        bases=BASES.get(row.basis, str(row.basis)),
        confidence=trusted(row.confidence),
        year=year,
    )
    return [
        (capital(row.scenario or say("as stated")), basis),
        (say("Range"), _range(row.low, row.high, unit)),
        (say("How it comes about"), row.derivation or ""),
        (say("Formula"), row.formula or ""),
        (say("Note"), row.note or ""),
        (say("Sources"), ", ".join(row.source_id or ())),
    ]


def _figure(case: Case, found: Figure) -> list[Block]:
    row = found.row
    made: list[Block] = [Paragraph((Strong(f"{row.source_id}: {_published(row)}"),)), _sources([row], aside=False)]
    if row.aside:
        made.append(Heading(say("Set aside: {aside}", aside=ASIDE.get(row.aside, row.aside))))
        made += [Paragraph((str(row.why),))] if row.why else []
    cells = [(cell, _value(case, cell)) for cell in found.cells]
    lists = [
        (
            say("Numbers about which it informs") if row.aside == "context" else say("Used instead"),
            _named(case, row.instead),
        ),
        (say("Numbers that rest on it"), cells),
        (say("Tests against it"), [(test, case.row("validation", test).name) for test in found.tests]),
        (say("Figures set aside for it"), _named(case, found.replaced)),
    ]
    made += [_facts(lines, title) for title, lines in lists if lines]
    if not (row.aside or found.cells or found.tests):
        made.append(Note(say("No number and no test rests on it.")))
    return made


def _facts(lines: Iterable[tuple[str, str]], caption: str = "") -> Table:
    """Two columns of text, lines without a text left out."""
    kept = tuple((name, str(text)) for name, text in lines if text or caption)
    return Table((Column(""), Column("", wide=4)), kept, caption=caption)


def _sources(rows: Iterable[Any], *, aside: bool = True) -> Sources:
    """Published figures, each with its place and trust, and the reason why it is set aside."""
    return Sources(tuple(_source(row, aside) for row in rows))


def _source(row: Any, aside: bool) -> Source:
    where = f"{row.title}, {row.locator}" if row.locator else str(row.title)
    where += say(" (trust: {confidence})", confidence=trusted(row.confidence))
    if aside and row.aside:
        where += say(". Set aside as {aside}", aside=SET_ASIDE.get(row.aside, row.aside))
        where += f": {row.why}" if row.why else ""
    value, unit, year = (str(text or "") for text in (row.value, row.unit, row.year))
    return Source(str(row.source_id), str(row.item), value, unit, year, where, str(row.url or ""))


def _named(case: Case, names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, _name(case, name)) for name in names or ()]


def _published(row: Any) -> str:
    """The item, value, unit and year of a published figure."""
    value = " ".join(str(part) for part in (row.value, row.unit) if part)
    year = f" ({row.year})" if row.year else ""
    return f"{row.item}: {value}{year}" if value else f"{row.item}{year}"


def _name(case: Case, name: str) -> str:
    """A figure or a cell in words."""
    if "." not in name:
        known = name in case["source"].index
        return _published(case.row("source", name)) if known else say("no figure of this case")
    words = [text for text in (_title(case, name), _value(case, name)) if text]
    return " = ".join(words) or say("a number of this case")


def _title(case: Case, cell: str) -> str:
    """The name of the row of a cell, where it has one."""
    table, row_id, _ = cell.split(".")
    return str(getattr(case.row(table, row_id), "name", "")) if row_id in case[table].index else ""


def _value(case: Case, address: str) -> str:
    table, row_id, column = address.split(".")
    if row_id == "*":
        return say("in every row")
    value = number(case, (table, row_id, column))
    return "" if value is None else _plain(value)


def _driver(case: Case, driver: str) -> str:
    if driver not in case["driver"].index:
        return driver
    row = case.row("driver", driver)
    return say("{name}. Who could know it: {who}.", name=row.name, who=row.who) if row.who else f"{row.name}."


def _range(low: float | None, high: float | None, unit: str) -> str:
    if low is None or high is None:
        return ""
    return (
        say("none: the number is taken as certain")
        if low == high
        else say("{low} to {high}", low=_plain(low), high=_plain(high, unit))
    )


def _plain(value: Any, unit: str = "") -> str:
    """A number with all its digits; a year keeps its four digits together."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return say("not known")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return " ".join(value) if isinstance(value, tuple) else str(value)
    if math.isinf(value):
        return say("no limit")
    text = numeral(value, ",.10g") if abs(value) >= 10_000 else numeral(value, ".10g")
    return f"{text} {unit}".strip()
