"""Proofs in fractions: by hand, of small and random cases, and forged ones that the check refuses."""

from __future__ import annotations

import copy
import json
import runpy
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import HealthCheck, given, settings

import corridor
from corridor.model.result.proof import Proof
from corridor.optimize.answer.setting import Setting
from corridor.optimize.proof import exact, rational
from corridor.optimize.proof.exact import Factors, SingularError, exactly, fraction, simplest
from corridor.optimize.studies.prove import prove
from tests.cases import SUITE, case_of
from tests.random_cases import gated_tables

CHECK: Any = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "examples" / "check_proof.py"))["check"]
CASE = {
    "link": """
        link_id, from_node_id, to_node_id, directed, capacity_t_per_year
        one,     a,            b,          1,        100000
        other,   a,            b,          1,        unlimited
        """,
    "resource": "resource_id, kind, capacity\nline, line, 50000",
    "use": "use_id, resource_id, link_id, activity, amount\nuse, line, other, tonne, 3",
    "demand": "demand_id, origin_id, destination_id, t_per_year\ncargo, a, b, 40000",
}
"""A link of 100 kt beside a line of 50 kt of which each tonne takes three: 116.666… kt, a third in no double."""


def checked(proof: Proof) -> Fraction:
    """The optimum that the file proves, by the example's check."""
    faults, value = CHECK(json.loads(proof.to_arrays()))
    assert not faults
    assert value == Fraction(proof.exact)
    return Fraction(value)


def test_a_third_by_hand() -> None:
    proof = prove(Setting(case_of(CASE)))
    assert checked(proof) == Fraction(350, 3)
    assert proof.moved == 0.0
    assert proof.value == pytest.approx(350_000 / 3)
    assert checked(prove(Setting(case_of(CASE)), "concurrent")) == Fraction(35, 12)


@pytest.mark.parametrize("name", list(SUITE))
@pytest.mark.parametrize("study", ["capability", "concurrent", "cost_resource"])
def test_small_cases_are_exact(name: str, study: str) -> None:
    proof = prove(Setting(SUITE[name]()), study)
    checked(proof)
    assert proof.moved == 0.0


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(gated_tables())
def test_random_cases_are_exact(tables: Any) -> None:
    proof = prove(Setting(case_of(tables)))
    checked(proof)
    assert proof.moved == 0.0


def test_a_year_by_quarters_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    case = SUITE[next(iter(SUITE))]()
    proof = corridor.prove(case, periods="quarter")
    checked(proof)
    monkeypatch.setattr(rational, "EXACT_COLUMNS", 0)  # as a program that is too large
    rough = corridor.prove(case, periods="quarter")
    checked(rough)
    assert rough.value == pytest.approx(proof.value, rel=1e-9)
    assert rough.moved < 1e-9


Forge = Callable[[dict[str, Any]], object]
FORGED: dict[str, Forge] = {
    "a greater point": lambda made: made["point"].update(dict.fromkeys(list(made["point"])[:1], "1000000")),
    "a point below zero": lambda made: made["point"].update(dict.fromkeys(list(made["point"])[:1], "-1/3")),
    "no prices": lambda made: made["prices"].clear(),
    "prices of the other sign": lambda made: made["prices"].update(
        {key: str(-Fraction(value)) for key, value in made["prices"].items()}
    ),
    "another value": lambda made: made.update(value="117"),
    "smaller bounds": lambda made: (
        made["numbers"].append(["1/7", 0.14])
        or made["upper"].update({key: len(made["numbers"]) - 1 for key in made["upper"]})
    ),
    "a place outside": lambda made: made["point"].update({"9999": "1"}),
    "fewer columns": lambda made: made.update(columns=made["columns"] - 1),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_proof_is_refused(forge: Forge) -> None:
    sound = json.loads(prove(Setting(case_of(CASE))).to_arrays())
    made = copy.deepcopy(sound)
    forge(made)
    assert made != sound
    faults, _ = CHECK(made)
    assert faults


@pytest.mark.parametrize(
    ("value", "near"),
    [(31 / 365, "31/365"), (0.1 + 0.2, "3/10"), (-2 / 3, "-2/3"), (5.0, "5"), (0.0, "0"), (1e-300, None)],
)
def test_simple_fractions(value: float, near: str | None) -> None:
    read = simplest(value)
    assert near is None or read == Fraction(near)
    assert abs(read - Fraction(value)) <= 4 * Fraction(np.spacing(abs(value)))
    assert simplest(value, 0) == Fraction(value)


def test_elimination_is_exact_and_knows_singular_rows() -> None:
    dense = [[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 0.5]]
    entries = {value: exactly(Fraction(value)) for row in dense for value in row}
    factors = Factors(sp.csr_array(np.array(dense)), entries)
    one = exactly(Fraction(1))
    solution = {at: fraction(value) for at, value in factors.solve({0: one, 2: one}).items()}
    rows = [sum(Fraction(value) * solution.get(at, 0) for at, value in enumerate(row)) for row in dense]
    assert rows == [1, 0, 1]
    prices = {at: fraction(value) for at, value in factors.solve_transposed({1: one}).items()}
    assert [sum(Fraction(dense[r][c]) * prices.get(r, 0) for r in range(3)) for c in range(3)] == [0, 1, 0]
    dense[2] = [2.0, 6.0, 2.0]
    with pytest.raises(SingularError):
        Factors(sp.csr_array(np.array(dense)), {value: exactly(Fraction(value)) for value in (0.0, 1.0, 2.0, 3.0, 6.0)})


def test_a_vertex_that_is_off_is_mended() -> None:
    """Two bounds a hair apart, x ≤ 1 and x ≤ 1 + 1e-12: the basis at the looser one goes to the other."""
    import highspy

    from corridor.optimize.program.highs import BASIC

    matrix = sp.csc_array(np.array([[1.0], [1.0]]))
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status = [BASIC], [BASIC, highspy.HighsBasisStatus.kUpper]
    basis.valid = True
    lower, upper = np.full(2, -np.inf), np.array([1.0, 1.0 + 1e-12])
    proof = rational.prove(matrix, np.ones(1), lower, upper, basis)
    assert proof.holds
    assert proof.value == 1
    assert (proof.rounds, proof.moved) == (1, 0.0)


def test_rows_that_contradict_one_another_by_rounding_are_moved_and_said() -> None:
    """x = 1 and x = 1 + 1e-12: no exact point, so one right-hand side moves by as much."""
    import highspy

    from corridor.optimize.program.highs import BASIC

    matrix = sp.csc_array(np.array([[1.0], [1.0]]))
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status = [BASIC], [BASIC, highspy.HighsBasisStatus.kUpper]
    basis.valid = True
    right = np.array([1.0, 1.0 + 1e-12])
    proof = rational.prove(matrix, np.ones(1), right, right, basis)
    assert proof.holds
    assert proof.moved == pytest.approx(5e-13, rel=1e-3)


def test_python_alone_proves_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with_flint = prove(Setting(case_of(CASE)))
    monkeypatch.setattr(exact, "rational", Fraction)
    assert prove(Setting(case_of(CASE))).exact == with_flint.exact
