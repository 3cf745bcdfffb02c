"""The bundled case: its answer is plausible, proves itself, and every number in it says where it comes from."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml

import corridor
from corridor.data.read import bundled
from corridor.model.graph import arcs
from corridor.model.market import base_t, crowded, potential_t, rivals_of
from corridor.model.result.frame import rows
from corridor.optimize.answer.paths import paths

YEARS = (2022, 2023, 2025, 2026)
STUDIES = ("capability", "concurrent", "handled", "free", "cost_shipper", "cost_resource")
PLACES = [
    "dostyk", "altynkol", "aktogay", "moiynty", "almaty", "arys", "zhezkazgan", "saksaulskaya", "shalkar",
    "beineu", "mangystau", "aktau", "kuryk", "turkmenbashi", "makhachkala", "amirabad", "anzali", "alat", "ganja",
    "boyuk_kesik", "gardabani", "tbilisi", "akhalkalaki", "kars", "divrigi", "ankara", "istanbul", "halkali",
    "kapikule", "mersin", "poti", "batumi", "constanta", "burgas", "varna", "sofia", "bucharest", "curtici",
    "budapest", "vienna", "duisburg", "trieste",
]  # fmt: skip


@cache
def case(year: int) -> corridor.Case:
    return corridor.load(year=year)


@cache
def answer(year: int, study: str = "capability") -> corridor.Answer:
    return corridor.solve(case(year), study)


@pytest.mark.parametrize("year", [pytest.param(year, marks=[pytest.mark.slow] * (year != 2025)) for year in YEARS])
def test_measures_are_in_order_and_below_the_terminals(year: int) -> None:
    found = answer(year)
    m = found.measures_t
    assert found.growth is not None
    assert found.growth > 1
    assert found.terminals_t is not None
    assert m["handled"] <= m["concurrent"] <= m["capability"] <= m["free"] <= min(found.terminals_t, 27e6)
    assert m["capability"] < 0.65 * found.terminals_t


@pytest.mark.parametrize("year", [pytest.param(year, marks=[pytest.mark.slow] * (year != 2025)) for year in YEARS])
@pytest.mark.parametrize("study", [STUDIES[0], *(pytest.param(study, marks=pytest.mark.slow) for study in STUDIES[1:])])
def test_every_study_has_its_certificate(year: int, study: str) -> None:
    found = answer(year, study)
    assert found.certificate.passed, found.certificate
    assert found.certificate.tolerance == 1e-6


def test_ships_come_first_in_2025() -> None:
    """The chairman of the Kazakh railways calls the crossing of the sea the main limit (figure f32)."""
    first = answer(2025).first
    assert first is not None
    kinds = dict(zip(answer(2025).use["resource"], answer(2025).use["kind"], strict=True))
    assert {kinds[each] for each in first.resources} == {"ship"}
    assert (answer(2025).limits["kind"] == "ship").sum() >= 3


def test_handled_is_the_sum_of_what_the_ports_counted() -> None:
    """An input that comes out again, so it checks counting only: published 7 to 8 Mt (p79, p80, f18), 5.7 in 2022."""
    assert 7e6 <= answer(2025).measures_t["handled"] <= 8e6
    assert 5.4e6 <= answer(2022).measures_t["handled"] <= 6e6
    gate_links = {row.link_id for row in case(2025).rows("link") if row.gate}
    weight = case(2025)["commodity"]["gate_factor"]
    flow = answer(2025, "handled").flow
    passed = flow[flow["link"].isin(gate_links)]
    counted = float((passed["t"] * passed["commodity"].map(weight)).sum())
    assert counted == pytest.approx(answer(2025).measures_t["handled"], rel=1e-6)


def test_feeders_carry_what_their_owners_declare() -> None:
    """89,000 TEU a year one way (f28): ships x hours / two moves of a round trip x boxes."""
    c = case(2025)
    carrier, fleet = c.row("carrier", "feeder"), c.row("resource", "feeders")
    size = next(row.amount for row in c.rows("size") if row.carrier_id == "feeder")
    way = next(arc for arc in arcs(c) if arc.carrier_id == "feeder")
    hours = way.time_h + carrier.port_h + carrier.wait_h
    assert fleet.capacity * carrier.hours_per_year / (2 * hours) * size == pytest.approx(89_000, rel=1e-3)


@pytest.mark.slow
def test_lifting_the_first_limit_helps_and_lifting_a_slack_one_does_not() -> None:
    c, base = case(2025), answer(2025).measures_t
    rungs = corridor.ladder(c).frame
    first = rungs.loc[rungs["rung"] == 1, "resource"]  # limits within half a per cent share a rung
    more = corridor.solve(c.with_([f"resource.{each}.capacity*=1.1" for each in first])).measures_t
    assert more["concurrent"] > base["concurrent"] + 50_000
    idle = corridor.solve(c.with_(["resource.aktau_oil_quay.capacity=15000000"])).measures_t
    assert idle["concurrent"] == pytest.approx(base["concurrent"], rel=1e-9)
    assert idle["capability"] == pytest.approx(base["capability"], rel=1e-9)


@pytest.mark.slow
def test_prices_are_differences_of_fresh_models() -> None:
    c, base = case(2025), answer(2025)
    for row in base.limits.to_dict("records"):
        fact = c.row("resource", row["resource"])
        step = fact.step or 0.01 * row["available"] / (row["available"] / fact.capacity)
        if fact.step is None:  # 1 % of what is available, which is all of the capacity where nothing is taken off
            assert row["available"] == pytest.approx(fact.capacity)
        fresh = corridor.solve(c.with_([f"resource.{row['resource']}.capacity={fact.capacity + step!r}"]))
        assert fresh.floor == base.floor == 1.0
        gain = fresh.measures_t["capability"] - base.measures_t["capability"]
        assert gain == pytest.approx(row["price"], rel=1e-6)


def test_the_places_that_a_planner_expects_are_there() -> None:
    nodes = case(2025)["node"]
    assert set(PLACES) <= set(nodes.index)
    assert nodes["x_coord"].notna().all()
    assert len(case(2025).rows("segment")) == 8


@pytest.mark.parametrize("name", ["base_2022", "base_2023", "base_2026"])
def test_numbers_of_the_scenario_have_evidence_that_holds_them(name: str) -> None:
    changes = yaml.safe_load((bundled() / "scenario" / f"{name}.yaml").read_text(encoding="utf-8"))["changes"]
    rows: dict[str, Any] = {
        f"{row.table}.{row.row}.{row.column}": row for row in case(2025).rows("evidence") if row.scenario == name
    }
    changes = [each for each in changes if "set" in each]
    unsourced = {each["set"] for each in changes if "source" not in each}  # a change may name its source itself
    assert unsourced <= set(rows) | {"case.middle_corridor.base_year", "case.middle_corridor.base_kind"}
    assert set(rows) <= {each["set"] for each in changes}
    for each in changes:
        row = rows.get(each["set"])
        if row is not None and row.low is not None and math.isfinite(float(each["value"])):
            assert row.low <= float(each["value"]) <= row.high, each


def test_only_a_year_that_is_over_is_observed() -> None:
    """2026 is a plan: a reader must not take its tonnes for tonnes that went through."""
    assert {year: case(year).base_kind for year in YEARS} == {
        2022: "observed",
        2023: "observed",
        2025: "observed",
        2026: "plan",
    }


def test_boxes_from_china_come_on_the_trains_that_were_counted() -> None:
    """390 trains of 2025 at 101 TEU (w039, q022); 15,292 of 36,248 TEU went beyond Azerbaijan in 2024 (w038)."""
    boxes = case(2025)["demand"].query("commodity_id == 'containers'")
    west = boxes[boxes["origin_id"].isin(["urumqi", "urumqi_khorgos"])]
    assert west["t_per_year"].sum() / 14 == pytest.approx(390 * 101, rel=1e-3)
    beyond = west.loc[west["destination_id"] != "baku", "t_per_year"].sum()
    assert beyond / west["t_per_year"].sum() == pytest.approx(15_292 / 36_248, rel=1e-3)
    used = answer(2025, "handled").use.set_index("resource")["used"]
    assert used["altynkol_from_china"] > used["dostyk_from_china"] > 0
    assert used["altynkol_from_china"] + used["dostyk_from_china"] == pytest.approx(390, rel=2e-3)


def test_tankers_to_baku_make_the_published_trips() -> None:
    """Two ships carry 0.75 Mt a year in lots of 6,500 t (f23, p46): 57.7 round trips each, by the case's own hours."""
    c = case(2025)
    carrier = c.row("carrier", "tanker_7")
    hours = c.row("link", "aktau_sangachal_tanker_7").time_h + carrier.port_h + carrier.wait_h
    left = 8760 * c.row("factor", "tankers_7_weather").value * c.row("factor", "tankers_7_practical").value
    assert left / (2 * hours) == pytest.approx(750_000 / 2 / 6_500, rel=2e-3)


