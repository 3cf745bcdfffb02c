"""The order of the limits: every ladder derived where it stands."""

import math
from collections.abc import Callable
from functools import cache
from itertools import permutations
from typing import Any

import pandas as pd
import pytest

import corridor as api
from corridor.model.case import Case
from corridor.optimize.answer.lifting import ladder
from corridor.optimize.answer.year import Year
from corridor.optimize.period.offers import available
from tests.cases import Row, boxes, case_of, choice, idle, oil_and_boxes, series, tables_of_case

INFINITE = math.inf


def in_a_row(*capacities: float, nameplate: float = INFINITE) -> Case:
    """Links one behind another, in kt, the last of them the gate; 100 kt of demand."""
    last = len(capacities) - 1
    links: list[Row] = [
        {
            "link_id": f"l{n}",
            "from_node_id": f"n{n}",
            "to_node_id": f"n{n + 1}",
            "capacity_t_per_year": 1e3 * most,
            "gate": n == last,
        }
        for n, most in enumerate(capacities)
    ]
    demand: Row = {
        "demand_id": "all",
        "origin_id": "n0",
        "destination_id": f"n{last + 1}",
        "gate": "must",
        "t_per_year": 100e3,
    }
    gate: Row = {"gate_id": "gate", "nameplate_t_per_year": 1e3 * nameplate}
    return case_of({"gate": [gate], "link": links, "demand": [demand]})


@cache
def two_markets() -> Case:
    """Wine and wool, 100 kt each; the road of wine takes 150, that of wool 240 kt, the gate 600 kt of both."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 600000",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, gate
                wine_road, vineyard, port, 150000, 0
                wool_road, pasture, port, 240000, 0
                crossing, port, far, unlimited, 1""",
            "demand": """
                demand_id, origin_id, destination_id, gate, t_per_year
                wine, vineyard, far, must, 100000
                wool, pasture, far, must, 100000""",
        }
    )


@cache
def two_fleets() -> Case:
    """Two ferries and one ro-ro ship, 100 kt a year each way and ship, then a yard of 500 kt; the gate has 800 kt.

    A move takes 20 + 16.8 + 7 = 43.8 h, so a ship makes 200 moves of 1 000 t a year, 100 of them loaded.
    """
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 800000",
            "resource": """
                resource_id, kind, capacity, unit, step, step_unit
                ferries, ship, 2, ships, 1, ferry
                ro_ros, ship, 1, ships, 1, ship
                yard, west, 500000, t, ,""",
            "carrier": """
                carrier_id, resource_id, hours_per_year, port_h, wait_h
                ferry, ferries, 8760, 16.8, 7
                ro_ro, ro_ros, 8760, 16.8, 7""",
            "size": """
                size_id, carrier_id, dimension, amount
                ferry_t, ferry, deadweight_t, 1000
                ro_ro_t, ro_ro, deadweight_t, 1000""",
            "loading": "loading_id, dimension, item_id, loaded\n cargo, deadweight_t, cargo, 1",
            "link": """
                link_id, from_node_id, to_node_id, directed, time_h, gate, carrier_id
                north, port, far, 0, 20, 1, ferry
                south, port, far, 0, 20, 1, ro_ro
                on, far, town, 1, 0, 0,""",
            "use": "use_id, resource_id, link_id, activity, amount\n one, yard, on, tonne, 1",
            "segment": "segment_id, name\n goods, Goods",
            "demand": """
                demand_id, origin_id, destination_id, segment_id, gate, t_per_year
                all, port, town, goods, must, 100000""",
        }
    )


