"""The page of the band: the ranges of the measures, the limits that come first, and the drivers of the ranges."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from corridor.model.language import marked, say
from corridor.model.result.band import DRIVEN, Band, Swing
from corridor.model.result.frame import rows
from corridor.reports.blocks import Bar, Block, Column, Figure, Heading, Note, Paragraph, Strong, Table, amounts, figure
from corridor.reports.charts.bands import BASIS_SAID, band_figure, tornado_figure
from corridor.reports.numbers import few
from corridor.reports.say.columns import megatonnes, number, table, words
from corridor.reports.say.limits import name_of_kind
from corridor.reports.say.words import MEASURES, READER, SHORT, capital, listed, millions, mt, percent

MOST_DRIVERS = MOST_FIRSTS = 10
NO_RANGE = marked("In none of the trials does the cargo of the base year fit, so they give no range.")
TOLD = ("capability", "concurrent")
"""Measures that are taken apart, in the order of the page."""


def page(band: Band, *, short: bool = False) -> list[Block]:
    """The ranges, what comes first how often, and the drivers; the last only where there were trials enough."""
    lead, *rest = sentences(band)
    blocks: list[Block] = [
        Heading(say("How sure")),
        Paragraph((Strong(lead), *(f" {sentence}" for sentence in rest))),
        Paragraph((f"{_trials(band)} {_possible(band)}",)),
        *_ranges(band, short=short),
        *_first(band),
    ]
    if band.enough:
        return blocks + _drivers(band, short=short)
    return blocks + [Note(text) for text in (too_few(band),) if text]


def sentences(band: Band) -> list[str]:
    """The headline: T, C and H as 5, 50 and 95 %, the share of assumed numbers, and the first limit."""
    if not band.possible:
        return [say(NO_RANGE)]
    ranges = [f"{_range(band, measure)} {READER[measure]}" for measure in (*TOLD, "handled")]
    made = [say("From 5 to 95 % of the possible trials (the middle one in brackets): {ranges}.", ranges=listed(ranges))]
    known = [measure for measure in TOLD if math.isfinite(band.assumed.get(measure, math.nan))]
    if known:
        shares = [
            say("{assumed} of the range of “{short}”", assumed=percent(band.assumed[measure]), short=SHORT[measure])
            for measure in known
        ]
        partly = listed([percent(band.partly[measure]) for measure in known])
        told = {"shares": capital(listed(shares)), "partly": partly}
        made.append(
            say("{shares} rest on numbers assumed outright; {partly} with those assumed in part.", **told)
            if len(known) > 1
            else say("{shares} rests on numbers assumed outright; {partly} with those assumed in part.", **told)
        )
    return [*made, _comes_first(band)] if _most_first(band) else made


def line(band: Band, study: str) -> str:
    """The band of a study's measure in one line, with the share of it that rests on assumed numbers."""
    if not band.possible:
        return say(NO_RANGE)
    measure = study if study in MEASURES and study != "free" else "capability"
    low, _, high = band.quantile(measure)
    made = say(
        "{measures}, from 5 to 95 % of the possible trials: {low:,.1f} to {high}",
        measures=MEASURES[measure][0],
        low=low / 1e6,
        high=mt(high),
    )
    share = band.assumed.get(measure, math.nan)
    if math.isfinite(share):
        partly = percent(band.partly[measure])
        made += say(
            "; {share} of the range rests on numbers assumed outright, {partly} with those assumed in part",
            share=percent(share),
            partly=partly,
        )
        return f"{made}. {_comes_first(band, again=True)}" if _most_first(band) else f"{made}."
    if measure in DRIVEN and too_few(band):
        return say("{made}; how much of it rests on assumed numbers needs more trials.", made=made)
    return f"{made}."


def too_few(band: Band) -> str:
    """The number of trials that the drivers need; empty where there were enough or no driver."""
    if band.enough or not len(band.drivers):
        return ""
    made = say(
        "The drivers of the band, and how much of it rests on assumed numbers, need at least"
        " {needed:,} possible trials for {count} drivers; there are {possible:,}.",
        needed=band.needed,
        count=len(band.drivers),
        possible=band.possible,
    )
    if not band.possible:
        return made
    in_all = math.ceil(1.1 * band.needed * band.draws / band.possible / 100) * 100
    return say("{made} Some {in_all:,} trials in all would do.", made=made, in_all=in_all)


def _range(band: Band, measure: str) -> str:
    low, middle, high = band.quantile(measure, "possible")
    return (
        mt(middle)
        if mt(low) == mt(high)
        else say("{low:,.1f} to {high} ({middle:,.1f})", low=low / 1e6, high=mt(high), middle=middle / 1e6)
    )


def _most_first(band: Band) -> tuple[str, float] | None:
    """The kind of limit that comes first most often, and its share; None where none does."""
    return next(iter(band.kinds.items())) if band.kinds and band.possible else None


