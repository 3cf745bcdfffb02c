"""The page of a case: its size, and the changes since it was read."""

from __future__ import annotations

from corridor.model.case import Case
from corridor.model.language import Words, say
from corridor.reports.blocks import Block, Column, Paragraph, Strong, Table

COUNTED = Words(
    {
        "node": "places",
        "link": "links",
        "resource": "resources",
        "demand": "demands",
        "project": "projects",
        "evidence": "statements of evidence",
    }
)
"""Tables that are counted, and the words for their rows."""


def page(case: Case, *, short: bool = False) -> list[Block]:
    """Title, base year, size, and the changes that were made."""
    sizes = ", ".join(f"{len(case[name])} {words}" for name, words in COUNTED.items() if len(case[name]))
    lead = say(
        " Base year {base_year}, {scenario}: {sizes}.", base_year=case.base_year, scenario=case.scenario, sizes=sizes
    )
    blocks: list[Block] = [Paragraph((Strong(f"{case.title}."), lead))]
    if case.changes:
        heads = (say("Change"), say("Of scenario"), say("Source"), say("Why"))
        cells = [(each.words, each.scenario, each.source, each.why) for each in case.changes]
        told = [place for place in range(len(heads)) if any(row[place] for row in cells)]
        columns = tuple(Column(heads[place]) for place in told)
        body = tuple(tuple(row[place] for place in told) for row in cells)
        blocks.append(Table(columns, body, caption=say("Changes since it was read, in order")))
    return blocks
