"""Everything that can go wrong, put to the year: single outages and pairs, drawn years, listings, remedies."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.days import DATE
from corridor.model.faults import CaseError, Fault, quoted
from corridor.model.language import say
from corridor.model.limit_facts import limit_facts
from corridor.model.listings import in_force, users
from corridor.model.result.risk import Risk
from corridor.optimize.answer.setting import Setting
from corridor.optimize.period.layout import KILO
from corridor.optimize.studies.listings import CLASSES, Carried, candidates, worst
from corridor.optimize.studies.risk_year import DrawnYears
from corridor.optimize.studies.single_outages import Coming, Fitting, Out, Pair, outs, worst_pair

COLUMNS = ["table", "row", "name", "kind", "of", "step", "days", "growth", "fits_lost_t", "comes_lost_t", "usd_lost"]
LISTINGS = ["listing", "name", "list", "from_date", "carried_lost_t", "comes_lost_t"]
WORST = ["of", "number", "names", "rows", "carried_t", "lost_t", "comes_lost_t"]
ALL_YEAR = 365.0


def risk(
    setting: Setting,
    *,
    days: float = 14.0,
    unit_days: float = 91.25,
    pair: bool = True,
    draws: int = 10_000,
    seed: int = 1,
    level: float = 0.95,
    listed: str = "",
    most: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Risk:
    """Risks of a case: every resource and link out in turn, the worst pair, drawn years, listings and remedies.

    A row is out as a whole for ``days``, and one unit of a fleet (a ferry) for ``unit_days``. An outage takes that
    share of the year's capacity: cargo may wait for the rest of the year, so that the loss is the least that it can
    be. ``pair`` seeks the two that cost most together. Years of the table ``hazard`` are drawn ``draws`` times with a
    ``seed``, by day; ``level`` is that of the mean of the worst years (CVaR). ``listed`` is the day whose listings
    hold, the newest if empty; ``most`` the number of ports, ships or operators that are listed at once.
    ``progress`` receives how many outages are done, and of how many.
    Raises CaseError, InfeasibleError, TimeLimitError; CertificateError, a fault of Corridor's own.
    """
    _check(listed, level)
    listed_outs = outs(setting.case, days, unit_days)
    fitting, coming, carried = Fitting(setting), Coming(setting), Carried(setting)
    floor = fitting.floor_of(listed_outs)
    capability = fitting.capability(floor)
    fits, before = capability.value(None), coming.of(None)
    body = []
    for number, out in enumerate(listed_outs, 1):
        came = coming.of(out)
        about = (out.table, out.row, out.name, out.kind, out.of, _step(setting, out), out.days)
        lost = (fits - capability.value(out)) * KILO, before.t - came.t, before.usd - came.usd
        body.append((*about, fitting.growth.value(out), *map(_clean, lost), out.change))
        if progress:
            progress(number, len(listed_outs))
    solves = {"growth": fitting.growth.solves, "fits": capability.solves, "comes": coming.solves}
    found = worst_pair(fitting, listed_outs) if pair else None
    years = DrawnYears(setting, draws, seed, level, carried)
    day, listings = _listings(setting, carried, coming, listed)
    at_worst = _worst(setting, carried, coming, most)
    return Risk(
        case=setting.given,
        unit=fitting.year.unit,
        days=days,
        unit_days=unit_days,
        floor=floor,
        base={
            "growth": fitting.growth.value(None),
            "fits_t": fits * KILO,
            "comes_t": before.t,
            "freight_usd": before.usd,
        },
        table=_ranked(body),
        pair={} if found is None else _pair(found, fitting, coming),
        draws=draws,
        seed=seed,
        level=level,
        years=years.summary(),
        places=years.by_place(),
        markets=years.markets(),
        remedies=years.remedies(),
        listed_on=day,
        listings=listings,
        due_t=carried.due * KILO,
        worst=at_worst,
        solves={**solves, "listed": carried.solves},
    )


def _check(listed: str, level: float) -> None:
    """Raise CaseError for a day that is none, or a level without years beyond it."""
    faults = []
    if listed and not DATE.fullmatch(listed):
        faults.append(Fault("C265", "--listed", say("{day} is no day; write it as in 2026-03-10", day=quoted(listed))))
    if not 0.0 <= level < 1.0:
        reason = say("{level} leaves no years; give a share from 0 to below 1", level=level)
        faults.append(Fault("C266", "--level", reason))
    if faults:
        raise CaseError(faults, say("the question"))


def _ranked(body: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """The table of outages: by the loss of what comes, then of what fits, then of freight."""
    table = pd.DataFrame(body, columns=[*COLUMNS, "change"])
    unknown = table["comes_lost_t"].isna().all()
    order = ["fits_lost_t"] if unknown else ["comes_lost_t", "fits_lost_t", "usd_lost"]
    table = table.sort_values(order, ascending=False, kind="stable", ignore_index=True, na_position="first")
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    return table


def _pair(found: Pair, fitting: Fitting, coming: Coming) -> dict[str, Any]:
    """The worst pair, beside the sum of both alone at the same floor."""
    capability = fitting.capability(found.floor)
    before, came = coming.of(None), coming.of(found.both)
    alone = math.fsum(found.before - capability.value(out) for out in (found.one, found.other))
    return {
        "one": f"{found.one.table}.{found.one.row}",
        "other": f"{found.other.table}.{found.other.row}",
        "names": [found.one.name, found.other.name],
        "of": [found.one.of, found.other.of],
        "fits_lost_t": _clean((found.before - found.after) * KILO),
        "alone_lost_t": _clean(alone * KILO),
        "comes_lost_t": _clean(before.t - came.t),
        "usd_lost": _clean(before.usd - came.usd),
        "floor": found.floor,
    }


def _listings(setting: Setting, carried: Carried, coming: Coming, listed: str) -> tuple[str, pd.DataFrame]:
    """The day, and what each listing in force on it costs; the last row of all together."""
    case, known = setting.case, users(setting.case)
    rows = in_force(case, listed)
    day = listed or max((row.from_date for row in case.rows("listing") if row in rows), default="")
    shut = {row.listing_id: known.get((row.table, row.row), frozenset[str]()) for row in rows}
    sets = [(row.listing_id, row.name, row.list or "", row.from_date, shut[row.listing_id]) for row in rows]
    if len(sets) > 1:
        sets.append(("all", say("All of them"), "", "", frozenset().union(*shut.values())))
    body = [
        (*about, _clean((carried.due - carried.left(arcs).kt) * KILO), _less(coming, arcs)) for *about, arcs in sets
    ]
    return day, pd.DataFrame(body, columns=LISTINGS)


def _worst(setting: Setting, carried: Carried, coming: Coming, most: int) -> pd.DataFrame:
    """The listing of one to ``most`` rows of each class that leaves least of the base year."""
    every, body = candidates(setting.case), []
    for of in CLASSES:
        mine = [each for each in every if each.of == of]
        for number in range(1, most + 1):
            chosen = worst(carried, mine, number)
            if len(chosen) < number:
                break  # one more costs nothing
            shut = frozenset[str]().union(*(each.shut for each in chosen))
            left = carried.left(shut).kt
            names = ", ".join(each.name for each in chosen)
            rows = " ".join(f"{each.table}.{each.row}" for each in chosen)
            comes = _less(coming, shut) if number == 1 else math.nan
            body.append((of, number, names, rows, left * KILO, _clean((carried.due - left) * KILO), comes))
    return pd.DataFrame(body, columns=WORST)


def _less(coming: Coming, shut: frozenset[str]) -> float:
    """Tonnes less that come with arcs shut all year."""
    out = Out("", "", "", "", "", ALL_YEAR, {}, shut)
    return _clean(coming.of(None).t - coming.of(out).t)


def _clean(lost: float) -> float:
    """A loss without the solver's dust, in t or USD."""
    return 0.0 if abs(lost) < 0.5 else lost


def _step(setting: Setting, out: Out) -> str:
    """One unit of a fleet in words, as ``ferry``; empty for a row as a whole."""
    return limit_facts(setting.case)[out.row].step_unit if out.of == "unit" else ""
