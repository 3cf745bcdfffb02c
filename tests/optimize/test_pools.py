"""Pools of vehicles, trains with their locomotives, and train paths: by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import pytest

from corridor.model.case import Case
from corridor.model.days import MONTHS
from corridor.model.horizon import Horizon
from corridor.model.result.listing import Described, Listing
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Year
from corridor.optimize.proof.balances import worst_imbalance
from corridor.optimize.studies.fleet import fleet
from corridor.optimize.studies.purchase import purchase
from corridor.optimize.studies.solve import solve
from corridor.optimize.studies.whole import seldom, whole
from tests.cases import answered, case_of, tables_of_case

HOURS = 8760
Written = Mapping[str, str | Sequence[Mapping[str, object]]]


def sections(shared: str = "", per: str = "always") -> Case:
    """Two sections that need 60 and 90 platforms, of owners with 100 and 50: 10,950 boxes of 10 t each way a year."""
    return case_of(
        {
            "mode": "mode_id\n rail",
            "unit": "unit_id\n platform",
            "packing": "packing_id, commodity_id, mode_id, unit_id, payload_t\n one, cargo, rail, platform, 10",
            "link": """
                link_id, from_node_id, to_node_id, directed, mode_id, time_h
                east, a, b, 0, rail, 24
                west, b, c, 0, rail, 36""",
            "pool": f"""
                pool_id, name, unit_id, number, links, with_pool_id, per
                first, Platforms of the first, platform, 100, east, , {per}
                second, Platforms of the second, platform, 50, west, {shared}, {per}""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 109500",
        }
    )


def test_two_parks_are_too_few_apart_and_enough_together() -> None:
    apart, pooled = answered(sections()), answered(sections("first"))
    assert apart.growth == pytest.approx(50 / 90)
    assert apart.first is not None
    assert list(apart.first.resources) == ["second"]
    assert pooled.growth == pytest.approx(1.0)
    use = pooled.use.set_index("resource")
    assert use.loc["first", "used"] == pytest.approx(150)
    assert use.loc["first", "available"] == 150


def test_a_park_sends_its_own_units_back() -> None:
    move = answered(sections("first")).move
    number = move.groupby(["arc", "what"])["number"].sum()
    assert number["east", "loaded"] == pytest.approx(10_950)
    assert number["east_back", "empty"] == pytest.approx(10_950)
    assert set(move["pool"]) == {"first"}
    apart = answered(sections()).move
    assert set(map(tuple, apart[["arc", "pool"]].drop_duplicates().to_numpy())) == {
        ("east", "first"),
        ("east_back", "first"),
        ("west", "second"),
        ("west_back", "second"),
    }


def test_a_vehicle_more_is_worth_the_cargo_of_its_cycles() -> None:
    apart = answered(sections())
    price = apart.limits.set_index("resource").loc["second"]
    assert price["price"] == pytest.approx(HOURS / 72 * 10, rel=1e-6)


@pytest.mark.parametrize("per", ["always", "year"])
@pytest.mark.parametrize("shared", ["", "first"])
def test_months_have_the_vehicles_of_the_year(shared: str, per: str) -> None:
    case = sections(shared, per)
    answer = solve(Setting(case, horizon=Horizon.of("month")), "concurrent")
    assert answer.certificate.passed, answer.certificate
    assert answer.growth == pytest.approx(answered(case).growth, rel=1e-6)


def test_units_that_stand_from_month_to_month_are_of_the_park() -> None:
    # All cargo leaves in one half of the year: the park has to carry it in that half.
    case = sections("first")
    whole = solve(Setting(case, horizon=Horizon.of("2")), "concurrent")
    months = {month: float(number < 6) for number, month in enumerate(MONTHS)}
    row = {"calendar_id": "half", "kind": "season", "table": "demand", "row": "all", "column": "t_per_year", **months}
    tables = tables_of_case(case)
    tables["demand"][0]["wait_d"] = 0
    half = solve(Setting(case_of({**tables, "calendar": [row]}), horizon=Horizon.of("2")), "concurrent")
    assert whole.growth == pytest.approx(1.0, rel=1e-6)
    assert half.growth is not None
    assert half.growth < 0.52
    tables["pool"] = [{**row, "per": "year"} for row in tables["pool"]]
    mean = solve(Setting(case_of({**tables, "calendar": [row]}), horizon=Horizon.of("2")), "concurrent")
    assert mean.growth == pytest.approx(1.0, rel=1e-6)
    broken = {**mean.tables, "move": mean.tables["move"].assign(number=mean.tables["move"]["number"] * 1.1)}
    assert worst_imbalance(mean.case, broken) > 1e-3


