"""The rules of one period, in Pyomo: one function a rule, called by the noun that planners use.

The name of a rule is the prefix of its rows and the stem of its golden LP file. Inside: kt, thousand USD, thousands
of units and moves. ``period`` has the variables and givens that :mod:`corridor.optimize.period` declares; variables
called ``arriving_…`` are views: what left one time of the way ago.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from corridor.model.graph import AFTER, layers
from corridor.optimize.coefficients import (
    Term,
    fill_terms,
    floor_terms,
    limit_terms,
    load_terms,
    share_terms,
    total_terms,
)
from corridor.optimize.layout import Layout

Terms = list[tuple[float, Any]]


def linear(terms: Iterable[tuple[float, Any]]) -> Any:
    """The sum of coefficient times variable."""
    pairs = list(terms)
    return LinearExpression(constant=0, linear_coefs=[c for c, _ in pairs], linear_vars=[v for _, v in pairs])


def summed(period: pyo.Block, terms: Iterable[Term]) -> Any:
    """The sum of terms that name their variables."""
    return linear([(coefficient, period.component(name)[key]) for coefficient, name, key in terms])


def cargo_balance(period: pyo.Block, layout: Layout) -> None:
    r"""What arrives of a stream at a place, and what begins there, leaves it or is delivered there.

    .. math:: \sum_{a \in in(n)} x'_{a,s,y} + \sum_{p: o_p = n} q_p = \sum_{a \in out(n)} x_{a,s,y} + D_{n,s,y}

    Keys: stream, node, layer.  Unit: kt.  A gate arc leaves the layer before and enters the layer after, so a tonne
    is counted once.  Price: objective per kt more to be sent on.
    Source: Ahuja, Magnanti and Orlin, Network Flows (1993), ch. 17.
    """
    terms: dict[tuple[str, str, str], Terms] = defaultdict(list)
    for arc_id, name, layer in layout.flows:
        arc = layout.arcs[arc_id]
        enters = AFTER if arc.gate else layer
        terms[name, arc.end, enters].append((1.0, period.arriving_flow[arc_id, name, layer]))
        terms[name, arc.start, layer].append((-1.0, period.flow[arc_id, name, layer]))
    for stream in layout.streams:
        on, ends = layers(stream.crosses)
        for part in stream.parts:
            terms[stream.stream_id, part.origin, on[0]].append((1.0, period.served[part.part_id]))
        if stream.crosses == "may":
            for part in stream.parts:
                terms[stream.stream_id, stream.destination, on[0]].append((-1.0, period.served[part.part_id]))
            terms[stream.stream_id, stream.destination, AFTER].append((-1.0, period.crossed[stream.stream_id]))
            terms[stream.stream_id, stream.destination, on[0]].append((1.0, period.crossed[stream.stream_id]))
        else:
            for part in stream.parts:
                terms[stream.stream_id, stream.destination, ends[0]].append((-1.0, period.served[part.part_id]))
    keys = [
        (stream.stream_id, node, layer)
        for stream in layout.streams
        for node, layer in stream.nodes
        if terms[stream.stream_id, node, layer]
    ]
    period.cargo_balance = pyo.Constraint(keys, rule=lambda _, *key: (linear(terms[key]), 0.0))


def unit_fill(period: pyo.Block, layout: Layout) -> None:
    r"""Cargo that rides in units fills loaded ones.

    .. math:: \sum_{s,y} x_{l,s,y} / payload_{l,k(s)} \le loaded_{l,u}

    Keys: link direction, unit.  Unit: thousand units.  Price: objective per thousand loaded units more.
    Source: Crainic and Laporte, Planning models for freight transportation, EJOR 97 (1997).
    """
    terms = fill_terms(layout)
    period.unit_fill = pyo.Constraint(list(terms), rule=lambda b, *key: (None, summed(b, terms[key]), 0.0))


def unit_balance(period: pyo.Block, layout: Layout) -> None:
    r"""Units that come to a place leave it again, loaded or empty.

    .. math:: \sum_{l \in in(n)} (loaded'_{l,u} + empty'_{l,u}) = \sum_{l \in out(n)} (loaded_{l,u} + empty_{l,u})

    Keys: node, unit.  Unit: thousand units.  Price: objective per thousand units more at the place.
    Source: Dejax and Crainic, A review of empty flows, Transportation Science 21 (1987).
    """
    terms: dict[tuple[str, str], Terms] = defaultdict(list)
    for keys, leaving, arriving in (
        (layout.loaded, period.loaded, period.arriving_loaded),
        (layout.empty, period.empty, period.arriving_empty),
    ):
        for arc, unit in keys:
            terms[layout.arcs[arc].end, unit].append((1.0, arriving[arc, unit]))
            terms[layout.arcs[arc].start, unit].append((-1.0, leaving[arc, unit]))
    period.unit_balance = pyo.Constraint(list(terms), rule=lambda _, *key: (linear(terms[key]), 0.0))


def carrier_load(period: pyo.Block, layout: Layout) -> None:
    r"""What rides on the carriers of a link fits them, in each dimension that can fill up.

    .. math:: \sum_i w_{i,\delta}\, load_{l,i} \le size_{c,\delta}\, move_l

    Keys: link direction, dimension.  Unit: thousands of the dimension's unit (deck metres, t, TEU).
    Price: objective per thousand more places.
    Source: Christiansen, Fagerholt, Nygreen and Ronen, Ship routing and scheduling, EJOR 228 (2013).
    """
    terms = load_terms(layout)
    period.carrier_load = pyo.Constraint(list(terms), rule=lambda b, *key: (None, summed(b, terms[key]), 0.0))


def carrier_balance(period: pyo.Block, layout: Layout) -> None:
    r"""Carriers that come to a place leave it again.

    .. math:: \sum_{l \in in(n)} move'_l = \sum_{l \in out(n)} move_l

    Keys: node, carrier.  Unit: thousand moves.  Price: objective per thousand carriers more at the place.
    Source: Christiansen, Fagerholt, Nygreen and Ronen, EJOR 228 (2013).
    """
    terms: dict[tuple[str, str], Terms] = defaultdict(list)
    for arc_id in layout.moves:
        arc = layout.arcs[arc_id]
        assert arc.carrier_id is not None
        terms[arc.end, arc.carrier_id].append((1.0, period.arriving_move[arc_id]))
        terms[arc.start, arc.carrier_id].append((-1.0, period.move[arc_id]))
    period.carrier_balance = pyo.Constraint(list(terms), rule=lambda _, *key: (linear(terms[key]), 0.0))


def resource_limit(period: pyo.Block, layout: Layout) -> None:
    r"""What cargo, units and moves take of a resource stays within what it offers.

    .. math:: \sum_i a_{r,i}\, activity_i \le available_r

    Keys: resource (a fleet, a quay, the gate's nameplate, a link's own capacity …).  Unit: the resource's own,
    times the scale of :func:`corridor.optimize.coefficients.resource_terms`.  Price: objective per unit more, >= 0.
    Source: Ahuja, Magnanti and Orlin, Network Flows (1993), ch. 17.
    """
    terms = limit_terms(layout)
    period.resource_limit = pyo.Constraint(list(terms), rule=lambda b, r: (None, summed(b, terms[r]), 0.0))


def segment_share(period: pyo.Block, layout: Layout) -> None:
    r"""Inside a segment every demand keeps its share of the base year.

    .. math:: w_p\, q_p = \frac{w_p\, base_p}{\sum_{i \in s} w_i\, base_i}\; level_s

    Keys: part of a demand that grows.  Unit: gate kt.  Price: objective per gate kt more of this part alone.
    """
    terms = share_terms(layout)
    period.segment_share = pyo.Constraint(list(terms), rule=lambda b, p: (summed(b, terms[p]), 0.0))


def segment_total(period: pyo.Block, layout: Layout) -> None:
    r"""A segment's level is what its demands deliver, in any proportion.

    .. math:: \sum_{p \in s} w_p\, q_p = level_s

    Keys: segment.  Unit: gate kt.  Where ``segment_share`` holds too it adds nothing; the study ``free`` drops that
    one and keeps this.  Price: objective per gate kt more.
    """
    terms = total_terms(layout)
    period.segment_total = pyo.Constraint(list(terms), rule=lambda b, s: (summed(b, terms[s]), 0.0))


def segment_floor(period: pyo.Block, layout: Layout) -> None:
    r"""No segment falls below its floor, nor below the growth that is common to all.

    .. math:: level_s \ge floor_s + base_s\, growth

    Keys: segment.  Unit: gate kt.  In the study ``concurrent`` the floors are zero and growth is what is sought; in
    ``capability`` growth is zero and the floor is given.  Price: objective per gate kt less of floor.
    """
    terms = floor_terms(layout)
    period.segment_floor = pyo.Constraint(list(terms), rule=lambda b, s: (0.0, summed(b, terms[s]), None))


def segment_ceiling(period: pyo.Block, layout: Layout) -> None:
    r"""No segment passes its ceiling.

    .. math:: level_s \le ceiling_s

    Keys: segment.  Unit: gate kt.  Price: objective per gate kt more of ceiling.
    """
    period.segment_ceiling = pyo.Constraint(
        list(layout.base), rule=lambda b, s: (None, linear([(1.0, b.level[s]), (-1.0, b.ceiling[s])]), 0.0)
    )


def demand_met(period: pyo.Block, layout: Layout) -> None:
    r"""What is carried on the corridor, by the rival outside or not at all adds up to the demand.

    .. math:: q_p + outside_p + unmet_p = tonnes_p

    Keys: part of a demand that does not grow.  Unit: kt.  Outside and unmet exist where the demand has a price for
    them.  Price: objective per kt more of demand.
    """
    keys = [part.part_id for part in layout.parts if not part.grows]

    def balance(b: pyo.Block, p: str) -> tuple[Any, float]:
        terms: Terms = [(1.0, b.served[p]), (-1.0, b.tonnes[p])]
        terms += [(1.0, variable[p]) for variable in (b.outside, b.unmet) if p in variable]
        return linear(terms), 0.0

    period.demand_met = pyo.Constraint(keys, rule=balance)


def gate_choice(period: pyo.Block, layout: Layout) -> None:
    r"""Of a stream that may cross the gate no more crosses than is carried.

    .. math:: crossed_s \le \sum_{p \in s} q_p

    Keys: stream.  Unit: kt.  Without it tonnes could go round through the gate and count.  Price: objective per kt
    that may cross besides.
    """
    streams = {stream.stream_id: stream for stream in layout.streams if stream.crosses == "may"}
    period.gate_choice = pyo.Constraint(
        list(streams),
        rule=lambda b, s: (
            None,
            linear([(1.0, b.crossed[s]), *((-1.0, b.served[part.part_id]) for part in streams[s].parts)]),
            0.0,
        ),
    )


Rule = Callable[[pyo.Block, Layout], None]
MOVES: tuple[Rule, ...] = (cargo_balance, unit_fill, unit_balance, carrier_load, carrier_balance, resource_limit)
GROWTH: tuple[Rule, ...] = (segment_share, segment_total, segment_floor, segment_ceiling)
MEASURE_RULES: tuple[Rule, ...] = (*MOVES, *GROWTH, demand_met)
COST_RULES: tuple[Rule, ...] = (*MOVES, demand_met, gate_choice)
