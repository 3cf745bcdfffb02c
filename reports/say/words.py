"""Numbers and findings in words, the same wherever they are printed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from corridor.model.case import Case
from corridor.model.money import bill, paid
from corridor.model.ranges import Ranges, kept
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.scope import ALL, ScopeMeasures, headline_scope
from corridor.model.units import amount
from corridor.reports.numbers import SINGLE, about, clause, decimals, few, least_to_most, part, rounded

MEASURES = {
    "handled": ("Used", "what went through in the base year"),
    "expected": ("Comes", "what shippers send at these prices, times and reliability"),
    "concurrent": ("Fits if all grow alike", "all markets growing together, before the first limit"),
    "capability": ("Fits if each grows to its limit", "each market grown to its own limit, none falling"),
    "free": ("Any mix of cargo", "an upper bound: any mix of cargo, no market protected"),
}
READER = {
    "handled": "used",
    "expected": "comes",
    "concurrent": "fits if all grow alike",
    "capability": "fits if each grows to its limit",
    "free": "any mix of cargo",
}
"""Measures in the words of a reader who is no modeller."""
SHORT = {"handled": "Used", "concurrent": "All alike", "capability": "Each to its limit"}
"""The same in the head of a narrow column."""


def used_name(case: Case) -> str:
    """The measure H of a case: used in a year that was counted, else carried of what a plan or a what-if asks."""
    return f"used {case.base_year}" if case.observed else f"carried {case.base_year}"


def signed(tonnes: float, digits: int = 2) -> str:
    """A difference in Mt with its sign, three digits of it where ``digits`` would show none; nothing is 0.

    >>> signed(4_430_000), signed(48_000), signed(-1_000), signed(-3)
    ('+4.43', '+0.05', '-0.00100', '0')
    """
    if abs(tonnes) < 10 ** (6 - digits):
        digits = decimals(tonnes, digits)
    rounded_to = round(tonnes / 1e6, digits)
    return f"{rounded_to:+,.{digits}f}" if rounded_to else "0"


def mt(tonnes: float, digits: int = 1) -> str:
    """Tonnes as Mt, with more digits where small.

    >>> mt(7_700_000), mt(22_000), mt(30_000, 0)
    ('7.7 Mt', '0.022 Mt', '0.03 Mt')
    """
    return "no limit" if math.isinf(tonnes) else f"{few(tonnes, digits)} Mt"


def millions(tonnes: float, digits: int = 2) -> str:
    """Tonnes as a bare number of Mt in a column: the same digits, more where the amount is small.

    >>> millions(7_812_496), millions(26_000), millions(-0.001), millions(float("inf"))
    ('7.81', '0.0260', '0.00', 'no limit')
    """
    if math.isnan(tonnes):
        return "–"
    digits = decimals(tonnes, digits)
    return "no limit" if math.isinf(tonnes) else f"{round(tonnes / 1e6, digits) + 0.0:,.{digits}f}"


def mega(unit: str) -> str:
    """A unit of tonnes for millions of them.

    >>> mega("gate t/year")
    'gate Mt/year'
    """
    return unit.replace("t/year", "Mt/year")


def floor_note(floor_t: Mapping[str, float], unit: str, names: Mapping[str, str] | None = None) -> str:
    """The sentence on the one floor of several runs; with names of segments, market by market."""
    words = f"All runs hold one floor, the least of theirs: {millions(sum(floor_t.values()))} {mega(unit)}"
    kept = {segment: t for segment, t in floor_t.items() if t > 0.5}
    if not kept or names is None:
        return f"{words}."
    return f"{words} ({', '.join(f'{names.get(segment, segment)} {millions(t)}' for segment, t in kept.items())})."


def times(value: float) -> str:
    """A multiple, with two decimals; one below 1 never reads as 1.

    >>> times(1.375), times(1.37499999999), times(0.997), times(2)
    ('1.38', '1.38', '0.997', '2.00')
    """
    text = f"{value + 1e-9:.2f}"
    return f"{value:.4g}" if text == "1.00" and value < 1 - 1e-9 else text


def capital(text: str) -> str:
    """A text with its first letter large: ``claimed capacity of …`` at the head of a row."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names as a sentence has them.

    >>> listed(["a", "b", "c"]), listed(["a"], "or")
    ('a, b and c', 'a')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def percent(share: float) -> str:
    """A share as a percentage; the space before the sign does not break."""
    return "–" if math.isnan(share) else f"{100 * share:.0f}\u00a0%"


def limit_name(answer: Answer, resource: str) -> str:
    """The name of a resource, or of the market whose ceiling it is."""
    named = dict(zip(answer.use["resource"], answer.use["name"], strict=True))
    markets = dict(zip(answer.segments["segment"], answer.segments["name"], strict=True))
    return str(named.get(resource) or f"the ceiling of {markets.get(resource, resource)}")


def first_limit(answer: Answer) -> str:
    """The first limit by name; several where limits coincide."""
    if answer.first is None:
        return "no resource"
    return " together with ".join(answer.first.names)


LEFT_NAMED = 5
"""Demands left behind that a sentence names."""


