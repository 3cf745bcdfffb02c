"""The rules of one period, in Pyomo: one function a rule, called by the noun that planners use.

The name of a rule is the prefix of its rows and the stem of its golden LP file. Inside: kt, thousand USD, thousands
of units and moves. A rule stands on ``model.period`` (it repeats), ``model.month`` or ``model.year`` (it holds once);
the variables and givens are those that :mod:`corridor.optimize.period.build` declares. Views show another variable at
another
time: ``arriving_...`` what left one time of the way ago, ``passing`` cargo by the calendar, ``busy`` carriers under
way, ``opening_...`` what was left one period ago. In a year that is one period each is the variable itself.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pyomo.core as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from corridor.model.graph import AFTER, layers
from corridor.model.program import BLOCKS
from corridor.optimize.period.coefficients import (
    Term,
    block_of,
    fill_terms,
    floor_terms,
    limit_terms,
    load_terms,
    share_terms,
    slot_terms,
    total_terms,
)
from corridor.optimize.period.layout import Layout

Terms = list[tuple[float, Any]]
LOST = ("lost", "lost_fixed")
"""Views of what closures lose of parts that grow, and of those that do not."""


def linear(terms: Iterable[tuple[float, Any]]) -> Any:
    """The sum of coefficient times variable."""
    pairs = list(terms)
    return LinearExpression(constant=0, linear_coefs=[c for c, _ in pairs], linear_vars=[v for _, v in pairs])


def find(model: pyo.ConcreteModel, name: str, key: Any) -> Any:
    """The variable of this name and key, in whichever block it stands; raises KeyError."""
    for block in BLOCKS:
        found = model.component(block).component(name)
        if found is not None and key in found:
            return found[key]
    raise KeyError((name, key))


def summed(model: pyo.ConcreteModel, terms: Iterable[Term]) -> Any:
    """The sum of terms that name their variables."""
    return linear([(coefficient, find(model, name, key)) for coefficient, name, key in terms])


def cargo_balance(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What arrives of a stream at a place, begins there or lay there, leaves it, stays or is delivered there.

    .. math:: \sum_{a \in in(n)} x'_{a,s,y} + \sum_{p: o_p = n} q_p + z'_{n,s,y} =
        \sum_{a \in out(n)} x_{a,s,y} + z_{n,s,y} + D_{s,y}

    Keys: stream, node, layer.  Unit: kt.  A gate arc leaves the layer before and enters the layer after, so a tonne
    is counted once.  Periods are those of the stream's own clock.  Price: objective per kt more to be sent on.
    Source: Ahuja, Magnanti and Orlin, Network Flows (1993), ch. 17.
    """
    period, terms = model.period, _entering(model, layout)
    for arc_id, name, layer in layout.flows:
        terms[name, layout.arcs[arc_id].start, layer].append((-1.0, period.flow[arc_id, name, layer]))
    for stream in layout.streams:
        for layer in layers(stream.crosses)[1]:
            terms[stream.stream_id, stream.destination, layer].append((-1.0, period.arrived[stream.stream_id, layer]))
    for store in layout.stores:
        for key in store.stocks:
            terms[key[1:]] += [(1.0, period.opening_stock[key]), (-1.0, period.stock[key])]
            if not layout.horizon.cyclic:
                terms[key[1:]].append((1.0, period.beginning_stock[key]))
    keys = [
        (stream.stream_id, node, layer)
        for stream in layout.streams
        for node, layer in stream.nodes
        if terms[stream.stream_id, node, layer]
    ]
    period.cargo_balance = pyo.Constraint(keys, rule=lambda _, *key: (linear(terms[key]), 0.0))


def _entering(model: pyo.ConcreteModel, layout: Layout) -> dict[tuple[str, str, str], Terms]:
    """What comes to a place: off its arcs, and from the demands that begin there."""
    period = model.period
    terms: dict[tuple[str, str, str], Terms] = defaultdict(list)
    arriving = period.arriving_flow if layout.timed else period.flow
    for arc_id, name, layer in layout.flows:
        arc = layout.arcs[arc_id]
        terms[name, arc.end, AFTER if arc.gate else layer].append((1.0, arriving[arc_id, name, layer]))
    for stream in layout.streams:
        on, _ = layers(stream.crosses)
        for part in stream.parts:
            terms[stream.stream_id, part.origin, on[0]].append((1.0, period.served[part.part_id]))
    return terms


