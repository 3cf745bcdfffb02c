"""Cost and tariff of a tonne on each leg of a way, by owner: what a seller of transport earns and spends."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corridor.model.case import Case, Cell
from corridor.model.evidence import evidence_of
from corridor.model.graph import Arc, arcs
from corridor.model.operators import TOGETHER, country_of, earners
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.optimize.period.offers import carrier_sizes, item_loading
from corridor.optimize.studies.revenue import link_names

BOTH_WAYS = 2.0
"""Trips that a loaded one needs where no cargo shows how full the way back is."""


@dataclass(frozen=True)
class Part:
    """The part of one owner in a leg or a way, USD per t: ``tariff`` and ``cost``; ``country`` as the case has it."""

    owner: str
    country: str
    tariff: float
    cost: float


def costs_of(case: Case, answer: Answer) -> Mapping[tuple[str, str], float]:
    """Operating cost of a tonne by (arc, commodity): way, unit and carrier, their empty runs of the answer in it.

    Empty runs of a link are spread over its loaded units in both directions.
    """
    per_tkm = {row.mode_id: row.cost_usd_per_tkm for row in case.rows("mode")}
    per_km = {row.unit_id: row.cost_usd_per_km for row in case.rows("unit")}
    ridden, runs = _runs(answer), _loads(case, answer)
    found: dict[tuple[str, str], float] = {}
    for arc in arcs(case):
        for commodity in arc.commodities:
            usd = per_tkm[arc.mode_id] * arc.length_km
            unit = arc.unit[commodity]
            if unit is not None:
                usd += (
                    per_km[unit] * arc.length_km / arc.payload[commodity] * ridden.get((arc.link_id, unit), BOTH_WAYS)
                )
            if arc.carrier_id is not None:
                usd += _of_carrier(case, arc, commodity, runs)
            found[arc.arc_id, commodity] = usd
    return found


def _runs(answer: Answer) -> dict[tuple[str, str], float]:
    """Runs of a unit for each loaded one, by link and unit, both directions together."""
    loaded: dict[tuple[str, str], float] = defaultdict(float)
    every: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows(answer.move):
        if row.what != "carrier":
            every[row.link, row.item] += row.number
            loaded[row.link, row.item] += row.number if row.what == "loaded" else 0.0
    return {key: number / loaded[key] for key, number in every.items() if loaded[key] > 0}


def _loads(case: Case, answer: Answer) -> dict[tuple[str, str], float]:
    """Moves for each unit of room that cargo takes, by link and dimension, both directions together."""
    known = {arc.arc_id: arc for arc in arcs(case)}
    moves: dict[str, float] = defaultdict(float)
    taken: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows(answer.move):
        if row.arc not in known:
            continue
        if row.what == "carrier":
            moves[row.link] += row.number
        elif (carrier := known[row.arc].carrier_id) is not None and row.what == "loaded":
            for dimension in carrier_sizes(case, carrier):
                taken[row.link, dimension] += row.number * item_loading(case, row.item, dimension)[0]
    for row in rows(answer.flow):
        arc = known.get(row.arc)
        if arc is not None and arc.carrier_id is not None and arc.unit[row.commodity] is None:
            for dimension in carrier_sizes(case, arc.carrier_id):
                taken[row.link, dimension] += row.t * item_loading(case, row.commodity, dimension)[0]
    return {key: moves[key[0]] / amount for key, amount in taken.items() if amount > 0}


def _of_carrier(case: Case, arc: Arc, commodity: str, runs: Mapping[tuple[str, str], float]) -> float:
    """USD of a carrier for a tonne: by the dimension in which it takes the largest part of a move."""
    carrier = case.row("carrier", arc.carrier_id or "")
    hours = arc.time_h + carrier.port_h + carrier.wait_h
    unit = arc.unit[commodity]
    most = 0.0
    for dimension, (size, _) in carrier_sizes(case, carrier.carrier_id).items():
        share = item_loading(case, unit or commodity, dimension)[0] / (arc.payload[commodity] if unit else 1.0)
        most = max(most, share * runs.get((arc.link_id, dimension), BOTH_WAYS / size))
    return float(carrier.cost_usd_per_h * hours * most)


def sellers(
    case: Case, commodity: str, way: tuple[str, ...], costs: Mapping[tuple[str, str], float]
) -> tuple[list[Part], Part]:
    """The owners of a way with their tariffs and costs, and the rest of it, that no owner of the case sells.

    A leg that several run together is theirs in equal parts. Owners are rows of the table ``operator``; links of
    others, of nobody named and without a tariff by name have their tariff as it is.
    """
    known = country_of(case)
    on, earner = {arc.arc_id: arc for arc in arcs(case)}, earners(case)
    sums: dict[str, list[float]] = {}
    rest = [0.0, 0.0]
    for arc_id in way:
        tariff, cost = on[arc_id].tariff[commodity], costs[arc_id, commodity]
        named = earner[arc_id].operator
        names = [named] if named in known else TOGETHER.split(named)
        for name in names:
            into = sums.setdefault(name, [0.0, 0.0]) if name in known else rest
            into[0] += tariff / len(names)
            into[1] += cost / len(names)
    own = [Part(name, known[name], tariff, cost) for name, (tariff, cost) in sums.items()]
    return own, Part("", "", math.fsum(rest[:1]), math.fsum(rest[1:]))


GROUNDS = ("none", "given", "known", "derived", "assumed")
"""Grounds of a number, the weakest last: not stated; without evidence; published; derived; assumed."""


def legs_of(case: Case, costs: Mapping[tuple[str, str], float]) -> list[dict[str, Any]]:
    """Legs by (arc, commodity) with tariff and cost, USD per t, and the ground of both; in the order of the links.

    A cost rests on the cost of the way by t-km, of the unit by km, and of the carrier by hour: its ground is the
    weakest of theirs. It is ``none`` where the case states neither the first nor the last: handling at a quay, say.
    """
    on, earner, names, known = (
        {arc.arc_id: arc for arc in arcs(case)},
        earners(case),
        link_names(case),
        evidence_of(case),
    )
    goods = {row.commodity_id: row.name for row in case.rows("commodity")}

    def ground(cell: Cell, value: float) -> str:
        row = known.get(cell)
        return str(row.basis) if row is not None else "given" if value else "none"

    listed = []
    order = {arc_id: at for at, arc_id in enumerate(on)}
    for (arc_id, commodity), cost in sorted(costs.items(), key=lambda pair: (order[pair[0][0]], pair[0][1])):
        arc = on[arc_id]
        tariff = arc.tariff[commodity]
        of_cost = [
            ground((table, item, column), float(getattr(case.row(table, item), column)))
            for table, item, column in (
                ("mode", arc.mode_id, "cost_usd_per_tkm"),
                ("unit", arc.unit[commodity], "cost_usd_per_km"),
                ("carrier", arc.carrier_id, "cost_usd_per_h"),
            )
            if item is not None
        ]
        # A unit costs something at a quay, too, whose handling is what the leg sells.
        worked = cost and (case.row("mode", arc.mode_id).cost_usd_per_tkm or arc.carrier_id is not None)
        stated = ground(arc.tariff_cell[commodity], tariff)
        listed.append(
            {
                "link": arc.link_id,
                "name": names[arc.link_id],
                "operator": earner[arc_id].operator,
                "commodity": goods[commodity],
                "tariff_usd_per_t": tariff,
                "tariff_ground": stated,
                "cost_usd_per_t": cost,
                "cost_ground": max(of_cost, key=GROUNDS.index) if worked else "none",
            }
        )
    return listed
