"""Numbers and findings in words, the same wherever they are printed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from corridor.model.answer import Answer, rows
from corridor.model.case import Case
from corridor.model.money import bill, paid
from corridor.model.units import amount

MEASURES = {
    "handled": ("Handled", "what went through in the base year"),
    "concurrent": ("Concurrent", "all markets growing together, before the first limit"),
    "capability": ("Capability", "each market grown to its own limit, none falling"),
    "free": ("Free mix", "an upper bound: any mix of cargo, no market protected"),
}


def mt(tonnes: float, digits: int = 1) -> str:
    """Tonnes as Mt: ``mt(7_700_000)`` is ``7.7 Mt``."""
    return "no limit" if math.isinf(tonnes) else f"{tonnes / 1e6:,.{digits}f} Mt"


def millions(tonnes: float, digits: int = 2) -> str:
    """Tonnes as a bare number of Mt, always with the same digits: ``millions(7_812_496)`` is ``7.81``.

    >>> millions(7_812_496), millions(-0.001), millions(float("inf"))
    ('7.81', '0.00', 'no limit')
    """
    if math.isnan(tonnes):
        return "–"
    return "no limit" if math.isinf(tonnes) else f"{round(tonnes / 1e6, digits) + 0.0:,.{digits}f}"


def capital(text: str) -> str:
    """A text with its first letter large: ``nameplate of …`` at the head of a row."""
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


def no_single_limit(answer: Answer) -> str:
    """What to say where one step more of any one resource changes nothing."""
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
    """How the year of an answer is cut: ``by month``, ``in 10 parts``."""
    if answer.horizon is None or answer.horizon.name == "year":
        return "as one period"
    return f"by {answer.horizon.name}" if answer.horizon.name in PERIODS else f"in {answer.horizon.count} parts"


def mt_or_t(tonnes: float) -> str:
    """Tonnes as Mt, or as they are where Mt would show little of them.

    >>> mt_or_t(450_000), mt_or_t(3_100)
    ('0.45 Mt', '3,100 t')
    """
    return mt(tonnes, 2) if abs(tonnes) >= 1e5 else f"{tonnes:,.0f} t"


def whole_year(answer: Answer) -> float | None:
    """What the year as one period gives for the same measure; None for a cost, or where it was not worked out."""
    return answer.whole_t.get(answer.study) if answer.horizon is not None else None


def compared(answer: Answer) -> str:
    """The year by periods beside the year as one period, without a full stop; nothing where there is no measure."""
    whole = whole_year(answer)
    if whole is None or answer.value is None:
        return ""
    difference = answer.value - whole
    if abs(difference) <= 1e-6 * max(1.0, abs(whole)):
        return f"{mt(answer.value, 2)} {by_period(answer)}, the same as the year as one period"
    share = abs(difference) / whole if whole else math.nan
    much = f"{mt_or_t(abs(difference))}" + (f" ({percent(share)})" if share >= 0.005 else "")
    more = "more" if difference > 0 else "less"
    return f"{mt(answer.value, 2)} {by_period(answer)}, {much} {more} than the year as one period"


TIMED = {
    "handled": "went through in the base year",
    "concurrent": "would fit with all markets growing together",
    "capability": "would fit if each market grew to its own limit",
    "free": "would fit with any mix of cargo",
}


def _timed(case: Case, answer: Answer, where: str) -> list[str]:
    """The first sentences about a measure of a year by periods."""
    value = answer.value or 0.0
    whole = whole_year(answer)
    said = [f"With the year cut {by_period(answer)}, {mt(value)} {TIMED[answer.study]} ({where})."]
    if answer.horizon is not None and answer.horizon.name == "year":
        said = [f"In an open year {mt(value)} {TIMED[answer.study]} ({where})."]
    if whole is not None:
        difference = value - whole
        if abs(difference) <= 1e-6 * max(1.0, abs(whole)):
            said.append("That is what the year as one period gives, too.")
        else:
            more = "more" if difference > 0 else "less"
            said.append(f"That is {mt_or_t(abs(difference))} {more} than the year as one period gives.")
    if answer.growth is not None and answer.growth < 1:
        said.append(f"The base year itself does not fit: {answer.growth:.2f} times of it does.")
    handled = answer.whole_t.get("handled")
    if handled is not None and answer.study != "handled":
        said.append(f"In {case.base_year} it handled {mt(handled)}.")
    return said


def headline(case: Case, answer: Answer) -> str:
    """The answer in a sentence or four."""
    return " ".join(sentences(case, answer))


def sentences(case: Case, answer: Answer) -> list[str]:
    """The sentences of the headline; the first can stand alone."""
    if answer.study.startswith("cost"):
        return _cost(case, answer)
    where = answer.gate.name if answer.gate else case.title
    if answer.growth is None and (answer.horizon is None or not answer.value):
        return [f"{where}: nothing is asked to go through, so nothing does."]
    if answer.horizon is not None:
        return _timed(case, answer, where) + _nameplate(answer)
    measures = answer.measures_t
    handled, concurrent, capability = (measures[name] for name in ("handled", "concurrent", "capability"))
    assert answer.growth is not None
    first = first_limit(answer)
    own = f"{mt(capability)} if each market grew to its own limit."
    if answer.growth >= 1:
        said = [
            f"In {case.base_year} {where} handled {mt(handled)}.",
            f"{mt(concurrent)} would fit before the first limit, {first}, and {own}",
        ]
    else:
        asked = float(answer.segments["base_t"].sum())
        said = [
            f"In {case.base_year} {where} should have handled {mt(asked)}, of which {mt(handled)} fit.",
            f"Kept in proportion only {mt(concurrent)} fit, because of the first limit, {first}; {own}",
        ]
    return said + _nameplate(answer)


PAID = {
    "freight": "freight",
    "time": "time of the cargo",
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
    ('1,400 million USD', '-6 million USD')
    """
    return f"{amount(round(usd / 1e6, 6))} million USD"


def _cost(case: Case, answer: Answer) -> list[str]:
    """The cost of cargo that is carried; cargo left behind or sent elsewhere is apart."""
    delivered, outside, unmet = (float(answer.delivered[name].sum()) for name in ("t", "outside_t", "unmet_t"))
    who = "shippers pay" if answer.study == "cost_shipper" else "operators spend"
    through = f", {_tonnes(answer.gate.t)} of it through {answer.gate.name}" if answer.gate else ""
    here, items = paid(answer.cost, answer.study), bill(answer.cost, answer.study)
    parts = [f"{amount(items[item] / 1e6)} {name}" for item, name in PAID.items() if item in items]
    of = f": {listed(parts)}" if len(parts) > 1 else ""
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
    return [f"Its nameplate says {nameplate}."]
