"""What must hold in a case beyond the single cell; one function a rule, each yielding its faults."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from corridor.data.read import Reading
from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.graph import BACK, arcs, paying_cycle, reaches, rival_way
from corridor.model.schema import schemas

GRAPH = {"node", "link", "commodity", "packing", "mode", "unit", "tariff", "demand", "segment", "gate", "case"}


def faults_of(case: Case, found: list[Fault] | None = None) -> list[Fault]:
    """Every fault of a case, those of its cells (``found``) first.

    Rules on the graph are left out while a table that makes the graph has a fault: they would only repeat it.
    """
    faults = list(found or ())
    for rule in ROW_RULES:
        faults += rule(case)
    if not any(fault.place.split(".")[0].split(" ")[0] in GRAPH or fault.code in ("C001", "C002") for fault in faults):
        for rule in GRAPH_RULES:
            faults += rule(case)
    return faults


def checked(reading: Reading) -> Case:
    """The case that was read, or CaseError with all its faults."""
    faults = faults_of(reading.case, reading.faults)
    if faults:
        raise CaseError(faults)
    return reading.case


def references(case: Case) -> Iterator[Fault]:
    """C007: an id that refers to another table stands there."""
    for name, schema in schemas().items():
        for column in schema.fields:
            if not column.refers_to:
                continue
            known = {each for table in column.refers_to for each in case[table].index}
            for row_id, value in case[name][column.name].items() if column.name in case[name] else ():
                for each in value if isinstance(value, tuple) else [value]:
                    if isinstance(each, str) and each not in known:
                        what = " or ".join(column.refers_to)
                        place = case.place(name, str(row_id), column.name)
                        yield Fault("C007", place, f"{each} is no {what}; {nearest(each, known)}")


def single_rows(case: Case) -> Iterator[Fault]:
    """C030: one row in case, at most one in gate."""
    for table in ("case", "gate"):
        if len(case[table]) > 1:
            yield Fault("C030", f"{table}.csv", f"has {len(case[table])} rows; it holds one, so drop the others")


def links(case: Case) -> Iterator[Fault]:
    """C031: a link leads elsewhere, and its id leaves ``_back`` to the second direction."""
    for row in case.rows("link"):
        if row.from_node_id and row.from_node_id == row.to_node_id:
            yield Fault("C031", case.place("link", row.link_id, "to_node_id"), f"{row.to_node_id} is where the link begins; give another end")
        if row.link_id.endswith(BACK):
            yield Fault("C031", case.place("link", row.link_id, "link_id"), f"{row.link_id} ends in {BACK}, which names the second direction of a link; rename it")


def packings(case: Case) -> Iterator[Fault]:
    """C032: unit and payload come together, and a commodity is packed once for a mode."""
    seen: dict[tuple[str, str], str] = {}
    for row in case.rows("packing"):
        place = case.place("packing", row.packing_id)
        if (row.unit_id is None) != (row.payload_t is None):
            yield Fault("C032", place, "has a unit without a payload or a payload without a unit; give both, or neither for bulk")
        first = seen.setdefault((row.commodity_id, row.mode_id), row.packing_id)
        if first != row.packing_id:
            yield Fault("C032", place, f"{row.commodity_id} by {row.mode_id} is packed by row {first} already; drop one")


def factors(case: Case) -> Iterator[Fault]:
    """C035: a factor multiplies one thing; no capability is derated twice."""
    seen: dict[tuple[str, str], str] = {}
    basis = dict(zip(case["resource"].index, case["resource"]["basis"], strict=True))
    for row in case.rows("factor"):
        place = case.place("factor", row.factor_id)
        if (row.resource_id is None) == (row.size_id is None):
            yield Fault("C035", place, "names both a resource and a size, or neither; give one of them")
            continue
        thing = row.resource_id or row.size_id
        first = seen.setdefault((thing, row.kind), row.factor_id)
        if first != row.factor_id:
            yield Fault("C035", place, f"{thing} is derated for {row.kind} by {first} already; drop one, or make one of both")
        contained = basis.get(row.resource_id)
        if contained == "observed" or (contained == "net_of_weather" and row.kind == "weather"):
            yield Fault("C035", place, f"{thing} is derated twice: its capacity is {contained}, which contains {row.kind}; drop the factor or change the basis")


def carriers(case: Case) -> Iterator[Fault]:
    """C038: what may go by a carrier takes up some of it, and no size is given twice."""
    sizes: dict[str, set[str]] = defaultdict(set)
    for row in case.rows("size"):
        if row.dimension in sizes[row.carrier_id]:
            yield Fault("C038", case.place("size", row.size_id, "dimension"), f"{row.carrier_id} has a size in {row.dimension} already; drop one")
        sizes[row.carrier_id].add(row.dimension)
    loads: dict[str, set[str]] = defaultdict(set)
    for row in case.rows("loading"):
        if row.dimension in loads[row.item_id]:
            yield Fault("C038", case.place("loading", row.loading_id, "dimension"), f"{row.item_id} has a loading in {row.dimension} already; drop one")
        loads[row.item_id].add(row.dimension)
    rides = {(row.commodity_id, row.mode_id): row.unit_id for row in case.rows("packing")}
    told: set[tuple[str, str]] = set()
    for link in case.rows("link"):
        if link.carrier_id is None or link.carrier_id not in case["carrier"].index:
            continue
        for commodity in link.commodities or case["commodity"].index:
            if rides and (commodity, link.mode_id) not in rides:
                continue
            item = rides.get((commodity, link.mode_id)) or commodity
            if not loads[item] & sizes[link.carrier_id] and (item, link.carrier_id) not in told:
                told.add((item, link.carrier_id))
                yield Fault(
                    "C038",
                    case.place("link", link.link_id, "carrier_id"),
                    f"{item} takes up nothing of {link.carrier_id}, which could carry any amount of it; add a row to loading.csv in one of its dimensions",
                )


def uses(case: Case) -> Iterator[Fault]:
    """C039: a use counts something that its link has."""
    units, commodities = set(case["unit"].index), set(case["commodity"].index)
    carried = {row.link_id for row in case.rows("link") if row.carrier_id}
    for row in case.rows("use"):
        place = case.place("use", row.use_id, "item_id")
        if row.item_id in units and row.activity == "tonne":
            yield Fault("C039", place, f"{row.item_id} is a unit; a use by tonne names a commodity, or nothing")
        if row.item_id in commodities - units and row.activity in ("loaded", "empty", "unit"):
            yield Fault("C039", place, f"{row.item_id} is a commodity; a use by {row.activity} names a unit, or nothing")
        if row.activity == "move" and row.item_id:
            yield Fault("C039", place, "a use by move names no item; leave it empty")
        if row.activity == "move" and row.link_id in case["link"].index and row.link_id not in carried:
            yield Fault("C039", case.place("use", row.use_id, "activity"), f"{row.link_id} has no carrier whose moves could be counted; name one in link.csv")


def demands(case: Case) -> Iterator[Fault]:
    """C040: a demand leads elsewhere and can cross the gate that it names."""
    gated = bool(case.rows("gate")) and any(row.gate for row in case.rows("link"))
    for row in case.rows("demand"):
        if row.origin_id and row.origin_id == row.destination_id:
            yield Fault("C040", case.place("demand", row.demand_id, "destination_id"), f"{row.destination_id} is its origin too; give another end")
        if row.gate in ("must", "may") and not gated:
            yield Fault("C040", case.place("demand", row.demand_id, "gate"), f"{row.gate} cross the gate, but the case has none; add gate.csv and mark its links, or write never")
        if row.gate != "may" and row.elsewhere_t_per_year:
            yield Fault("C040", case.place("demand", row.demand_id, "elsewhere_t_per_year"), f"{row.elsewhere_t_per_year:g} took another way, but the demand {row.gate}s; only one that may cross has a choice".replace("nevers", "never crosses").replace("musts", "must cross"))


def gates(case: Case) -> Iterator[Fault]:
    """C041: a gate has links."""
    if case.rows("gate") and not any(row.gate for row in case.rows("link")):
        yield Fault("C041", "gate.csv", f"{case['gate'].index[0]} has no links; mark them by gate = 1 in link.csv")
    if not case.rows("gate") and any(row.gate for row in case.rows("link")):
        first = next(row for row in case.rows("link") if row.gate)
        yield Fault("C041", case.place("link", first.link_id, "gate"), "marks a gate, but the case has no gate.csv; add it, or write 0")


def backgrounds(case: Case) -> Iterator[Fault]:
    """C037: background and factors leave something of a resource."""
    derated: dict[str, float] = defaultdict(lambda: 1.0)
    for row in case.rows("factor"):
        if row.resource_id and row.value is not None:
            derated[row.resource_id] *= row.value
    for row in case.rows("resource"):
        if row.capacity is None or row.background is None:
            continue
        there = row.capacity * derated[row.resource_id]
        if row.background > there * (1 + 1e-12):
            yield Fault("C037", case.place("resource", row.resource_id, "background"), f"{row.background:g} {row.unit} is more than the {there:g} that there is after factors; check both")


def evidence(case: Case) -> Iterator[Fault]:
    """C050-C054: evidence speaks of cells that exist, its range holds the value, and no stated number is without."""
    known = schemas()
    covered: set[tuple[str, str]] = set()
    exact: set[tuple[str, str, str]] = set()
    for row in case.rows("evidence"):
        place = case.place("evidence", row.evidence_id)
        if row.table not in known:
            yield Fault("C050", place, f"{row.table} is no table; {nearest(row.table, known)}")
            continue
        names = [each.name for each in known[row.table].fields]
        if row.column not in names:
            yield Fault("C050", place, f"{row.column} is no column of {row.table}; {nearest(row.column, names)}")
            continue
        if row.row != "*" and row.row not in case[row.table].index:
            yield Fault("C050", place, f"{row.row} is no row of {row.table}; {nearest(row.row, case[row.table].index)}")
            continue
        if row.low is not None and row.high is not None and row.low > row.high:
            yield Fault("C051", place, f"low {row.low:g} is above high {row.high:g}; exchange them")
        if row.basis in ("known", "derived") and not row.source_id:
            yield Fault("C053", place, f"is {row.basis} but names no source; name it, or write assumed and why")
        if row.basis == "assumed" and not row.note:
            yield Fault("C053", place, "is assumed but does not say why; write it into note")
        if row.scenario:
            continue
        if row.row == "*":
            covered.add((row.table, row.column))
            continue
        exact.add((row.table, row.row, row.column))
        value = case[row.table].at[row.row, row.column]
        if case.scenario == "base" and isinstance(value, float) and row.low is not None and row.high is not None:
            slack = 1e-9 * max(abs(row.low), abs(row.high), 1) if math.isfinite(row.high) else 0
            if not row.low - slack <= value <= row.high + slack:
                yield Fault("C052", place, f"{row.table}.{row.row}.{row.column} is {value:g}, outside its range {row.low:g} to {row.high:g}; correct one of them")
    if not len(case["evidence"]):
        return
    for table, row_id, column in sorted(case.stated):
        if table in ("evidence", "source") or (table, column) in covered or (table, row_id, column) in exact:
            continue
        yield Fault("C054", case.place(table, row_id, column), "is a number without evidence; add a row to evidence.csv, assumed if need be")


def ceilings(case: Case) -> Iterator[Fault]:
    """C045: a segment's ceiling is not below its base year."""
    weight = {row.commodity_id: row.gate_factor for row in case.rows("commodity")}
    counts: Counter[str] = Counter()
    for row in case.rows("demand"):
        if row.segment_id and (row.gate != "never" or not case.rows("gate")):
            counts[row.segment_id] += row.t_per_year * (weight[row.commodity_id] if case.rows("gate") else 1)
    for row in case.rows("segment"):
        if row.ceiling_t_per_year < counts[row.segment_id] * (1 - 1e-9):
            yield Fault("C045", case.place("segment", row.segment_id, "ceiling_t_per_year"), f"{row.ceiling_t_per_year:g} is below the {counts[row.segment_id]:g} t of the base year; raise it, or write unlimited")


