"""What must hold in a case beyond the single cell; one function a rule, each yielding what it finds."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

import networkx as nx

from corridor.data.read import Cell, Reading
from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.graph import AFTER, BACK, BEFORE, Place, arcs, layered, layers, paying_cycle, rival_way
from corridor.model.schema import schemas

DUST_USD = 1e-9
"""A cycle pays for itself only if it does so by more than rounding."""
FROM_ANY, TO_ANY = "(from any place)", "(to any place)"
HINTS = 2_000_000
"""Words compared in the search for nearest ids; beyond that faults are told without a hint."""


@dataclass(frozen=True)
class Found:
    """A fault found by a rule: the cell that it points at, and other cells of the row that its verdict rests on."""

    code: str
    table: str
    row: str
    column: str
    message: str
    rests_on: tuple[str, ...] = ()

    @property
    def cells(self) -> set[Cell]:
        return {(self.table, self.row, column) for column in (self.column, *self.rests_on)}


@dataclass
class View:
    """A case as rules see it: with the cells whose value is unknown, and the tables of which rows are unknown.

    ``doubtful`` holds, by table, the rows in which something is wrong.
    """

    case: Case
    wrong: Collection[Cell] = ()
    partial: Collection[str] = ()
    doubtful: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @cached_property
    def sound(self) -> Case:
        """The case without its doubtful rows, for the rules on the graph."""
        without = {name: set(rows) for name, rows in self.doubtful.items()}
        if without.get("tariff"):  # the link's own tariff does not hold where a row of the tariff table may
            told = self.case["tariff"].loc[sorted(without["tariff"]), "link_id"]
            without["link"] = without.get("link", set()) | {str(each) for each in told}
        if not any(without.get(name) for name in ("commodity", "link", "packing", "tariff", "demand", "segment")):
            return self.case
        tables = dict(self.case.tables)
        for name in ("commodity", "link", "packing", "tariff", "demand", "segment"):
            tables[name] = tables[name][~tables[name].index.isin(list(without.get(name, ())))]
        demand = tables["demand"]
        tables["demand"] = demand[demand["commodity_id"].isin(list(tables["commodity"].index))]
        return replace(self.case, tables=tables)

    @cached_property
    def doubtful_links(self) -> list[Any]:
        """Rows of the links that the sound case leaves out."""
        kept = set(self.sound["link"].index)
        return [row for row in self.case.rows("link") if row.link_id not in kept]

    def unpacked(self, commodity: str) -> bool:
        """Whether a doubtful row of the packing table could be about this commodity."""
        rows = self.doubtful.get("packing", ())
        known = set(self.case["commodity"].index)
        return any(
            self.case["packing"].at[row, "commodity_id"] in {commodity, None} - known | {commodity} for row in rows
        )


if TYPE_CHECKING:
    Graph = nx.MultiDiGraph[Place]

Rule = Callable[[View], Iterator[Found]]


def faults_of(case: Case, reading: Reading | None = None) -> list[Fault]:
    """Every fault of a case, those of its cells (found in the ``reading``) first.

    What follows from a fault that was told already is not told again: a cell that could not be read is not judged
    further, an id is not unknown where its table could not be read, and a way over a doubtful link counts as open.
    """
    view = View(case, reading.wrong, reading.partial) if reading else View(case)
    for table, row, _ in view.wrong:
        view.doubtful[table].add(row)
    faults = list(reading.faults) if reading else []
    changed = {(change.table, change.row, change.column) for change in case.changes}
    for needs, rule in RULES:
        if any(table in view.partial for table in needs):
            continue
        found = [each for each in rule(view) if not any(cell in view.wrong for cell in each.cells)]
        if rule not in GRAPH_RULES and rule is not unproven:
            for each in found:
                view.doubtful[each.table].add(each.row)
        faults += [Fault(each.code, _place(case, each, changed), each.message) for each in found]
    return faults


def _place(case: Case, each: Found, changed: Collection[Cell]) -> str:
    """Where a fault stands; a cell that a change has set stands in no file."""
    if (each.table, each.row, each.column) in changed:
        return f"{each.table}.{each.row}.{each.column}"
    return case.place(each.table, each.row, each.column)


def checked(reading: Reading) -> Case:
    """The case that was read, or CaseError with all its faults."""
    faults = faults_of(reading.case, reading)
    if faults:
        raise CaseError(faults)
    return reading.case


def references(view: View) -> Iterator[Found]:
    """C007: an id that refers to another table stands there."""
    case = view.case
    left = HINTS
    for name, schema in schemas().items():
        for column in schema.fields:
            known = {str(each) for table in column.refers_to for each in case[table].index}
            unsure = any(table in view.partial for table in column.refers_to) or any(each[0] == "(" for each in known)
            if not column.refers_to or unsure:
                continue
            misnamed = {row for table, row, key in view.wrong if table in column.refers_to and key == f"{table}_id"}
            what = " or ".join(column.refers_to)
            hints: dict[str, str] = {}
            for row_id, value in case[name][column.name].items():
                for each in value if isinstance(value, tuple) else [value]:
                    if not isinstance(each, str) or each in known:
                        continue
                    if each not in hints:
                        left -= len(known)
                        hints[each] = _remedy(each, known, column.refers_to) if left > 0 else "add it, or correct it"
                    if hints[each] in {f"did you mean {row}?" for row in misnamed}:
                        continue  # it is that row whose id is wrong
                    yield Found("C007", name, str(row_id), column.name, f"{each} is no {what}; {hints[each]}")


def _remedy(word: str, known: set[str], tables: tuple[str, ...]) -> str:
    if known:
        return nearest(word, known)
    return f"there is none yet, so add it to {' or '.join(f'{table}.csv' for table in tables)}"


def single_rows(view: View) -> Iterator[Found]:
    """C030: one row in case, at most one in gate."""
    for table in ("case", "gate"):
        for row in view.case[table].index[1:]:
            message = f"{row} is one row too many; {table}.csv holds one, so drop the others"
            yield Found("C030", table, str(row), schemas()[table].id_column, message)


def links(view: View) -> Iterator[Found]:
    """C031: a link leads elsewhere, and its id leaves ``_back`` to the second direction."""
    for row in view.case.rows("link"):
        if row.from_node_id and row.from_node_id == row.to_node_id:
            message = f"{row.to_node_id} is where the link begins, too; give another end"
            yield Found("C031", "link", row.link_id, "to_node_id", message, ("from_node_id",))
        if row.link_id.endswith(BACK):
            message = f"{row.link_id} ends in {BACK}, which is kept for the second direction of a link; rename it"
            yield Found("C031", "link", row.link_id, "link_id", message)


def packings(view: View) -> Iterator[Found]:
    """C032: unit and payload come together, and a commodity is packed once for a mode."""
    seen: dict[tuple[str, str], str] = {}
    for row in view.case.rows("packing"):
        if row.unit_id is not None and row.payload_t is None:
            message = f"{row.unit_id} has no payload; give the tonnes in one unit, or drop the unit for bulk"
            yield Found("C032", "packing", row.packing_id, "payload_t", message, ("unit_id",))
        if row.unit_id is None and row.payload_t is not None:
            message = f"a payload of {row.payload_t:g} t has no unit; name the unit, or drop the payload for bulk"
            yield Found("C032", "packing", row.packing_id, "unit_id", message, ("payload_t",))
        first = seen.setdefault((row.commodity_id, row.mode_id), row.packing_id)
        if first != row.packing_id:
            message = f"{row.commodity_id} by {row.mode_id} is packed by row {first} already; drop one of the two"
            yield Found("C032", "packing", row.packing_id, "mode_id", message, ("commodity_id",))


def factors(view: View) -> Iterator[Found]:
    """C035: a factor multiplies one thing; no capability is derated twice."""
    seen: dict[tuple[str, str], str] = {}
    resource = view.case["resource"]
    basis = dict(zip(resource.index, resource["basis"], strict=True))
    rests_on = ("resource_id", "size_id")
    for row in view.case.rows("factor"):
        if row.resource_id is None and row.size_id is None:
            message = "the factor names neither a resource nor a size; name one of them"
            yield Found("C035", "factor", row.factor_id, "resource_id", message, rests_on)
            continue
        if row.resource_id is not None and row.size_id is not None:
            message = f"the factor names both {row.resource_id} and {row.size_id}; make it two factors"
            yield Found("C035", "factor", row.factor_id, "size_id", message, rests_on)
            continue
        thing = row.resource_id or row.size_id
        first = seen.setdefault((thing, row.kind), row.factor_id)
        if first != row.factor_id:
            message = f"{thing} is derated twice for {row.kind}, first by {first}; drop one of the two, or join them"
            yield Found("C035", "factor", row.factor_id, "kind", message, rests_on)
        contained = basis.get(row.resource_id)
        if contained == "observed" or (contained == "net_of_weather" and row.kind == "weather"):
            message = (
                f"{thing} is derated twice for {row.kind}: its capacity is {contained}, which contains it already; "
                "drop the factor, or correct the basis in resource.csv"
            )
            yield Found("C035", "factor", row.factor_id, "kind", message, rests_on)


def carriers(view: View) -> Iterator[Found]:
    """C038: what may go by a carrier takes up some of it, and no size is given twice."""
    case = view.case
    sizes: dict[str, set[str]] = defaultdict(set)
    for row in case.rows("size"):
        if row.dimension and row.dimension in sizes[row.carrier_id]:
            message = f"{row.carrier_id} has a size in {row.dimension} already; drop one of the two"
            yield Found("C038", "size", row.size_id, "dimension", message, ("carrier_id",))
        sizes[row.carrier_id].add(row.dimension)
    loads: dict[str, set[str]] = defaultdict(set)
    for row in case.rows("loading"):
        if row.dimension and row.dimension in loads[row.item_id]:
            message = f"{row.item_id} has a loading in {row.dimension} already; drop one of the two"
            yield Found("C038", "loading", row.loading_id, "dimension", message, ("item_id",))
        loads[row.item_id].add(row.dimension)
    if any(view.doubtful.get(table) for table in ("size", "loading", "packing")):
        return
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
                message = (
                    f"{link.carrier_id} could carry any amount of {item}, which takes up nothing of it; "
                    f"give {item} a row in loading.csv, in a dimension that {link.carrier_id} has in size.csv"
                )
                rests_on = ("commodities", "mode_id")
                yield Found("C038", "link", link.link_id, "carrier_id", message, rests_on)


def uses(view: View) -> Iterator[Found]:
    """C039: a use counts something that its link has."""
    case = view.case
    units, commodities = set(case["unit"].index), set(case["commodity"].index)
    carried = {row.link_id for row in case.rows("link") if row.carrier_id}
    unsure = {row for table, row, column in view.wrong if (table, column) == ("link", "carrier_id")}
    for row in case.rows("use"):
        on = ("use", row.use_id, "item_id")
        if row.item_id in units and row.activity == "tonne":
            yield Found("C039", *on, f"{row.item_id} is a unit, but tonnes are of a commodity; name one, or nothing")
        if row.item_id in commodities - units and row.activity in ("loaded", "empty", "unit"):
            message = (
                f"{row.item_id} is a commodity, but what is counted ({row.activity}) is units; name one, or nothing"
            )
            yield Found("C039", *on, message, ("activity",))
        if row.activity == "move" and row.item_id:
            message = f"{row.item_id} cannot be told apart in a move of the carrier; leave the cell empty"
            yield Found("C039", *on, message, ("activity",))
        if row.activity == "move" and row.link_id in case["link"].index and row.link_id not in carried | unsure:
            message = f"{row.link_id} has no carrier whose moves could be counted; name one in link.csv, carrier_id"
            yield Found("C039", "use", row.use_id, "activity", message, ("link_id",))


def one_way(view: View) -> Iterator[Found]:
    """C039: what speaks of the second direction of a link needs a link that has one."""
    single = {row.link_id for row in view.case.rows("link") if row.directed}
    single -= {row for table, row, column in view.wrong if (table, column) == ("link", "directed")}
    for table in ("use", "tariff"):
        for row in view.case.rows(table):
            if row.direction == "back" and row.link_id in single:
                message = (
                    f"{row.link_id} leads one way, so nothing goes back; write directed = 0 in link.csv, or forward"
                )
                yield Found("C039", table, row[0], "direction", message, ("link_id",))


def demands(view: View) -> Iterator[Found]:
    """C040: a demand leads elsewhere and can cross the gate that it names."""
    ungated = not view.case.rows("gate") and not any(row.gate for row in view.case.rows("link"))
    ungated = ungated and not {"gate", "link"} & set(view.partial)
    for row in view.case.rows("demand"):
        if row.origin_id and row.origin_id == row.destination_id:
            message = f"{row.destination_id} is its origin, too; give another end"
            yield Found("C040", "demand", row.demand_id, "destination_id", message, ("origin_id",))
        if row.gate in ("must", "may") and ungated:
            message = (
                f"it {row.gate} cross the gate, but the case has none; "
                "add gate.csv and mark its links by gate = 1, or write never"
            )
            yield Found("C040", "demand", row.demand_id, "gate", message)
        if row.gate in ("must", "never") and row.elsewhere_t_per_year:
            verb = "must cross" if row.gate == "must" else "never crosses"
            message = (
                f"{row.elsewhere_t_per_year:g} t took another way, but this demand {verb} the gate and has no choice; "
                "write 0 here, or may in gate"
            )
            yield Found("C040", "demand", row.demand_id, "elsewhere_t_per_year", message, ("gate",))


def gates(view: View) -> Iterator[Found]:
    """C041: a gate has links, and links of a gate have one."""
    gate = view.case.rows("gate")
    marked = [row for row in view.case.rows("link") if row.gate]
    unsure = any((table, column) == ("link", "gate") for table, _, column in view.wrong)
    if gate and not marked and not unsure:
        message = f"{gate[0].gate_id} has no links; mark them by gate = 1 in link.csv"
        yield Found("C041", "gate", gate[0].gate_id, "gate_id", message)
    if not gate and marked:
        yield Found(
            "C041", "link", marked[0].link_id, "gate", "1 marks a gate, but there is no gate.csv; add it, or write 0"
        )


def limit_names(view: View) -> Iterator[Found]:
    """C048: resources, the gate, segments and directions of links have different ids, for each names a limit."""
    case = view.case
    named = [("resource", row.resource_id, row.resource_id) for row in case.rows("resource")]
    named += [("gate", row.gate_id, row.gate_id) for row in case.rows("gate")]
    named += [("segment", row.segment_id, row.segment_id) for row in case.rows("segment")]
    named += [("link", row.link_id, row.link_id) for row in case.rows("link")]
    named += [("link", row.link_id, row.link_id + BACK) for row in case.rows("link") if not row.directed]
    owner: dict[str, str] = {}
    for table, row_id, limit in named:
        first = owner.setdefault(limit, table)
        if first != table:
            message = f"{limit} is the id of a {first} too, and both name a limit; rename one of them"
            yield Found("C048", table, row_id, f"{table}_id", message)


def backgrounds(view: View) -> Iterator[Found]:
    """C037: background and factors leave something of a resource."""
    derated: dict[str, float] = defaultdict(lambda: 1.0)
    for row in view.case.rows("factor"):
        if row.resource_id and row.value is not None:
            derated[row.resource_id] *= row.value
    for row in view.case.rows("resource"):
        if row.capacity is None or row.background is None:
            continue
        there = row.capacity * derated[row.resource_id]
        if row.background > there * (1 + 1e-12):
            after = " after factors" if derated[row.resource_id] < 1 else ""
            what = f"{row.background:.12g} {row.unit or ''}".strip()
            message = f"{what} is more than the {there:.12g} that there is{after}; correct one of them"
            yield Found("C037", "resource", row.resource_id, "background", message, ("capacity",))


def evidence(view: View) -> Iterator[Found]:
    """C050-C053: evidence speaks of cells that exist, its range holds the value, and it says what it rests on."""
    case, known = view.case, schemas()
    excused = {(change.table, change.row, change.column) for change in case.changes}  # a what-if may leave the range
    for row in case.rows("evidence"):
        key = ("evidence", row.evidence_id)
        if row.table is None or row.row is None or row.column is None:
            continue
        if row.table not in known:
            yield Found("C050", *key, "table", f"{row.table} is no table; {nearest(row.table, known)}")
            continue
        names = [each.name for each in known[row.table].fields]
        if row.column not in names:
            yield Found(
                "C050", *key, "column", f"{row.column} is no column of {row.table}; {nearest(row.column, names)}"
            )
            continue
        there = row.row == "*" or row.row in case[row.table].index
        if not there and row.table not in view.partial:
            message = f"{row.row} is no row of {row.table}; {nearest(row.row, map(str, case[row.table].index))}"
            yield Found("C050", *key, "row", message)
            continue
        if row.low is not None and row.high is not None and row.low > row.high:
            message = f"{row.low:g} is above high, which is {row.high:g}; exchange them"
            yield Found("C051", *key, "low", message, ("high",))
        elif (
            there
            and row.row != "*"
            and row.column != names[0]
            and not row.scenario
            and (row.table, row.row, row.column) not in excused
        ):
            yield from _out_of_range(view, row)
        if row.basis in ("known", "derived") and not row.source_id:
            message = f"it is {row.basis} but names no source; name it, or write assumed and say why in note"
            yield Found("C053", *key, "source_id", message, ("basis",))
        if row.basis == "assumed" and not row.note:
            yield Found("C053", *key, "note", "it is assumed but does not say why; say it here", ("basis",))


def _out_of_range(view: View, row: Any) -> Iterator[Found]:
    """C052: the value lies in the range that its evidence gives."""
    value = view.case[row.table].at[row.row, row.column]
    if not isinstance(value, float) or math.isnan(value) or (row.table, row.row, row.column) in view.wrong:
        return
    low = -math.inf if row.low is None else row.low
    high = math.inf if row.high is None else row.high
    slack = 1e-9 * max([1.0, *(abs(end) for end in (low, high) if math.isfinite(end))])
    if not low - slack <= value <= high + slack:
        what = f"{row.table}.{row.row}.{row.column} is {value:g}"
        message = f"{what}, outside its range {low:g} to {high:g}; correct one of them"
        yield Found("C052", "evidence", row.evidence_id, "low" if value < low else "high", message, ("low", "high"))


def unproven(view: View) -> Iterator[Found]:
    """C054: no number of a case that has evidence is without.

    Evidence whose own address is wrong counts for every cell that it could have meant.
    """
    case = view.case
    if not len(case["evidence"]):
        return
    covered: set[tuple[str, str, str]] = set()
    for row in case.rows("evidence"):
        if row.scenario:
            continue
        address = (row.table, row.row, row.column)
        covered.add(address)
        if row.evidence_id in view.doubtful.get("evidence", ()):
            covered |= {("", *address[1:]), (address[0], "", address[2]), (*address[:2], "")}
    for table, row_id, column in sorted(case.stated, key=lambda cell: _reading_order(case, cell)):
        cell = (table, row_id, column)
        ways = {cell, (table, "*", column), ("", row_id, column), (table, "", column), (table, row_id, "")}
        if table not in ("evidence", "source") and not ways & covered:
            message = f"{_told(case, *cell)} has no evidence; add a row to evidence.csv, assumed if need be"
            yield Found("C054", table, row_id, column, message)


def _reading_order(case: Case, cell: Cell) -> tuple[int, int, int]:
    table, row_id, column = cell
    names = [each.name for each in schemas()[table].fields]
    return list(schemas()).index(table), case.lines.get(table, {}).get(row_id, 0), names.index(column)


def _told(case: Case, table: str, row_id: str, column: str) -> str:
    value = case[table].at[row_id, column] if column in case[table] and row_id in case[table].index else "the number"
    return ("unlimited" if math.isinf(value) else f"{value:.12g}") if isinstance(value, (int, float)) else str(value)


def ceilings(view: View) -> Iterator[Found]:
    """C045: a segment's ceiling is not below its base year."""
    case = view.sound
    gated = bool(case.rows("gate"))
    weight = {row.commodity_id: row.gate_factor for row in case.rows("commodity")}
    base: Counter[str] = Counter()
    for row in case.rows("demand"):
        if row.segment_id and (row.gate != "never" or not gated):
            base[row.segment_id] += row.t_per_year * (weight[row.commodity_id] if gated else 1)
    for row in case.rows("segment"):
        if row.ceiling_t_per_year < base[row.segment_id] * (1 - 1e-9):
            message = (
                f"{row.ceiling_t_per_year:.12g} t is below the {base[row.segment_id]:.12g} {'gate ' if gated else ''}t "
                "of the base year; raise it, or write unlimited"
            )
            yield Found("C045", "segment", row.segment_id, "ceiling_t_per_year", message)


