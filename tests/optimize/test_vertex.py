"""From a vertex of a goal: limits that give way, the base year as a share of the common growth, one segment."""

import math
from collections.abc import Iterable
from itertools import combinations
from typing import Any

import pytest

from benchmarks.networks import grid_of
from corridor.model.case import Case
from corridor.model.program import Label
from corridor.optimize.answer import compiled
from corridor.optimize.answer.limit import lift
from corridor.optimize.answer.scaled import scaled
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.program import solver as solver_module
from corridor.optimize.program import strategy
from corridor.optimize.program.solver import Solver
from tests.asked import solve
from tests.cases import case_of


def interior(case: Case) -> Year:
    """The year of a case, solved by interior point as if it were large."""
    year = Year(case, "capability")
    year.solver = Solver(year.program, algorithm="ipm")
    return year


def line(first: float, second: float) -> Case:
    """Cargo of 10 kt from a by b to c, one limit on each link."""
    return case_of(
        {
            "node": [{"node_id": name} for name in "abc"],
            "link": [
                {"link_id": "ab", "from_node_id": "a", "to_node_id": "b", "capacity_t_per_year": first},
                {"link_id": "bc", "from_node_id": "b", "to_node_id": "c", "capacity_t_per_year": second},
            ],
            "demand": [{"demand_id": "goods", "origin_id": "a", "destination_id": "c", "t_per_year": 10_000}],
        }
    )


@pytest.mark.parametrize("goal", ["growth", "level"])
def test_limits_that_give_way_bring_what_they_bring_afresh(goal: str) -> None:
    """One or two limits lifted, or a step more of one: from the vertex as by simplex of the same program."""
    year = interior(grid_of(3, 2, 3))
    afresh = Solver(year.program, algorithm="simplex")
    question = Question("growth") if goal == "growth" else year.question("capability", 0.1)
    vertex = year.reached(question)
    labels = year.limits.priced(vertex.prices)
    assert len(labels) >= 2

    def same(given: dict[Label, float]) -> bool:
        ours = year.solver.solve(goal, maximise=True, given={**question.given, **given})
        theirs = afresh.solve(goal, maximise=True, given={**question.given, **given})
        return ours.status == theirs.status and ours.value == pytest.approx(theirs.value, rel=1e-7)

    sets: list[Iterable[Label]] = [*combinations(labels, 1), *combinations(labels[:5], 2)]
    assert all(same(lift(each)) for each in sets)
    limits = [year.limits.of(label) for label in labels]
    assert all(same(limit.given(limit.step)) for limit in limits)
    again = year.solver.solve(goal, maximise=True, given=question.given)
    assert again.value == pytest.approx(vertex.value, rel=1e-9)  # nothing of the lifted limits stays


def test_a_limit_that_gives_way_is_followed_from_the_vertex(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 20 kt and 50 kt in a row the first stops at 2; without it 5 fit, found by simplex steps alone."""
    year = interior(line(20_000, 50_000))
    common = year.reached(Question("growth"))
    assert common.value == pytest.approx(2)
    monkeypatch.setattr(strategy, "INTERIOR", [])
    now = year.solver.solve("growth", maximise=True, given=lift([("available", "ab")]))
    assert now.value == pytest.approx(5)
    both = year.solver.solve("growth", maximise=True, given=lift([("available", "ab"), ("available", "bc")]))
    assert (both.status, both.value) == ("unbounded", math.inf)


def test_the_base_year_follows_from_the_growth_where_all_of_it_scales() -> None:
    """Of 20 kt 10 are handled, half of the flows of the growth. A floor of 15 kt is above that share: no proof."""
    year = interior(line(20_000, 50_000))
    common = year.reached(Question("growth"))
    share = scaled(year, year.question("handled", 1.0), common)
    assert share is not None
    assert share.value == pytest.approx(10)
    assert scaled(year, year.question("handled", 1.5), common) is None
    tight = interior(line(5_000, 50_000))  # half of the base year fits: H is no share of it
    assert scaled(tight, tight.question("handled", 0.5), tight.reached(Question("growth"))) is None


def test_a_large_program_has_the_answer_of_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures, first limit and list are those of simplex when the same case counts as large."""
    for case in (grid_of(3, 2, 3), line(20_000, 50_000)):
        small = solve(case, most=4)
        with monkeypatch.context() as patched:
            patched.setattr(compiled, "IPM_COLUMNS", 1)
            large = solve(case, most=4)
        assert large.certificate.passed
        assert large.measures_t == pytest.approx(small.measures_t, rel=1e-6)
        assert small.first is not None
        assert large.first is not None
        assert large.first.resources == small.first.resources
        assert large.first.next_growth == pytest.approx(small.first.next_growth, rel=1e-6)
        assert large.first.near == pytest.approx(small.first.near, rel=1e-6)
        assert list(large.limits["price"]) == pytest.approx(list(small.limits["price"]), rel=1e-5)


def test_a_vertex_is_reached_without_a_way_of_simplex(monkeypatch: pytest.MonkeyPatch) -> None:
    """Crossover of the goal alone takes few steps of simplex; a cost of free columns, as from inside, takes many."""
    case = grid_of(8, 2, 6)
    steps = []
    for ways in (solver_module.WHOLE_CROSSED, solver_module.CROSSED):
        year = interior(case)
        with monkeypatch.context() as patched:
            patched.setattr(solver_module, "WHOLE_CROSSED", ways)
            year.solver.solve_vertex("growth", maximise=True)
        steps.append(year.solver.iterations)
    assert steps[0] < steps[1]


def test_a_compiled_year_holds_no_model() -> None:
    """The Pyomo model takes a third of the memory of a large year; its program can still take other numbers."""
    year = Year(line(20_000, 50_000), "capability")
    model = year.period.model
    assert not [name for block in model.component_objects(descend_into=False) for name in block.component_map()]
    year.renumber(line(10_000, 50_000))
    assert year.concurrent().value == pytest.approx(1.0)


def test_crossover_of_one_segment_has_a_cost_of_free_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the shorter way where a single segment grows; several take the goal alone first."""
    monkeypatch.setattr(compiled, "IPM_COLUMNS", 1)
    for case, single in ((line(20_000, 50_000), True), (grid_of(3, 2, 3), False)):
        year = Year(case, "capability")
        costs: list[float] = []
        run = year.solver.run

        def spied(*given: object, costs: list[float] = costs, run: Any = run, **named: Any) -> Any:
            costs += [cost for cost, options in named.get("ways") or () if options.get("run_crossover") == "on"]
            return run(*given, **named)

        monkeypatch.setattr(year.solver, "run", spied)
        year.solver.solve_vertex("growth", maximise=True)
        assert (costs[0] > 0) == single
