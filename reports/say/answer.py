"""The page of an answer: what fits, what stops it, the year by periods, markets, links, and its proof."""

from __future__ import annotations

import math

from corridor.model.case import Case
from corridor.model.evidence import evidence_of
from corridor.model.language import numeral, said, say
from corridor.model.ranges import Ranges, kept
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.units import amount
from corridor.reports.blocks import PHONE, Bar, Block, Figure, Heading, Note, Paragraph, Strong, Tiles
from corridor.reports.map.answer import Order, answer_map, finding, unplaced
from corridor.reports.say import expected, year
from corridor.reports.say.columns import megatonnes, number, table, words
from corridor.reports.say.disrupt import closures_blocks, disruption_section
from corridor.reports.say.earned import earned_section
from corridor.reports.say.headline import headline, paragraphs, sentences
from corridor.reports.say.limits import (
    AVAILABLE,
    first_limit_said,
    kinds_said,
    limits_table,
    name_of_kind,
    unit_words,
)
from corridor.reports.say.measures import measures, tiles
from corridor.reports.say.words import READER, capital, left_behind, limits_left, millions, no_single_limit, percent


def page(answer: Answer, *, short: bool = False) -> list[Block]:
    """The blocks of an answer alone; the report adds the pages of other studies between them."""
    case = answer.case
    if answer.study == "expected":
        return [
            *expected.page(answer, short=short),
            *earned_section(answer, short=short),
            Note(certificate_line(answer)),
        ]
    opening, more = paragraphs(case, answer)
    first = sentences(case, answer)[0]
    made: list[Block] = [Paragraph((Strong(first), opening.removeprefix(first)))]
    made += [Paragraph((more,))] if more else []
    if short:
        made += closures_blocks(answer.closures) if answer.closures is not None else []
        made += measures(case, answer)
        made += _stops(answer)
        made += year.page(answer, short=True)
        made += [*_map(answer), *_in_markets(answer), *earned_section(answer, short=True)]
        made += [Paragraph((text,)) for text in (left_behind(case, answer),) if text]
        if answer.value is not None and not answer.study.startswith("cost"):
            value = say("{value:,.0f} {value_unit}", value=answer.value, value_unit=unit_words(answer.value_unit))
            made.append(
                Paragraph(
                    (
                        say(
                            "{reader}, to the tonne (study {study}): {value}.",
                            reader=capital(READER[answer.study]),
                            study=answer.study,
                            value=value,
                        ),
                    )
                )
            )
        return [*made, Note(f"{certificate_line(answer)} {how_sure(case)}".strip())]
    made += [*measured(answer, kept(case)), *what_stops_it(answer)]
    made += disruption_section(answer.closures) if answer.closures is not None else []
    made += [*year.page(answer), *where_it_flows(answer), *markets(answer), *uses(answer), *flows(answer)]
    made += earned_section(answer)
    return [*made, *proof(answer)]


def measured(answer: Answer, ranges: Ranges, *, band: bool = False) -> list[Block]:
    """The measures of the gate and of the headline's scope; ``band`` where the report has a section on their ranges."""
    case = answer.case
    blocks = measures(case, answer, ranges)
    if not blocks:
        return []
    where = (
        say(" between land and ship at {name}, in the ports' own statistical tonnes", name=answer.gate.name)
        if answer.gate
        else ""
    )
    note = say("Million tonnes a year{where}. These are central values", where=where)
    if len(case["evidence"]):
        note += say(": each input has a range, given in the evidence table of the case")
    if band:
        note += say("; the range that follows from them is under “How sure”")
    return [Tiles(tiles(case, answer, ranges)), *blocks, Note(f"{note}.")]


def what_stops_it(answer: Answer) -> list[Block]:
    """The first limit, and what one step of each limit is worth."""
    note = say("A limit is listed only if one step more of it, and nothing else, changes the answer. The figure is ")
    if answer.horizon is not None:
        note += say("the gain of its next little, spread over the year as the limit is; a whole step may bring less.")
    else:
        note += say("the difference between two solved models.")
    return [Heading(say("What stops it")), *_stops(answer, note)]


def _stops(answer: Answer, note: str = "") -> list[Block]:
    made: list[Block] = [first_limit_said(answer)] if answer.measures_t and answer.first is not None else []
    if len(answer.limits):
        made += [limits_table(answer), Note(f"{note} {say(AVAILABLE)}".strip())]
    elif not answer.limits_left and not answer.unfinished:
        made.append(Paragraph((no_single_limit(answer),)))
    return made + [Paragraph((text,)) for text in (limits_left(answer),) if text]


def where_it_flows(answer: Answer, order: Order | None = None) -> list[Block]:
    """The map with its heading; ``order`` numbers the limits. A note where no place has coordinates."""
    return [Heading(say("Where it flows")), *_map(answer, order)]


def _map(answer: Answer, order: Order | None = None) -> list[Block]:
    case = answer.case
    lost = unplaced(case)
    if len(lost) == len(case["node"]):
        return [Note("No place of this case has coordinates, so there is no map: x_coord and y_coord of node.csv.")]
    title = finding(case, answer)
    caption = say(
        "Width: tonnes a year. Colour: use of the busiest resource of a line. Grey: none known,"
        " which is not the same as no limit. Outline: tonnes that would pass with the same mix if"
        " that resource were full. Numbers in discs: the order in which the limits come."
    )
    caption += say(" Without coordinates, and so not drawn: {lost}.", lost=", ".join(lost)) if lost else ""
    return [
        Figure(
            lambda width: answer_map(case, answer, width, order),
            title,
            caption,
            say(
                "Map of the corridor. {title}. {headline} The table of links has the numbers.",
                title=title,
                headline=headline(case, answer),
            ),
            PHONE,
            say("Million tonnes a year, both directions together, {base_year}", base_year=case.base_year),
            name="map",
        )
    ]