def trains(back: float, locomotives: float = 20) -> Case:
    """Ten trains of 1,000 t a day one way; a run of 22 h and 2 h at its end make a cycle of 48 h."""
    return case_of(
        {
            "mode": "mode_id\n rail",
            "resource": f"resource_id, kind, capacity, unit\n engines, pool, {locomotives}, locomotives",
            "carrier": "carrier_id, name, resource_id, vehicles\n train, Train, engines, 1",
            "size": "size_id, carrier_id, dimension, amount\n weight, train, train_net, 1000",
            "loading": "loading_id, dimension, item_id, loaded\n one, train_net, cargo, 1",
            "link": """
                link_id, from_node_id, to_node_id, directed, mode_id, time_h, carrier_id
                line, a, b, 0, rail, 22, train""",
            "dwell": "dwell_id, link_id, item_id, where, loaded_h\n turn, line, train, terminal, 2",
            "demand": f"""
                demand_id, origin_id, destination_id, t_per_year
                forth, a, b, 3650000
                back, b, a, {back}""",
        }
    )


@pytest.mark.parametrize(("back", "light"), [(3_650_000, 0.0), (0, 0.5)])
def test_ten_trains_a_day_and_a_cycle_of_two_days_need_twenty_locomotives(back: float, light: float) -> None:
    answer = answered(trains(back), "handled")
    use = answer.use.set_index("resource").loc["engines"]
    assert use["used"] == pytest.approx(20)
    number = answer.move.set_index("arc")["number"]
    assert number["line"] == pytest.approx(3650)
    assert number["line_back"] == pytest.approx(3650)
    runs = number.sum()
    loaded = answer.flow["t"].sum() / 1000
    assert (runs - loaded) / runs == pytest.approx(light)
    assert answered(trains(back)).growth == pytest.approx(1.0)


def test_two_locomotives_a_train_are_twice_as_many() -> None:
    case = trains(0).with_(["carrier.train.vehicles=2"])
    assert answered(case).growth == pytest.approx(0.5)


def test_a_triangle_sends_its_empties_the_nearest_way() -> None:
    # A sends 10 and gets 4, B gets 10 and sends 6, C gets 6 and sends 4: 4 go back from B, 2 from C, to A.
    case = case_of(
        {
            "mode": "mode_id\n rail",
            "unit": "unit_id, cost_usd_per_km\n wagon, 1",
            "packing": "packing_id, commodity_id, mode_id, unit_id, payload_t\n one, cargo, rail, wagon, 1",
            "link": """
                link_id, from_node_id, to_node_id, directed, mode_id, length_km, time_h
                ab, a, b, 0, rail, 10, 1
                bc, b, c, 0, rail, 10, 1
                ca, c, a, 0, rail, 10, 1""",
            "pool": "pool_id, unit_id, number\n all, wagon, 1000",
            "demand": """
                demand_id, origin_id, destination_id, t_per_year
                one, a, b, 10000
                two, b, c, 6000
                three, c, a, 4000""",
        }
    )
    move = answered(case, "cost_resource").move
    empty = move[move["what"] == "empty"].set_index("arc")["number"].to_dict()
    assert empty == pytest.approx({"ab_back": 4000, "ca": 2000})


def test_single_line_of_thirty_and_five_minutes_takes_20_57_pairs_a_day() -> None:
    written: dict[str, str | Sequence[Mapping[str, object]]] = {
        "mode": "mode_id\n rail",
        "resource": """
            resource_id, kind, capacity, unit
            engines, pool, 1000, locomotives
            track, line, 8760, hours""",
        "carrier": "carrier_id, name, resource_id\n train, Train, engines",
        "size": "size_id, carrier_id, dimension, amount\n weight, train, train_net, 1000",
        "loading": "loading_id, dimension, item_id, loaded\n one, train_net, cargo, 1",
        "link": """
                link_id, from_node_id, to_node_id, directed, mode_id, time_h, carrier_id
                line, a, b, 0, rail, 0.5, train""",
        "use": f"use_id, resource_id, link_id, activity, amount\n headway, track, line, move, {35 / 60}",
        "demand": "demand_id, origin_id, destination_id, t_per_year\n forth, a, b, 1000000",
    }
    answer = answered(case_of(written))
    assert answer.value is not None
    # Loaded one way, the trains run light the other: a pair takes the line for seventy minutes.
    assert answer.value / 1000 / 365 == pytest.approx(24 * 60 / 70)
    assert pytest.approx(20.57, abs=0.005) == 24 * 60 / 70


