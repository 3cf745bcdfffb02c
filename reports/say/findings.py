"""Findings in words: the title of a report and its opening, of any case."""

from __future__ import annotations

import math
from typing import Any

from corridor.model.case import Case
from corridor.model.kinds import ASKED, kinds_of
from corridor.model.language import localised, numeral, say
from corridor.model.ranges import Range, Ranges
from corridor.model.result.answer import Answer
from corridor.model.result.findings import Findings
from corridor.model.result.frame import rows
from corridor.model.scope import ALL, ScopeMeasures, headline_scope
from corridor.reports.numbers import least_to_most, likely, rounded
from corridor.reports.say.headline import comes, sentences
from corridor.reports.say.words import (
    capital,
    dollars,
    first_limit,
    inside,
    limit_name,
    listed,
    mt,
)

WHOLE_T = 5e6
"""Tonnes from which a title has whole Mt."""
ALIKE_T = 5_000.0
"""Tonnes a year below which a change counts as none."""
SHORT_D = 0.05
"""Days below which a way takes no time."""
BERTHS = "quay"
"""The kind of the terminals that add up beside the claimed capacity."""
APART = 1.05
"""Times what fits: berths of more than this are not what stops cargo."""


def plain(tonnes: float) -> str:
    """Tonnes as a title has them: whole Mt where large.

    >>> plain(10_359_448), plain(3_733_410), plain(22_000)
    ('10 Mt', '3.7 Mt', '0.022 Mt')
    """
    return (
        say("{tonnes:,.0f} Mt", tonnes=tonnes / 1e6)
        if tonnes >= WHOLE_T
        else say("{tonnes} Mt", tonnes=rounded(tonnes))
    )


def first_kind(answer: Answer) -> tuple[str, bool] | None:
    """The first kind of limit as the subject of a sentence, and True for a plural; None where nothing is limited."""
    if answer.first is None:
        return None
    kinds = dict(zip(answer.use["resource"], answer.use["kind"], strict=True))
    gate = answer.case.gate.gate_id if answer.case.gate is not None else ""
    first = answer.first.resources[0]
    kind = str(kinds.get(first, "gate" if first == gate else ASKED))
    if kind == "gate":
        return say("The claimed capacity"), False
    known = kinds_of(answer.case).get(kind)
    if known is None:
        return say("A rule of the planner"), False
    noun = known.phrase.removesuffix(" comes").removesuffix(" come")
    return noun, known.phrase.endswith(" come")


def place_of(case: Case, answer: Answer) -> str:
    """The place or the cargo that is measured."""
    if answer.scope != ALL:
        own = answer.of_scope(answer.scope, net=answer.value_unit.startswith("net"))
        return own.name if own is not None else answer.scope
    return answer.gate.name if answer.gate is not None else say("the {title}", title=case.title.removeprefix("The "))


def title(case: Case, answer: Answer, ranges: Ranges) -> str:
    """The title of a report: the kind that runs out first and the tonnes that fit."""
    fits, kind = answer.measures_t.get("capability"), first_kind(answer)
    if fits is None or answer.growth is None or answer.horizon is not None:
        return sentences(case, answer, ranges)[0]
    place, asked = place_of(case, answer), float(answer.segments["base_t"].sum())
    if kind is None:
        if answer.growth < 1:
            return say(
                "{place} {place2} {handled} of {asked} asked",
                place=capital(place),
                place2=_carries(place),
                handled=plain(answer.measures_t["handled"]),
                asked=plain(asked),
            )
        return (
            say("No limit stops {place} at {fits} a year", place=place, head=capital(place), fits=plain(fits))
            if math.isfinite(fits)
            else say("No limit stops {place}", place=place, head=capital(place))
        )
    noun, many = kind
    hold = say("hold") if many else say("holds")
    if answer.growth < 1:
        held = answer.measures_t["handled"]
        return say(
            "{noun} {hold} {place} to {held} of the {asked} asked for",
            noun=noun,
            head=capital(place),
            cause=inside(case, noun),
            hold=hold,
            place=place,
            held=rounded(held),
            asked=plain(asked),
        )
    return say(
        "{noun}{contrast} {hold} {place} to about {fits} a year",
        noun=noun,
        head=capital(place),
        cause=inside(case, noun),
        contrast=_contrast(answer, noun),
        hold=hold,
        place=place,
        fits=plain(fits),
    )


