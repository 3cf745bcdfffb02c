"""The cargo that comes beside other measures: difference, comparison, year by periods; one market by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

import corridor
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.result.difference import Difference
from corridor.model.result.frame import rows
from corridor.optimize.answer import choice
from corridor.reports.say.compare import comparison_sentences
from corridor.reports.say.difference import difference_sentences
from corridor.reports.say.frontier import page as frontier_page
from tests.asked import band, compare
from tests.cases import case_of, proven, tables_of_case
from tests.optimize.test_band import proofs
from tests.optimize.test_expected import corridor as one_market

DEARER = ["link.way.tariff_usd_per_t=50"]
"""Ten dollars more of 40, at 0.05 per USD: of 200 t 75.5 t come, as 1 / (1 + e^0.5) of them."""
COMES = 75.508


def measured(found: Difference) -> dict[str, tuple[float, float]]:
    return {row.measure: (float(row.base), float(row.now)) for row in rows(found.measures)}


@pytest.mark.parametrize("study", ["capability", "expected"])
def test_a_tariff_changes_the_cargo_that_comes_by_market(study: str) -> None:
    case = one_market(capacity=150.0)
    found = corridor.difference(case, case.with_(DEARER), study)
    assert measured(found)["expected"] == pytest.approx((100.0, COMES), rel=1e-4)
    (row,) = rows(found.comes)
    assert (row.market, row.base_t, row.t) == ("shippers", pytest.approx(100.0), pytest.approx(COMES, rel=1e-4))
    said = " ".join(difference_sentences(found))
    assert "Comes: 24 t less" in said
    assert "no market" not in said
    assert {row.reason for row in rows(found.changes)} == {""}


def test_a_tariff_without_an_effect_has_its_reason() -> None:
    """The market is of one price: all of it comes until its outlet pays more."""
    more = {
        "market": "market_id, kind, demands\nshippers, steps, cargo",
        "market_step": "market_step_id, market_id, netback_usd_per_t, t_per_year\nonly, shippers, 90, 100",
        "rival": [],
        "market_rival": [],
    }
    case = one_market(capacity=150.0, more=more)
    found = corridor.difference(case, case.with_(DEARER))
    assert measured(found)["expected"] == pytest.approx((100.0, 100.0))
    assert not len(found.comes)
    assert "as much cargo comes as before" in " ".join(difference_sentences(found))


def test_a_comparison_has_the_cargo_that_comes_by_market() -> None:
    case = one_market(capacity=150.0)
    found = compare({"a": case, "b": case.with_(DEARER)})
    assert found.measures_of("a")["expected"] == pytest.approx(100.0)
    assert found.measures_of("b")["expected"] == pytest.approx(COMES, rel=1e-4)
    assert found.comes.loc[("shippers", "shippers"), "b"] == pytest.approx(COMES, rel=1e-4)
    assert "comes" in comparison_sentences(found)[0]


def test_a_comparison_of_the_study_has_its_own_flows() -> None:
    case = one_market(capacity=150.0)
    found = compare({"a": case, "b": case.with_(DEARER)}, study="expected")
    assert found.markets["b"].sum() == pytest.approx(COMES, rel=1e-4)
    assert found.days["b"].tolist() == [pytest.approx(1.0)]


def test_a_year_by_periods_has_the_cargo_that_comes_in_the_year_as_one() -> None:
    case = one_market(capacity=150.0).with_(DEARER)
    answer = corridor.solve(case, periods="quarter")
    assert answer.whole_t["expected"] == pytest.approx(COMES, rel=1e-4)
    assert "expected" not in answer.measures_t


def test_a_sweep_has_the_cargo_that_comes_of_each_run() -> None:
    case = one_market(capacity=150.0)
    runs = corridor.sweep(case, {"link.way.tariff_usd_per_t": [40, 50]}).runs
    assert runs["expected_t"].tolist() == pytest.approx([100.0, COMES], rel=1e-4)
    rooms = corridor.sweep(case.with_(["link.way.tariff_usd_per_t=20"]), {"resource.line.capacity": [110, 150]}).runs
    assert rooms["expected_t"].tolist() == pytest.approx([110.0, 200 / (1 + math.exp(-1))], rel=1e-4)


def test_a_sweep_whose_base_year_does_not_fit_has_no_such_cargo() -> None:
    found = corridor.sweep(one_market(capacity=90.0), {"resource.line.capacity": [80, 90]})
    assert "expected_t" not in found.runs
    assert found.runs["capability_t"].tolist() == pytest.approx([80.0, 90.0])


def test_shares_of_the_changes_add_up_to_the_cargo_that_comes() -> None:
    """A dearer way loses 24.5 t of 100; a dearer rival by as much brings them back."""
    case = one_market(capacity=150.0)
    found = corridor.attribution(
        case, case.with_([*DEARER, "rival.sea.usd_per_t=60"], "both"), of="expected", names=["a", "b"]
    )
    assert [found.start, found.end] == pytest.approx([100.0, 100.0], rel=1e-4)
    alone = dict(zip(found.changes["words"], found.changes["alone"], strict=True))
    assert alone == pytest.approx({DEARER[0]: COMES - 100, "rival.sea.usd_per_t=60": 100 - COMES}, rel=1e-3)
    assert found.changes["share"].sum() == pytest.approx(found.difference, abs=1e-6)


def test_projects_have_the_cargo_that_each_brings() -> None:
    """Of 133 t that would come 110 find room: ten tonnes of room bring ten, eight times as much the rest of 23."""
    project = "project_id, resource_id, adds, cost_usd, at_most\nmore, line, 10, 1000, 8"
    case = one_market(capacity=110.0, more={"project": project})
    case = case.with_([f"rival.sea.usd_per_t={50 + math.log(2) / 0.05}"])
    found = corridor.projects(case, least_t=1.0)
    assert found.table["expected_t"].tolist() == pytest.approx([10.0], rel=1e-3)
    assert [found.base_t["expected"], found.together_t["expected"]] == pytest.approx([110.0, 400 / 3], rel=1e-3)
    assert found.curve["expected_t"].tolist() == pytest.approx([400 / 3], rel=1e-3)
    without = corridor.projects(one_market(capacity=110.0, more={"project": project, "market": [], **NO_RIVALS}))
    assert "expected" not in without.base_t
    assert without.table["expected_t"].isna().all()


def test_a_frontier_of_the_cargo_that_comes_is_the_curve_of_the_logit() -> None:
    """Of 200 t come 200 / (1 + e^(0.05 (usd - 40))); the pieces are within a half per cent of the range."""
    found = corridor.frontier(one_market(), "link.way.tariff_usd_per_t", 20, 80, measure="expected")
    assert found.apart_t is not None
    for at, t in zip(found.points["at"], found.points["t"], strict=True):
        assert t == pytest.approx(200 / (1 + math.exp(0.05 * (at - 40))), rel=1e-4)
    assert found.points["at"].tolist().count(40.0) == 1
    assert 0 < found.apart_t <= 0.005 * (found.points["t"].max() - found.points["t"].min())
    for usd in (27.0, 51.0, 69.0):
        assert found.at(usd) == pytest.approx(200 / (1 + math.exp(0.05 * (usd - 40))), abs=2 * found.apart_t)
    assert (found.pieces["slope"] < 0).all()


def test_a_frontier_of_the_cargo_that_comes_ends_where_room_waits_for_cargo() -> None:
    """133 t would come: below that the line is full and has a rent, above it nothing changes."""
    case = one_market(capacity=110.0).with_([f"rival.sea.usd_per_t={50 + math.log(2) / 0.05}"])
    found = corridor.frontier(case, "line", 60, 180, measure="expected")
    assert found.at(90) == pytest.approx(90.0, rel=1e-3)
    assert found.at(180) == pytest.approx(400 / 3, rel=1e-4)
    assert found.pieces["limits"].iloc[0] == ("line",)
    assert found.pieces["limits"].iloc[-1] == ()
    assert found.flat_from == pytest.approx(400 / 3, abs=2.0)
    said = " ".join(map(str, frontier_page(found)))
    assert "Comes" in said
    assert "equilibria" in said


NO_RIVALS: dict[str, Any] = {"rival": [], "market_rival": []}


@pytest.mark.parametrize(
    "ask",
    [
        lambda case: corridor.prove(case, "expected"),
        lambda case: corridor.foresight(case, "expected"),
    ],
)
def test_a_study_without_the_cargo_that_comes_gives_the_reason(ask: Callable[[Case], Any]) -> None:
    with pytest.raises(CaseError, match="C173") as refused:
        ask(one_market(capacity=150.0))
    assert "cannot take expected" in str(refused.value)


RANGED = {
    "link.way.tariff_usd_per_t": (20.0, 60.0),
    "market.shippers.theta_per_usd": (0.02, 0.1),
    "demand.cargo.t_per_year": (80.0, 120.0),
}


def drawn_market() -> Case:
    """A base year of 80 to 120 t, a tariff of 20 to 60 USD, and a sensitivity of two to five times."""
    return case_of(proven(tables_of_case(one_market(capacity=1000.0)) | {"evidence": proofs(RANGED)}))


def test_the_base_year_comes_out_in_every_draw() -> None:
    """Its numbers, tariff and sensitivity are drawn; what comes is what is asked in each."""
    found = band(drawn_market(), draws=12)
    assert found.sample["handled"].max() > found.sample["handled"].min() + 5
    assert found.sample["expected"].tolist() == pytest.approx(found.sample["handled"].tolist(), rel=1e-6)


def test_a_draw_of_a_change_takes_tariff_and_sensitivity_too() -> None:
    """Ten dollars more, with a share of 1 / (1 + e^(θ 10) Q0 / q0) in each draw; other measures are drawn as before."""
    case = drawn_market()
    changed = case.with_(["link.way.tariff_usd_per_t=50"], "dearer")
    found, before = band(changed, draws=12), band(case, draws=12)
    assert found.choosing == 1  # the tariff that was changed stays as stated
    assert found.sample["handled"].tolist() == before.sample["handled"].tolist()
    share = found.sample["expected"] / found.sample["handled"]
    assert share.max() < 1
    assert share.max() > share.min() + 0.05
    low, middle, high = found.quantile("expected")
    assert low < middle < high
    own = found.quantiles.set_index("measure")["stated"].to_dict()
    assert own["expected"] == pytest.approx(COMES, rel=1e-4)


def test_an_equilibrium_by_periods_that_does_not_settle_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    case = one_market(capacity=150.0).with_(DEARER)
    assert corridor.solve(case, "expected", periods="quarter").value == pytest.approx(COMES, rel=1e-4)
    monkeypatch.setattr(choice, "ROUNDS", 1)
    with pytest.raises(CaseError, match="has not settled over 4 periods"):
        corridor.solve(case, "expected", periods="quarter")
