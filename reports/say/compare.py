"""The page of scenarios side by side: measures, limits, ladder, markets, links, cost, carbon, time, countries."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from corridor.model.language import Words, marked, numeral, plural, said, say
from corridor.model.operators import UNKNOWN
from corridor.model.result.carbon import SEA
from corridor.model.result.comparison import Comparison
from corridor.reports.blocks import Block, Column, Fold, Heading, Note, Table, amounts, lead
from corridor.reports.countries import country_name
from corridor.reports.say import side_by_side
from corridor.reports.say.limits import name_of_kind, unit_words
from corridor.reports.say.words import READER, SHORT, capital, floor_note, mega, millions, mt, signed, times

BESIDE = 4
"""Scenarios whose tables have a column each; more of them have an overview with a row each."""
REPORTED = 6
"""Scenarios whose report has tables with a column each."""
MOST_LINKS, MOST_COUNTRIES = 8, 8
BORNE = marked(
    "Days hold the waiting for ships. Freight counts for the country of the operator, in equal parts where several run "
    "a leg together; of a land link without a known operator half goes to the country of each end, as of its carbon."
)
MOST_EARNERS = 4
"""Countries, or operators, whose freight is shown by state."""
DIFFERS_USD = 50_000.0
"""USD a year by which an earner must differ between scenarios to be shown before others."""
EARNERS = Words(
    {
        "country": ("Country", "Freight by country, million USD a year"),
        "operator": ("Operator", "Freight by operator, million USD a year"),
    }
)
"""Head and caption of the tables of freight by state."""
NOTHING = 0.5
"""Tonnes, or dollars, below which nothing has changed."""
TOTALS = Words(
    {
        ("delivered", "t/year"): ("delivered, all cargo", "kt", 1e3, 0),
        ("unmet", "t/year"): ("left behind", "kt", 1e3, 0),
        ("outside", "t/year"): ("on routes outside the corridor", "kt", 1e3, 0),
        ("gate", "gate t/year"): ("through the gate", "gate kt", 1e3, 0),
        ("cost_resource", "USD/year"): ("operators spend", "million USD", 1e6, 0),
        ("cost_resource", "USD per gate t"): ("  for each gate tonne", "USD", 1, 1),
        ("cost_shipper", "USD/year"): ("shippers pay: freight, time, carbon price", "million USD", 1e6, 0),
        ("cost_shipper", "USD per gate t"): ("  for each gate tonne", "USD", 1, 1),
        ("revenue", "USD/year"): ("operators earn: freight", "million USD", 1e6, 0),
        ("outside", "USD/year"): ("apart: freight on routes outside", "million USD", 1e6, 0),
        ("penalty", "USD/year"): ("apart: penalty for cargo left behind", "million USD", 1e6, 0),
        ("built", "USD"): ("built: cost of its projects, once", "million USD", 1e6, 0),
        ("co2e", "t/year"): ("CO2e", "kt", 1e3, 0),
        ("co2e", "kg per t"): ("  for each tonne delivered", "kg", 1, 1),
        ("days", "d"): ("mean time on the way", "days", 1, 1),
        ("days_without_waiting", "d"): ("  without waiting for ships", "days", 1, 1),
    }
)
"""Words, unit, scale and decimals of each total."""
SHOWN_IF_ANY = ("unmet", "outside", "penalty", "built")
"""Quantities without a line where no scenario has any."""
COUNTRY = Words(
    {"through": ("through", "kt", 1e3), "freight": ("freight", "million USD", 1e6), "co2e": ("CO2e", "kt", 1e3)}
)
"""Words, unit and scale of each quantity of a country."""


def page(result: Comparison, *, short: bool = False) -> list[Block]:
    """Gains in words, and every table; of many scenarios an overview instead. The long page is a report."""
    if not short:
        return _report(result.titled())
    blocks: list[Block] = [lead(sentences)] if (sentences := comparison_sentences(result)) else []
    blocks += _measures(result)
    if len(result.names) <= BESIDE:
        for part in (_comes, _limits, _ladder, _markets, _links, _totals, _countries, _earned):
            blocks += part(result)
        return [*blocks, Note(say(BORNE))]
    more = say(
        "Up to {beside} scenarios are shown limit by limit and link by link; --json has all of it.", beside=BESIDE
    )
    return [*blocks, *_overview(result), Note(more)]


def _report(result: Comparison) -> list[Block]:
    """Differences first, then limits, cost, countries and markets, then every scenario by itself."""
    few = len(result.names) <= REPORTED
    blocks = [*side_by_side.opening(result), *_measures(result), *side_by_side.limits(result)]
    if few:
        blocks.append(Fold(say("The limits one by one"), (*_limits(result), *_ladder(result))))
    blocks += [*side_by_side.totals(result), *side_by_side.countries(result)]
    if few:
        folded = (*_links(result), *_totals(result), *_earned(result), *_earned(result, by="operator"))
        blocks += [*_who(result), Fold(say("Links, all of the cost, and who earns"), folded)]
    return [*blocks, Note(say(BORNE)), *side_by_side.own_parts(result)]


def _who(result: Comparison) -> list[Block]:
    """Markets under the one that differs most."""
    spread = (result.markets.max(axis=1) - result.markets.min(axis=1)).fillna(0.0)
    if not len(spread):
        return []
    at = int(spread.to_numpy().argmax())
    name = str(result.markets.index[at][1])
    differs = say("{name} differs most: by {iloc:,.0f} kt a year", name=capital(name), iloc=spread.iloc[at] / 1000.0)
    title = differs if spread.iloc[at] >= side_by_side.NOTHING_T else say("All markets move as much, to 5 kt a year")
    return [Heading(title), *_markets(result), *_comes(result)]


def comparison_sentences(result: Comparison) -> list[str]:
    """Gain and first limit of each scenario against the first; or the reason why one has no answer."""
    base, sentences = result.names[0], []
    for name in result.names:
        if name in result.reasons:
            sentences.append(say("{name} has no answer: {reasons}", name=name, reasons=result.reasons[name]))
        elif name != base and base not in result.reasons:
            comes = _comes_said(result, name)
            t = mt(result.measures_of(name)["capability"], 2)
            fits = comes + say("{t} fits if each grows to its limit", t=t)
            one, other = (result.first.get(each) or say("none") for each in (base, name))
            limit = (
                say("the first limit stays {other}", other=other)
                if one == other
                else say("the first limit is {other}, not {one}", other=other, one=one)
            )
            sentences.append(
                say(
                    "{name}: {fits}, {name2} Mt against {base}; {limit}.",
                    name=name,
                    fits=fits,
                    name2=signed(result.gain_t(name), 2),
                    base=base,
                    limit=limit,
                )
            )
    return sentences


def _comes_said(result: Comparison, name: str) -> str:
    """The cargo that comes in a scenario, and its difference from the first; nothing where it is not known."""
    t, base = (result.measures_of(each).get("expected", math.nan) for each in (name, result.names[0]))
    if math.isnan(t):
        return ""
    change = "" if math.isnan(base) else say(", {t} Mt against {names}", t=signed(t - base, 2), names=result.names[0])
    return say("{t} comes{against}", t=mt(t, 2), against=change) + "; "


def _measures(result: Comparison) -> list[Block]:
    """A row a scenario, whatever their number."""
    base, lowered = result.names[0], result.lowered
    first, body = result.measures_of(base), []
    shown = [name for name in SHORT if name in first]
    for name in result.names:
        if name in result.reasons:
            body.append((name, *["–"] * (len(shown) + 1 + lowered), say("no answer")))
            continue
        values = result.measures_of(name)
        cells = [_against(values[measure], first[measure], name == base) for measure in shown]
        cells[-1:] = [millions(values["capability_own"]), cells[-1]] if lowered else cells[-1:]
        growth = values.get("growth", math.nan)
        body.append((name, *cells, "–" if math.isnan(growth) else times(growth), capital(result.first.get(name, ""))))
    floor = say("Each to its limit, floor {total}", total=millions(sum(result.floor_t.values())))
    heads = [*(SHORT[name] for name in shown), *([floor] * lowered)]
    columns = (
        Column(say("Scenario")),
        *amounts(say("Mt"), *heads),
        *amounts(say("times"), say("Base year fits")),
        Column(say("First limit"), wide=2),
    )
    note = " ".join([*_floor_notes(result), say("Base year fits: how many times, all markets alike.")])
    return [Table(columns, tuple(body), caption=say("Measures, {unit}", unit=mega(result.unit))), Note(note)]


def _floor_notes(result: Comparison) -> list[str]:
    if not result.floor_t:
        return [say("Each scenario holds its own floor, so the last may fall where a capacity rises.")]
    names = {str(segment): str(name) for segment, name in result.markets.index}
    notes = [floor_note(result.floor_t, result.unit, names)]
    if result.lowered:
        name, growth = result.least_growth
        why = say("only {growth} times the base year of {name} fits", growth=times(growth), name=name)
        if growth >= 1:
            why = say("a market has less in one base year, or less fits where only some of the changes are made")
        notes.append(
            say(
                "It is low because {why}. The last measure, flows and cost are those at that floor, which"
                " lets a market fall for another; --own-floor has each scenario at its own.",
                why=why,
            )
        )
    return notes


def _against(value: float, base: float, itself: bool) -> str:
    """A measure in Mt, and its difference from the first scenario; a dash where it is not known."""
    if math.isnan(value):
        return "–"
    return millions(value) if itself or math.isnan(base) else f"{millions(value)} ({signed(value - base, 2)})"


def _overview(result: Comparison) -> list[Block]:
    """Cost, carbon and time, and limits that come and go, a row a scenario."""
    heads = {
        ("cost_resource", "USD per gate t"): (say("Operators spend"), say("USD/t")),
        ("cost_shipper", "USD per gate t"): (say("Shippers pay"), say("USD/t")),
        ("co2e", "kg per t"): (say("CO2e"), say("kg/t")),
        ("days", "d"): (say("On the way"), say("days")),
    }
    body = []
    for name in result.names:
        values = dict(zip(result.totals.index, result.totals[name].tolist(), strict=True))
        cells = [_number(values.get(key, math.nan), 1, 1) for key in heads]
        body.append((name, *cells, *("; ".join(limits) for limits in result.come_and_go(name))))
    columns = (Column(say("Scenario")), *(Column(*head, right=True) for head in heads.values()))
    columns += (Column(say("Limits that come"), wide=2), Column(say("That go"), wide=2))
    title = say("Cost for each gate tonne, carbon for each tonne, time; limits against the first")
    return [Table(columns, tuple(body), caption=title)]


def _limits(result: Comparison) -> list[Block]:
    if not len(result.limits):
        return []
    two = len(result.names) == 2 and not result.reasons
    comes, goes = result.come_and_go(result.names[-1])
    body = []
    for key, values in zip(result.limits.index, result.limits.itertuples(index=False, name=None), strict=True):
        word = say("comes", about="limit") if key[1] in comes else say("goes") if key[1] in goes else say("stays")
        cells = ["" if math.isnan(value) else numeral(value / 1000.0, ",.0f") for value in values]
        step = said(str(key[3]).partition(" per ")[2])
        body.append((capital(key[1]), name_of_kind(key[2]), step, *cells, *([word] if two else [])))
    columns = (Column(say("Limit"), wide=3), Column(say("Where")), Column(say("One more")), *_numbers_of(result.names))
    columns += (Column(say("Change")),) * two
    unit = unit_words(str(result.limits.index.get_level_values("unit")[0]).partition(" per ")[0])
    study = READER.get(result.study, said(result.study.replace("_", " ")))
    title = say("What stops it ({study}): thousand {unit} that one step more brings", study=study, unit=unit)
    return [Table(columns, tuple(body), caption=title)]


def _ladder(result: Comparison) -> list[Block]:
    """Rungs side by side: the tonnes that pass, and the limit."""
    body = []
    for rung, t, limits in zip(result.ladder.index, result.ladder.to_numpy(), result.rungs.to_numpy(), strict=True):
        pairs = zip(t.tolist(), limits.tolist(), strict=True)
        cells = ("" if math.isnan(value) else f"{millions(value)} {capital(str(limit))}" for value, limit in pairs)
        body.append((str(rung), *cells))
    columns = (Column("", right=True), *(Column(_head(name), wide=1) for name in result.names))
    title = say("Ladder: Mt that pass, all markets growing together, and the limit that is lifted next")
    return [Table(columns, tuple(body), caption=title)]


def _markets(result: Comparison) -> list[Block]:
    """Tonnes of each market, and its days on the way."""
    days = dict(zip(result.days.index, result.days.to_numpy().tolist(), strict=True))
    unknown = [math.nan] * len(result.names)
    body = [
        (key[1], *_numbers(values, 1e3, 0), *(_number(value, 1, 1) for value in days.get(key, unknown)))
        for key, values in zip(result.markets.index, result.markets.itertuples(index=False, name=None), strict=True)
    ]
    columns = (Column(say("Market"), wide=3), *_with_change(result, say("kt")), *_numbers_of(result.names, say("days")))
    return [Table(columns, tuple(body), caption=say("Markets: kt a year, and mean days on the way"))]


def _comes(result: Comparison) -> list[Block]:
    """Tonnes that come by market, of those that differ, the greatest difference first."""
    spread = result.comes.max(axis=1) - result.comes.min(axis=1)
    most = result.comes[spread > NOTHING].loc[spread[spread > NOTHING].sort_values(ascending=False).index]
    if not len(most):
        return []
    shown = most.head(MOST_LINKS)
    body = [
        (capital(str(key[1])), *_numbers(values, 1e3, 1))
        for key, values in zip(shown.index, shown.itertuples(index=False, name=None), strict=True)
    ]
    many = (
        say(", the {most_links} that differ most of {count}", most_links=MOST_LINKS, count=len(most))
        if len(most) > MOST_LINKS
        else ""
    )
    columns = (Column(say("Market"), wide=3), *_with_change(result))
    return [Table(columns, tuple(body), caption=say("Comes, kt a year by market{many}", many=many))]


def _links(result: Comparison) -> list[Block]:
    """Links whose flow differs most."""
    if not len(result.flows):
        return []
    many = (
        say(", the {most_links} that differ most of {count}", most_links=MOST_LINKS, count=len(result.flows))
        if len(result.flows) > MOST_LINKS
        else ""
    )
    most = result.flows.head(MOST_LINKS)
    body = [
        (key[1], *_numbers(values, 1e3, 0))
        for key, values in zip(most.index, most.itertuples(index=False, name=None), strict=True)
    ]
    columns = (Column(say("Link"), wide=3), *_with_change(result))
    return [Table(columns, tuple(body), caption=say("Links, kt a year both ways{many}", many=many))]


def _totals(result: Comparison) -> list[Block]:
    body = []
    for key, values in zip(result.totals.index, result.totals.itertuples(index=False, name=None), strict=True):
        if key[0] in SHOWN_IF_ANY and not any(abs(value) > NOTHING for value in values):
            continue
        words, unit, scale, digits = TOTALS[key]
        body.append((_indented(words), unit, *_numbers(values, scale, digits)))
    columns = (Column("", wide=2), Column(say("Unit")), *_with_change(result))
    return [Table(columns, tuple(body), caption=say("Cost, carbon and time"))]


def _countries(result: Comparison) -> list[Block]:
    """A row a country, of those that matter most, and the sea."""
    body = {}
    for country, part in result.countries.groupby(level="country", sort=False):
        by = dict(zip(part.index.get_level_values("quantity"), part.to_numpy().tolist(), strict=True))
        if any(value > NOTHING for name in COUNTRY for value in by[name]):
            cells = [_number(value, scale, 0) for name, (*_, scale) in COUNTRY.items() for value in by[name]]
            body[str(country)] = (capital(country_name(str(country))), *cells)
    nations = [code for code in body if code not in (SEA, UNKNOWN)]
    shown = [*nations[:MOST_COUNTRIES], *(code for code in body if code in (SEA, UNKNOWN))]
    columns = [Column(say("Country"))]
    for weight, (words, unit, _) in zip((1.0, 0.8, 0.6), COUNTRY.values(), strict=True):
        heads = (f"{capital(words)}, {_head(name)}" for name in result.names)
        columns += (Column(head, unit, right=True, weight=weight) for head in heads)
    more = say("; {count} more pass less", count=len(nations) - MOST_COUNTRIES) if len(nations) > MOST_COUNTRIES else ""
    return [Table(tuple(columns), tuple(body[code] for code in shown), caption=say("By country{more}", more=more))]


def _earned(result: Comparison, by: str = "country") -> list[Block]:
    """Freight at used, comes and fits, a group of rows a country or operator, of those that differ or earn most."""
    its = result.earned[result.earned.index.get_level_values("by") == by].fillna(0.0)
    if not len(its) or not (its.to_numpy() > NOTHING).any():
        return []
    whole = its.groupby(level="study", sort=False).sum()
    most = its.max(axis=1).groupby(level="name").max().sort_values(ascending=False, kind="stable")
    spread = (its.max(axis=1) - its.min(axis=1)).groupby(level="name").max()
    order = [name for name in most.index if spread[name] > DIFFERS_USD]
    shown = (order or list(most.index))[:MOST_EARNERS]
    body = []
    for name in shown:
        own = its[its.index.get_level_values("name") == name].groupby(level="study", sort=False).sum()
        body += _of_earner(capital(country_name(str(name))) if by == "country" else str(name), own)
    body += _of_earner(say("All"), whole)
    left = len(most) - len(shown)
    more = plural("; {n} more is in --json", "; {n} more are in --json", left) if left else ""
    head, title = EARNERS[by]
    columns = (Column(head, wide=2), Column(say("Cargo")), *_with_change(result))
    return [Table(columns, tuple(body), caption=f"{title}{more}")]


def _of_earner(called: str, own: pd.DataFrame) -> list[tuple[str, ...]]:
    """The rows of one earner: its freight in each state, by scenario."""
    lines = []
    for at, (study, values) in enumerate(zip(own.index, own.to_numpy().tolist(), strict=True)):
        state = say("fits") if study == "capability" else READER.get(str(study), say("this answer"))
        lines.append((called if not at else "", state, *_numbers(values, 1e6, 1)))
    return lines


def _head(name: str) -> str:
    """A scenario's name as the head of a column, which may break after each of its parts."""
    return name.replace("_", "_\u200b").replace("+", "+\u200b")


def _indented(words: str) -> str:
    return words if words[:1] != " " else f"\u00a0\u00a0{words.strip()}"


def _numbers_of(names: Iterable[str], unit: str = "") -> tuple[Column, ...]:
    return amounts(unit, *map(_head, names))


def _with_change(result: Comparison, unit: str = "") -> tuple[Column, ...]:
    """Columns of the scenarios, and of their difference where there are two."""
    return _numbers_of([*result.names, *([say("Change")] if len(result.names) == 2 else [])], unit)


def _numbers(values: Sequence[float], scale: float, digits: int) -> list[str]:
    """The values of the scenarios, and the difference of two."""
    cells = [_number(value, scale, digits) for value in values]
    if len(values) == 2:
        change = round((values[1] - values[0]) / scale, digits) if math.isfinite(sum(values)) else math.nan
        cells.append("–" if math.isnan(change) else numeral(change, f"+,.{digits}f") if change else "0")
    return cells


def _number(value: float, scale: float, digits: int) -> str:
    return "–" if math.isnan(value) else numeral(value / scale, f",.{digits}f")
