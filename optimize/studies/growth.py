"""The growth of markets, year by year, over the capacities, prices and times of the case."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, CertificateError, Fault, nearest
from corridor.model.language import say
from corridor.model.market import RATES, potential_t
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.result.growth import Growth
from corridor.optimize.answer.expected import calibrated, expected
from corridor.optimize.answer.measures import Measures
from corridor.optimize.answer.setting import Setting

WAITS_T = 1.0
"""Tonnes: lower limit of cargo turned away by which a market waits for capacity."""
EVERY = "all"
"""All cases of growth, one after the other."""
FARTHEST = 100
"""Years: upper limit of growth, beyond which a yearly rate says nothing."""
YEARS = ["growth", "year", "comes_t", "turned_away_t", "waiting"]
MARKETS = ["growth", "year", "market", "name", "kind", "potential_t", "t", "rent_usd", "turned_away_t", "holds"]
TURNS = ["growth", "market", "name", "year", "holds", "base_t", "t", "unmet_t"]


def growth(
    setting: Setting, *, to: int = 2030, rate: str = EVERY, progress: Callable[[int, int], None] | None = None
) -> Growth:
    """The cargo that comes from the base year to the year ``to``, as the potential of each market grows.

    ``rate`` is ``low``, ``middle``, ``high``, or ``all`` three. Shares of the base year hold at its prices: the
    corridor grows with its markets, until a resource is full. Capacities, prices, rivals and cargo that comes at any
    price stay as the case has them. ``progress`` receives how many years are done, and of how many.

    Raises CaseError for a year or rate that is none, or closures that lose cargo; InfeasibleError, TimeLimitError;
    CertificateError, a fault of Corridor's own.
    """
    _check(setting, to, rate)
    case, base = setting.case, calibrated(setting)
    rates = list(RATES) if rate == EVERY else [rate]
    span = range(case.base_year, to + 1)
    years, markets, worst = [], [], 0.0
    for name in rates:
        for year in span:
            answer = expected(setting, base=base, grown=_grown(case, year, name), most=0)
            if not answer.certificate.passed:
                raise CertificateError(f"the answer does not prove itself: {answer.certificate}")
            worst = max(worst, answer.certificate.worst)
            listed = [(name, year, *row) for row in _markets(answer)]
            markets += listed
            away = [row[-2] for row in listed]
            waiting = sum(t >= WAITS_T for t in away)
            years.append((name, year, answer.value or 0.0, math.fsum(away), waiting))
            if progress:
                progress(len(years), len(rates) * len(span))
    frame = pd.DataFrame(markets, columns=MARKETS)
    return Growth(
        case=setting.given,
        unit=answer.value_unit,
        to=to,
        fits_t=Measures.of(setting.open()).t("capability"),
        years=pd.DataFrame(years, columns=YEARS),
        markets=frame,
        turns=_turns(frame),
        residual=worst,
    )


def _check(setting: Setting, to: int, rate: str) -> None:
    """Raise CaseError with every reason for which nothing can grow."""
    faults, first = [], setting.case.base_year
    if not first <= to <= first + FARTHEST:
        reason = say(
            "{to} is no year of growth; give a year from {first}, the base year, to {last}",
            to=to,
            first=first,
            last=first + FARTHEST,
        )
        faults.append(Fault("C175", "--to", reason))
    if rate != EVERY and rate not in RATES:
        faults.append(
            Fault(
                "C175",
                "--growth",
                say("{rate} is no case of growth; {nearest}", rate=rate, nearest=nearest(rate, [*RATES, EVERY])),
            )
        )
    if setting.closures is not None:
        reason = say("the cargo that comes is not known where closures lose cargo, not yet; leave the closures out")
        faults.append(Fault("C173", "corridor growth", reason))
    if faults:
        raise CaseError(faults, "the question")


def _grown(case: Case, year: int, rate: str) -> Mapping[str, float]:
    """Potential of each market in a year as a multiple of that of the base year."""
    made = {}
    for market in case.rows("market"):
        now = potential_t(case, market)
        if now > 0:
            made[market.market_id] = potential_t(case, market, year, rate) / now
    return made


def _markets(answer: Answer) -> list[tuple[Any, ...]]:
    """Rows of the table ``markets`` of one year, without growth and year: sums of demands by market."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows(answer.tables["markets"]):
        groups[row.market or row.demand].append(row)
    made = []
    for market, members in groups.items():
        t = math.fsum(row.t for row in members)
        rent = math.fsum(row.t * row.rent_usd for row in members) / t if t else max(row.rent_usd for row in members)
        away = math.fsum(row.turned_away_t for row in members)
        names = dict.fromkeys(name for row in members for name in row.holds.split(", ") if name)
        potential = math.fsum(row.potential_t for row in members)
        holds = ", ".join(names) if away >= WAITS_T else ""
        made.append((market, members[0].name, members[0].kind, potential, t, rent, away, holds))
    return made


def _turns(frame: pd.DataFrame) -> pd.DataFrame:
    """The first year in which cargo of each market waits for capacity, by case of growth."""
    body = []
    for (rate, market), its in frame.groupby(["growth", "market"], sort=False):
        waiting = its[its["turned_away_t"] >= WAITS_T]
        year, holds = (float(waiting["year"].iloc[0]), waiting["holds"].iloc[0]) if len(waiting) else (math.nan, "")
        first, last = its.iloc[0], its.iloc[-1]
        body.append((rate, market, first["name"], year, holds, first["t"], last["t"], last["turned_away_t"]))
    return pd.DataFrame(body, columns=TURNS)
