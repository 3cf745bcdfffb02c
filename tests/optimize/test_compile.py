"""From Pyomo to arrays: what is folded, what is refused, and the same model solved by Pyomo itself."""

import math
from collections.abc import Callable

import numpy as np
import pyomo.environ as pyo
import pytest

from corridor.model.case import Case
from corridor.model.horizon import Horizon
from corridor.model.program import Program
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.build import Period, build
from corridor.optimize.period.planner.words import find
from corridor.optimize.program.compile import compile_period
from corridor.optimize.program.solver import Solver
from tests.cases import SUITE, boxes, case_of, series
from tests.optimize.lp import lp_text, texts


def small() -> Period:
    return build(boxes(), "capability")


def halves() -> Period:
    """Two halves of a year in a circle: here there are views."""
    return build(boxes(), "capability", Horizon.of("2"))


@pytest.mark.parametrize("bound", ["lower", "upper"])
def test_bounds_on_a_view_are_refused(bound: str) -> None:
    period = halves()
    view = period.model.period.arriving_flow["rail", "box_to_c", "before"]
    view.setlb(0) if bound == "lower" else view.setub(5)
    with pytest.raises(ValueError, match="is a view and cannot have bounds of its own"):
        compile_period(period)


def test_integer_variables_are_named() -> None:
    period = small()
    assert compile_period(period).integer == frozenset()
    period.model.period.move["sea"].domain = pyo.NonNegativeIntegers
    program = compile_period(period)
    assert program.integer == {("move", "sea")}
    assert program.integer_at.tolist() == [program.column_at["move", "sea"]]


def test_integer_variables_with_bounds_of_their_own_are_refused() -> None:
    period = small()
    period.model.period.move["sea"].domain = pyo.Binary
    with pytest.raises(ValueError, match="have its limits as rows"):
        compile_period(period)


def test_integer_views_are_refused() -> None:
    period = halves()
    period.model.period.arriving_flow["rail", "box_to_c", "before"].domain = pyo.Integers
    with pytest.raises(ValueError, match="is an integer variable, but a view"):
        compile_period(period)


@pytest.mark.parametrize("bounds", [(0, 10), (-1, None), (None, None)])
def test_bounds_of_variables_are_refused(bounds: tuple[float | None, float | None]) -> None:
    """A limit is a row, so that it has a price."""
    period = small()
    variable = period.model.period.move["sea"]
    variable.domain = pyo.Reals
    variable.setlb(bounds[0])
    variable.setub(bounds[1])
    with pytest.raises(ValueError, match="must be zero or more"):
        compile_period(period)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_coefficients_that_are_not_finite_are_refused(bad: float) -> None:
    period = small()
    block = period.model.period
    block.own_rule = pyo.Constraint(expr=(None, bad * block.move["sea"] + block.move["sea_back"], 0.0))
    with pytest.raises(ValueError, match="not finite"):
        compile_period(period)


def test_right_hand_side_that_is_not_a_number_is_refused() -> None:
    period = small()
    block = period.model.period
    block.own_rule = pyo.Constraint(expr=(None, block.move["sea"] + block.move["sea_back"], math.nan))
    with pytest.raises(ValueError):  # noqa: PT011 - Pyomo or we
        compile_period(period)


def test_a_rule_of_ones_own_is_a_row_with_its_label() -> None:
    """A planner adds a rule: at most 50 sailings west (0.05 thousand), which 11 250 TEU fit, so 157.5 kt west."""
    period = small()
    block = period.model.period
    block.sailings = pyo.Constraint(["sea"], rule=lambda b, arc: b.move[arc] <= 0.05)
    program = compile_period(period)
    assert lp_text(program, "sailings") == "sailings(sea): + 1 move(sea) <= 0.05\n"
    found = Solver(program).solve("level", maximise=True)
    assert found.value == pytest.approx(50 * 225 * 14 * 1.5 / 1000)


@pytest.mark.parametrize("make", [small, halves])
def test_views_are_folded_into_what_they_show(make: Callable[[], Period]) -> None:
    """What left by the quickest way arrived on its own clock: each flow leaves and enters once, no view is left."""
    period = make()
    program = compile_period(period)
    assert not {label[0] for label in program.columns} & {name for name, _ in period.views}
    for time, at in enumerate(program.columns.every(("flow", ("sea", "box_to_c", "before")))):
        entries = program.matrix[:, [at]].tocoo()
        balance = {
            (*program.rows[row][1], program.rows.time(row)[1]): value
            for row, value in zip(entries.row.tolist(), entries.data.tolist(), strict=True)
            if program.rows[row][0] == "cargo_balance"
        }
        assert balance == {("box_to_c", "b", "before", time): -1.0, ("box_to_c", "c", "after", time): 1.0}


def test_a_view_and_its_source_in_one_row_add_up() -> None:
    """Cargo on the only way is never late on its own clock: the folded coefficient is the sum of the two."""
    period = halves()
    block = period.model.period
    key = ("rail", "box_to_c", "before")
    block.own_rule = pyo.Constraint(expr=block.arriving_flow[key] + 2 * block.flow[key] <= 7)
    program = compile_period(period)
    assert lp_text(program, "own_rule") == (
        "own_rule(1): + 3 flow(rail,box_to_c,before,1) <= 7\nown_rule(2): + 3 flow(rail,box_to_c,before,2) <= 7\n"
    )


