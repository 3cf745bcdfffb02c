"""A planner's own rules: repeated, priced, named by the ladder, and in place in a sweep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from corridor.model.case import Case
from corridor.model.faults import InfeasibleError
from corridor.model.horizon import Horizon
from corridor.model.result.answer import Answer
from corridor.optimize.answer.lifting import ladder
from corridor.optimize.answer.year import Year
from corridor.optimize.period.planner.check import spread
from corridor.optimize.period.planner.read import load_rules, planners_rules
from corridor.optimize.period.planner.words import Corridor
from corridor.optimize.studies.markets import markets
from tests.asked import setting, solve
from tests.cases import case_of, choice, ferry, oil_and_boxes

QUARTERS = Horizon.of("quarter")
HORIZONS = pytest.mark.parametrize("horizon", [None, QUARTERS, Horizon.of("month")], ids=["year", "quarter", "month"])


def oil_quota(amount: float, per: str = "year", block: str = "year") -> Callable[[Any, Corridor], None]:
    """No more oil over the berth than a quota."""

    def quota(model: Any, corridor: Corridor) -> None:
        given = corridor.given("oil", amount, per=per)
        model.component(block).quota = pyo.Constraint(expr=corridor.tonnes("oil_berth", commodity="oil") <= given)

    return quota


def answer_with(case: Case, rule: Any, study: str = "capability", horizon: Horizon | None = None) -> Answer:
    answer = solve(case, study, horizon, rules=planners_rules(rule))
    assert answer.certificate.passed, answer.certificate
    return answer


@HORIZONS
@pytest.mark.parametrize("block", ["period", "month", "year"])
def test_quota_holds_and_has_a_price(block: str, horizon: Horizon | None) -> None:
    """Of 250 kt of oil (field b has 100 kt, two fifths) a quota leaves 200; boxes pass 100 beside it."""
    assert answer_with(oil_and_boxes(), [], horizon=horizon).value == pytest.approx(350e3)
    answer = answer_with(oil_and_boxes(), oil_quota(200_000, block=block), horizon=horizon)
    assert answer.value == pytest.approx(300e3)
    row = answer.limits.set_index("resource").loc["quota"]
    assert (row["name"], row["kind"], row["unit"]) == ("the planner's rule quota", "rule", "t")
    assert (row["used"], row["available"]) == pytest.approx((200e3, 200e3))
    assert row["price_unit"] == "gate t/year per 1,000 t"
    assert row["price"] == pytest.approx(1000)


def test_every_time_of_a_row_stands_in_the_table_of_rules() -> None:
    answer = answer_with(oil_and_boxes(), oil_quota(200_000, block="period"), horizon=QUARTERS)
    table = answer.tables["rules"]
    assert list(table["row"]) == ["quota"] * 4
    assert list(table["time"]) == [0, 1, 2, 3]
    assert set(table["relation"]) == {"<="}
    np.testing.assert_allclose(table["right"], 200e3 * QUARTERS.share)
    np.testing.assert_allclose(table["left"], table["right"])
    np.testing.assert_allclose(table["price"], 1.0, rtol=1e-6)


def test_numbers_are_per_period_and_givens_are_spread() -> None:
    """A number in a period rule is per period: 40 kt four times. A given of 160 kt a year is spread."""

    def number(model: Any, corridor: Corridor) -> None:
        model.period.quota = pyo.Constraint(expr=corridor.tonnes("oil_berth") <= 40_000)

    by_number = answer_with(oil_and_boxes(), number, horizon=QUARTERS)
    assert by_number.value == pytest.approx(260e3)
    spread_out = answer_with(oil_and_boxes(), oil_quota(160_000, block="period"), horizon=QUARTERS)
    assert spread_out.value == pytest.approx(260e3)
    each = answer_with(oil_and_boxes(), oil_quota(40_000, per="period", block="period"), horizon=QUARTERS)
    assert each.value == pytest.approx(260e3)


@pytest.mark.parametrize(
    ("per", "block", "periods", "expected"),
    [
        ("year", "year", "month", [1200]),
        ("year", "period", "4", [300] * 4),
        ("year", "month", "day", [100] * 12),
        ("month", "month", "week", [1200] * 12),
        ("month", "month", "quarter", [3600] * 4),
        ("month", "period", "quarter", [3600] * 4),
        ("month", "period", "month", [1200] * 12),
        ("month", "year", "day", [14400]),
        ("month", "period", "year", [14400]),
        ("period", "period", "4", [1200] * 4),
    ],
)
def test_spread(per: str, block: str, periods: str, expected: Any) -> None:
    np.testing.assert_allclose(spread(Horizon.of(periods), 1200, per, block), expected)


def test_what_is_per_month_adds_up_to_a_year() -> None:
    for periods in ("year", "quarter", "month", "week", "day", "5"):
        assert spread(Horizon.of(periods), 10, "month", "period").sum() == pytest.approx(120)


def two_ways() -> Case:
    """Two ways of 100 kt a year, of which one is closed in the first half of the year."""
    return case_of(
        {
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                one, a, b, 100000
                two, a, b, 100000""",
            "closure": "closure_id, table, row, from_day, to_day\n ice, link, one, 01-01, 06-30",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 10000",
        }
    )


