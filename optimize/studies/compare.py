"""Cases side by side, all at one floor: measures, limits, ladders, flows, cost, carbon, time, countries."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, InfeasibleError
from corridor.model.graph import arcs
from corridor.model.language import marked, say
from corridor.model.limit_facts import limit_facts, segment_names
from corridor.model.limit_ids import limit_ids
from corridor.model.money import APART, bill, by_country, by_state, paid
from corridor.model.result.answer import Answer
from corridor.model.result.carbon import Carbon
from corridor.model.result.comparison import Comparison
from corridor.model.result.frame import rows
from corridor.model.result.listing import Described
from corridor.optimize.answer.expected import by_market
from corridor.optimize.answer.journeys import days
from corridor.optimize.answer.lifting import first_rung, ladder
from corridor.optimize.answer.measures import Measures, smallest
from corridor.optimize.answer.paths import paths
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.period.layout import CHOICE, COSTS, KILO, MEASURES
from corridor.optimize.studies.carbon import emitted
from corridor.optimize.studies.solve import comes_of, earned, proved

Key = tuple[Any, ...]
Answered = TypeVar("Answered")
BASE, TODAY = "base", marked("Today")
"""The name of the case as it is kept, and its title."""
NOTHING_T = 0.5
"""Tonnes below which two flows are alike."""


def compare(
    *settings: Setting,
    names: Iterable[str] | None = None,
    study: str = "capability",
    floor_t: Mapping[str, float] | None = None,
    own_floor: bool = False,
    notes: Callable[[], Mapping[str, Described]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Cases side by side: measures, limits, ladders, flows, cost, carbon, time, countries, all at one floor.

    The first is the one that the others are compared with. ``names`` are those of their scenarios if left out;
    ``study`` is answered by the flows. All runs hold one floor, in tonnes by segment: the smallest of min(1, λ*) times
    the base year among the cases, and of ``floor_t``; with ``own_floor`` each holds its own, and T may fall where a
    capacity rises. A case without an answer has its reason in ``reasons``. ``progress`` receives the steps that are
    done, and of how many. Raises CaseError, and InfeasibleError where no case has an answer.
    """
    called = names_of(settings, names)
    if len(settings) < 2:
        raise CaseError([Fault("C130", "compare", say("give two cases or more to compare"))], "the question")
    cases = dict(zip(called, settings, strict=True))
    reasons: dict[str, str] = {}
    years: dict[str, Measures] = {}
    steps = 2 * len(cases)

    def told(done: int) -> None:
        if progress:
            progress(done, steps)

    floors: dict[str, dict[str, float]] = {}
    for done, (name, setting) in enumerate(cases.items(), 1):
        with_reason = _tried(name, partial(_own_floor, setting), reasons)
        if with_reason is not None:
            years[name], floors[name] = with_reason
        told(done)
    common = {} if own_floor else smallest([*floors.values(), *([floor_t] if floor_t is not None else [])])
    columns: dict[str, dict[str, dict[Key, Any]]] = {}
    first: dict[str, str] = {}
    for done, (name, measures) in enumerate(years.items(), len(cases) + 1):
        floor = floors[name] if own_floor else common
        column = _tried(name, partial(_column, cases[name], measures, study, floor), reasons)
        if column is not None:
            columns[name], first[name] = column
        told(done)
    if not columns:
        raise InfeasibleError("\n".join(f"{name}: {reason}" for name, reason in reasons.items()))
    words = _described(cases, {} if notes is None else notes())
    frames: dict[str, Any] = {table: _side_by_side(table, tuple(called), columns) for table in KEYS}
    return Comparison(
        case=settings[0].given,
        names=tuple(called),
        study=study,
        floor_t=common,
        first=first,
        reasons=reasons,
        scope=settings[0].scope_id,
        **words,
        **frames,
    )


def names_of(settings: Sequence[Setting], names: Iterable[str] | None) -> list[str]:
    """A name for each case, its scenario if none is given; raises CaseError where two are alike."""
    called = [each.case.scenario for each in settings] if names is None else list(names)
    if len(called) != len(settings):
        reason = say(
            "there are {called} names for {settings} cases; give one each", called=len(called), settings=len(settings)
        )
        raise CaseError([Fault("C130", "names", reason)], "the question")
    twice = sorted({name for name in called if called.count(name) > 1})
    if twice:
        faults = [
            Fault("C131", name, say("is named twice; give each case a name of its own by names=[…]")) for name in twice
        ]
        raise CaseError(faults, "the question")
    return called


def _tried(name: str, work: Callable[[], Answered], reasons: dict[str, str]) -> Answered | None:
    """The result of the work, or None with the reason noted; a fault of the case says which one it is."""
    try:
        return work()
    except InfeasibleError as error:
        reasons[name] = str(error)
        return None
    except CaseError as error:
        faults = [Fault(each.code, f"{name}, {each.place}", each.message) for each in error.faults]
        raise CaseError(faults, "the scenarios") from None


