"""The identity of a report: version, case, newest source, licence, how to cite it."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import version

from corridor.model.case import Case
from corridor.model.days import month_name
from corridor.model.identity import SHORT, hash_of, newest_source
from corridor.model.language import marked, say
from corridor.reports.blocks import Facts, Source

LICENCE = marked("MIT licence")
SHOWN = 6
"""Changes that are named; the number of the others is given."""


def facts_of(case: Case) -> Facts:
    """The identity of what is computed from a case; the same case gives the same words."""
    number, short = version("freight-corridor"), hash_of(case)[:SHORT]
    newest = dated(newest_source(case))
    data = say(", data to {newest}", newest=newest) if newest else ""
    cite = say(
        "Corridor {number}, {title} {base_year}, case {short}{data}",
        number=number,
        title=case.title,
        base_year=case.base_year,
        short=short,
        data=data,
    )
    return Facts(number, short, newest, say(LICENCE), cite, _run(case))


def sources_of(case: Case, ids: Collection[str]) -> tuple[Source, ...]:
    """The published figures of these ids, in the order of the table of sources."""
    return tuple(
        Source(
            row.source_id, row.item, str(row.value or ""), row.unit or "", str(row.year or ""), row.title, row.url or ""
        )
        for row in case.rows("source")
        if row.source_id in ids
    )


def dated(date: str) -> str:
    """A date as a reader has it.

    >>> dated("2026-05-14"), dated("2026-05"), dated("")
    ('May 2026', 'May 2026', '')
    """
    if not date:
        return ""
    year, month, *_ = date.split("-")
    return f"{month_name(int(month))} {year}"


def _run(case: Case) -> str:
    state = (
        say("The case as it is kept") if case.scenario == "base" else say("Scenario {scenario}", scenario=case.scenario)
    )
    if not case.changes:
        return f"{state}."
    words = [change.words for change in case.changes]
    more = say(", and {count} more", count=len(words) - SHOWN) if len(words) > SHOWN else ""
    return say("{state}, with {words}{more}.", state=state, words="; ".join(words[:SHOWN]), more=more)