@cache
def with_project(extra: str = "") -> Case:
    """A line of which a half is practical use, 200 kt; a named berth of 250 kt; a gate of 600 kt; 100 kt of demand."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 600000",
            "node": "node_id, country\n a, KZ\n b, KZ\n c, AZ\n d, GE",
            "commodity": "commodity_id, time_usd_per_t_day\n cargo, 5",
            "resource": """
                resource_id, kind, capacity, gate_t_per_unit
                line, line, 400000,
                berth, quay, 250000, 1""",
            "factor": "factor_id, resource_id, kind, value\n used, line, practical_use, 0.5",
            "link": """
                link_id, from_node_id, to_node_id, time_h, gate, tariff_usd_per_t
                rail, a, b, 48, 0, 8
                sea, b, c, 24, 1, 2
                on, c, d, 10, 0, 4""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                one, line, rail, tonne, 1
                two, berth, sea, tonne, 1""",
            "project": f"""
                project_id, resource_id, adds, cost_usd, pays, ready
                loops, line, 60000, 3000000, The railway, 2027
                track, line, 400000, 4000000, The state, 2030{extra}""",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n all, a, d, must, 100000",
        }
    )


def of(case: Case) -> pd.DataFrame:
    return ladder(Year(case, "capability"))


def rungs(frame: pd.DataFrame) -> list[tuple[str, Any]]:
    """What is reached and by which ids, one a rung."""
    return [(" ".join(rows["resource"]), float(rows["t"].iloc[0])) for _, rows in frame.groupby("rung")]


def concurrent(case: Case) -> float:
    """C, solved anew."""
    year = Year(case, "concurrent")
    return year.concurrent().value * sum(year.layout.base.values()) * 1000


def lifted(case: Case, ids: list[str]) -> Case:
    """The case with these limits unlimited, as ``--set`` would have it."""
    changes = []
    for each in ids:
        tables = {
            "resource": "capacity",
            "link": "capacity_t_per_year",
            "segment": "ceiling_t_per_year",
            "pool": "number",
        }
        table = next(name for name in tables if each in case[name].index)
        changes.append(f"{table}.{each}.{tables[table]}=unlimited")
    other = case.with_(changes)
    api.check(other)
    return other


@pytest.mark.parametrize("order", list(permutations((200, 250, 300))))
def test_a_series_is_the_sorted_list_up_to_the_nameplate(order: tuple[int, ...]) -> None:
    frame = of(in_a_row(*order, nameplate=400))
    expected = [(f"l{order.index(most)}", 1e3 * most) for most in sorted(order)]
    assert rungs(frame) == [(name, pytest.approx(t)) for name, t in [*expected, ("gate", 400e3)]]
    assert list(frame["gain"]) == pytest.approx([50e3, 50e3, 100e3, 0])
    assert list(frame["growth"]) == pytest.approx([2, 2.5, 3, 4])
    # At 200 kt the link of 250 has 50 free, at 250 that of 300, at 300 the gate of 400 has 100.
    assert list(frame["next_slack"])[:-1] == pytest.approx([50e3, 50e3, 100e3], rel=1e-5)
    assert math.isnan(list(frame["next_slack"])[-1])
    assert list(frame["available"]) == pytest.approx([200e3, 250e3, 300e3, 400e3])
    assert list(frame["kind"]) == ["line", "line", "line", "gate"]


def test_without_a_nameplate_it_ends_where_nothing_binds() -> None:
    frame = of(series())
    assert rungs(frame) == [
        ("two", pytest.approx(200e3)),
        ("three", pytest.approx(250e3)),
        ("one", pytest.approx(300e3)),
    ]
    assert list(frame["gain"]) == pytest.approx([50e3, 50e3, INFINITE])
    endless = of(in_a_row(200))
    assert rungs(endless) == [("l0", pytest.approx(200e3))]
    assert list(endless["gain"]) == [INFINITE]


def test_parallel_limits_on_two_markets_are_two_rungs_in_order() -> None:
    """Wine stops at one and a half, 300 kt of both; without its road wool stops at 2.4, 480 kt; then the gate."""
    frame = of(two_markets())
    expected = [("wine_road", 300e3), ("wool_road", 480e3), ("gate", 600e3)]
    assert rungs(frame) == [(name, pytest.approx(t)) for name, t in expected]
    assert list(frame["gain"]) == pytest.approx([180e3, 120e3, 0])
    assert not any(frame["alternatives"])


def test_either_fleet_would_do() -> None:
    """The three ships take 300 kt; with no end of either fleet all goes, up to the yard's 500 kt: the gain is the same,
    so the one lifted is the first by id, and the other is its alternative.
    """
    frame = of(two_fleets())
    expected = [("ferries", 300e3), ("yard", 500e3), ("gate", 800e3)]
    assert rungs(frame) == [(name, pytest.approx(t)) for name, t in expected]
    assert list(frame["alternatives"]) == ["ro_ros", "", ""]
    for remedy in ("ferries", "ro_ros"):
        assert concurrent(lifted(two_fleets(), [remedy])) == pytest.approx(500e3)


def test_of_alternatives_the_greater_gain_is_lifted_and_the_other_may_come_later() -> None:
    """Behind the north way lie 300 kt, behind the south way 400; both ways take 100.

    At 200 kt south brings 300 more and north 200. With south lifted 100 + 400 kt go, which either north (to 700) or
    what lies behind south (no limit left but the gate's 900) raises: the latter. Then the gate.
    """
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 900000",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, gate
                north, a, n, 100000, 0
                south, a, s, 100000, 0
                north_on, n, c, 300000, 1
                south_on, s, c, 400000, 1""",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n all, a, c, must, 100000",
        }
    )
    frame = of(case)
    expected = [("south", 200e3), ("south_on", 500e3), ("gate", 900e3)]
    assert rungs(frame) == [(name, pytest.approx(t)) for name, t in expected]
    assert list(frame["alternatives"]) == ["north", "north", ""]