def platforms(number: float) -> Case:
    """Boxes of 10 t, two on a platform, west by rail and on by sea; empties come back the same way."""
    return case_of(
        {
            "mode": "mode_id\n rail\n sea",
            "unit": "unit_id\n box\n platform",
            "packing": """
                packing_id, commodity_id, mode_id, unit_id, payload_t, on_unit_id, units_per
                rail, cargo, rail, box, 10, platform, 2
                sea, cargo, sea, box, 10, ,""",
            "link": """
                link_id, from_node_id, to_node_id, directed, mode_id, time_h
                line, a, b, 0, rail, 30
                ship, b, c, 0, sea, 20""",
            "dwell": """
                dwell_id, link_id, direction, item_id, where, loaded_h, empty_h
                port, line, forward, platform, port, 12, 6
                border, line, both, platform, border, 3, 3""",
            "pool": f"pool_id, unit_id, number, available\n park, platform, {number}, 0.5",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 87600",
        }
    )


def test_boxes_ride_on_platforms_full_and_empty() -> None:
    # 4,380 platforms west for 30 + 12 + 3 h and back under empty boxes for 30 + 3 h: 78 h, 39 in work of 78.
    answer = answered(platforms(78))
    assert answer.growth == pytest.approx(1.0)
    use = answer.use.set_index("resource").loc["park"]
    assert (use["used"], use["available"]) == pytest.approx((39, 39))
    number = answer.move.set_index(["arc", "what", "item"])["number"]
    assert number["line", "loaded", "platform"] == pytest.approx(4380)
    assert number["line_back", "loaded", "platform"] == pytest.approx(4380)
    assert number["line_back", "empty", "box"] == pytest.approx(8760)
    assert ("ship", "loaded", "platform") not in number


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("move", lambda frame: frame.assign(number=frame["number"] * 1.01)),
        ("move", lambda frame: frame.assign(pool="first")),
        ("move", lambda frame: frame[frame["arc"] != "west_back"]),
    ],
)
def test_tampered_pools_are_refused(table: str, change: object) -> None:
    case = sections()
    answer = answered(case)
    tables = dict(answer.tables)
    assert worst_imbalance(case, tables) < 1e-6
    frame: pd.DataFrame = change(tables[table].copy())  # type: ignore[operator]
    assert worst_imbalance(case, {**tables, table: frame}) > 1e-4


def test_other_numbers_in_place_equal_a_model_built_anew() -> None:
    year = Year(sections(), "capability")
    other = sections().with_(["pool.second.number=70", "link.west.time_h=30"])
    year.renumber(other)
    assert year.concurrent().value == pytest.approx(70 / 75)


def row_of(listing: Listing, state: str) -> pd.Series:
    """The row of the park in a state."""
    frame = listing.frame
    return frame[(frame["state"] == state) & (frame["fleet"] == "park")].iloc[0]


def test_the_account_of_a_fleet_adds_up() -> None:
    case = platforms(78)
    found = fleet(Setting(case), scenario=lambda name: Setting(case), notes=dict)
    row = row_of(found, "handled")
    # 4,380 platforms a year west and back: 60 h of way, 12 h at the port, 6 h at the border.
    assert (row["moving"], row["port"], row["border"]) == pytest.approx((30, 6, 3))
    assert (row["there"], row["idle"], row["lacking"]) == pytest.approx((39, 0, 0), abs=1e-9)
    freed = {(each["link"], each["where"]): each["frees"] for each in found.facts["hours"]}
    assert freed == pytest.approx({("line", "port"): 0.5, ("line", "border"): 1.0})


