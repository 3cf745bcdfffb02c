"""Changes at their edges: empty and unlimited cells, filters that nothing passes, projects of several changes."""

from __future__ import annotations

import math
from functools import cache

import pytest

from corridor.model.case import Case
from corridor.model.change.changes import Close, Scale, Set
from corridor.model.change.filters import plain_or_quoted, unquoted
from corridor.model.change.words import parse_change
from corridor.model.faults import CaseError
from tests.cases import case_of


@cache
def small() -> Case:
    """A link with a tariff, one without, and one at a port; a project of several changes."""
    return case_of(
        {
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, tariff_usd_per_t
                rail, a, b, unlimited, 10
                road, a, b, 500, 30
                ferry, b, c, 800,""",
            "resource": """
                resource_id, kind, capacity, background, unit
                line, line, unlimited, 0, t
                yard, west, 700, 100, t""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                u1, yard, ferry, tonne, 1
                u2, yard, rail, tonne, 1""",
            "project": [
                {
                    "project_id": "both",
                    "changes": "resource.line.capacity+=5; link.road.capacity_t_per_year+=100",
                    "cost_usd": 1,
                },
                {"project_id": "none", "changes": "resource.line.capacity+=5", "cost_usd": 1},
                {
                    "project_id": "every",
                    "changes": "link.*.capacity_t_per_year+=1 where tariff_usd_per_t > 0; resource.yard.capacity+=5",
                    "cost_usd": 1,
                },
            ],
            "demand": """
                demand_id, origin_id, destination_id, t_per_year, unmet_usd_per_t
                cargo, a, c, 40, 10
                more, a, b, 20, 30
                last, a, b, 5,""",
        }
    )


def fault_of(*words: str) -> str:
    with pytest.raises(CaseError) as error:
        small().with_(list(words))
    return str(error.value.faults[0])


@pytest.mark.parametrize(
    ("where", "demands"),
    [
        ('unmet_usd_per_t = ""', ["last"]),
        ('unmet_usd_per_t != ""', ["cargo", "more"]),
        ('unmet_usd_per_t in "", 10', ["cargo", "last"]),
        ("unmet_usd_per_t < 100", ["cargo", "more"]),
        ("unmet_usd_per_t <= 10", ["cargo"]),
        ("unmet_usd_per_t >= 10", ["cargo", "more"]),
        ("unmet_usd_per_t > 10", ["more"]),
        ("unmet_usd_per_t in 10, 30", ["cargo", "more"]),
        ("unmet_usd_per_t != 10", ["more", "last"]),
    ],
)
def test_empty_cells_in_a_filter(where: str, demands: list[str]) -> None:
    case = small().with_([f"demand.*.t_per_year=99 where {where}"])
    assert [row.demand_id for row in case.rows("demand") if row.t_per_year == 99] == demands


def test_a_project_of_several_changes() -> None:
    """An addition to no limit is passed over beside another one, and a fault where it is all there is."""
    built = small().with_("build both times 3")
    assert built["resource"].at["line", "capacity"] == math.inf
    assert built["link"].at["road", "capacity_t_per_year"] == 800
    every = small().with_("build every times 2")
    assert every["link"]["capacity_t_per_year"].tolist() == [math.inf, 502, 800]
    assert every["resource"].at["yard", "capacity"] == 710
    assert fault_of("build none") == (
        "C106 resource.line.capacity: the cell is unlimited, and stays so; set it instead"
    )
    assert fault_of("build noone") == "C022 build noone: noone is no row of project; did you mean none?"


def test_a_new_row_keeps_what_it_is_given() -> None:
    words = "add link {link_id: air, from_node_id: a, to_node_id: c, mode_id: way, tariff_usd_per_t: 7}"
    row = small().with_(words).row("link", "air")
    assert (row.tariff_usd_per_t, row.capacity_t_per_year, row.carrier_id) == (7, math.inf, None)
    node = small().with_("add node {node_id: d, name: East, label: 1}").row("node", "d")
    assert (node.name, node.label) == ("East", True)
    empty = small().with_(
        "add demand {demand_id: d, commodity_id: cargo, origin_id: a, destination_id: c, t_per_year: 1}"
    )
    assert empty["demand"].at["d", "segment_id"] is None
    assert empty.row("demand", "d").unmet_usd_per_t is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("close lnk.rail", "C021 lnk.rail: lnk is no table; did you mean link?"),
        ("add nod {node_id: d}", "C021 add nod: nod is no table; did you mean node?"),
        ("add node {name: East}", "C013 add node.node_id: "),
        ("close demand.cargo", "C108 demand.cargo: rows of demand cannot be closed; name a row of "),
        ("close link.yard", "C022 link.yard: yard is no row of link; did you mean resource.yard?"),
        ("open link.rail", "C110 link.rail.capacity_t_per_year: it is open already, with no limit; "),
        ("open link.road", "C110 link.road.capacity_t_per_year: it is open already, with a capacity of 500; "),
        ("open link.road = many", "C011 link.road.capacity_t_per_year: "),
        ("close link.road left 0.5", "C109 link.road: left is of a closure from day to day; "),
        ("close link.road from 01-10 to 01-22 left 1", "C109 link.road: left 1 is no share that a closure leaves; "),
        ("close link.road from 01-40 to 13-01", "C109 link.road: '01-40' is no day of the year; "),
        ("close link.road from 02-29 to 03-01", "C109 link.road: 2025 has no 02-29, since it is no leap year; "),
        ("resource.yard.capacity*=50%", "C011 --set resource.yard.capacity*=50%: '50%' is a percentage; write 0.5"),
        ("link.rail.length_km", "C020 --set link.rail.length_km: is not of the form table.row.column=value; "),
        (
            "link.rail.time_h*=2 where time_h = 1",
            "C104 --set link.rail.time_h*=2 where time_h = 1: rail is one row, and ",
        ),
        ("close link.rail where time_h = 1", "is one row, and a filter chooses among all; write link.*, or drop"),
        (
            "link.*.time_h=1 where link_id = rial",
            "C105 link.*.time_h where: no row of link has link_id = rial; did you mean",
        ),
        (
            "link.*.time_h=1 where link_id in rial, raod",
            "C105 link.*.time_h where: no row of link has link_id in rial, ",
        ),
        (
            "link.*.time_h=1 where link_id = rail and link_id = road",
            "C105 link.*.time_h where: no row of link has link_id = rail and link_id = road; loosen it",
        ),
        ("link.*.time_h=1 where time_h = 77", "C105 link.*.time_h where: no row of link has time_h = 77; loosen it"),
        ("link.*.time_h=1 where link_id != rail and link_id != road and link_id != ferry", "loosen it"),
        ("closure.*.left=1", "C105 closure.*.left: closure has no rows; add some, or drop the change"),
        (
            "link.*.time_h=1 where tme_h = 1",
            "C023 link.*.time_h where: tme_h is no column of link; did you mean time_h?",
        ),
        (
            "link.*.time_h=1 where link_id < 5",
            "C104 link.*.time_h where: link_id < 5: link_id of link holds no numbers",
        ),
        ("link.*.time_h=1 where time_h < x", "C104 link.*.time_h where: time_h < x: 'x' is not a number"),
        ("link.*.time_h=1 where time_h == 5", "has a sign too many"),
        ("link.*.time_h=1 where time_h", "is no test of a row"),
        ("lnk.rail.time_h=1", "C021 lnk.rail.time_h: lnk is no table; did you mean link?"),
        ("link.rial.time_h=1", "C022 link.rial.time_h: rial is no row of link; did you mean rail?"),
        ("link.rail.tme_h=1", "C023 link.rail.tme_h: tme_h is no column of link; did you mean time_h?"),
        ("link.rail.link_id=x", "C024 link.rail.link_id: an id cannot be changed; "),
        ("link.rail.mode_id*=2", "C106 link.rail.mode_id: mode_id holds no numbers; set it instead"),
        ("demand.last.unmet_usd_per_t+=2", "C106 demand.last.unmet_usd_per_t: the cell is empty, which is no number; "),
        ("link.road.time_h+=-5000", "C012 link.road.time_h: 0 - 5000: -5000 is negative; give 0 or more"),
        ("demand.*.outside_usd_per_t*=2", "C106 demand.*.outside_usd_per_t: all of these cells are empty or unlimited"),
        (
            "add node {node_id: [d}",
            "C020 --set add node {node_id: [d}: '{node_id: [d}' cannot be read as the cells of a",
        ),
        ("build both times 0", "C112 --set build both times 0: '0' is no number of times; "),
    ],
)
def test_faults_of_changes(words: str, expected: str) -> None:
    assert expected in fault_of(words)


@pytest.mark.parametrize(("days", "missing"), [(("01-10", ""), "to"), (("", "01-10"), "from")])
def test_a_closure_made_with_one_day(days: tuple[str, str], missing: str) -> None:
    with pytest.raises(CaseError, match=rf"C109 link\.road: {missing} is missing"):
        small().with_([Close("link", "road", *days)])


def test_the_source_of_a_change() -> None:
    assert small().with_([Set("link", "road", "time_h", "5", source="assumed")])["link"].at["road", "time_h"] == 5
    with pytest.raises(
        CaseError, match=r"C113 source: nobody is no figure of source\.csv; add it there, or write assumed"
    ):
        small().with_([Set("link", "road", "time_h", "5", source="assumed nobody")])
    assert Scale.relative
    assert not Set.relative
    assert not Close.relative


def test_a_value_and_its_quotes() -> None:
    assert parse_change('node.*.name="a where b = c"') == Set("node", "*", "name", "a where b = c")
    assert parse_change("node.*.name=plain") == Set("node", "*", "name", "plain")
    assert unquoted("'it''s'") == "it's"
    assert unquoted('"a \\"b\\" \\\\ \\U0000000a"') == 'a "b" \\ \n'
    assert unquoted(" plain ") == "plain"
    assert unquoted("") == ""
    assert plain_or_quoted('a "b" \\ \n') == '"a \\"b\\" \\\\ \\U0000000a"'
    assert plain_or_quoted("and") == '"and"'
    assert plain_or_quoted("Baku") == "Baku"


def test_links_that_are_closed_already_serve_nothing() -> None:
    """The yard serves a closed link beside the ferry: it is idle with the ferry, and named by itself once."""
    case = small().with_(["close link.rail", "close link.ferry from 02-01 to 03-09"])
    assert [(row.table, row.row) for row in case.rows("closure")] == [("link", "ferry"), ("resource", "yard")]
    both = small().with_(["close link.ferry from 02-01 to 03-09"])
    assert [(row.table, row.row) for row in both.rows("closure")] == [("link", "ferry")]
    alone = small().with_(["close resource.yard from 02-01 to 03-09"])
    assert [(row.table, row.row) for row in alone.rows("closure")] == [("resource", "yard")]
    everyone = small().with_(["close link.* from 02-01 to 03-09 where capacity_t_per_year < 900"])
    assert sorted(row.row for row in everyone.rows("closure")) == ["ferry", "road"]


def test_a_fleet_is_idle_with_the_only_link_that_it_serves() -> None:
    case = case_of(
        {
            "resource": "resource_id, kind, capacity, unit\n fleet, ship, 2, ships",
            "carrier": "carrier_id, resource_id, port_h\n ship, fleet, 12",
            "size": "size_id, carrier_id, dimension, amount\n hold, ship, deadweight_t, 5000",
            "loading": "loading_id, dimension, item_id, loaded\n one, deadweight_t, cargo, 1",
            "link": """
                link_id, from_node_id, to_node_id, directed, time_h, carrier_id
                rail, a, b, 0, 20,
                sea, b, c, 0, 20, ship""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 50000",
        }
    )
    closed = case.with_(["close link.sea from 02-01 to 03-09"])
    assert [(row.table, row.row) for row in closed.rows("closure")] == [("link", "sea"), ("resource", "fleet")]
    assert [row.row for row in case.with_(["close link.rail from 02-01 to 03-09"]).rows("closure")] == ["rail"]
