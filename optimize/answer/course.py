"""The course of a solved horizon through the year: every variable and view by period, and the tables of periods."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.horizon import DAY, Floats, Steps, done
from corridor.model.limit_facts import limit_facts
from corridor.model.pools import OTHERS, kept_by_period
from corridor.model.program import Label, Program
from corridor.optimize.answer.tables import unit_columns
from corridor.optimize.period.build import Period
from corridor.optimize.period.layout import KILO, Layout
from corridor.optimize.period.offers import block_of, offer_share, offered
from corridor.optimize.period.rules.resources import resource_terms
from corridor.optimize.period.rules.waiting import LOST

Courses = dict[str, dict[Any, Floats]]
"""By variable and key, one number a time of its block."""
NOTHING = 1e-12
"""Kt or thousands up to which a share of an amount in a period is none; columns hold no dust any more."""
BEGINNING = -1
"""Stands for the period before the first of an open year."""


def courses(period: Period, program: Program, columns: Floats) -> Courses:
    """Values of all columns and of all views of a solved program (kt, thousands), by name and key."""
    found: Courses = defaultdict(dict)
    for label in program.columns.labels:
        found[label[0]][label[1]] = columns[program.columns.every(label)]
    horizon = period.layout.horizon
    nothing = np.zeros(horizon.count)
    alike: dict[Steps, list[tuple[Label, Floats]]] = defaultdict(list)
    for label, (source, steps) in period.views.items():
        if source[0] in period.given:
            start = np.asarray(period.given[source[0]][source[1]], dtype=float)
        else:
            start = found[source[0]].get(source[1], nothing)
        if len(start) != horizon.count:
            start = np.full(horizon.count, start[0])
        alike[steps].append((label, start))
    for steps, shown in alike.items():
        values = done(horizon, steps, period.factors, np.array([start for _, start in shown]).T).T
        for ((name, key), _), course in zip(shown, values, strict=True):
            found[name][key] = course
    for name in LOST:
        for part, closed in found.pop(name, {}).items():
            found["unmet"][part] = found["unmet"].get(part, 0.0) + closed
    for name in ("prompt", "prompt_fixed"):
        for part, offered_lately in found[name].items():
            if part not in found["late"]:
                found["late"][part] = np.maximum(found["waiting"][part] - offered_lately, 0.0)
    return dict(found)


def sums(course: Courses) -> dict[str, dict[Any, float]]:
    """The sum of each variable and view over the year."""
    return {name: {key: float(values.sum()) for key, values in keyed.items()} for name, keyed in course.items()}


def period_tables(
    period: Period, program: Program, course: Courses, prices: Floats, to_tonnes: float
) -> dict[str, pd.DataFrame]:
    """The tables of an answer by period; ``to_tonnes`` makes tonnes (or USD) of the goal's unit.

    Tonnes, units and moves of one period, or levels at its end. Periods count from 0; where the year is open the number
    -1 stands for its beginning. Rows without an amount are left out, but for ``periods``, ``use_by_...``, ``waiting``
    and ``stock``. Cargo keeps its own clock: ``clock_t`` of a period is what would have left an origin in it by the
    quickest way; ``t`` is by the calendar.

    * ``periods``: period, label, from_day, days, follows (the period before; -1 where the year begins), offered_t,
      sent_t, gate_t (past the gate), arrived_t, outside_t, unmet_t; waiting_t, late_t, stock_t at its end.
    * ``use_by_period``: resource, kind, period, used, available, share, price (of one unit more in that period).
    * ``use_by_month``, of what a resource offers as a total of a month: resource, kind, month, from_day, days, used,
      available, share, price.
    * ``waiting``, of demands bound to time: part, demand, segment, commodity, period, offered_t, sent_t, waiting_t,
      late_t, outside_t, unmet_t.
    * ``stock``: store, commodity, period, t, capacity_t.
    * ``flow_by_period``: arc, link, stream, commodity, destination, crosses, layer, period, t, clock_t.
    * ``sent``: part, period, sent_t, outside_t, unmet_t.
    * ``arrived``: commodity, destination, crosses, layer, period, t, clock_t.
    * ``move_by_period``: arc, what (loaded, empty, carrier), item, pool, period, number (that leave). Units that
      nothing within the year limits are in ``move`` alone.
    * ``standing``, carriers in port: node, carrier, period, number.
    * ``idle``, units of pools that stand at a place: node, unit, pool, period, number.
    * ``stock_by_stream``: store, commodity, destination, crosses, layer, period, clock_t, and where that is paid
      overstay_t (beyond the free time).
    """
    layout = period.layout
    return {
        "periods": _periods(layout, course),
        "use_by_period": _use(period, program, course, prices, to_tonnes),
        "use_by_month": _use_by_month(period, program, course, prices, to_tonnes),
        "waiting": _waiting(period, course),
        "stock": _stock(layout, course),
        "flow_by_period": _flow(layout, course),
        "sent": _sent(layout, course),
        "arrived": _deliveries(layout, course),
        "move_by_period": _moves(layout, course),
        "standing": _standing(layout, course),
        "idle": _idle(layout, course),
        "stock_by_stream": _stock_by_stream(layout, course),
    }


def _total(course: Courses, name: str, count: int, weight: Mapping[Any, float] | None = None) -> Floats:
    found = np.zeros(count)
    for key, values in course.get(name, {}).items():
        if len(values) == count:
            found += values * (1.0 if weight is None else weight.get(key, 0.0))
    return found


def _periods(layout: Layout, course: Courses) -> pd.DataFrame:
    horizon = layout.horizon
    count = horizon.count
    shown = "passing" if layout.timed else "flow"
    weight = {row.commodity_id: float(row.gate_factor) for row in layout.case.rows("commodity")}
    gated = {key: weight[layout.commodity_of(key)] for key in layout.flows if layout.arcs[key[0]].gate}
    offers = sum((_offer(layout, course, part.part_id) for part in layout.parts), np.zeros(count))
    columns = {
        "period": np.arange(count),
        "label": list(horizon.labels),
        "from_day": np.array(horizon.days[:-1]),
        "days": horizon.hours / DAY,
        "follows": np.append(count - 1 if horizon.cyclic else BEGINNING, np.arange(count - 1)),
        "offered_t": offers * KILO,
        "sent_t": _total(course, "served", count) * KILO,
        "gate_t": _total(course, shown, count, gated) * KILO if layout.case.gate else np.zeros(count),
        "arrived_t": _arrived(layout, course) * KILO,
        "outside_t": _total(course, "outside", count) * KILO,
        "unmet_t": _total(course, "unmet", count) * KILO,
        "waiting_t": _total(course, "waiting", count) * KILO,
        "late_t": sum((_late(layout, course, part) for part in layout.timed_parts), np.zeros(count)) * KILO,
        "stock_t": _total(course, "held", count) * KILO,
    }
    return pd.DataFrame(columns)


def _arrived(layout: Layout, course: Courses) -> Floats:
    """Deliveries by the calendar."""
    return sum(_arriving(layout, course).values(), np.zeros(layout.horizon.count))


def _arriving(layout: Layout, course: Courses) -> dict[tuple[str, str], Floats]:
    """Deliveries by the calendar of each stream and layer; none comes where no way leads."""
    found = {}
    for (stream, layer), values in course.get("arrived", {}).items():
        late = layout.clock.get((stream, layout.stream[stream].destination, layer), 0.0) if layout.timed else 0.0
        found[stream, layer] = layout.horizon.lag(late) @ values if late else values
    return found


def _offer(layout: Layout, course: Courses, part: str) -> Floats:
    """The offer of a part by period: by its calendar, or as it is sent where it is not bound to time."""
    if part in course.get("offered", {}):
        return course["offered"][part]
    if part in layout.timed_parts:
        base = next(each.base + each.lost for each in layout.parts if each.part_id == part)
        return base * offer_share(layout, part)
    gone = (course[name][part] for name in ("served", "outside", "unmet") if part in course.get(name, {}))
    return sum(gone, np.zeros(layout.horizon.count))


def _late(layout: Layout, course: Courses, part: str) -> Floats:
    """The cargo of a part that waits at the end of each period for longer than is in time, priced or not."""
    days = float(layout.timed_parts[part].late_d)
    if part in course.get("late", {}):
        return course["late"][part]
    waits = course.get("waiting", {}).get(part)
    if waits is None or not math.isfinite(days):
        return np.zeros(layout.horizon.count)
    late: Floats = np.maximum(waits - layout.horizon.recent(days * DAY) @ _offer(layout, course, part), 0.0)
    return late


def _waiting(period: Period, course: Courses) -> pd.DataFrame:
    layout, blocks = period.layout, []
    nothing = np.zeros(layout.horizon.count)
    for part in layout.parts:
        if part.part_id not in layout.timed_parts:
            continue
        named = {name: course.get(name, {}).get(part.part_id, nothing) * KILO for name in _STATES}
        named["late"] = _late(layout, course, part.part_id) * KILO
        blocks.append(
            {
                "part": part.part_id,
                "demand": part.demand_id,
                "segment": part.segment,
                "commodity": part.commodity,
                "period": np.arange(layout.horizon.count),
                "offered_t": _offer(layout, course, part.part_id) * KILO,
                **{column: named[name] for name, column in _STATES.items()},
            }
        )
    return _stacked(["part", "demand", "segment", "commodity", "period", "offered_t", *_STATES.values()], blocks)


def _stacked(names: Sequence[str], blocks: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One table of blocks, whose columns ``names`` are arrays, all of one length, or say one thing of every row."""
    if not blocks:
        return pd.DataFrame(columns=list(names))
    count = max(np.size(value) for value in blocks[0].values())
    columns: dict[str, Any] = {}
    for name in names:
        each = [block[name] for block in blocks]
        columns[name] = np.repeat(each, count) if np.ndim(each[0]) == 0 else np.concatenate(each)
    return pd.DataFrame(columns)


