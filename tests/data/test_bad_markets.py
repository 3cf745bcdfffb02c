"""Mistakes in the tables of markets: place, value, reason and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.data.checks import faults_of
from corridor.model.faults import CaseError
from corridor.model.market import base_t, crowded, market_of, potential_t, rivals_of, steps_of
from tests.data.folder import FULL, Edit, case_in, told, write

MARKETS = {name: text for name, text in FULL.items() if name not in ("source", "evidence")} | {
    "demand": """\
demand_id,commodity_id,origin_id,destination_id,gate,t_per_year,outside_usd_per_t
grain_out,grain,plain,shore,must,200000,
grain_fair,grain,plain,shore,must,10000,
grain_may,grain,plain,shore,may,1000,300
""",
    "link": """\
link_id,from_node_id,to_node_id,directed,mode_id,length_km,time_h,spread_d,gate,carrier_id
railway,plain,harbour,0,rail,500,20,1,0,
crossing,harbour,shore,0,sea,450,24,2,1,ship
""",
    "rival": """\
rival_id,name,days,usd_per_t,spread_d
north,By the north,20,90,5
south,By the south,30,70,8
""",
    "market": """\
market_id,name,kind,demands,potential_t_per_year,potential_year,theta_per_usd,growth_low,growth,growth_high
out,Out,logit,grain_out,300000,2023,0.01,0,0.1,0.2
fair,Fair,steps,grain_fair,,,,0,0.1,0.2
held,Held,fixed,grain_may,,,,,,
""",
    "market_rival": """\
market_rival_id,market_id,rival_id,share
out_north,out,north,0.4
out_south,out,south,0.6
""",
    "market_step": """\
