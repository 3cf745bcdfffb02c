"""Periodic event scheduling: by hand, against brute force, and where nothing fits."""

import itertools
import math
import random

import pytest

from corridor.optimize.program.periodic import Moment, Periodic

WEEK = 168.0


def waits(arrivals: list[float], departures: list[float]) -> float:
    """Hours from each arrival to the next departure of the week, all together."""
    return sum(min((each - arrival) % WEEK for each in departures) for arrival in arrivals)


def evenly(trains: int, ships: int) -> Periodic:
    """Evenly spaced trains that meet evenly spaced ships: each train waits modulo the headway of the ships."""
    made = Periodic()
    train, ship = (made.time((name, 0), 0.0, WEEK / count) for name, count in (("train", trains), ("ship", ships)))
    for number in range(trains):
        arrives = train.after(number * WEEK / trains)
        wait = made.span(("wait", number), arrives, ship, 0.0, WEEK / ships, WEEK / ships)
        made.spend(wait, 1.0)
    return made


def test_three_trains_and_two_ships_wait_84_hours() -> None:
    """Trains at 0, 56, 112 and ships at 0, 84: waits of 0, 28 and 56 h; not agreed each waits 42 h in the mean."""
    found = evenly(3, 2).solve()
    assert found.status == "optimal"
    assert found.cost == pytest.approx(84.0)
    assert found.gap < 1e-6
    assert waits([0, 56, 112], [0, 84]) == 84
    drawn = [waits([0, 56, 112], [shift, shift + 84]) / 3 for shift in range(84)]
    assert math.fsum(drawn) / len(drawn) == pytest.approx(42, abs=0.5)


@pytest.mark.parametrize(("trains", "ships", "total"), [(2, 2, 0.0), (1, 4, 0.0), (4, 1, 252.0), (2, 3, 28.0)])
def test_evenly_spaced_services(trains: int, ships: int, total: float) -> None:
    """Of four trains and one ship they wait 0, 42, 84 and 126 h; of two trains and three ships 0 and 28 h."""
    assert evenly(trains, ships).solve().cost == pytest.approx(total, abs=1e-6)


def test_two_trains_on_a_single_line_meet_outside() -> None:
    """Runs of 5 h each way in a period of 12 h with a gap of 1 h leave no choice: 5 + 1 + 5 + 1."""
    made = Periodic()
    one, other = made.time(("one", 0), 0.0, 0.0), made.time(("other", 0), 0.0, 12.0)
    made.apart(("line", 0), (one, one.after(5)), (other, other.after(5)), 1.0, 12.0)
    made.spend(other, -1.0)
    found = made.solve()
    assert other.at(found.values) % 12 == pytest.approx(6.0)


def test_runs_that_do_not_fit_in_the_period_are_infeasible() -> None:
    made = Periodic()
    one, other = made.time(("one", 0), 0.0, 0.0), made.time(("other", 0), 0.0, 12.0)
    made.apart(("line", 0), (one, one.after(6)), (other, other.after(5)), 1.0, 12.0)
    assert made.solve().status == "infeasible"


def test_hours_around_a_circle_are_whole_periods() -> None:
    """A set that runs 30 h out and 30 h back and turns in 10 h at least goes round in 84 h, two headways of 42 h."""
    made = Periodic()
    out, back = made.time(("out", 0), 0.0, 42.0), made.time(("back", 0), 0.0, 42.0)
    far = made.span(("far", 0), out.after(30), back, 10.0, 52.0, 42.0)
    near = made.span(("near", 0), back.after(30), out, 10.0, 52.0, 42.0)
    for turn in (far, near):
        made.spend(turn, 1.0)
    found = made.solve()
    assert far.at(found.values) + near.at(found.values) + 60 == pytest.approx(84.0)


PUBLISHED = ((1, 2, 50, 55, 10), (2, 3, 40, 50, 20), (1, 3, 30, 40, 15))
"""Origin, target, least, most and weight of the activities of the example of PESPlib, of period 60.

Source: Goerigk, PESPlib, https://num.math.uni-goettingen.de/~m.goerigk/pesplib, with the optimum of 0 weighted slack.
"""


def test_the_published_example_of_pesplib_has_no_slack() -> None:
    """Its durations are 50, 40 and 30: 90 after one event is 30 after it modulo 60."""
    made = Periodic()
    at = {1: Moment(0.0), **{event: made.time(("event", event), 0.0, 60.0) for event in (2, 3)}}
    spans = []
    for number, (start, end, low, high, weight) in enumerate(PUBLISHED):
        spans.append(made.span(("activity", number), at[start], at[end], low, high, 60.0))
        made.spend(spans[-1].after(-low), weight)
    found = made.solve()
    assert found.cost == pytest.approx(0.0, abs=1e-6)
    assert [span.at(found.values) for span in spans] == pytest.approx([50, 40, 30])
    assert found.gap < 1e-6


def drawn(seed: int) -> tuple[list[tuple[int, int, int, int, int]], int, int]:
    """Random spans (from, to, least, most, weight) between three or four moments, and a period of 8 to 12 hours."""
    pick = random.Random(seed)
    moments, period = pick.choice((3, 4)), pick.choice((8, 10, 12))
    ends = list(itertools.permutations(range(moments), 2))
    spans = []
    for start, end in pick.sample(ends, pick.randint(moments, len(ends))):
        low = pick.randrange(period)
        spans.append((start, end, low, low + pick.choice((period // 4, period // 2, period - 1)), pick.randint(1, 5)))
    return spans, moments, period


def brute(spans: list[tuple[int, int, int, int, int]], moments: int, period: int) -> float:
    """Least cost over all whole hours, which has the optimum: for fixed periods the rows are a network."""
    best = math.inf
    for times in itertools.product(range(period), repeat=moments - 1):
        at, total = (0, *times), 0
        for start, end, low, high, weight in spans:
            hours = low + (at[end] - at[start] - low) % period
            if hours > high:
                break
            total += weight * hours
        else:
            best = min(best, total)
    return best


@pytest.mark.parametrize("seed", range(40))
def test_random_timetables_equal_brute_force(seed: int) -> None:
    spans, moments, period = drawn(seed)
    made = Periodic()
    at = [Moment(0.0), *(made.time(("moment", number), 0.0, period) for number in range(1, moments))]
    for number, (start, end, low, high, weight) in enumerate(spans):
        made.spend(made.span(("span", number), at[start], at[end], low, high, period), weight)
    found, best = made.solve(), brute(spans, moments, period)
    if math.isinf(best):
        assert found.status == "infeasible"
    else:
        assert found.cost == pytest.approx(best)
        assert found.bound == pytest.approx(best)


def test_both_ends_come_up_among_the_random_ones() -> None:
    least = [brute(*drawn(seed)) for seed in range(40)]
    assert 3 <= sum(map(math.isinf, least)) <= 37