def reachable(view: View) -> Iterator[Found]:
    """C042: every demand with tonnes finds an open way; one over a doubtful link may be open."""
    case = view.sound
    graphs: dict[tuple[str, str], Graph] = {}
    ends = {row.destination_id for row in case.rows("demand")}
    seen: dict[tuple[str, str, str], set[Place]] = {}
    for row in case.rows("demand"):
        if view.unpacked(row.commodity_id):
            continue
        ways = [("elsewhere_t_per_year", "never")] if row.gate == "may" else []
        if row.gate == "never" or not view.doubtful.get("gate"):
            ways.append(("t_per_year", "never" if row.gate == "never" else "must"))
        for column, crosses in ways:
            if not getattr(row, column):
                continue
            key = (row.commodity_id, crosses)
            if key not in graphs:
                graphs[key] = layered(case, *key)
                graphs[key].add_edges_from(_doubtful_ways(view, crosses))
            if (*key, row.origin_id) not in seen:
                found = nx.descendants(graphs[key], (row.origin_id, BEFORE))
                seen[*key, row.origin_id] = {place for place in found if place[0] in ends}
            if not any((row.destination_id, layer) in seen[*key, row.origin_id] for layer in layers(crosses)[1]):
                yield Found(
                    "C042", "demand", row.demand_id, "destination_id", _no_way(row, graphs[key], crosses), (column,)
                )


