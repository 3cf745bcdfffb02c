"""The cargo that comes: equilibria solved by hand, by another solver, and what may never happen."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from scipy.optimize import minimize

from corridor import solve as asked
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.result.answer import Answer
from corridor.optimize.answer.choice import base_of, equilibrium, other_equilibrium
from corridor.optimize.answer.expected import expected
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve
from corridor.optimize.period.layout import CHOICE
from corridor.optimize.program.highs import BASIC
from corridor.reports.say.expected import page
from tests.cases import case_of

THETA = 0.05


def corridor(
    potential: float = 200.0,
    base: float = 100.0,
    *,
    capacity: float | str = "",
    usd: float = 40.0,
    theta: float = THETA,
    more: Mapping[str, Any] | None = None,
) -> Case:
    """One link of 40 USD a tonne and a day; a market with one rival."""
    tables: dict[str, Any] = {
        "link": f"""
            link_id, from_node_id, to_node_id, directed, tariff_usd_per_t, time_h
            way,     a,            b,          1,        {usd},            24
            """,
        "resource": f"""
            resource_id, capacity
            line,        {capacity or 1e9}
            """,
        "use": """
            use_id, resource_id, link_id, activity, amount
            line,   line,        way,     tonne,    1
            """,
        "demand": f"""
            demand_id, origin_id, destination_id, t_per_year
            cargo,     a,         b,              {base}
            """,
        "market": f"""
            market_id, kind,  demands, potential_t_per_year, theta_per_usd, value_of_time_usd_per_t_day
            shippers,  logit, cargo,   {potential},          {theta},       2
            """,
        "rival": """
            rival_id, usd_per_t, days
            sea,      50,        20
            """,
        "market_rival": """
            market_rival_id, market_id, rival_id
            by_sea,          shippers,  sea
            """,
    }
    return case_of(tables | dict(more or {}))


def comes(case: Case) -> Answer:
    answer = expected(Setting(case))
    assert answer.certificate.passed, answer.certificate
    return answer


def total(case: Case) -> float:
    value = comes(case).value
    assert value is not None
    return value


def tonnes(answer: Answer) -> dict[str, float]:
    frame = answer.tables["markets"]
    return dict(zip(frame["demand"], frame["t"], strict=True))


@pytest.mark.parametrize("capacity", ["", 100.0], ids=["slack", "full"])
def test_the_base_year_comes_out_at_its_own_prices(capacity: float | str) -> None:
    answer = comes(corridor(capacity=capacity))
    assert answer.value == pytest.approx(100.0, rel=1e-6)


def test_cargo_by_another_way_belongs_to_the_base_year() -> None:
    """60 t of 100 pass the gate, 40 go round it: the market has come with all of them."""
    more = {
        "gate": "gate_id, nameplate_t_per_year\nport, 1000",
        "link": """
            link_id, from_node_id, to_node_id, directed, tariff_usd_per_t, time_h, gate
            way,     a,            b,          1,        40,               24,     1
            round,   a,            b,          1,        42,               24,     0
            """,
        "demand": """
            demand_id, origin_id, destination_id, gate, t_per_year, elsewhere_t_per_year
            cargo,     a,         b,              may,  60,         40
            """,
    }
    case = corridor(capacity=60.0, more=more)
    assert tonnes(comes(case))["cargo"] == pytest.approx(100.0, rel=1e-6)


def test_a_market_without_room_for_choice_is_refused() -> None:
    case = corridor().with_(["demand.cargo.t_per_year=200"])
    with pytest.raises(CaseError, match="C203"):
        expected(Setting(replace(case, changes=(), origin=None)))


def test_a_dearer_way_loses_by_its_logit() -> None:
    """Half of 200 t at equal cost; ln 2/theta dearer leaves odds of 1 to 2: a third."""
    case = corridor().with_([f"link.way.tariff_usd_per_t={40 + math.log(2) / THETA}"])
    assert total(case) == pytest.approx(200 / 3, rel=1e-4)


def test_a_dearer_rival_gives_two_to_one() -> None:
    case = corridor().with_([f"rival.sea.usd_per_t={50 + math.log(2) / THETA}"])
    assert total(case) == pytest.approx(400 / 3, rel=1e-4)


def test_three_equal_ways_share_by_thirds_and_a_dearer_one_by_its_logit() -> None:
    """300 t over three ways: 100 at equal cost; at half the odds of each rival 1/2 of 5/2: a fifth."""
    rivals = {
        "rival": "rival_id, usd_per_t, days\nsea, 50, 20\nrail, 50, 20",
        "market_rival": "market_rival_id, market_id, rival_id\nby_sea, shippers, sea\nby_rail, shippers, rail",
    }
    case = corridor(300.0, more=rivals)
    assert total(case) == pytest.approx(300 / 3, rel=1e-6)
    dearer = case.with_([f"link.way.tariff_usd_per_t={40 + math.log(2) / THETA}"])
    assert total(dearer) == pytest.approx(300 / 5, rel=1e-4)


def test_a_day_is_worth_its_value_of_time() -> None:
    """Five days at 2 USD a tonne are ten dollars."""
    slower = total(corridor().with_(["link.way.time_h=144"]))
    dearer = total(corridor().with_(["link.way.tariff_usd_per_t=50"]))
    assert slower == pytest.approx(dearer, rel=1e-6)


def test_room_for_a_quarter_has_a_rent_of_ln_3_over_theta() -> None:
    """Demand 100 over two equal routes, one with room for 25: 75 take the rival."""
    case = corridor(100.0, 50.0).with_(["resource.line.capacity=25"])
    answer = comes(case)
    market = answer.tables["markets"].iloc[0]
    assert answer.value == pytest.approx(25.0)
    assert market["rent_usd"] == pytest.approx(math.log(3) / THETA, abs=0.011)
    assert market["holds"] == "line"
    assert market["turned_away_t"] == pytest.approx(25.0, rel=1e-3)
    assert answer.tables["rivals"]["t"].tolist() == [pytest.approx(75.0)]
    assert answer.limits.set_index("resource")["price"]["line"] == pytest.approx(math.log(3) / THETA * 0.25, abs=0.01)


def test_without_its_only_rival_all_of_the_market_comes() -> None:
    case = corridor().with_(["rival.sea.usd_per_t=1e7"])
    assert total(case) == pytest.approx(200.0, rel=1e-4)


def test_steps_take_the_best_outlets_first() -> None:
    """Netbacks 60, 50 and 40 with room 5, 3 and the rest, supply 10: 530.

    The corridor is the outlet of netback 60 with room for 5; the others are what its shippers would get elsewhere.
    """
    more = {
        "market": "market_id, kind, demands\nshippers, steps, cargo",
        "market_step": """
            market_step_id, market_id, netback_usd_per_t, t_per_year
            low,            shippers,  20,                7
            middle,         shippers,  10,                3
            """,
        "rival": [],
        "market_rival": [],
    }
    case = corridor(base=5.0, usd=0.0, capacity=5.0, more=more).with_(["commodity.cargo.time_usd_per_t_day=0"])
    answer = comes(case)
    assert answer.value == pytest.approx(5.0)
    assert answer.value is not None
    left = 10 - answer.value
    assert 60 * answer.value + 50 * min(3, left) + 40 * (left - 3) == pytest.approx(530)


def test_without_sensitivity_to_rivals_the_flows_are_those_of_the_cheapest_cost() -> None:
    """At a great theta the market stays at its base year, on the ways of the least cost to shippers."""
    links = """
        link_id, from_node_id, to_node_id, directed, tariff_usd_per_t, time_h, capacity_t_per_year
        way,     a,            b,          1,        40,               24,     60
        other,   a,            b,          1,        45,               24,
        """
    case = corridor(theta=10.0, more={"link": links})
    answer, cheapest = comes(case), solve(Setting(case), "cost_shipper")
    left = answer.flow.set_index("link")["t"].to_dict()
    assert left == pytest.approx(cheapest.flow.set_index("link")["t"].to_dict())
    assert left == pytest.approx({"way": 60.0, "other": 40.0})


TWO = {
    "link": """
        link_id, from_node_id, to_node_id, directed, tariff_usd_per_t, time_h
        first,   a,            m,          1,        30,               24
        second,  c,            m,          1,        30,               24
        last,    m,            b,          1,        20,               24
        """,
    "use": "use_id, resource_id, link_id, activity, amount\nline, line, last, tonne, 1",
    "demand": """
        demand_id, origin_id, destination_id, t_per_year
        one,       a,         b,              100
        two,       c,         b,              100
        """,
    "market": """
        market_id, kind,  demands, potential_t_per_year, theta_per_usd
        one,       logit, one,     300,                  0.05
        two,       logit, two,     300,                  0.05
        """,
    "market_rival": "market_rival_id, market_id, rival_id\none, one, sea\ntwo, two, sea",
}


def test_a_cheaper_way_displaces_others_where_a_resource_is_full() -> None:
    case = corridor(capacity=200.0, more=TWO)
    before, after = tonnes(comes(case)), tonnes(comes(case.with_(["link.first.tariff_usd_per_t=20"])))
    assert after["one"] > before["one"] + 1
    assert after["two"] < before["two"] - 1
    assert sum(after.values()) == pytest.approx(200.0)


@pytest.mark.parametrize("seed", range(6))
def test_a_cut_of_its_own_tariff_never_lowers_a_market(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = corridor(capacity=float(rng.uniform(200, 320)), more=TWO)
    cut = case.with_([f"link.first.tariff_usd_per_t={rng.uniform(5, 29):.3f}"])
    base = tonnes(comes(case))
    assert tonnes(comes(cut))["one"] >= base["one"] * (1 - 1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_an_outage_of_its_own_rival_never_lowers_a_market(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rivals = {
        "rival": "rival_id, usd_per_t, days\nsea, 50, 20\nrail, 55, 12",
        "market_rival": "market_rival_id, market_id, rival_id\none, one, sea\ntwo, two, rail",
    }
    case = corridor(capacity=float(rng.uniform(200, 320)), more=TWO | rivals)
    base = tonnes(comes(case))
    shut = tonnes(comes(case.with_([f"rival.sea.usd_per_t={rng.uniform(51, 90):.3f}"])))
    assert shut["one"] >= base["one"] * (1 - 1e-5)
    assert shut["two"] <= base["two"] * (1 + 1e-5)


def random_network(seed: int) -> tuple[Case, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Three markets over a line of three links with random capacities; costs, potentials, bases, capacities."""
    rng = np.random.default_rng(seed)
    base, potential = rng.uniform(50, 150, 3), rng.uniform(200, 500, 3)
    tariffs = rng.uniform(10, 40, 3)
    carried = np.array([base[0] + base[1], base[0] + base[1] + base[2], base[0] + base[2]])
    capacity = carried * rng.uniform(1.0, 1.6, 3)
    links = [
        {"link_id": f"l{i}", "from_node_id": f"n{i}", "to_node_id": f"n{i + 1}", "directed": 1}
        | {"tariff_usd_per_t": float(tariffs[i]), "time_h": 0, "capacity_t_per_year": float(capacity[i])}
        for i in range(3)
    ]
    ends = [("n0", "n3"), ("n0", "n2"), ("n1", "n3")]
    demands = [
        {"demand_id": f"d{i}", "origin_id": ends[i][0], "destination_id": ends[i][1], "t_per_year": float(base[i])}
        for i in range(3)
    ]
    markets = [
        {"market_id": f"m{i}", "kind": "logit", "demands": f"d{i}"}
        | {"potential_t_per_year": float(potential[i]), "theta_per_usd": 0.02 + 0.02 * i}
        for i in range(3)
    ]
    rivals = [{"market_rival_id": f"r{i}", "market_id": f"m{i}", "rival_id": "sea"} for i in range(3)]
    case = case_of(
        {
            "link": links,
            "demand": demands,
            "market": markets,
            "market_rival": rivals,
            "rival": "rival_id, usd_per_t, days\nsea, 50, 20",
        }
    )
    return case, tariffs, potential, base, capacity


