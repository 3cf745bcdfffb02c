"""A closure of some days: queue, loss, lateness and recovery against figures derived by hand."""

from __future__ import annotations

import numpy as np
import pytest

import corridor
from corridor import disrupt, outages
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.horizon import Horizon
from corridor.model.result.disruption import Disruption
from corridor.optimize.studies.disrupt import disruption, month_days
from corridor.optimize.studies.side_by_side import recovery
from tests.cases import case_of

CLOSED = ("03-02", "03-31")
"""Thirty days."""


def two_links(wait_d: object = 60, late_d: object = 10, more: str = "", *, demand: str = "", **tables: str) -> Case:
    """1 kt a day from a to c by b; the first link takes 2 kt a day, the second any."""
    usual = "demand_id, origin_id, destination_id, t_per_year, wait_d, late_d"
    return case_of(
        {
            "link": f"""
                link_id, from_node_id, to_node_id, capacity_t_per_year
                one, a, b, 730000
                two, b, c, unlimited
                {more}""",
            "demand": demand or f"{usual}\n all, a, c, 365000, {wait_d}, {late_d}",
            **tables,
        }
    )


def told(found: Disruption) -> tuple[float, ...]:
    """Lost, elsewhere, late and queued tonnes, days of recovery."""
    assert found.certificate.passed, found.certificate
    assert found.recovery_d is not None
    numbers = (found.lost_t, found.elsewhere_t, found.late_t, found.queue_t, found.recovery_d)
    return tuple(round(each, 3) + 0.0 for each in numbers)


@pytest.mark.parametrize("link", ["one", "two"])
def test_cargo_that_can_wait_queues_and_goes(link: str) -> None:
    """30 kt wait after 30 days and go at 2 - 1 = 1 kt a day, in 30 days.

    On day t after the end the cargo that leaves has waited 30 - t days: more than 10 until day 20, when 40 kt have
    left late.
    """
    found = disrupt(two_links(60), link, *CLOSED)
    assert told(found) == (0, 0, 40_000, 30_000, 30)
    assert found.queue_label == "24–31 Mar"


@pytest.mark.parametrize("link", ["one", "two"])
def test_cargo_that_cannot_is_lost(link: str) -> None:
    """After 10 days each day's cargo loses patience: 20 kt lost. Of the last ten days 10 kt wait and go in 10 days.

    None of what leaves has waited more than 10 days.
    """
    found = disrupt(two_links(10), link, *CLOSED)
    assert told(found) == (20_000, 0, 0, 10_000, 10)
    assert found.periods.loc[found.periods["closed"], "lost_t"].sum() == pytest.approx(20_000)


def test_a_share_that_is_left() -> None:
    """Half of 2 kt a day is all that comes; a quarter leaves 0.5 kt a day waiting: 15 kt after 30 days, gone in 15.

    The cargo that leaves on day t of the closure was offered on day t / 2: late from day 20, when t / 2 are 10 days,
    to the end, 0.5 kt a day, 5 kt. On day t after it the wait is 15 - t: late until day 5, 2 kt a day, 10 kt.
    """
    case = two_links(60)
    assert told(disrupt(case, "one", *CLOSED, left=0.5)) == (0, 0, 0, 0, 0)
    lost, elsewhere, late, queue, gone = told(disrupt(case, "one", *CLOSED, left=0.25))
    assert (lost, elsewhere, queue, gone) == (0, 0, 15_000, 15)
    assert late == pytest.approx(15_000, rel=0.02)


def test_another_link_beside_it_takes_all() -> None:
    """A road of 1 kt a day carries the day's cargo meanwhile."""
    case = two_links(60, more="road, a, c, 365000")
    assert told(disrupt(case, "link.one", *CLOSED)) == (0, 0, 0, 0, 0)


def test_over_new_year() -> None:
    """Thirty days over new year: the year repeats itself, and so the queue goes in January and February."""
    assert told(disrupt(two_links(60), "one", "12-17", "01-15")) == (0, 0, 40_000, 30_000, 30)