def _no_way(row: Any, graph: Graph, crosses: str) -> str:
    how = " through the gate" if crosses == "must" else ""
    told = f"no open way{how} leads {row.commodity_id} from {row.origin_id} to {row.destination_id}; "
    if not graph.in_degree((row.destination_id, layers(crosses)[1][0])):
        return told + f"no link admits it into {row.destination_id}: check direction, capacity, mode and commodities"
    if not graph.out_degree((row.origin_id, BEFORE)):
        return told + f"no link admits it out of {row.origin_id}: check direction, capacity, mode and commodities"
    return told + "check the links between: direction, capacity, mode (packing.csv) and commodities"


def _doubtful_ways(view: View, crosses: str) -> Iterator[tuple[Place, Place]]:
    """Edges for the links that are in doubt.

    An end that could not be read may be any place, one that is not in the node table itself or the one most like it.
    """
    nodes = {str(each) for each in view.case["node"].index}
    on = layers(crosses)[0]
    stays = [(layer, layer) for layer in on]
    passes = [(BEFORE, AFTER)] if AFTER in on else []
    used: set[str] = set()
    for link in view.doubtful_links:
        steps = passes if link.gate else stays
        if ("link", link.link_id, "gate") in view.wrong:
            steps = stays + passes
        start, end = link.from_node_id, link.to_node_id
        ends = [(start, None if start == end else end)]
        if not link.directed or ("link", link.link_id, "directed") in view.wrong:
            ends.append((ends[0][1], start))
        for first, last in ends:
            starts, stops = _may_be(first, nodes, FROM_ANY), _may_be(last, nodes, TO_ANY)
            used.update(starts, stops)
            for here, there in steps:
                yield from (((a, here), (b, there)) for a in starts for b in stops)
    for layer in on:
        if FROM_ANY in used:
            yield from (((node, layer), (FROM_ANY, layer)) for node in nodes)
        if TO_ANY in used:
            yield from (((TO_ANY, layer), (node, layer)) for node in nodes)