USES = np.array([[1, 1, 0], [1, 1, 1], [1, 0, 1]], dtype=float)
"""Links by markets of :func:`random_network`."""


@pytest.mark.parametrize("seed", range(20))
def test_flows_and_rents_are_those_of_a_convex_solver(seed: int) -> None:
    """The entropy objective of Fisk, minimised by another method; a cheaper first link is the what-if."""
    case, tariffs, potential, base, capacity = random_network(seed)
    theta = np.array([0.02, 0.04, 0.06])
    start = base_of(Setting(case).open(CHOICE))
    cost = np.array([start.cost[f"d{i}"] for i in range(3)])
    tariffs = tariffs - np.array([min(8.0, tariffs[0]), 0, 0])
    now = USES.T @ tariffs
    odds = np.log(base / (potential - base))

    def objective(q: np.ndarray) -> float:
        entropy = q * np.log(q) + (potential - q) * np.log(potential - q)
        return float(np.sum((now - cost) * q - (odds * q - entropy) / theta))

    def slope(q: np.ndarray) -> np.ndarray:
        gradient: np.ndarray = now - cost - (odds - np.log(q / (potential - q))) / theta
        return gradient

    best = cast("Any", minimize)(
        objective,
        base * 0.9,
        jac=slope,
        bounds=[(1e-3, most - 1e-3) for most in potential],
        constraints=[{"type": "ineq", "fun": lambda q: capacity - USES @ q, "jac": lambda q: -USES}],
        method="SLSQP",
        options={"ftol": 1e-13, "maxiter": 500},
    )
    answer = expected(Setting(case.with_([f"link.l0.tariff_usd_per_t={float(tariffs[0])!r}"])))
    assert answer.certificate.passed
    ours = np.array([tonnes(answer)[f"d{i}"] for i in range(3)])
    assert ours == pytest.approx(best.x, rel=1e-4)
    rents = np.zeros(3)
    listed = answer.limits.set_index("resource")
    for link in range(3):
        name = f"l{link}"
        if name in listed.index:
            rents[link] = listed["price"][name] / listed["step"][name]
    assert USES.T @ rents == pytest.approx(-slope(best.x), abs=0.01)


