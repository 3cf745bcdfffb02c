"""Few ways priced in: the same answers as with all ways, and a certificate that sees a way left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.networks import grid_of
from corridor.model.faults import InfeasibleError
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period import few_ways
from corridor.optimize.period.layout import COSTS, MEASURES
from corridor.optimize.program import by_ways
from corridor.optimize.program.by_ways import WaySolver
from corridor.optimize.proof.ways import worst_way
from tests.cases import Tables, case_of
from tests.random_cases import gated_tables

SAME = 1e-6
"""Relative tolerance between two answers."""


def begin_with_few(patch: pytest.MonkeyPatch) -> None:
    """Networks of any size and all studies begin with few ways."""
    patch.setattr(few_ways, "FEW_COLUMNS", -1)
    patch.setattr(few_ways, "SUITED", (*COSTS, *MEASURES))


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every network begins with few ways."""
    begin_with_few(monkeypatch)


def both(tables: Tables, study: str) -> tuple[float | None, float | None]:
    """The value of a study with all ways and with few; None where it has no answer."""
    values: list[float | None] = []
    for few in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            if few:
                begin_with_few(patch)
            try:
                answer = solve(Setting(case_of(tables)), study, most=3)
            except InfeasibleError:
                values.append(None)
                continue
            assert answer.certificate.passed, answer.certificate
            values.append(answer.value)
    return values[0], values[1]


@pytest.mark.slow
@pytest.mark.parametrize("study", ["capability", "concurrent", "handled", "free", "cost_shipper", "cost_resource"])
@given(tables=gated_tables())
@settings(max_examples=6, deadline=None)
def test_random_corridors_have_the_same_answer(study: str, tables: Tables) -> None:
    whole, few = both(tables, study)
    assert few == (None if whole is None else pytest.approx(whole, rel=SAME, abs=SAME))


@pytest.mark.parametrize(("study", "far_rows"), [("cost_shipper", 0), ("capability", 10_000)])
def test_a_grid_has_the_same_answer_limits_and_flows(study: str, far_rows: int) -> None:
    """Rows from which a solve begins by interior point: all programs of the first, none of the second."""
    case = grid_of(5, 2, 4)
    whole = solve(Setting(case), study)
    with pytest.MonkeyPatch.context() as patch:
        begin_with_few(patch)
        patch.setattr(by_ways, "FAR_ROWS", far_rows)
        few = solve(Setting(grid_of(5, 2, 4)), study)
    assert few.solver["columns"] < whole.solver["columns"]
    assert few.certificate.passed
    assert few.value == pytest.approx(whole.value, rel=SAME)
    assert few.cost_usd == pytest.approx(whole.cost_usd, rel=1e-5)
    prices = [answer.limits.set_index("resource")["price"] for answer in (few, whole)]
    assert prices[0].to_dict() == pytest.approx(prices[1].to_dict(), rel=1e-4)
    flows = [answer.flow.groupby("arc")["t"].sum() for answer in (few, whole)]
    assert flows[0].to_dict() == pytest.approx(flows[1].to_dict(), rel=1e-5, abs=1.0)


@pytest.mark.usefixtures("_few")
def test_coefficients_of_ways_are_those_of_the_whole_program() -> None:
    case = grid_of(3, 1, 3)
    year = Year(case, "cost_shipper", few=True)
    whole = Year(case, "cost_shipper")
    assert isinstance(year.solver, WaySolver)
    network = year.solver.pricing.network
    assert network.matrix is not None
    compared = 0
    for stream, kind in zip(network.streams, network.kind, strict=True):
        for (arc, layer), edge in network.edge_at[kind].items():
            label = ("flow", (arc, stream, layer))
            if label not in whole.program.columns:  # a way in a circle
                continue
            column = whole.program.matrix[:, [whole.program.column_at[label]]].tocoo()
            wanted = {whole.program.rows[int(row)]: value for row, value in zip(column.row, column.data, strict=True)}
            entries = network.matrix[:, [edge]].tocoo()
            own = {year.program.rows[int(row)]: value for row, value in zip(entries.row, entries.data, strict=True)}
            assert own == {row: value for row, value in wanted.items() if row[0] != "cargo_balance"}
            for goal, costs in network.goals.items():
                assert costs[edge] == whole.goal(goal)[whole.program.column_at[label]]
            compared += 1
    assert compared > 20


TWO_WAYS = {
    "link": """
        link_id, from_node_id, to_node_id, mode_id, tariff_usd_per_t, capacity_t_per_year
        short,   a,            b,          way,     10,               60000
        round,   a,            c,          way,     8,                90000
        on,      c,            b,          way,     8,                90000
    """,
    "demand": """
        demand_id, commodity_id, origin_id, destination_id, t_per_year, unmet_usd_per_t
        d,         cargo,        a,         b,              100000,     100
    """,
}


@pytest.mark.usefixtures("_few")
def test_the_second_way_is_priced_in_by_hand() -> None:
    """60,000 t go for 10 USD, the other 40,000 for 16: 1.24 million USD a year."""
    answer = solve(Setting(case_of(TWO_WAYS)), "cost_shipper")
    assert answer.value == pytest.approx(1_240_000)
    assert answer.certificate.passed
    assert answer.limits.set_index("resource")["price"].to_dict() == pytest.approx(
        {"short": 6.0 * answer.limits["step"][0]}
    )


@pytest.mark.usefixtures("_few")
@settings(max_examples=5, deadline=None)
@given(share=st.floats(0.05, 0.9))
def test_a_way_that_is_left_out_is_seen(share: float) -> None:
    """A forged price of the full link hides the second way no longer: its column falls below its price."""
    year = Year(case_of(TWO_WAYS), "cost_shipper", few=True)
    solver = year.solver
    assert isinstance(solver, WaySolver)
    found = year.ask(Question("cost_shipper", maximise=False))
    network = solver.pricing.network
    assert network.matrix is not None
    call = solver.proved("cost_shipper", 1.0, found)
    size, goal = network.matrix.shape[0], {"cost_shipper": 1.0}
    assert worst_way(network, goal, call.prices[:size], -call.ways.finite) <= 1e-9
    forged = -call.ways.finite.copy()
    forged[0, network.place_at["a", "before"]] -= share
    assert worst_way(network, goal, call.prices[:size], forged) == pytest.approx(share)
    cheaper = replace(network, goals={**network.goals, "cost_shipper": network.goals["cost_shipper"] * (1 - share)})
    assert worst_way(cheaper, goal, call.prices[:size], -call.ways.finite) > 1.0 * share
    lost = call.prices[:size].copy()
    lost[year.program.row_at["resource_limit", "short"]] = 0.0
    assert worst_way(network, goal, lost, -call.ways.finite) > 1.0
    assert np.isinf(worst_way(replace(network, matrix=None), goal, lost, -call.ways.finite))


@pytest.mark.usefixtures("_few")
def test_demand_that_has_to_be_carried_finds_its_second_way() -> None:
    """Without a price of what stays, few ways have no answer: the lack of one calls for the second way."""
    written = {**TWO_WAYS, "demand": TWO_WAYS["demand"].replace(", unmet_usd_per_t", "").replace(",     100\n", "\n")}
    assert solve(Setting(case_of(written)), "cost_shipper").value == pytest.approx(1_240_000)
    too_much = {**written, "demand": written["demand"].replace("100000", "200000")}
    with pytest.raises(InfeasibleError):
        solve(Setting(case_of(too_much)), "cost_shipper")
