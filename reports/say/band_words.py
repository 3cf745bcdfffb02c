"""How sure an answer is, and how it held against what happened, in words: the same on a terminal and in a report."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from corridor.model.result.band import Band
from corridor.model.result.frame import rows
from corridor.reports.say.words import MEASURES, READER, SHORT, capital, listed, millions, mt, percent

LETTERS = {"handled": "H", "concurrent": "C", "capability": "T"}
DRIVEN = {"concurrent": "c", "capability": "t"}
"""Measures that are taken apart by driver, and how their columns begin."""
OF = {"possible": "possible trials", "all": "all trials"}
MOST_DRIVERS = 10
NOTHING_HAPPENED = "In none of the trials does the cargo of the base year fit, so they give no range."


def comes(band: Band, kind: str) -> str:
    """The beginning of a sentence on the kind of limit that comes first."""
    return band.phrases.get(kind) or ("The nameplate comes" if kind == "gate" else f"{capital(kind)} comes")


def drawn_said(band: Band) -> str:
    """What a trial is, from what distribution, and by what seed."""
    if not band.inputs:
        return "No number of the case has a range, so every trial is the stated one."
    what = "uncertain capacities, uses by others and ceilings" if band.capacities_only else "uncertain numbers"
    drivers = len(band.drivers)
    moved = f"; numbers with one driver move together ({drivers} drivers)" if drivers < band.inputs else ""
    return (
        f"A trial takes {band.inputs} {what} at once, each from a triangle from its low to its high end with its top at"
        f" the stated value{moved}. Seed {band.seed}."
    )


def possible_said(band: Band) -> str:
    """How many draws count, and why the others do not."""
    if band.possible == band.draws:
        return f"In all {band.draws:,} trials the cargo of the base year fits."
    rest = band.draws - band.possible
    others = f"The other {rest:,} contradict" if rest > 1 else "The other one contradicts"
    return (
        f"In {band.possible:,} of {band.draws:,} trials the cargo of the base year fits: these are possible. {others}"
        " what happened."
    )


def told(band: Band) -> bool:
    """Whether there were draws enough to say what drives the band."""
    return any(math.isfinite(band.r2.get(measure, math.nan)) for measure in DRIVEN)


def too_few_said(band: Band) -> str:
    """How many draws it takes to say what drives the band; nothing where they were enough or nothing drives it."""
    if told(band) or not len(band.drivers):
        return ""
    needed = band.needed
    said = (
        f"What drives the band, and how much of it rests on assumed numbers, needs at least {needed:,} possible trials"
        f" for {len(band.drivers)} drivers; there are {band.possible:,}."
    )
    if not band.possible:
        return said
    in_all = math.ceil(1.1 * needed * band.draws / band.possible / 100) * 100
    return f"{said} Some {in_all:,} trials in all would do."


def _range(band: Band, measure: str, of: str) -> str:
    low, middle, high = band.quantile(measure, of)
    if mt(low) == mt(high):
        return mt(middle)
    return f"{low / 1e6:,.1f} to {mt(high)} ({middle / 1e6:,.1f})"


def band_sentences(band: Band) -> list[str]:
    """The headline: T, C and H as 5, 50 and 95 per cent, the share of assumed numbers, and what comes first."""
    if not band.possible:
        return [NOTHING_HAPPENED]
    each = [
        f"{_range(band, measure, 'possible')} {READER[measure]}" for measure in ("capability", "concurrent", "handled")
    ]
    said = [f"From 5 to 95 per cent of the possible trials (the middle one in brackets): {listed(each)}."]
    rests = [
        (f"“{SHORT[measure]}”", percent(band.assumed[measure]), percent(band.partly[measure]))
        for measure in ("capability", "concurrent")
        if math.isfinite(band.assumed.get(measure, math.nan))
    ]
    if rests:
        shares = listed([f"{outright} of the range of {letter}" for letter, outright, _ in rests])
        partly = listed([part for _, _, part in rests])
        verb = "rest" if len(rests) > 1 else "rests"
        said.append(f"{capital(shares)} {verb} on numbers assumed outright; {partly} with those assumed in part.")
    first = first_said(band)
    return [*said, f"{first}."] if first else said


def first_said(band: Band) -> str:
    """How often the most frequent kind of limit comes first; nothing where none does."""
    kinds = band.kinds
    if not kinds or not band.possible:
        return ""
    kind, share = next(iter(kinds.items()))
    return f"{comes(band, kind)} first in {percent(share)} of the possible trials"


def band_line(band: Band, study: str) -> str:
    """The band of a study's measure in one line, with the share of it that rests on assumed numbers."""
    if not band.possible:
        return NOTHING_HAPPENED
    measure = study if study in LETTERS else "capability"
    low, _, high = band.quantile(measure)
    said = f"{MEASURES[measure][0]}, from 5 to 95 per cent of the possible trials: {low / 1e6:,.1f} to {mt(high)}"
    share = band.assumed.get(measure, math.nan)
    if math.isfinite(share):
        partly = percent(band.partly[measure])
        said += (
            f"; {percent(share)} of the range rests on numbers assumed outright, {partly} with those assumed in part"
        )
        first = first_said(band).removesuffix(" of the possible trials")
        return f"{said}. {first} of them." if first else f"{said}."
    if measure in DRIVEN and too_few_said(band):
        return f"{said}; how much of it rests on assumed numbers needs more trials."
    return f"{said}."


