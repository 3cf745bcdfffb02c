"""Published optima of other people's models, written as cases."""

import json
from pathlib import Path
from typing import Any

import pytest

from corridor.model.case import Case
from corridor.model.days import MONTHS
from corridor.model.horizon import Horizon
from tests.asked import solve
from tests.cases import Row, Tables, answered, case_of

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


QUARTERS = Horizon.of("quarter", cyclic=False, equal=True)
PLENTY = 100_000
"""Tonnes offered of each commodity, more than is ever bought; what is not bought costs nothing."""


def quarterly(name: str, table: str, row: str, column: str, factors: list[float]) -> Row:
    """A calendar that multiplies a number by these factors in the four quarters, as they are."""
    months = {month: factors[n // 3] for n, month in enumerate(MONTHS)}
    return {"calendar_id": name, "table": table, "row": row, "column": column, "kind": "price", "shape": 0, **months}


def trade(problem: dict[str, Any]) -> Case:
    """Goods that are made or bought at a plant, lie in a store and are sold on, quarter by quarter of an open year.

    Prices are tariffs of 1 USD, or -1, times a calendar; a quarter's market is a quarter of 4 000 t times one.
    """
    tables: Tables = {name: [] for name in ("commodity", "link", "tariff", "store", "resource", "use", "demand")}
    calendars: list[Row] = []
    tables["link"] = [
        {"link_id": "buy", "from_node_id": "plant", "to_node_id": "store"},
        {"link_id": "sell", "from_node_id": "store", "to_node_id": "market"},
    ]
    if problem["hours"]:
        most = max(problem["hours"])
        tables["resource"].append({"resource_id": "hours", "capacity": 4 * most, "unit": "h"})
        shares = [hours / most for hours in problem["hours"]]
        calendars.append(quarterly("hours", "resource", "hours", "capacity", shares))
    for good, facts in problem["goods"].items():
        tables["commodity"].append({"commodity_id": good})
        for link, sign, prices in (("buy", 1, facts["bought_usd_per_t"]), ("sell", -1, facts["sold_usd_per_t"])):
            row: Row = {"tariff_id": f"{link}_{good}", "link_id": link, "commodity_id": good, "usd_per_t": sign}
            tables["tariff"].append(row)
            calendars.append(quarterly(f"{link}_{good}", "tariff", f"{link}_{good}", "usd_per_t", prices))
        tables["store"].append(
            {
                "store_id": f"store_of_{good}",
                "node_id": "store",
                "commodities": good,
                "capacity_t": "unlimited" if problem["room_t"] is None else problem["room_t"],
                "usd_per_t_day": facts["kept_usd_per_t"] * 4 / 365,
                "opening_t": facts["opening_t"],
            }
        )
        tables["demand"].append(
            {
                "demand_id": f"any_{good}",
                "commodity_id": good,
                "origin_id": "plant",
                "destination_id": "market",
                "t_per_year": PLENTY,
                "unmet_usd_per_t": 0,
            }
        )
        if facts["hours_per_t"]:
            hours, tonnes = facts["hours_per_t"]
            use: Row = {"resource_id": "hours", "link_id": "buy", "activity": "tonne", "item_id": good}
            tables["use"].append({"use_id": f"hours_{good}", **use, "amount": hours / tonnes})
        if facts["market_t"]:
            market = f"market_of_{good}"
            tables["resource"].append({"resource_id": market, "capacity": 4000})
            use = {"resource_id": market, "link_id": "sell", "activity": "tonne", "item_id": good, "amount": 1}
            tables["use"].append({"use_id": market, **use})
            quarters = [tonnes / 1000 for tonnes in facts["market_t"]]
            calendars.append(quarterly(market, "resource", market, "capacity", quarters))
    return case_of({name: rows for name, rows in tables.items() if rows} | {"calendar": calendars})


@pytest.mark.parametrize("name", ["steelT", "whouse"])
def test_trade_by_quarters_earns_what_is_published(name: str) -> None:
    problem = published(name)
    answer = solve(trade(problem), "cost_shipper", QUARTERS)
    assert answer.value == pytest.approx(problem["published_usd"], abs=0.5)