def test_cargo_goes_another_way_where_waiting_costs_more() -> None:
    """A day at the origin costs 2 x 1.05 USD a tonne, another way 22 USD: as much as 10.5 days.

    Waiting counts at the ends of periods. A tonne joins the queue for the 8 days of the last closed period. It stays 2
    days more where the queue is gone on day 5, and 5 more where on day 10: the first pays, the second does not. So 5 kt
    wait, which go in 5 days.
    """
    case = two_links(
        commodity="commodity_id, time_usd_per_t_day\n cargo, 2",
        demand="demand_id, origin_id, destination_id, t_per_year, outside_usd_per_t\n all, a, c, 365000, 22",
    )
    found = disrupt(case, "one", *CLOSED)
    assert (found.lost_t, found.late_t) == (0, 0)
    assert found.queue_t == pytest.approx(5_000)
    assert found.elsewhere_t == pytest.approx(25_000)
    assert found.recovery_d == pytest.approx(5)


def test_of_equal_cargo_the_first_by_name_goes_first() -> None:
    """Two halves of 1 kt a day that are alike wait 15 kt each: the first by name is late with these, in any order.

    Its ten days of patience are kept from then on, and the second bears what is left.
    """
    head = "demand_id, origin_id, destination_id, t_per_year, wait_d, late_d, segment_id\n"
    late = []
    for names in (("alpha", "beta"), ("beta", "alpha")):
        lines = [f"{name}, a, c, 182500, 60, 10, {name}" for name in names]
        segments = "segment_id, name\nalpha, Alpha\nbeta, Beta"
        found = disrupt(two_links(demand=head + "\n".join(lines), segment=segments), "one", *CLOSED)
        late.append(dict(zip(found.markets["segment"], found.markets["late_t"], strict=True)))
        assert found.late_t == pytest.approx(35_000, rel=1e-6)
    assert late[0] == pytest.approx({"alpha": 15_000, "beta": 20_000}, rel=1e-6)
    assert late[1] == pytest.approx(late[0])


def test_a_store_before_the_closed_link_holds_what_the_origin_may_not() -> None:
    """A silo of 20 kt before it is full after 20 days and 10 kt wait: none is lost.

    The second link takes the silo's 20 kt at once, and the first the other 10 at 1 kt a day more than comes.
    """
    case = two_links(10, store="store_id, node_id, capacity_t, kind\n silo, b, 20000, line")
    lost, _, _, queue, gone = told(disrupt(case, "two", *CLOSED))
    assert (lost, queue, gone) == (0, 30_000, 10)


def test_a_store_behind_the_closed_link_is_no_help() -> None:
    case = two_links(10, store="store_id, node_id, capacity_t, kind\n silo, b, 20000, line")
    assert disrupt(case, "one", *CLOSED).lost_t == pytest.approx(20_000)


@pytest.mark.parametrize(("known", "lost_t"), [(0, 20_000), (1, 20_000)])
def test_what_is_known_is_prepared_for(known: int, lost_t: float) -> None:
    """Works that are known find the stores as full as is best, a surprise as they usually are.

    Here neither helps: what is offered while the first link is closed cannot pass it before.
    """
    closure = "closure_id, table, row, from_day, to_day, known\n works, link, one, {}, {}, {}"
    case = two_links(10, closure=closure.format(*CLOSED, known))
    assert disruption(case, two_links(10)).lost_t == pytest.approx(lost_t)


def test_a_line_without_room_loses_what_it_missed() -> None:
    """A line that takes just what comes never catches up: of 365 kt it carries 335."""
    case = case_of(
        {
            "link": "link_id, from_node_id, to_node_id, capacity_t_per_year\n one, a, b, 365000",
            "demand": "demand_id, origin_id, destination_id, t_per_year, wait_d\n all, a, b, 365000, 30",
        }
    )
    assert disrupt(case, "one", *CLOSED).lost_t == pytest.approx(30_000)


def test_a_queue_that_never_goes_has_no_recovery() -> None:
    year = Horizon.of("month")
    closed = np.arange(365) < 31
    assert recovery(year, np.full(12, 5e3), closed) is None
    assert recovery(year, np.zeros(12), closed) == 0


def test_every_outage_once_and_the_worst_first() -> None:
    """A link that nothing uses costs nothing, and takes no solve."""
    found = outages(two_links(10, more="idle, b, a, 100000"), from_day=CLOSED[0], to_day=CLOSED[1])
    assert list(found.table["row"]) == ["one", "two", "idle"]
    assert found.table["lost_t"].tolist() == pytest.approx([20_000, 20_000, 0])
    assert found.table["idle"].tolist() == [False, False, True]
    assert (found.solved, found.passed) == (2, True)


