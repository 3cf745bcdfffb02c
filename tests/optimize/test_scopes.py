"""Measures by scope: each value below is worked out by hand from the tables beside it."""

from __future__ import annotations

import pytest

from corridor import prices, solve
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.scope import ScopeMeasures, scope_of
from tests.asked import held
from tests.asked import scopes as scope_measures
from tests.asked import solve as answer_of
from tests.cases import case_of


def one_link(capacity: int = 300_000, own: str = "unlimited", factor: float = 1.0) -> Case:
    """Two demands of 100 kt share one gate link; ``own`` is the quay that cargo of the scope needs besides."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "commodity": f"commodity_id, gate_factor\n inner, {factor}\n outer, 1",
            "resource": f"resource_id, kind, capacity\n shared, ship, {capacity}\n own, quay, {own}",
            "link": "link_id, from_node_id, to_node_id, gate\n sea, a, b, 1",
            "use": """
                use_id, resource_id, link_id, activity, item_id, amount
                in, shared, sea, tonne, inner, 1
                out, shared, sea, tonne, outer, 1
                own, own, sea, tonne, inner, 1""",
            "scope": """
                scope_id, name, demands, net, target_t_per_year, target_year
                ours, our cargo, commodity_id = inner, 1, 400000, 2030""",
            "demand": """
                demand_id, commodity_id, origin_id, destination_id, gate, t_per_year
                inner, inner, a, b, must, 100000
                outer, outer, a, b, must, 100000""",
        }
    )


def ours(case: Case, *, net: bool = True) -> ScopeMeasures:
    return next(each for each in scope_measures(case) if each.scope == "ours" and each.net == net)


def test_one_link_shared_by_two_demands() -> None:
    """300 kt pass; of these the other demand keeps 100 kt, so that 200 kt are the most; the least is the base year."""
    found = ours(one_link())
    assert (found.base_t, found.handled_t) == pytest.approx((100_000, 100_000))
    assert (found.growth, found.concurrent_t, found.capability_t) == pytest.approx((2, 200_000, 200_000))
    assert (found.least_t, found.most_t) == pytest.approx((100_000, 200_000))
    assert (found.target_t, found.target_year) == (400_000, 2030)


def test_a_quay_of_its_own_bounds_the_most() -> None:
    """The own quay takes 150 kt: the T of all is still 300 kt, and the scope has 100 to 150 kt of it."""
    case = one_link(own="150000")
    found = ours(case)
    assert solve(case).measures_t["capability"] == pytest.approx(300_000)
    assert (found.least_t, found.most_t, found.capability_t) == pytest.approx((100_000, 150_000, 150_000))


def test_what_does_not_fit_is_held_at_the_part_that_does() -> None:
    """150 kt pass where 200 are asked: each demand has three quarters of its base year."""
    case = one_link(150_000)
    found = ours(case)
    scope = held(case, "ours")
    assert scope is not None
    assert scope.held == pytest.approx(0.75)
    assert (found.base_t, found.growth) == pytest.approx((100_000, 0.75))
    assert (found.handled_t, found.concurrent_t, found.capability_t) == pytest.approx((75_000, 75_000, 75_000))


def test_net_tonnes_leave_the_own_weight_out() -> None:
    """A tonne of the scope's cargo is 1.5 gate tonnes; the ship takes 300 kt of cargo, 100 of them of the other."""
    case = one_link(factor=1.5)
    net, gross = ours(case), ours(case, net=False)
    assert (net.unit, gross.unit) == ("net t/year", "gate t/year")
    assert (net.base_t, net.capability_t) == pytest.approx((100_000, 200_000))
    assert (gross.base_t, gross.capability_t) == pytest.approx((150_000, 300_000))
    # All of the growth goes to the heavier cargo in gate tonnes: 300 + 100, of which 200 + 100 are cargo.
    whole, cargo = (next(m for m in scope_measures(case) if m.scope == "all" and m.net == n) for n in (False, True))
    assert whole.capability_t == pytest.approx(400_000)
    assert (cargo.handled_t, cargo.least_t, cargo.most_t) == pytest.approx((200_000, 300_000, 300_000))


