"""From demands to parts and streams: the layout of a period, and the same layout with other numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from corridor.model.case import Case
from corridor.model.graph import AFTER, BEFORE, Place, layers, taken
from corridor.model.horizon import Horizon, whole
from corridor.model.market import shippers
from corridor.model.scope import Scope
from corridor.optimize.period.few_ways import Group, first_ways, network_of, of_streams, shortest, suits
from corridor.optimize.period.layout import (
    CARRY,
    CHOICE,
    COLUMNS,
    KILO,
    WHOLE,
    Layout,
    Part,
    Stream,
    lost_of,
    ordered,
    segment_of,
)


class NeedsRebuild(Exception):  # noqa: N818 - a rebuild is no error
    """Another case has other rows or columns: its program is built anew."""


def layout(
    case: Case, study: str, horizon: Horizon | None = None, scope: Scope | None = None, *, few: bool = False
) -> Layout:
    """The layout of one period of the case for the study; parts without tonnes are left out.

    The horizon is the whole year where none is given. Cargo of a scope that avoids something has streams of its own.
    With ``few`` the streams of a large network have the columns of few ways, and the layout has the network of all.
    """
    parts = tuple(part for part in _parts(case, study, scope) if part.base > 0)
    groups = _groups(case, study, scope, parts)
    empty = Layout(case, study, parts, (), horizon or whole(case.base_year), scope)
    ways = network_of(case, empty, groups) if few and suits(case, study, groups, empty.timed) else None
    network = None if ways is None else first_ways(*ways, study)
    first = None if network is None else shortest(network)
    streams: list[Stream] = []
    made: list[int] = []
    astray: list[Part] = []
    names, ids = sorted(case["node"].index), set[str]()
    for number, group in enumerate(groups):
        members, destination, crosses = list(group.members), group.destination, group.crosses
        origins = tuple(sorted({part.origin for part in members}))
        edges: Mapping[Any, tuple[Place, Place]] = (
            taken(case, group.commodity, crosses, origins, destination, group.shut) if first is None else first[number]
        )
        begins = {tail for tail, _ in edges.values()}
        lost = [part for part in members if (part.origin, BEFORE) not in begins]
        astray += lost
        if study not in WHOLE and (given_up := [part for part in lost if _priced(case, part)]):
            members = [part for part in members if part not in given_up]
            if not members:
                continue
            origins = tuple(sorted({part.origin for part in members}))
        columns = tuple(
            (arc.arc_id, layer) for arc in ordered(case) for layer in (BEFORE, AFTER) if (arc.arc_id, layer) in edges
        )
        needed = {(origin, BEFORE) for origin in origins}
        needed |= {(destination, layer) for layer in layers(crosses)[1] if crosses != "may" or first}
        needed |= {place for ends in edges.values() for place in ends}
        nodes = tuple((node, layer) for node in names for layer in (BEFORE, AFTER) if (node, layer) in needed)
        name = f"{group.commodity}_to_{destination}" + ("" if crosses == "must" else f"_{crosses}")
        name = _unused(name, ids)
        ids.add(name)
        streams.append(
            Stream(name, group.commodity, destination, crosses, tuple(members), columns, nodes, *group.values)
        )
        made.append(number)
    carried = {part.part_id for stream in streams for part in stream.parts}
    kept = tuple(part for part in parts if part.part_id in carried)
    plan = replace(empty, parts=kept, streams=tuple(streams), astray=tuple(astray))
    if ways is None or network is None:
        return plan
    return replace(plan, network=of_streams(network, streams, made), kinds=ways[1])


def _groups(case: Case, study: str, scope: Scope | None, parts: Sequence[Part]) -> list[Group]:
    """Parts by what their streams share."""
    groups: dict[tuple[str, str, str, frozenset[str], tuple[float, float]], list[Part]] = defaultdict(list)
    for part in parts:
        shut = scope.shut if scope and part.demand_id in scope.members else frozenset()
        groups[part.commodity, part.destination, part.crosses, shut, _values(case, study, part)].append(part)
    order = sorted(groups.items(), key=lambda group: (*group[0][:3], sorted(group[0][3]), group[0][4]))
    return [Group(*key, tuple(members)) for key, members in order]


def layout_of(old: Layout, case: Case) -> Layout:
    """The same columns with the numbers of another case.

    Raises NeedsRebuild where that case asks for other columns: a demand that comes or goes, a link that opens.
    """
    scope = old.scope.of(case) if old.scope else None
    known = {part.part_id for part in old.parts}
    away = {part.part_id for part in old.astray} - known
    every = {part.part_id: part for part in _parts(case, old.study, scope) if part.base > 0}
    parts = {name: part for name, part in every.items() if name not in away}
    if list(parts) != [part.part_id for part in old.parts]:
        raise NeedsRebuild("other demands have tonnes")
    streams = []
    for stream in old.streams:
        members = tuple(parts[part.part_id] for part in stream.parts)
        values = {_values(case, old.study, part) for part in members}
        if len(values) > 1:
            raise NeedsRebuild("shippers of one stream value time differently")
        day, spread = next(iter(values))
        streams.append(replace(stream, parts=members, day=day, spread=spread))
    astray = tuple(every[part.part_id] for part in old.astray if part.part_id in every)
    now = Layout(case, old.study, tuple(parts.values()), tuple(streams), old.horizon, scope, astray)
    if any((arc.capacity_t > 0) != (old.arcs[name].capacity_t > 0) for name, arc in now.arcs.items()):
        raise NeedsRebuild("other links are open")
    for name in COLUMNS:
        now.__dict__[name] = getattr(old, name)  # the cached columns
    return now


def _values(case: Case, study: str, part: Part) -> tuple[float, float]:
    """USD per t that shippers of a part set on a day on the way, and on a day of its spread."""
    if study == CHOICE and (own := shippers(case).get(part.demand_id)) is not None:
        return own.day_usd, own.spread_usd
    return float(case.row("commodity", part.commodity).time_usd_per_t_day), 0.0


def _priced(case: Case, part: Part) -> bool:
    """True where the demand of a part has a price of cargo left behind, or of routes outside the case."""
    row = case.row("demand", part.demand_id)
    return row.unmet_usd_per_t is not None or row.outside_usd_per_t is not None


def _parts(case: Case, study: str, scope: Scope | None = None) -> list[Part]:
    weight = {row.commodity_id: float(row.gate_factor) for row in case.rows("commodity")}
    gated = case.gate is not None
    parts = []
    for row in case.rows("demand"):
        common = (row.demand_id, row.commodity_id, row.origin_id, row.destination_id)
        segment = segment_of(case, row.demand_id)
        counted = weight[row.commodity_id] if gated else 1.0
        crossing, other = row.t_per_year / KILO, row.elsewhere_t_per_year / KILO
        if study in WHOLE:
            weighs = counted if row.gate != "never" or not gated else 0.0
            parts.append(Part(row.demand_id, *common, row.gate, segment, weighs, crossing + other, study == CHOICE))
        elif row.gate == "never" and gated:
            parts.append(Part(row.demand_id, *common, "never", segment, 0.0, crossing, False))
        else:
            crosses = "must" if gated else "never"
            grows, counts = study != CARRY, counted
            if scope is not None:
                grows, counts = row.demand_id in scope.members, 1.0 if scope.net else counted
                crossing *= 1.0 if grows else scope.held
            parts.append(Part(row.demand_id, *common, crosses, segment, counted, crossing, grows, counts))
            if other > 0:
                name = _unused(f"{row.demand_id}_elsewhere", case["demand"].index)
                parts.append(Part(name, *common, "never", segment, 0.0, other, False))
    parts.sort(key=lambda part: part.part_id)
    return parts if case.lost is None or study == CARRY else [_without_lost(case, study, part) for part in parts]


def _without_lost(case: Case, study: str, part: Part) -> Part:
    """A part less the cargo that closures lose; a cost study decides itself where a demand has a price for that."""
    assert case.lost is not None
    row = case.row("demand", part.demand_id)
    if study in WHOLE and not (row.unmet_usd_per_t is None and row.outside_usd_per_t is None):
        return part
    parts = lost_of(case, study, part)
    share = case.lost.share(parts, sum(case.lost.base[name] for name in parts))
    if study in WHOLE and part.base > 0:
        share = min(1.0, sum(float(case.lost.kt[name].sum()) for name in parts) / part.base)
    return replace(part, base=part.base * (1.0 - share), lost=part.base * share)


def _unused(name: str, taken: Collection[str]) -> str:
    """The name, with a ``_`` for as long as it is taken: ids of a case may look like ours."""
    while name in taken:
        name += "_"
    return name
