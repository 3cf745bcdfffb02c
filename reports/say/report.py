"""The report: the page of an answer and the pages of the studies beside it, in one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from corridor.model.case import Case
from corridor.model.evidence import evidence_of
from corridor.model.ranges import Ranges, kept, ranges_of
from corridor.model.result.answer import Answer
from corridor.model.result.findings import Findings
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Column, Document, Heading, Note, Paragraph, Source, Sources, Table, lead
from corridor.reports.say import answer as answer_page
from corridor.reports.say import band, cut, ladder, markets, panel, prices, validation, waterfall, year
from corridor.reports.say.disrupt import disruption_section
from corridor.reports.say.facts import facts_of
from corridor.reports.say.headline import paragraphs, sentences
from corridor.reports.say.limits import first_limit_said
from corridor.reports.say.measures import measures
from corridor.reports.say.projects import page as projects
from corridor.reports.say.revenue import report_blocks
from corridor.reports.say.words import by_period

BASES = {
    "known": "published by a named source",
    "derived": "computed from published figures",
    "assumed": "ours, for want of a source",
    "unknown": "not known to anybody we found",
}
Pages = Sequence[tuple[str, Sequence[Block]]]
"""Further pages of a report: the title and the blocks of each."""


def document(findings: Findings, more: Pages = ()) -> Document:
    """The report on an answer and on the studies of what stops it; ``more`` are further pages with their titles."""
    case, answer = findings.case, findings.answer
    ranges = _ranges(findings)
    first, *_ = sentences(case, answer, ranges)
    opening, rest = paragraphs(case, answer, ranges)
    state = "as it stands" if answer.scenario == "base" else f"scenario {answer.scenario}"
    return Document(
        name=f"{case.title} {case.base_year}",
        title=first,
        subtitle=f"{case.title} · base year {case.base_year}{_cut(answer)} · {state}",
        lead=opening.removeprefix(first).strip(),
        blocks=(
            *([Paragraph((rest,))] if rest else ()),
            *answer_page.measured(answer, ranges, band=findings.band is not None),
            *what_stops_it(findings),
            *(panel.page(findings.panel) if findings.panel is not None else ()),
            *_page(findings.ladder, ladder.page),
            *(projects(findings.projects) if findings.projects is not None else ()),
            *(waterfall.page(findings.waterfall) if findings.waterfall is not None else ()),
            *(disruption_section(answer.closures) if answer.closures is not None else []),
            *year.page(findings.course or answer),
            *answer_page.where_it_flows(answer),
            *markets_of(findings),
            *(report_blocks(findings.revenue) if findings.revenue is not None else []),
            *_page(findings.cut, cut.page),
            *(band.page(findings.band) if findings.band is not None else ()),
            *_page(findings.validation, validation.page),
            *(block for title, blocks in more for block in (Heading(title), *blocks)),
            *answer_page.uses(answer),
            *answer_page.flows(answer),
            *_evidence(case),
            *_sources(findings),
            *answer_page.proof(answer),
        ),
        facts=facts_of(case),
        sure=band.line(findings.band, answer.study) if findings.band is not None and answer.measures_t else "",
    )


def page(findings: Findings, *, short: bool = False) -> list[Block]:
    """The blocks of the findings; ``short`` keeps to the answer, its limits, and the studies beside it."""
    if not short:
        return list(document(findings).blocks)
    answer = findings.answer
    return [
        lead(sentences(findings.case, answer)),
        *measures(findings.case, answer),
        *what_stops_it(findings),
        *_page(findings.ladder, ladder.page),
        *(projects(findings.projects, short=True) if findings.projects is not None else ()),
        *(waterfall.page(findings.waterfall, short=True) if findings.waterfall is not None else ()),
        *year.page(findings.course or answer, short=True),
        *answer_page.where_it_flows(answer),
        *markets_of(findings),
        *(band.page(findings.band, short=True) if findings.band is not None else ()),
        Note(answer_page.certificate_line(answer)),
    ]


def what_stops_it(findings: Findings) -> list[Block]:
    """The first limit, and what one step of each limit is worth: by the study of prices where there is one."""
    answer = findings.answer
    worth = _page(findings.prices, prices.page)
    if not worth:
        return answer_page.what_stops_it(answer)
    first = [first_limit_said(answer)] if answer.first is not None else []
    return [Heading("What stops it"), *first, *worth]


def markets_of(findings: Findings) -> list[Block]:
    """The markets in this answer, and each alone where that was worked out."""
    made = answer_page.markets(findings.answer)
    return [*made, *_page(findings.markets, markets.page)] if made else []


def _page(listing: Listing | None, page_of: Callable[[Listing], list[Block]]) -> list[Block]:
    """The page of a study that was worked out and has rows."""
    return page_of(listing) if listing is not None and len(listing.frame) else []


def _cut(answer: Answer) -> str:
    if answer.horizon is None:
        return ""
    return f" {by_period(answer)}" + ("" if answer.horizon.cyclic else ", an open year")


def _ranges(findings: Findings) -> Ranges:
    """The ranges of the measures: of the band of the findings, else those kept with the case."""
    band = findings.band
    return ranges_of(band.ranges) if band is not None and len(band.ranges) else kept(findings.case)


def _evidence(case: Case) -> list[Block]:
    frame = case["evidence"]
    if not len(frame):
        return []
    counts = Counter(row.basis for row in evidence_of(case).values())
    table = Table(
        (Column("Basis"), Column("Numbers", right=True), Column("Meaning", wide=1)),
        (
            *((basis, f"{counts[basis]:,}", meaning) for basis, meaning in BASES.items()),
            ("together", f"{counts.total():,}", "numbers of the case with evidence"),
        ),
        strong=(len(BASES),),
    )
    return [Heading("On what evidence"), table]


def _sources(findings: Findings) -> list[Block]:
    case, tests = findings.case, findings.validation
    used = {each for cell in case["evidence"]["source_id"] for each in (cell or ())} if len(case["evidence"]) else set()
    if tests is not None:
        used |= {each for cell in tests.frame["sources"] for each in str(cell).split()}
    found = tuple(
        Source(
            row.source_id, row.item, str(row.value or ""), row.unit or "", str(row.year or ""), row.title, row.url or ""
        )
        for row in case.rows("source")
        if row.source_id in used
    )
    return [Heading("Sources used"), Sources(found)] if found else []
