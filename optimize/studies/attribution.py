"""The share of each change in the difference between two cases: Shapley value, exact or sampled, or one order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from corridor.model.faults import CaseError, Fault, InfeasibleError, nearest
from corridor.model.language import say
from corridor.model.result.comparison import Attribution
from corridor.optimize.answer.choice import equilibrium
from corridor.optimize.answer.compiled import share
from corridor.optimize.answer.expected import calibrated
from corridor.optimize.answer.measures import smallest
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import STUDIES
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.layout import CHOICE, COSTS, KILO
from corridor.optimize.period.streams import NeedsRebuild
from corridor.optimize.studies.coming import proved_t
from corridor.optimize.studies.compare import names_of
from corridor.optimize.studies.differences import Step, mixed, steps
from corridor.optimize.studies.disrupt import closed_year
from corridor.optimize.studies.game import shapley

EXACT = 8
"""Changes up to which all subsets are solved."""
TOLD = 5
"""Changes that a message names."""
KEPT = 32
"""Compiled models that are kept at once."""

Made = frozenset[int]
"""Steps that are made, by their place."""


class Between:
    """A case with only some of the steps to another one made, solved for one study at one floor."""

    def __init__(self, a: Setting, b: Setting, way: Sequence[Step], of: str) -> None:
        self.setting, self.a, self.b, self.way, self.of = a, a.given, b.given, way, of
        self.numeric = frozenset(
            place
            for place, step in enumerate(way)
            if all(self.a.enters(cell) in ("rhs", "coefficient") for cell in step.cells)
        )
        self.models: dict[Made, Year] = {}
        self.known: dict[Made, float] = {}
        self.floors: dict[Made, dict[str, float]] = {}
        self.floor_t: dict[str, float] = {}
        self.unit = ""
        self.base = calibrated(a) if of == CHOICE else None

    def solve(self, sets: Iterable[Made], progress: Callable[[int, int], None] | None = None) -> None:
        """Know the values of these sets of steps, all at the smallest floor among them; raises InfeasibleError."""
        listed = list(dict.fromkeys(sets))
        for done, made in enumerate(listed, 1):
            self._first(made)
            if progress:
                progress(done, len(listed))
        self.floor_t = smallest(self.floors.values())
        for made in listed:
            if any(abs(t - self.floor_t[name]) > 1e-9 * t for name, t in self.floors[made].items()):
                self.known[made] = self._value(made, self._model(made), self.floor_t)

    def _first(self, made: Made) -> None:
        """The floor of a set, and its value there."""
        year = self._model(made)
        self.unit = self.unit or year.unit
        self.floors[made] = {}
        base = math.fsum(year.layout.base.values())
        if base and self.of in ("concurrent", "handled", "capability"):
            growth = self._ask(made, year, Question("growth"))
            if self.of == "concurrent":
                self.known[made] = base * growth * KILO
                return
            floor = share(growth) * KILO
            self.floors[made] = {segment: floor * kt for segment, kt in year.layout.base.items()}
        self.known[made] = self._value(made, year, self.floors[made])

    def _value(self, made: Made, year: Year, floor_t: Mapping[str, float]) -> float:
        """The measure of a set, at a floor; 0 for a case that asks for nothing."""
        if self.of in COSTS:
            return self._ask(made, year, Question(self.of, maximise=False)) * KILO
        if self.base is not None:
            base = self.base
            return self._answered(made, lambda: proved_t(year, equilibrium(year, base)))
        if not year.layout.base:
            return 0.0
        floor = {segment: t / KILO for segment, t in floor_t.items()}
        return self._ask(made, year, year.question(self.of, floor)) * KILO

    def _model(self, made: Made) -> Year:
        """The model of a set, its numbers taken in place where only numbers differ from one that is compiled."""
        case = closed_year(mixed(self.a, self.b, [cell for place in made for cell in self.way[place].cells]))[0]
        rows = made - self.numeric
        study = self.of if self.of in (*COSTS, CHOICE) else "capability"
        if rows in self.models:
            try:
                self.models[rows].renumber(case)
            except NeedsRebuild:  # a number that became zero took a row or a column with it
                return self.setting.at(case).open(study)
            return self.models[rows]
        year = self.setting.at(case).open(study)
        if len(self.models) < KEPT:
            self.models[rows] = year
        return year

    def _ask(self, made: Made, year: Year, question: Question) -> float:
        """The value of a question."""
        value = self._answered(made, lambda: year.ask(question).value)
        if question.goal not in year.solver.own:
            year.solver.start_from(question.goal)  # every set after the first is near it
        return value

    def _answered(self, made: Made, work: Callable[[], float]) -> float:
        """The value of a set; where there is no answer the error names the changes that were made."""
        try:
            return work()
        except (InfeasibleError, CaseError) as error:
            if not made or len(made) == len(self.way):
                raise
            few = len(made) <= len(self.way) / 2
            said = [step for place, step in enumerate(self.way) if (place in made) == few]
            listed = ", ".join(f"{step.label} {'; '.join(step.words)}" for step in said[:TOLD])
            listed += say(" and {more} more", more=len(said) - TOLD) if len(said) > TOLD else ""
            which = (
                say("with {listed} and no other change", listed=listed)
                if few
                else say("with all changes but {listed}", listed=listed)
            )
            remedy = say(
                "Join changes that need each other (--group 1,2), or name an order that can be kept (--order 2,1)."
            )
            raise InfeasibleError(
                say("{which} there is no answer: {error}\n{remedy}", which=which, error=error, remedy=remedy)
            ) from None


def attribution(
    a: Setting,
    b: Setting,
    *,
    of: str = "capability",
    order: Sequence[int] = (),
    groups: Iterable[Iterable[int]] = (),
    samples: int = 100,
    seed: int = 1,
    names: Iterable[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Attribution:
    """Share out the difference between two cases in a study among the changes that lead from ``a`` to ``b``.

    Up to eight changes exactly (Shapley value), above by ``samples`` random orders, each with its reverse, and a
    standard error; or by one ``order`` of the numbers of changes, the others following. Changes of the same cell, and
    those of which one needs a row of the other, belong together; ``groups`` name others that shall. Shares add up to
    the difference; all runs hold one floor, in tonnes by segment. Closures are taken into account by the cargo that
    they lose, in the year as one period. ``progress`` receives how many cases are solved, and of how many. Raises
    CaseError, and InfeasibleError where a case on the way has no answer.
    """
    if of not in STUDIES:
        raise CaseError(
            [Fault("C070", "--of", say("{of} is no study; {nearest}", of=of, nearest=nearest(of, STUDIES)))],
            "the question",
        )
    one, other = names_of((a, b), names)
    if of == CHOICE:
        _check_choice(a, b)
    if a.closures is not None or b.closures is not None:
        a, b = a.whole, b.whole  # the periods of both are cut otherwise
    every = steps(a.given, b.given, [tuple(each) for each in groups])
    way = [step for step in every if step.cells]
    runs = Between(a, b, way, of)
    count = len(way)
    everything = frozenset(range(count))
    singles = [frozenset({place}) for place in range(count)]
    alone = dict.fromkeys(range(count), math.nan)
    last, error = dict(alone), dict(alone)
    method = "order" if order else "exact" if count <= EXACT else "sampled"
    if method == "exact":
        runs.solve(
            (frozenset(each) for size in range(count + 1) for each in combinations(range(count), size)), progress
        )
        share = shapley(range(count), runs.known)
    else:
        orders = [_ordered(order, every, way)] if order else orders_of(count, samples, seed)
        beside = [] if order else [*singles, *(everything - single for single in singles)]
        runs.solve([frozenset(), everything, *(made for each in orders for made in chain(each)), *beside], progress)
        gains = np.array([_gains(each, runs.known) for each in orders])
        share = dict(enumerate(gains.mean(axis=0).tolist()))
        if method == "sampled":
            pairs = gains.reshape(-1, 2, count).mean(axis=1)
            error = dict(enumerate((pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs))).tolist()))
    start, end = runs.known[frozenset()], runs.known[everything]
    if method != "order":
        alone = {place: runs.known[single] - start for place, single in enumerate(singles)}
        last = {place: end - runs.known[everything - single] for place, single in enumerate(singles)}
    at = {step.label: place for place, step in enumerate(way)}
    rows = []
    for step in every:
        place = at.get(step.label)
        parts = (0.0, 0.0, 0.0, 0.0) if place is None else (share[place], error[place], alone[place], last[place])
        rows.append((step.label, "; ".join(step.words), *parts))
    return Attribution(
        case=a.given,
        a=one,
        b=other,
        of=of,
        unit="USD/year" if of in COSTS else runs.unit,
        method=method,
        start=start,
        end=end,
        floor_t=runs.floor_t,
        samples=len(orders) if method == "sampled" else 0,
        seed=seed,
        runs=len(runs.known),
        changes=pd.DataFrame(rows, columns=["changes", "words", "share", "error", "alone", "last"]),
    )


def _check_choice(a: Setting, b: Setting) -> None:
    """Raise CaseError where the cargo that comes of two cases cannot be shared out."""
    faults = []
    if a.closures is not None or b.closures is not None:
        reason = say("the cargo that comes is not known where closures lose cargo, not yet; leave the closures out")
        faults.append(Fault("C173", "--of", reason))
    if faults:
        raise CaseError(faults, "the question")


def orders_of(count: int, samples: int, seed: int) -> list[list[int]]:
    """Random orders, each followed by its reverse: what one of them gives too much, the other gives too little."""
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(count).tolist() for _ in range(max(2, -(-samples // 2)))]
    return [each for order in drawn for each in (order, order[::-1])]


def chain(order: Sequence[int]) -> list[Made]:
    """The sets that an order passes through, from nothing to everything."""
    return [frozenset(order[:end]) for end in range(len(order) + 1)]


def _gains(order: Sequence[int], value: Mapping[Made, float]) -> list[float]:
    """The addition of each player in this order."""
    gain = dict.fromkeys(order, 0.0)
    for player, (before, after) in zip(order, pairwise(chain(order)), strict=True):
        gain[player] = value[after] - value[before]
    return [gain[player] for player in range(len(order))]


def _ordered(order: Sequence[int], every: Sequence[Step], way: Sequence[Step]) -> list[int]:
    """The places of the steps in the order asked for by numbers of changes, those not named after them as written."""
    home = {number: step for step in every for number in step.numbers}
    wrong = [number for number in order if number not in home]
    if wrong:
        listed = "; ".join(f"{step.label} {' and '.join(step.words)}" for step in every)
        reason = say(
            "there is no change {wrong}; the changes are: {listed}",
            wrong=", ".join(map(str, wrong)),
            listed=listed or say("none"),
        )
        raise CaseError([Fault("C133", "--order", reason)], "the question")
    asked = list(dict.fromkeys(home[number] for number in order))
    return [way.index(step) for step in [*asked, *(step for step in way if step not in asked)] if step in way]
