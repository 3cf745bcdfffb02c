"""Updated in place = built anew: a given changed in a standing program, and the program of the changed case."""

import math

import numpy as np
import pytest

from corridor.model.case import Case
from corridor.model.program import Label, Program
from corridor.optimize.answer.year import Question, Year
from tests.cases import boxes, choice, ferry, oil_and_boxes

CHANGES: dict[str, tuple[Case, str, str, Label, float]] = {
    "capacity": (boxes(), "capability", "resource.line.capacity=432100", ("available", "line"), 432.1e3),
    "fleet": (ferry(), "capability", "resource.ferries.capacity=3", ("available", "ferries"), 3.0),
    "nameplate": (boxes(), "capability", "gate.quay.nameplate_t_per_year=222000", ("available", "quay"), 222e3),
    "link": (
        oil_and_boxes(),
        "capability",
        "link.from_field_b.capacity_t_per_year=70000",
        ("available", "from_field_b"),
        70e3,
    ),
    "unlimited": (
        oil_and_boxes(),
        "capability",
        "resource.oil_quay.capacity=unlimited",
        ("available", "oil_quay"),
        math.inf,
    ),
    "ceiling": (choice(), "capability", "segment.bound.ceiling_t_per_year=77000", ("ceiling", "bound"), 77.0),
    "no ceiling": (
        choice(),
        "capability",
        "segment.bound.ceiling_t_per_year=unlimited",
        ("ceiling", "bound"),
        math.inf,
    ),
    "background": (choice(), "capability", "resource.line.background=123400", ("available", "line"), 376.6e3),
    "fixed demand": (choice(), "capability", "demand.stays.t_per_year=12300", ("tonnes", "stays"), 12.3),
    "elsewhere": (
        choice(),
        "capability",
        "demand.chooses.elsewhere_t_per_year=1000",
        ("tonnes", "chooses_elsewhere"),
        1.0,
    ),
    "demand at a cost": (choice(), "cost_shipper", "demand.crosses.t_per_year=70000", ("tonnes", "crosses"), 70.0),
}
"""Case, study, change, the given that it is, and its new value: in the resource's own unit, or kt."""


def same_but_values(one: Program, other: Program) -> None:
    assert (one.rows, one.columns, one.givens) == (other.rows, other.columns, other.givens)
    np.testing.assert_array_equal(one.matrix.toarray(), other.matrix.toarray())
    np.testing.assert_array_equal(one.given_matrix.toarray(), other.given_matrix.toarray())
    np.testing.assert_array_equal(one.rhs, other.rhs)
    np.testing.assert_array_equal(one.sense, other.sense)
    assert one.goals.keys() == other.goals.keys()
    for name in one.goals:
        np.testing.assert_array_equal(one.goals[name][0], other.goals[name][0])


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_updated_in_place_is_built_anew(what: str) -> None:
    case, study, change, label, value = CHANGES[what]
    standing, anew = Year(case, study), Year(case.with_([change]), study)
    given = {label: value * (standing.period.scales[str(label[1])] if label[0] == "available" else 1)}
    same_but_values(standing.program, anew.program)
    np.testing.assert_allclose(standing.program.given(given), anew.program.values, rtol=1e-12)
    questions = (
        [Question(study, maximise=False)] if study == "cost_shipper" else [Question("growth"), Question("level")]
    )
    for question in questions:
        here = standing.solver.solve(question.goal, maximise=question.maximise, given=given)
        there = anew.ask(question)
        assert here.status == "optimal"
        assert here.value == pytest.approx(there.value, rel=1e-9)
    # What was given for one run is forgotten in the next.
    first = questions[0]
    assert standing.ask(first).value == pytest.approx(Year(case, study).ask(first).value, rel=1e-12)


def test_every_given_is_used() -> None:
    """What is no given cannot be swept: capacities, tonnes, floors and ceilings all are."""
    givens = set(Year(choice(), "capability").program.givens)
    assert givens == {
        ("available", "gate"),
        ("available", "line"),
        ("ceiling", "bound"),
        ("ceiling", "free"),
        ("floor", "bound"),
        ("floor", "free"),
        ("tonnes", "chooses_elsewhere"),
        ("tonnes", "stays"),
    }


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    """Every run starts from the base basis, so 20 runs forth and back are equal to the bit."""
    year = Year(ferry(), "capability")
    year.concurrent()

    def run(ferries: float) -> tuple[float, bytes]:
        given = {("available", "ferries"): ferries * year.period.scales["ferries"]}
        found = year.capability(0.5, given)
        return found.value, found.columns.tobytes()

    fleets = [0.5 + 0.25 * step for step in range(20)]
    forth = {fleet: run(fleet) for fleet in fleets}
    back = {fleet: run(fleet) for fleet in reversed(fleets)}
    assert forth == back


def test_second_pass_leaves_nothing_behind() -> None:
    year = Year(boxes(), "capability")
    before = year.concurrent()
    year.solver.second_pass(year.goal("growth"), "tie_break")
    after = year.concurrent()
    assert after.value == before.value
    np.testing.assert_array_equal(after.columns, before.columns)
    np.testing.assert_array_equal(after.prices, before.prices)
