"""Parts of the report of a comparison: differences, one axis, limits, cost, countries, then each scenario."""

from __future__ import annotations

import math

from corridor.model.language import Words, marked, numeral, plural, say
from corridor.model.operators import UNKNOWN
from corridor.model.result.carbon import SEA
from corridor.model.result.comparison import Comparison
from corridor.reports.blocks import Block, Column, Figure, Fold, Heading, Note, Paragraph, Strong, Table, figure
from corridor.reports.charts.axis import Group, Row, axis_figure
from corridor.reports.countries import country_name
from corridor.reports.numbers import few
from corridor.reports.say.words import READER, capital, listed, millions, mt, signed, times

SORTS = {"handled": "used", "expected": "comes", "concurrent": "fits", "capability": "fits"}
"""Measures on the axis, each with the sort of its bar."""
TODAY = marked("Today")
"""The title of the case as it is kept."""
NO_ANSWER = marked("no answer")
NOTHING_T = 5_000.0
"""Tonnes a year: a difference below it counts as none."""
TOTALS = Words(
    {
        ("cost_shipper", "USD per gate t"): ("Shippers pay", "USD/t", 1.0, 1),
        ("cost_resource", "USD per gate t"): ("Operators spend", "USD/t", 1.0, 1),
        ("revenue", "USD/year"): ("Operators earn", "million USD", 1e6, 0),
        ("days", "d"): ("On the way", "days", 1.0, 1),
        ("days_without_waiting", "d"): ("Without waiting", "days", 1.0, 1),
        ("co2e", "kg per t"): ("CO2e", "kg/t", 1.0, 1),
        ("co2e", "t/year"): ("CO2e", "kt", 1e3, 0),
        ("unmet", "t/year"): ("Left behind", "kt", 1e3, 0),
        ("built", "USD"): ("Built, once", "million USD", 1e6, 0),
    }
)
"""Words, unit, scale and decimals of each total."""
SHOWN_IF_ANY = ("unmet", "built")
MOST_COUNTRIES = 7
"""Countries with a column of their own."""
FIRST = 5
"""Steps of the ladder of a scenario."""
SHOWN = 12
"""Changes of a scenario that are listed."""


def opening(result: Comparison) -> list[Block]:
    """The finding, a sentence a scenario, and the axis."""
    base = result.names[0]
    said = [Paragraph((Strong(f"{name}: "), _said(result, name, base))) for name in result.names]
    return [Heading(title(result)), *said, *_axis(result)]


def title(result: Comparison) -> str:
    """The finding: the scenario that differs most from the first, and by how much."""
    base = result.names[0]
    if base in result.reasons:
        return say("{base} has no answer, so that nothing can be held against it", base=base)
    others = [name for name in result.names[1:] if name not in result.reasons]
    if not others:
        return say("No other scenario has an answer; {fits} fit {base}", fits=mt(_fits(result, base)), base=_as(base))
    most = max(others, key=lambda name: abs(result.gain_t(name)))
    gain = result.gain_t(most)
    if abs(gain) < NOTHING_T:
        return say("As much fits in every scenario: {fits} a year", fits=mt(_fits(result, base)))
    amount = few(abs(gain), 1)
    return (
        say("{most}: {gain} Mt more fit than {base}", most=most, gain=amount, base=_as(base))
        if gain > 0
        else say("{most}: {gain} Mt less fit than {base}", most=most, gain=amount, base=_as(base))
    )


def _as(base: str) -> str:
    """The first scenario in mid-sentence."""
    return base.lower() if base == say(TODAY) else say("in {base}", base=base)


def _fits(result: Comparison, name: str) -> float:
    """Capability of a scenario at its own floor, as every other study has it."""
    return result.measures_of(name)["capability_own"]


def _said(result: Comparison, name: str, base: str) -> str:
    """Comes and fits of a scenario, each with its change against the first, and its first limit."""
    if name in result.reasons:
        return f"{say(NO_ANSWER)}. {_reason(result, name)}"
    values, before = result.measures_of(name), result.measures_of(base)
    parts = []
    for measure in ("expected", "capability"):
        t = _fits(result, name) if measure == "capability" else values.get(measure, math.nan)
        if math.isnan(t):
            continue
        change = values[measure] - before.get(measure, math.nan)
        against = "" if name == base or math.isnan(change) else f" ({_change(change)})"
        parts.append(
            say("{t} comes{against}", t=mt(t, 2), against=against)
            if measure == "expected"
            else say("{t} fits{against}", t=mt(t, 2), against=against)
        )
    growth = values.get("growth", math.nan)
    short = say(" Only {growth} times of what is asked for fits.", growth=times(growth)) if growth < 1 - 1e-9 else ""
    first = result.first.get(name, "")
    limit = say(" First limit: {first}.", first=first) if first else ""
    return f"{capital(listed(parts))}.{short}{limit}"


