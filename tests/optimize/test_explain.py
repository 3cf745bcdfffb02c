"""Flows taken apart into ways, and what is said of one resource, link or demand."""

import math
from collections import defaultdict
from functools import cache
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

import corridor as api
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.graph import arcs
from corridor.model.result.answer import Answer
from corridor.model.result.frame import rows
from corridor.optimize.answer.paths import paths
from tests.asked import explain
from tests.cases import SUITE, Tables, answered, boxes, case_of, choice, oil_and_boxes
from tests.optimize.test_ladder import in_a_row
from tests.random_cases import gated_tables

STUDIES = ("capability", "concurrent", "handled", "free", "cost_shipper")


def assert_ways_add_up(case: Case, answer: Answer) -> None:
    """Ways add up to what each demand gets and what each arc carries, but for half a tonne that ends a search."""
    ways, by_id = paths(case, answer.flow, answer.delivered), {arc.arc_id: arc for arc in arcs(case)}
    demands = {row.demand_id: row for row in case.rows("demand")}
    on: dict[str, float] = defaultdict(float)
    for demand, t, way in zip(ways["demand"], ways["t"], ways["ways"], strict=True):
        row, steps = demands[demand], [by_id[arc] for arc in way]
        assert t > 0
        assert (steps[0].start, steps[-1].end) == (row.origin_id, row.destination_id)
        assert all(one.end == two.start for one, two in pairwise(steps))
        assert sum(arc.gate for arc in steps) <= 1
        for arc in way:
            on[arc] += t
    slack = 1.0 * (1 + len(answer.delivered))
    found = ways.groupby("demand")["t"].sum()
    for demand, t in answer.delivered.groupby("demand")["t"].sum().items():
        assert found.get(demand, 0.0) == pytest.approx(t, abs=slack)
    carried = answer.flow.groupby("arc")["t"].sum()
    assert set(on) <= set(carried.index)
    for arc, t in carried.items():
        assert on[str(arc)] == pytest.approx(t, abs=slack)


@pytest.mark.parametrize("name", sorted(SUITE))
@pytest.mark.parametrize("study", STUDIES)
def test_ways_add_up(name: str, study: str) -> None:
    case = SUITE[name]()
    assert_ways_add_up(case, answered(case, study))


@settings(max_examples=5)
@given(gated_tables())
def test_ways_of_random_cases_add_up(tables: Tables) -> None:
    case = case_of(tables)
    for study in ("capability", "cost_resource"):
        assert_ways_add_up(case, answered(case, study))


@cache
def bundled() -> tuple[Case, Answer]:
    case = api.load()
    return case, answered(case)


def test_ways_of_the_bundled_case_add_up() -> None:
    assert_ways_add_up(*bundled())


def test_must_crosses_once_and_never_stays() -> None:
    """Of the demand that may cross 30 kt went by land: those take it, the others the sea."""
    case = choice()
    ways = paths(case, *(answered(case, "handled").tables[name] for name in ("flow", "delivered")))
    found: dict[Any, Any] = {(row.demand, row.ways): row.t for row in rows(ways)}
    expected = {
        ("chooses", ("rail", "sea")): 60e3,
        ("chooses", ("rail", "land")): 30e3,
        ("crosses", ("sea_back", "rail_back")): 50e3,
        ("stays", ("rail",)): 40e3,
    }
    assert found == {way: pytest.approx(t) for way, t in expected.items()}


def test_a_resource() -> None:
    """The line takes 500 kt, 333 west and 167 east; 1 % more of it is 5 kt more. Without it the nameplate of 1000 kt
    stops all: six feeders would take 1 478 kt west and 739 east.
    """
    case = boxes()
    found = explain(case, answered(case), "line")
    assert found.kind == "resource"
    assert found.sentences == [
        "line: 500,000 of 500,000 t used.",
        "It is a limit: 1 % more brings 5,000 gate t a year.",
        "If all cargo grows alike, 500,000 t fit; without this limit 1,000,000 t.",
        "If each kind of cargo grows to its limit, 500,000 t fit; without this limit 1,000,000 t.",
    ]
    used = found.tables["used by"]
    assert dict(zip(used["demand"], used["t"], strict=True)) == pytest.approx({"west": 1e6 / 3, "east": 1e6 / 6})
    assert list(used["demand"]) == ["west", "east"]  # the greatest first
    on = found.tables["used on"]
    assert list(zip(on["link"], on["direction"], strict=True)) == [("rail", "back"), ("rail", "forward")]
    assert list(on["t"]) == pytest.approx([1e6 / 6, 1e6 / 3])


