"""An answer with every study beside it that the report prints."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from corridor.model.result.answer import Answer
from corridor.model.result.findings import Findings
from corridor.model.result.listing import Described, Listing
from corridor.optimize.answer.setting import Setting
from corridor.optimize.runs.beside import Beside, worth_a_process
from corridor.optimize.studies.band import band
from corridor.optimize.studies.carbon import carbon
from corridor.optimize.studies.cut import cut
from corridor.optimize.studies.fleet import fleet
from corridor.optimize.studies.growth import growth
from corridor.optimize.studies.ladder import ladder
from corridor.optimize.studies.levers import levers
from corridor.optimize.studies.library import library
from corridor.optimize.studies.markets import markets
from corridor.optimize.studies.panel import panel, presets_of
from corridor.optimize.studies.prices import prices
from corridor.optimize.studies.project_trials import projects
from corridor.optimize.studies.revenue import revenue
from corridor.optimize.studies.solve import answer_of
from corridor.optimize.studies.validate import validate
from corridor.optimize.studies.waterfall import waterfall

KEPT = ("projects", "levers", "library", "growth", "band", "waterfall", "validate")
"""Studies whose results are taken as kept with the case."""


def findings(
    setting: Setting,
    answer: Answer | None = None,
    *,
    course: Answer | None = None,
    study: str = "capability",
    draws: int = 0,
    processes: int = 1,
    whole: bool = False,
    live: bool = False,
    scenario: Callable[[str], Setting],
    notes: Callable[[], Mapping[str, Described]],
    kept: Callable[[str], Any],
    progress: Callable[[int, int], None] | None = None,
) -> Findings:
    """The answer with the studies of its limits, projects, levers, scenarios, money and carbon beside it.

    ``answer`` is that of the case to ``study``, if it is known; ``course`` is the same question answered by periods,
    for facts that only time reveals. Projects, levers, scenarios, growth and the band are those kept with the case, as
    long as they hold. Else projects are computed; ``whole`` computes levers, scenarios and growth, too, and without it
    ``missing`` names them. With ``draws`` a band that is not kept with so many trials is drawn (by :func:`band`,
    seed 1). With ``live`` the panel of a page is added. A case with a validation table, and without changes and rules,
    has the result of :func:`validate`. A study that the case cannot have (a waterfall without a nameplate) is left out.
    Raises the errors of :func:`corridor.solve`.
    """
    case = setting.given
    answer = answer_of(setting, answer, study)
    made = Findings(case, answer, course=course, revenue=revenue(setting, answer), carbon=carbon(setting, answer))
    if answer.growth is None:
        return made
    gated = case.gate is not None and math.isfinite(case.gate.nameplate_t_per_year) and setting.scope is None
    validated = case.rows("validation") and not case.changes and not setting.rules
    known = {name: kept(name) for name in KEPT}
    long = _long(setting, scenario, notes, processes)
    missing = tuple(name for name in long if known[name] is None and not whole)
    known |= {name: long[name]() for name in long if known[name] is None and whole}
    if case.rows("project") and known["projects"] is None:
        known["projects"] = projects(setting)
    if gated and known["waterfall"] is None:
        known["waterfall"] = waterfall(setting)
    known["validation"] = known.pop("validate")
    if validated and known["validation"] is None:
        known["validation"] = validate(setting, scenario=scenario)
    if draws and (known["band"] is None or known["band"].draws < draws):
        known["band"] = band(setting, draws=draws, processes=processes, progress=progress)
    presets = presets_of(known["library"], notes() if case.home else {}) if live else {}
    asked = partial(panel, setting, presets, scenario=scenario)
    with Beside(asked, processes if live and worth_a_process(case) else 1) as beside:
        made = replace(
            made,
            ladder=ladder(setting),
            markets=markets(setting),
            prices=prices(setting),
            cut=cut(setting),
            fleet=_fleet(setting, scenario, notes),
            missing=missing,
            **known,
        )
        return replace(made, panel=replace(beside.result(), case=setting.case)) if live else made


def _fleet(
    setting: Setting, scenario: Callable[[str], Setting], notes: Callable[[], Mapping[str, Described]]
) -> Listing | None:
    """Vehicles of the base year and of the limits; None for a case without carriers and pools."""
    if not (setting.case.rows("carrier") or setting.case.rows("pool")):
        return None
    return fleet(setting.whole, states=(), beside=False, scenario=scenario, notes=notes)


def _long(
    setting: Setting, scenario: Callable[[str], Setting], notes: Callable[[], Mapping[str, Described]], processes: int
) -> dict[str, Callable[[], Any]]:
    """The studies of a case that take long, by verb: those that it can have."""
    case = setting.given
    able: dict[str, Callable[[], Any]] = {}
    if case.rows("market") and setting.closures is None:
        able["levers"] = lambda: levers(setting, scenario=scenario, notes=notes)
        able["growth"] = lambda: growth(setting)
    if case.home and notes():
        able["library"] = lambda: library(setting, scenario=scenario, notes=notes, processes=processes)
    return able
