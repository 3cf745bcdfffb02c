"""Numbers and findings in words, the same wherever they are printed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from corridor.model.case import Case
from corridor.model.language import ENGLISH, Words, localised, marked, now, numeral, say, texts_of
from corridor.model.operators import TOGETHER
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.units import amount
from corridor.reports.numbers import decimals, few, rounded

MEASURES = Words(
    {
        "handled": ("Used", "what went through in the base year"),
        "expected": ("Comes", "what shippers send at these prices, times and reliability"),
        "concurrent": ("Fits if all grow alike", "all markets growing together, before the first limit"),
        "capability": ("Fits if each grows to its limit", "each market grown to its own limit, none falling"),
        "free": ("Any mix of cargo", "an upper bound: any mix of cargo, no market protected"),
    }
)
READER = Words(
    {
        "handled": "used",
        "expected": "comes",
        "concurrent": "fits if all grow alike",
        "capability": "fits if each grows to its limit",
        "free": "any mix of cargo",
    }
)
"""Measures in the words of a reader who is no modeller."""
ANNEX_WORDS = (
    *(r"[Nn]ameplate", r"\b[Dd]raws?\b", r"\b[Dd]rivers?\b", r"\b[Rr]ungs?\b", r"\b[Ff]loors?\b", r"\bSort\b"),
    *(r"\b[Gg]ate k?t", r"[Pp]ort t\b", r"[Cc]oncurrent", r"[Cc]apability", r"[Ff]ree mix", r"\b[TCHUE]\b", "λ"),
    *(r"\b[Ss]tud(y|ies)\b", "Shapley", r"[Mm]inimum cut", "R²", r"[Cc]ertificate", r"[Rr]esidual", r"[Ll]ogsum"),
)
"""Patterns of words that belong to the annex, and to no text of the reading part of a report."""
BY_PERIOD = Words(
    {
        "year": "by year",
        "quarter": "by quarter",
        "month": "by month",
        "week": "by week",
        "day": "by day",
    }
)
"""A cut of the year, by the name of its periods."""
SHORT = Words({"handled": "Used", "expected": "Comes", "concurrent": "All alike", "capability": "Each to its limit"})
"""The same in the head of a narrow column."""


def used_name(case: Case) -> str:
    """The measure H of a case: used in a year that was counted, else carried of what a plan or a what-if asks."""
    return (
        say("used {base_year}", base_year=case.base_year)
        if case.observed
        else say("carried {base_year}", base_year=case.base_year)
    )


def signed(tonnes: float, digits: int = 2) -> str:
    """A difference in Mt with its sign, three digits of it where ``digits`` would show none; nothing is 0.

    >>> signed(4_430_000), signed(48_000), signed(-1_000), signed(-3)
    ('+4.43', '+0.05', '-0.00100', '0')
    """
    if abs(tonnes) < 10 ** (6 - digits):
        digits = decimals(tonnes, digits)
    rounded_to = round(tonnes / 1e6, digits)
    return numeral(rounded_to, f"+,.{digits}f") if rounded_to else "0"


def mt(tonnes: float, digits: int = 1) -> str:
    """Tonnes as Mt, with more digits where small.

    >>> mt(7_700_000), mt(22_000), mt(30_000, 0)
    ('7.7 Mt', '0.022 Mt', '0.03 Mt')
    """
    return say("no limit") if math.isinf(tonnes) else say("{tonnes} Mt", tonnes=few(tonnes, digits))


def millions(tonnes: float, digits: int = 2) -> str:
    """Tonnes as a bare number of Mt in a column: the same digits, more where the amount is small.

    >>> millions(7_812_496), millions(26_000), millions(-0.001), millions(float("inf"))
    ('7.81', '0.0260', '0.00', 'no limit')
    """
    if math.isnan(tonnes):
        return "–"
    digits = decimals(tonnes, digits)
    return say("no limit") if math.isinf(tonnes) else numeral(round(tonnes / 1e6, digits) + 0.0, f",.{digits}f")


def mega(unit: str) -> str:
    """A unit of tonnes for millions of them.

    >>> mega("gate t/year")
    'gate Mt/year'
    """
    return say(unit.replace("t/year", "Mt/year"))


def floor_note(floor_t: Mapping[str, float], unit: str, names: Mapping[str, str] | None = None) -> str:
    """The sentence on the one floor of several runs; with names of segments, market by market."""
    words = say(
        "All runs hold one floor, the least of theirs: {total} {unit}",
        total=millions(sum(floor_t.values())),
        unit=mega(unit),
    )
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
    return numeral(value, ".4g") if text == "1.00" and value < 1 - 1e-9 else localised(text)


def scenario_name(scenario: str) -> str:
    """A scenario as a page names it: the words of its id, as the case translates them.

    >>> scenario_name("low_water_2033"), scenario_name("base")
    ('Low water 2033', 'Base')
    """
    return say(capital(scenario.replace("_", " ")))


def unit_word(unit: str) -> str:
    """A unit of cargo as a page names it: the ids of boxes are abbreviations."""
    return say(unit.upper() if unit in ("teu", "feu") else unit.replace("_", " "))


def capital(text: str) -> str:
    """A text with its first letter large: ``claimed capacity of …`` at the head of a row."""
    return text[:1].upper() + text[1:]


LAST = marked(("and", "or"))
"""Words before the last of several names."""


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names as a sentence has them.

    >>> listed(["a", "b", "c"]), listed(["a"], "or")
    ('a, b and c', 'a')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {say(last)} {names[-1]}"


def operator_said(case: Case, name: str) -> str:
    """An operator, or several that run a leg together, in the current language."""
    if now() == ENGLISH:
        return name
    if own := texts_of(case.home).get(name):
        return own
    return listed([say("others") if part == "others" else case.words(part) for part in TOGETHER.split(name)])


def percent(share: float) -> str:
    """A share as a percentage; the space before the sign does not break."""
    return "–" if math.isnan(share) else say("{share:.0f}\u00a0%", share=100 * share)


def limit_name(answer: Answer, resource: str) -> str:
    """The name of a resource, or of the market whose ceiling it is."""
    named = dict(zip(answer.use["resource"], answer.use["name"], strict=True))
    markets = dict(zip(answer.segments["segment"], answer.segments["name"], strict=True))
    return str(named.get(resource) or say("the ceiling of {markets}", markets=markets.get(resource, resource)))


def first_limit(answer: Answer) -> str:
    """The first limit by name; several where limits coincide."""
    if answer.first is None:
        return say("no resource")
    return say(" together with ").join(answer.first.names)


LEFT_NAMED = 5
"""Demands left behind that a sentence names."""


def left_behind(case: Case, answer: Answer) -> str:
    """A sentence on the demands that are left behind or go outside, the largest first; empty where there are none."""
    names = {row.node_id: row.name for row in case.rows("node")}
    goods = {row.commodity_id: row.name for row in case.rows("commodity")}
    frame = answer.left.assign(t=answer.left["unmet_t"] + answer.left["outside_t"])
    said = []
    for row in frame.sort_values(["t", "demand"], ascending=[False, True]).to_dict("records"):
        what = say(
            "{t:,.0f} t of {goods} from {names} to {names2}",
            t=row["t"],
            goods=goods[row["commodity"]],
            names=names[row["from"]],
            names2=names[row["to"]],
        )
        where = (
            say("no open way")
            if row["no_way"]
            else say("outside the corridor")
            if row["outside_t"] > row["unmet_t"]
            else ""
        )
        said.append(f"{what} ({where})" if where else what)
    if not said:
        return ""
    more = say("; and {count} more", count=len(said) - LEFT_NAMED) if len(said) > LEFT_NAMED else ""
    return say("Left behind or outside: {said}{more}.", said="; ".join(said[:LEFT_NAMED]), more=more)


def limits_left(answer: Answer) -> str:
    """A sentence on limits that are not in the list, empty where it is whole."""
    if answer.unfinished:
        return say("The list of limits is unfinished: time ran out. The answer itself is complete.")
    if not answer.limits_left:
        return ""
    more = (
        say("1 more limit has")
        if answer.limits_left == 1
        else say("{limits_left} more limits have", limits_left=answer.limits_left)
    )
    return say("{more} a price in the program, and may matter less; --limits all lists every one.", more=more)


def no_single_limit(answer: Answer) -> str:
    """A sentence for an answer in which one step more of any one resource changes nothing."""
    full = [row.name for row in rows(answer.use) if row.share > 1 - 1e-6]
    if full and answer.study != "handled":
        return say(
            "No single step helps; these are full, and some of them hold together: {full}.", full=", ".join(full)
        )
    return say("No limit holds: one step more of any resource changes nothing.")


PERIODS = ("quarter", "month", "week", "day")


def period_name(answer: Answer) -> str:
    """One period of an answer: a month, say."""
    name = answer.horizon.name if answer.horizon is not None else say("year")
    return name if name in (*PERIODS, "year") else say("period")


def by_period(answer: Answer) -> str:
    """The cut of the year of an answer: ``by month``, ``in 10 parts``, ``by month and closure``."""
    if answer.horizon is None or answer.horizon.name == "year":
        return say("as one period")
    closed = answer.horizon.name == "closure"
    name = answer.horizon.cut if closed else answer.horizon.name
    cut = BY_PERIOD[name] if name in BY_PERIOD else say("in {name} parts", name=name)
    return cut + say(" and closure") * closed


def mt_or_t(tonnes: float) -> str:
    """Tonnes as Mt, or as they are where Mt would show little of them.

    >>> mt_or_t(450_000), mt_or_t(3_100)
    ('0.45 Mt', '3,100 t')
    """
    return mt(tonnes, 2) if abs(tonnes) >= 1e5 else say("{tonnes:,.0f} t", tonnes=tonnes)


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
        return say(
            "{value} Mt {by_period}, the same as the year as one period",
            value=rounded(answer.value),
            by_period=by_period(answer),
        )
    share = abs(difference) / whole if whole else math.nan
    much = f"{mt_or_t(abs(difference))}" + (f" ({percent(share)})" if share >= 0.005 else "")
    more = say("more") if difference > 0 else say("less")
    return say(
        "{value} Mt {by_period}, {much} {more} than the year as one period",
        value=rounded(answer.value),
        by_period=by_period(answer),
        much=much,
        more=more,
    )


def inside(case: Case, name: str) -> str:
    """A name within a sentence: its first letter small, unless its first word is a place, an operator or a code."""
    first = name.split(" ")[0].split("-")[0]
    proper = {word for row in case.rows("node") for word in re.split(r"[ ,-]", row.name)}
    proper |= {word for row in case.rows("operator") for word in re.split(r"[ ,-]", row.name)}
    keeps = first in proper or not first[1:].islower()
    return name if keeps else name[:1].lower() + name[1:]


PAID = Words(
    {
        "freight": "freight",
        "time": "the time of the cargo",
        "carbon": "the price of carbon",
        "subsidy": "subsidies",
        "lateness": "lateness",
        "storage": "storage",
        "stock": "cargo in store at the end",
    }
)
"""Parts of the shippers' bill in a sentence."""


def dollars(usd: float) -> str:
    """USD in millions, with as many digits as the amount deserves.

    >>> dollars(1_400e6), dollars(-6.04e6)
    ('1,400 million USD', '-6.0 million USD')
    """
    return say("{usd} million USD", usd=amount(round(usd / 1e6, 6)))
