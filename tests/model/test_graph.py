"""The graph of a case: directions, layers, who may use what, and circles that pay."""

import pytest

from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.graph import AFTER, BEFORE, arcs, between, layered, paying_cycle, reaches, rival_way
from tests.cases import case_of


def harbour() -> Case:
    """Rail to a quay, a ship across, rail beyond; a road all the way for boxes only."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "commodity": "commodity_id\n box\n oil",
            "link": """
                link_id, from_node_id, to_node_id, directed, gate, commodities, tariff_usd_per_t, rival
                rail, a, q, 0, 0, , 5, 0
                ship, q, s, 0, 1, , 9, 0
                on, s, z, 1, 0, , 7, 0
                road, a, z, 0, 0, box, 40, 1
                closed, z, s, 1, 0, , 1, 0""",
            "tariff": """
                tariff_id, link_id, direction, commodity_id, usd_per_t
                dear, ship, both, oil, 11
                back, ship, back, , 4
                boxes_back, ship, back, box, 3""",
            "demand": "demand_id, commodity_id, origin_id, destination_id, gate, t_per_year\n all, box, a, z, may, 10",
        }
    ).with_(["link.closed.capacity_t_per_year=0"])


def test_a_row_of_both_directions_is_two_arcs() -> None:
    found = {arc.arc_id: (arc.start, arc.end, arc.direction) for arc in arcs(harbour())}
    assert found["rail"] == ("a", "q", "forward")
    assert found["rail_back"] == ("q", "a", "back")
    assert "on_back" not in found


def test_the_nearest_tariff_holds() -> None:
    """A commodity's own goes before one for all, a direction's row before the link's."""
    tariff = {arc.arc_id: arc.tariff for arc in arcs(harbour())}
    assert tariff["rail"] == {"box": 5, "oil": 5}
    assert tariff["ship"] == {"box": 9, "oil": 11}
    assert tariff["ship_back"] == {"box": 3, "oil": 11}
    assert tariff["road"] == {"box": 40}


def test_only_the_gate_leads_from_layer_to_layer() -> None:
    graph = layered(harbour(), "box", "must")
    changes = [(a, b) for a, b, key in graph.edges(keys=True) if a[1] != b[1]]
    assert sorted(changes) == [(("q", BEFORE), ("s", AFTER)), (("s", BEFORE), ("q", AFTER))]
    assert not [arc for _, _, (arc, _) in graph.edges(keys=True) if arc.startswith("closed")]


def test_what_never_crosses_has_one_layer_and_no_gate() -> None:
    graph = layered(harbour(), "box", "never")
    assert {layer for _, layer in graph} == {BEFORE}
    assert not [arc for _, _, (arc, _) in graph.edges(keys=True) if arc.startswith("ship")]


def test_reach() -> None:
    case = harbour()
    assert reaches(case, "oil", "must", "a", "z")
    assert not reaches(case, "oil", "never", "a", "z")  # no road for oil
    assert reaches(case, "box", "never", "a", "z")
    assert not reaches(case, "oil", "must", "z", "a")  # the way back is closed
    assert reaches(case, "box", "never", "z", "a")
    assert not reaches(case, "oil", "must", "q", "a")


def test_between_keeps_what_lies_on_a_way() -> None:
    graph = layered(harbour(), "oil", "must")
    found = between(graph, [("a", BEFORE)], [("z", AFTER)])
    assert found == {("a", BEFORE), ("q", BEFORE), ("s", AFTER), ("z", AFTER)}


def test_rival_links() -> None:
    assert rival_way(harbour(), "box", "a", "z")
    assert not rival_way(harbour(), "oil", "a", "z")


def test_paying_circle_is_named() -> None:
    """Out for 9, back for -10: a tonne earns 1 on each round."""
    with pytest.raises(CaseError, match="C046") as error:
        case_of(
            {
                "link": """
                    link_id, from_node_id, to_node_id, directed
                    tr, a, b, 0""",
                "tariff": "tariff_id, link_id, direction, usd_per_t\n one, tr, forward, 9\n two, tr, back, -10",
                "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 10",
            }
        )
    assert len(error.value.faults) == 1


def test_a_payment_that_no_circle_returns_is_allowed() -> None:
    case = case_of(
        {
            "link": "link_id, from_node_id, to_node_id, directed\n tr, a, b, 0",
            "tariff": "tariff_id, link_id, direction, usd_per_t\n one, tr, forward, 11\n two, tr, back, -10",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, b, a, 10",
        }
    )
    assert paying_cycle(case, "cargo") is None