def r2_said(band: Band) -> str:
    """How much of the variance the drivers explain one by one."""
    each = [
        f"{band.r2[measure]:.2f} for “{SHORT[measure]}”"
        for measure in DRIVEN
        if math.isfinite(band.r2.get(measure, math.nan))
    ]
    if not each:
        return ""
    return (
        f"R² is {listed(each)}: so much of the variance (of ranks) the drivers explain one by one; the rest is how they"
        " act together. The shares that rest on assumed numbers are of what is explained."
    )


def above(band: Band, measure: str, of: str, stated: float) -> float:
    """Share of the trials that lie above the stated value."""
    drawn = band.sample[band.sample["possible"]] if of == "possible" else band.sample
    return float((drawn[measure] > stated).mean()) if len(drawn) else math.nan


def quantile_rows(band: Band) -> list[tuple[str, ...]]:
    """Measure, trials, 5, 50 and 95 per cent, stated value, share of the trials above it; figures in Mt."""
    return [
        (
            MEASURES[row.measure][0],
            OF[row.of],
            millions(row.p5),
            millions(row.p50),
            millions(row.p95),
            millions(row.stated),
            percent(above(band, row.measure, row.of, row.stated)),
        )
        for row in rows(band.quantiles)
        if not math.isnan(row.p50)
    ]


@dataclass(frozen=True)
class Swing:
    """A measure with one driver alone at its 5 and 95 per cent, the others as stated; gate t."""

    name: str
    basis: str
    low_t: float
    high_t: float
    stated_t: float
    share: float

    @property
    def ends(self) -> tuple[float, float]:
        """From the least to the most that it makes of the stated value."""
        three = (self.low_t, self.high_t, self.stated_t)
        return min(three), max(three)

    @property
    def size_t(self) -> float:
        return self.ends[1] - self.ends[0]

    @property
    def moves(self) -> bool:
        """Whether the driver does anything at all: half a tonne is rounding."""
        return self.size_t > 0.5


def swings(band: Band, measure: str) -> list[Swing]:
    """The drivers whose swing is known, the greatest first."""
    begins = DRIVEN[measure]
    stated = float(band.quantiles.loc[band.quantiles["measure"] == measure, "stated"].iloc[0])
    found = [
        Swing(str(name), str(basis), float(low), float(high), stated, float(share))
        for name, basis, low, high, share in band.drivers[
            ["name", "basis", f"{begins}_low", f"{begins}_high", f"{begins}_share"]
        ].itertuples(index=False)
        if math.isfinite(low) and math.isfinite(high)
    ]
    return sorted(found, key=lambda each: -each.size_t)


def share_said(share: float) -> str:
    """A share of variance or spread; what is too small to tell from nothing says so.

    >>> share_said(0.124), share_said(0.001), share_said(-0.01), share_said(float("nan"))
    ('12\xa0%', 'under 1\xa0%', 'under 1\xa0%', '–')
    """
    return "under 1\u00a0%" if share < 0.01 else percent(share)


def to_measure(band: Band) -> list[tuple[str, ...]]:
    """What to measure next: rank, driver, who could know it, basis, then for T and C alone and with all above."""
    frame = band.drivers
    frame = frame[(frame["c_narrows"] > 0) | (frame["t_narrows"] > 0)].head(MOST_DRIVERS)
    return [
        (
            str(rank),
            capital(str(row.name)),
            str(row.who or "") or "not known",
            str(row.basis),
            *(share_said(each) for each in (row.t_narrows, row.t_together, row.c_narrows, row.c_together)),
        )
        for rank, row in enumerate(rows(frame), 1)
    ]


def firsts(band: Band) -> pd.DataFrame:
    """The first limits, the most frequent first; those of no draw are left out."""
    frame = band.first
    return frame[(frame["share"] > 0) | (frame["share_all"] > 0)]
