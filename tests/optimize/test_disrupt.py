"""A closure of some days: queue, loss, lateness and recovery against figures derived by hand."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.disruptions import disrupt, month_days, outages
from corridor.model.case import Case
from corridor.model.disruption import Disruption
from corridor.model.faults import CaseError
from corridor.model.horizon import Horizon
from tests.cases import case_of

CLOSED = ("03-02", "03-31")
"""Thirty days."""


def two_links(wait_d: object = 60, late_d: object = 10, more: str = "", *, demand: str = "", **tables: str) -> Case:
    """1 kt a day from a to c by b; the first link takes 2 kt a day, the second any."""
    return case_of(
        {
            "link": f"""
                link_id, from_node_id, to_node_id, capacity_t_per_year
                one, a, b, 730000
                two, b, c, unlimited
                {more}""",
            "demand": demand
            or f"demand_id, origin_id, destination_id, t_per_year, wait_d, late_d\n all, a, c, 365000, {wait_d}, {late_d}",
            **tables,
        }
    )


def said(found: Disruption) -> tuple[float, float, float, float, float | None]:
    """Lost, elsewhere, late and queued tonnes, days of recovery."""
    assert found.certificate.passed, found.certificate
    numbers = (found.lost_t, found.elsewhere_t, found.late_t, found.queue_t)
    return (*(round(each, 3) for each in numbers), None if found.recovery_d is None else round(found.recovery_d, 6))  # type: ignore[return-value]


@pytest.mark.parametrize("link", ["one", "two"])
def test_cargo_that_can_wait_queues_and_goes(link: str) -> None:
    """30 kt wait after 30 days and go at 2 - 1 = 1 kt a day, in 30 days. On day t after, the cargo that leaves has waited
    30 - t days; more than 10 until day 20, when 40 kt have left late."""
    found = disrupt(two_links(60), link, *CLOSED)
    assert said(found) == (0, 0, 40_000, 30_000, 30)
    assert found.queue_label == "24–31 Mar"


@pytest.mark.parametrize("link", ["one", "two"])
def test_cargo_that_cannot_is_lost(link: str) -> None:
    """After 10 days each day's cargo loses patience: 20 kt lost, the 10 kt of the last ten days wait and go in 10 days.

    None of what leaves has waited more than 10 days.
    """
    found = disrupt(two_links(10), link, *CLOSED)
    assert said(found) == (20_000, 0, 0, 10_000, 10)
    assert found.periods["lost_t"].to_numpy() @ found.periods["closed"].to_numpy(float) == pytest.approx(20_000)


def test_half_a_capacity_is_no_outage_here_and_a_quarter_is() -> None:
    """Half of 2 kt a day is all that comes; a quarter leaves 0.5 kt a day waiting, 15 kt after 30 days, gone in 15."""
    case = two_links(60)
    assert said(disrupt(case, "one", *CLOSED, left=0.5)) == (0, 0, 0, 0, 0)
    lost, elsewhere, _, queue, recovery = said(disrupt(case, "one", *CLOSED, left=0.25))
    assert (lost, elsewhere, queue, recovery) == (0, 0, 15_000, 15)


def test_another_way_in_time_takes_all() -> None:
    """A road of 1 kt a day carries the day's cargo meanwhile; without a queue nothing is late."""
    case = two_links(60, more="road, a, c, 365000")
    assert said(disrupt(case, "link.one", *CLOSED)) == (0, 0, 0, 0, 0)


def test_over_new_year() -> None:
    """The same thirty days over new year: the year repeats itself, and so the queue goes in January."""
    assert said(disrupt(two_links(60), "one", "12-17", "01-15")) == (0, 0, 40_000, 30_000, 30)


def test_what_has_a_price_elsewhere_goes_when_waiting_costs_more() -> None:
    """A day costs 2 USD a tonne, 1.05 times as much at the origin, and another way 21 USD, as much as ten days' waiting.

    Nothing goes there usually. In thirty closed days what would wait more than ten days goes elsewhere. The cargo of
    day s waits on to the end, 30 - s days, and then for its turn: with a queue of q kt left it takes q/2 days to
    clear, and so 30 - s + (30 - s)/2 - ... the last days' cargo stays, and none of it waits over ten days.
    """
    case = two_links(
        commodity="commodity_id, time_usd_per_t_day\n cargo, 2",
        demand="""
            demand_id, origin_id, destination_id, t_per_year, outside_usd_per_t
            all, a, c, 365000, 21""",
    )
    found = disrupt(case, "one", *CLOSED)
    assert (found.lost_t, found.late_t) == (0, 0)
    assert found.elsewhere_t > 19_000
    assert found.elsewhere_t + found.queue_t == pytest.approx(30_000, abs=1)
    assert found.queue_t <= 10_000 + 1e-6


def test_a_store_behind_the_closed_link_feeds_and_one_before_it_does_not_lose() -> None:
    """A silo of 20 kt before the closed link holds what the origin may not: 20 kt lie there and 10 kt wait, none is lost."""
    case = two_links(10, store="store_id, node_id, capacity_t, kind\n silo, b, 20000, line")
    lost, _, _, queue, recovery = said(disrupt(case, "two", *CLOSED))
    assert (lost, queue) == (0, 30_000)
    assert recovery == pytest.approx(0, abs=30)


def test_nothing_is_prepared_for_a_surprise_and_works_are() -> None:
    """A silo behind the closed link is filled for works that are known, so that no store or queue is needed; a surprise
    finds it empty."""
    silo = "store_id, node_id, capacity_t, kind\n silo, b, 20000, line"
    surprise = disrupt(two_links(10, store=silo), "one", *CLOSED)
    assert surprise.lost_t == pytest.approx(20_000)


def test_every_outage_once_and_the_worst_first() -> None:
    """Out of order: a link that nothing uses costs nothing, and takes no solve."""
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


def test_a_queue_that_never_goes_says_so() -> None:
    """A line that takes just what comes never catches up: what waits is sent in the next year's closed days' place.

    With a wait without end nothing may be lost, and the year takes 335 of 365 kt: the other 30 kt are lost.
    """
    case = case_of(
        {
            "link": "link_id, from_node_id, to_node_id, capacity_t_per_year\n one, a, b, 365000",
            "demand": "demand_id, origin_id, destination_id, t_per_year, wait_d\n all, a, b, 365000, 30",
        }
    )
    found = disrupt(case, "one", *CLOSED)
    assert found.lost_t == pytest.approx(30_000)


def test_the_year_is_cut_where_a_closure_begins_and_ends() -> None:
    days = np.arange(365)
    horizon = Horizon.around(2025, ((days >= 10) & (days < 14))[None, :])
    assert {10.0, 14.0} <= set(horizon.days)
    assert horizon.days[0] == 0
    assert horizon.days[-1] == 365
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
