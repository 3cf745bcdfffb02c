"""Numbers and findings in words, the same wherever they are printed."""

from __future__ import annotations

import math

from corridor.model.answer import Answer
from corridor.model.case import Case

MEASURES = {
    "handled": ("Handled", "what went through in the base year"),
    "concurrent": ("Concurrent", "all markets growing together, before the first limit"),
    "capability": ("Capability", "each market grown to its own limit, none falling"),
    "free": ("Free mix", "an upper bound: any mix of cargo, no market protected"),
}


def mt(tonnes: float, digits: int = 1) -> str:
    """Tonnes as Mt: ``mt(7_700_000)`` is ``7.7 Mt``."""
    return "no limit" if math.isinf(tonnes) else f"{tonnes / 1e6:,.{digits}f} Mt"


def amount(value: float, unit: str = "") -> str:
    """A number with as many digits as it deserves, and its unit."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "no limit"
    if abs(value) >= 100 or value == round(value):
        text = f"{value:,.0f}"
    elif abs(value) >= 1:
        text = f"{value:,.1f}"
    else:
        text = f"{value:.2g}"
    return f"{text} {unit}".strip()


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


def headline(case: Case, answer: Answer) -> str:
    """The answer in a sentence or four."""
    if answer.study.startswith("cost"):
        who = "shippers pay" if answer.study == "cost_shipper" else "operators spend"
        through = f", {mt(answer.gate.t)} of it through {answer.gate.name}" if answer.gate else ""
        delivered = float(answer.delivered["t"].sum())
        cost = amount((answer.cost_usd or 0) / 1e6)
        return f"For {mt(delivered)} in {case.base_year}{through}, {who} at least {cost} million USD a year."
    measures = answer.measures_t
    handled, concurrent, capability = (measures[name] for name in ("handled", "concurrent", "capability"))
    where = answer.gate.name if answer.gate else case.title
    if answer.growth is None:
        return f"{where}: nothing is asked to go through, so nothing does."
    first = first_limit(answer)
    own = f"{mt(capability)} if each market grew to its own limit."
    if answer.growth >= 1:
        sentences = [
            f"In {case.base_year} {where} handled {mt(handled)}.",
            f"{mt(concurrent)} would fit before the first limit, {first}, and {own}",
        ]
    else:
        asked = float(answer.segments["base_t"].sum())
        sentences = [
            f"In {case.base_year} {where} should have handled {mt(asked)}, of which {mt(handled)} fit.",
            f"Kept in proportion only {mt(concurrent)} fit, because of the first limit, {first}; {own}",
        ]
    if answer.gate and math.isfinite(answer.gate.nameplate_t):
        nameplate = mt(answer.gate.nameplate_t, 0)
        if answer.terminals_t:
            sentences.append(f"The terminals that can be named add up to {mt(answer.terminals_t)}, not {nameplate}.")
        else:
            sentences.append(f"Its nameplate says {nameplate}.")
    return " ".join(sentences)