market_step_id,market_id,outlet,netback_usd_per_t,t_per_year
near,fair,The mill,60,5000
far,fair,The harbour,50,6000
""",
}

ONE_EDIT: dict[str, tuple[Edit, str]] = {
    "no sensitivity": (
        ("market", "2023,0.01", "2023,"),
        "C200 market.csv line 2, theta_per_usd: the cell is empty, and a market of the kind logit needs "
        "the sensitivity to a dollar; give it",
    ),
    "sensitivity of none": (
        ("market", "2023,0.01", "2023,0"),
        "C012 market.csv line 2, theta_per_usd: 0 is not above 0; give a number above 0",
    ),
    "potential of steps": (
        ("market", "grain_fair,,", "grain_fair,50000,"),
        "C209 market.csv line 3, potential_t_per_year: 50000 is not read for a market of the kind steps; "
        "empty the cell, or correct kind",
    ),
    "rates out of order": (
        ("market", "0.01,0,0.1,0.2", "0.01,0,0.3,0.2"),
        "C210 market.csv line 2, growth: 0.3 is above growth_high, which is 0.2; exchange them",
    ),
    "growth out of range": (
        ("market", "0.01,0,0.1,0.2", "0.01,0,0.1,20"),
        "C012 market.csv line 2, growth_high: 20 is above 1; at least -0.5 and at most 1",
    ),
    "demand in two markets": (
        ("market", "fixed,grain_may", "fixed,grain_may grain_out"),
        "C201 market.csv line 4, demands: grain_out is in the market out already; keep it in one of them",
    ),
    "demand named twice": (
        ("market", "fixed,grain_may", "fixed,grain_may grain_may"),
        "C201 market.csv line 4, demands: grain_may is named 2 times; name it once",
    ),
    "no such demand": (
        ("market", "fixed,grain_may", "fixed,grain_mai"),
        "C007 market.csv line 4, demands: grain_mai is no demand; did you mean grain_may?",
    ),
    "price outside beside rivals": (
        ("demand", "200000,", "200000,300"),
        "C202 demand.csv line 2, outside_usd_per_t: 300 stands beside the choice of the market out; "
        "empty one of them, or make the market fixed",
    ),
    "potential below the base year": (
        ("market", "300000,2023", "150000,2023"),
        "C203 market.csv line 2, potential_t_per_year: 181500 t in 2025 over all routes leave nothing beside the "
        "200000 t of the corridor; raise it",
    ),
    "steps below the base year": (
        ("market_step", "50,6000", "50,4000"),
        "C203 market.csv line 3, market_id: its steps add up to 9000 t in 2025, less than the 10000 t of the "
        "corridor; add a step",
    ),
    "market without a rival": (
        ("market_rival", "out_north,out,north,0.4\nout_south,out,south,0.6\n", ""),
        "C204 market.csv line 2, kind: out has no rival route to choose; add rows to market_rival.csv, "
        "or make it fixed",
    ),
    "rival of a fixed market": (
        ("market_rival", "", "held_south,held,south,\n"),
        "C204 market_rival.csv line 4, market_id: held is of the kind fixed, which has no rival routes; drop the row",
    ),
    "rival without a price": (
        ("rival", "30,70,8", "30,,8"),
        "C205 rival.csv line 3, usd_per_t: the cell is empty, and shippers choose by the price of south; give it",
    ),
    "rival without days": (
        ("rival", "30,70,8", ",70,8"),
        "C205 rival.csv line 3, days: the cell is empty, and shippers choose by the days of south; give it",
    ),
    "negative days": (
        ("rival", "30,70,8", "-30,70,8"),
        "C012 rival.csv line 3, days: -30 is negative; give a number above 0",
    ),
    "negative spread": (
        ("rival", "30,70,8", "30,70,-8"),
        "C012 rival.csv line 3, spread_d: -8 is negative; give 0 or more",
    ),
    "shares above one": (
        ("market_rival", "south,0.6", "south,0.7"),
        "C211 market_rival.csv line 3, share: the shares of the rivals of out add up to 1.1, not to 1; correct them",
    ),
    "one share": (
        ("market_rival", "south,0.6", "south,"),
        "C211 market_rival.csv line 3, share: the cell is empty, and other rivals of out have a share; "
        "give it, or empty all",
    ),
    "rival named twice": (
        ("market_rival", "out_south,out,south", "out_south,out,north"),
        "C201 market_rival.csv line 3, rival_id: north is a rival of out already; keep one of the rows",
    ),
    "rival of nothing": (
        ("rival", "", "west,By the west,9,9,\n"),
        "C206 rival.csv line 4, trade_id: west is a rival of no trade and of no market; "
        "name a trade, or tie it to a market",
    ),
    "steps of a fixed market": (
        ("market_step", "", "more,held,Another,5,5\n"),
        "C207 market_step.csv line 4, market_id: held is of the kind fixed, which has no steps; "
        "drop the rows, or correct its kind",
    ),
    "market without steps": (
        ("market_step", "near,fair,The mill,60,5000\nfar,fair,The harbour,50,6000\n", ""),
        "C207 market.csv line 3, kind: fair has no steps, so its cargo pays nothing; add rows to market_step.csv",
    ),
    "steps that rise": (
        ("market_step", "50,6000", "60,6000"),
        "C208 market_step.csv line 3, netback_usd_per_t: 60 USD a t is not below the 60 of the step before; "
        "order the steps from the greatest, or join them",
    ),
    "second step without tonnes": (
        ("market_step", "50,6000", "50,"),
        "C212 market_step.csv line 3, t_per_year: the cell is empty, and only the first step may be the tonnes of the "
        "base year; give them",
    ),
    "negative spread of a link": (
        ("link", "rail,500,20,1", "rail,500,20,-1"),
        "C012 link.csv line 2, spread_d: -1 is negative; give 0 or more",
    ),
}


def test_nothing_wrong(tmp_path: Path) -> None:
    assert told(write(tmp_path, MARKETS)) == []


@pytest.mark.parametrize("name", list(ONE_EDIT))
def test_one_mistake_is_one_fault(tmp_path: Path, name: str) -> None:
    edit, message = ONE_EDIT[name]
    expected = [message]
    if name == "rival named twice":  # and the other route is then a rival of nothing
        expected.append(
            "C206 rival.csv line 3, trade_id: south is a rival of no trade and of no market; "
            "name a trade, or tie it to a market"
        )
    if name == "market without a rival":
        expected += [
            f"C206 rival.csv line {line}, trade_id: {route} is a rival of no trade and of no market; "
            "name a trade, or tie it to a market"
            for line, route in ((2, "north"), (3, "south"))
        ]
    assert told(write(tmp_path, MARKETS, edit)) == expected


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    edits = [ONE_EDIT[name][0] for name in ("rates out of order", "steps that rise", "negative spread")]
    assert [line[:4] for line in told(write(tmp_path, MARKETS, *edits))] == ["C012", "C208", "C210"]


def test_a_potential_grows_from_its_year(tmp_path: Path) -> None:
    """300 kt of 2023 at 10 % a year are 363 kt in 2025; from there 20 % a year in the high case."""
    case = case_in(write(tmp_path, MARKETS))
    out, fair = case.row("market", "out"), case.row("market", "fair")
    assert potential_t(case, out) == pytest.approx(363_000)
    assert potential_t(case, out, 2027, "high") == pytest.approx(363_000 * 1.44)
    assert potential_t(case, out, 2027, "low") == pytest.approx(363_000)
    assert potential_t(case, fair) == 11_000
    assert potential_t(case, fair, 2026) == pytest.approx(12_100)
    assert base_t(case, out) == 200_000
    assert market_of(case)["grain_may"].market_id == "held"
    assert [(route.rival_id, share) for route, share in rivals_of(case, "out")] == [("north", 0.4), ("south", 0.6)]
    assert [step.netback_usd_per_t for step in steps_of(case, "fair")] == [60, 50]


def test_a_change_of_cargo_alone_is_no_fault(tmp_path: Path) -> None:
    """A what-if on capacity needs no potential; a change of the potential itself must leave room."""
    case = case_in(write(tmp_path, MARKETS)).with_(["demand.grain_out.t_per_year=400000"])
    assert faults_of(case) == []
    assert [(row.market_id, base) for row, base, _ in crowded(case)] == [("out", 400_000)]
    worse = case.with_(["market.out.potential_t_per_year=300001"])
    assert [fault.code for fault in faults_of(worse)] == ["C203"]


def test_a_first_step_without_tonnes_is_the_base_year(tmp_path: Path) -> None:
    case = case_in(write(tmp_path, MARKETS, ("market_step", "60,5000", "60,")))
    assert potential_t(case, case.row("market", "fair")) == 16_000
    assert crowded(case) == []


def test_an_unknown_rival_is_the_only_fault(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as error:
        case_in(write(tmp_path, MARKETS, ("market_rival", "out,south", "out,soth")))
    assert [fault.message for fault in error.value.faults] == ["soth is no rival; did you mean south?"]