@pytest.mark.parametrize(("block", "expected"), [("year", 100e3 + 100e3 * 184 / 365), ("period", 200e3 * 184 / 365)])
def test_every_period_asks_more_than_the_year(block: str, expected: float) -> None:
    """One way has at least a third: over the year, or in every quarter, so that nothing goes while it is closed."""

    def least_share(model: Any, corridor: Corridor) -> None:
        one, two = corridor.tonnes("one"), corridor.tonnes("two")
        model.component(block).least_share = pyo.Constraint(expr=one >= (one + two) / 3)

    assert answer_with(two_ways(), least_share, "concurrent", QUARTERS).value == pytest.approx(expected)


@HORIZONS
def test_cargo_counts_when_it_passes(horizon: Horizon | None) -> None:
    """A steady year ships as much by months as in one piece, whatever the way takes."""

    def quota(model: Any, corridor: Corridor) -> None:
        eastwards = corridor.tonnes("sea", direction="back", commodity=["by_wagon", "by_truck"])
        model.year.quota = pyo.Constraint(expr=eastwards <= corridor.given("east", 30_000))

    answer = answer_with(ferry(), quota, "concurrent", horizon)
    assert answer.growth == pytest.approx(0.75)
    assert answer.limits["resource"].tolist() == ["quota"]
    assert answer.limits["price"].iloc[0] == pytest.approx(80_000 / 40, rel=1e-4)  # 40 kt eastwards of 80 both ways


def test_moves_and_units() -> None:
    def rules(model: Any, corridor: Corridor) -> None:
        model.year.sailings = pyo.Constraint(expr=corridor.moves("sea", carrier="ferry") <= 50)
        model.year.full_wagons = pyo.Constraint(expr=corridor.units("sea", unit="wagon", state="loaded") <= 600)

    table = answer_with(ferry(), rules).tables["rules"].set_index("row")
    assert table["unit"].to_dict() == {"sailings": "moves", "full_wagons": "units"}
    assert (table["left"] <= table["right"] * (1 + 1e-9)).all()
    assert table.loc["full_wagons", "left"] == pytest.approx(600)


def test_a_price_of_a_cost_study() -> None:
    """20 kt have to go by land, which costs 6 USD a tonne more than by sea."""

    def by_land(model: Any, corridor: Corridor) -> None:
        model.year.by_land = pyo.Constraint(expr=corridor.tonnes("land") >= corridor.given("least", 20_000))

    plain, bound = solve(choice(), "cost_shipper"), answer_with(choice(), by_land, "cost_shipper")
    assert plain.value is not None
    assert bound.value == pytest.approx(plain.value + 6 * 20_000)
    row = bound.limits.iloc[0]
    assert (row["resource"], row["price_unit"]) == ("by_land", "USD/year saved per 1,000 t")
    assert row["price"] == pytest.approx(6000)


def test_rows_with_keys_and_variables_of_the_planner() -> None:
    """Oil has 200 kt and what is bought on top, of which there are 10 kt."""

    def quota(model: Any, corridor: Corridor) -> None:
        model.year.bought = pyo.Var(within=pyo.NonNegativeReals)
        model.year.most_bought = pyo.Constraint(expr=model.year.bought <= 10_000)
        model.year.quota = pyo.Constraint(
            ["oil", "box"],
            rule=lambda block, what: (
                corridor.sent(commodity=what)
                <= (200_000 + block.bought if what == "oil" else corridor.given("boxes", 90_000))
            ),
        )

    answer = answer_with(oil_and_boxes(), quota)
    assert answer.value == pytest.approx(300e3)
    assert set(answer.limits["resource"]) == {"quota(oil)", "quota(box)", "most_bought"}


@HORIZONS
def test_a_given_changed_in_place_is_built_anew(horizon: Horizon | None) -> None:
    case = oil_and_boxes()
    standing = Year(case, "capability", horizon, rules=planners_rules(oil_quota(200_000, block="period")))
    assert standing.program.amount(("planned", "oil")) == pytest.approx(200e3)
    for amount in (120_000, 180_000, 240_000):
        anew = Year(case, "capability", horizon, rules=planners_rules(oil_quota(amount, block="period")))
        here = standing.capability(1.0, {("planned", "oil"): amount})
        assert here.value == pytest.approx(anew.capability(1.0).value, rel=1e-6)
        np.testing.assert_allclose(standing.program.given({("planned", "oil"): amount}), anew.program.values)