_STATES = {"served": "sent_t", "waiting": "waiting_t", "late": "late_t", "outside": "outside_t", "unmet": "unmet_t"}


def _stock(layout: Layout, course: Courses) -> pd.DataFrame:
    held: dict[tuple[str, str], Floats] = {}
    for key, values in course.get("held", {}).items():
        at = (key[0], layout.stream[key[1]].commodity)
        held[at] = held.get(at, 0.0) + values * KILO
    rooms = {row.store_id: row.capacity_t for row in layout.case.rows("store")}
    names = ["store", "commodity", "period", "t", "capacity_t"]
    periods = np.arange(layout.horizon.count)
    blocks = [
        dict(zip(names, (store, commodity, periods, values, rooms[store]), strict=True))
        for (store, commodity), values in held.items()
    ]
    return _stacked(names, blocks)


def _use(period: Period, program: Program, course: Courses, prices: Floats, to_tonnes: float) -> pd.DataFrame:
    when = {"period": np.arange(period.layout.horizon.count)}
    used = _used(period, program, course, prices, to_tonnes, "period")
    return _stacked(["resource", "kind", *when, *_USE], [{**facts, **when, **numbers} for facts, numbers in used])


def _use_by_month(period: Period, program: Program, course: Courses, prices: Floats, to_tonnes: float) -> pd.DataFrame:
    edges = np.array(period.layout.horizon.month_edges) / DAY
    when = {"month": np.arange(len(edges) - 1), "from_day": edges[:-1], "days": np.diff(edges)}
    used = _used(period, program, course, prices, to_tonnes, "month")
    return _stacked(["resource", "kind", *when, *_USE], [{**facts, **when, **numbers} for facts, numbers in used])


