"""The first screen of a report: the axis beside the map, the scope, and the columns of help and harm."""

from __future__ import annotations

from typing import Any

from corridor.model.language import marked, said, say
from corridor.model.ranges import Ranges
from corridor.model.result.answer import Answer
from corridor.model.result.findings import Findings
from corridor.model.result.frame import rows
from corridor.model.units import amount
from corridor.reports.blocks import Block, Figure, Fold, Pair, Paragraph, Strong, Table
from corridor.reports.map.answer import Order, inset
from corridor.reports.say import panel
from corridor.reports.say.axis import axis
from corridor.reports.say.columns import number, table, words
from corridor.reports.say.findings import (
    ALIKE_T,
    gains,
    losses,
    minus,
    scope_said,
)
from corridor.reports.say.limits import name_of_kind
from corridor.reports.say.words import capital, inside, listed

MOST = 4
"""Rows of a column of the first screen."""
TERMS = marked(
    (
        ("used", "Cargo that went through in the base year, as it was counted."),
        ("comes", "Cargo that shippers send at the prices, times and reliability of the case."),
        ("fits if all grow alike", "Cargo that passes if all markets grow in proportion, until the first limit."),
        ("fits if each grows", "Cargo that passes if each market grows to its own limit and none shrinks."),
        ("claimed", "Capacity as its owners state it. No ship, season or neighbour is taken off."),
        ("trial", "The model once more, with every uncertain number drawn within its range."),
        ("cause", "One fact behind several uncertain numbers: known once, all of them are known better."),
        ("where", "The part of the way that has a limit: ships, berths, a line, a border."),
    )
)
"""Eight terms of the report and their meaning."""


def first_screen(findings: Findings, ranges: Ranges) -> list[Block]:
    """Blocks below the title and the opening."""
    made: list[Block] = []
    left: list[Block] = [*axis(findings.answer, ranges)]
    said = scope_said(findings)
    left += [Paragraph((Strong(said),))] if said else []
    right, helps, hurts = inset_of(findings), _helps(findings), _hurts(findings)
    if left and right:
        made.append(Pair((*left, *helps, *hurts), tuple(right), share=0.54))
    elif helps and hurts:
        made += [*left, *right, Pair(tuple(helps), tuple(hurts), share=0.5)]
    else:
        made += [*left, *right, *helps, *hurts]
    tried = panel.page(findings.panel) if findings.panel is not None else []
    return [*made, *tried, Fold(say("Eight terms of this report"), (_terms(),))]


def order_of(findings: Findings) -> Order | None:
    """The number of each limit in the order in which they run out; None where that is not known."""
    if findings.ladder is None or not len(findings.ladder.frame):
        return None
    return {row.resource: int(row.rung) for row in rows(findings.ladder.frame)}


def inset_of(findings: Findings) -> list[Figure]:
    """The busiest part of the map; nothing where places have no coordinates."""
    answer, order = findings.answer, order_of(findings)
    if not inset(answer, 430, order):
        return []
    title = limits_title(answer)
    numbers = say("; the number is the order in which limits run out") if order else ""
    return [
        Figure(
            lambda width: inset(answer, width, order),
            title,
            say("Width: tonnes a year. Colour: how full{numbers}.", numbers=numbers),
            say("{title}. Map of the busiest part: {limits}", title=title, limits=_limits_said(answer)),
            narrowest=300,
            subtitle=say(
                "Tonnes a year where each market grows to its limit, {base_year}", base_year=answer.case.base_year
            ),
            name="inset",
        )
    ]


def limits_title(answer: Answer) -> str:
    """The number of limits that stop an answer, and the kind of most of them."""
    kinds = [name_of_kind(str(kind)) for kind in answer.limits["kind"]]
    if not kinds:
        return say("No limit is full")
    most = max(dict.fromkeys(kinds), key=kinds.count)
    many = say("1 limit is full") if len(kinds) == 1 else say("{count} limits are full", count=len(kinds))
    whose = say("all") if kinds.count(most) == len(kinds) else say("{most} of them", most=kinds.count(most))
    return f"{many}: {most}" if len(kinds) == 1 else f"{many}, {whose} {most}"


def _limits_said(answer: Answer) -> str:
    names = [inside(answer.case, str(name)) for name in answer.limits["name"]]
    return (
        say("{names} are full.", names=listed(names[:3]))
        if len(names) > 1
        else say("{names} is full.", names="".join(names) or say("nothing"))
    )


def _helps(findings: Findings) -> list[Block]:
    """Steps of the cost curve, then the scenarios that add most."""
    body: list[tuple[str, str, str]] = []
    made = findings.projects
    for row in rows(made.curve)[:2] if made is not None else ():
        body.append((_built(row), f"{amount(round(row.cost_usd / 1e6))}", minus(row.gain_t)))
    for row in gains(findings)[: MOST - len(body)]:
        body.append((str(row.title), "", minus(row.change_t)))
    if not body:
        return []
    return [
        table(
            body,
            words(say("What makes room"), lambda row: row[0], wide=4),
            number(say("Million USD"), lambda row: row[1]) if any(row[1] for row in body) else None,
            number(say("Fits"), lambda row: row[2], say("Mt")),
        )
    ]


def _built(row: Any) -> str:
    return capital(
        say(" with ").join(f"{n} × {name}" if n > 1 else name for name, n in zip(row.names, row.times, strict=True))
    )


def _hurts(findings: Findings) -> list[Block]:
    """Scenarios that take most of what fits."""
    worst = losses(findings)[:MOST]
    if not worst:
        return []
    comes = any(abs(row.comes_change_t) >= ALIKE_T for row in worst)
    return [
        table(
            worst,
            words(say("What takes room"), lambda row: str(row.title), wide=4),
            number(say("Fits"), lambda row: minus(row.change_t), say("Mt"), main=True),
            number(
                say("Comes"),
                lambda row: minus(row.comes_change_t) if abs(row.comes_change_t) >= ALIKE_T else "0",
                say("Mt"),
            )
            if comes
            else None,
        )
    ]


def _terms() -> Table:
    return table(
        said(TERMS),
        words(say("Term"), lambda row: capital(row[0]), wide=1),
        words(say("Meaning"), lambda row: row[1], wide=3),
        paper=True,
    )