def reachable(case: Case) -> Iterator[Fault]:
    """C042: every demand with tonnes finds an open way."""
    for row in case.rows("demand"):
        ways = [("elsewhere_t_per_year", "never")] if row.gate == "may" else []
        ways.append(("t_per_year", "never" if row.gate == "never" else "must"))
        for column, crosses in ways:
            if getattr(row, column) and not reaches(case, row.commodity_id, crosses, row.origin_id, row.destination_id):
                how = " through the gate" if crosses == "must" else ""
                yield Fault(
                    "C042",
                    case.place("demand", row.demand_id),
                    f"no open way{how} leads {row.commodity_id} from {row.origin_id} to {row.destination_id}; check links, directions, closed links, packing, and the commodities that links admit",
                )


def rivals(case: Case) -> Iterator[Fault]:
    """C044: a demand has an outside price or rival links, not both."""
    for row in case.rows("demand"):
        if row.outside_usd_per_t is not None and rival_way(case, row.commodity_id, row.origin_id, row.destination_id):
            yield Fault("C044", case.place("demand", row.demand_id, "outside_usd_per_t"), f"{row.outside_usd_per_t:g} is the price of a rival route, but rival links lead there too, so the rival would count twice; leave one of them out")


def paying_cycles(case: Case) -> Iterator[Fault]:
    """C046: no commodity is paid to go round in a circle."""
    for commodity in case["commodity"].index:
        cycle = paying_cycle(case, str(commodity))
        if cycle:
            ways = {arc.arc_id: arc for arc in arcs(case)}
            place = case.place("link", ways[cycle[0]].link_id, "tariff_usd_per_t")
            round_ = ", ".join(cycle)
            yield Fault("C046", place, f"{commodity} is paid to go round over {round_}: the cycle pays for itself; raise a tariff, or put the payment into demand.csv, subsidy_usd_per_t")


Rule = Callable[[Case], Iterator[Fault]]
ROW_RULES: tuple[Rule, ...] = (
    references, single_rows, links, packings, factors, carriers, uses, demands, gates, backgrounds, evidence,
)  # fmt: skip
GRAPH_RULES: tuple[Rule, ...] = (ceilings, reachable, rivals, paying_cycles)
