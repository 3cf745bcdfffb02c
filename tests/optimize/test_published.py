"""Published optima of other people's models, written as cases."""

import json
from pathlib import Path
from typing import Any

import pytest

from corridor.model.case import Case
from tests.cases import Row, answered, case_of

DATA = Path(__file__).parents[1] / "data_published"


def published(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


def network(problem: dict[str, Any], *, by_volume: bool = False) -> Case:
    """A transport problem as a case.

    All cargo begins at one place, ``everywhere``; what a source supplies of a commodity is the capacity of a link from
    there. With ``by_volume`` a link's capacity is a resource of which each commodity takes its volume.
    """
    links: list[Row] = []
    tariffs: list[Row] = []
    resources: list[Row] = []
    uses: list[Row] = []
    for number, (source, commodity, most) in enumerate(problem["supply"]):
        ends = {"from_node_id": "everywhere", "to_node_id": source}
        links.append({"link_id": f"supply_{number}", **ends, "capacity_t_per_year": most, "commodities": commodity})
    for number, (start, end, capacity, cost) in enumerate(problem["links"]):
        name = f"link_{number}"
        links.append(
            {
                "link_id": name,
                "from_node_id": start,
                "to_node_id": end,
                "capacity_t_per_year": "unlimited" if capacity is None or by_volume else capacity,
                "commodities": " ".join(cost),
            }
        )
        if by_volume:
            resources.append({"resource_id": f"room_{number}", "capacity": capacity})
        for commodity, usd in cost.items():
            row: Row = {"link_id": name, "commodity_id": commodity, "usd_per_t": usd}
            tariffs.append({"tariff_id": f"{name}_{commodity}", **row})
            if by_volume:
                use: Row = {"resource_id": f"room_{number}", "link_id": name, "activity": "tonne", "item_id": commodity}
                uses.append({"use_id": f"{name}_{commodity}", **use, "amount": problem["volume"][commodity]})
    demands: list[Row] = [
        {
            "demand_id": f"{market}_{commodity}",
            "commodity_id": commodity,
            "origin_id": "everywhere",
            "destination_id": market,
            "t_per_year": t,
        }
        for market, commodity, t in problem["demand"]
    ]
    commodities: list[Row] = [{"commodity_id": name} for name in problem["commodities"]]
    return case_of(
        {
            "commodity": commodities,
            "link": links,
            "tariff": tariffs,
            "demand": demands,
            **({"resource": resources, "use": uses} if by_volume else {}),
        }
    )


@pytest.mark.parametrize(
    ("name", "by_volume"),
    [("trnsport", False), ("multi", False), ("netflow", False), ("netflow", True), ("net3", False)],
)
def test_least_cost_is_the_published_one(name: str, by_volume: bool) -> None:
    problem = published(name)
    answer = answered(network(problem, by_volume=by_volume), "cost_shipper")
    assert answer.value == pytest.approx(problem["published_usd"], rel=1e-6)
    assert answer.cost_usd == answer.value
    assert answer.delivered["t"].sum() == pytest.approx(sum(t for _, _, t in problem["demand"]))
    # Supplies and demands of each commodity are equal in these problems, so what is supplied at most is supplied.
    if name != "trnsport":
        assert sum(t for _, _, t in problem["supply"]) == sum(t for _, _, t in problem["demand"])


def test_joint_limits_of_multi_bind() -> None:
    """Without the limit of 625 t a pair the steel would go cheaper: the joint row matters."""
    problem = published("multi")
    loose = {**problem, "links": [[start, end, None, cost] for start, end, _, cost in problem["links"]]}
    free = answered(network(loose), "cost_shipper").value
    assert free is not None
    assert free < problem["published_usd"] - 1
    flow = answered(network(problem), "cost_shipper").flow
    pairs = flow[flow["link"].str.startswith("link_")].groupby("link")["t"].sum()
    assert pairs.max() == pytest.approx(625)
