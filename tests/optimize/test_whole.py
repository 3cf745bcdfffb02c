"""Whole ships and trains: the answer proved in fractions at its whole numbers, and wrong ones that are found."""

from dataclasses import replace
from typing import Any

import pytest

from corridor.model.faults import CertificateError
from corridor.optimize.answer.setting import Setting
from corridor.optimize.program.solver import Solver
from corridor.optimize.studies.whole import whole
from tests.cases import answered, boxes


def test_the_answer_is_that_of_its_whole_numbers() -> None:
    case = boxes()
    made = whole(Setting(case), answered(case))
    assert made
    assert made["t"] <= made["bound_t"] * (1 + 1e-9)
    assert made["bound_t"] <= made["relaxed_t"] * (1 + 1e-6)


def test_a_wrong_answer_marked_optimal_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that claims a tonne more than its own whole numbers carry."""
    solve = Solver.solve

    def boast(self: Solver, *given: Any, **more: Any) -> Any:
        found = solve(self, *given, **more)
        return replace(found, value=found.value + 1) if self.program.integer else found

    case = boxes()
    answer = answered(case)
    monkeypatch.setattr(Solver, "solve", boast)
    with pytest.raises(CertificateError, match="once these are exact"):
        whole(Setting(case), answer)
