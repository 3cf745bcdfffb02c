"""The four measures: handled, concurrent, capability, free."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.model.case import Case
from corridor.model.faults import CaseError, InfeasibleError
from corridor.optimize.answer.solve import STUDIES
from corridor.optimize.answer.year import Year
from tests.cases import Tables, answered, boxes, case_of, choice, idle, oil_and_boxes, tables_of_case
from tests.random_cases import gated_tables

SLACK = 1 + 1e-7


def measures(case: Case) -> tuple[float, float, float, float]:
    found = answered(case).measures_t
    return found["handled"], found["concurrent"], found["capability"], found["free"]


def test_four_measures_by_hand() -> None:
    """Oil takes 0.6 of its tonnes from field a and 0.4 from field b; its quay takes 400 kt, that of boxes 100 kt.

    H: 100 + 50 = 150 kt. C: boxes double (50 to 100 kt), then so does oil: 300 kt. T: of oil level L, 0.4 L comes from
    field b, whose line takes 100 kt: L = 250 kt, and boxes 100 kt: 350 kt. U: field a may fill the quay: 400 + 100 kt.
    """
    assert measures(oil_and_boxes()) == pytest.approx((150e3, 300e3, 350e3, 500e3), rel=1e-9)


def test_growth_and_floor_of_the_answer() -> None:
    answer = answered(oil_and_boxes())
    assert answer.growth == pytest.approx(2)
    assert answer.floor == 1
    levels = dict(zip(answer.segments["segment"], answer.segments["t"], strict=True))
    assert levels == pytest.approx({"oil": 250e3, "boxes": 100e3})


def test_demand_doubled_until_it_does_not_fit() -> None:
    """Boxes of 400 kt where 100 kt fit: growth 1/4, so C = 500/4 = 125 kt; oil goes on by itself.

    H: oil at its base year, 100 kt, and 100 kt of boxes. T: oil 250 kt and boxes 100 kt. U: 400 + 100 kt.
    """
    case = oil_and_boxes().with_(["demand.box.t_per_year=400000"])
    assert measures(case) == pytest.approx((200e3, 125e3, 350e3, 500e3), rel=1e-9)
    answer = answered(case)
    assert answer.floor == answer.growth == pytest.approx(0.25)


def test_nameplate_bounds_every_measure() -> None:
    case = oil_and_boxes().with_(["gate.gate.nameplate_t_per_year=320000"])
    assert measures(case) == pytest.approx((150e3, 300e3, 320e3, 320e3), rel=1e-9)
    answer = answered(case)
    assert answer.gate is not None
    assert answer.gate.share == pytest.approx(1)
    assert list(answer.limits["resource"]) == ["gate"]


def test_gate_tonnes_weigh_what_the_ports_weigh() -> None:
    """A port that counts 1.2 t for a tonne of boxes counts 60 kt in the base year and 120 kt at the berth's 100 kt."""
    case = oil_and_boxes().with_(["commodity.box.gate_factor=1.2"])
    assert measures(case) == pytest.approx((160e3, 320e3, 370e3, 520e3), rel=1e-9)


@pytest.mark.parametrize("study", ["handled", "concurrent", "capability", "free"])
def test_tables_add_up_to_the_measure(study: str) -> None:
    answer = answered(oil_and_boxes(), study)
    assert answer.value == answer.measures_t[study]
    assert answer.delivered["gate_t"].sum() == pytest.approx(answer.value, rel=1e-8)
    assert answer.segments["t"].sum() == pytest.approx(answer.value, rel=1e-8)
    assert answer.use.set_index("resource").at["gate", "used"] == pytest.approx(answer.value, rel=1e-8)


@pytest.mark.parametrize("study", STUDIES)
def test_no_demand_and_a_circle_through_the_gate_give_zero(study: str) -> None:
    answer = answered(idle(), study)
    assert answer.value == 0
    assert not any(answer.measures_t.values())
    assert answer.gate is not None
    assert answer.gate.t == 0
    assert answer.flow.empty
    assert answer.limits.empty


