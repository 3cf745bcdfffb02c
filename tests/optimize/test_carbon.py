"""Carbon by hand, by a second formulation, and beside what shippers pay for it."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from functools import cache
from typing import Any

import pytest

from corridor.data.checks import checked
from corridor.data.read import bundled, read
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.result.carbon import Carbon
from corridor.model.result.frame import rows
from corridor.optimize.studies.carbon import break_even
from tests.asked import carbon
from tests.cases import answered, case_of

TABLES = {
    "case": "case_id, base_year, carbon_usd_per_t, cbam_usd_per_t, cbam_free_share\n test, 2025, 50, 80, 0.9",
    "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
    "node": "node_id, country\n inland, KZ\n port, AZ\n far, RO\n off, TR",
    "commodity": "commodity_id, time_usd_per_t_day\n by_wagon, 2\n by_truck, 0",
    "mode": """
        mode_id, cost_usd_per_tkm, g_co2e_per_tkm, at_sea
        land, 0.02, 20, 0
        sea, 0.01, 100, 1
        ocean, 0, 5, 1""",
    "unit": "unit_id\n wagon\n truck",
    "packing": """
        packing_id, commodity_id, mode_id, unit_id, payload_t
        wagon_land, by_wagon, land, wagon, 60
        wagon_sea, by_wagon, sea, wagon, 60
        truck_land, by_truck, land, truck, 20
        truck_sea, by_truck, sea, truck, 20""",
    "resource": "resource_id, kind, capacity, unit\n ferries, ship, 1, ships",
    "carrier": """
        carrier_id, resource_id, hours_per_year, port_h, wait_h, t_co2e_per_day_under_way, t_co2e_per_day_in_port
        ferry, ferries, 8760, 16.8, 7, 24, 2.4""",
    "size": "size_id, carrier_id, dimension, amount\n deck, ferry, deck_m, 504",
    "loading": """
        loading_id, dimension, item_id, loaded, empty
        wagon, deck_m, wagon, 14, 14
        truck, deck_m, truck, 17, 17""",
    "link": """
        link_id, from_node_id, to_node_id, directed, mode_id, length_km, time_h, gate, carrier_id, tariff_usd_per_t
        land, inland, port, 0, land, 100, 5, 0, , 3
        crossing, port, far, 0, sea, 400, 20, 1, ferry, 10
        beyond, far, off, 0, land, 200, 8, 0, , 6""",
    "segment": "segment_id\n wagons\n trucks",
    "demand": """
        demand_id, commodity_id, origin_id, destination_id, segment_id, gate, t_per_year
        wagons_west, by_wagon, inland, far, wagons, must, 30000
        wagons_east, by_wagon, far, inland, wagons, must, 30000
        trucks_west, by_truck, inland, far, trucks, must, 10000
        trucks_east, by_truck, far, inland, trucks, must, 10000""",
    "trade": """
        trade_id, commodity_id, origin_id, destination_id, lead_mode_id, lead_km, lead_h, lead_usd_per_t
        west, by_wagon, inland, far, land, 1000, 48, 7
        further, by_wagon, inland, off, , , ,""",
    "rival": """
        rival_id, trade_id, days, usd_per_t
        round, west, 30, 1
        dearer, west, 30, 40
        silent, west, , """,
    "rival_leg": """
        rival_leg_id, rival_id, mode_id, length_km
        one, round, land, 500
        two, round, ocean, 10000
        three, dearer, ocean, 100
        four, silent, ocean, 10000""",
    "cbam": """
        cbam_id, commodity_id, country, share, embedded_t_per_t, benchmark_t_per_t
        steel, by_wagon, KZ, 0.5, 5, 1.5
        clean, by_truck, , 0.25, 1, 2
        elsewhere, by_truck, CN, 0.5, 9, 0""",
}
"""Wagons and trucks of 60 and 20 t by 100 km of rail and 400 km of ferry, 500 of either each way a year."""


@cache
def small(*changes: str) -> Case:
    return case_of(TABLES).with_(changes, scenario="base")


def found(*changes: str, study: str = "handled") -> Carbon:
    case = small(*changes)
    return carbon(case, answered(case, study))


@cache
def middle(*changes: str) -> Case:
    case = checked(read(bundled()))
    return case.with_(changes) if changes else case


def column(frame: object, key: str, value: str) -> dict[str, float]:
    return dict(zip(frame[key], frame[value], strict=True))  # type: ignore[index]


def test_by_hand() -> None:
    """80 kt over 100 km at 20 g and 400 km at 100 g: 160 t and 3,200 t."""
    it = found()
    assert it.t_co2e == pytest.approx(3360)
    assert it.delivered_t == pytest.approx(80_000)
    assert it.tkm == pytest.approx(80_000 * 500)
    assert (it.kg_per_t, it.kg_per_gate_t, it.g_per_tkm) == pytest.approx((42, 42, 84))
    assert column(it.modes, "mode", "t_co2e") == pytest.approx({"sea": 3200, "land": 160})
    assert column(it.countries, "country", "t_co2e") == pytest.approx({"sea": 3200, "KZ": 80, "AZ": 80})
    assert column(it.segments, "segment", "t_co2e") == pytest.approx({"wagons": 2520, "trucks": 840})
    assert column(it.segments, "segment", "kg_per_t") == pytest.approx({"wagons": 42, "trucks": 42})
    assert column(it.units, "unit", "kg_per_unit_km") == pytest.approx({"wagon": 84 * 0.06, "truck": 84 * 0.02})
    assert it.freight_usd == pytest.approx(80_000 * 13)
    assert it.carbon_usd == pytest.approx(3360 * 50)


def test_ships_by_what_they_burn() -> None:
    """1,000 wagons of 14 m and 1,000 trucks of 17 m fill 61.5 voyages of 504 m, each of 20 h and 23.8 h in port."""
    it = found().voyages
    moves = 31_000 / 504
    burned = moves * (20 * 24 + 23.8 * 2.4) / 24
    assert it["moves"].tolist() == pytest.approx([moves, moves])
    shares = {"truck": 17 / 31 * burned, "wagon": 14 / 31 * burned}
    assert column(it, "item", "t_co2e") == pytest.approx(shares)
    assert column(it, "item", "g_per_tkm") == pytest.approx(
        {"truck": shares["truck"] / (20_000 * 400) * 1e6, "wagon": shares["wagon"] / (60_000 * 400) * 1e6}
    )
    assert set(it["factor_g_per_tkm"]) == {100}


def test_empties_ride_on_those_they_serve() -> None:
    """With nothing coming back the same voyages are made, and each tonne bears both ways."""
    case = case_of(
        {**TABLES, "demand": TABLES["demand"].split("wagons_east")[0].rstrip(), "segment": "segment_id\n wagons"}
    )
    it = carbon(case, answered(case, "handled")).voyages
    moves = 2 * 500 * 14 / 504
    assert it["moves"].tolist() == pytest.approx([moves])
    assert it["g_per_tkm"].iloc[0] == pytest.approx(moves * (480 + 23.8 * 2.4) / 24 / (30_000 * 400) * 1e6)


def test_beside_rivals() -> None:
    """A wagon of 60 t: the lead of 1,000 km, then 500 km and 13 USD; 48 + 5 + 43.8 h on the way, at 2 USD a day."""
    it: Any = found().rivals.set_index(["trade", "route"])
    own = it.loc["west", "corridor"]
    days = (48 + 5 + 43.8) / 24
    assert (own["way"], own["unit"], own["payload_t"], own["km"]) == ("flows", "wagon", 60, 1500)
    assert (own["kg_per_t"], own["kg_per_unit"]) == pytest.approx((62, 3720))
    assert (own["days"], own["usd_per_unit"]) == pytest.approx((days, 1200))
    assert own["cost_usd_per_unit"] == pytest.approx(60 * (20 + 2 * days))
    round_ = it.loc["west", "round"]
    assert (round_["km"], round_["kg_per_t"], round_["usd_per_unit"]) == pytest.approx((10_500, 60, 60))
    assert round_["cost_usd_per_unit"] == pytest.approx(60 * 61)
    assert round_["verdict"] == f"corridor below {round_['break_even_usd_per_t']:,.0f} USD"
    assert round_["break_even_usd_per_t"] == pytest.approx((61 - 20 - 2 * days) / 0.002)
    silent = it.loc["west", "silent"]
    assert silent["kg_per_t"] == pytest.approx(50)
    assert math.isnan(silent["days"])
    assert silent["verdict"] == ""


def test_at_the_break_even_both_cost_the_same() -> None:
    case = small()
    rivals: Any = found().rivals.set_index("route")
    price = rivals.at["round", "break_even_usd_per_t"]
    it = carbon(case, answered(case, "handled"), [price]).route_prices
    at = it[it["usd_per_t_co2e"] == price].set_index(["trade", "route"])["cost_usd_per_unit"]
    assert at["west", "corridor"] == pytest.approx(at["west", "round"])
    assert set(it["usd_per_t_co2e"]) == {price, 50.0}


def test_a_trade_without_cargo_goes_the_cheapest_way_or_none() -> None:
    it: Any = found().rivals.set_index(["trade", "route"]).loc["further", "corridor"]
    assert (it["way"], it["km"]) == ("cheapest", 700)
    assert it["kg_per_t"] == pytest.approx(46)
    it = found("link.beyond.capacity_t_per_year=0").rivals.set_index(["trade", "route"]).loc["further", "corridor"]
    assert it["way"] == "closed"
    assert math.isnan(it["kg_per_t"])


@pytest.mark.parametrize(
    ("corridor", "rival", "price", "words"),
    [
        ((10, 1), (20, 2), math.nan, "corridor"),
        ((20, 2), (10, 1), math.nan, "rival"),
        ((10, 2), (20, 1), 10, "corridor below 10 USD"),
        ((20, 1), (10, 2), 10, "corridor above 10 USD"),
        ((10, 1), (10, 1), math.nan, "neither"),
        ((10, 1), (10, 2), math.nan, "corridor"),
        ((10, 1), (math.nan, 2), math.nan, ""),
    ],
)
def test_break_even(corridor: tuple[float, float], rival: tuple[float, float], price: float, words: str) -> None:
    met, said = break_even(*corridor, *rival)
    assert met == pytest.approx(price, nan_ok=True)
    assert said == words


def test_goods_at_the_border() -> None:
    """Half of 30 kt to Romania: 5 t less nine tenths of 1.5 are charged; what is below the benchmark is free."""
    it: Any = found().cbam.set_index("cbam")
    steel = it.loc["steel"]
    assert (steel["origin"], steel["destination"]) == ("KZ", "RO")
    assert (steel["goods_t"], steel["embedded_t_co2e"]) == pytest.approx((15_000, 75_000))
    assert steel["charged_t_co2e"] == pytest.approx(15_000 * 3.65)
    assert (steel["usd"], steel["usd_per_t"]) == pytest.approx((15_000 * 3.65 * 80, 3.65 * 80))
    assert steel["full_usd"] == pytest.approx(75_000 * 80)
    assert (it.loc["clean", "usd"], it.loc["clean", "full_usd"]) == pytest.approx((0, 2500 * 80))
    assert "elsewhere" not in it.index  # nothing comes from there


def test_goods_never_count_as_transport() -> None:
    dear, free = found("case.test.cbam_usd_per_t=800"), found("case.test.cbam_usd_per_t=0")
    assert dear.cbam_usd == pytest.approx(10 * found().cbam_usd)
    assert free.cbam_usd == 0
    assert dear.t_co2e == free.t_co2e
    assert dear.prices.equals(free.prices)


def test_twice_the_factor_is_twice_the_carbon() -> None:
    once, twice = found(), found("mode.sea.g_co2e_per_tkm=200")
    assert column(twice.modes, "mode", "t_co2e")["sea"] == pytest.approx(
        2 * column(once.modes, "mode", "t_co2e")["sea"]
    )
    assert twice.t_co2e - once.t_co2e == pytest.approx(3200)


def test_nothing_delivered_is_nothing_emitted() -> None:
    case = small()
    answer = answered(case, "handled")
    empty = {name: frame.iloc[:0] for name, frame in answer.tables.items()}
    it = carbon(case, type(answer)(**{**vars(answer), "tables": empty}))
    assert (it.t_co2e, it.delivered_t, it.cbam_usd) == (0, 0, 0)
    assert math.isnan(it.kg_per_t)
    assert it.to_dict()["kg_per_t"] is None
    assert it._repr_html_()


def test_an_answer_of_another_case_and_a_price_that_is_none_are_refused() -> None:
    with pytest.raises(CaseError) as caught:
        carbon(middle(), answered(small(), "handled"), [-1.0, math.nan])
    assert [fault.code for fault in caught.value.faults] == ["C150", "C155", "C155"]


@pytest.mark.parametrize("study", ["handled", "capability", "cost_shipper"])
def test_sums_agree(study: str) -> None:
    """By mode, by country and by market it is the same; and it is what the files say, read anew."""
    case = middle()
    answer = answered(case, study)
    it = carbon(case, answer)
    for frame in (it.modes, it.countries, it.segments):
        assert frame["t_co2e"].sum() == pytest.approx(it.t_co2e, rel=1e-6)
        assert frame["share"].sum() == pytest.approx(1, rel=1e-6)
    grams = defaultdict(float)
    with (bundled() / "mode.csv").open(encoding="utf-8", newline="") as modes:
        factor = {row["mode_id"]: float(row["g_co2e_per_tkm"] or 0) for row in csv.DictReader(modes)}
    with (bundled() / "link.csv").open(encoding="utf-8", newline="") as links:
        for row in csv.DictReader(links):
            grams[row["link_id"]] = factor[row["mode_id"]] * float(row["length_km"])
    assert it.t_co2e == pytest.approx(sum(row.t * grams[row.link] for row in rows(answer.flow)) / 1e6)
    units = sum(row.number * grams[row.link] for row in rows(answer.move) if row.what == "loaded" and row.item == "teu")
    assert column(it.units, "unit", "t_co2e")["teu"] == pytest.approx(14 * units / 1e6)  # every box holds 14 t


def test_shippers_pay_for_this_carbon() -> None:
    """The same flows cost shippers the price times the carbon more than without a price."""
    dear, free = middle(), middle("case.middle_corridor.carbon_usd_per_t=0")
    costs = [
        answer.cost.loc[answer.cost["study"] == "cost_shipper", "usd"].sum()
        for answer in (answered(dear, "handled"), answered(free, "handled"))
    ]
    it = carbon(dear, answered(dear, "handled"))
    assert it.carbon_usd == pytest.approx(85 * it.t_co2e)
    assert costs[0] - costs[1] == pytest.approx(it.carbon_usd, rel=1e-6)


def test_plausible() -> None:
    """Orders of magnitude that those who know the corridor expect."""
    it = carbon(middle(), answered(middle(), "handled"))
    low, high = it.range_t_co2e
    assert 300_000 < low < it.t_co2e < high < 1_000_000
    assert 25 < it.g_per_tkm < 40
    assert 0.3 < column(it.units, "unit", "kg_per_unit_km")["teu"] < 0.45
    burned = it.voyages[it.voyages["carrier"] == "rail_ferry"]
    assert 50 < 1e6 * burned["t_co2e"].sum() / burned["tkm"].sum() < 200
    rivals = it.rivals.set_index(["trade", "route"])["kg_per_t"]
    assert rivals["xian_duisburg", "duisburg_suez"] < rivals["xian_duisburg", "duisburg_cape"]
    assert rivals["xian_duisburg", "duisburg_north"] < rivals["xian_duisburg", "corridor"] < 350