def _described(cases: Mapping[str, Setting], known: Mapping[str, Described]) -> dict[str, Any]:
    """Titles, notes and changes of the cases by name; several scenarios in one are joined by ``+``."""
    titles, notes = {}, {}
    for name in cases:
        parts = [known.get(part) for part in name.split("+")]
        words = [
            part.title if part and part.title else say(TODAY) if word == BASE else word.replace("_", " ")
            for word, part in zip(name.split("+"), parts, strict=True)
        ]
        title = say(" and ").join(words)
        titles[name] = title[:1].upper() + title[1:]
        notes[name] = " ".join(part.note.rstrip(".") + "." for part in parts if part and part.note)
    changes = {name: tuple(change.words for change in setting.given.changes) for name, setting in cases.items()}
    return {"titles": titles, "notes": notes, "changes": changes}


def _own_floor(setting: Setting) -> tuple[Measures, dict[str, float]]:
    """The measures of a case at its own floor, and this floor in t by segment."""
    measures = Measures.of(setting.open())
    return measures, {segment: kt * KILO for segment, kt in measures.floors.items()}


KEYS = {
    "measures": ("measure", "unit"),
    "limits": ("resource", "name", "kind", "unit"),
    "rungs": ("rung",),
    "ladder": ("rung",),
    "markets": ("segment", "name"),
    "comes": ("market", "name"),
    "flows": ("link", "name"),
    "totals": ("quantity", "unit"),
    "days": ("segment", "name"),
    "countries": ("country", "quantity", "unit"),
    "earned": ("by", "name", "study"),
}
"""The index of each table."""
ABSENT_IS_NONE = ("markets", "comes", "flows", "countries", "earned")
"""Tables in which what an answer does not name is nothing, not unknown."""


def _side_by_side(
    table: str, names: tuple[str, ...], columns: Mapping[str, Mapping[str, Mapping[Key, Any]]]
) -> pd.DataFrame:
    """One table with a column a scenario; its rows in the order in which scenarios name them, unless it has its own."""
    keys = list(dict.fromkeys(key for name in columns for key in columns[name][table]))
    absent = 0.0 if table in ABSENT_IS_NONE else "" if table == "rungs" else math.nan
    body = {
        name: [columns[name][table].get(key, absent) if name in columns else math.nan for key in keys] for name in names
    }
    index = pd.MultiIndex.from_tuples(keys, names=KEYS[table]) if keys else _empty(KEYS[table])
    if len(KEYS[table]) == 1:
        index = pd.Index([key[0] for key in keys], name=KEYS[table][0])
    frame = pd.DataFrame(body, index=index, dtype=object if table == "rungs" else float)
    if table == "flows":
        spread = frame.max(axis=1) - frame.min(axis=1)
        frame = frame[spread > NOTHING_T].loc[
            spread[spread > NOTHING_T].sort_values(ascending=False, kind="stable").index
        ]
    if table in ("rungs", "ladder"):
        frame = frame.sort_index()
    if table == "limits":
        frame = frame.loc[frame.max(axis=1).sort_values(ascending=False, kind="stable").index]
    return frame


def _empty(names: tuple[str, ...]) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([[] for _ in names], names=names)


def _column(
    setting: Setting, own: Measures, study: str, floor_t: Mapping[str, float]
) -> tuple[dict[str, dict[Key, Any]], str]:
    """The column of one case in every table, and the name of its first limit."""
    case, year = setting.case, own.year
    at_floor = Measures.of(year, {segment: t / KILO for segment, t in floor_t.items()})
    if study == CHOICE:
        answer = proved(setting, study)
    else:
        answer = solve(replace(setting, scope=None) if study in COSTS else setting, study, floor_t=floor_t)
    unit = year.unit
    measures: dict[Key, float] = {(name, unit): at_floor.t(name) for name in MEASURES}
    comes = comes_of(setting, answer)
    if comes is not None:
        measures[CHOICE, unit] = comes.measures_t[CHOICE]
    measures["capability_own", unit] = own.t("capability")
    if year.layout.base:
        measures["growth", "times the base year"] = own.growth
    first = first_rung(year, own.common, near=True) if year.layout.base else None
    rungs = ladder(year) if not year.layout.timed else None  # by months a ladder takes a quarter of an hour
    grouped = {} if rungs is None else {int(str(number)): rung for number, rung in rungs.groupby("rung")}
    ways, carbon = paths(case, answer.flow, answer.delivered), emitted(case, answer)
    days_of = days(case, answer, ways)
    tables: dict[str, dict[Key, Any]] = {
        "measures": measures,
        "limits": {(row.resource, row.name, row.kind, row.price_unit): row.price for row in rows(answer.limits)},
        "rungs": {(number,): " + ".join(rung["name"]) for number, rung in grouped.items()},
        "ladder": {(number,): float(rung["t"].iloc[0]) for number, rung in grouped.items()},
        "markets": _markets(case, answer),
        "comes": {} if comes is None else {(row.market, row.name): row.t for row in rows(by_market(comes))},
        "flows": _links(case, answer),
        "totals": _totals(case, answer, carbon, days_of),
        "days": _days(days_of),
        "countries": _countries(case, answer, carbon, ways),
        "earned": _earned(earned(setting, answer, comes, floor_t=floor_t)),
    }
    return tables, "" if first is None else " together with ".join(first.names)


