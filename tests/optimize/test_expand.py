"""Expansion by hand, against enumeration, and the ledger of capacities."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corridor.model.case import Case
from corridor.model.faults import CaseError, InfeasibleError
from corridor.model.result.expansion import Expansion
from corridor.model.result.frame import rows
from corridor.optimize.answer.expected import calibrated
from corridor.optimize.answer.setting import Setting
from corridor.optimize.proof.ledger import breaches
from corridor.optimize.studies.expand import expand
from corridor.optimize.studies.expand_plan import Search, frame_of
from corridor.optimize.studies.expand_terms import terms_of
from corridor.optimize.studies.expand_worth import Worth
from tests.cases import case_of, proven

TENTH = 1 / 0.9 - 1
"""The rate at which the factors of three years are 1, 0.9 and 0.81."""
TWO = """
    project_id, resource_id, adds, cost_usd, payer
    a,          line,        6000,    50e6,  AA
    b,          line,       12000,    90e6,  BB
    """
NEEDS = ("104000@2026", "106000@2027", "112000@2028")
"""Needs of 4, 6 and 12 kt beyond the 100 kt of the line."""


def corridor(*, proof: str = "", **more: Any) -> Case:
    """A line of 100 kt, all of it used in 2025; shippers who would pay 90 USD a tonne for 200 kt more at 40.

    With ``proof``, rows of evidence, all numbers have evidence, and these ranges.
    """
    tables: dict[str, Any] = {
        "case": "case_id, base_year, carbon_usd_per_t\ntest, 2025, 0",
        "node": "node_id, country\na, AA\nb, BB",
        "link": "link_id, from_node_id, to_node_id, directed, length_km, tariff_usd_per_t\nway, a, b, 1, 400, 40",
        "resource": "resource_id, capacity\nline, 100000",
        "use": "use_id, resource_id, link_id, activity, amount\nline, line, way, tonne, 1",
        "demand": "demand_id, origin_id, destination_id, t_per_year\ncargo, a, b, 100000",
        "market": "market_id, kind, demands, growth_low, growth, growth_high\nshippers, steps, cargo, 0, 0, 0",
        "market_step": "market_step_id, market_id, netback_usd_per_t, t_per_year\nall, shippers, 90, 300000",
        "project": TWO,
    }
    tables |= more
    if not proof:
        return case_of(tables)
    head = "evidence_id, table, row, column, low, high, confidence, basis, note\n"
    return case_of(proven({**tables, "evidence": head + proof}))


def asked(case: Case, **question: Any) -> Expansion:
    return expand(Setting(case), **{"gap": 1e-7, "discount": TENTH, **question})


def placed(result: Expansion) -> list[tuple[str, int, float]]:
    return [(row.project, row.year, row.times) for row in rows(result.orders)]


def test_one_large_project_at_once_beats_a_small_one_first() -> None:
    """B at once costs 90; A, then B in the third year, where B is not to be had before, 50 + 0.81 * 90 = 122.9."""
    question: dict[str, Any] = {"first": 2026, "last": 2028, "goal": "target", "target": NEEDS, "paths": "middle"}
    result = asked(corridor(), **question)
    assert placed(result) == [("b", 2026, 1)]
    assert result.value == pytest.approx(90)
    assert result.bound == pytest.approx(90)
    later = "project_id, resource_id, adds, cost_usd, payer, first_year\na, line, 6000, 50e6, AA,\n"
    second = asked(corridor(project=later + "b, line, 12000, 90e6, BB, 2028"), **question)
    assert placed(second) == [("a", 2026, 1), ("b", 2028, 1)]
    assert second.value == pytest.approx(122.9)
    assert second.bound == pytest.approx(122.9)


def test_the_cost_is_paid_in_the_years_of_its_outlays() -> None:
    """Two years of construction, a fifth and four fifths: 100 * (0.2 + 0.9 * 0.8) = 92; evenly 50 + 0.9 * 50 = 95."""
    project = "project_id, resource_id, adds, cost_usd, build_years, payer\n a, line, 6000, 100e6, 2, AA"
    question: dict[str, Any] = {"first": 2026, "last": 2028, "goal": "target", "target": ["106000@2028"]}
    even = asked(corridor(project=project), paths="middle", **question)
    assert even.value == pytest.approx(95)
    outlay = "outlay_id, project_id, nth_year, share\n order, a, 1, 0.2\n rest, a, 2, 0.8"
    own = asked(corridor(project=project, outlay=outlay), paths="middle", **question)
    assert own.value == pytest.approx(92)
    assert {row.year: row.usd for row in rows(own.payments)} == pytest.approx({2026: 20e6, 2027: 80e6})
    with pytest.raises(InfeasibleError, match="budget"):
        asked(corridor(project=project, outlay=outlay), paths="middle", budget=["AA@2027=79e6"], **question)
    with pytest.raises(CaseError) as error:
        corridor(project=project, outlay=outlay.replace("rest, a, 2, 0.8", "rest, a, 3, 0.7"))
    assert [fault.code for fault in error.value.faults] == ["C315", "C316"]


@pytest.mark.parametrize("by_table", [True, False])
def test_a_grant_for_half_of_it_from_the_third_year_turns_the_order(by_table: bool) -> None:
    """A, then B in the third year: 50 + 0.81 * 45 = 86.45."""
    grants = "funding_id, project_id, payer, kind, share, from_year\neu, b, EU, grant, 0.5, 2028"
    case = corridor(funding=grants) if by_table else corridor()
    words = [] if by_table else ["b=0.5@2028"]
    result = asked(case, first=2026, last=2028, goal="target", target=NEEDS, grant=words, paths="middle")
    assert placed(result) == [("a", 2026, 1), ("b", 2028, 1)]
    assert result.value == pytest.approx(86.45)
    paid = {(row.project, row.kind): row.usd for row in rows(result.payments)}
    assert paid == {("a", "own"): 50e6, ("b", "own"): pytest.approx(45e6), ("b", "grant"): pytest.approx(45e6)}


def test_equal_years_bring_as_often_what_one_brings() -> None:
    """Without growth and discount n years are n times one year: 12 kt at 90 - 0 USD, as nothing is spent on the way."""
    gained = {}
    for years in (1, 2, 5):
        cheap = TWO.replace("50e6", "1").replace("90e6", "1")
        result = asked(corridor(project=cheap), first=2026, last=2025 + years, discount=0, paths="middle")
        assert set(result.orders["year"]) == {2026}
        gained[years] = result.value
    assert gained[1] == pytest.approx(18_000 * 90 / 1e6, rel=1e-4)
    for years, value in gained.items():
        assert value == pytest.approx(years * gained[1], rel=1e-4)


def test_the_ledger_closes_and_a_false_entry_is_seen() -> None:
    """A ordered in 2026 opens two years later and retires after three."""
    project = "project_id, resource_id, adds, cost_usd, build_years, life_years\n a, line, 6000, 1e5, 2, 3"
    case = corridor(project=project)
    result = asked(case, first=2026, last=2032, paths="low,middle")
    its = result.ledger[result.ledger["path"] == "low"]
    opened = {int(row.year): (row.opening, row.built, row.retired, row.closing) for row in rows(its)}
    assert opened[2028] == (100_000, 6000, 0, 106_000)
    assert opened[2031][2] == 6000
    assert not len(breaches(case, result.ledger, result.orders))
    false = result.ledger.assign(closing=result.ledger["closing"] + 1)
    assert {"sum", "chain"} <= set(breaches(case, false, result.orders)["rule"])
    lacking = result.ledger[result.ledger["year"] != 2030]
    assert "missing" in set(breaches(case, pd.concat([lacking, result.ledger[:5]]), result.orders)["rule"])
    fewer = result.orders.assign(times=result.orders["times"] + 1)
    assert {"built", "times"} <= set(breaches(case, result.ledger, fewer)["rule"])


def test_most_tonnes_come_first_and_money_second() -> None:
    """Budgets of 60 million for AA and 95 in 2026: B at once, 12 kt in each year, then A, 6 kt in two: 48 kt.

    Of orders that bring as much the cheaper ones are chosen: a yard that is never full is not built.
    """
    project = TWO + "c, yard, 6000, 1e6, CC\n"
    resource = "resource_id, capacity\nline, 100000\nyard, 900000"
    case = corridor(project=project, resource=resource)
    result = asked(case, first=2026, last=2028, goal="tonnes", paths="middle", budget=["AA=60e6", "@2026=95e6"])
    assert placed(result) == [("b", 2026, 1), ("a", 2027, 1)]
    assert result.value == pytest.approx(48, rel=1e-4)
    spent = {(row.payer, row.usd): row.spent_usd for row in rows(result.budgets)}
    assert spent == {("AA", 60e6): 50e6, ("", 95e6): 90e6}


def test_a_budget_puts_off_what_it_does_not_pay() -> None:
    cheap = TWO.replace("50e6", "1e6").replace("90e6", "2e6")
    free = asked(corridor(project=cheap), first=2026, last=2028, paths="middle")
    assert {row.project for row in rows(free.orders)} == {"a", "b"}
    held = asked(corridor(project=cheap), first=2026, last=2028, paths="middle", budget=["@2026=2e6", "AA=0"])
    assert placed(held) == [("b", 2026, 1)]
    assert held.value < free.value


def test_waiting_is_worth_what_is_not_built_in_vain() -> None:
    """Cargo doubles or stays: known in 2027, the line is added to only where it comes."""
    market = "market_id, kind, demands, growth_low, growth, growth_high\nshippers, steps, cargo, 0, 0, 0.5"
    steps = "market_step_id, market_id, netback_usd_per_t, t_per_year\nall, shippers, 90, 100000"
    project = "project_id, resource_id, adds, cost_usd\n a, line, 50000, 4e6"
    case = corridor(market=market, market_step=steps, project=project)
    result = asked(case, first=2026, last=2027, paths="low,high", known=2027, discount=0)
    assert [(row.path, row.year) for row in rows(result.orders)] == [("", 2026)]
    dear = corridor(market=market, market_step=steps, project=project.replace("4e6", "4.2e6"))
    result = asked(dear, first=2027, last=2027, paths="low,high", known=2027, discount=0)
    assert [(row.path, row.year) for row in rows(result.orders)] == [("high", 2027)]
    assert result.waiting == pytest.approx((4.5 - 4.2) / 2 - max(0.0, 4.5 / 2 - 4.2), rel=1e-3)


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 20))])
def test_random_cases_equal_enumeration(seed: int) -> None:
    """Two to three projects over three years and two paths; one of them changes a coefficient in every second case."""
    draw = random.Random(seed)
    names = ["a", "b", "c"][: draw.choice((2, 3))]
    lines = [
        f"{name}, {draw.choice(('line', 'yard'))}, {draw.choice((4000, 9000, 15000))}, , "
        f"{draw.choice((2e5, 8e5, 2e6, 5e6))}, {draw.choice((0, 1))}, {draw.choice((1, 2, 9))}"
        for name in names
    ]
    if seed % 2:
        lines[-1] = f"{names[-1]}, , , use.line.amount=0.9, {draw.choice((1e5, 3e6))}, 0, 2"
    head = "project_id, resource_id, adds, changes, cost_usd, build_years, life_years\n"
    case = corridor(
        project=head + "\n".join(lines),
        resource=f"resource_id, capacity\nline, 100000\nyard, {draw.choice((100000, 104000))}",
        use="use_id, resource_id, link_id, activity, amount\nline, line, way, tonne, 1\nyard, yard, way, tonne, 1",
        market="market_id, kind, demands, growth_low, growth, growth_high\nshippers, steps, cargo, -0.05, 0, 0.1",
        market_step="market_step_id, market_id, netback_usd_per_t, t_per_year\n"
        "first, shippers, 90, 100000\nnext, shippers, 60, 8000\nlast, shippers, 45, 9000",
    )
    setting = Setting(case)
    known = draw.choice((2026, 2027, 2029))
    result = asked(case, first=2026, last=2028, paths="low,high", known=known, discount=0.1)
    terms = terms_of(setting, 2026, 2028, "npv", "all", (), (), (), "low,high", known, 0.1)
    worth = Worth(setting, calibrated(setting), ["shippers"], "all")
    best = _enumerated(worth, frame_of(worth, terms))
    assert result.value == pytest.approx(best, rel=1e-4, abs=2e-3)
    assert result.bound >= best - 2e-3


def _enumerated(worth: Worth, frame: Any) -> float:
    """The best value over every order of every project in every year, path by path from the year it is known."""
    projects, years, paths = frame.shape
    free = [(p, y) for p in range(projects) for y in range(years) if np.isfinite(frame.cost[p, y])]
    single: dict[tuple[tuple[int, int], ...], list[float]] = {}
    for picked in itertools.chain.from_iterable(itertools.combinations(free, n) for n in range(len(free) + 1)):
        orders = np.zeros((projects, years, paths))
        for p, y in picked:
            orders[p, y] += 1
        there = [
            sum(frame.taken(p, o, y) for q, o in picked if q == p) <= frame.most[p]
            for p in range(projects)
            for y in range(years)
        ]
        if not all(there):
            continue
        built, spent = frame.open(orders), frame.spent(orders)
        single[picked] = [
            math.fsum(
                frame.weight[y, s] * paths * (worth.at(built[:, y, s], frame.growth[y, s]).worth - frame.base[y, s])
                for y in range(years)
            )
            - spent[s]
            for s in range(paths)
        ]
    groups: dict[tuple[tuple[int, int], ...], list[float]] = {}
    for picked, values in single.items():
        early = tuple(each for each in picked if each[1] < frame.known)
        kept = groups.setdefault(early, [-math.inf] * paths)
        groups[early] = [max(one, other) for one, other in zip(kept, values, strict=True)]
    return max(float(sum(values)) / float(paths) for values in groups.values())


def test_bounds_hold_at_every_other_point() -> None:
    """A cut of one point is above the worth of all others."""
    setting = Setting(corridor())
    worth = Worth(setting, calibrated(setting), ["shippers"], "all")
    points = [(np.array(built, dtype=float), np.array([g])) for built in ((0, 0), (1, 0), (1, 1)) for g in (0.8, 1, 2)]
    known = [worth.at(*point) for point in points]
    for one in known:
        assert all(one.cut.at(*at) >= other.worth - 1e-6 for at, other in zip(points, known, strict=True))
    assert Search(worth).cuts == []


def test_a_country_weighs_its_own_margin_and_its_own_money() -> None:
    """The way belongs to both in halves: 6 kt at 40 USD bring each 0.12 million a year."""
    project = "project_id, resource_id, adds, cost_usd, payer\n a, line, 6000, 0.2e6, AA"
    case = corridor(project=project)
    own = asked(case, first=2026, last=2026, whom="AA", paths="middle", discount=0)
    assert placed(own) == []
    other = asked(case, first=2026, last=2026, whom="BB", paths="middle", discount=0)
    assert placed(other) == [("a", 2026, 1)]
    assert other.value == pytest.approx(0.12)
    gains = {row.country: (row.margin_usd, row.paid_usd) for row in rows(other.countries)}
    assert gains["AA"] == pytest.approx((0.12e6, 0.2e6))
    assert gains["BB"] == pytest.approx((0.12e6, 0.0))


def test_the_grant_that_turns_a_project_turns_it() -> None:
    project = "project_id, resource_id, adds, cost_usd\n a, line, 6000, 1e6"
    result = asked(corridor(project=project), first=2026, last=2026, paths="middle", discount=0)
    (turn,) = rows(result.turns)
    assert placed(result) == []
    assert turn.gain == pytest.approx(0.54, rel=1e-3)
    assert turn.grant == pytest.approx(0.46, rel=1e-2)
    granted = asked(
        corridor(project=project), first=2026, last=2026, paths="middle", discount=0, grant=[f"a={turn.share + 0.01}"]
    )
    assert placed(granted) == [("a", 2026, 1)]


COSTS = "project_id, resource_id, adds, cost_usd\na, line, 6000, 1e6\nb, line, 12000, 9e6\n"
CHEAP = "cost, project, a, cost_usd, 0.1e6, 3e6, low, assumed, a test's\n"
NARROW = "room, resource, line, capacity, 90000, 110000, low, assumed, a test's\n"


def test_trials_have_the_order_of_their_costs() -> None:
    """A brings 0.54 in each of three years: it pays below 1.62 million, in 67 % of a triangle of 0.1, 1 and 3.

    Of twelve strata of its cost eight are below that, and the ninth in part. B, 3.24 for 9 million, never pays.
    """
    question: dict[str, Any] = {"first": 2026, "last": 2028, "paths": "low,middle", "discount": 0}
    result = asked(corridor(project=COSTS, proof=CHEAP), draws=12, **question)
    (row,) = rows(result.order)
    assert (row.project, row.year, result.possible) == ("a", 2026, 12)
    assert row.trials in (8 / 12, 9 / 12)
    assert row.same == row.trials
    assert result.found == pytest.approx(1)
    again = asked(corridor(project=COSTS, proof=CHEAP), draws=12, **question)
    assert again.order.equals(result.order)


def test_trials_draw_what_the_band_draws() -> None:
    """Half of the draws of the line are below the cargo of the base year: these trials are none. Little room is left.

    With 10 kt of room more A, for 2.5 million, is of no use: 8 kt are wanted. Six strata of twelve have 100 to 110 kt.
    """
    step = "market_step_id, market_id, netback_usd_per_t, t_per_year\nall, shippers, 90, 108000"
    project = "project_id, resource_id, adds, cost_usd\na, line, 6000, 1e6\n"
    case = corridor(project=project, market_step=step, proof=NARROW)
    question: dict[str, Any] = {"first": 2026, "last": 2028, "paths": "middle", "discount": 0}
    result = asked(case, draws=12, **question)
    assert result.possible == 6
    (row,) = rows(result.order)
    assert placed(result) == [("a", 2026, 1)]
    needed = 1e6 / 3 / 90  # tonnes a year for which A pays
    room = [10_000 * (1 - math.sqrt(2 * (1 - u / 12))) for u in range(6, 13)]  # strata of the upper half, by their ends
    sure, most = (sum(108_000 - 100_000 - end >= needed for end in ends) for ends in (room[1:], room[:-1]))
    assert sure / 6 <= row.trials <= most / 6
    assert 0 < row.trials < 1


def test_numbers_taken_in_place_are_those_of_a_program_compiled_anew() -> None:
    names = ["shippers"]
    case, grown = corridor(project=COSTS), np.array([1.3])
    worth = Worth(Setting(case), calibrated(Setting(case)), names, "all")
    before = worth.at(np.ones(2), grown).worth
    other = corridor(project=COSTS, resource="resource_id, capacity\nline, 104000")
    fresh = Worth(Setting(other), calibrated(Setting(other)), names, "all")
    drawn = worth.numbered(other, calibrated(Setting(other)))
    for built in ((0, 0), (1, 0), (1, 1)):
        one, two = (each.at(np.array(built, dtype=float), grown) for each in (drawn, fresh))
        assert one.worth == pytest.approx(two.worth)
        assert one.cut.at(np.ones(2), grown) == pytest.approx(two.cut.at(np.ones(2), grown))
    again = worth.numbered(case, calibrated(Setting(case)))
    assert again.at(np.ones(2), grown).worth == pytest.approx(before)


def test_orders_one_by_one_miss_projects_that_pay_together_alone() -> None:
    """Line and yard are both full: neither helps alone, and the page has that nothing of the best value is found."""
    case = corridor(
        project="project_id, resource_id, adds, cost_usd\na, line, 6000, 1e5\nb, yard, 6000, 1e5\n",
        resource="resource_id, capacity\nline, 100000\nyard, 100000",
        use="use_id, resource_id, link_id, activity, amount\nline, line, way, tonne, 1\nyard, yard, way, tonne, 1",
    )
    result = asked(case, first=2026, last=2026, paths="middle", draws=1)
    assert {row.project for row in rows(result.orders)} == {"a", "b"}
    assert result.found == 0


def test_trials_keep_the_budgets_and_search_what_is_no_money() -> None:
    """A and B both pay; 1 million a year leaves A alone. A target is searched: it has A in every trial."""
    cheap = COSTS.replace("9e6", "1e6")
    question: dict[str, Any] = {"first": 2026, "last": 2026, "paths": "middle", "discount": 0, "draws": 2}
    held = asked(corridor(project=cheap.replace("1e6", "0.5e6", 1)), budget=["@2026=0.6e6"], **question)
    assert [(row.project, row.trials) for row in rows(held.order)] == [("a", 1.0)]
    target = asked(corridor(project=cheap), goal="target", target=["104000@2026"], **question)
    assert [(row.project, row.trials) for row in rows(target.order)] == [("a", 1.0)]


def test_the_ledger_has_every_resource_and_year() -> None:
    """Line, yard and the siding that no project adds to: opening + built - retired = closing in each of three years."""
    case = corridor(
        project="project_id, resource_id, adds, cost_usd, build_years, life_years\na, line, 6000, 1e5, 0, 2\n",
        resource="resource_id, capacity\nline, 100000\nyard, 500000\nsiding, 300000",
    )
    ledger = asked(case, first=2026, last=2028, paths="middle").ledger
    assert set(zip(ledger["resource"], ledger["year"], strict=True)) == {
        (name, year) for name in ("line", "yard", "siding") for year in (2026, 2027, 2028)
    }
    for row in rows(ledger):
        assert row.opening + row.built - row.retired == row.closing
    siding = ledger[ledger["resource"] == "siding"]
    assert set(siding["closing"]) == {300_000.0}
    assert ledger.loc[ledger["resource"] == "line", "built"].sum() > 0


def test_a_target_out_of_reach_says_what_is_full() -> None:
    """With A and B the line passes 118 of 200 kt: one per cent of it more passes 1,180 t. 300 kt would come."""
    with pytest.raises(InfeasibleError) as error:
        asked(corridor(), first=2026, last=2028, goal="target", target=["200000@2026"], paths="middle")
    said = str(error.value)
    assert "118,000 t at most are served in 2026" in said
    assert "at most 1,180 t per 1" in said
    assert "no project adds" not in said
    assert "cheaper" not in said


def test_a_target_out_of_reach_says_how_much_cheaper_a_way_it_takes() -> None:
    """100 kt are worth 90 USD and 100 more 30, beside 40 of the way: ten dollars less bring 150 kt, if they fit."""
    head = "market_step_id, market_id, netback_usd_per_t, t_per_year\n"
    steps = head + "near, shippers, 90, 100000\nfar, shippers, 30, 100000"
    question: dict[str, Any] = {"first": 2026, "last": 2026, "goal": "target", "paths": "middle"}
    case = corridor(market_step=steps, resource="resource_id, capacity\nline, 300000")
    with pytest.raises(InfeasibleError) as error:
        asked(case, target=["150000@2026"], **question)
    assert "nothing is full then" in str(error.value)
    assert "10 USD a tonne cheaper" in str(error.value)
    with pytest.raises(InfeasibleError, match="all markets together have 200,000 t"):
        asked(case, target=["250000@2026"], **question)


def test_faulty_questions_are_refused_with_all_their_faults() -> None:
    with pytest.raises(CaseError) as error:
        asked(
            corridor(),
            first=1999,
            goal="money",
            whom="XX",
            paths="steep",
            discount=2,
            target=["soon"],
            budget=["ZZ=5"],
            grant=["c=0.5", "b=2"],
        )
    codes = [fault.code for fault in error.value.faults]
    assert codes.count("C251") == 5
    assert codes.count("C252") == 4


def test_shares_of_funding_above_the_whole_are_refused() -> None:
    grants = "funding_id, project_id, payer, kind, share\none, b, EU, grant, 0.7\ntwo, b, WB, loan, 0.4"
    with pytest.raises(CaseError) as error:
        corridor(funding=grants)
    assert [fault.code for fault in error.value.faults] == ["C250"]


def test_tables_of_the_answer_agree() -> None:
    result = asked(corridor(), first=2026, last=2028, paths="low,middle", goal="target", target=NEEDS)
    assert isinstance(result.to_dict()["years"], list)
    served = result.years[result.years["path"] == "low"].set_index("year")["served_t"]
    assert served[2028] >= 112_000 - 1
    assert pd.Series(result.years["unserved_t"]).ge(0).all()
