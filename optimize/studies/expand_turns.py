"""The grant that turns a project, and trials of its cost: the plan beside its neighbours."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from corridor.model.evidence import evidence_of
from corridor.model.horizon import Floats
from corridor.optimize.program.expansion import Frame
from corridor.optimize.studies.expand_plan import LEAST, Plan, Search, Terms, frame_of

TURNS = ["project", "name", "ordered", "gain", "cost", "grant", "share", "year"]
TRIAL_GAP = 5e-3
"""Relative gap of a trial: the order of projects is compared, not their worth."""


def turns(search: Search, frame: Frame, terms: Terms, plan: Plan) -> pd.DataFrame:
    """The table ``turns``: one more of each project beside the plan, ordered for all paths in its best year.

    A year is solved only where the known bounds leave a gain.
    """
    worth = search.worth
    body = []
    projects, years, paths = frame.shape
    chances = frame.weight.sum(axis=0) / frame.weight.sum()
    for p in range(projects):
        row = worth.rows[p]
        ordered = float(plan.orders[p].sum(axis=0) @ chances)
        room = plan.orders[p].sum(axis=0).max() < frame.most[p]
        gains = np.zeros(years)
        opens = {y: y + frame.lead[p] for y in range(years) if np.isfinite(frame.cost[p, y])}
        for at in sorted(set(opens.values())) if room else ():
            for s in range(paths):
                more = plan.open[:, at, s].copy()
                more[p] += 1
                gains[at] += frame.weight[at, s] * search.gain(more, frame.growth[at, s], plan.worth[at, s])
        best = (math.inf, 0.0, math.nan, math.nan)
        for y, at in opens.items() if room else ():
            gain = math.fsum(float(gains[year]) for year in range(at, years) if frame.in_use(p, y, year))
            cost = float(frame.cost[p, y])
            best = min(best, (cost - gain, gain, cost, float(terms.years[y])))
        lacks, gain, cost, year = best
        grant = max(0.0, lacks) if math.isfinite(lacks) else (0.0 if not room else math.nan)
        share = grant / cost if cost and cost > LEAST else math.nan
        body.append((row.project_id, row.name, ordered, gain, cost, grant, share, year))
    return pd.DataFrame(body, columns=TURNS)


def trials(search: Search, terms: Terms, frame: Frame, plan: Plan, draws: int, seed: int) -> list[Floats]:
    """Orders of trials in which the cost of each project is drawn from its range, triangular about its stated one."""
    if not draws:
        return []
    worth, known = search.worth, evidence_of(search.worth.case)
    rng, found = np.random.default_rng(seed), []
    for _ in range(draws):
        costs = {}
        for row in worth.rows:
            proof, usd = known.get(("project", row.project_id, "cost_usd")), float(row.cost_usd)
            low = usd if proof is None or proof.low is None else min(float(proof.low), usd)
            high = usd if proof is None or proof.high is None else max(float(proof.high), usd)
            drawn = rng.random()
            costs[row.project_id] = usd if low == high else _triangular(drawn, low, usd, high)
        fresh = frame_of(worth, terms, costs)
        found.append(search.best(replace(fresh, base=frame.base), terms.goal, gap=TRIAL_GAP).orders)
    return found


def _triangular(share: float, low: float, mode: float, high: float) -> float:
    """The quantile of a triangular distribution."""
    turn = (mode - low) / (high - low)
    if share < turn:
        return low + math.sqrt(share * (high - low) * (mode - low))
    return high - math.sqrt((1 - share) * (high - low) * (high - mode))
