"""The page of the band: the ranges of the measures, the limits that come first, and the drivers of the ranges."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from corridor.model.result.band import DRIVEN, Band, Swing
from corridor.model.result.frame import rows
from corridor.reports.blocks import Bar, Block, Column, Figure, Heading, Note, Paragraph, Strong, Table, amounts, figure
from corridor.reports.charts.bands import band_figure, tornado_figure
from corridor.reports.numbers import few
from corridor.reports.say.columns import megatonnes, number, table, words
from corridor.reports.say.limits import name_of_kind
from corridor.reports.say.words import MEASURES, READER, SHORT, capital, listed, millions, mt, percent

MOST_DRIVERS = MOST_FIRSTS = 10
NO_RANGE = "In none of the trials does the cargo of the base year fit, so they give no range."
TOLD = ("capability", "concurrent")
"""Measures that are taken apart, in the order of the page."""


def page(band: Band, *, short: bool = False) -> list[Block]:
    """The ranges, what comes first how often, and the drivers; the last only where there were trials enough."""
    lead, *rest = sentences(band)
    blocks: list[Block] = [
        Heading("How sure"),
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
        return [NO_RANGE]
    ranges = [f"{_range(band, measure)} {READER[measure]}" for measure in (*TOLD, "handled")]
    made = [f"From 5 to 95 % of the possible trials (the middle one in brackets): {listed(ranges)}."]
    known = [measure for measure in TOLD if math.isfinite(band.assumed.get(measure, math.nan))]
    if known:
        shares = [f"{percent(band.assumed[measure])} of the range of “{SHORT[measure]}”" for measure in known]
        partly = listed([percent(band.partly[measure]) for measure in known])
        verb = "rest" if len(known) > 1 else "rests"
        made.append(
            f"{capital(listed(shares))} {verb} on numbers assumed outright; {partly} with those assumed in part."
        )
    first = _comes_first(band)
    return [*made, f"{first}."] if first else made


def line(band: Band, study: str) -> str:
    """The band of a study's measure in one line, with the share of it that rests on assumed numbers."""
    if not band.possible:
        return NO_RANGE
    measure = study if study in MEASURES and study != "free" else "capability"
    low, _, high = band.quantile(measure)
    made = f"{MEASURES[measure][0]}, from 5 to 95 % of the possible trials: {low / 1e6:,.1f} to {mt(high)}"
    share = band.assumed.get(measure, math.nan)
    if math.isfinite(share):
        partly = percent(band.partly[measure])
        made += (
            f"; {percent(share)} of the range rests on numbers assumed outright, {partly} with those assumed in part"
        )
        first = _comes_first(band).removesuffix(" of the possible trials")
        return f"{made}. {first} of them." if first else f"{made}."
    if measure in DRIVEN and too_few(band):
        return f"{made}; how much of it rests on assumed numbers needs more trials."
    return f"{made}."


def too_few(band: Band) -> str:
    """The number of trials that the drivers need; empty where there were enough or no driver."""
    if band.enough or not len(band.drivers):
        return ""
    made = (
        f"The drivers of the band, and how much of it rests on assumed numbers, need at least {band.needed:,} possible"
        f" trials for {len(band.drivers)} drivers; there are {band.possible:,}."
    )
    if not band.possible:
        return made
    in_all = math.ceil(1.1 * band.needed * band.draws / band.possible / 100) * 100
    return f"{made} Some {in_all:,} trials in all would do."


def _range(band: Band, measure: str) -> str:
    low, middle, high = band.quantile(measure, "possible")
    return mt(middle) if mt(low) == mt(high) else f"{low / 1e6:,.1f} to {mt(high)} ({middle / 1e6:,.1f})"


def _comes_first(band: Band) -> str:
    """The share in which the most frequent kind of limit comes first; empty where none does."""
    if not band.kinds or not band.possible:
        return ""
    kind, share = next(iter(band.kinds.items()))
    begins = band.phrases.get(kind) or ("The nameplate comes" if kind == "gate" else f"{capital(kind)} comes")
    return f"{begins} first in {percent(share)} of the possible trials"


def _trials(band: Band) -> str:
    """The meaning of a trial, its distribution and its seed."""
    if not band.inputs:
        return "No number of the case has a range, so every trial is the stated one."
    numbers = "uncertain capacities, uses by others and ceilings" if band.capacities_only else "uncertain numbers"
    drivers = len(band.drivers)
    moved = f"; numbers with one driver move together ({drivers} drivers)" if drivers < band.inputs else ""
    more = f" The cargo that comes takes {band.choosing} more, by which shippers choose." if band.choosing else ""
    return (
        f"A trial takes {band.inputs} {numbers} at once, each from a triangle from its low to its high end with its top"
        f" at the stated value{moved}.{more} Seed {band.seed}."
    )


def _possible(band: Band) -> str:
    """The number of trials that count, and the reason why the others do not."""
    if band.possible == band.draws:
        return f"In all {band.draws:,} trials the cargo of the base year fits."
    rest = band.draws - band.possible
    others = f"The other {rest:,} contradict" if rest > 1 else "The other one contradicts"
    return (
        f"In {band.possible:,} of {band.draws:,} trials the cargo of the base year fits: these are possible. {others}"
        " what happened."
    )


