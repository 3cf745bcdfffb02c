"""The measures of an answer: the gate, and the scope that somebody counts, each with its range and its target."""

from __future__ import annotations

import math
from dataclasses import replace

from corridor.model.case import Case
from corridor.model.language import Words, localised, say
from corridor.model.ranges import Ranges, kept
from corridor.model.result.answer import Answer
from corridor.model.scope import ALL, ScopeMeasures, headline_scope
from corridor.reports.blocks import Block, Column, Note, Table, Tile
from corridor.reports.numbers import doubt, few, least_to_most, likely, rounded
from corridor.reports.say.words import READER, by_period, capital, mt, percent, used_name

NAMES = ("handled", "concurrent", "capability")
ITS_OWN = Words({"concurrent": "fits if its markets grow alike", "capability": "fits if it alone grows"})
"""Measures of a scope that was asked for, the other cargo held: not those that it has where all cargo grows."""
Row = tuple[str, ...]


def measures(case: Case, answer: Answer, ranges: Ranges | None = None) -> list[Block]:
    """The table of measures and what stands below it; ``ranges`` are those kept with the case if left out."""
    if not answer.measures_t:
        return []
    if answer.horizon is not None:
        return [_by_period(case, answer), *_comes_whole(answer)]
    known = kept(case) if ranges is None else ranges
    scoped = [each for each in answer.scopes if each.scope in (ALL, headline_scope(case))]
    rows = _asked(answer, case, known)
    if answer.scope == ALL:
        for each in scoped:
            if each.scope != ALL or each.net:
                rows += _beside(case, answer, each, known)
    named = {each.scope: each for each in reversed(answer.scopes)}
    targets = any(each.target_t for each in scoped)
    head = [Column(say("Mt a year"), wide=3), Column(capital(used_name(case)), right=True)]
    words = READER if answer.scope == ALL else READER | ITS_OWN
    names = names_of(answer)
    head += [Column(capital(words[name]), right=True) for name in names[1:]]
    head += [Column(say("Fits if it alone grows"), right=True)] if answer.scope == ALL and len(scoped) > 1 else []
    head += [Column(say("Wanted"), right=True)] if targets else []
    alone = answer.scope == ALL and len(scoped) > 1
    last = len(names) + 1
    body = tuple(
        (*row[:last], *((row[last],) if alone else ()), *((row[last + 1],) if targets else ()))
        for row in rows
        if any(row[1:])
    )
    blocks: list[Block] = [Table(tuple(head), body)]
    if answer.study == "free":
        value = answer.measures_t["free"]
        blocks.append(Note(say("Any mix of cargo, no market protected: {value}, an upper bound.", value=mt(value))))
    return [*blocks, *(Note(text) for text in _below(case, answer, known, named))]


def names_of(answer: Answer) -> tuple[str, ...]:
    """The measures that an answer has, in the order in which they are read."""
    return ("handled", "expected", *NAMES[1:]) if "expected" in answer.measures_t else NAMES


def _asked(answer: Answer, case: Case, known: Ranges) -> list[Row]:
    """The rows of the scope that was asked for: the values, what is likely, and the share of what is claimed."""
    net = answer.value_unit.startswith("net")
    name = answer.gate.name if answer.gate else case.title
    target = ""
    if answer.scope != ALL:
        own = answer.of_scope(answer.scope, net=net)
        name = own.name if own else answer.scope
        target = _target(own) if own else ""
    unit = say(", cargo alone") if net else say(", gate tonnes") if answer.gate and _tare(answer) else ""
    names = names_of(answer)
    values = [answer.measures_t[each] for each in names]
    found = [known.get((answer.scope, net, each)) for each in names]
    rows: list[Row] = [(capital(name) + unit, *map(rounded, values), "", target)]
    if any(found):
        ends = ("" if r is None else likely(r, n) for r, n in zip(found, names, strict=True))
        rows.append((say("  likely, 9 trials in 10"), *ends, "", ""))
    if answer.gate and answer.claimed_share:
        shares = (percent(answer.claimed_share[name]) for name in names)
        rows.append(
            (say("  of the {nameplate_t} claimed", nameplate_t=mt(answer.gate.nameplate_t, 0)), *shares, "", "")
        )
    return rows


def _beside(case: Case, answer: Answer, scope: ScopeMeasures, known: Ranges) -> list[Row]:
    """A scope where all demands have their measures, and by itself; and what is likely of it."""
    own = scope.scope == headline_scope(case)
    name = capital(scope.name) + (say(", cargo alone") if scope.net else say(", gate tonnes")) * _tare(answer)
    growth = 1.0 if answer.growth is None else answer.growth
    fits = (scope.handled_t, scope.base_t * growth)
    found = {each: known.get((scope.scope, scope.net, each)) for each in (*NAMES, "least", "most")}
    ends = least_to_most(scope.least_t, scope.most_t)
    alone = rounded(scope.capability_t) if own else ""
    column = "expected" in names_of(answer)
    comes = ("" if scope.expected_t is None else rounded(scope.expected_t),) if column else ()
    rows: list[Row] = [(name, rounded(fits[0]), *comes, rounded(fits[1]), ends, alone, _target(scope))]
    if any(found.values()):
        cells = ["" if r is None else likely(r, n) for n, r in found.items() if n in NAMES]
        low, high = found["least"], found["most"]
        middle = likely(replace(high, p5_t=low.p5_t)) if low and high else ""
        rows.append((say("  likely, 9 trials in 10"), cells[0], *("" for _ in comes), cells[1], middle, cells[2], ""))
    return rows


