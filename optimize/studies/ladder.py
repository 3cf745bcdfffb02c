"""The order of the limits as a study: the rungs, with the best project of each."""

from __future__ import annotations

import math

import pandas as pd

from corridor.model.result.listing import Listing
from corridor.optimize.answer.lifting import ladder as rungs_of
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve, terminals
from corridor.optimize.studies.ladder_projects import with_projects


def ladder(setting: Setting) -> Listing:
    """The order of the limits, from the first to the nameplate: one row a resource, with a project that adds to it.

    No planner's rule is lifted. Columns of :func:`corridor.optimize.answer.lifting.ladder`, and of the best project of
    the rung, priced alone: project, cost_usd, adds_t, usd_per_t, pays, gains; ``beyond``: more passes at the rung than
    the terminals that can be named would take. ``facts``: scope, terminals_t (gate t a year, or None), and
    those of :func:`summary`. Raises CaseError, InfeasibleError.
    """
    year, case = setting.open(), setting.case
    named = terminals(case)
    rungs = rungs_of(year)
    beyond = rungs["t"] > (named if named is not None else math.inf) * (1 + 1e-9)
    rungs["beyond"] = beyond & (rungs["kind"] != "gate")
    flows = solve(setting, "concurrent") if case.rows("project") else None
    frame = with_projects(setting, year, rungs, flows)
    facts = {"scope": setting.scope_id, "terminals_t": named, **summary(frame, named)}
    return Listing(setting.given, "ladder", frame, facts)


def summary(frame: pd.DataFrame, terminals_t: float | None) -> dict[str, float | int | str]:
    """The ladder in a few figures; none of an empty one.

    Keys: first_t, last_t (gate t a year), steps (limits that are lifted), end (the limit that stops it then, or
    nothing); where the terminals that can be named take less: beyond_steps, beyond_t.
    """
    if not len(frame):
        return {}
    rungs, first_t, last_t = int(frame["rung"].nunique()), float(frame["t"].iloc[0]), float(frame["t"].iloc[-1])
    stops = float(frame["gain"].iloc[-1]) == 0
    facts = {
        "first_t": first_t,
        "last_t": last_t,
        "steps": rungs - stops,
        "end": frame["name"].iloc[-1] if stops else "",
    }
    if not terminals_t or not frame["beyond"].any():
        return facts
    beyond = int(frame.loc[frame["beyond"], "rung"].nunique())
    return facts | {"beyond_steps": beyond, "beyond_t": max(0.0, last_t - max(terminals_t, first_t))}
