"""The sections of a report between the first screen and the annex: a finding, a sentence or two, a figure each.

Tables and notes of the pages that a section is made of are folded below it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from corridor.model.language import numeral, say
from corridor.model.ranges import Ranges
from corridor.model.result.findings import Findings
from corridor.model.result.frame import rows
from corridor.model.units import amount
from corridor.reports.blocks import Block, Figure, Fold, Heading, Note, Pair, Paragraph, Table
from corridor.reports.say import answer as answer_page
from corridor.reports.say import (
    band,
    carbon,
    growth,
    ladder,
    levers,
    library,
    markets,
    prices,
    projects,
    revenue,
    titles,
    validation,
    waterfall,
    year,
)
from corridor.reports.say import findings as found
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.disrupt import disruption_section
from corridor.reports.say.earned import earned_figure
from corridor.reports.say.findings import minus
from corridor.reports.say.first import order_of
from corridor.reports.say.fleet import hours_table
from corridor.reports.say.fleet_figure import vehicles_figure, vehicles_said, vehicles_title
from corridor.reports.say.growth import at_growth
from corridor.reports.say.users import users_figure
from corridor.reports.say.ways import ways_figures
from corridor.reports.say.words import capital, inside, listed, percent

MOST_STEPS, MOST_LEVERS, MOST_SCENARIOS = 6, 6, 5
"""Rows of tables in the reading part."""
MOST_UNKNOWN, MOST_CAUSES = 4, 3
"""Unknown facts, and causes of the range, that the reading part names."""
NARROWS = 0.01
"""Share of the range that a cause must take to be named."""


def sections(findings: Findings, ranges: Ranges) -> list[Block]:
    """The sections that a case has something for, in the order of reading."""
    parts: list[tuple[str, str, list[Block]]] = [
        (say("What stops it"), titles.stops_title(findings), _stops(findings)),
        (say("What to build"), titles.build_title(findings), _build(findings)),
        (say("What comes"), titles.comes_title(findings), _comes(findings)),
        (say("Vehicles"), vehicles_title(findings.fleet) if findings.fleet is not None else "", _vehicles(findings)),
        (say("Who uses it"), titles.uses_title(findings), _uses(findings)),
        (say("Days, dollars, carbon"), titles.days_title(findings), _days(findings)),
        (say("What could go wrong"), titles.wrong_title(findings), _wrong(findings)),
        (say("How sure"), titles.sure_title(findings, ranges), _sure(findings, ranges)),
    ]
    return [
        block for short, title, blocks in parts if title and blocks for block in (Heading(title, short=short), *blocks)
    ]


def _stops(findings: Findings) -> list[Block]:
    """The first limits, each with the worth of one step; the ladder and the waterfall."""
    answer = findings.answer
    if not answer.measures_t:
        return answer_page.what_stops_it(answer)[1:]
    pages: list[Block] = []
    pages += ladder.page(findings.ladder) if findings.ladder is not None and len(findings.ladder.frame) else []
    pages += waterfall.page(findings.waterfall) if findings.waterfall is not None else []
    priced = findings.prices is not None and len(findings.prices.frame)
    worth = prices.page(findings.prices) if findings.prices and priced else answer_page.what_stops_it(answer)[1:]
    figures, rest = parted([*worth, *pages])
    return [*_worth(findings), *side_by_side(figures), *folded(say("Every limit, step by step"), rest)]


def _worth(findings: Findings) -> list[Block]:
    """One step more of each limit of the answer, in Mt."""
    answer = findings.answer
    if not len(answer.limits):
        return [Paragraph((say("One step more of any single limit changes nothing."),))]
    shown = [row for row in rows(answer.limits) if row.price >= found.ALIKE_T][:MOST_STEPS]
    if not shown:
        return []
    best = shown[0]
    unit = answer.case.words(str(best.price_unit).partition(" per ")[2])
    lead = say(
        "One {unit} more of {inside} makes room for {lstrip} Mt a year.",
        unit=unit,
        inside=inside(answer.case, best.name),
        lstrip=minus(best.price).lstrip("+"),
    )
    return [Paragraph((lead.replace("One 1 ", "1 "), *_none_stops(findings)))]


def _none_stops(findings: Findings) -> list[str]:
    """The kinds that would come later, in one sentence."""
    if findings.ladder is None:
        return []
    frame = findings.ladder.frame
    later = [row for row in rows(frame.drop_duplicates("rung")) if row.rung > 1 and not row.beyond][:3]
    names = [inside(findings.case, row.name) for row in later]
    if not names:
        return []
    return [
        say(
            " Suppose {inside} were never short: next run out {names}.",
            inside=inside(findings.case, frame["name"].iloc[0]),
            names=listed(names),
        )
    ]


def _build(findings: Findings) -> list[Block]:
    """The cost curve, its first steps, and projects that add nothing yet."""
    made = findings.projects
    if made is None:
        return []
    figures, rest = parted(projects.page(made))
    blocks: list[Block] = []
    first = found.first_step(findings)
    idle = [row for row in rows(made.table) if row.capability_t < made.least_t and row.concurrent_t < made.least_t]
    later = [row.name for row in idle if row.taken]
    text = first
    if idle:
        after = (
            say("; {inside} help only after others", inside=listed([inside(findings.case, name) for name in later[:3]]))
            if later
            else ""
        )
        text += say(
            " {count} of {count2} projects add nothing alone{after}.",
            count=len(idle),
            count2=len(made.table),
            after=after,
        )
    blocks += [Paragraph((text.strip(),))] if text else []
    blocks += figures[:1] or _curve_steps(findings)
    return [*blocks, *figures[1:], *folded(say("Every project: alone, in order, left out, cost and date"), rest)]


def _curve_steps(findings: Findings) -> list[Block]:
    made = findings.projects
    if made is None or not len(made.curve):
        return []
    facts = {row.project: row for row in rows(made.table)}
    shown = rows(made.curve)[:MOST_STEPS]
    return [
        table(
            shown,
            words(say("Build next"), lambda row: _built(row.names, row.times), wide=3),
            number(say("Adds"), lambda row: minus(row.gain_t), say("Mt"), main=True),
            number(say("Cost"), lambda row: amount(round(row.cost_usd / 1e6)), say("million USD")),
            words(say("Who pays"), lambda row: facts[row.projects[0]].pays or say("not stated"), wide=2),
            small=True,
        )
    ]


def _built(names: Sequence[str], times: Sequence[int]) -> str:
    return capital(say(" with ").join(f"{n} × {name}" if n > 1 else name for name, n in zip(names, times, strict=True)))


def _comes(findings: Findings) -> list[Block]:
    """The cargo that comes, the levers that bring more, and its growth by year."""
    answer = findings.answer
    if "expected" not in answer.measures_t:
        return []
    pages: list[Block] = []
    pages += levers.page(findings.levers) if findings.levers is not None else []
    pages += growth.page(findings.growth) if findings.growth is not None else []
    figures, rest = parted(pages)
    text = [*_grown(findings), *_kept_by(findings, ("levers", "growth"))]
    blocks: list[Block] = [Paragraph((" ".join(text),))] if text else []
    return [
        *blocks,
        *(side_by_side(figures) or _lever_table(findings)),
        *folded(say("Every lever, and every market by year"), rest),
    ]


def _grown(findings: Findings) -> list[str]:
    """The cargo of the last year of the growth, and the number of markets that wait for room then."""
    made = findings.growth
    if made is None or not len(made.years):
        return []
    said = []
    for rate in dict.fromkeys(made.years["growth"]):
        its = made.years[made.years["growth"] == rate]
        said.append(
            say("{iloc:.1f} Mt at {rate} growth", iloc=float(its["comes_t"].iloc[-1]) / 1e6, rate=at_growth(rate))
        )
    return [
        say(
            "By {to} the markets bring {said}; {fits_t:.1f} Mt fits.",
            to=made.to,
            said=listed(said),
            fits_t=made.fits_t / 1e6,
        )
    ]


def _lever_table(findings: Findings) -> list[Block]:
    if findings.levers is None:
        return []
    frame = findings.levers.table
    best = sorted(
        (row for row in rows(frame) if row.kind != "scenario" and row.comes_t >= found.ALIKE_T),
        key=lambda row: -row.comes_t,
    )[:MOST_LEVERS]
    if not best:
        return []
    return [
        table(
            best,
            words(say("What brings cargo"), lambda row: capital(row.name), wide=4),
            words(say("Step"), "step", wide=2),
            number(say("Comes"), lambda row: minus(row.comes_t), say("Mt"), main=True),
            number(
                say("Freight"),
                lambda row: numeral(row.freight_usd / 1e6, "+,.0f").replace("-", "−"),
                say("million USD"),
            ),
        )
    ]


def _uses(findings: Findings) -> list[Block]:
    """The map and the markets."""
    answer = findings.answer
    page = [*answer_page.where_it_flows(answer, order_of(findings))]
    page += users_figure(answer, findings.revenue) if findings.revenue is not None else []
    page += answer_page.markets(answer)
    page += markets.page(findings.markets) if findings.markets is not None and len(findings.markets.frame) else []
    figures, rest = parted(page)
    figures = [replace(each, title=each.title or titles.uses_title(findings)) for each in figures]
    return [*figures, *folded(say("Every market: used, fits, and most alone"), rest)]


def _days(findings: Findings) -> list[Block]:
    """Days of the widest ways, then freight beside carbon; the same ways by distance behind."""
    page: list[Block] = []
    ways = ways_figures(findings.revenue, findings.carbon) if findings.revenue is not None else []
    if findings.revenue is not None:
        page += [*earned_figure(findings.answer), *revenue.page(findings.revenue)]
    page += carbon.page(findings.carbon) if findings.carbon is not None else []
    figures, rest = parted(page)
    drawn = [*ways[:1], *side_by_side(figures)]
    days = findings.revenue.days if findings.revenue is not None else None
    text = ""
    if days is not None and len(days):
        last = rows(days)[-1]
        text = say(
            "Of {days:.1f} days on the way the cargo moves for {moving_d:.1f}, stands for"
            " {standing_d:.1f} and waits for a ship for {waiting_d:.1f}.",
            days=last.days,
            moving_d=last.moving_d,
            standing_d=last.standing_d,
            waiting_d=last.waiting_d,
        )
    blocks: list[Block] = [Paragraph((text,))] if text else []
    behind = folded(say("Money, days and carbon by operator, market and leg"), [*ways[1:], *rest])
    return [*blocks, *drawn, *behind] if page else []


def _vehicles(findings: Findings) -> list[Block]:
    """Vehicles by country and type at the limits, and those that an hour less at a border frees."""
    made = findings.fleet
    figures = vehicles_figure(made) if made is not None else []
    if made is None or not figures:
        return []
    freed = [hours_table(made)] if made.facts["hours"] else []
    return [
        Paragraph((" ".join(vehicles_said(made)),)),
        *figures,
        *folded(say("Vehicles that an hour less frees"), freed),
    ]


def _wrong(findings: Findings) -> list[Block]:
    """Scenarios and the year by periods."""
    answer = findings.course or findings.answer
    closed = disruption_section(findings.answer.closures) if findings.answer.closures is not None else []
    page: list[Block] = []
    if findings.library is not None:
        page = library.page(findings.library)
    scenes, rest = parted(page)
    months, more = parted([*closed, *year.page(answer)])
    text = _kept_by(findings, ("library",))
    blocks: list[Block] = [Paragraph((" ".join(text),))] if text else []
    blocks += side_by_side(scenes) or _scenario_table(findings)
    in_one = year.in_one_figure(answer)
    drawn = {block.title for block in in_one if isinstance(block, Figure)}
    months = [each for each in months if each.title not in drawn]
    made = [
        *blocks,
        *in_one,
        *folded(say("Every scenario"), rest),
        *folded(say("The year, period by period"), [*months, *more]),
    ]
    return made if any(not isinstance(block, Paragraph) for block in made) else []


def _scenario_table(findings: Findings) -> list[Block]:
    worst = found.losses(findings)[:MOST_SCENARIOS]
    if not worst:
        return []
    return [
        table(
            worst,
            words(say("Suppose"), lambda row: str(row.title), wide=2),
            number(say("Fits"), lambda row: minus(row.change_t), say("Mt"), main=True),
            number(say("Comes"), lambda row: minus(row.comes_change_t), say("Mt"))
            if not all(math.isnan(row.comes_change_t) for row in worst)
            else None,
            words(say("Runs out first"), lambda row: capital(str(row.first) or say("nothing")), wide=3),
        )
    ]


def _sure(findings: Findings, ranges: Ranges) -> list[Block]:
    """The range of what fits, the tests against facts, and the assumed numbers."""
    figures, rest = parted(band.page(findings.band)) if findings.band is not None else ([], [])
    blocks: list[Block] = [Paragraph((" ".join(_trials(findings, ranges)),))] if ranges or findings.band else []
    blocks += figures[:2]
    rest = [*figures[2:], *rest]
    blocks += folded(say("Every trial: ranges, first limits and causes"), rest)
    if findings.validation is not None and len(findings.validation.frame):
        tests, other = parted(validation.page(findings.validation))
        blocks += [
            Heading(titles.checked_title(findings), 3),
            *tests,
            *folded(say("Every test, and the reason of each"), other),
        ]
    return [*blocks, *_unknown(findings)]


def _unknown(findings: Findings) -> list[Block]:
    """Facts that nobody has published, the weightiest first, and the assumed causes that widen the range most."""
    case = findings.case
    listed_rows = sorted(case.rows("unknown"), key=lambda row: (row.rank, row.unknown_id))
    blocks: list[Block] = []
    if listed_rows or len(case["evidence"]):
        blocks.append(Heading(titles.unknown_title(case), 3))
    blocks += [Paragraph((text,)) for text in _widest(findings)]
    if listed_rows:
        blocks.append(_unknown_table(listed_rows[:MOST_UNKNOWN]))
    if len(listed_rows) > MOST_UNKNOWN:
        blocks.append(Fold(say("Every unknown fact"), (replace(_unknown_table(listed_rows), paper=True),)))
    return blocks


def _unknown_table(shown: Sequence[Any]) -> Table:
    return table(
        shown,
        words(say("Nobody has published"), "name", wide=3),
        words(say("It matters"), "matters", wide=3),
        words(say("Who could know"), lambda row: row.who or "", wide=2),
        small=True,
    )


def _widest(findings: Findings) -> list[str]:
    """The assumed causes that widen the range most, and who could know them."""
    made = findings.band
    if made is None or not made.enough:
        return []
    frame = made.drivers[(made.drivers["basis"] != "sourced") & (made.drivers["t_narrows"] >= NARROWS)]
    shown = rows(frame.sort_values("t_narrows", ascending=False, kind="stable").head(MOST_CAUSES))
    if not shown:
        return []
    named = [f"{inside(findings.case, row.name)} ({row.who})" for row in shown]
    return [say("The range would narrow most if these were known: {named}.", named=listed(named))]


def _trials(findings: Findings, ranges: Ranges) -> list[str]:
    """The range in words, and the stated value where it lies outside the middle half."""
    made = findings.band
    if made is None:
        return [say("Ranges kept with the case: of ten trials nine lie between the two ends.")]
    said = [say("Of {draws:,} trials {possible:,} agree with the base year.", draws=made.draws, possible=made.possible)]
    share = made.assumed.get("capability", math.nan)
    if math.isfinite(share):
        said.append(
            say(
                "Of the width of the range, {share} comes from numbers that nobody has published.", share=percent(share)
            )
        )
    return said


def _kept_by(findings: Findings, verbs: Iterable[str]) -> list[str]:
    """The commands that compute what this section lacks."""
    lacks = [f"corridor {verb} --keep" for verb in verbs if verb in findings.missing]
    return [say("Not computed for this case; {lacks} adds it.", lacks=listed(lacks))] if lacks else []


def parted(blocks: Iterable[Block]) -> tuple[list[Figure], list[Block]]:
    """The figures of a page, and the rest of it with smaller headings."""
    figures: list[Figure] = []
    rest: list[Block] = []
    heading = ""
    for block in blocks:
        match block:
            case Figure():
                figures.append(block if block.title else replace(block, title=heading))
            case Pair(left, right):
                inner, others = parted((*left, *right))
                figures += inner
                rest += others
            case Fold(_, inside_it):
                inner, others = parted(inside_it)
                rest += [*inner, *others]
            case Heading(text):
                heading = text
                rest.append(Heading(text, 3))
            case _:
                rest.append(block)
    return figures, rest


def side_by_side(figures: Sequence[Figure]) -> list[Block]:
    """Two figures beside one another, any other number one below the other."""
    if len(figures) == 2:
        return [Pair((figures[0],), (figures[1],), share=0.5)]
    return list(figures)


def folded(title: str, blocks: Sequence[Block]) -> list[Block]:
    """Blocks behind a title; nothing where there is no table among them."""
    return [Fold(title, tuple(blocks))] if any(isinstance(block, Table | Figure | Note) for block in blocks) else []