def test_every_source_named_is_used_or_stands_behind_one_that_is() -> None:
    cited = {each for cell in case(2025)["evidence"]["source_id"] for each in cell}
    assert len(cited) > 200
    assert cited <= set(case(2025)["source"].index)


def test_winter_of_the_ferries_is_not_taken_off_twice() -> None:
    """Capacities that are observed or net of weather carry no factor of weather (check C035)."""
    basis = case(2025)["resource"]["basis"]
    assert basis["feeders"] == "net_of_weather"
    doubled = case(2025).with_(["resource.rail_ferries.basis=net_of_weather"])
    with pytest.raises(corridor.CaseError, match="derated twice"):
        corridor.check(doubled)


@pytest.mark.slow
def test_ships_of_three_kinds_run_out_close_together_and_then_vehicles_on_rails() -> None:
    """docs/what-stops-it.md: within half a million tonnes, and a sixth more passes before the next limit."""
    rungs = corridor.ladder(case(2025)).frame
    ships, later = rungs.iloc[:3], rungs.iloc[3:]
    assert set(ships["resource"]) == {"tankers_12", "dry_ships", "rail_ferries"}
    assert ships["t"].max() - ships["t"].min() < 500_000
    assert later["resource"].iloc[:3].tolist() == ["kz_platforms", "kz_diesel_engines", "btc_contract"]
    assert later["t"].iloc[0] > 1.15 * ships["t"].max()
    line = rungs.loc[rungs["resource"] == "beineu_mangystau_line", "t"].iloc[0]
    assert line > 2 * answer(2025).measures_t["handled"]
    assert "aktau_box_quay" not in set(rungs["resource"])
    assert rungs.loc[rungs["beyond"], "t"].min() > answer(2025).terminals_t
    lower = corridor.ladder(case(2025).with_(["gate.aktau_kuryk.nameplate_t_per_year=21000000"])).frame
    same = (
        rungs["t"] < 20.3e6
    )  # the step after these may be lifted by either of two berths, each named as the other's instead
    assert lower["resource"][lower["t"] < 20.3e6].tolist() == rungs["resource"][same].tolist()
    assert lower["t"][lower["t"] < 20.3e6].tolist() == pytest.approx(rungs["t"][same].tolist())
    tied, other = (frame[(frame["t"] > 20.3e6) & (frame["t"] < 20.5e6)].iloc[0] for frame in (rungs, lower))
    assert tied["t"] == pytest.approx(other["t"])
    assert other["resource"] in tied["alternatives"].split()
    assert lower["resource"].iloc[-1] == "aktau_kuryk"


