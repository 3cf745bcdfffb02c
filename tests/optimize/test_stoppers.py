"""Whatever can stop an answer is named, priced and explained, and has a rung and a bar: stores, what is to be built."""

from __future__ import annotations

import math

import pytest

import corridor as api
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.optimize.answer.lifting import ladder
from corridor.optimize.answer.year import Year
from corridor.optimize.studies.markets import markets
from tests.asked import explain, prices, setting, solve, waterfall
from tests.cases import answered, case_of

SILO = "store_id, name, node_id, capacity_t, dwell_d, kind\n silo, Silo, port, 4000, 3, quay"


def port(line: float = 600_000, store: str = SILO, project: str = "", base: float = 400_000) -> Case:
    """Grain by a line to a port, past a store, over a gate quay of 900 kt; nameplate 1 Mt; a second market of none."""
    extra = {"project": project} if project else {}
    stores = {"store": store} if store else {}
    return case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "resource": f"resource_id, name, kind, capacity\n line, The line, line, {line:g}",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, kind, gate, length_km, time_h
                rail, field, port, unlimited, line, 0, 500, 20
                sea, port, far, 900000, quay, 1, 450, 24""",
            "use": "use_id, resource_id, link_id, activity, amount\n one, line, rail, tonne, 1",
            "demand": f"""
                demand_id, origin_id, destination_id, gate, t_per_year
                grain, field, far, must, {base:g}
                coal, field, far, must, 0""",
            **extra,
            **stores,
        }
    )


ROOM = 4000 * 365 / 3
"""By Little's law 4,000 t of room and three days let 486,667 t a year pass."""


def test_a_store_is_the_first_limit_with_a_price_and_a_rung() -> None:
    case = port()
    answer = answered(case)
    assert answer.value == pytest.approx(ROOM)
    assert answer.first is not None
    assert (answer.first.resources, answer.first.names) == (("silo",), ("Silo",))
    assert answer.first.next_growth == pytest.approx(1.5)
    limit = answer.limits.iloc[0]
    assert (limit["resource"], limit["kind"], limit["unit"]) == ("silo", "quay", "t")
    assert [limit["used"], limit["available"], limit["price"]] == pytest.approx([4000, 4000, ROOM / 100], rel=1e-6)
    rungs = ladder(Year(case, "capability"))
    assert list(rungs["resource"]) == ["silo", "line", "sea", "gate"]
    assert list(rungs["t"]) == pytest.approx([ROOM, 600e3, 900e3, 1e6])
    # At the silo's rung 600,000 - 486,667 t of the line are free.
    assert rungs["next_slack"].iloc[0] == pytest.approx(600e3 - ROOM, rel=1e-3)
    steps = prices(case).frame.set_index("measure")
    assert steps.loc["capability", "resource"] == "silo"
    assert [steps.loc["capability", "up_t"], steps.loc["capability", "down_t"]] == pytest.approx([ROOM / 100] * 2)


def test_twice_the_room_is_the_next_limit() -> None:
    """Asked the other way: with 8,000 t of room the line stops it, and the silo has a price no more."""
    answer = answered(port(store=SILO.replace("4000", "8000")))
    assert answer.value == pytest.approx(600e3)
    assert list(answer.limits["resource"]) == ["line"]


def test_a_store_has_a_bar_of_its_kind() -> None:
    """From 1 Mt: quays and stores take 513,333 t, nothing is left to the line, markets asked for 86,667 t less."""
    bars = waterfall(port()).bars.set_index("kind")["bar_t"]
    assert bars["quay"] == pytest.approx(1e6 - ROOM)
    assert bars["line"] == pytest.approx(0, abs=1)
    assert bars["demand"] == pytest.approx(ROOM - 400e3)


def test_a_store_is_explained() -> None:
    case = port()
    found = explain(case, answered(case), "silo")
    assert found.kind == "store"
    assert "It is a limit" in " ".join(found.sentences)
    assert "486,667 t fit; without this limit 600,000 t" in " ".join(found.sentences)
    assert list(found.tables["used on"]["link"]) == ["sea"]


def test_a_store_is_priced_by_months_as_in_the_whole_year() -> None:
    """The room holds in each month: its marginal price, over a step of 1 %, is that of the year as one period."""
    answer = api.solve(port(), periods="month")
    assert answer.value == pytest.approx(ROOM, rel=1e-6)
    assert list(answer.limits["resource"]) == ["silo"]
    assert answer.limits["price"].iloc[0] == pytest.approx(ROOM / 100, rel=1e-5)
    assert answer.use.set_index("resource").loc["silo", "used"] == pytest.approx(4000, rel=1e-6)


def to_be_built() -> Case:
    return port(
        line=0, store="", project="project_id, name, resource_id, adds, cost_usd\n track, Track, line, 5e5, 1e8"
    )