def _carries(place: str) -> str:
    return say("carry") if place.split(" of ")[0].endswith("s") else say("carries")


def _contrast(answer: Answer, noun: str) -> str:
    """The berths that do not stop cargo, where those that can be named hold more than fits."""
    berths = kinds_of(answer.case)[BERTHS].name
    if not answer.terminals_t or answer.terminals_t < APART * answer.measures_t["capability"]:
        return ""
    return "" if noun.lower() == berths else say(", not {berths},", berths=berths)


def opening(findings: Findings, ranges: Ranges) -> list[str]:
    """Three sentences for a minister: claimed, fits and used; the first limit; the cargo that comes."""
    case, answer = findings.case, findings.answer
    if "capability" not in answer.measures_t or answer.growth is None or answer.horizon is not None:
        return sentences(case, answer, ranges)[1:]
    return [_amounts(case, answer, ranges), _first(case, answer), _comes(findings)]


def _amounts(case: Case, answer: Answer, ranges: Ranges) -> str:
    net = answer.value_unit.startswith("net")
    within = ranges.get((answer.scope, net, "capability"))
    fits = say(
        "about {capability} a year {fit}{within}",
        capability=plain(answer.measures_t["capability"]),
        fit=_fit(answer),
        within=_likely(within),
    )
    gate = answer.gate if answer.scope == ALL else None
    claimed = gate is not None and math.isfinite(gate.nameplate_t)
    lead = (
        say("{nameplate_t} a year is claimed; {fits}", nameplate_t=mt(gate.nameplate_t, 0), fits=fits)
        if gate is not None and claimed
        else capital(fits)
    )
    asked, used = float(answer.segments["base_t"].sum()), answer.measures_t["handled"]
    if (answer.growth or 0.0) < 1:
        return say(
            "{lead}. Of {asked} Mt asked in {base_year}, {used} Mt is carried.",
            lead=lead,
            asked=rounded(asked),
            base_year=case.base_year,
            used=rounded(used),
        )
    if case.observed:
        return say("{lead}, and {base_year} used {used} Mt.", lead=lead, base_year=case.base_year, used=rounded(used))
    return say(
        "{lead}, and all of the {used} Mt asked in {base_year}.",
        lead=lead,
        used=rounded(used),
        base_year=case.base_year,
    )


def _fit(answer: Answer) -> str:
    return "fits"


def _likely(within: Range | None) -> str:
    return "" if within is None else say(" (likely {within})", within=likely(within, "capability"))


def _first(case: Case, answer: Answer) -> str:
    if answer.first is None:
        return say("Nothing runs out before each kind of cargo is at its own limit.")
    at = (
        ""
        if (answer.growth or 0.0) < 1
        else say(", at {concurrent} Mt if all cargo grows alike", concurrent=rounded(answer.measures_t["concurrent"]))
    )
    near = [inside(case, limit_name(answer, name)) for name in answer.first.near]
    more = (
        say("; {near} {words} soon after", near=listed(near), words=say("follow") if len(near) > 1 else say("comes"))
        if near
        else ""
    )
    return say("First to run out: {inside}{at}{more}.", inside=inside(case, first_limit(answer)), at=at, more=more)


def _comes(findings: Findings) -> str:
    said = comes(findings.case, findings.answer)
    best = best_lever(findings)
    brings = (
        say(
            " Most would come by one lever, {name}, {step}: {comes_t} Mt.",
            name=inside(findings.case, best.name),
            step=best.step,
            comes_t=minus(best.comes_t),
        )
        if best
        else ""
    )
    if said:
        return f"{said[0]}{brings}"
    spent = first_step(findings)
    return spent or say("The case has no market and no project, so no more is known of what would come.")


