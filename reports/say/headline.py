"""The headline of an answer: its sentences, the first of which can stand alone."""

from __future__ import annotations

import math

from corridor.model.case import Case
from corridor.model.money import bill, paid
from corridor.model.ranges import Ranges, kept
from corridor.model.result.answer import Answer
from corridor.model.scope import ALL, ScopeMeasures, headline_scope
from corridor.model.units import amount
from corridor.reports.numbers import SINGLE, about, clause, least_to_most, part, rounded
from corridor.reports.say.words import (
    PAID,
    by_period,
    capital,
    dollars,
    first_limit,
    inside,
    limit_name,
    listed,
    mt,
    mt_or_t,
    times,
    whole_year,
)

TIMED = {
    "handled": "of what is asked is carried",
    "concurrent": "would fit if all cargo grew alike",
    "capability": "would fit if each kind grew to its limit",
    "free": "would fit with any mix of cargo",
}


def _timed(case: Case, answer: Answer, where: str) -> list[str]:
    """The first sentences about a measure of a year by periods."""
    value = answer.value or 0.0
    whole = whole_year(answer)
    fits = TIMED[answer.study]
    if answer.study == "handled" and case.observed:
        fits = "of the base year is carried"
    said = [f"With the year cut {by_period(answer)}, {rounded(value)} Mt {fits} ({where})."]
    if answer.horizon is not None and answer.horizon.name == "year":
        said = [f"In an open year {rounded(value)} Mt {fits} ({where})."]
    if whole is not None:
        difference = value - whole
        if abs(difference) <= 1e-6 * max(1.0, abs(whole)):
            said.append("That is what the year as one period gives, too.")
        else:
            more = "more" if difference > 0 else "less"
            said.append(f"That is {mt_or_t(abs(difference))} {more} than the year as one period gives.")
    if answer.growth is not None and answer.growth < 1:
        said.append(f"The base year itself does not fit: {times(answer.growth)} times of it does.")
    handled = answer.whole_t.get("handled")
    if handled is not None and answer.study != "handled":
        used = (
            f"In {case.base_year}, {rounded(handled)} Mt went through."
            if case.observed
            else f"Carried: {rounded(handled)} Mt."
        )
        said.append(used)
    return said


def headline(case: Case, answer: Answer, ranges: Ranges | None = None) -> str:
    """The answer in a few sentences."""
    return " ".join(sentences(case, answer, ranges))


OPENING = 3
"""Sentences of the first paragraph of a measure: used, fits, the first limit."""


def paragraphs(case: Case, answer: Answer, ranges: Ranges | None = None) -> tuple[str, str]:
    """The headline in two paragraphs: the first short enough to be read aloud; the second may be empty."""
    said = sentences(case, answer, ranges)
    end = OPENING if answer.measures_t else len(said)
    return " ".join(said[:end]), " ".join(said[end:])


def sentences(case: Case, answer: Answer, ranges: Ranges | None = None) -> list[str]:
    """The sentences of the headline; the first can stand alone.

    ``ranges`` say how sure the measures are; those kept with the case if left out.
    """
    if answer.study.startswith("cost"):
        return _cost(case, answer)
    where = answer.gate.name if answer.gate else case.title
    if answer.study == "expected":
        return [f"At these prices, times and reliability {rounded(answer.value or 0.0)} Mt a year come ({where})."]
    if answer.growth is None and (answer.horizon is None or not answer.value):
        return [f"{where}: nothing is asked to go through, so nothing does."]
    if answer.horizon is not None:
        return _timed(case, answer, where) + _nameplate(answer)
    known = kept(case) if ranges is None else ranges
    return [
        *_measured(case, answer, known, where),
        *comes(case, answer),
        *_scope_sentences(case, answer, known),
        *_nameplate(answer),
    ]


def _measured(case: Case, answer: Answer, known: Ranges, where: str) -> list[str]:
    """Used, fits if all grow alike, fits if each grows to its limit, and the first limit."""
    net, growth = answer.value_unit.startswith("net"), answer.growth or 0.0
    texts = {}
    for name in ("handled", "concurrent", "capability"):
        within = known.get((answer.scope, net, name)) if name != "handled" else None
        texts[name] = about(answer.measures_t[name], within, name)
    asked = f"{rounded(float(answer.segments['base_t'].sum()))} Mt"
    held = "" if answer.scope == ALL else ", the other cargo as in the base year"
    if answer.scope != ALL:
        own = answer.of_scope(answer.scope, net=net)
        where = own.name if own else answer.scope
    if not case.observed:
        carried = "all of it is carried" if growth >= 1 else f"of which {texts['handled']} are carried"
        said = [f"Asked of {where} in {case.base_year}: {asked}, {carried}."]
    elif growth >= 1:
        said = [f"In {case.base_year}, {texts['handled']} went through {where}."]
    else:
        said = [f"In {case.base_year}, {asked} should have gone through {where}, of which {texts['handled']} fit."]
    together, apart = (clause(texts[name]) for name in ("concurrent", "capability"))
    if growth >= 1:
        whose = "all" if answer.scope == ALL else "its"
        alike = f"{capital(together)} would fit if {whose} cargo grew alike"
    else:
        alike = f"Kept in proportion only {together} fit"
    said.append(f"{alike}, and {apart} if each kind grew to its limit{held}.")
    return [*said, _stopped(case, answer)]


ALIKE = 1e-3
"""Share of what fits within which two amounts of cargo count as the same."""


