"""Used, comes, fits, can be named and claimed on one axis, with the scope that the headline names below the gate."""

from __future__ import annotations

import math

from corridor.model.case import Case
from corridor.model.language import localised, numeral, say
from corridor.model.ranges import Range, Ranges, kept
from corridor.model.result.answer import Answer
from corridor.model.scope import ALL, ScopeMeasures, headline_scope
from corridor.reports.blocks import Block, Column, Table, figure
from corridor.reports.charts.axis import Group, Row, axis_figure
from corridor.reports.numbers import likely, rounded
from corridor.reports.say.words import READER, by_period, capital, used_name

SORTS = {"handled": "used", "expected": "comes", "concurrent": "fits", "capability": "fits"}
WHOLE = 5e6
"""Tonnes from which a title has whole Mt."""


def axis(answer: Answer, ranges: Ranges | None = None) -> list[Block]:
    """The figure, with its numbers; nothing for a cost or where no cargo is asked for."""
    case = answer.case
    known = (kept(case) if ranges is None else ranges) if answer.horizon is None else {}
    groups = axis_groups(answer, known)
    if not groups or not any(row.t for row in groups[0].rows):
        return []
    title = axis_title(answer)
    said = "; ".join(f"{group.title + ': ' if group.title else ''}{_told(group)}" for group in groups)
    cut = f", {by_period(answer)}" if answer.horizon is not None else ""
    ranged = any(row.low_t is not None for group in groups for row in group.rows)
    return [
        figure(
            axis_figure,
            groups,
            title=title,
            caption=say("Light blue: the range of nine trials in ten.") if ranged else "",
            alt=f"{title}. {said}.",
            name="axis",
            subtitle=say("Mt a year, {base_year}{cut}", base_year=case.base_year, cut=cut),
            numbers=_numbers(groups),
        )
    ]


def _numbers(groups: tuple[Group, ...]) -> Table:
    columns = (
        Column(say("Measure"), wide=3),
        Column(say("Amount"), say("Mt a year"), right=True),
        Column(say("Likely"), right=True),
    )
    body = []
    for group in groups:
        for row in group.rows:
            name = f"{row.name}, {group.title}" if group.title and group is not groups[0] else row.name
            body.append((name, rounded(row.t), row.text.partition("likely ")[2]))
    return Table(columns, tuple(body))


def axis_title(answer: Answer) -> str:
    """The finding: how much of what is claimed fits and how much of it was used."""
    measures = answer.measures_t
    fits, used = measures.get("capability", answer.value or 0.0), measures.get("handled")
    gate = answer.gate if answer.scope == ALL else None
    claimed = gate.nameplate_t if gate is not None and math.isfinite(gate.nameplate_t) else None
    asked = float(answer.segments["base_t"].sum()) if len(answer.segments) else 0.0
    if answer.growth is not None and answer.growth < 1 and used is not None and asked:
        return say("Of {asked} Mt asked for, {used} fit", asked=_plain(asked), used=_plain(used))
    verb = say("were used") if answer.case.observed else say("are carried")
    was = "" if used is None else say(" and {used} {verb}", used=_plain(used), verb=verb)
    if claimed is not None:
        return say("Of {claimed} Mt claimed {fits} fit{was}", claimed=_plain(claimed), fits=_plain(fits), was=was)
    return say("{fits} Mt a year fit{was}", fits=_plain(fits), was=was)


def _plain(tonnes: float) -> str:
    return numeral(tonnes / 1e6, ",.0f") if tonnes >= WHOLE else rounded(tonnes)


def axis_groups(answer: Answer, known: Ranges) -> tuple[Group, ...]:
    """The rows of the gate or of the scope asked for, and those of the headline's scope."""
    case, rows = answer.case, []
    net = answer.value_unit.startswith("net")
    for name, sort in SORTS.items():
        t = answer.measures_t.get(name, answer.whole_t.get(name))
        if t is not None:
            within = known.get((answer.scope, net, name)) if sort == "fits" else None
            rows.append(_row(sort, capital(_name(case, name)), t, within, name))
    if not rows:
        return ()
    if answer.scope == ALL:
        if answer.terminals_t:
            rows.append(_row("named", say("Berths with a name"), answer.terminals_t))
        if answer.gate is not None and math.isfinite(answer.gate.nameplate_t):
            rows.append(_row("claimed", say("Claimed"), answer.gate.nameplate_t))
    scope = next((each for each in answer.scopes if each.scope == headline_scope(case)), None)
    if scope is None or answer.scope != ALL or answer.horizon is not None:
        return (Group("", tuple(rows)),)
    top = answer.gate.name if answer.gate is not None else case.title
    return Group(capital(top), tuple(rows)), _scope(case, scope, known)


def _scope(case: Case, scope: ScopeMeasures, known: Ranges) -> Group:
    """The rows of the scope that the headline names: used, comes, what fits of it at most, and what is wanted."""
    within = known.get((scope.scope, scope.net, "capability"))
    rows = [_row("used", capital(used_name(case)), scope.handled_t)]
    if scope.expected_t is not None:
        rows.append(_row("comes", say("Comes"), scope.expected_t))
    rows.append(_row("fits", say("Fits if it alone grows"), scope.capability_t, within, "capability"))
    if scope.target_t:
        year = say(" in {target_year:.0f}", target_year=scope.target_year) if scope.target_year else ""
        rows.append(_row("claimed", say("Wanted{year}", year=year), scope.target_t))
    return Group(
        say("Of it {name}{words}", name=scope.name, words=say(", cargo alone") if scope.net else ""), tuple(rows)
    )


def _name(case: Case, measure: str) -> str:
    return used_name(case) if measure == "handled" else READER[measure]


def _row(sort: str, name: str, t: float, within: Range | None = None, measure: str = "") -> Row:
    if within is None:
        return Row(sort, name, t, rounded(t).removesuffix(localised(".0")))
    return Row(
        sort,
        name,
        t,
        say("{t}, likely {within}", t=rounded(t), within=likely(within, measure)),
        within.p5_t,
        within.p95_t,
    )


def _told(group: Group) -> str:
    return ", ".join(say("{name} {text} Mt", name=row.name.lower(), text=row.text) for row in group.rows)
