"""Trials of the cost curve: its steps taken again with all uncertain numbers and costs drawn together."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.faults import CaseError, InfeasibleError
from corridor.model.result.frame import rows
from corridor.model.result.projects import Projects
from corridor.optimize.answer.setting import Setting
from corridor.optimize.period.layout import CHOICE
from corridor.optimize.runs.pool import Pool, Renumbered
from corridor.optimize.runs.work import Row, Store, Table, Work, mark_of
from corridor.optimize.studies.projects import EQUAL, LEAST_T, Builds, best, priced
from corridor.optimize.studies.sweep import proved
from corridor.optimize.studies.uncertain import Input, Inputs, inputs

QUANTILES = {"gain_p5_t": 0.05, "gain_p50_t": 0.5, "gain_p95_t": 0.95}
Steps = tuple[tuple[tuple[str, int], ...], ...]


@dataclass(frozen=True)
class Known:
    """All that a process needs to run trials: the uncertain numbers, the costs with a range, and the steps."""

    setting: Setting
    inputs: Inputs
    costs: tuple[Input, ...]
    steps: Steps
    measure: str
    least_t: float


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
        self.model = Renumbered(known.setting)

    def __call__(self, quantiles: Sequence[float]) -> Trial:
        """The trial at these quantiles of the drivers and of the costs."""
        known = self.known
        drivers = known.inputs.drivers
        case = known.inputs.drawn(dict(zip(drivers, quantiles, strict=False)))
        drawn = zip(known.costs, quantiles[len(drivers) :], strict=True)
        costs = {cost.cell[1]: cost.at(quantile) for cost, quantile in drawn}
        try:
            builds = Builds(known.setting.at(case), self.model, costs, comes=known.measure == CHOICE)
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


def projects(
    setting: Setting,
    *,
    measure: str = "capability",
    least_t: float = LEAST_T,
    draws: int = 0,
    seed: int = 1,
    processes: int = 1,
    runs: str | Path | None = None,
    cluster: str | None = None,
    dry_run: bool = False,
    store: Store | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Projects:
    """The projects of a case priced alone, in the order of most tonnes for the money, and all together.

    ``measure`` puts them in order: ``capability``, ``concurrent``, or ``expected``, the tonnes that come. One after
    the other the project of most tonnes for a dollar is built, until none gains ``least_t`` tonnes a year. Where none
    does alone, projects that do so together are sought, and built as one.

    With ``draws`` the steps are taken again in so many trials of all uncertain
    numbers and costs, by ``seed``; the digits do not depend on ``processes``. All numbers with a range are drawn
    together by a Latin hypercube, and each cost within its range. Numbers with one cause are drawn by one random
    number. With a ``scope`` of the case its cargo alone grows. ``progress`` receives the number of trials done, and of
    all. ``runs`` is a folder in which the trials are kept; the same study goes on there where it was stopped.
    ``cluster`` is the scheduler of a Dask cluster, or its file, instead of ``processes`` (docs/at-scale.md). Raises
    CaseError (no project, or nothing grows), InfeasibleError, CertificateError.

    With ``dry_run`` three runs alone are made; :class:`corridor.model.result.outlook.Outlook` says how long all take.
    """
    found = priced(setting, measure, least_t)
    if not draws:
        return found
    from scipy.stats import qmc

    steps = tuple(tuple(zip(row.projects, row.times, strict=True)) for row in rows(found.curve))
    of = replace(setting, watch=None)
    known = Known(of, inputs(setting.case), _costs(found), steps, found.measure, found.least_t)
    count = len(known.inputs.drivers) + len(known.costs)
    sample = np.asarray(qmc.LatinHypercube(d=max(1, count), rng=np.random.default_rng(seed)).random(draws))[:, :count]
    question = {"draws": draws, "seed": seed, "steps": mark_of((steps, found.measure, least_t))}
    work = Work.of(processes, cluster, runs, store, question, draws, progress, dry_run)
    with Pool(Trials(known), Trials, known, work, draws) as pool:
        drivers = [*known.inputs.drivers, *(".".join(each.cell) for each in known.costs)]
        trials = pool.run(sample.tolist(), _table(drivers))
    worst = proved("a trial", (trial.residual for trial in trials))
    possible = [trial for trial in trials if trial.possible]
    records: list[Mapping[str, float]] = []
    for place in range(len(steps)):
        gains = [trial.gains_t[place] for trial in possible]
        share = float(np.mean([trial.best[place] for trial in possible])) if possible else math.nan
        spread = {name: float(np.quantile(gains, q)) if gains else math.nan for name, q in QUANTILES.items()}
        records.append({"step": place + 1, "best": share, **spread})
    frame = pd.DataFrame(records, columns=["step", "best", *QUANTILES])
    return replace(found, trials=frame, draws=draws, possible=len(possible), residual=max(found.residual, worst))


def _table(drivers: Sequence[str]) -> Table[Sequence[float], Trial]:
    """Rows of trials: the quantile of each driver and cost, and by step the gain in t and whether it is the best."""

    def row(quantiles: Sequence[float], trial: Trial) -> Row:
        return {
            **{f"quantile.{driver}": each for driver, each in zip(drivers, quantiles, strict=True)},
            "possible": trial.possible,
            "best": " ".join(str(int(each)) for each in trial.best),
            "gains_t": json.dumps(trial.gains_t),
            "residual": trial.residual,
        }

    def reply(row: Mapping[str, Any]) -> Trial:
        best = tuple(each == "1" for each in row["best"].split())
        return Trial(row["possible"], best, tuple(json.loads(row["gains_t"])), row["residual"])

    return Table("runs", row, reply)


def _costs(found: Projects) -> tuple[Input, ...]:
    """The costs that have a range, as uncertain numbers."""
    return tuple(
        Input(("project", row.project, "cost_usd"), row.low_usd, row.cost_usd, row.high_usd, row.project, False, "")
        for row in rows(found.table)
        if not math.isnan(row.low_usd) and row.low_usd < row.high_usd
    )
