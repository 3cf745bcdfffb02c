"""The order of the limits as a study: the rungs, with the best project of each."""

from __future__ import annotations

import math

from corridor.model.result.listing import Listing
from corridor.optimize.answer.lifting import ladder as rungs_of
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve, terminals
from corridor.optimize.studies.ladder_projects import with_projects


def ladder(setting: Setting) -> Listing:
    """The order of the limits, from the first to the nameplate: one row a resource, with a project that adds to it.

    No planner's rule is lifted. Columns of :func:`corridor.optimize.answer.lifting.ladder`, and of the best project of
    the rung, priced alone: project, cost_usd, adds_t, usd_per_t, pays, gains; ``beyond``: more passes at the rung than
    the terminals that can be named would take. ``facts``: scope, terminals_t (gate t a year, or None). Raises
    CaseError, InfeasibleError.
    """
    year, case = setting.open(), setting.case
    named = terminals(case)
    rungs = rungs_of(year)
    beyond = rungs["t"] > (named if named is not None else math.inf) * (1 + 1e-9)
    rungs["beyond"] = beyond & (rungs["kind"] != "gate")
    flows = solve(setting, "concurrent") if case.rows("project") else None
    frame = with_projects(setting, year, rungs, flows)
    return Listing(setting.given, "ladder", frame, {"scope": setting.scope_id, "terminals_t": named})
