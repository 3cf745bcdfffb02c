"""Rules of the rows of a case: references, pairs, ranges; one function a rule."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from corridor.data.view import Found, View
from corridor.model.change.apply import make
from corridor.model.change.changes import Build
from corridor.model.change.draft import Draft
from corridor.model.faults import CaseError, nearest
from corridor.model.kinds import KINDED, NEUTRAL
from corridor.model.language import say
from corridor.model.limit_ids import BACK
from corridor.model.schema import schemas
from corridor.model.scope import ALL, filter_faults

UNLIMITED = "C106"
"""Code of a change that starts from a number which is not there."""


def references(view: View) -> Iterator[Found]:
    """C007: an id that refers to another table stands there."""
    case = view.case
    for name, schema in schemas().items():
        for column in schema.fields:
            tables = column.refers_to
            if not tables or any(table in view.partial or table in view.nameless for table in tables):
                continue
            known = {str(each) for table in tables for each in case[table].index}
            misnamed = {row for table in tables for row in view.misnamed[table]}
            for row_id, value in case[name][column.name].items():
                for each in value if isinstance(value, tuple) else [value]:
                    if not isinstance(each, str) or each in known:
                        continue
                    near = view.names(*tables).nearest(each)
                    if near.word in misnamed:
                        continue  # it is that row whose id is wrong
                    files = say(" or ").join(f"{table}.csv" for table in tables)
                    hint = near if near.known else say("there is none yet, so add it to {files}", files=files)
                    yield Found(
                        "C007",
                        name,
                        str(row_id),
                        column.name,
                        say("{each} is no {tables}; {hint}", each=each, tables=say(" or ").join(tables), hint=hint),
                    )


def kinds(view: View) -> Iterator[Found]:
    """C007: a kind is a row of the table of kinds, or a neutral one, where the case has that table.

    A case without the table may name kinds of its own; they are called by their ids, unless one
    is so near to a neutral kind that it is misspelt.
    """
    case = view.case
    neutral = [kind.kind_id for kind in NEUTRAL]
    known = [*neutral, *(str(each) for each in case["kind"].index)]
    for table in KINDED:
        for row in case.rows(table):
            if not row.kind or row.kind in known:
                continue
            near = nearest(row.kind, known)
            if len(case["kind"]) and "kind" not in view.partial:
                remedy = near.otherwise("add it to kind.csv")
            elif near.word:
                remedy = say("did you mean {word}, or add it to kind.csv?", word=near.word)
            else:
                continue
            yield Found(
                "C007", table, row[0], "kind", say("{kind} is no kind of limit; {remedy}", kind=row.kind, remedy=remedy)
            )


def single_rows(view: View) -> Iterator[Found]:
    """C030: one row in case, at most one in gate."""
    for table in ("case", "gate"):
        for row in view.case[table].index[1:]:
            message = say("{row} is one row too many; {table}.csv holds one, so drop the others", row=row, table=table)
            yield Found("C030", table, str(row), schemas()[table].id_column, message)


def links(view: View) -> Iterator[Found]:
    """C031: a link leads elsewhere, and its id leaves ``_back`` to the second direction."""
    for row in view.case.rows("link"):
        if row.from_node_id and row.from_node_id == row.to_node_id:
            message = say("{to_node_id} is where the link begins, too; give another end", to_node_id=row.to_node_id)
            yield Found("C031", "link", row.link_id, "to_node_id", message, ("from_node_id",))
        if row.link_id.endswith(BACK):
            message = say(
                "{link_id} ends in {back}, which is kept for the second direction of a link; rename it",
                link_id=row.link_id,
                back=BACK,
            )
            yield Found("C033", "link", row.link_id, "link_id", message)


def packings(view: View) -> Iterator[Found]:
    """C032: unit and payload come together, and a commodity is packed once for a mode."""
    seen: dict[tuple[str, str], str] = {}
    for row in view.case.rows("packing"):
        if row.unit_id is not None and row.payload_t is None:
            message = say(
                "{unit_id} has no payload; give the tonnes in one unit, or drop the unit for bulk", unit_id=row.unit_id
            )
            yield Found("C032", "packing", row.packing_id, "payload_t", message, ("unit_id",))
        if row.unit_id is None and row.payload_t is not None:
            message = say(
                "a payload of {payload_t:g} t has no unit; name the unit, or drop the payload for bulk",
                payload_t=row.payload_t,
            )
            yield Found("C032", "packing", row.packing_id, "unit_id", message, ("payload_t",))
        first = seen.setdefault((row.commodity_id, row.mode_id), row.packing_id)
        if first != row.packing_id:
            message = say(
                "{commodity_id} by {mode_id} is packed by row {first} already; drop one of the two",
                commodity_id=row.commodity_id,
                mode_id=row.mode_id,
                first=first,
            )
            yield Found("C032", "packing", row.packing_id, "mode_id", message, ("commodity_id",))


def factors(view: View) -> Iterator[Found]:
    """C035: a factor multiplies one thing; no capability is derated twice."""
    seen: dict[tuple[str, str], str] = {}
    resource = view.case["resource"]
    basis = dict(zip(resource.index, resource["basis"], strict=True))
    rests_on = ("resource_id", "size_id")
    for row in view.case.rows("factor"):
        if row.resource_id is None and row.size_id is None:
            message = say("the factor names neither a resource nor a size; name one of them")
            yield Found("C036", "factor", row.factor_id, "resource_id", message, rests_on)
            continue
        if row.resource_id is not None and row.size_id is not None:
            message = say(
                "the factor names both {resource_id} and {size_id}; make it two factors",
                resource_id=row.resource_id,
                size_id=row.size_id,
            )
            yield Found("C036", "factor", row.factor_id, "size_id", message, rests_on)
            continue
        thing = row.resource_id or row.size_id
        first = seen.setdefault((thing, row.kind), row.factor_id)
        if first != row.factor_id:
            message = say(
                "{thing} is derated twice for {kind}, first by {first}; drop one of the two, or join them",
                thing=thing,
                kind=row.kind,
                first=first,
            )
            yield Found("C035", "factor", row.factor_id, "kind", message, rests_on)
        contained = basis.get(row.resource_id)
        if contained == "observed" or (contained == "net_of_weather" and row.kind == "weather"):
            message = say(
                "{thing} is derated twice for {kind}: its capacity is {contained}, which contains it"
                " already; drop the factor, or correct the basis in resource.csv",
                thing=thing,
                kind=row.kind,
                contained=contained,
            )
            yield Found("C035", "factor", row.factor_id, "kind", message, rests_on)


def carriers(view: View) -> Iterator[Found]:
    """C038: what may go by a carrier takes up some of it, and no size is given twice."""
    case = view.case
    sizes: dict[str, set[str]] = defaultdict(set)
    loads: dict[str, set[str]] = defaultdict(set)
    for table, of, known in (("size", "carrier_id", sizes), ("loading", "item_id", loads)):
        for row in case.rows(table):
            holder = getattr(row, of)
            if row.dimension and row.dimension in known[holder]:
                message = say(
                    "{holder} has a {table} in {dimension} already; drop one of the two",
                    holder=holder,
                    table=table,
                    dimension=row.dimension,
                )
                yield Found("C038", table, row[0], "dimension", message, (of,))
            known[holder].add(row.dimension)
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
                message = say(
                    "{carrier_id} could carry any amount of {item}, which takes up nothing of it; give {item}"
                    " a row in loading.csv, in a dimension that {carrier_id} has in size.csv",
                    carrier_id=link.carrier_id,
                    item=item,
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
            yield Found(
                "C039",
                *on,
                say("{item_id} is a unit, but tonnes are of a commodity; name one, or nothing", item_id=row.item_id),
            )
        if row.item_id in commodities - units and row.activity in ("loaded", "empty", "unit"):
            message = say(
                "{item_id} is a commodity, but what is counted ({activity}) is units; name one, or nothing",
                item_id=row.item_id,
                activity=row.activity,
            )
            yield Found("C039", *on, message, ("activity",))
        if row.activity == "move" and row.item_id:
            message = say(
                "{item_id} cannot be told apart in a move of the carrier; leave the cell empty", item_id=row.item_id
            )
            yield Found("C039", *on, message, ("activity",))
        if row.activity == "move" and row.link_id in case["link"].index and row.link_id not in carried | unsure:
            message = say(
                "{link_id} has no carrier whose moves could be counted; name one in link.csv, carrier_id",
                link_id=row.link_id,
            )
            yield Found("C039", "use", row.use_id, "activity", message, ("link_id",))


def one_way(view: View) -> Iterator[Found]:
    """C039: what speaks of the second direction of a link needs a link that has one."""
    single = {row.link_id for row in view.case.rows("link") if row.directed}
    single -= {row for table, row, column in view.wrong if (table, column) == ("link", "directed")}
    for table in ("use", "tariff"):
        for row in view.case.rows(table):
            if row.direction == "back" and row.link_id in single:
                message = say(
                    "{link_id} leads one way, so nothing goes back; write directed = 0 in link.csv, or forward",
                    link_id=row.link_id,
                )
                yield Found("C039", table, row[0], "direction", message, ("link_id",))


def demands(view: View) -> Iterator[Found]:
    """C040: a demand leads elsewhere and can cross the gate that it names."""
    ungated = not view.case.rows("gate") and not any(row.gate for row in view.case.rows("link"))
    ungated = ungated and not {"gate", "link"} & set(view.partial)
    for row in view.case.rows("demand"):
        if row.origin_id and row.origin_id == row.destination_id:
            message = say("{destination_id} is its origin, too; give another end", destination_id=row.destination_id)
            yield Found("C040", "demand", row.demand_id, "destination_id", message, ("origin_id",))
        if row.gate in ("must", "may") and ungated:
            message = say(
                "it {gate} cross the gate, but the case has none; add gate.csv and mark its links by gate"
                " = 1, or write never",
                gate=row.gate,
            )
            yield Found("C034", "demand", row.demand_id, "gate", message)
        if row.gate in ("must", "never") and row.elsewhere_t_per_year:
            verb = say("must cross") if row.gate == "must" else say("never crosses")
            message = say(
                "{elsewhere_t_per_year:g} t took another way, but this demand {verb} the gate and has no"
                " choice; write 0 here, or may in gate",
                elsewhere_t_per_year=row.elsewhere_t_per_year,
                verb=verb,
            )
            yield Found("C043", "demand", row.demand_id, "elsewhere_t_per_year", message, ("gate",))


def gates(view: View) -> Iterator[Found]:
    """C041: a gate has links, and links of a gate have one."""
    gate = view.case.rows("gate")
    marked = [row for row in view.case.rows("link") if row.gate]
    unsure = any((table, column) == ("link", "gate") for table, _, column in view.wrong)
    if gate and not marked and not unsure:
        message = say("{gate_id} has no links; mark them by gate = 1 in link.csv", gate_id=gate[0].gate_id)
        yield Found("C041", "gate", gate[0].gate_id, "gate_id", message)
    if not gate and marked:
        yield Found(
            "C041",
            "link",
            marked[0].link_id,
            "gate",
            say("1 marks a gate, but there is no gate.csv; add it, or write 0"),
        )


def scopes(view: View) -> Iterator[Found]:
    """C171: the filters of a scope can be read, and something passes each; C172: no scope is called ``all``."""
    for row, column, reason in filter_faults(view.case):
        yield Found("C171", "scope", row, column, reason)
    if ALL in view.case["scope"].index:
        message = say("{all} is the scope of every demand, which needs no row; give this one another id", all=ALL)
        yield Found("C172", "scope", ALL, "scope_id", message)


def backgrounds(view: View) -> Iterator[Found]:
    """C037: background and factors leave something of a resource."""
    derated = view.case.derating()
    for row in view.case.rows("resource"):
        if row.capacity is None or row.background is None:
            continue
        there = row.capacity * derated[row.resource_id]
        if row.background > there * (1 + 1e-12):
            after = say(" after factors") if derated[row.resource_id] < 1 else ""
            what = f"{row.background:.12g} {row.unit or ''}".strip()
            message = say(
                "{what} is more than the {there:.12g} that there is{after}; correct one of them",
                what=what,
                there=there,
                after=after,
            )
            yield Found("C037", "resource", row.resource_id, "background", message, ("capacity",))


def projects(view: View) -> Iterator[Found]:
    """C190, C191: a project adds to a resource or makes changes, one of both, and its changes can be made."""
    for row in view.case.rows("project"):
        key = ("project", row.project_id)
        adds = row.adds is not None and not math.isnan(row.adds)
        if row.changes and (row.resource_id or adds):
            message = say(
                "the project makes changes and adds to a resource, too; keep one of both, and empty the other"
            )
            yield Found("C190", *key, "changes", message, ("resource_id", "adds"))
        elif not row.changes and not (row.resource_id and adds):
            column = "adds" if row.resource_id else "resource_id"
            message = say(
                "{column} is empty; give the resource and the capacity that is added, or changes instead", column=column
            )
            yield Found("C190", *key, column, message, ("resource_id", "adds", "changes"))
        elif row.changes:
            try:
                make(Draft(view.case.tables), Build(row.project_id))
            except CaseError as error:
                for fault in error.faults:
                    if fault.code != UNLIMITED:  # which it may be in one scenario and not in another
                        yield Found("C191", *key, "changes", f"{fault.place.removeprefix('--set ')}: {fault.message}")