@pytest.mark.slow
def test_every_market_of_2025_but_boxes_is_stopped_by_ships() -> None:
    kinds = case(2025)["resource"]["kind"]
    alone = corridor.markets(case(2025)).frame.set_index("segment")
    assert alone.loc["containers", "resources"] == "kz_platforms"
    assert {kinds[ids.split()[0]] for ids in alone["resources"].drop("containers")} == {"ship"}
    assert (alone.loc[["other_dry", "grain_caucasus"], "times"] > 3).all()
    assert alone["t"].sub(alone["base_t"]).sum() > answer(2025).measures_t["capability"] - alone["base_t"].sum()


@pytest.mark.slow
def test_ships_are_the_largest_physical_bar_below_the_terminals() -> None:
    falls = corridor.waterfall(case(2025))
    bars = falls.bars.set_index("kind")
    terminals = answer(2025).terminals_t
    assert terminals is not None
    assert float(bars["after_t"]["quay"]) == pytest.approx(terminals)
    assert bars["bar_t"].drop(["quay", "demand"]).idxmax() == "ship"
    behind = bars.loc[["line", "border", "west", "contract"]]
    assert behind["bar_t"].abs().max() < 1
    assert behind["shapley_t"].max() > 100_000
    assert bars["shapley_t"].idxmax() == "demand"