def test_tonnes_that_circle_through_the_gate_count_nothing() -> None:
    """The way to the quay takes 100 kt; the circle quay - sea - quay would take 500 kt of anybody's tonnes."""
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "link": """
                link_id, from_node_id, to_node_id, capacity_t_per_year, gate
                rail, a, p, 100000, 0
                out, p, s, 500000, 1
                circle, s, p, 500000, 0
                home, s, p, 500000, 1
                on, s, z, 500000, 0""",
            "demand": "demand_id, origin_id, destination_id, gate, t_per_year\n all, a, z, must, 40000",
        }
    )
    assert measures(case) == pytest.approx((40e3, 100e3, 100e3, 100e3), rel=1e-9)


def test_what_does_not_cross_shares_and_counts_nothing() -> None:
    """500 kt of line less 100 kt background, 40 kt that never cross, 30 kt that went by land: 330 kt for the gate.

    The base year's 60 + 50 kt could triple, but the segment of the 50 kt has its ceiling at 120 kt: growth 2.4.
    """
    case = choice()
    assert measures(case) == pytest.approx((110e3, 264e3, 330e3, 330e3), rel=1e-9)
    answer = answered(case)
    rows = answer.delivered.set_index("part")
    assert rows.at["stays", "t"] == pytest.approx(40e3)
    assert rows.at["chooses_elsewhere", "t"] == pytest.approx(30e3)
    assert rows.loc[["stays", "chooses_elsewhere"], "gate_t"].sum() == 0
    assert answer.use.set_index("resource").at["line", "used"] == pytest.approx(400e3)


def test_elsewhere_tonnes_do_not_use_the_gate() -> None:
    flow = answered(choice(), "handled").flow.set_index(["arc", "crosses"])["t"]
    assert flow["land", "never"] == pytest.approx(30e3)
    assert ("sea", "never") not in flow.index
    assert ("land", "must") not in flow.index


def test_only_cost_studies_let_a_demand_choose() -> None:
    """By sea 3 USD, by land 9: all 90 kt go by sea when the shipper chooses. Dear ships: all by land."""
    cheap = answered(choice(), "cost_shipper")
    rows = cheap.delivered.set_index("part")
    assert rows.at["chooses", "crossed_t"] == pytest.approx(90e3)
    assert cheap.value == pytest.approx((90e3 + 50e3) * (4 + 3) + 40e3 * 4)
    dear = answered(choice().with_(["link.sea.tariff_usd_per_t=20"]), "cost_shipper")
    assert dear.delivered.set_index("part").at["chooses", "crossed_t"] == pytest.approx(0)
    assert dear.gate is not None
    assert dear.gate.t == pytest.approx(50e3)


def test_ceiling_is_a_limit_of_kind_demand() -> None:
    limits = answered(choice(), "concurrent").limits.set_index("resource")
    assert limits.at["bound", "kind"] == "demand"
    assert limits.at["bound", "available"] == pytest.approx(120e3)
    # A step of 1 % is 1.2 kt; growth is 120/50, so all 110 kt grow by 1.2/50 of themselves.
    assert limits.at["bound", "price"] == pytest.approx(1.2e3 / 50 * 110)


def test_ceiling_holds_in_every_measure() -> None:
    case = oil_and_boxes().with_(["segment.oil.ceiling_t_per_year=120000"])
    assert measures(case) == pytest.approx((150e3, 1.2 * 150e3, 220e3, 220e3), rel=1e-9)


def test_segment_without_base_year_is_listed_and_takes_no_part() -> None:
    case = oil_and_boxes().with_(["demand.box.t_per_year=0"])
    answer = answered(case)
    assert answer.growth == pytest.approx(2.5)
    rows = answer.segments.set_index("segment")
    assert not rows.loc["boxes", ["base_t", "t"]].any()
    assert measures(case) == pytest.approx((100e3, 250e3, 250e3, 400e3), rel=1e-9)