def _change(t: float) -> str:
    return say("as much") if abs(t) < NOTHING_T else say("{t} Mt", t=signed(t))


def _reason(result: Comparison, name: str) -> str:
    """The reason why a scenario has no answer, in one line."""
    lines = [line.strip() for line in result.reasons[name].splitlines() if line.strip()]
    return f"{capital(' '.join(lines[:3])).rstrip('.')}." if lines else ""


def _axis(result: Comparison) -> list[Figure]:
    """Used, comes and fits of every scenario that has an answer, on one axis."""
    groups = []
    for name in result.names:
        if name in result.reasons:
            continue
        values = {**result.measures_of(name), "capability": _fits(result, name)}
        shown = {measure: values.get(measure, math.nan) for measure in SORTS}
        rows = tuple(
            Row(SORTS[measure], capital(READER[measure]), t, millions(t))
            for measure, t in shown.items()
            if math.isfinite(t)
        )
        groups.append(Group(name, rows))
    if not any(row.t for group in groups for row in group.rows):
        return []
    fits = [_fits(result, group.title) for group in groups]
    low, high = min(fits), max(fits)
    finding = (
        say("{low} Mt fit", low=few(low, 1))
        if high - low < NOTHING_T
        else say("From {low} to {high} Mt fit", low=few(low, 1), high=few(high, 1))
    )
    finding += (
        plural(" in {n} scenario", " in {n} scenarios", len(groups))
        if len(groups) > 1
        else say(" in {title}", title=groups[0].title)
    )
    told = "; ".join(f"{group.title}: " + ", ".join(f"{row.name} {row.text}" for row in group.rows) for group in groups)
    return [
        figure(
            axis_figure,
            groups,
            title=finding,
            alt=say("{finding}. Mt a year. {told}.", finding=finding, told=told),
            name="axis",
            caption=say("Differences in words and tables are at one floor of every market.") if result.lowered else "",
            subtitle=say("Used, comes and fits by scenario, Mt a year, {base_year}", base_year=result.case.base_year),
        )
    ]


def limits(result: Comparison) -> list[Block]:
    """Limits that come and go, a row a scenario."""
    base = result.names[0]
    pairs = {name: result.come_and_go(name) for name in result.names[1:]}
    come = list(dict.fromkeys(limit for pair in pairs.values() for limit in pair[0]))
    gone = list(dict.fromkeys(limit for pair in pairs.values() for limit in pair[1]))
    body = []
    for name in result.names:
        first = say(NO_ANSWER) if name in result.reasons else capital(result.first.get(name, "")) or say("none")
        comes, goes = pairs.get(name, ([], []))
        if name == base or name in result.reasons or base in result.reasons:
            body.append((name, first, "–", "–"))
        else:
            body.append((name, first, "; ".join(comes) or say("none"), "; ".join(goes) or say("none")))
    columns = (
        Column(say("Scenario"), wide=2),
        Column(say("First limit"), wide=2),
        Column(say("Limits that come"), wide=3),
        Column(say("Limits that go"), wide=3),
    )
    if not come and not gone:
        finding = say("0 limits come or go: the same ones stop every scenario")
    else:
        finding = ", ".join(
            [plural("{n} limit comes", "{n} limits come", len(come)), plural("{n} goes", "{n} go", len(gone))]
        )
    return [Heading(finding), Table(columns, tuple(body), caption=say("Limits against {base}", base=base))]


def totals(result: Comparison) -> list[Block]:
    """Cost, days and carbon, a row a scenario."""
    known = dict(zip(result.totals.index, result.totals.to_numpy().tolist(), strict=True))
    shown = {
        key: words
        for key, words in TOTALS.items()
        if key in known and (key[0] not in SHOWN_IF_ANY or any(value > 0.5 for value in known[key]))
    }
    if not shown:
        return []
    columns = (
        Column(say("Scenario"), wide=2),
        *(Column(words, unit, right=True) for words, unit, *_ in shown.values()),
    )
    body = [
        (name, *(_cell(known[key][at], scale, digits) for key, (_, _, scale, digits) in shown.items()))
        for at, name in enumerate(result.names)
    ]
    return [
        Heading(_costs(result, known)),
        Table(columns, tuple(body), caption=say("Cost, days and carbon by scenario")),
    ]