def test_a_segment_is_cut_by_a_scope() -> None:
    """Both demands in one segment of at most 260 kt: together each has 130; the scope alone 160, the other 100."""
    tables = {
        "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
        "link": "link_id, from_node_id, to_node_id, gate, capacity_t_per_year\n sea, a, b, 1, 900000",
        "commodity": "commodity_id\n inner\n outer",
        "segment": "segment_id, ceiling_t_per_year\n both, 260000",
        "scope": "scope_id, demands\n ours, commodity_id = inner",
        "demand": """
            demand_id, commodity_id, origin_id, destination_id, segment_id, gate, t_per_year
            inner, inner, a, b, both, must, 100000
            outer, outer, a, b, both, must, 100000""",
    }
    case = case_of(tables)
    found = ours(case, net=False)
    assert (found.least_t, found.most_t) == pytest.approx((130_000, 130_000))
    assert found.capability_t == pytest.approx(160_000)
    answer = solve(case, scope="ours")
    assert answer.value == pytest.approx(160_000)
    row = answer.segments.iloc[0]
    assert (row["base_t"], row["t"], row["ceiling_t"]) == pytest.approx((100_000, 160_000, 160_000))


def ways(avoid: str) -> Case:
    """A listed ship of 200 kt and another of 120 kt on two links between the same ports; 40 and 60 kt of demand."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "node": "node_id, country\n a, AA\n b, BB\n c, CC",
            "resource": """
                resource_id, kind, capacity, operator
                clean_ship, ship, 120000, good
                listed_ship, ship, 200000, listed""",
            "link": """
                link_id, from_node_id, to_node_id, gate
                one, a, b, 1
                two, a, b, 1
                three, a, c, 1""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                one, clean_ship, one, tonne, 1
                two, listed_ship, two, tonne, 1
                three, listed_ship, three, tonne, 1""",
            "scope": f"scope_id, avoid_resources, avoid_nodes, demands\n ours, {avoid}",
            "demand": """
                demand_id, origin_id, destination_id, gate, t_per_year
                to_b, a, b, must, 40000
                to_c, a, c, must, 60000""",
        }
    )


def test_cargo_of_a_scope_avoids_what_is_listed() -> None:
    """Only the clean ship may carry it, and what goes to c finds no other ship: 120 kt, where 140 + 120 would fit."""
    case = ways("operator = listed, ,")
    assert scope_of(case, "ours").members == {"to_b"}
    assert ours(case, net=False).capability_t == pytest.approx(120_000)
    assert ours(ways(", , destination_id = b"), net=False).capability_t == pytest.approx(260_000)
    answer = answer_of(case, scope=held(case, "ours"))
    assert answer.certificate.passed
    assert set(answer.flow["link"]) == {"one", "three"}


@pytest.mark.parametrize(
    ("tests", "members"),
    [
        (", country = CC, ", {"to_b"}),
        (", , country != CC", {"to_b"}),
        (", , country = AA", {"to_b", "to_c"}),
        (", , destination_country = CC", {"to_c"}),
        (", , t_per_year > 50000 and origin_country = AA", {"to_c"}),
    ],
)
def test_who_belongs_to_a_scope(tests: str, members: set[str]) -> None:
    assert scope_of(ways(tests), "ours").members == members


@pytest.mark.parametrize(
    ("tests", "says"),
    [
        (", , colour = CC", "colour is no column of demand"),
        (", , country = DD", "no row of demand has country = DD"),
        (", , country", "is no test of a row"),
        ("operator = lsted, , ", "did you mean listed?"),
    ],
)
def test_a_filter_that_says_nothing_is_a_fault(tests: str, says: str) -> None:
    with pytest.raises(CaseError, match=says.replace("?", r"\?")) as fault:
        ways(tests)
    assert [each.code for each in fault.value.faults] == ["C171"]
    assert fault.value.faults[0].place.startswith("scope.csv line 2")


def test_an_unknown_scope_is_named_with_the_nearest() -> None:
    with pytest.raises(CaseError, match=r"did you mean ours\?"):
        solve(one_link(), scope="our")
    with pytest.raises(CaseError, match="not yet"):
        solve(one_link(), "cost_shipper", scope="ours")


def test_the_scope_is_what_is_asked() -> None:
    """The answer's numbers, its limits and its prices are in tonnes of the scope."""
    case = one_link(factor=1.5)
    answer = solve(case, scope="ours")
    assert (answer.scope, answer.value_unit) == ("ours", "net t/year")
    assert answer.value == pytest.approx(200_000)
    assert answer.limits["price_unit"].str.contains("net t/year").all()
    assert list(answer.segments["segment"]) == ["inner"]
    table = prices(case, scope="ours").frame
    assert table.loc[table["measure"] == "capability", "up_t"].tolist() == pytest.approx([3_000])  # 1 % of 300 kt


def test_no_scope_has_more_at_the_t_of_all_than_by_itself() -> None:
    for case in (one_link(), one_link(own="150000"), one_link(factor=1.5), ways("operator = listed, ,")):
        for found in scope_measures(case):
            assert found.least_t <= found.most_t * (1 + 1e-9)
            if not scope_of(case, found.scope).shut:
                assert found.most_t <= found.capability_t * (1 + 1e-6)
