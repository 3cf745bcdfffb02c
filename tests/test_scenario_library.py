"""The library of scenarios: what each does on the bundled case, as one who knows the corridor would expect."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import corridor
from corridor.data.read import bundled
from corridor.data.scenario import read_scenario, scenarios
from corridor.model.case import Case
from corridor.model.result.listing import Listing
from tests.corridor.command import Run, runner
from tests.corridor.test_json import documented, printed, strict
from tests.data.folder import write
from tests.data.format_page import EXAMPLE
from tests.library_page import shown, table

ROOT = Path(__file__).parents[1]
NAMES = sorted(scenarios(bundled()))
CHINA = ["urumqi", "urumqi_khorgos"]
"""Where boxes of China enter and leave: by Dostyk, and by Altynkol."""
NOTHING = {
    "border_dwell_24h",
    "day_saved",
    "eu_links",
    "feeders_plus_2",
    "iran_instc",
    "north_2024",
    "tariffs_minus_30",
    "tariffs_minus_50",
    "tripp",
}
"""Change no capability today; each says why in docs/scenarios.md."""
CUT = "wagon_bans"
"""Closes for some days, so its year is cut by periods."""
DEMAND = {"cpc_closed", "iran_grain_stop", "iran_grain_surge", "northern_closure_13_days", "northern_closure_year"}
DEMAND |= {"ammonia_export", "critical_materials_eu", "target_300_kteu", "uranium"}
"""Ask for other cargo of the same corridor."""


@cache
def base() -> Case:
    return corridor.load()


@cache
def scenario(name: str) -> Case:
    return corridor.load(scenario=name)


@cache
def listing() -> Listing:
    return corridor.library(corridor.load(), processes=2)


def library() -> pd.DataFrame:
    return listing().frame


@cache
def records(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """The rows of the library by name."""
    frame = library() if folder is None else corridor.library(corridor.load(folder)).frame
    return {str(row["scenario"]): row for row in frame.to_dict("records")}  # type: ignore[misc]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(capsys, monkeypatch)


def at(name: str, column: str = "change_t") -> float:
    return float(records()[name][column])


def tonnes(case: Case) -> float:
    """Gate tonnes of the base year, by the tables alone."""
    demand = case["demand"][case["demand"]["gate"] == "must"]
    return float((demand["t_per_year"] * demand["commodity_id"].map(case["commodity"]["gate_factor"])).sum())


# A case small enough to be solved by hand: 400 kt on a line for 600 kt and a crossing for 900 kt.

SMALL = {
    "doubled": "- {scale: demand.grain_out.t_per_year, by: 2, source: assumed}",
    "longer": "- {add: resource.line.capacity, value: 100000, source: assumed}",
    "halved": "- {scale: resource.line.capacity, by: 0.5, source: assumed}",
    "local": (
        "- {add: demand, row: {demand_id: local, commodity_id: grain, origin_id: plain, destination_id: harbour, "
        "gate: never, t_per_year: 700000}, source: assumed}"
    ),
    "misspelt": "- {set: resource.lime.capacity, value: 1, source: assumed}",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = write(tmp_path / "case", EXAMPLE)
    (home / "scenario").mkdir()
    for name, change in SMALL.items():
        (home / "scenario" / f"{name}.yaml").write_text(f"name: {name}\nnote: What if\nchanges:\n  {change}\n")
    return home


def test_solved_by_hand(folder: Path) -> None:
    found = records(folder)
    assert list(found) == ["base", "doubled", "halved", "local", "longer", "misspelt"]
    measures = ["asked_t", "growth", "handled_t", "concurrent_t", "capability_t", "change_t"]
    kt = 1000.0
    wanted = {
        "base": [400 * kt, 1.5, 400 * kt, 600 * kt, 600 * kt, 0],
        "doubled": [800 * kt, 0.75, 600 * kt, 600 * kt, 600 * kt, 0],
        "halved": [400 * kt, 0.75, 300 * kt, 300 * kt, 300 * kt, -300 * kt],
        "longer": [400 * kt, 1.75, 400 * kt, 700 * kt, 700 * kt, 100 * kt],
    }
    for name, values in wanted.items():
        assert [found[name][each] for each in measures] == pytest.approx(values, abs=1), name
        assert (found[name]["resources"], found[name]["status"]) == ("line", "optimal")


def test_what_has_no_answer_says_why_in_a_line_and_stops_nothing(folder: Path) -> None:
    found = records(folder)
    assert [found[name]["status"] for name in ("local", "misspelt")] == ["infeasible", "error"]
    assert "did you mean line?" in found["misspelt"]["reason"]
    assert all(row["reason"] and "\n" not in row["reason"] for row in (found["local"], found["misspelt"]))
    assert all(math.isnan(found[name][each]) for name in ("local", "misspelt") for each in ("growth", "change_t"))


def test_changes_are_made_on_top_of_every_scenario(folder: Path) -> None:
    found = corridor.library(
        corridor.load(folder, changes=["resource.line.capacity=500000"]), ["longer", "halved"]
    ).frame
    assert found["scenario"].tolist() == ["base", "longer", "halved"]
    assert found["capability_t"].tolist() == pytest.approx([500_000] * 3)
    assert found["change_t"].tolist() == pytest.approx([0] * 3, abs=1)


def test_an_unknown_name_is_a_fault(folder: Path) -> None:
    with pytest.raises(corridor.CaseError, match="did you mean longer"):
        corridor.library(corridor.load(folder), ["longest"])


@pytest.mark.slow
def test_processes_find_the_same(folder: Path) -> None:
    for number in range(8):
        text = f"name: more_{number}\nchanges:\n  - {{add: resource.line.capacity, value: {number}, source: assumed}}\n"
        (folder / "scenario" / f"more_{number}.yaml").write_text(text)
    told: list[tuple[int, int]] = []
    side_by_side = corridor.library(
        corridor.load(folder), processes=2, progress=lambda *counted: told.append(counted)
    ).frame
    pd.testing.assert_frame_equal(side_by_side, corridor.library(corridor.load(folder)).frame)
    assert told == [(number, 13) for number in range(1, 14)]


# The same case with a market of 800 kt, of which half goes by sea: odds of 1 to 1, theta 0.05 per USD.

MARKET = {
    "market": "market_id,name,kind,demands,potential_t_per_year,theta_per_usd,value_of_time_usd_per_t_day\n"
    "grain,Grain,logit,grain_out,800000,0.05,1\n",
    "rival": "rival_id,name,usd_per_t,days\nsea,By sea,50,20\n",
    "market_rival": "market_rival_id,market_id,rival_id,share\ngrain_sea,grain,sea,1\n",
}


@pytest.fixture
def chosen(tmp_path: Path) -> Path:
    """Odds of 2 to 1 where the rival is ln 2/θ dearer: two thirds of 800 kt."""
    home = write(tmp_path / "case", EXAMPLE | MARKET)
    (home / "scenario").mkdir()
    dearer = f"- {{add: rival.sea.usd_per_t, value: {math.log(2) / 0.05}, source: assumed}}"
    for name, change in {**SMALL, "dearer": dearer}.items():
        (home / "scenario" / f"{name}.yaml").write_text(f"name: {name}\nnote: What if\nchanges:\n  {change}\n")
    return home


def test_cargo_that_comes_by_hand(chosen: Path) -> None:
    found = records(chosen)
    came = {name: row["comes_change_t"] for name, row in found.items() if not math.isnan(row["comes_change_t"])}
    wanted = {"base": 0, "doubled": 0, "longer": 0, "halved": -100_000, "dearer": 800_000 * 2 / 3 - 400_000}
    assert came == pytest.approx(wanted, abs=200)
    reasons = {name: row["comes"] for name, row in found.items() if isinstance(row["comes"], str) and row["comes"]}
    assert reasons == {"doubled": "asked", "longer": "room"}
    columns = {name: found[name]["comes_columns"] for name in reasons}
    assert columns == {"doubled": "demand.t_per_year", "longer": "resource.capacity"}
    assert found["dearer"]["change_t"] == pytest.approx(0, abs=1)


def test_json_has_the_documented_fields(run: Run, chosen: Path) -> None:
    code, out, err = run("library", "--case", str(chosen), "--json")
    assert (code, err) == (0, "")
    body = strict(out)
    fields = {each for each in printed(body) if each != "rows[].*"}
    fields |= {f"rows[].{key}" for row in body["rows"] for key in row}
    assert fields == documented("corridor library")
    failed = {row["scenario"]: row for row in body["rows"]}["local"]
    assert set(failed) == {"scenario", "title", "note", "group", "status", "reason", "first", "resources", "stops"}


def test_table_fits_the_terminal(run: Run, chosen: Path) -> None:
    code, out, _ = run("library", "--case", str(chosen))
    assert code == 0
    lines = out.splitlines()
    assert next(line for line in lines if line.startswith("Doubled")).split()[:3] == ["Doubled", "0.80", "0.75"]
    assert any(line.startswith("Local: infeasible. ") for line in lines)
    assert "±" in out


# The bundled library.


@pytest.mark.parametrize("name", NAMES)
def test_every_change_has_a_ground(name: str) -> None:
    """A figure of the case, or assumed with the reason; a base year has its ground in evidence.csv."""
    figures = set(base()["source"].index)
    read = read_scenario(bundled(), name)
    assert read.note.strip()
    for each in read.changes:
        if name.startswith("base_20") and not each.source:
            continue
        build = each.words.startswith("build ")  # what a project adds has evidence of its own
        assert each.source or build, each.words
        for source in each.source.split():
            assert source in figures or source == "assumed", each.words
        assert each.why or "assumed" not in each.source.split(), each.words


def test_the_library_has_what_planners_asked_for() -> None:
    asked = {
        *("target_10mt", "target_300_kteu", "worldbank_2030", "measures_2030", "ebrd_2040", "ships_plus_2"),
        *("ships_plus_6", "hub_without_ships", "winter", "low_water", "low_water_2030", "northern_closure_13_days"),
        *("northern_closure_year", "ocean_shock", "tariffs_minus_30", "tariffs_minus_50", "border_dwell_24h"),
        *("cpc_closed", "turkmenbashi_branch", "iran_instc", "iran_grain_surge", "wagon_bans", "uranium"),
        *("critical_materials_eu", "compliance", "ammonia_export", "eu_links", "tripp", "base_2022", "full_draught"),
    }
    assert asked <= set(NAMES)


@pytest.mark.slow
def test_targets_ask_for_what_they_say() -> None:
    outside = {"oil_makhachkala", "grain_amirabad", "grain_anzali", "metal_amirabad", "dry_from_iran"}
    case = scenario("target_10mt")
    beside = float(case["demand"].loc[sorted(outside), "t_per_year"].sum())
    assert tonnes(case) - beside == pytest.approx(10e6, rel=1e-3)

    def boxes(name: str) -> float:
        demand = scenario(name)["demand"]
        return float(demand.loc[demand["commodity_id"] == "containers", "t_per_year"].sum())

    def before() -> float:
        return float(base()["demand"].query("commodity_id == 'containers'")["t_per_year"].sum())

    assert boxes("target_300_kteu") / before() == pytest.approx(300 / 77, rel=1e-3)
    assert boxes("worldbank_2030") == pytest.approx(4e6, rel=1e-3)
    assert boxes("northern_closure_year") - before() == pytest.approx(310_579 * 0.9 * 14, rel=1e-4)
    whole = scenario("worldbank_2030")
    assert tonnes(whole) - 3.62e6 == pytest.approx(11e6, rel=1e-3)
    transit = scenario("ebrd_2040")["demand"]
    ends = transit[["origin_id", "destination_id"]].isin(CHINA).any(axis=1) & (transit["commodity_id"] == "containers")
    assert transit.loc[ends, "t_per_year"].sum() / 14 == pytest.approx(130_000, rel=1e-3)


@pytest.mark.slow
def test_the_command_of_the_readme_prints_the_library(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "$ corridor library\n" in (ROOT / "README.md").read_text(encoding="utf-8")
    made = listing()
    monkeypatch.setattr(corridor, "library", lambda *_, **__: made)
    code, out, err = run("library")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) > len(NAMES)


@pytest.mark.slow
def test_every_scenario_has_an_answer_and_base_is_the_case() -> None:
    assert {row["status"] for row in records().values()} == {"optimal"}
    assert at("base", "capability_t") == pytest.approx(corridor.solve(base()).measures_t["capability"])
    for name, row in records().items():
        h, c, t, u = (row[f"{each}_t"] for each in ("handled", "concurrent", "capability", "free"))
        low, high = (h, c) if row["growth"] >= 1 else (c, h)
        assert low <= high * (1 + 1e-9) <= t * (1 + 2e-9), name
        asked = tonnes(scenario(name) if name != "base" else base())
        if name == CUT:  # what cannot wait is lost: at most the 90 days of ban of all wagons, 1.42 t a tonne
            wagons = float(base()["demand"].query("segment_id == 'ferry_wagons'")["t_per_year"].sum()) * 1.42
            assert 0 < asked - row["asked_t"] < wagons * 90 / 365
            assert math.isnan(u)
            continue
        assert t * (1 + 2e-9) <= u * (1 + 3e-9), name
        assert row["asked_t"] == pytest.approx(asked)
        assert math.isnan(row["shipper_usd_per_t"]) == (row["growth"] < 1)


@pytest.mark.slow
def test_what_does_nothing_is_known() -> None:
    small = {name for name in records() if abs(at(name)) < 5_000}
    assert small == {"base", *NOTHING, *DEMAND}
    assert -100_000 < at(CUT) < 0
    for name in NAMES:
        moved = scenario(name).tables
        assert any(not moved[each].equals(base().tables[each]) for each in moved), name


@pytest.mark.slow
def test_more_of_a_thing_never_brings_less() -> None:
    chains = [
        ["base", "hub_without_ships", "hub_and_alat", "hub_alat_and_ships", "eu_links_and_hub"],
        ["base", "ships_plus_2", "ships_plus_6", "measures_2030"],
        ["base", "full_draught", "measures_2030"],
        ["low_water_2033", "low_water_2030", "low_water", "base", "full_draught"],
        ["iran_instc_2030", "iran_instc_2030_track"],
        ["compliance", "compliance_ports", "base"],
        ["compliance", "compliance_operators", "base"],
        ["winter", "base"],
        ["cpc_closed", "cpc_closed_btc_7"],
    ]
    for chain in chains:
        changes = [at(name) for name in chain]
        assert changes == sorted(changes), chain


BOUGHT = tuple(f"pool.{owner}_platforms.number*=3" for owner in ("kz", "az", "ge", "tr"))
"""Platforms bought by every railway, so that other limits are seen."""


@cache
def bought(name: str) -> corridor.Answer:
    """A scenario with platforms enough."""
    case = base() if name == "base" else scenario(name)
    return corridor.solve(case.with_(BOUGHT), all_scopes=False)


@pytest.mark.slow
def test_a_hub_without_ships_is_stopped_by_platforms_and_then_by_alat() -> None:
    """The hypothesis that ships are in the way is wrong: platforms are, then the berths of Alat, then the ships."""
    assert "kz_platforms" in records()["hub_without_ships"]["stops"].split()
    assert at("hub_and_alat") == pytest.approx(at("hub_without_ships"), abs=1e3)
    fits = {name: bought(name).measures_t["capability"] for name in ("base", "hub_without_ships", "hub_and_alat")}
    alone = fits["hub_without_ships"] - fits["base"]
    assert at("hub_without_ships") < alone < fits["hub_and_alat"] - fits["hub_without_ships"]
    assert "alat_box_quay" in set(bought("hub_without_ships").limits["resource"])
    assert "feeders" in set(bought("hub_and_alat").limits["resource"])
    # 124,400 boxes of Alat less 105,000 of Aktau, 14 t in those that are full: 0.86 of them.
    assert alone == pytest.approx((124_400 - 105_000) * 14 * at_full(), rel=0.01)


def at_full() -> float:
    """The share of full boxes over the quays of Aktau: the empties of the weaker direction go home."""
    demand = base()["demand"].query("commodity_id == 'containers'")
    west = float(demand.loc[demand["origin_id"].isin([*CHINA, "almaty"]), "t_per_year"].sum())
    east = float(demand["t_per_year"].sum()) - west
    return (west + east) / (2 * max(west, east))


@pytest.mark.slow
def test_ferries_shared_as_in_2023_are_worth_two_new_ones() -> None:
    assert at("ferries_as_2023") == pytest.approx(at("ships_plus_2"), rel=0.1)


@pytest.mark.slow
def test_tariffs_and_hours_change_cost_and_not_tonnes() -> None:
    paid = {name: at(name, "shipper_usd_per_t") for name in records()}
    assert paid["tariffs_minus_50"] < paid["tariffs_minus_30"] < paid["border_dwell_24h"] < paid["base"]
    # Tariffs are linear where the same ways stay the cheapest: 30 per cent save three fifths of what 50 save, or more.
    saved = {cut: paid["base"] - paid[f"tariffs_minus_{cut}"] for cut in (30, 50)}
    assert saved[30] == pytest.approx(0.6 * saved[50], rel=0.02)
    # 2.25 days fewer for every tonne in a box from China, at 4 USD a day.
    demand = base()["demand"]
    boxes = float(
        demand.loc[demand["origin_id"].isin(CHINA) & (demand["commodity_id"] == "containers"), "t_per_year"].sum()
    )
    assert paid["base"] - paid["border_dwell_24h"] == pytest.approx(
        boxes * 54 / 24 * 4 / demand["t_per_year"].sum(), rel=0.02
    )


@pytest.mark.slow
def test_little_of_the_oil_of_cpc_finds_a_way() -> None:
    """One or two of 65 Mt: the contract with BTC leaves 0.9, tankers and dredging do the rest."""
    more = at("cpc_closed", "handled_t") - at("base", "handled_t")
    assert 0.5e6 < more < 0.9e6 + 1e5
    assert more < at("cpc_closed_btc_7", "handled_t") - at("base", "handled_t") < 2e6
    assert records()["cpc_closed"]["resources"] == "btc_contract"


@pytest.mark.slow
def test_the_north_brings_empty_boxes() -> None:
    """Of seven boxes west one comes back full: more of them means fewer full ones over the same quay."""
    assert at("northern_closure_year", "growth") < 0.2
    assert at("northern_closure_year", "handled_t") < at("base", "handled_t")
    assert at("northern_closure_13_days", "growth") > 1


@pytest.mark.slow
def test_300_kteu_fit_in_2030_with_platforms_and_since_boxes_ride_on_ferries() -> None:
    """Alat's 260,000 TEU less the 25,600 of others take fewer full boxes than the target has."""
    name = "target_300_kteu_2030"
    assert records()[name]["resources"] == "az_platforms"
    assert at(name, "growth") < 1
    later, now = (bought(each).growth or 0.0 for each in (name, "target_300_kteu"))
    assert later > 1 > now > 0
    boxes = scenario(name)["demand"].query("commodity_id == 'containers'")["t_per_year"].sum() / 14
    assert boxes / at_full() > 260_000 - 25_600
    assert {"alat_box_quay", "rail_ferries"} <= set(bought(name).limits["resource"])