def _in_markets(answer: Answer) -> list[Block]:
    """The markets in the base year and in this answer, in Mt a year."""
    case = answer.case
    if not len(answer.segments) or not answer.measures_t:
        return []
    segments = rows(answer.segments)
    capped = any(math.isfinite(row.ceiling_t) for row in segments)
    most = max([1.0, *answer.segments["t"], *answer.segments["base_t"]])
    shown = table(
        segments,
        words(say("Market"), "name", wide=3),
        megatonnes(f"{(say('Base year') if case.observed else say('Asked in'))} {case.base_year}", "base_t"),
        megatonnes(say("This answer"), "t"),
        number(say("Times"), lambda row: "–" if math.isnan(row.times) else numeral(row.times, ".2f")),
        number(say("Ceiling"), lambda row: _ceiling(row.ceiling_t), say("Mt")) if capped else None,
        caption=say("All markets at once: {reader}", reader=READER[answer.study]),
        bars=tuple(Bar(row.t / most, mark=row.base_t / most) for row in segments),
        bar_title=say("Base year (line) and this answer (bar)"),
    )
    return [shown]


def _ceiling(t: float) -> str:
    return millions(t) if math.isfinite(t) else say("none")


def markets(answer: Answer) -> list[Block]:
    """The markets in this answer, with their heading and what the split between them means."""
    made = _in_markets(answer)
    note = say(
        "The split between markets is one of several that give the same total; among them this is"
        " the one of least operating cost."
    )
    return [Heading(say("Which markets can grow")), *made, Note(note)] if made else []


def uses(answer: Answer) -> list[Block]:
    """The use of every resource, the fullest first."""
    case = answer.case
    frame = answer.use.sort_values(["share", "resource"], ascending=[False, True], na_position="last")
    priced = set(answer.limits["resource"])
    frame = frame[(frame["used"] > 0) | (frame["available"] > 0)]
    frame = frame.assign(share=frame["share"].clip(upper=1.0).where(frame["available"] < math.inf))
    shown = table(
        rows(frame),
        words(say("Resource"), "name", wide=3),
        words(say("Where"), lambda row: name_of_kind(row.kind)),
        number(say("Used"), lambda row: amount(row.used)),
        number(say("Available"), lambda row: amount(row.available)),
        words(say("Unit"), lambda row: said(row.unit)),
        number(say("Use"), lambda row: percent(row.share)),
        bars=tuple(
            None if math.isnan(row.share) else Bar(float(row.share), dark=row.resource in priced) for row in rows(frame)
        ),
        small=True,
    )
    note = say("Available: after weather, draught and practical use, and after traffic that is not modelled.")
    return [
        Heading(say("How full everything is")),
        shown,
        Note(say("{note} Dark: a limit of this answer. {kinds}", note=note, kinds=kinds_said(case))),
    ]


def flows(answer: Answer) -> list[Block]:
    """The links in use, the greatest flow first, with the busiest resource of each."""
    case = answer.case
    names = {row.node_id: row.name for row in case.rows("node")}
    resources = {row.resource: row.name for row in rows(answer.use)}
    links = answer.tables["links"].rename(columns={"from": "start", "to": "end"})
    links = links[links["t"] > 0].sort_values(["t", "link"], ascending=[False, True])
    shown = table(
        rows(links),
        words(say("Link"), lambda row: f"{names[row.start]} – {names[row.end]}", wide=3),
        words(say("Mode"), lambda row: row.mode.replace("_", " ")),
        megatonnes(say("Flow"), "t"),
        number(
            say("Busiest resource used"), lambda row: say("not known") if math.isnan(row.share) else percent(row.share)
        ),
        words(say("Which is"), lambda row: resources.get(row.busiest, ""), wide=3),
        small=True,
    )
    return [Heading(say("Links in use")), shown] if shown.rows else []


def proof(answer: Answer) -> list[Block]:
    """The certificate, and what it is computed from."""
    how = say(
        "The certificate is recomputed outside the solver: from the arrays of the model, and again from the tables"
    )
    return [
        Heading(say("Proof")),
        Note(
            say(
                "{certificate_line} {how} of the case and of this answer.",
                certificate_line=certificate_line(answer),
                how=how,
            )
        ),
    ]


def certificate_line(answer: Answer) -> str:
    """The certificate in one line."""
    c = answer.certificate
    verdict = say("passed") if c.passed else "FAILED"
    unseen = "" if c.balance is not None else say("; balances not computed")
    size = say("{rows} rows, {columns} columns", rows=answer.solver["rows"], columns=answer.solver["columns"])
    solver = f"{answer.solver['name']} {answer.solver['version']}"
    return say(
        "Certificate {verdict} (worst residual {worst:.1e}{unseen}); {solver}, {size}.",
        verdict=verdict,
        worst=c.worst,
        unseen=unseen,
        solver=solver,
        size=size,
    )


def how_sure(case: Case) -> str:
    """The number of assumed figures of a case, and the verbs that tell more; empty without evidence."""
    evidence = evidence_of(case)
    if not evidence:
        return ""
    assumed = sum(row.basis == "assumed" for row in evidence.values())
    return say(
        "{assumed:,} of {count:,} numbers with evidence are assumed; corridor band shows how sure"
        " the answer is, corridor evidence where a number comes from.",
        assumed=assumed,
        count=len(evidence),
    )
