"""A program solved over few of its ways has the optimum of all, and its prices hold for all."""

from __future__ import annotations

import numpy as np
import pytest

from corridor.model.horizon import Horizon
from corridor.model.program import Label
from corridor.optimize.answer import year as years
from corridor.optimize.answer.year import Year
from corridor.optimize.period.layout import COSTS
from corridor.optimize.program import sifting
from corridor.optimize.program.highs import Solution
from corridor.optimize.program.sifting import sifted
from corridor.optimize.proof.certificate import certify
from tests.asked import solve
from tests.cases import boxes, choice, ferry
from tests.optimize.test_horizon import year_of

TRIED = ("capability", "concurrent", "cost_shipper")


@pytest.mark.parametrize("seed", range(24))
def test_few_ways_first_then_as_many_as_it_takes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sifting, "REDUCED", 1e-8)
    study = TRIED[seed % len(TRIED)]
    year = Year(year_of(seed), study, Horizon.of("quarter", 2025))
    goal = study if study in COSTS else "growth"
    maximise = study not in COSTS
    whole = year.solver.solve(goal, maximise=maximise)
    if whole.status != "optimal":
        pytest.skip("nothing to sift: this year has no answer")
    flows = [label for label in year.program.columns.labels if label[0] == "flow"]
    starts: list[set[Label]] = [set(), set(flows[::2]), {each for each in flows if _used(year, whole, each)}]
    for used in starts:
        found = sifted(
            year.solver,
            year.goal(goal),
            used,
            lambda: year.solver.solve(goal, maximise=maximise),
            maximise=maximise,
        )
        assert found.status == "optimal"
        assert found.value == pytest.approx(whole.value, rel=1e-7, abs=1e-9)
        bounds = year.program.bounds(year.program.values)
        proof = certify(year.program, year.goal(goal), found.columns, found.prices, *bounds, maximise=maximise)
        assert proof.passed, proof
        again = year.solver.solve(goal, maximise=maximise)  # the solver keeps to the ways that it takes
        assert again.value == pytest.approx(whole.value, rel=1e-7, abs=1e-9)


def _used(year: Year, found: Solution, label: Label) -> bool:
    return bool(found.columns[year.program.columns.every(label)].sum() > 1e-6)


@pytest.mark.parametrize("case", [boxes, ferry, choice])
@pytest.mark.parametrize("study", ["capability", "concurrent", "handled"])
def test_a_large_program_is_sifted(case, study, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    usual = solve(case(), study, Horizon.of("month", 2025))
    monkeypatch.setattr(years, "SIFTED_COLUMNS", 100)
    monkeypatch.setattr(years, "WEEKS", 6)
    monkeypatch.setattr(years.Year, "used", {("flow", None)})  # none of its ways
    large = solve(case(), study, Horizon.of("month", 2025))
    assert large.value == pytest.approx(usual.value, rel=1e-6)
    certificate = large.certificate
    assert certificate.balance is not None
    assert max(certificate.primal_residual, certificate.balance) < 1e-6
    assert certificate.worst < 1e-4  # as asked for by days
    assert float((large.flow["t"] * 1.0).sum()) == pytest.approx(float(usual.flow["t"].sum()), rel=1e-5)


def test_ways_of_the_year_by_weeks() -> None:
    year = Year(ferry(), "capability", Horizon.of("month", 2025))
    flows = {label for label in year.used if label[0] == "flow"}
    assert flows
    assert flows <= set(year.program.columns.labels)
    np.testing.assert_array_equal(year.program.columns.every(next(iter(flows))).shape, (12,))


def test_weeks_are_never_sifted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(years, "SIFTED_COLUMNS", 0)
    assert not Year(ferry(), "capability", Horizon.of("week", 2025)).sifts
    assert Year(ferry(), "capability", Horizon.of("73", 2025)).sifts