def _may_be(node: str | None, nodes: set[str], anywhere: str) -> list[str]:
    """Places that the end of a doubtful link may be."""
    if node is None:
        return [anywhere]
    return [node] if node in nodes else [node, *get_close_matches(node, nodes, n=1)]


def rivals(view: View) -> Iterator[Found]:
    """C044: a demand has an outside price or rival links, not both."""
    case = view.sound
    if not any(row.rival for row in case.rows("link")):
        return
    for row in case.rows("demand"):
        if row.outside_usd_per_t is None:
            continue
        if rival_way(case, row.commodity_id, row.origin_id, row.destination_id):
            message = (
                f"{row.outside_usd_per_t:g} is the price of a rival route, but rival links lead there, too, "
                "so that the rival would count twice; empty this cell, or take the rival links out"
            )
            yield Found("C044", "demand", row.demand_id, "outside_usd_per_t", message)


def paying_cycles(view: View) -> Iterator[Found]:
    """C046: no commodity is paid to go round in a circle."""
    case = view.sound
    ways = {arc.arc_id: arc for arc in arcs(case)}
    order = {arc: place for place, arc in enumerate(ways)}
    told: set[frozenset[str]] = set()
    for row in case.rows("commodity"):
        cycle = paying_cycle(case, row.commodity_id)
        if not cycle or frozenset(cycle) in told:
            continue
        told.add(frozenset(cycle))
        first = cycle.index(min(cycle, key=lambda arc: order[arc]))
        cycle = cycle[first:] + cycle[:first]
        time = row.time_usd_per_t_day / 24
        round_trip = [ways[arc] for arc in cycle]
        gain = -math.fsum(arc.tariff[row.commodity_id] + time * arc.time_h for arc in round_trip)
        if gain <= DUST_USD:
            continue
        lowest = min(round_trip, key=lambda arc: arc.tariff[row.commodity_id])
        message = (
            f"{row.commodity_id} earns {gain:g} USD per t each time it goes round over {', '.join(cycle)}, so that the "
            f"cycle pays for itself; raise the {lowest.tariff[row.commodity_id]:g} of {lowest.link_id}, "
            "or put the payment into demand.csv, subsidy_usd_per_t"
        )
        yield Found("C046", *_tariff_cell(case, lowest, row.commodity_id), message)