def test_a_lag_is_split_over_two_periods() -> None:
    """By the calendar a feeder leaves 20 h after the train did: of 4 380 h a share of 20 falls into the next half."""
    period = halves()
    block = period.model.period
    block.own_rule = pyo.Constraint(expr=block.passing["sea", "box_to_c", "before"] <= 7)
    late = 20 / 4380
    for time, row in enumerate(lp_text(compile_period(period), "own_rule").splitlines()):
        here, before = (f"flow(sea,box_to_c,before,{n})" for n in (time + 1, 2 - time))
        left = " ".join(f"+ {value:.10g} {name}" for name, value in sorted([(here, 1 - late), (before, late)]))
        assert row == f"own_rule({time + 1}): {left} <= 7"


def test_labels_stay_labels() -> None:
    program = compile_period(small())
    names = [name for axis in (program.rows, program.columns, program.givens) for name in texts(axis)]
    assert "flow(rail,box_to_c,before)" in names
    assert "available(feeders)" in names
    assert "growth" in names
    assert len(set(names)) == len(names)
    assert not any(letter in name for name in names for letter in " []|-")
    twice = compile_period(halves())
    later = [name for axis in (twice.rows, twice.columns, twice.givens) for name in texts(axis)]
    assert {"flow(rail,box_to_c,before,2)", "available(feeders,1)", "unit_balance(b,teu)", "growth"} < set(later)
    assert len(set(later)) == len(later)


def test_no_name_stands_twice_in_any_program() -> None:
    """A ranged row would become two of one name, and labels would no longer find their row."""
    for make in SUITE.values():
        for study in ("capability", "cost_shipper"):
            program = compile_period(build(make(), study))
            assert len(program.row_at) == len(program.rows)
            assert len(program.column_at) == len(program.columns)
            assert len(program.given_at) == len(program.givens)


def test_givens_move_to_the_right_hand_side() -> None:
    """rhs = b - G g, so the series' links have 300, 200 and 250 kt there, and a lifted one no limit at all."""
    program = compile_period(build(series(), "capability"))
    upper = program.bounds(program.given({("available", "two"): math.inf}))[1]
    found = {label[1]: value for label, value in zip(program.rows, upper, strict=True) if label[0] == "resource_limit"}
    assert found == {"one": 300.0, "two": math.inf, "three": 250.0}


def test_unknown_given_is_an_error() -> None:
    program = compile_period(build(series(), "capability"))
    with pytest.raises(KeyError):
        program.given({("available", "four"): 1.0})


def test_coefficients_are_near_one() -> None:
    for name in sorted(set(SUITE) - {"idle"}):
        program = compile_period(build(SUITE[name](), "capability"))
        size = np.abs(program.matrix.data)
        assert size.min() > 1e-4
        assert size.max() < 1e4


def by_pyomo(period: Period, goal: str, maximise: bool) -> float:
    """The goal's optimum by Pyomo's own way to HiGHS, givens fixed."""
    model = period.model
    assert not period.views  # a year that is one period shows nothing at another time
    for name, values in period.given.items():
        for key, value in values.items():
            assert len(value) == 1
            if math.isfinite(value[0]):
                find(model, name, key).fix(value[0])
            else:
                find(model, {"available": "resource_limit", "ceiling": "segment_ceiling"}[name], key).deactivate()
    model.year.objective.deactivate()
    expression = model.year.objective[goal].body
    model.goal = pyo.Objective(expr=expression, sense=pyo.maximize if maximise else pyo.minimize)
    solver = pyo.SolverFactory("appsi_highs")
    outcome = solver.solve(model)
    assert outcome.solver.termination_condition == pyo.TerminationCondition.optimal
    return float(pyo.value(model.goal))


@pytest.mark.parametrize("goal", ["growth", "level", "cost_shipper", "cost_resource"])
@pytest.mark.parametrize("name", ["boxes", "oil_and_boxes", "ferry", "choice", "series"])
def test_a_second_formulation_has_the_same_optimum(name: str, goal: str) -> None:
    case: Case = SUITE[name]()
    measure = goal in ("growth", "level")
    study = "capability" if measure else goal
    ours = Year(case, study).ask(Question(goal, maximise=measure)).value
    period = build(case, study)
    if goal not in {str(key) for key in period.model.year.objective}:
        assert ours == 0  # nothing costs anything in this case
        return
    assert by_pyomo(period, goal, measure) == pytest.approx(ours, rel=1e-8)


def test_program_is_frozen() -> None:
    program: Program = compile_period(small())
    with pytest.raises(AttributeError):
        program.rhs = np.zeros(1)  # type: ignore[misc]


def test_a_link_that_is_called_like_a_resource_keeps_its_own_limit() -> None:
    """Flows over the link take of the link's 100 kt, and of the resource what its use says: 2 t a tonne."""
    case = case_of(
        {
            "resource": "resource_id, kind, capacity, unit\n railway, line, 500000, t",
            "link": "link_id, from_node_id, to_node_id, directed, capacity_t_per_year\n railway, a, b, 1, 100000",
            "use": "use_id, resource_id, link_id, direction, activity, amount\n one, railway, railway, both, tonne, 2",
            "demand": "demand_id, origin_id, destination_id, t_per_year\n all, a, b, 50000",
        }
    )
    flow = "flow(link.railway,cargo_to_b_never,before)"
    assert lp_text(compile_period(build(case, "capability")), "resource_limit") == (
        f"resource_limit(link.railway): - 1 available(link.railway) + 1 {flow} <= 0\n"
        f"resource_limit(railway): - 1 available(railway) + 2 {flow} <= 0\n"
    )
