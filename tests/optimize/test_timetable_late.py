"""Late trains and storms: lateness by its spread, connections missed, promises that hold, slack, by hand."""

import math
from functools import cache

import numpy as np
import pytest

from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.result.frame import rows
from corridor.model.result.timetable import Timetable
from corridor.optimize.studies.departures import loads, meeting
from corridor.optimize.studies.timetable_late import _sails, by_change, chains, journeys, slack, spreads
from tests.cases import answered
from tests.optimize.test_timetable import BASE, case, made

LATE = (
    BASE["link"]
    .replace("gate, carrier_id", "gate, carrier_id, spread_d")
    .replace("30, 0,", "30, 0, , 1")
    .replace("1, ship", "1, ship,")
)
"""The train is late by a day in one of twenty journeys."""
MEAN = 24 / math.log(10)
"""Mean hours of a late train: half are on time, and half of the rest at most 0.69 of it late."""
STORM = """
    closure_id, table, row, from_day, to_day, left, shape, known
    storm, resource, ships, 03-01, 03-14, 0, 1, 0"""


def late(**more: str) -> Case:
    return case(100, 100, **{"link": LATE, **more})


@cache
def plain() -> Timetable:
    return made(late(), beat=2)


@cache
def slackened() -> Timetable:
    return made(late(), beat=2, slack=True)


def test_without_lateness_a_promise_is_the_timetable() -> None:
    """A run of 30 h, no wait and 20 h at sea, and nothing to have slack for."""
    result = made(case(100, 100), beat=2)
    (row,) = rows(result.promises)
    assert (row.timed_h, row.p50_h, row.promise_h, row.missed, row.on_time) == pytest.approx((50, 50, 50, 0, 1))
    assert list(result.promised["kind"]) == ["plain"]
    assert row.services == ["train", "ship"]


def test_lateness_has_the_spread_of_the_link() -> None:
    """Half are on time, one in twenty is later than a day, one in ten later than the mean times the log of five."""
    of = late()
    (change,) = by_change(of, plain().trips, chains(of, answered(of, "handled")), 1).values()
    assert (change.late == 0).mean() == pytest.approx(0.5, abs=0.03)
    assert (change.late > 24).mean() == pytest.approx(0.05, abs=0.015)
    links = meeting(of, loads(of, answered(of, "handled")))
    (hours,) = slack(dict.fromkeys([("train", "forward", 0, "ship", "forward", 0)], change), links, 0.9).values()
    assert hours == pytest.approx(MEAN * math.log(5), rel=0.1)


def test_a_late_train_misses_a_ship_that_leaves_at_once() -> None:
    """Half of the trains are late, and their cargo takes the ship after 84 h."""
    (row,) = rows(plain().promises)
    assert row.timed_h == pytest.approx(50)
    assert row.missed == pytest.approx(0.5, abs=0.03)
    assert row.promise_h == pytest.approx(50 + 84)
    assert row.on_time == pytest.approx(0.5, abs=0.03)


def test_slack_lets_nine_of_ten_reach_their_ship() -> None:
    """The ship leaves 16.8 h later, by the lateness of one in ten: 66.8 h hold instead of 134 h."""
    (row,) = rows(slackened().promises)
    assert row.timed_h == pytest.approx(50 + MEAN * math.log(5), rel=0.03)
    assert row.promise_h == pytest.approx(row.timed_h)
    assert row.missed == pytest.approx(0.1, abs=0.01)
    beside = {each.kind: each.promise_h for each in rows(slackened().promised)}
    assert beside == pytest.approx({"plain": 134.0, "slack": row.promise_h})
    assert slackened().waiting[0] == pytest.approx(MEAN * math.log(5), rel=0.1)


def test_the_same_seed_gives_the_same_digits() -> None:
    again, other = made(late(), beat=2), made(late(), beat=2, seed=2)
    assert again.promises.equals(plain().promises)
    assert other.promises["missed"].tolist() != plain().promises["missed"].tolist()


def test_ships_sail_as_the_storm_is_over() -> None:
    """Days 3 and 4 are shut: a ship of day 3 at noon sails as day 5 begins; a storm goes on over New Year."""
    shut = np.zeros(365)
    shut[[3, 4, 0, 364]] = 1
    hours = np.array([2 * 24 + 5.0, 3 * 24 + 12.0, 4 * 24 + 1.0, 5 * 24.0, 364 * 24 + 6.0])
    assert _sails(hours, shut).tolist() == [53.0, 120.0, 120.0, 120.0, 366 * 24.0]


def test_storms_delay_the_share_of_journeys_that_meet_them() -> None:
    """A fleet is shut for 14 days of 365: so many journeys arrive late, by a week in the mean."""
    of = case(100, 100, closure=STORM)
    (chain,) = chains(of, answered(of, "handled"))
    drawn = journeys(of, plain().trips, chain, 1)
    delay = drawn.drawn - drawn.timed
    assert (delay > 1).mean() == pytest.approx(14 / 364, abs=0.015)
    assert delay[delay > 1].mean() == pytest.approx(7 * 24, rel=0.25)
    assert delay.max() <= 14 * 24


def test_the_spread_of_a_change_is_beside_that_of_any_hour() -> None:
    """Nothing late and no wait: the spread is 0.45 of the headway of 84 h less than where nothing is agreed, so 0."""
    of = case(100, 100)
    answer = answered(of, "handled")
    changes = by_change(of, plain().trips, chains(of, answer), 1)
    links = meeting(of, loads(of, answer))
    assert list(spreads(changes, links, {"train": 2, "ship": 2}).values()) == pytest.approx([0.0], abs=0.2)


def test_a_promise_is_a_share_of_journeys() -> None:
    with pytest.raises(CaseError, match="C235"):
        made(case(100, 100), promise=90.0)