def served(departures: float, theta: float = 0.5) -> Case:
    """A weekly service in a market that answers sharply to its waits."""
    links = f"""
        link_id, from_node_id, to_node_id, directed, tariff_usd_per_t, time_h, departures_per_week
        way,     a,            b,          1,        40,               24,     {departures}
        """
    return corridor(400.0, 100.0, theta=theta, more={"link": links})


def test_more_cargo_makes_more_departures_and_less_waiting() -> None:
    """The wait is half the headway, 84 / f hours, and f follows the flow."""
    case = served(2.0, theta=0.05)
    answer = comes(case.with_(["link.way.tariff_usd_per_t=30"]))
    wait = float(answer.tables["waits"]["hours"].iloc[0])
    assert answer.value is not None
    f = 2.0 * answer.value / 100.0
    assert wait == pytest.approx(84 / f - 42, abs=0.02)
    gained = 10 - 2 * wait / 24
    odds = math.log(100 / 300) + 0.05 * gained
    assert answer.value == pytest.approx(400 / (1 + math.exp(-odds)), rel=1e-3)


def test_a_service_may_have_two_fixed_points() -> None:
    """With theta 0.5 and 2 USD a day the base year is one; with less waiting much more comes, and that stays."""
    case = served(1.0)
    setting = Setting(case)
    year = setting.open(CHOICE)
    base = base_of(year)
    first = equilibrium(year, base)
    assert first.settled
    assert first.comes["cargo"] == pytest.approx(0.1)
    other = other_equilibrium(year, base, first)
    assert other is not None
    assert other.settled
    q = other.comes["cargo"] * 1000
    wait = 84 / (q / 100) - 84
    odds = math.log(100 / 300) - 0.5 * 2 * wait / 24
    assert q == pytest.approx(400 / (1 + math.exp(-odds)), rel=1e-3)
    assert abs(q - 100) > 50
    answer = asked(case, "expected")
    assert [answer.value, answer.other_t] == pytest.approx([100.0, q], rel=1e-6)
    assert answer.tables["waits"]["other_h"].tolist() == pytest.approx([wait], rel=1e-3)
    assert any("Another one holds" in str(block) for block in page(answer))


