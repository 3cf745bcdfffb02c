"""Projects priced by hand: limits in series and apart, things bought several times, and changes of coefficients."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest

from corridor import ladder, projects
from corridor.model.case import Case
from corridor.model.faults import CaseError
from corridor.model.result.projects import Projects
from corridor.optimize.studies.projects import Builds
from corridor.reports.blocks import Paragraph
from corridor.reports.say.projects import page
from tests.cases import Row, case_of, ferry, proven, rows_of, tables_of_case
from tests.optimize.test_expand import TWO, corridor

A = "a_line, line, 100000, 10000000, 1"
B = "b_quay, berth, 100000, 20000000, 1"
D = "d_box, crane, 30000, 6000000, 1"
HEAD = "project_id, resource_id, adds, cost_usd, at_most"


def written(*projects_of: str, ceiling: str = "unlimited", line: str = "150000") -> dict[str, str]:
    """Oil goes by a line (150 kt) and then a berth (100 kt), boxes by a crane (50 kt); 100 and 50 kt came."""
    return {
        "gate": "gate_id, nameplate_t_per_year\n gate, 900000",
        "commodity": "commodity_id\n oil\n box",
        "resource": f"resource_id, capacity\n line, {line}\n berth, 100000\n crane, 50000",
        "link": """
            link_id, from_node_id, to_node_id, gate, commodities
            rail, field, port, 0, oil
            sea, port, far, 1, oil
            feeder, plant, far, 1, box""",
        "use": """
            use_id, resource_id, link_id, activity, amount
            one, line, rail, tonne, 1
            two, berth, sea, tonne, 1
            three, crane, feeder, tonne, 1""",
        "segment": f"segment_id, ceiling_t_per_year\n oil, unlimited\n boxes, {ceiling}",
        "demand": """
            demand_id, commodity_id, origin_id, destination_id, segment_id, gate, t_per_year
            oil, oil, field, far, oil, must, 100000
            box, box, plant, far, boxes, must, 50000""",
        "project": "\n ".join([HEAD, *projects_of]),
    }


def apart(*projects_of: str, ceiling: str = "unlimited", line: str = "150000") -> Case:
    return case_of(written(*projects_of, ceiling=ceiling, line=line))


def by_id(found: Projects) -> dict[str, dict[str, Any]]:
    return {str(row["project"]): row for row in found.to_dict()["rows"]}


def steps(found: Projects) -> list[tuple[Any, ...]]:
    """Ids, times and kt gained of each step."""
    return [(row["projects"], row["times"], row["gain_t"] / 1e3) for row in found.curve.to_dict("records")]


def test_alone_after_those_before_and_all_together() -> None:
    """As it is 100 + 50 kt fit. Alone: the line adds nothing, for the berth stops the oil; the berth 50 kt (400 USD/t),
    until the line stops at 150; the crane 30 kt (200 USD/t). So the crane is first, then the berth, and the line, now
    that it is the first limit, adds 50 kt. Together min(250, 200) + 80 = 280 kt; without the line 150 + 80, without the
    berth 100 + 80, without the crane 200 + 50.
    """
    found = projects(apart(A, B, D))
    assert found.base_t["capability"] == pytest.approx(150e3)
    assert found.floor == 1.0
    rows = by_id(found)
    assert {name: row["capability_t"] for name, row in rows.items()} == {
        "a_line": 0.0,
        "b_quay": pytest.approx(50e3),
        "d_box": pytest.approx(30e3),
    }
    assert [rows[name]["usd_per_t"] for name in ("d_box", "b_quay", "a_line")] == [
        pytest.approx(200),
        pytest.approx(400),
        None,
    ]
    assert list(found.table["project"]) == ["d_box", "b_quay", "a_line"]
    assert [(ids, times) for ids, times, _ in steps(found)] == [
        (("d_box",), (1,)),
        (("b_quay",), (1,)),
        (("a_line",), (1,)),
    ]
    assert [gain for *_, gain in steps(found)] == pytest.approx([30, 50, 50])
    assert rows["a_line"]["after_t"] == pytest.approx(50e3)
    assert rows["a_line"]["after_usd_per_t"] == pytest.approx(200)
    assert rows["a_line"]["needs"] == ["b_quay"]
    assert found.together_t["capability"] == pytest.approx(280e3)
    assert {name: row["left_out_t"] for name, row in rows.items()} == pytest.approx(
        {"a_line": 50e3, "b_quay": 100e3, "d_box": 30e3}
    )
    assert list(found.curve["total_usd"]) == [6e6, 26e6, 36e6]


def test_the_curve_adds_up_to_the_joint_solve() -> None:
    """The segments' gains are those of the case with all of it built, which is solved as a scenario of its own."""
    case = apart(A, B, D)
    found = projects(case)
    built = projects(case.with_(["build a_line", "build b_quay", "build d_box"]))
    assert found.base_t["capability"] + math.fsum(found.curve["gain_t"]) == pytest.approx(built.base_t["capability"])
    assert found.built_t == pytest.approx(built.base_t)