@pytest.mark.slow
def test_tankers_platforms_and_a_contract_close_the_gap_to_ten_million_tonnes() -> None:
    case = scenario("target_10mt_2030")
    assert records()["target_10mt_2030"]["resources"] == "btc_contract"
    lifted = ["btc_contract", "tankers_12", "tankers_7", "tankers_asco", "tankers_other"]
    ships = [f"resource.{each}.capacity=unlimited" for each in lifted]
    without, more = (corridor.solve(case.with_([*ships, *also]), all_scopes=False).growth for also in ((), BOUGHT))
    assert without is not None
    assert more is not None
    assert without < 1 < more


@pytest.mark.slow
def test_water_that_shuts_the_ferries_is_said() -> None:
    assert records()["low_water_2033"]["first"] == "no way for Ferry wagons and Trucks"
    assert at("low_water_2033", "growth") == pytest.approx(0, abs=1e-9)
    assert at("low_water", "growth") < 1 < at("base", "growth")


@pytest.mark.slow
def test_the_southern_railway_fills_before_the_ports_when_they_have_grown() -> None:
    assert records()["iran_instc_2030"]["resources"] == "beineu_mangystau_line"
    assert at("measures_2030") - at("iran_instc_2030") > 1e6
    more = bought("measures_2030").measures_t["capability"] - bought("iran_instc_2030").measures_t["capability"]
    assert more > 1.5e6
    assert at("iran_instc_2030_track") == pytest.approx(at("measures_2030"), abs=1e3)


@pytest.mark.slow
def test_page_shows_what_the_library_finds() -> None:
    assert shown() == table(library())


def test_page_speaks_of_every_scenario() -> None:
    from tests.library_page import PAGE

    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in NAMES if f"`{name}`" not in text] == []
    named = set(re.findall(r"`([a-z]+_[a-z0-9_]+)`", re.sub(r"<!-- begin.*?<!-- end", "", text, flags=re.DOTALL)))
    known = set(NAMES) | {str(each) for frame in base().tables.values() for each in frame.index} | set(base().tables)
    columns = {str(column) for frame in base().tables.values() for column in frame}
    assert sorted(named - known - columns) == []
