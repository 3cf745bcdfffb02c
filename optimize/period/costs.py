"""Terms of the costs by item: freight, time, carbon, operation, and the price of cargo that is not carried here."""

from __future__ import annotations

from corridor.model.horizon import DAY
from corridor.model.result.carbon import grams_per_t
from corridor.optimize.period.algebra import Term, seen
from corridor.optimize.period.layout import Layout

LEAST_DAY = 0.1
"""Lower limit, USD per t and day: price of time in a store or at the origin, in the tie-break."""
NUDGE = 1e-3
"""USD per t, unit and move in the tie-break by periods: it keeps needless moves from being free."""
KM, HOUR, ID, UNIT = 4e-5, 1e-6, 6e-7, 1e-5
"""Tie-break of a year as one period: USD per t km, per t h, per t and link, and per unit and move.

By the order of ids a link counts once to twice. Each is a small part of the one before over a usual way, and of any
operating cost. All are above the tolerance of the solver.
"""


def cost_items(layout: Layout, study: str) -> list[tuple[str, Term]]:
    """Thousand USD of a cost study, ``cost_shipper`` or ``cost_resource``, by item and variable of the period.

    Items of :data:`corridor.model.result.revenue.ITEMS`. A measure has the items of flows and moves alone.
    """
    items = _of_shippers(layout) if study == "cost_shipper" else _of_operators(layout)
    if not layout.measures:
        items += _beside(layout, study == "cost_shipper")
    return [(item, term) for item, term in items if term[0]]


def cost_terms(layout: Layout, study: str) -> list[Term]:
    """Thousand USD of a cost study by variable of the period; time and carbon of a flow are one term."""
    terms: list[Term] = []
    before = ""
    for item, (coefficient, name, key) in cost_items(layout, study):
        if (before, item) == ("time", "carbon") and terms[-1][1:] == (name, key):
            coefficient += terms.pop()[0]
        terms.append((coefficient, name, key))
        before = item
    return terms


def _of_shippers(layout: Layout) -> list[tuple[str, Term]]:
    """Freight, time of the cargo, the price of carbon, and where shippers choose the spread of time, arc by arc."""
    carbon = float(layout.case.rows("case")[0].carbon_usd_per_t)
    grams = grams_per_t(layout.case)
    days = {row.link_id: float(row.spread_d) for row in layout.case.rows("link")} if layout.chooses else {}
    flow = seen(layout, "flow")
    items: list[tuple[str, Term]] = []
    for key in layout.flows:
        arc, stream = layout.arcs[key[0]], layout.stream[key[1]]
        commodity = stream.commodity
        items.append(("freight", layout.term(arc.tariff[commodity], arc.tariff_cell[commodity], flow, key)))
        items.append(("time", (stream.day * layout.hours(arc) / DAY, "flow", key)))
        items.append(("carbon", (carbon * grams[key[0]] / 1e6, "flow", key)))
        if layout.chooses:
            items.append(("reliability", (stream.spread * days[arc.link_id], "flow", key)))
    return items


def _of_operators(layout: Layout) -> list[tuple[str, Term]]:
    """Operation of ways, units and carriers."""
    per_tkm = {row.mode_id: row.cost_usd_per_tkm for row in layout.case.rows("mode")}
    per_km = {row.unit_id: row.cost_usd_per_km for row in layout.case.rows("unit")}
    hourly = {row.carrier_id: row.cost_usd_per_h for row in layout.case.rows("carrier")}
    terms: list[Term] = []
    for key in layout.flows:
        arc = layout.arcs[key[0]]
        terms.append((per_tkm[arc.mode_id] * arc.length_km, "flow", key))
    for name, keys in (("loaded", layout.loaded), ("empty", layout.empty)):
        terms += [(per_km[unit] * layout.arcs[arc].length_km, name, (arc, unit)) for arc, unit in keys]
    for arc_id in layout.moves:
        arc = layout.arcs[arc_id]
        terms.append((hourly[arc.carrier_id] * layout.hours(arc), "move", arc_id))
    return [("operation", term) for term in terms]


def _beside(layout: Layout, shipper: bool) -> list[tuple[str, Term]]:
    """Cargo outside or left behind, subsidies, lateness and stores."""
    items: list[tuple[str, Term]] = []
    for part in layout.parts:
        row = layout.case.row("demand", part.demand_id)
        for sign, column, name, item in (
            (1, "outside_usd_per_t", "outside", "outside"),
            (1, "unmet_usd_per_t", "unmet", "penalty"),
            (-1, "subsidy_usd_per_t", "served", "subsidy"),
        ):
            usd = getattr(row, column)
            if usd is not None and (shipper if name == "served" else not layout.chooses):
                cell = ("demand", row.demand_id, column)
                items.append((item, layout.term(sign * usd, cell, name, part.part_id)))
    items += [("lateness", (row.late_usd_per_t_day, "late_days", bound)) for bound, row in layout.timed_parts.items()]
    for store in layout.stores:
        paid = "overstay_days" if store.row.free_d else "stock_days"
        items += [("storage", (store.row.usd_per_t_day, paid, key)) for key in store.stocks]
        if not layout.horizon.cyclic:
            items += [("stock", (-store.row.closing_usd_per_t, "closing_stock", key)) for key in store.stocks]
    return items


def tie_break_terms(layout: Layout) -> list[Term]:
    """Terms of the second pass: the operators' cost, time of waiting cargo, a nudge on all that moves.

    In a year as one period ways of equal cost are decided by their length, then by their time, then by their id.
    """
    nudge, nudges = NUDGE, list[Term]()
    if layout.timed:
        nudges += [(NUDGE, "flow", key) for key in layout.flows]
    else:
        nudge = UNIT
        ranks = {name: ID * (1 + number / len(layout.arcs)) for number, name in enumerate(layout.arcs)}
        ways = {name: KM * arc.length_km + HOUR * layout.hours(arc) + ranks[name] for name, arc in layout.arcs.items()}
        nudges += [(ways[key[0]], "flow", key) for key in layout.flows]
    # A loaded unit without cargo is an empty one: it must not look cheaper.
    nudges += [(2 * nudge, "loaded", key) for key in layout.loaded] + [(nudge, "empty", key) for key in layout.empty]
    nudges += [(nudge, "move", key) for key in layout.moves]
    day = {row.commodity_id: max(LEAST_DAY, row.time_usd_per_t_day) for row in layout.case.rows("commodity")}
    stocks = [key for store in layout.stores for key in store.stocks]
    nudges += [(day[layout.stream[key[1]].commodity], "stock_days", key) for key in stocks]
    commodity = {part.part_id: part.commodity for part in layout.parts}
    nudges += [(day[commodity[part]], "waiting_days", part) for part in layout.timed_parts]
    return cost_terms(layout, "cost_resource") + nudges
