"""The page of a difference: what changes make of the base's answer, its cause, and the ground where there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from corridor.model.language import Words, marked, numeral, say
from corridor.model.result.difference import Difference
from corridor.model.result.frame import rows
from corridor.model.units import amount
from corridor.reports.blocks import Block, Column, Heading, Note, Table, amounts, lead
from corridor.reports.countries import country_name
from corridor.reports.say.words import READER, capital, dollars, inside, listed, millions, mt_or_t, percent, signed

NAMED = 3
"""Names that a sentence lists before it counts the others."""
NAMES = Words({**READER, "handled": "carried of what is asked"})
"""Measures in the words of a reader."""
MARKETS = 8
"""Markets that a table of a change lists at most."""
SMALL_T, SMALL_USD = 0.5, 500.0
"""Tonnes and USD a year that count as no difference."""
REASONS = Words(
    {
        "": "",
        "same": "the case holds that value already ({words}).",
        "penalty": "the price of cargo left behind, late or sent elsewhere enters the cost studies alone.",
        "spending": "operating costs do not enter this study; --study cost_resource counts them.",
        "carbon": "emissions and the price of carbon do not enter this study; corridor carbon and "
        "--study cost_shipper count them.",
        "services": "trains and ships of a timetable enter corridor timetable alone.",
        "hazards": "storms, breakdowns, listings and remedies enter corridor risk alone.",
        "words": "names, map positions, speeds on show and sources enter no study ({words}).",
        "store": "stores and the patience of cargo enter a year by periods alone; --periods month shows them.",
        "calendar": "the calendar moves the number within the year and leaves its mean, which a year in one"
        " piece takes; --periods month shows the months.",
        "time": "the hours of {names} bind no ship or train of a limited fleet; they lengthen the way, and "
        "--study cost_shipper counts them.",
        "other": "the answer does not depend on it ({words}).",
    }
)
"""Reasons by which a change has no effect, those that need no more than its names or words."""


def page(result: Difference, *, short: bool = False) -> list[Block]:
    """The page: the measures side by side, and the cause in words."""
    blocks: list[Block] = [Heading(say("Against {base}", base=_base(result))), lead(difference_sentences(result))]
    if result.changed:
        blocks += _measures(result)
    return blocks


def _base(result: Difference) -> str:
    return say("the base") if result.base == "base" else result.base


def difference_sentences(result: Difference) -> list[str]:
    """The difference and its cause; or that there is none, and why."""
    reasons = [sentence for row in rows(result.changes) if (sentence := reason_sentence(result, row))]
    if not result.changed:
        of = say("the cost") if result.study.startswith("cost") else _subject(result)
        nothing = (
            say("This changes nothing in {of}", of=of)
            if len(result.changes) < 2
            else say("These changes make no difference in {of}", of=of)
        )
        sentences = [nothing + (f": {reasons[0]}" if len(reasons) == 1 else ".")]
        other = _first(result) if result.first != result.first_base else []
        return [*sentences, *(reasons if len(reasons) > 1 else []), *other, *_money(result)]
    sentences = [_gain(result), *_comes(result), *_first(result), *_limits(result), *_markets(result), *_money(result)]
    return [*sentences, *(say("No part in it: {sentence}", sentence=sentence) for sentence in reasons)]


def _subject(result: Difference) -> str:
    """The amounts of a measure that its changes leave alike."""
    known = set(result.measures["measure"])
    if result.study == "expected":
        return say("how much comes")
    return say("how much fits or comes") if "expected" in known else say("how much fits")


def _gain(result: Difference) -> str:
    measure = {row.measure: row for row in rows(result.measures)}
    if result.study in measure and result.study.startswith("cost"):
        row = measure[result.study]
        who = say("Shippers pay") if result.study == "cost_shipper" else say("Operators spend")
        if abs(row.change) <= SMALL_USD:
            return say("{who} the same for what is carried, {now} a year.", who=who, now=dollars(row.now))
        return say(
            "{who} {change} a year {change2}: {from_to}.",
            who=who,
            change=dollars(abs(row.change)),
            change2=_more(row.change),
            from_to=_from_to(row, dollars),
        )
    if result.study == "capability" and "capability_common" in measure:
        row, of = (
            measure["capability_common"],
            say("{capability}, both at one floor", capability=capital(NAMES["capability"])),
        )
        return _moved(of, row)
    named = [measure[name] for name in (result.study, *NAMES) if name in measure]
    for row in named:
        if abs(row.change) > SMALL_T:
            return _moved(capital(NAMES[row.measure]), row)
    return say("No measure changes by as much as a tonne.")


def _comes(result: Difference) -> list[str]:
    """The change of the cargo that comes beside another measure, and the markets that it is made of."""
    measure = {row.measure: row for row in rows(result.measures)}
    row = measure.get("expected")
    if row is None or abs(row.change) <= SMALL_T:
        return []
    first = _gain(result)
    said = _moved(capital(NAMES["expected"]), row)
    gain = [each for each in rows(result.comes) if each.change_t > SMALL_T]
    lose = [each for each in reversed(rows(result.comes)) if each.change_t < -SMALL_T]
    made = []
    for its, verb in ((gain, say("more")), (lose, say("less"))):
        names = [f"{inside(result.case, str(each.name))} {mt_or_t(abs(each.change_t))}" for each in its]
        made += [say("{verb} comes of {names}", verb=verb, names=_few(names))] if names else []
    by_market = [f"{capital('; '.join(made))}."] if made else []
    return [*([said] if said != first else []), *by_market]


def _moved(measure: str, row: Any) -> str:
    """A measure in tonnes with its change, before and now, as a sentence."""
    return say(
        "{measure}: {change} {more}, {from_to}.",
        measure=measure,
        change=mt_or_t(abs(row.change)),
        more=_more(row.change),
        from_to=_from_to(row, _mt),
    )


def _from_to(row: Any, form: Any) -> str:
    return say("{base} before, {now} now", base=form(row.base), now=form(row.now))


def _mt(tonnes: float) -> str:
    return say("{tonnes} Mt", tonnes=millions(tonnes))


def _more(change: float) -> str:
    return say("more") if change > 0 else say("less")


def _first(result: Difference) -> list[str]:
    if not result.first and not result.first_base:
        return []
    now, was = result.first or say("no resource"), result.first_base or say("no resource")
    return (
        [say("The first limit stays {now}.", now=now)]
        if now == was
        else [say("The first limit was {was}; now it is {now}.", was=was, now=now)]
    )


def _limits(result: Difference) -> list[str]:
    came, went = ([row for row in rows(result.limits) if row.state == state] for state in ("came", "went"))
    sentences = []
    if went:
        names = [
            say(
                "{name} ({used} of {available} {unit} used)",
                name=row.name,
                used=amount(row.used),
                available=amount(row.available),
                unit=result.case.words(row.unit),
            )
            for row in went
        ]
        gone = capital(_few(names))
        sentences.append(
            say("{name} is no limit any more.", name=gone)
            if len(went) == 1
            else say("{names} are each no limit any more.", names=gone)
        )
    if came:
        new = capital(_few([row.name for row in came]))
        sentences.append(
            say("{name} is a limit now.", name=new)
            if len(came) == 1
            else say("{names} are each a limit now.", names=new)
        )
    return sentences


def _markets(result: Difference) -> list[str]:
    gain = [row for row in rows(result.markets) if row.change_t > 0]
    lose = [row for row in reversed(rows(result.markets)) if row.change_t < 0]
    sentences = []
    for its, words in ((gain, marked("Markets that gain: {names}.")), (lose, marked("Markets that lose: {names}."))):
        if its:
            names = [f"{row.name} {mt_or_t(abs(row.change_t))}" for row in its]
            sentences.append(say(words, names=_few(names)))
    return sentences


def _money(result: Difference) -> list[str]:
    """Revenue and cargo that is not carried, where they differ."""
    total = {row.quantity: row for row in rows(result.totals)}
    sentences = []
    for name, words in (
        ("unmet", marked("Cargo left behind: {change} {more}.")),
        ("outside", marked("Cargo sent on routes outside the corridor: {change} {more}.")),
    ):
        row = total[name]
        if abs(row.change) > SMALL_T:
            sentences.append(say(words, change=mt_or_t(abs(row.change)), more=_more(row.change)))
    row = total["revenue"]
    if abs(row.change) > SMALL_USD:
        of = say("Freight that operators earn") if result.changed else say("Freight of the same cargo")
        sentences.append(
            say(
                "{of}: {change} a year {change2}, {from_to}.",
                of=of,
                change=dollars(abs(row.change)),
                change2=_more(row.change),
                from_to=_from_to(row, dollars),
            )
        )
    sentences += _earned(result)
    row = total["built"]
    if row.change > 0:
        sentences.append(say("The projects built cost {change}, once.", change=dollars(row.change)))
    return sentences


def _earned(result: Difference) -> list[str]:
    """The countries whose operators earn more or less with the cargo that comes."""
    known = [row for row in rows(result.earned) if row.by == "country" and row.study == "expected"]
    most = sorted((row for row in known if abs(row.change) > SMALL_USD), key=lambda row: -abs(row.change))
    named = [f"{capital(country_name(row.name))} {dollars(abs(row.change))} {_more(row.change)}" for row in most]
    return [say("Freight of what comes, by country: {named}.", named=_few(named))] if named else []


def reason_sentence(result: Difference, row: Any) -> str:
    """The ground on which one change has no effect, as a sentence; nothing where it may have its part."""
    names, one = _few(row.names) if row.names else row.words, len(row.names) < 2
    match row.reason:
        case "price":
            return say(
                "tariffs, subsidies and the value of time do not enter this study{no_more};"
                " --study cost_shipper counts them.",
                no_more=_no_more(result),
            )
        case "choice":
            return say(
                "markets and their rivals, spreads of time and departures do not enter this study{no_more}.",
                no_more=_no_more(result),
            )
        case "ceiling":
            return (
                say("{name} does not reach the ceiling.", name=names)
                if one
                else say("{names} do not reach the ceiling.", names=names)
            )
        case "empty":
            return (
                say("{name} carries nothing, before and after.", name=names)
                if one
                else say("{names} carry nothing, before and after.", names=names)
            )
        case "slack":
            return (
                say("{name} is not full{used}.", name=names, used=_shares(row))
                if one
                else say("{names} are not full{used}.", names=names, used=_shares(row))
            )
        case "held":
            return (
                say("{name} alone does not decide it: {held}.", name=names, held=_held(row))
                if one
                else say("{names} alone do not decide it: {held}.", names=names, held=_held(row))
            )
    return say(REASONS[row.reason], words=row.words, names=names)


def _no_more(result: Difference) -> str:
    """The cargo that comes is the same, or no market sends any; nothing where that is not known."""
    if "expected" in set(result.measures["measure"]):
        return say(", and as much cargo comes as before")
    return "" if result.case.rows("market") else say(", and no market of the case responds to price")


def _held(row: Any) -> str:
    if not row.beside:
        return say("one step of it alone brings nothing")
    beside = _few(row.beside)
    return (
        say("{name} holds the same cargo", name=beside)
        if len(row.beside) == 1
        else say("{names} hold the same cargo", names=beside)
    )


def _shares(row: Any) -> str:
    """Use before and after in brackets; nothing where it is not known."""
    known = [share for share in (row.base_share, row.share) if not math.isnan(share)]
    if not known:
        return ""
    least = say("at most {known} used", known=percent(known[-1])) if len(known) == 1 or len(row.names) > 1 else ""
    return f" ({least or say('{known} used before, {known2} now', known=percent(known[0]), known2=percent(known[1]))})"


def _few(names: Sequence[str]) -> str:
    shown = list(names[:NAMED])
    more = len(names) - len(shown)
    return listed([*shown, say("{more} more", more=more)] if more else shown)


def _measures(result: Difference) -> list[Block]:
    body = []
    for row in rows(result.measures):
        if row.measure in NAMES:
            change = (
                numeral(row.change / 1e6, "+,.2f")
                if abs(row.change) >= 5e3
                else say("{change:+,.0f} t", change=row.change)
            )
            change = change if abs(row.change) > SMALL_T else "0"
            body.append((capital(NAMES[row.measure]), say("Mt"), millions(row.base), millions(row.now), change))
        elif row.measure == "growth":
            change = numeral(row.change, "+,.2f") if abs(row.change) >= 0.005 else "0"
            cells = (numeral(row.base, ",.2f"), numeral(row.now, ",.2f"), change)
            body.append((say("All markets together"), say("times the base year"), *cells))
        elif row.measure == "capability_common":
            cells = (millions(row.base), millions(row.now), signed(row.change))
            body.append(
                (say("{capability}, both at one floor", capability=capital(NAMES["capability"])), say("Mt"), *cells)
            )
        else:
            who = say("Shippers pay") if row.measure == "cost_shipper" else say("Operators spend")
            cells = (amount(row.base / 1e6), amount(row.now / 1e6), numeral(row.change / 1e6, "+,.1f"))
            body.append((who, say("million USD"), *cells))
    alone = result.scopes[result.scopes["measure"] == "capability"].drop_duplicates("scope")
    for row in rows(alone):
        if abs(row.change) > SMALL_T:
            cells = (millions(row.base), millions(row.now), numeral(row.change / 1e6, "+,.2f"))
            of = say("gate tonnes") if row.unit.startswith("gate") else say("cargo alone")
            body.append((say("{name}, {of}, fits if it alone grows", name=capital(row.name), of=of), say("Mt"), *cells))
    columns = (Column("", wide=2), Column(say("Unit")), *amounts("", say("Before"), say("Now"), say("Change")))
    blocks: list[Block] = [Table(columns, tuple(body))] if body else []
    blocks += _by_market(result)
    if result.floor_t:
        floor = math.fsum(result.floor_t.values())
        blocks.append(
            Note(
                say(
                    "At one floor, no market of either case falls below the smaller of both, {floor} in all.",
                    floor=_mt(floor),
                )
            )
        )
    return blocks


def _by_market(result: Difference) -> list[Block]:
    """The markets of which more or less cargo comes, those that change most first."""
    changed = sorted((row for row in rows(result.comes)), key=lambda row: -abs(row.change_t))
    body = tuple(
        (
            capital(str(row.name)),
            numeral(row.base_t / 1000.0, ",.1f"),
            numeral(row.t / 1000.0, ",.1f"),
            numeral(row.change_t / 1000.0, "+,.1f"),
        )
        for row in changed[:MARKETS]
    )
    if not body:
        return []
    more = (
        say(", the {markets} that change most of {count}", markets=MARKETS, count=len(changed))
        if len(changed) > MARKETS
        else ""
    )
    columns = (Column(say("Market"), wide=3), *amounts(say("kt"), say("Before"), say("Now"), say("Change")))
    return [Table(columns, body, caption=say("Comes, by market{more}", more=more))]