def test_projects_that_gain_only_together_are_one_step() -> None:
    """All alike: oil and boxes are both at their limits, so no project gains alone. Berth and crane give 1.5 times the
    base year, 75 kt for 26 million (347 USD/t); with the line 1.6 times, 90 kt for 36 million (400 USD/t). So the two
    are one step, and the line the next, 15 kt.
    """
    found = projects(apart(A, B, D), measure="concurrent")
    assert all(row["concurrent_t"] == 0.0 for row in by_id(found).values())
    assert [(ids, times) for ids, times, _ in steps(found)] == [(("b_quay", "d_box"), (1, 1)), (("a_line",), (1,))]
    assert [gain for *_, gain in steps(found)] == pytest.approx([75, 15])
    rows = by_id(found)
    assert rows["b_quay"]["with_others"] == ["d_box"]
    assert rows["b_quay"]["after_usd_per_t"] == pytest.approx(26e6 / 75e3)
    assert found.together_t["concurrent"] == pytest.approx(240e3)


def test_things_bought_several_times_are_one_segment_up_to_the_most() -> None:
    """A crane more takes 30 kt; the market stops at 130 of its 50 kt: 30, 30 and 20 kt, and a fourth adds nothing."""
    three = projects(apart("cranes, crane, 30000, 6000000, 9", ceiling="130000"))
    assert steps(three) == [(("cranes",), (3,), pytest.approx(80))]
    two = projects(apart("cranes, crane, 30000, 6000000, 2", ceiling="130000"))
    assert steps(two) == [(("cranes",), (2,), pytest.approx(60))]
    assert two.together_usd == 12e6
    large = projects(apart("cranes, crane, 30000, 6000000, 9", ceiling="130000"), least_t=25_000)
    assert steps(large) == [(("cranes",), (2,), pytest.approx(60))]


def test_a_doubled_price_doubles_the_cost_of_a_tonne_and_changes_the_order() -> None:
    found = projects(apart(B, "d_box, crane, 30000, 15000000, 1"))
    assert [ids for ids, *_ in steps(found)] == [("b_quay",), ("d_box",)]  # 400 and 500 USD/t
    assert by_id(found)["d_box"]["usd_per_t"] == pytest.approx(500)