_USE = ("used", "available", "share", "price")


def _used(
    period: Period, program: Program, course: Courses, prices: Floats, to_tonnes: float, block: str
) -> Iterator[tuple[dict[str, str], dict[str, Floats]]]:
    """Resource and kind, and what is used, available, its share and price, of those whose rows stand in a block."""
    layout = period.layout
    offer, facts, by_month = offered(layout), limit_facts(layout.case), layout.horizon.by_month()
    for resource, terms in resource_terms(layout).items():
        if not terms or block_of(layout.case, resource) != block:
            continue
        taken = [c * course[name][key] for c, name, key in terms if key in course.get(name, {})]
        used: Floats = np.asarray(sum(taken, np.zeros(layout.horizon.count)))
        used = by_month @ used if block == "month" else used
        there = np.broadcast_to(offer[resource], used.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where((there > 0) & np.isfinite(there), used / there, np.nan)
        price = np.abs(prices[program.rows.every(("resource_limit", resource))]) * period.scales[resource] * to_tonnes
        yield (
            {"resource": resource, "kind": facts[resource].kind},
            dict(zip(_USE, (used, there, share, price), strict=True)),
        )


def _flow(layout: Layout, course: Courses) -> pd.DataFrame:
    shown = course.get("passing" if layout.timed else "flow", {})
    keys = [key for key, values in course.get("flow", {}).items() if values.max(initial=0.0) > NOTHING]
    count = layout.horizon.count
    arcs = [layout.arcs[key[0]] for key in keys]
    streams = [layout.stream[key[1]] for key in keys]
    frame = pd.DataFrame(
        {
            "arc": np.repeat([arc.arc_id for arc in arcs], count),
            "link": np.repeat([arc.link_id for arc in arcs], count),
            "stream": np.repeat([stream.stream_id for stream in streams], count),
            "commodity": np.repeat([stream.commodity for stream in streams], count),
            "destination": np.repeat([stream.destination for stream in streams], count),
            "crosses": np.repeat([stream.crosses for stream in streams], count),
            "layer": np.repeat([key[2] for key in keys], count),
            "period": np.tile(np.arange(count), len(keys)),
            "t": np.concatenate([shown[key] for key in keys]) * KILO if keys else [],
            "clock_t": np.concatenate([course["flow"][key] for key in keys]) * KILO if keys else [],
        }
    )
    return frame[(frame["t"] > NOTHING * KILO) | (frame["clock_t"] > NOTHING * KILO)].reset_index(drop=True)


def _sent(layout: Layout, course: Courses) -> pd.DataFrame:
    names = {"sent_t": "served", "outside_t": "outside", "unmet_t": "unmet"}
    numbers = {
        column: {(part,): values for part, values in course.get(name, {}).items()} for column, name in names.items()
    }
    return _long(layout, ("part",), numbers)


def _deliveries(layout: Layout, course: Courses) -> pd.DataFrame:
    keys = {(stream, layer): (*_facts(layout, stream), layer) for stream, layer in course.get("arrived", {})}
    arriving = _arriving(layout, course)
    numbers = {
        "t": {keys[key]: values for key, values in arriving.items()},
        "clock_t": {keys[key]: values for key, values in course.get("arrived", {}).items()},
    }
    return _long(layout, ("commodity", "destination", "crosses", "layer"), numbers)


def _moves(layout: Layout, course: Courses) -> pd.DataFrame:
    found: dict[tuple[str, ...], Floats] = {}
    kept = kept_by_period(layout.case)
    for (what, arc, unit, park), (name, key) in unit_columns(layout).items():
        if (arc, unit) in layout.ridden and unit in kept and key in course.get(name, {}):
            found[arc, what, unit, park] = course[name][key]
    for what in ("loaded", "empty"):  # parks that hold in the mean of the year are split in the table of the year alone
        for (arc, unit), each in course.get(what, {}).items():
            if (arc, unit) in layout.ridden and unit not in kept:
                found[arc, what, unit, OTHERS] = each
    found |= {
        (arc, "carrier", layout.arcs[arc].carrier_id or "", OTHERS): each
        for arc, each in course.get("move", {}).items()
    }
    return _long(layout, ("arc", "what", "item", "pool"), {"number": found})


def _idle(layout: Layout, course: Courses) -> pd.DataFrame:
    first = {key: float(values[0]) for key, values in course.get("idle_first", {}).items()}
    return _long(layout, ("node", "unit", "pool"), {"number": course.get("idle", {})}, first)


def _standing(layout: Layout, course: Courses) -> pd.DataFrame:
    first = {key: float(values[0]) for key, values in course.get("laid_up", {}).items()}
    return _long(layout, ("node", "carrier"), {"number": course.get("standing", {})}, first)


def _stock_by_stream(layout: Layout, course: Courses) -> pd.DataFrame:
    keys = {key: (key[0], *_facts(layout, key[1]), key[3]) for key in course.get("stock", {})}
    numbers = {
        column: {keys[key]: values for key, values in course.get(name, {}).items()}
        for column, name in (("clock_t", "stock"), ("overstay_t", "overstay"))
        if name == "stock" or course.get(name)
    }
    first = {keys[key]: float(values[0]) for key, values in course.get("began", {}).items()}
    return _long(layout, ("store", "commodity", "destination", "crosses", "layer"), numbers, first)


def _facts(layout: Layout, stream_id: str) -> tuple[str, str, str]:
    stream = layout.stream[stream_id]
    return stream.commodity, stream.destination, stream.crosses


def _long(
    layout: Layout,
    names: tuple[str, ...],
    numbers: Mapping[str, Mapping[Any, Floats]],
    first: Mapping[Any, float] | None = None,
) -> pd.DataFrame:
    """Rows of a key's ``names``, the period and the columns of ``numbers`` (kt or thousands: made single ones).

    Periods without an amount are left out. ``first`` is the first column as the year begins.
    """
    count = layout.horizon.count
    keys = list(dict.fromkeys(key for keyed in numbers.values() for key in keyed))
    nothing = np.zeros(count)
    amounts = {
        column: np.array([keyed.get(key, nothing) for key in keys]).reshape(-1, count)
        for column, keyed in numbers.items()
    }
    rows, periods = np.nonzero(np.any([each > NOTHING for each in amounts.values()], axis=0))
    found = {column: each[rows, periods] for column, each in amounts.items()}
    there = [(at, value) for at, key in enumerate(keys) if (value := (first or {}).get(key, 0.0)) > NOTHING]
    rows = np.append(np.array([at for at, _ in there], dtype=np.int64), rows)
    periods = np.append(np.full(len(there), BEGINNING), periods)
    for number, column in enumerate(found):
        found[column] = np.append([0.0 if number else value for _, value in there], found[column]) * KILO
    columns = {name: np.array([key[n] for key in keys], dtype=object)[rows] for n, name in enumerate(names)}
    return pd.DataFrame({**columns, "period": periods, **found})
