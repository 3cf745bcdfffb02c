"""The questions: how much is handled, fits together, fits at most; and at what cost."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from time import perf_counter
from typing import Any

import numpy as np

from corridor.model.answer import Answer, Gate, Rung
from corridor.model.case import Case
from corridor.model.faults import CaseError, Fault, InfeasibleError, TimeLimitError, nearest
from corridor.model.horizon import Floats, Horizon
from corridor.model.scope import ALL, Scope
from corridor.optimize.certificate import certify, tolerance, worst_imbalance
from corridor.optimize.coefficients import Term, available, ceilings, given_values, varying_terms
from corridor.optimize.compile import Program, compile_period
from corridor.optimize.course import courses, period_tables, sums
from corridor.optimize.ladder import first_rung
from corridor.optimize.layout import COSTS, KILO, MEASURES, Layout
from corridor.optimize.limit import Limits
from corridor.optimize.limits import limits, marginal_limits, rule_table
from corridor.optimize.own_rules import PLANNED, PlannersRule
from corridor.optimize.period import Label, build
from corridor.optimize.progress import Progress
from corridor.optimize.scaled import scaled
from corridor.optimize.sifting import sifted
from corridor.optimize.solver import IPM_COLUMNS, PRECISE, Algorithm, Solution, Solver
from corridor.optimize.tables import SMALLEST, answer_tables, values_of

STUDIES = (*MEASURES, *COSTS)
TIE = 3e-7
"""Kt of the goal that a thousand USD of the tie-break count for where both are sought at once."""
SEEN = 5e-7
"""Share of a cost that its ties may move it by: half of what a certificate allows."""
SIFTED_COLUMNS = 100_000
"""Programs with more columns are solved over few of their ways first."""
WEEKS = 52
SIFTED_PRECISE = 1e-6
"""Precision of such a solve; a certificate by days allows a hundred times as much."""
USED = 0.1
"""Kt a year above which a way is used."""
FULL_KT = 1e6
"""A thousand million tonnes: what a segment reaches only if nothing limits it."""


@dataclass(frozen=True)
class Question:
    """What is sought of a program: a goal, with some givens replaced and the rows of one rule dropped."""

    goal: str
    maximise: bool = True
    given: Mapping[Label, float] = field(default_factory=dict)
    without: str = ""


class YearModel:
    """One year of a case, whole or by periods, compiled once for a study and solved again as often as needed."""

    def __init__(
        self,
        case: Case,
        study: str,
        horizon: Horizon | None = None,
        *,
        rules: Sequence[PlannersRule] = (),
        time_limit: float | None = None,
        deadline: float | None = None,
        watch: Callable[[Progress], None] | None = None,
        scope: Scope | None = None,
    ) -> None:
        self.case, self.study, self.rules = case, study, rules
        self.period = build(case, study, horizon, rules, scope)
        self.program: Program = compile_period(self.period)
        if time_limit is not None and deadline is None:
            deadline = perf_counter() + time_limit
        self.solver = Solver(
            self.program,
            time_limit=time_limit,
            deadline=deadline,
            algorithm=self._algorithm(),
            watch=watch,
            typical=self._typical if self.layout.timed else None,
            precision=SIFTED_PRECISE if self.sifts else PRECISE,
        )
        self._varying: list[tuple[float, Label, str, Any]] | None = None
        self._places = np.zeros(0, dtype=np.int64)

    def _algorithm(self) -> Algorithm:
        """Measures of a large year as a whole by interior point: growth common to many is slow by simplex."""
        large = len(self.program.columns) > IPM_COLUMNS
        return "ipm" if large and self.layout.measures and not self.layout.timed else "choose"

    @property
    def layout(self) -> Layout:
        return self.period.layout

    @cached_property
    def limits(self) -> Limits:
        """Everything that can stop an answer, by the label of its given."""
        return Limits(self)

    @cached_property
    def whole(self) -> YearModel:
        """The same year as one period."""
        return YearModel(self.case, self.study, rules=self.rules, scope=self.layout.scope)

    @property
    def unit(self) -> str:
        """The unit of the measures: gate tonnes, in a net scope tonnes of cargo, in a case without a gate tonnes."""
        scope = self.layout.scope
        return "t/year" if self.case.gate is None else "net t/year" if scope and scope.net else "gate t/year"

    def renumber(self, case: Case, *, givens_only: bool = False) -> None:
        """Take the numbers of another case in place: coefficients, right-hand sides and base years, not the costs.

        With ``givens_only`` what the other case changes are capacities, backgrounds and ceilings alone. The rows keep
        their scales and every solve starts from the same base basis, so that the answer does not depend on what was
        asked before. Raises ValueError where the other case needs other rows or columns: build it anew.
        """
        scales = self.period.scales
        if set(available(case)) != set(scales):
            raise ValueError("there are other limits")
        if givens_only:
            self._take(self.layout.offered(case))
            return
        layout = self.layout.of(case)
        terms = list(_terms(varying_terms(layout, scales)))
        if self._varying is None:
            self._varying = list(_terms(varying_terms(self.layout, scales)))
            self._places = self.program.places(self._varying)
        if len(terms) != len(self._varying) or any(
            new[3] != old[3] or new[2] != old[2] or new[1] != old[1]
            for new, old in zip(terms, self._varying, strict=True)
        ):
            raise ValueError("other rows have other terms")
        real = self._places >= 0
        numbers = [coefficient for coefficient, *_ in terms]
        self.program.matrix.data[self._places[real]] = np.array(numbers)[real]
        self._take(layout)
        self.solver.load()

    def _take(self, layout: Layout) -> None:
        given = {**given_values(layout, self.period.scales), PLANNED: self.period.own.given}
        for label in self.program.givens.labels:
            self.program.values[self.program.givens.every(label)] = given[label[0]][label[1]]
        self.__dict__.pop("limits", None)
        self.case, self.period = layout.case, replace(self.period, layout=layout, given=given)

    def question(self, measure: str, floor: float | Mapping[str, float]) -> Question:
        """What a measure asks for, with this floor of every segment (see :meth:`floors`)."""
        return {
            "handled": Question("level", given={**self.floors(floor), **self.at_base()}),
            "concurrent": Question("growth"),
            "capability": Question("level", given=self.floors(floor)),
            "free": Question("level", without="segment_share"),
        }[measure]

    def ask(self, question: Question) -> Solution:
        """The solution of a question; raises InfeasibleError, or CaseError where nothing limits it."""
        return self.sound(self.tried(question))

    def tried(self, question: Question) -> Solution:
        """The solution of a question, or that there is none; a large program is sifted, and keeps the ways it took."""
        if question.goal in COSTS and self.solver.algorithm == "ipm":
            # One pass finds the cheapest flows, too, unless their ties would be seen in the prices or in the cost.
            goal, ties = self.goal(question.goal), TIE * self.goal("tie_break")
            if ties.max(initial=0.0) <= SEEN * (1 + abs(goal).max(initial=0.0)):
                found = self._tried(question, (TIE, "tie_break"))
                if found.status != "optimal" or float(ties @ found.columns) <= SEEN * (1 + abs(found.value)):
                    return found
        return self._tried(question)

    def _tried(self, question: Question, beside: tuple[float, str] | None = None) -> Solution:
        def solve() -> Solution:
            return self.solver.solve(
                question.goal,
                maximise=question.maximise,
                given=question.given,
                without=question.without,
                beside=beside,
            )

        if not self.sifts:
            return solve()
        goal = self.goal(question.goal)
        if beside is not None:
            goal = goal + beside[0] * self.goal(beside[1])
        return sifted(self.solver, goal, self.used, solve, maximise=question.maximise)

    @property
    def sifts(self) -> bool:
        """Whether the program is so large, and finer than weeks, that it is solved over few of its ways first."""
        return len(self.program.columns) > SIFTED_COLUMNS and self.layout.horizon.count > WEEKS

    @cached_property
    def used(self) -> set[Label]:
        """The labels of columns that the same year by weeks makes use of; raises InfeasibleError, CaseError."""
        horizon = Horizon.of("week", self.case.base_year, cyclic=self.layout.horizon.cyclic)
        scope, watch = self.layout.scope, self.solver.watch
        weeks = YearModel(self.case, self.study, horizon, rules=self.rules, watch=watch, scope=scope)
        weeks.solver.deadline = self.solver.deadline
        question, found, _ = _asked(weeks, self.study)
        flows, _ = _flows(weeks, self.study, question, found)
        amounts: dict[Label, float] = defaultdict(float)
        for label, value in zip(weeks.program.columns, flows.tolist(), strict=True):
            amounts[label] += value
        return {label for label, value in amounts.items() if value > USED}

    def _typical(self) -> Floats:
        """What each column may come to: its share of what the year as one period has, nan where that has none.

        Raises InfeasibleError, CaseError where the year as one period has no answer.
        """
        question, found, _ = _asked(self.whole, self.study)
        flows, _ = _flows(self.whole, self.study, question, found)
        amounts = dict(zip(self.whole.program.columns, flows.tolist(), strict=True))
        columns = self.program.columns
        typical = np.full(len(columns), np.nan)
        for label in columns.labels:
            at = columns.every(label)
            typical[at] = amounts.get(label, np.nan) / len(at)
        return typical

    def ties(self, question: Question) -> float:
        """What a thousand USD of the tie-break count for beside a goal."""
        if question.goal not in ("level", "growth"):
            return 0.0
        return TIE / (math.fsum(self.layout.base.values()) if question.goal == "growth" else 1.0)

    def concurrent(self, given: Mapping[Label, float] | None = None) -> Solution:
        """The largest growth common to all segments."""
        return self.ask(Question("growth", given=given or {}))

    def capability(self, floor: float, given: Mapping[Label, float] | None = None) -> Solution:
        """The most gate kt, no segment below ``floor`` times its base year."""
        return self.ask(Question("level", given={**self.floors(floor), **(given or {})}))

    def vertex(self, question: Question) -> bool:
        """Whether later solves for the goal of a question start from a vertex of it, which is worked out if need be.

        By many periods and interior point it is not: from its inside to a vertex it is a long way.
        """
        solver, goal = self.solver, question.goal
        if not self._crosses:
            return False
        if goal not in solver.own:
            solver.solve(goal, maximise=question.maximise, given=question.given, without=question.without)
            solver.start_from(goal)
        return solver.own[goal] is not None

    @property
    def _crosses(self) -> bool:
        return self.solver.algorithm == "simplex" or not self.layout.timed

    def reached(self, question: Question, *, keep: bool = True) -> Solution:
        """The solution of a question, and with ``keep`` a vertex of it, from which later solves for its goal start.

        The interior point makes no vertex where none is to be kept. Raises InfeasibleError, CaseError.
        """
        if keep and self._crosses and self.solver.algorithm == "ipm":
            own = self.solver.own
            # A single segment has one best level: that of its growth.
            alone = question.goal == "level" and not question.without and len(self.layout.base) == 1
            return self.sound(
                self.solver.solve_vertex(
                    question.goal,
                    maximise=question.maximise,
                    given=question.given,
                    without=question.without,
                    start=own.get("growth") if alone else None,
                )
            )
        solution = self.ask(question)
        if keep:
            self.keep_vertex(question.goal)
        return solution

    def keep_vertex(self, goal: str) -> None:
        """Start later solves for a goal from a vertex of what was solved last, where one is worth it."""
        if self._crosses:
            self.solver.start_from(goal)

    def goal(self, name: str) -> Floats:
        """Coefficients of the columns in a goal; zeros where nothing adds to it."""
        return self.program.goals[name][0] if name in self.program.goals else np.zeros(len(self.program.columns))

    def floors(self, floor: float | Mapping[str, float]) -> dict[Label, float]:
        """The floors of all segments as givens: a multiple of their base year, or kt by segment."""
        kt = floor if isinstance(floor, Mapping) else {name: floor * base for name, base in self.layout.base.items()}
        labels = self.program.givens.labels
        return {label: kt.get(str(label[1]), 0.0) for label in labels if label[0] == "floor"}

    def at_base(self) -> dict[Label, float]:
        """Ceilings of one: no segment passes its base year, nor its own ceiling."""
        own = ceilings(self.layout)
        return {
            label: min(own[str(label[1])], self.layout.base[str(label[1])])
            for label in self.program.givens.labels
            if label[0] == "ceiling"
        }

    def sound(self, found: Solution) -> Solution:
        """The solution, if it is one; raises InfeasibleError with reasons, or CaseError where nothing limits it."""
        if found.status == "infeasible":
            from corridor.optimize.infeasible import reasons

            raise InfeasibleError(reasons(self))
        if found.status == "unbounded":
            raise CaseError([self.limitless()])
        return found

    def limitless(self) -> Fault:
        """The fault of a model whose answer has no bound."""
        if not self.layout.measures:
            return Fault("C046", "tariff.csv", "some flow pays for itself without end; raise the tariffs below zero")
        given = {label: FULL_KT for label in self.program.givens.labels if label[0] == "ceiling"}
        found = self.solver.solve("level", maximise=True, given=given)
        level = values_of(self.program, found.columns)["level"] if found.status == "optimal" else {}
        free = [str(segment) for segment, value in level.items() if value > FULL_KT / 2]
        what = ", ".join(free) or "the demand"
        return Fault(
            "C047",
            "resource.csv",
            f"nothing limits {what}: no resource on its way has a capacity; give one, or a ceiling in segment.csv",
        )


def _terms(rules: Mapping[str, Mapping[Any, list[Term]]]) -> Iterator[tuple[float, Label, str, Any]]:
    """Coefficient, row, variable and key of every term."""
    for rule, keyed in rules.items():
        for key, terms in keyed.items():
            row = (rule, key)
            for coefficient, name, at in terms:
                yield coefficient, row, name, at


def solve(
    case: Case,
    study: str = "capability",
    horizon: Horizon | None = None,
    *,
    rules: Sequence[PlannersRule] = (),
    time_limit: float | None = None,
    deadline: float | None = None,
    watch: Callable[[Progress], None] | None = None,
    floor_t: Mapping[str, float] | None = None,
    scope: Scope | None = None,
    most: int | None = None,
) -> Answer:
    """Answer a study of a case whose tables have been checked; over the whole year if no horizon is given.

    The measures are those of a ``scope`` where one is given (:func:`corridor.optimize.scopes.held`).
    ``most`` is the greatest number of limits that are listed (None: all; 0: neither these nor the first limit). Where
    time runs out after the program itself is solved, the answer marks its list as unfinished.
    ``rules`` are a planner's own (:mod:`corridor.optimize.own_rules`); ``floor_t`` holds tonnes by segment below which
    no measure of a whole year lets it fall, where several cases are compared at one floor. Raises CaseError (unknown
    study, nothing limits the answer), InfeasibleError, TimeLimitError.
    """
    if study not in STUDIES:
        raise CaseError([Fault("C070", "--study", f"{study} is no study; {nearest(study, STUDIES)}")], "the question")
    began = perf_counter()
    limit: dict[str, Any] = {"time_limit": time_limit, "deadline": deadline, "watch": watch}
    year = YearModel(case, study, horizon, rules=rules, scope=scope, **limit)
    if study in COSTS:
        question = Question(study, maximise=False)
        found = year.ask(question)
        year.keep_vertex(study)
        return _answer(year, study, question, found, began, value=found.value * KILO, most=most)
    if year.layout.timed:
        return _course(year, study, began, most)
    return _measure(year, study, began, floor_t, most)


def _measure(
    year: YearModel, study: str, began: float, floor_t: Mapping[str, float] | None = None, most: int | None = None
) -> Answer:
    """All four measures of a year as a whole, and the answer for the one that is asked for."""
    base = year.layout.base
    if not base:
        return _nothing_grows(year, study, began, most)
    simplex = year.solver.algorithm == "simplex"
    common = year.reached(Question("growth"), keep=simplex or study == "concurrent" or most != 0)
    growth, floor = common.value, min(1.0, common.value)
    floors = None if floor_t is None else {name: floor_t.get(name, 0.0) / KILO for name in base}
    if floors is not None:
        floor = min(floors[name] / base[name] for name in base)
    questions = {name: year.question(name, floor if floors is None else floors) for name in MEASURES}
    found = {"concurrent": common}
    for name in sorted(MEASURES, key=lambda name: name == study):  # what is asked for comes last, and leaves its vertex
        if name == "concurrent":
            continue
        share = None if simplex or name == study or name != "handled" else scaled(year, questions[name], common)
        found[name] = share or year.reached(questions[name], keep=name == study)
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


def _first(year: YearModel, common: Solution | None, most: int | None) -> tuple[Rung | None, bool]:
    """The first rung, where one is sought, and whether time ended the search."""
    if common is None or most == 0:
        return None, False
    try:
        return first_rung(year, common, near=True), False
    except TimeLimitError:
        return None, True


def _nothing_grows(year: YearModel, study: str, began: float, most: int | None = None) -> Answer:
    """Nothing is asked to grow; the demands that never cross still have to fit."""
    question = Question("tie_break", maximise=False)
    measures = dict.fromkeys(MEASURES, 0.0)
    return _answer(year, study, question, year.ask(question), began, value=0.0, measures_t=measures, most=most)


def _course(year: YearModel, study: str, began: float, most: int | None = None) -> Answer:
    """One measure of a year by periods; the common growth is worked out only where a floor of one does not fit."""
    base = year.layout.base
    if not base:
        return _nothing_grows(year, study, began, most)
    question, found, growth = _asked(year, study)
    value = (math.fsum(base.values()) if study == "concurrent" else 1.0) * found.value * KILO
    whole_t = _measure(year.whole, study, began, most=0).measures_t
    return _answer(
        year,
        study,
        question,
        found,
        began,
        value=value,
        measures_t={study: value},
        growth=growth,
        floor=1.0 if growth is None else min(1.0, growth),
        whole_t=whole_t,
        most=most,
    )


def _flows(year: YearModel, study: str, question: Question, found: Solution) -> tuple[Floats, tuple[Floats, Floats]]:
    """Flows of the second pass (cheapest among the best), and the bounds of the rows that prices refer to."""
    program, solver = year.program, year.solver
    bounds = program.bounds(program.given(question.given), question.without)
    if question.goal not in program.goals or question.goal == "tie_break" or found.tied:
        return found.columns, bounds
    sign = 1.0 if question.maximise else -1.0
    goal = sign * program.goals[question.goal][0]
    if study == "concurrent":  # what is asked for is the common growth itself, so nobody grows beyond it
        fixed = {("ceiling", s): found.value * base * (1 + 1e-12) for s, base in year.layout.base.items()}
        rows = program.bounds(program.given({**question.given, **fixed}))
    else:
        rows = bounds
    try:
        if year.vertex(question):
            solver.solve_rows(question.goal, *rows, maximise=question.maximise)
        else:
            solver.hold(*rows)
        second = solver.second_pass(goal, weight=year.ties(question) or TIE)
    except TimeLimitError:
        return found.columns, bounds  # the best there is, if not the cheapest of the best
    return (second.columns if second.status == "optimal" else found.columns), bounds


def _asked(year: YearModel, study: str) -> tuple[Question, Solution, float | None]:
    """What a study asks of a year, the solution, and the common growth where it had to be worked out.

    Raises InfeasibleError, CaseError where there is none.
    """
    if study in COSTS:
        question = Question(study, maximise=False)
    elif not year.layout.base:
        question = Question("tie_break", maximise=False)
    else:
        question = year.question(study, 1.0)
        found = year.tried(question)
        if found.status == "infeasible" and study in ("handled", "capability"):
            growth = year.concurrent().value
            question = year.question(study, min(1.0, growth))
            return question, year.ask(question), growth
        return question, year.sound(found), found.value if study == "concurrent" else None
    return question, year.ask(question), None


def _answer(
    year: YearModel,
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
    case, program, timed = year.case, year.program, year.layout.timed
    columns, bounds = _flows(year, study, question, found)
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
    goal = year.goal(question.goal)
    allowed = tolerance(year.layout.horizon)
    prices, sense = found.prices, question.maximise
    certificate = certify(program, goal, columns, prices, *bounds, maximise=sense, balance=balance, tolerance=allowed)
    cost = value if study in COSTS else float(year.goal("cost_resource") @ columns) * KILO
    gate, measured = case.gate, study in MEASURES
    scope = year.layout.scope
    through = value if measured and scope is None else float(tables["delivered"]["gate_t"].sum())
    if scope is not None or gate is None:
        tables["limits"]["price_unit"] = tables["limits"]["price_unit"].str.replace("gate t/year", year.unit)
    return Answer(
        case=case.name,
        scenario=case.scenario,
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
        solver=_solver(year, began),
        limits_left=listed.left,
        unfinished=listed.unfinished or late,
        horizon=year.layout.horizon if timed else None,
        whole_t=whole_t or {},
        scope=ALL if scope is None else scope.scope_id,
    )


def terminals(case: Case) -> float | None:
    """What the named terminals at the gate add up to, in gate tonnes; None where none is named."""
    named = [row.capacity * row.gate_t_per_unit for row in case.rows("resource") if row.gate_t_per_unit]
    return float(math.fsum(named)) if named else None


def _solver(year: YearModel, began: float) -> dict[str, Any]:
    return {
        "name": "HiGHS",
        "version": year.solver.version(),
        "iterations": year.solver.iterations,
        "seconds": round(perf_counter() - began, 3),
        "rows": len(year.program.rows),
        "columns": len(year.program.columns),
    }
