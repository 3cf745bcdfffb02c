"""What must not change: names, units, the order of rows, links that are closed, ways of writing the same link."""

import random
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.model.case import Case
from corridor.model.schema import schemas
from corridor.optimize.answer.year import Question, Year
from tests.cases import SUITE, Row, Tables, case_of, tables_of, tables_of_case
from tests.random_cases import gated_tables
from tests.relations import RELATIONS

Change = Callable[[Tables], Tables]


def measures(case: Case) -> dict[str, float]:
    """The four measures, and the least cost, as far as there are any."""
    year = Year(case, "capability")
    shipper = Year(case, "cost_shipper").ask(Question("cost_shipper", maximise=False)).value
    if not year.layout.base:
        return {"cost_shipper": shipper}
    growth = year.concurrent().value
    floor = min(1.0, growth)
    return {
        "handled": year.capability(floor, year.at_base()).value,
        "concurrent": growth * sum(year.layout.base.values()),
        "capability": year.capability(floor).value,
        "free": year.ask(Question("level", without="segment_share")).value,
        "cost_shipper": shipper,
    }


def relabelled(tables: Tables) -> Tables:
    """Every id another one, in another alphabetical order, wherever it stands."""
    names: dict[str, dict[object, str]] = {}
    shuffle = random.Random(7)
    for name, rows in tables.items():
        column = schemas()[name].id_column
        fresh = [f"z{number}" for number in range(len(rows))]
        shuffle.shuffle(fresh)
        names[name] = {row[column]: f"{name}_{new}" for row, new in zip(rows, fresh, strict=True)}

    def renamed(table: str, row: Row) -> Row:
        out = dict(row)
        for each in schemas()[table].fields:
            value = row.get(each.name)
            if each.name == schemas()[table].id_column:
                out[each.name] = names[table][value]
            elif each.refers_to and value:
                known = {old: new for other in each.refers_to for old, new in names.get(other, {}).items()}
                out[each.name] = " ".join(known[part] for part in str(value).split())
        return out

    return {name: [renamed(name, row) for row in rows] for name, rows in tables.items()}


def one_id(tables: Tables) -> Tables:
    """Rows of resources, gate, segments, demands, stores and links called by one list of ids."""
    shared = ("resource", "gate", "segment", "demand", "store", "link")
    ids = {f"{table}_z{number}": f"z{number}" for table in shared for number in range(len(tables.get(table, ())))}
    return {
        name: [{column: ids.get(str(value), value) for column, value in row.items()} for row in rows]
        for name, rows in relabelled(tables).items()
    }


def scaled(tables: Tables) -> Tables:
    """Every resource but the fleets counted in thousandths of its unit."""
    fleets = {row["resource_id"] for row in tables.get("carrier", [])}

    def times(rows: list[Row], columns: tuple[str, ...]) -> list[Row]:
        return [
            {
                name: value
                if name not in columns or row["resource_id"] in fleets or value in ("", None, "unlimited")
                else 1000 * float(str(value))
                for name, value in row.items()
            }
            for row in rows
        ]

    return {
        **tables,
        "resource": times(tables.get("resource", []), ("capacity", "background", "step")),
        "use": times(tables.get("use", []), ("amount",)),
    }


def with_closed_links(tables: Tables) -> Tables:
    """A closed link beside each link, which would be a second gate where that is one."""
    closed: list[Row] = [
        {**link, "link_id": f"{link['link_id']}_closed", "capacity_t_per_year": 0} for link in tables["link"]
    ]
    return {**tables, "link": [*closed, *tables["link"]]}


def backwards(tables: Tables) -> Tables:
    return {name: rows[::-1] for name, rows in tables.items()}


def one_way_rows(tables: Tables) -> Tables:
    """Links of both directions written as two rows, their uses and tariffs with them."""
    twin = {link["link_id"]: f"{link['link_id']}_home" for link in tables["link"] if not _directed(link)}
    links: list[Row] = []
    for link in tables["link"]:
        links.append({**link, "directed": 1})
        if link["link_id"] in twin:
            ends = {"from_node_id": link["to_node_id"], "to_node_id": link["from_node_id"]}
            links.append({**link, **ends, "link_id": twin[link["link_id"]], "directed": 1})

    def split(rows: list[Row], id_column: str) -> list[Row]:
        out: list[Row] = []
        for row in rows:
            way, link = row.get("direction") or "both", row["link_id"]
            if way != "back":
                out.append({**row, "direction": "both"})
            if way != "forward" and link in twin:
                out.append({**row, id_column: f"{row[id_column]}_home", "link_id": twin[link], "direction": "both"})
        return out

    return {
        **tables,
        "link": links,
        "use": split(tables.get("use", []), "use_id"),
        "tariff": split(tables.get("tariff", []), "tariff_id"),
    }