def comes(case: Case, answer: Answer) -> list[str]:
    """The sentence on the cargo that comes, where the case has markets: the side that waits for the other."""
    come, fits = answer.measures_t.get("expected"), answer.measures_t.get("capability")
    if come is None or fits is None:
        return []
    used, asked = answer.measures_t["handled"], float(answer.segments["base_t"].sum())
    same = abs(come - used) <= ALIKE * max(used, 1.0)
    as_used = f"as much as {'was used' if case.observed else 'is carried'}"
    amount_said = as_used if same else f"{rounded(come)} Mt"
    room = fits - max(come, used)
    if (answer.growth or 0.0) < 1 and come < asked * (1 - ALIKE):
        return [f"At these prices and times {rounded(come)} Mt come: cargo waits for capacity."]
    if room <= ALIKE * fits:
        return [f"At these prices and times {amount_said} comes: cargo waits for capacity."]
    return [f"At these prices and times {amount_said} comes: {mt(room)} of capacity wait for cargo."]


def _stopped(case: Case, answer: Answer) -> str:
    """The first limit, and those that are reached at about the same point."""
    if answer.first is None or not answer.first.near:
        return f"The first limit: {first_limit(answer)}."
    near = listed([inside(case, limit_name(answer, name)) for name in answer.first.near])
    within = max(1, math.ceil(100 * (max(answer.first.near.values()) / answer.first.growth - 1) - 1e-9))
    return f"The first limit: {first_limit(answer)}; within {within}\u00a0% of it, too: {near}."


def _scope_sentences(case: Case, answer: Answer, known: Ranges) -> list[str]:
    """The scope that the headline names beside the gate, and how much of what is wanted of it fits."""
    name = headline_scope(case)
    scope = next((each for each in answer.scopes if each.scope == name), None)
    if scope is None or answer.scope not in (ALL, name):
        return []
    said = []
    if answer.scope == ALL:
        tare = any(each.scope == name and each.net != scope.net for each in answer.scopes)
        weight = ", without the own weight of wagons and trucks" if tare and scope.net else ""
        had = f"{rounded(scope.handled_t)} Mt"
        if case.observed:
            said.append(f"{capital(scope.name)} had {had} of this{weight}.")
        else:
            asked = f"{rounded(scope.base_t)} Mt asked, "
            said.append(f"{capital(scope.name)}: {asked}{had} carried{weight}.")
    return [*said, _wanted(answer, scope, known)]


def _wanted(answer: Answer, scope: ScopeMeasures, known: Ranges) -> str:
    """The amount of a scope that fits, of its target where it has one."""
    own = about(scope.capability_t, known.get((scope.scope, scope.net, "capability")), "capability")
    ends = f"{least_to_most(scope.least_t, scope.most_t)} Mt"
    beside = f", and {ends} where all cargo grows to its limit"
    if not scope.target_t:
        return f"At most {own} fit of it{beside}."
    year = f" in {scope.target_year:.0f}" if scope.target_year else ""
    share = part(scope.capability_t / scope.target_t)
    verb = "fits" if share.endswith(SINGLE) else "fit"
    wanted = rounded(scope.target_t).removesuffix(".0")
    return f"Of the {wanted} Mt wanted of it{year}, {share} {verb}: at most {own}{beside}."


def _cost(case: Case, answer: Answer) -> list[str]:
    """The cost of cargo that is carried; cargo left behind or sent elsewhere is apart."""
    delivered, outside, unmet = (float(answer.delivered[name].sum()) for name in ("t", "outside_t", "unmet_t"))
    who = "shippers pay" if answer.study == "cost_shipper" else "operators spend"
    crossed = float(answer.delivered["crossed_t"].sum())
    through = f", {_tonnes(crossed)} of it through {answer.gate.name}" if answer.gate else ""
    here, items = paid(answer.cost, answer.study), bill(answer.cost, answer.study)
    parts = [f"{amount(items[item] / 1e6)} for {name}" for item, name in PAID.items() if items.get(item, 0.0) > 0]
    less = [f"{amount(-items[item] / 1e6)} of {name}" for item, name in PAID.items() if items.get(item, 0.0) < 0]
    of = f": {listed(parts)}" + (f", less {listed(less)}" if less else "") if len(parts) + len(less) > 1 else ""
    least = "" if outside + unmet > 0.5 else "at least "
    said = [f"For {_tonnes(delivered)} in {case.base_year}{through}, {who} {least}{dollars(here)} a year{of}."]
    if outside + unmet <= 0.5:
        return said
    ways = [f"{_tonnes(unmet)} are left behind"] if unmet > 0.5 else []
    ways += [f"{_tonnes(outside)} take routes outside the corridor"] if outside > 0.5 else []
    said.append(f"Of {_tonnes(delivered + outside + unmet)} asked, {listed(ways)}.")
    apart = [f"their {name}, {dollars(items[item])} a year" for item, name in APART_SAID.items() if item in items]
    if apart:
        said.append(f"Not in that sum: {listed(apart)}.")
    return said


APART_SAID = {"penalty": "penalty", "outside": "freight on those routes"}


def _tonnes(tonnes: float) -> str:
    """Tonnes as Mt with one decimal, or as they are where that would show little of them."""
    return mt(tonnes) if tonnes >= 1e5 else f"{tonnes:,.0f} t"


def _nameplate(answer: Answer) -> list[str]:
    if not answer.gate or not math.isfinite(answer.gate.nameplate_t):
        return []
    nameplate = mt(answer.gate.nameplate_t, 0)
    if answer.terminals_t:
        return [f"The terminals that can be named add up to {mt(answer.terminals_t)}, not {nameplate}."]
    return [f"{nameplate} are claimed."]
