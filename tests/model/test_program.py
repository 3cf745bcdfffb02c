"""A program as arrays with names: what an extension adds, and what it leaves."""

import numpy as np
import scipy.sparse as sp

from corridor.model.program import NONE, Axis, Label, Program


def program() -> Program:
    """Two periods with a column and a row each, and a row and a given of the year."""
    rows = Axis([[("limit", None)], [], [("total", None)]], [2, 12, 1])
    columns = Axis([[("flow", None)], [], []], [2, 12, 1])
    givens = Axis([[], [], [("room", None)]], [2, 12, 1])
    return Program(
        matrix=sp.csc_array(np.array([[2.0, 0.0], [0.0, 3.0], [1.0, 1.0]])),
        given_matrix=sp.csr_array(np.array([[0.0], [0.0], [-1.0]])),
        rhs=np.array([4.0, 5.0, 0.0]),
        sense=np.array([1, 1, 0]),
        goals={"most": (np.array([1.0, 2.0]), np.array([0.5]))},
        rows=rows,
        columns=columns,
        givens=givens,
        values=np.array([7.0]),
    )


def test_an_extension_by_rows_columns_and_givens_is_the_program_stacked_by_hand() -> None:
    base = program()
    row: Label = ("at_least", "x")
    wider = base.extended(
        (np.array([-1.0, 8.0, 9.0]), np.array([0, 3, 3]), np.array([2, 1, 2])),
        rows={row: (-1, 6.0)},
        columns=[("breach", 0)],
        givens={("volume", None): 3.0},
        of_givens=(np.array([-1.0]), np.array([3]), np.array([1])),
        goals={"breach": np.array([0.0, 0.0, 1.0])},
    )
    matrix = np.block([[base.matrix.toarray(), np.array([[-1.0], [0.0], [0.0]])], [np.array([[0.0, 8.0, 9.0]])]])
    np.testing.assert_array_equal(wider.matrix.toarray(), matrix)
    assert wider.matrix.has_canonical_format
    np.testing.assert_array_equal(wider.given_matrix.toarray(), [[0, 0], [0, 0], [-1, 0], [0, -1]])
    np.testing.assert_array_equal(wider.rhs, [4, 5, 0, 6])
    np.testing.assert_array_equal(wider.sense, [1, 1, 0, -1])
    np.testing.assert_array_equal(wider.values, [7, 3])
    assert list(wider.rows) == [("limit", None), ("limit", None), ("total", None), row]
    assert list(wider.columns) == [("flow", None), ("flow", None), ("breach", 0)]
    assert list(wider.givens) == [("room", None), ("volume", None)]
    for name, coefficients, of_givens in (("most", [1, 2, 0], [0.5, 0]), ("breach", [0, 0, 1], [0, 0])):
        np.testing.assert_array_equal(wider.goals[name][0], coefficients)
        np.testing.assert_array_equal(wider.goals[name][1], of_givens)


def test_an_extension_by_nothing_is_the_program() -> None:
    base, same = program(), program().extended(NONE)
    np.testing.assert_array_equal(same.matrix.toarray(), base.matrix.toarray())
    np.testing.assert_array_equal(same.bounds(same.values)[1], base.bounds(base.values)[1])
    assert (same.rows, same.columns, same.givens) == (base.rows, base.columns, base.givens)
    assert set(same.goals) == set(base.goals)
