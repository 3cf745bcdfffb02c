"""The difference that changes make, by hand on two links, and the ground where there is none."""

from __future__ import annotations

from functools import cache

import pytest

import corridor
from corridor.model.case import Case
from corridor.model.result.difference import REASONS, Difference
from corridor.model.result.frame import rows
from corridor.reports.say.difference import difference_sentences, page
from tests.asked import compare, solve
from tests.cases import case_of


@cache
def two_links(line: int = 600_000) -> Case:
    """Two links in a row: a line of 600 kt, then a crossing of 900 kt; 400 kt in the base year; a road nobody takes."""
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n port, 1000000",
            "mode": "mode_id\n rail\n sea\n road",
            "node": "node_id, name\n plain, Plain\n harbour, Harbour\n shore, Shore\n hill, Hill",
            "resource": f"resource_id, name, capacity, unit\n line, The line, {line}, t\n lorries, Lorries, 50000, t",
            "project": "project_id, resource_id, adds, cost_usd\n track, line, 100000, 7000000",
            "link": """
                link_id, from_node_id, to_node_id, mode_id, length_km, time_h, capacity_t_per_year, kind, gate, \
tariff_usd_per_t
                railway, plain, harbour, rail, 500, 20, unlimited, line, 0, 4
                crossing, harbour, shore, sea, 450, 24, 900000, quay, 1, 6
                road, plain, hill, road, 300, 9, unlimited, line, 0, 30""",
            "use": """
                use_id, resource_id, link_id, activity, amount
                one, line, railway, tonne, 1
                two, lorries, road, tonne, 1""",
            "segment": "segment_id, name\n grain, Grain",
            "demand": """
                demand_id, origin_id, destination_id, segment_id, gate, t_per_year
                out, plain, shore, grain, must, 400000""",
        }
    )


def asked(*changes: str, study: str = "capability", periods: str = "year") -> Difference:
    return corridor.difference(two_links(), two_links().with_(changes), study, periods=periods)


def change(found: Difference, measure: str) -> float:
    (row,) = (row for row in rows(found.measures) if row.measure == measure)
    return float(row.change)


def said(found: Difference) -> str:
    return " ".join(difference_sentences(found))


def test_a_limit_goes_and_the_next_one_comes() -> None:
    """900 kt of line: all 900 kt of the crossing pass, 300 more; the crossing is the limit now."""
    found = asked("resource.line.capacity+=400000")
    assert found.changed
    assert change(found, "capability") == pytest.approx(300_000)
    assert change(found, "handled") == 0
    assert change(found, "growth") == pytest.approx(300 / 400)
    assert {row.name: row.state for row in rows(found.limits)} == {"The line": "went", "Harbour–Shore (sea)": "came"}
    (went,) = (row for row in rows(found.limits) if row.state == "went")
    assert (went.base_used, went.base_available, went.used, went.available) == pytest.approx((6e5, 6e5, 9e5, 1e6))
    assert (found.first_base, found.first) == ("The line", "Harbour–Shore (sea)")
    (market,) = rows(found.markets)
    assert (market.name, market.change_t) == ("Grain", pytest.approx(300_000))
    total = {row.quantity: row.change for row in rows(found.totals)}
    assert total["revenue"] == pytest.approx(3e6)  # 10 USD a tonne
    for words in ("0.30 Mt more", "The first limit was The line; now it is Harbour–Shore (sea).", "Grain 0.30 Mt"):
        assert words in said(found)


def test_it_is_the_difference_of_two_solves_and_of_the_comparison() -> None:
    base, other = two_links(), two_links().with_(["resource.line.capacity=750000"])
    found = corridor.difference(base, other)
    beside = compare({"base": base, "other": other}).measures.droplevel("unit")
    gain = beside["other"] - beside["base"]
    for measure in ("handled", "concurrent", "capability", "free"):
        values = [solve(each).measures_t[measure] for each in (base, other)]
        assert change(found, measure) == pytest.approx(values[1] - values[0], abs=1e-3)
        assert change(found, measure) == pytest.approx(gain[measure], abs=1e-3)


def test_at_one_floor_where_the_base_year_does_not_fit() -> None:
    """300 kt of line hold three quarters of the base year: both are held at that floor too."""
    found = asked("resource.line.capacity=300000")
    assert sum(found.floor_t.values()) == pytest.approx(300_000)
    assert change(found, "capability_common") == pytest.approx(-300_000)
    assert "both at one floor: 0.30 Mt less" in said(found)


NOTHING = {
    "resource.line.capacity=600000": ("same", "holds that value already"),
    "link.railway.tariff_usd_per_t=1": ("price", "no market of the case responds to price"),
    "demand.out.unmet_usd_per_t=900": ("penalty", "the cost studies alone"),
    "mode.rail.cost_usd_per_tkm=0.1": ("spending", "--study cost_resource"),
    "link.railway.length_km=700": ("spending", "--study cost_resource"),
    "link.railway.departures_per_week=7": ("choice", "departures do not enter this study"),
    "add service_place {service_place_id: quay, node_id: harbour, berths: 2}": ("services", "corridor timetable alone"),
    "add listing {listing_id: far, name: F, table: node, row: hill, list: A, status: listed, from_date: 2025-01-01}": (
        "hazards",
        "corridor risk alone",
    ),
    "mode.rail.g_co2e_per_tkm=9": ("carbon", "corridor carbon"),
    "node.plain.name=Steppe": ("words", "enter no study"),
    "add store {store_id: yard, name: Yard, node_id: harbour, capacity_t: 9}": ("store", "--periods month"),
    "close link.road from 03-01 to 03-31": ("empty", "Plain – Hill, road carries nothing, before and after"),
    "link.railway.time_h=90": ("time", "Plain – Harbour, rail bind no ship or train"),
    "segment.grain.ceiling_t_per_year=800000": ("ceiling", "Grain does not reach the ceiling"),
    "link.road.capacity_t_per_year=5": ("empty", "Plain – Hill, road carries nothing, before and after"),
    "resource.lorries.capacity=9": ("slack", "Lorries is not full (0\u00a0% used before, 0\u00a0% now)"),
    "link.crossing.capacity_t_per_year=1200000": ("slack", "(67\u00a0% used before, 50\u00a0% now)"),
}