def _comes_first(band: Band, *, again: bool = False) -> str:
    """The sentence on the kind that comes first most often; ``again`` where the trials were named before."""
    first = _most_first(band)
    assert first is not None
    kind, share = first
    said = {
        "begins": band.phrases.get(kind)
        or (say("The nameplate comes") if kind == "gate" else say("{kind} comes", kind=capital(kind))),
        "share": percent(share),
    }
    if again:
        return say("{begins} first in {share} of them.", **said)
    return say("{begins} first in {share} of the possible trials.", **said)


def _trials(band: Band) -> str:
    """The meaning of a trial, its distribution and its seed."""
    if not band.inputs:
        return say("No number of the case has a range, so every trial is the stated one.")
    numbers = (
        say("uncertain capacities, uses by others and ceilings") if band.capacities_only else say("uncertain numbers")
    )
    drivers = len(band.drivers)
    moved = (
        say("; numbers with one driver move together ({drivers} drivers)", drivers=drivers)
        if drivers < band.inputs
        else ""
    )
    more = (
        say(" The cargo that comes takes {choosing} more, by which shippers choose.", choosing=band.choosing)
        if band.choosing
        else ""
    )
    return say(
        "A trial takes {inputs} {numbers} at once, each from a triangle from its low to its high"
        " end with its top at the stated value{moved}.{more} Seed {seed}.",
        inputs=band.inputs,
        numbers=numbers,
        moved=moved,
        more=more,
        seed=band.seed,
    )


def _possible(band: Band) -> str:
    """The number of trials that count, and the reason why the others do not."""
    if band.possible == band.draws:
        return say("In all {draws:,} trials the cargo of the base year fits.", draws=band.draws)
    rest = band.draws - band.possible
    others = say("The other {rest:,} contradict", rest=rest) if rest > 1 else say("The other one contradicts")
    return say(
        "In {possible:,} of {draws:,} trials the cargo of the base year fits: these are possible."
        " {others} what happened.",
        possible=band.possible,
        draws=band.draws,
        others=others,
    )


def _ranges(band: Band, *, short: bool) -> list[Block]:
    title = say("From 5 to 95 % of the trials")
    shown = table(
        [row for row in rows(band.quantiles) if not math.isnan(row.p50)],
        words(say("Measure"), lambda row: MEASURES[row.measure][0], wide=2),
        words(say("Trials"), lambda row: _of(row.of)),
        megatonnes("5 %", "p5"),
        megatonnes("50 %", "p50"),
        megatonnes("95 %", "p95"),
        megatonnes(say("Stated"), "stated"),
        number(say("Trials above it"), lambda row: percent(row.above)),
        caption=title if short else "",
        small=True,
    )
    if not shown.rows:
        return []
    finding = _finding(band) or title
    alt = f"{finding}. {' '.join(sentences(band))}"
    caption = say(
        "Thick: trials in which the cargo of the base year fits. Thin: all trials. Figures: 5, 50"
        " and 95 %. The stated value need not lie in the middle: a trial is held by whichever"
        " limit it makes the lowest."
    )
    name, subtitle = "range", say("Mt a year by measure")
    return [
        figure(band_figure, band, title=finding, alt=alt, caption=caption, name=name, subtitle=subtitle, numbers=shown),
        shown,
    ]


def _of(trials: str) -> str:
    """The trials that a row of the ranges is of."""
    return {"possible": say("possible", about="trials"), "all": say("all", about="trials")}[trials]


def _finding(band: Band) -> str:
    """The range of what fits if each market grows, as a title; empty without possible trials."""
    if not band.possible:
        return ""
    low, _, high = band.quantile("capability", "possible")
    return say("In nine of ten trials {low} to {high} Mt fit", low=few(low, 1), high=few(high, 1))


def _first(band: Band) -> list[Block]:
    frame = band.first[(band.first["share"] > 0) | (band.first["share_all"] > 0)].head(MOST_FIRSTS)
    if not len(frame):
        return []
    shown = table(
        rows(frame),
        words(say("Limit"), lambda row: capital(row.name), wide=3),
        words(say("Where"), lambda row: name_of_kind(row.kind)),
        number(say("Possible trials"), lambda row: share_said(row.share) if band.possible else "–"),
        number(say("All trials"), lambda row: share_said(row.share_all)),
        caption=say("The limit that comes first, and how often"),
        bars=tuple(Bar(min(1.0, float(row.share))) for row in rows(frame)),
        bar_title=say("Share of the possible trials"),
        paper=True,
    )
    return [shown, Note(say("Limits that come first together count each."))]


def _drivers(band: Band, *, short: bool) -> list[Block]:
    swings = {measure: band.swings(measure) for measure in TOLD}
    shown = {measure: [swing for swing in those if swing.moves][:MOST_DRIVERS] for measure, those in swings.items()}
    shown = {measure: those for measure, those in shown.items() if those}
    blocks: list[Block] = [_tornado(shown["capability"])] if "capability" in shown else []
    blocks += _alone(band, swings, most=MOST_DRIVERS if short else len(band.drivers))
    r2 = [
        say("{r2:.2f} for “{short}”", r2=band.r2[measure], short=SHORT[measure])
        for measure in DRIVEN
        if math.isfinite(band.r2.get(measure, math.nan))
    ]
    note = say(
        "R² is {r2}: so much of the variance (of ranks) the drivers explain one by one; the rest"
        " is how they act together. The shares that rest on assumed numbers are of what is"
        " explained.",
        r2=listed(r2),
    )
    return blocks + ([Note(note)] if r2 else []) + _next(band)