def unit_fill(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""Cargo that rides in units fills loaded ones; a unit without cargo is an empty one.

    .. math:: \sum_{s,y} x_{l,s,y} / payload_{l,k(s)} = loaded_{l,u}

    Keys: link direction, unit.  Unit: thousand units.  Where nothing within the year limits the units of an arc the
    row holds once a year.  Price: objective per thousand loaded units more.
    Source: Crainic and Laporte, Planning models for freight transportation, EJOR 97 (1997).
    """
    terms = fill_terms(layout)
    for block, chosen in (("period", True), ("year", False)):
        keys = [key for key in terms if (key in layout.ridden) == chosen]
        if keys:
            rows = pyo.Constraint(keys, rule=lambda b, *key: (summed(model, terms[key]), 0.0))
            model.component(block).unit_fill = rows


def unit_balance(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""Units that come to a place within the year leave it again, loaded or empty; meanwhile they may stand there.

    .. math:: \sum_{l \in in(n)} (loaded_{l,u} + empty_{l,u}) = \sum_{l \in out(n)} (loaded_{l,u} + empty_{l,u})

    Keys: node, unit.  Unit: thousand units.  Price: objective per thousand units more at the place.
    Source: Dejax and Crainic, A review of empty flows, Transportation Science 21 (1987).
    """
    terms: dict[tuple[str, str], list[Term]] = defaultdict(list)
    for name, keys in (("loaded", layout.loaded), ("empty", layout.empty)):
        for arc, unit in keys:
            terms[layout.arcs[arc].end, unit].append((1.0, name, (arc, unit)))
            terms[layout.arcs[arc].start, unit].append((-1.0, name, (arc, unit)))
    model.year.unit_balance = pyo.Constraint(list(terms), rule=lambda _, *key: (summed(model, terms[key]), 0.0))


def carrier_load(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What rides on the carriers of a link fits them, in each dimension that can fill up.

    .. math:: \sum_i w_{i,\delta}\, load_{l,i} \le size_{c,\delta}\, move_l

    Keys: link direction, dimension.  Unit: thousands of the dimension's unit (deck metres, t, TEU).
    Price: objective per thousand more places.
    Source: Christiansen, Fagerholt, Nygreen and Ronen, Ship routing and scheduling, EJOR 228 (2013).
    """
    terms = load_terms(layout)
    model.period.carrier_load = pyo.Constraint(list(terms), rule=lambda b, *key: (None, summed(model, terms[key]), 0.0))


def carrier_balance(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""Carriers that come to a place leave it again, or stand there until a later period.

    .. math:: \sum_{l \in in(n)} move'_l + stand'_{n,c} = \sum_{l \in out(n)} move_l + stand_{n,c}

    Keys: node, carrier.  Unit: thousand moves.  Price: objective per thousand carriers more at the place.
    Source: Christiansen, Fagerholt, Nygreen and Ronen, EJOR 228 (2013).
    """
    period = model.period
    arriving = period.arriving_move if layout.timed else period.move
    terms: dict[tuple[str, str], Terms] = defaultdict(list)
    for arc_id in layout.moves:
        arc = layout.arcs[arc_id]
        assert arc.carrier_id is not None
        terms[arc.end, arc.carrier_id].append((1.0, arriving[arc_id]))
        terms[arc.start, arc.carrier_id].append((-1.0, period.move[arc_id]))
    if layout.timed:
        for key in terms:
            terms[key] += [(1.0, period.opening_standing[key]), (-1.0, period.standing[key])]
            if not layout.horizon.cyclic:
                terms[key].append((1.0, period.beginning_standing[key]))
    period.carrier_balance = pyo.Constraint(list(terms), rule=lambda _, *key: (linear(terms[key]), 0.0))


def carrier_standing(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""No more carriers stand in port than a fleet has.

    .. math:: \sum_{n,c \in r} stand_{n,c} \le fleet_r

    Keys: resource of a fleet.  Unit: thousand carriers.  Price: objective per thousand carriers more.
    """
    period, fleets = model.period, defaultdict(list)
    for node, carrier in layout.standing:
        fleets[layout.case.row("carrier", carrier).resource_id].append((1.0, period.standing[node, carrier]))
    period.carrier_standing = pyo.Constraint(
        list(fleets), rule=lambda b, r: (None, linear([*fleets[r], (-1.0, b.fleet[r])]), 0.0)
    )


def resource_limit(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What cargo, units and moves take of a resource stays within what it offers.

    .. math:: \sum_i a_{r,i}\, activity_i \le available_r

    Keys: resource (a fleet, a quay, the gate's nameplate, a link's own capacity ...).  Unit: the resource's own,
    times the scale of :func:`corridor.optimize.period.coefficients.resource_terms`.  The nameplate and what a contract
    gives
    hold once a year, or a month.  Price: objective per unit more, >= 0.
    Source: Ahuja, Magnanti and Orlin, Network Flows (1993), ch. 17.
    """
    terms = limit_terms(layout)
    for block in BLOCKS:
        keys = [resource for resource in terms if block_of(layout.case, resource) == block]
        if keys:
            rows = pyo.Constraint(keys, rule=lambda b, r: (None, summed(model, terms[r]), 0.0))
            model.component(block).resource_limit = rows


def store_limit(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What lies in a store fits it: its stock, or by Little's law what passes times its dwell; never both.

    .. math:: \sum_{s,y} z_{i,s,y} \le room_i \quad\text{or}\quad \sum_{s,y} dwell_i\, x_{s,y} \le room_i\, hours

    Keys: store.  Unit: kt.  Price: objective per kt more room.
    Source: Little, A proof for the queuing formula L = lambda W, Operations Research 9 (1961).
    """
    slots = slot_terms(layout)

    def fits(b: pyo.Block, store_id: str) -> tuple[None, Any, float]:
        if store_id in slots:
            return None, summed(model, slots[store_id]), 0.0
        held = [(1.0, b.held[key]) for key in stocks[store_id]]
        return None, linear([*held, (-1.0, b.room[store_id])]), 0.0

    stocks = {store.row.store_id: store.stocks for store in layout.stores}
    keys = [store.row.store_id for store in layout.stores if math.isfinite(store.row.capacity_t)]
    model.period.store_limit = pyo.Constraint(keys, rule=fits)


def store_entry(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What comes to a store's place, for stores where it stays a while or pays after a while.

    .. math:: in_{i,s,y} = \sum_{a \in in(n)} x'_{a,s,y} + \sum_{p: o_p = n} q_p

    Keys: store, stream, node, layer.  Unit: kt.
    """
    terms = _entering(model, layout)
    entered = model.period.entered
    model.period.store_entry = pyo.Constraint(
        list(entered), rule=lambda b, *key: (linear([*terms[key[1:]], (-1.0, entered[key])]), 0.0)
    )


def store_dwell(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What entered within the dwell is still there.

    .. math:: z_{i,s,y} \ge in_{i,s,y}(\text{the last } dwell_i)

    Keys: store, stream, node, layer.  Unit: kt.  Only where the dwell is longer than a period.
    """
    keys = [key for store in layout.stores if store.row.dwell_d for key in store.stocks]
    model.period.store_dwell = pyo.Constraint(
        keys, rule=lambda b, *key: (0.0, linear([(1.0, b.stock[key]), (-1.0, b.recent_entered[key])]), None)
    )


def store_overstay(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What did not enter within the free time has overstayed it.

    .. math:: over_{i,s,y} \ge z_{i,s,y} - in_{i,s,y}(\text{the last } free_i)

    Keys: store, stream, node, layer.  Unit: kt.
    """
    model.period.store_overstay = pyo.Constraint(
        list(model.period.overstay),
        rule=lambda b, *key: (
            0.0,
            linear([(1.0, b.overstay[key]), (-1.0, b.stock[key]), (1.0, b.free_entered[key])]),
            None,
        ),
    )


def store_opening(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What lies in a store as an open year begins.

    .. math:: \sum_{s,y} z^0_{i,s,y} = opening_i

    Keys: store.  Unit: kt.  Price: objective per kt more in the beginning.
    """
    rows = {store.row.store_id: store.stocks for store in layout.stores if store.stocks}
    model.year.store_opening = pyo.Constraint(
        list(rows), rule=lambda b, i: (linear([*((1.0, b.began[k]) for k in rows[i]), (-1.0, b.opening[i])]), 0.0)
    )


def store_closing(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What has to lie in a store as an open year ends.

    .. math:: \sum_{s,y} z^T_{i,s,y} \ge closing_i

    Keys: store.  Unit: kt.  Price: objective per kt less in the end.
    """
    last = model.period.closing_stock
    rows = {store.row.store_id: store.stocks for store in layout.stores if store.stocks}
    model.year.store_closing = pyo.Constraint(
        list(rows),
        rule=lambda b, i: (0.0, linear([*((1.0, last[k]) for k in rows[i]), (-1.0, b.closing[i])]), None),
    )


def segment_share(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""Inside a segment every demand keeps its share of the base year.

    .. math:: w_p\, q_p = \frac{w_p\, base_p}{\sum_{i \in s} w_i\, base_i}\; level_s

    Keys: part of a demand that grows.  Unit: gate kt.  Price: objective per gate kt more of this part alone.
    """
    terms = share_terms(layout)
    model.year.segment_share = pyo.Constraint(list(terms), rule=lambda b, p: (summed(model, terms[p]), 0.0))


def segment_total(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""A segment's level is what its demands deliver, in any proportion.

    .. math:: \sum_{p \in s} w_p\, q_p = level_s

    Keys: segment.  Unit: gate kt.  Where ``segment_share`` holds too it adds nothing; the study ``free`` drops that
    one and keeps this.  Price: objective per gate kt more.
    """
    terms = total_terms(layout)
    model.year.segment_total = pyo.Constraint(list(terms), rule=lambda b, s: (summed(model, terms[s]), 0.0))


def segment_floor(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""No segment falls below its floor, nor below the growth that is common to all.

    .. math:: level_s \ge floor_s + base_s\, growth

    Keys: segment.  Unit: gate kt.  In the study ``concurrent`` the floors are zero and growth is what is sought; in
    ``capability`` growth is zero and the floor is given.  Price: objective per gate kt less of floor.
    """
    terms = floor_terms(layout)
    model.year.segment_floor = pyo.Constraint(list(terms), rule=lambda b, s: (0.0, summed(model, terms[s]), None))


def segment_ceiling(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""No segment passes its ceiling.

    .. math:: level_s \le ceiling_s

    Keys: segment.  Unit: gate kt.  Price: objective per gate kt more of ceiling.
    """
    model.year.segment_ceiling = pyo.Constraint(
        list(layout.base), rule=lambda b, s: (None, linear([(1.0, b.level[s]), (-1.0, b.ceiling[s])]), 0.0)
    )


def demand_met(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What is carried on the corridor, by the rival outside or not at all adds up to the demand of the year.

    .. math:: q_p + outside_p + unmet_p = tonnes_p

    Keys: part of a demand that does not grow and is not bound to time.  Unit: kt.  Outside and unmet exist where the
    demand has a price for them.  Price: objective per kt more of demand.
    """
    period = model.period
    keys = [part.part_id for part in layout.parts if not part.grows and part.part_id not in layout.timed_parts]

    def balance(b: pyo.Block, p: str) -> tuple[Any, float]:
        terms: Terms = [(1.0, period.served[p]), (-1.0, b.tonnes[p])]
        terms += [(1.0, variable[p]) for variable in (period.outside, period.unmet) if p in variable]
        return linear(terms), 0.0

    model.year.demand_met = pyo.Constraint(keys, rule=balance)


def demand_wait(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What is offered and does not leave, on the corridor or otherwise, waits at its origin.

    .. math:: wait_p = wait'_p + offer_p - q_p - outside_p - unmet_p

    Keys: part of a demand that is bound to time.  Unit: kt.  Price: objective per kt more offered in the period.
    """

    def balance(b: pyo.Block, p: str) -> tuple[Any, float]:
        terms: Terms = [(1.0, b.opening_waiting[p]), (-1.0, b.waiting[p]), (-1.0, b.served[p])]
        terms.append((1.0, b.offered[p] if p in b.offered else b.tonnes[p]))
        gone = (b.outside, b.unmet, *(b.component(each) for each in LOST if b.component(each) is not None))
        terms += [(-1.0, variable[p]) for variable in gone if p in variable]
        return linear(terms), 0.0

    model.period.demand_wait = pyo.Constraint(list(layout.timed_parts), rule=balance)


def lately(period: pyo.Block, name: str, part: str) -> Any:
    """The view of what was offered lately of a part, whether it grows or not."""
    found = period.component(name)
    return found[part] if part in found else period.component(f"{name}_fixed")[part]


def demand_patience(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""Nothing waits longer than it may: what waits was offered within that time.

    .. math:: wait_p \le offer_p(\text{the last } wait\_d_p)

    Keys: part of a demand with a longest wait.  Unit: kt.  Price: objective per kt that may wait longer.
    """
    keys = [part for part, row in layout.timed_parts.items() if math.isfinite(row.wait_d)]
    model.period.demand_patience = pyo.Constraint(
        keys, rule=lambda b, p: (None, linear([(1.0, b.waiting[p]), (-1.0, lately(b, "patient", p))]), 0.0)
    )


def demand_late(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""What was not offered within the days that count as in time is late.

    .. math:: late_p \ge wait_p - offer_p(\text{the last } late\_d_p)

    Keys: part of a demand that can be late.  Unit: kt.
    """
    model.period.demand_late = pyo.Constraint(
        list(model.period.late),
        rule=lambda b, p: (0.0, linear([(1.0, b.late[p]), (-1.0, b.waiting[p]), (1.0, lately(b, "prompt", p))]), None),
    )


def demand_end(model: pyo.ConcreteModel, layout: Layout) -> None:
    r"""Nothing waits as an open year ends of a demand that grows, or that may wait for ever: it would never leave.

    .. math:: wait^T_p = 0

    Keys: part of such a demand that is bound to time.  Unit: kt.
    """
    grows = {part.part_id for part in layout.parts if part.grows}
    keys = [part for part, row in layout.timed_parts.items() if part in grows or not math.isfinite(row.wait_d)]
    last = model.period.closing_waiting
    model.year.demand_end = pyo.Constraint(keys, rule=lambda b, p: (linear([(1.0, last[p])]), 0.0))


Rule = Callable[[pyo.ConcreteModel, Layout], None]
MOVES: tuple[Rule, ...] = (cargo_balance, unit_fill, unit_balance, carrier_load, carrier_balance, resource_limit)
GROWTH: tuple[Rule, ...] = (segment_share, segment_total, segment_floor, segment_ceiling)
STORES: tuple[Rule, ...] = (store_limit, store_entry, store_dwell, store_overstay)
WAITS: tuple[Rule, ...] = (demand_wait, demand_patience, demand_late)
ENDS: tuple[Rule, ...] = (store_opening, store_closing, demand_end)
RULES: tuple[Rule, ...] = (*MOVES, *GROWTH, demand_met, carrier_standing, *STORES, *WAITS, *ENDS)


def rules_of(layout: Layout) -> list[Rule]:
    """The rules of a study over a horizon."""
    chosen = [*MOVES, *(GROWTH if layout.measures else ()), demand_met]
    if layout.stores:
        chosen += STORES if any(store.stocks for store in layout.stores) else [store_limit]
    if layout.timed:
        chosen += [carrier_standing, *WAITS]
        chosen += ENDS if not layout.horizon.cyclic else ()
    return chosen
