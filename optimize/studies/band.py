"""The band: ranges of all inputs carried to the answer by a Latin hypercube, re-solved in place."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corridor.model.case import Case
from corridor.model.faults import InfeasibleError
from corridor.model.horizon import Floats
from corridor.model.kinds import kinds_of
from corridor.model.limit_facts import limit_facts
from corridor.model.ranges import COLUMNS, range_row
from corridor.model.result.band import Band, draws_needed
from corridor.model.scope import ALL, headline_scope, scope_of
from corridor.optimize.answer.lifting import first_rung
from corridor.optimize.answer.limits import rule_name
from corridor.optimize.answer.measures import Measures
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.year import Question, Year
from corridor.optimize.period.layout import CHOICE, KILO
from corridor.optimize.program.highs import Solution
from corridor.optimize.runs.pool import Pool, Renumbered
from corridor.optimize.runs.work import Row, Store, Table, Work, joined, mark_of, parted
from corridor.optimize.studies.coming import Drawn, known_to_come
from corridor.optimize.studies.scopes import among
from corridor.optimize.studies.sweep import proved, residual
from corridor.optimize.studies.uncertain import Inputs, inputs

MEASURED = ("handled", "concurrent", "capability")
QUANTILES = (0.05, 0.5, 0.95)
TOLD = 15
"""Drivers whose swing is solved for, one at a time."""
DRIVEN = ("concurrent", "capability")
DRIVER_COLUMNS = ["driver", "name", "who", "basis", "numbers", "c_share", "t_share"]
DRIVER_COLUMNS += ["c_low", "c_high", "t_low", "t_high", "c_narrows", "t_narrows", "c_together", "t_together"]
BINS = 10
FITS = 1 - 1e-9
"""Common growth from which the base year fits."""
BESIDE = [f"scope_{name}" for name in ("handled", "concurrent", "least", "most", "capability")]
"""Measures of the headline's scope in a draw."""


class Draws(Renumbered):
    """One year model that takes draw after draw."""

    def __init__(self, known: tuple[Setting, Inputs]) -> None:
        setting, self.known = known
        super().__init__(setting)
        self.facts = limit_facts(setting.case)
        self.name = headline_scope(setting.case) if setting.scope is None else ""
        fits = self.name and self.year.concurrent().value >= FITS
        scope = replace(scope_of(setting.case, self.name), held=1.0) if fits else None
        self.scoped = Renumbered(replace(setting, scope=scope)) if scope else None
        self.beside = BESIDE if self.scoped is not None else []
        self.coming = Drawn(setting, self.known) if known_to_come(setting) else None
        self.comes = [CHOICE] if self.coming is not None else []
        self.drivers = [*self.known.drivers, *(self.coming.drivers if self.coming is not None else ())]

    def run(self, quantiles: Mapping[str, float]) -> tuple[Any, ...]:
        """Growth, H, C, T (tonnes of the year), the first limits, the worst residual; then ``beside`` and ``comes``.

        Zeros where nothing fits; the scope of the headline, and the cargo that comes, have NaN where the base year does
        not.
        """
        case = self.known.drawn(quantiles)
        year = self.at(case, givens_only=self.known.capacities_only)
        measures = Measures.of(year)
        try:
            common = measures.common
            year.solver.start_from("growth")  # the rung is near
            most = measures.solution("capability")
            handled = measures.handled_t
        except InfeasibleError:
            return 0.0, 0.0, 0.0, 0.0, (), 0.0, *(math.nan for _ in (*self.beside, *self.comes))
        question = measures.question("capability")
        worst = residual(
            year.program, year.goal("level"), most, year.program.bounds(year.program.given(question.given))
        )
        rung = first_rung(year, common)
        first = rung.resources if rung else ()
        beside = self._beside(case, year, question, most, common.value)
        come = () if self.coming is None else (self.coming.t(quantiles) if common.value >= FITS else math.nan,)
        return common.value, handled, measures.t("concurrent"), measures.t("capability"), first, worst, *beside, *come

    def _beside(self, case: Case, year: Year, question: Question, best: Solution, growth: float) -> tuple[float, ...]:
        """H, C, least and most at T, and T of the headline's scope, in its own tonnes."""
        if self.scoped is None or growth < FITS:
            return tuple(math.nan for _ in self.beside)
        scoped = self.scoped.at(case, givens_only=self.known.capacities_only)
        base, scope = math.fsum(scoped.layout.base.values()), scoped.layout.scope
        assert scope is not None
        own = scoped.solver.solve("level", maximise=True, given=scoped.floors(1.0))
        ends = among(year, question, best, scope)
        return tuple(KILO * kt for kt in (base, base * growth, *ends, own.value))

    def __call__(self, row: Sequence[float]) -> tuple[Any, ...]:
        """:meth:`run` with the quantiles in the order of the drivers."""
        return self.run(dict(zip(self.drivers, row, strict=True)))


