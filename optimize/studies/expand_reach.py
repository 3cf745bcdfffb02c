"""A target out of reach: the first year and path of it, the limits that are full then, and the price that brings it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from corridor.model.horizon import Floats
from corridor.model.language import numeral, say
from corridor.optimize.period.layout import KILO
from corridor.optimize.program.expansion import Frame
from corridor.optimize.proof.ledger import adds_of
from corridor.optimize.studies.expand_plan import MET, Terms
from corridor.optimize.studies.expand_worth import Worth

MOST = 3
"""Number of limits, and of markets, that are named."""
DEAREST = 1e5
"""USD per t: upper limit of a rebate that is sought."""
HALVINGS = 60
"""Steps of the search for a rebate, each of which halves its range."""
SEEN_KT = 1e-3
"""Kt, or thousand TEU: lower limit of what one step more of a limit brings that is named."""


def unreached(worth: Worth, frame: Frame, terms: Terms, weighed: Mapping[str, float]) -> str:
    """The reason why a target or a budget leaves no plan.

    A target fails first in one year, on one path: everything built that can be ready is too little. Named are the
    limits that are full then, and the rebate by which as much would come. ``weighed`` is t or TEU per tonne, by demand.
    """
    if frame.least is None:
        return say("the budgets do not suffice; raise them")
    unit = "TEU" if terms.boxes else "t"
    full = np.array(worth.most, dtype=float)
    for y, year in enumerate(terms.years):
        for s, path in enumerate(terms.paths):
            ready = np.array([times * (frame.lead[p] <= y) for p, times in enumerate(full)])
            growth = frame.growth[y, s]
            most = worth.at(ready, growth).worth
            if most < frame.least[y, s]:
                least = float(frame.least[y, s]) / (1 - MET)
                come = math.fsum(weighed[part] * kt for part, kt in worth.wanted(growth).items())
                first = say(
                    "at {path} growth {most:,.0f} {unit} at most are served in {year}, with everything built that can "
                    "be ready, of the {least:,.0f} {unit} of the target; {come:,.0f} {unit} would come at the "
                    "tariffs and times of the case",
                    path=path,
                    most=most * KILO,
                    unit=unit,
                    year=year,
                    least=least * KILO,
                    come=come * KILO,
                )
                whole = [first, _rooms(worth, ready, growth, unit)]
                return "; ".join([*whole, _rebate(worth, growth, weighed, least, unit)] if come < least else whole)
    return say("the budgets do not suffice for the target; raise them, or the target's year")


def _rooms(worth: Worth, ready: Floats, growth: Floats, unit: str) -> str:
    """The limits that are full with everything ready, and what one more of each brings at its price."""
    holders = [(limit, kt) for limit, kt in worth.holders(ready, growth) if kt > SEEN_KT]
    if not holders:
        return say("nothing is full then, so that no project brings more")
    named = [
        say(
            "{name} (at most {amount} {unit} per {step} more)",
            name=worth.case.words(limit.name),
            step=worth.case.words(limit.step_unit),
            amount=numeral(kt * KILO, ",.0f"),
            unit=unit,
        )
        for limit, kt in holders[:MOST]
    ]
    reached = {resource for name in worth.names for resource in adds_of(worth.case, name)}
    alone = [worth.case.words(limit.name) for limit, _ in holders[:MOST] if limit.limit_id not in reached]
    said = say("full are then {limits}", limits=", ".join(named))
    return f"{said}; {say('no project adds to {names}', names=', '.join(alone))}" if alone else said


def _rebate(worth: Worth, growth: Floats, weighed: Mapping[str, float], least: float, unit: str) -> str:
    """The rebate on all ways alike at which as much would come as the target asks, and the markets it comes of."""
    before = worth.wanted(growth)

    def more(usd: float) -> dict[str, float]:
        come = worth.wanted(growth, usd)
        return {part: weighed[part] * (come[part] - before[part]) for part in come}

    lacks = least - math.fsum(weighed[part] * kt for part, kt in before.items())
    low, high = 0.0, DEAREST
    if math.fsum(more(high).values()) < lacks:
        return say(
            "all markets together have {all:,.0f} {unit} on all routes: less than the target",
            all=(math.fsum(more(high).values()) + least - lacks) * KILO,
            unit=unit,
        )
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if math.fsum(more(middle).values()) >= lacks else (middle, high)
    by_market: dict[str, float] = defaultdict(float)
    for part, kt in more(high).items():
        market = worth.market_of.get(part)
        if market is not None:
            by_market[str(market.name)] += kt
    first = sorted(by_market, key=lambda name: (-by_market[name], name))[:MOST]
    return say(
        "the target's cargo would come where every way is {usd:,.0f} USD a tonne cheaper beside its rivals, most of it "
        "of {markets}",
        usd=high,
        markets=", ".join(f"{name} ({numeral(by_market[name] * KILO, ',.0f')} {unit})" for name in first),
    )