def test_changes_of_coefficients_are_built_as_changes_of_capacity_are() -> None:
    """On a deck of half its length a ferry makes 200 moves of 18 wagons of 60 t each way; with the whole deck 36. Two
    ferries on the half deck take as much as one on the whole, and both together twice that.
    """
    tables = {name: list(rows) for name, rows in tables_of_case(ferry()).items()}
    tables["factor"] = rows_of("factor_id, size_id, kind, value\n half, deck, draught, 0.5")
    tables["project"] = rows_of("""
        project_id, resource_id, adds, changes, cost_usd
        dredging, , , factor.half.value=1, 3000000
        ship, ferries, 1, , 9000000""")
    found = projects(case_of(tables), least_t=1.0)
    rows = by_id(found)
    assert rows["dredging"]["resources"] == ["ferries"]
    assert rows["dredging"]["concurrent_t"] == pytest.approx(rows["ship"]["concurrent_t"])
    assert rows["dredging"]["concurrent_t"] == pytest.approx(found.base_t["concurrent"])
    assert [ids for ids, *_ in steps(found)] == [("dredging",), ("ship",)]
    assert found.together_t["concurrent"] == pytest.approx(4 * found.base_t["concurrent"])


@pytest.mark.parametrize("measure", ["capability", "concurrent"])
def test_candidates_left_unsolved_would_not_have_been_chosen(measure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound by prices spares solves, and changes no step."""
    more: list[Row] = rows_of(
        f"{HEAD}\n {A}\n {B}\n {D}\n e_line, line, 20000, 1000000, 4\n f_box, crane, 7000, 900000, 5"
    )
    case = case_of({**written(), "project": more})
    spared = projects(case, measure=measure)
    monkeypatch.setattr(Builds, "most", lambda *_: math.inf)
    every = projects(case, measure=measure)
    assert spared.curve.equals(every.curve)
    assert spared.solves < every.solves


def test_the_order_of_rows_changes_nothing() -> None:
    one, other = projects(apart(A, B, D)), projects(apart(D, A, B))
    assert one.table.equals(other.table)
    assert one.curve.equals(other.curve)


def test_more_of_what_has_no_limit_adds_nothing() -> None:
    found = projects(apart(A, B, line="unlimited"))
    assert by_id(found)["a_line"]["capability_t"] == 0.0
    assert steps(found) == [(("b_quay",), (1,), pytest.approx(100))]


def test_of_a_scope_its_cargo_alone_grows() -> None:
    """Of the oil 100 kt fit as it is. The crane adds nothing to it, berth and then line 50 kt each; 150 kt are wanted,
    which the berth brings for 20 million.
    """
    scopes = "scope_id, demands, target_t_per_year, target_year\n oil, commodity_id = oil, 150000, 2030"
    found = projects(case_of({**written(A, B, D), "scope": scopes}), scope="oil")
    assert (found.scope, found.target_t, found.target_year) == ("oil", 150e3, 2030)
    assert found.base_t["capability"] == pytest.approx(100e3)
    assert by_id(found)["d_box"]["capability_t"] == 0.0
    assert steps(found) == [(("b_quay",), (1,), pytest.approx(50)), (("a_line",), (1,), pytest.approx(50))]
    said = " ".join(str(part) for block in page(found) if isinstance(block, Paragraph) for part in block.parts)
    assert "fits after step 1, for 20 million USD" in said


def test_limits_without_a_project_are_named() -> None:
    assert list(projects(apart(B)).unpriced["resource"]) == ["crane", "line"]


@cache
def of_what_comes() -> Projects:
    """A line of 100 kt is full, 300 would come: A brings 6 kt for 50 million, B 12 for 90, a yard nothing."""
    project = TWO + "c, yard, 6000, 1e6, CC\n"
    resource = "resource_id, capacity\nline, 100000\nyard, 900000"
    use = "use_id, resource_id, link_id, activity, amount\nline, line, way, tonne, 1\nyard, yard, way, tonne, 1"
    return projects(corridor(project=project, resource=resource, use=use), measure="expected", least_t=1000.0)


def test_the_order_of_what_comes() -> None:
    """B is 7,500 USD a tonne, A 8,333. The yard takes no solve of its own beside the table's."""
    found = of_what_comes()
    assert found.measure == "expected"
    assert found.base_t["expected"] == pytest.approx(100e3)
    assert [(ids, gain) for ids, _, gain in steps(found)] == [
        (("b",), pytest.approx(12, rel=1e-4)),
        (("a",), pytest.approx(6, rel=1e-4)),
    ]
    rows = by_id(found)
    assert rows["b"]["usd_per_t"] == pytest.approx(7500, rel=1e-4)
    assert rows["c"]["expected_t"] == 0.0
    assert found.built_t["expected"] == found.together_t["expected"] == pytest.approx(118e3, rel=1e-4)
    said = " ".join(str(part) for block in page(found) if isinstance(block, Paragraph) for part in block.parts)
    assert "comes at these prices and times" in said


def test_what_comes_is_not_known_without_markets() -> None:
    with pytest.raises(CaseError) as error:
        projects(apart(A), measure="expected")
    assert [fault.code for fault in error.value.faults] == ["C318"]


def test_all_that_is_wrong_with_the_question_comes_at_once() -> None:
    case = apart()
    with pytest.raises(CaseError) as error:
        projects(case, measure="capabilty", least_t=0.0)
    assert [fault.code for fault in error.value.faults] == ["C070", "C192", "C194"]
    assert "did you mean capability?" in str(error.value)


def with_ranges(line: str, berth: tuple[int, int]) -> Case:
    """Costs with ranges, all else certain: the crane 5 to 7 million, the berth as given."""
    low, high = berth
    return case_of(
        proven(
            {
                **written(A, B, D),
                "evidence": f"""
                    evidence_id, table, row, column, low, high, confidence, basis, note
                    crane, project, d_box, cost_usd, 5000000, 7000000, low, assumed, a test's
                    berth, project, b_quay, cost_usd, {low}, {high}, low, assumed, a test's""",
            }
        )
    )


def test_trials_of_the_order() -> None:
    """The crane costs at most 233 USD/t and the berth at least 360, so the order always holds; a berth of 5 million
    (100 USD/t) is sometimes the better one, so the first step is best in some trials, the second one, when only the
    line is left beside it, in all. Nothing but costs is uncertain, so the gains are those of the curve.
    """
    always = projects(with_ranges("150000", (18_000_000, 25_000_000)), draws=20)
    assert (always.draws, always.possible) == (20, 20)
    assert always.trials is not None
    assert list(always.trials["best"]) == [1.0, 1.0, 1.0]
    for column in ("gain_p5_t", "gain_p50_t", "gain_p95_t"):
        assert list(always.trials[column]) == pytest.approx([30e3, 50e3, 50e3])
    sometimes = projects(with_ranges("150000", (5_000_000, 25_000_000)), draws=20)
    assert sometimes.trials is not None
    first, second, _ = sometimes.trials["best"]
    assert 0 < first < 1
    assert second == 1.0
    again = projects(with_ranges("150000", (5_000_000, 25_000_000)), draws=20)
    assert again.trials is not None
    assert again.trials.equals(sometimes.trials)


def test_the_ladder_prices_changes_alone_too() -> None:
    """All alike, 150 kt of oil pass the line and 75 kt of boxes beside them; berth and crane take more. With 50 kt more
    of the line, by capacity or by changes, 200 and 100 kt pass: 75 kt more for 5 million.
    """
    tables = written("idle, crane, 1, 9, 1")
    tables["resource"] = "resource_id, capacity\n line, 150000\n berth, 400000\n crane, 900000"
    plain = {**tables, "project": f"{HEAD}\n more, line, 50000, 5000000, 1"}
    works = "project_id, changes, cost_usd\n more, resource.line.capacity+=50000, 5000000"
    for written_so in (plain, {**tables, "project": works}):
        first = ladder(case_of(written_so)).frame.iloc[0]
        assert (first["resource"], first["project"]) == ("line", "more")
        assert [first["adds_t"], first["usd_per_t"]] == pytest.approx([75e3, 5e6 / 75e3])
