"""The scenarios of a case, one after the other: what each asks for, how much of it passes, and what stops it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from corridor.data.scenario import read_scenario, scenarios
from corridor.loading import load, ready, setting, solve
from corridor.model.faults import CaseError, Fault, InfeasibleError, nearest
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.scope import ALL
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import KILO
from corridor.optimize.runs.pool import Pool
from corridor.optimize.studies.markets import markets

if TYPE_CHECKING:
    from corridor.model.case import Case
    from corridor.model.change.changes import Change

COLUMNS = (
    *("scenario", "note", "status", "reason", "asked_t", "growth"),
    *("handled_t", "concurrent_t", "capability_t", "free_t", "change_t"),
    *("shipper_usd_per_t", "first", "resources", "stops"),
)
BASE = "base"
BY_PERIODS = "several in turn, by periods"
"""First limit of a year that an outage cuts: limits change through the year."""
SMALLEST = 1e-9
"""A growth below this is none."""
WORTH = 4
"""Scenarios for which a process of their own is worth its start."""

Floors = dict[str, float]
"""Kt that a market must not fall below, by segment."""


def library(
    folder: str | Path | None = None,
    names: Iterable[str] = (),
    *,
    year: int | None = None,
    changes: Iterable[Change | str] = (),
    scope: str = ALL,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """All scenarios of a case solved one by one, or those named, beside the case without any; one row a scenario.

    ``folder``, ``year`` and ``changes`` are as in :func:`corridor.load`; changes are made last, on top of every
    scenario. ``processes`` work side by side; with more than one a script needs the usual
    ``if __name__ == "__main__":``. ``progress`` is told how many are done, and of how many. The measures are those of a
    ``scope``, in its own tonnes. Columns:

    * scenario, note; status (``optimal``, ``infeasible``, or ``error``) and reason, in words, where it has no answer
    * asked_t: gate t a year of all markets in its base year; growth: how many times that fits, all markets alike
    * handled_t, concurrent_t, capability_t, free_t: the measures
    * change_t: capability more (or less) than that of the case, both with the smaller of their two floors of each
      market, which are its base year, or the share ``growth`` of it where that is below 1
    * shipper_usd_per_t: what shippers pay a net tonne for all that is asked, time and carbon in it; NaN where it
      does not all fit
    * first, resources: what stops all markets together, by name and by ids; stops: ids that limit the capability

    capability_t holds each market at its own floor, so that two of them may not be compared but by change_t. Rows are
    in the order of the names, the case first. Raises CaseError where a name is unknown or the case itself has faults;
    those of a scenario stand in its row.
    """
    start, made = load(folder, year=year), list(changes)
    home = Path(start.home)
    known, asked = list(scenarios(home)), list(names)
    unknown = [each for each in asked if each not in known]
    if unknown:
        faults = [Fault("C060", each, f"is no scenario of this case; {nearest(each, known)}") for each in unknown]
        raise CaseError(faults, "the question")
    base = _changed(start, made)
    row, floor = _row(base, scope)
    found = [{"scenario": BASE, "note": "The case as it stands", **row, "change_t": 0.0}]
    year_model = _year(base, scope)
    work = [(start, name, made, floor, scope) for name in asked or known]
    with Pool(_scenario, _runner, None, min(processes, len(work) // WORTH), len(work), chunk=1) as pool:
        for row, common, t in pool.replies(work):
            before = found[0]["capability_t"] if common == floor else _capability(year_model, common) if common else t
            found.append({**row, "change_t": t - before})
            if progress is not None:
                progress(len(found) - 1, len(work))
    return pd.DataFrame(found, columns=list(COLUMNS))


def _runner(_: None) -> Callable[[Any], tuple[dict[str, Any], Floors, float]]:
    return _scenario


def _scenario(asked: tuple[Case, str, Sequence[Change | str], Floors, str]) -> tuple[dict[str, Any], Floors, float]:
    """The row of a scenario, the floors that it has in common with the case, and its capability at these.

    Faults stand in its row.
    """
    start, name, changes, floor, scope = asked
    note = ""
    try:
        scenario = read_scenario(Path(start.home), name)
        note = scenario.note.strip()
        case = _changed(scenario.apply(start), changes)
        row, own = _row(case, scope)
    except (CaseError, InfeasibleError) as error:
        return {"scenario": name, "note": note, **_failed(error)}, {}, math.nan
    common = {segment: min(kt, own.get(segment, 0.0)) for segment, kt in floor.items()}
    t = row["capability_t"] if common == own else _capability(_year(case, scope), common)
    return {"scenario": name, "note": note, **row}, common, t


def _year(case: Case, scope: str) -> Year:
    return setting(case, scope=scope).open()


def _capability(year: Year, floor: Floors) -> float:
    """Gate t of the capability with these floors."""
    return year.ask(year.question("capability", floor)).value * KILO


def _changed(case: Case, changes: Sequence[Change | str]) -> Case:
    """The case with the changes on top, checked."""
    there = case.with_(changes) if changes else case
    return ready(there)


def _solved(case: Case, scope: str) -> tuple[Answer, float]:
    """The capability of a case, and what shippers pay a net tonne; NaN where not all that is asked fits."""
    answer = solve(case, scope=scope, all_scopes=False)
    if answer.growth is None or answer.growth < 1:
        return answer, math.nan
    try:
        paid = solve(case, "cost_shipper")
    except InfeasibleError:
        return answer, math.nan
    carried = float(paid.delivered["t"].sum())
    return answer, math.nan if not carried or paid.value is None else paid.value / carried


def _row(case: Case, scope: str) -> tuple[dict[str, Any], Floors]:
    """What is said of a solved case, and its floors in kt by segment."""
    answer, usd_per_t = _solved(case, scope)
    share = 0.0 if answer.floor is None else answer.floor
    floors = {each.segment: share * each.base_t / KILO for each in rows(answer.segments)}
    return {
        "status": answer.status,
        "reason": "",
        "asked_t": math.fsum(each.base_t for each in rows(answer.segments)),
        "growth": math.nan if answer.growth is None else answer.growth,
        **{f"{measure}_t": value for measure, value in answer.measures_t.items()},
        "shipper_usd_per_t": usd_per_t,
        "first": _first(case, answer, scope),
        "resources": "" if answer.first is None else " ".join(answer.first.resources),
        "stops": " ".join(answer.limits["resource"]),
    }, floors


def _first(case: Case, answer: Answer, scope: str) -> str:
    """What stops all markets first, by name; where some cannot pass at all, these."""
    if answer.first is not None:
        return " together with ".join(answer.first.names)
    if answer.horizon is not None:
        return BY_PERIODS
    if answer.growth is None or answer.growth > SMALLEST:
        return "no resource"
    alone = markets(setting(case, scope=scope)).frame
    shut = alone.loc[(alone["base_t"] > 0) & (alone["times"] <= SMALLEST), "name"]
    return f"no way for {' and '.join(shut)}"


def _failed(error: CaseError | InfeasibleError) -> dict[str, Any]:
    """The row of a scenario without an answer, with the reason in one line."""
    if isinstance(error, InfeasibleError):
        status, lines = "infeasible", [line.strip() for line in str(error).splitlines()[1:]] or [str(error)]
        reason = lines[0]
    else:
        status, reason = "error", str(error.faults[0])
        if len(error.faults) > 1:
            reason += f" (and {len(error.faults) - 1} more; corridor check names them)"
    return {"status": status, "reason": reason, "first": "", "resources": "", "stops": ""}