def _costs(result: Comparison, known: dict[tuple[str, str], list[float]]) -> str:
    """The finding of cost: the bill for a gate tonne, or the carbon where that is not known."""
    for key, words in (
        (("cost_shipper", "USD per gate t"), marked("Shippers pay {span} USD a tonne")),
        (("co2e", "t/year"), marked("Transport emits {span} kt of CO2e")),
    ):
        values = [value for value in known.get(key, []) if math.isfinite(value)]
        if values:
            scale = 1e3 if key[0] == "co2e" else 1.0
            low, high = (numeral(value / scale, ",.0f") for value in (min(values), max(values)))
            return say(words, span=low if low == high else say("{low} to {high}", low=low, high=high))
    return say("Cost, days and carbon of 0 scenarios are known")


def countries(result: Comparison) -> list[Block]:
    """Freight that the operators of each country earn, a row a scenario."""
    earned = {
        str(key[0]): values
        for key, values in zip(result.countries.index, result.countries.to_numpy().tolist(), strict=True)
        if key[1] == "freight" and key[0] != SEA and any(value > 0.5 for value in values)
    }
    if not earned:
        return []
    order = sorted(earned, key=lambda code: (code == UNKNOWN, -max(_finite(earned[code]))))
    named = [capital(country_name(code)) for code in order[:MOST_COUNTRIES]]
    columns = (Column(say("Scenario"), wide=2), *(Column(name, right=True) for name in named))
    body = [
        (name, *(_cell(earned[code][at], 1e6, 0) for code in order[:MOST_COUNTRIES]))
        for at, name in enumerate(result.names)
    ]
    most = _finite(earned[order[0]])
    low, high = (numeral(value / 1e6, ",.0f") for value in (min(most), max(most)))
    span = low if low == high else say("{low} to {high}", low=low, high=high)
    more = (
        say("; {count} countries earn less", count=len(order) - MOST_COUNTRIES) if len(order) > MOST_COUNTRIES else ""
    )
    caption = say("Freight by country of the operators, million USD a year{more}", more=more)
    return [
        Heading(say("{order} earns most: {span} million USD a year", order=capital(country_name(order[0])), span=span)),
        Table(columns, tuple(body), caption=caption),
        Note(say("A leg that several countries run counts for each in equal parts.")),
    ]


def _finite(values: list[float]) -> list[float]:
    return [value for value in values if math.isfinite(value)] or [0.0]


def _cell(value: float, scale: float, digits: int) -> str:
    return "–" if math.isnan(value) else numeral(value / scale + 0.0, f",.{digits}f")


def own_parts(result: Comparison) -> list[Block]:
    """A short part for every scenario: its note, its changes, its measures and its limits."""
    made: list[Block] = [
        Heading(plural("Each of {n} scenario by itself", "Each of {n} scenarios by itself", len(result.names)))
    ]
    base = result.names[0]
    for name in result.names:
        made.append(Heading(_headed(result, name), level=3))
        if note := result.notes.get(name, ""):
            made.append(Paragraph((note if note.endswith(".") else f"{note}.",)))
        made.append(Paragraph((_said(result, name, base),)))
        if changes := result.changes.get(name, ()):
            more = say("; {count} more", count=len(changes) - SHOWN) if len(changes) > SHOWN else ""
            counted = plural(
                "{name}: {n} change of the case", "{name}: {n} changes of the case", len(changes), name=name
            )
            made.append(Fold(counted, (Note(f"{'; '.join(changes[:SHOWN])}{more}."),)))
        if name not in result.reasons:
            made += _steps(result, name)
    return made


def _headed(result: Comparison, name: str) -> str:
    if name in result.reasons:
        return say("{name} has no answer", name=name)
    return say("{name}: {fits} fit", name=name, fits=mt(_fits(result, name)))


def _steps(result: Comparison, name: str) -> list[Block]:
    """The limits of one scenario in the order in which they come."""
    rungs = zip(result.ladder.index, result.ladder[name].tolist(), result.rungs[name].tolist(), strict=True)
    body = tuple((str(rung), capital(str(limit)), millions(t)) for rung, t, limit in rungs if math.isfinite(t))
    if not body:
        return []
    columns = (
        Column(say("Step"), right=True),
        Column(say("Limit"), wide=4),
        Column(say("Fits"), say("Mt"), right=True),
    )
    return [
        Table(columns, body[:FIRST], caption=say("{name}: the first limits, one lifted after the other", name=name))
    ]
