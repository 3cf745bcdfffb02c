"""The annex of a report: markets, cuts, resources, links, evidence, sources and the proof."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from corridor.model.case import Case
from corridor.model.evidence import evidence_of
from corridor.model.language import Words, numeral, say
from corridor.model.ranges import Ranges
from corridor.model.result.findings import Findings
from corridor.reports.blocks import Block, Column, Fold, Heading, Note, Sources, Table
from corridor.reports.say import answer as answer_page
from corridor.reports.say import cut
from corridor.reports.say.facts import sources_of

BASES = Words(
    {
        "known": "published by a named source",
        "derived": "computed from published figures",
        "assumed": "ours, for want of a source",
        "unknown": "not known to anybody we found",
    }
)
NAMES = Words({"known": "known", "derived": "derived", "assumed": "assumed", "unknown": "unknown"})
"""Bases in one word."""
MOST_LINKS, MOST_RESOURCES = 12, 12
"""Rows of the tables of links and of resources; their other rows are in the JSON."""


def annex(findings: Findings, ranges: Ranges) -> list[Block]:
    """Blocks behind the reading part."""
    case, answer = findings.case, findings.answer
    return [
        *answer_page.measured(answer, ranges, band=findings.band is not None)[1:],
        *_behind(cut.page(findings.cut) if findings.cut is not None and len(findings.cut.frame) else []),
        *_first_rows(answer_page.uses(answer), MOST_RESOURCES),
        *_behind(_first_rows(answer_page.flows(answer), MOST_LINKS)),
        *_evidence(case),
        *_sources(findings),
        *answer_page.proof(answer),
    ]


def _behind(blocks: list[Block]) -> list[Block]:
    """A part of the annex in a fold of the title of its heading, which paper leaves out."""
    if not blocks:
        return []
    first, *rest = blocks
    assert isinstance(first, Heading)
    return [Fold(first.text, tuple(rest))]


def _first_rows(blocks: list[Block], most: int) -> list[Block]:
    """The blocks with their tables cut to the first rows, and the number of the others."""
    made: list[Block] = []
    for block in blocks:
        if isinstance(block, Table) and len(block.rows) > most:
            made.append(replace(block, rows=block.rows[:most], bars=block.bars[:most]))
            made.append(Note(say("{count} more rows: corridor solve --json.", count=len(block.rows) - most)))
        else:
            made.append(block)
    return made


def _evidence(case: Case) -> list[Block]:
    if not len(case["evidence"]):
        return []
    counts = Counter(row.basis for row in evidence_of(case).values())
    table = Table(
        (Column(say("Basis")), Column(say("Numbers"), right=True), Column(say("Meaning"), wide=1)),
        (
            *((NAMES[basis], numeral(counts[basis], ","), meaning) for basis, meaning in BASES.items()),
            (say("together"), numeral(counts.total(), ","), say("numbers of the case with evidence")),
        ),
        strong=(len(BASES),),
    )
    return [Heading(say("On what evidence")), table]


def _sources(findings: Findings) -> list[Block]:
    case, tests = findings.case, findings.validation
    used = {each for cell in case["evidence"]["source_id"] for each in (cell or ())} if len(case["evidence"]) else set()
    if tests is not None:
        used |= {each for cell in tests.frame["sources"] for each in str(cell).split()}
    found = sources_of(case, used)
    return [Heading(say("Sources used")), Sources(found)] if found else []
