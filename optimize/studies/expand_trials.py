"""Trials of an expansion: the numbers of the band, costs and a path of growth drawn, and orders taken one by one."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from corridor.model.evidence import evidence_of
from corridor.model.faults import CaseError, InfeasibleError
from corridor.model.horizon import Floats
from corridor.optimize.program.expansion import Frame
from corridor.optimize.studies.coming import Drawn
from corridor.optimize.studies.expand_plan import LEAST, Plan, Search, Terms, alone, frame_of
from corridor.optimize.studies.uncertain import Input, inputs

TRIAL_GAP = 5e-3
"""Relative gap of a trial that is searched: the order of projects is compared, not their worth."""


@dataclass(frozen=True)
class Trial:
    """Orders of one future by project and year, and the position of its path of growth."""

    path: int
    orders: Floats


@dataclass(frozen=True)
class Trials:
    """Trials whose base year fits, how many were drawn, and the share of the best value that their way finds.

    ``found`` is of the numbers as stated, path by path: the value of orders taken one by one over that of the best plan
    of each path; NaN without trials.
    """

    drawn: int = 0
    possible: tuple[Trial, ...] = ()
    found: float = math.nan


def trials(search: Search, terms: Terms, frame: Frame, alones: list[Plan], draws: int, seed: int) -> Trials:
    """Orders of futures in which everything is known: the numbers of the band, costs, and one of the paths in turn.

    Numbers are drawn by a Latin hypercube, those by which shippers choose with them; costs are triangular about the
    stated ones. Each future takes its numbers in place, with a base year of its own. Its orders are taken one by one
    (:func:`one_by_one`); with a goal of tonnes or a target they are searched. Afterwards the years have the numbers of
    the case again.
    """
    if not draws:
        return Trials()
    from scipy.stats import qmc

    worth, paths = search.worth, len(terms.paths)
    known, costs = inputs(worth.case, choosing=True), _costs(search)
    known = replace(known, ranged=tuple(each for each in known.ranged if each.cell[0] != "project"))
    drivers = known.drivers
    wide = len(drivers) + len(costs)
    sample = np.asarray(qmc.LatinHypercube(d=max(1, wide), rng=np.random.default_rng(seed)).random(draws))
    greedy = terms.goal == "npv"
    found = _share_found(search, frame, alones) if greedy else 1.0
    model, possible = Drawn(worth.setting, known), []
    case, base = worth.case, worth.base
    try:
        for number, row in enumerate(sample.tolist()):
            usd = {each.cell[1]: each.at(u) for each, u in zip(costs, row[len(drivers) : wide], strict=True)}
            path = number % paths
            try:
                drawn = worth.numbered(*model.base(dict(zip(drivers, row, strict=False))))
                its = alone(frame_of(drawn, replace(terms, paths=(terms.paths[path],)), usd), 0)
                fresh = Search(drawn)
                if greedy:
                    orders = one_by_one(fresh, its)[0]
                else:
                    orders = fresh.best(its, terms.goal, gap=TRIAL_GAP).orders[:, :, 0]
            except (CaseError, InfeasibleError):
                continue  # its base year, or its fixed cargo, does not fit
            possible.append(Trial(path, orders))
    finally:
        worth.numbered(case, base)
    return Trials(draws, tuple(possible), found)


def _costs(search: Search) -> list[Input]:
    """Costs of projects that have a range."""
    known, listed = evidence_of(search.worth.case), []
    for row in search.worth.rows:
        proof, usd = known.get(("project", row.project_id, "cost_usd")), float(row.cost_usd)
        low = usd if proof is None or proof.low is None else min(float(proof.low), usd)
        high = usd if proof is None or proof.high is None else max(float(proof.high), usd)
        if low < high:
            cell = ("project", row.project_id, "cost_usd")
            listed.append(Input(cell, low, usd, high, row.project_id, False, ""))
    return listed


def _share_found(search: Search, frame: Frame, alones: list[Plan]) -> float:
    """Value of orders taken one by one on every path, with the numbers as stated, over that of the best plans."""
    whole = math.fsum(plan.value for plan in alones)
    taken = math.fsum(one_by_one(search, alone(frame, s))[1] for s in range(len(alones)))
    return taken / whole if whole > LEAST else 1.0


def one_by_one(search: Search, frame: Frame) -> tuple[Floats, float]:
    """Orders by project and year on one path, and their value: the next one is that of most value, until none has any.

    Each project is weighed in its best year. Bounds of years that were solved decide which project is solved next, so
    that those without a gain take no solve. Two projects that pay together alone are not found.
    """
    projects, years, _ = frame.shape
    orders, total = np.zeros((projects, years)), 0.0
    now = np.array([search.worth_of(np.zeros(projects), frame.growth[y, 0]) for y in range(years)])
    purse = _Purse(frame)
    while True:
        built = frame.open(orders[:, :, None])[:, :, 0]
        bounds = {p: _gains(search, frame, built, now, p, solved=False) for p in range(projects)}
        tops = {p: _best(frame, orders, purse, p, gains)[0] for p, gains in bounds.items()}
        best, order, gained = LEAST, None, np.zeros(years)
        for p in sorted(tops, key=lambda each: (-tops[each], each)):
            if tops[p] <= best:
                break
            gains = _gains(search, frame, built, now, p, solved=True)
            value, year = _best(frame, orders, purse, p, gains)
            if value > best:
                best, order, gained = value, (p, year), gains
        if order is None:
            return orders, total
        orders[order] += 1
        purse.pay(*order)
        open_then = [frame.in_use(*order, y) for y in range(years)]
        now, total = now + np.where(open_then, gained, 0.0), total + best


def _gains(search: Search, frame: Frame, built: Floats, now: Floats, project: int, *, solved: bool) -> Floats:
    """Worth of one more of a project by year beside what is open: solved, or an upper bound."""
    years, gains = frame.shape[1], np.zeros(frame.shape[1])
    opens = [y + frame.lead[project] for y in range(years) if np.isfinite(frame.cost[project, y])]
    for y in range(min(opens, default=years), years):
        if built[project, y] + 1 > frame.most[project]:
            continue
        more = built[:, y].copy()
        more[project] += 1
        growth = frame.growth[y, 0]
        bound = search.bound(more, growth) - now[y]
        gains[y] = bound if not solved or bound <= LEAST else search.worth_of(more, growth) - now[y]
    positive: Floats = np.maximum(gains, 0.0)
    return positive


def _best(frame: Frame, orders: Floats, purse: _Purse, project: int, gains: Floats) -> tuple[float, int]:
    """The most that one more of a project is worth by these gains, less its cost, and the year of its order."""
    years, best = frame.shape[1], (-math.inf, -1)
    for order in range(years):
        if not np.isfinite(frame.cost[project, order]) or not purse.pays(project, order):
            continue
        taken = [y for y in range(years) if frame.taken(project, order, y)]
        held = [
            sum(orders[project, o] for o in range(years) if orders[project, o] and frame.taken(project, o, y))
            for y in taken
        ]
        if max(held, default=0.0) + 1 > frame.most[project]:
            continue
        gain = math.fsum(float(frame.weight[y, 0] * gains[y]) for y in range(years) if frame.in_use(project, order, y))
        best = max(best, (gain - float(frame.cost[project, order]), order), key=lambda pair: (pair[0], -pair[1]))
    return best


class _Purse:
    """Budgets of a frame, and what is left of them."""

    def __init__(self, frame: Frame) -> None:
        self.left = dict(frame.budgets)
        self.due: dict[tuple[int, int], dict[tuple[str | None, int | None], float]] = defaultdict(dict)
        for each in frame.payments:
            own = self.due[each.project, each.order]
            for payer, year in self.left:
                if payer in (None, each.payer) and year in (None, each.year):
                    own[payer, year] = own.get((payer, year), 0.0) + each.usd

    def pays(self, project: int, order: int) -> bool:
        """True where no budget is overdrawn by one more order."""
        return all(usd <= self.left[key] + LEAST for key, usd in self._of(project, order).items())

    def pay(self, project: int, order: int) -> None:
        for key, usd in self._of(project, order).items():
            self.left[key] -= usd

    def _of(self, project: int, order: int) -> Mapping[tuple[str | None, int | None], float]:
        return self.due.get((project, order), {})