def test_an_outage_alone_is_its_row_among_all() -> None:
    case = two_links(10)
    alone = disrupt(case, "two", "03-01", "03-31")
    row = outages(case).table.set_index("row").loc["two"]
    assert (row["lost_t"], row["queue_t"], row["recovery_d"]) == (alone.lost_t, alone.queue_t, alone.recovery_d)


@pytest.mark.parametrize(("wait_d", "lost_t"), [(60, 0), (10, 20_000)])
def test_one_answer_however_it_is_asked(wait_d: int, lost_t: float) -> None:
    """By the study, by a change, by a row of the table, by periods and beside the case without it.

    What is handled is the base year less what is lost, and no market is scaled to nothing.
    """
    case = two_links(wait_d)
    asked = disrupt(case, "two", *CLOSED)
    changed = case.with_([f"close link.two from {CLOSED[0]} to {CLOSED[1]}"])
    closure = f"closure_id, table, row, from_day, to_day, kind\n works, link, two, {CLOSED[0]}, {CLOSED[1]}, works"
    written = two_links(wait_d, closure=closure)
    answers = [
        corridor.solve(changed, "handled"),
        corridor.solve(written, "handled"),
        corridor.solve(changed, "handled", periods="month"),
        corridor.solve(written, "handled", periods="quarter"),
        corridor.solve(changed, "cost_shipper"),
    ]
    for each in answers:
        assert each.closures is not None
        assert told(each.closures) == told(asked)
        assert each.delivered["unmet_t"].sum() == pytest.approx(lost_t, abs=1e-3)
        assert each.delivered["t"].sum() == pytest.approx(365_000 - lost_t)
    beside = corridor.compare(case, changed, names=["case", "closed"]).measures.xs("handled", level="measure")
    assert beside["closed"].iloc[0] == pytest.approx(365_000 - lost_t)


@pytest.mark.parametrize("link", ["one", "two"])
def test_what_fits_in_a_closed_year(link: str) -> None:
    """At most 2 kt a day on 335 days, 670 kt, of either link; the same asked by months and together."""
    case = two_links(10).with_([f"close link.{link} from {CLOSED[0]} to {CLOSED[1]}"])
    answer = corridor.solve(case)
    assert answer.value == pytest.approx(670_000)
    assert answer.measures_t["concurrent"] == pytest.approx(670_000)
    assert answer.growth == pytest.approx(670 / 345)
    assert corridor.solve(case, periods="month").value == pytest.approx(670_000)


def test_the_year_is_cut_where_a_closure_begins_and_ends() -> None:
    days = np.arange(365)
    horizon = Horizon.around(2025, ((days >= 10) & (days < 14))[None, :])
    assert {10.0, 14.0} <= set(horizon.days)
    assert (horizon.days[0], horizon.days[-1]) == (0, 365)
    assert horizon.labels[:3] == ("1–10 Jan", "11–14 Jan", "15–16 Jan")


@pytest.mark.parametrize(("name", "code"), [("won", "C022"), ("demand.all", "C021"), ("link.won", "C022")])
def test_names_that_are_none(name: str, code: str) -> None:
    with pytest.raises(CaseError) as caught:
        disrupt(two_links(), name, *CLOSED)
    assert [each.code for each in caught.value.faults] == [code]


def test_months() -> None:
    case = two_links()
    assert month_days(case, "February") == ("02-01", "02-28")
    assert month_days(case, 12) == ("12-01", "12-31")
    with pytest.raises(CaseError):
        month_days(case, "Marz")


@pytest.mark.slow
def test_one_answer_for_the_bundled_railway() -> None:
    """The last railway before the ports shut in March: lost, queue and recovery are the same four ways."""
    words = "close link.beineu_mangystau from 03-01 to 03-31"
    case = corridor.load()
    usual, asked = corridor.solve(case, "handled"), disrupt(case, "beineu_mangystau", "03-01", "03-31")
    closed = corridor.load(changes=[words])
    assert usual.value is not None
    answer = corridor.solve(closed, "handled")
    assert answer.value == pytest.approx(usual.value - asked.gate_lost_t, rel=1e-6)
    assert answer.closures is not None
    assert told(answer.closures) == told(asked)
