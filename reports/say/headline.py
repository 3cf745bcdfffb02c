"""The headline of an answer: its sentences, the first of which can stand alone."""

from __future__ import annotations

import math

from corridor.model.case import Case
from corridor.model.language import Words, localised, say
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

TIMED = Words(
    {
        "handled": "of what is asked is carried",
        "concurrent": "would fit if all cargo grew alike",
        "capability": "would fit if each kind grew to its limit",
        "free": "would fit with any mix of cargo",
    }
)


def _timed(case: Case, answer: Answer, where: str) -> list[str]:
    """The first sentences about a measure of a year by periods."""
    value = answer.value or 0.0
    whole = whole_year(answer)
    fits = TIMED[answer.study]
    if answer.study == "handled" and case.observed:
        fits = say("of the base year is carried")
    said = [
        say(
            "With the year cut {by_period}, {value} Mt {fits} ({where}).",
            by_period=by_period(answer),
            value=rounded(value),
            fits=fits,
            where=where,
        )
    ]
    if answer.horizon is not None and answer.horizon.name == "year":
        said = [say("In an open year {value} Mt {fits} ({where}).", value=rounded(value), fits=fits, where=where)]
    if whole is not None:
        difference = value - whole
        if abs(difference) <= 1e-6 * max(1.0, abs(whole)):
            said.append(say("That is what the year as one period gives, too."))
        else:
            more = say("more") if difference > 0 else say("less")
            said.append(
                say(
                    "That is {difference} {more} than the year as one period gives.",
                    difference=mt_or_t(abs(difference)),
                    more=more,
                )
            )
    if answer.growth is not None and answer.growth < 1:
        said.append(say("The base year itself does not fit: {growth} times of it does.", growth=times(answer.growth)))
    handled = answer.whole_t.get("handled")
    if handled is not None and answer.study != "handled":
        used = (
            say("In {base_year}, {handled} Mt went through.", base_year=case.base_year, handled=rounded(handled))
            if case.observed
            else say("Carried: {handled} Mt.", handled=rounded(handled))
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
        return [
            say(
                "At these prices, times and reliability {value} Mt a year come ({where}).",
                value=rounded(answer.value or 0.0),
                where=where,
            )
        ]
    if answer.growth is None and (answer.horizon is None or not answer.value):
        return [say("{where}: nothing is asked to go through, so nothing does.", where=where)]
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
    asked = say("{base_t} Mt", base_t=rounded(float(answer.segments["base_t"].sum())))
    held = "" if answer.scope == ALL else say(", the other cargo as in the base year")
    if answer.scope != ALL:
        own = answer.of_scope(answer.scope, net=net)
        where = own.name if own else answer.scope
    if not case.observed:
        carried = (
            say("all of it is carried")
            if growth >= 1
            else say("of which {handled} are carried", handled=texts["handled"])
        )
        said = [
            say(
                "Asked of {where} in {base_year}: {asked}, {carried}.",
                where=where,
                base_year=case.base_year,
                asked=asked,
                carried=carried,
            )
        ]
    elif growth >= 1:
        said = [
            say(
                "In {base_year}, {handled} went through {where}.",
                base_year=case.base_year,
                handled=texts["handled"],
                where=where,
            )
        ]
    else:
        said = [
            say(
                "In {base_year}, {asked} should have gone through {where}, of which {handled} fit.",
                base_year=case.base_year,
                asked=asked,
                where=where,
                handled=texts["handled"],
            )
        ]
    together, apart = (clause(texts[name]) for name in ("concurrent", "capability"))
    if growth >= 1:
        whose = say("all") if answer.scope == ALL else say("its")
        alike = say("{together} would fit if {whose} cargo grew alike", together=capital(together), whose=whose)
    else:
        alike = say("Kept in proportion only {together} fit", together=together)
    said.append(say("{alike}, and {apart} if each kind grew to its limit{held}.", alike=alike, apart=apart, held=held))
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
    as_used = say("as much as {words}", words=say("was used") if case.observed else say("is carried"))
    amount_said = as_used if same else say("{come} Mt", come=rounded(come))
    room = fits - max(come, used)
    if (answer.growth or 0.0) < 1 and come < asked * (1 - ALIKE):
        return [say("At these prices and times {come} Mt come: cargo waits for capacity.", come=rounded(come))]
    if room <= ALIKE * fits:
        return [say("At these prices and times {amount} comes: cargo waits for capacity.", amount=amount_said)]
    return [
        say(
            "At these prices and times {amount} comes: {room} of capacity wait for cargo.",
            amount=amount_said,
            room=mt(room),
        )
    ]


def _stopped(case: Case, answer: Answer) -> str:
    """The first limit, and those that are reached at about the same point."""
    if answer.first is None or not answer.first.near:
        return say("The first limit: {first_limit}.", first_limit=first_limit(answer))
    near = listed([inside(case, limit_name(answer, name)) for name in answer.first.near])
    within = max(1, math.ceil(100 * (max(answer.first.near.values()) / answer.first.growth - 1) - 1e-9))
    return say(
        "The first limit: {first_limit}; within {within}\u00a0% of it, too: {near}.",
        first_limit=first_limit(answer),
        within=within,
        near=near,
    )


def _scope_sentences(case: Case, answer: Answer, known: Ranges) -> list[str]:
    """The scope that the headline names beside the gate, and how much of what is wanted of it fits."""
    name = headline_scope(case)
    scope = next((each for each in answer.scopes if each.scope == name), None)
    if scope is None or answer.scope not in (ALL, name):
        return []
    said = []
    if answer.scope == ALL:
        tare = any(each.scope == name and each.net != scope.net for each in answer.scopes)
        weight = say(", without the own weight of wagons and trucks") if tare and scope.net else ""
        had = say("{handled_t} Mt", handled_t=rounded(scope.handled_t))
        if case.observed:
            said.append(say("{name} had {had} of this{weight}.", name=capital(scope.name), had=had, weight=weight))
        else:
            asked = say("{base_t} Mt asked, ", base_t=rounded(scope.base_t))
            said.append(
                say(
                    "{name}: {asked}{had} carried{weight}.",
                    name=capital(scope.name),
                    asked=asked,
                    had=had,
                    weight=weight,
                )
            )
    return [*said, _wanted(answer, scope, known)]


def _wanted(answer: Answer, scope: ScopeMeasures, known: Ranges) -> str:
    """The amount of a scope that fits, of its target where it has one."""
    own = about(scope.capability_t, known.get((scope.scope, scope.net, "capability")), "capability")
    ends = say("{least_t} Mt", least_t=least_to_most(scope.least_t, scope.most_t))
    beside = say(", and {ends} where all cargo grows to its limit", ends=ends)
    if not scope.target_t:
        return say("At most {own} fit of it{beside}.", own=own, beside=beside)
    year = say(" in {target_year:.0f}", target_year=scope.target_year) if scope.target_year else ""
    share = part(scope.capability_t / scope.target_t)
    verb = say("fits") if share.endswith(SINGLE) else say("fit")
    wanted = rounded(scope.target_t).removesuffix(localised(".0"))
    return say(
        "Of the {wanted} Mt wanted of it{year}, {share} {verb}: at most {own}{beside}.",
        wanted=wanted,
        year=year,
        share=share,
        verb=verb,
        own=own,
        beside=beside,
    )


def _cost(case: Case, answer: Answer) -> list[str]:
    """The cost of cargo that is carried; cargo left behind or sent elsewhere is apart."""
    delivered, outside, unmet = (float(answer.delivered[name].sum()) for name in ("t", "outside_t", "unmet_t"))
    who = say("shippers pay") if answer.study == "cost_shipper" else say("operators spend")
    crossed = float(answer.delivered["crossed_t"].sum())
    through = (
        say(", {crossed} of it through {name}", crossed=_tonnes(crossed), name=answer.gate.name) if answer.gate else ""
    )
    here, items = paid(answer.cost, answer.study), bill(answer.cost, answer.study)
    parts = [
        say("{items} for {name}", items=amount(items[item] / 1e6), name=name)
        for item, name in PAID.items()
        if items.get(item, 0.0) > 0
    ]
    less = [
        say("{items} of {name}", items=amount(-items[item] / 1e6), name=name)
        for item, name in PAID.items()
        if items.get(item, 0.0) < 0
    ]
    of = (
        f": {listed(parts)}" + (say(", less {less}", less=listed(less)) if less else "")
        if len(parts) + len(less) > 1
        else ""
    )
    least = "" if outside + unmet > 0.5 else say("at least ")
    said = [
        say(
            "For {delivered} in {base_year}{through}, {who} {least}{here} a year{of}.",
            delivered=_tonnes(delivered),
            base_year=case.base_year,
            through=through,
            who=who,
            least=least,
            here=dollars(here),
            of=of,
        )
    ]
    if outside + unmet <= 0.5:
        return said
    ways = [say("{unmet} are left behind", unmet=_tonnes(unmet))] if unmet > 0.5 else []
    ways += [say("{outside} take routes outside the corridor", outside=_tonnes(outside))] if outside > 0.5 else []
    said.append(say("Of {delivered} asked, {ways}.", delivered=_tonnes(delivered + outside + unmet), ways=listed(ways)))
    apart = [
        say("their {name}, {items} a year", name=name, items=dollars(items[item]))
        for item, name in APART_SAID.items()
        if item in items
    ]
    if apart:
        said.append(say("Not in that sum: {apart}.", apart=listed(apart)))
    return said


APART_SAID = Words({"penalty": "penalty", "outside": "freight on those routes"})


def _tonnes(tonnes: float) -> str:
    """Tonnes as Mt with one decimal, or as they are where that would show little of them."""
    return mt(tonnes) if tonnes >= 1e5 else say("{tonnes:,.0f} t", tonnes=tonnes)


def _nameplate(answer: Answer) -> list[str]:
    if not answer.gate or not math.isfinite(answer.gate.nameplate_t):
        return []
    nameplate = mt(answer.gate.nameplate_t, 0)
    if answer.terminals_t:
        return [
            say(
                "The terminals that can be named add up to {terminals_t}, not {nameplate}.",
                terminals_t=mt(answer.terminals_t),
                nameplate=nameplate,
            )
        ]
    return [say("{nameplate} are claimed.", nameplate=nameplate)]
