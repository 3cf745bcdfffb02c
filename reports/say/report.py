"""What the report says: the findings as a document, section by section, in plain sentences."""

from __future__ import annotations

import math
from collections import Counter

from corridor.model.case import Case
from corridor.model.evidence import evidence_of
from corridor.model.ranges import Ranges, kept, ranges_of
from corridor.model.result.answer import Answer
from corridor.model.result.findings import Findings
from corridor.model.result.frame import rows
from corridor.model.units import amount
from corridor.reports.blocks import (
    Bar,
    Block,
    Column,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Source,
    Sources,
    Table,
    Tiles,
)
from corridor.reports.map.answer import answer_map, link_table
from corridor.reports.say import limits
from corridor.reports.say.band import sure, validated
from corridor.reports.say.band_words import band_line
from corridor.reports.say.disrupt import disruption_section
from corridor.reports.say.ladder import ladder_blocks
from corridor.reports.say.limits import first_limit_said, kinds_said, limits_table, name_of_kind
from corridor.reports.say.measures import measures, tiles
from corridor.reports.say.projects import page as projects
from corridor.reports.say.revenue import report_blocks
from corridor.reports.say.waterfall import waterfall_blocks
from corridor.reports.say.words import (
    READER,
    by_period,
    headline,
    millions,
    no_single_limit,
    paragraphs,
    percent,
    sentences,
)
from corridor.reports.say.year import through_the_year
from corridor.reports.terminal import certificate_line

WHOLE = "as one period"
BASES = {
    "known": "published by a named source",
    "derived": "computed from published figures",
    "assumed": "ours, for want of a source",
    "unknown": "not known to anybody we found",
}


def document(findings: Findings) -> Document:
    """The report on an answer and on what was found out about what stops it."""
    case, answer = findings.case, findings.answer
    ranges = _ranges(findings)
    first, *_ = sentences(case, answer, ranges)
    opening, more = paragraphs(case, answer, ranges)
    state = "as it stands" if answer.scenario == "base" else f"scenario {answer.scenario}"
    return Document(
        name=f"{case.title} {case.base_year}",
        title=first,
        subtitle=f"{case.title} · base year {case.base_year}{_cut(answer)} · {state}",
        lead=opening.removeprefix(first).strip(),
        blocks=(
            *([Paragraph((more,))] if more else ()),
            *_measures(findings, ranges),
            *what_stops_it(findings),
            *ladder(findings),
            *(projects(findings.projects, long=True) if findings.projects is not None else ()),
            *waterfall(findings),
            *(disruption_section(answer.closures) if answer.closures is not None else []),
            *through_the_year(findings),
            *_map(case, answer),
            *markets(findings),
            *(report_blocks(findings.revenue) if findings.revenue is not None else []),
            *(limits.cut_blocks(case, findings.cut) if findings.cut is not None else ()),
            *sure(findings),
            *validated(findings),
            *_uses(case, answer),
            *_flows(case, answer),
            *_evidence(case),
            *_sources(findings),
            *_proof(answer),
        ),
        sure=band_line(findings.band, answer.study) if findings.band is not None and answer.measures_t else "",
    )


def _cut(answer: Answer) -> str:
    if answer.horizon is None:
        return ""
    return f" {by_period(answer)}" + ("" if answer.horizon.cyclic else ", an open year")


def _ranges(findings: Findings) -> Ranges:
    """How sure the measures are: by the band of the findings, else by what is kept with the case."""
    band = findings.band
    return ranges_of(band.ranges) if band is not None and len(band.ranges) else kept(findings.case)


def _measures(findings: Findings, ranges: Ranges) -> list[Block]:
    """The measures of the gate and of the headline's scope, and what a tonne is here."""
    answer = findings.answer
    blocks = measures(findings.case, answer, ranges)
    if not blocks:
        return []
    shown = tiles(findings.case, answer, ranges)
    where = f" between land and ship at {answer.gate.name}, in the ports' own statistical tonnes" if answer.gate else ""
    note = f"Million tonnes a year{where}. These are central values"
    if len(findings.case["evidence"]):
        note += ": each input has a range, given in the evidence table of the case"
    if findings.band is not None:
        note += "; the range that follows from them is under “How sure”"
    return [Tiles(shown), *blocks, Note(f"{note}.")]


def what_stops_it(findings: Findings) -> list[Block]:
    """The first limit, and what one step of each limit is worth."""
    answer = findings.answer
    blocks: list[Block] = [Heading("What stops it")]
    if answer.first is not None:
        blocks.append(first_limit_said(answer))
    if findings.prices is not None and len(findings.prices):
        return blocks + limits.price_blocks(findings.prices)
    if not len(answer.limits):
        return [*blocks, Paragraph((no_single_limit(answer),))]
    note = "A limit is listed only if one step more of it, and nothing else, changes the answer. The figure is "
    if answer.horizon is not None:
        note += "the gain of its next little, spread over the year as the limit is; a whole step may bring less."
    else:
        note += "the difference between two solved models."
    return [*blocks, limits_table(answer), Note(f"{note} {limits.AVAILABLE}")]


def ladder(findings: Findings) -> list[Block]:
    """The order of the limits, where it was worked out."""
    frame = findings.ladder
    if frame is None or not len(frame):
        return []
    return ladder_blocks(findings.case, frame, findings.answer.terminals_t, long=True)


