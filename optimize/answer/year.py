"""One year that can be asked: its questions, how they are solved, and the flows of an answer."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from corridor.model.faults import CaseError, Fault, InfeasibleError, TimeLimitError
from corridor.model.horizon import Floats, Horizon
from corridor.model.language import say
from corridor.model.network import NeedsAllWays
from corridor.model.program import Label
from corridor.optimize.answer.compiled import Compiled, share
from corridor.optimize.answer.infeasible import reasons
from corridor.optimize.answer.limit import Limits
from corridor.optimize.answer.tables import values_of
from corridor.optimize.period.layout import COSTS
from corridor.optimize.program.highs import PRECISE, Solution
from corridor.optimize.program.sifting import sifted

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
    """A question to a program: a goal, with some givens replaced and the rows of one rule dropped."""

    goal: str
    maximise: bool = True
    given: Mapping[Label, float] = field(default_factory=dict)
    without: str = ""


class Year(Compiled):
    """One year of a case, whole or by periods, that answers questions as often as needed."""

    _limits: Limits | None = None

    def _tune(self) -> None:
        """Typical amounts for the scales of a year by periods; less precision where it is sifted."""
        self.solver.typical = self._typical if self.layout.timed else None
        self.solver.precision = SIFTED_PRECISE if self.sifts else PRECISE
        self.solver.single = len(self.layout.base) == 1

    @property
    def limits(self) -> Limits:
        """Everything that can stop an answer, by the label of its given."""
        if self._limits is None or self._limits.case is not self.case:
            self._limits = Limits(self)
        return self._limits

    @cached_property
    def whole(self) -> Year:
        """The same year as one period."""
        deadline = self.solver.deadline
        return Year(self.case, self.study, rules=self.rules, deadline=deadline, scope=self.layout.scope)

    def question(self, measure: str, floor: float | Mapping[str, float]) -> Question:
        """The question of a measure, with this floor of every segment (see :meth:`floors`)."""
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
        """True where the program is so large, and finer than weeks, that it is solved over few of its ways first."""
        return len(self.program.columns) > SIFTED_COLUMNS and self.layout.horizon.count > WEEKS

    @cached_property
    def used(self) -> set[Label]:
        """The labels of columns that the same year by weeks makes use of; raises InfeasibleError, CaseError."""
        horizon = Horizon.of("week", self.case.base_year, cyclic=self.layout.horizon.cyclic)
        scope, watch = self.layout.scope, self.solver.watch
        weeks = Year(self.case, self.study, horizon, rules=self.rules, watch=watch, scope=scope)
        weeks.solver.deadline = self.solver.deadline
        question, found, _ = asked(weeks, self.study)
        amounts_of, _ = flows(weeks, self.study, question, found)
        amounts: dict[Label, float] = defaultdict(float)
        for label, value in zip(weeks.program.columns, amounts_of.tolist(), strict=True):
            amounts[label] += value
        return {label for label, value in amounts.items() if value > USED}

    def _typical(self) -> Floats:
        """The typical value of each column: its share of what the year as one period has, nan where that has none.

        Raises InfeasibleError, CaseError where the year as one period has no answer.
        """
        question, found, _ = asked(self.whole, self.study)
        amounts_of, _ = flows(self.whole, self.study, question, found)
        amounts = dict(zip(self.whole.program.columns, amounts_of.tolist(), strict=True))
        columns = self.program.columns
        typical = np.full(len(columns), np.nan)
        for label in columns.labels:
            at = columns.every(label)
            typical[at] = amounts.get(label, np.nan) / len(at)
        return typical

    def ties(self, question: Question) -> float:
        """The weight of a thousand USD of the tie-break beside a goal."""
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
        """True where later solves for the goal of a question start from a vertex of it, which is worked out if need be.

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

    def sound(self, found: Solution) -> Solution:
        """The solution, if it is one; raises InfeasibleError with reasons, or CaseError where nothing limits it."""
        if found.status == "infeasible":
            if self.layout.network is not None:
                raise NeedsAllWays("the reasons are sought among all ways")
            raise InfeasibleError(reasons(self))
        if found.status == "unbounded":
            raise CaseError([self.limitless()])
        return found

    def limitless(self) -> Fault:
        """The fault of a model whose answer has no bound."""
        if not self.layout.measures:
            return Fault(
                "C046", "tariff.csv", say("some flow pays for itself without end; raise the tariffs below zero")
            )
        given = {label: FULL_KT for label in self.program.givens.labels if label[0] == "ceiling"}
        found = self.solver.solve("level", maximise=True, given=given)
        level = values_of(self.program, found.columns)["level"] if found.status == "optimal" else {}
        free = [str(segment) for segment, value in level.items() if value > FULL_KT / 2]
        what = ", ".join(free) or say("the demand")
        return Fault(
            "C047",
            "resource.csv",
            say(
                "nothing limits {what}: no resource on its way has a capacity; give one, or a ceiling in segment.csv",
                what=what,
            ),
        )


def flows(year: Year, study: str, question: Question, found: Solution) -> tuple[Floats, tuple[Floats, Floats]]:
    """Flows of the second pass (cheapest among the best), and the bounds of the rows that prices refer to."""
    program, solver = year.program, year.solver
    bounds = program.bounds(program.given(question.given), question.without)
    if question.goal not in program.goals or question.goal == "tie_break" or found.tied:
        return found.columns, bounds
    goal = question.goal, 1.0 if question.maximise else -1.0
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


def asked(year: Year, study: str) -> tuple[Question, Solution, float | None]:
    """The question of a study to a year, the solution, and the common growth where it had to be worked out.

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
            question = year.question(study, share(growth))
            return question, year.ask(question), growth
        return question, year.sound(found), found.value if study == "concurrent" else None
    return question, year.ask(question), None


def priced(year: Year, found: Solution) -> list[Label]:
    """Givens of the limits whose row has a price in this solution."""
    return year.limits.priced(found.prices)
