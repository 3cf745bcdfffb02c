"""Scopes: named sets of demands over which measures are taken, and what the measures of one are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from corridor.model.case import Case
from corridor.model.change.filters import ChangeError, Condition, conditions, nothing_passes, passing
from corridor.model.faults import CaseError, Fault, nearest
from corridor.model.graph import BEFORE, arcs, between, layered, layers, open_arcs
from corridor.model.language import say
from corridor.model.listings import lists_of
from corridor.model.schema import Field, schemas

ALL = "all"
"""The scope of every demand; it needs no row."""
PLACES = ("country", "origin_country", "destination_country")
"""Columns of a filter of demands, beside those of the demand table."""


LISTED = "listed"
"""Column of a filter of nodes or resources: the lists of the table ``listing`` that have them on its newest day."""


@dataclass(frozen=True)
class Scope:
    """The demands of a scope in one case.

    ``members`` ids of demands; ``shut`` ids of arcs that their cargo does not take; ``net``: tonnes without the own
    weight of wagons and trucks, else gate tonnes; ``held`` times their base year that the other demands carry;
    ``target_t`` tonnes a year that somebody wants, ``target_year`` when.
    """

    scope_id: str
    name: str
    members: frozenset[str]
    shut: frozenset[str] = frozenset()
    net: bool = False
    held: float = 1.0
    target_t: float | None = None
    target_year: int | None = None

    def of(self, case: Case) -> Scope:
        """The same scope in another case, in the same tonnes and with the others held alike; raises CaseError."""
        return replace(scope_of(case, self.scope_id), net=self.net, held=self.held)


@dataclass(frozen=True)
class ScopeMeasures:
    """Measures of one scope, in t a year.

    ``net`` says of which tonnes: those of the cargo, or (``unit`` gate t/year) those of the ports. ``base_t``: asked of
    it in the base year; ``handled_t``, ``concurrent_t`` and ``capability_t``: H, C and T of the scope, the other
    demands held at their base year; ``growth``: how many times its base year fits, its markets alike. ``least_t`` and
    ``most_t``: what it can have where the T of all demands is reached. ``expected_t``: comes at the prices and times of
    the case, where it has markets. ``target_t``: wanted of it in ``target_year``.
    """

    scope: str
    name: str
    unit: str
    net: bool
    base_t: float
    growth: float
    handled_t: float
    concurrent_t: float
    capability_t: float
    least_t: float
    most_t: float
    expected_t: float | None = None
    target_t: float | None = None
    target_year: int | None = None


def scope_of(case: Case, name: str) -> Scope:
    """The scope of this name, in its own tonnes; raises CaseError where the case has none."""
    if name == ALL:
        title = case.gate.name if case.gate is not None else case.title
        return Scope(ALL, str(title), frozenset(map(str, case["demand"].index)))
    if name not in case["scope"].index:
        reason = say(
            "{name} is no scope of this case; {name2}",
            name=name,
            name2=nearest(name, [ALL, *map(str, case["scope"].index)]),
        )
        raise CaseError([Fault("C170", "--scope", reason)], "the question")
    found: Scope = case.known(("scope", name), lambda: _scope(case, name))
    return found


def scopes_of(case: Case) -> list[Scope]:
    """Every scope of the case but that of all demands, each in its own tonnes, in the order of its table."""
    return [scope_of(case, str(name)) for name in case["scope"].index]


def headline_scope(case: Case) -> str:
    """The id of the scope that the headline names beside the gate: the first with a target; empty without one."""
    return next((str(row.scope_id) for row in case.rows("scope") if row.target_t_per_year is not None), "")


def tare_counts(case: Case) -> bool:
    """True where gate tonnes differ from tonnes of cargo for some demand of the case."""
    factors = {row.commodity_id: row.gate_factor for row in case.rows("commodity")}
    return case.gate is not None and any(factors.get(row.commodity_id, 1.0) != 1.0 for row in case.rows("demand"))


def filter_faults(case: Case) -> Iterator[tuple[str, str, str]]:
    """Row, column and reason of each filter of the scope table that cannot be read or that nothing passes."""
    for row in case.rows("scope"):
        for column, table in (("demands", "demand"), ("avoid_nodes", "node"), ("avoid_resources", "resource")):
            text = getattr(row, column)
            try:
                if text and not passing_rows(case, table, text):
                    tests = conditions(text)
                    yield row.scope_id, column, nothing_passes(tests, table, _columns(case, table, tests)[1])
            except ChangeError as error:
                yield row.scope_id, column, str(error)


def _scope(case: Case, name: str) -> Scope:
    row = case.row("scope", name)
    nodes = passing_rows(case, "node", row.avoid_nodes) if row.avoid_nodes else frozenset()
    resources = passing_rows(case, "resource", row.avoid_resources) if row.avoid_resources else frozenset()
    shut = shut_arcs(case, nodes, resources)
    members = passing_rows(case, "demand", row.demands) if row.demands else frozenset(map(str, case["demand"].index))
    if shut:
        members = frozenset(each for each in members if _finds_a_way(case, each, shut))
    year = None if row.target_year is None else int(row.target_year)
    return Scope(name, str(row.name), members, shut, bool(row.net), 1.0, row.target_t_per_year, year)


def shut_arcs(case: Case, nodes: frozenset[str], resources: frozenset[str]) -> frozenset[str]:
    """Arcs that touch one of the nodes, or take of one of the resources."""
    if not nodes and not resources:
        return frozenset()
    fleets = {row.carrier_id for row in case.rows("carrier") if row.resource_id in resources}
    used = {
        (row.link_id, way)
        for row in case.rows("use")
        if row.resource_id in resources
        for way in (("forward", "back") if row.direction == "both" else (row.direction,))
    }
    return frozenset(
        arc.arc_id
        for arc in arcs(case)
        if {arc.start, arc.end} & nodes or arc.carrier_id in fleets or (arc.link_id, arc.direction) in used
    )


def _finds_a_way(case: Case, demand: str, shut: frozenset[str]) -> bool:
    row = case.row("demand", demand)
    crosses = row.gate if case.gate is not None else "never"
    open_ = open_arcs(layered(case, row.commodity_id, crosses), shut)
    ends = [(row.destination_id, layer) for layer in layers(crosses)[1]]
    return bool(between(open_, [(row.origin_id, BEFORE)], ends))


def passing_rows(case: Case, table: str, text: str) -> frozenset[str]:
    """Ids of the rows of a table that pass a filter; raises ChangeError."""
    tests = conditions(text)
    fields, columns = _columns(case, table, tests)
    passes = passing(tests, table, fields, columns)
    return frozenset(str(row) for row, there in zip(case[table].index, passes, strict=True) if there)


def _columns(case: Case, table: str, tests: tuple[Condition, ...]) -> tuple[list[Field], list[list[Any]]]:
    """Field and values of the column of each test; raises ChangeError where the table has none of that name."""
    known = {field.name: field for field in schemas()[table].fields}
    fields, columns = [], []
    for test in tests:
        if table == "demand" and test.column in PLACES:
            fields.append(replace(known["demand_id"], name=test.column, several=test.column == PLACES[0]))
            columns.append(_countries(case, test.column))
        elif test.column == LISTED and table in ("node", "resource"):
            fields.append(replace(known[f"{table}_id"], name=LISTED, several=True))
            of = lists_of(case, table)
            columns.append([of.get(str(row), ()) for row in case[table].index])
        elif test.column in known:
            fields.append(known[test.column])
            values: list[Any] = (
                list(case[table].index) if test.column == f"{table}_id" else case[table][test.column].tolist()
            )
            columns.append(values)
        else:
            names = [*known, *(PLACES if table == "demand" else ())]
            raise ChangeError(
                "C104",
                say(
                    "{column} is no column of {table}; {column2}",
                    column=test.column,
                    table=table,
                    column2=nearest(test.column, names),
                ),
            )
    return fields, columns


def _countries(case: Case, column: str) -> list[Any]:
    """By demand the country of an end, or of both; None where the node names none."""
    of: Mapping[str, Any] = {row.node_id: row.country for row in case.rows("node")}
    rows = case.rows("demand")
    if column == PLACES[0]:
        ends = ((of.get(row.origin_id), of.get(row.destination_id)) for row in rows)
        return [tuple(dict.fromkeys(each for each in pair if each)) for pair in ends]
    end = column.replace("country", "id")
    return [of.get(getattr(row, end)) for row in rows]
