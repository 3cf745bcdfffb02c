"""The questions: how much is handled, fits together, fits at most; and at what cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.answer import Answer, Gate, Rung
from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, InfeasibleError, nearest
from corridor.optimize.certificate import certify, worst_imbalance
from corridor.optimize.coefficients import ceilings
from corridor.optimize.compile import Floats, Label, Program, compile_period
from corridor.optimize.layout import COSTS, KILO, MEASURES, Layout
from corridor.optimize.period import build
from corridor.optimize.solver import Solution, Solver
from corridor.optimize.tables import answer_tables, resource_facts, values_of

STUDIES = (*MEASURES, *COSTS)
RAISES = 1e-7
"""A finite step or a lifted limit changes the answer only if it does so by more than this share."""
FULL_KT = 1e6
"""A thousand million tonnes: what a segment reaches only if nothing limits it."""


class YearModel:
    """One year of a case, compiled once for a study and solved again as often as needed."""

    def __init__(self, case: Case, study: str, *, time_limit: float | None = None) -> None:
        self.case = case
        self.period = build(case, study)
        self.program: Program = compile_period(self.period)
        self.solver = Solver(self.program, time_limit=time_limit)

    @property
    def layout(self) -> Layout:
        return self.period.layout

    def concurrent(self, given: Mapping[Label, float] | None = None) -> Solution:
        """The largest growth common to all segments; raises InfeasibleError, CaseError where nothing limits it."""
        found = self.solver.solve("growth", maximise=True, given=given)
        return self._sound(found)

    def capability(self, floor: float, given: Mapping[Label, float] | None = None) -> Solution:
        """The most gate kt, no segment below ``floor`` times its base year."""
        return self._sound(self.solver.solve("level", maximise=True, given={**self.floors(floor), **(given or {})}))

    def floors(self, floor: float) -> dict[Label, float]:
        """The floors of all segments as givens."""
        return {
            label: floor * self.layout.base[str(label[1])] for label in self.program.givens if label[0] == "floor"
        }

    def at_base(self) -> dict[Label, float]:
        """Ceilings of one: no segment passes its base year, nor its own ceiling."""
        own = ceilings(self.layout)
        return {
            label: min(own[str(label[1])], self.layout.base[str(label[1])])
            for label in self.program.givens
            if label[0] == "ceiling"
        }

    def _sound(self, found: Solution) -> Solution:
        if found.status == "infeasible":
            raise InfeasibleError(self.shortfall())
        if found.status == "unbounded":
            raise CaseError([self.limitless()])
        return found

    def shortfall(self) -> str:
        """Which demands cannot be met, and what is full when as much of them as possible is carried."""
        lower, upper = self.program.bounds(self.program.given({}))
        goal = np.zeros(len(self.program.columns))
        lower = lower.copy()
        for label, row in self.program.row_at.items():
            if label[0] == "demand_met":
                lower[row] = 0.0
                goal[self.program.column_at["served", label[1]]] = 1.0
        most = self.solver.solve_rows(goal, lower, upper, maximise=True)
        if most.status != "optimal":
            return "the demands cannot be met, and neither can any part of them: a limit is below what is fixed"
        served = values_of(self.program, most.columns)["served"]
        lines = []
        for part in self.layout.parts:
            if not part.grows and served[part.part_id] < part.base * (1 - 1e-6):
                lines.append(
                    f"demand {part.demand_id}: {served[part.part_id] * KILO:,.0f} of {part.base * KILO:,.0f} t of "
                    f"{part.commodity} get from {part.origin} to {part.destination}"
                )
        facts = resource_facts(self.case)
        full = [
            facts[str(label[1])][0]
            for label, row in self.program.row_at.items()
            if label[0] == "resource_limit" and most.prices[row] > 1e-9
        ]
        head = "not everything that must be carried can be:"
        tail = f"  what is full: {', '.join(full)}" if full else "  no resource is full: look for closed links"
        return "\n".join([head, *(f"  {line}" for line in lines), tail])

    def limitless(self) -> Fault:
        """The fault of a model whose answer has no bound."""
        given = {label: FULL_KT for label in self.program.givens if label[0] == "ceiling"}
        found = self.solver.solve("level", maximise=True, given=given)
        level = values_of(self.program, found.columns)["level"] if found.status == "optimal" else {}
        free = [str(segment) for segment, value in level.items() if value > FULL_KT / 2]
        what = ", ".join(free) or "the demand"
        return Fault("C047", "resource.csv", f"nothing limits {what}: no resource on its way has a capacity; give one, or a ceiling in segment.csv")


def solve(case: Case, study: str = "capability", *, time_limit: float | None = None) -> Answer:
    """Answer a study of a case whose tables have been checked.

    Raises CaseError (unknown study, nothing limits the answer), InfeasibleError, TimeLimitError.
    """
    if study not in STUDIES:
        raise CaseError([Fault("C070", "--study", f"{study} is no study; {nearest(study, STUDIES)}")], "the question")
    began = perf_counter()
    if study in COSTS:
        return _cost(case, study, time_limit, began)
    return _measure(case, study, time_limit, began)


def _measure(case: Case, study: str, time_limit: float | None, began: float) -> Answer:
    from corridor.optimize.limits import first_rung, limits

    year = YearModel(case, "free" if study == "free" else "capability", time_limit=time_limit)
    measures: dict[str, float] = {}
    rung: Rung | None = None
    growth = None
    floor = 1.0
    if not year.layout.base:
        year._sound(year.solver.solve("gate", maximise=True))  # the demands that never cross still have to fit
        measures = dict.fromkeys(MEASURES if study in ("capability", "free") else ("handled", "concurrent", "capability"), 0.0)
        goal, maximise, given = "tie_break", False, {}
        found = year.solver.solve(goal, maximise=maximise)
    else:
        proportional = year if study != "free" else YearModel(case, "capability", time_limit=time_limit)
        common = proportional.concurrent()
        growth = common.value
        floor = min(1.0, growth)
        total = sum(proportional.layout.base.values())
        most = proportional.capability(floor)
        handled = proportional.capability(floor, proportional.at_base())
        measures = {"handled": handled.value * KILO, "concurrent": total * growth * KILO, "capability": most.value * KILO}
        rung = first_rung(proportional, common)
        maximise = True
        if study == "free":
            given = {}
            goal = "level"
            found = year._sound(year.solver.solve(goal, maximise=True))
            measures["free"] = found.value * KILO
        elif study == "capability":
            free = YearModel(case, "free", time_limit=time_limit)
            measures["free"] = free._sound(free.solver.solve("level", maximise=True)).value * KILO
            goal, given, found = "level", year.floors(floor), most
        elif study == "concurrent":
            goal, given, found = "growth", {}, common
        else:
            goal, given, found = "level", {**year.floors(floor), **year.at_base()}, handled
    second, lower, upper = _flows(year, study, goal, given, found, maximise)
    tables = answer_tables(year.layout, year.program, second)
    if year.layout.base:
        tables["limits"] = limits(year, study, goal, given, found, tables["use"], tables["segments"])
    else:
        tables["limits"] = _no_limits()
    t = measures[study]
    gate = case.gate
    coefficients = year.program.goals.get(goal, (np.zeros(len(second)), None))[0]
    certificate = certify(
        year.program, coefficients, second, found.prices, lower, upper, maximise=maximise, balance=worst_imbalance(case, tables)
    )
    return Answer(
        case=case.name,
        scenario=case.scenario,
        study=study,
        status="optimal",
        value=t,
        value_unit="gate t/year" if gate is not None else "t/year",
        gate=Gate(gate.name, float(gate.nameplate_t_per_year), study, t) if gate is not None else None,
        measures_t=measures,
        growth=growth,
        floor=floor,
        terminals_t=_terminals(case),
        first=rung,
        cost_usd=_cost_of(year.program, "cost_resource", second),
        tables=tables,
        certificate=certificate,
        solver=_solver(year, began),
    )


def _flows(
    year: YearModel, study: str, goal: str, given: Mapping[Label, float], found: Solution, maximise: bool
) -> tuple[Floats, Floats, Floats]:
    """Flows of the second pass (cheapest among the best), and the bounds of the rows that prices refer to."""
    program, solver = year.program, year.solver
    lower, upper = program.bounds(program.given(given))
    if not year.layout.base:
        return found.columns, lower, upper
    coefficients = program.goals[goal][0]
    if study == "concurrent":  # what is asked for is the common growth itself, so nobody grows beyond it
        fixed = {("ceiling", s): found.value * base * (1 + 1e-12) for s, base in year.layout.base.items()}
        solver.solve_rows(coefficients, *program.bounds(program.given({**given, **fixed})), maximise=True)
    else:
        solver.solve_rows(coefficients, lower, upper, maximise=maximise)
    slack = 1e-9 * max(1.0, abs(found.value))
    second = solver.second_pass(coefficients, found.value - slack, "tie_break")
    return (second.columns if second.status == "optimal" else found.columns), lower, upper


def _cost(case: Case, study: str, time_limit: float | None, began: float) -> Answer:
    from corridor.optimize.limits import limits

    year = YearModel(case, study, time_limit=time_limit)
    found = year.solver.solve(study, maximise=False)
    if found.status == "infeasible":
        raise InfeasibleError(year.shortfall())
    if found.status == "unbounded":
        raise CaseError([Fault("C046", "tariff.csv", "some flow pays for itself without end; raise the tariffs below zero")])
    goal = year.program.goals.get(study, (np.zeros(len(found.columns)), None))[0]
    lower, upper = year.program.bounds(year.program.values)
    second = year.solver.second_pass(-goal, -found.value - 1e-9 * max(1.0, abs(found.value)), "tie_break")
    columns = second.columns if second.status == "optimal" else found.columns
    tables = answer_tables(year.layout, year.program, columns)
    tables["limits"] = limits(year, study, study, {}, found, tables["use"], tables["segments"])
    certificate = certify(
        year.program, goal, columns, found.prices, lower, upper, maximise=False, balance=worst_imbalance(case, tables)
    )
    gate = case.gate
    through = float(tables["delivered"]["gate_t"].sum())
    return Answer(
        case=case.name,
        scenario=case.scenario,
        study=study,
        status="optimal",
        value=found.value * KILO,
        value_unit="USD/year",
        gate=Gate(gate.name, float(gate.nameplate_t_per_year), study, through) if gate is not None else None,
        measures_t={},
        growth=None,
        floor=None,
        terminals_t=_terminals(case),
        first=None,
        cost_usd=found.value * KILO,
        tables=tables,
        certificate=certificate,
        solver=_solver(year, began),
    )


def _terminals(case: Case) -> float | None:
    """What the named terminals at the gate add up to, in gate tonnes; None where none is named."""
    named = [row.capacity * row.gate_t_per_unit for row in case.rows("resource") if row.gate_t_per_unit]
    return float(math.fsum(named)) if named else None


def _cost_of(program: Program, study: str, columns: Floats) -> float:
    return float(program.goals[study][0] @ columns) * KILO if study in program.goals else 0.0


def _no_limits() -> pd.DataFrame:
    return pd.DataFrame(columns=["resource", "name", "kind", "used", "available", "unit", "price", "price_unit", "step"])


def _solver(year: YearModel, began: float) -> dict[str, Any]:
    return {
        "name": "HiGHS",
        "version": year.solver.version(),
        "iterations": year.solver.iterations,
        "seconds": round(perf_counter() - began, 3),
        "rows": len(year.program.rows),
        "columns": len(year.program.columns),
    }