def test_demand_without_segment_is_its_own() -> None:
    tables = tables_of_case(oil_and_boxes())
    case = case_of({**tables, "demand": [{**row, "segment_id": None} for row in tables["demand"]], "segment": []})
    # Every demand grows by itself: field a 300 kt and field b 100 kt fill the quay.
    assert measures(case) == pytest.approx((150e3, 300e3, 500e3, 500e3), rel=1e-9)
    assert set(answered(case).segments["segment"]) == {"oil_a", "oil_b", "box"}


def test_ids_of_a_case_may_look_like_ours() -> None:
    """A demand called like the elsewhere part of another, and streams of which the names would be the same.

    500 kt of nameplate for 10 + 20 + 10 kt of base year; three demands grow together at 12.5.
    """
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 500000",
            "link": """
                link_id, from_node_id, to_node_id, gate, directed
                sea, a, b, 1, 0
                sea_never, a, b_never, 1, 0
                land, a, b, 0, 0""",
            "segment": "segment_id\n all",
            "demand": """
                demand_id, origin_id, destination_id, segment_id, gate, t_per_year, elsewhere_t_per_year
                one, a, b, all, may, 10000, 5000
                one_elsewhere, a, b, all, must, 20000, 0
                two, a, b_never, all, must, 10000, 0""",
        }
    )
    answer = answered(case)
    assert answer.value == pytest.approx(500e3)
    assert answer.growth == pytest.approx(12.5)
    assert dict(zip(answer.delivered["part"], answer.delivered["t"], strict=True)) == pytest.approx(
        {"one": 125e3, "one_elsewhere_": 5e3, "one_elsewhere": 250e3, "two": 125e3}
    )


def test_demand_that_never_crosses_and_does_not_fit() -> None:
    case = choice().with_(["demand.stays.t_per_year=450000"])
    with pytest.raises(InfeasibleError) as error:
        answered(case)
    # 400 kt of line less the 30 kt that went elsewhere, if those go first; which of the two falls short is not unique.
    assert "demand stays" in str(error.value) or "demand chooses" in str(error.value)
    assert "what is full: line" in str(error.value)


def test_shortfall_names_demand_and_what_is_full() -> None:
    """100 kt must get over a link of 60 kt; the growing demand does not matter for that."""
    case = case_of(
        {
            "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
            "resource": "resource_id, name, capacity\n pass, The pass, 60000",
            "link": """
                link_id, from_node_id, to_node_id, gate
                over, a, b, 0
                sea, b, c, 1""",
            "use": "use_id, resource_id, link_id, activity, amount\n one, pass, over, tonne, 1",
            "demand": """
                demand_id, origin_id, destination_id, gate, t_per_year
                local, a, b, never, 100000
                through, a, c, must, 10000""",
        }
    )
    for study in STUDIES[:4]:
        with pytest.raises(InfeasibleError) as error:
            answered(case, study)
        assert "demand local: 60,000 of 100,000 t of cargo get from a to b" in str(error.value)
        assert "what is full: The pass" in str(error.value)


def test_nothing_that_limits_is_a_fault() -> None:
    case = case_of(
        {
            "link": "link_id, from_node_id, to_node_id\n wide, a, b",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 10",
        }
    )
    for study in STUDIES[:4]:
        with pytest.raises(CaseError, match=r"C047.*nothing limits all"):
            answered(case, study)


def test_unknown_study() -> None:
    with pytest.raises(CaseError, match=r"C070.*did you mean capability\?"):
        answered(boxes(), "capabilty")


@pytest.mark.slow
@settings(max_examples=24)
@given(gated_tables())
def test_order_of_the_measures(tables: Tables) -> None:
    """H <= C <= T <= U where the base year fits, C <= H <= T <= U where it does not."""
    answer = answered(case_of(tables))
    handled, concurrent, capability, free = (
        answer.measures_t[name] for name in ("handled", "concurrent", "capability", "free")
    )
    assert answer.growth is not None
    lower, upper = (handled, concurrent) if answer.growth >= 1 else (concurrent, handled)
    assert lower <= upper * SLACK
    assert upper <= capability * SLACK
    assert capability <= free * SLACK
    assert answer.gate is not None
    assert free <= answer.gate.nameplate_t * SLACK
    base = answer.segments["base_t"].sum()
    if answer.growth >= 1:
        assert handled == pytest.approx(base, rel=1e-7)


