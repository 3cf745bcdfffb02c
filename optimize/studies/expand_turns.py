"""The grant that turns a project: the plan beside its neighbours."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from corridor.optimize.program.expansion import Frame
from corridor.optimize.studies.expand_plan import LEAST, Plan, Search, Terms

TURNS = ["project", "name", "ordered", "gain", "cost", "grant", "share", "year"]


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