def _span(swings: Sequence[Swing]) -> float:
    return max(swing.ends[1] for swing in swings) - min(swing.ends[0] for swing in swings)


def _tornado(swings: Sequence[Swing]) -> Figure:
    """The effect of each cause alone on what fits if each market grows to its limit."""
    low, high = swings[0].ends
    title = say("{name}: {low} to {high} Mt", name=capital(swings[0].name), low=few(low, 1), high=few(high, 1))
    others = "; ".join(
        say("{name} {ends} to {ends2}", name=swing.name, ends=millions(swing.ends[0]), ends2=millions(swing.ends[1]))
        for swing in swings[1:3]
    )
    lines = tuple((capital(swing.name), BASIS_SAID[swing.basis], *_cells(swing)) for swing in swings)
    columns = (
        Column(say("Cause"), wide=3),
        Column(say("Basis")),
        *amounts(say("Mt"), say("Low"), say("High")),
        Column(say("Share"), right=True),
    )
    return figure(
        tornado_figure,
        swings,
        _span(swings),
        title=title,
        caption=(
            say(
                "Each cause at its 5 and its 95 %, all others as stated. Filled: all its numbers are"
                " sourced; hollow: all are assumed."
            )
        ),
        alt=f"{title}. {others}.",
        name="causes",
        subtitle=say("Mt a year, {capability}, one cause alone", capability=READER["capability"]),
        numbers=Table(columns, lines),
    )


def _alone(band: Band, swings: Mapping[str, Sequence[Swing]], most: int) -> list[Block]:
    """The effect of each driver on both measures, in the order of what to measure next."""
    by_name = {measure: {swing.name: swing for swing in those} for measure, those in swings.items()}
    names = [name for name in band.drivers["name"] if any(name in those for those in by_name.values())]
    if not names:
        return []
    lines = []
    for name in names[:most]:
        known = [those.get(name) for those in by_name.values()]
        basis = next(swing.basis for swing in known if swing is not None)
        lines.append((capital(str(name)), BASIS_SAID[basis], *(cell for swing in known for cell in _cells(swing))))
    columns = [
        Column(f"{SHORT[measure]}: {head}", unit, right=True)
        for measure in by_name
        for head, unit in ((say("low"), say("Mt")), (say("high"), say("Mt")), (say("share"), ""))
    ]
    alone = Table(
        (Column(say("Driver"), wide=3), Column(say("Basis")), *columns),
        tuple(lines),
        say("One driver alone"),
        small=True,
    )
    note = say("Low and high: the measure with the driver at its 5 and 95 %. Share: of its variance.")
    more = say(" {count} more drivers are in the JSON.", count=len(names) - most) if len(names) > most else ""
    return [alone, Note(note + more)]


def _cells(swing: Swing | None) -> tuple[str, str, str]:
    if swing is None:
        return "–", "–", "–"
    return millions(swing.low_t), millions(swing.high_t), share_said(swing.share)


def _next(band: Band) -> list[Block]:
    frame = band.drivers
    frame = frame[(frame["c_narrows"] > 0) | (frame["t_narrows"] > 0)].head(MOST_DRIVERS)
    if not len(frame):
        return []
    shares = [
        number(f"{SHORT[measure]}: {head}", _share_of(f"{DRIVEN[measure]}_{part}"))
        for measure in TOLD
        for head, part in ((say("it alone"), "narrows"), (say("with all above"), "together"))
    ]
    shown = table(
        rows(frame.assign(rank=range(1, len(frame) + 1))),
        number("", "rank"),
        words(say("Driver"), lambda row: capital(row.name), wide=3),
        words(
            say("Who could know it"), lambda row: band.case.words(row.who) if row.who else say("not known"), wide=2.4
        ),
        words(say("Basis"), lambda row: BASIS_SAID[row.basis]),
        *shares,
        caption=say("What to measure next: how much of the spread would vanish if it were known"),
        paper=True,
    )
    note = say(
        "Spread: the standard deviation over the possible trials. With all above: at least so"
        " much would vanish if this driver and all those above it were known."
    )
    return [shown, Note(note)]


def _share_of(name: str) -> Callable[[Any], str]:
    return lambda row: share_said(getattr(row, name))


def share_said(share: float) -> str:
    """A share of variance or spread; a share too small to tell from nothing is ``under 1 %``.

    >>> share_said(0.124), share_said(0.001), share_said(-0.01), share_said(float("nan"))
    ('12\xa0%', 'under 1\xa0%', 'under 1\xa0%', '–')
    """
    return say("under 1\u00a0%") if share < 0.01 else percent(share)