def test_limits_that_coincide_are_one_rung_of_both() -> None:
    frame = of(in_a_row(200, 300, 200, nameplate=400))
    expected = [("l0 l2", 200e3), ("l1", 300e3), ("gate", 400e3)]
    assert rungs(frame) == [(name, pytest.approx(t)) for name, t in expected]
    assert list(frame["rung"]) == [1, 1, 2, 3]
    assert list(frame["t"]) == pytest.approx([200e3, 200e3, 300e3, 400e3])
    assert list(frame["gain"]) == pytest.approx([100e3, 0, 100e3, 0])
    assert concurrent(lifted(in_a_row(200, 300, 200, nameplate=400), ["l0"])) == pytest.approx(200e3)


def test_what_coincides_only_by_degrees_is_added_until_it_helps() -> None:
    """Five at 200 kt, then the gate: whichever rows are priced first, all five are needed and no more."""
    assert rungs(of(in_a_row(200, 200, 200, 200, 200, 300, nameplate=400)))[0] == (
        "l0 l1 l2 l3 l4",
        pytest.approx(200e3),
    )


def test_rungs_closer_than_half_a_per_cent_join() -> None:
    """200.9 is 0.45 % above 200 and joins it; 201.1 is 0.55 % above and does not; 201.5 is near to 200.9, but 0.75 %
    above the rung that this one has joined.
    """
    frame = of(in_a_row(200, 200.9, 300, nameplate=400))
    assert list(frame["resource"]) == ["l0", "l1", "l2", "gate"]
    assert list(frame["rung"]) == [1, 1, 2, 3]
    assert list(frame["t"]) == pytest.approx([200e3, 200e3, 300e3, 400e3])
    assert list(frame["gain"]) == pytest.approx([100e3, 0, 100e3, 0])
    assert list(frame["growth"]) == pytest.approx([2, 2.009, 3, 4])  # each where it binds
    assert list(of(in_a_row(200, 201.1, 300, nameplate=400))["rung"]) == [1, 2, 3, 4]
    assert list(of(in_a_row(200, 200.9, 201.5, nameplate=400))["rung"]) == [1, 1, 2, 3]


def test_a_capacity_of_zero_is_an_alternative_where_something_open_would_do() -> None:
    """A quay to be built beside the old one would do as well as the old one without limit; a closed link is none."""
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 900000",
            "resource": "resource_id, kind, capacity\n old_quay, quay, 200000\n new_quay, quay, 0\n line, line, 300000",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, gate
                old, a, b, unlimited, 1
                new, a, b, unlimited, 1
                closed, a, b, 0, 1
                on, b, c, unlimited, 0""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                one, old_quay, old, tonne, 1
                two, new_quay, new, tonne, 1
                three, line, on, tonne, 1""",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n all, a, c, must, 100000",
        }
    )
    frame = of(case)
    expected = [("old_quay", 200e3), ("line", 300e3), ("gate", 900e3)]
    assert rungs(frame) == [(name, pytest.approx(t)) for name, t in expected]
    assert list(frame["alternatives"]) == ["new_quay", "", ""]
    assert available(case)["new_quay"] == 0


def test_where_the_only_way_is_to_be_built_that_is_the_first_rung() -> None:
    case = case_of(
        {
            "resource": "resource_id, name, capacity\n project, The tunnel, 0",
            "link": "link_id, from_node_id, to_node_id\n new, a, b",
            "use": "use_id, resource_id, link_id, activity, amount\n one, project, new, tonne, 1",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 100000",
        }
    )
    frame = of(case)
    assert frame[["rung", "resource", "name", "t", "gain"]].to_numpy().tolist() == [
        [1, "project", "The tunnel", 0.0, INFINITE]
    ]


def test_a_line_that_others_fill_is_a_limit_not_a_closed_one() -> None:
    """Domestic trains take all of the line: nothing goes, and the line is why; without it 300 kt go."""
    case = case_of(
        {
            "resource": "resource_id, capacity, background\n line, 500000, 500000",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                rail, a, b, unlimited
                on, b, c, 300000""",
            "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 100000",
        }
    )
    assert rungs(of(case)) == [("line", pytest.approx(0, abs=1e-6)), ("on", pytest.approx(300e3))]


