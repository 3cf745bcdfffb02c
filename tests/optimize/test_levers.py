"""Levers priced by hand: a tariff, an hour, a day of spread and a departure by the logit, and zeros with reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest

from corridor import levers
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.result.frame import rows
from corridor.model.result.levers import Levers
from corridor.optimize.answer.choice import base_of, equilibrium
from corridor.optimize.answer.setting import Setting
from corridor.optimize.period.layout import CHOICE
from corridor.reports.say.levers import page
from tests.cases import case_of

THETA, DAY_USD, SPREAD_USD = 0.05, 24.0, 8.0

WAY = {"link_id": "way", "from_node_id": "a", "to_node_id": "b", "directed": 1, "length_km": 400}
WAY |= {"tariff_usd_per_t": 40, "time_h": 30, "spread_d": 2}
SHIPPERS = {"market_id": "shippers", "kind": "logit", "demands": "cargo", "potential_t_per_year": 400}
SHIPPERS |= {"theta_per_usd": THETA, "value_of_time_usd_per_t_day": DAY_USD}
SHIPPERS |= {"value_of_reliability_usd_per_t_day": SPREAD_USD}


def corridor(**more: Any) -> Case:
    """One way of 40 USD a tonne, ten of its thirty hours standing, 2 days of spread, twice a week; one rival."""
    tables: Mapping[str, Any] = {
        "case": "case_id, base_year, carbon_usd_per_t\ntest, 2025, 0",
        "mode": "mode_id, speed_km_h\nway, 20",
        "node": "node_id, country\na, AA\nb, BB",
        "link": [WAY | {"departures_per_week": 2}],
        "resource": "resource_id, capacity, step, step_unit\nline, 150, 10, path a day\nyard, 1000, 10, siding",
        "use": """
            use_id, resource_id, link_id, activity, amount
            line,   line,        way,     tonne,    1
            yard,   yard,        way,     tonne,    1
            """,
        "demand": "demand_id, origin_id, destination_id, t_per_year\ncargo, a, b, 100",
        "market": [SHIPPERS],
        "rival": "rival_id, usd_per_t, days\nsea, 50, 20",
        "market_rival": "market_rival_id, market_id, rival_id\nby_sea, shippers, sea",
    }
    return case_of({**tables, **more})


def comes(gained_usd: float) -> float:
    """Tonnes of 400 that come where the way costs so much less than in the base year, by the logit."""
    return 400 / (1 + 3 * math.exp(-THETA * gained_usd))


def with_waits(gained_usd: float, departures: float = 2.0) -> float:
    """The same with the wait of a service whose departures follow the flow: 84 / f hours at 1 USD an hour."""
    t = 100.0
    for _ in range(200):
        t = comes(gained_usd - (84 / (departures * t / 100) - 42) * DAY_USD / 24)
    return t


def by_id(result: Levers) -> dict[str, Any]:
    return {row.lever: row for row in rows(result.table)}


def test_each_lever_by_the_logit() -> None:
    """Without a timetable nothing but the way's own cost changes."""
    result = levers(corridor(link=[WAY]))
    found = by_id(result)
    assert result.base["comes_t"] == pytest.approx(100)
    assert result.base["days"] == pytest.approx(30 / 24)
    assert result.base["freight_usd"] == pytest.approx(4000)
    for lever, gained in {"tariffs": 4.0, "dollar": 1.0, "hour_a_b": DAY_USD / 24, "spread_a_b": SPREAD_USD}.items():
        assert found[lever].comes_t == pytest.approx(comes(gained) - 100, rel=2e-3), lever
        assert found[lever].fits_t == 0
    assert found["hour_a_b"].days == pytest.approx(-1 / 24)
    assert found["tariffs"].freight_usd == pytest.approx(36 * comes(4) - 4000, rel=1e-3)
    assert found["dollar"].freight_usd == pytest.approx(39 * comes(1) - 4000, abs=0.2)
    assert set(result.absent) == {"departures", "project"}


def test_a_slow_line_has_no_hour_of_standing() -> None:
    case = corridor(link=[WAY], node="node_id, country\na, AA\nb, AA")
    result = levers(case)
    assert "hour_a_b" not in by_id(result)
    assert "hours" in result.absent


