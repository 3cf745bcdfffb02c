"""Changes to a case: their words and back, what each of them does, and in which order.

One hand-made case: grain by a line and three ferries, which also serve a link that is closed.
"""

from __future__ import annotations

import math
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.model.case import Case
from corridor.model.change.changes import Add, AddRow, Build, Change, Close, Open, Scale, Set
from corridor.model.change.filters import Condition, conditions
from corridor.model.change.words import parse_change
from corridor.model.faults import CaseError
from corridor.optimize.period.offers import available
from tests.cases import case_of


@cache
def base() -> Case:
    return case_of(
        {
            "mode": "mode_id\n rail\n sea",
            "commodity": "commodity_id\n grain\n oil",
            "packing": """
                packing_id, commodity_id, mode_id
                g_rail, grain, rail
                g_sea, grain, sea
                o_rail, oil, rail
                o_sea, oil, sea""",
            "link": """
                link_id, from_node_id, to_node_id, mode_id, capacity_t_per_year, tariff_usd_per_t, commodities
                rail, a, b, rail, unlimited, 10, grain oil
                ferry, b, c, sea, unlimited, 20,
                spare, b, c, sea, 0, , grain
                bridge, c, d, rail, 500000, 5,""",
            "resource": """
                resource_id, kind, capacity, background, unit
                line, line, 300000, 60000, t
                ferries, ship, 365000, 36500, t
                berths, quay, unlimited, 0, t""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                u1, line, rail, tonne, 1
                u2, ferries, ferry, tonne, 1
                u3, ferries, spare, tonne, 1
                u4, berths, rail, tonne, 1
                u5, berths, ferry, tonne, 1""",
            "project": "project_id, resource_id, adds, cost_usd\n yard, ferries, 100000, 5000000",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, t_per_year
                bread, grain, a, d, 40000
                seed, grain, a, c, 10000
                fuel, oil, a, d, 20000""",
        }
    )


# words and back

IDS = st.from_regex("[a-z][a-z0-9_]{0,8}", fullmatch=True)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
STRIPPED = TEXTS.map(str.strip)
CONDITIONS = st.lists(
    st.builds(Condition, IDS, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.tuples(TEXTS))
    | st.builds(Condition, IDS, st.just("in"), st.lists(TEXTS, min_size=1, max_size=3).map(tuple)),
    max_size=3,
).map(tuple)
NONE: st.SearchStrategy[tuple[Condition, ...]] = st.just(())
DAYS = st.sampled_from(["01-10", "02-29", "12-31"])
CELLS = st.lists(st.tuples(IDS, TEXTS), min_size=1, max_size=4, unique_by=lambda cell: cell[0]).map(tuple)
CHANGES = st.one_of(
    st.builds(Set, IDS, IDS, IDS, STRIPPED),
    st.builds(Set, IDS, st.just("*"), IDS, TEXTS, CONDITIONS),
    st.builds(Add, IDS, IDS, IDS, NUMBERS),
    st.builds(Add, IDS, st.just("*"), IDS, NUMBERS, CONDITIONS),
    st.builds(Scale, IDS, st.just("*"), IDS, NUMBERS, CONDITIONS),
    st.builds(AddRow, IDS, CELLS),
    st.builds(Close, IDS, IDS),
    st.builds(Close, IDS, st.just("*"), DAYS, DAYS, NUMBERS, CONDITIONS),
    st.builds(Open, IDS, IDS, st.sampled_from(["unlimited", "5", "1e6"])),
    st.builds(Open, IDS, st.just("*"), st.just("7"), CONDITIONS),
    st.builds(Build, IDS, st.integers(1, 99)),
)


@given(CHANGES)
def test_words_and_back(change: Change) -> None:
    assert parse_change(change.words) == change
    assert parse_change(f"  {change.words} ") == change


@given(CONDITIONS.filter(bool))
def test_filters_and_back(found: tuple[Condition, ...]) -> None:
    assert conditions(" and ".join(each.words for each in found)) == found


@pytest.mark.parametrize(
    ("words", "canonical"),
    [
        ("resource.line.capacity = 5", "resource.line.capacity=5"),
        ("resource.line.capacity += 2.0", "resource.line.capacity+=2"),
        ("resource.line.capacity-=2", "resource.line.capacity+=-2"),
        ("link.*.tariff_usd_per_t *= 0.70", "link.*.tariff_usd_per_t*=0.7"),
        (
            "demand.t_per_year*=1.3 where commodity_id=grain and t_per_year>5",
            "demand.*.t_per_year*=1.3 where commodity_id = grain and t_per_year > 5",
        ),
        (
            "node.*.label=left where name in 'The port', Baku",
            'node.*.label=left where name in "The port", Baku',
        ),
        ("node.a.name=Where the sea = wide", "node.a.name=Where the sea = wide"),
        ("close  link.rail", "close link.rail"),
        ("close link.rail from 01-10 to 01-22 left .5", "close link.rail from 01-10 to 01-22 left 0.5"),
        ("close link where mode_id = sea", "close link.* where mode_id = sea"),
        ("open link.spare=500000", "open link.spare = 500000"),
        ("build yard times 1", "build yard"),
        ("add node {node_id: e, name: 'The end'}", 'add node {node_id: e, name: "The end"}'),
    ],
)
def test_canonical_words(words: str, canonical: str) -> None:
    assert parse_change(words).words == canonical


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("clos link.rail", "C020 --set clos link.rail: 'clos' begins no change; did you mean close?"),
        ("build yard times two", "C112 --set build yard times two: 'two' is no number of times"),
        ("add node", "C020 --set add node: 'node' is no row to add; write add node {node_id: harbour, name: Harbour}"),
        ("add node {a, b", "C020 --set add node {a, b: "),
        ("add node {a: {b: c}}", "cannot be read as the cells of a row"),
        (
            "close link.rail from 01-10",
            "'link.rail from 01-10' is nothing that can be closed so; write close link.railway",
        ),
        ("open link.spare at 5", "'link.spare at 5' is nothing that can be opened so; write open link.railway"),
        ("build", "'' is nothing that can be built so; write build bridge"),
        ("close rail", "C062 --set close rail: 'rail' is not of the form table.row; write it as in link.railway"),
        ("link.*.time_h*=x", "C011 --set link.*.time_h*=x: 'x' is not a number"),
        ("link.*.time_h*=2 where a = 'b", "opens a quote that is not closed"),
        ("link.*.time_h*=2 where a =", 'compares with nothing; give a value, or "" for an empty cell'),
        ("link.*.time_h*=2 where a in b,,c", "compares with nothing"),
    ],
)
def test_words_that_make_no_change(words: str, expected: str) -> None:
    with pytest.raises(CaseError) as error:
        parse_change(words)
    assert expected in str(error.value.faults[0])


# what they do


def test_add_scale_and_set_in_order() -> None:
    case = base().with_(["resource.line.capacity+=100", "resource.line.capacity*=2", "resource.line.capacity+=-200"])
    assert case["resource"].at["line", "capacity"] == 600_000
    other = base().with_(["resource.line.capacity*=2", "resource.line.capacity=7"])
    assert other["resource"].at["line", "capacity"] == 7


def test_every_row_and_a_filter() -> None:
    case = base().with_(["demand.*.t_per_year*=2", "demand.t_per_year+=1 where commodity_id = grain"])
    assert case["demand"]["t_per_year"].tolist() == [80_001, 20_001, 40_000]


def test_among_many_what_has_no_number_is_passed_over() -> None:
    case = base().with_(["link.*.tariff_usd_per_t*=0.5", "link.*.capacity_t_per_year*=0.5"])
    assert case["link"]["tariff_usd_per_t"].tolist()[:2] == [5, 10]
    assert case["link"]["capacity_t_per_year"].tolist() == [math.inf, math.inf, 0, 250_000]


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("mode_id = sea", ["ferry", "spare"]),
        ("mode_id != sea", ["rail", "bridge"]),
        ("link_id in rail, bridge", ["rail", "bridge"]),
        ("capacity_t_per_year = unlimited", ["rail", "ferry"]),
        ("capacity_t_per_year <= 500000", ["spare", "bridge"]),
        ("capacity_t_per_year < 500000", ["spare"]),
        ("capacity_t_per_year > 1", ["rail", "ferry", "bridge"]),
        ("capacity_t_per_year >= 500000 and mode_id = rail", ["rail", "bridge"]),
        ("commodities = grain", ["rail", "spare"]),
        ("commodities != grain", ["ferry", "bridge"]),
        ('commodities = ""', ["ferry", "bridge"]),
        ("directed = 1", ["rail", "ferry", "spare", "bridge"]),
    ],
)
def test_filters(where: str, rows: list[str]) -> None:
    case = base().with_([f"link.*.time_h=99 where {where}"])
    assert [row.link_id for row in case.rows("link") if row.time_h == 99] == rows


def test_a_new_row_takes_defaults_and_may_be_changed() -> None:
    words = "add demand {demand_id: h2, commodity_id: oil, origin_id: a, destination_id: c, t_per_year: 5}"
    case = base().with_([words, "demand.h2.t_per_year+=1", "demand.*.t_per_year*=10"])
    row = case.row("demand", "h2")
    assert (row.t_per_year, row.commodity_id, row.gate, row.segment_id) == (60, "oil", "never", None)
    assert case["demand"].dtypes.equals(base()["demand"].dtypes)
    assert len(base()["demand"]) == 3


def test_the_same_row_again_is_no_fault_and_another_is() -> None:
    words = "add node {node_id: e, name: East}"
    assert len(base().with_([words, words])["node"]) == 5
    with pytest.raises(CaseError, match=r"C107 node\.e: e is a row of node already"):
        base().with_([words, "add node {node_id: e, name: Else}"])


def test_close_all_year() -> None:
    case = base().with_(["close link.bridge", "close resource.line"])
    assert case["link"].at["bridge", "capacity_t_per_year"] == 0
    assert (case["resource"].at["line", "capacity"], case["resource"].at["line", "background"]) == (0, 0)
    closed = base().with_(["close node.c"])["link"]["capacity_t_per_year"]
    assert closed.tolist() == [math.inf, 0, 0, 0]


def test_a_closure_takes_its_share_off_the_year() -> None:
    """36.5 days of 365 are a tenth: of the ferries' capacity and of what others use of it."""
    closed = base().with_(["close resource.ferries from 02-01 to 03-09"])  # 37 days
    assert available(closed)["ferries"] == pytest.approx((365_000 - 36_500) * 328 / 365)
    half = base().with_(["close resource.ferries from 12-01 to 01-11 left 0.5"])  # 42 days, over new year
    assert available(half)["ferries"] == pytest.approx((365_000 - 36_500) * (1 - 0.5 * 42 / 365))
    bridge = base().with_(["close link.bridge from 02-01 to 03-09"])
    assert available(bridge)["bridge"] == pytest.approx(500_000 * 328 / 365)


def test_what_serves_nothing_else_closes_with_a_link() -> None:
    """The ferries serve the ferry link alone, since the spare link is closed; the berths serve the railway, too."""
    closed = base().with_(["close link.ferry from 02-01 to 03-09"])
    assert [(row.table, row.row) for row in closed.rows("closure")] == [("link", "ferry"), ("resource", "ferries")]
    assert available(closed)["ferries"] == pytest.approx((365_000 - 36_500) * 328 / 365)
    elsewhere = base().with_(["open link.spare = 1000", "close link.ferry from 02-01 to 03-09"])
    assert [row.row for row in elsewhere.rows("closure")] == ["ferry"]
    place = base().with_(["close node.b from 02-01 to 03-09"])
    assert [row.row for row in place.rows("closure")] == ["b", "line", "ferries", "berths"]


def test_a_closure_of_the_whole_year_leaves_nothing() -> None:
    closed = base().with_(["close link.ferry from 01-01 to 12-31"])
    assert available(closed)["ferry"] == 0
    assert available(closed)["ferries"] == 0


def test_a_closure_twice_is_one_and_the_later_holds() -> None:
    case = base().with_(["close link.bridge from 02-01 to 03-09", "close link.bridge from 02-01 to 03-09 left 0.25"])
    assert case["closure"]["left"].tolist() == [0.25]


def test_open_and_build() -> None:
    case = base().with_(["open link.spare", "build yard times 2"])
    assert case["link"].at["spare", "capacity_t_per_year"] == math.inf
    assert case["resource"].at["ferries", "capacity"] == 565_000
    some = base().with_(["open link.* = 9 where mode_id = sea"])
    assert some["link"]["capacity_t_per_year"].tolist() == [math.inf, math.inf, 9, 500_000]
    assert base().with_(["open link.spare", "open link.spare"])["link"].at["spare", "capacity_t_per_year"] == math.inf
    with pytest.raises(CaseError, match=r"C110 link\.\*\.capacity_t_per_year: all of these are open already"):
        base().with_(["open link.* where mode_id = rail"])
    with pytest.raises(CaseError, match=r"C110 .*: a capacity of 0 opens nothing"):
        base().with_(["open link.spare = 0"])


# what a case knows of them


def test_a_case_knows_its_changes() -> None:
    changes = ["resource.line.capacity=5", "add node {node_id: e, name: East}", "resource.line.capacity+=1"]
    case = base().with_(changes)
    assert [each.words for each in case.changes] == changes
    assert case.touched["resource", "line", "capacity"].words == changes[2]
    assert case.touched["node", "e", "name"].words == changes[1]
    assert case.origin is base()
    more = case.with_(["build yard"], scenario="built")
    assert (more.scenario, more.origin, len(more.changes)) == ("built", base(), 4)
    assert [each.scenario for each in more.changes] == ["", "", "", "built"]
    assert base().with_(more.changes)["resource"].equals(more["resource"])


def test_one_change_need_not_be_a_list() -> None:
    assert base().with_("build yard")["resource"].equals(base().with_([Build("yard")])["resource"])


def test_a_case_without_the_table_can_be_given_rows() -> None:
    cells = "closure_id: ice, name: Ice, table: link, row: rail, from_day: 01-01, to_day: 01-31, kind: weather"
    row = base().with_([f"add closure {{{cells}}}"]).row("closure", "ice")
    assert (row.left, row.shape, row.known) == (0, False, False)


def test_a_change_that_is_wrong_does_nothing_and_the_others_are_still_judged() -> None:
    with pytest.raises(CaseError) as error:
        base().with_(["demand.*.t_per_year+=-15000", "close link.rial", "build yard times 2"])
    assert [str(fault) for fault in error.value.faults] == [
        "C012 demand.seed.t_per_year: 10000 - 15000: -5000 is negative; give 0 or more",
        "C022 link.rial: rial is no row of link; did you mean rail?",
    ]


def row_of_line(case: Case) -> tuple[float, float]:
    """Capacity of the line and its use by others."""
    row = case.row("resource", "line")
    return row.capacity, row.background


def test_opening_returns_to_what_was_before_the_closure() -> None:
    """Closed and opened, in one step or by two scenarios: capacity and the use by others are those of before."""
    case = base().with_(["resource.line.background=1000"])
    before = row_of_line(case)
    closed = case.with_(["close resource.line"])
    assert row_of_line(closed) == (0, 0)
    for changes in (["open resource.line"], ["open resource.line", "open resource.line"]):
        assert row_of_line(closed.with_(changes)) == before
    assert case.with_(["close link.rail", "close link.rail", "open link.rail"])["link"].equals(case["link"])
    assert closed.with_(["open resource.line = 7"])["resource"].at["line", "capacity"] == 7
    assert closed.with_(["open resource.line = unlimited"])["resource"].at["line", "capacity"] == math.inf
    raised = closed.with_(["resource.line.capacity=5", "resource.line.capacity=0", "open resource.line"])
    assert raised["resource"].at["line", "capacity"] == math.inf  # what was set to 0 since has no before
