"""The page of projects: each alone, after the best ones before it, and all together; and the cost curve."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from corridor.model.result.frame import rows
from corridor.model.result.projects import Projects
from corridor.model.units import amount
from corridor.reports.blocks import Block, Column, Figure, Heading, Note, Paragraph, Strong, Table, amounts, figure
from corridor.reports.charts.projects import Item, drawn_segments, projects_figure
from corridor.reports.say.cited import cited
from corridor.reports.say.columns import megatonnes, number, table, words
from corridor.reports.say.words import capital, listed, millions, mt, percent, signed

FITS = {"capability": "fits if each grows to its limit", "concurrent": "fits if all grow alike"}
NAMED = 3
"""The most projects that a sentence names as needed by another."""
NOTHING = "nothing"
ASSUMED = " *"
"""Mark of a cost that no source states."""


def page(result: Projects, *, short: bool = False) -> list[Block]:
    """Blocks of the page."""
    blocks: list[Block] = [Heading(_headline(result)), Paragraph(_lead(result))]
    if len(result.curve):
        blocks += [replace(each, numbers=None) for each in curve(result) if isinstance(each, Figure)]
    blocks.append(_table(result))
    blocks += _zeros(result)
    if len(result.curve):
        blocks.append(_segments(result))
    return [*blocks, _costs(result), Note(_note(result))]


def _headline(result: Projects) -> str:
    """Cost and gain of the shortest stretch of the curve that has three quarters of its gain."""
    if not len(result.curve):
        return f"No project adds {amount(result.least_t, 't')} a year"
    assert result.bulk_step is not None
    return f"{_spent(result, result.bulk_step)} buys {mt(result.gain_t(result.bulk_step))} a year more"


def _spent(result: Projects, step: int) -> str:
    return _money(float(result.curve["total_usd"].iloc[step - 1]))


def _lead(result: Projects) -> tuple[str | Strong, ...]:
    fits = FITS[result.measure]
    base, together = result.base_t[result.measure], result.together_t[result.measure]
    cargo = f" of {result.scope_name}" if result.scope_name else ""
    parts: list[str | Strong] = [f"As it is, {mt(base)}{cargo} {fits}. "]
    if len(result.curve):
        first = [_label(row) for row in rows(result.curve)][:3]
        parts.append(Strong(f"Most tonnes for the money: {'; then '.join(first)}."))
        parts.append(f" Step by step up to {mt(result.built_t[result.measure])}, for {_money(result.built_usd)}.")
    if result.target_t is not None:
        parts.append(_target(result))
    everything = "Everything built, each project as often as it can be"
    parts.append(f" {everything}, costs {_money(result.together_usd)} and lets {mt(together)} through.")
    return tuple(parts)


def _target(result: Projects) -> str:
    """The step at which a target is reached, or that it is not."""
    assert result.target_t is not None
    wanted = f" The target of {mt(result.target_t)}" + (f" in {result.target_year}" if result.target_year else "")
    step = result.target_step
    if not step:
        return f"{wanted} fits as it is." if step == 0 else f"{wanted} does not fit after any step."
    return f"{wanted} fits after step {step}, for {_spent(result, step)}."


def _money(usd: float) -> str:
    return f"{amount(round(usd / 1e6) if usd >= 1e8 else usd / 1e6)} million USD"


def _label(row: Any) -> str:
    """A segment in words: ``3 × tanker, 42 million USD: +1.90 Mt``."""
    return f"{_built(row.names, row.times)}, {_money(row.cost_usd)}: {signed(row.gain_t)} Mt"


def _built(names: Sequence[str], times: Sequence[int]) -> str:
    return " with ".join(f"{n} × {name}" if n > 1 else name for name, n in zip(names, times, strict=True))


def curve(result: Projects) -> list[Block]:
    """The cost curve with its numbers; nothing where nothing is built."""
    count = drawn_segments(result)
    if not count:
        return []
    assert result.bulk_step is not None
    shown, rest = result.curve.head(count), result.curve.iloc[count:]
    items = [Item(_built(row.names, row.times), amount(row.cost_usd / 1e6), signed(row.gain_t)) for row in rows(shown)]
    title = f"For {_spent(result, result.bulk_step)} {mt(result.gain_t(result.bulk_step))} a year more fit"
    caption = f"The amount that {FITS[result.measure]}; most tonnes for a dollar first."
    if len(rest):
        caption += f" Not drawn: {listed([_label(row) for row in rows(rest)])}."
    first = "; ".join(_label(row) for row in rows(shown.head(3)))
    last = f"all {count} steps, {_spent(result, count)}: {mt(float(shown.iloc[-1]['t']))}"
    alt = f"{title}. From {mt(result.base_t[result.measure])}: {first}; {last}."
    unit = "Mt of cargo" if result.unit == "net t/year" else "Mt"
    return [
        figure(
            projects_figure,
            result,
            items,
            title=title,
            caption=caption,
            alt=alt,
            name="projects",
            subtitle=f"{unit} a year that fit, by million USD spent",
            numbers=_segments(result),
            sources=cited(result.case, "project", map(str, result.table["project"]), "cost_usd"),
        )
    ]


def _table(result: Projects) -> Table:
    measured = list(FITS) if result.measure == "capability" else list(FITS)[::-1]
    heads = {"capability": "Alone, each grows", "concurrent": "Alone, all alike"}
    return table(
        rows(result.table),
        words("Project", "name", wide=3),
        number("Cost", lambda row: amount(row.cost_usd / 1e6), "million USD"),
        *(number(heads[name], _gain(f"{name}_t"), "Mt") for name in measured),
        number("USD a yearly t", _usd_per_t),
        number("In order", lambda row: _plus(row.after_t) + f" ({row.taken} ×)" * (row.taken > 1), "Mt"),
        number("Left out", lambda row: NOTHING if row.left_out_t < 0.5e4 else f"−{signed(row.left_out_t)[1:]}", "Mt"),
        caption="Each project alone, in the order of the cost curve, and left out",
    )


def _gain(name: str) -> Callable[[Any], str]:
    return lambda row: _plus(getattr(row, name))


def _usd_per_t(row: Any) -> str:
    return "–" if math.isnan(row.usd_per_t) else amount(round(row.usd_per_t))


def _plus(gain: float) -> str:
    return NOTHING if gain < 0.5e4 else signed(gain)


def _costs(result: Projects) -> Table:
    columns = (
        Column("Project", wide=3),
        *amounts("million USD", "Cost", "Range"),
        *amounts("", "Price of", "Times at most"),
        Column("Who pays", wide=2),
        Column("Ready", wide=1.6),
    )
    body = []
    for row in rows(result.table):
        ends = [amount(end / 1e6) for end in (row.low_usd, row.high_usd)]
        span = "not stated" if math.isnan(row.low_usd) else ends[0] if ends[0] == ends[1] else " to ".join(ends)
        cost = amount(row.cost_usd / 1e6) + (ASSUMED if row.basis == "assumed" else "")
        cells = (row.name, cost, span, row.price_year or "not stated", str(row.at_most))
        body.append((*cells, row.pays or "not stated", row.ready or "not stated"))
    return Table(columns, tuple(body), caption="What they cost, in prices of which year, who pays, and when")


def _zeros(result: Projects) -> list[Block]:
    """Projects that gain nothing alone: a table of those that others make useful, and a note on the rest."""
    names = dict(zip(result.table["project"], result.table["name"], strict=True))
    idle = [row for row in rows(result.table) if getattr(row, f"{result.measure}_t") < result.least_t]
    body = []
    for row in idle:
        if row.taken and row.after_t >= result.least_t:
            waits = [names[each] for each in dict.fromkeys((*row.needs, *row.with_others))]
            there = "; ".join(waits) if 0 < len(waits) <= NAMED else "the steps before it"
            body.append((row.name, signed(row.after_t), there))
    columns = (Column("Project", wide=3), Column("Adds", "Mt", right=True), Column("Once there is", wide=5))
    useful = Table(columns, tuple(body), caption="Nothing alone, but of use after others")
    later = [row.name for row in idle if not row.taken and row.left_out_t >= result.least_t]
    never = [row.name for row in idle if not row.taken and row.left_out_t < result.least_t]
    sentences = [f"Of use only with all the others built: {'; '.join(later)}."] if later else []
    sentences += [f"Adds nothing, not even with all the others built: {'; '.join(never)}."] if never else []
    return [*([useful] if body else []), *([Note(" ".join(sentences))] if sentences else [])]


def _segments(result: Projects) -> Table:
    trials = {} if result.trials is None else {row.step: row for row in rows(result.trials)}

    def likely(row: Any) -> str:
        trial = trials[row.step]
        return f"{millions(trial.gain_p5_t)} to {millions(trial.gain_p95_t)}"

    return table(
        rows(result.curve),
        number("Step", "step"),
        words("Built next", lambda row: capital(_built(row.names, row.times)), wide=4),
        number("Cost", lambda row: amount(row.cost_usd / 1e6), "million USD"),
        number("Spent so far", lambda row: amount(round(row.total_usd / 1e6)), "million USD"),
        number("Adds", lambda row: signed(row.gain_t), "Mt"),
        megatonnes("Fits then", "t"),
        number("USD a yearly t", _usd_per_t),
        number("Best next one", lambda row: percent(trials[row.step].best), "trials") if trials else None,
        number("Likely adds", likely, "Mt") if trials else None,
        caption="The cost curve: always the project of most tonnes for a dollar",
    )


def _note(result: Projects) -> str:
    parts = [
        "Each figure is the difference between solved models. No limit is lifted but by what is built.",
        "Alone: the project built once and nothing else, if each market grows to its limit and if all grow alike.",
        "In order: what it adds after the steps before it. Left out: the loss if all but this project are built.",
        f"The amount {FITS[result.measure]}, in {'tonnes of cargo' if result.unit == 'net t/year' else 'port tonnes'}."
        if result.unit != "t/year"
        else f"The amount {FITS[result.measure]}.",
        f"No market falls below {amount(result.floor)} times its base year.",
        f"Building ends where nothing adds {amount(result.least_t, 't')} a year, or a project has been built as often"
        " as it can be.",
        "A later step may be cheaper for a tonne than one before it, on which it stands.",
        "Costs are the whole outlay in prices of their year, not a yearly sum.",
    ]
    assumed = int((result.table["basis"] == "assumed").sum())
    if assumed:
        parts.append(f"{assumed} of {len(result.table)} costs, marked *, are assumed.")
    if len(result.unpriced):
        parts.append(f"No project of the case lifts these limits: {'; '.join(result.unpriced['name'])}.")
    if result.trials is not None:
        parts.append(
            f"Of {result.draws} trials of all uncertain numbers and costs, {result.possible} can carry the base year;"
            " in these the same steps are taken, and each step is compared with all that could be built instead."
            " “Likely adds” holds nine trials of ten."
        )
    return " ".join(parts)
