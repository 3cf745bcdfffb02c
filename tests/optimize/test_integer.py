"""Programs with integer columns: solved by hand, proved by primal feasibility, bound and gap."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import scipy.sparse as sp

from corridor.model.program import NONE, Axis, Program
from corridor.model.result.certificate import Certificate
from corridor.optimize.answer.year import Year
from corridor.optimize.program.highs import Solution
from corridor.optimize.program.solver import Solver
from corridor.optimize.proof.certificate import certify
from tests.cases import series

WEIGHTS, VALUES, ROOM = [5, 4, 3, 2], [10, 40, 30, 50], 8


def knapsack(integer: bool = True) -> Program:
    """Four items, each at most once, in a sack for eight."""
    items = [("take", item) for item in range(4)]
    return Program(
        matrix=sp.csc_array(np.vstack([WEIGHTS, np.eye(4)])),
        given_matrix=sp.csr_array((5, 0)),
        rhs=np.array([ROOM, 1, 1, 1, 1], dtype=float),
        sense=np.ones(5, dtype=np.int64),
        goals={"value": (np.array(VALUES, dtype=float), np.zeros(0))},
        rows=Axis([[], [], [("room", None), *(("once", item) for item in range(4))]], [1, 1, 1]),
        columns=Axis([[], [], items], [1, 1, 1]),
        givens=Axis([[], [], []], [1, 1, 1]),
        values=np.zeros(0),
        integer=frozenset(items) if integer else frozenset(),
    )


def proof(program: Program, goal: str, solution: Solution, columns: np.ndarray, *, maximise: bool) -> Certificate:
    bounds = program.bounds(program.values)
    prices = solution.prices
    return certify(program, program.goal(goal), columns, prices, *bounds, maximise=maximise, bound=solution.bound)


def test_a_knapsack_is_solved_in_whole_items() -> None:
    """40 + 50 = 90 at a weight of 6; half an item more would be 110 in the continuous program."""
    program = knapsack()
    best = max(
        sum(np.array(VALUES) * taken) for taken in product((0, 1), repeat=4) if sum(np.array(WEIGHTS) * taken) <= ROOM
    )
    solution = Solver(program).solve("value", maximise=True)
    assert solution.value == pytest.approx(best) == pytest.approx(90)
    assert solution.bound == pytest.approx(90)
    assert len(solution.prices) == 0
    assert Solver(knapsack(integer=False)).solve("value", maximise=True).value == pytest.approx(110)
    certificate = proof(program, "value", solution, solution.columns, maximise=True)
    assert certificate.passed
    assert certificate.dual_residual is None
    assert certificate.to_dict()["dual_residual"] is None


@pytest.mark.parametrize(
    ("columns", "residual"),
    [
        ([0, 1, 2 / 3, 1], "primal_residual"),  # within the room, but no whole item
        ([1, 1, 0, 1], "primal_residual"),  # whole, but too heavy
        ([0, 0, 1, 1], "gap"),  # right, but less than can be
    ],
)
def test_a_wrong_answer_in_whole_items_is_found(columns: list[float], residual: str) -> None:
    program = knapsack()
    solution = Solver(program).solve("value", maximise=True)
    certificate = proof(program, "value", solution, np.array(columns, dtype=float), maximise=True)
    assert getattr(certificate, residual) > 0.05
    assert not certificate.passed


def test_without_a_bound_nothing_is_proved() -> None:
    program = knapsack()
    solution = replace(Solver(program).solve("value", maximise=True), bound=None)
    assert not proof(program, "value", solution, solution.columns, maximise=True).passed


def test_a_link_with_a_fixed_charge_is_opened_where_it_pays() -> None:
    """Each of 4 kt is worth 1; the link carries 3 kt once it is open, at a charge of 2 or of 4."""
    for charge, worth in ((2.0, 1.0), (4.0, 0.0)):
        base = Program(
            matrix=sp.csc_array([[1.0]]),
            given_matrix=sp.csr_array((1, 0)),
            rhs=np.array([4.0]),
            sense=np.array([1]),
            goals={},
            rows=Axis([[], [], [("demand", None)]], [1, 1, 1]),
            columns=Axis([[], [], [("flow", "link")]], [1, 1, 1]),
            givens=Axis([[], [], []], [1, 1, 1]),
            values=np.zeros(0),
        )
        program = base.extended(
            (np.array([1.0, -3.0, 1.0]), np.array([1, 1, 2]), np.array([0, 1, 1])),
            rows={("opened", "link"): (1, 0.0), ("once", "link"): (1, 1.0)},
            columns=[("open", "link")],
            goals={"worth": np.array([1.0, -charge])},
            integer=[("open", "link")],
        )
        solution = Solver(program).solve("worth", maximise=True)
        assert solution.value == pytest.approx(worth)
        assert solution.columns[1] == pytest.approx(worth)
        assert proof(program, "worth", solution, solution.columns, maximise=True).passed


def test_links_of_a_case_carry_whole_lots() -> None:
    """The case's own program with its flows in whole kt: the tonnes fall to the next whole number."""
    year = Year(series(), "capability")
    free = year.solver.solve("level", maximise=True)
    flows = frozenset(label for label in year.program.columns.labels if label[0] == "flow")
    program = year.program.extended(NONE, integer=flows)
    solution = Solver(program).solve("level", maximise=True)
    whole = solution.columns[program.integer_at]
    assert whole == pytest.approx(np.round(whole))
    assert 0 < solution.value <= free.value
    assert proof(program, "level", solution, solution.columns, maximise=True).passed
