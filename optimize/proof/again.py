"""A proved program once more: its arrays as they are kept, solved anew, its flows and prices certified anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy.sparse as sp

from corridor.model.faults import CertificateError
from corridor.model.program import Axis, Program
from corridor.model.result.certificate import Certificate
from corridor.optimize.program.solver import Solver
from corridor.optimize.program.strategy import IPM_COLUMNS
from corridor.optimize.proof.certificate import Pair, certify

GOAL = "goal"
"""Name of the one goal of a kept program."""
Arrays = Mapping[str, Any]
"""Arrays by name, of numbers alone."""
NUMBERS = ("balance", "tolerance", "choice")
"""Numbers of a certificate that its arrays do not give."""


def arrays_of(pair: Pair) -> dict[str, Any]:
    """The arrays of a proved program: matrix by columns, goal, flows, bounds and prices of rows; numbers of its proof.

    A number that was not computed is not a number (nan).
    """
    matrix = pair.program.matrix
    numbers = [getattr(pair.certificate, name) for name in NUMBERS]
    return {
        "data": matrix.data,
        "indices": matrix.indices,
        "indptr": matrix.indptr,
        "goal": pair.goal,
        "columns": pair.columns,
        "prices": pair.prices,
        "lower": pair.lower,
        "upper": pair.upper,
        "maximise": np.array([pair.maximise]),
        "numbers": np.array([np.nan if number is None else number for number in numbers], dtype=float),
    }


def proved_again(arrays: Arrays) -> Certificate:
    """The certificate of kept arrays, computed anew; the program is solved anew where simplex is its method.

    Residuals, gap and value are of the arrays; ``balance`` and ``choice`` are as they were kept. Raises KeyError and
    ValueError for arrays that make no program, CertificateError where they do not prove themselves.
    """
    goal, lower, upper = arrays["goal"], arrays["lower"], arrays["upper"]
    maximise = bool(arrays["maximise"][0])
    shape = len(lower), len(goal)
    matrix = sp.csc_array((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)
    matrix.check_format()
    rows, columns, givens = (Axis([[], [], [(GOAL, at) for at in range(size)]], [1, 1, 1]) for size in (*shape, 0))
    program = Program(
        matrix=matrix,
        given_matrix=sp.csr_array((shape[0], 0)),
        rhs=np.where(np.isfinite(upper), upper, np.where(np.isfinite(lower), lower, np.inf)),
        sense=np.where(lower == upper, 0, np.where(np.isfinite(lower), -1, 1)),
        goals={GOAL: (goal, np.zeros(0))},
        rows=rows,
        columns=columns,
        givens=givens,
        values=np.zeros(0),
    )
    balance, tolerance, choice = (None if np.isnan(number) else float(number) for number in arrays["numbers"])
    if tolerance is None:
        raise ValueError("a kept program has no tolerance")
    pair = arrays["columns"], arrays["prices"]
    certificate = certify(
        program, goal, *pair, lower, upper, maximise=maximise, balance=balance, tolerance=tolerance, choice=choice
    )
    value = float(goal @ pair[0])
    if shape[1] <= IPM_COLUMNS:
        solution = Solver(program, algorithm="simplex").solve(GOAL, maximise=maximise)
        if solution.status != "optimal" or abs(solution.value - value) > tolerance * (1 + abs(value)):
            raise CertificateError(f"a kept program has the value {solution.value}, its kept answer {value}")
    if not certificate.passed:
        raise CertificateError(f"a kept answer does not prove itself: {certificate}")
    return certificate