def left_behind(case: Case, answer: Answer) -> str:
    """A sentence on the demands that are left behind or go outside, the largest first; empty where there are none."""
    names = {row.node_id: row.name for row in case.rows("node")}
    goods = {row.commodity_id: row.name for row in case.rows("commodity")}
    frame = answer.left.assign(t=answer.left["unmet_t"] + answer.left["outside_t"])
    said = []
    for row in frame.sort_values(["t", "demand"], ascending=[False, True]).to_dict("records"):
        what = f"{row['t']:,.0f} t of {goods[row['commodity']]} from {names[row['from']]} to {names[row['to']]}"
        where = "no open way" if row["no_way"] else "outside the corridor" if row["outside_t"] > row["unmet_t"] else ""
        said.append(f"{what} ({where})" if where else what)
    if not said:
        return ""
    more = f"; and {len(said) - LEFT_NAMED} more" if len(said) > LEFT_NAMED else ""
    return f"Left behind or outside: {'; '.join(said[:LEFT_NAMED])}{more}."


def limits_left(answer: Answer) -> str:
    """A sentence on limits that are not in the list, empty where it is whole."""
    if answer.unfinished:
        return "The list of limits is unfinished: time ran out. The answer itself is complete."
    if not answer.limits_left:
        return ""
    more = "1 more limit has" if answer.limits_left == 1 else f"{answer.limits_left} more limits have"
    return f"{more} a price in the program, and may matter less; --limits all lists every one."


def no_single_limit(answer: Answer) -> str:
    """A sentence for an answer in which one step more of any one resource changes nothing."""
    full = [row.name for row in rows(answer.use) if row.share > 1 - 1e-6]
    if full and answer.study != "handled":
        return f"No single step helps; these are full, and some of them hold together: {', '.join(full)}."
    return "No limit holds: one step more of any resource changes nothing."


PERIODS = ("quarter", "month", "week", "day")


def period_name(answer: Answer) -> str:
    """One period of an answer: a month, say."""
    name = answer.horizon.name if answer.horizon is not None else "year"
    return name if name in (*PERIODS, "year") else "period"


def by_period(answer: Answer) -> str:
    """The cut of the year of an answer: ``by month``, ``in 10 parts``, ``by month and closure``."""
    if answer.horizon is None or answer.horizon.name == "year":
        return "as one period"
    closed = answer.horizon.name == "closure"
    name = answer.horizon.cut if closed else answer.horizon.name
    return (f"by {name}" if name in PERIODS else f"in {name} parts") + " and closure" * closed


def mt_or_t(tonnes: float) -> str:
    """Tonnes as Mt, or as they are where Mt would show little of them.

    >>> mt_or_t(450_000), mt_or_t(3_100)
    ('0.45 Mt', '3,100 t')
    """
    return mt(tonnes, 2) if abs(tonnes) >= 1e5 else f"{tonnes:,.0f} t"


def whole_year(answer: Answer) -> float | None:
    """The same measure of the year as one period; None for a cost, or where it was not computed."""
    return answer.whole_t.get(answer.study) if answer.horizon is not None else None


def compared(answer: Answer) -> str:
    """The year by periods beside the year as one period, without a full stop; nothing where there is no measure."""
    whole = whole_year(answer)
    if whole is None or answer.value is None:
        return ""
    difference = answer.value - whole
    if abs(difference) <= 1e-6 * max(1.0, abs(whole)):
        return f"{rounded(answer.value)} Mt {by_period(answer)}, the same as the year as one period"
    share = abs(difference) / whole if whole else math.nan
    much = f"{mt_or_t(abs(difference))}" + (f" ({percent(share)})" if share >= 0.005 else "")
    more = "more" if difference > 0 else "less"
    return f"{rounded(answer.value)} Mt {by_period(answer)}, {much} {more} than the year as one period"


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


def inside(case: Case, name: str) -> str:
    """A name within a sentence: its first letter small, unless its first word is a place, an operator or a code."""
    first = name.split(" ")[0].split("-")[0]
    proper = {word for row in case.rows("node") for word in re.split(r"[ ,-]", row.name)}
    proper |= {word for row in case.rows("operator") for word in re.split(r"[ ,-]", row.name)}
    keeps = first in proper or not first[1:].islower()
    return name if keeps else name[:1].lower() + name[1:]


def _stopped(case: Case, answer: Answer) -> str:
    """The first limit, and those that are reached at about the same point."""
    if answer.first is None or not answer.first.near:
        return f"The first limit: {first_limit(answer)}."
    near = listed([inside(case, limit_name(answer, name)) for name in answer.first.near])
    within = max(1, math.ceil(100 * (max(answer.first.near.values()) / answer.first.growth - 1) - 1e-9))
    return f"The first limit: {first_limit(answer)}; within {within} per cent of it, too: {near}."


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


PAID = {
    "freight": "freight",
    "time": "the time of the cargo",
    "carbon": "the price of carbon",
    "subsidy": "subsidies",
    "lateness": "lateness",
    "storage": "storage",
    "stock": "cargo in store at the end",
}
"""Parts of the shippers' bill in a sentence."""


def dollars(usd: float) -> str:
    """USD in millions, with as many digits as the amount deserves.

    >>> dollars(1_400e6), dollars(-6.04e6)
    ('1,400 million USD', '-6.0 million USD')
    """
    return f"{amount(round(usd / 1e6, 6))} million USD"


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
