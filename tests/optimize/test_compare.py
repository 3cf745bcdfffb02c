"""Cases side by side: every table against what the cases say one by one, and by hand where it can be."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from corridor.model.case import Case
from corridor.model.faults import CaseError, InfeasibleError
from corridor.model.result.comparison import Comparison
from corridor.optimize.answer.lifting import ladder
from corridor.optimize.answer.measures import smallest
from corridor.optimize.answer.year import Year
from tests.asked import carbon, compare, solve
from tests.cases import boxes, case_of, choice, ferry, idle, oil_and_boxes, series


def value(frame: pd.DataFrame, name: str, **key: str) -> float:
    """The one cell of a table with these in its index."""
    rows = frame
    for level, wanted in key.items():
        rows = rows[rows.index.get_level_values(level) == wanted]
    assert len(rows) == 1
    return float(rows[name].iloc[0])


def two() -> tuple[Comparison, Case, Case]:
    a = oil_and_boxes()
    b = a.with_(["resource.box_quay.capacity=150000", "link.oil_berth.tariff_usd_per_t=6"])
    return compare({"a": a, "b": b}), a, b


def test_measures_are_those_of_each() -> None:
    """Where both floors are the base year, each stands as by itself."""
    found, *cases = two()
    for name, case in zip(("a", "b"), cases, strict=True):
        answer = solve(case)
        for measure, t in answer.measures_t.items():
            assert value(found.measures, name, measure=measure) == pytest.approx(t)
        assert value(found.measures, name, measure="growth") == pytest.approx(answer.growth)
        assert value(found.measures, name, measure="capability_own") == pytest.approx(answer.value)
    assert found.floor_t == {"oil": pytest.approx(100_000), "boxes": pytest.approx(50_000)}
    assert found.reasons == {}


def test_limits_come_and_go() -> None:
    """300 kt in b: the second link is no limit any more, the third one is."""
    a = series()
    found = compare({"a": a, "b": a.with_(["link.two.capacity_t_per_year=300000"])})
    limits = found.limits.droplevel(["name", "kind", "unit"])
    assert limits["a"].notna().to_dict() == {"two": True, "three": False}
    assert limits["b"].notna().to_dict() == {"two": False, "three": True}
    assert limits.at["three", "b"] == pytest.approx(2_500)  # 1 % of 250 kt
    assert found.first == {"a": "b–c (way)", "b": "c–d (way)"}


def test_ladders_side_by_side() -> None:
    found, *cases = two()
    for name, case in zip(("a", "b"), cases, strict=True):
        alone = ladder(Year(case, "capability")).groupby("rung")
        assert found.ladder[name].dropna().to_dict() == pytest.approx(alone["t"].first().to_dict())
        assert {k: v for k, v in found.rungs[name].items() if v} == alone["name"].agg(" + ".join).to_dict()


def test_flows_that_differ_most_come_first() -> None:
    """Boxes grow by 50 kt on both of their links; no other flow moves."""
    found, *_ = two()
    assert set(found.flows.index.get_level_values("link")) == {"from_plant", "box_berth"}
    assert (found.flows["b"] - found.flows["a"]).tolist() == pytest.approx([50_000, 50_000])
    spread = (found.flows["b"] - found.flows["a"]).abs()
    assert list(spread) == sorted(spread, reverse=True)


def test_cost_by_hand() -> None:
    """100 kt over three links at 1, 2 and 3 USD, freight shared between the ends; in b the second costs 4."""
    a = case_of(
        {
            "node": "node_id, country\n a, CN\n b, KZ\n c, AZ\n d, GE",
            "mode": "mode_id, g_co2e_per_tkm\n way, 20",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, tariff_usd_per_t, length_km, time_h
                one, a, b, 100000, 1, 1000, 24
                two, b, c, unlimited, 2, 400, 36
                three, c, d, unlimited, 3, 500, 12""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, d, 100000",
        }
    )
    found = compare({"a": a, "b": a.with_(["link.two.tariff_usd_per_t=4", "link.three.time_h=60"])}, "cost_shipper")
    for name, freight, days in (("a", 600_000, 3.0), ("b", 800_000, 5.0)):
        assert value(found.totals, name, quantity="cost_shipper", unit="USD/year") == pytest.approx(freight)
        assert value(found.totals, name, quantity="cost_shipper", unit="USD per gate t") == pytest.approx(freight / 1e5)
        assert value(found.totals, name, quantity="co2e", unit="t/year") == pytest.approx(100_000 * 1900 * 20 / 1e6)
        assert value(found.totals, name, quantity="co2e", unit="kg per t") == pytest.approx(38)
        assert value(found.totals, name, quantity="days", unit="d") == pytest.approx(days)
        assert found.days[name].tolist() == pytest.approx([days])
    income = {c: value(found.countries, "b", country=c, quantity="freight") for c in ("CN", "KZ", "AZ", "GE")}
    assert income == pytest.approx({"CN": 50_000, "KZ": 250_000, "AZ": 350_000, "GE": 150_000})
    through = [value(found.countries, "a", country=c, quantity="through") for c in income]
    assert through == pytest.approx([100_000] * 4)


@pytest.mark.parametrize("made", [boxes, ferry, choice], ids=lambda made: str(made.__name__))
def test_countries_and_days_add_up(made: object) -> None:
    """Freight and carbon by country are those of all flows; days are the mean over all markets."""
    a = made()  # type: ignore[operator]
    found = compare({"a": a, "same": a})
    answer = solve(a)
    assert found.flows.empty
    emitted = carbon(a, answer)
    for quantity, whole in (("freight", emitted.freight_usd), ("co2e", emitted.t_co2e)):
        part = found.countries[found.countries.index.get_level_values("quantity") == quantity]
        assert math.fsum(part["a"]) == pytest.approx(whole)
    t = found.markets["a"].to_numpy()
    days = value(found.totals, "a", quantity="days")
    assert (found.days["a"].to_numpy() * t).sum() / t.sum() == pytest.approx(days)
    assert math.fsum(t) == pytest.approx(value(found.totals, "a", quantity="delivered"))


def test_one_floor_for_all() -> None:
    """In b a quarter of the boxes fit, so no run protects more: oil in a may push boxes down to that."""
    a = oil_and_boxes()
    b = a.with_(["resource.box_quay.capacity=12500"])
    found = compare({"a": a, "b": b})
    assert found.floor_t == {"oil": pytest.approx(25_000), "boxes": pytest.approx(12_500)}
    at_floor = solve(a, floor_t=found.floor_t)
    assert value(found.measures, "a", measure="capability") == pytest.approx(at_floor.value)
    assert value(found.measures, "a", measure="capability_own") == pytest.approx(solve(a).value)
    alone = compare({"a": a, "b": b}, own_floor=True)
    assert alone.floor_t == {}
    for name, case in (("a", a), ("b", b)):
        assert value(alone.measures, name, measure="capability") == pytest.approx(solve(case).value)
    lower = compare({"a": a, "b": b}, floor_t={"oil": 10_000})
    assert lower.floor_t == {"oil": 10_000, "boxes": 0}


def test_capability_never_falls_as_a_capacity_rises() -> None:
    """At one floor; each at its own it may, which is why there is one."""
    a = oil_and_boxes().with_(["resource.box_quay.capacity=10000", "gate.gate.nameplate_t_per_year=150000"])
    b = a.with_(["resource.box_quay.capacity=100000"])
    found = compare({"a": a, "b": b})
    assert value(found.measures, "b", measure="capability") >= value(found.measures, "a", measure="capability") - 1e-6


def test_smallest_floor() -> None:
    assert smallest([{"oil": 5.0, "boxes": 2.0}, {"oil": 4.0, "grain": 7.0}]) == {"oil": 4, "boxes": 0, "grain": 0}
    assert smallest([]) == {}


def test_other_segments_still_compare() -> None:
    """A market that only one of them has is nothing in the other, and held by no floor."""
    found = compare({"oil": oil_and_boxes(), "boxes": boxes()})
    assert value(found.markets, "boxes", segment="oil") == 0
    assert value(found.markets, "oil", segment="oil") > 0
    assert found.floor_t["oil"] == 0
    assert found.measures.notna().all().all()


def test_one_without_an_answer_leaves_the_others() -> None:
    a = choice()
    found = compare({"a": a, "full": a.with_(["demand.stays.t_per_year=600000"]), "b": a})
    assert set(found.reasons) == {"full"}
    assert found.reasons["full"].startswith("not everything that must be carried can be:\n  demand ")
    for name, frame in found.tables.items():
        assert frame["full"].isna().all(), name
    assert found.measures["a"].equals(found.measures["b"])
    body = found.to_dict()
    assert [each["status"] for each in body["scenarios"]] == ["optimal", "infeasible", "optimal"]
    assert body["status"] == "optimal"


def test_cost_study_without_an_answer_is_said() -> None:
    """Half of what must be carried at cost fits: the measures would have an answer, the flows asked for have none."""
    a = series()
    found = compare({"a": a, "b": a.with_(["link.two.capacity_t_per_year=50000"])}, "cost_resource")
    assert "not everything that must be carried can be" in found.reasons["b"]


def test_none_with_an_answer() -> None:
    full = choice().with_(["demand.stays.t_per_year=600000"])
    with pytest.raises(InfeasibleError, match=r"^one: not everything"):
        compare({"one": full, "two": full})


def test_limitless_says_which() -> None:
    a = series()
    open_ = a.with_([f"link.{each}.capacity_t_per_year=unlimited" for each in ("one", "two", "three")])
    with pytest.raises(CaseError) as caught:
        compare({"a": a, "open": open_})
    assert "open, resource.csv: nothing limits all" in str(caught.value)


def test_nothing_asked_for() -> None:
    found = compare({"a": idle(), "b": idle()})
    assert value(found.measures, "a", measure="capability") == 0
    assert found.ladder.empty
    assert found.to_dict()["limits"] == []
    assert "<table" in found._repr_html_()


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    compare({"a": series(), "b": series()}, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
