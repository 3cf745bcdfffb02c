"""The order of rows in a case never changes an answer; ties go the cheaper, shorter, faster way, then by id."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

from corridor.model.case import Case
from corridor.optimize.answer.lifting import ladder
from corridor.optimize.answer.year import Year
from corridor.optimize.studies.markets import markets
from tests.asked import setting, solve
from tests.cases import SUITE, Tables, case_of, tables_of_case
from tests.random_cases import gated_tables


def shuffled(case: Case, seed: int) -> Case:
    """The case with the rows of every table in another order."""
    rng, tables = random.Random(seed), tables_of_case(case)
    for rows in tables.values():
        rng.shuffle(rows)
    return case_of(tables)


def same(one: pd.DataFrame, other: pd.DataFrame, ids: list[str]) -> None:
    """Equal tables to the bit, whatever the order in which their rows are listed."""
    left, right = (frame.sort_values(ids, ignore_index=True) for frame in (one, other))
    pd.testing.assert_frame_equal(left, right, check_exact=True)


IDS = {
    "flow": ["arc", "commodity", "destination", "crosses", "layer"],
    "move": ["arc", "what", "item"],
    "use": ["resource"],
    "delivered": ["part"],
    "limits": ["resource"],
    "segments": ["segment"],
}


def assert_same(one: Case, other: Case, study: str) -> None:
    answers = [solve(case, study) for case in (one, other)]
    facts: list[Any] = [(each.value, each.measures_t, each.growth, each.first, each.cost_usd) for each in answers]
    assert facts[0] == facts[1]
    for name, ids in IDS.items():
        same(answers[0].tables[name], answers[1].tables[name], ids)


@pytest.mark.parametrize("study", ["capability", "concurrent", "cost_shipper"])
@pytest.mark.parametrize("name", sorted(SUITE))
def test_another_order_of_rows_is_the_same_answer(name: str, study: str) -> None:
    assert_same(SUITE[name](), shuffled(SUITE[name](), 1), study)


@pytest.mark.parametrize("name", ["boxes", "choice", "oil_and_boxes"])
def test_another_order_of_rows_is_the_same_ladder(name: str) -> None:
    one, other = (Year(case, "capability") for case in (SUITE[name](), shuffled(SUITE[name](), 2)))
    pd.testing.assert_frame_equal(ladder(one), ladder(other), check_exact=True)
    same(markets(setting(one.case)).frame, markets(setting(other.case)).frame, ["segment"])


@pytest.mark.slow
@settings(max_examples=10)
@given(gated_tables())
def test_another_order_of_rows_of_random_cases(tables: Tables) -> None:
    case = case_of(tables)
    assert_same(case, shuffled(case, 3), "capability")


WAYS = {
    "cheaper": ("0.02, 100, 10", "0.01, 150, 20"),
    "shorter": ("0, 100, 10", "0, 99, 30"),
    "faster": ("0, 100, 10", "0, 100, 9"),
    "first by id": ("0, 100, 10", "0, 100, 10"),
}
"""USD per t km, km and hours of two ways side by side, of which the second (the first, where all is equal) is taken."""


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("why", sorted(WAYS))
def test_ties_end_in_a_stated_order(why: str, order: int) -> None:
    (a_usd, a_km, a_h), (b_usd, b_km, b_h) = (each.split(", ") for each in WAYS[why])
    links = [
        {"link_id": "a_way", "mode_id": "a", "length_km": a_km, "time_h": a_h},
        {"link_id": "b_way", "mode_id": "b", "length_km": b_km, "time_h": b_h},
    ]
    case = case_of(
        {
            "mode": f"mode_id, cost_usd_per_tkm\n a, {a_usd}\n b, {b_usd}",
            "resource": "resource_id, capacity\n line, 300000",
            "link": [
                {"link_id": "on", "from_node_id": "q", "to_node_id": "z", "mode_id": "a", "length_km": 0},
                *({**link, "from_node_id": "p", "to_node_id": "q"} for link in links[::order]),
            ],
            "use": "use_id, resource_id, link_id, activity, amount\n one, line, on, tonne, 1",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, p, z, 100000",
        }
    )
    flow = solve(case).flow.set_index("link")["t"]
    assert flow.to_dict() == pytest.approx({"on": 300e3, "a_way" if why == "first by id" else "b_way": 300e3})
