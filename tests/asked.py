"""Studies of a case by one call, as the tests of optimize/ ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from corridor.model.case import Case
from corridor.model.horizon import Horizon
from corridor.model.result.answer import Answer
from corridor.model.result.band import Band
from corridor.model.result.carbon import Carbon
from corridor.model.result.comparison import Attribution, Comparison
from corridor.model.result.explanation import Explanation
from corridor.model.result.foresight import Foresight
from corridor.model.result.frontier import CostFrontier, Frontier, Pareto, Sweep
from corridor.model.result.listing import Listing
from corridor.model.result.revenue import Revenue
from corridor.model.result.waterfall import Waterfall
from corridor.model.scope import ALL, Scope, ScopeMeasures
from corridor.optimize.answer.setting import Setting
from corridor.optimize.answer.solve import solve as answered
from corridor.optimize.period.planner.read import PlannersRule
from corridor.optimize.studies.asked import setting_of
from corridor.optimize.studies.attribution import attribution as shared
from corridor.optimize.studies.band import band as banded
from corridor.optimize.studies.carbon import carbon as emissions
from corridor.optimize.studies.compare import compare as compared
from corridor.optimize.studies.cut import cut as cuts
from corridor.optimize.studies.designs import Design
from corridor.optimize.studies.disrupt import closed_year
from corridor.optimize.studies.explain import explain as explained
from corridor.optimize.studies.foresight import foresight as foreseen
from corridor.optimize.studies.frontier import cost_frontier as along_cost
from corridor.optimize.studies.frontier import frontier as along
from corridor.optimize.studies.pareto import pareto as corners
from corridor.optimize.studies.prices import prices as priced
from corridor.optimize.studies.revenue import revenue as earned
from corridor.optimize.studies.scopes import scope_measures
from corridor.optimize.studies.sweep import run as swept
from corridor.optimize.studies.validate import validate as validated
from corridor.optimize.studies.waterfall import waterfall as fall

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


def attribution(a: Case, b: Case, **more: Any) -> Attribution:
    """The difference of two cases, shared out."""
    if a.scenario == b.scenario:
        more = {"names": ("a", "b"), **more}
    return shared(Setting(closed_year(a)[0], asked=a), Setting(closed_year(b)[0], asked=b), **more)


def band(case: Case, **more: Any) -> Band:
    """The band of a case."""
    return banded(Setting(case), **more)


def carbon(case: Case, answer: Answer, prices: Iterable[float] | None = None) -> Carbon:
    """The carbon of an answer."""
    return emissions(Setting(case), answer, prices=prices)


def revenue(case: Case, answer: Answer, **more: Any) -> Revenue:
    """The revenue of an answer."""
    return earned(Setting(case), answer, **more)


def explain(case: Case, answer: Answer, name: str) -> Explanation:
    """The explanation of a name in an answer."""
    return explained(Setting(case), name, answer)


def cut(case: Case) -> pd.DataFrame:
    """The minimum cuts of a case."""
    return cuts(Setting(case)).frame


def prices(case: Case, scope: str = ALL) -> Listing:
    """The prices of a case."""
    return priced(Setting(case).within(scope))


def waterfall(case: Case) -> Waterfall:
    """The waterfall of a case."""
    return fall(Setting(case))


def frontier(case: Case, *given: Any, **more: Any) -> Frontier:
    """The frontier of a capacity."""
    return along(Setting(case), *given, **more)


def cost_frontier(case: Case, *given: Any) -> CostFrontier:
    """The frontier of a cost."""
    return along_cost(Setting(case), *given)


def pareto(case: Case, *given: Any, **more: Any) -> Pareto:
    """The Pareto set of a case."""
    return corners(Setting(case), *given, **more)


def sweep(case: Case, design: Design, **more: Any) -> Sweep:
    """The runs of a design."""
    return swept(Setting(case), design, **more)