def test_what_is_to_be_built_is_the_first_limit_and_its_project_the_step() -> None:
    """Nothing goes without the line; its project adds 500,000 t, and so much goes; without limit the quay's 900,000."""
    case = to_be_built()
    answer = answered(case)
    assert answer.value == 0
    assert answer.first is not None
    assert answer.first.resources == ("line",)
    assert answer.first.next_growth == pytest.approx(2.25)
    limit = answer.limits.iloc[0]
    assert (limit["resource"], limit["step"]) == ("line", 500e3)
    assert limit["price"] == pytest.approx(500e3)
    rungs = api.ladder(case).frame
    assert list(rungs["resource"]) == ["line", "sea", "gate"]
    assert rungs["project"].iloc[0] == "Track"
    assert rungs["adds_t"].iloc[0] == pytest.approx(500e3)


def test_a_project_of_changes_is_no_step_of_a_resource() -> None:
    """It adds to no single resource, so the step stays the 500,000 t of the other project."""
    both = """
        project_id, name, resource_id, adds, changes, cost_usd
        faster, Faster ships, , , link.sea.time_h=12, 1e6
        track, Track, line, 5e5, , 1e8"""
    limit = answered(port(line=0, store="", project=both)).limits.iloc[0]
    assert (limit["resource"], limit["step"], limit["price"]) == ("line", 500e3, pytest.approx(500e3))


def test_the_waterfall_falls_from_the_nameplate_where_all_is_to_be_built() -> None:
    falls = waterfall(to_be_built())
    bars = falls.bars.set_index("kind")["bar_t"]
    assert falls.nameplate_t == pytest.approx(1e6)
    assert [bars["quay"], bars["line"]] == pytest.approx([100e3, 900e3])


def test_a_demand_of_nothing_has_a_way_and_what_would_stop_it() -> None:
    """600 kt of line less 400 kt of grain at its base year leave 200 kt for coal, which is not there yet."""
    case = port(store="")
    found = explain(case, answered(case), "coal")
    way = found.tables["ways"].iloc[0]
    assert [way["km"], way["days"]] == pytest.approx([950, 44 / 24])
    assert "200,000 t fit beside the others. Stopped by: The line." in " ".join(found.sentences)
    assert not any("No limit" in sentence for sentence in found.sentences)
    listed = markets(setting(case)).frame.set_index("segment")
    assert listed.loc["coal", "stops"] == "nothing in the base year"


def test_a_case_of_nothing_has_no_rungs_and_no_nan_in_words() -> None:
    frame = api.ladder(port(base=0)).frame
    assert not len(frame)
    assert math.isclose(answered(port(base=0)).measures_t["capability"], 0.0)


def test_the_list_is_cut_where_so_many_are_asked_for() -> None:
    """Three limits side by side have a price each; the dearest comes first, the others are counted."""
    case = case_of(
        {
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year
                small, a, b, 50000
                large, a, b, 90000
                middle, a, b, 70000""",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 100000",
        }
    )
    whole, cut, none = (solve(case, "capability", most=most) for most in (None, 1, 0))
    assert list(whole.limits["resource"]) == ["large", "middle", "small"]
    assert list(whole.limits["price"]) == pytest.approx([900, 700, 500])
    assert (list(cut.limits["resource"]), cut.limits_left, cut.unfinished) == (["large"], 2, False)
    assert (len(none.limits), none.first) == (0, None)
    assert {each.value for each in (whole, cut, none)} == {whole.value}


def cut_off() -> Case:
    """Two markets of 100 kt; no link leads to the island, and what stays there costs 50 USD a tonne."""
    return case_of(
        {
            "node": "node_id\n a\n b\n island",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, tariff_usd_per_t
                rail, a, b, 150000, 3
                ferry, b, island, 0, 1""",
            "demand": """
                demand_id, origin_id, destination_id, t_per_year, unmet_usd_per_t
                near, a, b, 100000,
                far, a, island, 100000, 50""",
        }
    )


def test_a_demand_without_a_way_is_left_behind_where_that_has_a_price() -> None:
    """Near grows to 150 kt as if far were not there; at least cost far pays 100,000 t x 50 USD, near 3 USD."""
    case = cut_off()
    measured, paid = answered(case), answered(case, "cost_shipper")
    assert measured.value == pytest.approx(150e3)
    assert measured.growth == pytest.approx(1.5)
    assert paid.value == pytest.approx(100e3 * 50 + 100e3 * 3)
    for answer in (measured, paid):
        left = answer.to_dict()["left_behind"]
        assert [(row["demand"], row["no_way"]) for row in left] == [("far", True)]
        assert left[0]["unmet_t"] == pytest.approx(100e3)
    opened = answered(case.with_(["open link.ferry"]))
    assert not len(opened.left)


def test_a_demand_without_a_way_and_without_a_price_is_refused() -> None:
    with pytest.raises(CaseError, match="C042"):
        api.check(cut_off().with_(["demand.far.unmet_usd_per_t="]))