def test_a_service_that_returns_to_its_state_has_no_other() -> None:
    answer = asked(served(2.0, theta=0.05), "expected")
    assert answer.other_t is None
    assert any("no other was found" in str(block) for block in page(answer))


def test_a_tampered_answer_is_refused() -> None:
    case = corridor(100.0, 50.0).with_(["resource.line.capacity=25"])
    setting = Setting(case)
    state = equilibrium(setting.open(CHOICE), base_of(Setting(corridor(100.0, 50.0)).open(CHOICE)))
    assert state.residual <= 0.01
    assert replace(state, price={"cargo": state.price["cargo"] + 1}).residual > 0.5
    assert replace(state, comes={"cargo": state.comes["cargo"] * 1.1}).residual > 0.5
    two = replace(
        state,
        markets=dict.fromkeys(("cargo", "other"), state.markets["cargo"]),
        comes=dict.fromkeys(("cargo", "other"), state.comes["cargo"]),
        price={"cargo": state.price["cargo"], "other": math.nan},
    )
    assert math.isnan(two.residual)
    assert not replace(expected(setting).certificate, choice=two.residual).passed


def test_months_and_the_year_agree_where_nothing_varies() -> None:
    from corridor.model.horizon import Horizon

    case = corridor(100.0, 50.0).with_(["resource.line.capacity=25"])
    by_month = expected(Setting(case, horizon=Horizon.of("month", 2025)))
    assert by_month.certificate.passed
    assert by_month.value == pytest.approx(total(case), rel=1e-6)