def test_a_ceiling_is_a_rung_of_kind_demand() -> None:
    """60 + 50 kt cross; the market that has 50 may become 120: 2.4 times, 264 kt. The line has 500 kt less 100 of
    others, 40 that never cross and 30 that went by land: 330 kt. Then the gate's 1000 kt.
    """
    frame = of(choice())
    expected = [("bound", 264e3), ("line", 330e3), ("gate", 1000e3)]
    assert rungs(frame) == [(name, pytest.approx(t)) for name, t in expected]
    first = frame.iloc[0]
    assert (first["name"], first["kind"], first["unit"]) == ("ceiling of bound", "demand", "gate t")
    assert first["available"] == pytest.approx(120e3)
    assert frame.iloc[1]["available"] == pytest.approx(400e3)  # after background


def test_a_nameplate_already_full_is_the_only_rung() -> None:
    frame = of(in_a_row(200, 300, nameplate=150))
    assert rungs(frame) == [("gate", pytest.approx(150e3))]
    assert list(frame["gain"]) == [0]


def test_without_tonnes_there_is_no_rung() -> None:
    assert of(idle()).empty
    assert api.ladder(idle()).frame.empty


MADE: dict[str, Callable[[], Case]] = {
    "series": lambda: in_a_row(300, 200, 250, nameplate=400),
    "two_markets": two_markets,
    "two_fleets": two_fleets,
    "coincide": lambda: in_a_row(200, 300, 200, nameplate=400),
    "joined": lambda: in_a_row(200, 200.9, 300, nameplate=400),
    "choice": choice,
    "boxes": boxes,
    "oil_and_boxes": oil_and_boxes,
    "with_project": with_project,
}


@pytest.mark.parametrize("name", MADE)
def test_gains_sum_to_nameplate_less_concurrent(name: str) -> None:
    case = MADE[name]()
    frame = of(case)
    assert case.gate is not None
    assert frame["gain"].sum() == pytest.approx(case.gate.nameplate_t_per_year - concurrent(case), abs=0.5)
    assert (frame["gain"] >= 0).all()
    assert frame["resource"].iloc[-1] == case.gate.gate_id


@pytest.mark.parametrize("name", MADE)
def test_lifting_a_rung_gives_the_next(name: str) -> None:
    assert_lifting_gives_the_next(MADE[name](), of(MADE[name]()))


def assert_lifting_gives_the_next(case: Case, frame: pd.DataFrame) -> None:
    reached = frame.groupby("rung")["t"].first()
    assert concurrent(case) == pytest.approx(reached.iloc[0], abs=0.5)
    gone: list[str] = []
    for rung in reached.index[:-1]:
        gone += list(frame.loc[frame["rung"] == rung, "resource"])
        assert concurrent(lifted(case, gone)) == pytest.approx(reached[rung + 1], abs=0.5)


@cache
def bundled_ladder() -> tuple[Case, pd.DataFrame]:
    case = api.load()
    return case, of(case)


@pytest.mark.slow
def test_ladder_of_the_bundled_case() -> None:
    case, frame = bundled_ladder()
    assert case.gate is not None
    assert frame["gain"].sum() == pytest.approx(27e6 - concurrent(case), abs=0.5)
    reached = frame.groupby("rung")["t"].first()
    assert (reached.diff().dropna() > 0.005 * reached.shift(1).dropna()).all()
    assert frame["resource"].iloc[-1] == case.gate.gate_id
    assert_lifting_gives_the_next(case, frame[frame["rung"] <= 4])


@pytest.mark.slow
@pytest.mark.parametrize("year", [2022, 2025])
def test_every_rung_of_the_bundled_case(year: int) -> None:
    case = api.load(year=year)
    assert_lifting_gives_the_next(case, of(case))


def test_rungs_beyond_the_named_terminals_are_marked() -> None:
    """The one named berth takes 250 kt, of which the ports count 225: the line's 200 kt are within it, the berth's own
    250 are not; the nameplate is no rung that anybody could lift. Of limits that coincide all are marked.
    """
    frame = api.ladder(with_project().with_(["resource.berth.gate_t_per_unit=0.9"])).frame
    expected = [("line", 200e3), ("berth", 250e3), ("gate", 600e3)]
    assert rungs(frame) == [(name, pytest.approx(t)) for name, t in expected]
    assert list(frame["beyond"]) == [False, True, False]
    both = api.ladder(
        with_project().with_(["resource.berth.gate_t_per_unit=0.7", "resource.line.capacity=500000"])
    ).frame
    assert list(both["resource"]) == ["berth", "line", "gate"]
    assert list(both["beyond"]) == [True, True, False]
    assert not api.ladder(two_markets()).frame["beyond"].any()  # no terminal is named


