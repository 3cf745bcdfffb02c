"""On a network of one commodity the model is networkx' maximum flow: values are compared, never arcs."""

import math

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.optimize.answer.year import Question, Year
from tests.cases import answered, case_of

NODES = ["a", "b", "c", "d", "e", "f"]
Ways = list[tuple[str, str, float]]

ends = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda pair: pair[0] != pair[1])
capacities = st.one_of(st.just(0.0), st.just(math.inf), st.integers(1, 40).map(lambda n: 5_000.0 * n), st.just(1.0))
networks = st.lists(st.tuples(ends, capacities).map(lambda way: (*way[0], way[1])), min_size=1, max_size=18)


def network(ways: Ways) -> Case:
    """From a to f; parallel ways, circles, closed and unlimited ways as they come."""
    return case_of(
        {
            "node": [{"node_id": node} for node in NODES],
            "link": [
                {"link_id": f"l{n}", "from_node_id": start, "to_node_id": end, "capacity_t_per_year": most}
                for n, (start, end, most) in enumerate(ways)
            ],
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, f, 1000",
        }
    )


def graph_of(ways: Ways) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(NODES)
    for start, end, most in ways:
        before = graph[start][end]["capacity"] if graph.has_edge(start, end) else 0.0
        graph.add_edge(start, end, capacity=before + most)
    return graph


@settings(max_examples=60)
@given(networks)
def test_maximum_is_that_of_networkx(ways: Ways) -> None:
    graph = graph_of(ways)
    try:
        most = float(nx.maximum_flow_value(graph, "a", "f"))
    except nx.NetworkXUnbounded:
        most = math.inf
    if most == 0:
        with pytest.raises(CaseError, match="C042"):
            network(ways)
        return
    year = Year(network(ways), "capability")
    if math.isinf(most):
        with pytest.raises(CaseError, match="C047"):
            year.concurrent()
        return
    # Growth times the base year, and the level that a segment reaches, in kt.
    growth = year.concurrent().value
    assert growth * 1000 == pytest.approx(most, rel=1e-9)
    assert year.capability(min(1.0, growth)).value * 1000 == pytest.approx(most, rel=1e-9)
    free = Question("level", without="segment_share")
    assert year.ask(free).value * 1000 == pytest.approx(most, rel=1e-9)


@settings(max_examples=8)
@given(networks.filter(lambda ways: 0 < _most(ways) < math.inf))
def test_the_whole_answer_is_that_of_networkx(ways: Ways) -> None:
    for study in ("capability", "free"):
        answer = answered(network(ways), study)
        assert answer.value == pytest.approx(_most(ways), rel=1e-9)
        # Flows are of the second pass, which may give up 1e-9 of the value, or 1e-6 t of a very small one.
        assert answer.delivered["t"].sum() == pytest.approx(_most(ways), rel=1e-8, abs=1e-5)


def _most(ways: Ways) -> float:
    try:
        return float(nx.maximum_flow_value(graph_of(ways), "a", "f"))
    except nx.NetworkXUnbounded:
        return math.inf


def test_parallel_ways_add_up_and_circles_give_nothing() -> None:
    """Two ways of 30 and 20 kt in parallel, a circle beside them, then one of 100 kt: 50 kt."""
    ways: Ways = [("a", "b", 30e3), ("a", "b", 20e3), ("b", "c", 70e3), ("c", "b", 70e3), ("b", "f", 100e3)]
    assert answered(network(ways)).value == pytest.approx(50e3)


def test_cut_is_the_limits_that_are_priced() -> None:
    """The cut of 30 + 20 kt is what is full; a step of 1 % of either brings 1 % of itself."""
    ways: Ways = [("a", "b", 30e3), ("a", "b", 20e3), ("b", "f", 100e3)]
    limits = answered(network(ways)).limits
    assert dict(zip(limits["resource"], limits["price"], strict=True)) == pytest.approx({"l0": 300, "l1": 200})