def band(
    setting: Setting,
    *,
    draws: int = 2000,
    seed: int = 1,
    processes: int = 1,
    runs: str | Path | None = None,
    cluster: str | None = None,
    dry_run: bool = False,
    capacities_only: bool = False,
    store: Store | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Band:
    """The ranges of H, C and T: the uncertain numbers of a case drawn together, ``draws`` times, each draw solved.

    The same ``seed`` gives the same digits with any number of ``processes``; with more than one, a script needs the
    usual ``if __name__ == "__main__":``. ``capacities_only`` draws capacities, backgrounds and ceilings alone.
    ``progress`` receives how many draws are done, and of how many. ``runs`` is a folder in which the draws are kept;
    the same band goes on there where it was stopped. ``cluster`` is the scheduler of a Dask cluster, or its file,
    instead of ``processes`` (docs/at-scale.md). Raises CaseError, CertificateError where a draw does not prove itself.

    With ``dry_run`` three runs alone are made; :class:`corridor.model.result.outlook.Outlook` says how long all take.
    """
    from scipy.stats import qmc

    known = (replace(setting, watch=None), inputs(setting.case, capacities_only=capacities_only))
    model = Draws(known)
    count, more = len(model.known.drivers), len(model.drivers) - len(model.known.drivers)
    rng = np.random.default_rng(seed)
    sample = np.asarray(qmc.LatinHypercube(d=max(1, count), rng=rng).random(draws))[:, :count]
    if more:  # drawn after the others, which are the same with markets and without
        sample = np.hstack([sample, qmc.LatinHypercube(d=more, rng=rng).random(draws)])
    question = {"draws": draws, "seed": seed, "capacities_only": capacities_only, "drawn": mark_of(sample.tolist())}
    work = Work.of(processes, cluster, runs, store, question, draws, progress, dry_run)
    with Pool(model, Draws, known, work, draws) as pool:
        found = pool.run(sample.tolist(), _table(model))
    return _summed_up(model, sample[:, :count], found, seed)


def _table(model: Draws) -> Table[Sequence[float], tuple[Any, ...]]:
    """Rows of draws: the quantile of each driver, growth, measures in t a year, first limit, certificate."""
    names = ["growth", *(f"{name}_t" for name in MEASURED), "first", "residual"]
    names += [f"{name}_t" for name in (*model.beside, *model.comes)]

    def row(quantiles: Sequence[float], reply: tuple[Any, ...]) -> Row:
        drawn: Row = {f"quantile.{driver}": each for driver, each in zip(model.drivers, quantiles, strict=False)}
        cells = zip(names, reply, strict=True)
        return drawn | {name: joined(cell) if name == "first" else float(cell) for name, cell in cells}

    def reply(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(parted(row[name]) if name == "first" else row[name] for name in names)

    return Table("runs", row, reply)


def _summed_up(model: Draws, sample: Floats, found: list[tuple[Any, ...]], seed: int) -> Band:
    known, case = model.known, model.known.case
    frame = pd.DataFrame(found, columns=["growth", *MEASURED, "first", "residual", *model.beside, *model.comes])
    proved("a draw", frame["residual"].astype(float))
    frame["possible"] = frame["growth"] >= FITS
    frame["kind"] = [_kind(model, first) for first in frame["first"]]
    as_stated = model.run({})
    stated = dict(zip(["growth", *MEASURED], as_stated, strict=False))
    used = frame["possible"].to_numpy()
    drivers, r2, assumed, partly = _driven(model, sample[used], frame[used])
    return Band(
        case=case,
        draws=len(frame),
        seed=seed,
        capacities_only=known.capacities_only,
        inputs=len(known.ranged),
        choosing=0 if model.coming is None else len(model.coming.known.ranged) - len(known.ranged),
        possible=int(used.sum()),
        sample=frame.drop(columns=["residual", *model.beside]),
        quantiles=_quantiles(frame, stated | dict(zip(model.comes, as_stated[-1:], strict=False))),
        first=_first(model, frame),
        drivers=drivers,
        r2=r2,
        assumed=assumed,
        partly=partly,
        ranges=_ranges(model, frame[used], stated, as_stated[6:]),
        phrases={kind.kind_id: kind.phrase for kind in kinds_of(case).values()},
    )


def _ranges(model: Draws, frame: pd.DataFrame, stated: Mapping[str, float], beside: Sequence[float]) -> pd.DataFrame:
    """The possible draws of every measure of all demands, and of the headline's scope where it was measured."""
    rows = [range_row(ALL, False, name, stated[name], frame[name]) for name in MEASURED if len(frame)]
    if len(frame) and model.beside:
        net = scope_of(model.known.case, model.name).net
        for column, value in zip(model.beside, beside, strict=False):
            rows.append(range_row(model.name, net, column.removeprefix("scope_"), value, frame[column].dropna()))
    rows += [range_row(ALL, False, name, beside[-1], come) for name in model.comes if len(come := frame[name].dropna())]
    return pd.DataFrame(rows, columns=COLUMNS)


def _limit(model: Draws, limit: str) -> tuple[str, str]:
    """Name and kind of a limit, or of a row of a planner's rules."""
    facts = model.facts.get(limit)
    return (rule_name(limit), "rule") if facts is None else (facts.name, facts.kind)


def _kind(model: Draws, first: Sequence[str]) -> str:
    kinds = {_limit(model, each)[1] for each in first}
    return kinds.pop() if len(kinds) == 1 else "several" if kinds else "none"


def _quantiles(frame: pd.DataFrame, stated: Mapping[str, float]) -> pd.DataFrame:
    rows = []
    for measure in [name for name in (MEASURED[0], CHOICE, *MEASURED[1:]) if name in frame]:
        parts = [("possible", frame[frame["possible"]])]
        parts = parts if measure == CHOICE else [*parts, ("all", frame)]  # markets are calibrated where the base fits
        for of, those in [(of, part[part[measure].notna()]) for of, part in parts]:
            cut = np.quantile(those[measure], QUANTILES) if len(those) else np.full(len(QUANTILES), np.nan)
            above = float((those[measure] > stated[measure]).mean()) if len(those) else np.nan
            rows.append((measure, of, stated[measure], *cut.tolist(), above))
    return pd.DataFrame(rows, columns=["measure", "of", "stated", "p5", "p50", "p95", "above"])


def _first(model: Draws, frame: pd.DataFrame) -> pd.DataFrame:
    """The share of draws in which each limit comes first; limits that coincide count each."""
    counts: dict[str, list[int]] = {}
    for first, possible in zip(frame["first"], frame["possible"], strict=True):
        for each in first:
            count = counts.setdefault(each, [0, 0])
            count[0] += bool(possible)
            count[1] += 1
    of = (max(1, int(frame["possible"].sum())), max(1, len(frame)))
    rows = [(each, *_limit(model, each), one / of[0], both / of[1]) for each, (one, both) in counts.items()]
    table = pd.DataFrame(rows, columns=["resource", "name", "kind", "share", "share_all"])
    return table.sort_values(["share", "share_all", "resource"], ascending=[False, False, True], ignore_index=True)


def _driven(
    model: Draws, sample: Floats, frame: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, float], dict[str, float], dict[str, float]]:
    """The drivers of C and T: shares of the variance of ranks, swings, and what knowing a driver would save.

    The share of a driver is its coefficient in a regression on ranks times its correlation with the measure (Pratt):
    all of them add up to the R² of the regression, and those that chance would do as well are put to nothing. With
    fewer draws than :func:`corridor.model.result.answer.draws_needed` nothing can be told.
    """
    known, names = model.known, model.known.drivers
    told = bool(names) and len(frame) >= draws_needed(len(names))
    nothing = np.full(len(names), np.nan)
    shares, narrows = dict.fromkeys(DRIVEN, nothing), dict.fromkeys(DRIVEN, nothing)
    r2, assumed, partly = (dict.fromkeys(DRIVEN, math.nan) for _ in range(3))
    basis = [_basis(known, name) for name in names]
    outright, touched = np.array([each == "assumed" for each in basis]), np.array([each != "sourced" for each in basis])
    x = _ranks(sample) if told else sample
    for measure in DRIVEN if told else ():
        y = frame[measure].to_numpy(dtype=float)
        ranked = _ranks(y[:, None])[:, 0]
        if not ranked.any():
            continue  # the same in every draw: nothing drives it
        slopes = np.linalg.lstsq(x, ranked, rcond=None)[0]
        left = float(np.mean((ranked - x @ slopes) ** 2))
        r2[measure] = _adjusted(1 - left, len(y), len(names))
        # What mere chance would do as well is no share: a slope within two standard errors of nothing.
        error = np.sqrt(left * len(y) / (len(y) - len(names) - 1) * np.diag(np.linalg.pinv(x.T @ x)))
        shares[measure] = np.where(np.abs(slopes) > 2 * error, np.maximum(slopes * (x.T @ ranked) / len(ranked), 0), 0)
        whole = float(shares[measure].sum())
        if whole:
            assumed[measure] = float(shares[measure] @ outright) / whole
            partly[measure] = float(shares[measure] @ touched) / whole
        narrows[measure] = np.array([_narrows(sample[:, j], y, 0.05 / len(names)) for j in range(len(names))])
    weight = np.nan_to_num(np.maximum(narrows[DRIVEN[0]], narrows[DRIVEN[1]]))
    share = np.nan_to_num(np.maximum(shares[DRIVEN[0]], shares[DRIVEN[1]]))
    order = sorted(range(len(names)), key=lambda j: (-weight[j], -share[j], names[j]))
    rows = []
    reached = [0.0, 0.0]
    for place, j in enumerate(order):
        swing, together = [math.nan] * 4, [math.nan] * 2
        if told and place < TOLD:
            low, high = model.run({names[j]: QUANTILES[0]}), model.run({names[j]: QUANTILES[-1]})
            swing = [low[2], high[2], low[3], high[3]]
            so_far = x[:, order[: place + 1]]
            now = [_together(so_far, frame[measure].to_numpy(dtype=float)) for measure in DRIVEN]
            together = reached = [max(before, each) for before, each in zip(reached, now, strict=True)]
        moved = [each for each in known.ranged if each.driver == names[j]]
        own = [float(shares[m][j]) for m in DRIVEN] + swing + [float(narrows[m][j]) for m in DRIVEN] + together
        rows.append((names[j], *_named(known.case, names[j]), basis[j], len(moved), *own))
    return pd.DataFrame(rows, columns=DRIVER_COLUMNS), r2, assumed, partly


def _adjusted(r2: float, draws: int, drivers: int) -> float:
    return 1 - (1 - r2) * (draws - 1) / (draws - drivers - 1)


def _narrows(x: Floats, y: Floats, chance: float) -> float:
    """The mean narrowing of the spread of y where x is known: 1 − √(residual variance / variance).

    By the correlation ratio over bins of equal number, corrected for their number; it holds whatever the shape, and
    also where draws that are not possible have been left out. Nothing, where mere chance does as much with this
    probability (F test).
    """
    from scipy.stats import f

    parts = np.array_split(np.argsort(x, kind="stable"), BINS)
    total = float(np.sum((y - y.mean()) ** 2))
    if not total:
        return 0.0
    ratio = sum(len(part) * float(y[part].mean() - y.mean()) ** 2 for part in parts) / total
    free = len(y) - BINS
    if ratio < 1 and (ratio / (BINS - 1)) / ((1 - ratio) / free) < float(f.isf(chance, BINS - 1, free)):
        return 0.0
    return 1 - math.sqrt(min(1.0, max(0.0, 1 - _adjusted(ratio, len(y), BINS - 1))))


def _together(x: Floats, y: Floats) -> float:
    """At least how much narrower the spread of y is where all columns of x are known: what a straight line takes."""
    centred = y - y.mean()
    if not centred.any():
        return 0.0
    rest = centred - x @ np.linalg.lstsq(x, centred, rcond=None)[0]
    r2 = _adjusted(1 - float(rest @ rest) / float(centred @ centred), len(y), x.shape[1])
    return 1 - math.sqrt(min(1.0, max(0.0, 1 - max(0.0, r2))))


def _ranks(values: Floats) -> Floats:
    """Ranks of each column, with mean 0 and variance 1; zeros where all are equal."""
    from scipy.stats import rankdata

    ranks = np.asarray(rankdata(values, axis=0), dtype=float)
    ranks -= ranks.mean(axis=0)
    spread = ranks.std(axis=0)
    out = np.zeros_like(ranks)
    np.divide(ranks, spread, out=out, where=spread > 0)
    return out


def _basis(known: Inputs, driver: str) -> str:
    """The basis of a driver's numbers: assumed outright, in part, or sourced."""
    found = {each.basis for each in known.ranged if each.driver == driver}
    return found.pop() if len(found) == 1 else "partly assumed"


def _named(case: Case, driver: str) -> tuple[str, str]:
    """A driver in words, and the office that could know it; a number that drives itself is called by its cell."""
    if driver in case["driver"].index:
        row = case.row("driver", driver)
        return str(row.name), str(row.who)
    table, row_id, column = driver.split(".")
    found = case.row(table, row_id)
    name = str(getattr(found, "name", None) or row_id.replace("_", " "))
    words = {"capacity": "", "background": ", used by others"}.get(column, f", {column.replace('_', ' ')}")
    return name + words, str(getattr(found, "operator", None) or "")
