"""The ferries of the bundled case: counts of cargo, counts of moves and decks give one account."""

from __future__ import annotations

from functools import cache

import pytest

import corridor
from corridor.model.evidence import stands_for

WAGON_M, TRUCK_M = 14, 17
WAGONS = {"turkmenbashi": 22_900, "kuryk": 14_000}
"""Wagons of ASCO's ships in 2025, both ways (g015)."""
UNITS = 77_071
"""Wagons and vehicles of ASCO's ships in 2025 (f11)."""
KURYK_TRUCKS = 0.426 * 59_900
"""Trucks of Alat (w019) of the Kuryk line."""
MOVES = 162
"""Moves of a Ro-Pax ship in a year (q013, q014)."""
FLEETS = {"rail_ferries": ("rail_ferry", "rail_ferry_deck"), "ro_ro_ships": ("ro_ro", "ro_ro_deck")}


@cache
def case() -> corridor.Case:
    return corridor.load()


def deck_m(fleet: str) -> float:
    """Metres that a fleet offers in a year on all lines: ships, moves, deck."""
    return float(case().row("resource", fleet).capacity * MOVES * case().row("size", FLEETS[fleet][1]).amount)


def share(fleet: str) -> float:
    """Part of a fleet's time that is background."""
    row = case().row("resource", fleet)
    return float(row.background / (row.capacity * case().derating()[fleet]))


@pytest.mark.parametrize("fleet", FLEETS)
def test_waiting_gives_the_moves_that_were_counted(fleet: str) -> None:
    carrier = case().row("carrier", FLEETS[fleet][0])
    link = next(row for row in case().rows("link") if row.carrier_id == carrier.carrier_id and row.gate is False)
    hours = link.time_h + carrier.port_h + carrier.wait_h
    assert 8760 * case().derating()[fleet] / hours == pytest.approx(MOVES, rel=1e-3)


def test_fleet_account_of_2025_closes() -> None:
    """1,200 km of deck carried on all lines; no more than was offered, and as full as the ships that were counted."""
    vehicles = UNITS - sum(WAGONS.values())
    carried = sum(WAGONS.values()) * WAGON_M + vehicles * TRUCK_M
    assert carried / 1000 == pytest.approx(1_200, rel=0.001)
    offered = sum(deck_m(fleet) for fleet in FLEETS)
    counted = 33 / 50  # trucks a move on the places of a Ro-Pax ship
    assert counted < carried / offered < 1
    row = case().row("validation", "fleet_account")
    assert (row.low, row.high) == (counted, 1)


def test_backgrounds_add_up_to_what_went_to_turkmenbashi() -> None:
    """Half of the vehicles ride on each fleet, on both lines alike: the metres of Turkmenbashi are those counted."""
    vehicles = UNITS - sum(WAGONS.values())
    there = vehicles - KURYK_TRUCKS
    metres = {
        "rail_ferries": sum(WAGONS.values()) * WAGON_M + vehicles / 2 * TRUCK_M,
        "ro_ro_ships": vehicles / 2 * TRUCK_M,
    }
    turkmenbashi = sum(share(fleet) * metres[fleet] for fleet in FLEETS)
    assert turkmenbashi == pytest.approx(WAGONS["turkmenbashi"] * WAGON_M + there * TRUCK_M, rel=1e-3)
    assert turkmenbashi / sum(metres.values()) == pytest.approx(0.475, abs=0.001)


@pytest.mark.slow
def test_shares_of_2023_are_smaller() -> None:
    """18,600 of 37,300 wagons and 10,800 of 39,200 vehicles: 41 and 28 per cent."""
    before = case().with_([])
    shared = corridor.load(scenario="ferries_as_2023")
    rail = (18_600 * WAGON_M + 10_800 / 2 * TRUCK_M) / (37_300 * WAGON_M + 39_200 / 2 * TRUCK_M)
    for fleet, part in (("rail_ferries", rail), ("ro_ro_ships", 10_800 / 39_200)):
        row = shared.row("resource", fleet)
        assert row.background / (row.capacity * shared.derating()[fleet]) == pytest.approx(part, abs=1e-3)
        assert row.background < before.row("resource", fleet).background
        in_2023 = corridor.load(year=2023).row("resource", fleet)
        assert (in_2023.background, in_2023.capacity) == (row.background, row.capacity)


def test_turkmen_ships_are_no_part_of_the_fleets() -> None:
    """Vehicles of Alat that ASCO did not carry are near what two ships of 54 places do in 168 round trips a year."""
    others = 59_900 - (UNITS - sum(WAGONS.values()))
    assert stands_for(case(), "q010") == pytest.approx(others, rel=0.01)
    places = 54 * 2 * 70 * 12 / 5
    assert others == pytest.approx(places, rel=0.1)


@pytest.mark.slow
def test_boxes_ride_the_ferries_when_the_berths_of_aktau_are_shut() -> None:
    """All markets grow alike until wagons, trucks and boxes fill the decks left for Kuryk.

    Deck by hand: wagons and trucks as counted, boxes both ways with their empties.
    """
    shut = case().with_(["resource.aktau_box_quay.capacity=0"])
    answer = corridor.solve(shut, "concurrent")
    decks = sum(deck_m(fleet) * (1 - share(fleet)) for fleet in FLEETS)
    tank = 0.4 * WAGONS["kuryk"]  # 40 per cent of the wagons westbound, and back empty, are tank wagons of 13 m
    wagons = (WAGONS["kuryk"] - tank) * WAGON_M + tank * 13
    boxes = case()["demand"].query("commodity_id == 'containers'")
    west = boxes["origin_id"].map(case()["node"]["country"]).isin(["CN", "KZ", "UZ"])
    teu = 2 * max(boxes.loc[west, "t_per_year"].sum(), boxes.loc[~west, "t_per_year"].sum()) / 14
    asked = wagons + KURYK_TRUCKS * TRUCK_M + teu * stands_for(case(), "loading.teu_deck.loaded")
    assert answer.first is not None
    assert set(answer.first.resources) & set(FLEETS)
    assert answer.growth == pytest.approx(decks / asked, rel=0.01)