def on_a_share(model: Any, corridor: Corridor) -> None:
    """Oil has two fifths of what its quay offers, and 10 kt."""
    most = 0.4 * corridor.available("oil_quay") + corridor.given("extra", 10_000)
    model.period.quota = pyo.Constraint(expr=corridor.tonnes("oil_berth") <= most)


MORE = "resource.oil_quay.capacity=300000"
OTHERS = ["resource.oil_quay.capacity=150000", "demand.oil_a.t_per_year=30000", "demand.box.t_per_year=60000"]


@pytest.mark.parametrize(
    ("horizon", "changes"),
    [(None, [MORE]), (None, OTHERS), (QUARTERS, [MORE]), (Horizon.of("month"), [MORE])],
    ids=["year", "year, coefficients", "quarter", "month"],
)
def test_renumbered_in_place_is_built_anew(changes: list[str], horizon: Horizon | None) -> None:
    """The rule stays: its given as it was, what a resource offers as the other case has it."""
    case, rules = oil_and_boxes(), planners_rules(on_a_share)
    other = case.with_(changes)
    standing, anew = (Year(each, "capability", horizon, rules=rules) for each in (case, other))
    assert standing.capability(0.5).value == pytest.approx(160 + 10 + 100)
    standing.renumber(other, givens_only=changes == [MORE])
    assert standing.capability(0.5).value == pytest.approx(anew.capability(0.5).value, rel=1e-6)
    assert standing.concurrent().value == pytest.approx(anew.concurrent().value, rel=1e-6)
    standing.renumber(case, givens_only=changes == [MORE])
    assert standing.capability(0.5).value == pytest.approx(270)


def test_the_ladder_stops_at_a_rule_and_names_it() -> None:
    """Boxes grow to 100 kt (twice), oil to 220 kt by the quota (2.2 times) and no further."""
    year = Year(oil_and_boxes(), "capability", rules=planners_rules(oil_quota(220_000)))
    rungs = ladder(year)
    assert rungs["resource"].tolist() == ["box_quay", "quota"]
    end = rungs.iloc[-1]
    assert (end["name"], end["kind"], end["unit"]) == ("the planner's rule quota", "rule", "t")
    assert (end["available"], end["growth"], end["gain"]) == pytest.approx((220e3, 2.2, 0))


def test_a_rule_may_be_what_comes_first() -> None:
    answer = answer_with(oil_and_boxes(), oil_quota(150_000))
    assert answer.first is not None
    assert (answer.first.resources, answer.first.names) == (("quota",), ("the planner's rule quota",))
    assert answer.first.growth == pytest.approx(1.5)


def test_rules_of_a_file_come_in_order(tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    file.write_text(
        "import pyomo.environ as pyo\n"
        "from math import sqrt\n"
        "_MOST = 200_000\n\n\n"
        "def second(model, corridor):\n"
        "    model.year.second = pyo.Constraint(expr=_oil(corridor) <= _MOST)\n\n\n"
        "def first(model, corridor):\n"
        "    model.period.first = pyo.Constraint(expr=_oil(corridor) <= corridor.given('oil', 2 * _MOST))\n\n\n"
        "def _oil(corridor):\n"
        "    return corridor.tonnes('oil_berth')\n",
        encoding="utf-8",
    )
    rules = load_rules(file)
    assert [rule.name for rule in rules] == ["second", "first"]
    answer = answer_with(oil_and_boxes(), [file])
    assert answer.value == pytest.approx(300e3)
    assert list(answer.tables["rules"]["rule"]) == ["second", "first"]


def test_a_market_stopped_by_a_rule_says_so() -> None:
    frame = markets(setting(oil_and_boxes(), rules=planners_rules(oil_quota(220_000)))).frame
    stops = frame.set_index("segment")["stops"]
    assert stops["oil"] == "the planner's rule quota"
    assert stops["boxes"] == "box_quay"


def test_what_rules_make_impossible_is_said_of_them() -> None:
    """The stays of 40 kt never cross; a rule lets 10 kt of them go."""

    def ban(model: Any, corridor: Corridor) -> None:
        model.year.ban = pyo.Constraint(expr=corridor.sent(demand="stays") <= 10_000)

    with pytest.raises(InfeasibleError, match="without the planner's rules \\(ban\\) all of it can be carried"):
        answer_with(choice(), ban)


def test_without_rules_nothing_changes() -> None:
    answer = answer_with(oil_and_boxes(), [])
    assert "rules" not in answer.tables
