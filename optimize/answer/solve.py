"""The questions: how much is handled, fits together, fits at most; and at what cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from time import perf_counter

import numpy as np

from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, TimeLimitError, nearest
from corridor.model.horizon import Floats
from corridor.model.language import say
from corridor.model.network import NeedsAllWays
from corridor.model.result.answer import Answer, Gate, Rung
from corridor.model.scope import ALL
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.course import courses, period_tables, sums
from corridor.optimize.answer.course_of_year import course_of_year
from corridor.optimize.answer.lifting import first_rung
from corridor.optimize.answer.limits import limits, marginal_limits, rule_table
from corridor.optimize.answer.scaled import scaled
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.tables import SMALLEST, answer_tables
from corridor.optimize.answer.year import Question, Year, asked, flows
from corridor.optimize.period.layout import CHOICE, COSTS, KILO, MEASURES
from corridor.optimize.program.by_ways import WaySolver
from corridor.optimize.program.highs import Solution
from corridor.optimize.proof.balances import worst_imbalance
from corridor.optimize.proof.certificate import certify, tolerance
from corridor.optimize.proof.ways import worst_way

STUDIES = (*MEASURES, CHOICE, *COSTS)


def solve(
    setting: Setting, study: str = "capability", *, floor_t: Mapping[str, float] | None = None, most: int | None = None
) -> Answer:
    """Answer a study of a case whose tables have been checked.

    ``most`` is the greatest number of limits that are listed (None: all; 0: neither these nor the first limit). Where
    time runs out after the program itself is solved, the answer marks its list as unfinished. ``floor_t`` holds tonnes
    by segment below which no measure of a whole year lets it fall, where several cases are compared at one floor.
    Raises CaseError (unknown study, no limit of the answer), InfeasibleError, TimeLimitError.
    """
    if study not in STUDIES:
        raise CaseError(
            [
                Fault(
                    "C070",
                    "--study",
                    say("{study} is no study; {nearest}", study=study, nearest=nearest(study, STUDIES)),
                )
            ],
            "the question",
        )
    began = perf_counter()
    try:
        return _solved(setting.open(study, few=True), study, began, floor_t, most)
    except NeedsAllWays:
        return _solved(setting.open(study), study, began, floor_t, most)


def _solved(year: Year, study: str, began: float, floor_t: Mapping[str, float] | None, most: int | None) -> Answer:
    if study in COSTS:
        question = Question(study, maximise=False)
        found = year.ask(question)
        year.keep_vertex(study)
        return _answer(year, study, question, found, began, value=found.value * KILO, most=most)
    if year.layout.timed:
        return _course(year, study, began, floor_t, most)
    return _measure(year, study, began, floor_t, most)


def _measure(
    year: Year, study: str, began: float, floor_t: Mapping[str, float] | None = None, most: int | None = None
) -> Answer:
    """All four measures of a year as a whole, and the answer for the one that is asked for."""
    base = year.layout.base
    if not base:
        return _nothing_grows(year, study, began, most)
    simplex = year.solver.algorithm == "simplex"
    common = year.reached(Question("growth"), keep=simplex or study == "concurrent" or most != 0)
    growth, floor = common.value, share(common.value)
    floors = None if floor_t is None else {name: floor_t.get(name, 0.0) / KILO for name in base}
    if floors is not None:
        floor = min(floors[name] / base[name] for name in base)
    questions = {name: year.question(name, floor if floors is None else floors) for name in MEASURES}
    found = {"concurrent": common}
    for name in sorted(MEASURES, key=lambda name: name == study):  # what is asked for comes last, and leaves its vertex
        if name == "concurrent":
            continue
        part = None if simplex or name == study or name != "handled" else scaled(year, questions[name], common)
        found[name] = part or year.reached(questions[name], keep=name == study)
    measures = {name: solution.value * KILO for name, solution in found.items()}
    measures["concurrent"] = math.fsum(base.values()) * growth * KILO
    return _answer(
        year,
        study,
        questions[study],
        found[study],
        began,
        value=measures[study],
        measures_t={name: measures[name] for name in MEASURES},
        growth=growth,
        floor=floor,
        common=common,
        most=most,
    )


def _first(year: Year, common: Solution | None, most: int | None) -> tuple[Rung | None, bool]:
    """The first rung, where one is sought, and whether time ended the search."""
    if common is None or most == 0:
        return None, False
    try:
        return first_rung(year, common, near=True), False
    except TimeLimitError:
        return None, True


def _nothing_grows(year: Year, study: str, began: float, most: int | None = None) -> Answer:
    """Nothing is asked to grow; the demands that never cross still have to fit."""
    question = Question("tie_break", maximise=False)
    measures = dict.fromkeys(MEASURES, 0.0)
    return _answer(year, study, question, year.ask(question), began, value=0.0, measures_t=measures, most=most)


def _course(
    year: Year, study: str, began: float, floor_t: Mapping[str, float] | None = None, most: int | None = None
) -> Answer:
    """One measure of a year by periods; the common growth is computed only where a floor of one does not fit."""
    base = year.layout.base
    if not base:
        return _nothing_grows(year, study, began, most)
    if floor_t is None:
        question, found, growth = asked(year, study)
    else:
        question, growth = year.question(study, {name: t / KILO for name, t in floor_t.items()}), None
        found = year.ask(question)
    value = (math.fsum(base.values()) if study == "concurrent" else 1.0) * found.value * KILO
    try:
        whole_t = _measure(year.whole, study, began, most=0).measures_t
    except TimeLimitError:
        whole_t = {}
    return _answer(
        year,
        study,
        question,
        found,
        began,
        value=value,
        measures_t={study: value},
        growth=growth,
        floor=1.0 if growth is None else share(growth),
        whole_t=whole_t,
        most=most,
    )


def _answer(
    year: Year,
    study: str,
    question: Question,
    found: Solution,
    began: float,
    *,
    value: float,
    measures_t: Mapping[str, float] | None = None,
    growth: float | None = None,
    floor: float | None = None,
    common: Solution | None = None,
    whole_t: Mapping[str, float] | None = None,
    most: int | None = None,
) -> Answer:
    """The answer made of a solved question, with the flows of the second pass; ``common`` is the common growth."""
    case, timed = year.case, year.layout.timed
    columns, bounds = flows(year, study, question, found)
    beyond: float | None = None
    goal, prices = year.goal(question.goal), found.prices
    if isinstance(year.solver, WaySolver):
        columns, bounds, prices, beyond = _over_all_ways(year, question, found, columns, bounds)
    program = year.program  # the list of limits may price in more ways
    course = courses(year.period, program, np.where(columns > SMALLEST, columns, 0.0))
    values = sums(course)
    tables = answer_tables(year.layout, values)
    if timed:
        tables |= period_tables(year.period, program, course, found.prices, KILO)
    listing = marginal_limits if timed else limits
    listed = listing(year, question, found, tables["use"], tables["segments"], most)
    tables["limits"] = listed.frame
    first, late = _first(year, common, most)
    if year.period.own.rows:
        tables["rules"] = rule_table(year, question, columns, found.prices)
    balance = worst_imbalance(case, tables, instant=year.layout.horizon.instant)
    allowed = tolerance(year.layout.horizon)
    certificate = certify(
        program,
        goal,
        columns,
        prices,
        *bounds,
        maximise=question.maximise,
        balance=balance,
        tolerance=allowed,
        beyond=beyond,
    )
    cost = value if study in COSTS else float(program.goal("cost_resource") @ columns) * KILO
    gate, measured = case.gate, study in MEASURES
    scope = year.layout.scope
    through = value if measured and scope is None else float(tables["delivered"]["gate_t"].sum())
    if scope is not None or gate is None:
        tables["limits"]["price_unit"] = tables["limits"]["price_unit"].str.replace("gate t/year", year.unit)
    horizon = year.layout.horizon if timed else None
    return Answer(
        case=case,
        study=study,
        status="optimal",
        value=value,
        value_unit=year.unit if measured else "USD/year",
        gate=Gate(gate.name, float(gate.nameplate_t_per_year), study, through) if gate is not None else None,
        measures_t=measures_t or {},
        growth=growth,
        floor=floor,
        terminals_t=terminals(case),
        first=first,
        cost_usd=cost,
        tables=tables,
        certificate=certificate,
        solver=year.solver.facts(began),
        limits_left=listed.left,
        unfinished=listed.unfinished or late,
        horizon=horizon,
        course=None if horizon is None else course_of_year(case, horizon, tables, value),
        whole_t=whole_t or {},
        scope=ALL if scope is None else scope.scope_id,
    )


def _over_all_ways(
    year: Year, question: Question, found: Solution, columns: Floats, bounds: tuple[Floats, Floats]
) -> tuple[Floats, tuple[Floats, Floats], Floats, float]:
    """Columns, bounds and prices in the size that the program has now, and the breach by ways that it leaves out."""
    solver = year.solver
    assert isinstance(solver, WaySolver)
    sign, network = -1.0 if question.maximise else 1.0, solver.pricing.network
    call = solver.proved(question.goal, sign, found)
    assert network.matrix is not None
    rows = call.prices[: network.matrix.shape[0]]
    beyond = worst_way(network, {question.goal: sign}, rows, -call.ways.finite)
    columns = np.append(columns, np.zeros(len(year.program.columns) - len(columns)))
    lower, upper = map(solver.sized, bounds)
    return columns, (lower, upper), sign * call.prices, beyond


def terminals(case: Case) -> float | None:
    """The sum of the named terminals at the gate, in gate tonnes; None where none is named."""
    named = [row.capacity * row.gate_t_per_unit for row in case.rows("resource") if row.gate_t_per_unit]
    return float(math.fsum(named)) if named else None