def _earned(states: Mapping[str, pd.DataFrame]) -> dict[Key, float]:
    """Freight by country and by operator, of the cargo that is used, comes and fits, USD a year."""
    found: dict[Key, float] = {}
    for by in ("country", "operator"):
        frame = by_state(states, countries=by == "country")
        for study in states:
            sums = frame.groupby(by, sort=False)[study].sum()
            found |= {(by, str(name), study): float(usd) for name, usd in sums.items()}
    return found


def _markets(case: Case, answer: Answer) -> dict[Key, float]:
    """Deliveries by segment on the corridor's links, in tonnes as they are carried."""
    names = segment_names(case)
    t = answer.delivered.groupby("segment", sort=False)["t"].sum()
    return {(segment, names.get(str(segment), str(segment))): float(value) for segment, value in t.items()}


def _links(case: Case, answer: Answer) -> dict[Key, float]:
    """Tonnes on each link that has any, both directions and all cargo together."""
    facts, ids = limit_facts(case), limit_ids(case)
    t = answer.flow.groupby("link", sort=False)["t"].sum()
    return {(link, facts[ids["link", str(link)]].name): float(value) for link, value in t.items()}


def _touched(case: Case, ways: pd.DataFrame) -> dict[str, float]:
    """Tonnes whose way touches a country."""
    on = {arc.arc_id: arc for arc in arcs(case)}
    country = {row.node_id: row.country for row in case.rows("node")}
    through = defaultdict[str, float](float)
    for row in rows(ways):
        places = {place for arc in row.ways for place in (on[arc].start, on[arc].end)}
        for name in {str(country[place]) for place in places if country[place]}:
            through[name] += float(row.t)
    return through


def _days(found: pd.DataFrame) -> dict[Key, float]:
    """Mean days of each market, waiting for ships included."""
    return {(row.segment, row.name): row.days for row in rows(found) if row.segment}


def _totals(case: Case, answer: Answer, emitted: Carbon, days_of: pd.DataFrame) -> dict[Key, float]:
    """Tonnes, cost, carbon and time of the flows; a quotient without a divisor is left out.

    Cargo that is not carried here, and projects that a scenario builds, are rows of their own.
    """
    delivered = answer.delivered
    found: dict[Key, float] = {
        ("delivered", "t/year"): emitted.delivered_t,
        ("unmet", "t/year"): float(delivered["unmet_t"].sum()),
        ("outside", "t/year"): float(delivered["outside_t"].sum()),
        ("gate", "gate t/year"): emitted.gate_t,
    }
    for study in COSTS:
        usd = paid(answer.cost, study)
        found[study, "USD/year"] = usd
        if emitted.gate_t > 0:
            found[study, "USD per gate t"] = usd / emitted.gate_t
    items = bill(answer.cost, answer.study if answer.study in COSTS else "cost_shipper")
    found["revenue", "USD/year"] = answer.revenue_usd
    found |= {(item, "USD/year"): items.get(item, 0.0) for item in APART}
    found["built", "USD"] = math.fsum(project.cost_usd * times for project, times in case.built)
    found["co2e", "t/year"] = emitted.t_co2e
    if emitted.delivered_t > 0:
        found["co2e", "kg per t"] = emitted.t_co2e * KILO / emitted.delivered_t
    if len(days_of):
        found["days", "d"] = float(days_of["days"].iloc[-1])
        found["days_without_waiting", "d"] = float(days_of["without_waiting_d"].iloc[-1])
    return found


def _countries(case: Case, answer: Answer, emitted: Carbon, ways: pd.DataFrame) -> dict[Key, float]:
    """By country: tonnes whose way touches it, the revenue of its operators, half the carbon of links that end there.

    ``unknown`` where no table says whose an operator or a place is.
    """
    through = _touched(case, ways)
    earned = by_country(answer.freight)
    freight = defaultdict[str, float](float, zip(earned["country"], earned["usd"], strict=True))
    co2e = defaultdict[str, float](float, zip(emitted.countries["country"], emitted.countries["t_co2e"], strict=True))
    columns = (("through", "t/year", through), ("freight", "USD/year", freight), ("co2e", "t/year", co2e))
    order = sorted({*through, *freight, *co2e}, key=lambda each: (-through[each], each))
    return {(each, what, unit): values[each] for each in order for what, unit, values in columns}