def _tariff_cell(case: Case, arc: Any, commodity: str) -> Cell:
    """The cell that gives a commodity's tariff on an arc."""
    cell = ("link", arc.link_id, "tariff_usd_per_t")
    named = [
        row for row in case.rows("tariff") if row.link_id == arc.link_id and row.direction in (arc.direction, "both")
    ]
    for row in sorted(named, key=lambda each: each.commodity_id is not None):
        if row.commodity_id in (None, commodity):
            cell = ("tariff", row.tariff_id, "usd_per_t")
    return cell


GRAPH = ("node", "link", "commodity", "packing", "mode", "tariff")
GRAPH_RULES: tuple[Rule, ...] = (ceilings, reachable, rivals, paying_cycles)
RULES: tuple[tuple[Iterable[str], Rule], ...] = (
    ((), references),
    ((), single_rows),
    ((), links),
    ((), packings),
    ((), factors),
    (("size", "loading", "packing", "commodity", "link"), carriers),
    (("link", "unit", "commodity"), uses),
    (("link",), one_way),
    ((), demands),
    (("gate", "link"), gates),
    ((), limit_names),
    ((), backgrounds),
    ((), evidence),
    (("evidence",), unproven),
    (("commodity", "gate"), ceilings),
    ((*GRAPH, "gate"), reachable),
    (("link", "commodity", "packing", "tariff", "mode"), rivals),
    (("link", "commodity", "packing", "tariff", "mode"), paying_cycles),
)
"""Every rule, in order, after the tables that it has to know in full."""