def test_cost_of_a_tonne_that_a_project_brings() -> None:
    """Of what is added to the line a half is left. Loops add 30 kt for 3 million, 100 USD a tonne; the second track
    adds 200 kt for 4 million, of which 50 kt are of use before the berth is full: 80 USD a tonne, the cheapest. Freight
    is 8 and 2 USD in KZ, 4 in AZ: 50 kt bring 0.5 and 0.2 million. What time costs the shippers is nobody's income.
    """
    frame = api.ladder(with_project()).frame
    first, second, last = frame.to_dict("records")
    assert (first["project"], first["pays"]) == ("track", "The state")
    assert [first["cost_usd"], first["adds_t"], first["usd_per_t"]] == pytest.approx([4e6, 50e3, 80])
    assert first["gains"] == "million USD freight a year: KZ 0.5, AZ 0.2"
    for row in (second, last):
        assert (row["project"], row["pays"], row["gains"]) == ("", "", "")
        assert all(math.isnan(row[column]) for column in ("cost_usd", "adds_t", "usd_per_t"))


def test_a_project_of_an_alternative_lifts_the_rung_too() -> None:
    """The ferries stop 300 kt, and a ro-ro ship more does instead of a ferry: 100 kt for 2 million, 20 USD a tonne."""
    tables = {name: list(rows) for name, rows in tables_of_case(two_fleets()).items()}
    ship: Row = {"project_id": "ship", "resource_id": "ro_ros", "adds": 1, "cost_usd": 2000000, "name": "A ship"}
    frame = api.ladder(case_of(tables | {"project": [ship]})).frame
    assert list(frame["project"]) == ["A ship", "", ""]
    assert [frame["adds_t"].iloc[0], frame["usd_per_t"].iloc[0]] == pytest.approx([100e3, 20])


def test_of_equal_gains_the_first_id_is_lifted_whatever_the_last_bits() -> None:
    """Three ways side by side whose lengths of units differ, so that equal gains come out unlike in their last bits."""
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 900000",
            "resource": "resource_id, capacity\n c_way, 100001.7\n b_way, 33.3\n a_way, 7.77\n on, 700000.1",
            "link": """
                link_id, from_node_id, to_node_id, gate
                one, a, b, 0
                two, a, b, 0
                three, a, b, 0
                then, b, c, 1""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                u1, c_way, one, tonne, 1
                u2, b_way, two, tonne, 0.00037
                u3, a_way, three, tonne, 0.0000913
                u4, on, then, tonne, 1""",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n all, a, c, must, 98765",
        }
    )
    first = of(case).iloc[0]
    assert (first["resource"], first["alternatives"]) == ("a_way", "b_way c_way")


def test_a_project_of_a_later_rung_is_priced_alone() -> None:
    """The line stops all at 200 kt, so that 100 kt more of the berth add nothing while nothing else is built."""
    frame = api.ladder(with_project("\n pier, berth, 100000, 5000000, The port, 2029")).frame
    row = frame.iloc[1]
    assert (row["project"], row["cost_usd"], row["adds_t"], row["gains"]) == ("pier", 5e6, 0.0, "")
    assert math.isnan(row["usd_per_t"])


def test_limits_reached_at_about_the_same_point_are_named() -> None:
    """One way over three limits: 100, 104 and 110 kt of a base year of 100 kt; 110 is beyond 5 per cent."""
    case = case_of(
        {
            "resource": """
                resource_id, name, kind, capacity, unit
                quay, Quay, quay, 100000, t
                ship, Ship, ship, 104000, t
                line, Line, line, 110000, t""",
            "link": "link_id, from_node_id, to_node_id\n one, a, b",
            "use": """
                use_id, resource_id, link_id, activity, amount
                q, quay, one, tonne, 1
                s, ship, one, tonne, 1
                l, line, one, tonne, 1""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 100000",
        }
    )
    first = api.solve(case).first
    assert first is not None
    assert first.resources == ("quay",)
    assert dict(first.near) == {"ship": pytest.approx(1.04)}