@pytest.mark.parametrize("words", NOTHING)
def test_why_a_change_changes_nothing(words: str) -> None:
    """600 kt pass before and after; the ground is the change's own."""
    reason, sentence = NOTHING[words]
    found = asked(words)
    assert not found.changed
    assert change(found, "capability") == 0
    reasons = [row.reason for row in rows(found.changes)]
    closes = words.startswith("close")  # the ships or lorries that serve the link alone, too
    assert reasons == ([reason, "slack"] if closes else [reason])
    opening = "These changes make no difference" if closes else "This changes nothing in how much fits: "
    assert said(found).startswith(opening)
    assert sentence in said(found)
    assert "nan" not in said(found)


def test_every_ground_has_its_sentence() -> None:
    assert {reason for reason, _ in NOTHING.values()} | {"held", "other", "calendar"} == set(REASONS)


def test_two_limits_together() -> None:
    """With both links at 600 kt, more of one alone brings nothing: the other holds the same cargo."""
    base = two_links().with_(["link.crossing.capacity_t_per_year=600000"])
    found = corridor.difference(base, base.with_(["resource.line.capacity=700000"]))
    assert not found.changed
    (row,) = rows(found.changes)
    assert (row.reason, row.names, row.beside) == ("held", ("The line",), ("Harbour–Shore (sea)",))
    assert "The line alone does not decide it: Harbour–Shore (sea) holds the same cargo" in said(found)
    assert found.first == "Harbour–Shore (sea)"


def test_a_change_without_a_part_beside_one_that_has() -> None:
    found = asked("resource.line.capacity=700000", "resource.lorries.capacity=70000", "link.railway.tariff_usd_per_t=1")
    reasons = {row.words: row.reason for row in rows(found.changes)}
    assert list(reasons.values()).count("") == 1
    assert reasons["resource.line.capacity=700000"] == ""
    assert {reasons["resource.lorries.capacity=70000"], reasons["link.railway.tariff_usd_per_t=1"]} == {
        "slack",
        "price",
    }
    assert "No part in it: Lorries is not full" in said(found)


def test_the_same_change_in_a_study_of_cost() -> None:
    """400 kt at 10 USD, then at 7: 1.2 million USD less; how much fits does not change, but the freight does."""
    found = asked("link.railway.tariff_usd_per_t=1", study="cost_shipper")
    assert found.changed
    assert change(found, "cost_shipper") == pytest.approx(-1.2e6)
    assert "Shippers pay 1.2 million USD a year less: 4 million USD before, 2.8 million USD now." in said(found)
    fits = asked("link.railway.tariff_usd_per_t=1")
    assert "Freight of the same cargo: 1.8 million USD a year less" in said(fits)  # of 600 kt


def test_a_closure_takes_its_days() -> None:
    """Nothing is stored at the harbour, so 31 of 365 days of the 600 kt are lost while the crossing is shut."""
    found = asked("close link.crossing from 03-01 to 03-31")
    assert found.changed
    assert change(found, "capability") == pytest.approx(-600_000 * 31 / 365)
    assert change(found, "concurrent") == pytest.approx(-600_000 * 31 / 365)


def test_a_calendar_that_leaves_the_mean() -> None:
    months = dict.fromkeys(["feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
    cells = ", ".join(f"{name}: {factor}" for name, factor in {"jan": 2, **months}.items())
    of = "calendar_id: line, name: Line, table: resource, row: line, column: capacity, kind: season"
    found = asked(f"add calendar {{{of}, {cells}}}")
    assert not found.changed
    assert [row.reason for row in rows(found.changes)] == ["calendar"]
    assert "leaves its mean" in said(found)


def test_a_scope_is_held_against_itself() -> None:
    base = two_links().with_(['add scope {scope_id: ours, name: Our cargo, demands: "commodity_id = cargo"}'])
    found = corridor.difference(base, base.with_(["resource.line.capacity=750000"]))
    change_of = {row.measure: row.change for row in rows(found.scopes)}
    assert change_of == pytest.approx({"handled": 0, "concurrent": 150_000, "capability": 150_000})


def test_projects_built_are_paid_for() -> None:
    found = asked("build track times 2")
    assert change(found, "capability") == pytest.approx(200_000)
    assert "The projects built cost 14 million USD, once." in said(found)


def test_a_base_without_an_answer() -> None:
    """All 400 kt must be carried at a cost: the line of 300 kt cannot, that of 500 kt can."""
    case = two_links(line=300_000).with_(["resource.line.capacity=500000"])
    with pytest.raises(corridor.InfeasibleError):
        corridor.difference(two_links(line=300_000), case, "cost_resource")


def test_the_page() -> None:
    made = page(asked("resource.line.capacity=700000"))
    assert [type(each).__name__ for each in made] == ["Heading", "Paragraph", "Table"]
    assert [type(each).__name__ for each in page(asked("node.plain.name=Steppe"))] == [
        "Heading",
        "Paragraph",
    ]