@pytest.mark.parametrize("year", [2022, 2025, 2026])
def test_the_bundled_case_leaves_no_doubt(year: int) -> None:
    """Every number has a source, every link a length, every quay its limit."""
    assert corridor.warnings(case(year)) == ()


@pytest.mark.parametrize("year", YEARS)
def test_markets_hold_every_demand_and_leave_room_for_rivals(year: int) -> None:
    """The potential over all routes exceeds the corridor's cargo of each base year; every demand has one market."""
    c = case(year)
    demands = [demand for row in c.rows("market") for demand in row.demands]
    assert sorted(demands) == sorted(row.demand_id for row in c.rows("demand"))
    assert crowded(c) == []


def test_markets_answer_to_freight_as_surveys_find() -> None:
    """Own-price elasticity: sensitivity times freight times the share of the rivals, at the answer of the base year.

    Surveys find 0.4 to 1.2 for rail as a whole; routes between the same places are closer substitutes.
    """
    c = case(2025)
    way = answer(2025, "cost_shipper")
    tariff = {arc.arc_id: arc.tariff for arc in arcs(c)}
    commodity = {row.demand_id: row.commodity_id for row in c.rows("demand")}
    ways = paths(c, way.flow, way.delivered)
    for row in c.rows("market"):
        if row.kind != "logit":
            continue
        mine = ways[ways["demand"].isin(row.demands)]
        freight = [sum(tariff[arc][commodity[each.demand]] for arc in each.ways) for each in rows(mine)]
        mean = sum(usd * t for usd, t in zip(freight, mine["t"], strict=True)) / mine["t"].sum()
        elasticity = row.theta_per_usd * mean * (1 - base_t(c, row) / potential_t(c, row))
        assert 0.5 <= elasticity <= 2, (row.market_id, elasticity)
        for rival, share in rivals_of(c, row.market_id):
            assert share is not None
            assert rival.spread_d < rival.days


@pytest.mark.slow
@pytest.mark.parametrize("year", YEARS)
def test_the_base_year_comes_out_at_its_own_prices(year: int) -> None:
    """Every market brings its base year, with slack resources and full ones."""
    found = answer(year, "expected").segments
    assert found["t"].tolist() == pytest.approx(found["base_t"].tolist(), rel=1e-6, abs=1)


@pytest.mark.slow
def test_no_answer_of_capacity_reads_the_markets() -> None:
    """Markets, rivals, spreads and departures taken away leave every number of the answer as it is."""
    c = case(2025)
    apart = ("market", "market_rival", "market_step", "hazard", "evidence", "validation")
    bare: dict[str, Any] = {name: c[name].iloc[:0] for name in apart}
    bare["rival"] = c["rival"][c["rival"]["trade_id"].notna()]
    bare["link"] = c["link"].assign(spread_d=0.0, departures_per_week=math.nan)
    other = replace(c, tables={**c.tables, **bare})
    known = {name: t for name, t in answer(2025).measures_t.items() if name != "expected"}
    assert corridor.solve(other).measures_t == known