def _directed(link: Row) -> bool:
    return str(link.get("directed", 1)) not in ("0", "False")


def with_an_idle_resource(tables: Tables) -> Tables:
    """A resource that nobody uses, and one without limit that everybody does."""
    idle: list[Row] = [
        {"resource_id": "nobody", "name": "Nobody's", "kind": "west", "capacity": 1, "unit": "t"},
        {"resource_id": "endless", "name": "Endless", "kind": "west", "capacity": "unlimited", "unit": "t"},
    ]
    uses: list[Row] = [
        {"use_id": f"endless_{link['link_id']}", "resource_id": "endless", "link_id": link["link_id"], "amount": 3}
        for link in tables["link"]
    ]
    uses = [{**use, "activity": "tonne"} for use in uses]
    return {
        **tables,
        "resource": [*tables.get("resource", []), *idle],
        "use": [*tables.get("use", []), *uses],
    }


def halved_demands(tables: Tables) -> Tables:
    """Each demand as two rows of half the tonnes."""

    def half(row: Row, name: str) -> Row:
        tonnes = ("t_per_year", "elsewhere_t_per_year")
        return {**row, "demand_id": name, **{each: float(str(row.get(each) or 0)) / 2 for each in tonnes}}

    ids = [(row, str(row["demand_id"])) for row in tables["demand"]]
    return {**tables, "demand": [half(row, name) for row, each in ids for name in (each, f"{each}_too")]}


def twin_resources(tables: Tables) -> Tables:
    """Each resource but the fleets twice, with the same uses."""
    fleets = {row["resource_id"] for row in tables.get("carrier", [])}
    resources = [row for row in tables.get("resource", []) if row["resource_id"] not in fleets]
    twins: list[Row] = [{**row, "resource_id": f"{row['resource_id']}_too"} for row in resources]
    uses: list[Row] = [
        {**row, "use_id": f"{row['use_id']}_too", "resource_id": f"{row['resource_id']}_too"}
        for row in tables.get("use", [])
        if row["resource_id"] not in fleets
    ]
    return {
        **tables,
        "resource": [*tables.get("resource", []), *twins],
        "use": [*tables.get("use", []), *uses],
    }


CHANGES: dict[str, Change] = {
    change.__name__: change
    for change in (
        relabelled,
        one_id,
        scaled,
        with_closed_links,
        backwards,
        one_way_rows,
        with_an_idle_resource,
        halved_demands,
        twin_resources,
    )
} | RELATIONS


def assert_same(one: Mapping[str, float], other: Mapping[str, float]) -> None:
    assert dict(one) == pytest.approx(dict(other), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("change", sorted(CHANGES))
@pytest.mark.parametrize("name", sorted(SUITE))
def test_measures_of_the_suite_stay(name: str, change: str) -> None:
    case = SUITE[name]()
    assert_same(measures(case_of(CHANGES[change](tables_of_case(case)))), measures(case))


@pytest.mark.slow
@settings(max_examples=24)
@given(gated_tables(), st.sampled_from(sorted(CHANGES)))
def test_measures_of_random_cases_stay(tables: Tables, change: str) -> None:
    whole = tables_of(tables)
    assert_same(measures(case_of(CHANGES[change](whole))), measures(case_of(whole)))


GROWN = {
    "gate": ("nameplate_t_per_year",),
    "resource": ("capacity", "background"),
    "link": ("capacity_t_per_year",),
    "segment": ("ceiling_t_per_year",),
    "store": ("capacity_t",),
    "demand": ("t_per_year", "elsewhere_t_per_year"),
}
"""Columns that hold all that a corridor has of capacity, and all that is asked of it."""


def grown(tables: Tables, by: float) -> Tables:
    """A corridor ``by`` times as large, and as far apart."""
    return {
        name: [
            {
                column: by * float(str(value))
                if column in GROWN.get(name, ()) and value not in ("", None, "unlimited")
                else value
                for column, value in row.items()
            }
            for row in rows
        ]
        for name, rows in tables.items()
    }


@pytest.mark.parametrize("by", [1 / 16, 8])
@pytest.mark.parametrize("name", sorted(SUITE))
def test_a_larger_corridor_has_larger_measures(name: str, by: float) -> None:
    """All rows are linear: eight times of everything carries eight times as much, at eight times the cost."""
    case = SUITE[name]()
    larger = measures(case_of(grown(tables_of_case(case), by)))
    assert_same(larger, {measure: by * value for measure, value in measures(case).items()})


@pytest.mark.slow
@settings(max_examples=12)
@given(gated_tables(), st.sampled_from([1 / 16, 8]))
def test_larger_random_corridors_have_larger_measures(tables: Tables, by: float) -> None:
    whole = tables_of(tables)
    there = {measure: by * value for measure, value in measures(case_of(whole)).items()}
    assert_same(measures(case_of(grown(whole, by))), there)