def test_an_hour_less_of_loading_is_a_lever_of_its_carrier() -> None:
    """A trip of 30 + 5 h takes 35 of the ship's 70 h: an hour less makes room, and is worth a dollar to the cargo."""
    ship = {"carrier": "carrier_id, name, resource_id, port_h\nferry, Ferry, line, 5"}
    ship |= {"size": "size_id, carrier_id, dimension, amount\nhold, ferry, deadweight_t, 100"}
    ship |= {"loading": "loading_id, dimension, item_id, loaded\ngoods, deadweight_t, goods, 1"}
    ship |= {"commodity": "commodity_id\ngoods", "use": "use_id, resource_id, link_id, activity, amount"}
    ship |= {"demand": "demand_id, commodity_id, origin_id, destination_id, t_per_year\ncargo, goods, a, b, 100"}
    result = levers(corridor(link=[WAY | {"carrier_id": "ferry", "directed": 0}], **ship))
    row = by_id(result)["hour_call_way"]
    assert (row.name, row.group, row.step) == ("Ferry, loading and unloading", "hours", "1 h less a trip")
    assert row.comes_t == pytest.approx(comes(1) - 100, rel=2e-3)
    assert row.days == pytest.approx(-1 / 24)
    assert row.fits_t > 0


def test_groups_follow_the_tables() -> None:
    """A resource of a link to the Union is a link to it; other resources are lines, unless a carrier needs them."""
    result = levers(corridor(node="node_id, country\na, AA\nb, BG"))
    assert by_id(result)["step_line"].group == "union"
    groups = {row.lever: row.group for row in rows(levers(corridor()).table)}
    assert groups == {
        **{"tariffs": "tariffs", "dollar": "tariffs", "hour_a_b": "hours", "spread_a_b": "timetable"},
        **{"departure_way": "timetable", "step_line": "lines", "step_yard": "lines", "together": "together"},
    }


def test_a_departure_more_shortens_the_wait() -> None:
    """84/3 hours in the place of 84/2, and less again as departures follow the flow."""
    case = corridor()
    assert with_waits(0.0, 2.0) == pytest.approx(100)
    row = by_id(levers(case))["departure_way"]
    assert row.settled
    assert row.comes_t == pytest.approx(min(150.0, with_waits(0.0, 3.0)) - 100, rel=1e-3)
    year = Setting(case.with_(["link.way.departures_per_week=3"])).open(CHOICE)
    state = equilibrium(year, base_of(Setting(case).open(CHOICE)))
    assert state.waits["way"] == pytest.approx(84 / (3 * state.comes["cargo"] * 1000 / 100) - 42, abs=0.02)


def test_room_that_nobody_waits_for_brings_nothing() -> None:
    found = by_id(levers(corridor()))
    assert found["step_line"].comes_t == 0
    assert found["step_line"].fits_t == pytest.approx(10)
    assert "room" in found["step_line"].why
    assert found["step_yard"].fits_t == 0


def test_room_is_worth_a_lever_where_it_is_full() -> None:
    """A tariff of 0 in the place of 40 brings more than the 150 t that fit; ten more come with ten more of room."""
    case = corridor().with_(["link.way.tariff_usd_per_t=0"])
    result = levers(case)
    assert result.base["comes_t"] == pytest.approx(150)
    row = by_id(result)["step_line"]
    assert (row.comes_t, row.why) == (pytest.approx(10, rel=1e-3), "")


def test_all_together_is_one_case_of_all_changes() -> None:
    """The room of 160 t is full: the levers of price and time alone would bring more."""
    row = by_id(levers(corridor()))["together"]
    assert row.comes_t == pytest.approx(60)
    assert row.fits_t == pytest.approx(10)


def test_fixed_cargo_moves_for_no_lever() -> None:
    case = corridor(market="market_id, kind, demands\nshippers, fixed, cargo", market_rival=[], rival=[])
    result = levers(case)
    assert set(result.table["comes_t"]) == {0.0}
    assert all("any price" in why for why in result.table["why"])
    assert math.isnan(result.base["days"])
    assert result.to_json()
    assert "No lever" in str(page(result)[0])


def test_freight_goes_to_the_country_of_the_way() -> None:
    operators = "operator_id, country\nrail, AA"
    result = levers(corridor(link=[WAY | {"operator": "rail"}], operator=operators))
    row = by_id(result)["hour_a_b"]
    assert (row.country, row.country_usd) == ("AA", pytest.approx(40 * (comes(1) - 100), rel=2e-3))
    earned = result.countries.set_index(["lever", "country"])["usd"]
    assert earned["tariffs", "AA"] == pytest.approx(36 * comes(4) - 4000, rel=1e-3)


def test_the_pages_name_every_lever() -> None:
    result = levers(corridor())
    long = str(page(result))
    for row in rows(result.table):
        assert row.name.lower() in long.lower()
    assert len(page(result, short=True)) < len(page(result))


def test_an_unknown_scenario_is_refused() -> None:
    with pytest.raises(CaseError, match="no scenario"):
        levers(corridor(), ["nonsense"])
