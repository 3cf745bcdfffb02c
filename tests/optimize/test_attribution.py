"""The difference between two cases shared out among changes: hand-solved games, and the definition by all orders."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corridor.model.case import Case
from corridor.model.faults import CaseError, InfeasibleError
from corridor.model.result.comparison import Attribution
from corridor.model.result.frame import rows
from corridor.optimize.studies import attribution as module
from corridor.optimize.studies.attribution import chain, orders_of
from corridor.optimize.studies.differences import differences, mixed, steps
from corridor.optimize.studies.game import shapley
from tests.asked import attribution, solve
from tests.cases import Tables, case_of, choice, ferry, oil_and_boxes, series
from tests.random_cases import gated_tables


def parallel() -> Case:
    """Two ways of 100 kt each side by side, then one of 300 kt; 100 kt of demand."""
    return case_of(
        {
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                north, a, b, 100000
                south, a, b, 100000
                on, b, c, 300000""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, c, 100000",
        }
    )


def shares(found: Attribution) -> dict[str, float]:
    """Shares in tonnes, by the numbers of the changes."""
    return dict(zip(found.changes["changes"], found.changes["share"].round(3), strict=True))


def column(found: Attribution, name: str) -> list[float]:
    return [round(value, 3) for value in found.changes[name]]


def sums(found: Attribution) -> None:
    assert math.fsum(found.changes["share"]) == pytest.approx(found.difference, rel=1e-12, abs=1e-6)


QUAY_AND_SHIP = ["link.two.capacity_t_per_year=240000", "link.three.capacity_t_per_year=240000"]


def in_series() -> Case:
    """300, 200 and 200 kt one behind another."""
    return series().with_(["link.three.capacity_t_per_year=200000"], scenario="in_series")


def test_complements_share_alike() -> None:
    """Either alone brings nothing, both bring 40 kt: 20 each."""
    a = in_series()
    found = attribution(a, a.with_(QUAY_AND_SHIP))
    assert (found.method, found.runs) == ("exact", 4)
    assert (round(found.start), round(found.end)) == (200_000, 240_000)
    assert shares(found) == {"1": 20_000, "2": 20_000}
    assert column(found, "alone") == [0, 0]
    assert column(found, "last") == [40_000, 40_000]
    sums(found)


def test_substitutes_share_alike() -> None:
    """Either alone brings all 100 kt that the way on takes."""
    a = parallel()
    b = a.with_(["link.north.capacity_t_per_year=300000", "link.south.capacity_t_per_year=300000"])
    found = attribution(a, b)
    assert shares(found) == {"1": 50_000, "2": 50_000}
    assert column(found, "alone") == [100_000, 100_000]
    assert column(found, "last") == [0, 0]
    sums(found)


def test_three_by_hand() -> None:
    """Both of a pair bring 40 kt, the third (300 to 220 kt) takes 20 of them away.

    The third takes something only after both: it is the last in a third of the orders, so its share is -20/3. The first
    gains only after the second: 40 in the order 2 1 3, and 20 in 2 3 1 and in 3 2 1, so 80/6; the second likewise.
    """
    a = in_series()
    found = attribution(a, a.with_([*QUAY_AND_SHIP, "link.one.capacity_t_per_year=220000"]))
    assert list(shares(found).values()) == pytest.approx([80_000 / 6, 80_000 / 6, -20_000 / 3], abs=1)
    sums(found)


@pytest.mark.parametrize(
    ("order", "expected"), [([1, 2], [0, 40_000]), ([2, 1], [40_000, 0]), ([2], [40_000, 0]), ([1], [0, 40_000])]
)
def test_order_of_the_user(order: list[int], expected: list[float]) -> None:
    """What comes last gets all; who is not named follows."""
    a = in_series()
    found = attribution(a, a.with_(QUAY_AND_SHIP), order=order)
    assert (found.method, found.runs) == ("order", 3)
    assert list(shares(found).values()) == expected
    assert found.changes[["alone", "last", "error"]].isna().all().all()
    sums(found)


def test_concurrent_handled_free_and_costs() -> None:
    a = in_series()
    b = a.with_([*QUAY_AND_SHIP, "demand.all.t_per_year=150000", "link.one.tariff_usd_per_t=2"])
    for of, difference in (("concurrent", 40_000), ("handled", 50_000), ("free", 40_000), ("cost_shipper", 300_000)):
        found = attribution(a, b, of=of)
        assert found.difference == pytest.approx(difference, abs=1)
        assert found.unit == ("USD/year" if of == "cost_shipper" else "t/year")
        sums(found)
    # 100 kt at 2 USD, and 50 kt more that pay only if the tariff is there: half of 100 kUSD for each of the two.
    assert shares(found) == {"1": 0, "2": 0, "3": pytest.approx(50_000), "4": pytest.approx(250_000)}


def test_nothing_between() -> None:
    found = attribution(series(), series())
    assert (found.difference, len(found.changes), found.runs) == (0, 0, 1)
    same = attribution(series(), series().with_(["link.one.capacity_t_per_year=300000"]))
    assert list(shares(same).values()) == [0]
    assert same.runs == 1


def test_one_change_gets_all() -> None:
    found = attribution(series(), series().with_(["link.two.capacity_t_per_year=230000"]))
    assert shares(found) == {"1": 30_000}
    assert list(found.changes["words"]) == ["link.two.capacity_t_per_year=230000"]


def test_back_again_is_the_opposite() -> None:
    """From b to a the changes are undone."""
    a = in_series()
    b = a.with_(QUAY_AND_SHIP)
    found = attribution(b, a)
    assert shares(found) == {"1": -20_000, "2": -20_000}
    assert list(found.changes["words"]) == [f"without {words}" for words in QUAY_AND_SHIP]
    sums(found)


def test_between_two_scenarios_of_one_case() -> None:
    """What both have is no step; what they set differently is one; what only one has is undone or made."""
    a = series().with_(["link.one.capacity_t_per_year=400000", "link.two.capacity_t_per_year=220000"])
    b = series().with_(["link.one.capacity_t_per_year=400000", "link.two.capacity_t_per_year=240000"])
    found = attribution(a, b)
    assert shares(found) == {"1+2": 20_000}
    assert found.changes["words"].iloc[0] == (
        "without link.two.capacity_t_per_year=220000; link.two.capacity_t_per_year=240000"
    )


def test_differences_that_no_change_made() -> None:
    """Two cases that were read: a row a step."""
    a, b = parallel(), parallel().with_(["link.north.capacity_t_per_year=150000", "link.north.time_h=5"])
    read = case_of(
        {name: [row._asdict() for row in b.rows(name)] for name in ("case", "mode", "commodity", "node")}
        | {"link": [row._asdict() | {"commodities": ""} for row in b.rows("link")]}
        | {"demand": [row._asdict() for row in b.rows("demand")]}
    )
    found = attribution(a, read)
    assert shares(found) == {"1": 50_000}
    assert found.changes["words"].iloc[0].startswith("link.north.capacity_t_per_year=150000")


def test_all_runs_hold_the_smallest_floor() -> None:
    """With 50 kt on the line half of the demand fits, so no run promises more than that half."""
    a = series()
    found = attribution(a, a.with_(["link.two.capacity_t_per_year=50000", "link.one.capacity_t_per_year=80000"]))
    assert found.floor_t == {"all": pytest.approx(50_000)}
    assert found.difference == pytest.approx(-150_000)
    sums(found)


def test_floor_in_tonnes_keeps_capability_monotone() -> None:
    """Oil could reach 400 kt and boxes 100 kt; a lower floor of boxes in one run counts in all of them."""
    a = oil_and_boxes()
    b = a.with_(["resource.box_quay.capacity=25000", "link.from_field_b.capacity_t_per_year=300000"])
    found = attribution(a, b)
    fresh = [solve(each, "capability", floor_t=found.floor_t).value for each in (a, b)]
    assert [found.start, found.end] == pytest.approx(fresh, rel=1e-9)
    assert found.floor_t["boxes"] == pytest.approx(25_000)
    assert found.floor_t["oil"] == pytest.approx(50_000)
    sums(found)


def test_demand_and_what_it_needs_stand_together_if_asked() -> None:
    """What must go needs the wider line: the demand alone has no answer, which is said; with the line it has."""
    a = choice()
    b = a.with_(["demand.stays.t_per_year=600000", "resource.line.capacity=1100000", "link.sea.tariff_usd_per_t=4"])
    with pytest.raises(InfeasibleError, match=r"^with 1 demand.stays.t_per_year=600000 and no other change there"):
        attribution(a, b)
    found = attribution(a, b, groups=[(1, 2)])
    assert list(found.changes["changes"]) == ["1+2", "3"]
    sums(found)
    stepwise = attribution(a, b, order=[2, 1, 3])
    assert stepwise.difference == pytest.approx(found.difference)
    sums(stepwise)


def test_first_and_last_without_an_answer_say_so_themselves() -> None:
    a = choice()
    with pytest.raises(InfeasibleError, match=r"^not everything that must be carried can be"):
        attribution(a, a.with_(["demand.stays.t_per_year=600000"]))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"of": "capabilty"}, "C070 --of: capabilty is no study; did you mean capability?"),
        ({"order": [3]}, "C133 --order: there is no change 3; the changes are: 1 link.two"),
        ({"groups": [(1, 7)]}, "C133 --group: there is no change 7; the changes are: 1 link.two"),
    ],
)
def test_mistakes(asked: dict[str, object], message: str) -> None:
    a = in_series()
    with pytest.raises(CaseError) as caught:
        attribution(a, a.with_(QUAY_AND_SHIP), **asked)
    assert message in str(caught.value)


def many() -> tuple[Case, Case]:
    """Six changes, some of which need each other and some of which stand for each other."""
    a = oil_and_boxes()
    changes = [
        "resource.oil_quay.capacity=600000",
        "resource.box_quay.capacity=250000",
        "link.from_field_b.capacity_t_per_year=400000",
        "demand.oil_b.t_per_year=80000",
        "gate.gate.nameplate_t_per_year=700000",
        "demand.box.t_per_year=60000",
    ]
    return a, a.with_(changes)


@pytest.mark.slow
def test_sampled_agrees_with_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = many()
    exact = attribution(a, b)
    monkeypatch.setattr(module, "EXACT", 2)
    sampled = attribution(a, b, samples=60, seed=3)
    assert (exact.method, sampled.method, sampled.samples) == ("exact", "sampled", 60)
    assert sampled.difference == pytest.approx(exact.difference, rel=1e-9)
    sums(exact)
    sums(sampled)
    for one, other in zip(rows(exact.changes), rows(sampled.changes), strict=True):
        assert abs(one.share - other.share) <= 3 * other.error + 1
        assert (one.alone, one.last) == pytest.approx((other.alone, other.last), abs=1)
    assert sampled.changes["error"].max() > 0


@pytest.mark.slow
def test_same_seed_same_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXACT", 2)
    a, b = many()
    one, again, other = (attribution(a, b, samples=10, seed=seed) for seed in (5, 5, 6))
    assert one.changes.equals(again.changes)
    assert not one.changes["share"].equals(other.changes["share"])


def test_orders_come_with_their_reverse() -> None:
    orders = orders_of(5, 7, seed=1)
    assert len(orders) == 8
    assert all(sorted(order) == list(range(5)) for order in orders)
    assert all(one == other[::-1] for one, other in zip(orders[::2], orders[1::2], strict=True))


@given(st.lists(st.integers(-50, 50), min_size=16, max_size=16))
def test_shapley_is_the_mean_over_all_orders(values: list[int]) -> None:
    """The formula with weights against the definition."""
    game = {frozenset(i for i in range(4) if mask >> i & 1): float(values[mask]) for mask in range(16)}
    assert list(shapley(range(4), game).values()) == pytest.approx(by_orders(4, game), abs=1e-9)


def by_orders(count: int, game: dict[frozenset[int], float]) -> list[float]:
    """The mean gain of each player over every order."""
    gains = [0.0] * count
    for order in permutations(range(count)):
        sets = chain(order)
        for player, before, after in zip(order, sets, sets[1:], strict=False):
            gains[player] += game[after] - game[before]
    return [gain / math.factorial(count) for gain in gains]


NUMBERS = ["resource.line.capacity", "resource.fleet.capacity", "resource.quay.capacity", "link.east_0.time_h"]
NUMBERS += ["gate.gate.nameplate_t_per_year", "demand.d0.t_per_year", "link.sea_0.capacity_t_per_year"]


@pytest.mark.slow
@settings(max_examples=6)
@given(gated_tables(fixed=False), st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=3, unique=True), st.data())
def test_random_cases_by_definition(tables: Tables, cells: list[str], data: st.DataObject) -> None:
    """Every subset made by ``with_`` and solved anew at the same floor gives the same shares by all orders."""
    a = case_of(tables)
    changes = [f"{cell}={data.draw(st.sampled_from([50, 40_000, 200_000]))}" for cell in cells]
    b = a.with_(changes)
    way = [step for step in steps(a, b) if step.cells]
    assume(len(way) > 1)
    found = attribution(a, b)

    def subset(made: Iterable[int]) -> Case:
        return a.with_([words for place in sorted(made) for words in way[place].words])

    count = len(way)
    sets = [frozenset(i for i in range(count) if mask >> i & 1) for mask in range(2**count)]
    game = {made: solve(subset(made), "capability", floor_t=found.floor_t).value or 0.0 for made in sets}
    expected = by_orders(count, game)
    got = [share for label, share in shares(found).items() if label in {step.label for step in way}]
    assert got == pytest.approx(expected, rel=1e-6, abs=1)
    sums(found)


def numbers_of(a: Case, b: Case) -> list[tuple[int, ...]]:
    return [step.numbers for step in steps(a, b)]


def test_changes_of_one_cell_stand_together() -> None:
    a = series()
    first, second = "link.two.capacity_t_per_year=210000", "link.two.capacity_t_per_year=230000"
    assert numbers_of(a, a.with_([first, "link.one.time_h=3", second])) == [(1, 3), (2,)]


def test_mixed_is_both_ends() -> None:
    """No cell gives a, every cell gives b; no difference is left."""
    a = ferry()
    b = a.with_(["resource.ferries.capacity=3", "demand.trucks_west.t_per_year=5000", "link.sea.time_h=18"])
    every = differences(a, b)
    assert len(every) == 3
    assert not differences(a, mixed(a, b, []))
    assert not differences(b, mixed(a, b, every))
    assert solve(mixed(a, b, every)).value == pytest.approx(solve(b).value)


def test_chain_goes_from_nothing_to_everything() -> None:
    assert chain([2, 0]) == [frozenset(), frozenset({2}), frozenset({0, 2})]


ROAD = [
    "add node {node_id: depot, name: Depot}",
    "add link {link_id: road, from_node_id: depot, to_node_id: d, mode_id: way}",
    "add demand {demand_id: more, commodity_id: cargo, origin_id: depot, destination_id: d, t_per_year: 20000}",
]


def test_rows_that_need_each_other_stand_together() -> None:
    """A place, a link from it and a demand there are one change, of which the demand changed later is a part."""
    a = series()
    b = a.with_([ROAD[0], "link.two.capacity_t_per_year=240000", *ROAD[1:], "demand.more.t_per_year=30000"])
    found = attribution(a, b, of="handled")
    assert list(found.changes["changes"]) == ["1+3+4+5", "2"]
    assert list(shares(found).values()) == [30_000, 0]
    back = attribution(b, a, of="handled")
    assert list(back.changes["changes"]) == ["1+3+4+5", "2"]
    assert list(shares(back).values()) == [-30_000, 0]
    sums(found)


def test_closures_and_scales_are_single_changes() -> None:
    """The second link shut for 73 days of 365 loses a fifth; the third, widened, brings nothing by itself."""
    a = series()
    b = a.with_(["close link.two from 01-01 to 03-14", "link.*.capacity_t_per_year*=1.1 where link_id = two"])
    found = attribution(a, b)
    assert numbers_of(a, b) == [(1,), (2,)]
    # 200 and 220 kt with nothing shut, 160 and 176 with: -40 or -44, and 20 or 16.
    assert shares(found) == {"1": -42_000, "2": 18_000}
    sums(found)


def test_background_that_would_not_fit_goes_with_its_capacity() -> None:
    """600 kt of others fit on a line of 900 kt and not on one of 500; 200 kt fit on both."""
    a = choice()
    wider = "resource.line.capacity=900000"
    assert numbers_of(a, a.with_([wider, "resource.line.background=600000"])) == [(1, 2)]
    assert numbers_of(a, a.with_([wider, "resource.line.background=200000"])) == [(1,), (2,)]