def _ranges(band: Band, *, short: bool) -> list[Block]:
    title = "From 5 to 95 % of the trials"
    shown = table(
        [row for row in rows(band.quantiles) if not math.isnan(row.p50)],
        words("Measure", lambda row: MEASURES[row.measure][0], wide=2),
        words("Trials", "of"),
        megatonnes("5 %", "p5"),
        megatonnes("50 %", "p50"),
        megatonnes("95 %", "p95"),
        megatonnes("Stated", "stated"),
        number("Trials above it", lambda row: percent(row.above)),
        caption=title if short else "",
        small=True,
    )
    if not shown.rows:
        return []
    finding = _finding(band) or title
    alt = f"{finding}. {' '.join(sentences(band))}"
    caption = (
        "Thick: trials in which the cargo of the base year fits. Thin: all trials. Figures: 5, 50 and 95 %."
        " The stated value need not lie in the middle: a trial is held by whichever limit it makes the lowest."
    )
    name, subtitle = "range", "Mt a year by measure"
    return [
        figure(band_figure, band, title=finding, alt=alt, caption=caption, name=name, subtitle=subtitle, numbers=shown),
        shown,
    ]


def _finding(band: Band) -> str:
    """The range of what fits if each market grows, as a title; empty without possible trials."""
    if not band.possible:
        return ""
    low, _, high = band.quantile("capability", "possible")
    return f"In nine of ten trials {few(low, 1)} to {few(high, 1)} Mt fit"


def _first(band: Band) -> list[Block]:
    frame = band.first[(band.first["share"] > 0) | (band.first["share_all"] > 0)].head(MOST_FIRSTS)
    if not len(frame):
        return []
    shown = table(
        rows(frame),
        words("Limit", lambda row: capital(row.name), wide=3),
        words("Where", lambda row: name_of_kind(row.kind)),
        number("Possible trials", lambda row: share_said(row.share) if band.possible else "–"),
        number("All trials", lambda row: share_said(row.share_all)),
        caption="The limit that comes first, and how often",
        bars=tuple(Bar(min(1.0, float(row.share))) for row in rows(frame)),
        bar_title="Share of the possible trials",
    )
    return [shown, Note("Limits that come first together count each.")]


def _drivers(band: Band, *, short: bool) -> list[Block]:
    swings = {measure: band.swings(measure) for measure in TOLD}
    shown = {measure: [swing for swing in those if swing.moves][:MOST_DRIVERS] for measure, those in swings.items()}
    shown = {measure: those for measure, those in shown.items() if those}
    blocks: list[Block] = [_tornado(shown["capability"])] if "capability" in shown else []
    blocks += _alone(band, swings, most=MOST_DRIVERS if short else len(band.drivers))
    r2 = [
        f"{band.r2[measure]:.2f} for “{SHORT[measure]}”"
        for measure in DRIVEN
        if math.isfinite(band.r2.get(measure, math.nan))
    ]
    note = (
        f"R² is {listed(r2)}: so much of the variance (of ranks) the drivers explain one by one; the rest is how they"
        " act together. The shares that rest on assumed numbers are of what is explained."
    )
    return blocks + ([Note(note)] if r2 else []) + _next(band)


def _span(swings: Sequence[Swing]) -> float:
    return max(swing.ends[1] for swing in swings) - min(swing.ends[0] for swing in swings)


def _tornado(swings: Sequence[Swing]) -> Figure:
    """The effect of each cause alone on what fits if each market grows to its limit."""
    low, high = swings[0].ends
    title = f"{capital(swings[0].name)}: {few(low, 1)} to {few(high, 1)} Mt"
    others = "; ".join(f"{swing.name} {millions(swing.ends[0])} to {millions(swing.ends[1])}" for swing in swings[1:3])
    lines = tuple((capital(swing.name), swing.basis, *_cells(swing)) for swing in swings)
    columns = (Column("Cause", wide=3), Column("Basis"), *amounts("Mt", "Low", "High"), Column("Share", right=True))
    return figure(
        tornado_figure,
        swings,
        _span(swings),
        title=title,
        caption=(
            "Each cause at its 5 and its 95 %, all others as stated. Filled: all its numbers are sourced; hollow: all"
            " are assumed."
        ),
        alt=f"{title}. {others}.",
        name="causes",
        subtitle=f"Mt a year, {READER['capability']}, one cause alone",
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
        lines.append((capital(str(name)), basis, *(cell for swing in known for cell in _cells(swing))))
    columns = [
        Column(f"{SHORT[measure]}: {head}", unit, right=True)
        for measure in by_name
        for head, unit in (("low", "Mt"), ("high", "Mt"), ("share", ""))
    ]
    alone = Table((Column("Driver", wide=3), Column("Basis"), *columns), tuple(lines), "One driver alone", small=True)
    note = "Low and high: the measure with the driver at its 5 and 95 %. Share: of its variance."
    more = f" {len(names) - most} more drivers are in the JSON." if len(names) > most else ""
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
        for head, part in (("it alone", "narrows"), ("with all above", "together"))
    ]
    shown = table(
        rows(frame.assign(rank=range(1, len(frame) + 1))),
        number("", "rank"),
        words("Driver", lambda row: capital(row.name), wide=3),
        words("Who could know it", lambda row: row.who or "not known", wide=2.4),
        words("Basis", "basis"),
        *shares,
        caption="What to measure next: how much of the spread would vanish if it were known",
    )
    note = (
        "Spread: the standard deviation over the possible trials. With all above: at least so much would vanish if this"
        " driver and all those above it were known."
    )
    return [shown, Note(note)]


def _share_of(name: str) -> Callable[[Any], str]:
    return lambda row: share_said(getattr(row, name))


def share_said(share: float) -> str:
    """A share of variance or spread; a share too small to tell from nothing is ``under 1 %``.

    >>> share_said(0.124), share_said(0.001), share_said(-0.01), share_said(float("nan"))
    ('12\xa0%', 'under 1\xa0%', 'under 1\xa0%', '–')
    """
    return "under 1\u00a0%" if share < 0.01 else percent(share)
