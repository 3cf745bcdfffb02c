"""Kinds of limit: neutral ones, those of the case's own table, and ids that are none."""

import pytest

from corridor.model.faults import CaseError
from corridor.model.kinds import kind_names, kinds_of
from tests.asked import waterfall
from tests.cases import case_of


def corridor(kind: str, table: str = "") -> dict[str, str]:
    own = {"kind": table} if table else {}
    return {
        "gate": "gate_id, nameplate_t_per_year\n gate, 900000",
        "resource": f"resource_id, kind, capacity\n pass, {kind}, 300000",
        "link": "link_id, from_node_id, to_node_id, gate\n rail, a, b, 1",
        "use": "use_id, resource_id, link_id, activity, amount\n one, pass, rail, tonne, 1",
        "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n all, a, b, must, 100000",
        **own,
    }


ALPS = "kind_id, name, order, phrase\n alps, tunnels of the Alps, 5, Tunnels come\n quay, piers, 90,"


def test_a_table_of_kinds_names_orders_and_adds() -> None:
    case = case_of(corridor("alps", ALPS))
    kinds = kinds_of(case)
    assert list(kinds)[:2] == ["alps", "ship"]
    assert list(kinds)[-1] == "demand"
    assert (kinds["alps"].phrase, kinds["quay"].phrase) == ("Tunnels come", "Piers come")
    bars = waterfall(case).bars.set_index("kind")
    assert bars.at["alps", "name"] == "tunnels of the Alps"
    assert bars.at["alps", "bar_t"] == pytest.approx(600e3)
    assert kind_names(case)["gate"] == "nameplate"


def test_without_the_table_a_kind_of_its_own_is_called_by_its_id() -> None:
    case = case_of(corridor("mountain_pass"))
    assert kinds_of(case)["mountain_pass"].name == "mountain pass"
    assert waterfall(case).bars.set_index("kind").at["mountain_pass", "bar_t"] == pytest.approx(600e3)


@pytest.mark.parametrize(
    ("kind", "table", "remedy"),
    [
        ("quays", "", "did you mean quay, or add it to kind.csv?"),
        ("pass_road", ALPS, "add it to kind.csv"),
        ("alp", ALPS, "did you mean alps?"),
    ],
)
def test_a_kind_that_is_none_is_refused_with_a_remedy(kind: str, table: str, remedy: str) -> None:
    with pytest.raises(CaseError) as error:
        case_of(corridor(kind, table))
    fault = error.value.faults[0]
    assert (fault.code, fault.message) == ("C007", f"{kind} is no kind of limit; {remedy}")
