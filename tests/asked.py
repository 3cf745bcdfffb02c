"""Studies of a case by one call, as the tests of optimize/ ask them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.horizon import Horizon
from corridor.model.result.answer import Answer
from corridor.model.result.comparison import Comparison
from corridor.model.result.foresight import Foresight
from corridor.model.scope import ALL, Scope, ScopeMeasures
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve as answered
from corridor.optimize.period.planner.read import PlannersRule
from corridor.optimize.studies.asked import setting_of
from corridor.optimize.studies.compare import compare as compared
from corridor.optimize.studies.foresight import foresight as foreseen
from corridor.optimize.studies.scopes import scope_measures
from corridor.optimize.studies.validate import validate as validated

QUESTION = ("time_limit", "deadline", "watch")


def setting(
    case: Case,
    horizon: Horizon | None = None,
    *,
    rules: Sequence[PlannersRule] = (),
    scope: Scope | None = None,
    **timing: Any,
) -> Setting:
    """The setting of a case."""
    return Setting(case, tuple(rules), horizon, scope, **timing)


def solve(
    case: Case,
    study: str = "capability",
    horizon: Horizon | None = None,
    *,
    rules: Sequence[PlannersRule] = (),
    scope: Scope | None = None,
    **more: Any,
) -> Answer:
    """The answer of a case over a horizon, without the scopes beside it."""
    timing = {name: more.pop(name) for name in QUESTION if name in more}
    return answered(setting(case, horizon, rules=rules, scope=scope, **timing), study, **more)


def held(case: Case, name: str) -> Scope:
    """A scope of a case with the other demands held at what fits."""
    scope = Setting(case).within(name).scope
    assert scope is not None
    return scope


def scopes(case: Case) -> tuple[ScopeMeasures, ...]:
    """The measures of every scope of a case."""
    return scope_measures(Setting(case))


def compare(cases: Mapping[str, Case], study: str = "capability", *, scope: str = ALL, **more: Any) -> Comparison:
    """Cases by name, compared."""
    return compared(*(Setting(case).within(scope) for case in cases.values()), names=cases, study=study, **more)


def foresight(
    case: Case, measure: str = "capability", periods: str = "week", *, time_limit: float | None = None, **more: Any
) -> Foresight:
    """Foresight of a case by periods."""
    return foreseen(setting_of(case, periods=periods, time_limit=time_limit, whole=True), measure, **more)


def validate(case: Case, scenario: Callable[[str], Case]) -> pd.DataFrame:
    """The tests of a case held against its answers."""
    return validated(Setting(case), scenario=lambda name: Setting(scenario(name))).frame