def waterfall(findings: Findings) -> list[Block]:
    """From what is claimed to what was used, where it was worked out."""
    found = findings.waterfall
    return [] if found is None else waterfall_blocks(findings.case, found, long=True)


def _map(case: Case, answer: Answer) -> list[Block]:
    nodes = case["node"]
    if not (nodes["x_coord"].notna() & nodes["y_coord"].notna()).any():
        return []
    caption = (
        "Tonnes a year in this answer, both directions together. Width of the fill: flow. Width of the pipe: what would"
        " pass with the same mix if the busiest resource of the link were full, but no more than the nameplate. Colour:"
        " use of that resource. Dashed: no capacity of the link is known, which is not the same as no limit. The"
        " numbers are in the table of links below."
    )
    figure = Figure(
        draw=lambda width: answer_map(case, answer, width),
        title="",
        caption=caption,
        alt=f"Map of the corridor. {headline(case, answer)} The table of links has the numbers.",
    )
    return [Heading("Where it flows"), figure]


def markets(findings: Findings) -> list[Block]:
    """The markets in this answer, and each alone where that was worked out."""
    case, answer, alone = findings.case, findings.answer, findings.markets
    if not len(answer.segments) or not answer.measures_t:
        return []
    most = max([1.0, *answer.segments["t"], *answer.segments["base_t"]])
    segments = rows(answer.segments)
    blocks: list[Block] = [
        Heading("Which markets can grow"),
        Table(
            (
                Column("Market", wide=3),
                Column(str(case.base_year), "Mt", right=True),
                Column("This answer", "Mt", right=True),
                Column("Times", right=True),
                Column("Ceiling", "Mt", right=True),
            ),
            tuple(
                (
                    str(row.name),
                    millions(row.base_t),
                    millions(row.t),
                    f"{row.t / row.base_t:.2f}" if row.base_t else "–",
                    millions(row.ceiling_t) if math.isfinite(row.ceiling_t) else "none",
                )
                for row in segments
            ),
            caption=f"All markets at once: {READER[answer.study]}",
            bars=tuple(Bar(row.t / most, mark=row.base_t / most) for row in segments),
            bar_title="Base year (line) and this answer (bar)",
        ),
        Note(
            "The split between markets is one of several that give the same total; among them this is the one of least"
            " operating cost."
        ),
    ]
    if alone is not None and len(alone):
        blocks += limits.markets_table(alone)
    return blocks


def _uses(case: Case, answer: Answer) -> list[Block]:
    frame = answer.use.sort_values(["share", "resource"], ascending=[False, True], na_position="last")
    found = [row for row in rows(frame) if row.used > 0 or row.available > 0]
    priced = set(answer.limits["resource"])
    shares = [
        None if math.isnan(row.share) or not math.isfinite(row.available) else min(1.0, float(row.share))
        for row in found
    ]
    table = Table(
        (
            Column("Resource", wide=3),
            Column("Where"),
            Column("Used", right=True),
            Column("Available", right=True),
            Column("Unit"),
            Column("Use", right=True),
        ),
        tuple(
            (
                str(row.name),
                name_of_kind(row.kind),
                amount(row.used),
                amount(row.available),
                str(row.unit),
                "–" if share is None else percent(share),
            )
            for row, share in zip(found, shares, strict=True)
        ),
        bars=tuple(
            None if share is None else Bar(share, dark=row.resource in priced)
            for row, share in zip(found, shares, strict=True)
        ),
        small=True,
    )
    note = "Available: after weather, draught and practical use, and after traffic that is not modelled."
    return [Heading("How full everything is"), table, Note(f"{note} Dark: a limit of this answer. {kinds_said(case)}")]


def _flows(case: Case, answer: Answer) -> list[Block]:
    names = {row.node_id: row.name for row in case.rows("node")}
    uses = {row.resource: row.name for row in rows(answer.use)}
    links = link_table(case, answer)
    links = links[links["flow_t"] > 0].sort_values(["flow_t", "link_id"], ascending=[False, True])
    table = Table(
        (
            Column("Link", wide=3),
            Column("Mode"),
            Column("Flow", "Mt", right=True),
            Column("Busiest resource used", right=True),
            Column("Which is", wide=3),
        ),
        tuple(
            (
                f"{names[row.from_node_id]} – {names[row.to_node_id]}",
                str(row.mode_id).replace("_", " "),
                millions(row.flow_t),
                "not known" if math.isnan(row.utilisation) else percent(row.utilisation),
                str(uses.get(str(row.busiest), "")),
            )
            for row in rows(links)
        ),
        small=True,
    )
    return [Heading("Links in use"), table] if table.rows else []


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
        used |= {each for cell in tests["sources"] for each in str(cell).split()}
    found = tuple(
        Source(
            row.source_id, row.item, str(row.value or ""), row.unit or "", str(row.year or ""), row.title, row.url or ""
        )
        for row in case.rows("source")
        if row.source_id in used
    )
    return [Heading("Sources used"), Sources(found)] if found else []


def _proof(answer: Answer) -> list[Block]:
    proof = "The certificate is recomputed outside the solver: from the arrays of the model, and again from the tables"
    return [Heading("Proof"), Note(f"{certificate_line(answer)} {proof} of the case and of this answer.")]
