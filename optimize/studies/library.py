"""The scenarios of a case, one by one: the tonnes asked for, the tonnes that pass, and the limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from corridor.model.faults import CaseError, Fault, InfeasibleError, TimeLimitError, nearest
from corridor.model.language import marked, say
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.model.result.listing import Described, Listing
from corridor.optimize.answer.expected import expected
from corridor.optimize.answer.measures import Floors, Measures, smallest
from corridor.optimize.answer.setting import Setting
from corridor.optimize.period.layout import CHOICE, KILO
from corridor.optimize.runs.pool import Pool
from corridor.optimize.runs.work import Row, Store, Table, Work, mark_of
from corridor.optimize.studies.coming import known_to_come
from corridor.optimize.studies.markets import markets
from corridor.optimize.studies.solve import proved, solve
from corridor.optimize.studies.stays import Today, stays, today

COLUMNS = (
    *("scenario", "title", "note", "group", "status", "reason", "asked_t", "growth"),
    *(
        "handled_t",
        "expected_t",
        "concurrent_t",
        "capability_t",
        "free_t",
        "change_t",
        "comes_change_t",
        "comes",
        "comes_columns",
    ),
    *("shipper_usd_per_t", "expected_usd", "capability_usd", "earned_change_usd", "first", "resources", "stops"),
)
NUMBERS = ("growth", "shipper_usd_per_t")
"""Columns of numbers that do not end in a unit of amounts."""
BASE = "base"
CLOSED = "closures"
"""Code of a year whose closures lose cargo."""
BY_PERIODS = marked("several in turn, by periods")
"""First limit of a year by periods, in which none comes first."""
SMALLEST = 1e-9
"""A growth below this is none."""
STAYS = 5_000.0
"""Tonnes a year: a change of the cargo that comes below it counts as none."""
HELD_T = 1.0
"""Tonnes: lower limit of a change of the cargo that comes, below which the row has the reason."""
WORTH = 4
"""Scenarios for which a process of their own is worth its start."""
Known = tuple[Callable[[str], Setting], Mapping[str, Described], Floors, Today | None]
"""Scenarios by name, their words, the floors of the case, and what holds its cargo, where it has markets."""
Found = tuple[dict[str, Any], Floors, float]
"""The row of a scenario, the floors that it has in common with the case, and its capability at these."""


def library(
    setting: Setting,
    names: Iterable[str] = (),
    *,
    scenario: Callable[[str], Setting],
    notes: Callable[[], Mapping[str, Described]],
    processes: int = 1,
    runs: str | Path | None = None,
    cluster: str | None = None,
    dry_run: bool = False,
    store: Store | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Listing:
    """All scenarios of a case solved one by one, or those named, beside the case without any; one row a scenario.

    The changes of the case are made last, on top of every scenario. ``processes`` work side by side; with more than
    one a script needs the usual ``if __name__ == "__main__":``. ``progress`` receives how many are done, and of how
    many. ``runs`` is a folder in which the rows are kept; the same study goes on there where it was stopped.
    ``cluster`` is the scheduler of a Dask cluster, or its file, instead of ``processes`` (docs/at-scale.md). The
    measures are those of a ``scope``, in its own tonnes. ``facts``: scope, base_year. Columns:

    * scenario, title, note; group: ``helps`` or ``hurts`` (more or less fits or comes, the greater change counts),
      ``asked`` (more cargo is asked for), ``year`` (of another base year), ``same``; empty without an answer
    * status (``optimal``, ``infeasible``, or ``error``) and reason, in words, where it has no answer
    * asked_t: gate t a year of all markets in its base year; growth: how many times that fits, all markets alike
    * handled_t, expected_t, concurrent_t, capability_t, free_t: the measures; expected_t where the case has markets
    * change_t: capability more (or less) than that of the case, at one floor. Of each market that is the smaller of
      two:
      its base year, or the share ``growth`` of it where that is below 1
    * comes_change_t: expected_t more (or less) than that of the case
    * comes, comes_columns: code of the reason where it stays, and the columns that change (docs/json.md has the codes);
      ``closures`` where closures lose cargo, and expected_t is that of one period less the loss
    * shipper_usd_per_t: payment of shippers for a net tonne of all that is asked, time and carbon in it; NaN where it
      does not all fit
    * expected_usd, capability_usd: freight that all operators earn with what comes, and with what fits;
      earned_change_usd: expected_usd (capability_usd where the case has no markets) more than that of the case
    * first, resources: the first limit of all markets together, by name and by ids; stops: ids that limit the
      capability

    capability_t holds each market at its own floor, so that two of them may not be compared but by change_t. Rows are
    in the order of the names, the case first. Raises CaseError where a name is unknown or the case itself has faults;
    those of a scenario are in its row.

    With ``dry_run`` three runs alone are made; :class:`corridor.model.result.outlook.Outlook` says how long all take.
    """
    known, asked = notes(), list(names)
    unknown = [name for name in asked if name not in known]
    if unknown:
        faults = [
            Fault("C060", name, say("is no scenario of this case; {nearest}", nearest=nearest(name, known)))
            for name in unknown
        ]
        raise CaseError(faults, "the question")
    row, floor = _row(setting)
    nothing = {"change_t": 0.0, "earned_change_usd": 0.0} | (
        {"comes_change_t": 0.0, "comes": "", "comes_columns": ""} if "expected_t" in row else {}
    )
    body = [
        {"scenario": BASE, "title": say("Today"), "note": say("The case as it stands"), "group": "", **row, **nothing}
    ]
    wanted = asked or list(known)
    known_by_all = (scenario, known, floor, today(setting) if "expected_t" in row else None)
    question = {"scenarios": mark_of(wanted), "notes": mark_of(sorted(known.items())), "floor": mark_of(floor)}
    work = Work.of(min(processes, len(wanted) // WORTH), cluster, runs, store, question, len(wanted), progress, dry_run)
    base = setting.open()
    with Pool(Scenarios(known_by_all), Scenarios, known_by_all, work, len(wanted), chunk=1) as pool:
        for row, common, t in pool.run(wanted, _table(floor)):
            before = t if not common else body[0]["capability_t"]
            if common and common != floor:
                before = Measures.of(base, common).t("capability")
            changed = {**row, "change_t": t - before, **_comes(body[0], row), **_earns(body[0], row)}
            body.append({**changed, "group": _group(body[0], changed)})
    frame = pd.DataFrame(body, columns=list(COLUMNS))
    facts = {"scope": setting.scope_id, "base_year": setting.case.base_year}
    return Listing(setting.given, "library", frame, facts, ids=("stops", "comes_columns"))


def _table(segments: Iterable[str]) -> Table[str, Found]:
    """Rows of scenarios as the listing has them, with their capability at the common floor and these floors."""
    listed = list(segments)

    def row(name: str, reply: Found) -> Row:
        found, floors, t = reply
        cells = {column: found.get(column) for column in (*COLUMNS, "year")}
        own: Row = {name: _cell(name, cell) for name, cell in cells.items()}
        return own | {"common_t": t} | {f"floor_kt.{each}": floors.get(each) for each in listed}

    def reply(row: Mapping[str, Any]) -> Found:
        there = {name: cell for name, cell in row.items() if cell is not None and cell == cell}
        floors = {each: there[f"floor_kt.{each}"] for each in listed if f"floor_kt.{each}" in there}
        return {name: there[name] for name in (*COLUMNS, "year") if name in there}, floors, row["common_t"]

    return Table("runs", row, reply)


def _cell(name: str, value: Any) -> Any:
    if not name.endswith(("_t", "_usd")) and name not in NUMBERS:
        return value
    return math.nan if value is None else float(value)


class Scenarios:
    """Runs of scenarios by name, each at the floors that it has in common with the case."""

    def __init__(self, known: Known) -> None:
        self.scenario, self.notes, self.floor, self.today = known

    def __call__(self, name: str) -> Found:
        """The scenario of a name; its faults are in its row."""
        head = {"scenario": name, **self.notes[name]._asdict()}
        try:
            setting = self.scenario(name)
            row, own = _row(setting)
        except (CaseError, InfeasibleError) as error:
            return {**head, **_failed(error)}, {}, math.nan
        common = {segment: kt for segment, kt in smallest([self.floor, own]).items() if segment in self.floor}
        t = row["capability_t"] if common == own else Measures.of(setting.open(), common).t("capability")
        if "expected_t" in row and self.today is not None and setting.closures is None:
            code, columns = stays(setting.case, self.today)
            row |= {"comes": code, "comes_columns": " ".join(columns)}
        return {**head, **row}, common, t


def _row(setting: Setting) -> tuple[dict[str, Any], Floors]:
    """The row of a solved case, and its floors in kt by segment."""
    answer = solve(setting, all_scopes=False)
    closed = _closed(setting, answer) if setting.closures is not None else {}
    share = 0.0 if answer.floor is None else answer.floor
    floors = {each.segment: share * each.base_t / KILO for each in rows(answer.segments)}
    return {
        "status": answer.status,
        "year": setting.case.base_year,
        "reason": "",
        "asked_t": math.fsum(each.base_t for each in rows(answer.segments)),
        "growth": math.nan if answer.growth is None else answer.growth,
        **{f"{measure}_t": value for measure, value in answer.measures_t.items()},
        **(closed or _by_periods(setting)),
        "shipper_usd_per_t": _paid(setting, answer),
        **{f"{study}_usd": math.fsum(freight["usd"].tolist()) for study, freight in answer.states.items()},
        "first": _first(setting, answer),
        "resources": "" if answer.first is None else " ".join(answer.first.resources),
        "stops": " ".join(answer.limits["resource"]),
    }, floors


def _by_periods(setting: Setting) -> dict[str, Any]:
    """The cargo that comes of a year by periods; nothing where it is known, or cannot be computed."""
    if setting.horizon is None or not known_to_come(setting):
        return {}
    try:
        return {"expected_t": proved(setting, CHOICE, 0).value}
    except (CaseError, InfeasibleError, TimeLimitError):
        return {}


def _closed(setting: Setting, answer: Answer) -> dict[str, Any]:
    """The cargo that comes where closures lose cargo: that of the year as one period, less the cargo that they lose."""
    lost = setting.case.lost
    if lost is None or setting.scope is not None or not setting.case.rows("market"):
        return {}
    try:
        comes = expected(replace(setting, case=setting.given, closures=None, asked=None, horizon=None), most=0)
    except (CaseError, InfeasibleError, TimeLimitError):
        return {}
    gate = {row.demand: row.gate_t / row.t for row in rows(comes.delivered) if row.t}
    t = math.fsum(KILO * float(kt.sum()) * gate.get(lost.demand[part], 1.0) for part, kt in lost.kt.items())
    return {"expected_t": (comes.value or 0.0) - t, "comes": CLOSED, "comes_columns": "closure.left"}


def _comes(base: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """The change of the cargo that comes; its reason only where there is none."""
    if "expected_t" not in base or "expected_t" not in row:
        return {}
    change = row["expected_t"] - base["expected_t"]
    if abs(change) < HELD_T or row["comes"] == CLOSED:
        return {"comes_change_t": change}
    return {"comes_change_t": change, "comes": "", "comes_columns": ""}


def _earns(base: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """The change of the freight that operators earn with what comes; with what fits in a case without markets."""
    name = "expected_usd" if "expected_usd" in base else "capability_usd"
    return {"earned_change_usd": row[name] - base[name]} if name in base and name in row else {}


def _group(base: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """The group of a scenario: by its year, the cargo asked for, or the greater of its two changes."""
    if row["status"] != "optimal":
        return ""
    if row["year"] != base["year"]:
        return "year"
    if row["asked_t"] > base["asked_t"] + STAYS:
        return "asked"
    changes = [row["change_t"], row.get("comes_change_t", 0.0)]
    most = max((change for change in changes if math.isfinite(change)), key=abs, default=0.0)
    return "same" if abs(most) < STAYS else "helps" if most > 0 else "hurts"


def _paid(setting: Setting, answer: Answer) -> float:
    """Payment of shippers for a net tonne, USD; NaN where not all that is asked fits."""
    if answer.growth is None or answer.growth < 1:
        return math.nan
    try:
        paid = solve(replace(setting, scope=None), "cost_shipper")
    except InfeasibleError:
        return math.nan
    carried = float(paid.delivered["t"].sum())
    return math.nan if not carried or paid.value is None else paid.value / carried


def _first(setting: Setting, answer: Answer) -> str:
    """The first limit by name; where some markets cannot pass at all, these."""
    if answer.first is not None:
        return " together with ".join(answer.first.names)
    if answer.horizon is not None:
        return BY_PERIODS
    if answer.growth is None or answer.growth > SMALLEST:
        return "no resource"
    alone = markets(setting).frame
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
            reason += say(" (and {more} more; corridor check names them)", more=len(error.faults) - 1)
    return {"status": status, "reason": reason, "first": "", "resources": "", "stops": ""}
