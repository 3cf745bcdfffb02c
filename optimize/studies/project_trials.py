"""Trials of the cost curve: its steps taken again with all uncertain numbers and costs drawn together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import CaseError, CertificateError, InfeasibleError
from corridor.model.result.frame import rows
from corridor.model.result.projects import Projects
from corridor.model.scope import Scope
from corridor.optimize.runs.pool import Pool, Renumbered
from corridor.optimize.studies.projects import EQUAL, Builds, best
from corridor.optimize.studies.sweep import TOLERANCE
from corridor.optimize.studies.uncertain import Input, Inputs, inputs

QUANTILES = {"gain_p5_t": 0.05, "gain_p50_t": 0.5, "gain_p95_t": 0.95}
Steps = tuple[tuple[tuple[str, int], ...], ...]


@dataclass(frozen=True)
class Known:
    """All that a process needs to run trials: the uncertain numbers, the costs with a range, and the steps."""

    inputs: Inputs
    costs: tuple[Input, ...]
    steps: Steps
    measure: str
    least_t: float
    scope: Scope | None


@dataclass(frozen=True)
class Trial:
    """One trial: whether the base year fits; by step whether it is the best next one, and its gain in tonnes."""

    possible: bool
    best: tuple[bool, ...] = ()
    gains_t: tuple[float, ...] = ()
    residual: float = 0.0


class Trials:
    """One year model that takes trial after trial."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.model = Renumbered(known.inputs.case, known.scope)

    def __call__(self, quantiles: Sequence[float]) -> Trial:
        """The trial at these quantiles of the drivers and of the costs."""
        known = self.known
        drivers = known.inputs.drivers
        case = known.inputs.drawn(dict(zip(drivers, quantiles, strict=False)))
        drawn = zip(known.costs, quantiles[len(drivers) :], strict=True)
        costs = {cost.cell[1]: cost.at(quantile) for cost, quantile in drawn}
        try:
            builds = Builds(case, self.model, costs)
            if builds.t({}, "concurrent") < builds.total * (1 - 1e-9):
                return Trial(possible=False)
            return self._followed(builds)
        except (InfeasibleError, CaseError):
            return Trial(possible=False)

    def _followed(self, builds: Builds) -> Trial:
        """The steps of the curve taken in a trial, each compared with the best one that could be taken instead."""
        measure, least_t = self.known.measure, self.known.least_t
        taken: Counter[str] = Counter()
        is_best, gains = [], []
        for step in self.known.steps:
            built = dict(step)
            before = builds.t(taken, measure)
            first = built if len(built) > 1 else dict.fromkeys(built, 1)
            other = best(builds, taken, measure, least_t)
            gain = builds.t(taken + Counter(first), measure) - before
            worth = gain / max(1.0, builds.cost(first))
            rival = 0.0
            if other is not None:
                rival = (builds.t(taken + Counter(other), measure) - before) / max(1.0, builds.cost(other))
            is_best.append(gain >= least_t and worth >= rival * (1 - EQUAL))
            taken.update(built)
            gains.append(builds.t(taken, measure) - before)
        return Trial(True, tuple(is_best), tuple(gains), builds.residual)


def with_trials(
    case: Case,
    found: Projects,
    *,
    draws: int,
    seed: int = 1,
    processes: int = 1,
    scope: Scope | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Projects:
    """The projects with ``draws`` trials of their curve; the same seed gives the same digits with any ``processes``.

    All numbers with a range are drawn together by a Latin hypercube, those with one cause by one random number, and
    each cost within its range. Raises CertificateError where a solve does not prove itself.
    """
    from scipy.stats import qmc

    steps = tuple(tuple(zip(row.projects, row.times, strict=True)) for row in rows(found.curve))
    known = Known(inputs(case), _costs(found), steps, found.measure, found.least_t, scope)
    count = len(known.inputs.drivers) + len(known.costs)
    sample = np.asarray(qmc.LatinHypercube(d=max(1, count), rng=np.random.default_rng(seed)).random(draws))[:, :count]
    with Pool(Trials(known), Trials, known, processes, draws) as pool:
        trials = pool.run(sample.tolist(), progress)
    worst = max((trial.residual for trial in trials), default=0.0)
    if worst > TOLERANCE:
        raise CertificateError(f"a trial does not prove itself: its worst residual is {worst:.2g}")
    possible = [trial for trial in trials if trial.possible]
    records: list[Mapping[str, float]] = []
    for place in range(len(steps)):
        gains = [trial.gains_t[place] for trial in possible]
        share = float(np.mean([trial.best[place] for trial in possible])) if possible else math.nan
        spread = {name: float(np.quantile(gains, q)) if gains else math.nan for name, q in QUANTILES.items()}
        records.append({"step": place + 1, "best": share, **spread})
    frame = pd.DataFrame(records, columns=["step", "best", *QUANTILES])
    return replace(found, trials=frame, draws=draws, possible=len(possible), residual=max(found.residual, worst))


def _costs(found: Projects) -> tuple[Input, ...]:
    """The costs that have a range, as uncertain numbers."""
    return tuple(
        Input(("project", row.project, "cost_usd"), row.low_usd, row.cost_usd, row.high_usd, row.project, False, "")
        for row in rows(found.table)
        if not math.isnan(row.low_usd) and row.low_usd < row.high_usd
    )
