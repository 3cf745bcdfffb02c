"""A timetable on small cases: waits by hand, whole departures, single line, berths, windows, and a check of its own."""

import itertools
import math
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import corridor
from corridor.data.departures import read_departures
from corridor.loading import load
from corridor.model.case import Case
from corridor.model.faults import CaseError, InfeasibleError
from corridor.model.result.frame import rows
from corridor.model.result.timetable import Timetable, clock
from corridor.model.services import services
from corridor.optimize.answer.expected import expected
from corridor.optimize.proof.timetable import conflicts, sets, waits
from corridor.optimize.studies.asked import setting_of
from corridor.optimize.studies.departures import departures, loads, meeting
from corridor.optimize.studies.fleet_account import account
from corridor.optimize.studies.timetable import timetable
from corridor.optimize.studies.timetable_stands import by_arc
from corridor.reports.charts.timetable import berthed
from tests.cases import answered, case_of

BASE = {
    "gate": "gate_id, nameplate_t_per_year\n gate, 27000000",
    "commodity": "commodity_id, time_usd_per_t_day\n box, 4",
    "mode": "mode_id, at_sea\n rail, 0\n sea, 1",
    "unit": "unit_id\n teu",
    "packing": """
        packing_id, commodity_id, mode_id, unit_id, payload_t
        by_rail, box, rail, teu, 10
        by_sea, box, sea, teu, 10""",
    "resource": "resource_id, kind, capacity, unit\n ships, ship, 6, ships",
    "carrier": "carrier_id, resource_id, port_h, wait_h\n ship, ships, 12, 0",
    "size": "size_id, carrier_id, dimension, amount\n slots, ship, teu, 100",
    "loading": "loading_id, dimension, item_id, loaded, empty\n one, teu, teu, 1, 1",
    "link": """
        link_id, from_node_id, to_node_id, directed, mode_id, time_h, gate, carrier_id
        line, inland, port, 0, rail, 30, 0,
        sea, port, far, 0, sea, 20, 1, ship""",
    "segment": "segment_id\n boxes",
    "demand": """
        demand_id, commodity_id, origin_id, destination_id, segment_id, gate, t_per_year
        west, box, inland, far, boxes, must, 104000""",
}
"""200 TEU a week to the sea: 104,000 t a year in boxes of 10 t, in 52 weeks."""
SERVICE = """
    service_id, links, unit_id, units, least_per_week, turn_h, resource_id, run_usd, set_usd_per_day
    train, line, teu, {}, 1, 6, , 20000, 1000
    ship, sea, teu, {}, 1, 12, ships, 20000, 1000"""
"""Departures cost more than the waiting that they save: there are as many as the cargo takes."""


def case(train: float, ship: float, **tables: str) -> Case:
    """Trains and ships of these units a departure, with further tables or others in their place."""
    return case_of({**BASE, "service": SERVICE.format(train, ship), **tables})


def made(of: Case, **more: object) -> Timetable:
    trips = partial(read_departures, of)
    return timetable(setting_of(of, whole=True), study="handled", choice=False, trips=trips, **more)  # type: ignore[arg-type]


def there(of: Timetable) -> Mapping[str, int]:
    return {row.service: row.departures for row in rows(of.services)}


def left(of: Timetable) -> Mapping[str, float]:
    return {row.service: row.left for row in rows(of.services)}


def test_three_trains_and_two_ships_wait_84_hours_a_week() -> None:
    """Waits of 0, 28 and 56 h: a mean of 28 h, beside 42 h where nothing is agreed."""
    result = made(case(67, 100), beat=None)
    assert there(result) == {"train": 3, "ship": 2}
    (change,) = rows(result.changes[result.changes["units"] > 0])
    assert change.units == pytest.approx(200)
    assert change.wait_h * 3 == pytest.approx(84.0, abs=0.01)
    assert change.chance_h == 42.0
    assert result.waiting == pytest.approx((28.0, 42.0), abs=0.01)
    assert result.gap < 1e-6


