"""An answer with every study beside it that the report prints."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from corridor.model.result.answer import Answer
from corridor.model.result.findings import Findings
from corridor.optimize.answer.setting import Setting
from corridor.optimize.studies.band import band
from corridor.optimize.studies.cut import cut
from corridor.optimize.studies.ladder import ladder
from corridor.optimize.studies.markets import markets
from corridor.optimize.studies.prices import prices
from corridor.optimize.studies.project_trials import projects
from corridor.optimize.studies.revenue import revenue
from corridor.optimize.studies.solve import answer_of
from corridor.optimize.studies.validate import validate
from corridor.optimize.studies.waterfall import waterfall


def findings(
    setting: Setting,
    answer: Answer | None = None,
    *,
    course: Answer | None = None,
    study: str = "capability",
    draws: int = 0,
    processes: int = 1,
    scenario: Callable[[str], Setting],
    progress: Callable[[int, int], None] | None = None,
) -> Findings:
    """The answer with ladder, waterfall, markets, prices, cuts and projects beside it, for the report.

    ``answer`` is that of the case to ``study``, if it is known; ``course`` is the same question answered by periods,
    for facts that only time reveals. With ``draws`` the band is added (by :func:`band`, seed 1), and with a validation
    table the result of :func:`validate`, for a case without changes and rules. A study that the case cannot have (a
    waterfall without a nameplate) is left out. Raises the errors of :func:`corridor.solve`.
    """
    case = setting.given
    answer = answer_of(setting, answer, study)
    found = Findings(case, answer, course=course, revenue=revenue(setting, answer))
    if answer.growth is None:
        return found
    gated = case.gate is not None and math.isfinite(case.gate.nameplate_t_per_year) and setting.scope is None
    validated = case.rows("validation") and not case.changes and not setting.rules
    return replace(
        found,
        ladder=ladder(setting),
        waterfall=waterfall(setting) if gated else None,
        markets=markets(setting),
        prices=prices(setting),
        cut=cut(setting),
        projects=projects(setting) if case.rows("project") else None,
        band=band(setting, draws=draws, processes=processes, progress=progress) if draws else None,
        validation=validate(setting, scenario=scenario) if validated else None,
    )