def best_lever(findings: Findings) -> Any | None:
    """The lever that brings the most cargo, alone; None where none does or levers are not known."""
    if findings.levers is None:
        return None
    frame = findings.levers.table
    alone = [row for row in rows(frame) if row.kind not in ("together", "scenario") and row.comes_t >= ALIKE_T]
    return max(alone, key=lambda row: row.comes_t, default=None)


def first_step(findings: Findings) -> str:
    """The first project to build, with its price and its gain; empty where none adds anything."""
    made = findings.projects
    if made is None or not len(made.curve):
        return ""
    step = rows(made.curve)[0]
    names = listed(list(step.names))
    return say(
        "Most room for the money: {names}, {cost_usd} for {gain_t} Mt.",
        names=names,
        cost_usd=dollars(step.cost_usd),
        gain_t=minus(step.gain_t),
    )


def scope_said(findings: Findings) -> str:
    """The second line: the scope that somebody counts, from used to fits, beside what was published and is wanted."""
    answer = findings.answer
    scope = scope_of_answer(answer)
    if scope is None:
        return ""
    published = published_of(findings, scope)
    used = say(
        "{handled_t} Mt {words}",
        handled_t=rounded(scope.handled_t),
        words=say("used") if findings.case.observed else say("carried"),
    )
    beside = say(" ({published} published)", published=rounded(published)) if published is not None else ""
    ends = least_to_most(scope.least_t, scope.most_t)
    fits = say(
        "{ends} Mt {words} where all cargo grows",
        ends=ends,
        words=say("fits") if ends == rounded(scope.least_t) else say("fit"),
    )
    alone = say(", {capability_t} if it alone grows", capability_t=rounded(scope.capability_t))
    wanted = ""
    if scope.target_t:
        year = say(" by {target_year:.0f}", target_year=scope.target_year) if scope.target_year else ""
        target = rounded(scope.target_t).removesuffix(localised(".0"))
        wanted = say("; {target} wanted{year}", target=target, year=year)
    cargo = say(", cargo without wagons and trucks") if scope.net and _weighs(answer, scope) else ""
    return f"{capital(scope.name)}{cargo}: {used}{beside}; {fits}{alone}{wanted}."


def _weighs(answer: Answer, scope: ScopeMeasures) -> bool:
    """Gate tonnes of the scope differ from its cargo."""
    return any(each.scope == scope.scope and not each.net for each in answer.scopes)


def scope_of_answer(answer: Answer) -> ScopeMeasures | None:
    """The scope that the headline names beside all cargo; None in a case without it, or where a scope was asked for."""
    name = headline_scope(answer.case)
    if answer.scope != ALL or name == ALL:
        return None
    return next((each for each in answer.scopes if each.scope == name), None)


def published_of(findings: Findings, scope: ScopeMeasures) -> float | None:
    """The published tonnes of a scope in the base year, of the table of tests; None where there is none."""
    if findings.validation is None:
        return None
    formula = f"scope.{scope.scope}.handled.t"
    for row in findings.case.rows("validation"):
        if row.formula == formula and not row.scenario:
            return float(row.published)
    return None


def minus(tonnes: float) -> str:
    """A change in Mt with one decimal and a true sign.

    >>> minus(-6_900_000), minus(210_000), minus(-40_000)
    ('−6.9', '+0.2', '−0.04')
    """
    digits = 1 if abs(tonnes) >= 50_000 else 2
    return numeral(tonnes / 1e6, f"+,.{digits}f").replace("-", "−")


def losses(findings: Findings) -> list[Any]:
    """Scenarios in which less fits than in the case, the worst first."""
    return _scenarios(findings, "hurts", 1)


def gains(findings: Findings) -> list[Any]:
    """Scenarios in which more fits than in the case, the best first."""
    return _scenarios(findings, "helps", -1)


def _scenarios(findings: Findings, group: str, sign: int) -> list[Any]:
    """Scenarios of a group that change what fits, the greatest change first."""
    if findings.library is None:
        return []
    frame = findings.library.frame
    shown = [row for row in rows(frame[frame["group"] == group]) if -sign * row.change_t >= ALIKE_T]
    return sorted(shown, key=lambda row: (sign * row.change_t, row.scenario))