def test_a_scenario_that_asks_for_more_names_the_vehicles_that_lack() -> None:
    case = platforms(78)
    more = case.with_(["demand.all.t_per_year=175200"])
    known = {"twice": Described("Twice as much", "")}
    found = fleet(Setting(case), ["twice"], scenario=lambda name: Setting(more), notes=lambda: known)
    row = row_of(found, "twice")
    assert row["lacking"] == pytest.approx(39)
    assert found.facts["fits"] == {"twice": 1.0}


def test_shared_parks_are_worth_what_they_let_through() -> None:
    found = fleet(Setting(sections()), scenario=lambda name: Setting(sections()), notes=dict).facts["pooling"]
    assert found["concurrent_t"] / 109_500 == pytest.approx(50 / 90)
    assert found["shared_concurrent_t"] / 109_500 == pytest.approx(1.0)


def test_whole_trains_are_fewer() -> None:
    # One engine makes 182.5 rounds a year, 3.5 a week: three whole trains of 1,000 t a week are 156,000 t.
    case = trains(0, 1)
    answer = answered(case)
    assert answer.value == pytest.approx(182_500)
    found = whole(Setting(case), answer)
    assert found["t"] == pytest.approx(156_000)
    assert found["bound_t"] == pytest.approx(156_000, rel=2e-3)
    assert list(seldom(case, answer)) == []


def test_parks_on_the_same_links_are_busy_in_proportion_to_their_numbers() -> None:
    pools = """
        pool_id, unit_id, number, links
        first, platform, 300, east west
        second, platform, 100, east west"""
    case = case_of({**tables_of_case(sections()), "pool": pools})
    found = fleet(Setting(case), scenario=lambda name: Setting(case), notes=dict).frame
    used = found[found["state"] == "handled"].set_index("fleet")["moving"]
    assert used.to_dict() == pytest.approx({"first": 112.5, "second": 37.5})


def test_the_purchase_is_that_of_the_cheapest_vehicles() -> None:
    # 40 platforms lack of the second park, and none of one park of both.
    case = sections().with_(["pool.second.price_usd=60000"])
    known = {"all": Described("All of it", "")}
    found = fleet(Setting(case), ["all"], scenario=lambda name: Setting(case), notes=lambda: known)
    rows = found.frame[found.frame["state"] == "all"].set_index("fleet")
    assert rows["buy"].to_dict() == {"first": 0, "second": 40}
    assert rows["lacking"].to_dict() == pytest.approx({"first": 0, "second": 40}, abs=1e-3)
    assert rows.loc["second", "purchase_usd"] == pytest.approx(2_400_000)
    bought = found.facts["bought"]["all"]
    assert bought == pytest.approx({"buy": 40, "usd": 2_400_000, "shared_buy": 0, "shared_usd": 0}, rel=1e-4)


@pytest.mark.parametrize(("quick", "slow"), [(3.0, 1.0), (1.0, 3.0)])
def test_of_two_ways_the_vehicles_of_the_cheaper_one_are_bought(quick: float, slow: float) -> None:
    # 10,000 runs of 10 h each way: 22.83 trains on either line.
    case = case_of(
        {
            "mode": "mode_id\n rail",
            "resource": """
                resource_id, name, kind, capacity, unit
                quick, Quick, pool, 1, locomotives
                slow, Slow, pool, 1, locomotives""",
            "carrier": "carrier_id, name, resource_id\n fast, Fast, quick\n late, Late, slow",
            "size": "size_id, carrier_id, dimension, amount\n one, fast, train_net, 100\n two, late, train_net, 100",
            "loading": "loading_id, dimension, item_id, loaded\n one, train_net, cargo, 1",
            "link": """
                link_id, from_node_id, to_node_id, directed, mode_id, time_h, carrier_id
                upper, a, b, 0, rail, 10, fast
                lower, a, b, 0, rail, 10, late""",
            "project": f"""
                project_id, name, resource_id, adds, cost_usd, at_most
                one, One, quick, 1, {quick}, 100
                two, Two, slow, 1, {slow}, 100""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 1000000",
        }
    )
    made = purchase(Setting(case), {"quick": quick, "slow": slow})
    lacking = 10_000 * 20 / HOURS - 2
    assert made.fits == pytest.approx(1.0)
    assert made.number == pytest.approx({"quick" if quick < slow else "slow": lacking}, rel=1e-5)
    answer = solve(Setting(made.case), "handled")
    assert answer.value == pytest.approx(1_000_000)
    assert answer.certificate.passed
