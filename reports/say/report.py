"""The report: the page of an answer and the pages of the studies beside it, in one document."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corridor.model.language import say
from corridor.model.ranges import Ranges, kept, ranges_of
from corridor.model.result.answer import Answer
from corridor.model.result.findings import Findings
from corridor.model.result.listing import Listing
from corridor.reports.blocks import Block, Document, Fold, Heading, Note, lead
from corridor.reports.say import answer as answer_page
from corridor.reports.say import band, ladder, markets, prices, waterfall, year
from corridor.reports.say.annex import annex
from corridor.reports.say.facts import facts_of
from corridor.reports.say.findings import opening, title
from corridor.reports.say.first import first_screen
from corridor.reports.say.headline import sentences
from corridor.reports.say.limits import first_limit_said
from corridor.reports.say.measures import measures
from corridor.reports.say.projects import page as projects
from corridor.reports.say.sections import sections
from corridor.reports.say.words import by_period

FILES = "tables.zip"
"""File beside the report that holds every table of it."""
Pages = Sequence[tuple[str, Sequence[Block]]]
"""Further pages of a report: the title and the blocks of each."""


def document(findings: Findings, more: Pages = ()) -> Document:
    """The report on an answer and on the studies of what stops it; ``more`` are further pages with their titles."""
    case, answer = findings.case, findings.answer
    ranges = _ranges(findings)
    state = say("as it stands") if answer.scenario == "base" else say("scenario {scenario}", scenario=answer.scenario)
    return Document(
        name=f"{case.title} {case.base_year}",
        title=title(case, answer, ranges),
        subtitle=say(
            "{title} · base year {base_year}{cut} · {state}",
            title=case.title,
            base_year=case.base_year,
            cut=_cut(answer),
            state=state,
        ),
        lead=" ".join(opening(findings, ranges)),
        blocks=(
            *first_screen(findings, ranges),
            *sections(findings, ranges),
            *(block for name, blocks in more for block in (Heading(name), *blocks)),
        ),
        facts=facts_of(case),
        annex=tuple(annex(findings, ranges)),
        files=FILES,
    )


def page(findings: Findings, *, short: bool = False) -> list[Block]:
    """The blocks of the findings; ``short`` keeps to the answer, its limits, and the studies beside it."""
    if not short:
        made = document(findings)
        return [*made.blocks, Fold(say("Annex"), made.annex)]
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
    return [Heading(say("What stops it")), *first, *worth]


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
    return f" {by_period(answer)}" + ("" if answer.horizon.cyclic else say(", an open year"))


def _ranges(findings: Findings) -> Ranges:
    """The ranges of the measures: of the band of the findings, else those kept with the case."""
    band = findings.band
    return ranges_of(band.ranges) if band is not None and len(band.ranges) else kept(findings.case)
