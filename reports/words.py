"""Numbers and findings in words, the same wherever they are printed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from corridor.model.answer import Answer, rows
from corridor.model.case import Case
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


def headline(case: Case, answer: Answer) -> str:
    """The answer in a sentence or four."""
    return " ".join(sentences(case, answer))


def sentences(case: Case, answer: Answer) -> list[str]:
    """The sentences of the headline; the first can stand alone."""
    if answer.study.startswith("cost"):
        who = "shippers pay" if answer.study == "cost_shipper" else "operators spend"
        through = f", {mt(answer.gate.t)} of it through {answer.gate.name}" if answer.gate else ""
        delivered = float(answer.delivered["t"].sum())
        cost = amount((answer.cost_usd or 0) / 1e6)
        return [f"For {mt(delivered)} in {case.base_year}{through}, {who} at least {cost} million USD a year."]
    measures = answer.measures_t
    handled, concurrent, capability = (measures[name] for name in ("handled", "concurrent", "capability"))
    where = answer.gate.name if answer.gate else case.title
    if answer.growth is None:
        return [f"{where}: nothing is asked to go through, so nothing does."]
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
    if answer.gate and math.isfinite(answer.gate.nameplate_t):
        nameplate = mt(answer.gate.nameplate_t, 0)
        if answer.terminals_t:
            said.append(f"The terminals that can be named add up to {mt(answer.terminals_t)}, not {nameplate}.")
        else:
            said.append(f"Its nameplate says {nameplate}.")
    return said