def _target(scope: ScopeMeasures) -> str:
    if not scope.target_t:
        return ""
    return few(scope.target_t, 0) + (
        say(" ({target_year:.0f})", target_year=scope.target_year) if scope.target_year else ""
    )


def _tare(answer: Answer) -> bool:
    """Tonnes of cargo and gate tonnes differ."""
    return any(each.scope == ALL and each.net for each in answer.scopes)


def _below(case: Case, answer: Answer, known: Ranges, named: dict[str, ScopeMeasures]) -> list[str]:
    """Stated values far from the middle of their range, or the lack of a range."""
    if answer.growth is None:
        return []
    of = [(answer.scope, answer.value_unit.startswith("net"), name) for name in NAMES[1:]]
    if not any(key in known for key in of):
        return [say("Range not drawn for this case: corridor band draws it, corridor band --keep keeps it.")]
    own = named.get(headline_scope(case))
    if answer.scope == ALL and own is not None:
        of.append((own.scope, own.net, "capability"))
    said = []
    for scope, net, name in of:
        there = known.get((scope, net, name))
        if there is not None and doubt(there):
            words = (
                READER[name]
                if scope == answer.scope
                else say("fits of {name} if it alone grows", name=named[scope].name)
            )
            said.append(
                say(
                    "{stated_t} Mt ({words}) is {there}.",
                    stated_t=rounded(there.stated_t),
                    words=words,
                    there=doubt(there),
                )
            )
    return said


def _by_period(case: Case, answer: Answer) -> Table:
    """The measures of a year by periods beside those of the year as one period, where they say anything."""
    beside = bool(answer.whole_t)
    columns: tuple[Column, ...] = (Column(say("Mt a year"), wide=3), Column(capital(by_period(answer)), right=True))
    columns += (Column(say("As one period"), right=True),) if beside else ()
    body = []
    for name in READER:
        if name == "free" and answer.study != "free":
            continue
        cut, whole = answer.measures_t.get(name), answer.whole_t.get(name)
        if cut is None and whole is None:
            continue
        words = used_name(case) if name == "handled" else READER[name]
        shown = (cut, whole) if beside else (cut,)
        body.append((capital(words), *("" if each is None else rounded(each) for each in shown)))
    return Table(columns, tuple(body))


def _comes_whole(answer: Answer) -> list[Block]:
    """The way to the cargo that comes by periods, where it was computed for the year as one period."""
    if "expected" not in answer.whole_t or answer.horizon is None:
        return []
    cut = f"corridor solve --study expected --periods {answer.horizon.name}"
    return [Note(say("Comes is that of the year as one period; {cut} computes it by period.", cut=cut))]


def tiles(case: Case, answer: Answer, ranges: Ranges | None = None) -> tuple[Tile, ...]:
    """The measures as key figures, that of the study marked; last how much of the headline's scope fits."""
    known = kept(case) if ranges is None else ranges
    net = answer.value_unit.startswith("net")
    nameplate = answer.gate.nameplate_t if answer.gate and answer.scope == ALL else math.inf
    made = []
    for name in names_of(answer):
        cut, whole = answer.measures_t.get(name), answer.whole_t.get(name)
        value = whole if cut is None else cut
        if value is None:
            continue
        within = known.get((answer.scope, net, name)) if answer.horizon is None else None
        share = (
            say("{value} of the {nameplate} claimed", value=percent(value / nameplate), nameplate=mt(nameplate, 0))
            if math.isfinite(nameplate)
            else ""
        )
        sure = "" if within is None else say("likely {within}", within=likely(within, name))
        title = capital(used_name(case) if name == "handled" else READER[name])
        when = "" if answer.horizon is None else f", {(by_period(answer) if cut is not None else say('as one period'))}"
        value_said = say("{value} Mt", value=rounded(value))
        made.append(Tile(title + when, value_said, share, sure, main=name == answer.study))
    scope = next((each for each in answer.scopes if each.scope == headline_scope(case)), None)
    if scope is not None and answer.scope == ALL:
        within = known.get((scope.scope, scope.net, "capability"))
        wanted = (
            say("of the {target_t} Mt wanted", target_t=rounded(scope.target_t).removesuffix(localised(".0")))
            if scope.target_t
            else ""
        )
        wanted += say(" in {target_year:.0f}", target_year=scope.target_year) if wanted and scope.target_year else ""
        most = say("{capability_t} Mt", capability_t=rounded(scope.capability_t))
        made.append(
            Tile(
                say("Fits of {name}", name=scope.name),
                most,
                wanted,
                say("used {handled_t} Mt", handled_t=rounded(scope.handled_t)),
            )
        )
    return tuple(made)