def test_two_trains_and_two_ships_do_not_wait() -> None:
    result = made(case(100, 100))
    assert there(result) == {"train": 2, "ship": 2}
    assert result.waiting == pytest.approx((0.0, 42.0), abs=0.01)


def test_a_beat_lets_trains_and_ships_keep_step() -> None:
    """With a beat of two, three trains become four: two of the four wait 42 h for a ship."""
    result = made(case(67, 100), beat=2)
    assert there(result) == {"train": 4, "ship": 2}
    assert result.waiting[0] == pytest.approx(21.0, abs=0.01)


def test_days_of_service_let_trains_and_ships_meet() -> None:
    """Trains are two days apart at least, each moved by 14 h: two meet a ship, the third waits 48 h; 16 in the mean."""
    result = made(case(67, 100), days=True)
    starts = result.trips[result.trips["leg"] == 0]
    for _, group in starts.groupby(["service", "direction"]):
        hours = group["departs_h"] % 24
        assert hours.max() - hours.min() == pytest.approx(0.0, abs=0.01)
        assert (group["departs_h"] % 168 // 24).nunique() == len(group)
    assert result.waiting[0] == pytest.approx(16.0, abs=0.01)
    assert not len(result.conflicts)
    assert result.gap <= 0.005


def test_waiting_that_counts_more_is_worth_more_ships() -> None:
    """An hour of waiting of 200 TEU is worth 333 USD; at a hundred times that more ships sail than cargo takes."""
    few, many = made(case(100, 100)), made(case(100, 100), weight=100.0)
    assert there(many)["ship"] > there(few)["ship"] == 2
    assert many.waiting[1] < few.waiting[1]
    with pytest.raises(CaseError, match="C311"):
        made(case(100, 100), weight=0.0)
    with pytest.raises(CaseError, match="C311"):
        made(case(100, 100), days=True, slack=True)


def test_departures_by_place_are_in_the_table() -> None:
    frame = made(case(100, 100)).departures()
    at_port = frame[(frame["place"] == "port") & (frame["event"] == "departs") & (frame["service"] == "ship")]
    assert len(at_port) == 2
    assert at_port["hour"].diff().tolist()[1] == pytest.approx(84.0)
    assert list(at_port["clock"]) == [clock(hour) for hour in at_port["hour"]]


def test_whole_departures_carry_the_cargo_and_keep_the_least() -> None:
    """200 TEU need 2.99 trains of 67 and two ships of 100; a ship goes round in 64 h, two a week take one of six."""
    of = case(67, 100)
    frame = departures(of, loads(of, answered(of, "handled"))).set_index("service")
    assert frame.at["train", "flow"] == pytest.approx(200 / 67)
    assert frame.at["ship", "cycle_h"] == 64.0
    assert frame.at["ship", "sets"] == 1
    assert frame.at["ship", "fleet"] == 6
    assert (frame["left"] == 0).all()


def test_a_fleet_that_is_too_small_leaves_cargo() -> None:
    """One ship goes round in 64 h, so it sails twice a week: of 200 TEU 80 find no room on two ships of 60."""
    resource = "resource_id, kind, capacity, unit\n ships, ship, 1, ships"
    of = case(100, 60, resource=resource)
    frame = departures(of, loads(of, answered(of, "handled"))).set_index("service")
    assert frame.at["ship", "departures"] == 2
    assert frame.at["ship", "left"] == pytest.approx(80.0, abs=0.01)


def test_the_cycle_is_sets_times_the_week() -> None:
    """Two trains a week, 30 h each way and 6 h at each end: 72 h a cycle, 84 h with a set that waits; one train."""
    result = made(case(100, 100))
    taken = sets(result.case, result.trips)
    assert taken["train"] == pytest.approx(1.0, abs=1e-3)
    assert taken["ship"] == pytest.approx(1.0, abs=1e-3)


LINE = "service_link_id, link_id, headway_h, single\n one, line, {}, {}"


def test_trains_of_a_single_line_meet_outside_of_it() -> None:
    """Two trains a week each way in 84 h: 30 h on the line each, and an hour between them."""
    result = made(case(100, 100, service_link=LINE.format(1, 1)))
    on_line = result.trips[result.trips["link"] == "line"]
    spans = sorted((row.departs_h % 168, row.arrives_h - row.departs_h) for row in rows(on_line))
    for (start, hours), (after, _) in zip(spans, [*spans[1:], (spans[0][0] + 168, 0)], strict=True):
        assert start + hours + 1 <= after + 0.01


def test_a_single_line_takes_no_more_trains_than_meet_outside_of_it() -> None:
    """Three trains a week each way would take 2 (30 + 1) h of each 56: two of 67 TEU run, 66 find no room."""
    result = made(case(67, 100, service_link=LINE.format(1, 1)))
    assert there(result)["train"] == 2
    assert left(result)["train"] == pytest.approx(66, abs=0.1)


def test_services_that_cannot_share_a_single_line_are_refused_with_the_reason() -> None:
    """Two trains one after the other, out and back, take 2 (10 + 30 + 10) h of the 84 h of two departures a week."""
    service = """
        service_id, links, unit_id, units, least_per_week, turn_h, run_usd
        train, line, teu, 100, 2, 6, 20000
        ship, sea, teu, 100, 2, 12, 20000
        other, line, , , 2, 6, 20000"""
    carrier = """
        carrier_id, resource_id, port_h, wait_h
        ship, ships, 12, 0
        engine, engines, 0, 0"""
    resource = "resource_id, kind, capacity, unit\n ships, ship, 6, ships\n engines, line, 90, engines"
    link = """
        link_id, from_node_id, to_node_id, directed, mode_id, time_h, gate, carrier_id
        line, inland, port, 0, rail, 30, 0, engine
        sea, port, far, 0, sea, 20, 1, ship"""
    size = "size_id, carrier_id, dimension, amount\n slots, ship, teu, 100\n places, engine, teu, 100"
    of = case_of(
        {
            **BASE,
            "service": service,
            "carrier": carrier,
            "resource": resource,
            "link": link,
            "size": size,
            "service_link": LINE.format(10, 1),
        }
    )
    with pytest.raises(InfeasibleError, match="single line"):
        made(of)


def test_a_window_holds_and_trains_are_one_or_seven_a_week() -> None:
    window = "service_link_id, link_id, slot_from_h, slot_h, slot_every_h\n one, line, 22, 3, 24"
    result = made(case(67, 100, service_link=window))
    assert there(result)["train"] == 7
    for row in rows(result.trips[result.trips["link"] == "line"]):
        assert (row.departs_h - 22) % 24 <= 3 + 0.02 or (row.departs_h - 22) % 24 >= 24 - 0.02


BERTH = "service_place_id, node_id, transfer_h, berths, berth_gap_h\n port, port, 5, 1, 2"


def test_least_hours_of_a_change_are_no_wait() -> None:
    (change,) = rows(made(case(100, 100, service_place=BERTH)).changes.query("units > 0"))
    assert change.least_h == 5.0
    assert change.wait_h == pytest.approx(0.0, abs=0.01)


def test_ships_share_a_berth_one_after_the_other() -> None:
    """Seven ships a week lie 12 h at a berth with 2 h between; thirteen would have 12.9 h each."""
    result = made(case(100, 29, service_place=BERTH))
    assert there(result)["ship"] == 7
    assert len(result.stays) == 7
    assert not len(result.conflicts)
    fleet = "resource_id, kind, capacity, unit\n ships, ship, 60, ships"
    crowded = made(case(100, 15, service_place=BERTH, resource=fleet))
    assert there(crowded)["ship"] == 12
    assert left(crowded)["ship"] == pytest.approx(20.0, abs=0.1)


@pytest.fixture(scope="module")
def sound() -> Timetable:
    """Two trains and two ships a week on a single line, with a berth, and a window in which trains may leave."""
    return made(case(100, 100, service_link=LINE.format(1, 1), service_place=BERTH))


def moved(of: Timetable, hours: float, **which: object) -> pd.DataFrame:
    """The trips with those of some columns moved by hours."""
    trips = of.trips.copy()
    moving = pd.Series(data=True, index=trips.index)
    for name, value in which.items():
        moving &= trips[name] == value
    trips.loc[moving, ["departs_h", "arrives_h"]] += hours
    return trips


def rules(of: Timetable, trips: pd.DataFrame, ships: int = 6) -> set[str]:
    return set(conflicts(of.case, trips, {"ships": ships})["rule"])


def test_the_timetable_is_found_sound_by_a_check_of_its_own(sound: Timetable) -> None:
    assert rules(sound, sound.trips) == set()


def test_a_train_that_is_moved_meets_another_on_the_single_line(sound: Timetable) -> None:
    trips = moved(sound, 42.0, service="train", direction="forward", trip=1)
    found = conflicts(sound.case, trips, {"ships": 6})
    assert "single" in set(found["rule"])
    row = next(each for each in rows(found) if each.rule == "single")
    assert row.place == "line"
    assert row.first == "train, inland–port, 1"
    assert row.second.startswith("train, port–inland")


def test_hours_that_are_too_short_are_seen(sound: Timetable) -> None:
    trips = sound.trips.copy()
    trips.loc[trips["service"] == "train", "arrives_h"] -= 1.0
    assert "hours" in rules(sound, trips)


def test_a_trip_that_is_left_out_is_seen(sound: Timetable) -> None:
    trips = sound.trips[~((sound.trips["direction"] == "back") & (sound.trips["trip"] == 1))]
    assert "turn" in rules(sound, trips)


def test_trains_that_follow_too_soon_are_seen(sound: Timetable) -> None:
    own = sound.trips[(sound.trips["service"] == "train") & (sound.trips["direction"] == "forward")]
    one, other = (hour for hour in own["departs_h"].tolist())
    assert "headway" in rules(sound, moved(sound, one + 0.5 - other, service="train", direction="forward", trip=2))


def test_ships_that_lie_at_one_berth_at_once_are_seen(sound: Timetable) -> None:
    own = sound.trips[sound.trips["service"] == "ship"]
    one, other = (hour for hour in own[own["trip"] < 3].query("direction == 'back'")["departs_h"].tolist())
    trips = moved(sound, one + 1 - other, service="ship", trip=2)
    assert "berths" in rules(sound, trips)


def test_a_fleet_that_is_exceeded_is_seen(sound: Timetable) -> None:
    assert "fleet" in rules(sound, sound.trips, ships=0)


def test_waits_are_counted_from_the_trips_alone(sound: Timetable) -> None:
    """Ships that leave an hour earlier are missed by all: the next ones leave after 83 h."""
    links = meeting(sound.case, loads(sound.case, answered(sound.case, "handled")))
    before = waits(sound.case, sound.trips, links)
    after = waits(sound.case, moved(sound, -1.0, service="ship"), links)
    assert before == pytest.approx([0.0], abs=0.01)
    assert after == pytest.approx([83.0], abs=0.01)


BY_HAND = """service,toward,clock
train,port,Mon 08:00
train,port,Wed 08:00
train,port,Fri 08:00
train,inland,Mon 20:00
train,inland,Thu 20:00
train,inland,Sat 08:00
ship,far,Tue 12:00
ship,far,Fri 12:00
ship,port,Sat 12:00
ship,port,Thu 00:00
"""
"""Trains reach the port at 38, 86 and 134 h, ships leave at 36 and 108 h: waits of 70, 22 and 70 h."""


def by_hand(of: Case, folder: Path, shift: float = 0.0, text: str = BY_HAND) -> Timetable:
    file = folder / "week.csv"
    file.write_text(text, encoding="utf-8")
    return made(of, read=file, shift=shift)


def kinds(of: Timetable) -> dict[str, object]:
    return {row.kind: row for row in rows(of.kinds)}


def test_a_timetable_that_is_written_and_read_is_the_same(sound: Timetable, tmp_path: Path) -> None:
    again = by_hand(sound.case, tmp_path, text=sound.to_csv())
    assert again.to_csv() == sound.to_csv()
    assert list(map(tuple, again.trips.itertuples(index=False))) == list(
        map(tuple, sound.trips.itertuples(index=False))
    )
    assert not len(again.conflicts)
    assert again.read == "week.csv"
    pd.testing.assert_frame_equal(again.changes, sound.changes)
    assert again.services["sets"].tolist() == sound.services["sets"].tolist()


def test_a_timetable_by_hand_stands_beside_the_best(tmp_path: Path) -> None:
    """A train a day at any hour waits Σ gap² / 2 / 168: of ships 72 and 96 h apart, 42.9 h."""
    result = by_hand(case(67, 100), tmp_path)
    assert result.waiting == pytest.approx(((70 + 22 + 70) / 3, (72**2 + 96**2) / 336))
    beside = kinds(result)
    assert set(beside) == {"read", "even", "best"}
    assert beside["read"].conflicts == 0  # type: ignore[attr-defined]
    assert beside["best"].wait_h == pytest.approx(28.0)  # type: ignore[attr-defined]


def test_shifts_of_six_hours_give_the_least_waiting(tmp_path: Path) -> None:
    """Trains and ships at every second hour within six of their own: none wait less."""
    result = by_hand(case(67, 100), tmp_path, 6.0)
    assert kinds(result)["moved"].wait_h == pytest.approx(result.waiting[0])  # type: ignore[attr-defined]
    assert result.moves["hours"].abs().max() <= 6.0 + 1e-6
    least = math.inf
    for one, other in itertools.product(range(-6, 7, 2), repeat=2):
        ships = (36 + one, 108 + other)
        waits = (min((ship - at - move) % 168 for ship in ships for move in range(-6, 7, 2)) for at in (38, 86, 134))
        least = min(least, sum(waits))
    assert result.waiting[0] * 3 == pytest.approx(least, abs=0.01)


def test_conflicts_by_hand_name_both_trains_the_place_and_the_hour(tmp_path: Path) -> None:
    """On a single line the train at Monday 8:00 is on its way until Tuesday 14:00, and another leaves at 20:00."""
    of = case(67, 100, service_link=LINE.format(1, 1), service_place=BERTH)
    result = by_hand(of, tmp_path)
    first = rows(result.conflicts)[0]
    assert (first.rule, first.place, clock(first.hour)) == ("single", "line", "Mon 20:00")
    assert (first.first, first.second) == ("train, inland–port, 1", "train, port–inland, 1")
    assert set(kinds(result)) == {"read", "best"}  # three trains a week each way do not fit evenly


def test_conflicts_are_moved_apart_where_shifts_reach(tmp_path: Path) -> None:
    of = case(67, 100, service_link=LINE.format(1, 1), service_place=BERTH)
    assert "moved" not in kinds(by_hand(of, tmp_path, 12.0))
    result = by_hand(of, tmp_path, 30.0)
    assert kinds(result)["moved"].conflicts == 0  # type: ignore[attr-defined]
    assert not len(conflicts(of, result.trips, {"ships": 6}))
    assert len(result.conflicts) == 3


def test_trains_by_hand_wait_for_their_window(tmp_path: Path) -> None:
    """Trains at 8:00 miss the window of 22:00 to 1:00; shifts of 14 h reach it."""
    window = "service_link_id, link_id, slot_from_h, slot_h, slot_every_h\n one, line, 22, 3, 24"
    result = by_hand(case(67, 100, service_link=window), tmp_path, 14.0)
    assert set(result.conflicts["rule"]) == {"window"}
    assert kinds(result)["moved"].conflicts == 0  # type: ignore[attr-defined]


def test_a_shift_needs_a_file_and_a_file_no_beat(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="C234"):
        made(case(67, 100), shift=6.0)
    with pytest.raises(CaseError, match="C234"):
        made(case(67, 100), read=tmp_path / "week.csv", beat=6, shift=99.0)


def test_the_way_back_may_have_links_of_its_own() -> None:
    links = """
        link_id, from_node_id, to_node_id, directed, mode_id, time_h, gate, carrier_id
        out, inland, port, 1, rail, 30, 0,
        home, port, inland, 1, rail, 50, 0,
        sea, port, far, 0, sea, 20, 1, ship"""
    service = """
        service_id, links, back_links, unit_id, units, turn_h, run_usd
        train, out, home, teu, 100, 6, 20000"""
    of = case(100, 100, link=links, service=service)
    assert services(of)["train"].cycle_h == 92.0
    assert sets(of, made(of).trips)["train"] == pytest.approx(2.0, abs=1e-3)  # 92 h, and a train leaves each 84 h


RAILS = {
    "carrier": """
        carrier_id, resource_id, port_h, wait_h
        ship, ships, 12, 0
        engine, engines, 4, 0""",
    "resource": "resource_id, kind, capacity, unit\n ships, ship, 6, ships\n engines, line, 90, engines",
    "unit": "unit_id\n teu\n platform",
    "packing": """
        packing_id, commodity_id, mode_id, unit_id, payload_t, on_unit_id, units_per
        by_rail, box, rail, teu, 10, platform, 2
        by_sea, box, sea, teu, 10, ,""",
    "pool": "pool_id, unit_id, number\n wagons, platform, 400",
    "size": "size_id, carrier_id, dimension, amount\n slots, ship, teu, 100\n places, engine, teu, 100",
    "link": """
        link_id, from_node_id, to_node_id, directed, mode_id, time_h, gate, carrier_id
        line, inland, port, 0, rail, 30, 0, engine
        sea, port, far, 0, sea, 20, 1, ship""",
}
"""The line with locomotives of 100 TEU, and platforms of two boxes."""


def test_seven_ships_of_29_hours_take_turns_at_two_berths() -> None:
    """One leaves five hours after the next has come; the odd one changes berth as the week ends."""
    stays = pd.DataFrame({"service": "ship", "arrives_h": [24.0 * day + 10 for day in range(7)], "berths": 2})
    found = berthed(rows(stays.assign(departs_h=stays["arrives_h"] + 29)))
    assert len(found) == 2
    assert sum(end - start for berth in found for _, start, end in berth) == pytest.approx(7 * 29)
    for berth in found:
        assert all(end <= start for (_, _, end), (_, start, _) in itertools.pairwise(berth))


def test_vehicles_of_a_service_by_hand() -> None:
    """200 TEU out and empty back: four trains a week of 34 h, 200 platforms; three trains of 34 platforms take 204."""
    result = made(case(67, 100, **RAILS))
    own = {row.fleet: row for row in rows(result.vehicles)}
    year = 52 / 8760
    assert own["engines"].flow == pytest.approx(4 * 34 * year, rel=1e-4)
    assert own["engines"].plan == pytest.approx(6 * 34 * year)
    assert own["wagons"].flow == pytest.approx(200 * 34 * year, rel=1e-4)
    assert own["wagons"].plan == pytest.approx(204 * 34 * year)
    assert (own["ships"].kind, own["engines"].kind, own["wagons"].kind) == ("ship", "locomotive", "wagon")
    assert own["ships"].plan == 1
    (engines,) = (row for row in rows(result.fleets) if row.fleet == "engines")
    assert engines.others == pytest.approx(0.0, abs=1e-3)
    assert engines.left == pytest.approx(90 - own["engines"].plan, abs=1e-3)


TWO = """
    link_id, from_node_id, to_node_id, directed, mode_id, time_h, gate, carrier_id
    first, inland, edge, 0, rail, 20, 0,
    second, edge, port, 0, rail, 10, 0,
    sea, port, far, 0, sea, 20, 1, ship"""
BORDER = """
    service_link_id, link_id, time_h, stand, stand_node_id, stand_h, stand_most_h
    one, second, 8, border, {}, 5, 9"""
OVER = SERVICE.replace("train, line", "train, first second")


def test_a_train_stands_at_the_border_on_its_way() -> None:
    """20 h, 5 h at the border and 8 h each way, 6 h at each end: a cycle of 78 h; a train leaves each 84 h."""
    of = case(100, 100, link=TWO, service=OVER.format(100, 100), service_link=BORDER.format("edge"))
    assert services(of)["train"].cycle_h == 78.0
    result = made(of)
    (row, back) = rows(result.handovers)
    assert (row.place, row.what, row.train, row.least_h, row.most_h) == ("edge", "border", True, 5.0, 9.0)
    assert row.stand_h == pytest.approx(5.0)
    assert back.stand_h == pytest.approx(5.0)
    second = (result.trips["service"] == "train") & (result.trips["leg"] == 1)
    for hours, broken in ((-1.0, {"stand"}), (3.0, set()), (5.0, {"stand"})):
        trips = result.trips.copy()
        trips.loc[second, ["departs_h", "arrives_h"]] += hours
        assert rules(result, trips) == broken, hours


def test_cargo_changes_after_the_hand_over_where_the_service_ends() -> None:
    """The change takes 5 h of the border; the set turns in 6 h and 5 h for each way."""
    of = case(100, 100, link=TWO, service=OVER.format(100, 100), service_link=BORDER.format("port"))
    assert services(of)["train"].cycle_h == 20 + 8 + 20 + 8 + 6 + 16
    result = made(of)
    (change,) = rows(result.changes.query("units > 0"))
    assert (change.least_h, change.wait_h) == (5.0, pytest.approx(0.0, abs=0.01))
    assert not rows(result.handovers)[0].train


def test_hours_on_links_are_those_of_the_timetable_with_stands() -> None:
    """The link has 10 h in the case; the timetable has 8 h on it and 5 h at the border."""
    of = case(100, 100, link=TWO, service=OVER.format(100, 100), service_link=BORDER.format("edge"))
    more = by_arc(of, made(of).trips, {})
    assert more == {"second": pytest.approx(3.0), "second_back": pytest.approx(3.0)}


def test_a_rail_ferry_has_the_departures_of_its_carrier_in_the_flows() -> None:
    """200 TEU a week in ships of 100: two moves a week each way, as the ship comes back."""
    service = """
        service_id, links, least_per_week, resource_id
        ship, sea, 1, ships"""
    frame = departures(of := case(100, 100, service=service), loads(of, answered(of, "handled")))
    (row,) = rows(frame)
    assert row.flow == pytest.approx(200 * 52 / 100 / 52)
    assert row.departures == 2
    assert math.isnan(row.units)


@pytest.mark.slow
def test_the_bundled_week_is_the_best_and_agreed_hours_bring_cargo() -> None:
    """Boxes of Altynkol find the feeder; no trip breaks a rule; what comes grows from plan to timetable."""
    result = corridor.timetable(load())
    assert result.gap < 1e-4
    assert not len(result.conflicts)
    assert set(result.services["service"]) == set(services(result.case))
    wait, chance = result.waiting
    assert wait < 0.6 * chance
    comes = {row.state: row.comes_t for row in rows(result.states)}
    assert comes["agreed"] > comes["plan"] + 10_000
    assert {row.service: row.sets for row in rows(result.services)}["feeder"] <= 6
    _add_up(result)


def _add_up(result: Timetable) -> None:
    """Vehicles of services and of other cargo are those of the account of fleets; the plan has room for both."""
    answer = expected(setting_of(result.case, whole=True), most=0)
    account_of = {
        row["fleet"]: sum(row[name] for name in ("moving", "terminal", "port", "border", "gauge"))
        for row in account(result.case, "expected", answer, {})
    }
    by_fleet = result.vehicles.groupby("fleet")[["flow", "plan"]].sum()
    for row in rows(result.fleets):
        assert row.used == pytest.approx(account_of[row.fleet], rel=1e-6)
        assert by_fleet.at[row.fleet, "flow"] + row.others == pytest.approx(row.used, rel=1e-6)
        assert by_fleet.at[row.fleet, "plan"] == pytest.approx(row.plan)
        assert row.others >= -1e-3 * row.there
        assert row.left > 0
