"""The graph's bound beside the linear program: equal where nothing is shared, never below."""

import math

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corridor as api
from corridor.model.case import Case
from corridor.model.faults import InfeasibleError
from corridor.model.graph import reaches
from tests.asked import cut
from tests.cases import Row, Tables, boxes, case_of, idle, oil_and_boxes
from tests.optimize.test_ladder import in_a_row
from tests.random_cases import gated_tables

NODES = ["a", "b", "c", "d", "e"]
Ways = list[tuple[str, str, float]]

ends = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda pair: pair[0] != pair[1])
capacities = st.one_of(st.just(0.0), st.just(math.inf), st.integers(1, 30).map(lambda n: 5_000.0 * n))
networks = st.lists(st.tuples(ends, capacities).map(lambda way: (*way[0], way[1])), min_size=1, max_size=14)


def graph_of(ways: Ways) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(NODES)
    for start, end, most in ways:
        if most:
            before = graph[start][end]["capacity"] if graph.has_edge(start, end) else 0.0
            graph.add_edge(start, end, capacity=before + most)
    return graph


def most_of(ways: Ways) -> float:
    try:
        return float(nx.maximum_flow_value(graph_of(ways), "a", "e"))
    except nx.NetworkXUnbounded:
        return math.inf


def network(ways: Ways) -> Case:
    """From a to e over links of one commodity that share nothing."""
    return case_of(
        {
            "node": [{"node_id": node} for node in NODES],
            "link": [
                {"link_id": f"l{n}", "from_node_id": start, "to_node_id": end, "capacity_t_per_year": most}
                for n, (start, end, most) in enumerate(ways)
            ],
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, e, 1000",
        }
    )


def only(case: Case) -> Row:
    """The one line of a case with one commodity in one direction."""
    (row,) = cut(case).to_dict("records")
    return {str(column): value for column, value in row.items()}


def names(row: Row, side: str) -> list[str]:
    return [each for each in str(row[side]).split(", ") if each]


@settings(max_examples=30)
@given(networks.filter(lambda ways: most_of(ways) > 0))
def test_cut_is_the_maximum_flow_and_the_programs_answer(ways: Ways) -> None:
    most, row = most_of(ways), only(network(ways))
    assert row["cut_t"] == pytest.approx(most, rel=1e-9)
    assert row["lp_t"] == pytest.approx(most, rel=1e-9)
    for side in ("nearest", "farthest"):
        found = {int(each.removeprefix("l")) for each in names(row, side)}
        if math.isinf(most):
            assert not found
            continue
        assert sum(ways[n][2] for n in found) == pytest.approx(most, rel=1e-9)
        rest = [way for n, way in enumerate(ways) if n not in found]
        assert not nx.has_path(graph_of(rest), "a", "e")


def test_two_equal_bottlenecks_are_the_nearest_and_the_farthest() -> None:
    """100 kt, 200, 100, of which the last is the gate: 100 kt, cut at either end."""
    case = in_a_row(100, 200, 100)
    row = only(case)
    assert [row["lp_t"], row["cut_t"]] == pytest.approx([100e3, 100e3])
    assert (row["nearest"], row["farthest"], row["direction"]) == ("l0", "l2", "forward")
    for each in ("l0", "l2"):
        closed = case.with_([f"link.{each}.capacity_t_per_year=0"])
        assert reaches(case, "cargo", "must", "n0", "n3")
        assert not reaches(closed, "cargo", "must", "n0", "n3")


def test_one_bottleneck_is_both() -> None:
    row = only(in_a_row(300, 100, 200))
    assert (row["nearest"], row["farthest"]) == ("l1", "l1")


def test_the_nearest_cut_may_be_of_several_links() -> None:
    """Two ways of 60 and 40 kt, then one of 100: near the origin both, near the destination the one."""
    row = only(network([("a", "b", 60e3), ("a", "c", 40e3), ("b", "d", 90e3), ("c", "d", 90e3), ("d", "e", 100e3)]))
    assert (row["cut_t"], row["nearest"], row["farthest"]) == (pytest.approx(100e3), "l0, l1", "l4")


def test_origins_and_destinations_are_joined() -> None:
    """Oil from two fields: 100 kt from b, the rest of the quay's 400 kt from a."""
    rows = {row["commodity"]: row for row in cut(oil_and_boxes()).to_dict("records")}
    assert [rows["oil"]["cut_t"], rows["oil"]["lp_t"]] == pytest.approx([400e3, 400e3])
    assert rows["oil"]["nearest"] == rows["oil"]["farthest"] == "oil_berth"
    assert [rows["box"]["cut_t"], rows["box"]["lp_t"]] == pytest.approx([100e3, 100e3])


def test_directions_are_apart_and_a_fleet_is_not_shared() -> None:
    """The line takes 500 kt; six feeders of 225 boxes of 14 t make 6 x 8760 / 56 moves.

    That is 2 957 kt one way if all moves were loaded, or half of it there and back; of one feeder 493 kt as against
    246: the program knows that ships come back, the graph does not.
    """
    for feeders, cut_t, lp_t, where in ((6, 500e3, 500e3, "rail"), (1, 8760 / 56 * 3150, 8760 / 112 * 3150, "sea")):
        frame = cut(boxes().with_([f"resource.feeders.capacity={feeders}"]))
        assert list(frame["direction"]) == ["back", "forward"]
        assert list(frame["cut_t"]) == pytest.approx([cut_t] * 2)
        assert list(frame["lp_t"]) == pytest.approx([lp_t] * 2)
        assert list(frame["nearest"]) == list(frame["farthest"]) == [f"{where}_back", where]


@settings(max_examples=25)
@given(gated_tables())
def test_cut_is_never_below_the_program(tables: Tables) -> None:
    frame = api.cut(case_of(tables)).frame
    assert len(frame)
    assert (frame["lp_t"] <= frame["cut_t"] * (1 + 1e-7) + 1e-3).all()


def test_cut_of_the_bundled_case_is_never_below_the_program() -> None:
    frame = api.cut(api.load()).frame
    assert {"forward", "back"} == set(frame["direction"])
    assert (frame["lp_t"] <= frame["cut_t"] * (1 + 1e-7)).all()
    assert (frame["nearest"] != "").all()


def test_without_tonnes_there_is_no_line() -> None:
    assert api.cut(idle()).frame.empty


def test_what_never_crosses_has_to_fit_here_too() -> None:
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, gate
                rail, a, b, 50000, 0
                sea, b, c, 90000, 1""",
            "demand": """
                demand_id, origin_id, destination_id, gate, t_per_year
                goes, a, c, must, 1000
                stays, a, b, never, 60000""",
        }
    )
    with pytest.raises(InfeasibleError, match="demand stays"):
        api.cut(case)