def test_a_month_of_storms_holds_cargo_that_cannot_wait() -> None:
    """A twelfth of 240 t fits a month, half of it in January: 120 t of the 133 t that would come in a steady year.

    The rival is ln 2/theta dearer, so a place is worth (ln 2 - ln 3/2)/theta = ln(4/3)/theta.
    """

    months = "jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec"
    more = {
        "demand": "demand_id, origin_id, destination_id, t_per_year, wait_d\ncargo, a, b, 100, 0",
        "calendar": f"""
            calendar_id, table,    row,  column,   kind,    shape, {months}
            storms,      resource, line, capacity, weather, 0,     0.5{", 1" * 11}
            """,
    }
    case = corridor(capacity=240.0, more=more).with_([f"rival.sea.usd_per_t={50 + math.log(2) / THETA}"])
    assert total(case) == pytest.approx(400 / 3, rel=1e-4)
    answer = asked(case, "expected", periods="month")
    assert answer.value == pytest.approx(120.0, rel=1e-6)
    market = answer.tables["markets"].iloc[0]
    assert market["rent_usd"] == pytest.approx(math.log(4 / 3) / THETA, abs=0.01)
    assert market["holds"] == "line"
    assert answer.certificate.choice is not None
    assert answer.certificate.choice <= 0.001


def test_the_next_round_goes_on_from_the_vertex_of_the_last() -> None:
    """Of a vertex laid out in other steps each row has one basic column or slack, and as much cargo comes."""
    case = corridor(capacity=250.0).with_([f"rival.sea.usd_per_t={50 + math.log(2) / THETA}"])
    setting = Setting(case)
    base = base_of(Setting(corridor(capacity=250.0)).open(CHOICE))
    assert base.vertex is not None
    year = setting.open(CHOICE)
    kt, _ = equilibrium(year, base).markets["cargo"].steps(0.1, 0.01)
    widths = {"cargo": np.concatenate([kt, np.zeros(36 - len(kt))])}
    laid = base.vertex.laid_out(year.program, widths, {"cargo": 0.2})
    basic = [state == BASIC for state in (*laid.col_status, *laid.row_status)]
    assert sum(basic) == len(year.program.rows)
    first = year.program.columns.first["taken", ("cargo", 0)]
    full = sum(basic[first : first + 36])
    assert widths["cargo"][:full].sum() == pytest.approx(0.1)


def test_a_shut_way_settles_where_a_price_of_thousands_leaves_nothing() -> None:
    """A captive tonne more than the room: its rent is that of staying, and the market that shares it sends nothing."""
    tables: dict[str, Any] = {
        "demand": """
            demand_id, origin_id, destination_id, t_per_year, unmet_usd_per_t
            cargo,     a,         b,              100,
            captive,   a,         b,              900,        4100
            """,
    }
    base = corridor(more=tables, capacity=2000, theta=0.005)
    now = base.with_(["resource.line.capacity=850"], "less")
    answer = comes(now)
    assert tonnes(answer) == pytest.approx({"cargo": 0, "captive": 850}, abs=1e-3)


def test_cargo_new_since_the_base_year_comes_below_the_price_of_its_other_outlet() -> None:
    """The way costs 42 USD: an outlet worth 50 sends all of 30 t, one worth 41 nothing."""
    for worth, sent in ((50, 30.0), (41, 0.0)):
        now = corridor(
            more={
                "market": """
            market_id, kind,  demands, potential_t_per_year, theta_per_usd, value_of_time_usd_per_t_day
            shippers,  logit, cargo,   200,                  0.05,          2
            outlets,   steps, fresh,   ,                     ,              2
            """,
                "market_step": f"""
            market_step_id, market_id, netback_usd_per_t
            other,          outlets,   {worth}
            """,
                "demand": """
            demand_id, origin_id, destination_id, t_per_year
            cargo,     a,         b,              100
            fresh,     a,         b,              30
            """,
            }
        )
        base = base_of(Setting(corridor()).open(CHOICE))
        answer = expected(Setting(now), base=base)
        assert answer.certificate.passed
        assert tonnes(answer) == pytest.approx({"cargo": 100.0, "fresh": sent}, abs=1e-3)
        frame = answer.tables["markets"].set_index("demand")
        assert frame["base_t"].to_dict() == {"cargo": 100.0, "fresh": 0.0}
