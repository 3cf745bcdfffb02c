"""The page of a difference: what changes make of the base's answer, its cause, and the ground where there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from corridor.model.result.difference import Difference
from corridor.model.result.frame import rows
from corridor.model.units import amount
from corridor.reports.blocks import Block, Column, Heading, Note, Table, amounts, lead
from corridor.reports.say.words import READER, capital, dollars, inside, listed, millions, mt_or_t, percent, signed

NAMED = 3
"""Names that a sentence lists before it counts the others."""
NAMES = {**READER, "handled": "carried of what is asked"}
"""Measures in the words of a reader."""
MARKETS = 8
"""Markets that a table of a change lists at most."""
SMALL_T, SMALL_USD = 0.5, 500.0
"""Tonnes and USD a year that count as no difference."""


def page(result: Difference, *, short: bool = False) -> list[Block]:
    """The page: the measures side by side, and the cause in words."""
    blocks: list[Block] = [Heading(f"Against {_base(result)}"), lead(difference_sentences(result))]
    if result.changed:
        blocks += _measures(result)
    return blocks


def _base(result: Difference) -> str:
    return "the base" if result.base == "base" else result.base


def difference_sentences(result: Difference) -> list[str]:
    """The difference and its cause; or that there is none, and why."""
    reasons = [sentence for row in rows(result.changes) if (sentence := reason_sentence(result, row))]
    if not result.changed:
        subject = "This changes" if len(result.changes) < 2 else "These changes make"
        nothing = "nothing" if len(result.changes) < 2 else "no difference"
        of = "the cost" if result.study.startswith("cost") else _subject(result)
        sentences = [f"{subject} {nothing} in {of}{': ' + reasons[0] if len(reasons) == 1 else '.'}"]
        other = _first(result) if result.first != result.first_base else []
        return [*sentences, *(reasons if len(reasons) > 1 else []), *other, *_money(result)]
    sentences = [_gain(result), *_comes(result), *_first(result), *_limits(result), *_markets(result), *_money(result)]
    return [*sentences, *(f"No part in it: {sentence}" for sentence in reasons)]


def _subject(result: Difference) -> str:
    """The amounts of a measure that its changes leave alike."""
    known = set(result.measures["measure"])
    if result.study == "expected":
        return "how much comes"
    return "how much fits or comes" if "expected" in known else "how much fits"


def _gain(result: Difference) -> str:
    measure = {row.measure: row for row in rows(result.measures)}
    if result.study in measure and result.study.startswith("cost"):
        row = measure[result.study]
        who = "Shippers pay" if result.study == "cost_shipper" else "Operators spend"
        if abs(row.change) <= SMALL_USD:
            return f"{who} the same for what is carried, {dollars(row.now)} a year."
        return f"{who} {dollars(abs(row.change))} a year {_more(row.change)}: {_from_to(row, dollars)}."
    if result.study == "capability" and "capability_common" in measure:
        row, of = measure["capability_common"], f"{capital(NAMES['capability'])}, both at one floor"
        return f"{of}: {mt_or_t(abs(row.change))} {_more(row.change)}, {_from_to(row, _mt)}."
    named = [measure[name] for name in (result.study, *NAMES) if name in measure]
    for row in named:
        if abs(row.change) > SMALL_T:
            return (
                f"{capital(NAMES[row.measure])}: {mt_or_t(abs(row.change))} {_more(row.change)}, {_from_to(row, _mt)}."
            )
    return "No measure changes by as much as a tonne."


def _comes(result: Difference) -> list[str]:
    """The change of the cargo that comes beside another measure, and the markets that it is made of."""
    measure = {row.measure: row for row in rows(result.measures)}
    row = measure.get("expected")
    if row is None or abs(row.change) <= SMALL_T:
        return []
    first = _gain(result)
    said = f"{capital(NAMES['expected'])}: {mt_or_t(abs(row.change))} {_more(row.change)}, {_from_to(row, _mt)}."
    gain = [each for each in rows(result.comes) if each.change_t > SMALL_T]
    lose = [each for each in reversed(rows(result.comes)) if each.change_t < -SMALL_T]
    made = []
    for its, verb in ((gain, "more"), (lose, "less")):
        names = [f"{inside(result.case, str(each.name))} {mt_or_t(abs(each.change_t))}" for each in its]
        made += [f"{verb} comes of {_few(names)}"] if names else []
    by_market = [f"{capital('; '.join(made))}."] if made else []
    return [*([said] if said != first else []), *by_market]


def _from_to(row: Any, form: Any) -> str:
    return f"{form(row.base)} before, {form(row.now)} now"


def _mt(tonnes: float) -> str:
    return f"{millions(tonnes)} Mt"


def _more(change: float) -> str:
    return "more" if change > 0 else "less"


def _first(result: Difference) -> list[str]:
    if not result.first and not result.first_base:
        return []
    now, was = result.first or "no resource", result.first_base or "no resource"
    return [f"The first limit stays {now}."] if now == was else [f"The first limit was {was}; now it is {now}."]


def _limits(result: Difference) -> list[str]:
    came, went = ([row for row in rows(result.limits) if row.state == state] for state in ("came", "went"))
    sentences = []
    if went:
        names = [f"{row.name} ({amount(row.used)} of {amount(row.available)} {row.unit} used)" for row in went]
        sentences.append(f"{capital(_few(names))} {_is(went)} no limit any more.")
    if came:
        sentences.append(f"{capital(_few([row.name for row in came]))} {_is(came)} a limit now.")
    return sentences


def _is(rows_: Sequence[Any]) -> str:
    return "is" if len(rows_) == 1 else "are each"


def _markets(result: Difference) -> list[str]:
    gain = [row for row in rows(result.markets) if row.change_t > 0]
    lose = [row for row in reversed(rows(result.markets)) if row.change_t < 0]
    sentences = []
    for its, verb in ((gain, "gain"), (lose, "lose")):
        if its:
            names = [f"{row.name} {mt_or_t(abs(row.change_t))}" for row in its]
            sentences.append(f"Markets that {verb}: {_few(names)}.")
    return sentences


def _money(result: Difference) -> list[str]:
    """Revenue and cargo that is not carried, where they differ."""
    total = {row.quantity: row for row in rows(result.totals)}
    sentences = []
    for name, words in (("unmet", "left behind"), ("outside", "sent on routes outside the corridor")):
        row = total[name]
        if abs(row.change) > SMALL_T:
            sentences.append(f"Cargo {words}: {mt_or_t(abs(row.change))} {_more(row.change)}.")
    row = total["revenue"]
    if abs(row.change) > SMALL_USD:
        of = "Freight that operators earn" if result.changed else "Freight of the same cargo"
        sentences.append(f"{of}: {dollars(abs(row.change))} a year {_more(row.change)}, {_from_to(row, dollars)}.")
    row = total["built"]
    if row.change > 0:
        sentences.append(f"The projects built cost {dollars(row.change)}, once.")
    return sentences


def reason_sentence(result: Difference, row: Any) -> str:
    """The ground on which one change has no effect, as a sentence; nothing where it may have its part."""
    names = _few(row.names) if row.names else row.words
    verb = "is" if len(row.names) < 2 else "are"
    used = _shares(row)
    return {
        "": "",
        "same": f"the case holds that value already ({row.words}).",
        "price": f"tariffs, subsidies and the value of time do not enter this study{_no_more(result)}; "
        "--study cost_shipper counts them.",
        "penalty": "the price of cargo left behind, late or sent elsewhere enters the cost studies alone.",
        "spending": "operating costs do not enter this study; --study cost_resource counts them.",
        "carbon": "emissions and the price of carbon do not enter this study; corridor carbon and "
        "--study cost_shipper count them.",
        "choice": "markets and their rivals, spreads of time and departures do not enter this study"
        f"{_no_more(result)}.",
        "services": "trains and ships of a timetable enter no study but that of the timetable; corridor timetable has "
        "them.",
        "words": f"names, map positions, speeds on show and sources enter no study ({row.words}).",
        "store": "stores and the patience of cargo enter a year by periods alone; --periods month shows them.",
        "calendar": "the calendar moves the number within the year and leaves its mean, which a year in one piece "
        "takes; --periods month shows the months.",
        "time": f"the hours of {names} bind no ship or train of a limited fleet; they lengthen the way, and "
        "--study cost_shipper counts them.",
        "ceiling": f"{names} {_does(row)} not reach the ceiling.",
        "empty": f"{names} {_carries(row)} nothing, before and after.",
        "slack": f"{names} {verb} not full{used}.",
        "held": f"{names} alone {_does(row)} not decide it: {_held(row)}.",
        "other": f"the answer does not depend on it ({row.words}).",
    }[row.reason]


def _no_more(result: Difference) -> str:
    """The cargo that comes is the same, or no market sends any; nothing where that is not known."""
    if "expected" in set(result.measures["measure"]):
        return ", and as much cargo comes as before"
    return "" if result.case.rows("market") else ", and no market of the case responds to price"


def _held(row: Any) -> str:
    if row.beside:
        return f"{_few(row.beside)} {'holds' if len(row.beside) == 1 else 'hold'} the same cargo"
    return "one step of it alone brings nothing"


def _does(row: Any) -> str:
    return "does" if len(row.names) < 2 else "do"


def _carries(row: Any) -> str:
    return "carries" if len(row.names) < 2 else "carry"


def _shares(row: Any) -> str:
    """Use before and after in brackets; nothing where it is not known."""
    known = [share for share in (row.base_share, row.share) if not math.isnan(share)]
    if not known:
        return ""
    least = f"at most {percent(known[-1])} used" if len(known) == 1 or len(row.names) > 1 else ""
    return f" ({least or f'{percent(known[0])} used before, {percent(known[1])} now'})"


def _few(names: Sequence[str]) -> str:
    shown = list(names[:NAMED])
    more = len(names) - len(shown)
    return listed([*shown, f"{more} more"] if more else shown)


def _measures(result: Difference) -> list[Block]:
    body = []
    for row in rows(result.measures):
        if row.measure in NAMES:
            change = f"{row.change / 1e6:+,.2f}" if abs(row.change) >= 5e3 else f"{row.change:+,.0f} t"
            change = change if abs(row.change) > SMALL_T else "0"
            body.append((capital(NAMES[row.measure]), "Mt", millions(row.base), millions(row.now), change))
        elif row.measure == "growth":
            change = f"{row.change:+,.2f}" if abs(row.change) >= 0.005 else "0"
            cells = (f"{row.base:,.2f}", f"{row.now:,.2f}", change)
            body.append(("All markets together", "times the base year", *cells))
        elif row.measure == "capability_common":
            cells = (millions(row.base), millions(row.now), signed(row.change))
            body.append((f"{capital(NAMES['capability'])}, both at one floor", "Mt", *cells))
        else:
            who = "Shippers pay" if row.measure == "cost_shipper" else "Operators spend"
            cells = (amount(row.base / 1e6), amount(row.now / 1e6), f"{row.change / 1e6:+,.1f}")
            body.append((who, "million USD", *cells))
    alone = result.scopes[result.scopes["measure"] == "capability"].drop_duplicates("scope")
    for row in rows(alone):
        if abs(row.change) > SMALL_T:
            cells = (millions(row.base), millions(row.now), f"{row.change / 1e6:+,.2f}")
            of = "gate tonnes" if row.unit.startswith("gate") else "cargo alone"
            body.append((f"{capital(row.name)}, {of}, fits if it alone grows", "Mt", *cells))
    columns = (Column("", wide=2), Column("Unit"), *amounts("", "Before", "Now", "Change"))
    blocks: list[Block] = [Table(columns, tuple(body))] if body else []
    blocks += _by_market(result)
    if result.floor_t:
        floor = math.fsum(result.floor_t.values())
        blocks.append(
            Note(f"At one floor, no market of either case falls below the smaller of both, {_mt(floor)} in all.")
        )
    return blocks


def _by_market(result: Difference) -> list[Block]:
    """The markets of which more or less cargo comes, those that change most first."""
    changed = sorted((row for row in rows(result.comes)), key=lambda row: -abs(row.change_t))
    body = tuple(
        (capital(str(row.name)), f"{row.base_t / 1e3:,.1f}", f"{row.t / 1e3:,.1f}", f"{row.change_t / 1e3:+,.1f}")
        for row in changed[:MARKETS]
    )
    if not body:
        return []
    more = f", the {MARKETS} that change most of {len(changed)}" if len(changed) > MARKETS else ""
    columns = (Column("Market", wide=3), *amounts("kt", "Before", "Now", "Change"))
    return [Table(columns, body, caption=f"Comes, by market{more}")]
