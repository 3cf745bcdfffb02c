"""The reason why as much comes in a scenario: each code on two links, one of them empty, and a full line."""

from __future__ import annotations

import pytest

from corridor.model.case import Case
from corridor.optimize.answer.setting import Setting
from corridor.optimize.studies.library import CLOSED
from corridor.optimize.studies.stays import Today, stays, today
from corridor.reports.say.library import REASONS
from tests.cases import case_of


@pytest.fixture(scope="module")
def case() -> Case:
    """100 of 400 t go by a way of 30 USD that is full; 50 t come at any price by a line; a third link is empty."""
    return case_of(
        {
            "link": """
                link_id, from_node_id, to_node_id, directed, tariff_usd_per_t, time_h
                way,     a, b, 1, 30, 10
                line,    b, c, 1, 5,  10
                dear,    a, b, 1, 90, 90
                """,
            "resource": "resource_id, capacity\nberth, 100\nyard, 500",
            "use": """
                use_id, resource_id, link_id, activity, amount
                berth,  berth,       way,     tonne,    1
                yard,   yard,        line,    tonne,    1
                """,
            "demand": """
                demand_id, origin_id, destination_id, t_per_year
                cargo,     a, b, 100
                captive,   b, c, 50
                """,
            "market": """
                market_id, kind, demands, potential_t_per_year, theta_per_usd
                shippers, logit, cargo, 400, 0.05
                """,
            "rival": "rival_id, usd_per_t, days\nsea, 50, 20",
            "market_rival": "market_rival_id, market_id, rival_id, share\nby_sea, shippers, sea, 1",
        }
    )


@pytest.fixture(scope="module")
def now(case: Case) -> Today:
    return today(Setting(case))


def test_the_cargo_of_a_case_fills_and_takes(now: Today) -> None:
    assert now.full == {"berth"}
    assert dict(now.kinds) == {"way": {"logit"}, "line": {"fixed"}}


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ("resource.yard.capacity=600", "room", "resource.capacity"),
        ("resource.berth.capacity=200", "elsewhere", "resource.capacity"),
        ("link.dear.tariff_usd_per_t=80", "unused", "link.tariff_usd_per_t"),
        ("link.line.tariff_usd_per_t=1", "captive", "link.tariff_usd_per_t"),
        ("link.way.tariff_usd_per_t=29.999999", "small", "link.tariff_usd_per_t"),
        ("demand.captive.t_per_year=60", "asked", "demand.t_per_year"),
        ("add link {link_id: third, from_node_id: a, to_node_id: b, mode_id: MODE}", "ways", "link.link_id"),
        ("link.way.operator=Somebody", "nothing", ""),
    ],
)
def test_each_reason(case: Case, now: Today, change: str, code: str, column: str) -> None:
    change = change.replace("MODE", str(case.row("link", "way").mode_id))
    assert stays(case.with_([change]), now) == (code, (column,) if column else ())
    assert REASONS[code]


def test_a_closed_year_has_no_reason_of_its_own() -> None:
    assert CLOSED not in REASONS