def test_a_slack_resource() -> None:
    """333 kt west and as many empties east: 333 333 / 3 150 voyages of two moves of 56 h are 1.35 ships of six."""
    found = explain(boxes(), answered(boxes()), "feeders")
    assert found.sentences == [
        "feeders: 1.4 of 6 ships used.",
        "It is no limit of this answer.",
        "If all cargo grows alike, 500,000 t fit; without this limit 500,000 t, as with it.",
        "If each kind of cargo grows to its limit, 500,000 t fit; without this limit 500,000 t, as with it.",
    ]


def test_a_resource_that_is_full_but_not_alone() -> None:
    case = in_a_row(200, 200)
    said = explain(case, answered(case), "l0").sentences
    assert said[1] == "It is full, but one step more of it alone changes nothing: something else holds too."
    assert said[2].endswith("as with it.")


def test_a_resource_without_which_there_is_no_limit() -> None:
    case = in_a_row(200)
    said = explain(case, answered(case), "l0").sentences
    assert said[2:] == [
        f"If {grown}, 200,000 t fit; without this limit any amount."
        for grown in ("all cargo grows alike", "each kind of cargo grows to its limit")
    ]


def test_a_link() -> None:
    found = explain(boxes(), answered(boxes()), "sea")
    assert found.kind == "link"
    assert found.sentences == ["b to c by sea, both ways: 490 km, 22.0 h, 500,000 t a year."]
    resources = found.tables["resources"]
    assert list(resources["resource"]) == ["feeders", "quay"]
    assert not resources["limit"].any()
    assert list(resources["share"]) == pytest.approx([1e6 / 3 / 3150 * 112 / 8760 / 6, 0.5])
    assert list(found.tables["used by"]["demand"]) == ["west", "east"]
    rail = explain(boxes(), answered(boxes()), "rail").tables["resources"]
    assert rail[["resource", "limit"]].to_numpy().tolist() == [["line", True]]


def test_a_link_of_which_no_limit_is_known() -> None:
    said = explain(oil_and_boxes(), answered(oil_and_boxes()), "from_plant").sentences
    assert said[-1] == "No resource is known for it: that is not the same as no limit."


def test_a_demand() -> None:
    found = explain(boxes(), answered(boxes()), "west")
    assert found.kind == "demand"
    assert found.sentences == [
        "box from a to c: 100,000 t in the base year, 333,333 t in this answer.",
        "Limits on its way: line.",
    ]
    (way,) = found.tables["ways"].to_dict("records")
    # 20 h by rail and 22 h by sea are 1.75 days; a ship's 24 h in port and 10 h of waiting come to them.
    assert (way["way"], way["km"]) == ("a > b > c", 990)
    assert math.isnan(way["usd_per_t"])  # no tariff is stated
    assert (way["days"], way["without_waiting_d"]) == pytest.approx((76 / 24, 66 / 24))
    assert way["t"] == pytest.approx(1e6 / 3)
    legs = found.tables["legs"]
    assert legs["usd_per_t"].isna().all()
    for row, hours in zip(rows(legs), ((20, 0, 0), (22, 24, 10)), strict=True):
        assert (row.moving_d * 24, row.standing_d * 24, row.waiting_d * 24) == pytest.approx(hours)


def test_a_demand_that_nothing_holds() -> None:
    """Oil of field a has no limit on its way but the quay of 400 kt, which is not full."""
    said = explain(oil_and_boxes(), answered(oil_and_boxes()), "oil_a").sentences
    assert said[-1] == "No limit of this answer lies on its way."


@pytest.mark.parametrize(("name", "near"), [("linee", "did you mean line"), ("wst", "did you mean west")])
def test_an_unknown_name_is_told_the_nearest(name: str, near: str) -> None:
    with pytest.raises(CaseError, match=rf"C022 .*{name} is no resource, store, pool, link or demand; {near}"):
        explain(boxes(), answered(boxes()), name)


@pytest.mark.parametrize("name", ["rail_ferries", "kuryk_alat_ferry", "tanker_line"])
def test_names_of_the_bundled_case(name: str) -> None:
    case, answer = bundled()
    name = name if name != "tanker_line" else str(case["demand"].index[0])
    found = explain(case, answer, name)
    assert found.name == name
    assert all(found.sentences)
    assert all(isinstance(frame, pd.DataFrame) and len(frame) for frame in found.tables.values())


def test_users_of_a_link_add_up_to_its_flow() -> None:
    case, answer = bundled()
    for link in ("kuryk_alat_ferry", "aktau_alat_feeder"):
        used = explain(case, answer, link).tables["used by"]["t"].sum()
        assert used == pytest.approx(answer.flow.loc[answer.flow["link"] == link, "t"].sum(), abs=len(answer.delivered))
