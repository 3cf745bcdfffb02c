"""The page of projects: each alone, after the best ones before it, and all together; and the cost curve."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from corridor.model.language import Words, marked, numeral, say
from corridor.model.result.frame import rows
from corridor.model.result.projects import COMES, MEASURES, Projects
from corridor.model.units import amount
from corridor.reports.blocks import Block, Column, Figure, Heading, Note, Paragraph, Strong, Table, amounts, figure
from corridor.reports.charts.projects import Item, drawn_segments, projects_figure
from corridor.reports.say.cited import cited
from corridor.reports.say.columns import megatonnes, number, table, words
from corridor.reports.say.words import capital, listed, millions, mt, percent, signed

FITS = Words(
    {
        "capability": "fits if each grows to its limit",
        "concurrent": "fits if all grow alike",
        "expected": "comes at these prices and times",
    }
)
NAMED = 3
"""The most projects that a sentence names as needed by another."""
NOTHING = marked("nothing")
KT = 1e3
"""Tonnes."""
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
        return say("No project adds {least_t} a year", least_t=amount(result.least_t, "t"))
    assert result.bulk_step is not None
    return say(
        "{spent} buys {bulk_step} a year more",
        spent=_spent(result, result.bulk_step),
        bulk_step=mt(result.gain_t(result.bulk_step)),
    )


def _spent(result: Projects, step: int) -> str:
    return _money(float(result.curve["total_usd"].iloc[step - 1]))


def _lead(result: Projects) -> tuple[str | Strong, ...]:
    fits = FITS[result.measure]
    base, together = result.base_t[result.measure], result.together_t[result.measure]
    cargo = say(" of {scope_name}", scope_name=result.scope_name) if result.scope_name else ""
    parts: list[str | Strong] = [say("As it is, {base}{cargo} {fits}. ", base=mt(base), cargo=cargo, fits=fits)]
    if len(result.curve):
        first = [_label(row) for row in rows(result.curve)][:3]
        parts.append(Strong(say("Most tonnes for the money: {first}.", first=say("; then ").join(first))))
        parts.append(
            say(
                " Step by step up to {built_t}, for {built_usd}.",
                built_t=mt(result.built_t[result.measure]),
                built_usd=_money(result.built_usd),
            )
        )
    if result.target_t is not None:
        parts.append(_target(result))
    everything = say("Everything built, each project as often as it can be")
    parts.append(
        say(
            " {everything}, costs {together_usd} and lets {together} through.",
            everything=everything,
            together_usd=_money(result.together_usd),
            together=mt(together),
        )
        if result.measure != COMES
        else say(
            " {everything}, costs {together_usd}, and {together} come.",
            everything=everything,
            together_usd=_money(result.together_usd),
            together=mt(together),
        )
    )
    if COMES in result.base_t and result.measure != COMES:
        parts.append(_brings(result))
    return tuple(parts)


def _brings(result: Projects) -> str:
    """The project that brings most cargo, and the cargo that all of them bring."""
    base, together = result.base_t[COMES], result.together_t[COMES]
    alone, everything = result.table["expected_t"], _kt(together - base)
    come = say(" At these prices and times {base} a year come.", base=mt(base))
    if not (alone >= KT).any():
        return say(
            "{come} No project alone brings a thousand tonnes. Everything built: {kt} kt.", come=come, kt=everything
        )
    row = result.table.iloc[int(alone.argmax())]
    return say(
        "{come} Of the projects alone, most cargo is brought by: {name}, {most} kt. Everything built: {kt} kt.",
        come=come,
        name=row["name"],
        most=_kt(alone.max()),
        kt=everything,
    )


def _target(result: Projects) -> str:
    """The step at which a target is reached, or that it is not."""
    assert result.target_t is not None
    wanted = say(" The target of {target_t}", target_t=mt(result.target_t)) + (
        say(" in {target_year}", target_year=result.target_year) if result.target_year else ""
    )
    step = result.target_step
    if not step:
        return (
            say("{wanted} fits as it is.", wanted=wanted)
            if step == 0
            else say("{wanted} does not fit after any step.", wanted=wanted)
        )
    return say("{wanted} fits after step {step}, for {spent}.", wanted=wanted, step=step, spent=_spent(result, step))


def _money(usd: float) -> str:
    return say("{usd} million USD", usd=amount(round(usd / 1e6) if usd >= 100000000.0 else usd / 1e6))


def _label(row: Any) -> str:
    """A segment in words: ``3 × tanker, 42 million USD: +1.90 Mt``."""
    return say(
        "{names}, {cost_usd}: {gain_t} Mt",
        names=_built(row.names, row.times),
        cost_usd=_money(row.cost_usd),
        gain_t=signed(row.gain_t),
    )


def _built(names: Sequence[str], times: Sequence[int]) -> str:
    return say(" with ").join(f"{n} × {name}" if n > 1 else name for name, n in zip(names, times, strict=True))


def curve(result: Projects) -> list[Block]:
    """The cost curve with its numbers; nothing where nothing is built."""
    count = drawn_segments(result)
    if not count:
        return []
    assert result.bulk_step is not None
    shown, rest = result.curve.head(count), result.curve.iloc[count:]
    items = [Item(_built(row.names, row.times), amount(row.cost_usd / 1e6), signed(row.gain_t)) for row in rows(shown)]
    facts = {"spent": _spent(result, result.bulk_step), "bulk_step": mt(result.gain_t(result.bulk_step))}
    comes = result.measure == COMES
    title = (
        say("For {spent} {bulk_step} a year more come", **facts)
        if comes
        else say("For {spent} {bulk_step} a year more fit", **facts)
    )
    caption = say("The amount that {fits}; most tonnes for a dollar first.", fits=FITS[result.measure])
    if len(rest):
        caption += say(" Not drawn: {label}.", label=listed([_label(row) for row in rows(rest)]))
    first = "; ".join(_label(row) for row in rows(shown.head(3)))
    last = say(
        "all {count} steps, {spent}: {t}", count=count, spent=_spent(result, count), t=mt(float(shown.iloc[-1]["t"]))
    )
    alt = say(
        "{title}. From {base_t}: {first}; {last}.",
        title=title,
        base_t=mt(result.base_t[result.measure]),
        first=first,
        last=last,
    )
    unit = say("Mt of cargo") if result.unit == "net t/year" else say("Mt")
    return [
        figure(
            projects_figure,
            result,
            items,
            title=title,
            caption=caption,
            alt=alt,
            name="projects",
            subtitle=(
                say("{unit} a year that come, by million USD spent", unit=unit)
                if comes
                else say("{unit} a year that fit, by million USD spent", unit=unit)
            ),
            numbers=_segments(result),
            sources=cited(result.case, "project", map(str, result.table["project"]), "cost_usd"),
        )
    ]


def _table(result: Projects) -> Table:
    measured = list(MEASURES) if result.measure != "concurrent" else list(MEASURES)[::-1]
    heads = {"capability": say("Alone, each grows"), "concurrent": say("Alone, all alike")}
    return table(
        rows(result.table),
        words(say("Project"), "name", wide=3),
        number(say("Cost"), lambda row: amount(row.cost_usd / 1e6), say("million USD")),
        *(number(heads[name], _gain(f"{name}_t"), say("Mt"), main=name == measured[0]) for name in measured),
        number(say("Brings"), lambda row: _kt(row.expected_t), say("kt")) if COMES in result.base_t else None,
        number(say("USD a yearly t"), _usd_per_t),
        number(say("In order"), lambda row: _plus(row.after_t) + f" ({row.taken} ×)" * (row.taken > 1), say("Mt")),
        number(
            say("Left out"),
            lambda row: say(NOTHING) if row.left_out_t < 0.5e4 else f"−{signed(row.left_out_t)[1:]}",
            say("Mt"),
        ),
        caption=say("Each project alone, in the order of the cost curve, and left out"),
        paper=True,
    )


def _gain(name: str) -> Callable[[Any], str]:
    return lambda row: _plus(getattr(row, name))


def _usd_per_t(row: Any) -> str:
    return "–" if math.isnan(row.usd_per_t) else amount(round(row.usd_per_t))


def _plus(gain: float) -> str:
    return say(NOTHING) if gain < 0.5e4 else signed(gain)


def _kt(t: float) -> str:
    """Cargo that comes more, in thousand tonnes."""
    if math.isnan(t):
        return "–"
    return say(NOTHING) if abs(t) < 0.05 * KT else numeral(t / KT, "+,.1f").replace("-", "−")


def _costs(result: Projects) -> Table:
    columns = (
        Column(say("Project"), wide=3),
        *amounts(say("million USD"), say("Cost"), say("Range")),
        *amounts("", say("Price of"), say("Times at most")),
        Column(say("Who pays"), wide=2),
        Column(say("Ready"), wide=1.6),
    )
    body = []
    for row in rows(result.table):
        ends = [amount(end / 1e6) for end in (row.low_usd, row.high_usd)]
        span = (
            say("not stated")
            if math.isnan(row.low_usd)
            else ends[0]
            if ends[0] == ends[1]
            else say("{low} to {high}", low=ends[0], high=ends[1])
        )
        cost = amount(row.cost_usd / 1e6) + (ASSUMED if row.basis == "assumed" else "")
        cells = (row.name, cost, span, row.price_year or say("not stated"), str(row.at_most))
        told = (result.case.words(text) if text else say("not stated") for text in (row.pays, row.ready))
        body.append((*cells, *told))
    return Table(
        columns, tuple(body), caption=say("What they cost, in prices of which year, who pays, and when"), paper=True
    )


def _zeros(result: Projects) -> list[Block]:
    """Projects that gain nothing alone: a table of those that others make useful, and a note on the rest."""
    names = dict(zip(result.table["project"], result.table["name"], strict=True))
    idle = [row for row in rows(result.table) if getattr(row, f"{result.measure}_t") < result.least_t]
    body = []
    for row in idle:
        if row.taken and row.after_t >= result.least_t:
            waits = [names[each] for each in dict.fromkeys((*row.needs, *row.with_others))]
            there = "; ".join(waits) if 0 < len(waits) <= NAMED else say("the steps before it")
            body.append((row.name, signed(row.after_t), there))
    columns = (
        Column(say("Project"), wide=3),
        Column(say("Adds"), say("Mt"), right=True),
        Column(say("Once there is"), wide=5),
    )
    useful = Table(columns, tuple(body), caption=say("Nothing alone, but of use after others"))
    later = [row.name for row in idle if not row.taken and row.left_out_t >= result.least_t]
    never = [row.name for row in idle if not row.taken and row.left_out_t < result.least_t]
    sentences = [say("Of use only with all the others built: {later}.", later="; ".join(later))] if later else []
    sentences += (
        [say("Adds nothing, not even with all the others built: {never}.", never="; ".join(never))] if never else []
    )
    return [*([useful] if body else []), *([Note(" ".join(sentences))] if sentences else [])]


def _segments(result: Projects) -> Table:
    trials = {} if result.trials is None else {row.step: row for row in rows(result.trials)}
    come = result.base_t.get(COMES, math.nan)

    def likely(row: Any) -> str:
        trial = trials[row.step]
        return say(
            "{gain_p5_t} to {gain_p95_t}", gain_p5_t=millions(trial.gain_p5_t), gain_p95_t=millions(trial.gain_p95_t)
        )

    return table(
        rows(result.curve),
        number(say("Step"), "step"),
        words(say("Built next"), lambda row: capital(_built(row.names, row.times)), wide=4),
        number(say("Cost"), lambda row: amount(row.cost_usd / 1e6), say("million USD")),
        number(say("Spent so far"), lambda row: amount(round(row.total_usd / 1e6)), say("million USD")),
        number(say("Adds"), lambda row: signed(row.gain_t), say("Mt"), main=True),
        megatonnes(say("Fits then") if result.measure != COMES else say("Comes then"), "t"),
        number(say("Brings so far"), lambda row: _kt(row.expected_t - come), say("kt"))
        if COMES in result.base_t
        else None,
        number(say("USD a yearly t"), _usd_per_t),
        number(say("Best next one"), lambda row: percent(trials[row.step].best), say("trials")) if trials else None,
        number(say("Likely adds"), likely, say("Mt")) if trials else None,
        caption=say("The cost curve: always the project of most tonnes for a dollar"),
    )


def _note(result: Projects) -> str:
    fits = FITS[result.measure]
    parts = [
        say("Each figure is the difference between solved models. No limit is lifted but by what is built."),
        say("Alone: the project built once and nothing else, if each market grows to its limit and if all grow alike."),
        say("In order: what it adds after the steps before it. Left out: the loss if all but this project are built."),
        say("The amount {fits}.", fits=fits)
        if result.unit == "t/year"
        else say("The amount {fits}, in tonnes of cargo.", fits=fits)
        if result.unit == "net t/year"
        else say("The amount {fits}, in port tonnes.", fits=fits),
        say("No market falls below {floor} times its base year.", floor=amount(result.floor)),
        say(
            "Building ends where nothing adds {least_t} a year, or a project has been built as often as it can be.",
            least_t=amount(result.least_t, "t"),
        ),
        say("A later step may be cheaper for a tonne than one before it, on which it stands."),
        say("Costs are the whole outlay in prices of their year, not a yearly sum."),
    ]
    if COMES in result.base_t:
        parts.append(say("Brings: more of the cargo that comes at these prices, times and reliability."))
    assumed = int((result.table["basis"] == "assumed").sum())
    if assumed:
        parts.append(
            say("{assumed} of {count} costs, marked *, are assumed.", assumed=assumed, count=len(result.table))
        )
    if len(result.unpriced):
        parts.append(say("No project of the case lifts these limits: {name}.", name="; ".join(result.unpriced["name"])))
    if result.trials is not None:
        parts.append(
            say(
                "Of {draws} trials of all uncertain numbers and costs, {possible} can carry the base"
                " year; in these the same steps are taken, and each step is compared with all that could"
                " be built instead. “Likely adds” holds nine trials of ten.",
                draws=result.draws,
                possible=result.possible,
            )
        )
    return " ".join(parts)
