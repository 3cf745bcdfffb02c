"""From Pyomo to arrays: what is folded, what is refused, and the same model solved by Pyomo itself."""

import math

import numpy as np
import pyomo.environ as pyo
import pytest

from corridor.model.case import Case
from corridor.optimize.compile import Program, compile_period, lp_text, text
from corridor.optimize.period import Period, build
from corridor.optimize.solver import Solver
from corridor.optimize.studies import Question, YearModel
from tests.cases import SUITE, boxes, series


def small() -> Period:
    return build(boxes(), "capability")


@pytest.mark.parametrize("bound", ["lower", "upper"])
def test_bounds_on_a_view_are_refused(bound: str) -> None:
    period = small()
    view = period.model.period.arriving_flow["rail", "box_to_c", "before"]
    view.setlb(0) if bound == "lower" else view.setub(5)
    with pytest.raises(ValueError, match="is a view and cannot have bounds of its own"):
        compile_period(period)


@pytest.mark.parametrize("domain", [pyo.NonNegativeIntegers, pyo.Binary])
def test_integer_variables_are_refused(domain: object) -> None:
    period = small()
    period.model.period.move["sea"].domain = domain
    with pytest.raises(ValueError, match="is an integer variable"):
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


def test_views_are_folded_into_what_they_show() -> None:
    """In one cyclic year what left arrived: no column of a view is left, and each flow leaves and enters once."""
    program = compile_period(small())
    assert not [label for label in program.columns if label[0].startswith("arriving_")]
    at = program.column_at["flow", ("sea", "box_to_c", "before")]
    entries = program.matrix[:, [at]].tocoo()
    found = {program.rows[row]: value for row, value in zip(entries.row, entries.data, strict=True)}
    balance = {label[1]: value for label, value in found.items() if label[0] == "cargo_balance"}
    assert balance == {("box_to_c", "b", "before"): -1.0, ("box_to_c", "c", "after"): 1.0}


def test_a_circle_of_one_node_cancels() -> None:
    """A view and its source in one row add up: the folded coefficient is their sum."""
    period = small()
    block = period.model.period
    key = ("rail", "box_to_c", "before")
    block.own_rule = pyo.Constraint(expr=block.arriving_flow[key] + 2 * block.flow[key] <= 7)
    program = compile_period(period)
    assert lp_text(program, "own_rule") == "own_rule: + 3 flow(rail,box_to_c,before) <= 7\n"


def test_labels_stay_labels() -> None:
    program = compile_period(small())
    names = [text(label) for label in (*program.rows, *program.columns, *program.givens)]
    assert "flow(rail,box_to_c,before)" in names
    assert "available(feeders)" in names
    assert "growth" in names
    assert len(set(names)) == len(names)
    assert not any(letter in name for name in names for letter in " []|-")


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
    """The goal's optimum by Pyomo's own way to HiGHS: givens fixed, views tied to their sources by rows."""
    model = period.model
    block = model.period
    for name, values in period.given.items():
        for key, value in values.items():
            if math.isfinite(value):
                block.component(name)[key].fix(value)
            else:
                rule = {"available": block.resource_limit, "ceiling": block.segment_ceiling}[name]
                rule[key].deactivate()
    block.ties = pyo.ConstraintList()
    for view in period.views:
        for key in view.lag_h:
            block.ties.add(block.component(view.variable)[key] == block.component(view.source)[key])
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
    ours = YearModel(case, study).ask(Question(goal, maximise=measure)).value
    period = build(case, study)
    if goal not in {str(key) for key in period.model.year.objective}:
        assert ours == 0  # nothing costs anything in this case
        return
    assert by_pyomo(period, goal, measure) == pytest.approx(ours, rel=1e-8)


def test_program_is_frozen() -> None:
    program: Program = compile_period(small())
    with pytest.raises(AttributeError):
        program.rhs = np.zeros(1)  # type: ignore[misc]