@pytest.mark.slow
@settings(max_examples=24)
@given(gated_tables(), st.data())
def test_capability_does_not_fall_when_a_capacity_rises(tables: Tables, data: st.DataObject) -> None:
    """Floors held: both runs use the floor of the case with the smaller capacity."""
    case = case_of(tables)
    year = Year(case, "capability")
    floor = min(1.0, year.concurrent().value)
    before = year.capability(floor).value
    finite = [f"resource.{row.resource_id}.capacity" for row in case.rows("resource") if row.capacity < 1e12]
    finite += [
        f"link.{row.link_id}.capacity_t_per_year" for row in case.rows("link") if 0 <= row.capacity_t_per_year < 1e12
    ]
    table, row_id, column = data.draw(st.sampled_from([*finite, "gate.gate.nameplate_t_per_year"])).split(".")
    raised = float(str(case[table].at[row_id, column])) * data.draw(st.sampled_from([1.01, 1.5, 10])) + 1
    wider = Year(case.with_([f"{table}.{row_id}.{column}={raised!r}"]), "capability")
    assert wider.capability(floor).value >= before * (1 - 1e-7)
    assert wider.concurrent().value >= year.concurrent().value * (1 - 1e-7)


def test_capability_can_fall_when_floors_are_not_held() -> None:
    """Why floors are held: a wider bottleneck of one market lifts the floor of another that shares a scarce line.

    Line 100 kt; lean takes 1 of it per t, greedy 10. Greedy's quay of 2 kt holds growth at 2/10: floors 2 and 2 kt, so
    lean gets the rest. With the quay at 20 kt growth is 100/110, floors are 9.09 kt of both, nothing is left: T = C.
    """

    def case(quay: int) -> Case:
        return case_of(
            {
                "gate": "gate_id, nameplate_t_per_year\n gate, 1000000",
                "commodity": "commodity_id\n lean\n greedy",
                "resource": f"resource_id, capacity\n line, 100000\n quay, {quay}",
                "link": """
                    link_id, from_node_id, to_node_id, gate
                    rail, a, p, 0
                    sea, p, z, 1""",
                "use": """
                    use_id, resource_id, link_id, activity, item_id, amount
                    lean, line, rail, tonne, lean, 1
                    greedy, line, rail, tonne, greedy, 10
                    over, quay, sea, tonne, greedy, 1""",
                "demand": """
                    demand_id, commodity_id, origin_id, destination_id, gate, t_per_year
                    lean, lean, a, z, must, 10000
                    greedy, greedy, a, z, must, 10000""",
            }
        )

    narrow, wide = measures(case(2000)), measures(case(20000))
    assert narrow[2] == pytest.approx(82e3)  # 2 kt greedy take 20 of the line, lean has 80
    assert wide[1:3] == pytest.approx((200e3 / 11, 200e3 / 11))
    assert Year(case(20000), "capability").capability(0.2).value * 1000 == pytest.approx(82e3)


@settings(max_examples=15)
@given(gated_tables(fixed=False))
def test_twice_of_everything_carries_twice_as_much(tables: Tables) -> None:
    found, more = (Year(case_of(each), "concurrent").concurrent() for each in (tables, doubled(tables)))
    assert more.value == pytest.approx(2 * found.value, rel=1e-6)


def doubled(tables: Tables) -> Tables:
    """Every capacity, fleet, nameplate, ceiling and background twice as large."""

    def row_of(row: dict[str, object]) -> dict[str, object]:
        amounts = ("capacity", "background", "capacity_t_per_year", "nameplate_t_per_year", "ceiling_t_per_year")
        return {name: 2 * float(str(value)) if name in amounts else value for name, value in row.items()}

    return {name: [row_of(row) for row in rows] for name, rows in tables.items()}
